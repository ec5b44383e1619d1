//! What a key signed that nobody is to believe any more is signed anew, as it stands: one certificate after the other, under the key of today.

use serde_json::{Value, json};

use super::issuing::{enter, reserve_next};
use super::making::make_when_sealed;
use super::order::Order;
use crate::agencies::{self, Distrusted};
use crate::certificates::queries::{certificates, changing};
use crate::certificates::{Certificate, Desk, Error, Why};
use crate::db::{Db, Retry, Tx};
use crate::identity;
use crate::jobs;
use crate::kernel::{AgencyId, CertificateId, Digest, LearnerId, Timestamp};
use crate::places;
use crate::web::House;

/// The job.
pub(in crate::certificates) const REKEY: &str = "certificates.rekey";
/// Certificates that are looked up at once.
const AT_ONCE: u64 = 50;

/// What the job is about.
pub(in crate::certificates) fn payload_of(key: &Distrusted) -> Value {
    json!({ "agency": key.agency, "key": key.fingerprint.to_string(), "by": [key.by.0, key.by.1] })
}

/// Asks that all this key signed be signed anew. Twice is once while the first waits.
///
/// # Errors
/// What the database answers.
pub(super) async fn ask_for_rekeying(tx: &Tx, key: &Distrusted) -> Result<(), Error> {
    schedule(tx, &format!("{} {}", REKEY, key.fingerprint), key).await
}

async fn schedule(tx: &Tx, name: &str, key: &Distrusted) -> Result<(), Error> {
    Ok(jobs::schedule(tx, REKEY, name, tx.now, &payload_of(key)).await?)
}

/// What stands again, and was passed over while it did not, is signed anew where nobody is to believe its key any more: by a job of its own, since one
/// that is at it may be past it by now.
///
/// # Errors
/// [`Error::NoSuch`]; what the database answers.
pub(super) async fn rekey_what_stands_again(tx: &Tx, own: &Certificate) -> Result<(), Error> {
    let version = certificates::find_version(tx, (own.learner, own.id), own.version).await?.ok_or(Error::NoSuch)?;
    for key in agencies::list_distrusted_since(tx, Timestamp::from_ms(0)).await? {
        if key.agency == own.agency && key.fingerprint == version.key_hash {
            schedule(tx, &format!("{} {} {}", REKEY, key.fingerprint, own.id), &key).await?;
        }
    }
    Ok(())
}

/// The key of a payload.
pub(in crate::certificates) fn key_of(payload: &Value) -> Option<Distrusted> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let by = |at: usize| text(payload.get("by")?.get(at))?.parse::<LearnerId>().ok();
    Some(Distrusted {
        agency: text(payload.get("agency"))?.parse::<AgencyId>().ok()?,
        fingerprint: Digest::parse(&text(payload.get("key"))?)?,
        by: (by(0)?, by(1)?),
    })
}

/// Signs anew all that stands and was signed by this key. Gives how many are left that could not be signed now: of an agency that is suspended or has
/// no key today all of them. What waits is asked for again; whoever has left took the key along, and is passed over. Twice is once.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn rekey(house: &House, desk: &Desk, key: &Distrusted) -> Result<u64, Error> {
    let (mut after, mut left) = ((LearnerId::NOBODY, uuid::Uuid::nil()), 0);
    loop {
        let of = (key.agency, key.fingerprint);
        let found = changing::list_signed_by(house.db.read(), of, after, AT_ONCE).await?;
        let Some((learner, id)) = found.last() else { return Ok(left) };
        after = (*learner, id.uuid());
        for which in found {
            match rekey_one(house, desk, (key, which)).await {
                Ok(()) | Err(Error::WrongState | Error::NoSuch | Error::Person(identity::Error::NoSuchPerson)) => {}
                Err(error) if error.database_error().is_some() => return Err(error),
                Err(_) => left += 1,
            }
        }
    }
}

async fn rekey_one(
    house: &House,
    desk: &Desk,
    (key, (learner, id)): (&Distrusted, (LearnerId, CertificateId)),
) -> Result<(), Error> {
    let own = certificates::find(house.db.read(), learner, id).await?.ok_or(Error::NoSuch)?;
    // Whoever cannot sign today takes no place in the lists.
    agencies::signer(house.db.read(), &desk.keys, own.agency, house.clock().now().day()).await?;
    let (officer, approver) = signers(key.by, learner);
    let authority = places::authority_of(house, own.place_code.as_deref()).await?;
    let order = Order {
        learner,
        kind: own.kind,
        about: own.about,
        agency: own.agency,
        officer,
        batch: None,
        request: None,
        shown: None,
        help_phone: authority.help_phone,
    };
    let db: &Db = &house.db;
    let its = desk.clone();
    let reserved = db.write(async move |tx: &Tx| reserve_next(tx, &its, id, Why::Rekeyed, &order).await).await?;
    let made = make_when_sealed(db, desk, &reserved).await?;
    let its = desk.clone();
    db.write(async move |tx: &Tx| enter(tx, &its, (&reserved, &made), approver).await).await.map(|_| ())
}

/// Who stands for a version that a distrusted key led to: who asked and who agreed; nobody for their own.
fn signers(by: (LearnerId, LearnerId), learner: LearnerId) -> (LearnerId, Option<LearnerId>) {
    match by {
        (asker, decider) if asker == learner => (decider, None),
        (asker, decider) if decider == learner => (asker, None),
        (asker, decider) => (asker, Some(decider)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_stands_for_their_own_certificate_and_a_payload_is_read_back() {
        let person = |number: u128| LearnerId::from_uuid(uuid::Uuid::from_u128(number));
        let (one, two, three) = (person(1), person(2), person(3));
        assert_eq!(signers((one, two), three), (one, Some(two)));
        assert_eq!(signers((one, two), one), (two, None));
        assert_eq!(signers((one, two), two), (one, None));
        let agency = AgencyId::from_uuid(uuid::Uuid::from_u128(4));
        let key = Distrusted { agency, fingerprint: Digest::from_array([7; 32]), by: (one, two) };
        assert_eq!(key_of(&payload_of(&key)), Some(key));
        assert_eq!(key_of(&json!({ "agency": agency })), None);
    }
}
