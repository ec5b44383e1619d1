//! Which pass speaks for an award, and what supervision a certificate may claim.

use crate::curriculum::CourseCode;
use crate::recognition::{LearningResult, SupervisionLevel};

/// Of the passes that speak for an award the one that says most: supervision first, then identity, then the newest.
#[must_use]
pub fn best_of<'a>(results: impl Iterator<Item = &'a LearningResult>) -> Option<&'a LearningResult> {
    results.max_by_key(|result| (result.supervision_level, result.identity_level, result.passed_at, result.id))
}

/// The least supervision of what must be supervised; of all lines, where nothing must be.
#[must_use]
pub fn least_of<'a>(lines: impl Iterator<Item = (&'a str, SupervisionLevel)> + Clone, must: &[CourseCode]) -> SupervisionLevel {
    let is_must = |unit: &str| must.iter().any(|code| code.to_string() == unit);
    let of_must = lines.clone().filter(|(unit, _)| is_must(unit)).map(|(_, level)| level).min();
    of_must.or_else(|| lines.map(|(_, level)| level).min()).unwrap_or(SupervisionLevel::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Digest, IdentityLevel, Permille, ResultId, Timestamp};

    fn result(number: u128, identity: i64, supervision: i64, at: i64) -> LearningResult {
        LearningResult {
            id: ResultId::from_uuid(uuid::Uuid::from_u128(number)),
            unit: "T19".to_owned(),
            edition: String::new(),
            attempt: None,
            restores: None,
            score: Permille::of(8, 10),
            identity_level: IdentityLevel::from_value(identity).unwrap(),
            supervision_level: SupervisionLevel::from_value(supervision).unwrap(),
            is_assisted: false,
            rule_version: String::new(),
            responsible_org: String::new(),
            evidence: Digest::from_array([0; 32]),
            transfer: None,
            passed_at: Timestamp::from_ms(at),
            passed_day: None,
            look: None,
        }
    }

    #[test]
    fn supervision_counts_before_identity_and_that_before_what_is_newer() {
        let cases = [
            (vec![result(1, 1, 1, 9), result(2, 1, 2, 1)], 2),
            (vec![result(1, 3, 1, 9), result(2, 1, 2, 1)], 2),
            (vec![result(1, 2, 2, 1), result(2, 1, 2, 9)], 1),
            (vec![result(1, 2, 2, 1), result(2, 2, 2, 9)], 2),
        ];
        for (results, expected) in cases {
            assert_eq!(best_of(results.iter()).unwrap().id.uuid().as_u128(), expected);
        }
        assert!(best_of(std::iter::empty()).is_none());
    }

    #[test]
    fn what_must_be_supervised_decides_and_where_nothing_must_all_of_it() {
        let level = |value| SupervisionLevel::from_value(value).unwrap();
        let must: Vec<CourseCode> = ["T19", "T20"].iter().filter_map(|code| CourseCode::parse(code)).collect();
        let lines = [("T01", level(1)), ("T19", level(3)), ("T20", level(2))];
        assert_eq!(least_of(lines.iter().copied(), &must), level(2));
        assert_eq!(least_of(lines.iter().copied(), &[]), level(1));
        assert_eq!(least_of(std::iter::empty(), &must), SupervisionLevel::NONE);
    }
}
