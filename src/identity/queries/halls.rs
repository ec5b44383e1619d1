//! Tables `hall_device` and `hall_code`.

use entity::{hall_code, hall_device, session};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::Tx;
use crate::kernel::{Digest, LearnerId, Mac, Timestamp, new_id};
use crate::places::PlaceCode;

/// A device that is a hall's today.
#[derive(Clone, Debug)]
pub(crate) struct HallRow {
    pub id: Uuid,
    pub place_code: String,
    pub expires_at: Timestamp,
}

fn row_of(row: hall_device::Model) -> HallRow {
    HallRow { id: row.id, place_code: row.place_code, expires_at: Timestamp::from_ms(row.expires_at_ms) }
}

pub(crate) async fn find_hall(db: &impl ConnectionTrait, token: &Digest, now: Timestamp) -> Result<Option<HallRow>, DbErr> {
    let row = hall_device::Entity::find()
        .filter(hall_device::Column::TokenHash.eq(token.to_vec()))
        .filter(hall_device::Column::EndedAtMs.is_null())
        .filter(hall_device::Column::ExpiresAtMs.gt(now.ms()))
        .one(db)
        .await?;
    Ok(row.map(row_of))
}

/// The devices that somebody has said are a hall's, and those of the areas they administer, the newest first.
pub(crate) async fn list_open(
    db: &impl ConnectionTrait,
    staff: LearnerId,
    areas: &[PlaceCode],
    now: Timestamp,
) -> Result<Vec<HallRow>, DbErr> {
    let own = areas.iter().fold(Condition::any().add(hall_device::Column::SetBy.eq(staff.uuid())), |own, area| {
        let place = hall_device::Column::PlaceCode;
        let within = Condition::all().add(place.gte(area.as_str()));
        own.add(if area.as_str().is_empty() { within } else { within.add(place.lt(area.end())) })
    });
    let rows = hall_device::Entity::find()
        .filter(own)
        .filter(hall_device::Column::EndedAtMs.is_null())
        .filter(hall_device::Column::ExpiresAtMs.gt(now.ms()))
        .order_by_desc(hall_device::Column::SetAtMs)
        .limit(50)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(row_of).collect())
}

/// Keeps a device as a hall's; under a token that stands already nothing is changed (the same form sent twice).
pub(crate) async fn insert_hall(
    tx: &Tx,
    token: &Digest,
    place: &str,
    set_by: LearnerId,
    expires_at: Timestamp,
) -> Result<bool, DbErr> {
    let row = hall_device::ActiveModel {
        id: Set(new_id(tx.now)),
        token_hash: Set(token.to_vec()),
        place_code: Set(place.to_owned()),
        set_by: Set(set_by.uuid()),
        set_at_ms: Set(tx.now.ms()),
        expires_at_ms: Set(expires_at.ms()),
        ended_at_ms: Set(None),
    };
    let nothing = OnConflict::column(hall_device::Column::TokenHash).do_nothing().to_owned();
    Ok(hall_device::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// Ends a hall's device, with every session that was opened on it; says how many devices ended.
pub(crate) async fn end_hall(tx: &Tx, id: Uuid) -> Result<u64, DbErr> {
    let update = hall_device::Entity::update_many()
        .col_expr(hall_device::Column::EndedAtMs, Some(tx.now.ms()).into())
        .filter(hall_device::Column::Id.eq(id))
        .filter(hall_device::Column::EndedAtMs.is_null());
    let ended = update.exec(tx).await?.rows_affected;
    if ended > 0 {
        session::Entity::update_many()
            .col_expr(session::Column::EndedAtMs, Some(tx.now.ms()).into())
            .filter(session::Column::HallId.eq(id))
            .filter(session::Column::EndedAtMs.is_null())
            .exec(tx)
            .await?;
    }
    Ok(ended)
}

/// Who has or had set the hall's device of this id, and of which place it is.
pub(crate) async fn find_setter(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<(LearnerId, String)>, DbErr> {
    let row = hall_device::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| (LearnerId::from_uuid(row.set_by), row.place_code)))
}

/// Somebody whom a volunteer vouches for.
pub(crate) struct CodeRow {
    pub learner: LearnerId,
    pub given_by: LearnerId,
    pub place_code: String,
}

/// Keeps a code; `false` where these digits are in use.
pub(crate) async fn insert_code(tx: &Tx, code: &Mac, row: &CodeRow, expires_at: Timestamp) -> Result<bool, DbErr> {
    // Digits that were used up or never used, and are over, may come again.
    hall_code::Entity::delete_many()
        .filter(hall_code::Column::CodeMac.eq(code.to_vec()))
        .filter(hall_code::Column::ExpiresAtMs.lt(tx.now.plus_days(-1).ms()))
        .exec(tx)
        .await?;
    let row = hall_code::ActiveModel {
        code_mac: Set(code.to_vec()),
        learner_id: Set(row.learner.uuid()),
        given_by: Set(row.given_by.uuid()),
        place_code: Set(row.place_code.clone()),
        given_at_ms: Set(tx.now.ms()),
        expires_at_ms: Set(expires_at.ms()),
        used_at_ms: Set(None),
    };
    let nothing = OnConflict::column(hall_code::Column::CodeMac).do_nothing().to_owned();
    Ok(hall_code::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// Until when a code can be used that one gave for the other; `None` where it cannot, or is somebody else's.
pub(crate) async fn find_code(
    db: &impl ConnectionTrait,
    code: &Mac,
    (learner, given_by): (LearnerId, LearnerId),
) -> Result<Option<Timestamp>, DbErr> {
    let row = hall_code::Entity::find_by_id(code.to_vec())
        .filter(hall_code::Column::LearnerId.eq(learner.uuid()))
        .filter(hall_code::Column::GivenBy.eq(given_by.uuid()))
        .filter(hall_code::Column::UsedAtMs.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| Timestamp::from_ms(row.expires_at_ms)))
}

/// Takes a code, once, at a hall at `place`. `None` where there is none, it is over, or it was given for another place.
pub(crate) async fn take_code(tx: &Tx, code: &Mac, place: &str) -> Result<Option<CodeRow>, DbErr> {
    let row = hall_code::Entity::find_by_id(code.to_vec()).one(tx).await?;
    // The volunteer's area holds the hall, or the hall's place holds the area.
    let fits = |row: &hall_code::Model| place.starts_with(&row.place_code) || row.place_code.starts_with(place);
    let Some(row) = row.filter(fits) else { return Ok(None) };
    let taken = hall_code::Entity::update_many()
        .col_expr(hall_code::Column::UsedAtMs, Some(tx.now.ms()).into())
        .filter(hall_code::Column::CodeMac.eq(code.to_vec()))
        .filter(hall_code::Column::UsedAtMs.is_null())
        .filter(hall_code::Column::ExpiresAtMs.gt(tx.now.ms()))
        .exec(tx)
        .await?;
    let row = CodeRow {
        learner: LearnerId::from_uuid(row.learner_id),
        given_by: LearnerId::from_uuid(row.given_by),
        place_code: row.place_code,
    };
    Ok((taken.rows_affected == 1).then_some(row))
}

/// Ends all that somebody has to do with halls: the devices that they have set, with every session on them; digits of theirs, and those
/// that they gave.
pub(crate) async fn end_all_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    hall_code::Entity::delete_many().filter(hall_code::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    end_set_by(tx, learner).await
}

/// Ends the devices that somebody has set, with every session on them, and the digits that they gave.
pub(crate) async fn end_set_by(tx: &Tx, staff: LearnerId) -> Result<(), DbErr> {
    hall_code::Entity::delete_many()
        .filter(hall_code::Column::GivenBy.eq(staff.uuid()))
        .filter(hall_code::Column::UsedAtMs.is_null())
        .exec(tx)
        .await?;
    let open = hall_device::Entity::find()
        .filter(hall_device::Column::SetBy.eq(staff.uuid()))
        .filter(hall_device::Column::EndedAtMs.is_null())
        .all(tx)
        .await?;
    for hall in open {
        end_hall(tx, hall.id).await?;
    }
    Ok(())
}
