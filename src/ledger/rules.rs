//! What may be posted and what it does to the balances. Pure.

use super::Error;
use super::words::{Amount, Balances, Code, Kind, Phase, Sides};
use crate::kernel::{Credits, Timestamp};

/// How far a clock elsewhere may run ahead of ours.
const CLOCKS_DIFFER_MS: i64 = 5 * 60 * 1000;

/// From where to where an issue goes.
pub const ISSUE: Sides = Sides { debit: Kind::Issuance, credit: Kind::Holding };
/// From where to where a conversion in goes.
pub const CONVERT_IN: Sides = Sides { debit: Kind::Conversion, credit: Kind::Holding };
/// From where to where a remainder goes.
pub const ROUNDING: Sides = Sides { debit: Kind::Conversion, credit: Kind::Rounding };

/// From where to where a transfer of this code and phase goes; `None` where the two do not go together
/// and for reversals, which take the way back of what they reverse.
#[must_use]
pub const fn sides_of(code: Code, phase: Phase) -> Option<Sides> {
    let (debit, credit) = match (code, phase) {
        (Code::Issue, Phase::Single) => return Some(ISSUE),
        (Code::ConvertIn, Phase::Single) => return Some(CONVERT_IN),
        (Code::Rounding, Phase::Single) => return Some(ROUNDING),
        (Code::TransferOut, Phase::Pending) => (Kind::Holding, Kind::Pending),
        (Code::TransferOut, Phase::Post) => (Kind::Pending, Kind::Transferred),
        (Code::TransferOut, Phase::Void) => (Kind::Pending, Kind::Holding),
        (Code::Freeze, Phase::Single) => (Kind::Holding, Kind::Frozen),
        (Code::Unfreeze, Phase::Single) => (Kind::Frozen, Kind::Holding),
        (Code::Revoke, Phase::Single) => (Kind::Holding, Kind::Revoked),
        (Code::ConvertOut, Phase::Single) => (Kind::Holding, Kind::Conversion),
        _ => return None,
    };
    Some(Sides { debit, credit })
}

/// Whether a transfer of this code and phase may be reversed. A wrong freeze is unfrozen, a wrong void or unfreeze done again,
/// and a reversal is never reversed: what it took is given again by a new posting.
#[must_use]
pub const fn may_be_reversed(code: Code, phase: Phase) -> bool {
    match code {
        Code::Issue | Code::ConvertIn | Code::ConvertOut | Code::Rounding | Code::Revoke => true,
        Code::TransferOut => matches!(phase, Phase::Pending | Phase::Post),
        Code::Freeze | Code::Unfreeze | Code::Reverse => false,
    }
}

/// Whether a closed account still takes it.
#[must_use]
pub const fn may_enter_closed(code: Code) -> bool {
    matches!(code, Code::Revoke | Code::Reverse | Code::Unfreeze)
}

/// The balances that moving `amount` leaves.
///
/// # Errors
/// [`Error::Overdrawn`] where a balance would fall below nought.
pub fn balances_after(before: Balances, sides: Sides, amount: Amount) -> Result<Balances, Error> {
    let moved = |kind: Kind, balance: Credits| {
        let milli = match kind {
            kind if kind == sides.credit => balance.milli().saturating_add(amount.milli()),
            kind if kind == sides.debit => balance.milli() - amount.milli(),
            _ => balance.milli(),
        };
        Credits::from_milli(milli).ok_or(Error::Overdrawn(kind))
    };
    Ok(Balances {
        holding: moved(Kind::Holding, before.holding)?,
        pending: moved(Kind::Pending, before.pending)?,
        frozen: moved(Kind::Frozen, before.frozen)?,
        transferred: moved(Kind::Transferred, before.transferred)?,
        revoked: moved(Kind::Revoked, before.revoked)?,
    })
}

/// Whether `occurred` may be written down at `recorded`.
#[must_use]
pub const fn has_happened(occurred: Timestamp, recorded: Timestamp) -> bool {
    occurred.ms() <= recorded.plus_ms(CLOCKS_DIFFER_MS).ms()
}

/// A partner's rule of conversion: so many of ours for so many of theirs, in whole steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// Multiplied by.
    pub numerator: i64,
    /// Divided by.
    pub denominator: i64,
    /// The amount credited is a whole multiple of this.
    pub step: Amount,
}

/// What a conversion comes to: `credited + remainder` is the exact value, cut to whole milli-credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// What is credited.
    pub credited: Amount,
    /// What goes to rounding in the same group, so that nothing disappears.
    pub remainder: Option<Amount>,
}

/// Converts `value` (thousandths of the partner's unit) by the rule; `None` where nothing comes of it or too much.
#[must_use]
pub fn convert(value: i64, by: Fraction) -> Option<Converted> {
    if value <= 0 || by.numerator <= 0 || by.denominator <= 0 {
        return None;
    }
    let exact = i128::from(value) * i128::from(by.numerator) / i128::from(by.denominator);
    let exact = i64::try_from(exact).ok()?;
    let remainder = exact % by.step.milli();
    Some(Converted { credited: Amount::from_milli(exact - remainder)?, remainder: Amount::from_milli(remainder) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn milli(amount: i64) -> Amount {
        Amount::from_milli(amount).unwrap()
    }

    #[test]
    fn issuing_raises_the_holding_and_nothing_else() {
        let sides = sides_of(Code::Issue, Phase::Single).unwrap();
        let after = balances_after(Balances::default(), sides, milli(250)).unwrap();
        assert_eq!(after, Balances { holding: milli(250).credits(), ..Balances::default() });
    }

    #[test]
    fn no_balance_falls_below_nought() {
        for (code, phase, kind) in [
            (Code::Freeze, Phase::Single, Kind::Holding),
            (Code::TransferOut, Phase::Post, Kind::Pending),
            (Code::Unfreeze, Phase::Single, Kind::Frozen),
        ] {
            let refused = balances_after(Balances::default(), sides_of(code, phase).unwrap(), milli(1));
            assert!(matches!(refused, Err(Error::Overdrawn(which)) if which == kind), "{code} {phase}");
        }
    }

    #[test]
    fn codes_go_only_with_their_own_phases() {
        let fitting = Code::ALL.iter().flat_map(|code| Phase::ALL.iter().map(move |phase| sides_of(*code, *phase)));
        assert_eq!(fitting.flatten().count(), 10);
        assert_eq!(sides_of(Code::Reverse, Phase::Single), None);
    }

    #[test]
    fn what_lies_more_than_five_minutes_ahead_has_not_happened() {
        let now = Timestamp::from_ms(1_000_000);
        assert!(has_happened(now.plus_ms(300_000), now));
        assert!(!has_happened(now.plus_ms(300_001), now));
    }

    #[test]
    fn conversions_are_cut_to_steps_and_keep_the_rest() {
        let by = |numerator, denominator, step| Fraction { numerator, denominator, step: milli(step) };
        let cases = [
            (10_000, by(1, 3, 250), Some((3250, Some(83)))), // 10000 / 3 = 3333, of which 13 × 250.
            (1000, by(1, 4, 250), Some((250, None))),
            (999, by(1, 4, 250), None), // 249: not one step.
            (0, by(1, 1, 1), None),
            (5, by(0, 1, 1), None),
            (i64::MAX, by(i64::MAX, 1, 1), None),
        ];
        for (value, rule, expected) in cases {
            let got = convert(value, rule).map(|c| (c.credited.milli(), c.remainder.map(Amount::milli)));
            assert_eq!(got, expected, "{value} by {rule:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_disappears_in_a_conversion(value in 1_i64..1_000_000_000, numerator in 1_i64..1000, denominator in 1_i64..1000, step in 1_i64..2000) {
            let exact = i128::from(value) * i128::from(numerator) / i128::from(denominator);
            if let Some(got) = convert(value, Fraction { numerator, denominator, step: milli(step) }) {
                let whole = got.credited.milli() + got.remainder.map_or(0, Amount::milli);
                prop_assert_eq!(i128::from(whole), exact);
                prop_assert_eq!(got.credited.milli() % step, 0);
            }
        }

        #[test]
        fn whatever_moves_and_moves_back_leaves_the_balances_as_they_were(holding in 0_i64..5000, amount in 1_i64..5000, which in 0_usize..10) {
            let all: Vec<Sides> = Code::ALL.iter()
                .flat_map(|code| Phase::ALL.iter().filter_map(move |phase| sides_of(*code, *phase))).collect();
            let start = Credits::from_milli(holding).unwrap();
            let before = Balances { holding: start, pending: start, frozen: start, transferred: start, revoked: start };
            if let Ok(after) = balances_after(before, all[which], milli(amount)) {
                prop_assert_eq!(balances_after(after, all[which].swapped(), milli(amount)).unwrap(), before);
            }
        }
    }
}
