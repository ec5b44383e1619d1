//! Table `roll`.

use entity::roll::{self, Column};
use entity::roll_line;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::kernel::{AgencyId, ClientId, Credits, LearnerId, RollId, RuleId, Timestamp};
use crate::recognition::Levels;
use crate::rolls::{Roll, RollState, Trouble};

fn roll_of(row: roll::Model) -> Result<Roll, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("roll {} has no readable {column}", row.id));
    let credits = |milli, column| Credits::from_milli(milli).ok_or_else(|| unreadable(column));
    Ok(Roll {
        id: RollId::from_uuid(row.id),
        agency: AgencyId::from_uuid(row.agency_id),
        rule: RuleId::from_uuid(row.rule_id),
        levels: Levels::from_values(row.identity_level, row.supervision_level).ok_or_else(|| unreadable("level"))?,
        worth: credits(row.worth_milli, "worth_milli")?,
        per_person: row.per_person_milli.map(|milli| credits(milli, "per_person_milli")).transpose()?,
        state: RollState::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        trouble: row.trouble.as_deref().map(|code| Trouble::from_code(code).ok_or_else(|| unreadable("trouble"))).transpose()?,
        gives: credits(row.gives_milli, "gives_milli")?,
        total: row.total,
        wrong: row.wrong,
        done: row.done,
        brought_by: LearnerId::from_uuid(row.brought_by),
        client: row.client_id.map(ClientId::from_uuid),
        brought_at: Timestamp::from_ms(row.brought_at_ms),
        asked_at: row.asked_at_ms.map(Timestamp::from_ms),
        decided: row.decided_by.zip(row.decided_at_ms).map(|(by, at)| (LearnerId::from_uuid(by), Timestamp::from_ms(at))),
        ended_at: row.ended_at_ms.map(Timestamp::from_ms),
        file_code: row.file_code,
        answer: row.answer,
    })
}

/// Begins a roll; `false` where the same file stands for this version of the rule already.
pub(in crate::rolls) async fn insert(tx: &Tx, new: &Roll) -> Result<bool, DbErr> {
    let row = roll::ActiveModel {
        id: Set(new.id.uuid()),
        agency_id: Set(new.agency.uuid()),
        rule_id: Set(new.rule.uuid()),
        file_code: Set(new.file_code.clone()),
        identity_level: Set(new.levels.identity.value()),
        supervision_level: Set(new.levels.supervision.value()),
        worth_milli: Set(new.worth.milli()),
        per_person_milli: Set(None),
        state: Set(new.state.code().to_owned()),
        trouble: Set(None),
        total: Set(new.total),
        wrong: Set(0),
        done: Set(0),
        gives_milli: Set(0),
        brought_by: Set(new.brought_by.uuid()),
        brought_at_ms: Set(tx.now.ms()),
        asked_at_ms: Set(None),
        decided_by: Set(None),
        decided_at_ms: Set(None),
        answer: Set(None),
        valid_at_ms: Set(None),
        ended_at_ms: Set(None),
        client_id: Set(new.client.map(ClientId::uuid)),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(roll::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The roll of the same file by this version of a rule, unless it was given up or not agreed to.
pub(in crate::rolls) async fn find_same(db: &impl ConnectionTrait, rule: RuleId, file: &[u8]) -> Result<Option<Roll>, DbErr> {
    let over = [RollState::Refused, RollState::Withdrawn].map(RollState::code);
    let row = roll::Entity::find()
        .filter(Column::RuleId.eq(rule.uuid()))
        .filter(Column::FileCode.eq(file.to_vec()))
        .filter(Column::State.is_not_in(over))
        .one(db)
        .await?;
    row.map(roll_of).transpose()
}

pub(in crate::rolls) async fn find(db: &impl ConnectionTrait, id: RollId) -> Result<Option<Roll>, DbErr> {
    roll::Entity::find_by_id(id.uuid()).one(db).await?.map(roll_of).transpose()
}

/// The roll, held until the commit: of two who work on it at once the second sees what the first has done.
pub(in crate::rolls) async fn hold(tx: &Tx, id: RollId) -> Result<Option<Roll>, DbErr> {
    let mut query = roll::Entity::find_by_id(id.uuid());
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    query.one(tx).await?.map(roll_of).transpose()
}

/// The rolls of an agency, the newest first.
pub(in crate::rolls) async fn list(db: &impl ConnectionTrait, agency: AgencyId, most: u64) -> Result<Vec<Roll>, DbErr> {
    let rows = roll::Entity::find()
        .filter(Column::AgencyId.eq(agency.uuid()))
        .order_by_desc(Column::BroughtAtMs)
        .order_by_desc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(roll_of).collect()
}

/// Rolls in one of these states that were brought before then and have lines still, the oldest first.
pub(in crate::rolls) async fn list_old(
    db: &impl ConnectionTrait,
    states: &[RollState],
    before: Timestamp,
    most: u64,
) -> Result<Vec<Roll>, DbErr> {
    let lines = Query::select().column(roll_line::Column::RollId).from(roll_line::Entity).distinct().to_owned();
    let rows = roll::Entity::find()
        .filter(Column::State.is_in(states.iter().map(|state| state.code())))
        .filter(Column::BroughtAtMs.lt(before.ms()))
        .filter(Column::Id.in_subquery(lines))
        .order_by_asc(Column::BroughtAtMs)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(roll_of).collect()
}

/// Keeps a roll as it stands now: everything of it that moves. The caller holds it.
pub(in crate::rolls) async fn keep(tx: &Tx, roll: &Roll) -> Result<(), DbErr> {
    let is_valid = matches!(roll.state, RollState::Valid | RollState::Done);
    let valid_at = if is_valid { Expr::col(Column::ValidAtMs).if_null(tx.now.ms()) } else { Expr::value(None::<i64>) };
    roll::Entity::update_many()
        .col_expr(Column::State, Expr::value(roll.state.code()))
        .col_expr(Column::Trouble, Expr::value(roll.trouble.map(Trouble::code)))
        .col_expr(Column::WorthMilli, Expr::value(roll.worth.milli()))
        .col_expr(Column::PerPersonMilli, Expr::value(roll.per_person.map(Credits::milli)))
        .col_expr(Column::Total, Expr::value(roll.total))
        .col_expr(Column::Wrong, Expr::value(roll.wrong))
        .col_expr(Column::Done, Expr::value(roll.done))
        .col_expr(Column::GivesMilli, Expr::value(roll.gives.milli()))
        .col_expr(Column::AskedAtMs, Expr::value(roll.asked_at.map(Timestamp::ms)))
        .col_expr(Column::DecidedBy, Expr::value(roll.decided.map(|(by, _)| by.uuid())))
        .col_expr(Column::DecidedAtMs, Expr::value(roll.decided.map(|(_, at)| at.ms())))
        .col_expr(Column::Answer, Expr::value(roll.answer.clone()))
        .col_expr(Column::ValidAtMs, valid_at)
        .col_expr(Column::EndedAtMs, Expr::value(roll.ended_at.map(Timestamp::ms)))
        .filter(Column::Id.eq(roll.id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps how far the step at hand is.
pub(in crate::rolls) async fn keep_done(tx: &Tx, id: RollId, done: i64) -> Result<bool, DbErr> {
    let update = roll::Entity::update_many().col_expr(Column::Done, Expr::value(done)).filter(Column::Id.eq(id.uuid()));
    Ok(update.exec(tx).await?.rows_affected == 1)
}
