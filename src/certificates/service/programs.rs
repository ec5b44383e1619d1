//! What programs of an agency read of its certificates, and what they ask for in the name of who answers for them.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::listed::find_numbered;
use crate::certificates::queries::listing;
use crate::certificates::{Act, Certificate, Deciding, Desk, Error, Reason, Request, seal_ground};
use crate::clients::{self, OnceAsked, Replayed};
use crate::credentials::Number;
use crate::db::{OnceKey, Tx};
use crate::identity;
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, LearnerId, Timestamp, digest_of};

/// Something that a program asks for about a certificate of its agency.
#[derive(Clone, Debug)]
pub struct ProgramAsks {
    /// What and under which key.
    pub asked: OnceAsked,
    /// Of which agency.
    pub agency: AgencyId,
    /// Its name, for the record.
    pub agency_name: String,
    /// Who answers for the program.
    pub officer: LearnerId,
    /// Which certificate.
    pub number: Number,
    /// Why.
    pub reason: Reason,
    /// Why, in words; may be empty.
    pub words: String,
    /// Where somebody answers, for the letter.
    pub help_phone: String,
    /// The key of the deed, made anew for each request.
    pub once: OnceKey,
}

/// What a program asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramAct {
    /// That it is suspended at once.
    Suspend,
    /// That a second person is asked for its revocation.
    Revoke,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramDone {
    /// It is suspended.
    Suspended,
    /// A second person is asked for its revocation.
    Asked(CertificateRequestId),
}

/// Certificates of an agency that were issued, by when something became of them last; those behind `after`, from `since` on. `state` is that of the row:
/// how one stands this very moment is for verifying to say.
///
/// # Errors
/// What the database answers.
pub async fn list_of_agency(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    (after, since): (Option<(Timestamp, Uuid)>, Timestamp),
    most: u64,
) -> Result<Vec<Certificate>, Error> {
    Ok(listing::list_of_agency(db, agency, (after, since), most).await?)
}

/// A request to an agency, with the number of the certificate that it is about.
///
/// # Errors
/// [`Error::NoSuchRequest`].
pub async fn find_request(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    id: CertificateRequestId,
) -> Result<(Request, Option<String>), Error> {
    let request = listing::find_request(db, agency, id).await?.ok_or(Error::NoSuchRequest)?;
    let number = match request.certificate {
        Some(certificate) => listing::number_of(db, (request.learner, certificate)).await?,
        None => None,
    };
    Ok((request, number))
}

/// Suspends a certificate at once, or asks for its revocation; once, however often the program asks. `answer` writes what the program is told.
///
/// # Errors
/// As [`super::suspend`] and [`super::request`]; [`Error::Once`].
pub async fn act_for_program<T: serde::Serialize>(
    tx: &Tx,
    desk: &Desk,
    (asks, act): (&ProgramAsks, ProgramAct),
    answer: impl FnOnce(ProgramDone) -> (u16, T),
) -> Result<Replayed<T>, Error> {
    let work = async || {
        let own = find_numbered(tx, asks.agency, &asks.number).await?.ok_or(Error::NoSuch)?;
        let ground_sealed = ground_of(tx, desk, (own.learner, &asks.words)).await?;
        let digest = asks.asked.request;
        let deciding = deciding_of(asks, (own.learner, own.id), (ground_sealed, digest_of(&[digest.bytes()])));
        let done = match act {
            ProgramAct::Revoke => ProgramDone::Asked(super::request(tx, desk, Act::Revoke, &deciding).await?),
            ProgramAct::Suspend => {
                super::suspend(tx, desk, &deciding).await?;
                ProgramDone::Suspended
            }
        };
        Ok::<_, Error>(answer(done))
    };
    clients::once(tx, &desk.keys, &asks.asked, work).await
}

fn deciding_of(
    asks: &ProgramAsks,
    (learner, certificate): (LearnerId, CertificateId),
    (ground_sealed, digest): (Option<Vec<u8>>, crate::kernel::Digest),
) -> Deciding<'_> {
    Deciding {
        learner,
        certificate,
        agency: asks.agency,
        by: asks.officer,
        client: Some(asks.asked.client),
        reason: Some(asks.reason),
        ground_sealed,
        once: &asks.once,
        digest,
        responsible_org: &asks.agency_name,
        help_phone: &asks.help_phone,
    }
}

/// The words for the file, sealed for whose certificate it is; none where there are none, or nobody any more.
async fn ground_of(tx: &Tx, desk: &Desk, (learner, words): (LearnerId, &str)) -> Result<Option<Vec<u8>>, Error> {
    if words.is_empty() {
        return Ok(None);
    }
    match identity::person_key(tx, &desk.keys, learner).await {
        Ok(key) => Ok(Some(seal_ground(&key, words))),
        Err(identity::Error::NoSuchPerson) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
