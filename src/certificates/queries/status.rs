//! Tables `certificate_status` and `status_list`: where versions stand in the lists that everybody reads.

use entity::{certificate_status, status_list};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::altered;
use crate::certificates::{Filled, List};
use crate::credentials::StatusPlace;
use crate::credentials::status::Purpose;
use crate::db::Tx;
use crate::kernel::{AgencyId, CertificateId, LearnerId, Timestamp};

/// The newest list of an agency, with how many positions of it are given.
pub(in crate::certificates) async fn newest_list(
    db: &impl ConnectionTrait,
    agency: AgencyId,
) -> Result<Option<(i64, i64)>, DbErr> {
    status_list::Entity::find()
        .select_only()
        .column(status_list::Column::List)
        .column(status_list::Column::Filled)
        .filter(status_list::Column::AgencyId.eq(agency.uuid()))
        .order_by_desc(status_list::Column::List)
        .into_tuple()
        .one(db)
        .await
}

/// Opens both lists of a number; they are to be published at once. Twice is once.
pub(in crate::certificates) async fn open_lists(tx: &Tx, agency: AgencyId, list: i64) -> Result<(), DbErr> {
    let row = |purpose: Purpose| status_list::ActiveModel {
        agency_id: Set(agency.uuid()),
        list: Set(list),
        purpose: Set(purpose.code().to_owned()),
        opened_at_ms: Set(tx.now.ms()),
        filled: Set(0),
        dirty_at_ms: Set(Some(tx.now.ms())),
        changes: Set(0),
        generation: Set(0),
        document: Set(None),
        jwt: Set(None),
        published_at_ms: Set(None),
        valid_until_ms: Set(None),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    status_list::Entity::insert_many(Purpose::ALL.map(row)).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes a position; `false` where it is given already.
pub(in crate::certificates) async fn take(
    tx: &Tx,
    (agency, list, position): (AgencyId, i64, i64),
    (learner, id, version): (LearnerId, CertificateId, i64),
) -> Result<bool, DbErr> {
    let row = certificate_status::ActiveModel {
        agency_id: Set(agency.uuid()),
        list: Set(list),
        position: Set(position),
        learner_id: Set(learner.uuid()),
        certificate_id: Set(id.uuid()),
        version: Set(version),
        revoked: Set(0),
        suspended: Set(0),
        changed_at_ms: Set(tx.now.ms()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(certificate_status::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// Sets both bits of a version; what is revoked stays so. Lists in which something changed are to be published, also where one of them is being made at
/// this very moment: each change is counted, and only what was counted before counts as published.
pub(in crate::certificates) async fn set(
    tx: &Tx,
    agency: AgencyId,
    place: StatusPlace,
    (revoked, suspended): (bool, bool),
) -> Result<(), DbErr> {
    use certificate_status::Column;
    let (list, position) = (i64::from(place.list), i64::from(place.position));
    certificate_status::Entity::update_many()
        .col_expr(Column::Revoked, Expr::value(i64::from(revoked)))
        .col_expr(Column::Suspended, Expr::value(i64::from(suspended)))
        .col_expr(Column::ChangedAtMs, Expr::value(tx.now.ms()))
        .filter(Column::AgencyId.eq(agency.uuid()))
        .filter(Column::List.eq(list))
        .filter(Column::Position.eq(position))
        .exec(tx)
        .await?;
    status_list::Entity::update_many()
        .col_expr(status_list::Column::Changes, Expr::col(status_list::Column::Changes).add(1))
        .filter(status_list::Column::AgencyId.eq(agency.uuid()))
        .filter(status_list::Column::List.eq(list))
        .exec(tx)
        .await?;
    status_list::Entity::update_many()
        .col_expr(status_list::Column::DirtyAtMs, Expr::value(Some(tx.now.ms())))
        .filter(status_list::Column::AgencyId.eq(agency.uuid()))
        .filter(status_list::Column::List.eq(list))
        .filter(status_list::Column::DirtyAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn list_row(row: status_list::Model) -> Result<List, DbErr> {
    Ok(List {
        agency: AgencyId::from_uuid(row.agency_id),
        list: u32::try_from(row.list).map_err(|_| altered("list"))?,
        purpose: Purpose::parse(&row.purpose).ok_or_else(|| altered("purpose"))?,
        dirty_at: row.dirty_at_ms.map(Timestamp::from_ms),
        changes: row.changes,
        generation: row.generation,
    })
}

/// Lists with something in them that was not published, and those that end before `until`: the next `most` after `after`.
pub(in crate::certificates) async fn list_due(
    db: &impl ConnectionTrait,
    until: Timestamp,
    (after, most): (Option<&List>, u64),
) -> Result<Vec<List>, DbErr> {
    use status_list::Column;
    let due = Condition::any().add(Column::DirtyAtMs.is_not_null()).add(Column::ValidUntilMs.lt(until.ms()));
    let mut find = status_list::Entity::find().filter(due);
    if let Some(last) = after {
        let own = Expr::tuple([Column::AgencyId, Column::List, Column::Purpose].map(Expr::col));
        let start = [Expr::value(last.agency.uuid()), Expr::value(i64::from(last.list)), Expr::value(last.purpose.code())];
        find = find.filter(own.gt(Expr::tuple(start)));
    }
    let ordered = find.order_by_asc(Column::AgencyId).order_by_asc(Column::List).order_by_asc(Column::Purpose);
    ordered.limit(most).all(db).await?.into_iter().map(list_row).collect()
}

/// The positions of a list whose bit is set, in order.
pub(in crate::certificates) async fn list_set(db: &impl ConnectionTrait, of: &List) -> Result<Vec<u32>, DbErr> {
    use certificate_status::Column;
    // As the index of this purpose says it: it knows it again by these words alone.
    let is_set = match of.purpose {
        Purpose::Revocation => Expr::cust("revoked = 1"),
        Purpose::Suspension => Expr::cust("suspended = 1"),
    };
    let positions: Vec<i64> = certificate_status::Entity::find()
        .select_only()
        .column(Column::Position)
        .filter(Column::AgencyId.eq(of.agency.uuid()))
        .filter(Column::List.eq(i64::from(of.list)))
        .filter(is_set)
        .order_by_asc(Column::Position)
        .into_tuple()
        .all(db)
        .await?;
    positions.into_iter().map(|position| u32::try_from(position).map_err(|_| altered("position"))).collect()
}

/// How many positions of a list are given.
pub(in crate::certificates) async fn count(db: &impl ConnectionTrait, of: &List) -> Result<i64, DbErr> {
    let count = certificate_status::Entity::find()
        .filter(certificate_status::Column::AgencyId.eq(of.agency.uuid()))
        .filter(certificate_status::Column::List.eq(i64::from(of.list)))
        .count(db)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A list as it was made, about to be kept.
pub(in crate::certificates) struct Published<'a> {
    pub of: &'a List,
    pub document: &'a str,
    pub jwt: &'a str,
    pub filled: i64,
    pub valid_until: Timestamp,
}

/// Keeps a list as it was made. What came between stays to be published; where another hand has published it meanwhile, nothing is kept.
pub(in crate::certificates) async fn publish(tx: &Tx, new: &Published<'_>) -> Result<bool, DbErr> {
    use status_list::Column;
    let done = status_list::Entity::update_many()
        .col_expr(Column::Generation, Expr::value(new.of.generation + 1))
        .col_expr(Column::Document, Expr::value(Some(new.document.to_owned())))
        .col_expr(Column::Jwt, Expr::value(Some(new.jwt.to_owned())))
        .col_expr(Column::Filled, Expr::value(new.filled))
        .col_expr(Column::PublishedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(Column::ValidUntilMs, Expr::value(Some(new.valid_until.ms())))
        .filter(Column::AgencyId.eq(new.of.agency.uuid()))
        .filter(Column::List.eq(i64::from(new.of.list)))
        .filter(Column::Purpose.eq(new.of.purpose.code()))
        .filter(Column::Generation.eq(new.of.generation))
        .exec(tx)
        .await?;
    if done.rows_affected == 1 && new.of.dirty_at.is_some() {
        status_list::Entity::update_many()
            .col_expr(Column::DirtyAtMs, Expr::value(None::<i64>))
            .filter(Column::AgencyId.eq(new.of.agency.uuid()))
            .filter(Column::List.eq(i64::from(new.of.list)))
            .filter(Column::Purpose.eq(new.of.purpose.code()))
            .filter(Column::Changes.eq(new.of.changes))
            .exec(tx)
            .await?;
    }
    Ok(done.rows_affected == 1)
}

/// A list as everybody may have it: generation, document, JWT. None before it was published first.
pub(in crate::certificates) async fn find(
    db: &impl ConnectionTrait,
    (agency, list, purpose): (AgencyId, u32, Purpose),
) -> Result<Option<Filled>, DbErr> {
    let row = status_list::Entity::find_by_id((agency.uuid(), i64::from(list), purpose.code().to_owned())).one(db).await?;
    let filled = |row: status_list::Model| {
        Some(Filled {
            generation: row.generation,
            document: row.document?,
            jwt: row.jwt?,
            valid_until: Timestamp::from_ms(row.valid_until_ms?),
        })
    };
    Ok(row.and_then(filled))
}
