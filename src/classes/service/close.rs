//! Closing a session: who came is settled, and their minutes become 签到学时. Afterwards only an administrator puts something right.

use std::collections::HashMap;

use serde_json::json;

use super::{Deed, administers_at, hosts_at, note};
use crate::classes::queries::attendance::{self, Came};
use crate::classes::queries::sessions;
use crate::classes::{ClassSession, Correction, Error, State, Way};
use crate::config::Keys;
use crate::db::Tx;
use crate::helping::{self, ClassHours};
use crate::identity::{self, Acquaintance, StaffScope};
use crate::kernel::{ClassId, LearnerId};
use crate::outbox::{self, Event, Standing};
use crate::recognition::{self, Attended};

/// Closes a session that has begun. `people` are those who came, as they stand now. Nobody attended longer than it has lasted until now.
/// Closing twice is closing once.
///
/// # Errors
/// [`Error::NoSuchClass`], [`Error::Cancelled`], [`Error::NotYet`].
pub async fn close_class(
    tx: &Tx,
    scope: &StaffScope,
    id: ClassId,
    people: &HashMap<LearnerId, Acquaintance>,
) -> Result<(), Error> {
    let class = sessions::lock(tx, id).await?.filter(|class| hosts_at(scope, &class.place_code)).ok_or(Error::NoSuchClass)?;
    match class.state {
        State::Planned => {}
        State::Closed => return Ok(()),
        State::Cancelled => return Err(Error::Cancelled),
    }
    if !class.hours.has_begun(tx.now) {
        return Err(Error::NotYet);
    }
    attendance::cap_minutes(tx, id, class.hours.attended(class.hours.starts_at, tx.now)).await?;
    let came: Vec<_> = attendance::list_of_class(tx, id).await?.into_iter().filter(|one| one.came_at.is_some()).collect();
    let attended = |one: &crate::classes::Attendance| Attended {
        learner: one.learner,
        class: id,
        what: class.what(),
        minutes: one.minutes,
        at: class.hours.starts_at,
    };
    let attended: Vec<Attended<'_>> = came.iter().map(attended).collect();
    recognition::keep_attended(tx, &attended).await?;
    sessions::close(tx, id, scope.actor()).await?;
    keep_hours(tx, &class, scope.actor()).await?;
    tell(tx, &class, &attended, people).await?;
    let detail = json!({ "people": attended.len() });
    note(tx, Deed { detail, ..Deed::of("classes.close", scope.actor(), &class) }).await
}

/// The hours of the volunteers who held it, for the organisation that organised it.
async fn keep_hours(tx: &Tx, class: &ClassSession, by: LearnerId) -> Result<(), Error> {
    let people: Vec<LearnerId> = std::iter::once(class.teacher).chain(class.witness).collect();
    let hours = ClassHours {
        class: class.id,
        organisation: class.organisation,
        place_code: &class.place_code,
        day: class.day,
        minutes: class.hours.minutes(),
        what: &class.title,
        by,
    };
    Ok(helping::keep_class_hours(tx, &people, &hours).await?)
}

/// The events: one of the session with its counts, and one of each who came, as they stand.
async fn tell(
    tx: &Tx,
    class: &ClassSession,
    attended: &[Attended<'_>],
    people: &HashMap<LearnerId, Acquaintance>,
) -> Result<(), Error> {
    let minutes: i64 = attended.iter().map(|one| one.minutes).sum();
    let facts = json!({
        "class": class.id, "kind": class.kind.code(), "course": class.course, "organisation": class.organisation,
        "people": attended.len(), "minutes": minutes, "planned_minutes": class.hours.minutes(), "seats": class.seats,
    });
    let here = Standing { place_code: Some(class.place_code.clone()), ..Standing::default() };
    let held = Event { kind: "class.held", learner: None, standing: &here, body: facts };
    let of_one = |one: &Attended<'_>| Event {
        kind: "class.attended",
        learner: Some(one.learner),
        standing: people.get(&one.learner).map_or(&here, |person| &person.standing),
        body: json!({ "class": class.id, "kind": class.kind.code(), "course": class.course, "minutes": one.minutes }),
    };
    let events: Vec<Event<'_>> = std::iter::once(held).chain(attended.iter().map(of_one)).collect();
    Ok(outbox::emit(tx, &events).await?)
}

/// An administrator puts right how many minutes somebody attended of a closed session, also of somebody whose line was overlooked. The
/// same again changes nothing.
///
/// # Errors
/// [`Error::NoSuchClass`] where it is none of theirs or not closed; [`Error::Own`]; [`Error::Busy`].
pub async fn correct_minutes(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    id: ClassId,
    (learner, minutes, reason): (LearnerId, i64, &str),
) -> Result<(), Error> {
    let class = sessions::lock(tx, id).await?.filter(|class| administers_at(scope, &class.place_code));
    let class = class.ok_or(Error::NoSuchClass)?;
    if class.state != State::Closed {
        return Err(Error::NoSuchClass);
    }
    if learner == scope.actor() {
        return Err(Error::Own);
    }
    let minutes = minutes.clamp(0, class.hours.minutes());
    // Of two who put something right for the same person at once the second sees the first.
    identity::hold_person(tx, learner).await?;
    let has_come = attendance::find(tx, learner, id).await?.is_some_and(|found| found.came_at.is_some());
    if !has_come && sessions::is_anybody_elsewhere(tx, &[learner], (id, class.hours)).await? {
        return Err(Error::Busy);
    }
    let attended = Attended { learner, class: id, what: class.what(), minutes, at: class.hours.starts_at };
    let change = recognition::correct_attended(tx, &attended).await?;
    if change == 0 {
        return Ok(());
    }
    if has_come {
        attendance::keep_minutes(tx, (learner, id), minutes, None).await?;
    } else {
        let came = Came { learner, class: id, at: class.hours.starts_at, minutes, way: Way::Number, by: scope.actor() };
        attendance::keep_came(tx, &came).await?;
    }
    tell_corrected(tx, keys, &class, (learner, change)).await?;
    let correction = Correction { learner, before: minutes - change, after: minutes, reason: reason.to_owned() };
    attendance::insert_correction(tx, id, &correction, scope.actor()).await?;
    let detail = json!({ "before": correction.before, "after": correction.after });
    note(tx, Deed { detail, ..Deed::to("classes.correct", scope.actor(), learner, &class) }).await
}

/// The event: by how much the time of one person changed, as they stand.
async fn tell_corrected(tx: &Tx, keys: &Keys, class: &ClassSession, (learner, change): (LearnerId, i64)) -> Result<(), Error> {
    let people = identity::people_of(tx, keys, &[learner], i64::from(class.day.year())).await?;
    let here = Standing { place_code: Some(class.place_code.clone()), ..Standing::default() };
    let event = Event {
        kind: "class.corrected",
        learner: Some(learner),
        standing: people.get(&learner).map_or(&here, |person| &person.standing),
        body: json!({ "class": class.id, "kind": class.kind.code(), "course": class.course, "minutes": change }),
    };
    Ok(outbox::emit(tx, &[event]).await?)
}
