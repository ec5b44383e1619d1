//! What would come of a partner's results if they were credited now: looked up for many at once, nothing held and nothing written.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::ConnectionTrait;

use super::conversions::converted_within;
use super::many::given_in;
use super::numbers::digest_of_result;
use super::service::UNIT_LEVEL;
use super::{ConversionRule, Error, conversions_queries as records};
use crate::identity;
use crate::kernel::{Credits, Digest, LearnerId};
use crate::ledger::{self, Asset, AwardSeries, AwardState, Book};

/// A result that somebody brings.
#[derive(Clone, Copy, Debug)]
pub struct Brought<'a> {
    /// Whose.
    pub learner: LearnerId,
    /// The partner's number of it.
    pub reference: &'a str,
    /// What it is worth there, in thousandths of the partner's unit.
    pub value: i64,
}

/// Who would give it, and how much to one person in all.
#[derive(Clone, Copy, Debug)]
pub struct Giver<'a> {
    /// By which versions of rules they have given.
    pub versions: &'a HashSet<String>,
    /// The most that they may have given to one person.
    pub per_person: Option<Credits>,
}

/// All accounts of each of these people, and the books of all of them.
struct Known {
    accounts: HashMap<LearnerId, Vec<LearnerId>>,
    books: BTreeMap<LearnerId, Book>,
}

impl Known {
    async fn of(db: &impl ConnectionTrait, learners: &[LearnerId]) -> Result<Self, Error> {
        let joined = identity::primaries_of(db, learners).await?;
        let mut accounts = HashMap::new();
        for learner in learners {
            let own = if joined.contains_key(learner) { identity::accounts_of(db, *learner).await? } else { vec![*learner] };
            accounts.insert(*learner, own);
        }
        let all: Vec<LearnerId> = accounts.values().flatten().copied().collect::<HashSet<_>>().into_iter().collect();
        Ok(Self { accounts, books: ledger::books_of(db, &all).await? })
    }

    fn books_of(&self, learner: LearnerId) -> Vec<Book> {
        let accounts = self.accounts.get(&learner).map(Vec::as_slice).unwrap_or_default();
        accounts.iter().filter_map(|account| self.books.get(account).cloned()).collect()
    }
}

/// What each of these results would credit, in their order; or why it would not. Each by itself: that two of them are of one person is the
/// caller's to see. Three statements, however many there are; one more for each account that is joined with others, and one for each result
/// that somebody has already.
///
/// # Errors
/// What the database answers.
pub async fn outlook(
    db: &impl ConnectionTrait,
    (rule, giver): (&ConversionRule, Giver<'_>),
    brought: &[Brought<'_>],
) -> Result<Vec<Result<Credits, Error>>, Error> {
    let series = AwardSeries::new(Asset::LITERACY, &rule.unit, UNIT_LEVEL).ok_or(Error::BadTerms)?;
    let learners: Vec<LearnerId> = brought.iter().map(|one| one.learner).collect::<HashSet<_>>().into_iter().collect();
    let known = Known::of(db, &learners).await?;
    let digests: Vec<Digest> = brought.iter().map(|one| digest_of_result(rule.partner, one.reference)).collect();
    let taken = taken(db, &digests).await?;
    let each = |(one, digest): (&Brought<'_>, &Digest)| {
        let books = known.books_of(one.learner);
        let is_held = books.iter().any(|book| matches!(book.award_state(&series), AwardState::Given(_)));
        if is_held {
            return Err(ledger::Error::AwardGiven.into());
        }
        if taken.contains(digest) {
            return Err(Error::ResultTaken);
        }
        let converted = converted_within(one.value, rule.fraction, rule.worth).ok_or(Error::NothingComesOfIt)?;
        rule.must_leave_room(&books, converted.credited)?;
        let more = given_in(&books, giver.versions, None).saturating_add(converted.credited.milli());
        let is_over = giver.per_person.is_some_and(|most| more > most.milli());
        if is_over { Err(Error::OverPerPerson) } else { Ok(converted.credited.credits()) }
    };
    Ok(brought.iter().zip(&digests).map(each).collect())
}

/// Those of these results whose award stands.
async fn taken(db: &impl ConnectionTrait, digests: &[Digest]) -> Result<HashSet<Digest>, Error> {
    let mut taken = HashSet::new();
    for (digest, holder, award) in records::list_claims(db, digests).await? {
        if ledger::book_of(db, holder).await?.reversal_of(award).is_none() {
            taken.insert(digest);
        }
    }
    Ok(taken)
}
