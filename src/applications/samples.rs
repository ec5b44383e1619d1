//! Samples of the pages of this subject.

use super::evidence::FileKind;
use super::forms;
use super::rules::{Elsewhere, State, Why};
use super::views::{
    AlikeRow, BeginPage, CasePage, Choices, DetailsPage, DraftPage, May, OwnApplicationPage, OwnApplicationsPage, OwnRow,
    PieceRow, QueuePage, QueueRow,
};
use super::{AGREED_TEXT, Application, Piece};
use crate::conversions::{Rule, sample_rule};
use crate::curriculum::Shelf;
use crate::i18n::Message;
use crate::kernel::{Timestamp, digest_of};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, filled, form, id, learner, staff};
use crate::web::{FieldError, Filled, Page, Samples, day_words, drawn};

const HREF: &str = "/applications/01980000-0000-7000-8000-000000000001";
const CASE: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/applications/01980000-0000-7000-8000-000000000002/01980000-0000-7000-8000-000000000003";
const QUEUE: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/applications";

fn rule() -> Rule {
    sample_rule(id(1), LONG_PLACE)
}

fn state_words(page: &Page, state: State) -> String {
    page.t(&format!("applications-state-{}", state.code()))
}

fn pieces(page: &Page, count: usize, of: Option<&str>) -> Vec<PieceRow> {
    let piece = |number: usize| Piece {
        learner: id(2),
        application: id(3),
        id: id::<()>(4).uuid(),
        kind: if number == 2 { FileKind::Pages } else { FileKind::Picture },
        file: (number != 3).then(|| digest_of(&[])),
        code: digest_of(&[]),
        bytes: 8_388_607,
        added_at: NOW,
    };
    (1..=count).map(|number| PieceRow::of(page, (number, &piece(number)), of.map(str::to_owned))).collect()
}

fn facts(page: &Page) -> Vec<(String, String)> {
    let pair = |key: &str, words: &str| (page.t(key), words.to_owned());
    vec![
        pair("applications-agency", LONG_PLACE),
        pair("applications-partner", PLACE),
        pair("applications-number", "ZJKD-2025-330185-0000123456"),
        pair("applications-value", "999999.999"),
        (page.t("applications-elsewhere"), page.t(&format!("applications-elsewhere-{}", Elsewhere::Unknown.code()))),
        pair("applications-due", "2026 年 10 月 1 日"),
    ]
}

fn steps(page: &Page) -> Vec<(String, String)> {
    let head = |deed: &str| {
        let what = page.t(&format!("applications-deed-{deed}"));
        page.t2("applications-step", ("when", day_words(page.lang(), NOW.day())), ("what", what))
    };
    vec![(head("send"), String::new()), (head("return"), format!("{}\n{WORDS}", page.t("applications-why-unclear")))]
}

fn agreed(page: &Page) -> Vec<String> {
    vec![page.t("applications-agree-true"), page.t1("applications-agree-seen", "agency", LONG_PLACE)]
}

impl OwnApplicationsPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let row = |state: State| OwnRow {
            href: HREF.to_owned(),
            title: rule().title,
            agency: LONG_PLACE.to_owned(),
            state: state_words(page, state),
        };
        let state = |name: &str, rows: Vec<OwnRow>, notice: &str| Self {
            page: learner(page, name),
            rows,
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
        };
        drawn([
            state(NAME, Vec::new(), "applications-said-dropped"),
            state(LONG_NAME, State::ALL.into_iter().map(row).collect(), ""),
        ])
    }
}

impl BeginPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let words = |agency: &str| {
            let what = page.t2("applications-offer", ("title", rule().title), ("course", LONG_PLACE));
            (id::<()>(1).to_string(), page.t2("applications-offer-by", ("what", what), ("agency", agency)))
        };
        let offers = || vec![words(PLACE), words(LONG_PLACE)];
        let state = |offers: Choices, has_place: bool, form: Filled| Self { page: learner(page, NAME), form, offers, has_place };
        drawn([
            state(Vec::new(), false, Filled::default()),
            state(Vec::new(), true, Filled::default()),
            state(offers(), true, Filled::default()),
            state(offers(), true, form(&[], forms::rule)),
        ])
    }
}

impl DraftPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |form: Filled, (count, has_rule): (usize, bool), (notice, problem): (&str, &str)| {
            let say = |key: &str| if key.is_empty() { String::new() } else { page.t(key) };
            Self {
                page: learner(page, NAME),
                form,
                href: HREF.to_owned(),
                title: rule().title,
                agency_href: "/agencies/01980000-0000-7000-8000-000000000001".to_owned(),
                has_rule,
                is_too_low: count == 0,
                evidence: rule().evidence,
                facts: facts(page),
                pieces: pieces(page, count, (count < 6).then_some(HREF)),
                may_add: count < 6,
                notice: say(notice),
                problem: say(problem),
            }
        };
        let file = || vec![FieldError::new("file", Message::of("applications-file-acts"))];
        let clean = Filled::wrong(crate::web::Fields::default(), file());
        drawn([
            state(Filled::default(), (0, true), ("", "")),
            state(Filled::default(), (2, true), ("applications-said-file", "")),
            state(Filled::default(), (6, true), ("", "applications-too-many-files")),
            state(form(&[], forms::shows_none), (0, true), ("", "")),
            state(clean, (1, true), ("", "")),
            state(Filled::default(), (1, false), ("", "")),
        ])
    }
}

impl DetailsPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let choice = |one: Elsewhere| (one.code().to_owned(), page.t(&format!("applications-elsewhere-{}", one.code())));
        let state = |form: Filled, problem: &str| Self {
            page: learner(page, NAME),
            form,
            href: HREF.to_owned(),
            title: rule().title,
            rule: id::<()>(1).to_string(),
            facts: facts(page),
            elsewhere: Elsewhere::ALL.map(choice).into(),
            agreed: agreed(page),
            agreed_text: AGREED_TEXT,
            problem: if problem.is_empty() { String::new() } else { page.t(problem) },
        };
        let wrong = [("number", WORDS), ("value", "很多"), ("passed", "春天"), ("agreed", "x")];
        drawn([
            state(Filled::default(), ""),
            state(form(&wrong, |fields| forms::details(fields, NOW.day())), ""),
            state(filled(&[("number", "ZJ-1")]), "applications-rule-changed"),
        ])
    }
}

impl OwnApplicationPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |state: State, form: Filled, (notice, problem): (&str, &str)| {
            let say = |key: &str| if key.is_empty() { String::new() } else { page.t(key) };
            Self {
                page: learner(page, RARE_NAME),
                form,
                href: HREF.to_owned(),
                title: rule().title,
                state: state_words(page, state),
                facts: facts(page),
                pieces: pieces(page, 3, (state != State::Sent).then_some(HREF)),
                given: (state == State::Accepted).then(|| page.t1("applications-credits", "credits", "0.25")),
                steps: steps(page),
                is_waiting: state.is_waiting(),
                is_appeal: state == State::Appealed,
                is_over: matches!(state, State::Returned | State::Refused | State::Withdrawn),
                appeal: (state == State::Returned).then(|| page.t1("applications-appeal-lead", "day", NOW.day())),
                turn: 2,
                agreed: agreed(page),
                notice: say(notice),
                problem: say(problem),
            }
        };
        let unsaid = || form(&[], |fields| forms::words(fields, "appeal_words"));
        drawn([
            state(State::Sent, Filled::default(), ("applications-said-sent", "")),
            state(State::Returned, unsaid(), ("", "")),
            state(State::Returned, Filled::default(), ("", "applications-moved")),
            state(State::Appealed, Filled::default(), ("applications-said-appealed", "")),
            state(State::Accepted, Filled::default(), ("", "")),
            state(State::Withdrawn, Filled::default(), ("applications-said-withdrawn", "")),
        ])
    }
}

fn waiting() -> Application {
    Application {
        learner: id(2),
        id: id(3),
        agency: id(1),
        rule: id(1),
        unit: "T05".to_owned(),
        state: State::Sent,
        turn: 1,
        begun_at: NOW,
        sent: None,
        waits_since: Some(Timestamp::from_ms(NOW.ms() - 86_400_000 * 40)),
        holder: None,
        decided_at: None,
        given: None,
    }
}

impl QueuePage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let row = |holder: &str, is_overdue: bool| {
            let names = (LONG_PLACE.to_owned(), holder.to_owned());
            let row = QueueRow::of(page, (&waiting(), &rule()), names, NOW).at(CASE.to_owned());
            QueueRow { due: NOW.day().to_string(), is_overdue, ..row }
        };
        let hidden = QueueRow { href: None, ..row("", false) };
        let state = |rows: Vec<QueueRow>, (total, number, pages): (u64, u64, u64)| Self {
            page: staff(page),
            agency: LONG_PLACE.to_owned(),
            back: "/staff/agency/01980000-0000-7000-8000-000000000001".to_owned(),
            href: QUEUE.to_owned(),
            rows,
            total,
            number,
            pages,
        };
        drawn([
            state(Vec::new(), (0, 1, 1)),
            state(vec![row("", true), row(LONG_NAME, false), row(NAME, false), hidden], (99_999, 2, 2_000)),
        ])
    }
}

impl CasePage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let say = |key: &str| if key.is_empty() { String::new() } else { page.t(key) };
        let why = |why: Why| (why.code().to_owned(), page.t(&format!("applications-why-{}", why.code())));
        let level = |value: i64| (value.to_string(), page.t(&format!("applications-supervision-{value}")));
        let alike = |key: &str, href: Option<&str>| AlikeRow {
            href: href.map(str::to_owned),
            what: page.t(key),
            whose: page.t("applications-alike-other"),
            when: NOW.day().to_string(),
            state: state_words(page, State::Accepted),
        };
        let state = |(name, state): (&str, State), may: May, form: Filled, (notice, problem): (&str, &str)| Self {
            page: staff(page),
            form,
            href: CASE.to_owned(),
            back: QUEUE.to_owned(),
            name: name.to_owned(),
            title: rule().title,
            state: state_words(page, state),
            facts: facts(page),
            rule: vec![
                (page.t("applications-gives"), page.t("applications-gives-nothing")),
                (page.t("applications-rule-evidence"), WORDS.to_owned()),
            ],
            knows: if may == May::Prepare {
                vec![page.t("applications-overdue"), page.t("applications-held")]
            } else {
                Vec::new()
            },
            alike: vec![alike("applications-alike-number", Some(CASE)), alike("applications-alike-file", None)],
            pieces: pieces(page, 3, Some(CASE)),
            steps: steps(page),
            whys: Why::ALL.map(why).into(),
            levels: (0..=3).map(level).collect(),
            on_the_day: if may == May::Prepare {
                vec![("yes".to_owned(), page.t("applications-on-the-day"))]
            } else {
                Vec::new()
            },
            colleagues: vec![
                (String::new(), page.t("applications-pass-choose")),
                (id::<()>(7).to_string(), LONG_NAME.to_owned()),
            ],
            is_two: may == May::Hear,
            is_helped: may == May::Second,
            turn: 3,
            may,
            notice: say(notice),
            problem: say(problem),
        };
        let wish = |doing: &'static str| form(&[("doing", doing), ("turn", "1")], forms::wish);
        let plain = Filled::default;
        drawn([
            state((NAME, State::Sent), May::Prepare, plain(), ("applications-said-passed", "")),
            state((LONG_NAME, State::Sent), May::Prepare, wish("return"), ("", "")),
            state((LONG_NAME, State::Sent), May::Prepare, wish("accept"), ("", "")),
            state((LONG_NAME, State::Sent), May::Prepare, wish("pass"), ("", "")),
            state((RARE_NAME, State::Proposed), May::Second, wish("disagree"), ("", "")),
            state((NAME, State::Proposed), May::Barred, plain(), ("applications-said-proposed", "")),
            state((NAME, State::Appealed), May::Hear, wish("reject"), ("", "applications-proposer-gone")),
            state((NAME, State::Accepted), May::Look, plain(), ("applications-said-accepted", "")),
        ])
    }
}
