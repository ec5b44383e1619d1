//! Samples of the pages about the sealed book.

use super::views::{BookPage, EntryPage, KeyLine, Newest};
use crate::web::samples::{LONG_PLACE, NOW};
use crate::web::{Page, Samples, drawn};

fn witnesses(page: &Page) -> Vec<String> {
    let witnessed = |who: &str| page.t2("transparency-witnessed", ("who", who), ("when", NOW.to_minute_text()));
    vec![witnessed("library.example.cn"), witnessed(LONG_PLACE)]
}

impl BookPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let key = |from_size: u64| KeyLine {
            from_size,
            made_at: NOW,
            verifier: format!("xuefen.example.cn/ledger+1a2b3c4d+{}", "Ab3/".repeat(11)),
        };
        let newest = |size: u64, witnesses: Vec<String>| Newest { size, signed_at: NOW, root: "0f".repeat(32), witnesses };
        let states = [
            (None, vec![]),
            (Some(newest(0, vec![])), vec![key(0)]),
            (Some(newest(98_765_432, witnesses(page))), vec![key(1_234_567), key(0)]),
        ];
        drawn(states.map(|(newest, keys)| Self { page: page.clone(), newest, keys }))
    }
}

impl EntryPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |(number, witnesses): (u64, Vec<String>)| Self {
            page: page.clone(),
            number,
            sealed_at: NOW,
            count: number + 7,
            mark: "0f".repeat(32),
            witnesses,
        };
        drawn([(1, Vec::new()), (98_765_432, witnesses(page))].map(state))
    }
}
