//! Plans as learners have them: what they are asked to join, and what is done.

use askama::Template;

use crate::plans::MemberState;
use crate::web::{Page, phrases};

/// A plan on the list.
pub(in crate::plans) struct OwnRow {
    pub href: String,
    pub title: String,
    pub organisation: String,
    pub period: String,
}

/// 培训方案 that somebody was asked to join.
#[derive(Template)]
#[template(path = "plans/own_plans.html")]
pub(in crate::plans) struct OwnPlansPage {
    pub page: Page,
    /// Waits for an answer.
    pub waiting: Vec<OwnRow>,
    /// They are in it.
    pub joined: Vec<OwnRow>,
    /// They said no, or left.
    pub not: Vec<OwnRow>,
}

impl OwnPlansPage {
    const fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.joined.is_empty() && self.not.is_empty()
    }
}

/// A part of a plan.
pub(in crate::plans) struct OwnItem {
    pub words: String,
    pub note: String,
    /// Where it is; none for words.
    pub href: Option<String>,
    pub is_done: bool,
}

/// How somebody stands with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plans) struct Stand {
    pub state: MemberState,
    /// Whether people may join it.
    pub is_open: bool,
    /// Whether a newer version than theirs was published.
    pub is_older: bool,
    /// Whether they came in by a door of their own, so that the yes is theirs.
    pub may_share: bool,
}

/// One plan.
#[derive(Template)]
#[template(path = "plans/own_plan.html")]
pub(in crate::plans) struct OwnPlanPage {
    pub page: Page,
    pub href: String,
    pub title: String,
    pub organisation: String,
    pub period: String,
    pub version: i64,
    pub stand: Stand,
    pub items: Vec<OwnItem>,
    /// The next course: its address, and what the button says.
    pub next: Option<(String, String)>,
    /// Courses passed, of how many.
    pub done: (usize, usize),
    /// What they say yes to.
    pub agreed: Vec<String>,
    /// Which words these are.
    pub agreed_text: &'static str,
    /// What was just done.
    pub notice: String,
}

impl OwnPlanPage {
    fn is_joined(&self) -> bool {
        self.stand.state == MemberState::Joined
    }

    fn is_asked(&self) -> bool {
        self.stand.state == MemberState::Invited
    }

    fn may_join(&self) -> bool {
        self.stand.is_open && !self.is_joined()
    }

    fn is_finished(&self) -> bool {
        self.done.0 == self.done.1
    }

    fn done_words(&self) -> String {
        self.page.t2("plans-own-done", ("done", self.done.0), ("all", self.done.1))
    }

    fn state_words(&self) -> Vec<String> {
        let key = match self.stand.state {
            MemberState::Invited => return Vec::new(),
            MemberState::Joined => "plans-own-joined",
            MemberState::Declined => "plans-own-declined",
            MemberState::Left => "plans-own-left",
        };
        phrases(&self.page.t(key))
    }
}
