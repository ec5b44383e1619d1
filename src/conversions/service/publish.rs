//! Trying a draft, and publishing it: another person, who names what the run came to.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::drafts::{partner_name, worth_of};
use super::{must_be_of, note};
use crate::agencies::{self, Agency, Wanted};
use crate::conversions::Error;
use crate::conversions::laboratory::{History, Run, reckon};
use crate::conversions::queries::runs::{self, KeptRun};
use crate::conversions::queries::versions::{self as queries, FORMAT, Matter, OPENNESS, RECORD_CLASS, RETENTION};
use crate::conversions::rule::{Rule, Terms};
use crate::conversions::rules::{Direction, RuleState};
use crate::conversions::ways::{Arc, gaining_way};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::identity;
use crate::kernel::{Credits, Digest, LearnerId, RuleId};
use crate::ledger::{Code, seal};
use crate::outbox::{self, Event, Standing};
use crate::recognition;

/// What a rule would come to now.
///
/// # Errors
/// [`Error::NoSuchUnit`]; what the database answers.
pub(in crate::conversions) async fn run_of(db: &impl ConnectionTrait, shelf: &Shelf, rule: &Rule) -> Result<Run, Error> {
    let worth = worth_of(shelf, &rule.unit)?;
    let code = match rule.direction {
        Direction::In => Code::ConvertIn,
        Direction::Out => Code::ConvertOut,
    };
    let lines = recognition::list_converted_with(db, rule.partner, code).await?;
    let mut people: Vec<LearnerId> = lines.iter().map(|line| line.learner).collect();
    people.sort();
    people.dedup();
    let primaries = if people.is_empty() { Vec::new() } else { identity::primaries_of(db, &people).await?.into_iter().collect() };
    let before = queries::find_newest(db, matter_of(rule)).await?.map(|newest| newest.id);
    let history = History { before, lines, primaries: primaries.into_iter().collect() };
    Ok(reckon(rule.id, &rule.terms(), worth, &history))
}

fn matter_of(rule: &Rule) -> Matter<'_> {
    Matter { agency: rule.agency, direction: rule.direction, partner: rule.partner, unit: &rule.unit }
}

/// The run that was kept last.
pub(in crate::conversions) async fn last_run(db: &impl ConnectionTrait, id: RuleId) -> Result<Option<KeptRun>, Error> {
    Ok(runs::find_last(db, id).await?)
}

/// Tries a draft and keeps what it came to: its digest. The same outcome again is kept once.
///
/// # Errors
/// [`Error::NoSuchRule`], [`Error::NotADraft`], [`Error::NoSuchUnit`].
pub async fn try_out(tx: &Tx, shelf: &Shelf, (agency, id): (&Agency, RuleId), by: LearnerId) -> Result<Digest, Error> {
    let rule = queries::hold(tx, id).await?.ok_or(Error::NoSuchRule)?;
    must_be_of(&rule, agency)?;
    if rule.state != RuleState::Draft {
        return Err(Error::NotADraft);
    }
    let run = run_of(tx, shelf, &rule).await?;
    let sealed = seal::latest(tx).await?.map_or(0, |signed| i64::try_from(signed.size).unwrap_or(i64::MAX));
    if runs::keep(tx, (id, &run.digest), run.sums(), (by, sealed)).await? {
        note(tx, (by, "conversions.try"), agency, (id, json!({ "digest": run.digest.to_string() }))).await?;
    }
    Ok(run.digest)
}

/// Publishes a draft as the next version of what it is about; it binds from its first day on. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRule`], [`Error::NotADraft`], [`Error::SamePerson`], [`Error::NoSuchPartner`], [`Error::OwnOrganisation`],
/// [`Error::NoSuchUnit`], [`Error::FirstDayPassed`], [`Error::TestFails`]; where the agency may not, what [`agencies::must_be_allowed`] refuses;
/// [`Error::Stale`] where the run is no longer what was shown, or was never kept; [`Error::GainingWay`].
pub async fn publish(
    tx: &Tx,
    shelf: &Shelf,
    (agency, id): (&Agency, RuleId),
    by: LearnerId,
    shown: &Digest,
) -> Result<(), Error> {
    runs::pass_gate(tx).await?;
    let rule = queries::hold(tx, id).await?.ok_or(Error::NoSuchRule)?;
    must_be_of(&rule, agency)?;
    if (rule.state, rule.published_by) == (RuleState::Published, Some(by)) {
        return Ok(());
    }
    if rule.state != RuleState::Draft {
        return Err(Error::NotADraft);
    }
    if identity::accounts_of(tx, rule.drafted_by).await?.contains(&by) {
        return Err(Error::SamePerson);
    }
    let (today, worth) = (tx.now.day(), worth_of(shelf, &rule.unit)?);
    let wanted = Wanted { unit: &rule.unit, credits: Credits::ZERO, already: Credits::ZERO };
    agencies::must_be_allowed(tx, agency.id, wanted, today).await?;
    let name = partner_name(tx, agency, rule.partner).await?;
    if rule.from < today {
        return Err(Error::FirstDayPassed);
    }
    if let Some(failed) = rule.terms().failed(worth).into_iter().next() {
        return Err(Error::TestFails(failed));
    }
    let run = run_of(tx, shelf, &rule).await?;
    if run.digest != *shown || !runs::is_kept(tx, id, shown).await? {
        return Err(Error::Stale);
    }
    let mut holding = queries::list_holding(tx, today).await?;
    holding.push(rule.clone());
    if let Some(way) = gaining_among(&holding) {
        return Err(Error::GainingWay(way.into_iter().map(words_of).collect()));
    }
    let version = queries::find_newest(tx, matter_of(&rule)).await?.map_or(0, |newest| newest.version) + 1;
    if !queries::publish(tx, id, version, (by, shown, &name)).await? {
        return Err(Error::NotADraft);
    }
    let detail = json!({ "version": version, "direction": rule.direction.code(), "unit": rule.unit, "run": shown.to_string() });
    note(tx, (by, "conversions.publish"), agency, (id, detail)).await?;
    tell(tx, agency, &rule, version).await
}

async fn tell(tx: &Tx, agency: &Agency, rule: &Rule, version: u32) -> Result<(), Error> {
    let standing = Standing { place_code: Some(agency.place_code.clone()), ..Standing::default() };
    let published = json!({
        "rule": rule.id, "agency": agency.id, "partner": rule.partner, "direction": rule.direction.code(), "unit": rule.unit,
        "version": version, "from": rule.from.to_string(), "until": rule.until.map(|day| day.to_string()),
    });
    let record = json!({
        "table": "conversion_rule", "id": rule.id, "record_class": RECORD_CLASS, "responsible_org": agency.name,
        "formed_at_ms": tx.now.ms(), "retention": RETENTION, "openness": OPENNESS, "format_version": FORMAT,
    });
    let event = |kind, body| Event { kind, learner: None, standing: &standing, body };
    Ok(outbox::emit(tx, &[event("conversion_rule.published", published), event("archivable", record)]).await?)
}

/// A point of the ways: a unit of ours, or a partner.
fn arcs_of(rules: &[Rule]) -> (usize, Vec<Arc>) {
    let mut points: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let mut number = |name: String| {
        let next = points.len();
        *points.entry(name).or_insert(next)
    };
    let arcs = rules.iter().map(|rule| {
        let (partner, unit) = (number(format!("partner {}", rule.partner)), number(format!("unit {}", rule.unit)));
        let (from, to) = match rule.direction {
            Direction::In => (partner, unit),
            Direction::Out => (unit, partner),
        };
        let part = |part: i64| part.unsigned_abs();
        Arc { from, to, numerator: part(rule.fraction.numerator), denominator: part(rule.fraction.denominator) }
    });
    let arcs: Vec<Arc> = arcs.collect();
    (points.len(), arcs)
}

/// The rules, in order, of some way round that gains among these. What is cut to steps and what the curriculum caps is left out: it only takes
/// away.
#[must_use]
pub fn gaining_among(rules: &[Rule]) -> Option<Vec<&Rule>> {
    let (points, arcs) = arcs_of(rules);
    let way = gaining_way(points, &arcs)?;
    Some(way.into_iter().filter_map(|number| rules.get(number)).collect())
}

/// How a rule is named where it stands in a way: where it leads, by which fraction.
pub(in crate::conversions) fn words_of(rule: &Rule) -> String {
    let Terms { unit, fraction, direction, .. } = rule.terms();
    let (from, to) = match direction {
        Direction::In => (rule.partner_name.clone(), unit),
        Direction::Out => (unit, rule.partner_name.clone()),
    };
    format!("{} ({from} × {}/{} = {to})", rule.title, fraction.numerator, fraction.denominator)
}
