//! Table `class_session`.

use entity::{class_attendance, class_session};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    UpdateMany,
};
use uuid::Uuid;

use crate::classes::{ClassChange, ClassSession, Hours, Kind, NewClass, State};
use crate::db::Tx;
use crate::kernel::{ClassId, Day, LearnerId, OrganisationId, StudyGroupId, Timestamp};
use crate::places::PlaceCode;

type Column = class_session::Column;

fn session_of(row: class_session::Model) -> Result<ClassSession, DbErr> {
    let unreadable = |what: &str| DbErr::Custom(format!("class_session {}: {what}", row.id));
    let hours = Hours { starts_at: Timestamp::from_ms(row.starts_at_ms), ends_at: Timestamp::from_ms(row.ends_at_ms) };
    Ok(ClassSession {
        id: ClassId::from_uuid(row.id),
        kind: Kind::from_code(&row.kind).ok_or_else(|| unreadable("kind"))?,
        state: State::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        course: row.course,
        title: row.title,
        organisation: OrganisationId::from_uuid(row.organisation_id),
        place_code: row.place_code,
        day: hours.starts_at.day(),
        hours,
        seats: row.seats,
        teacher: LearnerId::from_uuid(row.teacher_id),
        witness: row.witness_id.map(LearnerId::from_uuid),
        notes: row.notes,
        group: row.group_id.map(StudyGroupId::from_uuid),
        reason: row.reason,
        closed_at: row.closed_at_ms.map(Timestamp::from_ms),
    })
}

fn sessions_of(rows: Vec<class_session::Model>) -> Result<Vec<ClassSession>, DbErr> {
    rows.into_iter().map(session_of).collect()
}

/// A session to be added: which, and when.
pub(in crate::classes) struct Dated {
    pub id: ClassId,
    pub hours: Hours,
}

/// Adds the sessions of one plan.
pub(in crate::classes) async fn insert(
    tx: &Tx,
    new: &NewClass,
    place_code: &str,
    by: LearnerId,
    dated: &[Dated],
) -> Result<(), DbErr> {
    let series = dated.first().filter(|_| dated.len() > 1).map(|first| first.id.uuid());
    let row = |one: &Dated| class_session::ActiveModel {
        id: Set(one.id.uuid()),
        kind: Set(new.kind.code().to_owned()),
        course: Set(new.course.clone()),
        title: Set(new.title.clone()),
        organisation_id: Set(new.organisation.uuid()),
        place_code: Set(place_code.to_owned()),
        day: Set(one.hours.starts_at.day().to_string()),
        starts_at_ms: Set(one.hours.starts_at.ms()),
        ends_at_ms: Set(one.hours.ends_at.ms()),
        seats: Set(new.seats),
        teacher_id: Set(new.teacher.uuid()),
        witness_id: Set(new.witness.map(LearnerId::uuid)),
        notes: Set(new.notes.clone()),
        series_id: Set(series),
        group_id: Set(new.group.map(StudyGroupId::uuid)),
        state: Set(State::Planned.code().to_owned()),
        reason: Set(None),
        planned_by: Set(by.uuid()),
        planned_at_ms: Set(tx.now.ms()),
        closed_by: Set(None),
        closed_at_ms: Set(None),
        told_on: Set(None),
        told_times: Set(0),
        is_sample: Set(i64::from(new.is_sample)),
    };
    class_session::Entity::insert_many(dated.iter().map(row)).exec_without_returning(tx).await?;
    Ok(())
}

pub(in crate::classes) async fn find(db: &impl ConnectionTrait, id: ClassId) -> Result<Option<ClassSession>, DbErr> {
    class_session::Entity::find_by_id(id.uuid()).one(db).await?.map(session_of).transpose()
}

/// The session, its row held until the commit, so that of two hands the second sees what the first has done.
pub(in crate::classes) async fn lock(tx: &Tx, id: ClassId) -> Result<Option<ClassSession>, DbErr> {
    let mut query = class_session::Entity::find_by_id(id.uuid());
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    query.one(tx).await?.map(session_of).transpose()
}

fn within(areas: &[PlaceCode]) -> Condition {
    let none = if areas.is_empty() { Condition::all().add(Expr::value(false)) } else { Condition::any() };
    areas.iter().fold(none, |any, area| {
        any.add(Condition::all().add(Column::PlaceCode.gte(area.as_str())).add(Column::PlaceCode.lt(area.end())))
    })
}

/// The sessions within `areas` of which a part lies between two instants, the first first. None is longer than a day.
pub(in crate::classes) async fn list_within(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    (from, until): (Timestamp, Timestamp),
    most: u64,
) -> Result<Vec<ClassSession>, DbErr> {
    let rows = class_session::Entity::find()
        .filter(within(areas))
        .filter(Column::StartsAtMs.gte(from.plus_days(-1).ms()))
        .filter(Column::EndsAtMs.gt(from.ms()))
        .filter(Column::StartsAtMs.lt(until.ms()))
        .order_by_asc(Column::StartsAtMs)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    sessions_of(rows)
}

/// Those that began in a span, the newest first.
pub(in crate::classes) async fn list_before(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    (from, until): (Timestamp, Timestamp),
    most: u64,
) -> Result<Vec<ClassSession>, DbErr> {
    let rows = class_session::Entity::find()
        .filter(within(areas))
        .filter(Column::StartsAtMs.gte(from.ms()))
        .filter(Column::StartsAtMs.lt(until.ms()))
        .order_by_desc(Column::StartsAtMs)
        .order_by_desc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    sessions_of(rows)
}

/// Those of `ids`.
pub(in crate::classes) async fn list_by_ids(db: &impl ConnectionTrait, ids: &[ClassId]) -> Result<Vec<ClassSession>, DbErr> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = class_session::Entity::find().filter(Column::Id.is_in(ids)).order_by_asc(Column::StartsAtMs).all(db).await?;
    sessions_of(rows)
}

/// The sessions that somebody is signed up for, that take place, end after the first instant and begin before the second; the first first.
pub(in crate::classes) async fn list_signed_up(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    (from, until): (Timestamp, Timestamp),
    most: u64,
) -> Result<Vec<ClassSession>, DbErr> {
    let own = class_attendance::Entity::find()
        .select_only()
        .column(class_attendance::Column::ClassId)
        .filter(class_attendance::Column::LearnerId.eq(learner.uuid()))
        .filter(class_attendance::Column::SignedUpAtMs.is_not_null())
        .filter(class_attendance::Column::SignedOffAtMs.is_null())
        .into_query();
    let rows = class_session::Entity::find()
        .filter(Column::Id.in_subquery(own))
        .filter(Column::State.eq(State::Planned.code()))
        .filter(Column::EndsAtMs.gt(from.ms()))
        .filter(Column::StartsAtMs.lt(until.ms()))
        .order_by_asc(Column::StartsAtMs)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    sessions_of(rows)
}

/// Whether anybody of `learners` came to another session, not taken back, that is at the same time as these hours.
pub(in crate::classes) async fn is_anybody_elsewhere(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    (id, hours): (ClassId, Hours),
) -> Result<bool, DbErr> {
    let came = class_attendance::Entity::find()
        .select_only()
        .column(class_attendance::Column::ClassId)
        .filter(class_attendance::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(class_attendance::Column::CameAtMs.is_not_null())
        .into_query();
    let found = class_session::Entity::find()
        .filter(Column::Id.in_subquery(came))
        .filter(Column::Id.ne(id.uuid()))
        .filter(Column::State.ne(State::Cancelled.code()))
        .filter(Column::StartsAtMs.lt(hours.ends_at.ms()))
        .filter(Column::EndsAtMs.gt(hours.starts_at.ms()));
    Ok(found.one(db).await?.is_some())
}

/// Takes one of the letters about a changed time that may go out on `day`; `false` where `most` have gone.
pub(in crate::classes) async fn take_letter(tx: &Tx, id: ClassId, day: Day, most: i64) -> Result<bool, DbErr> {
    let today = day.to_string();
    let of_today = Condition::all().add(Column::ToldOn.eq(today.as_str()));
    let first = planned(id)
        .col_expr(Column::ToldOn, Some(today.clone()).into())
        .col_expr(Column::ToldTimes, 1.into())
        .filter(Condition::any().add(Column::ToldOn.is_null()).add(Column::ToldOn.ne(today.as_str())));
    if first.exec(tx).await?.rows_affected == 1 {
        return Ok(true);
    }
    let further = planned(id)
        .col_expr(Column::ToldTimes, Expr::col(Column::ToldTimes).add(1))
        .filter(of_today)
        .filter(Column::ToldTimes.lt(most));
    Ok(further.exec(tx).await?.rows_affected == 1)
}

/// The sessions of one day that are to take place.
pub(in crate::classes) async fn list_planned_on(db: &impl ConnectionTrait, day: Day) -> Result<Vec<ClassSession>, DbErr> {
    let rows = class_session::Entity::find()
        .filter(Column::Day.eq(day.to_string()))
        .filter(Column::State.eq(State::Planned.code()))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    sessions_of(rows)
}

/// The newest sessions held at a service point before `before`.
pub(in crate::classes) async fn list_former(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    before: Timestamp,
    most: u64,
) -> Result<Vec<ClassId>, DbErr> {
    let ids: Vec<Uuid> = class_session::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::StartsAtMs.lt(before.ms()))
        .filter(Column::State.ne(State::Cancelled.code()))
        .order_by_desc(Column::StartsAtMs)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ClassId::from_uuid).collect())
}

fn planned(id: ClassId) -> UpdateMany<class_session::Entity> {
    class_session::Entity::update_many().filter(Column::Id.eq(id.uuid())).filter(Column::State.eq(State::Planned.code()))
}

/// Changes a planned session; `false` where it is none.
pub(in crate::classes) async fn change(tx: &Tx, id: ClassId, to: &ClassChange) -> Result<bool, DbErr> {
    let update = planned(id)
        .col_expr(Column::Day, to.hours.starts_at.day().to_string().into())
        .col_expr(Column::StartsAtMs, to.hours.starts_at.ms().into())
        .col_expr(Column::EndsAtMs, to.hours.ends_at.ms().into())
        .col_expr(Column::Seats, to.seats.into())
        .col_expr(Column::TeacherId, to.teacher.uuid().into())
        .col_expr(Column::WitnessId, to.witness.map(LearnerId::uuid).into())
        .col_expr(Column::Notes, to.notes.clone().into());
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Cancels a planned session; `false` where it is none.
pub(in crate::classes) async fn cancel(tx: &Tx, id: ClassId, reason: &str) -> Result<bool, DbErr> {
    let update = planned(id).col_expr(Column::State, State::Cancelled.code().into()).col_expr(Column::Reason, reason.into());
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Closes a planned session; `false` where it is none.
pub(in crate::classes) async fn close(tx: &Tx, id: ClassId, by: LearnerId) -> Result<bool, DbErr> {
    let update = planned(id)
        .col_expr(Column::State, State::Closed.code().into())
        .col_expr(Column::ClosedBy, by.uuid().into())
        .col_expr(Column::ClosedAtMs, tx.now.ms().into());
    Ok(update.exec(tx).await?.rows_affected == 1)
}
