//! A session is planned, people are put down for it, it is taken back.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{acts_for, is_among, lock_exam, record};
use crate::config::Keys;
use crate::curriculum::model::Use;
use crate::curriculum::{CourseCode, Shelf};
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::exams::queries::{boxes, exams, papers};
use crate::exams::rules::{Level, Stage};
use crate::exams::{Error, Exam, moment_words};
use crate::identity::{self, Role, StaffScope};
use crate::kernel::{CardNumber, Digest, ExamId, LearnerId, OrganisationId, Seed, Timestamp};
use crate::outbox::{self, Channel, Letter};
use crate::places;

/// A session to be planned.
#[derive(Clone, Debug)]
pub struct NewExam {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// For which line of work; none: everybody.
    pub line: Option<String>,
    /// The unit's code.
    pub unit: String,
    /// The level of its evidence.
    pub level: Level,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// How many seats.
    pub seats: i64,
    /// The two who invigilate.
    pub invigilators: [LearnerId; 2],
    /// Whether it belongs to the sample people.
    pub is_sample: bool,
}

/// Which items a level asks.
pub(super) const fn purpose_of(level: Level) -> Use {
    match level {
        Level::Supervised => Use::Test,
        Level::Exam => Use::Exam,
    }
}

/// Whether the unit has enough items of the kind that this level asks.
#[must_use]
fn has_enough(shelf: &Shelf, unit: &str, level: Level) -> bool {
    let Some(code) = CourseCode::parse(unit) else { return false };
    let drawn = crate::assessment::draw_paper(shelf, code, purpose_of(level), (&[], Seed([0; 16])));
    drawn.len() >= shelf.edition().manifest.assessment.items_per_test
}

/// Whether they plan sessions for this organisation, at its place and in this line of work.
#[must_use]
fn may_plan(scope: &StaffScope, organisation: (OrganisationId, &str), line: Option<&str>) -> bool {
    scope.grants().iter().any(|grant| Role::PLANNERS.contains(&grant.role) && grant.acts_for(organisation, line))
}

/// Plans a session for an organisation of theirs. The same form again is the first.
///
/// # Errors
/// [`Error::NotTheirs`], [`Error::TooFewItems`], [`Error::Past`], [`Error::OneInvigilator`], [`Error::NoInvigilator`], [`Error::SentBefore`].
pub async fn plan(
    tx: &Tx,
    shelf: &Shelf,
    scope: &StaffScope,
    new: &NewExam,
    (once, digest): (&OnceKey, &Digest),
) -> Result<ExamId, Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(effect) => return effect.parse().map_err(|_| Error::NoSuchExam),
        Once::Misused => return Err(Error::SentBefore),
    }
    let organisation = places::find_organisation(tx, new.organisation).await?.filter(|one| !one.is_closed);
    let organisation = organisation.ok_or(Error::NotTheirs)?;
    if !may_plan(scope, (organisation.id, &organisation.place_code), new.line.as_deref()) {
        return Err(Error::NotTheirs);
    }
    if !has_enough(shelf, &new.unit, new.level) {
        return Err(Error::TooFewItems);
    }
    if new.ends_at <= tx.now {
        return Err(Error::Past);
    }
    let [first, second] = new.invigilators;
    if is_among(tx, first, &[second]).await? {
        return Err(Error::OneInvigilator);
    }
    let id = ExamId::fresh(tx.now);
    exams::insert(tx, id, new, (&organisation.place_code, scope.actor())).await?;
    let exam = exams::find(tx, id).await?.ok_or(Error::NoSuchExam)?;
    for invigilator in new.invigilators {
        let theirs = identity::load_scope(tx, invigilator).await?;
        if !acts_for(&theirs, Role::FINDERS, &exam) {
            return Err(Error::NoInvigilator);
        }
    }
    let detail = json!({ "unit": new.unit, "level": new.level.value() });
    record(tx, ("exams.plan", scope.actor()), (&exam, None), detail).await?;
    remember(tx, scope.actor(), once, digest, &id.to_string()).await?;
    Ok(id)
}

/// Puts the owner of a card down, whom they may see, by the account that they act by. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NoSuchPerson`], [`Error::Own`], [`Error::Full`], [`Error::Stands`], [`Error::HasTaught`], [`Error::OnBox`].
pub async fn put_down(tx: &Tx, keys: &Keys, scope: &StaffScope, (id, card): (ExamId, &CardNumber)) -> Result<LearnerId, Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if exam.stage != Stage::Planned || exam.ends_at < tx.now {
        return Err(Error::Stands);
    }
    // No paper lies on the box for who comes later.
    if boxes::holder(tx, id).await?.is_some() {
        return Err(Error::OnBox);
    }
    let found = identity::find_by_card(tx, keys, scope, card).await?.ok_or(Error::NoSuchPerson)?;
    let learner = identity::primary_of(tx, found.profile.learner).await?;
    if is_among(tx, learner, &exam.invigilators).await? || is_among(tx, scope.actor(), &[learner]).await? {
        return Err(Error::Own);
    }
    for invigilator in exam.invigilators {
        super::day::must_not_have_taught(tx, &exam, (invigilator, learner)).await?;
    }
    let accounts = identity::accounts_of(tx, learner).await?;
    if let Some(paper) = papers::find(tx, &accounts, id).await? {
        return Ok(paper.learner);
    }
    if i64::try_from(papers::count(tx, id).await?).unwrap_or(i64::MAX) >= exam.seats {
        return Err(Error::Full);
    }
    // Who leaves the bank at this moment is put down before that, or not at all.
    identity::hold_person(tx, learner).await?;
    if papers::insert(tx, (learner, id), scope.actor()).await? {
        record(tx, ("exams.put_down", scope.actor()), (&exam, Some(learner)), json!({})).await?;
        tell(tx, keys, (&exam, &[learner]), "exam-put-down").await?;
    }
    Ok(learner)
}

/// Takes a session back before anything of it was published: it is about nobody, and no paper of it counts. All who are put down are told by
/// letter. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`]; [`Error::NotInvigilator`] for who neither plans nor invigilates it; [`Error::Stands`].
pub async fn cancel(tx: &Tx, keys: &Keys, scope: &StaffScope, (id, why): (ExamId, &str)) -> Result<(), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !super::invigilates(scope, &exam) && !acts_for(scope, Role::PLANNERS, &exam) {
        return Err(Error::NotInvigilator);
    }
    match exam.stage {
        Stage::Cancelled => return Ok(()),
        Stage::Planned | Stage::Finished => {}
        Stage::Published | Stage::Entered => return Err(Error::Stands),
    }
    if !exams::cancel(tx, (id, exam.stage), (scope.actor(), why)).await? {
        return Err(Error::Stands);
    }
    let all: Vec<LearnerId> = papers::list(tx, id).await?.iter().map(|paper| paper.learner).collect();
    tell(tx, keys, (&exam, &all), "exam-cancelled").await?;
    record(tx, ("exams.cancel", scope.actor()), (&exam, None), json!({ "candidates": all.len() })).await
}

/// Writes to candidates who have a phone. A letter names the unit, the day and the place, never what came of it.
pub(super) async fn tell(
    tx: &Tx,
    keys: &Keys,
    (exam, learners): (&Exam, &[LearnerId]),
    template: &'static str,
) -> Result<(), Error> {
    let people = identity::people_of(tx, keys, learners, i64::from(exam.starts_at.day().year())).await?;
    let place = place_words(tx, exam).await?;
    for learner in learners {
        let Some(person) = people.get(learner) else { continue };
        let Some(phone) = &person.phone else { continue };
        let params = vec![("when", moment_words(person.lang, exam.starts_at)), ("where", place.clone())];
        let letter =
            Letter { learner: Some(*learner), channel: Channel::Sms, to: phone.as_str(), template, lang: person.lang, params };
        outbox::send(tx, keys, &letter).await?;
    }
    Ok(())
}

async fn place_words(db: &impl ConnectionTrait, exam: &Exam) -> Result<String, Error> {
    Ok(places::find_organisation(db, exam.organisation).await?.map(|one| one.name).unwrap_or_default())
}
