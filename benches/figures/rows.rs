//! The rows of a hand-in without the thinking: read back from one that was made, moved to somebody else, and written as they are, by the
//! same statements.

use credit_bank::db::{DbFault, Tx};
use credit_bank::kernel::{AttemptId, LearnerId, Timestamp, new_id};
use entity::{attempt, audit_entry, class_hour, event, ledger_account, ledger_transfer, result};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};

/// All that one hand-in leaves.
#[derive(Clone)]
pub struct Rows {
    attempt: attempt::Model,
    result: result::Model,
    transfer: ledger_transfer::Model,
    account: ledger_account::Model,
    hours: class_hour::Model,
    entry: audit_entry::Model,
    events: Vec<event::Model>,
}

const SHEET: &str = "SELECT a.*, b.position, b.given, b.helper_id, b.saved_at_ms FROM attempt a
    LEFT JOIN answer b ON b.learner_id = a.learner_id AND b.attempt_id = a.id WHERE a.learner_id = $1 AND a.id = $2";
const CHAIN: &str = "SELECT a.*, t.id, t.version, t.award_key, t.group_id, t.request_hash FROM ledger_account a
    LEFT JOIN ledger_transfer t ON t.learner_id = a.learner_id AND t.asset = a.asset AND t.version = a.version
    WHERE a.learner_id = $1 AND a.asset = $2";

/// What the hand-in of `attempt`, the latest of `learner`, has written.
pub async fn written_for(db: &impl ConnectionTrait, learner: LearnerId, attempt: AttemptId) -> Rows {
    let (learner, attempt) = (learner.uuid(), attempt.uuid());
    let result = result::Entity::find().filter(result::Column::SourceId.eq(attempt)).one(db).await.unwrap().unwrap();
    let hours = class_hour::Entity::find().filter(class_hour::Column::ResultId.eq(result.id)).one(db).await.unwrap().unwrap();
    let transfer = ledger_transfer::Entity::find_by_id((learner, result.transfer_id.unwrap())).one(db).await.unwrap().unwrap();
    let account = ledger_account::Entity::find_by_id((learner, 1)).one(db).await.unwrap().unwrap();
    let object = audit_entry::Column::ObjectId.eq(result.id.to_string());
    let entry = audit_entry::Entity::find().filter(object).one(db).await.unwrap().unwrap();
    let latest = event::Entity::find().filter(event::Column::LearnerId.eq(learner)).order_by_desc(event::Column::Id).limit(3);
    let events = latest.all(db).await.unwrap();
    let attempt = attempt::Entity::find_by_id((learner, attempt)).one(db).await.unwrap().unwrap();
    Rows { attempt, result, transfer, account, hours, entry, events }
}

impl Rows {
    /// The same for another attempt, of somebody else, under fresh ids.
    pub fn moved_to(&self, learner: LearnerId, attempt: AttemptId, now: Timestamp) -> Self {
        let mut rows = self.clone();
        let (learner, attempt) = (learner.uuid(), attempt.uuid());
        (rows.attempt.learner_id, rows.attempt.id) = (learner, attempt);
        (rows.result.learner_id, rows.result.id, rows.result.source_id) = (learner, new_id(now), attempt);
        (rows.transfer.learner_id, rows.transfer.id, rows.transfer.group_id) = (learner, new_id(now), new_id(now));
        (rows.transfer.actor_id, rows.transfer.idempotency_key) = (learner, attempt.to_string());
        (rows.account.learner_id, rows.result.transfer_id) = (learner, Some(rows.transfer.id));
        (rows.hours.learner_id, rows.hours.id, rows.hours.result_id) = (learner, new_id(now), Some(rows.result.id));
        (rows.entry.id, rows.entry.actor_id, rows.entry.learner_id) = (new_id(now), Some(learner), Some(learner));
        rows.entry.object_id = rows.result.id.to_string();
        for event in &mut rows.events {
            (event.id, event.learner_id) = (new_id(now), Some(learner));
        }
        rows
    }
}

/// Writes them, statement by statement as a hand-in does; what is read is not looked at.
pub async fn write(tx: &Tx, rows: &Rows) -> Result<(), DbFault> {
    let backend = tx.get_database_backend();
    let (attempt, learner, account) = (&rows.attempt, rows.attempt.learner_id, &rows.account);
    if backend == DbBackend::Postgres {
        let lock = attempt::Entity::find_by_id((learner, attempt.id)).select_only().column(attempt::Column::State);
        lock.lock_exclusive().into_tuple::<String>().one(tx).await?;
    }
    tx.query_all_raw(Statement::from_sql_and_values(backend, SHEET, [learner.into(), attempt.id.into()])).await?;
    let key = attempt::Column::LearnerId.eq(learner).and(attempt::Column::Id.eq(attempt.id));
    attempt::Entity::update_many().set(closing(attempt.clone())).filter(key).exec(tx).await?;
    let lock = if backend == DbBackend::Postgres { " FOR UPDATE OF a" } else { "" };
    let chain = Statement::from_sql_and_values(backend, format!("{CHAIN}{lock}"), [learner.into(), account.asset.into()]);
    tx.query_all_raw(chain).await?;
    let is_first = account.version == Some(1);
    if is_first && backend == DbBackend::Postgres {
        let zero = ledger_account::Model { version: None, recorded_at_ms: None, holding_milli: 0, ..account.clone() };
        let nothing = OnConflict::new().do_nothing().to_owned();
        let empty = ledger_account::Entity::insert(zero.into_active_model().reset_all());
        empty.on_conflict(nothing).exec_without_returning(tx).await?;
    }
    result::Entity::insert(rows.result.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    ledger_transfer::Entity::insert(rows.transfer.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    if is_first && backend == DbBackend::Sqlite {
        ledger_account::Entity::insert(account.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    } else {
        let key = ledger_account::Column::LearnerId.eq(learner).and(ledger_account::Column::Asset.eq(account.asset));
        ledger_account::Entity::update_many().set(balances(account.clone())).filter(key).exec(tx).await?;
    }
    class_hour::Entity::insert(rows.hours.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    audit_entry::Entity::insert(rows.entry.clone().into_active_model().reset_all()).exec_without_returning(tx).await?;
    let events = rows.events.iter().map(|event| event.clone().into_active_model().reset_all());
    event::Entity::insert_many(events).exec_without_returning(tx).await?;
    Ok(())
}

fn closing(row: attempt::Model) -> attempt::ActiveModel {
    attempt::ActiveModel {
        state: Set(row.state),
        score_permille: Set(row.score_permille),
        missed: Set(row.missed),
        support: Set(row.support),
        helper_id: Set(row.helper_id),
        finished_at_ms: Set(row.finished_at_ms),
        ..Default::default()
    }
}

fn balances(row: ledger_account::Model) -> ledger_account::ActiveModel {
    ledger_account::ActiveModel {
        version: Set(row.version),
        holding_milli: Set(row.holding_milli),
        pending_milli: Set(row.pending_milli),
        frozen_milli: Set(row.frozen_milli),
        transferred_milli: Set(row.transferred_milli),
        revoked_milli: Set(row.revoked_milli),
        recorded_at_ms: Set(row.recorded_at_ms),
        ..Default::default()
    }
}
