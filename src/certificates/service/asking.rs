//! Somebody asks for a certificate; an officer issues it, or proposes it to a second person, or refuses.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::grounds::{grounds_of, rule_of};
use super::issuing::{LEFT_LYING_MINUTES, must_be_able, stands_in_the_way};
use super::telling::{note, tell_refused};
use crate::agencies::{self, Agency};
use crate::certificates::queries::certificates;
use crate::certificates::queries::requests::{self, Ended};
use crate::certificates::{Act, Desk, Error, Request, RequestState, State};
use crate::db::{OnceKey, Tx};
use crate::identity::{self, Role, Whose};
use crate::kernel::{Acting, AgencyId, CertificateId, CertificateRequestId, Digest, LearnerId, Timestamp};
use crate::outbox::{self, Event, Standing};
use crate::places::PlaceCode;

/// Agencies that are looked at for an offer.
const MOST_AGENCIES: u64 = 100;
/// Requests that one person takes back in a day; after that they wait.
const MOST_TAKEN_BACK: u64 = 20;
const DAY_SECONDS: u32 = 24 * 60 * 60;
/// Digits of the code of a province.
const PROVINCE: usize = 2;

/// An agency that may issue a kind for somebody.
#[derive(Clone, Debug)]
pub(in crate::certificates) struct Offer {
    pub agency: Agency,
}

/// The agencies of a person's province that may issue this kind today, and whose people could see them. Somebody who has not said where they live is
/// seen by nobody from afar.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn offers(
    db: &impl ConnectionTrait,
    kind: &str,
    whose: Whose<'_>,
    today: crate::kernel::Day,
) -> Result<Vec<Offer>, Error> {
    let province = whose.place.map(|code| code.get(..PROVINCE).unwrap_or(code)).and_then(PlaceCode::parse);
    let Some(province) = province.filter(|province| !province.as_str().is_empty()) else { return Ok(Vec::new()) };
    let (listed, _) = agencies::list_agencies(db, &[province], (0, MOST_AGENCIES)).await?;
    let mut offers = Vec::new();
    for one in listed.into_iter().filter(|one| !one.is_closed && !one.is_suspended) {
        let delegation = agencies::delegation_of(db, one.id, today).await?;
        if delegation.is_none_or(|delegation| delegation.powers.allow_kind(kind).is_err()) {
            continue;
        }
        let Some(agency) = agencies::find_agency(db, one.id).await? else { continue };
        let officers = identity::load_workers(db, (agency.organisation, agency.line.as_deref()), Role::OFFICERS).await?;
        if officers.iter().any(|officer| officer.grant_for(Role::OFFICERS, whose).is_some()) {
            offers.push(Offer { agency });
        }
    }
    Ok(offers)
}

/// Somebody about to ask.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// About whom.
    pub learner: LearnerId,
    /// Who asks: the learner, or an officer who sees them.
    pub asker: LearnerId,
    /// Who lends a hand with it, or lent one with what it is about.
    pub helper: Option<LearnerId>,
}

impl Asking {
    /// The learner asks.
    #[must_use]
    pub const fn own(acting: &Acting) -> Self {
        Self { learner: acting.learner, asker: acting.learner, helper: acting.helper }
    }

    /// Whose hand it is: where the learner asks, their helper's.
    fn hand(&self) -> LearnerId {
        self.helper.filter(|_| self.asker == self.learner).unwrap_or(self.asker)
    }
}

/// What keeps somebody from asking for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) enum Before {
    /// They have it.
    Held(CertificateId),
    /// It is being made.
    BeingMade,
    /// They have asked for it, and it waits.
    Asked,
}

/// What the person of these accounts has of a kind, or has asked for; none where they can ask. The commit asks again.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn asked_before(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    (kind, about): (&str, &str),
    now: Timestamp,
) -> Result<Option<Before>, Error> {
    let all = certificates::list_of(db, accounts).await?;
    let mut alike = all.iter().filter(|one| one.kind == kind && one.about == about && one.state.is_in_the_way());
    let found = alike.find_map(|one| {
        if one.state != State::Reserved {
            return Some(Before::Held(one.id));
        }
        // What was left lying while it was made is put void by the next one who asks.
        (one.reserved_at.plus_minutes(LEFT_LYING_MINUTES) > now).then_some(Before::BeingMade)
    });
    if found.is_some() {
        return Ok(found);
    }
    let waits = requests::list_waiting_of(db, accounts).await?.iter().any(|one| is_like(one, (kind, about)));
    Ok(waits.then_some(Before::Asked))
}

/// Whether a request waits for a certificate of this kind.
fn is_like(request: &Request, wanted: (&str, &str)) -> bool {
    request.state.is_waiting() && request.act == Act::Issue && (request.kind.as_str(), request.about.as_str()) == wanted
}

/// Asks an agency for a certificate. The same form again gets the first answer.
///
/// # Errors
/// [`Error::NoKind`], [`Error::Missing`], [`Error::Held`], [`Error::BeingMade`], [`Error::AskedAlready`]; [`Error::TooMany`] where twenty of this day were
/// taken back; what the agency's delegation refuses.
pub async fn ask(
    tx: &Tx,
    desk: &Desk,
    asking: Asking,
    agency: AgencyId,
    what: (&str, &str),
    once: &OnceKey,
) -> Result<CertificateRequestId, Error> {
    ask_bounded(tx, desk, asking, agency, what, (once, Some(MOST_TAKEN_BACK))).await
}

/// The same, where the person took back fewer than so many of this day; none: however many they took back.
pub(super) async fn ask_bounded(
    tx: &Tx,
    desk: &Desk,
    asking: Asking,
    agency: AgencyId,
    (kind, about): (&str, &str),
    (once, most_taken_back): (&OnceKey, Option<u64>),
) -> Result<CertificateRequestId, Error> {
    let learner = asking.learner;
    rule_of(desk, kind, about)?;
    identity::hold_person(tx, learner).await?;
    if let Some(first) = requests::find_by_once(tx, learner, once).await? {
        let is_same = (first.act, first.kind.as_str(), first.about.as_str(), first.agency) == (Act::Issue, kind, about, agency);
        return if is_same { Ok(first.id) } else { Err(Error::SentBefore) };
    }
    let (agency, _) = agencies::may_issue(tx, agency, kind, tx.now.day()).await?;
    stands_in_the_way(tx, learner, (kind, about), None).await?;
    let accounts = identity::accounts_of(tx, learner).await?;
    if requests::list_waiting_of(tx, &accounts).await?.iter().any(|other| is_like(other, (kind, about))) {
        return Err(Error::AskedAlready);
    }
    if let Some(most) = most_taken_back
        && requests::count_taken_back(tx, &accounts, tx.now.plus_days(-1)).await? >= most
    {
        return Err(Error::TooMany(DAY_SECONDS));
    }
    let grounds = grounds_of(tx, desk, learner, (kind, about)).await?;
    let basis = grounds.basis.ok_or(Error::Missing)?;
    let new = Request {
        learner,
        id: CertificateRequestId::fresh(tx.now),
        act: Act::Issue,
        certificate: None,
        kind: kind.to_owned(),
        about: about.to_owned(),
        agency: agency.id,
        reason: None,
        state: RequestState::Open,
        asker: Some(asking.asker),
        client: None,
        helper: asking.helper,
        asked_at: tx.now,
        officer: None,
        decider: None,
        decided_at: None,
        shown: Some(basis.digest()),
        place_code: grounds.profile.place_code.clone(),
        ground_sealed: None,
        answer_sealed: None,
    };
    if !requests::insert(tx, &new, once, &agency.name).await? {
        return Err(Error::AskedAlready);
    }
    let standing = grounds.profile.standing(i64::from(tx.now.day().year()));
    told(tx, (&new, &agency), (asking.hand(), "certificates.ask"), &standing).await?;
    Ok(new.id)
}

/// The audit line and the events of what was done with a request.
async fn told(
    tx: &Tx,
    (request, agency): (&Request, &Agency),
    (actor, action): (LearnerId, &'static str),
    standing: &Standing,
) -> Result<(), Error> {
    let detail = json!({ "agency": agency.id, "kind": request.kind, "about": request.about });
    note(tx, (actor, action), (request.learner, "certificate_request", &request.id.to_string()), (&agency.place_code, detail))
        .await?;
    let archive = json!({
        "table": "certificate_request", "id": request.id, "record_class": crate::certificates::queries::RECORD_CLASS,
        "responsible_org": agency.name, "formed_at_ms": request.asked_at.ms(), "retention": crate::certificates::queries::RETENTION,
        "openness": crate::certificates::queries::OPENNESS, "format_version": crate::certificates::queries::FORMAT,
    });
    let event = Event { kind: "archivable", learner: Some(request.learner), standing, body: archive };
    Ok(outbox::emit(tx, &[event]).await?)
}

/// Takes a request back that nobody has decided on. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRequest`], [`Error::Decided`].
pub(in crate::certificates) async fn withdraw(
    tx: &Tx,
    acting: &Acting,
    (accounts, id): (&[LearnerId], CertificateRequestId),
) -> Result<(), Error> {
    let request = requests::find_in(tx, accounts, id).await?.ok_or(Error::NoSuchRequest)?;
    let request = requests::lock(tx, request.learner, id).await?.ok_or(Error::NoSuchRequest)?;
    if request.act != Act::Issue {
        return Err(Error::NoSuchRequest);
    }
    if request.state == RequestState::Withdrawn {
        return Ok(());
    }
    let ended =
        Ended { state: RequestState::Withdrawn, officer: request.officer, decider: None, answer_sealed: None, certificate: None };
    if !request.state.is_waiting() || !requests::end(tx, &request, ended).await? {
        return Err(Error::Decided);
    }
    let agency = agencies::find_agency(tx, request.agency).await?.ok_or(Error::NoSuchRequest)?;
    told(tx, (&request, &agency), (acting.actor(), "certificates.withdraw"), &Standing::default()).await
}

/// What somebody of the agency does with a request without issuing.
#[derive(Clone, Debug)]
pub(in crate::certificates) enum Doing {
    /// An officer has looked, and proposes it; what they were shown has this digest.
    Propose(Digest),
    /// It is refused: the words, and the telephone where somebody answers.
    Refuse(String, String),
}

/// Proposes a request to a second person, or refuses it. The same once more by the same person is done already.
///
/// # Errors
/// [`Error::NoSuchRequest`], [`Error::Decided`], [`Error::Changed`], [`Error::SamePerson`], [`Error::NotAllowed`]; what the agency's delegation refuses.
pub(in crate::certificates) async fn decide(
    tx: &Tx,
    desk: &Desk,
    (learner, id): (LearnerId, CertificateRequestId),
    (agency, actor): (AgencyId, LearnerId),
    doing: &Doing,
) -> Result<(), Error> {
    let request = requests::lock(tx, learner, id).await?.filter(|own| own.agency == agency && own.act == Act::Issue);
    let request = request.ok_or(Error::NoSuchRequest)?;
    match (doing, request.state) {
        (Doing::Propose(_), RequestState::Proposed) if request.officer == Some(actor) => return Ok(()),
        (Doing::Refuse(..), RequestState::Refused) if [request.officer, request.decider].contains(&Some(actor)) => return Ok(()),
        (_, state) if !state.is_waiting() => return Err(Error::Decided),
        _ => {}
    }
    // Whoever proposed it no longer decides; a second one does.
    let roles = if request.state == RequestState::Open { Role::OFFICERS } else { Role::REVIEWERS };
    let (agency, found) = must_be_able(tx, desk, (agency, actor, roles), (learner, request.helper)).await?;
    let standing = found.profile.standing(i64::from(tx.now.day().year()));
    match doing {
        Doing::Propose(shown) => {
            agencies::may_issue(tx, agency.id, &request.kind, tx.now.day()).await?;
            let basis = grounds_of(tx, desk, learner, (&request.kind, &request.about)).await?.basis.ok_or(Error::Missing)?;
            if basis.digest() != *shown {
                return Err(Error::Changed);
            }
            if request.state != RequestState::Open || !requests::propose(tx, &request, actor, shown).await? {
                return Err(Error::Decided);
            }
            told(tx, (&request, &agency), (actor, "certificates.propose"), &standing).await
        }
        Doing::Refuse(words, help_phone) => {
            let answer = crate::certificates::seal_answer(&found.key, words);
            let (officer, decider) = match request.state {
                RequestState::Open => (Some(actor), None),
                _ => (request.officer, Some(actor)),
            };
            if officer.is_some_and(|officer| decider == Some(officer)) {
                return Err(Error::SamePerson);
            }
            let ended = Ended { state: RequestState::Refused, officer, decider, answer_sealed: Some(answer), certificate: None };
            if !requests::end(tx, &request, ended).await? {
                return Err(Error::Decided);
            }
            told(tx, (&request, &agency), (actor, "certificates.refuse"), &standing).await?;
            let what = desk.shelf.certificates().iter().find(|rule| rule.id == request.kind).map(|rule| rule.title.clone());
            tell_refused(tx, desk, &found.profile, (&what.unwrap_or_default(), help_phone)).await
        }
    }
}
