//! What the log says to whoever asks: checkpoints, tiles, proofs, keys; and what witnesses say to it.

use std::path::Path;

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::note::{self, Checkpoint, NoteError, Verifier};
use super::sealer::{missing, proof_between};
use super::signer::{MayMake, Refusal, Signer, put_memory_aside, remembered};
use super::tiles::{Place, places_of};
use super::{Leaf, LeafKind, Signed, SigningKeyEntry, Witnessed, merkle, queries};
use crate::db::{Db, DbFault, Tx};
use crate::kernel::{Digest, LearnerId, Timestamp};

/// Opens the log under the name `origin` (one that is open keeps its own name) and the signer with its newest key; the first key is
/// made here.
///
/// # Errors
/// [`Refusal`], also where the key in `keys` is not the log's.
pub async fn open_log(db: &Db, keys: &Path, origin: &str) -> Result<Signer, Refusal> {
    let name = origin.to_owned();
    db.write::<_, DbFault, _>(async move |tx| Ok(queries::insert_log(tx, &name).await?)).await.map_err(refusal_of)?;
    let log = queries::find_log(db.read()).await?.ok_or_else(|| missing("its own row"))?;
    let known = queries::list_keys(db.read()).await?;
    let Some(newest) = known.last() else {
        let signer = Signer::open(keys, &log.origin, 1, MayMake::Yes)?;
        let verifier = signer.verifier();
        db.write::<_, DbFault, _>(async move |tx| Ok(queries::insert_key(tx, 1, &verifier, 0, None).await?))
            .await
            .map_err(refusal_of)?;
        return hold_to(queries::list_keys(db.read()).await?.last(), keys, signer);
    };
    let signer = hold_to(Some(newest), keys, Signer::open(keys, newest.verifier.name(), newest.generation, MayMake::No)?)?;
    // The log was reopened on another machine: this one's memory is of its name before.
    if remembered(keys)?.is_some_and(|last| known.iter().any(|key| key.verifier.name() == last.origin)) {
        put_memory_aside(keys, signer.origin())?;
    }
    Ok(signer)
}

/// The signer with the log's newest key, for what is no checkpoint; none where no log was opened yet.
///
/// # Errors
/// [`Refusal`], also where the key in `keys` is not the log's.
pub async fn current_signer(db: &impl ConnectionTrait, keys: &Path) -> Result<Option<Signer>, Refusal> {
    let known = queries::list_keys(db).await?;
    let Some(newest) = known.last() else { return Ok(None) };
    let signer = Signer::open(keys, newest.verifier.name(), newest.generation, MayMake::No)?;
    hold_to(Some(newest), keys, signer).map(Some)
}

/// The signer, if its key is the one that the log knows.
fn hold_to(known: Option<&SigningKeyEntry>, keys: &Path, signer: Signer) -> Result<Signer, Refusal> {
    if known.is_some_and(|known| known.verifier == signer.verifier()) {
        return Ok(signer);
    }
    let path = keys.join(format!("ledger-{}.key", signer.generation()));
    Err(Refusal::StrangeKey(path))
}

/// Makes the key of the next generation, endorsed by the one before; from the next checkpoint on it signs. Its verifier.
///
/// # Errors
/// [`Refusal`].
pub async fn rotate_key(db: &Db, keys: &Path) -> Result<Verifier, Refusal> {
    next_key(db, keys, |name, _| name.to_owned()).await
}

/// What going on after a backup came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reopened {
    /// The key that signs from now on; its name is the log's new one.
    pub verifier: Verifier,
    /// How many leaves there are.
    pub size: u64,
    /// What was signed last under the name before.
    pub remembered: Option<Checkpoint>,
}

/// Goes on after a backup was put back: what was signed beyond it can neither be had again nor be taken back, so the log goes on under
/// a new name, with a new key that the one before endorses. The signer's memory of the old name is kept beside.
///
/// # Errors
/// [`Refusal`].
pub async fn reopen(db: &Db, keys: &Path) -> Result<Reopened, Refusal> {
    let first = queries::find_log(db.read()).await?.ok_or_else(|| missing("its own row"))?;
    let remembered = remembered(keys)?;
    let verifier = next_key(db, keys, |_, generation| format!("{}/{generation}", first.origin)).await?;
    put_memory_aside(keys, verifier.name())?;
    Ok(Reopened { verifier, size: first.size, remembered })
}

/// Makes the key of the next generation, for the log under the name that `rename` makes of the one before.
async fn next_key(db: &Db, keys: &Path, rename: impl FnOnce(&str, i64) -> String) -> Result<Verifier, Refusal> {
    let log = queries::find_log(db.read()).await?.ok_or_else(|| missing("its own row"))?;
    let newest = queries::list_keys(db.read()).await?.pop().ok_or_else(|| missing("a key"))?;
    let name = newest.verifier.name();
    let before = hold_to(Some(&newest), keys, Signer::open(keys, name, newest.generation, MayMake::No)?)?;
    let generation = newest.generation + 1;
    let verifier = Signer::open(keys, &rename(name, generation), generation, MayMake::Yes)?.verifier();
    let endorsed = before.endorse(&verifier, log.size);
    let new = verifier.clone();
    let work = async move |tx: &Tx| Ok(queries::insert_key(tx, generation, &new, log.size, Some(&endorsed)).await?);
    db.write::<_, DbFault, _>(work).await.map_err(refusal_of)?;
    Ok(verifier)
}

fn refusal_of(fault: DbFault) -> Refusal {
    match fault {
        DbFault::Database(error) => error.into(),
        other => DbErr::Custom(other.to_string()).into(),
    }
}

/// Keys that sign or have signed, the first first.
///
/// # Errors
/// What the database answers.
pub async fn keys(db: &impl ConnectionTrait) -> Result<Vec<SigningKeyEntry>, DbErr> {
    queries::list_keys(db).await
}

/// The newest checkpoint as it is published: signed by the log, with the lines of those who witnessed it.
///
/// # Errors
/// What the database answers.
pub async fn checkpoint(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    match queries::latest_checkpoint(db).await? {
        Some(signed) => Ok(Some(published(db, &signed).await?)),
        None => Ok(None),
    }
}

async fn published(db: &impl ConnectionTrait, signed: &Signed) -> Result<String, DbErr> {
    let lines = queries::list_witnesses(db, signed.size).await?;
    Ok(lines.into_iter().fold(signed.note.clone(), |note, witness| note + &witness.line))
}

/// How many leaves the newest checkpoint covers: nothing beyond it is shown.
async fn signed_size(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Ok(queries::latest_checkpoint(db).await?.map_or(0, |signed| signed.size))
}

/// A tile of the signed log with so many hashes; `None` where it does not reach that far.
///
/// # Errors
/// What the database answers.
pub async fn tile(db: &impl ConnectionTrait, place: Place, width: u64) -> Result<Option<Vec<u8>>, DbErr> {
    if width == 0 || place.width_in(signed_size(db).await?).is_none_or(|there| there < width) {
        return Ok(None);
    }
    let bytes = queries::find_tile(db, place).await?;
    let length = usize::try_from(width * 32).unwrap_or(usize::MAX);
    Ok(bytes.and_then(|bytes| bytes.get(..length).map(<[u8]>::to_vec)))
}

/// The inclusion proof of leaf `index` in the signed log at `size`; `None` where there is none.
///
/// # Errors
/// What the database answers.
pub async fn inclusion(db: &impl ConnectionTrait, index: u64, size: u64) -> Result<Option<Vec<Digest>>, DbErr> {
    if size > signed_size(db).await? {
        return Ok(None);
    }
    let Some(nodes) = merkle::nodes_of_inclusion(index, size) else { return Ok(None) };
    let tiles = queries::find_tiles(db, places_of(nodes)).await?;
    Ok(merkle::prove_inclusion(index, size, |node| tiles.node(node)))
}

/// The consistency proof between two sizes of the signed log; `None` unless 0 < `from` ≤ `to` ≤ what is signed.
///
/// # Errors
/// What the database answers.
pub async fn consistency(db: &impl ConnectionTrait, from: u64, to: u64) -> Result<Option<Vec<Digest>>, DbErr> {
    if from == 0 || from > to || to > signed_size(db).await? {
        return Ok(None);
    }
    proof_between(db, from, to).await.map(Some)
}

/// Where a record stands in the sealed book, and what shows it.
#[derive(Clone, Debug)]
pub struct Proven {
    /// Its leaf.
    pub leaf: Leaf,
    /// The checkpoint that covers it, as published.
    pub note: String,
    /// How many leaves that covers.
    pub size: u64,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// By which key.
    pub key: Verifier,
    /// The inclusion proof.
    pub proof: Vec<Digest>,
    /// Who has witnessed the checkpoint.
    pub witnesses: Vec<Witnessed>,
}

/// Proves a record of `learner`: against the newest checkpoint that somebody has witnessed, else against the newest; `None` while it
/// waits for its leaf or for a checkpoint.
///
/// # Errors
/// What the database answers.
pub async fn prove(db: &impl ConnectionTrait, learner: LearnerId, record: Uuid) -> Result<Option<Proven>, DbErr> {
    let Some(leaf) = queries::find_leaf(db, learner, record).await? else { return Ok(None) };
    let witnessed = queries::latest_witnessed(db).await?.filter(|witnessed| witnessed.size > leaf.seq);
    let signed = match witnessed {
        Some(witnessed) => queries::checkpoint_from(db, witnessed.size).await?,
        None => queries::latest_checkpoint(db).await?,
    };
    let Some(signed) = signed.filter(|signed| signed.size > leaf.seq) else { return Ok(None) };
    let proof = inclusion(db, leaf.seq, signed.size).await?.ok_or_else(|| missing("a tile of a proof"))?;
    let note = published(db, &signed).await?;
    let witnesses = queries::list_witnesses(db, signed.size).await?;
    let known = queries::list_keys(db).await?.into_iter().find(|key| key.generation == signed.generation);
    let key = known.ok_or_else(|| missing("a key"))?.verifier;
    Ok(Some(Proven { leaf, note, size: signed.size, signed_at: signed.signed_at, key, proof, witnesses }))
}

/// Leaf `seq` of the signed log, with the newest checkpoint and the proof; `None` where the signed log does not reach that far.
///
/// # Errors
/// What the database answers.
pub async fn prove_leaf(db: &impl ConnectionTrait, seq: u64) -> Result<Option<Proven>, DbErr> {
    let Some(leaf) = queries::list_leaves_from(db, seq, 1).await?.pop().filter(|leaf| leaf.seq == seq) else { return Ok(None) };
    prove(db, leaf.learner, leaf.record).await
}

/// Why a cosignature is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It cannot be read, or is by none of the witnesses that are known here.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It is under a checkpoint that was never signed here.
    #[error("no such checkpoint was signed here")]
    NoSuchCheckpoint,
    /// The write path's fault.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl crate::db::Retry for NotTaken {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) => crate::db::Retry::database_error(fault),
            _ => None,
        }
    }
}

impl From<DbErr> for NotTaken {
    fn from(error: DbErr) -> Self {
        Self::Fault(DbFault::Database(error))
    }
}

/// Takes a witness's line under one of our checkpoints: `text` is the note with the line. The same again changes nothing.
///
/// # Errors
/// [`NotTaken`].
pub async fn take_cosignature(tx: &Tx, text: &str, known: &[Verifier]) -> Result<Witnessed, NotTaken> {
    let checkpoint = note::open(text, known)?.checkpoint;
    let signed = queries::checkpoint_from(tx, checkpoint.size).await?;
    let signed = signed.filter(|signed| signed.size == checkpoint.size && signed.root == checkpoint.root);
    let signed = signed.filter(|signed| signed.note.starts_with(&checkpoint.text())).ok_or(NotTaken::NoSuchCheckpoint)?;
    let verifier = known.iter().find(|verifier| note::line_by(text, verifier).is_ok()).ok_or(NoteError::NotSigned)?;
    let (line, seconds) = note::line_by(text, verifier)?;
    let seen_at = Timestamp::from_ms(i64::try_from(seconds).unwrap_or(0).saturating_mul(1000));
    let witnessed = Witnessed { size: signed.size, name: verifier.name().to_owned(), line, seen_at };
    queries::insert_witness(tx, &witnessed).await?;
    Ok(witnessed)
}

/// The newest checkpoint that somebody has witnessed.
///
/// # Errors
/// What the database answers.
pub async fn latest_witnessed(db: &impl ConnectionTrait) -> Result<Option<Witnessed>, DbErr> {
    queries::latest_witnessed(db).await
}

/// Who has witnessed the checkpoint over `size` leaves.
///
/// # Errors
/// What the database answers.
pub async fn witnesses(db: &impl ConnectionTrait, size: u64) -> Result<Vec<Witnessed>, DbErr> {
    queries::list_witnesses(db, size).await
}

/// The newest checkpoint.
///
/// # Errors
/// What the database answers.
pub async fn latest(db: &impl ConnectionTrait) -> Result<Option<Signed>, DbErr> {
    queries::latest_checkpoint(db).await
}

/// How many wait for their leaf.
///
/// # Errors
/// What the database answers.
pub async fn count_waiting(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    queries::count_waiting(db).await
}

/// The leaf of a record of `learner`, where it is sealed.
///
/// # Errors
/// What the database answers.
pub async fn find_leaf(db: &impl ConnectionTrait, learner: LearnerId, record: Uuid) -> Result<Option<Leaf>, DbErr> {
    queries::find_leaf(db, learner, record).await
}

/// The next `most` results that are sealed or wait for it, after learner and id, in that order: whose, which, under which hash.
///
/// # Errors
/// What the database answers.
pub async fn list_sealed_results_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, Uuid),
    most: u64,
) -> Result<Vec<(LearnerId, Uuid, Digest)>, DbErr> {
    queries::list_covered_after(db, LeafKind::Result, after, most).await
}

/// The next `most` versions and events of certificates that are sealed or wait for it, as [`list_sealed_results_after`].
///
/// # Errors
/// What the database answers.
pub async fn list_sealed_certificates_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, Uuid),
    most: u64,
) -> Result<Vec<(LearnerId, Uuid, Digest)>, DbErr> {
    queries::list_covered_after(db, LeafKind::Certificate, after, most).await
}
