//! Hours of volunteers: kept by the organisation that organised them, confirmed by learners, put right by further lines, proven.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::{Deed, before, note, own_organisation};
use crate::db::{OnceKey, Tx, remember};
use crate::help::{self, CaseNumber};
use crate::helping::queries::hours as queries;
use crate::helping::rules::{HOURS_WITHIN_DAYS, Source};
use crate::helping::{Error, HoursLine, Proof};
use crate::identity::{self, Role, StaffScope};
use crate::kernel::{ClassId, Day, Digest, HoursId, LearnerId, OrganisationId, ProofId};
use crate::places::PlaceCode;

/// What somebody of an organisation enters for a volunteer.
#[derive(Clone, Debug)]
pub struct NewHours {
    /// Whose.
    pub volunteer: LearnerId,
    /// Who organised it.
    pub organisation: OrganisationId,
    /// On which day.
    pub day: Day,
    /// How many minutes.
    pub minutes: i64,
    /// What was done.
    pub what: String,
}

/// Keeps hours that an administrator enters for somebody else. The same form again changes nothing.
///
/// # Errors
/// [`Error::Own`], [`Error::NotHere`]; [`Error::NoSuchPerson`] where they are no volunteer; [`Error::SentBefore`].
pub async fn keep_hours(tx: &Tx, scope: &StaffScope, new: &NewHours, (once, digest): (&OnceKey, &Digest)) -> Result<(), Error> {
    if new.volunteer == scope.actor() {
        return Err(Error::Own);
    }
    if before(tx, scope.actor(), (once, digest)).await?.is_some() {
        return Ok(());
    }
    let organisation = own_organisation(tx, &scope.areas(Role::ADMINISTRATORS), new.organisation).await?;
    if !identity::load_scope(tx, new.volunteer).await?.has(Role::Volunteer) {
        return Err(Error::NoSuchPerson);
    }
    let line = HoursLine {
        id: HoursId::fresh(tx.now),
        organisation: organisation.id,
        place_code: organisation.place_code,
        day: new.day,
        minutes: new.minutes,
        what: new.what.clone(),
        source: Source::Form,
        class: None,
        corrects: None,
        recorded_at: tx.now,
    };
    add(tx, new.volunteer, &line, scope.actor()).await?;
    Ok(remember(tx, scope.actor(), once, digest, &line.id.to_string()).await?)
}

async fn add(tx: &Tx, volunteer: LearnerId, line: &HoursLine, by: LearnerId) -> Result<bool, Error> {
    if !queries::insert(tx, volunteer, line, by).await? {
        return Ok(false);
    }
    let object = ("volunteer_hours", line.id.to_string());
    let detail = json!({ "minutes": line.minutes, "source": line.source.code() });
    note(tx, Deed { action: "helping.hours", actor: by, learner: volunteer, object, place: &line.place_code, detail }).await?;
    Ok(true)
}

/// A class session that was closed.
#[derive(Clone, Copy, Debug)]
pub struct ClassHours<'a> {
    /// Which.
    pub class: ClassId,
    /// Who organised it.
    pub organisation: OrganisationId,
    /// The place of that.
    pub place_code: &'a str,
    /// On which day.
    pub day: Day,
    /// How long it took.
    pub minutes: i64,
    /// What it was about.
    pub what: &'a str,
    /// Who closed it.
    pub by: LearnerId,
}

/// Keeps the hours of those volunteers who held a session, once however often it is closed. Whoever is no volunteer has none.
///
/// # Errors
/// What the database answers.
pub async fn keep_class_hours(tx: &Tx, people: &[LearnerId], class: &ClassHours<'_>) -> Result<(), Error> {
    for volunteer in people {
        if !identity::load_scope(tx, *volunteer).await?.has(Role::Volunteer) {
            continue;
        }
        let line = HoursLine {
            id: HoursId::fresh(tx.now),
            organisation: class.organisation,
            place_code: class.place_code.to_owned(),
            day: class.day,
            minutes: class.minutes,
            what: class.what.to_owned(),
            source: Source::Class,
            class: Some(class.class),
            corrects: None,
            recorded_at: tx.now,
        };
        add(tx, *volunteer, &line, class.by).await?;
    }
    Ok(())
}

/// Puts a line right by a further one, which holds the difference. The same again changes nothing.
///
/// # Errors
/// [`Error::Own`]; [`Error::NoSuchThing`] where it is none of their places', or a correction itself.
pub async fn correct_hours(
    tx: &Tx,
    scope: &StaffScope,
    (volunteer, id): (LearnerId, HoursId),
    (minutes, reason): (i64, &str),
) -> Result<(), Error> {
    if volunteer == scope.actor() {
        return Err(Error::Own);
    }
    let areas = scope.areas(Role::ADMINISTRATORS);
    let lines = queries::list_of(tx, volunteer).await?;
    let is_it = |line: &&HoursLine| {
        line.id == id && line.source != Source::Correction && areas.iter().any(|area| area.covers(&line.place_code))
    };
    let line = lines.iter().find(is_it).ok_or(Error::NoSuchThing)?;
    let change = minutes - standing(&lines, id);
    if change == 0 {
        return Ok(());
    }
    let further = HoursLine {
        id: HoursId::fresh(tx.now),
        minutes: change,
        what: reason.to_owned(),
        source: Source::Correction,
        class: None,
        corrects: Some(id),
        recorded_at: tx.now,
        ..line.clone()
    };
    add(tx, volunteer, &further, scope.actor()).await?;
    Ok(())
}

/// What a line comes to with its corrections.
#[must_use]
pub fn standing(lines: &[HoursLine], id: HoursId) -> i64 {
    lines.iter().filter(|line| line.id == id || line.corrects == Some(id)).map(|line| line.minutes).sum()
}

/// All lines of a volunteer, the newest day first.
///
/// # Errors
/// What the database answers.
pub async fn list_hours(db: &impl ConnectionTrait, volunteer: LearnerId) -> Result<Vec<HoursLine>, DbErr> {
    queries::list_of(db, volunteer).await
}

/// What was kept last within these areas.
///
/// # Errors
/// What the database answers.
pub async fn list_kept_within(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    most: u64,
) -> Result<Vec<(LearnerId, HoursLine)>, DbErr> {
    queries::list_within(db, areas, most).await
}

/// A learner says: this volunteer helped me today. Once a day.
///
/// # Errors
/// [`Error::Own`].
pub async fn confirm_help(tx: &Tx, learner: LearnerId, volunteer: LearnerId) -> Result<(), Error> {
    if learner == volunteer {
        return Err(Error::Own);
    }
    Ok(queries::insert_thanks(tx, learner, volunteer).await?)
}

/// Whether a learner has said so today.
///
/// # Errors
/// What the database answers.
pub async fn has_thanked(db: &impl ConnectionTrait, people: (LearnerId, LearnerId), day: Day) -> Result<bool, DbErr> {
    queries::has_thanked(db, people, day).await
}

/// How often learners have said so of a volunteer; never who.
///
/// # Errors
/// What the database answers.
pub async fn count_thanks(db: &impl ConnectionTrait, volunteer: LearnerId) -> Result<u64, DbErr> {
    queries::count_thanks(db, volunteer).await
}

/// Issues a proof of what an organisation has recorded of a volunteer's year, for the volunteer or an administrator of the organisation.
///
/// # Errors
/// [`Error::NoSuchThing`] where that organisation has recorded nothing of that year.
pub async fn issue_proof(
    tx: &Tx,
    (volunteer, by): (LearnerId, LearnerId),
    (organisation, year): (OrganisationId, i32),
    (once, digest): (&OnceKey, &Digest),
) -> Result<CaseNumber, Error> {
    if let Some(effect) = before(tx, by, (once, digest)).await? {
        return CaseNumber::parse(&effect).ok_or(Error::NoSuchThing);
    }
    let lines = queries::list_of(tx, volunteer).await?;
    let days: Vec<&HoursLine> =
        lines.iter().filter(|line| line.organisation == organisation && line.day.year() == year).collect();
    let first = days.iter().map(|line| line.day).min().ok_or(Error::NoSuchThing)?;
    let last = days.iter().map(|line| line.day).max().ok_or(Error::NoSuchThing)?;
    let id = ProofId::fresh(tx.now);
    let number = help::draw_number(tx, volunteer, id.uuid()).await?;
    let minutes: i64 = days.iter().map(|line| line.minutes).sum();
    let proof = Proof { id, number, organisation, days: (first, last), minutes: minutes.max(0), issued_at: tx.now };
    queries::insert_proof(tx, volunteer, &proof, by).await?;
    let place = days.first().map(|line| line.place_code.as_str()).unwrap_or_default();
    let object = ("volunteer_proof", id.to_string());
    let deed = Deed { action: "helping.prove", actor: by, learner: volunteer, object, place, detail: json!({ "year": year }) };
    note(tx, deed).await?;
    remember(tx, by, once, digest, proof.number.as_str()).await?;
    Ok(proof.number)
}

/// The proofs of a volunteer, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_proofs(db: &impl ConnectionTrait, volunteer: LearnerId) -> Result<Vec<Proof>, DbErr> {
    queries::list_proofs(db, volunteer).await
}

/// Whether hours of this day can still be entered.
#[must_use]
pub fn is_enterable(day: Day, today: Day) -> bool {
    day <= today && today.days_since(day) <= i64::from(HOURS_WITHIN_DAYS)
}
