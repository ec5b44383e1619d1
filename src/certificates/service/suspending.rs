//! A certificate's row and its bits, turned together; and how it is suspended where it lost its ground.

use super::cases::{Case, case_of};
use super::keepers::Whom;
use super::notices::{Deed, told};
use super::order::place_of;
use crate::agencies;
use crate::certificates::queries::certificates::{self, Onward};
use crate::certificates::queries::history::{self, NewEvent};
use crate::certificates::queries::status;
use crate::certificates::rules::states::appeal_until;
use crate::certificates::{Certificate, Desk, Error, Happened, Reason, State};
use crate::db::Tx;
use crate::kernel::{CertificateId, LearnerId, TransferId};
use crate::ledger;
use crate::recognition::{self, UseState};

/// Its row and its bit: it waits for somebody to look at it.
pub(super) async fn put_suspended(tx: &Tx, own: &Certificate) -> Result<(), Error> {
    turn(tx, own, State::Suspended, (false, true)).await
}

/// Lets it go on to `state`, with its bits of revocation and suspension.
pub(super) async fn turn(tx: &Tx, own: &Certificate, state: State, bits: (bool, bool)) -> Result<(), Error> {
    let version = certificates::find_version(tx, (own.learner, own.id), own.version).await?.ok_or(Error::NoSuch)?;
    if !certificates::turn(tx, own, Onward { state, version: None, is_issue: false }).await? {
        return Err(Error::WrongState);
    }
    Ok(status::set(tx, own.agency, place_of(version.place)?, bits).await?)
}

/// What took the ground from a certificate, where something did: the reason, and the transfer that did.
async fn lost(tx: &Tx, case: &Case) -> Result<Option<(Reason, Option<TransferId>)>, Error> {
    if let Some(line) = case.lines.iter().find(|line| line.state != UseState::Active) {
        let book = ledger::book_of(tx, line.account).await.map_err(recognition::Error::from)?;
        let by = book.reversal_of(line.award).or_else(|| book.taker_of(line.award)).map(|transfer| transfer.id);
        return Ok(Some((Reason::CreditReversed, Some(by.unwrap_or(line.award)))));
    }
    Ok((!case.is_own).then_some((Reason::AccountsParted, None)))
}

/// Suspends one certificate, where it stands and has lost its ground; whether it did.
///
/// # Errors
/// What the database answers.
pub(super) async fn follow_one(
    tx: &Tx,
    desk: &Desk,
    (learner, id): (LearnerId, CertificateId),
    help_phone: &str,
) -> Result<bool, Error> {
    let own = certificates::lock(tx, learner, id).await?.filter(|own| own.state == State::Active);
    let Some(own) = own else { return Ok(false) };
    let case = case_of(tx, own).await?;
    let Some((reason, cause)) = lost(tx, &case).await? else { return Ok(false) };
    let own = &case.own;
    put_suspended(tx, own).await?;
    let event = NewEvent {
        what: Happened::Suspended,
        reason: Some(reason),
        cause: cause.map(TransferId::uuid),
        appeal_until: Some(appeal_until(tx.now.day())),
        ..NewEvent::of(own)
    };
    history::insert_event(tx, own, event).await?;
    let agency = agencies::find_agency(tx, own.agency).await?.ok_or(Error::NoSuch)?;
    let whom = Whom::of(tx, desk, learner).await?;
    let deed = Deed { actor: None, client: None, what: Happened::Suspended, reason: Some(reason), help_phone };
    told(tx, desk, (own, &agency, &whom), &deed).await?;
    Ok(true)
}
