//! The file of sample people, read.

use serde::Deserialize;

use crate::kernel::Group;
use crate::places::SourcePlace;

/// Everything in `samples.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Samples {
    pub mark: String,
    pub pin: String,
    pub days: i64,
    pub crowd: usize,
    pub surnames: Vec<String>,
    pub women: Vec<String>,
    pub men: Vec<String>,
    #[serde(rename = "place")]
    pub places: Vec<SourcePlace>,
    #[serde(rename = "authority")]
    pub authorities: Vec<SampleAuthority>,
    #[serde(rename = "organisation")]
    pub organisations: Vec<SampleOrganisation>,
    pub staff: Vec<SampleStaff>,
    #[serde(rename = "learner")]
    pub learners: Vec<SampleLearner>,
    #[serde(rename = "correction")]
    pub corrections: Vec<SampleCorrection>,
    #[serde(rename = "request")]
    pub requests: Vec<SampleRequest>,
    #[serde(rename = "case")]
    pub cases: Vec<SampleCase>,
    #[serde(rename = "reading")]
    pub readings: Vec<SampleReading>,
    #[serde(rename = "session")]
    pub sessions: Vec<SampleSession>,
    pub opening: Vec<SampleOpening>,
    #[serde(rename = "group")]
    pub groups: Vec<SampleGroup>,
    #[serde(rename = "class")]
    pub classes: Vec<SampleClass>,
    pub long: LongPassbook,
    /// What was done on their behalf.
    #[serde(default, rename = "act")]
    pub acts: Vec<SampleAct>,
    #[serde(rename = "plan")]
    pub plans: Vec<SamplePlan>,
}

/// A training plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SamplePlan {
    pub organisation: String,
    pub title: String,
    pub days_ago: i64,
    /// How many days it runs.
    pub days: u32,
    pub planned: i64,
    pub courses: Vec<String>,
    pub own: Vec<String>,
    /// Who is asked and has not answered.
    pub asked: Vec<String>,
    pub joined: Vec<String>,
}

/// When a service point is open, Monday first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleOpening {
    pub point: String,
    pub days: Vec<String>,
    pub closed: Option<String>,
    pub facilities: Vec<String>,
}

/// A study group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleGroup {
    pub key: String,
    pub name: String,
    pub point: String,
    pub timetable: String,
    pub who: Vec<String>,
}

/// A class session.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleClass {
    pub kind: String,
    pub point: String,
    pub course: Option<String>,
    pub title: Option<String>,
    pub group: Option<String>,
    /// Days from today; less than nought: it was.
    #[serde(default)]
    pub in_days: i64,
    /// From which hour on; none: it is on now.
    pub from: Option<i64>,
    pub minutes: i64,
    pub seats: i64,
    #[serde(default)]
    pub notes: String,
    /// Who signed up, and who came.
    #[serde(default)]
    pub who: Vec<String>,
    #[serde(default)]
    pub came: Vec<String>,
    pub cancelled: Option<String>,
    #[serde(default)]
    pub closed: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct SampleAuthority {
    pub place: String,
    /// The settings by their names.
    #[serde(flatten)]
    pub settings: std::collections::BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleOrganisation {
    pub kind: String,
    pub name: String,
    pub place: String,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub opening_hours: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleStaff {
    pub login: String,
    pub name: String,
    pub role: String,
    pub place: String,
    /// The line of work, where there is one.
    pub line: Option<String>,
}

/// Somebody who learns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleLearner {
    pub key: String,
    pub name: String,
    pub groups: Vec<Group>,
    pub born: i64,
    pub place: String,
    pub phone: Option<String>,
    #[serde(default = "normal")]
    pub font: String,
    /// Days ago they came.
    pub since: i64,
    #[serde(default)]
    pub passed: Vec<String>,
    #[serde(default)]
    pub failed: Vec<String>,
    pub open: Option<String>,
    pub begun: Option<String>,
}

fn normal() -> String {
    "normal".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleCorrection {
    pub who: String,
    pub course: String,
    pub what: Vec<String>,
    pub reason: String,
    pub days_ago: i64,
}

/// A correction that was asked for and waits for a second person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleRequest {
    pub who: String,
    pub course: String,
    pub kind: String,
    pub reason: String,
    pub words: String,
    pub days_ago: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleCase {
    pub kind: String,
    pub who: Option<String>,
    pub course: Option<String>,
    #[serde(default)]
    pub doubts: Vec<String>,
    #[serde(default)]
    pub when: Vec<String>,
    pub paper: Option<String>,
    #[serde(default)]
    pub words: String,
    pub phone: Option<String>,
    pub days_ago: i64,
    /// Who of the staff dealt with it.
    pub by: Option<String>,
    pub answer: Option<String>,
    /// `in_hand` or `withdrawn`, where it was not answered.
    pub end: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleReading {
    pub who: String,
    pub by: String,
    pub what: String,
    pub days_ago: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleSession {
    pub who: String,
    pub way: String,
    pub device: String,
    pub days_ago: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LongPassbook {
    pub who: String,
    pub courses: Vec<String>,
    pub rounds: usize,
}

/// What somebody of the staff did for somebody.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleAct {
    pub who: String,
    pub errand: String,
    #[serde(default)]
    pub what: String,
    pub why: String,
    #[serde(default)]
    pub why_not: String,
    pub days_ago: i64,
}
