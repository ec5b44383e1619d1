//! The volunteer's own page, and the form of a plan.

use askama::Template;

use super::kept_together;
use crate::classes::service::Counts;
use crate::classes::{ClassSession, State};
use crate::i18n::Lang;
use crate::web::{Filled, Page};

/// A session as a row of a list.
#[derive(Clone, Debug)]
pub(in crate::classes) struct ClassRow {
    pub href: String,
    pub time: String,
    pub title: String,
    pub place: String,
    /// How it stands, in words.
    pub state: String,
    pub is_open: bool,
}

impl ClassRow {
    /// For the staff.
    pub(in crate::classes) fn of(class: &ClassSession, place: &str, counts: Counts, lang: Lang) -> Self {
        let fill = |key, blanks: &[(&'static str, i64)]| {
            let blanks: Vec<(&'static str, String)> = blanks.iter().map(|(name, value)| (*name, value.to_string())).collect();
            let blanks: Vec<(&'static str, &str)> = blanks.iter().map(|(name, value)| (*name, value.as_str())).collect();
            lang.fill(key, &blanks)
        };
        let state = match class.state {
            State::Planned if counts.came > 0 => fill("classes-row-came", &[("came", counts.came), ("signed", counts.signed_up)]),
            State::Planned => fill("classes-row-signed", &[("signed", counts.signed_up), ("seats", class.seats)]),
            State::Cancelled => lang.t("classes-row-cancelled"),
            State::Closed => fill("classes-row-closed", &[("came", counts.came)]),
        };
        Self {
            href: format!("/staff/classes/{}", class.id),
            time: kept_together(&class.time_words(lang)),
            title: class.title.clone(),
            place: place.to_owned(),
            state,
            is_open: class.state == State::Planned,
        }
    }
}

/// 活动室: today's sessions and what to do.
#[derive(Template)]
#[template(path = "classes/hall.html")]
pub(in crate::classes) struct HallPage {
    pub page: Page,
    pub today: Vec<ClassRow>,
    /// Sessions of the last two weeks that nobody has closed.
    pub open: Vec<ClassRow>,
    pub coming: Vec<ClassRow>,
    pub closed: Vec<ClassRow>,
    /// Whether there is a service point to hold sessions at.
    pub has_points: bool,
}

/// What a plan chooses from: value and words.
#[derive(Clone, Debug, Default)]
pub(in crate::classes) struct Choices {
    pub courses: Vec<(String, String)>,
    pub points: Vec<(String, String)>,
    pub people: Vec<(String, String)>,
    pub seconds: Vec<(String, String)>,
    pub groups: Vec<(String, String)>,
}

/// A session to be planned, or changed.
#[derive(Template)]
#[template(path = "classes/plan.html")]
pub(in crate::classes) struct PlanPage {
    pub page: Page,
    pub form: Filled,
    pub choices: Choices,
    /// The session that is changed: its address, and what it is about.
    pub changes: Option<(String, String)>,
}

impl PlanPage {
    fn kinds(&self) -> Vec<(&'static str, String)> {
        let kinds = crate::classes::Kind::ALL.into_iter();
        let kinds = kinds.filter(|kind| *kind != crate::classes::Kind::Group || self.choices.groups.len() > 1);
        kinds.map(|kind| (kind.code(), self.page.t(kind.key()))).collect()
    }

    /// Whether what is seldom changed stands open: where it is changed, or wrong.
    fn is_more_open(&self) -> bool {
        let wrong = |field: &&str| !self.form.error(field, self.page.lang()).is_empty();
        self.changes.is_some() || ["seats", "teacher", "witness", "notes"].iter().any(wrong)
    }

    fn title(&self) -> String {
        self.page.t(if self.changes.is_some() { "classes-change" } else { "classes-plan" })
    }

    fn action(&self) -> String {
        self.changes.as_ref().map_or_else(|| "/staff/classes/add".to_owned(), |(href, _)| format!("{href}/change"))
    }

    fn back(&self) -> String {
        self.changes.as_ref().map_or_else(|| "/staff/hall".to_owned(), |(href, _)| href.clone())
    }

    fn times(&self) -> Vec<(String, String)> {
        let words = |times: u32| match times {
            1 => self.page.t("classes-times-once"),
            times => self.page.t1("classes-times-weeks", "times", times),
        };
        (1..=crate::classes::rules::MOST_IN_SERIES).map(|times| (times.to_string(), words(times))).collect()
    }
}
