//! Gathering what the subjects keep of a person, and asking them to forget.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::Error;
use crate::config::Keys;
use crate::db::Tx;
use crate::kernel::{Acting, LearnerId, Timestamp};
use crate::{assessment, audit, help, identity, learning, outbox, recognition};

/// The form of the file, for programs that read it.
const FORMAT: &str = "credit-bank/my-data/1";

/// Everything that is kept of `learner`, by subject.
///
/// # Errors
/// Where the person has left; what the database answers.
pub async fn export(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId, now: Timestamp) -> Result<Value, Error> {
    let key = identity::person_key(db, keys, learner).await?;
    Ok(json!({
        "format": FORMAT,
        "made_at": now.to_minute_text(),
        "identity": identity::export(db, keys, learner, now).await?,
        "learning": learning::export(db, learner).await?,
        "assessment": assessment::export(db, learner).await?,
        "recognition": recognition::export(db, learner).await?,
        "help": help::export(db, learner, &key).await?,
        "letters": outbox::export(db, learner).await?,
        "who_read": audit::export(db, learner).await?,
    }))
}

/// Somebody leaves: every subject forgets what it may, identity last, since the key goes with it. Leaving twice is leaving once.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, keys: &Keys, acting: &Acting) -> Result<(), Error> {
    let learner = acting.learner;
    learning::forget(tx, learner).await?;
    assessment::forget(tx, learner).await?;
    recognition::forget(tx, learner).await?;
    help::forget(tx, learner).await?;
    Ok(identity::forget(tx, keys, acting).await?)
}
