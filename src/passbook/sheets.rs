//! The sheets to print: statement and yearly list of hours, of the passbook's family, cut into pages that are counted.

use askama::Template;

use super::rules::sheets;
use super::views::{Line, Words};
use crate::kernel::Day;
use crate::recognition::{CountedHours, HourKind};
use crate::web::{Page, day_words};

/// Rows that the first and each further printed page hold: a line of the statement is two lines of print, one of the hours is one.
const STATEMENT_ROWS: (usize, usize) = (6, 9);
const HOURS_ROWS: (usize, usize) = (10, 15);

/// What stands on each sheet: who it is about, which it is, who made it.
pub(super) struct Holder {
    pub name: String,
    pub card: Option<String>,
    pub from: Day,
    pub to: Day,
    pub number: String,
    pub organisation: String,
}

impl Holder {
    fn time(&self, page: &Page) -> String {
        let lang = page.lang();
        page.t2("passbook-from-to", ("from", &day_words(lang, self.from)), ("to", &day_words(lang, self.to)))
    }
}

fn page_words(page: &Page, number: &usize, pages: usize) -> String {
    page.t2("help-staff-page", ("page", number), ("pages", &pages))
}

/// 学分对账单.
#[derive(Template)]
#[template(path = "passbook/statement.html")]
pub(super) struct StatementPage {
    pub page: Page,
    pub holder: Holder,
    /// The oldest first.
    pub lines: Vec<Line>,
    pub total_words: String,
    pub standard_hours: String,
    pub attended_hours: String,
}

impl StatementPage {
    fn sheets(&self) -> Vec<&[Line]> {
        sheets(&self.lines, STATEMENT_ROWS.0, STATEMENT_ROWS.1)
    }

    fn page_words(&self, number: &usize) -> String {
        page_words(&self.page, number, self.sheets().len())
    }
}

/// A line of the yearly list of hours.
pub(super) struct HourLine {
    pub day: String,
    pub course: String,
    pub way: String,
    pub hours: String,
    pub result: String,
}

impl HourLine {
    pub(super) fn of(counted: &CountedHours, words: &Words<'_>) -> Self {
        let (way, result) = match counted.kind {
            HourKind::Standard => ("passbook-way-network", "passbook-result-passed"),
            HourKind::Attended => ("passbook-way-class", "passbook-result-attended"),
        };
        Self {
            day: counted.day.to_string(),
            course: words.course(&counted.unit),
            way: words.lang.t(way),
            hours: words.hours(counted.minutes),
            result: words.lang.t(result),
        }
    }
}

/// 网络与线下学习情况明细.
#[derive(Template)]
#[template(path = "passbook/hours.html")]
pub(super) struct HoursPage {
    pub page: Page,
    pub holder: Holder,
    pub year: i32,
    /// Years for which there are hours, the newest first.
    pub years: Vec<i32>,
    pub lines: Vec<HourLine>,
    pub network_hours: String,
    pub class_hours: String,
}

impl HoursPage {
    fn sheets(&self) -> Vec<&[HourLine]> {
        sheets(&self.lines, HOURS_ROWS.0, HOURS_ROWS.1)
    }

    fn page_words(&self, number: &usize) -> String {
        page_words(&self.page, number, self.sheets().len())
    }

    const fn is_shown(&self, year: &i32) -> bool {
        self.year == *year
    }
}
