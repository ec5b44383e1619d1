//! Samples of the pages of this subject; and a certificate of nobody for those of verifying, showing and printing.

use super::changing_views::{AppealRow, AskedRow};
use super::forms::{self, Heard, Wanted, Wish};
use super::rules::states::{APPEAL_DAYS, RequestState, Standing};
use super::views::{
    CertificateAskPage, CertificatePage, CertificateQueuePage, CertificateRequestPage, CertificatesPage, Choices, May,
    OwnRequest, QueueRow, Row, kinds_offered, standing_words, states_offered, title_of,
};
use super::{Reason, Register, Shown, WHOLE};
use crate::credentials::{Facts, IssuerFacts, KindFacts, LineFacts, LongCode, Number, Origin, Source, StatusPlace, receipts_of};
use crate::curriculum::Shelf;
use crate::kernel::{Credits, Digest};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, form, id, learner, staff};
use crate::web::{Fields, Filled, Page, QrPicture, Samples, day_words, drawn};

const ONE: &str = "/certificates/01980000-0000-7000-8000-000000000001";
const QUEUE: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/certificates";
const REQUEST: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/certificates/requests/01980000-0000-7000-8000-000000000002/01980000-0000-7000-8000-000000000003";
/// What stands below it.
pub(super) const FOOTER: &str = "本证书证明学习和考核结果，不是学历证书、职业资格证书或职业技能等级证书。";
/// What it takes.
pub(super) const CRITERIA: &str = "学完六门课程，其中两门在有人监考时考核合格。";
const HOST: &str = "xuefen.example.cn";

/// What a certificate of nobody says.
pub(super) fn facts(name: &str, agency: &str, lines: u8) -> Option<Facts> {
    let credits = |milli| Credits::from_milli(milli).unwrap_or(Credits::ZERO);
    let line = |number: u8| LineFacts {
        unit: format!("T{number:02}"),
        title: ["防诈骗，守好钱袋子", "安全上网、科学用网、网上创业"]
            .get(usize::from(number % 2))
            .copied()
            .unwrap_or(PLACE)
            .to_owned(),
        source: Source::ALL.get(usize::from(number % 3)).copied().unwrap_or(Source::Online),
        passed: NOW.day().minus_days(u32::from(number)),
        score: (number % 3 != 2).then_some(90),
        identity: 2,
        supervision: i64::from(number % 3),
        credits: credits(250),
        class_hours: 4,
        evidence: Digest::from_array([number; 32]),
    };
    Some(Facts {
        origin: Origin::of_host(HOST)?,
        agency: IssuerFacts { id: id(60), name: agency.to_owned(), credit_code: "91350100M000100Y43".to_owned() },
        kind: KindFacts {
            id: "foundation".to_owned(),
            paper_code: 2,
            edition: "2026.11".to_owned(),
            title: "基础学习证书".to_owned(),
            footer: FOOTER.to_owned(),
            criteria: CRITERIA.to_owned(),
        },
        code: LongCode::from_chance([0x5c; 14]),
        number: Number::from_chance([7; 8]),
        version: 2,
        name: name.to_owned(),
        awarded: NOW.day(),
        signed_at: NOW,
        identity: 2,
        supervision: 2,
        credits: credits(250 * i64::from(lines)),
        class_hours: 4 * i64::from(lines),
        lines: (1..=lines).map(line).collect(),
        receipts: receipts_of(&[]),
        place: StatusPlace { list: 1, position: 94_567 },
    })
}

/// A certificate of nobody as it is shown.
pub(super) fn shown(name: &str, agency: &str, (standing, lines): (Standing, u8)) -> Shown {
    Shown {
        certificate: id(100),
        learner: id(1),
        standing,
        facts: facts(name, agency, lines),
        register: Register {
            number: Number::from_chance([7; 8]),
            code: LongCode::from_chance([0x5c; 14]),
            name: name.to_owned(),
            kind: "foundation".to_owned(),
            about: "-".to_owned(),
            agency: id(60),
            issued: NOW.day(),
            version: 2,
        },
        refresh: if lines > 10 && standing == Standing::Active { vec!["T01".to_owned(), "T12".to_owned()] } else { Vec::new() },
        proofs: Vec::new(),
    }
}

fn day(page: &Page) -> String {
    day_words(page.lang(), NOW.day())
}

fn kinds(shelf: &Shelf) -> Vec<Row> {
    let row = |rule: &crate::curriculum::model::CertificateRule| Row {
        href: format!("/certificates/ask/{}", rule.id),
        title: rule.title.clone(),
        notes: vec![rule.criteria.clone()],
    };
    shelf.certificates().iter().map(row).collect()
}

fn title(page: &Page, shelf: &Shelf, at: usize) -> String {
    let kind = shelf.certificates().get(at).map_or("unit", |rule| rule.id.as_str());
    title_of(page, shelf, (kind, if at == 0 { "T19" } else { WHOLE }))
}

fn standings() -> [Standing; 3] {
    [
        Standing::Active,
        Standing::Suspended { since: NOW, reason: Reason::CreditReversed },
        Standing::Revoked { since: NOW, reason: Reason::WrongPerson },
    ]
}

fn lines(page: &Page, shelf: &Shelf, most: usize) -> Vec<(String, String)> {
    let words = |source: &str, score: &str| {
        let how = page.t(&format!("certificates-source-{source}"));
        let day = day(page);
        page.lang().fill(
            "certificates-line",
            &[("day", &day), ("how", &how), ("score", score), ("identity", "2"), ("supervision", "2"), ("credits", "0.25")],
        )
    };
    let score = page.t1("certificates-score", "percent", 100);
    let sources = ["supervised", "online", "outside"];
    let courses = shelf.courses().iter().take(most).zip(sources.into_iter().cycle());
    courses.map(|(course, source)| (course.title.clone(), words(source, if source == "outside" { "" } else { &score }))).collect()
}

impl CertificatesPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let certificate = |(at, standing): (usize, Standing)| Row {
            href: ONE.to_owned(),
            title: title(page, shelf, at),
            notes: vec![
                page.t2("certificates-issued-by", ("agency", LONG_PLACE), ("day", day(page))),
                standing_words(page, standing),
            ],
        };
        let request = |state: RequestState| {
            let (day, words) = (day(page), page.t(&format!("certificates-request-{}", state.code())));
            let until = day_words(page.lang(), NOW.day().plus_days(APPEAL_DAYS));
            let appeal = page.t2("certificates-appeal", ("until", until), ("phone", "12345"));
            let way = Row {
                href: "/certificates/requests/01980000-0000-7000-8000-000000000003/appeal".to_owned(),
                title: page.t("certificates-appeal-go-way"),
                notes: vec![page.t("certificates-appeal-go-note")],
            };
            OwnRequest {
                title: title(page, shelf, 1),
                note: page.lang().fill("certificates-asked-note", &[("day", &day), ("agency", LONG_PLACE), ("state", &words)]),
                answer: if state == RequestState::Refused { vec![WORDS.to_owned(), appeal] } else { Vec::new() },
                withdraw: state
                    .is_waiting()
                    .then(|| "/certificates/requests/01980000-0000-7000-8000-000000000003/withdraw".to_owned()),
                ways: if state == RequestState::Refused { vec![way] } else { Vec::new() },
            }
        };
        let state = |name: &str, certificates: Vec<Row>, requests: Vec<OwnRequest>, notice: &str| Self {
            page: learner(page, name),
            files: super::views::all_of(page, !certificates.is_empty()),
            certificates,
            requests,
            kinds: kinds(shelf),
            may_share: name == NAME,
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
        };
        drawn([
            state(NAME, Vec::new(), Vec::new(), ""),
            state(NAME, Vec::new(), vec![request(RequestState::Open)], "certificates-said-asked"),
            state(
                LONG_NAME,
                standings().into_iter().enumerate().map(certificate).collect(),
                vec![request(RequestState::Refused), request(RequestState::Withdrawn)],
                "certificates-said-withdrawn",
            ),
        ])
    }
}

impl CertificateAskPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let title_only = |course: &crate::curriculum::model::Course| Row {
            href: format!("/certificates/ask/unit?unit={}", course.code),
            title: course.title.clone(),
            notes: Vec::new(),
        };
        let missing = || {
            vec![
                page.t1("certificates-missing-learn", "courses", page.t1("learning-plan-title", "title", "防诈骗")),
                format!(
                    "{}{}",
                    page.t("certificates-missing-document"),
                    page.t2("certificates-missing-at", ("place", LONG_PLACE), ("phone", "0571-87000000"))
                ),
            ]
        };
        let agencies: Choices =
            vec![(id::<()>(1).to_string(), PLACE.to_owned()), (id::<()>(2).to_string(), LONG_PLACE.to_owned())];
        let state = |name: &str, (at, is_chosen): (usize, bool), missing: Vec<String>, agencies: Choices, form: Filled| {
            let rule = shelf.certificates().get(at);
            Self {
                page: learner(page, name),
                form,
                title: title(page, shelf, at),
                criteria: rule.map(|rule| rule.criteria.clone()).unwrap_or_default(),
                footer: rule.map(|rule| rule.footer.clone()).unwrap_or_default(),
                href: "/certificates/ask/unit".to_owned(),
                units: if is_chosen { Vec::new() } else { shelf.courses().iter().take(3).map(title_only).collect() },
                is_chosen,
                unit: String::new(),
                lines: if is_chosen && missing.is_empty() { lines(page, shelf, 6) } else { Vec::new() },
                plan: Some("/plan/foundation".to_owned()).filter(|_| at > 0),
                missing,
                agencies,
                has_place: name != RARE_NAME,
                before: None,
                sign_in: None,
                problem: String::new(),
            }
        };
        let wrong = form(&[], forms::agency);
        let whole = || state(NAME, (1, true), Vec::new(), Vec::new(), Filled::default());
        let (sentence, words) = (page.t("certificates-held"), page.t("certificates-see-held"));
        let held = Self { before: Some((sentence, ONE.to_owned(), words)), lines: Vec::new(), ..whole() };
        let weak = Self { sign_in: Some("/certificates/ask/foundation".to_owned()), ..whole() };
        drawn([
            held,
            weak,
            state(NAME, (0, false), Vec::new(), Vec::new(), Filled::default()),
            state(NAME, (1, true), missing(), Vec::new(), Filled::default()),
            state(LONG_NAME, (1, true), Vec::new(), agencies, wrong),
            state(LONG_NAME, (2, true), Vec::new(), Vec::new(), Filled::default()),
            state(RARE_NAME, (0, true), Vec::new(), Vec::new(), Filled::default()),
        ])
    }
}

impl CertificatePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let facts = |name: &str| {
            vec![
                (page.t("certificates-name"), name.to_owned()),
                (page.t("certificates-number"), "1234 5678 9012".to_owned()),
                (page.t("certificates-code"), "7K3M9Q-ZT4X1B-0HVW8R-C5N2JD".to_owned()),
                (page.t("certificates-issuer"), LONG_PLACE.to_owned()),
                (page.t("certificates-day"), day(page)),
                (page.t("certificates-identity"), page.t("certificates-identity-2")),
                (page.t("certificates-supervision"), page.t("certificates-supervision-2")),
            ]
        };
        let event = |what: &str, why: &str| {
            let (day, what) = (day(page), page.t(&format!("certificates-event-{what}")));
            page.lang().fill("certificates-event", &[("day", &day), ("what", &what), ("why", why)])
        };
        let state = |(name, standing): (&str, Standing)| Self {
            page: learner(page, name),
            title: title(page, shelf, 1),
            standing: standing_words(page, standing),
            is_good: standing == Standing::Active,
            sign_in: None,
            facts: facts(name),
            lines: lines(page, shelf, 23),
            refresh: shelf
                .courses()
                .iter()
                .take(if standing == Standing::Active { 2 } else { 0 })
                .map(|course| Row { href: format!("/courses/{}", course.code), title: course.title.clone(), notes: Vec::new() })
                .collect(),
            events: vec![event("issued", ""), event("suspended", &page.t("certificates-reason-credit_reversed"))],
            ways: super::views::ways_of(page, "01980000-0000-7000-8000-000000000001", standing),
            footer: shelf.certificates().first().map(|rule| rule.footer.clone()).unwrap_or_default(),
            qr: QrPicture::of("https://xuefen.example.cn/v/7K3M9QZT4X1B0HVW8RC5N2JD").filter(|_| name != RARE_NAME),
            print: (name != RARE_NAME).then(|| "123456789012".to_owned()),
        };
        let [good, suspended, revoked] = standings();
        let weak = Self { sign_in: Some(ONE.to_owned()), ways: Vec::new(), ..state((NAME, good)) };
        drawn([(NAME, good), (LONG_NAME, suspended), (RARE_NAME, revoked)].map(state).into_iter().chain([weak]))
    }
}

fn wanted(shelf: &Shelf) -> Choices {
    shelf.certificates().iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect()
}

impl CertificateQueuePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let row = |(at, state): (usize, RequestState)| QueueRow {
            href: REQUEST.to_owned(),
            title: title(page, shelf, at),
            waits: page.t1("certificates-waits", "days", 40),
            due: if at > 0 { page.t1("certificates-confirm-until", "day", day(page)) } else { String::new() },
            state: page.t(&format!("certificates-request-{}", state.code())),
            asked: day(page),
        };
        let appeal = |at: usize| AskedRow {
            href: REQUEST.to_owned(),
            words: page.t2(
                "certificates-queue-act",
                ("act", page.t("certificates-request-refused")),
                ("what", title(page, shelf, at)),
            ),
            note: page.t2("certificates-appeal-head", ("day", day(page)), ("state", page.t("help-state-withdrawn"))),
        };
        let state = |rows: Vec<QueueRow>, (total, number, pages): (u64, u64, u64), form: Filled, kinds: Choices| Self {
            page: staff(page),
            sought: Filled::with(Fields::from_pairs(&[("state", if pages == 2 { "proposed" } else { "" }), ("kind", "")])),
            states: states_offered(page),
            all_kinds: kinds_offered(page, shelf),
            form,
            agency: LONG_PLACE.to_owned(),
            back: "/staff/agency/01980000-0000-7000-8000-000000000001".to_owned(),
            href: QUEUE.to_owned(),
            appeals: if total > 3 { [0, 1].map(appeal).into() } else { Vec::new() },
            rows,
            kinds,
            total,
            number,
            pages,
            notice: String::new(),
            problem: String::new(),
        };
        let check = |fields: &Fields| Wanted::parse(fields, &[]);
        let all = || [(0, RequestState::Open), (1, RequestState::Proposed), (3, RequestState::Open)].map(row).into();
        drawn([
            state(Vec::new(), (0, 1, 1), Filled::default(), Vec::new()),
            state(Vec::new(), (0, 1, 2), Filled::default(), Vec::new()),
            state(all(), (99_999, 2, 5_000), Filled::default(), wanted(shelf)),
            state(all(), (3, 1, 1), form(&[("card", "12"), ("what", "x")], check), wanted(shelf)),
        ])
    }
}

/// One that waits where nothing was done yet, and one that is answered where it was.
fn appeals(page: &Page, (state, notice): (RequestState, &str)) -> Vec<AppealRow> {
    let row = |is_open: bool| AppealRow {
        href: is_open.then(|| format!("{REQUEST}/appeals/01980000-0000-7000-8000-000000000005")),
        head: page.t2("certificates-appeal-head", ("day", day(page)), ("state", page.t("help-state-withdrawn"))),
        words: WORDS.to_owned(),
        answer: if is_open { String::new() } else { WORDS.to_owned() },
    };
    match (state, notice) {
        (RequestState::Refused, "") => vec![row(true)],
        (RequestState::Refused, "certificates-said-upheld") => vec![row(false)],
        _ => Vec::new(),
    }
}

impl CertificateRequestPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let say = |key: &str| if key.is_empty() { String::new() } else { page.t(key) };
        let state = |(name, at, state): (&str, usize, RequestState), may: May, form: Filled, (notice, problem): (&str, &str)| {
            let is_missing = problem == "certificates-missing";
            Self {
                page: staff(page),
                form,
                href: REQUEST.to_owned(),
                back: QUEUE.to_owned(),
                is_working: (name, state) != (RARE_NAME, RequestState::Refused),
                title: title(page, shelf, at),
                name: name.to_owned(),
                state: page.t(&format!("certificates-request-{}", state.code())),
                facts: vec![
                    (page.t("certificates-column-asked"), day(page)),
                    (page.t("certificates-asker"), page.t("certificates-asked-own")),
                    (page.t("certificates-officer"), LONG_NAME.to_owned()),
                    (page.t("certificates-identity"), page.t("certificates-identity-2")),
                ],
                missing: if is_missing { vec![page.t("certificates-missing-document")] } else { Vec::new() },
                lines: if is_missing { Vec::new() } else { lines(page, shelf, 6) },
                shown: if is_missing { String::new() } else { "0".repeat(64) },
                answer: if state == RequestState::Refused { WORDS.to_owned() } else { String::new() },
                appeals: appeals(page, (state, notice)),
                next: (state == RequestState::Approved).then(|| REQUEST.to_owned()),
                may,
                notice: say(notice),
                problem: if is_missing { String::new() } else { say(problem) },
            }
        };
        let refuse = form(&[("doing", "refuse")], Wish::parse);
        let unheard = form(&[("doing", "keep")], Heard::parse);
        let plain = Filled::default;
        drawn([
            state((NAME, 0, RequestState::Open), May::Issue, plain(), ("certificates-said-asked-for", "")),
            state((LONG_NAME, 1, RequestState::Open), May::Propose, refuse, ("", "")),
            state((RARE_NAME, 1, RequestState::Proposed), May::Agree, plain(), ("", "certificates-changed")),
            state((NAME, 1, RequestState::Open), May::Propose, plain(), ("", "certificates-missing")),
            state((NAME, 1, RequestState::Proposed), May::Barred, plain(), ("certificates-said-proposed", "")),
            state((NAME, 1, RequestState::Approved), May::Look, plain(), ("certificates-said-issued", "")),
            state((NAME, 1, RequestState::Refused), May::Look, plain(), ("certificates-said-refused", "")),
            state((LONG_NAME, 1, RequestState::Refused), May::Look, unheard, ("", "certificates-own-decision")),
            state((NAME, 0, RequestState::Refused), May::Look, plain(), ("certificates-said-upheld", "")),
            state((RARE_NAME, 0, RequestState::Refused), May::Look, plain(), ("", "")),
        ])
    }
}
