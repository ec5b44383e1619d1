//! Tables `ledger_account` and `ledger_transfer`.

use entity::{ledger_account, ledger_transfer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, IdenStatic, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait, Statement, TryGetableMany, Value,
};

use super::checks::Account;
use super::posting::Ask;
use super::transfer::{How, Named, Transfer};
use super::words::{Amount, Asset, AwardKey, AwardSeries, Balances, Code, Kind, Phase, Sides};
use crate::db::Tx;
use crate::kernel::{Credits, Digest, LearnerId, OrganisationId, Timestamp, TransferId};

/// The accounts with what hangs on postings to come: the end of each chain, what was posted under the same key, awards of the same series.
/// On PostgreSQL the accounts' rows are locked until the commit, in the order of learners.
const CHAINS: &str = "SELECT a.learner_id, a.version, a.holding_milli, a.pending_milli, a.frozen_milli, a.transferred_milli,
    a.revoked_milli, a.recorded_at_ms, a.closed, t.id, t.version, t.award_key, t.group_id, t.request_hash,
    (t.idempotency_scope = q.scope AND t.idempotency_key = q.key), r.id
FROM q CROSS JOIN ledger_account a
LEFT JOIN ledger_transfer t ON (t.learner_id = a.learner_id AND t.asset = a.asset AND t.version >= a.version)
    OR (t.learner_id = a.learner_id AND t.idempotency_scope = q.scope AND t.idempotency_key = q.key)
    OR (t.learner_id = a.learner_id AND t.award_key >= q.award_from AND t.award_key < q.award_until)
LEFT JOIN ledger_transfer r ON r.learner_id = t.learner_id AND r.reverses = t.id
WHERE a.learner_id = q.learner_id AND a.asset = 1";

/// The account's row with one transfer of those that [`CHAINS`] asks for.
pub(super) struct ChainRow {
    pub(super) account: Account,
    pub(super) transfer: Option<NearTransfer>,
}

/// What a posting must know of a transfer before it.
pub(super) struct NearTransfer {
    pub(super) id: TransferId,
    pub(super) version: i64,
    pub(super) award_key: Option<AwardKey>,
    pub(super) group: uuid::Uuid,
    pub(super) request: Vec<u8>,
    pub(super) bears_the_key: bool,
    pub(super) is_reversed: bool,
}

/// Rows of the chains asked for, several of one learner where there is more to know; none of a learner who has no account.
pub(super) async fn lock_chains(tx: &Tx, asks: &[&Ask]) -> Result<Vec<ChainRow>, DbErr> {
    let backend = tx.get_database_backend();
    let mut values: Vec<Value> = Vec::with_capacity(asks.len() * 5);
    for ask in asks {
        let (from, until) = ask.series.as_ref().map(AwardSeries::key_range).unwrap_or_default();
        values.extend([ask.learner.uuid().into(), ask.key.scope().into(), ask.key.of_leg(0).into(), from.into(), until.into()]);
    }
    let asked = rows_of_places(backend, asks.len(), 5);
    let lock = if backend == DbBackend::Postgres { " ORDER BY a.learner_id FOR UPDATE OF a" } else { "" };
    let sql = format!("WITH q (learner_id, scope, key, award_from, award_until) AS (VALUES {asked}) {CHAINS}{lock}");
    tx.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?.iter().map(chain_row).collect()
}

/// Places for `rows` rows of `width` values each, as `VALUES` takes them.
fn rows_of_places(backend: DbBackend, rows: usize, width: usize) -> String {
    let mut text = String::with_capacity(rows * width * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for place in 0..width {
            let comma = if place == 0 { "" } else { ", " };
            match backend {
                DbBackend::Postgres => text.push_str(&format!("{comma}${}", row * width + place + 1)),
                _ => text.push_str(&format!("{comma}?")),
            }
        }
        text.push(')');
    }
    text
}

fn chain_row(row: &QueryResult) -> Result<ChainRow, DbErr> {
    let milli = |at: usize| row.try_get_by_index::<i64>(at).and_then(credits);
    let account = Account {
        learner: LearnerId::from_uuid(row.try_get_by_index(0)?),
        asset: Asset::LITERACY,
        version: row.try_get_by_index::<Option<i64>>(1)?.unwrap_or(0),
        balances: Balances {
            holding: milli(2)?,
            pending: milli(3)?,
            frozen: milli(4)?,
            transferred: milli(5)?,
            revoked: milli(6)?,
        },
        recorded_at: row.try_get_by_index::<Option<i64>>(7)?.map(Timestamp::from_ms),
        is_closed: row.try_get_by_index::<i64>(8)? == 1,
    };
    let Some(id) = row.try_get_by_index::<Option<uuid::Uuid>>(9)? else { return Ok(ChainRow { account, transfer: None }) };
    let award_key = row.try_get_by_index::<Option<String>>(11)?;
    let transfer = NearTransfer {
        id: TransferId::from_uuid(id),
        version: row.try_get_by_index(10)?,
        award_key: award_key.map(|text| AwardKey::parse(&text).ok_or_else(|| unreadable(id, "award_key"))).transpose()?,
        group: row.try_get_by_index(12)?,
        request: row.try_get_by_index(13)?,
        bears_the_key: row.try_get_by_index(14)?,
        is_reversed: row.try_get_by_index::<Option<uuid::Uuid>>(15)?.is_some(),
    };
    Ok(ChainRow { account, transfer: Some(transfer) })
}

/// Opens accounts: on PostgreSQL, so that there is a row to lock; and to be closed. How many it was this transaction that opened.
pub(super) async fn insert_empty_accounts(tx: &Tx, learners: impl IntoIterator<Item = LearnerId>) -> Result<u64, DbErr> {
    let rows = learners.into_iter().map(|learner| account_row(&Account::empty(learner)));
    let do_nothing =
        OnConflict::columns([ledger_account::Column::LearnerId, ledger_account::Column::Asset]).do_nothing().to_owned();
    ledger_account::Entity::insert_many(rows).on_conflict(do_nothing).exec_without_returning(tx).await
}

/// Inserts accounts of learners, as they stand after their first postings.
pub(super) async fn insert_accounts(tx: &Tx, accounts: &[Account]) -> Result<(), DbErr> {
    ledger_account::Entity::insert_many(accounts.iter().map(account_row)).exec_without_returning(tx).await?;
    Ok(())
}

/// Brings each account from the version it had to what it shows now. How many rows that were.
pub(super) async fn update_accounts(tx: &Tx, accounts: &[(i64, Account)]) -> Result<u64, DbErr> {
    let backend = tx.get_database_backend();
    let mut values: Vec<Value> = Vec::with_capacity(accounts.len() * 9);
    for (was, account) in accounts {
        let balances = account.balances;
        values.push(account.learner.uuid().into());
        let shown = [balances.holding, balances.pending, balances.frozen, balances.transferred, balances.revoked];
        values.extend([*was, account.version].into_iter().chain(shown.map(Credits::milli)).map(Value::from));
        values.push(account.recorded_at.map(Timestamp::ms).into());
    }
    let sql = format!(
        "WITH n (learner_id, was, version, holding, pending, frozen, transferred, revoked, recorded_at) AS (VALUES {}) \
         UPDATE ledger_account AS a SET version = n.version, holding_milli = n.holding, pending_milli = n.pending, \
         frozen_milli = n.frozen, transferred_milli = n.transferred, revoked_milli = n.revoked, recorded_at_ms = n.recorded_at \
         FROM n WHERE a.learner_id = n.learner_id AND a.asset = 1 AND coalesce(a.version, 0) = n.was",
        rows_of_places(backend, accounts.len(), 9)
    );
    Ok(tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?.rows_affected())
}

/// Closes an account. How many rows that were.
pub(super) async fn close_account(tx: &Tx, learner: LearnerId) -> Result<u64, DbErr> {
    use ledger_account::Column;
    let done = ledger_account::Entity::update_many()
        .col_expr(Column::Closed, Expr::value(1_i64))
        .filter(Column::LearnerId.eq(learner.uuid()).and(Column::Asset.eq(Asset::LITERACY.value())))
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
}

/// Inserts the legs of postings, in order, in one statement. How many rows that were: fewer where a key of one was taken.
pub(super) async fn insert_transfers(tx: &Tx, legs: &[&Transfer]) -> Result<u64, DbErr> {
    let rows = legs.iter().copied().map(transfer_row);
    let insert = ledger_transfer::Entity::insert_many(rows);
    match tx.get_database_backend() {
        DbBackend::Postgres => insert.on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await,
        // The one writer of SQLite has looked all keys up; its guard refuses what is there already.
        _ => insert.exec_without_returning(tx).await,
    }
}

pub(super) async fn list_transfers(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Transfer>, DbErr> {
    let rows = ledger_transfer::Entity::find()
        .filter(ledger_transfer::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(ledger_transfer::Column::Asset)
        .order_by_asc(ledger_transfer::Column::Version)
        .all(db)
        .await?;
    rows.into_iter().map(read_transfer).collect()
}

/// All transfers of several learners, each one's in the order of its chain.
pub(super) async fn list_transfers_of(db: &impl ConnectionTrait, learners: &[LearnerId]) -> Result<Vec<Transfer>, DbErr> {
    let rows = ledger_transfer::Entity::find()
        .filter(ledger_transfer::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .order_by_asc(ledger_transfer::Column::LearnerId)
        .order_by_asc(ledger_transfer::Column::Asset)
        .order_by_asc(ledger_transfer::Column::Version)
        .all(db)
        .await?;
    rows.into_iter().map(read_transfer).collect()
}

pub(super) async fn list_group(db: &impl ConnectionTrait, learner: LearnerId, group: uuid::Uuid) -> Result<Vec<Transfer>, DbErr> {
    let rows = ledger_transfer::Entity::find()
        .filter(ledger_transfer::Column::LearnerId.eq(learner.uuid()))
        .filter(ledger_transfer::Column::GroupId.eq(group))
        .order_by_asc(ledger_transfer::Column::Version)
        .all(db)
        .await?;
    rows.into_iter().map(read_transfer).collect()
}

pub(super) async fn find_transfer(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: TransferId,
) -> Result<Option<Transfer>, DbErr> {
    let row = ledger_transfer::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?;
    row.map(read_transfer).transpose()
}

pub(super) async fn find_account(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<Account>, DbErr> {
    let row = ledger_account::Entity::find_by_id((learner.uuid(), Asset::LITERACY.value())).one(db).await?;
    row.map(read_account).transpose()
}

/// Learner, asset and version: the order in which the audit reads.
pub(super) type Place = (LearnerId, i64, i64);

/// The next `most` transfers after a place, in that order, with their ids; each as it stands, or why it cannot be read.
pub(super) async fn list_transfers_after(
    db: &impl ConnectionTrait,
    after: Place,
    most: u64,
) -> Result<Vec<(Place, TransferId, Result<Transfer, DbErr>)>, DbErr> {
    use ledger_transfer::Column;
    let key = Expr::tuple([Column::LearnerId, Column::Asset, Column::Version].map(Expr::col));
    let (learner, asset, version) = after;
    let start = Expr::tuple([Expr::value(learner.uuid()), Expr::value(asset), Expr::value(version)]);
    let rows = ledger_transfer::Entity::find()
        .filter(key.gt(start))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::Asset)
        .order_by_asc(Column::Version)
        .limit(most);
    // Row by row, so that one that cannot be read does not hide the others.
    let rows = db.query_all_raw(rows.build(db.get_database_backend())).await?;
    rows.iter()
        .map(|row| {
            let learner = LearnerId::from_uuid(row.try_get("", Column::LearnerId.as_str())?);
            let place = (learner, row.try_get("", Column::Asset.as_str())?, row.try_get("", Column::Version.as_str())?);
            let id = TransferId::from_uuid(row.try_get("", Column::Id.as_str())?);
            Ok((place, id, ledger_transfer::Model::from_query_result(row, "").and_then(read_transfer)))
        })
        .collect()
}

/// The next `most` accounts after `learner`.
pub(super) async fn list_accounts_after(db: &impl ConnectionTrait, after: LearnerId, most: u64) -> Result<Vec<Account>, DbErr> {
    let rows = ledger_account::Entity::find()
        .filter(ledger_account::Column::LearnerId.gt(after.uuid()))
        .order_by_asc(ledger_account::Column::LearnerId)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(read_account).collect()
}

/// The next `most` awards after learner and id, in that order, with their award keys.
pub(super) async fn list_awards_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    use ledger_transfer::Column;
    list_ids_after(db, Column::AwardKey.is_not_null(), Column::AwardKey, after, most).await
}

/// The next `most` first legs of what puts right, after learner and id, in that order, with their codes.
pub(super) async fn list_corrections_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    use ledger_transfer::Column;
    let codes = [Code::Freeze, Code::Unfreeze, Code::Revoke, Code::Reverse].map(Code::code);
    // An issue that somebody approved gives again what was taken back by mistake.
    let given_again = Column::Code.eq(Code::Issue.code()).and(Column::ApproverId.is_not_null());
    // Further legs bear the key with their number behind it.
    let first_legs = Column::Code.is_in(codes).or(given_again).and(Column::IdempotencyKey.not_like("%#%"));
    list_ids_after(db, first_legs, Column::Code, after, most).await
}

async fn list_ids_after(
    db: &impl ConnectionTrait,
    which: SimpleExpr,
    what: ledger_transfer::Column,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    use ledger_transfer::Column;
    let key = Expr::tuple([Column::LearnerId, Column::Id].map(Expr::col));
    let start = Expr::tuple([Expr::value(after.0.uuid()), Expr::value(after.1.uuid())]);
    let ids = ledger_transfer::Entity::find()
        .select_only()
        .columns([Column::LearnerId, Column::Id, what])
        .filter(which.and(key.gt(start)))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::Id)
        .limit(most);
    let rows = db.query_all_raw(ids.build(db.get_database_backend())).await?;
    // What is no text says nothing, and fits nothing.
    let said = |row: &QueryResult| row.try_get_by_index::<String>(2).unwrap_or_default();
    rows.iter()
        .map(|row| {
            let (learner, id) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            Ok((LearnerId::from_uuid(learner), TransferId::from_uuid(id), said(row)))
        })
        .collect()
}

/// What the database itself adds up: rows and milli-credits by debit and credit kind. Kinds that cannot be read are left out; then the
/// sums do not agree.
pub(super) async fn sum_by_sides(db: &impl ConnectionTrait) -> Result<Vec<(String, String, i64, i64)>, DbErr> {
    use ledger_transfer::Column;
    let sums = ledger_transfer::Entity::find()
        .select_only()
        .column(Column::DebitKind)
        .column(Column::CreditKind)
        .column_as(Column::Id.count(), "transfers")
        .column_as(Expr::col(Column::AmountMilli).sum().cast_as("BIGINT"), "milli")
        .group_by(Column::DebitKind)
        .group_by(Column::CreditKind);
    let rows = db.query_all_raw(sums.build(db.get_database_backend())).await?;
    let read = |row: &QueryResult| <(String, String, i64, i64)>::try_get_many_by_index(row).ok();
    Ok(rows.iter().filter_map(read).collect())
}

fn account_row(account: &Account) -> ledger_account::ActiveModel {
    let balances = account.balances;
    ledger_account::ActiveModel {
        learner_id: Set(account.learner.uuid()),
        asset: Set(account.asset.value()),
        version: Set((account.version > 0).then_some(account.version)),
        holding_milli: Set(balances.holding.milli()),
        pending_milli: Set(balances.pending.milli()),
        frozen_milli: Set(balances.frozen.milli()),
        transferred_milli: Set(balances.transferred.milli()),
        revoked_milli: Set(balances.revoked.milli()),
        recorded_at_ms: Set(account.recorded_at.map(Timestamp::ms)),
        closed: Set(i64::from(account.is_closed)),
    }
}

fn transfer_row(transfer: &Transfer) -> ledger_transfer::ActiveModel {
    let named = |how: How| transfer.names.filter(|named| named.how == how).map(|named| named.id.uuid());
    let (before, after) = (transfer.before, transfer.after);
    ledger_transfer::ActiveModel {
        learner_id: Set(transfer.learner.uuid()),
        id: Set(transfer.id.uuid()),
        asset: Set(transfer.asset.value()),
        version: Set(transfer.version),
        before_version: Set((transfer.version > 1).then_some(transfer.version - 1)),
        code: Set(transfer.code.code().to_owned()),
        phase: Set(transfer.phase.code().to_owned()),
        debit_kind: Set(transfer.sides.debit.code().to_owned()),
        credit_kind: Set(transfer.sides.credit.code().to_owned()),
        issuer_id: Set(transfer.issuer.uuid()),
        amount_milli: Set(transfer.amount.milli()),
        holding_before_milli: Set(before.holding.milli()),
        pending_before_milli: Set(before.pending.milli()),
        frozen_before_milli: Set(before.frozen.milli()),
        transferred_before_milli: Set(before.transferred.milli()),
        revoked_before_milli: Set(before.revoked.milli()),
        before_recorded_at_ms: Set(transfer.before_recorded_at.map(Timestamp::ms)),
        holding_after_milli: Set(after.holding.milli()),
        pending_after_milli: Set(after.pending.milli()),
        frozen_after_milli: Set(after.frozen.milli()),
        transferred_after_milli: Set(after.transferred.milli()),
        revoked_after_milli: Set(after.revoked.milli()),
        group_id: Set(transfer.group),
        resolves: Set(named(How::Resolves)),
        reverses: Set(named(How::Reverses)),
        takes: Set(named(How::Takes)),
        names_code: Set(transfer.names.map(|named| named.code.code().to_owned())),
        names_phase: Set(transfer.names.map(|named| named.phase.code().to_owned())),
        award_key: Set(transfer.award_key.as_ref().map(ToString::to_string)),
        occurred_at_ms: Set(transfer.occurred_at.ms()),
        recorded_at_ms: Set(transfer.recorded_at.ms()),
        actor_id: Set(transfer.actor.uuid()),
        approver_id: Set(transfer.approver.map(LearnerId::uuid)),
        reason_code: Set(transfer.reason.clone()),
        rule_version: Set(transfer.rule_version.clone()),
        evidence_hash: Set(transfer.evidence.to_vec()),
        idempotency_scope: Set(transfer.key_scope.clone()),
        idempotency_key: Set(transfer.key.clone()),
        request_hash: Set(transfer.request.to_vec()),
        format_version: Set(transfer.format_version),
        salt: Set(transfer.salt.to_vec()),
        leaf_hash: Set(transfer.leaf.to_vec()),
    }
}

fn read_account(row: ledger_account::Model) -> Result<Account, DbErr> {
    Ok(Account {
        learner: LearnerId::from_uuid(row.learner_id),
        asset: Asset::from_value(row.asset).ok_or_else(|| unreadable(row.learner_id, "asset"))?,
        version: row.version.unwrap_or(0),
        balances: balances([row.holding_milli, row.pending_milli, row.frozen_milli, row.transferred_milli, row.revoked_milli])?,
        recorded_at: row.recorded_at_ms.map(Timestamp::from_ms),
        is_closed: match row.closed {
            0 => false,
            1 => true,
            _ => return Err(unreadable(row.learner_id, "closed")),
        },
    })
}

fn read_transfer(row: ledger_transfer::Model) -> Result<Transfer, DbErr> {
    let wrong = |column: &'static str| move || unreadable(row.id, column);
    if row.before_version != (row.version > 1).then_some(row.version - 1) {
        return Err(unreadable(row.id, "before_version"));
    }
    let kind = |text: &str, column| Kind::from_code(text).ok_or_else(wrong(column));
    let digest = |bytes: &[u8], column| Digest::from_slice(bytes).ok_or_else(wrong(column));
    let award_key = row.award_key.as_deref().map(|text| AwardKey::parse(text).ok_or_else(wrong("award_key"))).transpose()?;
    Ok(Transfer {
        learner: LearnerId::from_uuid(row.learner_id),
        id: TransferId::from_uuid(row.id),
        asset: Asset::from_value(row.asset).ok_or_else(wrong("asset"))?,
        version: row.version,
        code: Code::from_code(&row.code).ok_or_else(wrong("code"))?,
        phase: Phase::from_code(&row.phase).ok_or_else(wrong("phase"))?,
        sides: Sides { debit: kind(&row.debit_kind, "debit_kind")?, credit: kind(&row.credit_kind, "credit_kind")? },
        issuer: OrganisationId::from_uuid(row.issuer_id),
        amount: Amount::from_milli(row.amount_milli).ok_or_else(wrong("amount_milli"))?,
        before: balances([
            row.holding_before_milli,
            row.pending_before_milli,
            row.frozen_before_milli,
            row.transferred_before_milli,
            row.revoked_before_milli,
        ])?,
        before_recorded_at: row.before_recorded_at_ms.map(Timestamp::from_ms),
        after: balances([
            row.holding_after_milli,
            row.pending_after_milli,
            row.frozen_after_milli,
            row.transferred_after_milli,
            row.revoked_after_milli,
        ])?,
        group: row.group_id,
        names: read_named(&row)?,
        award_key,
        occurred_at: Timestamp::from_ms(row.occurred_at_ms),
        recorded_at: Timestamp::from_ms(row.recorded_at_ms),
        actor: LearnerId::from_uuid(row.actor_id),
        approver: row.approver_id.map(LearnerId::from_uuid),
        evidence: digest(&row.evidence_hash, "evidence_hash")?,
        request: digest(&row.request_hash, "request_hash")?,
        leaf: digest(&row.leaf_hash, "leaf_hash")?,
        salt: row.salt.as_slice().try_into().map_err(|_| unreadable(row.id, "salt"))?,
        format_version: row.format_version,
        reason: row.reason_code,
        rule_version: row.rule_version,
        key_scope: row.idempotency_scope,
        key: row.idempotency_key,
    })
}

fn read_named(row: &ledger_transfer::Model) -> Result<Option<Named>, DbErr> {
    let wrong = || unreadable(row.id, "names_code");
    let (how, id) = match (row.resolves, row.reverses, row.takes) {
        (None, None, None) => return Ok(None),
        (Some(id), None, None) => (How::Resolves, id),
        (None, Some(id), None) => (How::Reverses, id),
        (None, None, Some(id)) => (How::Takes, id),
        _ => return Err(wrong()),
    };
    let code = row.names_code.as_deref().and_then(Code::from_code).ok_or_else(wrong)?;
    let phase = row.names_phase.as_deref().and_then(Phase::from_code).ok_or_else(wrong)?;
    Ok(Some(Named { how, id: TransferId::from_uuid(id), code, phase }))
}

fn balances([holding, pending, frozen, transferred, revoked]: [i64; 5]) -> Result<Balances, DbErr> {
    Ok(Balances {
        holding: credits(holding)?,
        pending: credits(pending)?,
        frozen: credits(frozen)?,
        transferred: credits(transferred)?,
        revoked: credits(revoked)?,
    })
}

fn credits(milli: i64) -> Result<Credits, DbErr> {
    Credits::from_milli(milli).ok_or_else(|| DbErr::Type(format!("{milli} milli-credits are no balance")))
}

fn unreadable(id: uuid::Uuid, column: &str) -> DbErr {
    DbErr::Type(format!("row {id} has no readable {column}"))
}
