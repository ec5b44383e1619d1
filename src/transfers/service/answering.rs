//! The receiver's side: what was offered to it, and its answer.

use sea_orm::ConnectionTrait;

use super::telling::tell;
use super::{PLACE, said_of, standing};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::{self, Grant, StaffScope, Whose};
use crate::kernel::{Digest, LearnerId, OrganisationId, Timestamp, TransferId, mac_of};
use crate::outbox::Standing;
use crate::recognition::{self, Answer, OfferStands};
use crate::transfers::{Error, Offer, queries};

/// Offers on the page of a receiver.
const SHOWN: u64 = 100;

/// What a receiver answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It takes it, under this number of its own.
    Accept(String),
    /// It does not, because.
    Decline(String),
}

impl Verdict {
    const fn code(&self) -> &'static str {
        match self {
            Self::Accept(_) => "accept",
            Self::Decline(_) => "decline",
        }
    }

    fn words(&self) -> &str {
        match self {
            Self::Accept(words) | Self::Decline(words) => words,
        }
    }
}

/// The organisations in which somebody holds a role.
fn organisations_of(scope: &StaffScope) -> Vec<OrganisationId> {
    let mut own: Vec<OrganisationId> = scope.grants().iter().filter_map(|grant| grant.organisation).collect();
    own.sort();
    own.dedup();
    own
}

/// The role by which somebody sees what was offered to their organisation: place does not count, line of work does.
fn grant_for<'s>(scope: &'s StaffScope, offer: &Offer, standing: &Standing) -> Option<&'s Grant> {
    let whose = Whose { place: None, groups: &standing.groups };
    scope.grants().iter().find(|grant| grant.organisation == Some(offer.receiver) && grant.sees(whose))
}

/// What was offered to the organisations in which somebody holds a role, the newest first. Nobody is named.
///
/// # Errors
/// What the database answers.
pub async fn list_received(db: &impl ConnectionTrait, scope: &StaffScope) -> Result<Vec<(Offer, OfferStands)>, Error> {
    let own = organisations_of(scope);
    if own.is_empty() {
        return Ok(Vec::new());
    }
    standing(db, queries::list_to(db, &own, SHOWN).await?).await
}

async fn standing_of(db: &impl ConnectionTrait, keys: &Keys, (learner, now): (LearnerId, Timestamp)) -> Result<Standing, Error> {
    let people = identity::people_of(db, keys, &[learner], i64::from(now.day().year())).await?;
    Ok(people.get(&learner).map(|person| person.standing.clone()).unwrap_or_default())
}

/// One offer to an organisation in which somebody holds a role, how it stands, and what was said.
///
/// # Errors
/// [`Error::NoSuch`] where it is none of theirs.
pub async fn find_received(
    db: &impl ConnectionTrait,
    keys: &Keys,
    scope: &StaffScope,
    transfer: TransferId,
) -> Result<(Offer, OfferStands, String), Error> {
    let offer = queries::find(db, transfer).await?.ok_or(Error::NoSuch)?;
    let standing_now = standing_of(db, keys, (offer.learner, offer.offered_at)).await?;
    grant_for(scope, &offer, &standing_now).ok_or(Error::NoSuch)?;
    let said = said_of(db, keys, &offer).await?;
    let (offer, stands) = standing(db, vec![offer]).await?.pop().ok_or(Error::NoSuch)?;
    Ok((offer, stands, said))
}

/// The name of whose credit was offered: offering is the yes to being seen by the receiver. That it was shown is kept.
///
/// # Errors
/// [`Error::NoSuch`] where it is none of theirs.
pub async fn show_name(tx: &Tx, keys: &Keys, scope: &StaffScope, offer: &Offer) -> Result<String, Error> {
    let people = identity::people_of(tx, keys, &[offer.learner], i64::from(tx.now.day().year())).await?;
    let Some(person) = people.get(&offer.learner) else { return Ok(String::new()) };
    let grant = grant_for(scope, offer, &person.standing).ok_or(Error::NoSuch)?;
    let access = audit::Access {
        learner: offer.learner,
        actor: scope.actor(),
        actor_role: grant.role.code(),
        organisation: grant.organisation,
        place_code: grant.area.as_str(),
        what: "transfer_offer",
    };
    audit::record_access(tx, access).await?;
    Ok(person.name.clone())
}

/// An answer to be kept.
#[derive(Clone, Debug)]
pub struct Answering {
    /// Which offer.
    pub transfer: TransferId,
    /// Whose hand.
    pub by: LearnerId,
    /// What is answered.
    pub verdict: Verdict,
}

/// Answers an offer. The same answer once more changes nothing. The end is told in the same commit.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::OwnCredit`], [`Error::TooLate`], [`Error::Answered`]; what the database answers.
pub async fn answer(tx: &Tx, keys: &Keys, new: &Answering) -> Result<(), Error> {
    let offer = queries::find(tx, new.transfer).await?.ok_or(Error::NoSuch)?;
    // Of a digest that anybody can make, a short reason could be found by trying.
    let id = offer.transfer.uuid();
    let parts = [id.as_bytes().as_slice(), new.verdict.code().as_bytes(), new.verdict.words().as_bytes()];
    let digest = Digest::from_slice(&mac_of(&keys.for_purpose("transfer-answer"), &parts).to_vec()).ok_or(Error::NoSuch)?;
    let standing = standing_of(tx, keys, (offer.learner, tx.now)).await?;
    let reference = match &new.verdict {
        Verdict::Accept(number) => number.clone(),
        Verdict::Decline(_) => String::new(),
    };
    let answer = Answer {
        learner: offer.learner,
        offer: offer.transfer,
        receiver: offer.receiver,
        reference,
        digest,
        officer: new.by,
        standing: &standing,
    };
    match new.verdict {
        Verdict::Accept(_) => recognition::accept_out(tx, &answer).await?,
        Verdict::Decline(_) => recognition::decline_out(tx, &answer).await?,
    };
    // The chain is held since: roles and accounts are those of this commit.
    let scope = identity::load_scope(tx, new.by).await?;
    grant_for(&scope, &offer, &standing).ok_or(Error::NoSuch)?;
    let accounts = identity::accounts_of(tx, offer.learner).await?;
    if new.by == offer.learner || accounts.contains(&new.by) {
        return Err(Error::OwnCredit);
    }
    if !queries::mark_told(tx, &offer).await? {
        return Ok(());
    }
    let said = match &new.verdict {
        Verdict::Decline(why) => Some(identity::person_key(tx, keys, offer.learner).await?.seal(PLACE, why.as_bytes())),
        Verdict::Accept(_) => None,
    };
    queries::answer(tx, &offer, (new.by, said)).await?;
    let template = match new.verdict {
        Verdict::Accept(_) => "transfer-accepted",
        Verdict::Decline(_) => "transfer-declined",
    };
    tell(tx, keys, &offer, template).await
}
