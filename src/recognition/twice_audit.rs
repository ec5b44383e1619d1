//! Accounts of one person hold a unit once: while they are read as one, none is given what another holds. What both were given before that
//! is no mistake. Looked at below the mapper, and by it where something is to be named.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbErr};

use super::Error;
use crate::db::Scan;
use crate::identity::{self, AliasSpan};
use crate::kernel::{LearnerId, Timestamp, TransferId};
use crate::ledger::{self, AwardKey, AwardSeries};

/// Accounts whose awards are read together.
const AT_ONCE: usize = 200;

/// An award, as far as this goes.
#[derive(Clone, Debug)]
struct Given {
    learner: LearnerId,
    transfer: TransferId,
    series: AwardSeries,
    at: Timestamp,
    reversed_at: Option<Timestamp>,
}

/// Accounts, with what each was given.
type Books = BTreeMap<LearnerId, Vec<Given>>;

/// Two accounts that were one, from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Together {
    accounts: [LearnerId; 2],
    since: Timestamp,
    until: Option<Timestamp>,
}

/// The pairs that these joinings made: each account with its primary, and any two that were read through one at the same time.
fn pairs(spans: &[AliasSpan]) -> Vec<Together> {
    let mut pairs = Vec::new();
    let mut by_primary: BTreeMap<LearnerId, Vec<&AliasSpan>> = BTreeMap::new();
    for span in spans {
        pairs.push(Together { accounts: [span.learner, span.primary], since: span.since, until: span.until });
        by_primary.entry(span.primary).or_default().push(span);
    }
    for through in by_primary.values() {
        for (number, one) in through.iter().enumerate() {
            for other in through.iter().skip(number + 1).filter(|other| other.learner != one.learner) {
                let since = one.since.max(other.since);
                let until = [one.until, other.until].into_iter().flatten().min();
                if until.is_none_or(|until| until > since) {
                    pairs.push(Together { accounts: [one.learner, other.learner], since, until });
                }
            }
        }
    }
    pairs
}

/// The awards that were given while another account of the same person held the unit, and the two were one.
fn given_twice(spans: &[AliasSpan], books: &Books) -> BTreeSet<(LearnerId, TransferId)> {
    let mut found = BTreeSet::new();
    for pair in pairs(spans) {
        let [one, other] = pair.accounts.map(|learner| books.get(&learner).map(Vec::as_slice).unwrap_or_default());
        for (own, others) in [(one, other), (other, one)] {
            let is_within = |given: &&Given| pair.since < given.at && pair.until.is_none_or(|until| given.at < until);
            for given in own.iter().filter(is_within) {
                let held_it = |earlier: &&Given| {
                    earlier.series == given.series
                        && earlier.at <= given.at
                        && earlier.reversed_at.is_none_or(|reversed| reversed > given.at)
                };
                if others.iter().any(|earlier| held_it(&earlier)) {
                    found.insert((given.learner, given.transfer));
                }
            }
        }
    }
    found
}

fn members(spans: &[AliasSpan]) -> Vec<LearnerId> {
    let all: BTreeSet<LearnerId> = spans.iter().flat_map(|span| [span.learner, span.primary]).collect();
    all.into_iter().collect()
}

/// How many joinings there are; `None` where something is to be named.
pub(super) fn look(scan: &mut Scan) -> Result<Option<u64>, DbErr> {
    let spans = identity::scan_alias_spans(scan)?;
    let mut books = Books::new();
    for some in members(&spans).chunks(AT_ONCE) {
        ledger::each_award_of(scan, some, |learner, transfer, key, (at, reversed_at)| {
            let series = key.series().clone();
            books.entry(learner).or_default().push(Given { learner, transfer, series, at, reversed_at });
        })?;
    }
    let count = u64::try_from(spans.len()).unwrap_or(u64::MAX);
    Ok(given_twice(&spans, &books).is_empty().then_some(count))
}

/// How many joinings there are, and the awards that should not have been given.
pub(super) async fn name(view: &impl ConnectionTrait) -> Result<(u64, BTreeSet<(LearnerId, TransferId)>), Error> {
    let spans = identity::list_alias_spans(view).await?;
    let mut books = Books::new();
    for learner in members(&spans) {
        let book = ledger::book_of(view, learner).await?;
        let given = |(transfer, key): (&ledger::Transfer, &AwardKey)| Given {
            learner,
            transfer: transfer.id,
            series: key.series().clone(),
            at: transfer.recorded_at,
            reversed_at: book.reversal_of(transfer.id).map(|reversal| reversal.recorded_at),
        };
        let awards = book.transfers().iter().filter_map(|transfer| Some((transfer, transfer.award_key.as_ref()?)));
        books.insert(learner, awards.map(given).collect());
    }
    Ok((u64::try_from(spans.len()).unwrap_or(u64::MAX), given_twice(&spans, &books)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Asset;

    fn person(number: u128) -> LearnerId {
        LearnerId::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn span(learner: u128, since: i64, until: Option<i64>) -> AliasSpan {
        AliasSpan {
            learner: person(learner),
            primary: person(1),
            since: Timestamp::from_ms(since),
            until: until.map(Timestamp::from_ms),
        }
    }

    fn books(given: &[(u128, &str, i64, Option<i64>)]) -> Books {
        let mut books = Books::new();
        for (number, (learner, unit, at, reversed_at)) in given.iter().enumerate() {
            books.entry(person(*learner)).or_default().push(Given {
                learner: person(*learner),
                transfer: TransferId::from_uuid(uuid::Uuid::from_u128(u128::try_from(number).unwrap())),
                series: AwardSeries::new(Asset::LITERACY, unit, 1).unwrap(),
                at: Timestamp::from_ms(*at),
                reversed_at: reversed_at.map(Timestamp::from_ms),
            });
        }
        books
    }

    #[test]
    fn a_unit_given_to_both_before_or_after_is_no_mistake_and_in_between_it_is() {
        let while_joined = [span(2, 10, Some(20))];
        let cases = [
            ([(1, "T01", 5, None), (2, "T01", 7, None)], 0),
            ([(1, "T01", 5, None), (2, "T01", 10, None)], 0),
            ([(1, "T01", 5, None), (2, "T01", 15, None)], 1),
            ([(1, "T01", 15, None), (2, "T01", 5, None)], 1),
            ([(1, "T01", 5, None), (2, "T02", 15, None)], 0),
            ([(1, "T01", 5, Some(12)), (2, "T01", 15, None)], 0),
            ([(1, "T01", 5, Some(16)), (2, "T01", 15, None)], 1),
            ([(1, "T01", 5, None), (2, "T01", 20, None)], 0),
        ];
        for (given, mistakes) in cases {
            assert_eq!(given_twice(&while_joined, &books(&given)).len(), mistakes, "{given:?}");
        }
    }

    #[test]
    fn two_accounts_read_through_a_third_are_one_too() {
        let given = books(&[(2, "T01", 5, None), (3, "T01", 15, None)]);
        assert_eq!(given_twice(&[span(2, 1, None), span(3, 10, None)], &given).len(), 1);
        assert_eq!(given_twice(&[span(2, 1, Some(10)), span(3, 10, None)], &given).len(), 0);
    }
}
