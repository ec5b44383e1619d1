//! What the audit compares: each learner's chain with itself and with the account, and all sums. Pure.

use std::collections::BTreeMap;
use std::fmt;

use super::transfer::{Book, How, Transfer};
use super::words::{Asset, AwardKey, AwardSeries, Balances, Code, Kind};
use super::{canonical, rules};
use crate::kernel::{LearnerId, Timestamp, TransferId};

/// A learner's account as its row shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) learner: LearnerId,
    pub(super) asset: Asset,
    /// The version whose balances it shows; 0: nothing posted yet.
    pub(super) version: i64,
    pub(super) balances: Balances,
    pub(super) recorded_at: Option<Timestamp>,
    pub(super) is_closed: bool,
}

impl Account {
    /// The account of somebody for whom nothing was posted.
    pub(super) fn empty(learner: LearnerId) -> Self {
        let balances = Balances::default();
        Self { learner, asset: Asset::LITERACY, version: 0, balances, recorded_at: None, is_closed: false }
    }
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A column holds what nothing here would have written.
    Unreadable,
    /// It does not follow the row before: a gap or a fork.
    OutOfOrder,
    /// The balances it found are not those that the row before left.
    Before,
    /// The balances it left are not those that its amount makes of what it found.
    After,
    /// It was written down earlier than the row before.
    TimeFalls,
    /// Its bytes do not have the digest that it carries.
    Leaf,
    /// Its code does not fit its sides.
    Sides,
    /// What it names is not there, or is not what it says, or was named before.
    Named,
    /// An award was given twice, or in a cycle that had not begun.
    Award,
    /// The account was left behind the chain.
    AccountBehind,
    /// The account shows more than the chain has.
    AccountAhead,
    /// The account shows balances that the chain did not leave.
    AccountBalances,
    /// There are transfers and no account.
    NoAccount,
    /// It is neither sealed nor does it wait for it, or it is sealed under another hash.
    NotCovered,
    /// What is sealed, or waits for it, is no transfer that is there.
    CoversNothing,
    /// The sums over all rows do not agree.
    Sums,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "a column cannot be read",
            Self::OutOfOrder => "it does not follow the row before",
            Self::Before => "it found other balances than the row before left",
            Self::After => "it left other balances than its amount makes",
            Self::TimeFalls => "it was recorded before the row before it",
            Self::Leaf => "its bytes do not have its digest",
            Self::Sides => "its code does not fit its sides",
            Self::Named => "what it names is not there or does not fit",
            Self::Award => "its award was given twice or out of turn",
            Self::AccountBehind => "the account was left behind the chain",
            Self::AccountAhead => "the account is ahead of the chain",
            Self::AccountBalances => "the account shows other balances than the chain left",
            Self::NoAccount => "there is no account for this chain",
            Self::NotCovered => "it is neither sealed as it stands nor waiting for it",
            Self::CoversNothing => "something is sealed here that is not there",
            Self::Sums => "the sums over all rows do not agree",
        })
    }
}

/// One thing that is not as it must be, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose chain; nobody's where it concerns the whole.
    pub learner: LearnerId,
    /// Which place in the chain.
    pub version: i64,
    /// Which row, if it is one.
    pub transfer: Option<TransferId>,
    /// What is wrong.
    pub fault: Fault,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "learner {} version {}", self.learner, self.version)?;
        if let Some(transfer) = self.transfer {
            write!(f, " transfer {transfer}")?;
        }
        write!(f, ": {}", self.fault)
    }
}

/// Sums over all rows, by kind of account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Milli-credits taken from each kind.
    pub debits: BTreeMap<Kind, i128>,
    /// Milli-credits given to each kind.
    pub credits: BTreeMap<Kind, i128>,
    /// Rows.
    pub transfers: u64,
}

impl Tally {
    /// Adds `transfers` rows that move `milli` milli-credits in all.
    pub fn add(&mut self, debit: Kind, credit: Kind, transfers: u64, milli: i128) {
        *self.debits.entry(debit).or_default() += milli;
        *self.credits.entry(credit).or_default() += milli;
        self.transfers += transfers;
    }

    /// What is left on a kind of account: given less taken.
    #[must_use]
    pub fn balance(&self, kind: Kind) -> i128 {
        let of = |sums: &BTreeMap<Kind, i128>| sums.get(&kind).copied().unwrap_or_default();
        of(&self.credits) - of(&self.debits)
    }

    /// Σ debits = Σ credits.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.debits.values().sum::<i128>() == self.credits.values().sum::<i128>()
    }
}

/// Everything that is wrong with one learner's rows: with each by itself, with their order, with what they name, with the account.
pub(super) fn check_chain(chain: &[Transfer], account: Option<&Account>) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut before: Option<&Transfer> = None;
    for transfer in chain {
        let faults = [row_fault(transfer), link_fault(before, transfer), name_fault(chain, transfer)];
        found.extend(faults.into_iter().flatten().map(|fault| difference(transfer, fault)));
        before = Some(transfer);
    }
    found.extend(award_faults(chain).into_iter().map(|transfer| difference(transfer, Fault::Award)));
    found.extend(account_difference(before, account));
    found
}

const fn difference(transfer: &Transfer, fault: Fault) -> Difference {
    Difference { learner: transfer.learner, version: transfer.version, transfer: Some(transfer.id), fault }
}

/// What is wrong with a row by itself.
fn row_fault(transfer: &Transfer) -> Option<Fault> {
    if canonical::leaf_of(transfer) != Some(transfer.leaf) {
        return Some(Fault::Leaf);
    }
    let sides = match transfer.names {
        Some(named) if transfer.code == Code::Reverse => rules::sides_of(named.code, named.phase).map(super::Sides::swapped),
        _ => rules::sides_of(transfer.code, transfer.phase),
    };
    if sides != Some(transfer.sides) {
        return Some(Fault::Sides);
    }
    let after = rules::balances_after(transfer.before, transfer.sides, transfer.amount).ok();
    (after != Some(transfer.after)).then_some(Fault::After)
}

/// What is wrong between a row and the one before it.
fn link_fault(before: Option<&Transfer>, transfer: &Transfer) -> Option<Fault> {
    let (version, left, recorded_at) =
        before.map_or((0, Balances::default(), None), |before| (before.version, before.after, Some(before.recorded_at)));
    if transfer.version != version + 1 {
        Some(Fault::OutOfOrder)
    } else if transfer.before != left || transfer.before_recorded_at != recorded_at {
        Some(Fault::Before)
    } else {
        (recorded_at > Some(transfer.recorded_at)).then_some(Fault::TimeFalls)
    }
}

/// Whether what a row names stands earlier in the chain, is what the row says, and is resolved or reversed by it alone.
fn name_fault(chain: &[Transfer], transfer: &Transfer) -> Option<Fault> {
    let named = transfer.names?;
    let fits = |other: &&Transfer| {
        let same =
            (other.code, other.phase, other.amount, other.issuer) == (named.code, named.phase, transfer.amount, transfer.issuer);
        other.id == named.id && same && other.version < transfer.version
    };
    let again = |other: &&Transfer| {
        let same = other.names.is_some_and(|theirs| theirs.id == named.id && theirs.how == named.how);
        same && named.how != How::Takes && other.version < transfer.version
    };
    (chain.iter().find(fits).is_none() || chain.iter().any(|other| again(&other))).then_some(Fault::Named)
}

/// Awards that were given twice in a cycle, or in a cycle whose forerunner was not reversed before.
fn award_faults(chain: &[Transfer]) -> Vec<&Transfer> {
    let mut open: BTreeMap<String, (u32, bool)> = BTreeMap::new();
    let series_of = |key: &AwardKey| AwardSeries::key_range(key.series()).0;
    let mut found = Vec::new();
    for transfer in chain {
        if let Some(key) = &transfer.award_key {
            let (cycle, is_open) = open.get(&series_of(key)).copied().unwrap_or((1, true));
            if !is_open || key.cycle() != cycle {
                found.push(transfer);
            }
            open.insert(series_of(key), (key.cycle(), false));
        } else if transfer.is_award() {
            found.push(transfer);
        }
        let reversed = transfer.names.filter(|named| named.how == How::Reverses);
        let reversed = reversed.and_then(|named| chain.iter().find(|other| other.id == named.id));
        if let Some(key) = reversed.and_then(|other| other.award_key.as_ref()) {
            open.insert(series_of(key), (key.cycle().saturating_add(1), true));
        }
    }
    found
}

/// Whether the account shows what the end of the chain left.
fn account_difference(end: Option<&Transfer>, account: Option<&Account>) -> Option<Difference> {
    let (version, left, recorded_at) =
        end.map_or((0, Balances::default(), None), |end| (end.version, end.after, Some(end.recorded_at)));
    let Some(account) = account else { return end.map(|end| difference(end, Fault::NoAccount)) };
    let fault = match account.version.cmp(&version) {
        std::cmp::Ordering::Less => Fault::AccountBehind,
        std::cmp::Ordering::Greater => Fault::AccountAhead,
        std::cmp::Ordering::Equal if account.balances != left || account.recorded_at != recorded_at => Fault::AccountBalances,
        std::cmp::Ordering::Equal => return None,
    };
    let transfer = end.map(|end| end.id);
    Some(Difference { learner: account.learner, version: account.version, transfer, fault })
}

/// One of a learner's own balances; of the kinds that keep none, nought.
pub(super) fn balance_of(balances: &Balances, kind: Kind) -> crate::kernel::Credits {
    match kind {
        Kind::Holding => balances.holding,
        Kind::Pending => balances.pending,
        Kind::Frozen => balances.frozen,
        Kind::Transferred => balances.transferred,
        Kind::Revoked => balances.revoked,
        Kind::Issuance | Kind::Conversion | Kind::Rounding => crate::kernel::Credits::default(),
    }
}

/// Standing awards and what holds on to them must come to the balances: each award is held, pending, frozen, gone or revoked, whole.
pub(super) fn balances_by_award(book: &Book) -> Balances {
    let mut sums: BTreeMap<Kind, i64> = BTreeMap::new();
    let awards = book.transfers().iter().filter(|transfer| transfer.is_award() && book.reversal_of(transfer.id).is_none());
    for award in awards {
        let kind = match book.taker_of(award.id) {
            None => Kind::Holding,
            Some(taker) if book.resolution_of(taker.id).is_some_and(|by| book.reversal_of(by.id).is_none()) => Kind::Transferred,
            Some(taker) => taker.sides.credit,
        };
        *sums.entry(kind).or_default() += award.amount.milli();
    }
    let of = |kind: Kind| crate::kernel::Credits::from_milli(sums.get(&kind).copied().unwrap_or_default()).unwrap_or_default();
    Balances {
        holding: of(Kind::Holding),
        pending: of(Kind::Pending),
        frozen: of(Kind::Frozen),
        transferred: of(Kind::Transferred),
        revoked: of(Kind::Revoked),
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical::tests::{issue, reversal};
    use super::*;
    use crate::kernel::Credits;

    fn account_after(end: &Transfer) -> Account {
        let (version, recorded_at) = (end.version, Some(end.recorded_at));
        Account { version, balances: end.after, recorded_at, ..Account::empty(end.learner) }
    }

    fn faults(chain: &[Transfer], account: Option<&Account>) -> Vec<Fault> {
        check_chain(chain, account).iter().map(|difference| difference.fault).collect()
    }

    fn sealed(mut transfer: Transfer) -> Transfer {
        transfer.leaf = canonical::leaf_of(&transfer).unwrap();
        transfer
    }

    #[test]
    fn a_sound_chain_has_no_difference() {
        let chain = [issue(), reversal()];
        assert_eq!(faults(&chain, Some(&account_after(&chain[1]))), []);
        assert_eq!(balances_by_award(&Book::of(chain.to_vec())), Balances::default());
        assert_eq!(faults(&[], Some(&Account::empty(chain[0].learner))), []);
    }

    #[test]
    fn each_fault_is_named() {
        let (first, second) = (issue(), reversal());
        let account = account_after(&second);
        let more = Credits::from_milli(251).unwrap();
        let cases = [
            (vec![Transfer { reason: Some("x".into()), ..first.clone() }, second.clone()], vec![Fault::Leaf]),
            (vec![second.clone()], vec![Fault::OutOfOrder, Fault::Named]),
            (
                vec![first.clone(), sealed(Transfer { before: Balances { holding: more, ..first.after }, ..second.clone() })],
                vec![Fault::After, Fault::Before],
            ),
            (vec![first.clone(), sealed(Transfer { sides: first.sides, ..second.clone() })], vec![Fault::Sides]),
            (
                vec![first.clone(), sealed(Transfer { recorded_at: first.recorded_at.plus_ms(-1), ..second.clone() })],
                vec![Fault::TimeFalls, Fault::AccountBalances],
            ),
            (
                vec![sealed(Transfer { award_key: AwardKey::parse("1/T01/1/2"), ..first.clone() }), second.clone()],
                vec![Fault::Award],
            ),
        ];
        for (number, (chain, expected)) in cases.iter().enumerate() {
            assert_eq!(&faults(chain, Some(&account)), expected, "case {number}");
        }
    }

    #[test]
    fn an_account_behind_ahead_invented_or_missing_is_named() {
        let (first, second) = (issue(), reversal());
        let chain = [first.clone(), second.clone()];
        assert_eq!(faults(&chain, Some(&account_after(&first))), [Fault::AccountBehind]);
        assert_eq!(faults(&chain[..1], Some(&account_after(&second))), [Fault::AccountAhead]);
        assert_eq!(faults(&chain, Some(&Account { balances: first.after, ..account_after(&second) })), [Fault::AccountBalances]);
        assert_eq!(faults(&chain, None), [Fault::NoAccount]);
    }
}
