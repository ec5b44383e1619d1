//! What an agency has issued, as its people look for it: by number, what changed last first, what waits for somebody to look. And what cites somebody's
//! credit, by name.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::cases::standing_of_row;
use super::order::USE;
use crate::certificates::queries::changing::{self, Which};
use crate::certificates::queries::{certificates, numbers};
use crate::certificates::{Certificate, Error, Named, State};
use crate::credentials::Number;
use crate::identity;
use crate::kernel::{AgencyId, CertificateId, LearnerId};
use crate::recognition::CreditUse;

/// Suspended ones that are shown at once.
const MOST_WAITING: u64 = 50;

/// What an agency has issued.
pub(in crate::certificates) struct Listed {
    /// Suspended, what changed last first.
    pub waiting: Vec<(Certificate, State)>,
    /// One page of all, with how each stands.
    pub rows: Vec<(Certificate, State)>,
    /// How many there are.
    pub total: u64,
}

/// One page of what an agency has issued, with how each stands: the worse one of the row and of what it cites.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn list_issued(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    part: (u64, u64),
) -> Result<Listed, Error> {
    let mut listed =
        Listed { waiting: Vec::new(), rows: Vec::new(), total: changing::count_of_agency(db, (agency, Which::All)).await? };
    for own in changing::list_of_agency(db, (agency, Which::Suspended), (0, MOST_WAITING)).await? {
        let state = own.state;
        listed.waiting.push((own, state));
    }
    for own in changing::list_of_agency(db, (agency, Which::All), part).await? {
        let state = standing_of_row(db, &own).await?;
        listed.rows.push((own, state));
    }
    Ok(listed)
}

/// The certificate of this number, where the agency issued it.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn find_numbered(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    number: &Number,
) -> Result<Option<Certificate>, Error> {
    let Some((learner, id)) = numbers::find_by_number(db, number).await? else { return Ok(None) };
    let found = certificates::find(db, learner, id).await?;
    Ok(found.filter(|own| own.agency == agency && own.state.is_issued()))
}

/// The certificates that cite credit of this account, by the references of these uses: what each is called, and how it stands. Uses of another kind, and
/// those of nothing that is known, are not among them.
///
/// # Errors
/// What the database answers.
pub async fn named(db: &impl ConnectionTrait, account: LearnerId, uses: &[CreditUse]) -> Result<HashMap<String, Named>, Error> {
    let references: Vec<&str> = uses.iter().filter(|used| used.kind == USE).map(|used| used.reference.as_str()).collect();
    let mut found = HashMap::new();
    if references.is_empty() {
        return Ok(found);
    }
    let accounts = identity::accounts_of(db, account).await?;
    let all = certificates::list_of(db, &accounts).await?;
    for reference in references {
        let Some((id, version)) = reference.split_once('/') else { continue };
        let id = id.parse::<CertificateId>().ok();
        let Some(own) = all.iter().find(|own| Some(own.id) == id && own.state.is_issued()) else { continue };
        let is_newest = version.parse::<i64>() == Ok(own.version);
        let state = if is_newest { Some(standing_of_row(db, own).await?) } else { None };
        let named = Named { kind: own.kind.clone(), about: own.about.clone(), number: own.number.clone(), state };
        found.insert(reference.to_owned(), named);
    }
    Ok(found)
}
