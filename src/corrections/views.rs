//! The pages of this subject, as typed values.

use askama::Template;

use super::impact_views::{ImpactView, UseRow, Words, line_href};
use crate::kernel::{LearnerId, Timestamp};
use crate::recognition::{CorrectionKind, CorrectionRequest, PassbookEntry, RequestState, days_waiting};
use crate::web::{Filled, Page};

/// A line of the passbook, on the desk.
pub(super) struct CreditRow {
    pub href: String,
    pub day: String,
    pub course: String,
    pub done: String,
    pub amount: String,
    pub state: String,
}

impl CreditRow {
    pub fn of(entry: &PassbookEntry, learner: LearnerId, words: &Words) -> Self {
        Self {
            href: line_href(learner, entry.transfer, None),
            day: entry.day.to_string(),
            course: words.course_of(entry),
            done: words.done(entry),
            amount: words.amount(entry.amount),
            state: words.state(entry.state),
        }
    }
}

/// A request, as a line of a list.
pub(super) struct RequestRow {
    pub href: String,
    pub kind: String,
    pub reason: String,
    pub state: String,
    pub asked: String,
    pub days: i64,
    /// Of people: the asker's name, and who decided.
    pub asker: String,
    pub decider: String,
    /// Where it belongs.
    pub place: String,
    pub is_open: bool,
}

impl RequestRow {
    pub fn of(
        request: &CorrectionRequest,
        (asker, decider, place): (String, String, String),
        now: Timestamp,
        words: &Words,
    ) -> Self {
        Self {
            href: format!("/staff/corrections/{}/{}", request.learner, request.id),
            kind: words.kind(request.kind),
            reason: words.reason(&request.reason),
            state: words.lang.t(&format!("correction-request-{}", request.state.code())),
            asked: request.asked_at.day().to_string(),
            days: days_waiting(request.asked_at, now),
            asker,
            decider,
            place,
            is_open: request.state == RequestState::Open,
        }
    }
}

/// A learner's credit, on the desk.
#[derive(Template)]
#[template(path = "corrections/credit.html")]
pub(super) struct CreditPage {
    pub page: Page,
    pub learner: LearnerId,
    pub name: String,
    pub total: String,
    /// The newest first.
    pub lines: Vec<CreditRow>,
    pub requests: Vec<RequestRow>,
    /// What builds on credit that was taken back.
    pub suspended: Vec<UseRow>,
    pub notice: String,
}

impl CreditPage {
    fn count(&self) -> String {
        self.page.t1("correction-lines-count", "count", self.lines.len())
    }
}

/// One line of a learner's credit: how it can be put right, and what that would change.
#[derive(Template)]
#[template(path = "corrections/line.html")]
pub(super) struct LinePage {
    pub page: Page,
    pub learner: LearnerId,
    pub name: String,
    pub row: CreditRow,
    /// The ways in which it can be put right: address and words.
    pub ways: Vec<(String, String, String)>,
    /// The way that was chosen, with what it would change.
    pub chosen: Option<Chosen>,
    pub form: Filled,
    /// Whether the reader may ask.
    pub may_ask: bool,
    pub is_own: bool,
    /// Something to be told before all else.
    pub notice: String,
}

/// A way that was chosen.
pub(super) struct Chosen {
    pub kind: CorrectionKind,
    pub title: String,
    pub impact: ImpactView,
    /// Codes and words.
    pub reasons: Vec<(&'static str, String)>,
}

impl Chosen {
    fn reasons(&self) -> Vec<(&'static str, String)> {
        self.reasons.clone()
    }
}

impl LinePage {
    fn go_words(chosen: &Chosen, page: &Page) -> String {
        page.t(if chosen.kind.needs_two() { "correction-ask-go" } else { "correction-freeze-go" })
    }

    fn heading(&self) -> String {
        self.chosen.as_ref().map_or_else(|| self.page.t("correction-line-title"), |chosen| chosen.title.clone())
    }
}

/// What waits for a second person.
#[derive(Template)]
#[template(path = "corrections/requests.html")]
pub(super) struct RequestsPage {
    pub page: Page,
    pub rows: Vec<RequestRow>,
    pub total: u64,
    pub number: u64,
    pub pages: u64,
}

impl RequestsPage {
    fn caption(&self) -> String {
        self.page.t1("correction-requests-count", "count", self.total)
    }

    fn which_page(&self) -> String {
        self.page.t2("help-staff-page", ("page", &self.number), ("pages", &self.pages))
    }
}

/// One request, with what it would change.
#[derive(Template)]
#[template(path = "corrections/request.html")]
pub(super) struct RequestPage {
    pub page: Page,
    pub row: RequestRow,
    pub learner: LearnerId,
    /// Empty once they have left.
    pub name: String,
    pub ground: String,
    pub answer: String,
    /// While it waits.
    pub impact: Option<ImpactView>,
    pub may_decide: bool,
    pub may_take_back: bool,
    /// Whether the reader asked for it.
    pub is_asker: bool,
    pub form: Filled,
    /// What was just done, or why it could not be.
    pub notice: String,
    pub is_stale: bool,
}

impl RequestPage {
    fn title(&self) -> String {
        self.page.t1("correction-request-title", "kind", &self.row.kind)
    }
}
