//! 辅助操作: a helper says so on the desk, the learner says so in the session at hand, and that session is assisted from then on.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::{Deed, note};
use crate::config::Keys;
use crate::db::Tx;
use crate::helping::queries::assistance as queries;
use crate::helping::{Aid, Assistance, Error, Offer};
use crate::identity::{self, CardSignIn, CardTry, Origin, Role, StaffScope};
use crate::kernel::{Acting, LearnerId, SessionId, Timestamp};

/// So many are shown of one person.
const MOST_SHOWN: u64 = 20;

/// A helper says what they will do beside a learner whom they may see. The learner has some minutes to say the other half.
///
/// # Errors
/// [`Error::Own`]; [`Error::NoSuchPerson`] where they may not see them.
pub async fn offer(tx: &Tx, keys: &Keys, scope: &StaffScope, learner: LearnerId, aid: Aid) -> Result<(), Error> {
    if learner == scope.actor() {
        return Err(Error::Own);
    }
    let found = identity::show(tx, keys, scope, (learner, Role::FINDERS), "assist").await?.ok_or(Error::NoSuchPerson)?;
    let offer = Offer { helper: scope.actor(), aid, place_code: found.by.area.as_str().to_owned() };
    Ok(queries::put_offer(tx, learner, &offer).await?)
}

/// What a helper has said to this learner within the last minutes.
///
/// # Errors
/// What the database answers.
pub async fn find_offer(db: &impl ConnectionTrait, learner: LearnerId, now: Timestamp) -> Result<Option<Offer>, DbErr> {
    queries::find_offer(db, learner, now).await
}

/// What is on in a session, or was last.
///
/// # Errors
/// What the database answers.
pub async fn find_last(db: &impl ConnectionTrait, learner: LearnerId, session: SessionId) -> Result<Option<Assistance>, DbErr> {
    queries::find_last(db, learner, session).await
}

/// The learner says: I decide, they help. The session is assisted from now on. Twice is once.
///
/// # Errors
/// [`Error::NoOffer`] where nobody has said so, it was too long ago, or the helper's role has ended meanwhile.
pub async fn begin(tx: &Tx, acting: &Acting, session: SessionId) -> Result<(), Error> {
    let learner = acting.learner;
    let Some(offer) = queries::find_offer(tx, learner, tx.now).await? else {
        // The same tap again, after the first took the offer.
        return if acting.helper.is_some() { Ok(()) } else { Err(Error::NoOffer) };
    };
    if !identity::load_scope(tx, offer.helper).await?.has_any(Role::FINDERS) {
        return Err(Error::NoOffer);
    }
    begin_with(tx, (learner, session), &offer).await
}

/// What came of a helper's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByCard {
    /// It has begun.
    Begun,
    /// The card is nobody's who may help here.
    NoHelper,
    /// The card door refuses it.
    Refused(CardSignIn),
}

/// The same where the helper has no device of their own: learner and helper both say it here, and the helper shows card and PIN.
///
/// # Errors
/// What the database answers.
pub async fn begin_by_card(
    tx: &Tx,
    keys: &Keys,
    (acting, session): (&Acting, SessionId),
    (origin, shown): (&Origin, &CardTry),
    aid: Aid,
) -> Result<ByCard, Error> {
    let helper = match identity::check_card(tx, keys, origin, shown).await? {
        Ok(helper) => helper,
        Err(refused) => return Ok(ByCard::Refused(refused)),
    };
    if helper == acting.learner {
        return Ok(ByCard::NoHelper);
    }
    let scope = identity::load_scope(tx, helper).await?;
    let Some(found) = identity::show(tx, keys, &scope, (acting.learner, Role::FINDERS), "assist").await? else {
        return Ok(ByCard::NoHelper);
    };
    let offer = Offer { helper, aid, place_code: found.by.area.as_str().to_owned() };
    begin_with(tx, (acting.learner, session), &offer).await?;
    Ok(ByCard::Begun)
}

async fn begin_with(tx: &Tx, (learner, session): (LearnerId, SessionId), offer: &Offer) -> Result<(), Error> {
    queries::end(tx, learner, session).await?;
    identity::set_helper(tx, learner, session, Some(offer.helper)).await?;
    let id = queries::insert(tx, learner, session, offer).await?;
    queries::delete_offers(tx, learner).await?;
    let deed = Deed {
        action: "helping.assist",
        actor: offer.helper,
        learner,
        object: ("assistance", id.to_string()),
        place: &offer.place_code,
        detail: json!({ "aid": offer.aid.code() }),
    };
    Ok(note(tx, deed).await?)
}

/// The learner does not want it.
///
/// # Errors
/// What the database answers.
pub async fn decline(tx: &Tx, acting: &Acting) -> Result<(), Error> {
    Ok(queries::delete_offers(tx, acting.learner).await?)
}

/// It is over: from now on nobody helps. What was done until now stays as it was. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn end(tx: &Tx, acting: &Acting, session: SessionId) -> Result<(), Error> {
    if queries::end(tx, acting.learner, session).await? {
        identity::set_helper(tx, acting.learner, session, None).await?;
    }
    Ok(())
}

/// Who sat beside somebody, the newest first: for those who work here, and on no certificate.
///
/// # Errors
/// What the database answers.
pub async fn list_assistance(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Assistance>, DbErr> {
    queries::list_of(db, learner, MOST_SHOWN).await
}
