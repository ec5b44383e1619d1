//! How a transfer ended is told once: in the commit of the answer, or by a job where nobody answered.

use std::sync::Arc;

use super::standing;
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::identity;
use crate::outbox::{self, Channel, Letter};
use crate::places;
use crate::recognition::OfferState;
use crate::transfers::{Error, Offer, queries};

/// Offers looked at in one run.
const BITE: u64 = 200;

/// Writes to whose credit it is, where they have a phone.
pub(super) async fn tell(tx: &Tx, keys: &Keys, offer: &Offer, template: &'static str) -> Result<(), Error> {
    let people = identity::people_of(tx, keys, &[offer.learner], i64::from(tx.now.day().year())).await?;
    let Some(person) = people.get(&offer.learner) else { return Ok(()) };
    let Some(phone) = &person.phone else { return Ok(()) };
    let organisation = places::find_organisation(tx, offer.receiver).await?.map(|one| one.name).unwrap_or_default();
    let letter = Letter {
        learner: Some(offer.learner),
        channel: Channel::Sms,
        to: phone.as_str(),
        template,
        lang: person.lang,
        params: vec![("organisation", organisation)],
    };
    Ok(outbox::send(tx, keys, &letter).await?)
}

/// Tells of every offer that came back since nobody answered in time. Each is a commit of its own; safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn tell_ended(db: &Db, keys: &Keys) -> Result<u64, Error> {
    let mut told = 0;
    let untold = queries::list_untold(db.read(), db.clock().now(), BITE).await?;
    for (offer, stands) in standing(db.read(), untold).await? {
        if stands.state == OfferState::Offered {
            // It has not come back yet.
            continue;
        }
        let (offer, keys, is_expired) = (Arc::new(offer), keys.clone(), stands.state == OfferState::Expired);
        let told_now = db.write::<_, Error, _>(async move |tx| {
            if !queries::mark_told(tx, &offer).await? || !is_expired {
                return Ok(false);
            }
            tell(tx, &keys, &offer, "transfer-expired").await?;
            Ok(true)
        });
        told += u64::from(told_now.await?);
    }
    Ok(told)
}
