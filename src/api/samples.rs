//! Samples of the page about a kind of problem.

use super::problem_views::ProblemKindPage;
use crate::web::{PROBLEM_KINDS, Page, Samples, drawn};

impl ProblemKindPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn(PROBLEM_KINDS.iter().filter_map(|(code, _)| Self::of(page.clone(), code)))
    }
}
