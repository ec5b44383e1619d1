//! The pages' handlers.

mod booklets;
mod courses;
mod find;
mod lessons;
mod named;
mod pathways;
mod practice;
mod quiz;
mod search;

pub use booklets::booklet;
pub use courses::{catalogue, course};
pub use lessons::{card, finished, keep_finished, lesson, next_card};
pub use named::{hotlines, sources};
pub use pathways::{choose_pathway, choose_steering, pathway, pathways};
pub use practice::{RunQuery, practice, practice_act, practice_run};
pub use quiz::{answer_quiz, answer_tried, quiz, quiz_answered, tried, tried_answered};
pub use search::{SearchQuery, glossary, search, term};
