//! The sealed log: everything posted gets its leaf, in order, once; what was signed is never unsaid.

use std::path::PathBuf;

use credit_bank::db::Db;
use credit_bank::kernel::Digest;
use credit_bank::ledger;
use credit_bank::ledger::seal::note::{self, Checkpoint, Verifier};
use credit_bank::ledger::seal::{self, Alarm, MayMake, Refusal, SealFault, Sealer, Signer, Trouble, merkle};
use ed25519_dalek::SigningKey;
use entity::ledger_leaf;
use sea_orm::{EntityTrait, QueryOrder};

use super::steps::{assert_sound, issue, learner, run_sql};
use crate::support::databases::Fresh;

const ORIGIN: &str = "xuefen.example.cn/ledger";

pub fn keys(fresh: &Fresh) -> PathBuf {
    fresh.folder.path().join("keys")
}

async fn sealer(fresh: &Fresh) -> Sealer {
    sealer_of(&fresh.db, keys(fresh)).await
}

pub async fn sealer_of(db: &Db, keys: PathBuf) -> Sealer {
    let signer = seal::open_log(db, &keys, ORIGIN).await.unwrap();
    Sealer::new(db.clone(), keys, signer, Alarm::default())
}

async fn other_process(fresh: &Fresh) -> Db {
    credit_bank::db::open(&fresh.target, fresh.clock.clone()).await.unwrap()
}

/// The newest checkpoint, its signature checked by a key that the log names.
async fn newest(fresh: &Fresh) -> (Checkpoint, String) {
    let note = seal::checkpoint(fresh.db.read()).await.unwrap().unwrap();
    let verifiers: Vec<Verifier> = seal::keys(fresh.db.read()).await.unwrap().into_iter().map(|key| key.verifier).collect();
    (note::open(&note, &verifiers).unwrap().checkpoint, note)
}

async fn leaves(fresh: &Fresh) -> Vec<ledger_leaf::Model> {
    ledger_leaf::Entity::find().order_by_asc(ledger_leaf::Column::Seq).all(fresh.db.read()).await.unwrap()
}

/// The root by RFC 9162's own words, from nothing but the leaves.
pub fn root_of(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => merkle::empty_root(),
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            merkle::node_hash(&root_of(&leaves[..split]), &root_of(&leaves[split..]))
        }
    }
}

async fn sealed_log_is_sound(fresh: &Fresh) -> seal::SealReport {
    let remembered = seal::remembered(&keys(fresh)).unwrap().into_iter().collect();
    let report = seal::audit_log(&fresh.db, remembered, |_| ()).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.differences);
    report
}

async fn faults(fresh: &Fresh) -> Vec<SealFault> {
    let remembered = seal::remembered(&keys(fresh)).unwrap().into_iter().collect();
    seal::audit_log(&fresh.db, remembered, |_| ()).await.unwrap().differences
}

/// Takes the refusals of the log's tables away, as somebody would who owns the database.
async fn unlock(fresh: &Fresh) {
    if fresh.db.backend() == sea_orm::DbBackend::Postgres {
        for table in ["log", "leaf", "tile", "checkpoint", "unsealed"] {
            run_sql(fresh, &format!("ALTER TABLE ledger_{table} DISABLE TRIGGER ALL")).await;
        }
        return;
    }
    for trigger in [
        "leaf_is_never_changed",
        "leaf_is_never_removed",
        "leaf_follows",
        "checkpoint_is_never_changed",
        "checkpoint_is_never_removed",
    ] {
        run_sql(fresh, &format!("DROP TRIGGER ledger_{trigger}")).await;
    }
    run_sql(fresh, "DROP TRIGGER IF EXISTS ledger_log_never_goes_back").await;
}

crate::on_both! {
    async fn what_was_posted_is_sealed_in_its_order_and_once(fresh: Fresh) {
        let mut sealer = sealer(&fresh).await;
        let mut posted = Vec::new();
        for (who, unit) in [(1, "T01"), (2, "T01"), (1, "T02"), (1, "T03")] {
            posted.push(issue(&fresh, learner(who), unit).await.uuid());
            fresh.clock.turn_ms(1);
        }
        assert_eq!(seal::count_waiting(fresh.db.read()).await.unwrap(), 4);
        let sealed = sealer.seal_waiting().await.unwrap();
        assert_eq!((sealed.leaves, sealed.checkpoints), (4, 1));
        let kept = leaves(&fresh).await;
        assert_eq!(kept.iter().map(|leaf| leaf.record_id).collect::<Vec<_>>(), posted);
        assert_eq!(kept.iter().map(|leaf| leaf.seq).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(seal::count_waiting(fresh.db.read()).await.unwrap(), 0);
        assert_eq!(sealer.seal_waiting().await.unwrap(), seal::Sealed::default());
        let hashes: Vec<Digest> = kept.iter().map(|leaf| Digest::from_slice(&leaf.leaf_hash).unwrap()).collect();
        let (checkpoint, _) = newest(&fresh).await;
        assert_eq!(checkpoint, Checkpoint { origin: ORIGIN.to_owned(), size: 4, root: root_of(&hashes) });
        sealed_log_is_sound(&fresh).await;
        assert_sound(&fresh).await;
    }

    async fn an_empty_book_is_signed_too(fresh: Fresh) {
        sealer(&fresh).await.seal_waiting().await.unwrap();
        let (checkpoint, _) = newest(&fresh).await;
        assert_eq!((checkpoint.size, checkpoint.root), (0, merkle::empty_root()));
    }

    async fn a_restarted_sealer_goes_on_where_the_log_stands_and_every_leaf_is_proven(fresh: Fresh) {
        for round in 0..3 {
            let mut sealer = sealer(&fresh).await;
            for unit in ["T01", "T02", "T03"] {
                issue(&fresh, learner(round + 1), unit).await;
            }
            sealer.seal_waiting().await.unwrap();
            // The process dies; its lease runs out.
            fresh.clock.turn_ms(6_000);
        }
        let (checkpoint, _) = newest(&fresh).await;
        assert_eq!(checkpoint.size, 9);
        for leaf in leaves(&fresh).await {
            let index = u64::try_from(leaf.seq).unwrap();
            let hash = Digest::from_slice(&leaf.leaf_hash).unwrap();
            let proof = seal::inclusion(fresh.db.read(), index, 9).await.unwrap().unwrap();
            assert!(merkle::includes(&hash, index, 9, &proof, &checkpoint.root));
            assert!(!merkle::includes(&hash, (index + 1) % 9, 9, &proof, &checkpoint.root));
        }
        assert_eq!(seal::inclusion(fresh.db.read(), 0, 10).await.unwrap(), None);
        assert_eq!(seal::inclusion(fresh.db.read(), 9, 9).await.unwrap(), None);
        assert_eq!(seal::consistency(fresh.db.read(), 4, 10).await.unwrap(), None);
        assert_eq!(seal::consistency(fresh.db.read(), 0, 9).await.unwrap(), None);
        assert_eq!(sealed_log_is_sound(&fresh).await.checkpoints, 3);
    }

    async fn one_process_seals_and_another_takes_over_when_it_dies(fresh: Fresh) {
        let mut first = sealer(&fresh).await;
        issue(&fresh, learner(1), "T01").await;
        first.seal_waiting().await.unwrap();
        let db = other_process(&fresh).await;
        let mut second = sealer_of(&db, keys(&fresh)).await;
        issue(&fresh, learner(1), "T02").await;
        assert_eq!(second.seal_waiting().await.unwrap().leaves, 0);
        fresh.clock.turn_ms(4_999);
        assert_eq!(second.seal_waiting().await.unwrap().leaves, 0);
        // The first is dead: its lease runs out.
        fresh.clock.turn_ms(5_002);
        assert_eq!(second.seal_waiting().await.unwrap().leaves, 1);
        // It was only slow: it must not seal beside the second.
        issue(&fresh, learner(1), "T03").await;
        assert_eq!(first.seal_waiting().await.unwrap().leaves, 0);
        assert_eq!(second.seal_waiting().await.unwrap().leaves, 1);
        sealed_log_is_sound(&fresh).await;
    }

    async fn a_log_put_back_to_yesterday_is_not_signed_again_and_is_named(fresh: Fresh) {
        let mut sealer = sealer(&fresh).await;
        issue(&fresh, learner(1), "T01").await;
        sealer.seal_waiting().await.unwrap();
        issue(&fresh, learner(1), "T02").await;
        sealer.seal_waiting().await.unwrap();
        unlock(&fresh).await;
        for sql in [
            "DELETE FROM ledger_checkpoint WHERE size = 2",
            "DELETE FROM ledger_leaf WHERE seq = 1",
            "UPDATE ledger_log SET next_seq = 1",
            "UPDATE ledger_tile SET hashes = substr(hashes, 1, 32)",
        ] {
            run_sql(&fresh, sql).await;
        }
        let mut again = self::sealer(&fresh).await;
        assert_eq!(faults(&fresh).await, [SealFault::Shorter { remembered: 2, read: 1 }]);
        // Nothing new: the checkpoint over one leaf is there already; one more makes two, but not the two that were signed.
        fresh.clock.turn_ms(10_000);
        issue(&fresh, learner(2), "T05").await;
        let refused = again.seal_waiting().await;
        assert!(matches!(refused, Err(Trouble::Refused(Refusal::Rewritten { signed: 2 }))), "{refused:?}");
        assert_eq!(faults(&fresh).await, [SealFault::Rewritten(2)]);
        // The operator says that a backup was put back: the book goes on under a new name.
        let (old, old_note) = newest(&fresh).await;
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::copy(keys(&fresh).join("ledger-signed.txt"), elsewhere.path().join("ledger-signed.txt")).unwrap();
        let reopened = seal::reopen(&fresh.db, &keys(&fresh)).await.unwrap();
        assert_eq!((reopened.size, reopened.remembered.map(|last| last.size)), (2, Some(2)));
        fresh.clock.turn_ms(10_000);
        self::sealer(&fresh).await.seal_waiting().await.unwrap();
        let (now, _) = newest(&fresh).await;
        assert_eq!((now.origin.as_str(), now.size), ("xuefen.example.cn/ledger/2", 2));
        let first = seal::keys(fresh.db.read()).await.unwrap()[0].verifier.clone();
        assert_eq!(note::open(&old_note, &[first]).unwrap().checkpoint, old);
        sealed_log_is_sound(&fresh).await;
        // Another machine that was given the new key goes on too, with its memory of the old name put aside.
        std::fs::copy(keys(&fresh).join("ledger-2.key"), elsewhere.path().join("ledger-2.key")).unwrap();
        fresh.clock.turn_ms(10_000);
        issue(&fresh, learner(3), "T06").await;
        let sealed = sealer_of(&fresh.db, elsewhere.path().to_owned()).await.seal_waiting().await.unwrap();
        assert_eq!((sealed.leaves, sealed.checkpoints), (1, 1));
        assert!(elsewhere.path().join("ledger-signed-2.txt").exists());
    }

    async fn what_somebody_changes_in_the_log_is_named_with_its_first_number(fresh: Fresh) {
        let mut sealer = sealer(&fresh).await;
        for unit in ["T01", "T02", "T03"] {
            issue(&fresh, learner(1), unit).await;
        }
        sealer.seal_waiting().await.unwrap();
        unlock(&fresh).await;
        let hash = if fresh.db.backend() == sea_orm::DbBackend::Postgres { "sha256('x')" } else { "zeroblob(32)" };
        run_sql(&fresh, &format!("UPDATE ledger_leaf SET leaf_hash = {hash} WHERE seq = 1")).await;
        let found = faults(&fresh).await;
        assert_eq!(found, [SealFault::Root(3), SealFault::Rewritten(3), SealFault::Tile(0)]);
        // The book itself shows which transfer no longer stands as it was sealed.
        let book = ledger::audit(&fresh.db, |_| ()).await.unwrap();
        assert_eq!(book.differences[0].fault, ledger::Fault::NotCovered);
        run_sql(&fresh, "DELETE FROM ledger_leaf WHERE seq = 1").await;
        let found = faults(&fresh).await;
        assert_eq!(found[0], SealFault::Gap(1));
        assert!(found.contains(&SealFault::Count { counted: 3, read: 2 }), "{found:?}");
        run_sql(&fresh, "UPDATE ledger_checkpoint SET note = replace(note, 'xuefen', 'xuefan')").await;
        assert!(faults(&fresh).await.contains(&SealFault::Beyond(3)));
    }

    async fn a_new_key_goes_on_for_the_old_one(fresh: Fresh) {
        let mut sealer = sealer(&fresh).await;
        issue(&fresh, learner(1), "T01").await;
        sealer.seal_waiting().await.unwrap();
        let (_, before) = newest(&fresh).await;
        let first = seal::keys(fresh.db.read()).await.unwrap()[0].verifier.clone();
        let second = seal::rotate_key(&fresh.db, &keys(&fresh)).await.unwrap();
        issue(&fresh, learner(1), "T02").await;
        sealer.seal_waiting().await.unwrap();
        let (_, after) = newest(&fresh).await;
        assert!(note::open(&after, std::slice::from_ref(&second)).is_ok() && note::open(&after, std::slice::from_ref(&first)).is_err());
        assert!(note::open(&before, &[first]).is_ok());
        sealed_log_is_sound(&fresh).await;
        // Another's key in its place is not endorsed.
        let stranger = Verifier::of_log(ORIGIN, &SigningKey::from_bytes(&[7; 32])).to_text();
        if fresh.db.backend() == sea_orm::DbBackend::Postgres {
            run_sql(&fresh, "ALTER TABLE ledger_key DISABLE TRIGGER ALL").await;
        } else {
            run_sql(&fresh, "DROP TRIGGER IF EXISTS ledger_key_is_never_changed").await;
        }
        run_sql(&fresh, &format!("UPDATE ledger_key SET verifier = '{stranger}' WHERE generation = 2")).await;
        assert_eq!(faults(&fresh).await, [SealFault::Key(2), SealFault::Signature(2)]);
    }

    async fn another_key_than_the_logs_own_opens_nothing(fresh: Fresh) {
        sealer(&fresh).await.seal_waiting().await.unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let missing = seal::open_log(&fresh.db, elsewhere.path(), ORIGIN).await;
        assert!(matches!(missing, Err(Refusal::File { .. })), "{missing:?}");
        Signer::open(elsewhere.path(), ORIGIN, 1, MayMake::Yes).unwrap();
        let strange = seal::open_log(&fresh.db, elsewhere.path(), ORIGIN).await;
        assert!(matches!(strange, Err(Refusal::StrangeKey(_))), "{strange:?}");
    }

    async fn a_witness_is_kept_under_the_checkpoint_it_saw_and_strangers_are_not(fresh: Fresh) {
        let mut sealer = sealer(&fresh).await;
        let given = issue(&fresh, learner(1), "T01").await;
        sealer.seal_waiting().await.unwrap();
        let (checkpoint, note) = newest(&fresh).await;
        let key = SigningKey::from_bytes(&[3; 32]);
        let known = [Verifier::of_witness("library.example.cn", &key)];
        let takes = async |text: String| {
            let known = known.to_vec();
            fresh.db.write(async move |tx| seal::take_cosignature(tx, &text, &known).await).await
        };
        let by = |name: &str, key: &SigningKey, note: &str| format!("{note}{}", note::cosign(note, name, key, 1_800_000_000).unwrap());
        let witnessed = takes(by("library.example.cn", &key, &note)).await.unwrap();
        assert_eq!((witnessed.size, witnessed.seen_at.ms()), (1, 1_800_000_000_000));
        takes(by("library.example.cn", &key, &note)).await.unwrap();
        let published = seal::checkpoint(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!(published, by("library.example.cn", &key, &note));
        // A stranger, and a checkpoint that was never signed here.
        assert!(takes(by("library.example.cn", &SigningKey::from_bytes(&[4; 32]), &note)).await.is_err());
        let forged = Checkpoint { size: 9, ..checkpoint };
        let forged = note::sign(&forged, ORIGIN, &SigningKey::from_bytes(&[5; 32]));
        assert!(takes(by("library.example.cn", &key, &forged)).await.is_err());
        // Proofs lean on what was witnessed, also when the log has gone on.
        issue(&fresh, learner(1), "T02").await;
        sealer.seal_waiting().await.unwrap();
        let proven = seal::prove(fresh.db.read(), learner(1), given.uuid()).await.unwrap().unwrap();
        assert_eq!((proven.size, proven.witnesses.len()), (1, 1));
    }

    async fn every_checkpoint_of_a_long_log_is_checked(fresh: Fresh) {
        const MANY: u64 = 230;
        let mut sealer = sealer(&fresh).await;
        for number in 0..MANY {
            let who = learner(u8::try_from(number).unwrap());
            let work = async move |tx: &credit_bank::db::Tx| super::steps::issue_in(tx, who, super::steps::key("T01"), "T01", 250).await;
            fresh.db.write::<_, ledger::Error, _>(work).await.unwrap();
            sealer.seal_waiting().await.unwrap();
        }
        let report = sealed_log_is_sound(&fresh).await;
        assert_eq!((report.leaves, report.checkpoints), (MANY, MANY));
        // One in the middle of a page, and one that begins the next.
        unlock(&fresh).await;
        run_sql(&fresh, "UPDATE ledger_checkpoint SET note = replace(note, 'xuefen', 'xuefan') WHERE size IN (57, 201)").await;
        assert_eq!(faults(&fresh).await, [SealFault::Signature(57), SealFault::Signature(201)]);
    }

    async fn many_are_sealed_in_batches_while_others_go_on_posting(fresh: Fresh) {
        let mut sealer = sealer(&fresh).await;
        for who in 1..=60_u8 {
            let db = fresh.db.clone();
            let work = async move |tx: &credit_bank::db::Tx| {
                for unit in 1..=20 {
                    let unit = format!("T{unit:02}");
                    super::steps::issue_in(tx, learner(who), super::steps::key(&unit), &unit, 250).await?;
                }
                Ok::<_, ledger::Error>(())
            };
            db.write(work).await.unwrap();
        }
        let sealed = sealer.seal_waiting().await.unwrap();
        assert_eq!((sealed.leaves, sealed.checkpoints), (1_200, 1));
        let report = sealed_log_is_sound(&fresh).await;
        assert_eq!((report.leaves, report.signed, report.waiting), (1_200, 1_200, 0));
        let place = seal::tiles::Place { level: 0, index: 4 };
        assert_eq!(seal::tile(fresh.db.read(), place, 176).await.unwrap().map(|bytes| bytes.len()), Some(176 * 32));
        assert_eq!(seal::tile(fresh.db.read(), place, 177).await.unwrap(), None);
    }
}
