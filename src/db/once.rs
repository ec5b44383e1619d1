//! Idempotency keys: a repeated request gets the first answer, and has no second effect.

use super::{DbFault, Tx, queries};
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
    Ok(match queries::find_once(tx, learner, key).await? {
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
    queries::insert_once(tx, learner, key, request, effect).await?;
    Ok(())
}

/// Forgets the keys of somebody who leaves.
///
/// # Errors
/// What the database answers.
pub async fn forget_keys(tx: &Tx, learner: LearnerId) -> Result<(), DbFault> {
    Ok(queries::delete_all_once(tx, learner).await?)
}
