//! A volunteer's phone: tests that are taken along on it, and those that are handed in on it with a network.

use std::collections::{BTreeMap, HashMap};

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::apply::{grade, read_at};
use super::prepare::begin;
use super::{Bank, own_phone};
use crate::assessment::{self, Attempt, Sheet};
use crate::audit;
use crate::classes::{self, ClassSession};
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::hall::bodies::Answers;
use crate::hall::queries::devices;
use crate::hall::{AnswerFields, Device, DeviceKind, Error, Why};
use crate::identity::{self, StaffScope};
use crate::kernel::{AttemptId, DeviceId, LearnerId, Timestamp};
use crate::web::House;

/// Tests that a phone takes along for one session.
const MOST_TESTS: usize = 60;
/// Phones of a volunteer that are looked at, the newest first: each browser that was emptied is a fresh one.
const MOST_PHONES: u64 = 20;

/// The phone of a volunteer: `asked`, where it says what it is called; else the last one that is known of them, or a fresh one.
///
/// # Errors
/// [`Error::NotAllowed`] where it is somebody else's; [`Error::Revoked`]; what the database answers.
pub async fn phone_of(tx: &Tx, scope: &StaffScope, asked: Option<DeviceId>, name: &str) -> Result<DeviceId, Error> {
    let last = match asked {
        Some(asked) => Some(asked),
        None => phones_of(tx, scope.actor()).await?.into_iter().next(),
    };
    let id = last.unwrap_or_else(|| DeviceId::fresh(tx.now));
    own_phone(tx, scope, id, name).await?;
    let is_revoked = devices::find(tx, id).await?.is_some_and(|phone| phone.revoked_at.is_some());
    if is_revoked { Err(Error::Revoked) } else { Ok(id) }
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

/// The phones of a volunteer that were not given up, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn phones_of(db: &impl ConnectionTrait, operator: LearnerId) -> Result<Vec<DeviceId>, Error> {
    let phones = devices::list_phones(db, operator, false, MOST_PHONES).await?;
    Ok(phones.into_iter().map(|phone| phone.id).collect())
}

/// The open tests of a course that these people can be given on these phones.
///
/// # Errors
/// What the database answers.
pub async fn tests_on(
    db: &impl ConnectionTrait,
    phones: &[DeviceId],
    learners: &[LearnerId],
    course: &str,
) -> Result<HashMap<LearnerId, AttemptId>, Error> {
    let given = devices::list_sheets(db, phones, learners).await?;
    let open = assessment::list_open(db, learners, course).await?;
    Ok(open.into_iter().filter(|test| given.contains(test)).collect())
}

/// The phones of a volunteer that were given up, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn given_up_phones(db: &impl ConnectionTrait, operator: LearnerId) -> Result<Vec<DeviceId>, Error> {
    let phones = devices::list_phones(db, operator, true, MOST_PHONES).await?;
    Ok(phones.into_iter().map(|phone| phone.id).collect())
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
    phone_with(db, operator, learner, attempt).await?;
    Ok(assessment::get_sheet(db, learner, attempt).await?)
}

/// The phone of this volunteer to which a test was given; one that was given up has none.
async fn phone_with(
    db: &impl ConnectionTrait,
    operator: LearnerId,
    learner: LearnerId,
    attempt: AttemptId,
) -> Result<Device, Error> {
    let given = devices::sheets_of(db, learner, attempt).await?;
    let mut phones = devices::list_phones(db, operator, false, MOST_PHONES).await?.into_iter();
    phones.find(|phone| given.contains(&phone.id)).ok_or(Error::NoSuchClaim)
}

/// The questions of a test that these answers leave open, by position: what is no answer is none.
///
/// # Errors
/// What the database answers.
pub async fn left_open(
    db: &impl ConnectionTrait,
    shelf: &Shelf,
    attempt: &Attempt,
    answers: &BTreeMap<usize, AnswerFields>,
) -> Result<Vec<usize>, Error> {
    let items = assessment::get_items(db, shelf, attempt).await?;
    let open = (1..).zip(&items).filter(|(position, item)| read_at(item, attempt.seed, *position, answers).is_none());
    Ok(open.map(|(position, _)| position).collect())
}

/// Whether a test that was given to these devices may come back on `device`: it is one of them, or both are phones of the same volunteer. A
/// phone signs nothing; whose it is counts, and a browser that was emptied is a fresh phone.
pub(super) async fn is_given_to(db: &impl ConnectionTrait, given: &[DeviceId], device: &Device) -> Result<bool, Error> {
    if given.contains(&device.id) {
        return Ok(true);
    }
    if device.kind == DeviceKind::Box {
        return Ok(false);
    }
    let others = devices::list_by_ids(db, given).await?;
    Ok(others.iter().any(|other| other.kind == DeviceKind::Phone && other.operators == device.operators))
}

/// A test is handed in on the phone with a network: graded as a claim of it would be. Twice is once.
///
/// # Errors
/// [`Error::NoSuchClaim`] where it is on no phone of theirs; [`Error::NeedsLook`] with [`Why::NotThere`] where they did not come today; what
/// else refuses a claim.
pub async fn hand_in_here(
    house: &House,
    shelf: &Shelf,
    operator: LearnerId,
    (learner, attempt): (LearnerId, AttemptId),
    (assisted, answers): (bool, BTreeMap<usize, AnswerFields>),
) -> Result<(), Error> {
    let phone = phone_with(house.db.read(), operator, learner, attempt).await?;
    let bank = Bank::at(house, shelf, &phone).await?;
    let body = Answers { attempt, person: learner.uuid(), assisted, answers };
    let work = async move |tx: &Tx| {
        // Whether it is theirs is asked once more where it counts: the phone may have been given up meanwhile.
        let phone = phone_with(tx, operator, learner, attempt).await?;
        let person = identity::profile(tx, &bank.keys, learner).await?;
        was_there(tx, learner, days_around(tx.now)).await?;
        if grade(tx, &bank, &person, operator, &body).await? {
            note_handed_in(tx, operator, (learner, attempt), &phone).await?;
        }
        Ok(())
    };
    house.db.write(work).await
}

/// A day before an instant until a day behind it: as far as the clocks of a hall are trusted.
pub(super) fn days_around(at: Timestamp) -> (Timestamp, Timestamp) {
    (at.plus_days(-1), at.plus_days(1))
}

/// Nobody is tested who did not come: whoever holds a class answers for no test of somebody who was not seen there.
pub(super) async fn was_there(db: &impl ConnectionTrait, learner: LearnerId, span: (Timestamp, Timestamp)) -> Result<(), Error> {
    if classes::has_come_between(db, learner, span).await? { Ok(()) } else { Err(Error::NeedsLook(Why::NotThere)) }
}

async fn note_handed_in(
    tx: &Tx,
    operator: LearnerId,
    (learner, attempt): (LearnerId, AttemptId),
    phone: &Device,
) -> Result<(), Error> {
    let id = attempt.to_string();
    let entry = audit::Entry {
        actor: Some(operator),
        action: "hall.hand_in",
        object_kind: "attempt",
        object_id: &id,
        learner: Some(learner),
        place_code: Some(&phone.place_code),
        detail: json!({ "device": phone.id }),
    };
    Ok(audit::record(tx, &entry).await?)
}
