//! The clock is set back a day: nothing that was written down gets an earlier time behind it, and nothing waits until tomorrow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use credit_bank::db::DbFault;
use credit_bank::jobs::{self, Handler, Next, Runner};
use credit_bank::ledger::seal::{self, Alarm, Sealer};
use credit_bank::ledger::{self, Error, Posting};
use tokio::sync::Notify;

use super::steps::{approval, assert_sound, issue, learner, post, reason};
use crate::support::databases::Fresh;
use crate::support::server::Bank;

const DAY: i64 = 86_400_000;

async fn sealer(fresh: &Fresh) -> Sealer {
    let keys = fresh.folder.path().join("keys");
    let signer = seal::open_log(&fresh.db, &keys, "xuefen.example.cn/ledger").await.unwrap();
    Sealer::new(fresh.db.clone(), keys, signer, Alarm::default())
}

crate::on_both! {
    async fn a_chain_goes_on_from_its_own_time_and_what_is_said_to_have_happened_fits_it(fresh: Fresh) {
        let (wang, li) = (learner(1), learner(2));
        let first = issue(&fresh, wang, "T01").await;
        let today = fresh.clock.now();
        fresh.clock.turn_ms(-DAY);
        issue(&fresh, wang, "T02").await;
        let book = ledger::book_of(fresh.db.read(), wang).await.unwrap();
        assert_eq!((book.transfers()[0].recorded_at, book.transfers()[1].recorded_at), (today, today));
        // What happened up to five minutes behind the chain's own time is taken, and nothing later.
        let late = post(&fresh, wang, "late", move |mut order, book| {
            order.occurred_at = today.plus_ms(300_001);
            Posting::freeze(order, reason(), book, first)
        }).await;
        assert!(matches!(late, Err(Error::NotYetHappened)), "{late:?}");
        post(&fresh, wang, "edge", move |mut order, book| {
            order.occurred_at = today.plus_ms(300_000);
            Posting::freeze(order, reason(), book, first)
        }).await.unwrap();
        // Somebody's first transfer is recorded by the clock as it is, so that for it today lies a day ahead.
        let given = issue(&fresh, li, "T01").await;
        let ahead = post(&fresh, li, "ahead", move |mut order, book| {
            order.occurred_at = today;
            Posting::reverse(order, approval(), book, given)
        }).await;
        assert!(matches!(ahead, Err(Error::NotYetHappened)), "{ahead:?}");
        assert_eq!(ledger::book_of(fresh.db.read(), li).await.unwrap().transfers()[0].recorded_at, today.plus_ms(-DAY));
        assert_sound_a_day_ago(&fresh).await;
    }

    async fn the_log_goes_on_from_its_own_time(fresh: Fresh) {
        let mut sealer = sealer(&fresh).await;
        issue(&fresh, learner(1), "T01").await;
        sealer.seal_waiting().await.unwrap();
        fresh.clock.turn_ms(-DAY);
        issue(&fresh, learner(2), "T01").await;
        assert_eq!(sealer.seal_waiting().await.unwrap().leaves, 1);
        fresh.clock.turn_ms(DAY + 1000);
        issue(&fresh, learner(3), "T01").await;
        assert_eq!(sealer.seal_waiting().await.unwrap().leaves, 1);
        let log = seal::audit_log(&fresh.db, Vec::new(), |_| ()).await.unwrap();
        assert!(log.is_sound() && log.leaves == 3, "{:?}", log.differences);
        assert_sound(&fresh).await;
    }

    async fn a_lease_until_tomorrow_does_not_keep_others_from_sealing(fresh: Fresh) {
        let mut dead = sealer(&fresh).await;
        issue(&fresh, learner(1), "T01").await;
        assert_eq!(dead.seal_waiting().await.unwrap().leaves, 1);
        // The process dies, and the clock is set back with the restart.
        fresh.clock.turn_ms(-DAY);
        issue(&fresh, learner(2), "T01").await;
        let mut next = sealer(&fresh).await;
        assert_eq!(next.seal_waiting().await.unwrap().leaves, 1);
        // A lease of a clock that shows the same is kept to.
        issue(&fresh, learner(3), "T01").await;
        assert_eq!(dead.seal_waiting().await.unwrap().leaves, 0);
    }

    async fn a_job_leased_until_tomorrow_is_taken_up_again(fresh: Fresh) {
        let (stuck, done) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        fresh.db.write::<_, DbFault, _>(async |tx| {
            Ok(jobs::schedule(tx, "count", "once", tx.now.plus_days(-2), &serde_json::json!({})).await?)
        }).await.unwrap();
        let begun = Arc::clone(&stuck);
        let hangs: Handler = Arc::new(move |_, _| {
            begun.notify_one();
            Box::pin(std::future::pending())
        });
        let runner = Runner::new(fresh.db.clone()).with("count", hangs);
        let running = actix_web::rt::spawn(async move { runner.run_due().await });
        stuck.notified().await;
        running.abort();
        fresh.clock.turn_ms(-DAY);
        let counted = Arc::clone(&done);
        let counts: Handler = Arc::new(move |_, _| {
            counted.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(Next::Done) })
        });
        let runner = Runner::new(fresh.db.clone()).with("count", counts);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }

    async fn who_is_signed_in_stays_so(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, _) = bank.learner("王桂英", 1, None).await;
        assert_eq!(wang.opens("/passbook").await.status, 200);
        bank.clock.turn_ms(-DAY);
        assert_eq!(wang.opens("/passbook").await.status, 200);
        let form = wang.opens("/help").await;
        let call = [("phone", "138 0000 0001"), ("when", "morning"), ("about", "字太小")];
        assert_eq!(wang.sends(&form, "/help", &call).await.status, 303);
        let (again, _) = bank.learner("李建国", 2, None).await;
        assert_eq!(again.opens("/passbook").await.status, 200);
        bank.close().await;
    }
}

/// As [`assert_sound`], where the clock was set back.
async fn assert_sound_a_day_ago(fresh: &Fresh) {
    fresh.clock.turn_ms(DAY);
    assert_sound(fresh).await;
}
