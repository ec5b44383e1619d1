//! Every view in every state that its samples show: what is drawn is sound, and the gallery leads through all of it.

use std::collections::BTreeSet;

use credit_bank::app::hung;
use credit_bank::i18n::Lang;
use credit_bank::web::{Font, Page};

use crate::support::databases::Engine;
use crate::support::markup::faults;
use crate::support::server::{Bank, SHELF};

/// A page for a reader of this language and text size.
fn frame(lang: Lang, font: Font) -> Page {
    let mut page = Page::sample(lang);
    page.ui.font = font;
    page
}

#[test]
fn every_view_is_sound_in_every_state_language_and_text_size() {
    let mut found = BTreeSet::new();
    for view in hung() {
        for lang in Lang::ALL {
            for font in Font::ALL {
                let samples = view.samples(&frame(lang, font), &SHELF);
                assert!(!samples.is_empty(), "{view:?} shows nothing");
                for (number, sample) in (1..).zip(samples) {
                    let page = sample.unwrap_or_else(|error| panic!("{view:?} {number}: {error}"));
                    let of_sample = faults(&page, lang, font).into_iter();
                    found.extend(of_sample.map(|fault| format!("{view:?} {number} ({}): {fault}", lang.tag())));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} faults\n{}", found.len(), found.into_iter().collect::<Vec<_>>().join("\n"));
}
