//! A further version that two people agree on: reserved, made and entered as any issue is, its number and address staying.

use super::cases::{case_of, get_issued, impact_on, issued, profile_of};
use super::changing::{Met, asked_about, end_others, meet};
use super::issuing::{enter, reserve_next};
use super::making::make_when_sealed;
use super::order::{Made, Order, Reserved};
use crate::agencies;
use crate::certificates::queries::certificates;
use crate::certificates::{Answer, Decision, Desk, Error};
use crate::db::{Db, Tx};

/// The second person agrees to a corrected name, to citing anew, to what was revoked coming back: the version is made and issued, and the one before is
/// over, in one commit. Twice is once.
///
/// # Errors
/// As [`super::decide`], [`super::reserve_next`], [`super::make`] and [`super::enter`].
pub async fn approve_version(db: &Db, desk: &Desk, decision: &Decision) -> Result<(), Error> {
    let (ours, its) = (decision.clone(), desk.clone());
    let reserved = db.write(async move |tx: &Tx| reserve(tx, &its, &ours).await).await?;
    let Some(reserved) = reserved else { return Ok(()) };
    let made = make_when_sealed(db, desk, &reserved).await?;
    let (ours, its) = (decision.clone(), desk.clone());
    db.write(async move |tx: &Tx| finish(tx, &its, &ours, (&reserved, &made)).await).await
}

/// The request and all it is about, for somebody who may agree to it; none where they have.
async fn met(tx: &Tx, desk: &Desk, decision: &Decision) -> Result<Option<Met>, Error> {
    let (_, id) = asked_about(tx, decision).await?;
    let own = issued(certificates::find(tx, decision.learner, id).await?, decision.agency)?;
    meet(tx, desk, decision, own).await
}

async fn reserve(tx: &Tx, desk: &Desk, decision: &Decision) -> Result<Option<Reserved>, Error> {
    if decision.answer != Answer::Agree {
        return Err(Error::WrongState);
    }
    let Some(met) = met(tx, desk, decision).await? else { return Ok(None) };
    let why = met.request.act.makes().ok_or(Error::WrongState)?;
    let own = &met.case.own;
    let order = Order {
        learner: own.learner,
        kind: own.kind.clone(),
        about: own.about.clone(),
        agency: own.agency,
        officer: met.request.officer.ok_or(Error::NoSuchRequest)?,
        batch: None,
        request: Some(met.request.id),
        shown: None,
        help_phone: decision.help_phone.clone(),
    };
    reserve_next(tx, desk, own.id, why, &order).await.map(Some)
}

/// Enters it, which holds the chains first of all; that it comes to what was shown was asked when it was reserved, and standing, version and basis are
/// asked again there.
async fn finish(tx: &Tx, desk: &Desk, decision: &Decision, (reserved, made): (&Reserved, &Made)) -> Result<(), Error> {
    let before = get_issued(tx, (decision.learner, reserved.certificate), decision.agency).await?;
    let before = case_of(tx, before).await?;
    let impact = {
        let agency = agencies::find_agency(tx, decision.agency).await?.ok_or(Error::NoSuch)?;
        let profile = profile_of(tx, desk, decision.learner).await?;
        let (request, _) = asked_about(tx, decision).await?;
        impact_on(tx, desk, (&before, &agency, profile.as_ref()), request.act).await?
    };
    if impact.digest() != decision.shown {
        return Err(Error::Changed);
    }
    enter(tx, desk, (reserved, made), Some(decision.by)).await?;
    end_others(tx, desk, &before, decision.request).await
}
