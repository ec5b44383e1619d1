//! A volunteer's phone: tests that are taken along on it, and those that are handed in on it with a network.

use std::collections::{BTreeMap, HashMap};

use sea_orm::ConnectionTrait;

use super::apply::grade;
use super::prepare::begin;
use super::{Bank, own_phone};
use crate::assessment::{self, Sheet};
use crate::classes::{self, ClassSession};
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::hall::bodies::Answers;
use crate::hall::queries::devices;
use crate::hall::{AnswerFields, Device, DeviceKind, Error, Why};
use crate::identity::{self, StaffScope};
use crate::kernel::{AttemptId, DeviceId, LearnerId};
use crate::web::House;

/// Tests that a phone takes along for one session.
const MOST_TESTS: usize = 60;

/// The phone of a volunteer: `asked`, where it says what it is called; else the last one that is known of them, or a fresh one.
///
/// # Errors
/// [`Error::NotAllowed`] where it is somebody else's; [`Error::Revoked`]; what the database answers.
pub async fn phone_of(tx: &Tx, scope: &StaffScope, asked: Option<DeviceId>, name: &str) -> Result<DeviceId, Error> {
    let known = devices::list_phones(tx, scope.actor()).await?;
    let last = known.iter().find(|phone| phone.revoked_at.is_none()).map(|phone| phone.id);
    let id = asked.or(last).unwrap_or_else(|| DeviceId::fresh(tx.now));
    own_phone(tx, scope, id, name).await?;
    if known.iter().any(|phone| phone.id == id && phone.revoked_at.is_some()) { Err(Error::Revoked) } else { Ok(id) }
}

/// Begins the test of a session's course for those on its lists and gives it to a phone: for who signed up or came, then for who is known. Says
/// how many there are.
///
/// # Errors
/// What the database answers.
pub async fn bring_tests(
    house: &House,
    shelf: &Shelf,
    (operator, phone): (LearnerId, DeviceId),
    class: &ClassSession,
) -> Result<usize, Error> {
    let Some(course) = class.course.as_deref().and_then(CourseCode::parse) else { return Ok(0) };
    let db = house.db.read();
    let known = classes::list_known(db, class).await?;
    let (all, people) = classes::people_on(db, &house.keys, class, &known).await?;
    let mut listed: Vec<LearnerId> = Vec::new();
    for learner in all.iter().map(|one| one.learner).chain(known) {
        if learner != operator && !listed.contains(&learner) {
            listed.push(learner);
        }
    }
    let mut brought = 0;
    for learner in listed.into_iter().take(MOST_TESTS) {
        let Some(person) = people.get(&learner) else { continue };
        match begin(house, shelf, phone, (learner, person), course).await {
            Ok(attempt) => brought += usize::from(attempt.is_some()),
            // The course has no test yet.
            Err(Error::NeedsLook(Why::NoSheet)) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(brought)
}

/// The open tests of a course that these people can be given on the phones of a volunteer.
///
/// # Errors
/// What the database answers.
pub async fn tests_on(
    db: &impl ConnectionTrait,
    operator: LearnerId,
    learners: &[LearnerId],
    course: &str,
) -> Result<HashMap<LearnerId, AttemptId>, Error> {
    let phones: Vec<DeviceId> = usable(devices::list_phones(db, operator).await?).map(|phone| phone.id).collect();
    let given = devices::list_sheets(db, &phones, learners).await?;
    let open = assessment::list_open(db, learners, course).await?;
    Ok(open.into_iter().filter(|test| given.contains(test)).collect())
}

/// The phones of a volunteer that were given up.
///
/// # Errors
/// What the database answers.
pub async fn given_up_phones(db: &impl ConnectionTrait, operator: LearnerId) -> Result<Vec<DeviceId>, Error> {
    let phones = devices::list_phones(db, operator).await?;
    Ok(phones.into_iter().filter(|phone| phone.revoked_at.is_some()).map(|phone| phone.id).collect())
}

fn usable(phones: Vec<Device>) -> impl Iterator<Item = Device> {
    phones.into_iter().filter(|phone| phone.revoked_at.is_none())
}

/// A test that was given to a phone of this volunteer.
///
/// # Errors
/// [`Error::NoSuchClaim`] where it was not; what the database answers.
pub async fn sheet_on(
    db: &impl ConnectionTrait,
    operator: LearnerId,
    learner: LearnerId,
    attempt: AttemptId,
) -> Result<Sheet, Error> {
    let on = devices::sheet_of(db, learner, attempt).await?.ok_or(Error::NoSuchClaim)?;
    let is_theirs = usable(devices::list_phones(db, operator).await?).any(|phone| phone.id == on);
    if is_theirs { Ok(assessment::get_sheet(db, learner, attempt).await?) } else { Err(Error::NoSuchClaim) }
}

/// Whether a test that was given to `on` may come back on `device`: it is the same, or both are phones of the same volunteer. A phone signs
/// nothing; whose it is counts, and a browser that was emptied is a fresh phone.
pub(super) async fn is_given_to(db: &impl ConnectionTrait, on: DeviceId, device: &Device) -> Result<bool, Error> {
    if on == device.id {
        return Ok(true);
    }
    let given = devices::find(db, on).await?;
    Ok(device.kind == DeviceKind::Phone
        && given.is_some_and(|given| given.kind == DeviceKind::Phone && given.operators == device.operators))
}

/// A test is handed in on the phone with a network: graded as a claim of it would be. Twice is once.
///
/// # Errors
/// What refuses a claim; what the database answers.
pub async fn hand_in_here(
    house: &House,
    shelf: &Shelf,
    operator: LearnerId,
    (learner, attempt): (LearnerId, AttemptId),
    (assisted, answers): (bool, BTreeMap<usize, AnswerFields>),
) -> Result<(), Error> {
    let db = house.db.read();
    let on = devices::sheet_of(db, learner, attempt).await?.ok_or(Error::NeedsLook(Why::NoSheet))?;
    let phone = devices::find(db, on).await?.ok_or(Error::NoSuchDevice)?;
    let bank = Bank::at(house, shelf, &phone).await?;
    let body = Answers { attempt, person: learner.uuid(), assisted, answers };
    let work = async move |tx: &Tx| {
        let person = identity::profile(tx, &bank.keys, learner).await?;
        grade(tx, &bank, &person, operator, &body).await.map(drop)
    };
    house.db.write(work).await
}
