//! Samples of the pages of this subject.

use super::doubt_forms::Doing;
use super::doubt_views::KeyPage;
use super::forms;
use super::rules::{Delegation, Powers, State};
use super::views::{
    AgenciesPage, AgencyAddPage, AgencyPage, AskPage, ClosePage, DelegationPage, Facts, KeyView, May, OwnAgenciesPage,
    OwnAgencyPage, PowersView, PublicPage, SuspensionRow, VersionRow, Words,
};
use super::{Agency, AgencyKey, Contact, Listed, SealPicture, Suspension};
use crate::curriculum::Shelf;
use crate::kernel::{Credits, Day, LearnerId, digest_of};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, form, id, learner, staff};
use crate::web::{Fields, Filled, Page, Samples, drawn};

const CODE: &str = "91350100M000100Y43";

fn today() -> Day {
    NOW.day()
}

fn agency(name: &str, standing: &str) -> Agency {
    let suspended = Suspension { since: NOW, by: id(2), why: WORDS.to_owned(), lifted: None };
    Agency {
        id: id(1),
        organisation: id(9),
        credit_code: CODE.to_owned(),
        name: name.to_owned(),
        place_code: "330185".to_owned(),
        line: (name == LONG_PLACE).then(|| "women".to_owned()),
        contact: Contact { phone: "0571-87000000".to_owned(), words: (name == LONG_PLACE).then(|| LONG_PLACE.to_owned()) },
        registered_at: NOW,
        suspended: (standing == "suspended").then_some(suspended),
        is_closed: standing == "closed" || standing == "organisation closed",
        is_taken_down: standing == "closed",
    }
}

fn facts(page: &Page, name: &str, standing: &str) -> Facts {
    Facts::of(page.lang(), &agency(name, standing), LONG_PLACE.to_owned())
}

fn powers(page: &Page, shelf: &Shelf, most: usize) -> Powers {
    let said = Words { lang: page.lang(), shelf };
    let credits = |milli| Credits::from_milli(milli).unwrap_or_default();
    let first = |choices: Vec<(String, String)>| choices.into_iter().map(|(code, _)| code).take(most).collect();
    Powers {
        units: first(said.units()),
        kinds: if most > 1 { first(said.kinds()) } else { Vec::new() },
        second_for: if most > 1 { first(said.kinds()) } else { Vec::new() },
        per_learner: credits(250),
        per_year: credits(999_999_999),
        from: today(),
        until: today().plus_days(365),
    }
}

fn view(page: &Page, shelf: &Shelf, most: usize) -> PowersView {
    Words { lang: page.lang(), shelf }.powers(&powers(page, shelf, most))
}

fn version(page: &Page, shelf: &Shelf, state: State, is_ended: bool) -> Delegation {
    let is_decided = matches!(state, State::Approved | State::Refused);
    Delegation {
        id: id(5),
        powers: powers(page, shelf, 2),
        ground: WORDS.to_owned(),
        state,
        asked: (id(2), NOW),
        decider: is_decided.then(|| id(3)),
        decided_at: (state != State::Open).then_some(NOW),
        answer: (state == State::Refused).then(|| WORDS.to_owned()),
        ended: is_ended.then(|| (NOW, LearnerId::NOBODY, WORDS.to_owned())),
    }
}

fn versions(page: &Page, shelf: &Shelf) -> Vec<VersionRow> {
    let all = [
        (State::Open, false, false),
        (State::Approved, false, true),
        (State::Approved, false, false),
        (State::Approved, true, false),
        (State::Refused, false, false),
        (State::Withdrawn, false, false),
    ];
    all.map(|(state, is_ended, is_now)| VersionRow::of(page.lang(), id(1), &version(page, shelf, state, is_ended), is_now)).into()
}

fn keys(page: &Page, count: u8) -> Vec<KeyView> {
    let day = |number: u8| today().plus_days(u32::from(number) * 90).minus_days(100);
    let key = |number: u8| {
        let public = ed25519_dalek::SigningKey::from_bytes(&[number + 1; 32]).verifying_key();
        let until = (number + 1 < count).then(|| day(number + 1));
        let fingerprint = digest_of(&[public.as_bytes().as_slice()]);
        AgencyKey { generation: i64::from(number) + 1, public, fingerprint, from: day(number), until, distrusted_at: None }
    };
    (0..count).rev().map(|number| KeyView::of(page.lang(), &key(number), today())).collect()
}

fn seals(count: i64) -> Vec<SealPicture> {
    let seal = |version| SealPicture { version, file: digest_of(&[]), width: 400, height: 400, added_at: NOW };
    (1..=count).rev().map(seal).collect()
}

impl AgenciesPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let row = |name: &str, (is_suspended, is_closed, is_waiting): (bool, bool, bool)| {
            let (name, place_code) = (name.to_owned(), "330185".to_owned());
            let row = Listed { id: id(1), name, credit_code: CODE.to_owned(), place_code, is_suspended, is_closed, is_waiting };
            (row, PLACE.to_owned())
        };
        let all = || {
            vec![
                row(PLACE, (false, false, false)),
                row(LONG_PLACE, (false, false, true)),
                row(RARE_NAME, (true, false, false)),
                row(NAME, (false, true, false)),
            ]
        };
        let state = |rows: Vec<_>, total, number, pages| Self { page: staff(page), rows, total, number, pages };
        drawn([state(Vec::new(), 0, 1, 1), state(all(), 4, 1, 1), state(all(), 99_999, 500, 2_000)])
    }
}

impl AgencyAddPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let organisations = |names: &[&str]| {
            let words = |name: &str| page.t2("agencies-organisation-at", ("name", name), ("place", PLACE));
            (1..).zip(names).map(|(number, name)| (id::<()>(number).to_string(), words(name))).collect()
        };
        let state = |form: Filled, (find, names, has_more): (&str, &[&str], bool)| Self {
            page: staff(page),
            form,
            find: find.to_owned(),
            has_more,
            is_none: names.is_empty(),
            organisations: organisations(names),
            lines: vec![(String::new(), page.t("identity-line-all")), ("women".to_owned(), page.t("line-women"))],
        };
        let check = |fields: &Fields| forms::Entered::parse(fields, &[]);
        let wrong = [("credit_code", "91350100M000100Y44"), ("line", "x"), ("contact_phone", WORDS), ("contact_words", WORDS)];
        drawn([
            state(Filled::default(), ("", &[PLACE, LONG_PLACE], true)),
            state(form(&[], check), ("330185", &[LONG_PLACE], false)),
            state(form(&wrong, check), (LONG_PLACE, &[], false)),
        ])
    }
}

impl AgencyPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let lifted = |is_lifted: bool| {
            let lifted = is_lifted.then(|| (NOW, id(3), WORDS.to_owned()));
            let one = Suspension { since: NOW, by: id(2), why: WORDS.to_owned(), lifted };
            SuspensionRow::of(page.lang(), &one, (NAME.to_owned(), LONG_NAME.to_owned()))
        };
        let state = |(name, standing): (&str, &str), form: Filled, said: &'static str, is_full: bool| Self {
            page: staff(page),
            facts: facts(page, name, standing),
            said,
            form,
            now: is_full.then(|| view(page, shelf, 99)),
            used: page.t1("agencies-credits", "credits", "999999.75"),
            versions: if is_full { versions(page, shelf) } else { Vec::new() },
            keys: keys(page, if is_full { 3 } else { 1 }),
            seals: seals(if is_full { 3 } else { 0 }),
            suspensions: if is_full { vec![lifted(false), lifted(true)] } else { Vec::new() },
            is_suspender: standing == "suspended" && !is_full,
        };
        let wrong = |field: &'static str| form(&[("contact_phone", "1")], move |fields| forms::reason(fields, field));
        drawn([
            state((PLACE, ""), Filled::default(), "agencies-said-added", false),
            state((LONG_PLACE, ""), wrong("suspend_why"), "", true),
            state((LONG_PLACE, ""), form(&[], forms::contact), "", true),
            state((LONG_PLACE, ""), form(&[], |fields| forms::key_day(fields, today())), "", true),
            state((PLACE, "suspended"), Filled::default(), "agencies-said-suspended", false),
            state((PLACE, "suspended"), wrong("lift_why"), "", true),
            state((PLACE, "closed"), Filled::default(), "agencies-said-closed", true),
            state((LONG_PLACE, "organisation closed"), Filled::default(), "", true),
        ])
    }
}

impl KeyPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |name: &str, key: KeyView, (asked, may): (bool, May), (form, said): (Filled, &'static str)| Self {
            is_own: name == RARE_NAME,
            page: staff(page),
            id: id(1),
            name: name.to_owned(),
            href: format!("/staff/agencies/{}/keys/1", id::<()>(1)),
            key,
            doubt: if asked { id::<()>(2).to_string() } else { String::new() },
            asker: if asked { LONG_NAME.to_owned() } else { String::new() },
            asked: if asked { today().to_string() } else { String::new() },
            why: if asked { WORDS.to_owned() } else { String::new() },
            answer: if said == "agencies-said-disagreed" { WORDS.to_owned() } else { String::new() },
            may,
            form,
            said,
        };
        let key = || keys(page, 1).into_iter().next();
        let gone = || key().map(|key| KeyView { is_now: false, distrusted: crate::web::day_words(page.lang(), today()), ..key });
        let wrong = |doing: &str| form(&[("doing", doing)], Doing::parse);
        let states = [
            key().map(|key| state(PLACE, key, (false, May::Look), (wrong("ask"), ""))),
            key().map(|key| state(LONG_PLACE, key, (true, May::Decide), (wrong("disagree"), ""))),
            key().map(|key| state(PLACE, key, (true, May::TakeBack), (Filled::default(), "agencies-said-doubted"))),
            key().map(|key| state(PLACE, key, (false, May::Look), (Filled::default(), "agencies-said-disagreed"))),
            gone().map(|key| state(LONG_PLACE, key, (false, May::Look), (Filled::default(), "agencies-said-distrusted"))),
            key().map(|key| state(RARE_NAME, key, (false, May::Look), (Filled::default(), ""))),
            key().map(|key| state(RARE_NAME, key, (true, May::Look), (Filled::default(), ""))),
        ];
        drawn(states.into_iter().flatten())
    }
}

impl ClosePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let state = |(name, standing): (&str, &str), form: Filled, names: &[&str]| Self {
            facts: facts(page, name, standing),
            ending: if names.is_empty() { Vec::new() } else { versions(page, shelf) },
            workers: names.iter().map(|name| ((*name).to_owned(), page.t("role-reviewer"))).collect(),
            keys: names.len() + 1,
            page: staff(page),
            form,
        };
        let unsaid = form(&[], |fields| forms::reason(fields, "close_why"));
        drawn([
            state((PLACE, "organisation closed"), Filled::default(), &[]),
            state((LONG_PLACE, ""), unsaid, &[NAME, LONG_NAME, RARE_NAME]),
        ])
    }
}

impl AskPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let said = Words { lang: page.lang(), shelf };
        let state = |name: &str, form: Filled| Self {
            page: staff(page),
            id: id(1),
            name: name.to_owned(),
            form,
            units: said.units(),
            kinds: said.kinds(),
        };
        let check = |fields: &Fields| forms::powers(fields, (&[], &[]), today());
        drawn([state(PLACE, Filled::default()), state(LONG_PLACE, form(&[("kinds", "x"), ("ground", WORDS)], check))])
    }
}

impl DelegationPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let state = |state: State, (may, is_ended): (May, bool), form: Filled, said: &'static str| {
            let version = version(page, shelf, state, is_ended);
            let row = VersionRow::of(page.lang(), id(1), &version, false);
            Self {
                page: staff(page),
                id: id(1),
                name: LONG_PLACE.to_owned(),
                href: row.href,
                state: row.state,
                asker: NAME.to_owned(),
                asked: row.asked,
                decider: version.decider.map(|_| LONG_NAME.to_owned()).unwrap_or_default(),
                ground: version.ground.clone(),
                answer: version.answer.clone().unwrap_or_default(),
                ended: if is_ended { WORDS.to_owned() } else { String::new() },
                wanted: view(page, shelf, 99),
                now: (state == State::Open).then(|| view(page, shelf, 1)),
                used: page.t1("agencies-credits", "credits", "0"),
                shown: if state == State::Open { "0".repeat(64) } else { String::new() },
                may,
                form,
                said,
                is_stale: said == "agencies-stale",
                end_hint: page.t1("agencies-end-early-hint", "from", NOW.day()),
            }
        };
        let plain = Filled::default;
        let unsaid = || form(&[("doing", "disagree")], forms::Verdict::parse);
        let why = || form(&[], |fields| forms::reason(fields, "end_why"));
        drawn([
            state(State::Open, (May::TakeBack, false), plain(), "agencies-said-asked"),
            state(State::Open, (May::Decide, false), plain(), ""),
            state(State::Open, (May::Decide, false), unsaid(), ""),
            state(State::Open, (May::Decide, false), plain(), "agencies-stale"),
            state(State::Approved, (May::End, false), why(), ""),
            state(State::Approved, (May::Look, true), plain(), "agencies-said-ended"),
            state(State::Refused, (May::Look, false), plain(), "agencies-said-disagreed"),
            state(State::Withdrawn, (May::Look, false), plain(), "agencies-said-withdrawn"),
        ])
    }
}

impl PublicPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let state = |page: Page, (name, standing): (&str, &str), count: u8| Self {
            facts: facts(&page, name, standing),
            now: standing.is_empty().then(|| view(&page, shelf, usize::from(count) * 9)),
            keys: keys(&page, count),
            page,
        };
        drawn([
            state(page.clone(), (PLACE, ""), 1),
            state(learner(page, LONG_NAME), (LONG_PLACE, ""), 3),
            state(page.clone(), (LONG_PLACE, "suspended"), 1),
            state(page.clone(), (PLACE, "closed"), 3),
        ])
    }
}

impl OwnAgenciesPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |names: &[&str]| Self {
            page: staff(page),
            rows: names.iter().zip(1..).map(|(name, number)| (id(number), (*name).to_owned(), *name == LONG_PLACE)).collect(),
        };
        drawn([state(&[]), state(&[PLACE, LONG_PLACE])])
    }
}

impl OwnAgencyPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let state = |name: &str, most: Option<usize>| Self {
            page: staff(page),
            facts: facts(page, name, ""),
            now: most.map(|most| view(page, shelf, most)),
            used: page.t1("agencies-credits", "credits", "999999.75"),
            roles: ["role-officer", "role-reviewer"].map(|key| page.t(key)).into(),
            appeals: most.unwrap_or_default(),
        };
        drawn([state(PLACE, None), state(LONG_PLACE, Some(99))])
    }
}
