//! Tables `claim_device`, `claim_pack` and `claim_sheet`.

use ed25519_dalek::VerifyingKey;
use entity::{claim, claim_device, claim_pack, claim_sheet};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use uuid::Uuid;

use super::altered;
use crate::db::Tx;
use crate::hall::rules::State;
use crate::hall::{Device, DeviceKind, KeptPack, PackState, Way};
use crate::kernel::{AttemptId, DeviceId, Digest, LearnerId, PackId, Timestamp};
use crate::places::PlaceCode;

fn device_of(row: claim_device::Model) -> Result<Device, DbErr> {
    let key = match row.public_key {
        Some(bytes) => {
            let bytes: [u8; 32] = bytes.try_into().map_err(|_| altered("public_key"))?;
            Some(VerifyingKey::from_bytes(&bytes).map_err(|_| altered("public_key"))?)
        }
        None => None,
    };
    let operators: Vec<Uuid> = serde_json::from_str(&row.operators).map_err(|_| altered("operators"))?;
    Ok(Device {
        id: DeviceId::from_uuid(row.id),
        kind: DeviceKind::from_code(&row.kind).ok_or_else(|| altered("kind"))?,
        name: row.name,
        place_code: row.place_code,
        key,
        operators: operators.into_iter().map(LearnerId::from_uuid).collect(),
        prepared_at: Timestamp::from_ms(row.prepared_at_ms),
        settled: row.settled_seq,
        head: Digest::from_slice(&row.head).ok_or_else(|| altered("head"))?,
        revoked_at: row.revoked_at_ms.map(Timestamp::from_ms),
    })
}

fn operators_text(operators: &[LearnerId]) -> String {
    let ids: Vec<Uuid> = operators.iter().map(|operator| operator.uuid()).collect();
    serde_json::to_string(&ids).unwrap_or_default()
}

/// Keeps a device; says whether it is new.
pub(in crate::hall) async fn insert(tx: &Tx, device: &Device, prepared_by: Option<LearnerId>) -> Result<bool, DbErr> {
    let row = claim_device::ActiveModel {
        id: Set(device.id.uuid()),
        kind: Set(device.kind.code().to_owned()),
        name: Set(device.name.clone()),
        place_code: Set(device.place_code.clone()),
        public_key: Set(device.key.map(|key| key.to_bytes().to_vec())),
        operators: Set(operators_text(&device.operators)),
        prepared_by: Set(prepared_by.map(LearnerId::uuid)),
        prepared_at_ms: Set(device.prepared_at.ms()),
        settled_seq: Set(device.settled),
        head: Set(device.head.to_vec()),
        revoked_at_ms: Set(None),
        revoked_by: Set(None),
    };
    let known = OnConflict::column(claim_device::Column::Id).do_nothing().to_owned();
    Ok(claim_device::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The device.
pub(in crate::hall) async fn find(db: &impl ConnectionTrait, id: DeviceId) -> Result<Option<Device>, DbErr> {
    claim_device::Entity::find_by_id(id.uuid()).one(db).await?.map(device_of).transpose()
}

/// These devices.
pub(in crate::hall) async fn list_by_ids(db: &impl ConnectionTrait, ids: &[DeviceId]) -> Result<Vec<Device>, DbErr> {
    let rows =
        claim_device::Entity::find().filter(claim_device::Column::Id.is_in(ids.iter().map(|id| id.uuid()))).all(db).await?;
    rows.into_iter().map(device_of).collect()
}

/// The device, its row held until the commit: what is settled of one device is settled one after the other.
pub(in crate::hall) async fn lock(tx: &Tx, id: DeviceId) -> Result<Option<Device>, DbErr> {
    let mut find = claim_device::Entity::find_by_id(id.uuid());
    if tx.get_database_backend() == DbBackend::Postgres {
        find = find.lock_exclusive();
    }
    find.one(tx).await?.map(device_of).transpose()
}

fn within(areas: &[PlaceCode]) -> Condition {
    let none = if areas.is_empty() { Condition::all().add(Expr::value(false)) } else { Condition::any() };
    areas.iter().fold(none, |any, area| any.add(claim_device::Column::PlaceCode.starts_with(area.as_str())))
}

/// The ids of the devices of these areas, for other tables.
pub(super) fn ids_within(areas: &[PlaceCode]) -> SelectStatement {
    claim_device::Entity::find().select_only().column(claim_device::Column::Id).filter(within(areas)).into_query()
}

/// Devices that were made ready, or handed something over, since then; and those of which something waits.
fn in_use(since: Timestamp) -> Condition {
    let device = || Expr::col((claim_device::Entity, claim_device::Column::Id));
    let handed = claim_pack::Entity::find()
        .select_only()
        .column(claim_pack::Column::Id)
        .filter(device().equals((claim_pack::Entity, claim_pack::Column::DeviceId)))
        .filter(claim_pack::Column::ReceivedAtMs.gte(since.ms()))
        .into_query();
    let waiting = claim::Entity::find()
        .select_only()
        .column(claim::Column::Seq)
        .filter(device().equals((claim::Entity, claim::Column::DeviceId)))
        .filter(claim::Column::State.is_in([State::Waits.code(), State::NeedsLook.code()]))
        .into_query();
    Condition::any().add(claim_device::Column::PreparedAtMs.gte(since.ms())).add(Expr::exists(handed)).add(Expr::exists(waiting))
}

/// The devices of these areas, the newest first: `most` of them after the first `skip`, and how many there are. With `since` only those that
/// have been in use since then.
pub(in crate::hall) async fn list_within(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    since: Option<Timestamp>,
    (skip, most): (u64, u64),
) -> Result<(Vec<Device>, u64), DbErr> {
    let used = since.map(in_use).unwrap_or_else(Condition::all);
    let all = claim_device::Entity::find().filter(within(areas)).filter(used);
    let total = all.clone().count(db).await?;
    let newest = all.order_by_desc(claim_device::Column::PreparedAtMs).order_by_desc(claim_device::Column::Id);
    let rows = newest.offset(skip).limit(most).all(db).await?;
    Ok((rows.into_iter().map(device_of).collect::<Result<_, _>>()?, total))
}

/// The phones of a volunteer that were given up, or those that were not; the newest first.
pub(in crate::hall) async fn list_phones(
    db: &impl ConnectionTrait,
    operator: LearnerId,
    is_given_up: bool,
    most: u64,
) -> Result<Vec<Device>, DbErr> {
    let revoked = claim_device::Column::RevokedAtMs;
    let rows = claim_device::Entity::find()
        .filter(claim_device::Column::PreparedBy.eq(operator.uuid()))
        .filter(claim_device::Column::Kind.eq(DeviceKind::Phone.code()))
        .filter(if is_given_up { revoked.is_not_null() } else { revoked.is_null() })
        .order_by_desc(claim_device::Column::PreparedAtMs)
        .order_by_desc(claim_device::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(device_of).collect()
}

/// How far the chain of a device has come.
pub(in crate::hall) async fn advance(tx: &Tx, id: DeviceId, settled: i64, head: &Digest) -> Result<(), DbErr> {
    claim_device::Entity::update_many()
        .col_expr(claim_device::Column::SettledSeq, Expr::val(settled))
        .col_expr(claim_device::Column::Head, Expr::val(head.to_vec()))
        .filter(claim_device::Column::Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives a device up; says whether that is new.
pub(in crate::hall) async fn revoke(tx: &Tx, id: DeviceId, by: Option<LearnerId>) -> Result<bool, DbErr> {
    let done = claim_device::Entity::update_many()
        .col_expr(claim_device::Column::RevokedAtMs, Expr::val(tx.now.ms()))
        .col_expr(claim_device::Column::RevokedBy, Expr::val(by.map(LearnerId::uuid)))
        .filter(claim_device::Column::Id.eq(id.uuid()))
        .filter(claim_device::Column::RevokedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Keeps that a pack came; the same once more is counted.
pub(in crate::hall) async fn keep_pack(
    tx: &Tx,
    (device, pack, made_at): (DeviceId, PackId, Timestamp),
    (first, last): (i64, i64),
    (state, row): (PackState, Option<i64>),
    (way, by): (Way, Option<LearnerId>),
) -> Result<(), DbErr> {
    use claim_pack::Column;
    let model = claim_pack::ActiveModel {
        device_id: Set(device.uuid()),
        id: Set(pack.uuid()),
        first_seq: Set(first),
        last_seq: Set(last),
        state: Set(state.code().to_owned()),
        row_seq: Set(row),
        made_at_ms: Set(made_at.ms()),
        received_at_ms: Set(tx.now.ms()),
        way: Set(way.code().to_owned()),
        carried_by: Set(by.map(LearnerId::uuid)),
        times: Set(1),
    };
    let again = OnConflict::columns([Column::DeviceId, Column::Id, Column::State])
        .value(Column::Times, Expr::col((claim_pack::Entity, Column::Times)).add(1))
        .to_owned();
    claim_pack::Entity::insert(model).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// The packs of these devices, the newest first.
pub(in crate::hall) async fn list_packs(
    db: &impl ConnectionTrait,
    devices: &[DeviceId],
    most: u64,
) -> Result<Vec<KeptPack>, DbErr> {
    let rows = claim_pack::Entity::find()
        .filter(claim_pack::Column::DeviceId.is_in(devices.iter().map(|device| device.uuid())))
        .order_by_desc(claim_pack::Column::ReceivedAtMs)
        .order_by_desc(claim_pack::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    let pack = |row: claim_pack::Model| {
        Ok(KeptPack {
            device: DeviceId::from_uuid(row.device_id),
            id: PackId::from_uuid(row.id),
            span: (row.first_seq, row.last_seq),
            state: PackState::from_code(&row.state).ok_or_else(|| altered("state"))?,
            row: row.row_seq,
            made_at: Timestamp::from_ms(row.made_at_ms),
            received_at: Timestamp::from_ms(row.received_at_ms),
            times: row.times,
        })
    };
    rows.into_iter().map(pack).collect()
}

/// Keeps that a test was given to a device, beside those that have it already.
pub(in crate::hall) async fn give_sheet(tx: &Tx, learner: LearnerId, attempt: AttemptId, device: DeviceId) -> Result<(), DbErr> {
    use claim_sheet::Column;
    let row = claim_sheet::ActiveModel {
        learner_id: Set(learner.uuid()),
        attempt_id: Set(attempt.uuid()),
        device_id: Set(device.uuid()),
        given_at_ms: Set(tx.now.ms()),
    };
    let again =
        OnConflict::columns([Column::LearnerId, Column::AttemptId, Column::DeviceId]).update_column(Column::GivenAtMs).to_owned();
    claim_sheet::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// The devices to which a test was given.
pub(in crate::hall) async fn sheets_of(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    attempt: AttemptId,
) -> Result<Vec<DeviceId>, DbErr> {
    let rows = claim_sheet::Entity::find()
        .filter(claim_sheet::Column::LearnerId.eq(learner.uuid()))
        .filter(claim_sheet::Column::AttemptId.eq(attempt.uuid()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| DeviceId::from_uuid(row.device_id)).collect())
}

/// The tests of these people that were given to these devices.
pub(in crate::hall) async fn list_sheets(
    db: &impl ConnectionTrait,
    devices: &[DeviceId],
    learners: &[LearnerId],
) -> Result<Vec<(LearnerId, AttemptId)>, DbErr> {
    let rows = claim_sheet::Entity::find()
        .filter(claim_sheet::Column::DeviceId.is_in(devices.iter().map(|device| device.uuid())))
        .filter(claim_sheet::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (LearnerId::from_uuid(row.learner_id), AttemptId::from_uuid(row.attempt_id))).collect())
}

/// Somebody leaves.
pub(in crate::hall) async fn delete_sheets(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    claim_sheet::Entity::delete_many().filter(claim_sheet::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
