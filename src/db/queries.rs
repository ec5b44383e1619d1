//! Table `idempotency`.

use entity::idempotency;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{OnceKey, Tx};
use crate::kernel::{Digest, LearnerId};

/// What is kept under the key. On PostgreSQL the row is locked, so that two repeats do not pass each other.
pub(super) async fn find_once(tx: &Tx, learner: LearnerId, key: &OnceKey) -> Result<Option<idempotency::Model>, DbErr> {
    let query = idempotency::Entity::find_by_id((learner.uuid(), key.as_str().to_owned()));
    match tx.get_database_backend() {
        DbBackend::Postgres => query.lock_exclusive().one(tx).await,
        _ => query.one(tx).await,
    }
}

pub(super) async fn delete_all_once(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    idempotency::Entity::delete_many().filter(idempotency::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

pub(super) async fn insert_once(tx: &Tx, learner: LearnerId, key: &OnceKey, request: &Digest, effect: &str) -> Result<(), DbErr> {
    let row = idempotency::ActiveModel {
        learner_id: Set(learner.uuid()),
        once_key: Set(key.as_str().to_owned()),
        request_hash: Set(request.to_vec()),
        effect: Set(effect.to_owned()),
        at_ms: Set(tx.now.ms()),
    };
    idempotency::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
