//! Roles of staff: given, ended, given back; ended ones are kept.

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::names_of;
use super::notes::{Deed, note};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::halls;
use crate::identity::queries::people;
use crate::identity::queries::sessions;
use crate::identity::queries::staff::{self as queries, GrantRow};
use crate::identity::roles::Role;
use crate::identity::scope::{Grant, StaffScope, Whose};
use crate::kernel::{LearnerId, OrganisationId};
use crate::places::{self, Organisation, PlaceCode};

/// Whether a role can be given as it stands, by `giver`; none: by whoever has the machine. Work in an organisation is given by those who
/// administer the place where it lies, not by those of a place below.
pub(super) async fn check_grant(tx: &Tx, giver: Option<&StaffScope>, grant: &Grant) -> Result<(), Error> {
    if !grant.area.as_str().is_empty() && places::find_place(tx, grant.area.as_str()).await?.is_none() {
        return Err(places::Error::UnknownPlace.into());
    }
    let Some(id) = grant.organisation else { return Ok(()) };
    let organisation = places::find_organisation(tx, id).await?.filter(|organisation| !organisation.is_closed);
    let organisation = organisation.ok_or(places::Error::UnknownOrganisation)?;
    let lies_within = PlaceCode::parse(&organisation.place_code).is_some_and(|place| grant.area.and(&place).is_some());
    let is_theirs = |giver: &StaffScope| giver.administers_organisation(&organisation.place_code, grant.line.as_deref());
    if lies_within && giver.is_none_or(is_theirs) { Ok(()) } else { Err(Error::OrganisationElsewhere) }
}

/// Gives a role that was checked; one that is held already is not given again. The caller holds the person's row.
pub(super) async fn give(tx: &Tx, learner: LearnerId, grant: &Grant, by: LearnerId) -> Result<(), Error> {
    let held = queries::list_grants(tx, learner).await?;
    if held.iter().any(|row| row.grant == *grant) {
        return Ok(());
    }
    queries::insert_grant(tx, learner, grant, by).await?;
    let detail = serde_json::json!({ "role": grant.role.code(), "line": grant.line });
    Ok(note(tx, Deed { place: Some(grant.area.as_str()), detail, ..Deed::of("identity.grant_role", by, learner) }).await?)
}

/// Gives somebody of the staff one role more.
///
/// # Errors
/// [`Error::NotAllowed`] where `scope` does not administer it; [`Error::NoSuchPerson`] where they are nobody of the staff there;
/// an unknown place or organisation.
pub async fn add_role(tx: &Tx, scope: &StaffScope, learner: LearnerId, new: &Grant) -> Result<(), Error> {
    people::lock_person(tx, learner).await?;
    administered(tx, scope, learner).await?;
    if !scope.administers_grant(new) {
        return Err(Error::NotAllowed);
    }
    check_grant(tx, Some(scope), new).await?;
    give(tx, learner, new, scope.actor()).await
}

/// The roles of somebody, ended ones too, of which `scope` administers at least one.
async fn administered(db: &impl ConnectionTrait, scope: &StaffScope, learner: LearnerId) -> Result<Vec<GrantRow>, Error> {
    let rows = queries::list_all_grants(db, learner).await?;
    let is_ours = rows.iter().any(|row| scope.administers_grant(&row.grant));
    if is_ours { Ok(rows) } else { Err(Error::NoSuchPerson) }
}

/// Ends one role. The sessions of that person end too: they sign in anew with what is left. So do the halls' devices that they have set,
/// with all that is open on them, and the digits that they gave. Ending it twice is ending it once.
///
/// # Errors
/// [`Error::NoSuchPerson`] where the role is not within the area administered; [`Error::NotAllowed`] for one's own.
pub async fn end_role(tx: &Tx, scope: &StaffScope, learner: LearnerId, id: Uuid) -> Result<(), Error> {
    people::lock_person(tx, learner).await?;
    let row = find_administered(tx, scope, learner, id).await?;
    // Nobody takes the last key out of the house by mistake.
    if learner == scope.actor() {
        return Err(Error::NotAllowed);
    }
    if row.ended_at.is_some() {
        return Ok(());
    }
    queries::end_grants(tx, learner, Some(id)).await?;
    sessions::end_all(tx, learner, None).await?;
    halls::end_set_by(tx, learner).await?;
    let detail = serde_json::json!({ "role": row.grant.role.code() });
    let deed = Deed::of("identity.end_role", scope.actor(), learner);
    Ok(note(tx, Deed { place: Some(row.grant.area.as_str()), detail, ..deed }).await?)
}

/// Gives a role back that was ended: the same once more, from now on.
///
/// # Errors
/// As [`end_role`]; an organisation that has closed meanwhile.
pub async fn give_role_back(tx: &Tx, scope: &StaffScope, learner: LearnerId, id: Uuid) -> Result<(), Error> {
    people::lock_person(tx, learner).await?;
    let row = find_administered(tx, scope, learner, id).await?;
    check_grant(tx, Some(scope), &row.grant).await?;
    give(tx, learner, &row.grant, scope.actor()).await
}

async fn find_administered(tx: &Tx, scope: &StaffScope, learner: LearnerId, id: Uuid) -> Result<GrantRow, Error> {
    let rows = administered(tx, scope, learner).await?;
    rows.into_iter().find(|row| row.id == id && scope.administers_grant(&row.grant)).ok_or(Error::NoSuchPerson)
}

/// What somebody of the staff may see. For the guard.
///
/// A role for an organisation counts where that organisation lies, within the area of the role, and while it is open. Of an account that was
/// closed none counts: nothing goes on in the name of somebody who has died.
///
/// # Errors
/// What the database answers.
pub async fn load_scope(db: &impl ConnectionTrait, learner: LearnerId) -> Result<StaffScope, DbErr> {
    let mut grants = Vec::new();
    let mut known: Option<Organisation> = None;
    for row in queries::list_working_grants(db, learner).await? {
        // Most work for one organisation only.
        match row.grant.organisation {
            Some(id) if known.as_ref().is_none_or(|known| known.id != id) => known = places::find_organisation(db, id).await?,
            _ => (),
        }
        grants.extend(as_it_counts(row.grant, known.as_ref()));
    }
    Ok(StaffScope::new(learner, grants))
}

/// Roles of one organisation that are read at most.
const MOST_WORKERS: u64 = 200;

/// Those who work for an organisation whose line of work is `line`, in one of `roles`: of each what counts for that work. The 200 oldest
/// roles are read. Two statements.
///
/// # Errors
/// What the database answers.
pub async fn load_workers(
    db: &impl ConnectionTrait,
    (organisation, line): (OrganisationId, Option<&str>),
    roles: &[Role],
) -> Result<Vec<StaffScope>, DbErr> {
    let held = queries::list_held_in(db, organisation, roles, MOST_WORKERS).await?;
    let known = if held.is_empty() { None } else { places::find_organisation(db, organisation).await? };
    let mut workers: Vec<(LearnerId, Vec<Grant>)> = Vec::new();
    for row in held {
        let Some(grant) = as_it_counts(row.grant, known.as_ref()) else { continue };
        match workers.iter_mut().find(|(who, _)| *who == row.learner) {
            Some((_, grants)) => grants.push(grant),
            None => workers.push((row.learner, vec![grant])),
        }
    }
    let scopes = workers.into_iter().map(|(who, grants)| StaffScope::new(who, grants).within_organisation(organisation, line));
    Ok(scopes.filter(|scope| scope.has_any(roles)).collect())
}

/// A role as it counts today, where it does; `known` is the organisation that it is held in.
fn as_it_counts(grant: Grant, known: Option<&Organisation>) -> Option<Grant> {
    let Some(id) = grant.organisation else { return Some(grant) };
    let organisation = known.filter(|organisation| organisation.id == id && !organisation.is_closed)?;
    let area = grant.area.and(&PlaceCode::parse(&organisation.place_code)?)?;
    Some(Grant { area, ..grant })
}

/// Whether somebody holds a role that `scope` does not administer.
///
/// # Errors
/// What the database answers.
pub async fn has_role_beyond(db: &impl ConnectionTrait, scope: &StaffScope, learner: LearnerId) -> Result<bool, DbErr> {
    let held = queries::list_grants(db, learner).await?;
    Ok(held.iter().any(|row| !scope.administers_grant(&row.grant)))
}

/// The volunteers who hold sessions at one of these places, by name.
///
/// # Errors
/// What the database answers.
pub async fn list_hosts(db: &impl ConnectionTrait, keys: &Keys, places: &[&str]) -> Result<Vec<(LearnerId, String)>, Error> {
    list_staff_at(db, keys, (&[Role::Volunteer], places)).await
}

/// Those who hold one of these roles, for every line of work, at one of these places, by name.
///
/// # Errors
/// What the database answers.
pub async fn list_staff_at(
    db: &impl ConnectionTrait,
    keys: &Keys,
    (roles, places): (&[Role], &[&str]),
) -> Result<Vec<(LearnerId, String)>, Error> {
    let mut codes: Vec<String> = places.iter().flat_map(|code| places::codes_on_the_way(code)).collect();
    codes.push(String::new());
    codes.sort();
    codes.dedup();
    let rows = queries::list_held_at(db, roles, codes).await?;
    let people: Vec<LearnerId> = rows.iter().map(|row| row.learner).collect();
    let names = names_of(db, keys, &people).await?;
    let mut hosts: Vec<(LearnerId, String)> = names.into_iter().collect();
    hosts.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    Ok(hosts)
}

/// One role of one member of staff, for the list.
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// Their name; empty where they have left.
    pub name: String,
    /// The role.
    pub row: GrantRow,
}

/// One page of the staff.
#[derive(Clone, Debug)]
pub struct StaffList {
    /// The roles on it, newest first.
    pub members: Vec<StaffMember>,
    /// How many there are in all.
    pub total: u64,
}

/// The staff within what `scope` administers, newest first: at most `most` roles after the first `skip`.
///
/// # Errors
/// What the database answers.
pub async fn list_staff(
    db: &impl ConnectionTrait,
    keys: &Keys,
    scope: &StaffScope,
    (skip, most): (u64, u64),
) -> Result<StaffList, Error> {
    let areas: Vec<(PlaceCode, Option<String>)> =
        scope.administering().map(|grant| (grant.area.clone(), grant.line.clone())).collect();
    if areas.is_empty() {
        return Ok(StaffList { members: Vec::new(), total: 0 });
    }
    let total = queries::count_grants_within(db, &areas).await?;
    let rows = queries::list_grants_within(db, &areas, skip, most).await?;
    let people: Vec<LearnerId> = rows.iter().map(|row| row.learner).collect();
    let names = names_of(db, keys, &people).await?;
    let named = |row: GrantRow| StaffMember { name: names.get(&row.learner).cloned().unwrap_or_default(), row };
    Ok(StaffList { members: rows.into_iter().map(named).collect(), total })
}

/// Somebody of the staff, as an administrator sees them.
#[derive(Clone, Debug)]
pub struct StaffCard {
    /// Their name; empty where they have left.
    pub name: String,
    /// The name by which they sign in.
    pub login: Option<String>,
    /// The end of their phone number, where they have one.
    pub phone_tail: Option<String>,
    /// Their roles within what is administered, those held first; ended ones of the last day after them.
    pub roles: Vec<GrantRow>,
}

/// Somebody of the staff within what `scope` administers; what is shown is kept in the access log.
///
/// # Errors
/// [`Error::NoSuchPerson`] where they are not.
pub async fn show_staff(tx: &Tx, keys: &Keys, scope: &StaffScope, learner: LearnerId) -> Result<StaffCard, Error> {
    let roles = administered(tx, scope, learner).await?;
    let is_fresh = |row: &GrantRow| row.ended_at.is_none_or(|at| crate::identity::rules::can_be_undone(at, tx.now));
    let mut roles: Vec<GrantRow> = roles.into_iter().filter(|row| scope.administers_grant(&row.grant) && is_fresh(row)).collect();
    roles.sort_by_key(|row| (row.ended_at.is_some(), std::cmp::Reverse(row.granted_at)));
    let login = queries::find_login_of(tx, learner).await?;
    let profile = super::profile(tx, keys, learner).await?;
    if learner != scope.actor() {
        note_access(tx, scope, &profile, "staff_card").await?;
    }
    Ok(StaffCard { name: profile.name, login, phone_tail: profile.phone.map(|phone| phone.tail().to_owned()), roles })
}

/// Keeps that an administrator was shown something of a person.
pub(super) async fn note_access(tx: &Tx, scope: &StaffScope, profile: &super::Profile, what: &'static str) -> Result<(), DbErr> {
    let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
    let by = scope.grant_for(Role::ADMINISTRATORS, whose);
    let access = audit::Access {
        learner: profile.learner,
        actor: scope.actor(),
        actor_role: Role::Administrator.code(),
        organisation: by.and_then(|grant| grant.organisation),
        place_code: by.map_or("", |grant| grant.area.as_str()),
        what,
    };
    audit::record_access(tx, access).await
}
