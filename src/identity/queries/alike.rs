//! Table `name_index`: the sounds of names.

use entity::{name_index, person, person_key};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::kernel::LearnerId;

/// People who are looked at for one name: more have one sound and one year of birth in one county only where it is very common.
const MOST: u64 = 200;

/// Somebody whose name sounds so, still sealed.
pub(crate) struct Sounding {
    pub learner: LearnerId,
    pub index: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub wrapped: Vec<u8>,
    pub birth_year: Option<i64>,
    pub place_code: String,
}

/// The codes of one person's name.
pub(crate) struct NameCodes {
    pub learner: LearnerId,
    pub area: String,
    pub codes: Vec<Vec<u8>>,
}

pub(crate) async fn insert_names(tx: &Tx, names: &[NameCodes]) -> Result<(), DbErr> {
    let rows: Vec<name_index::ActiveModel> = names
        .iter()
        .flat_map(|name| {
            name.codes.iter().map(|code| name_index::ActiveModel {
                name_index: Set(code.clone()),
                learner_id: Set(name.learner.uuid()),
                area: Set(name.area.clone()),
            })
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let nothing = OnConflict::columns([name_index::Column::NameIndex, name_index::Column::LearnerId]).do_nothing().to_owned();
    name_index::Entity::insert_many(rows).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn move_name(tx: &Tx, learner: LearnerId, area: &str) -> Result<(), DbErr> {
    name_index::Entity::update_many()
        .col_expr(name_index::Column::Area, area.into())
        .filter(name_index::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn delete_names(tx: &Tx, learners: &[LearnerId]) -> Result<(), DbErr> {
    name_index::Entity::delete_many()
        .filter(name_index::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .exec(tx)
        .await?;
    Ok(())
}

/// Those who live in one of `areas`, whose account is in one of `states` and whose name has one of these codes, which are of so many names.
/// Three statements.
pub(crate) async fn list_sounding(
    db: &impl ConnectionTrait,
    areas: &[String],
    (codes, wanted): (Vec<Vec<u8>>, usize),
    states: &[&str],
) -> Result<Vec<Sounding>, DbErr> {
    let found = name_index::Entity::find()
        .filter(name_index::Column::NameIndex.is_in(codes))
        .filter(name_index::Column::Area.is_in(areas.iter().cloned()))
        .order_by_asc(name_index::Column::LearnerId)
        .limit(MOST.saturating_mul(u64::try_from(wanted).unwrap_or(1)))
        .all(db)
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = found.iter().map(|row| row.learner_id).collect();
    let people = person::Entity::find()
        .filter(person::Column::LearnerId.is_in(ids.clone()))
        .filter(person::Column::State.is_in(states.iter().copied()))
        .all(db)
        .await?;
    let keys = person_key::Entity::find().filter(person_key::Column::LearnerId.is_in(ids)).all(db).await?;
    let sounding = found.into_iter().filter_map(|row| {
        let person = people.iter().find(|person| person.learner_id == row.learner_id)?;
        let key = keys.iter().find(|key| key.learner_id == row.learner_id)?;
        Some(Sounding {
            learner: LearnerId::from_uuid(row.learner_id),
            index: row.name_index,
            name_sealed: person.name_sealed.clone()?,
            wrapped: key.wrapped.clone()?,
            birth_year: person.birth_year,
            place_code: person.place_code.clone()?,
        })
    });
    Ok(sounding.collect())
}
