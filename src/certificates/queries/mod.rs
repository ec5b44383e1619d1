//! The tables of this subject.

pub(in crate::certificates) mod batch_lines;
pub(in crate::certificates) mod batches;
pub(in crate::certificates) mod certificates;
pub(in crate::certificates) mod changing;
pub(in crate::certificates) mod cites;
pub(in crate::certificates) mod history;
pub(in crate::certificates) mod listing;
pub(in crate::certificates) mod numbers;
pub(in crate::certificates) mod prints;
pub(in crate::certificates) mod requests;
pub(in crate::certificates) mod sealed;
pub(in crate::certificates) mod shares;
pub(in crate::certificates) mod status;
pub(in crate::certificates) mod tallies;

use sea_orm::DbErr;

use crate::kernel::Digest;

/// What these rows are in the archives: a certificate is proven for ever, and seen by its owner and those who must.
pub(in crate::certificates) const RECORD_CLASS: &str = "certificate";
pub(in crate::certificates) const RETENTION: &str = "permanent";
pub(in crate::certificates) const OPENNESS: &str = "controlled";
pub(in crate::certificates) const FORMAT: i64 = 1;

pub(in crate::certificates) fn altered(column: &str) -> DbErr {
    DbErr::Type(format!("a certificate has no readable {column}"))
}

fn digest(bytes: &[u8], column: &str) -> Result<Digest, DbErr> {
    Digest::from_slice(bytes).ok_or_else(|| altered(column))
}
