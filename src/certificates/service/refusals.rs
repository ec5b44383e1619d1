//! Appeals (申诉) against a refusal: whoever asked for a certificate and was refused wants another look, once, within thirty days. A reviewer of the agency
//! hears it who had no part in the refusal; where they agree, the request is opened anew.

use sea_orm::ConnectionTrait;

use super::appeals::{answered, opened};
use super::asking::{Asking, ask_bounded};
use super::keepers::{is_self, must_answer};
use crate::agencies::{self, Agency};
use crate::certificates::queries::{listing, requests};
use crate::certificates::rules::states::appeal_until;
use crate::certificates::{Act, Certificate, Desk, Error, Request, RequestState};
use crate::db::{Once, OnceKey, Tx, what_was_done};
use crate::help::{self, Asked, Contested, Opened};
use crate::identity;
use crate::kernel::{Acting, AgencyId, CaseId, CertificateRequestId, Day, LearnerId};

/// Appeals that an agency's people are shown at once, what is promised first on top: the others follow as these are answered.
const MOST_WAITING: u64 = 50;

/// A request of the person of these accounts for a certificate.
///
/// # Errors
/// [`Error::NoSuchRequest`].
pub(in crate::certificates) async fn own_request(
    db: &impl ConnectionTrait,
    (accounts, id): (&[LearnerId], CertificateRequestId),
) -> Result<Request, Error> {
    let own = requests::find_in(db, accounts, id).await?.filter(|own| own.act == Act::Issue);
    own.ok_or(Error::NoSuchRequest)
}

/// The last day on which somebody may appeal against the refusal of a request; none where it was not refused.
pub(in crate::certificates) fn contestable_until(request: &Request) -> Option<Day> {
    let is_refused = request.act == Act::Issue && request.state == RequestState::Refused;
    request.decided_at.filter(|_| is_refused).map(|at| appeal_until(at.day()))
}

/// The appeals against the refusal of a request, by all accounts of its learner, the newest first.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn list_against(
    db: &impl ConnectionTrait,
    request: &Request,
) -> Result<Vec<help::Case>, Error> {
    let accounts = identity::accounts_of(db, request.learner).await?;
    Ok(help::list_appeals(db, &accounts, Contested::Refusal(request.id)).await?)
}

/// Whoever was refused appeals. The same form again, or a second appeal while the first waits, is the first one.
///
/// # Errors
/// [`Error::NoSuchRequest`]; [`Error::AppealOver`] where it was not refused, the time is over, or the agency has closed and issues no more;
/// [`Error::AppealedBefore`]; what help refuses.
pub(in crate::certificates) async fn appeal_refusal(
    tx: &Tx,
    desk: &Desk,
    (acting, accounts): (&Acting, &[LearnerId]),
    (id, words): (CertificateRequestId, &str),
    asked: &Asked,
) -> Result<Opened, Error> {
    let request = own_request(tx, (accounts, id)).await?;
    identity::hold_person(tx, request.learner).await?;
    let agency = agencies::find_agency(tx, request.agency).await?.ok_or(Error::NoSuchRequest)?;
    match list_against(tx, &request).await?.into_iter().next() {
        Some(first) if first.state.is_waiting() => return Ok(Opened { number: first.number }),
        Some(_) => {
            let done = what_was_done(tx, acting.learner, &asked.once, &asked.digest).await?;
            if matches!(done, Once::New) {
                return Err(Error::AppealedBefore);
            }
        }
        None => {
            let is_in_time = contestable_until(&request).is_some_and(|until| tx.now.day() <= until);
            if !is_in_time || agency.is_closed {
                return Err(Error::AppealOver);
            }
        }
    }
    opened(tx, desk, acting, (Contested::Refusal(request.id), words, &agency), asked).await
}

/// Whether somebody of these accounts may hear appeals against the refusal, as far as what they did before goes; asked again in the commit.
pub(in crate::certificates) fn may_hear_refusal(request: &Request, accounts: &[LearnerId]) -> bool {
    let others = [Some(request.learner), request.helper, request.officer, request.decider];
    !others.iter().flatten().any(|other| accounts.contains(other))
}

/// Somebody who hears an appeal against a refusal, and what they answer.
pub(in crate::certificates) struct RefusalHearing {
    pub agency: AgencyId,
    pub request: (LearnerId, CertificateRequestId),
    pub case: CaseId,
    pub by: LearnerId,
    pub words: String,
    /// Whether they agree, and the request is opened anew.
    pub is_upheld: bool,
    /// Where somebody answers, for the letter.
    pub help_phone: String,
}

/// A reviewer who was neither of the two answers an appeal against a refusal: that it stays so, also while the agency is suspended, and once it has closed
/// an administrator of its place; that it is opened anew, while the agency works. The same form again changes nothing.
///
/// # Errors
/// [`Error::NoSuchRequest`], [`Error::NotAllowed`], [`Error::SamePerson`], [`Error::OwnDecision`]; what help refuses, and where it is opened anew, what
/// asking does and an agency that does not work.
pub(in crate::certificates) async fn hear_refusal(
    tx: &Tx,
    desk: &Desk,
    hearing: &RefusalHearing,
    asked: &Asked,
) -> Result<(), Error> {
    let (learner, id) = hearing.request;
    identity::hold_person(tx, learner).await?;
    let request = requests::find(tx, learner, id).await?.filter(|own| own.agency == hearing.agency);
    let request = request.filter(|own| contestable_until(own).is_some()).ok_or(Error::NoSuchRequest)?;
    let agency = must_answer(tx, desk, &request, hearing.by).await?;
    if hearing.is_upheld {
        agencies::must_work(tx, agency.id).await?;
    }
    for other in [request.officer, request.decider].into_iter().flatten() {
        if is_self(tx, hearing.by, other).await? {
            return Err(Error::OwnDecision);
        }
    }
    let found = list_against(tx, &request).await?.into_iter().find(|one| one.id == hearing.case).ok_or(Error::NoSuchRequest)?;
    let said = (&found, hearing.words.as_str(), hearing.help_phone.as_str());
    let is_new = answered(tx, desk, (&agency, hearing.by), said, asked).await?;
    if is_new && hearing.is_upheld { open_anew(tx, desk, &request, (hearing.by, &asked.once)).await } else { Ok(()) }
}

/// Asks again for what was refused. Where its learner has done so meanwhile, it is that request which is looked at; where they have got what they wanted,
/// or will, there is nothing to ask for. However often they took something back today: it is not they who ask.
async fn open_anew(tx: &Tx, desk: &Desk, request: &Request, (by, once): (LearnerId, &OnceKey)) -> Result<(), Error> {
    let learner = identity::primary_of(tx, request.learner).await?;
    let asking = Asking { learner, asker: by, helper: request.helper };
    match ask_bounded(tx, desk, asking, request.agency, (&request.kind, &request.about), (once, None)).await {
        Ok(_) | Err(Error::AskedAlready | Error::Held(_) | Error::BeingMade) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What an appeal that waits is about.
pub(in crate::certificates) enum Matter {
    /// What was decided about a certificate.
    Certificate(Certificate),
    /// The refusal of a request.
    Refusal(Request),
}

/// The appeals that wait for an agency's reviewers, what is promised first on top; as many as are shown at once.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn appeals_waiting(
    db: &impl ConnectionTrait,
    (agency, reader): (&Agency, LearnerId),
) -> Result<Vec<(help::Case, Matter)>, Error> {
    let mut found = Vec::new();
    for case in help::list_appeals_of(db, (agency.id, reader), (0, MOST_WAITING)).await? {
        let accounts = identity::accounts_of(db, case.learner).await?;
        let matter = match case.contested {
            Some(Contested::Certificate(id)) => {
                let own = listing::find_in(db, &accounts, id).await?.filter(|own| own.agency == agency.id);
                own.map(Matter::Certificate)
            }
            Some(Contested::Refusal(id)) => {
                let own = requests::find_in(db, &accounts, id).await?.filter(|own| own.agency == agency.id);
                own.map(Matter::Refusal)
            }
            None => None,
        };
        found.extend(matter.map(|matter| (case, matter)));
    }
    Ok(found)
}

/// How many appeals wait for an agency's reviewers.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn count_appeals_waiting(
    db: &impl ConnectionTrait,
    (agency, reader): (&Agency, LearnerId),
) -> Result<u64, Error> {
    Ok(help::count_appeals_of(db, agency.id, reader).await?)
}
