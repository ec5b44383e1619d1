//! Tables `agency` and `agency_suspension`.

use entity::{agency, agency_suspension};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};

use crate::agencies::{Contact, NewAgency, Row, Suspension};
use crate::db::Tx;
use crate::kernel::{AgencyId, LearnerId, OrganisationId, Timestamp, new_id};
use crate::places::PlaceCode;

fn row_of(row: agency::Model) -> Row {
    Row {
        id: AgencyId::from_uuid(row.id),
        organisation: OrganisationId::from_uuid(row.organisation_id),
        credit_code: row.credit_code,
        name: row.name,
        place_code: row.place_code,
        line: row.line,
        contact: Contact { phone: row.contact_phone, words: row.contact_words },
        registered_at: Timestamp::from_ms(row.registered_at_ms),
        closed_at: row.closed_at_ms.map(Timestamp::from_ms),
    }
}

/// Keeps an agency; says whether neither its organisation nor its code belongs to another open one.
pub(in crate::agencies) async fn insert(tx: &Tx, id: AgencyId, new: &NewAgency, name: &str, place: &str) -> Result<bool, DbErr> {
    let row = agency::ActiveModel {
        id: Set(id.uuid()),
        organisation_id: Set(new.organisation.uuid()),
        credit_code: Set(new.credit_code.as_str().to_owned()),
        name: Set(name.to_owned()),
        place_code: Set(place.to_owned()),
        line: Set(new.line.clone()),
        contact_phone: Set(new.contact.phone.clone()),
        contact_words: Set(new.contact.words.clone()),
        registered_at_ms: Set(tx.now.ms()),
        registered_by: Set(new.by.uuid()),
        closed_at_ms: Set(None),
        closed_by: Set(None),
        closed_why: Set(None),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(agency::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// An agency with the suspension that holds now. One statement.
pub(in crate::agencies) async fn find(
    db: &impl ConnectionTrait,
    id: AgencyId,
) -> Result<Option<(Row, Option<Suspension>)>, DbErr> {
    let suspension: RelationDef = agency::Entity::belongs_to(agency_suspension::Entity)
        .from(agency::Column::Id)
        .to(agency_suspension::Column::AgencyId)
        .on_condition(|_, suspension| Expr::col((suspension, agency_suspension::Column::LiftedAtMs)).is_null().into_condition())
        .into();
    let found = agency::Entity::find_by_id(id.uuid())
        .join(JoinType::LeftJoin, suspension)
        .select_also(agency_suspension::Entity)
        .one(db)
        .await?;
    Ok(found.map(|(row, suspension)| (row_of(row), suspension.map(suspension_of))))
}

/// All agencies there ever were, closed ones too, the oldest first.
pub(in crate::agencies) async fn list_all(db: &impl ConnectionTrait) -> Result<Vec<Row>, DbErr> {
    let rows =
        agency::Entity::find().order_by_asc(agency::Column::RegisteredAtMs).order_by_asc(agency::Column::Id).all(db).await?;
    Ok(rows.into_iter().map(row_of).collect())
}

/// Holds the agency's row until the commit: of two acts at once the second sees what the first did. On SQLite the one writer sees to that.
pub(in crate::agencies) async fn hold(tx: &Tx, id: AgencyId) -> Result<Option<Row>, DbErr> {
    let mut query = agency::Entity::find_by_id(id.uuid());
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(tx).await?.map(row_of))
}

/// The open agency that an organisation is.
pub(in crate::agencies) async fn find_open_of(db: &impl ConnectionTrait, id: OrganisationId) -> Result<Option<Row>, DbErr> {
    let open =
        agency::Entity::find().filter(agency::Column::OrganisationId.eq(id.uuid())).filter(agency::Column::ClosedAtMs.is_null());
    Ok(open.one(db).await?.map(row_of))
}

fn within(areas: &[PlaceCode]) -> Condition {
    areas.iter().fold(Condition::any(), |any, area| {
        let mut one = Condition::all().add(agency::Column::PlaceCode.gte(area.as_str()));
        if !area.as_str().is_empty() {
            one = one.add(agency::Column::PlaceCode.lt(area.end()));
        }
        any.add(one)
    })
}

/// One page of the agencies within `areas`: the open ones first.
pub(in crate::agencies) async fn list_within(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    (skip, most): (u64, u64),
) -> Result<Vec<Row>, DbErr> {
    let rows = agency::Entity::find()
        .filter(within(areas))
        .order_by_asc(Expr::col(agency::Column::ClosedAtMs).is_not_null())
        .order_by_asc(agency::Column::PlaceCode)
        .order_by_asc(agency::Column::Name)
        .order_by_asc(agency::Column::Id)
        .offset(skip)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(row_of).collect())
}

pub(in crate::agencies) async fn count_within(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    agency::Entity::find().filter(within(areas)).count(db).await
}

/// The open agencies that these organisations are.
pub(in crate::agencies) async fn list_open_of(db: &impl ConnectionTrait, ids: &[OrganisationId]) -> Result<Vec<Row>, DbErr> {
    let rows = agency::Entity::find()
        .filter(agency::Column::OrganisationId.is_in(ids.iter().map(|id| id.uuid())))
        .filter(agency::Column::ClosedAtMs.is_null())
        .order_by_asc(agency::Column::Name)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(row_of).collect())
}

pub(in crate::agencies) async fn set_contact(tx: &Tx, id: AgencyId, contact: &Contact) -> Result<(), DbErr> {
    agency::Entity::update_many()
        .col_expr(agency::Column::ContactPhone, Expr::value(contact.phone.clone()))
        .col_expr(agency::Column::ContactWords, Expr::value(contact.words.clone()))
        .filter(agency::Column::Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(in crate::agencies) async fn close(tx: &Tx, id: AgencyId, by: LearnerId, why: &str) -> Result<(), DbErr> {
    agency::Entity::update_many()
        .col_expr(agency::Column::ClosedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(agency::Column::ClosedBy, Expr::value(Some(by.uuid())))
        .col_expr(agency::Column::ClosedWhy, Expr::value(Some(why.to_owned())))
        .filter(agency::Column::Id.eq(id.uuid()))
        .filter(agency::Column::ClosedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn suspension_of(row: agency_suspension::Model) -> Suspension {
    Suspension {
        since: Timestamp::from_ms(row.since_ms),
        by: LearnerId::from_uuid(row.suspended_by),
        why: row.why,
        lifted: row.lifted_at_ms.zip(row.lifted_by).zip(row.lifted_why).map(|((at, by), why)| {
            let (at, by) = (Timestamp::from_ms(at), LearnerId::from_uuid(by));
            (at, by, why)
        }),
    }
}

/// The suspension that holds now.
pub(in crate::agencies) async fn find_suspension(db: &impl ConnectionTrait, id: AgencyId) -> Result<Option<Suspension>, DbErr> {
    let row = agency_suspension::Entity::find()
        .filter(agency_suspension::Column::AgencyId.eq(id.uuid()))
        .filter(agency_suspension::Column::LiftedAtMs.is_null());
    Ok(row.one(db).await?.map(suspension_of))
}

/// Which of these agencies are suspended now.
pub(in crate::agencies) async fn list_suspended(db: &impl ConnectionTrait, ids: &[AgencyId]) -> Result<Vec<AgencyId>, DbErr> {
    let rows = agency_suspension::Entity::find()
        .filter(agency_suspension::Column::AgencyId.is_in(ids.iter().map(|id| id.uuid())))
        .filter(agency_suspension::Column::LiftedAtMs.is_null())
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| AgencyId::from_uuid(row.agency_id)).collect())
}

/// All suspensions of an agency, the newest first.
pub(in crate::agencies) async fn list_suspensions(db: &impl ConnectionTrait, id: AgencyId) -> Result<Vec<Suspension>, DbErr> {
    let rows = agency_suspension::Entity::find()
        .filter(agency_suspension::Column::AgencyId.eq(id.uuid()))
        .order_by_desc(agency_suspension::Column::SinceMs)
        .limit(100)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(suspension_of).collect())
}

pub(in crate::agencies) async fn insert_suspension(tx: &Tx, id: AgencyId, by: LearnerId, why: &str) -> Result<(), DbErr> {
    let row = agency_suspension::ActiveModel {
        agency_id: Set(id.uuid()),
        id: Set(new_id(tx.now)),
        since_ms: Set(tx.now.ms()),
        suspended_by: Set(by.uuid()),
        why: Set(why.to_owned()),
        lifted_at_ms: Set(None),
        lifted_by: Set(None),
        lifted_why: Set(None),
    };
    agency_suspension::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(in crate::agencies) async fn lift(tx: &Tx, id: AgencyId, by: LearnerId, why: &str) -> Result<(), DbErr> {
    agency_suspension::Entity::update_many()
        .col_expr(agency_suspension::Column::LiftedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(agency_suspension::Column::LiftedBy, Expr::value(Some(by.uuid())))
        .col_expr(agency_suspension::Column::LiftedWhy, Expr::value(Some(why.to_owned())))
        .filter(agency_suspension::Column::AgencyId.eq(id.uuid()))
        .filter(agency_suspension::Column::LiftedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
