//! The passbook (学分存折): what a learner holds and how it came about. Three statements, however long it is; one more where something in it
//! was put right, for who decided that.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::queries::{ClassHours, CountedHours, LearningResult};
use super::{Error, Levels, conversions_queries, queries, transfers_out_queries};
use crate::kernel::{Credits, Day, LearnerId, Timestamp, TransferId};
use crate::ledger::{self, Balances, Book, Code, Phase, Transfer};

/// What became of an entry since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// It stands.
    Stands,
    /// Its award is under dispute.
    Frozen,
    /// Its award was offered to an outside programme, which has not answered yet.
    GoingOut,
    /// Its award is gone out.
    GoneOut,
    /// Its award was withdrawn.
    Revoked,
    /// It was reversed by this transfer.
    Reversed(TransferId),
}

/// One line of the passbook.
#[derive(Clone, Debug)]
pub struct PassbookEntry {
    /// The transfer it shows.
    pub transfer: TransferId,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// On which day in Shanghai.
    pub day: Day,
    /// The unit whose award it is about.
    pub unit: Option<String>,
    /// What was done.
    pub code: Code,
    /// In which step.
    pub phase: Phase,
    /// How much.
    pub amount: Credits,
    /// 累计学分 after it.
    pub total_after: Credits,
    /// What was held after it: less than the total by what is frozen or gone out.
    pub holding_after: Credits,
    /// Under which version of the rule.
    pub rule_version: String,
    /// Why, where something was put right.
    pub reason: Option<String>,
    /// Who answers for that, as it was written down then.
    pub decided_by: Option<String>,
    /// The transfer it undoes, takes or ends.
    pub about: Option<TransferId>,
    /// What became of it.
    pub state: EntryState,
    /// The result it credited.
    pub result: Option<LearningResult>,
}

/// A learner's passbook.
#[derive(Clone, Debug)]
pub struct Passbook {
    /// 累计学分: falls only by reversal and revocation.
    pub total: Credits,
    /// All balances.
    pub balances: Balances,
    /// The lines, the newest first.
    pub entries: Vec<PassbookEntry>,
    /// Every pass, credited or not, the newest first.
    pub results: Vec<LearningResult>,
    /// Class hours, each time they were counted, the oldest first.
    pub counted: Vec<CountedHours>,
    /// The same by kind.
    pub hours: ClassHours,
}

impl Passbook {
    /// 可转出学分: awards that stand, and whose evidence reaches `least`.
    #[must_use]
    pub fn transferable(&self, least: Levels) -> Credits {
        let may = |entry: &&PassbookEntry| {
            let is_award = matches!(entry.code, Code::Issue | Code::ConvertIn);
            let reaches = || self.results_for(entry).any(|result| result.levels().reach(least));
            is_award && entry.state == EntryState::Stands && reaches()
        };
        self.entries.iter().filter(may).fold(Credits::ZERO, |sum, entry| sum.plus(entry.amount))
    }

    /// The passes that speak for an award: the one it credited, and later ones of its unit that were kept beside it and credited nothing.
    pub fn results_for<'a>(&'a self, award: &'a PassbookEntry) -> impl Iterator<Item = &'a LearningResult> {
        let unit = award.unit.as_deref().unwrap_or_default();
        speaking_for(&self.results, (award.transfer, award.recorded_at, unit))
    }
}

/// Of these results the ones that speak for an award of `unit`, recorded at that time.
fn speaking_for<'a>(
    results: &'a [LearningResult],
    (award, since, unit): (TransferId, Timestamp, &'a str),
) -> impl Iterator<Item = &'a LearningResult> {
    let is_later = move |result: &LearningResult| result.transfer.is_none() && result.unit == unit && result.passed_at >= since;
    results.iter().filter(move |result| result.transfer == Some(award) || is_later(result))
}

/// Whether the evidence for an award reaches `least`.
pub(super) fn reaches(results: &[LearningResult], award: (TransferId, Timestamp, &str), least: Levels) -> bool {
    speaking_for(results, award).any(|result| result.levels().reach(least))
}

/// A unit that was passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedUnit {
    /// Its code.
    pub unit: String,
    /// When it was first passed.
    pub passed_at: Timestamp,
    /// The award that stands for it.
    pub award: Option<TransferId>,
}

/// The passbook of `learner`.
///
/// # Errors
/// What the database answers.
pub async fn passbook_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Passbook, Error> {
    let parts = Parts::read(db, learner).await?;
    let decisions = if parts.book.transfers().iter().any(|transfer| transfer.reason.is_some()) {
        queries::list_deciders(db, learner).await?
    } else {
        HashMap::new()
    };
    Ok(parts.passbook(&decisions))
}

/// What a passbook is made of.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) book: Book,
    pub(super) results: Vec<LearningResult>,
    pub(super) counted: Vec<CountedHours>,
}

impl Parts {
    pub(super) async fn read(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Self, Error> {
        let book = ledger::book_of(db, learner).await?;
        let results = queries::list_results(db, learner).await?;
        let counted = queries::list_hours(db, learner).await?;
        Ok(Self { book, results, counted })
    }

    /// The passbook, with who decided on corrections, by the first transfer of each.
    pub(super) fn passbook(&self, decisions: &HashMap<TransferId, String>) -> Passbook {
        let Self { book, results, counted } = self;
        let mut total = 0;
        let mut entries = Vec::with_capacity(book.transfers().len());
        for transfer in book.transfers() {
            total += change_of_total(transfer);
            // The remainder of a conversion never was the learner's.
            if transfer.before != transfer.after {
                let result = results.iter().find(|result| result.transfer == Some(transfer.id)).cloned();
                let total_after = Credits::from_milli(total).unwrap_or_default();
                let first_leg = book.transfers().iter().find(|other| other.group == transfer.group && transfer.reason.is_some());
                let decided_by = first_leg.and_then(|first| decisions.get(&first.id)).cloned();
                entries.push(PassbookEntry { decided_by, ..entry(book, transfer, result, total_after) });
            }
        }
        entries.reverse();
        let balances = book.transfers().last().map(|last| last.after).unwrap_or_default();
        let hours = ClassHours::of(counted);
        let total = Credits::from_milli(total).unwrap_or_default();
        Passbook { total, balances, entries, results: results.clone(), counted: counted.clone(), hours }
    }

    /// The units that were passed, the first passed first. A pass whose own award was reversed or revoked does not count.
    pub(super) fn completed(&self) -> Vec<CompletedUnit> {
        let standing: Vec<&Transfer> = self.book.standing_awards().collect();
        let stands = |transfer: TransferId| standing.iter().any(|award| award.id == transfer);
        let mut units: Vec<CompletedUnit> = Vec::new();
        for result in self.results.iter().rev().filter(|result| result.transfer.is_none_or(stands)) {
            match units.iter_mut().find(|unit| unit.unit == result.unit) {
                Some(known) => known.award = known.award.or(result.transfer),
                None => {
                    units.push(CompletedUnit { unit: result.unit.clone(), passed_at: result.passed_at, award: result.transfer });
                }
            }
        }
        units
    }
}

/// 可转出学分 of `learner`: what might be transferred out now, where the receiver asks for evidence of `least`.
///
/// # Errors
/// What the database answers.
pub async fn transferable(db: &impl ConnectionTrait, learner: LearnerId, least: Levels) -> Result<Credits, Error> {
    Ok(passbook_of(db, learner).await?.transferable(least))
}

/// One line of the passbook of `learner`; `None` where the transfer is not theirs.
///
/// # Errors
/// What the database answers.
pub async fn find_entry(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    transfer: TransferId,
) -> Result<Option<PassbookEntry>, Error> {
    let passbook = passbook_of(db, learner).await?;
    Ok(passbook.entries.into_iter().find(|entry| entry.transfer == transfer))
}

/// The units that `learner` has passed, the first passed first. A pass whose own award was reversed or revoked does not count.
///
/// # Errors
/// What the database answers.
pub async fn completed_units(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<CompletedUnit>, Error> {
    let book = ledger::book_of(db, learner).await?;
    let results = queries::list_results(db, learner).await?;
    Ok(Parts { book, results, counted: Vec::new() }.completed())
}

/// The class hours of `learner`, each time they were counted, the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn list_hours(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<CountedHours>, Error> {
    Ok(queries::list_hours(db, learner).await?)
}

/// Everything recognition and ledger keep of `learner`: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, Error> {
    let passbook = passbook_of(db, learner).await?;
    let hours: Vec<Value> = passbook
        .counted
        .iter()
        .map(|hours| json!({ "kind": hours.kind.code(), "unit": hours.unit, "minutes": hours.minutes, "day": hours.day.to_string() }))
        .collect();
    let entries = passbook.entries.iter().map(|entry| {
        json!({
            "transfer": entry.transfer, "day": entry.day.to_string(), "unit": entry.unit, "code": entry.code.code(),
            "phase": entry.phase.code(), "amount_milli": entry.amount.milli(), "total_after_milli": entry.total_after.milli(),
            "rule_version": entry.rule_version, "reason": entry.reason, "about": entry.about,
        })
    });
    let results = passbook.results.iter().map(|result| {
        json!({
            "result": result.id, "unit": result.unit, "edition": result.edition, "score_permille": result.score.value(),
            "identity_level": result.identity_level.value(), "supervision_level": result.supervision_level.value(),
            "assisted": result.is_assisted, "rule_version": result.rule_version, "responsible_org": result.responsible_org, "transfer": result.transfer,
            "passed_at_ms": result.passed_at.ms(),
        })
    });
    Ok(json!({
        "total_milli": passbook.total.milli(), "entries": entries.collect::<Vec<_>>(),
        "results": results.collect::<Vec<_>>(), "class_hours": hours,
        "transfers_out": transfers_out_queries::export(db, learner).await?,
        "conversions": conversions_queries::export(db, learner).await?,
    }))
}

fn entry(book: &Book, transfer: &Transfer, result: Option<LearningResult>, total_after: Credits) -> PassbookEntry {
    PassbookEntry {
        transfer: transfer.id,
        recorded_at: transfer.recorded_at,
        day: transfer.recorded_at.day(),
        unit: unit_of(book, transfer),
        code: transfer.code,
        phase: transfer.phase,
        amount: transfer.amount.credits(),
        total_after,
        holding_after: transfer.after.holding,
        rule_version: transfer.rule_version.clone(),
        reason: transfer.reason.clone(),
        decided_by: None,
        about: transfer.names.map(|named| named.id),
        state: state_of(book, transfer),
        result,
    }
}

/// The unit of the award that a transfer gave, or that it leads back to. What a transfer names is always older than itself.
fn unit_of(book: &Book, transfer: &Transfer) -> Option<String> {
    let mut at = transfer;
    loop {
        if let Some(key) = &at.award_key {
            return Some(key.unit().to_owned());
        }
        at = book.find(at.names?.id).filter(|older| older.version < at.version)?;
    }
}

fn state_of(book: &Book, transfer: &Transfer) -> EntryState {
    if let Some(reversal) = book.reversal_of(transfer.id) {
        return EntryState::Reversed(reversal.id);
    }
    match book.taker_of(transfer.id).map(|taker| (taker.code, book.resolution_of(taker.id).is_some())) {
        Some((Code::Freeze, _)) => EntryState::Frozen,
        Some((Code::Revoke, _)) => EntryState::Revoked,
        Some((Code::TransferOut, false)) => EntryState::GoingOut,
        Some(_) => EntryState::GoneOut,
        None => EntryState::Stands,
    }
}

/// 累计学分 = issued + converted in − reversed − revoked (and a revocation reversed counts again).
const fn change_of_total(transfer: &Transfer) -> i64 {
    let amount = transfer.amount.milli();
    let code = match transfer.names {
        Some(named) if matches!(transfer.code, Code::Reverse) => named.code,
        _ => transfer.code,
    };
    let change = match code {
        Code::Issue | Code::ConvertIn => amount,
        Code::Revoke => -amount,
        _ => 0,
    };
    if matches!(transfer.code, Code::Reverse) { -change } else { change }
}
