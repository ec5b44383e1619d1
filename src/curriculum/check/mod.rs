//! The standard, as far as a machine can hold it. Every fault is listed, with file, line and a sentence for its author.

mod alike;
mod bank;
mod course;
mod hour_sheets;
mod items;
mod lessons;
mod lists;
mod manifest;
mod pathways;
mod pools;
mod practice;
mod prose;
mod recordings;
mod resources;
mod text;
mod vars;
mod words;

#[cfg(test)]
mod refusals;

use std::fmt;

use super::read::Draft;
use crate::kernel::Group;

pub(super) use prose::{count, is_han};
pub(super) use resources::warnings;
pub use words::Trouble;

/// The five groups that have lessons of their own.
pub(super) const LEARNER_GROUPS: [Group; 5] = [Group::Elder, Group::Farmer, Group::Woman, Group::CivilServant, Group::Veteran];

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, relative to the curriculum's root.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong; its text is a sentence in Chinese.
    pub trouble: Trouble,
}

impl Fault {
    /// A fault at a line of a file.
    #[must_use]
    pub fn new(file: &str, line: usize, trouble: Trouble) -> Self {
        Self { file: file.to_owned(), line, trouble }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.trouble)
    }
}

/// Looks everything through.
pub(super) fn check(draft: &Draft) -> Vec<Fault> {
    let mut faults = Vec::new();
    let lists = text::Lists::of(draft);
    manifest::check(draft, &mut faults);
    lists::check(draft, &lists, &mut faults);
    hour_sheets::check(draft, &mut faults);
    pools::check(draft, &lists, &mut faults);
    resources::check(draft, &lists, &mut faults);
    pathways::check(draft, &lists, &mut faults);
    course::check(draft, &lists, &mut faults);
    for course in &draft.courses {
        lessons::check(course, &lists, &draft.common, &mut faults);
        let items: Vec<vars::Asked<'_>> = course.items.iter().map(vars::Asked::of).collect();
        items::check(course, &items, &lists, &mut faults);
        bank::check(course, &items, draft, &mut faults);
        practice::check(course, &lists, &mut faults);
        recordings::check(course, draft, &mut faults);
    }
    alike::check(draft, &mut faults);
    faults
}
