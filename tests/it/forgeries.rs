//! Receipts, checkpoints and requests that somebody has made up: each gets a clear no, and nothing breaks.

use std::process::Output;

use credit_bank::ledger::seal::merkle;
use credit_bank::ledger::seal::note::{self, Checkpoint};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use crate::passbook::passes;
use crate::support::binary::{bare, over};
use crate::support::databases::{Engine, fresh};
use crate::support::server::Bank;

fn said(output: &Output) -> (Option<i32>, String) {
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    (output.status.code(), said)
}

/// What `credit-bank ledger verify-receipt` says of this file, somewhere else.
fn verified(receipt: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("receipt.json");
    std::fs::write(&file, receipt).unwrap();
    said(&bare(folder.path()).args(["ledger", "verify-receipt"]).arg(&file).output().unwrap())
}

#[actix_web::test]
async fn a_receipt_that_says_something_else_or_leans_on_another_book_is_refused_in_words() {
    let bank = Bank::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (wang, id) = bank.learner("王桂英", 1, None).await;
    let transfer = passes(&bank, id, "T01").await;
    bank.seals().await;
    let receipt = wang.opens(&format!("/passbook/{transfer}/receipt/file")).await.body;
    assert_eq!(verified(&receipt).0, Some(0));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&receipt).unwrap();
        change(&mut value);
        verified(&value.to_string())
    };
    // Amounts that are none, or another: what is written must be what was sealed, to the letter.
    for amount in ["0.000", "-0.250", "0.25", "0.2500", "2.5e-1", "1000000.001", "９.２５０", "", "0,250", "+0.250", " 0.250"]
    {
        let (code, words) = changed(&|receipt| receipt["entry"]["credits"] = json!(amount));
        assert!(code == Some(1) && words.contains("有人改过"), "{amount}: {words}");
    }
    for amount in [json!(0.25), json!(250), json!(null), json!({ "credits": 250 })] {
        let (code, words) = changed(&|receipt| receipt["entry"]["credits"] = amount.clone());
        assert!(code == Some(1) && words.contains("不是凭证"), "{amount}: {words}");
    }
    // A checkpoint that nobody signed, and one that a stranger did.
    let unsigned = |receipt: &mut Value| {
        let note = receipt["checkpoint"].as_str().unwrap().replacen("\n2\n", "\n9\n", 1);
        receipt["checkpoint"] = json!(note);
    };
    assert!(changed(&unsigned).1.contains("签名不对"));
    let origin = bank.house.config.log_origin();
    let forged = Checkpoint { origin: origin.clone(), size: 2, root: merkle::empty_root() };
    let forged = note::sign(&forged, &origin, &SigningKey::from_bytes(&[7; 32]));
    let (code, words) = changed(&|receipt| receipt["checkpoint"] = json!(forged));
    assert!(code == Some(1) && words.contains("签名不对"), "{words}");
    // The book has grown: the proof for its size before leads nowhere in it.
    passes(&bank, id, "T02").await;
    passes(&bank, id, "T03").await;
    bank.seals().await;
    let newer: Value = serde_json::from_str(&wang.opens(&format!("/passbook/{transfer}/receipt/file")).await.body).unwrap();
    assert_ne!(newer["checkpoint"], serde_json::from_str::<Value>(&receipt).unwrap()["checkpoint"]);
    let (code, words) = changed(&|receipt| receipt["checkpoint"] = newer["checkpoint"].clone());
    assert!(code == Some(1) && words.contains("不在这本账里"), "{words}");
    // To the audit too a made-up checkpoint is one that the book does not go on from.
    let fresh = bank.ends().await;
    let kept = fresh.folder.path().join("kept.txt");
    let audits = |text: &str| {
        std::fs::write(&kept, text).unwrap();
        said(&over(&fresh).args(["ledger", "audit", "--checkpoint"]).arg(&kept).output().unwrap())
    };
    let (code, words) = audits(&forged);
    assert!(code == Some(1) && words.contains("the log was rewritten"), "{words}");
    let (code, words) = audits(&"[".repeat(10_000));
    assert!(code == Some(1) && words.contains("不是封存点"), "{words}");
}

#[actix_web::test]
async fn json_ten_thousand_levels_deep_is_refused_and_the_server_goes_on() {
    let deep = ["[", "{\"a\":"].map(|open| open.repeat(10_000));
    for text in &deep {
        let (code, words) = verified(text);
        assert!(code == Some(1) && words.contains("不是凭证"), "{words}");
    }
    let bank = Bank::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let client = reqwest::Client::new();
    for path in ["/api/v1/token", "/api/v1/ledger/witness"] {
        for (kind, body) in [("application/json", &deep[0]), ("application/json", &deep[1]), ("text/plain", &deep[0])] {
            let sent = client.post(format!("{}{path}", bank.url)).header("content-type", kind).body(body.clone());
            let status = sent.send().await.unwrap().status().as_u16();
            assert!((400..500).contains(&status), "{path} {kind}: {status}");
        }
    }
    assert_eq!(bank.visitor().opens("/healthz").await.status, 200);
    bank.close().await;
}
