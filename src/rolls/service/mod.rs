//! What is done with rolls. Every function takes the write transaction or a reader, and never opens its own; but the work of a roll, which takes
//! many commits.

mod booking;
mod checking;
mod deciding;
mod keeping;
mod own_data;
mod reading;

pub use booking::{RUN, run};
pub use checking::{CHECK, check};
pub use deciding::{Deciding, agree, ask, disagree, unseen_by, withdraw};
pub use keeping::{NewRoll, Read, empty_old, empty_over, file_code, keep_roll};
pub use own_data::{export, forget};
pub use reading::{Shown, arrived, find_roll, list_rolls, open_rules, page_of_roll, shown_of, take_passed};

use serde_json::Value;

use super::lines::Said;
use super::{Error, Line, Roll};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::kernel::{LearnerId, SealKey};

/// The sealed column of a line.
const PLACE: &str = "roll_line.sealed";

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("roll-line"))
}

/// What a line says, sealed.
fn seal(key: &SealKey, said: &Said) -> Vec<u8> {
    key.seal(PLACE, &serde_json::to_vec(said).unwrap_or_default())
}

/// What a line says; nothing where it is over, or whoever it was has left.
fn open(key: &SealKey, line: &Line) -> Result<Option<Said>, Error> {
    let Some(sealed) = &line.sealed else { return Ok(None) };
    Ok(serde_json::from_slice(&key.open(PLACE, sealed)?).ok())
}

/// Keeps in the trail what was done with a roll.
async fn note(tx: &Tx, (actor, action): (Option<LearnerId>, &'static str), roll: &Roll, detail: Value) -> Result<(), Error> {
    let id = roll.id.to_string();
    let place = crate::agencies::find_agency(tx, roll.agency).await?.map(|agency| agency.place_code);
    let entry =
        audit::Entry { actor, action, object_kind: "roll", object_id: &id, learner: None, place_code: place.as_deref(), detail };
    Ok(audit::record(tx, &entry).await?)
}
