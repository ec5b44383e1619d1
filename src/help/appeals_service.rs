//! Appeals (申诉): somebody wants another look at what was decided about a certificate. Who hears them is the subject's of certificates to say.

use sea_orm::{ConnectionTrait, DbErr};

use super::queries;
use super::rules::Kind;
use super::service::{Asked, Asker, Opened, Request, insert};
use super::{CallPhone, Case, CaseNumber, Error, Told};
use crate::db::{Once, Tx, remember, what_was_done};
use crate::kernel::{CertificateId, LearnerId, SealKey};

/// What somebody says against a decision about their certificate.
#[derive(Clone, Debug)]
pub struct Appeal {
    /// Which; the caller has made sure that it is the asker's own.
    pub certificate: CertificateId,
    /// What was told.
    pub words: String,
    /// Where to ring.
    pub phone: Option<CallPhone>,
    /// Where the agency is that decided.
    pub place_code: String,
}

/// Opens an appeal, sealed with `key`. The same form again, or a second one while the first waits, is the first case.
///
/// # Errors
/// [`Error::SentBefore`].
pub async fn appeal(tx: &Tx, asker: &Asker, key: &SealKey, appeal: &Appeal, asked: &Asked) -> Result<Opened, Error> {
    let learner = asker.learner();
    match what_was_done(tx, learner, &asked.once, &asked.digest).await? {
        Once::New => {}
        Once::Done(effect) => return CaseNumber::parse(&effect).map(|number| Opened { number }).ok_or(Error::NoSuchCase),
        Once::Misused => return Err(Error::SentBefore),
    }
    let waiting =
        queries::list_appeals(tx, &[learner], appeal.certificate).await?.into_iter().find(|case| case.state.is_waiting());
    let number = match waiting {
        Some(first) => first.number,
        None => {
            let request = Request {
                kind: Kind::Appeal,
                about: None,
                told: Told { words: appeal.words.clone(), ..Told::default() },
                phone: appeal.phone.clone(),
                place_code: appeal.place_code.clone(),
                concerns: None,
                source: None,
            };
            insert(tx, asker, key, &request, Some(appeal.certificate.to_string())).await?
        }
    };
    remember(tx, learner, &asked.once, &asked.digest, number.as_str()).await?;
    Ok(Opened { number })
}

/// The appeals of these accounts about one certificate, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_appeals(db: &impl ConnectionTrait, accounts: &[LearnerId], about: CertificateId) -> Result<Vec<Case>, DbErr> {
    queries::list_appeals(db, accounts, about).await
}
