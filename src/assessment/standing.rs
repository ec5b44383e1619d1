//! How the latest try at each test stands, as far as it says what comes next. Read with the rows of whoever asks, in one statement.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::attempt::Missed;
use crate::kernel::{AttemptId, Timestamp};

/// The columns of a row, for whoever puts rows of their own beside these. Each is NULL in the rows of others.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct StandingRow {
    /// The attempt.
    pub attempt: Option<Uuid>,
    /// The unit it tests.
    pub unit: Option<String>,
    /// The first question without an answer, while it is open.
    pub question: Option<i64>,
    /// What was missed, once it is over.
    pub missed: Option<String>,
    /// The lessons gone through since, with commas between them.
    pub reviewed: Option<String>,
    /// When it was begun, or handed in.
    pub stood_at_ms: Option<i64>,
}

/// How a try stands; one that passed stands no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The attempt.
    pub attempt: AttemptId,
    /// The unit it tests.
    pub unit: String,
    /// How far it has come.
    pub stage: Stage,
    /// When it was begun, or handed in.
    pub at: Timestamp,
}

/// How far a try has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Answers are taken; this is the first question without one, one more than there are where all are answered.
    Open {
        /// From 1.
        question: usize,
    },
    /// Not enough was right.
    Failed {
        /// The lessons of what was missed that were not gone through since, the most needed first.
        lessons: Vec<String>,
    },
}

impl Standing {
    /// How the try of a row stands; `None` where the row tells of something else.
    #[must_use]
    pub fn of(row: StandingRow) -> Option<Self> {
        let stage = match row.question {
            Some(question) => Stage::Open { question: usize::try_from(question).ok()? },
            None => {
                let missed: Vec<Missed> = serde_json::from_str(row.missed.as_deref()?).ok()?;
                let reviewed = row.reviewed.unwrap_or_default();
                let lessons = most_missed(&missed).into_iter().map(|(lesson, _)| lesson);
                Stage::Failed { lessons: lessons.filter(|lesson| !reviewed.split(',').any(|one| one == lesson)).collect() }
            }
        };
        let at = Timestamp::from_ms(row.stood_at_ms?);
        Some(Self { attempt: AttemptId::from_uuid(row.attempt?), unit: row.unit?, stage, at })
    }
}

/// The lessons that teach what was missed, with how often; the most needed first.
pub(super) fn most_missed(missed: &[Missed]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    missed.iter().for_each(|missed| *counts.entry(&missed.lesson).or_default() += 1);
    let mut lessons: Vec<_> = counts.into_iter().map(|(lesson, count)| (lesson.to_owned(), count)).collect();
    lessons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    lessons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> StandingRow {
        StandingRow { attempt: Some(Uuid::nil()), unit: Some("T19".to_owned()), stood_at_ms: Some(7), ..StandingRow::default() }
    }

    #[test]
    fn a_row_tells_of_an_open_test_or_of_what_is_still_to_be_looked_at() {
        let stage = |row: StandingRow| Standing::of(row).map(|standing| standing.stage);
        assert_eq!(stage(StandingRow { question: Some(4), ..row() }), Some(Stage::Open { question: 4 }));
        let missed = r#"[{"item":"i1","outcome":"o","lesson":"T19-c1"},{"item":"i2","outcome":"o","lesson":"T19-c2"},
            {"item":"i3","outcome":"o","lesson":"T19-c2"}]"#;
        let failed = |reviewed: Option<&str>| StandingRow {
            missed: Some(missed.to_owned()),
            reviewed: reviewed.map(str::to_owned),
            ..row()
        };
        let lessons = |ids: &[&str]| Some(Stage::Failed { lessons: ids.iter().map(|id| (*id).to_owned()).collect() });
        assert_eq!(stage(failed(None)), lessons(&["T19-c2", "T19-c1"]));
        assert_eq!(stage(failed(Some("T19-c2,T01-c1"))), lessons(&["T19-c1"]));
        assert_eq!(stage(StandingRow::default()), None);
    }
}
