//! Table `webhook_delivery`.

use entity::webhook_delivery::{self, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany};
use uuid::Uuid;

use crate::db::Tx;
use crate::kernel::{Timestamp, WebhookId};

/// Rows deleted in one bite.
pub(in crate::webhooks) const BITE: u64 = 500;

/// One event on its way to one address.
#[derive(Clone, Debug)]
pub(in crate::webhooks) struct Due {
    pub webhook: WebhookId,
    pub event: Uuid,
    pub body: String,
    /// How often it was taken, this time included; only who took it last may say what became of it.
    pub attempts: i64,
}

/// A delivery as its receiver may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The event: the `webhook-id` of all its tries.
    pub event: Uuid,
    /// What was sent.
    pub body: String,
    /// When it was put on its way.
    pub made_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; none where it is done.
    pub next_at: Option<Timestamp>,
    /// When nothing more was to be done about it.
    pub done_at: Option<Timestamp>,
    /// What was answered last.
    pub last_status: Option<i64>,
    /// The beginning of what was said.
    pub last_answer: Option<String>,
}

/// Puts bodies on their way, each once; says how many are new.
pub(in crate::webhooks) async fn insert(tx: &Tx, new: &[(WebhookId, Uuid, String)]) -> Result<u64, DbErr> {
    if new.is_empty() {
        return Ok(0);
    }
    let row = |(webhook, event, body): &(WebhookId, Uuid, String)| webhook_delivery::ActiveModel {
        webhook_id: Set(webhook.uuid()),
        event_id: Set(*event),
        body: Set(body.clone()),
        made_at_ms: Set(tx.now.ms()),
        attempts: Set(0),
        next_at_ms: Set(tx.now.ms()),
        leased_until_ms: Set(0),
        done_at_ms: Set(None),
        last_status: Set(None),
        last_answer: Set(None),
    };
    let known = OnConflict::columns([Column::WebhookId, Column::EventId]).do_nothing().to_owned();
    webhook_delivery::Entity::insert_many(new.iter().map(row)).on_conflict(known).exec_without_returning(tx).await
}

/// Takes what is due, the oldest first; until the lease is over nobody else takes it.
pub(in crate::webhooks) async fn take_due(tx: &Tx, most: u64, lease_ms: i64) -> Result<Vec<Due>, DbErr> {
    let mut query = webhook_delivery::Entity::find()
        .filter(Column::DoneAtMs.is_null())
        .filter(Column::NextAtMs.lte(tx.now.ms()))
        .filter(Column::LeasedUntilMs.lte(tx.now.ms()))
        .order_by_asc(Column::NextAtMs)
        .limit(most);
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let rows = query.all(tx).await?;
    for row in &rows {
        webhook_delivery::Entity::update_many()
            .col_expr(Column::LeasedUntilMs, tx.now.plus_ms(lease_ms).ms().into())
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .filter(Column::WebhookId.eq(row.webhook_id))
            .filter(Column::EventId.eq(row.event_id))
            .exec(tx)
            .await?;
    }
    let due = |row: webhook_delivery::Model| Due {
        webhook: WebhookId::from_uuid(row.webhook_id),
        event: row.event_id,
        body: row.body,
        attempts: row.attempts + 1,
    };
    Ok(rows.into_iter().map(due).collect())
}

fn still_ours(update: UpdateMany<webhook_delivery::Entity>, due: &Due) -> UpdateMany<webhook_delivery::Entity> {
    update
        .filter(Column::WebhookId.eq(due.webhook.uuid()))
        .filter(Column::EventId.eq(due.event))
        .filter(Column::Attempts.eq(due.attempts))
        .filter(Column::DoneAtMs.is_null())
}

fn answered(answer: &Option<(u16, String)>) -> UpdateMany<webhook_delivery::Entity> {
    let (status, words) = answer.clone().map(|(status, words)| (i64::from(status), words)).unzip();
    webhook_delivery::Entity::update_many()
        .col_expr(Column::LastStatus, status.into())
        .col_expr(Column::LastAnswer, words.into())
        .col_expr(Column::LeasedUntilMs, 0_i64.into())
}

/// Nothing more is to be done about it; whether it was still ours to say so.
pub(in crate::webhooks) async fn mark_done(tx: &Tx, due: &Due, answer: &Option<(u16, String)>) -> Result<bool, DbErr> {
    let update = answered(answer).col_expr(Column::DoneAtMs, Some(tx.now.ms()).into());
    Ok(still_ours(update, due).exec(tx).await?.rows_affected == 1)
}

/// It is tried again then; whether it was still ours to say so.
pub(in crate::webhooks) async fn put_back(
    tx: &Tx,
    due: &Due,
    next: Timestamp,
    answer: &Option<(u16, String)>,
) -> Result<bool, DbErr> {
    let update = answered(answer).col_expr(Column::NextAtMs, next.ms().into());
    Ok(still_ours(update, due).exec(tx).await?.rows_affected == 1)
}

/// What else waits for an address that did not answer waits as long.
pub(in crate::webhooks) async fn hold_back(tx: &Tx, webhook: WebhookId, until: Timestamp) -> Result<(), DbErr> {
    webhook_delivery::Entity::update_many()
        .col_expr(Column::NextAtMs, until.ms().into())
        .filter(Column::WebhookId.eq(webhook.uuid()))
        .filter(Column::DoneAtMs.is_null())
        .filter(Column::LeasedUntilMs.lte(tx.now.ms()))
        .filter(Column::NextAtMs.lt(until.ms()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Nothing more is sent to an address.
pub(in crate::webhooks) async fn give_up(tx: &Tx, webhook: WebhookId) -> Result<(), DbErr> {
    webhook_delivery::Entity::update_many()
        .col_expr(Column::DoneAtMs, Some(tx.now.ms()).into())
        .filter(Column::WebhookId.eq(webhook.uuid()))
        .filter(Column::DoneAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// The deliveries to an address before an instant and an id, the newest first.
pub(in crate::webhooks) async fn list_before(
    db: &impl ConnectionTrait,
    webhook: WebhookId,
    before: Option<(Timestamp, Uuid)>,
    most: u64,
) -> Result<Vec<Delivered>, DbErr> {
    let mut query = webhook_delivery::Entity::find().filter(Column::WebhookId.eq(webhook.uuid()));
    if let Some((at, event)) = before {
        let same = Column::MadeAtMs.eq(at.ms()).and(Column::EventId.lt(event));
        query = query.filter(Column::MadeAtMs.lt(at.ms()).or(same));
    }
    let rows = query.order_by_desc(Column::MadeAtMs).order_by_desc(Column::EventId).limit(most).all(db).await?;
    let delivered = |row: webhook_delivery::Model| Delivered {
        event: row.event_id,
        body: row.body,
        made_at: Timestamp::from_ms(row.made_at_ms),
        attempts: row.attempts,
        next_at: Some(Timestamp::from_ms(row.next_at_ms)).filter(|_| row.done_at_ms.is_none()),
        done_at: row.done_at_ms.map(Timestamp::from_ms),
        last_status: row.last_status,
        last_answer: row.last_answer,
    };
    Ok(rows.into_iter().map(delivered).collect())
}

/// Deletes all that was sent to an address.
pub(in crate::webhooks) async fn delete_of(tx: &Tx, webhook: WebhookId) -> Result<(), DbErr> {
    webhook_delivery::Entity::delete_many().filter(Column::WebhookId.eq(webhook.uuid())).exec(tx).await?;
    Ok(())
}

/// Deletes deliveries put on their way before `before`, one bite of them; how many.
pub(in crate::webhooks) async fn delete_before(tx: &Tx, before: Timestamp) -> Result<u64, DbErr> {
    let key = [Column::WebhookId, Column::EventId];
    let old = Query::select()
        .columns(key)
        .from(webhook_delivery::Entity)
        .and_where(Expr::col(Column::MadeAtMs).lt(before.ms()))
        .limit(BITE)
        .to_owned();
    let deleted =
        webhook_delivery::Entity::delete_many().filter(Expr::tuple(key.map(Expr::col)).in_subquery(old)).exec(tx).await?;
    Ok(deleted.rows_affected)
}
