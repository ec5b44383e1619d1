//! The tables of supervised sessions.

pub(super) mod boxes;
pub(super) mod exams;
pub(super) mod log;
pub(super) mod papers;

use sea_orm::DbErr;

fn altered(what: &str) -> DbErr {
    DbErr::Custom(format!("a row of a supervised session was altered: {what}"))
}
