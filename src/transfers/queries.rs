//! Table `transfer_offer`.

use entity::transfer_offer::{self, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Offer;
use crate::db::Tx;
use crate::kernel::{Credits, Digest, LearnerId, OrganisationId, RuleId, Timestamp, TransferId};

fn offer_of(row: transfer_offer::Model) -> Result<Offer, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("transfer_offer {} has no readable {column}", row.transfer_id));
    Ok(Offer {
        learner: LearnerId::from_uuid(row.learner_id),
        transfer: TransferId::from_uuid(row.transfer_id),
        rule: RuleId::from_uuid(row.rule_id),
        receiver: OrganisationId::from_uuid(row.receiver_id),
        award: TransferId::from_uuid(row.award_id),
        amount: Credits::from_milli(row.milli).ok_or_else(|| unreadable("milli"))?,
        shown: Digest::from_slice(&row.shown).ok_or_else(|| unreadable("shown"))?,
        gives: row.gives,
        offered_at: Timestamp::from_ms(row.offered_at_ms),
        due_at: Timestamp::from_ms(row.due_at_ms),
        unit: row.unit,
        said_sealed: row.said_sealed,
    })
}

/// Keeps what was shown; the same once more changes nothing.
pub(super) async fn insert(tx: &Tx, offer: &Offer) -> Result<(), DbErr> {
    let row = transfer_offer::ActiveModel {
        learner_id: Set(offer.learner.uuid()),
        transfer_id: Set(offer.transfer.uuid()),
        rule_id: Set(offer.rule.uuid()),
        receiver_id: Set(offer.receiver.uuid()),
        award_id: Set(offer.award.uuid()),
        unit: Set(offer.unit.clone()),
        milli: Set(offer.amount.milli()),
        gives: Set(offer.gives),
        shown: Set(offer.shown.to_vec()),
        offered_at_ms: Set(offer.offered_at.ms()),
        due_at_ms: Set(offer.due_at.ms()),
        answered_by: Set(None),
        said_sealed: Set(None),
        told_at_ms: Set(None),
    };
    let known = OnConflict::columns([Column::LearnerId, Column::TransferId]).do_nothing().to_owned();
    transfer_offer::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// The offer of this number, whoever's it is.
pub(super) async fn find(db: &impl ConnectionTrait, transfer: TransferId) -> Result<Option<Offer>, DbErr> {
    let row = transfer_offer::Entity::find().filter(Column::TransferId.eq(transfer.uuid())).one(db).await?;
    row.map(offer_of).transpose()
}

/// Those of these accounts, the newest first.
pub(super) async fn list_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Offer>, DbErr> {
    let rows = transfer_offer::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .order_by_desc(Column::OfferedAtMs)
        .order_by_desc(Column::TransferId)
        .all(db)
        .await?;
    rows.into_iter().map(offer_of).collect()
}

/// Those to these organisations, the newest first.
pub(super) async fn list_to(db: &impl ConnectionTrait, receivers: &[OrganisationId], most: u64) -> Result<Vec<Offer>, DbErr> {
    let rows = transfer_offer::Entity::find()
        .filter(Column::ReceiverId.is_in(receivers.iter().map(|receiver| receiver.uuid())))
        .order_by_desc(Column::OfferedAtMs)
        .order_by_desc(Column::TransferId)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(offer_of).collect()
}

/// Those that were due before then and whose end nobody was told.
pub(super) async fn list_untold(db: &impl ConnectionTrait, before: Timestamp, most: u64) -> Result<Vec<Offer>, DbErr> {
    let rows = transfer_offer::Entity::find()
        // As the index says it, so that it is used.
        .filter(Expr::cust("told_at_ms IS NULL"))
        .filter(Column::DueAtMs.lt(before.ms()))
        .order_by_asc(Column::DueAtMs)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(offer_of).collect()
}

/// Keeps who answered and what was said.
pub(super) async fn answer(tx: &Tx, offer: &Offer, (by, said): (LearnerId, Option<Vec<u8>>)) -> Result<(), DbErr> {
    transfer_offer::Entity::update_many()
        .col_expr(Column::AnsweredBy, Expr::value(Some(by.uuid())))
        .col_expr(Column::SaidSealed, Expr::value(said))
        .filter(Column::LearnerId.eq(offer.learner.uuid()))
        .filter(Column::TransferId.eq(offer.transfer.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Marks the end as told; `false` where it was.
pub(super) async fn mark_told(tx: &Tx, offer: &Offer) -> Result<bool, DbErr> {
    let done = transfer_offer::Entity::update_many()
        .col_expr(Column::ToldAtMs, Expr::value(Some(tx.now.ms())))
        .filter(Column::LearnerId.eq(offer.learner.uuid()))
        .filter(Column::TransferId.eq(offer.transfer.uuid()))
        .filter(Column::ToldAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
