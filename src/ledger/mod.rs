//! The ledger: every credit there is, as transfers that nobody can quietly rewrite. `docs/LEDGER.md` explains it.
//!
//! Rules kept here: credit moves only by [`post`], inside its caller's commit, and only `recognition` calls it. A row names both sides,
//! so it cannot be unbalanced; it carries the balances before and after, and its predecessor, so a learner's rows are one chain.
//! The same key and the same request get the first answer, another request under that key is refused. Rows are never changed or removed:
//! a mistake is put right by a transfer that names the wrong one. The database refuses all of this by itself too, on both engines.
//!
//! Nothing here ever holds a name, a phone number or a document number, moves credit from person to person, or knows that two accounts
//! are one person.

mod audit;
mod canonical;
mod checks;
mod journal;
mod journal_queries;
mod maker;
mod outward_queries;
mod posting;
mod queries;
mod rules;
mod scan_queries;
pub mod seal;
mod service;
mod transfer;
mod trial;
mod words;

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{DbFault, Retry};
use crate::kernel::{DataClass, Kept, LearnerId, OrganisationId, Term, TransferId};

pub use audit::{Progress, Report, audit, audit_since};
pub use canonical::{FORMAT, Writer as CanonicalWriter, canonical_bytes, leaf_of};
pub use checks::{Difference, Fault, Tally};
pub use journal::{JournalError, write_journal};
pub use maker::make_chains;
pub use outward_queries::{each_conversion, each_offer};
pub use posting::{Approval, Ask, Order, Posting, Reason};
pub use rules::{Converted, Fraction, convert, may_be_reversed, sides_of};
pub use scan_queries::{each_award, each_award_of, each_correction};
pub use service::{AwardState, Chain, Posted, book_under, close, first_answer, open, open_many, post, post_many};
pub use transfer::{Book, How, Named, Transfer};
pub use words::{Amount, Asset, AwardKey, AwardSeries, Balances, Code, Key, Kind, Phase, Sides};

/// The bank itself as issuer of what it examines.
pub const BANK: OrganisationId = OrganisationId::from_uuid(uuid::Uuid::nil());

/// Why the ledger refuses.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The key was used for another request.
    #[error("this idempotency key stands for another request")]
    KeyMisused,
    /// The unit was credited already, in this cycle.
    #[error("this award was given already")]
    AwardGiven,
    /// A balance would fall below nought.
    #[error("the {0} balance does not suffice")]
    Overdrawn(Kind),
    /// The account is closed.
    #[error("the account is closed")]
    Closed,
    /// Something is still on its way out of the account.
    #[error("something is still pending")]
    StillPending,
    /// The learner has no such transfer.
    #[error("there is no such transfer")]
    NoSuchTransfer,
    /// It gave no award that could be taken.
    #[error("this transfer gave no award")]
    NotAnAward,
    /// Something holds on to the award: a transfer out, a freeze, a revocation.
    #[error("the award is taken")]
    Taken,
    /// Nothing is open there that could be resolved.
    #[error("there is nothing to resolve")]
    NothingToResolve,
    /// It was resolved before.
    #[error("it is resolved already")]
    AlreadyResolved,
    /// It was reversed before.
    #[error("it is reversed already")]
    AlreadyReversed,
    /// It stands: there is nothing to give again.
    #[error("this transfer was not reversed")]
    NotReversed,
    /// Transfers of this code are put right in another way.
    #[error("this transfer cannot be reversed")]
    NotReversible,
    /// Two different people are needed.
    #[error("nobody approves their own posting")]
    OnePerson,
    /// It would happen later than it is written down.
    #[error("it has not happened yet")]
    NotYetHappened,
    /// Its parts do not fit together.
    #[error("the parts of this posting do not fit together")]
    BadPosting,
    /// The account shows less than what was posted: see the audit.
    #[error("the account was left behind its transfers")]
    AccountBehind,
    /// The chain is not as the account says: see the audit.
    #[error("the chain does not end where the account says")]
    ChainBroken,
    /// Only an empty ledger is filled with made chains.
    #[error("the ledger is not empty")]
    NotEmpty,
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
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

/// Everything that was ever posted for `learner`.
///
/// # Errors
/// What the database answers.
pub async fn book_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Book, Error> {
    Ok(Book::of(queries::list_transfers(db, learner).await?))
}

/// Everything that was ever posted for each of `learners`; of whom nothing was, nothing stands there. One statement.
///
/// # Errors
/// What the database answers.
pub async fn books_of(db: &impl ConnectionTrait, learners: &[LearnerId]) -> Result<BTreeMap<LearnerId, Book>, Error> {
    let mut all: BTreeMap<LearnerId, Vec<Transfer>> = BTreeMap::new();
    for transfer in queries::list_transfers_of(db, learners).await? {
        all.entry(transfer.learner).or_default().push(transfer);
    }
    Ok(all.into_iter().map(|(learner, transfers)| (learner, Book::of(transfers))).collect())
}

/// The transfer of `learner` with this id.
///
/// # Errors
/// What the database answers.
pub async fn find_transfer(db: &impl ConnectionTrait, learner: LearnerId, id: TransferId) -> Result<Option<Transfer>, Error> {
    Ok(queries::find_transfer(db, learner, id).await?)
}

/// What `learner` holds; all nought where nothing was ever posted.
///
/// # Errors
/// What the database answers.
pub async fn balances_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Balances, Error> {
    Ok(queries::find_account(db, learner).await?.map(|account| account.balances).unwrap_or_default())
}

/// The next `most` transfers that put something right, after `after`, in the order of learner and id, with their codes; of several
/// legs the first.
///
/// # Errors
/// What the database answers.
pub async fn list_corrections_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, Error> {
    Ok(queries::list_corrections_after(db, after, most).await?)
}

/// The next `most` awards after `after`, in the order of learner and id: what was credited, and as what.
///
/// # Errors
/// What the database answers.
pub async fn list_awards_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, Error> {
    Ok(queries::list_awards_after(db, after, most).await?)
}

/// The next `most` transfers out after `after`, in the order of learner and id: the pending one, and how it stands
/// ([`standing_of_offer`]).
///
/// # Errors
/// What the database answers.
pub async fn list_offers_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, Error> {
    Ok(outward_queries::list_offers_after(db, after, most).await?)
}

/// How a transfer out stands, in one text: `pending`, `post`, `void` or `reversed`, the award it took, the digest of the answer.
#[must_use]
pub fn standing_of_offer(phase: &str, award: TransferId, answer: Option<&[u8]>) -> String {
    outward_queries::how_it_stands(phase, award, answer)
}

/// The next `most` conversions after `after`, in the order of learner and id, with their codes; of several legs the first.
///
/// # Errors
/// What the database answers.
pub async fn list_conversions_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, Error> {
    Ok(outward_queries::list_conversions_after(db, after, most).await?)
}

/// How many transfers and how many accounts there are.
///
/// # Errors
/// What the database answers.
pub async fn count(db: &impl ConnectionTrait) -> Result<(u64, u64), Error> {
    Ok((journal_queries::count_transfers(db).await?, journal_queries::count_accounts(db).await?))
}

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("ledger_transfer", DataClass::Record, Term::Permanent),
    Kept::new("ledger_account", DataClass::Record, Term::Permanent),
    Kept::new("ledger_unsealed", DataClass::Record, Term::Permanent),
    Kept::new("ledger_log", DataClass::Record, Term::Permanent),
    Kept::new("ledger_key", DataClass::Record, Term::Permanent),
    Kept::new("ledger_leaf", DataClass::Record, Term::Permanent),
    Kept::new("ledger_tile", DataClass::Record, Term::Permanent),
    Kept::new("ledger_checkpoint", DataClass::Record, Term::Permanent),
    Kept::new("ledger_witness", DataClass::Record, Term::Permanent),
];
