//! Accounts of one person that are read as one. A unit that one of them holds is not credited to another; where the two are parted, each is
//! given what was not credited to it for that reason alone, so that both stand as if they had never been joined.
//!
//! Whoever gives an award holds the chain of its account, and, where that is read through another, the primary's too, in this order; so do
//! those who join and part. So of two awards of one unit the second one always knows of the first.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::counting::Counting;
use super::instruction::{Told, tell};
use super::joined_queries::{self as queries, Waiting};
use super::passbook::Parts;
use super::service::UNIT_LEVEL;
use super::{Error, queries as results};
use crate::db::{DbFault, Retry, Tx};
use crate::error::AppError;
use crate::identity::{self, AliasKind, AliasRequest, AliasState};
use crate::kernel::{AliasRequestId, Credits, Digest, LearnerId, TransferId, digest_of};
use crate::ledger::{self, Amount, Asset, AwardKey, AwardSeries, AwardState, BANK, Chain, Key, Order, Posting};
use crate::outbox::Standing;

/// What can go wrong where accounts are joined or parted: with the credit, or with the people.
#[derive(Debug, thiserror::Error)]
pub enum AliasError {
    /// In recognition.
    #[error(transparent)]
    Credit(#[from] Error),
    /// In identity.
    #[error(transparent)]
    Person(#[from] identity::Error),
}

impl From<DbFault> for AliasError {
    fn from(fault: DbFault) -> Self {
        Self::Credit(fault.into())
    }
}

impl From<DbErr> for AliasError {
    fn from(error: DbErr) -> Self {
        Self::Credit(error.into())
    }
}

impl Retry for AliasError {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Credit(error) => error.database_error(),
            Self::Person(error) => error.database_error(),
        }
    }
}

impl From<AliasError> for AppError {
    fn from(error: AliasError) -> Self {
        match error {
            AliasError::Credit(error) => error.into(),
            AliasError::Person(error) => error.into(),
        }
    }
}

/// Holds the chain of an account until the commit.
async fn hold(tx: &Tx, learner: LearnerId) -> Result<Chain, Error> {
    let key = Key::new("recognition.alias", &learner.to_string()).ok_or(Error::BadTerms)?;
    Ok(ledger::open(tx, learner, key, None).await?)
}

/// The other accounts of the person whose `learner` is. The caller holds its chain; where it is read through another, that one's is held
/// too from now on. One statement for whoever has one account.
pub(super) async fn others_of(tx: &Tx, learner: LearnerId) -> Result<Vec<LearnerId>, Error> {
    let mut accounts = identity::accounts_of(tx, learner).await?;
    if let Some(primary) = accounts.first().copied().filter(|primary| *primary != learner) {
        hold(tx, primary).await?;
        // Another account may have been joined to it while we waited.
        accounts = identity::accounts_of(tx, learner).await?;
    }
    accounts.retain(|account| *account != learner);
    Ok(accounts)
}

/// Which of `accounts` holds the awards of `series`, if one does.
pub(super) async fn holder_among(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    series: &AwardSeries,
) -> Result<Option<LearnerId>, Error> {
    for account in accounts {
        if let AwardState::Given(_) = ledger::book_of(db, *account).await?.award_state(series) {
            return Ok(Some(*account));
        }
    }
    Ok(None)
}

/// The award counts: no other account of the same person was given its unit before. Only what counts may go out.
pub(super) async fn must_count(tx: &Tx, learner: LearnerId, award: TransferId) -> Result<(), Error> {
    let others = others_of(tx, learner).await?;
    if others.is_empty() {
        return Ok(());
    }
    let all: Vec<LearnerId> = std::iter::once(learner).chain(others).collect();
    let parts = Parts::read_of(tx, &all).await?;
    if Counting::of(&parts.accounts).is_counted_once(award) { Err(Error::CountedElsewhere) } else { Ok(()) }
}

/// One side of a joining, or both together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasSide {
    /// Its 累计学分.
    pub total: Credits,
    /// The units whose award stands and counts.
    pub units: Vec<String>,
}

impl AliasSide {
    async fn of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Self, Error> {
        let parts = Parts::read_of(db, accounts).await?;
        let counting = Counting::of(&parts.accounts);
        let transfers = || parts.accounts.iter().flat_map(|account| account.book.transfers());
        let unit = |award: &TransferId| {
            let given = transfers().find(|transfer| transfer.id == *award);
            given.and_then(|given| Some(given.award_key.as_ref()?.unit().to_owned()))
        };
        let units: BTreeSet<String> = counting.awards().iter().filter_map(unit).collect();
        Ok(Self { total: counting.total(), units: units.into_iter().collect() })
    }
}

/// What joining two accounts, or parting them, comes to: shown before anybody decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasImpact {
    /// The account that shows everything, with what else is read through it.
    pub primary: AliasSide,
    /// The other one.
    pub other: AliasSide,
    /// Both as one.
    pub together: AliasSide,
    /// Units that both were given: together they count once.
    pub once: Vec<String>,
    /// What each is given where they are parted, since it was not credited for the other's sake: account, unit, how much.
    pub again: Vec<(LearnerId, String, Credits)>,
}

impl AliasImpact {
    /// What was shown, as a digest that the form carries.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let side = |side: &AliasSide| json!([side.total.milli(), side.units]);
        let again: Vec<_> = self.again.iter().map(|(learner, unit, credits)| json!([learner, unit, credits.milli()])).collect();
        let facts =
            json!({ "sides": [side(&self.primary), side(&self.other), side(&self.together)], "once": self.once, "again": again });
        digest_of(&[facts.to_string().as_bytes()])
    }

    /// What an account is given again, in all.
    #[must_use]
    pub fn again_of(&self, learner: LearnerId) -> Credits {
        let own = self.again.iter().filter(|(account, _, _)| *account == learner);
        own.fold(Credits::ZERO, |sum, (_, _, credits)| sum.plus(*credits))
    }
}

/// The accounts on the side of the primary, without the other.
async fn primary_side(db: &impl ConnectionTrait, request: &AliasRequest) -> Result<Vec<LearnerId>, Error> {
    let mut accounts = identity::accounts_of(db, request.primary).await?;
    accounts.retain(|account| *account != request.learner);
    Ok(accounts)
}

/// What the request comes to, as things are now.
///
/// # Errors
/// What the database answers.
pub async fn impact_of_alias(db: &impl ConnectionTrait, request: &AliasRequest) -> Result<AliasImpact, Error> {
    let (ours, theirs) = (primary_side(db, request).await?, vec![request.learner]);
    let (primary, other) = (AliasSide::of(db, &ours).await?, AliasSide::of(db, &theirs).await?);
    let all: Vec<LearnerId> = ours.iter().chain(&theirs).copied().collect();
    let mut again = Vec::new();
    if request.kind == AliasKind::End {
        for accounts in [&ours, &theirs] {
            again.extend(what_waits(db, accounts).await?.into_iter().map(|(due, _)| (due.learner, due.unit, due.credits)));
        }
    }
    let once = primary.units.iter().filter(|unit| other.units.contains(unit)).cloned().collect();
    Ok(AliasImpact { together: AliasSide::of(db, &all).await?, primary, other, once, again })
}

/// The passes that these accounts, as one person, are to be credited for: none of them holds the unit. With the series of each.
async fn what_waits(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<(Waiting, AwardSeries)>, Error> {
    let (mut due, mut units) = (Vec::new(), BTreeSet::new());
    for account in accounts {
        for waiting in queries::list_waiting(db, *account).await? {
            let series = AwardSeries::new(Asset::LITERACY, &waiting.unit, UNIT_LEVEL).ok_or(Error::BadTerms)?;
            if holder_among(db, accounts, &series).await?.is_none() && units.insert(waiting.unit.clone()) {
                due.push((waiting, series));
            }
        }
    }
    Ok(due)
}

/// Whether agreeing changed something now, or had done so before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasDone {
    /// Just now.
    Now,
    /// By the same person, before.
    Before,
}

/// The second person agrees: the accounts are joined, or parted, in this commit, while it comes to what was shown. Where they are parted, each
/// is given what was not credited to it for the other's sake. Agreeing twice is agreeing once.
///
/// # Errors
/// [`Error::Stale`]; what identity refuses; what ledger and database refuse.
pub async fn approve_alias(
    tx: &Tx,
    (learner, id): (LearnerId, AliasRequestId),
    (reviewer, shown): (LearnerId, &Digest),
    standing: &Standing,
) -> Result<AliasDone, AliasError> {
    let asked = identity::get_alias_request(tx, learner, id).await?;
    identity::must_be_second(&asked, reviewer)?;
    let chains = hold_all(tx, &asked).await?;
    let request = identity::get_alias_request(tx, learner, id).await?;
    if (request.state, request.decider) == (AliasState::Approved, Some(reviewer)) {
        return Ok(AliasDone::Before);
    }
    if request.state != AliasState::Open {
        return Err(identity::Error::AliasDecided.into());
    }
    if impact_of_alias(tx, &request).await?.digest() != *shown {
        return Err(Error::Stale.into());
    }
    // What was posted by a clock ahead of ours was posted before all the same.
    let newest = chains.iter().filter_map(Chain::recorded_at).max();
    let effect_at = match request.kind {
        AliasKind::Join => newest.map_or(tx.now, |newest| newest.max(tx.now)),
        AliasKind::End => tx.now,
    };
    identity::carry_out_alias(tx, &request, reviewer, effect_at).await?;
    if request.kind == AliasKind::End {
        for accounts in [primary_side(tx, &request).await?, vec![request.learner]] {
            for (due, series) in what_waits(tx, &accounts).await? {
                give(tx, &due, series, (reviewer, standing)).await?;
            }
        }
    }
    Ok(AliasDone::Now)
}

/// Holds all chains that the request touches: first those that are, or will be, read through the primary, in their order, then the primary's.
async fn hold_all(tx: &Tx, request: &AliasRequest) -> Result<Vec<Chain>, Error> {
    let through: BTreeSet<LearnerId> = match request.kind {
        AliasKind::Join => BTreeSet::new(),
        AliasKind::End => identity::accounts_of(tx, request.primary).await?.into_iter().collect(),
    };
    let through = through.into_iter().chain([request.learner]).filter(|account| *account != request.primary);
    let mut chains = Vec::new();
    for account in through.collect::<BTreeSet<_>>().into_iter().chain([request.primary]) {
        chains.push(hold(tx, account).await?);
    }
    Ok(chains)
}

/// Credits a pass to its account as it would have been then, had the account stood for itself.
async fn give(tx: &Tx, due: &Waiting, series: AwardSeries, by: (LearnerId, &Standing)) -> Result<(), Error> {
    let key = Key::new("recognition.alias_end", &due.result.to_string()).ok_or(Error::BadTerms)?;
    let chain = ledger::open(tx, due.learner, key, Some(&series)).await?;
    credit_later(tx, chain, (due, series), by, ("recognition.alias_end", "recognition.credited_apart")).await?;
    Ok(())
}

/// Credits a pass that was kept before, by what was kept with it; a result of its own stands beside the award. Whether it was: not where the
/// unit is credited, or whoever it is has left. `words`: the audit's action, and the event's kind.
pub(super) async fn credit_later(
    tx: &Tx,
    chain: Chain,
    (due, series): (&Waiting, AwardSeries),
    (by, standing): (LearnerId, &Standing),
    words: (&'static str, &'static str),
) -> Result<bool, Error> {
    let AwardState::Open(cycle) = chain.award() else { return Ok(false) };
    let order = Order { actor: by, occurred_at: tx.now, rule_version: due.rule_version.clone(), evidence: due.evidence };
    let (amount, award_key) = (Amount::of(due.credits), AwardKey::new(series, cycle));
    let posting = Posting::issue(order, award_key.ok_or(Error::BadTerms)?, BANK, amount.ok_or(Error::BadTerms)?);
    let transfer = chain.next_id();
    match ledger::post(tx, chain, &posting).await {
        Ok(_) => {}
        // Whoever has left takes no credit any more.
        Err(ledger::Error::Closed) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    results::credit_result(tx, due.learner, due.result, transfer).await?;
    queries::settle(tx, due.learner, &due.unit, transfer).await?;
    let told = Told {
        learner: due.learner,
        actor: Some(by),
        standing,
        responsible_org: &due.responsible_org,
        words,
        table: "result",
        transfer,
        facts: json!({ "unit": due.unit, "result": due.result, "milli": due.credits.milli() }),
    };
    tell(tx, &told).await?;
    Ok(true)
}
