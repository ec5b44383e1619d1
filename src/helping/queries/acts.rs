//! Table `act_on_behalf`. Of a row nothing is ever changed but that it was undone, and that its words are forgotten.

use entity::act_on_behalf::{self as act, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::within;
use crate::db::Tx;
use crate::help::CaseNumber;
use crate::helping::Act;
use crate::helping::rules::{Agreed, CONSENT_VERSION, Outcome, Way};
use crate::kernel::{ActId, Day, LearnerId, OrganisationId, Timestamp};
use crate::places::PlaceCode;

/// Adds an act.
pub async fn insert(tx: &Tx, new: &Act) -> Result<(), DbErr> {
    let row = act::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        id: Set(new.id.uuid()),
        number: Set(new.number.as_str().to_owned()),
        errand: Set(new.errand.clone()),
        words_sealed: Set(new.words_sealed.clone()),
        helper_id: Set(new.helper.uuid()),
        organisation_id: Set(new.organisation.map(OrganisationId::uuid)),
        place_code: Set(new.place_code.clone()),
        acted_day: Set(new.day.to_string()),
        consent: Set(new.agreed.code().to_owned()),
        consent_version: Set(CONSENT_VERSION.to_owned()),
        outcome: Set(new.outcome.code().to_owned()),
        recorded_at_ms: Set(tx.now.ms()),
        undone_at_ms: Set(None),
        undone_way: Set(None),
        undone_by: Set(None),
    };
    act::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// One act.
pub async fn find(db: &impl ConnectionTrait, learner: LearnerId, id: ActId) -> Result<Option<Act>, DbErr> {
    act::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?.map(act_of).transpose()
}

/// All acts of the accounts of one person, the newest first.
pub async fn list_of(db: &impl ConnectionTrait, accounts: &[LearnerId], most: u64) -> Result<Vec<Act>, DbErr> {
    let rows = act::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .order_by_desc(Column::RecordedAtMs)
        .order_by_desc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(act_of).collect()
}

/// Acts that were kept within the areas, the newest first.
pub async fn list_within(db: &impl ConnectionTrait, areas: &[PlaceCode], (skip, most): (u64, u64)) -> Result<Vec<Act>, DbErr> {
    let rows = act::Entity::find()
        .filter(within(Column::PlaceCode, areas))
        .order_by_desc(Column::RecordedAtMs)
        .order_by_desc(Column::Id)
        .offset(skip)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(act_of).collect()
}

/// How many of these.
pub async fn count_within(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    act::Entity::find().filter(within(Column::PlaceCode, areas)).count(db).await
}

/// Keeps that an act was undone; `false` where it was already.
pub async fn undo(tx: &Tx, (learner, id): (LearnerId, ActId), way: Way, by: LearnerId) -> Result<bool, DbErr> {
    let update = act::Entity::update_many()
        .col_expr(Column::UndoneAtMs, Expr::value(tx.now.ms()))
        .col_expr(Column::UndoneWay, Expr::value(way.code()))
        .col_expr(Column::UndoneBy, Expr::value(by.uuid()))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::UndoneAtMs.is_null());
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Forgets the words of all acts of one person.
pub async fn empty_all_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    act::Entity::update_many()
        .col_expr(Column::WordsSealed, Expr::value(Option::<Vec<u8>>::None))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

fn act_of(row: act::Model) -> Result<Act, DbErr> {
    let unreadable = |what: &str| DbErr::Custom(format!("act_on_behalf {}: {what}", row.id));
    let undone = match (row.undone_at_ms, row.undone_way.as_deref()) {
        (Some(at), Some(way)) => Some((Timestamp::from_ms(at), Way::from_code(way).ok_or_else(|| unreadable("undone_way"))?)),
        _ => None,
    };
    Ok(Act {
        learner: LearnerId::from_uuid(row.learner_id),
        id: ActId::from_uuid(row.id),
        number: CaseNumber::parse(&row.number).ok_or_else(|| unreadable("number"))?,
        helper: LearnerId::from_uuid(row.helper_id),
        organisation: row.organisation_id.map(OrganisationId::from_uuid),
        day: Day::parse(&row.acted_day).ok_or_else(|| unreadable("acted_day"))?,
        agreed: Agreed::from_code(&row.consent).ok_or_else(|| unreadable("consent"))?,
        outcome: Outcome::from_code(&row.outcome).ok_or_else(|| unreadable("outcome"))?,
        recorded_at: Timestamp::from_ms(row.recorded_at_ms),
        undone,
        errand: row.errand,
        place_code: row.place_code,
        words_sealed: row.words_sealed,
    })
}
