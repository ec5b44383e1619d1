//! Letting clients in and putting them out; tokens for their secrets.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::queries::{self, ClientRow};
use super::rules::{self, Scope};
use super::tokens;
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::kernel::{AgencyId, Chance, ClientId, Digest, LearnerId, Timestamp, digest_of};

/// What only the client knows: 32 random bytes.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A fresh one.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Chance::secret())
    }

    /// The secret written in `text`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// To be shown once.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    fn digest(&self) -> Digest {
        digest_of(&[&self.0])
    }
}

/// Never shows the secret.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// A client to be let in.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Whose program it is.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The agency whose program it is, and who of its people answers for it.
    pub agency: Option<(AgencyId, LearnerId)>,
}

/// Lets a client in.
///
/// # Errors
/// What the database answers: a name that is empty or longer than 100 characters.
pub async fn add(tx: &Tx, new: &NewClient, secret: &Secret) -> Result<ClientId, DbErr> {
    let id = ClientId::fresh(tx.now);
    queries::insert_client(tx, id, (&new.name, &new.scopes, new.agency), &secret.digest()).await?;
    let (agency, officer) = new.agency.unzip();
    let detail = json!({ "scopes": rules::scopes_text(&new.scopes), "agency": agency, "officer": officer });
    note(tx, id, "clients.add", detail).await?;
    Ok(id)
}

/// What became of binding a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is bound.
    Done,
    /// There is no such client, or it was ended.
    Unknown,
    /// It is another agency's program: what it has brought, asked for and is told stays with that agency.
    Elsewhere,
}

/// Binds a client that has no agency yet to one, or names who else of its agency answers for it, from the next request on. A client never goes from
/// one agency to another: the other one gets a client of its own.
///
/// # Errors
/// What the database answers.
pub async fn bind(tx: &Tx, id: ClientId, (agency, officer): (AgencyId, LearnerId)) -> Result<Bound, DbErr> {
    if queries::bind_client(tx, id, (agency, officer)).await? == 1 {
        note(tx, id, "clients.bind", json!({ "agency": agency, "officer": officer })).await?;
        return Ok(Bound::Done);
    }
    Ok(if find_open(tx, id).await?.is_some() { Bound::Elsewhere } else { Bound::Unknown })
}

/// Puts a client out: from the next request on its tokens are good for nothing. Whether there was one to put out.
///
/// # Errors
/// What the database answers.
pub async fn end(tx: &Tx, id: ClientId) -> Result<bool, DbErr> {
    let is_ended = queries::end_client(tx, id).await? == 1;
    if is_ended {
        note(tx, id, "clients.end", serde_json::Value::Null).await?;
    }
    Ok(is_ended)
}

/// Done at the command line: by nobody who has an account.
async fn note(tx: &Tx, id: ClientId, action: &'static str, detail: serde_json::Value) -> Result<(), DbErr> {
    let id = id.to_string();
    let entry =
        audit::Entry { actor: None, action, object_kind: "client", object_id: &id, learner: None, place_code: None, detail };
    audit::record(tx, &entry).await
}

/// All clients, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<ClientRow>, DbErr> {
    queries::list_clients(db).await
}

/// A token that was given.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The token.
    pub token: String,
    /// What it is good for, with spaces between.
    pub scope: String,
}

/// Why no token is given.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// There is no such client, it was ended, or the secret is another one: never said which.
    #[error("the client is not known")]
    UnknownClient,
    /// More is asked than the client may do.
    #[error("the client may not do all of this")]
    ScopeTooWide,
    /// It could not be signed.
    #[error(transparent)]
    Unsigned(#[from] jsonwebtoken::errors::Error),
    /// What the database answers.
    #[error(transparent)]
    Fault(#[from] DbErr),
}

/// A token for the client `id` with this secret, for the scopes written in `wish`; for all of its own where that is empty.
///
/// # Errors
/// [`NoToken`].
pub async fn give_token(
    db: &impl ConnectionTrait,
    (keys, issuer): (&Keys, &str),
    (id, secret): (ClientId, &Secret),
    wish: &str,
    now: Timestamp,
) -> Result<Granted, NoToken> {
    let client =
        find_open(db, id).await?.filter(|client| client.secret == Some(secret.digest())).ok_or(NoToken::UnknownClient)?;
    let wanted = rules::parse_scopes(wish).ok_or(NoToken::ScopeTooWide)?;
    let scopes = if wanted.is_empty() { client.scopes.clone() } else { wanted };
    if !scopes.iter().all(|scope| client.scopes.contains(scope)) {
        return Err(NoToken::ScopeTooWide);
    }
    let token = tokens::sign(keys, issuer, id, &scopes, now)?;
    Ok(Granted { token, scope: rules::scopes_text(&scopes) })
}

/// The client, unless it was ended.
///
/// # Errors
/// What the database answers.
pub async fn find_open(db: &impl ConnectionTrait, id: ClientId) -> Result<Option<ClientRow>, DbErr> {
    Ok(queries::find_client(db, id).await?.filter(|client| client.ended_at.is_none()))
}
