//! People: registering, and what they put right about themselves.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::alike::{index_name, keep_name};
use super::cards::{bind_blank, issue_card};
use super::notes::{Deed, note};
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::Error;
use crate::identity::kinds::{ConsentGiven, ConsentWay};
use crate::identity::queries::people::{self as queries, KEY_PLACE, NAME_PLACE, NewRow, PHONE_PLACE, PersonUpdate};
use crate::identity::secrets;
use crate::identity::values::{BirthYear, Majority, PersonName, Phone};
use crate::kernel::{Acting, CardNumber, Group, IdentityLevel, LearnerId, SealKey};
use crate::outbox::{self, Standing, age_band};
use crate::places;

/// Holds somebody until the commit: of two who do something with them at once the second sees what the first has done.
///
/// # Errors
/// What the database answers.
pub async fn hold_person(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    queries::lock_person(tx, learner).await
}

/// Somebody to be registered. Whether they are old enough was settled by the types at the door.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The name on passbook and certificate.
    pub name: PersonName,
    /// The year of birth; none only for staff who are no learners.
    pub birth_year: Option<BirthYear>,
    /// The phone, proven by a code or vouched for by who registers.
    pub phone: Option<Phone>,
    /// Where they live, as closely as they care to say.
    pub place_code: Option<String>,
    /// Reading lists they have chosen.
    pub groups: Vec<Group>,
    /// Text size.
    pub font: &'static str,
    /// Language.
    pub lang: Lang,
    /// What is known of who they are.
    pub identity_level: IdentityLevel,
    /// Consent to the text of today; none only for staff who are no learners.
    pub consent: Option<ConsentWay>,
    /// Whose hand registered them, where it was not their own.
    pub by: Option<LearnerId>,
    /// Whether it is a sample person.
    pub is_sample: bool,
}

/// What registering came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// A new account, with its card.
    New {
        /// Who.
        learner: LearnerId,
        /// The number of their card.
        card: CardNumber,
    },
    /// The phone has an account already; nothing was changed.
    Known(LearnerId),
}

impl Registered {
    /// Whose account it is.
    #[must_use]
    pub const fn learner(&self) -> LearnerId {
        match self {
            Self::New { learner, .. } | Self::Known(learner) => *learner,
        }
    }
}

/// Registers somebody: row, envelope key, phone, card, consent, audit and event in one commit.
///
/// # Errors
/// An unknown place; what the database answers.
pub async fn register(tx: &Tx, keys: &Keys, new: &NewPerson) -> Result<Registered, Error> {
    if let Some(phone) = &new.phone
        && let Some(holder) = queries::find_by_phone(tx, secrets::phone_index(keys, phone)).await?
    {
        return Ok(Registered::Known(holder));
    }
    if let Some(code) = &new.place_code
        && places::find_place(tx, code).await?.is_none()
    {
        return Err(places::Error::UnknownPlace.into());
    }
    register_as(tx, keys, new, (LearnerId::fresh(tx.now), None)).await
}

/// Registers somebody under an id that was made before: other rows may have needed it first; with a card that was printed blank, where
/// they hold one.
pub(super) async fn register_as(
    tx: &Tx,
    keys: &Keys,
    new: &NewPerson,
    (learner, blank): (LearnerId, Option<&CardNumber>),
) -> Result<Registered, Error> {
    let key = SealKey::fresh();
    queries::insert_person(tx, row_of(new, learner, &key), key.wrapped_by(&keys.envelope(), KEY_PLACE)).await?;
    if let Some(phone) = &new.phone
        && !queries::insert_phone(tx, secrets::phone_index(keys, phone), learner).await?
    {
        // Another process was faster between the two statements: its account is the one. Refusing takes our rows back.
        return Err(Error::PhoneTaken);
    }
    if !new.groups.is_empty() {
        queries::set_groups(tx, learner, &new.groups).await?;
    }
    if let Some(way) = new.consent {
        queries::insert_consent(tx, learner, &ConsentGiven::today(way)).await?;
    }
    let card = match blank {
        Some(number) => bind_blank(tx, number, learner).await?,
        None => issue_card(tx, learner).await?,
    };
    if let Some(year) = new.birth_year {
        index_name(tx, keys, learner, (&new.name, year, new.place_code.as_deref())).await?;
    }
    note_registration(tx, learner, new).await?;
    Ok(Registered::New { learner, card })
}

fn row_of(new: &NewPerson, learner: LearnerId, key: &SealKey) -> NewRow {
    NewRow {
        learner,
        name_sealed: key.seal(NAME_PLACE, new.name.as_str().as_bytes()),
        phone_sealed: new.phone.as_ref().map(|phone| key.seal(PHONE_PLACE, phone.as_str().as_bytes())),
        birth_year: new.birth_year.map(BirthYear::value),
        place_code: new.place_code.clone(),
        font: new.font,
        lang: new.lang.tag(),
        identity_level: new.identity_level,
        is_sample: new.is_sample,
    }
}

async fn note_registration(tx: &Tx, learner: LearnerId, new: &NewPerson) -> Result<(), DbErr> {
    let year = i64::from(tx.now.day().year());
    let standing = Standing {
        place_code: new.place_code.clone(),
        groups: new.groups.clone(),
        age_band: new.birth_year.map(|born| age_band(born.value(), year)),
    };
    let body = json!({ "by_helper": new.by.is_some(), "is_sample": new.is_sample });
    outbox::emit(tx, &[outbox::Event { kind: "identity.registered", learner: Some(learner), standing: &standing, body }]).await?;
    note(tx, Deed::of("identity.register", new.by.unwrap_or(learner), learner)).await
}

/// The envelope key of somebody who has not left: seals what other subjects keep of them.
///
/// # Errors
/// [`Error::NoSuchPerson`]; a key that does not open.
pub async fn person_key(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId) -> Result<SealKey, Error> {
    let wrapped = queries::find_key(db, learner).await?.ok_or(Error::NoSuchPerson)?;
    Ok(SealKey::unwrap_with(&keys.envelope(), KEY_PLACE, &wrapped)?)
}

pub(super) async fn update(tx: &Tx, learner: LearnerId, change: PersonUpdate) -> Result<(), Error> {
    if queries::update_person(tx, learner, change).await? == 1 { Ok(()) } else { Err(Error::NoSuchPerson) }
}

/// What a document has shown its owner does not change by themselves. Asked in the commit, with the person held: of a correction and of somebody who looks
/// at the document at this moment the second sees what the first has done.
async fn must_not_be_checked(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    queries::lock_person(tx, learner).await?;
    let (person, _) = queries::find_person(tx, learner).await?.ok_or(Error::NoSuchPerson)?;
    if person.identity_level >= IdentityLevel::DOCUMENT { Err(Error::Checked) } else { Ok(()) }
}

/// Changes the name, as its owner asks.
///
/// # Errors
/// [`Error::Checked`] where a document was seen; [`Error::NoSuchPerson`].
pub async fn rename(tx: &Tx, keys: &Keys, acting: &Acting, name: &PersonName) -> Result<(), Error> {
    must_not_be_checked(tx, acting.learner).await?;
    let key = person_key(tx, keys, acting.learner).await?;
    update(tx, acting.learner, PersonUpdate::Name(key.seal(NAME_PLACE, name.as_str().as_bytes()))).await?;
    keep_name(tx, keys, acting.learner).await?;
    Ok(note(tx, Deed::of("identity.rename", acting.actor(), acting.learner)).await?)
}

/// Changes the year of birth, as its owner asks.
///
/// # Errors
/// [`Error::NeedsGuardian`] where somebody born then is too young to be here alone; [`Error::Checked`] where a document was seen;
/// [`Error::NoSuchPerson`].
pub async fn correct_birth_year(tx: &Tx, keys: &Keys, acting: &Acting, year: BirthYear) -> Result<(), Error> {
    must_not_be_checked(tx, acting.learner).await?;
    if year.majority(tx.now.day()) == Majority::NeedsGuardian {
        return Err(Error::NeedsGuardian);
    }
    update(tx, acting.learner, PersonUpdate::BirthYear(year.value())).await?;
    keep_name(tx, keys, acting.learner).await?;
    Ok(note(tx, Deed::of("identity.correct_birth_year", acting.actor(), acting.learner)).await?)
}

/// Keeps the text size with the account, so that it is the same on the next device.
///
/// # Errors
/// [`Error::NoSuchPerson`].
pub async fn set_font(tx: &Tx, acting: &Acting, font: &'static str) -> Result<(), Error> {
    update(tx, acting.learner, PersonUpdate::Font(font)).await
}

/// Keeps the language with the account.
///
/// # Errors
/// [`Error::NoSuchPerson`].
pub async fn set_lang(tx: &Tx, acting: &Acting, lang: Lang) -> Result<(), Error> {
    update(tx, acting.learner, PersonUpdate::Lang(lang.tag())).await
}

/// Whether there are sample people.
///
/// # Errors
/// What the database answers.
pub async fn has_samples(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    queries::has_samples(db).await
}
