//! The pages, as typed values. What a template shows is reckoned here.

mod beside;
mod booklet;
mod catalogue;
mod course;
mod lesson;
mod named;
mod parts;
mod pathways;
mod plan;
mod practice;
mod quiz;
mod search;

pub(super) use beside::Beside;
pub(super) use booklet::{BookletPage, printed};
pub(super) use catalogue::CataloguePage;
pub(super) use course::CoursePage;
pub(super) use lesson::{CardPage, FinishedPage, With, as_if_read};
pub(super) use named::{HotlinesPage, SourcesPage};
pub(super) use parts::Kept;
pub use parts::{Bar, Marks, Row, lesson_name, next_words};
pub(super) use pathways::{PathwayPage, PathwaysPage};
pub(super) use plan::{PlanPage, PlanSheetPage, PlansPage, Sheet};
pub(super) use practice::{PracticeEndPage, PracticeScreenPage, PracticeStartPage, PracticeToldPage, RunAt};
pub(super) use quiz::{AnsweredPage, Asked, OfRefresher, QuestionPage};
pub(super) use search::{GlossaryPage, SearchPage, TermPage};
