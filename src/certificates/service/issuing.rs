//! Reserve and enter: the first and the third step of an issue. The second one, between them, is in `making`.
//!
//! Entering holds the chains of all accounts of the person first of all, so that of two issues, or an issue and a reversal, the second sees the
//! first. Then everything that lets it be issued is asked anew.

use sea_orm::DbErr;

use super::cases::kept_basis;
use super::grounds::{Grounds, grounds_of};
use super::order::{Made, Order, Reserved, index_of, place_of, reference};
use super::telling::issued;
use crate::agencies::{self, Agency};
use crate::certificates::queries::certificates::{self, NewCertificate, Onward};
use crate::certificates::queries::history::{self, NewEvent, NewVersion};
use crate::certificates::queries::requests::{self, Ended};
use crate::certificates::queries::sealed::Known;
use crate::certificates::queries::{cites, numbers, status};
use crate::certificates::rules::states::RESERVED_HOURS;
use crate::certificates::{
    Basis, Certificate, Desk, Error, Happened, PLACE_CODE, PLACE_DOCUMENT, PLACE_NAME, RequestState, State, Why, register_key,
};
use crate::config::Keys;
use crate::credentials::{LongCode, Number, POSITIONS, StatusPlace};
use crate::db::Tx;
use crate::identity::{self, Found, Profile, Role};
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, Chance, LearnerId, SealKey};
use crate::recognition;

/// Draws of a number, a code or a position before something else is wrong.
const DRAWS: usize = 12;
/// Positions of a list that are given.
const MOST_IN_A_LIST: i64 = 65_536;
/// Minutes after which a certificate that is being made is taken to have been left lying.
pub(super) const LEFT_LYING_MINUTES: i64 = 2;
/// Versions of one certificate.
const MOST_VERSIONS: i64 = 255;

/// Nobody has this kind, in whichever of their accounts and by whichever agency, but `own`.
pub(super) async fn stands_in_the_way(
    tx: &Tx,
    learner: LearnerId,
    (kind, about): (&str, &str),
    own: Option<CertificateId>,
) -> Result<(), Error> {
    let accounts = identity::accounts_of(tx, learner).await?;
    let others = certificates::list_of(tx, &accounts).await?.into_iter().filter(|one| Some(one.id) != own);
    for other in others.filter(|one| one.kind == kind && one.about == about && one.state.is_in_the_way()) {
        if other.state != State::Reserved {
            return Err(Error::Held(other.agency));
        }
        if other.reserved_at.plus_minutes(LEFT_LYING_MINUTES) > tx.now {
            return Err(Error::BeingMade);
        }
        // Whoever made it was cut off: nothing of it was issued, and nothing will be.
        let onward = Onward { state: State::Void, version: None, is_issue: false };
        certificates::turn(tx, &other, onward).await?;
    }
    Ok(())
}

/// First step: what it rests on is read; number, address and place in the lists are drawn.
///
/// # Errors
/// [`Error::NoKind`], [`Error::Missing`], [`Error::Changed`], [`Error::Held`], [`Error::BeingMade`]; what the agency's delegation refuses.
pub async fn reserve(tx: &Tx, desk: &Desk, order: &Order) -> Result<Reserved, Error> {
    let (learner, about) = (order.learner, (order.kind.as_str(), order.about.as_str()));
    identity::hold_person(tx, learner).await?;
    let (agency, _) = agencies::may_issue(tx, order.agency, &order.kind, tx.now.day()).await?;
    stands_in_the_way(tx, learner, about, None).await?;
    let Grounds { profile, basis, .. } = grounds_of(tx, desk, learner, about).await?;
    let basis = basis.ok_or(Error::Missing)?;
    if order.shown.is_some_and(|shown| shown != basis.digest()) {
        return Err(Error::Changed);
    }
    let id = CertificateId::fresh(tx.now);
    let (number, code) = (draw_number(tx, (learner, id)).await?, draw_code(tx, &desk.keys, (learner, id)).await?);
    let key = register_key(&desk.keys);
    let new = NewCertificate {
        learner,
        id,
        kind: &order.kind,
        about: &order.about,
        number: &number,
        code_sealed: key.seal(PLACE_CODE, code.to_text().as_bytes()),
        name_sealed: key.seal(PLACE_NAME, basis.name.as_bytes()),
        agency: order.agency,
        place_code: profile.place_code,
        batch: order.batch,
        responsible_org: &agency.name,
    };
    if !certificates::insert(tx, new).await? {
        return Err(Error::BeingMade);
    }
    let place = draw_place(tx, order.agency, (learner, id, 1)).await?;
    let awarded = tx.now.day();
    Ok(Reserved {
        order: order.clone(),
        certificate: id,
        version: 1,
        why: Why::First,
        number,
        code,
        place,
        basis,
        agency,
        awarded,
    })
}

/// The same for a further version of a certificate: number and address stay, its place in the lists is its own.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::WrongState`], [`Error::TooManyVersions`], [`Error::Missing`], [`Error::Changed`]; what the agency refuses.
pub async fn reserve_next(tx: &Tx, desk: &Desk, id: CertificateId, why: Why, order: &Order) -> Result<Reserved, Error> {
    let learner = order.learner;
    let own = certificates::lock(tx, learner, id).await?.filter(|own| own.agency == order.agency).ok_or(Error::NoSuch)?;
    let Some((_, awarded)) = own.issued.filter(|_| fits(why, own.state)) else { return Err(Error::WrongState) };
    if own.version >= MOST_VERSIONS {
        return Err(Error::TooManyVersions);
    }
    let agency = agencies::must_work(tx, order.agency).await?;
    let basis = basis_for(tx, desk, &own, why).await?;
    if order.shown.is_some_and(|shown| shown != basis.digest()) {
        return Err(Error::Changed);
    }
    let version = own.version + 1;
    let place = draw_place(tx, own.agency, (learner, id, version)).await?;
    let code = own.code(&desk.keys)?;
    Ok(Reserved { order: order.clone(), certificate: id, version, why, number: own.number, code, place, basis, agency, awarded })
}

/// Whether a version can be made so of a certificate that stands so: a corrected name or another key lifts no suspension.
const fn fits(why: Why, state: State) -> bool {
    match why {
        Why::First => matches!(state, State::Reserved),
        Why::Reinstated => matches!(state, State::Revoked),
        Why::Recited => matches!(state, State::Active | State::Suspended),
        Why::Name | Why::Rekeyed => matches!(state, State::Active),
    }
}

/// What a version rests on: what stands now; a corrected name or another key changes nothing else.
async fn basis_for(tx: &Tx, desk: &Desk, own: &Certificate, why: Why) -> Result<Basis, Error> {
    match why {
        Why::Name => kept_basis(tx, own, identity::profile(tx, &desk.keys, own.learner).await?.name).await,
        Why::Rekeyed => kept_basis(tx, own, own.name(&desk.keys)?).await,
        Why::First | Why::Recited | Why::Reinstated => {
            grounds_of(tx, desk, own.learner, (&own.kind, &own.about)).await?.basis.ok_or(Error::Missing)
        }
    }
}

async fn draw_number(tx: &Tx, whose: (LearnerId, CertificateId)) -> Result<Number, Error> {
    for _ in 0..DRAWS {
        let number = Number::from_chance(Chance::secret());
        if numbers::take_number(tx, &number, whose).await? {
            return Ok(number);
        }
    }
    Err(DbErr::Custom("no number is free".to_owned()).into())
}

async fn draw_code(tx: &Tx, keys: &Keys, whose: (LearnerId, CertificateId)) -> Result<LongCode, Error> {
    for _ in 0..DRAWS {
        let code = LongCode::from_chance(Chance::secret());
        if numbers::take_code(tx, &index_of(keys, &code), whose).await? {
            return Ok(code);
        }
    }
    Err(DbErr::Custom("no code is free".to_owned()).into())
}

/// A position by chance, so that it tells no order. A list that is half full, or in which chance finds none, is followed by the next.
async fn draw_place(tx: &Tx, agency: AgencyId, whose: (LearnerId, CertificateId, i64)) -> Result<StatusPlace, Error> {
    let mut list = match status::newest_list(tx, agency).await? {
        Some((list, filled)) if filled < MOST_IN_A_LIST => list,
        newest => newest.map_or(1, |(list, _)| list + 1),
    };
    for _ in 0..2 {
        status::open_lists(tx, agency, list).await?;
        for _ in 0..DRAWS {
            let position = u32::from_be_bytes(Chance::secret()) % POSITIONS;
            if status::take(tx, (agency, list, i64::from(position)), whose).await? {
                let list = u32::try_from(list).map_err(|_| DbErr::Custom("there are too many lists".to_owned()))?;
                return Ok(StatusPlace { list, position });
            }
        }
        list += 1;
    }
    Err(DbErr::Custom("no place in a list is free".to_owned()).into())
}

/// Somebody of the agency with one of `roles` there still, who may see the person, and is neither the person, by any account, nor who helped them.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::NoSuch`], [`Error::SamePerson`]; what the agency refuses.
pub(in crate::certificates) async fn must_be_able(
    tx: &Tx,
    desk: &Desk,
    (agency, actor, roles): (AgencyId, LearnerId, &[Role]),
    (learner, helper): (LearnerId, Option<LearnerId>),
) -> Result<(Agency, Found), Error> {
    let agency = agencies::must_work(tx, agency).await?;
    let scope = identity::load_scope(tx, actor).await?.within_organisation(agency.organisation, agency.line.as_deref());
    if !scope.has_any(roles) {
        return Err(Error::NotAllowed);
    }
    let found = identity::show(tx, &desk.keys, &scope, (learner, roles), "certificate").await?.ok_or(Error::NoSuch)?;
    let own = identity::accounts_of(tx, actor).await?;
    if own.contains(&learner) || helper.is_some_and(|helper| own.contains(&helper)) {
        return Err(Error::SamePerson);
    }
    Ok((agency, found))
}

/// Third step: what was made is issued, in one commit, if everything is still as it was when it was reserved. Whoever is told otherwise puts it void
/// by [`put_void`].
///
/// # Errors
/// [`Error::Changed`], [`Error::Held`], [`Error::WrongState`], [`Error::NeedsSecond`], [`Error::SamePerson`], [`Error::ProposerGone`],
/// [`Error::Decided`]; what recognition and the agency's delegation refuse.
pub async fn enter(
    tx: &Tx,
    desk: &Desk,
    (reserved, made): (&Reserved, &Made),
    approver: Option<LearnerId>,
) -> Result<CertificateId, Error> {
    let (order, id) = (&reserved.order, reserved.certificate);
    let learner = order.learner;
    recognition::cite(tx, &reserved.basis.citations(), &reserved.reference()).await.map_err(|error| match error {
        recognition::Error::Stale => Error::Changed,
        other => other.into(),
    })?;
    stands_in_the_way(tx, learner, (&order.kind, &order.about), Some(id)).await?;
    let own = certificates::lock(tx, learner, id).await?.ok_or(Error::NoSuch)?;
    if own.version + 1 != reserved.version || !fits(reserved.why, own.state) {
        return Err(Error::WrongState);
    }
    let (profile, key) = must_be_issued(tx, desk, reserved, approver).await?;
    let basis = match basis_for(tx, desk, &own, reserved.why).await {
        Err(Error::Missing) => None,
        other => Some(other?),
    };
    let is_same = basis.is_some_and(|basis| basis.digest() == reserved.basis.digest());
    if !is_same || (reserved.why == Why::First && tx.now.day() != reserved.awarded) {
        return Err(Error::Changed);
    }
    if reserved.version > 1 {
        replace(tx, &own).await?;
    }
    let deed = match reserved.why {
        Why::First => Happened::Issued,
        Why::Reinstated => Happened::Reinstated,
        Why::Name | Why::Recited | Why::Rekeyed => Happened::Version,
    };
    let state = own.state.after(deed).ok_or(Error::WrongState)?;
    let name_sealed = register_key(&desk.keys).seal(PLACE_NAME, reserved.basis.name.as_bytes());
    let onward = Onward { state, version: Some((reserved.version, name_sealed)), is_issue: reserved.version == 1 };
    if !certificates::turn(tx, &own, onward).await? {
        return Err(Error::WrongState);
    }
    keep_version(tx, (reserved, made), approver, &key).await?;
    let event = NewEvent { what: deed, version: reserved.version, actor: Some(order.officer), approver, ..NewEvent::of(&own) };
    history::insert_event(tx, &own, event).await?;
    if let Some(request) = order.request {
        end_request(tx, (learner, request), (order.officer, approver), id).await?;
    }
    issued(tx, desk, reserved, &profile).await?;
    Ok(id)
}

/// The version's row and what it cites, the document sealed with its owner's key.
async fn keep_version(
    tx: &Tx,
    (reserved, made): (&Reserved, &Made),
    approver: Option<LearnerId>,
    key: &SealKey,
) -> Result<(), Error> {
    let order = &reserved.order;
    let text = serde_json::to_string(&made.bundle).map_err(|error| DbErr::Custom(error.to_string()))?;
    let new = NewVersion {
        of: (order.learner, reserved.certificate),
        known: Known { kind: &order.kind, about: &order.about, number: reserved.number.as_str(), agency: order.agency.uuid() },
        version: reserved.version,
        why: reserved.why,
        document_sealed: key.seal(PLACE_DOCUMENT, text.as_bytes()),
        document: made.document_hash,
        key: made.key_hash,
        place: reserved.place,
        basis: &reserved.basis,
        leaves: &made.leaves,
        officer: order.officer,
        approver,
    };
    Ok(history::insert_version(tx, new).await?)
}

/// Agency, delegation, people and roles, as they are now.
async fn must_be_issued(
    tx: &Tx,
    desk: &Desk,
    reserved: &Reserved,
    approver: Option<LearnerId>,
) -> Result<(Profile, SealKey), Error> {
    let order = &reserved.order;
    if reserved.why == Why::Rekeyed {
        // Those who distrusted the key decided it: what it signed is signed anew as it stands.
        agencies::must_work(tx, order.agency).await?;
        let profile = identity::profile(tx, &desk.keys, order.learner).await?;
        return Ok((profile, identity::person_key(tx, &desk.keys, order.learner).await?));
    }
    if reserved.why == Why::First {
        let (_, delegation) = agencies::may_issue(tx, order.agency, &order.kind, tx.now.day()).await?;
        // A batch is looked at by a reviewer, whatever the delegation says.
        if delegation.powers.needs_second(&order.kind) && approver.is_none() && order.batch.is_none() {
            return Err(Error::NeedsSecond);
        }
    } else if approver.is_none() {
        return Err(Error::NeedsSecond);
    }
    let request = match order.request {
        Some(request) => Some(requests::find(tx, order.learner, request).await?.ok_or(Error::NoSuchRequest)?),
        None => None,
    };
    let whom = (order.learner, request.and_then(|request| request.helper));
    let first = if order.batch.is_some() { Role::CORRECTORS } else { Role::OFFICERS };
    let (_, found) = match must_be_able(tx, desk, (order.agency, order.officer, first), whom).await {
        // Who proposed it has left since: somebody else proposes it anew.
        Err(Error::NotAllowed) if approver.is_some() => return Err(Error::ProposerGone),
        other => other?,
    };
    if let Some(second) = approver {
        if identity::accounts_of(tx, second).await?.contains(&order.officer) {
            return Err(Error::SamePerson);
        }
        must_be_able(tx, desk, (order.agency, second, Role::REVIEWERS), whom).await?;
    }
    Ok((found.profile, found.key))
}

/// The version before is over: its bit is set for good, its uses end.
async fn replace(tx: &Tx, own: &Certificate) -> Result<(), Error> {
    let whose = (own.learner, own.id);
    let before = certificates::find_version(tx, whose, own.version).await?.ok_or(Error::WrongState)?;
    let cites = cites::list_of(tx, whose, own.version).await?;
    let lines: Vec<recognition::Citation> = cites.iter().map(|cite| cite.line.citation()).collect();
    recognition::end_citations(tx, &lines, &reference(own.id, own.version)).await?;
    Ok(status::set(tx, own.agency, place_of(before.place)?, (true, false)).await?)
}

async fn end_request(
    tx: &Tx,
    (learner, id): (LearnerId, CertificateRequestId),
    (officer, decider): (LearnerId, Option<LearnerId>),
    certificate: CertificateId,
) -> Result<(), Error> {
    let request = requests::lock(tx, learner, id).await?.filter(|own| own.state.is_waiting()).ok_or(Error::Decided)?;
    if request.officer.is_some_and(|first| first != officer) {
        return Err(Error::Decided);
    }
    let ended = Ended {
        state: RequestState::Approved,
        officer: Some(officer),
        decider,
        answer_sealed: None,
        certificate: Some(certificate),
    };
    if requests::end(tx, &request, ended).await? { Ok(()) } else { Err(Error::Decided) }
}

/// What was reserved is not issued. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn put_void(tx: &Tx, (learner, id): (LearnerId, CertificateId)) -> Result<(), Error> {
    let Some(own) = certificates::lock(tx, learner, id).await?.filter(|own| own.state == State::Reserved) else {
        return Ok(());
    };
    certificates::turn(tx, &own, Onward { state: State::Void, version: None, is_issue: false }).await?;
    Ok(())
}

/// Whatever was reserved a day ago and not issued is void.
///
/// # Errors
/// What the database answers.
pub async fn void_stale(tx: &Tx) -> Result<u64, Error> {
    let until = tx.now.plus_minutes(-RESERVED_HOURS * 60);
    let stale = certificates::list_stale(tx, until, 100).await?;
    for own in &stale {
        put_void(tx, *own).await?;
    }
    Ok(u64::try_from(stale.len()).unwrap_or(u64::MAX))
}
