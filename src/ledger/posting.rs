//! What is asked of the ledger. A [`Posting`] can only be made by its constructors, and they make only valid ones. Pure.

use std::borrow::Cow;

use super::Error;
use super::rules::{self, Converted};
use super::transfer::{Book, How, Named, Transfer};
use super::words::{Amount, AwardKey, AwardSeries, Code, Key, Phase, Sides};
use crate::kernel::{Digest, LearnerId, OrganisationId, Timestamp, TransferId, digest_of};

/// What is asked about before something is posted for a learner.
#[derive(Clone, Debug)]
pub struct Ask {
    /// For whom.
    pub learner: LearnerId,
    /// Under which key.
    pub key: Key,
    /// The awards that matter, if any.
    pub series: Option<AwardSeries>,
}

/// Who asks for a posting, since when, by which rule and on what evidence.
#[derive(Clone, Debug)]
pub struct Order {
    /// Whose hand.
    pub actor: LearnerId,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Version of the rule that decided it.
    pub rule_version: String,
    /// Digest of the evidence.
    pub evidence: Digest,
}

/// Why something was put right: a short code from the list of reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(Cow<'static, str>);

impl Reason {
    /// A reason of no other kind, which is told in words.
    pub const OTHER: Self = Self(Cow::Borrowed("other"));

    /// A reason's code: 2 to 40 small letters, digits and `_`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        ((2..=40).contains(&code.len()) && code.bytes().all(fits)).then(|| Self(code.to_owned().into()))
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }
}

/// The second person, and why.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Who approved; never the one who asked.
    pub approver: LearnerId,
    /// Why.
    pub reason: Reason,
}

/// One leg of a posting: one row to be.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) code: Code,
    pub(super) phase: Phase,
    pub(super) sides: Sides,
    pub(super) amount: Amount,
    pub(super) issuer: OrganisationId,
    pub(super) names: Option<Named>,
    pub(super) award_key: Option<AwardKey>,
}

/// A business event of one learner, ready to be posted.
#[derive(Clone, Debug)]
pub struct Posting {
    pub(super) order: Order,
    pub(super) approver: Option<LearnerId>,
    pub(super) reason: Option<Reason>,
    pub(super) legs: Vec<Leg>,
}

impl Posting {
    /// A recognised result becomes credit, once under its award key.
    #[must_use]
    pub fn issue(order: Order, award_key: AwardKey, issuer: OrganisationId, amount: Amount) -> Self {
        let leg = Leg::outer(Code::Issue, rules::ISSUE, amount, issuer);
        Self::plain(order, vec![Leg { award_key: Some(award_key), ..leg }])
    }

    /// An award comes under dispute.
    ///
    /// # Errors
    /// Where there is no such award, or it is taken or reversed.
    pub fn freeze(order: Order, reason: Reason, book: &Book, award: TransferId) -> Result<Self, Error> {
        let legs = vec![Leg::taking(book, award, Code::Freeze, Phase::Single)?];
        Ok(Self { reason: Some(reason), ..Self::plain(order, legs) })
    }

    /// A dispute ended well: what `freeze` froze stands again.
    ///
    /// # Errors
    /// Where it is no freeze or is resolved already; where one person would decide alone.
    pub fn unfreeze(order: Order, approval: Approval, book: &Book, freeze: TransferId) -> Result<Self, Error> {
        let legs = vec![Leg::resolving(book, freeze, Code::Freeze, Code::Unfreeze, Phase::Single)?];
        Self::approved(order, approval, legs)
    }

    /// An award is withdrawn after fraud or error. A frozen one is unfrozen first, by a posting of its own.
    ///
    /// # Errors
    /// Where there is no such award, or it is taken or reversed; where one person would decide alone.
    pub fn revoke(order: Order, approval: Approval, book: &Book, award: TransferId) -> Result<Self, Error> {
        let legs = vec![Leg::taking(book, award, Code::Revoke, Phase::Single)?];
        Self::approved(order, approval, legs)
    }

    /// An award is offered to an outside programme, whole; it is set aside until the receiver answers.
    ///
    /// # Errors
    /// Where there is no such award, or it is taken or reversed.
    pub fn transfer_out(order: Order, book: &Book, award: TransferId) -> Result<Self, Error> {
        Ok(Self::plain(order, vec![Leg::taking(book, award, Code::TransferOut, Phase::Pending)?]))
    }

    /// The receiver took what `pending` set aside.
    ///
    /// # Errors
    /// Where it is no pending transfer or is resolved already.
    pub fn transfer_out_post(order: Order, book: &Book, pending: TransferId) -> Result<Self, Error> {
        Ok(Self::plain(order, vec![Leg::resolving(book, pending, Code::TransferOut, Code::TransferOut, Phase::Post)?]))
    }

    /// The receiver did not take it, or did not answer in time.
    ///
    /// # Errors
    /// Where it is no pending transfer or is resolved already.
    pub fn transfer_out_void(order: Order, book: &Book, pending: TransferId) -> Result<Self, Error> {
        Ok(Self::plain(order, vec![Leg::resolving(book, pending, Code::TransferOut, Code::TransferOut, Phase::Void)?]))
    }

    /// An outside result becomes credit by a partner's rule; what the rule leaves over goes to rounding.
    #[must_use]
    pub fn convert_in(order: Order, award_key: AwardKey, partner: OrganisationId, what: Converted) -> Self {
        let leg = Leg::outer(Code::ConvertIn, rules::CONVERT_IN, what.credited, partner);
        let mut legs = vec![Leg { award_key: Some(award_key), ..leg }];
        legs.extend(what.remainder.map(|remainder| Leg::outer(Code::Rounding, rules::ROUNDING, remainder, partner)));
        Self::plain(order, legs)
    }

    /// An award becomes a partner's, whole; `remainder` of it is less than the partner's smallest unit and goes to rounding.
    ///
    /// # Errors
    /// Where there is no such award, or it is taken or reversed; where the remainder is not less than the award.
    pub fn convert_out(order: Order, book: &Book, award: TransferId, remainder: Option<Amount>) -> Result<Self, Error> {
        let taken = Leg::taking(book, award, Code::ConvertOut, Phase::Single)?;
        if remainder.is_some_and(|remainder| remainder >= taken.amount) {
            return Err(Error::BadPosting);
        }
        let rest = remainder.map(|remainder| Leg::outer(Code::Rounding, rules::ROUNDING, remainder, taken.issuer));
        Ok(Self::plain(order, std::iter::once(taken).chain(rest).collect()))
    }

    /// 冲正: the exact opposite of a transfer and of all that was one event with it: both legs of a conversion, both phases of a transfer out.
    ///
    /// # Errors
    /// Where it cannot be reversed, or was, or something still hangs on it; where one person would decide alone.
    pub fn reverse(order: Order, approval: Approval, book: &Book, transfer: TransferId) -> Result<Self, Error> {
        let target = book.get(transfer)?;
        let mut group: Vec<&Transfer> = match (target.code, target.phase) {
            (Code::TransferOut, Phase::Post) => {
                let pending = target.names.ok_or(Error::NotReversible)?;
                vec![book.get(pending.id)?, target]
            }
            (Code::ConvertIn | Code::ConvertOut | Code::Rounding, _) => {
                book.transfers().iter().filter(|other| other.group == target.group).collect()
            }
            _ => vec![target],
        };
        group.reverse();
        let legs = group.iter().map(|one| Leg::reversing(book, one, &group)).collect::<Result<_, _>>()?;
        Self::approved(order, approval, legs)
    }

    /// 恢复: an issue that was reversed by mistake is made again, of the same amount, as the award of the next cycle.
    ///
    /// # Errors
    /// Where it is no issue or stands; where the unit was credited again since; where one person would decide alone.
    pub fn issue_again(order: Order, approval: Approval, book: &Book, award: TransferId) -> Result<Self, Error> {
        let given = book.get(award)?;
        let key = given.award_key.as_ref().filter(|_| given.code == Code::Issue).ok_or(Error::NotAnAward)?;
        if book.reversal_of(award).is_none() {
            return Err(Error::NotReversed);
        }
        let of_series = book.transfers().iter().filter_map(|transfer| transfer.award_key.as_ref());
        let newest = of_series.filter(|other| other.series() == key.series()).map(AwardKey::cycle).max();
        if newest != Some(key.cycle()) {
            return Err(Error::AwardGiven);
        }
        let next = AwardKey::new(key.series().clone(), key.cycle().saturating_add(1)).ok_or(Error::BadPosting)?;
        let leg = Leg::outer(Code::Issue, rules::ISSUE, given.amount, given.issuer);
        Self::approved(order, approval, vec![Leg { award_key: Some(next), ..leg }])
    }

    /// Digest of what is asked, without when: the same request asked again has the same.
    #[must_use]
    pub fn request(&self) -> Digest {
        let mut parts = vec![
            self.order.actor.uuid().as_bytes().to_vec(),
            self.order.rule_version.clone().into_bytes(),
            self.order.evidence.to_vec(),
            self.approver.map(|id| id.uuid().as_bytes().to_vec()).unwrap_or_default(),
            self.reason.as_ref().map(|reason| reason.code().as_bytes().to_vec()).unwrap_or_default(),
        ];
        for leg in &self.legs {
            parts.push(format!("{} {} {} {}", leg.code, leg.phase, leg.sides.debit, leg.sides.credit).into_bytes());
            parts.push(leg.amount.milli().to_be_bytes().to_vec());
            parts.push(leg.issuer.uuid().as_bytes().to_vec());
            parts.push(leg.names.map(|named| named.id.uuid().as_bytes().to_vec()).unwrap_or_default());
            parts.push(leg.award_key.as_ref().map(|key| key.to_string().into_bytes()).unwrap_or_default());
        }
        digest_of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    const fn plain(order: Order, legs: Vec<Leg>) -> Self {
        Self { order, approver: None, reason: None, legs }
    }

    fn approved(order: Order, approval: Approval, legs: Vec<Leg>) -> Result<Self, Error> {
        if approval.approver == order.actor {
            return Err(Error::OnePerson);
        }
        Ok(Self { approver: Some(approval.approver), reason: Some(approval.reason), ..Self::plain(order, legs) })
    }
}

impl Leg {
    /// A leg that names no other transfer.
    const fn outer(code: Code, sides: Sides, amount: Amount, issuer: OrganisationId) -> Self {
        Self { code, phase: Phase::Single, sides, amount, issuer, names: None, award_key: None }
    }

    /// A leg that takes an award, whole.
    fn taking(book: &Book, award: TransferId, code: Code, phase: Phase) -> Result<Self, Error> {
        let given = book.get(award)?;
        if !given.is_award() {
            return Err(Error::NotAnAward);
        }
        if book.reversal_of(award).is_some() {
            return Err(Error::AlreadyReversed);
        }
        if book.taker_of(award).is_some() {
            return Err(Error::Taken);
        }
        Self::inner(given, How::Takes, code, phase, rules::sides_of(code, phase))
    }

    /// A leg that ends what `begun` began.
    fn resolving(book: &Book, begun: TransferId, of: Code, code: Code, phase: Phase) -> Result<Self, Error> {
        let begun = book.get(begun)?;
        let is_open_kind = begun.code == of && matches!((of, begun.phase), (Code::Freeze, _) | (_, Phase::Pending));
        if !is_open_kind {
            return Err(Error::NothingToResolve);
        }
        if book.resolution_of(begun.id).is_some() || book.reversal_of(begun.id).is_some() {
            return Err(Error::AlreadyResolved);
        }
        Self::inner(begun, How::Resolves, code, phase, rules::sides_of(code, phase))
    }

    /// The way back of `target`, which is reversed together with the `group`.
    fn reversing(book: &Book, target: &Transfer, group: &[&Transfer]) -> Result<Self, Error> {
        if !rules::may_be_reversed(target.code, target.phase) {
            return Err(Error::NotReversible);
        }
        if book.reversal_of(target.id).is_some() {
            return Err(Error::AlreadyReversed);
        }
        let is_leaving = |other: &Transfer| group.iter().any(|one| one.id == other.id);
        if book.taker_of(target.id).is_some() {
            return Err(Error::Taken);
        }
        if book.resolution_of(target.id).is_some_and(|by| !is_leaving(by) && book.reversal_of(by.id).is_none()) {
            return Err(Error::AlreadyResolved);
        }
        Self::inner(target, How::Reverses, Code::Reverse, Phase::Single, Some(target.sides.swapped()))
    }

    fn inner(target: &Transfer, how: How, code: Code, phase: Phase, sides: Option<Sides>) -> Result<Self, Error> {
        let names = Some(Named { how, id: target.id, code: target.code, phase: target.phase });
        let (amount, issuer) = (target.amount, target.issuer);
        Ok(Self { code, phase, sides: sides.ok_or(Error::BadPosting)?, amount, issuer, names, award_key: None })
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical::tests::{issue, reversal};
    use super::*;

    fn order(actor: LearnerId) -> Order {
        let first = issue();
        Order { actor, occurred_at: first.occurred_at, rule_version: first.rule_version, evidence: first.evidence }
    }

    fn approval(approver: u8) -> Approval {
        let approver = LearnerId::from_uuid(uuid::Uuid::from_bytes([approver; 16]));
        Approval { approver, reason: Reason::parse("wrong_person").unwrap() }
    }

    #[test]
    fn nobody_approves_what_they_asked_for() {
        let first = issue();
        let book = Book::of(vec![first.clone()]);
        assert!(matches!(Posting::reverse(order(first.actor), approval(1), &book, first.id), Err(Error::OnePerson)));
        assert!(Posting::reverse(order(first.actor), approval(2), &book, first.id).is_ok());
    }

    #[test]
    fn a_reversed_award_is_neither_taken_nor_reversed_again_and_a_reversal_never() {
        let (first, back) = (issue(), reversal());
        let book = Book::of(vec![first.clone(), back.clone()]);
        let again = Posting::reverse(order(first.actor), approval(2), &book, first.id);
        assert!(matches!(again, Err(Error::AlreadyReversed)));
        assert!(matches!(Posting::reverse(order(first.actor), approval(2), &book, back.id), Err(Error::NotReversible)));
        let frozen = Posting::freeze(order(first.actor), approval(2).reason, &book, first.id);
        assert!(matches!(frozen, Err(Error::AlreadyReversed)));
        assert!(matches!(Posting::transfer_out(order(first.actor), &book, back.id), Err(Error::NotAnAward)));
    }

    #[test]
    fn what_was_reversed_is_issued_again_once_under_the_next_cycle() {
        let (first, back) = (issue(), reversal());
        let standing = Book::of(vec![first.clone()]);
        let early = Posting::issue_again(order(first.actor), approval(2), &standing, first.id);
        assert!(matches!(early, Err(Error::NotReversed)));
        let book = Book::of(vec![first.clone(), back]);
        assert!(matches!(Posting::issue_again(order(first.actor), approval(1), &book, first.id), Err(Error::OnePerson)));
        let again = Posting::issue_again(order(first.actor), approval(2), &book, first.id).unwrap();
        let key = again.legs[0].award_key.as_ref().unwrap();
        assert_eq!((key.cycle(), again.legs[0].amount), (first.award_key.as_ref().unwrap().cycle() + 1, first.amount));
        let given = again.tried_on(&book).unwrap();
        let twice = Posting::issue_again(order(first.actor), approval(2), &given, first.id);
        assert!(matches!(twice, Err(Error::AwardGiven)));
    }

    #[test]
    fn only_what_is_open_is_resolved() {
        let first = issue();
        let book = Book::of(vec![first.clone()]);
        assert!(matches!(Posting::unfreeze(order(first.actor), approval(2), &book, first.id), Err(Error::NothingToResolve)));
        assert!(matches!(Posting::transfer_out_post(order(first.actor), &book, first.id), Err(Error::NothingToResolve)));
        let elsewhere = TransferId::from_uuid(uuid::Uuid::from_bytes([77; 16]));
        assert!(matches!(Posting::transfer_out(order(first.actor), &book, elsewhere), Err(Error::NoSuchTransfer)));
    }

    #[test]
    fn the_same_request_has_the_same_digest_whenever_it_is_asked() {
        let book = Book::of(vec![issue()]);
        let ask = |occurred_ms: i64, reason: &str| {
            let asked = Order { occurred_at: Timestamp::from_ms(occurred_ms), ..order(issue().actor) };
            Posting::freeze(asked, Reason::parse(reason).unwrap(), &book, issue().id).unwrap().request()
        };
        assert_eq!(ask(1, "dispute"), ask(2, "dispute"));
        assert_ne!(ask(1, "dispute"), ask(1, "fraud"));
    }
}
