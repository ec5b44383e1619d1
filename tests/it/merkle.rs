//! Another program, written by others from the same RFC, finds the same roots and believes the same proofs. It runs where
//! `CREDIT_BANK_TEST_PYTHON` names a Python that has pymerkle (`tests/merkle/requirements.txt`), as `scripts/test` sets it up.

use std::io::Write;
use std::process::{Command, Stdio};

use credit_bank::kernel::Digest;
use credit_bank::ledger;
use credit_bank::ledger::seal::merkle::{self, Node};
use credit_bank::ledger::seal::{self, Alarm, Sealer};
use serde_json::{Value, json};

use crate::ledger::steps::{issue_in, key, learner};
use crate::support::databases::{Engine, fresh};

fn texts(hashes: &[Digest]) -> Vec<String> {
    hashes.iter().map(ToString::to_string).collect()
}

/// What the other program says of it; nothing where there is none.
fn compared(given: &Value) -> Option<String> {
    let python = std::env::var("CREDIT_BANK_TEST_PYTHON").ok()?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/merkle/compare.py");
    let mut command = Command::new(python);
    let mut child = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    Some(said)
}

/// A book of forty transfers, each signed as it came: roots are those of signed checkpoints, entries are the bytes of transfers, and
/// proofs are those that anybody is given.
#[actix_web::test]
async fn pymerkle_finds_the_signed_roots_of_a_book_and_believes_every_proof_of_it() {
    const MANY: u64 = 40;
    let fresh = fresh(Engine::Sqlite).await.unwrap();
    let keys = fresh.folder.path().join("keys");
    let signer = seal::open_log(&fresh.db, &keys, "xuefen.example.cn/ledger").await.unwrap();
    let mut sealer = Sealer::new(fresh.db.clone(), keys, signer, Alarm::default());
    let (mut entries, mut roots) = (Vec::new(), Vec::new());
    for number in 1..=MANY {
        let who = learner(u8::try_from(number).unwrap());
        let work = async move |tx: &credit_bank::db::Tx| issue_in(tx, who, key("T01"), "T01", 250).await;
        let posted = fresh.db.write::<_, ledger::Error, _>(work).await.unwrap();
        entries.push(hex::encode(ledger::canonical_bytes(&posted.transfers[0])));
        sealer.seal_waiting().await.unwrap();
        roots.push(seal::latest(fresh.db.read()).await.unwrap().unwrap().root);
    }
    let (mut inclusion, mut consistency) = (Vec::new(), Vec::new());
    for size in 1..=MANY {
        for index in 0..size {
            let proof = seal::inclusion(fresh.db.read(), index, size).await.unwrap().unwrap();
            inclusion.push(json!([index, size, texts(&proof)]));
            let proof = seal::consistency(fresh.db.read(), index + 1, size).await.unwrap().unwrap();
            consistency.push(json!([index + 1, size, texts(&proof)]));
        }
    }
    let mut given = json!({ "entries": entries, "roots": texts(&roots), "inclusion": inclusion, "consistency": consistency });
    let Some(said) = compared(&given) else { return };
    assert!(said.starts_with("40 roots, 820 inclusion proofs, 820 consistency proofs"), "{said}");
    // It would say so if one hash were another.
    given["inclusion"][5][2][0] = json!(merkle::empty_root().to_string());
    assert!(std::panic::catch_unwind(|| compared(&given)).is_err());
}

/// Around the edges of a tile of 256, and beyond.
#[test]
fn pymerkle_finds_the_same_roots_and_proofs_at_every_size_up_to_six_hundred() {
    const MANY: u64 = 600;
    let entries: Vec<String> = (0..MANY).map(|number| format!("entry {number}")).collect();
    let mut levels = vec![entries.iter().map(|entry| merkle::leaf_hash(entry.as_bytes())).collect::<Vec<Digest>>()];
    while levels.last().unwrap().len() > 1 {
        let above = levels.last().unwrap().chunks_exact(2).map(|pair| merkle::node_hash(&pair[0], &pair[1])).collect();
        levels.push(above);
    }
    let node = |node: Node| levels.get(usize::try_from(node.level).unwrap())?.get(usize::try_from(node.index).unwrap()).copied();
    let roots: Vec<Digest> = (1..=MANY).map(|size| merkle::root(size, node).unwrap()).collect();
    let (mut inclusion, mut consistency) = (Vec::new(), Vec::new());
    for size in [1, 2, 3, 255, 256, 257, 511, 512, 513, 600] {
        for index in 0..size {
            let proof = merkle::prove_inclusion(index, size, node).unwrap();
            inclusion.push(json!([index, size, texts(&proof)]));
            let proof = merkle::prove_consistency(index + 1, size, node).unwrap();
            consistency.push(json!([index + 1, size, texts(&proof)]));
        }
    }
    let entries: Vec<String> = entries.iter().map(hex::encode).collect();
    let given = json!({ "entries": entries, "roots": texts(&roots), "inclusion": inclusion, "consistency": consistency });
    let Some(said) = compared(&given) else { return };
    assert!(said.starts_with("600 roots, 2910 inclusion proofs, 2910 consistency proofs"), "{said}");
}
