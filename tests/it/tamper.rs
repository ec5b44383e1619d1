//! Somebody who owns the file changes it: one byte anywhere, a row gone, rows swapped, the whole file of yesterday. The audit names it.
//! Triggers and constraints are no help here: whoever owns the file takes them away first.

mod rows;

use credit_bank::db::OnceKey;
use credit_bank::kernel::{Chance, LearnerId, Seed, digest_of};
use credit_bank::ledger::seal::note::Checkpoint;
use credit_bank::ledger::{self, seal};
use credit_bank::outbox::Standing;
use credit_bank::recognition::Decision;
use credit_bank::{db, recognition};
use uuid::Uuid;

use crate::passbook::passes;
use crate::support::binary::over;
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::server::Bank;
use rows::{Change, Owner};

const OFFICER: LearnerId = LearnerId::from_uuid(Uuid::from_bytes([50; 16]));
const APPROVER: LearnerId = LearnerId::from_uuid(Uuid::from_bytes([51; 16]));
static NOWHERE: Standing = Standing { place_code: None, groups: Vec::new(), age_band: None };

fn decision(learner: LearnerId, once: &str) -> Decision<'static> {
    Decision {
        learner,
        officer: OFFICER,
        reason: ledger::Reason::parse("wrong_person").unwrap(),
        evidence: digest_of(&[b"file 7"]),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        once: OnceKey::parse(once).unwrap(),
        standing: &NOWHERE,
    }
}

/// Three learners' books, with a dispute and a correction, all sealed under three checkpoints.
async fn book() -> Fresh {
    let bank = Bank::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (_, wang) = bank.learner("王桂英", 1, None).await;
    let (first, second) = (passes(&bank, wang, "T01").await, passes(&bank, wang, "T02").await);
    bank.seals().await;
    let (_, li) = bank.learner("李建国", 2, None).await;
    passes(&bank, li, "T01").await;
    let freeze = async move |tx: &db::Tx| recognition::freeze(tx, &decision(wang, "form-0001"), first).await;
    bank.fresh.db.write(freeze).await.unwrap();
    bank.seals().await;
    let reverse = async move |tx: &db::Tx| recognition::reverse(tx, &decision(wang, "form-0002"), APPROVER, second).await;
    bank.fresh.db.write(reverse).await.unwrap();
    passes(&bank, wang, "T02").await;
    bank.seals().await;
    let fresh = bank.ends().await;
    assert_eq!(findings(&fresh).await, [0, 0, 0]);
    fresh
}

/// What the signer remembers.
fn remembered(fresh: &Fresh) -> Vec<Checkpoint> {
    seal::remembered(&fresh.folder.path().join("keys")).unwrap().into_iter().collect()
}

/// How many differences each of the three audits finds; one that cannot go on has found something.
async fn findings(fresh: &Fresh) -> [u64; 3] {
    let book = ledger::audit(&fresh.db, |_| ()).await.map_or(1, |report| report.difference_count);
    let log = seal::audit_log(&fresh.db, remembered(fresh), |_| ()).await.map_or(1, |report| report.difference_count);
    let awards = recognition::audit(&fresh.db).await.map_or(1, |report| report.difference_count);
    [book, log, awards]
}

/// Makes a changed transfer's own hash fit again, as a careful forger would.
async fn fit_hash(fresh: &Fresh, owner: &Owner, change: &Change) {
    let Some((learner, id)) = change.transfer().filter(|_| !change.is_of_the_hash()) else { return };
    if let Ok(Some(transfer)) = ledger::find_transfer(fresh.db.read(), learner, id).await {
        let leaf = ledger::leaf_of(&transfer).map(|leaf| leaf.to_vec());
        owner.set_leaf(change, leaf.unwrap_or_default()).await;
    }
}

#[expect(clippy::print_stdout, reason = "shown where the test fails, to replay it")]
async fn each_byte_is_found(many: usize) {
    let fresh = book().await;
    let owner = Owner::of(&fresh).await;
    let number = std::env::var("CREDIT_BANK_SEED").ok().and_then(|text| text.parse().ok());
    let number: u64 = number.unwrap_or_else(|| u64::from_be_bytes(Chance::secret()));
    println!("CREDIT_BANK_SEED={number}");
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    let mut chance = Seed(seed).chance("tamper");
    let mut done = 0;
    while done < many {
        let Some(change) = owner.change_a_byte(&mut chance).await else { continue };
        if chance.below(2) == 0 {
            fit_hash(&fresh, &owner, &change).await;
        }
        let found = findings(&fresh).await;
        assert!(found.iter().any(|count| *count > 0), "nobody noticed {change:?}");
        if let Some((learner, id)) = change.transfer() {
            let report = ledger::audit(&fresh.db, |_| ()).await.unwrap();
            let is_named = report.differences.iter().any(|one| one.learner == learner || one.transfer == Some(id));
            assert!(is_named, "{change:?} is not named: {:?}", report.differences);
        }
        owner.put_back(&change).await;
        done += 1;
    }
    assert_eq!(findings(&fresh).await, [0, 0, 0], "what was put back is as it was");
}

#[actix_web::test]
async fn five_thousand_changed_bytes_are_each_found() {
    each_byte_is_found(5_000).await;
}

#[actix_web::test]
async fn five_thousand_other_changed_bytes_are_each_found() {
    each_byte_is_found(5_000).await;
}

/// What `credit-bank ledger audit` says, and what it ends with.
fn audits(fresh: &Fresh, more: &[&str]) -> (Option<i32>, String) {
    let output = over(fresh).args(["ledger", "audit"]).args(more).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), said)
}

#[actix_web::test]
async fn two_hundred_changed_transfers_end_the_command_with_1_and_their_number() {
    let fresh = book().await;
    let owner = Owner::of(&fresh).await;
    assert_eq!(audits(&fresh, &[]).0, Some(0));
    let mut chance = Chance::fresh_seed().chance("command");
    let mut done = 0;
    while done < 200 {
        let Some(change) = owner.change_what_a_transfer_says(&mut chance).await else { continue };
        fit_hash(&fresh, &owner, &change).await;
        let (learner, id) = change.transfer().unwrap();
        let leaf = seal::find_leaf(fresh.db.read(), learner, id.uuid()).await.unwrap().unwrap();
        let (code, said) = audits(&fresh, &[]);
        assert_eq!(code, Some(1), "{change:?}: {said}");
        assert!(said.contains(&format!("第一处在封存的第 {} 号", leaf.seq + 1)), "{change:?}: {said}");
        owner.put_back(&change).await;
        done += 1;
    }
    assert_eq!(audits(&fresh, &[]).0, Some(0));
}

#[actix_web::test]
async fn a_row_gone_rows_swapped_and_a_tail_cut_off_are_named() {
    let fresh = book().await;
    let owner = Owner::of(&fresh).await;
    let of_leaf = "SELECT record_id FROM ledger_leaf WHERE kind = 'transfer' ORDER BY seq LIMIT 1";
    for (what, sql) in [
        ("a row gone", format!("DELETE FROM ledger_transfer WHERE id = ({of_leaf})")),
        (
            "two rows of one chain swapped",
            "UPDATE ledger_transfer SET version = 3 - version WHERE version IN (1, 2) AND \
             learner_id = (SELECT learner_id FROM ledger_leaf WHERE seq = 0)"
                .to_owned(),
        ),
        (
            "the rows of two learners swapped",
            "UPDATE ledger_transfer SET learner_id = (SELECT learner_id FROM ledger_account a WHERE a.learner_id <> ledger_transfer.learner_id \
             AND EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.learner_id = a.learner_id)) WHERE version = 1"
                .to_owned(),
        ),
        ("two leaves swapped", "UPDATE ledger_leaf SET seq = 1 - seq WHERE seq IN (0, 1)".to_owned()),
        (
            "the tail of a chain cut off and the account put back",
            "DELETE FROM ledger_transfer WHERE version = 5; UPDATE ledger_account SET (version, holding_milli, pending_milli, frozen_milli, \
             transferred_milli, revoked_milli, recorded_at_ms) = (SELECT version, holding_after_milli, pending_after_milli, \
             frozen_after_milli, transferred_after_milli, revoked_after_milli, recorded_at_ms FROM ledger_transfer WHERE version = 4) \
             WHERE version = 5"
                .to_owned(),
        ),
        ("the tail of the log cut off", "DELETE FROM ledger_leaf WHERE seq = (SELECT max(seq) FROM ledger_leaf)".to_owned()),
        ("a checkpoint gone under another log", "UPDATE ledger_checkpoint SET log_id = 2 WHERE size = 4".to_owned()),
    ] {
        owner.tries(&sql).await;
        let found = findings(&fresh).await;
        let (code, said) = audits(&fresh, &[]);
        owner.takes_back().await;
        assert!(found.iter().any(|count| *count > 0) && code == Some(1) && said.contains("出入"), "{what}: {found:?}, {said}");
    }
    assert_eq!(findings(&fresh).await, [0, 0, 0]);
}

#[actix_web::test]
async fn yesterdays_file_is_known_by_the_signers_memory_and_by_a_kept_checkpoint() {
    let bank = Bank::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (_, wang) = bank.learner("王桂英", 1, None).await;
    passes(&bank, wang, "T01").await;
    bank.seals().await;
    let folder = bank.fresh.folder.path().to_owned();
    let (yesterday, kept) = (folder.join("yesterday.sqlite"), folder.join("kept.txt"));
    rows::copy_to(&bank.fresh, &yesterday).await;
    let remembered = std::fs::read(folder.join("keys/ledger-signed.txt")).unwrap();
    passes(&bank, wang, "T02").await;
    bank.seals().await;
    std::fs::write(&kept, seal::checkpoint(bank.house.db.read()).await.unwrap().unwrap()).unwrap();
    let fresh = bank.ends().await;
    let with_kept = ["--checkpoint", kept.to_str().unwrap()];
    assert_eq!(audits(&fresh, &with_kept).0, Some(0));

    // The file is put back; the signer remembers more.
    let fresh = rows::over_file(&fresh, &yesterday).await;
    let (code, said) = audits(&fresh, &[]);
    assert!(code == Some(1) && said.contains("4 leaves are remembered outside, 2 are here"), "{said}");
    // The signer's memory is put back with it: only who kept a checkpoint elsewhere can tell.
    std::fs::write(fresh.folder.path().join("keys/ledger-signed.txt"), remembered).unwrap();
    assert_eq!(audits(&fresh, &[]).0, Some(0));
    let (code, said) = audits(&fresh, &with_kept);
    assert!(code == Some(1) && said.contains("4 leaves are remembered outside, 2 are here"), "{said}");
}
