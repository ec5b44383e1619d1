//! What its owner takes along of a certificate: on paper, as the picture of a badge, all of them as one file.

use sea_orm::ConnectionTrait;

use super::reading::{bundle_of, shown_of};
use crate::certificates::queries::{certificates, listing};
use crate::certificates::{Certificate, Desk, Error, Standing, Version, WHOLE};
use crate::credentials::{Bundle, Facts};
use crate::identity;
use crate::kernel::{CertificateId, LearnerId, Timestamp};

/// A certificate that its owner may take along, in its newest version.
#[derive(Clone, Debug)]
pub(in crate::certificates) struct InHand {
    pub certificate: Certificate,
    pub version: Version,
    /// What it says.
    pub facts: Facts,
    /// Its four forms.
    pub bundle: Bundle,
}

impl InHand {
    /// The title of its course, where it is about a single one.
    pub fn course(&self) -> Option<&str> {
        let about = Some(self.certificate.about.as_str()).filter(|about| *about != WHOLE)?;
        self.facts.lines.iter().find(|line| line.unit == about).map(|line| line.title.as_str())
    }
}

/// A certificate of these accounts.
///
/// # Errors
/// [`Error::NoSuch`] where there is none of theirs, [`Error::WrongState`] where it was revoked.
pub(in crate::certificates) async fn in_hand(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (accounts, id): (&[LearnerId], CertificateId),
    now: Timestamp,
) -> Result<InHand, Error> {
    let certificate = listing::find_in(db, accounts, id).await?.ok_or(Error::NoSuch)?;
    let shown = shown_of(db, desk, &certificate, (now, false)).await?.ok_or(Error::NoSuch)?;
    if matches!(shown.standing, Standing::Revoked { .. }) {
        return Err(Error::WrongState);
    }
    let whose = (certificate.learner, certificate.id);
    let version = certificates::find_version(db, whose, certificate.version).await?.ok_or(Error::NoSuch)?;
    let bundle = bundle_of(db, desk, (certificate.learner, &version)).await?.ok_or(Error::NoSuch)?;
    let facts = shown.facts.ok_or(Error::NoSuch)?;
    Ok(InHand { certificate, version, facts, bundle })
}

/// The signed documents of all certificates of the person whose `learner` is that are valid now, the newest first.
///
/// # Errors
/// What identity and database refuse.
pub(in crate::certificates) async fn valid_documents(
    db: &impl ConnectionTrait,
    desk: &Desk,
    learner: LearnerId,
    now: Timestamp,
) -> Result<Vec<String>, Error> {
    let accounts = identity::accounts_of(db, learner).await?;
    let mut documents = Vec::new();
    for own in certificates::list_of(db, &accounts).await? {
        let Some(shown) = shown_of(db, desk, &own, (now, false)).await? else { continue };
        if shown.standing != Standing::Active {
            continue;
        }
        let version = certificates::find_version(db, (own.learner, own.id), own.version).await?.ok_or(Error::NoSuch)?;
        documents.extend(bundle_of(db, desk, (own.learner, &version)).await?.map(|bundle| bundle.credential));
    }
    Ok(documents)
}
