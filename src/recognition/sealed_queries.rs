//! Table `result` as it is sealed in the ledger's log: the bytes of a row, and all rows with their leaves.
//!
//! Form 1: the ASCII text `credit-bank/result/1`, then every column of the row but `leaf_hash`, in the order of [`canonical_bytes`], each
//! written as in the canonical bytes of a transfer.

use entity::result;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::{Row, Scan};
use crate::kernel::{Digest, LearnerId};
use crate::ledger::CanonicalWriter;
use crate::ledger::seal::merkle;

/// The canonical bytes of a result, salt included.
fn canonical_bytes(result: &result::Model) -> Vec<u8> {
    let mut bytes = CanonicalWriter::begin("credit-bank/result/1");
    bytes.id(result.learner_id);
    bytes.id(result.id);
    bytes.text(&result.unit);
    bytes.text(&result.edition);
    bytes.text(&result.source);
    bytes.id(result.source_id);
    bytes.int(result.score_permille);
    bytes.int(result.identity_level);
    bytes.int(result.supervision_level);
    bytes.text(&result.support);
    bytes.optional(result.helper_id, CanonicalWriter::id);
    bytes.string(&result.evidence_hash);
    bytes.text(&result.rule_version);
    bytes.optional(result.transfer_id, CanonicalWriter::id);
    bytes.int(result.passed_at_ms);
    bytes.text(&result.passed_day);
    bytes.text(&result.record_class);
    bytes.text(&result.responsible_org);
    bytes.int(result.formed_at_ms);
    bytes.text(&result.retention);
    bytes.text(&result.openness);
    bytes.int(result.format_version);
    bytes.string(&result.salt);
    bytes.bytes()
}

/// The leaf of a result.
pub(super) fn leaf_of(result: &result::Model) -> Digest {
    merkle::leaf_hash(&canonical_bytes(result))
}

/// The next `most` results after learner and id, in that order, with the leaves that their bytes make today.
pub(super) async fn list_leaves_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, Uuid),
    most: u64,
) -> Result<Vec<(LearnerId, Uuid, Digest)>, DbErr> {
    use result::Column;
    let key = Expr::tuple([Column::LearnerId, Column::Id].map(Expr::col));
    let start = Expr::tuple([Expr::value(after.0.uuid()), Expr::value(after.1)]);
    let rows = result::Entity::find()
        .filter(key.gt(start))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    // A row whose own hash is not that of its bytes fits nothing that is sealed.
    let leaf = |row: &result::Model| Some(leaf_of(row)).filter(|leaf| row.leaf_hash == leaf.bytes());
    let whole = |row: &result::Model| leaf(row).unwrap_or(Digest::from_array([0; 32]));
    Ok(rows.iter().map(|row| (LearnerId::from_uuid(row.learner_id), row.id, whole(row))).collect())
}

/// A result as it stands, with the leaf that its bytes make today.
pub(super) struct Stands {
    pub(super) result: result::Model,
    pub(super) leaf: Digest,
}

/// Gives each result; `None` where a column holds what nothing here would have written.
pub(super) fn each_result(scan: &mut Scan, mut take: impl FnMut(Option<Stands>)) -> Result<(), DbErr> {
    let sql = "SELECT learner_id, id, unit, edition, source, source_id, score_permille, identity_level, supervision_level, support, \
        helper_id, evidence_hash, rule_version, transfer_id, passed_at_ms, passed_day, record_class, responsible_org, formed_at_ms, \
        retention, openness, format_version, salt, leaf_hash FROM result";
    scan.each(sql, |row| {
        take(scanned(row).map(|result| Stands { leaf: leaf_of(&result), result }));
        Ok(())
    })
}

fn scanned(row: &Row<'_>) -> Option<result::Model> {
    let int = |at| row.int(at).ok().flatten();
    let text = |at| Some(row.text(at).ok()??.to_owned());
    let bytes = |at| Some(row.bytes(at).ok()??.to_vec());
    Some(result::Model {
        learner_id: row.uuid(0).ok()??,
        id: row.uuid(1).ok()??,
        unit: text(2)?,
        edition: text(3)?,
        source: text(4)?,
        source_id: row.uuid(5).ok()??,
        score_permille: int(6)?,
        identity_level: int(7)?,
        supervision_level: int(8)?,
        support: text(9)?,
        helper_id: row.uuid(10).ok()?,
        evidence_hash: bytes(11)?,
        rule_version: text(12)?,
        transfer_id: row.uuid(13).ok()?,
        passed_at_ms: int(14)?,
        passed_day: text(15)?,
        record_class: text(16)?,
        responsible_org: text(17)?,
        formed_at_ms: int(18)?,
        retention: text(19)?,
        openness: text(20)?,
        format_version: int(21)?,
        salt: bytes(22)?,
        leaf_hash: bytes(23)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A published vector, computed by another program (Python's `struct` and `hashlib`) from the description above.
    #[test]
    fn the_published_vector_holds() {
        let id = |byte: u8| Uuid::from_bytes([byte; 16]);
        let row = result::Model {
            learner_id: id(1),
            id: id(2),
            unit: "T19".to_owned(),
            edition: "e1".to_owned(),
            source: "unit_test".to_owned(),
            source_id: id(3),
            score_permille: 900,
            identity_level: 1,
            supervision_level: 1,
            support: "none".to_owned(),
            helper_id: None,
            evidence_hash: vec![5; 32],
            rule_version: "2026.1".to_owned(),
            transfer_id: Some(id(4)),
            passed_at_ms: 1_772_413_200_000,
            passed_day: "2026-03-02".to_owned(),
            record_class: "learning".to_owned(),
            responsible_org: "bank".to_owned(),
            formed_at_ms: 1_772_413_200_000,
            retention: "permanent".to_owned(),
            openness: "controlled".to_owned(),
            format_version: 1,
            salt: vec![7; 16],
            leaf_hash: Vec::new(),
        };
        assert_eq!(leaf_of(&row).to_string(), "56569c77b2905314f5cbf0e35539eaf75434a65cc712b49082aa795cecd45845");
        assert_ne!(leaf_of(&result::Model { score_permille: 901, ..row.clone() }), leaf_of(&row));
    }
}
