//! One rule of the county's agency: what a course certificate of a school elsewhere counts, drafted by the officer and published by another.

use super::{County, words};
use crate::agencies;
use crate::conversions::{self, Direction, Drafting, Error, Terms, TestCase};
use crate::db::{OnceKey, Tx};
use crate::kernel::{AgencyId, Credits, OrganisationId, RuleId, digest_of};
use crate::ledger::{Amount, Fraction};
use crate::places::{self, NewOrganisation, OrganisationKind};
use crate::recognition::{Deciders, Levels};

/// Days ago that it began.
const SINCE: i64 = 45;
/// The partner; made up like the county.
const PARTNER: &str = "石桥开放大学（示例）";
const UNIT: &str = "T05";

pub(super) async fn settle(county: &County, agency: AgencyId) -> Result<(), String> {
    county.turn_to(SINCE, "conversions");
    let partner = NewOrganisation {
        kind: OrganisationKind::School,
        name: PARTNER.to_owned(),
        place_code: "990101".to_owned(),
        line: None,
        address: None,
        phone: None,
        opening_hours: None,
        is_sample: true,
    };
    let add = async move |tx: &Tx| Ok(places::add_organisation(tx, &partner).await?.to_string());
    let partner: OrganisationId = county.step::<places::Error, _>("conversions-partner", add).await?.parse().map_err(words)?;
    let found = agencies::find_agency(county.past.db.read(), agency).await.map_err(words)?.ok_or_else(|| words(agency))?;
    let new = Drafting {
        responsible_org: found.name.clone(),
        agency: found.clone(),
        by: county.staff("sample-officer")?,
        terms: terms(county, partner)?,
        copied_from: None,
    };
    let (once, digest) =
        (OnceKey::parse("sample-form-conversions").ok_or_else(|| words(PARTNER))?, digest_of(&[PARTNER.as_bytes()]));
    let shelf = county.shelf.clone();
    let draft = async move |tx: &Tx| Ok(conversions::draft(tx, &shelf, &new, (&once, &digest)).await?.to_string());
    let rule: RuleId = county.step::<Error, _>("conversions-draft", draft).await?.parse().map_err(words)?;
    let (shelf, second) = (county.shelf.clone(), county.staff("sample-reviewer")?);
    let publish = async move |tx: &Tx| {
        let shown = conversions::try_out(tx, &shelf, (&found, rule), second).await?;
        conversions::publish(tx, &shelf, (&found, rule), second, &shown).await.map(|()| rule.to_string())
    };
    county.step::<Error, _>("conversions-publish", publish).await.map(|_| ())
}

/// Three study units of theirs make one credit, in steps of a quarter.
fn terms(county: &County, partner: OrganisationId) -> Result<Terms, String> {
    let (credits, today) = (|milli| Credits::from_milli(milli).unwrap_or_default(), county.clock.now().day());
    let step = Amount::from_milli(250).ok_or_else(|| words("step"))?;
    Ok(Terms {
        partner,
        direction: Direction::In,
        unit: UNIT.to_owned(),
        title: "石桥开放大学“手机入门”课程证书".to_owned(),
        fraction: Fraction { numerator: 1, denominator: 3, step },
        least: Levels::from_values(1, 2).ok_or_else(|| words("levels"))?,
        evidence: "证书的照片，要看得清编号和日期。".to_owned(),
        from: today,
        until: Some(today.plus_days(2 * 365)),
        deciders: Deciders::Two,
        most: Some(credits(1_500)),
        promised_days: 10,
        tests: vec![TestCase { value: 750, expects: credits(250) }, TestCase { value: 700, expects: credits(0) }],
    })
}
