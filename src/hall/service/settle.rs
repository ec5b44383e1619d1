//! The turn of each claim: one after the other on each device, each in a commit of its own.

use super::apply::{self, By};
use super::{Bank, look};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::hall::queries::{claims, devices};
use crate::hall::rules::{State, Why};
use crate::hall::{Error, Settled};
use crate::identity::{self, StaffScope};
use crate::kernel::DeviceId;
use crate::web::House;

/// What a turn came to.
enum Turn {
    /// The next one can be looked at.
    GoOn,
    /// Nothing more can be done now.
    Done,
}

/// Makes of a device's claims what can be made, as far as its chain is whole. Whatever is broken off goes on here.
///
/// # Errors
/// Faults.
pub async fn settle(house: &House, shelf: &Shelf, id: DeviceId) -> Result<(), Error> {
    let device = devices::find(house.db.read(), id).await?.ok_or(Error::NoSuchDevice)?;
    let bank = Bank::at(house, shelf, &device).await?;
    let mut has_made = false;
    loop {
        let for_try = bank.clone();
        let done = match house.db.write(async move |tx| turn(tx, &for_try, id).await).await {
            Err(Error::NeedsLook(why)) => house.db.write(async move |tx| put_aside(tx, id, why).await).await?,
            done => done?,
        };
        let (Turn::GoOn, made) = done else { break };
        has_made |= made;
    }
    if has_made {
        let mut scopes = Vec::with_capacity(device.operators.len());
        for operator in &device.operators {
            scopes.push(identity::load_scope(house.db.read(), *operator).await?);
        }
        let scopes: Vec<&StaffScope> = scopes.iter().collect();
        look::try_again(house, shelf, &look::areas_around(&device, &scopes)).await?;
    }
    Ok(())
}

/// Goes on with all devices of which something waits, whose chain could go on.
///
/// # Errors
/// Faults.
pub async fn settle_all(house: &House, shelf: &Shelf) -> Result<(), Error> {
    for device in claims::devices_waiting(house.db.read()).await? {
        settle(house, shelf, device).await?;
    }
    Ok(())
}

/// The next claim of a device, if its turn has come. `Error::NeedsLook` where it cannot be taken: then nothing of the try is kept. Says
/// whether something was made of it.
async fn turn(tx: &Tx, bank: &Bank, id: DeviceId) -> Result<(Turn, bool), Error> {
    let device = devices::lock(tx, id).await?.ok_or(Error::NoSuchDevice)?;
    let next = claims::find(tx, id, device.settled + 1).await?;
    let Some(claim) = next.filter(|claim| claim.state == State::Waits) else { return Ok((Turn::Done, false)) };
    if claim.prev != device.head {
        return Err(Error::NeedsLook(Why::Chain));
    }
    let settled = apply::apply(tx, bank, &device, &claim, By::Itself).await?;
    claims::settle(tx, (id, claim.seq), &settled, None).await?;
    devices::advance(tx, id, claim.seq, &claim.hash).await?;
    Ok((Turn::GoOn, settled.state == State::Accepted))
}

/// The next claim waits for a person; the chain goes on behind it, unless it is the chain itself that does not fit.
async fn put_aside(tx: &Tx, id: DeviceId, why: Why) -> Result<(Turn, bool), Error> {
    let device = devices::lock(tx, id).await?.ok_or(Error::NoSuchDevice)?;
    let next = claims::find(tx, id, device.settled + 1).await?;
    let Some(claim) = next.filter(|claim| claim.state == State::Waits) else { return Ok((Turn::Done, false)) };
    let settled = Settled { state: State::NeedsLook, why: Some(why), learner: None, became: None };
    claims::settle(tx, (id, claim.seq), &settled, None).await?;
    if why == Why::Chain {
        return Ok((Turn::Done, false));
    }
    devices::advance(tx, id, claim.seq, &claim.hash).await?;
    Ok((Turn::GoOn, false))
}
