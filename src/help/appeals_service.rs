//! Appeals (申诉): somebody wants another look at what was decided about a certificate, or about a request for one. Who hears them is the subject's of
//! certificates to say.

use std::fmt;
use std::str::FromStr;

use sea_orm::{ConnectionTrait, DbErr};

use super::queries;
use super::rules::Kind;
use super::service::{Asked, Asker, Opened, Request, insert};
use super::{CallPhone, Case, CaseNumber, Error, Told};
use crate::db::{Once, Tx, remember, what_was_done};
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, LearnerId, SealKey};

/// What an appeal against a refusal is about, in its column: this, then the request.
const OF_REFUSAL: &str = "refusal/";

/// What an appeal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contested {
    /// What was decided about a certificate.
    Certificate(CertificateId),
    /// That one which was asked for is not issued.
    Refusal(CertificateRequestId),
}

impl Contested {
    /// The certificate.
    #[must_use]
    pub const fn certificate(self) -> Option<CertificateId> {
        match self {
            Self::Certificate(id) => Some(id),
            Self::Refusal(_) => None,
        }
    }

    /// The request that was refused.
    #[must_use]
    pub const fn refusal(self) -> Option<CertificateRequestId> {
        match self {
            Self::Certificate(_) => None,
            Self::Refusal(id) => Some(id),
        }
    }
}

impl fmt::Display for Contested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(id) => write!(f, "{id}"),
            Self::Refusal(id) => write!(f, "{OF_REFUSAL}{id}"),
        }
    }
}

impl FromStr for Contested {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix(OF_REFUSAL) {
            Some(id) => id.parse().map(Self::Refusal),
            None => text.parse().map(Self::Certificate),
        }
    }
}

/// What somebody says against a decision.
#[derive(Clone, Debug)]
pub struct Appeal {
    /// Which; the caller has made sure that it is the asker's own.
    pub about: Contested,
    /// What was told.
    pub words: String,
    /// Where to ring.
    pub phone: Option<CallPhone>,
    /// The agency that decided: its people hear it.
    pub agency: AgencyId,
    /// Where that is.
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
    let waiting = queries::list_appeals(tx, &[learner], appeal.about).await?.into_iter().find(|case| case.state.is_waiting());
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
            insert(tx, asker, key, &request, (Some(appeal.about.to_string()), Some(appeal.agency))).await?
        }
    };
    remember(tx, learner, &asked.once, &asked.digest, number.as_str()).await?;
    Ok(Opened { number })
}

/// The appeals of these accounts about one certificate or one request for one, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_appeals(db: &impl ConnectionTrait, accounts: &[LearnerId], about: Contested) -> Result<Vec<Case>, DbErr> {
    queries::list_appeals(db, accounts, about).await
}

/// The appeals against what an agency decided that wait, but for those that concern the reader, what is promised first on top: `most` after the first
/// `from`.
///
/// # Errors
/// What the database answers.
pub async fn list_appeals_of(
    db: &impl ConnectionTrait,
    (agency, reader): (AgencyId, LearnerId),
    part: (u64, u64),
) -> Result<Vec<Case>, DbErr> {
    queries::list_appeals_of(db, (agency, reader), part).await
}

/// How many these are.
///
/// # Errors
/// What the database answers.
pub async fn count_appeals_of(db: &impl ConnectionTrait, agency: AgencyId, reader: LearnerId) -> Result<u64, DbErr> {
    queries::count_appeals_of(db, agency, reader).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    #[test]
    fn what_an_appeal_is_about_is_read_as_it_was_written() {
        let now = Timestamp::from_ms(1_800_000_000_000);
        for about in [Contested::Certificate(CertificateId::fresh(now)), Contested::Refusal(CertificateRequestId::fresh(now))] {
            assert_eq!(about.to_string().parse::<Contested>(), Ok(about));
        }
        assert!("refusal/".parse::<Contested>().is_err() && "".parse::<Contested>().is_err());
    }
}
