//! One certificate as those see it who look after it: what it cites and whether that stands, its versions, what became of it; what an act would
//! change, shown before anybody decides.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::grounds::grounds_of;
use super::keepers::working;
use super::order::{USE, reference};
use crate::agencies::{self, Agency};
use crate::certificates::queries::cites::{self, accounts_in};
use crate::certificates::queries::{altered, certificates, requests};
use crate::certificates::rules::acts::{Named, Next, Obstacle, Situation, obstacle_to, state_after, undoes};
use crate::certificates::rules::states::effective;
use crate::certificates::{
    Act, Basis, Certificate, Desk, Error, Event, Happened, Impact, ImpactLine, Line, Request, RequestState, State, Version,
};
use crate::identity::{self, Profile};
use crate::kernel::{CertificateId, Credits, Digest, IdentityLevel, LearnerId, TransferId, digest_of};
use crate::recognition::{self, Citation, SupervisionLevel, UseState};

/// A line of the newest version, and whether the award has its ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::certificates) struct Cited {
    pub unit: String,
    pub account: LearnerId,
    pub award: TransferId,
    pub state: UseState,
}

/// One certificate with all that became of it.
#[derive(Clone, Debug)]
pub(in crate::certificates) struct Case {
    pub own: Certificate,
    /// The oldest first.
    pub versions: Vec<Version>,
    /// The oldest first.
    pub events: Vec<Event>,
    /// What was asked about it, the newest first.
    pub requests: Vec<Request>,
    /// What its newest version cites, by unit.
    pub lines: Vec<Cited>,
    /// Whether all credit that it cites lies in accounts of its owner still.
    pub is_own: bool,
    /// Whether the key that signed its newest version is believed.
    pub is_believed: bool,
}

impl Case {
    /// How it stands: the worse one of the row and of what it cites.
    pub fn standing(&self) -> State {
        effective(self.own.state, self.has_ground())
    }

    /// Whether all that it cites has its ground, and is its owner's.
    pub fn has_ground(&self) -> bool {
        self.is_own && self.lines.iter().all(|line| line.state == UseState::Active)
    }

    /// What is cited.
    pub fn citations(&self) -> Vec<Citation> {
        self.lines.iter().map(|line| Citation { account: line.account, award: line.award }).collect()
    }

    /// The suspension that waits for a second person.
    pub fn unconfirmed(&self) -> Option<&Request> {
        self.requests.iter().find(|request| request.act == Act::Confirm && request.state == RequestState::Proposed)
    }

    /// Who suspended, confirmed or revoked it, since it stood last: they take no part in undoing that.
    pub fn barred(&self) -> Vec<LearnerId> {
        let stood = |event: &&Event| {
            !matches!(event.what, Happened::Issued | Happened::Version | Happened::Lifted | Happened::Reinstated)
        };
        let since = self.events.iter().rev().take_while(stood);
        since.flat_map(|event| [event.actor, event.approver]).flatten().collect()
    }
}

/// A certificate that was issued, of this agency.
///
/// # Errors
/// [`Error::NoSuch`].
pub(in crate::certificates) fn issued(own: Option<Certificate>, agency: crate::kernel::AgencyId) -> Result<Certificate, Error> {
    own.filter(|own| own.agency == agency && own.state.is_issued()).ok_or(Error::NoSuch)
}

/// A certificate of this agency.
///
/// # Errors
/// [`Error::NoSuch`].
pub(in crate::certificates) async fn get_issued(
    db: &impl ConnectionTrait,
    (learner, id): (LearnerId, CertificateId),
    agency: crate::kernel::AgencyId,
) -> Result<Certificate, Error> {
    issued(certificates::find(db, learner, id).await?, agency)
}

/// All that became of a certificate.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn case_of(db: &impl ConnectionTrait, own: Certificate) -> Result<Case, Error> {
    let whose = (own.learner, own.id);
    let versions = certificates::list_versions(db, whose).await?;
    let (lines, accounts) = (lines_of(db, &own).await?, identity::accounts_of(db, own.learner).await?);
    let keys = agencies::verifying_keys_of(db, own.agency).await?;
    let signed_by = versions.last().map(|version| version.key_hash);
    let is_gone = |key: &agencies::AgencyKey| Some(key.fingerprint) == signed_by && key.distrusted_at.is_some();
    Ok(Case {
        is_own: lines.iter().all(|line| accounts.contains(&line.account)),
        lines,
        is_believed: !keys.iter().any(is_gone),
        events: certificates::list_events(db, whose).await?,
        requests: requests::list_about(db, whose).await?,
        versions,
        own,
    })
}

async fn lines_of(db: &impl ConnectionTrait, own: &Certificate) -> Result<Vec<Cited>, Error> {
    let cites = cites::list_of(db, (own.learner, own.id), own.version).await?;
    let uses = recognition::uses_of(db, &accounts_in(&cites), USE).await?;
    let reference = reference(own.id, own.version);
    let mut lines = Vec::new();
    for cite in cites {
        let Citation { account, award } = cite.line.citation();
        let used = uses.iter().find(|(whose, used)| *whose == account && used.transfer == award && used.reference == reference);
        let state = used.map_or(UseState::Ended, |(_, used)| used.state);
        lines.push(Cited { unit: cite.line.unit, account, award, state });
    }
    Ok(lines)
}

/// How a certificate stands, for a list: the worse one of the row and of what it cites.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn standing_of_row(db: &impl ConnectionTrait, own: &Certificate) -> Result<State, Error> {
    if own.state != State::Active {
        return Ok(own.state);
    }
    let has_ground = lines_of(db, own).await?.iter().all(|line| line.state == UseState::Active);
    Ok(effective(own.state, has_ground))
}

/// What the newest version rests on, as it is kept, under the name `name`: a corrected name changes nothing else, nor does another key.
///
/// # Errors
/// [`Error::NoSuch`]; what the database answers.
pub(in crate::certificates) async fn kept_basis(
    db: &impl ConnectionTrait,
    own: &Certificate,
    name: String,
) -> Result<Basis, Error> {
    let whose = (own.learner, own.id);
    let version = certificates::find_version(db, whose, own.version).await?.ok_or(Error::NoSuch)?;
    let cites = cites::list_of(db, whose, own.version).await?;
    let lines: Vec<Line> = cites.into_iter().map(|cite| cite.line).collect();
    Ok(Basis {
        name,
        identity: IdentityLevel::from_value(version.identity).ok_or_else(|| altered("identity_level"))?,
        supervision: SupervisionLevel::from_value(version.supervision).ok_or_else(|| altered("supervision_level"))?,
        credits: lines.iter().fold(Credits::ZERO, |sum, line| sum.plus(line.credits)),
        class_hours: lines.iter().map(|line| line.class_hours).sum(),
        edition: version.edition,
        rule_version: version.rule_version,
        lines,
    })
}

/// What a further version would rest on, and whether it may be made.
struct Coming {
    basis: Option<Basis>,
    next: Next,
}

async fn coming_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (case, profile): (&Case, Option<&Profile>),
    act: Act,
) -> Result<Coming, Error> {
    let own = &case.own;
    let Some(profile) = profile.filter(|_| act.makes().is_some()) else { return Ok(Coming { basis: None, next: Next::Whole }) };
    if act == Act::Name {
        return Ok(Coming { basis: Some(kept_basis(db, own, profile.name.clone()).await?), next: Next::Whole });
    }
    let basis = match grounds_of(db, desk, own.learner, (&own.kind, &own.about)).await {
        Ok(grounds) => grounds.basis,
        Err(Error::NoKind) => None,
        Err(error) => return Err(error),
    };
    let accounts = identity::accounts_of(db, own.learner).await?;
    let others = certificates::list_of(db, &accounts).await?;
    let is_in_the_way = |other: &Certificate| {
        let is_like_it = other.id != own.id && other.kind == own.kind && other.about == own.about;
        is_like_it && other.state.is_in_the_way()
    };
    let next = match basis {
        _ if others.iter().any(is_in_the_way) => Next::Held,
        None => Next::Missing,
        Some(_) => Next::Whole,
    };
    Ok(Coming { basis, next })
}

/// The profile of a certificate's owner, where they are here.
pub(in crate::certificates) async fn profile_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    learner: LearnerId,
) -> Result<Option<Profile>, Error> {
    match identity::profile(db, &desk.keys, learner).await {
        Ok(profile) => Ok(Some(profile)),
        Err(identity::Error::NoSuchPerson) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What an act on a certificate would change, worked out from the rows; nothing is written.
///
/// # Errors
/// [`Error::NoSuch`]; what the database answers.
pub async fn impact_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (learner, id): (LearnerId, CertificateId),
    act: Act,
) -> Result<Impact, Error> {
    let own = certificates::find(db, learner, id).await?.filter(|own| own.state.is_issued()).ok_or(Error::NoSuch)?;
    let agency = agencies::find_agency(db, own.agency).await?.ok_or(Error::NoSuch)?;
    let case = case_of(db, own).await?;
    let profile = profile_of(db, desk, learner).await?;
    impact_on(db, desk, (&case, &agency, profile.as_ref()), act).await
}

/// The same of what was read.
pub(in crate::certificates) async fn impact_on(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (case, agency, profile): (&Case, &Agency, Option<&Profile>),
    act: Act,
) -> Result<Impact, Error> {
    let own = &case.own;
    let name = own.name(&desk.keys)?;
    let coming = coming_of(db, desk, (case, profile), act).await?;
    let situation = Situation {
        state: own.state,
        has_ground: case.has_ground(),
        is_waiting: case.unconfirmed().is_some(),
        is_believed: case.is_believed,
        is_here: profile.is_some(),
        agency: working(agency),
        name: match profile {
            Some(profile) if profile.name == name => Named::Same,
            Some(profile) if profile.identity_level >= IdentityLevel::DOCUMENT => Named::Other,
            _ => Named::OtherUnseen,
        },
        next: coming.next,
    };
    let makes = act.makes().is_some();
    let then = coming.basis.as_ref();
    Ok(Impact {
        act,
        certificate: own.id,
        number: own.number.clone(),
        kind: own.kind.clone(),
        about: own.about.clone(),
        states: (case.standing(), state_after(act)),
        versions: (own.version, if makes { own.version + 1 } else { own.version }),
        names: (name.clone(), then.map_or(name, |basis| basis.name.clone())),
        lines: impact_lines(case, then, makes),
        obstacle: obstacle_to(act, &situation),
        barred: if undoes(act) { case.barred() } else { Vec::new() },
        basis: then.map(Basis::digest),
    })
}

/// Of each unit that is cited now, or would be: whether the award stands, and whether it is cited then.
fn impact_lines(case: &Case, then: Option<&Basis>, makes: bool) -> Vec<ImpactLine> {
    let is_then = |unit: &str| !makes || then.is_some_and(|basis| basis.lines.iter().any(|line| line.unit == unit));
    let mut lines: Vec<ImpactLine> = case
        .lines
        .iter()
        .map(|line| ImpactLine { unit: line.unit.clone(), now: Some(line.state), then: is_then(&line.unit) })
        .collect();
    let new = then.into_iter().flat_map(|basis| &basis.lines).filter(|line| case.lines.iter().all(|own| own.unit != line.unit));
    lines.extend(new.map(|line| ImpactLine { unit: line.unit.clone(), now: None, then: true }));
    lines.sort_by(|one, other| one.unit.cmp(&other.unit));
    lines
}

impl Impact {
    /// What was shown, as a digest that the form carries: where it differs when somebody agrees, things have changed meanwhile.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let line = |line: &ImpactLine| json!([line.unit, line.now.map(UseState::code), line.then]);
        let said = json!([
            self.act.code(),
            self.certificate,
            [self.states.0.code(), self.states.1.code()],
            [self.versions.0, self.versions.1],
            [self.names.0, self.names.1],
            self.lines.iter().map(line).collect::<Vec<Value>>(),
            format!("{:?}", self.obstacle),
            self.basis.map(|basis| basis.to_string()),
        ]);
        digest_of(&[said.to_string().as_bytes()])
    }

    /// Why it cannot be done, as an error.
    ///
    /// # Errors
    /// [`Error::Hindered`].
    pub(in crate::certificates) fn must_be_free(&self) -> Result<(), Error> {
        self.obstacle.map_or(Ok(()), |obstacle: Obstacle| Err(Error::Hindered(obstacle)))
    }
}
