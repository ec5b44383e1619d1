//! Files that we write: the empty form of a list, and its result. No cell of them is a formula.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use rust_xlsxwriter::Workbook;

use super::batches::{enrolled_at, own};
use super::write;
use crate::enrolment::columns::Format;
use crate::enrolment::list::RowState;
use crate::enrolment::service;
use crate::enrolment::{Error, words};
use crate::error::AppError;
use crate::identity::{self, Checker, Role};
use crate::web::{House, Ui, plain_cell};

/// A mark before the text, by which spreadsheets know that it is UTF-8.
const MARK: &str = "\u{feff}";
/// Lines of a result that are read at once.
const CHUNK: u64 = 500;
/// The width of a column that holds a name or a number.
const WIDTH: f64 = 18.0;

fn fault(error: impl std::fmt::Display) -> AppError {
    AppError::Fault(error.to_string())
}

fn attached(name: &str, kind: &'static str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(body)
}

/// Whose form is asked for.
#[derive(Debug, serde::Deserialize)]
pub struct Whose {
    #[serde(default)]
    organisation: String,
}

/// `GET /staff/batches/template/{kind}`: an empty form, as CSV or XLSX.
pub async fn template(
    _staff: Checker,
    path: Path<String>,
    whose: Query<Whose>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let format = service::find_format(house.db.read(), whose.organisation.parse().ok()).await?;
    match path.as_str() {
        "csv" => Ok(attached("list.csv", "text/csv; charset=utf-8", csv_form(&format)?)),
        "xlsx" => Ok(attached("list.xlsx", XLSX, xlsx_form(&format)?)),
        _ => Err(AppError::NotFound),
    }
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn csv_form(format: &Format) -> Result<Vec<u8>, AppError> {
    let mut writer = csv::Writer::from_writer(MARK.as_bytes().to_vec());
    writer.write_record(format.columns().iter().map(|column| column.heading())).map_err(fault)?;
    writer.into_inner().map_err(fault)
}

/// Every cell is text: a spreadsheet makes no numbers of phones, and no dates of years.
fn xlsx_form(format: &Format) -> Result<Vec<u8>, AppError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(words::SHEET).map_err(fault)?;
    let (bold, text) = (rust_xlsxwriter::Format::new().set_bold(), rust_xlsxwriter::Format::new().set_num_format("@"));
    for (at, column) in (0_u16..).zip(format.columns()) {
        sheet.set_column_format(at, &text).map_err(fault)?;
        sheet.set_column_width(at, WIDTH).map_err(fault)?;
        sheet.write_string_with_format(0, at, column.heading(), &bold).map_err(fault)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(fault)?;
    book.save_to_buffer().map_err(fault)
}

/// `GET /staff/batches/{id}/result`: who of a list was enrolled, with names and cards' numbers of those who live in one's area still.
pub async fn result(staff: Checker, path: Path<String>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let batch = own(&house, &staff, &path).await?;
    let id = batch.id;
    let (areas, mut named) = (staff.scope.areas(Role::CHECKERS), 0);
    let mut writer = csv::Writer::from_writer(MARK.as_bytes().to_vec());
    writer.write_record(words::RESULT_HEADINGS).map_err(fault)?;
    let mut after = 0;
    loop {
        let rows = service::list_rows(house.db.read(), id, (after, CHUNK)).await?;
        let Some(last) = rows.last() else { break };
        after = last.number;
        let learners: Vec<_> = rows.iter().map(|row| row.learner).collect();
        let cards = identity::cards_of(house.db.read(), &house.keys, &areas, &learners).await.map_err(Error::from)?;
        named += cards.len();
        let list = (&staff.scope, enrolled_at(&batch.place_code));
        identity::keep_listed(&house.db, ui.request, list, cards.iter().map(|(learner, ..)| *learner)).await?;
        for row in &rows {
            let card = cards.iter().find(|(learner, ..)| *learner == row.learner);
            let (name, number) = card.map_or_else(Default::default, |(_, name, card)| (plain_cell(name), card.to_string()));
            let end = if row.state == RowState::Enrolled { words::ENROLLED } else { words::KNOWN };
            writer.write_record([row.number.to_string().as_str(), &name, &number, end]).map_err(fault)?;
        }
    }
    let scope = staff.scope.clone();
    write(&house, &ui, async move |tx| service::note_taken(tx, &scope, id, "enrolment.take_result", named).await).await?;
    Ok(attached("result.csv", "text/csv; charset=utf-8", writer.into_inner().map_err(fault)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrolment::columns;
    use crate::enrolment::columns::Column;
    use crate::web::sheet;

    #[test]
    fn an_empty_form_is_read_back_as_the_format_that_it_was_made_of() {
        for format in [Format::default(), Format::with(&Column::OPTIONAL)] {
            for file in [csv_form(&format).unwrap(), xlsx_form(&format).unwrap()] {
                let lines = sheet::read(&file).unwrap();
                let head = columns::read_head(&format, &lines[0].cells).unwrap();
                assert_eq!(head.into_iter().flatten().collect::<Vec<_>>(), format.columns());
                assert_eq!(lines.len(), 1);
            }
        }
    }
}
