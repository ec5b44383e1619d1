//! What is kept of a person here: export, and forgetting.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::prints::forget_prints_of;
use crate::certificates::Error;
use crate::certificates::batches::BatchProblem;
use crate::certificates::queries::batch_lines as lines;
use crate::db::Tx;
use crate::kernel::LearnerId;

/// In which batches somebody stands, while their lines are kept: part of "my data".
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn export_lines(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, Error> {
    let own = lines::list_of(db, learner).await?;
    let told = |(batch, line): &(crate::kernel::CertificateBatchId, crate::certificates::batches::BatchLine)| {
        json!({
            "batch": batch, "line": line.number, "state": line.state.code(), "problem": line.problem.map(BatchProblem::code),
            "certificate": line.certificate,
        })
    };
    Ok(own.iter().map(told).collect())
}

/// Somebody leaves the bank: no line names them any more, and sheets on which they stand are not kept. The lines stay, so that a batch is whole; what is
/// not issued is passed over.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn forget_lines(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    forget_prints_of(tx, learner).await?;
    Ok(lines::empty_lines_of(tx, learner).await?)
}
