//! What verifying without a network reads: the book of keys, the log's word for it, the page and the worker that keeps it.

use credit_bank::agencies;
use credit_bank::config::Config;
use credit_bank::credentials::KeyBook;
use credit_bank::curriculum;
use credit_bank::db::Tx;
use credit_bank::kernel::{AgencyId, sha256_of};
use credit_bank::ledger::seal::{self, key_list};

use crate::agencies::{Desk, TOWN};
use crate::support::databases::{Engine, fresh};
use crate::support::editions::Changed;
use crate::support::server::{Answer, Bank, SHELF};

const HOST: &str = "xuefen.example.cn";

/// A bank at an address that everybody reaches.
fn public(config: &mut Config) {
    config.public_url = Some(format!("http://{HOST}"));
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

async fn book(bank: &Bank) -> (KeyBook, String) {
    let answer = bank.visitor().opens("/v/keys.json").await;
    assert_eq!((answer.status, header(&answer, "cache-control")), (200, "public, max-age=300"), "{}", answer.body);
    assert_eq!((header(&answer, "content-type"), header(&answer, "set-cookie")), ("application/json", ""));
    (KeyBook::parse(answer.body.as_bytes()).unwrap(), answer.body)
}

crate::on_both! {
    async fn the_book_has_all_keys_there_ever_were_and_the_log_signs_it(fresh: Fresh) {
        let Desk { bank, id, shen_id, .. } = Desk::of(Bank::over_with(fresh, public).await, TOWN).await;
        let id: AgencyId = id.parse().unwrap();
        let next = agencies::fresh_key(&bank.house.keys, id);
        let from = bank.clock.now().day().plus_days(2);
        let rotate = async move |tx: &Tx| agencies::rotate_key(tx, &next, from, shen_id).await;
        bank.house.db.write(rotate).await.unwrap();
        let (open, _) = book(&bank).await;
        let [agency] = open.agencies.as_slice() else { panic!("{open:?}") };
        assert_eq!((open.origin.host(), agency.id, agency.is_closed), (HOST, id, false));
        let spans: Vec<_> = agency.keys.iter().map(|key| (key.from == from, key.until)).collect();
        assert_eq!(spans, [(false, Some(from)), (true, None)], "one that waits for its day stands there already");
        let kinds: Vec<u8> = open.kinds.iter().map(|kind| kind.paper_code).collect();
        assert_eq!((kinds.as_slice(), open.units.len()), ([1, 2, 3, 4].as_slice(), 23));
        let close = async move |tx: &Tx| agencies::close(tx, id, shen_id, "撤并").await;
        bank.house.db.write(close).await.unwrap();
        let (closed, _) = book(&bank).await;
        assert!(closed.agencies[0].is_closed);
        assert_eq!(closed.agencies[0].keys, agency.keys, "what it issued goes on being verified");
        bank.close().await;
    }

    async fn the_logs_key_says_which_book_is_the_banks(fresh: Fresh) {
        let bank = Desk::of(Bank::over_with(fresh, public).await, TOWN).await.bank;
        let note = "/v/keys.json.note";
        assert_eq!(bank.visitor().opens(note).await.status, 404, "no log was opened yet");
        bank.seals().await;
        let (_, text) = book(&bank).await;
        let answer = bank.visitor().opens(note).await;
        assert_eq!((answer.status, header(&answer, "content-type")), (200, "text/plain; charset=utf-8"), "{}", answer.body);
        let log = seal::keys(bank.house.db.read()).await.unwrap().pop().unwrap().verifier;
        let digest = |text: &str| sha256_of(text.as_bytes()).unwrap().0;
        assert_eq!(key_list::check(&answer.body, &log, HOST, &digest(&text)), Ok(()));
        assert!(key_list::check(&answer.body, &log, HOST, &digest(&format!("{text} "))).is_err());
        // The same bytes for as long as nothing is changed, in whichever process.
        bank.clock.turn_ms(1_000);
        assert_eq!(book(&bank).await.1, text);
        bank.close().await;
    }

    async fn a_kind_that_no_edition_has_any_more_keeps_its_number(fresh: Fresh) {
        let change = |text: &str| text.replace("paper_code = 4\n", "paper_code = 9\n").replace("\"拓展学习证书\"", "\"进阶学习证书\"");
        let other = Changed { path: "manifest.toml", change }.shelf();
        curriculum::keep(&fresh.db, other.edition(), "").await.unwrap();
        let kept = curriculum::list_kinds(fresh.db.read()).await.unwrap();
        let named: Vec<(i64, &str)> = kept.iter().map(|kind| (kind.paper_code, kind.title.as_str())).collect();
        assert_eq!(named, [(1, "单元学习证明"), (2, "基础学习证书"), (3, "进阶学习证书"), (9, "全域学习证书")]);
        fresh.clock.turn_ms(1_000);
        curriculum::keep(&fresh.db, SHELF.edition(), "").await.unwrap();
        let bank = Bank::over_with(fresh, public).await;
        let (book, _) = book(&bank).await;
        let named: Vec<(u8, &str)> = book.kinds.iter().map(|kind| (kind.paper_code, kind.title.as_str())).collect();
        let newest = [(1, "单元学习证明"), (2, "基础学习证书"), (3, "拓展学习证书"), (4, "全域学习证书"), (9, "全域学习证书")];
        assert_eq!(named, newest, "in the words of the newest");
        bank.close().await;
    }
}

#[actix_web::test]
async fn the_page_is_nobodys_and_its_worker_stands_above_every_code() {
    let bank = Bank::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (wang, _) = bank.learner("王桂英", 1, None).await;
    for person in [&bank.visitor(), &wang] {
        let page = person.opens("/v/offline").await;
        assert_eq!((page.status, header(&page, "cache-control"), header(&page, "set-cookie")), (200, "private, no-cache", ""));
        assert!(page.body.contains("data-offline=\"/v/offline\"") && !page.body.contains("王桂英"), "{}", page.body);
    }
    for path in ["/v/worker.js", "/V/worker.js"] {
        let worker = bank.visitor().opens(path).await;
        assert_eq!((worker.status, header(&worker, "content-type")), (200, "text/javascript; charset=utf-8"));
        assert_eq!(header(&worker, "cache-control"), "no-cache");
    }
    // Without an address that everybody reaches nothing is issued, and there is nothing to verify by.
    for path in ["/v/keys.json", "/v/keys.json.note"] {
        assert_eq!(bank.visitor().opens(path).await.status, 404, "{path}");
    }
    bank.close().await;
}
