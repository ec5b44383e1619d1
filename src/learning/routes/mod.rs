//! The pages' handlers.

mod booklets;
mod courses;
mod find;
mod lessons;
mod named;
mod pathways;
mod plans;
mod practice;
mod quiz;
mod refreshers;
mod search;

pub use booklets::booklet;
pub use courses::{catalogue, course};
pub use lessons::{card, finished, keep_finished, lesson, next_card};
pub use named::{hotlines, sources};
pub use pathways::{choose_pathway, choose_steering, pathway, pathways};
pub use plans::{plan, plan_sheet, plans};
pub use practice::{RunQuery, practice, practice_act, practice_run};
pub use quiz::{OfQuery, answer_quiz, answer_tried, quiz, quiz_answered, tried, tried_answered};
pub use refreshers::{answer_refresher, begin_refresher, put_refresher_away, refresher_answered, refresher_question};
pub use search::{SearchQuery, glossary, search, term};
