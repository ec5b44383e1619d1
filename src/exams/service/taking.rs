//! Before a session goes along on a box, and while it is there: which may go, who sees its words, who takes it back.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{acts_for, invigilates, is_candidate, lock_exam, record};
use crate::db::Tx;
use crate::exams::queries::{boxes, exams, papers};
use crate::exams::rules::{Stage, WORDS_MINUTES};
use crate::exams::{Error, Exam, Paper};
use crate::identity::{Role, StaffScope};
use crate::kernel::{DeviceId, ExamId, LearnerId, Timestamp};
use crate::places::{self, PlaceCode};

/// A session that may go along in a kit in these days.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The session.
    pub exam: Exam,
    /// Where it is held, by name.
    pub place: String,
    /// Whether it is on a box already.
    pub is_on_box: bool,
}

/// The planned sessions of the places that somebody administers, from the day before until the end, of which nobody has begun, the first first.
/// Those for which they are put down are not among them.
///
/// # Errors
/// What the database answers.
pub async fn list_to_take(db: &impl ConnectionTrait, scope: &StaffScope, now: Timestamp) -> Result<Vec<Offer>, Error> {
    let mut offers = Vec::new();
    for exam in exams::list_soon(db, &scope.areas(Role::ADMINISTRATORS), (now, now.plus_days(1))).await? {
        let has_begun = papers::list(db, exam.id).await?.iter().any(Paper::is_taken);
        if has_begun || is_candidate(db, scope.actor(), exam.id).await? {
            continue;
        }
        let place = places::find_organisation(db, exam.organisation).await?.map(|one| one.name).unwrap_or_default();
        let is_on_box = boxes::holder(db, exam.id).await?.is_some();
        offers.push(Offer { exam, place, is_on_box });
    }
    Ok(offers)
}

/// The planned sessions within `areas` that begin within 90 days, the first first: where a test is taken under supervision next.
///
/// # Errors
/// What the database answers.
pub async fn list_ahead(db: &impl ConnectionTrait, areas: &[PlaceCode], now: Timestamp) -> Result<Vec<Exam>, Error> {
    let soon = exams::list_soon(db, areas, (now, now.plus_days(90))).await?;
    Ok(soon.into_iter().filter(|exam| exam.starts_at > now).collect())
}

/// The box that a session is on.
///
/// # Errors
/// What the database answers.
pub async fn box_of(db: &impl ConnectionTrait, id: ExamId) -> Result<Option<DeviceId>, Error> {
    Ok(boxes::holder(db, id).await?)
}

/// Who is put down for a session.
///
/// # Errors
/// What the database answers.
pub async fn candidates_of(db: &impl ConnectionTrait, id: ExamId) -> Result<Vec<LearnerId>, Error> {
    Ok(papers::list(db, id).await?.iter().map(|paper| paper.learner).collect())
}

/// Whether they take a session back from its box: by planning sessions there, or by administering the place.
pub(super) fn may_take_back(scope: &StaffScope, exam: &Exam) -> bool {
    let administers = PlaceCode::parse(&exam.place_code).is_some_and(|place| scope.administers(&place));
    administers || acts_for(scope, Role::PLANNERS, exam)
}

/// From when on the two see the words.
#[must_use]
pub const fn words_from(exam: &Exam) -> Timestamp {
    exam.starts_at.plus_minutes(-WORDS_MINUTES)
}

/// One of the two looks at the words (开卷口令) of a session on a box, and that is kept: the session, and the box that they open it on.
///
/// # Errors
/// [`Error::NoSuchExam`]; [`Error::NotInvigilator`]; [`Error::NotReady`] where it is too early; [`Error::Stands`] where it is on no box, or over.
pub async fn see_words(tx: &Tx, scope: &StaffScope, id: ExamId) -> Result<(Exam, DeviceId), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !invigilates(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    let holder = boxes::holder(tx, id).await?.filter(|_| exam.stage == Stage::Planned);
    let device = holder.ok_or(Error::Stands)?;
    if tx.now < words_from(&exam) {
        return Err(Error::NotReady("exams-words-early"));
    }
    record(tx, ("exams.see_words", scope.actor()), (&exam, None), json!({ "device": device })).await?;
    Ok((exam, device))
}
