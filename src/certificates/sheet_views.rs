//! A certificate on paper: its words, for the PDF and for the page that a browser prints.

use askama::Template;

use super::service::Printable;
use super::verify_views::{both_levels, way_words};
use crate::credentials::LineFacts;
use crate::credentials::paper::SheetWords;
use crate::credentials::paper_code::Symbol;
use crate::i18n::Lang;
use crate::web::{Page, QrPicture, day_words};

/// Units of quiet ground around the code, as the standard asks.
const QUIET: usize = 4;

/// A sheet is in Chinese, whatever its owner reads.
pub(super) fn sheet_page(page: &Page) -> Page {
    let mut sheet = page.clone();
    sheet.ui.lang = Lang::Chinese;
    sheet
}

/// The words of a sheet. `phone`: whom to ring where something is wrong.
pub(super) fn sheet_words(page: &Page, printable: &Printable, phone: &str) -> SheetWords {
    let facts = &printable.facts;
    let count = |key: &str, value: String| (value, page.t(key));
    let (identity, supervision) = both_levels(page, (facts.identity, facts.supervision));
    let line = |line: &LineFacts| {
        let levels = page.t2("paper-levels", ("identity", line.identity), ("supervision", line.supervision));
        [line.passed.to_string(), way_words(page, line.source), levels]
    };
    SheetWords {
        lang: page.lang().tag().to_owned(),
        bank: page.t("site-name"),
        sentence: page.t("paper-sentence"),
        figures: vec![
            count("paper-courses-count", facts.lines.len().to_string()),
            count("paper-credits", facts.credits.to_string()),
            count("paper-hours", facts.class_hours.to_string()),
        ],
        levels: vec![
            page.t2("paper-identity", ("level", facts.identity), ("words", identity)),
            page.t2("paper-supervision", ("level", facts.supervision), ("words", supervision)),
        ],
        heads: ["paper-head-course", "paper-head-day", "paper-head-way", "paper-head-levels"].map(|key| page.t(key)),
        lines: facts.lines.iter().map(line).collect(),
        overleaf: page.t1("paper-overleaf", "count", facts.lines.len()),
        courses: page.t("paper-courses"),
        credit_code: [page.t("offline-credit-code"), facts.agency.credit_code.clone()],
        day: day_words(page.lang(), facts.signed_at.day()),
        version: (facts.version > 1).then(|| page.t1("paper-version", "version", facts.version)),
        seal: page.t1("paper-seal", "agency", &facts.agency.name),
        seal_note: page.t("paper-seal-note"),
        code_picture: page.t("paper-code-picture"),
        number: page.t("offline-number"),
        code: page.t("verify-code"),
        scan: page.t1("paper-scan", "host", facts.origin.host()),
        mistakes: page.t1("paper-mistakes", "phone", phone),
        credential: page.t("paper-credential"),
        receipts: page.t("paper-receipts"),
    }
}

/// A code as one path, its quiet ground included.
pub(super) fn picture_of(symbol: &Symbol) -> QrPicture {
    let mut path = String::new();
    for (y, row) in symbol.modules.iter().enumerate() {
        let mut x = 0;
        while x < row.len() {
            let run = row.iter().skip(x).take_while(|dark| **dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run + 1;
        }
    }
    QrPicture { path, size: i32::try_from(symbol.modules.len() + 2 * QUIET).unwrap_or(0) }
}

/// The certificate as a page to be printed.
#[derive(Template)]
#[template(path = "certificates/print.html")]
pub(super) struct CertificatePrintPage {
    pub page: Page,
    /// `/certificates/…`.
    pub href: String,
    pub title: String,
    pub name: String,
    pub words: SheetWords,
    /// What the agency, the day and the version are called on the sheet.
    pub labels: (String, String, String),
    /// Course, day, way, levels: what it is, and the words.
    pub rows: Vec<[(String, String); 4]>,
    /// The agency's code: what it is, and the code.
    pub credit_code: (String, String),
    pub agency: String,
    pub number: String,
    pub code: String,
    pub footer: String,
    pub qr: QrPicture,
    /// The picture of the seal, as a data address.
    pub seal: Option<String>,
}

impl CertificatePrintPage {
    pub(super) fn of(page: Page, href: String, printable: &Printable, (words, seal): (SheetWords, Option<String>)) -> Self {
        let facts = &printable.facts;
        let [course_head, day_head, way_head, levels_head] = words.heads.clone();
        let row = |(line, [day, way, levels]): (&LineFacts, &[String; 3])| {
            [
                (course_head.clone(), format!("{} {}", line.unit, line.title)),
                (day_head.clone(), day.clone()),
                (way_head.clone(), way.clone()),
                (levels_head.clone(), levels.clone()),
            ]
        };
        let [code_head, credit_code] = words.credit_code.clone();
        let day = if facts.version > 1 { "offline-day" } else { "verify-issued" };
        let sheet = sheet_page(&page);
        Self {
            href,
            title: facts.kind.title.clone(),
            name: facts.name.clone(),
            rows: facts.lines.iter().zip(&words.lines).map(row).collect(),
            credit_code: (code_head, credit_code),
            agency: facts.agency.name.clone(),
            number: facts.number.spaced(),
            code: facts.code.dashed(),
            footer: facts.kind.footer.clone(),
            qr: picture_of(&printable.symbol),
            seal,
            labels: (sheet.t("offline-agency"), sheet.t(day), sheet.t("offline-version")),
            words,
            page,
        }
    }
}

/// 这个字暂时印不出来: no font has a character of it.
#[derive(Template)]
#[template(path = "certificates/glyph.html")]
pub(super) struct MissingGlyphPage {
    pub page: Page,
    /// `/certificates/…`.
    pub href: String,
    pub character: char,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_modules_side_by_side_are_one_stroke_within_quiet_ground() {
        let modules = vec![vec![true, true, false], vec![false, false, true], vec![false, false, false]];
        let picture = picture_of(&Symbol { modules, version: 1, level: 'M' });
        assert_eq!((picture.path.as_str(), picture.size), ("M4 4h2v1h-2zM6 5h1v1h-1z", 11));
    }
}
