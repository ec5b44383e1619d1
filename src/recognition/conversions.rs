//! Conversions by a partner's dated rule: a result from elsewhere becomes credit, or an award becomes a partner's credit. Fractions are
//! whole numbers, results are cut to steps, and what is left over goes to rounding in the same event.

use serde_json::json;

use super::conversions_queries::{self as records, Claim, NewConversion};
use super::instruction::{Instruction, Told, tell};
use super::numbers::{digest_of_result, source_id};
use super::queries::ResultFacts;
use super::service::UNIT_LEVEL;
use super::transfers_out::must_reach;
use super::{Error, Levels, joined, joined_queries, queries, rules, use_queries};
use crate::db::{OnceKey, Tx};
use crate::kernel::{Credits, Day, Digest, IdentityLevel, LearnerId, OrganisationId, Permille, ResultId, Timestamp, TransferId};
use crate::ledger::{
    self, Amount, Asset, AwardKey, AwardSeries, AwardState, Book, Code, Converted, Fraction, Key, Posting, Transfer,
};

/// The scope of keys under which results are credited.
pub(super) const SCOPE: &str = "recognition.convert_in";

/// The audit's action, and the event's kind.
const WORDS_IN: (&str, &str) = (SCOPE, "recognition.converted_in");

/// The form's key together with the unit: one form's key cannot answer for another's unit.
pub(super) fn key_of(once: &OnceKey, rule: &ConversionRule) -> String {
    format!("{}/{}", once.as_str(), rule.unit)
}

/// How many people a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deciders {
    /// The officer alone.
    One,
    /// The officer, and somebody else who approves.
    Two,
}

/// A published rule of conversion with one partner, as it was on its days.
#[derive(Clone, Debug)]
pub struct ConversionRule {
    /// With whom.
    pub partner: OrganisationId,
    /// The unit that is credited, or given.
    pub unit: String,
    /// In: thousandths of the partner's unit into milli-credits. Out: milli-credits into thousandths of the partner's unit. The step is one of
    /// what comes of it.
    pub fraction: Fraction,
    /// What the unit is worth by the curriculum: a conversion in never credits more.
    pub worth: Credits,
    /// The evidence asked for at least.
    pub least: Levels,
    /// Its version.
    pub version: String,
    /// The first day on which it holds.
    pub from: Day,
    /// The last one, where it has ended.
    pub until: Option<Day>,
    /// Who decides.
    pub deciders: Deciders,
    /// The most that may stand of one learner by this partner.
    pub most: Option<Credits>,
}

/// A result that a partner has certified.
#[derive(Clone, Debug)]
pub struct PartnerResult {
    /// The partner's own number of it.
    pub reference: String,
    /// What it is worth there, in thousandths of the partner's unit.
    pub value: i64,
    /// Share of the points reached.
    pub score: Permille,
    /// What is known of the person, and how it was supervised.
    pub levels: Levels,
    /// When it was passed.
    pub passed_at: Timestamp,
}

/// What a conversion in came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvertedIn {
    /// The award.
    pub transfer: TransferId,
    /// How much it is.
    pub credits: Credits,
}

impl ConversionRule {
    /// What is said of who sat there, as far as it counts for somebody who is `known`: that a document was seen on the day where the rule asks for that
    /// alone, since otherwise nobody has looked at it.
    #[must_use]
    pub fn counts(&self, said: IdentityLevel, known: IdentityLevel) -> IdentityLevel {
        if self.least.identity > IdentityLevel::DOCUMENT { said.as_far_as(known) } else { said.min(known) }
    }

    /// Whether it may be used today, by these people.
    pub(super) fn must_hold(&self, today: Day, officer: LearnerId, approver: Option<LearnerId>) -> Result<(), Error> {
        if today < self.from || self.until.is_some_and(|last| today > last) {
            return Err(Error::RuleNotInForce);
        }
        match (self.deciders, approver) {
            (_, Some(approver)) if approver == officer => Err(ledger::Error::OnePerson.into()),
            (Deciders::Two, None) => Err(Error::NeedsApproval),
            _ => Ok(()),
        }
    }

    /// Whether so much more stays within what may stand of one person, in all their accounts.
    pub(super) fn must_leave_room(&self, books: &[Book], more: Amount) -> Result<(), Error> {
        let is_by_it = |award: &&Transfer| award.code == Code::ConvertIn && award.issuer == self.partner;
        let held: i64 = books.iter().flat_map(Book::standing_awards).filter(is_by_it).map(|award| award.amount.milli()).sum();
        let is_full = self.most.is_some_and(|most| held.saturating_add(more.milli()) > most.milli());
        if is_full { Err(Error::CapReached) } else { Ok(()) }
    }
}

/// Credits a partner's result by its rule: as the award of its unit, once over everybody.
///
/// # Errors
/// [`Error::RuleNotInForce`], [`Error::NeedsApproval`], [`Error::EvidenceTooLow`], [`Error::NothingComesOfIt`], [`Error::CapReached`],
/// [`Error::ResultTaken`]; where the unit is credited already; what the database answers.
pub async fn convert_in(
    tx: &Tx,
    instruction: &Instruction<'_>,
    approver: Option<LearnerId>,
    rule: &ConversionRule,
    result: &PartnerResult,
) -> Result<ConvertedIn, Error> {
    let series = AwardSeries::new(Asset::LITERACY, &rule.unit, UNIT_LEVEL).ok_or(Error::BadTerms)?;
    let key = Key::new(SCOPE, &key_of(&instruction.once, rule)).ok_or(Error::BadTerms)?;
    let chain = ledger::open(tx, instruction.learner, key, Some(&series)).await?;
    if chain.is_repeat() {
        let first = first_of(tx, &chain, instruction, approver, (rule, &result.reference)).await?;
        return Ok(ConvertedIn { transfer: first.id, credits: first.amount.credits() });
    }
    rule.must_hold(tx.now.day(), instruction.officer, approver)?;
    if !result.levels.reach(rule.least) {
        return Err(Error::EvidenceTooLow);
    }
    let AwardState::Open(cycle) = chain.award() else { return Err(ledger::Error::AwardGiven.into()) };
    let others = joined::others_of(tx, instruction.learner).await?;
    if joined::holder_among(tx, &others, &series).await?.is_some() {
        return Err(ledger::Error::AwardGiven.into());
    }
    let converted = converted_within(result.value, rule.fraction, rule.worth).ok_or(Error::NothingComesOfIt)?;
    let mut books = vec![ledger::book_under(tx, &chain).await?];
    for other in &others {
        books.push(ledger::book_of(tx, *other).await?);
    }
    rule.must_leave_room(&books, converted.credited)?;
    claim(tx, instruction.learner, digest_of_result(rule.partner, &result.reference), chain.next_id()).await?;
    let award_key = AwardKey::new(series, cycle).ok_or(Error::BadTerms)?;
    let posting = Posting::convert_in(instruction.order(tx, &rule.version), award_key, rule.partner, converted);
    let posted = ledger::post(tx, chain, &posting).await?.transfers;
    let award = posted.first().ok_or(ledger::Error::BadPosting)?;
    let facts = ResultFacts {
        id: ResultId::fresh(tx.now),
        learner: instruction.learner,
        helper: None,
        support: "none",
        unit: &rule.unit,
        edition: "",
        source: ("conversion", source_id(rule.partner, &result.reference, cycle)),
        score: result.score,
        levels: result.levels,
        evidence: instruction.evidence,
        rule_version: &rule.version,
        responsible_org: &instruction.responsible_org,
        transfer: Some(award.id),
        passed_at: result.passed_at,
    };
    if !queries::insert_facts(tx, &facts).await? {
        return Err(Error::ResultTaken);
    }
    if !others.is_empty() {
        joined_queries::settle(tx, instruction.learner, &rule.unit, award.id).await?;
    }
    let new = NewConversion {
        instruction,
        approver,
        rule,
        kind: Code::ConvertIn,
        reference: &result.reference,
        value: result.value,
        transfer: award.id,
    };
    keep(tx, &new, WORDS_IN, award.amount).await?;
    Ok(ConvertedIn { transfer: award.id, credits: award.amount.credits() })
}

/// Gives an award to a partner, whole, by its rule. What the partner gets of it stands in the record, in thousandths of its unit.
///
/// # Errors
/// As [`convert_in`]; where there is no such award, it is taken, frozen or reversed, or of another unit than the rule's.
pub async fn convert_out(
    tx: &Tx,
    instruction: &Instruction<'_>,
    approver: Option<LearnerId>,
    rule: &ConversionRule,
    award: TransferId,
) -> Result<TransferId, Error> {
    let key = format!("{}/{award}", instruction.once.as_str());
    let key = Key::new("recognition.convert_out", &key).ok_or(Error::BadTerms)?;
    let chain = ledger::open(tx, instruction.learner, key, None).await?;
    if chain.is_repeat() {
        return Ok(first_of(tx, &chain, instruction, approver, (rule, &award.to_string())).await?.id);
    }
    rule.must_hold(tx.now.day(), instruction.officer, approver)?;
    let book = ledger::book_under(tx, &chain).await?;
    let given = book.get(award)?;
    if given.award_key.as_ref().ok_or(ledger::Error::NotAnAward)?.unit() != rule.unit {
        return Err(Error::OtherUnit);
    }
    let (value, remainder) = given_out(given.amount, rule.fraction).ok_or(Error::NothingComesOfIt)?;
    let posting = Posting::convert_out(instruction.order(tx, &rule.version), &book, award, remainder)?;
    must_reach(tx, &book, instruction.learner, award, rule.least).await?;
    joined::must_count(tx, instruction.learner, award).await?;
    let posted = ledger::post(tx, chain, &posting).await?.transfers;
    let first = posted.first().ok_or(ledger::Error::BadPosting)?;
    use_queries::insert_use(tx, instruction.learner, (award, Code::ConvertOut, first.id)).await?;
    let reference = award.to_string();
    let new =
        NewConversion { instruction, approver, rule, kind: Code::ConvertOut, reference: &reference, value, transfer: first.id };
    keep(tx, &new, ("recognition.convert_out", "recognition.converted_out"), first.amount).await?;
    Ok(first.id)
}

/// What a conversion in comes to where the unit is worth so much: what lies above that goes to rounding in the same event, so that nothing
/// disappears. `None` where nothing comes of it or too much.
#[must_use]
pub fn converted_within(value: i64, fraction: Fraction, worth: Credits) -> Option<Converted> {
    let converted = ledger::convert(value, fraction)?;
    let most = Amount::of(worth)?;
    if converted.credited <= most {
        return Some(converted);
    }
    let above = converted.credited.milli() - most.milli();
    let remainder = converted.remainder.map_or(0, Amount::milli).checked_add(above)?;
    Some(Converted { credited: most, remainder: Some(Amount::from_milli(remainder)?) })
}

/// What the partner gets for so much of ours, and what of ours is left over.
fn given_out(amount: Amount, fraction: Fraction) -> Option<(i64, Option<Amount>)> {
    let value = ledger::convert(amount.milli(), fraction)?.credited.milli();
    let used = rules::used_for(value, fraction.numerator, fraction.denominator)?;
    Some((value, Amount::from_milli(amount.milli().checked_sub(used)?)))
}

/// What was posted under the key before, where the same was asked then.
async fn first_of(
    tx: &Tx,
    chain: &ledger::Chain,
    instruction: &Instruction<'_>,
    approver: Option<LearnerId>,
    (rule, reference): (&ConversionRule, &str),
) -> Result<Transfer, Error> {
    let first = ledger::first_answer(tx, chain).await?.into_iter().next().ok_or(ledger::Error::BadPosting)?;
    let asked =
        records::Asked { partner: rule.partner, reference: reference.to_owned(), approver, rule_version: rule.version.clone() };
    let is_same = records::find_asked(tx, instruction.learner, first.id).await?.is_some_and(|then| then == asked);
    if is_same && instruction.is_answered_by(&first) { Ok(first) } else { Err(ledger::Error::KeyMisused.into()) }
}

/// Takes the partner's result for this award. Whoever had it before has it no more only where that award was reversed.
async fn claim(tx: &Tx, learner: LearnerId, result: Digest, award: TransferId) -> Result<(), Error> {
    match records::claim(tx, learner, result, award).await? {
        Claim::Ours => Ok(()),
        Claim::Held(holder, by) => {
            if ledger::book_of(tx, holder).await?.reversal_of(by).is_none() {
                return Err(Error::ResultTaken);
            }
            Ok(records::take_over(tx, learner, result, award).await?)
        }
    }
}

async fn keep(tx: &Tx, new: &NewConversion<'_>, words: (&'static str, &'static str), amount: Amount) -> Result<(), Error> {
    records::insert(tx, new).await?;
    tell(tx, &told_of(new, words, amount.credits())).await
}

/// What is told of a result that was credited.
pub(super) fn told_of_in<'a>(new: &NewConversion<'a>, credits: Credits) -> Told<'a> {
    told_of(new, WORDS_IN, credits)
}

fn told_of<'a>(new: &NewConversion<'a>, words: (&'static str, &'static str), credits: Credits) -> Told<'a> {
    Told {
        learner: new.instruction.learner,
        actor: Some(new.instruction.officer),
        standing: new.instruction.standing,
        responsible_org: &new.instruction.responsible_org,
        words,
        table: "conversion",
        transfer: new.transfer,
        facts: json!({
            "partner": new.rule.partner, "unit": new.rule.unit, "value": new.value, "milli": credits.milli(),
            "approver": new.approver, "rule_version": new.rule.version,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_above_the_units_worth_is_left_over_and_nothing_disappears() {
        let milli = |amount| Amount::from_milli(amount).unwrap();
        let by = Fraction { numerator: 1, denominator: 1, step: milli(250) };
        let worth = |milli| Credits::from_milli(milli).unwrap();
        let cases = [
            ((1000, 1000), Some((1000, None))),
            ((1001, 1000), Some((1000, Some(1)))),
            ((1300, 750), Some((750, Some(550)))),
            ((1300, 600), Some((600, Some(700)))),
            ((100, 750), None),
            ((1300, 0), None),
        ];
        for ((value, most), expected) in cases {
            let got = converted_within(value, by, worth(most));
            let got = got.map(|got| (got.credited.milli(), got.remainder.map(Amount::milli)));
            assert_eq!(got, expected, "{value} {most}");
            assert!(got.is_none_or(|(credited, rest)| credited + rest.unwrap_or(0) == value), "{value}");
        }
    }
}
