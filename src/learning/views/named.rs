//! What courses may name: numbers to call, laws, institutions; each with where it was read, and when.

use askama::Template;

use super::parts::Crumb;
use crate::curriculum::model::{Edition, Hotline};
use crate::kernel::Day;
use crate::web::{Page, day_words};

/// All numbers.
#[derive(Template)]
#[template(path = "learning/hotlines.html")]
pub struct HotlinesPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub notice: String,
    /// Numbers that are called.
    pub called: Vec<HotlineLine>,
    /// Numbers that only send messages.
    pub sending: Vec<HotlineLine>,
    pub checked: String,
}

/// A number.
pub struct HotlineLine {
    pub number: String,
    pub name: String,
    pub note: String,
}

impl From<&Hotline> for HotlineLine {
    fn from(hotline: &Hotline) -> Self {
        Self { number: hotline.number.clone(), name: hotline.name.clone(), note: hotline.note.clone() }
    }
}

impl HotlinesPage {
    /// The numbers of this edition.
    pub fn new(page: Page, edition: &Edition) -> Self {
        let (called, sending): (Vec<_>, Vec<_>) = edition.hotlines.iter().partition(|hotline| hotline.dial);
        let lines = |all: Vec<&Hotline>| all.into_iter().map(HotlineLine::from).collect();
        Self {
            crumbs: vec![Crumb { href: "/help".to_owned(), words: page.t("ask-for-help") }],
            notice: edition.hotline_notice.clone(),
            called: lines(called),
            sending: lines(sending),
            checked: checked_words(&page, edition.hotlines.iter().map(|hotline| hotline.checked.as_str())),
            page,
        }
    }
}

/// The day since which nothing was looked at later: the oldest of `days`.
fn checked_words<'d>(page: &Page, days: impl Iterator<Item = &'d str>) -> String {
    let oldest = days.filter_map(Day::parse).min();
    oldest.map(|day| page.t1("learning-checked", "day", day_words(page.lang(), day))).unwrap_or_default()
}

/// Laws and institutions.
#[derive(Template)]
#[template(path = "learning/sources.html")]
pub struct SourcesPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub laws: Vec<NamedLine>,
    pub institutions: Vec<NamedLine>,
}

/// Something that is named, what it is, where its name was read.
pub struct NamedLine {
    pub name: String,
    pub what: String,
    pub origin: String,
}

impl SourcesPage {
    /// What this edition names.
    pub fn new(page: Page, edition: &Edition) -> Self {
        let origin = |source: &str, checked: &str| page.t2("learning-origin", ("source", source), ("day", checked));
        let laws = edition.laws.iter().map(|law| NamedLine {
            name: format!("《{}》", law.name),
            what: page.t2("learning-note-two", ("a", &law.kind), ("b", &law.edition)),
            origin: origin(&law.source, &law.checked),
        });
        let institutions = edition.institutions.iter().map(|one| NamedLine {
            name: one.name.clone(),
            what: one.note.clone(),
            origin: origin(&one.source, &one.checked),
        });
        Self { crumbs: vec![Crumb::home(&page)], laws: laws.collect(), institutions: institutions.collect(), page }
    }
}
