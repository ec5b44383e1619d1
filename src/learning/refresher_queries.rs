//! Table `refresher`. Writes are one statement each; an answer is written under a lock, since the others stand in the same row.

use entity::refresher;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::refresher::{Refresher, RefresherKey};
use super::rules::Kind;
use crate::assessment::Given;
use crate::curriculum::CourseCode;
use crate::db::Tx;
use crate::kernel::{Digest, LearnerId, Seed, Timestamp};

/// One refresher of a learner; one statement.
pub(super) async fn find(db: &impl ConnectionTrait, learner: LearnerId, key: RefresherKey) -> Result<Option<Refresher>, DbErr> {
    refresher::Entity::find_by_id(id_of(learner, key)).one(db).await?.map(read).transpose()
}

/// The same, which nobody else changes until this commit: on SQLite the one writer sees to that.
pub(super) async fn lock(tx: &Tx, learner: LearnerId, key: RefresherKey) -> Result<Option<Refresher>, DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let row = refresher::Entity::find_by_id(id_of(learner, key)).select_only().column(refresher::Column::Kind);
        row.lock_exclusive().into_tuple::<String>().one(tx).await?;
    }
    find(tx, learner, key).await
}

/// All refreshers of these accounts, the oldest first; one statement.
pub(super) async fn list(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Refresher>, DbErr> {
    let rows = refresher::Entity::find()
        .filter(refresher::Column::LearnerId.is_in(accounts.iter().map(|learner| learner.uuid())))
        .order_by_asc(refresher::Column::BegunAtMs)
        .order_by_asc(refresher::Column::Course);
    rows.all(db).await?.into_iter().map(read).collect()
}

/// Keeps the questions drawn, for a refresher that has none yet. One that has keeps its own: whoever begins twice goes on with the first.
pub(super) async fn insert(
    tx: &Tx,
    learner: LearnerId,
    key: RefresherKey,
    (seed, items): (Seed, &[Digest]),
) -> Result<(), DbErr> {
    let given: Vec<Option<Given>> = vec![None; items.len()];
    let row = refresher::ActiveModel { items: Set(text_of(items)), given: Set(json_of(&given)?), ..row(tx, learner, key, seed) };
    let unseen = OnConflict::columns(KEY)
        .update_columns([refresher::Column::Seed, refresher::Column::Items, refresher::Column::Given])
        .action_and_where(Expr::cust("refresher.items = ''"))
        .to_owned();
    refresher::Entity::insert(row).on_conflict(unseen).exec_without_returning(tx).await?;
    Ok(())
}

/// Puts it away; one that is done or put away stays as it is.
pub(super) async fn put_away(tx: &Tx, learner: LearnerId, key: RefresherKey) -> Result<(), DbErr> {
    let row = refresher::ActiveModel { put_away_at_ms: Set(Some(tx.now.ms())), ..row(tx, learner, key, Seed([0; 16])) };
    let open = OnConflict::columns(KEY)
        .update_column(refresher::Column::PutAwayAtMs)
        .action_and_where(Expr::cust("refresher.done_at_ms IS NULL AND refresher.put_away_at_ms IS NULL"))
        .to_owned();
    refresher::Entity::insert(row).on_conflict(open).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps the answers, and when the last came first.
pub(super) async fn keep_answers(
    tx: &Tx,
    learner: LearnerId,
    key: RefresherKey,
    (given, done_at): (&[Option<Given>], Option<Timestamp>),
) -> Result<(), DbErr> {
    refresher::Entity::update_many()
        .col_expr(refresher::Column::Given, Expr::value(json_of(given)?))
        .col_expr(refresher::Column::DoneAtMs, Expr::value(done_at.map(Timestamp::ms)))
        .filter(refresher::Column::LearnerId.eq(learner.uuid()))
        .filter(refresher::Column::Course.eq(key.course.to_string()))
        .filter(refresher::Column::Kind.eq(key.kind.code()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes all of a person.
pub(super) async fn delete(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    refresher::Entity::delete_many().filter(refresher::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

const KEY: [refresher::Column; 3] = [refresher::Column::LearnerId, refresher::Column::Course, refresher::Column::Kind];

fn id_of(learner: LearnerId, key: RefresherKey) -> (uuid::Uuid, String, String) {
    (learner.uuid(), key.course.to_string(), key.kind.code().to_owned())
}

/// A row without questions.
fn row(tx: &Tx, learner: LearnerId, key: RefresherKey, seed: Seed) -> refresher::ActiveModel {
    refresher::ActiveModel {
        learner_id: Set(learner.uuid()),
        course: Set(key.course.to_string()),
        kind: Set(key.kind.code().to_owned()),
        seed: Set(seed.0.to_vec()),
        items: Set(String::new()),
        given: Set("[]".to_owned()),
        begun_at_ms: Set(tx.now.ms()),
        done_at_ms: Set(None),
        put_away_at_ms: Set(None),
    }
}

fn text_of(items: &[Digest]) -> String {
    items.iter().map(Digest::to_string).collect::<Vec<_>>().join(",")
}

fn json_of(given: &[Option<Given>]) -> Result<String, DbErr> {
    serde_json::to_string(given).map_err(|error| DbErr::Custom(error.to_string()))
}

fn read(row: refresher::Model) -> Result<Refresher, DbErr> {
    let altered = || DbErr::Custom("a refresher was altered".to_owned());
    let item = |text: &str| hex::decode(text).ok().and_then(|bytes| Digest::from_slice(&bytes));
    let items: Option<Vec<Digest>> = row.items.split(',').filter(|text| !text.is_empty()).map(item).collect();
    let course = CourseCode::parse(&row.course).ok_or_else(altered)?;
    let kind = Kind::from_code(&row.kind).ok_or_else(altered)?;
    Ok(Refresher {
        key: RefresherKey { course, kind },
        seed: Seed::from_slice(&row.seed).ok_or_else(altered)?,
        items: items.ok_or_else(altered)?,
        given: serde_json::from_str(&row.given).map_err(|_| altered())?,
        begun_at: Timestamp::from_ms(row.begun_at_ms),
        done_at: row.done_at_ms.map(Timestamp::from_ms),
        put_away_at: row.put_away_at_ms.map(Timestamp::from_ms),
    })
}
