//! What is done with batches. Every function takes the write transaction or a reader, and never opens its own; but the work of a batch, which takes
//! many commits.

mod checking;
mod deciding;
mod keeping;
mod looking;
mod own;
mod people;
mod prints;
mod reading;
mod running;

pub(in crate::certificates) use checking::CHECK;
pub use checking::check_batch;
pub use deciding::{OfBatch, agree_to_batch, ask_for_batch, send_batch_back, withdraw_batch};
pub(in crate::certificates) use deciding::{RUN, unseen_by};
pub use keeping::{Brought, NewBatch, batch_code, bring_batch, empty_old_batches};
pub(in crate::certificates) use looking::{InSample, sample_line};
pub use looking::{LineVerdict, look_at_line};
pub(in crate::certificates) use own::{export_lines, forget_lines};
pub(in crate::certificates) use people::{PeopleList, lists_for, people_of};
pub(in crate::certificates) use prints::{
    DRAW, Drawn, find_print, keep_part, lines_to_draw, list_parts, start_print, sweep_prints, take_part,
};
pub use reading::{BatchProgress, batch_lines_of, count_batch, find_batch};
pub(in crate::certificates) use reading::{
    Looked, ShownLine, first_of, is_first, list_batches, page_of_batch, progress_of, sample_of, take_troubled,
};
pub(in crate::certificates) use running::help_phone_of;
pub use running::run_batch;

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use crate::agencies::Agency;
use crate::audit;
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{Batch, BatchLine, BatchSaid};
use crate::clients;
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::identity::{self, Grant, StaffScope};
use crate::kernel::{CertificateBatchId, LearnerId, SealKey};
use crate::outbox::{self, Event, Standing};

/// The sealed column of a line.
const PLACE: &str = "certificate_batch_line.sealed";
/// What the access log of a person calls it.
const SHOWN_AS: &str = "certificate_batch";
/// Days after which the lines of a batch that is over go, a batch that nobody goes on with is given up, and sheets that were drawn are removed.
const LINE_DAYS: i64 = 30;
/// Lines read or kept at once.
const AT_ONCE: u64 = 400;

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("certificate-batch-line"))
}

/// What a line says, sealed.
fn seal(key: &SealKey, said: &BatchSaid) -> Vec<u8> {
    key.seal(PLACE, &serde_json::to_vec(said).unwrap_or_default())
}

/// What a line says; nothing where it is over, or whoever it was has left.
fn open(key: &SealKey, line: &BatchLine) -> Result<Option<BatchSaid>, BatchError> {
    let Some(sealed) = &line.sealed else { return Ok(None) };
    Ok(serde_json::from_slice(&key.open(PLACE, sealed)?).ok())
}

/// The first of the two, who goes on with it: whoever brought it; of what a program brought, whoever answers for that program in this agency today.
async fn officer_of(db: &impl ConnectionTrait, batch: &Batch) -> Result<Option<LearnerId>, DbErr> {
    let Some(client) = batch.client else { return Ok(Some(batch.brought_by)) };
    let answers = clients::find_open(db, client).await?.and_then(|row| row.agency);
    Ok(answers.filter(|(agency, _)| *agency == batch.agency).map(|(_, officer)| officer))
}

/// All accounts of those who are no second for it: of whoever goes on with it, of whoever brought it, or answered for the program then, and of whoever
/// asked for the second.
async fn accounts_of_first(db: &impl ConnectionTrait, batch: &Batch, first: LearnerId) -> Result<HashSet<LearnerId>, DbErr> {
    let people: HashSet<LearnerId> = [Some(first), Some(batch.brought_by), batch.asked_by].into_iter().flatten().collect();
    let mut accounts = people.clone();
    for person in people {
        accounts.extend(identity::accounts_of(db, person).await?);
    }
    Ok(accounts)
}

/// What somebody may see for the agency.
async fn scope_of(db: &impl ConnectionTrait, agency: &Agency, who: LearnerId) -> Result<StaffScope, DbErr> {
    Ok(identity::load_scope(db, who).await?.within_organisation(agency.organisation, agency.line.as_deref()))
}

/// Keeps in the trail what was done with a batch.
async fn note(
    tx: &Tx,
    (actor, action): (Option<LearnerId>, &'static str),
    batch: &Batch,
    detail: Value,
) -> Result<(), BatchError> {
    let id = batch.id.to_string();
    let place = crate::agencies::find_agency(tx, batch.agency).await?.map(|agency| agency.place_code);
    let entry = audit::Entry {
        actor,
        action,
        object_kind: "certificate_batch",
        object_id: &id,
        learner: None,
        place_code: place.as_deref(),
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}

/// Tells others that nothing more comes of a batch, and how it ended.
async fn tell_over(tx: &Tx, batch: &Batch) -> Result<(), BatchError> {
    let body = json!({
        "agency": batch.agency, "batch": batch.id, "kind": batch.kind, "standing": batch.state.code(), "lines": batch.total,
        "passed": batch.wrong,
    });
    let standing = Standing::default();
    Ok(outbox::emit(tx, &[Event { kind: "batch.done", learner: None, standing: &standing, body }]).await?)
}

/// Keeps in the log of each of these people that they were shown.
async fn keep_shown(db: &Db, (actor, agency): (LearnerId, &Agency), seen: Vec<(LearnerId, Grant)>) -> Result<(), BatchError> {
    if seen.is_empty() {
        return Ok(());
    }
    let organisation = agency.organisation;
    db.write(async move |tx: &Tx| {
        let accesses: Vec<audit::Access<'_>> = seen
            .iter()
            .map(|(learner, grant)| audit::Access {
                learner: *learner,
                actor,
                actor_role: grant.role.code(),
                organisation: Some(organisation),
                place_code: grant.area.as_str(),
                what: SHOWN_AS,
            })
            .collect();
        Ok::<_, BatchError>(audit::record_accesses(tx, &accesses).await?)
    })
    .await
}

/// What a job of a batch is given.
fn payload(id: CertificateBatchId) -> Value {
    json!({ "batch": id })
}
