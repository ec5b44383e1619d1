//! The tables of this subject.

pub(super) mod claims;
pub(super) mod devices;

use sea_orm::DbErr;

/// A row that this program cannot have written.
fn altered(what: &str) -> DbErr {
    DbErr::Custom(format!("a row of what was handed over was altered: {what}"))
}
