//! Whoever is told that nothing is missing is issued one, and nobody else: over passbooks of every kind.

use std::sync::LazyLock;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::curriculum::Embedded;
use crate::kernel::{AttemptId, Timestamp};
use crate::learning;
use crate::ledger::{Balances, Phase};
use crate::recognition::{ClassHours, Levels};

static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::open(&Embedded).unwrap());

/// What somebody has of one course.
#[derive(Clone, Copy, Debug)]
struct Had {
    state: EntryState,
    is_from_here: bool,
    /// Of the pass that was credited: identity, supervision.
    levels: (i64, i64),
    /// Of a later one that was kept beside it.
    later: Option<(i64, i64)>,
}

const GOOD: Had = Had { state: EntryState::Stands, is_from_here: true, levels: (2, 2), later: None };

fn result(number: u128, unit: &str, (identity, supervision): (i64, i64), award: Option<TransferId>) -> LearningResult {
    LearningResult {
        id: ResultId::from_uuid(Uuid::from_u128(number)),
        unit: unit.to_owned(),
        edition: String::new(),
        attempt: None,
        restores: None,
        score: Permille::of(9, 10),
        identity_level: IdentityLevel::from_value(identity).unwrap(),
        supervision_level: SupervisionLevel::from_value(supervision).unwrap(),
        is_assisted: false,
        rule_version: String::new(),
        responsible_org: String::new(),
        evidence: Digest::from_array([0; 32]),
        transfer: award,
        passed_at: Timestamp::from_ms(if award.is_some() { 1_000 } else { 2_000 }),
        passed_day: None,
        look: None,
    }
}

/// The passbook of somebody who has this, course by course.
fn book_of(had: &[Option<Had>]) -> Passbook {
    let (mut entries, mut results) = (Vec::new(), Vec::new());
    for ((number, course), had) in (1_u128..).zip(SHELF.courses()).zip(had) {
        let Some(had) = had else { continue };
        let (unit, transfer) = (course.code.to_string(), TransferId::from_uuid(Uuid::from_u128(number)));
        let mut credited = result(number, &unit, had.levels, Some(transfer));
        credited.attempt = had.is_from_here.then(|| AttemptId::from_uuid(Uuid::from_u128(number)));
        entries.push(PassbookEntry {
            account: LearnerId::from_uuid(Uuid::from_u128(7)),
            transfer,
            recorded_at: Timestamp::from_ms(1_000),
            day: Timestamp::from_ms(1_000).day(),
            unit: Some(unit.clone()),
            code: if had.is_from_here { Code::Issue } else { Code::ConvertIn },
            phase: Phase::Single,
            amount: Credits::from_milli(250).unwrap(),
            total_after: Credits::ZERO,
            rule_version: String::new(),
            reason: None,
            decided_by: None,
            about: None,
            state: had.state,
            result: Some(credited.clone()),
        });
        results.extend(had.later.map(|levels| result(1_000 + number, &unit, levels, None)));
        results.push(credited);
    }
    Passbook {
        total: Credits::ZERO,
        balances: Balances::default(),
        entries,
        results,
        counted: Vec::new(),
        hours: ClassHours::default(),
    }
}

/// What is missing for a certificate, and what it would rest on.
fn asked(had: &[Option<Had>], identity: i64, (rule, about): (&CertificateRule, Option<CourseCode>)) -> (Missing, Option<Basis>) {
    let (book, identity) = (book_of(had), IdentityLevel::from_value(identity).unwrap());
    let holdings = learning::holdings_in(&book, identity, Levels::from_values(1, 1).unwrap());
    let missing = learning::missing_for(&SHELF, rule, about, &holdings);
    let basis = basis_of(&SHELF, rule, (&book, &missing), (identity, "王桂英"));
    (missing, basis)
}

fn rules() -> impl Iterator<Item = (&'static CertificateRule, Option<CourseCode>)> {
    let first = SHELF.courses().first().map(|course| course.code);
    SHELF.certificates().iter().map(move |rule| (rule, first.filter(|_| rule.min_courses <= 1)))
}

#[test]
fn whoever_has_all_of_it_supervised_and_has_shown_a_document_is_issued_every_kind() {
    let all = vec![Some(GOOD); SHELF.courses().len()];
    for (rule, about) in rules() {
        let (missing, basis) = asked(&all, 2, (rule, about));
        assert!(missing.is_nothing() && basis.is_some(), "{}: {missing:?}", rule.id);
        assert_eq!(asked(&all, rule.identity_level - 1, (rule, about)).1, None, "{}", rule.id);
    }
}

fn any_had() -> impl Strategy<Value = Option<Had>> {
    let undone = EntryState::Reversed(TransferId::from_uuid(Uuid::from_u128(99)));
    // Most of it good, so that both answers come about.
    let state = prop_oneof![
        30 => Just(EntryState::Stands),
        1 => Just(EntryState::CountedOnce),
        1 => Just(EntryState::Frozen),
        1 => Just(EntryState::GoingOut),
        1 => Just(EntryState::GoneOut),
        1 => Just(EntryState::Revoked),
        1 => Just(undone),
    ];
    let levels = || (prop_oneof![4 => Just(2_i64), 1 => 1_i64..4], prop_oneof![6 => Just(2_i64), 1 => 1_i64..4]);
    let had = (state, prop_oneof![9 => Just(true), 1 => Just(false)], levels(), prop::option::of(levels()));
    prop_oneof![
        8 => had.prop_map(|(state, is_from_here, levels, later)| Some(Had { state, is_from_here, levels, later })),
        1 => Just(None),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_is_missing_exactly_where_there_is_something_to_rest_on(
        had in proptest::collection::vec(any_had(), SHELF.courses().len()),
        identity in prop_oneof![5 => Just(2_i64), 1 => 0_i64..4],
    ) {
        for (rule, about) in rules() {
            let (missing, basis) = asked(&had, identity, (rule, about));
            prop_assert_eq!(missing.is_nothing(), basis.is_some(), "{}: {:?}", rule.id, missing);
            let Some(basis) = basis else { continue };
            let mut counted: Vec<String> = missing.counted.iter().map(ToString::to_string).collect();
            counted.sort();
            let cited: Vec<String> = basis.lines.iter().map(|line| line.unit.clone()).collect();
            prop_assert_eq!(&cited, &counted);
            prop_assert!(cited.len() >= rule.min_courses && rule.must.iter().all(|code| cited.contains(&code.to_string())));
            prop_assert!(basis.identity.value() >= rule.identity_level);
            prop_assert!(basis.supervision.value() >= rule.supervision_level, "{}: {:?}", rule.id, basis.supervision);
        }
    }
}
