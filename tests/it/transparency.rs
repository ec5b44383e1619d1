//! The sealed book as anybody sees it: receipts, proofs, tiles, witnesses; and what tampering comes to.

use std::process::Output;

use credit_bank::kernel::{Digest, TransferId};
use credit_bank::ledger::seal::note::{self, Checkpoint, Verifier};
use credit_bank::ledger::seal::receipt::{NotVerified, Receipt};
use credit_bank::ledger::seal::{self, Alarm, Sealer, merkle};
use ed25519_dalek::SigningKey;
use serde_json::Value;

use crate::passbook::passes;
use crate::support::binary;
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::server::{Bank, Person};

impl Bank {
    /// Seals what waits, as the worker beside the server does.
    pub async fn seals(&self) {
        let keys = self.fresh.folder.path().join("keys");
        let signer = seal::open_log(&self.house.db, &keys, &self.house.config.log_origin()).await.unwrap();
        let mut sealer = Sealer::new(self.house.db.clone(), keys, signer, Alarm::default());
        self.clock.turn_ms(6_000);
        sealer.seal_waiting().await.unwrap();
    }

    async fn published(&self) -> (Checkpoint, String) {
        let note = self.visitor().opens("/ledger/checkpoint").await;
        assert_eq!((note.status, note.headers["content-type"].to_str().unwrap()), (200, "text/plain; charset=utf-8"));
        let keys = seal::keys(self.house.db.read()).await.unwrap();
        let verifiers: Vec<Verifier> = keys.into_iter().map(|key| key.verifier).collect();
        (note::open(&note.body, &verifiers).unwrap().checkpoint, note.body)
    }
}

async fn proof(person: &Person, path: &str) -> Vec<Digest> {
    let answer = person.opens(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    let json: Value = serde_json::from_str(&answer.body).unwrap();
    let hash = |text: &Value| Digest::from_slice(&hex::decode(text.as_str().unwrap()).unwrap()).unwrap();
    json["proof"].as_array().unwrap().iter().map(hash).collect()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What the binary says, and whether it was content; it runs where no bank and no configuration is.
fn says(arguments: &[&str]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = binary::bare(folder.path()).args(arguments).output().unwrap();
    (output.status.success(), said(&output))
}

async fn earns(bank: &Bank, units: &[&'static str]) -> (Person, Vec<TransferId>) {
    let (wang, id) = bank.learner("王桂英", 1, None).await;
    let mut transfers = Vec::new();
    for unit in units {
        transfers.push(passes(bank, id, unit).await);
    }
    (wang, transfers)
}

crate::on_both! {
    async fn a_line_of_the_passbook_has_a_receipt_once_it_is_sealed(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, transfers) = earns(&bank, &["T01", "T02"]).await;
        let path = format!("/passbook/{}/receipt", transfers[0]);
        assert!(wang.opens("/passbook").await.body.contains(&path));
        let waiting = wang.opens(&path).await;
        assert!(waiting.status == 200 && waiting.body.contains("正在进总账"), "{}", waiting.body);
        assert_eq!(wang.opens(&format!("{path}/file")).await.status, 404);
        bank.seals().await;
        let sealed = wang.opens(&path).await;
        assert!(sealed.body.contains("这一笔在总账第 3 号") && sealed.body.contains("到那时一共 4 笔"), "{}", sealed.body);
        let file = wang.opens(&format!("{path}/file")).await;
        assert_eq!(file.headers["content-disposition"].to_str().unwrap(), "attachment; filename=\"receipt-3.json\"");
        for word in ["王桂英", "13800000001"] {
            assert!(!file.body.contains(word));
        }
        let key = seal::keys(bank.house.db.read()).await.unwrap()[0].verifier.clone();
        let verified = Receipt::parse(&file.body).unwrap().verify(std::slice::from_ref(&key), &[]).unwrap();
        assert_eq!((verified.leaf, verified.transfer.id), (2, transfers[0]));
        // What anybody sees of it has the same fingerprint, and nothing of whose it is.
        let entry = bank.visitor().opens("/ledger/entry/3").await;
        assert!(entry.body.contains(&verified.transfer.leaf.to_string()) && !entry.body.contains("王"), "{}", entry.body);
        for number in ["0", "5", "99999999999999999999", "-1", "1.0"] {
            assert_eq!(bank.visitor().opens(&format!("/ledger/entry/{number}")).await.status, 404, "{number}");
        }
        bank.close().await;
        // The bank is gone; the file still shows it.
        let folder = tempfile::tempdir().unwrap();
        let saved = folder.path().join("receipt.json");
        let verify = |text: &str, key: &[&str]| {
            std::fs::write(&saved, text).unwrap();
            says(&[&["ledger", "verify-receipt", saved.to_str().unwrap()], key].concat())
        };
        let (is_valid, words) = verify(&file.body, &["--key", &key.to_text()]);
        assert!(is_valid && words.contains("凭证有效：第 3 号") && words.contains("0.250"), "{words}");
        let (is_valid, words) = verify(&file.body, &[]);
        assert!(is_valid && words.contains(&key.to_text()), "{words}");
        let (is_valid, words) = verify(&file.body.replace("0.250", "2.500"), &[]);
        assert!(!is_valid && words.contains("有人改过"), "{words}");
        let (is_valid, words) = verify("{\"format\":", &[]);
        assert!(!is_valid && words.contains("不是凭证"), "{words}");
    }

    async fn a_mirror_rebuilds_the_root_from_public_tiles_and_follows_the_log(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let visitor = bank.visitor();
        assert_eq!(visitor.opens("/ledger/checkpoint").await.status, 404);
        assert!(visitor.opens("/ledger").await.body.contains("总账还是空的"));
        let (_, transfers) = earns(&bank, &["T01", "T02", "T03"]).await;
        bank.seals().await;
        let (before, _) = bank.published().await;
        let (_, id) = bank.learner("李建国", 2, None).await;
        for unit in ["T01", "T02", "T03", "T04"] {
            passes(&bank, id, unit).await;
        }
        bank.seals().await;
        let (now, _) = bank.published().await;
        assert_eq!((before.size, now.size, transfers.len()), (6, 14, 3));
        let tile = reqwest::get(format!("{}/ledger/tile/0/000.p/14", bank.url)).await.unwrap();
        assert!(tile.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let tile = tile.bytes().await.unwrap();
        let leaves: Vec<Digest> = tile.chunks(32).map(|bytes| Digest::from_slice(bytes).unwrap()).collect();
        assert_eq!(crate::ledger::sealing::root_of(&leaves), now.root);
        assert_eq!(crate::ledger::sealing::root_of(&leaves[..6]), before.root);
        let consistency = proof(&visitor, "/api/v1/ledger/consistency?from=6&to=14").await;
        assert!(merkle::continues(6, &before.root, 14, &now.root, &consistency));
        let inclusion = proof(&visitor, "/api/v1/ledger/inclusion?leaf=4&size=14").await;
        assert!(merkle::includes(&leaves[4], 4, 14, &inclusion, &now.root));
        for (path, status) in [
            ("/ledger/tile/0/000.p/15", 404),
            ("/ledger/tile/0/000", 404),
            ("/ledger/tile/0/001.p/1", 404),
            ("/ledger/tile/9/000.p/1", 404),
            ("/ledger/tile/entries/000", 404),
            ("/ledger/tile/", 404),
            ("/api/v1/ledger/consistency?from=0&to=14", 404),
            ("/api/v1/ledger/consistency?from=14&to=6", 404),
            ("/api/v1/ledger/consistency?from=6&to=15", 404),
            ("/api/v1/ledger/consistency?from=x&to=14", 400),
            ("/api/v1/ledger/consistency?from=3", 400),
            ("/api/v1/ledger/inclusion?leaf=14&size=14", 404),
            ("/api/v1/ledger/inclusion?leaf=0&size=18446744073709551615", 404),
            ("/api/v1/ledger/inclusion?leaf=-1&size=14", 400),
            ("/api/v1/ledger/inclusion?leaf=1e3&size=14", 400),
        ] {
            assert_eq!(visitor.opens(path).await.status, status, "{path}");
        }
        let keys = visitor.opens("/api/v1/ledger/keys").await;
        assert!(keys.body.contains("credit-bank.invalid/ledger+"), "{}", keys.body);
        assert!(visitor.opens("/ledger").await.body.contains("总账现在有 14 笔"));
        bank.close().await;
    }

    async fn a_cosignature_is_taken_from_known_witnesses_under_our_own_checkpoints(fresh: Fresh) {
        let key = SigningKey::from_bytes(&[3; 32]);
        let known = Verifier::of_witness("library.example.cn", &key).to_text();
        let bank = Bank::over_with(fresh, |config| config.witnesses = vec![known, "nonsense".to_owned()]).await;
        let (wang, transfers) = earns(&bank, &["T01"]).await;
        bank.seals().await;
        let (_, note) = bank.published().await;
        let posts = async |kind: &str, body: String| {
            let sent = reqwest::Client::new().post(format!("{}/api/v1/ledger/witness", bank.url)).header("content-type", kind);
            let answer = sent.body(body).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let by = |key: &SigningKey, note: &str| format!("{note}{}", note::cosign(note, "library.example.cn", key, 1_772_000_000).unwrap());
        let other = Checkpoint { origin: "other.example.cn/ledger".to_owned(), size: 1, root: merkle::empty_root() };
        let other = note::sign(&other, "other.example.cn/ledger", &key);
        for (kind, body, status) in [
            ("text/plain", String::new(), 400),
            ("text/plain", "签名".repeat(100), 400),
            ("text/plain", note.clone(), 403),
            ("text/plain", by(&SigningKey::from_bytes(&[4; 32]), &note), 403),
            ("text/plain", by(&key, &other), 404),
            ("application/json", by(&key, &note), 415),
            ("text/plain", "x".repeat(20_000), 413),
        ] {
            let (given, words) = posts(kind, body).await;
            assert_eq!(given, status, "{words}");
        }
        for _ in 0..2 {
            let (status, words) = posts("text/plain", by(&key, &note)).await;
            assert_eq!((status, words.as_str()), (200, "{\"witness\":\"library.example.cn\",\"size\":2}"));
        }
        assert_eq!(bank.published().await.1, by(&key, &note));
        assert!(wang.opens(&format!("/passbook/{}/receipt", transfers[0])).await.body.contains("library.example.cn"));
        bank.close().await;
    }
}

#[actix_web::test]
async fn a_witness_follows_a_bank_and_shouts_where_it_shows_two_books() {
    let own = tempfile::tempdir().unwrap();
    let folder = own.path().to_str().unwrap().to_owned();
    let looks = async |bank: &Bank| {
        let arguments = ["ledger", "witness", &bank.url, "--name", "library.example.cn", "--folder", &folder].map(str::to_owned);
        let looking = move || says(&arguments.each_ref().map(String::as_str));
        tokio::task::spawn_blocking(looking).await.unwrap()
    };
    let honest = fresh(Engine::Sqlite).await.unwrap();
    let keys = honest.folder.path().join("keys");
    let bank = Bank::over(honest).await;
    earns(&bank, &["T01", "T02"]).await;
    bank.seals().await;
    let (is_taken, words) = looks(&bank).await;
    assert!(!is_taken && words.contains("witnesses：library.example.cn+"), "{words}");
    let own_key = words.split("witnesses：").nth(1).unwrap().trim().to_owned();
    // The operator writes it into the configuration.
    let Fresh { db, clock, target, folder: home, scratch } = bank.fresh;
    let bank =
        Bank::over_with(Fresh { db, clock, target, folder: home, scratch }, |config| config.witnesses = vec![own_key]).await;
    let (is_taken, words) = looks(&bank).await;
    assert!(is_taken && words.contains("看过了：4 笔") && words.contains("交给银行了"), "{words}");
    let (_, id) = bank.learner("李建国", 2, None).await;
    passes(&bank, id, "T01").await;
    bank.seals().await;
    let (is_taken, words) = looks(&bank).await;
    assert!(is_taken && words.contains("看过了：6 笔"), "{words}");
    // Somebody who holds the keys shows another book.
    let forged = fresh(Engine::Sqlite).await.unwrap();
    std::fs::create_dir_all(forged.folder.path().join("keys")).unwrap();
    std::fs::copy(keys.join("ledger-1.key"), forged.folder.path().join("keys/ledger-1.key")).unwrap();
    let forger = Bank::over(forged).await;
    earns(&forger, &["T05", "T06", "T07", "T08", "T09"]).await;
    forger.seals().await;
    let (is_taken, words) = looks(&forger).await;
    assert!(!is_taken && words.contains("账本接不上") && words.contains("前 6 笔"), "{words}");
    let fork = std::fs::read_to_string(own.path().join("fork.txt")).unwrap();
    assert!(fork.contains("credit-bank.invalid/ledger\n6\n") && fork.contains("credit-bank.invalid/ledger\n10\n"), "{fork}");
    // A new key goes on for the old one; who does not show it is not believed.
    seal::rotate_key(&bank.house.db, &keys).await.unwrap();
    passes(&bank, id, "T02").await;
    bank.seals().await;
    let (is_taken, words) = looks(&bank).await;
    assert!(is_taken && words.contains("看过了：8 笔"), "{words}");
    let (is_taken, words) = looks(&forger).await;
    assert!(!is_taken && words.contains("少了原来有过的"), "{words}");
    bank.close().await;
    forger.close().await;
}

#[test]
fn what_is_no_receipt_or_no_key_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.json");
    let (is_valid, words) = says(&["ledger", "verify-receipt", missing.to_str().unwrap()]);
    assert!(!is_valid && words.contains("none.json"), "{words}");
    let deep = folder.path().join("deep.json");
    std::fs::write(&deep, "[".repeat(10_000)).unwrap();
    let (is_valid, words) = says(&["ledger", "verify-receipt", deep.to_str().unwrap()]);
    assert!(!is_valid && words.contains("不是凭证"), "{words}");
    let (is_valid, words) = says(&["ledger", "verify-receipt", deep.to_str().unwrap(), "--key", "x"]);
    assert!(!is_valid && words.contains("公钥写得不对"), "{words}");
    assert_eq!(Receipt::parse(&std::fs::read_to_string(&deep).unwrap()), Err(NotVerified::NotAReceipt));
}
