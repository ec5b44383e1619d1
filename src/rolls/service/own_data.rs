//! What is kept of a person here: export, and forgetting.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::db::Tx;
use crate::kernel::LearnerId;
use crate::rolls::Error;
use crate::rolls::queries::lines as queries;

/// In which rolls somebody stands, while their lines are kept: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, Error> {
    let lines = queries::list_of(db, learner).await?;
    let told = |(roll, line): &(crate::kernel::RollId, crate::rolls::Line)| {
        json!({
            "roll": roll, "line": line.number, "state": line.state.code(),
            "problem": line.problem.map(crate::rolls::Problem::code), "milli": line.gives.milli(), "transfer": line.transfer,
        })
    };
    Ok(lines.iter().map(told).collect())
}

/// Somebody leaves the bank: no line names them any more. The lines stay, so that a roll is whole; what is not booked is passed over.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    Ok(queries::empty_lines_of(tx, learner).await?)
}
