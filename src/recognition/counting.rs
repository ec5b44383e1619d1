//! Which awards count where several accounts of one person are read as one: of a unit that more than one of them was given, the award that
//! was given first and stands. The others are 已计一次: they stay in their books, and add nothing to any sum.

use std::collections::BTreeMap;

use super::passbook::Account;
use crate::kernel::{Credits, TransferId};
use crate::ledger::{AwardKey, Balances, Book, Code, Transfer};

/// The awards of a person's accounts, as far as their transfers have been told.
#[derive(Debug, Default)]
pub(super) struct Counting(BTreeMap<String, Vec<Given>>);

#[derive(Debug)]
struct Given {
    award: TransferId,
    milli: i64,
    stands: bool,
}

impl Counting {
    /// All that stands in these accounts.
    pub(super) fn of(accounts: &[Account]) -> Self {
        let mut counting = Self::default();
        for (account, transfer) in in_order(accounts) {
            counting.take(&account.book, transfer);
        }
        counting
    }

    /// Takes the next transfer, of whichever account.
    pub(super) fn take(&mut self, book: &Book, transfer: &Transfer) {
        if let Some(key) = transfer.award_key.as_ref().filter(|_| transfer.is_award()) {
            let given = Given { award: transfer.id, milli: transfer.amount.milli(), stands: true };
            self.0.entry(series_of(key)).or_default().push(given);
        }
        let Some(named) = transfer.names else { return };
        match (transfer.code, named.code) {
            (Code::Revoke, _) | (Code::Reverse, Code::Issue | Code::ConvertIn) => self.set(named.id, false),
            // A revocation that was reversed: what it took stands again.
            (Code::Reverse, Code::Revoke) => {
                if let Some(award) = book.find(named.id).and_then(|revocation| revocation.names) {
                    self.set(award.id, true);
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, award: TransferId, stands: bool) {
        self.0.values_mut().flatten().filter(|given| given.award == award).for_each(|given| given.stands = stands);
    }

    fn counted(&self) -> impl Iterator<Item = &Given> {
        self.0.values().filter_map(|of_series| of_series.iter().find(|given| given.stands))
    }

    /// 累计学分, each unit once.
    pub(super) fn total(&self) -> Credits {
        Credits::from_milli(self.counted().map(|given| given.milli).sum()).unwrap_or_default()
    }

    /// Whether the award stands and another one of the same unit counts.
    pub(super) fn is_counted_once(&self, award: TransferId) -> bool {
        let stands = self.0.values().flatten().any(|given| given.award == award && given.stands);
        stands && self.counted().all(|given| given.award != award)
    }

    /// The awards that count.
    pub(super) fn awards(&self) -> Vec<TransferId> {
        self.counted().map(|given| given.award).collect()
    }
}

/// Level and cycle aside, the award's own: asset, unit and level.
fn series_of(key: &AwardKey) -> String {
    let whole = key.to_string();
    whole.rsplit_once('/').map_or(whole.clone(), |(series, _)| series.to_owned())
}

/// Every transfer with its account, the oldest first. Time never falls within an account.
pub(super) fn in_order(accounts: &[Account]) -> Vec<(&Account, &Transfer)> {
    let mut all: Vec<(usize, &Account, &Transfer)> = Vec::new();
    for (number, account) in accounts.iter().enumerate() {
        all.extend(account.book.transfers().iter().map(|transfer| (number, account, transfer)));
    }
    all.sort_by_key(|(number, _, transfer)| (transfer.recorded_at, *number, transfer.version));
    all.into_iter().map(|(_, account, transfer)| (account, transfer)).collect()
}

/// What all accounts hold together, each unit once.
pub(super) fn balances_of(accounts: &[Account], counting: &Counting) -> Balances {
    let mut sum = Balances::default();
    for account in accounts {
        let own = account.book.transfers().last().map(|last| last.after).unwrap_or_default();
        sum = Balances {
            holding: sum.holding.plus(own.holding),
            pending: sum.pending.plus(own.pending),
            frozen: sum.frozen.plus(own.frozen),
            transferred: sum.transferred.plus(own.transferred),
            revoked: sum.revoked.plus(own.revoked),
        };
    }
    for account in accounts {
        for award in account.book.standing_awards().filter(|award| counting.is_counted_once(award.id)) {
            take_out(&mut sum, &account.book, award);
        }
    }
    sum
}

/// Takes an award out of the balance that it lies in.
fn take_out(sum: &mut Balances, book: &Book, award: &Transfer) {
    let less = |balance: Credits| Credits::from_milli(balance.milli() - award.amount.milli()).unwrap_or_default();
    match book.taker_of(award.id).map(|taker| (taker.code, book.resolution_of(taker.id).is_some())) {
        None => sum.holding = less(sum.holding),
        Some((Code::Freeze, _)) => sum.frozen = less(sum.frozen),
        Some((Code::TransferOut, false)) => sum.pending = less(sum.pending),
        Some((Code::TransferOut, true)) => sum.transferred = less(sum.transferred),
        Some(_) => {}
    }
}
