//! 代办: the form, the receipt, the lists.

use askama::Template;

use crate::help;
use crate::helping::rules::{ERRANDS, undo_until};
use crate::helping::service::errand_words;
use crate::helping::{Act, ActWords, Agreed, Outcome, Way};
use crate::i18n::Lang;
use crate::kernel::SealKey;
use crate::web::{Filled, Page, day_words};

/// One act as a line of a list.
#[derive(Clone, Debug)]
pub struct ActLine {
    /// Where it leads.
    pub href: String,
    /// The number of its receipt, grouped.
    pub number: String,
    /// What was done.
    pub what: String,
    /// On which day.
    pub day: String,
    /// What came of it; or that it was undone.
    pub state: String,
}

impl ActLine {
    /// The line for the learner; what was written stays unsaid without the key.
    #[must_use]
    pub fn of(act: &Act, key: Option<&SealKey>, lang: Lang) -> Self {
        let words = key.map(|key| act.read(key)).unwrap_or_default();
        let state = match act.undone {
            Some(_) => lang.t("helping-undone"),
            None => lang.t(&format!("outcome-{}", act.outcome.code())),
        };
        Self {
            href: format!("/on-behalf/{}", act.number.as_str()),
            number: act.number.to_string(),
            what: errand_words(&act.errand, &words, lang),
            day: day_words(lang, act.day),
            state,
        }
    }

    /// The same, leading to the receipt on the desk.
    #[must_use]
    pub fn for_staff(self, act: &Act) -> Self {
        Self { href: format!("/staff/on-behalf/{}/{}", act.learner, act.id), ..self }
    }
}

/// 代办回执, as it is read and printed.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub path: String,
    pub number: String,
    /// Label and words, in the order in which one would ask.
    pub facts: Vec<(String, String)>,
    pub outcome: String,
    /// That it was undone, and when.
    pub undone: Option<String>,
    /// Until when it can be undone.
    pub until: String,
    pub may_undo: bool,
    /// The course that teaches to do it oneself: address and title.
    pub course: Option<(String, String)>,
}

impl Receipt {
    /// The receipt of `act`: of whom, by whom, where. Without the key what was written stays unsaid.
    pub fn of(act: &Act, key: Option<&SealKey>, lang: Lang, (name, who, place): (String, String, String)) -> Self {
        let words = key.map(|key| act.read(key)).unwrap_or_default();
        let what = errand_words(&act.errand, &words, lang);
        let more = if what == words.what { String::new() } else { words.what.clone() };
        let facts = [
            ("helping-whose", name),
            ("helping-what", what),
            ("helping-more", more),
            ("helping-who", who),
            ("helping-where", place),
            ("helping-when", day_words(lang, act.day)),
            ("helping-slip-why", words.why.clone()),
            ("helping-slip-agreed", lang.t(&format!("agreed-{}", act.agreed.code()))),
        ];
        let facts = facts.into_iter().filter(|(_, words)| !words.is_empty());
        Self {
            path: format!("/on-behalf/{}", act.number.as_str()),
            number: act.number.to_string(),
            facts: facts.map(|(key, words)| (lang.t(key), words)).collect(),
            outcome: outcome_words(act.outcome, &words, lang),
            undone: act.undone.map(|(at, way)| {
                let way = lang.t(&format!("undone-{}", way.code()));
                lang.fill("helping-undone-on", &[("day", &day_words(lang, at.day())), ("way", &way)])
            }),
            until: help::day_words(lang, undo_until(act.recorded_at)),
            may_undo: false,
            course: None,
        }
    }

    /// How it is undone, until when.
    fn undo_words(&self, page: &Page) -> String {
        page.t2("helping-undo-how", ("until", &self.until), ("phone", page.help_words()))
    }

    /// The same with what follows from the day and the curriculum at hand.
    pub fn with(self, course: Option<(String, String)>, may_undo: bool) -> Self {
        Self { may_undo: may_undo && self.undone.is_none(), course, ..self }
    }
}

fn outcome_words(outcome: Outcome, words: &ActWords, lang: Lang) -> String {
    let plain = lang.t(&format!("outcome-{}", outcome.code()));
    if words.why_not.is_empty() { plain } else { lang.fill("helping-not-done-why", &[("why", &words.why_not)]) }
}

/// What is to be kept of an act on behalf.
#[derive(Template)]
#[template(path = "helping/act_form.html")]
pub struct ActFormPage {
    pub page: Page,
    pub id: String,
    pub name: String,
    pub form: Filled,
    /// Service points to choose from.
    pub points: Vec<(String, String)>,
}

impl ActFormPage {
    fn back(&self) -> String {
        format!("/staff/learners/{}/aid", self.id)
    }

    fn errands(&self) -> Vec<(&'static str, String)> {
        ERRANDS.iter().map(|errand| (errand.code, self.page.t(&format!("errand-{}", errand.code)))).collect()
    }

    fn days(&self) -> Vec<(&'static str, String)> {
        [("0", "helping-today"), ("1", "helping-yesterday"), ("2", "helping-before")]
            .map(|(ago, key)| (ago, self.page.t(key)))
            .to_vec()
    }

    fn outcomes(&self) -> Vec<(&'static str, String)> {
        Outcome::ALL.map(|outcome| (outcome.code(), self.page.t(&format!("outcome-{}", outcome.code())))).to_vec()
    }

    fn ways(&self) -> Vec<(&'static str, String)> {
        Agreed::ALL.map(|way| (way.code(), self.page.t(&format!("agreed-{}", way.code())))).to_vec()
    }

    fn consent_words(&self) -> String {
        self.page.t1("helping-consent", "name", &self.name)
    }
}

/// The receipt, for the learner.
#[derive(Template)]
#[template(path = "helping/receipt.html")]
pub struct ReceiptPage {
    pub page: Page,
    pub receipt: Receipt,
    pub form: Filled,
}

/// The receipt, at the desk.
#[derive(Template)]
#[template(path = "helping/staff_receipt.html")]
pub struct StaffReceiptPage {
    pub page: Page,
    pub receipt: Receipt,
    pub form: Filled,
    /// Where its forms lead.
    pub path: String,
}

impl StaffReceiptPage {
    fn ways(&self) -> Vec<(&'static str, String)> {
        [Way::Phone, Way::Desk].map(|way| (way.code(), self.page.t(&format!("undone-{}", way.code())))).to_vec()
    }

    fn doings(&self) -> Vec<(&'static str, String)> {
        let undo = self.receipt.may_undo.then(|| ("undo", self.page.t("helping-says-undo")));
        undo.into_iter().chain([("not_agreed", self.page.t("helping-not-agreed"))]).collect()
    }
}

/// What was done on the reader's behalf.
#[derive(Template)]
#[template(path = "helping/acts.html")]
pub struct ActsPage {
    pub page: Page,
    pub lines: Vec<ActLine>,
}

/// What was done on people's behalf at the reader's places.
#[derive(Template)]
#[template(path = "helping/staff_acts.html")]
pub struct StaffActsPage {
    pub page: Page,
    pub lines: Vec<ActLine>,
    pub number: u64,
    pub pages: u64,
    /// The number that was looked for and not found.
    pub looked_for: String,
}

impl StaffActsPage {
    fn which_page(&self) -> String {
        self.page.t2("help-staff-page", ("page", &self.number), ("pages", &self.pages))
    }
}
