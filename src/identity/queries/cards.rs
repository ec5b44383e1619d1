//! Table `card`.

use std::collections::HashMap;

use entity::card;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::Tx;
use crate::kernel::{CardNumber, LearnerId};

/// A card in use.
pub(crate) struct Card {
    pub learner: LearnerId,
    pub pin_mac: Option<Vec<u8>>,
    pub pictures_mac: Option<Vec<u8>>,
}

/// What a person's card opens with.
#[derive(Clone, Debug)]
pub(crate) struct CardOf {
    pub number: CardNumber,
    pub has_pin: bool,
    pub has_pictures: bool,
}

/// Issues a card; `false` where the number is taken.
pub(crate) async fn insert_card(tx: &Tx, number: &CardNumber, learner: LearnerId) -> Result<bool, DbErr> {
    let row = card::ActiveModel {
        card_number: Set(number.as_str().to_owned()),
        learner_id: Set(Some(learner.uuid())),
        pin_mac: Set(None),
        pictures_mac: Set(None),
        state: Set("active".to_owned()),
        block_id: Set(None),
        place_code: Set(None),
        issued_at_ms: Set(tx.now.ms()),
    };
    let nothing = OnConflict::column(card::Column::CardNumber).do_nothing().to_owned();
    Ok(card::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// Issues many cards at once; says how many numbers were free.
pub(crate) async fn insert_cards(tx: &Tx, cards: &[(CardNumber, LearnerId)]) -> Result<u64, DbErr> {
    let rows = cards.iter().map(|(number, learner)| card::ActiveModel {
        card_number: Set(number.as_str().to_owned()),
        learner_id: Set(Some(learner.uuid())),
        pin_mac: Set(None),
        pictures_mac: Set(None),
        state: Set("active".to_owned()),
        block_id: Set(None),
        place_code: Set(None),
        issued_at_ms: Set(tx.now.ms()),
    });
    let nothing = OnConflict::column(card::Column::CardNumber).do_nothing().to_owned();
    card::Entity::insert_many(rows).on_conflict(nothing).exec_without_returning(tx).await
}

/// Keeps a number for a place, to be printed and written by hand; `false` where it is taken.
pub(crate) async fn insert_blank(tx: &Tx, number: &CardNumber, block: Uuid, place: &str) -> Result<bool, DbErr> {
    let row = card::ActiveModel {
        card_number: Set(number.as_str().to_owned()),
        learner_id: Set(None),
        pin_mac: Set(None),
        pictures_mac: Set(None),
        state: Set("blank".to_owned()),
        block_id: Set(Some(block)),
        place_code: Set(Some(place.to_owned())),
        issued_at_ms: Set(tx.now.ms()),
    };
    let nothing = OnConflict::column(card::Column::CardNumber).do_nothing().to_owned();
    Ok(card::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// Where a blank card was printed for.
pub(crate) async fn find_blank(db: &impl ConnectionTrait, number: &CardNumber) -> Result<Option<String>, DbErr> {
    let row = card::Entity::find_by_id(number.as_str()).filter(card::Column::State.eq("blank")).one(db).await?;
    Ok(row.and_then(|row| row.place_code))
}

/// Gives a blank card to somebody; `false` where it is blank no more.
pub(crate) async fn bind_blank(tx: &Tx, number: &CardNumber, learner: LearnerId) -> Result<bool, DbErr> {
    let bound = card::Entity::update_many()
        .col_expr(card::Column::State, "active".into())
        .col_expr(card::Column::LearnerId, Some(learner.uuid()).into())
        .col_expr(card::Column::IssuedAtMs, tx.now.ms().into())
        .filter(card::Column::CardNumber.eq(number.as_str()))
        .filter(card::Column::State.eq("blank"))
        .exec(tx)
        .await?;
    Ok(bound.rows_affected == 1)
}

/// The place and the numbers of a block, in their order, with whether each is still blank.
pub(crate) async fn list_block(db: &impl ConnectionTrait, block: Uuid) -> Result<Vec<(String, CardNumber, bool)>, DbErr> {
    let rows = card::Entity::find()
        .filter(card::Column::BlockId.eq(block))
        .order_by_asc(card::Column::CardNumber)
        .limit(1_000)
        .all(db)
        .await?;
    let row = |row: card::Model| {
        let number = CardNumber::parse(&row.card_number)?;
        Some((row.place_code.unwrap_or_default(), number, row.state == "blank"))
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

/// Whose the card is, and what is kept of its secrets.
pub(crate) async fn find_card(db: &impl ConnectionTrait, number: &CardNumber) -> Result<Option<Card>, DbErr> {
    let row = card::Entity::find_by_id(number.as_str()).filter(card::Column::State.eq("active")).one(db).await?;
    Ok(row.and_then(|row| {
        let learner = LearnerId::from_uuid(row.learner_id?);
        Some(Card { learner, pin_mac: row.pin_mac, pictures_mac: row.pictures_mac })
    }))
}

/// Whose these cards are.
pub(crate) async fn list_holders(
    db: &impl ConnectionTrait,
    numbers: &[CardNumber],
) -> Result<HashMap<CardNumber, LearnerId>, DbErr> {
    let rows = card::Entity::find()
        .filter(card::Column::CardNumber.is_in(numbers.iter().map(CardNumber::as_str)))
        .filter(card::Column::State.eq("active"))
        .all(db)
        .await?;
    let row = |row: card::Model| Some((CardNumber::parse(&row.card_number)?, LearnerId::from_uuid(row.learner_id?)));
    Ok(rows.into_iter().filter_map(row).collect())
}

/// The number of a person's card, and what it opens with.
pub(crate) async fn find_card_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<CardOf>, DbErr> {
    let row = card::Entity::find()
        .filter(card::Column::LearnerId.eq(learner.uuid()))
        .filter(card::Column::State.eq("active"))
        .order_by_desc(card::Column::IssuedAtMs)
        .one(db)
        .await?;
    Ok(row.and_then(|row| {
        let number = CardNumber::parse(&row.card_number)?;
        Some(CardOf { number, has_pin: row.pin_mac.is_some(), has_pictures: row.pictures_mac.is_some() })
    }))
}

/// The numbers of these people's cards.
pub(crate) async fn list_cards_of(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
) -> Result<Vec<(LearnerId, CardNumber)>, DbErr> {
    let rows = card::Entity::find()
        .filter(card::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(card::Column::State.eq("active"))
        .all(db)
        .await?;
    let row = |row: card::Model| Some((LearnerId::from_uuid(row.learner_id?), CardNumber::parse(&row.card_number)?));
    Ok(rows.into_iter().filter_map(row).collect())
}

pub(crate) async fn set_pin(tx: &Tx, number: &CardNumber, pin_mac: Option<Vec<u8>>) -> Result<(), DbErr> {
    card::Entity::update_many()
        .col_expr(card::Column::PinMac, pin_mac.into())
        .filter(card::Column::CardNumber.eq(number.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn set_pictures(tx: &Tx, number: &CardNumber, pictures_mac: Option<Vec<u8>>) -> Result<(), DbErr> {
    card::Entity::update_many()
        .col_expr(card::Column::PicturesMac, pictures_mac.into())
        .filter(card::Column::CardNumber.eq(number.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn end_cards(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    card::Entity::update_many()
        .col_expr(card::Column::State, "ended".into())
        .col_expr(card::Column::PinMac, None::<Vec<u8>>.into())
        .col_expr(card::Column::PicturesMac, None::<Vec<u8>>.into())
        .filter(card::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes away the cards of people of a batch that did not come to be.
pub(crate) async fn delete_cards_of(tx: &Tx, learners: &[LearnerId]) -> Result<(), DbErr> {
    card::Entity::delete_many()
        .filter(card::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .exec(tx)
        .await?;
    Ok(())
}
