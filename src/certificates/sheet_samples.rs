//! Samples of a certificate on paper.

use super::samples::facts;
use super::service::Printable;
use super::sheet_views::{CertificatePrintPage, MissingGlyphPage, sheet_page, sheet_words};
use crate::credentials::{Bundle, paper_code};
use crate::curriculum::Shelf;
use crate::kernel::Digest;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, PLACE, RARE_NAME, learner};
use crate::web::{Page, Samples, drawn};

const HREF: &str = "/certificates/01980000-0000-7000-8000-000000000001";

fn printable(name: &str, agency: &str, lines: u8) -> Option<Printable> {
    let facts = facts(name, agency, lines)?;
    let symbol = paper_code::plain_symbol(facts.origin.host(), &facts.code).ok()?;
    Some(Printable {
        bundle: Bundle { credential: String::new(), did_key: String::new(), jwt: String::new(), paper: Vec::new() },
        document: Digest::from_array([8; 32]),
        seal: None,
        symbol,
        receipts: String::new(),
        facts,
    })
}

impl CertificatePrintPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |name: &str, agency: &str, lines: u8| {
            let printable = printable(name, agency, lines)?;
            let words = sheet_words(&sheet_page(page), &printable, "0571-87000000");
            Some(Self::of(learner(page, name), HREF.to_owned(), &printable, (words, None)))
        };
        drawn([state(NAME, PLACE, 1), state(RARE_NAME, PLACE, 6), state(LONG_NAME, LONG_PLACE, 23)].into_iter().flatten())
    }
}

impl MissingGlyphPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        drawn(['𰻝', 'ئ'].map(|character| Self { page: learner(page, NAME), href: HREF.to_owned(), character }))
    }
}
