//! Keys and pictures of seals. A key is made here, its secret half sealed with the bank's own key and tied to its agency.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::note;
use super::standing::{held_open, must_work};
use crate::agencies::queries::keys::{self as queries, KeyRow, NewRow};
use crate::agencies::rules::key_spans;
use crate::agencies::{AgencyKey, Error, SealPicture};
use crate::config::Keys;
use crate::db::Tx;
use crate::files::{self, Stored, UsedBy};
use crate::kernel::{AgencyId, Chance, Day, Digest, LearnerId, SealBroken, SealKey, new_id, sha256_of};

/// The purpose for which the bank's key is derived.
const PURPOSE: &str = "agency-keys";

fn sealer(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose(PURPOSE))
}

/// Whose secret it is, as its seal says: one agency's does not open as another's.
fn place(agency: AgencyId) -> String {
    format!("agency_key.secret {agency}")
}

/// The SHA-256 of the public half.
pub(super) fn fingerprint(public: &VerifyingKey) -> Digest {
    sha256_of(public.as_bytes().as_slice()).map_or_else(|_| Digest::from_array([0; 32]), |(digest, _)| digest)
}

/// A key about to be kept: made before the transaction, which may run twice.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub(in crate::agencies) agency: AgencyId,
    public: VerifyingKey,
    secret_sealed: Vec<u8>,
}

/// A fresh key of an agency.
#[must_use]
pub fn fresh_key(keys: &Keys, agency: AgencyId) -> NewKey {
    let key = SigningKey::from_bytes(&Chance::secret());
    let secret_sealed = sealer(keys).seal(&place(agency), key.as_bytes());
    NewKey { agency, public: key.verifying_key(), secret_sealed }
}

pub(super) async fn begin_keys(tx: &Tx, key: &NewKey, by: LearnerId) -> Result<(), DbErr> {
    keep(tx, key, (1, tx.now.day()), by).await
}

pub(super) async fn keep(tx: &Tx, key: &NewKey, (generation, from): (i64, Day), by: LearnerId) -> Result<(), DbErr> {
    let row = NewRow { agency: key.agency, generation, public: &key.public, secret_sealed: &key.secret_sealed, from, by };
    queries::insert(tx, row).await
}

/// Lets a new key take over from a day; the old ones stay published. One that waits for a later day is passed over: it never signs. Secrets of
/// keys that sign no more, or never, are taken out. The same day once more is the first time.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`]; [`Error::KeyDay`] where the day has passed, or another key begins on it, or one before it is yet to
/// begin.
pub async fn rotate_key(tx: &Tx, key: &NewKey, from: Day, by: LearnerId) -> Result<(), Error> {
    let agency = held_open(tx, key.agency).await?;
    let (known, today) = (queries::list(tx, agency.id).await?, tx.now.day());
    let Some(newest) = known.last() else { return Err(Error::NoKey) };
    let signing = with_spans(&known).into_iter().map(|(row, _)| row);
    let (begun, waiting): (Vec<&KeyRow>, Vec<&KeyRow>) = signing.partition(|row| row.from <= today);
    if begun.iter().chain(&waiting).any(|row| row.from == from && row.generation > 1) {
        return Ok(());
    }
    let Some(now) = begun.last() else { return Err(Error::NoKey) };
    if from < today || now.from >= from || waiting.iter().any(|row| row.from < from) {
        return Err(Error::KeyDay);
    }
    let generation = newest.generation + 1;
    queries::forget_secrets(tx, agency.id, now.generation).await?;
    keep(tx, key, (generation, from), by).await?;
    let detail = json!({ "generation": generation, "from": from.to_string() });
    Ok(note(tx, (by, "agencies.rotate_key"), (agency.id, &agency.place_code), detail).await?)
}

/// The keys that sign at some time, each with the day on which another takes over; who was passed over is not among them.
fn with_spans(rows: &[KeyRow]) -> Vec<(&KeyRow, Option<Day>)> {
    let from: Vec<Day> = rows.iter().map(|row| row.from).collect();
    let spans = key_spans(&from);
    rows.iter().zip(spans).filter_map(|(row, span)| span.map(|(_, until)| (row, until))).collect()
}

/// All keys by which the agency signs, has signed or is to sign, the oldest first, each with its span. One that was passed over before its day
/// is none of them.
///
/// # Errors
/// What the database answers.
pub async fn verifying_keys_of(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<AgencyKey>, DbErr> {
    Ok(published(&queries::list(db, agency).await?))
}

/// Keys as everybody sees them.
pub(super) fn published(rows: &[KeyRow]) -> Vec<AgencyKey> {
    let key = |(row, until): (&KeyRow, Option<Day>)| AgencyKey {
        generation: row.generation,
        public: row.public,
        fingerprint: fingerprint(&row.public),
        from: row.from,
        until,
        distrusted_at: row.distrusted_at,
    };
    with_spans(rows).into_iter().map(key).collect()
}

/// A signature, with the fingerprint of the key that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Of which key.
    pub key: Digest,
    /// Ed25519, 64 bytes.
    pub signature: [u8; 64],
}

/// Signs in an agency's name, outside of any transaction; what it signs says in its beginning what it is. Never shown, never kept.
pub struct Signer {
    secret: SigningKey,
    fingerprint: Digest,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("key", &self.fingerprint).finish_non_exhaustive()
    }
}

impl Signer {
    /// The public half.
    #[must_use]
    pub fn key(&self) -> VerifyingKey {
        self.secret.verifying_key()
    }

    /// The SHA-256 of its 32 bytes.
    #[must_use]
    pub const fn fingerprint(&self) -> Digest {
        self.fingerprint
    }

    /// Signs `bytes`.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Signed {
        Signed { key: self.fingerprint, signature: self.secret.sign(bytes).to_bytes() }
    }
}

/// What signs certificates in the agency's name today.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`], [`Error::Suspended`], [`Error::NoKey`].
pub async fn signer(db: &impl ConnectionTrait, keys: &Keys, agency: AgencyId, today: Day) -> Result<Signer, Error> {
    must_work(db, agency).await?;
    status_signer(db, keys, agency, today).await
}

/// What signs the lists in which an agency's certificates stand today: those of one that is suspended or has closed too, since what it issued goes on
/// being verified.
///
/// # Errors
/// [`Error::NoKey`], also where its key is no longer believed.
pub async fn status_signer(db: &impl ConnectionTrait, keys: &Keys, agency: AgencyId, today: Day) -> Result<Signer, Error> {
    let rows = queries::list(db, agency).await?;
    let row = rows.iter().rfind(|row| row.from <= today).filter(|row| row.distrusted_at.is_none()).ok_or(Error::NoKey)?;
    let sealed = row.secret_sealed.as_deref().ok_or(Error::NoKey)?;
    let secret: [u8; 32] = sealer(keys).open(&place(agency), sealed)?.try_into().map_err(|_| SealBroken)?;
    let secret = SigningKey::from_bytes(&secret);
    if secret.verifying_key() != row.public {
        return Err(SealBroken.into());
    }
    Ok(Signer { fingerprint: fingerprint(&row.public), secret })
}

/// Signs `bytes` in the agency's name with the key of `today`. The bytes say in their beginning what they are, so that what was signed as one
/// thing never passes as another.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`], [`Error::Suspended`], [`Error::NoKey`].
pub async fn sign(db: &impl ConnectionTrait, keys: &Keys, agency: AgencyId, today: Day, bytes: &[u8]) -> Result<Signed, Error> {
    Ok(signer(db, keys, agency, today).await?.sign(bytes))
}

/// Whether one of the agency's `keys` made this signature over `bytes` on `day`. On the day on which a key takes over both may have signed.
#[must_use]
pub fn is_signed(keys: &[AgencyKey], signed: &Signed, day: Day, bytes: &[u8]) -> bool {
    let within =
        |key: &&AgencyKey| key.fingerprint == signed.key && key.from <= day && key.until.is_none_or(|until| day <= until);
    let signature = Signature::from_bytes(&signed.signature);
    keys.iter().find(within).is_some_and(|key| key.public.verify_strict(bytes, &signature).is_ok())
}

/// All pictures of an agency's seal, the newest first.
pub(in crate::agencies) async fn list_seals(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<SealPicture>, DbErr> {
    queries::list_seals(db, agency).await
}

/// The picture of an agency's seal as it was on a day: the newest of those sent by then.
///
/// # Errors
/// What the database answers.
pub async fn seal_on(db: &impl ConnectionTrait, agency: AgencyId, day: Day) -> Result<Option<SealPicture>, DbErr> {
    Ok(queries::list_seals(db, agency).await?.into_iter().find(|seal| seal.added_at.day() <= day))
}

/// Keeps a picture of the seal that lies in the file store; the ones before stay. The newest one once more changes nothing.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`].
pub async fn keep_seal(
    tx: &Tx,
    agency: AgencyId,
    (file, width, height): (&Stored, u32, u32),
    by: LearnerId,
) -> Result<(), Error> {
    let agency = held_open(tx, agency).await?;
    let known = queries::list_seals(tx, agency.id).await?;
    if known.first().is_some_and(|newest| newest.file == file.digest) {
        return Ok(());
    }
    let (version, id) = (known.first().map_or(1, |newest| newest.version + 1), new_id(tx.now));
    queries::insert_seal(tx, (agency.id, version, id), (file, width, height), by).await?;
    files::refer(tx, file, UsedBy { kind: "agency_seal", id }).await?;
    Ok(note(tx, (by, "agencies.seal"), (agency.id, &agency.place_code), json!({ "version": version })).await?)
}
