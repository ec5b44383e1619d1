//! What is read of certificates: as everybody may see them who knows code or number, as their owner does, as the agency's people do.

use sea_orm::ConnectionTrait;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::keepers::{Part, roles_of, working};
use super::order::{USE, index_of, reference};
use crate::agencies::{self, Agency};
use crate::certificates::queries::cites::{self, Cite, accounts_in};
use crate::certificates::queries::{certificates, numbers, requests};
use crate::certificates::rules::acts::Working;
use crate::certificates::rules::states::{Waiting, effective};
use crate::certificates::{
    Act, Certificate, Desk, Error, Event, Happened, PLACE_DOCUMENT, Reason, Register, Request, RequestState, Shown, Standing,
    State, Version,
};
use crate::credentials::{self, Bundle, Facts, LongCode, Number};
use crate::db::Tx;
use crate::identity::{self, Found, StaffScope};
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, LearnerId, Timestamp};
use crate::learning;
use crate::ledger::seal::{self, Proven};
use crate::recognition::{self, Levels, UseState};

/// How a certificate stands: the worse one of the row and of what its newest version cites.
async fn standing_of(db: &impl ConnectionTrait, own: &Certificate, cites: &[Cite]) -> Result<Standing, Error> {
    let reference = reference(own.id, own.version);
    let uses = recognition::uses_of(db, &accounts_in(cites), USE).await?;
    let own_uses: Vec<_> = uses.into_iter().map(|(_, used)| used).filter(|used| used.reference == reference).collect();
    let has_ground = own_uses.iter().all(|used| used.state == UseState::Active);
    let events = certificates::list_events(db, (own.learner, own.id)).await?;
    let last = |whats: &[Happened]| events.iter().rev().find(|event| whats.contains(&event.what));
    let since = |event: Option<&Event>, otherwise: Reason| {
        let at = event.map_or(own.changed_at, |event| event.at);
        (at, event.and_then(|event| event.reason).unwrap_or(otherwise))
    };
    Ok(match (own.state, effective(own.state, has_ground)) {
        (State::Revoked, _) => {
            let (since, reason) = since(last(&[Happened::Revoked]), Reason::Other);
            Standing::Revoked { since, reason }
        }
        (State::Suspended, _) => {
            let (since, reason) = since(last(&[Happened::Suspended]), Reason::Other);
            Standing::Suspended { since, reason }
        }
        (_, State::Suspended) => {
            let lost = own_uses.iter().filter(|used| used.state != UseState::Active).map(|used| used.changed_at).min();
            Standing::Suspended { since: lost.unwrap_or(own.changed_at), reason: Reason::CreditReversed }
        }
        _ => Standing::Active,
    })
}

/// The four forms of a version; none where its owner has left, and took the key along.
///
/// # Errors
/// What identity and database refuse.
pub(in crate::certificates) async fn bundle_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (learner, version): (LearnerId, &Version),
) -> Result<Option<Bundle>, Error> {
    let key = match identity::person_key(db, &desk.keys, learner).await {
        Ok(key) => key,
        Err(identity::Error::NoSuchPerson) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let text = key.open_text(PLACE_DOCUMENT, &version.document_sealed)?;
    serde_json::from_str(&text).map(Some).map_err(|_| Error::Sealed(crate::kernel::SealBroken))
}

pub(super) fn facts_in(bundle: &Bundle) -> Option<Facts> {
    let document: Value = serde_json::from_str(&bundle.credential).ok()?;
    credentials::facts_of(&document).ok()
}

/// A certificate that was issued, as it is shown; none where it was not. `with_proofs`: of what it cites in the sealed log too.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn shown_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    own: &Certificate,
    (now, with_proofs): (Timestamp, bool),
) -> Result<Option<Shown>, Error> {
    let Some((_, issued)) = own.issued.filter(|_| own.state.is_issued()) else { return Ok(None) };
    let version = certificates::find_version(db, (own.learner, own.id), own.version).await?.ok_or(Error::NoSuch)?;
    let cites = cites::list_of(db, (own.learner, own.id), own.version).await?;
    let facts = bundle_of(db, desk, (own.learner, &version)).await?.as_ref().and_then(facts_in);
    let standing = standing_of(db, own, &cites).await?;
    // Of one that does not stand it is not said that it is valid all the same.
    let is_worth_it = facts.is_some() && standing == Standing::Active;
    let refresh = if is_worth_it { refresh_of(db, desk, own.learner, (&cites, now)).await? } else { Vec::new() };
    Ok(Some(Shown {
        certificate: own.id,
        learner: own.learner,
        standing,
        facts,
        register: Register {
            number: own.number.clone(),
            code: own.code(&desk.keys)?,
            name: own.name(&desk.keys)?,
            kind: own.kind.clone(),
            about: own.about.clone(),
            agency: own.agency,
            issued,
            version: own.version,
        },
        refresh,
        proofs: if with_proofs { proofs_of(db, own, &cites).await? } else { Vec::new() },
    }))
}

/// 建议复习: of what is cited the units whose pass is so old that going over them again is suggested.
async fn refresh_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    learner: LearnerId,
    (cites, now): (&[Cite], Timestamp),
) -> Result<Vec<String>, Error> {
    let book = recognition::passbook_of(db, learner).await?;
    let credit = desk.shelf.credit_rule();
    let least = Levels::from_values(credit.creditable_identity_level, credit.creditable_supervision_level);
    let holdings = learning::holdings_in(&book, crate::kernel::IdentityLevel::NONE, least.ok_or(recognition::Error::BadTerms)?);
    let old = learning::to_refresh(&desk.shelf.edition().manifest.refresh, &holdings, now.day());
    let old: Vec<String> = old.iter().map(ToString::to_string).collect();
    Ok(cites.iter().map(|cite| cite.line.unit.clone()).filter(|unit| old.contains(unit)).collect())
}

/// Of each line result and award in the sealed log. What waits for a checkpoint is left out.
async fn proofs_of(db: &impl ConnectionTrait, own: &Certificate, cites: &[Cite]) -> Result<Vec<Proven>, Error> {
    let accounts = identity::accounts_of(db, own.learner).await?;
    let mut proofs = Vec::new();
    for cite in cites {
        let of_award = cite.line.account;
        // The pass may lie in another of the accounts than the award that it speaks for.
        let all: Vec<LearnerId> =
            std::iter::once(of_award).chain(accounts.iter().copied().filter(|one| *one != of_award)).collect();
        proofs.extend(prove_any(db, &all, cite.line.result.uuid()).await?);
        proofs.extend(seal::prove(db, of_award, cite.line.award.uuid()).await?);
    }
    Ok(proofs)
}

async fn prove_any(db: &impl ConnectionTrait, accounts: &[LearnerId], record: Uuid) -> Result<Option<Proven>, Error> {
    for account in accounts {
        if let Some(proven) = seal::prove(db, *account, record).await? {
            return Ok(Some(proven));
        }
    }
    Ok(None)
}

/// The certificate at this address, with its proofs; none where there is none, or it was never issued.
///
/// # Errors
/// What the database answers.
pub async fn find_by_code(
    db: &impl ConnectionTrait,
    desk: &Desk,
    code: &LongCode,
    now: Timestamp,
) -> Result<Option<Shown>, Error> {
    let Some((learner, id)) = numbers::find_by_code(db, &index_of(&desk.keys, code)).await? else { return Ok(None) };
    let Some(own) = certificates::find(db, learner, id).await? else { return Ok(None) };
    shown_of(db, desk, &own, (now, true)).await
}

/// The certificate of this number, where the name on it is `name`, with its proofs. A number opens nothing without the name: a wrong name is as no
/// certificate.
///
/// # Errors
/// What the database answers.
pub async fn find_by_number(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (number, name): (&Number, &str),
    now: Timestamp,
) -> Result<Option<Shown>, Error> {
    let Some((learner, id)) = numbers::find_by_number(db, number).await? else { return Ok(None) };
    let Some(own) = certificates::find(db, learner, id).await? else { return Ok(None) };
    if plain(&own.name(&desk.keys)?) != plain(name) {
        return Ok(None);
    }
    shown_of(db, desk, &own, (now, true)).await
}

/// A name as it is compared: whichever width, without spaces, one dot for all dots between its parts.
pub(super) fn plain(name: &str) -> String {
    let dots = ['·', '•', '‧', '・', '.', '．'];
    let plain = name.nfkc().filter(|c| !c.is_whitespace()).map(|c| if dots.contains(&c) { '·' } else { c });
    plain.flat_map(char::to_lowercase).collect()
}

/// All certificates of the person whose `learner` is that were issued, in all their accounts, the newest first; without proofs.
///
/// # Errors
/// What the database answers.
pub async fn list_of(db: &impl ConnectionTrait, desk: &Desk, learner: LearnerId, now: Timestamp) -> Result<Vec<Shown>, Error> {
    let accounts = identity::accounts_of(db, learner).await?;
    let mut all = Vec::new();
    for own in certificates::list_of(db, &accounts).await? {
        all.extend(shown_of(db, desk, &own, (now, false)).await?);
    }
    Ok(all)
}

/// What somebody has of certificates: those that were issued, and what was asked for one.
pub(in crate::certificates) struct Own {
    pub certificates: Vec<Shown>,
    pub requests: Vec<Request>,
}

/// The same for the person of these accounts.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn list_own(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (learner, accounts): (LearnerId, &[LearnerId]),
    now: Timestamp,
) -> Result<Own, Error> {
    let certificates = list_of(db, desk, learner, now).await?;
    let mut requests = requests::list_of(db, accounts).await?;
    requests.retain(|request| request.act == Act::Issue);
    Ok(Own { certificates, requests })
}

/// One certificate of the person of these accounts, with what became of it and its proofs.
///
/// # Errors
/// [`Error::NoSuch`].
pub(in crate::certificates) async fn get_own(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (accounts, id): (&[LearnerId], CertificateId),
    now: Timestamp,
) -> Result<(Shown, Vec<Event>), Error> {
    for account in accounts {
        if let Some(own) = certificates::find(db, *account, id).await? {
            let shown = shown_of(db, desk, &own, (now, false)).await?.ok_or(Error::NoSuch)?;
            let events = certificates::list_events(db, (own.learner, own.id)).await?;
            return Ok((shown, events));
        }
    }
    Err(Error::NoSuch)
}

/// Requests that are looked through for the next one.
const MOST_NEXT: u64 = 50;
/// Requests about issued certificates that are shown at once.
const MOST_CHANGES: u64 = 200;

/// One page of what waits for an agency, the oldest first, and how much there is.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn queue(
    db: &impl ConnectionTrait,
    of: (AgencyId, &Waiting),
    part: (u64, u64),
) -> Result<(Vec<Request>, u64), Error> {
    Ok((requests::list_waiting(db, of, part).await?, requests::count_waiting(db, of).await?))
}

/// What waits for an agency in one of these states and is for whoever has these accounts, the oldest first: it is neither about them, nor did they
/// help with it or propose it.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn next_waiting(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    (states, accounts): (&[RequestState], &[LearnerId]),
) -> Result<Option<Request>, Error> {
    let is_theirs = |request: &Request| {
        let others = [Some(request.learner), request.helper, request.officer];
        !others.iter().flatten().any(|other| accounts.contains(other))
    };
    let mut found: Option<Request> = None;
    for state in states {
        let which = Waiting { state: Some(*state), kind: None };
        let some = requests::list_waiting(db, (agency, &which), (0, MOST_NEXT)).await?;
        let first = some.into_iter().find(is_theirs);
        found = found.into_iter().chain(first).min_by_key(|request| request.asked_at);
    }
    Ok(found)
}

/// What waits about certificates that the agency has issued, the oldest first: also while it is suspended.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn changes_waiting(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<Request>, Error> {
    Ok(requests::list_changes(db, agency, MOST_CHANGES).await?)
}

/// One request to an agency.
///
/// # Errors
/// [`Error::NoSuchRequest`].
pub(in crate::certificates) async fn request_of(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    (learner, id): (LearnerId, CertificateRequestId),
) -> Result<Request, Error> {
    requests::find(db, learner, id).await?.filter(|own| own.agency == agency && own.act == Act::Issue).ok_or(Error::NoSuchRequest)
}

/// The person of a request, where somebody who looks after what the agency does may see them; that they were shown, or that somebody tried, is kept. Of an
/// agency that does not work, what was refused alone: that can be appealed against.
///
/// # Errors
/// [`Error::NoSuchRequest`]; what agencies refuse.
pub(in crate::certificates) async fn look(
    tx: &Tx,
    desk: &Desk,
    (agency, scope): (&Agency, &StaffScope),
    which: (LearnerId, CertificateRequestId),
) -> Result<Option<(Request, Found)>, Error> {
    let request = request_of(tx, agency.id, which).await?;
    match working(agency) {
        Working::Suspended if request.state != RequestState::Refused => return Err(agencies::Error::Suspended.into()),
        Working::Closed if request.state != RequestState::Refused => return Err(agencies::Error::Closed.into()),
        _ => {}
    }
    let whose = (request.learner, roles_of(agency, Part::Either));
    if let Some(found) = identity::show(tx, &desk.keys, scope, whose, "certificate").await? {
        return Ok(Some((request, found)));
    }
    agencies::see(tx, &desk.keys, (agency, scope), request.learner, "certificate").await?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_is_the_same_however_its_dots_and_spaces_are_written() {
        for (one, other, is_same) in [
            ("王桂英", " 王 桂英 ", true),
            ("买买提·吐尔逊", "买买提•吐尔逊", true),
            ("买买提·吐尔逊", "买买提．吐尔逊", true),
            ("Ｌi Na", "li na", true),
            ("王桂英", "王桂", false),
            ("买买提·吐尔逊", "买买提吐尔逊", false),
        ] {
            assert_eq!(plain(one) == plain(other), is_same, "{one} {other}");
        }
    }
}
