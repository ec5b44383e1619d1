//! A session goes along on a box: which may, what is drawn for it, who sees its words, who takes it back.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::plan::purpose_of;
use super::{Setting, acts_for, invigilates, is_among, is_candidate, lock_exam, record};
use crate::assessment;
use crate::config::Keys;
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::exams::queries::{boxes, exams, log, papers};
use crate::exams::rules::{Category, Form, Stage, WORDS_MINUTES};
use crate::exams::{Begun, Error, Exam, Incident, Paper, Stay};
use crate::identity::{self, Role, StaffScope};
use crate::kernel::{DeviceId, ExamId, LearnerId, Seed, Timestamp, mac_of};
use crate::places::{self, PlaceCode};

/// A session as it goes onto a box.
#[derive(Clone, Debug)]
pub struct Along {
    /// The session.
    pub exam: Exam,
    /// Who is put down, each with what was drawn for them; none for a test by word or hand.
    pub drawn: Vec<(LearnerId, Option<Begun>)>,
    /// How each of them is tested.
    pub settings: Vec<(LearnerId, Setting)>,
}

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

/// Draws every candidate's paper for a box, from the day before until the end; from then on the session is not run in the bank. For the same box
/// once more it gives the same papers. `name` is what people call the box.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotTheirs`] outside of what they administer, [`Error::TooEarly`], [`Error::Stands`] where it is over or somebody
/// has begun, [`Error::OnBox`] where it is on another box, [`Error::OffBox`] where it was taken back from this one, [`Error::TooFewItems`].
pub async fn take_along(
    tx: &Tx,
    (shelf, keys): (&Shelf, &Keys),
    scope: &StaffScope,
    (id, device, name): (ExamId, DeviceId, &str),
) -> Result<Along, Error> {
    let exam = exams::lock(tx, id).await?.ok_or(Error::NoSuchExam)?;
    let place = PlaceCode::parse(&exam.place_code).ok_or(Error::NoSuchExam)?;
    if !scope.administers(&place) {
        return Err(Error::NotTheirs);
    }
    if is_candidate(tx, scope.actor(), id).await? {
        return Err(Error::NoSuchExam);
    }
    let all = papers::list(tx, id).await?;
    if exam.stage != Stage::Planned || tx.now > exam.ends_at || all.iter().any(Paper::is_taken) {
        return Err(Error::Stands);
    }
    if tx.now < exam.starts_at.plus_days(-1) {
        return Err(Error::TooEarly);
    }
    match boxes::holder(tx, id).await? {
        Some(holder) if holder == device => {}
        Some(_) => return Err(Error::OnBox),
        None if boxes::find_stay(tx, id, device).await?.is_some() => return Err(Error::OffBox),
        None => {
            boxes::take(tx, id, (device, name), scope.actor()).await?;
            record(tx, ("exams.take_along", scope.actor()), (&exam, None), json!({ "device": device })).await?;
        }
    }
    let mut drawn = Vec::new();
    for paper in &all {
        let begun = match paper.setting.form {
            Form::Screen => Some(draw(tx, (shelf, keys), (&exam, paper), device).await?),
            Form::Word | Form::Hand => None,
        };
        drawn.push((paper.learner, begun));
    }
    let settings = all.iter().map(|paper| (paper.learner, paper.setting)).collect();
    Ok(Along { exam, drawn, settings })
}

/// The paper of a candidate for a box: drawn as in the bank, once. Its seed follows from the bank's key.
async fn draw(tx: &Tx, (shelf, keys): (&Shelf, &Keys), (exam, paper): (&Exam, &Paper), device: DeviceId) -> Result<Begun, Error> {
    let (learner, key) = (paper.learner, (paper.learner, exam.id, device));
    if let Some(known) = boxes::find_drawn(tx, key, tx.now).await? {
        return Ok(known);
    }
    let people = identity::people_of(tx, keys, &[learner], i64::from(tx.now.day().year())).await?;
    let groups = people.get(&learner).map(|person| person.standing.groups.clone()).unwrap_or_default();
    let parts = [learner.uuid(), exam.id.uuid(), device.uuid()];
    let mac = mac_of(&keys.for_purpose("exam-box-papers"), &parts.each_ref().map(|part| part.as_bytes().as_slice()));
    let seed = Seed(mac.bytes().first_chunk::<16>().copied().unwrap_or_default());
    let code = CourseCode::parse(&exam.unit).ok_or(Error::TooFewItems)?;
    let items = assessment::draw_paper(shelf, code, purpose_of(exam.level), (&groups, seed));
    if items.is_empty() {
        return Err(Error::TooFewItems);
    }
    let drawn = Begun { at: tx.now, seed, edition: shelf.digest().to_string(), items };
    boxes::keep_drawn(tx, key, &drawn).await?;
    Ok(drawn)
}

/// 在银行里考: the session is run in the bank again, and the log says why. What the box hands over is looked at by a person. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`]; [`Error::NotInvigilator`] for who neither plans sessions there nor administers the place; [`Error::HadPart`] for
/// one of the two, who could run it twice; [`Error::Stands`].
pub async fn take_back(tx: &Tx, scope: &StaffScope, (id, why): (ExamId, &str)) -> Result<(), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !may_take_back(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    if is_among(tx, scope.actor(), &exam.invigilators).await? {
        return Err(Error::HadPart);
    }
    if exam.stage != Stage::Planned {
        return Err(Error::Stands);
    }
    if boxes::take_back(tx, id).await? {
        let (category, words) = (Category::TakenBack, Some(why.to_owned()));
        let incident = Incident { learner: None, category, words, sealed: None, by: scope.actor(), at: tx.now };
        log::note(tx, id, &incident).await?;
        record(tx, ("exams.take_back", scope.actor()), (&exam, None), json!({})).await?;
    }
    Ok(())
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

/// Whether a box that a session is on is needed still: until the answering is ended, or its end has come, for which its papers have to be open.
pub(super) fn is_needed(exam: &Exam, stays: &[Stay], device: DeviceId) -> bool {
    let is_unended = || stays.iter().any(|stay| stay.device == device && stay.end.is_none());
    exam.stage == Stage::Planned || exam.stage == Stage::Finished && is_unended()
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
    let stays = boxes::list_stays(tx, id).await?;
    let holder = boxes::holder(tx, id).await?.filter(|device| is_needed(&exam, &stays, *device));
    let device = holder.ok_or(Error::Stands)?;
    if tx.now < words_from(&exam) {
        return Err(Error::NotReady("exams-words-early"));
    }
    record(tx, ("exams.see_words", scope.actor()), (&exam, None), json!({ "device": device })).await?;
    Ok((exam, device))
}
