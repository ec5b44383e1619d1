//! What a person takes along of their cases, and what is forgotten where they leave.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::{Contested, queries};
use crate::db::Tx;
use crate::kernel::{LearnerId, SealKey};

/// All cases of a person with what was told and answered: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId, key: &SealKey) -> Result<Value, DbErr> {
    let cases = queries::list_of(db, &[learner]).await?;
    Ok(cases
        .iter()
        .map(|case| {
            let contents = case.read(key);
            json!({
                "number": case.number.as_str(),
                "kind": case.kind.code(),
                "about_transfer": case.about,
                "about_certificate": case.contested.and_then(Contested::certificate),
                "about_certificate_request": case.contested.and_then(Contested::refusal),
                "state": case.state.code(),
                "told": contents.told,
                "phone": contents.phone,
                "answer": contents.answer,
                "opened_at_ms": case.opened_at.ms(),
                "due_at_ms": case.due_at.ms(),
                "changed_at_ms": case.changed_at.ms(),
            })
        })
        .collect())
}

/// Empties what a person told us and takes back what still waits. Number, kind, state and dates stay.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    queries::empty_all_of(tx, learner).await
}
