//! At the desk: one person, with a look at who sounds alike before.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::audit;
use crate::config::Keys;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::enrolment::queries::{self, NewEnrolment};
use crate::enrolment::{Enrolment, Error};
use crate::identity::{self, Alike, Among, AtDesk, InPerson, Likeness, Role, Sender, StaffScope};
use crate::kernel::{CardNumber, Group, LearnerId, Timestamp, digest_of};
use crate::places::PlaceCode;

/// Cards that are printed of one day.
const MOST_A_DAY: u64 = 200;

/// What enrolling somebody came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enrolled {
    /// A new account.
    New(LearnerId),
    /// The phone belongs to an account.
    PhoneHeld,
    /// One of these may be the same person. Nothing was kept but that they were shown.
    Alike(Vec<Alike>),
}

/// Whether whoever enrols has looked at those who sound alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// Not yet.
    No,
    /// It is none of them.
    IsNew,
}

fn likeness(new: &InPerson) -> Likeness {
    Likeness { name: new.name.clone(), year: new.year, area: new.area.clone() }
}

/// Those of one's area who may be this person; that they were shown is kept.
///
/// # Errors
/// What the database answers.
pub async fn look_alike(tx: &Tx, keys: &Keys, scope: &StaffScope, wanted: &Likeness) -> Result<Vec<Alike>, Error> {
    let found = identity::find_alike(tx, keys, scope, (std::slice::from_ref(wanted), &Among::Real)).await?;
    let alike = found.into_iter().next().unwrap_or_default();
    identity::note_alike(tx, scope, &alike).await?;
    Ok(alike)
}

/// Enrols somebody who stands before the desk. Unless it was decided that they are new, whoever sounds alike is shown first. The same form
/// once more gets the first answer.
///
/// # Errors
/// What identity refuses; [`Error::SentBefore`].
pub async fn enrol(
    tx: &Tx,
    keys: &Keys,
    (scope, sender): (&StaffScope, &Sender),
    (new, decided): (&InPerson, Decided),
    once: &OnceKey,
) -> Result<Enrolled, Error> {
    // What the form held is no part of its key: names could be found out from a digest by trying.
    let digest = digest_of(&[b"enrolment.enrol"]);
    // Of two taps at once the second waits for the first, and then sees what it did.
    identity::hold_person(tx, scope.actor()).await?;
    match what_was_done(tx, scope.actor(), once, &digest).await? {
        Once::Done(effect) => return Ok(effect.parse().map_or(Enrolled::PhoneHeld, Enrolled::New)),
        Once::Misused => return Err(Error::SentBefore),
        Once::New => {}
    }
    let alike = look_alike(tx, keys, scope, &likeness(new)).await?;
    if decided == Decided::No && !alike.is_empty() {
        return Ok(Enrolled::Alike(alike));
    }
    let AtDesk::New(learner) = identity::register_in_person(tx, keys, (scope, sender), new).await? else {
        return Ok(Enrolled::PhoneHeld);
    };
    let enrolment = NewEnrolment {
        learner,
        by: scope.actor(),
        place_code: new.area.as_str(),
        group: new.group,
        batch: None,
        looked_alike: i64::try_from(alike.len()).unwrap_or(0),
    };
    queries::insert(tx, &[enrolment]).await?;
    if !alike.is_empty() {
        note_decision(tx, scope, (learner, new.area.as_str()), &alike).await?;
    }
    remember(tx, scope.actor(), once, &digest, &learner.to_string()).await?;
    Ok(Enrolled::New(learner))
}

/// That somebody said: none of these is the one.
async fn note_decision(tx: &Tx, scope: &StaffScope, (learner, place): (LearnerId, &str), alike: &[Alike]) -> Result<(), DbErr> {
    let id = learner.to_string();
    let ids: Vec<String> = alike.iter().map(|one| one.learner.to_string()).collect();
    let entry = audit::Entry {
        actor: Some(scope.actor()),
        action: "enrolment.not_the_same",
        object_kind: "person",
        object_id: &id,
        learner: Some(learner),
        place_code: Some(place),
        detail: json!({ "looked_at": ids }),
    };
    audit::record(tx, &entry).await
}

/// What the last one whom somebody enrolled had: most come from one village.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Where they live.
    pub place_code: Option<String>,
    /// Their reading list.
    pub group: Option<Group>,
}

/// What to write into the form before it is shown.
///
/// # Errors
/// What the database answers.
pub async fn remembered(db: &impl ConnectionTrait, staff: LearnerId) -> Result<Remembered, DbErr> {
    let last = queries::find_last_by(db, staff).await?;
    Ok(last.map_or_else(Remembered::default, |last| Remembered { place_code: Some(last.place_code), group: last.group }))
}

/// That somebody was enrolled by another's hand, if they were.
///
/// # Errors
/// What the database answers.
pub async fn find_enrolment(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<Enrolment>, DbErr> {
    queries::find(db, learner).await
}

/// Enrolments by who enrolled, then by when: those that come after the one given, at most so many.
///
/// # Errors
/// What the database answers.
pub async fn list_enrolments(db: &impl ConnectionTrait, after: Option<&Enrolment>, most: u64) -> Result<Vec<Enrolment>, DbErr> {
    queries::list_after(db, after, most).await
}

/// The cards of those whom this member of staff has enrolled today and may see.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn cards_of_today(
    db: &impl ConnectionTrait,
    keys: &Keys,
    scope: &StaffScope,
    now: Timestamp,
) -> Result<Vec<(LearnerId, String, CardNumber)>, Error> {
    let learners = queries::list_by(db, scope.actor(), now.day().start(), MOST_A_DAY).await?;
    Ok(identity::cards_of(db, keys, &scope.areas(Role::FINDERS), &learners).await?)
}

/// What this subject keeps of a person: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, DbErr> {
    let row = queries::find(db, learner).await?;
    Ok(row.map_or(Value::Null, |row| {
        json!({
            "by": row.enrolled_by.to_string(), "place_code": row.place_code, "group": row.group,
            "in_a_list": row.batch.is_some(), "at_ms": row.enrolled_at.ms(),
        })
    }))
}

/// Somebody leaves.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    queries::delete(tx, learner).await?;
    crate::enrolment::batch_queries::empty_rows_of(tx, learner).await
}

/// Keeps numbers for sheets of blank cards of a place, once however often the form comes; gives the block's id.
///
/// # Errors
/// What identity refuses; [`Error::SentBefore`].
pub async fn keep_blanks(
    tx: &Tx,
    scope: &StaffScope,
    (area, sheets): (&PlaceCode, usize),
    once: &OnceKey,
) -> Result<Uuid, Error> {
    let digest = digest_of(&[b"enrolment.keep_blanks"]);
    match what_was_done(tx, scope.actor(), once, &digest).await? {
        Once::Done(effect) => return effect.parse().map_err(|_| Error::SentBefore),
        Once::Misused => return Err(Error::SentBefore),
        Once::New => {}
    }
    let block = identity::keep_blanks(tx, scope, area, sheets).await?;
    remember(tx, scope.actor(), once, &digest, &block.to_string()).await?;
    Ok(block)
}
