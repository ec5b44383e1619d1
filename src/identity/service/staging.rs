//! Many people at once: they are staged chunk by chunk, unseen, and made real chunk by chunk once somebody has decided, by one row of
//! their own, that all of them are to be. Whoever stages must make sure of both; here each chunk is whole or not at all.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::alike::codes_for;
use super::documents::note_taken;
use super::notes::Sender;
use super::people::{person_key, update};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::Error;
use crate::identity::kinds::{ConsentGiven, ConsentWay};
use crate::identity::queries::people::{self, DOCUMENT_PLACE, KEY_PLACE, NAME_PLACE, NewRow, PHONE_PLACE, PersonUpdate};
use crate::identity::queries::{alike, cards, staging as queries};
use crate::identity::secrets;
use crate::identity::values::{BirthYear, DocumentNumber, PersonName, Phone};
use crate::kernel::{CardNumber, Chance, Group, IdentityLevel, LearnerId, SealKey};
use crate::outbox::{self, Standing, age_band};
use crate::places::PlaceCode;

/// People of one commit: eleven rows each at most, so that it stays within five hundred.
pub const STAGED_AT_ONCE: usize = 40;
/// People made real in one commit.
pub const ACTIVATED_AT_ONCE: usize = 40;
/// How often cards are drawn again where numbers were taken.
const DRAWS: usize = 20;

/// Somebody of a list.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// The id that they will have.
    pub learner: LearnerId,
    /// Their name.
    pub name: PersonName,
    /// Their year of birth.
    pub year: BirthYear,
    /// Their phone, where they have one.
    pub phone: Option<Phone>,
    /// Where they live.
    pub place_code: String,
    /// What they want to learn for, where the list says so.
    pub group: Option<Group>,
    /// The text size they read.
    pub font: &'static str,
    /// Their identity number, where they want it kept.
    pub document: Option<DocumentNumber>,
}

/// What staging a chunk came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Staged {
    /// All of them.
    All,
    /// None: the phones of these belong to others by now.
    PhonesTaken(Vec<LearnerId>),
}

/// Stages at most [`STAGED_AT_ONCE`] people, unseen by anybody. Where a phone is taken nothing may be kept: the caller refuses.
///
/// # Errors
/// What the database answers.
pub async fn stage(tx: &Tx, keys: &Keys, newcomers: &[Newcomer], way: ConsentWay) -> Result<Staged, Error> {
    let learners: Vec<LearnerId> = newcomers.iter().map(|one| one.learner).collect();
    if learners.is_empty() {
        return Ok(Staged::All);
    }
    let phone = |one: &Newcomer| one.phone.as_ref().map(|phone| (secrets::phone_index(keys, phone), one.learner));
    let phones: Vec<_> = newcomers.iter().filter_map(phone).collect();
    let taken = queries::insert_phones(tx, &phones).await?;
    if !taken.is_empty() {
        return Ok(Staged::PhonesTaken(taken));
    }
    queries::insert_people(tx, newcomers.iter().map(|one| row_of(keys, one)).collect()).await?;
    queries::insert_consents(tx, &learners, &ConsentGiven::today(way)).await?;
    let groups: Vec<_> = newcomers.iter().filter_map(|one| Some((one.learner, one.group?))).collect();
    queries::insert_groups(tx, &groups).await?;
    let names: Vec<_> =
        newcomers.iter().map(|one| codes_for(keys, one.learner, (&one.name, one.year, Some(&one.place_code)))).collect();
    alike::insert_names(tx, &names).await?;
    issue_cards(tx, &learners).await?;
    Ok(Staged::All)
}

fn row_of(keys: &Keys, one: &Newcomer) -> (NewRow, Vec<u8>) {
    let key = SealKey::fresh();
    let row = NewRow {
        learner: one.learner,
        name_sealed: key.seal(NAME_PLACE, one.name.as_str().as_bytes()),
        phone_sealed: one.phone.as_ref().map(|phone| key.seal(PHONE_PLACE, phone.as_str().as_bytes())),
        birth_year: Some(one.year.value()),
        place_code: Some(one.place_code.clone()),
        font: one.font,
        lang: Lang::Chinese.tag(),
        identity_level: IdentityLevel::KNOWN,
        is_sample: false,
    };
    (row, key.wrapped_by(&keys.envelope(), KEY_PLACE))
}

/// A card for each. Numbers that were taken are drawn again.
async fn issue_cards(tx: &Tx, learners: &[LearnerId]) -> Result<(), DbErr> {
    let mut without: Vec<LearnerId> = learners.to_vec();
    for _ in 0..DRAWS {
        if without.is_empty() {
            return Ok(());
        }
        let draw = |learner: &LearnerId| {
            let body = Chance::secret_digits(9).parse().unwrap_or_default();
            (CardNumber::from_body(body), *learner)
        };
        let drawn: Vec<_> = without.iter().map(draw).collect();
        if cards::insert_cards(tx, &drawn).await? == u64::try_from(drawn.len()).unwrap_or(0) {
            return Ok(());
        }
        let with = cards::list_cards_of(tx, &without).await?;
        without.retain(|learner| with.iter().all(|(holder, _)| holder != learner));
    }
    Err(DbErr::Custom("no card number is free".to_owned()))
}

/// Makes at most [`ACTIVATED_AT_ONCE`] staged people real, as `by` has decided: with audit lines, events, and their identity numbers,
/// where nobody else has them. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn activate(tx: &Tx, keys: &Keys, (by, sender): (LearnerId, &Sender), newcomers: &[Newcomer]) -> Result<(), Error> {
    let learners: Vec<LearnerId> = newcomers.iter().map(|one| one.learner).collect();
    if learners.is_empty() || queries::activate(tx, &learners).await? == 0 {
        return Ok(());
    }
    let year = i64::from(tx.now.day().year());
    let standing = |one: &Newcomer| Standing {
        place_code: Some(one.place_code.clone()),
        groups: one.group.into_iter().collect(),
        age_band: Some(age_band(one.year.value(), year)),
    };
    let standings: Vec<Standing> = newcomers.iter().map(standing).collect();
    let body = json!({ "by_helper": true, "is_sample": false });
    let events: Vec<outbox::Event<'_>> = newcomers
        .iter()
        .zip(&standings)
        .map(|(one, standing)| outbox::Event {
            kind: "identity.registered",
            learner: Some(one.learner),
            standing,
            body: body.clone(),
        })
        .collect();
    outbox::emit(tx, &events).await?;
    let ids: Vec<String> = learners.iter().map(ToString::to_string).collect();
    let entries: Vec<audit::Entry<'_>> = newcomers
        .iter()
        .zip(&ids)
        .map(|(one, id)| audit::Entry {
            actor: Some(by),
            action: "identity.register",
            object_kind: "person",
            object_id: id,
            learner: Some(one.learner),
            place_code: Some(&one.place_code),
            detail: Value::Null,
        })
        .collect();
    audit::record_all(tx, &entries).await?;
    keep_documents(tx, keys, (by, sender), newcomers).await
}

async fn keep_documents(tx: &Tx, keys: &Keys, by: (LearnerId, &Sender), newcomers: &[Newcomer]) -> Result<(), Error> {
    for one in newcomers {
        let Some(number) = &one.document else { continue };
        let index = secrets::document_index(keys, number);
        if people::insert_document(tx, index.clone(), one.learner).await? {
            let sealed = person_key(tx, keys, one.learner).await?.seal(DOCUMENT_PLACE, number.as_str().as_bytes());
            update(tx, one.learner, PersonUpdate::Document(Some(sealed))).await?;
        } else {
            note_taken(tx, keys, by, (one.learner, index)).await?;
        }
    }
    Ok(())
}

/// Takes staged people away again, with all that was made for them; at most [`STAGED_AT_ONCE`]. Who is real stays.
///
/// # Errors
/// What the database answers.
pub async fn unstage(tx: &Tx, learners: &[LearnerId]) -> Result<(), Error> {
    let gone = queries::delete_staged(tx, learners).await?;
    if !gone.is_empty() {
        alike::delete_names(tx, &gone).await?;
        cards::delete_cards_of(tx, &gone).await?;
    }
    Ok(())
}

/// Who holds these phones, in their order; none where nobody does. One statement.
///
/// # Errors
/// What the database answers.
pub async fn holders_of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    phones: &[Option<Phone>],
) -> Result<Vec<Option<LearnerId>>, DbErr> {
    let indexes: Vec<Option<Vec<u8>>> =
        phones.iter().map(|phone| phone.as_ref().map(|phone| secrets::phone_index(keys, phone))).collect();
    let asked: Vec<Vec<u8>> = indexes.iter().flatten().cloned().collect();
    let held = if asked.is_empty() { HashMap::new() } else { queries::list_held(db, asked).await? };
    Ok(indexes.into_iter().map(|index| held.get(&index?).copied()).collect())
}

/// The names and the cards of these people, in their order; of those who have not left and live in one of `areas`. Three statements.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn cards_of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    areas: &[PlaceCode],
    learners: &[LearnerId],
) -> Result<Vec<(LearnerId, String, CardNumber)>, Error> {
    let lives_there = |place: &str| areas.iter().any(|area| area.covers(place));
    let mut names = super::own_data::names_of_those(db, keys, learners, lives_there).await?;
    let numbers = cards::list_cards_of(db, learners).await?;
    let row = |learner: &LearnerId| {
        let number = numbers.iter().find(|(holder, _)| holder == learner)?.1.clone();
        Some((*learner, names.remove(learner)?, number))
    };
    Ok(learners.iter().filter_map(row).collect())
}
