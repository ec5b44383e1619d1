//! The page about one kind of problem.

use askama::Template;

use crate::web::{PROBLEM_KINDS, Page};

/// What a kind of problem means, and what to do about it: for whoever looks after a program.
#[derive(Template)]
#[template(path = "api/problem_kind.html")]
pub(super) struct ProblemKindPage {
    pub page: Page,
    pub code: &'static str,
    pub status: u16,
    pub title: String,
    pub what: String,
    pub mend: String,
}

impl ProblemKindPage {
    /// The page about the kind named, if there is one.
    pub(super) fn of(page: Page, code: &str) -> Option<Self> {
        let (code, status) = *PROBLEM_KINDS.iter().find(|(known, _)| *known == code)?;
        Some(Self {
            code,
            status,
            title: page.t("api-problem-title"),
            what: page.t(&format!("api-problem-what-{code}")),
            mend: page.t(&format!("api-problem-mend-{code}")),
            page,
        })
    }
}
