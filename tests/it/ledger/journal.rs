//! The journal: another program, which knows nothing of ours, adds up all balances again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use credit_bank::kernel::LearnerId;
use credit_bank::ledger::seal::{self, Alarm, Sealer};
use credit_bank::ledger::{self, AwardKey, Fraction, Kind, Posted, Posting, convert};

use super::steps::{approval, assert_sound, issue, issuer, key, learner, milli, order, post, reason, series};
use crate::support::binary::over;
use crate::support::databases::Fresh;

fn hledger(journal: &Path, words: &[&str]) -> Output {
    let mut command = Command::new("hledger");
    command.env("LC_ALL", "C").arg("-f").arg(journal).args(words);
    command.output().unwrap_or_else(|error| panic!("hledger is not there (apt-get install hledger): {error}"))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Every account with its balance in milli-credits, as hledger adds it up.
fn balances(journal: &Path) -> BTreeMap<String, i64> {
    let output = hledger(journal, &["balance", "--flat", "--empty", "--no-total", "--output-format", "csv"]);
    assert!(output.status.success(), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let (account, amount) = line.trim_matches('"').split_once("\",\"").unwrap();
        let milli = if amount == "0" { 0 } else { amount.strip_suffix(" credit").unwrap().replace('.', "").parse().unwrap() };
        (account.to_owned(), milli)
    });
    rows.collect()
}

async fn converts_in(fresh: &Fresh, who: LearnerId, unit: &'static str) -> Posted {
    let done = fresh.db.write::<_, ledger::Error, _>(async move |tx| {
        let chain = ledger::open(tx, who, key(unit), Some(&series(unit))).await?;
        let what = convert(10_000, Fraction { numerator: 1, denominator: 3, step: milli(250) }).unwrap();
        let award = AwardKey::new(series(unit), 1).unwrap();
        ledger::post(tx, chain, &Posting::convert_in(order(who, tx), award, issuer(), what)).await
    });
    done.await.unwrap()
}

/// A book in which every code stands, in every phase, over several days.
async fn scene(fresh: &Fresh) {
    let wang = learner(1);
    let [a, b, c, d, e, f] = ["T01", "T02", "T03", "T04", "T05", "T06"];
    let (a, b, c) = (issue(fresh, wang, a).await, issue(fresh, wang, b).await, issue(fresh, wang, c).await);
    let first = |posted: Result<Posted, ledger::Error>| posted.unwrap().transfers[0].id;
    let freeze = first(post(fresh, wang, "freeze", move |order, book| Posting::freeze(order, reason(), book, a)).await);
    fresh.clock.turn_ms(86_400_000);
    first(post(fresh, wang, "thaw", move |order, book| Posting::unfreeze(order, approval(), book, freeze)).await);
    first(post(fresh, wang, "revoke", move |order, book| Posting::revoke(order, approval(), book, a)).await);
    let out = first(post(fresh, wang, "out", move |order, book| Posting::transfer_out(order, book, b)).await);
    first(post(fresh, wang, "void", move |order, book| Posting::transfer_out_void(order, book, out)).await);
    let out = first(post(fresh, wang, "out2", move |order, book| Posting::transfer_out(order, book, b)).await);
    fresh.clock.turn_ms(86_400_000);
    first(post(fresh, wang, "post", move |order, book| Posting::transfer_out_post(order, book, out)).await);
    first(post(fresh, wang, "out3", move |order, book| Posting::transfer_out(order, book, c)).await);
    let (d, e) = (issue(fresh, wang, d).await, issue(fresh, wang, e).await);
    first(post(fresh, wang, "reverse", move |order, book| Posting::reverse(order, approval(), book, d)).await);
    first(post(fresh, wang, "convert", move |order, book| Posting::convert_out(order, book, e, Some(milli(7)))).await);
    assert_eq!(converts_in(fresh, wang, f).await.transfers.len(), 2, "with a remainder");
    let f = ledger::book_of(fresh.db.read(), wang).await.unwrap().transfers().iter().rev().nth(1).unwrap().id;
    first(post(fresh, wang, "frozen", move |order, book| Posting::freeze(order, reason(), book, f)).await);
    for number in 2..12 {
        issue(fresh, learner(number), "T01").await;
    }
}

async fn export(fresh: &Fresh) -> PathBuf {
    let path = fresh.folder.path().join("journal");
    let output = over(fresh).args(["ledger", "export", "--output"]).arg(&path).output().unwrap();
    assert!(output.status.success() && said(&output).contains("hledger -f"), "{}", said(&output));
    path
}

crate::on_both! {
    async fn another_program_adds_up_every_balance_and_checks_every_chain(fresh: Fresh) {
        scene(&fresh).await;
        assert_sound(&fresh).await;
        let keys = fresh.folder.path().join("keys");
        let signer = seal::open_log(&fresh.db, &keys, "localhost/ledger").await.unwrap();
        Sealer::new(fresh.db.clone(), keys, signer, Alarm::default()).seal_waiting().await.unwrap();
        let journal = export(&fresh).await;
        let checked = hledger(&journal, &["check", "--strict"]);
        assert!(checked.status.success(), "{}", said(&checked));
        let found = balances(&journal);
        let of = |account: String| found.get(&account).copied().unwrap_or(0);
        for number in 1..12 {
            let (who, held) = (learner(number), ledger::balances_of(fresh.db.read(), learner(number)).await.unwrap());
            let kinds = [("holding", held.holding), ("pending", held.pending), ("frozen", held.frozen), ("transferred", held.transferred), ("revoked", held.revoked)];
            for (kind, credits) in kinds {
                assert_eq!(of(format!("learner:{who}:{kind}")), credits.milli(), "{number} {kind}");
            }
        }
        let report = ledger::audit(&fresh.db, |_| ()).await.unwrap();
        for kind in [Kind::Issuance, Kind::Conversion, Kind::Rounding] {
            let milli = i128::from(of(format!("issuer:{}:{kind}", issuer())));
            assert!(milli == report.tally.balance(kind) && milli != 0, "{kind} {milli}");
        }
        assert_eq!(found.values().sum::<i64>(), 0);
        let entries = said(&hledger(&journal, &["print", "tag:leaf"])).matches("version:").count();
        assert_eq!(u64::try_from(entries).unwrap(), report.transfers, "each is numbered as it was sealed");
    }

    async fn a_journal_that_somebody_changed_does_not_add_up(fresh: Fresh) {
        scene(&fresh).await;
        let journal = export(&fresh).await;
        let text = std::fs::read_to_string(&journal).unwrap();
        let one_entry = |text: &str| text.find("\n2026").map(|at| text[at..].find("\n\n").map_or(text.len(), |end| at + end)).unwrap();
        let changes = [
            text.replacen("0.250 credit = ", "0.500 credit = ", 1),
            text.replacen("= 0.250 credit", "= 0.251 credit", 1),
            // The first entry is gone: the next one does not go on from what it left.
            text[..text.find("\n2026").unwrap()].to_owned() + &text[one_entry(&text)..],
            text.replacen(":pending", ":pendimg", 1),
        ];
        for (number, changed) in changes.iter().enumerate() {
            std::fs::write(&journal, changed).unwrap();
            assert!(!hledger(&journal, &["check", "--strict"]).status.success(), "change {number}");
        }
    }

    async fn an_empty_book_is_an_empty_journal(fresh: Fresh) {
        let output = over(&fresh).args(["ledger", "export"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.is_ascii() && text.contains("commodity 1000.000 credit\n"), "{text}");
    }
}
