//! A unit test from its beginning to its result.

use sea_orm::sea_query::SelectStatement;
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Value, json};

use super::attempt::{Attempt, Missed, Sheet, State};
use super::queries::{self, Closing, NewAttempt};
use super::rules::{self, Candidate, Closed, Given, Mark, Outcome, Turn};
use super::shown::key_of;
use super::{Error, grade, score};
use crate::audit::{self, Entry};
use crate::curriculum::model::{Course, Item, Use};
use crate::curriculum::{self, CourseCode, Shelf};
use crate::db::Tx;
use crate::kernel::{Acting, AttemptId, Digest, Group, LearnerId, Permille, Seed, Timestamp, digest_of};
use crate::outbox::{self, Event, Standing};
use crate::recognition::{self, Evidence, Levels, Recognised, SupervisionLevel, UnitTerms};

/// Where a learner stands with the test of one unit.
#[derive(Clone, Debug)]
pub struct TestState {
    /// The attempts so far, the first first.
    pub attempts: Vec<Attempt>,
    /// Whether a fresh one may begin.
    pub turn: Turn,
}

impl TestState {
    /// The attempt that is open.
    #[must_use]
    pub fn open(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.is_open())
    }

    /// The latest attempt that passed.
    #[must_use]
    pub fn passed(&self) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|attempt| attempt.state == State::Passed)
    }

    /// The latest attempt that is over.
    #[must_use]
    pub fn last(&self) -> Option<&Attempt> {
        last_closed(&self.attempts)
    }
}

/// Where `learner` stands with the test of `unit`; one statement, two where a lesson may have to come first. Where none of the lessons
/// that were missed stands in today's edition, there is nothing to wait for.
///
/// # Errors
/// What the database answers.
pub async fn state_of(db: &impl ConnectionTrait, shelf: &Shelf, learner: LearnerId, unit: &str) -> Result<TestState, Error> {
    let attempts = queries::list_attempts(db, learner, unit).await?;
    let free = shelf.edition().manifest.assessment.free_retries;
    let turn = match last_closed(&attempts) {
        Some(last) if rules::turn(Some(&closed(last, false)), free) == Turn::LessonFirst => {
            let missed = last.lessons_missed().into_iter().map(|(lesson, _)| lesson);
            let lessons: Vec<String> = missed.filter(|lesson| shelf.lesson(lesson).is_some()).collect();
            let since = last.finished_at.unwrap_or(last.started_at);
            let is_free = lessons.is_empty() || queries::is_reviewed(db, learner, &lessons, since).await?;
            rules::turn(Some(&closed(last, is_free)), free)
        }
        _ => Turn::Now,
    };
    Ok(TestState { attempts, turn })
}

fn last_closed(attempts: &[Attempt]) -> Option<&Attempt> {
    attempts.iter().rev().find(|attempt| matches!(attempt.state, State::Passed | State::Failed))
}

fn closed(attempt: &Attempt, lesson_since: bool) -> Closed {
    let outcome = if attempt.state == State::Passed { Outcome::Passed } else { Outcome::Failed };
    Closed { number: attempt.number, outcome, lesson_since }
}

/// Begins the test of `course`, or goes on with the attempt that is open: on whatever device, there is one at a time.
///
/// # Errors
/// [`Error::NoSuchTest`] where the course has no bank yet; [`Error::LessonFirst`]; what the database answers.
pub async fn start(
    tx: &Tx,
    acting: &Acting,
    shelf: &Shelf,
    course: CourseCode,
    groups: &[Group],
    seed: Seed,
) -> Result<AttemptId, Error> {
    let course = shelf.course(course).filter(|course| course.is_complete()).ok_or(Error::NoSuchTest)?;
    let unit = course.code.to_string();
    let state = state_of(tx, shelf, acting.learner, &unit).await?;
    if let Some(open) = state.open() {
        return Ok(open.id);
    }
    if state.turn == Turn::LessonFirst {
        return Err(Error::LessonFirst);
    }
    let earlier: Vec<Digest> = state.attempts.iter().flat_map(|attempt| attempt.items.iter().copied()).collect();
    let items = rules::draw(&bank_of(course, groups), seed, &earlier, shelf.edition().manifest.assessment.items_per_test);
    if items.is_empty() {
        return Err(Error::NoSuchTest);
    }
    let number = state.attempts.last().map_or(1, |last| last.number + 1);
    let id = AttemptId::fresh(tx.now);
    let new = NewAttempt { id, unit: &unit, number, edition: shelf.digest(), seed, items: &items };
    if queries::insert_attempt(tx, acting, &new).await? {
        return Ok(id);
    }
    // Another device was faster: go on with what it began.
    let attempts = queries::list_attempts(tx, acting.learner, &unit).await?;
    attempts.last().map(|attempt| attempt.id).ok_or(Error::NoSuchTest)
}

/// A query for how the latest try of `learner` at each test stands, in the columns of [`super::StandingRow`]: to be put beside rows of
/// the caller's own, so that a page asks once.
#[must_use]
pub fn standings(backend: DbBackend, learner: LearnerId) -> SelectStatement {
    queries::standings(backend, learner)
}

/// The items of a paper for a supervised session: of those that tests ask, or of those that nothing else asks. Fewer than a test has where
/// the course has no more.
#[must_use]
pub fn draw_paper(shelf: &Shelf, course: CourseCode, purpose: Use, (groups, seed): (&[Group], Seed)) -> Vec<Digest> {
    let Some(course) = shelf.course(course).filter(|course| course.is_complete()) else { return Vec::new() };
    rules::draw(&bank_for(course, purpose, groups), seed, &[], shelf.edition().manifest.assessment.items_per_test)
}

/// The items that a test may ask somebody of these groups.
pub(super) fn bank_of<'a>(course: &'a Course, groups: &[Group]) -> Vec<Candidate<'a>> {
    bank_for(course, Use::Test, groups)
}

fn bank_for<'a>(course: &'a Course, purpose: Use, groups: &[Group]) -> Vec<Candidate<'a>> {
    let suits = |item: &&Item| item.purpose == purpose && item.groups.suits(groups);
    let candidate = |item: &'a Item| Candidate {
        hash: item.hash,
        outcome: &item.outcome,
        kind: item.form.kind(),
        difficulty: item.difficulty,
    };
    course.items.iter().filter(suits).map(candidate).collect()
}

/// The attempt of `learner` with its answers; one statement.
///
/// # Errors
/// [`Error::NoSuchTest`] where it is not theirs; what the database answers.
pub async fn get_sheet(db: &impl ConnectionTrait, learner: LearnerId, attempt: AttemptId) -> Result<Sheet, Error> {
    queries::find_sheet(db, learner, attempt).await?.ok_or(Error::NoSuchTest)
}

/// The attempt of `learner` without its answers; one statement.
///
/// # Errors
/// As [`get_sheet`].
pub async fn get_attempt(db: &impl ConnectionTrait, learner: LearnerId, attempt: AttemptId) -> Result<Attempt, Error> {
    queries::find_attempt(db, learner, attempt).await?.ok_or(Error::NoSuchTest)
}

/// The item asked at `position` (from 1) of `attempt`, in the words in which it was asked: from memory, or, where a later edition has
/// changed it, as it was kept.
///
/// # Errors
/// [`Error::NoSuchTest`] where there is no such position, or it was never kept; what the database answers.
pub async fn get_item(db: &impl ConnectionTrait, shelf: &Shelf, attempt: &Attempt, position: usize) -> Result<Item, Error> {
    let hash = attempt.item_at(position).ok_or(Error::NoSuchTest)?;
    get_asked(db, shelf, hash, (attempt.seed, position)).await
}

/// The item under `hash` as the question at a position (from 1) of whatever a seed belongs to; as [`get_item`].
///
/// # Errors
/// [`Error::NoSuchTest`] where it was never kept; what the database answers.
pub async fn get_asked(
    db: &impl ConnectionTrait,
    shelf: &Shelf,
    hash: &Digest,
    (seed, position): (Seed, usize),
) -> Result<Item, Error> {
    match shelf.item(hash) {
        Some(item) => Ok(item.asked(seed, position)),
        None => Ok(curriculum::find_item(db, hash).await?.ok_or(Error::NoSuchTest)?.asked(seed, position)),
    }
}

/// All items of an attempt in the order and in the words in which they were asked.
///
/// # Errors
/// As [`get_item`].
pub async fn get_items(db: &impl ConnectionTrait, shelf: &Shelf, attempt: &Attempt) -> Result<Vec<Item>, Error> {
    let mut items = Vec::with_capacity(attempt.items.len());
    for position in 1..=attempt.items.len() {
        items.push(get_item(db, shelf, attempt, position).await?);
    }
    Ok(items)
}

/// Keeps an answer in place of an earlier one: one statement, guarded by the attempt being open and the learner's own.
/// The caller has read the answer against the question shown at `position`.
///
/// # Errors
/// [`Error::Closed`] where the attempt is not open; what the database answers.
pub async fn answer(tx: &Tx, acting: &Acting, attempt: AttemptId, position: usize, given: &Given) -> Result<(), Error> {
    let position = i64::try_from(position).map_err(|_| Error::NoSuchTest)?;
    if queries::upsert_answer(tx, acting, attempt, position, given).await? { Ok(()) } else { Err(Error::Closed) }
}

/// What an attempt that was handed in came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedIn {
    /// Which.
    pub attempt: AttemptId,
    /// Whether enough was right.
    pub is_passed: bool,
    /// The share that was right.
    pub score: Permille,
    /// What recognition made of it; none where it did not pass, or was handed in before.
    pub recognised: Option<Recognised>,
}

/// Hands in an attempt: grades it, closes it, and has a pass recognised, in one commit. Handed in again it answers the same and does
/// nothing. `by`: who answers for the record, and how many passes are credited in an hour at one place before somebody looks. Ten statements
/// where it passes, eleven where there is such a number; on PostgreSQL one more to lock the attempt, and once in a learner's life one more to open
/// the account.
///
/// # Errors
/// [`Error::NoSuchTest`]; what recognition and database refuse.
pub async fn hand_in(
    tx: &Tx,
    acting: &Acting,
    shelf: &Shelf,
    attempt: AttemptId,
    by: (&str, Option<u32>),
    standing: &Standing,
) -> Result<HandedIn, Error> {
    let sheet = queries::lock_sheet(tx, acting.learner, attempt).await?.ok_or(Error::NoSuchTest)?;
    if !sheet.attempt.is_open() {
        return handed_in_before(&sheet.attempt);
    }
    let items = get_items(tx, shelf, &sheet.attempt).await?;
    let marks = grade_sheet(&sheet, &items);
    let score = score(&marks);
    let is_passed = score.value() >= shelf.edition().manifest.assessment.pass_permille;
    let missed = missed_of(&items, &marks);
    let acting = Acting { helper: sheet.helper().or(acting.helper), ..*acting };
    let state = if is_passed { State::Passed } else { State::Failed };
    let closing = Closing { state, score, missed: &missed, helper: acting.helper };
    queries::close_attempt(tx, acting.learner, attempt, &closing).await?;
    let events = [finished(&acting, &sheet.attempt, &items, &marks, (score, is_passed), standing)];
    let recognised = match state {
        // A pass has its audit line from recognition, which keeps the event beside its own.
        State::Passed => {
            let terms = terms_of(shelf, &sheet.attempt.unit, by)?;
            let evidence = evidence_of(&sheet, &marks, score);
            Some(recognition::recognise(tx, &acting, &evidence, &terms, standing, &events).await?)
        }
        _ => {
            record_failure(tx, &acting, attempt, standing).await?;
            outbox::emit(tx, &events).await?;
            None
        }
    };
    Ok(HandedIn { attempt, is_passed, score, recognised })
}

fn handed_in_before(attempt: &Attempt) -> Result<HandedIn, Error> {
    let score = attempt.score.ok_or(Error::Closed)?;
    Ok(HandedIn { attempt: attempt.id, is_passed: attempt.state == State::Passed, score, recognised: None })
}

/// The marks of a sheet, in the order asked.
#[must_use]
pub fn grade_sheet(sheet: &Sheet, items: &[Item]) -> Vec<Mark> {
    (1..).zip(items).map(|(position, item)| grade(&key_of(item), sheet.given(position))).collect()
}

fn missed_of(items: &[Item], marks: &[Mark]) -> Vec<Missed> {
    let missed =
        |(item, _): (&Item, &Mark)| Missed { item: item.id.clone(), outcome: item.outcome.clone(), lesson: item.lesson.clone() };
    items.iter().zip(marks).filter(|(_, mark)| !mark.right).map(missed).collect()
}

/// What a unit is worth by the rule in force; `by`: who answers for the record, and how many passes are credited in an hour at one place.
///
/// # Errors
/// [`Error::NoSuchTest`] where this edition has it no longer; a rule that names no levels.
pub fn terms_of(shelf: &Shelf, unit: &str, (responsible_org, most_per_hour): (&str, Option<u32>)) -> Result<UnitTerms, Error> {
    let code = CourseCode::parse(unit).ok_or(Error::NoSuchTest)?;
    let (course, rule) = (shelf.course(code).ok_or(Error::NoSuchTest)?, shelf.credit_rule());
    let least = Levels::from_values(rule.creditable_identity_level, rule.creditable_supervision_level);
    Ok(UnitTerms {
        unit: unit.to_owned(),
        credits: shelf.credits_of(code).ok_or(Error::NoSuchTest)?,
        minutes_per_class_hour: rule.minutes_per_class_hour,
        class_hours: course.hours,
        least: least.ok_or(recognition::Error::BadTerms)?,
        rule_version: shelf.edition().manifest.version.clone(),
        responsible_org: responsible_org.to_owned(),
        most_per_hour,
    })
}

fn evidence_of(sheet: &Sheet, marks: &[Mark], score: Permille) -> Evidence {
    let attempt = &sheet.attempt;
    Evidence::UnitTest {
        attempt: attempt.id,
        unit: attempt.unit.clone(),
        edition: attempt.edition.clone(),
        score,
        supervision_level: SupervisionLevel::RANDOM_ITEMS,
        evidence_hash: evidence_hash(sheet, marks),
    }
}

/// The digest over an attempt: its id, edition and seed, then for each item its hash, what was given as JSON (empty for nothing) and
/// whether it was right (`1` or `0`).
#[must_use]
pub fn evidence_hash(sheet: &Sheet, marks: &[Mark]) -> Digest {
    let attempt = &sheet.attempt;
    let lines: Vec<[Vec<u8>; 3]> = (1..)
        .zip(attempt.items.iter().zip(marks))
        .map(|(position, (item, mark))| {
            let given = sheet.given(position).map(Given::to_json).unwrap_or_default();
            [item.to_vec(), given.into_bytes(), mark.points().to_string().into_bytes()]
        })
        .collect();
    let id = attempt.id.uuid();
    let head: [&[u8]; 3] = [id.as_bytes(), attempt.edition.as_bytes(), &attempt.seed.0];
    let parts: Vec<&[u8]> = head.into_iter().chain(lines.iter().flatten().map(Vec::as_slice)).collect();
    digest_of(&parts)
}

async fn record_failure(tx: &Tx, acting: &Acting, attempt: AttemptId, standing: &Standing) -> Result<(), Error> {
    let id = attempt.to_string();
    let entry = Entry {
        actor: Some(acting.actor()),
        action: "assessment.hand_in",
        object_kind: "attempt",
        object_id: &id,
        learner: Some(acting.learner),
        place_code: standing.place_code.as_deref(),
        detail: json!({ "passed": false }),
    };
    audit::record(tx, &entry).await?;
    Ok(())
}

/// What others learn of an attempt: how it went, and how each item did. No answer leaves.
fn finished<'a>(
    acting: &Acting,
    attempt: &Attempt,
    items: &[Item],
    marks: &[Mark],
    (score, is_passed): (Permille, bool),
    standing: &'a Standing,
) -> Event<'a> {
    let each = items.iter().zip(marks).map(|(item, mark)| json!({ "id": item.id, "outcome": item.outcome, "right": mark.right }));
    let body = json!({
        "attempt": attempt.id, "unit": attempt.unit, "number": attempt.number, "edition": attempt.edition,
        "score_permille": score.value(), "passed": is_passed, "support": acting.support().code(), "items": each.collect::<Value>(),
    });
    Event { kind: "assessment.finished", learner: Some(acting.learner), standing, body }
}

/// What these people handed in from then until then, with their answers; one statement.
///
/// # Errors
/// What the database answers.
pub async fn list_handed_in(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    span: (Timestamp, Timestamp),
) -> Result<Vec<Sheet>, Error> {
    Ok(queries::list_handed_in(db, learners, span).await?)
}

/// Who of these people has begun a test since then; one statement.
///
/// # Errors
/// What the database answers.
pub async fn list_begun_since(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, Error> {
    Ok(queries::list_begun_since(db, learners, since).await?)
}

/// The open tests of these people at a unit; one statement.
///
/// # Errors
/// What the database answers.
pub async fn list_open(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    unit: &str,
) -> Result<Vec<(LearnerId, AttemptId)>, Error> {
    Ok(queries::list_open(db, learners, unit).await?)
}

/// Keeps that somebody went through a lesson, now: called by learning each time, for the rule of retries. One statement.
///
/// # Errors
/// What the database answers.
pub async fn lesson_gone_through(tx: &Tx, acting: &Acting, lesson: &str) -> Result<(), Error> {
    Ok(queries::upsert_review(tx, acting.learner, lesson).await?)
}

/// Everything assessment keeps of `learner`: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, Error> {
    let answers_of = |sheet: &Sheet| -> Value {
        let answers = sheet.answers.iter();
        answers
            .map(|(at, answer)| json!({ "position": at, "given": answer.given, "saved_at_ms": answer.saved_at.ms() }))
            .collect()
    };
    let whole = |sheet: &Sheet| {
        let attempt = &sheet.attempt;
        json!({
            "attempt": attempt.id, "unit": attempt.unit, "number": attempt.number, "edition": attempt.edition,
            "state": attempt.state.code(), "score_permille": attempt.score.map(Permille::value), "missed": attempt.missed,
            "started_at_ms": attempt.started_at.ms(), "finished_at_ms": attempt.finished_at.map(|at| at.ms()),
            "answers": answers_of(sheet),
        })
    };
    Ok(queries::list_all(db, learner).await?.iter().map(whole).collect())
}

/// Whether somebody has begun any test, however it ended.
///
/// # Errors
/// What the database answers.
pub async fn has_begun(db: &impl ConnectionTrait, learner: LearnerId) -> Result<bool, Error> {
    Ok(queries::has_attempts(db, learner).await?)
}

/// Removes the learning detail of somebody who leaves: answers, lessons gone through, attempts that passed nothing, what was missed in
/// those that passed. What a result rests on stays, by hashes.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    Ok(queries::delete_detail(tx, learner).await?)
}
