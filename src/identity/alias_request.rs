//! A request that two accounts be read as one, or that this end, as it is made and as it is kept.

use super::alias_rules::{AliasKind, AliasState};
use crate::kernel::{AliasRequestId, Digest, LearnerId, SealKey, Timestamp, digest_of};

/// Where the sealed columns stand, as their seals say.
const PLACE_GROUND: &str = "alias_request.ground";
const PLACE_ANSWER: &str = "alias_request.answer";

/// A request about to be made.
#[derive(Clone, Debug)]
pub struct NewAliasRequest {
    /// The account that is to be read through the other, or is so now.
    pub learner: LearnerId,
    /// The account that people sign in to, and that shows everything.
    pub primary: LearnerId,
    /// What is asked for.
    pub kind: AliasKind,
    /// The joining that is to end; none: one is to begin.
    pub ends: Option<AliasRequestId>,
    /// The officer who asks.
    pub asker: LearnerId,
    /// Why: one of the kind's reasons.
    pub reason: &'static str,
    /// The ground for the file, sealed with the key of `learner` by [`seal_alias_ground`].
    pub ground_sealed: Vec<u8>,
    /// Who answers for the record.
    pub responsible_org: String,
    /// Where it belongs.
    pub place_code: String,
}

impl NewAliasRequest {
    /// The evidence: the digest of the ground as it is kept, sealed, so that it tells nothing once the key is gone.
    pub(super) fn evidence(&self) -> Digest {
        digest_of(&[&self.ground_sealed])
    }
}

/// The ground of a request, sealed.
#[must_use]
pub fn seal_alias_ground(key: &SealKey, words: &str) -> Vec<u8> {
    key.seal(PLACE_GROUND, words.as_bytes())
}

/// The answer to a request, sealed.
#[must_use]
pub fn seal_alias_answer(key: &SealKey, words: &str) -> Vec<u8> {
    key.seal(PLACE_ANSWER, words.as_bytes())
}

/// What was asked, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasRequest {
    /// The account that is read through the other.
    pub learner: LearnerId,
    /// Its id.
    pub id: AliasRequestId,
    /// The account that shows everything.
    pub primary: LearnerId,
    /// What was asked for.
    pub kind: AliasKind,
    /// The joining that it ends.
    pub ends: Option<AliasRequestId>,
    /// Why, by its code.
    pub reason: String,
    /// Where it belongs.
    pub place_code: String,
    /// Where it stands.
    pub state: AliasState,
    /// The officer who asked.
    pub asker: LearnerId,
    /// When.
    pub asked_at: Timestamp,
    /// Who decided.
    pub decider: Option<LearnerId>,
    /// When it ended.
    pub decided_at: Option<Timestamp>,
    /// Who answers for the record.
    pub responsible_org: String,
    /// Digest of the ground.
    pub evidence: Digest,
    pub(super) ground_sealed: Vec<u8>,
    pub(super) answer_sealed: Option<Vec<u8>>,
}

impl AliasRequest {
    /// The ground, as far as `key` opens it: nothing once the person has left.
    #[must_use]
    pub fn ground(&self, key: &SealKey) -> String {
        key.open_text(PLACE_GROUND, &self.ground_sealed).unwrap_or_default()
    }

    /// Why the second person did not agree.
    #[must_use]
    pub fn answer(&self, key: &SealKey) -> String {
        let sealed = self.answer_sealed.as_deref();
        sealed.and_then(|sealed| key.open_text(PLACE_ANSWER, sealed).ok()).unwrap_or_default()
    }
}
