//! What becomes of a certificate after it was issued: suspended at once by one, revoked, let go on, confirmed by two.
//!
//! The certificate's row is held until the commit, so that of two acts the second sees what the first did. Whatever lets somebody act is asked there:
//! agency, role, sight of the person, that it is neither their own nor the first of two, by whichever account, nor what they themselves did before.

use super::cases::{Case, case_of, impact_on, issued};
use super::keepers::{Part, Whom, is_self, must_be_there, must_keep};
use super::notices::{Deed, done_before, request_told, told};
use super::order::reference;
use super::rekeying::rekey_what_stands_again;
use super::suspending::{follow_one, put_suspended, turn};
use crate::agencies::{self, Agency};
use crate::certificates::queries::certificates;
use crate::certificates::queries::history::{self, NewEvent};
use crate::certificates::queries::requests::{self, Ended};
use crate::certificates::rules::acts::{ASKED, undoes};
use crate::certificates::rules::states::appeal_until;
use crate::certificates::{
    Act, Answer, Certificate, Deciding, Decision, Desk, Error, Happened, Impact, Reason, Request, RequestState, State,
};
use crate::db::{Tx, remember};
use crate::kernel::{CertificateId, CertificateRequestId, LearnerId};
use crate::recognition;

/// Suspends a certificate at once. A second person confirms it within ten days, else it is lifted. The same form again changes nothing.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::NotAllowed`], [`Error::SamePerson`], [`Error::WrongState`], [`Error::SentBefore`].
pub async fn suspend(tx: &Tx, desk: &Desk, deciding: &Deciding<'_>) -> Result<(), Error> {
    if done_before(tx, deciding).await?.is_some() {
        return Ok(());
    }
    let own = issued(certificates::lock(tx, deciding.learner, deciding.certificate).await?, deciding.agency)?;
    let (agency, whom) = must_keep(tx, desk, &own, (deciding.by, Part::First)).await?;
    let reason = deciding.reason.filter(|reason| reason.is_chosen()).ok_or(Error::WrongState)?;
    if own.state != State::Active {
        return Err(Error::WrongState);
    }
    put_suspended(tx, &own).await?;
    let event = NewEvent {
        what: Happened::Suspended,
        reason: Some(reason),
        ground_sealed: deciding.ground_sealed.clone(),
        actor: Some(deciding.by),
        appeal_until: Some(appeal_until(tx.now.day())),
        responsible_org: deciding.responsible_org,
        ..NewEvent::of(&own)
    };
    history::insert_event(tx, &own, event).await?;
    let confirm = asked(tx, &own, Act::Confirm, deciding);
    if !requests::insert(tx, &confirm, deciding.once, deciding.responsible_org).await? {
        return Err(Error::AskedAlready);
    }
    let deed = Deed {
        actor: Some(deciding.by),
        client: deciding.client,
        what: Happened::Suspended,
        reason: Some(reason),
        help_phone: deciding.help_phone,
    };
    told(tx, desk, (&own, &agency, &whom), &deed).await?;
    Ok(remember(tx, deciding.by, deciding.once, &deciding.digest, &confirm.id.to_string()).await?)
}

/// A request about a certificate by an officer, or by a program for which they answer: it waits for the second person at once.
fn asked(tx: &Tx, own: &Certificate, act: Act, deciding: &Deciding<'_>) -> Request {
    Request {
        learner: own.learner,
        id: CertificateRequestId::fresh(tx.now),
        act,
        certificate: Some(own.id),
        kind: own.kind.clone(),
        about: own.about.clone(),
        agency: own.agency,
        reason: deciding.reason.filter(|_| matches!(act, Act::Confirm | Act::Revoke)),
        state: RequestState::Proposed,
        asker: Some(deciding.by).filter(|_| deciding.client.is_none()),
        client: deciding.client,
        helper: None,
        asked_at: tx.now,
        officer: Some(deciding.by),
        decider: None,
        decided_at: None,
        shown: None,
        place_code: own.place_code.clone(),
        ground_sealed: deciding.ground_sealed.clone(),
        answer_sealed: None,
    }
}

/// Whoever did what `act` undoes takes no part in that, by whichever account.
async fn must_not_be_barred(tx: &Tx, impact: &Impact, actor: LearnerId) -> Result<(), Error> {
    for other in &impact.barred {
        if is_self(tx, actor, *other).await? {
            return Err(Error::OwnDecision);
        }
    }
    Ok(())
}

/// An officer asks for an act on a certificate; a second person decides. The same form again gets the first answer.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::NotAllowed`], [`Error::SamePerson`], [`Error::OwnDecision`], [`Error::Hindered`], [`Error::AskedAlready`],
/// [`Error::SentBefore`].
pub async fn request(tx: &Tx, desk: &Desk, act: Act, deciding: &Deciding<'_>) -> Result<CertificateRequestId, Error> {
    if let Some(effect) = done_before(tx, deciding).await? {
        return effect.parse().map_err(|_| Error::NoSuchRequest);
    }
    let own = issued(certificates::lock(tx, deciding.learner, deciding.certificate).await?, deciding.agency)?;
    let (agency, whom) = must_keep(tx, desk, &own, (deciding.by, Part::First)).await?;
    let is_reasoned = act != Act::Revoke || deciding.reason.is_some_and(Reason::is_chosen);
    if !ASKED.contains(&act) || !is_reasoned {
        return Err(Error::WrongState);
    }
    let case = case_of(tx, own).await?;
    let impact = impact_on(tx, desk, (&case, &agency, whom.profile.as_ref()), act).await?;
    must_not_be_barred(tx, &impact, deciding.by).await?;
    impact.must_be_free()?;
    let new = Request { shown: Some(impact.digest()), ..asked(tx, &case.own, act, deciding) };
    if !requests::insert(tx, &new, deciding.once, deciding.responsible_org).await? {
        return Err(Error::AskedAlready);
    }
    request_told(tx, (&new, &agency, &whom), (deciding.by, "certificates.request"), deciding.responsible_org).await?;
    remember(tx, deciding.by, deciding.once, &deciding.digest, &new.id.to_string()).await?;
    Ok(new.id)
}

/// The request as the second person meets it, with everything that it is about.
pub(super) struct Met {
    pub request: Request,
    pub case: Case,
    pub agency: Agency,
    pub whom: Whom,
}

/// The request, for somebody who may decide on it as far as people go. None: they have decided so before.
///
/// # Errors
/// As [`decide`].
pub(super) async fn meet(tx: &Tx, desk: &Desk, decision: &Decision, own: Certificate) -> Result<Option<Met>, Error> {
    let request = requests::lock(tx, decision.learner, decision.request).await?.ok_or(Error::NoSuchRequest)?;
    let (agency, whom) = must_keep(tx, desk, &own, (decision.by, Part::Second)).await?;
    let first = request.officer.ok_or(Error::NoSuchRequest)?;
    if is_self(tx, decision.by, first).await? {
        return Err(Error::SamePerson);
    }
    let so = if decision.answer == Answer::Agree { RequestState::Approved } else { RequestState::Refused };
    if (request.state, request.decider) == (so, Some(decision.by)) {
        return Ok(None);
    }
    if request.state != RequestState::Proposed {
        return Err(Error::Decided);
    }
    let case = case_of(tx, own).await?;
    let impact = impact_on(tx, desk, (&case, &agency, whom.profile.as_ref()), request.act).await?;
    must_not_be_barred(tx, &impact, decision.by).await?;
    if decision.answer == Answer::Agree {
        if undoes(request.act) {
            must_not_be_barred(tx, &impact, first).await?;
        }
        must_be_there(tx, &agency, first).await?;
        impact.must_be_free()?;
        if impact.digest() != decision.shown {
            return Err(Error::Changed);
        }
    }
    Ok(Some(Met { request, case, agency, whom }))
}

/// The certificate of a request of this agency that is about one.
pub(super) async fn asked_about(tx: &Tx, decision: &Decision) -> Result<(Request, CertificateId), Error> {
    let request = requests::find(tx, decision.learner, decision.request).await?;
    let request = request.filter(|own| own.agency == decision.agency && own.act != Act::Issue).ok_or(Error::NoSuchRequest)?;
    let id = request.certificate.ok_or(Error::NoSuchRequest)?;
    Ok((request, id))
}

/// The second person decides, having been shown the impact. What makes a further version goes its own way, by `approve_version`. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRequest`], [`Error::NotAllowed`], [`Error::SamePerson`], [`Error::OwnDecision`], [`Error::ProposerGone`], [`Error::Decided`],
/// [`Error::Hindered`]; [`Error::Changed`] where it comes to something else than what was shown.
pub async fn decide(tx: &Tx, desk: &Desk, decision: &Decision) -> Result<(), Error> {
    let (_, id) = asked_about(tx, decision).await?;
    let own = issued(certificates::lock(tx, decision.learner, id).await?, decision.agency)?;
    let Some(met) = meet(tx, desk, decision, own).await? else { return Ok(()) };
    match &decision.answer {
        Answer::Agree => agree(tx, desk, decision, &met).await,
        Answer::Refuse(words) => refuse(tx, desk, decision, (&met, words.as_slice())).await,
    }
}

async fn agree(tx: &Tx, desk: &Desk, decision: &Decision, met: &Met) -> Result<(), Error> {
    let own = &met.case.own;
    let (officer, reason) = (met.request.officer, met.request.reason);
    let happened = match met.request.act {
        Act::Confirm => Happened::Confirmed,
        Act::Lift => Happened::Lifted,
        Act::Revoke => Happened::Revoked,
        Act::Issue | Act::Name | Act::Recite | Act::Reinstate => return Err(Error::WrongState),
    };
    match happened {
        Happened::Lifted => turn(tx, own, State::Active, (false, false)).await?,
        Happened::Revoked => {
            turn(tx, own, State::Revoked, (true, false)).await?;
            let named = reference(own.id, own.version);
            recognition::end_citations(tx, &met.case.citations(), &named).await?;
        }
        _ => {}
    }
    let is_taken = happened == Happened::Revoked;
    let event = NewEvent {
        what: happened,
        reason: reason.filter(|_| is_taken),
        ground_sealed: met.request.ground_sealed.clone().filter(|_| is_taken),
        actor: officer,
        approver: Some(decision.by),
        appeal_until: is_taken.then(|| appeal_until(tx.now.day())),
        responsible_org: &decision.responsible_org,
        ..NewEvent::of(own)
    };
    history::insert_event(tx, own, event).await?;
    end(tx, &met.request, (RequestState::Approved, Some(decision.by)), None).await?;
    end_others(tx, desk, &met.case, met.request.id).await?;
    let client = met.request.client;
    let deed = Deed { actor: Some(decision.by), client, what: happened, reason, help_phone: &decision.help_phone };
    told(tx, desk, (own, &met.agency, &met.whom), &deed).await?;
    if happened == Happened::Lifted { stands_again(tx, desk, own, &decision.help_phone).await } else { Ok(()) }
}

/// What stands again is looked at as what stood all the while was: its key may be believed no longer, its ground may be gone.
async fn stands_again(tx: &Tx, desk: &Desk, own: &Certificate, help_phone: &str) -> Result<(), Error> {
    rekey_what_stands_again(tx, own).await?;
    follow_one(tx, desk, (own.learner, own.id), help_phone).await.map(|_| ())
}

async fn refuse(tx: &Tx, desk: &Desk, decision: &Decision, (met, words): (&Met, &[u8])) -> Result<(), Error> {
    end(tx, &met.request, (RequestState::Refused, Some(decision.by)), Some(words.to_vec())).await?;
    let deed = (decision.by, "certificates.disagree");
    request_told(tx, (&met.request, &met.agency, &met.whom), deed, &decision.responsible_org).await?;
    if met.request.act == Act::Confirm {
        let whose = (&met.case.own, &met.agency, &met.whom);
        let by = (Some(decision.by), decision.responsible_org.as_str(), decision.help_phone.as_str());
        lift_unconfirmed(tx, desk, whose, by).await?;
    }
    Ok(())
}

/// A suspension that was not confirmed ends. Where the credit lost its ground meanwhile, it is suspended for that in the same commit.
pub(super) async fn lift_unconfirmed(
    tx: &Tx,
    desk: &Desk,
    (own, agency, whom): (&Certificate, &Agency, &Whom),
    (by, responsible_org, help_phone): (Option<LearnerId>, &str, &str),
) -> Result<(), Error> {
    if own.state != State::Suspended {
        return Ok(());
    }
    turn(tx, own, State::Active, (false, false)).await?;
    history::insert_event(tx, own, NewEvent { what: Happened::Lifted, actor: by, responsible_org, ..NewEvent::of(own) }).await?;
    let deed = Deed { actor: by, client: None, what: Happened::Lifted, reason: None, help_phone };
    told(tx, desk, (own, agency, whom), &deed).await?;
    stands_again(tx, desk, own, help_phone).await
}

/// Ends a request about a certificate.
pub(super) async fn end(
    tx: &Tx,
    request: &Request,
    (state, decider): (RequestState, Option<LearnerId>),
    answer_sealed: Option<Vec<u8>>,
) -> Result<(), Error> {
    let ended = Ended { state, officer: request.officer, decider, answer_sealed, certificate: request.certificate };
    if requests::end(tx, request, ended).await? { Ok(()) } else { Err(Error::Decided) }
}

/// What was asked about a certificate and cannot be done any more as it stands now was done by another hand.
pub(super) async fn end_others(tx: &Tx, desk: &Desk, before: &Case, done: CertificateRequestId) -> Result<(), Error> {
    let own = certificates::find(tx, before.own.learner, before.own.id).await?.ok_or(Error::NoSuch)?;
    let agency = agencies::find_agency(tx, own.agency).await?.ok_or(Error::NoSuch)?;
    let whom = Whom::of(tx, desk, own.learner).await?;
    let case = case_of(tx, own).await?;
    for other in case.requests.iter().filter(|other| other.id != done && other.state.is_waiting()) {
        let impact = impact_on(tx, desk, (&case, &agency, whom.profile.as_ref()), other.act).await?;
        if impact.obstacle.is_some() {
            end(tx, other, (RequestState::Withdrawn, None), None).await?;
        }
    }
    Ok(())
}

/// Whoever asked takes it back. A suspension is not ended so: another officer asks for that. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRequest`], [`Error::NotAllowed`], [`Error::Decided`].
pub(in crate::certificates) async fn take_back(tx: &Tx, desk: &Desk, decision: &Decision) -> Result<(), Error> {
    let (request, id) = asked_about(tx, decision).await?;
    let own = issued(certificates::lock(tx, decision.learner, id).await?, decision.agency)?;
    let (agency, whom) = must_keep(tx, desk, &own, (decision.by, Part::First)).await?;
    if request.officer != Some(decision.by) || request.act == Act::Confirm {
        return Err(Error::NotAllowed);
    }
    if request.state == RequestState::Withdrawn {
        return Ok(());
    }
    if !request.state.is_waiting() {
        return Err(Error::Decided);
    }
    end(tx, &request, (RequestState::Withdrawn, None), None).await?;
    let deed = (decision.by, "certificates.take_back");
    request_told(tx, (&request, &agency, &whom), deed, &decision.responsible_org).await
}
