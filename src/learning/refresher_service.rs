//! 再来一遍: what is offered today, begun, answered, put away. It gives no credit, no mark is made of it, and nobody is told.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;

use super::planner::{Offer, Progress};
use super::refresher::{Refresher, RefresherKey};
use super::refresher_queries as queries;
use super::rules::{self, Passed, Question, REFRESHER_ITEMS, Taken};
use super::service::{self, Earned};
use crate::assessment::{self, Error, Given};
use crate::curriculum::model::{Course, Item, Use};
use crate::curriculum::{CourseCode, Shelf};
use crate::db::{DbFault, Tx};
use crate::identity;
use crate::kernel::{Acting, Day, Digest, Group, LearnerId, Seed};

/// What is offered to somebody who has earned so in these accounts of theirs: no statement where nothing was passed long enough ago, else one.
///
/// # Errors
/// What the database answers.
pub async fn offer_of(
    db: &impl ConnectionTrait,
    shelf: &Shelf,
    accounts: &[LearnerId],
    earned: &Earned,
    today: Day,
) -> Result<Option<Offer>, DbFault> {
    let passed = passed_in(shelf, earned);
    if rules::offer(&passed, &[], today).is_none() {
        return Ok(None);
    }
    let taken: Vec<Taken<CourseCode>> = queries::list(db, accounts).await?.iter().map(Refresher::taken).collect();
    Ok(rules::offer(&passed, &taken, today))
}

/// The courses that were passed and have questions to ask.
fn passed_in(shelf: &Shelf, earned: &Earned) -> Vec<Passed<CourseCode>> {
    let is_written = |course: &CourseCode| shelf.course(*course).is_some_and(Course::is_complete);
    let passed = earned.passed.iter().filter(|(course, _)| is_written(course));
    passed.map(|(course, at)| Passed { course: *course, on: at.day() }).collect()
}

/// Begins the refresher `key`, or goes on with it; gives the question to open. One that was put away is taken up again.
///
/// # Errors
/// [`Error::NoSuchTest`] where none is due; what the database answers.
pub async fn begin(
    tx: &Tx,
    acting: &Acting,
    shelf: &Shelf,
    key: RefresherKey,
    groups: &[Group],
    seed: Seed,
) -> Result<usize, Error> {
    let learner = acting.learner;
    let rows = queries::list(tx, &[learner]).await?;
    let accounts = identity::accounts_of(tx, learner).await?;
    let row = rows.iter().find(|row| row.key == key);
    if let Some(begun) = row.filter(|row| !row.items.is_empty()) {
        return Ok(begun.first_open());
    }
    if row.is_none() {
        must_be_due(tx, shelf, &accounts, key).await?;
    }
    let course = shelf.course(key.course).filter(|course| course.is_complete()).ok_or(Error::NoSuchTest)?;
    let state = assessment::state_of(tx, shelf, learner, &key.course.to_string()).await?;
    let missed = state.passed().map(|attempt| attempt.missed.as_slice()).unwrap_or_default();
    let missed: BTreeSet<&str> = missed.iter().map(|missed| missed.outcome.as_str()).collect();
    let progress = service::progress_of(tx, &accounts).await?;
    let earlier: Vec<Digest> = rows.iter().filter(|row| row.key.course == key.course).flat_map(|row| row.items.clone()).collect();
    let items = rules::draw(&bank_of(course, groups, &progress), seed, &missed, &earlier, REFRESHER_ITEMS);
    if items.is_empty() {
        return Err(Error::NoSuchTest);
    }
    queries::insert(tx, learner, key, (seed, &items)).await?;
    Ok(1)
}

/// The questions of lessons that suit somebody of these groups, each with when its lesson was last read.
fn bank_of<'c>(course: &'c Course, groups: &[Group], progress: &Progress) -> Vec<Question<'c>> {
    let suits = |item: &&Item| item.purpose == Use::Learn && item.groups.suits(groups);
    let question = |item: &'c Item| {
        let read_at = progress.mark(&item.lesson).map(|mark| mark.at);
        Question { hash: item.hash, outcome: &item.outcome, read_at }
    };
    course.items.iter().filter(suits).map(question).collect()
}

async fn must_be_due(tx: &Tx, shelf: &Shelf, accounts: &[LearnerId], key: RefresherKey) -> Result<(), Error> {
    let earned = service::earned_of(tx, accounts).await?;
    let taken: Vec<Taken<CourseCode>> = queries::list(tx, accounts).await?.iter().map(Refresher::taken).collect();
    let today = tx.now.day();
    let mut passed = passed_in(shelf, &earned).into_iter().filter(|passed| passed.course == key.course);
    let is_due = passed.any(|passed| rules::is_due(passed, key.kind, &taken, today));
    if is_due { Ok(()) } else { Err(Error::NoSuchTest) }
}

/// Puts the refresher `key` away: it is not offered again. Done twice it is done once.
///
/// # Errors
/// [`Error::NoSuchTest`] where none is due; what the database answers.
pub async fn put_away(tx: &Tx, acting: &Acting, shelf: &Shelf, key: RefresherKey) -> Result<(), Error> {
    let rows = queries::list(tx, &[acting.learner]).await?;
    if !rows.iter().any(|row| row.key == key) {
        must_be_due(tx, shelf, &identity::accounts_of(tx, acting.learner).await?, key).await?;
    }
    Ok(queries::put_away(tx, acting.learner, key).await?)
}

/// The refresher `key` of a learner, which was begun; one statement.
///
/// # Errors
/// [`Error::NoSuchTest`] where it was not; what the database answers.
pub async fn get(db: &impl ConnectionTrait, learner: LearnerId, key: RefresherKey) -> Result<Refresher, Error> {
    queries::find(db, learner, key).await?.filter(|row| !row.items.is_empty()).ok_or(Error::NoSuchTest)
}

/// Keeps an answer in place of an earlier one. With the last of them it is done. The caller has read it against the question shown.
///
/// # Errors
/// [`Error::NoSuchTest`] where there is no such question; what the database answers.
pub async fn answer(tx: &Tx, acting: &Acting, key: RefresherKey, position: usize, given: &Given) -> Result<(), Error> {
    let mut row = queries::lock(tx, acting.learner, key).await?.ok_or(Error::NoSuchTest)?;
    let at = position.checked_sub(1).ok_or(Error::NoSuchTest)?;
    *row.given.get_mut(at).ok_or(Error::NoSuchTest)? = Some(given.clone());
    let is_done = row.given.iter().all(Option::is_some);
    let done_at = row.done_at.or_else(|| is_done.then_some(tx.now));
    Ok(queries::keep_answers(tx, acting.learner, key, (&row.given, done_at)).await?)
}
