//! The disk is full: what would be written is refused with 503 and a time to come again, what is read is read, and once there is room
//! again everything goes on without a restart. The disk is a small one of its own in memory, where this process may mount one.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use credit_bank::db::{self, DbFault, Target};
use credit_bank::kernel::{Clock, LearnerId};
use credit_bank::{ledger, recognition};

use crate::passbook::tries_to_pass;
use crate::support::databases::{Fresh, START};
use crate::support::server::Bank;

/// A disk of 24 MiB; gone with the test.
struct Disk {
    folder: PathBuf,
    _home: tempfile::TempDir,
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").args(["-l"]).arg(&self.folder).status());
    }
}

impl Disk {
    #[expect(clippy::print_stderr, reason = "a test that cannot run says why, loudly")]
    fn mounted() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("disk");
        fs::create_dir(&folder).unwrap();
        let mut mount = Command::new("mount");
        let tried = mount.args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(&folder).output();
        match tried {
            Ok(output) if output.status.success() => Some(Self { folder, _home: home }),
            other => {
                eprintln!("LEFT OUT: a full disk. This process may not mount one: {other:?}");
                None
            }
        }
    }

    /// Fills it to the last byte; the file that does.
    fn fill(&self) -> PathBuf {
        let path = self.folder.join("ballast");
        let mut file = File::options().create(true).append(true).open(&path).unwrap();
        for size in [1 << 16, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

async fn fresh_on(folder: &Path) -> Fresh {
    let own = tempfile::tempdir_in(folder).unwrap();
    let target = Target::Sqlite(own.path().join("bank.sqlite"));
    let clock = Clock::standing_at(START);
    let db = db::open(&target, clock.clone()).await.unwrap();
    Fresh { db, clock, target, folder: own, scratch: None }
}

#[actix_web::test]
async fn a_full_disk_refuses_writes_lets_reads_go_on_and_heals_by_itself() {
    let Some(disk) = Disk::mounted() else { return };
    let bank = Bank::over(fresh_on(&disk.folder).await).await;
    let (wang, id) = bank.learner("王桂英", 1, None).await;
    let before = tries_to_pass(&bank, id, "T01").await.unwrap();
    let asks = async || {
        let form = wang.opens("/help").await;
        assert_eq!(form.status, 200, "{}", form.body);
        wang.sends(&form, "/help", &[("phone", "138 0000 0001"), ("when", "morning"), ("about", "字太小，怎么调大？")]).await
    };
    let ballast = disk.fill();
    // Some room is left in files that are there already; then there is none.
    let mut acknowledged = vec![before];
    let mut refused = 0;
    for number in 0..800_u16 {
        let mut somebody = [9; 16];
        somebody[..2].copy_from_slice(&number.to_be_bytes());
        match tries_to_pass(&bank, LearnerId::from_uuid(uuid::Uuid::from_bytes(somebody)), "T01").await {
            Ok(transfer) => acknowledged.push(transfer),
            Err(recognition::Error::Fault(DbFault::Database(error))) if db::lacks_room(&error) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
        disk.fill();
        if refused == 3 {
            break;
        }
    }
    assert_eq!(refused, 3, "the disk was hardly full: {} were taken", acknowledged.len());
    // What is smaller than a pass may still find room in what is there.
    for _ in 0..20 {
        if asks().await.status == 503 {
            break;
        }
        disk.fill();
    }
    for _ in 0..2 {
        let answer = asks().await;
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(answer.headers.contains_key("retry-after"));
        assert!(answer.body.contains("现在忙不过来") && answer.body.contains("字太小"), "{}", answer.body);
    }
    for path in ["/", "/passbook", "/courses/T01", "/ledger"] {
        assert_eq!(wang.opens(path).await.status, 200, "{path}");
    }
    // Room again, and nobody restarts anything.
    fs::remove_file(ballast).unwrap();
    let answer = asks().await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    acknowledged.push(tries_to_pass(&bank, id, "T10").await.unwrap());
    let fresh = bank.ends().await;
    let book = ledger::audit(&fresh.db, |_| ()).await.unwrap();
    assert!(book.is_sound(), "{:?}", book.differences);
    assert_eq!(book.transfers, u64::try_from(acknowledged.len()).unwrap());
    assert!(recognition::audit(&fresh.db).await.unwrap().is_sound());
}
