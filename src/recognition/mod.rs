//! Recognition (认定): evidence of something done comes here, and here alone is decided what it is worth under a dated rule.
//!
//! Rules kept here: the only caller of `ledger::post`. Every pass becomes a result, born archived, whether it is credited or not; the first
//! one whose evidence suffices is credited as the award of its unit, a later one is kept and credits nothing, until the award was reversed:
//! then a new cycle begins. The same evidence handed in again gets the first answer. Class hours are facts beside it, standard ones
//! counted once a unit, and kinds of hours are never added. Result, credit, hours, audit line and events are one commit. What puts right (freeze,
//! unfreeze, revoke, reverse) leaves a record of its own, born archived, beside its transfers (`docs/adr/0009-corrections-are-records.md`).
//!
//! Nothing here is ever edited or deleted, and no credit is given for minutes. Curriculum is not asked: the caller brings the unit's terms.

mod audit;
mod corrections;
mod passbook;
mod queries;
mod quick_audit;
mod rules;
mod samples;
mod sealed_queries;
mod service;

use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{DbFault, Retry, Tx};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{AttemptId, Credits, DataClass, Digest, Kept, LearnerId, Permille, ResultId, Term, TransferId};
use crate::ledger;

pub use audit::{AwardReport, audit};
pub use corrections::{Decision, freeze, reverse, revoke, unfreeze};
pub use passbook::{
    CompletedUnit, EntryState, Passbook, PassbookEntry, completed_units, export, find_entry, list_hours, passbook_of,
};
pub use queries::{ClassHours, CountedHours, HourKind, LearningResult};
pub use rules::{Levels, SupervisionLevel};
pub use samples::sample_passbook;
pub use service::recognise;

/// Something done that may be recognised.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// A unit's test was passed.
    UnitTest {
        /// The attempt that passed.
        attempt: AttemptId,
        /// The unit's code.
        unit: String,
        /// Digest of the curriculum's edition it was taken in.
        edition: String,
        /// Share of the points reached.
        score: Permille,
        /// How it was supervised.
        supervision_level: SupervisionLevel,
        /// Digest of items, answers and grading.
        evidence_hash: Digest,
    },
}

/// What a unit is worth, by the rule in force; the caller takes it from the curriculum.
#[derive(Clone, Debug)]
pub struct UnitTerms {
    /// The unit's code.
    pub unit: String,
    /// What its award credits.
    pub credits: Credits,
    /// Minutes of one class hour.
    pub minutes_per_class_hour: i64,
    /// Standard class hours designed for it.
    pub class_hours: i64,
    /// The evidence that a pass needs at least to be credited.
    pub least: Levels,
    /// Version of the rule.
    pub rule_version: String,
    /// Who answers for the record.
    pub responsible_org: String,
}

/// What became of the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The result that is kept.
    pub result: ResultId,
    /// What it did to the credit.
    pub credit: Credit,
    /// Whether this is the first answer given again.
    pub is_repeat: bool,
}

/// What a result did to the credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credit {
    /// It was credited.
    Posted {
        /// As this transfer.
        transfer: TransferId,
        /// So much.
        credits: Credits,
    },
    /// The unit had been credited before: the result is kept, nothing is added.
    HeldAlready,
    /// Its evidence does not suffice for credit: a learning record only.
    RecordOnly,
}

/// Why recognition refuses.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Evidence and terms speak of different units.
    #[error("the evidence is of another unit than the terms")]
    OtherUnit,
    /// The terms cannot be booked: a unit's code or an amount that the ledger does not take.
    #[error("the terms of the unit cannot be booked")]
    BadTerms,
    /// The award is not frozen.
    #[error("the award is not frozen")]
    NotFrozen,
    /// The ledger's refusal.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The write path's fault.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(DbFault::Database(error))
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Ledger(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            Self::OtherUnit | Self::BadTerms | Self::NotFrozen => None,
        }
    }
}

/// Refusals that only a person in the staff can meet are told by who asks for the correction; what is left is our fault.
impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Ledger(ledger::Error::KeyMisused) => Self::Refused(Message::of("form-sent-before")),
            Error::Ledger(ledger::Error::Fault(fault)) | Error::Fault(fault) => fault.into(),
            other => Self::Fault(other.to_string()),
        }
    }
}

/// Whether somebody may leave: nothing of their credit is on its way out.
///
/// # Errors
/// The ledger's refusal, [`ledger::Error::StillPending`].
pub async fn may_forget(db: &impl ConnectionTrait, learner: LearnerId) -> Result<(), Error> {
    let is_pending = ledger::balances_of(db, learner).await?.pending.milli() > 0;
    if is_pending { Err(ledger::Error::StillPending.into()) } else { Ok(()) }
}

/// Somebody leaves: their account is closed, so that it takes nothing any more but what puts earlier credit right. Results and ledger stay
/// whole, since certificates cite them and the chain proves the others' rows too; they name nobody, and who the learner was is forgotten
/// where the key of the person is destroyed.
///
/// # Errors
/// The ledger's refusal while something is on its way out.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    Ok(ledger::close(tx, learner).await?)
}

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("result", DataClass::Record, Term::Permanent),
    Kept::new("class_hour", DataClass::Record, Term::Permanent),
    Kept::new("credit_use", DataClass::Record, Term::Permanent),
    Kept::new("correction", DataClass::Record, Term::Permanent),
];
