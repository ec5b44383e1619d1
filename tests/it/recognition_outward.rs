//! 转出: an award goes out whole, once, in two steps, and comes back when nobody answers.

use credit_bank::db::OnceKey;
use credit_bank::jobs::Runner;
use credit_bank::kernel::{Acting, Digest, LearnerId, OrganisationId, Permille, TransferId, digest_of};
use credit_bank::ledger::{self, Code, Phase};
use credit_bank::recognition::{self, Answer, EntryState, Error, Evidence, Instruction, Levels, Offer};
use entity::{audit_entry, credit_use, event, job, transfer_out};
use sea_orm::{DbBackend, EntityTrait, QueryOrder};

use crate::ledger::steps::{refusal_of_sql, run_sql};
use crate::recognition::{NOWHERE, assert_sound, attempt, decision, person, recognise_on, reverse, total, transfer_of, wang};
use crate::support::databases::{Fresh, START};
use crate::support::server::Bank;

const DAY_MS: i64 = 86_400_000;

pub fn receiver(number: u8) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_bytes([number; 16]))
}

pub fn highest() -> Levels {
    Levels::from_values(3, 3).unwrap()
}

/// Somebody passes the test of a unit at these levels of evidence.
pub async fn passes_at(fresh: &Fresh, who: LearnerId, unit: &str, levels: Levels) -> credit_bank::recognition::Recognised {
    let evidence = Evidence::UnitTest {
        attempt: attempt(),
        unit: unit.to_owned(),
        edition: "e1".to_owned(),
        score: Permille::of(8, 10),
        supervision_level: levels.supervision,
        evidence_hash: digest_of(&[b"answers"]),
    };
    let acting = Acting { learner: who, helper: None, identity_level: levels.identity };
    recognise_on(&fresh.db, acting, evidence).await.unwrap()
}

/// Wang passes with everything that a receiver may ask for.
pub async fn examined(fresh: &Fresh, unit: &str) -> TransferId {
    transfer_of(&passes_at(fresh, wang(), unit, highest()).await)
}

pub fn instruction(once: &str, learner: LearnerId) -> Instruction<'static> {
    Instruction {
        learner,
        officer: person(50),
        evidence: digest_of(&[b"application"]),
        responsible_org: "县学分银行".to_owned(),
        once: OnceKey::parse(once).unwrap(),
        standing: &NOWHERE,
    }
}

pub fn offer(award: TransferId) -> Offer {
    let due_at = START.plus_days(10);
    Offer { award, receiver: receiver(7), due_at, least: highest(), rule_version: "out-1".to_owned() }
}

async fn offers(fresh: &Fresh, once: &str, offer: Offer) -> Result<TransferId, Error> {
    let once = once.to_owned();
    fresh.db.write(async move |tx| recognition::offer_out(tx, &instruction(&once, wang()), &offer).await).await
}

pub fn answer(offer: TransferId, reference: &str) -> Answer<'static> {
    Answer {
        learner: wang(),
        offer,
        receiver: receiver(7),
        reference: reference.to_owned(),
        digest: digest_of(&[b"answer", reference.as_bytes()]),
        officer: person(50),
        standing: &NOWHERE,
    }
}

async fn accepts(fresh: &Fresh, answer: Answer<'static>) -> Result<ledger::Transfer, Error> {
    fresh.db.write(async move |tx| recognition::accept_out(tx, &answer).await).await
}

async fn declines(fresh: &Fresh, answer: Answer<'static>) -> Result<ledger::Transfer, Error> {
    fresh.db.write(async move |tx| recognition::decline_out(tx, &answer).await).await
}

async fn balances(fresh: &Fresh) -> (i64, i64, i64) {
    let held = ledger::balances_of(fresh.db.read(), wang()).await.unwrap();
    (held.holding.milli(), held.pending.milli(), held.transferred.milli())
}

async fn transferable(fresh: &Fresh) -> i64 {
    recognition::transferable(fresh.db.read(), wang(), highest()).await.unwrap().milli()
}

async fn uses(fresh: &Fresh) -> Vec<(String, String)> {
    let rows = credit_use::Entity::find().order_by_asc(credit_use::Column::Ref).all(fresh.db.read()).await.unwrap();
    rows.into_iter().map(|row| (row.kind, row.state)).collect()
}

async fn kept(fresh: &Fresh) -> Vec<transfer_out::Model> {
    let ordered = transfer_out::Entity::find().order_by_asc(transfer_out::Column::AskedAtMs);
    ordered.order_by_asc(transfer_out::Column::DueAtMs).all(fresh.db.read()).await.unwrap()
}

async fn state_of_award(fresh: &Fresh, award: TransferId) -> EntryState {
    recognition::find_entry(fresh.db.read(), wang(), award).await.unwrap().unwrap().state
}

/// Takes away what keeps an offer as it is, as somebody would who owns the database.
async fn unlock(fresh: &Fresh) {
    if fresh.db.backend() == DbBackend::Postgres {
        run_sql(fresh, "ALTER TABLE transfer_out DISABLE TRIGGER ALL").await;
    } else {
        run_sql(fresh, "DROP TRIGGER transfer_out_goes_on").await;
        run_sql(fresh, "DROP TRIGGER transfer_out_is_never_removed").await;
    }
}

crate::on_both! {
    async fn an_award_of_the_highest_evidence_goes_out_in_two_steps_and_the_total_stays(fresh: Fresh) {
        let award = examined(&fresh, "T01").await;
        assert_eq!(transferable(&fresh).await, 250);
        let pending = offers(&fresh, "form-0001", offer(award)).await.unwrap();
        assert_eq!((balances(&fresh).await, transferable(&fresh).await), ((0, 250, 0), 0));
        assert_eq!(state_of_award(&fresh, award).await, EntryState::GoingOut);
        assert!(matches!(recognition::may_forget(fresh.db.read(), wang()).await, Err(Error::Ledger(ledger::Error::StillPending))));
        assert_sound(&fresh).await;
        let row = kept(&fresh).await.remove(0);
        assert_eq!((row.transfer_id, row.award_id, row.state.as_str()), (pending.uuid(), award.uuid(), "offered"));
        assert_eq!((row.retention.as_str(), row.responsible_org.as_str(), row.due_at_ms), ("permanent", "县学分银行", START.plus_days(10).ms()));
        assert_eq!(uses(&fresh).await, [("transfer_out".to_owned(), "active".to_owned())]);

        fresh.clock.turn_ms(9 * DAY_MS);
        let posted = accepts(&fresh, answer(pending, "R-1")).await.unwrap();
        assert_eq!((posted.code, posted.phase, balances(&fresh).await), (Code::TransferOut, Phase::Post, (0, 0, 250)));
        assert_eq!((state_of_award(&fresh, award).await, total(&fresh).await), (EntryState::GoneOut, 250));
        let row = kept(&fresh).await.remove(0);
        assert_eq!((row.state.as_str(), row.answer_ref.as_deref(), row.answer_id), ("accepted", Some("R-1"), Some(posted.id.uuid())));
        let told = event::Entity::find().order_by_asc(event::Column::AtMs).all(fresh.db.read()).await.unwrap();
        let kinds: Vec<&str> = told.iter().map(|event| event.kind.as_str()).filter(|kind| kind.contains("transfer")).collect();
        assert_eq!(kinds, ["recognition.transfer_offered", "recognition.transfer_accepted"]);
        assert_eq!(told.iter().filter(|event| event.kind == "archivable" && event.body.contains("transfer_out")).count(), 2);
        let trail = audit_entry::Entity::find().all(fresh.db.read()).await.unwrap();
        assert!(["recognition.transfer_out", "recognition.accept_out"].iter().all(|done| trail.iter().any(|row| row.action == *done)));
        let exported = recognition::export(fresh.db.read(), wang()).await.unwrap();
        assert_eq!(exported["transfers_out"][0]["state"], "accepted");
        let report = recognition::audit(&fresh.db).await.unwrap();
        assert_eq!((report.transfers_out, report.offers, report.overdue, report.is_sound()), (1, 1, 0, true));
    }

    async fn the_learner_reads_where_the_credit_is(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let award = transfer_of(&passes_at(&bank.fresh, id, "T01", highest()).await);
        let reads = async |path: &str, words: &[&str]| {
            let body = wang.opens(path).await.body;
            for word in words {
                assert!(body.contains(word), "{word} is missing on {path} in {body}");
            }
        };
        reads("/passbook", &["已记入", "可转出学分</dt><dd>0.25 学分"]).await;
        let offered = bank.fresh.db.write::<_, Error, _>(async move |tx| recognition::offer_out(tx, &instruction("form-0001", id), &offer(award)).await);
        let pending = offered.await.unwrap();
        reads("/passbook", &["正在转出", "可转出学分</dt><dd>0 学分"]).await;
        reads("/me/kept", &["等对方答复", "最晚哪天答复", "2026\u{a0}年\u{a0}3\u{a0}月\u{a0}12\u{a0}日"]).await;
        accepts(&bank.fresh, Answer { learner: id, ..answer(pending, "R-1") }).await.unwrap();
        reads("/passbook", &["转出去了", "已转出"]).await;
        reads("/me/kept", &["对方收下了", "R-1"]).await;
        let kept = wang.opens("/me/kept").await.body;
        assert!(!kept.contains("kept-") && !kept.contains("recognition."), "{kept}");
        bank.close().await;
    }

    async fn an_answer_is_given_once(fresh: Fresh) {
        let pending = offers(&fresh, "form-0001", offer(examined(&fresh, "T01").await)).await.unwrap();
        let first = accepts(&fresh, answer(pending, "R-1")).await.unwrap();
        fresh.clock.turn_ms(30 * DAY_MS);
        assert_eq!(accepts(&fresh, answer(pending, "R-1")).await.unwrap(), first, "the same again, however late");
        let other_digest = Answer { digest: digest_of(&[b"x"]), ..answer(pending, "R-1") };
        for other in [answer(pending, "R-2"), other_digest] {
            assert!(matches!(accepts(&fresh, other).await, Err(Error::AnsweredOtherwise)));
        }
        assert!(matches!(declines(&fresh, answer(pending, "R-1")).await, Err(Error::AnsweredOtherwise)));
        let declined = offers(&fresh, "form-0002", Offer { due_at: START.plus_days(60), ..offer(examined(&fresh, "T02").await) }).await.unwrap();
        let back = declines(&fresh, answer(declined, "R-3")).await.unwrap();
        assert_eq!((back.phase, declines(&fresh, answer(declined, "R-3")).await.unwrap()), (Phase::Void, back));
        assert!(matches!(accepts(&fresh, answer(declined, "R-3")).await, Err(Error::AnsweredOtherwise)));
        assert_eq!((balances(&fresh).await, transferable(&fresh).await), ((250, 0, 250), 250));
        assert_eq!(uses(&fresh).await.iter().filter(|(_, state)| state == "ended").count(), 1);
        assert_sound(&fresh).await;
    }

    async fn nobody_answers_for_another_receiver_or_about_anothers_credit(fresh: Fresh) {
        let pending = offers(&fresh, "form-0001", offer(examined(&fresh, "T01").await)).await.unwrap();
        let strangers = [
            Answer { receiver: receiver(8), ..answer(pending, "R-1") },
            Answer { learner: person(9), ..answer(pending, "R-1") },
            answer(TransferId::fresh(START), "R-1"),
        ];
        for stranger in strangers {
            assert!(matches!(accepts(&fresh, stranger).await, Err(Error::NoSuchOffer)));
        }
        assert_eq!(balances(&fresh).await, (0, 250, 0));
    }

    async fn weaker_evidence_does_not_go_out_until_a_later_pass_raises_it(fresh: Fresh) {
        let award = transfer_of(&passes_at(&fresh, wang(), "T01", Levels::from_values(1, 1).unwrap()).await);
        for levels in [(3, 2), (2, 3)] {
            fresh.clock.turn_ms(1000);
            passes_at(&fresh, wang(), "T01", Levels::from_values(levels.0, levels.1).unwrap()).await;
            assert!(matches!(offers(&fresh, "form-0001", offer(award)).await, Err(Error::EvidenceTooLow)), "{levels:?}");
        }
        passes_at(&fresh, wang(), "T02", highest()).await;
        assert!(matches!(offers(&fresh, "form-0001", offer(award)).await, Err(Error::EvidenceTooLow)), "another unit's");
        assert_eq!((transferable(&fresh).await, balances(&fresh).await), (250, (500, 0, 0)));
        fresh.clock.turn_ms(1000);
        passes_at(&fresh, wang(), "T01", highest()).await;
        assert_eq!(transferable(&fresh).await, 500);
        offers(&fresh, "form-0001", offer(award)).await.unwrap();
        assert_sound(&fresh).await;
    }

    async fn what_is_frozen_gone_or_reversed_is_not_offered(fresh: Fresh) {
        let award = examined(&fresh, "T01").await;
        let refused = async |once: &str| offers(&fresh, once, offer(award)).await;
        fresh.db.write(async move |tx| recognition::freeze(tx, &decision("form-0001", &NOWHERE), award).await).await.unwrap();
        assert!(matches!(refused("form-0002").await, Err(Error::Ledger(ledger::Error::Taken))));
        fresh.db.write(async move |tx| recognition::unfreeze(tx, &decision("form-0003", &NOWHERE), person(51), award).await).await.unwrap();
        let late = Offer { due_at: START, ..offer(award) };
        assert!(matches!(offers(&fresh, "form-0004", late).await, Err(Error::DueAlready)));
        let pending = refused("form-0005").await.unwrap();
        assert!(matches!(refused("form-0006").await, Err(Error::Ledger(ledger::Error::Taken))));
        assert!(matches!(offers(&fresh, "form-0007", offer(pending)).await, Err(Error::Ledger(ledger::Error::NotAnAward))));
        declines(&fresh, answer(pending, "R-1")).await.unwrap();
        reverse(&fresh, "form-0008", 51, award).await.unwrap();
        assert!(matches!(refused("form-0009").await, Err(Error::Ledger(ledger::Error::AlreadyReversed))));
        let strange = offer(TransferId::fresh(START));
        assert!(matches!(offers(&fresh, "form-0010", strange).await, Err(Error::Ledger(ledger::Error::NoSuchTransfer))));
        assert_sound(&fresh).await;
    }

    async fn the_same_form_offers_once_and_another_request_under_it_is_refused(fresh: Fresh) {
        let award = examined(&fresh, "T01").await;
        let first = offers(&fresh, "form-0001", offer(award)).await.unwrap();
        assert_eq!(offers(&fresh, "form-0001", offer(award)).await.unwrap(), first);
        for other in [Offer { receiver: receiver(8), ..offer(award) }, Offer { due_at: START.plus_days(11), ..offer(award) }] {
            assert!(matches!(offers(&fresh, "form-0001", other).await, Err(Error::Ledger(ledger::Error::KeyMisused))));
        }
        assert_eq!(kept(&fresh).await.len(), 1);
    }

    async fn twenty_offers_of_one_award_at_once_are_one(fresh: Fresh) {
        let award = examined(&fresh, "T01").await;
        let second = match fresh.db.backend() {
            DbBackend::Postgres => credit_bank::db::open(&fresh.target, fresh.clock.clone()).await.unwrap(),
            _ => fresh.db.clone(),
        };
        let all = (0..20).map(|number| {
            let db = if number % 2 == 0 { fresh.db.clone() } else { second.clone() };
            async move {
                let once = format!("form-{number:04}");
                db.write(async move |tx| recognition::offer_out(tx, &instruction(&once, wang()), &offer(award)).await).await
            }
        });
        let outcomes = futures_util::future::join_all(all).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        let taken = |outcome: &&Result<TransferId, Error>| matches!(outcome, Err(Error::Ledger(ledger::Error::Taken)));
        assert_eq!(outcomes.iter().filter(taken).count(), 19, "{outcomes:?}");
        assert_eq!((balances(&fresh).await, kept(&fresh).await.len(), uses(&fresh).await.len()), ((0, 250, 0), 1, 1));
        // And twenty answers at once, half of them no: one counts, and repeats of it are told so.
        let pending = TransferId::from_uuid(kept(&fresh).await[0].transfer_id);
        let all = (0..20).map(|number| {
            let db = if number % 3 == 0 { fresh.db.clone() } else { second.clone() };
            async move {
                db.write(async move |tx| match number % 2 {
                    0 => recognition::accept_out(tx, &answer(pending, "R-1")).await,
                    _ => recognition::decline_out(tx, &answer(pending, "R-2")).await,
                }).await
            }
        });
        let outcomes = futures_util::future::join_all(all).await;
        let first = outcomes.iter().flatten().next().unwrap();
        assert_eq!(outcomes.iter().flatten().filter(|posted| *posted == first).count(), 10, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::AnsweredOtherwise))).count(), 10);
        assert_sound(&fresh).await;
    }

    async fn what_nobody_answers_in_time_comes_back_once_and_an_answer_after_that_is_too_late(fresh: Fresh) {
        let (award, other) = (examined(&fresh, "T01").await, examined(&fresh, "T02").await);
        let pending = offers(&fresh, "form-0001", offer(award)).await.unwrap();
        offers(&fresh, "form-0002", Offer { due_at: START.plus_days(20), ..offer(other) }).await.unwrap();
        fresh.clock.turn_ms(10 * DAY_MS);
        assert_eq!(recognition::expire_overdue(&fresh.db).await.unwrap(), 0, "the last moment is in time");
        fresh.clock.turn_ms(1);
        for late in [accepts(&fresh, answer(pending, "R-1")).await, declines(&fresh, answer(pending, "R-1")).await] {
            assert!(matches!(late, Err(Error::TooLate)), "the sweeper has not come yet: {late:?}");
        }
        assert!(recognition::audit(&fresh.db).await.unwrap().is_sound(), "not yet overdue for long");
        assert_eq!(recognition::expire_overdue(&fresh.db).await.unwrap(), 1);
        assert_eq!(recognition::expire_overdue(&fresh.db).await.unwrap(), 0);
        assert_eq!((balances(&fresh).await, state_of_award(&fresh, award).await), ((250, 250, 0), EntryState::Stands));
        assert!(matches!(accepts(&fresh, answer(pending, "R-1")).await, Err(Error::TooLate)));
        let rows = kept(&fresh).await;
        assert_eq!(rows.iter().map(|row| row.state.as_str()).collect::<Vec<_>>(), ["expired", "offered"]);
        let back = ledger::find_transfer(fresh.db.read(), wang(), TransferId::from_uuid(rows[0].answer_id.unwrap())).await.unwrap().unwrap();
        assert_eq!((back.phase, back.actor, Some(back.evidence)), (Phase::Void, LearnerId::NOBODY, Digest::from_slice(rows[0].answer_hash.as_ref().unwrap())));
        let again = Offer { due_at: START.plus_days(30), ..offer(award) };
        offers(&fresh, "form-0003", again).await.unwrap();
        assert_sound(&fresh).await;
    }

    async fn the_sweeper_is_a_job_and_two_at_once_bring_back_each_once(fresh: Fresh) {
        for unit in ["T01", "T02", "T03"] {
            offers(&fresh, &format!("form-{unit}"), offer(examined(&fresh, unit).await)).await.unwrap();
        }
        fresh.clock.turn_ms(11 * DAY_MS);
        let both = futures_util::future::join(recognition::expire_overdue(&fresh.db), recognition::expire_overdue(&fresh.db)).await;
        assert_eq!(both.0.unwrap() + both.1.unwrap(), 3);
        offers(&fresh, "form-0004", Offer { due_at: START.plus_days(12), ..offer(examined(&fresh, "T04").await) }).await.unwrap();
        for _ in 0..2 {
            recognition::schedule_upkeep(&fresh.db).await.unwrap();
        }
        let runner = recognition::with_upkeep(Runner::new(fresh.db.clone()));
        assert_eq!(runner.run_due().await.unwrap(), 1);
        fresh.clock.turn_ms(DAY_MS + 1);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        let next = job::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!(next.run_at_ms, fresh.clock.now().plus_minutes(10).ms());
        assert_eq!(balances(&fresh).await, (1000, 0, 0));
        assert_sound(&fresh).await;
    }

    async fn more_than_a_bite_comes_back_in_one_sweep(fresh: Fresh) {
        let award = examined(&fresh, "T01").await;
        // One award cannot be offered twice at a time; a hundred people can.
        let mut pending = vec![offers(&fresh, "form-0001", offer(award)).await.unwrap()];
        for number in 2..=103_u8 {
            let who = person(number);
            let award = transfer_of(&passes_at(&fresh, who, "T01", highest()).await);
            let asked = fresh.db.write(async move |tx| recognition::offer_out(tx, &instruction("form-0001", who), &offer(award)).await).await;
            pending.push(asked.unwrap());
        }
        fresh.clock.turn_ms(11 * DAY_MS);
        assert_eq!(recognition::expire_overdue(&fresh.db).await.unwrap(), 103);
        assert!(kept(&fresh).await.iter().all(|row| row.state == "expired"));
        assert_sound(&fresh).await;
    }

    async fn a_reversed_transfer_out_gives_the_award_back_and_says_so(fresh: Fresh) {
        let award = examined(&fresh, "T01").await;
        let pending = offers(&fresh, "form-0001", offer(award)).await.unwrap();
        let posted = accepts(&fresh, answer(pending, "R-1")).await.unwrap();
        reverse(&fresh, "form-0002", 51, posted.id).await.unwrap();
        assert_eq!((balances(&fresh).await, transferable(&fresh).await), ((250, 0, 0), 250));
        assert_eq!((kept(&fresh).await[0].state.as_str(), kept(&fresh).await[0].answer_ref.as_deref()), ("reversed", Some("R-1")));
        assert_eq!(uses(&fresh).await, [("transfer_out".to_owned(), "ended".to_owned())]);
        assert_eq!(accepts(&fresh, answer(pending, "R-1")).await.unwrap(), posted, "the first answer is the first answer");
        // One that was never answered, too.
        fresh.clock.turn_ms(1000);
        let second = offers(&fresh, "form-0003", offer(award)).await.unwrap();
        reverse(&fresh, "form-0004", 51, second).await.unwrap();
        assert_eq!(kept(&fresh).await[1].state, "reversed");
        assert!(matches!(accepts(&fresh, answer(second, "R-2")).await, Err(Error::Ledger(ledger::Error::AlreadyResolved))));
        fresh.clock.turn_ms(11 * DAY_MS);
        assert_eq!(recognition::expire_overdue(&fresh.db).await.unwrap(), 0);
        assert_sound(&fresh).await;
    }

    async fn the_database_keeps_what_was_asked_and_answered(fresh: Fresh) {
        let pending = offers(&fresh, "form-0001", offer(examined(&fresh, "T01").await)).await.unwrap();
        let no = |sql: &'static str| refusal_of_sql(&fresh, sql);
        for sql in ["UPDATE transfer_out SET due_at_ms = due_at_ms + 1", "UPDATE transfer_out SET state = 'accepted'", "DELETE FROM transfer_out"] {
            assert!(no(sql).await.is_some(), "{sql}");
        }
        accepts(&fresh, answer(pending, "R-1")).await.unwrap();
        for sql in ["UPDATE transfer_out SET state = 'declined'", "UPDATE transfer_out SET answer_ref = 'R-9'", "UPDATE transfer_out SET state = 'reversed', answer_ref = 'R-9'"] {
            assert!(no(sql).await.is_some(), "{sql}");
        }
        assert_eq!(no("UPDATE transfer_out SET state = 'reversed'").await, None);
    }

    async fn the_audit_names_what_does_not_fit_the_receivers_answer(fresh: Fresh) {
        let award = examined(&fresh, "T01").await;
        let pending = offers(&fresh, "form-0001", offer(award)).await.unwrap();
        fresh.clock.turn_ms(12 * DAY_MS);
        let overdue = recognition::audit(&fresh.db).await.unwrap();
        assert_eq!((overdue.overdue, overdue.difference_count, overdue.first), (1, 1, Some((wang(), pending.uuid()))));
        recognition::expire_overdue(&fresh.db).await.unwrap();
        assert_sound(&fresh).await;
        unlock(&fresh).await;
        let hash = if fresh.db.backend() == DbBackend::Postgres { "sha256('x')" } else { "zeroblob(32)" };
        let changes = [
            format!("UPDATE transfer_out SET answer_hash = {hash}"),
            "UPDATE transfer_out SET state = 'accepted', answer_ref = 'R-1'".to_owned(),
            "DELETE FROM transfer_out".to_owned(),
        ];
        for change in changes {
            run_sql(&fresh, &change).await;
            let report = recognition::audit(&fresh.db).await.unwrap();
            assert_eq!((report.difference_count, report.first), (1, Some((wang(), pending.uuid()))), "{change}");
        }
    }
}
