//! Appeals (申诉): an owner wants another look within thirty days; somebody of the agency hears it who did not decide.

use sea_orm::ConnectionTrait;

use super::cases::{case_of, get_issued};
use super::keepers::{Part, is_self, must_keep};
use crate::agencies::{self, Agency};
use crate::certificates::queries::certificates;
use crate::certificates::{Certificate, Desk, Error, Event, Happened};
use crate::db::Tx;
use crate::help::{self, Asked, Asker, CallPhone, Contested, Opened};
use crate::identity;
use crate::kernel::{Acting, AgencyId, CaseId, CertificateId, Day, LearnerId};
use crate::places::PlaceCode;

/// What was decided against a certificate last and can still be appealed against on `today`.
pub(in crate::certificates) fn decided_against(events: &[Event], today: Day) -> Option<&Event> {
    let last = events.iter().rev().find(|event| event.what != Happened::Confirmed)?;
    let is_taken = matches!(last.what, Happened::Suspended | Happened::Revoked);
    Some(last).filter(|event| is_taken && event.appeal_until.is_some_and(|until| today <= until))
}

/// Whoever suspended, confirmed or revoked it: they hear no appeal.
fn decided(events: &[Event]) -> Vec<LearnerId> {
    let took = |event: &&Event| matches!(event.what, Happened::Suspended | Happened::Confirmed | Happened::Revoked);
    events.iter().filter(took).flat_map(|event| [event.actor, event.approver]).flatten().collect()
}

/// The certificate of the person of these accounts, with its events.
///
/// # Errors
/// [`Error::NoSuch`].
pub(in crate::certificates) async fn own_with_events(
    db: &impl ConnectionTrait,
    (accounts, id): (&[LearnerId], CertificateId),
) -> Result<(Certificate, Vec<Event>), Error> {
    for account in accounts {
        if let Some(own) = certificates::find(db, *account, id).await?.filter(|own| own.state.is_issued()) {
            let events = certificates::list_events(db, (own.learner, own.id)).await?;
            return Ok((own, events));
        }
    }
    Err(Error::NoSuch)
}

/// The owner appeals. The same form again, or a second appeal while the first waits, is the first one.
///
/// # Errors
/// [`Error::NoSuch`]; [`Error::AppealOver`] where the time is over, or nothing is decided against it; what help refuses.
pub(in crate::certificates) async fn appeal(
    tx: &Tx,
    desk: &Desk,
    (acting, accounts): (&Acting, &[LearnerId]),
    (id, words): (CertificateId, &str),
    asked: &Asked,
) -> Result<Opened, Error> {
    let (own, events) = own_with_events(tx, (accounts, id)).await?;
    decided_against(&events, tx.now.day()).ok_or(Error::AppealOver)?;
    let agency = agencies::find_agency(tx, own.agency).await?.ok_or(Error::NoSuch)?;
    opened(tx, desk, acting, (Contested::Certificate(own.id), words, &agency), asked).await
}

/// A case about it, for the agency that decided, at its place.
///
/// # Errors
/// What help refuses.
pub(super) async fn opened(
    tx: &Tx,
    desk: &Desk,
    acting: &Acting,
    (about, words, agency): (Contested, &str, &Agency),
    asked: &Asked,
) -> Result<Opened, Error> {
    let profile = identity::profile(tx, &desk.keys, acting.learner).await?;
    let key = identity::person_key(tx, &desk.keys, acting.learner).await?;
    let appeal = help::Appeal {
        about,
        words: words.to_owned(),
        phone: profile.phone.and_then(|phone| CallPhone::parse(phone.as_str()).ok()),
        agency: agency.id,
        place_code: agency.place_code.clone(),
    };
    Ok(help::appeal(tx, &Asker::Learner(*acting), &key, &appeal, asked).await?)
}

/// The appeals about a certificate, by all accounts of its owner, the newest first.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn list_appeals(
    db: &impl ConnectionTrait,
    own: &Certificate,
) -> Result<Vec<help::Case>, Error> {
    let accounts = identity::accounts_of(db, own.learner).await?;
    Ok(help::list_appeals(db, &accounts, Contested::Certificate(own.id)).await?)
}

/// Somebody who hears an appeal, and what they answer.
pub(in crate::certificates) struct Hearing {
    pub agency: AgencyId,
    pub certificate: (LearnerId, CertificateId),
    pub case: CaseId,
    pub by: LearnerId,
    pub words: String,
    /// Where somebody answers, for the letter.
    pub help_phone: String,
}

/// A reviewer who was neither of the two answers an appeal. What follows from it is asked for like any other act. The same form again changes nothing.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::NotAllowed`], [`Error::SamePerson`], [`Error::OwnDecision`]; what help refuses.
pub(in crate::certificates) async fn hear(tx: &Tx, desk: &Desk, hearing: &Hearing, asked: &Asked) -> Result<(), Error> {
    let own = get_issued(tx, hearing.certificate, hearing.agency).await?;
    let (agency, _) = must_keep(tx, desk, &own, (hearing.by, Part::Second)).await?;
    let case = case_of(tx, own).await?;
    for other in decided(&case.events) {
        if is_self(tx, hearing.by, other).await? {
            return Err(Error::OwnDecision);
        }
    }
    let found = list_appeals(tx, &case.own).await?.into_iter().find(|one| one.id == hearing.case).ok_or(Error::NoSuch)?;
    answered(tx, desk, (&agency, hearing.by), (&found, &hearing.words, &hearing.help_phone), asked).await.map(|_| ())
}

/// Who hears what is decided at an agency's place.
fn handler_of(agency: &Agency, person: LearnerId) -> help::Handler {
    let areas = PlaceCode::parse(&agency.place_code).into_iter().collect();
    help::Handler { person, areas, kinds: vec![help::Kind::Appeal] }
}

/// Answers an appeal and tells whoever made it; whether it was answered now.
///
/// # Errors
/// What help refuses.
pub(super) async fn answered(
    tx: &Tx,
    desk: &Desk,
    (agency, by): (&Agency, LearnerId),
    (appeal, words, help_phone): (&help::Case, &str, &str),
    asked: &Asked,
) -> Result<bool, Error> {
    let key = identity::person_key(tx, &desk.keys, appeal.learner).await?;
    let is_new = help::answer(tx, &handler_of(agency, by), appeal, &key, words, asked).await?;
    if is_new {
        help::tell_answered(tx, &desk.keys, appeal, help_phone).await?;
    }
    Ok(is_new)
}

/// Whether somebody may hear appeals about it, as far as what they did before goes; asked again in the commit.
pub(in crate::certificates) fn may_hear(events: &[Event], accounts: &[LearnerId]) -> bool {
    !decided(events).iter().any(|other| accounts.contains(other))
}
