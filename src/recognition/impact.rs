//! What a correction would change, shown before anybody decides: what hangs on the entry, what will be suspended, the sums before and after,
//! or what stands in the way. It is worked out from the rows by trying the posting on a copy of the book; nothing is written.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::passbook::{CompletedUnit, Parts, Passbook, PassbookEntry};
use super::queries::{CountedHours, LearningResult};
use super::rules::Levels;
use super::use_queries::{self, CreditUse, UseState};
use super::{CorrectionKind, EntryState, Error};
use crate::kernel::{Credits, Digest, LearnerId, Timestamp, TransferId, digest_of};
use crate::ledger::{self, Approval, AwardSeries, AwardState, Book, Code, Order, Posting, Reason, Transfer};

/// A figure as it is, and as it would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<T> {
    /// Now.
    pub before: T,
    /// Afterwards.
    pub after: T,
}

/// What stands in the way of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// This transfer hangs on it and must be put right first, in this way.
    UndoFirst(TransferId, CorrectionKind),
    /// It was reversed before.
    Reversed,
    /// It is not frozen.
    NotFrozen,
    /// It was not reversed: there is nothing to give again.
    NotReversed,
    /// The unit was credited again since.
    CreditedAgain,
    /// Lines of this kind are not put right in this way.
    WrongWay,
}

/// What a correction would do.
#[derive(Clone, Debug)]
pub struct Impact {
    /// How it would be put right.
    pub kind: CorrectionKind,
    /// The line that it is about.
    pub entry: PassbookEntry,
    /// What becomes of the line.
    pub becomes: EntryState,
    /// Why it cannot be done now, if it cannot.
    pub obstacle: Option<Obstacle>,
    /// Whether a freeze is ended by the way.
    pub unfreezes_first: bool,
    /// What holds on to the line's award now.
    pub holder: Option<PassbookEntry>,
    /// What builds on it, and whether that will be suspended.
    pub uses: Vec<(CreditUse, bool)>,
    /// Results that stand on it.
    pub results: Vec<LearningResult>,
    /// Class hours that were counted with it. They are facts and stay.
    pub hours: Vec<CountedHours>,
    /// 累计学分.
    pub total: Change<Credits>,
    /// 可转出.
    pub transferable: Change<Credits>,
    /// How many courses count as passed.
    pub courses: Change<usize>,
    /// Whether the line's unit is among them.
    pub is_completed: Change<bool>,
}

impl Impact {
    /// What was shown, as a digest that the form carries: where it differs when somebody approves, things have changed meanwhile.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let holder = self.holder.as_ref().map(|holder| holder.transfer);
        let uses = self
            .uses
            .iter()
            .map(|(used, is_suspended)| json!([used.transfer, used.kind, used.reference, used.state.code(), is_suspended]));
        let results = self.results.iter().map(|result| result.id);
        let hours = self.hours.iter().map(|hours| json!([hours.kind.code(), hours.unit, hours.minutes]));
        let credits = |change: Change<Credits>| [change.before.milli(), change.after.milli()];
        let facts = json!({
            "kind": self.kind.code(), "about": self.entry.transfer, "obstacle": format!("{:?}", self.obstacle),
            "state": format!("{:?}", self.entry.state), "unfreezes_first": self.unfreezes_first, "holder": holder,
            "uses": uses.collect::<Vec<_>>(), "results": results.collect::<Vec<_>>(), "hours": hours.collect::<Vec<_>>(),
            "total": credits(self.total), "transferable": credits(self.transferable),
            "courses": [self.courses.before, self.courses.after], "is_completed": [self.is_completed.before, self.is_completed.after],
        });
        digest_of(&[facts.to_string().as_bytes()])
    }

    /// How much of what builds on the line will be suspended.
    #[must_use]
    pub fn suspended(&self) -> usize {
        self.uses.iter().filter(|(_, is_suspended)| *is_suspended).count()
    }
}

/// What putting `about` right as `kind` would do. `least` is the evidence that 可转出 asks for.
///
/// # Errors
/// [`ledger::Error::NoSuchTransfer`] where the learner's passbook has no such line; what the database answers.
pub async fn impact_of(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    (kind, about): (CorrectionKind, TransferId),
    least: Levels,
) -> Result<Impact, Error> {
    let parts = Parts::read(db, learner).await?;
    let uses = use_queries::list_uses(db, learner).await?;
    impact_on((&parts, learner), uses, (kind, about), least)
}

/// The ways in which the line `about` can be put right now, each with what stands in its way where something does.
///
/// # Errors
/// As [`impact_of`].
pub async fn ways_of(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    about: TransferId,
) -> Result<Vec<(CorrectionKind, Option<Obstacle>)>, Error> {
    let parts = Parts::read(db, learner).await?;
    let book = parts.book_of(learner)?;
    book.get(about)?;
    let way = |kind| (kind, try_out(book, kind, about).and_then(|trial| must_be_free(&parts, learner, trial)).err());
    Ok(CorrectionKind::ALL.into_iter().map(way).collect())
}

fn impact_on(
    (parts, learner): (&Parts, LearnerId),
    uses: Vec<CreditUse>,
    (kind, about): (CorrectionKind, TransferId),
    least: Levels,
) -> Result<Impact, Error> {
    let no_names = std::collections::HashMap::new();
    let now = parts.passbook(&no_names);
    let line_of = |id: TransferId| now.entries.iter().find(|entry| entry.transfer == id).cloned();
    let entry = line_of(about).ok_or(ledger::Error::NoSuchTransfer)?;
    let book = parts.book_of(learner)?;
    book.get(about)?;
    let holder = book.taker_of(about).and_then(|taker| line_of(taker.id));
    let trial = try_out(book, kind, about).and_then(|trial| must_be_free(parts, learner, trial));
    let obstacle = trial.as_ref().err().copied();
    let trial = trial.unwrap_or_else(|_| Trial::of_nothing(book));
    let mut after = parts.clone();
    after.accounts.iter_mut().filter(|account| account.learner == learner).for_each(|account| account.book = trial.book.clone());
    let then = after.passbook(&no_names);
    let (passed, passed_then) = (completed(parts, None), completed(&after, trial.restores));
    let is_passed = |units: &[CompletedUnit]| units.iter().any(|unit| Some(&unit.unit) == entry.unit.as_ref());
    let touched = |used: &CreditUse| used.transfer == about || trial.gone.contains(&used.transfer);
    let results: Vec<_> = parts.results.iter().filter(|result| result.transfer == Some(about)).cloned().collect();
    let counted_with = |hours: &&CountedHours| results.iter().any(|result| hours.result == Some(result.id));
    Ok(Impact {
        kind,
        becomes: then.entries.iter().find(|other| other.transfer == about).map_or(entry.state, |other| other.state),
        obstacle,
        unfreezes_first: trial.unfreezes_first,
        holder,
        uses: uses
            .into_iter()
            .filter(touched)
            .map(|used| {
                let is_suspended = used.state == UseState::Active && trial.gone.contains(&used.transfer);
                (used, is_suspended)
            })
            .collect(),
        hours: parts.counted.iter().filter(counted_with).cloned().collect(),
        results,
        total: Change { before: now.total, after: then.total },
        transferable: Change {
            before: now.transferable(least),
            after: transferable_then(&then, trial.restores.and(entry.result.as_ref()), least, entry.amount),
        },
        courses: Change { before: passed.len(), after: passed_then.len() },
        is_completed: Change { before: is_passed(&passed), after: is_passed(&passed_then) },
        entry,
    })
}

/// Credit that is given again brings its result along, which no row says yet.
fn transferable_then(then: &Passbook, restored: Option<&LearningResult>, least: Levels, amount: Credits) -> Credits {
    let sum = then.transferable(least);
    if restored.is_some_and(|result| result.levels().reach(least)) { sum.plus(amount) } else { sum }
}

fn completed(parts: &Parts, restores: Option<TransferId>) -> Vec<CompletedUnit> {
    let Some(award) = restores else { return parts.completed() };
    let mut parts = parts.clone();
    // The award that is given again stands for the same pass.
    for result in parts.results.iter_mut().filter(|result| result.transfer == Some(award)) {
        result.transfer = None;
    }
    parts.completed()
}

/// A correction tried on a copy of the book.
struct Trial {
    book: Book,
    /// Transfers that lose their ground.
    gone: Vec<TransferId>,
    unfreezes_first: bool,
    /// The award that is given again.
    restores: Option<TransferId>,
}

impl Trial {
    fn of_nothing(book: &Book) -> Self {
        Self { book: book.clone(), gone: Vec::new(), unfreezes_first: false, restores: None }
    }
}

/// What is given again must not be held by another account of the same person meanwhile.
fn must_be_free(parts: &Parts, learner: LearnerId, trial: Trial) -> Result<Trial, Obstacle> {
    let key = trial.restores.and_then(|award| trial.book.find(award)?.award_key.clone());
    let is_held = |series: &AwardSeries| {
        let others = parts.accounts.iter().filter(|account| account.learner != learner);
        others.map(|other| other.book.award_state(series)).any(|state| matches!(state, AwardState::Given(_)))
    };
    if key.as_ref().is_some_and(|key| is_held(key.series())) { Err(Obstacle::CreditedAgain) } else { Ok(trial) }
}

fn try_out(book: &Book, kind: CorrectionKind, about: TransferId) -> Result<Trial, Obstacle> {
    let hindered = |error| obstacle_of(&error, book, about);
    let (order, approval) = nobodys(book);
    let freeze = book.taker_of(about).filter(|taker| taker.code == Code::Freeze).map(|taker| taker.id);
    let takes_the_ground = matches!(kind, CorrectionKind::Revoke | CorrectionKind::Reverse);
    let mut at = book.clone();
    let unfreezes_first = takes_the_ground && freeze.is_some();
    if let Some(freeze) = freeze.filter(|_| takes_the_ground) {
        let unfreeze = Posting::unfreeze(order.clone(), approval.clone(), &at, freeze).map_err(hindered)?;
        at = unfreeze.tried_on(&at).map_err(hindered)?;
    }
    let posting = match kind {
        CorrectionKind::Freeze => Posting::freeze(order, approval.reason, &at, about),
        CorrectionKind::Unfreeze => Posting::unfreeze(order, approval, &at, freeze.ok_or(Obstacle::NotFrozen)?),
        CorrectionKind::Revoke => Posting::revoke(order, approval, &at, about),
        CorrectionKind::Reverse => Posting::reverse(order, approval, &at, about),
        CorrectionKind::Restore => Posting::issue_again(order, approval, &at, about),
    };
    let after = posting.map_err(hindered)?.tried_on(&at).map_err(hindered)?;
    let added = after.transfers().iter().skip(at.transfers().len());
    let gone = added.filter_map(|transfer| Some(transfer.names?.id)).filter(|_| takes_the_ground).collect();
    let restores = (kind == CorrectionKind::Restore).then_some(about);
    Ok(Trial { book: after, gone, unfreezes_first, restores })
}

/// An order of nobody, to try things with.
fn nobodys(book: &Book) -> (Order, Approval) {
    let nobody = |number| LearnerId::from_uuid(uuid::Uuid::from_u128(number));
    let newest = book.transfers().last().map_or(Timestamp::from_ms(0), |last| last.recorded_at);
    let order = Order { actor: nobody(1), occurred_at: newest, rule_version: String::new(), evidence: digest_of(&[]) };
    (order, Approval { approver: nobody(2), reason: Reason::OTHER })
}

/// The ledger's refusal as what stands in the way, and how to clear it.
fn obstacle_of(error: &ledger::Error, book: &Book, about: TransferId) -> Obstacle {
    let resolution = |of: &Transfer| book.resolution_of(of.id).filter(|by| book.reversal_of(by.id).is_none());
    match error {
        ledger::Error::Taken => match book.taker_of(about) {
            Some(taker) if taker.code == Code::Freeze => Obstacle::UndoFirst(about, CorrectionKind::Unfreeze),
            // What has gone out comes back by reversing the answer, which takes the offer along.
            Some(taker) => Obstacle::UndoFirst(resolution(taker).map_or(taker.id, |by| by.id), CorrectionKind::Reverse),
            None => Obstacle::WrongWay,
        },
        ledger::Error::AlreadyResolved => match book.find(about).and_then(resolution) {
            Some(by) if ledger::may_be_reversed(by.code, by.phase) => Obstacle::UndoFirst(by.id, CorrectionKind::Reverse),
            _ => Obstacle::WrongWay,
        },
        ledger::Error::AlreadyReversed => Obstacle::Reversed,
        ledger::Error::NotReversed => Obstacle::NotReversed,
        ledger::Error::AwardGiven => Obstacle::CreditedAgain,
        _ => Obstacle::WrongWay,
    }
}
