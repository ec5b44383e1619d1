//! What callers do wrong, twice, at once or too late.

use credit_bank::ledger::{self, Error, Posting};
use futures_util::future::join_all;

use super::steps::{approval, assert_sound, issue, key, learner, order, post};

crate::on_both! {
    async fn twenty_transfers_out_of_the_whole_balance_at_once_are_one(fresh: Fresh) {
        let who = learner(1);
        let award = issue(&fresh, who, "T01").await;
        let outcomes = join_all((0..20_u8).map(|number| fresh.db.write(async move |tx| {
            let chain = ledger::open(tx, who, key(&format!("out{number}")), None).await?;
            let book = ledger::book_under(tx, &chain).await?;
            ledger::post(tx, chain, &Posting::transfer_out(order(who, tx), &book, award)?).await
        })))
        .await;
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let taken = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::Taken))).count();
        assert_eq!((done, taken), (1, 19), "{outcomes:?}");
        let balances = ledger::balances_of(fresh.db.read(), who).await.unwrap();
        assert_eq!((balances.holding.milli(), balances.pending.milli()), (0, 250));
        assert_sound(&fresh).await;
    }

    async fn a_pending_is_answered_once_whichever_way(fresh: Fresh) {
        let who = learner(1);
        let pending = async |unit: &'static str, once: &'static str| {
            let award = issue(&fresh, who, unit).await;
            let out = post(&fresh, who, once, move |order, book| Posting::transfer_out(order, book, award)).await;
            out.unwrap().transfers[0].id
        };
        let (first, second) = (pending("T01", "o1").await, pending("T02", "o2").await);
        let posts = async |id, once| post(&fresh, who, once, move |order, book| Posting::transfer_out_post(order, book, id)).await;
        let voids = async |id, once| post(&fresh, who, once, move |order, book| Posting::transfer_out_void(order, book, id)).await;
        posts(first, "p1").await.unwrap();
        assert!(matches!(posts(first, "p1-again").await, Err(Error::AlreadyResolved)));
        assert!(matches!(voids(first, "v1").await, Err(Error::AlreadyResolved)));
        voids(second, "v2").await.unwrap();
        assert!(matches!(posts(second, "p2").await, Err(Error::AlreadyResolved)));
        assert!(matches!(voids(second, "v2-again").await, Err(Error::AlreadyResolved)));
        // What was never on its way is not answered.
        let award = issue(&fresh, who, "T03").await;
        assert!(matches!(posts(award, "p3").await, Err(Error::NothingToResolve)));
        // An answer that is taken back takes the pending with it: nothing is left to be answered the other way.
        let answer = ledger::book_of(fresh.db.read(), who).await.unwrap().resolution_of(first).unwrap().id;
        post(&fresh, who, "r1", move |order, book| Posting::reverse(order, approval(), book, answer)).await.unwrap();
        assert!(matches!(voids(first, "v1-again").await, Err(Error::AlreadyResolved)));
        assert_sound(&fresh).await;
    }
}
