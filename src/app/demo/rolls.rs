//! A roll of the county's agency that waits for a second person, and a rule by which awards go out to the same partner.

use super::{County, words};
use crate::agencies;
use crate::assessment;
use crate::conversions::{self, Direction, Drafting, Rule, Terms, TestCase};
use crate::db::{OnceKey, Tx};
use crate::identity::{self, Grant, Role};
use crate::kernel::{Acting, AgencyId, AttemptId, Credits, IdentityLevel, LearnerId, Permille, RuleId, digest_of};
use crate::ledger::{Amount, Fraction};
use crate::places::PlaceCode;
use crate::recognition::{self, Deciders, Evidence, Levels, SupervisionLevel};
use crate::rolls::{self, Deciding, NewRoll, Read, RollState};
use crate::transfers::{self, Offering};
use crate::web::sheet;

/// Days ago that the rule was written, and the roll brought.
const RULE_SINCE: i64 = 40;
const OFFER_SINCE: i64 = 3;
const ROLL_SINCE: i64 = 1;
/// People of the roll.
const PEOPLE: usize = 6;
/// The unit whose awards go out.
const OUT_UNIT: &str = "T19";
/// Who offers an award.
const OFFERS: &str = "liu";
/// Who passed that unit before two supervisors too, so that the award can go out; and how long ago.
const SUPERVISED: [&str; 3] = [OFFERS, "wang", "zhao"];
const SUPERVISED_SINCE: i64 = 5;

pub(super) async fn settle(county: &County, agency: AgencyId) -> Result<(), String> {
    let today = county.clock.now().day();
    let rules = conversions::rules_in_force(county.past.db.read(), Direction::In, today).await.map_err(words)?;
    let Some(rule) = rules.into_iter().find(|rule| rule.agency == agency) else { return Ok(()) };
    goes_out(county, agency, &rule).await?;
    county.turn_to(ROLL_SINCE, "roll");
    brought(county, agency, &rule).await
}

/// One of ours makes four study hours of theirs.
async fn goes_out(county: &County, agency: AgencyId, like: &Rule) -> Result<(), String> {
    county.turn_to(RULE_SINCE, "transfers");
    let found = agencies::find_agency(county.past.db.read(), agency).await.map_err(words)?.ok_or_else(|| words(agency))?;
    let (credits, today) = (|milli| Credits::from_milli(milli).unwrap_or_default(), county.clock.now().day());
    let worth = county.shelf.worth_of(OUT_UNIT).unwrap_or_default();
    let new = Drafting {
        responsible_org: found.name.clone(),
        agency: found.clone(),
        by: county.staff("sample-officer")?,
        terms: Terms {
            partner: like.partner,
            direction: Direction::Out,
            unit: OUT_UNIT.to_owned(),
            title: "石桥开放大学选修学时".to_owned(),
            fraction: Fraction { numerator: 4, denominator: 1, step: Amount::LEAST },
            least: Levels::from_values(1, 1).ok_or_else(|| words("levels"))?,
            evidence: "存折里的这一笔。".to_owned(),
            from: today,
            until: Some(today.plus_days(2 * 365)),
            deciders: Deciders::One,
            most: None,
            promised_days: 10,
            tests: vec![TestCase { value: worth.milli(), expects: credits(worth.milli().saturating_mul(4)) }],
        },
        copied_from: None,
    };
    let (once, digest) =
        (OnceKey::parse("sample-form-transfers").ok_or_else(|| words(OUT_UNIT))?, digest_of(&[OUT_UNIT.as_bytes()]));
    let shelf = county.shelf.clone();
    let draft = async move |tx: &Tx| Ok(conversions::draft(tx, &shelf, &new, (&once, &digest)).await?.to_string());
    let rule: RuleId = county.step::<conversions::Error, _>("transfers-draft", draft).await?.parse().map_err(words)?;
    let (shelf, second) = (county.shelf.clone(), county.staff("sample-reviewer")?);
    let publish = async move |tx: &Tx| {
        let shown = conversions::try_out(tx, &shelf, (&found, rule), second).await?;
        conversions::publish(tx, &shelf, (&found, rule), second, &shown).await.map(|()| rule.to_string())
    };
    county.step::<conversions::Error, _>("transfers-publish", publish).await?;
    let area = PlaceCode::parse("990101").ok_or_else(|| words("990101"))?;
    let grant = Grant { role: Role::Volunteer, organisation: Some(like.partner), area, line: None };
    let (by, learner) = (county.staff("sample-whole-bank")?, county.staff("sample-reviewer")?);
    let add = async move |tx: &Tx| {
        let scope = identity::load_scope(tx, by).await?;
        identity::add_role(tx, &scope, learner, &grant).await.map(|()| String::new())
    };
    county.step::<identity::Error, _>("transfers-receiver", add).await?;
    county.turn_to(SUPERVISED_SINCE, "supervised");
    for who in SUPERVISED {
        passed_before_two(county, who, OUT_UNIT).await?;
    }
    county.turn_to(OFFER_SINCE, "offer");
    offered(county).await
}

/// A unit passed once more, with a document seen on the day and two supervisors: kept beside the pass that was credited.
pub(super) async fn passed_before_two(county: &County, who: &str, unit: &str) -> Result<(), String> {
    let sample = county.sample(who)?;
    let org = crate::places::authority_of(&county.past, Some(sample.place.as_str())).await.map_err(words)?.organisation_name;
    let terms = assessment::terms_of(&county.shelf, unit, (&org, None)).map_err(words)?;
    let acting = Acting { identity_level: IdentityLevel::ON_THE_DAY, ..sample.acting };
    let standing = sample.standing(county.clock.now());
    let edition = county.shelf.digest().to_string();
    let name = format!("supervised-{who}-{unit}");
    let (who, unit) = (who.to_owned(), unit.to_owned());
    let pass = async move |tx: &Tx| {
        let evidence = Evidence::UnitTest {
            attempt: AttemptId::fresh(tx.now),
            unit: unit.clone(),
            edition: edition.clone(),
            score: Permille::of(9, 10),
            supervision_level: SupervisionLevel::EXAM,
            evidence_hash: digest_of(&[b"sample", who.as_bytes(), unit.as_bytes()]),
        };
        let kept = recognition::recognise(tx, &acting, &evidence, &terms, &standing, &[]).await?;
        Ok(kept.result.to_string())
    };
    county.step::<recognition::Error, _>(&name, pass).await.map(|_| ())
}

/// One award that waits for its receiver.
async fn offered(county: &County) -> Result<(), String> {
    let today = county.clock.now().day();
    let worth = |unit: &str| county.shelf.worth_of(unit);
    let sample = county.sample(OFFERS)?;
    let asked = (recognition::least_to_go_out(county.shelf.credit_rule()).map_err(words)?, worth);
    let ways = transfers::list_ways(county.past.db.read(), sample.acting.learner, today, asked).await.map_err(words)?;
    let Some(way) = ways.into_iter().next() else { return Ok(()) };
    let new = Offering {
        shown: way.shown(),
        way,
        acting: sample.acting,
        once: OnceKey::parse("sample-form-offer").ok_or_else(|| words(OFFERS))?,
        standing: sample.standing(county.clock.now()),
    };
    let offer = async move |tx: &Tx| Ok(transfers::offer(tx, &new).await?.to_string());
    county.step::<transfers::Error, _>("transfers-offer", offer).await.map(|_| ())
}

/// Results of people who have not passed the unit. The same file once more is the same roll.
async fn brought(county: &County, agency: AgencyId, rule: &Rule) -> Result<(), String> {
    let (db, keys) = (&county.past.db, &county.past.keys);
    let by = county.staff("sample-officer")?;
    let mut text = ["学员", "证书编号", "学分", "通过日期"].join(",");
    let passed_on = county.clock.now().day().minus_days(30);
    for (learner, number) in without(county, &rule.unit).await?.iter().zip(101..) {
        text.push_str(&format!("\n{learner},SQ-{number:04},0.75,{passed_on}"));
    }
    let mut lines = sheet::read(text.as_bytes()).map_err(|wrong| words(format!("{wrong:?}")))?;
    let head = rolls::read_head(&lines.remove(0).cells).map_err(|wrong| words(format!("{wrong:?}")))?;
    if lines.is_empty() {
        return Ok(());
    }
    let worth = county.shelf.worth_of(&rule.unit).ok_or_else(|| words(&rule.unit))?;
    let new = NewRoll {
        agency,
        rule: rule.id,
        worth,
        levels: rule.least,
        file: rolls::file_code(keys, text.as_bytes(), (rule.id, rule.least)),
        by,
        client: None,
        head,
        lines,
    };
    let (Read::New(id) | Read::Known(id)) = rolls::keep_roll(db, keys, &new).await.map_err(words)?;
    rolls::check(db, keys, id).await.map_err(words)?;
    let roll = rolls::find_roll(db.read(), agency, id).await.map_err(words)?;
    if roll.state == RollState::Checked && roll.wrong == 0 {
        let of = Deciding { agency, roll: id, by };
        db.write::<_, rolls::Error, _>(async move |tx: &Tx| rolls::ask(tx, of).await).await.map_err(words)?;
    }
    Ok(())
}

/// Some of the county's learners who have not passed this unit, always the same.
async fn without(county: &County, unit: &str) -> Result<Vec<LearnerId>, String> {
    let mut keys: Vec<&String> = county.learners.keys().collect();
    keys.sort();
    let mut found = Vec::new();
    for key in keys {
        let sample = county.sample(key)?;
        if found.len() == PEOPLE {
            break;
        }
        let passed = recognition::completed_units(county.past.db.read(), sample.acting.learner).await.map_err(words)?;
        if sample.place.starts_with("990101") && passed.iter().all(|one| one.unit != unit) {
            found.push(sample.acting.learner);
        }
    }
    Ok(found)
}
