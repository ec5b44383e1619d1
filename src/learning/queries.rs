//! Tables `lesson_progress` and `practice_run`. Every write is one statement, and a repeat of it changes nothing more.

use entity::{lesson_progress, practice_run};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    StatementBuilder,
};

use super::planner::{LessonMark, Progress, TestMark};
use super::rules::TestState;
use crate::assessment::{self, Stage, Standing, StandingRow};
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

/// Keeps a run once, however often and in whatever order runs are told. Whether it was kept now.
pub(super) async fn insert_run(tx: &Tx, row: PracticeRow) -> Result<bool, DbErr> {
    let model = practice_run::ActiveModel {
        learner_id: Set(row.learner.uuid()),
        practice: Set(row.practice),
        run: Set(row.run),
        course: Set(row.course.to_string()),
        wrong: Set(row.wrong),
        done_at_ms: Set(tx.now.ms()),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    Ok(practice_run::Entity::insert(model).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// A lesson begun, a practice done (card 0), or how a test stands (no card).
#[derive(FromQueryResult)]
struct Mark {
    code: Option<String>,
    course: Option<String>,
    card: Option<i64>,
    finished_at_ms: Option<i64>,
    updated_at_ms: Option<i64>,
    #[sea_orm(nested)]
    test: StandingRow,
}

/// The columns of lessons and practices in a row that tells of a test.
const NO_LESSON: [(&str, &str); 5] =
    [("code", "text"), ("course", "text"), ("card", "bigint"), ("finished_at_ms", "bigint"), ("updated_at_ms", "bigint")];

/// The columns of tests in a row that tells of something else.
const NO_TEST: [(&str, &str); 6] = [
    ("attempt", "uuid"),
    ("unit", "text"),
    ("question", "bigint"),
    ("missed", "text"),
    ("reviewed", "text"),
    ("stood_at_ms", "bigint"),
];

/// Everything somebody has begun and done in these accounts, in one statement. A test is gone on with in the account it was begun in: told
/// are those of the first account, by which they act. Of a lesson begun in several the one that is finished, or was read last.
pub(super) async fn progress_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Progress, DbErr> {
    let ids = || accounts.iter().map(|learner| learner.uuid());
    let acting = accounts.first().copied().unwrap_or(LearnerId::NOBODY);
    let backend = db.get_database_backend();
    let null = |kind: &str| Expr::cust("NULL").cast_as(kind.to_owned());
    let mut lessons = lesson_progress::Entity::find()
        .select_only()
        .column_as(lesson_progress::Column::Lesson, "code")
        .column_as(lesson_progress::Column::Course, "course")
        .column_as(lesson_progress::Column::Card, "card")
        .column_as(lesson_progress::Column::FinishedAtMs, "finished_at_ms")
        .column_as(lesson_progress::Column::UpdatedAtMs, "updated_at_ms")
        .filter(lesson_progress::Column::LearnerId.is_in(ids()))
        .into_query();
    let mut practices = practice_run::Entity::find()
        .select_only()
        .column_as(practice_run::Column::Practice, "code")
        .column_as(practice_run::Column::Course, "course")
        .expr_as(Expr::val(0_i64).cast_as("bigint"), "card")
        .column_as(practice_run::Column::DoneAtMs.min(), "finished_at_ms")
        .column_as(practice_run::Column::DoneAtMs.max(), "updated_at_ms")
        .filter(practice_run::Column::LearnerId.is_in(ids()))
        .group_by(practice_run::Column::Practice)
        .group_by(practice_run::Column::Course)
        .into_query();
    for (name, kind) in NO_TEST {
        lessons.expr_as(null(kind), name);
        practices.expr_as(null(kind), name);
    }
    let mut all = Query::select();
    for (name, kind) in NO_LESSON {
        all.expr_as(null(kind), name);
    }
    all.columns(NO_TEST.map(|(name, _)| name)).from_subquery(assessment::standings(backend, acting), "test");
    all.union(UnionType::All, lessons).union(UnionType::All, practices);
    let statement = StatementBuilder::build(&all, &backend);
    let mut progress = Progress::default();
    Mark::find_by_statement(statement).all(db).await?.into_iter().for_each(|mark| mark.put_into(&mut progress));
    if accounts.len() > 1 {
        progress.lessons.sort_by(|a, b| (&a.lesson, b.is_finished, b.at).cmp(&(&b.lesson, a.is_finished, a.at)));
        progress.lessons.dedup_by(|later, kept| later.lesson == kept.lesson);
    }
    Ok(progress)
}

impl Mark {
    fn put_into(self, progress: &mut Progress) {
        if let Some(test) = Standing::of(self.test) {
            progress.tests.extend(test_mark(test));
            return;
        }
        let (Some(code), Some(card), Some(at)) = (self.code, self.card, self.updated_at_ms.map(Timestamp::from_ms)) else {
            return;
        };
        let Some(course) = self.course.as_deref().and_then(CourseCode::parse) else { return };
        match usize::try_from(card) {
            Ok(0) => progress.practices.push((course, at)),
            Ok(card) => {
                let is_finished = self.finished_at_ms.is_some();
                progress.lessons.push(LessonMark { course, lesson: code, card, is_finished, at });
            }
            Err(_) => {}
        }
    }
}

fn test_mark(test: Standing) -> Option<TestMark> {
    let state = match test.stage {
        Stage::Open { question } => TestState::Open { question },
        Stage::Failed { lessons } => TestState::Failed { lessons },
    };
    Some(TestMark { course: CourseCode::parse(&test.unit)?, attempt: test.attempt, state, at: test.at })
}

/// Who of these people has read a lesson or done a practice since then; one statement.
pub(super) async fn list_read_since(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, DbErr> {
    let ids = || learners.iter().map(|learner| learner.uuid());
    let mut lessons = lesson_progress::Entity::find()
        .select_only()
        .column(lesson_progress::Column::LearnerId)
        .filter(lesson_progress::Column::LearnerId.is_in(ids()))
        .filter(lesson_progress::Column::UpdatedAtMs.gte(since.ms()))
        .into_query();
    let practices = practice_run::Entity::find()
        .select_only()
        .column(practice_run::Column::LearnerId)
        .filter(practice_run::Column::LearnerId.is_in(ids()))
        .filter(practice_run::Column::DoneAtMs.gte(since.ms()))
        .into_query();
    lessons.union(UnionType::Distinct, practices);
    let read = |row: sea_orm::QueryResult| Ok(LearnerId::from_uuid(row.try_get("", "learner_id")?));
    db.query_all(&lessons).await?.into_iter().map(read).collect()
}

/// Whether this run of a practice is kept.
pub(super) async fn has_run(db: &impl ConnectionTrait, learner: LearnerId, practice: &str, run: &str) -> Result<bool, DbErr> {
    let key = (learner.uuid(), practice.to_owned(), run.to_owned());
    Ok(practice_run::Entity::find_by_id(key).one(db).await?.is_some())
}

/// All rows of a person, for their own copy.
pub(super) async fn list_rows(
    db: &impl ConnectionTrait,
    learner: LearnerId,
) -> Result<(Vec<lesson_progress::Model>, Vec<practice_run::Model>), DbErr> {
    let lessons = lesson_progress::Entity::find()
        .filter(lesson_progress::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(lesson_progress::Column::Lesson);
    let practices = practice_run::Entity::find()
        .filter(practice_run::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(practice_run::Column::DoneAtMs);
    Ok((lessons.all(db).await?, practices.all(db).await?))
}

/// Removes all rows of a person.
pub(super) async fn delete_rows(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    lesson_progress::Entity::delete_many().filter(lesson_progress::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    practice_run::Entity::delete_many().filter(practice_run::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
