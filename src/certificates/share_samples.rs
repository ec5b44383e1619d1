//! Samples of showing a part.

use super::Look;
use super::rules::shares::{Part, Shows};
use super::rules::states::{Reason, Standing};
use super::samples::shown;
use super::share_views::{
    Pairs, ShareCheckPage, ShareOnePage, SharePage, ShareRow, ShareStatementPage, SharedDoorPage, SharedPage, SharesPage,
    look_words, seen_words,
};
use super::verify_forms;
use crate::curriculum::Shelf;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, filled, form, id, learner};
use crate::web::{Filled, Page, QrPicture, Samples, day_words, drawn};

const HREF: &str = "/certificates/01980000-0000-7000-8000-000000000001";
const OWN: &str = "/shares/01980000-0000-7000-8000-000000000001";
const WAY: &str = "/s/0123456789abcdefghjkmnpqrs";
const LINK: &str = "https://xuefenyinhang.shuangjiang.lincang.yn.example.cn/s/0123456789abcdefghjkmnpqrs";

fn everything() -> Shows {
    Shows { whole_name: true, parts: Part::ALL.to_vec(), units: (1..=23).map(|number| format!("T{number:02}")).collect() }
}

fn units(shelf: &Shelf, count: usize) -> Pairs {
    let title = |unit: String| (unit.clone(), format!("{unit} {}", shelf.title_of(&unit)));
    everything().units.into_iter().take(count).map(title).collect()
}

impl SharePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let wrong = form(&[("part", "day"), ("for", "")], |fields| verify_forms::parts(fields, &[]));
        let state = |form: Filled, count: usize, is_own: bool| Self {
            page: learner(page, LONG_NAME),
            form,
            href: HREF.to_owned(),
            title: "基础学习证书".to_owned(),
            units: units(shelf, count),
            is_own,
        };
        let usual = filled(&[("name", "masked"), ("days", "7")]);
        drawn([state(usual, 1, true), state(wrong, 23, true), state(Filled::default(), 1, false)])
    }
}

impl ShareStatementPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let clients = |names: &[&str]| names.iter().map(|name| (id::<()>(8).to_string(), (*name).to_owned())).collect::<Pairs>();
        let wrong = form(&[], |fields| verify_forms::statement(fields, &[]));
        let state = |form: Filled, names: &[&str], is_own: bool| Self {
            page: learner(page, NAME),
            form,
            clients: clients(names),
            is_own,
        };
        drawn([
            state(filled(&[("days", "7")]), &[PLACE, LONG_PLACE], true),
            state(wrong, &[LONG_PLACE], true),
            state(Filled::default(), &[], true),
            state(Filled::default(), &[], false),
        ])
    }
}

fn facts(page: &Page, purpose: &str) -> Pairs {
    vec![(page.t("shares-for"), purpose.to_owned()), (page.t("shares-ends"), day_words(page.lang(), NOW.day().plus_days(90)))]
}

impl ShareCheckPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let state = |shows: Option<&Shows>, purpose: &str| Self {
            page: learner(page, LONG_NAME),
            action: if shows.is_some() { format!("{HREF}/share") } else { "/shares/statement".to_owned() },
            title: if shows.is_some() { "基础学习证书".to_owned() } else { page.t("passbook-statement") },
            is_statement: shows.is_none(),
            seen: match shows {
                Some(shows) => seen_words(page, shows, |unit| shelf.title_of(unit)),
                None => vec![page.t("shares-statement-seen")],
            },
            facts: facts(page, purpose),
            along: vec![("once", "0123456789".to_owned()), ("days", "90".to_owned())],
        };
        drawn([state(Some(&Shows::default()), PLACE), state(Some(&everything()), LONG_PLACE), state(None, LONG_PLACE)])
    }
}

impl SharesPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let row = |purpose: &str| ShareRow {
            href: OWN.to_owned(),
            title: "基础学习证书".to_owned(),
            note: page.t2("shares-row", ("for", purpose), ("until", day_words(page.lang(), NOW.day()))),
        };
        let state = |open: &[&str], over: &[&str]| Self {
            page: learner(page, NAME),
            open: open.iter().map(|purpose| row(purpose)).collect(),
            over: over.iter().map(|purpose| row(purpose)).collect(),
        };
        drawn([state(&[], &[]), state(&[PLACE, LONG_PLACE], &[LONG_PLACE])])
    }
}

impl ShareOnePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let look = Look { at: NOW, client: None };
        let looks = vec![look_words(page, &look, None), look_words(page, &look, Some(LONG_PLACE))];
        let state = |link: Option<&str>, is_statement: bool, notice: &str| Self {
            page: learner(page, LONG_NAME),
            href: OWN.to_owned(),
            title: page.t(if is_statement { "passbook-statement" } else { "offline-kind" }),
            seen: seen_words(page, &everything(), |unit| shelf.title_of(unit)),
            facts: facts(page, LONG_PLACE),
            link: link.and_then(|text| QrPicture::of(text).map(|qr| (text.to_owned(), qr))),
            is_statement,
            looks: if notice.is_empty() { looks.clone() } else { Vec::new() },
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
        };
        drawn([
            state(Some(LINK), false, "shares-said-made"),
            state(Some(LINK), false, ""),
            state(Some("0123456789abcdefghjkmnpqrs"), true, ""),
            state(None, false, "shares-said-ended"),
        ])
    }
}

impl SharedDoorPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |href: Option<&str>| Self { page: page.clone(), href: href.map(str::to_owned) };
        drawn([state(Some(WAY)), state(None)])
    }
}

impl SharedPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let until = day_words(page.lang(), NOW.day().plus_days(90));
        let suspended = Standing::Suspended { since: NOW, reason: Reason::CreditReversed };
        let revoked = Standing::Revoked { since: NOW, reason: Reason::WrongPerson };
        let state = |name: &str, standing: Standing, shows: &Shows| {
            Self::of(page.clone(), &shown(name, LONG_PLACE, (standing, 23)), shows, until.clone())
        };
        let states = [
            state(NAME, Standing::Active, &Shows::default()),
            state(LONG_NAME, Standing::Active, &everything()),
            state(LONG_NAME, suspended, &everything()),
            state(LONG_NAME, revoked, &Shows::default()),
        ];
        drawn(states.into_iter().flatten())
    }
}
