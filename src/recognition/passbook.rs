//! The passbook (学分存折): what a person holds and how it came about, in all their accounts together. Four statements, however long it is; one
//! more where something in it was put right, for who decided that, and three for each further account.

use std::collections::{BTreeMap, HashMap};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::counting::{Counting, balances_of, in_order};
use super::queries::{ClassHours, CountedHours, LearningResult};
use super::{Error, Levels, LookState, conversions_queries, queries, rules, transfers_out_queries};
use crate::identity;
use crate::kernel::{Credits, Day, LearnerId, Timestamp, TransferId};
use crate::ledger::{self, Balances, Book, Code, Phase, Transfer};

/// What became of an entry since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// It stands.
    Stands,
    /// It stands, and counts nothing: another account of the same person was given the unit before.
    CountedOnce,
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
    /// In which account it stands.
    pub account: LearnerId,
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
    /// Passes that somebody looks at before they are credited, or did and would not: where the unit has no award that stands. The newest
    /// first, one a unit.
    #[must_use]
    pub fn looked_at(&self) -> Vec<&LearningResult> {
        let is_awarded = |unit: &str| {
            let is_its = |entry: &&PassbookEntry| entry.unit.as_deref() == Some(unit);
            let gone = |state| matches!(state, EntryState::Reversed(_) | EntryState::Revoked);
            let awards = self.entries.iter().filter(is_its).filter(|entry| matches!(entry.code, Code::Issue | Code::ConvertIn));
            awards.into_iter().any(|entry| !gone(entry.state))
        };
        let mut found: Vec<&LearningResult> = Vec::new();
        for result in
            self.results.iter().filter(|result| result.look.is_some_and(|look| look.is_open() || look == LookState::Declined))
        {
            if !is_awarded(&result.unit) && !found.iter().any(|known| known.unit == result.unit) {
                found.push(result);
            }
        }
        found
    }

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

/// The passbook of the person whose `learner` is: of all their accounts together, where two or more were joined.
///
/// # Errors
/// What the database answers.
pub async fn passbook_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Passbook, Error> {
    let parts = Parts::read(db, learner).await?;
    let mut decisions = HashMap::new();
    for account in &parts.accounts {
        if account.book.transfers().iter().any(|transfer| transfer.reason.is_some()) {
            decisions.extend(queries::list_deciders(db, account.learner).await?);
        }
    }
    Ok(parts.passbook(&decisions))
}

/// One account of a person, with all that was posted for it.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) learner: LearnerId,
    pub(super) book: Book,
}

/// What a passbook is made of: the accounts of one person, and what all of them came to.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) accounts: Vec<Account>,
    pub(super) results: Vec<LearningResult>,
    pub(super) counted: Vec<CountedHours>,
}

impl Parts {
    pub(super) async fn read(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Self, Error> {
        Self::read_of(db, &identity::accounts_of(db, learner).await?).await
    }

    /// The parts of these accounts, as of one person.
    pub(super) async fn read_of(db: &impl ConnectionTrait, learners: &[LearnerId]) -> Result<Self, Error> {
        let (mut accounts, mut results, mut hours) = (Vec::new(), Vec::new(), Vec::new());
        for learner in learners {
            accounts.push(Account { learner: *learner, book: ledger::book_of(db, *learner).await? });
            results.extend(queries::list_results(db, *learner).await?);
            hours.push(queries::list_hours(db, *learner).await?);
        }
        results.sort_by_key(|result| std::cmp::Reverse((result.passed_at, result.id)));
        Ok(Self { accounts, results, counted: hours_once(hours) })
    }

    /// The book of one account.
    pub(super) fn book_of(&self, learner: LearnerId) -> Result<&Book, Error> {
        let account = self.accounts.iter().find(|account| account.learner == learner);
        Ok(&account.ok_or(ledger::Error::NoSuchTransfer)?.book)
    }

    /// The passbook, with who decided on corrections, by the first transfer of each.
    pub(super) fn passbook(&self, decisions: &HashMap<TransferId, String>) -> Passbook {
        let Self { accounts, results, counted } = self;
        let counting = Counting::of(accounts);
        let (mut entries, mut so_far) = (Vec::new(), Counting::default());
        for (account, transfer) in in_order(accounts) {
            let book = &account.book;
            so_far.take(book, transfer);
            // The remainder of a conversion never was the learner's.
            if transfer.before != transfer.after {
                let result = results.iter().find(|result| result.transfer == Some(transfer.id)).cloned();
                let first_leg = book.transfers().iter().find(|other| other.group == transfer.group && transfer.reason.is_some());
                let decided_by = first_leg.and_then(|first| decisions.get(&first.id)).cloned();
                let shown = entry(account, transfer, result, so_far.total());
                let state = match shown.state {
                    EntryState::Stands if counting.is_counted_once(transfer.id) => EntryState::CountedOnce,
                    state => state,
                };
                entries.push(PassbookEntry { decided_by, state, ..shown });
            }
        }
        entries.reverse();
        let (balances, hours) = (balances_of(accounts, &counting), ClassHours::of(counted));
        Passbook { total: counting.total(), balances, entries, results: results.clone(), counted: counted.clone(), hours }
    }

    /// The units that were passed, the first passed first. A pass whose own award was reversed or revoked does not count.
    pub(super) fn completed(&self) -> Vec<CompletedUnit> {
        let standing: Vec<&Transfer> = self.accounts.iter().flat_map(|account| account.book.standing_awards()).collect();
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

/// The units that the person whose `learner` is has passed, the first passed first. A pass whose own award was reversed or revoked does not
/// count.
///
/// # Errors
/// What the database answers.
pub async fn completed_units(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<CompletedUnit>, Error> {
    Ok(Parts::read(db, learner).await?.completed())
}

/// The class hours of the person whose `learner` is, each time they were counted, the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn list_hours(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<CountedHours>, Error> {
    let mut hours = Vec::new();
    for account in identity::accounts_of(db, learner).await? {
        hours.push(queries::list_hours(db, account).await?);
    }
    Ok(hours_once(hours))
}

/// The awards that count for the person whose `accounts` these are, each unit once. One statement.
///
/// # Errors
/// What the database answers.
pub async fn counted_awards(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Transfer>, Error> {
    Ok(counted_in(accounts, ledger::books_of(db, accounts).await?))
}

/// The same, where the books of `accounts` are known.
#[must_use]
pub fn counted_in(accounts: &[LearnerId], mut books: BTreeMap<LearnerId, Book>) -> Vec<Transfer> {
    let account = |learner: &LearnerId| books.remove(learner).map(|book| Account { learner: *learner, book });
    let accounts: Vec<Account> = accounts.iter().filter_map(account).collect();
    let counted = Counting::of(&accounts).awards();
    let find = |award: &TransferId| accounts.iter().find_map(|account| account.book.find(*award)).cloned();
    counted.iter().filter_map(find).collect()
}

/// Hours of several accounts of one person: what was counted for the same thing in more than one of them counts once, where it came to most.
fn hours_once(accounts: Vec<Vec<(String, CountedHours)>>) -> Vec<CountedHours> {
    let mut best: HashMap<String, (i64, usize)> = HashMap::new();
    for (number, lines) in accounts.iter().enumerate() {
        let mut sums: HashMap<&str, i64> = HashMap::new();
        for (key, hours) in lines {
            *sums.entry(rules::counted_for(key)).or_default() += hours.minutes;
        }
        for (what, minutes) in sums {
            let known = best.entry(what.to_owned()).or_insert((minutes, number));
            if minutes > known.0 {
                *known = (minutes, number);
            }
        }
    }
    let is_best = |number, key: &str| best.get(rules::counted_for(key)).is_some_and(|known| known.1 == number);
    let of_account = |(number, lines): (usize, Vec<(String, CountedHours)>)| {
        lines.into_iter().filter(move |(key, _)| is_best(number, key)).map(|(_, hours)| hours)
    };
    let mut all: Vec<CountedHours> = accounts.into_iter().enumerate().flat_map(of_account).collect();
    all.sort_by_key(|hours| hours.day);
    all
}

/// Everything recognition and ledger keep of the account `learner` alone: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, Error> {
    let parts = Parts::read_of(db, &[learner]).await?;
    let passbook = parts.passbook(&HashMap::new());
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
            "passed_at_ms": result.passed_at.ms(), "look": result.look.map(LookState::code),
        })
    });
    Ok(json!({
        "total_milli": passbook.total.milli(), "entries": entries.collect::<Vec<_>>(),
        "results": results.collect::<Vec<_>>(), "class_hours": hours,
        "transfers_out": transfers_out_queries::export(db, learner).await?,
        "conversions": conversions_queries::export(db, learner).await?,
    }))
}

fn entry(account: &Account, transfer: &Transfer, result: Option<LearningResult>, total_after: Credits) -> PassbookEntry {
    let book = &account.book;
    PassbookEntry {
        account: account.learner,
        transfer: transfer.id,
        recorded_at: transfer.recorded_at,
        day: transfer.recorded_at.day(),
        unit: unit_of(book, transfer),
        code: transfer.code,
        phase: transfer.phase,
        amount: transfer.amount.credits(),
        total_after,
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
