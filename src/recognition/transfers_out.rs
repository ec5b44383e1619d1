//! 转出: an award is offered to an outside programme, whole, and set aside until the receiver answers. It answers once; what it does not
//! answer in time comes back by itself.

use serde_json::json;

use super::instruction::{Instruction, Told, tell};
use super::passbook::reaches;
use super::transfers_out_queries::{self as offers, Kept, NewAnswer, OfferState};
use super::{Error, Levels, joined, queries, use_queries};
use crate::curriculum::model::CreditRule;
use crate::db::{Db, Tx};
use crate::identity;
use crate::kernel::{Digest, LearnerId, OrganisationId, Timestamp, TransferId, digest_of};
use crate::ledger::{self, Book, Code, Key, Order, Phase, Posting, Transfer};
use crate::outbox::Standing;

/// Scopes of the keys under which an offer and its one answer are posted.
const OFFER: &str = "recognition.transfer_out";
const ANSWER: &str = "recognition.transfer_out_answer";
/// Overdue offers read at once; each is a commit of its own.
const BITE: u64 = 100;

/// What is offered to whom, under which conditions.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The award; it goes whole.
    pub award: TransferId,
    /// The outside programme.
    pub receiver: OrganisationId,
    /// Until when it must have answered.
    pub due_at: Timestamp,
    /// The evidence that it asks for at least.
    pub least: Levels,
    /// Version of its rule.
    pub rule_version: String,
}

/// What a receiver answered.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// Whose credit.
    pub learner: LearnerId,
    /// Which offer: the pending transfer.
    pub offer: TransferId,
    /// Who answered.
    pub receiver: OrganisationId,
    /// Its own number of the answer.
    pub reference: String,
    /// Digest of the answer as it came.
    pub digest: Digest,
    /// Who entered it.
    pub officer: LearnerId,
    /// Where the learner stands.
    pub standing: &'a Standing,
}

/// The evidence that an edition asks of any award that goes out.
///
/// # Errors
/// [`Error::BadTerms`] where its rule names no levels.
pub fn least_to_go_out(rule: &CreditRule) -> Result<Levels, Error> {
    Levels::from_values(rule.transferable_identity_level, rule.transferable_supervision_level).ok_or(Error::BadTerms)
}

/// Offers an award to a receiver: from now on it is set aside. The offer's number is the pending transfer.
///
/// # Errors
/// [`Error::EvidenceTooLow`], [`Error::DueAlready`]; where there is no such award, or it is taken, frozen or reversed; what the database
/// answers.
pub async fn offer_out(tx: &Tx, instruction: &Instruction<'_>, offer: &Offer) -> Result<TransferId, Error> {
    let learner = instruction.learner;
    // The award is part of the key, so that one form's key cannot answer for another's award.
    let key = Key::new(OFFER, &format!("{}/{}", instruction.once.as_str(), offer.award)).ok_or(Error::BadTerms)?;
    let chain = ledger::open(tx, learner, key, None).await?;
    if chain.is_repeat() {
        let first = ledger::first_answer(tx, &chain).await?;
        let first = first.first().ok_or(ledger::Error::BadPosting)?;
        let kept = offers::find(tx, learner, first.id).await?;
        let is_same = |kept: &Kept| (kept.receiver, kept.due_at) == (offer.receiver, offer.due_at);
        let is_same = kept.is_some_and(|kept| is_same(&kept)) && instruction.is_answered_by(first);
        return if is_same { Ok(first.id) } else { Err(ledger::Error::KeyMisused.into()) };
    }
    if offer.due_at <= tx.now {
        return Err(Error::DueAlready);
    }
    let book = ledger::book_under(tx, &chain).await?;
    let posting = Posting::transfer_out(instruction.order(tx, &offer.rule_version), &book, offer.award)?;
    must_reach(tx, &book, learner, offer.award, offer.least).await?;
    joined::must_count(tx, learner, offer.award).await?;
    let posted = ledger::post(tx, chain, &posting).await?.transfers;
    let pending = posted.first().ok_or(ledger::Error::BadPosting)?;
    offers::insert(tx, instruction, offer, pending.id).await?;
    use_queries::insert_use(tx, learner, (offer.award, Code::TransferOut, pending.id)).await?;
    let told = Told {
        learner,
        actor: Some(instruction.officer),
        standing: instruction.standing,
        responsible_org: &instruction.responsible_org,
        words: (OFFER, "recognition.transfer_offered"),
        table: "transfer_out",
        transfer: pending.id,
        facts: json!({
            "award": offer.award, "receiver": offer.receiver, "due_at_ms": offer.due_at.ms(), "milli": pending.amount.milli(),
        }),
    };
    tell(tx, &told).await?;
    Ok(pending.id)
}

/// The award's evidence reaches `least`.
pub(super) async fn must_reach(tx: &Tx, book: &Book, learner: LearnerId, award: TransferId, least: Levels) -> Result<(), Error> {
    let given = book.get(award)?;
    let unit = given.award_key.as_ref().ok_or(ledger::Error::NotAnAward)?.unit();
    let mut results = Vec::new();
    for account in identity::accounts_of(tx, learner).await? {
        results.extend(queries::list_results(tx, account).await?);
    }
    if reaches(&results, (award, given.recorded_at, unit), least) { Ok(()) } else { Err(Error::EvidenceTooLow) }
}

/// The receiver took it: the credit has gone out.
///
/// # Errors
/// [`Error::TooLate`] after the time was over, whether the sweeper has come or not; [`Error::AnsweredOtherwise`], [`Error::NoSuchOffer`]; what
/// the database answers.
pub async fn accept_out(tx: &Tx, answer: &Answer<'_>) -> Result<Transfer, Error> {
    answered(tx, answer, OfferState::Accepted).await
}

/// The receiver did not take it: the credit comes back.
///
/// # Errors
/// As [`accept_out`].
pub async fn decline_out(tx: &Tx, answer: &Answer<'_>) -> Result<Transfer, Error> {
    answered(tx, answer, OfferState::Declined).await
}

async fn answered(tx: &Tx, answer: &Answer<'_>, state: OfferState) -> Result<Transfer, Error> {
    // One key for the offer: whatever comes first is its answer.
    let key = Key::new(ANSWER, &answer.offer.to_string()).ok_or(Error::BadTerms)?;
    let chain = ledger::open(tx, answer.learner, key, None).await?;
    let kept = offers::find(tx, answer.learner, answer.offer).await?.filter(|kept| kept.receiver == answer.receiver);
    let kept = kept.ok_or(Error::NoSuchOffer)?;
    if let Some(first) = ledger::first_answer(tx, &chain).await?.into_iter().next() {
        let is_same = first.phase == phase_of(state) && first.evidence == answer.digest;
        return match kept.answer_ref.as_deref() {
            None => Err(Error::TooLate),
            Some(reference) if is_same && reference == answer.reference => Ok(first),
            Some(_) => Err(Error::AnsweredOtherwise),
        };
    }
    if tx.now > kept.due_at {
        return Err(Error::TooLate);
    }
    let by =
        Ending { actor: answer.officer, evidence: answer.digest, reference: Some(&answer.reference), standing: answer.standing };
    end(tx, chain, &kept, state, &by).await
}

const fn phase_of(state: OfferState) -> Phase {
    match state {
        OfferState::Accepted => Phase::Post,
        _ => Phase::Void,
    }
}

/// By whom and on what ground an offer ends.
struct Ending<'a> {
    actor: LearnerId,
    evidence: Digest,
    reference: Option<&'a str>,
    standing: &'a Standing,
}

/// Posts or voids what was offered, and keeps the answer.
async fn end(tx: &Tx, chain: ledger::Chain, kept: &Kept, state: OfferState, by: &Ending<'_>) -> Result<Transfer, Error> {
    let book = ledger::book_under(tx, &chain).await?;
    let rule_version = kept.rule_version.clone();
    let order = Order { actor: by.actor, occurred_at: tx.now, rule_version, evidence: by.evidence };
    let posting = match state {
        OfferState::Accepted => Posting::transfer_out_post(order, &book, kept.transfer)?,
        _ => Posting::transfer_out_void(order, &book, kept.transfer)?,
    };
    let posted = ledger::post(tx, chain, &posting).await?.transfers;
    let first = posted.into_iter().next().ok_or(ledger::Error::BadPosting)?;
    let answer = NewAnswer { state, transfer: first.id, reference: by.reference, digest: by.evidence };
    if !offers::answer(tx, kept, &answer).await? {
        return Err(Error::AnsweredOtherwise);
    }
    if state != OfferState::Accepted {
        use_queries::end_uses_by(tx, kept.learner, &[kept.transfer]).await?;
    }
    let told = Told {
        learner: kept.learner,
        actor: Some(by.actor).filter(|actor| *actor != LearnerId::NOBODY),
        standing: by.standing,
        responsible_org: &kept.responsible_org,
        words: match state {
            OfferState::Accepted => ("recognition.accept_out", "recognition.transfer_accepted"),
            OfferState::Declined => ("recognition.decline_out", "recognition.transfer_declined"),
            _ => ("recognition.expire_out", "recognition.transfer_expired"),
        },
        table: "transfer_out",
        transfer: kept.transfer,
        facts: json!({ "award": kept.award, "receiver": kept.receiver, "by": first.id, "milli": first.amount.milli() }),
    };
    tell(tx, &told).await?;
    Ok(first)
}

/// Brings back everything whose receiver has not answered in time; says how much. Each offer is a commit of its own, so it may be run twice,
/// by two at once, and be cut off.
///
/// # Errors
/// The first that was met, once all others have been brought back.
pub async fn expire_overdue(db: &Db) -> Result<u64, Error> {
    let (mut expired, mut trouble, mut after) = (0, None, None);
    loop {
        let page = offers::list_due(db.read(), db.clock().now(), after, BITE).await?;
        after = page.last().copied();
        for (_, learner, offer) in &page {
            let (learner, offer) = (*learner, *offer);
            match db.write(async move |tx| expire(tx, learner, offer).await).await {
                Ok(true) => expired += 1,
                Ok(false) => {}
                Err(error) => trouble = trouble.or(Some(error)),
            }
        }
        if u64::try_from(page.len()).unwrap_or(0) < BITE {
            return trouble.map_or(Ok(expired), Err);
        }
    }
}

/// Brings one back; `false` where it was answered or brought back meanwhile.
async fn expire(tx: &Tx, learner: LearnerId, offer: TransferId) -> Result<bool, Error> {
    let key = Key::new(ANSWER, &offer.to_string()).ok_or(Error::BadTerms)?;
    let chain = ledger::open(tx, learner, key, None).await?;
    let kept = offers::find(tx, learner, offer).await?;
    let Some(kept) = kept.filter(|kept| kept.state == OfferState::Offered && kept.due_at < tx.now && !chain.is_repeat()) else {
        return Ok(false);
    };
    let due = kept.due_at.ms().to_be_bytes();
    let evidence = digest_of(&[b"transfer out expired", offer.uuid().as_bytes(), &due]);
    let standing = Standing { place_code: kept.place_code.clone(), ..Standing::default() };
    let by = Ending { actor: LearnerId::NOBODY, evidence, reference: None, standing: &standing };
    end(tx, chain, &kept, OfferState::Expired, &by).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_out_is_asked_for_its_own_levels_and_a_rule_without_any_is_a_fault() {
        let rule = |identity: i64, supervision: i64| CreditRule {
            asset: 1,
            credit_milli_per_credit: 1000,
            class_hours_per_credit: 16,
            minutes_per_class_hour: 45,
            cells_per_credit: 4,
            creditable_identity_level: 1,
            creditable_supervision_level: 1,
            transferable_identity_level: identity,
            transferable_supervision_level: supervision,
        };
        assert_eq!(least_to_go_out(&rule(3, 2)).ok(), Levels::from_values(3, 2));
        for (identity, supervision) in [(4, 3), (3, -1)] {
            assert!(matches!(least_to_go_out(&rule(identity, supervision)), Err(Error::BadTerms)), "{identity} {supervision}");
        }
    }
}
