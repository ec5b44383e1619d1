//! Table `transfer_out`.

use entity::transfer_out::{self, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::offers::OfferStands;
use super::queries::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION};
use super::{Instruction, Offer};
use crate::db::{Row, Scan, Tx};
use crate::kernel::{Digest, LearnerId, OrganisationId, Timestamp, TransferId};
use crate::ledger;

/// How an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferState {
    /// The receiver has not answered.
    Offered,
    /// The receiver took it.
    Accepted,
    /// The receiver did not.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// Taken back by a reversal.
    Reversed,
}

impl OfferState {
    const ALL: [Self; 5] = [Self::Offered, Self::Accepted, Self::Declined, Self::Expired, Self::Reversed];

    /// The code in tables, and the end of its words' keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Reversed => "reversed",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What the ledger has of it.
    const fn phase(self) -> &'static str {
        match self {
            Self::Offered => "pending",
            Self::Accepted => "post",
            Self::Declined | Self::Expired => "void",
            Self::Reversed => "reversed",
        }
    }
}

/// An offer as it is kept.
pub(super) struct Kept {
    pub(super) learner: LearnerId,
    pub(super) transfer: TransferId,
    pub(super) award: TransferId,
    pub(super) receiver: OrganisationId,
    pub(super) state: OfferState,
    pub(super) due_at: Timestamp,
    pub(super) rule_version: String,
    pub(super) place_code: Option<String>,
    pub(super) responsible_org: String,
    pub(super) answer_ref: Option<String>,
    answer_hash: Option<Vec<u8>>,
}

/// An answer about to be kept.
pub(super) struct NewAnswer<'a> {
    pub(super) state: OfferState,
    pub(super) transfer: TransferId,
    pub(super) reference: Option<&'a str>,
    pub(super) digest: Digest,
}

pub(super) async fn insert(tx: &Tx, by: &Instruction<'_>, offer: &Offer, pending: TransferId) -> Result<(), DbErr> {
    let row = transfer_out::ActiveModel {
        learner_id: Set(by.learner.uuid()),
        transfer_id: Set(pending.uuid()),
        award_id: Set(offer.award.uuid()),
        receiver_id: Set(offer.receiver.uuid()),
        officer_id: Set(by.officer.uuid()),
        state: Set(OfferState::Offered.code().to_owned()),
        asked_at_ms: Set(tx.now.ms()),
        due_at_ms: Set(offer.due_at.ms()),
        evidence_hash: Set(by.evidence.to_vec()),
        rule_version: Set(offer.rule_version.clone()),
        place_code: Set(by.standing.place_code.clone()),
        answer_id: Set(None),
        answer_ref: Set(None),
        answer_hash: Set(None),
        answered_at_ms: Set(None),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(by.responsible_org.clone()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    transfer_out::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn find(db: &impl ConnectionTrait, learner: LearnerId, transfer: TransferId) -> Result<Option<Kept>, DbErr> {
    transfer_out::Entity::find_by_id((learner.uuid(), transfer.uuid())).one(db).await?.map(read).transpose()
}

/// Keeps the answer; `false` where one is kept already.
pub(super) async fn answer(tx: &Tx, kept: &Kept, answer: &NewAnswer<'_>) -> Result<bool, DbErr> {
    let done = transfer_out::Entity::update_many()
        .col_expr(Column::State, Expr::value(answer.state.code()))
        .col_expr(Column::AnswerId, Expr::value(answer.transfer.uuid()))
        .col_expr(Column::AnswerRef, Expr::value(answer.reference.map(str::to_owned)))
        .col_expr(Column::AnswerHash, Expr::value(answer.digest.to_vec()))
        .col_expr(Column::AnsweredAtMs, Expr::value(tx.now.ms()))
        .filter(Column::LearnerId.eq(kept.learner.uuid()).and(Column::TransferId.eq(kept.transfer.uuid())))
        .filter(Column::State.eq(OfferState::Offered.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Marks those of these transfers that are offers as reversed.
pub(super) async fn reverse(tx: &Tx, learner: LearnerId, transfers: &[TransferId]) -> Result<(), DbErr> {
    let open = [OfferState::Offered, OfferState::Accepted].map(OfferState::code);
    transfer_out::Entity::update_many()
        .col_expr(Column::State, Expr::value(OfferState::Reversed.code()))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::TransferId.is_in(transfers.iter().map(|id| id.uuid())))
        .filter(Column::State.is_in(open))
        .exec(tx)
        .await?;
    Ok(())
}

/// When it was due, whose, and which.
pub(super) type Due = (Timestamp, LearnerId, TransferId);

/// The next `most` offers without an answer that were due before `now`, the longest overdue first.
pub(super) async fn list_due(
    db: &impl ConnectionTrait,
    now: Timestamp,
    after: Option<Due>,
    most: u64,
) -> Result<Vec<Due>, DbErr> {
    let place = [Column::DueAtMs, Column::LearnerId, Column::TransferId];
    let mut query = transfer_out::Entity::find()
        .select_only()
        .columns(place)
        // As the index says it, so that it is used.
        .filter(Expr::cust("state = 'offered'"))
        .filter(Column::DueAtMs.lt(now.ms()));
    if let Some((due, learner, transfer)) = after {
        let start = Expr::tuple([Expr::value(due.ms()), Expr::value(learner.uuid()), Expr::value(transfer.uuid())]);
        query = query.filter(Expr::tuple(place.map(Expr::col)).gt(start));
    }
    let query = place.into_iter().fold(query, |query, column| query.order_by_asc(column));
    let rows: Vec<(i64, uuid::Uuid, uuid::Uuid)> = query.limit(most).into_tuple().all(db).await?;
    let read = |(due, learner, id)| (Timestamp::from_ms(due), LearnerId::from_uuid(learner), TransferId::from_uuid(id));
    Ok(rows.into_iter().map(read).collect())
}

/// The next `most` offers after learner and transfer, in that order: how each stands, in the ledger's words.
pub(super) async fn list_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    let key = Expr::tuple([Column::LearnerId, Column::TransferId].map(Expr::col));
    let start = Expr::tuple([Expr::value(after.0.uuid()), Expr::value(after.1.uuid())]);
    let rows = transfer_out::Entity::find()
        .filter(key.gt(start))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::TransferId)
        .limit(most)
        .all(db)
        .await?;
    let offer = |row: transfer_out::Model| {
        let kept = read(row)?;
        let offer = Stands {
            learner: kept.learner,
            transfer: kept.transfer,
            award: kept.award,
            state: kept.state,
            due_at: kept.due_at,
            answer: kept.answer_hash,
        };
        Ok((offer.learner, offer.transfer, offer.said()))
    };
    rows.into_iter().map(offer).collect()
}

/// An offer as the audit compares it.
pub(super) struct Stands {
    pub(super) learner: LearnerId,
    pub(super) transfer: TransferId,
    award: TransferId,
    state: OfferState,
    due_at: Timestamp,
    answer: Option<Vec<u8>>,
}

impl Stands {
    /// How it stands, in the ledger's words.
    pub(super) fn said(&self) -> String {
        ledger::standing_of_offer(self.state.phase(), self.award, self.answer.as_deref())
    }

    /// Whether nobody has answered it, and it was due before then.
    pub(super) fn is_overdue(&self, before: Timestamp) -> bool {
        self.state == OfferState::Offered && self.due_at < before
    }
}

/// Gives each offer; `None` where a column holds what nothing here would have written.
pub(super) fn each_offer(scan: &mut Scan, mut take: impl FnMut(Option<Stands>)) -> Result<(), DbErr> {
    let sql = "SELECT learner_id, transfer_id, award_id, state, due_at_ms, answer_hash FROM transfer_out";
    scan.each(sql, |row| {
        take(scanned(row));
        Ok(())
    })
}

fn scanned(row: &Row<'_>) -> Option<Stands> {
    Some(Stands {
        learner: LearnerId::from_uuid(row.uuid(0).ok()??),
        transfer: TransferId::from_uuid(row.uuid(1).ok()??),
        award: TransferId::from_uuid(row.uuid(2).ok()??),
        state: OfferState::from_code(row.text(3).ok()??)?,
        due_at: Timestamp::from_ms(row.int(4).ok()??),
        answer: row.bytes(5).ok()?.map(<[u8]>::to_vec),
    })
}

/// The offers of a learner, the oldest first: part of "my data".
pub(super) async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Value>, DbErr> {
    let rows = transfer_out::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(Column::AskedAtMs)
        .order_by_asc(Column::TransferId)
        .all(db)
        .await?;
    let told = |row: transfer_out::Model| {
        json!({
            "transfer": row.transfer_id, "award": row.award_id, "receiver": row.receiver_id, "state": row.state,
            "asked_at_ms": row.asked_at_ms, "due_at_ms": row.due_at_ms, "answer": row.answer_ref,
            "answered_at_ms": row.answered_at_ms, "rule_version": row.rule_version, "responsible_org": row.responsible_org,
        })
    };
    Ok(rows.into_iter().map(told).collect())
}

fn stands(row: transfer_out::Model) -> Result<OfferStands, DbErr> {
    let asked_at = Timestamp::from_ms(row.asked_at_ms);
    let answered_at = row.answered_at_ms.map(Timestamp::from_ms);
    let kept = read(row)?;
    Ok(OfferStands {
        learner: kept.learner,
        transfer: kept.transfer,
        award: kept.award,
        receiver: kept.receiver,
        state: kept.state,
        asked_at,
        due_at: kept.due_at,
        answered_at,
        answer: kept.answer_ref,
    })
}

/// Those of these offers that there are.
pub(super) async fn list_by_ids(
    db: &impl ConnectionTrait,
    offers: &[(LearnerId, TransferId)],
) -> Result<Vec<OfferStands>, DbErr> {
    if offers.is_empty() {
        return Ok(Vec::new());
    }
    let rows = transfer_out::Entity::find()
        .filter(Column::LearnerId.is_in(offers.iter().map(|(learner, _)| learner.uuid())))
        .filter(Column::TransferId.is_in(offers.iter().map(|(_, offer)| offer.uuid())))
        .all(db)
        .await?;
    rows.into_iter().map(stands).collect()
}

fn read(row: transfer_out::Model) -> Result<Kept, DbErr> {
    let state = OfferState::from_code(&row.state);
    Ok(Kept {
        learner: LearnerId::from_uuid(row.learner_id),
        transfer: TransferId::from_uuid(row.transfer_id),
        award: TransferId::from_uuid(row.award_id),
        receiver: OrganisationId::from_uuid(row.receiver_id),
        state: state.ok_or_else(|| DbErr::Type(format!("transfer out {} has no readable state", row.transfer_id)))?,
        due_at: Timestamp::from_ms(row.due_at_ms),
        rule_version: row.rule_version,
        place_code: row.place_code,
        responsible_org: row.responsible_org,
        answer_ref: row.answer_ref,
        answer_hash: row.answer_hash,
    })
}
