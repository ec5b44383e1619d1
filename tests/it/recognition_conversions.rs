//! Conversions: a partner's result is credited by its dated rule, once over everybody, and nothing disappears in it.

use credit_bank::kernel::{Credits, Day, LearnerId, OrganisationId, Permille, TransferId};
use credit_bank::ledger::{self, Amount, Code, Fraction, Kind};
use credit_bank::recognition::{
    self, ConversionRule, ConvertedIn, Deciders, EntryState, Error, Instruction, Levels, PartnerResult,
};
use entity::{conversion, credit_use, event, partner_result, result};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};

use crate::ledger::steps::{refusal_of_sql, run_sql};
use crate::recognition::{assert_sound, person, reverse, total, wang};
use crate::recognition_outward::{examined, highest, instruction, receiver};
use crate::support::databases::{Fresh, START};

fn partner() -> OrganisationId {
    receiver(6)
}

/// Three of theirs make one of ours, in steps of a quarter.
pub fn rule(unit: &str) -> ConversionRule {
    ConversionRule {
        partner: partner(),
        unit: unit.to_owned(),
        fraction: Fraction { numerator: 1, denominator: 3, step: Amount::from_milli(250).unwrap() },
        worth: Credits::from_milli(1000).unwrap(),
        least: Levels::from_values(2, 2).unwrap(),
        version: "partner-1".to_owned(),
        from: Day::parse("2026-01-01").unwrap(),
        until: Day::parse("2026-12-31"),
        deciders: Deciders::Two,
        most: None,
    }
}

pub fn certified(reference: &str) -> PartnerResult {
    PartnerResult {
        reference: reference.to_owned(),
        value: 1000,
        score: Permille::of(9, 10),
        levels: highest(),
        passed_at: START.plus_days(-100),
    }
}

fn by(once: &str, learner: LearnerId) -> Instruction<'static> {
    instruction(once, learner)
}

pub async fn converts(
    fresh: &Fresh,
    by: Instruction<'static>,
    approver: Option<u8>,
    rule: ConversionRule,
    result: PartnerResult,
) -> Result<ConvertedIn, Error> {
    let work = async move |tx: &credit_bank::db::Tx| recognition::convert_in(tx, &by, approver.map(person), &rule, &result).await;
    fresh.db.write(work).await
}

async fn gives(fresh: &Fresh, once: &str, rule: ConversionRule, award: TransferId) -> Result<TransferId, Error> {
    let by = by(once, wang());
    fresh.db.write(async move |tx| recognition::convert_out(tx, &by, Some(person(51)), &rule, award).await).await
}

async fn tally(fresh: &Fresh, kind: Kind) -> i128 {
    ledger::audit(&fresh.db, |_| ()).await.unwrap().tally.balance(kind)
}

crate::on_both! {
    async fn a_partners_result_becomes_an_award_and_the_remainder_is_kept_apart(fresh: Fresh) {
        let converted = converts(&fresh, by("form-0001", wang()), Some(51), rule("T05"), certified("ZJ-1")).await.unwrap();
        // 1000 / 3 = 333, of which one step of 250.
        assert_eq!((converted.credits.milli(), total(&fresh).await), (250, 250));
        assert_eq!((tally(&fresh, Kind::Rounding).await, tally(&fresh, Kind::Conversion).await), (83, -333));
        let award = ledger::find_transfer(fresh.db.read(), wang(), converted.transfer).await.unwrap().unwrap();
        assert_eq!((award.code, award.issuer, award.award_key.unwrap().to_string()), (Code::ConvertIn, partner(), "1/T05/1/1".to_owned()));
        let row = result::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((row.source.as_str(), row.transfer_id, row.score_permille, row.passed_day.as_str()), ("conversion", Some(converted.transfer.uuid()), 900, "2025-11-22"));
        let record = conversion::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((record.kind.as_str(), record.reference.as_str(), record.value, record.approver_id), ("convert_in", "ZJ-1", 1000, Some(person(51).uuid())));
        assert_eq!((record.numerator, record.denominator, record.step, record.rule_version.as_str()), (1, 3, 250, "partner-1"));
        let told = event::Entity::find().all(fresh.db.read()).await.unwrap();
        assert!(told.iter().any(|event| event.kind == "recognition.converted_in") && told.iter().any(|event| event.kind == "archivable"));
        let entries = recognition::passbook_of(fresh.db.read(), wang()).await.unwrap().entries;
        assert_eq!((entries.len(), entries[0].unit.as_deref(), entries[0].result.is_some()), (1, Some("T05"), true));
        assert_eq!(recognition::completed_units(fresh.db.read(), wang()).await.unwrap()[0].award, Some(converted.transfer));
        assert_eq!(recognition::transferable(fresh.db.read(), wang(), highest()).await.unwrap().milli(), 250);
        let report = recognition::audit(&fresh.db).await.unwrap();
        assert_eq!((report.conversions, report.conversion_records, report.is_sound()), (1, 1, true));
        assert_sound(&fresh).await;
    }

    async fn the_same_form_again_gets_the_first_answer_and_another_request_under_it_is_refused(fresh: Fresh) {
        let first = converts(&fresh, by("form-0001", wang()), Some(51), rule("T05"), certified("ZJ-1")).await.unwrap();
        assert_eq!(converts(&fresh, by("form-0001", wang()), Some(51), rule("T05"), certified("ZJ-1")).await.unwrap(), first);
        let others = [(51, "ZJ-2", "partner-1"), (52, "ZJ-1", "partner-1"), (51, "ZJ-1", "partner-2")];
        for (approver, reference, version) in others {
            let rule = ConversionRule { version: version.to_owned(), ..rule("T05") };
            let other = converts(&fresh, by("form-0001", wang()), Some(approver), rule, certified(reference)).await;
            assert!(matches!(other, Err(Error::Ledger(ledger::Error::KeyMisused))), "{other:?}");
        }
        let again = converts(&fresh, by("form-0002", wang()), Some(51), rule("T05"), certified("ZJ-9")).await;
        assert!(matches!(again, Err(Error::Ledger(ledger::Error::AwardGiven))), "{again:?}");
        let elsewhere = converts(&fresh, by("form-0003", wang()), Some(51), rule("T06"), certified("ZJ-1")).await;
        assert!(matches!(elsewhere, Err(Error::ResultTaken)), "{elsewhere:?}");
        assert_eq!(conversion::Entity::find().count(fresh.db.read()).await.unwrap(), 1);
    }

    async fn a_rule_holds_on_its_days_for_its_evidence_by_its_people_and_up_to_its_most(fresh: Fresh) {
        let refused = async |approver: Option<u8>, rule: ConversionRule, result: PartnerResult| {
            converts(&fresh, by("form-0001", wang()), approver, rule, result).await.unwrap_err()
        };
        let day = |text: &str| Day::parse(text).unwrap();
        let later = ConversionRule { from: day("2026-03-03"), ..rule("T05") };
        assert!(matches!(refused(Some(51), later, certified("ZJ-1")).await, Error::RuleNotInForce));
        let ended = ConversionRule { until: Some(day("2026-03-01")), ..rule("T05") };
        assert!(matches!(refused(Some(51), ended, certified("ZJ-1")).await, Error::RuleNotInForce));
        assert!(matches!(refused(None, rule("T05"), certified("ZJ-1")).await, Error::NeedsApproval));
        assert!(matches!(refused(Some(50), rule("T05"), certified("ZJ-1")).await, Error::Ledger(ledger::Error::OnePerson)));
        let weak = PartnerResult { levels: Levels::from_values(2, 1).unwrap(), ..certified("ZJ-1") };
        assert!(matches!(refused(Some(51), rule("T05"), weak).await, Error::EvidenceTooLow));
        let little = PartnerResult { value: 749, ..certified("ZJ-1") };
        assert!(matches!(refused(Some(51), rule("T05"), little).await, Error::NothingComesOfIt));
        assert!(matches!(refused(Some(51), rule("T 5"), certified("ZJ-1")).await, Error::BadTerms));
        assert_eq!((result::Entity::find().count(fresh.db.read()).await.unwrap(), partner_result::Entity::find().count(fresh.db.read()).await.unwrap()), (0, 0));

        let most = ConversionRule { most: Credits::from_milli(500), deciders: Deciders::One, ..rule("T05") };
        for (number, unit) in [(1, "T05"), (2, "T06"), (3, "T07")] {
            let rule = ConversionRule { unit: unit.to_owned(), ..most.clone() };
            let outcome = converts(&fresh, by(&format!("form-100{number}"), wang()), None, rule, certified(&format!("ZJ-{number}"))).await;
            assert_eq!(outcome.is_ok(), number < 3, "{outcome:?}");
            assert!(number < 3 || matches!(outcome, Err(Error::CapReached)));
        }
        assert_sound(&fresh).await;
    }

    async fn a_partners_result_is_credited_to_one_person_until_that_was_reversed(fresh: Fresh) {
        let all = (1..=16).map(|number: u8| {
            converts(&fresh, by(&format!("form-{number:04}"), person(number)), Some(51), rule("T05"), certified("ZJ-1"))
        });
        let outcomes = futures_util::future::join_all(all).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::ResultTaken))).count(), 15, "{outcomes:?}");
        assert_sound(&fresh).await;
    }

    async fn a_wrong_conversion_is_reversed_with_its_remainder_and_done_again(fresh: Fresh) {
        let wrong = converts(&fresh, by("form-0001", wang()), Some(51), rule("T05"), certified("ZJ-1")).await.unwrap();
        assert!(matches!(converts(&fresh, by("form-0002", person(2)), Some(51), rule("T05"), certified("ZJ-1")).await, Err(Error::ResultTaken)));
        reverse(&fresh, "form-0003", 51, wrong.transfer).await.unwrap();
        assert_eq!((total(&fresh).await, tally(&fresh, Kind::Rounding).await, tally(&fresh, Kind::Conversion).await), (0, 0, 0));
        // To the same person, in the next cycle; and, once that was wrong too, to whom it belongs.
        let again = converts(&fresh, by("form-0004", wang()), Some(51), rule("T05"), certified("ZJ-1")).await.unwrap();
        let award = ledger::find_transfer(fresh.db.read(), wang(), again.transfer).await.unwrap().unwrap();
        assert_eq!(award.award_key.unwrap().to_string(), "1/T05/1/2");
        reverse(&fresh, "form-0005", 51, again.transfer).await.unwrap();
        converts(&fresh, by("form-0006", person(2)), Some(51), rule("T05"), certified("ZJ-1")).await.unwrap();
        assert!(matches!(converts(&fresh, by("form-0007", wang()), Some(51), rule("T05"), certified("ZJ-1")).await, Err(Error::ResultTaken)));
        assert_sound(&fresh).await;
    }

    async fn an_award_is_given_to_a_partner_whole_and_what_is_less_than_its_unit_is_left_over(fresh: Fresh) {
        let award = examined(&fresh, "T01").await;
        // A quarter at 2/3 is 166 thousandths of theirs; in steps of 100 they get 100, for which 150 of ours suffice.
        let out = ConversionRule {
            fraction: Fraction { numerator: 2, denominator: 3, step: Amount::from_milli(100).unwrap() },
            least: highest(),
            ..rule("T01")
        };
        assert!(matches!(gives(&fresh, "form-0001", ConversionRule { unit: "T02".to_owned(), ..out.clone() }, award).await, Err(Error::OtherUnit)));
        let big = ConversionRule { fraction: Fraction { numerator: 2, denominator: 3, step: Amount::from_milli(167).unwrap() }, ..out.clone() };
        assert!(matches!(gives(&fresh, "form-0001", big, award).await, Err(Error::NothingComesOfIt)));
        let given = gives(&fresh, "form-0001", out.clone(), award).await.unwrap();
        assert_eq!(gives(&fresh, "form-0001", out.clone(), award).await.unwrap(), given);
        assert!(matches!(gives(&fresh, "form-0002", out.clone(), award).await, Err(Error::Ledger(ledger::Error::Taken))));
        let record = conversion::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((record.kind.as_str(), record.value, record.reference), ("convert_out", 100, award.to_string()));
        assert_eq!((tally(&fresh, Kind::Conversion).await, tally(&fresh, Kind::Rounding).await), (150, 100));
        let state = async || recognition::find_entry(fresh.db.read(), wang(), award).await.unwrap().unwrap().state;
        let used = async || credit_use::Entity::find().filter(sea_orm::ColumnTrait::eq(&credit_use::Column::Kind, "convert_out")).one(fresh.db.read()).await.unwrap().unwrap().state;
        assert_eq!((state().await, used().await), (EntryState::GoneOut, "active".to_owned()));
        assert_sound(&fresh).await;
        reverse(&fresh, "form-0003", 51, given).await.unwrap();
        assert_eq!((state().await, used().await, tally(&fresh, Kind::Rounding).await), (EntryState::Stands, "ended".to_owned(), 0));
        let weak = ConversionRule { least: highest(), ..out };
        let low = crate::recognition::transfer_of(&crate::recognition_outward::passes_at(&fresh, wang(), "T03", Levels::from_values(1, 1).unwrap()).await);
        assert!(matches!(gives(&fresh, "form-0004", ConversionRule { unit: "T03".to_owned(), ..weak }, low).await, Err(Error::EvidenceTooLow)));
        assert_sound(&fresh).await;
    }

    async fn a_conversion_is_never_changed_and_one_without_its_record_is_named(fresh: Fresh) {
        let converted = converts(&fresh, by("form-0001", wang()), Some(51), rule("T05"), certified("ZJ-1")).await.unwrap();
        for sql in ["UPDATE conversion SET value = 1", "DELETE FROM conversion", "DELETE FROM partner_result"] {
            assert!(refusal_of_sql(&fresh, sql).await.is_some(), "{sql}");
        }
        if fresh.db.backend() == sea_orm::DbBackend::Postgres {
            run_sql(&fresh, "ALTER TABLE conversion DISABLE TRIGGER ALL").await;
        } else {
            run_sql(&fresh, "DROP TRIGGER conversion_is_never_removed").await;
        }
        run_sql(&fresh, "DELETE FROM conversion").await;
        let report = recognition::audit(&fresh.db).await.unwrap();
        assert_eq!((report.difference_count, report.first), (1, Some((wang(), converted.transfer.uuid()))));
    }
}
