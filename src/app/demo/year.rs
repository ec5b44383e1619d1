//! Half a year in the life of one sample learner: lessons, practices, tests.

use super::samples::SampleLearner;
use super::{County, SEED, Sample, days, words};
use crate::assessment::{self, Error, Given, key_of};
use crate::curriculum::model::Course;
use crate::curriculum::{CourseCode, Shelf};
use crate::db::{DbFault, Tx};
use crate::kernel::{Chance, Digest, Seed, digest_of};
use crate::learning::{self, LessonKey, RunKey};

/// Out of a hundred of the crowd so many go on to the next course.
const GO_ON: usize = 72;
/// Out of a hundred tests of the crowd so many are passed.
const PASS: usize = 80;

/// One thing that somebody does, and how many days ago.
pub(super) struct Deed {
    days_ago: i64,
    course: CourseCode,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// Goes through the core lessons.
    Learns,
    /// Reads three cards of the first lesson, and no further.
    Begins,
    /// Plays the practice to its end.
    Practises,
    Passes,
    /// Passes where more were passed in this hour than are credited unseen.
    PassesBeyond,
    Fails,
    /// Answers the first questions of a test, and puts it aside.
    LeavesOpen,
}

/// What somebody named in the file has done, evenly over the time since they came.
pub(super) fn plan_of(learner: &SampleLearner, shelf: &Shelf) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for code in &learner.passed {
        deeds.extend([What::Learns, What::Practises, What::Passes].map(|what| (code, what)));
    }
    for code in &learner.failed {
        deeds.extend([What::Learns, What::Fails].map(|what| (code, what)));
    }
    deeds.extend(learner.open.iter().flat_map(|code| [(code, What::Learns), (code, What::LeavesOpen)]));
    deeds.extend(learner.begun.iter().map(|code| (code, What::Begins)));
    let deeds = deeds.into_iter().filter_map(|(code, what)| Some((CourseCode::parse(code)?, what)));
    let deeds: Vec<_> = deeds.filter(|(code, _)| is_written(shelf, *code)).collect();
    let count = i64::try_from(deeds.len()).unwrap_or(0) + 1;
    let spread = |(at, (course, what)): (usize, (CourseCode, What))| {
        let done = i64::try_from(at).unwrap_or(0) + 1;
        Deed { days_ago: learner.since - learner.since * done / count, course, what }
    };
    deeds.into_iter().enumerate().map(spread).collect()
}

fn is_written(shelf: &Shelf, code: CourseCode) -> bool {
    shelf.course(code).is_some_and(Course::is_complete)
}

/// What somebody of the crowd has done who came `since` days ago: course after course, until interest or the half year ends.
pub(super) fn drawn_plan(shelf: &Shelf, since: i64, chance: &mut Chance) -> Vec<Deed> {
    let mut courses: Vec<CourseCode> =
        shelf.courses().iter().filter(|course| course.is_complete()).map(|course| course.code).collect();
    chance.shuffle(&mut courses);
    let (mut deeds, mut days_ago) = (Vec::new(), since);
    for course in courses {
        if chance.below(100) >= GO_ON {
            break;
        }
        let end = if chance.below(100) < PASS { What::Passes } else { What::Fails };
        let whole = [What::Learns, What::Practises, end];
        let done = if chance.below(100) < GO_ON { 3 } else { 1 + chance.below(2) };
        for what in whole.into_iter().take(done) {
            days_ago -= 1 + days(chance, 9);
            if days_ago < 1 {
                return deeds;
            }
            deeds.push(Deed { days_ago, course, what });
        }
    }
    deeds
}

pub(super) async fn live(county: &County, sample: &Sample, deeds: &[Deed]) -> Result<(), String> {
    for (number, deed) in deeds.iter().enumerate() {
        // The number keeps apart what is done twice, and the order within a day.
        let name = format!("{}-{number}", sample.key);
        county.turn_to(deed.days_ago, &format!("{}-{}", sample.key, deed.days_ago));
        county.clock.turn_ms(i64::try_from(number).unwrap_or(0) * 60_000);
        do_it(county, sample, deed, &name).await?;
    }
    Ok(())
}

async fn do_it(county: &County, sample: &Sample, deed: &Deed, name: &str) -> Result<(), String> {
    let course = county.shelf.course(deed.course).ok_or_else(|| words(deed.course))?;
    match deed.what {
        What::Learns => learn(county, sample, course, name).await,
        What::Begins => begin(county, sample, course, name).await,
        What::Practises => practise(county, sample, course, name).await,
        What::Passes | What::PassesBeyond | What::Fails | What::LeavesOpen => {
            take_test(county, sample, (course.code, deed.what), name).await
        }
    }
}

async fn learn(county: &County, sample: &Sample, course: &Course, name: &str) -> Result<(), String> {
    let (acting, standing) = (sample.acting, sample.standing(county.clock.now()));
    let lessons: Vec<LessonKey> = course.core().map(LessonKey::of).collect();
    let work = async move |tx: &Tx| {
        for lesson in &lessons {
            learning::finish_lesson(tx, acting, &standing, lesson).await?;
        }
        Ok(String::new())
    };
    county.step::<Error, _>(name, work).await.map(|_| ())
}

async fn begin(county: &County, sample: &Sample, course: &Course, name: &str) -> Result<(), String> {
    let Some(lesson) = course.core().next().map(LessonKey::of) else { return Ok(()) };
    let acting = sample.acting;
    let work = async move |tx: &Tx| learning::keep_card(tx, acting, &lesson, 3).await.map(|()| String::new());
    county.step::<DbFault, _>(name, work).await.map(|_| ())
}

async fn practise(county: &County, sample: &Sample, course: &Course, name: &str) -> Result<(), String> {
    let Some(practice) = &course.practice else { return Ok(()) };
    let Some(run) = RunKey::walked(course.code, practice, seed_of(name)) else { return Ok(()) };
    let (acting, standing) = (sample.acting, sample.standing(county.clock.now()));
    let work = async move |tx: &Tx| learning::finish_practice(tx, acting, &standing, &run).await.map(|()| String::new());
    county.step::<DbFault, _>(name, work).await.map(|_| ())
}

/// A test, as far as `what` goes: passed with a slip or two, failed, or left open. It is what the shelf asks of anybody.
pub(super) async fn pass(county: &County, sample: &Sample, course: CourseCode, name: &str) -> Result<(), String> {
    take_test(county, sample, (course, What::Passes), name).await
}

/// The same, in an hour in which more were passed than the place credits: it waits until somebody has looked.
pub(super) async fn pass_beyond(county: &County, sample: &Sample, course: CourseCode, name: &str) -> Result<(), String> {
    take_test(county, sample, (course, What::PassesBeyond), name).await
}

async fn take_test(county: &County, sample: &Sample, (code, what): (CourseCode, What), name: &str) -> Result<(), String> {
    let (acting, groups, standing) = (sample.acting, sample.groups.clone(), sample.standing(county.clock.now()));
    let place = Some(sample.place.as_str());
    let org = crate::places::authority_of(&county.past, place).await.map_err(words)?.organisation_name;
    let (shelf, seed) = (county.shelf.clone(), seed_of(name));
    // Which questions somebody slips on: two at most of ten where the test is passed.
    let most = (what == What::PassesBeyond).then_some(0);
    let slips = SEED.chance(name).below(3);
    let work = async move |tx: &Tx| {
        let attempt = assessment::start(tx, &acting, &shelf, code, &groups, seed).await?;
        let sheet = assessment::get_sheet(tx, acting.learner, attempt).await?;
        let items = assessment::get_items(tx, &shelf, &sheet.attempt).await?;
        for (position, item) in (1..).zip(&items) {
            let is_right = match what {
                What::Fails => position <= items.len() / 2,
                _ => position > slips,
            };
            if what == What::LeavesOpen && position > items.len() / 2 {
                return Ok(attempt.to_string());
            }
            let given = if is_right { key_of(item).right_answer() } else { Given::Unknown };
            assessment::answer(tx, &acting, attempt, position, &given).await?;
        }
        assessment::hand_in(tx, &acting, &shelf, attempt, (&org, most), &standing).await?;
        Ok(attempt.to_string())
    };
    county.step::<Error, _>(name, work).await.map(|_| ())
}

fn seed_of(name: &str) -> Seed {
    let digest: Digest = digest_of(&[b"sample", name.as_bytes()]);
    digest.bytes().get(..16).and_then(Seed::from_slice).unwrap_or(SEED)
}
