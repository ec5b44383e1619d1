//! Many results of one partner credited by one decision: together, by as many statements as one of them would take; or, where one of them
//! cannot be done with the others, one by one.

use std::collections::HashSet;

use sea_orm::DbErr;

use super::conversions::{self, ConvertedIn, PartnerResult};
use super::conversions_queries::{self as records, NewConversion};
use super::instruction::{Instruction, Told, tell_all};
use super::numbers::{digest_of_result, source_id};
use super::queries::{self, ResultFacts};
use super::service::UNIT_LEVEL;
use super::{ConversionRule, Error};
use crate::db::{OnceKey, Tx};
use crate::identity;
use crate::kernel::{Credits, Digest, LearnerId, ResultId, TransferId};
use crate::ledger::{self, Ask, Asset, AwardKey, AwardSeries, AwardState, Book, Chain, Code, Converted, Key, Posting, Transfer};
use crate::outbox::Standing;

/// One decision about many results of a partner.
#[derive(Clone, Debug)]
pub struct Roll<'a> {
    /// Who brought them.
    pub officer: LearnerId,
    /// Who agreed.
    pub approver: LearnerId,
    /// Digest of what it rests on.
    pub evidence: Digest,
    /// Who answers for the records.
    pub responsible_org: &'a str,
    /// By which rule.
    pub rule: &'a ConversionRule,
    /// The most that they may have given to one person in all.
    pub per_person: Option<Credits>,
}

/// One of the results.
#[derive(Clone, Debug)]
pub struct RollLine {
    /// Whose it is.
    pub learner: LearnerId,
    /// The key under which it is done once.
    pub once: OnceKey,
    /// The result.
    pub result: PartnerResult,
    /// Where the learner stands.
    pub standing: Standing,
}

impl Roll<'_> {
    fn instruction<'l>(&self, line: &'l RollLine) -> Instruction<'l> {
        Instruction {
            learner: line.learner,
            officer: self.officer,
            evidence: self.evidence,
            responsible_org: self.responsible_org.to_owned(),
            once: line.once.clone(),
            standing: &line.standing,
        }
    }

    /// Whether so many milli-credits in all stay within what one person may be given.
    fn must_leave_room(&self, given: i64) -> Result<(), Error> {
        let is_over = self.per_person.is_some_and(|most| given > most.milli());
        if is_over { Err(Error::OverPerPerson) } else { Ok(()) }
    }
}

/// What stands in these books of what was credited by one of these versions of rules, in milli-credits; without `except`.
#[must_use]
pub fn given_in<'a>(books: impl IntoIterator<Item = &'a Book>, versions: &HashSet<String>, except: Option<TransferId>) -> i64 {
    let is_given = |award: &&Transfer| {
        award.code == Code::ConvertIn && Some(award.id) != except && versions.contains(award.rule_version.as_str())
    };
    books.into_iter().flat_map(Book::standing_awards).filter(is_given).map(|award| award.amount.milli()).sum()
}

/// Credits one result of a roll, as [`super::convert_in`] does. `versions_of` says by which versions of rules whoever answers for the records has
/// given; it is asked once the chain is held, so that what was given before counts by whichever version.
///
/// # Errors
/// As [`super::convert_in`]; [`Error::OverPerPerson`].
pub async fn convert_one_in(
    tx: &Tx,
    roll: &Roll<'_>,
    line: &RollLine,
    versions_of: impl AsyncFnOnce(&Tx) -> Result<HashSet<String>, DbErr>,
) -> Result<ConvertedIn, Error> {
    let done = conversions::convert_in(tx, &roll.instruction(line), Some(roll.approver), roll.rule, &line.result).await?;
    // The chain is held since: nobody gives this person anything meanwhile.
    let accounts = identity::accounts_of(tx, line.learner).await?;
    let books = ledger::books_of(tx, &accounts).await?;
    roll.must_leave_room(given_in(books.values(), &versions_of(tx).await?, None))?;
    Ok(done)
}

/// A line that can be done with the others.
struct Ready<'a> {
    line: &'a RollLine,
    instruction: Instruction<'a>,
    cycle: u32,
    transfer: TransferId,
}

/// Credits results of different people together, all or none: in as many statements as one of them would take. In the order of `lines`. `versions_of`
/// as for [`convert_one_in`], asked once for all of them.
///
/// # Errors
/// [`Error::NotTogether`] where one of them cannot be done with the others: it was done before, is of somebody who has several accounts, is
/// credited to somebody, or must be refused. What the database answers.
pub async fn convert_all_in(
    tx: &Tx,
    roll: &Roll<'_>,
    lines: &[RollLine],
    versions_of: impl AsyncFnOnce(&Tx) -> Result<HashSet<String>, DbErr>,
) -> Result<Vec<ConvertedIn>, Error> {
    let rule = roll.rule;
    rule.must_hold(tx.now.day(), roll.officer, Some(roll.approver))?;
    let series = AwardSeries::new(Asset::LITERACY, &rule.unit, UNIT_LEVEL).ok_or(Error::BadTerms)?;
    let chains = open(tx, (rule, &series), lines).await?;
    let learners: Vec<LearnerId> = lines.iter().map(|line| line.learner).collect();
    if !identity::primaries_of(tx, &learners).await?.is_empty() {
        return Err(Error::NotTogether);
    }
    let (books, versions) = (ledger::books_of(tx, &learners).await?, versions_of(tx).await?);
    let (mut ready, mut postings) = (Vec::with_capacity(lines.len()), Vec::with_capacity(lines.len()));
    for (chain, line) in chains.into_iter().zip(lines) {
        let AwardState::Open(cycle) = chain.award() else { return Err(Error::NotTogether) };
        let converted = converted(rule, &line.result)?;
        let book = books.get(&line.learner).cloned().unwrap_or_default();
        let given = given_in([&book], &versions, None).saturating_add(converted.credited.milli());
        let fits = rule.must_leave_room(std::slice::from_ref(&book), converted.credited).and(roll.must_leave_room(given));
        if fits.is_err() || !line.result.levels.reach(rule.least) {
            return Err(Error::NotTogether);
        }
        let instruction = roll.instruction(line);
        let award_key = AwardKey::new(series.clone(), cycle).ok_or(Error::BadTerms)?;
        let posting = Posting::convert_in(instruction.order(tx, &rule.version), award_key, rule.partner, converted);
        ready.push(Ready { line, instruction, cycle, transfer: chain.next_id() });
        postings.push((chain, posting));
    }
    claim(tx, rule, &ready).await?;
    let mut done = Vec::with_capacity(lines.len());
    for posted in ledger::post_many(tx, &postings).await? {
        let award = posted.ok().filter(|posted| !posted.is_repeat).and_then(|posted| posted.transfers.into_iter().next());
        let award = award.ok_or(Error::NotTogether)?;
        done.push(ConvertedIn { transfer: award.id, credits: award.amount.credits() });
    }
    keep(tx, roll, &ready, &done).await?;
    Ok(done)
}

/// The chains of all of them, held until the commit.
async fn open(tx: &Tx, (rule, series): (&ConversionRule, &AwardSeries), lines: &[RollLine]) -> Result<Vec<Chain>, Error> {
    let ask = |line: &RollLine| {
        let key = Key::new(conversions::SCOPE, &conversions::key_of(&line.once, rule)).ok_or(Error::BadTerms)?;
        Ok(Ask { learner: line.learner, key, series: Some(series.clone()) })
    };
    let asks = lines.iter().map(ask).collect::<Result<Vec<_>, Error>>()?;
    let chains = match ledger::open_many(tx, asks).await {
        // Somebody stands there twice.
        Err(ledger::Error::BadPosting) => return Err(Error::NotTogether),
        chains => chains?,
    };
    if chains.iter().any(Chain::is_repeat) { Err(Error::NotTogether) } else { Ok(chains) }
}

fn converted(rule: &ConversionRule, result: &PartnerResult) -> Result<Converted, Error> {
    conversions::converted_within(result.value, rule.fraction, rule.worth).ok_or(Error::NotTogether)
}

/// Takes the partner's results for these awards; whoever has one already, whatever has become of it, is a matter of its own.
async fn claim(tx: &Tx, rule: &ConversionRule, ready: &[Ready<'_>]) -> Result<(), Error> {
    let claims: Vec<(LearnerId, Digest, TransferId)> = ready
        .iter()
        .map(|one| (one.line.learner, digest_of_result(rule.partner, &one.line.result.reference), one.transfer))
        .collect();
    let taken = records::claim_all(tx, &claims).await?;
    if usize::try_from(taken) == Ok(claims.len()) { Ok(()) } else { Err(Error::NotTogether) }
}

/// Results, records, trail and events of all of them.
async fn keep(tx: &Tx, roll: &Roll<'_>, ready: &[Ready<'_>], done: &[ConvertedIn]) -> Result<(), Error> {
    let rule = roll.rule;
    let facts: Vec<ResultFacts<'_>> = ready.iter().map(|one| facts_of(tx, roll, one)).collect();
    let kept = queries::insert_all_facts(tx, &facts).await?;
    if usize::try_from(kept) != Ok(facts.len()) {
        return Err(Error::NotTogether);
    }
    let new: Vec<NewConversion<'_>> = ready
        .iter()
        .map(|one| NewConversion {
            instruction: &one.instruction,
            approver: Some(roll.approver),
            rule,
            kind: Code::ConvertIn,
            reference: &one.line.result.reference,
            value: one.line.result.value,
            transfer: one.transfer,
        })
        .collect();
    records::insert_all(tx, &new).await?;
    let told: Vec<Told<'_>> = new.iter().zip(done).map(|(new, done)| conversions::told_of_in(new, done.credits)).collect();
    tell_all(tx, &told).await
}

fn facts_of<'a>(tx: &Tx, roll: &'a Roll<'a>, one: &'a Ready<'a>) -> ResultFacts<'a> {
    let result = &one.line.result;
    ResultFacts {
        id: ResultId::fresh(tx.now),
        learner: one.line.learner,
        helper: None,
        support: "none",
        unit: &roll.rule.unit,
        edition: "",
        source: ("conversion", source_id(roll.rule.partner, &result.reference, one.cycle)),
        score: result.score,
        levels: result.levels,
        evidence: roll.evidence,
        rule_version: &roll.rule.version,
        responsible_org: roll.responsible_org,
        transfer: Some(one.transfer),
        passed_at: result.passed_at,
    }
}
