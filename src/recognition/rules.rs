//! When a pass is credited. Pure.

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

/// Levels of evidence: what is known of the person, and how the test was supervised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    /// Of identity.
    pub identity: IdentityLevel,
    /// Of supervision.
    pub supervision: SupervisionLevel,
}

impl Levels {
    /// The levels that a rule's parameters name; `None` where one is no level.
    #[must_use]
    pub fn from_values(identity: i64, supervision: i64) -> Option<Self> {
        let (identity, supervision) = (IdentityLevel::from_value(identity)?, SupervisionLevel::from_value(supervision)?);
        Some(Self { identity, supervision })
    }

    /// Of each the higher one.
    #[must_use]
    pub fn at_least(self, least: Self) -> Self {
        Self { identity: self.identity.max(least.identity), supervision: self.supervision.max(least.supervision) }
    }

    /// Whether both are as high as `least` asks.
    #[must_use]
    pub fn reach(self, least: Self) -> bool {
        self.identity >= least.identity && self.supervision >= least.supervision
    }
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

/// Decides on a pass of evidence of these `levels` where `least` is asked for; `open_cycle` is the cycle in which the unit may be
/// credited, `None` while it is.
#[must_use]
pub fn verdict(levels: Levels, least: Levels, open_cycle: Option<u32>) -> Verdict {
    match open_cycle {
        _ if !levels.reach(least) => Verdict::RecordOnly,
        Some(cycle) => Verdict::Award(cycle),
        None => Verdict::Held,
    }
}

/// How much of ours goes into `value` of theirs, where so many of ours (`denominator`) make so many of theirs (`numerator`): rounded up, so
/// that what is left over is never theirs. `None` where it is none or too much.
#[must_use]
pub fn used_for(value: i64, numerator: i64, denominator: i64) -> Option<i64> {
    if value <= 0 || numerator <= 0 || denominator <= 0 {
        return None;
    }
    let whole = (i128::from(value) * i128::from(denominator) + i128::from(numerator) - 1) / i128::from(numerator);
    i64::try_from(whole).ok()
}

/// What hours of this key were counted for: the key without the number of its line (`attended/…/2`).
#[must_use]
pub fn counted_for(hour_key: &str) -> &str {
    let is_number = |tail: &str| !tail.is_empty() && tail.bytes().all(|byte| byte.is_ascii_digit());
    hour_key.rsplit_once('/').filter(|(_, tail)| is_number(tail)).map_or(hour_key, |(what, _)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(identity: i64, supervision: i64) -> Levels {
        Levels::from_values(identity, supervision).unwrap()
    }

    #[test]
    fn lines_of_one_class_session_are_counted_for_one_thing() {
        let cases = [
            ("standard/T19", "standard/T19"),
            ("attended/0199/0", "attended/0199"),
            ("attended/0199/12", "attended/0199"),
            ("x/", "x/"),
        ];
        for (key, what) in cases {
            assert_eq!(counted_for(key), what, "{key}");
        }
    }

    #[test]
    fn evidence_reaches_a_rule_where_both_its_levels_do() {
        let cases = [((1, 1), true), ((3, 1), true), ((0, 3), false), ((3, 0), false), ((0, 0), false)];
        for ((identity, supervision), reaches) in cases {
            assert_eq!(levels(identity, supervision).reach(levels(1, 1)), reaches, "{identity} {supervision}");
        }
        assert!(levels(2, 3).reach(levels(2, 3)) && !levels(2, 2).reach(levels(2, 3)));
        assert!(
            [(-1, 1), (1, 4)].into_iter().all(|(identity, supervision)| Levels::from_values(identity, supervision).is_none())
        );
    }

    #[test]
    fn a_pass_is_credited_once_until_the_award_was_reversed() {
        let decide = |cycle| verdict(levels(1, 3), levels(1, 1), cycle);
        assert_eq!(decide(Some(1)), Verdict::Award(1));
        assert_eq!(decide(None), Verdict::Held);
        assert_eq!(decide(Some(2)), Verdict::Award(2));
        assert_eq!(verdict(levels(0, 3), levels(1, 1), None), Verdict::RecordOnly);
    }

    #[test]
    fn what_goes_into_a_conversion_out_is_rounded_up() {
        // 1000 of ours at 1/3 are 333 of theirs, for which 999 of ours are enough.
        let cases = [
            ((333, 1, 3), Some(999)),
            ((1, 3, 1), Some(1)),
            ((3, 3, 1), Some(1)),
            ((4, 3, 1), Some(2)),
            ((0, 1, 1), None),
            ((1, 0, 1), None),
        ];
        for ((value, numerator, denominator), used) in cases {
            assert_eq!(used_for(value, numerator, denominator), used, "{value} {numerator}/{denominator}");
        }
        assert_eq!(used_for(i64::MAX, 1, i64::MAX), None);
    }

    proptest::proptest! {
        #[test]
        fn what_goes_in_suffices_and_one_less_would_not(ours in 1_i64..1_000_000_000, numerator in 1_i64..1000, denominator in 1_i64..1000) {
            let value = ours * numerator / denominator;
            if let Some(used) = used_for(value, numerator, denominator) {
                proptest::prop_assert!(used <= ours && used * numerator / denominator >= value && (used - 1) * numerator / denominator < value);
            }
        }
    }

    #[test]
    fn a_level_lies_between_nought_and_three() {
        assert!([-1, 4].into_iter().all(|value| SupervisionLevel::from_value(value).is_none()));
    }
}
