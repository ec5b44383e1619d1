//! Tables `study_group` and `study_group_member`.

use std::collections::HashMap;

use entity::{study_group, study_group_member};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::classes::{NewGroup, StudyGroup};
use crate::db::Tx;
use crate::kernel::{LearnerId, OrganisationId, StudyGroupId};
use crate::places::PlaceCode;

fn group_of(row: study_group::Model) -> StudyGroup {
    StudyGroup {
        id: StudyGroupId::from_uuid(row.id),
        name: row.name,
        organisation: OrganisationId::from_uuid(row.organisation_id),
        place_code: row.place_code,
        timetable: row.timetable,
        convenor: row.convenor_id.map(LearnerId::from_uuid),
        has_ended: row.ended_at_ms.is_some(),
    }
}

/// Founds a group; `false` where one of the name meets there already.
pub(in crate::classes) async fn insert(
    tx: &Tx,
    id: StudyGroupId,
    new: &NewGroup,
    place_code: &str,
    by: LearnerId,
) -> Result<bool, DbErr> {
    let row = study_group::ActiveModel {
        id: Set(id.uuid()),
        name: Set(new.name.clone()),
        organisation_id: Set(new.organisation.uuid()),
        place_code: Set(place_code.to_owned()),
        timetable: Set(new.timetable.clone()),
        convenor_id: Set(None),
        founded_by: Set(by.uuid()),
        founded_at_ms: Set(tx.now.ms()),
        ended_at_ms: Set(None),
        is_sample: Set(i64::from(new.is_sample)),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    Ok(study_group::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

pub(in crate::classes) async fn find(db: &impl ConnectionTrait, id: StudyGroupId) -> Result<Option<StudyGroup>, DbErr> {
    Ok(study_group::Entity::find_by_id(id.uuid()).one(db).await?.map(group_of))
}

/// The group, its row held until the commit.
pub(in crate::classes) async fn lock(tx: &Tx, id: StudyGroupId) -> Result<Option<StudyGroup>, DbErr> {
    let mut query = study_group::Entity::find_by_id(id.uuid());
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(tx).await?.map(group_of))
}

/// The groups within `areas` that have not ended, by name.
pub(in crate::classes) async fn list_within(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    most: u64,
) -> Result<Vec<StudyGroup>, DbErr> {
    let column = study_group::Column::PlaceCode;
    let none = if areas.is_empty() { Condition::all().add(Expr::value(false)) } else { Condition::any() };
    let within =
        areas.iter().fold(none, |any, area| any.add(Condition::all().add(column.gte(area.as_str())).add(column.lt(area.end()))));
    let rows = study_group::Entity::find()
        .filter(within)
        .filter(study_group::Column::EndedAtMs.is_null())
        .order_by_asc(study_group::Column::Name)
        .order_by_asc(study_group::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(group_of).collect())
}

/// How many belong to each of these groups.
pub(in crate::classes) async fn count_members(
    db: &impl ConnectionTrait,
    groups: &[StudyGroupId],
) -> Result<HashMap<StudyGroupId, i64>, DbErr> {
    let rows: Vec<(Uuid, i64)> = study_group_member::Entity::find()
        .select_only()
        .column(study_group_member::Column::GroupId)
        .column_as(study_group_member::Column::LearnerId.count(), "people")
        .filter(study_group_member::Column::GroupId.is_in(groups.iter().map(|group| group.uuid())))
        .group_by(study_group_member::Column::GroupId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(group, people)| (StudyGroupId::from_uuid(group), people)).collect())
}

/// Who belongs to a group, who joined first first.
pub(in crate::classes) async fn list_members(db: &impl ConnectionTrait, group: StudyGroupId) -> Result<Vec<LearnerId>, DbErr> {
    let rows = study_group_member::Entity::find()
        .filter(study_group_member::Column::GroupId.eq(group.uuid()))
        .order_by_asc(study_group_member::Column::JoinedAtMs)
        .order_by_asc(study_group_member::Column::LearnerId)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| LearnerId::from_uuid(row.learner_id)).collect())
}

/// The groups that somebody belongs to.
pub(in crate::classes) async fn list_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<StudyGroup>, DbErr> {
    let ids: Vec<Uuid> = study_group_member::Entity::find()
        .select_only()
        .column(study_group_member::Column::GroupId)
        .filter(study_group_member::Column::LearnerId.eq(learner.uuid()))
        .into_tuple()
        .all(db)
        .await?;
    let rows = study_group::Entity::find().filter(study_group::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(group_of).collect())
}

/// Lets somebody join; who belongs already stays.
pub(in crate::classes) async fn insert_member(tx: &Tx, group: StudyGroupId, learner: LearnerId) -> Result<(), DbErr> {
    let row = study_group_member::ActiveModel {
        learner_id: Set(learner.uuid()),
        group_id: Set(group.uuid()),
        joined_at_ms: Set(tx.now.ms()),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    study_group_member::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok(())
}

pub(in crate::classes) async fn delete_member(tx: &Tx, group: StudyGroupId, learner: LearnerId) -> Result<(), DbErr> {
    study_group_member::Entity::delete_by_id((learner.uuid(), group.uuid())).exec(tx).await?;
    study_group::Entity::update_many()
        .col_expr(study_group::Column::ConvenorId, None::<Uuid>.into())
        .filter(study_group::Column::Id.eq(group.uuid()))
        .filter(study_group::Column::ConvenorId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(in crate::classes) async fn set_convenor(tx: &Tx, group: StudyGroupId, learner: LearnerId) -> Result<(), DbErr> {
    study_group::Entity::update_many()
        .col_expr(study_group::Column::ConvenorId, Some(learner.uuid()).into())
        .filter(study_group::Column::Id.eq(group.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(in crate::classes) async fn set_timetable(tx: &Tx, group: StudyGroupId, timetable: &str) -> Result<(), DbErr> {
    study_group::Entity::update_many()
        .col_expr(study_group::Column::Timetable, timetable.into())
        .filter(study_group::Column::Id.eq(group.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(in crate::classes) async fn end(tx: &Tx, group: StudyGroupId) -> Result<(), DbErr> {
    study_group::Entity::update_many()
        .col_expr(study_group::Column::EndedAtMs, Some(tx.now.ms()).into())
        .filter(study_group::Column::Id.eq(group.uuid()))
        .filter(study_group::Column::EndedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes somebody who leaves out of their groups.
pub(in crate::classes) async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    study_group_member::Entity::delete_many().filter(study_group_member::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    study_group::Entity::update_many()
        .col_expr(study_group::Column::ConvenorId, None::<Uuid>.into())
        .filter(study_group::Column::ConvenorId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}
