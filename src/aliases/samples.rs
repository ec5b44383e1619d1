//! Samples of the pages about two accounts.

use super::forms::{Verdict, Wish};
use super::views::{AccountRow, AccountsPage, Outcome, RequestPage, RequestRow, RequestsPage, SideView};
use crate::curriculum::Shelf;
use crate::identity::AliasKind;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, PLACE, RARE_NAME, WORDS, form, id, staff};
use crate::web::{Filled, Page, Samples, drawn};

fn row(page: &Page, kind: AliasKind, state: &str) -> RequestRow {
    let is_open = state == "open";
    RequestRow {
        href: "/dev/gallery".to_owned(),
        kind: page.t(&format!("alias-kind-{}", kind.code())),
        reason: page.t("alias-reason-other"),
        state: page.t(&format!("correction-request-{state}")),
        asked: "2026-08-03".to_owned(),
        days: 3,
        asker: NAME.to_owned(),
        decider: if is_open { String::new() } else { RARE_NAME.to_owned() },
        place: LONG_PLACE.to_owned(),
        is_open,
    }
}

fn account(name: &str, is_primary: bool) -> AccountRow {
    AccountRow { learner: id(2), name: name.to_owned(), card: "1234 5678 97".to_owned(), is_primary }
}

fn side(name: &str, is_open: bool, courses: &[&str]) -> SideView {
    SideView {
        learner: id(1),
        name: name.to_owned(),
        born: "1951".to_owned(),
        phone: "138 •••• 0001".to_owned(),
        card: "1234 5678 97".to_owned(),
        registered: "2026-03-02".to_owned(),
        has_document: is_open,
        total: is_open.then(|| "99 999 格".to_owned()),
        courses: courses.iter().map(|course| (*course).to_owned()).collect(),
    }
}

impl AccountsPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |(name, joined, ending): (&str, Vec<AccountRow>, bool), (form, may_ask, is_own): (Filled, bool, bool)| Self {
            page: staff(page),
            learner: id(1),
            name: name.to_owned(),
            is_read_through: joined.iter().any(|row| row.is_primary),
            ending: ending.then(|| id(2)),
            requests: joined.iter().map(|_| row(page, AliasKind::Join, "approved")).collect(),
            joined,
            may_ask,
            is_own,
            form,
        };
        let (plain, empty) = (Filled::default, || form(&[("kind", "join")], Wish::parse));
        let others = || vec![account(RARE_NAME, false), account(LONG_NAME, false)];
        drawn([
            state((NAME, Vec::new(), false), (plain(), true, false)),
            state((LONG_NAME, Vec::new(), false), (empty(), true, false)),
            state((NAME, others(), false), (plain(), true, false)),
            state(
                (NAME, others(), true),
                (form(&[("kind", "end"), ("account", &id::<()>(2).to_string())], Wish::parse), true, false),
            ),
            state((NAME, vec![account(LONG_NAME, true)], false), (plain(), true, false)),
            state((RARE_NAME, Vec::new(), false), (plain(), false, true)),
        ])
    }
}

impl RequestsPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let rows = || [AliasKind::Join, AliasKind::End].map(|kind| row(page, kind, "open")).into_iter().collect();
        let state = |rows: Vec<RequestRow>, total, number, pages| Self { page: staff(page), rows, total, number, pages };
        drawn([state(Vec::new(), 0, 1, 1), state(rows(), 2, 1, 1), state(rows(), 99_999, 500, 1_000)])
    }
}

impl RequestPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let courses: Vec<&str> = shelf.courses().iter().map(|course| course.title.as_str()).take(5).collect();
        let outcome = |kind: AliasKind| Outcome {
            totals: vec![(page.t("alias-together"), "12 格".to_owned())],
            once: courses.iter().filter(|_| kind == AliasKind::Join).map(|course| (*course).to_owned()).collect(),
            again: courses.iter().filter(|_| kind == AliasKind::End).map(|course| (*course).to_owned()).collect(),
        };
        let state = |(kind, state): (AliasKind, &str), (name, form, notice, is_reviewer): (&str, Filled, &str, bool)| {
            let is_open = state == "open";
            Self {
                page: staff(page),
                row: row(page, kind, state),
                kind,
                sides: [side(name, is_open, &courses), side(LONG_NAME, is_open, &[])],
                outcome: is_open.then(|| outcome(kind)),
                shown: "0f".repeat(32),
                ground: WORDS.to_owned(),
                answer: if state == "refused" { PLACE.to_owned() } else { String::new() },
                may_decide: is_open && is_reviewer,
                may_take_back: is_open && !is_reviewer,
                is_asker: is_open && !is_reviewer,
                form,
                notice: if notice.is_empty() { String::new() } else { page.t(notice) },
                is_stale: notice == "correction-stale",
            }
        };
        let empty = form(&[("doing", "disagree")], Verdict::parse);
        drawn([
            state((AliasKind::Join, "open"), (NAME, Filled::default(), "", true)),
            state((AliasKind::End, "open"), (LONG_NAME, empty, "", true)),
            state((AliasKind::Join, "open"), (NAME, Filled::default(), "correction-stale", true)),
            state((AliasKind::Join, "open"), (RARE_NAME, Filled::default(), "correction-said-asked", false)),
            state((AliasKind::Join, "approved"), (NAME, Filled::default(), "alias-said-agreed", true)),
            state((AliasKind::End, "refused"), ("", Filled::default(), "", true)),
        ])
    }
}
