//! The sample people, for trying things out: tables `person`, `card`, `person_group` and `role`.

use std::collections::HashSet;

use entity::{card, person, person_group, role};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::identity::roles::Role;
use crate::kernel::{CardNumber, Group, LearnerId};

/// A sample person beside their name.
pub(crate) struct SampleRow {
    pub learner: LearnerId,
    pub place_code: Option<String>,
    pub card: Option<CardNumber>,
    pub groups: Vec<Group>,
    /// Each with its line of work, where it has one.
    pub roles: Vec<(Role, Option<String>)>,
}

/// The sample people who have not left, at most `most`. Four statements, however many they are.
pub(crate) async fn list_samples(db: &impl ConnectionTrait, most: u64) -> Result<Vec<SampleRow>, DbErr> {
    let people = person::Entity::find()
        .filter(person::Column::IsSample.eq(1))
        .filter(person::Column::State.eq("active"))
        .order_by_asc(person::Column::LearnerId)
        .limit(most)
        .all(db)
        .await?;
    let ids: Vec<Uuid> = people.iter().map(|row| row.learner_id).collect();
    let cards = card::Entity::find()
        .filter(card::Column::LearnerId.is_in(ids.clone()))
        .filter(card::Column::State.eq("active"))
        .all(db)
        .await?;
    let groups = person_group::Entity::find().filter(person_group::Column::LearnerId.is_in(ids.clone())).all(db).await?;
    let roles =
        role::Entity::find().filter(role::Column::LearnerId.is_in(ids)).filter(role::Column::EndedAtMs.is_null()).all(db).await?;
    let sample = |row: person::Model| {
        let id = row.learner_id;
        let card = cards.iter().find(|card| card.learner_id == Some(id)).and_then(|card| CardNumber::parse(&card.card_number));
        let mut own: Vec<Group> =
            groups.iter().filter(|row| row.learner_id == id).filter_map(|row| row.grp.parse().ok()).collect();
        own.sort();
        let roles = roles.iter().filter(|row| row.learner_id == id);
        let roles = roles.filter_map(|row| Some((Role::from_code(&row.role)?, row.line.clone()))).collect();
        SampleRow { learner: LearnerId::from_uuid(id), place_code: row.place_code, card, groups: own, roles }
    };
    Ok(people.into_iter().map(sample).collect())
}

/// Whether this is a sample person who has not left.
pub(crate) async fn is_sample(db: &impl ConnectionTrait, learner: LearnerId) -> Result<bool, DbErr> {
    let row = person::Entity::find_by_id(learner.uuid()).filter(person::Column::State.eq("active")).one(db).await?;
    Ok(row.is_some_and(|row| row.is_sample == 1))
}

/// Whether somebody real has registered to learn.
pub(crate) async fn has_real_learners(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let real = person::Entity::find().filter(person::Column::IsSample.eq(0)).filter(person::Column::BirthYear.is_not_null());
    Ok(real.one(db).await?.is_some())
}

/// Those of `learners` who have or had a role.
pub(crate) async fn list_staff_among(db: &impl ConnectionTrait, learners: &[LearnerId]) -> Result<HashSet<LearnerId>, DbErr> {
    let ids: Vec<Uuid> = learners.iter().map(|learner| learner.uuid()).collect();
    let rows: Vec<Uuid> = role::Entity::find()
        .select_only()
        .column(role::Column::LearnerId)
        .distinct()
        .filter(role::Column::LearnerId.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(LearnerId::from_uuid).collect())
}
