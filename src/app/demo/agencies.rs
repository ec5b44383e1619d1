//! The county's agency: entered, delegated by two administrators, with an officer and a reviewer.

use super::{County, words};
use crate::agencies::{self, Asked, Contact, CreditCode, Error, NewAgency, Powers};
use crate::db::Tx;
use crate::identity::{self, Grant, Role};
use crate::kernel::{AgencyId, Credits, OrganisationId};
use crate::places::{self, OrganisationKind, PlaceCode};

/// A made-up code of a made-up county.
const CODE: &str = "52990101MJ0000002K";
/// Days ago that it began.
const SINCE: i64 = 60;
/// Organisations looked through.
const MOST: u64 = 100;

/// The agency; none where the county has no organisation that could be one.
pub(super) async fn settle(county: &County) -> Result<Option<AgencyId>, String> {
    let area = PlaceCode::parse("990101").ok_or_else(|| words("990101"))?;
    let open = places::list_organisations(county.past.db.read(), std::slice::from_ref(&area), MOST).await.map_err(words)?;
    let Some(college) = open.into_iter().find(|one| one.kind == OrganisationKind::Agency) else { return Ok(None) };
    county.turn_to(SINCE, "agency");
    let new = NewAgency {
        organisation: college.id,
        credit_code: CreditCode::parse(CODE).map_err(|_| words(CODE))?,
        line: None,
        contact: Contact { phone: college.phone.clone().unwrap_or_default(), words: college.address.clone() },
        by: county.staff("sample-whole-bank")?,
    };
    let key = agencies::fresh_key(&county.past.keys, AgencyId::fresh(county.clock.now()));
    let enter = async move |tx: &Tx| Ok(agencies::register(tx, &new, &key).await?.to_string());
    let id: AgencyId = county.step::<Error, _>("agency", enter).await?.parse().map_err(words)?;
    delegate(county, id).await?;
    for (login, role) in [("sample-officer", Role::Officer), ("sample-reviewer", Role::Reviewer)] {
        work(county, (login, role), college.id, &area).await?;
    }
    Ok(Some(id))
}

async fn delegate(county: &County, agency: AgencyId) -> Result<(), String> {
    let credits = |milli| Credits::from_milli(milli).unwrap_or_default();
    let today = county.clock.now().day();
    let asked = Asked {
        agency,
        powers: Powers {
            units: county.shelf.courses().iter().map(|course| course.code.to_string()).collect(),
            kinds: county.shelf.certificates().iter().map(|rule| rule.id.clone()).collect(),
            second_for: county
                .shelf
                .certificates()
                .iter()
                .filter(|rule| rule.min_courses > 1)
                .map(|rule| rule.id.clone())
                .collect(),
            per_learner: credits(5_750),
            per_year: credits(100_000),
            from: today,
            until: today.plus_days(2 * 365),
        },
        ground: "县里发文，委托社区教育学院认定学习成果、发学习证书。".to_owned(),
        asker: county.staff("sample-admin")?,
        responsible_org: places::authority_of(&county.past, Some("990101")).await.map_err(words)?.organisation_name,
    };
    let ask = async move |tx: &Tx| Ok(agencies::ask(tx, &asked).await?.to_string());
    let request = county.step::<Error, _>("agency-delegation", ask).await?.parse().map_err(words)?;
    let decider = county.staff("sample-whole-bank")?;
    let agree = async move |tx: &Tx| {
        let shown = agencies::shown_before(tx, agency, request).await?;
        agencies::agree(tx, (agency, request), decider, &shown).await.map(|()| String::new())
    };
    county.step::<Error, _>("agency-agreed", agree).await.map(|_| ())
}

async fn work(
    county: &County,
    (login, role): (&str, Role),
    organisation: OrganisationId,
    area: &PlaceCode,
) -> Result<(), String> {
    let (by, learner) = (county.staff("sample-whole-bank")?, county.staff(login)?);
    let grant = Grant { role, organisation: Some(organisation), area: area.clone(), line: None };
    let add = async move |tx: &Tx| {
        let scope = identity::load_scope(tx, by).await?;
        identity::add_role(tx, &scope, learner, &grant).await.map(|()| String::new())
    };
    county.step::<identity::Error, _>(&format!("agency-{login}"), add).await.map(|_| ())
}
