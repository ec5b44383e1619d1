//! The hall's device: a volunteer says that a device is the hall's, for half a day. There people come in by their card and three pictures,
//! or by six digits that a volunteer gives who has them before their eyes. What is opened there ends with the class.

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::cards::put_pictures;
use super::desk::Desk;
use super::notes::{Deed, note};
use super::{Opening, SignIn, open_session};
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::halls::{self as queries, CodeRow, HallRow};
use crate::identity::queries::{cards, doors, people};
use crate::identity::roles::{Assurance, Ownership, Role};
use crate::identity::rules;
use crate::identity::scope::{StaffScope, Whose};
use crate::identity::secrets::{self, Origin, Secret};
use crate::identity::values::Pictures;
use crate::kernel::{CardNumber, LearnerId, Timestamp, mac_of};
use crate::places::{self, PlaceCode};

/// How often other digits are taken where those are in use.
const DRAWS: u8 = 4;
/// Under which subject wrong pictures at all cards are counted.
const HALL_PICTURES: &str = "hall-pictures";

/// A device that is a hall's today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hall {
    /// Its id.
    pub id: Uuid,
    /// Of which place.
    pub place_code: String,
    /// Until when.
    pub expires_at: Timestamp,
}

impl From<HallRow> for Hall {
    fn from(row: HallRow) -> Self {
        Self { id: row.id, place_code: row.place_code, expires_at: row.expires_at }
    }
}

/// Keeps that the device which holds `token` is a hall's, for half a day. Saying so twice is saying so once.
///
/// # Errors
/// [`Error::NotAllowed`] outside of the areas in which `scope` finds people; an unknown place.
pub async fn set_hall(tx: &Tx, scope: &StaffScope, area: &PlaceCode, token: &Secret) -> Result<(), Error> {
    if !scope.areas(Role::FINDERS).iter().any(|own| own.covers(area.as_str())) {
        return Err(Error::NotAllowed);
    }
    if places::find_place(tx, area.as_str()).await?.is_none() {
        return Err(places::Error::UnknownPlace.into());
    }
    let until = tx.now.plus_minutes(rules::HALL_MINUTES);
    if queries::insert_hall(tx, &token.hash(), area.as_str(), scope.actor(), until).await? {
        let deed = Deed { place: Some(area.as_str()), ..Deed::of_staff("identity.set_hall", scope.actor()) };
        note(tx, deed).await?;
    }
    Ok(())
}

/// The hall whose device holds this token, if it still is.
///
/// # Errors
/// What the database answers.
pub async fn find_hall(db: &impl ConnectionTrait, token: &Secret, now: Timestamp) -> Result<Option<Hall>, DbErr> {
    Ok(queries::find_hall(db, &token.hash(), now).await?.map(Hall::from))
}

/// The devices that somebody has said are a hall's, and all of the areas they administer, as far as they still are.
///
/// # Errors
/// What the database answers.
pub async fn list_halls(db: &impl ConnectionTrait, scope: &StaffScope, now: Timestamp) -> Result<Vec<Hall>, DbErr> {
    let areas = scope.areas(Role::ADMINISTRATORS);
    Ok(queries::list_open(db, scope.actor(), &areas, now).await?.into_iter().map(Hall::from).collect())
}

/// Ends the hall's device at hand, from itself, with all that was opened on it: the class is over. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn end_hall(tx: &Tx, token: &Secret) -> Result<(), Error> {
    if let Some(hall) = queries::find_hall(tx, &token.hash(), tx.now).await? {
        queries::end_hall(tx, hall.id).await?;
    }
    Ok(())
}

/// Ends a hall's device from afar, by who set it or an administrator of its place. Twice is once.
///
/// # Errors
/// [`Error::NoHall`] where it is somebody else's or none.
pub async fn end_hall_of(tx: &Tx, scope: &StaffScope, id: Uuid) -> Result<(), Error> {
    let (set_by, place) = queries::find_setter(tx, id).await?.ok_or(Error::NoHall)?;
    let administers = scope.areas(Role::ADMINISTRATORS).iter().any(|area| area.covers(&place));
    if set_by != scope.actor() && !administers {
        return Err(Error::NoHall);
    }
    queries::end_hall(tx, id).await?;
    Ok(())
}

/// How a try with pictures ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PicturesSignIn {
    /// Welcome, or what does not fit.
    Ended(SignIn),
    /// So many were wrong today that a volunteer lets them in.
    ByVolunteer,
}

/// Signs in by card and three pictures, on a hall's device only. Wrong tries are counted for this card and this device, and over the day
/// for the card on all devices and for the device at all cards: 1,320 ways are few. The answer and the work are the same whether the card exists or not.
///
/// # Errors
/// What the database answers.
pub async fn sign_in_by_pictures(
    tx: &Tx,
    keys: &Keys,
    (hall, origin): (&Hall, &Origin),
    (card, pictures): (&CardNumber, Pictures),
    (token, replaces): (&Secret, Option<&Secret>),
) -> Result<PicturesSignIn, Error> {
    let found = cards::find_card(tx, card).await?;
    let (subject, source) = (secrets::pictures_subject(keys, card), rules::hall_source(hall.id));
    let tries = doors::lock_tries(tx, &subject, &source).await?;
    let rest = tries.rest_seconds(tx.now);
    if rest > 0 {
        return Ok(PicturesSignIn::Ended(SignIn::Rest(rest)));
    }
    let today = rules::day_source(tx.now.day());
    let of_the_day = doors::lock_tries(tx, &subject, &today).await?;
    let at_hall_today = rules::hall_day_source(hall.id, tx.now.day());
    let of_the_hall = doors::lock_tries(tx, HALL_PICTURES, &at_hall_today).await?;
    if rules::are_pictures_closed(of_the_day.failed) || rules::is_hall_closed_to_pictures(of_the_hall.failed) {
        return Ok(PicturesSignIn::ByVolunteer);
    }
    let learner = found.as_ref().map_or(LearnerId::NOBODY, |card| card.learner);
    let kept = found.and_then(|card| card.pictures_mac).unwrap_or_default();
    if !secrets::pictures_mac(keys, card, pictures).is(&kept) {
        let tries = tries.and_one(tx.now);
        doors::keep_tries(tx, &subject, &source, tries).await?;
        doors::keep_tries(tx, &subject, &today, of_the_day.and_one(tx.now)).await?;
        doors::keep_tries(tx, HALL_PICTURES, &at_hall_today, of_the_hall.and_one(tx.now)).await?;
        let rest = tries.rest_seconds(tx.now);
        return Ok(PicturesSignIn::Ended(if rest > 0 { SignIn::Rest(rest) } else { SignIn::Wrong }));
    }
    doors::forget_tries(tx, &subject, &source).await?;
    let origin = at_hall(origin, hall);
    let opening = Opening { learner, assurance: Assurance::Pictures, origin: &origin, token, replaces };
    let session = open_session(tx, opening).await?;
    Ok(PicturesSignIn::Ended(SignIn::In { learner, session }))
}

/// The same, on the hall's device.
fn at_hall(origin: &Origin, hall: &Hall) -> Origin {
    Origin { ownership: Ownership::Shared, hall: Some(hall.id), ..origin.clone() }
}

/// Sets the three pictures that somebody has chosen at the desk; they are never shown again. Sessions that pictures opened end.
///
/// # Errors
/// [`Error::NoSuchPerson`] where the staff member may not see them.
pub async fn set_pictures(tx: &Tx, keys: &Keys, desk: &Desk, pictures: Pictures) -> Result<(), Error> {
    let person = desk.person(tx, keys, Role::FINDERS, "set_pictures").await?;
    if !put_pictures(tx, keys, desk.learner, pictures).await? {
        return Ok(());
    }
    desk.told(tx, keys, &person, ("identity.set_pictures", "identity-told-pictures")).await
}

/// The digits that follow from a ticket.
fn digits_of(keys: &Keys, ticket: Uuid, draw: u8) -> String {
    let mac = mac_of(&keys.for_purpose("hall-code-digits"), &[ticket.as_bytes(), &[draw]]);
    let number = mac.bytes().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// Vouches for somebody who stands before the volunteer: six digits, good for ten minutes, once, at a device of the hall. They follow from
/// the ticket: asking twice with it is asking once, until they are used; then others are given.
///
/// # Errors
/// [`Error::NoSuchPerson`] where the staff member may not see them; [`Error::Busy`] where too many digits are in use.
pub async fn vouch(tx: &Tx, keys: &Keys, desk: &Desk, ticket: Uuid) -> Result<(), Error> {
    if find_vouched(tx, keys, desk, ticket).await?.is_some() {
        return Ok(());
    }
    let person = desk.person(tx, keys, Role::FINDERS, "vouch").await?;
    let whose = Whose { place: person.place_code.as_deref(), groups: &person.groups };
    let area = desk.scope.grant_for(Role::FINDERS, whose).map(|grant| grant.area.clone()).ok_or(Error::NoSuchPerson)?;
    let until = tx.now.plus_minutes(rules::HALL_CODE_MINUTES);
    let row = CodeRow { learner: desk.learner, given_by: desk.scope.actor(), place_code: area.as_str().to_owned() };
    for draw in 0..DRAWS {
        let code = secrets::hall_code_mac(keys, &digits_of(keys, ticket, draw));
        if queries::insert_code(tx, &code, &row, until).await? {
            return Ok(note(tx, Deed::of("identity.vouch", desk.scope.actor(), desk.learner)).await?);
        }
    }
    Err(Error::Busy)
}

/// The digits of a ticket, as long as they can be used.
///
/// # Errors
/// What the database answers.
pub async fn find_vouched(
    db: &impl ConnectionTrait,
    keys: &Keys,
    desk: &Desk,
    ticket: Uuid,
) -> Result<Option<(String, Timestamp)>, DbErr> {
    for draw in 0..DRAWS {
        let digits = digits_of(keys, ticket, draw);
        let of = (desk.learner, desk.scope.actor());
        if let Some(until) = queries::find_code(db, &secrets::hall_code_mac(keys, &digits), of).await? {
            return Ok(Some((digits, until)));
        }
    }
    Ok(None)
}

/// Signs in by a volunteer's six digits, on a device of a hall of theirs. Wrong tries are counted for the device.
///
/// # Errors
/// What the database answers.
pub async fn sign_in_vouched(
    tx: &Tx,
    keys: &Keys,
    (hall, origin): (&Hall, &Origin),
    digits: &str,
    (token, replaces): (&Secret, Option<&Secret>),
) -> Result<SignIn, Error> {
    let (subject, source) = ("hall-code", rules::hall_source(hall.id));
    let tries = doors::lock_tries(tx, subject, &source).await?;
    let rest = tries.rest_seconds(tx.now);
    if rest > 0 {
        return Ok(SignIn::Rest(rest));
    }
    let taken = queries::take_code(tx, &secrets::hall_code_mac(keys, digits), &hall.place_code).await?;
    let Some(CodeRow { learner, given_by, .. }) = taken else {
        let tries = tries.and_one(tx.now);
        doors::keep_tries(tx, subject, &source, tries).await?;
        let rest = tries.rest_seconds(tx.now);
        return Ok(if rest > 0 { SignIn::Rest(rest) } else { SignIn::Wrong });
    };
    if people::find_person(tx, learner).await?.is_none() {
        return Ok(SignIn::Wrong);
    }
    doors::forget_tries(tx, subject, &source).await?;
    let origin = at_hall(origin, hall);
    let opening = Opening { learner, assurance: Assurance::Vouched, origin: &origin, token, replaces };
    let session = open_session(tx, opening).await?;
    let id = session.to_string();
    let deed = Deed { object: Some(("session", &id)), ..Deed::of("identity.let_in", given_by, learner) };
    note(tx, deed).await?;
    Ok(SignIn::In { learner, session })
}
