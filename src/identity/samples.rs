//! Samples of the pages of the learners' doors.

use std::collections::HashMap;

use super::views::{
    CardPage, ChangedConsentPage, CheckPage, CodePage, ConsentPage, Errand, MyCardPage, NamePage, NewCodePage, NewPhonePage,
    NotNowPage, OpenedPage, PhonePage, PrivacyPage, SamplePeoplePage, SessionsPage, SignedOutPage, YearPage, YoungPage,
};
use super::{Assurance, CONSENT_VERSION, Role, SamplePerson, SessionRow, forms};
use crate::i18n::Message;
use crate::kernel::{CardNumber, Group};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, filled, form, id, learner};
use crate::web::{Filled, Page, QrPicture, Samples, drawn};

/// A phone number as pages show it.
const MASKED: &str = "138\u{a0}••••\u{a0}0000";

fn card() -> String {
    CardNumber::from_body(123_456_789).to_string()
}

impl PhonePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |errand: Errand, back: &str, form: Filled, notice: Option<&'static str>| Self {
            page: page.clone(),
            form,
            back: back.to_owned(),
            errand,
            notice: notice.map(Message::of),
        };
        let typed = |phone| form(&[("phone", phone)], |fields| forms::phone(fields).map_err(|error| vec![error]));
        drawn([
            state(Errand::SignIn, "/", Filled::default(), None),
            state(Errand::SignIn, "/passbook", typed("138 0000 000"), Some("identity-card-closed")),
            state(Errand::SignIn, "/staff/cases", typed(""), None),
            state(Errand::Register, "/", typed("0571-88880000"), None),
            state(Errand::ProveMore, "/me/kept", filled(&[("phone", "13800000000")]), None),
        ])
    }
}

impl CodePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |is_new: bool, form: Filled, notice: Option<&'static str>| Self {
            page: page.clone(),
            form,
            back: "/passbook".to_owned(),
            phone: MASKED.to_owned(),
            notice: notice.map(Message::of),
            is_new,
        };
        drawn([
            state(false, Filled::default(), None),
            state(true, Filled::default(), Some("identity-code-sent-again")),
            state(false, wrong_code("12 34"), Some("identity-code-not-today")),
            state(true, wrong_code(""), Some("identity-code-wait-a-minute")),
        ])
    }
}

fn wrong_code(typed: &str) -> Filled {
    form(&[("otp", typed)], |fields| forms::code(fields).map_err(|error| vec![error]))
}

impl CardPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state =
            |back: &str, form: Filled, asks_year: bool| Self { page: page.clone(), form, back: back.to_owned(), asks_year };
        let check = |fields: &_| forms::card_try(fields, NOW.day());
        drawn([
            state("/", Filled::default(), false),
            state("/me/kept", form(&[("card", "123 456 78"), ("pin", "1")], check), false),
            state("/", form(&[("card", "1234567890"), ("pin", "2580"), ("year", "52")], check), true),
        ])
    }
}

impl NamePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let check = |fields: &_| forms::name(fields).map_err(|error| vec![error]);
        let long = LONG_NAME.repeat(5);
        let typed = ["", LONG_NAME, RARE_NAME, "<b>", &long].map(|name| form(&[("name", name)], check));
        drawn(std::iter::once(Filled::default()).chain(typed).map(|form| Self { page: page.clone(), form }))
    }
}

impl YearPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |form: Filled, asks_day: bool| Self { page: page.clone(), form, asks_day };
        let typed = |year, month, day| {
            form(&[("year", year), ("month", month), ("day", day)], |fields| {
                forms::born(fields, NOW.day()).map_err(|error| vec![error])
            })
        };
        drawn([
            state(Filled::default(), false),
            state(typed("52", "", ""), false),
            state(typed("1852", "", ""), false),
            state(typed("2012", "2", "30"), true),
        ])
    }
}

impl CheckPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str| Self { page: page.clone(), name: name.to_owned(), year: 1952, phone: MASKED.to_owned() };
        drawn([NAME, LONG_NAME, RARE_NAME].map(state))
    }
}

impl ConsentPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([Self { page: page.clone() }])
    }
}

impl OpenedPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, form: Filled, is_over: bool, is_set: bool| Self {
            page: learner(page, name),
            form,
            name: name.to_owned(),
            card: card(),
            back: "/".to_owned(),
            is_over,
            is_set,
        };
        drawn([
            state(NAME, Filled::default(), false, false),
            state(LONG_NAME, wrong_pin("1234"), false, false),
            state(RARE_NAME, Filled::default(), true, true),
            state(NAME, Filled::default(), true, false),
        ])
    }
}

fn wrong_pin(typed: &str) -> Filled {
    form(&[("pin", typed)], |fields| forms::new_pin(fields).map_err(|error| vec![error]))
}

impl ChangedConsentPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([Self { page: learner(page, NAME), back: "/passbook".to_owned() }])
    }
}

impl SignedOutPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([Self { page: page.clone() }])
    }
}

impl NotNowPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([Self { page: page.clone() }])
    }
}

impl YoungPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let of = |place: &str| Self { page: Page { help_place: place.to_owned(), ..page.clone() } };
        drawn([PLACE, LONG_PLACE].map(of))
    }
}

impl PrivacyPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([PLACE, LONG_PLACE].map(|officer| Self {
            page: page.clone(),
            version: CONSENT_VERSION,
            officer: officer.to_owned(),
        }))
    }
}

impl SessionsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let row = |(number, device, assurance): (u128, &str, Option<Assurance>)| SessionRow {
            id: id(number),
            assurance,
            device_label: device.to_owned(),
            created_at: NOW.plus_days(-400),
            seen_at: NOW,
            expires_at: NOW.plus_days(30),
        };
        let devices = ["phone", "tablet", "computer", "wechat", "other"];
        let ways =
            [Some(Assurance::Sms), Some(Assurance::CardPin), Some(Assurance::PasswordTotp), Some(Assurance::Vouched), None];
        let all = (0..)
            .zip(devices)
            .flat_map(|(at, device)| (0..).zip(ways).map(move |(way, assurance)| (at * 10 + way, device, assurance)));
        let state = |open: Vec<SessionRow>, is_ended: bool| Self { page: learner(page, NAME), here: id(0), open, is_ended };
        drawn([state(vec![row((0, "phone", Some(Assurance::Sms)))], true), state(all.map(row).collect(), false)])
    }
}

impl MyCardPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let Some(qr) = QrPicture::of("https://xuefen.example.cn/c/1234567897") else { return Vec::new() };
        let state = |name: &str, form: Filled, [has_pin, may_choose, is_set]: [bool; 3]| Self {
            page: learner(page, name),
            form,
            name: name.to_owned(),
            card: card(),
            qr: qr.clone(),
            has_pin,
            may_choose,
            is_set,
        };
        drawn([
            state(NAME, Filled::default(), [false, true, false]),
            state(LONG_NAME, wrong_pin("1111"), [true, true, false]),
            state(RARE_NAME, Filled::default(), [true, true, true]),
            state(NAME, Filled::default(), [true, false, false]),
        ])
    }
}

impl NewPhonePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let wrong = form(&[("phone", "没有手机")], |fields| forms::phone(fields).map_err(|error| vec![error]));
        drawn([Filled::default(), wrong].map(|form| Self { page: learner(page, NAME), form }))
    }
}

impl NewCodePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |form: Filled, notice: Option<&'static str>| Self {
            page: learner(page, NAME),
            form,
            phone: MASKED.to_owned(),
            notice: notice.map(Message::of),
        };
        drawn([state(Filled::default(), None), state(wrong_code("一二三"), Some("identity-code-used-up"))])
    }
}

impl SamplePeoplePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let person = |number: u32, name: &str, groups: &[Group], roles: &[(Role, Option<String>)]| SamplePerson {
            learner: id(number.into()),
            name: name.to_owned(),
            place_code: Some("330185".to_owned()).filter(|_| number > 1),
            card: Some(CardNumber::from_body(number)).filter(|_| number > 1),
            groups: groups.to_vec(),
            roles: roles.to_vec(),
        };
        let roles: Vec<(Role, Option<String>)> = Role::ALL.iter().map(|role| (*role, Some("women".to_owned()))).collect();
        let staff = vec![person(1, NAME, &[], &[(Role::Administrator, None)]), person(2, LONG_NAME, &[], &roles)];
        let learners = vec![person(3, RARE_NAME, &[], &[]), person(4, LONG_NAME, &Group::ALL, &[])];
        let places = HashMap::from([("330185".to_owned(), LONG_PLACE.to_owned())]);
        let state = |staff, learners, places| Self { page: page.clone(), staff, learners, places, pin: "2580" };
        drawn([state(Vec::new(), Vec::new(), HashMap::new()), state(staff, learners, places)])
    }
}
