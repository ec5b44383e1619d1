//! Tables `agency_quota` and `agency_quota_block`.

use entity::{agency_quota, agency_quota_block};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::kernel::{AgencyId, DelegationId};

/// A year of an agency, under the delegation that is in force.
#[derive(Clone, Copy, Debug)]
pub(in crate::agencies) struct Account {
    pub agency: AgencyId,
    pub year: i64,
    pub delegation: DelegationId,
}

/// Takes `amount` out of the block in `slot`; `false` where it does not hold so much, or was handed out under another delegation.
pub(in crate::agencies) async fn take_from_block(tx: &Tx, of: Account, slot: i64, amount: i64) -> Result<bool, DbErr> {
    let left = agency_quota_block::Column::LeftMilli;
    let done = agency_quota_block::Entity::update_many()
        .col_expr(left, Expr::col(left).sub(amount))
        .filter(agency_quota_block::Column::AgencyId.eq(of.agency.uuid()))
        .filter(agency_quota_block::Column::Year.eq(of.year))
        .filter(agency_quota_block::Column::Slot.eq(slot))
        .filter(agency_quota_block::Column::DelegationId.eq(of.delegation.uuid()))
        .filter(left.gte(amount))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Begins the year, where nothing of it was handed out yet.
pub(in crate::agencies) async fn begin(tx: &Tx, of: Account) -> Result<(), DbErr> {
    let row = agency_quota::ActiveModel {
        agency_id: Set(of.agency.uuid()),
        year: Set(of.year),
        delegation_id: Set(of.delegation.uuid()),
        handed_milli: Set(0),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    agency_quota::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Hands out `amount`; `false` where more than `limit` would then be out, or blocks of another delegation are still about.
pub(in crate::agencies) async fn hand_out(tx: &Tx, of: Account, amount: i64, limit: i64) -> Result<bool, DbErr> {
    let handed = agency_quota::Column::HandedMilli;
    let done = agency_quota::Entity::update_many()
        .col_expr(handed, Expr::col(handed).add(amount))
        .filter(agency_quota::Column::AgencyId.eq(of.agency.uuid()))
        .filter(agency_quota::Column::Year.eq(of.year))
        .filter(agency_quota::Column::DelegationId.eq(of.delegation.uuid()))
        .filter(handed.lte(limit.saturating_sub(amount)))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Puts what was handed out into the block in `slot`.
pub(in crate::agencies) async fn fill_block(tx: &Tx, of: Account, slot: i64, amount: i64) -> Result<(), DbErr> {
    use agency_quota_block::Column::{AgencyId, DelegationId, LeftMilli, Slot, Year};
    let row = agency_quota_block::ActiveModel {
        agency_id: Set(of.agency.uuid()),
        year: Set(of.year),
        slot: Set(slot),
        delegation_id: Set(of.delegation.uuid()),
        left_milli: Set(amount),
    };
    let more = Expr::col((agency_quota_block::Entity, LeftMilli)).add(amount);
    let known = OnConflict::columns([AgencyId, Year, Slot]).update_column(DelegationId).value(LeftMilli, more).to_owned();
    agency_quota_block::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes back what is left in all blocks: from then on the year belongs to this delegation, and nothing lies about. The year's row is held
/// until the commit, then the blocks in the order of their slots.
pub(in crate::agencies) async fn gather(tx: &Tx, of: Account) -> Result<(), DbErr> {
    let is_postgres = tx.get_database_backend() == DbBackend::Postgres;
    if is_postgres {
        agency_quota::Entity::find_by_id((of.agency.uuid(), of.year)).lock_exclusive().one(tx).await?;
    }
    let mut blocks = agency_quota_block::Entity::find()
        .filter(agency_quota_block::Column::AgencyId.eq(of.agency.uuid()))
        .filter(agency_quota_block::Column::Year.eq(of.year))
        .order_by_asc(agency_quota_block::Column::Slot);
    if is_postgres {
        blocks = blocks.lock_exclusive();
    }
    let left: i64 = blocks.all(tx).await?.iter().map(|block| block.left_milli).sum();
    let handed = agency_quota::Column::HandedMilli;
    agency_quota::Entity::update_many()
        .col_expr(handed, Expr::col(handed).sub(left))
        .col_expr(agency_quota::Column::DelegationId, Expr::value(of.delegation.uuid()))
        .filter(agency_quota::Column::AgencyId.eq(of.agency.uuid()))
        .filter(agency_quota::Column::Year.eq(of.year))
        .exec(tx)
        .await?;
    agency_quota_block::Entity::update_many()
        .col_expr(agency_quota_block::Column::LeftMilli, Expr::value(0_i64))
        .filter(agency_quota_block::Column::AgencyId.eq(of.agency.uuid()))
        .filter(agency_quota_block::Column::Year.eq(of.year))
        .exec(tx)
        .await?;
    Ok(())
}

/// What was used of a year: what was handed out, less what is left in blocks.
pub(in crate::agencies) async fn used(db: &impl ConnectionTrait, agency: AgencyId, year: i64) -> Result<i64, DbErr> {
    let handed = agency_quota::Entity::find_by_id((agency.uuid(), year)).one(db).await?.map_or(0, |row| row.handed_milli);
    let blocks = agency_quota_block::Entity::find()
        .filter(agency_quota_block::Column::AgencyId.eq(agency.uuid()))
        .filter(agency_quota_block::Column::Year.eq(year))
        .all(db)
        .await?;
    let left: i64 = blocks.iter().map(|block| block.left_milli).sum();
    // The two are read one after the other: while others take, the difference may be off by a block, never what is taken.
    Ok(Ord::max(handed.saturating_sub(left), 0))
}
