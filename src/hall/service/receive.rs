//! A pack comes.

use std::collections::HashMap;

use super::settle::settle;
use super::{BODY_PLACE, body_key};
use crate::config::Keys;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::hall::pack::{Broken, Entry, Pack};
use crate::hall::queries::{claims, devices};
use crate::hall::rules::{self, Kind, State, Why};
use crate::hall::seal::open_sealed;
use crate::hall::{Claim, Device, DeviceKind, Error, PackState, Way};
use crate::kernel::{ClaimId, DeviceId, LearnerId, PackId, Timestamp};
use crate::web::House;

/// How a pack comes, and by whose hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// How.
    pub way: Way,
    /// Whoever brought it, where somebody did.
    pub by: Option<LearnerId>,
}

/// What became of one row of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number on the device.
    pub seq: i64,
    /// Its name.
    pub id: ClaimId,
    /// What was taken down.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Why a person has to look.
    pub why: Option<Why>,
}

impl Line {
    pub(super) const fn of(claim: &Claim) -> Self {
        Self { seq: claim.seq, id: claim.id, kind: claim.kind, state: claim.state, why: claim.why }
    }
}

/// What became of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Of which device.
    pub device: DeviceId,
    /// What it is called.
    pub name: String,
    /// Its id.
    pub pack: PackId,
    /// Row by row.
    pub lines: Vec<Line>,
    /// How many of them came for the first time.
    pub fresh: usize,
    /// The row that is otherwise than what the device handed over before: nothing of the pack was kept.
    pub forked: Option<i64>,
    /// The numbers that are missing now.
    pub gaps: Vec<(i64, i64)>,
}

/// Takes a pack: holds it against its device, keeps its rows, and makes of them what can be made. The same again changes nothing.
///
/// # Errors
/// [`Error::NoPack`], with the row that was changed; [`Error::NoSuchDevice`]; [`Error::Revoked`] where the device itself comes;
/// [`Error::NotAllowed`] where somebody brings another's phone; faults.
pub async fn receive(house: &House, shelf: &Shelf, file: &[u8], carrier: Carrier) -> Result<Receipt, Error> {
    let pack = Pack::parse(file)?;
    let device = devices::find(house.db.read(), pack.device).await?.ok_or(Error::NoSuchDevice)?;
    if device.kind == DeviceKind::Phone && carrier.by.is_none_or(|by| !device.operators.contains(&by)) {
        return Err(Error::NotAllowed);
    }
    if device.revoked_at.is_some() && carrier.way == Way::Network {
        return Err(Error::Revoked);
    }
    let about = (pack.device, pack.id, pack.made_at);
    let brought = (carrier.way, carrier.by);
    if let Err(broken) = pack.check(device.key.as_ref()) {
        let row = match broken {
            Broken::Changed(row) | Broken::Missing(row) => Some(row),
            Broken::NotSigned | Broken::Unreadable => return Err(broken.into()),
        };
        let span = pack.span();
        let keep = async move |tx: &Tx| {
            devices::keep_pack(tx, about, (span.0, span.1.max(span.0)), (PackState::Broken, row), brought).await?;
            Ok::<_, Error>(())
        };
        house.db.write(keep).await?;
        tracing::warn!(device = %pack.device, pack = %pack.id, row, "a row of a pack was changed on the way");
        return Err(broken.into());
    }
    let span = pack.span();
    let opened = opened(&house.keys, &device, &pack.entries);
    let keep = async move |tx: &Tx| keep(tx, about, span, &opened, brought).await;
    let (fresh, forked) = house.db.write(keep).await?;
    if forked.is_some() {
        tracing::error!(device = %pack.device, pack = %pack.id, row = forked, "a device tells another story than before");
    } else {
        settle(house, shelf, pack.device).await?;
    }
    receipt(house, &device, &pack, (fresh, forked)).await
}

/// What each entry says, sealed with the bank's own key; a box sealed it to the bank, a phone sent it under TLS.
fn opened(keys: &Keys, device: &Device, entries: &[Entry]) -> Vec<(Entry, Vec<u8>)> {
    let key = body_key(keys);
    let open = |entry: &Entry| {
        let plain = match device.kind {
            DeviceKind::Phone => Some(entry.body.as_bytes().to_vec()),
            DeviceKind::Box => open_sealed(keys, &about(device.id, entry.id), &entry.body),
        };
        // What does not open is kept as nothing: the claim is then looked at as unreadable.
        (entry.clone(), key.seal(BODY_PLACE, &plain.unwrap_or_default()))
    };
    entries.iter().map(open).collect()
}

/// What a claim is sealed for: it opens as no other.
pub(in crate::hall) fn about(device: DeviceId, claim: ClaimId) -> String {
    format!("{device} {claim}")
}

/// Keeps the rows that are new; says how many, or which row is otherwise than before: then none is kept.
async fn keep(
    tx: &Tx,
    about: (DeviceId, PackId, Timestamp),
    span: (i64, i64),
    entries: &[(Entry, Vec<u8>)],
    brought: (Way, Option<LearnerId>),
) -> Result<(usize, Option<i64>), Error> {
    let device = devices::lock(tx, about.0).await?.ok_or(Error::NoSuchDevice)?;
    let known: HashMap<i64, _> =
        claims::list_span(tx, device.id, span).await?.into_iter().map(|one| (one.seq, one.hash)).collect();
    let forked = entries.iter().find(|(entry, _)| known.get(&entry.seq).is_some_and(|hash| *hash != entry.hash(device.id)));
    if let Some((entry, _)) = forked {
        let row = Some(entry.seq);
        devices::keep_pack(tx, about, span, (PackState::Forked, row), brought).await?;
        return Ok((0, row));
    }
    let fresh: Vec<(&Entry, Vec<u8>)> = entries
        .iter()
        .filter(|(entry, _)| !known.contains_key(&entry.seq))
        .map(|(entry, sealed)| (entry, sealed.clone()))
        .collect();
    claims::insert(tx, (device.id, about.1), &fresh).await?;
    devices::keep_pack(tx, about, span, (PackState::Whole, None), brought).await?;
    Ok((fresh.len(), None))
}

async fn receipt(house: &House, device: &Device, pack: &Pack, (fresh, forked): (usize, Option<i64>)) -> Result<Receipt, Error> {
    let db = house.db.read();
    let kept = if forked.is_some() { Vec::new() } else { claims::list_span(db, device.id, pack.span()).await? };
    let now = devices::find(db, device.id).await?.ok_or(Error::NoSuchDevice)?;
    let waiting = claims::list_waiting(db, &[device.id]).await?.remove(&device.id).unwrap_or_default();
    Ok(Receipt {
        device: device.id,
        name: device.name.clone(),
        pack: pack.id,
        lines: kept.iter().map(Line::of).collect(),
        fresh,
        forked,
        gaps: rules::gaps(now.settled, &waiting),
    })
}
