//! The pages by which issued certificates are looked after, and by which their owners appeal.

use askama::Template;

use super::views::Choices;
use super::{Event, Impact, ImpactLine, Reason, State, Version};
use crate::curriculum::Shelf;
use crate::i18n::Lang;
use crate::recognition::UseState;
use crate::web::{Filled, Page, day_words};

/// A line of what an agency has issued. It names nobody.
pub(super) struct IssuedRow {
    pub href: String,
    pub title: String,
    pub number: String,
    pub state: String,
    /// On which day something became of it last.
    pub day: String,
}

/// What an agency has issued.
#[derive(Template)]
#[template(path = "certificates/changing/issued.html")]
pub(super) struct IssuedPage {
    pub page: Page,
    pub form: Filled,
    pub agency: String,
    pub back: String,
    pub href: String,
    /// Appeals about certificates that wait, what is promised first on top. They name nobody.
    pub appeals: Vec<AskedRow>,
    /// What was asked about certificates and waits, the oldest first.
    pub requests: Vec<AskedRow>,
    /// What waits for somebody to look at it.
    pub waiting: Vec<IssuedRow>,
    pub rows: Vec<IssuedRow>,
    pub total: u64,
    pub number: u64,
    pub pages: u64,
}

impl IssuedPage {
    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }
}

/// What an act would change, in words.
pub(super) struct ImpactView {
    /// What, now, then.
    pub changes: Vec<(String, String, String)>,
    pub notes: Vec<String>,
    /// What stands in the way; empty where nothing does.
    pub hindrance: String,
    /// What a form carries, so that nothing is agreed to that was not shown.
    pub shown: String,
}

impl ImpactView {
    pub fn of(page: &Page, shelf: &Shelf, impact: &Impact) -> Self {
        let state = |state: State| page.t(&format!("certificates-state-{}", state.code()));
        let mut changes = vec![(page.t("certificates-standing-word"), state(impact.states.0), state(impact.states.1))];
        if impact.versions.0 != impact.versions.1 {
            let version = |version: i64| page.t1("certificates-version-n", "version", version);
            changes.push((page.t("certificates-version-word"), version(impact.versions.0), version(impact.versions.1)));
            changes.push((page.t("certificates-name"), impact.names.0.clone(), impact.names.1.clone()));
        }
        changes.extend(impact.lines.iter().map(|line| line_change(page, shelf, line)));
        Self {
            changes,
            notes: notes(page, impact),
            hindrance: impact.obstacle.map(|obstacle| page.t(obstacle.key())).unwrap_or_default(),
            shown: impact.digest().to_string(),
        }
    }
}

fn line_change(page: &Page, shelf: &Shelf, line: &ImpactLine) -> (String, String, String) {
    let now = line.now.map_or_else(|| page.t("certificates-cited-not"), |state| use_words(page, state));
    let then = page.t(if line.then { "certificates-cited-then" } else { "certificates-cited-not" });
    (shelf.title_of(&line.unit), now, then)
}

/// Whether an award that is cited has its ground.
pub(super) fn use_words(page: &Page, state: UseState) -> String {
    page.t(match state {
        UseState::Active => "certificates-cited-stands",
        UseState::Suspended => "certificates-cited-lost",
        UseState::Ended => "certificates-cited-ended",
    })
}

/// What the act does besides, and what it does not touch.
fn notes(page: &Page, impact: &Impact) -> Vec<String> {
    let mut notes = Vec::new();
    if impact.versions.0 != impact.versions.1 {
        notes.push(page.t("certificates-note-version"));
    }
    if impact.states.1 == State::Revoked {
        notes.push(page.t("certificates-note-revoked"));
        notes.push(page.t("certificates-note-letter"));
    }
    notes.push(page.t("certificates-note-credit"));
    notes
}

/// An event as it is told to the staff: day and what; why, by whom, the ground.
pub(super) fn event_row(page: &Page, event: &Event, (who, second, ground): (String, String, String)) -> (String, String) {
    let what = page.t(&format!("certificates-event-{}", event.what.code()));
    let head = page.t2("certificates-event-head", ("day", day_words(page.lang(), event.at.day())), ("what", what));
    let why = event.reason.map(|reason| page.t(&format!("certificates-reason-{}", reason.code())));
    let by = if who.is_empty() { page.t("certificates-by-bank") } else { page.t1("certificates-by", "who", who) };
    let second = Some(second).filter(|second| !second.is_empty()).map(|second| page.t1("certificates-second", "who", second));
    let lines = why.into_iter().chain([by]).chain(second).chain(Some(ground).filter(|ground| !ground.is_empty()));
    (head, lines.collect::<Vec<_>>().join("\n"))
}

/// A version as it is told to the staff.
pub(super) fn version_row(page: &Page, version: &Version) -> (String, String) {
    let why = page.t(&format!("certificates-why-made-{}", version.why.code()));
    let made = page.t2("certificates-version-made", ("day", day_words(page.lang(), version.made_at.day())), ("why", why));
    (page.t1("certificates-version-n", "version", version.version), made)
}

/// An act that can be asked for: its page, words, what it is for.
pub(super) struct ActRow {
    pub href: String,
    pub words: String,
    pub note: String,
}

/// An act that was chosen.
pub(super) struct ChosenAct {
    pub code: &'static str,
    pub title: String,
    pub impact: ImpactView,
    /// Whether a reason code is asked for.
    pub has_reason: bool,
    /// Whether the ground has to be written.
    pub needs_ground: bool,
}

/// A request about a certificate, or an appeal that waits, as a line.
pub(super) struct AskedRow {
    pub href: String,
    pub words: String,
    pub note: String,
}

/// An appeal, with what was told.
pub(super) struct AppealRow {
    /// Where an answer is sent; none where it is answered, or the reader may not hear it.
    pub href: Option<String>,
    pub head: String,
    pub words: String,
    pub answer: String,
}

/// One certificate with its whole history.
#[derive(Template)]
#[template(path = "certificates/changing/one.html")]
pub(super) struct IssuedCertificatePage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub back: String,
    pub title: String,
    pub standing: String,
    pub is_good: bool,
    pub facts: Vec<(String, String)>,
    pub lines: Vec<(String, String)>,
    pub versions: Vec<(String, String)>,
    pub events: Vec<(String, String)>,
    pub asked: Vec<AskedRow>,
    pub appeals: Vec<AppealRow>,
    pub acts: Vec<ActRow>,
    pub chosen: Option<ChosenAct>,
    /// Whether it can be suspended now, at once.
    pub may_suspend: bool,
    pub reasons: Choices,
    /// Why the reader does nothing with it; empty where they may.
    pub barred: String,
    pub notice: String,
    pub problem: String,
}

/// What the reader of a request may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MayDecide {
    /// Nothing now.
    Look,
    /// Nothing: it is theirs, or they have had a part in it before.
    Barred,
    /// Agree or not.
    Decide,
    /// Take it back.
    TakeBack,
}

/// A request about a certificate, with what it would change.
#[derive(Template)]
#[template(path = "certificates/changing/request.html")]
pub(super) struct ChangePage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub back: String,
    pub title: String,
    pub facts: Vec<(String, String)>,
    pub ground: String,
    pub answer: String,
    /// While it waits.
    pub impact: Option<ImpactView>,
    pub may: MayDecide,
    /// Whether refusing lifts a suspension.
    pub lifts: bool,
    /// What the button says by which it is agreed to.
    pub agree: String,
    /// Why the reader does not decide, where they are barred.
    pub barred: String,
    pub notice: String,
    pub problem: String,
}

impl ChangePage {
    fn decides(&self) -> bool {
        self.may == MayDecide::Decide
    }

    fn takes_back(&self) -> bool {
        self.may == MayDecide::TakeBack
    }

    fn is_barred(&self) -> bool {
        self.may == MayDecide::Barred
    }
}

/// An owner appeals.
#[derive(Template)]
#[template(path = "certificates/changing/appeal.html")]
pub(super) struct AppealPage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    /// Where it leads back to: the address, and its words.
    pub back: (String, String),
    pub facts: Vec<(String, String)>,
    /// Whether an appeal can still be made.
    pub is_open: bool,
    /// The telephone of the agency: as it is dialled, as it is read.
    pub phone: (String, String),
    /// Appeals made before: where each is, in words.
    pub before: Vec<(String, String)>,
    pub problem: String,
}

/// The reasons that people choose, in words.
pub(super) fn reasons(lang: Lang) -> Choices {
    let chosen = Reason::ALL.into_iter().filter(|reason| reason.is_chosen());
    chosen.map(|reason| (reason.code().to_owned(), lang.t(&format!("certificates-reason-{}", reason.code())))).collect()
}
