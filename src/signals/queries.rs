//! Tables `signal` and `signal_learner`.

use entity::signal::{self, Column};
use entity::signal_learner;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::gather::Found;
use super::{Kind, Signal, State};
use crate::db::Tx;
use crate::kernel::{Day, LearnerId, SignalId, Timestamp};
use crate::places::PlaceCode;

/// Keeps what was found, once: what is known of that day already stays as it is.
pub(super) async fn insert(tx: &Tx, found: &Found, most_learners: usize) -> Result<(), DbErr> {
    let id = SignalId::fresh(tx.now);
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let row = signal::ActiveModel {
        id: Set(id.uuid()),
        kind: Set(found.kind.code().to_owned()),
        place_code: Set(found.place_code.clone()),
        day: Set(found.day.to_string()),
        about_id: Set(found.about.uuid()),
        unit: Set(found.unit.clone()),
        learners: Set(count(found.learners.len())),
        among: Set(count(found.among.max(found.learners.len()))),
        found_at_ms: Set(tx.now.ms()),
        state: Set(State::Open.code().to_owned()),
        looked_by: Set(None),
        looked_at_ms: Set(None),
    };
    let once = [Column::PlaceCode, Column::Day, Column::Kind, Column::AboutId, Column::Unit];
    let nothing = OnConflict::columns(once).do_nothing().to_owned();
    if signal::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 0 {
        return Ok(());
    }
    let learners = found.learners.iter().take(most_learners);
    let rows = learners.map(|learner| signal_learner::ActiveModel { learner_id: Set(learner.uuid()), signal_id: Set(id.uuid()) });
    signal_learner::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn find(db: &impl ConnectionTrait, id: SignalId) -> Result<Option<Signal>, DbErr> {
    signal::Entity::find_by_id(id.uuid()).one(db).await?.map(read).transpose()
}

/// What nobody has said is well, within the areas, the newest day first.
pub(super) async fn list(db: &impl ConnectionTrait, areas: &[PlaceCode], (skip, most): (u64, u64)) -> Result<Vec<Signal>, DbErr> {
    let rows = open(areas).order_by_desc(Column::FoundAtMs).order_by_asc(Column::Id).offset(skip).limit(most).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// How many of them there are.
pub(super) async fn count(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    open(areas).count(db).await
}

fn open(areas: &[PlaceCode]) -> sea_orm::Select<signal::Entity> {
    let within = areas.iter().fold(Condition::any(), |any, area| {
        any.add(Condition::all().add(Column::PlaceCode.gte(area.as_str())).add(Column::PlaceCode.lt(area.end())))
    });
    // Any of no areas is nothing at all.
    let within = if areas.is_empty() { Condition::all().add(Expr::value(false)) } else { within };
    signal::Entity::find().filter(Column::State.ne(State::Fine.code())).filter(within)
}

/// Whom a signal concerns, as far as they are still here.
pub(super) async fn list_learners(db: &impl ConnectionTrait, id: SignalId) -> Result<Vec<LearnerId>, DbErr> {
    let rows: Vec<Uuid> = signal_learner::Entity::find()
        .select_only()
        .column(signal_learner::Column::LearnerId)
        .filter(signal_learner::Column::SignalId.eq(id.uuid()))
        .order_by_asc(signal_learner::Column::LearnerId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(LearnerId::from_uuid).collect())
}

/// Keeps what somebody said who looked, where nobody has said otherwise meanwhile. Whether it was kept.
pub(super) async fn keep_look(tx: &Tx, signal: &Signal, said: State, by: LearnerId) -> Result<bool, DbErr> {
    let done = signal::Entity::update_many()
        .col_expr(Column::State, Expr::value(said.code()))
        .col_expr(Column::LookedBy, Expr::value(Some(by.uuid())))
        .col_expr(Column::LookedAtMs, Expr::value(Some(tx.now.ms())))
        .filter(Column::Id.eq(signal.id.uuid()))
        .filter(Column::State.eq(signal.state.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The signals that concern somebody.
pub(super) async fn list_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Signal>, DbErr> {
    let ids: Vec<Uuid> = signal_learner::Entity::find()
        .select_only()
        .column(signal_learner::Column::SignalId)
        .filter(signal_learner::Column::LearnerId.eq(learner.uuid()))
        .into_tuple()
        .all(db)
        .await?;
    let rows = signal::Entity::find().filter(Column::Id.is_in(ids)).order_by_asc(Column::FoundAtMs).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// Unties all signals from somebody.
pub(super) async fn delete_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    signal_learner::Entity::delete_many().filter(signal_learner::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

fn read(row: signal::Model) -> Result<Signal, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("signal {} has no readable {column}", row.id));
    Ok(Signal {
        id: SignalId::from_uuid(row.id),
        kind: Kind::from_code(&row.kind).ok_or_else(|| unreadable("kind"))?,
        day: Day::parse(&row.day).ok_or_else(|| unreadable("day"))?,
        state: State::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        about: LearnerId::from_uuid(row.about_id),
        learners: row.learners,
        among: row.among,
        found_at: Timestamp::from_ms(row.found_at_ms),
        looked: row.looked_by.map(LearnerId::from_uuid).zip(row.looked_at_ms.map(Timestamp::from_ms)),
        place_code: row.place_code,
        unit: row.unit,
    })
}
