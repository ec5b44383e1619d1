//! Samples of the pages of the staff.

use std::collections::HashMap;

use super::scope::Grant;
use super::service::{Guardian, StaffCard, StaffMember};
use super::staff_views::{
    Choice, GrantChoices, LearnerPage, LearnersPage, LinkPage, PeopleAddPage, PeoplePage, RoleWords, SetUpPage, StaffCardPage,
    StaffDoorPage,
};
use super::{GrantRow, Phone, Profile, Role, lines, second_factor, staff_forms};
use crate::i18n::{Lang, Message};
use crate::kernel::{CardNumber, IdentityLevel};
use crate::places::PlaceCode;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, filled, form, id, staff};
use crate::web::{Filled, Page, Samples, drawn};

impl StaffDoorPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |back: &str, form: Filled, is_set: bool| Self { page: page.clone(), form, back: back.to_owned(), is_set };
        drawn([
            state("/staff", Filled::default(), false),
            state("/staff", Filled::default(), true),
            state("/staff/cases", form(&[("login", "li.min")], staff_forms::staff_door), false),
        ])
    }
}

impl SetUpPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let Ok(code) = second_factor::setup_code(b"12345678901234567890", "li.min", "xuefen") else {
            return Vec::new();
        };
        let state = |name: &str, form: Filled| Self {
            page: page.clone(),
            form,
            token: "0".repeat(32),
            name: name.to_owned(),
            login: "li.min".to_owned(),
            code: code.clone(),
        };
        let easy = form(&[("password", "li.min.li.min"), ("code", "12")], |fields| staff_forms::set_up(fields, "li.min"));
        drawn([state(NAME, Filled::default()), state(LONG_NAME, easy)])
    }
}

impl LearnersPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let wrong = form(&[("number", LONG_NAME)], |fields| staff_forms::wanted(fields).map_err(|error| vec![error]));
        let bare = Self { page: staff(page), form: Filled::default(), enrols_many: false, administers: false };
        drawn([bare, Self { page: staff(page), form: wrong, enrols_many: true, administers: true }])
    }
}

fn profile(name: &str, is_full: bool) -> Profile {
    Profile {
        learner: id(1),
        name: name.to_owned(),
        phone: Phone::parse("13800000000").ok().filter(|_| is_full),
        document: None,
        birth_year: Some(1952).filter(|_| is_full),
        place_code: Some("330185".to_owned()).filter(|_| is_full),
        font: "normal".to_owned(),
        lang: Lang::Chinese,
        start_point: None,
        pathway: None,
        groups: Vec::new(),
        identity_level: if is_full { IdentityLevel::DOCUMENT } else { IdentityLevel::NONE },
        card: Some(CardNumber::from_body(123_456_789)).filter(|_| is_full),
        has_pin: is_full,
        has_pictures: is_full,
        registered_at: NOW,
        is_sample: false,
    }
}

impl LearnerPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let bare = Self {
            page: staff(page),
            form: Filled::default(),
            profile: profile(RARE_NAME, false),
            place: String::new(),
            guardian: None,
            may_check: false,
            is_own: false,
            corrects: false,
            administers: false,
            read_through: None,
            can_undo: false,
            notice: None,
        };
        let full = |form: Filled, notice: Option<&'static str>| Self {
            page: staff(page),
            form,
            profile: profile(LONG_NAME, true),
            place: LONG_PLACE.to_owned(),
            guardian: Some(Guardian { name: LONG_NAME.to_owned(), relation: "grandparent".to_owned() }),
            may_check: true,
            is_own: false,
            corrects: true,
            administers: true,
            read_through: Some(id(2)),
            can_undo: true,
            notice: notice.map(Message::of),
        };
        let wrong = form(&[("name", ""), ("year", "52")], |fields| staff_forms::correction(fields, NOW.day()));
        let own = Self { is_own: true, may_check: false, can_undo: false, ..full(Filled::default(), None) };
        let filled = filled(&[("name", LONG_NAME), ("year", "1952")]);
        drawn([bare, full(filled, Some("identity-document-kept")), full(wrong, None), own])
    }
}

fn grant(role: Role, area: PlaceCode, line: Option<&str>) -> Grant {
    let organisation = line.map(|_| id(7));
    Grant { role, organisation, area, line: line.map(str::to_owned) }
}

/// Every role, for one line and for the whole bank.
fn rows() -> Vec<GrantRow> {
    let county = PlaceCode::parse("330185").unwrap_or_default();
    let grants = Role::ALL.iter().map(|role| grant(*role, county.clone(), Some("civil_servants")));
    let grants = std::iter::once(grant(Role::Volunteer, PlaceCode::default(), None)).chain(grants);
    let row = |(at, grant): (u128, Grant)| GrantRow {
        learner: id(at),
        id: id::<()>(at).uuid(),
        grant,
        granted_at: NOW,
        ended_at: None,
    };
    (1..).zip(grants).map(row).collect()
}

fn words() -> RoleWords {
    RoleWords(HashMap::from([("330185".to_owned(), LONG_PLACE.to_owned()), (id::<()>(7).to_string(), LONG_PLACE.to_owned())]))
}

impl PeoplePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let names = [NAME, LONG_NAME, RARE_NAME, ""];
        let members = |rows: Vec<GrantRow>| -> Vec<StaffMember> {
            rows.into_iter()
                .zip(names.into_iter().cycle())
                .map(|(row, name)| StaffMember { name: name.to_owned(), row })
                .collect()
        };
        let state = |rows: Vec<GrantRow>, total: u64, number: u64, pages: u64| Self {
            page: staff(page),
            staff: members(rows),
            words: words(),
            total,
            number,
            pages,
        };
        drawn([
            state(rows().into_iter().take(1).collect(), 1, 1, 1),
            state(rows(), 99_999, 500, 1_000),
            state(Vec::new(), 0, 1, 1),
        ])
    }
}

fn choices(page: &Page) -> GrantChoices {
    let words = |family: &str, code: &str| -> Choice { (code.to_owned(), page.t(&format!("{family}-{code}"))) };
    GrantChoices {
        roles: Role::ALL.iter().map(|role| words("role", role.code())).collect(),
        organisations: vec![
            (String::new(), page.t("identity-organisation-none")),
            (id::<()>(7).to_string(), LONG_PLACE.to_owned()),
        ],
        lines: lines::codes().map(|code| words("line", code)).collect(),
    }
}

fn wrong_grant() -> Filled {
    form(&[("role", "x"), ("place", PLACE), ("organisation", "x"), ("line", "x")], |fields| {
        staff_forms::grant(fields, Err("identity-place-empty"))
    })
}

impl StaffCardPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, roles: Vec<GrantRow>, form: Filled, notice: Option<Message>| Self {
            page: staff(page),
            form,
            id: id(1),
            card: StaffCard {
                name: name.to_owned(),
                login: Some("li.min".to_owned()),
                phone_tail: notice.as_ref().map(|_| "0000".to_owned()),
                roles,
            },
            words: words(),
            choices: choices(page),
            is_own: false,
            notice,
        };
        let ended = rows().into_iter().map(|row| GrantRow { ended_at: Some(NOW).filter(|_| row.grant.line.is_none()), ..row });
        let own = Self { is_own: true, ..state(RARE_NAME, rows(), Filled::default(), None) };
        let sent = Message::of("identity-link-sent").with("tail", "0000");
        drawn([
            state(NAME, Vec::new(), Filled::default(), None),
            state(LONG_NAME, ended.collect(), Filled::default(), Some(sent)),
            state(NAME, rows(), wrong_grant(), None),
            own,
        ])
    }
}

impl PeopleAddPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let person = form(&[("name", ""), ("login", "?")], staff_forms::staff_person);
        let state = |form: Filled| Self { page: staff(page), form, choices: choices(page) };
        drawn([state(Filled::default()), state(person), state(wrong_grant())])
    }
}

impl LinkPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let link = format!("https://xuefen.example.cn/staff/setup/{}", "0f".repeat(32));
        drawn([Self { page: staff(page), link, until: NOW }])
    }
}
