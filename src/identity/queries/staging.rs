//! People of a batch that is being enrolled: tables `person`, `person_key`, `phone_index`, `consent` and `person_group`, many rows at once.

use std::collections::HashMap;

use entity::{consent, person, person_group, person_key, phone_index};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::people::NewRow;
use crate::db::Tx;
use crate::identity::kinds::ConsentGiven;
use crate::kernel::{Group, LearnerId, new_id};

fn ids(learners: &[LearnerId]) -> impl Iterator<Item = uuid::Uuid> {
    learners.iter().map(|learner| learner.uuid())
}

/// Keeps people, each with the wrapped key, who are not to be seen yet.
pub(crate) async fn insert_people(tx: &Tx, people: Vec<(NewRow, Vec<u8>)>) -> Result<(), DbErr> {
    let mut keys = Vec::new();
    let mut rows = Vec::new();
    for (new, wrapped) in people {
        keys.push(person_key::ActiveModel {
            learner_id: Set(new.learner.uuid()),
            wrapped: Set(Some(wrapped)),
            made_at_ms: Set(tx.now.ms()),
            destroyed_at_ms: Set(None),
        });
        rows.push(person::ActiveModel {
            learner_id: Set(new.learner.uuid()),
            state: Set("staged".to_owned()),
            name_sealed: Set(Some(new.name_sealed)),
            phone_sealed: Set(new.phone_sealed),
            document_sealed: Set(None),
            birth_year: Set(new.birth_year),
            sex: Set(None),
            place_code: Set(new.place_code),
            font: Set(new.font.to_owned()),
            lang: Set(new.lang.to_owned()),
            start_point: Set(None),
            pathway: Set(None),
            identity_level: Set(new.identity_level.value()),
            is_sample: Set(0),
            registered_at_ms: Set(tx.now.ms()),
            left_at_ms: Set(None),
        });
    }
    person::Entity::insert_many(rows).exec_without_returning(tx).await?;
    person_key::Entity::insert_many(keys).exec_without_returning(tx).await?;
    Ok(())
}

/// Ties phones to people; gives those whose phone is tied to somebody else.
pub(crate) async fn insert_phones(tx: &Tx, phones: &[(Vec<u8>, LearnerId)]) -> Result<Vec<LearnerId>, DbErr> {
    if phones.is_empty() {
        return Ok(Vec::new());
    }
    let rows = phones
        .iter()
        .map(|(index, learner)| phone_index::ActiveModel { phone_index: Set(index.clone()), learner_id: Set(learner.uuid()) });
    let nothing = OnConflict::column(phone_index::Column::PhoneIndex).do_nothing().to_owned();
    let tied = phone_index::Entity::insert_many(rows).on_conflict(nothing).exec_without_returning(tx).await?;
    if usize::try_from(tied).is_ok_and(|tied| tied == phones.len()) {
        return Ok(Vec::new());
    }
    let held = phone_index::Entity::find()
        .filter(phone_index::Column::PhoneIndex.is_in(phones.iter().map(|(index, _)| index.clone())))
        .all(tx)
        .await?;
    let is_free = |(index, learner): &&(Vec<u8>, LearnerId)| {
        held.iter().any(|row| row.phone_index == *index && row.learner_id == learner.uuid())
    };
    Ok(phones.iter().filter(|phone| !is_free(phone)).map(|(_, learner)| *learner).collect())
}

pub(crate) async fn insert_consents(tx: &Tx, learners: &[LearnerId], given: &ConsentGiven) -> Result<(), DbErr> {
    let rows = learners.iter().map(|learner| consent::ActiveModel {
        learner_id: Set(learner.uuid()),
        id: Set(new_id(tx.now)),
        text_id: Set(given.text_id.to_owned()),
        text_version: Set(given.text_version.to_owned()),
        way: Set(given.way.code().to_owned()),
        given_at_ms: Set(tx.now.ms()),
        withdrawn_at_ms: Set(None),
    });
    consent::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn insert_groups(tx: &Tx, groups: &[(LearnerId, Group)]) -> Result<(), DbErr> {
    if groups.is_empty() {
        return Ok(());
    }
    let rows = groups.iter().map(|(learner, group)| person_group::ActiveModel {
        learner_id: Set(learner.uuid()),
        grp: Set(group.code().to_owned()),
        chosen_at_ms: Set(tx.now.ms()),
    });
    let nothing = OnConflict::columns([person_group::Column::LearnerId, person_group::Column::Grp]).do_nothing().to_owned();
    person_group::Entity::insert_many(rows).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok(())
}

/// Makes people real; says how many were not yet.
pub(crate) async fn activate(tx: &Tx, learners: &[LearnerId]) -> Result<u64, DbErr> {
    let update = person::Entity::update_many()
        .col_expr(person::Column::State, "active".into())
        .filter(person::Column::LearnerId.is_in(ids(learners)))
        .filter(person::Column::State.eq("staged"));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Takes people away who are not to be: those of them only who were never real.
pub(crate) async fn delete_staged(tx: &Tx, learners: &[LearnerId]) -> Result<Vec<LearnerId>, DbErr> {
    let staged = person::Entity::find()
        .filter(person::Column::LearnerId.is_in(ids(learners)))
        .filter(person::Column::State.eq("staged"))
        .all(tx)
        .await?;
    let staged: Vec<LearnerId> = staged.iter().map(|row| LearnerId::from_uuid(row.learner_id)).collect();
    if staged.is_empty() {
        return Ok(staged);
    }
    person_group::Entity::delete_many().filter(person_group::Column::LearnerId.is_in(ids(&staged))).exec(tx).await?;
    consent::Entity::delete_many().filter(consent::Column::LearnerId.is_in(ids(&staged))).exec(tx).await?;
    phone_index::Entity::delete_many().filter(phone_index::Column::LearnerId.is_in(ids(&staged))).exec(tx).await?;
    person_key::Entity::delete_many().filter(person_key::Column::LearnerId.is_in(ids(&staged))).exec(tx).await?;
    person::Entity::delete_many().filter(person::Column::LearnerId.is_in(ids(&staged))).exec(tx).await?;
    Ok(staged)
}

/// Those of these phones that have an account already, with whose it is.
pub(crate) async fn list_held(
    db: &impl sea_orm::ConnectionTrait,
    indexes: Vec<Vec<u8>>,
) -> Result<HashMap<Vec<u8>, LearnerId>, DbErr> {
    let rows = phone_index::Entity::find().filter(phone_index::Column::PhoneIndex.is_in(indexes)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.phone_index, LearnerId::from_uuid(row.learner_id))).collect())
}
