//! The outbox: what others must learn leaves only from here. Events are rows in the commit that made them true;
//! letters (SMS, mail) are rows that a worker sends later.
//!
//! An event carries place, groups and age band as they were then, and never a name or a number of a person.
//! A letter is a template with its version and parameters; address and parameters are sealed and deleted when it has gone.
//! Reminders never go between 22 and 8 o'clock; codes do. A letter is given up when it would come too late to be of use.

mod gateway;
mod letters;
mod postman;
mod queries;
mod rules;
mod seal;
mod upkeep;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::kernel::{DataClass, Group, Kept, LearnerId, Term, Timestamp, new_id};

pub use gateway::{Gateway, HttpSms, Mailbox, NotDelivered, Parcel, Smtp};
pub use postman::Postman;
pub use upkeep::clean_up;

/// What this subject keeps, and for how long. Address and words of a letter go when it has gone.
pub const KEPT: &[Kept] = &[
    Kept::new("event", DataClass::Event, Term::Years(upkeep::EVENT_YEARS)),
    Kept::new("message", DataClass::Letter, Term::Years(upkeep::LETTER_YEARS)),
];

/// Where and in which groups a person stood when something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The place's code.
    pub place_code: Option<String>,
    /// The groups they had chosen.
    pub groups: Vec<Group>,
    /// `-17`, `18-44`, `45-59`, `60-69`, `70-79`, `80-`.
    pub age_band: Option<&'static str>,
}

/// The age band of somebody born in `birth_year`, in the year `year`.
#[must_use]
pub const fn age_band(birth_year: i64, year: i64) -> &'static str {
    match year - birth_year {
        i64::MIN..=17 => "-17",
        18..=44 => "18-44",
        45..=59 => "45-59",
        60..=69 => "60-69",
        70..=79 => "70-79",
        80.. => "80-",
    }
}

/// Something that happened and that others may want to know.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// What, as `subject.past`: `recognition.recognised`, `learning.lesson_finished`, `archivable`.
    pub kind: &'static str,
    /// The person concerned.
    pub learner: Option<LearnerId>,
    /// Where and who they were then.
    pub standing: &'a Standing,
    /// The facts, without personal data.
    pub body: Value,
}

/// Keeps events in the same commit as what they tell of; one statement for all.
///
/// # Errors
/// What the database answers.
pub async fn emit<'a>(tx: &Tx, events: impl IntoIterator<Item = &'a Event<'a>>) -> Result<(), DbErr> {
    queries::insert_events(tx, events).await
}

/// An event as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// Its id.
    pub id: Uuid,
    /// What, as `subject.past`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// The facts.
    pub body: Value,
}

/// At most `most` events of these kinds, those of an instant by their ids: from `since` on, and at that very instant only those behind `after`.
/// Commits do not come in the order of their instants: whoever reads on begins a little earlier each time, and knows events by their ids.
///
/// # Errors
/// What the database answers.
pub async fn list_events_since(
    db: &impl ConnectionTrait,
    kinds: &[&str],
    (since, after): (Timestamp, Uuid),
    most: u64,
) -> Result<Vec<EventRow>, DbErr> {
    queries::list_events_since(db, kinds, (since, after), most).await
}

/// The way a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A text to a phone.
    Sms,
    /// A mail.
    Mail,
}

impl Channel {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Mail => "mail",
        }
    }

    fn from_code(code: &str) -> Self {
        if code == "mail" { Self::Mail } else { Self::Sms }
    }
}

/// A letter to be sent.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// The person it goes to, where they have an account.
    pub learner: Option<LearnerId>,
    /// The way it goes.
    pub channel: Channel,
    /// The phone's 11 digits, or the mail address.
    pub to: &'a str,
    /// The template's id in `templates/letters/letters.toml`.
    pub template: &'static str,
    /// The language of the words.
    pub lang: Lang,
    /// What fills the template's blanks.
    pub params: Vec<(&'static str, String)>,
}

/// Keeps a letter for the postman, in the commit that gives reason for it.
///
/// # Errors
/// What the database answers; an unknown template.
pub async fn send(tx: &Tx, keys: &Keys, letter: &Letter<'_>) -> Result<(), DbErr> {
    let Some(template) = letters::find(letter.template) else {
        return Err(DbErr::Custom(format!("there is no letter {}", letter.template)));
    };
    let id = new_id(tx.now);
    let (address_sealed, params_sealed) = seal::seal(keys, id, letter.to, &letter.params);
    let first_at = match letter.channel {
        Channel::Sms => rules::first_moment(tx.now, template.at_night),
        Channel::Mail => tx.now,
    };
    queries::insert_message(
        tx,
        queries::NewMessage {
            id,
            learner: letter.learner,
            channel: letter.channel,
            template: &template.id,
            version: &template.version,
            lang: letter.lang.tag(),
            at_night: template.at_night,
            address_sealed,
            params_sealed,
            first_at,
            give_up_at: first_at.plus_minutes(template.keep_trying_minutes),
        },
    )
    .await
}

/// Whether the bank may send another text today.
///
/// # Errors
/// What the database answers.
pub async fn has_texts_left(db: &impl ConnectionTrait, sms_per_day: u32, now: Timestamp) -> Result<bool, DbErr> {
    Ok(queries::count_sent(db, rules::start_of_day(now), &[]).await? < u64::from(sms_per_day))
}

/// What was sent to a person and when, and how many events of each kind are kept of them: part of "my data". The words of a letter are
/// gone once it is sent.
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, DbErr> {
    let letters = queries::list_of(db, learner, 10_000).await?;
    let counts = queries::count_events_of(db, learner).await?;
    let events: Vec<Value> = counts.iter().map(|(kind, count)| json!({ "kind": kind, "count": count })).collect();
    Ok(json!({ "letters": letters, "events": events }))
}

/// How many events one commit takes somebody out of.
pub const DETACH_AT_ONCE: u64 = 400;

/// Takes a person who leaves out of their events, [`DETACH_AT_ONCE`] at a time: place, groups and age band stay for counting, how single
/// questions went goes. Says of how many; where it was all of a chunk, there may be more.
///
/// # Errors
/// What the database answers.
pub async fn detach(tx: &Tx, learner: LearnerId) -> Result<u64, DbErr> {
    queries::detach(tx, learner, i64::try_from(DETACH_AT_ONCE).unwrap_or(i64::MAX)).await
}

/// Takes back all that waits for somebody who gets no letters any more.
///
/// # Errors
/// What the database answers.
pub async fn stop(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    queries::stop(tx, learner).await
}

/// Takes back all that waits for a person who leaves; of letters sent it stays only that they were.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    queries::forget(tx, learner).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_meet_without_gap_or_overlap() {
        let cases = [
            (1926, "80-"),
            (1946, "80-"),
            (1947, "70-79"),
            (1956, "70-79"),
            (1957, "60-69"),
            (1967, "45-59"),
            (1982, "18-44"),
            (2008, "18-44"),
            (2009, "-17"),
        ];
        for (born, band) in cases {
            assert_eq!(age_band(born, 2026), band, "born {born}");
        }
    }
}
