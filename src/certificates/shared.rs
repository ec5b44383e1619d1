//! What a learner shows to others, and that somebody has looked.

use super::rules::shares::{Shows, What};
use crate::kernel::{CertificateId, ClientId, LearnerId, ShareId, Timestamp};

/// Something that a learner shows to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Whose.
    pub learner: LearnerId,
    /// Its id.
    pub id: ShareId,
    /// What.
    pub what: What,
    /// Of which certificate; none: the statement.
    pub certificate: Option<CertificateId>,
    /// What is ticked.
    pub shows: Shows,
    /// To which program; none: to whoever has the link.
    pub client: Option<ClientId>,
    /// Since when.
    pub made_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When it was taken back.
    pub ended_at: Option<Timestamp>,
    pub(super) for_sealed: Vec<u8>,
    pub(super) token_sealed: Vec<u8>,
}

/// That somebody opened what is shown; those of one minute are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// The program; none: somebody.
    pub client: Option<ClientId>,
}
