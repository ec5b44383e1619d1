//! Samples of the pages on which a box is made ready.

use super::prepare_views::{ExamWordsPage, KitPage, PreparePage};
use crate::i18n::Message;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, staff};
use crate::web::{FieldError, Fields, Filled, Page, Samples, drawn};

impl PreparePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let page = staff(page);
        let state = |places: &[&str], form: Filled| Self {
            places: places.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect(),
            courses: vec![(String::new(), page.t("hall-prepare-course-none")), ("T19".to_owned(), LONG_PLACE.to_owned())],
            exams: if places.is_empty() {
                Vec::new()
            } else {
                vec![(String::new(), page.t("hall-prepare-exam-none")), ("1".to_owned(), LONG_PLACE.to_owned())]
            },
            sheets: (0..=4).map(|count| (count.to_string(), page.t1("hall-prepare-sheets", "count", count))).collect(),
            form,
            page: page.clone(),
        };
        let wrong = |field: &'static str, key: &'static str| FieldError::new(field, Message::of(key));
        let errors = vec![
            wrong("place", "hall-prepare-no-volunteer"),
            wrong("name", "hall-prepare-name-missing"),
            wrong("course", "hall-prepare-course-unknown"),
            wrong("exam", "hall-prepare-exam-unknown"),
            FieldError::new("cards", Message::of("hall-prepare-cards-form").with("most", 4)),
        ];
        drawn([
            state(&[], Filled::default()),
            state(&[NAME, LONG_PLACE], Filled::with(Fields::from_pairs(&[("cards", "1")]))),
            state(&[LONG_PLACE], Filled::wrong(Fields::from_pairs(&[("name", LONG_NAME)]), errors)),
        ])
    }
}

impl KitPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str| Self {
            name: name.to_owned(),
            once: "0123456789abcdef".to_owned(),
            fours: vec!["4071".to_owned(), "0028".to_owned(), "9356".to_owned()],
            has_exam: name == LONG_PLACE,
            asked: vec![("place", "330182001".to_owned()), ("name", name.to_owned())],
            page: staff(page),
        };
        drawn([state(NAME), state(LONG_PLACE)])
    }
}

impl ExamWordsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |what: &str, which: &str| Self {
            back: "/staff/exams/1".to_owned(),
            what: what.to_owned(),
            which: page.t(which),
            fours: vec!["7K3M".to_owned(), "0QXW".to_owned()],
            page: staff(page),
        };
        drawn([state(NAME, "hall-opening-first"), state(LONG_PLACE, "hall-opening-second")])
    }
}
