//! Table `application_step`.

use entity::application_step::{self as table, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::altered;
use crate::applications::deeds::Examined;
use crate::applications::{Application, Deed, Step, Why};
use crate::db::Tx;
use crate::kernel::{ApplicationId, IdentityLevel, LearnerId, Timestamp};
use crate::recognition::SupervisionLevel;

/// What these rows are in the archives.
pub(in crate::applications) const RECORD_CLASS: &str = "application";
pub(in crate::applications) const RETENTION: &str = "permanent";
pub(in crate::applications) const OPENNESS: &str = "controlled";
pub(in crate::applications) const FORMAT: i64 = 1;

/// Keeps a deed.
pub(in crate::applications) async fn insert(tx: &Tx, of: &Application, step: &Step, responsible_org: &str) -> Result<(), DbErr> {
    let row = table::ActiveModel {
        learner_id: Set(of.learner.uuid()),
        application_id: Set(of.id.uuid()),
        turn: Set(step.turn),
        deed: Set(step.deed.code().to_owned()),
        actor_id: Set(step.actor.uuid()),
        to_id: Set(step.to.map(LearnerId::uuid)),
        reason: Set(step.why.map(|why| why.code().to_owned())),
        words_sealed: Set(step.words_sealed.clone()),
        supervision: Set(step.examined.map(|examined| examined.supervision.value())),
        identity_level: Set(step.examined.and_then(|examined| examined.identity).map(IdentityLevel::value)),
        at_ms: Set(step.at.ms()),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(responsible_org.to_owned()),
        formed_at_ms: Set(step.at.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    table::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// All that was done with one, in order.
pub(in crate::applications) async fn list(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: ApplicationId,
) -> Result<Vec<Step>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::ApplicationId.eq(id.uuid()))
        .order_by_asc(Column::Turn)
        .all(db)
        .await?;
    let read = |row: table::Model| {
        Ok(Step {
            turn: row.turn,
            deed: Deed::from_code(&row.deed).ok_or_else(|| altered("deed"))?,
            actor: LearnerId::from_uuid(row.actor_id),
            to: row.to_id.map(LearnerId::from_uuid),
            why: row.reason.as_deref().and_then(Why::from_code),
            words_sealed: row.words_sealed,
            examined: row
                .supervision
                .and_then(SupervisionLevel::from_value)
                .map(|supervision| Examined { supervision, identity: row.identity_level.and_then(IdentityLevel::from_value) }),
            at: Timestamp::from_ms(row.at_ms),
        })
    };
    rows.into_iter().map(read).collect()
}
