//! When a pass is credited, and what the passbook adds up. Pure.

use crate::kernel::IdentityLevel;

/// How a test was supervised, 0 to 3 (table of evidence levels).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SupervisionLevel(i64);

impl SupervisionLevel {
    /// Nothing is known.
    pub const NONE: Self = Self(0);
    /// Unsupervised, random items.
    pub const RANDOM_ITEMS: Self = Self(1);
    /// A supervised session.
    pub const SUPERVISED: Self = Self(2);
    /// Two staff, an incident log, exam-only items.
    pub const EXAM: Self = Self(3);

    /// The level that a column holds.
    #[must_use]
    pub const fn from_value(value: i64) -> Option<Self> {
        if value < 0 || value > 3 { None } else { Some(Self(value)) }
    }

    /// The column's value.
    #[must_use]
    pub const fn value(self) -> i64 {
        self.0
    }
}

/// Whether evidence of these levels is credited: both must be 1 at least (table of evidence levels, line 1).
#[must_use]
pub fn is_creditable(identity: IdentityLevel, supervision: SupervisionLevel) -> bool {
    identity >= IdentityLevel::KNOWN && supervision >= SupervisionLevel::RANDOM_ITEMS
}

/// What a result is, given how far the awards of its unit have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is credited, as this cycle.
    Award(u32),
    /// The unit is credited already.
    Held,
    /// It is a learning record only.
    RecordOnly,
}

/// Decides on a pass: `open_cycle` is the cycle in which the unit may be credited, `None` while it is.
#[must_use]
pub fn verdict(identity: IdentityLevel, supervision: SupervisionLevel, open_cycle: Option<u32>) -> Verdict {
    match open_cycle {
        _ if !is_creditable(identity, supervision) => Verdict::RecordOnly,
        Some(cycle) => Verdict::Award(cycle),
        None => Verdict::Held,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_needs_a_known_person_and_random_items() {
        for identity in 0..=3 {
            for supervision in 0..=3 {
                let levels = (IdentityLevel::from_value(identity).unwrap(), SupervisionLevel::from_value(supervision).unwrap());
                assert_eq!(is_creditable(levels.0, levels.1), identity > 0 && supervision > 0, "{identity} {supervision}");
            }
        }
    }

    #[test]
    fn a_pass_is_credited_once_until_the_award_was_reversed() {
        let decide = |cycle| verdict(IdentityLevel::KNOWN, SupervisionLevel::EXAM, cycle);
        assert_eq!(decide(Some(1)), Verdict::Award(1));
        assert_eq!(decide(None), Verdict::Held);
        assert_eq!(decide(Some(2)), Verdict::Award(2));
        assert_eq!(verdict(IdentityLevel::NONE, SupervisionLevel::EXAM, None), Verdict::RecordOnly);
    }

    #[test]
    fn a_level_lies_between_nought_and_three() {
        assert!([-1, 4].into_iter().all(|value| SupervisionLevel::from_value(value).is_none()));
    }
}
