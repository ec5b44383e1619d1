//! Tables `exam_box` and `exam_box_paper`, and what comes from a box into `exam_paper`, at the time of that box.

use entity::{exam_box, exam_box_paper};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::altered;
use super::papers::{Column, items_of, set};
use crate::db::Tx;
use crate::exams::rules::Sight;
use crate::exams::{Begun, OnBox, Paper};
use crate::kernel::{DeviceId, Digest, ExamId, LearnerId, Seed, Timestamp};

fn is_on(exam: ExamId) -> Condition {
    Condition::all().add(exam_box::Column::ExamId.eq(exam.uuid())).add(exam_box::Column::TakenBackAtMs.is_null())
}

/// The box that a session is on.
pub(in crate::exams) async fn find(db: &impl ConnectionTrait, exam: ExamId) -> Result<Option<OnBox>, DbErr> {
    let row = exam_box::Entity::find().filter(is_on(exam)).one(db).await?;
    Ok(row.map(|row| OnBox {
        device: DeviceId::from_uuid(row.device_id),
        name: row.name,
        by: LearnerId::from_uuid(row.taken_by),
        at: Timestamp::from_ms(row.taken_at_ms),
    }))
}

/// The same, by its number alone.
pub(in crate::exams) async fn holder(db: &impl ConnectionTrait, exam: ExamId) -> Result<Option<DeviceId>, DbErr> {
    Ok(find(db, exam).await?.map(|on_box| on_box.device))
}

/// Whether a session is on a box, or was.
pub(in crate::exams) async fn was_on(db: &impl ConnectionTrait, exam: ExamId, device: DeviceId) -> Result<bool, DbErr> {
    Ok(exam_box::Entity::find_by_id((exam.uuid(), device.uuid())).one(db).await?.is_some())
}

/// Whether a session is on any box, or was.
pub(in crate::exams) async fn was_along(db: &impl ConnectionTrait, exam: ExamId) -> Result<bool, DbErr> {
    Ok(exam_box::Entity::find().filter(exam_box::Column::ExamId.eq(exam.uuid())).one(db).await?.is_some())
}

/// Keeps that a session, which is held, is on a box.
pub(in crate::exams) async fn take(tx: &Tx, exam: ExamId, (device, name): (DeviceId, &str), by: LearnerId) -> Result<(), DbErr> {
    let row = exam_box::ActiveModel {
        exam_id: Set(exam.uuid()),
        device_id: Set(device.uuid()),
        name: Set(name.to_owned()),
        taken_by: Set(by.uuid()),
        taken_at_ms: Set(tx.now.ms()),
        taken_back_at_ms: Set(None),
    };
    exam_box::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// It is on no box any more; `false` where it was on none.
pub(in crate::exams) async fn take_back(tx: &Tx, exam: ExamId) -> Result<bool, DbErr> {
    let back = exam_box::Entity::update_many().col_expr(exam_box::Column::TakenBackAtMs, Expr::value(tx.now.ms()));
    Ok(back.filter(is_on(exam)).exec(tx).await?.rows_affected == 1)
}

/// Keeps what was drawn for a candidate on a box, once.
pub(in crate::exams) async fn keep_drawn(
    tx: &Tx,
    (learner, exam, device): (LearnerId, ExamId, DeviceId),
    drawn: &Begun,
) -> Result<(), DbErr> {
    let row = exam_box_paper::ActiveModel {
        learner_id: Set(learner.uuid()),
        exam_id: Set(exam.uuid()),
        device_id: Set(device.uuid()),
        seed: Set(drawn.seed.0.to_vec()),
        edition: Set(drawn.edition.clone()),
        items: Set(drawn.items.iter().flat_map(Digest::to_vec).collect()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    exam_box_paper::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// What was drawn for a candidate on a box, as begun at `at`.
pub(in crate::exams) async fn find_drawn(
    db: &impl ConnectionTrait,
    (learner, exam, device): (LearnerId, ExamId, DeviceId),
    at: Timestamp,
) -> Result<Option<Begun>, DbErr> {
    let key = (learner.uuid(), exam.uuid(), device.uuid());
    let Some(row) = exam_box_paper::Entity::find_by_id(key).one(db).await? else { return Ok(None) };
    Ok(Some(Begun {
        at,
        seed: Seed::from_slice(&row.seed).ok_or_else(|| altered("seed"))?,
        edition: row.edition,
        items: items_of(&row.items).ok_or_else(|| altered("items"))?,
    }))
}

/// Somebody leaves: what was drawn for them goes.
pub(in crate::exams) async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    exam_box_paper::Entity::delete_many().filter(exam_box_paper::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

pub(in crate::exams) async fn came(tx: &Tx, paper: &Paper, (by, at): (LearnerId, Timestamp)) -> Result<(), DbErr> {
    set(tx, paper, vec![(Column::CameAtMs, Expr::value(at.ms())), (Column::CameBy, Expr::value(by.uuid()))]).await
}

pub(in crate::exams) async fn seen(tx: &Tx, paper: &Paper, (by, kind, at): (LearnerId, Sight, Timestamp)) -> Result<(), DbErr> {
    let values = vec![
        (Column::SightKind, Expr::value(kind.code())),
        (Column::SightBy, Expr::value(by.uuid())),
        (Column::SightAtMs, Expr::value(at.ms())),
    ];
    set(tx, paper, values).await
}

pub(in crate::exams) async fn allowed_by(tx: &Tx, paper: &Paper, by: LearnerId) -> Result<(), DbErr> {
    set(tx, paper, vec![(Column::AllowedBy, Expr::value(by.uuid()))]).await
}

pub(in crate::exams) async fn hand_in(tx: &Tx, paper: &Paper, at: Timestamp) -> Result<(), DbErr> {
    set(tx, paper, vec![(Column::HandedInAtMs, Expr::value(Some(at.ms())))]).await
}
