//! How offers of awards to outside programmes stand, for who shows them.

use sea_orm::{ConnectionTrait, DbErr};

use super::transfers_out_queries as queries;
use crate::kernel::{LearnerId, OrganisationId, Timestamp, TransferId};

pub use super::transfers_out_queries::OfferState;

/// An offer as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferStands {
    /// Whose award.
    pub learner: LearnerId,
    /// The offer's number: the pending transfer.
    pub transfer: TransferId,
    /// The award.
    pub award: TransferId,
    /// Who answers.
    pub receiver: OrganisationId,
    /// How it stands.
    pub state: OfferState,
    /// When it was offered.
    pub asked_at: Timestamp,
    /// Until when it is answered.
    pub due_at: Timestamp,
    /// When it ended, where it has.
    pub answered_at: Option<Timestamp>,
    /// The receiver's own number of its answer.
    pub answer: Option<String>,
}

/// Those of these offers that there are, in no order.
///
/// # Errors
/// What the database answers.
pub async fn list_offers_by_ids(
    db: &impl ConnectionTrait,
    offers: &[(LearnerId, TransferId)],
) -> Result<Vec<OfferStands>, DbErr> {
    queries::list_by_ids(db, offers).await
}
