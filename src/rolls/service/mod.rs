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
pub use reading::{Shown, arrived, find_roll, list_rolls, list_troubled, open_rules, page_of_roll, shown_of, take_passed};

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::lines::Said;
use super::{Error, Line, Roll};
use crate::audit;
use crate::clients;
use crate::config::Keys;
use crate::db::Tx;
use crate::kernel::{LearnerId, SealKey};
use crate::outbox::{self, Event, Standing};

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

/// Whether whoever brought it may go on with it: what a program brought does, as long as that program is let in, and is this agency's.
async fn is_let_in(db: &impl ConnectionTrait, roll: &Roll) -> Result<bool, DbErr> {
    let Some(client) = roll.client else { return Ok(true) };
    let bound = clients::find_open(db, client).await?.and_then(|row| row.agency);
    Ok(bound.is_some_and(|(agency, _)| agency == roll.agency))
}

/// Keeps in the trail what was done with a roll.
async fn note(tx: &Tx, (actor, action): (Option<LearnerId>, &'static str), roll: &Roll, detail: Value) -> Result<(), Error> {
    let id = roll.id.to_string();
    let place = crate::agencies::find_agency(tx, roll.agency).await?.map(|agency| agency.place_code);
    let entry =
        audit::Entry { actor, action, object_kind: "roll", object_id: &id, learner: None, place_code: place.as_deref(), detail };
    Ok(audit::record(tx, &entry).await?)
}

/// Tells others that nothing more comes of a roll, and how it ended.
async fn tell_over(tx: &Tx, roll: &Roll) -> Result<(), Error> {
    let passed = if roll.state == super::RollState::Done { roll.wrong } else { 0 };
    let body = json!({
        "agency": roll.agency, "roll": roll.id, "standing": roll.state.code(), "lines": roll.total, "passed": passed,
    });
    let standing = Standing::default();
    Ok(outbox::emit(tx, &[Event { kind: "roll.done", learner: None, standing: &standing, body }]).await?)
}
