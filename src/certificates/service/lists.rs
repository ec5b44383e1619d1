//! The lists that say how certificates stand, signed and published for everybody: made outside of any transaction, kept by one closure.

use sea_orm::ConnectionTrait;

use crate::agencies;
use crate::certificates::queries::status::{self, Published};
use crate::certificates::{Error, Filled, List};
use crate::config::Keys;
use crate::credentials::status::{ListFacts, Purpose, document};
use crate::credentials::{IssuerId, Origin, ProofOptions, hash_data, jwt_input, jwt_of, method_of, with_proof};
use crate::db::{Db, Tx};
use crate::kernel::{AgencyId, Timestamp};

/// Lists that are looked up at once.
const AT_ONCE: u64 = 50;
/// Hours before its end in which a list is made anew.
const RENEWED_HOURS: i64 = 6 * 24;

/// A list as it was published last; none before that.
///
/// # Errors
/// What the database answers.
pub async fn find_list(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    purpose: Purpose,
    list: u32,
) -> Result<Option<Filled>, Error> {
    Ok(status::find(db, (agency, list, purpose)).await?)
}

/// Makes and publishes the lists in which something changed, and those that would end within days. How many. One that cannot be made, since its agency has
/// no key that can be believed or none that opens, is left as it is until the next time: all others are published all the same. Safe to run twice, and
/// side by side.
///
/// # Errors
/// What the database answers when it is asked which they are.
pub async fn publish_lists(db: &Db, keys: &Keys, origin: &Origin) -> Result<u64, Error> {
    let now = db.clock().now();
    let (mut published, mut last): (u64, Option<List>) = (0, None);
    loop {
        let due = status::list_due(db.read(), now.plus_minutes(RENEWED_HOURS * 60), (last.as_ref(), AT_ONCE)).await?;
        for list in &due {
            match publish_one(db, keys, (origin, now), list).await {
                Ok(is_kept) => published += u64::from(is_kept),
                Err(Error::Agency(agencies::Error::NoKey)) => {}
                Err(error) => {
                    tracing::error!(agency = %list.agency, list = list.list, %error, "a list of standings cannot be published");
                }
            }
        }
        let Some(end) = due.into_iter().next_back() else { return Ok(published) };
        last = Some(end);
    }
}

async fn publish_one(db: &Db, keys: &Keys, (origin, now): (&Origin, Timestamp), list: &List) -> Result<bool, Error> {
    let signer = agencies::status_signer(db.read(), keys, list.agency, now.day()).await?;
    let facts = ListFacts {
        origin: origin.clone(),
        agency: list.agency,
        purpose: list.purpose,
        list: list.list,
        at: Timestamp::from_ms(now.ms().div_euclid(1000) * 1000),
        set: status::list_set(db.read(), list).await?,
    };
    let filled = status::count(db.read(), list).await?;
    let (plain, issuer) = (document(&facts), IssuerId::Web(origin.clone(), list.agency));
    let options = ProofOptions::new(&issuer, &signer.key(), facts.at);
    let signed = signer.sign(&hash_data(&plain, &options)?).signature;
    let input = jwt_input(&plain, &method_of(&issuer, &signer.key()));
    let jwt = jwt_of(&input, &signer.sign(input.as_bytes()).signature);
    let text = with_proof(plain, &options, &signed).to_string();
    let (list, valid_until) = (list.clone(), facts.until());
    let keep = async move |tx: &Tx| -> Result<bool, Error> {
        let new = Published { of: &list, document: &text, jwt: &jwt, filled, valid_until };
        Ok(status::publish(tx, &new).await?)
    };
    db.write(keep).await
}
