//! Tables `exam_incident`, `exam_item_out` and `exam_appeal`.

use entity::{exam_appeal, exam_incident, exam_item_out};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::altered;
use crate::db::Tx;
use crate::exams::rules::Category;
use crate::exams::{Appeal, Incident};
use crate::kernel::{Digest, ExamId, LearnerId, Timestamp, new_id};

pub(in crate::exams) async fn note(tx: &Tx, exam: ExamId, incident: &Incident) -> Result<(), DbErr> {
    let row = exam_incident::ActiveModel {
        id: Set(new_id(tx.now)),
        exam_id: Set(exam.uuid()),
        learner_id: Set(incident.learner.map(LearnerId::uuid)),
        category: Set(incident.category.code().to_owned()),
        words: Set(incident.words.clone()),
        words_sealed: Set(incident.sealed.clone()),
        noted_by: Set(incident.by.uuid()),
        noted_at_ms: Set(incident.at.ms()),
    };
    exam_incident::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The log of a session, in its order.
pub(in crate::exams) async fn list(db: &impl ConnectionTrait, exam: ExamId) -> Result<Vec<Incident>, DbErr> {
    let find = exam_incident::Entity::find().filter(exam_incident::Column::ExamId.eq(exam.uuid()));
    let rows = find.order_by_asc(exam_incident::Column::NotedAtMs).order_by_asc(exam_incident::Column::Id).all(db).await?;
    let read = |row: exam_incident::Model| {
        Ok(Incident {
            learner: row.learner_id.map(LearnerId::from_uuid),
            category: Category::from_code(&row.category).ok_or_else(|| altered("category"))?,
            words: row.words,
            sealed: row.words_sealed,
            by: LearnerId::from_uuid(row.noted_by),
            at: Timestamp::from_ms(row.noted_at_ms),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Takes an item out for all; `false` where it is out.
pub(in crate::exams) async fn take_out(
    tx: &Tx,
    exam: ExamId,
    item: &Digest,
    (by, why): (LearnerId, &str),
) -> Result<bool, DbErr> {
    let row = exam_item_out::ActiveModel {
        exam_id: Set(exam.uuid()),
        item: Set(item.to_vec()),
        why: Set(why.to_owned()),
        taken_by: Set(by.uuid()),
        taken_at_ms: Set(tx.now.ms()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(exam_item_out::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The items that count for nobody; why, who and when stand in the log.
pub(in crate::exams) async fn list_out(db: &impl ConnectionTrait, exam: ExamId) -> Result<Vec<Digest>, DbErr> {
    let rows = exam_item_out::Entity::find().filter(exam_item_out::Column::ExamId.eq(exam.uuid())).all(db).await?;
    rows.iter().map(|row| Digest::from_slice(&row.item).ok_or_else(|| altered("item"))).collect()
}

/// Keeps an appeal; `false` where there is one.
pub(in crate::exams) async fn appeal(tx: &Tx, (learner, exam): (LearnerId, ExamId), sealed: Vec<u8>) -> Result<bool, DbErr> {
    let row = exam_appeal::ActiveModel {
        learner_id: Set(learner.uuid()),
        exam_id: Set(exam.uuid()),
        ground_sealed: Set(sealed),
        asked_at_ms: Set(tx.now.ms()),
        state: Set("open".to_owned()),
        answer_sealed: Set(None),
        decided_by: Set(None),
        decided_at_ms: Set(None),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(exam_appeal::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The appeals of a session.
pub(in crate::exams) async fn list_appeals(db: &impl ConnectionTrait, exam: ExamId) -> Result<Vec<Appeal>, DbErr> {
    let rows = exam_appeal::Entity::find().filter(exam_appeal::Column::ExamId.eq(exam.uuid())).all(db).await?;
    let read = |row: exam_appeal::Model| Appeal {
        learner: LearnerId::from_uuid(row.learner_id),
        ground_sealed: row.ground_sealed,
        asked_at: Timestamp::from_ms(row.asked_at_ms),
        is_better: (row.state != "open").then_some(row.state == "better"),
        answer_sealed: row.answer_sealed,
        by: row.decided_by.map(LearnerId::from_uuid),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Answers an appeal; `false` where it is answered.
pub(in crate::exams) async fn answer_appeal(
    tx: &Tx,
    (learner, exam): (LearnerId, ExamId),
    (is_better, by): (bool, LearnerId),
    sealed: Vec<u8>,
) -> Result<bool, DbErr> {
    let done = exam_appeal::Entity::update_many()
        .col_expr(exam_appeal::Column::State, Expr::value(if is_better { "better" } else { "stays" }))
        .col_expr(exam_appeal::Column::AnswerSealed, Expr::value(sealed))
        .col_expr(exam_appeal::Column::DecidedBy, Expr::value(by.uuid()))
        .col_expr(exam_appeal::Column::DecidedAtMs, Expr::value(tx.now.ms()))
        .filter(exam_appeal::Column::LearnerId.eq(learner.uuid()))
        .filter(exam_appeal::Column::ExamId.eq(exam.uuid()))
        .filter(exam_appeal::Column::State.eq("open"))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
