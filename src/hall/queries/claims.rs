//! Table `claim`.

use std::collections::HashMap;

use entity::claim;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::{altered, devices};
use crate::db::Tx;
use crate::hall::pack::Entry;
use crate::hall::rules::{Kind, State, Why};
use crate::hall::{Claim, Settled};
use crate::kernel::{ClaimId, DeviceId, Digest, LearnerId, PackId, Timestamp};
use crate::places::PlaceCode;

type Column = claim::Column;

fn claim_of(row: claim::Model) -> Result<Claim, DbErr> {
    let why = row.why.as_deref().map(|code| Why::from_code(code).ok_or_else(|| altered("why"))).transpose()?;
    Ok(Claim {
        device: DeviceId::from_uuid(row.device_id),
        seq: row.seq,
        id: ClaimId::from_uuid(row.id),
        kind: Kind::from_code(&row.kind).ok_or_else(|| altered("kind"))?,
        operator: LearnerId::from_uuid(row.operator_id),
        made_at: Timestamp::from_ms(row.made_at_ms),
        received_at: Timestamp::from_ms(row.received_at_ms),
        prev: Digest::from_slice(&row.prev).ok_or_else(|| altered("prev"))?,
        hash: Digest::from_slice(&row.hash).ok_or_else(|| altered("hash"))?,
        body_sealed: row.body_sealed,
        state: State::from_code(&row.state).ok_or_else(|| altered("state"))?,
        why,
        learner: row.learner_id.map(LearnerId::from_uuid),
        became: row.became,
        settled_at: row.settled_at_ms.map(Timestamp::from_ms),
    })
}

fn all_of(rows: Vec<claim::Model>) -> Result<Vec<Claim>, DbErr> {
    rows.into_iter().map(claim_of).collect()
}

/// Keeps claims that wait for their turn, each with what it says, sealed.
pub(in crate::hall) async fn insert(
    tx: &Tx,
    (device, pack): (DeviceId, PackId),
    entries: &[(&Entry, Vec<u8>)],
) -> Result<(), DbErr> {
    let row = |(entry, sealed): &(&Entry, Vec<u8>)| claim::ActiveModel {
        device_id: Set(device.uuid()),
        seq: Set(entry.seq),
        id: Set(entry.id.uuid()),
        pack_id: Set(pack.uuid()),
        kind: Set(entry.kind.code().to_owned()),
        operator_id: Set(entry.operator.uuid()),
        made_at_ms: Set(entry.made_at.ms()),
        received_at_ms: Set(tx.now.ms()),
        prev: Set(entry.prev.to_vec()),
        hash: Set(entry.hash(device).to_vec()),
        body_sealed: Set(Some(sealed.clone())),
        state: Set(State::Waits.code().to_owned()),
        why: Set(None),
        learner_id: Set(None),
        became: Set(None),
        settled_at_ms: Set(None),
        decided_by: Set(None),
    };
    if !entries.is_empty() {
        claim::Entity::insert_many(entries.iter().map(row)).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The claims of a device from one number to another, the first first.
pub(in crate::hall) async fn list_span(
    db: &impl ConnectionTrait,
    device: DeviceId,
    (first, last): (i64, i64),
) -> Result<Vec<Claim>, DbErr> {
    let rows = claim::Entity::find()
        .filter(Column::DeviceId.eq(device.uuid()))
        .filter(Column::Seq.between(first, last))
        .order_by_asc(Column::Seq)
        .all(db)
        .await?;
    all_of(rows)
}

/// One claim.
pub(in crate::hall) async fn find(db: &impl ConnectionTrait, device: DeviceId, seq: i64) -> Result<Option<Claim>, DbErr> {
    claim::Entity::find_by_id((device.uuid(), seq)).one(db).await?.map(claim_of).transpose()
}

/// The claims of this name, of whatever device, that stand as they are.
pub(in crate::hall) async fn list_named(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Claim>, DbErr> {
    all_of(claim::Entity::find().filter(Column::Id.eq(id)).order_by_asc(Column::DeviceId).all(db).await?)
}

/// What a claim came to.
pub(in crate::hall) async fn settle(
    tx: &Tx,
    (device, seq): (DeviceId, i64),
    settled: &Settled,
    by: Option<LearnerId>,
) -> Result<(), DbErr> {
    let mut update = claim::Entity::update_many()
        .col_expr(Column::State, Expr::val(settled.state.code()))
        .col_expr(Column::Why, Expr::val(settled.why.map(Why::code)))
        .col_expr(Column::LearnerId, Expr::val(settled.learner.map(LearnerId::uuid)))
        .col_expr(Column::Became, Expr::val(settled.became.clone()))
        .col_expr(Column::SettledAtMs, Expr::val(tx.now.ms()))
        .col_expr(Column::DecidedBy, Expr::val(by.map(LearnerId::uuid)));
    if settled.state != State::NeedsLook {
        // What the bank has made of it stands elsewhere by now.
        update = update.col_expr(Column::BodySealed, Expr::val(None::<Vec<u8>>));
    }
    update.filter(Column::DeviceId.eq(device.uuid())).filter(Column::Seq.eq(seq)).exec(tx).await?;
    Ok(())
}

/// Keeps why a claim that waits for a person cannot be taken now. When it was looked at first stays.
pub(in crate::hall) async fn keep_why(tx: &Tx, (device, seq): (DeviceId, i64), why: Why) -> Result<(), DbErr> {
    claim::Entity::update_many()
        .col_expr(Column::Why, Expr::val(why.code()))
        .filter(Column::DeviceId.eq(device.uuid()))
        .filter(Column::Seq.eq(seq))
        .filter(Column::State.eq(State::NeedsLook.code()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The numbers of the claims that wait for their turn, by device.
pub(in crate::hall) async fn list_waiting(
    db: &impl ConnectionTrait,
    devices: &[DeviceId],
) -> Result<HashMap<DeviceId, Vec<i64>>, DbErr> {
    let rows: Vec<(Uuid, i64)> = claim::Entity::find()
        .select_only()
        .column(Column::DeviceId)
        .column(Column::Seq)
        .filter(Column::DeviceId.is_in(devices.iter().map(|device| device.uuid())))
        .filter(Column::State.eq(State::Waits.code()))
        .order_by_asc(Column::Seq)
        .into_tuple()
        .all(db)
        .await?;
    let mut all: HashMap<DeviceId, Vec<i64>> = HashMap::new();
    for (device, seq) in rows {
        all.entry(DeviceId::from_uuid(device)).or_default().push(seq);
    }
    Ok(all)
}

/// The devices of which claims wait for their turn.
pub(in crate::hall) async fn devices_waiting(db: &impl ConnectionTrait) -> Result<Vec<DeviceId>, DbErr> {
    let ids: Vec<Uuid> = claim::Entity::find()
        .select_only()
        .column(Column::DeviceId)
        .distinct()
        .filter(Column::State.eq(State::Waits.code()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(DeviceId::from_uuid).collect())
}

/// What has to be looked at in these areas, of whatever device.
fn to_look_at(areas: &[PlaceCode]) -> Select<claim::Entity> {
    claim::Entity::find()
        .filter(Column::State.eq(State::NeedsLook.code()))
        .filter(Column::DeviceId.in_subquery(devices::ids_within(areas)))
}

/// How much has to be looked at in these areas.
pub(in crate::hall) async fn count_to_look_at(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    to_look_at(areas).count(db).await
}

/// What has to be looked at in these areas, the oldest first.
pub(in crate::hall) async fn list_to_look_at(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    most: u64,
) -> Result<Vec<Claim>, DbErr> {
    let rows = to_look_at(areas)
        .order_by_asc(Column::SettledAtMs)
        .order_by_asc(Column::DeviceId)
        .order_by_asc(Column::Seq)
        .limit(most)
        .all(db)
        .await?;
    all_of(rows)
}

/// The claims of the devices within these areas that only wait for another: for somebody to be enrolled, or checked in. Of the newest `most` the
/// oldest first: what has waited for long was tried often. With each goes why it waits.
pub(in crate::hall) async fn list_mendable(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    most: u64,
) -> Result<Vec<(DeviceId, i64, Why)>, DbErr> {
    let rows: Vec<(Uuid, i64, String)> = claim::Entity::find()
        .select_only()
        .column(Column::DeviceId)
        .column(Column::Seq)
        .column(Column::Why)
        .filter(Column::DeviceId.in_subquery(devices::ids_within(areas)))
        .filter(Column::State.eq(State::NeedsLook.code()))
        .filter(Column::Why.is_in([Why::NoPerson.code(), Why::NotThere.code()]))
        .order_by_desc(Column::MadeAtMs)
        .order_by_desc(Column::Seq)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    let line = |(device, seq, code): (Uuid, i64, String)| {
        let why = Why::from_code(&code).ok_or_else(|| altered("why"))?;
        Ok::<_, DbErr>((DeviceId::from_uuid(device), seq, why))
    };
    rows.into_iter().rev().map(line).collect()
}

/// The claims about somebody, the oldest first.
pub(in crate::hall) async fn list_about(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Claim>, DbErr> {
    let rows = claim::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(Column::DeviceId)
        .order_by_asc(Column::Seq)
        .all(db)
        .await?;
    all_of(rows)
}

/// Empties what claims say that were settled before `before`; says of how many.
pub(in crate::hall) async fn empty_before(tx: &Tx, before: Timestamp) -> Result<u64, DbErr> {
    let over = Condition::all().add(Column::SettledAtMs.lt(before.ms())).add(Column::BodySealed.is_not_null());
    let done =
        claim::Entity::update_many().col_expr(Column::BodySealed, Expr::val(None::<Vec<u8>>)).filter(over).exec(tx).await?;
    Ok(done.rows_affected)
}

/// Empties what the claims about somebody say: they leave.
pub(in crate::hall) async fn empty_about(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    claim::Entity::update_many()
        .col_expr(Column::BodySealed, Expr::val(None::<Vec<u8>>))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}
