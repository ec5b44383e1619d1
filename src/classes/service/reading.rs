//! Looking at sessions and at who is in them.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::hosts_at;
use crate::classes::letters::place_words;
use crate::classes::queries::{attendance, groups, sessions, sheet};
use crate::classes::{Attendance, ClassSession, Correction, Error, Kind, SheetLine, State, WitnessedTask};
use crate::config::Keys;
use crate::identity::{self, Acquaintance, StaffScope};
use crate::kernel::{ClassId, Day, LearnerId, Timestamp};
use crate::places::PlaceCode;

/// Sessions of a service point whose people are known there.
const FORMER: u64 = 20;
/// People known at a service point.
const MOST_KNOWN: u64 = 200;
/// Sessions on one page.
const MOST: u64 = 200;

/// How many seats of a session are taken, and how many people came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Signed up.
    pub signed_up: i64,
    /// Came.
    pub came: i64,
}

/// A session of somebody's own, with what became of it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The session.
    pub class: ClassSession,
    /// Their own part in it.
    pub own: Attendance,
}

/// The sessions of their places of which a part lies between two instants.
///
/// # Errors
/// What the database answers.
pub async fn list_within(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    span: (Timestamp, Timestamp),
) -> Result<Vec<ClassSession>, Error> {
    Ok(sessions::list_within(db, areas, span, MOST).await?)
}

/// The sessions of their places that began between two instants, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_before(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    span: (Timestamp, Timestamp),
) -> Result<Vec<ClassSession>, Error> {
    Ok(sessions::list_before(db, areas, span, MOST).await?)
}

/// The sessions of `area` for anybody from now on that take place, within four weeks: without the meetings of study groups.
///
/// # Errors
/// What the database answers.
pub async fn list_near(db: &impl ConnectionTrait, area: &PlaceCode, today: Day) -> Result<Vec<ClassSession>, Error> {
    let span = (today.start(), today.plus_days(28).start());
    let mut found = sessions::list_within(db, std::slice::from_ref(area), span, MOST).await?;
    found.retain(|class| class.state == State::Planned && class.kind != Kind::Group);
    Ok(found)
}

/// Whether a session is the meeting of a study group to which this reader does not belong.
///
/// # Errors
/// What the database answers.
pub async fn is_for_members(db: &impl ConnectionTrait, class: &ClassSession, reader: Option<LearnerId>) -> Result<bool, Error> {
    Ok(match (class.group, reader) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(group), Some(reader)) => !groups::list_members(db, group).await?.contains(&reader),
    })
}

/// The sessions that somebody is signed up for, that take place and are not over, the first first.
///
/// # Errors
/// What the database answers.
pub async fn list_ahead(db: &impl ConnectionTrait, learner: LearnerId, now: Timestamp) -> Result<Vec<ClassSession>, Error> {
    Ok(sessions::list_signed_up(db, learner, (now, now.plus_days(366)), MOST).await?)
}

/// The next session of today or tomorrow that somebody is signed up for, with the name of its service point. One statement; two where
/// there is one.
///
/// # Errors
/// What the database answers.
pub async fn next_class(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    now: Timestamp,
) -> Result<Option<(ClassSession, String)>, Error> {
    let until = now.day().plus_days(2).start();
    let Some(class) = sessions::list_signed_up(db, learner, (now, until), 1).await?.into_iter().next() else { return Ok(None) };
    let place = place_words(db, &class).await?;
    Ok(Some((class, place)))
}

/// How many signed up for each session, and how many came.
///
/// # Errors
/// What the database answers.
pub async fn counts_of(db: &impl ConnectionTrait, classes: &[ClassSession]) -> Result<HashMap<ClassId, Counts>, Error> {
    let ids: Vec<ClassId> = classes.iter().map(|class| class.id).collect();
    let (signed_up, came) = (attendance::count_signed_up(db, &ids).await?, attendance::count_came(db, &ids).await?);
    let of = |counts: &HashMap<ClassId, i64>, id: &ClassId| counts.get(id).copied().unwrap_or(0);
    Ok(ids.iter().map(|id| (*id, Counts { signed_up: of(&signed_up, id), came: of(&came, id) })).collect())
}

/// One session.
///
/// # Errors
/// [`Error::NoSuchClass`].
pub async fn find_class(db: &impl ConnectionTrait, id: ClassId) -> Result<ClassSession, Error> {
    sessions::find(db, id).await?.ok_or(Error::NoSuchClass)
}

/// A session of theirs.
///
/// # Errors
/// [`Error::NoSuchClass`], also where it is of another place.
pub async fn get_own_class(db: &impl ConnectionTrait, scope: &StaffScope, id: ClassId) -> Result<ClassSession, Error> {
    sessions::find(db, id).await?.filter(|class| hosts_at(scope, &class.place_code)).ok_or(Error::NoSuchClass)
}

/// What somebody has to do with a session.
///
/// # Errors
/// What the database answers.
pub async fn attendance_of(db: &impl ConnectionTrait, learner: LearnerId, class: ClassId) -> Result<Option<Attendance>, Error> {
    Ok(attendance::find(db, learner, class).await?)
}

/// All sessions that somebody ever signed up for or came to, the first first: for "my data".
///
/// # Errors
/// What the database answers.
pub async fn list_own(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Listed>, Error> {
    let own = attendance::list_of_learner(db, learner).await?;
    let ids: Vec<ClassId> = own.iter().map(|one| one.class).collect();
    let classes = sessions::list_by_ids(db, &ids).await?;
    let with_own = |class: ClassSession| {
        let own = own.iter().find(|one| one.class == class.id)?.clone();
        Some(Listed { class, own })
    };
    Ok(classes.into_iter().filter_map(with_own).collect())
}

/// Who came to former sessions at the service point of this one.
///
/// # Errors
/// What the database answers.
pub async fn list_known(db: &impl ConnectionTrait, class: &ClassSession) -> Result<Vec<LearnerId>, Error> {
    let former = sessions::list_former(db, class.organisation, class.hours.starts_at, FORMER).await?;
    Ok(attendance::list_who_came(db, &former, MOST_KNOWN).await?)
}

/// Whether somebody stands on the list of this session: signed up for it, or known from former ones.
pub(super) async fn is_known(db: &impl ConnectionTrait, class: &ClassSession, learner: LearnerId) -> Result<bool, Error> {
    if attendance::find(db, learner, class.id).await?.is_some() {
        return Ok(true);
    }
    Ok(list_known(db, class).await?.contains(&learner))
}

/// Everybody of a session with what is known of them; who has left is not among them.
///
/// # Errors
/// What the database answers.
pub async fn people_on(
    db: &impl ConnectionTrait,
    keys: &Keys,
    class: &ClassSession,
    also: &[LearnerId],
) -> Result<(Vec<Attendance>, HashMap<LearnerId, Acquaintance>), Error> {
    let all = attendance::list_of_class(db, class.id).await?;
    let ids: Vec<LearnerId> = all.iter().map(|one| one.learner).chain(also.iter().copied()).collect();
    let people = identity::people_of(db, keys, &ids, i64::from(class.day.year())).await?;
    Ok((all, people))
}

/// Who came to a session.
///
/// # Errors
/// What the database answers.
pub async fn who_came(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<LearnerId>, Error> {
    let all = attendance::list_of_class(db, class).await?;
    Ok(all.into_iter().filter(|one| one.came_at.is_some()).map(|one| one.learner).collect())
}

/// The lines of the paper sheet that count for nobody.
///
/// # Errors
/// What the database answers.
pub async fn lines_of(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<SheetLine>, Error> {
    Ok(sheet::list(db, class).await?)
}

/// The tasks witnessed in a session.
///
/// # Errors
/// What the database answers.
pub async fn tasks_of(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<WitnessedTask>, Error> {
    Ok(attendance::list_tasks_of_class(db, class).await?)
}

/// What was put right after a session had ended, the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn corrections_of(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<Correction>, Error> {
    Ok(attendance::list_corrections(db, class).await?)
}

/// Who of these people has come to a session since then; one statement.
///
/// # Errors
/// What the database answers.
pub async fn list_came_since(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, Error> {
    Ok(attendance::list_came_since(db, learners, since).await?)
}

/// Whether somebody came to a session between two instants.
///
/// # Errors
/// What the database answers.
pub async fn has_come_between(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    span: (Timestamp, Timestamp),
) -> Result<bool, Error> {
    Ok(attendance::has_come_between(db, learner, span).await?)
}

/// Tasks that were witnessed from then until then by nobody but who taught the session: each with that session. At most so many are looked at.
///
/// # Errors
/// What the database answers.
pub async fn list_seen_by_teacher(
    db: &impl ConnectionTrait,
    span: (Timestamp, Timestamp),
    most: u64,
) -> Result<Vec<(WitnessedTask, ClassSession)>, Error> {
    let tasks = attendance::list_tasks_seen_by_one(db, span, most).await?;
    let mut ids: Vec<ClassId> = tasks.iter().map(|task| task.class).collect();
    ids.sort();
    ids.dedup();
    let known = sessions::list_by_ids(db, &ids).await?;
    let with_session = |task: WitnessedTask| {
        let class = known.iter().find(|class| class.id == task.class && class.teacher == task.witness)?.clone();
        Some((task, class))
    };
    Ok(tasks.into_iter().filter_map(with_session).collect())
}

/// Whether one person, by any of `teachers`, has taught another, by any of `learners`, this course in a session to which they came.
///
/// # Errors
/// What the database answers.
pub async fn has_taught(
    db: &impl ConnectionTrait,
    teachers: &[LearnerId],
    (learners, course): (&[LearnerId], &str),
) -> Result<bool, DbErr> {
    let came_to = attendance::list_came_to(db, learners).await?;
    let classes = sessions::list_by_ids(db, &came_to).await?;
    Ok(classes.iter().any(|class| class.course.as_deref() == Some(course) && teachers.contains(&class.teacher)))
}
