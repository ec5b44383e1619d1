//! Samples of the pages of a box.

use super::views::{ClassPage, DoorPage, EnrolPage, HandOverPage, LaterPage, OperatorsPage, PersonRow, QuestionPage, TestsPage};
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
        drawn([people(&[NAME]), people(&[NAME, LONG_NAME, RARE_NAME])].map(|people| Self { page: page.clone(), people }))
    }
}

fn row(name: &str, came: bool) -> PersonRow {
    PersonRow {
        id: "1".to_owned(), name: name.to_owned(), note: "尾号 7897 · 今天的数字 4071".to_owned(), came, did: came
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
            has_second: people > 1,
            has_task: true,
            expected: vec![row(LONG_NAME, false); people],
            came: vec![row(NAME, true); people],
            enrolled: vec![RARE_NAME.to_owned(); people],
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
        drawn([0, 1, 999].map(|waiting| Self { page: page.clone(), waiting }))
    }
}

impl TestsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let test = |is_in: bool| ("/paper/1/1".to_owned(), LONG_PLACE.to_owned(), is_in);
        let state = |tests: Vec<(String, String, bool)>| Self {
            page: page.clone(),
            name: LONG_NAME.to_owned(),
            courses: vec![("/courses/T19".to_owned(), NAME.to_owned())],
            tests,
        };
        drawn([state(Vec::new()), state(vec![test(false), test(true)])])
    }
}

impl QuestionPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |missing: usize| Self {
            page: page.clone(),
            title: LONG_PLACE.to_owned(),
            position: 11,
            count: 10,
            question: None,
            hand_in: "/paper/1/hand-in".to_owned(),
            missing,
        };
        drawn([state(0), state(3)])
    }
}

impl LaterPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([Self { page: page.clone() }])
    }
}
