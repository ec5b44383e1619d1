//! The pages of this subject.

use askama::Template;

use super::evidence::FileKind;
use super::{Application, Piece};
use crate::conversions::Rule;
use crate::kernel::Timestamp;
use crate::web::{Filled, Page, day_words};

/// Values with their words, as forms offer them.
pub(super) type Choices = Vec<(String, String)>;

/// An application on its owner's list.
pub(super) struct OwnRow {
    pub href: String,
    pub title: String,
    pub agency: String,
    pub state: String,
}

/// What somebody has applied for.
#[derive(Template)]
#[template(path = "applications/own_list.html")]
pub(super) struct OwnApplicationsPage {
    pub page: Page,
    pub rows: Vec<OwnRow>,
    pub notice: String,
}

/// By which rules somebody may apply.
#[derive(Template)]
#[template(path = "applications/begin.html")]
pub(super) struct BeginPage {
    pub page: Page,
    pub form: Filled,
    pub offers: Choices,
    /// Whether they have said where they live.
    pub has_place: bool,
}

/// A piece of evidence on a page.
pub(super) struct PieceRow {
    pub id: String,
    pub name: String,
    pub note: String,
    /// Where it is looked at; none where it was removed, or this session may not.
    pub href: Option<String>,
}

impl PieceRow {
    /// `number`: from 1. `of`: the page that it hangs on, where it may be opened.
    pub(super) fn of(page: &Page, (number, piece): (usize, &Piece), of: Option<String>) -> Self {
        let key = match piece.kind {
            FileKind::Picture => "applications-piece-picture",
            FileKind::Pages => "applications-piece-pages",
        };
        let note = match piece.file {
            Some(_) => page.t1("applications-piece-note", "day", piece.added_at.day()),
            None => page.t("applications-piece-gone"),
        };
        Self {
            id: piece.id.to_string(),
            name: page.t1(key, "number", number),
            note,
            href: of.filter(|_| piece.file.is_some()).map(|of| format!("{of}/files/{}", piece.id)),
        }
    }
}

/// One that is not sent yet: its evidence.
#[derive(Template)]
#[template(path = "applications/draft.html")]
pub(super) struct DraftPage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub title: String,
    /// Where the agency says how it is reached.
    pub agency_href: String,
    /// Whether a version of the rule is in force still.
    pub has_rule: bool,
    /// Whether a document of identity is to be seen first.
    pub is_too_low: bool,
    pub evidence: String,
    pub facts: Vec<(String, String)>,
    pub pieces: Vec<PieceRow>,
    pub may_add: bool,
    pub notice: String,
    pub problem: String,
}

impl DraftPage {
    fn clean(&self) -> Choices {
        vec![("yes".to_owned(), self.page.t("applications-clean"))]
    }
}

/// One that is not sent yet: what is asked once there is evidence.
#[derive(Template)]
#[template(path = "applications/details.html")]
pub(super) struct DetailsPage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub title: String,
    /// The version of the rule that is shown.
    pub rule: String,
    pub facts: Vec<(String, String)>,
    pub elsewhere: Choices,
    pub agreed: Vec<String>,
    pub agreed_text: &'static str,
    pub problem: String,
}

impl DetailsPage {
    fn yes(&self) -> Choices {
        vec![(self.agreed_text.to_owned(), self.page.t("applications-agree-yes"))]
    }
}

/// One that was sent.
#[derive(Template)]
#[template(path = "applications/own.html")]
pub(super) struct OwnApplicationPage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub title: String,
    pub state: String,
    pub facts: Vec<(String, String)>,
    pub pieces: Vec<PieceRow>,
    /// What it came to.
    pub given: Option<String>,
    pub steps: Vec<(String, String)>,
    pub is_waiting: bool,
    /// Whether an appeal is what it waits for.
    pub is_appeal: bool,
    pub is_over: bool,
    /// Until when they may appeal, in words, where they may.
    pub appeal: Option<String>,
    pub turn: i64,
    pub agreed: Vec<String>,
    pub notice: String,
    pub problem: String,
}

/// An application in the queue of an agency. It names nobody.
pub(super) struct QueueRow {
    /// Where its case is; none for who may not see whose it is.
    pub href: Option<String>,
    pub title: String,
    pub course: String,
    pub waits: String,
    pub due: String,
    pub is_overdue: bool,
    pub state: String,
    pub holder: String,
}

impl QueueRow {
    /// `names`: the course, and to whom it was passed.
    pub(super) fn of(page: &Page, (own, rule): (&Application, &Rule), names: (String, String), now: Timestamp) -> Self {
        let days = own.waits_since.map_or(0, |since| now.day().days_since(since.day()));
        let due = own.sent.as_ref().map(|sent| sent.due);
        let is_overdue = due.is_some_and(|due| due < now.day());
        Self {
            href: None,
            title: rule.title.clone(),
            course: names.0,
            waits: page.t1("applications-waits", "days", days),
            due: due.map(|due| day_words(page.lang(), due)).unwrap_or_default(),
            is_overdue,
            state: page.t(&format!("applications-state-{}", own.state.code())),
            holder: names.1,
        }
    }

    /// The same, leading there.
    pub(super) fn at(self, href: String) -> Self {
        Self { href: Some(href), ..self }
    }
}

/// What waits for an agency.
#[derive(Template)]
#[template(path = "applications/queue.html")]
pub(super) struct QueuePage {
    pub page: Page,
    pub agency: String,
    pub back: String,
    pub href: String,
    pub rows: Vec<QueueRow>,
    pub total: u64,
    pub number: u64,
    pub pages: u64,
}

impl QueuePage {
    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }
}

/// Another application beside a case.
pub(super) struct AlikeRow {
    /// Where it is one of this agency's.
    pub href: Option<String>,
    /// What is the same.
    pub what: String,
    pub whose: String,
    /// When it was sent.
    pub when: String,
    pub state: String,
}

/// What the reader of a case may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum May {
    /// Nothing now.
    Look,
    /// Nothing: it is theirs, they helped, or they have decided before.
    Barred,
    /// Recognise or propose, give back, pass on.
    Prepare,
    /// Agree or not.
    Second,
    /// Hear an appeal.
    Hear,
}

impl May {
    /// Whether they may pass it on.
    pub(super) fn passes(self) -> bool {
        matches!(self, Self::Prepare | Self::Hear)
    }
}

/// One case.
#[derive(Template)]
#[template(path = "applications/case.html")]
pub(super) struct CasePage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub back: String,
    pub name: String,
    pub title: String,
    pub state: String,
    pub facts: Vec<(String, String)>,
    pub rule: Vec<(String, String)>,
    /// What the bank says by itself.
    pub knows: Vec<String>,
    pub alike: Vec<AlikeRow>,
    pub pieces: Vec<PieceRow>,
    pub steps: Vec<(String, String)>,
    pub whys: Choices,
    pub levels: Choices,
    /// That a document was seen on the day, where the rule asks for that.
    pub on_the_day: Choices,
    pub colleagues: Choices,
    /// Whether the rule asks for a second person.
    pub is_two: bool,
    pub is_helped: bool,
    pub turn: i64,
    pub may: May,
    pub notice: String,
    pub problem: String,
}

impl CasePage {
    fn is_barred(&self) -> bool {
        self.may == May::Barred
    }

    fn prepares(&self) -> bool {
        self.may == May::Prepare
    }

    fn seconds(&self) -> bool {
        self.may == May::Second
    }

    fn hears(&self) -> bool {
        self.may == May::Hear
    }

    fn may_pass(&self) -> bool {
        self.may.passes() && self.colleagues.len() > 1
    }

    fn accept_words(&self) -> String {
        self.page.t(if self.is_two { "applications-propose-go" } else { "applications-accept-go" })
    }
}
