//! What becomes of one claim: the same services as at the desk, with the rights of whoever wrote it, or of whoever decided.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::phone::{days_around, is_given_to, was_there};
use super::{BODY_PLACE, Bank, body_key};
use crate::assessment::{self, Given, Shown, read_answer};
use crate::classes::{self, Way, WitnessedTask};
use crate::curriculum::model::Item;
use crate::db::{OnceKey, Tx};
use crate::enrolment::{self, Decided, Enrolled};
use crate::hall::bodies::{self, Answers, Body, Came, Witnessed};
use crate::hall::queries::{claims, devices};
use crate::hall::rules::{Kind, State, Why, clock_doubt};
use crate::hall::{AnswerFields, Claim, Device, Error, Settled};
use crate::identity::{self, Role, StaffScope, Whose};
use crate::kernel::{Acting, LearnerId, Seed};
use crate::places::PlaceCode;
use crate::web::Fields;

/// By whose word a claim is taken.
#[derive(Clone, Debug)]
pub(super) enum By {
    /// Nobody has looked yet: whatever is doubtful stops it.
    Itself,
    /// Somebody has looked and counts it all the same.
    Decider(StaffScope),
}

/// What has counted already under the number of a claim, from another device: the same thing, taken down by the same person. Numbers can be read by whoever
/// carries a file, and a phone chooses its own, so the number alone would let others' words vanish. What a box takes down of a supervised session is
/// there once.
async fn twin_of(tx: &Tx, claim: &Claim) -> Result<Option<Claim>, Error> {
    if claim.kind.is_of_exam() {
        return Ok(None);
    }
    let is_same = |other: &Claim| (other.kind, other.operator) == (claim.kind, claim.operator);
    let is_twin = |other: &Claim| other.device != claim.device && other.state == State::Accepted && is_same(other);
    Ok(claims::list_named(tx, claim.id.uuid()).await?.into_iter().find(is_twin))
}

/// Makes of a claim what it says.
///
/// # Errors
/// [`Error::NeedsLook`]; faults.
pub(super) async fn apply(tx: &Tx, bank: &Bank, device: &Device, claim: &Claim, by: By) -> Result<Settled, Error> {
    let (scope, is_waived) = match by {
        By::Itself => {
            if device.revoked_at.is_some_and(|at| claim.received_at >= at) {
                return Err(Error::NeedsLook(Why::Revoked));
            }
            if let Some(doubt) = clock_doubt(claim.made_at, claim.received_at) {
                return Err(Error::NeedsLook(doubt));
            }
            if !claim.kind.is_of_exam() && !device.operators.contains(&claim.operator) {
                return Err(Error::NeedsLook(Why::Operator));
            }
            (identity::load_scope(tx, claim.operator).await?, false)
        }
        By::Decider(scope) => (scope, true),
    };
    if !claim.kind.is_of_exam() && !scope.has_any(Role::HOSTS) {
        return Err(Error::NeedsLook(Why::Operator));
    }
    if let Some(twin) = twin_of(tx, claim).await? {
        return Ok(Settled { state: State::Duplicate, why: None, learner: twin.learner, became: twin.became });
    }
    let sealed = claim.body_sealed.as_deref().ok_or(Error::NeedsLook(Why::Unreadable))?;
    let plain = body_key(&bank.keys).open(BODY_PLACE, sealed).map_err(|_| Error::NeedsLook(Why::Unreadable))?;
    let about = About { bank, device, claim, scope: &scope, is_waived };
    match Body::parse(claim.kind, &plain).ok_or(Error::NeedsLook(Why::Unreadable))? {
        Body::Came(body) => came(tx, &about, &body).await,
        Body::Witnessed(body) => witnessed(tx, &about, &body).await,
        Body::Answers(body) => answers(tx, &about, &body).await,
        Body::Enrolled(body) => enrolled(tx, &about, &body).await,
        body @ (Body::ExamSeen(_)
        | Body::ExamBegun(_)
        | Body::ExamAnswers(_)
        | Body::ExamHand(_)
        | Body::ExamNote(_)
        | Body::ExamEnd(_)) => super::exams::apply(tx, bank, (device, claim), &body, is_waived.then(|| scope.actor())).await,
    }
}

/// Everything around one claim.
struct About<'a> {
    bank: &'a Bank,
    device: &'a Device,
    claim: &'a Claim,
    scope: &'a StaffScope,
    /// Whether somebody has looked.
    is_waived: bool,
}

fn made(is_new: bool, learner: LearnerId, became: &impl ToString) -> Settled {
    let state = if is_new { State::Accepted } else { State::Duplicate };
    Settled { state, why: None, learner: Some(learner), became: Some(became.to_string()) }
}

/// Whom a claim names: somebody known to the bank, or whoever was enrolled by a claim of that name.
async fn person_of(tx: &Tx, about: &About<'_>, person: Uuid) -> Result<identity::Profile, Error> {
    let named = claims::list_named(tx, person).await?;
    let enrolled = named.into_iter().find(|claim| claim.kind == Kind::Enrolment && claim.device == about.device.id);
    let learner = match enrolled {
        Some(claim) => claim.learner.ok_or(Error::NeedsLook(Why::NoPerson))?,
        None => LearnerId::from_uuid(person),
    };
    Ok(identity::profile(tx, &about.bank.keys, learner).await?)
}

/// Whether a session was on when the claim was made, by the device's clock; whoever has looked knows better.
async fn was_on(tx: &Tx, about: &About<'_>, class: crate::kernel::ClassId) -> Result<(), Error> {
    let session = classes::find_class(tx, class).await?;
    if about.is_waived || session.hours.is_on(about.claim.made_at) { Ok(()) } else { Err(Error::NeedsLook(Why::OtherTime)) }
}

async fn came(tx: &Tx, about: &About<'_>, body: &Came) -> Result<Settled, Error> {
    was_on(tx, about, body.class).await?;
    let person = person_of(tx, about, body.person).await?;
    let whose = Whose { place: person.place_code.as_deref(), groups: &person.groups };
    // Whoever may be seen by whoever wrote it, like a card that was shown; else they must stand on the session's list.
    let is_theirs = person.place_code.is_some() && about.scope.grant_for(Role::HOSTS, whose).is_some();
    let way = if is_theirs { Way::Hall } else { Way::List };
    let is_new = classes::check_in_person(tx, &about.bank.keys, about.scope, body.class, (person.learner, way)).await?;
    Ok(made(is_new, person.learner, &body.class))
}

async fn witnessed(tx: &Tx, about: &About<'_>, body: &Witnessed) -> Result<Settled, Error> {
    was_on(tx, about, body.class).await?;
    let person = person_of(tx, about, body.person).await?;
    // A witness is whoever saw it. Whoever decides about a claim has seen the claim, not the task.
    let operator = about.claim.operator;
    let seer = if about.scope.actor() == operator { about.scope.clone() } else { identity::load_scope(tx, operator).await? };
    if !seer.has_any(Role::HOSTS) {
        return Err(Error::NeedsLook(Why::Operator));
    }
    let seen = classes::tasks_of(tx, body.class).await?;
    let is_said = |task: &&WitnessedTask| task.witness == operator || task.second.is_some();
    if seen.iter().filter(is_said).any(|task| task.learner == person.learner) {
        return Ok(made(false, person.learner, &body.class));
    }
    classes::witness_task(tx, &seer, body.class, person.learner).await?;
    Ok(made(true, person.learner, &body.class))
}

async fn answers(tx: &Tx, about: &About<'_>, body: &Answers) -> Result<Settled, Error> {
    let person = person_of(tx, about, body.person).await?;
    let given = devices::sheets_of(tx, person.learner, body.attempt).await?;
    if !is_given_to(tx, &given, about.device).await? {
        return Err(Error::NeedsLook(Why::NoSheet));
    }
    let claim = about.claim;
    let when = match clock_doubt(claim.made_at, claim.received_at) {
        None => days_around(claim.made_at),
        // Of a clock that somebody waived no more is known than that the device was made ready before, and that this came afterwards.
        Some(_) => (about.device.prepared_at.plus_days(-1), claim.received_at.plus_days(1)),
    };
    // Another than whoever wrote it has said that they were there.
    let is_vouched_for = about.is_waived && claim.why == Some(Why::NotThere);
    if !is_vouched_for {
        was_there(tx, person.learner, when).await?;
    }
    let is_new = grade(tx, about.bank, &person, about.claim.operator, body).await?;
    Ok(made(is_new, person.learner, &body.attempt))
}

/// A test: answers are kept and graded as if they had been given here, against the very attempt that was begun here. `false` where it was
/// handed in before.
///
/// # Errors
/// [`Error::NeedsLook`]; what assessment refuses.
pub(super) async fn grade(
    tx: &Tx,
    bank: &Bank,
    person: &identity::Profile,
    operator: LearnerId,
    body: &Answers,
) -> Result<bool, Error> {
    let learner = person.learner;
    let sheet = assessment::get_sheet(tx, learner, body.attempt).await?;
    if !sheet.attempt.is_open() {
        return Ok(false);
    }
    let helper = body.assisted.then_some(operator).filter(|operator| *operator != learner);
    let acting = Acting { learner, helper, identity_level: person.identity_level };
    let items = assessment::get_items(tx, &bank.shelf, &sheet.attempt).await?;
    for (position, item) in (1..).zip(&items) {
        // What is no answer is none given: there is nobody to be asked again.
        if let Some(given) = read_at(item, sheet.attempt.seed, position, &body.answers) {
            assessment::answer(tx, &acting, body.attempt, position, &given).await?;
        }
    }
    let standing = person.standing(i64::from(tx.now.day().year()));
    assessment::hand_in(tx, &acting, &bank.shelf, body.attempt, (&bank.organisation, bank.most), &standing).await?;
    Ok(true)
}

/// What was answered at a position; none where it is no answer to its question.
pub(super) fn read_at(item: &Item, seed: Seed, position: usize, answers: &BTreeMap<usize, AnswerFields>) -> Option<Given> {
    let fields = answers.get(&position)?;
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    read_answer(&Shown::of(item, seed, position), &Fields::from_pairs(&pairs)).ok()
}

async fn enrolled(tx: &Tx, about: &About<'_>, body: &bodies::Enrolled) -> Result<Settled, Error> {
    let pairs: Vec<(&str, &str)> = body.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let place = PlaceCode::parse(&body.place).ok_or(Error::NeedsLook(Why::NotSo))?;
    let new = enrolment::read_form(&Fields::from_pairs(&pairs), place, tx.now.day());
    let new = new.map_err(|_| Error::NeedsLook(Why::NotSo))?;
    let once = OnceKey::parse(&about.claim.id.to_string()).ok_or(Error::NeedsLook(Why::Unreadable))?;
    // Whoever decides has seen on the desk who sounds alike.
    let decided = if about.is_waived { Decided::IsNew } else { Decided::No };
    let whose = (about.scope, &about.bank.sender);
    match enrolment::enrol(tx, &about.bank.keys, whose, (&new, decided), &once).await? {
        Enrolled::New(learner) => Ok(made(true, learner, &learner)),
        Enrolled::PhoneHeld => Err(Error::NeedsLook(Why::Held)),
        Enrolled::Alike(_) => Err(Error::NeedsLook(Why::Alike)),
    }
}
