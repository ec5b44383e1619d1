//! The ledger's vocabulary: assets, account kinds, codes, phases, amounts, keys. Pure.

use std::fmt;

use crate::kernel::Credits;

/// An enum whose values stand in a column as short codes.
macro_rules! coded {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $value:ident = $code:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$what])* $value,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The code in the column.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code,)* }
            }

            /// What the column's code means.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$value),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

coded! {
    /// What an account is for.
    Kind {
        /// The source of credit, per issuer; keeps no balance.
        Issuance = "issuance",
        /// A learner's credits that stand.
        Holding = "holding",
        /// On the way out, while the receiver decides.
        Pending = "pending",
        /// Under dispute.
        Frozen = "frozen",
        /// Gone out to an outside programme.
        Transferred = "transferred",
        /// Withdrawn after fraud or error.
        Revoked = "revoked",
        /// Counterparty of conversions by a partner's rule.
        Conversion = "conversion",
        /// Remainders of conversions.
        Rounding = "rounding",
    }
}

coded! {
    /// What a transfer does.
    Code {
        /// A recognised result becomes credit.
        Issue = "issue",
        /// Credit goes out to an outside programme, in two phases.
        TransferOut = "transfer_out",
        /// An award comes under dispute.
        Freeze = "freeze",
        /// The dispute ended well.
        Unfreeze = "unfreeze",
        /// An award is withdrawn.
        Revoke = "revoke",
        /// An outside result becomes credit by a partner's rule.
        ConvertIn = "convert_in",
        /// Credit becomes a partner's by its rule.
        ConvertOut = "convert_out",
        /// What a conversion left over.
        Rounding = "rounding",
        /// 冲正: the exact opposite of one earlier transfer.
        Reverse = "reverse",
    }
}

coded! {
    /// Which step of a transfer.
    Phase {
        /// The only one.
        Single = "single",
        /// Set aside while the receiver decides.
        Pending = "pending",
        /// The receiver took it.
        Post = "post",
        /// The receiver did not.
        Void = "void",
    }
}

/// One class of credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asset(i64);

impl Asset {
    /// Digital literacy credit.
    pub const LITERACY: Self = Self(1);

    /// The asset that a column holds.
    #[must_use]
    pub const fn from_value(value: i64) -> Option<Self> {
        if value == 1 { Some(Self(value)) } else { None }
    }

    /// The column's value.
    #[must_use]
    pub const fn value(self) -> i64 {
        self.0
    }
}

/// From which kind of account to which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sides {
    /// Where it goes down.
    pub debit: Kind,
    /// Where it goes up.
    pub credit: Kind,
}

impl Sides {
    /// The way back.
    #[must_use]
    pub const fn swapped(self) -> Self {
        Self { debit: self.credit, credit: self.debit }
    }
}

/// The amount of one transfer: 1 to 10^9 milli-credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    /// The most that one transfer moves, in milli-credits.
    pub const MOST_MILLI: i64 = 1_000_000_000;

    /// The least amount: one milli-credit.
    pub const LEAST: Self = Self(1);

    /// `credits` as an amount; `None` out of range.
    #[must_use]
    pub const fn of(credits: Credits) -> Option<Self> {
        Self::from_milli(credits.milli())
    }

    /// So many milli-credits; `None` out of range.
    #[must_use]
    pub const fn from_milli(milli: i64) -> Option<Self> {
        if milli < 1 || milli > Self::MOST_MILLI { None } else { Some(Self(milli)) }
    }

    /// Milli-credits.
    #[must_use]
    pub const fn milli(self) -> i64 {
        self.0
    }

    /// The amount as credits.
    #[must_use]
    pub fn credits(self) -> Credits {
        Credits::from_milli(self.0).unwrap_or_default()
    }
}

/// All balances of one learner in one asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    /// What stands.
    pub holding: Credits,
    /// What is on the way out.
    pub pending: Credits,
    /// What is under dispute.
    pub frozen: Credits,
    /// What has gone out.
    pub transferred: Credits,
    /// What was withdrawn.
    pub revoked: Credits,
}

/// What may be credited once: one unit at one level (of the unit, not of the evidence). Cycles of it follow each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AwardSeries {
    asset: Asset,
    unit: String,
    level: u8,
}

impl AwardSeries {
    /// The awards of `unit` at `level`. A unit's code has 1 to 40 letters, digits, `.`, `_` and `-`.
    #[must_use]
    pub fn new(asset: Asset, unit: &str, level: u8) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        ((1..=40).contains(&unit.len()) && unit.bytes().all(fits)).then(|| Self { asset, unit: unit.to_owned(), level })
    }

    /// The unit's code.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The first and the first no longer possible text of a key in this series: `0` follows `/` in ASCII.
    #[must_use]
    pub fn key_range(&self) -> (String, String) {
        let stem = format!("{}/{}/{}", self.asset.value(), self.unit, self.level);
        (format!("{stem}/"), format!("{stem}0"))
    }
}

/// The key under which a result is credited once: `asset/unit/level/cycle`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AwardKey {
    series: AwardSeries,
    cycle: u32,
}

impl AwardKey {
    /// The `cycle`-th award (from 1) of the series.
    #[must_use]
    pub fn new(series: AwardSeries, cycle: u32) -> Option<Self> {
        if cycle == 0 { None } else { Some(Self { series, cycle }) }
    }

    /// The key written in a column, if it is one in its only form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (asset, unit, level, cycle) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let asset = Asset::from_value(asset.parse().ok()?)?;
        let key = Self::new(AwardSeries::new(asset, unit, level.parse().ok()?)?, cycle.parse().ok()?)?;
        (parts.next().is_none() && key.to_string() == text).then_some(key)
    }

    /// What it is an award of.
    #[must_use]
    pub const fn series(&self) -> &AwardSeries {
        &self.series
    }

    /// The unit's code.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.series.unit
    }

    /// Which award of its series, from 1.
    #[must_use]
    pub const fn cycle(&self) -> u32 {
        self.cycle
    }
}

impl fmt::Display for AwardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AwardSeries { asset, unit, level } = &self.series;
        write!(f, "{}/{unit}/{level}/{}", asset.value(), self.cycle)
    }
}

/// An idempotency key: the first answer given under it is the only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    scope: &'static str,
    key: String,
}

impl Key {
    /// `key` within `scope` (what kind of request); 1 to 100 printable ASCII characters without `#`, which parts the legs of a group.
    #[must_use]
    pub fn new(scope: &'static str, key: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
        ((1..=100).contains(&key.len()) && key.bytes().all(fits)).then(|| Self { scope, key: key.to_owned() })
    }

    /// The scope as stored.
    #[must_use]
    pub const fn scope(&self) -> &'static str {
        self.scope
    }

    /// The key as stored with the leg numbered from 0: the first leg bears the key itself.
    #[must_use]
    pub fn of_leg(&self, leg: usize) -> String {
        if leg == 0 { self.key.clone() } else { format!("{}#{}", self.key, leg + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_award_key_has_one_form_and_comes_back_from_its_text() {
        let key = AwardKey::new(AwardSeries::new(Asset::LITERACY, "T01", 1).unwrap(), 2).unwrap();
        assert_eq!(key.to_string(), "1/T01/1/2");
        assert_eq!(AwardKey::parse("1/T01/1/2"), Some(key));
        for text in ["", "1/T01/1", "1/T01/1/0", "1/T01/1/02", "2/T01/1/1", "1//1/1", "1/T 1/1/1", "1/T01/1/1/1", "+1/T01/1/1"] {
            assert_eq!(AwardKey::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_series_holds_its_own_cycles_and_no_others() {
        let (from, until) = AwardSeries::new(Asset::LITERACY, "T01", 1).unwrap().key_range();
        let within = |key: &str| (from.as_str()..until.as_str()).contains(&key);
        assert!(within("1/T01/1/1") && within("1/T01/1/999"));
        assert!(!within("1/T01/10/1") && !within("1/T01/2/1") && !within("1/T010/1/1") && !within("1/T0/1/1"));
    }

    #[test]
    fn amounts_lie_between_one_and_a_thousand_million() {
        for (milli, is_one) in [(0, false), (1, true), (1_000_000_000, true), (1_000_000_001, false), (-5, false)] {
            assert_eq!(Amount::from_milli(milli).is_some(), is_one, "{milli}");
        }
    }

    #[test]
    fn every_code_comes_back_from_its_text() {
        assert!(Kind::ALL.iter().all(|kind| Kind::from_code(kind.code()) == Some(*kind)));
        assert!(Code::ALL.iter().all(|code| Code::from_code(code.code()) == Some(*code)));
        assert!(Phase::ALL.iter().all(|phase| Phase::from_code(phase.code()) == Some(*phase)));
        assert_eq!(Code::from_code("gift"), None);
    }
}
