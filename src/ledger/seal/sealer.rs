//! The sealer: gives what waits its leaves, batch by batch, and has the signer say what the log has come to.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use uuid::Uuid;

use super::signer::{MayMake, Refusal, Signer};
use super::tiles::{Edge, places_of};
use super::{Signed, merkle, queries};
use crate::db::{Db, DbFault, Tx};
use crate::kernel::{Digest, new_id};

/// Leaves in one commit, at first and at least; and at most. How many it is in between follows from how long the last ones took.
const BATCH: u64 = 500;
const LARGEST_BATCH: u64 = 4_000;
/// How long a commit of leaves may hold SQLite's one writer; half of what is allowed, for machines are not always equally fast. On PostgreSQL
/// it holds nobody up.
const HOLD: Duration = Duration::from_millis(25);
const HOLD_POSTGRES: Duration = Duration::from_millis(150);
/// How long a process may seal without asking again; when it dies, another takes over after that.
const LEASE_MS: i64 = 5_000;
/// How often a sealer looks whether anything waits.
const REST: Duration = Duration::from_millis(150);
/// How long it waits after a refusal before it tries again.
const REST_AFTER_REFUSAL: Duration = Duration::from_secs(5);
/// How long leaves are given before a checkpoint is signed in between, so that under load nobody waits for the last.
const SIGN_EVERY: Duration = Duration::from_millis(250);

/// What one round came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Leaves given.
    pub leaves: u64,
    /// Checkpoints signed.
    pub checkpoints: u64,
}

/// Why sealing stands still, for readiness; nothing while it goes on.
#[derive(Clone, Debug, Default)]
pub struct Alarm(Arc<Mutex<Option<String>>>);

impl Alarm {
    /// Why, if it does.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, why: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }
}

/// What goes wrong in a round.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The signer will not sign, or a file is broken.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The write path's fault.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for Trouble {
    fn from(error: DbErr) -> Self {
        Self::Fault(DbFault::Database(error))
    }
}

/// Seals for one process.
#[derive(Debug)]
pub struct Sealer {
    db: Db,
    keys: PathBuf,
    signer: Signer,
    holder: Uuid,
    alarm: Alarm,
    /// The right edge as this process left it.
    edge: Option<Edge>,
    /// How many leaves the newest checkpoint covers, as far as this process knows.
    signed: Option<u64>,
    /// Leaves in the next commit.
    batch: u64,
}

impl Sealer {
    /// A sealer that signs with `signer`, whose keys lie in `keys`, and says on `alarm` why it stands still.
    #[must_use]
    pub fn new(db: Db, keys: PathBuf, signer: Signer, alarm: Alarm) -> Self {
        let holder = new_id(db.clock().now());
        Self { db, keys, signer, holder, alarm, edge: None, signed: None, batch: BATCH }
    }

    /// Seals all that waits now and signs what it came to; nothing where another process has the right to.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn seal_waiting(&mut self) -> Result<Sealed, Trouble> {
        let mut sealed = Sealed::default();
        loop {
            let is_unsigned = self.signed.is_none() || self.edge.as_ref().is_some_and(|edge| Some(edge.size()) != self.signed);
            if !is_unsigned && !queries::is_anything_waiting(self.db.read()).await? {
                return Ok(sealed);
            }
            let (begun, mut is_more) = (Instant::now(), true);
            while is_more && begun.elapsed() < SIGN_EVERY {
                let most = self.batch;
                let Some(given) = self.seal_batch(most).await? else { return Ok(sealed) };
                sealed.leaves += given;
                is_more = given == most;
            }
            sealed.checkpoints += u64::from(self.sign().await?);
            if !is_more {
                return Ok(sealed);
            }
        }
    }

    /// Seals until `stop` is ready.
    pub async fn run_until(&mut self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop.fuse());
        loop {
            let rest = match self.seal_waiting().await {
                Ok(_) => {
                    self.alarm.set(None);
                    REST
                }
                Err(trouble) => {
                    tracing::error!(%trouble, "the ledger is not sealed");
                    self.edge = None;
                    self.alarm.set(Some(trouble.to_string()));
                    REST_AFTER_REFUSAL
                }
            };
            let mut rest = std::pin::pin!(tokio::time::sleep(rest).fuse());
            futures_util::select! { () = stop => break, () = rest => {} }
        }
        let holder = self.holder;
        drop(self.db.write::<_, DbFault, _>(async move |tx| Ok(queries::drop_lease(tx, holder).await?)).await);
    }

    /// One batch; `None` where another process seals.
    async fn seal_batch(&mut self, most: u64) -> Result<Option<u64>, Trouble> {
        let (holder, known) = (self.holder, self.edge.take());
        let work = async move |tx: &Tx| {
            let begun = Instant::now();
            let Some(size) = queries::take_lease(tx, holder, tx.now.plus_ms(LEASE_MS)).await? else { return Ok(None) };
            let mut edge = match &known {
                Some(edge) if edge.size() == size => edge.clone(),
                _ => edge_at(tx, size).await?,
            };
            let leaves = queries::seal(tx, size, most).await?;
            if !leaves.is_empty() {
                queries::upsert_tiles(tx, edge.grow(&leaves)).await?;
                if !queries::set_size(tx, holder, size, edge.size()).await? {
                    return Err(DbFault::Database(DbErr::Custom("the log has grown meanwhile".to_owned())));
                }
            }
            Ok::<_, DbFault>(Some((edge, u64::try_from(leaves.len()).unwrap_or(0), begun.elapsed())))
        };
        let Some((edge, given, held)) = self.db.write(work).await? else { return Ok(None) };
        self.edge = Some(edge);
        if given == most {
            let hold = if self.db.backend() == DbBackend::Postgres { HOLD_POSTGRES } else { HOLD };
            self.batch = next_batch(most, held, hold);
        }
        Ok(Some(given))
    }

    /// Signs what the log has come to, if nobody has yet.
    async fn sign(&mut self) -> Result<bool, Trouble> {
        let Some(edge) = &self.edge else { return Ok(false) };
        let size = edge.size();
        let latest = queries::latest_checkpoint(self.db.read()).await?;
        if let Some(latest) = latest.as_ref().filter(|latest| latest.size >= size) {
            self.signed = Some(size);
            return if latest.size > size {
                let now = queries::find_log(self.db.read()).await?.map_or(0, |log| log.size);
                if now >= latest.size {
                    // Another process has sealed on since: this one was slow and lost its lease.
                    self.edge = None;
                    return Ok(false);
                }
                Err(Refusal::Shorter { signed: latest.size, found: now }.into())
            } else {
                Ok(false)
            };
        }
        let root = merkle::root(size, |node| edge.node(node)).ok_or_else(|| missing("the edge of the tree"))?;
        self.renew_key().await?;
        if let Some(latest) = latest.filter(|latest| latest.size > 0) {
            let proof = proof_between(self.db.read(), latest.size, size).await?;
            if !merkle::continues(latest.size, &latest.root, size, &root, &proof) {
                return Err(Refusal::Rewritten { signed: latest.size }.into());
            }
        }
        let last = self.signer.last_signed()?;
        let proof = match &last {
            Some(last) if last.size > 0 && last.size <= size => proof_between(self.db.read(), last.size, size).await?,
            _ => Vec::new(),
        };
        let signer = self.signer.clone();
        let signing = tokio::task::spawn_blocking(move || signer.sign(size, root, last.as_ref(), &proof));
        let note = signing.await.map_err(|error| DbErr::Custom(error.to_string()))??;
        let generation = self.signer.generation();
        let work = async move |tx: &Tx| {
            let signed = Signed { size, root, generation, note: note.clone(), signed_at: tx.now };
            Ok::<_, DbFault>(queries::insert_checkpoint(tx, &signed).await?)
        };
        let is_new = self.db.write(work).await?;
        self.signed = Some(size);
        Ok(is_new)
    }

    /// Takes up the key of a newer generation, where one was made.
    async fn renew_key(&mut self) -> Result<(), Trouble> {
        let newest = queries::list_keys(self.db.read()).await?.pop();
        if let Some(newest) = newest.filter(|newest| newest.generation > self.signer.generation()) {
            self.signer = Signer::open(&self.keys, newest.verifier.name(), newest.generation, MayMake::No)?;
        }
        Ok(())
    }
}

/// How many leaves come next where `most` have held the writer so long: twice as many or half as many, or what lies between.
fn next_batch(most: u64, held: Duration, hold: Duration) -> u64 {
    let fits = u128::from(most) * hold.as_micros() / held.as_micros().max(1);
    let fits = u64::try_from(fits).unwrap_or(u64::MAX);
    fits.clamp(most / 2, most * 2).clamp(BATCH, LARGEST_BATCH)
}

/// The right edge of the tree of `size` leaves, from its tiles.
pub(super) async fn edge_at(db: &impl ConnectionTrait, size: u64) -> Result<Edge, DbErr> {
    let tiles = queries::find_tiles(db, Edge::places(size)).await?;
    Edge::of(size, &tiles).ok_or_else(|| missing("a tile at the edge"))
}

/// The consistency proof between two sizes, from the tiles.
pub(super) async fn proof_between(db: &impl ConnectionTrait, from: u64, to: u64) -> Result<Vec<Digest>, DbErr> {
    let nodes = merkle::nodes_of_consistency(from, to).unwrap_or_default();
    let tiles = queries::find_tiles(db, places_of(nodes)).await?;
    merkle::prove_consistency(from, to, |node| tiles.node(node)).ok_or_else(|| missing("a tile of a proof"))
}

pub(super) fn missing(what: &str) -> DbErr {
    DbErr::Custom(format!("the sealed log lacks {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_and_shrink_with_what_they_hold_the_writer() {
        let cases = [
            (500, 5, 1_000),
            (500, 20, 625),
            (500, 25, 500),
            (500, 50, 500),
            (2_000, 10, 4_000),
            (4_000, 50, 2_000),
            (4_000, 400, 2_000),
        ];
        for (most, held_ms, next) in cases {
            assert_eq!(next_batch(most, Duration::from_millis(held_ms), HOLD), next, "{most} in {held_ms} ms");
        }
    }
}
