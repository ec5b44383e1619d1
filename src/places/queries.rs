//! Tables `place`, `place_import`, `place_setting` and `organisation`.

use entity::{organisation, place, place_import, place_setting};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LikeExpr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::rules::{self, PlaceCode};
use super::{Facility, NewOrganisation, Organisation, OrganisationKind, Place, Service, ServiceChange, SourcePlace, hours};
use crate::db::Tx;
use crate::kernel::{Digest, OrganisationId, new_id};

impl From<place::Model> for Place {
    fn from(row: place::Model) -> Self {
        Self { code: row.code, parent: row.parent_code, level: row.level, name: row.name }
    }
}

pub(super) async fn upsert_places(tx: &Tx, rows: &[SourcePlace], code_version: &str) -> Result<(), DbErr> {
    let rows = rows.iter().map(|row| place::ActiveModel {
        code: Set(row.code.clone()),
        parent_code: Set((!row.parent.is_empty()).then(|| row.parent.clone())),
        level: Set(rules::level_of(&row.code)),
        name: Set(row.name.clone()),
        code_set: Set(rules::code_set_of(&row.code).to_owned()),
        code_version: Set(code_version.to_owned()),
    });
    let newer = OnConflict::column(place::Column::Code)
        .update_columns([place::Column::ParentCode, place::Column::Name, place::Column::CodeSet, place::Column::CodeVersion])
        .to_owned();
    place::Entity::insert_many(rows).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn find_import(db: &impl ConnectionTrait, code_set: &str, version: &str) -> Result<Option<String>, DbErr> {
    let row = place_import::Entity::find_by_id((code_set.to_owned(), version.to_owned())).one(db).await?;
    Ok(row.map(|row| row.digest))
}

pub(super) async fn insert_import(tx: &Tx, code_set: &str, version: &str, digest: &Digest, rows: i64) -> Result<(), DbErr> {
    let row = place_import::ActiveModel {
        code_set: Set(code_set.to_owned()),
        code_version: Set(version.to_owned()),
        digest: Set(digest.to_string()),
        row_count: Set(rows),
        imported_at_ms: Set(tx.now.ms()),
    };
    let newer = OnConflict::columns([place_import::Column::CodeSet, place_import::Column::CodeVersion])
        .update_columns([place_import::Column::Digest, place_import::Column::RowCount, place_import::Column::ImportedAtMs])
        .to_owned();
    place_import::Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

/// The nearest of `codes` that has this setting, and its value.
pub(super) async fn find_setting(
    db: &impl ConnectionTrait,
    codes: Vec<String>,
    name: &str,
) -> Result<Option<(String, String)>, DbErr> {
    let rows = place_setting::Entity::find()
        .filter(place_setting::Column::PlaceCode.is_in(codes))
        .filter(place_setting::Column::Name.eq(name))
        .all(db)
        .await?;
    Ok(rows.into_iter().max_by_key(|row| row.place_code.len()).map(|row| (row.place_code, row.value)))
}

/// All settings of all places: place, name, value. Some for each authority, so a few hundred in a province.
pub(super) async fn list_settings(db: &impl ConnectionTrait) -> Result<Vec<(String, String, String)>, DbErr> {
    let rows = place_setting::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| (row.place_code, row.name, row.value)).collect())
}

pub(super) async fn list_settings_of(db: &impl ConnectionTrait, code: &str) -> Result<Vec<(String, String)>, DbErr> {
    let rows = place_setting::Entity::find().filter(place_setting::Column::PlaceCode.eq(code)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.value)).collect())
}

pub(super) async fn upsert_setting(tx: &Tx, code: &str, name: &str, value: &str) -> Result<(), DbErr> {
    let row = place_setting::ActiveModel {
        place_code: Set(code.to_owned()),
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
        set_at_ms: Set(tx.now.ms()),
    };
    let newer = OnConflict::columns([place_setting::Column::PlaceCode, place_setting::Column::Name])
        .update_columns([place_setting::Column::Value, place_setting::Column::SetAtMs])
        .to_owned();
    place_setting::Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn delete_setting(tx: &Tx, code: &str, name: &str) -> Result<(), DbErr> {
    place_setting::Entity::delete_many()
        .filter(place_setting::Column::PlaceCode.eq(code))
        .filter(place_setting::Column::Name.eq(name))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps a place of one's own; `false` where the code is taken.
pub(super) async fn insert_local(tx: &Tx, row: &SourcePlace) -> Result<bool, DbErr> {
    let row = place::ActiveModel {
        code: Set(row.code.clone()),
        parent_code: Set(Some(row.parent.clone())),
        level: Set(rules::level_of(&row.code)),
        name: Set(row.name.clone()),
        code_set: Set(rules::code_set_of(&row.code).to_owned()),
        code_version: Set("local".to_owned()),
    };
    let nothing = OnConflict::column(place::Column::Code).do_nothing().to_owned();
    Ok(place::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

pub(super) async fn find_place(db: &impl ConnectionTrait, code: &str) -> Result<Option<Place>, DbErr> {
    Ok(place::Entity::find_by_id(code.to_owned()).one(db).await?.map(Place::from))
}

pub(super) async fn list_places(db: &impl ConnectionTrait, codes: Vec<String>) -> Result<Vec<Place>, DbErr> {
    let rows = place::Entity::find().filter(place::Column::Code.is_in(codes)).order_by_asc(place::Column::Level).all(db).await?;
    Ok(rows.into_iter().map(Place::from).collect())
}

pub(super) async fn list_children(db: &impl ConnectionTrait, parent: Option<&str>) -> Result<Vec<Place>, DbErr> {
    let parent = match parent {
        Some(code) => place::Column::ParentCode.eq(code),
        None => place::Column::ParentCode.is_null(),
    };
    let rows = place::Entity::find().filter(parent).order_by_asc(place::Column::Code).all(db).await?;
    Ok(rows.into_iter().map(Place::from).collect())
}

pub(super) async fn search_places(db: &impl ConnectionTrait, name: &str, within: &str, most: u64) -> Result<Vec<Place>, DbErr> {
    let rows = place::Entity::find()
        .filter(has_within(place::Column::Name, name))
        .filter(within_prefix(place::Column::Code, within))
        .order_by_asc(place::Column::Level)
        .order_by_asc(place::Column::Code)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Place::from).collect())
}

/// Texts that hold `part` as it is written: what LIKE reads as any character, or as any number of them, is here itself alone.
fn has_within<C: ColumnTrait>(column: C, part: &str) -> Expr {
    let part = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    column.like(LikeExpr::new(format!("%{part}%")).escape('\\'))
}

/// Codes that begin with `prefix`: a range, which an index can serve on either database. An empty prefix: all.
fn within_prefix<C: ColumnTrait>(column: C, prefix: &str) -> Condition {
    if prefix.is_empty() {
        return Condition::all();
    }
    Condition::all().add(column.gte(prefix)).add(column.lt(format!("{prefix}~")))
}

fn organisation_of(row: organisation::Model) -> Organisation {
    Organisation {
        id: OrganisationId::from_uuid(row.id),
        kind: OrganisationKind::from_code(&row.kind).unwrap_or(OrganisationKind::ServicePoint),
        name: row.name,
        place_code: row.place_code,
        line: row.line,
        address: row.address,
        phone: row.phone,
        opening_hours: row.opening_hours,
        service: Service {
            spans: row.opening_spans.as_deref().map(hours::read).unwrap_or_default(),
            closed: row.closed_words,
            facilities: row.facilities.split(',').filter_map(Facility::from_code).collect(),
        },
        is_closed: row.closed_at_ms.is_some(),
    }
}

/// Keeps an organisation; `None` where an open one of this name stands in the place already.
pub(super) async fn insert_organisation(tx: &Tx, new: &NewOrganisation) -> Result<Option<OrganisationId>, DbErr> {
    let id = new_id(tx.now);
    let row = organisation::ActiveModel {
        id: Set(id),
        kind: Set(new.kind.code().to_owned()),
        name: Set(new.name.clone()),
        place_code: Set(new.place_code.clone()),
        line: Set(new.line.clone()),
        address: Set(new.address.clone()),
        phone: Set(new.phone.clone()),
        opening_hours: Set(new.opening_hours.clone()),
        opening_spans: Set(None),
        closed_words: Set(None),
        facilities: Set(String::new()),
        is_sample: Set(i64::from(new.is_sample)),
        created_at_ms: Set(tx.now.ms()),
        closed_at_ms: Set(None),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    let inserted = organisation::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok((inserted == 1).then(|| OrganisationId::from_uuid(id)))
}

pub(super) async fn find_same_organisation(
    db: &impl ConnectionTrait,
    new: &NewOrganisation,
) -> Result<Option<OrganisationId>, DbErr> {
    find_open_organisation(db, &new.place_code, &new.name).await
}

pub(super) async fn find_open_organisation(
    db: &impl ConnectionTrait,
    place: &str,
    name: &str,
) -> Result<Option<OrganisationId>, DbErr> {
    let row = organisation::Entity::find()
        .filter(organisation::Column::PlaceCode.eq(place))
        .filter(organisation::Column::Name.eq(name))
        .filter(organisation::Column::ClosedAtMs.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| OrganisationId::from_uuid(row.id)))
}

pub(super) async fn find_organisation(db: &impl ConnectionTrait, id: OrganisationId) -> Result<Option<Organisation>, DbErr> {
    Ok(organisation::Entity::find_by_id(id.uuid()).one(db).await?.map(organisation_of))
}

fn open_within(prefixes: &[PlaceCode]) -> Select<organisation::Entity> {
    let area = prefixes
        .iter()
        .fold(Condition::any(), |any, prefix| any.add(within_prefix(organisation::Column::PlaceCode, prefix.as_str())));
    organisation::Entity::find().filter(area).filter(organisation::Column::ClosedAtMs.is_null())
}

/// `most` of these, in the order of places and names.
async fn in_order(db: &impl ConnectionTrait, which: Select<organisation::Entity>, most: u64) -> Result<Vec<Organisation>, DbErr> {
    let rows = which
        .order_by_asc(organisation::Column::PlaceCode)
        .order_by_asc(organisation::Column::Name)
        .order_by_asc(organisation::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(organisation_of).collect())
}

/// The open ones within these areas, or with these ids: one page of them in the order of places and names, and how many there are.
pub(super) async fn page_of_organisations(
    db: &impl ConnectionTrait,
    (areas, ids): (&[PlaceCode], &[OrganisationId]),
    (skip, most): (u64, u64),
) -> Result<(Vec<Organisation>, u64), DbErr> {
    let named = Condition::any().add(organisation::Column::Id.is_in(ids.iter().map(|id| id.uuid())));
    let within = |area: &PlaceCode| within_prefix(organisation::Column::PlaceCode, area.as_str());
    let either = areas.iter().fold(named, |any, area| any.add(within(area)));
    let open = organisation::Entity::find().filter(either).filter(organisation::Column::ClosedAtMs.is_null());
    let total = open.clone().count(db).await?;
    Ok((in_order(db, open.offset(skip), most).await?, total))
}

pub(super) async fn count_organisations(db: &impl ConnectionTrait, prefixes: &[PlaceCode]) -> Result<u64, DbErr> {
    open_within(prefixes).count(db).await
}

/// `most` of them after the first `skip`, in the order of places and names.
pub(super) async fn list_organisations(
    db: &impl ConnectionTrait,
    prefixes: &[PlaceCode],
    (skip, most): (u64, u64),
) -> Result<Vec<Organisation>, DbErr> {
    in_order(db, open_within(prefixes).offset(skip), most).await
}

/// The open ones whose name contains `find`, or whose place's code begins with it, in the order of places and names.
pub(super) async fn search_organisations(
    db: &impl ConnectionTrait,
    prefixes: &[PlaceCode],
    find: &str,
    most: u64,
) -> Result<Vec<Organisation>, DbErr> {
    let mut found = Condition::any().add(has_within(organisation::Column::Name, find));
    if let Some(code) = PlaceCode::parse(find) {
        found = found.add(within_prefix(organisation::Column::PlaceCode, code.as_str()));
    }
    in_order(db, open_within(prefixes).filter(found), most).await
}

/// The open ones of one kind, in the order of places and names.
pub(super) async fn list_of_kind(
    db: &impl ConnectionTrait,
    prefixes: &[PlaceCode],
    kind: OrganisationKind,
    most: u64,
) -> Result<Vec<Organisation>, DbErr> {
    in_order(db, open_within(prefixes).filter(organisation::Column::Kind.eq(kind.code())), most).await
}

pub(super) async fn list_organisations_by_ids(
    db: &impl ConnectionTrait,
    ids: &[OrganisationId],
) -> Result<Vec<Organisation>, DbErr> {
    let rows =
        organisation::Entity::find().filter(organisation::Column::Id.is_in(ids.iter().map(|id| id.uuid()))).all(db).await?;
    Ok(rows.into_iter().map(organisation_of).collect())
}

/// Keeps what an open organisation offers. How many rows that were.
pub(super) async fn update_service(tx: &Tx, id: OrganisationId, change: &ServiceChange) -> Result<u64, DbErr> {
    let service = &change.service;
    let spans = Some(hours::kept(&service.spans)).filter(|spans| !spans.is_empty());
    let facilities: Vec<&str> = service.facilities.iter().map(|facility| facility.code()).collect();
    let update = organisation::Entity::update_many()
        .col_expr(organisation::Column::Address, change.address.clone().into())
        .col_expr(organisation::Column::Phone, change.phone.clone().into())
        .col_expr(organisation::Column::OpeningSpans, spans.into())
        .col_expr(organisation::Column::ClosedWords, service.closed.clone().into())
        .col_expr(organisation::Column::Facilities, facilities.join(",").into())
        .filter(organisation::Column::Id.eq(id.uuid()))
        .filter(organisation::Column::ClosedAtMs.is_null());
    Ok(update.exec(tx).await?.rows_affected)
}

/// Opens a closed organisation again. How many rows that were.
pub(super) async fn reopen_organisation(tx: &Tx, id: OrganisationId) -> Result<u64, DbErr> {
    let update = organisation::Entity::update_many()
        .col_expr(organisation::Column::ClosedAtMs, None::<i64>.into())
        .filter(organisation::Column::Id.eq(id.uuid()))
        .filter(organisation::Column::ClosedAtMs.is_not_null());
    Ok(update.exec(tx).await?.rows_affected)
}

pub(super) async fn close_organisation(tx: &Tx, id: OrganisationId) -> Result<u64, DbErr> {
    let update = organisation::Entity::update_many()
        .col_expr(organisation::Column::ClosedAtMs, tx.now.ms().into())
        .filter(organisation::Column::Id.eq(id.uuid()))
        .filter(organisation::Column::ClosedAtMs.is_null());
    Ok(update.exec(tx).await?.rows_affected)
}
