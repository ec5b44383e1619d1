//! Recognising a pass: eight statements where it is credited, nine where its place has a number of passes that are credited in an hour.

use serde_json::json;

use super::joined_queries::Waiting;
use super::queries::NewResult;
use super::rules::{self, Levels, Verdict};
use super::{Credit, Error, Evidence, Recognised, UnitTerms, joined, joined_queries, looks, looks_queries, queries};
use crate::audit::{self, Entry};
use crate::db::Tx;
use crate::kernel::{Acting, ResultId};
use crate::ledger::{self, Amount, Asset, AwardKey, AwardSeries, AwardState, BANK, Chain, Key, Order, Posting};
use crate::outbox::{self, Event, Standing};

/// The scope of keys under which passed unit tests are posted.
const UNIT_TEST: &str = "recognition.unit_test";
/// Units have one level of their own so far.
pub(super) const UNIT_LEVEL: u8 = 1;

/// Recognises a pass of `acting.learner`: keeps it as a result and credits it where it is the first of its unit that may be.
/// The same attempt again gets the first answer. `besides` is what the caller has to tell of it: kept by one statement with what
/// recognition tells.
///
/// # Errors
/// [`Error::OtherUnit`], [`Error::BadTerms`]; what ledger and database refuse.
pub async fn recognise(
    tx: &Tx,
    acting: &Acting,
    evidence: &Evidence,
    terms: &UnitTerms,
    standing: &Standing,
    besides: &[Event<'_>],
) -> Result<Recognised, Error> {
    let Evidence::UnitTest { attempt, unit, supervision_level, .. } = evidence;
    if *unit != terms.unit {
        return Err(Error::OtherUnit);
    }
    let series = AwardSeries::new(Asset::LITERACY, unit, UNIT_LEVEL).ok_or(Error::BadTerms)?;
    let key = Key::new(UNIT_TEST, &attempt.to_string()).ok_or(Error::BadTerms)?;
    let chain = ledger::open(tx, acting.learner, key, Some(&series)).await?;
    let (open_cycle, is_first) = match chain.award() {
        AwardState::Open(cycle) => (Some(cycle), true),
        AwardState::Given(_) => (None, false),
    };
    let others = joined::others_of(tx, acting.learner).await?;
    let held_by = if is_first { joined::holder_among(tx, &others, &series).await? } else { None };
    let open_cycle = open_cycle.filter(|_| held_by.is_none());
    let levels = Levels { identity: acting.identity_level, supervision: *supervision_level };
    let verdict = rules::verdict(levels, terms.least, open_cycle);
    let awaits = match (verdict, terms.most_per_hour, &standing.place_code) {
        (Verdict::Award(_), Some(most), Some(place)) => looks::is_one_too_many(tx, place, most).await?.then_some(place.as_str()),
        _ => None,
    };
    let transfer = (matches!(verdict, Verdict::Award(_)) && awaits.is_none()).then(|| chain.next_id());
    let result = NewResult { id: ResultId::fresh(tx.now), acting, evidence, terms, transfer };
    if !queries::insert_result(tx, &result).await? {
        outbox::emit(tx, besides).await?;
        return first_answer(tx, acting, evidence, terms).await;
    }
    let credit = match verdict {
        Verdict::Award(cycle) => match awaits {
            Some(place) => {
                looks_queries::insert(tx, &result, place).await?;
                Credit::AwaitsLook
            }
            None => {
                let credit = award(tx, chain, &result, series, cycle).await?;
                if let (false, Some(transfer)) = (others.is_empty(), transfer) {
                    joined_queries::settle(tx, acting.learner, unit, transfer).await?;
                }
                credit
            }
        },
        Verdict::Held => {
            if let Some(held_by) = held_by {
                joined_queries::insert(tx, &Waiting::of(&result), held_by).await?;
            }
            Credit::HeldAlready
        }
        Verdict::RecordOnly => Credit::RecordOnly,
    };
    if is_first && terms.class_hours > 0 {
        queries::insert_standard_hours(tx, &result).await?;
    }
    tell(tx, &result, credit, standing, besides).await?;
    Ok(Recognised { result: result.id, credit, is_repeat: false })
}

async fn award(tx: &Tx, chain: Chain, result: &NewResult<'_>, series: AwardSeries, cycle: u32) -> Result<Credit, Error> {
    let Evidence::UnitTest { evidence_hash, .. } = result.evidence;
    let amount = Amount::of(result.terms.credits).ok_or(Error::BadTerms)?;
    let award_key = AwardKey::new(series, cycle).ok_or(Error::BadTerms)?;
    let order = Order {
        actor: result.acting.actor(),
        occurred_at: tx.now,
        rule_version: result.terms.rule_version.clone(),
        evidence: *evidence_hash,
    };
    let transfer = chain.next_id();
    ledger::post(tx, chain, &Posting::issue(order, award_key, BANK, amount)).await?;
    Ok(Credit::Posted { transfer, credits: amount.credits() })
}

/// The attempt was recognised before: what was answered then.
async fn first_answer(tx: &Tx, acting: &Acting, evidence: &Evidence, terms: &UnitTerms) -> Result<Recognised, Error> {
    let Evidence::UnitTest { attempt, .. } = evidence;
    let kept = queries::get_result_of(tx, acting.learner, *attempt).await?;
    let credit = match kept.transfer {
        Some(transfer) => {
            let posted = ledger::find_transfer(tx, acting.learner, transfer).await?;
            Credit::Posted { transfer, credits: posted.map_or(terms.credits, |posted| posted.amount.credits()) }
        }
        None if looks_queries::is_open(tx, acting.learner, kept.id).await? => Credit::AwaitsLook,
        None if kept.levels().reach(terms.least) => Credit::HeldAlready,
        None => Credit::RecordOnly,
    };
    Ok(Recognised { result: kept.id, credit, is_repeat: true })
}

/// The audit line and the events of a result, and those of the caller.
async fn tell(tx: &Tx, result: &NewResult<'_>, credit: Credit, standing: &Standing, besides: &[Event<'_>]) -> Result<(), Error> {
    let Evidence::UnitTest { edition, score, supervision_level, .. } = result.evidence;
    let (acting, terms) = (result.acting, result.terms);
    let credited = match credit {
        Credit::Posted { credits, .. } => credits.milli(),
        Credit::HeldAlready | Credit::AwaitsLook | Credit::RecordOnly => 0,
    };
    let id = result.id.to_string();
    let facts = json!({
        "result": id, "unit": terms.unit, "edition": edition, "score_permille": score.value(), "credited_milli": credited,
        "transfer": result.transfer, "identity_level": acting.identity_level.value(),
        "supervision_level": supervision_level.value(), "support": acting.support().code(), "rule_version": terms.rule_version,
    });
    let entry = Entry {
        actor: Some(acting.actor()),
        action: "recognition.recognise",
        object_kind: "result",
        object_id: &id,
        learner: Some(acting.learner),
        place_code: standing.place_code.as_deref(),
        detail: json!({ "unit": terms.unit, "credited_milli": credited }),
    };
    audit::record(tx, &entry).await?;
    let event = |kind, body| Event { kind, learner: Some(acting.learner), standing, body };
    let archivable = queries::archive_facts(&terms.responsible_org, tx.now, "result", &json!(id));
    let own = [event("recognition.recognised", facts), event("archivable", archivable)];
    outbox::emit(tx, own.iter().chain(besides)).await?;
    Ok(())
}
