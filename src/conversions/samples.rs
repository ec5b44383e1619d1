//! Samples of the pages of this subject.

use super::forms::{self, Choosable};
use super::laboratory::{Run, RunLine};
use super::rule::Rule;
use super::rules::{Direction, RuleState, TestCase};
use super::views::{
    LINES, May, PublicRulePage, PublicRulesPage, RuleFormPage, RulePage, RuleRow, RulesPage, RunView, Words, failed_words,
    state_words,
};
use crate::curriculum::Shelf;
use crate::kernel::{AgencyId, Credits, IdentityLevel, LearnerId, OrganisationId, RuleId, Timestamp, digest_of};
use crate::ledger::{Amount, Fraction};
use crate::recognition::{Deciders, Levels, SupervisionLevel};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, WORDS, form, id, learner, staff};
use crate::web::{Fields, Filled, Page, Samples, drawn};

/// A made-up rule for samples of views and for tests: a result of `partner_name` at one to three, for unit T05.
#[must_use]
pub fn sample_rule(id: RuleId, partner_name: &str) -> Rule {
    let now = Timestamp::from_ms(1_790_000_000_000);
    Rule {
        id,
        agency: AgencyId::from_uuid(id.uuid()),
        partner: OrganisationId::from_uuid(id.uuid()),
        partner_name: partner_name.to_owned(),
        direction: Direction::In,
        unit: "T05".to_owned(),
        version: 1,
        title: "开放大学“智能手机入门”课程证书".to_owned(),
        fraction: Fraction { numerator: 1, denominator: 3, step: Amount::from_milli(250).unwrap_or(Amount::LEAST) },
        least: Levels { identity: IdentityLevel::DOCUMENT, supervision: SupervisionLevel::SUPERVISED },
        evidence: "证书的照片，和上面的编号。".to_owned(),
        from: now.day(),
        until: None,
        deciders: Deciders::Two,
        most: Credits::from_milli(1000),
        promised_days: 10,
        tests: vec![TestCase { value: 1000, expects: Credits::from_milli(250).unwrap_or_default() }],
        state: RuleState::Published,
        drafted_by: LearnerId::NOBODY,
        drafted_at: now,
        published_by: None,
        published_at: Some(now),
        ended: None,
    }
}

fn rule(state: RuleState, is_long: bool) -> Rule {
    let rule = sample_rule(id(1), if is_long { LONG_PLACE } else { PLACE });
    let ended = (state == RuleState::Ended).then(|| (NOW.day(), LearnerId::NOBODY, WORDS.to_owned()));
    let rule = Rule { state, ended, version: if state == RuleState::Draft { 0 } else { 12 }, ..rule };
    if !is_long {
        return rule;
    }
    Rule {
        title: LONG_PLACE.to_owned(),
        direction: Direction::Out,
        unit: "T01".to_owned(),
        evidence: WORDS.to_owned(),
        until: Some(NOW.day().plus_days(3000)),
        deciders: Deciders::One,
        most: None,
        ..rule
    }
}

fn rows(page: &Page, shelf: &Shelf, is_public: bool) -> Vec<RuleRow> {
    let said = Words { lang: page.lang(), shelf };
    let href = |number: u128| {
        let (agency, rule) = (id::<()>(2), id::<()>(number));
        if is_public { format!("/rules/{rule}") } else { format!("/staff/agency/{agency}/rules/{rule}") }
    };
    vec![said.row(&rule(RuleState::Published, false), href(1)), said.row(&rule(RuleState::Published, true), href(2))]
}

fn list(number: u128) -> String {
    format!("/staff/agency/{}/rules", id::<()>(number))
}

impl RulesPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let state = |name: &str, (which, may_draft): (&'static str, bool), is_full: bool| Self {
            page: staff(page),
            id: id(2),
            name: name.to_owned(),
            heading: page.t(&format!("conversions-standing-{which}")),
            which,
            rows: if is_full { rows(page, shelf, false) } else { Vec::new() },
            others: ["later", "drafts", "over"]
                .map(|code| (format!("{}?which={code}", list(2)), page.t(&format!("conversions-standing-{code}")), 9_999))
                .into(),
            may_draft,
            said: if which == "drafts" { "conversions-said-discarded" } else { "" },
            number: if is_full { 2 } else { 1 },
            pages: if is_full { 400 } else { 1 },
        };
        drawn([state(PLACE, ("now", true), false), state(LONG_PLACE, ("now", false), true), state(PLACE, ("drafts", true), true)])
    }
}

impl RuleFormPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let said = Words { lang: page.lang(), shelf };
        let choose = |key: &str, others: Vec<(String, String)>| {
            std::iter::once((String::new(), page.t(key))).chain(others).collect::<Vec<_>>()
        };
        let state = |is_change: bool, form: Filled| Self {
            page: staff(page),
            action: if is_change { format!("{}/{}/change", list(2), id::<()>(1)) } else { format!("{}/add", list(2)) },
            back: list(2),
            name: if is_change { LONG_PLACE.to_owned() } else { page.t("conversions-title") },
            is_change,
            form,
            copied_from: if is_change { String::new() } else { id::<()>(1).to_string() },
            partners: choose("conversions-partner-choose", vec![(id::<()>(1).to_string(), LONG_PLACE.to_owned())]),
            units: choose("conversions-unit-choose", said.units()),
            directions: ["in", "out"].map(|code| (code.to_owned(), page.t(&format!("conversions-direction-{code}")))).into(),
            identities: choose("conversions-level-choose", said.levels("identity")),
            supervisions: choose("conversions-level-choose", said.levels("supervision")),
            deciders: vec![
                ("1".to_owned(), page.t("conversions-deciders-one")),
                ("2".to_owned(), page.t("conversions-deciders-two")),
            ],
        };
        let check = |fields: &Fields| forms::terms(fields, Choosable { partners: &[], units: &[], today: NOW.day() });
        let wrong = [("title", LONG_PLACE), ("numerator", "0"), ("tests", "1"), ("evidence", WORDS), ("direction", "in")];
        let kept = || Filled::with(forms::as_fields(&rule(RuleState::Draft, true).terms()));
        drawn([
            state(false, Filled::default()),
            state(true, kept()),
            state(false, form(&[], check)),
            state(true, form(&wrong, check)),
        ])
    }
}

/// A run of so many lines.
fn run(lines: usize) -> Run {
    let line = |number: usize| {
        let then = if number.is_multiple_of(2) { 250 } else { 0 };
        RunLine { person: number + 1, at: NOW, value: 1_000, now: 125, then }
    };
    Run { digest: digest_of(&[b"sample"]), lines: (0..lines).map(line).collect(), people: lines }
}

impl RulePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let said_words = Words { lang: page.lang(), shelf };
        let state = |rule: &Rule, (may, lines): (May, Option<usize>), form: Filled, said: &'static str| {
            let is_draft = rule.state == RuleState::Draft;
            let made = page.lang().fill(
                "conversions-run-made",
                &[("when", NOW.to_minute_text().as_str()), ("who", LONG_NAME), ("sealed", "1234567")],
            );
            let failed =
                if said.is_empty() && is_draft && lines.is_none() { rule.terms().failed(Credits::ZERO) } else { Vec::new() };
            Self {
                page: staff(page),
                href: format!("{}/{}", list(2), id::<()>(1)),
                back: list(2),
                copy: format!("{}/add?from={}", list(2), id::<()>(1)),
                agency: LONG_PLACE.to_owned(),
                view: said_words.rule(rule),
                state: state_words(page.lang(), rule, NOW.day(), true),
                is_draft,
                is_out: rule.direction == Direction::Out,
                drafter: NAME.to_owned(),
                publisher: if is_draft { String::new() } else { LONG_NAME.to_owned() },
                ended: if rule.state == RuleState::Ended { WORDS.to_owned() } else { String::new() },
                failed: failed.iter().map(|failed| failed_words(page.lang(), failed)).collect(),
                run: lines.map(|lines| RunView::of(page.lang(), &run(lines), made, 2)),
                is_stale: said == "conversions-said-kept",
                may,
                form,
                said,
            }
        };
        let draft = rule(RuleState::Draft, false);
        let own = May { change: true, try_out: true, discard: true, ..May::default() };
        let second = May { try_out: true, publish: true, discard: true, ..May::default() };
        let after = May { copy: true, end: true, ..May::default() };
        drawn([
            state(&draft, (own, None), Filled::default(), ""),
            state(&draft, (own, None), Filled::default(), "conversions-said-kept"),
            state(&draft, (own, Some(0)), Filled::default(), "conversions-said-tried"),
            state(&rule(RuleState::Draft, true), (second, Some(LINES + 3)), Filled::default(), ""),
            state(&rule(RuleState::Published, true), (after, None), Filled::default(), "conversions-said-published"),
            state(&rule(RuleState::Published, false), (after, None), form(&[], forms::reason), ""),
            state(&rule(RuleState::Ended, false), (May { copy: true, ..May::default() }, None), Filled::default(), ""),
        ])
    }
}

impl PublicRulesPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let agencies = || {
            let rows = || rows(page, shelf, true);
            vec![(PLACE.to_owned(), true, rows()), (LONG_PLACE.to_owned(), false, rows())]
        };
        let state = |page: Page, agencies: Vec<(String, bool, Vec<RuleRow>)>, number: u64, pages: u64| Self {
            may_apply: !agencies.is_empty(),
            page,
            agencies,
            number,
            pages,
        };
        drawn([state(page.clone(), Vec::new(), 1, 1), state(learner(page, LONG_NAME), agencies(), 2, 400)])
    }
}

impl PublicRulePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let said = Words { lang: page.lang(), shelf };
        let state = |page: Page, agency: &str, rule: &Rule, is_working: bool| Self {
            agency: agency.to_owned(),
            agency_href: format!("/agencies/{}", id::<()>(2)),
            is_working,
            is_in: rule.direction == Direction::In,
            view: said.rule(rule),
            state: state_words(page.lang(), rule, NOW.day(), true),
            page,
        };
        drawn([
            state(page.clone(), PLACE, &rule(RuleState::Published, false), true),
            state(learner(page, LONG_NAME), LONG_PLACE, &rule(RuleState::Published, true), false),
            state(page.clone(), PLACE, &rule(RuleState::Ended, false), true),
        ])
    }
}
