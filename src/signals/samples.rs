//! Samples of the pages of this subject.

use super::forms;
use super::views::{PassPage, PassRow, PassesPage, SignalPage, SignalRow, SignalsPage};
use crate::curriculum::Shelf;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, RARE_NAME, form, id, staff};
use crate::web::{Filled, Page, Samples, drawn};

const KINDS: [&str; 3] = ["same_answers", "not_seen", "taught"];

fn row(page: &Page, kind: &str, state: &str) -> SignalRow {
    let blanks = [("course", "居民身份证与电子社保卡"), ("day", "2026-08-03"), ("count", "7"), ("among", "12")];
    SignalRow {
        href: "/dev/gallery".to_owned(),
        kind: page.t(&format!("signal-kind-{kind}")),
        what: page.lang().fill(&format!("signal-what-{kind}"), &blanks),
        maybe: page.t(&format!("signal-maybe-{kind}")),
        about: if state == "open" { NAME } else { LONG_NAME }.to_owned(),
        place: LONG_PLACE.to_owned(),
        day: "2026-08-03".to_owned(),
        state: page.t(&format!("signal-state-{state}")),
        looked: (state != "open").then(|| (RARE_NAME.to_owned(), "2026-08-04".to_owned())),
    }
}

fn pass(page: &Page, state: &str) -> PassRow {
    PassRow {
        href: "/dev/gallery".to_owned(),
        course: "居民身份证与电子社保卡".to_owned(),
        place: LONG_PLACE.to_owned(),
        at: "2026-08-03 10:12".to_owned(),
        state: page.t(&format!("signal-pass-{state}")),
    }
}

impl SignalsPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |rows: Vec<SignalRow>, passes: u64, (total, number, pages): (u64, u64, u64)| Self {
            page: staff(page),
            rows,
            passes,
            total,
            number,
            pages,
        };
        let rows = KINDS.map(|kind| row(page, kind, "open"));
        drawn([
            state(Vec::new(), 0, (0, 1, 1)),
            state(vec![row(page, "same_answers", "asked")], 1, (1, 1, 1)),
            state(rows.into(), 99_999, (120, 2, 3)),
        ])
    }
}

impl SignalPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |(kind, code): (&str, &str), people: u128, (form, is_own): (Filled, bool)| Self {
            page: staff(page),
            row: row(page, kind, code),
            learners: (1..=people).map(id).collect(),
            is_own,
            may_look: !is_own && code != "fine",
            may_ask: code == "open",
            form,
            notice: if code == "open" { String::new() } else { page.t("signal-said") },
        };
        let wrong = form(&[("doing", "x")], forms::said);
        drawn([
            state(("same_answers", "open"), 7, (Filled::default(), false)),
            state(("not_seen", "asked"), 50, (wrong, false)),
            state(("taught", "fine"), 0, (Filled::default(), false)),
            state(("taught", "open"), 1, (Filled::default(), true)),
        ])
    }
}

impl PassesPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state =
            |rows: Vec<PassRow>, (total, number, pages): (u64, u64, u64)| Self { page: staff(page), rows, total, number, pages };
        let rows = ["waiting", "doubted"].map(|code| pass(page, code));
        drawn([state(Vec::new(), (0, 1, 1)), state(rows.into(), (120, 2, 3))])
    }
}

impl PassPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |(code, name): (&str, &str), (is_doubted, has_doubted): (bool, bool), form: Filled| Self {
            page: staff(page),
            row: pass(page, code),
            learner: id(1),
            name: name.to_owned(),
            may_look: code == "waiting" || code == "doubted",
            is_doubted,
            has_doubted,
            form,
            notice: if code == "waiting" { String::new() } else { page.t("signal-said") },
        };
        let wrong = form(&[("doing", "x")], forms::verdict);
        drawn([
            state(("waiting", NAME), (false, false), Filled::default()),
            state(("doubted", LONG_NAME), (true, true), Filled::default()),
            state(("doubted", RARE_NAME), (true, false), wrong),
            state(("credited", ""), (false, false), Filled::default()),
        ])
    }
}
