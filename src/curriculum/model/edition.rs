//! The edition as a whole: the source document, areas, tasks, pathways and the lists that texts may name.

use serde::{Deserialize, Serialize};

use super::{Course, CourseCode, HourSheet, Need, ReadAs, Resource};
use crate::kernel::{Digest, Group};

/// One edition of the curriculum.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Digest over all its files.
    pub digest: Digest,
    /// Version, title, source and parameters.
    pub manifest: Manifest,
    /// What each kind of certificate asks for.
    pub certificates: Vec<CertificateRule>,
    /// The seven areas, in order.
    pub areas: Vec<Area>,
    /// The tasks of the source document, in order.
    pub tasks: Vec<Task>,
    /// The boxes (专栏) of the source document.
    pub boxes: Vec<PolicyBox>,
    /// Passages of other policy texts.
    pub passages: Vec<Passage>,
    /// The courses, one for each task, in order.
    pub courses: Vec<Course>,
    /// The reading lists.
    pub pathways: Vec<Pathway>,
    /// Where somebody may begin.
    pub start: StartPage,
    /// The one optional question that steers what is chosen.
    pub steering: Steering,
    /// Explained words, in order of the files; each word once.
    pub glossary: Vec<Term>,
    /// What is said wherever a hotline's number stands.
    pub hotline_notice: String,
    /// Words that a machine reads wrongly, and how they are read.
    pub readings: Vec<ReadAs>,
    /// The numbers that may be named.
    pub hotlines: Vec<Hotline>,
    /// The laws that may be named.
    pub laws: Vec<Law>,
    /// The institutions that may be named.
    pub institutions: Vec<Institution>,
    /// What others have made, for who wants to read on.
    pub resources: Vec<Resource>,
    /// How the yearly sheet of hours is laid out, by kind of staff and day.
    pub hour_sheets: Vec<HourSheet>,
}

/// The head of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The edition's version.
    pub version: String,
    /// The curriculum's title.
    pub title: String,
    /// The dialects that recordings may be in, beside standard Chinese.
    #[serde(default)]
    pub dialects: Vec<String>,
    /// How hours become credit.
    pub credit: CreditRule,
    /// Under what terms others may use the texts, pictures and recordings.
    pub licence: Licence,
    /// The document that the tasks are quoted from.
    pub source: SourceDocument,
    /// How units are tested.
    pub assessment: Assessment,
    /// Which courses are worth going over again after a time.
    pub refresh: RefreshRule,
}

/// The terms under which others may use what the authors made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Its name.
    pub name: String,
    /// The address by which programs know it.
    pub url: String,
    /// Whom to name.
    pub attribution: String,
}

/// How hours become credit, what pages count it in, and which evidence it takes: this bank's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditRule {
    /// The asset of the ledger.
    pub asset: i64,
    /// Milli-credits in one credit.
    pub credit_milli_per_credit: i64,
    /// 标准学时 in one credit.
    pub class_hours_per_credit: i64,
    /// Minutes in one 学时.
    pub minutes_per_class_hour: i64,
    /// 格 in one credit: the parts in which pages count.
    pub cells_per_credit: i64,
    /// What must be known of a person at least for a pass to be credited.
    pub creditable_identity_level: i64,
    /// How a test must be supervised at least for a pass to be credited.
    pub creditable_supervision_level: i64,
    /// What must have been known of a person for a credit to be transferred out.
    pub transferable_identity_level: i64,
    /// How a test must have been supervised for a credit to be transferred out.
    pub transferable_supervision_level: i64,
}

/// The document that the tasks are quoted from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDocument {
    /// Its title.
    pub document: String,
    /// Who issued it.
    pub issuer: String,
    /// When it was published.
    pub published: String,
    /// The part that holds the tasks.
    pub part: String,
    /// That part's heading.
    pub heading: String,
}

/// How units are tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// Items drawn for a test.
    pub items_per_test: usize,
    /// The share that passes.
    pub pass_permille: i64,
    /// Retries that wait for nothing; before every later one a lesson comes first.
    pub free_retries: i64,
    /// Items of each outcome in a test, at least.
    pub outcome_min: usize,
    /// Minutes that a test takes by design.
    pub minutes: i64,
}

/// 建议复习: courses about safety whose test is worth taking again after a time. What was certified stands all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshRule {
    /// Which courses.
    pub courses: Vec<CourseCode>,
    /// Months after which it is suggested.
    pub after_months: u32,
    /// Minutes it takes.
    pub minutes: i64,
}

/// What one kind of certificate asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRule {
    /// `unit`, `foundation`, …
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its number on paper, 1 to 255; never used again for another kind.
    pub paper_code: i64,
    /// What it takes to earn it, in a sentence for everybody.
    pub criteria: String,
    /// Courses, at least.
    pub min_courses: usize,
    /// Areas, at least.
    pub min_areas: usize,
    /// Courses that must be among them.
    pub must: Vec<CourseCode>,
    /// Whether the whole required set of one pathway is asked for.
    pub whole_required_set: bool,
    /// The identity level, at least.
    pub identity_level: i64,
    /// The supervision level, at least.
    pub supervision_level: i64,
    /// The share of `min_courses` that results from elsewhere may make up, at most.
    pub max_outside_permille: i64,
    /// The sentence at its foot.
    pub footer: String,
}

impl CertificateRule {
    /// How many courses from elsewhere may count: 500 of a thousand of 6 courses are 3, cut to whole ones.
    #[must_use]
    pub fn max_outside(&self) -> usize {
        let share = usize::try_from(self.max_outside_permille).unwrap_or(0);
        self.min_courses.saturating_mul(share) / 1000
    }
}

/// One of the seven areas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// `A1` to `A7`.
    pub id: String,
    /// 1 to 7.
    pub number: i64,
    /// Its title in the source document.
    pub title: String,
    /// A short name.
    pub short: String,
    /// Its heading in the source document, word for word.
    pub clause: String,
    /// Its colour, `#RRGGBB`.
    pub tint: String,
    /// The colour's name.
    pub colour: String,
}

/// One task of the source document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// `T01` to `T23`.
    pub code: CourseCode,
    /// Its area.
    pub area: String,
    /// Its number in the document.
    pub number: u8,
    /// Its title.
    pub title: String,
    /// Its clause, word for word.
    pub clause: String,
    /// SHA-256 of the clause's UTF-8 bytes, in hex.
    pub sha256: String,
}

/// A box (专栏) of the source document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyBox {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// The tasks it belongs to.
    pub tasks: Vec<CourseCode>,
    /// SHA-256 of the text's UTF-8 bytes, in hex.
    pub sha256: String,
    /// Its text, word for word.
    pub text: String,
}

/// A passage of another policy text that lessons quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// The document's title.
    pub document: String,
    /// Who issued it.
    pub issuer: String,
    /// When it was published.
    pub published: String,
    /// Where in it the passage stands.
    pub place: String,
    /// SHA-256 of the text's UTF-8 bytes, in hex.
    pub sha256: String,
    /// The passage, word for word.
    pub text: String,
}

/// The reading list of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pathway {
    /// Whose.
    pub group: Group,
    /// Its name.
    pub name: String,
    /// One line about it.
    pub summary: String,
    /// Every course once, in order.
    #[serde(rename = "course")]
    pub courses: Vec<PathwayCourse>,
    /// Where some are chosen out of several.
    #[serde(rename = "choose", default)]
    pub choices: Vec<Choose>,
}

/// One course of a reading list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathwayCourse {
    /// Which.
    pub code: CourseCode,
    /// How much it is needed.
    pub need: Need,
}

/// Some are chosen out of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choose {
    /// Out of these.
    pub from: Vec<CourseCode>,
    /// So many at least.
    pub min: usize,
    /// Once this course is done.
    pub after: CourseCode,
}

/// The page on which somebody says where to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartPage {
    /// The question.
    pub question: String,
    /// What stands under it.
    pub hint: String,
    /// The answers.
    #[serde(rename = "start")]
    pub points: Vec<StartPoint>,
}

/// Where somebody may begin: a reading list, not a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartPoint {
    /// `daily`.
    pub id: String,
    /// 日常生活.
    pub label: String,
    /// What one learns there, in a few everyday words.
    pub note: String,
    /// The pathway it leads to.
    pub group: Group,
    /// The courses that come first.
    pub first: Vec<CourseCode>,
}

/// The one optional question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steering {
    /// The question.
    pub question: String,
    /// Whether it may be left open.
    pub optional: bool,
    /// The answers.
    #[serde(rename = "answer")]
    pub answers: Vec<SteeringAnswer>,
}

/// One answer, and what it brings forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SteeringAnswer {
    /// `employed`.
    pub id: String,
    /// 上班.
    pub label: String,
    /// Courses that come forward, the first first.
    pub prefer: Vec<CourseCode>,
}

/// An explained word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The word.
    pub word: String,
    /// The heading it stands under in the list of words; for a word that only a course explains, the course's title.
    #[serde(default)]
    pub topic: String,
    /// What it means, in everyday words.
    pub plain: String,
    /// Other words worth seeing.
    #[serde(default)]
    pub see: Vec<String>,
}

/// Whether a number is called or only sends messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialKind {
    /// It is called.
    Call,
    /// It only sends messages.
    SmsOnly,
}

/// A number that may be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hotline {
    /// The digits.
    pub number: String,
    /// Its official name.
    pub name: String,
    /// Called, or messages only.
    pub kind: DialKind,
    /// Whether a page may offer to dial it.
    pub dial: bool,
    /// What it is for.
    pub note: String,
    /// Where the number was read.
    pub source: String,
    /// When, `YYYY-MM-DD`.
    pub checked: String,
    /// Numbers of one set stand together wherever one of them stands.
    #[serde(default)]
    pub set: Option<String>,
}

/// A law or another text that may be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Its full name.
    pub name: String,
    /// The name in daily use.
    pub short: String,
    /// 法律, 行政法规, 党内法规, 部门规章, 规范性文件.
    pub kind: String,
    /// The edition in force.
    pub edition: String,
    /// Where the name was read.
    pub source: String,
    /// When, `YYYY-MM-DD`.
    pub checked: String,
}

/// An institution that may be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Its exact name.
    pub name: String,
    /// The name in daily use.
    pub short: String,
    /// What kind of body.
    pub kind: String,
    /// What it does.
    pub note: String,
    /// Where the name was read.
    pub source: String,
    /// When, `YYYY-MM-DD`.
    pub checked: String,
}
