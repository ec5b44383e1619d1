//! Postings for many learners at once, and books made in bulk.

use std::sync::atomic::{AtomicU64, Ordering};

use credit_bank::db::Tx;
use credit_bank::kernel::LearnerId;
use credit_bank::ledger::{self, Ask, AwardKey, Error, Fault, Key, Posted, Posting, seal};
use sea_orm::DbBackend;

use super::sealing::{keys, sealer_of};
use super::steps::{assert_sound, issue, issuer, key, learner, milli, order, post, reason, run_sql, series};
use crate::support::databases::Fresh;

/// Credits a unit to each of a group, under one key; what became of each.
async fn credit(tx: &Tx, group: &[LearnerId], unit: &'static str, once: &str) -> Result<Vec<Result<Posted, Error>>, Error> {
    let ask = |who: &LearnerId| Ask { learner: *who, key: Key::new("test", once).unwrap(), series: Some(series(unit)) };
    let chains = ledger::open_many(tx, group.iter().map(ask).collect()).await?;
    let award = || AwardKey::new(series(unit), 1).unwrap();
    let issue = |who: LearnerId| Posting::issue(order(who, tx), award(), issuer(), milli(250));
    let postings: Vec<_> = chains.into_iter().zip(group).map(|(chain, who)| (chain, issue(*who))).collect();
    ledger::post_many(tx, &postings).await
}

async fn credited(fresh: &Fresh, group: &[LearnerId], unit: &'static str) -> Result<Vec<Result<Posted, Error>>, Error> {
    let group = group.to_vec();
    fresh.db.write(async move |tx| credit(tx, &group, unit, unit).await).await
}

fn group(numbers: std::ops::RangeInclusive<u8>) -> Vec<LearnerId> {
    numbers.map(learner).collect()
}

crate::on_both! {
    async fn many_learners_are_posted_for_in_as_many_statements_as_one(fresh: Fresh) {
        let counted = async |numbers: std::ops::RangeInclusive<u8>, unit: &'static str| {
            let before = fresh.db.statements();
            let posted = credited(&fresh, &group(numbers.clone()), unit).await.unwrap();
            assert!(posted.len() == numbers.len() && posted.iter().all(Result::is_ok), "{posted:?}");
            fresh.db.statements() - before
        };
        let (one, many) = (counted(1..=1, "T01").await, counted(2..=120, "T01").await);
        let (one_more, many_more) = (counted(1..=1, "T02").await, counted(2..=120, "T02").await);
        // On PostgreSQL a first posting opens the account before it is locked.
        let first = if fresh.db.backend() == DbBackend::Postgres { 4 } else { 3 };
        assert_eq!((one, many, one_more, many_more), (first, first, 3, 3));
        assert_sound(&fresh).await;
    }

    async fn what_is_refused_or_said_again_among_many_leaves_the_others_alone(fresh: Fresh) {
        let first = credited(&fresh, &group(1..=2), "T01").await.unwrap();
        fresh.db.write(async move |tx| ledger::close(tx, learner(3)).await).await.unwrap();
        let other = async move |tx: &Tx| {
            let chain = ledger::open(tx, learner(4), key("T01"), None).await?;
            ledger::post(tx, chain, &Posting::issue(order(learner(4), tx), AwardKey::new(series("T09"), 1).unwrap(), issuer(), milli(9))).await
        };
        fresh.db.write(other).await.unwrap();
        let again = credited(&fresh, &group(1..=6), "T01").await.unwrap();
        let is_first = |at: usize| again[at].as_ref().is_ok_and(|posted| posted.is_repeat && posted.transfers == first[at].as_ref().unwrap().transfers);
        assert!(is_first(0) && is_first(1));
        assert!(matches!(again[2], Err(Error::Closed)) && matches!(again[3], Err(Error::KeyMisused)), "{again:?}");
        assert!(again[4..].iter().all(|posted| posted.as_ref().is_ok_and(|posted| !posted.is_repeat)));
        assert_sound(&fresh).await;
    }

    async fn nobody_stands_in_a_group_twice(fresh: Fresh) {
        let twice = credited(&fresh, &[learner(1), learner(2), learner(1)], "T01").await;
        assert!(matches!(twice, Err(Error::BadPosting)), "{twice:?}");
    }

    async fn two_processes_that_credit_one_group_in_opposite_orders_credit_it_once(fresh: Fresh) {
        let other = credit_bank::db::open(&fresh.target, fresh.clock.clone()).await.unwrap();
        let (forth, mut back) = (group(1..=60), group(1..=60));
        back.reverse();
        for unit in ["T01", "T02", "T03"] {
            let (one, two) = (forth.clone(), back.clone());
            let here = fresh.db.write(async move |tx| credit(tx, &one, unit, unit).await);
            let there = other.write(async move |tx| credit(tx, &two, unit, unit).await);
            let (here, there) = futures_util::join!(here, there);
            let news = [here.unwrap(), there.unwrap()].concat().into_iter().filter(|posted| !posted.as_ref().unwrap().is_repeat);
            assert_eq!(news.count(), 60, "{unit}");
        }
        assert_sound(&fresh).await;
    }

    async fn a_book_made_in_bulk_is_sound_and_only_an_empty_ledger_is_filled(fresh: Fresh) {
        let heard = AtomicU64::new(0);
        let made = ledger::make_chains(&fresh.db, 2_500, |made| heard.store(made, Ordering::Relaxed)).await.unwrap();
        assert_eq!((made, heard.into_inner()), (4_000, 4_000));
        let report = ledger::audit(&fresh.db, |_| ()).await.unwrap();
        assert_eq!((report.transfers, report.accounts, report.difference_count), (4_000, 500, 0));
        let again = ledger::make_chains(&fresh.db, 1, |_| ()).await;
        assert!(matches!(again, Err(Error::NotEmpty)));
    }

    async fn an_increment_looks_at_the_whole_chains_of_those_for_whom_something_came(fresh: Fresh) {
        let mut sealer = sealer_of(&fresh.db, keys(&fresh)).await;
        let old = issue(&fresh, learner(1), "T01").await;
        issue(&fresh, learner(2), "T01").await;
        sealer.seal_waiting().await.unwrap();
        post(&fresh, learner(1), "f", move |order, book| Posting::freeze(order, reason(), book, old)).await.unwrap();
        issue(&fresh, learner(3), "T01").await;
        sealer.seal_waiting().await.unwrap();
        issue(&fresh, learner(4), "T01").await;
        let report = ledger::audit_since(&fresh.db, 2, |_| ()).await.unwrap();
        assert_eq!((report.transfers, report.accounts, report.difference_count), (4, 3, 0));
        let log = seal::audit_log_since(&fresh.db, 2, seal::remembered(&keys(&fresh)).unwrap().into_iter().collect(), |_| ()).await.unwrap();
        assert_eq!((log.leaves, log.checkpoints, log.difference_count), (4, 2, 0), "{:?}", log.differences);
        // A changed row of somebody for whom nothing came since is found by the whole audit alone.
        let trigger = if fresh.db.backend() == DbBackend::Postgres {
            "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL"
        } else {
            "DROP TRIGGER ledger_transfer_is_never_changed"
        };
        run_sql(&fresh, trigger).await;
        let other = learner(2).uuid().simple().to_string();
        let other = if fresh.db.backend() == DbBackend::Postgres { format!("'{other}'::uuid") } else { format!("x'{other}'") };
        run_sql(&fresh, &format!("UPDATE ledger_transfer SET rule_version = 'x' WHERE learner_id = {other}")).await;
        assert!(ledger::audit_since(&fresh.db, 2, |_| ()).await.unwrap().is_sound());
        assert_eq!(ledger::audit(&fresh.db, |_| ()).await.unwrap().first().map(|first| first.fault), Some(Fault::Leaf));
        let mine = other.replace("02", "01");
        run_sql(&fresh, &format!("UPDATE ledger_transfer SET rule_version = 'x' WHERE version = 1 AND learner_id = {mine}")).await;
        assert!(!ledger::audit_since(&fresh.db, 2, |_| ()).await.unwrap().is_sound());
    }
}
