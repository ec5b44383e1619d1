//! Courses and lessons.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CourseCode, Item, Practice, Voice};
use crate::curriculum::picture::Picture;
use crate::kernel::Group;

/// One course: one task of the source document, one certification unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// `T01` to `T23`.
    pub code: CourseCode,
    /// The id of its area.
    pub area: String,
    /// Its title in plain words.
    pub title: String,
    /// One line about it, to 您.
    pub summary: String,
    /// Whether it can be learnt yet.
    pub status: Status,
    /// 标准学时: the designed amount of study.
    pub hours: i64,
    /// How many people must have seen its real-life task: two where money or somebody's papers are in play.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub witnesses: u8,
    /// What one will be able to do.
    pub goals: Vec<String>,
    /// For whom it is required, recommended, optional.
    pub groups: CourseGroups,
    /// What can be checked.
    #[serde(rename = "outcome")]
    pub outcomes: Vec<Outcome>,
    /// Who read it over, and when it will be read again.
    #[serde(rename = "review")]
    pub reviews: Vec<Review>,
    /// The common core in order, then one lesson for each group.
    #[serde(skip)]
    pub lessons: Vec<Lesson>,
    /// The simulation; none while the course is being written.
    #[serde(skip)]
    pub practice: Option<Practice>,
    /// The item bank.
    #[serde(skip)]
    pub items: Vec<Item>,
    /// Its pictures by path (`img/call.svg`).
    #[serde(skip)]
    pub pictures: BTreeMap<String, Picture>,
    /// Its cards and questions read aloud.
    #[serde(skip)]
    pub voices: Vec<Voice>,
}

const fn one() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_one(witnesses: &u8) -> bool {
    *witnesses == 1
}

impl Course {
    /// Whether it can be learnt: an outline cannot.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self.status, Status::Complete)
    }

    /// The common lessons, in order.
    pub fn core(&self) -> impl Iterator<Item = &Lesson> {
        self.lessons.iter().filter(|lesson| matches!(lesson.place, LessonPlace::Core(_)))
    }

    /// The lesson written for `group`; none for the public.
    #[must_use]
    pub fn lesson_for(&self, group: Group) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.place == LessonPlace::Group(group))
    }

    /// The item named `id`.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The outcome named `id`.
    #[must_use]
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id == id)
    }
}

/// How far a course is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Whole and checked.
    Complete,
    /// 编写中: an outline.
    Drafting,
}

/// How much a group needs a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Part of the pathway's required set.
    Required,
    /// Worth learning.
    Recommended,
    /// For whoever likes.
    Optional,
}

/// The need of each learner group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseGroups {
    /// 老年人.
    pub elder: Need,
    /// 农民.
    pub farmer: Need,
    /// 妇女.
    pub woman: Need,
    /// 公务员.
    pub civil_servant: Need,
    /// 退役军人.
    pub veteran: Need,
}

impl CourseGroups {
    /// The need of `group`; the public's is said by its pathway alone.
    #[must_use]
    pub const fn need(&self, group: Group) -> Option<Need> {
        match group {
            Group::Elder => Some(self.elder),
            Group::Farmer => Some(self.farmer),
            Group::Woman => Some(self.woman),
            Group::CivilServant => Some(self.civil_servant),
            Group::Veteran => Some(self.veteran),
            Group::Disabled | Group::Public => None,
        }
    }
}

/// 能力点: something that can be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// `T19-o1`.
    pub id: String,
    /// What one can do.
    pub text: String,
}

/// Who read a course over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// In which role.
    pub role: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// The day by which it is read again.
    pub next: String,
}

/// One lesson: a row of cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// `T19-c1`, `T19-civil-servant`.
    pub id: String,
    /// Its course.
    pub course: CourseCode,
    /// Common core or one group's.
    pub place: LessonPlace,
    /// Its title, unique in the curriculum.
    pub title: String,
    /// What one can do after it, in one sentence.
    pub goal: String,
    /// Minutes by design.
    pub minutes: i64,
    /// The outcomes it teaches.
    pub outcomes: Vec<String>,
    /// The items of the quiz at its end.
    pub check: Vec<String>,
    /// The item asked at 我试过了.
    pub tried: String,
    /// Its cards, one a page.
    pub cards: Vec<Card>,
}

/// Where a lesson stands in its course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonPlace {
    /// The common core's n-th, from 1.
    Core(u8),
    /// The lesson of one group.
    Group(Group),
}

/// One card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// What it is for.
    pub kind: CardKind,
    /// Its heading, without the kind.
    pub title: String,
    /// Its text as the authors wrote it.
    pub text: String,
    /// The text as HTML, from the one filter: may be put into a page as it is.
    #[serde(skip)]
    pub html: String,
    /// The text without markup, to be read aloud or searched.
    #[serde(skip)]
    pub plain: String,
    /// How many characters it has, spaces not counted.
    #[serde(skip)]
    pub chars: usize,
}

/// What a card is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// A person solves the problem.
    Story,
    /// One action.
    Step,
    /// An explanation.
    Note,
    /// What can go wrong, and the way back.
    Mishap,
    /// Three things to remember.
    Remember,
    /// Where a human helps.
    Person,
}

impl CardKind {
    /// All kinds with the word that heads them in the files.
    pub const WORDS: [(Self, &str); 6] = [
        (Self::Story, "故事"),
        (Self::Step, "步骤"),
        (Self::Note, "说明"),
        (Self::Mishap, "出错了"),
        (Self::Remember, "记住"),
        (Self::Person, "找人"),
    ];

    /// The kind that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(_, name)| *name == word).map(|(kind, _)| kind)
    }

    /// The code in templates and message catalogues.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::Step => "step",
            Self::Note => "note",
            Self::Mishap => "mishap",
            Self::Remember => "remember",
            Self::Person => "person",
        }
    }

    /// The most characters a card of this kind may have.
    #[must_use]
    pub const fn most_chars(self) -> usize {
        if matches!(self, Self::Step) { 80 } else { 160 }
    }
}
