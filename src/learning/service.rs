//! What is kept of learning: where one stands, what one has tried, finished and practised. Only for who is signed in.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::holdings::{Holding, HoldingKind, Holdings};
use super::planner::Progress;
use super::practice::Run;
use super::queries::{self, LessonRow, PracticeRow};
use super::refresher::Refresher;
use super::refresher_queries;
use crate::assessment;
use crate::curriculum::CourseCode;
use crate::curriculum::model::{Lesson, Practice};
use crate::db::{DbFault, Tx};
use crate::kernel::{Acting, Credits, Digest, IdentityLevel, LearnerId, Seed, Timestamp};
use crate::ledger;
use crate::outbox::{self, Event, Standing};
use crate::recognition::{self, EntryState, LearningResult, Levels, Passbook, PassbookEntry};

/// A lesson, as far as progress in it goes: small enough to go into a write.
#[derive(Clone, Debug)]
pub struct LessonKey {
    id: String,
    course: CourseCode,
    cards: usize,
}

impl LessonKey {
    /// The key of `lesson`.
    #[must_use]
    pub fn of(lesson: &Lesson) -> Self {
        Self { id: lesson.id.clone(), course: lesson.course, cards: lesson.cards.len() }
    }
}

/// A run that came to its end, as far as keeping it goes.
#[derive(Clone, Debug)]
pub struct RunKey {
    practice: String,
    course: CourseCode,
    run: String,
    wrong: i64,
    steps: u16,
}

impl RunKey {
    /// The key of `run` through the practice of `course`; `None` where it has not come to its end.
    #[must_use]
    pub fn of(course: CourseCode, practice: &Practice, run: &Run) -> Option<Self> {
        run.is_over(practice).then(|| Self {
            practice: practice.id.clone(),
            course,
            run: run_id(run),
            wrong: i64::try_from(run.wrong.len()).unwrap_or(i64::MAX),
            steps: run.steps,
        })
    }
}

impl RunKey {
    /// The key of a run without a mistake through the practice of `course`, drawn from `seed`: for people who are made up.
    #[must_use]
    pub fn walked(course: CourseCode, practice: &Practice, seed: Seed) -> Option<Self> {
        Self::of(course, practice, &Run::walked(practice, seed)?)
    }
}

/// Keeps that the card `seen` (from 1) has been read: the next one is where to go on.
///
/// # Errors
/// What the database answers.
pub async fn keep_card(tx: &Tx, acting: Acting, lesson: &LessonKey, seen: usize) -> Result<(), DbFault> {
    Ok(queries::upsert_card(tx, row(acting, lesson, seen + 1, seen)).await?)
}

/// Keeps that it was tried on one's own phone.
///
/// # Errors
/// What the database answers.
pub async fn keep_tried(tx: &Tx, acting: Acting, lesson: &LessonKey) -> Result<(), DbFault> {
    let last = lesson.cards;
    Ok(queries::upsert_tried(tx, row(acting, lesson, last, last)).await?)
}

/// Keeps that a lesson was gone through, quiz included; tells others the first time, and the rule of retries each time.
///
/// # Errors
/// What the database answers.
pub async fn finish_lesson(tx: &Tx, acting: Acting, standing: &Standing, lesson: &LessonKey) -> Result<(), assessment::Error> {
    let last = lesson.cards;
    if queries::upsert_finished(tx, row(acting, lesson, last, last)).await? {
        let body = json!({ "course": lesson.course, "lesson": lesson.id, "support": acting.support().code() });
        let event = Event { kind: "learning.lesson_finished", learner: Some(acting.learner), standing, body };
        outbox::emit(tx, &[event]).await?;
    }
    assessment::lesson_gone_through(tx, &acting, &lesson.id).await
}

/// Keeps that a practice was done to the end, once for each run; tells others as often. A run of yesterday that is sent again counts no
/// more.
///
/// # Errors
/// What the database answers.
pub async fn finish_practice(tx: &Tx, acting: Acting, standing: &Standing, run: &RunKey) -> Result<(), DbFault> {
    let row = PracticeRow {
        learner: acting.learner,
        practice: run.practice.clone(),
        course: run.course,
        run: run.run.clone(),
        wrong: run.wrong,
    };
    if queries::insert_run(tx, row).await? {
        let body = json!({ "course": run.course, "wrong": run.wrong, "steps": run.steps, "support": acting.support().code() });
        let event = Event { kind: "learning.practice_finished", learner: Some(acting.learner), standing, body };
        outbox::emit(tx, &[event]).await?;
    }
    Ok(())
}

/// Everything somebody has begun and done, in all their accounts; one statement.
///
/// # Errors
/// What the database answers.
pub async fn progress_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Progress, DbErr> {
    queries::progress_of(db, accounts).await
}

/// What somebody has earned, as far as what comes next depends on it.
#[derive(Clone, Debug, Default)]
pub struct Earned {
    /// The courses whose award stands.
    pub completed: BTreeSet<CourseCode>,
    /// All awards that stand, together.
    pub total: Credits,
    /// The courses that were passed here, with the instant; what comes from elsewhere was not.
    pub passed: Vec<(CourseCode, Timestamp)>,
}

/// What somebody has earned, in all their accounts, each unit once; a statement an account.
///
/// # Errors
/// What the database answers.
pub async fn earned_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Earned, DbFault> {
    let mut earned = Earned::default();
    for award in recognition::counted_awards(db, accounts).await.map_err(fault_of)? {
        earned.total = earned.total.plus(award.amount.credits());
        let Some(course) = award.award_key.as_ref().and_then(|key| CourseCode::parse(key.unit())) else { continue };
        earned.completed.insert(course);
        if award.code == ledger::Code::Issue {
            earned.passed.push((course, award.occurred_at));
        }
    }
    Ok(earned)
}

/// What somebody has that a certificate may rest on: the passbook's statements. `least` is what a pass must rest on to be credited here.
///
/// # Errors
/// What the database answers.
pub async fn holdings_of(db: &impl ConnectionTrait, acting: Acting, least: Levels) -> Result<Holdings, recognition::Error> {
    Ok(holdings_in(&recognition::passbook_of(db, acting.learner).await?, acting.identity_level, least))
}

/// The same of a passbook that is at hand.
#[must_use]
pub fn holdings_in(book: &Passbook, identity: IdentityLevel, least: Levels) -> Holdings {
    let mut holdings = Holdings { identity, ..Holdings::default() };
    // The newest first: of a course that was credited twice the award that stands now.
    for entry in &book.entries {
        let course = entry.unit.as_deref().and_then(CourseCode::parse);
        if let (Some(course), Some(holding)) = (course, holding_of(book, entry, least)) {
            holdings.courses.entry(course).or_insert(holding);
        }
    }
    holdings
}

/// What an entry gives; `None` where it is no award, or one that was reversed or revoked.
fn holding_of(book: &Passbook, entry: &PassbookEntry, least: Levels) -> Option<Holding> {
    let is_from_here = match entry.code {
        ledger::Code::Issue => true,
        ledger::Code::ConvertIn => false,
        _ => return None,
    };
    let results: Vec<&LearningResult> = book.results_for(entry).collect();
    let is_passed_here = is_from_here || results.iter().any(|result| result.attempt.is_some() && result.levels().reach(least));
    let kind = match entry.state {
        // What counts once is there by the account that was given it first.
        EntryState::Reversed(_) | EntryState::Revoked | EntryState::CountedOnce => return None,
        EntryState::Frozen => HoldingKind::LookedInto,
        EntryState::GoingOut | EntryState::GoneOut => HoldingKind::Out,
        EntryState::Stands if is_passed_here => HoldingKind::Passed,
        EntryState::Stands => HoldingKind::Outside,
    };
    Some(Holding {
        kind,
        supervision: results.iter().map(|result| result.supervision_level.value()).max().unwrap_or(0),
        passed_at: results.iter().map(|result| result.passed_at).max().unwrap_or(entry.recorded_at),
    })
}

/// Who of these people has read a lesson or done a practice since then; one statement.
///
/// # Errors
/// What the database answers.
pub async fn list_read_since(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, DbErr> {
    queries::list_read_since(db, learners, since).await
}

/// Whether this very run is kept already; one statement.
///
/// # Errors
/// What the database answers.
pub async fn is_run_kept(db: &impl ConnectionTrait, learner: LearnerId, practice: &Practice, run: &Run) -> Result<bool, DbErr> {
    queries::has_run(db, learner, &practice.id, &run_id(run)).await
}

/// What is kept of somebody, in words they can read.
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, DbErr> {
    let (lessons, practices) = queries::list_rows(db, learner).await?;
    let refreshers = refresher_queries::list(db, &[learner]).await?;
    let at = |ms: i64| Timestamp::from_ms(ms).to_minute_text();
    let lessons: Vec<Value> = lessons
        .into_iter()
        .map(|row| {
            json!({
                "lesson": row.lesson, "card": row.card, "furthest_card": row.furthest, "tried_at": row.tried_at_ms.map(at),
                "finished_at": row.finished_at_ms.map(at), "updated_at": at(row.updated_at_ms),
            })
        })
        .collect();
    let practices: Vec<Value> = practices
        .into_iter()
        .map(|row| {
            json!({
                "practice": row.practice, "wrong": row.wrong, "done_at": at(row.done_at_ms),
            })
        })
        .collect();
    let refresher = |row: Refresher| {
        let text = |at: Option<Timestamp>| at.map(Timestamp::to_minute_text);
        json!({
            "course": row.key.course, "kind": row.key.kind.code(), "items": row.items.iter().map(Digest::to_string).collect::<Vec<_>>(),
            "given": row.given, "begun_at": row.begun_at.to_minute_text(), "done_at": text(row.done_at),
            "put_away_at": text(row.put_away_at),
        })
    };
    let refreshers: Vec<Value> = refreshers.into_iter().map(refresher).collect();
    Ok(json!({ "lessons": lessons, "practices": practices, "refreshers": refreshers }))
}

/// Deletes what is kept of somebody who leaves.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    refresher_queries::delete(tx, learner).await?;
    queries::delete_rows(tx, learner).await
}

fn row(acting: Acting, lesson: &LessonKey, card: usize, furthest: usize) -> LessonRow {
    let cards = lesson.cards.max(1);
    let number = |card: usize| i64::try_from(card.clamp(1, cards)).unwrap_or(1);
    LessonRow {
        learner: acting.learner,
        lesson: lesson.id.clone(),
        course: lesson.course,
        card: number(card),
        furthest: number(furthest),
    }
}

/// Reading a book refuses nothing by itself.
fn fault_of(error: recognition::Error) -> DbFault {
    match error {
        recognition::Error::Fault(fault) | recognition::Error::Ledger(ledger::Error::Fault(fault)) => fault,
        other => DbFault::Database(DbErr::Custom(other.to_string())),
    }
}

fn run_id(run: &Run) -> String {
    hex::encode(run.seed.0)
}
