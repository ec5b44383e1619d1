//! The day itself: who came, what was seen, what both say, who may begin, what is noted, which item counts for nobody.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::confirming::{is_confirmed, keep_confirmed};
use super::{PLACE_HAND, PLACE_LOG, invigilates, is_among, lock_day, lock_exam, lock_paper, record, seal};
use crate::classes;
use crate::config::Keys;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::exams::queries::{log, papers};
use crate::exams::rules::{Category, Deed, Form, Level, Sight, Stage, is_over, is_time};
use crate::exams::{DECLARED_TEXT, Error, Exam, Incident, Paper};
use crate::identity::{self, Role, Sender, StaffScope, Whose};
use crate::kernel::{Digest, ExamId, LearnerId, Timestamp};

/// How somebody is tested: all of them count the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// On a device, by word, by hand.
    pub form: Form,
    /// Somebody reads aloud.
    pub is_read_aloud: bool,
    /// Somebody moves the finger (辅助操作).
    pub is_assisted: bool,
    /// Minutes more than the others.
    pub extra_minutes: i64,
}

/// The session and the candidate, for an act on the day; the one who acts is not the candidate.
async fn at_hand(tx: &Tx, scope: &StaffScope, (id, learner): (ExamId, LearnerId)) -> Result<(Exam, Paper), Error> {
    let exam = lock_day(tx, scope, id).await?;
    let paper = lock_paper(tx, &exam, learner).await?;
    if is_among(tx, scope.actor(), &[paper.learner]).await? {
        return Err(Error::Own);
    }
    if !is_time((exam.starts_at, exam.ends_at), paper.setting.extra_minutes, tx.now) {
        return Err(Error::NotNow);
    }
    Ok((exam, paper))
}

/// Somebody has come. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotInvigilator`], [`Error::NoSuchPerson`], [`Error::Own`], [`Error::NotNow`], [`Error::Stands`].
pub async fn came(tx: &Tx, scope: &StaffScope, whom: (ExamId, LearnerId)) -> Result<(), Error> {
    let (exam, paper) = at_hand(tx, scope, whom).await?;
    if paper.came_at.is_some() {
        return Ok(());
    }
    papers::came(tx, &paper, (scope.actor(), tx.now)).await?;
    record(tx, (Deed::Came.action(), scope.actor()), (&exam, Some(paper.learner)), json!({})).await
}

/// A document of this kind was seen, by who may see documents at the desk; it counts there as well. Nothing of its number is kept. Twice is once.
///
/// # Errors
/// As [`came`]; [`Error::NotReady`] where their role sees no documents, or not those of this person.
pub async fn seen(
    tx: &Tx,
    (keys, sender): (&Keys, &Sender),
    scope: &StaffScope,
    (whom, kind): ((ExamId, LearnerId), Sight),
) -> Result<(), Error> {
    let (exam, paper) = at_hand(tx, scope, whom).await?;
    if paper.sight.is_some() {
        return Ok(());
    }
    let profile = identity::profile(tx, keys, paper.learner).await?;
    let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
    if scope.grant_for(Role::CHECKERS, whose).is_none() {
        return Err(Error::NotReady("exams-no-checker"));
    }
    identity::document_seen(tx, keys, (scope.actor(), sender), paper.learner, None).await?;
    papers::seen(tx, &paper, (scope.actor(), kind, tx.now)).await?;
    record(tx, (Deed::Seen.action(), scope.actor()), (&exam, Some(paper.learner)), json!({ "kind": kind.code() })).await
}

/// Refuses an invigilator who has taught this person the unit in a class session, by whatever account of either.
pub(super) async fn must_not_have_taught(
    db: &impl ConnectionTrait,
    exam: &Exam,
    (invigilator, learner): (LearnerId, LearnerId),
) -> Result<(), Error> {
    let (teachers, learners) = (identity::accounts_of(db, invigilator).await?, identity::accounts_of(db, learner).await?);
    if classes::has_taught(db, &teachers, (&learners, &exam.unit)).await? { Err(Error::HasTaught) } else { Ok(()) }
}

/// 我不是他的家人，也没有教过他: for oneself, about one candidate. Twice is once.
///
/// # Errors
/// As [`came`]; [`Error::HasTaught`], whatever is said.
pub async fn declare(tx: &Tx, scope: &StaffScope, whom: (ExamId, LearnerId)) -> Result<(), Error> {
    let (exam, paper) = at_hand(tx, scope, whom).await?;
    must_not_have_taught(tx, &exam, (scope.actor(), paper.learner)).await?;
    papers::declare(tx, &paper, (scope.actor(), DECLARED_TEXT, tx.now)).await?;
    record(tx, (Deed::Declared.action(), scope.actor()), (&exam, Some(paper.learner)), json!({ "text": DECLARED_TEXT })).await
}

/// How somebody is tested, said on any day before they begin; more time also afterwards, while their own end has not passed.
///
/// # Errors
/// As [`came`]; [`Error::Closed`] where they have begun and more than the time changes.
pub async fn arrange(tx: &Tx, scope: &StaffScope, whom: (ExamId, LearnerId), setting: Setting) -> Result<(), Error> {
    let exam = lock_day(tx, scope, whom.0).await?;
    let paper = lock_paper(tx, &exam, whom.1).await?;
    if is_among(tx, scope.actor(), &[paper.learner]).await? {
        return Err(Error::Own);
    }
    // Said any day before: a session goes along on a box the day before, and there nothing of it is changed.
    if is_over(exam.ends_at, paper.setting.extra_minutes, tx.now) {
        return Err(Error::NotNow);
    }
    if paper.handed_in_at.is_some() || paper.begun.is_some() && setting.form != paper.setting.form {
        return Err(Error::Closed);
    }
    if setting == paper.setting {
        return Ok(());
    }
    papers::arrange(tx, &paper, setting).await?;
    let detail = json!({ "form": setting.form.code(), "extra_minutes": setting.extra_minutes });
    record(tx, ("exams.arrange", scope.actor()), (&exam, Some(paper.learner)), detail).await
}

/// Lets somebody begin, or go on: whatever device there was is out. The same form again opens nothing.
///
/// # Errors
/// As [`came`]; [`Error::NotReady`] with what comes first; [`Error::HasTaught`]; [`Error::Closed`]; [`Error::SentBefore`].
pub async fn allow(
    tx: &Tx,
    scope: &StaffScope,
    whom: (ExamId, LearnerId),
    (once, digest): (&OnceKey, &Digest),
) -> Result<(), Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(_) => return Ok(()),
        Once::Misused => return Err(Error::SentBefore),
    }
    let (exam, paper) = at_hand(tx, scope, whom).await?;
    must_be_ready(tx, &exam, &paper).await?;
    if paper.handed_in_at.is_some() {
        return Err(Error::Closed);
    }
    papers::allow(tx, &paper, scope.actor()).await?;
    let detail = json!({ "again": paper.begun.is_some() });
    record(tx, (Deed::Allowed.action(), scope.actor()), (&exam, Some(paper.learner)), detail).await?;
    Ok(remember(tx, scope.actor(), once, digest, "allowed").await?)
}

/// Whether all that comes before beginning is there.
pub(super) async fn must_be_ready(tx: &Tx, exam: &Exam, paper: &Paper) -> Result<(), Error> {
    if paper.came_at.is_none() {
        return Err(Error::NotReady("exams-first-come"));
    }
    let is_known = match exam.level {
        Level::Exam => paper.sight.is_some(),
        Level::Supervised => paper.sight.is_some() || identity::was_document_seen(tx, paper.learner).await?,
    };
    if !is_known {
        return Err(Error::NotReady("exams-first-see"));
    }
    let declared = papers::list_declared(tx, exam.id).await?;
    for invigilator in exam.invigilators {
        if !declared.contains(&(paper.learner, invigilator)) {
            return Err(Error::NotReady("exams-first-declare"));
        }
        must_not_have_taught(tx, exam, (invigilator, paper.learner)).await?;
    }
    Ok(())
}

/// The points of a test by word or by hand, with what was heard and seen; once.
///
/// # Errors
/// As [`allow`]; [`Error::Closed`] where it is tested on a device, or is in.
pub async fn keep_by_hand(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (whom, points, words): ((ExamId, LearnerId), (i64, i64), &str),
) -> Result<(), Error> {
    let (exam, paper) = at_hand(tx, scope, whom).await?;
    let detail = json!({ "form": paper.setting.form.code() });
    keep_points(tx, keys, (&exam, &paper), (points, words), (scope.actor(), tx.now, detail)).await.map(|_| ())
}

/// The same of a candidate who is held: by whom, when, and what the trail says of it. `false` where it is in with these points already.
pub(super) async fn keep_points(
    tx: &Tx,
    keys: &Keys,
    (exam, paper): (&Exam, &Paper),
    (points, words): ((i64, i64), &str),
    (by, at, detail): (LearnerId, Timestamp, Value),
) -> Result<bool, Error> {
    if paper.by_hand == Some(points) {
        return Ok(false);
    }
    must_be_ready(tx, exam, paper).await?;
    if paper.setting.form == Form::Screen || paper.handed_in_at.is_some() {
        return Err(Error::Closed);
    }
    let key = identity::person_key(tx, keys, paper.learner).await?;
    let sealed = seal(&key, PLACE_HAND, words).unwrap_or_default();
    papers::keep_by_hand(tx, paper, (points, sealed), (by, at)).await?;
    record(tx, ("exams.keep_by_hand", by), (exam, Some(paper.learner)), detail).await?;
    Ok(true)
}

/// Notes something, about a candidate or about the session. The same form again notes nothing more.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NotInvigilator`], [`Error::NoSuchPerson`], [`Error::Stands`] once it is published, [`Error::SentBefore`].
pub async fn note(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (id, learner, category, words): (ExamId, Option<LearnerId>, Category, &str),
    (once, digest): (&OnceKey, &Digest),
) -> Result<(), Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(_) => return Ok(()),
        Once::Misused => return Err(Error::SentBefore),
    }
    let exam = lock_exam(tx, scope, id).await?;
    if !invigilates(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    if !matches!(exam.stage, Stage::Planned | Stage::Finished) {
        return Err(Error::Stands);
    }
    let by = scope.actor();
    let was_confirmed = exam.stage == Stage::Finished && is_confirmed(tx, &exam, by).await?;
    let detail = json!({ "category": category.code() });
    keep_note(tx, keys, (&exam, learner), (category, words), (by, tx.now, detail)).await?;
    if was_confirmed {
        keep_confirmed(tx, &exam, by).await?;
    }
    Ok(remember(tx, by, once, digest, "noted").await?)
}

/// The same of a session that is held: by whom, when, and what the trail says of it.
pub(super) async fn keep_note(
    tx: &Tx,
    keys: &Keys,
    (exam, learner): (&Exam, Option<LearnerId>),
    (category, words): (Category, &str),
    (by, at, detail): (LearnerId, Timestamp, Value),
) -> Result<(), Error> {
    let about = match learner {
        Some(learner) => Some(lock_paper(tx, exam, learner).await?.learner),
        None => None,
    };
    let sealed = match about {
        Some(learner) => seal(&identity::person_key(tx, keys, learner).await?, PLACE_LOG, words),
        None => None,
    };
    let plain = (about.is_none() && !words.is_empty()).then(|| words.to_owned());
    log::note(tx, exam.id, &Incident { learner: about, category, words: plain, sealed, by, at }).await?;
    record(tx, ("exams.note", by), (exam, about), detail).await
}

/// Takes an item out for all, whatever they answered, with a line in the log; while answers are taken by one of the two, afterwards by others as
/// well. Twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`]; [`Error::NotInvigilator`]; [`Error::NoSuchQuestion`] where it stands on no paper; [`Error::Stands`] once it is published.
pub async fn take_out(tx: &Tx, scope: &StaffScope, (id, item, why): (ExamId, &Digest, &str)) -> Result<(), Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !matches!(exam.stage, Stage::Planned | Stage::Finished) {
        return Err(Error::Stands);
    }
    if exam.stage == Stage::Planned && !invigilates(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    let papers = papers::list(tx, exam.id).await?;
    if !papers.iter().any(|paper| paper.begun.as_ref().is_some_and(|begun| begun.items.contains(item))) {
        return Err(Error::NoSuchQuestion);
    }
    if log::take_out(tx, id, item, (scope.actor(), why)).await? {
        let words = Some(why.to_owned());
        let incident = Incident { learner: None, category: Category::Out, words, sealed: None, by: scope.actor(), at: tx.now };
        log::note(tx, id, &incident).await?;
        record(tx, ("exams.take_out", scope.actor()), (&exam, None), json!({ "item": item.to_string() })).await?;
    }
    Ok(())
}
