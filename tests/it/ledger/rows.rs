//! Valid rows of every kind, to be spoilt one column at a time.

use credit_bank::kernel::{LearnerId, TransferId};
use credit_bank::ledger::{self, Posting};
use entity::ledger_transfer as row;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::steps::{Probe, approval, approver, issue, learner, post, reason, reason_of};
use crate::support::databases::Fresh;

/// Wang's account: T01 and T02 issued, T02 frozen, T03 issued and reversed.
pub struct Scene {
    pub t01: TransferId,
    pub t02: TransferId,
    pub freeze: TransferId,
    pub t03: TransferId,
    pub reversal: TransferId,
}

pub fn wang() -> LearnerId {
    learner(1)
}

pub async fn scene(fresh: &Fresh) -> Scene {
    let (t01, t02) = (issue(fresh, wang(), "T01").await, issue(fresh, wang(), "T02").await);
    let freeze = post(fresh, wang(), "f", move |order, book| Posting::freeze(order, reason(), book, t02)).await;
    let t03 = issue(fresh, wang(), "T03").await;
    let reversal = post(fresh, wang(), "r", move |order, book| Posting::reverse(order, approval(), book, t03)).await;
    let id = |posted: Result<ledger::Posted, ledger::Error>| posted.unwrap().transfers[0].id;
    Scene { t01, t02, freeze: id(freeze), t03, reversal: id(reversal) }
}

pub async fn get(fresh: &Fresh, id: TransferId) -> row::Model {
    row::Entity::find_by_id((wang().uuid(), id.uuid())).one(fresh.db.read()).await.unwrap().unwrap()
}

pub async fn last(fresh: &Fresh) -> row::Model {
    let own = row::Entity::find().filter(row::Column::LearnerId.eq(wang().uuid()));
    own.order_by_desc(row::Column::Version).one(fresh.db.read()).await.unwrap().unwrap()
}

/// A row that follows the last one and takes the sides and names of `like`, with fresh ids and keys.
pub async fn next_like(fresh: &Fresh, like: &row::Model, number: u8) -> row::Model {
    let last = last(fresh).await;
    let fresh_id = Uuid::from_bytes([number; 16]);
    let mut next = row::Model {
        id: fresh_id,
        group_id: fresh_id,
        version: last.version + 1,
        before_version: Some(last.version),
        holding_before_milli: last.holding_after_milli,
        pending_before_milli: last.pending_after_milli,
        frozen_before_milli: last.frozen_after_milli,
        transferred_before_milli: last.transferred_after_milli,
        revoked_before_milli: last.revoked_after_milli,
        before_recorded_at_ms: Some(last.recorded_at_ms),
        recorded_at_ms: last.recorded_at_ms,
        idempotency_key: format!("raw{number}"),
        award_key: like.award_key.as_ref().map(|_| format!("1/R{number}/1/1")),
        ..like.clone()
    };
    rebalance(&mut next);
    next
}

/// Makes the balances after of balances before, sides and amount.
pub fn rebalance(next: &mut row::Model) {
    let moved = |kind: &str, before: i64| {
        let up = if next.credit_kind == kind { next.amount_milli } else { 0 };
        let down = if next.debit_kind == kind { next.amount_milli } else { 0 };
        before + up - down
    };
    let after = [
        moved("holding", next.holding_before_milli),
        moved("pending", next.pending_before_milli),
        moved("frozen", next.frozen_before_milli),
        moved("transferred", next.transferred_before_milli),
        moved("revoked", next.revoked_before_milli),
    ];
    [
        next.holding_after_milli,
        next.pending_after_milli,
        next.frozen_after_milli,
        next.transferred_after_milli,
        next.revoked_after_milli,
    ] = after;
}

/// An unfreeze of the scene's freeze.
pub async fn next_unfreeze(fresh: &Fresh, scene: &Scene, number: u8) -> row::Model {
    let like = get(fresh, scene.freeze).await;
    let like = row::Model {
        code: "unfreeze".to_owned(),
        debit_kind: "frozen".to_owned(),
        credit_kind: "holding".to_owned(),
        takes: None,
        resolves: Some(scene.freeze.uuid()),
        names_code: Some("freeze".to_owned()),
        approver_id: Some(approver().uuid()),
        ..like
    };
    next_like(fresh, &like, number).await
}

/// A freeze, revocation or pending transfer out of an award, by its code.
pub async fn next_taking(fresh: &Fresh, award: TransferId, code: &str, number: u8) -> row::Model {
    let (phase, to) = match code {
        "transfer_out" => ("pending", "pending"),
        "revoke" => ("single", "revoked"),
        _ => ("single", "frozen"),
    };
    let given = get(fresh, award).await;
    let like = row::Model {
        code: code.to_owned(),
        phase: phase.to_owned(),
        debit_kind: "holding".to_owned(),
        credit_kind: to.to_owned(),
        takes: Some(award.uuid()),
        names_code: Some(given.code.clone()),
        names_phase: Some(given.phase.clone()),
        award_key: None,
        reason_code: Some("dispute".to_owned()),
        approver_id: Some(approver().uuid()),
        ..given
    };
    next_like(fresh, &like, number).await
}

/// The exact opposite of an earlier transfer.
pub async fn next_reverse(fresh: &Fresh, of: TransferId, number: u8) -> row::Model {
    let given = get(fresh, of).await;
    let like = row::Model {
        code: "reverse".to_owned(),
        phase: "single".to_owned(),
        debit_kind: given.credit_kind.clone(),
        credit_kind: given.debit_kind.clone(),
        takes: None,
        resolves: None,
        reverses: Some(of.uuid()),
        names_code: Some(given.code.clone()),
        names_phase: Some(given.phase.clone()),
        award_key: None,
        reason_code: Some("dispute".to_owned()),
        approver_id: Some(approver().uuid()),
        ..given
    };
    next_like(fresh, &like, number).await
}

/// Why the database refuses the row; what it accepts is taken back.
pub async fn refusal(fresh: &Fresh, next: &row::Model) -> Option<String> {
    let next = next.clone();
    let outcome: Result<(), Probe> = fresh
        .db
        .write(async move |tx| {
            next.clone().into_active_model().insert(tx).await?;
            Err(Probe::Accepted)
        })
        .await;
    reason_of(outcome)
}

/// The row is accepted as it is, and refused once changed, for a reason that holds one of `words`
/// (the constraint's name, or on SQLite, which names no foreign key, what it says of all of them).
pub async fn refused(fresh: &Fresh, valid: &row::Model, words: &[&str], change: impl FnOnce(&mut row::Model)) {
    assert_eq!(refusal(fresh, valid).await, None, "the row before the change");
    let mut wrong = valid.clone();
    change(&mut wrong);
    let reason = refusal(fresh, &wrong).await;
    let fits = |reason: &str| words.iter().any(|word| reason.contains(word));
    assert!(reason.as_deref().is_some_and(fits), "{reason:?} has none of {words:?}");
}

pub async fn insert_for_good(fresh: &Fresh, next: &row::Model) {
    let next = next.clone();
    let done: Result<(), Probe> = fresh
        .db
        .write(async move |tx| {
            next.clone().into_active_model().insert(tx).await?;
            Ok(())
        })
        .await;
    assert_eq!(reason_of(done), None);
}
