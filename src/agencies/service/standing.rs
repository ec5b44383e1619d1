//! Which agencies there are and how they stand: entered, suspended and let go on, closed; what they may do today; who works for them.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::keys::{NewKey, begin_keys};
use super::note;
use crate::agencies::queries::{agencies as queries, delegations};
use crate::agencies::rules::in_force;
use crate::agencies::{Agency, Contact, Delegation, Error, NewAgency, Row, Suspension, Wanted};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::{self, Found, Role, StaffScope};
use crate::kernel::{AgencyId, Day, LearnerId, OrganisationId};
use crate::outbox::{self, Event, Standing};
use crate::places::{self, PlaceCode};

/// Whether the organisation that an agency is still works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Works {
    Still,
    NoMore,
}

async fn works_of(db: &impl ConnectionTrait, row: &Row) -> Result<Works, DbErr> {
    let found = places::find_organisation(db, row.organisation).await?;
    Ok(if found.is_none_or(|found| found.is_closed) { Works::NoMore } else { Works::Still })
}

fn agency_of(row: Row, suspended: Option<Suspension>, works: Works) -> Agency {
    Agency {
        suspended,
        is_closed: row.closed_at.is_some() || works == Works::NoMore,
        is_taken_down: row.closed_at.is_some(),
        id: row.id,
        organisation: row.organisation,
        credit_code: row.credit_code,
        name: row.name,
        place_code: row.place_code,
        line: row.line,
        contact: row.contact,
        registered_at: row.registered_at,
    }
}

/// The agency as it stands now; closed ones too.
///
/// # Errors
/// What the database answers.
pub async fn find_agency(db: &impl ConnectionTrait, id: AgencyId) -> Result<Option<Agency>, DbErr> {
    let Some((row, suspended)) = queries::find(db, id).await? else { return Ok(None) };
    let works = works_of(db, &row).await?;
    Ok(Some(agency_of(row, suspended, works)))
}

/// The same, for somebody of the staff. Whoever has a role that counts in its organisation, knows that the organisation is open: roles in a closed
/// one do not count, and it is not asked for once more.
pub(in crate::agencies) async fn find_for(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    id: AgencyId,
) -> Result<Option<Agency>, DbErr> {
    let Some((row, suspended)) = queries::find(db, id).await? else { return Ok(None) };
    let works_there = scope.grants().iter().any(|grant| grant.organisation == Some(row.organisation));
    let works = if works_there { Works::Still } else { works_of(db, &row).await? };
    Ok(Some(agency_of(row, suspended, works)))
}

/// The agency, where it works today: an open one that is not suspended.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`], [`Error::Suspended`].
pub async fn must_work(db: &impl ConnectionTrait, id: AgencyId) -> Result<Agency, Error> {
    let agency = find_agency(db, id).await?.ok_or(Error::NoSuch)?;
    if agency.is_closed {
        return Err(Error::Closed);
    }
    if agency.suspended.is_some() { Err(Error::Suspended) } else { Ok(agency) }
}

/// The agency, held until the commit: of two acts at once the second sees what the first did.
pub(super) async fn held(tx: &Tx, id: AgencyId) -> Result<Agency, Error> {
    let row = queries::hold(tx, id).await?.ok_or(Error::NoSuch)?;
    let suspended = queries::find_suspension(tx, id).await?;
    let works = works_of(tx, &row).await?;
    Ok(agency_of(row, suspended, works))
}

/// The same, where it is open.
pub(super) async fn held_open(tx: &Tx, id: AgencyId) -> Result<Agency, Error> {
    let agency = held(tx, id).await?;
    if agency.is_closed { Err(Error::Closed) } else { Ok(agency) }
}

/// One line of the list of agencies.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub credit_code: String,
    /// Where it is.
    pub place_code: String,
    /// Whether it is suspended.
    pub is_suspended: bool,
    /// Whether it has closed.
    pub is_closed: bool,
    /// Whether a delegation waits for a second person.
    pub is_waiting: bool,
}

/// One page of the agencies within `areas`, and how many there are.
///
/// # Errors
/// What the database answers.
pub async fn list_agencies(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    part: (u64, u64),
) -> Result<(Vec<Listed>, u64), DbErr> {
    if areas.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let rows = queries::list_within(db, areas, part).await?;
    let ids: Vec<AgencyId> = rows.iter().map(|row| row.id).collect();
    let (suspended, waiting) = (queries::list_suspended(db, &ids).await?, delegations::list_waiting(db, &ids).await?);
    let organisations: Vec<OrganisationId> = rows.iter().map(|row| row.organisation).collect();
    let organisations = places::list_organisations_by_ids(db, &organisations).await?;
    let is_open = |id: OrganisationId| organisations.iter().any(|one| one.id == id && !one.is_closed);
    let listed = |row: Row| Listed {
        is_suspended: suspended.contains(&row.id),
        is_closed: row.closed_at.is_some() || !is_open(row.organisation),
        is_waiting: waiting.contains(&row.id),
        id: row.id,
        name: row.name,
        credit_code: row.credit_code,
        place_code: row.place_code,
    };
    Ok((rows.into_iter().map(listed).collect(), queries::count_within(db, areas).await?))
}

/// The open agencies that somebody works for, by a role in the organisation and for the line of work of each: id, name, whether it is suspended.
pub(in crate::agencies) async fn list_worked_for(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
) -> Result<Vec<(AgencyId, String, bool)>, DbErr> {
    let own = scope.grants().iter().filter(|grant| Role::CORRECTORS.contains(&grant.role));
    let mut ids: Vec<OrganisationId> = own.filter_map(|grant| grant.organisation).collect();
    ids.sort();
    ids.dedup();
    let rows = if ids.is_empty() { Vec::new() } else { queries::list_open_of(db, &ids).await? };
    let works = |row: &Row| scope.within_organisation(row.organisation, row.line.as_deref()).has_any(Role::CORRECTORS);
    let theirs: Vec<Row> = rows.into_iter().filter(works).collect();
    let ids: Vec<AgencyId> = theirs.iter().map(|row| row.id).collect();
    let suspended = queries::list_suspended(db, &ids).await?;
    Ok(theirs.into_iter().map(|row| (row.id, row.name, suspended.contains(&row.id))).collect())
}

/// All suspensions of an agency, the newest first.
pub(in crate::agencies) async fn list_suspensions(db: &impl ConnectionTrait, id: AgencyId) -> Result<Vec<Suspension>, DbErr> {
    queries::list_suspensions(db, id).await
}

/// Makes an organisation an agency, with its first key from today. The same once more is the first one; gives its id.
///
/// # Errors
/// [`Error::Place`] where the organisation is unknown or has closed; [`Error::OrganisationTaken`], [`Error::CodeTaken`].
pub async fn register(tx: &Tx, new: &NewAgency, key: &NewKey) -> Result<AgencyId, Error> {
    let organisation = places::find_organisation(tx, new.organisation).await?.filter(|organisation| !organisation.is_closed);
    let organisation = organisation.ok_or(places::Error::UnknownOrganisation)?;
    if !queries::insert(tx, key.agency, new, &organisation.name, &organisation.place_code).await? {
        let known = queries::find_open_of(tx, new.organisation).await?.ok_or(Error::CodeTaken)?;
        let is_same = known.credit_code == new.credit_code.as_str();
        return if is_same { Ok(known.id) } else { Err(Error::OrganisationTaken) };
    }
    begin_keys(tx, key, new.by).await?;
    let detail = json!({ "organisation": new.organisation, "credit_code": new.credit_code.as_str(), "line": new.line });
    note(tx, (new.by, "agencies.register"), (key.agency, &organisation.place_code), detail).await?;
    Ok(key.agency)
}

/// Keeps how the public reaches it. The same again changes nothing.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`].
pub async fn set_contact(tx: &Tx, id: AgencyId, by: LearnerId, contact: &Contact) -> Result<(), Error> {
    let agency = held_open(tx, id).await?;
    if agency.contact == *contact {
        return Ok(());
    }
    queries::set_contact(tx, id, contact).await?;
    Ok(note(tx, (by, "agencies.contact"), (id, &agency.place_code), Value::Null).await?)
}

/// Suspends an agency: nothing is done in its name from the next request on. Twice is once.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`].
pub async fn suspend(tx: &Tx, id: AgencyId, by: LearnerId, why: &str) -> Result<(), Error> {
    let agency = held_open(tx, id).await?;
    if agency.suspended.is_some() {
        return Ok(());
    }
    queries::insert_suspension(tx, id, by, why).await?;
    tell(tx, "agency.suspended", (id, &agency.place_code), "suspended").await?;
    Ok(note(tx, (by, "agencies.suspend"), (id, &agency.place_code), Value::Null).await?)
}

/// Lifts a suspension; never by whoever suspended it, nor by another account of theirs. Twice is once.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`], [`Error::SamePerson`], [`Error::OwnAgency`].
pub async fn lift(tx: &Tx, id: AgencyId, by: LearnerId, why: &str) -> Result<(), Error> {
    let agency = held_open(tx, id).await?;
    let Some(suspension) = &agency.suspended else { return Ok(()) };
    must_be_another(tx, suspension.by, by).await?;
    must_not_work_for(tx, &agency, by).await?;
    queries::lift(tx, id, by, why).await?;
    tell(tx, "agency.lifted", (id, &agency.place_code), "works").await?;
    Ok(note(tx, (by, "agencies.lift"), (id, &agency.place_code), Value::Null).await?)
}

/// Closes an agency for good; what it issued goes on being verified. Twice is once.
///
/// # Errors
/// [`Error::NoSuch`].
pub async fn close(tx: &Tx, id: AgencyId, by: LearnerId, why: &str) -> Result<(), Error> {
    let row = queries::hold(tx, id).await?.ok_or(Error::NoSuch)?;
    if row.closed_at.is_some() {
        return Ok(());
    }
    queries::close(tx, id, by, why).await?;
    tell(tx, "agency.closed", (id, &row.place_code), "closed").await?;
    Ok(note(tx, (by, "agencies.close"), (id, &row.place_code), Value::Null).await?)
}

/// Tells others how an agency stands from now on; why is for its file.
async fn tell(tx: &Tx, kind: &'static str, (agency, place): (AgencyId, &str), standing: &str) -> Result<(), DbErr> {
    let here = Standing { place_code: Some(place.to_owned()), ..Standing::default() };
    let body = json!({ "agency": agency, "standing": standing, "since": tx.now.to_rfc3339() });
    outbox::emit(tx, &[Event { kind, learner: None, standing: &here, body }]).await
}

/// The second of two is somebody else than the first: also not the first by another account that is joined with theirs.
pub(super) async fn must_be_another(tx: &Tx, first: LearnerId, second: LearnerId) -> Result<(), Error> {
    if identity::accounts_of(tx, first).await?.contains(&second) { Err(Error::SamePerson) } else { Ok(()) }
}

/// Whoever works for an agency, by whichever of their accounts and in whichever role, decides nothing about it.
pub(in crate::agencies) async fn must_not_work_for(
    db: &impl ConnectionTrait,
    agency: &Agency,
    actor: LearnerId,
) -> Result<(), Error> {
    for account in identity::accounts_of(db, actor).await? {
        let scope = identity::load_scope(db, account).await?;
        let works = |grant: &identity::Grant| grant.organisation == Some(agency.organisation);
        if scope.grants().iter().any(works) {
            return Err(Error::OwnAgency);
        }
    }
    Ok(())
}

/// The delegation in force on `day`. Of a day that has passed, this says what stood at its end.
///
/// # Errors
/// What the database answers.
pub async fn delegation_of(db: &impl ConnectionTrait, id: AgencyId, day: Day) -> Result<Option<Delegation>, DbErr> {
    let versions = delegations::list_approved(db, id).await?;
    Ok(in_force(&versions, day).cloned())
}

/// The agency with its delegation, where it may recognise this today.
///
/// # Errors
/// What [`must_work`] refuses; [`Error::NoDelegation`], [`Error::NotDelegated`].
pub async fn must_be_allowed(
    db: &impl ConnectionTrait,
    id: AgencyId,
    wanted: Wanted<'_>,
    today: Day,
) -> Result<(Agency, Delegation), Error> {
    let agency = must_work(db, id).await?;
    let delegation = delegation_of(db, id, today).await?.ok_or(Error::NoDelegation)?;
    delegation.powers.allow(wanted.unit, wanted.credits, wanted.already).map_err(Error::NotDelegated)?;
    Ok((agency, delegation))
}

/// The agency with its delegation, where it may issue certificates of this kind today.
///
/// # Errors
/// What [`must_work`] refuses; [`Error::NoDelegation`], [`Error::NotDelegated`].
pub async fn may_issue(db: &impl ConnectionTrait, id: AgencyId, kind: &str, today: Day) -> Result<(Agency, Delegation), Error> {
    let agency = must_work(db, id).await?;
    let delegation = delegation_of(db, id, today).await?.ok_or(Error::NoDelegation)?;
    delegation.powers.allow_kind(kind).map_err(Error::NotDelegated)?;
    Ok((agency, delegation))
}

/// Keeps that somebody was turned away at an agency's door.
pub(in crate::agencies) async fn turn_away(
    tx: &Tx,
    actor: LearnerId,
    (agency, place): (AgencyId, &str),
    why: &'static str,
) -> Result<(), DbErr> {
    note(tx, (actor, "agencies.turned_away"), (agency, place), json!({ "why": why })).await
}

/// A learner, where the scope of the agency's work lets this person see them; that they were shown is kept. Where it does not, there is nobody,
/// and that somebody looked is kept in the learner's own access log.
///
/// # Errors
/// What the database answers.
pub async fn see(
    tx: &Tx,
    keys: &Keys,
    (agency, scope): (&Agency, &StaffScope),
    learner: LearnerId,
    what: &'static str,
) -> Result<Option<Found>, Error> {
    if let Some(found) = identity::show(tx, keys, scope, (learner, Role::CORRECTORS), what).await? {
        return Ok(Some(found));
    }
    if identity::profile(tx, keys, learner).await.is_ok() {
        let grant = scope.grants().first();
        let tried = audit::Access {
            learner,
            actor: scope.actor(),
            actor_role: grant.map_or("", |grant| grant.role.code()),
            organisation: Some(agency.organisation),
            place_code: grant.map_or("", |grant| grant.area.as_str()),
            what: "agency_tried",
        };
        audit::record_access(tx, tried).await?;
    }
    turn_away(tx, scope.actor(), (agency.id, &agency.place_code), "person").await?;
    Ok(None)
}
