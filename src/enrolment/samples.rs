//! Samples of the pages of the desk and of cards.

use super::forms;
use super::views::{AlikePage, AlikeShown, CardPage, CardShown, CardsPage, EnrolPage, SheetPage};
use crate::i18n::Message;
use crate::identity;
use crate::kernel::CardNumber;
use crate::places::PlaceCode;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, filled, form, id, staff};
use crate::web::{FieldError, Fields, Filled, Page, QrPicture, Samples, drawn};

impl EnrolPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |form: Filled, place: Option<&str>, notice: Option<&'static str>| Self {
            page: staff(page),
            form,
            remembered: place.map(|place| ("330182001".to_owned(), place.to_owned())),
            notice: notice.map(Message::of),
        };
        let of = |pairs: &[(&str, &str)], area: Result<PlaceCode, &'static str>| {
            form(pairs, |fields| forms::in_person(fields, area, NOW.day()))
        };
        let child = [("name", RARE_NAME), ("year", "2018"), ("phone", "1"), ("place", LONG_PLACE), ("relation", "mother")];
        let usual = [("place", PLACE), ("group", "elder"), ("font", "normal")];
        drawn([
            state(Filled::default(), None, None),
            state(filled(&usual), Some(PLACE), Some("enrolment-undone")),
            state(of(&[], Err("identity-place-empty")), None, None),
            state(of(&child, Err("identity-place-unknown")), Some(LONG_PLACE), None),
        ])
    }
}

impl AlikePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let one = |number: u128, name: &str, place: &str, is_same_year: bool| AlikeShown {
            learner: id(number),
            name: name.to_owned(),
            place: place.to_owned(),
            is_same_year,
        };
        let typed = vec![("name".to_owned(), NAME.to_owned()), ("once".to_owned(), "0".repeat(32))];
        let many = (1..=5).map(|number| one(number, "王*英", if number == 2 { LONG_PLACE } else { PLACE }, number % 2 == 1));
        drawn([
            Self { page: staff(page), typed: typed.clone(), name: NAME.to_owned(), alike: vec![one(1, "王*英", PLACE, true)] },
            Self { page: staff(page), typed, name: LONG_NAME.to_owned(), alike: many.collect() },
        ])
    }
}

fn card(name: &str, body: u32) -> Option<CardShown> {
    let number = CardNumber::from_body(body);
    let qr = QrPicture::of(&identity::card_address("https://xuefen.example.cn", &number))?;
    Some(CardShown { name: name.to_owned(), number: number.to_string(), qr })
}

impl CardPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, is_new: bool, notice: Option<&'static str>| {
            Some(Self {
                page: staff(page),
                form: Filled::default(),
                id: id(1),
                card: card(name, 123_456_789)?,
                has_pin: !is_new,
                has_pictures: !is_new,
                undo: is_new.then(|| ("330182001002".to_owned(), "elder".to_owned())),
                is_own: false,
                notice: notice.map(Message::of),
            })
        };
        let own = state(RARE_NAME, false, None).map(|own| Self { is_own: true, ..own });
        let easy = Filled::wrong(Fields::default(), vec![FieldError::new("pin", Message::of("identity-pin-easy"))]);
        let wrong = state(NAME, true, None).map(|wrong| Self { form: easy, ..wrong });
        let new = state(NAME, true, Some("identity-register-done"));
        drawn([new, state(LONG_NAME, false, Some("enrolment-earned")), own, wrong].into_iter().flatten())
    }
}

impl CardsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let errors = vec![
            FieldError::new("place", Message::of("identity-place-empty")),
            FieldError::new("sheets", Message::of("enrolment-sheets-form").with("most", 25)),
        ];
        let wrong = Filled::wrong(Fields::from_pairs(&[("place", LONG_PLACE), ("sheets", "99")]), errors);
        drawn([
            Self { page: staff(page), form: filled(&[("sheets", "1")]), today: 0 },
            Self { page: staff(page), form: wrong, today: 999 },
        ])
    }
}

impl SheetPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |title: &str, names: &[&str], given: usize, pages: usize| Self {
            page: staff(page),
            title: title.to_owned(),
            back: ("/staff/cards".to_owned(), page.t("enrolment-cards-title")),
            cards: (1..).zip(names).filter_map(|(body, name)| card(name, body)).collect(),
            given,
            number: pages.min(2),
            pages,
        };
        let names = [NAME, LONG_NAME, RARE_NAME, NAME, NAME, NAME, NAME, NAME, LONG_NAME];
        let title = page.t("enrolment-cards-today-title");
        drawn([state(&title, &names, 0, 3), state(&title, &[""; 8], 3, 1), state(&title, &[], 0, 1)])
    }
}
