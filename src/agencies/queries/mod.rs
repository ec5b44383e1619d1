//! The tables of agencies.

pub(super) mod agencies;
pub(super) mod delegations;
pub(super) mod doubts;
pub(super) mod keys;
pub(super) mod quota;

use sea_orm::DbErr;

use crate::kernel::{Credits, Day};

fn altered(what: &str) -> DbErr {
    DbErr::Custom(format!("a row of an agency was altered: {what}"))
}

fn day(text: &str) -> Result<Day, DbErr> {
    Day::parse(text).ok_or_else(|| altered("day"))
}

fn credits(milli: i64) -> Result<Credits, DbErr> {
    Credits::from_milli(milli).ok_or_else(|| altered("credits"))
}
