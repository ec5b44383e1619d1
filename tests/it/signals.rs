//! What somebody should look at: passes beyond what a place credits in an hour, and what a look over each day finds.

use std::collections::BTreeSet;

use credit_bank::identity::Role;
use credit_bank::kernel::{Acting, AttemptId, Credits, IdentityLevel, LearnerId, Permille, ResultId, SignalId, digest_of};
use credit_bank::outbox::Standing;
use credit_bank::places::{self, Setting};
use credit_bank::recognition::{
    self, Credit, Error, Evidence, Levels, LookState, LookVerdict, Looked, Recognised, SupervisionLevel, UnitTerms,
};
use entity::{awaiting_look, message, signal};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::assessment_pages::takes;
use crate::recognition::{assert_sound, person};
use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank};

const TOWN: &str = "330182001";
const HOUR_MS: i64 = 3_600_000;

fn evidence(attempt: AttemptId, unit: &str) -> Evidence {
    Evidence::UnitTest {
        attempt,
        unit: unit.to_owned(),
        edition: "e1".to_owned(),
        score: Permille::of(8, 10),
        supervision_level: SupervisionLevel::RANDOM_ITEMS,
        evidence_hash: digest_of(&[b"answers"]),
    }
}

fn terms(unit: &str, most: u32) -> UnitTerms {
    UnitTerms {
        unit: unit.to_owned(),
        credits: Credits::from_milli(250).unwrap(),
        minutes_per_class_hour: 45,
        class_hours: 4,
        least: Levels::from_values(1, 1).unwrap(),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        most_per_hour: Some(most),
    }
}

fn at(place: &str) -> Standing {
    Standing { place_code: Some(place.to_owned()), ..Standing::default() }
}

/// `learner`, who lives at `place`, passes a unit where `most` are credited in an hour.
async fn passes(fresh: &Fresh, learner: LearnerId, (place, most): (&str, u32), attempt: AttemptId) -> Recognised {
    let (acting, standing) = (Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }, at(place));
    let (evidence, terms) = (evidence(attempt, "T02"), terms("T02", most));
    let work = async move |tx: &credit_bank::db::Tx| recognition::recognise(tx, &acting, &evidence, &terms, &standing, &[]).await;
    fresh.db.write(work).await.unwrap()
}

/// A pass of `learner` that waits for somebody to look.
pub async fn waits(fresh: &Fresh, learner: LearnerId, place: &str) -> ResultId {
    let recognised = passes(fresh, learner, (place, 0), AttemptId::fresh(fresh.clock.now())).await;
    assert_eq!(recognised.credit, Credit::AwaitsLook);
    recognised.result
}

/// Something of a day at `place` that somebody should look at, about `about`.
pub async fn is_found(fresh: &Fresh, about: LearnerId, place: &str) -> SignalId {
    let id = SignalId::fresh(fresh.clock.now());
    let row = signal::ActiveModel {
        id: Set(id.uuid()),
        kind: Set("taught".to_owned()),
        place_code: Set(place.to_owned()),
        day: Set("2026-03-01".to_owned()),
        about_id: Set(about.uuid()),
        unit: Set("T19".to_owned()),
        learners: Set(3),
        among: Set(3),
        found_at_ms: Set(fresh.clock.now().ms()),
        state: Set("open".to_owned()),
        looked_by: Set(None),
        looked_at_ms: Set(None),
    };
    fresh
        .db
        .write(async move |tx| {
            Ok::<_, credit_bank::db::DbFault>(signal::Entity::insert(row.clone()).exec_without_returning(tx).await?)
        })
        .await
        .unwrap();
    id
}

async fn looks(fresh: &Fresh, which: (LearnerId, ResultId), by: LearnerId, verdict: LookVerdict) -> Result<Looked, Error> {
    fresh.db.write(async move |tx| recognition::look(tx, which, by, verdict, &at(TOWN)).await).await
}

async fn total(fresh: &Fresh, learner: LearnerId) -> i64 {
    recognition::passbook_of(fresh.db.read(), learner).await.unwrap().total.milli()
}

fn holds(answer: &Answer, words: &[&str]) {
    for words in words {
        assert!(answer.body.contains(words), "{words} in {} {}", answer.status, answer.body);
    }
}

crate::on_both! {
    async fn beyond_what_a_place_credits_in_an_hour_passes_are_kept_and_wait_and_others_go_on(fresh: Fresh) {
        let attempts: Vec<AttemptId> = (0..6).map(|_| AttemptId::fresh(fresh.clock.now())).collect();
        let before = fresh.db.statements();
        assert!(matches!(passes(&fresh, person(1), (TOWN, 2), attempts[0]).await.credit, Credit::Posted { .. }));
        assert!(fresh.db.statements() - before <= 10, "one statement more than without a number");
        assert!(matches!(passes(&fresh, person(2), (TOWN, 2), attempts[1]).await.credit, Credit::Posted { .. }));
        let third = passes(&fresh, person(3), (TOWN, 2), attempts[2]).await;
        assert_eq!((third.credit, third.is_repeat), (Credit::AwaitsLook, false));
        // Handed in again it is the same, and neighbours go on.
        let again = passes(&fresh, person(3), (TOWN, 2), attempts[2]).await;
        assert_eq!((again.credit, again.is_repeat, again.result), (Credit::AwaitsLook, true, third.result));
        assert!(matches!(passes(&fresh, person(4), ("330182002", 2), attempts[3]).await.credit, Credit::Posted { .. }));
        let book = recognition::passbook_of(fresh.db.read(), person(3)).await.unwrap();
        assert_eq!((book.total.milli(), book.results.len(), book.hours.standard_minutes), (0, 1, 180));
        assert_eq!(book.looked_at().iter().map(|result| (result.id, result.look)).collect::<Vec<_>>(), [(third.result, Some(LookState::Waiting))]);
        // In the next hour the place credits anew; who passes again then need not wait for anybody.
        fresh.clock.turn_ms(HOUR_MS);
        assert!(matches!(passes(&fresh, person(5), (TOWN, 2), attempts[4]).await.credit, Credit::Posted { .. }));
        assert!(matches!(passes(&fresh, person(3), (TOWN, 2), attempts[5]).await.credit, Credit::Posted { .. }));
        assert!(recognition::passbook_of(fresh.db.read(), person(3)).await.unwrap().looked_at().is_empty());
        // What still stands in the queue then adds nothing.
        let looked = looks(&fresh, (person(3), third.result), person(50), LookVerdict::Credit).await.unwrap();
        assert_eq!((looked, total(&fresh, person(3)).await), (Looked::Now(LookState::Held), 250));
        assert_sound(&fresh).await;
    }

    async fn one_person_credits_what_waits_and_it_takes_two_not_to(fresh: Fresh) {
        let first = waits(&fresh, person(1), TOWN).await;
        let second = waits(&fresh, person(2), TOWN).await;
        fresh.clock.turn_ms(HOUR_MS);
        assert!(matches!(looks(&fresh, (person(1), first), person(1), LookVerdict::Credit).await, Err(Error::OwnCredit)));
        let credit = looks(&fresh, (person(1), first), person(50), LookVerdict::Credit).await.unwrap();
        assert_eq!((credit, total(&fresh, person(1)).await), (Looked::Now(LookState::Credited), 250));
        let again = looks(&fresh, (person(1), first), person(50), LookVerdict::Credit).await.unwrap();
        assert_eq!((again, total(&fresh, person(1)).await), (Looked::Before(LookState::Credited), 250));
        assert!(matches!(looks(&fresh, (person(1), first), person(51), LookVerdict::Doubt).await, Err(Error::Decided)));
        let doubt = |by| looks(&fresh, (person(2), second), person(by), LookVerdict::Doubt);
        assert_eq!(doubt(50).await.unwrap(), Looked::Now(LookState::Doubted));
        assert_eq!(doubt(50).await.unwrap(), Looked::Before(LookState::Doubted));
        assert_eq!(doubt(51).await.unwrap(), Looked::Now(LookState::Declined));
        assert!(matches!(looks(&fresh, (person(2), second), person(52), LookVerdict::Credit).await, Err(Error::Decided)));
        let book = recognition::passbook_of(fresh.db.read(), person(2)).await.unwrap();
        assert_eq!((book.total.milli(), book.looked_at()[0].look), (0, Some(LookState::Declined)));
        // The test may be taken again, and is credited like anybody's.
        let later = passes(&fresh, person(2), (TOWN, 9), AttemptId::fresh(fresh.clock.now())).await;
        assert!(matches!(later.credit, Credit::Posted { .. }));
        assert_sound(&fresh).await;
    }

    async fn of_two_who_decide_at_once_one_does(fresh: Fresh) {
        let result = waits(&fresh, person(1), TOWN).await;
        fresh.clock.turn_ms(1000);
        let which = (person(1), result);
        let both = futures_util::join!(
            looks(&fresh, which, person(50), LookVerdict::Credit),
            looks(&fresh, which, person(51), LookVerdict::Credit)
        );
        let done = [both.0.is_ok(), both.1.is_ok()];
        assert_eq!((done.iter().filter(|is_done| **is_done).count(), total(&fresh, person(1)).await), (1, 250));
        assert_sound(&fresh).await;
    }

    async fn the_database_keeps_what_waits_and_lets_nobody_decide_twice_or_alone(fresh: Fresh) {
        let result = waits(&fresh, person(1), TOWN).await;
        let (one, own) = (uuid::Uuid::from_bytes([50; 16]), uuid::Uuid::from_bytes([1; 16]));
        let change = async |row: awaiting_look::ActiveModel| {
            let row = row.clone();
            let work = async move |tx: &credit_bank::db::Tx| {
                use sea_orm::ActiveModelTrait;
                Ok::<_, credit_bank::db::DbFault>(row.clone().update(tx).await.map(|_| ())?)
            };
            fresh.db.write(work).await
        };
        let row = || awaiting_look::ActiveModel { learner_id: Set(own), result_id: Set(result.uuid()), ..Default::default() };
        let decided = |state: &str, doubted, looked| awaiting_look::ActiveModel {
            state: Set(state.to_owned()),
            doubted_by: Set(doubted),
            looked_by: Set(looked),
            looked_at_ms: Set(Some(1)),
            ..row()
        };
        assert!(change(decided("credited", None, Some(own))).await.is_err(), "one's own");
        assert!(change(decided("declined", Some(one), Some(one))).await.is_err(), "alone");
        assert!(change(decided("declined", None, Some(one))).await.is_err(), "alone");
        assert!(change(decided("credited", None, Some(one))).await.is_ok());
        assert!(change(decided("declined", Some(own), Some(one))).await.is_err(), "twice");
        let gone = fresh.db.write(async |tx| {
            Ok::<_, credit_bank::db::DbFault>(awaiting_look::Entity::delete_many().exec(tx).await?)
        });
        assert!(gone.await.is_err());
    }

    async fn a_learner_sees_that_somebody_looks_a_reviewer_credits_it_and_she_is_told(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let keep = async |tx: &credit_bank::db::Tx| places::keep_settings(tx, TOWN, &[(Setting::PassesPerHour, Some("1".to_owned()))]).await;
        bank.fresh.db.write::<_, places::Error, _>(keep).await.unwrap();
        let (li, li_id) = bank.learner("李建国", 1, Some(TOWN)).await;
        let (wang, wang_id) = bank.learner("王桂英", 2, Some(TOWN)).await;
        let (_, first) = takes(&bank, &li, li_id, 10).await;
        holds(&first, &["已记入", "又得 1 格"]);
        let (test, second) = takes(&bank, &wang, wang_id, 10).await;
        holds(&second, &["您通过了，成绩留好了", "您不用再做什么"]);
        holds(&wang.opens("/passbook").await, &["正请工作人员看一看", "成绩留好了"]);
        let (sun, _) = bank.staff("孙丽", Role::Reviewer, TOWN).await;
        holds(&sun.opens("/staff").await, &["/staff/looks", "请看一看"]);
        holds(&sun.opens("/staff/looks").await, &["1 笔等着记"]);
        let queue = sun.opens("/staff/looks/passes").await;
        let path = queue.body.split("href=\"").filter_map(|part| part.split('"').next()).find(|to| to.starts_with("/staff/looks/passes/")).unwrap().to_owned();
        let page = sun.opens(&path).await;
        holds(&page, &["王桂英", "等人看", "没有事，记上学分"]);
        // No button is no answer; another place's reviewer finds nothing, a volunteer is not let in.
        assert_eq!(sun.sends(&page, &path, &[("doing", "burn")]).await.status, 422);
        let (far, _) = bank.staff("赵强", Role::Reviewer, "330182002").await;
        assert!(!far.opens("/staff/looks/passes").await.body.contains(&path));
        assert_eq!(far.opens(&path).await.status, 404);
        let (host, _) = bank.staff("李敏", Role::Volunteer, TOWN).await;
        assert_eq!(host.opens(&path).await.status, 403);
        let letters = message::Entity::find().count(bank.fresh.db.read()).await.unwrap();
        for _ in 0..2 {
            let done = sun.sends(&page, &path, &[("doing", "credit")]).await;
            assert_eq!((done.status, done.location), (303, Some(format!("{path}?said=looked"))));
        }
        holds(&sun.opens(&path).await, &["记上了"]);
        holds(&sun.opens("/staff/looks/passes").await, &["现在没有等着记的"]);
        let (admin, _) = bank.staff("陈志远", Role::Administrator, TOWN).await;
        assert_eq!(admin.sends(&page, &path, &[("doing", "doubt")]).await.status, 403, "another's form is not hers");
        let own = admin.opens("/help").await;
        assert_eq!(admin.sends(&own, &path, &[("doing", "doubt")]).await.status, 409);
        assert_eq!(message::Entity::find().count(bank.fresh.db.read()).await.unwrap() - letters, 1);
        let told = wang.opens("/passbook").await;
        assert!(!told.body.contains("正请工作人员看一看"));
        holds(&told, &["<b>1 格</b>"]);
        holds(&wang.opens(&format!("{test}/result")).await, &["1 格"]);
        assert_sound(&bank.fresh).await;
        bank.close().await;
    }

    async fn a_signal_is_looked_at_by_somebody_else_and_nothing_follows_from_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, admin_id) = bank.staff("陈志远", Role::Administrator, TOWN).await;
        let (sun, _) = bank.staff("孙丽", Role::Reviewer, TOWN).await;
        let path = format!("/staff/looks/{}", is_found(&bank.fresh, admin_id, TOWN).await);
        holds(&sun.opens("/staff/looks").await, &["请看一看，1 件", "教的人自己见证", "陈志远", "还没有人看", &path]);
        let page = sun.opens(&path).await;
        holds(&page, &["只有教课的人看过", "谁的学分都不变", "问过了，等回话"]);
        assert!(!["作弊", "违规", "造假", "嫌疑"].iter().any(|word| page.body.contains(word)), "{}", page.body);
        // It is about her: she sees it, and a colleague looks.
        let own = admin.opens(&path).await;
        holds(&own, &["请别的同事来看"]);
        assert!(!own.body.contains("value=\"fine\""));
        let form = admin.opens("/help").await;
        assert_eq!(admin.sends(&form, &path, &[("doing", "fine")]).await.status, 422);
        assert_eq!(sun.sends(&page, &path, &[("doing", "x")]).await.status, 422);
        for doing in ["asked", "asked", "fine", "fine"] {
            assert_eq!(sun.sends(&page, &path, &[("doing", doing)]).await.location.unwrap(), format!("{path}?said={doing}"));
        }
        holds(&sun.opens("/staff/looks").await, &["现在没有要看的"]);
        let (other, _) = bank.staff("周兰", Role::Reviewer, TOWN).await;
        let seen = other.opens(&path).await;
        holds(&seen, &["看过了，没有事", "孙丽"]);
        let form = other.opens("/help").await;
        assert_eq!(other.sends(&form, &path, &[("doing", "asked")]).await.status, 409);
        let (far, _) = bank.staff("赵强", Role::Reviewer, "330182002").await;
        assert_eq!(far.opens(&path).await.status, 404);
        bank.close().await;
    }

    async fn who_leaves_is_untied_from_signals_and_what_they_passed_stays_by_number(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, id) = bank.learner("王桂英", 1, Some(TOWN)).await;
        let signal = is_found(&bank.fresh, person(60), TOWN).await;
        let tie = async move |tx: &credit_bank::db::Tx| {
            let row = entity::signal_learner::ActiveModel { learner_id: Set(id.uuid()), signal_id: Set(signal.uuid()) };
            Ok::<_, credit_bank::db::DbFault>(entity::signal_learner::Entity::insert(row).exec_without_returning(tx).await?)
        };
        bank.fresh.db.write(tie).await.unwrap();
        let result = waits(&bank.fresh, id, TOWN).await;
        let data = credit_bank::me::export(bank.fresh.db.read(), &bank.house.keys, id, bank.clock.now()).await.unwrap();
        assert_eq!((data["signals"][0]["kind"].as_str(), data["recognition"]["results"][0]["look"].as_str()), (Some("taught"), Some("waiting")));
        bank.clock.turn_ms(1000);
        let (keys, acting) = (bank.house.keys.clone(), Acting { learner: id, helper: None, identity_level: IdentityLevel::KNOWN });
        let leave = async move |tx: &credit_bank::db::Tx| credit_bank::me::forget(tx, &keys, &acting).await;
        bank.fresh.db.write::<_, credit_bank::me::Error, _>(leave).await.unwrap();
        assert_eq!(entity::signal_learner::Entity::find().count(bank.fresh.db.read()).await.unwrap(), 0);
        // A look at it then adds nothing, and breaks nothing.
        let (sun, _) = bank.staff("孙丽", Role::Reviewer, TOWN).await;
        let path = format!("/staff/looks/passes/{id}/{result}");
        let page = sun.opens(&path).await;
        assert_eq!((page.status, page.body.contains("王桂英")), (200, false));
        assert_eq!(sun.sends(&page, &path, &[("doing", "credit")]).await.status, 303);
        assert_eq!(total(&bank.fresh, id).await, 0);
        assert_sound(&bank.fresh).await;
        bank.close().await;
    }
}

/// The people whom a signal of this kind names, with how many it counts among how many.
pub async fn named(fresh: &Fresh, kind: &str) -> Vec<(BTreeSet<LearnerId>, i64, i64, String)> {
    let db = fresh.db.read();
    let mut all = Vec::new();
    for row in signal::Entity::find().all(db).await.unwrap().into_iter().filter(|row| row.kind == kind) {
        let ties = entity::signal_learner::Entity::find().all(db).await.unwrap();
        let people = ties.iter().filter(|tie| tie.signal_id == row.id).map(|tie| LearnerId::from_uuid(tie.learner_id)).collect();
        all.push((people, row.learners, row.among, row.day));
    }
    all
}

/// Whether somebody may be found at all: a name for a list of made-up people.
pub fn people(from: u8, count: u8) -> Vec<LearnerId> {
    (from..from + count).map(person).collect()
}
