//! What the house does by itself at night.

use credit_bank::app::runner_of;
use credit_bank::db::{DbFault, Tx};
use credit_bank::jobs;
use credit_bank::kernel::{LearnerId, new_id};
use entity::{access_log, event, idempotency, message};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;

use crate::ledger::steps::{issue, learner};
use crate::passbook::passes;
use crate::support::databases::{Fresh, START};
use crate::support::server::Bank;

const DAY_MS: i64 = 86_400_000;

async fn asks_for(bank: &Bank, kind: &'static str) {
    let work = async move |tx: &Tx| Ok::<_, DbFault>(jobs::schedule(tx, kind, kind, tx.now, &Value::Null).await?);
    bank.fresh.db.write(work).await.unwrap();
}

/// Two bites and one row of each kind, all older than any term, and one fresh row.
async fn keeps_old_rows(fresh: &Fresh) {
    const ROWS: i64 = 1_001;
    let old = |n: i64| START.ms() - 4 * 366 * DAY_MS + n;
    for bite in (0..ROWS).collect::<Vec<_>>().chunks(100) {
        let rows = bite.to_vec();
        let work = async move |tx: &Tx| {
            let times =
                |rows: &[i64]| rows.iter().map(|n| old(*n)).chain((rows[0] == 0).then_some(START.ms())).collect::<Vec<_>>();
            let times = times(&rows);
            let once = times.iter().map(|at| idempotency::ActiveModel {
                learner_id: Set(LearnerId::NOBODY.uuid()),
                once_key: Set(format!("once-{at}")),
                request_hash: Set(vec![0; 32]),
                effect: Set(String::new()),
                at_ms: Set(*at),
            });
            idempotency::Entity::insert_many(once).exec_without_returning(tx).await?;
            let read = times.iter().map(|at| access_log::ActiveModel {
                learner_id: Set(LearnerId::NOBODY.uuid()),
                id: Set(new_id(tx.now)),
                actor_id: Set(LearnerId::NOBODY.uuid()),
                actor_role: Set("volunteer".to_owned()),
                organisation_id: Set(None),
                place_code: Set(String::new()),
                what: Set("profile".to_owned()),
                at_ms: Set(*at),
            });
            access_log::Entity::insert_many(read).exec_without_returning(tx).await?;
            let events = times.iter().map(|at| event::ActiveModel {
                id: Set(new_id(tx.now)),
                kind: Set("test".to_owned()),
                at_ms: Set(*at),
                day: Set("2022-01-01".to_owned()),
                learner_id: Set(None),
                place_code: Set(None),
                groups: Set(String::new()),
                age_band: Set(None),
                body: Set("null".to_owned()),
            });
            event::Entity::insert_many(events).exec_without_returning(tx).await?;
            for state in ["sent", "waiting"] {
                message::Entity::insert_many(times.iter().map(|at| letter(tx, state, *at))).exec_without_returning(tx).await?;
            }
            Ok::<_, DbFault>(())
        };
        fresh.db.write(work).await.unwrap();
    }
}

fn letter(tx: &Tx, state: &str, at: i64) -> message::ActiveModel {
    message::ActiveModel {
        id: Set(new_id(tx.now)),
        learner_id: Set(None),
        channel: Set("sms".to_owned()),
        template: Set("sign-in-code".to_owned()),
        template_version: Set("1".to_owned()),
        lang: Set("zh-CN".to_owned()),
        at_night: Set(1),
        address_sealed: Set(None),
        params_sealed: Set(None),
        state: Set(state.to_owned()),
        attempts: Set(0),
        next_at_ms: Set(at),
        made_at_ms: Set(at),
        give_up_at_ms: Set(at),
        sent_at_ms: Set(None),
        last_error: Set(None),
    }
}

crate::on_both! {
    async fn what_has_passed_its_term_is_deleted_bite_by_bite_and_nothing_else(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        keeps_old_rows(&bank.fresh).await;
        asks_for(&bank, "house.upkeep").await;
        assert_eq!(runner_of(&bank.house).run_due().await.unwrap(), 1);
        let db = bank.fresh.db.read();
        assert_eq!(idempotency::Entity::find().count(db).await.unwrap(), 1);
        assert_eq!(access_log::Entity::find().count(db).await.unwrap(), 1);
        assert_eq!(event::Entity::find().count(db).await.unwrap(), 1);
        // A letter that waits is the postman's to give up.
        assert_eq!(message::Entity::find().count(db).await.unwrap(), 1 + 1_002);
        let waiting = jobs::list_waiting(db, 10).await.unwrap();
        assert_eq!(waiting[0].run_at.to_minute_text(), "2026-03-03 02:30", "it comes again the next night");
        bank.close().await;
    }

    async fn the_ledger_is_held_against_its_rows_each_night_and_a_difference_shows(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T01").await;
        asks_for(&bank, "house.audit").await;
        let runner = runner_of(&bank.house);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        let finding = jobs::find_finding(bank.fresh.db.read(), "ledger").await.unwrap().unwrap();
        assert_eq!((finding.differences, finding.looked_at), (0, bank.clock.now()));
        assert_eq!(bank.visitor().opens("/readyz").await.status, 200);
        // A credit that recognition knows nothing of.
        issue(&bank.fresh, learner(9), "T02").await;
        bank.clock.turn_ms(DAY_MS);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        let finding = jobs::find_finding(bank.fresh.db.read(), "ledger").await.unwrap().unwrap();
        assert!(finding.differences == 1 && finding.first.unwrap().contains("record"));
        assert_eq!(bank.visitor().opens("/readyz").await.status, 503);
        let text = bank.house.metrics.text();
        assert!(text.contains("ledger_differences 1") && text.contains("jobs_total{kind=\"house.audit\",outcome=\"done\"} 2"), "{text}");
        bank.close().await;
    }

    async fn a_job_that_is_told_to_stop_is_given_back_and_begun_anew(fresh: Fresh) {
        let begun = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = std::sync::Arc::clone(&begun);
        let handler: jobs::Handler = std::sync::Arc::new(move |_, _| {
            let n = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Box::pin(async move {
                if n == 0 {
                    std::future::pending::<()>().await;
                }
                Ok(jobs::Next::Done)
            })
        });
        let runner = jobs::Runner::new(fresh.db.clone()).with("test.hangs", handler);
        let work = async |tx: &Tx| Ok::<_, DbFault>(jobs::schedule(tx, "test.hangs", "x", tx.now, &Value::Null).await?);
        fresh.db.write(work).await.unwrap();
        let told = std::time::Instant::now();
        let stop = async {
            while begun.load(std::sync::atomic::Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
        };
        runner.run_until(stop).await;
        assert!(told.elapsed() < std::time::Duration::from_secs(9));
        let waiting = jobs::list_waiting(fresh.db.read(), 10).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].last_error.clone()), (1, None));
        assert_eq!(runner.run_due().await.unwrap(), 1, "another may take it up at once");
        assert!(jobs::list_waiting(fresh.db.read(), 10).await.unwrap().is_empty());
    }
}
