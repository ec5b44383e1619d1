//! Learner cards: issued to everybody who registers, usable at the door once their owner has chosen a PIN.

use sea_orm::{ConnectionTrait, DbErr};

use super::people::entry_of;
use super::{Opening, SignIn, open_session};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::{doors, people as queries, staff};
use crate::identity::roles::Assurance;
use crate::identity::secrets::{self, Origin, Secret};
use crate::identity::values::{Phone, Pin};
use crate::kernel::{Acting, CardNumber, Chance, LearnerId};

/// How often a number is drawn before something must be wrong: of 10^9 numbers most are free.
const DRAWS: u32 = 20;

/// Issues a card to somebody; cards they had before are ended.
///
/// # Errors
/// What the database answers.
pub async fn issue_card(tx: &Tx, learner: LearnerId) -> Result<CardNumber, DbErr> {
    queries::end_cards(tx, learner).await?;
    for _ in 0..DRAWS {
        let body = Chance::secret_digits(9).parse().unwrap_or_default();
        let number = CardNumber::from_body(body);
        if queries::insert_card(tx, &number, learner).await? {
            return Ok(number);
        }
    }
    Err(DbErr::Custom("no card number is free".to_owned()))
}

/// Sets the PIN of one's card, in place of one before.
///
/// # Errors
/// [`Error::NoSuchPerson`] where there is no card.
pub async fn set_pin(tx: &Tx, keys: &Keys, acting: &Acting, pin: &Pin) -> Result<CardNumber, Error> {
    let (number, _) = queries::find_card_of(tx, acting.learner).await?.ok_or(Error::NoSuchPerson)?;
    queries::set_pin(tx, &number, secrets::pin_mac(keys, &number, pin).to_vec()).await?;
    let id = acting.learner.to_string();
    audit::record(tx, &entry_of("identity.set_pin", &id, acting.actor(), acting.learner)).await?;
    Ok(number)
}

/// Signs in by card and PIN. Wrong tries are counted for this card and this device, if it is known to be the owner's, else this address:
/// strangers elsewhere cannot lock the owner out. The answer and the work are the same whether the card exists or not.
///
/// # Errors
/// What the database answers.
pub async fn sign_in_by_card(
    tx: &Tx,
    keys: &Keys,
    origin: &Origin,
    card: &CardNumber,
    pin: &Pin,
    (token, replaces): (&Secret, Option<&Secret>),
) -> Result<SignIn, Error> {
    let found = queries::find_card(tx, card).await?;
    let learner = found.as_ref().map_or(LearnerId::NOBODY, |(learner, _)| *learner);
    let is_known = is_known_device(tx, origin, learner).await?;
    let (subject, source) = (secrets::card_subject(keys, card), origin.source(keys, is_known));
    let tries = doors::lock_tries(tx, &subject, &source).await?;
    let rest = tries.rest_seconds(tx.now);
    if rest > 0 {
        return Ok(SignIn::Rest(rest));
    }
    let kept = found.and_then(|(_, pin_mac)| pin_mac).unwrap_or_default();
    if !secrets::pin_mac(keys, card, pin).is(&kept) {
        let tries = tries.and_one(tx.now);
        doors::keep_tries(tx, &subject, &source, tries).await?;
        let rest = tries.rest_seconds(tx.now);
        return Ok(if rest > 0 { SignIn::Rest(rest) } else { SignIn::Wrong });
    }
    doors::forget_tries(tx, &subject, &source).await?;
    let session = open_session(tx, Opening { learner, assurance: Assurance::CardPin, origin, token, replaces }).await?;
    Ok(SignIn::In { learner, session })
}

/// A door somebody stands at.
#[derive(Clone, Copy, Debug)]
pub enum Door<'a> {
    /// A phone.
    Phone(&'a Phone),
    /// A card.
    Card(&'a CardNumber),
    /// A staff sign-in name.
    Login(&'a str),
}

/// Whether the request comes from a device known to belong to whose door it is: then the address's allowance does not count.
///
/// # Errors
/// What the database answers.
pub async fn is_known_at(db: &impl ConnectionTrait, keys: &Keys, origin: &Origin, door: Door<'_>) -> Result<bool, DbErr> {
    let Some(device) = &origin.device else { return Ok(false) };
    let holder = match door {
        Door::Phone(phone) => queries::find_by_phone(db, secrets::phone_index(keys, phone)).await?,
        Door::Card(card) => queries::find_card(db, card).await?.map(|(learner, _)| learner),
        Door::Login(login) => staff::find_login(db, login).await?,
    };
    doors::is_known_device(db, holder.unwrap_or(LearnerId::NOBODY), &device.hash()).await
}

pub(super) async fn is_known_device(tx: &Tx, origin: &Origin, learner: LearnerId) -> Result<bool, DbErr> {
    match &origin.device {
        Some(device) => doors::is_known_device(tx, learner, &device.hash()).await,
        None => Ok(false),
    }
}
