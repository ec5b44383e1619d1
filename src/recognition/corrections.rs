//! Putting right: freeze, unfreeze, revoke, reverse, restore. Each has a reason and evidence; all but a freeze need two different people. Each
//! leaves a record, born archived: who decided what, on what ground. They are asked for and decided in `requests.rs`.

use serde_json::json;

use super::queries::NewCorrection;
use super::{CorrectionKind, Error, joined, joined_queries, queries, transfers_out_queries, use_queries};
use crate::audit::{self, Entry};
use crate::db::{OnceKey, Tx};
use crate::kernel::{Digest, LearnerId, TransferId};
use crate::ledger::{self, Approval, Book, Code, Key, Order, Posting, Reason, Transfer};
use crate::outbox::{self, Event, Standing};

/// What an officer decided, and on what ground.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// Whose credit.
    pub learner: LearnerId,
    /// Who decided.
    pub officer: LearnerId,
    /// Why.
    pub reason: Reason,
    /// Digest of the file it rests on.
    pub evidence: Digest,
    /// Version of the rule applied.
    pub rule_version: String,
    /// Who answers for the record.
    pub responsible_org: String,
    /// The form's key: the same form sent again gets the first answer.
    pub once: OnceKey,
    /// Where the learner stands.
    pub standing: &'a Standing,
}

/// The kinds of correction, with the second person where one is needed.
#[derive(Clone, Copy)]
enum What {
    Freeze,
    Unfreeze(LearnerId),
    Revoke(LearnerId),
    Reverse(LearnerId),
    Restore(LearnerId),
}

impl What {
    const fn approver(self) -> Option<LearnerId> {
        match self {
            Self::Freeze => None,
            Self::Unfreeze(approver) | Self::Revoke(approver) | Self::Reverse(approver) | Self::Restore(approver) => {
                Some(approver)
            }
        }
    }

    /// Key scope (also the audit's action) and event kind.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Freeze => ("recognition.freeze", "recognition.frozen"),
            Self::Unfreeze(_) => ("recognition.unfreeze", "recognition.unfrozen"),
            Self::Revoke(_) => ("recognition.revoke", "recognition.revoked"),
            Self::Reverse(_) => ("recognition.reverse", "recognition.reversed"),
            Self::Restore(_) => ("recognition.restore", "recognition.restored"),
        }
    }

    const fn kind(self) -> CorrectionKind {
        match self {
            Self::Freeze => CorrectionKind::Freeze,
            Self::Unfreeze(_) => CorrectionKind::Unfreeze,
            Self::Revoke(_) => CorrectionKind::Revoke,
            Self::Reverse(_) => CorrectionKind::Reverse,
            Self::Restore(_) => CorrectionKind::Restore,
        }
    }

    /// Whether what builds on the credit loses its ground until somebody has looked at it.
    const fn takes_the_ground(self) -> bool {
        matches!(self, Self::Revoke(_) | Self::Reverse(_))
    }
}

/// Puts an award under dispute.
///
/// # Errors
/// Where there is no such award, or it is taken or reversed; what the database answers.
pub async fn freeze(tx: &Tx, decision: &Decision<'_>, award: TransferId) -> Result<Vec<Transfer>, Error> {
    correct(tx, What::Freeze, decision, award, |order, book| Ok(Posting::freeze(order, decision.reason.clone(), book, award)?))
        .await
}

/// Ends the dispute about an award: it stands again.
///
/// # Errors
/// [`Error::NotFrozen`]; where `approver` is the officer; what the database answers.
pub async fn unfreeze(tx: &Tx, decision: &Decision<'_>, approver: LearnerId, award: TransferId) -> Result<Vec<Transfer>, Error> {
    correct(tx, What::Unfreeze(approver), decision, award, |order, book| {
        let freeze = book.taker_of(award).filter(|taker| taker.code == Code::Freeze).ok_or(Error::NotFrozen)?;
        Ok(Posting::unfreeze(order, approval(decision, approver), book, freeze.id)?)
    })
    .await
}

/// Withdraws an award after fraud or error; what builds on it is suspended until it is reviewed. A frozen one is unfrozen first.
///
/// # Errors
/// Where there is no such award, or it is taken or reversed; where `approver` is the officer; what the database answers.
pub async fn revoke(tx: &Tx, decision: &Decision<'_>, approver: LearnerId, award: TransferId) -> Result<Vec<Transfer>, Error> {
    unfreeze_first(tx, decision, approver, award).await?;
    correct(tx, What::Revoke(approver), decision, award, |order, book| {
        Ok(Posting::revoke(order, approval(decision, approver), book, award)?)
    })
    .await
}

/// 冲正: takes back a transfer that was wrong; what builds on it is suspended until it is reviewed. A frozen award is unfrozen first.
///
/// # Errors
/// Where it cannot be reversed, or was, or something hangs on it; where `approver` is the officer; what the database answers.
pub async fn reverse(
    tx: &Tx,
    decision: &Decision<'_>,
    approver: LearnerId,
    transfer: TransferId,
) -> Result<Vec<Transfer>, Error> {
    unfreeze_first(tx, decision, approver, transfer).await?;
    correct(tx, What::Reverse(approver), decision, transfer, |order, book| {
        Ok(Posting::reverse(order, approval(decision, approver), book, transfer)?)
    })
    .await
}

/// 恢复: gives again, as the award of the next cycle, what was reversed by mistake: of the same worth and for the same result, which is kept
/// once more. A mistake of the bank never costs the learner.
///
/// # Errors
/// Where the award stands, or its unit was credited again since; where `approver` is the officer; what the database answers.
pub async fn restore(tx: &Tx, decision: &Decision<'_>, approver: LearnerId, award: TransferId) -> Result<Vec<Transfer>, Error> {
    correct(tx, What::Restore(approver), decision, award, |order, book| {
        Ok(Posting::issue_again(order, approval(decision, approver), book, award)?)
    })
    .await
}

/// Ends the freeze of an award that is about to be taken back, by a posting and a record of its own.
async fn unfreeze_first(tx: &Tx, decision: &Decision<'_>, approver: LearnerId, award: TransferId) -> Result<(), Error> {
    let book = ledger::book_of(tx, decision.learner).await?;
    if book.taker_of(award).is_some_and(|taker| taker.code == Code::Freeze) {
        unfreeze(tx, decision, approver, award).await?;
    }
    Ok(())
}

fn approval(decision: &Decision<'_>, approver: LearnerId) -> Approval {
    Approval { approver, reason: decision.reason.clone() }
}

async fn correct(
    tx: &Tx,
    what: What,
    decision: &Decision<'_>,
    target: TransferId,
    posting: impl FnOnce(Order, &Book) -> Result<Posting, Error>,
) -> Result<Vec<Transfer>, Error> {
    let (scope, event) = what.words();
    // The target is part of the key, so that one form's key cannot answer for another's target.
    let key = Key::new(scope, &format!("{}/{target}", decision.once.as_str())).ok_or(Error::BadTerms)?;
    let chain = ledger::open(tx, decision.learner, key, None).await?;
    if chain.is_repeat() {
        let first = ledger::first_answer(tx, &chain).await?;
        let is_same = |transfer: &Transfer| {
            let same_people = transfer.actor == decision.officer && transfer.approver == what.approver();
            same_people && transfer.reason.as_deref() == Some(decision.reason.code()) && transfer.evidence == decision.evidence
        };
        return if first.iter().all(is_same) { Ok(first) } else { Err(ledger::Error::KeyMisused.into()) };
    }
    let book = ledger::book_under(tx, &chain).await?;
    if let (What::Restore(_), Some(key)) = (what, book.get(target)?.award_key.as_ref()) {
        let others = joined::others_of(tx, decision.learner).await?;
        if joined::holder_among(tx, &others, key.series()).await?.is_some() {
            return Err(ledger::Error::AwardGiven.into());
        }
    }
    let order = Order {
        actor: decision.officer,
        occurred_at: tx.now,
        rule_version: decision.rule_version.clone(),
        evidence: decision.evidence,
    };
    let posted = ledger::post(tx, chain, &posting(order, &book)?).await?.transfers;
    let gone: Vec<_> = posted.iter().filter_map(|transfer| Some(transfer.names?.id)).collect();
    if what.takes_the_ground() {
        use_queries::suspend_uses(tx, decision.learner, &gone).await?;
    }
    if matches!(what, What::Reverse(_)) {
        transfers_out_queries::reverse(tx, decision.learner, &gone).await?;
        use_queries::end_uses_by(tx, decision.learner, &gone).await?;
    }
    let transfer = posted.first().ok_or(ledger::Error::BadPosting)?.id;
    if let (What::Restore(_), Some(key)) = (what, book.get(target)?.award_key.as_ref()) {
        if !queries::repeat_result(tx, decision.learner, target, transfer).await? {
            return Err(ledger::Error::BadPosting.into());
        }
        joined_queries::settle(tx, decision.learner, key.unit(), transfer).await?;
    }
    let record = NewCorrection { decision, kind: what.kind(), about: target, transfer, approver: what.approver() };
    queries::insert_correction(tx, &record).await?;
    tell(tx, scope, event, &record, &posted).await?;
    Ok(posted)
}

async fn tell(
    tx: &Tx,
    action: &'static str,
    event: &'static str,
    record: &NewCorrection<'_>,
    posted: &[Transfer],
) -> Result<(), Error> {
    let decision = record.decision;
    let (learner, standing) = (decision.learner, decision.standing);
    let ids: Vec<_> = posted.iter().map(|transfer| transfer.id).collect();
    let target = record.about.to_string();
    let entry = Entry {
        actor: Some(decision.officer),
        action,
        object_kind: "transfer",
        object_id: &target,
        learner: Some(learner),
        place_code: standing.place_code.as_deref(),
        detail: json!({ "reason": decision.reason.code(), "approver": record.approver, "transfers": ids }),
    };
    audit::record(tx, &entry).await?;
    let milli: i64 = posted.iter().map(|transfer| transfer.amount.milli()).sum();
    let facts = json!({ "transfer": target, "by": ids, "reason": decision.reason.code(), "milli": milli });
    let archive = queries::archive_facts(&decision.responsible_org, tx.now, "correction", &json!(record.transfer));
    let told = |kind, body| Event { kind, learner: Some(learner), standing, body };
    outbox::emit(tx, &[told(event, facts), told("archivable", archive)]).await?;
    Ok(())
}
