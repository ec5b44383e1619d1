//! Table `agency_delegation`.

use entity::agency_delegation as table;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{altered, credits, day};
use crate::agencies::rules::{Delegation, Powers, State};
use crate::db::Tx;
use crate::kernel::{AgencyId, DelegationId, LearnerId, Timestamp, digest_of};

/// What these rows are in the archives.
pub(in crate::agencies) const RECORD_CLASS: &str = "agency_delegation";
pub(in crate::agencies) const RETENTION: &str = "permanent";
pub(in crate::agencies) const OPENNESS: &str = "public";
pub(in crate::agencies) const FORMAT: i64 = 1;
/// Versions of one agency that are read.
const MOST: u64 = 500;

fn codes(text: &str) -> Vec<String> {
    text.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

fn delegation_of(row: table::Model) -> Result<Delegation, DbErr> {
    Ok(Delegation {
        id: DelegationId::from_uuid(row.id),
        powers: Powers {
            units: codes(&row.units),
            kinds: codes(&row.kinds),
            second_for: codes(&row.second_for),
            per_learner: credits(row.per_learner_milli)?,
            per_year: credits(row.per_year_milli)?,
            from: day(&row.from_day)?,
            until: day(&row.until_day)?,
        },
        ground: row.ground,
        state: State::from_code(&row.state).ok_or_else(|| altered("state"))?,
        asked: (LearnerId::from_uuid(row.asker_id), Timestamp::from_ms(row.asked_at_ms)),
        decider: row.decider_id.map(LearnerId::from_uuid),
        decided_at: row.decided_at_ms.map(Timestamp::from_ms),
        answer: row.answer,
        ended: row.ended_at_ms.zip(row.ended_by).zip(row.ended_why).map(|((at, by), why)| {
            let (at, by) = (Timestamp::from_ms(at), LearnerId::from_uuid(by));
            (at, by, why)
        }),
    })
}

/// Keeps a request; `false` where another about the same agency waits.
pub(in crate::agencies) async fn insert(
    tx: &Tx,
    (agency, id): (AgencyId, DelegationId),
    (powers, ground): (&Powers, &str),
    (asker, responsible_org): (LearnerId, &str),
) -> Result<bool, DbErr> {
    let row = table::ActiveModel {
        agency_id: Set(agency.uuid()),
        id: Set(id.uuid()),
        units: Set(powers.units.join(" ")),
        kinds: Set(powers.kinds.join(" ")),
        second_for: Set(powers.second_for.join(" ")),
        per_learner_milli: Set(powers.per_learner.milli()),
        per_year_milli: Set(powers.per_year.milli()),
        from_day: Set(powers.from.to_string()),
        until_day: Set(powers.until.to_string()),
        ground: Set(ground.to_owned()),
        evidence_hash: Set(digest_of(&[ground.as_bytes()]).to_vec()),
        state: Set(State::Open.code().to_owned()),
        asker_id: Set(asker.uuid()),
        asked_at_ms: Set(tx.now.ms()),
        decider_id: Set(None),
        decided_at_ms: Set(None),
        answer: Set(None),
        ended_at_ms: Set(None),
        ended_by: Set(None),
        ended_why: Set(None),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(responsible_org.to_owned()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(table::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// All versions of an agency's delegation, and requests for them, the newest first.
pub(in crate::agencies) async fn list(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<Delegation>, DbErr> {
    let rows = table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency.uuid()))
        .order_by_desc(table::Column::AskedAtMs)
        .order_by_desc(table::Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    rows.into_iter().map(delegation_of).collect()
}

/// Those that were agreed to.
pub(in crate::agencies) async fn list_approved(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<Delegation>, DbErr> {
    let rows = table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency.uuid()))
        .filter(table::Column::State.eq(State::Approved.code()))
        .order_by_desc(table::Column::DecidedAtMs)
        .limit(MOST)
        .all(db)
        .await?;
    rows.into_iter().map(delegation_of).collect()
}

pub(in crate::agencies) async fn find(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    id: DelegationId,
) -> Result<Option<Delegation>, DbErr> {
    table::Entity::find_by_id((agency.uuid(), id.uuid())).one(db).await?.map(delegation_of).transpose()
}

/// The request that waits.
pub(in crate::agencies) async fn find_open(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Option<Delegation>, DbErr> {
    let open = table::Entity::find()
        .filter(table::Column::AgencyId.eq(agency.uuid()))
        .filter(table::Column::State.eq(State::Open.code()));
    open.one(db).await?.map(delegation_of).transpose()
}

/// Which of these agencies have a request that waits.
pub(in crate::agencies) async fn list_waiting(db: &impl ConnectionTrait, ids: &[AgencyId]) -> Result<Vec<AgencyId>, DbErr> {
    let rows = table::Entity::find()
        .filter(table::Column::AgencyId.is_in(ids.iter().map(|id| id.uuid())))
        .filter(table::Column::State.eq(State::Open.code()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| AgencyId::from_uuid(row.agency_id)).collect())
}

/// Decides on a request that waits; `false` where it does not any more.
pub(in crate::agencies) async fn decide(
    tx: &Tx,
    (agency, id): (AgencyId, DelegationId),
    state: State,
    (decider, answer): (Option<LearnerId>, Option<&str>),
) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(table::Column::State, Expr::value(state.code()))
        .col_expr(table::Column::DeciderId, Expr::value(decider.map(LearnerId::uuid)))
        .col_expr(table::Column::DecidedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(table::Column::Answer, Expr::value(answer.map(str::to_owned)))
        .filter(table::Column::AgencyId.eq(agency.uuid()))
        .filter(table::Column::Id.eq(id.uuid()))
        .filter(table::Column::State.eq(State::Open.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends one that was agreed to.
pub(in crate::agencies) async fn end(
    tx: &Tx,
    (agency, id): (AgencyId, DelegationId),
    (by, why): (LearnerId, &str),
) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(table::Column::EndedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(table::Column::EndedBy, Expr::value(Some(by.uuid())))
        .col_expr(table::Column::EndedWhy, Expr::value(Some(why.to_owned())))
        .filter(table::Column::AgencyId.eq(agency.uuid()))
        .filter(table::Column::Id.eq(id.uuid()))
        .filter(table::Column::State.eq(State::Approved.code()))
        .filter(table::Column::EndedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
