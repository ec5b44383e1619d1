//! The sheets to print: statement and yearly list of hours, of the passbook's family, cut into pages that are counted.

use askama::Template;

use super::rules::sheets;
use super::views::{Line, Words};
use crate::curriculum::hour_sheet_for;
use crate::curriculum::model::{HourColumn, HourSheet};
use crate::i18n::Lang;
use crate::kernel::{Day, Group};
use crate::recognition::{CountedHours, HourKind};
use crate::web::{Page, day_words};

/// Rows that the first and each further printed page hold: a line of the statement is two lines of print, one of the hours is one.
const STATEMENT_ROWS: (usize, usize) = (6, 9);
const HOURS_ROWS: (usize, usize) = (8, 13);

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

/// A line of the yearly list of hours. The two kinds of hours stand apart: one of them is empty.
pub(super) struct HourLine {
    day: String,
    course: String,
    way: String,
    standard: String,
    attended: String,
    result: String,
}

impl HourLine {
    pub(super) fn of(counted: &CountedHours, words: &Words<'_>) -> Self {
        let (way, result) = match counted.kind {
            HourKind::Standard => ("passbook-way-network", "passbook-result-passed"),
            HourKind::Attended => ("passbook-way-class", "passbook-result-attended"),
        };
        let hours = words.hours(counted.minutes);
        let (standard, attended) = match counted.kind {
            HourKind::Standard => (hours, String::new()),
            HourKind::Attended => (String::new(), hours),
        };
        Self {
            day: counted.day.to_string(),
            course: words.course(&counted.unit),
            way: words.lang.t(way),
            standard,
            attended,
            result: words.lang.t(result),
        }
    }

    const fn cell(&self, column: HourColumn) -> &String {
        match column {
            HourColumn::Day => &self.day,
            HourColumn::Course => &self.course,
            HourColumn::Way => &self.way,
            HourColumn::Standard => &self.standard,
            HourColumn::Attended => &self.attended,
            HourColumn::Result => &self.result,
        }
    }

    /// What stands in the columns of a layout.
    pub(super) fn cells(&self, layout: &Layout) -> Vec<String> {
        layout.columns.iter().map(|column| self.cell(*column).clone()).collect()
    }
}

/// How the sheet is laid out for a kind of staff.
pub(super) struct Layout {
    pub id: String,
    columns: Vec<HourColumn>,
    /// What stands below.
    pub note: String,
    /// The kinds to choose from: id and name.
    pub kinds: Vec<(String, String)>,
}

impl Layout {
    /// The layout that is shown, out of those that hold; without any the columns of all, and who decides.
    pub(super) fn of(sheets: &[&HourSheet], asked: &str, groups: &[Group], lang: Lang) -> Self {
        let kinds = sheets.iter().map(|sheet| (sheet.id.clone(), sheet.name.clone())).collect();
        match hour_sheet_for(sheets, asked, groups).cloned() {
            Some(HourSheet { id, columns, note, .. }) => Self { id, columns, note, kinds },
            None => {
                let (columns, note) = (HourColumn::ALL.to_vec(), lang.t("passbook-detail-decided"));
                Self { id: String::new(), columns, note, kinds }
            }
        }
    }

    /// What stands above a column.
    fn heading(column: HourColumn) -> &'static str {
        match column {
            HourColumn::Day => "passbook-day",
            HourColumn::Course => "passbook-course",
            HourColumn::Way => "passbook-way",
            HourColumn::Standard => "passbook-standard-hours",
            HourColumn::Attended => "passbook-attended-hours",
            HourColumn::Result => "passbook-result",
        }
    }

    /// What stands above the columns.
    pub(super) fn headings(&self, lang: Lang) -> Vec<String> {
        self.columns.iter().map(|column| lang.t(Self::heading(*column))).collect()
    }

    /// The heads of the columns: the class of each, and its words.
    pub(super) fn heads(&self, page: &Page) -> Vec<(&'static str, String)> {
        self.columns.iter().map(|column| (class_of(*column), page.t(Self::heading(*column)))).collect()
    }

    /// The cells of a line: the class of each, the words above its column, and what stands in it.
    pub(super) fn line<'l>(&self, page: &Page, line: &'l HourLine) -> Vec<(&'static str, String, &'l String)> {
        let cell = |column: &HourColumn| (class_of(*column), page.t(Self::heading(*column)), line.cell(*column));
        self.columns.iter().map(cell).collect()
    }

    fn is_shown(&self, id: &str) -> bool {
        self.id == *id
    }
}

const fn class_of(column: HourColumn) -> &'static str {
    match column {
        HourColumn::Day => "num",
        HourColumn::Standard | HourColumn::Attended => "n",
        HourColumn::Course | HourColumn::Way | HourColumn::Result => "",
    }
}

/// What somebody learnt in one year.
pub(super) struct YearOf {
    pub lines: Vec<HourLine>,
    pub network_hours: String,
    pub class_hours: String,
}

impl YearOf {
    /// The hours of one year out of all.
    pub(super) fn of(all: &[CountedHours], year: i32, words: &Words<'_>) -> Self {
        let of_year: Vec<&CountedHours> = all.iter().filter(|hours| hours.day.year() == year).collect();
        let sum = |kind: HourKind| of_year.iter().filter(|hours| hours.kind == kind).map(|hours| hours.minutes).sum::<i64>();
        Self {
            network_hours: words.hours(sum(HourKind::Standard)),
            class_hours: words.hours(sum(HourKind::Attended)),
            lines: of_year.iter().map(|hours| HourLine::of(hours, words)).collect(),
        }
    }

    fn sheets(&self) -> Vec<&[HourLine]> {
        sheets(&self.lines, HOURS_ROWS.0, HOURS_ROWS.1)
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
    pub of_year: YearOf,
    pub layout: Layout,
}

impl HoursPage {
    fn page_words(&self, number: &usize) -> String {
        page_words(&self.page, number, self.of_year.sheets().len())
    }

    const fn is_shown(&self, year: &i32) -> bool {
        self.year == *year
    }
}

/// Somebody of an organisation, with what they learnt in a year.
pub(super) struct PersonYear {
    pub holder: Holder,
    pub of_year: YearOf,
}

/// 网络与线下学习情况明细 of the people of an organisation in one year: those in a training plan of it who have said yes.
#[derive(Template)]
#[template(path = "passbook/organisation_hours.html")]
pub(super) struct OrganisationHoursPage {
    pub page: Page,
    /// Where this page is, without what is asked for.
    pub href: String,
    pub organisation: String,
    pub year: i32,
    /// Years to choose from, the newest first.
    pub years: Vec<i32>,
    /// Those on this page, who joined first first.
    pub people: Vec<PersonYear>,
    /// How many there are in all.
    pub total: usize,
    pub number: usize,
    pub pages: usize,
    pub layout: Layout,
}

impl OrganisationHoursPage {
    const fn is_shown(&self, year: &i32) -> bool {
        self.year == *year
    }

    fn total_words(&self) -> String {
        self.page.t2("passbook-people-count", ("year", self.year), ("count", self.total))
    }

    fn which_page(&self) -> String {
        self.page.t2("help-staff-page", ("page", &self.number), ("pages", &self.pages))
    }

    fn page_words(&self, person: &PersonYear, number: &usize) -> String {
        page_words(&self.page, number, person.of_year.sheets().len())
    }

    /// What is asked for beside the page's number.
    fn asked(&self) -> String {
        format!("year={}&kind={}", self.year, self.layout.id)
    }
}
