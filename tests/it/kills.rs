//! A process is killed in mid-burst, again and again, over one database: what it acknowledged is there, no group is half there, and the
//! sealed log goes on.
//!
//! The process is this test binary, started once more with the name of its database: a child of [`a_burst_that_waits_to_be_killed`].

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use credit_bank::db::{self, Db, Target};
use credit_bank::kernel::{Chance, Clock, LearnerId};
use credit_bank::ledger::seal::{self, Alarm, Sealer};
use credit_bank::ledger::{self, AwardKey, Converted, Posting};
use entity::ledger_transfer;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, QuerySelect};
use uuid::Uuid;

use crate::ledger::steps::{issuer, key, milli, order, run_sql, series};
use crate::support::databases::{Engine, Fresh, fresh};

const TARGET: &str = "CREDIT_BANK_BURST";
const KEYS: &str = "CREDIT_BANK_BURST_KEYS";
const ROUND: &str = "CREDIT_BANK_BURST_ROUND";
const ORIGIN: &str = "xuefen.example.cn/ledger";
/// Who posts at once.
const AT_ONCE: u8 = 8;

fn target_of(text: &str) -> Target {
    if text.starts_with("postgres:") { Target::Postgres(text.to_owned()) } else { Target::Sqlite(text.into()) }
}

/// Two rows of one group: a conversion and its remainder.
async fn post_a_group(db: &Db, who: LearnerId, number: usize) -> Result<Vec<Uuid>, ledger::Error> {
    let work = async move |tx: &db::Tx| {
        let unit = format!("X{number}");
        let chain = ledger::open(tx, who, key(&unit), Some(&series(&unit))).await?;
        let award = AwardKey::new(series(&unit), 1).unwrap();
        let what = Converted { credited: milli(250), remainder: Some(milli(3)) };
        ledger::post(tx, chain, &Posting::convert_in(order(who, tx), award, issuer(), what)).await
    };
    let posted = db.write(work).await?;
    Ok(posted.transfers.iter().map(|transfer| transfer.id.uuid()).collect())
}

/// Does nothing unless it was started to be killed.
#[actix_web::test]
async fn a_burst_that_waits_to_be_killed() {
    let (Ok(target), Ok(keys), Ok(round)) = (std::env::var(TARGET), std::env::var(KEYS), std::env::var(ROUND)) else { return };
    let (keys, round): (_, u8) = (std::path::PathBuf::from(keys), round.parse().unwrap());
    let db = db::open(&target_of(&target), Clock::system()).await.unwrap();
    let signer = seal::open_log(&db, &keys, ORIGIN).await.unwrap();
    let mut sealer = Sealer::new(db.clone(), keys, signer, Alarm::default());
    let sealing = sealer.run_until(std::future::pending());
    let posting = join_all((0..AT_ONCE).map(async |task| {
        let mut who = [round; 16];
        who[15] = task + 1;
        for number in 0.. {
            let ids = post_a_group(&db, LearnerId::from_uuid(Uuid::from_bytes(who)), number).await.unwrap();
            let line = ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(" ");
            let mut out = std::io::stdout().lock();
            writeln!(out, "posted {line}").and_then(|()| out.flush()).unwrap();
        }
    }));
    futures_util::join!(sealing, posting);
}

/// Starts the burst and kills it after so many acknowledgements; all that it acknowledged, also in its last moment.
fn burst(fresh: &Fresh, round: u8, after: usize) -> Vec<Uuid> {
    let target = match &fresh.target {
        Target::Sqlite(path) => path.display().to_string(),
        Target::Postgres(url) => url.clone(),
    };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kills::a_burst_that_waits_to_be_killed", "--nocapture", "--test-threads=1"])
        .env(TARGET, target)
        .env(KEYS, fresh.folder.path().join("keys"))
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    let mut lines = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        // The last line may be half written: then nobody was told.
        let line = line.unwrap();
        let Some(ids) = line.split("posted ").nth(1) else { continue };
        let ids: Vec<Uuid> = ids.split(' ').filter(|id| id.len() == 36).map(|id| id.parse().unwrap()).collect();
        acknowledged.extend(ids);
        lines += 1;
        if lines == after {
            // SIGKILL: no handler runs, nothing is flushed.
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(lines >= after, "the burst ended by itself after {lines}");
    acknowledged
}

async fn is_killed_again_and_again(engine: Engine, rounds: u8) {
    let Some(mut fresh) = fresh(engine).await else { return };
    let mut chance = Chance::fresh_seed().chance("kills");
    let (mut acknowledged, mut sealed) = (BTreeSet::new(), 0);
    for round in 1..=rounds {
        acknowledged.extend(burst(&fresh, round, 5 + chance.below(25)));
        let db = db::open(&fresh.target, fresh.clock.clone()).await.unwrap();
        fresh = Fresh { db, ..fresh };
        let rows: Vec<(Uuid, Uuid)> = ledger_transfer::Entity::find()
            .select_only()
            .columns([ledger_transfer::Column::Id, ledger_transfer::Column::GroupId])
            .into_tuple()
            .all(fresh.db.read())
            .await
            .unwrap();
        let there: BTreeSet<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let gone: Vec<&Uuid> = acknowledged.difference(&there).collect();
        assert!(gone.is_empty(), "round {round}: {gone:?} were acknowledged and are gone");
        let groups: BTreeSet<Uuid> = rows.iter().map(|(_, group)| *group).collect();
        assert_eq!(groups.len() * 2, rows.len(), "round {round}: a group is half there");
        let book = ledger::audit(&fresh.db, |_| ()).await.unwrap();
        assert!(book.is_sound(), "round {round}: {:?}", book.differences);
        let remembered = seal::remembered(&fresh.folder.path().join("keys")).unwrap().into_iter().collect();
        let log = seal::audit_log(&fresh.db, remembered, |_| ()).await.unwrap();
        assert!(log.is_sound(), "round {round}: {:?}", log.differences);
        assert!(log.leaves >= sealed);
        sealed = log.leaves;
        // The lease of the dead would outlive the next round too.
        run_sql(&fresh, "UPDATE ledger_log SET holder = NULL").await;
    }
    assert!(sealed > 0, "nothing was sealed in between");
}

#[actix_web::test]
async fn a_burst_killed_forty_times_loses_nothing_acknowledged_on_sqlite() {
    is_killed_again_and_again(Engine::Sqlite, 40).await;
}

#[actix_web::test]
async fn a_burst_killed_fifteen_times_loses_nothing_acknowledged_on_postgresql() {
    is_killed_again_and_again(Engine::Postgres, 15).await;
}
