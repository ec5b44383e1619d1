//! What the three steps of an issue hand to one another, and how what they make is called elsewhere.

use sea_orm::DbErr;

use crate::agencies::Agency;
use crate::certificates::{Basis, CODE_PURPOSE, Error, Why};
use crate::config::Keys;
use crate::credentials::{Bundle, Facts, LongCode, Number, StatusPlace};
use crate::kernel::{AgencyId, CertificateBatchId, CertificateId, CertificateRequestId, Day, Digest, LearnerId, Mac, mac_of};

/// What its uses are called.
pub(super) const USE: &str = "certificate";

/// What is to be issued, and by whom.
#[derive(Clone, Debug)]
pub struct Order {
    /// For whom.
    pub learner: LearnerId,
    /// Of which kind.
    pub kind: String,
    /// About which unit, or [`crate::certificates::WHOLE`].
    pub about: String,
    /// By which agency.
    pub agency: AgencyId,
    /// Who issues it.
    pub officer: LearnerId,
    /// With which others.
    pub batch: Option<CertificateBatchId>,
    /// On which request.
    pub request: Option<CertificateRequestId>,
    /// What whoever issues it was shown; none: whatever stands now.
    pub shown: Option<Digest>,
    /// Where somebody answers, for the letter.
    pub help_phone: String,
}

/// A version of which number, address and place in the lists are drawn, and which is not made yet.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// What was ordered.
    pub order: Order,
    /// The certificate.
    pub certificate: CertificateId,
    /// Which version.
    pub version: i64,
    /// Why it is made.
    pub why: Why,
    /// The number.
    pub number: Number,
    /// The address.
    pub code: LongCode,
    /// Its place in the agency's lists.
    pub place: StatusPlace,
    /// What it rests on.
    pub basis: Basis,
    /// The agency, as it is called today.
    pub agency: Agency,
    /// The day of version 1.
    pub awarded: Day,
}

impl Reserved {
    /// How its uses are called: certificate and version.
    #[must_use]
    pub fn reference(&self) -> String {
        reference(self.certificate, self.version)
    }
}

/// How the uses of a version are called.
pub(super) fn reference(id: CertificateId, version: i64) -> String {
    format!("{id}/{version}")
}

/// The keyed digest under which a long code is found.
pub(super) fn index_of(keys: &Keys, code: &LongCode) -> Mac {
    mac_of(&keys.for_purpose(CODE_PURPOSE), &[code.to_text().as_bytes()])
}

/// A place as its columns have it.
pub(super) fn place_of((list, position): (i64, i64)) -> Result<StatusPlace, Error> {
    let number = |value: i64| u32::try_from(value).map_err(|_| DbErr::Type("a place in a list cannot be read".to_owned()));
    Ok(StatusPlace { list: number(list)?, position: number(position)? })
}

/// A version as it was signed.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its four forms.
    pub bundle: Bundle,
    /// What it says.
    pub facts: Facts,
    /// SHA-256 of its canonical form without proof.
    pub document_hash: Digest,
    /// Of the key that signed it.
    pub key_hash: Digest,
    /// Of each line the numbers of its leaves: result, award.
    pub leaves: Vec<(u64, u64)>,
}
