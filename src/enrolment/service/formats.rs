//! Which columns the lists of an organisation have.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::audit;
use crate::db::Tx;
use crate::enrolment::columns::Format;
use crate::enrolment::{Error, batch_queries as queries};
use crate::kernel::{LearnerId, OrganisationId};

/// The format of an organisation's lists; the usual one where none was declared, or the list is nobody's in particular.
///
/// # Errors
/// What the database answers.
pub async fn find_format(db: &impl ConnectionTrait, organisation: Option<OrganisationId>) -> Result<Format, DbErr> {
    match organisation {
        Some(organisation) => Ok(queries::find_format(db, organisation).await?.unwrap_or_default()),
        None => Ok(Format::default()),
    }
}

/// Keeps the format of an organisation's lists, in place of the one before. Lists that were brought before keep theirs.
///
/// # Errors
/// What the database answers.
pub async fn keep_format(
    tx: &Tx,
    by: LearnerId,
    (organisation, place): (OrganisationId, &str),
    format: &Format,
) -> Result<(), Error> {
    if queries::find_format(tx, organisation).await?.as_ref() == Some(format) {
        return Ok(());
    }
    queries::keep_format(tx, organisation, format, by).await?;
    let id = organisation.to_string();
    let entry = audit::Entry {
        actor: Some(by),
        action: "enrolment.keep_format",
        object_kind: "organisation",
        object_id: &id,
        learner: None,
        place_code: Some(place),
        detail: json!({ "columns": format.to_text() }),
    };
    Ok(audit::record(tx, &entry).await?)
}
