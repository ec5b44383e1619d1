//! Delegations (授权): asked for by one, agreed to by another who has seen what it comes to, ended with a reason.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::note;
use super::standing::{held_open, must_be_another, must_not_work_for};
use crate::agencies::queries::delegations::{self as queries, FORMAT, OPENNESS, RECORD_CLASS, RETENTION};
use crate::agencies::rules::in_force;
use crate::agencies::{Agency, Delegation, Error, Powers, State};
use crate::db::Tx;
use crate::kernel::{AgencyId, Day, DelegationId, Digest, LearnerId, digest_of};
use crate::outbox::{self, Event, Standing};

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// For which agency.
    pub agency: AgencyId,
    /// What it is to be allowed.
    pub powers: Powers,
    /// Why, for the file.
    pub ground: String,
    /// Who asks.
    pub asker: LearnerId,
    /// Who answers for the record.
    pub responsible_org: String,
}

/// Asks that an agency be allowed this. The same by the same person once more is the first request.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::Closed`], [`Error::OwnAgency`]; [`Error::Asked`] where another request waits.
pub async fn ask(tx: &Tx, asked: &Asked) -> Result<DelegationId, Error> {
    let agency = held_open(tx, asked.agency).await?;
    must_not_work_for(tx, &agency, asked.asker).await?;
    if let Some(open) = queries::find_open(tx, agency.id).await? {
        let is_same = open.asked.0 == asked.asker && open.powers == asked.powers && open.ground == asked.ground;
        return if is_same { Ok(open.id) } else { Err(Error::Asked) };
    }
    let id = DelegationId::fresh(tx.now);
    let (what, who) = ((&asked.powers, asked.ground.as_str()), (asked.asker, asked.responsible_org.as_str()));
    if !queries::insert(tx, (agency.id, id), what, who).await? {
        return Err(Error::Asked);
    }
    tell(tx, &agency, (asked.asker, "agencies.ask"), id).await?;
    let body = json!({
        "table": "agency_delegation", "id": id, "record_class": RECORD_CLASS, "responsible_org": asked.responsible_org,
        "formed_at_ms": tx.now.ms(), "retention": RETENTION, "openness": OPENNESS, "format_version": FORMAT,
    });
    let standing = Standing { place_code: Some(agency.place_code.clone()), ..Standing::default() };
    outbox::emit(tx, &[Event { kind: "archivable", learner: None, standing: &standing, body }]).await?;
    Ok(id)
}

async fn tell(tx: &Tx, agency: &Agency, deed: (LearnerId, &'static str), id: DelegationId) -> Result<(), DbErr> {
    let detail: Value = json!({ "delegation": id });
    note(tx, deed, (agency.id, &agency.place_code), detail).await
}

/// One version, or a request for one.
///
/// # Errors
/// [`Error::NoSuchDelegation`].
pub(in crate::agencies) async fn get_delegation(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    id: DelegationId,
) -> Result<Delegation, Error> {
    queries::find(db, agency, id).await?.ok_or(Error::NoSuchDelegation)
}

/// All versions and requests, the newest first.
pub(in crate::agencies) async fn list_delegations(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<Delegation>, DbErr> {
    queries::list(db, agency).await
}

/// The digest of what is shown before somebody agrees: the request, and the versions that it meets. Another one agreed to, or one ended, makes
/// it another digest.
pub(in crate::agencies) fn shown_digest(request: DelegationId, versions: &[Delegation]) -> Digest {
    let mut met: Vec<String> = versions
        .iter()
        .filter(|version| version.state == State::Approved)
        .map(|version| format!("{} {}", version.id, version.ended.is_some()))
        .collect();
    met.sort();
    digest_of(&[request.to_string().as_bytes(), met.join(",").as_bytes()])
}

/// The digest of what somebody is shown now before they agree.
///
/// # Errors
/// What the database answers.
pub async fn shown_before(db: &impl ConnectionTrait, agency: AgencyId, request: DelegationId) -> Result<Digest, Error> {
    Ok(shown_digest(request, &queries::list_approved(db, agency).await?))
}

/// The second person agrees, having been shown what it comes to. Twice is once.
///
/// # Errors
/// [`Error::SamePerson`], [`Error::OwnAgency`], [`Error::AskerWorksThere`], [`Error::Decided`]; [`Error::Stale`] where it comes to something else now, or is over before
/// it begins.
pub async fn agree(tx: &Tx, (agency, id): (AgencyId, DelegationId), decider: LearnerId, shown: &Digest) -> Result<(), Error> {
    let (agency, request) = second(tx, (agency, id), decider).await?;
    if (request.state, request.decider) == (State::Approved, Some(decider)) {
        return Ok(());
    }
    if request.state != State::Open {
        return Err(Error::Decided);
    }
    // Who asked has perhaps begun to work there since.
    match must_not_work_for(tx, &agency, request.asked.0).await {
        Err(Error::OwnAgency) => return Err(Error::AskerWorksThere),
        other => other?,
    }
    if shown_before(tx, agency.id, id).await? != *shown || request.powers.until < tx.now.day() {
        return Err(Error::Stale);
    }
    decide(tx, &agency, id, State::Approved, (Some(decider), None)).await?;
    Ok(tell(tx, &agency, (decider, "agencies.agree"), id).await?)
}

/// The second person does not agree, and says why. Twice is once.
///
/// # Errors
/// As [`agree`].
pub async fn refuse(tx: &Tx, which: (AgencyId, DelegationId), decider: LearnerId, answer: &str) -> Result<(), Error> {
    let (agency, request) = second(tx, which, decider).await?;
    if (request.state, request.decider) == (State::Refused, Some(decider)) {
        return Ok(());
    }
    decide(tx, &agency, request.id, State::Refused, (Some(decider), Some(answer))).await?;
    Ok(tell(tx, &agency, (decider, "agencies.refuse"), request.id).await?)
}

/// The asker takes a request back. Twice is once.
///
/// # Errors
/// [`Error::NotAllowed`] for anybody else; [`Error::Decided`].
pub async fn withdraw(tx: &Tx, (agency, id): (AgencyId, DelegationId), asker: LearnerId) -> Result<(), Error> {
    let agency = held_open(tx, agency).await?;
    let request = get_delegation(tx, agency.id, id).await?;
    if request.asked.0 != asker {
        return Err(Error::NotAllowed);
    }
    if request.state == State::Withdrawn {
        return Ok(());
    }
    decide(tx, &agency, id, State::Withdrawn, (None, None)).await?;
    Ok(tell(tx, &agency, (asker, "agencies.withdraw"), id).await?)
}

/// Ends one that was agreed to before its time. One person is enough: it takes nothing from a learner. Twice is once.
///
/// # Errors
/// [`Error::NoSuchDelegation`], also for one that was never agreed to.
pub async fn end(tx: &Tx, (agency, id): (AgencyId, DelegationId), by: LearnerId, why: &str) -> Result<(), Error> {
    let agency = held_open(tx, agency).await?;
    let version = get_delegation(tx, agency.id, id).await?;
    if version.state != State::Approved {
        return Err(Error::NoSuchDelegation);
    }
    if version.ended.is_some() {
        return Ok(());
    }
    queries::end(tx, (agency.id, id), (by, why)).await?;
    Ok(tell(tx, &agency, (by, "agencies.end"), id).await?)
}

/// The request, for somebody who may decide on it as far as people go.
async fn second(tx: &Tx, (agency, id): (AgencyId, DelegationId), decider: LearnerId) -> Result<(Agency, Delegation), Error> {
    let agency = held_open(tx, agency).await?;
    let request = get_delegation(tx, agency.id, id).await?;
    must_be_another(tx, request.asked.0, decider).await?;
    must_not_work_for(tx, &agency, decider).await?;
    Ok((agency, request))
}

async fn decide(
    tx: &Tx,
    agency: &Agency,
    id: DelegationId,
    state: State,
    by: (Option<LearnerId>, Option<&str>),
) -> Result<(), Error> {
    if queries::decide(tx, (agency.id, id), state, by).await? { Ok(()) } else { Err(Error::Decided) }
}

/// The version in force among these on `day`.
pub(in crate::agencies) fn version_in_force(versions: &[Delegation], day: Day) -> Option<&Delegation> {
    in_force(versions, day)
}
