//! What others have made and anybody may read, beside a course. It earns nothing.

use serde::{Deserialize, Serialize};

use super::CourseCode;
use crate::kernel::Day;

/// Something on the site of an institution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its title.
    pub title: String,
    /// Where it is; always over https.
    pub url: String,
    /// Who answers for it: an institution of the list, by its exact name.
    pub publisher: String,
    /// Under what terms it may be used.
    pub licence: String,
    /// Its language (`zh-CN`).
    pub language: String,
    /// What it is.
    pub kind: ResourceKind,
    /// The courses beside which it stands.
    pub courses: Vec<CourseCode>,
    /// Who looked at it, by role.
    pub reviewer: String,
    /// When, `YYYY-MM-DD`.
    pub reviewed: String,
    /// The last day on which it is shown, `YYYY-MM-DD`.
    pub valid_until: String,
    /// What one finds there, in a sentence.
    pub note: String,
}

impl Resource {
    /// Whether it is still shown on `today`.
    #[must_use]
    pub fn is_shown(&self, today: Day) -> bool {
        Day::parse(&self.valid_until).is_some_and(|last| today <= last)
    }
}

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// Films.
    Video,
    /// A course.
    Course,
    /// Something to read.
    Text,
    /// Something to do things with.
    Tool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_shown_on_its_last_day_and_not_after() {
        let mut one: Resource = toml::from_str(
            "title = '甲'\nurl = 'https://example.cn/'\npublisher = '乙'\nlicence = 'CC BY 4.0'\nlanguage = 'zh-CN'\nkind = 'text'\n\
             courses = ['T01']\nreviewer = '丙'\nreviewed = '2026-11-26'\nvalid_until = '2027-11-26'\nnote = '丁。'",
        )
        .unwrap();
        let day = |text: &str| Day::parse(text).unwrap();
        assert!(one.is_shown(day("2027-11-26")) && !one.is_shown(day("2027-11-27")));
        one.valid_until = "never".to_owned();
        assert!(!one.is_shown(day("2026-11-26")));
    }
}
