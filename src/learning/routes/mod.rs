//! The pages' handlers.

mod courses;
mod find;
mod lessons;
mod pathways;
mod practice;
mod quiz;
mod search;

pub use courses::{catalogue, course};
pub use lessons::{card, finished, lesson, next_card};
pub use pathways::{choose_pathway, pathway, pathways};
pub use practice::{RunQuery, practice, practice_act, practice_run};
pub use quiz::{answer_quiz, answer_tried, quiz, quiz_answered, tried, tried_answered};
pub use search::{SearchQuery, glossary, search};
