//! The pages' handlers.

mod audio;
mod courses;
mod find;
mod lessons;
mod pathways;
mod practice;
mod quiz;
mod search;

pub use audio::recording;
pub use courses::{catalogue, course};
pub use lessons::{card, finished, keep_finished, lesson, next_card};
pub use pathways::{choose_pathway, choose_steering, pathway, pathways};
pub use practice::{RunQuery, practice, practice_act, practice_run};
pub use quiz::{OfQuery, answer_quiz, answer_tried, quiz, quiz_answered, tried, tried_answered};
pub use search::{SearchQuery, glossary, search, term};
