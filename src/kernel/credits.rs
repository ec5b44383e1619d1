//! Amounts: whole milli-credits and shares of a thousand. No floats anywhere.

use std::fmt;

/// An amount of credit in whole milli-credits (1 学分 = 1000). May be zero, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credits(i64);

impl Credits {
    /// No credit.
    pub const ZERO: Self = Self(0);

    /// `milli` milli-credits; `None` if negative.
    #[must_use]
    pub const fn from_milli(milli: i64) -> Option<Self> {
        if milli < 0 { None } else { Some(Self(milli)) }
    }

    /// The amount in milli-credits.
    #[must_use]
    pub const fn milli(self) -> i64 {
        self.0
    }

    /// The sum; saturates far beyond what any ledger holds.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// 格: the parts in which pages count credit. How many make a credit is a parameter of the curriculum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cells {
    milli: i64,
    per_credit: i64,
}

impl Cells {
    /// A whole credit is the only part.
    pub const WHOLE: Self = Self { milli: 1000, per_credit: 1 };

    /// `per_credit` 格 in a credit of `credit_milli`; `None` where that does not come out even.
    #[must_use]
    pub const fn new(credit_milli: i64, per_credit: i64) -> Option<Self> {
        if credit_milli <= 0 || per_credit <= 0 || credit_milli % per_credit != 0 {
            return None;
        }
        Some(Self { milli: credit_milli / per_credit, per_credit })
    }

    /// How many make a credit.
    #[must_use]
    pub const fn per_credit(self) -> i64 {
        self.per_credit
    }

    /// The full ones of an amount; what is less than one is left out.
    #[must_use]
    pub const fn full(self, amount: Credits) -> i64 {
        amount.milli() / self.milli
    }

    /// The number of them in an amount that is made of whole ones.
    #[must_use]
    pub const fn whole(self, amount: Credits) -> Option<i64> {
        if amount.milli() % self.milli == 0 { Some(self.full(amount)) } else { None }
    }
}

/// Written in credits with no needless noughts: `0.25`, `1`, `1.5`, `0.125`.
impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{rest:03}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// A share in thousandths, 0 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permille(i64);

impl Permille {
    /// `part` of `whole`, rounded down; nought of nothing is nought.
    #[must_use]
    pub const fn of(part: i64, whole: i64) -> Self {
        if whole <= 0 || part <= 0 {
            return Self(0);
        }
        let share = part.saturating_mul(1000) / whole;
        Self(if share > 1000 { 1000 } else { share })
    }

    /// A share known to lie within 0 to 1000; `None` otherwise.
    #[must_use]
    pub const fn from_value(value: i64) -> Option<Self> {
        if value < 0 || value > 1000 { None } else { Some(Self(value)) }
    }

    /// Thousandths.
    #[must_use]
    pub const fn value(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_written_without_needless_noughts() {
        let cases = [(0, "0"), (250, "0.25"), (1000, "1"), (1500, "1.5"), (125, "0.125"), (1001, "1.001"), (10, "0.01")];
        for (milli, text) in cases {
            assert_eq!(Credits::from_milli(milli).unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_amount_is_counted_in_the_cells_of_the_rule() {
        let milli = |milli| Credits::from_milli(milli).unwrap();
        let quarters = Cells::new(1000, 4).unwrap();
        assert_eq!((quarters.full(milli(1000)), quarters.full(milli(300)), quarters.full(milli(0))), (4, 1, 0));
        assert_eq!((quarters.whole(milli(500)), quarters.whole(milli(100)), quarters.whole(milli(0))), (Some(2), None, Some(0)));
        let fifths = Cells::new(1000, 5).unwrap();
        assert_eq!((fifths.whole(milli(1000)), fifths.whole(milli(250)), fifths.full(milli(250))), (Some(5), None, 1));
        for (credit, per_credit) in [(1000, 3), (1000, 0), (0, 4), (1000, -4)] {
            assert_eq!(Cells::new(credit, per_credit), None, "{credit} {per_credit}");
        }
    }

    #[test]
    fn a_negative_amount_is_no_amount() {
        assert_eq!(Credits::from_milli(-1), None);
    }

    #[test]
    fn a_share_is_rounded_down_and_stays_within_a_thousand() {
        let cases = [(7, 10, 700), (2, 3, 666), (0, 5, 0), (5, 0, 0), (9, 3, 1000), (-1, 4, 0)];
        for (part, whole, share) in cases {
            assert_eq!(Permille::of(part, whole).value(), share);
        }
    }
}
