//! One transfer, and all transfers of one learner. Pure.

use uuid::Uuid;

use super::AwardState;
use super::Error;
use super::words::{Amount, Asset, AwardKey, AwardSeries, Balances, Code, Phase, Sides};
use crate::kernel::{Digest, LearnerId, OrganisationId, Timestamp, TransferId};

/// How one transfer names another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Ends what the other began: post or void of a pending, unfreeze of a freeze.
    Resolves,
    /// Is the exact opposite of the other.
    Reverses,
    /// Takes the award that the other gave, whole.
    Takes,
}

/// The earlier transfer that a transfer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// How.
    pub how: How,
    /// Which.
    pub id: TransferId,
    /// Its code.
    pub code: Code,
    /// Its phase.
    pub phase: Phase,
}

/// One row of the ledger, as it stands for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Whose.
    pub learner: LearnerId,
    /// Which.
    pub id: TransferId,
    /// Of which class of credit.
    pub asset: Asset,
    /// Its place in the learner's chain, from 1.
    pub version: i64,
    /// What it does.
    pub code: Code,
    /// In which step.
    pub phase: Phase,
    /// From where to where.
    pub sides: Sides,
    /// Whose award it is about: the issuer, or the partner of a conversion.
    pub issuer: OrganisationId,
    /// How much.
    pub amount: Amount,
    /// The balances it found.
    pub before: Balances,
    /// When its predecessor was recorded; `None` for the first.
    pub before_recorded_at: Option<Timestamp>,
    /// The balances it left.
    pub after: Balances,
    /// The business event it belongs to.
    pub group: Uuid,
    /// The earlier transfer it names.
    pub names: Option<Named>,
    /// What it credits, if it gives an award.
    pub award_key: Option<AwardKey>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was written down; never falls within a chain.
    pub recorded_at: Timestamp,
    /// Whose hand.
    pub actor: LearnerId,
    /// The second person, where two are needed.
    pub approver: Option<LearnerId>,
    /// Why, where a reason is needed.
    pub reason: Option<String>,
    /// Under which version of which rule.
    pub rule_version: String,
    /// Digest of the evidence.
    pub evidence: Digest,
    /// Scope of its idempotency key.
    pub key_scope: String,
    /// Its idempotency key.
    pub key: String,
    /// Digest of what was asked under that key.
    pub request: Digest,
    /// Form of the canonical bytes.
    pub format_version: i64,
    /// Makes the leaf unguessable to who does not hold the receipt.
    pub salt: [u8; 16],
    /// Digest of the canonical bytes.
    pub leaf: Digest,
}

impl Transfer {
    /// Whether it gave credit that may be taken: an issue, or a conversion in.
    #[must_use]
    pub const fn is_award(&self) -> bool {
        matches!(self.code, Code::Issue | Code::ConvertIn)
    }

    /// Whether it holds on to the award it takes until it lets go.
    #[must_use]
    fn takes(&self, award: TransferId) -> bool {
        self.names.is_some_and(|named| named.how == How::Takes && named.id == award)
    }
}

/// All transfers of one learner in one asset, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Book {
    transfers: Vec<Transfer>,
}

impl Book {
    /// The book of these transfers, given in the order of their versions.
    #[must_use]
    pub const fn of(transfers: Vec<Transfer>) -> Self {
        Self { transfers }
    }

    /// All of it, the oldest first.
    #[must_use]
    pub fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// The transfer with this id, if it is this learner's.
    #[must_use]
    pub fn find(&self, id: TransferId) -> Option<&Transfer> {
        self.transfers.iter().find(|transfer| transfer.id == id)
    }

    /// The transfer with this id.
    ///
    /// # Errors
    /// [`Error::NoSuchTransfer`].
    pub fn get(&self, id: TransferId) -> Result<&Transfer, Error> {
        self.find(id).ok_or(Error::NoSuchTransfer)
    }

    /// What reversed it.
    #[must_use]
    pub fn reversal_of(&self, id: TransferId) -> Option<&Transfer> {
        self.naming(How::Reverses, id)
    }

    /// What resolved it: post, void or unfreeze.
    #[must_use]
    pub fn resolution_of(&self, id: TransferId) -> Option<&Transfer> {
        self.naming(How::Resolves, id)
    }

    /// What holds on to the award now: a transfer out, a freeze, a revocation, a conversion.
    #[must_use]
    pub fn taker_of(&self, award: TransferId) -> Option<&Transfer> {
        self.transfers.iter().filter(|transfer| transfer.takes(award)).find(|taker| !self.has_let_go(taker.id))
    }

    /// Awards that stand: not reversed, not revoked (frozen and transferred ones stand).
    pub fn standing_awards(&self) -> impl Iterator<Item = &Transfer> {
        let is_revoked = |award: &Transfer| self.taker_of(award.id).is_some_and(|taker| taker.code == Code::Revoke);
        let is_gone = move |award: &Transfer| self.reversal_of(award.id).is_some() || is_revoked(award);
        self.transfers.iter().filter(move |transfer| transfer.is_award() && !is_gone(transfer))
    }

    /// How far the awards of `series` have come: the latest one decides.
    #[must_use]
    pub fn award_state(&self, series: &AwardSeries) -> AwardState {
        let cycle =
            |transfer: &&Transfer| transfer.award_key.as_ref().filter(|key| key.series() == series).map_or(0, AwardKey::cycle);
        match self.transfers.iter().filter(|transfer| cycle(transfer) > 0).max_by_key(cycle) {
            Some(latest) if self.reversal_of(latest.id).is_some() => AwardState::Open(cycle(&latest).saturating_add(1)),
            Some(latest) => AwardState::Given(latest.id),
            None => AwardState::Open(1),
        }
    }

    fn has_let_go(&self, taker: TransferId) -> bool {
        let is_freed = |by: &Transfer| by.code == Code::Unfreeze || by.phase == Phase::Void;
        self.resolution_of(taker).is_some_and(is_freed) || self.reversal_of(taker).is_some()
    }

    fn naming(&self, how: How, id: TransferId) -> Option<&Transfer> {
        self.transfers.iter().find(|transfer| transfer.names.is_some_and(|named| named.how == how && named.id == id))
    }
}
