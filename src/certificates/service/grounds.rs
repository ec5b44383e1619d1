//! What somebody has for a certificate, and what is missing, with where that is to be had.

use sea_orm::ConnectionTrait;

use crate::certificates::basis::basis_of;
use crate::certificates::{Basis, Desk, Error, WHOLE};
use crate::curriculum::CourseCode;
use crate::curriculum::model::CertificateRule;
use crate::exams;
use crate::identity::{self, Profile};
use crate::kernel::{LearnerId, Timestamp};
use crate::learning;
use crate::places::{self, Organisation, PlaceCode};
use crate::recognition::{self, Levels};

/// Digits of the code of a county.
const COUNTY: usize = 6;

/// What is missing for a certificate, and where it is to be had.
#[derive(Clone, Debug)]
pub struct Missing {
    /// What.
    pub what: learning::Missing,
    /// The next supervised session of the person's county, where something is to be done under supervision.
    pub session: Option<NextSession>,
    /// The service point of the person's county, where somebody sees documents.
    pub point: Option<Organisation>,
}

impl Missing {
    /// Whether nothing is.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.what.is_nothing()
    }
}

/// The next supervised session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextSession {
    /// When.
    pub at: Timestamp,
    /// Of which unit.
    pub unit: String,
    /// Where.
    pub place: String,
    /// The telephone there.
    pub phone: Option<String>,
}

/// What somebody has for a certificate of one kind, read anew.
#[derive(Clone, Debug)]
pub(in crate::certificates) struct Grounds {
    pub profile: Profile,
    pub missing: learning::Missing,
    /// What it would rest on; none where something is missing.
    pub basis: Option<Basis>,
}

/// The rule of a kind today, with the unit that a certificate of one unit is about.
pub(in crate::certificates) fn rule_of<'s>(
    desk: &'s Desk,
    kind: &str,
    about: &str,
) -> Result<(&'s CertificateRule, Option<CourseCode>), Error> {
    let rule = desk.shelf.certificates().iter().find(|rule| rule.id == kind).ok_or(Error::NoKind)?;
    if rule.min_courses > 1 {
        return if about == WHOLE { Ok((rule, None)) } else { Err(Error::NoKind) };
    }
    let unit = CourseCode::parse(about).filter(|code| desk.shelf.course(*code).is_some()).ok_or(Error::NoKind)?;
    Ok((rule, Some(unit)))
}

/// What this person has for a certificate of this kind: the passbook's statements and those of the profile.
///
/// # Errors
/// [`Error::NoKind`]; what identity, recognition and database refuse.
pub(in crate::certificates) async fn grounds_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    learner: LearnerId,
    (kind, about): (&str, &str),
) -> Result<Grounds, Error> {
    let (rule, unit) = rule_of(desk, kind, about)?;
    let credit = desk.shelf.credit_rule();
    let least = Levels::from_values(credit.creditable_identity_level, credit.creditable_supervision_level);
    let least = least.ok_or(recognition::Error::BadTerms)?;
    let profile = identity::profile(db, &desk.keys, learner).await?;
    let book = recognition::passbook_of(db, learner).await?;
    let holdings = learning::holdings_in(&book, profile.identity_level, least);
    let missing = learning::missing_for(&desk.shelf, rule, unit, &holdings);
    let basis = basis_of(&desk.shelf, rule, (&book, &missing), (profile.identity_level, &profile.name));
    Ok(Grounds { profile, missing, basis })
}

/// What is missing for a certificate of this kind, in the words of 还差什么, with where it is to be had.
///
/// # Errors
/// [`Error::NoKind`]; what the database answers.
pub async fn missing(
    db: &impl ConnectionTrait,
    desk: &Desk,
    learner: LearnerId,
    (kind, about): (&str, &str),
    now: Timestamp,
) -> Result<Missing, Error> {
    let grounds = grounds_of(db, desk, learner, (kind, about)).await?;
    where_of(db, grounds.missing, grounds.profile.place_code.as_deref(), now).await
}

/// Where what is missing is to be had, as of `now`.
async fn where_of(
    db: &impl ConnectionTrait,
    what: learning::Missing,
    place: Option<&str>,
    now: Timestamp,
) -> Result<Missing, Error> {
    let county = place.map(|code| code.get(..COUNTY).unwrap_or(code)).and_then(PlaceCode::parse);
    let Some(county) = county.filter(|county| !county.as_str().is_empty()) else {
        return Ok(Missing { what, session: None, point: None });
    };
    let areas = [county];
    let session = if what.supervised.is_empty() { None } else { next_session(db, &areas, &what, now).await? };
    let has_errand = what.document || !what.supervised.is_empty();
    let point = if has_errand { places::list_service_points(db, &areas, 1).await?.pop() } else { None };
    Ok(Missing { what, session, point })
}

async fn next_session(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    what: &learning::Missing,
    now: Timestamp,
) -> Result<Option<NextSession>, Error> {
    let ahead = exams::list_ahead(db, areas, now).await.map_err(|error| fault_of(&error))?;
    let is_asked = |unit: &str| what.supervised.iter().any(|code| code.to_string() == unit);
    let Some(exam) = ahead.into_iter().find(|exam| is_asked(&exam.unit)) else { return Ok(None) };
    let held = places::find_organisation(db, exam.organisation).await?;
    let (place, phone) = held.map(|one| (one.name, one.phone)).unwrap_or_default();
    Ok(Some(NextSession { at: exam.starts_at, unit: exam.unit, place, phone }))
}

/// Reading a list of sessions refuses nothing by itself.
fn fault_of(error: &exams::Error) -> Error {
    Error::Fault(crate::db::DbFault::Database(sea_orm::DbErr::Custom(error.to_string())))
}
