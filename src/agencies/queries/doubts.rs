//! Table `agency_key_doubt`, and the trust in a key.

use entity::agency_key;
use entity::agency_key_doubt::{self as table, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::altered;
use crate::agencies::{Doubt, State};
use crate::db::Tx;
use crate::kernel::{AgencyId, LearnerId, Timestamp};

fn read(row: table::Model) -> Result<Doubt, DbErr> {
    Ok(Doubt {
        id: row.id,
        generation: row.generation,
        why: row.why,
        state: State::from_code(&row.state).ok_or_else(|| altered("state"))?,
        asked: (LearnerId::from_uuid(row.asker_id), Timestamp::from_ms(row.asked_at_ms)),
        decider: row.decider_id.map(LearnerId::from_uuid),
        answer: row.answer,
    })
}

/// All doubts about keys of an agency, the newest first.
pub(in crate::agencies) async fn list(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<Doubt>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::AgencyId.eq(agency.uuid()))
        .order_by_desc(Column::AskedAtMs)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Keeps a doubt.
pub(in crate::agencies) async fn insert(
    tx: &Tx,
    (agency, id, generation): (AgencyId, Uuid, i64),
    (by, why): (LearnerId, &str),
) -> Result<(), DbErr> {
    let row = table::ActiveModel {
        agency_id: Set(agency.uuid()),
        id: Set(id),
        generation: Set(generation),
        why: Set(why.to_owned()),
        state: Set(State::Open.code().to_owned()),
        asker_id: Set(by.uuid()),
        asked_at_ms: Set(tx.now.ms()),
        decider_id: Set(None),
        decided_at_ms: Set(None),
        answer: Set(None),
    };
    table::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Ends one that waits; `false` where it does not.
pub(in crate::agencies) async fn end(
    tx: &Tx,
    (agency, id): (AgencyId, Uuid),
    state: State,
    (decider, answer): (Option<LearnerId>, Option<&str>),
) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(Column::State, Expr::value(state.code()))
        .col_expr(Column::DeciderId, Expr::value(decider.map(LearnerId::uuid)))
        .col_expr(Column::DecidedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(Column::Answer, Expr::value(answer.map(str::to_owned)))
        .filter(Column::AgencyId.eq(agency.uuid()))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(State::Open.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// From now on nobody is to believe a key; its secret half goes at once.
pub(in crate::agencies) async fn distrust(tx: &Tx, agency: AgencyId, generation: i64) -> Result<(), DbErr> {
    agency_key::Entity::update_many()
        .col_expr(agency_key::Column::DistrustedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(agency_key::Column::SecretSealed, Expr::value(None::<Vec<u8>>))
        .filter(agency_key::Column::AgencyId.eq(agency.uuid()))
        .filter(agency_key::Column::Generation.eq(generation))
        .filter(agency_key::Column::DistrustedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// A key that was distrusted: of which agency, its public half, by whom.
pub(in crate::agencies) type Row = (AgencyId, Vec<u8>, (LearnerId, LearnerId));

/// The keys of all agencies that were distrusted since then, with who asked and who agreed.
pub(in crate::agencies) async fn list_distrusted_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<Vec<Row>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::State.eq(State::Approved.code()))
        .filter(Column::DecidedAtMs.gte(since.ms()))
        .order_by_asc(Column::DecidedAtMs)
        .all(db)
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let key = agency_key::Entity::find_by_id((row.agency_id, row.generation))
            .one(db)
            .await?
            .ok_or_else(|| altered("generation"))?;
        let decider = LearnerId::from_uuid(row.decider_id.ok_or_else(|| altered("decider_id"))?);
        found.push((AgencyId::from_uuid(row.agency_id), key.public_key, (LearnerId::from_uuid(row.asker_id), decider)));
    }
    Ok(found)
}
