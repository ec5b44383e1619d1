//! Unit tests below the pages: one open attempt, answers kept one by one, graded once, recognised in the same commit.

use credit_bank::assessment::{self, Error, Given, HandedIn, Sheet, State, Turn, key_of};
use credit_bank::curriculum::{self, CourseCode, Shelf};
use credit_bank::kernel::{Acting, AttemptId, Chance, Group, IdentityLevel, LearnerId, Seed};
use credit_bank::outbox::Standing;
use credit_bank::recognition::{self, Credit, Passbook};
use entity::{audit_entry, event};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::support::databases::{Engine, Fresh};
use crate::support::editions::{Changed, being_written};
use crate::support::server::SHELF;

const ORG: &str = "数字素养学分银行";

fn somebody() -> Acting {
    let learner = LearnerId::from_uuid(uuid::Uuid::from_bytes(Chance::secret()));
    Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }
}

fn t19() -> CourseCode {
    CourseCode::parse("T19").unwrap()
}

async fn start(fresh: &Fresh, acting: Acting) -> Result<AttemptId, Error> {
    start_on(fresh, acting, &SHELF).await
}

async fn start_on(fresh: &Fresh, acting: Acting, shelf: &Shelf) -> Result<AttemptId, Error> {
    start_course(fresh, acting, shelf, t19()).await
}

async fn start_course(fresh: &Fresh, acting: Acting, shelf: &Shelf, course: CourseCode) -> Result<AttemptId, Error> {
    let (shelf, seed) = (shelf.clone(), Chance::fresh_seed());
    fresh.db.write(async move |tx| assessment::start(tx, &acting, &shelf, course, &[Group::Elder], seed).await).await
}

async fn answer(fresh: &Fresh, acting: Acting, attempt: AttemptId, position: usize, given: Given) -> Result<(), Error> {
    fresh.db.write(async move |tx| assessment::answer(tx, &acting, attempt, position, &given).await).await
}

async fn hand_in(fresh: &Fresh, acting: Acting, attempt: AttemptId) -> Result<HandedIn, Error> {
    hand_in_on(fresh, acting, attempt, &SHELF).await
}

async fn hand_in_on(fresh: &Fresh, acting: Acting, attempt: AttemptId, shelf: &Shelf) -> Result<HandedIn, Error> {
    let (shelf, standing) = (shelf.clone(), Standing::default());
    fresh.db.write(async move |tx| assessment::hand_in(tx, &acting, &shelf, attempt, (ORG, None), &standing).await).await
}

async fn sheet(fresh: &Fresh, acting: Acting, attempt: AttemptId) -> Sheet {
    assessment::get_sheet(fresh.db.read(), acting.learner, attempt).await.unwrap()
}

/// Answers the first `right` questions rightly and the others with 不知道.
async fn answer_all(fresh: &Fresh, acting: Acting, attempt: AttemptId, right: usize) {
    let sheet = sheet(fresh, acting, attempt).await;
    let items = assessment::get_items(fresh.db.read(), &SHELF, &sheet.attempt).await.unwrap();
    assert_eq!(items.len(), 10);
    for (position, item) in (1..).zip(&items) {
        let given = if position <= right { key_of(item).right_answer() } else { Given::Unknown };
        answer(fresh, acting, attempt, position, given).await.unwrap();
    }
}

async fn take(fresh: &Fresh, acting: Acting, right: usize) -> HandedIn {
    let attempt = start(fresh, acting).await.unwrap();
    answer_all(fresh, acting, attempt, right).await;
    hand_in(fresh, acting, attempt).await.unwrap()
}

async fn passbook(fresh: &Fresh, acting: Acting) -> Passbook {
    recognition::passbook_of(fresh.db.read(), acting.learner).await.unwrap()
}

async fn events(fresh: &Fresh, kind: &str) -> u64 {
    event::Entity::find().filter(event::Column::Kind.eq(kind)).count(fresh.db.read()).await.unwrap()
}

crate::on_both! {
    async fn a_pass_takes_ten_statements_and_one_more_on_postgresql_for_the_lock(fresh: Fresh) {
        let acting = somebody();
        // The very first credit opens the account there, so that there is a row to lock.
        let expected = if fresh.db.backend() == sea_orm::DbBackend::Sqlite { [10, 10] } else { [12, 11] };
        for (course, expected) in ["T19", "T01"].into_iter().zip(expected) {
            let attempt = start_course(&fresh, acting, &SHELF, CourseCode::parse(course).unwrap()).await.unwrap();
            answer_all(&fresh, acting, attempt, 10).await;
            let before = fresh.db.statements();
            assert!(hand_in(&fresh, acting, attempt).await.unwrap().is_passed);
            assert_eq!(fresh.db.statements() - before, expected, "{course}");
        }
    }

    async fn a_pass_is_graded_closed_and_credited_in_one_commit(fresh: Fresh) {
        let acting = somebody();
        let attempt = start(&fresh, acting).await.unwrap();
        answer_all(&fresh, acting, attempt, 7).await;
        let done = hand_in(&fresh, acting, attempt).await.unwrap();
        assert!(done.is_passed && done.score.value() == 700, "{done:?}");
        assert!(matches!(done.recognised.unwrap().credit, Credit::Posted { credits, .. } if credits.milli() == 250));
        let passbook = passbook(&fresh, acting).await;
        assert_eq!((passbook.total.milli(), passbook.results.len(), passbook.hours.standard_minutes), (250, 1, 180));
        assert_eq!(passbook.results[0].attempt, Some(attempt));
        assert_eq!((events(&fresh, "assessment.finished").await, events(&fresh, "recognition.recognised").await), (1, 1));
        assert_eq!(audit_entry::Entity::find().count(fresh.db.read()).await.unwrap(), 1);
    }

    async fn an_answer_is_one_statement_and_the_last_one_counts(fresh: Fresh) {
        let acting = somebody();
        let attempt = start(&fresh, acting).await.unwrap();
        answer(&fresh, acting, attempt, 1, Given::Unknown).await.unwrap();
        let before = fresh.db.statements();
        answer(&fresh, acting, attempt, 1, Given::Truth(true)).await.unwrap();
        assert_eq!(fresh.db.statements() - before, 1);
        let sheet = sheet(&fresh, acting, attempt).await;
        assert_eq!((sheet.given(1), sheet.answers.len(), sheet.first_open()), (Some(&Given::Truth(true)), 1, Some(2)));
    }

    async fn two_devices_and_sixteen_presses_go_on_with_one_attempt(fresh: Fresh) {
        let acting = somebody();
        let begun = join_all((0..16).map(|_| start(&fresh, acting))).await;
        let first = begun[0].clone().unwrap();
        assert!(begun.iter().all(|attempt| attempt.as_ref().is_ok_and(|attempt| *attempt == first)), "{begun:?}");
        let state = assessment::state_of(fresh.db.read(), &SHELF, acting.learner, "T19").await.unwrap();
        assert_eq!((state.attempts.len(), state.open().map(|attempt| attempt.id)), (1, Some(first)));
    }

    async fn sixteen_hand_ins_at_once_credit_once_and_answer_alike(fresh: Fresh) {
        let acting = somebody();
        let attempt = start(&fresh, acting).await.unwrap();
        answer_all(&fresh, acting, attempt, 10).await;
        let done = join_all((0..16).map(|_| hand_in(&fresh, acting, attempt))).await;
        let done: Vec<HandedIn> = done.into_iter().map(Result::unwrap).collect();
        assert!(done.iter().all(|one| one.is_passed && one.score.value() == 1000));
        assert_eq!(done.iter().filter(|one| one.recognised.is_some()).count(), 1);
        let passbook = passbook(&fresh, acting).await;
        assert_eq!((passbook.total.milli(), passbook.results.len()), (250, 1));
        assert_eq!(events(&fresh, "assessment.finished").await, 1);
    }

    async fn a_second_pass_of_the_same_unit_is_kept_and_credits_nothing(fresh: Fresh) {
        let acting = somebody();
        take(&fresh, acting, 10).await;
        let again = take(&fresh, acting, 8).await;
        assert_eq!(again.recognised.unwrap().credit, Credit::HeldAlready);
        let passbook = passbook(&fresh, acting).await;
        assert_eq!((passbook.total.milli(), passbook.results.len(), passbook.hours.standard_minutes), (250, 2, 180));
    }

    async fn answers_after_the_hand_in_or_of_somebody_else_are_refused_and_change_nothing(fresh: Fresh) {
        let (acting, stranger) = (somebody(), somebody());
        let attempt = start(&fresh, acting).await.unwrap();
        answer_all(&fresh, acting, attempt, 3).await;
        assert!(matches!(answer(&fresh, stranger, attempt, 1, Given::Unknown).await, Err(Error::Closed)));
        assert!(matches!(hand_in(&fresh, stranger, attempt).await, Err(Error::NoSuchTest)));
        let found = assessment::get_sheet(fresh.db.read(), stranger.learner, attempt).await;
        assert!(matches!(found, Err(Error::NoSuchTest)));
        let before = sheet(&fresh, acting, attempt).await.answers;
        hand_in(&fresh, acting, attempt).await.unwrap();
        assert!(matches!(answer(&fresh, acting, attempt, 1, Given::Unknown).await, Err(Error::Closed)));
        assert_eq!(sheet(&fresh, acting, attempt).await.answers, before);
    }

    async fn answers_racing_with_the_hand_in_are_graded_or_refused_never_lost(fresh: Fresh) {
        let acting = somebody();
        let attempt = start(&fresh, acting).await.unwrap();
        answer_all(&fresh, acting, attempt, 0).await;
        let items = assessment::get_items(fresh.db.read(), &SHELF, &sheet(&fresh, acting, attempt).await.attempt).await.unwrap();
        let answers = (1..).zip(&items).map(|(position, item)| answer(&fresh, acting, attempt, position, key_of(item).right_answer()));
        let (kept, done) = futures_util::join!(join_all(answers), hand_in(&fresh, acting, attempt));
        let kept = kept.iter().filter(|kept| kept.is_ok()).count();
        assert_eq!(done.unwrap().score.value(), i64::try_from(kept).unwrap() * 100);
    }

    async fn a_failed_test_says_which_lessons_teach_what_was_missed(fresh: Fresh) {
        let acting = somebody();
        let done = take(&fresh, acting, 6).await;
        assert!(!done.is_passed && done.recognised.is_none() && done.score.value() == 600);
        let attempt = sheet(&fresh, acting, done.attempt).await.attempt;
        assert_eq!((attempt.state, attempt.missed.len()), (State::Failed, 4));
        let lessons = attempt.lessons_missed();
        assert_eq!(lessons.iter().map(|(_, count)| count).sum::<usize>(), 4);
        assert!(lessons.iter().all(|(lesson, _)| SHELF.lesson(lesson).is_some()));
        assert_eq!(passbook(&fresh, acting).await.total.milli(), 0);
        assert_eq!(events(&fresh, "assessment.finished").await, 1);
        assert_eq!(hand_in(&fresh, acting, done.attempt).await.unwrap(), done);
    }

    async fn three_retries_wait_for_nothing_then_a_lesson_of_what_was_missed_comes_first(fresh: Fresh) {
        let acting = somebody();
        let mut missed = String::new();
        for _ in 0..4 {
            let done = take(&fresh, acting, 0).await;
            missed = sheet(&fresh, acting, done.attempt).await.attempt.lessons_missed()[0].0.clone();
        }
        assert!(matches!(start(&fresh, acting).await, Err(Error::LessonFirst)));
        fresh.clock.turn_ms(60_000);
        let go_through = async |lesson: String| {
            fresh.db.write(async move |tx| assessment::lesson_gone_through(tx, &acting, &lesson).await).await.unwrap();
        };
        go_through("T01-c1".to_owned()).await;
        assert!(matches!(start(&fresh, acting).await, Err(Error::LessonFirst)));
        go_through(missed.clone()).await;
        go_through(missed).await;
        let done = take(&fresh, acting, 0).await;
        assert!(!done.is_passed);
        fresh.clock.turn_ms(1);
        assert!(matches!(start(&fresh, acting).await, Err(Error::LessonFirst)));
    }

    async fn a_lesson_that_is_gone_from_todays_edition_stands_in_nobodys_way(fresh: Fresh) {
        let (acting, bare) = (somebody(), being_written("courses/T19/course.toml"));
        curriculum::keep(&fresh.db, SHELF.edition(), ORG).await.unwrap();
        for _ in 0..4 {
            take(&fresh, acting, 0).await;
        }
        assert!(matches!(start(&fresh, acting).await, Err(Error::LessonFirst)));
        let state = assessment::state_of(fresh.db.read(), &bare, acting.learner, "T19").await.unwrap();
        assert_eq!(state.turn, Turn::Now);
    }

    async fn the_next_try_asks_others_as_far_as_the_bank_goes(fresh: Fresh) {
        let acting = somebody();
        let first = take(&fresh, acting, 0).await;
        let second = start(&fresh, acting).await.unwrap();
        let (first, second) = (sheet(&fresh, acting, first.attempt).await.attempt, sheet(&fresh, acting, second).await.attempt);
        let again = second.items.iter().filter(|item| first.items.contains(item)).count();
        assert!(again <= 4, "{again} of ten again");
        assert_ne!(first.seed, second.seed);
        assert_eq!((first.number, second.number), (1, 2));
    }

    async fn who_lends_a_hand_with_one_answer_stands_with_the_result(fresh: Fresh) {
        let acting = somebody();
        let attempt = start(&fresh, acting).await.unwrap();
        answer_all(&fresh, acting, attempt, 10).await;
        let sheet = sheet(&fresh, acting, attempt).await;
        let helped = Acting { helper: Some(somebody().learner), ..acting };
        answer(&fresh, helped, attempt, 4, sheet.given(4).unwrap().clone()).await.unwrap();
        hand_in(&fresh, acting, attempt).await.unwrap();
        assert!(passbook(&fresh, acting).await.results[0].is_assisted);
    }

    async fn nobody_is_credited_whose_identity_is_unknown(fresh: Fresh) {
        let acting = Acting { identity_level: IdentityLevel::NONE, ..somebody() };
        let done = take(&fresh, acting, 10).await;
        assert_eq!(done.recognised.unwrap().credit, Credit::RecordOnly);
        assert_eq!(passbook(&fresh, acting).await.total.milli(), 0);
    }

    async fn who_leaves_takes_answers_and_failures_along_and_the_pass_stays(fresh: Fresh) {
        let acting = somebody();
        take(&fresh, acting, 2).await;
        let passed = take(&fresh, acting, 10).await;
        let export = assessment::export(fresh.db.read(), acting.learner).await.unwrap();
        assert_eq!(export.as_array().unwrap().len(), 2);
        assert_eq!(export[0]["answers"].as_array().unwrap().len(), 10);
        fresh.db.write(async move |tx| assessment::forget(tx, acting.learner).await).await.unwrap();
        let state = assessment::state_of(fresh.db.read(), &SHELF, acting.learner, "T19").await.unwrap();
        assert_eq!(state.attempts.iter().map(|attempt| attempt.id).collect::<Vec<_>>(), [passed.attempt]);
        assert!(sheet(&fresh, acting, passed.attempt).await.answers.is_empty());
    }

    async fn a_test_begun_in_an_older_edition_is_graded_by_the_items_it_asked(fresh: Fresh) {
        // Every explanation is said a little differently.
        let change = |text: &str| text.replace("explain = \"", "explain = \"对。");
        let (acting, younger) = (somebody(), Changed { path: "courses/T19/items.toml", change }.shelf());
        curriculum::keep(&fresh.db, SHELF.edition(), ORG).await.unwrap();
        let attempt = start(&fresh, acting).await.unwrap();
        answer_all(&fresh, acting, attempt, 9).await;
        let sheet = sheet(&fresh, acting, attempt).await;
        assert!(sheet.attempt.items.iter().all(|hash| younger.item(hash).is_none()));
        let done = hand_in_on(&fresh, acting, attempt, &younger).await.unwrap();
        assert_eq!((done.is_passed, done.score.value()), (true, 900));
    }
}

#[actix_web::test]
async fn the_first_three_kept_seeds_draw_ten_items_of_all_outcomes() {
    let fresh = crate::support::databases::fresh(Engine::Sqlite).await.unwrap();
    for n in 0..3 {
        let (acting, shelf) = (somebody(), SHELF.clone());
        let course = SHELF.course(t19()).unwrap();
        let seed = Seed([n; 16]);
        let attempt = fresh
            .db
            .write(async move |tx| assessment::start(tx, &acting, &shelf, t19(), &[Group::Farmer], seed).await)
            .await
            .unwrap();
        let items = assessment::get_items(fresh.db.read(), &SHELF, &sheet(&fresh, acting, attempt).await.attempt).await.unwrap();
        let asked = |outcome: &str| items.iter().filter(|item| item.outcome == outcome).count();
        let counts: Vec<usize> = course.outcomes.iter().map(|outcome| asked(&outcome.id)).collect();
        assert_eq!(counts.iter().sum::<usize>(), 10);
        assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{counts:?}");
        assert!(items.iter().all(|item| item.groups.suits(&[Group::Farmer])));
    }
}
