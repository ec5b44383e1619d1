//! Tables `result`, `correction` and `class_hour`.

use std::collections::HashMap;

use entity::{awaiting_look, class_hour, correction, result};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QueryResult, QuerySelect, QueryTrait, RelationDef,
};
use serde_json::{Value, json};

use super::rules::{Levels, SupervisionLevel};
use super::sealed_queries::leaf_of;
use super::{CorrectionKind, Decision, Evidence, LookState, UnitTerms};
use crate::db::{Scan, Tx};
use crate::kernel::{
    Acting, AttemptId, Chance, Day, Digest, IdentityLevel, LearnerId, Permille, ResultId, Timestamp, TransferId, new_id,
};

/// Class of these records in the archive's plan.
pub(super) const RECORD_CLASS: &str = "recognition";
/// Rights hang on them: kept for ever, seen by the person and those who must.
pub(super) const RETENTION: &str = "permanent";
pub(super) const OPENNESS: &str = "controlled";
pub(super) const FORMAT: i64 = 1;
/// Where a result comes from: the test of a unit, or an earlier result whose credit was given again.
const UNIT_TEST: &str = "unit_test";
const RESTORED: &str = "restored";

/// A result about to be kept.
pub(super) struct NewResult<'a> {
    pub(super) id: ResultId,
    pub(super) acting: &'a Acting,
    pub(super) evidence: &'a Evidence,
    pub(super) terms: &'a UnitTerms,
    pub(super) transfer: Option<TransferId>,
}

/// One pass, as it is kept.
#[derive(Clone, Debug)]
pub struct LearningResult {
    /// Which.
    pub id: ResultId,
    /// Of which unit.
    pub unit: String,
    /// In which edition of the curriculum.
    pub edition: String,
    /// The attempt it came from; none where credit was given again: then it is the result named by `restores`.
    pub attempt: Option<AttemptId>,
    /// The earlier result that it repeats, where credit was given again after a mistake.
    pub restores: Option<ResultId>,
    /// Share of the points reached.
    pub score: Permille,
    /// What was known of the person.
    pub identity_level: IdentityLevel,
    /// How it was supervised.
    pub supervision_level: SupervisionLevel,
    /// Whether somebody lent a hand (no certificate mentions it).
    pub is_assisted: bool,
    /// Under which version of the rule.
    pub rule_version: String,
    /// Who answered for it when it was recognised.
    pub responsible_org: String,
    /// Digest of what it rests on.
    pub evidence: Digest,
    /// Its award, where it was the one credited.
    pub transfer: Option<TransferId>,
    /// When it was passed.
    pub passed_at: Timestamp,
    /// On which day in Shanghai.
    pub passed_day: Option<Day>,
    /// Where it was not credited at once, so that somebody could look first: how far that has come. Known in the passbook alone.
    pub look: Option<LookState>,
}

impl LearningResult {
    /// The levels of its evidence.
    #[must_use]
    pub const fn levels(&self) -> Levels {
        Levels { identity: self.identity_level, supervision: self.supervision_level }
    }
}

/// Minutes by kind. Never added up: one is what was designed, the other what was attended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassHours {
    /// 标准学时, in minutes.
    pub standard_minutes: i64,
    /// 签到学时, in minutes.
    pub attended_minutes: i64,
}

/// Which hours: the two kinds are never added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HourKind {
    /// 标准学时: what was designed for the unit, counted once.
    Standard,
    /// 签到学时: what was attended of a class session.
    Attended,
}

impl HourKind {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Attended => "attended",
        }
    }
}

/// Class hours that were counted at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedHours {
    /// Which kind.
    pub kind: HourKind,
    /// Of which unit.
    pub unit: String,
    /// How much, in minutes.
    pub minutes: i64,
    /// On which day in Shanghai.
    pub day: Day,
    /// The result that they were counted for.
    pub result: Option<ResultId>,
}

impl ClassHours {
    /// The hours of each kind together.
    #[must_use]
    pub fn of(counted: &[CountedHours]) -> Self {
        let sum = |kind| counted.iter().filter(|hours| hours.kind == kind).map(|hours| hours.minutes).sum();
        Self { standard_minutes: sum(HourKind::Standard), attended_minutes: sum(HourKind::Attended) }
    }
}

/// What an `archivable` event tells of a record.
pub(super) fn archive_facts(responsible_org: &str, formed_at: Timestamp, table: &str, id: &Value) -> Value {
    json!({
        "table": table, "id": id, "record_class": RECORD_CLASS, "responsible_org": responsible_org,
        "formed_at_ms": formed_at.ms(), "retention": RETENTION, "openness": OPENNESS, "format_version": FORMAT,
    })
}

/// What a row of `result` says, wherever it came from.
pub(super) struct ResultFacts<'a> {
    pub(super) id: ResultId,
    pub(super) learner: LearnerId,
    pub(super) helper: Option<LearnerId>,
    pub(super) support: &'static str,
    pub(super) unit: &'a str,
    pub(super) edition: &'a str,
    /// Where it came from, and its number there.
    pub(super) source: (&'static str, uuid::Uuid),
    pub(super) score: Permille,
    pub(super) levels: Levels,
    pub(super) evidence: Digest,
    pub(super) rule_version: &'a str,
    pub(super) responsible_org: &'a str,
    pub(super) transfer: Option<TransferId>,
    pub(super) passed_at: Timestamp,
}

/// Keeps the result of an attempt. `false`: one of this attempt is kept already.
pub(super) async fn insert_result(tx: &Tx, new: &NewResult<'_>) -> Result<bool, DbErr> {
    let Evidence::UnitTest { attempt, unit, edition, score, supervision_level, evidence_hash } = new.evidence;
    let facts = ResultFacts {
        id: new.id,
        learner: new.acting.learner,
        helper: new.acting.helper,
        support: new.acting.support().code(),
        unit,
        edition,
        source: (UNIT_TEST, attempt.uuid()),
        score: *score,
        levels: Levels { identity: new.acting.identity_level, supervision: *supervision_level },
        evidence: *evidence_hash,
        rule_version: &new.terms.rule_version,
        responsible_org: &new.terms.responsible_org,
        transfer: new.transfer,
        passed_at: tx.now,
    };
    insert_facts(tx, &facts).await
}

/// Keeps a result. `false`: one of this source is kept already.
pub(super) async fn insert_facts(tx: &Tx, facts: &ResultFacts<'_>) -> Result<bool, DbErr> {
    Ok(insert_all_facts(tx, std::slice::from_ref(facts)).await? == 1)
}

/// Keeps several results, those whose source is kept already left out. How many they were.
pub(super) async fn insert_all_facts(tx: &Tx, facts: &[ResultFacts<'_>]) -> Result<u64, DbErr> {
    if facts.is_empty() {
        return Ok(0);
    }
    let source = [result::Column::LearnerId, result::Column::Source, result::Column::SourceId];
    let do_nothing = OnConflict::columns(source).do_nothing().to_owned();
    let rows = facts.iter().map(|facts| row_of(tx, facts).into_active_model().reset_all());
    result::Entity::insert_many(rows).on_conflict(do_nothing).exec_without_returning(tx).await
}

fn row_of(tx: &Tx, facts: &ResultFacts<'_>) -> result::Model {
    let (source, source_id) = facts.source;
    let mut row = result::Model {
        learner_id: facts.learner.uuid(),
        id: facts.id.uuid(),
        unit: facts.unit.to_owned(),
        edition: facts.edition.to_owned(),
        source: source.to_owned(),
        source_id,
        score_permille: facts.score.value(),
        identity_level: facts.levels.identity.value(),
        supervision_level: facts.levels.supervision.value(),
        support: facts.support.to_owned(),
        helper_id: facts.helper.map(LearnerId::uuid),
        evidence_hash: facts.evidence.to_vec(),
        rule_version: facts.rule_version.to_owned(),
        transfer_id: facts.transfer.map(TransferId::uuid),
        passed_at_ms: facts.passed_at.ms(),
        passed_day: facts.passed_at.day().to_string(),
        record_class: RECORD_CLASS.to_owned(),
        responsible_org: facts.responsible_org.to_owned(),
        formed_at_ms: tx.now.ms(),
        retention: RETENTION.to_owned(),
        openness: OPENNESS.to_owned(),
        format_version: FORMAT,
        salt: Chance::secret::<16>().to_vec(),
        leaf_hash: Vec::new(),
    };
    row.leaf_hash = leaf_of(&row).to_vec();
    row
}

/// Keeps the result of `award` once more, as what `transfer` credits again. `false`: there is no such result.
pub(super) async fn repeat_result(tx: &Tx, learner: LearnerId, award: TransferId, transfer: TransferId) -> Result<bool, DbErr> {
    let found = result::Entity::find()
        .filter(result::Column::LearnerId.eq(learner.uuid()))
        .filter(result::Column::TransferId.eq(award.uuid()))
        .one(tx)
        .await?;
    let Some(earlier) = found else { return Ok(false) };
    insert_repeat(tx, earlier, transfer).await?;
    Ok(true)
}

/// Keeps a result that credited nothing once more, as what `transfer` credits.
pub(super) async fn credit_result(tx: &Tx, learner: LearnerId, id: ResultId, transfer: TransferId) -> Result<(), DbErr> {
    let found = result::Entity::find_by_id((learner.uuid(), id.uuid())).one(tx).await?;
    insert_repeat(tx, found.ok_or_else(|| DbErr::RecordNotFound(format!("result {id}")))?, transfer).await
}

async fn insert_repeat(tx: &Tx, earlier: result::Model, transfer: TransferId) -> Result<(), DbErr> {
    let mut row = result::Model {
        id: ResultId::fresh(tx.now).uuid(),
        source: RESTORED.to_owned(),
        source_id: earlier.id,
        transfer_id: Some(transfer.uuid()),
        formed_at_ms: tx.now.ms(),
        salt: Chance::secret::<16>().to_vec(),
        ..earlier
    };
    row.leaf_hash = leaf_of(&row).to_vec();
    result::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

/// Counts the unit's standard class hours, once.
pub(super) async fn insert_standard_hours(tx: &Tx, new: &NewResult<'_>) -> Result<(), DbErr> {
    let row = class_hour::ActiveModel {
        learner_id: Set(new.acting.learner.uuid()),
        id: Set(new_id(tx.now)),
        kind: Set("standard".to_owned()),
        unit: Set(new.terms.unit.clone()),
        minutes: Set(new.terms.class_hours.saturating_mul(new.terms.minutes_per_class_hour)),
        result_id: Set(Some(new.id.uuid())),
        hour_key: Set(format!("standard/{}", new.terms.unit)),
        at_ms: Set(tx.now.ms()),
        day: Set(tx.now.day().to_string()),
    };
    let key = [class_hour::Column::LearnerId, class_hour::Column::HourKey];
    let do_nothing = OnConflict::columns(key).do_nothing().to_owned();
    class_hour::Entity::insert(row).on_conflict(do_nothing).exec_without_returning(tx).await?;
    Ok(())
}

/// A decision that put something right, about to be kept.
pub(super) struct NewCorrection<'a> {
    pub(super) decision: &'a Decision<'a>,
    pub(super) kind: CorrectionKind,
    /// What it is about.
    pub(super) about: TransferId,
    /// The first transfer it came to.
    pub(super) transfer: TransferId,
    pub(super) approver: Option<LearnerId>,
}

/// Keeps the record of a correction, beside its transfers.
pub(super) async fn insert_correction(tx: &Tx, new: &NewCorrection<'_>) -> Result<(), DbErr> {
    let decision = new.decision;
    let row = correction::ActiveModel {
        learner_id: Set(decision.learner.uuid()),
        transfer_id: Set(new.transfer.uuid()),
        kind: Set(new.kind.code().to_owned()),
        about_id: Set(new.about.uuid()),
        officer_id: Set(decision.officer.uuid()),
        approver_id: Set(new.approver.map(LearnerId::uuid)),
        reason_code: Set(decision.reason.code().to_owned()),
        evidence_hash: Set(decision.evidence.to_vec()),
        rule_version: Set(decision.rule_version.clone()),
        decided_at_ms: Set(tx.now.ms()),
        decided_day: Set(tx.now.day().to_string()),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(decision.responsible_org.clone()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    correction::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Who answers for each correction of a learner, by the first transfer that it came to.
pub(super) async fn list_deciders(db: &impl ConnectionTrait, learner: LearnerId) -> Result<HashMap<TransferId, String>, DbErr> {
    let rows: Vec<(uuid::Uuid, String)> = correction::Entity::find()
        .select_only()
        .columns([correction::Column::TransferId, correction::Column::ResponsibleOrg])
        .filter(correction::Column::LearnerId.eq(learner.uuid()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(transfer, org)| (TransferId::from_uuid(transfer), org)).collect())
}

/// The result of this attempt.
pub(super) async fn get_result_of(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    attempt: AttemptId,
) -> Result<LearningResult, DbErr> {
    let row = result::Entity::find()
        .filter(result::Column::LearnerId.eq(learner.uuid()))
        .filter(result::Column::Source.eq(UNIT_TEST))
        .filter(result::Column::SourceId.eq(attempt.uuid()))
        .one(db)
        .await?;
    row.ok_or_else(|| DbErr::RecordNotFound(format!("result of attempt {attempt}"))).and_then(read)
}

/// All results of a learner, the newest first.
pub(super) async fn list_results(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<LearningResult>, DbErr> {
    let looks: RelationDef = result::Entity::belongs_to(awaiting_look::Entity)
        .from((result::Column::LearnerId, result::Column::Id))
        .to((awaiting_look::Column::LearnerId, awaiting_look::Column::ResultId))
        .into();
    let query = result::Entity::find()
        .column_as(awaiting_look::Column::State, "look_state")
        .join(JoinType::LeftJoin, looks)
        .filter(result::Column::LearnerId.eq(learner.uuid()))
        .order_by_desc(result::Column::PassedAtMs)
        .order_by_desc(result::Column::Id)
        .into_query();
    let with_look = |row: QueryResult| {
        let state: Option<String> = row.try_get("", "look_state")?;
        let result = read(result::Model::from_query_result(&row, "")?)?;
        Ok(LearningResult { look: state.as_deref().and_then(LookState::from_code), ..result })
    };
    db.query_all(&query).await?.into_iter().map(with_look).collect()
}

/// The class hours of an account, each time they were counted, the oldest first, with the key under which they were.
pub(super) async fn list_hours(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<(String, CountedHours)>, DbErr> {
    let rows = class_hour::Entity::find()
        .filter(class_hour::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(class_hour::Column::AtMs)
        .order_by_asc(class_hour::Column::Id)
        .all(db)
        .await?;
    let read = |row: class_hour::Model| {
        let hours = CountedHours {
            kind: if row.kind == "attended" { HourKind::Attended } else { HourKind::Standard },
            unit: row.unit,
            minutes: row.minutes,
            day: Timestamp::from_ms(row.at_ms).day(),
            result: row.result_id.map(ResultId::from_uuid),
        };
        (row.hour_key, hours)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The next `most` credited results after learner and transfer, in that order, with their units.
pub(super) async fn list_credited_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    use result::Column;
    list_said_after::<result::Entity>(db, [Column::LearnerId, Column::TransferId, Column::Unit], after, most).await
}

/// The next `most` corrections after learner and transfer, in that order, with their kinds.
pub(super) async fn list_corrections_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    use correction::Column;
    list_said_after::<correction::Entity>(db, [Column::LearnerId, Column::TransferId, Column::Kind], after, most).await
}

/// The next `most` rows that name a transfer, after learner and transfer, in that order, with what they say.
pub(super) async fn list_said_after<E: EntityTrait>(
    db: &impl ConnectionTrait,
    [learner, transfer, said]: [E::Column; 3],
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    let key = Expr::tuple([learner, transfer].map(Expr::col));
    let start = Expr::tuple([Expr::value(after.0.uuid()), Expr::value(after.1.uuid())]);
    let rows: Vec<(uuid::Uuid, uuid::Uuid, String)> = E::find()
        .select_only()
        .columns([learner, transfer, said])
        .filter(transfer.is_not_null().and(key.gt(start)))
        .order_by_asc(learner)
        .order_by_asc(transfer)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(learner, id, said)| (LearnerId::from_uuid(learner), TransferId::from_uuid(id), said)).collect())
}

/// Gives each correction that is kept: whose, its first transfer, its kind.
pub(super) fn each_correction(scan: &mut Scan, take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    scan.each_three("SELECT learner_id, transfer_id, kind FROM correction", take)
}

fn read(row: result::Model) -> Result<LearningResult, DbErr> {
    let wrong = |column: &str| DbErr::Type(format!("result {} has no readable {column}", row.id));
    Ok(LearningResult {
        id: ResultId::from_uuid(row.id),
        attempt: (row.source == UNIT_TEST).then(|| AttemptId::from_uuid(row.source_id)),
        restores: (row.source == RESTORED).then(|| ResultId::from_uuid(row.source_id)),
        score: Permille::from_value(row.score_permille).ok_or_else(|| wrong("score_permille"))?,
        identity_level: IdentityLevel::from_value(row.identity_level).ok_or_else(|| wrong("identity_level"))?,
        supervision_level: SupervisionLevel::from_value(row.supervision_level).ok_or_else(|| wrong("supervision_level"))?,
        is_assisted: row.support == "assisted",
        evidence: Digest::from_slice(&row.evidence_hash).ok_or_else(|| wrong("evidence_hash"))?,
        transfer: row.transfer_id.map(TransferId::from_uuid),
        passed_at: Timestamp::from_ms(row.passed_at_ms),
        passed_day: Day::parse(&row.passed_day),
        rule_version: row.rule_version,
        responsible_org: row.responsible_org,
        edition: row.edition,
        unit: row.unit,
        look: None,
    })
}
