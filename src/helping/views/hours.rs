//! Hours of volunteers: one's own, those of an organisation, the proof.

use askama::Template;

use crate::helping::rules::Source;
use crate::helping::{HoursLine, Proof};
use crate::i18n::Lang;
use crate::web::{Filled, Page, day_words};

/// Minutes in words: 2 小时 30 分; of a correction with its sign.
fn time_words(lang: Lang, minutes: i64) -> String {
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let blanks = [("hours", &*hours.to_string()), ("minutes", &rest.to_string())];
    let words = match (hours, rest) {
        (0, _) => lang.fill("helping-time-minutes", &blanks[1..]),
        (_, 0) => lang.fill("helping-time-hours", &blanks[..1]),
        _ => lang.fill("helping-time-both", &blanks),
    };
    if minutes < 0 { format!("\u{2212}{words}") } else { words }
}

/// One line of hours.
#[derive(Clone, Debug)]
pub struct HoursRow {
    pub id: String,
    pub day: String,
    pub what: String,
    pub organisation: String,
    pub time: String,
    pub is_correction: bool,
    /// What the line comes to with its corrections, where that is another time.
    pub standing: Option<String>,
    minutes: i64,
    lang: Lang,
}

impl HoursRow {
    /// The row of `line`.
    pub fn of(line: &HoursLine, organisation: String, lang: Lang) -> Self {
        let what = match line.source {
            Source::Class => lang.fill("helping-what-class", &[("what", &line.what)]),
            Source::Form => line.what.clone(),
            Source::Correction => lang.fill("helping-what-correction", &[("why", &line.what)]),
        };
        Self {
            id: line.id.to_string(),
            day: day_words(lang, line.day),
            what,
            organisation,
            time: time_words(lang, line.minutes),
            is_correction: line.source == Source::Correction,
            standing: None,
            minutes: line.minutes,
            lang,
        }
    }

    /// The same with what it comes to.
    pub fn standing_at(self, minutes: i64) -> Self {
        let differs = !self.is_correction && minutes != self.minutes;
        Self { standing: differs.then(|| time_words(self.lang, minutes)), ..self }
    }
}

/// One proof in a list.
#[derive(Clone, Debug)]
pub struct ProofRow {
    pub href: String,
    pub number: String,
    pub words: String,
}

impl ProofRow {
    /// The row of `proof`.
    pub fn of(proof: &Proof, lang: Lang) -> Self {
        let (day, time) = (day_words(lang, proof.issued_at.day()), time_words(lang, proof.minutes));
        Self {
            href: format!("/me/volunteering/{}", proof.number.as_str()),
            number: proof.number.to_string(),
            words: lang.fill("helping-proof-row", &[("day", &day), ("time", &time)]),
        }
    }
}

/// 我的志愿服务.
#[derive(Template)]
#[template(path = "helping/volunteering.html")]
pub struct VolunteeringPage {
    pub page: Page,
    pub rows: Vec<HoursRow>,
    pub minutes: i64,
    pub thanks: u64,
    /// Of what a proof can be had: value, year, organisation.
    pub of: Vec<(String, i32, String)>,
    pub proofs: Vec<ProofRow>,
    pub form: Filled,
    pub may_show_cards: bool,
    pub is_thanked: bool,
}

impl VolunteeringPage {
    fn total(&self) -> String {
        time_words(self.page.lang(), self.minutes)
    }

    fn choices(&self) -> Vec<(String, String)> {
        let words = |year: &i32, name: &String| self.page.t2("helping-of", ("year", year), ("name", name));
        self.of.iter().map(|(value, year, name)| (value.clone(), words(year, name))).collect()
    }
}

/// 志愿服务记录证明.
#[derive(Template)]
#[template(path = "helping/proof.html")]
pub struct ProofPage {
    pub page: Page,
    pub name: String,
    pub number: String,
    pub organisation: String,
    /// Its telephone number, as it is read; empty where none is known.
    pub phone: String,
    pub from: String,
    pub to: String,
    pub issued: String,
    pub minutes: i64,
    pub rows: Vec<HoursRow>,
}

impl ProofPage {
    fn total(&self) -> String {
        time_words(self.page.lang(), self.minutes)
    }

    fn lead(&self) -> String {
        let days = match self.from == self.to {
            true => self.from.clone(),
            false => self.page.t2("passbook-from-to", ("from", &self.from), ("to", &self.to)),
        };
        self.page.t2("helping-proof-lead", ("name", &self.name), ("days", days))
    }

    fn check_words(&self) -> String {
        if self.phone.is_empty() {
            return self.page.t1("helping-proof-check-there", "number", &self.number);
        }
        self.page.t2("helping-proof-check", ("phone", &self.phone), ("number", &self.number))
    }
}

/// Where hours are entered for others.
#[derive(Template)]
#[template(path = "helping/volunteers.html")]
pub struct VolunteersPage {
    pub page: Page,
    pub form: Filled,
    pub people: Vec<(String, String)>,
    pub organisations: Vec<(String, String)>,
    /// What was kept last: where it leads, whose it is, the line.
    pub rows: Vec<(String, String, HoursRow)>,
    pub is_kept: bool,
    /// The number that was looked for and not found.
    pub looked_for: String,
}

/// A volunteer's hours at the reader's places.
#[derive(Template)]
#[template(path = "helping/volunteer.html")]
pub struct VolunteerPage {
    pub page: Page,
    pub id: String,
    pub name: String,
    pub rows: Vec<HoursRow>,
    pub minutes: i64,
    pub proofs: Vec<ProofRow>,
    pub form: Filled,
    pub is_kept: bool,
    /// Whether the reader is that volunteer: nobody puts their own hours right.
    pub is_own: bool,
}

impl VolunteerPage {
    fn total(&self) -> String {
        time_words(self.page.lang(), self.minutes)
    }

    fn lines(&self) -> Vec<(String, String)> {
        let words = |row: &HoursRow| self.page.t2("helping-line", ("day", &row.day), ("what", &row.what));
        self.rows.iter().filter(|row| !row.is_correction).map(|row| (row.id.clone(), words(row))).collect()
    }
}
