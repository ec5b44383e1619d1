//! Tables `training_plan`, `training_plan_version` and `training_plan_item`.

use entity::{training_plan, training_plan_item, training_plan_version};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Value,
};
use uuid::Uuid;

use crate::db::Tx;
use crate::identity::Grant;
use crate::kernel::{ClassId, Day, LearnerId, OrganisationId, PlanId, Timestamp};
use crate::plans::{Head, Item, NewPlan, Plan, Terms};

type Column = training_plan::Column;

fn head_of(row: training_plan_version::Model) -> Result<Head, DbErr> {
    let day = |text: &str| {
        Day::parse(text).ok_or_else(|| DbErr::Custom(format!("training_plan_version {} {}: {text}", row.plan_id, row.version)))
    };
    Ok(Head { from: day(&row.from_day)?, until: day(&row.until_day)?, planned: row.planned, title: row.title })
}

fn plan_of(row: training_plan::Model, head: Head) -> Plan {
    Plan {
        id: PlanId::from_uuid(row.id),
        organisation: OrganisationId::from_uuid(row.organisation_id),
        place_code: row.place_code,
        line: row.line,
        version: row.version,
        has_ended: row.ended_at_ms.is_some(),
        counted_at: row.counted_at_ms.map(Timestamp::from_ms),
        head,
    }
}

/// Each with the head of its version of now.
async fn with_heads(db: &impl ConnectionTrait, rows: Vec<training_plan::Model>) -> Result<Vec<Plan>, DbErr> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let versions = training_plan_version::Entity::find().filter(training_plan_version::Column::PlanId.is_in(ids)).all(db).await?;
    let mut plans = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(version) = versions.iter().find(|one| (one.plan_id, one.version) == (row.id, row.version)) {
            plans.push(plan_of(row, head_of(version.clone())?));
        }
    }
    Ok(plans)
}

pub(in crate::plans) async fn insert(tx: &Tx, id: PlanId, new: &NewPlan, by: LearnerId) -> Result<(), DbErr> {
    let row = training_plan::ActiveModel {
        id: Set(id.uuid()),
        organisation_id: Set(new.organisation.uuid()),
        place_code: Set(new.place_code.clone()),
        line: Set(new.line.clone()),
        version: Set(1),
        made_by: Set(by.uuid()),
        made_at_ms: Set(tx.now.ms()),
        ended_at_ms: Set(None),
        counted_at_ms: Set(None),
        is_sample: Set(i64::from(new.is_sample)),
    };
    training_plan::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps a version with its parts.
pub(in crate::plans) async fn insert_version(
    tx: &Tx,
    (id, version): (PlanId, i64),
    terms: &Terms,
    by: LearnerId,
) -> Result<(), DbErr> {
    let head = training_plan_version::ActiveModel {
        plan_id: Set(id.uuid()),
        version: Set(version),
        title: Set(terms.head.title.clone()),
        from_day: Set(terms.head.from.to_string()),
        until_day: Set(terms.head.until.to_string()),
        planned: Set(terms.head.planned),
        published_by: Set(by.uuid()),
        published_at_ms: Set(tx.now.ms()),
    };
    training_plan_version::Entity::insert(head).exec_without_returning(tx).await?;
    let rows = terms.items.iter().zip(1..).map(|(item, position)| {
        let (kind, course, class, words) = match item {
            Item::Course(course) => ("course", Some(course.clone()), None, None),
            Item::Class(class) => ("class", None, Some(class.uuid()), None),
            Item::Words(words) => ("words", None, None, Some(words.clone())),
        };
        training_plan_item::ActiveModel {
            plan_id: Set(id.uuid()),
            version: Set(version),
            position: Set(position),
            kind: Set(kind.to_owned()),
            course: Set(course),
            class_id: Set(class),
            words: Set(words),
        }
    });
    training_plan_item::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

pub(in crate::plans) async fn set_version(tx: &Tx, id: PlanId, version: i64) -> Result<(), DbErr> {
    set(tx, id, Column::Version, version).await
}

pub(in crate::plans) async fn end(tx: &Tx, id: PlanId) -> Result<(), DbErr> {
    set(tx, id, Column::EndedAtMs, tx.now.ms()).await
}

pub(in crate::plans) async fn reopen(tx: &Tx, id: PlanId) -> Result<(), DbErr> {
    set(tx, id, Column::EndedAtMs, None::<i64>).await
}

pub(in crate::plans) async fn set_counted(tx: &Tx, id: PlanId) -> Result<(), DbErr> {
    set(tx, id, Column::CountedAtMs, tx.now.ms()).await
}

async fn set(tx: &Tx, id: PlanId, column: Column, value: impl Into<Value>) -> Result<(), DbErr> {
    training_plan::Entity::update_many().col_expr(column, Expr::value(value)).filter(Column::Id.eq(id.uuid())).exec(tx).await?;
    Ok(())
}

pub(in crate::plans) async fn find(db: &impl ConnectionTrait, id: PlanId) -> Result<Option<Plan>, DbErr> {
    let row = training_plan::Entity::find_by_id(id.uuid()).one(db).await?;
    Ok(with_heads(db, row.into_iter().collect()).await?.into_iter().next())
}

/// The plan, its row held until the commit.
pub(in crate::plans) async fn lock(tx: &Tx, id: PlanId) -> Result<Option<Plan>, DbErr> {
    let mut query = training_plan::Entity::find_by_id(id.uuid());
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    let row = query.one(tx).await?;
    Ok(with_heads(tx, row.into_iter().collect()).await?.into_iter().next())
}

/// The heads of all versions of these plans.
pub(in crate::plans) async fn list_heads(db: &impl ConnectionTrait, ids: &[PlanId]) -> Result<Vec<((PlanId, i64), Head)>, DbErr> {
    let ids = ids.iter().map(|id| id.uuid());
    let rows = training_plan_version::Entity::find().filter(training_plan_version::Column::PlanId.is_in(ids)).all(db).await?;
    rows.into_iter().map(|row| Ok(((PlanId::from_uuid(row.plan_id), row.version), head_of(row)?))).collect()
}

/// The parts of all versions of a plan, in order; each with its version.
pub(in crate::plans) async fn list_items(db: &impl ConnectionTrait, id: PlanId) -> Result<Vec<(i64, Item)>, DbErr> {
    let rows = training_plan_item::Entity::find()
        .filter(training_plan_item::Column::PlanId.eq(id.uuid()))
        .order_by_asc(training_plan_item::Column::Version)
        .order_by_asc(training_plan_item::Column::Position)
        .all(db)
        .await?;
    let read = |row: training_plan_item::Model| {
        let item = match (row.course, row.class_id, row.words) {
            (Some(course), ..) => Item::Course(course),
            (None, Some(class), _) => Item::Class(ClassId::from_uuid(class)),
            (None, None, words) => Item::Words(words.unwrap_or_default()),
        };
        (row.version, item)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The plans that one of these roles counts for, the newest first: `most` of them after the first `skip`, and how many there are.
pub(in crate::plans) async fn list_of(
    db: &impl ConnectionTrait,
    grants: &[&Grant],
    (skip, most): (u64, u64),
) -> Result<(Vec<Plan>, u64), DbErr> {
    let none = if grants.is_empty() { Condition::all().add(Expr::value(false)) } else { Condition::any() };
    let counts = |grant: &Grant| {
        let within = Condition::all().add(Column::PlaceCode.gte(grant.area.as_str())).add(Column::PlaceCode.lt(grant.area.end()));
        let of_organisation = grant.organisation.map(|own| Column::OrganisationId.eq(own.uuid()));
        let of_line = grant.line.as_deref().map(|line| Column::Line.eq(line));
        within.add_option(of_organisation).add_option(of_line)
    };
    let within = grants.iter().fold(none, |any, grant| any.add(counts(grant)));
    let own = training_plan::Entity::find().filter(within);
    let total = own.clone().count(db).await?;
    let newest = own.order_by_desc(Column::MadeAtMs).order_by_desc(Column::Id);
    let rows = newest.offset(skip).limit(most).all(db).await?;
    Ok((with_heads(db, rows).await?, total))
}

pub(in crate::plans) async fn list_of_organisation(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Vec<Plan>, DbErr> {
    let rows = training_plan::Entity::find().filter(Column::OrganisationId.eq(organisation.uuid())).all(db).await?;
    with_heads(db, rows).await
}

pub(in crate::plans) async fn list_by_ids(db: &impl ConnectionTrait, ids: &[PlanId]) -> Result<Vec<Plan>, DbErr> {
    let ids = ids.iter().map(|id| id.uuid());
    let rows = training_plan::Entity::find().filter(Column::Id.is_in(ids)).all(db).await?;
    with_heads(db, rows).await
}

/// Plans after one, in the order of ids: also those that were ended, since who has joined goes on.
pub(in crate::plans) async fn list_after(
    db: &impl ConnectionTrait,
    after: Option<PlanId>,
    most: u64,
) -> Result<Vec<Plan>, DbErr> {
    let mut query = training_plan::Entity::find();
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.uuid()));
    }
    let rows = query.order_by_asc(Column::Id).limit(most).all(db).await?;
    with_heads(db, rows).await
}
