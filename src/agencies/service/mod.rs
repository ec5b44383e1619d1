//! What is done with agencies.

mod delegations;
mod doubts;
mod keys;
mod officers;
mod published;
mod quota;
mod standing;

use sea_orm::DbErr;
use serde_json::Value;

use crate::audit;
use crate::db::Tx;
use crate::kernel::{AgencyId, LearnerId};

pub use delegations::{Asked, agree, ask, end, refuse, shown_before, withdraw};
pub(super) use delegations::{get_delegation, list_delegations, shown_digest, version_in_force};
pub(super) use doubts::list_doubts;
pub use doubts::{Distrusted, distrust_key, doubt_key, keep_trust, list_distrusted_since, withdraw_doubt};
pub(super) use keys::list_seals;
pub use keys::{
    NewKey, Signed, Signer, fresh_key, is_signed, keep_seal, rotate_key, seal_on, sign, signer, status_signer, verifying_keys_of,
};
pub use officers::{answering, is_officer};
pub use published::{Published, list_published};
pub use quota::{quota_used, take_quota};
pub use standing::{
    Listed, close, delegation_of, find_agency, lift, list_agencies, may_issue, must_be_allowed, must_work, register, see,
    set_contact, suspend,
};
pub(super) use standing::{find_for, list_suspensions, list_worked_for, must_not_work_for, turn_away};

/// Keeps what was done with an agency.
async fn note(
    tx: &Tx,
    (actor, action): (LearnerId, &'static str),
    (agency, place): (AgencyId, &str),
    detail: Value,
) -> Result<(), DbErr> {
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "agency",
        object_id: &agency.to_string(),
        learner: None,
        place_code: Some(place),
        detail,
    };
    audit::record(tx, &entry).await
}
