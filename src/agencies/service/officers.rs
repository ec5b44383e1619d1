//! Who answers for the programs of an agency.

use sea_orm::{ConnectionTrait, DbErr};

use super::standing::find_agency;
use crate::agencies::Agency;
use crate::db::Db;
use crate::identity::{self, Role};
use crate::kernel::LearnerId;
use crate::webhooks::Answering;

/// Whether somebody works for an agency today as one of its officers, and so may answer for its programs.
///
/// # Errors
/// What the database answers.
pub async fn is_officer(db: &impl ConnectionTrait, agency: &Agency, who: LearnerId) -> Result<bool, DbErr> {
    let scope = identity::load_scope(db, who).await?;
    Ok(scope.within_organisation(agency.organisation, agency.line.as_deref()).has_any(Role::OFFICERS))
}

/// The same, for the courier, who knows an agency by its id alone.
#[must_use]
pub fn answering(db: &Db) -> Answering {
    let db = db.clone();
    Answering::by(move |agency, who| {
        let db = db.clone();
        Box::pin(async move {
            match find_agency(db.read(), agency).await? {
                Some(agency) => is_officer(db.read(), &agency, who).await,
                None => Ok(false),
            }
        })
    })
}
