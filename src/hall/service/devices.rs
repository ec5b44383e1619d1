//! Devices: made ready, known, given up; tests that were given to them.

use std::collections::HashMap;

use ed25519_dalek::VerifyingKey;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::audit;
use crate::db::Tx;
use crate::hall::pack::genesis;
use crate::hall::queries::{claims, devices as queries};
use crate::hall::service::Line;
use crate::hall::{Device, DeviceKind, Error, KeptPack, PackState};
use crate::identity::{self, Role, StaffScope};
use crate::kernel::{AttemptId, DeviceId, LearnerId, Timestamp};
use crate::places::{self, PlaceCode};

/// Packs shown on one page.
const ON_A_PAGE: u64 = 200;
/// A device of which nothing was heard for so many days is an old one.
const IN_USE_DAYS: i64 = 60;

fn device(id: DeviceId, kind: DeviceKind, (name, place): (&str, &str), tx: &Tx) -> Device {
    Device {
        id,
        kind,
        name: name.to_owned(),
        place_code: place.to_owned(),
        key: None,
        operators: Vec::new(),
        prepared_at: tx.now,
        settled: 0,
        head: genesis(id),
        revoked_at: None,
    }
}

/// Keeps a box that was made ready for a place, with its key and those who may write on it.
///
/// # Errors
/// [`Error::NeedsLook`] where there is no such place; what the database answers.
pub async fn register_box(
    tx: &Tx,
    (id, key): (DeviceId, VerifyingKey),
    (name, place): (&str, &PlaceCode),
    operators: Vec<LearnerId>,
    by: Option<LearnerId>,
) -> Result<(), Error> {
    let place = places::find_place(tx, place.as_str()).await?.ok_or(Error::NeedsLook(crate::hall::Why::NotSo))?;
    let made = Device { key: Some(key), operators, ..device(id, DeviceKind::Box, (name, &place.code), tx) };
    if queries::insert(tx, &made, by).await? {
        note(tx, "hall.prepare", by, &made).await?;
    }
    Ok(())
}

/// The phone of a volunteer, known from the first pack that they hand over on.
///
/// # Errors
/// [`Error::NotAllowed`] where it is somebody else's; what the database answers.
pub async fn own_phone(tx: &Tx, scope: &StaffScope, id: DeviceId, name: &str) -> Result<(), Error> {
    if let Some(known) = queries::find(tx, id).await? {
        let is_theirs = known.kind == DeviceKind::Phone && known.operators == [scope.actor()];
        return if is_theirs { Ok(()) } else { Err(Error::NotAllowed) };
    }
    let area = scope.areas(Role::HOSTS).into_iter().next().ok_or(Error::NotAllowed)?;
    let made = Device { operators: vec![scope.actor()], ..device(id, DeviceKind::Phone, (name, area.as_str()), tx) };
    if queries::insert(tx, &made, Some(scope.actor())).await? {
        note(tx, "hall.know_phone", Some(scope.actor()), &made).await?;
    }
    Ok(())
}

/// Gives a device up: it was stolen, or lost, or is no longer used. What it hands over from now on is looked at by a person; of a phone the
/// volunteer is signed out everywhere. Twice is once.
///
/// # Errors
/// [`Error::NoSuchDevice`] where there is none, or none of the areas of `scope`; `None` is the bank's own keyboard.
pub async fn revoke(tx: &Tx, scope: Option<&StaffScope>, id: DeviceId) -> Result<(), Error> {
    let found = queries::lock(tx, id).await?.ok_or(Error::NoSuchDevice)?;
    if scope.is_some_and(|scope| !is_within(scope, &found)) {
        return Err(Error::NoSuchDevice);
    }
    let by = scope.map(StaffScope::actor);
    if queries::revoke(tx, id, by).await? {
        // A phone calls itself what it likes: what gives it up is that whoever holds it is signed in no more.
        let signed_in: &[LearnerId] = if found.kind == DeviceKind::Phone { &found.operators } else { &[] };
        for operator in signed_in {
            identity::end_all_sessions(tx, *operator).await?;
        }
        note(tx, "hall.revoke", by, &found).await?;
    }
    Ok(())
}

/// The devices of the areas of `scope`, the newest first: `most` of them after the first `skip`, and how many there are. With `now` only those
/// of the last weeks, and those of which something waits.
///
/// # Errors
/// What the database answers.
pub async fn devices_of(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    now: Option<Timestamp>,
    part: (u64, u64),
) -> Result<(Vec<Device>, u64), Error> {
    let since = now.map(|now| now.plus_days(-IN_USE_DAYS));
    Ok(queries::list_within(db, &scope.areas(Role::HOSTS), since, part).await?)
}

/// A device of the areas of `scope`.
///
/// # Errors
/// [`Error::NoSuchDevice`] where there is none; what the database answers.
pub async fn find_device(db: &impl ConnectionTrait, scope: &StaffScope, id: DeviceId) -> Result<Device, Error> {
    queries::find(db, id).await?.filter(|device| is_within(scope, device)).ok_or(Error::NoSuchDevice)
}

/// Whether a device is of the areas of `scope`.
pub(super) fn is_within(scope: &StaffScope, device: &Device) -> bool {
    scope.areas(Role::HOSTS).iter().any(|area| area.covers(&device.place_code))
}

/// The packs of these devices, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn packs_of(db: &impl ConnectionTrait, devices: &[DeviceId]) -> Result<Vec<KeptPack>, Error> {
    Ok(queries::list_packs(db, devices, ON_A_PAGE).await?)
}

/// What became of the rows of a pack.
///
/// # Errors
/// What the database answers.
pub async fn lines_of(db: &impl ConnectionTrait, pack: &KeptPack) -> Result<Vec<Line>, Error> {
    if pack.state != PackState::Whole {
        return Ok(Vec::new());
    }
    let kept = claims::list_span(db, pack.device, pack.span).await?;
    Ok(kept.iter().map(Line::of).collect())
}

/// The numbers of the claims that wait for their turn, by device.
///
/// # Errors
/// What the database answers.
pub async fn waiting_of(db: &impl ConnectionTrait, devices: &[DeviceId]) -> Result<HashMap<DeviceId, Vec<i64>>, Error> {
    Ok(claims::list_waiting(db, devices).await?)
}

/// Keeps that a test that was begun for somebody may be taken on this device too. On however many: the first that hands it in counts.
///
/// # Errors
/// What the database answers.
pub async fn give_sheet(tx: &Tx, learner: LearnerId, attempt: AttemptId, device: DeviceId) -> Result<(), Error> {
    Ok(queries::give_sheet(tx, learner, attempt, device).await?)
}

async fn note(tx: &Tx, action: &'static str, actor: Option<LearnerId>, device: &Device) -> Result<(), Error> {
    let id = device.id.to_string();
    let entry = audit::Entry {
        actor,
        action,
        object_kind: "claim_device",
        object_id: &id,
        learner: None,
        place_code: Some(&device.place_code),
        detail: Value::Null,
    };
    Ok(audit::record(tx, &entry).await?)
}
