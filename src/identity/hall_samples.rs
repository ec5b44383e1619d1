//! Samples of the pages of a hall's device.

use super::forms;
use super::hall_views::{ChoosePicturesPage, HallDevicePage, HallPage, HallPicturesPage, VouchPage};
use crate::i18n::Message;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, form, id, staff};
use crate::web::{FieldError, Fields, Filled, Page, Samples, drawn};

impl HallPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |place: Option<&str>, form: Filled, notice: Option<&'static str>| Self {
            page: page.clone(),
            form,
            place: place.map(str::to_owned),
            notice: notice.map(Message::of),
        };
        let card = form(&[("card", "1234567890")], |fields| forms::card(fields).map_err(|error| vec![error]));
        let digits = form(&[("digits", "12")], |fields| forms::hall_digits(fields).map_err(|error| vec![error]));
        drawn([
            state(Some(PLACE), Filled::default(), None),
            state(Some(LONG_PLACE), card, None),
            state(Some(PLACE), digits, None),
            state(Some(PLACE), Filled::default(), Some("identity-hall-out")),
            state(Some(PLACE), Filled::default(), Some("identity-hall-by-volunteer")),
            state(None, Filled::default(), None),
        ])
    }
}

fn wrong() -> Filled {
    Filled::wrong(Fields::default(), vec![FieldError::new("pictures", Message::of("identity-pictures-wrong"))])
}

impl HallPicturesPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |step: usize, form: Filled| Self { page: page.clone(), form, card: "1234567897".to_owned(), step };
        drawn([state(1, Filled::default()), state(2, Filled::default()), state(3, Filled::default()), state(1, wrong())])
    }
}

impl ChoosePicturesPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, chosen: &[&'static str], form: Filled| Self {
            page: staff(page),
            form,
            id: id(1),
            name: name.to_owned(),
            step: chosen.len() + 1,
            chosen: chosen.to_vec(),
        };
        drawn([
            state(NAME, &[], Filled::default()),
            state(LONG_NAME, &["teapot"], wrong()),
            state(NAME, &["teapot", "sunflower", "bicycle"], Filled::default()),
        ])
    }
}

impl VouchPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, digits: Option<&str>| Self {
            page: staff(page),
            id: id(1),
            name: name.to_owned(),
            digits: digits.map(str::to_owned),
        };
        drawn([state(NAME, Some("123456")), state(LONG_NAME, None)])
    }
}

impl HallDevicePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let empty = Filled::wrong(Fields::default(), vec![FieldError::new("place", Message::of("identity-place-empty"))]);
        let hall = |number: u128, place: &str| (id::<()>(number).uuid(), place.to_owned(), NOW.to_minute_text());
        drawn([
            Self { page: staff(page), form: Filled::default(), halls: Vec::new() },
            Self { page: staff(page), form: empty, halls: vec![hall(1, PLACE), hall(2, LONG_PLACE)] },
        ])
    }
}
