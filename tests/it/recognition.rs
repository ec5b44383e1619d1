//! Recognition: a result is credited once, whoever hands it in, however often.

use credit_bank::db::{Db, OnceKey};
use credit_bank::error::AppError;
use credit_bank::kernel::{Acting, AttemptId, Credits, Digest, Group, IdentityLevel, LearnerId, Permille, TransferId, digest_of};
use credit_bank::ledger::{self, Code, Reason};
use credit_bank::outbox::Standing;
use credit_bank::recognition::{
    self, Credit, Decision, EntryState, Error, Evidence, Levels, Recognised, SupervisionLevel, UnitTerms,
};
use entity::{audit_entry, class_hour, correction, credit_use, event, result};
use sea_orm::ActiveValue::Set;
use sea_orm::{DbBackend, EntityTrait, PaginatorTrait, QueryOrder};

use crate::support::databases::{Fresh, START};

pub fn wang() -> LearnerId {
    LearnerId::from_uuid(uuid::Uuid::from_bytes([1; 16]))
}

pub fn person(number: u8) -> LearnerId {
    LearnerId::from_uuid(uuid::Uuid::from_bytes([number; 16]))
}

fn alone() -> Acting {
    Acting { learner: wang(), helper: None, identity_level: IdentityLevel::KNOWN }
}

pub fn standing() -> Standing {
    Standing { place_code: Some("330106".to_owned()), groups: vec![Group::Elder, Group::Farmer], age_band: Some("70-79") }
}

pub fn terms(unit: &str) -> UnitTerms {
    UnitTerms {
        unit: unit.to_owned(),
        credits: Credits::from_milli(250).unwrap(),
        minutes_per_class_hour: 45,
        class_hours: 4,
        least: Levels::from_values(1, 1).unwrap(),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        most_per_hour: None,
    }
}

fn passed(attempt: AttemptId, unit: &str) -> Evidence {
    Evidence::UnitTest {
        attempt,
        unit: unit.to_owned(),
        edition: "e1".to_owned(),
        score: Permille::of(8, 10),
        supervision_level: SupervisionLevel::RANDOM_ITEMS,
        evidence_hash: digest_of(&[b"answers"]),
    }
}

pub fn attempt() -> AttemptId {
    AttemptId::fresh(START)
}

pub async fn recognise_on(db: &Db, acting: Acting, evidence: Evidence) -> Result<Recognised, Error> {
    db.write(async move |tx| {
        let Evidence::UnitTest { unit, .. } = &evidence;
        recognition::recognise(tx, &acting, &evidence, &terms(unit), &standing(), &[]).await
    })
    .await
}

async fn recognise(fresh: &Fresh, evidence: Evidence) -> Recognised {
    recognise_on(&fresh.db, alone(), evidence).await.unwrap()
}

pub fn decision(once: &str, place: &'static Standing) -> Decision<'static> {
    Decision {
        learner: wang(),
        officer: person(50),
        reason: Reason::parse("wrong_person").unwrap(),
        evidence: evidence_of_officer(),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        once: OnceKey::parse(once).unwrap(),
        standing: place,
    }
}

fn evidence_of_officer() -> Digest {
    digest_of(&[b"file 7"])
}

pub static NOWHERE: Standing = Standing { place_code: None, groups: Vec::new(), age_band: None };

pub async fn reverse(
    fresh: &Fresh,
    once: &'static str,
    approver: u8,
    transfer: TransferId,
) -> Result<Vec<ledger::Transfer>, Error> {
    fresh.db.write(async move |tx| recognition::reverse(tx, &decision(once, &NOWHERE), person(approver), transfer).await).await
}

pub async fn total(fresh: &Fresh) -> i64 {
    recognition::passbook_of(fresh.db.read(), wang()).await.unwrap().total.milli()
}

pub fn transfer_of(recognised: &Recognised) -> TransferId {
    match recognised.credit {
        Credit::Posted { transfer, .. } => transfer,
        other => panic!("{other:?} was not posted"),
    }
}

/// All is well, and that is seen at the first look: nothing is asked for through the mapper, which is left to what must be named.
pub async fn assert_sound(fresh: &Fresh) {
    let before = fresh.db.statements();
    assert!(ledger::audit(&fresh.db, |_| ()).await.unwrap().is_sound());
    let awards = recognition::audit(&fresh.db).await.unwrap();
    assert!(awards.is_sound(), "{awards:?}");
    assert_eq!(fresh.db.statements(), before, "a sound book was looked through slowly");
}

crate::on_both! {
    async fn a_first_pass_is_kept_credited_counted_told_and_archived(fresh: Fresh) {
        let tried = attempt();
        let recognised = recognise(&fresh, passed(tried, "T01")).await;
        let transfer = transfer_of(&recognised);
        assert!(!recognised.is_repeat);
        let row = result::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((row.id, row.transfer_id, row.source_id), (recognised.result.uuid(), Some(transfer.uuid()), tried.uuid()));
        assert_eq!((row.retention.as_str(), row.passed_day.as_str(), row.score_permille), ("permanent", "2026-03-02", 800));
        let entry = ledger::find_transfer(fresh.db.read(), wang(), transfer).await.unwrap().unwrap();
        assert_eq!((entry.code, entry.award_key.unwrap().to_string()), (Code::Issue, "1/T01/1/1".to_owned()));
        let hour = class_hour::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((hour.kind.as_str(), hour.minutes), ("standard", 180));
        let told = event::Entity::find().order_by_desc(event::Column::Kind).all(fresh.db.read()).await.unwrap();
        let kinds: Vec<_> = told.iter().map(|event| (event.kind.as_str(), event.groups.as_str())).collect();
        assert_eq!(kinds, [("recognition.recognised", "elder,farmer"), ("archivable", "elder,farmer")]);
        let audited = audit_entry::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((audited.action.as_str(), audited.place_code.as_deref()), ("recognition.recognise", Some("330106")));
        assert_sound(&fresh).await;
    }

    async fn the_same_attempt_again_gets_the_first_answer(fresh: Fresh) {
        let evidence = passed(attempt(), "T01");
        let first = recognise(&fresh, evidence.clone()).await;
        fresh.clock.turn_ms(86_400_000);
        let again = recognise(&fresh, evidence).await;
        assert_eq!(again, Recognised { is_repeat: true, ..first });
        assert_eq!(event::Entity::find().count(fresh.db.read()).await.unwrap(), 2);
        assert_eq!(total(&fresh).await, 250);
    }

    async fn sixteen_at_once_credit_one_attempt_once(fresh: Fresh) {
        let evidence = passed(attempt(), "T01");
        let all = (0..16).map(|_| recognise_on(&fresh.db, alone(), evidence.clone()));
        let outcomes = futures_util::future::join_all(all).await;
        let first = outcomes.iter().flatten().find(|outcome| !outcome.is_repeat).copied().unwrap();
        assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_ok_and(|got| got.credit == first.credit)), "{outcomes:?}");
        assert_eq!(outcomes.iter().flatten().filter(|outcome| outcome.is_repeat).count(), 15);
        assert_eq!((total(&fresh).await, result::Entity::find().count(fresh.db.read()).await.unwrap()), (250, 1));
        assert_sound(&fresh).await;
    }

    async fn sixteen_attempts_at_one_unit_at_once_are_all_kept_and_credited_once(fresh: Fresh) {
        // On PostgreSQL from two processes.
        let second = match fresh.db.backend() {
            DbBackend::Postgres => credit_bank::db::open(&fresh.target, fresh.clock.clone()).await.unwrap(),
            _ => fresh.db.clone(),
        };
        let all = (0..16).map(|number| {
            recognise_on(if number % 2 == 0 { &fresh.db } else { &second }, alone(), passed(attempt(), "T01"))
        });
        let outcomes = futures_util::future::join_all(all).await;
        let credits: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap().credit).collect();
        assert_eq!(credits.iter().filter(|credit| matches!(credit, Credit::Posted { .. })).count(), 1);
        assert_eq!(credits.iter().filter(|credit| matches!(credit, Credit::HeldAlready)).count(), 15);
        assert_eq!((total(&fresh).await, result::Entity::find().count(fresh.db.read()).await.unwrap()), (250, 16));
        assert_eq!(class_hour::Entity::find().count(fresh.db.read()).await.unwrap(), 1);
        assert_sound(&fresh).await;
    }

    async fn a_first_recognition_takes_eight_statements(fresh: Fresh) {
        recognise(&fresh, passed(attempt(), "T01")).await;
        let before = fresh.db.statements();
        recognise(&fresh, passed(attempt(), "T02")).await;
        assert_eq!(fresh.db.statements() - before, 8);
        let before = fresh.db.statements();
        recognise(&fresh, passed(attempt(), "T02")).await;
        assert_eq!(fresh.db.statements() - before, 5, "a later pass");
    }

    async fn a_pass_of_nobody_known_is_a_record_only(fresh: Fresh) {
        let nobody = Acting { identity_level: IdentityLevel::NONE, ..alone() };
        let evidence = passed(attempt(), "T01");
        let recognised = recognise_on(&fresh.db, nobody, evidence.clone()).await.unwrap();
        assert_eq!(recognised.credit, Credit::RecordOnly);
        assert_eq!(recognise_on(&fresh.db, nobody, evidence).await.unwrap().credit, Credit::RecordOnly);
        assert_eq!(total(&fresh).await, 0);
        transfer_of(&recognise(&fresh, passed(attempt(), "T01")).await);
        assert_eq!(class_hour::Entity::find().count(fresh.db.read()).await.unwrap(), 1);
    }

    async fn a_lent_hand_is_kept_and_changes_nothing(fresh: Fresh) {
        let helped = Acting { helper: Some(person(7)), ..alone() };
        transfer_of(&recognise_on(&fresh.db, helped, passed(attempt(), "T01")).await.unwrap());
        let row = result::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((row.support.as_str(), row.helper_id), ("assisted", Some(person(7).uuid())));
    }

    async fn a_reversed_award_opens_the_next_cycle_and_suspends_what_cites_it(fresh: Fresh) {
        let first_try = passed(attempt(), "T01");
        let first = transfer_of(&recognise(&fresh, first_try.clone()).await);
        let cited = fresh.db.write(async move |tx| {
            let used = credit_use::ActiveModel {
                learner_id: Set(wang().uuid()),
                transfer_id: Set(first.uuid()),
                kind: Set("certificate".to_owned()),
                r#ref: Set("c1".to_owned()),
                state: Set("active".to_owned()),
                changed_at_ms: Set(1),
            };
            credit_use::Entity::insert(used).exec_without_returning(tx).await?;
            Ok::<_, Error>(())
        }).await;
        cited.unwrap();
        assert!(matches!(reverse(&fresh, "form-0001", 50, first).await, Err(Error::Ledger(ledger::Error::OnePerson))));
        let reversed = reverse(&fresh, "form-0001", 51, first).await.unwrap();
        assert_eq!(reverse(&fresh, "form-0001", 51, first).await.unwrap(), reversed);
        assert!(matches!(reverse(&fresh, "form-0001", 52, first).await, Err(Error::Ledger(ledger::Error::KeyMisused))));
        assert!(matches!(reverse(&fresh, "form-0002", 51, first).await, Err(Error::Ledger(ledger::Error::AlreadyReversed))));
        assert_eq!(total(&fresh).await, 0);
        assert_eq!(credit_use::Entity::find().one(fresh.db.read()).await.unwrap().unwrap().state, "suspended");
        assert_eq!(recognition::completed_units(fresh.db.read(), wang()).await.unwrap(), []);

        assert_eq!(transfer_of(&recognise(&fresh, first_try).await), first, "the reversed attempt handed in again is not credited again");
        let second = transfer_of(&recognise(&fresh, passed(attempt(), "T01")).await);
        let entry = ledger::find_transfer(fresh.db.read(), wang(), second).await.unwrap().unwrap();
        assert_eq!(entry.award_key.unwrap().to_string(), "1/T01/1/2");
        assert_eq!((total(&fresh).await, class_hour::Entity::find().count(fresh.db.read()).await.unwrap()), (250, 1));
        assert_sound(&fresh).await;
    }

    async fn a_dispute_freezes_and_unfreezes_and_the_total_stays(fresh: Fresh) {
        let award = transfer_of(&recognise(&fresh, passed(attempt(), "T01")).await);
        let thaw = async |once: &'static str| {
            fresh.db.write(async move |tx| recognition::unfreeze(tx, &decision(once, &NOWHERE), person(51), award).await).await
        };
        assert!(matches!(thaw("form-0000").await, Err(Error::NotFrozen)));
        let freeze = async || fresh.db.write(async move |tx| recognition::freeze(tx, &decision("form-0001", &NOWHERE), award).await).await;
        let frozen = freeze().await.unwrap();
        assert_eq!(freeze().await.unwrap(), frozen);
        let passbook = recognition::passbook_of(fresh.db.read(), wang()).await.unwrap();
        assert_eq!((passbook.total.milli(), passbook.balances.holding.milli(), passbook.balances.frozen.milli()), (250, 0, 250));
        assert_eq!((passbook.entries[0].code, passbook.entries[1].state), (Code::Freeze, EntryState::Frozen));
        thaw("form-0002").await.unwrap();
        let passbook = recognition::passbook_of(fresh.db.read(), wang()).await.unwrap();
        assert_eq!((passbook.entries[2].state, passbook.balances.holding.milli()), (EntryState::Stands, 250));
        assert_sound(&fresh).await;
    }

    async fn a_revoked_award_counts_no_more_and_opens_no_cycle_until_that_was_reversed(fresh: Fresh) {
        let award = transfer_of(&recognise(&fresh, passed(attempt(), "T01")).await);
        let revoke = async |approver: u8| {
            fresh.db.write(async move |tx| recognition::revoke(tx, &decision("form-0001", &NOWHERE), person(approver), award).await).await
        };
        assert!(matches!(revoke(50).await, Err(Error::Ledger(ledger::Error::OnePerson))));
        let revoked = revoke(51).await.unwrap();
        assert_eq!(revoke(51).await.unwrap(), revoked);
        let passbook = recognition::passbook_of(fresh.db.read(), wang()).await.unwrap();
        assert_eq!((passbook.total.milli(), passbook.balances.revoked.milli(), passbook.entries[1].state), (0, 250, EntryState::Revoked));
        assert_eq!(recognise(&fresh, passed(attempt(), "T01")).await.credit, Credit::HeldAlready);
        reverse(&fresh, "form-0002", 51, revoked[0].id).await.unwrap();
        assert_eq!(total(&fresh).await, 250);
        assert_sound(&fresh).await;
    }

    async fn what_puts_right_is_a_record_born_archived_and_never_changed(fresh: Fresh) {
        let award = transfer_of(&recognise(&fresh, passed(attempt(), "T01")).await);
        fresh.db.write(async move |tx| recognition::freeze(tx, &decision("form-0001", &NOWHERE), award).await).await.unwrap();
        fresh.clock.turn_ms(1000);
        fresh.db.write(async move |tx| recognition::unfreeze(tx, &decision("form-0002", &NOWHERE), person(51), award).await).await.unwrap();
        fresh.clock.turn_ms(1000);
        let reversed = reverse(&fresh, "form-0003", 51, award).await.unwrap();
        reverse(&fresh, "form-0003", 51, award).await.unwrap();
        let rows = correction::Entity::find().order_by_asc(correction::Column::TransferId).all(fresh.db.read()).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), ["freeze", "unfreeze", "reverse"]);
        let last = &rows[2];
        assert_eq!((last.transfer_id, last.about_id), (reversed[0].id.uuid(), award.uuid()));
        assert_eq!((last.officer_id, last.approver_id, last.reason_code.as_str()), (person(50).uuid(), Some(person(51).uuid()), "wrong_person"));
        assert_eq!((last.record_class.as_str(), last.retention.as_str(), last.responsible_org.as_str()), ("recognition", "permanent", "县学分银行"));
        let told = event::Entity::find().all(fresh.db.read()).await.unwrap();
        let archivable = told.iter().filter(|event| event.kind == "archivable" && event.body.contains("\"correction\"")).count();
        assert_eq!(archivable, 3);
        for sql in ["UPDATE correction SET reason_code = 'x1'", "DELETE FROM correction"] {
            let refused: Result<(), Error> = fresh.db.write(async move |tx| {
                sea_orm::ConnectionTrait::execute_unprepared(tx, sql).await?;
                Ok(())
            }).await;
            assert!(refused.unwrap_err().to_string().contains("recognition:"), "{sql}");
        }
        let report = recognition::audit(&fresh.db).await.unwrap();
        assert_eq!((report.corrections, report.records, report.difference_count), (3, 3, 0));
    }

    async fn a_correction_without_its_transfer_is_found(fresh: Fresh) {
        let award = transfer_of(&recognise(&fresh, passed(attempt(), "T01")).await);
        fresh.db.write(async move |tx| recognition::freeze(tx, &decision("form-0001", &NOWHERE), award).await).await.unwrap();
        let copied = fresh.db.write(async move |tx| {
            let mut row = correction::Entity::find().one(tx).await?.unwrap();
            row.transfer_id = uuid::Uuid::from_bytes([8; 16]);
            correction::Entity::insert(sea_orm::IntoActiveModel::into_active_model(row)).exec_without_returning(tx).await?;
            Ok::<_, Error>(())
        }).await;
        copied.unwrap();
        let report = recognition::audit(&fresh.db).await.unwrap();
        assert_eq!((report.corrections, report.records, report.difference_count), (1, 2, 1));
        assert_eq!(report.first, Some((wang(), uuid::Uuid::from_bytes([8; 16]))));
    }

    async fn the_rule_says_which_evidence_is_credited(fresh: Fresh) {
        let strict = UnitTerms { least: Levels::from_values(2, 1).unwrap(), ..terms("T01") };
        let ask = async |acting: Acting| {
            let terms = strict.clone();
            fresh.db.write(async move |tx| recognition::recognise(tx, &acting, &passed(attempt(), "T01"), &terms, &standing(), &[]).await).await
        };
        assert_eq!(ask(alone()).await.unwrap().credit, Credit::RecordOnly);
        let seen = Acting { identity_level: IdentityLevel::DOCUMENT, ..alone() };
        transfer_of(&ask(seen).await.unwrap());
    }

    async fn the_passbook_shows_the_newest_first_with_results_and_hours_by_kind(fresh: Fresh) {
        recognise(&fresh, passed(attempt(), "T01")).await;
        fresh.clock.turn_ms(86_400_000);
        let second = transfer_of(&recognise(&fresh, passed(attempt(), "T19")).await);
        recognise(&fresh, passed(attempt(), "T19")).await;
        let before = fresh.db.statements();
        let passbook = recognition::passbook_of(fresh.db.read(), wang()).await.unwrap();
        assert_eq!(fresh.db.statements() - before, 4);
        let lines: Vec<_> = passbook.entries.iter().map(|line| (line.unit.clone().unwrap(), line.day.to_string(), line.total_after.to_string())).collect();
        let line = |unit: &str, day: &str, total: &str| (unit.to_owned(), day.to_owned(), total.to_owned());
        assert_eq!(lines, [line("T19", "2026-03-03", "0.5"), line("T01", "2026-03-02", "0.25")]);
        assert_eq!((passbook.hours.standard_minutes, passbook.hours.attended_minutes), (360, 0));
        assert_eq!((passbook.total.to_string(), passbook.results.len()), ("0.5".to_owned(), 3));
        let entry = recognition::find_entry(fresh.db.read(), wang(), second).await.unwrap().unwrap();
        assert_eq!(entry.result.unwrap().unit, "T19");
        assert!(recognition::find_entry(fresh.db.read(), person(2), second).await.unwrap().is_none(), "another's entry");
        let units = recognition::completed_units(fresh.db.read(), wang()).await.unwrap();
        assert_eq!(units.iter().map(|unit| (unit.unit.as_str(), unit.award.is_some())).collect::<Vec<_>>(), [("T01", true), ("T19", true)]);
        let exported = recognition::export(fresh.db.read(), wang()).await.unwrap();
        assert_eq!((exported["total_milli"].as_i64(), exported["entries"].as_array().unwrap().len()), (Some(500), 2));
        assert_eq!(exported["class_hours"][0]["minutes"], 180);
    }

    async fn evidence_and_terms_that_do_not_fit_are_refused_and_leave_nothing(fresh: Fresh) {
        let ask = async |unit: &'static str, terms: UnitTerms| {
            fresh.db.write(async move |tx| recognition::recognise(tx, &alone(), &passed(attempt(), unit), &terms, &standing(), &[]).await).await
        };
        assert!(matches!(ask("T01", terms("T02")).await, Err(Error::OtherUnit)));
        assert!(matches!(ask("T/1", terms("T/1")).await, Err(Error::BadTerms)));
        assert!(matches!(ask("T01", UnitTerms { credits: Credits::ZERO, ..terms("T01") }).await, Err(Error::BadTerms)));
        assert_eq!(result::Entity::find().count(fresh.db.read()).await.unwrap(), 0);
    }

    async fn results_and_hours_are_never_changed_or_removed_and_leaving_leaves_them(fresh: Fresh) {
        recognise(&fresh, passed(attempt(), "T01")).await;
        for sql in ["UPDATE result SET score_permille = 1000", "DELETE FROM result", "UPDATE class_hour SET minutes = 1", "DELETE FROM class_hour"] {
            let refused: Result<(), Error> = fresh.db.write(async move |tx| {
                sea_orm::ConnectionTrait::execute_unprepared(tx, sql).await?;
                Ok(())
            }).await;
            assert!(refused.unwrap_err().to_string().contains("recognition:"), "{sql}");
        }
        fresh.db.write(async move |tx| recognition::forget(tx, wang()).await).await.unwrap();
        assert_eq!(total(&fresh).await, 250);
    }

    async fn a_result_without_its_award_is_found(fresh: Fresh) {
        recognise(&fresh, passed(attempt(), "T01")).await;
        let copied = fresh.db.write(async move |tx| {
            let mut row = result::Entity::find().one(tx).await?.unwrap();
            row.id = uuid::Uuid::from_bytes([8; 16]);
            (row.source_id, row.transfer_id) = (row.id, Some(row.id));
            result::Entity::insert(sea_orm::IntoActiveModel::into_active_model(row)).exec_without_returning(tx).await?;
            Ok::<_, Error>(())
        }).await;
        copied.unwrap();
        let report = recognition::audit(&fresh.db).await.unwrap();
        // It has no award, and it was sealed under another's hash.
        assert_eq!((report.awards, report.results, report.difference_count), (1, 2, 2));
        assert_eq!(report.first, Some((wang(), uuid::Uuid::from_bytes([8; 16]))));
    }
}

#[test]
fn a_key_used_for_something_else_is_answered_with_422_whoever_passes_it_on() {
    use actix_web::ResponseError;
    let misused = || Error::Ledger(ledger::Error::KeyMisused);
    let as_page = AppError::from(misused());
    let through_assessment = AppError::from(credit_bank::assessment::Error::from(misused()));
    for error in [as_page, through_assessment] {
        assert_eq!((error.status_code().as_u16(), error.message().unwrap().key), (422, "form-sent-before"));
    }
}
