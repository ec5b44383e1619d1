//! What a program asks for under a key of its own is done once: the first answer comes again, however often it asks.

use sea_orm::DbErr;
use serde::Serialize;

use super::queries::{self, OnceRow};
use crate::config::Keys;
use crate::db::{Db, DbFault, Retry, Tx};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{ClientId, Digest, SealKey, digest_of};

/// How long a repeat gets the first answer.
pub(super) const ONCE_DAYS: u16 = 7;
/// How long an answer may be on its way before its key is taken over: whoever was to give it has died meanwhile.
const DEAD_MS: i64 = 120_000;
/// The sealed column of an answer.
const PLACE: &str = "api_once.answer";

/// A key that a program gives to something that is to be done once: 8 to 128 printable characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceKey(String);

impl OnceKey {
    /// The key written in a header; the quotes of RFC 8941 around it are taken off.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let fits = (8..=128).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        fits.then(|| Self(bare.to_owned()))
    }

    fn hash(&self) -> Digest {
        digest_of(&[b"api-once", self.0.as_bytes()])
    }
}

/// Who asks for what, under which key.
#[derive(Clone, Debug)]
pub struct OnceAsked {
    /// The client.
    pub client: ClientId,
    /// Its key.
    pub key: OnceKey,
    /// Digest of method, path and body.
    pub request: Digest,
}

/// Why nothing is done, and nothing was answered before.
#[derive(Debug, thiserror::Error)]
pub enum NotOnce {
    /// The key stands for something else.
    #[error("the key was used for another request")]
    OtherRequest,
    /// The first request under it is on its way still.
    #[error("the first request under this key is on its way")]
    OnItsWay,
    /// Below the subjects.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for NotOnce {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Retry for NotOnce {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) => fault.database_error(),
            Self::OtherRequest | Self::OnItsWay => None,
        }
    }
}

impl From<NotOnce> for AppError {
    fn from(refusal: NotOnce) -> Self {
        match refusal {
            NotOnce::OtherRequest => Self::Refused(Message::of("api-key-reused")),
            NotOnce::OnItsWay => Self::Changed(Message::of("api-key-on-its-way")),
            NotOnce::Fault(fault) => fault.into(),
        }
    }
}

/// The answer to something that is done once: its status and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed<T> {
    /// It was done just now.
    First(u16, T),
    /// It was done before: the body as it was written then, in JSON.
    Again(u16, String),
}

/// What the key comes to.
enum Taken {
    Now,
    Before(u16, String),
}

fn seal_key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("api-once"))
}

/// What stands under a key that was taken before.
fn before(keys: &Keys, asked: &OnceAsked, row: &OnceRow) -> Result<Taken, NotOnce> {
    if row.request != Some(asked.request) {
        return Err(NotOnce::OtherRequest);
    }
    let Some(sealed) = row.answer.as_ref().filter(|_| row.status != 0) else { return Err(NotOnce::OnItsWay) };
    let body = seal_key(keys).open_text(PLACE, sealed).map_err(|broken| DbErr::Custom(broken.to_string()))?;
    Ok(Taken::Before(row.status, body))
}

async fn take(tx: &Tx, keys: &Keys, asked: &OnceAsked) -> Result<Taken, NotOnce> {
    let key = asked.key.hash();
    if queries::take_key(tx, asked.client, &key, &asked.request).await? {
        return Ok(Taken::Now);
    }
    // It was given back in this very moment: the program may ask again.
    let row = queries::hold_key(tx, asked.client, &key).await?.ok_or(NotOnce::OnItsWay)?;
    let is_dead = row.status == 0 && tx.now.ms() - row.at.ms() > DEAD_MS;
    if is_dead && row.request == Some(asked.request) {
        queries::take_key_over(tx, asked.client, &key).await?;
        return Ok(Taken::Now);
    }
    before(keys, asked, &row)
}

async fn keep(tx: &Tx, keys: &Keys, asked: &OnceAsked, (status, body): (u16, &str)) -> Result<(), NotOnce> {
    let sealed = seal_key(keys).seal(PLACE, body.as_bytes());
    Ok(queries::keep_answer(tx, asked.client, &asked.key.hash(), (status, sealed)).await?)
}

fn written(answer: &impl Serialize) -> Result<String, NotOnce> {
    serde_json::to_string(answer).map_err(|error| DbErr::Json(error.to_string()).into())
}

/// Does `work` once: its key is taken in the commit of its effect. Where it is refused, nothing is kept, nor is the key taken.
///
/// # Errors
/// What `work` refuses with; [`NotOnce`].
pub async fn once<T, E>(
    tx: &Tx,
    keys: &Keys,
    asked: &OnceAsked,
    work: impl AsyncFnOnce() -> Result<(u16, T), E>,
) -> Result<Replayed<T>, E>
where
    T: Serialize,
    E: From<NotOnce>,
{
    match take(tx, keys, asked).await? {
        Taken::Before(status, body) => Ok(Replayed::Again(status, body)),
        Taken::Now => {
            let (status, answer) = work().await?;
            let body = written(&answer)?;
            keep(tx, keys, asked, (status, &body)).await?;
            Ok(Replayed::First(status, answer))
        }
    }
}

/// The same for work of many commits, which is safe to be done twice: its key is taken before it begins, and given back where it is refused.
/// While it is on its way, whoever asks again is asked to wait.
///
/// # Errors
/// What `work` refuses with; [`NotOnce`].
pub async fn once_over<T, E>(
    db: &Db,
    keys: &Keys,
    asked: &OnceAsked,
    work: impl AsyncFnOnce() -> Result<(u16, T), E>,
) -> Result<Replayed<T>, E>
where
    T: Serialize,
    E: From<NotOnce>,
{
    let (with, of) = (keys.clone(), asked.clone());
    if let Taken::Before(status, body) = db.write::<_, NotOnce, _>(async move |tx: &Tx| take(tx, &with, &of).await).await? {
        return Ok(Replayed::Again(status, body));
    }
    let done = match work().await {
        Ok((status, answer)) => written(&answer).map(|body| (status, answer, body)).map_err(E::from),
        Err(refusal) => Err(refusal),
    };
    let (with, of) = (keys.clone(), asked.clone());
    match done {
        Ok((status, answer, body)) => {
            let kept = async move |tx: &Tx| keep(tx, &with, &of, (status, &body)).await;
            db.write::<_, NotOnce, _>(kept).await?;
            Ok(Replayed::First(status, answer))
        }
        Err(refusal) => {
            let given_back = async move |tx: &Tx| Ok::<_, NotOnce>(queries::drop_key(tx, of.client, &of.key.hash()).await?);
            db.write::<_, NotOnce, _>(given_back).await?;
            Err(refusal)
        }
    }
}

/// Deletes keys that nobody repeats any more, in bites. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn clean_up(db: &Db) -> Result<(), DbFault> {
    loop {
        let work = async |tx: &Tx| {
            let before = tx.now.plus_days(-i64::from(ONCE_DAYS));
            Ok::<_, DbFault>(queries::delete_keys_before(tx, before).await?)
        };
        if db.write(work).await? < queries::BITE {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_eight_to_128_printable_characters_with_or_without_quotes() {
        let key = |text: &str| OnceKey::parse(text).map(|key| key.0);
        assert_eq!(key("\"8e03978e-40d5\"").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(key(" 8e03978e-40d5 ").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(key(&"k".repeat(128)).map(|key| key.len()), Some(128));
        for bad in ["", "1234567", "\"1234567\"", &"k".repeat(129), "1234567\n8", "编号编号编号"] {
            assert_eq!(key(bad), None, "{bad}");
        }
        assert_ne!(OnceKey::parse("12345678").unwrap().hash(), OnceKey::parse("12345679").unwrap().hash());
    }
}
