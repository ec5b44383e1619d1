//! Table `ledger_transfer`, each row with its leaf, as the journal needs them: as they stand, also where they are not as they must be.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::kernel::Timestamp;

/// By chain, in the order of the primary chain index: no sorting, however long the book is.
const PAGE: &str = "SELECT t.learner_id, t.asset, t.version, t.id, t.group_id, t.code, t.phase, t.debit_kind, t.credit_kind,
    t.issuer_id, t.amount_milli, t.holding_after_milli, t.pending_after_milli, t.frozen_after_milli, t.transferred_after_milli,
    t.revoked_after_milli, t.resolves, t.reverses, t.takes, t.award_key, t.rule_version, t.recorded_at_ms, l.seq
FROM ledger_transfer t
LEFT JOIN ledger_leaf l ON l.learner_id = t.learner_id AND l.record_id = t.id AND l.log_id = 1
WHERE (t.learner_id, t.asset, t.version) > ($1, $2, $3)
ORDER BY t.learner_id, t.asset, t.version";

/// Learner, asset and version: where a row stands.
pub(super) type Place = (Uuid, i64, i64);

/// One row, with nothing read into it.
pub(super) struct Line {
    pub(super) place: Place,
    pub(super) id: Uuid,
    pub(super) group: Uuid,
    pub(super) code: String,
    pub(super) phase: String,
    pub(super) debit: String,
    pub(super) credit: String,
    pub(super) issuer: Uuid,
    pub(super) milli: i64,
    /// Holding, pending, frozen, transferred, revoked.
    pub(super) after: [i64; 5],
    pub(super) resolves: Option<Uuid>,
    pub(super) reverses: Option<Uuid>,
    pub(super) takes: Option<Uuid>,
    pub(super) award_key: Option<String>,
    pub(super) rule_version: String,
    pub(super) recorded_at: Timestamp,
    /// Its number in the sealed log, from 0.
    pub(super) seq: Option<i64>,
}

/// The next `most` rows after `after`, in the order of learner, asset and version.
pub(super) async fn list_lines_after(db: &impl ConnectionTrait, after: Place, most: u64) -> Result<Vec<Line>, DbErr> {
    let values = [Value::from(after.0), Value::from(after.1), Value::from(after.2)];
    let sql = format!("{PAGE} LIMIT {most}");
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    rows.iter().map(line).collect()
}

/// How many transfers there are.
pub(super) async fn count_transfers(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    count(db, "SELECT COUNT(*) FROM ledger_transfer").await
}

/// How many accounts there are.
pub(super) async fn count_accounts(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    count(db, "SELECT COUNT(*) FROM ledger_account").await
}

async fn count(db: &impl ConnectionTrait, sql: &str) -> Result<u64, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

fn line(row: &QueryResult) -> Result<Line, DbErr> {
    Ok(Line {
        place: (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?),
        id: row.try_get_by_index(3)?,
        group: row.try_get_by_index(4)?,
        code: row.try_get_by_index(5)?,
        phase: row.try_get_by_index(6)?,
        debit: row.try_get_by_index(7)?,
        credit: row.try_get_by_index(8)?,
        issuer: row.try_get_by_index(9)?,
        milli: row.try_get_by_index(10)?,
        after: [
            row.try_get_by_index(11)?,
            row.try_get_by_index(12)?,
            row.try_get_by_index(13)?,
            row.try_get_by_index(14)?,
            row.try_get_by_index(15)?,
        ],
        resolves: row.try_get_by_index(16)?,
        reverses: row.try_get_by_index(17)?,
        takes: row.try_get_by_index(18)?,
        award_key: row.try_get_by_index(19)?,
        rule_version: row.try_get_by_index(20)?,
        recorded_at: Timestamp::from_ms(row.try_get_by_index(21)?),
        seq: row.try_get_by_index(22)?,
    })
}
