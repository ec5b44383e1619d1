//! Samples of the pages of a box.

use super::views::{ClassPage, DoorPage, EnrolPage, HandOverPage, LaterPage, OperatorsPage, PersonRow, QuestionPage, TestsPage};
use crate::assessment::{Choice, Link, Question};
use crate::i18n::Message;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, RARE_NAME, filled};
use crate::web::{FieldError, Fields, Filled, Page, Samples, drawn};

fn wrong(field: &'static str, key: &'static str) -> Filled {
    Filled::wrong(Fields::from_pairs(&[("name", LONG_NAME)]), vec![FieldError::new(field, Message::of(key))])
}

impl DoorPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |form: Filled, is_locked: bool| Self { page: page.clone(), form, is_locked };
        drawn([
            state(Filled::default(), true),
            state(wrong("password", "box-password-wrong"), true),
            state(Filled::default(), false),
            state(wrong("code", "box-code-wrong"), false),
        ])
    }
}

impl OperatorsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let people = |names: &[&str]| names.iter().map(|name| ("1".to_owned(), (*name).to_owned())).collect();
        let exam = || ("/exam/1".to_owned(), LONG_PLACE.to_owned());
        drawn([
            Self { page: page.clone(), people: people(&[NAME]), exams: Vec::new() },
            Self { page: page.clone(), people: people(&[NAME, LONG_NAME, RARE_NAME]), exams: vec![exam(), exam()] },
        ])
    }
}

fn row(name: &str, came: bool, did: &'static str) -> PersonRow {
    PersonRow {
        id: "1".to_owned(),
        name: name.to_owned(),
        note: "1951 年生 · 尾号 7897 · 今天的数字 4071".to_owned(),
        came,
        did,
        may_witness: came && did.is_empty(),
    }
}

impl ClassPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let class = || Some(("1".to_owned(), LONG_PLACE.to_owned(), "3 月 4 日 周三 9:00–11:00".to_owned()));
        let state = |people: usize, class: Option<(String, String, String)>| Self {
            page: page.clone(),
            classes: if people > 0 {
                vec![("1".to_owned(), LONG_PLACE.to_owned()), ("2".to_owned(), NAME.to_owned())]
            } else {
                Vec::new()
            },
            class,
            expected: vec![row(LONG_NAME, false, ""); people],
            came: ["", "box-did-one", "box-did"].map(|did| row(NAME, true, did)).into_iter().cycle().take(people).collect(),
            enrolled: vec![RARE_NAME.to_owned(); people],
            exams: vec![("/exam/1".to_owned(), LONG_PLACE.to_owned()); people.min(2)],
            waiting: if people > 0 { 999 } else { 0 },
            said: Some(page.t("box-said-came")).filter(|_| people == 1),
        };
        drawn([state(0, None), state(1, class()), state(30, class())])
    }
}

impl EnrolPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |form: Filled| Self { page: page.clone(), form, class: "1".to_owned(), ways: super::routes::ways(page) };
        drawn([state(Filled::default()), state(filled(&[("name", LONG_NAME)])), state(wrong("name", "identity-name-empty"))])
    }
}

impl HandOverPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let all = [(0, true), (1, true), (999, true), (31, false)];
        let unended = || vec![("/exam/1".to_owned(), LONG_PLACE.to_owned())];
        drawn(all.map(|(waiting, has_class)| Self {
            page: page.clone(),
            waiting,
            has_class,
            unended: if waiting == 31 { unended() } else { Vec::new() },
        }))
    }
}

impl TestsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let test = |is_in: bool| ("/paper/1/1".to_owned(), LONG_PLACE.to_owned(), is_in);
        let state = |tests: Vec<(String, String, bool)>| Self {
            page: page.clone(),
            name: LONG_NAME.to_owned(),
            courses: vec![("/courses/T19".to_owned(), NAME.to_owned())],
            exams: tests.iter().map(|test| ("/sit/1".to_owned(), LONG_PLACE.to_owned(), test.2)).collect(),
            tests,
        };
        drawn([state(Vec::new()), state(vec![test(false), test(true)])])
    }
}

impl QuestionPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |position: usize, question: Option<Question>, (missing, form): (usize, Filled)| Self {
            page: page.clone(),
            title: LONG_PLACE.to_owned(),
            position,
            count: 10,
            question,
            hand_in: "/paper/1/hand-in".to_owned(),
            helpers: vec![
                ("none".to_owned(), page.t("box-help-none")),
                ("1".to_owned(), page.t1("box-help-by", "name", LONG_NAME)),
                ("2".to_owned(), page.t1("box-help-by", "name", RARE_NAME)),
            ],
            form,
            missing,
        };
        let none = Filled::default;
        let wrong = |key: &'static str| Filled::wrong(Fields::default(), vec![FieldError::new("help", Message::of(key))]);
        drawn([
            state(1, Some(asked(page, false, false)), (10, none())),
            state(2, Some(asked(page, false, true)), (9, none())),
            state(3, Some(asked(page, true, false)), (8, none())),
            state(4, Some(asked(page, true, true)), (7, none())),
            state(11, None, (0, none())),
            state(11, None, (3, wrong("box-help-missing"))),
            state(11, None, (0, wrong("box-help-nobody-opened"))),
        ])
    }
}

/// A question with taps or with ticks; with an answer that was kept, or one that is still missing.
fn asked(page: &Page, has_ticks: bool, is_kept: bool) -> Question {
    let words = ["先别点，打电话问问儿女", LONG_PLACE, "不知道"];
    let choice = |(value, words): (usize, &str)| Choice {
        value: value.to_string(),
        words: vec![words.to_owned()],
        is_chosen: is_kept && value == 1,
    };
    let all: Vec<Choice> = (1..).zip(words).map(choice).collect();
    let missing = FieldError::new("q", Message::of("answer-missing"));
    Question {
        action: "/paper/1/2".to_owned(),
        stem: vec!["有人发来一个链接，".to_owned(), "说点开就能领钱。".to_owned(), "您怎么办？".to_owned()],
        hint: page.t(if has_ticks { "question-tick-test" } else { "question-tap-test" }),
        screen: None,
        taps: if has_ticks { Vec::new() } else { all.clone() },
        ticks: if has_ticks { all } else { Vec::new() },
        lines: Vec::new(),
        unknown: choice((0, "不知道")),
        send: page.t(if is_kept { "question-send-test-again" } else { "question-send-test" }),
        is_kept,
        wrong: if is_kept { String::new() } else { page.t("answer-missing") },
        form: if is_kept { Filled::default() } else { Filled::wrong(Fields::default(), vec![missing]) },
        go: is_kept.then(|| Link::new("/paper/1/3".to_owned(), page.t("box-question-next"))),
        back: Some(Link::new("/paper/1/1".to_owned(), page.t("box-question-back"))),
        voices: Vec::new(),
    }
}

impl LaterPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([Self { page: page.clone() }])
    }
}
