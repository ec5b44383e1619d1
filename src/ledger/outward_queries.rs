//! Table `ledger_transfer`: what went out or was converted, for recognition to compare with its own records.

use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use uuid::Uuid;

use crate::db::Scan;
use crate::kernel::{LearnerId, TransferId};

/// Each offer with its answer and its reversal, where it has them. The codes stand as in the index `ledger_outward`, so that it is used.
const OFFERS: &str = "SELECT p.learner_id, p.id, p.takes, a.phase, a.evidence_hash, r.id
FROM ledger_transfer p
LEFT JOIN ledger_transfer a ON a.learner_id = p.learner_id AND a.resolves = p.id
LEFT JOIN ledger_transfer r ON r.learner_id = p.learner_id AND r.reverses = p.id
WHERE p.code IN ('transfer_out', 'convert_in', 'convert_out') AND p.phase = 'pending'";

/// First legs alone: the remainder stands in their group.
const CONVERSIONS: &str = "SELECT learner_id, id, code FROM ledger_transfer
WHERE code IN ('transfer_out', 'convert_in', 'convert_out') AND code <> 'transfer_out'";

/// The next `most` transfers out after learner and id, in that order: whose, which, and how it stands ([`how_it_stands`]).
pub(super) async fn list_offers_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    let rows = db.query_all_raw(page(db, OFFERS, ["p.learner_id", "p.id"], after, most)).await?;
    rows.iter()
        .map(|row| {
            let (award, answer): (Option<Uuid>, Option<String>) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
            let (hash, reversal): (Option<Vec<u8>>, Option<Uuid>) = (row.try_get_by_index(4)?, row.try_get_by_index(5)?);
            let said = said(phase_of(answer.as_deref(), reversal), award, hash.as_deref());
            Ok((LearnerId::from_uuid(row.try_get_by_index(0)?), TransferId::from_uuid(row.try_get_by_index(1)?), said))
        })
        .collect()
}

/// Gives each transfer out: whose, which, and how it stands.
///
/// # Errors
/// What the database answers.
pub fn each_offer(scan: &mut Scan, mut take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    scan.each(OFFERS, |row| {
        let said = said(phase_of(row.text(3)?, row.uuid(5)?), row.uuid(2)?, row.bytes(4)?);
        take([row.bytes(0)?.unwrap_or_default(), row.bytes(1)?.unwrap_or_default(), said.as_bytes()]);
        Ok(())
    })
}

/// Gives each conversion: whose, its first leg, its code.
///
/// # Errors
/// What the database answers.
pub fn each_conversion(scan: &mut Scan, take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    scan.each_three(CONVERSIONS, take)
}

/// The phase of the answer, unless all of it was reversed.
fn phase_of(answer: Option<&str>, reversal: Option<Uuid>) -> &str {
    if reversal.is_some() { "reversed" } else { answer.unwrap_or("pending") }
}

/// How it stands, with the award as the column has it.
fn said(phase: &str, award: Option<Uuid>, answer: Option<&[u8]>) -> String {
    how_it_stands(phase, TransferId::from_uuid(award.unwrap_or_default()), answer)
}

/// How a transfer out stands, in one text: `pending`, `post`, `void` or `reversed`, the award it took, the digest of the answer.
pub(super) fn how_it_stands(phase: &str, award: TransferId, answer: Option<&[u8]>) -> String {
    format!("{phase} {award} {}", answer.map(hex::encode).unwrap_or_default())
}

/// The next `most` conversions after learner and id, in that order, with their codes.
pub(super) async fn list_conversions_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    let rows = db.query_all_raw(page(db, CONVERSIONS, ["learner_id", "id"], after, most)).await?;
    let place = |row: &sea_orm::QueryResult| {
        Ok((
            LearnerId::from_uuid(row.try_get_by_index(0)?),
            TransferId::from_uuid(row.try_get_by_index(1)?),
            row.try_get_by_index(2)?,
        ))
    };
    rows.iter().map(place).collect()
}

fn page(db: &impl ConnectionTrait, sql: &str, [learner, id]: [&str; 2], after: (LearnerId, TransferId), most: u64) -> Statement {
    let values = [Value::from(after.0.uuid()), Value::from(after.1.uuid())];
    let sql = format!("{sql} AND ({learner}, {id}) > ($1, $2) ORDER BY {learner}, {id} LIMIT {most}");
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}
