//! A backup made while the bank serves, put back elsewhere: whole or refused, and its age is said.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use credit_bank::db::{self, Db, Target, Tx};
use credit_bank::files::{self, Files, UsedBy};
use credit_bank::kernel::{Acting, AttemptId, Clock, Credits, IdentityLevel, Permille, digest_of, sha256_of};
use credit_bank::ledger;
use credit_bank::ledger::seal;
use credit_bank::outbox::Standing;
use credit_bank::recognition::{self, Evidence, Levels, SupervisionLevel, UnitTerms};
use sea_orm::DbBackend;

use crate::ledger::steps::{learner, run_sql};
use crate::support::binary::{Served, over, serve};
use crate::support::databases::{Fresh, Scratch, fresh_postgres};
use crate::support::server::Person;

/// A running server, killed with this.
struct Server(Served);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.child.kill());
        drop(self.0.child.wait());
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

fn refused(output: &Output, words: &str) {
    assert!(!output.status.success() && said(output).contains(words), "{words} is missing in {}", said(output));
}

/// Another machine: a data directory with the keys and nothing else, and an empty database.
struct Elsewhere {
    folder: tempfile::TempDir,
    scratch: Option<Scratch>,
}

impl Elsewhere {
    async fn like(fresh: &Fresh) -> Self {
        let scratch = match fresh.db.backend() {
            DbBackend::Postgres => fresh_postgres().await,
            _ => None,
        };
        Self { folder: tempfile::tempdir().unwrap(), scratch }
    }

    /// The same, with the keys from the safe.
    async fn with_keys_of(fresh: &Fresh) -> Self {
        let elsewhere = Self::like(fresh).await;
        fs::create_dir(elsewhere.keys()).unwrap();
        for name in ["bank.key", "ledger-1.key"] {
            fs::copy(fresh.folder.path().join("keys").join(name), elsewhere.keys().join(name)).unwrap();
        }
        elsewhere
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn target(&self) -> Target {
        match &self.scratch {
            Some(scratch) => Target::Postgres(scratch.url()),
            None => Target::Sqlite(self.folder.path().join("bank.sqlite")),
        }
    }

    fn command(&self) -> Command {
        let mut command = crate::support::binary::bare(self.folder.path());
        command.env("CREDIT_BANK_DATA_DIR", self.folder.path());
        if let Some(scratch) = &self.scratch {
            command.env("DATABASE_URL", scratch.url());
        }
        command
    }

    fn restore(&self, from: &Path, more: &[&str]) -> Output {
        self.command().args(["restore", "--from"]).arg(from).args(more).output().unwrap()
    }

    async fn is_empty(&self) -> bool {
        db::is_empty(&self.target()).await.unwrap()
    }

    async fn open(&self) -> Db {
        db::open(&self.target(), Clock::system()).await.unwrap()
    }
}

fn backup(fresh: &Fresh, name: &str, more: &[&str]) -> PathBuf {
    let to = fresh.folder.path().join("backups").join(name);
    done(&over(fresh).args(["backup", "--to"]).arg(&to).args(more).output().unwrap());
    to
}

/// Somebody passes a test, and it is credited: a transfer and a result, two leaves.
async fn passes(db: &Db, who: u8) {
    let evidence = Evidence::UnitTest {
        attempt: AttemptId::fresh(db.clock().now()),
        unit: "T01".to_owned(),
        edition: "e1".to_owned(),
        score: Permille::of(8, 10),
        supervision_level: SupervisionLevel::RANDOM_ITEMS,
        evidence_hash: digest_of(&[b"answers"]),
    };
    let terms = UnitTerms {
        unit: "T01".to_owned(),
        credits: Credits::from_milli(250).unwrap(),
        minutes_per_class_hour: 45,
        class_hours: 4,
        least: Levels::from_values(1, 1).unwrap(),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        most_per_hour: None,
    };
    let acting = Acting { learner: learner(who), helper: None, identity_level: IdentityLevel::KNOWN };
    let work = async move |tx: &Tx| recognition::recognise(tx, &acting, &evidence, &terms, &Standing::default(), &[]).await;
    db.write(work).await.unwrap();
}

/// So many are sealed and signed.
async fn sealed(db: &Db, at_least: u64) -> u64 {
    loop {
        let signed = seal::latest(db.read()).await.unwrap().map_or(0, |signed| signed.size);
        if signed >= at_least {
            return signed;
        }
        tokio::task::yield_now().await;
    }
}

/// A bank that has served and sealed five credits, and serves.
async fn serving(fresh: &Fresh) -> Server {
    for who in 1..=5 {
        passes(&fresh.db, who).await;
    }
    let server = Server(serve(over(fresh)));
    sealed(&fresh.db, 10).await;
    server
}

/// Writes the sums of a backup anew, as somebody would who has changed it.
fn sum_again(backup: &Path, change: impl FnOnce(String) -> String) {
    let (manifest, sums) = (backup.join("manifest.json"), backup.join("SHA256SUMS"));
    let sum = |path: &Path| sha256_of(fs::File::open(path).unwrap()).unwrap().0.to_string();
    let before = sum(&manifest);
    fs::write(&manifest, change(fs::read_to_string(&manifest).unwrap())).unwrap();
    fs::write(&sums, fs::read_to_string(&sums).unwrap().replace(&before, &sum(&manifest))).unwrap();
}

crate::on_both! {
    async fn made_while_credit_is_posted_it_is_whole_and_the_bank_serves_from_it_elsewhere(fresh: Fresh) {
        let server = serving(&fresh).await;
        let (stop, posted) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU8::new(5)));
        let posting = {
            let (db, stop, posted) = (fresh.db.clone(), Arc::clone(&stop), Arc::clone(&posted));
            actix_web::rt::spawn(async move {
                for who in 6..=250 {
                    if stop.load(Ordering::Relaxed) { break }
                    passes(&db, who).await;
                    posted.store(who, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
            })
        };
        let (command, to) = (over(&fresh), fresh.folder.path().join("backups/busy"));
        let making = { let to = to.clone(); let mut command = command; move || command.args(["backup", "--to"]).arg(&to).output().unwrap() };
        let before = posted.load(Ordering::Relaxed);
        let output = actix_web::rt::task::spawn_blocking(making).await.unwrap();
        stop.store(true, Ordering::Relaxed);
        posting.await.unwrap();
        let words = done(&output);
        assert!(words.contains("备份好了") && words.contains("钥匙没有放进去"), "{words}");
        assert!(posted.load(Ordering::Relaxed) > before, "nothing was posted meanwhile");
        let checked = Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&to).status().unwrap();
        assert!(checked.success());

        let elsewhere = Elsewhere::with_keys_of(&fresh).await;
        let words = done(&elsewhere.restore(&to, &[]));
        assert!(words.contains("放回来了") && words.contains("账对上了"), "{words}");
        drop(server);
        let served = Server(serve(elsewhere.command()));
        let visitor = Person::with(&served.0.url, reqwest::header::HeaderMap::new());
        assert_eq!(visitor.opens("/").await.status, 200);
        let db = elsewhere.open().await;
        let report = ledger::audit(&db, |_| ()).await.unwrap();
        assert!(report.is_sound() && report.transfers >= u64::from(before), "{report:?}");
        // What waited for its leaf is sealed there, in the same book.
        sealed(&db, 2 * report.transfers).await;
        done(&elsewhere.command().args(["ledger", "audit"]).output().unwrap());
    }

    async fn only_the_owner_reads_it_and_the_keys_stay_out_unless_asked_for(fresh: Fresh) {
        drop(serving(&fresh).await);
        let plain = backup(&fresh, "plain", &[]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&plain), 0o700);
        let names: Vec<String> = fs::read_dir(&plain).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.iter().all(|name| mode(&plain.join(name)) == 0o600) && !names.contains(&"keys".to_owned()), "{names:?}");
        assert_eq!(fs::read_dir(plain.parent().unwrap()).unwrap().count(), 1, "nothing half is left");
        let again = over(&fresh).args(["backup", "--to"]).arg(&plain).output().unwrap();
        refused(&again, "已经有东西了");

        let keyless = Elsewhere::like(&fresh).await;
        refused(&keyless.restore(&plain, &[]), "请先把原来的 bank.key");
        assert!(keyless.is_empty().await);
        fs::write(keyless.keys().join("bank.key"), "07".repeat(32)).unwrap();
        refused(&keyless.restore(&plain, &[]), "不是这份备份的");
        assert!(keyless.is_empty().await);

        let with_keys = backup(&fresh, "safe", &["--with-keys"]);
        assert_eq!((mode(&with_keys.join("keys")), mode(&with_keys.join("keys/bank.key"))), (0o700, 0o600));
        assert!(with_keys.join("keys/ledger-1.key").exists() && !with_keys.join("keys/ledger-signed.txt").exists());
        refused(&keyless.restore(&with_keys, &[]), "不是同一把");
        let empty = Elsewhere::like(&fresh).await;
        done(&empty.restore(&with_keys, &[]));
        assert_eq!(fs::read(empty.keys().join("bank.key")).unwrap(), fs::read(fresh.folder.path().join("keys/bank.key")).unwrap());
    }

    async fn files_go_along_and_come_back_and_one_that_is_damaged_is_named_without_keeping_the_rest(fresh: Fresh) {
        drop(serving(&fresh).await);
        let files = Files::in_data_dir(fresh.folder.path());
        for content in [&b"one"[..], b"two"] {
            let kept = files.put(content.to_vec(), fresh.db.clock().now()).await.unwrap();
            let used_by = UsedBy { kind: "test", id: uuid::Uuid::nil() };
            fresh.db.write::<_, db::DbFault, _>(async move |tx| Ok(files::refer(tx, &kept, used_by).await?)).await.unwrap();
        }
        files.put(b"no row knows it".to_vec(), fresh.db.clock().now()).await.unwrap();
        let made = backup(&fresh, "a", &[]);
        let known = files::list(fresh.db.read()).await.unwrap();
        assert_eq!(known.len(), 2);
        assert_eq!(walkdir::WalkDir::new(made.join("files")).into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file()).count(), 2);
        let elsewhere = Elsewhere::with_keys_of(&fresh).await;
        done(&elsewhere.restore(&made, &[]));
        let there = Files::in_data_dir(elsewhere.folder.path());
        for digest in &known {
            assert!(there.get(*digest).await.unwrap().is_some(), "{digest}");
        }
        let audit = files::audit(&elsewhere.open().await, &there).await.unwrap();
        assert_eq!((audit.whole, audit.lost.len()), (2, 0));

        let path = files::path_of(&known[0]);
        fs::write(fresh.folder.path().join("files").join(&path), b"damaged").unwrap();
        let words = done(&over(&fresh).args(["backup", "--to"]).arg(fresh.folder.path().join("backups/b")).output().unwrap());
        assert!(words.contains("有 1 个文件不在或坏了") && words.contains(&path), "{words}");
    }

    async fn nothing_is_put_over_what_is_there(fresh: Fresh) {
        drop(serving(&fresh).await);
        let made = backup(&fresh, "a", &[]);
        let over_it = over(&fresh).args(["restore", "--from"]).arg(&made).output().unwrap();
        refused(&over_it, "已经有数据库了");
        let elsewhere = Elsewhere::with_keys_of(&fresh).await;
        done(&elsewhere.restore(&made, &[]));
        refused(&elsewhere.restore(&made, &[]), "已经有数据库了");
    }

    async fn a_single_changed_byte_is_refused_and_so_is_half_a_backup(fresh: Fresh) {
        drop(serving(&fresh).await);
        let made = backup(&fresh, "a", &[]);
        let elsewhere = Elsewhere::with_keys_of(&fresh).await;
        for file in fs::read_dir(&made).unwrap().map(|file| file.unwrap().path()) {
            let whole = fs::read(&file).unwrap();
            for at in [0, whole.len() / 2, whole.len() - 1] {
                let mut changed = whole.clone();
                changed[at] ^= 1;
                fs::write(&file, changed).unwrap();
                let output = elsewhere.restore(&made, &[]);
                assert!(!output.status.success() && !said(&output).contains("放回来了"), "{file:?} at {at}: {}", said(&output));
            }
            fs::remove_file(&file).unwrap();
            assert!(!elsewhere.restore(&made, &[]).status.success(), "without {file:?}");
            fs::write(&file, whole).unwrap();
        }
        fs::rename(made.join("SHA256SUMS"), made.join("sums")).unwrap();
        refused(&elsewhere.restore(&made, &[]), "不是一份做完了的备份");
        assert!(elsewhere.is_empty().await);
    }

    async fn one_that_is_older_than_what_was_signed_says_how_much_is_lost_and_does_not_sign_it_again(fresh: Fresh) {
        let server = serving(&fresh).await;
        let made = backup(&fresh, "monday", &[]);
        for who in 6..=8 {
            passes(&fresh.db, who).await;
        }
        sealed(&fresh.db, 16).await;
        // By the bank that still answers.
        let by_bank = Elsewhere::with_keys_of(&fresh).await;
        let words = done(&by_bank.restore(&made, &["--bank", &server.0.url]));
        assert!(words.contains("最后签到第 16 号，这里只到第 10 号，少 6 号") && words.contains("ledger reopen"), "{words}");
        // By what its own signer remembers.
        let by_memory = Elsewhere::with_keys_of(&fresh).await;
        fs::copy(fresh.folder.path().join("keys/ledger-signed.txt"), by_memory.keys().join("ledger-signed.txt")).unwrap();
        assert!(done(&by_memory.restore(&made, &[])).contains("少 6 号"));
        // By a checkpoint on paper; the machine is new, and its signer learns of it.
        let kept = fresh.folder.path().join("checkpoint.txt");
        fs::write(&kept, done(&over(&fresh).args(["ledger", "checkpoint"]).output().unwrap())).unwrap();
        drop(server);
        let by_paper = Elsewhere::with_keys_of(&fresh).await;
        assert!(done(&by_paper.restore(&made, &["--checkpoint", kept.to_str().unwrap()])).contains("少 6 号"));
        assert_eq!(seal::remembered(&by_paper.keys()).unwrap().map(|last| last.size), Some(16));
        // The lease of the sealer that was at work when the backup was made has run out by then.
        let later = Clock::standing_at(Clock::system().now().plus_minutes(60));
        let db = db::open(&by_paper.target(), later).await.unwrap();
        let signer = seal::open_log(&db, &by_paper.keys(), "any").await.unwrap();
        passes(&db, 9).await;
        let refusal = seal::Sealer::new(db.clone(), by_paper.keys(), signer, seal::Alarm::default()).seal_waiting().await;
        assert!(matches!(refusal, Err(seal::Trouble::Refused(seal::Refusal::Shorter { signed: 16, .. }))), "{refusal:?}");
        let words = done(&by_paper.command().args(["ledger", "reopen"]).output().unwrap());
        assert!(words.contains("原来签到第 16 号"), "{words}");
        done(&by_paper.command().args(["ledger", "audit"]).output().unwrap());
    }

    async fn what_differs_otherwise_ends_with_1(fresh: Fresh) {
        drop(serving(&fresh).await);
        let made = backup(&fresh, "a", &[]);
        // Another root over as many leaves is remembered outside.
        let note = fs::read_to_string(made.join("checkpoint.txt")).unwrap();
        let root = note.lines().nth(2).unwrap();
        let forged = fresh.folder.path().join("forged.txt");
        fs::write(&forged, note.replace(root, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")).unwrap();
        let elsewhere = Elsewhere::with_keys_of(&fresh).await;
        refused(&elsewhere.restore(&made, &["--checkpoint", forged.to_str().unwrap()]), "不一样");
        // The backup says more than is in it, with sums that fit.
        for (from, to) in [("\"transfers\": 5", "\"transfers\": 6"), ("\"size\": 10", "\"size\": 12")] {
            let copy = backup(&fresh, &to.replace(['"', ' ', ':'], ""), &[]);
            sum_again(&copy, |manifest| manifest.replace(from, to));
            refused(&Elsewhere::with_keys_of(&fresh).await.restore(&copy, &[]), "不一样");
        }
    }

    async fn a_backup_of_an_older_schema_is_brought_up_to_date_and_one_of_a_newer_is_refused(fresh: Fresh) {
        drop(serving(&fresh).await);
        run_sql(&fresh, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_01_later', 1)").await;
        let newer = backup(&fresh, "newer", &[]);
        run_sql(&fresh, "DELETE FROM seaql_migrations WHERE version = 'm29990101_01_later' OR version LIKE '%clients'").await;
        run_sql(&fresh, "DROP TABLE api_client").await;
        let older = backup(&fresh, "older", &[]);
        assert!(!fs::read_to_string(older.join("manifest.json")).unwrap().contains("clients"), "the backup leaves the schema as it is");
        let elsewhere = Elsewhere::with_keys_of(&fresh).await;
        refused(&elsewhere.restore(&newer, &[]), "更新的程序");
        assert!(elsewhere.is_empty().await);
        let words = done(&elsewhere.restore(&older, &[]));
        assert!(words.contains("升到现在的版本"), "{words}");
        assert_eq!(db::list_steps(elsewhere.open().await.read()).await.unwrap(), db::known_steps());
    }
}
