//! A book of valid chains, made in bulk: what long books are measured with. Every row is made and refused by the same rules as any other.

use std::sync::Arc;

use super::checks::Account;
use super::posting::{Approval, Order, Posting, Reason};
use super::rules::Converted;
use super::service::{self, Chain};
use super::transfer::{Book, Transfer};
use super::words::{Amount, Asset, AwardKey, AwardSeries, Key};
use super::{BANK, Error, queries};
use crate::db::{Db, Tx};
use crate::kernel::{Chance, Digest, LearnerId, TransferId, new_id};

/// Learners whose chains grow at once: in one commit each of them takes a step.
const AT_ONCE: usize = 250;
/// The steps of a chain, and the transfers they come to: one conversion has two legs.
const STEPS: usize = 7;
const TRANSFERS: u64 = 8;

/// A chain on its way.
#[derive(Clone, Debug)]
struct Growing {
    account: Account,
    transfers: Vec<Transfer>,
}

/// Fills an empty ledger with at least so many transfers, of most codes, eight for each of so many learners; `progress` hears how many there
/// are. How many there are in the end.
///
/// # Errors
/// [`Error::NotEmpty`]; what the database answers.
pub async fn make_chains(db: &Db, transfers: u64, mut progress: impl FnMut(u64)) -> Result<u64, Error> {
    if !queries::list_accounts_after(db.read(), LearnerId::NOBODY, 1).await?.is_empty() {
        return Err(Error::NotEmpty);
    }
    let mut made = 0;
    while made < transfers {
        let fresh = || Growing { account: Account::empty(LearnerId::from_uuid(new_id(db.clock().now()))), transfers: Vec::new() };
        let mut growing: Arc<Vec<Growing>> = Arc::new((0..AT_ONCE).map(|_| fresh()).collect());
        for step in 0..STEPS {
            let before = Arc::clone(&growing);
            growing = Arc::new(db.write(async move |tx| grow(tx, &before, step).await).await?);
            made += u64::try_from(AT_ONCE).unwrap_or(0) * if step == 2 { 2 } else { 1 };
            progress(made);
        }
    }
    debug_assert_eq!(made % TRANSFERS, 0, "whole chains");
    Ok(made)
}

/// The next step of each chain, in one commit.
async fn grow(tx: &Tx, before: &[Growing], step: usize) -> Result<Vec<Growing>, Error> {
    let (mut grown, mut opened, mut moved) = (Vec::with_capacity(before.len()), Vec::new(), Vec::new());
    for one in before {
        let key = Key::new("ledger.made", &step.to_string()).ok_or(Error::BadPosting)?;
        let chain = Chain::at(tx, one.account, key);
        let posting = posting(tx, one, step)?;
        let (rows, account) = service::rows_of(tx, &chain, &posting)?.ok_or(Error::BadPosting)?;
        if step == 0 {
            opened.push(account)
        } else {
            moved.push((one.account.version, account))
        }
        grown.push((Growing { account, transfers: [one.transfers.clone(), rows].concat() }, one.transfers.len()));
    }
    let new = grown.iter().flat_map(|(one, before)| one.transfers.iter().skip(*before));
    service::write(tx, &new.collect::<Vec<_>>(), &opened, &moved).await?;
    Ok(grown.into_iter().map(|(one, _)| one).collect())
}

/// Three awards, one by a partner's rule; one comes under dispute and stands again, one goes out.
fn posting(tx: &Tx, one: &Growing, step: usize) -> Result<Posting, Error> {
    let actor = one.account.learner;
    let evidence = Digest::from_array(Chance::secret());
    let order = Order { actor, occurred_at: tx.now, rule_version: "2026.1".to_owned(), evidence };
    let amount = |milli| Amount::from_milli(milli).ok_or(Error::BadPosting);
    let award = |unit: &str| {
        let series = AwardSeries::new(Asset::LITERACY, unit, 1);
        series.and_then(|series| AwardKey::new(series, 1)).ok_or(Error::BadPosting)
    };
    let book = Book::of(one.transfers.clone());
    let at = |row: usize| -> Result<TransferId, Error> { one.transfers.get(row).map(|row| row.id).ok_or(Error::NoSuchTransfer) };
    let reason = Reason::parse("dispute").ok_or(Error::BadPosting)?;
    match step {
        0 => Ok(Posting::issue(order, award("T01")?, BANK, amount(250)?)),
        1 => Ok(Posting::issue(order, award("T04")?, BANK, amount(250)?)),
        2 => {
            let what = Converted { credited: amount(500)?, remainder: Some(amount(83)?) };
            Ok(Posting::convert_in(order, award("X1")?, BANK, what))
        }
        3 => Posting::freeze(order, reason, &book, at(0)?),
        4 => Posting::unfreeze(order, Approval { approver: LearnerId::from_uuid(new_id(tx.now)), reason }, &book, at(4)?),
        5 => Posting::transfer_out(order, &book, at(1)?),
        _ => Posting::transfer_out_post(order, &book, at(6)?),
    }
}
