//! Gathering what the subjects keep of a person, and asking them to forget.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::Error;
use crate::config::Keys;
use crate::db::{Db, Tx, forget_keys};
use crate::kernel::{Acting, LearnerId, RequestId, Timestamp};
use crate::{
    applications, assessment, audit, certificates, classes, enrolment, exams, hall, help, helping, identity, learning, outbox,
    plans, recognition, recordings, rolls, signals, transfers,
};

/// The form of the file, for programs that read it.
const FORMAT: &str = "credit-bank/my-data/2";

/// Everything that is kept of a person, account by account: the first one is that by which they act. Of the others it stands below
/// `other_accounts`.
///
/// # Errors
/// Where the person has left; what the database answers.
pub async fn export_all(db: &impl ConnectionTrait, keys: &Keys, accounts: &[LearnerId], now: Timestamp) -> Result<Value, Error> {
    let (mut whole, mut others) = (Value::Null, Vec::new());
    for (number, learner) in accounts.iter().enumerate() {
        match export(db, keys, *learner, now).await {
            Ok(data) if number == 0 => whole = data,
            Ok(data) => others.push(data),
            Err(error) => return Err(error),
        }
    }
    if let Some(fields) = whole.as_object_mut().filter(|_| !others.is_empty()) {
        fields.insert("other_accounts".to_owned(), Value::Array(others));
    }
    Ok(whole)
}

/// Everything that is kept of the account `learner`, by subject.
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
        "recordings": recordings::export(db, learner).await?,
        "classes": classes::export(db, learner).await?,
        "plans": plans::export(db, learner).await?,
        "applications": applications::export(db, learner, &key).await?,
        "certificates": certificates::export(db, keys, learner, &key).await?,
        "rolls": rolls::export(db, learner).await?,
        "transfers": transfers::export(db, keys, learner).await?,
        "exams": exams::export(db, keys, learner).await?,
        "enrolment": enrolment::export(db, learner).await?,
        "signals": signals::export(db, learner).await?,
        "hall": hall::export(db, learner).await?,
        "help": help::export(db, learner, &key).await?,
        "helping": helping::export(db, learner, &key).await?,
        "outbox": outbox::export(db, learner).await?,
        "audit": audit::export(db, learner).await?,
    }))
}

/// Somebody leaves. Their events may be many: they are taken out of them chunk by chunk first, and the rest is one commit, which makes it
/// valid. A stop between the two takes nobody's account away.
///
/// # Errors
/// As [`forget`].
pub async fn leave(db: &Db, keys: &Keys, request: RequestId, acting: Acting) -> Result<(), Error> {
    let accounts = identity::accounts_of(db.read(), acting.learner).await.map_err(identity::Error::from)?;
    for learner in accounts.iter().copied() {
        // Before anything is taken apart: credit on its way out keeps the account open.
        recognition::may_forget(db.read(), learner).await?;
    }
    for learner in accounts {
        loop {
            let detached = db.write_for(request, async move |tx| Ok::<_, Error>(outbox::detach(tx, learner).await?)).await?;
            if detached < outbox::DETACH_AT_ONCE {
                break;
            }
        }
    }
    let keys = keys.clone();
    db.write_for(request, async move |tx| forget_all(tx, &keys, &acting).await).await
}

/// Every account of the person is forgotten: those that were joined leave together.
async fn forget_all(tx: &Tx, keys: &Keys, acting: &Acting) -> Result<(), Error> {
    for learner in identity::accounts_of(tx, acting.learner).await.map_err(identity::Error::from)? {
        forget(tx, keys, &Acting { learner, ..*acting }).await?;
    }
    Ok(())
}

/// Every subject forgets what it may, identity last, since the key goes with it. Leaving twice is leaving once.
///
/// # Errors
/// Where credit is on its way out; what the database answers.
pub async fn forget(tx: &Tx, keys: &Keys, acting: &Acting) -> Result<(), Error> {
    let learner = acting.learner;
    // Whoever writes something about them at this moment holds them too: it is written before, and forgotten here, or not at all.
    identity::hold_person(tx, learner).await.map_err(identity::Error::from)?;
    classes::forget(tx, learner).await?;
    plans::forget(tx, learner).await?;
    rolls::forget(tx, learner).await?;
    exams::forget(tx, learner).await?;
    learning::forget(tx, learner).await?;
    assessment::forget(tx, learner).await?;
    recognition::forget(tx, learner).await?;
    // After the chain is held: whoever decides holds it first, too.
    applications::forget(tx, keys, learner).await?;
    certificates::forget(tx, learner).await?;
    help::forget(tx, learner).await?;
    helping::forget(tx, learner).await?;
    recordings::forget(tx, learner).await?;
    enrolment::forget(tx, learner).await?;
    signals::forget(tx, learner).await?;
    hall::forget(tx, learner).await?;
    identity::forget(tx, keys, acting).await?;
    forget_keys(tx, learner).await?;
    // What happened between the last chunk and now.
    outbox::detach(tx, learner).await?;
    Ok(())
}
