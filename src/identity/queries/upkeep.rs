//! What is over is deleted, in small bites.

use entity::{hall_code, hall_device, session, sign_in_try, sms_challenge, staff_link};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;

/// Rows in one bite.
const BITE: u64 = 500;

/// Deletes codes that expired before `before_ms`.
pub(crate) async fn delete_challenges(tx: &Tx, before_ms: i64) -> Result<u64, DbErr> {
    let old = Query::select()
        .column(sms_challenge::Column::FlowHash)
        .from(sms_challenge::Entity)
        .and_where(Expr::col(sms_challenge::Column::ExpiresAtMs).lt(before_ms))
        .limit(BITE)
        .to_owned();
    let deleted = sms_challenge::Entity::delete_many().filter(sms_challenge::Column::FlowHash.in_subquery(old)).exec(tx).await?;
    Ok(deleted.rows_affected)
}

/// Deletes sessions that ended or expired before `before_ms`.
pub(crate) async fn delete_sessions(tx: &Tx, before_ms: i64) -> Result<u64, DbErr> {
    let old = Query::select()
        .column(session::Column::TokenHash)
        .from(session::Entity)
        .and_where(Expr::col(session::Column::ExpiresAtMs).lt(before_ms).or(Expr::col(session::Column::EndedAtMs).lt(before_ms)))
        .limit(BITE)
        .to_owned();
    let deleted = session::Entity::delete_many().filter(session::Column::TokenHash.in_subquery(old)).exec(tx).await?;
    Ok(deleted.rows_affected)
}

/// Deletes wrong tries that are forgotten by the rules.
pub(crate) async fn delete_tries(tx: &Tx, before_ms: i64) -> Result<u64, DbErr> {
    let bite_ends = sign_in_try::Entity::find().order_by_asc(sign_in_try::Column::LastAtMs).offset(BITE).one(tx).await?;
    let before_ms = bite_ends.map_or(before_ms, |row| Ord::min(row.last_at_ms, before_ms));
    let deleted = sign_in_try::Entity::delete_many().filter(sign_in_try::Column::LastAtMs.lt(before_ms)).exec(tx).await?;
    Ok(deleted.rows_affected)
}

/// Deletes links that expired before `before_ms`.
pub(crate) async fn delete_links(tx: &Tx, before_ms: i64) -> Result<u64, DbErr> {
    let deleted = staff_link::Entity::delete_many().filter(staff_link::Column::ExpiresAtMs.lt(before_ms)).exec(tx).await?;
    Ok(deleted.rows_affected)
}

/// Deletes halls' devices and volunteers' digits that expired before `before_ms`.
pub(crate) async fn delete_halls(tx: &Tx, before_ms: i64) -> Result<(), DbErr> {
    hall_device::Entity::delete_many().filter(hall_device::Column::ExpiresAtMs.lt(before_ms)).exec(tx).await?;
    hall_code::Entity::delete_many().filter(hall_code::Column::ExpiresAtMs.lt(before_ms)).exec(tx).await?;
    Ok(())
}
