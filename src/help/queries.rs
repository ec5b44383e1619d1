//! Tables `help_case`, `help_number` and `help_tally`.

use entity::{help_case, help_number, help_tally};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use uuid::Uuid;

use super::rules::{Kind, State};
use super::{Case, CaseNumber, Contested, Sealed};
use crate::db::Tx;
use crate::kernel::{AgencyId, CaseId, Digest, LearnerId, Timestamp, TransferId};
use crate::places::PlaceCode;

/// A browser in a hall may have asked for many people.
const MOST_OF_BROWSER: u64 = 100;
const WAITING: [&str; 2] = [State::Open.code(), State::InHand.code()];

/// A row to be added.
pub(super) struct NewRow<'a> {
    pub learner: LearnerId,
    pub id: CaseId,
    pub number: &'a CaseNumber,
    pub kind: Kind,
    /// Id of what it is about.
    pub about: Option<String>,
    pub told: Vec<u8>,
    pub phone: Option<Vec<u8>>,
    pub browser: Option<Digest>,
    pub place_code: &'a str,
    pub concerns: Option<LearnerId>,
    /// Whose decision an appeal is against.
    pub agency: Option<AgencyId>,
}

/// Takes a number; `false` where something else has it.
pub(super) async fn take_number(tx: &Tx, number: &CaseNumber, learner: LearnerId, id: Uuid) -> Result<bool, DbErr> {
    let row = help_number::ActiveModel { number: Set(number.as_str().to_owned()), learner_id: Set(learner.uuid()), id: Set(id) };
    let free = OnConflict::column(help_number::Column::Number).do_nothing().to_owned();
    Ok(help_number::Entity::insert(row).on_conflict(free).exec_without_returning(tx).await? == 1)
}

/// Adds a case; `false` where the person has a dispute about this line open already.
pub(super) async fn insert_case(tx: &Tx, new: NewRow<'_>) -> Result<bool, DbErr> {
    let row = help_case::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        id: Set(new.id.uuid()),
        number: Set(new.number.as_str().to_owned()),
        kind: Set(new.kind.code().to_owned()),
        about: Set(new.about),
        words_sealed: Set(Some(new.told)),
        phone_sealed: Set(new.phone),
        browser: Set(new.browser.map(|digest| digest.to_vec())),
        place_code: Set(new.place_code.to_owned()),
        state: Set(State::Open.code().to_owned()),
        answer_sealed: Set(None),
        opened_at_ms: Set(tx.now.ms()),
        due_at_ms: Set(new.kind.due(tx.now).ms()),
        changed_at_ms: Set(tx.now.ms()),
        handler_id: Set(None),
        concerns_id: Set(new.concerns.map(LearnerId::uuid)),
        agency_id: Set(new.agency.map(AgencyId::uuid)),
    };
    let free = OnConflict::new().do_nothing().to_owned();
    Ok(help_case::Entity::insert(row).on_conflict(free).exec_without_returning(tx).await? == 1)
}

/// Counts one more call-back of `source` in `hour`; `false` where there have been `most`.
pub(super) async fn count_one(tx: &Tx, source: &Digest, hour: i64, most: i64) -> Result<bool, DbErr> {
    let asked = || Expr::col((help_tally::Entity, help_tally::Column::Asked));
    let row = help_tally::ActiveModel { source: Set(source.to_vec()), hour: Set(hour), asked: Set(1) };
    let again = OnConflict::columns([help_tally::Column::Source, help_tally::Column::Hour])
        .value(help_tally::Column::Asked, asked().add(1))
        .action_and_where(asked().lt(most))
        .to_owned();
    let rows = help_tally::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(rows == 1)
}

pub(super) async fn find_case(db: &impl ConnectionTrait, learner: LearnerId, id: CaseId) -> Result<Option<Case>, DbErr> {
    let row = help_case::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?;
    row.map(case_of).transpose()
}

pub(super) async fn find_numbered(db: &impl ConnectionTrait, number: &CaseNumber) -> Result<Option<(LearnerId, Uuid)>, DbErr> {
    let row = help_number::Entity::find_by_id(number.as_str().to_owned()).one(db).await?;
    Ok(row.map(|row| (LearnerId::from_uuid(row.learner_id), row.id)))
}

pub(super) async fn find_by_number(db: &impl ConnectionTrait, number: &CaseNumber) -> Result<Option<Case>, DbErr> {
    match find_numbered(db, number).await? {
        Some((learner, id)) => find_case(db, learner, CaseId::from_uuid(id)).await,
        None => Ok(None),
    }
}

/// The disputes about one line, newest first.
pub(super) async fn list_about(db: &impl ConnectionTrait, accounts: &[LearnerId], about: TransferId) -> Result<Vec<Case>, DbErr> {
    let rows = help_case::Entity::find()
        .filter(help_case::Column::LearnerId.is_in(accounts.iter().map(|learner| learner.uuid())))
        .filter(help_case::Column::About.eq(about.to_string()))
        .order_by_desc(help_case::Column::OpenedAtMs)
        .order_by_desc(help_case::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(case_of).collect()
}

/// The appeals about one certificate or one request for one, newest first.
pub(super) async fn list_appeals(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    about: Contested,
) -> Result<Vec<Case>, DbErr> {
    let rows = help_case::Entity::find()
        .filter(help_case::Column::LearnerId.is_in(accounts.iter().map(|learner| learner.uuid())))
        .filter(help_case::Column::Kind.eq(Kind::Appeal.code()))
        .filter(help_case::Column::About.eq(about.to_string()))
        .order_by_desc(help_case::Column::OpenedAtMs)
        .order_by_desc(help_case::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(case_of).collect()
}

/// The appeals against what an agency decided that wait, but for those that concern the reader.
fn appeals_of(agency: AgencyId, reader: LearnerId) -> Select<help_case::Entity> {
    help_case::Entity::find()
        .filter(help_case::Column::AgencyId.eq(agency.uuid()))
        // As the index says it: it knows it again by these words alone.
        .filter(Expr::cust("kind = 'appeal' AND state IN ('open', 'in_hand')"))
        .filter(help_case::Column::ConcernsId.is_null().or(help_case::Column::ConcernsId.ne(reader.uuid())))
}

/// The same, what is promised first on top: `most` after the first `from`.
pub(super) async fn list_appeals_of(
    db: &impl ConnectionTrait,
    (agency, reader): (AgencyId, LearnerId),
    (from, most): (u64, u64),
) -> Result<Vec<Case>, DbErr> {
    let rows = appeals_of(agency, reader)
        .order_by_asc(help_case::Column::DueAtMs)
        .order_by_asc(help_case::Column::OpenedAtMs)
        .order_by_asc(help_case::Column::Id)
        .offset(from)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(case_of).collect()
}

pub(super) async fn count_appeals_of(db: &impl ConnectionTrait, agency: AgencyId, reader: LearnerId) -> Result<u64, DbErr> {
    appeals_of(agency, reader).count(db).await
}

/// All cases of one person, newest first.
pub(super) async fn list_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Case>, DbErr> {
    let rows = help_case::Entity::find()
        .filter(help_case::Column::LearnerId.is_in(accounts.iter().map(|learner| learner.uuid())))
        .order_by_desc(help_case::Column::OpenedAtMs)
        .order_by_desc(help_case::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(case_of).collect()
}

/// What somebody without an account has asked from this browser, newest first.
pub(super) async fn list_of_browser(db: &impl ConnectionTrait, browser: &Digest) -> Result<Vec<Case>, DbErr> {
    let rows = help_case::Entity::find()
        .filter(help_case::Column::LearnerId.eq(LearnerId::NOBODY.uuid()))
        .filter(help_case::Column::Browser.eq(browser.to_vec()))
        .order_by_desc(help_case::Column::OpenedAtMs)
        .order_by_desc(help_case::Column::Id)
        .limit(MOST_OF_BROWSER)
        .all(db)
        .await?;
    rows.into_iter().map(case_of).collect()
}

pub(super) async fn count_waiting_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<u64, DbErr> {
    help_case::Entity::find()
        .filter(help_case::Column::LearnerId.eq(learner.uuid()))
        .filter(help_case::Column::State.is_in(WAITING))
        .count(db)
        .await
}

/// Whose cases are counted and listed: within these areas, of these kinds, none that concerns the reader.
#[derive(Clone, Copy)]
pub(super) struct Within<'a> {
    pub areas: &'a [PlaceCode],
    pub kinds: &'a [Kind],
    pub reader: LearnerId,
}

/// What waits, what is promised first before what is promised later: what is overdue stands on top.
pub(super) async fn list_waiting(
    db: &impl ConnectionTrait,
    within: Within<'_>,
    (skip, most): (u64, u64),
) -> Result<Vec<Case>, DbErr> {
    let rows = waiting(within)
        .order_by_asc(help_case::Column::DueAtMs)
        .order_by_asc(help_case::Column::OpenedAtMs)
        .order_by_asc(help_case::Column::Id)
        .offset(skip)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(case_of).collect()
}

pub(super) async fn count_waiting(db: &impl ConnectionTrait, within: Within<'_>) -> Result<u64, DbErr> {
    waiting(within).count(db).await
}

/// How many wait at each place, and how many of these are overdue.
pub(super) async fn count_by_place(
    db: &impl ConnectionTrait,
    within: Within<'_>,
    now: Timestamp,
) -> Result<Vec<(String, i64, i64)>, DbErr> {
    let late = Expr::case(help_case::Column::DueAtMs.lt(now.ms()), 1).finally(0);
    let whole = |expr: sea_orm::sea_query::SimpleExpr| expr.cast_as("BIGINT");
    waiting(within)
        .select_only()
        .column(help_case::Column::PlaceCode)
        .column_as(help_case::Column::Id.count(), "waiting")
        .column_as(whole(Expr::expr(late).sum()), "late")
        .group_by(help_case::Column::PlaceCode)
        .order_by_asc(help_case::Column::PlaceCode)
        .into_tuple()
        .all(db)
        .await
}

fn waiting(Within { areas, kinds, reader }: Within<'_>) -> Select<help_case::Entity> {
    let within = areas.iter().fold(Condition::any(), |any, area| {
        let column = help_case::Column::PlaceCode;
        any.add(Condition::all().add(column.gte(area.as_str())).add(column.lt(area.end())))
    });
    // Any of no areas is nothing at all.
    let within = if areas.is_empty() { Condition::all().add(Expr::value(false)) } else { within };
    help_case::Entity::find()
        .filter(help_case::Column::State.is_in(WAITING))
        .filter(help_case::Column::Kind.is_in(kinds.iter().map(|kind| kind.code())))
        .filter(help_case::Column::ConcernsId.is_null().or(help_case::Column::ConcernsId.ne(reader.uuid())))
        .filter(within)
}

/// A change of a case that still waits.
pub(super) struct Change {
    pub state: State,
    pub handler: Option<LearnerId>,
    pub answer: Option<Vec<u8>>,
}

/// Changes the case; `false` where it has ended (or is none).
pub(super) async fn change(tx: &Tx, learner: LearnerId, id: CaseId, change: Change) -> Result<bool, DbErr> {
    let mut update = help_case::Entity::update_many()
        .col_expr(help_case::Column::State, Expr::value(change.state.code()))
        .col_expr(help_case::Column::ChangedAtMs, Expr::value(tx.now.ms()))
        .filter(help_case::Column::LearnerId.eq(learner.uuid()))
        .filter(help_case::Column::Id.eq(id.uuid()))
        .filter(help_case::Column::State.is_in(WAITING));
    if let Some(handler) = change.handler {
        update = update.col_expr(help_case::Column::HandlerId, Expr::value(handler.uuid()));
    }
    if let Some(answer) = change.answer {
        update = update.col_expr(help_case::Column::AnswerSealed, Expr::value(answer));
    }
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Takes a case up again that was taken back, with a new term; `false` where it was not.
pub(super) async fn resume(tx: &Tx, case: &Case) -> Result<bool, DbErr> {
    let update = help_case::Entity::update_many()
        .col_expr(help_case::Column::State, Expr::value(State::Open.code()))
        .col_expr(help_case::Column::ChangedAtMs, Expr::value(tx.now.ms()))
        .col_expr(help_case::Column::DueAtMs, Expr::value(case.kind.due(tx.now).ms()))
        .filter(help_case::Column::LearnerId.eq(case.learner.uuid()))
        .filter(help_case::Column::Id.eq(case.id.uuid()))
        .filter(help_case::Column::State.eq(State::Withdrawn.code()));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Takes back what still waits and empties what was told, of one person.
pub(super) async fn empty_all_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    help_case::Entity::update_many()
        .col_expr(help_case::Column::State, Expr::value(State::Withdrawn.code()))
        .col_expr(help_case::Column::ChangedAtMs, Expr::value(tx.now.ms()))
        .filter(help_case::Column::LearnerId.eq(learner.uuid()))
        .filter(help_case::Column::State.is_in(WAITING))
        .exec(tx)
        .await?;
    emptying().filter(help_case::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

/// Empties what people without an account told us: of cases that ended before `ended`, and of all that came before `opened`.
pub(super) async fn empty_old(tx: &Tx, ended: Timestamp, opened: Timestamp) -> Result<u64, DbErr> {
    let old = Condition::any().add(help_case::Column::OpenedAtMs.lt(opened.ms())).add(
        Condition::all().add(help_case::Column::State.is_not_in(WAITING)).add(help_case::Column::ChangedAtMs.lt(ended.ms())),
    );
    let emptied = emptying()
        .filter(help_case::Column::LearnerId.eq(LearnerId::NOBODY.uuid()))
        .filter(help_case::Column::WordsSealed.is_not_null())
        .filter(old)
        .exec(tx)
        .await?;
    Ok(emptied.rows_affected)
}

/// Forgets the counts of hours before `hour`.
pub(super) async fn delete_counts_before(tx: &Tx, hour: i64) -> Result<(), DbErr> {
    help_tally::Entity::delete_many().filter(help_tally::Column::Hour.lt(hour)).exec(tx).await?;
    Ok(())
}

fn emptying() -> sea_orm::UpdateMany<help_case::Entity> {
    let none = || Expr::value(Option::<Vec<u8>>::None);
    help_case::Entity::update_many()
        .col_expr(help_case::Column::WordsSealed, none())
        .col_expr(help_case::Column::PhoneSealed, none())
        .col_expr(help_case::Column::AnswerSealed, none())
        .col_expr(help_case::Column::Browser, none())
}

fn case_of(row: help_case::Model) -> Result<Case, DbErr> {
    let unreadable = |what: &str| DbErr::Custom(format!("help_case {}: {what}", row.id));
    let kind = Kind::from_code(&row.kind).ok_or_else(|| unreadable("kind"))?;
    let (of_line, of_appeal) = if kind == Kind::Appeal { (None, row.about.as_deref()) } else { (row.about.as_deref(), None) };
    Ok(Case {
        learner: LearnerId::from_uuid(row.learner_id),
        id: CaseId::from_uuid(row.id),
        number: CaseNumber::parse(&row.number).ok_or_else(|| unreadable("number"))?,
        kind,
        about: of_line.map(str::parse).transpose().map_err(|_| unreadable("about"))?,
        contested: of_appeal.map(str::parse).transpose().map_err(|_| unreadable("about"))?,
        place_code: row.place_code,
        state: State::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        opened_at: Timestamp::from_ms(row.opened_at_ms),
        due_at: Timestamp::from_ms(row.due_at_ms),
        changed_at: Timestamp::from_ms(row.changed_at_ms),
        handler: row.handler_id.map(LearnerId::from_uuid),
        concerns: row.concerns_id.map(LearnerId::from_uuid),
        sealed: Sealed { told: row.words_sealed, phone: row.phone_sealed, answer: row.answer_sealed, browser: row.browser },
    })
}
