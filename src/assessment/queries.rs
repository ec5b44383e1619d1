//! Tables `attempt`, `answer` and `lesson_review`.

use std::collections::BTreeMap;

use entity::{answer, attempt, lesson_review};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef, Select,
};
use uuid::Uuid;

use super::attempt::{Answer, Attempt, Missed, Sheet, State};
use super::rules::Given;
use crate::db::Tx;
use crate::kernel::{Acting, AttemptId, Digest, LearnerId, Permille, Seed, Timestamp};

/// What an attempt's row has beside it: one of its answers, or none.
#[derive(FromQueryResult)]
struct AnswerRow {
    answer_position: Option<i64>,
    answer_given: Option<String>,
    answer_helper_id: Option<Uuid>,
    answer_saved_at_ms: Option<i64>,
}

/// The attempt with its answers; one statement. `None` where it is not this learner's.
pub(super) async fn find_sheet(db: &impl ConnectionTrait, learner: LearnerId, id: AttemptId) -> Result<Option<Sheet>, DbErr> {
    Ok(list_sheets(db, attempt::Entity::find_by_id((learner.uuid(), id.uuid()))).await?.pop())
}

/// The attempt without its answers; one statement. `None` where it is not this learner's.
pub(super) async fn find_attempt(db: &impl ConnectionTrait, learner: LearnerId, id: AttemptId) -> Result<Option<Attempt>, DbErr> {
    attempt::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?.map(attempt_of).transpose()
}

/// Whether a learner has begun any test.
pub(super) async fn has_attempts(db: &impl ConnectionTrait, learner: LearnerId) -> Result<bool, DbErr> {
    let any = attempt::Entity::find().filter(attempt::Column::LearnerId.eq(learner.uuid())).limit(1);
    Ok(any.one(db).await?.is_some())
}

/// All attempts of a learner with their answers, oldest first: part of "my data"; one statement.
pub(super) async fn list_all(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Sheet>, DbErr> {
    list_sheets(db, attempt::Entity::find().filter(attempt::Column::LearnerId.eq(learner.uuid()))).await
}

/// Attempts of these people that were handed in from then until then, with their answers; one statement.
pub(super) async fn list_handed_in(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Sheet>, DbErr> {
    let attempts = attempt::Entity::find()
        .filter(attempt::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(attempt::Column::State.is_in([State::Passed, State::Failed].map(State::code)))
        .filter(attempt::Column::FinishedAtMs.gte(from.ms()))
        .filter(attempt::Column::FinishedAtMs.lt(until.ms()));
    list_sheets(db, attempts).await
}

/// Who of these people has begun a test since then; one statement.
pub(super) async fn list_begun_since(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, DbErr> {
    let ids: Vec<Uuid> = attempt::Entity::find()
        .select_only()
        .column(attempt::Column::LearnerId)
        .distinct()
        .filter(attempt::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(attempt::Column::StartedAtMs.gte(since.ms()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(LearnerId::from_uuid).collect())
}

/// The open attempts of these people at a unit; one statement.
pub(super) async fn list_open(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    unit: &str,
) -> Result<Vec<(LearnerId, AttemptId)>, DbErr> {
    let rows: Vec<(Uuid, Uuid)> = attempt::Entity::find()
        .select_only()
        .column(attempt::Column::LearnerId)
        .column(attempt::Column::Id)
        .filter(attempt::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(attempt::Column::Unit.eq(unit))
        .filter(attempt::Column::State.eq(State::Open.code()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(learner, id)| (LearnerId::from_uuid(learner), AttemptId::from_uuid(id))).collect())
}

async fn list_sheets(db: &impl ConnectionTrait, attempts: Select<attempt::Entity>) -> Result<Vec<Sheet>, DbErr> {
    let answers: RelationDef = attempt::Entity::belongs_to(answer::Entity)
        .from((attempt::Column::LearnerId, attempt::Column::Id))
        .to((answer::Column::LearnerId, answer::Column::AttemptId))
        .into();
    let query = attempts
        .column_as(answer::Column::Position, "answer_position")
        .column_as(answer::Column::Given, "answer_given")
        .column_as(answer::Column::HelperId, "answer_helper_id")
        .column_as(answer::Column::SavedAtMs, "answer_saved_at_ms")
        .join(JoinType::LeftJoin, answers)
        .order_by_asc(attempt::Column::StartedAtMs)
        .order_by_asc(attempt::Column::Id)
        .into_query();
    let mut sheets: Vec<Sheet> = Vec::new();
    for row in db.query_all(&query).await? {
        let id = AttemptId::from_uuid(row.try_get("", "id")?);
        // The attempt stands in each of its rows, and is read from the first.
        if sheets.last().is_none_or(|sheet| sheet.attempt.id != id) {
            let attempt = attempt_of(attempt::Model::from_query_result(&row, "")?)?;
            sheets.push(Sheet { attempt, answers: BTreeMap::new() });
        }
        let answer = answer_of(AnswerRow::from_query_result(&row, "")?, id)?;
        if let Some(sheet) = sheets.last_mut() {
            sheet.answers.extend(answer);
        }
    }
    Ok(sheets)
}

fn answer_of(row: AnswerRow, attempt: AttemptId) -> Result<Option<(usize, Answer)>, DbErr> {
    let (Some(position), Some(given), Some(saved_at)) = (row.answer_position, row.answer_given, row.answer_saved_at_ms) else {
        return Ok(None);
    };
    let position = usize::try_from(position).map_err(|_| altered(attempt))?;
    let given = Given::from_json(&given).ok_or_else(|| altered(attempt))?;
    let helper = row.answer_helper_id.map(LearnerId::from_uuid);
    Ok(Some((position, Answer { given, helper, saved_at: Timestamp::from_ms(saved_at) })))
}

/// The attempt with its answers, which nobody else changes until this commit. On SQLite the one writer sees to that; on PostgreSQL the
/// row is locked first, by a statement of its own: one that had to wait would show the answers as they were before.
pub(super) async fn lock_sheet(tx: &Tx, learner: LearnerId, id: AttemptId) -> Result<Option<Sheet>, DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let lock = attempt::Entity::find_by_id((learner.uuid(), id.uuid())).select_only().column(attempt::Column::State);
        lock.lock_exclusive().into_tuple::<String>().one(tx).await?;
    }
    find_sheet(tx, learner, id).await
}

/// All attempts of the learner at the unit, the first first.
pub(super) async fn list_attempts(db: &impl ConnectionTrait, learner: LearnerId, unit: &str) -> Result<Vec<Attempt>, DbErr> {
    let rows = attempt::Entity::find()
        .filter(attempt::Column::LearnerId.eq(learner.uuid()))
        .filter(attempt::Column::Unit.eq(unit))
        .order_by_asc(attempt::Column::Number)
        .all(db)
        .await?;
    rows.into_iter().map(attempt_of).collect()
}

/// How the latest try at each unit stands, in the columns of [`super::StandingRow`]; one that passed or was ended is left out.
pub(super) fn standings(backend: DbBackend, learner: LearnerId) -> SelectStatement {
    let reviewed = match backend {
        DbBackend::Postgres => "string_agg(r.lesson, ',')",
        _ => "group_concat(r.lesson, ',')",
    };
    let reviewed = format!(
        "(SELECT {reviewed} FROM lesson_review r \
         WHERE r.learner_id = attempt.learner_id AND r.reviewed_at_ms > attempt.finished_at_ms)"
    );
    attempt::Entity::find()
        .select_only()
        .column_as(attempt::Column::Id, "attempt")
        .column_as(attempt::Column::Unit, "unit")
        .expr_as(Expr::cust(FIRST_OPEN), "question")
        .column_as(attempt::Column::Missed, "missed")
        .expr_as(Expr::cust(reviewed), "reviewed")
        .expr_as(Expr::cust("COALESCE(attempt.finished_at_ms, attempt.started_at_ms)"), "stood_at_ms")
        .filter(attempt::Column::LearnerId.eq(learner.uuid()))
        .filter(attempt::Column::State.is_in([State::Open.code(), State::Failed.code()]))
        .filter(Expr::cust(IS_LATEST))
        .into_query()
}

/// The first question of an open attempt without an answer: 1, or the first that follows an answer and has none itself.
const FIRST_OPEN: &str = "CASE WHEN attempt.state <> 'open' THEN NULL \
    WHEN NOT EXISTS (SELECT 1 FROM answer a \
        WHERE a.learner_id = attempt.learner_id AND a.attempt_id = attempt.id AND a.position = 1) THEN 1 \
    ELSE (SELECT MIN(a.position) + 1 FROM answer a WHERE a.learner_id = attempt.learner_id AND a.attempt_id = attempt.id \
        AND NOT EXISTS (SELECT 1 FROM answer b \
            WHERE b.learner_id = a.learner_id AND b.attempt_id = a.attempt_id AND b.position = a.position + 1)) END";

const IS_LATEST: &str = "NOT EXISTS (SELECT 1 FROM attempt later \
    WHERE later.learner_id = attempt.learner_id AND later.unit = attempt.unit AND later.number > attempt.number)";

/// A fresh attempt.
pub(super) struct NewAttempt<'a> {
    pub id: AttemptId,
    pub unit: &'a str,
    pub number: i64,
    pub edition: Digest,
    pub seed: Seed,
    pub items: &'a [Digest],
}

/// Begins an attempt; `false` where one is open at this unit already, or this number was taken meanwhile.
pub(super) async fn insert_attempt(tx: &Tx, acting: &Acting, new: &NewAttempt<'_>) -> Result<bool, DbErr> {
    let row = attempt::ActiveModel {
        learner_id: Set(acting.learner.uuid()),
        id: Set(new.id.uuid()),
        unit: Set(new.unit.to_owned()),
        number: Set(new.number),
        edition: Set(new.edition.to_string()),
        seed: Set(new.seed.0.to_vec()),
        items: Set(new.items.iter().map(Digest::to_string).collect::<Vec<_>>().join(",")),
        state: Set(State::Open.code().to_owned()),
        score_permille: Set(None),
        missed: Set(None),
        support: Set(acting.support().code().to_owned()),
        helper_id: Set(acting.helper.map(LearnerId::uuid)),
        started_at_ms: Set(tx.now.ms()),
        finished_at_ms: Set(None),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    Ok(attempt::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// Keeps an answer, in place of an earlier one: one statement. `false` where the attempt is not open, or not this learner's.
/// On PostgreSQL the attempt's row is locked for sharing, so that it cannot be handed in between.
pub(super) async fn upsert_answer(tx: &Tx, acting: &Acting, id: AttemptId, position: i64, given: &Given) -> Result<bool, DbErr> {
    use answer::Column::{AttemptId, Given, HelperId, LearnerId, Position, SavedAtMs};
    let open = Query::select()
        .columns([attempt::Column::LearnerId, attempt::Column::Id])
        .expr(Expr::value(position))
        .expr(Expr::value(given.to_json()))
        .expr(Expr::value(acting.helper.map(crate::kernel::LearnerId::uuid)))
        .expr(Expr::value(tx.now.ms()))
        .from(attempt::Entity)
        .and_where(attempt::Column::LearnerId.eq(acting.learner.uuid()))
        .and_where(attempt::Column::Id.eq(id.uuid()))
        .and_where(attempt::Column::State.eq(State::Open.code()))
        .lock_shared()
        .to_owned();
    let instead = OnConflict::columns([LearnerId, AttemptId, Position]).update_columns([Given, HelperId, SavedAtMs]).to_owned();
    let upsert = Query::insert()
        .into_table(answer::Entity)
        .columns([LearnerId, AttemptId, Position, Given, HelperId, SavedAtMs])
        .select_from(open)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(instead)
        .to_owned();
    Ok(tx.execute(&upsert).await?.rows_affected() == 1)
}

/// What an attempt came to.
pub(super) struct Closing<'a> {
    pub state: State,
    pub score: Permille,
    pub missed: &'a [Missed],
    pub helper: Option<LearnerId>,
}

/// Closes an open attempt.
pub(super) async fn close_attempt(tx: &Tx, learner: LearnerId, id: AttemptId, closing: &Closing<'_>) -> Result<bool, DbErr> {
    let support = if closing.helper.is_some() { crate::kernel::Support::Assisted } else { crate::kernel::Support::None };
    let missed = serde_json::to_string(closing.missed).map_err(|error| DbErr::Custom(error.to_string()))?;
    let update = attempt::Entity::update_many()
        .col_expr(attempt::Column::State, Expr::value(closing.state.code()))
        .col_expr(attempt::Column::ScorePermille, Expr::value(closing.score.value()))
        .col_expr(attempt::Column::Missed, Expr::value(missed))
        .col_expr(attempt::Column::Support, Expr::value(support.code()))
        .col_expr(attempt::Column::HelperId, Expr::value(closing.helper.map(LearnerId::uuid)))
        .col_expr(attempt::Column::FinishedAtMs, Expr::value(tx.now.ms()))
        .filter(attempt::Column::LearnerId.eq(learner.uuid()))
        .filter(attempt::Column::Id.eq(id.uuid()))
        .filter(attempt::Column::State.eq(State::Open.code()));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Keeps that a lesson was gone through; the latest time counts.
pub(super) async fn upsert_review(tx: &Tx, learner: LearnerId, lesson: &str) -> Result<(), DbErr> {
    let row = lesson_review::ActiveModel {
        learner_id: Set(learner.uuid()),
        lesson: Set(lesson.to_owned()),
        reviewed_at_ms: Set(tx.now.ms()),
    };
    let instead = OnConflict::columns([lesson_review::Column::LearnerId, lesson_review::Column::Lesson])
        .update_column(lesson_review::Column::ReviewedAtMs)
        .to_owned();
    lesson_review::Entity::insert(row).on_conflict(instead).exec_without_returning(tx).await?;
    Ok(())
}

/// Whether one of `lessons` was gone through after `since`.
pub(super) async fn is_reviewed(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    lessons: &[String],
    since: Timestamp,
) -> Result<bool, DbErr> {
    let row = lesson_review::Entity::find()
        .filter(lesson_review::Column::LearnerId.eq(learner.uuid()))
        .filter(lesson_review::Column::Lesson.is_in(lessons))
        .filter(lesson_review::Column::ReviewedAtMs.gt(since.ms()))
        .one(db)
        .await?;
    Ok(row.is_some())
}

/// Removes what is learning detail: answers, lessons gone through, attempts that passed nothing, and of those that passed what was missed.
pub(super) async fn delete_detail(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    answer::Entity::delete_many().filter(answer::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    lesson_review::Entity::delete_many().filter(lesson_review::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    attempt::Entity::delete_many()
        .filter(attempt::Column::LearnerId.eq(learner.uuid()))
        .filter(attempt::Column::State.ne(State::Passed.code()))
        .exec(tx)
        .await?;
    attempt::Entity::update_many()
        .col_expr(attempt::Column::Missed, Expr::value(Option::<String>::None))
        .filter(attempt::Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

fn attempt_of(row: attempt::Model) -> Result<Attempt, DbErr> {
    let id = AttemptId::from_uuid(row.id);
    let item = |text: &str| hex::decode(text).ok().and_then(|bytes| Digest::from_slice(&bytes));
    let items: Option<Vec<Digest>> = row.items.split(',').map(item).collect();
    let missed = row.missed.as_deref().map_or(Ok(Vec::new()), serde_json::from_str);
    Ok(Attempt {
        learner: LearnerId::from_uuid(row.learner_id),
        id,
        unit: row.unit,
        number: row.number,
        edition: row.edition,
        seed: Seed::from_slice(&row.seed).ok_or_else(|| altered(id))?,
        items: items.ok_or_else(|| altered(id))?,
        state: State::from_code(&row.state).ok_or_else(|| altered(id))?,
        score: row.score_permille.and_then(Permille::from_value),
        missed: missed.map_err(|_| altered(id))?,
        helper: row.helper_id.map(LearnerId::from_uuid),
        started_at: Timestamp::from_ms(row.started_at_ms),
        finished_at: row.finished_at_ms.map(Timestamp::from_ms),
    })
}

fn altered(id: AttemptId) -> DbErr {
    DbErr::Custom(format!("the attempt {id} was altered"))
}
