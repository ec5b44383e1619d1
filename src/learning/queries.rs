//! Tables `lesson_progress` and `practice_progress`. Every write is one statement, and a repeat of it changes nothing more.

use entity::{lesson_progress, practice_progress};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    StatementBuilder,
};

use super::planner::{LessonMark, Progress};
use crate::curriculum::CourseCode;
use crate::db::Tx;
use crate::kernel::{LearnerId, Timestamp};

/// Where somebody stands in a lesson, to be kept.
#[derive(Clone, Debug)]
pub(super) struct LessonRow {
    pub learner: LearnerId,
    pub lesson: String,
    pub course: CourseCode,
    /// The card to go on with.
    pub card: i64,
    /// The furthest card seen.
    pub furthest: i64,
}

/// A practice that was done to the end, to be kept.
#[derive(Clone, Debug)]
pub(super) struct PracticeRow {
    pub learner: LearnerId,
    pub practice: String,
    pub course: CourseCode,
    /// Tells one run from another.
    pub run: String,
    /// How many different unwise actions it had.
    pub wrong: i64,
}

fn lesson_model(tx: &Tx, row: LessonRow) -> lesson_progress::ActiveModel {
    lesson_progress::ActiveModel {
        learner_id: Set(row.learner.uuid()),
        lesson: Set(row.lesson),
        course: Set(row.course.to_string()),
        card: Set(row.card),
        furthest: Set(row.furthest),
        tried_at_ms: NotSet,
        finished_at_ms: NotSet,
        updated_at_ms: Set(tx.now.ms()),
    }
}

fn on_lesson() -> OnConflict {
    OnConflict::columns([lesson_progress::Column::LearnerId, lesson_progress::Column::Lesson])
}

/// Keeps the card to go on with, and the furthest one ever seen.
pub(super) async fn upsert_card(tx: &Tx, row: LessonRow) -> Result<(), DbErr> {
    let furthest = Expr::cust(
        "CASE WHEN excluded.furthest > lesson_progress.furthest THEN excluded.furthest ELSE lesson_progress.furthest END",
    );
    let conflict = on_lesson()
        .update_columns([lesson_progress::Column::Card, lesson_progress::Column::UpdatedAtMs])
        .value(lesson_progress::Column::Furthest, furthest)
        .to_owned();
    lesson_progress::Entity::insert(lesson_model(tx, row)).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps when it was first tried on one's own phone.
pub(super) async fn upsert_tried(tx: &Tx, row: LessonRow) -> Result<(), DbErr> {
    let first = Expr::cust("COALESCE(lesson_progress.tried_at_ms, excluded.tried_at_ms)");
    let conflict = on_lesson()
        .update_columns([lesson_progress::Column::Card, lesson_progress::Column::Furthest, lesson_progress::Column::UpdatedAtMs])
        .value(lesson_progress::Column::TriedAtMs, first)
        .to_owned();
    let model = lesson_progress::ActiveModel { tried_at_ms: Set(Some(tx.now.ms())), ..lesson_model(tx, row) };
    lesson_progress::Entity::insert(model).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps when the lesson was first finished. Whether this was the first time.
pub(super) async fn upsert_finished(tx: &Tx, row: LessonRow) -> Result<bool, DbErr> {
    let conflict = on_lesson()
        .update_columns([
            lesson_progress::Column::Card,
            lesson_progress::Column::Furthest,
            lesson_progress::Column::FinishedAtMs,
            lesson_progress::Column::UpdatedAtMs,
        ])
        .action_and_where(Expr::cust("lesson_progress.finished_at_ms IS NULL"))
        .to_owned();
    let model = lesson_progress::ActiveModel { finished_at_ms: Set(Some(tx.now.ms())), ..lesson_model(tx, row) };
    let rows = lesson_progress::Entity::insert(model).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(rows > 0)
}

/// Counts a run once, however often it is told. Whether it was counted now.
pub(super) async fn upsert_practice(tx: &Tx, row: PracticeRow) -> Result<bool, DbErr> {
    let fewest = Expr::cust(
        "CASE WHEN excluded.best_wrong < practice_progress.best_wrong THEN excluded.best_wrong ELSE practice_progress.best_wrong END",
    );
    let conflict = OnConflict::columns([practice_progress::Column::LearnerId, practice_progress::Column::Practice])
        .update_columns([practice_progress::Column::LastRun, practice_progress::Column::UpdatedAtMs])
        .value(practice_progress::Column::Runs, Expr::cust("practice_progress.runs + 1"))
        .value(practice_progress::Column::BestWrong, fewest)
        .action_and_where(Expr::cust("practice_progress.last_run <> excluded.last_run"))
        .to_owned();
    let model = practice_progress::ActiveModel {
        learner_id: Set(row.learner.uuid()),
        practice: Set(row.practice),
        course: Set(row.course.to_string()),
        runs: Set(1),
        last_run: Set(row.run),
        best_wrong: Set(row.wrong),
        first_done_at_ms: Set(tx.now.ms()),
        updated_at_ms: Set(tx.now.ms()),
    };
    let rows = practice_progress::Entity::insert(model).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(rows > 0)
}

/// A lesson begun, or (card 0) a practice done.
#[derive(FromQueryResult)]
struct Mark {
    code: String,
    course: String,
    card: i64,
    finished_at_ms: Option<i64>,
    updated_at_ms: i64,
}

/// Everything somebody has begun and done, in one statement.
pub(super) async fn progress_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Progress, DbErr> {
    let practices = practice_progress::Entity::find()
        .select_only()
        .column_as(practice_progress::Column::Practice, "code")
        .column_as(practice_progress::Column::Course, "course")
        .expr_as(Expr::val(0_i64).cast_as("bigint"), "card")
        .column_as(practice_progress::Column::FirstDoneAtMs, "finished_at_ms")
        .column_as(practice_progress::Column::UpdatedAtMs, "updated_at_ms")
        .filter(practice_progress::Column::LearnerId.eq(learner.uuid()))
        .into_query();
    let mut both = lesson_progress::Entity::find()
        .select_only()
        .column_as(lesson_progress::Column::Lesson, "code")
        .column_as(lesson_progress::Column::Course, "course")
        .column_as(lesson_progress::Column::Card, "card")
        .column_as(lesson_progress::Column::FinishedAtMs, "finished_at_ms")
        .column_as(lesson_progress::Column::UpdatedAtMs, "updated_at_ms")
        .filter(lesson_progress::Column::LearnerId.eq(learner.uuid()))
        .into_query();
    both.union(UnionType::All, practices);
    let statement = StatementBuilder::build(&both, &db.get_database_backend());
    let mut progress = Progress::default();
    for mark in Mark::find_by_statement(statement).all(db).await? {
        let at = Timestamp::from_ms(mark.updated_at_ms);
        match (usize::try_from(mark.card), CourseCode::parse(&mark.course)) {
            (Ok(0), Some(course)) => progress.practices.push((course, at)),
            (Ok(card), Some(course)) => {
                let is_finished = mark.finished_at_ms.is_some();
                progress.lessons.push(LessonMark { course, lesson: mark.code, card, is_finished, at });
            }
            _ => {}
        }
    }
    Ok(progress)
}

/// The run of a practice that was counted last.
pub(super) async fn last_run(db: &impl ConnectionTrait, learner: LearnerId, practice: &str) -> Result<Option<String>, DbErr> {
    let row = practice_progress::Entity::find_by_id((learner.uuid(), practice.to_owned())).one(db).await?;
    Ok(row.map(|row| row.last_run))
}

/// All rows of a person, for their own copy.
pub(super) async fn list_rows(
    db: &impl ConnectionTrait,
    learner: LearnerId,
) -> Result<(Vec<lesson_progress::Model>, Vec<practice_progress::Model>), DbErr> {
    let lessons = lesson_progress::Entity::find()
        .filter(lesson_progress::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(lesson_progress::Column::Lesson);
    let practices = practice_progress::Entity::find()
        .filter(practice_progress::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(practice_progress::Column::Practice);
    Ok((lessons.all(db).await?, practices.all(db).await?))
}

/// Removes all rows of a person.
pub(super) async fn delete_rows(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    lesson_progress::Entity::delete_many().filter(lesson_progress::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    practice_progress::Entity::delete_many().filter(practice_progress::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
