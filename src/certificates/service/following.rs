//! Certificates follow the credit that they cite, and the accounts that it lies in: a job, every quarter of a minute. What is shown follows at once
//! all the same, as it is the worse one of the row and of what it cites.

use std::collections::BTreeSet;

use super::cases::profile_of;
use super::changing::{end, lift_unconfirmed};
use super::keepers::Whom;
use super::notices::tell_officer;
use super::order::USE;
use super::rekeying;
use super::suspending::follow_one;
use crate::agencies;
use crate::certificates::queries::{certificates, changing, requests};
use crate::certificates::{CONFIRM_DAYS, Desk, Error, Request, RequestState, State};
use crate::db::{Db, Tx};
use crate::identity;
use crate::kernel::{CertificateId, LearnerId, Timestamp};
use crate::places;
use crate::recognition::{self, UseState};
use crate::web::House;

/// How long before it looked last the job begins: commits do not come in the order of their instants.
const OVERLAP_MS: i64 = 120_000;
/// Uses that are read at once.
const AT_ONCE: u64 = 500;
/// Suspensions that are lifted at once.
const MOST_UNCONFIRMED: u64 = 100;

/// Suspends every certificate that lost its ground since then, lifts what nobody confirmed in time, and asks for what a distrusted key signed to be
/// signed anew. Says how many certificates it changed. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn follow(house: &House, desk: &Desk, since: Timestamp) -> Result<u64, Error> {
    let from = since.plus_ms(-OVERLAP_MS);
    let mut found = lost_since(&house.db, from).await?;
    found.extend(parted_since(&house.db, from).await?);
    let mut changed = 0;
    for (learner, id) in found {
        let help_phone = phone_of(house, learner, desk).await?;
        let its = desk.clone();
        let done = house.db.write(async move |tx: &Tx| follow_one(tx, &its, (learner, id), &help_phone).await).await?;
        changed += u64::from(done);
    }
    let until = house.clock().now().plus_days(-i64::from(CONFIRM_DAYS));
    for waiting in changing::list_unconfirmed(house.db.read(), until, MOST_UNCONFIRMED).await? {
        let help_phone = phone_of(house, waiting.learner, desk).await?;
        let its = desk.clone();
        let done = house.db.write(async move |tx: &Tx| lift_one(tx, &its, &waiting, &help_phone).await).await?;
        changed += u64::from(done);
    }
    ask_for_rekeying(&house.db, from).await?;
    Ok(changed)
}

/// Where somebody answers whoever it concerns.
async fn phone_of(house: &House, learner: LearnerId, desk: &Desk) -> Result<String, Error> {
    let profile = profile_of(house.db.read(), desk, learner).await?;
    let place = profile.and_then(|profile| profile.place_code);
    Ok(places::authority_of(house, place.as_deref()).await?.help_phone)
}

/// The certificates of which a use lost its ground since then.
async fn lost_since(db: &Db, from: Timestamp) -> Result<BTreeSet<(LearnerId, CertificateId)>, Error> {
    let (mut since, mut most, mut found) = (from, AT_ONCE, BTreeSet::new());
    loop {
        let uses = recognition::list_uses_changed(db.read(), USE, since, most).await?;
        for (account, used) in uses.iter().filter(|(_, used)| used.state == UseState::Suspended) {
            let id = used.reference.split('/').next().and_then(|id| id.parse::<CertificateId>().ok());
            let Some(id) = id else { continue };
            found.extend(owner_of(db, *account, id).await?.map(|learner| (learner, id)));
        }
        let Some((_, last)) = uses.last() else { return Ok(found) };
        if u64::try_from(uses.len()).is_ok_and(|count| count < most) {
            return Ok(found);
        }
        // So many of one instant that they fill the answer are asked for with more at once.
        if last.changed_at == since {
            most = most.saturating_mul(2);
        }
        since = last.changed_at;
    }
}

/// Whose certificate it is: the account's, or another one's of the same person.
async fn owner_of(db: &Db, account: LearnerId, id: CertificateId) -> Result<Option<LearnerId>, Error> {
    let accounts = identity::accounts_of(db.read(), account).await?;
    let all = certificates::list_of(db.read(), &accounts).await?;
    Ok(all.into_iter().find(|own| own.id == id).map(|own| own.learner))
}

/// The certificates of people whose accounts were parted since then.
async fn parted_since(db: &Db, from: Timestamp) -> Result<BTreeSet<(LearnerId, CertificateId)>, Error> {
    let mut found = BTreeSet::new();
    for (learner, primary) in identity::list_parted_since(db.read(), from).await? {
        let mut accounts = identity::accounts_of(db.read(), learner).await?;
        accounts.extend(identity::accounts_of(db.read(), primary).await?);
        let all = certificates::list_of(db.read(), &accounts).await?;
        found.extend(all.into_iter().filter(|own| own.state == State::Active).map(|own| (own.learner, own.id)));
    }
    Ok(found)
}

/// Lifts a suspension that nobody confirmed in time, and tells both: the owner, and the officer.
async fn lift_one(tx: &Tx, desk: &Desk, waiting: &Request, help_phone: &str) -> Result<bool, Error> {
    let Some(id) = waiting.certificate else { return Ok(false) };
    let own = certificates::lock(tx, waiting.learner, id).await?.ok_or(Error::NoSuch)?;
    let now = requests::lock(tx, waiting.learner, waiting.id).await?.filter(|now| now.state == RequestState::Proposed);
    let Some(now) = now else { return Ok(false) };
    end(tx, &now, (RequestState::Withdrawn, None), None).await?;
    let agency = agencies::find_agency(tx, own.agency).await?.ok_or(Error::NoSuch)?;
    let whom = Whom::of(tx, desk, own.learner).await?;
    lift_unconfirmed(tx, desk, (&own, &agency, &whom), (None, own.responsible_org.as_str(), help_phone)).await?;
    if let Some(officer) = now.officer {
        tell_officer(tx, desk, &own, (officer, help_phone)).await?;
    }
    Ok(true)
}

/// One job for each key that was distrusted since then.
async fn ask_for_rekeying(db: &Db, from: Timestamp) -> Result<(), Error> {
    for key in agencies::list_distrusted_since(db.read(), from).await? {
        db.write(async move |tx: &Tx| rekeying::ask_for_rekeying(tx, &key).await).await?;
    }
    Ok(())
}
