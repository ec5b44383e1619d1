//! Looking ahead: the book as it would be with a posting added, before anybody decides. Pure.

use uuid::Uuid;

use super::Error;
use super::canonical::FORMAT;
use super::posting::{Leg, Posting};
use super::rules::balances_after;
use super::transfer::{Book, Transfer};
use super::words::Asset;
use crate::kernel::{LearnerId, TransferId, digest_of};

impl Posting {
    /// `book` with this posting added. For looking ahead only: ids, keys, salts and digests are not those that it will have.
    ///
    /// # Errors
    /// [`Error::Overdrawn`] where a balance would fall below nought.
    pub fn tried_on(&self, book: &Book) -> Result<Book, Error> {
        let mut transfers = book.transfers().to_vec();
        for leg in &self.legs {
            let next = self.trial_of(leg, transfers.last())?;
            transfers.push(next);
        }
        Ok(Book::of(transfers))
    }

    fn trial_of(&self, leg: &Leg, last: Option<&Transfer>) -> Result<Transfer, Error> {
        let order = &self.order;
        let version = last.map_or(1, |last| last.version.saturating_add(1));
        let before = last.map(|last| last.after).unwrap_or_default();
        let recorded_at = last.map_or(order.occurred_at, |last| last.recorded_at.max(order.occurred_at));
        let nothing = digest_of(&[]);
        Ok(Transfer {
            learner: last.map_or(LearnerId::NOBODY, |last| last.learner),
            id: TransferId::from_uuid(Uuid::from_u128(u128::try_from(version).unwrap_or_default())),
            asset: Asset::LITERACY,
            version,
            code: leg.code,
            phase: leg.phase,
            sides: leg.sides,
            issuer: leg.issuer,
            amount: leg.amount,
            before,
            before_recorded_at: last.map(|last| last.recorded_at),
            after: balances_after(before, leg.sides, leg.amount)?,
            group: Uuid::nil(),
            names: leg.names,
            award_key: leg.award_key.clone(),
            occurred_at: order.occurred_at,
            recorded_at,
            actor: order.actor,
            approver: self.approver,
            reason: self.reason.as_ref().map(|reason| reason.code().to_owned()),
            rule_version: order.rule_version.clone(),
            evidence: order.evidence,
            key_scope: String::new(),
            key: String::new(),
            request: nothing,
            format_version: FORMAT,
            salt: [0; 16],
            leaf: nothing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical::tests::issue;
    use super::super::posting::{Approval, Order, Reason};
    use super::*;

    #[test]
    fn a_posting_tried_on_a_book_shows_its_balances_and_leaves_the_book_alone() {
        let first = issue();
        let book = Book::of(vec![first.clone()]);
        let order = || Order {
            actor: first.actor,
            occurred_at: first.occurred_at,
            rule_version: first.rule_version.clone(),
            evidence: first.evidence,
        };
        let reason = Reason::parse("wrong_person").unwrap();
        let approval = Approval { approver: LearnerId::NOBODY, reason: reason.clone() };
        let frozen = Posting::freeze(order(), reason, &book, first.id).unwrap().tried_on(&book).unwrap();
        let last = frozen.transfers().last().unwrap();
        assert_eq!((last.after.frozen, last.after.holding.milli()), (first.amount.credits(), 0));
        assert_eq!(frozen.taker_of(first.id).unwrap().id, last.id);
        let reversed = Posting::reverse(order(), approval, &book, first.id).unwrap().tried_on(&book).unwrap();
        assert_eq!(reversed.standing_awards().count(), 0);
        assert_eq!((book.transfers().len(), book.standing_awards().count()), (1, 1));
    }
}
