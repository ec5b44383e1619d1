//! Tables to take away, as CSV or XLSX. Nothing that we write is a formula. In a spreadsheet every cell is text; what a program makes of the digits of
//! a CSV is its own matter, so that whoever writes digits that begin with a nought puts something before them.

use actix_web::HttpResponse;
use actix_web::http::header;
use rust_xlsxwriter::{Format, Workbook};

use crate::error::AppError;

/// A mark before the text, by which spreadsheets know that it is UTF-8.
const MARK: &str = "\u{feff}";
/// The width of a column.
const WIDTH: f64 = 18.0;
/// The longest name that a sheet may have.
const MOST_NAME: usize = 31;

fn fault(error: impl std::fmt::Display) -> AppError {
    AppError::Fault(error.to_string())
}

/// A text for a cell of a CSV that we write: where a spreadsheet would take it for a formula, an apostrophe before it keeps it text.
#[must_use]
pub fn plain_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A table: its headings, then its lines, which may differ in length.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What the sheet is called.
    pub name: String,
    /// What stands above the columns.
    pub headings: Vec<String>,
    /// The lines.
    pub lines: Vec<Vec<String>>,
}

impl Table {
    /// The kinds of files that it can become.
    pub const KINDS: [&'static str; 2] = ["csv", "xlsx"];

    fn all(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.headings).chain(&self.lines)
    }

    /// As CSV: UTF-8 with a mark.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn to_csv(&self) -> Result<Vec<u8>, AppError> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(MARK.as_bytes().to_vec());
        for line in self.all() {
            writer.write_record(line.iter().map(|cell| plain_cell(cell))).map_err(fault)?;
        }
        writer.into_inner().map_err(fault)
    }

    /// As a spreadsheet, with the headings kept in sight.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, AppError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let name: String = self.name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(MOST_NAME).collect();
        if !name.is_empty() {
            sheet.set_name(name).map_err(fault)?;
        }
        let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
        for (at, heading) in (0_u16..).zip(&self.headings) {
            sheet.set_column_format(at, &text).map_err(fault)?;
            sheet.set_column_width(at, WIDTH).map_err(fault)?;
            sheet.write_string_with_format(0, at, heading, &bold).map_err(fault)?;
        }
        for (row, line) in (1_u32..).zip(&self.lines) {
            for (at, cell) in (0_u16..).zip(line) {
                sheet.write_string_with_format(row, at, cell, &text).map_err(fault)?;
            }
        }
        sheet.set_freeze_panes(1, 0).map_err(fault)?;
        book.save_to_buffer().map_err(fault)
    }

    /// As the kind of file that `kind` names, `csv` or `xlsx`, to be kept as `name`; none for any other kind.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn answer(&self, kind: &str, name: &str) -> Result<Option<HttpResponse>, AppError> {
        Ok(match kind {
            "csv" => Some(attached(&format!("{name}.csv"), "text/csv; charset=utf-8", self.to_csv()?)),
            "xlsx" => Some(attached(&format!("{name}.xlsx"), XLSX, self.to_xlsx()?)),
            _ => None,
        })
    }
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn attached(name: &str, kind: &'static str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(body)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

    use super::*;

    fn table() -> Table {
        Table {
            name: "明细".to_owned(),
            headings: vec!["姓名".to_owned(), "课程".to_owned()],
            lines: vec![vec!["=1+1".to_owned(), "a,\"b\"".to_owned()], vec!["说明".to_owned()]],
        }
    }

    #[test]
    fn a_csv_has_its_mark_and_no_formula() {
        let text = String::from_utf8(table().to_csv().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}姓名,课程\n'=1+1,\"a,\"\"b\"\"\"\n说明\n");
    }

    #[test]
    fn a_spreadsheet_is_written_whatever_its_name() {
        for name in ["明细", "", "[2026]:*?/\\", &"长".repeat(99)] {
            let bytes = Table { name: name.to_owned(), ..table() }.to_xlsx().unwrap();
            let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
            let first = book.sheet_names()[0].clone();
            let cell = book.worksheet_range(&first).unwrap().get_value((1, 0)).cloned();
            assert_eq!(cell, Some(Data::String("=1+1".to_owned())), "{name}: as it is, and text");
            let formulas = book.worksheet_formula(&first).unwrap();
            assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
        }
    }

    #[test]
    fn what_a_spreadsheet_would_compute_stays_text() {
        for text in ["=1", "+1", "-1", "@x", "\tx", "＝1"] {
            assert_eq!(plain_cell(text), format!("'{text}"));
        }
        assert_eq!(plain_cell("王桂英"), "王桂英");
    }
}
