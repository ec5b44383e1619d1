//! Samples of the pages of this subject.

use super::forms;
use super::views::{
    Choices, ChoosePage, CoverageRow, FormPage, ItemRow, OwnItem, OwnPlanPage, OwnPlansPage, OwnRow, PeoplePage, PlanPage,
    PlanRow, PlansPage, Stand,
};
use super::{Head, MemberState};
use crate::kernel::Day;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, filled, form, learner, staff};
use crate::web::{Filled, Page, Samples, drawn};

const TITLE: &str = "机关工作人员数字能力培训";
const LONG_TITLE: &str = "妇女电商带头人和家庭农场主数字新农具应用能力提升培训（第二批）";
const OWN: &str = "县委党校专题讲座：网上听民意、办实事，6 月上旬";
const HREF: &str = "/staff/training-plans/01980000-0000-7000-8000-000000000001";
const OWN_HREF: &str = "/training-plans/01980000-0000-7000-8000-000000000001";

fn period(page: &Page) -> String {
    let from = Day::parse("2026-03-01").unwrap_or(NOW.day());
    let head = Head { title: TITLE.to_owned(), from, until: NOW.day(), planned: 40 };
    super::views::period_words(page.lang(), &head)
}

fn plan_row(page: &Page, title: &str, organisation: &str, state: &str) -> PlanRow {
    PlanRow {
        href: HREF.to_owned(),
        title: title.to_owned(),
        organisation: organisation.to_owned(),
        period: period(page),
        state: page.t1(state, "count", 12_345),
    }
}

impl PlansPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |rows: Vec<PlanRow>, may_add: bool| Self {
            page: staff(page),
            number: if rows.len() > 1 { 123 } else { 1 },
            pages: if rows.len() > 1 { 246 } else { 1 },
            sheets: rows.iter().map(|row| (HREF.to_owned(), row.organisation.clone())).collect(),
            rows,
            may_add,
        };
        let rows = vec![plan_row(page, TITLE, PLACE, "plans-row-open"), plan_row(page, LONG_TITLE, LONG_PLACE, "plans-row-over")];
        drawn([state(Vec::new(), false), state(Vec::new(), true), state(rows, true)])
    }
}

impl ChoosePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |names: &[&str]| Self {
            page: staff(page),
            organisations: names.iter().map(|name| (HREF.to_owned(), (*name).to_owned())).collect(),
            number: if names.len() > 1 { 2 } else { 1 },
            pages: if names.len() > 1 { 3 } else { 1 },
        };
        drawn([state(&[]), state(&[PLACE, LONG_PLACE])])
    }
}

fn choices(page: &Page, has_sessions: bool) -> Choices {
    let pair = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let sessions = vec![pair("01980000-0000-7000-8000-000000000000", "3 月 9 日 周一 9:00–11:00 手机拍照和整理照片")];
    Choices {
        courses: vec![pair("T01", "T01 居民身份证与电子社保卡"), pair("T13", "T13 网上听民意、办实事"), pair("T19", "T19 防骗")],
        sessions: if has_sessions { sessions } else { Vec::new() },
        places: vec![pair("330185", PLACE), pair("330185001", LONG_PLACE)],
        lines: vec![(String::new(), page.t("plans-line-all")), ("women".to_owned(), page.t("line-women"))],
    }
}

impl FormPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let offered = ["T01", "T13", "T19"].map(str::to_owned);
        let check = |fields: &crate::web::Fields| forms::terms(fields, NOW.day(), &offered);
        let wrong = [("title", ""), ("from", "春天"), ("planned", "0"), ("order", "99"), ("own", &LONG_PLACE.repeat(3))];
        let good = [("title", LONG_TITLE), ("from", "2026-03-01"), ("until", "2026-12-31"), ("planned", "40"), ("course", "T19")];
        let state = |form: Filled, is_change: bool, organisation: &str| Self {
            page: staff(page),
            form,
            action: HREF.to_owned(),
            back: HREF.to_owned(),
            organisation: ("01980000-0000-7000-8000-000000000000".to_owned(), organisation.to_owned()),
            choices: choices(page, is_change),
            is_change,
        };
        drawn([
            state(Filled::default(), false, PLACE),
            state(form(&wrong, check), false, LONG_PLACE),
            state(filled(&good), true, LONG_PLACE),
        ])
    }
}

fn coverage(page: &Page) -> Vec<CoverageRow> {
    let months = [page.t1("plans-month-before", "count", 2), page.t1("plans-month-before", "count", 999)];
    let row = |what: &str, done: i64, months: &str| CoverageRow { what: what.to_owned(), done, months: months.to_owned() };
    vec![
        row("居民身份证与电子社保卡", 0, ""),
        row("网上听民意、办实事", 12_345, &months.join(&page.t("help-and"))),
        row(&page.t("plans-all-courses"), 3, ""),
    ]
}

impl PlanPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |is_open: bool, has_ended: bool, title: &str, notice: &str| Self {
            page: staff(page),
            href: HREF.to_owned(),
            title: title.to_owned(),
            facts: vec![(page.t("plans-organisation"), LONG_PLACE.to_owned()), (page.t("plans-period"), period(page))],
            items: vec![
                ItemRow { words: "居民身份证与电子社保卡".to_owned(), note: "T01".to_owned() },
                ItemRow { words: OWN.to_owned(), note: page.t("plans-item-own") },
            ],
            is_open,
            has_ended,
            may_reopen: has_ended,
            joined: 12_345,
            rest: 999,
            planned: 99_999,
            coverage: coverage(page),
            counted: if is_open { page.t1("plans-counted", "when", NOW.to_minute_text()) } else { page.t("plans-counted-never") },
            hours: is_open.then(|| HREF.to_owned()),
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
        };
        drawn([
            state(true, false, TITLE, "plans-said-published"),
            state(false, false, LONG_TITLE, ""),
            state(false, true, LONG_TITLE, "plans-said-ended"),
        ])
    }
}

impl PeoplePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let wrong = |fields: &crate::web::Fields| forms::whom(fields).map_err(|error| vec![error]);
        let state = |form: Filled, is_open: bool, names: &[&str], notice: &str| Self {
            page: staff(page),
            form,
            href: HREF.to_owned(),
            title: LONG_TITLE.to_owned(),
            is_open,
            sources: if names.is_empty() {
                Vec::new()
            } else {
                vec![
                    (String::new(), page.t("plans-list-none")),
                    ("group/1".to_owned(), page.t1("plans-from-group", "name", LONG_PLACE)),
                ]
            },
            members: names.iter().map(|name| ((*name).to_owned(), "4417".to_owned())).collect(),
            sees_people: !names.is_empty(),
            joined: if names.len() > 1 { 12_345 } else { names.len() },
            rest: 3,
            number: 1,
            pages: if names.len() > 1 { 247 } else { 1 },
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
        };
        drawn([
            state(Filled::default(), true, &[], ""),
            state(form(&[("number", "123")], wrong), true, &[NAME, LONG_NAME, RARE_NAME], ""),
            state(Filled::default(), false, &[NAME], "plans-said-known"),
        ])
    }
}

fn own_row(page: &Page, title: &str, organisation: &str) -> OwnRow {
    let (title, organisation) = (title.to_owned(), organisation.to_owned());
    OwnRow { href: OWN_HREF.to_owned(), title, organisation, period: period(page) }
}

impl OwnPlansPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let rows = || vec![own_row(page, TITLE, PLACE), own_row(page, LONG_TITLE, LONG_PLACE)];
        let state = |name: &str, waiting: Vec<OwnRow>, joined: Vec<OwnRow>, not: Vec<OwnRow>| Self {
            page: learner(page, name),
            waiting,
            joined,
            not,
        };
        drawn([state(NAME, Vec::new(), Vec::new(), Vec::new()), state(LONG_NAME, rows(), rows(), rows())])
    }
}

impl OwnPlanPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let item = |words: &str, note: String, is_done: bool, is_words: bool| OwnItem {
            words: words.to_owned(),
            note,
            href: (!is_words).then(|| "/courses/T13".to_owned()),
            is_done,
        };
        let state = |stand: MemberState, is_open: bool, done: (usize, usize), notice: &str| Self {
            page: learner(page, NAME),
            href: OWN_HREF.to_owned(),
            title: if is_open { TITLE.to_owned() } else { LONG_TITLE.to_owned() },
            organisation: LONG_PLACE.to_owned(),
            period: period(page),
            version: 2,
            stand: Stand { state: stand, is_open, is_older: !is_open, may_share: done.1 > 0 },
            items: vec![
                item("居民身份证与电子社保卡", page.t1("plans-item-passed", "day", NOW.day()), true, false),
                item("网上听民意、办实事", page.t("plans-item-to-do"), false, false),
                item(OWN, page.t("plans-item-own"), false, true),
            ],
            next: (done.0 < done.1)
                .then(|| ("/courses/T13".to_owned(), page.t1("plans-own-next", "course", "网上听民意、办实事"))),
            done,
            agreed: vec![
                page.t1("plans-agree-who", "organisation", LONG_PLACE),
                page.t1("plans-agree-year", "year", 2026),
                page.t("plans-agree-not"),
                page.t("plans-agree-seen"),
                page.t("plans-agree-free"),
            ],
            agreed_text: super::AGREED_TEXT,
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
        };
        drawn([
            state(MemberState::Invited, true, (0, 2), ""),
            state(MemberState::Joined, true, (1, 2), "plans-said-join"),
            state(MemberState::Joined, false, (2, 2), ""),
            state(MemberState::Declined, true, (0, 2), "plans-said-decline"),
            state(MemberState::Left, false, (0, 2), ""),
            state(MemberState::Invited, true, (0, 0), ""),
        ])
    }
}
