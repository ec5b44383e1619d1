//! Tables `conversion_run` and `conversion_gate`.

use entity::{conversion_gate, conversion_run};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::conversions::laboratory::Sums;
use crate::db::Tx;
use crate::kernel::{Digest, LearnerId, RuleId, Timestamp};

/// A run as its row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::conversions) struct KeptRun {
    pub made_at: Timestamp,
    pub made_by: LearnerId,
    /// How many leaves of the log were sealed then.
    pub sealed: i64,
}

/// Whoever publishes passes through here one at a time: the row is held until the commit.
pub(in crate::conversions) async fn pass_gate(tx: &Tx) -> Result<(), DbErr> {
    conversion_gate::Entity::update_many()
        .col_expr(conversion_gate::Column::Passed, Expr::col(conversion_gate::Column::Passed).add(1))
        .filter(conversion_gate::Column::Id.eq(1))
        .exec(tx)
        .await?;
    Ok(())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Keeps what a run came to; the same once more is kept once.
pub(in crate::conversions) async fn keep(
    tx: &Tx,
    (rule, digest): (RuleId, &Digest),
    sums: Sums,
    (by, sealed): (LearnerId, i64),
) -> Result<bool, DbErr> {
    if find(tx, rule, digest).await?.is_some() {
        return Ok(false);
    }
    let row = conversion_run::ActiveModel {
        rule_id: Set(rule.uuid()),
        digest: Set(digest.to_vec()),
        made_at_ms: Set(tx.now.ms()),
        made_by: Set(by.uuid()),
        lines: Set(count(sums.lines)),
        people: Set(count(sums.people)),
        gain: Set(count(sums.gain)),
        lose: Set(count(sums.lose)),
        more_milli: Set(sums.more),
        less_milli: Set(sums.less),
        sealed: Set(sealed),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(conversion_run::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The run of a rule with this digest. An outcome that was kept, went and came back is the one that was kept.
pub(in crate::conversions) async fn find(
    db: &impl ConnectionTrait,
    rule: RuleId,
    digest: &Digest,
) -> Result<Option<KeptRun>, DbErr> {
    let row = conversion_run::Entity::find_by_id((rule.uuid(), digest.to_vec())).one(db).await?;
    Ok(row.map(|row| KeptRun {
        made_at: Timestamp::from_ms(row.made_at_ms),
        made_by: LearnerId::from_uuid(row.made_by),
        sealed: row.sealed,
    }))
}

/// Whether any run of the rule is kept.
pub(in crate::conversions) async fn has_any(db: &impl ConnectionTrait, rule: RuleId) -> Result<bool, DbErr> {
    Ok(conversion_run::Entity::find().filter(conversion_run::Column::RuleId.eq(rule.uuid())).one(db).await?.is_some())
}
