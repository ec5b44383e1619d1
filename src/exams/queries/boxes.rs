//! Tables `exam_box`, `exam_box_paper` and `exam_confirmation`.

use entity::{exam_box, exam_box_paper, exam_confirmation};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, UpdateMany};

use super::altered;
use super::papers::items_of;
use crate::db::Tx;
use crate::exams::{Begun, OnBox, Stay};
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

fn stay_of(row: exam_box::Model) -> Result<Stay, DbErr> {
    let hash = row.end_hash.as_deref().map(|hash| Digest::from_slice(hash).ok_or_else(|| altered("end_hash"))).transpose()?;
    Ok(Stay {
        device: DeviceId::from_uuid(row.device_id),
        name: row.name,
        is_over: row.taken_back_at_ms.is_some(),
        last_seq: row.last_seq,
        end: row.end_seq.zip(hash),
        is_waived: row.end_waived_at_ms.is_some(),
    })
}

/// A session's stay on a box, over or not; none where it never was on it.
pub(in crate::exams) async fn find_stay(
    db: &impl ConnectionTrait,
    exam: ExamId,
    device: DeviceId,
) -> Result<Option<Stay>, DbErr> {
    exam_box::Entity::find_by_id((exam.uuid(), device.uuid())).one(db).await?.map(stay_of).transpose()
}

/// All stays of a session on boxes, the first first.
pub(in crate::exams) async fn list_stays(db: &impl ConnectionTrait, exam: ExamId) -> Result<Vec<Stay>, DbErr> {
    let find = exam_box::Entity::find().filter(exam_box::Column::ExamId.eq(exam.uuid()));
    let rows = find.order_by_asc(exam_box::Column::TakenAtMs).order_by_asc(exam_box::Column::DeviceId).all(db).await?;
    rows.into_iter().map(stay_of).collect()
}

/// Keeps that the bank has made something of what a box wrote under this number.
pub(in crate::exams) async fn has_come(tx: &Tx, exam: ExamId, (stay, seq): (&Stay, i64)) -> Result<(), DbErr> {
    if stay.last_seq.is_some_and(|last| last >= seq) {
        return Ok(());
    }
    let update = exam_box::Entity::update_many().col_expr(exam_box::Column::LastSeq, Expr::value(Some(seq)));
    of_stay(update, exam, stay).exec(tx).await?;
    Ok(())
}

/// Keeps by which claim a box has ended a session. Its code is asked for, also where an end that had not come was not.
pub(in crate::exams) async fn end(tx: &Tx, exam: ExamId, (stay, seq): (&Stay, i64), hash: &Digest) -> Result<(), DbErr> {
    let update = exam_box::Entity::update_many()
        .col_expr(exam_box::Column::LastSeq, Expr::value(Some(seq)))
        .col_expr(exam_box::Column::EndSeq, Expr::value(Some(seq)))
        .col_expr(exam_box::Column::EndHash, Expr::value(Some(hash.to_vec())))
        .col_expr(exam_box::Column::EndWaivedAtMs, Expr::value(None::<i64>));
    of_stay(update, exam, stay).exec(tx).await?;
    Ok(())
}

/// Keeps that the codes of these ends are not asked for.
pub(in crate::exams) async fn waive(tx: &Tx, exam: ExamId, stays: &[&Stay]) -> Result<(), DbErr> {
    let update = exam_box::Entity::update_many().col_expr(exam_box::Column::EndWaivedAtMs, Expr::value(Some(tx.now.ms())));
    let devices = stays.iter().map(|stay| stay.device.uuid());
    update.filter(exam_box::Column::ExamId.eq(exam.uuid())).filter(exam_box::Column::DeviceId.is_in(devices)).exec(tx).await?;
    Ok(())
}

/// Something of what a box wrote was counted after the answering was ended: whatever was confirmed is confirmed anew, and where the end of that box did
/// not come it is asked for again.
pub(in crate::exams) async fn counted_late(tx: &Tx, exam: ExamId, stay: &Stay) -> Result<(), DbErr> {
    exam_confirmation::Entity::delete_many().filter(exam_confirmation::Column::ExamId.eq(exam.uuid())).exec(tx).await?;
    if stay.is_waived && stay.end.is_none() {
        let update = exam_box::Entity::update_many().col_expr(exam_box::Column::EndWaivedAtMs, Expr::value(None::<i64>));
        of_stay(update, exam, stay).exec(tx).await?;
    }
    Ok(())
}

fn of_stay(update: UpdateMany<exam_box::Entity>, exam: ExamId, stay: &Stay) -> UpdateMany<exam_box::Entity> {
    update.filter(exam_box::Column::ExamId.eq(exam.uuid())).filter(exam_box::Column::DeviceId.eq(stay.device.uuid()))
}

/// Which list each of the two has confirmed last, by its digest.
pub(in crate::exams) async fn list_confirmed(db: &impl ConnectionTrait, exam: ExamId) -> Result<Vec<(LearnerId, Digest)>, DbErr> {
    let find = exam_confirmation::Entity::find().filter(exam_confirmation::Column::ExamId.eq(exam.uuid()));
    let read = |row: exam_confirmation::Model| {
        let list = Digest::from_slice(&row.list).ok_or_else(|| altered("list"))?;
        Ok((LearnerId::from_uuid(row.invigilator_id), list))
    };
    find.all(db).await?.into_iter().map(read).collect()
}

/// Keeps which list one of the two confirms, in place of the one before.
pub(in crate::exams) async fn confirm(tx: &Tx, exam: ExamId, (by, list): (LearnerId, &Digest)) -> Result<(), DbErr> {
    use exam_confirmation::Column;
    let row = exam_confirmation::ActiveModel {
        exam_id: Set(exam.uuid()),
        invigilator_id: Set(by.uuid()),
        list: Set(list.to_vec()),
        at_ms: Set(tx.now.ms()),
    };
    let again =
        OnConflict::columns([Column::ExamId, Column::InvigilatorId]).update_columns([Column::List, Column::AtMs]).to_owned();
    exam_confirmation::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
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
        last_seq: Set(None),
        end_seq: Set(None),
        end_hash: Set(None),
        end_waived_at_ms: Set(None),
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
