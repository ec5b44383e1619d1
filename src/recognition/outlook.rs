//! What would come of a partner's results if they were credited now: looked up for many at once, nothing held and nothing written.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::ConnectionTrait;

use super::conversions::converted_within;
use super::numbers::digest_of_result;
use super::service::UNIT_LEVEL;
use super::{ConversionRule, Error, conversions_queries as records};
use crate::identity;
use crate::kernel::{Credits, Digest, LearnerId, TransferId};
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
    /// Who would answer for the records.
    pub responsible_org: &'a str,
    /// The most that it may have given to one person.
    pub per_person: Option<Credits>,
}

/// All accounts of each of these people, the books of all of them, and what the giver has given.
struct Known {
    accounts: HashMap<LearnerId, Vec<LearnerId>>,
    books: BTreeMap<LearnerId, Book>,
    given: HashSet<TransferId>,
}

impl Known {
    async fn of(db: &impl ConnectionTrait, learners: &[LearnerId], giver: Giver<'_>) -> Result<Self, Error> {
        let joined = identity::primaries_of(db, learners).await?;
        let mut accounts = HashMap::new();
        for learner in learners {
            let own = if joined.contains_key(learner) { identity::accounts_of(db, *learner).await? } else { vec![*learner] };
            accounts.insert(*learner, own);
        }
        let all: Vec<LearnerId> = accounts.values().flatten().copied().collect::<HashSet<_>>().into_iter().collect();
        let (books, given) = (ledger::books_of(db, &all).await?, records::list_of_org(db, &all, giver.responsible_org).await?);
        Ok(Self { accounts, books, given })
    }

    fn books_of(&self, learner: LearnerId) -> Vec<Book> {
        let accounts = self.accounts.get(&learner).map(Vec::as_slice).unwrap_or_default();
        accounts.iter().filter_map(|account| self.books.get(account).cloned()).collect()
    }

    fn given(&self, books: &[Book]) -> i64 {
        let awards = books.iter().flat_map(Book::standing_awards).filter(|award| self.given.contains(&award.id));
        awards.map(|award| award.amount.milli()).sum()
    }
}

/// What each of these results would credit, in their order; or why it would not. Each by itself: that two of them are of one person is the
/// caller's to see. Some five statements.
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
    let known = Known::of(db, &learners, giver).await?;
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
        let more = known.given(&books).saturating_add(converted.credited.milli());
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
