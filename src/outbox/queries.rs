//! Tables `event` and `message`.

use entity::event;
use sea_orm::ActiveValue::Set;
use sea_orm::{DbErr, EntityTrait};

use super::Event;
use crate::db::Tx;
use crate::kernel::{LearnerId, new_id};

pub(super) async fn insert_events(tx: &Tx, events: &[Event<'_>]) -> Result<(), DbErr> {
    let rows = events.iter().map(|event| event::ActiveModel {
        id: Set(new_id(tx.now)),
        kind: Set(event.kind.to_owned()),
        at_ms: Set(tx.now.ms()),
        day: Set(tx.now.day().to_string()),
        learner_id: Set(event.learner.map(LearnerId::uuid)),
        place_code: Set(event.standing.place_code.clone()),
        groups: Set(event.standing.groups.iter().map(|group| group.code()).collect::<Vec<_>>().join(",")),
        age_band: Set(event.standing.age_band.map(str::to_owned)),
        body: Set(event.body.to_string()),
    });
    event::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}
