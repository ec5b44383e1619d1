//! Versions and events as they are sealed in the ledger's log: the bytes of a row, and all rows with their leaves.
//!
//! A version, form 1: the ASCII text `credit-bank/certificate-version/1`, then what it is known by (kind, about, number, agency), then every column
//! of the row but `document_sealed` (its digest is there) and `leaf_hash`, then how many lines it cites and every column of each after the version,
//! by unit. An event, form 1: the ASCII text `credit-bank/certificate-event/1`, then every column but `ground_sealed` (its digest is there) and
//! `leaf_hash`. Each field is written as in the canonical bytes of a transfer, in the order of the functions below.

use entity::{certificate, certificate_cite, certificate_event, certificate_version};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::kernel::{Digest, LearnerId};
use crate::ledger::CanonicalWriter;
use crate::ledger::seal::merkle;

/// What a certificate is known by, as its versions say it.
#[derive(Clone, Copy, Debug)]
pub(in crate::certificates) struct Known<'a> {
    pub kind: &'a str,
    pub about: &'a str,
    pub number: &'a str,
    pub agency: Uuid,
}

/// The leaf of a version with what it cites, by unit.
pub(in crate::certificates) fn version_leaf(
    known: Known<'_>,
    row: &certificate_version::Model,
    cites: &[certificate_cite::Model],
) -> Digest {
    let mut bytes = CanonicalWriter::begin("credit-bank/certificate-version/1");
    bytes.text(known.kind);
    bytes.text(known.about);
    bytes.text(known.number);
    bytes.id(known.agency);
    bytes.id(row.learner_id);
    bytes.id(row.certificate_id);
    bytes.int(row.version);
    bytes.id(row.id);
    bytes.text(&row.why);
    bytes.string(&row.document_hash);
    bytes.string(&row.key_hash);
    bytes.int(row.list);
    bytes.int(row.position);
    bytes.text(&row.rule_version);
    bytes.text(&row.edition);
    bytes.int(row.identity_level);
    bytes.int(row.supervision_level);
    bytes.int(row.credit_milli);
    bytes.int(row.class_hours);
    bytes.text(&row.units);
    bytes.id(row.officer_id);
    bytes.optional(row.approver_id, CanonicalWriter::id);
    bytes.int(row.made_at_ms);
    bytes.text(&row.made_day);
    bytes.string(&row.salt);
    bytes.int(i64::try_from(cites.len()).unwrap_or(i64::MAX));
    for cite in cites {
        write_cite(&mut bytes, cite);
    }
    merkle::leaf_hash(&bytes.bytes())
}

fn write_cite(bytes: &mut CanonicalWriter, cite: &certificate_cite::Model) {
    bytes.text(&cite.unit);
    bytes.id(cite.account_id);
    bytes.id(cite.result_id);
    bytes.id(cite.transfer_id);
    bytes.text(&cite.source);
    bytes.string(&cite.evidence_hash);
    bytes.int(cite.result_leaf);
    bytes.int(cite.award_leaf);
    bytes.int(cite.score_permille);
    bytes.int(cite.identity_level);
    bytes.int(cite.supervision_level);
    bytes.int(cite.credit_milli);
    bytes.int(cite.class_hours);
    bytes.text(&cite.passed_day);
}

/// The leaf of an event.
pub(in crate::certificates) fn event_leaf(row: &certificate_event::Model) -> Digest {
    let mut bytes = CanonicalWriter::begin("credit-bank/certificate-event/1");
    bytes.id(row.learner_id);
    bytes.id(row.certificate_id);
    bytes.int(row.seq);
    bytes.id(row.id);
    bytes.text(&row.what);
    bytes.int(row.version);
    bytes.optional(row.reason_code.as_deref(), CanonicalWriter::text);
    bytes.optional(row.ground_hash.as_deref(), CanonicalWriter::string);
    bytes.optional(row.actor_id, CanonicalWriter::id);
    bytes.optional(row.approver_id, CanonicalWriter::id);
    bytes.optional(row.cause_id, CanonicalWriter::id);
    bytes.optional(row.appeal_until.as_deref(), CanonicalWriter::text);
    bytes.int(row.at_ms);
    bytes.text(&row.day);
    bytes.string(&row.salt);
    bytes.text(&row.record_class);
    bytes.text(&row.responsible_org);
    bytes.int(row.formed_at_ms);
    bytes.text(&row.retention);
    bytes.text(&row.openness);
    bytes.int(row.format_version);
    merkle::leaf_hash(&bytes.bytes())
}

/// A row that a leaf is of: whose, its id, and the leaf that its bytes make today.
pub(in crate::certificates) type Row = (LearnerId, Uuid, Digest);

/// A row whose own hash is not that of its bytes fits nothing that is sealed.
fn whole(leaf: Digest, kept: &[u8]) -> Digest {
    if kept == leaf.bytes() { leaf } else { Digest::from_array([0; 32]) }
}

/// The next `most` events after learner and id, in that order.
pub(in crate::certificates) async fn list_events_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, Uuid),
    most: u64,
) -> Result<Vec<Row>, DbErr> {
    use certificate_event::Column;
    let key = Expr::tuple([Column::LearnerId, Column::Id].map(Expr::col));
    let start = Expr::tuple([Expr::value(after.0.uuid()), Expr::value(after.1)]);
    let rows = certificate_event::Entity::find()
        .filter(key.gt(start))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    let row =
        |row: &certificate_event::Model| (LearnerId::from_uuid(row.learner_id), row.id, whole(event_leaf(row), &row.leaf_hash));
    Ok(rows.iter().map(row).collect())
}

/// The next `most` versions after learner and id, in that order.
pub(in crate::certificates) async fn list_versions_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, Uuid),
    most: u64,
) -> Result<Vec<Row>, DbErr> {
    use certificate_version::Column;
    let key = Expr::tuple([Column::LearnerId, Column::Id].map(Expr::col));
    let start = Expr::tuple([Expr::value(after.0.uuid()), Expr::value(after.1)]);
    let rows = certificate_version::Entity::find()
        .filter(key.gt(start))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    let learners: Vec<Uuid> = rows.iter().map(|row| row.learner_id).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.certificate_id).collect();
    let of = certificate::Entity::find()
        .filter(certificate::Column::LearnerId.is_in(learners.clone()))
        .filter(certificate::Column::Id.is_in(ids.clone()))
        .all(db)
        .await?;
    let cites = certificate_cite::Entity::find()
        .filter(certificate_cite::Column::LearnerId.is_in(learners))
        .filter(certificate_cite::Column::CertificateId.is_in(ids))
        .order_by_asc(certificate_cite::Column::Unit)
        .all(db)
        .await?;
    let leaf = |row: &certificate_version::Model| {
        let of = of.iter().find(|of| (of.learner_id, of.id) == (row.learner_id, row.certificate_id))?;
        let known = Known { kind: &of.kind, about: &of.about, number: &of.number, agency: of.agency_id };
        let is_its = |cite: &&certificate_cite::Model| {
            (cite.learner_id, cite.certificate_id, cite.version) == (row.learner_id, row.certificate_id, row.version)
        };
        let own: Vec<certificate_cite::Model> = cites.iter().filter(is_its).cloned().collect();
        Some(whole(version_leaf(known, row, &own), &row.leaf_hash))
    };
    let none = Digest::from_array([0; 32]);
    Ok(rows.iter().map(|row| (LearnerId::from_uuid(row.learner_id), row.id, leaf(row).unwrap_or(none))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> Uuid {
        Uuid::from_bytes([byte; 16])
    }

    fn cite() -> certificate_cite::Model {
        certificate_cite::Model {
            learner_id: id(1),
            certificate_id: id(2),
            version: 1,
            unit: "T19".to_owned(),
            account_id: id(1),
            result_id: id(3),
            transfer_id: id(4),
            source: "supervised".to_owned(),
            evidence_hash: vec![5; 32],
            result_leaf: 7,
            award_leaf: 6,
            score_permille: 900,
            identity_level: 2,
            supervision_level: 2,
            credit_milli: 250,
            class_hours: 4,
            passed_day: "2026-03-02".to_owned(),
        }
    }

    fn version() -> certificate_version::Model {
        certificate_version::Model {
            learner_id: id(1),
            certificate_id: id(2),
            version: 1,
            id: id(6),
            why: "first".to_owned(),
            document_sealed: vec![1, 2, 3],
            document_hash: vec![8; 32],
            key_hash: vec![9; 32],
            list: 1,
            position: 94_567,
            rule_version: "2026.11".to_owned(),
            edition: "e1".to_owned(),
            identity_level: 2,
            supervision_level: 2,
            credit_milli: 250,
            class_hours: 4,
            units: "T19".to_owned(),
            officer_id: id(10),
            approver_id: Some(id(11)),
            made_at_ms: 1_772_413_200_000,
            made_day: "2026-03-02".to_owned(),
            salt: vec![7; 16],
            leaf_hash: Vec::new(),
        }
    }

    fn event() -> certificate_event::Model {
        certificate_event::Model {
            learner_id: id(1),
            certificate_id: id(2),
            seq: 2,
            id: id(12),
            what: "suspended".to_owned(),
            version: 1,
            reason_code: Some("credit_reversed".to_owned()),
            ground_sealed: None,
            ground_hash: None,
            actor_id: None,
            approver_id: None,
            cause_id: Some(id(4)),
            appeal_until: Some("2026-04-01".to_owned()),
            at_ms: 1_772_413_200_000,
            day: "2026-03-02".to_owned(),
            salt: vec![7; 16],
            leaf_hash: Vec::new(),
            record_class: "certificate".to_owned(),
            responsible_org: "bank".to_owned(),
            formed_at_ms: 1_772_413_200_000,
            retention: "permanent".to_owned(),
            openness: "controlled".to_owned(),
            format_version: 1,
        }
    }

    const KNOWN: Known<'_> = Known { kind: "unit", about: "T19", number: "123456789012", agency: Uuid::from_bytes([13; 16]) };

    /// Published vectors, computed by another program (Python's `struct` and `hashlib`) from the description above.
    #[test]
    fn the_published_vectors_hold() {
        assert_eq!(
            version_leaf(KNOWN, &version(), &[cite()]).to_string(),
            "17d1e99fbffe917fa1725430a1be41f7b65142fd54b42f650d5ec771c44f0684"
        );
        assert_eq!(event_leaf(&event()).to_string(), "64221ae1e8c90e3773de1453e54b3d274033906b326a553a88d6ca7c79b056e8");
    }

    #[test]
    fn what_a_version_cites_and_what_it_is_known_by_is_sealed_with_it() {
        let leaf = version_leaf(KNOWN, &version(), &[cite()]);
        assert_ne!(version_leaf(KNOWN, &version(), &[]), leaf);
        assert_ne!(version_leaf(KNOWN, &version(), &[certificate_cite::Model { score_permille: 901, ..cite() }]), leaf);
        assert_ne!(version_leaf(Known { number: "123456789021", ..KNOWN }, &version(), &[cite()]), leaf);
        assert_ne!(version_leaf(KNOWN, &certificate_version::Model { approver_id: None, ..version() }, &[cite()]), leaf);
        assert_ne!(event_leaf(&certificate_event::Model { seq: 3, ..event() }), event_leaf(&event()));
    }
}
