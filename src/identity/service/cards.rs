//! Learner cards: issued to everybody who registers, usable at the door once their owner has chosen a PIN. Some are printed blank
//! beforehand, with their numbers, to be written by hand at a hall.

use sea_orm::{ConnectionTrait, DbErr};

use super::notes::{Deed, note};
use super::{Opening, SignIn, open_session};
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::{cards as queries, doors, people, sessions, staff};
use crate::identity::roles::Assurance;
use crate::identity::rules::{self, CardDoor, Tries};
use crate::identity::secrets::{self, Origin, Secret};
use crate::identity::values::{BirthYear, Phone, Pictures, Pin};
use crate::kernel::{Acting, CardNumber, Chance, LearnerId, SessionId};

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

/// Gives somebody a card that was printed blank and is written by hand; cards they had before are ended.
///
/// # Errors
/// [`Error::NoSuchBlank`] where the number is no blank card, or is somebody's by now.
pub(super) async fn bind_blank(tx: &Tx, number: &CardNumber, learner: LearnerId) -> Result<CardNumber, Error> {
    queries::end_cards(tx, learner).await?;
    if queries::bind_blank(tx, number, learner).await? { Ok(number.clone()) } else { Err(Error::NoSuchBlank) }
}

/// Sets the PIN of one's card, in place of one before. Sessions that the card opened end, but the one at hand.
///
/// # Errors
/// [`Error::NoSuchPerson`] where there is no card.
pub async fn set_pin(tx: &Tx, keys: &Keys, acting: &Acting, here: Option<SessionId>, pin: &Pin) -> Result<CardNumber, Error> {
    let number = put_pin(tx, keys, acting.learner, here, pin).await?;
    note(tx, Deed::of("identity.set_pin", acting.actor(), acting.learner)).await?;
    Ok(number)
}

pub(super) async fn put_pin(
    tx: &Tx,
    keys: &Keys,
    learner: LearnerId,
    here: Option<SessionId>,
    pin: &Pin,
) -> Result<CardNumber, Error> {
    let number = queries::find_card_of(tx, learner).await?.ok_or(Error::NoSuchPerson)?.number;
    queries::set_pin(tx, &number, Some(secrets::pin_mac(keys, &number, pin).to_vec())).await?;
    sessions::end_opened_by(tx, learner, Assurance::CardPin, here).await?;
    Ok(number)
}

/// Whether this is the PIN of somebody's card already.
pub(super) async fn is_pin(tx: &Tx, keys: &Keys, learner: LearnerId, pin: &Pin) -> Result<bool, Error> {
    let Some(card) = queries::find_card_of(tx, learner).await? else { return Ok(false) };
    let number = card.number;
    let kept = queries::find_card(tx, &number).await?.and_then(|card| card.pin_mac).unwrap_or_default();
    Ok(secrets::pin_mac(keys, &number, pin).is(&kept))
}

/// Keeps the three pictures of somebody's card, in place of those before; `false` where they are these already.
pub(super) async fn put_pictures(tx: &Tx, keys: &Keys, learner: LearnerId, pictures: Pictures) -> Result<bool, Error> {
    let number = queries::find_card_of(tx, learner).await?.ok_or(Error::NoSuchPerson)?.number;
    let code = secrets::pictures_mac(keys, &number, pictures);
    let kept = queries::find_card(tx, &number).await?.and_then(|card| card.pictures_mac).unwrap_or_default();
    if code.is(&kept) {
        return Ok(false);
    }
    queries::set_pictures(tx, &number, Some(code.to_vec())).await?;
    sessions::end_opened_by(tx, learner, Assurance::Pictures, None).await?;
    Ok(true)
}

/// What somebody shows at the card door.
#[derive(Clone, Debug)]
pub struct CardTry {
    /// The number on the card.
    pub card: CardNumber,
    /// The PIN.
    pub pin: Pin,
    /// The year of birth, where it was asked.
    pub year: Option<BirthYear>,
}

/// What the card door says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardSignIn {
    /// Welcome, or what does not fit.
    Ended(SignIn),
    /// Somebody guesses at this card today: a device that is not known says the year of birth too.
    AsksYear,
    /// So many guess at this card today that a device that is not known goes to the phone's door.
    ByPhone,
}

/// Signs in by card and PIN. Wrong tries are counted for this card and this device, if it is known to be the owner's, else this address:
/// strangers elsewhere cannot lock the owner out. Beside that, the wrong tries of all unknown devices at one card are counted over the
/// day: many addresses together do not guess a PIN. The answer and the work are the same whether the card exists or not.
///
/// # Errors
/// What the database answers.
pub async fn sign_in_by_card(
    tx: &Tx,
    keys: &Keys,
    origin: &Origin,
    shown: &CardTry,
    (token, replaces): (&Secret, Option<&Secret>),
) -> Result<CardSignIn, Error> {
    let learner = match check_card(tx, keys, origin, shown).await? {
        Ok(learner) => learner,
        Err(refused) => return Ok(refused),
    };
    let session = open_session(tx, Opening { learner, assurance: Assurance::CardPin, origin, token, replaces }).await?;
    Ok(CardSignIn::Ended(SignIn::In { learner, session }))
}

/// Whose card and PIN these are, without opening a session; or what the card door says instead. Tries are counted as at the door.
///
/// # Errors
/// What the database answers.
pub async fn check_card(tx: &Tx, keys: &Keys, origin: &Origin, shown: &CardTry) -> Result<Result<LearnerId, CardSignIn>, Error> {
    let found = queries::find_card(tx, &shown.card).await?;
    let learner = found.as_ref().map_or(LearnerId::NOBODY, |card| card.learner);
    let is_known = is_known_device(tx, origin, learner).await?;
    let (subject, source) = (secrets::card_subject(keys, &shown.card), origin.source(keys, is_known));
    let tries = doors::lock_tries(tx, &subject, &source).await?;
    let rest = tries.rest_seconds(tx.now);
    if rest > 0 {
        return Ok(Err(CardSignIn::Ended(SignIn::Rest(rest))));
    }
    let today = rules::day_source(tx.now.day());
    let strangers = if is_known { Tries::default() } else { doors::lock_tries(tx, &subject, &today).await? };
    let door = if is_known { CardDoor::Open } else { rules::card_door(strangers.failed) };
    let year_fits = match (door, shown.year) {
        (CardDoor::Closed, _) => return Ok(Err(CardSignIn::ByPhone)),
        (CardDoor::AsksYear, None) => return Ok(Err(CardSignIn::AsksYear)),
        (CardDoor::AsksYear, Some(year)) => people::find_birth_year(tx, learner).await? == Some(year.value()),
        (CardDoor::Open, _) => true,
    };
    let kept = found.and_then(|card| card.pin_mac).unwrap_or_default();
    let pin_fits = secrets::pin_mac(keys, &shown.card, &shown.pin).is(&kept);
    if !(pin_fits && year_fits) {
        let tries = tries.and_one(tx.now);
        doors::keep_tries(tx, &subject, &source, tries).await?;
        if !is_known {
            doors::keep_tries(tx, &subject, &today, strangers.and_one(tx.now)).await?;
        }
        let rest = tries.rest_seconds(tx.now);
        return Ok(Err(CardSignIn::Ended(if rest > 0 { SignIn::Rest(rest) } else { SignIn::Wrong })));
    }
    doors::forget_tries(tx, &subject, &source).await?;
    Ok(Ok(learner))
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
        Door::Phone(phone) => people::find_by_phone(db, secrets::phone_index(keys, phone)).await?,
        Door::Card(card) => queries::find_card(db, card).await?.map(|card| card.learner),
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
