//! 《网络与线下学习情况明细》 of a learner, to read, to print and to take away.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::routes::{holder_of, page_of, passbook_of, profile_of};
use super::sheets::{HoursPage, Layout, YearOf};
use super::views::Words;
use crate::curriculum::{Shelf, hour_sheets_on};
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::Learner;
use crate::kernel::{Day, Group};
use crate::recognition;
use crate::web::{House, Table, Ui, html};

/// The first year that anybody may ask for.
const FIRST_YEAR: i32 = 1900;

/// Which year is wanted, this year where none is named; laid out for which kind of staff.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Year {
    year: Option<String>,
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) page: String,
}

impl Year {
    /// The year asked for.
    pub(super) fn wanted(&self, today: Day) -> Result<i32, AppError> {
        let is_known = |year: &i32| (FIRST_YEAR..=today.year()).contains(year);
        match self.year.as_deref() {
            Some(text) => text.parse().ok().filter(is_known).ok_or(AppError::Malformed("year")),
            None => Ok(today.year()),
        }
    }
}

/// The first and the last day of a year, as far as it has come.
pub(super) fn days_of(year: i32, today: Day) -> (Day, Day) {
    let day = |text: &str| Day::parse(&format!("{year}-{text}")).unwrap_or(today);
    (day("01-01"), day("12-31").min(today))
}

/// How the sheet of a year is laid out: by the rules of its last day.
pub(super) fn layout_of(shelf: &Shelf, (year, today): (i32, Day), (asked, groups): (&str, &[Group]), lang: Lang) -> Layout {
    Layout::of(&hour_sheets_on(shelf, days_of(year, today).1), asked, groups, lang)
}

/// `GET /passbook/hours?year=2026&kind=civil_servant`: of one calendar year, to print.
///
/// # Errors
/// [`AppError::Malformed`] where the year is none.
pub async fn hours(
    Learner(session): Learner,
    wanted: Query<Year>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let today = house.clock().now().day();
    let year = wanted.wanted(today)?;
    let passbook = passbook_of(&house, &session).await?;
    let all = &passbook.counted;
    let profile = profile_of(&house, &session).await?;
    let words = Words { lang: ui.lang, shelf: &shelf };
    let mut years: Vec<i32> = all.iter().map(|hours| hours.day.year()).chain([today.year()]).collect();
    years.sort_unstable_by(|a, b| b.cmp(a));
    years.dedup();
    let newest = passbook.entries.first().map(|entry| entry.transfer);
    html(&HoursPage {
        holder: holder_of((&house, &session), &profile, days_of(year, today), newest),
        year,
        years,
        of_year: YearOf::of(all, year, &words),
        layout: layout_of(&shelf, (year, today), (&wanted.kind, &session.groups), ui.lang),
        page: page_of(&house, ui, &session),
    })
}

/// `GET /passbook/hours/file?year=2026`: the same as a table.
///
/// # Errors
/// As [`hours`].
pub async fn hours_file(
    Learner(session): Learner,
    wanted: Query<Year>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let today = house.clock().now().day();
    let year = wanted.wanted(today)?;
    let all = recognition::list_hours(house.db.read(), session.acting.learner).await?;
    let layout = layout_of(&shelf, (year, today), (&wanted.kind, &session.groups), ui.lang);
    let of_year = YearOf::of(&all, year, &Words { lang: ui.lang, shelf: &shelf });
    let mut lines: Vec<Vec<String>> = of_year.lines.iter().map(|line| line.cells(&layout)).collect();
    lines.push(vec![layout.note.clone()]);
    let table = Table { name: year.to_string(), headings: layout.headings(ui.lang), lines };
    table.answer("csv", &format!("hours-{year}"))?.ok_or(AppError::NotFound)
}
