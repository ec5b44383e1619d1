//! What everybody may know of all agencies: who they are, or were, and by which keys they signed.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::keys::published;
use crate::agencies::queries::{agencies as queries, keys};
use crate::agencies::{AgencyKey, Row};
use crate::kernel::{AgencyId, OrganisationId};
use crate::places;

/// An agency with all of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its id.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub credit_code: String,
    /// Whether it has closed, or its organisation has.
    pub is_closed: bool,
    /// The keys by which it signs, has signed or is to sign, the oldest first: those that are believed no more too.
    pub keys: Vec<AgencyKey>,
}

/// All agencies there ever were, the oldest first: what a closed one issued goes on being verified. Three statements, however many there are.
///
/// # Errors
/// What the database answers.
pub async fn list_published(db: &impl ConnectionTrait) -> Result<Vec<Published>, DbErr> {
    let rows = queries::list_all(db).await?;
    let mut of_agency: HashMap<AgencyId, Vec<keys::KeyRow>> = HashMap::new();
    for (agency, key) in keys::list_all(db).await? {
        of_agency.entry(agency).or_default().push(key);
    }
    let organisations: Vec<OrganisationId> = rows.iter().map(|row| row.organisation).collect();
    let organisations = places::list_organisations_by_ids(db, &organisations).await?;
    let is_open = |id: OrganisationId| organisations.iter().any(|one| one.id == id && !one.is_closed);
    let agency = |row: Row| Published {
        is_closed: row.closed_at.is_some() || !is_open(row.organisation),
        keys: published(of_agency.get(&row.id).map(Vec::as_slice).unwrap_or_default()),
        id: row.id,
        name: row.name,
        credit_code: row.credit_code,
    };
    Ok(rows.into_iter().map(agency).collect())
}
