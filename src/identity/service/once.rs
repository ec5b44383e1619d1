//! A form that has an effect only once, however often it arrives. What it held is not part of its key: the numbers and names of people
//! could be found out from a digest by trying.

use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::identity::Error;
use crate::kernel::{LearnerId, digest_of};

/// A form, by what it does, who sends it and its own key.
#[derive(Clone, Debug)]
pub struct Form {
    /// What it does.
    pub action: &'static str,
    /// Who sends it.
    pub actor: LearnerId,
    /// Its own key.
    pub once: OnceKey,
}

/// Does what the form asks, or gives the reference to what it did the first time.
///
/// # Errors
/// What the act refuses; [`Error::SentBefore`] where the key was used for something else.
pub async fn once<F>(tx: &Tx, form: &Form, act: F) -> Result<String, Error>
where
    F: AsyncFnOnce() -> Result<String, Error>,
{
    let digest = digest_of(&[form.action.as_bytes()]);
    match what_was_done(tx, form.actor, &form.once, &digest).await? {
        Once::Done(effect) => Ok(effect),
        Once::Misused => Err(Error::SentBefore),
        Once::New => {
            let effect = act().await?;
            remember(tx, form.actor, &form.once, &digest, &effect).await?;
            Ok(effect)
        }
    }
}
