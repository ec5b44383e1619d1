//! What is done with supervised sessions.

mod after;
mod appeals;
mod boxed;
mod confirming;
mod day;
mod onward;
mod own_data;
mod paper;
mod plan;
mod reading;
mod taking;

pub use after::{decide, enter, finish, publish, unpublish};
pub use appeals::{answer_appeal, appeal};
pub use boxed::{Arrival, arrive_answers, arrive_begun, arrive_by_hand, arrive_end, arrive_note, arrive_seen, must_have_no_part};
pub(super) use confirming::confirm;
pub use confirming::{Vouched, Yours, find_yours, keep_wrong_end, waive_end};
pub use day::{Setting, allow, arrange, came, declare, keep_by_hand, note, seen, take_out};
pub use onward::{Need, who_sees};
pub use own_data::{export, forget};
pub use paper::{answer, begin, hand_in};
pub use plan::{NewExam, cancel, plan, put_down};
pub use reading::{
    Candidate, Desk, May, Own, Question, Seen, desk_of, find_own, get_exam, list_exams, list_own, places_of, question_at,
    seen_by, staff_of,
};
pub use taking::{Along, Offer, box_of, candidates_of, list_ahead, list_to_take, see_words, take_along, take_back, words_from};

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;

use super::queries::{boxes, exams, log, papers};
use super::rules::Category;
use super::{Error, Exam, Incident, Paper, Stage};
use crate::audit;
use crate::db::Tx;
use crate::identity::{self, Grant, Role, StaffScope};
use crate::kernel::{ExamId, LearnerId, SealKey};

/// The place in which texts about a candidate are sealed.
const PLACE_LOG: &str = "exam.log";
const PLACE_HAND: &str = "exam.hand";
const PLACE_VERDICT: &str = "exam.verdict";
const PLACE_GROUND: &str = "exam.ground";
const PLACE_ANSWER: &str = "exam.answer";

fn seal(key: &SealKey, place: &str, words: &str) -> Option<Vec<u8>> {
    (!words.is_empty()).then(|| key.seal(place, words.as_bytes()))
}

/// Whether one of their roles counts for what is done in this session.
fn acts_for(scope: &StaffScope, roles: &[Role], exam: &Exam) -> bool {
    let counts = |grant: &&Grant| {
        roles.contains(&grant.role) && grant.acts_for((exam.organisation, &exam.place_code), exam.line.as_deref())
    };
    scope.grants().iter().any(|grant| counts(&grant))
}

/// Whether they invigilate this session, with a role for it today.
fn invigilates(scope: &StaffScope, exam: &Exam) -> bool {
    exam.invigilators.contains(&scope.actor()) && acts_for(scope, Role::FINDERS, exam)
}

/// Whether there is such a session for them: they invigilate it, or a role of theirs sees documents there.
fn is_theirs(scope: &StaffScope, exam: &Exam) -> bool {
    invigilates(scope, exam) || acts_for(scope, Role::CHECKERS, exam)
}

/// Whether one of `people` is the person whose accounts these are.
async fn is_among(db: &impl ConnectionTrait, actor: LearnerId, people: &[LearnerId]) -> Result<bool, DbErr> {
    let accounts = identity::accounts_of(db, actor).await?;
    Ok(people.iter().any(|one| accounts.contains(one)))
}

/// Whether they are put down for this session themselves, by any account.
async fn is_candidate(db: &impl ConnectionTrait, actor: LearnerId, id: ExamId) -> Result<bool, DbErr> {
    let accounts = identity::accounts_of(db, actor).await?;
    Ok(papers::find(db, &accounts, id).await?.is_some())
}

/// The session where it is theirs. For who is put down for it there is none until it is entered: the desk shows what is asked and how others do.
async fn theirs(db: &impl ConnectionTrait, scope: &StaffScope, exam: Option<Exam>) -> Result<Exam, Error> {
    let exam = exam.filter(|exam| is_theirs(scope, exam)).ok_or(Error::NoSuchExam)?;
    if exam.stage != Stage::Entered && is_candidate(db, scope.actor(), exam.id).await? {
        return Err(Error::NoSuchExam);
    }
    Ok(exam)
}

/// A session of theirs, held until the commit.
async fn lock_exam(tx: &Tx, scope: &StaffScope, id: ExamId) -> Result<Exam, Error> {
    theirs(tx, scope, exams::lock(tx, id).await?).await
}

/// The same for one who invigilates it, while it stands where it was planned.
async fn lock_day(tx: &Tx, scope: &StaffScope, id: ExamId) -> Result<Exam, Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !invigilates(scope, &exam) {
        return Err(Error::NotInvigilator);
    }
    if exam.stage != Stage::Planned {
        return Err(Error::Stands);
    }
    if boxes::holder(tx, id).await?.is_some() { Err(Error::OnBox) } else { Ok(exam) }
}

/// A candidate of a session that is held, held too.
async fn lock_paper(tx: &Tx, exam: &Exam, learner: LearnerId) -> Result<Paper, Error> {
    papers::lock(tx, &[learner], exam.id).await?.ok_or(Error::NoSuchPerson)
}

/// A session of theirs to decide about: by a role that sees documents there, by none of the two, and by nobody who is put down for it.
async fn lock_to_decide(tx: &Tx, scope: &StaffScope, id: ExamId) -> Result<Exam, Error> {
    let exam = lock_exam(tx, scope, id).await?;
    if !acts_for(scope, Role::CHECKERS, &exam) || is_among(tx, scope.actor(), &exam.invigilators).await? {
        return Err(Error::HadPart);
    }
    if is_candidate(tx, scope.actor(), id).await? { Err(Error::Own) } else { Ok(exam) }
}

/// A line in the log that somebody did something which may be said anew or taken back: their part is not forgotten by that.
async fn keep_part(tx: &Tx, exam: &Exam, (learner, category, by): (Option<LearnerId>, Category, LearnerId)) -> Result<(), Error> {
    let noted = log::list(tx, exam.id).await?;
    if learner.is_some() && noted.iter().any(|one| one.learner == learner && one.category == category && one.by == by) {
        return Ok(());
    }
    let incident = Incident { learner, category, words: None, sealed: None, by, at: tx.now };
    Ok(log::note(tx, exam.id, &incident).await?)
}

/// Whoever decided anything so far: about papers and items, by publishing or taking that back; even if it was said anew since.
async fn deciders(db: &impl ConnectionTrait, exam: &Exam) -> Result<Vec<LearnerId>, DbErr> {
    let noted = log::list(db, exam.id).await?;
    Ok(noted.iter().filter(|one| one.category.is_decision()).map(|one| one.by).collect())
}

/// Whoever has answered an appeal.
async fn answerers(db: &impl ConnectionTrait, exam: &Exam) -> Result<Vec<LearnerId>, DbErr> {
    Ok(log::list_appeals(db, exam.id).await?.iter().filter_map(|appeal| appeal.by).collect())
}

/// Keeps in the trail what was done.
async fn record(
    tx: &Tx,
    (action, actor): (&'static str, LearnerId),
    (exam, learner): (&Exam, Option<LearnerId>),
    detail: Value,
) -> Result<(), Error> {
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "exam",
        object_id: &exam.id.to_string(),
        learner,
        place_code: Some(&exam.place_code),
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}
