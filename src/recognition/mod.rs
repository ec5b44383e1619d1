//! Recognition (认定): evidence of something done comes here, and here alone is decided what it is worth under a dated rule.
//!
//! Rules kept here: the only caller of `ledger::post`. Every pass becomes a result, born archived, whether it is credited or not; the first
//! one whose evidence suffices is credited as the award of its unit, a later one is kept and credits nothing, until the award was reversed:
//! then a new cycle begins. The same evidence handed in again gets the first answer. Class hours are facts beside it, standard ones
//! counted once a unit, and kinds of hours are never added. Result, credit, hours, audit line and events are one commit. What puts right (freeze,
//! unfreeze, revoke, reverse) leaves a record of its own, born archived, beside its transfers (`docs/adr/0009-corrections-are-records.md`).
//! 转出: an award goes out whole, if its evidence reaches what the receiver asks for; it is set aside until the receiver answers, once, and
//! comes back when the time is over. Results from elsewhere are credited by a partner's dated rule, once over everybody.
//!
//! Nothing here is ever edited or deleted, and no credit is given for minutes. Curriculum is not asked: the caller brings the unit's terms.

mod audit;
mod conversions;
mod conversions_queries;
mod corrections;
mod instruction;
mod passbook;
mod queries;
mod quick_audit;
mod rules;
mod samples;
mod sealed_queries;
mod service;
mod transfers_out;
mod transfers_out_queries;
mod upkeep;

use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{DbFault, Retry, Tx};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{AttemptId, Credits, DataClass, Digest, Kept, LearnerId, Permille, ResultId, Term, TransferId};
use crate::ledger;

pub use audit::{AwardReport, audit};
pub use conversions::{ConversionRule, ConvertedIn, Deciders, PartnerResult, convert_in, convert_out};
pub use corrections::{Decision, freeze, reverse, revoke, unfreeze};
pub use instruction::Instruction;
pub use passbook::{
    CompletedUnit, EntryState, Passbook, PassbookEntry, completed_units, export, find_entry, list_hours, passbook_of,
    transferable,
};
pub use queries::{ClassHours, CountedHours, HourKind, LearningResult};
pub use rules::{Levels, SupervisionLevel};
pub use samples::sample_passbook;
pub use service::recognise;
pub use transfers_out::{Answer, Offer, accept_out, decline_out, expire_overdue, offer_out};
pub use upkeep::{schedule_upkeep, with_upkeep};

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
    /// The evidence for the award does not reach what is asked for.
    #[error("the evidence does not reach what the rule asks for")]
    EvidenceTooLow,
    /// The receiver would have to answer before it was asked.
    #[error("the time to answer is over before it begins")]
    DueAlready,
    /// Nothing was offered to this receiver under this number.
    #[error("there is no such offer")]
    NoSuchOffer,
    /// The receiver answers after its time: what was offered comes back, or has come back.
    #[error("the time to answer is over")]
    TooLate,
    /// The receiver has answered something else before.
    #[error("another answer was given before")]
    AnsweredOtherwise,
    /// The rule is not in force on this day.
    #[error("the rule is not in force today")]
    RuleNotInForce,
    /// The rule wants a second person.
    #[error("the rule wants a second person")]
    NeedsApproval,
    /// More credit would come by this partner than the rule allows to one person.
    #[error("the most that this rule credits is reached")]
    CapReached,
    /// The conversion comes to nothing, or to more than can be booked.
    #[error("nothing comes of the conversion")]
    NothingComesOfIt,
    /// The partner's result is credited already, to whomever.
    #[error("this result of the partner is credited already")]
    ResultTaken,
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
            _ => None,
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
    Kept::new("transfer_out", DataClass::Record, Term::Permanent),
    Kept::new("conversion", DataClass::Record, Term::Permanent),
    Kept::new("partner_result", DataClass::Record, Term::Permanent),
];
