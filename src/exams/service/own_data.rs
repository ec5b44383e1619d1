//! What is kept of a person here: export, and forgetting.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{PLACE_ANSWER, PLACE_GROUND, PLACE_LOG, PLACE_VERDICT};
use crate::config::Keys;
use crate::db::Tx;
use crate::exams::Error;
use crate::exams::queries::{boxes, exams, log, papers};
use crate::identity;
use crate::kernel::{ExamId, LearnerId, Permille, Timestamp};

/// The supervised tests of somebody: papers with their answers, what was noted and decided, the appeal. Part of "my data".
///
/// # Errors
/// What the database answers; a text that does not open.
pub async fn export(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId) -> Result<Value, Error> {
    let own = papers::list_of(db, &[learner]).await?;
    if own.is_empty() {
        return Ok(json!([]));
    }
    let key = identity::person_key(db, keys, learner).await?;
    let open = |place: &str, sealed: Option<&[u8]>| {
        sealed.filter(|sealed| !sealed.is_empty()).map(|sealed| key.open_text(place, sealed)).transpose()
    };
    let ids: Vec<ExamId> = own.iter().map(|paper| paper.exam).collect();
    let exams = exams::list_by_ids(db, &ids).await?;
    let mut all = Vec::new();
    for paper in &own {
        let Some(exam) = exams.iter().find(|exam| exam.id == paper.exam) else { continue };
        let answers = papers::answers_of(db, paper).await?;
        let mut noted = Vec::new();
        for one in log::list(db, exam.id).await?.iter().filter(|one| one.is_about(learner)) {
            noted.push(json!({ "category": one.category.code(), "words": open(PLACE_LOG, one.sealed.as_deref())?, "at_ms": one.at.ms() }));
        }
        let appeals = log::list_appeals(db, exam.id).await?;
        let appeal = appeals.iter().find(|one| one.learner == learner);
        let verdict = paper.verdict.as_ref();
        all.push(json!({
            "unit": exam.unit, "level": exam.level.value(), "place_code": exam.place_code, "starts_at_ms": exam.starts_at.ms(),
            "stage": exam.stage.code(), "came_at_ms": paper.came_at.map(Timestamp::ms),
            "document": paper.sight.map(|(_, kind, _)| kind.code()), "form": paper.setting.form.code(),
            "extra_minutes": paper.setting.extra_minutes, "begun_at_ms": paper.begun.as_ref().map(|begun| begun.at.ms()),
            "handed_in_at_ms": paper.handed_in_at.map(Timestamp::ms), "score_permille": paper.score.map(Permille::value),
            "outcome": paper.passed.map(|_| paper.outcome().code()),
            "void": verdict.and_then(|one| one.void).map(|reason| reason.code()),
            "verdict": open(PLACE_VERDICT, verdict.and_then(|one| one.sealed.as_deref()))?,
            "answers": answers.iter().map(|(at, given)| json!({ "position": at, "given": given })).collect::<Value>(),
            "noted": noted,
            "appeal": open(PLACE_GROUND, appeal.map(|one| one.ground_sealed.as_slice()))?,
            "answer": open(PLACE_ANSWER, appeal.and_then(|one| one.answer_sealed.as_deref()))?,
        }));
    }
    Ok(Value::Array(all))
}

/// Somebody leaves: their answers go; what was written about them goes with their key.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    boxes::forget(tx, learner).await?;
    Ok(papers::forget(tx, learner).await?)
}
