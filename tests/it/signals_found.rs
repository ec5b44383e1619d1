//! The look over the days that have ended: what it finds, what it does not, and that it finds it once.

use credit_bank::assessment::{self, Given, key_of};
use credit_bank::curriculum::CourseCode;
use credit_bank::db::DbFault;
use credit_bank::kernel::{Acting, Day, IdentityLevel, LearnerId, Seed, Timestamp};
use credit_bank::outbox::Standing;
use credit_bank::signals;
use entity::{class_session, class_task, enrolment, lesson_progress, signal};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::recognition::person;
use crate::signals::{named, people};
use crate::support::databases::Fresh;
use crate::support::server::SHELF;

const TOWN: &str = "330182001";
const DAY_MS: i64 = 86_400_000;

async fn enrolled(fresh: &Fresh, learners: &[LearnerId], by: LearnerId, at: Timestamp) {
    let rows: Vec<enrolment::ActiveModel> = learners
        .iter()
        .map(|learner| enrolment::ActiveModel {
            learner_id: Set(learner.uuid()),
            enrolled_by: Set(by.uuid()),
            place_code: Set(TOWN.to_owned()),
            grp: Set(None),
            batch_id: Set(None),
            looked_alike: Set(0),
            enrolled_at_ms: Set(at.ms()),
        })
        .collect();
    let work = async move |tx: &credit_bank::db::Tx| {
        Ok::<_, DbFault>(enrolment::Entity::insert_many(rows.clone()).exec_without_returning(tx).await?)
    };
    fresh.db.write(work).await.unwrap();
}

/// `learner` hands in the test of T19, drawn from `seed`, with the first `right` answers right.
async fn hands_in(fresh: &Fresh, learner: LearnerId, seed: Seed, right: usize) {
    let acting = Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN };
    let course = CourseCode::parse("T19").unwrap();
    let work = async move |tx: &credit_bank::db::Tx| {
        let attempt = assessment::start(tx, &acting, &SHELF, course, &[], seed).await?;
        let sheet = assessment::get_sheet(tx, learner, attempt).await?;
        let items = assessment::get_items(tx, &SHELF, &sheet.attempt).await?;
        for (position, item) in (1..).zip(&items) {
            let given = if position <= right { key_of(item).right_answer() } else { Given::Unknown };
            assessment::answer(tx, &acting, attempt, position, &given).await?;
        }
        assessment::hand_in(tx, &acting, &SHELF, attempt, ("县学分银行", None), &Standing::default()).await
    };
    fresh.db.write::<_, assessment::Error, _>(work).await.unwrap();
}

async fn look_over(fresh: &Fresh) {
    signals::look_over(&fresh.db).await.unwrap();
}

crate::on_both! {
    async fn the_same_answers_in_the_same_minute_of_three_of_one_volunteers_people_are_found_once(fresh: Fresh) {
        let (now, volunteer) = (fresh.clock.now(), person(60));
        let three = people(1, 3);
        enrolled(&fresh, &people(1, 5), volunteer, now).await;
        enrolled(&fresh, &people(11, 3), person(61), now).await;
        for learner in &three {
            hands_in(&fresh, *learner, Seed([7; 16]), 9).await;
        }
        // One says something else; two are another volunteer's; one comes a minute later.
        hands_in(&fresh, person(4), Seed([7; 16]), 8).await;
        hands_in(&fresh, person(11), Seed([7; 16]), 9).await;
        hands_in(&fresh, person(12), Seed([7; 16]), 9).await;
        fresh.clock.turn_ms(60_000);
        hands_in(&fresh, person(5), Seed([7; 16]), 9).await;
        look_over(&fresh).await;
        assert_eq!(signal::Entity::find().count(fresh.db.read()).await.unwrap(), 0, "the day is not over");
        fresh.clock.turn_ms(DAY_MS);
        look_over(&fresh).await;
        let found = named(&fresh, "same_answers").await;
        assert_eq!(found, [(three.into_iter().collect(), 3, 4, now.day().to_string())]);
        let row = signal::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((row.about_id, row.unit.as_str(), row.state.as_str()), (volunteer.uuid(), "T19", "open"));
        look_over(&fresh).await;
        assert_eq!(signal::Entity::find().count(fresh.db.read()).await.unwrap(), 1);
        // Days later nobody looks over that day any more.
        fresh.clock.turn_ms(30 * DAY_MS);
        look_over(&fresh).await;
        assert_eq!(signal::Entity::find().count(fresh.db.read()).await.unwrap(), 1);
    }

    async fn many_who_were_enrolled_on_a_day_and_never_came_again_are_found_after_sixty_days(fresh: Fresh) {
        let (then, volunteer) = (fresh.clock.now(), person(60));
        enrolled(&fresh, &people(1, 7), volunteer, then).await;
        enrolled(&fresh, &people(11, 4), person(61), then).await;
        fresh.clock.turn_ms(10 * DAY_MS);
        let came = lesson_progress::ActiveModel {
            learner_id: Set(person(7).uuid()),
            lesson: Set("T19-c1".to_owned()),
            course: Set("T19".to_owned()),
            card: Set(1),
            furthest: Set(1),
            tried_at_ms: Set(None),
            finished_at_ms: Set(None),
            updated_at_ms: Set(fresh.clock.now().ms()),
        };
        let work = async move |tx: &credit_bank::db::Tx| {
            Ok::<_, DbFault>(lesson_progress::Entity::insert(came.clone()).exec_without_returning(tx).await?)
        };
        fresh.db.write(work).await.unwrap();
        fresh.clock.turn_ms(50 * DAY_MS);
        look_over(&fresh).await;
        assert!(named(&fresh, "not_seen").await.is_empty(), "the sixtieth day is not over");
        fresh.clock.turn_ms(DAY_MS);
        look_over(&fresh).await;
        // Four of another volunteer are not many.
        let found = named(&fresh, "not_seen").await;
        assert_eq!(found, [(people(1, 6).into_iter().collect(), 6, 7, then.day().to_string())]);
    }

    async fn tasks_that_only_the_teacher_saw_are_found_and_those_that_a_second_saw_are_not(fresh: Fresh) {
        let (now, teacher) = (fresh.clock.now(), person(60));
        let class = uuid::Uuid::from_u128(7);
        let session = class_session::ActiveModel {
            id: Set(class),
            kind: Set("class".to_owned()),
            course: Set(Some("T19".to_owned())),
            title: Set("T19".to_owned()),
            organisation_id: Set(uuid::Uuid::from_u128(8)),
            place_code: Set(TOWN.to_owned()),
            day: Set(now.day().to_string()),
            starts_at_ms: Set(now.ms()),
            ends_at_ms: Set(now.ms() + 7_200_000),
            seats: Set(20),
            teacher_id: Set(teacher.uuid()),
            witness_id: Set(None),
            notes: Set(String::new()),
            series_id: Set(None),
            group_id: Set(None),
            state: Set("planned".to_owned()),
            reason: Set(None),
            planned_by: Set(teacher.uuid()),
            planned_at_ms: Set(now.ms()),
            closed_by: Set(None),
            closed_at_ms: Set(None),
            told_on: Set(None),
            told_times: Set(0),
            is_sample: Set(0),
        };
        let task = |learner: u8, witness: LearnerId, second: Option<LearnerId>| class_task::ActiveModel {
            learner_id: Set(person(learner).uuid()),
            course: Set("T19".to_owned()),
            class_id: Set(class),
            witness_id: Set(witness.uuid()),
            second_id: Set(second.map(LearnerId::uuid)),
            witnessed_at_ms: Set(now.ms()),
        };
        let tasks =
            vec![task(1, teacher, None), task(2, teacher, None), task(3, teacher, Some(person(61))), task(4, person(61), None)];
        let work = async move |tx: &credit_bank::db::Tx| {
            class_session::Entity::insert(session.clone()).exec_without_returning(tx).await?;
            Ok::<_, DbFault>(class_task::Entity::insert_many(tasks.clone()).exec_without_returning(tx).await?)
        };
        fresh.db.write(work).await.unwrap();
        fresh.clock.turn_ms(DAY_MS);
        look_over(&fresh).await;
        let day = Day::parse("2026-03-02").unwrap();
        assert_eq!(named(&fresh, "taught").await, [(people(1, 2).into_iter().collect(), 2, 2, day.to_string())]);
    }
}
