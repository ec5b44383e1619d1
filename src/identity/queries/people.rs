//! Tables `person`, `person_key`, `phone_index`, `document_index`, `person_group` and `consent`.

use entity::{consent, document_index, person, person_group, person_key, phone_index};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, Select,
};

use crate::db::Tx;
use crate::identity::kinds::ConsentGiven;
use crate::kernel::{Group, IdentityLevel, LearnerId, Timestamp, new_id};

/// Names of sealed columns; each is authenticated with what it seals.
pub(crate) const KEY_PLACE: &str = "person_key.wrapped";
pub(crate) const NAME_PLACE: &str = "person.name";
pub(crate) const PHONE_PLACE: &str = "person.phone";
pub(crate) const DOCUMENT_PLACE: &str = "person.document";

/// Somebody to be kept.
pub(crate) struct NewRow {
    pub learner: LearnerId,
    pub name_sealed: Vec<u8>,
    pub phone_sealed: Option<Vec<u8>>,
    pub birth_year: Option<i64>,
    pub place_code: Option<String>,
    pub font: &'static str,
    pub lang: &'static str,
    pub identity_level: IdentityLevel,
    pub is_sample: bool,
}

/// A person's row, still sealed.
pub(crate) struct PersonRow {
    pub learner: LearnerId,
    pub name_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub document_sealed: Option<Vec<u8>>,
    pub birth_year: Option<i64>,
    pub place_code: Option<String>,
    pub font: String,
    pub lang: String,
    pub start_point: Option<String>,
    pub pathway: Option<String>,
    pub identity_level: IdentityLevel,
    pub is_sample: bool,
    pub registered_at: Timestamp,
}

/// A person's row and the wrapped key that opens it.
pub(crate) type PersonAndKey = (PersonRow, Option<Vec<u8>>);

fn row_of(row: person::Model) -> PersonRow {
    PersonRow {
        learner: LearnerId::from_uuid(row.learner_id),
        name_sealed: row.name_sealed,
        phone_sealed: row.phone_sealed,
        document_sealed: row.document_sealed,
        birth_year: row.birth_year,
        place_code: row.place_code,
        font: row.font,
        lang: row.lang,
        start_point: row.start_point,
        pathway: row.pathway,
        identity_level: IdentityLevel::from_value(row.identity_level).unwrap_or(IdentityLevel::NONE),
        is_sample: row.is_sample == 1,
        registered_at: Timestamp::from_ms(row.registered_at_ms),
    }
}

pub(crate) async fn insert_person(tx: &Tx, new: NewRow, wrapped: Vec<u8>) -> Result<(), DbErr> {
    let person = person::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        state: Set("active".to_owned()),
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
        is_sample: Set(i64::from(new.is_sample)),
        registered_at_ms: Set(tx.now.ms()),
        left_at_ms: Set(None),
    };
    let key = person_key::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        wrapped: Set(Some(wrapped)),
        made_at_ms: Set(tx.now.ms()),
        destroyed_at_ms: Set(None),
    };
    person::Entity::insert(person).exec_without_returning(tx).await?;
    person_key::Entity::insert(key).exec_without_returning(tx).await?;
    Ok(())
}

/// A person's row with the key beside it, as one statement reads them.
struct WithKey(PersonAndKey);

impl FromQueryResult for WithKey {
    fn from_query_result(row: &QueryResult, before: &str) -> Result<Self, DbErr> {
        Ok(Self((row_of(person::Model::from_query_result(row, before)?), row.try_get(before, "wrapped")?)))
    }
}

/// The same with the groups, joined with commas.
struct WithGroups(PersonAndKey, Option<String>);

impl FromQueryResult for WithGroups {
    fn from_query_result(row: &QueryResult, before: &str) -> Result<Self, DbErr> {
        let WithKey(person) = WithKey::from_query_result(row, before)?;
        Ok(Self(person, row.try_get(before, "grps")?))
    }
}

fn with_key(people: Select<person::Entity>) -> Select<person::Entity> {
    let key = "(SELECT k.wrapped FROM person_key k WHERE k.learner_id = person.learner_id)";
    people.column_as(Expr::cust(key), "wrapped")
}

fn active(learner: LearnerId) -> Select<person::Entity> {
    with_key(person::Entity::find_by_id(learner.uuid()).filter(person::Column::State.eq("active")))
}

/// Somebody who has not left.
pub(crate) async fn find_person(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<PersonAndKey>, DbErr> {
    Ok(active(learner).into_model::<WithKey>().one(db).await?.map(|WithKey(person)| person))
}

/// Somebody who has not left, with the groups they have chosen. One statement.
pub(crate) async fn find_with_groups(
    db: &impl ConnectionTrait,
    learner: LearnerId,
) -> Result<Option<(PersonAndKey, Vec<Group>)>, DbErr> {
    let aggregate = if db.get_database_backend() == DbBackend::Sqlite { "group_concat" } else { "string_agg" };
    let groups = format!("(SELECT {aggregate}(g.grp, ',') FROM person_group g WHERE g.learner_id = person.learner_id)");
    let found = active(learner).column_as(Expr::cust(groups), "grps").into_model::<WithGroups>().one(db).await?;
    Ok(found.map(|WithGroups(person, codes)| {
        let codes = codes.unwrap_or_default();
        let mut groups: Vec<Group> = codes.split(',').filter_map(|code| code.parse().ok()).collect();
        groups.sort();
        (person, groups)
    }))
}

/// Somebody whose account was closed since they have died, and can still be opened again.
pub(crate) async fn find_closed(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<PersonAndKey>, DbErr> {
    let person = person::Entity::find_by_id(learner.uuid()).filter(person::Column::State.eq("closed")).one(db).await?;
    let Some(person) = person else { return Ok(None) };
    Ok(Some((row_of(person), find_key(db, learner).await?)))
}

/// Moves an account between open and closed; `false` where it was not in `from`.
pub(crate) async fn move_person(tx: &Tx, learner: LearnerId, from: &str, to: &str) -> Result<bool, DbErr> {
    let update = person::Entity::update_many()
        .col_expr(person::Column::State, to.into())
        .filter(person::Column::LearnerId.eq(learner.uuid()))
        .filter(person::Column::State.eq(from));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Where somebody lives.
pub(crate) async fn find_place_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<String>, DbErr> {
    let place = person::Entity::find_by_id(learner.uuid()).select_only().column(person::Column::PlaceCode);
    Ok(place.into_tuple::<Option<String>>().one(db).await?.flatten())
}

/// Where those of `learners` live who have not left.
pub(crate) async fn list_places_of(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
) -> Result<Vec<(LearnerId, Option<String>)>, DbErr> {
    let rows: Vec<(uuid::Uuid, Option<String>)> = person::Entity::find()
        .select_only()
        .columns([person::Column::LearnerId, person::Column::PlaceCode])
        .filter(person::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(person::Column::State.eq("active"))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(learner, place)| (LearnerId::from_uuid(learner), place)).collect())
}

/// The year in which somebody was born.
pub(crate) async fn find_birth_year(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<i64>, DbErr> {
    let year = person::Entity::find_by_id(learner.uuid()).select_only().column(person::Column::BirthYear);
    Ok(year.into_tuple::<Option<i64>>().one(db).await?.flatten())
}

/// Holds a person's row until the commit, so that of two forms sent at once the second sees what the first has done.
pub(crate) async fn lock_person(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        person::Entity::find_by_id(learner.uuid()).lock_exclusive().one(tx).await?;
    }
    Ok(())
}

/// Those of `learners` whose account is in this state, with their keys.
pub(crate) async fn list_people(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    state: &str,
) -> Result<Vec<PersonAndKey>, DbErr> {
    let ids: Vec<_> = learners.iter().map(|learner| learner.uuid()).collect();
    let people = person::Entity::find().filter(person::Column::LearnerId.is_in(ids)).filter(person::Column::State.eq(state));
    let found = with_key(people).into_model::<WithKey>().all(db).await?;
    Ok(found.into_iter().map(|WithKey(person)| person).collect())
}

pub(crate) async fn find_key(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<Vec<u8>>, DbErr> {
    Ok(person_key::Entity::find_by_id(learner.uuid()).one(db).await?.and_then(|key| key.wrapped))
}

/// One change of a person's row.
#[derive(Clone, Debug)]
pub(crate) enum PersonUpdate {
    /// The sealed name.
    Name(Vec<u8>),
    /// The year of birth.
    BirthYear(i64),
    /// The sealed phone, or none.
    Phone(Option<Vec<u8>>),
    /// The sealed document number, or none.
    Document(Option<Vec<u8>>),
    /// Text size.
    Font(&'static str),
    /// Language.
    Lang(&'static str),
    /// Where they live.
    Place(Option<String>),
    /// Where they wanted to begin.
    StartPoint(Option<String>),
    /// The reading list.
    Pathway(Option<String>),
    /// What is known of who they are, if it was less before.
    IdentityAtLeast(IdentityLevel),
    /// What was known of who they are before a document was seen, if nothing more is known since.
    IdentityBack(IdentityLevel),
}

pub(crate) async fn update_person(tx: &Tx, learner: LearnerId, update: PersonUpdate) -> Result<u64, DbErr> {
    let mut statement = person::Entity::update_many()
        .filter(person::Column::LearnerId.eq(learner.uuid()))
        .filter(person::Column::State.eq("active"));
    statement = match update {
        PersonUpdate::Name(sealed) => statement.col_expr(person::Column::NameSealed, Some(sealed).into()),
        PersonUpdate::Phone(sealed) => statement.col_expr(person::Column::PhoneSealed, sealed.into()),
        PersonUpdate::Document(sealed) => statement.col_expr(person::Column::DocumentSealed, sealed.into()),
        PersonUpdate::BirthYear(year) => statement.col_expr(person::Column::BirthYear, year.into()),
        PersonUpdate::Font(code) => statement.col_expr(person::Column::Font, code.into()),
        PersonUpdate::Lang(tag) => statement.col_expr(person::Column::Lang, tag.into()),
        PersonUpdate::Place(code) => statement.col_expr(person::Column::PlaceCode, code.into()),
        PersonUpdate::StartPoint(code) => statement.col_expr(person::Column::StartPoint, code.into()),
        PersonUpdate::Pathway(code) => statement.col_expr(person::Column::Pathway, code.into()),
        PersonUpdate::IdentityAtLeast(level) => statement
            .col_expr(person::Column::IdentityLevel, level.value().into())
            .filter(person::Column::IdentityLevel.lt(level.value())),
        PersonUpdate::IdentityBack(level) => statement
            .col_expr(person::Column::IdentityLevel, level.value().into())
            .filter(person::Column::IdentityLevel.eq(IdentityLevel::DOCUMENT.value())),
    };
    Ok(statement.exec(tx).await?.rows_affected)
}

/// Ties a phone to a person; `false` where it is tied to somebody already.
pub(crate) async fn insert_phone(tx: &Tx, index: Vec<u8>, learner: LearnerId) -> Result<bool, DbErr> {
    let row = phone_index::ActiveModel { phone_index: Set(index), learner_id: Set(learner.uuid()) };
    let nothing = OnConflict::column(phone_index::Column::PhoneIndex).do_nothing().to_owned();
    Ok(phone_index::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

pub(crate) async fn find_by_phone(db: &impl ConnectionTrait, index: Vec<u8>) -> Result<Option<LearnerId>, DbErr> {
    Ok(phone_index::Entity::find_by_id(index).one(db).await?.map(|row| LearnerId::from_uuid(row.learner_id)))
}

pub(crate) async fn delete_phone(tx: &Tx, index: Vec<u8>, learner: LearnerId) -> Result<(), DbErr> {
    phone_index::Entity::delete_many()
        .filter(phone_index::Column::PhoneIndex.eq(index))
        .filter(phone_index::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ties a document to a person; `false` where it is tied to somebody else already.
pub(crate) async fn insert_document(tx: &Tx, index: Vec<u8>, learner: LearnerId) -> Result<bool, DbErr> {
    let row = document_index::ActiveModel { document_index: Set(index.clone()), learner_id: Set(learner.uuid()) };
    let nothing = OnConflict::column(document_index::Column::DocumentIndex).do_nothing().to_owned();
    if document_index::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1 {
        return Ok(true);
    }
    let holder = document_index::Entity::find_by_id(index).one(tx).await?;
    Ok(holder.is_some_and(|row| row.learner_id == learner.uuid()))
}

pub(crate) async fn find_by_document(db: &impl ConnectionTrait, index: Vec<u8>) -> Result<Option<LearnerId>, DbErr> {
    Ok(document_index::Entity::find_by_id(index).one(db).await?.map(|row| LearnerId::from_uuid(row.learner_id)))
}

pub(crate) async fn delete_document(tx: &Tx, index: Vec<u8>, learner: LearnerId) -> Result<(), DbErr> {
    document_index::Entity::delete_many()
        .filter(document_index::Column::DocumentIndex.eq(index))
        .filter(document_index::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes the entries by which somebody is found: of the phone, and of every document number that was ever given.
pub(crate) async fn delete_indexes(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    phone_index::Entity::delete_many().filter(phone_index::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    document_index::Entity::delete_many().filter(document_index::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

pub(crate) async fn list_groups(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Group>, DbErr> {
    let rows = person_group::Entity::find().filter(person_group::Column::LearnerId.eq(learner.uuid())).all(db).await?;
    let mut groups: Vec<Group> = rows.iter().filter_map(|row| row.grp.parse().ok()).collect();
    groups.sort();
    Ok(groups)
}

/// The groups of all of `learners`.
pub(crate) async fn list_groups_of(db: &impl ConnectionTrait, learners: &[LearnerId]) -> Result<Vec<(LearnerId, Group)>, DbErr> {
    let ids = learners.iter().map(|learner| learner.uuid());
    let rows = person_group::Entity::find().filter(person_group::Column::LearnerId.is_in(ids)).all(db).await?;
    let read = |row: person_group::Model| Some((LearnerId::from_uuid(row.learner_id), row.grp.parse().ok()?));
    Ok(rows.into_iter().filter_map(read).collect())
}

pub(crate) async fn set_groups(tx: &Tx, learner: LearnerId, groups: &[Group]) -> Result<(), DbErr> {
    person_group::Entity::delete_many().filter(person_group::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    if groups.is_empty() {
        return Ok(());
    }
    let rows = groups.iter().map(|group| person_group::ActiveModel {
        learner_id: Set(learner.uuid()),
        grp: Set(group.code().to_owned()),
        chosen_at_ms: Set(tx.now.ms()),
    });
    let nothing = OnConflict::columns([person_group::Column::LearnerId, person_group::Column::Grp]).do_nothing().to_owned();
    person_group::Entity::insert_many(rows).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn insert_consent(tx: &Tx, learner: LearnerId, given: &ConsentGiven) -> Result<(), DbErr> {
    let row = consent::ActiveModel {
        learner_id: Set(learner.uuid()),
        id: Set(new_id(tx.now)),
        text_id: Set(given.text_id.to_owned()),
        text_version: Set(given.text_version.to_owned()),
        way: Set(given.way.code().to_owned()),
        given_at_ms: Set(tx.now.ms()),
        withdrawn_at_ms: Set(None),
    };
    consent::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Whether somebody has agreed to this version of a text, and has not taken it back.
pub(crate) async fn has_consent(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    text_id: &str,
    version: &str,
) -> Result<bool, DbErr> {
    let given = consent::Entity::find()
        .filter(consent::Column::LearnerId.eq(learner.uuid()))
        .filter(consent::Column::TextId.eq(text_id))
        .filter(consent::Column::TextVersion.eq(version))
        .filter(consent::Column::WithdrawnAtMs.is_null());
    Ok(given.limit(1).count(db).await? > 0)
}

/// One consent.
#[derive(Clone, Debug)]
pub struct ConsentRow {
    /// Which text.
    pub text_id: String,
    /// In which version.
    pub text_version: String,
    /// `screen`, `spoken`, `paper` or `witness`.
    pub way: String,
    /// When.
    pub given_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

pub(crate) async fn list_consents(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<ConsentRow>, DbErr> {
    let rows = consent::Entity::find()
        .filter(consent::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(consent::Column::GivenAtMs)
        .limit(1_000)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ConsentRow {
            text_id: row.text_id,
            text_version: row.text_version,
            way: row.way,
            given_at: Timestamp::from_ms(row.given_at_ms),
            withdrawn_at: row.withdrawn_at_ms.map(Timestamp::from_ms),
        })
        .collect())
}

/// Takes back one consent, or all where no text is named; says how many.
pub(crate) async fn withdraw_consents(tx: &Tx, learner: LearnerId, text_id: Option<&str>) -> Result<u64, DbErr> {
    let mut update = consent::Entity::update_many()
        .col_expr(consent::Column::WithdrawnAtMs, Some(tx.now.ms()).into())
        .filter(consent::Column::LearnerId.eq(learner.uuid()))
        .filter(consent::Column::WithdrawnAtMs.is_null());
    if let Some(text_id) = text_id {
        update = update.filter(consent::Column::TextId.eq(text_id));
    }
    Ok(update.exec(tx).await?.rows_affected)
}

/// Empties a person's row and destroys the key; what was sealed with it is forgotten.
pub(crate) async fn forget_person(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    let nothing = || Expr::value(None::<String>);
    person::Entity::update_many()
        .col_expr(person::Column::State, "left".into())
        .col_expr(person::Column::NameSealed, None::<Vec<u8>>.into())
        .col_expr(person::Column::PhoneSealed, None::<Vec<u8>>.into())
        .col_expr(person::Column::DocumentSealed, None::<Vec<u8>>.into())
        .col_expr(person::Column::BirthYear, None::<i64>.into())
        .col_expr(person::Column::Sex, nothing())
        .col_expr(person::Column::PlaceCode, nothing())
        .col_expr(person::Column::StartPoint, nothing())
        .col_expr(person::Column::Pathway, nothing())
        .col_expr(person::Column::LeftAtMs, Some(tx.now.ms()).into())
        .filter(person::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    person_key::Entity::update_many()
        .col_expr(person_key::Column::Wrapped, None::<Vec<u8>>.into())
        .col_expr(person_key::Column::DestroyedAtMs, Some(tx.now.ms()).into())
        .filter(person_key::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Those of `learners` who have not left and are no sample people.
pub(crate) async fn list_real(db: &impl ConnectionTrait, learners: &[LearnerId]) -> Result<Vec<LearnerId>, DbErr> {
    let rows = person::Entity::find()
        .filter(person::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(person::Column::State.eq("active"))
        .filter(person::Column::IsSample.eq(0))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| LearnerId::from_uuid(row.learner_id)).collect())
}

/// Whether there are sample people.
pub(crate) async fn has_samples(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(person::Entity::find().filter(person::Column::IsSample.eq(1)).limit(1).count(db).await? > 0)
}
