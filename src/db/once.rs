//! Idempotency keys: a repeated request gets the first answer, and has no second effect.

use entity::idempotency;
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, QuerySelect};

use super::{DbFault, Tx};
use crate::kernel::{Digest, LearnerId};

/// The key a form carries, made when the form was shown. Up to 64 letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceKey(String);

impl OnceKey {
    /// The key written in `text`, if it has the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The key as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the key already stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// Nothing yet: go on, then [`remember`].
    New,
    /// The same request was done; this is the reference to its effect.
    Done(String),
    /// The key was used for another request.
    Misused,
}

/// Looks up what `learner` has done under `key`. `request` is the digest of what is asked now.
///
/// # Errors
/// What the database answers.
pub async fn what_was_done(tx: &Tx, learner: LearnerId, key: &OnceKey, request: &Digest) -> Result<Once, DbFault> {
    let query = idempotency::Entity::find_by_id((learner.uuid(), key.as_str().to_owned()));
    let row = match sea_orm::ConnectionTrait::get_database_backend(tx) {
        sea_orm::DbBackend::Postgres => query.lock_exclusive().one(tx).await?,
        _ => query.one(tx).await?,
    };
    Ok(match row {
        None => Once::New,
        Some(row) if row.request_hash == request.bytes() => Once::Done(row.effect),
        Some(_) => Once::Misused,
    })
}

/// Keeps the reference to the effect under the key, in the same commit as the effect.
///
/// # Errors
/// What the database answers; among it the refusal of a second row for one key, which undoes the second effect.
pub async fn remember(tx: &Tx, learner: LearnerId, key: &OnceKey, request: &Digest, effect: &str) -> Result<(), DbFault> {
    let row = idempotency::ActiveModel {
        learner_id: Set(learner.uuid()),
        once_key: Set(key.as_str().to_owned()),
        request_hash: Set(request.to_vec()),
        effect: Set(effect.to_owned()),
        at_ms: Set(tx.now.ms()),
    };
    idempotency::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
