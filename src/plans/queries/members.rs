//! Table `training_plan_member`.

use std::collections::HashMap;

use entity::training_plan_member;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement, Value,
};
use uuid::Uuid;

use crate::db::Tx;
use crate::kernel::{Day, LearnerId, PlanId, Timestamp};
use crate::plans::{MemberState, Membership};

type Column = training_plan_member::Column;

/// Versions named in one statement.
const VERSIONS: usize = 100;

fn member_of(row: training_plan_member::Model) -> Result<Membership, DbErr> {
    let unreadable = || DbErr::Custom(format!("training_plan_member {}: {}", row.plan_id, row.state));
    Ok(Membership {
        learner: LearnerId::from_uuid(row.learner_id),
        plan: PlanId::from_uuid(row.plan_id),
        version: row.version,
        state: MemberState::from_code(&row.state).ok_or_else(unreadable)?,
        invited_at: Timestamp::from_ms(row.invited_at_ms),
        agreed_text: row.agreed_text,
        joined_at: row.joined_at_ms.map(Timestamp::from_ms),
        answered_at: row.answered_at_ms.map(Timestamp::from_ms),
        completed_at: row.completed_at_ms.map(Timestamp::from_ms),
    })
}

fn members_of(rows: Vec<training_plan_member::Model>) -> Result<Vec<Membership>, DbErr> {
    rows.into_iter().map(member_of).collect()
}

/// Asks somebody; `false` where they were asked before, whatever they said.
pub(in crate::plans) async fn insert(
    tx: &Tx,
    (plan, version): (PlanId, i64),
    learner: LearnerId,
    by: LearnerId,
) -> Result<bool, DbErr> {
    let row = training_plan_member::ActiveModel {
        learner_id: Set(learner.uuid()),
        plan_id: Set(plan.uuid()),
        version: Set(version),
        state: Set(MemberState::Invited.code().to_owned()),
        invited_by: Set(by.uuid()),
        invited_at_ms: Set(tx.now.ms()),
        told_at_ms: Set(None),
        agreed_text: Set(None),
        joined_at_ms: Set(None),
        answered_at_ms: Set(None),
        completed_at_ms: Set(None),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    Ok(training_plan_member::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

pub(in crate::plans) async fn mark_told(tx: &Tx, plan: PlanId, learner: LearnerId) -> Result<(), DbErr> {
    training_plan_member::Entity::update_many()
        .col_expr(Column::ToldAtMs, Expr::value(tx.now.ms()))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::PlanId.eq(plan.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many texts this plan has sent since then.
pub(in crate::plans) async fn count_told_by(db: &impl ConnectionTrait, plan: PlanId, since: Timestamp) -> Result<u64, DbErr> {
    let told = Column::ToldAtMs.gte(since.ms());
    training_plan_member::Entity::find().filter(Column::PlanId.eq(plan.uuid())).filter(told).count(db).await
}

/// How many texts of invitation all plans have sent since then.
pub(in crate::plans) async fn count_told(db: &impl ConnectionTrait, since: Timestamp) -> Result<u64, DbErr> {
    training_plan_member::Entity::find().filter(Column::ToldAtMs.gte(since.ms())).count(db).await
}

/// How many texts of invitation the person of these accounts got since then.
pub(in crate::plans) async fn count_told_to(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    since: Timestamp,
) -> Result<u64, DbErr> {
    let told = Column::ToldAtMs.gte(since.ms());
    training_plan_member::Entity::find().filter(of_accounts(accounts)).filter(told).count(db).await
}

fn of_accounts(accounts: &[LearnerId]) -> SimpleExpr {
    Column::LearnerId.is_in(accounts.iter().map(|learner| learner.uuid()))
}

/// Whether the person of these accounts was asked by a plan, by whichever of them.
pub(in crate::plans) async fn is_known(db: &impl ConnectionTrait, accounts: &[LearnerId], plan: PlanId) -> Result<bool, DbErr> {
    let own = training_plan_member::Entity::find().filter(of_accounts(accounts)).filter(Column::PlanId.eq(plan.uuid()));
    Ok(own.count(db).await? > 0)
}

/// What the person of these accounts has to do with a plan, by each of them, in their order; the rows are held until the commit.
pub(in crate::plans) async fn lock_all(tx: &Tx, accounts: &[LearnerId], plan: PlanId) -> Result<Vec<Membership>, DbErr> {
    let own = training_plan_member::Entity::find().filter(of_accounts(accounts)).filter(Column::PlanId.eq(plan.uuid()));
    let mut query = own.order_by_asc(Column::LearnerId);
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    let mut members = members_of(query.all(tx).await?)?;
    members.sort_by_key(|member| accounts.iter().position(|account| *account == member.learner));
    Ok(members)
}

/// All that the person of these accounts was asked to join, what was asked last first.
pub(in crate::plans) async fn list_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Membership>, DbErr> {
    let rows = training_plan_member::Entity::find()
        .filter(of_accounts(accounts))
        .order_by_desc(Column::InvitedAtMs)
        .order_by_desc(Column::PlanId)
        .all(db)
        .await?;
    members_of(rows)
}

/// How many plans that people may join on `today` wait for an answer of the person of these accounts. One statement.
pub(in crate::plans) async fn count_waiting(db: &impl ConnectionTrait, accounts: &[LearnerId], today: Day) -> Result<u64, DbErr> {
    let marks: Vec<String> = (2..accounts.len() + 2).map(|number| format!("${number}")).collect();
    let own = marks.join(", ");
    let sql = format!(
        "SELECT COUNT(DISTINCT m.plan_id) AS plans FROM training_plan_member m
           JOIN training_plan p ON p.id = m.plan_id
           JOIN training_plan_version v ON v.plan_id = p.id AND v.version = p.version
          WHERE m.learner_id IN ({own}) AND m.state = 'invited' AND p.ended_at_ms IS NULL AND v.until_day >= $1
            AND NOT EXISTS (SELECT 1 FROM training_plan_member o
                             WHERE o.plan_id = m.plan_id AND o.learner_id IN ({own}) AND o.state = 'joined')"
    );
    let ids = accounts.iter().map(|learner| Value::from(learner.uuid()));
    let values = std::iter::once(Value::from(today.to_string())).chain(ids);
    let row = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let plans: i64 = row.map(|row| row.try_get("", "plans")).transpose()?.unwrap_or_default();
    Ok(u64::try_from(plans).unwrap_or_default())
}

/// Keeps an answer.
pub(in crate::plans) async fn answer(tx: &Tx, member: &Membership) -> Result<(), DbErr> {
    let (agreed, joined_at) = (member.agreed_text.clone(), member.joined_at.map(Timestamp::ms));
    training_plan_member::Entity::update_many()
        .col_expr(Column::State, Expr::value(member.state.code()))
        .col_expr(Column::Version, Expr::value(member.version))
        .col_expr(Column::AgreedText, Expr::value(agreed))
        .col_expr(Column::JoinedAtMs, Expr::value(joined_at))
        .col_expr(Column::AnsweredAtMs, Expr::value(tx.now.ms()))
        .col_expr(Column::CompletedAtMs, Expr::value(member.completed_at.map(Timestamp::ms)))
        .filter(Column::LearnerId.eq(member.learner.uuid()))
        .filter(Column::PlanId.eq(member.plan.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps that somebody in a plan has finished it; `false` where that was known, or they have left.
pub(in crate::plans) async fn complete(tx: &Tx, plan: PlanId, learner: LearnerId) -> Result<bool, DbErr> {
    let done = training_plan_member::Entity::update_many()
        .col_expr(Column::CompletedAtMs, Expr::value(tx.now.ms()))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::PlanId.eq(plan.uuid()))
        .filter(Column::State.eq(MemberState::Joined.code()))
        .filter(Column::CompletedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Those in a plan, a chunk after somebody, in the order of ids.
pub(in crate::plans) async fn list_joined_after(
    db: &impl ConnectionTrait,
    plan: PlanId,
    after: Option<LearnerId>,
    most: u64,
) -> Result<Vec<Membership>, DbErr> {
    let mut query = training_plan_member::Entity::find()
        .filter(Column::PlanId.eq(plan.uuid()))
        .filter(Column::State.eq(MemberState::Joined.code()));
    if let Some(after) = after {
        query = query.filter(Column::LearnerId.gt(after.uuid()));
    }
    members_of(query.order_by_asc(Column::LearnerId).limit(most).all(db).await?)
}

/// Those in one of these versions of plans, who joined first first. Who has joined several stands there more than once.
pub(in crate::plans) async fn list_joined(
    db: &impl ConnectionTrait,
    versions: &[(PlanId, i64)],
) -> Result<Vec<LearnerId>, DbErr> {
    let mut joined: Vec<(i64, Uuid)> = Vec::new();
    for chunk in versions.chunks(VERSIONS) {
        let one = |(plan, version): &(PlanId, i64)| {
            Condition::all().add(Column::PlanId.eq(plan.uuid())).add(Column::Version.eq(*version))
        };
        let rows: Vec<(Option<i64>, Uuid)> = training_plan_member::Entity::find()
            .select_only()
            .column(Column::JoinedAtMs)
            .column(Column::LearnerId)
            .filter(chunk.iter().fold(Condition::any(), |any, version| any.add(one(version))))
            .filter(Column::State.eq(MemberState::Joined.code()))
            .into_tuple()
            .all(db)
            .await?;
        joined.extend(rows.into_iter().map(|(at, learner)| (at.unwrap_or_default(), learner)));
    }
    joined.sort_unstable();
    Ok(joined.into_iter().map(|(_, learner)| LearnerId::from_uuid(learner)).collect())
}

/// Those in a plan, in whichever version, who joined first first.
pub(in crate::plans) async fn list_joined_of(db: &impl ConnectionTrait, plan: PlanId) -> Result<Vec<LearnerId>, DbErr> {
    let rows: Vec<Uuid> = training_plan_member::Entity::find()
        .select_only()
        .column(Column::LearnerId)
        .filter(Column::PlanId.eq(plan.uuid()))
        .filter(Column::State.eq(MemberState::Joined.code()))
        .order_by_asc(Column::JoinedAtMs)
        .order_by_asc(Column::LearnerId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(LearnerId::from_uuid).collect())
}

/// How many people of each state each of these plans has.
pub(in crate::plans) async fn count_states(
    db: &impl ConnectionTrait,
    plans: &[PlanId],
) -> Result<HashMap<(PlanId, MemberState), i64>, DbErr> {
    let rows: Vec<(Uuid, String, i64)> = training_plan_member::Entity::find()
        .select_only()
        .column(Column::PlanId)
        .column(Column::State)
        .column_as(Column::LearnerId.count(), "people")
        .filter(Column::PlanId.is_in(plans.iter().map(|plan| plan.uuid())))
        .group_by(Column::PlanId)
        .group_by(Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let read = |(plan, state, people): (Uuid, String, i64)| {
        MemberState::from_code(&state).map(|state| ((PlanId::from_uuid(plan), state), people))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Takes somebody who leaves the bank out of everything.
pub(in crate::plans) async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    training_plan_member::Entity::delete_many().filter(Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
