//! The pages of this subject, as typed values.

use std::collections::HashMap;

use askama::Template;

use super::{Kind, Signal, State};
use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Lang;
use crate::kernel::LearnerId;
use crate::recognition::Awaiting;
use crate::web::{Filled, Page, day_words};

/// What all pages of this subject make words with.
#[derive(Clone)]
pub(super) struct Words {
    pub lang: Lang,
    pub shelf: Shelf,
}

impl Words {
    /// The course's title; its code where this edition has it no longer.
    pub fn course(&self, unit: &str) -> String {
        let course = CourseCode::parse(unit).and_then(|code| self.shelf.course(code));
        course.map_or_else(|| unit.to_owned(), |course| course.title.clone())
    }

    fn place(&self, names: &HashMap<String, String>, code: &str) -> String {
        let known = names.get(code).filter(|name| !name.is_empty()).cloned();
        known.unwrap_or_else(|| self.lang.t("help-staff-whole-bank"))
    }
}

/// A signal, as a line of a list.
pub(super) struct SignalRow {
    pub href: String,
    pub kind: String,
    /// What was found, in a sentence that accuses nobody.
    pub what: String,
    /// What it may be, and what helps.
    pub maybe: String,
    pub about: String,
    pub place: String,
    pub day: String,
    pub state: String,
    /// Who looked, and when.
    pub looked: Option<(String, String)>,
}

impl SignalRow {
    pub fn of(signal: &Signal, names: &HashMap<LearnerId, String>, places: &HashMap<String, String>, words: &Words) -> Self {
        let lang = words.lang;
        let name = |who: LearnerId| names.get(&who).cloned().unwrap_or_else(|| lang.t("signal-somebody"));
        let blanks = [
            ("course", &*words.course(&signal.unit)),
            ("day", &day_words(lang, signal.day)),
            ("count", &signal.learners.to_string()),
            ("among", &signal.among.to_string()),
        ];
        let (what, maybe) = match signal.kind {
            Kind::SameAnswers => ("signal-what-same_answers", "signal-maybe-same_answers"),
            Kind::NotSeen => ("signal-what-not_seen", "signal-maybe-not_seen"),
            Kind::Taught => ("signal-what-taught", "signal-maybe-taught"),
        };
        Self {
            href: format!("/staff/looks/{}", signal.id),
            kind: lang.t(&format!("signal-kind-{}", signal.kind.code())),
            what: lang.fill(what, &blanks),
            maybe: lang.t(maybe),
            about: name(signal.about),
            place: words.place(places, &signal.place_code),
            day: signal.day.to_string(),
            state: lang.t(&format!("signal-state-{}", signal.state.code())),
            looked: signal.looked.filter(|_| signal.state != State::Open).map(|(who, at)| (name(who), at.day().to_string())),
        }
    }
}

/// A pass that waits, as a line of a list. No name stands in it.
pub(super) struct PassRow {
    pub href: String,
    pub course: String,
    pub place: String,
    /// When it was passed, to the minute.
    pub at: String,
    pub state: String,
}

impl PassRow {
    pub fn of(found: &Awaiting, places: &HashMap<String, String>, words: &Words) -> Self {
        Self {
            href: format!("/staff/looks/passes/{}/{}", found.learner, found.result),
            course: words.course(&found.unit),
            place: words.place(places, &found.place_code),
            at: found.kept_at.to_minute_text(),
            state: words.lang.t(&format!("signal-pass-{}", found.state.code())),
        }
    }
}

/// 请看一看.
#[derive(Template)]
#[template(path = "signals/signals.html")]
pub(super) struct SignalsPage {
    pub page: Page,
    pub rows: Vec<SignalRow>,
    /// How many passes wait.
    pub passes: u64,
    pub total: u64,
    pub number: u64,
    pub pages: u64,
}

impl SignalsPage {
    fn caption(&self) -> String {
        self.page.t1("signal-count", "count", self.total)
    }

    fn passes_words(&self) -> String {
        self.page.t1("signal-passes-count", "count", self.passes)
    }

    fn which_page(&self) -> String {
        self.page.t2("help-staff-page", ("page", &self.number), ("pages", &self.pages))
    }
}

/// One signal.
#[derive(Template)]
#[template(path = "signals/signal.html")]
pub(super) struct SignalPage {
    pub page: Page,
    pub row: SignalRow,
    /// Whom it concerns, as far as they are still here; no more than fit on a page.
    pub learners: Vec<LearnerId>,
    pub is_own: bool,
    pub may_look: bool,
    /// Whether nobody has asked yet.
    pub may_ask: bool,
    pub form: Filled,
    pub notice: String,
}

impl SignalPage {
    fn person(&self, number: &usize) -> String {
        self.page.t1("signal-person", "number", number)
    }
}

/// Passes that wait.
#[derive(Template)]
#[template(path = "signals/passes.html")]
pub(super) struct PassesPage {
    pub page: Page,
    pub rows: Vec<PassRow>,
    pub total: u64,
    pub number: u64,
    pub pages: u64,
}

impl PassesPage {
    fn caption(&self) -> String {
        self.page.t1("signal-passes-count", "count", self.total)
    }

    fn which_page(&self) -> String {
        self.page.t2("help-staff-page", ("page", &self.number), ("pages", &self.pages))
    }
}

/// One pass that waits.
#[derive(Template)]
#[template(path = "signals/pass.html")]
pub(super) struct PassPage {
    pub page: Page,
    pub row: PassRow,
    pub learner: LearnerId,
    /// Empty once they have left.
    pub name: String,
    pub may_look: bool,
    /// Whether one person would not credit it, and whether that was the reader.
    pub is_doubted: bool,
    pub has_doubted: bool,
    pub form: Filled,
    pub notice: String,
}
