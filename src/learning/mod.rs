//! Learning: catalogue, lessons a card a page, the quiz in the lesson, the practice, reading lists, search; and what is kept of it.
//!
//! Rules kept here:
//! - Reading needs no account, and a visitor costs no statement: every page comes from memory. Who is signed in keeps progress.
//! - Every write of progress is one statement, and doing it twice is doing it once. What was finished first is told to others once.
//! - GET keeps nothing. 下一步 is a form for who keeps progress, a link for who does not.
//! - A practice keeps no row for a tap: the run travels signed with the learner, a cookie remembers where it was stopped, and it counts
//!   once when it has come to its end.
//! - Courses that are being written are shown with what they will teach, and passed over where a next step is looked for.
//!
//! - What is missing for a certificate is said as the shortest list there is, and promises nothing: agencies issue.
//! - A week and a month after a pass three questions are offered, one course at a time; they give no mark, and what was put away once is not
//!   asked again.
//!
//! Nothing here gives credit: that is for tests alone. Nothing here counts days in a row, ranks anybody or hurries anybody.

mod booklet;
mod booklet_rules;
mod certificate_plan;
mod holdings;
mod missing;
mod paused;
mod planner;
mod practice;
mod queries;
mod reader;
mod refresher;
mod refresher_queries;
mod refresher_service;
mod routes;
mod rules;
mod samples;
mod service;
mod sitting;
mod urls;
mod views;

use crate::curriculum::Shelf;
use crate::kernel::{DataClass, Kept, Term};
use crate::web::ExhibitOf;

pub use holdings::{Holding, HoldingKind, Holdings, to_refresh};
pub use missing::{Missing, missing_for};
pub use planner::{LessonMark, NextStep, Offer, Progress, next_step, order_of};
pub use reader::{Reader, keep_choice};
pub use refresher_service::offer_of;
pub use routes::{
    OfQuery, RunQuery, SearchQuery, answer_quiz, answer_refresher, answer_tried, begin_refresher, booklet as booklet_page, card,
    catalogue, choose_pathway, choose_steering, course, finished, glossary, hotlines, keep_finished, lesson, next_card, pathway,
    pathways, plan, plan_sheet, plans, practice, practice_act, practice_run, put_refresher_away, quiz, quiz_answered,
    refresher_answered, refresher_question, search, sources, term, tried, tried_answered,
};
pub use rules::Kind as RefresherKind;
pub use service::{
    Earned, LessonKey, RunKey, earned_of, export, finish_lesson, finish_practice, forget, holdings_in, is_run_kept, keep_card,
    keep_tried, list_read_since, progress_of,
};
pub use urls::{
    PLANS as PLANS_URL, course as course_url, lesson as lesson_url, pathway as pathway_url, refresher as refresher_url,
    refresher_later as refresher_later_url, step as step_url,
};
pub use views::{Bar, Marks, Row, lesson_name, next_words};

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("lesson_progress", DataClass::Learning, Term::Account),
    Kept::new("practice_run", DataClass::Learning, Term::Account),
    Kept::new("refresher", DataClass::Learning, Term::Account),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("CataloguePage", views::CataloguePage::samples),
    ("CoursePage", views::CoursePage::samples),
    ("BookletPage", views::BookletPage::samples),
    ("CardPage", views::CardPage::samples),
    ("FinishedPage", views::FinishedPage::samples),
    ("QuestionPage", views::QuestionPage::samples),
    ("AnsweredPage", views::AnsweredPage::samples),
    ("PracticeStartPage", views::PracticeStartPage::samples),
    ("PracticeScreenPage", views::PracticeScreenPage::samples),
    ("PracticeToldPage", views::PracticeToldPage::samples),
    ("PracticeEndPage", views::PracticeEndPage::samples),
    ("SearchPage", views::SearchPage::samples),
    ("GlossaryPage", views::GlossaryPage::samples),
    ("TermPage", views::TermPage::samples),
    ("HotlinesPage", views::HotlinesPage::samples),
    ("SourcesPage", views::SourcesPage::samples),
    ("PathwaysPage", views::PathwaysPage::samples),
    ("PathwayPage", views::PathwayPage::samples),
    ("PlansPage", views::PlansPage::samples),
    ("PlanPage", views::PlanPage::samples),
    ("PlanSheetPage", views::PlanSheetPage::samples),
];
