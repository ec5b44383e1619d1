//! Table `application`.

use entity::application::{self as table, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{altered, digest};
use crate::applications::{Application, Elsewhere, Sent, State};
use crate::db::Tx;
use crate::kernel::{AgencyId, ApplicationId, Credits, Day, Digest, LearnerId, RuleId, Timestamp, TransferId};

/// Applications of one person that are read.
const MOST_OWN: u64 = 200;
/// Others with the same number that are read.
const MOST_ALIKE: u64 = 20;

fn sent_of(row: &table::Model) -> Result<Option<Sent>, DbErr> {
    let Some(at) = row.sent_at_ms else { return Ok(None) };
    let day = |text: &Option<String>, column| text.as_deref().and_then(Day::parse).ok_or_else(|| altered(column));
    Ok(Some(Sent {
        number_sealed: row.number_sealed.clone(),
        number_code: digest(row.number_code.as_deref().unwrap_or_default(), "number_code")?,
        value: row.value.ok_or_else(|| altered("value"))?,
        passed: day(&row.passed_day, "passed_day")?,
        elsewhere: row.elsewhere.as_deref().and_then(Elsewhere::from_code).ok_or_else(|| altered("elsewhere"))?,
        agreed_text: row.agreed_text.clone().unwrap_or_default(),
        helper: row.helper_id.map(LearnerId::from_uuid),
        at: Timestamp::from_ms(at),
        due: day(&row.due_day, "due_day")?,
    }))
}

fn read(row: table::Model) -> Result<Application, DbErr> {
    let credits =
        row.credits_milli.map(|milli| Credits::from_milli(milli).ok_or_else(|| altered("credits_milli"))).transpose()?;
    Ok(Application {
        sent: sent_of(&row)?,
        learner: LearnerId::from_uuid(row.learner_id),
        id: ApplicationId::from_uuid(row.id),
        agency: AgencyId::from_uuid(row.agency_id),
        rule: RuleId::from_uuid(row.rule_id),
        unit: row.unit,
        state: State::from_code(&row.state).ok_or_else(|| altered("state"))?,
        turn: row.turn,
        begun_at: Timestamp::from_ms(row.begun_at_ms),
        waits_since: row.waits_since_ms.map(Timestamp::from_ms),
        holder: row.holder_id.map(LearnerId::from_uuid),
        decided_at: row.decided_at_ms.map(Timestamp::from_ms),
        given: row.transfer_id.map(TransferId::from_uuid).zip(credits),
    })
}

fn read_all(rows: Vec<table::Model>) -> Result<Vec<Application>, DbErr> {
    rows.into_iter().map(read).collect()
}

fn states(states: &[State]) -> SimpleExpr {
    Column::State.is_in(states.iter().map(|state| state.code()))
}

/// Begins one; `false` where one by this rule is begun already.
pub(in crate::applications) async fn insert(
    tx: &Tx,
    (learner, id): (LearnerId, ApplicationId),
    (agency, rule, unit): (AgencyId, RuleId, &str),
) -> Result<bool, DbErr> {
    let row = table::ActiveModel {
        learner_id: Set(learner.uuid()),
        id: Set(id.uuid()),
        agency_id: Set(agency.uuid()),
        rule_id: Set(rule.uuid()),
        unit: Set(unit.to_owned()),
        state: Set(State::Draft.code().to_owned()),
        turn: Set(0),
        begun_at_ms: Set(tx.now.ms()),
        number_sealed: Set(None),
        number_code: Set(None),
        value: Set(None),
        passed_day: Set(None),
        elsewhere: Set(None),
        agreed_text: Set(None),
        helper_id: Set(None),
        sent_at_ms: Set(None),
        due_day: Set(None),
        waits_since_ms: Set(None),
        holder_id: Set(None),
        decided_at_ms: Set(None),
        transfer_id: Set(None),
        credits_milli: Set(None),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(table::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The one by this rule that is begun and not sent.
pub(in crate::applications) async fn find_draft(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    rule: RuleId,
) -> Result<Option<Application>, DbErr> {
    let draft = table::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::RuleId.eq(rule.uuid()))
        .filter(Column::State.eq(State::Draft.code()));
    draft.one(db).await?.map(read).transpose()
}

pub(in crate::applications) async fn find(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: ApplicationId,
) -> Result<Option<Application>, DbErr> {
    table::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?.map(read).transpose()
}

/// The same, held until the commit: of two deeds at once the second sees what the first did. On SQLite the one writer sees to that.
pub(in crate::applications) async fn lock(tx: &Tx, learner: LearnerId, id: ApplicationId) -> Result<Option<Application>, DbErr> {
    let mut query = table::Entity::find_by_id((learner.uuid(), id.uuid()));
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    query.one(tx).await?.map(read).transpose()
}

fn of_accounts(accounts: &[LearnerId]) -> Select<table::Entity> {
    table::Entity::find().filter(Column::LearnerId.is_in(accounts.iter().map(|learner| learner.uuid())))
}

/// One of the person of these accounts.
pub(in crate::applications) async fn find_of(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    id: ApplicationId,
) -> Result<Option<Application>, DbErr> {
    of_accounts(accounts).filter(Column::Id.eq(id.uuid())).one(db).await?.map(read).transpose()
}

/// All of the person of these accounts, the newest first.
pub(in crate::applications) async fn list_of(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
) -> Result<Vec<Application>, DbErr> {
    let own = of_accounts(accounts).order_by_desc(Column::BegunAtMs).order_by_desc(Column::Id).limit(MOST_OWN);
    read_all(own.all(db).await?)
}

/// Those of an account that are in one of these states.
pub(in crate::applications) async fn list_in(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    which: &[State],
) -> Result<Vec<Application>, DbErr> {
    read_all(of_accounts(&[learner]).filter(states(which)).order_by_asc(Column::Id).all(db).await?)
}

fn waiting(agency: AgencyId) -> Select<table::Entity> {
    table::Entity::find().filter(Column::AgencyId.eq(agency.uuid())).filter(Column::WaitsSinceMs.is_not_null())
}

/// One page of what waits for an agency, the oldest first: the statement.
pub(super) fn queue(agency: AgencyId, (skip, most): (u64, u64)) -> Select<table::Entity> {
    waiting(agency).order_by_asc(Column::WaitsSinceMs).order_by_asc(Column::Id).offset(skip).limit(most)
}

/// One page of what waits for an agency, the oldest first.
pub(in crate::applications) async fn list_waiting(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    part: (u64, u64),
) -> Result<Vec<Application>, DbErr> {
    read_all(queue(agency, part).all(db).await?)
}

pub(in crate::applications) async fn count_waiting(db: &impl ConnectionTrait, agency: AgencyId) -> Result<u64, DbErr> {
    waiting(agency).count(db).await
}

/// Others that were sent with the same number, whoever's they are, the newest first.
pub(in crate::applications) async fn list_same_number(
    db: &impl ConnectionTrait,
    code: &Digest,
    except: ApplicationId,
) -> Result<Vec<Application>, DbErr> {
    let alike = table::Entity::find()
        .filter(Column::NumberCode.eq(code.to_vec()))
        .filter(Column::Id.ne(except.uuid()))
        .order_by_desc(Column::SentAtMs)
        .limit(MOST_ALIKE);
    read_all(alike.all(db).await?)
}

/// These applications, whoever's they are.
pub(in crate::applications) async fn list_by_ids(
    db: &impl ConnectionTrait,
    ids: &[(LearnerId, ApplicationId)],
) -> Result<Vec<Application>, DbErr> {
    let mut found = Vec::new();
    for (learner, id) in ids {
        found.extend(find(db, *learner, *id).await?);
    }
    Ok(found)
}

/// Keeps what was sent, by this version of the rule; `false` where it was sent before.
pub(in crate::applications) async fn send(tx: &Tx, application: &Application, rule: RuleId, sent: &Sent) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(Column::RuleId, Expr::value(rule.uuid()))
        .col_expr(Column::State, Expr::value(State::Sent.code()))
        .col_expr(Column::Turn, Expr::value(1_i64))
        .col_expr(Column::NumberSealed, Expr::value(sent.number_sealed.clone()))
        .col_expr(Column::NumberCode, Expr::value(Some(sent.number_code.to_vec())))
        .col_expr(Column::Value, Expr::value(Some(sent.value)))
        .col_expr(Column::PassedDay, Expr::value(Some(sent.passed.to_string())))
        .col_expr(Column::Elsewhere, Expr::value(Some(sent.elsewhere.code())))
        .col_expr(Column::AgreedText, Expr::value(Some(sent.agreed_text.clone())))
        .col_expr(Column::HelperId, Expr::value(sent.helper.map(LearnerId::uuid)))
        .col_expr(Column::SentAtMs, Expr::value(Some(sent.at.ms())))
        .col_expr(Column::DueDay, Expr::value(Some(sent.due.to_string())))
        .col_expr(Column::WaitsSinceMs, Expr::value(Some(sent.at.ms())))
        .filter(Column::LearnerId.eq(application.learner.uuid()))
        .filter(Column::Id.eq(application.id.uuid()))
        .filter(Column::State.eq(State::Draft.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Keeps how it stands after a deed; `false` where something was done with it since this turn.
pub(in crate::applications) async fn turn(tx: &Tx, before: &Application, after: &Application) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(Column::State, Expr::value(after.state.code()))
        .col_expr(Column::Turn, Expr::value(after.turn))
        .col_expr(Column::WaitsSinceMs, Expr::value(after.waits_since.map(Timestamp::ms)))
        .col_expr(Column::HolderId, Expr::value(after.holder.map(LearnerId::uuid)))
        .col_expr(Column::DecidedAtMs, Expr::value(after.decided_at.map(Timestamp::ms)))
        .col_expr(Column::TransferId, Expr::value(after.given.map(|(transfer, _)| transfer.uuid())))
        .col_expr(Column::CreditsMilli, Expr::value(after.given.map(|(_, credits)| credits.milli())))
        .filter(Column::LearnerId.eq(before.learner.uuid()))
        .filter(Column::Id.eq(before.id.uuid()))
        .filter(Column::State.eq(before.state.code()))
        .filter(Column::Turn.eq(before.turn))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets one that was not sent.
pub(in crate::applications) async fn delete_draft(tx: &Tx, learner: LearnerId, id: ApplicationId) -> Result<(), DbErr> {
    table::Entity::delete_many()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(State::Draft.code()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Those that were begun before `before` and never sent.
pub(in crate::applications) async fn list_unsent(
    db: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<Application>, DbErr> {
    let old = table::Entity::find()
        .filter(Column::SentAtMs.is_null())
        .filter(Column::BegunAtMs.lt(before.ms()))
        .order_by_asc(Column::BegunAtMs)
        .limit(most);
    read_all(old.all(db).await?)
}
