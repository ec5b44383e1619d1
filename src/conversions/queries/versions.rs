//! Table `conversion_rule`.

use entity::conversion_rule as table;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::discards;
use crate::conversions::rule::{Rule, Terms};
use crate::conversions::rules::{Direction, RuleState, TestCase};
use crate::db::Tx;
use crate::kernel::{AgencyId, Credits, Day, Digest, LearnerId, OrganisationId, RuleId, Timestamp};
use crate::ledger::{Amount, Fraction};
use crate::recognition::{Deciders, Levels};

/// What these rows are in the archives.
pub(in crate::conversions) const RECORD_CLASS: &str = "conversion_rule";
pub(in crate::conversions) const RETENTION: &str = "permanent";
pub(in crate::conversions) const OPENNESS: &str = "public";
pub(in crate::conversions) const FORMAT: i64 = 1;

type Column = table::Column;

fn altered(row: &table::Model, what: &str) -> DbErr {
    DbErr::Custom(format!("conversion_rule {}: {what} was altered", row.id))
}

fn day(row: &table::Model, text: &str) -> Result<Day, DbErr> {
    Day::parse(text).ok_or_else(|| altered(row, "day"))
}

fn rule_of(row: table::Model) -> Result<Rule, DbErr> {
    let credits = |milli: i64| Credits::from_milli(milli).ok_or_else(|| altered(&row, "credits"));
    let tests: Option<Vec<TestCase>> = row.tests.split(' ').filter(|code| !code.is_empty()).map(TestCase::from_code).collect();
    let ended = match (&row.ended_day, row.ended_by, &row.ended_why) {
        (Some(on), Some(by), Some(why)) => Some((day(&row, on)?, LearnerId::from_uuid(by), why.clone())),
        _ => None,
    };
    Ok(Rule {
        id: RuleId::from_uuid(row.id),
        agency: AgencyId::from_uuid(row.agency_id),
        partner: OrganisationId::from_uuid(row.partner_id),
        direction: Direction::from_code(&row.direction).ok_or_else(|| altered(&row, "direction"))?,
        version: u32::try_from(row.version).map_err(|_| altered(&row, "version"))?,
        fraction: Fraction {
            numerator: row.numerator,
            denominator: row.denominator,
            step: Amount::from_milli(row.step).ok_or_else(|| altered(&row, "step"))?,
        },
        least: Levels::from_values(row.least_identity, row.least_supervision).ok_or_else(|| altered(&row, "levels"))?,
        from: day(&row, &row.from_day)?,
        until: row.until_day.as_ref().map(|text| day(&row, text)).transpose()?,
        deciders: if row.deciders == 1 { Deciders::One } else { Deciders::Two },
        most: row.most_milli.map(credits).transpose()?,
        promised_days: u32::try_from(row.promised_days).map_err(|_| altered(&row, "promised days"))?,
        tests: tests.ok_or_else(|| altered(&row, "tests"))?,
        state: RuleState::from_code(&row.state).ok_or_else(|| altered(&row, "state"))?,
        drafted_by: LearnerId::from_uuid(row.drafted_by),
        drafted_at: Timestamp::from_ms(row.drafted_at_ms),
        published_by: row.published_by.map(LearnerId::from_uuid),
        published_at: row.published_at_ms.map(Timestamp::from_ms),
        ended,
        partner_name: row.partner_name,
        unit: row.unit,
        title: row.title,
        evidence: row.evidence,
    })
}

fn rules_of(rows: Vec<table::Model>) -> Result<Vec<Rule>, DbErr> {
    rows.into_iter().map(rule_of).collect()
}

/// A draft about to be kept.
pub(in crate::conversions) struct NewDraft<'a> {
    pub id: RuleId,
    pub agency: AgencyId,
    pub terms: &'a Terms,
    pub partner_name: &'a str,
    pub copied_from: Option<RuleId>,
    pub by: LearnerId,
    pub responsible_org: &'a str,
}

fn tests_of(terms: &Terms) -> String {
    let codes: Vec<String> = terms.tests.iter().map(|case| case.code()).collect();
    codes.join(" ")
}

const fn number_of(deciders: Deciders) -> i64 {
    match deciders {
        Deciders::One => 1,
        Deciders::Two => 2,
    }
}

pub(in crate::conversions) async fn insert(tx: &Tx, new: &NewDraft<'_>) -> Result<(), DbErr> {
    let terms = new.terms;
    let row = table::ActiveModel {
        id: Set(new.id.uuid()),
        agency_id: Set(new.agency.uuid()),
        partner_id: Set(terms.partner.uuid()),
        partner_name: Set(new.partner_name.to_owned()),
        direction: Set(terms.direction.code().to_owned()),
        unit: Set(terms.unit.clone()),
        version: Set(0),
        title: Set(terms.title.clone()),
        numerator: Set(terms.fraction.numerator),
        denominator: Set(terms.fraction.denominator),
        step: Set(terms.fraction.step.milli()),
        least_identity: Set(terms.least.identity.value()),
        least_supervision: Set(terms.least.supervision.value()),
        evidence: Set(terms.evidence.clone()),
        from_day: Set(terms.from.to_string()),
        until_day: Set(terms.until.map(|day| day.to_string())),
        deciders: Set(number_of(terms.deciders)),
        most_milli: Set(terms.most.map(Credits::milli)),
        promised_days: Set(i64::from(terms.promised_days)),
        tests: Set(tests_of(terms)),
        copied_from: Set(new.copied_from.map(RuleId::uuid)),
        state: Set(RuleState::Draft.code().to_owned()),
        drafted_by: Set(new.by.uuid()),
        drafted_at_ms: Set(tx.now.ms()),
        published_by: Set(None),
        published_at_ms: Set(None),
        run_digest: Set(None),
        ended_day: Set(None),
        ended_at_ms: Set(None),
        ended_by: Set(None),
        ended_why: Set(None),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(new.responsible_org.to_owned()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    table::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a draft anew; `false` where it is none any more.
pub(in crate::conversions) async fn rewrite(tx: &Tx, id: RuleId, terms: &Terms, partner_name: &str) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(Column::PartnerId, Expr::value(terms.partner.uuid()))
        .col_expr(Column::PartnerName, Expr::value(partner_name.to_owned()))
        .col_expr(Column::Direction, Expr::value(terms.direction.code()))
        .col_expr(Column::Unit, Expr::value(terms.unit.clone()))
        .col_expr(Column::Title, Expr::value(terms.title.clone()))
        .col_expr(Column::Numerator, Expr::value(terms.fraction.numerator))
        .col_expr(Column::Denominator, Expr::value(terms.fraction.denominator))
        .col_expr(Column::Step, Expr::value(terms.fraction.step.milli()))
        .col_expr(Column::LeastIdentity, Expr::value(terms.least.identity.value()))
        .col_expr(Column::LeastSupervision, Expr::value(terms.least.supervision.value()))
        .col_expr(Column::Evidence, Expr::value(terms.evidence.clone()))
        .col_expr(Column::FromDay, Expr::value(terms.from.to_string()))
        .col_expr(Column::UntilDay, Expr::value(terms.until.map(|day| day.to_string())))
        .col_expr(Column::Deciders, Expr::value(number_of(terms.deciders)))
        .col_expr(Column::MostMilli, Expr::value(terms.most.map(Credits::milli)))
        .col_expr(Column::PromisedDays, Expr::value(i64::from(terms.promised_days)))
        .col_expr(Column::Tests, Expr::value(tests_of(terms)))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(RuleState::Draft.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes a draft the next version of what it is about.
pub(in crate::conversions) async fn publish(
    tx: &Tx,
    id: RuleId,
    version: u32,
    (by, run, partner_name): (LearnerId, &Digest, &str),
) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(Column::State, Expr::value(RuleState::Published.code()))
        .col_expr(Column::Version, Expr::value(i64::from(version)))
        .col_expr(Column::PartnerName, Expr::value(partner_name.to_owned()))
        .col_expr(Column::PublishedBy, Expr::value(Some(by.uuid())))
        .col_expr(Column::PublishedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(Column::RunDigest, Expr::value(Some(run.to_vec())))
        .col_expr(Column::FormedAtMs, Expr::value(tx.now.ms()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(RuleState::Draft.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends one that was published; `false` where it is ended already, or none.
pub(in crate::conversions) async fn end(tx: &Tx, id: RuleId, by: LearnerId, why: &str) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(Column::State, Expr::value(RuleState::Ended.code()))
        .col_expr(Column::EndedDay, Expr::value(Some(tx.now.day().to_string())))
        .col_expr(Column::EndedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(Column::EndedBy, Expr::value(Some(by.uuid())))
        .col_expr(Column::EndedWhy, Expr::value(Some(why.to_owned())))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(RuleState::Published.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// What nobody has discarded.
fn not_discarded() -> Expr {
    Expr::cust("NOT EXISTS (SELECT 1 FROM conversion_discard gone WHERE gone.rule_id = conversion_rule.id)")
}

/// The rule; none where it was discarded.
pub(in crate::conversions) async fn find(db: &impl ConnectionTrait, id: RuleId) -> Result<Option<Rule>, DbErr> {
    table::Entity::find_by_id(id.uuid()).filter(not_discarded()).one(db).await?.map(rule_of).transpose()
}

/// The same, held until the commit. On SQLite the one writer sees to that.
pub(in crate::conversions) async fn hold(tx: &Tx, id: RuleId) -> Result<Option<Rule>, DbErr> {
    let rule = hold_any(tx, id).await?;
    // Asked once it is held: whoever held it before may have discarded it.
    if discards::is_discarded(tx, id).await? { Ok(None) } else { Ok(rule) }
}

/// The same, also where it was discarded.
pub(in crate::conversions) async fn hold_any(tx: &Tx, id: RuleId) -> Result<Option<Rule>, DbErr> {
    let query = table::Entity::find_by_id(id.uuid());
    let query = if tx.get_database_backend() == DbBackend::Postgres { query.lock_exclusive() } else { query };
    query.one(tx).await?.map(rule_of).transpose()
}

/// Not replaced by the end of `day`: no other version of the same began later. One that was ended before its first day replaces nothing.
fn not_replaced(day: Day) -> Expr {
    Expr::cust(format!(
        "NOT EXISTS (SELECT 1 FROM conversion_rule newer WHERE newer.agency_id = conversion_rule.agency_id
            AND newer.direction = conversion_rule.direction AND newer.partner_id = conversion_rule.partner_id
            AND newer.unit = conversion_rule.unit AND newer.version > 0 AND newer.from_day <= '{day}'
            AND (newer.ended_day IS NULL OR newer.ended_day >= newer.from_day)
            AND (newer.from_day > conversion_rule.from_day
                OR (newer.from_day = conversion_rule.from_day AND newer.version > conversion_rule.version)))"
    ))
}

/// Neither run out on `day` nor ended by then.
fn not_over(day: Day) -> Condition {
    let day = day.to_string();
    Condition::all()
        .add(Column::Version.gt(0))
        .add(Condition::any().add(Column::UntilDay.is_null()).add(Column::UntilDay.gte(day.clone())))
        .add(Condition::any().add(Column::EndedDay.is_null()).add(Column::EndedDay.gt(day)))
}

fn in_force(day: Day) -> Select<table::Entity> {
    table::Entity::find().filter(not_over(day)).filter(Column::FromDay.lte(day.to_string())).filter(not_replaced(day))
}

/// The rules in force on `day`, by agency, partner and unit.
pub(in crate::conversions) async fn list_in_force(
    db: &impl ConnectionTrait,
    direction: Option<Direction>,
    (day, part): (Day, Option<(u64, u64)>),
) -> Result<Vec<Rule>, DbErr> {
    let mut query = in_force(day)
        .order_by_asc(Column::AgencyId)
        .order_by_asc(Column::PartnerName)
        .order_by_asc(Column::Direction)
        .order_by_asc(Column::Unit)
        .order_by_asc(Column::Id);
    if let Some(direction) = direction {
        query = query.filter(Column::Direction.eq(direction.code()));
    }
    if let Some((skip, most)) = part {
        query = query.offset(skip).limit(most);
    }
    rules_of(query.all(db).await?)
}

pub(in crate::conversions) async fn count_in_force(db: &impl ConnectionTrait, day: Day) -> Result<u64, DbErr> {
    in_force(day).count(db).await
}

/// What versions are about.
#[derive(Clone, Copy)]
pub(in crate::conversions) struct Matter<'a> {
    pub agency: AgencyId,
    pub direction: Direction,
    pub partner: OrganisationId,
    pub unit: &'a str,
}

impl Matter<'_> {
    fn condition(self) -> Condition {
        Condition::all()
            .add(Column::AgencyId.eq(self.agency.uuid()))
            .add(Column::Direction.eq(self.direction.code()))
            .add(Column::PartnerId.eq(self.partner.uuid()))
            .add(Column::Unit.eq(self.unit))
    }
}

/// The version in force on `day`.
pub(in crate::conversions) async fn find_in_force(
    db: &impl ConnectionTrait,
    matter: Matter<'_>,
    day: Day,
) -> Result<Option<Rule>, DbErr> {
    in_force(day).filter(matter.condition()).one(db).await?.map(rule_of).transpose()
}

/// The version published last.
pub(in crate::conversions) async fn find_newest(db: &impl ConnectionTrait, matter: Matter<'_>) -> Result<Option<Rule>, DbErr> {
    let query = table::Entity::find().filter(matter.condition()).filter(Column::Version.gt(0));
    query.order_by_desc(Column::Version).one(db).await?.map(rule_of).transpose()
}

/// All rules that hold on `day` or later, whether or not another version is to replace them.
pub(in crate::conversions) async fn list_holding(db: &impl ConnectionTrait, day: Day) -> Result<Vec<Rule>, DbErr> {
    let query = table::Entity::find().filter(not_over(day)).filter(not_replaced(day));
    rules_of(query.order_by_asc(Column::Id).all(db).await?)
}

/// How an agency's rules stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::conversions) enum Standing {
    /// In force.
    Now,
    /// Published, to begin later.
    Later,
    /// Drafts.
    Drafts,
    /// Over: run out, replaced or ended.
    Over,
}

fn of_agency(agency: AgencyId, standing: Standing, today: Day) -> Select<table::Entity> {
    let day = today.to_string();
    let begun = table::Entity::find().filter(Column::Version.gt(0));
    let query = match standing {
        Standing::Now => in_force(today),
        Standing::Later => begun.filter(Column::FromDay.gt(day)).filter(Column::EndedDay.is_null()),
        Standing::Drafts => table::Entity::find().filter(Column::State.eq(RuleState::Draft.code())).filter(not_discarded()),
        Standing::Over => begun.filter(
            Condition::any()
                .add(Column::EndedDay.lte(day.clone()))
                .add(Condition::all().add(Column::UntilDay.is_not_null()).add(Column::UntilDay.lt(day.clone())))
                .add(Condition::all().add(Column::FromDay.lte(day)).add(not_replaced(today).not())),
        ),
    };
    query.filter(Column::AgencyId.eq(agency.uuid()))
}

/// The versions of an agency's rules that were published, whatever has become of them: id and number.
pub(in crate::conversions) async fn list_published(
    db: &impl ConnectionTrait,
    agency: AgencyId,
) -> Result<Vec<(RuleId, i64)>, DbErr> {
    let rows: Vec<(uuid::Uuid, i64)> = table::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Version])
        .filter(Column::AgencyId.eq(agency.uuid()))
        .filter(Column::Version.gt(0))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, version)| (RuleId::from_uuid(id), version)).collect())
}

/// One page of an agency's rules, the newest first, and how many there are.
pub(in crate::conversions) async fn list_of_agency(
    db: &impl ConnectionTrait,
    (agency, standing, today): (AgencyId, Standing, Day),
    (skip, most): (u64, u64),
) -> Result<(Vec<Rule>, u64), DbErr> {
    let total = of_agency(agency, standing, today).count(db).await?;
    let query = of_agency(agency, standing, today)
        .order_by_asc(Column::PartnerName)
        .order_by_asc(Column::Unit)
        .order_by_desc(Column::Version)
        .order_by_desc(Column::DraftedAtMs)
        .order_by_asc(Column::Id);
    Ok((rules_of(query.offset(skip).limit(most).all(db).await?)?, total))
}
