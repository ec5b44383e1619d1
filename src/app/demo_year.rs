//! Half a year in the life of one sample learner: lessons, tests, a question now and then.

use super::demo::{Sample, words};
use crate::assessment::{self, Given, key_of};
use crate::curriculum::Shelf;
use crate::curriculum::model::Course;
use crate::db::OnceKey;
use crate::help::{self, Asked, Asker, Kind, Request, Told};
use crate::identity;
use crate::kernel::{Chance, Clock, Timestamp, digest_of};
use crate::learning::{self, LessonKey};
use crate::outbox::{Standing, age_band};
use crate::web::House;

/// Out of a hundred answers so many are right.
const SKILL: usize = 86;
/// Out of a hundred people so many go on to the next course.
const GO_ON: usize = 72;
/// Out of a hundred people so many ask for a call.
const ASK: usize = 12;

/// Learns course after course, a few days apart, until interest or the half year ends.
pub(super) async fn live_through(
    past: &House,
    shelf: &Shelf,
    clock: &Clock,
    today: Timestamp,
    sample: &Sample,
    chance: &mut Chance,
) -> Result<(), String> {
    let mut courses: Vec<&Course> = shelf.courses().iter().filter(|course| course.is_complete()).collect();
    chance.shuffle(&mut courses);
    for course in courses {
        if chance.below(100) >= GO_ON || !wait(clock, today, chance) {
            break;
        }
        learn(past, sample, course, chance).await?;
        if chance.below(100) < GO_ON && wait(clock, today, chance) {
            take_test(past, shelf, sample, course, chance).await?;
        }
    }
    if chance.below(100) < ASK && wait(clock, today, chance) {
        ask_for_call(past, sample).await?;
    }
    Ok(())
}

/// Turns the clock by some days; false where that would lie in the future.
fn wait(clock: &Clock, today: Timestamp, chance: &mut Chance) -> bool {
    let minutes = i64::try_from(60 * 24 + chance.below(60 * 24 * 9)).unwrap_or(0);
    if clock.now().plus_minutes(minutes) >= today {
        return false;
    }
    clock.turn_ms(minutes * 60_000);
    true
}

fn standing_of(sample: &Sample, now: Timestamp) -> Standing {
    let year = i64::from(now.day().year());
    Standing {
        place_code: Some(sample.place.clone()),
        groups: sample.groups.clone(),
        age_band: Some(age_band(sample.birth_year, year)),
    }
}

/// Goes through the core lessons; the last one sometimes stays half read.
async fn learn(past: &House, sample: &Sample, course: &Course, chance: &mut Chance) -> Result<(), String> {
    let (acting, standing) = (sample.acting, standing_of(sample, past.clock().now()));
    let lessons: Vec<LessonKey> = course.core().map(LessonKey::of).collect();
    let stays_open = chance.below(4) == 0;
    past.db
        .write(async move |tx| {
            let last = lessons.len();
            for (at, lesson) in lessons.iter().enumerate() {
                if stays_open && at + 1 == last {
                    learning::keep_card(tx, acting, lesson, 3).await?;
                } else {
                    learning::finish_lesson(tx, acting, &standing, lesson).await?;
                }
            }
            Ok::<_, assessment::Error>(())
        })
        .await
        .map_err(words)
}

async fn take_test(past: &House, shelf: &Shelf, sample: &Sample, course: &Course, chance: &mut Chance) -> Result<(), String> {
    let (acting, groups, code) = (sample.acting, sample.groups.clone(), course.code);
    let standing = standing_of(sample, past.clock().now());
    let (shelf, org, seed) = (shelf.clone(), past.config.organisation_name.clone(), Chance::fresh_seed());
    let luck: Vec<bool> = (0..64).map(|_| chance.below(100) < SKILL).collect();
    past.db
        .write(async move |tx| {
            let attempt = assessment::start(tx, &acting, &shelf, code, &groups, seed).await?;
            let sheet = assessment::get_sheet(tx, acting.learner, attempt).await?;
            let items = assessment::get_items(tx, &shelf, &sheet.attempt).await?;
            for (position, (item, is_right)) in (1..).zip(items.iter().zip(&luck)) {
                let given = if *is_right { key_of(item).right_answer() } else { Given::Unknown };
                assessment::answer(tx, &acting, attempt, position, &given).await?;
            }
            assessment::hand_in(tx, &acting, &shelf, attempt, &org, &standing).await.map(|_| ())
        })
        .await
        .map_err(words)
}

async fn ask_for_call(past: &House, sample: &Sample) -> Result<(), String> {
    let key = identity::person_key(past.db.read(), &past.keys, sample.acting.learner).await.map_err(words)?;
    let once = OnceKey::parse(&sample.acting.learner.to_string()).ok_or("once")?;
    let asked = Asked { digest: digest_of(&[once.as_str().as_bytes()]), once };
    let (asker, place_code) = (Asker::Learner(sample.acting), sample.place.clone());
    past.db
        .write(async move |tx| {
            let told = Told::default();
            let request =
                Request { kind: Kind::CallBack, about: None, told, phone: None, place_code: place_code.clone(), source: None };
            help::open(tx, &asker, &key, &request, &asked).await.map(|_| ())
        })
        .await
        .map_err(words)
}
