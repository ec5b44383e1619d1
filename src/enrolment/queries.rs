//! Table `enrolment`.

use entity::enrolment;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Enrolment;
use crate::db::Tx;
use crate::kernel::{Group, LearnerId, Timestamp};

fn row_of(row: enrolment::Model) -> Enrolment {
    Enrolment {
        learner: LearnerId::from_uuid(row.learner_id),
        enrolled_by: LearnerId::from_uuid(row.enrolled_by),
        place_code: row.place_code,
        group: row.grp.and_then(|group| group.parse().ok()),
        batch: row.batch_id,
        enrolled_at: Timestamp::from_ms(row.enrolled_at_ms),
    }
}

/// Somebody to be kept as enrolled.
pub(super) struct NewEnrolment<'a> {
    pub learner: LearnerId,
    pub by: LearnerId,
    pub place_code: &'a str,
    pub group: Option<Group>,
    pub batch: Option<Uuid>,
    pub looked_alike: i64,
}

pub(super) async fn insert(tx: &Tx, new: &[NewEnrolment<'_>]) -> Result<(), DbErr> {
    if new.is_empty() {
        return Ok(());
    }
    let rows = new.iter().map(|new| enrolment::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        enrolled_by: Set(new.by.uuid()),
        place_code: Set(new.place_code.to_owned()),
        grp: Set(new.group.map(|group| group.code().to_owned())),
        batch_id: Set(new.batch),
        looked_alike: Set(new.looked_alike),
        enrolled_at_ms: Set(tx.now.ms()),
    });
    let nothing = OnConflict::column(enrolment::Column::LearnerId).do_nothing().to_owned();
    enrolment::Entity::insert_many(rows).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn find(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<Enrolment>, DbErr> {
    Ok(enrolment::Entity::find_by_id(learner.uuid()).one(db).await?.map(row_of))
}

/// The last one that this member of staff has enrolled at the desk.
pub(super) async fn find_last_by(db: &impl ConnectionTrait, staff: LearnerId) -> Result<Option<Enrolment>, DbErr> {
    let row = enrolment::Entity::find()
        .filter(enrolment::Column::EnrolledBy.eq(staff.uuid()))
        .filter(enrolment::Column::BatchId.is_null())
        .order_by_desc(enrolment::Column::EnrolledAtMs)
        .one(db)
        .await?;
    Ok(row.map(row_of))
}

/// Those whom this member of staff has enrolled at the desk since then, in their order.
pub(super) async fn list_by(
    db: &impl ConnectionTrait,
    staff: LearnerId,
    since: Timestamp,
    most: u64,
) -> Result<Vec<LearnerId>, DbErr> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::EnrolledBy.eq(staff.uuid()))
        .filter(enrolment::Column::BatchId.is_null())
        .filter(enrolment::Column::EnrolledAtMs.gte(since.ms()))
        .order_by_asc(enrolment::Column::EnrolledAtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| LearnerId::from_uuid(row.learner_id)).collect())
}

/// Enrolments by who enrolled, then by when: those that come after the one given.
pub(super) async fn list_after(db: &impl ConnectionTrait, after: Option<&Enrolment>, most: u64) -> Result<Vec<Enrolment>, DbErr> {
    let mut query = enrolment::Entity::find()
        .order_by_asc(enrolment::Column::EnrolledBy)
        .order_by_asc(enrolment::Column::EnrolledAtMs)
        .order_by_asc(enrolment::Column::LearnerId)
        .limit(most);
    if let Some(after) = after {
        let key = Expr::tuple([
            Expr::col(enrolment::Column::EnrolledBy),
            Expr::col(enrolment::Column::EnrolledAtMs),
            Expr::col(enrolment::Column::LearnerId),
        ]);
        let last =
            [Expr::value(after.enrolled_by.uuid()), Expr::value(after.enrolled_at.ms()), Expr::value(after.learner.uuid())];
        query = query.filter(key.gt(Expr::tuple(last)));
    }
    Ok(query.all(db).await?.into_iter().map(row_of).collect())
}

pub(super) async fn delete(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    enrolment::Entity::delete_by_id(learner.uuid()).exec(tx).await?;
    Ok(())
}

/// Takes away that people of a batch were enrolled, since they were not.
pub(super) async fn delete_many(tx: &Tx, learners: &[LearnerId]) -> Result<(), DbErr> {
    enrolment::Entity::delete_many()
        .filter(enrolment::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .exec(tx)
        .await?;
    Ok(())
}
