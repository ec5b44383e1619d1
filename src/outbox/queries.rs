//! Tables `event` and `message`.

use entity::{event, message};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    UpdateMany,
};
use uuid::Uuid;

use super::{Channel, Event, EventRow};
use crate::db::Tx;
use crate::kernel::{LearnerId, Timestamp, new_id};

/// Rows deleted in one bite.
pub(super) const BITE: u64 = 500;

pub(super) async fn insert_events<'a>(tx: &Tx, events: impl IntoIterator<Item = &'a Event<'a>>) -> Result<(), DbErr> {
    let row_of = |event: &Event<'_>| event::ActiveModel {
        id: Set(new_id(tx.now)),
        kind: Set(event.kind.to_owned()),
        at_ms: Set(tx.now.ms()),
        day: Set(tx.now.day().to_string()),
        learner_id: Set(event.learner.map(LearnerId::uuid)),
        place_code: Set(event.standing.place_code.clone()),
        groups: Set(event.standing.groups.iter().map(|group| group.code()).collect::<Vec<_>>().join(",")),
        age_band: Set(event.standing.age_band.map(str::to_owned)),
        body: Set(event.body.to_string()),
    };
    let rows: Vec<event::ActiveModel> = events.into_iter().map(row_of).collect();
    if !rows.is_empty() {
        event::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The next events of these kinds behind an instant and an id, in that order.
pub(super) async fn list_events_since(
    db: &impl ConnectionTrait,
    kinds: &[&str],
    (since, after): (Timestamp, Uuid),
    most: u64,
) -> Result<Vec<EventRow>, DbErr> {
    let later = event::Column::AtMs.gt(since.ms());
    let same = event::Column::AtMs.eq(since.ms()).and(event::Column::Id.gt(after));
    let rows = event::Entity::find()
        .filter(event::Column::AtMs.gte(since.ms()))
        .filter(later.or(same))
        .filter(event::Column::Kind.is_in(kinds.iter().copied()))
        .order_by_asc(event::Column::AtMs)
        .order_by_asc(event::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    let row = |row: event::Model| EventRow {
        id: row.id,
        at: Timestamp::from_ms(row.at_ms),
        body: serde_json::from_str(&row.body).unwrap_or_default(),
        kind: row.kind,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// A letter to be kept.
pub(super) struct NewMessage<'a> {
    pub id: Uuid,
    pub learner: Option<LearnerId>,
    pub channel: Channel,
    pub template: &'a str,
    pub version: &'a str,
    pub lang: &'static str,
    pub at_night: bool,
    pub address_sealed: Vec<u8>,
    pub params_sealed: Vec<u8>,
    pub first_at: Timestamp,
    pub give_up_at: Timestamp,
}

pub(super) async fn insert_message(tx: &Tx, new: NewMessage<'_>) -> Result<(), DbErr> {
    let row = message::ActiveModel {
        id: Set(new.id),
        learner_id: Set(new.learner.map(LearnerId::uuid)),
        channel: Set(new.channel.code().to_owned()),
        template: Set(new.template.to_owned()),
        template_version: Set(new.version.to_owned()),
        lang: Set(new.lang.to_owned()),
        at_night: Set(i64::from(new.at_night)),
        address_sealed: Set(Some(new.address_sealed)),
        params_sealed: Set(Some(new.params_sealed)),
        state: Set("waiting".to_owned()),
        attempts: Set(0),
        next_at_ms: Set(new.first_at.ms()),
        made_at_ms: Set(tx.now.ms()),
        give_up_at_ms: Set(new.give_up_at.ms()),
        sent_at_ms: Set(None),
        last_error: Set(None),
    };
    message::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A letter that a postman has taken in hand.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub id: Uuid,
    pub channel: Channel,
    pub template: String,
    pub version: String,
    pub lang: String,
    pub at_night: bool,
    pub address_sealed: Option<Vec<u8>>,
    pub params_sealed: Option<Vec<u8>>,
    /// How often it was taken, this time included; only who took it last may say what became of it.
    pub attempts: i64,
    pub give_up_at_ms: i64,
}

/// Takes the letters of one channel that are due, the oldest first; until the lease is over nobody else takes them.
pub(super) async fn take_due(tx: &Tx, channel: Channel, most: u64, lease_ms: i64) -> Result<Vec<Due>, DbErr> {
    let mut query = message::Entity::find()
        .filter(message::Column::State.eq("waiting"))
        .filter(message::Column::NextAtMs.lte(tx.now.ms()))
        .filter(message::Column::Channel.eq(channel.code()))
        .order_by_asc(message::Column::NextAtMs)
        .limit(most);
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let rows = query.all(tx).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    message::Entity::update_many()
        .col_expr(message::Column::NextAtMs, tx.now.plus_ms(lease_ms).ms().into())
        .col_expr(message::Column::Attempts, Expr::col(message::Column::Attempts).add(1))
        .filter(message::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Due {
            id: row.id,
            channel: Channel::from_code(&row.channel),
            template: row.template,
            version: row.template_version,
            lang: row.lang,
            at_night: row.at_night == 1,
            address_sealed: row.address_sealed,
            params_sealed: row.params_sealed,
            attempts: row.attempts + 1,
            give_up_at_ms: row.give_up_at_ms,
        })
        .collect())
}

/// How many texts were sent since `since`, those named left out.
pub(super) async fn count_sent(db: &impl ConnectionTrait, since: Timestamp, but: &[Uuid]) -> Result<u64, DbErr> {
    message::Entity::find()
        .filter(message::Column::Id.is_not_in(but.iter().copied()))
        .filter(message::Column::Channel.eq("sms"))
        .filter(message::Column::SentAtMs.gte(since.ms()))
        .count(db)
        .await
}

pub(super) async fn mark_sent(tx: &Tx, due: &Due) -> Result<(), DbErr> {
    let update = emptied(message::Entity::update_many())
        .col_expr(message::Column::State, "sent".into())
        .col_expr(message::Column::SentAtMs, Some(tx.now.ms()).into());
    still_ours(update, due).exec(tx).await?;
    Ok(())
}

pub(super) async fn give_up(tx: &Tx, due: &Due, why: &str) -> Result<(), DbErr> {
    let update = emptied(message::Entity::update_many())
        .col_expr(message::Column::State, "given_up".into())
        .col_expr(message::Column::LastError, Some(why.to_owned()).into());
    still_ours(update, due).exec(tx).await?;
    Ok(())
}

pub(super) async fn put_back(tx: &Tx, due: &Due, next: Timestamp, why: &str) -> Result<(), DbErr> {
    let update = message::Entity::update_many()
        .col_expr(message::Column::NextAtMs, next.ms().into())
        .col_expr(message::Column::LastError, Some(why.to_owned()).into());
    still_ours(update, due).exec(tx).await?;
    Ok(())
}

/// Gives up all that waits for `learner`.
pub(super) async fn stop(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    emptied(message::Entity::update_many())
        .col_expr(message::Column::State, "given_up".into())
        .filter(message::Column::LearnerId.eq(learner.uuid()))
        .filter(message::Column::State.eq("waiting"))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives up all that waits for `learner`, and keeps of no letter that it was theirs.
pub(super) async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    stop(tx, learner).await?;
    message::Entity::update_many()
        .col_expr(message::Column::LearnerId, None::<Uuid>.into())
        .filter(message::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// What an event tells of single questions: the attempt, and how each item did.
const DETACH_SQLITE: &str = "UPDATE event SET learner_id = NULL, body = json_remove(body, '$.items', '$.attempt')
    WHERE id IN (SELECT id FROM event WHERE learner_id = $1 LIMIT $2)";
const DETACH_POSTGRES: &str = "UPDATE event SET learner_id = NULL, body = (body::jsonb - 'items' - 'attempt')::text
    WHERE id IN (SELECT id FROM event WHERE learner_id = $1 LIMIT $2)";

/// Takes the person out of at most `most` of their events, and what tells of single questions; says of how many.
pub(super) async fn detach(tx: &Tx, learner: LearnerId, most: i64) -> Result<u64, DbErr> {
    let backend = tx.get_database_backend();
    let sql = if backend == DbBackend::Sqlite { DETACH_SQLITE } else { DETACH_POSTGRES };
    let statement = Statement::from_sql_and_values(backend, sql, [learner.uuid().into(), most.into()]);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

/// How many events of each kind are kept of `learner`.
pub(super) async fn count_events_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<(String, i64)>, DbErr> {
    event::Entity::find()
        .select_only()
        .column(event::Column::Kind)
        .column_as(event::Column::Id.count(), "events")
        .filter(event::Column::LearnerId.eq(learner.uuid()))
        .group_by(event::Column::Kind)
        .order_by_asc(event::Column::Kind)
        .into_tuple()
        .all(db)
        .await
}

/// Templates and instants of what was sent to `learner`; the words are gone.
pub(super) async fn list_of(db: &impl ConnectionTrait, learner: LearnerId, most: u64) -> Result<Vec<serde_json::Value>, DbErr> {
    let rows = message::Entity::find()
        .filter(message::Column::LearnerId.eq(learner.uuid()))
        .order_by_desc(message::Column::MadeAtMs)
        .limit(most)
        .all(db)
        .await?;
    let line = |row: message::Model| {
        serde_json::json!({
            "template": row.template, "version": row.template_version, "channel": row.channel,
            "state": row.state, "made_at_ms": row.made_at_ms, "sent_at_ms": row.sent_at_ms,
        })
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Deletes events from before `before`, one bite of them; how many.
pub(super) async fn delete_events_before(tx: &Tx, before: Timestamp) -> Result<u64, DbErr> {
    let old = Query::select()
        .column(event::Column::Id)
        .from(event::Entity)
        .and_where(Expr::col(event::Column::AtMs).lt(before.ms()))
        .limit(BITE)
        .to_owned();
    Ok(event::Entity::delete_many().filter(event::Column::Id.in_subquery(old)).exec(tx).await?.rows_affected)
}

/// Deletes letters made before `before` that wait no more, one bite of them; how many.
pub(super) async fn delete_messages_before(tx: &Tx, before: Timestamp) -> Result<u64, DbErr> {
    let old = Query::select()
        .column(message::Column::Id)
        .from(message::Entity)
        .and_where(Expr::col(message::Column::MadeAtMs).lt(before.ms()))
        .and_where(Expr::col(message::Column::State).ne("waiting"))
        .limit(BITE)
        .to_owned();
    Ok(message::Entity::delete_many().filter(message::Column::Id.in_subquery(old)).exec(tx).await?.rows_affected)
}

fn emptied(update: UpdateMany<message::Entity>) -> UpdateMany<message::Entity> {
    update
        .col_expr(message::Column::AddressSealed, None::<Vec<u8>>.into())
        .col_expr(message::Column::ParamsSealed, None::<Vec<u8>>.into())
}

fn still_ours(update: UpdateMany<message::Entity>, due: &Due) -> UpdateMany<message::Entity> {
    update
        .filter(message::Column::Id.eq(due.id))
        .filter(message::Column::State.eq("waiting"))
        .filter(message::Column::Attempts.eq(due.attempts))
}
