//! Citations (引用): what a certificate cites of somebody's credit. It takes nothing of it; where the credit loses its ground, so does the
//! citation, in the same commit.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;

use super::counting::Counting;
use super::passbook::Parts;
use super::use_queries::{self, NewUse};
use super::{CreditUse, Error};
use crate::db::Tx;
use crate::identity;
use crate::kernel::{LearnerId, Timestamp, TransferId};
use crate::ledger::{self, Key};

/// What uses of this kind are.
const CERTIFICATE: &str = "certificate";

/// One award that is cited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    /// The account in whose chain it stands.
    pub account: LearnerId,
    /// The award.
    pub award: TransferId,
}

/// Holds the chains of all accounts of the person whose `lines` these are until the commit, those that are read through another first, in their
/// order, then that one: as joining and parting do. So nobody reverses, joins or parts meanwhile, and of two certificates at once the second sees
/// the first. Without a line the chains of `learner` alone are held.
async fn hold(tx: &Tx, learner: LearnerId, lines: &[Citation]) -> Result<Vec<LearnerId>, Error> {
    let mut held = BTreeSet::new();
    // Another account may be joined while we wait: then it is held too.
    for _ in 0..3 {
        let accounts = identity::accounts_of(tx, learner).await?;
        let primary = accounts.first().copied().unwrap_or(learner);
        let through: BTreeSet<LearnerId> = accounts.iter().copied().filter(|account| *account != primary).collect();
        let open: Vec<LearnerId> = through.into_iter().chain([primary]).filter(|account| !held.contains(account)).collect();
        if open.is_empty() {
            let is_own = |line: &Citation| accounts.contains(&line.account);
            return if lines.iter().all(is_own) { Ok(accounts) } else { Err(ledger::Error::NoSuchTransfer.into()) };
        }
        for account in open {
            let key = Key::new("recognition.cite", &account.to_string()).ok_or(Error::BadTerms)?;
            ledger::open(tx, account, key, None).await?;
            held.insert(account);
        }
    }
    Err(Error::Stale)
}

/// Notes that `reference` cites these awards, holding the chains of all accounts of the person until the commit. The same once more changes
/// nothing.
///
/// # Errors
/// [`Error::Stale`] where an award does not stand, or does not count; what ledger and database refuse.
pub async fn cite(tx: &Tx, lines: &[Citation], reference: &str) -> Result<(), Error> {
    let Some(first) = lines.first() else { return Ok(()) };
    let accounts = hold(tx, first.account, lines).await?;
    let known: Vec<_> = use_queries::list_of_kind(tx, &accounts, CERTIFICATE).await?;
    let is_known = |line: &Citation| {
        let is_it = |(account, used): &(LearnerId, CreditUse)| {
            (*account, used.transfer, used.reference.as_str()) == (line.account, line.award, reference)
        };
        known.iter().any(is_it)
    };
    if lines.iter().all(is_known) {
        return Ok(());
    }
    let parts = Parts::read_of(tx, &accounts).await?;
    let counted = Counting::of(&parts.accounts).awards();
    for line in lines {
        let book = parts.book_of(line.account)?;
        // Taken by nobody: neither frozen nor revoked, neither on its way out nor gone.
        if !counted.contains(&line.award) || book.taker_of(line.award).is_some() {
            return Err(Error::Stale);
        }
    }
    let new = |line: &Citation| NewUse { account: line.account, award: line.award, kind: CERTIFICATE, reference };
    let missing: Vec<NewUse<'_>> = lines.iter().filter(|line| !is_known(line)).map(new).collect();
    Ok(use_queries::insert_uses(tx, &missing).await?)
}

/// Ends what `reference` cites: it was revoked, or replaced. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn end_citations(tx: &Tx, lines: &[Citation], reference: &str) -> Result<(), Error> {
    let accounts: BTreeSet<LearnerId> = lines.iter().map(|line| line.account).collect();
    let accounts: Vec<LearnerId> = accounts.into_iter().collect();
    if accounts.is_empty() {
        return Ok(());
    }
    Ok(use_queries::end_uses(tx, &accounts, (CERTIFICATE, reference)).await?)
}

/// What was done to uses of one kind since then, the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn list_uses_changed(
    db: &impl ConnectionTrait,
    kind: &str,
    since: Timestamp,
    most: u64,
) -> Result<Vec<(LearnerId, CreditUse)>, Error> {
    Ok(use_queries::list_changed(db, kind, since, most).await?)
}

/// All uses of one kind that were made of the credit in these accounts.
///
/// # Errors
/// What the database answers.
pub async fn uses_of(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    kind: &str,
) -> Result<Vec<(LearnerId, CreditUse)>, Error> {
    Ok(use_queries::list_of_kind(db, accounts, kind).await?)
}

/// How many uses of one kind there are.
///
/// # Errors
/// What the database answers.
pub async fn count_uses(db: &impl ConnectionTrait, kind: &str) -> Result<u64, Error> {
    Ok(use_queries::count_of_kind(db, kind).await?)
}
