//! What the ledger takes: every code, repeats, races.

use credit_bank::db;
use credit_bank::kernel::Credits;
use credit_bank::ledger::{self, Balances, Code, Error, Fraction, How, Posted, Posting, convert};

use super::steps::{approval, approver, assert_sound, issue, issue_in, issuer, key, learner, milli, order, post, reason, series};
use crate::support::databases::Fresh;

fn held(milli: i64) -> Balances {
    Balances { holding: Credits::from_milli(milli).unwrap(), ..Balances::default() }
}

async fn balances(fresh: &Fresh) -> Balances {
    ledger::balances_of(fresh.db.read(), learner(1)).await.unwrap()
}

fn codes(posted: &Posted) -> Vec<String> {
    posted.transfers.iter().map(|transfer| format!("{} {}", transfer.code, transfer.phase)).collect()
}

crate::on_both! {
    async fn an_issue_begins_a_chain_and_the_next_follows_it(fresh: Fresh) {
        let (first, second) = (issue(&fresh, learner(1), "T01").await, issue(&fresh, learner(1), "T02").await);
        let book = ledger::book_of(fresh.db.read(), learner(1)).await.unwrap();
        let seen: Vec<_> = book.transfers().iter().map(|t| (t.id, t.version, t.before, t.after)).collect();
        assert_eq!(seen, [(first, 1, held(0), held(250)), (second, 2, held(250), held(500))]);
        assert_eq!(balances(&fresh).await, held(500));
        assert_sound(&fresh).await;
    }

    async fn the_same_request_gets_the_first_answer_and_another_under_its_key_is_refused(fresh: Fresh) {
        let who = learner(1);
        let ask = async |amount: i64| -> Result<Posted, Error> {
            fresh.db.write(async move |tx| {
                let chain = ledger::open(tx, who, key("once"), None).await?;
                let award = ledger::AwardKey::new(series("T01"), 1).unwrap();
                ledger::post(tx, chain, &Posting::issue(order(who, tx), award, issuer(), milli(amount))).await
            }).await
        };
        let first = ask(250).await.unwrap();
        fresh.clock.turn_ms(60_000);
        let again = ask(250).await.unwrap();
        assert!(again.is_repeat && !first.is_repeat);
        assert_eq!(again.transfers, first.transfers);
        assert!(matches!(ask(500).await, Err(Error::KeyMisused)));
        assert_eq!(balances(&fresh).await, held(250));
    }

    async fn credit_goes_out_in_two_phases_and_comes_back_by_reversal(fresh: Fresh) {
        let who = learner(1);
        let award = issue(&fresh, who, "T01").await;
        let out = post(&fresh, who, "out", move |order, book| Posting::transfer_out(order, book, award)).await.unwrap();
        let pending = out.transfers[0].id;
        assert_eq!(balances(&fresh).await, Balances { pending: milli(250).credits(), ..held(0) });
        let void = post(&fresh, who, "void", move |order, book| Posting::transfer_out_void(order, book, pending)).await;
        assert_eq!(codes(&void.unwrap()), ["transfer_out void"]);
        let late = post(&fresh, who, "late", move |order, book| Posting::transfer_out_post(order, book, pending)).await;
        assert!(matches!(late, Err(Error::AlreadyResolved)));

        let out = post(&fresh, who, "out2", move |order, book| Posting::transfer_out(order, book, award)).await.unwrap();
        let pending = out.transfers[0].id;
        let gone = post(&fresh, who, "post", move |order, book| Posting::transfer_out_post(order, book, pending)).await.unwrap();
        assert_eq!(balances(&fresh).await, Balances { transferred: milli(250).credits(), ..held(0) });
        let blocked = post(&fresh, who, "no", move |order, book| Posting::reverse(order, approval(), book, award)).await;
        assert!(matches!(blocked, Err(Error::Taken)));
        let gone = gone.transfers[0].id;
        let back = post(&fresh, who, "back", move |order, book| Posting::reverse(order, approval(), book, gone)).await.unwrap();
        assert_eq!(codes(&back), ["reverse single", "reverse single"]);
        assert_eq!(balances(&fresh).await, held(250));
        assert_sound(&fresh).await;
    }

    async fn a_dispute_freezes_an_award_and_ends_either_way(fresh: Fresh) {
        let who = learner(1);
        let award = issue(&fresh, who, "T01").await;
        let frozen = post(&fresh, who, "f", move |order, book| Posting::freeze(order, reason(), book, award)).await.unwrap();
        let freeze = frozen.transfers[0].id;
        assert_eq!(balances(&fresh).await, Balances { frozen: milli(250).credits(), ..held(0) });
        let out = post(&fresh, who, "o", move |order, book| Posting::transfer_out(order, book, award)).await;
        assert!(matches!(out, Err(Error::Taken)));
        post(&fresh, who, "u", move |order, book| Posting::unfreeze(order, approval(), book, freeze)).await.unwrap();
        let revoked = post(&fresh, who, "v", move |order, book| Posting::revoke(order, approval(), book, award)).await.unwrap();
        assert_eq!(revoked.transfers[0].approver, Some(approver()));
        assert_eq!(balances(&fresh).await, Balances { revoked: milli(250).credits(), ..held(0) });
        let revocation = revoked.transfers[0].id;
        post(&fresh, who, "w", move |order, book| Posting::reverse(order, approval(), book, revocation)).await.unwrap();
        assert_eq!(balances(&fresh).await, held(250));
        assert_sound(&fresh).await;
    }

    async fn conversions_keep_their_remainder_in_the_same_group(fresh: Fresh) {
        let who = learner(1);
        let what = convert(10_000, Fraction { numerator: 1, denominator: 3, step: milli(250) }).unwrap();
        let posted = post(&fresh, who, "in", move |order, _| {
            let award = ledger::AwardKey::new(series("X1"), 1).unwrap();
            Ok(Posting::convert_in(order, award, issuer(), what))
        }).await.unwrap();
        assert_eq!(codes(&posted), ["convert_in single", "rounding single"]);
        assert_eq!(posted.transfers[0].group, posted.transfers[1].group);
        assert_eq!((posted.transfers[1].key.as_str(), posted.transfers[1].amount.milli()), ("in#2", 83));
        assert_eq!(balances(&fresh).await, held(3250));
        let award = posted.transfers[0].id;
        let out = post(&fresh, who, "out", move |order, book| Posting::convert_out(order, book, award, Some(milli(50)))).await.unwrap();
        assert_eq!(codes(&out), ["convert_out single", "rounding single"]);
        assert_eq!(balances(&fresh).await, held(0));
        let converted = out.transfers[0].id;
        let back = post(&fresh, who, "back", move |order, book| Posting::reverse(order, approval(), book, converted)).await.unwrap();
        assert!(back.transfers.iter().all(|t| t.code == Code::Reverse && t.names.is_some_and(|named| named.how == How::Reverses)));
        assert_eq!((back.transfers.len(), balances(&fresh).await), (2, held(3250)));
        assert_sound(&fresh).await;
    }

    async fn a_closed_account_says_so_and_does_not_close_over_what_is_pending(fresh: Fresh) {
        let who = learner(1);
        let award = issue(&fresh, who, "T01").await;
        let out = post(&fresh, who, "o", move |order, book| Posting::transfer_out(order, book, award)).await.unwrap();
        let close = async || fresh.db.write(async move |tx| ledger::close(tx, who).await).await;
        assert!(matches!(close().await, Err(Error::StillPending)));
        let pending = out.transfers[0].id;
        post(&fresh, who, "v", move |order, book| Posting::transfer_out_void(order, book, pending)).await.unwrap();
        close().await.unwrap();
        let refused = post(&fresh, who, "f", move |order, book| Posting::freeze(order, reason(), book, award)).await;
        assert!(matches!(refused, Err(Error::Closed)));
        post(&fresh, who, "r", move |order, book| Posting::reverse(order, approval(), book, award)).await.unwrap();
        assert_sound(&fresh).await;
    }

    async fn what_is_said_to_happen_tomorrow_is_refused_and_time_never_falls_in_a_chain(fresh: Fresh) {
        let who = learner(1);
        let first = issue(&fresh, who, "T01").await;
        fresh.clock.turn_ms(-3_600_000);
        issue(&fresh, who, "T02").await;
        let book = ledger::book_of(fresh.db.read(), who).await.unwrap();
        assert_eq!(book.transfers()[1].recorded_at, book.find(first).unwrap().recorded_at);
        let early = post(&fresh, who, "e", move |mut order, book| {
            order.occurred_at = order.occurred_at.plus_days(1);
            Posting::freeze(order, reason(), book, first)
        }).await;
        assert!(matches!(early, Err(Error::NotYetHappened)));
    }

    async fn forty_postings_at_once_for_one_learner_make_one_chain(fresh: Fresh) {
        let all = (0..40).map(|number: u8| fresh.db.write(async move |tx| {
            let unit = format!("U{number}");
            issue_in(tx, learner(1), key(&unit), &unit, 250).await
        }));
        let outcomes = futures_util::future::join_all(all).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(balances(&fresh).await, held(10_000));
        assert_sound(&fresh).await;
    }

    async fn two_processes_post_for_one_learner_one_after_the_other(fresh: Fresh) {
        if fresh.db.backend() == sea_orm::DbBackend::Sqlite { return }
        let other = db::open(&fresh.target, fresh.clock.clone()).await.unwrap();
        for round in 0..6_u8 {
            let all = (0..16_u8).map(|number| {
                let db = if number % 2 == 0 { &fresh.db } else { &other };
                // The same unit from both processes: one is credited, the other finds it given.
                db.write(async move |tx| {
                    let unit = format!("U{}", number / 2);
                    issue_in(tx, learner(10 + round), key(&format!("{unit}-{}", number % 2)), &unit, 250).await
                })
            });
            let outcomes = futures_util::future::join_all(all).await;
            let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            let given = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::AwardGiven))).count();
            assert_eq!((done, given), (8, 8), "{outcomes:?}");
        }
        assert_sound(&fresh).await;
    }
}
