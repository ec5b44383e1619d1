//! A sample passbook, and samples of corrections, for the views of the subjects above.

use super::queries::{ClassHours, CountedHours, HourKind, LearningResult};
use super::rules::SupervisionLevel;
use super::{
    Change, CorrectionKind, CorrectionRequest, CreditUse, EntryState, Impact, Obstacle, Passbook, PassbookEntry, RequestState,
    UseState,
};
use crate::kernel::{AttemptId, Credits, IdentityLevel, Permille, TransferId, digest_of};
use crate::ledger::{Balances, Code, Phase};
use crate::web::samples::{LONG_PLACE, NOW, id};

/// What becomes of awards, one after the other.
const STATES: [EntryState; 6] = [
    EntryState::Stands,
    EntryState::Frozen,
    EntryState::GoingOut,
    EntryState::GoneOut,
    EntryState::Revoked,
    EntryState::Reversed(TransferId::from_uuid(uuid::Uuid::nil())),
];

/// What was done, one after the other.
const DEEDS: [(Code, Phase); 9] = [
    (Code::Issue, Phase::Single),
    (Code::Issue, Phase::Single),
    (Code::Freeze, Phase::Single),
    (Code::Reverse, Phase::Single),
    (Code::TransferOut, Phase::Pending),
    (Code::TransferOut, Phase::Post),
    (Code::TransferOut, Phase::Void),
    (Code::ConvertIn, Phase::Single),
    (Code::ConvertOut, Phase::Single),
];

/// A passbook of as many lines, a line a month, about these units in turn; `attempt` earned the newest. It adds up to `total`.
#[must_use]
pub fn sample_passbook(units: &[String], count: usize, attempt: AttemptId, total: Credits) -> Passbook {
    let mut entries = Vec::new();
    let mut counted = Vec::new();
    let deeds = units.iter().cycle().zip(DEEDS.into_iter().cycle()).zip(STATES.into_iter().cycle());
    for (at, ((unit, (code, phase)), state)) in (0..).zip(deeds).take(count) {
        let number = i64::try_from(at).unwrap_or_default();
        let day = NOW.plus_days(-30 * number).day();
        let result = result(at, unit, attempt);
        counted.push(CountedHours { kind: HourKind::Standard, unit: unit.clone(), minutes: 180, day, result: Some(result.id) });
        counted.push(CountedHours { kind: HourKind::Attended, unit: unit.clone(), minutes: 95, day, result: None });
        entries.push(PassbookEntry {
            account: id(1),
            transfer: id(1000 + at),
            recorded_at: NOW.plus_days(-30 * number),
            day,
            unit: Some(unit.clone()),
            code,
            phase,
            amount: Credits::from_milli(250 + number % 2).unwrap_or_default(),
            total_after: Credits::from_milli(total.milli() - 250 * number).unwrap_or_default(),
            rule_version: "2026-1".to_owned(),
            reason: (code == Code::Freeze || code == Code::Reverse).then(|| "dispute".to_owned()),
            decided_by: (code == Code::Freeze || code == Code::Reverse).then(|| LONG_PLACE.to_owned()),
            about: None,
            state,
            result: Some(result).filter(|_| code == Code::Issue),
        });
    }
    let results = entries.iter().filter_map(|entry| entry.result.clone()).collect();
    counted.reverse();
    Passbook { total, balances: Balances::default(), hours: ClassHours::of(&counted), entries, results, counted }
}

/// A request to put right the newest line of that passbook.
#[must_use]
pub fn sample_request(kind: CorrectionKind, state: RequestState) -> CorrectionRequest {
    let is_open = state == RequestState::Open;
    CorrectionRequest {
        learner: id(1),
        id: id(4000),
        kind,
        about: id(1000),
        reason: "wrong_person".to_owned(),
        place_code: "330182001".to_owned(),
        state,
        asker: id(50),
        asked_at: NOW.plus_days(-3),
        decider: Some(id(51)).filter(|_| !is_open && state != RequestState::Withdrawn),
        decided_at: Some(NOW).filter(|_| !is_open),
        transfer: Some(id(1001)).filter(|_| state == RequestState::Approved),
        rule_version: "2026-1".to_owned(),
        responsible_org: LONG_PLACE.to_owned(),
        evidence: digest_of(&[]),
        ground_sealed: Vec::new(),
        answer_sealed: None,
    }
}

/// What putting right the newest line would change, with so many uses that build on it.
#[must_use]
pub fn sample_impact(passbook: &Passbook, kind: CorrectionKind, obstacle: Option<Obstacle>, uses: usize) -> Option<Impact> {
    let entry = passbook.entries.first()?.clone();
    let of_use = |number: usize| {
        let state = UseState::ALL.get(number % 3).copied().unwrap_or(UseState::Active);
        let kind = if number.is_multiple_of(2) { "certificate" } else { "group" }.to_owned();
        let used = CreditUse {
            transfer: entry.transfer,
            kind,
            reference: format!("{}", 330_182_000_000 + number),
            state,
            changed_at: NOW,
        };
        (used, state == UseState::Active)
    };
    let (before, less) = (passbook.total, Credits::from_milli(passbook.total.milli() - entry.amount.milli()).unwrap_or_default());
    Some(Impact {
        kind,
        becomes: EntryState::Frozen,
        obstacle,
        unfreezes_first: uses > 3,
        holder: passbook.entries.get(2).filter(|_| obstacle.is_some()).cloned(),
        uses: (0..uses).map(of_use).collect(),
        results: entry.result.clone().into_iter().collect(),
        hours: passbook.counted.first().cloned().into_iter().collect(),
        total: Change { before, after: less },
        transferable: Change { before, after: less },
        courses: Change { before: 3, after: 2 },
        is_completed: Change { before: true, after: false },
        entry,
    })
}

fn result(at: u128, unit: &str, newest: AttemptId) -> LearningResult {
    LearningResult {
        id: id(2000 + at),
        unit: unit.to_owned(),
        edition: String::new(),
        attempt: Some(if at == 0 { newest } else { id(3000 + at) }),
        restores: None,
        score: Permille::of(8, 10),
        identity_level: IdentityLevel::DOCUMENT,
        supervision_level: SupervisionLevel::SUPERVISED,
        is_assisted: false,
        rule_version: "2026-1".to_owned(),
        responsible_org: LONG_PLACE.to_owned(),
        evidence: crate::kernel::Digest::from_array([0; 32]),
        transfer: Some(id(1000 + at)),
        passed_at: NOW,
        passed_day: Some(NOW.day()),
        look: None,
    }
}
