//! What happens: who is assisted, what is done on somebody's behalf and undone, which hours are kept.

mod acts;
mod assistance;
mod hours;
mod own_data;

pub use acts::{NewAct, Says, Undoing, count_within, errand_words, find_act, keys_of, list_acts, list_within, record_act, undo};
pub use assistance::{
    ByCard, begin as begin_assistance, begin_by_card, decline, end as end_assistance, find_last, find_offer, list_assistance,
    offer as offer_assistance,
};
pub use hours::{
    ClassHours, NewHours, confirm_help, correct_hours, count_thanks, has_thanked, is_enterable, issue_proof, keep_class_hours,
    keep_hours, list_hours, list_kept_within, list_proofs, standing,
};
pub use own_data::{export, forget};

use sea_orm::DbErr;
use serde_json::{Value, json};

use super::Error;
use crate::audit;
use crate::db::{Once, OnceKey, Tx, what_was_done};
use crate::kernel::{Digest, LearnerId, OrganisationId};
use crate::places::{self, Organisation, PlaceCode};

/// Something done, for the trail.
struct Deed<'a> {
    action: &'static str,
    actor: LearnerId,
    learner: LearnerId,
    object: (&'static str, String),
    place: &'a str,
    detail: Value,
}

async fn note(tx: &Tx, deed: Deed<'_>) -> Result<(), DbErr> {
    let entry = audit::Entry {
        actor: Some(deed.actor),
        action: deed.action,
        object_kind: deed.object.0,
        object_id: &deed.object.1,
        learner: Some(deed.learner),
        place_code: Some(deed.place).filter(|place| !place.is_empty()),
        detail: if deed.detail.is_null() { json!({}) } else { deed.detail },
    };
    audit::record(tx, &entry).await
}

/// What the same form did before; none where it is new.
async fn before(tx: &Tx, who: LearnerId, (once, digest): (&OnceKey, &Digest)) -> Result<Option<String>, Error> {
    match what_was_done(tx, who, once, digest).await? {
        Once::New => Ok(None),
        Once::Done(effect) => Ok(Some(effect)),
        Once::Misused => Err(Error::SentBefore),
    }
}

/// An organisation that is open and lies within one of the areas.
async fn own_organisation(tx: &Tx, areas: &[PlaceCode], id: OrganisationId) -> Result<Organisation, Error> {
    let found = places::find_organisation(tx, id).await?;
    let is_own = |one: &Organisation| !one.is_closed && areas.iter().any(|area| area.covers(&one.place_code));
    found.filter(is_own).ok_or(Error::NotHere)
}
