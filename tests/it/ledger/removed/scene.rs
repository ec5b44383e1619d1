//! A book in which each rule has something to refuse.

use credit_bank::kernel::TransferId;
use credit_bank::ledger::seal::{self, Alarm, Sealer};
use credit_bank::ledger::{self, Posting};

use crate::ledger::rows::wang;
use crate::ledger::steps::{approval, issue, learner, post, reason, run_sql};
use crate::support::databases::Fresh;

/// Of Wang's: T01 and T02 stand, T02 is frozen; T03 is reversed; T04 is on its way out, T05 was and is no more; T06 was frozen; T07 came
/// last. All but T07 is sealed and signed. Learner 2 has a closed account.
pub struct Scene {
    pub t01: TransferId,
    pub t02: TransferId,
    pub freeze: TransferId,
    pub t03: TransferId,
    pub pending: TransferId,
    pub taken_back: TransferId,
    pub thawed: TransferId,
}

pub async fn scene(fresh: &Fresh) -> Scene {
    let id = |posted: Result<ledger::Posted, ledger::Error>| posted.unwrap().transfers[0].id;
    let (t01, t02) = (issue(fresh, wang(), "T01").await, issue(fresh, wang(), "T02").await);
    let freeze = id(post(fresh, wang(), "f", move |order, book| Posting::freeze(order, reason(), book, t02)).await);
    let t03 = issue(fresh, wang(), "T03").await;
    post(fresh, wang(), "r", move |order, book| Posting::reverse(order, approval(), book, t03)).await.unwrap();
    seals(fresh).await;
    let (t04, t05) = (issue(fresh, wang(), "T04").await, issue(fresh, wang(), "T05").await);
    let pending = id(post(fresh, wang(), "o4", move |order, book| Posting::transfer_out(order, book, t04)).await);
    let taken_back = id(post(fresh, wang(), "o5", move |order, book| Posting::transfer_out(order, book, t05)).await);
    post(fresh, wang(), "r5", move |order, book| Posting::reverse(order, approval(), book, taken_back)).await.unwrap();
    let t06 = issue(fresh, wang(), "T06").await;
    let thawed = id(post(fresh, wang(), "f6", move |order, book| Posting::freeze(order, reason(), book, t06)).await);
    post(fresh, wang(), "u6", move |order, book| Posting::unfreeze(order, approval(), book, thawed)).await.unwrap();
    fresh.clock.turn_ms(10_000);
    seals(fresh).await;
    issue(fresh, wang(), "T07").await;
    fresh.db.write::<_, ledger::Error, _>(async |tx| ledger::close(tx, learner(2)).await).await.unwrap();
    seal::rotate_key(&fresh.db, &fresh.folder.path().join("keys")).await.unwrap();
    let newest = "SELECT log_id, max(size), 'library', 'line', 0, 0 FROM ledger_checkpoint GROUP BY log_id";
    run_sql(fresh, &format!("INSERT INTO ledger_witness {newest}")).await;
    let (hash, salt, one) = (bytes(fresh, 32), bytes(fresh, 16), bytes_of_id(fresh, 3));
    let kept = "'unit_result', 'org', 1, 'permanent', 'open', 1";
    run_sql(
        fresh,
        &format!(
            "INSERT INTO result VALUES ({one}, {one}, 'T01', 'e1', 'unit_test', {one}, 900, 1, 1, 'none', NULL, {hash}, '1', {one}, \
             1, '2026-03-02', {kept}, {salt}, {hash})"
        ),
    )
    .await;
    run_sql(
        fresh,
        &format!(
            "INSERT INTO correction VALUES ({one}, {one}, 'freeze', {one}, {one}, NULL, 'dispute', {hash}, '1', 1, '2026-03-02', {kept})"
        ),
    )
    .await;
    let nine = bytes_of_id(fresh, 9);
    for row in [
        format!(
            "correction_request VALUES ({one}, {one}, 'revoke', {one}, 'dispute', {hash}, {hash}, '1', 'p', 'open', {nine}, 1, NULL, NULL, NULL, NULL, {kept})"
        ),
        format!(
            "transfer_out VALUES ({one}, {one}, {one}, {nine}, {nine}, 'offered', 1, 2, {hash}, '1', NULL, NULL, NULL, NULL, NULL, {kept})"
        ),
        format!(
            "conversion VALUES ({one}, {one}, 'convert_in', {nine}, 'r', 'T01', 1, 1, 1, 1, {nine}, NULL, {hash}, '1', {kept})"
        ),
        format!("partner_result VALUES ({hash}, {one}, {one}, 1)"),
    ] {
        run_sql(fresh, &format!("INSERT INTO {row}")).await;
    }
    Scene { t01, t02, freeze, t03, pending, taken_back, thawed }
}

async fn seals(fresh: &Fresh) {
    let keys = fresh.folder.path().join("keys");
    let signer = seal::open_log(&fresh.db, &keys, "xuefen.example.cn/ledger").await.unwrap();
    Sealer::new(fresh.db.clone(), keys, signer, Alarm::default()).seal_waiting().await.unwrap();
}

/// So many bytes, as the database writes them.
pub fn bytes(fresh: &Fresh, many: usize) -> String {
    let hex = "5a".repeat(many);
    if fresh.db.backend() == sea_orm::DbBackend::Postgres { format!("'\\x{hex}'::bytea") } else { format!("x'{hex}'") }
}

/// The id of sixteen times this byte, as the database writes it.
pub fn bytes_of_id(fresh: &Fresh, byte: u8) -> String {
    let id = uuid::Uuid::from_bytes([byte; 16]);
    if fresh.db.backend() == sea_orm::DbBackend::Postgres { format!("'{id}'::uuid") } else { format!("x'{}'", id.simple()) }
}
