//! Tables `assistance` and `assistance_offer`. Of a row of the first nothing is ever changed but its missing end.

use entity::{assistance, assistance_offer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::helping::rules::{Aid, OFFER_MINUTES, SAID_VERSION};
use crate::helping::{Assistance, Offer};
use crate::kernel::{AssistanceId, LearnerId, SessionId, Timestamp};

/// Keeps what a helper has said, in place of what they said before; forgets offers of other days.
pub async fn put_offer(tx: &Tx, learner: LearnerId, offer: &Offer) -> Result<(), DbErr> {
    use assistance_offer::Column::{HelperId, Kind, LearnerId, OfferedAtMs, PlaceCode};
    assistance_offer::Entity::delete_many().filter(OfferedAtMs.lt(tx.now.plus_days(-1).ms())).exec(tx).await?;
    let row = assistance_offer::ActiveModel {
        learner_id: Set(learner.uuid()),
        helper_id: Set(offer.helper.uuid()),
        kind: Set(offer.aid.code().to_owned()),
        place_code: Set(offer.place_code.clone()),
        offered_at_ms: Set(tx.now.ms()),
    };
    let instead = OnConflict::columns([LearnerId, HelperId]).update_columns([Kind, PlaceCode, OfferedAtMs]).to_owned();
    assistance_offer::Entity::insert(row).on_conflict(instead).exec_without_returning(tx).await?;
    Ok(())
}

/// The newest offer that still holds.
pub async fn find_offer(db: &impl ConnectionTrait, learner: LearnerId, now: Timestamp) -> Result<Option<Offer>, DbErr> {
    let row = assistance_offer::Entity::find()
        .filter(assistance_offer::Column::LearnerId.eq(learner.uuid()))
        .filter(assistance_offer::Column::OfferedAtMs.gt(now.plus_minutes(-OFFER_MINUTES).ms()))
        .order_by_desc(assistance_offer::Column::OfferedAtMs)
        .one(db)
        .await?;
    row.map(|row| {
        let aid = Aid::from_code(&row.kind).ok_or_else(|| DbErr::Custom("assistance_offer: kind".to_owned()))?;
        Ok(Offer { helper: LearnerId::from_uuid(row.helper_id), aid, place_code: row.place_code })
    })
    .transpose()
}

/// Forgets what was offered to somebody.
pub async fn delete_offers(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    assistance_offer::Entity::delete_many().filter(assistance_offer::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

/// Writes down that both have said it.
pub async fn insert(tx: &Tx, learner: LearnerId, session: SessionId, offer: &Offer) -> Result<AssistanceId, DbErr> {
    let id = AssistanceId::fresh(tx.now);
    let row = assistance::ActiveModel {
        learner_id: Set(learner.uuid()),
        id: Set(id.uuid()),
        session_id: Set(session.uuid()),
        helper_id: Set(offer.helper.uuid()),
        kind: Set(offer.aid.code().to_owned()),
        place_code: Set(offer.place_code.clone()),
        said: Set(SAID_VERSION.to_owned()),
        since_ms: Set(tx.now.ms()),
        until_ms: Set(None),
    };
    assistance::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// Ends what is on in a session; says whether anything was.
pub async fn end(tx: &Tx, learner: LearnerId, session: SessionId) -> Result<bool, DbErr> {
    let update = assistance::Entity::update_many()
        .col_expr(assistance::Column::UntilMs, Expr::value(tx.now.ms()))
        .filter(assistance::Column::LearnerId.eq(learner.uuid()))
        .filter(assistance::Column::SessionId.eq(session.uuid()))
        .filter(assistance::Column::UntilMs.is_null());
    Ok(update.exec(tx).await?.rows_affected > 0)
}

/// The newest of a session.
pub async fn find_last(db: &impl ConnectionTrait, learner: LearnerId, session: SessionId) -> Result<Option<Assistance>, DbErr> {
    let row = assistance::Entity::find()
        .filter(assistance::Column::LearnerId.eq(learner.uuid()))
        .filter(assistance::Column::SessionId.eq(session.uuid()))
        .order_by_desc(assistance::Column::SinceMs)
        .order_by_desc(assistance::Column::Id)
        .one(db)
        .await?;
    row.map(assistance_of).transpose()
}

/// All of somebody, the newest first.
pub async fn list_of(db: &impl ConnectionTrait, learner: LearnerId, most: u64) -> Result<Vec<Assistance>, DbErr> {
    let rows = assistance::Entity::find()
        .filter(assistance::Column::LearnerId.eq(learner.uuid()))
        .order_by_desc(assistance::Column::SinceMs)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(assistance_of).collect()
}

fn assistance_of(row: assistance::Model) -> Result<Assistance, DbErr> {
    Ok(Assistance {
        id: AssistanceId::from_uuid(row.id),
        helper: LearnerId::from_uuid(row.helper_id),
        aid: Aid::from_code(&row.kind).ok_or_else(|| DbErr::Custom(format!("assistance {}: kind", row.id)))?,
        since: Timestamp::from_ms(row.since_ms),
        until: row.until_ms.map(Timestamp::from_ms),
    })
}
