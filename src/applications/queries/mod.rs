//! The tables of this subject.

pub(in crate::applications) mod applications;
pub(in crate::applications) mod files;
pub(in crate::applications) mod steps;

use sea_orm::DbErr;

use crate::kernel::Digest;

fn altered(column: &str) -> DbErr {
    DbErr::Type(format!("an application has no readable {column}"))
}

fn digest(bytes: &[u8], column: &str) -> Result<Digest, DbErr> {
    Digest::from_slice(bytes).ok_or_else(|| altered(column))
}
