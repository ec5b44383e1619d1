//! How many texts may go: the bank's of a day with its reserve, a place's, and one address's to phones without an account.
//!
//! Whoever runs into a limit learns at most, in the last fifth of a day's texts, that a phone has an account: the price for keeping
//! those texts for the people who have one.

use sea_orm::DbErr;

use crate::db::Tx;
use crate::identity::queries::doors;
use crate::identity::rules::{Recipient, TEXTS_TO_STRANGERS};
use crate::outbox;
use crate::places::{self, PlaceCode, Setting};

/// Whether one more text may go to `recipient`, who lives at `place`, asked for from `source`.
pub(super) async fn are_left(
    tx: &Tx,
    recipient: Recipient,
    source: &str,
    place: Option<&str>,
    sms_per_day: u32,
) -> Result<bool, DbErr> {
    if !outbox::has_texts_left(tx, recipient.part_of(sms_per_day), tx.now).await? {
        return Ok(false);
    }
    let a_day_ago = tx.now.plus_days(-1);
    if recipient == Recipient::Stranger
        && doors::count_to_strangers(tx, source, a_day_ago, TEXTS_TO_STRANGERS).await? >= TEXTS_TO_STRANGERS
    {
        return Ok(false);
    }
    match place {
        Some(place) => are_left_at(tx, recipient, place).await,
        None => Ok(true),
    }
}

/// The nearest place upwards that has a limit of its own decides.
async fn are_left_at(tx: &Tx, recipient: Recipient, place: &str) -> Result<bool, DbErr> {
    let Some((at, limit)) = places::find_setting(tx, place, Setting::SmsPerDay).await? else { return Ok(true) };
    let (Some(at), Ok(limit)) = (PlaceCode::parse(&at), limit.parse::<u32>()) else { return Ok(true) };
    let most = u64::from(recipient.part_of(limit));
    Ok(doors::count_to_place(tx, &at, tx.now.day().start(), most).await? < most)
}
