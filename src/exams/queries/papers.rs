//! Tables `exam_paper`, `exam_answer` and `exam_declaration`.

use std::collections::BTreeMap;

use entity::{exam_answer, exam_declaration, exam_paper as table};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::altered;
use crate::assessment::Given;
use crate::db::Tx;
use crate::exams::rules::{Form, Reason, Sight};
use crate::exams::{Begun, Paper, Setting, Verdict};
use crate::kernel::{Digest, ExamId, LearnerId, PaperId, Permille, Seed, Timestamp};

type Column = table::Column;

/// What a candidate has answered, by position.
pub(in crate::exams) type Answers = BTreeMap<usize, Given>;

/// Bytes of one item's hash.
const HASH: usize = 32;

pub(super) fn items_of(bytes: &[u8]) -> Option<Vec<Digest>> {
    bytes.chunks(HASH).map(Digest::from_slice).collect()
}

fn begun_of(row: &table::Model) -> Result<Option<Begun>, DbErr> {
    let (Some(at), Some(seed), Some(edition), Some(items)) = (row.started_at_ms, &row.seed, &row.edition, &row.items) else {
        return Ok(None);
    };
    Ok(Some(Begun {
        at: Timestamp::from_ms(at),
        seed: Seed::from_slice(seed).ok_or_else(|| altered("seed"))?,
        edition: edition.clone(),
        items: items_of(items).ok_or_else(|| altered("items"))?,
    }))
}

fn verdict_of(row: &table::Model) -> Result<Option<Verdict>, DbErr> {
    let (Some(verdict), Some(by)) = (row.verdict.as_deref(), row.verdict_by) else { return Ok(None) };
    let reason = row.verdict_reason.as_deref().and_then(Reason::from_code);
    let void = match verdict {
        "counts" => None,
        _ => Some(reason.ok_or_else(|| altered("verdict_reason"))?),
    };
    Ok(Some(Verdict { void, sealed: row.verdict_sealed.clone(), by: LearnerId::from_uuid(by) }))
}

fn sight_of(row: &table::Model) -> Option<(LearnerId, Sight, Timestamp)> {
    let kind = Sight::from_code(row.sight_kind.as_deref()?)?;
    Some((LearnerId::from_uuid(row.sight_by?), kind, Timestamp::from_ms(row.sight_at_ms?)))
}

fn paper_of(row: table::Model) -> Result<Paper, DbErr> {
    Ok(Paper {
        learner: LearnerId::from_uuid(row.learner_id),
        exam: ExamId::from_uuid(row.exam_id),
        id: PaperId::from_uuid(row.id),
        came_at: row.came_at_ms.map(Timestamp::from_ms),
        sight: sight_of(&row),
        setting: Setting {
            form: Form::from_code(&row.form).ok_or_else(|| altered("form"))?,
            is_read_aloud: row.aids.contains("aloud"),
            is_assisted: row.aids.contains("hand"),
            extra_minutes: row.extra_minutes,
        },
        is_allowed: row.allowed_at_ms.is_some(),
        allowed_by: row.allowed_by.map(LearnerId::from_uuid),
        device: row.device_hash.as_deref().and_then(Digest::from_slice),
        begun: begun_of(&row)?,
        handed_in_at: row.handed_in_at_ms.map(Timestamp::from_ms),
        by_hand: row.hand_right.zip(row.hand_of),
        heard_by: row.hand_by.map(LearnerId::from_uuid),
        verdict: verdict_of(&row)?,
        by_hand_sealed: row.hand_sealed,
        score: row.score_permille.and_then(Permille::from_value),
        passed: row.passed.map(|passed| passed == 1),
        entered_at: row.entered_at_ms.map(Timestamp::from_ms),
    })
}

/// Puts somebody down; `false` where they were before.
pub(in crate::exams) async fn insert(tx: &Tx, (learner, exam): (LearnerId, ExamId), by: LearnerId) -> Result<bool, DbErr> {
    let row = table::ActiveModel {
        learner_id: Set(learner.uuid()),
        exam_id: Set(exam.uuid()),
        id: Set(PaperId::fresh(tx.now).uuid()),
        put_down_by: Set(by.uuid()),
        put_down_at_ms: Set(tx.now.ms()),
        form: Set(Form::Screen.code().to_owned()),
        aids: Set(String::new()),
        extra_minutes: Set(0),
        ..Default::default()
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(table::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The candidates of a session, in the order in which they were put down.
pub(in crate::exams) async fn list(db: &impl ConnectionTrait, exam: ExamId) -> Result<Vec<Paper>, DbErr> {
    let find = table::Entity::find().filter(Column::ExamId.eq(exam.uuid()));
    let rows = find.order_by_asc(Column::PutDownAtMs).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(paper_of).collect()
}

/// Of how many sessions each has how many candidates is asked one by one: a list is short.
pub(in crate::exams) async fn count(db: &impl ConnectionTrait, exam: ExamId) -> Result<u64, DbErr> {
    table::Entity::find().filter(Column::ExamId.eq(exam.uuid())).count(db).await
}

pub(in crate::exams) async fn find(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    exam: ExamId,
) -> Result<Option<Paper>, DbErr> {
    let find = table::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|id| id.uuid())))
        .filter(Column::ExamId.eq(exam.uuid()));
    find.one(db).await?.map(paper_of).transpose()
}

/// A candidate, held until the commit.
pub(in crate::exams) async fn lock(tx: &Tx, accounts: &[LearnerId], exam: ExamId) -> Result<Option<Paper>, DbErr> {
    let find = table::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|id| id.uuid())))
        .filter(Column::ExamId.eq(exam.uuid()));
    let find = if tx.get_database_backend() == DbBackend::Postgres { find.lock_exclusive() } else { find };
    find.one(tx).await?.map(paper_of).transpose()
}

/// The papers of somebody, by all of their accounts.
pub(in crate::exams) async fn list_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Paper>, DbErr> {
    let find = table::Entity::find().filter(Column::LearnerId.is_in(accounts.iter().map(|id| id.uuid())));
    find.order_by_desc(Column::PutDownAtMs).all(db).await?.into_iter().map(paper_of).collect()
}

/// Changes a paper.
async fn set(tx: &Tx, paper: &Paper, values: Vec<(Column, SimpleExpr)>) -> Result<(), DbErr> {
    let mut update = table::Entity::update_many();
    for (column, value) in values {
        update = update.col_expr(column, value);
    }
    let update = update.filter(Column::LearnerId.eq(paper.learner.uuid())).filter(Column::ExamId.eq(paper.exam.uuid()));
    update.exec(tx).await?;
    Ok(())
}

/// They came, by whose word and when.
pub(in crate::exams) async fn came(tx: &Tx, paper: &Paper, (by, at): (LearnerId, Timestamp)) -> Result<(), DbErr> {
    set(tx, paper, vec![(Column::CameAtMs, Expr::value(at.ms())), (Column::CameBy, Expr::value(by.uuid()))]).await
}

/// A document was seen: by whom, which kind, when.
pub(in crate::exams) async fn seen(tx: &Tx, paper: &Paper, (by, kind, at): (LearnerId, Sight, Timestamp)) -> Result<(), DbErr> {
    let values = vec![
        (Column::SightKind, Expr::value(kind.code())),
        (Column::SightBy, Expr::value(by.uuid())),
        (Column::SightAtMs, Expr::value(at.ms())),
    ];
    set(tx, paper, values).await
}

pub(in crate::exams) async fn arrange(tx: &Tx, paper: &Paper, setting: Setting) -> Result<(), DbErr> {
    let aids = [(setting.is_read_aloud, "aloud"), (setting.is_assisted, "hand")];
    let aids: Vec<&str> = aids.into_iter().filter(|(is, _)| *is).map(|(_, code)| code).collect();
    let values = vec![
        (Column::Form, Expr::value(setting.form.code())),
        (Column::Aids, Expr::value(aids.join(" "))),
        (Column::ExtraMinutes, Expr::value(setting.extra_minutes)),
    ];
    set(tx, paper, values).await
}

/// An allowance; whatever device there was is out.
pub(in crate::exams) async fn allow(tx: &Tx, paper: &Paper, by: LearnerId) -> Result<(), DbErr> {
    let values = vec![
        (Column::AllowedAtMs, Expr::value(Some(tx.now.ms()))),
        (Column::AllowedBy, Expr::value(by.uuid())),
        (Column::DeviceHash, Expr::value(None::<Vec<u8>>)),
    ];
    set(tx, paper, values).await
}

/// Uses the allowance up for one device; `begun` where the paper is begun by that.
pub(in crate::exams) async fn take_device(tx: &Tx, paper: &Paper, device: &Digest, begun: Option<&Begun>) -> Result<(), DbErr> {
    let mut values =
        vec![(Column::AllowedAtMs, Expr::value(None::<i64>)), (Column::DeviceHash, Expr::value(Some(device.to_vec())))];
    if let Some(begun) = begun {
        let items: Vec<u8> = begun.items.iter().flat_map(Digest::to_vec).collect();
        values.extend([
            (Column::StartedAtMs, Expr::value(begun.at.ms())),
            (Column::Seed, Expr::value(begun.seed.0.to_vec())),
            (Column::Edition, Expr::value(begun.edition.clone())),
            (Column::Items, Expr::value(items)),
        ]);
    }
    set(tx, paper, values).await
}

/// Who let them begin, where that is used up already.
pub(in crate::exams) async fn allowed_by(tx: &Tx, paper: &Paper, by: LearnerId) -> Result<(), DbErr> {
    set(tx, paper, vec![(Column::AllowedBy, Expr::value(by.uuid()))]).await
}

pub(in crate::exams) async fn hand_in(tx: &Tx, paper: &Paper, at: Timestamp) -> Result<(), DbErr> {
    set(tx, paper, vec![(Column::HandedInAtMs, Expr::value(Some(at.ms())))]).await
}

/// The points of a test by word or by hand, with what was heard and seen.
pub(in crate::exams) async fn keep_by_hand(
    tx: &Tx,
    paper: &Paper,
    ((right, of), sealed): ((i64, i64), Vec<u8>),
    (by, at): (LearnerId, Timestamp),
) -> Result<(), DbErr> {
    let values = vec![
        (Column::HandRight, Expr::value(Some(right))),
        (Column::HandOf, Expr::value(Some(of))),
        (Column::HandBy, Expr::value(by.uuid())),
        (Column::HandSealed, Expr::value(sealed)),
        (Column::HandedInAtMs, Expr::value(Some(at.ms()))),
    ];
    set(tx, paper, values).await
}

pub(in crate::exams) async fn decide(tx: &Tx, paper: &Paper, verdict: &Verdict) -> Result<(), DbErr> {
    let values = vec![
        (Column::Verdict, Expr::value(if verdict.void.is_some() { "void" } else { "counts" })),
        (Column::VerdictReason, Expr::value(verdict.void.map(Reason::code))),
        (Column::VerdictSealed, Expr::value(verdict.sealed.clone())),
        (Column::VerdictBy, Expr::value(verdict.by.uuid())),
        (Column::VerdictAtMs, Expr::value(tx.now.ms())),
    ];
    set(tx, paper, values).await
}

/// What a paper came to; none: it is not said, or not any more.
pub(in crate::exams) async fn score(
    tx: &Tx,
    paper: &Paper,
    (score, passed): (Option<Permille>, Option<bool>),
) -> Result<(), DbErr> {
    let values = vec![
        (Column::ScorePermille, Expr::value(score.map(Permille::value))),
        (Column::Passed, Expr::value(passed.map(i64::from))),
    ];
    set(tx, paper, values).await
}

pub(in crate::exams) async fn entered(tx: &Tx, paper: &Paper) -> Result<(), DbErr> {
    set(tx, paper, vec![(Column::EnteredAtMs, Expr::value(Some(tx.now.ms())))]).await
}

/// Keeps an answer in place of an earlier one.
pub(in crate::exams) async fn keep_answer(tx: &Tx, paper: &Paper, position: i64, given: &Given) -> Result<(), DbErr> {
    let row = exam_answer::ActiveModel {
        learner_id: Set(paper.learner.uuid()),
        exam_id: Set(paper.exam.uuid()),
        position: Set(position),
        given: Set(given.to_json()),
        saved_at_ms: Set(tx.now.ms()),
    };
    let key = [exam_answer::Column::LearnerId, exam_answer::Column::ExamId, exam_answer::Column::Position];
    let over = OnConflict::columns(key).update_columns([exam_answer::Column::Given, exam_answer::Column::SavedAtMs]).to_owned();
    exam_answer::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
    Ok(())
}

fn answer_of(row: &exam_answer::Model) -> Option<(usize, Given)> {
    Some((usize::try_from(row.position).ok()?, Given::from_json(&row.given)?))
}

pub(in crate::exams) async fn answers_of(db: &impl ConnectionTrait, paper: &Paper) -> Result<Answers, DbErr> {
    let find = exam_answer::Entity::find().filter(exam_answer::Column::LearnerId.eq(paper.learner.uuid()));
    let rows = find.filter(exam_answer::Column::ExamId.eq(paper.exam.uuid())).all(db).await?;
    Ok(rows.iter().filter_map(answer_of).collect())
}

/// All answers of a session.
pub(in crate::exams) async fn list_answers(
    db: &impl ConnectionTrait,
    exam: ExamId,
) -> Result<BTreeMap<LearnerId, Answers>, DbErr> {
    let mut all: BTreeMap<LearnerId, Answers> = BTreeMap::new();
    for row in exam_answer::Entity::find().filter(exam_answer::Column::ExamId.eq(exam.uuid())).all(db).await? {
        if let Some((position, given)) = answer_of(&row) {
            all.entry(LearnerId::from_uuid(row.learner_id)).or_default().insert(position, given);
        }
    }
    Ok(all)
}

/// Says it of a candidate, once.
pub(in crate::exams) async fn declare(tx: &Tx, paper: &Paper, (by, text, at): (LearnerId, &str, Timestamp)) -> Result<(), DbErr> {
    let row = exam_declaration::ActiveModel {
        learner_id: Set(paper.learner.uuid()),
        exam_id: Set(paper.exam.uuid()),
        invigilator_id: Set(by.uuid()),
        text: Set(text.to_owned()),
        at_ms: Set(at.ms()),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    exam_declaration::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Who has said it of whom.
pub(in crate::exams) async fn list_declared(
    db: &impl ConnectionTrait,
    exam: ExamId,
) -> Result<Vec<(LearnerId, LearnerId)>, DbErr> {
    let rows = exam_declaration::Entity::find().filter(exam_declaration::Column::ExamId.eq(exam.uuid())).all(db).await?;
    let pair = |row: exam_declaration::Model| (LearnerId::from_uuid(row.learner_id), LearnerId::from_uuid(row.invigilator_id));
    Ok(rows.into_iter().map(pair).collect())
}

/// Somebody leaves: their answers go.
pub(in crate::exams) async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    exam_answer::Entity::delete_many().filter(exam_answer::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    let sealed = vec![Column::HandSealed, Column::VerdictSealed];
    let mut update = table::Entity::update_many();
    for column in sealed {
        update = update.col_expr(column, Expr::value(None::<Vec<u8>>));
    }
    update.filter(Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
