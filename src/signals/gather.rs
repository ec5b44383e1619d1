//! Looking over the days that have ended, staff member by staff member. It reads beside everybody's writes, page by page, and keeps no more of
//! anybody than the page it is at; what it finds is written in small commits, once.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait;

use super::rules::{self, Kind, Paper, UNSEEN_DAYS};
use super::{Error, queries};
use crate::db::{Db, Tx};
use crate::enrolment::{self, Enrolment};
use crate::kernel::{Day, LearnerId, Timestamp};
use crate::{assessment, classes, identity, learning};

/// Enrolments read at once.
const PAGE: u64 = 500;
/// Days looked over: a bank that stood still for a weekend misses nothing.
const DAYS: u32 = 3;
/// Tasks looked at, of all these days.
const MOST_TASKS: u64 = 10_000;
/// Signals of one place and day; the largest come first, the others are left out, which the log tells.
const MOST_A_DAY: usize = 20;
/// People named with one signal.
const MOST_LEARNERS: usize = 50;
/// Signals written in one commit.
const AT_ONCE: usize = 20;
const MINUTE_MS: i64 = 60_000;

/// Something that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub kind: Kind,
    pub place_code: String,
    pub day: Day,
    pub about: LearnerId,
    pub unit: String,
    pub learners: BTreeSet<LearnerId>,
    pub among: usize,
}

/// What is known of the people of one member of staff, while their pages are read.
#[derive(Default)]
struct Notes {
    /// Tests by place and day.
    papers: BTreeMap<(String, Day), Vec<Paper>>,
    /// Who was enrolled, by place and day: those who never came again, and all.
    unseen: BTreeMap<(String, Day), (BTreeSet<LearnerId>, usize)>,
}

impl Notes {
    fn found(self, about: LearnerId) -> Vec<Found> {
        let mut all = Vec::new();
        for ((place_code, day), papers) in self.papers {
            for group in rules::alike(&papers) {
                let (kind, place_code) = (Kind::SameAnswers, place_code.clone());
                all.push(Found { kind, place_code, day, about, unit: group.unit, learners: group.learners, among: group.among });
            }
        }
        for ((place_code, day), (learners, among)) in self.unseen {
            if rules::are_many_unseen(learners.len(), among) {
                all.push(Found { kind: Kind::NotSeen, place_code, day, about, unit: String::new(), learners, among });
            }
        }
        all
    }
}

/// Looks over the last days that have ended, and keeps what is worth a look. Done again it finds the same and keeps it once.
///
/// # Errors
/// What the database answers.
pub async fn look_over(db: &Db) -> Result<u64, Error> {
    let today = db.clock().now().day();
    let span = (today.minus_days(DAYS).start(), today.start());
    let mut found = of_enrolled(db, today, span).await?;
    found.extend(of_tasks(db, span).await?);
    let kept = bounded(found);
    for some in kept.chunks(AT_ONCE) {
        let some = some.to_vec();
        let work = async move |tx: &Tx| {
            for one in &some {
                queries::insert(tx, one, MOST_LEARNERS).await?;
            }
            Ok::<_, Error>(())
        };
        db.write(work).await?;
    }
    Ok(u64::try_from(kept.len()).unwrap_or(u64::MAX))
}

async fn of_enrolled(db: &Db, today: Day, span: (Timestamp, Timestamp)) -> Result<Vec<Found>, Error> {
    let read = db.read();
    let (mut all, mut notes, mut after): (Vec<Found>, Notes, Option<Enrolment>) = (Vec::new(), Notes::default(), None);
    loop {
        let page = enrolment::list_enrolments(read, after.as_ref(), PAGE).await?;
        for group in page.chunk_by(|one, other| one.enrolled_by == other.enrolled_by) {
            if let (Some(last), Some(first)) = (&after, group.first())
                && last.enrolled_by != first.enrolled_by
            {
                all.extend(std::mem::take(&mut notes).found(last.enrolled_by));
            }
            note_papers(read, group, span, &mut notes).await?;
            note_unseen(read, group, today, &mut notes).await?;
            after = group.last().cloned();
        }
        if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
            if let Some(last) = &after {
                all.extend(notes.found(last.enrolled_by));
            }
            return Ok(all);
        }
    }
}

/// What people whom one member of staff enrolled handed in.
async fn note_papers(
    db: &impl ConnectionTrait,
    group: &[Enrolment],
    span: (Timestamp, Timestamp),
    notes: &mut Notes,
) -> Result<(), Error> {
    let places: BTreeMap<LearnerId, &str> = group.iter().map(|one| (one.learner, one.place_code.as_str())).collect();
    let learners: Vec<LearnerId> = places.keys().copied().collect();
    for sheet in assessment::list_handed_in(db, &learners, span).await? {
        let attempt = &sheet.attempt;
        let (Some(at), Some(place)) = (attempt.finished_at, places.get(&attempt.learner)) else { continue };
        let given = |position: usize| sheet.given(position).map(|given| given.to_json());
        let answers = (1..).zip(&attempt.items).map(|(position, item)| (*item, given(position))).collect();
        let minute = at.ms().div_euclid(MINUTE_MS);
        let paper = Paper { learner: attempt.learner, unit: attempt.unit.clone(), minute, answers };
        notes.papers.entry(((*place).to_owned(), at.day())).or_default().push(paper);
    }
    Ok(())
}

/// Who of those enrolled sixty days ago never came again.
async fn note_unseen(db: &impl ConnectionTrait, group: &[Enrolment], today: Day, notes: &mut Notes) -> Result<(), Error> {
    for ago in 1..=DAYS {
        let day = today.minus_days(UNSEEN_DAYS + ago);
        let enrolled: Vec<&Enrolment> = group.iter().filter(|one| one.enrolled_at.day() == day).collect();
        if enrolled.is_empty() {
            continue;
        }
        let learners: Vec<LearnerId> = enrolled.iter().map(|one| one.learner).collect();
        let back = came_back(db, &learners, day.plus_days(1).start()).await?;
        for one in enrolled {
            let (unseen, among) = notes.unseen.entry((one.place_code.clone(), day)).or_default();
            *among += 1;
            if !back.contains(&one.learner) {
                unseen.insert(one.learner);
            }
        }
    }
    Ok(())
}

/// Who of these people has been anywhere since then: signed in, at a lesson, a test, or a class session.
async fn came_back(db: &impl ConnectionTrait, learners: &[LearnerId], since: Timestamp) -> Result<BTreeSet<LearnerId>, Error> {
    let mut back: BTreeSet<LearnerId> = identity::list_seen_since(db, learners, since).await?.into_iter().collect();
    back.extend(learning::list_read_since(db, learners, since).await?);
    back.extend(assessment::list_begun_since(db, learners, since).await?);
    back.extend(classes::list_came_since(db, learners, since).await?);
    Ok(back)
}

/// Tasks that nobody saw but who had taught them, by teacher, place, day and course.
async fn of_tasks(db: &Db, span: (Timestamp, Timestamp)) -> Result<Vec<Found>, Error> {
    let mut by_teacher: BTreeMap<(LearnerId, String, Day, String), BTreeSet<LearnerId>> = BTreeMap::new();
    for (task, class) in classes::list_seen_by_teacher(db.read(), span, MOST_TASKS).await? {
        let key = (task.witness, class.place_code.clone(), task.at.day(), task.course.clone());
        by_teacher.entry(key).or_default().insert(task.learner);
    }
    let found = |((about, place_code, day, unit), learners): ((LearnerId, String, Day, String), BTreeSet<LearnerId>)| {
        let among = learners.len();
        Found { kind: Kind::Taught, place_code, day, about, unit, learners, among }
    };
    Ok(by_teacher.into_iter().map(found).collect())
}

/// The largest of each place and day.
fn bounded(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|one| (one.place_code.clone(), one.day, std::cmp::Reverse(one.learners.len()), one.kind));
    let mut kept: Vec<Found> = Vec::new();
    let mut left_out = 0_usize;
    for group in found.chunk_by(|one, other| (&one.place_code, one.day) == (&other.place_code, other.day)) {
        kept.extend(group.iter().take(MOST_A_DAY).cloned());
        left_out += group.len().saturating_sub(MOST_A_DAY);
    }
    if left_out > 0 {
        tracing::warn!(left_out, "more was found of a place and day than somebody can look at");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_place_and_day_the_largest_are_kept_and_no_more_than_somebody_can_look_at() {
        let day = Day::parse("2026-03-02").unwrap();
        let person = |number: usize| LearnerId::from_uuid(uuid::Uuid::from_u128(u128::try_from(number).unwrap()));
        let found = |place: &str, size: usize| Found {
            kind: Kind::NotSeen,
            place_code: place.to_owned(),
            day,
            about: person(size),
            unit: String::new(),
            learners: (0..size).map(person).collect(),
            among: size,
        };
        let all = (1..=30).map(|size| found("330182001", size)).chain([found("330182002", 1)]).collect();
        let sizes: Vec<usize> = bounded(all).iter().map(|one| one.learners.len()).collect();
        assert_eq!(sizes, (11..=30).rev().chain([1]).collect::<Vec<_>>());
    }
}
