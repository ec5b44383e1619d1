//! Tables `audit_entry` and `access_log`.

use entity::{access_log, audit_entry};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Access, Entry};
use crate::db::Tx;
use crate::kernel::{Day, LearnerId, Timestamp, new_id};

/// Rows deleted in one bite.
pub(super) const BITE: u64 = 500;

/// One line of the trail.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its id.
    pub id: uuid::Uuid,
    /// When.
    pub at: Timestamp,
    /// Whose hand; `None`: the bank itself.
    pub actor: Option<LearnerId>,
    /// What was done.
    pub action: String,
    /// To what kind of object.
    pub object_kind: String,
    /// To which one.
    pub object_id: String,
    /// The person concerned.
    pub learner: Option<LearnerId>,
    /// What is worth knowing, as JSON.
    pub detail: String,
}

/// One line of who read what.
#[derive(Clone, Debug)]
pub struct AccessRow {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: LearnerId,
    /// In which role.
    pub actor_role: String,
    /// For which place; empty: for all of the bank.
    pub place_code: String,
    /// What was shown.
    pub what: String,
}

/// Which lines of the trail are wanted.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only what happened at places whose code begins with one of these; an empty one is everywhere. None: nothing.
    pub areas: Vec<String>,
    /// Only what stands behind this line (for paging): instant and id.
    pub before: Option<(Timestamp, uuid::Uuid)>,
    /// Only what was done on this day.
    pub day: Option<Day>,
    /// Only this action.
    pub action: Option<String>,
    /// At most so many lines.
    pub most: u64,
}

fn new_row(tx: &Tx, entry: &Entry<'_>) -> audit_entry::ActiveModel {
    audit_entry::ActiveModel {
        id: Set(new_id(tx.now)),
        at_ms: Set(tx.now.ms()),
        actor_id: Set(entry.actor.map(LearnerId::uuid)),
        action: Set(entry.action.to_owned()),
        object_kind: Set(entry.object_kind.to_owned()),
        object_id: Set(entry.object_id.to_owned()),
        learner_id: Set(entry.learner.map(LearnerId::uuid)),
        place_code: Set(entry.place_code.map(str::to_owned)),
        detail: Set(entry.detail.to_string()),
        request: Set(tx.request.to_string()),
    }
}

pub(super) async fn insert_entry(tx: &Tx, entry: &Entry<'_>) -> Result<(), DbErr> {
    audit_entry::Entity::insert(new_row(tx, entry)).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn insert_entries(tx: &Tx, entries: &[Entry<'_>]) -> Result<(), DbErr> {
    if !entries.is_empty() {
        let rows = entries.iter().map(|entry| new_row(tx, entry));
        audit_entry::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn access_of(tx: &Tx, access: &Access<'_>) -> access_log::ActiveModel {
    access_log::ActiveModel {
        learner_id: Set(access.learner.uuid()),
        id: Set(new_id(tx.now)),
        actor_id: Set(access.actor.uuid()),
        actor_role: Set(access.actor_role.to_owned()),
        organisation_id: Set(access.organisation.map(|id| id.uuid())),
        place_code: Set(access.place_code.to_owned()),
        what: Set(access.what.to_owned()),
        at_ms: Set(tx.now.ms()),
    }
}

pub(super) async fn insert_access(tx: &Tx, access: Access<'_>) -> Result<(), DbErr> {
    access_log::Entity::insert(access_of(tx, &access)).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn insert_accesses(tx: &Tx, accesses: &[Access<'_>]) -> Result<(), DbErr> {
    if !accesses.is_empty() {
        let rows = accesses.iter().map(|access| access_of(tx, access));
        access_log::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Those of `learners` of whom `actor` was shown `what` since then.
///
/// # Errors
/// What the database answers.
pub async fn list_shown(
    db: &impl ConnectionTrait,
    (actor, what): (LearnerId, &str),
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, DbErr> {
    let rows = access_log::Entity::find()
        .select_only()
        .column(access_log::Column::LearnerId)
        .distinct()
        .filter(access_log::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(access_log::Column::ActorId.eq(actor.uuid()))
        .filter(access_log::Column::What.eq(what))
        .filter(access_log::Column::AtMs.gte(since.ms()))
        .into_tuple::<uuid::Uuid>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(LearnerId::from_uuid).collect())
}

/// The trail, newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_entries(db: &impl ConnectionTrait, filter: &AuditFilter) -> Result<Vec<AuditRow>, DbErr> {
    if filter.areas.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = audit_entry::Entity::find()
        .order_by_desc(audit_entry::Column::AtMs)
        .order_by_desc(audit_entry::Column::Id)
        .limit(filter.most);
    if filter.areas.iter().all(|area| !area.is_empty()) {
        let column = audit_entry::Column::PlaceCode;
        let within = |area: &str| Condition::all().add(column.gte(area)).add(column.lt(format!("{area}~")));
        query = query.filter(filter.areas.iter().fold(Condition::any(), |any, area| any.add(within(area))));
    }
    if let Some((at, id)) = filter.before {
        let key = Expr::tuple([audit_entry::Column::AtMs, audit_entry::Column::Id].map(Expr::col));
        query = query.filter(key.lt(Expr::tuple([Expr::value(at.ms()), Expr::value(id)])));
    }
    if let Some(day) = filter.day {
        let (from, until) = (day.start().ms(), day.plus_days(1).start().ms());
        query = query.filter(audit_entry::Column::AtMs.gte(from)).filter(audit_entry::Column::AtMs.lt(until));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_entry::Column::Action.eq(action));
    }
    Ok(query.all(db).await?.into_iter().map(row_of).collect())
}

fn row_of(row: audit_entry::Model) -> AuditRow {
    AuditRow {
        id: row.id,
        at: Timestamp::from_ms(row.at_ms),
        actor: row.actor_id.map(LearnerId::from_uuid),
        action: row.action,
        object_kind: row.object_kind,
        object_id: row.object_id,
        learner: row.learner_id.map(LearnerId::from_uuid),
        detail: row.detail,
    }
}

/// What was done that concerns `learner`, newest first, at most `most` lines.
///
/// # Errors
/// What the database answers.
pub async fn list_done(db: &impl ConnectionTrait, learner: LearnerId, most: u64) -> Result<Vec<AuditRow>, DbErr> {
    let rows = audit_entry::Entity::find()
        .filter(audit_entry::Column::LearnerId.eq(learner.uuid()))
        .order_by_desc(audit_entry::Column::AtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(row_of).collect())
}

/// Who read what of `learner`, newest first, at most `most` lines.
///
/// # Errors
/// What the database answers.
pub async fn list_access(db: &impl ConnectionTrait, learner: LearnerId, most: u64) -> Result<Vec<AccessRow>, DbErr> {
    let rows = access_log::Entity::find()
        .filter(access_log::Column::LearnerId.eq(learner.uuid()))
        .order_by_desc(access_log::Column::AtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| AccessRow {
            at: Timestamp::from_ms(row.at_ms),
            actor: LearnerId::from_uuid(row.actor_id),
            actor_role: row.actor_role,
            place_code: row.place_code,
            what: row.what,
        })
        .collect())
}

/// Deletes lines of who read what from before `before`, one bite of them; how many.
pub(super) async fn delete_access_before(tx: &Tx, before: Timestamp) -> Result<u64, DbErr> {
    let key = [access_log::Column::LearnerId, access_log::Column::Id];
    let old = Query::select()
        .columns(key)
        .from(access_log::Entity)
        .and_where(Expr::col(access_log::Column::AtMs).lt(before.ms()))
        .limit(BITE)
        .to_owned();
    let deleted = access_log::Entity::delete_many().filter(Expr::tuple(key.map(Expr::col)).in_subquery(old)).exec(tx).await?;
    Ok(deleted.rows_affected)
}
