//! The pages of this subject, as typed values.

use askama::Template;

use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Lang;
use crate::identity::{AliasKind, AliasRequest, AliasState, Profile};
use crate::kernel::{Credits, LearnerId, Timestamp};
use crate::recognition::{AliasImpact, AliasSide, days_waiting};
use crate::web::{Filled, Page};

/// What all pages of this subject make words with.
#[derive(Clone)]
pub(super) struct Words {
    pub lang: Lang,
    pub shelf: Shelf,
}

impl Words {
    fn course(&self, unit: &str) -> String {
        let course = CourseCode::parse(unit).and_then(|code| self.shelf.course(code));
        course.map_or_else(|| unit.to_owned(), |course| course.title.clone())
    }

    /// `1 格（0.25 学分）`, or `0.1 学分` where it is not made of whole 格.
    fn amount(&self, amount: Credits) -> String {
        match self.shelf.cells().whole(amount) {
            Some(cells) => {
                self.lang.fill("passbook-cells-credits", &[("cells", &cells.to_string()), ("credits", &amount.to_string())])
            }
            None => self.lang.fill("passbook-credits", &[("credits", &amount.to_string())]),
        }
    }

    /// What the request comes to.
    pub fn outcome(&self, impact: &AliasImpact, request: &AliasRequest) -> Outcome {
        let courses = |units: &[String]| units.iter().map(|unit| self.course(unit)).collect();
        match request.kind {
            AliasKind::Join => Outcome {
                totals: vec![(self.lang.t("alias-together"), self.amount(impact.together.total))],
                once: courses(&impact.once),
                again: Vec::new(),
            },
            AliasKind::End => {
                let of = |side: &AliasSide, again: Credits| self.amount(side.total.plus(again));
                let theirs = impact.again_of(request.learner);
                let ours = impact.again.iter().filter(|(learner, _, _)| *learner != request.learner);
                let ours = ours.fold(Credits::ZERO, |sum, (_, _, credits)| sum.plus(*credits));
                let again: Vec<String> = impact.again.iter().map(|(_, unit, _)| unit.clone()).collect();
                Outcome {
                    totals: vec![
                        (self.lang.t("alias-now"), self.amount(impact.together.total)),
                        (self.lang.t("alias-first-then"), of(&impact.primary, ours)),
                        (self.lang.t("alias-second-then"), of(&impact.other, theirs)),
                    ],
                    once: Vec::new(),
                    again: courses(&again),
                }
            }
        }
    }
}

/// What a request comes to, in words.
pub(super) struct Outcome {
    /// Label and amount.
    pub totals: Vec<(String, String)>,
    /// Courses that both have and that count once.
    pub once: Vec<String>,
    /// Courses that are credited once more, to the account that lacks them.
    pub again: Vec<String>,
}

/// One of the two accounts.
pub(super) struct SideView {
    pub learner: LearnerId,
    /// Empty once they have left.
    pub name: String,
    pub born: String,
    pub phone: String,
    pub card: String,
    pub registered: String,
    pub has_document: bool,
    /// While it waits.
    pub total: Option<String>,
    pub courses: Vec<String>,
}

impl SideView {
    pub fn of(learner: LearnerId, profile: Option<&Profile>, side: Option<&AliasSide>, words: &Words) -> Self {
        let said = |read: fn(&Profile) -> Option<String>| profile.and_then(read).unwrap_or_default();
        Self {
            learner,
            name: said(|profile| Some(profile.name.clone())),
            born: said(|profile| Some(profile.birth_year?.to_string())),
            phone: said(|profile| Some(profile.phone.as_ref()?.masked())),
            card: said(|profile| Some(profile.card.as_ref()?.to_string())),
            registered: said(|profile| Some(profile.registered_at.day().to_string())),
            has_document: profile.is_some_and(|profile| profile.identity_level >= crate::kernel::IdentityLevel::DOCUMENT),
            total: side.map(|side| words.amount(side.total)),
            courses: side.map(|side| side.units.iter().map(|unit| words.course(unit)).collect()).unwrap_or_default(),
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
    pub fn of(request: &AliasRequest, (asker, decider, place): (String, String, String), now: Timestamp, lang: Lang) -> Self {
        Self {
            href: format!("/staff/aliases/{}/{}", request.learner, request.id),
            kind: lang.t(&format!("alias-kind-{}", request.kind.code())),
            reason: lang.t(&format!("alias-reason-{}", request.reason)),
            state: lang.t(&format!("correction-request-{}", request.state.code())),
            asked: request.asked_at.day().to_string(),
            days: days_waiting(request.asked_at, now),
            asker,
            decider,
            place,
            is_open: request.state == AliasState::Open,
        }
    }
}

/// An account that is joined with the one at hand.
pub(super) struct AccountRow {
    pub learner: LearnerId,
    pub name: String,
    pub card: String,
    /// Whether it is the one that shows everything.
    pub is_primary: bool,
}

impl AccountRow {
    pub fn of(learner: LearnerId, profile: Option<&Profile>, is_primary: bool) -> Self {
        Self {
            learner,
            name: profile.map(|profile| profile.name.clone()).unwrap_or_default(),
            card: profile.and_then(|profile| Some(profile.card.as_ref()?.to_string())).unwrap_or_default(),
            is_primary,
        }
    }
}

/// Somebody's accounts.
#[derive(Template)]
#[template(path = "aliases/accounts.html")]
pub(super) struct AccountsPage {
    pub page: Page,
    pub learner: LearnerId,
    pub name: String,
    /// Whether it is read through another: then nothing is joined to it.
    pub is_read_through: bool,
    pub joined: Vec<AccountRow>,
    /// The one of them that is to stand for itself again.
    pub ending: Option<LearnerId>,
    pub requests: Vec<RequestRow>,
    /// Whether the reader may ask.
    pub may_ask: bool,
    pub is_own: bool,
    pub form: Filled,
}

impl AccountsPage {
    fn reasons(&self, kind: &str) -> Vec<(&'static str, String)> {
        let kind = AliasKind::from_code(kind).unwrap_or(AliasKind::Join);
        kind.reasons().iter().map(|code| (*code, self.page.t(&format!("alias-reason-{code}")))).collect()
    }

    fn seen(&self) -> Vec<(&'static str, String)> {
        vec![("yes", self.page.t("alias-seen-yes"))]
    }
}

/// What waits for a second person.
#[derive(Template)]
#[template(path = "aliases/requests.html")]
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

/// One request, with both accounts side by side.
#[derive(Template)]
#[template(path = "aliases/request.html")]
pub(super) struct RequestPage {
    pub page: Page,
    pub row: RequestRow,
    pub kind: AliasKind,
    /// The account that shows everything, then the other.
    pub sides: [SideView; 2],
    /// While it waits.
    pub outcome: Option<Outcome>,
    /// The digest of what is shown.
    pub shown: String,
    pub ground: String,
    pub answer: String,
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

    fn side_title(&self, number: &usize) -> String {
        self.page.t(if *number == 0 { "alias-first" } else { "alias-second" })
    }

    fn courses(side: &SideView, page: &Page) -> String {
        if side.courses.is_empty() { page.t("alias-no-courses") } else { side.courses.join("、") }
    }

    fn agree_hint(&self) -> String {
        self.page.t(match self.kind {
            AliasKind::Join => "alias-agree-join-hint",
            AliasKind::End => "alias-agree-end-hint",
        })
    }
}
