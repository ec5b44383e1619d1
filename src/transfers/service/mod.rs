//! What is done with transfers out. Every function takes the write transaction or a reader, and never opens its own; but the telling, which
//! takes many commits.

mod answering;
mod offering;
mod telling;

pub use answering::{Answering, Verdict, answer, find_received, list_received, show_name};
pub use offering::{Offering, Way, export, find_own, find_way, list_own, list_ways, offer};
pub use telling::tell_ended;

use sea_orm::ConnectionTrait;

use super::{Error, Offer};
use crate::config::Keys;
use crate::identity;
use crate::recognition::{self, OfferStands};

/// The sealed column of an offer.
const PLACE: &str = "transfer_offer.said";

/// What the receiver said; nothing where it said nothing, or the learner has left.
async fn said_of(db: &impl ConnectionTrait, keys: &Keys, offer: &Offer) -> Result<String, Error> {
    let Some(sealed) = &offer.said_sealed else { return Ok(String::new()) };
    match identity::person_key(db, keys, offer.learner).await {
        Ok(key) => Ok(key.open_text(PLACE, sealed)?),
        Err(identity::Error::NoSuchPerson) => Ok(String::new()),
        Err(error) => Err(error.into()),
    }
}

/// Each of these offers with how it stands.
async fn standing(db: &impl ConnectionTrait, offers: Vec<Offer>) -> Result<Vec<(Offer, OfferStands)>, Error> {
    let ids: Vec<_> = offers.iter().map(|offer| (offer.learner, offer.transfer)).collect();
    let stands = recognition::list_offers_by_ids(db, &ids).await?;
    let of = |offer: Offer| {
        let found = stands.iter().find(|one| (one.learner, one.transfer) == (offer.learner, offer.transfer)).cloned();
        found.map(|found| (offer, found))
    };
    Ok(offers.into_iter().filter_map(of).collect())
}
