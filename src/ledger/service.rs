//! Posting: look at the end of the chain (and hold it), then add to it.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::checks::Account;
use super::posting::{Ask, Posting};
use super::transfer::{Book, Transfer};
use super::words::{AwardKey, AwardSeries, Balances, Key};
use super::{Error, canonical, queries, rules};
use crate::db::Tx;
use crate::kernel::{Chance, LearnerId, Timestamp, TransferId, new_id};

/// The end of a learner's chain, held until the commit: what is posted next follows it.
#[derive(Debug)]
pub struct Chain {
    account: Account,
    is_new: bool,
    key: Key,
    first: Option<First>,
    award: AwardState,
    next: TransferId,
}

/// What was posted under the key before.
#[derive(Debug)]
struct First {
    group: Uuid,
    request: Vec<u8>,
}

/// How far the awards of a series have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwardState {
    /// The unit is credited by this transfer.
    Given(TransferId),
    /// It may be credited, as this cycle.
    Open(u32),
}

/// What a posting came to.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Its rows, in the order of the chain.
    pub transfers: Vec<Transfer>,
    /// Whether this is the first answer given again.
    pub is_repeat: bool,
}

impl Chain {
    /// The chain of somebody for whom nothing was posted.
    fn empty(tx: &Tx, ask: &Ask, is_new: bool) -> Self {
        let (account, award, next) = (Account::empty(ask.learner), AwardState::Open(1), TransferId::fresh(tx.now));
        Self { account, is_new, key: ask.key.clone(), first: None, award, next }
    }

    /// The chain that ends as the account shows, where that is known.
    pub(super) fn at(tx: &Tx, account: Account, key: Key) -> Self {
        let (award, next) = (AwardState::Open(1), TransferId::fresh(tx.now));
        Self { account, is_new: account.version == 0, key, first: None, award, next }
    }

    /// What the learner holds now.
    #[must_use]
    pub const fn balances(&self) -> Balances {
        self.account.balances
    }

    /// How far the awards of the series asked about have come.
    #[must_use]
    pub const fn award(&self) -> AwardState {
        self.award
    }

    /// When its last row was recorded; `None` where nothing was posted.
    #[must_use]
    pub const fn recorded_at(&self) -> Option<Timestamp> {
        self.account.recorded_at
    }

    /// The id that the first row of the next posting will bear, so that rows beside the ledger may name it.
    #[must_use]
    pub const fn next_id(&self) -> TransferId {
        self.next
    }

    /// Whether something was posted under the key before.
    #[must_use]
    pub const fn is_repeat(&self) -> bool {
        self.first.is_some()
    }
}

/// Looks at the end of the chain of `learner` and holds it until the commit: on PostgreSQL by locking the account's row, which a first
/// posting opens; on SQLite there is one writer. `series` names the awards that matter, if any.
///
/// # Errors
/// [`Error::AccountBehind`] or [`Error::ChainBroken`] where the audit would show red; what the database answers.
pub async fn open(tx: &Tx, learner: LearnerId, key: Key, series: Option<&AwardSeries>) -> Result<Chain, Error> {
    let asks = vec![Ask { learner, key, series: series.cloned() }];
    open_many(tx, asks).await?.pop().ok_or(Error::ChainBroken)
}

/// Looks at the ends of several learners' chains at once, as [`open`] does at one; each learner is asked about once. In the order of `asks`.
///
/// # Errors
/// As [`open`]; [`Error::BadPosting`] where a learner stands there twice.
pub async fn open_many(tx: &Tx, asks: Vec<Ask>) -> Result<Vec<Chain>, Error> {
    let mut found: BTreeMap<LearnerId, Option<Chain>> = asks.iter().map(|ask| (ask.learner, None)).collect();
    if found.len() != asks.len() {
        return Err(Error::BadPosting);
    }
    let is_sqlite = tx.get_database_backend() == DbBackend::Sqlite;
    // PostgreSQL shows a locked row as it is now, but what was joined to it as it was when the statement began: then the end of the
    // chain is missing, and the statement is made again, now with the lock in hand.
    for _ in 0..3 {
        let open: Vec<&Ask> = asks.iter().filter(|ask| found.get(&ask.learner).is_some_and(Option::is_none)).collect();
        if open.is_empty() {
            break;
        }
        let mut rows: BTreeMap<LearnerId, Vec<queries::ChainRow>> = BTreeMap::new();
        for row in queries::lock_chains(tx, &open).await? {
            rows.entry(row.account.learner).or_default().push(row);
        }
        let missing: Vec<&Ask> = open.iter().copied().filter(|ask| !rows.contains_key(&ask.learner)).collect();
        for ask in open {
            if let Some(rows) = rows.remove(&ask.learner) {
                found.insert(ask.learner, chain_of(tx, ask, rows)?);
            }
        }
        let is_new = is_sqlite || missing.is_empty();
        let are_ours = is_new || {
            let learners: BTreeSet<LearnerId> = missing.iter().map(|ask| ask.learner).collect();
            queries::insert_empty_accounts(tx, learners).await? == u64::try_from(missing.len()).unwrap_or(u64::MAX)
        };
        if are_ours {
            found.extend(missing.into_iter().map(|ask| (ask.learner, Some(Chain::empty(tx, ask, is_new)))));
        }
    }
    asks.iter().map(|ask| found.remove(&ask.learner).flatten().ok_or(Error::ChainBroken)).collect()
}

/// The chain that these rows are the end of; `None` where they have to be asked for again.
fn chain_of(tx: &Tx, ask: &Ask, rows: Vec<queries::ChainRow>) -> Result<Option<Chain>, Error> {
    let Some(account) = rows.first().map(|row| row.account) else { return Ok(None) };
    let near: Vec<_> = rows.into_iter().filter_map(|row| row.transfer).collect();
    if near.iter().any(|transfer| transfer.version > account.version) {
        return Err(Error::AccountBehind);
    }
    if account.version > 0 && near.iter().all(|transfer| transfer.version != account.version) {
        return Ok(None);
    }
    let award = award_state(&near, ask.series.as_ref());
    let first = near.into_iter().find(|transfer| transfer.bears_the_key);
    let first = first.map(|transfer| First { group: transfer.group, request: transfer.request });
    Ok(Some(Chain { account, first, award, ..Chain::empty(tx, ask, false) }))
}

/// The latest award of the series decides; among what was looked up may be awards of other units.
fn award_state(near: &[queries::NearTransfer], series: Option<&AwardSeries>) -> AwardState {
    let of_series = |transfer: &&queries::NearTransfer| transfer.award_key.as_ref().map(AwardKey::series) == series;
    let cycle = |transfer: &queries::NearTransfer| transfer.award_key.as_ref().map_or(0, AwardKey::cycle);
    match near.iter().filter(of_series).max_by_key(|transfer| cycle(transfer)) {
        Some(latest) if latest.is_reversed => AwardState::Open(cycle(latest).saturating_add(1)),
        Some(latest) if latest.award_key.is_some() => AwardState::Given(latest.id),
        _ => AwardState::Open(1),
    }
}

/// Adds a posting to the chain, in the caller's commit. The same key and the same request get the first answer.
///
/// # Errors
/// [`Error::KeyMisused`], [`Error::Closed`], [`Error::Overdrawn`], [`Error::NotYetHappened`]; what the database refuses besides.
pub async fn post(tx: &Tx, chain: Chain, posting: &Posting) -> Result<Posted, Error> {
    post_many(tx, &[(chain, posting)]).await?.pop().unwrap_or(Err(Error::ChainBroken))
}

/// Adds postings to chains of different learners, in the caller's commit: as many statements as for one. Each is taken or refused by itself,
/// as [`post`] would; in the order of `postings`.
///
/// # Errors
/// What the database refuses: then nothing of it stands.
pub async fn post_many<P: Borrow<Posting>>(tx: &Tx, postings: &[(Chain, P)]) -> Result<Vec<Result<Posted, Error>>, Error> {
    let (mut answers, mut opened, mut moved) = (Vec::with_capacity(postings.len()), Vec::new(), Vec::new());
    for (chain, posting) in postings {
        answers.push(match rows_of(tx, chain, posting.borrow()) {
            Ok(Some((transfers, account))) => {
                if chain.is_new {
                    opened.push(account)
                } else {
                    moved.push((chain.account.version, account))
                }
                Ok(Posted { transfers, is_repeat: false })
            }
            Ok(None) => Ok(Posted { transfers: first_answer(tx, chain).await?, is_repeat: true }),
            Err(refusal) => Err(refusal),
        });
    }
    let new = answers.iter().flatten().filter(|posted| !posted.is_repeat);
    let legs: Vec<&Transfer> = new.flat_map(|posted| &posted.transfers).collect();
    write(tx, &legs, &opened, &moved).await?;
    Ok(answers)
}

/// Transfers first: an account may show only what one of them left.
pub(super) async fn write(tx: &Tx, legs: &[&Transfer], opened: &[Account], moved: &[(i64, Account)]) -> Result<(), Error> {
    let is_all = |written: u64, rows: usize| if u64::try_from(rows) == Ok(written) { Ok(()) } else { Err(Error::ChainBroken) };
    if !legs.is_empty() {
        is_all(queries::insert_transfers(tx, legs).await?, legs.len())?;
    }
    if !opened.is_empty() {
        queries::insert_accounts(tx, opened).await?;
    }
    if !moved.is_empty() {
        is_all(queries::update_accounts(tx, moved).await?, moved.len())?;
    }
    Ok(())
}

/// What was posted under the chain's key before; empty where nothing was.
///
/// # Errors
/// What the database answers.
pub async fn first_answer(tx: &Tx, chain: &Chain) -> Result<Vec<Transfer>, Error> {
    match &chain.first {
        Some(first) => Ok(queries::list_group(tx, chain.account.learner, first.group).await?),
        None => Ok(Vec::new()),
    }
}

/// Closes the account of `learner`: from now on it takes only what puts earlier credit right. Who has none gets one that is closed.
///
/// # Errors
/// [`Error::StillPending`] while something is on its way out; what the database answers.
pub async fn close(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    match queries::find_account(tx, learner).await? {
        Some(account) if account.balances.pending.milli() > 0 => return Err(Error::StillPending),
        Some(_) => {}
        None => {
            queries::insert_empty_accounts(tx, [learner]).await?;
        }
    }
    if queries::close_account(tx, learner).await? == 0 {
        // Nothing was ever posted: the account is opened to be closed, so that nothing ever will be.
        queries::insert_empty_accounts(tx, [learner]).await?;
        queries::close_account(tx, learner).await?;
    }
    Ok(())
}

/// The rows that the posting adds, each following the one before, and the account as the last one leaves it; `None` where the very same was
/// posted under the key before.
pub(super) fn rows_of(tx: &Tx, chain: &Chain, posting: &Posting) -> Result<Option<(Vec<Transfer>, Account)>, Error> {
    let (order, request) = (&posting.order, posting.request());
    if let Some(first) = &chain.first {
        return if first.request == request.bytes() { Ok(None) } else { Err(Error::KeyMisused) };
    }
    if chain.account.is_closed && !posting.legs.iter().all(|leg| rules::may_enter_closed(leg.code)) {
        return Err(Error::Closed);
    }
    // Time never falls within a chain, although clocks may be put back.
    let recorded_at = chain.account.recorded_at.map_or(tx.now, |before| before.max(tx.now));
    if !rules::has_happened(order.occurred_at, recorded_at) {
        return Err(Error::NotYetHappened);
    }
    let group = new_id(tx.now);
    let mut account = chain.account;
    let mut transfers = Vec::with_capacity(posting.legs.len());
    for (number, leg) in posting.legs.iter().enumerate() {
        let before = account;
        account.balances = rules::balances_after(before.balances, leg.sides, leg.amount)?;
        account.version += 1;
        account.recorded_at = Some(recorded_at);
        let mut transfer = Transfer {
            learner: account.learner,
            id: if number == 0 { chain.next } else { TransferId::fresh(tx.now) },
            asset: account.asset,
            version: account.version,
            code: leg.code,
            phase: leg.phase,
            sides: leg.sides,
            issuer: leg.issuer,
            amount: leg.amount,
            before: before.balances,
            before_recorded_at: before.recorded_at,
            after: account.balances,
            group,
            names: leg.names,
            award_key: leg.award_key.clone(),
            occurred_at: order.occurred_at,
            recorded_at,
            actor: order.actor,
            approver: posting.approver,
            reason: posting.reason.as_ref().map(|reason| reason.code().to_owned()),
            rule_version: order.rule_version.clone(),
            evidence: order.evidence,
            key_scope: chain.key.scope().to_owned(),
            key: chain.key.of_leg(number),
            request,
            format_version: canonical::FORMAT,
            salt: Chance::secret(),
            leaf: request,
        };
        transfer.leaf = canonical::leaf_of(&transfer).ok_or(Error::BadPosting)?;
        transfers.push(transfer);
    }
    Ok(Some((transfers, account)))
}

/// The whole book under the lock that `chain` is: what constructors of [`Posting`] look things up in.
///
/// # Errors
/// What the database answers.
pub async fn book_under(tx: &Tx, chain: &Chain) -> Result<Book, Error> {
    Ok(Book::of(queries::list_transfers(tx, chain.account.learner).await?))
}
