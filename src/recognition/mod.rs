//! Recognition (认定): evidence of something done comes here, and here alone is decided what it is worth under a dated rule.
//!
//! Rules kept here: the only caller of `ledger::post`. Every pass becomes a result, born archived, whether it is credited or not; the first
//! one whose evidence suffices is credited as the award of its unit, a later one is kept and credits nothing, until the award was reversed:
//! then a new cycle begins. The same evidence handed in again gets the first answer. Class hours are facts beside it, standard ones
//! counted once a unit, and kinds of hours are never added. Result, credit, hours, audit line and events are one commit. What puts right (freeze,
//! unfreeze, revoke, reverse, restore) leaves a record of its own, born archived, beside its transfers
//! (`docs/adr/0009-corrections-are-records.md`). All but a freeze is asked for by one person and agreed to by another, who is shown before what
//! hangs on it.
//! Accounts of one person that are read as one hold a unit once: what a second one passes is kept, and credited only where they are parted.
//! Of the passes of one place in one hour so many are credited at once as the place says; the others are kept too, and credited when somebody has
//! looked (`docs/adr/0019-signals-never-verdicts.md`).
//! 转出: an award goes out whole, if its evidence reaches what the receiver asks for; it is set aside until the receiver answers, once, and
//! comes back when the time is over. Results from elsewhere are credited by a partner's dated rule, once over everybody.
//!
//! Nothing here is ever edited or deleted, and no credit is given for minutes. Curriculum is not asked: the caller brings the unit's terms.

mod attended;
mod attended_queries;
mod audit;
mod citations;
mod conversions;
mod conversions_queries;
mod correction_rules;
mod corrections;
mod counting;
mod impact;
mod instruction;
mod joined;
mod joined_queries;
mod looks;
mod looks_queries;
mod many;
mod numbers;
mod offers;
mod outlook;
mod partners;
mod partners_queries;
mod passbook;
mod queries;
mod quick_audit;
mod request_queries;
mod requests;
mod rules;
mod samples;
mod sealed_queries;
mod service;
mod transfers_out;
mod transfers_out_queries;
mod twice_audit;
mod upkeep;
mod use_queries;

use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{DbFault, Retry, Tx};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{AttemptId, Credits, DataClass, Digest, Kept, LearnerId, Permille, ResultId, Term, TransferId};
use crate::ledger;

pub use attended::{Attended, Passed, correct_attended, keep_attended, list_passed};
pub use audit::{AwardReport, audit};
pub use citations::{Citation, cite, count_uses, end_citations, list_uses_changed, uses_of};
pub use conversions::{ConversionRule, ConvertedIn, Deciders, PartnerResult, convert_in, convert_out, converted_within};
pub use correction_rules::{CorrectionKind, MOST_GROUND, RequestState, days_waiting, is_reason_for, reasons};
pub use corrections::{Decision, freeze, restore, reverse, revoke, unfreeze};
pub use impact::{Change, Impact, Obstacle, impact_of, ways_of};
pub use instruction::Instruction;
pub use joined::{AliasDone, AliasError, AliasImpact, AliasSide, approve_alias, impact_of_alias};
pub use looks::{Awaiting, LookState, LookVerdict, Looked, count_awaiting, forget_tallies, get_awaiting, list_awaiting, look};
pub use many::{Roll, RollLine, convert_all_in, convert_one_in, given_in};
pub use numbers::normal_number;
pub use offers::{OfferStands, OfferState, list_offers_by_ids};
pub use outlook::{Brought, Giver, outlook};
pub use partners::{ConvertedLine, list_converted_with};
pub use passbook::{
    CompletedUnit, EntryState, Passbook, PassbookEntry, completed_units, counted_awards, counted_in, export, find_entry,
    list_hours, passbook_of, transferable,
};
pub use queries::{ClassHours, CountedHours, HourKind, LearningResult};
pub use requests::{
    Answered, CorrectionRequest, NewRequest, approve, ask, count_waiting_requests, get_request, impact_of_request,
    list_requests_of, list_waiting_requests, refuse, seal_answer, seal_ground, withdraw,
};
pub use rules::{Levels, SupervisionLevel};
pub use samples::{sample_impact, sample_passbook, sample_request};
pub use service::recognise;
pub use transfers_out::{Answer, Offer, accept_out, decline_out, expire_overdue, least_to_go_out, offer_out};
pub use upkeep::{schedule_upkeep, with_upkeep};
pub use use_queries::{CreditUse, UseState};

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
    /// How many passes of people of one place are credited in an hour before somebody is asked to look; `None`: however many.
    pub most_per_hour: Option<u32>,
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
    /// It is credited when somebody has looked: more were passed at this place in this hour than are credited unseen.
    AwaitsLook,
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
    /// There is no such request.
    #[error("there is no such request")]
    NoSuchRequest,
    /// Something stands in the way of the correction.
    #[error("something stands in the way: {0:?}")]
    Hindered(Obstacle),
    /// A request about the same line waits already.
    #[error("a request about this line waits already")]
    AskedAlready,
    /// The form was sent before, with other words.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// The award counts nothing: another account of the same person was given the unit before.
    #[error("another account of the same person was given this unit before")]
    CountedElsewhere,
    /// Nobody decides on what they asked for.
    #[error("nobody decides on their own request")]
    OwnRequest,
    /// Nobody puts right their own credit.
    #[error("nobody puts right their own credit")]
    OwnCredit,
    /// Only who asked takes a request back.
    #[error("only the asker takes a request back")]
    NotTheAsker,
    /// The request was decided or taken back meanwhile.
    #[error("the request is decided")]
    Decided,
    /// What hangs on the line is no longer what was shown.
    #[error("the impact is no longer what was shown")]
    Stale,
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
    /// One of many results cannot be credited with the others: they are done one by one.
    #[error("these results cannot be credited together")]
    NotTogether,
    /// Whoever answers for the record has given this person all that it may.
    #[error("one person would be given more than may be given")]
    OverPerPerson,
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
            Error::Ledger(ledger::Error::KeyMisused) | Error::SentBefore => Self::Refused(Message::of("form-sent-before")),
            Error::NoSuchRequest | Error::Ledger(ledger::Error::NoSuchTransfer) => Self::NotFound,
            Error::OwnRequest | Error::Ledger(ledger::Error::OnePerson) => Self::Refused(Message::of("correction-own")),
            Error::NotTheAsker | Error::OwnCredit => Self::NotAllowed,
            Error::Ledger(ledger::Error::Closed) => Self::Refused(Message::of("correction-closed")),
            Error::AskedAlready => Self::Changed(Message::of("correction-asked-already")),
            Error::Decided => Self::Changed(Message::of("correction-decided")),
            Error::Stale | Error::Hindered(_) => Self::Changed(Message::of("correction-stale")),
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

/// What builds on a learner's credit and has lost its ground: it waits for somebody to look at it.
///
/// # Errors
/// What the database answers.
pub async fn list_suspended(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<CreditUse>, Error> {
    let uses = use_queries::list_uses(db, learner).await?;
    Ok(uses.into_iter().filter(|used| used.state == UseState::Suspended).collect())
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
    Kept::new("counted_elsewhere", DataClass::Record, Term::Permanent),
    Kept::new("awaiting_look", DataClass::Record, Term::Permanent),
    Kept::new("pass_tally", DataClass::Impersonal, Term::Days(looks::TALLY_DAYS)),
    Kept::new("credit_use", DataClass::Record, Term::Permanent),
    Kept::new("correction", DataClass::Record, Term::Permanent),
    Kept::new("correction_request", DataClass::Record, Term::Permanent),
    Kept::new("transfer_out", DataClass::Record, Term::Permanent),
    Kept::new("conversion", DataClass::Record, Term::Permanent),
    Kept::new("partner_result", DataClass::Record, Term::Permanent),
];
