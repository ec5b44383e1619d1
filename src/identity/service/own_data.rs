//! What is kept of a person: profile, export, and forgetting.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::aliases::export_aliases;
use super::notes::{Deed, note};
use super::person_key;
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::Error;
use crate::identity::queries::cards::{self, CardOf};
use crate::identity::queries::documents::{self, GUARDIAN_PLACE};
use crate::identity::queries::people::{self as queries, DOCUMENT_PLACE, KEY_PLACE, NAME_PLACE, PHONE_PLACE, PersonAndKey};
use crate::identity::queries::{alike, doors, halls, sessions, staff};
use crate::identity::secrets;
use crate::identity::values::{DocumentNumber, Phone, is_minor};
use crate::kernel::{Acting, CardNumber, Digest, Group, IdentityLevel, LearnerId, SealKey, Timestamp, digest_of};
use crate::outbox::{self, Standing, age_band};

/// What is kept of a person, opened.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Who.
    pub learner: LearnerId,
    /// The name.
    pub name: String,
    /// The phone.
    pub phone: Option<Phone>,
    /// The identity number, where one was given.
    pub document: Option<DocumentNumber>,
    /// The year of birth.
    pub birth_year: Option<i64>,
    /// Where they live.
    pub place_code: Option<String>,
    /// Text size.
    pub font: String,
    /// Language.
    pub lang: Lang,
    /// Where they wanted to begin.
    pub start_point: Option<String>,
    /// The reading list.
    pub pathway: Option<String>,
    /// The groups they have chosen.
    pub groups: Vec<Group>,
    /// What is known of who they are.
    pub identity_level: IdentityLevel,
    /// Their card.
    pub card: Option<CardNumber>,
    /// Whether the card has a PIN.
    pub has_pin: bool,
    /// Whether it opens by three pictures at a hall.
    pub has_pictures: bool,
    /// When they registered.
    pub registered_at: Timestamp,
    /// Whether it is a sample person.
    pub is_sample: bool,
}

impl Profile {
    /// Where and in which groups they stand in `year`.
    #[must_use]
    pub fn standing(&self, year: i64) -> Standing {
        Standing {
            place_code: self.place_code.clone(),
            groups: self.groups.clone(),
            age_band: self.birth_year.map(|born| age_band(born, year)),
        }
    }

    /// What a paper is held against, where it stands on a page: the name and the year of birth.
    #[must_use]
    pub fn shown(&self) -> Digest {
        let year = self.birth_year.map(|year| year.to_string()).unwrap_or_default();
        digest_of(&[self.name.as_bytes(), year.as_bytes()])
    }

    /// Whether they are, or may still be, under 18.
    #[must_use]
    pub fn is_minor(&self, now: Timestamp) -> bool {
        self.birth_year.is_some_and(|born| is_minor(born, now.day()))
    }
}

/// What is kept of a person who has not left.
///
/// # Errors
/// [`Error::NoSuchPerson`]; a column that does not open.
pub async fn profile(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId) -> Result<Profile, Error> {
    Ok(profile_and_key(db, keys, learner).await?.0)
}

/// The same, with the key that opened it.
pub(super) async fn profile_and_key(
    db: &impl ConnectionTrait,
    keys: &Keys,
    learner: LearnerId,
) -> Result<(Profile, SealKey), Error> {
    let (person, groups) = queries::find_with_groups(db, learner).await?.ok_or(Error::NoSuchPerson)?;
    let card = cards::find_card_of(db, learner).await?;
    let key = open_key(keys, person.1.as_deref())?;
    Ok((open_profile(&key, person, groups, card)?, key))
}

fn open_profile(key: &SealKey, (row, _): PersonAndKey, groups: Vec<Group>, card: Option<CardOf>) -> Result<Profile, Error> {
    let phone = open(key, PHONE_PLACE, row.phone_sealed.as_deref())?;
    let document = open(key, DOCUMENT_PLACE, row.document_sealed.as_deref())?;
    Ok(Profile {
        learner: row.learner,
        name: open(key, NAME_PLACE, row.name_sealed.as_deref())?.unwrap_or_default(),
        phone: phone.and_then(|digits| Phone::parse(&digits).ok()),
        document: document.and_then(DocumentNumber::from_kept),
        birth_year: row.birth_year,
        place_code: row.place_code,
        font: row.font,
        lang: Lang::from_tag(&row.lang).unwrap_or_default(),
        start_point: row.start_point,
        pathway: row.pathway,
        groups,
        identity_level: row.identity_level,
        has_pin: card.as_ref().is_some_and(|card| card.has_pin),
        has_pictures: card.as_ref().is_some_and(|card| card.has_pictures),
        card: card.map(|card| card.number),
        registered_at: row.registered_at,
        is_sample: row.is_sample,
    })
}

fn open_key(keys: &Keys, wrapped: Option<&[u8]>) -> Result<SealKey, Error> {
    let wrapped = wrapped.ok_or(Error::NoSuchPerson)?;
    Ok(SealKey::unwrap_with(&keys.envelope(), KEY_PLACE, wrapped)?)
}

fn open(key: &SealKey, place: &str, sealed: Option<&[u8]>) -> Result<Option<String>, Error> {
    Ok(sealed.map(|sealed| key.open_text(place, sealed)).transpose()?)
}

/// The names of those of `learners` who have not left. One statement, however many they are.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn names_of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    learners: &[LearnerId],
) -> Result<HashMap<LearnerId, String>, Error> {
    open_names(keys, queries::list_people(db, learners, "active").await?)
}

fn open_names(keys: &Keys, people: Vec<PersonAndKey>) -> Result<HashMap<LearnerId, String>, Error> {
    let mut names = HashMap::new();
    for (row, wrapped) in people {
        let key = open_key(keys, wrapped.as_deref())?;
        names.insert(row.learner, open(&key, NAME_PLACE, row.name_sealed.as_deref())?.unwrap_or_default());
    }
    Ok(names)
}

/// The same, of those only who live where `lives_there` says so.
pub(super) async fn names_of_those(
    db: &impl ConnectionTrait,
    keys: &Keys,
    learners: &[LearnerId],
    lives_there: impl Fn(&str) -> bool,
) -> Result<HashMap<LearnerId, String>, Error> {
    let mut people = queries::list_people(db, learners, "active").await?;
    people.retain(|(row, _)| row.place_code.as_deref().is_some_and(&lives_there));
    open_names(keys, people)
}

/// The names of those of `learners` whose account was closed since they have died, until they are forgotten. Two statements.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn closed_names_of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    learners: &[LearnerId],
) -> Result<HashMap<LearnerId, String>, Error> {
    open_names(keys, queries::list_people(db, learners, "closed").await?)
}

/// Somebody as those who hold a class know them: whom to greet, where to write, where they stand.
#[derive(Clone, Debug)]
pub struct Acquaintance {
    /// The name.
    pub name: String,
    /// The phone.
    pub phone: Option<Phone>,
    /// Their language.
    pub lang: Lang,
    /// The last four digits of their card.
    pub card_tail: String,
    /// The year of their birth.
    pub birth_year: Option<i64>,
    /// What is known of who they are.
    pub identity_level: IdentityLevel,
    /// Where and in which groups they stand in the year asked for.
    pub standing: Standing,
}

/// Those of `learners` who have not left. Four statements, however many they are.
///
/// # Errors
/// What the database answers; a column that does not open.
pub async fn people_of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    learners: &[LearnerId],
    year: i64,
) -> Result<HashMap<LearnerId, Acquaintance>, Error> {
    let groups = queries::list_groups_of(db, learners).await?;
    let cards = cards::list_cards_of(db, learners).await?;
    let mut people = HashMap::new();
    for (row, wrapped) in queries::list_people(db, learners, "active").await? {
        let key = open_key(keys, wrapped.as_deref())?;
        let phone = open(&key, PHONE_PLACE, row.phone_sealed.as_deref())?;
        let own = groups.iter().filter(|(learner, _)| *learner == row.learner).map(|(_, group)| *group);
        let card = cards.iter().find(|(learner, _)| *learner == row.learner).map(|(_, card)| card.as_str());
        let acquaintance = Acquaintance {
            name: open(&key, NAME_PLACE, row.name_sealed.as_deref())?.unwrap_or_default(),
            phone: phone.and_then(|digits| Phone::parse(&digits).ok()),
            lang: Lang::from_tag(&row.lang).unwrap_or_default(),
            card_tail: card.and_then(|card| card.get(6..)).unwrap_or_default().to_owned(),
            birth_year: row.birth_year,
            identity_level: row.identity_level,
            standing: Standing {
                place_code: row.place_code,
                groups: own.collect(),
                age_band: row.birth_year.map(|born| age_band(born, year)),
            },
        };
        people.insert(row.learner, acquaintance);
    }
    Ok(people)
}

/// Who agreed for a child.
#[derive(Clone, Debug)]
pub struct Guardian {
    /// Their name.
    pub name: String,
    /// What they are to the child, as a code.
    pub relation: String,
}

/// Who agreed for a person registered as a child, if somebody did.
///
/// # Errors
/// [`Error::NoSuchPerson`]; a name that does not open.
pub async fn guardian(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId) -> Result<Option<Guardian>, Error> {
    let Some((name_sealed, relation)) = documents::find_guardian(db, learner).await? else { return Ok(None) };
    let name = person_key(db, keys, learner).await?.open_text(GUARDIAN_PLACE, &name_sealed)?;
    Ok(Some(Guardian { name, relation }))
}

/// Everything this subject keeps of a person: part of "my data".
///
/// # Errors
/// [`Error::NoSuchPerson`]; what the database answers.
pub async fn export(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId, now: Timestamp) -> Result<Value, Error> {
    let profile = profile(db, keys, learner).await?;
    let consents = queries::list_consents(db, learner).await?;
    let open = sessions::list_open(db, learner, now).await?;
    let devices = doors::list_devices(db, learner).await?;
    let grants = staff::list_all_grants(db, learner).await?;
    let sights = documents::list_sights(db, learner).await?;
    let guardian = guardian(db, keys, learner).await?;
    let aliases = export_aliases(db, learner).await?;
    Ok(json!({
        "id": learner.to_string(),
        "name": profile.name,
        "phone": profile.phone.as_ref().map(Phone::as_str),
        "document_number": profile.document.as_ref().map(DocumentNumber::as_str),
        "birth_year": profile.birth_year,
        "place_code": profile.place_code,
        "font": profile.font,
        "lang": profile.lang.tag(),
        "start_point": profile.start_point,
        "pathway": profile.pathway,
        "groups": profile.groups,
        "identity_level": profile.identity_level.value(),
        "card_number": profile.card.as_ref().map(CardNumber::as_str),
        "card_has_pin": profile.has_pin,
        "card_has_pictures": profile.has_pictures,
        "registered_at_ms": profile.registered_at.ms(),
        "consents": consents.iter().map(|consent| json!({
            "text": consent.text_id, "version": consent.text_version, "way": consent.way,
            "given_at_ms": consent.given_at.ms(), "withdrawn_at_ms": consent.withdrawn_at.map(Timestamp::ms),
        })).collect::<Vec<_>>(),
        "sessions": open.iter().map(|session| json!({
            "device": session.device_label, "opened_at_ms": session.created_at.ms(), "seen_at_ms": session.seen_at.ms(),
        })).collect::<Vec<_>>(),
        "known_devices": devices.iter().map(|(first, last)| json!({ "first_at_ms": first, "last_at_ms": last })).collect::<Vec<_>>(),
        "documents_seen": sights.iter().map(|(seen, undone)| json!({ "seen_at_ms": seen, "undone_at_ms": undone })).collect::<Vec<_>>(),
        "guardian": guardian.map(|guardian| json!({ "name": guardian.name, "relation": guardian.relation })),
        "joined_accounts": aliases,
        "roles": grants.iter().map(|row| json!({
            "role": row.grant.role.code(), "place_code": row.grant.area.as_str(), "line": row.grant.line,
            "granted_at_ms": row.granted_at.ms(), "ended_at_ms": row.ended_at.map(Timestamp::ms),
        })).collect::<Vec<_>>(),
    }))
}

/// Somebody leaves: sign-in ends; phone, document, PIN, devices, groups and waiting letters are deleted; the envelope key is destroyed, so
/// that what was sealed with it is forgotten. Backups still hold that key: they are kept for 90 days at most, and people are told so.
/// Doing it twice is doing it once.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, keys: &Keys, acting: &Acting) -> Result<(), Error> {
    let learner = acting.learner;
    let profile = match find_any(tx, keys, learner).await {
        Ok(profile) => profile,
        Err(Error::NoSuchPerson) => return Ok(()),
        Err(error) => return Err(error),
    };
    if let Some(phone) = &profile.phone {
        doors::delete_challenges(tx, &secrets::phone_index(keys, phone)).await?;
    }
    queries::delete_indexes(tx, learner).await?;
    cards::end_cards(tx, learner).await?;
    alike::delete_names(tx, &[learner]).await?;
    halls::end_all_of(tx, learner).await?;
    queries::set_groups(tx, learner, &[]).await?;
    queries::withdraw_consents(tx, learner, None).await?;
    doors::forget_devices(tx, learner).await?;
    sessions::delete_all(tx, learner).await?;
    staff::end_grants(tx, learner, None).await?;
    staff::forget(tx, learner).await?;
    documents::forget(tx, learner).await?;
    outbox::forget(tx, learner).await?;
    note_leaving(tx, acting, &profile).await?;
    Ok(queries::forget_person(tx, learner).await?)
}

/// What is kept of a person, whether their account is open or was closed when they died.
pub(super) async fn find_any(tx: &Tx, keys: &Keys, learner: LearnerId) -> Result<Profile, Error> {
    match profile(tx, keys, learner).await {
        Err(Error::NoSuchPerson) => closed_profile(tx, keys, learner).await,
        found => found,
    }
}

/// What is kept of somebody whose account was closed since they have died.
///
/// # Errors
/// [`Error::NoSuchPerson`] where it is open, or its time is over.
pub async fn closed_profile(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId) -> Result<Profile, Error> {
    let person = queries::find_closed(db, learner).await?.ok_or(Error::NoSuchPerson)?;
    let groups = queries::list_groups(db, learner).await?;
    open_profile(&open_key(keys, person.1.as_deref())?, person, groups, None)
}

async fn note_leaving(tx: &Tx, acting: &Acting, profile: &Profile) -> Result<(), DbErr> {
    let standing = profile.standing(i64::from(tx.now.day().year()));
    // For counting: who it was goes with them.
    let event = outbox::Event { kind: "identity.left", learner: None, standing: &standing, body: Value::Null };
    outbox::emit(tx, &[event]).await?;
    note(tx, Deed::of("identity.leave", acting.actor(), acting.learner)).await
}
