//! What waits for a person: both times, why, and what they decide.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::apply::{self, By};
use super::devices::is_within;
use super::{BODY_PLACE, Bank, body_key};
use crate::audit;
use crate::config::Keys;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::exams;
use crate::hall::bodies::Body;
use crate::hall::queries::{claims, devices};
use crate::hall::rules::{State, Why};
use crate::hall::{Claim, Device, Error, Settled};
use crate::identity::{self, Role, StaffScope};
use crate::kernel::{DeviceId, ExamId, LearnerId};
use crate::places::PlaceCode;
use crate::web::House;

/// Claims shown on one page.
const ON_A_PAGE: u64 = 100;

/// What somebody decides about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is tried once more, as it is: whatever stood against it may have been mended.
    Again,
    /// It counts all the same.
    Count,
    /// It does not count.
    Drop,
}

/// A claim that waits for a person.
#[derive(Clone, Debug)]
pub struct ToLookAt {
    /// The claim.
    pub claim: Claim,
    /// The device that wrote it.
    pub device: Device,
    /// What it says, where it can be read.
    pub body: Option<Body>,
}

/// Everything that waits for a person in the areas of `scope`.
///
/// # Errors
/// What the database answers.
pub async fn look_list(db: &impl ConnectionTrait, keys: &Keys, scope: &StaffScope) -> Result<Vec<ToLookAt>, Error> {
    let waiting = claims::list_to_look_at(db, &scope.areas(Role::HOSTS), ON_A_PAGE).await?;
    let mut ids: Vec<DeviceId> = waiting.iter().map(|claim| claim.device).collect();
    ids.sort_unstable();
    ids.dedup();
    let devices = devices::list_by_ids(db, &ids).await?;
    let key = body_key(keys);
    let with_device = |claim: Claim| {
        let device = devices.iter().find(|device| device.id == claim.device)?.clone();
        let plain = claim.body_sealed.as_deref().and_then(|sealed| key.open(BODY_PLACE, sealed).ok());
        let body = plain.and_then(|plain| Body::parse(claim.kind, &plain));
        Some(ToLookAt { claim, device, body })
    };
    Ok(waiting.into_iter().filter_map(with_device).collect())
}

/// How much waits for a person in the areas of `scope`.
///
/// # Errors
/// What the database answers.
pub async fn count_to_look_at(db: &impl ConnectionTrait, scope: &StaffScope) -> Result<u64, Error> {
    Ok(claims::count_to_look_at(db, &scope.areas(Role::HOSTS)).await?)
}

/// Decides about a claim that waits for a person. The same decision again changes nothing.
///
/// # Errors
/// [`Error::NoSuchClaim`] outside of the areas of `scope`; [`Error::NeedsLook`] where it cannot be counted as it is; [`Error::HadPart`] for who had a
/// part in its supervised session; faults.
pub async fn decide(
    house: &House,
    shelf: &Shelf,
    scope: &StaffScope,
    (id, seq): (DeviceId, i64),
    decision: Decision,
) -> Result<(), Error> {
    let device = devices::find(house.db.read(), id).await?.filter(|device| is_within(scope, device));
    let device = device.ok_or(Error::NoSuchClaim)?;
    let bank = Bank::at(house, shelf, &device).await?;
    let by = scope.clone();
    match house.db.write(async move |tx| decide_one(tx, &bank, &by, (id, seq), decision).await).await {
        // What stands against it by itself is by now something else, perhaps. What stands against counting it depends on who counts.
        Err(Error::NeedsLook(why)) if decision == Decision::Again => {
            house.db.write(async move |tx| keep_why(tx, (id, seq), why).await).await?;
            return Err(Error::NeedsLook(why));
        }
        decided => {
            if decided? {
                try_again(house, shelf, &areas_around(&device, &[scope])).await?;
            }
        }
    }
    Ok(())
}

/// Keeps why a claim that waits for a person cannot be taken now.
async fn keep_why(tx: &Tx, (id, seq): (DeviceId, i64), why: Why) -> Result<(), Error> {
    devices::lock(tx, id).await?.ok_or(Error::NoSuchClaim)?;
    Ok(claims::keep_why(tx, (id, seq), why).await?)
}

async fn decide_one(
    tx: &Tx,
    bank: &Bank,
    scope: &StaffScope,
    (id, seq): (DeviceId, i64),
    decision: Decision,
) -> Result<bool, Error> {
    let device = devices::lock(tx, id).await?.ok_or(Error::NoSuchClaim)?;
    let claim = claims::find(tx, id, seq).await?.ok_or(Error::NoSuchClaim)?;
    match (claim.state, decision) {
        (State::NeedsLook, _) => {}
        (State::Dropped, Decision::Drop) => return Ok(false),
        (State::Accepted | State::Duplicate, Decision::Again | Decision::Count) => return Ok(false),
        (State::Waits, _) => return Err(Error::NoSuchClaim),
        _ => return Err(Error::Decided),
    }
    let why = claim.why.unwrap_or(Why::Unreadable);
    if decision == Decision::Drop
        && let Some(exam) = exam_in(bank, &claim)
    {
        exams::must_have_no_part(tx, scope.actor(), exam).await?;
    }
    let settled = match decision {
        Decision::Drop => Settled { state: State::Dropped, why: claim.why, learner: claim.learner, became: None },
        // What the chain does not hold is nobody's word.
        _ if why == Why::Chain => return Err(Error::NeedsLook(Why::Chain)),
        Decision::Again => apply::apply(tx, bank, &device, &claim, By::Itself).await?,
        // Whoever has a phone that was given up cannot vouch for what comes from it: they may be a thief.
        Decision::Count if is_own_word(why, claim.operator, &identity::accounts_of(tx, scope.actor()).await?) => {
            return Err(Error::NeedsLook(why));
        }
        Decision::Count if why.may_be_waived(claim.kind) => {
            apply::apply(tx, bank, &device, &claim, By::Decider(scope.clone())).await?
        }
        Decision::Count => return Err(Error::NeedsLook(why)),
    };
    claims::settle(tx, (id, seq), &settled, Some(scope.actor())).await?;
    note(tx, (scope.actor(), decision), &device, &claim, &settled).await?;
    Ok(settled.state == State::Accepted)
}

/// The supervised session that a claim is of.
fn exam_in(bank: &Bank, claim: &Claim) -> Option<ExamId> {
    let plain = body_key(&bank.keys).open(BODY_PLACE, claim.body_sealed.as_deref()?).ok()?;
    Body::parse(claim.kind, &plain)?.exam()
}

/// Whether the person of these accounts would count what they wrote themselves, on a device that was given up, about somebody whom nobody saw, of a
/// session that was taken back, or once its answering was ended: another has to.
#[must_use]
pub fn is_own_word(why: Why, operator: LearnerId, accounts: &[LearnerId]) -> bool {
    matches!(why, Why::Revoked | Why::NotThere | Why::ExamBack | Why::ExamLate) && accounts.contains(&operator)
}

async fn note(
    tx: &Tx,
    (actor, decision): (LearnerId, Decision),
    device: &Device,
    claim: &Claim,
    settled: &Settled,
) -> Result<(), Error> {
    let action = match decision {
        Decision::Again => "hall.try_again",
        Decision::Count => "hall.count",
        Decision::Drop => "hall.drop",
    };
    let id = claim.id.to_string();
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "claim",
        object_id: &id,
        learner: settled.learner,
        place_code: Some(&device.place_code),
        detail: json!({ "device": device.id, "seq": claim.seq, "why": claim.why.map(Why::code), "state": settled.state.code() }),
    };
    Ok(audit::record(tx, &entry).await?)
}

/// The place of a device, and the areas in which these people hold classes: a phone is of all the area of its volunteer, a box of one hall in it.
pub(super) fn areas_around(device: &Device, scopes: &[&StaffScope]) -> Vec<PlaceCode> {
    let own = scopes.iter().flat_map(|scope| scope.areas(Role::HOSTS));
    let mut areas: Vec<PlaceCode> = own.chain(PlaceCode::parse(&device.place_code)).collect();
    areas.sort();
    areas.dedup();
    areas
}

/// Something was made of a claim: what waited for it, on whatever device within these areas, is tried again. A task that one box has seen may
/// come before the attendance that another took down.
pub(super) async fn try_again(house: &House, shelf: &Shelf, areas: &[PlaceCode]) -> Result<(), Error> {
    let mendable = claims::list_mendable(house.db.read(), areas, ON_A_PAGE).await?;
    let mut ids: Vec<DeviceId> = mendable.iter().map(|(id, ..)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let all = devices::list_by_ids(house.db.read(), &ids).await?;
    for (id, seq, known) in mendable {
        let Some(device) = all.iter().find(|device| device.id == id) else { continue };
        let bank = Bank::at(house, shelf, device).await?;
        let again = async move |tx: &Tx| {
            let device = devices::lock(tx, id).await?.ok_or(Error::NoSuchDevice)?;
            let claim = claims::find(tx, id, seq).await?.filter(|claim| claim.state == State::NeedsLook);
            let Some(claim) = claim else { return Ok(()) };
            let settled = apply::apply(tx, &bank, &device, &claim, By::Itself).await?;
            Ok(claims::settle(tx, (id, seq), &settled, None).await?)
        };
        match house.db.write(again).await {
            Ok(()) => {}
            // Mostly it still waits for the same: nothing is to be kept.
            Err(Error::NeedsLook(why)) if why == known => {}
            Err(Error::NeedsLook(why)) => house.db.write(async move |tx: &Tx| keep_why(tx, (id, seq), why).await).await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
