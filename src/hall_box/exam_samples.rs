//! Samples of the pages of a supervised session on a box.

use super::exam_rules::Step;
use super::exam_views::{Choices, ExamPage, ExamSeatPage, ExamWhoPage, SeatRow, SitPage};
use crate::exams::{categories, read_by_hand};
use crate::i18n::Message;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, RARE_NAME};
use crate::web::{FieldError, Fields, Filled, Page, Samples, drawn};

fn wrong(field: &'static str, key: &'static str) -> Filled {
    Filled::wrong(Fields::from_pairs(&[("words", LONG_NAME)]), vec![FieldError::new(field, Message::of(key))])
}

/// A result of a test in person of which half is missing.
fn half() -> Filled {
    let fields = Fields::from_pairs(&[("right", "9")]);
    let errors = read_by_hand(&fields).err().unwrap_or_default();
    Filled::wrong(fields, errors)
}

/// Words of another length than those that open papers.
fn short() -> Filled {
    let words = Message::of("box-exam-papers-count").with("all", 16).with("count", 15);
    Filled::wrong(Fields::default(), vec![FieldError::new("papers", words)])
}

impl ExamWhoPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let people: Choices = [("1", NAME), ("2", LONG_NAME)].map(|(id, name)| (id.to_owned(), name.to_owned())).into();
        let state = |asks_half: bool, form: Filled, said: &str| Self {
            page: page.clone(),
            title: LONG_PLACE.to_owned(),
            href: "/exam/1".to_owned(),
            people: people.clone(),
            asks_half,
            form,
            said: if said.is_empty() { String::new() } else { page.t(said) },
        };
        drawn([
            state(false, Filled::default(), ""),
            state(true, Filled::default(), "box-exam-said-opened"),
            state(true, wrong("papers", "box-exam-half-wrong"), ""),
            state(true, wrong("invigilator", "exams-invigilator-choose"), ""),
        ])
    }
}

impl ExamPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let row = |(number, step): (usize, Step)| SeatRow {
            href: format!("/exam/1/{number}"),
            what: [NAME, LONG_NAME, RARE_NAME].get(number % 3).copied().unwrap_or(NAME).to_owned(),
            note: page.t2("box-person-note", ("tail", "7897"), ("code", "4071")),
            mark: page.t(step.key()),
        };
        let ready = |is_open: bool| (is_open, false);
        let state = |count: usize, (is_open, is_all_in): (bool, bool), form: Filled| Self {
            page: page.clone(),
            title: LONG_PLACE.to_owned(),
            time: "3 月 4 日 9:00–10:30".to_owned(),
            href: "/exam/1".to_owned(),
            me: LONG_NAME.to_owned(),
            is_open,
            counts: Step::ALL.map(|step| (page.t(step.key()), page.t1("exams-count", "count", count))).into(),
            rows: (1..).zip(Step::ALL.into_iter().cycle().take(count)).map(row).collect(),
            next: Some(("/exam/1/1".to_owned(), RARE_NAME.to_owned())).filter(|_| count > 0 && !is_all_in),
            is_all_in,
            end: None,
            log: vec![(format!("9:20 {NAME}"), page.t("exams-category-device")); count.min(2)],
            categories: categories(page),
            form,
            said: if is_open && count == 1 { page.t("box-exam-said-opened") } else { String::new() },
        };
        drawn([
            state(0, ready(false), Filled::default()),
            state(6, ready(false), wrong("papers", "box-exam-papers-wrong")),
            state(6, ready(false), wrong("papers", "box-exam-papers-tries")),
            state(6, ready(false), short()),
            state(1, ready(true), Filled::default()),
            state(30, ready(true), wrong("words", "exams-words-empty")),
            state(6, (true, true), Filled::default()),
            state(6, (false, true), Filled::default()),
            state(6, (true, true), wrong("sure", "box-exam-end-all-in")),
            state(6, ready(true), wrong("sure", "box-exam-end-sure")),
            Self { end: Some(vec!["7K3M".to_owned(), "0QXW".to_owned()]), ..state(6, (true, true), Filled::default()) },
        ])
    }
}

impl ExamSeatPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |next: &'static str, stands: &str, form: Filled| Self {
            page: page.clone(),
            title: LONG_PLACE.to_owned(),
            back: "/exam/1".to_owned(),
            href: "/exam/1/1".to_owned(),
            name: LONG_NAME.to_owned(),
            stands: page.t(stands),
            next,
            has_declared: next != "see",
            is_ended: stands == "box-exam-ended",
            facts: vec![
                (page.t("box-code"), "4071".to_owned()),
                (page.t("box-exam-time"), page.t1("box-exam-left", "minutes", 90)),
            ],
            sights: ["id_card", "other"].map(|code| (code.to_owned(), page.t(&format!("exams-sight-{code}")))).into(),
            categories: categories(page),
            form,
            said: if next == "begin" { page.t("box-exam-said-allowed") } else { String::new() },
        };
        drawn([
            state("come", Step::Away.key(), Filled::default()),
            state("see", Step::Came.key(), wrong("kind", "exams-sight-choose")),
            state("", "exams-no-checker", Filled::default()),
            state("", "box-exam-open-first", Filled::default()),
            state("", "box-exam-ended", Filled::default()),
            state("allow", Step::Seen.key(), wrong("step", "box-exam-not-open")),
            state("begin", "box-exam-ready-what", Filled::default()),
            state("answer", Step::Answering.key(), wrong("words", "exams-words-empty")),
            state("", Step::Done.key(), Filled::default()),
            state("keep", "exams-next-keep", Filled::default()),
            state("keep", "exams-next-keep", half()),
        ])
    }
}

impl SitPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |says: &str, answered: usize, count: usize| Self {
            page: page.clone(),
            title: LONG_PLACE.to_owned(),
            href: "/sit/1".to_owned(),
            says: page.t(says),
            left: if count > 0 { page.t1("box-exam-left", "minutes", 45) } else { String::new() },
            may_begin: says == "exams-own-allowed",
            questions: (1..=count).map(|number| (number, number <= answered)).collect(),
        };
        drawn([
            state("box-exam-wait", 0, 0),
            state("box-exam-closed", 0, 0),
            state("exams-own-allowed", 0, 0),
            state("exams-own-here", 4, 10),
            state("exams-own-here", 10, 10),
            state("box-exam-again-please", 0, 0),
            state("exams-time-over", 0, 0),
            state("box-exam-over", 0, 0),
            state("box-exam-finished", 0, 0),
        ])
    }
}
