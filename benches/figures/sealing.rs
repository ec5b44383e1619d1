//! From commit to signed checkpoint, while postings come in as fast as they can.

use std::time::Duration;

use credit_bank::db::Db;
use credit_bank::kernel::LearnerId;
use credit_bank::ledger::seal::{self, Alarm, Sealer};
use entity::{ledger_checkpoint, ledger_leaf};
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};
use tokio::sync::oneshot;

use crate::load::{Seen, all_at_once};
use crate::postings::{in_groups, learners};
use crate::reading::millis;
use crate::stock::Shelter;
use crate::{name_of, show};

const AT_ONCE: usize = 4;
const GROUP: usize = 250;
const GROUPS_EACH: usize = 12;

pub async fn measure(engine: Option<&str>) {
    let Shelter { db, folder, .. } = Shelter::fresh(engine).await;
    let keys = folder.path().join("keys");
    let signer = seal::open_log(&db, &keys, "bench.invalid/ledger").await.unwrap();
    let mut sealer = Sealer::new(db.clone(), keys, signer, Alarm::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let sealing = actix_web::rt::spawn(async move {
        sealer.run_until(async { drop(stopped.await) }).await;
        sealer.seal_waiting().await.unwrap();
    });
    let groups: Vec<Vec<LearnerId>> = (0..AT_ONCE * GROUPS_EACH).map(|_| learners(&db, GROUP)).collect();
    let db_of = &db;
    let callers = groups.chunks(GROUPS_EACH).map(|mine| async move {
        let mut seen = Seen::default();
        for group in mine {
            let of_group = in_groups(db_of, group).await;
            seen.waits.extend(of_group.waits);
            seen.errors += of_group.errors;
        }
        seen
    });
    let outcome = all_at_once(callers).await;
    assert_eq!(outcome.errors, 0);
    while seal::count_waiting(db.read()).await.unwrap() > 0 {
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
    drop(stop);
    sealing.await.unwrap();
    let mut lags = lags(&db).await;
    lags.sort_unstable();
    let at = |share: usize| lags[(lags.len() - 1) * share / 100];
    let per_second = outcome.per_second * f64::from(u32::try_from(GROUP).unwrap());
    let details = format!(
        "p50 {} ms, most {} ms, {} leaves, beside {per_second:.0} postings a second in groups",
        at(50),
        at(100),
        lags.len()
    );
    show(&format!("commit → signed checkpoint, {}", name_of(engine)), "p99 ≤ 1,000 ms", &format!("p99 {} ms", at(99)), &details);
}

/// For each leaf, how long after its transfer was recorded a checkpoint was signed that covers it. What is recorded is a little earlier
/// than its commit: the lags are rather too long than too short.
async fn lags(db: &Db) -> Vec<i64> {
    let recorded: std::collections::HashMap<uuid::Uuid, i64> = entity::ledger_transfer::Entity::find()
        .select_only()
        .columns([entity::ledger_transfer::Column::Id, entity::ledger_transfer::Column::RecordedAtMs])
        .into_tuple::<(uuid::Uuid, i64)>()
        .all(db.read())
        .await
        .unwrap()
        .into_iter()
        .collect();
    let checkpoints: Vec<(i64, i64)> = ledger_checkpoint::Entity::find()
        .select_only()
        .columns([ledger_checkpoint::Column::Size, ledger_checkpoint::Column::SignedAtMs])
        .order_by_asc(ledger_checkpoint::Column::Size)
        .into_tuple()
        .all(db.read())
        .await
        .unwrap();
    let leaves: Vec<(i64, uuid::Uuid)> = ledger_leaf::Entity::find()
        .select_only()
        .columns([ledger_leaf::Column::Seq, ledger_leaf::Column::RecordId])
        .into_tuple()
        .all(db.read())
        .await
        .unwrap();
    let signed = |seq: i64| checkpoints[checkpoints.partition_point(|(size, _)| *size <= seq)].1;
    leaves.iter().map(|(seq, record)| signed(*seq) - recorded[record]).collect()
}

/// How long in milliseconds, for those who show it.
#[must_use]
pub fn in_millis(duration: Duration) -> String {
    format!("{:.2} ms", millis(duration))
}
