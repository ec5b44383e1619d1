//! Tables `class_attendance`, `class_task` and `class_correction`.

use std::collections::HashMap;

use entity::{class_attendance, class_correction, class_task};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::classes::{Attendance, Correction, Way, WitnessedTask};
use crate::db::Tx;
use crate::kernel::{ClassId, LearnerId, Timestamp, new_id};

type Column = class_attendance::Column;

fn attendance_of(row: class_attendance::Model) -> Attendance {
    Attendance {
        learner: LearnerId::from_uuid(row.learner_id),
        class: ClassId::from_uuid(row.class_id),
        is_signed_up: row.signed_up_at_ms.is_some() && row.signed_off_at_ms.is_none(),
        came_at: row.came_at_ms.map(Timestamp::from_ms),
        went_at: row.went_at_ms.map(Timestamp::from_ms),
        minutes: row.minutes.unwrap_or(0),
        way: row.way.as_deref().and_then(Way::from_code),
    }
}

pub(in crate::classes) async fn find(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    class: ClassId,
) -> Result<Option<Attendance>, DbErr> {
    Ok(class_attendance::Entity::find_by_id((learner.uuid(), class.uuid())).one(db).await?.map(attendance_of))
}

/// Everybody of one session, in the order in which they signed up or came.
pub(in crate::classes) async fn list_of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<Attendance>, DbErr> {
    let rows = class_attendance::Entity::find()
        .filter(Column::ClassId.eq(class.uuid()))
        .order_by_asc(Column::SignedUpAtMs)
        .order_by_asc(Column::CameAtMs)
        .order_by_asc(Column::LearnerId)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(attendance_of).collect())
}

/// Everything of one person, the newest session last written first.
pub(in crate::classes) async fn list_of_learner(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Attendance>, DbErr> {
    let rows = class_attendance::Entity::find().filter(Column::LearnerId.eq(learner.uuid())).all(db).await?;
    Ok(rows.into_iter().map(attendance_of).collect())
}

/// Who came to any of these sessions.
pub(in crate::classes) async fn list_who_came(
    db: &impl ConnectionTrait,
    classes: &[ClassId],
    most: u64,
) -> Result<Vec<LearnerId>, DbErr> {
    let ids: Vec<Uuid> = class_attendance::Entity::find()
        .select_only()
        .column(Column::LearnerId)
        .distinct()
        .filter(Column::ClassId.is_in(classes.iter().map(|class| class.uuid())))
        .filter(Column::CameAtMs.is_not_null())
        .order_by_asc(Column::LearnerId)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(LearnerId::from_uuid).collect())
}

/// Who of these people has come to a session since then; one statement.
pub(in crate::classes) async fn list_came_since(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, DbErr> {
    let ids: Vec<Uuid> = class_attendance::Entity::find()
        .select_only()
        .column(Column::LearnerId)
        .distinct()
        .filter(Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(Column::CameAtMs.gte(since.ms()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(LearnerId::from_uuid).collect())
}

/// Whether somebody came to a session between two instants.
pub(in crate::classes) async fn has_come_between(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    (from, until): (Timestamp, Timestamp),
) -> Result<bool, DbErr> {
    let found = class_attendance::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::CameAtMs.between(from.ms(), until.ms()))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Tasks that were witnessed from then until then by one person alone, the earliest first.
pub(in crate::classes) async fn list_tasks_seen_by_one(
    db: &impl ConnectionTrait,
    (from, until): (Timestamp, Timestamp),
    most: u64,
) -> Result<Vec<WitnessedTask>, DbErr> {
    let rows = class_task::Entity::find()
        .filter(class_task::Column::SecondId.is_null())
        .filter(class_task::Column::WitnessedAtMs.gte(from.ms()))
        .filter(class_task::Column::WitnessedAtMs.lt(until.ms()))
        .order_by_asc(class_task::Column::WitnessedAtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(task_of).collect())
}

/// How many are signed up for each of these sessions.
pub(in crate::classes) async fn count_signed_up(
    db: &impl ConnectionTrait,
    classes: &[ClassId],
) -> Result<HashMap<ClassId, i64>, DbErr> {
    let rows: Vec<(Uuid, i64)> = class_attendance::Entity::find()
        .select_only()
        .column(Column::ClassId)
        .column_as(Column::LearnerId.count(), "people")
        .filter(Column::ClassId.is_in(classes.iter().map(|class| class.uuid())))
        .filter(Column::SignedUpAtMs.is_not_null())
        .filter(Column::SignedOffAtMs.is_null())
        .group_by(Column::ClassId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(class, people)| (ClassId::from_uuid(class), people)).collect())
}

/// How many came to each of these sessions.
pub(in crate::classes) async fn count_came(
    db: &impl ConnectionTrait,
    classes: &[ClassId],
) -> Result<HashMap<ClassId, i64>, DbErr> {
    let rows: Vec<(Uuid, i64)> = class_attendance::Entity::find()
        .select_only()
        .column(Column::ClassId)
        .column_as(Column::LearnerId.count(), "people")
        .filter(Column::ClassId.is_in(classes.iter().map(|class| class.uuid())))
        .filter(Column::CameAtMs.is_not_null())
        .group_by(Column::ClassId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(class, people)| (ClassId::from_uuid(class), people)).collect())
}

fn nobody_yet(learner: LearnerId, class: ClassId) -> class_attendance::ActiveModel {
    class_attendance::ActiveModel {
        learner_id: Set(learner.uuid()),
        class_id: Set(class.uuid()),
        signed_up_at_ms: Set(None),
        signed_off_at_ms: Set(None),
        reminded_at_ms: Set(None),
        came_at_ms: Set(None),
        went_at_ms: Set(None),
        minutes: Set(None),
        way: Set(None),
        checked_by: Set(None),
    }
}

/// Signs people up for sessions; who is signed up stays so.
pub(in crate::classes) async fn sign_up(tx: &Tx, pairs: &[(LearnerId, ClassId)]) -> Result<(), DbErr> {
    if pairs.is_empty() {
        return Ok(());
    }
    let row = |(learner, class): &(LearnerId, ClassId)| class_attendance::ActiveModel {
        signed_up_at_ms: Set(Some(tx.now.ms())),
        ..nobody_yet(*learner, *class)
    };
    let again = OnConflict::columns([Column::LearnerId, Column::ClassId])
        .update_columns([Column::SignedUpAtMs, Column::SignedOffAtMs])
        .to_owned();
    class_attendance::Entity::insert_many(pairs.iter().map(row)).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

pub(in crate::classes) async fn sign_off(tx: &Tx, learner: LearnerId, class: ClassId) -> Result<(), DbErr> {
    class_attendance::Entity::update_many()
        .col_expr(Column::SignedOffAtMs, Some(tx.now.ms()).into())
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::ClassId.eq(class.uuid()))
        .filter(Column::SignedOffAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// That somebody came.
pub(in crate::classes) struct Came {
    pub learner: LearnerId,
    pub class: ClassId,
    pub at: Timestamp,
    pub minutes: i64,
    pub way: Way,
    pub by: LearnerId,
}

/// Keeps that somebody came; `false` where that is kept already.
pub(in crate::classes) async fn keep_came(tx: &Tx, came: &Came) -> Result<bool, DbErr> {
    let row = class_attendance::ActiveModel {
        came_at_ms: Set(Some(came.at.ms())),
        minutes: Set(Some(came.minutes)),
        way: Set(Some(came.way.code().to_owned())),
        checked_by: Set(Some(came.by.uuid())),
        ..nobody_yet(came.learner, came.class)
    };
    let first = OnConflict::columns([Column::LearnerId, Column::ClassId])
        .update_columns([Column::CameAtMs, Column::Minutes, Column::Way, Column::CheckedBy])
        .action_and_where(Expr::col((class_attendance::Entity, Column::CameAtMs)).is_null())
        .to_owned();
    Ok(class_attendance::Entity::insert(row).on_conflict(first).exec_without_returning(tx).await? == 1)
}

/// Takes back that somebody came. Who had not signed up is forgotten.
pub(in crate::classes) async fn undo_came(tx: &Tx, learner: LearnerId, class: ClassId) -> Result<(), DbErr> {
    class_attendance::Entity::update_many()
        .col_expr(Column::CameAtMs, None::<i64>.into())
        .col_expr(Column::WentAtMs, None::<i64>.into())
        .col_expr(Column::Minutes, None::<i64>.into())
        .col_expr(Column::Way, None::<String>.into())
        .col_expr(Column::CheckedBy, None::<Uuid>.into())
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::ClassId.eq(class.uuid()))
        .exec(tx)
        .await?;
    class_attendance::Entity::delete_many()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::ClassId.eq(class.uuid()))
        .filter(Column::SignedUpAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps the minutes of somebody who came, and when they went, where they go now. `false` where they did not come.
pub(in crate::classes) async fn keep_minutes(
    tx: &Tx,
    (learner, class): (LearnerId, ClassId),
    minutes: i64,
    went_at: Option<Timestamp>,
) -> Result<bool, DbErr> {
    let mut update = class_attendance::Entity::update_many()
        .col_expr(Column::Minutes, Some(minutes).into())
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::ClassId.eq(class.uuid()))
        .filter(Column::CameAtMs.is_not_null());
    if let Some(at) = went_at {
        update = update.col_expr(Column::WentAtMs, Some(at.ms()).into());
    }
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Nobody of a session has more than `most` minutes.
pub(in crate::classes) async fn cap_minutes(tx: &Tx, class: ClassId, most: i64) -> Result<(), DbErr> {
    class_attendance::Entity::update_many()
        .col_expr(Column::Minutes, Some(most).into())
        .filter(Column::ClassId.eq(class.uuid()))
        .filter(Column::Minutes.gt(most))
        .exec(tx)
        .await?;
    Ok(())
}

/// Who is signed up for a session and has not been reminded, at most `most`.
pub(in crate::classes) async fn list_unreminded(
    db: &impl ConnectionTrait,
    class: ClassId,
    most: u64,
) -> Result<Vec<LearnerId>, DbErr> {
    let ids: Vec<Uuid> = class_attendance::Entity::find()
        .select_only()
        .column(Column::LearnerId)
        .filter(Column::ClassId.eq(class.uuid()))
        .filter(Column::SignedUpAtMs.is_not_null())
        .filter(Column::SignedOffAtMs.is_null())
        .filter(Column::RemindedAtMs.is_null())
        .order_by_asc(Column::LearnerId)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(LearnerId::from_uuid).collect())
}

/// Marks as reminded who is signed up and was not; `false` where another was faster.
pub(in crate::classes) async fn mark_reminded(tx: &Tx, learner: LearnerId, class: ClassId) -> Result<bool, DbErr> {
    let update = class_attendance::Entity::update_many()
        .col_expr(Column::RemindedAtMs, Some(tx.now.ms()).into())
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::ClassId.eq(class.uuid()))
        .filter(Column::SignedOffAtMs.is_null())
        .filter(Column::RemindedAtMs.is_null());
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// The session is on another day: everybody is reminded of that anew.
pub(in crate::classes) async fn forget_reminders(tx: &Tx, class: ClassId) -> Result<(), DbErr> {
    class_attendance::Entity::update_many()
        .col_expr(Column::RemindedAtMs, None::<i64>.into())
        .filter(Column::ClassId.eq(class.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps that a task was witnessed; the first word counts.
pub(in crate::classes) async fn insert_task(tx: &Tx, task: &WitnessedTask) -> Result<bool, DbErr> {
    let row = class_task::ActiveModel {
        learner_id: Set(task.learner.uuid()),
        course: Set(task.course.clone()),
        class_id: Set(task.class.uuid()),
        witness_id: Set(task.witness.uuid()),
        second_id: Set(task.second.map(LearnerId::uuid)),
        witnessed_at_ms: Set(task.at.ms()),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    Ok(class_task::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// Keeps that another saw it too; `false` where two have, or the first says it again.
pub(in crate::classes) async fn second_task(tx: &Tx, task: &WitnessedTask) -> Result<bool, DbErr> {
    let update = class_task::Entity::update_many()
        .col_expr(class_task::Column::SecondId, Some(task.witness.uuid()).into())
        .filter(class_task::Column::LearnerId.eq(task.learner.uuid()))
        .filter(class_task::Column::Course.eq(task.course.as_str()))
        .filter(class_task::Column::ClassId.eq(task.class.uuid()))
        .filter(class_task::Column::SecondId.is_null())
        .filter(class_task::Column::WitnessId.ne(task.witness.uuid()));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

pub(in crate::classes) async fn delete_task(tx: &Tx, learner: LearnerId, class: ClassId) -> Result<(), DbErr> {
    class_task::Entity::delete_many()
        .filter(class_task::Column::LearnerId.eq(learner.uuid()))
        .filter(class_task::Column::ClassId.eq(class.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

fn task_of(row: class_task::Model) -> WitnessedTask {
    WitnessedTask {
        learner: LearnerId::from_uuid(row.learner_id),
        course: row.course,
        class: ClassId::from_uuid(row.class_id),
        witness: LearnerId::from_uuid(row.witness_id),
        second: row.second_id.map(LearnerId::from_uuid),
        at: Timestamp::from_ms(row.witnessed_at_ms),
    }
}

pub(in crate::classes) async fn list_tasks_of_class(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Vec<WitnessedTask>, DbErr> {
    let rows = class_task::Entity::find().filter(class_task::Column::ClassId.eq(class.uuid())).all(db).await?;
    Ok(rows.into_iter().map(task_of).collect())
}

pub(in crate::classes) async fn list_tasks_of(
    db: &impl ConnectionTrait,
    learner: LearnerId,
) -> Result<Vec<WitnessedTask>, DbErr> {
    let rows = class_task::Entity::find().filter(class_task::Column::LearnerId.eq(learner.uuid())).all(db).await?;
    Ok(rows.into_iter().map(task_of).collect())
}

/// Keeps that attended time was put right.
pub(in crate::classes) async fn insert_correction(
    tx: &Tx,
    class: ClassId,
    correction: &Correction,
    by: LearnerId,
) -> Result<(), DbErr> {
    let row = class_correction::ActiveModel {
        learner_id: Set(correction.learner.uuid()),
        id: Set(new_id(tx.now)),
        class_id: Set(class.uuid()),
        minutes_before: Set(correction.before),
        minutes_after: Set(correction.after),
        reason: Set(correction.reason.clone()),
        corrected_by: Set(by.uuid()),
        corrected_at_ms: Set(tx.now.ms()),
    };
    class_correction::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The corrections of a session, the oldest first.
pub(in crate::classes) async fn list_corrections(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<Correction>, DbErr> {
    let rows = class_correction::Entity::find()
        .filter(class_correction::Column::ClassId.eq(class.uuid()))
        .order_by_asc(class_correction::Column::CorrectedAtMs)
        .order_by_asc(class_correction::Column::Id)
        .all(db)
        .await?;
    let read = |row: class_correction::Model| Correction {
        learner: LearnerId::from_uuid(row.learner_id),
        before: row.minutes_before,
        after: row.minutes_after,
        reason: row.reason,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The sessions to which one of these accounts has come.
pub(in crate::classes) async fn list_came_to(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<ClassId>, DbErr> {
    let rows = class_attendance::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|id| id.uuid())))
        .filter(Column::CameAtMs.is_not_null())
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| ClassId::from_uuid(row.class_id)).collect())
}

/// How many tasks were witnessed for somebody in a session.
pub(in crate::classes) async fn count_tasks(db: &impl ConnectionTrait, learner: LearnerId, class: ClassId) -> Result<u64, DbErr> {
    class_task::Entity::find()
        .filter(class_task::Column::LearnerId.eq(learner.uuid()))
        .filter(class_task::Column::ClassId.eq(class.uuid()))
        .count(db)
        .await
}

/// Forgets where somebody signed up and came, and what was witnessed of them.
pub(in crate::classes) async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    class_attendance::Entity::delete_many().filter(Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    class_task::Entity::delete_many().filter(class_task::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
