//! Samples of the pages of the desk.

use std::collections::HashMap;

use super::edition_views::EditionsPage;
use super::forms;
use super::views::{
    ACTIONS, AuditPage, DeskPage, MailboxPage, OrganisationAddPage, OrganisationsPage, PlacePage, PlacesPage, SettingLine,
    VillageAddPage,
};
use crate::audit::AuditRow;
use crate::curriculum::{Attempt, Fault, KeptEdition, Outcome, Trouble, UpFrom};
use crate::i18n::Message;
use crate::identity::Role;
use crate::kernel::LearnerId;
use crate::outbox::Parcel;
use crate::places::{Organisation, OrganisationKind, Place, Service, Setting};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, filled, form, id, learner, staff};
use crate::web::{Duties, FieldError, Fields, Filled, Page, Samples, drawn};

impl DeskPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state =
            |page: Page, name: &str, roles: Vec<&'static str>| Self { page, name: name.to_owned(), day: NOW.day(), roles };
        let mut volunteer = staff(page);
        if let Some(who) = &mut volunteer.who {
            who.duties = Duties {
                hosts: true,
                finds: true,
                answers: true,
                corrects: false,
                looks: false,
                records: true,
                recognises: false,
                plans: false,
                administers: false,
            };
        }
        drawn([
            state(volunteer, NAME, vec![Role::Volunteer.code()]),
            state(staff(page), LONG_NAME, Role::ALL.iter().map(|role| role.code()).collect()),
            state(learner(page, RARE_NAME), RARE_NAME, Vec::new()),
        ])
    }
}

fn organisation(number: u128, kind: OrganisationKind, name: &str) -> Organisation {
    let is_full = number > 0;
    Organisation {
        id: id(number),
        kind,
        name: name.to_owned(),
        place_code: "330185".to_owned(),
        line: None,
        address: Some(LONG_PLACE.to_owned()).filter(|_| is_full),
        phone: Some("0571-87000000".to_owned()).filter(|_| is_full),
        opening_hours: Some("周一到周六 8:30 到 17:30，中午不休息".to_owned()).filter(|_| is_full),
        service: Service::default(),
        is_closed: false,
    }
}

impl OrganisationsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |rows: Vec<Organisation>, closed: Option<Organisation>, total: u64, number: u64, pages: u64| Self {
            page: staff(page),
            rows,
            places: HashMap::from([("330185".to_owned(), LONG_PLACE.to_owned())]),
            closed,
            total,
            number,
            pages,
        };
        let names = [PLACE, LONG_PLACE].into_iter().cycle();
        let all = OrganisationKind::ALL.into_iter().zip(names).zip(0..).map(|((kind, name), at)| organisation(at, kind, name));
        let closed = organisation(8, OrganisationKind::School, LONG_PLACE);
        drawn([state(Vec::new(), None, 0, 1, 1), state(all.collect(), Some(closed), 99_999, 500, 1_000)])
    }
}

impl OrganisationAddPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let kinds = || {
            let words = |kind: OrganisationKind| (kind.code(), page.t(&format!("organisation-{}", kind.code())));
            OrganisationKind::ALL.map(words).to_vec()
        };
        let wrong = form(&[("phone", &"1".repeat(40)), ("address", LONG_PLACE)], forms::organisation);
        drawn([Filled::default(), wrong].map(|form| Self { page: staff(page), form, kinds: kinds() }))
    }
}

fn place(code: &str, name: &str) -> Place {
    Place { code: code.to_owned(), parent: Some("33".to_owned()), level: 2, name: name.to_owned() }
}

impl PlacesPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let bare = || Self {
            page: staff(page),
            path: Vec::new(),
            rows: Vec::new(),
            parents: HashMap::from([("33".to_owned(), LONG_PLACE.to_owned())]),
            query: String::new(),
            is_own: false,
            is_town: false,
            is_loaded: true,
            is_added: false,
            total: 0,
            number: 1,
            pages: 1,
        };
        let rows = || vec![place("3301", PLACE), place("3302", LONG_PLACE)];
        let path = || vec![place("33", PLACE), place("3301", LONG_PLACE)];
        drawn([
            Self { is_loaded: false, ..bare() },
            Self { rows: rows(), total: 99_999, number: 500, pages: 1_000, ..bare() },
            Self { path: path(), is_own: true, is_town: true, is_added: true, ..bare() },
            Self { path: path(), rows: rows(), query: "柳 & <河>".to_owned(), total: 2, ..bare() },
            Self { query: RARE_NAME.to_owned(), ..bare() },
        ])
    }
}

impl PlacePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let line = |setting: Setting| SettingLine { setting, own: String::new(), otherwise: LONG_PLACE.to_owned() };
        let state = |form: Filled, is_kept: bool| Self {
            page: staff(page),
            path: vec![place("33", PLACE), place("3301", LONG_PLACE)],
            form,
            is_kept,
            lines: Setting::ALL.map(line).into(),
        };
        let wrong = form(&[("help_phone", "12"), ("sms_per_day", "x"), ("help_place", &LONG_PLACE.repeat(3))], forms::settings);
        drawn([state(Filled::default(), false), state(filled(&[("help_place", LONG_PLACE)]), true), state(wrong, false)])
    }
}

impl VillageAddPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let wrong = form(&[("town", PLACE), ("place_code", &"1".repeat(40))], forms::village);
        drawn([Filled::default(), wrong].map(|form| Self { page: staff(page), form }))
    }
}

impl AuditPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let row = |(at, action): (u128, &str)| AuditRow {
            id: id::<()>(at).uuid(),
            at: NOW,
            actor: [None, Some(LearnerId::NOBODY), Some(id(1)), Some(id(at))]
                .into_iter()
                .cycle()
                .nth(usize::try_from(at).unwrap_or(0))
                .flatten(),
            action: action.to_owned(),
            object_kind: "person".to_owned(),
            object_id: id::<()>(at).to_string(),
            learner: Some(id(at)).filter(|_| at.is_multiple_of(2)),
            detail: String::new(),
        };
        let rows: Vec<AuditRow> = (0..).zip(ACTIONS.into_iter().chain(["some.thing_new"])).map(row).collect();
        let state = |rows: Vec<AuditRow>, form: Filled, is_first: bool| Self {
            page: staff(page),
            names: HashMap::from([(id(1), LONG_NAME.to_owned())]),
            has_more: rows.len() > 1,
            rows,
            form,
            is_first,
        };
        let wrong = vec![FieldError::new("day", Message::of("admin-audit-day-wrong"))];
        let wrong = Filled::wrong(Fields::from_pairs(&[("day", "2026 & 2")]), wrong);
        drawn([
            state(Vec::new(), Filled::default(), true),
            state(rows, filled(&[("action", "help.open")]), false),
            state(Vec::new(), wrong, true),
        ])
    }
}

impl EditionsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let kept = |number: u32| KeptEdition {
            digest: format!("{number:08x}{}", "0".repeat(56)),
            version: format!("{}.{number:02}", 2026 + number),
            kept_at: NOW,
        };
        let state = |said: &str, from: UpFrom, last: Option<Outcome>| Self {
            page: staff(page),
            version: "2026.11".to_owned(),
            digest: kept(1).digest,
            since: Some(NOW).filter(|_| from != UpFrom::Program),
            from,
            has_folder: from != UpFrom::Program,
            may_put_up: said != "same",
            last: last.map(|outcome| Attempt { at: NOW, outcome }),
            said: said.to_owned(),
            kept: (1..4).map(kept).collect(),
        };
        let long = Trouble::SentenceTooLong { most: 40, is: 46, sentence: WORDS.repeat(4) };
        let mut faults = vec![Fault::new("courses/T13/groups/civil-servant.md", 9_999, long)];
        faults.extend((1..210).map(|line| Fault::new("manifest.toml", line, Trouble::FileMissing)));
        drawn([
            state("", UpFrom::Program, None),
            state("no_folder", UpFrom::Program, None),
            state("put_up", UpFrom::Folder, Some(Outcome::PutUp)),
            state("same", UpFrom::Folder, Some(Outcome::Same)),
            state("refused", UpFrom::LastGood, Some(Outcome::Refused(faults))),
        ])
    }
}

impl MailboxPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let letter = |text: &str| Parcel {
            channel: "sms",
            to: "13800000000".to_owned(),
            template: "code".to_owned(),
            version: "1".to_owned(),
            subject: String::new(),
            params: Vec::new(),
            text: text.to_owned(),
        };
        let state = |letters: Vec<Parcel>| Self { page: page.clone(), letters };
        drawn([state(Vec::new()), state(vec![letter(PLACE), letter(WORDS)])])
    }
}
