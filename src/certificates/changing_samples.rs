//! Samples of the pages by which issued certificates are looked after.

use super::changing_forms::{Change, Said, words};
use super::changing_views::{
    ActRow, AppealPage, AppealRow, AskedRow, ChangePage, ChosenAct, ImpactView, IssuedCertificatePage, IssuedPage, IssuedRow,
    MayDecide, reasons, use_words,
};
use super::rules::acts::{ASKED, Obstacle, state_after, undoes};
use super::views::title_of;
use super::{Act, State, WHOLE};
use crate::curriculum::Shelf;
use crate::recognition::UseState;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, filled, form, learner, staff};
use crate::web::{FieldError, Fields, Filled, Page, Samples, day_words, drawn};

const LIST: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/issued";
const ONE: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/issued/01980000-0000-7000-8000-000000000002/01980000-0000-7000-8000-000000000003";
const REQUEST: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/issued/01980000-0000-7000-8000-000000000002/01980000-0000-7000-8000-000000000003/requests/01980000-0000-7000-8000-000000000004";

fn title(page: &Page, shelf: &Shelf, about: &str) -> String {
    let kind = shelf.certificates().iter().find(|rule| (rule.min_courses > 1) == (about == WHOLE));
    title_of(page, shelf, (kind.map_or("unit", |rule| rule.id.as_str()), about))
}

fn state(page: &Page, state: State) -> String {
    page.t(&format!("certificates-state-{}", state.code()))
}

fn day(page: &Page) -> String {
    day_words(page.lang(), NOW.day())
}

fn impact(page: &Page, shelf: &Shelf, act: Act, obstacle: Option<Obstacle>) -> ImpactView {
    let makes = act.makes().is_some();
    let then = state_after(act);
    let mut changes = vec![(page.t("certificates-standing-word"), state(page, State::Suspended), state(page, then))];
    if makes {
        let version = |number: i64| page.t1("certificates-version-n", "version", number);
        changes.push((page.t("certificates-version-word"), version(1), version(2)));
        changes.push((page.t("certificates-name"), RARE_NAME.to_owned(), LONG_NAME.to_owned()));
    }
    let cited = |lost: bool| use_words(page, if lost { UseState::Suspended } else { UseState::Active });
    let line = |(at, course): (usize, &crate::curriculum::model::Course)| {
        let then = if at == 0 && makes { "certificates-cited-not" } else { "certificates-cited-then" };
        (course.title.clone(), cited(at == 0), page.t(then))
    };
    changes.extend(shelf.courses().iter().take(4).enumerate().map(line));
    let notes =
        ["certificates-note-version", "certificates-note-revoked", "certificates-note-letter", "certificates-note-credit"];
    ImpactView {
        changes,
        notes: notes.map(|key| page.t(key)).into(),
        hindrance: obstacle.map(|obstacle| page.t(obstacle.key())).unwrap_or_default(),
        shown: "0f".repeat(32),
    }
}

impl IssuedPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let row = |(about, standing): (&str, State)| IssuedRow {
            href: ONE.to_owned(),
            title: title(page, shelf, about),
            number: "1234 5678 9012".to_owned(),
            state: state(page, standing),
            day: NOW.day().to_string(),
        };
        let rows = || [("T19", State::Active), (WHOLE, State::Suspended), ("T01", State::Revoked)].map(row).into_iter().collect();
        let about = |act: String| page.t2("certificates-queue-act", ("act", act), ("what", title(page, shelf, WHOLE)));
        let appeal = || AskedRow {
            href: ONE.to_owned(),
            words: about(state(page, State::Suspended)),
            note: page.t2("certificates-appeal-head", ("day", day(page)), ("state", page.t("help-state-withdrawn"))),
        };
        let change = || {
            let (waits, due) = (page.t("certificates-change-proposed"), page.t1("certificates-confirm-until", "day", day(page)));
            let asked = page.t2("certificates-asked-row", ("day", day(page)), ("state", waits));
            AskedRow {
                href: REQUEST.to_owned(),
                words: about(page.t("certificates-act-confirm")),
                note: page.t2("certificates-due-row", ("asked", asked), ("due", due)),
            }
        };
        let sample =
            |agency: &str, waiting: Vec<IssuedRow>, rows: Vec<IssuedRow>, (total, pages): (u64, u64), form: Filled| Self {
                page: staff(page),
                form,
                agency: agency.to_owned(),
                back: LIST.trim_end_matches("/issued").to_owned(),
                href: LIST.to_owned(),
                appeals: if total > 3 { vec![appeal()] } else { Vec::new() },
                requests: if total > 3 { vec![change()] } else { Vec::new() },
                waiting,
                rows,
                total,
                number: pages.min(2),
                pages,
            };
        let none = FieldError::new("number", crate::i18n::Message::of("certificates-find-none"));
        let wrong = Filled::wrong(Fields::from_pairs(&[("number", "123456789012")]), vec![none]);
        drawn([
            sample(PLACE, Vec::new(), Vec::new(), (0, 1), Filled::default()),
            sample(LONG_PLACE, vec![row((WHOLE, State::Suspended))], rows(), (99_999, 5_000), Filled::default()),
            sample(PLACE, Vec::new(), rows(), (3, 1), wrong),
        ])
    }
}

impl IssuedCertificatePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let act_row = |act: &Act| ActRow {
            href: format!("{ONE}?act={}", act.code()),
            words: page.t(&format!("certificates-act-{}", act.code())),
            note: page.t(&format!("certificates-act-note-{}", act.code())),
        };
        let chosen = |act: Act, obstacle: Option<Obstacle>| ChosenAct {
            code: act.code(),
            title: page.t(&format!("certificates-act-{}", act.code())),
            impact: impact(page, shelf, act, obstacle),
            has_reason: act == Act::Revoke,
            needs_ground: undoes(act),
        };
        let sample = |name: &str, standing: State, chosen: Option<ChosenAct>, form: Filled| Self {
            page: staff(page),
            form,
            href: ONE.to_owned(),
            back: LIST.to_owned(),
            title: title(page, shelf, "T19"),
            standing: state(page, standing),
            is_good: standing == State::Active,
            facts: facts(page, name),
            lines: shelf
                .courses()
                .iter()
                .take(3)
                .map(|course| (course.title.clone(), use_words(page, UseState::Active)))
                .collect(),
            versions: versions(page),
            events: events(page, standing),
            asked: asked(page, standing),
            appeals: appeals(page, standing),
            acts: ASKED.iter().map(act_row).collect(),
            chosen,
            may_suspend: standing == State::Active,
            reasons: reasons(page.lang()),
            barred: if name == RARE_NAME { page.t("certificates-own-decision") } else { String::new() },
            notice: if standing == State::Suspended { page.t("certificates-said-suspended") } else { String::new() },
            problem: if name == LONG_NAME { page.t("certificates-asked-already") } else { String::new() },
        };
        let wrong = |doing: &str| form(&[("doing", doing), ("reason", "other")], Change::parse);
        drawn([
            sample(NAME, State::Active, None, wrong("suspend")),
            sample(NAME, State::Suspended, None, form(&[], |fields| words(fields, "hearing", "help-answer-empty"))),
            sample(LONG_NAME, State::Revoked, None, Filled::default()),
            sample(NAME, State::Suspended, Some(chosen(Act::Revoke, None)), wrong("revoke")),
            sample(NAME, State::Suspended, Some(chosen(Act::Lift, Some(Obstacle::CreditGone))), Filled::default()),
            sample(RARE_NAME, State::Suspended, Some(chosen(Act::Recite, None)), filled(&[("ground", WORDS)])),
        ])
    }
}

fn facts(page: &Page, name: &str) -> Vec<(String, String)> {
    vec![
        (page.t("certificates-name"), name.to_owned()),
        (page.t("certificates-owner"), page.t("certificates-owner-left")),
        (page.t("certificates-number"), "1234 5678 9012".to_owned()),
        (page.t("certificates-day"), day(page)),
        (page.t("certificates-version-word"), page.t1("certificates-version-n", "version", 2)),
        (page.t("certificates-key-word"), page.t("certificates-key-good")),
    ]
}

fn versions(page: &Page) -> Vec<(String, String)> {
    let one = |(number, why): (i64, &str)| {
        let why = page.t(&format!("certificates-why-made-{why}"));
        let made = page.t2("certificates-version-made", ("day", day(page)), ("why", why));
        (page.t1("certificates-version-n", "version", number), made)
    };
    [(2, "recited"), (1, "first")].map(one).into()
}

fn events(page: &Page, standing: State) -> Vec<(String, String)> {
    let one = |what: &str, why: &str| {
        let what = page.t(&format!("certificates-event-{what}"));
        let head = page.t2("certificates-event-head", ("day", day(page)), ("what", what));
        let by = page.t1("certificates-by", "who", LONG_NAME);
        (head, [why.to_owned(), by, page.t1("certificates-second", "who", NAME)].join("\n"))
    };
    let mut events = vec![one("issued", "")];
    if standing != State::Active {
        events.insert(0, one("suspended", &page.t("certificates-reason-other")));
        events.insert(0, (one("confirmed", "").0, page.t("certificates-by-bank")));
    }
    if standing == State::Revoked {
        events.insert(0, one("revoked", WORDS));
    }
    events
}

fn asked(page: &Page, standing: State) -> Vec<AskedRow> {
    let waits = page.t("certificates-change-proposed");
    let row = AskedRow {
        href: REQUEST.to_owned(),
        words: page.t("certificates-act-confirm"),
        note: page.t2("certificates-asked-row", ("day", day(page)), ("state", waits)),
    };
    if standing == State::Active { Vec::new() } else { vec![row] }
}

fn appeals(page: &Page, standing: State) -> Vec<AppealRow> {
    let row = |is_open: bool| AppealRow {
        href: is_open.then(|| format!("{ONE}/appeals/01980000-0000-7000-8000-000000000005")),
        head: page.t2("certificates-appeal-head", ("day", day(page)), ("state", page.t("help-state-withdrawn"))),
        words: WORDS.to_owned(),
        answer: if is_open { String::new() } else { WORDS.to_owned() },
    };
    match standing {
        State::Suspended => vec![row(true)],
        State::Revoked => vec![row(false)],
        _ => Vec::new(),
    }
}

impl ChangePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let sample =
            |act: Act, (may, obstacle): (MayDecide, Option<Obstacle>), (form, notice): (Filled, &str), is_over: bool| Self {
                page: staff(page),
                form,
                href: REQUEST.to_owned(),
                back: ONE.to_owned(),
                title: page.t(&format!("certificates-act-{}", act.code())),
                facts: vec![
                    (page.t("certificates-column-what"), title(page, shelf, WHOLE)),
                    (page.t("certificates-number"), "1234 5678 9012".to_owned()),
                    (page.t("certificates-name"), LONG_NAME.to_owned()),
                    (page.t("certificates-reason-word"), page.t("certificates-reason-issued_twice")),
                    (page.t("certificates-officer"), NAME.to_owned()),
                    (page.t("certificates-column-asked"), day(page)),
                ],
                ground: WORDS.to_owned(),
                answer: if is_over { WORDS.to_owned() } else { String::new() },
                impact: (!is_over).then(|| impact(page, shelf, act, obstacle)),
                may,
                lifts: act == Act::Confirm,
                agree: page.t(&format!("certificates-agree-act-{}", act.code())),
                barred: page.t("certificates-own-decision"),
                notice: if notice.is_empty() { String::new() } else { page.t(notice) },
                problem: if obstacle.is_some() { page.t("certificates-changed") } else { String::new() },
            };
        let wrong = || form(&[("doing", "disagree")], Said::parse);
        drawn([
            sample(Act::Revoke, (MayDecide::Decide, None), (wrong(), ""), false),
            sample(Act::Confirm, (MayDecide::Decide, None), (Filled::default(), ""), false),
            sample(Act::Recite, (MayDecide::Decide, Some(Obstacle::Missing)), (Filled::default(), ""), false),
            sample(Act::Name, (MayDecide::TakeBack, None), (Filled::default(), "certificates-said-change-asked"), false),
            sample(Act::Lift, (MayDecide::Barred, None), (Filled::default(), ""), false),
            sample(Act::Reinstate, (MayDecide::Look, None), (Filled::default(), "certificates-said-change-refused"), true),
        ])
    }
}

impl AppealPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let sample = |name: &str, (is_open, before): (bool, bool), (form, problem): (Filled, &str)| Self {
            page: learner(page, name),
            form,
            href: "/certificates/01980000-0000-7000-8000-000000000003/appeal".to_owned(),
            back: if name == RARE_NAME {
                ("/certificates".to_owned(), page.t("certificates-own"))
            } else {
                ("/certificates/01980000-0000-7000-8000-000000000003".to_owned(), title(page, shelf, "T19"))
            },
            facts: vec![
                (page.t("certificates-column-what"), title(page, shelf, "T19")),
                (page.t("certificates-number"), "1234 5678 9012".to_owned()),
                (page.t("certificates-issuer"), LONG_PLACE.to_owned()),
                (page.t("certificates-decided-word"), page.t("certificates-event-suspended")),
                (page.t("certificates-reason-word"), page.t("certificates-why-credit_reversed")),
                (page.t("certificates-appeal-until"), day(page)),
            ],
            is_open,
            phone: ("057187000000".to_owned(), "0571\u{a0}8700\u{a0}0000".to_owned()),
            before: if before { vec![("/help/00005724".to_owned(), day(page))] } else { Vec::new() },
            problem: if problem.is_empty() { String::new() } else { page.t(problem) },
        };
        let wrong = form(&[("appeal", " ")], |fields| words(fields, "appeal", "certificates-appeal-empty"));
        drawn([
            sample(NAME, (true, false), (Filled::default(), "")),
            sample(LONG_NAME, (true, true), (wrong, "")),
            sample(RARE_NAME, (false, true), (Filled::default(), "certificates-appeal-over")),
        ])
    }
}
