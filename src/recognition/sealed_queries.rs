//! Table `result` as it is sealed in the ledger's log: the bytes of a row, and all rows with their leaves.
//!
//! Form 1: the ASCII text `credit-bank/result/1`, then every column of the row but `leaf_hash`, in the order of [`canonical_bytes`], each
//! written as in the canonical bytes of a transfer.

use entity::result;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

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
    Ok(rows.iter().map(|row| (LearnerId::from_uuid(row.learner_id), row.id, leaf_of(row))).collect())
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
