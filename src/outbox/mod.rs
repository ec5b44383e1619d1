//! The outbox: what others must learn leaves only from here. Events are rows in the commit that made them true;
//! letters (SMS, mail) are rows that a worker sends later.
//!
//! An event carries place, groups and age band as they were then, and never a name or a number of a person.

mod queries;

use sea_orm::DbErr;
use serde_json::Value;

use crate::db::Tx;
use crate::kernel::{Group, LearnerId};

/// Where and in which groups a person stood when something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The place's code.
    pub place_code: Option<String>,
    /// The groups they had chosen.
    pub groups: Vec<Group>,
    /// `-17`, `18-44`, `45-59`, `60-69`, `70-79`, `80-`.
    pub age_band: Option<&'static str>,
}

/// The age band of somebody born in `birth_year`, in the year `year`.
#[must_use]
pub const fn age_band(birth_year: i64, year: i64) -> &'static str {
    match year - birth_year {
        i64::MIN..=17 => "-17",
        18..=44 => "18-44",
        45..=59 => "45-59",
        60..=69 => "60-69",
        70..=79 => "70-79",
        80.. => "80-",
    }
}

/// Something that happened and that others may want to know.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// What, as `subject.past`: `recognition.recognised`, `learning.lesson_finished`, `archivable`.
    pub kind: &'static str,
    /// The person concerned.
    pub learner: Option<LearnerId>,
    /// Where and who they were then.
    pub standing: &'a Standing,
    /// The facts, without personal data.
    pub body: Value,
}

/// Keeps events in the same commit as what they tell of; one statement for all.
///
/// # Errors
/// What the database answers.
pub async fn emit(tx: &Tx, events: &[Event<'_>]) -> Result<(), DbErr> {
    if events.is_empty() { Ok(()) } else { queries::insert_events(tx, events).await }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_meet_without_gap_or_overlap() {
        let cases = [
            (1926, "80-"),
            (1946, "80-"),
            (1947, "70-79"),
            (1956, "70-79"),
            (1957, "60-69"),
            (1967, "45-59"),
            (1982, "18-44"),
            (2008, "18-44"),
            (2009, "-17"),
        ];
        for (born, band) in cases {
            assert_eq!(age_band(born, 2026), band, "born {born}");
        }
    }
}
