//! Reading a list: CSV or XLSX becomes lines of text. Nothing in it is computed, and nothing is unpacked beyond a bound: an archive that
//! would fill the memory is refused before its content is looked at.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};

use super::FieldError;
use crate::i18n::Message;

/// Bytes that a list may have.
pub const MOST_FILE_BYTES: usize = 8 * 1024 * 1024;
/// Lines in one list, beside the headings.
pub const MOST_ROWS: usize = 10_000;
/// Columns in one list.
const MOST_COLUMNS: usize = 30;
/// Characters in one cell.
const MOST_CELL_CHARS: usize = 500;
/// Bytes of everything in a spreadsheet once it is unpacked.
const MOST_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;
/// Files in a spreadsheet, which is an archive.
const MOST_PARTS: usize = 200;

/// The first bytes of an archive, which a spreadsheet is.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// The first bytes of a spreadsheet of the old kind.
const OLD_KIND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// One line of a list, with its number in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1, as spreadsheets count.
    pub number: usize,
    /// What stands in its cells.
    pub cells: Vec<String>,
}

/// Why a file cannot be taken for a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no CSV and no XLSX, or is damaged.
    NoList,
    /// It is a spreadsheet of before 2007.
    OldKind,
    /// Nothing stands in it.
    Empty,
    /// It is larger than we take.
    TooLarge,
    /// It unpacks to more than we take.
    Bomb,
    /// More lines than one list may have.
    TooManyRows,
    /// More columns than one list may have, in this line.
    TooWide(usize),
    /// A cell holds more than any name or number, in this line.
    CellTooLong(usize),
    /// A cell holds a formula; its name, as spreadsheets say it: `B7`.
    Formula(String),
}

impl Unreadable {
    /// What is wrong with the file, at the field of this name.
    #[must_use]
    pub fn at(&self, field: &'static str) -> FieldError {
        let line = |key: &'static str, line: &usize| Message::of(key).with("line", line);
        let message = match self {
            Self::NoList => Message::of("sheet-no-list"),
            Self::OldKind => Message::of("sheet-old"),
            Self::Empty => Message::of("sheet-empty"),
            Self::TooLarge => Message::of("sheet-large").with("most", MOST_FILE_BYTES / (1024 * 1024)),
            Self::Bomb => Message::of("sheet-bomb"),
            Self::TooManyRows => Message::of("sheet-rows").with("most", MOST_ROWS),
            Self::TooWide(at) => line("sheet-wide", at).with("most", MOST_COLUMNS),
            Self::CellTooLong(at) => line("sheet-cell", at).with("most", MOST_CELL_CHARS),
            Self::Formula(cell) => Message::of("sheet-formula").with("cell", cell),
        };
        FieldError::new(field, message)
    }
}

/// The lines of a file, empty ones left out.
///
/// # Errors
/// [`Unreadable`].
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, Unreadable> {
    let lines = if bytes.starts_with(ARCHIVE) {
        read_xlsx(bytes)?
    } else if bytes.starts_with(OLD_KIND) {
        return Err(Unreadable::OldKind);
    } else {
        read_csv(bytes)?
    };
    if lines.is_empty() { Err(Unreadable::Empty) } else { Ok(lines) }
}

/// Takes a line in, within bounds.
fn keep(lines: &mut Vec<Line>, number: usize, cells: Vec<String>) -> Result<(), Unreadable> {
    if cells.iter().all(String::is_empty) {
        return Ok(());
    }
    if cells.len() > MOST_COLUMNS {
        return Err(Unreadable::TooWide(number));
    }
    if cells.iter().any(|cell| cell.chars().count() > MOST_CELL_CHARS) {
        return Err(Unreadable::CellTooLong(number));
    }
    // One more than lines: the headings.
    if lines.len() > MOST_ROWS {
        return Err(Unreadable::TooManyRows);
    }
    lines.push(Line { number, cells });
    Ok(())
}

/// The text in the coding that spreadsheets here save: UTF-8 with or without a mark, UTF-16 with one, else GB 18030.
fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((coding, mark)) => {
            let (text, wrong) = coding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
            if wrong { None } else { Some(text.into_owned()) }
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => {
                encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
            }
        },
    };
    text.filter(|text| !text.contains('\0')).ok_or(Unreadable::NoList)
}

fn read_csv(bytes: &[u8]) -> Result<Vec<Line>, Unreadable> {
    let text = decoded(bytes)?;
    let head = text.lines().next().unwrap_or_default();
    let mark = if head.contains('\t') {
        b'\t'
    } else if head.contains(';') && !head.contains(',') {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(mark).from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(lines),
            Err(_) => return Err(Unreadable::NoList),
        }
        let number = record.position().and_then(|position| usize::try_from(position.line()).ok()).unwrap_or(0);
        let mut cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        trim_end(&mut cells);
        keep(&mut lines, number, cells)?;
    }
}

fn trim_end(cells: &mut Vec<String>) {
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
}

fn read_xlsx(bytes: &[u8]) -> Result<Vec<Line>, Unreadable> {
    look_through(bytes)?;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| Unreadable::NoList)?;
    let name = book.sheet_names().first().cloned().ok_or(Unreadable::Empty)?;
    let mut reader = book.worksheet_cells_reader(&name).map_err(|_| Unreadable::NoList)?;
    let (mut lines, mut cells, mut row) = (Vec::new(), Vec::new(), 0_u32);
    let number = |row: u32| usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1);
    // Cell by cell: a table of all rows and columns that a file claims to have would fill the memory.
    while let Some(cell) = reader.next_cell().map_err(|_| Unreadable::NoList)? {
        let (at, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if at != row {
            trim_end(&mut cells);
            keep(&mut lines, number(row), std::mem::take(&mut cells))?;
            row = at;
        }
        let text = text_of(cell.get_value());
        if text.is_empty() {
            continue;
        }
        if column >= MOST_COLUMNS {
            return Err(Unreadable::TooWide(number(row)));
        }
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(kept) = cells.get_mut(column) {
            *kept = text;
        }
    }
    trim_end(&mut cells);
    keep(&mut lines, number(row), cells)?;
    Ok(lines)
}

/// What a cell shows, as text. Whole numbers stand without a point: phones are kept as numbers in many lists.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e18 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Bool(_) | DataRef::DurationIso(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Unpacks everything once, counting, and throws it away: what it says of its own size may be a lie. On the way it looks for formulas.
fn look_through(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::NoList)?;
    if archive.len() > MOST_PARTS {
        return Err(Unreadable::Bomb);
    }
    let mut left = MOST_UNPACKED_BYTES;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| Unreadable::NoList)?;
        if part.size() > left {
            return Err(Unreadable::Bomb);
        }
        let is_sheet = part.name().is_ok_and(|name| name.contains("worksheets/"));
        let mut limited = part.take(left + 1);
        let unpacked = if is_sheet {
            let mut content = Vec::new();
            limited.read_to_end(&mut content).map_err(|_| Unreadable::NoList)?;
            if let Some(cell) = first_formula(&content) {
                return Err(Unreadable::Formula(cell));
            }
            u64::try_from(content.len()).unwrap_or(u64::MAX)
        } else {
            std::io::copy(&mut limited, &mut std::io::sink()).map_err(|_| Unreadable::NoList)?
        };
        left = left.checked_sub(unpacked).ok_or(Unreadable::Bomb)?;
    }
    Ok(())
}

/// The name of the first cell with a formula. In a sheet's file every `<` that is no mark is escaped, so that the mark itself is looked for.
fn first_formula(sheet: &[u8]) -> Option<String> {
    let is_mark = |window: &[u8]| matches!(window, [b'<' | b':', b'f', b'>' | b' ' | b'/']);
    let at = sheet.windows(3).position(is_mark)?;
    let before = String::from_utf8_lossy(sheet.get(at.saturating_sub(200)..at).unwrap_or_default()).into_owned();
    let name = before.rsplit("r=\"").next().and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
    let is_name = !name.is_empty() && name.len() <= 10 && name.chars().all(|c| c.is_ascii_alphanumeric());
    Some(if is_name { name } else { String::new() })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use rust_xlsxwriter::{Formula, Workbook};
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::i18n::Lang;

    fn cells(bytes: &[u8]) -> Result<Vec<Vec<String>>, Unreadable> {
        read(bytes).map(|lines| lines.into_iter().map(|line| line.cells).collect())
    }

    fn book(write: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
        let mut book = Workbook::new();
        write(book.add_worksheet());
        book.save_to_buffer().unwrap()
    }

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_csv_is_read_in_the_codings_that_spreadsheets_save() {
        let text = "姓名,出生年份\n王桂英,1951\n,\n\"李,建国\",1948\n";
        let expected = vec![vec!["姓名", "出生年份"], vec!["王桂英", "1951"], vec!["李,建国", "1948"]];
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let codings = [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
            encoding_rs::GB18030.encode(text).0.into_owned(),
            utf16,
            text.replace(',', "\t").replace("\"李\t建国\"", "李,建国").into_bytes(),
        ];
        for coding in codings {
            assert_eq!(cells(&coding).unwrap(), expected);
        }
        let numbers: Vec<usize> = read(text.as_bytes()).unwrap().iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 2, 4], "as the file counts them");
    }

    #[test]
    fn a_spreadsheet_is_read_cell_by_cell() {
        let bytes = book(|sheet| {
            sheet.write(0, 0, "姓名").unwrap();
            sheet.write(0, 1, "手机号").unwrap();
            sheet.write(3, 0, " 王桂英 ").unwrap();
            sheet.write(3, 1, 13_800_000_000_u64).unwrap();
        });
        let lines = read(&bytes).unwrap();
        assert_eq!(lines[1], Line { number: 4, cells: vec!["王桂英".to_owned(), "13800000000".to_owned()] });
    }

    #[test]
    fn a_formula_is_refused_by_its_cell_and_never_computed() {
        let bytes = book(|sheet| {
            sheet.write(0, 0, "姓名").unwrap();
            sheet.write_formula(1, 1, Formula::new("=HYPERLINK(\"http://evil.example\")").set_result("1951")).unwrap();
        });
        assert_eq!(read(&bytes), Err(Unreadable::Formula("B2".to_owned())));
        // In a CSV it is text like any other; as a name it is refused later.
        assert_eq!(cells(b"=1+1,2").unwrap(), [["=1+1", "2"]]);
    }

    #[test]
    fn what_would_fill_the_memory_is_refused_before_it_is_unpacked() {
        let noughts = vec![0_u8; 70 * 1024 * 1024];
        let bomb = archive(&[("xl/workbook.xml", &noughts)]);
        assert!(bomb.len() < 200_000, "{}", bomb.len());
        assert_eq!(read(&bomb), Err(Unreadable::Bomb));
        // Several parts that are small each.
        let part = vec![b' '; 20 * 1024 * 1024];
        let many = archive(&[("a", &part), ("b", &part), ("c", &part), ("xl/worksheets/sheet1.xml", &part)]);
        assert_eq!(read(&many), Err(Unreadable::Bomb));
        let names: Vec<String> = (0..=MOST_PARTS).map(|n| n.to_string()).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert_eq!(read(&archive(&parts)), Err(Unreadable::Bomb));
        // A cell far out makes no great table.
        let wide = book(|sheet| {
            sheet.write(1_048_575, 16_383, "x").unwrap();
        });
        assert_eq!(read(&wide), Err(Unreadable::TooWide(1_048_576)));
    }

    #[test]
    fn what_is_no_list_is_told_apart() {
        assert_eq!(read(b""), Err(Unreadable::Empty));
        assert_eq!(read(b"\n , ,\n"), Err(Unreadable::Empty));
        assert_eq!(read(b"PK\x03\x04 nothing"), Err(Unreadable::NoList));
        assert_eq!(read(&archive(&[("readme.txt", b"x")])), Err(Unreadable::NoList));
        assert_eq!(read(&[OLD_KIND, b"x"].concat()), Err(Unreadable::OldKind));
        assert_eq!(read(b"a\0b"), Err(Unreadable::NoList));
        assert_eq!(read(&[0xFF; 9]), Err(Unreadable::NoList));
        assert_eq!(read(&[b"a,b\n".as_slice(), "长".repeat(501).as_bytes()].concat()), Err(Unreadable::CellTooLong(2)));
        assert_eq!(read(&[b','; 40]), Err(Unreadable::Empty));
        assert_eq!(read("x,".repeat(40).as_bytes()), Err(Unreadable::TooWide(1)));
        let long: String = (0..=MOST_ROWS + 1).map(|_| "王,1951\n").collect();
        assert_eq!(read(long.as_bytes()), Err(Unreadable::TooManyRows));
    }

    #[test]
    fn what_is_wrong_is_said_of_files_and_lines_and_of_nobody() {
        let all = [
            Unreadable::NoList,
            Unreadable::OldKind,
            Unreadable::Empty,
            Unreadable::TooLarge,
            Unreadable::Bomb,
            Unreadable::TooManyRows,
            Unreadable::TooWide(7),
            Unreadable::CellTooLong(7),
            Unreadable::Formula("B7".to_owned()),
        ];
        for wrong in all {
            let error = wrong.at("file");
            assert!(error.message.key.starts_with("sheet-"), "{wrong:?}");
            for lang in Lang::ALL {
                let words = error.message.say(lang);
                assert!(words != error.message.key && !words.contains('人') && !words.contains("people"), "{words}");
            }
        }
        assert_eq!(Unreadable::TooManyRows.at("file").message.say(Lang::Chinese), "一个文件最多 10000 行，请分成几个文件");
    }
}
