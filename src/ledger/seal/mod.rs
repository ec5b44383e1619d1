//! The sealed log: every transfer, every result and what becomes of certificates becomes a leaf of one Merkle tree, and signed checkpoints say what stood there when.
//!
//! Kept here: leaves have gapless numbers in the order in which things were recorded; one process seals at a time (a lease in the
//! database); a checkpoint is signed only when it goes on from the last one that this signer signed, which it remembers outside the
//! database; nothing sealed is ever changed or taken away. Proofs are made from tiles of 256 hashes, so they cost the same however
//! long the book is.
//!
//! Nothing here ever shows whose a leaf is: the public log is hashes alone.

mod audit;
mod queries;
mod sealer;
mod service;
mod signer;

pub mod key_list;
pub mod merkle;
pub mod note;
pub mod receipt;
pub mod tiles;

use uuid::Uuid;

use crate::kernel::{Digest, LearnerId, Timestamp};
use note::Verifier;

pub use audit::{SealFault, SealReport, audit_log, audit_log_since};
pub(super) use queries::{Covered, list_covered_after};
pub use queries::{each_sealed_certificate, each_sealed_result};
pub use sealer::{Alarm, Sealed, Sealer, Trouble};
pub use service::{
    NotTaken, Proven, Reopened, checkpoint, consistency, count_waiting, current_signer, find_leaf, inclusion, keys, latest,
    latest_witnessed, list_sealed_certificates_after, list_sealed_results_after, open_log, prove, prove_leaf, reopen, rotate_key,
    take_cosignature, tile, witnesses,
};
pub use signer::{MayMake, Refusal, Signer, is_endorsed, remember, remembered, write_durably};

/// The one log there is so far; more are foreseen, one for each part of a database that is spread.
const LOG: i64 = 1;

/// What a leaf seals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafKind {
    /// A transfer of the ledger.
    Transfer,
    /// A learning result, credited or not.
    Result,
    /// A version of a certificate, or something that became of it.
    Certificate,
}

impl LeafKind {
    /// The code in tables and receipts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Result => "result",
            Self::Certificate => "certificate",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Transfer, Self::Result, Self::Certificate].into_iter().find(|kind| kind.code() == code)
    }
}

/// A leaf of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its number, from 0.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// What it seals.
    pub kind: LeafKind,
    /// Whose.
    pub learner: LearnerId,
    /// Which record.
    pub record: Uuid,
    /// When it got its number.
    pub sealed_at: Timestamp,
}

/// A signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// How many leaves it covers.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// By which generation of the key.
    pub generation: i64,
    /// The note, signed by the log alone.
    pub note: String,
    /// When.
    pub signed_at: Timestamp,
}

/// A witness's word under a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// Of the checkpoint over so many leaves.
    pub size: u64,
    /// Who.
    pub name: String,
    /// Its signature line.
    pub line: String,
    /// The time the witness names.
    pub seen_at: Timestamp,
}

/// A key that signs or has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyEntry {
    /// 1 for the first.
    pub generation: i64,
    /// Its public half.
    pub verifier: Verifier,
    /// From which size of the log on it signs.
    pub from_size: u64,
    /// When it was made.
    pub made_at: Timestamp,
    /// The word of the key before it, signed: that this one goes on for it.
    pub endorsed: Option<String>,
}
