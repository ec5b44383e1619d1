//! Tables `ledger_account` and `ledger_transfer`.

use entity::{ledger_account, ledger_transfer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, Statement,
    Value,
};

use super::checks::Account;
use super::transfer::{How, Named, Transfer};
use super::words::{Amount, Asset, AwardKey, AwardSeries, Balances, Code, Key, Kind, Phase, Sides};
use crate::db::Tx;
use crate::kernel::{Credits, Digest, LearnerId, OrganisationId, Timestamp, TransferId};

/// The account with what hangs on a posting to come: the end of the chain, what was posted under the same key, awards of the same series.
/// On PostgreSQL the account's row is locked until the commit.
const CHAIN: &str = "SELECT a.version, a.holding_milli, a.pending_milli, a.frozen_milli, a.transferred_milli, a.revoked_milli,
    a.recorded_at_ms, a.closed, t.id, t.version, t.award_key, t.group_id, t.request_hash,
    (t.idempotency_scope = $3 AND t.idempotency_key = $4), r.id
FROM ledger_account a
LEFT JOIN ledger_transfer t ON (t.learner_id = a.learner_id AND t.asset = a.asset AND t.version >= a.version)
    OR (t.learner_id = a.learner_id AND t.idempotency_scope = $3 AND t.idempotency_key = $4)
    OR (t.learner_id = a.learner_id AND t.award_key >= $5 AND t.award_key < $6)
LEFT JOIN ledger_transfer r ON r.learner_id = t.learner_id AND r.reverses = t.id
WHERE a.learner_id = $1 AND a.asset = $2";

/// The account's row with one transfer of those that [`CHAIN`] asks for.
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

pub(super) async fn lock_chain(
    tx: &Tx,
    learner: LearnerId,
    key: &Key,
    series: Option<&AwardSeries>,
) -> Result<Vec<ChainRow>, DbErr> {
    let backend = tx.get_database_backend();
    let (from, until) = series.map(AwardSeries::key_range).unwrap_or_default();
    let values: [Value; 6] = [
        learner.uuid().into(),
        Asset::LITERACY.value().into(),
        key.scope().into(),
        key.of_leg(0).into(),
        from.into(),
        until.into(),
    ];
    let statement = match backend {
        DbBackend::Postgres => Statement::from_sql_and_values(backend, format!("{CHAIN} FOR UPDATE OF a"), values),
        _ => Statement::from_sql_and_values(backend, CHAIN, values),
    };
    tx.query_all_raw(statement).await?.iter().map(|row| chain_row(row, learner)).collect()
}

fn chain_row(row: &QueryResult, learner: LearnerId) -> Result<ChainRow, DbErr> {
    let milli = |at: usize| row.try_get_by_index::<i64>(at).and_then(credits);
    let account = Account {
        learner,
        asset: Asset::LITERACY,
        version: row.try_get_by_index::<Option<i64>>(0)?.unwrap_or(0),
        balances: Balances {
            holding: milli(1)?,
            pending: milli(2)?,
            frozen: milli(3)?,
            transferred: milli(4)?,
            revoked: milli(5)?,
        },
        recorded_at: row.try_get_by_index::<Option<i64>>(6)?.map(Timestamp::from_ms),
        is_closed: row.try_get_by_index::<i64>(7)? == 1,
    };
    let Some(id) = row.try_get_by_index::<Option<uuid::Uuid>>(8)? else { return Ok(ChainRow { account, transfer: None }) };
    let award_key = row.try_get_by_index::<Option<String>>(10)?;
    let transfer = NearTransfer {
        id: TransferId::from_uuid(id),
        version: row.try_get_by_index(9)?,
        award_key: award_key.map(|text| AwardKey::parse(&text).ok_or_else(|| unreadable(id, "award_key"))).transpose()?,
        group: row.try_get_by_index(11)?,
        request: row.try_get_by_index(12)?,
        bears_the_key: row.try_get_by_index(13)?,
        is_reversed: row.try_get_by_index::<Option<uuid::Uuid>>(14)?.is_some(),
    };
    Ok(ChainRow { account, transfer: Some(transfer) })
}

/// Opens an account: on PostgreSQL, so that there is a row to lock; and to be closed. Whether it was this transaction that opened it.
pub(super) async fn insert_empty_account(tx: &Tx, learner: LearnerId) -> Result<bool, DbErr> {
    let row = account_row(&Account::empty(learner));
    let do_nothing =
        OnConflict::columns([ledger_account::Column::LearnerId, ledger_account::Column::Asset]).do_nothing().to_owned();
    Ok(ledger_account::Entity::insert(row).on_conflict(do_nothing).exec_without_returning(tx).await? == 1)
}

/// Inserts a learner's account, as it stands after its first posting.
pub(super) async fn insert_account(tx: &Tx, account: &Account) -> Result<(), DbErr> {
    ledger_account::Entity::insert(account_row(account)).exec_without_returning(tx).await?;
    Ok(())
}

/// Brings the account from `version` to what `account` shows. How many rows that were.
pub(super) async fn update_account(tx: &Tx, version: i64, account: &Account) -> Result<u64, DbErr> {
    use ledger_account::Column;
    let balances = account.balances;
    let was = if version == 0 { Column::Version.is_null() } else { Column::Version.eq(version) };
    let done = ledger_account::Entity::update_many()
        .col_expr(Column::Version, Expr::value(account.version))
        .col_expr(Column::HoldingMilli, Expr::value(balances.holding.milli()))
        .col_expr(Column::PendingMilli, Expr::value(balances.pending.milli()))
        .col_expr(Column::FrozenMilli, Expr::value(balances.frozen.milli()))
        .col_expr(Column::TransferredMilli, Expr::value(balances.transferred.milli()))
        .col_expr(Column::RevokedMilli, Expr::value(balances.revoked.milli()))
        .col_expr(Column::RecordedAtMs, Expr::value(account.recorded_at.map(Timestamp::ms)))
        .filter(Column::LearnerId.eq(account.learner.uuid()).and(Column::Asset.eq(account.asset.value())).and(was))
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
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

/// Inserts the legs of a posting, in order, in one statement. How many rows that were: fewer where a key of one was taken.
pub(super) async fn insert_transfers(tx: &Tx, legs: &[Transfer]) -> Result<u64, DbErr> {
    let rows = legs.iter().map(transfer_row);
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

/// The next `most` transfers after a place, in that order; each as it stands, or why it cannot be read.
pub(super) async fn list_transfers_after(
    db: &impl ConnectionTrait,
    after: Place,
    most: u64,
) -> Result<Vec<(Place, Result<Transfer, DbErr>)>, DbErr> {
    use ledger_transfer::Column;
    let key = Expr::tuple([Column::LearnerId, Column::Asset, Column::Version].map(Expr::col));
    let (learner, asset, version) = after;
    let start = Expr::tuple([Expr::value(learner.uuid()), Expr::value(asset), Expr::value(version)]);
    let rows = ledger_transfer::Entity::find()
        .filter(key.gt(start))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::Asset)
        .order_by_asc(Column::Version)
        .limit(most)
        .all(db)
        .await?;
    let place = |row: &ledger_transfer::Model| (LearnerId::from_uuid(row.learner_id), row.asset, row.version);
    Ok(rows.into_iter().map(|row| (place(&row), read_transfer(row))).collect())
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
    // Further legs bear the key with their number behind it.
    let first_legs = Column::Code.is_in(codes).and(Column::IdempotencyKey.not_like("%#%"));
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
    let rows: Vec<(uuid::Uuid, uuid::Uuid, String)> = ledger_transfer::Entity::find()
        .select_only()
        .columns([Column::LearnerId, Column::Id, what])
        .filter(which.and(key.gt(start)))
        .order_by_asc(Column::LearnerId)
        .order_by_asc(Column::Id)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(learner, id, key)| (LearnerId::from_uuid(learner), TransferId::from_uuid(id), key)).collect())
}

/// What the database itself adds up: rows and milli-credits by debit and credit kind.
pub(super) async fn sum_by_sides(db: &impl ConnectionTrait) -> Result<Vec<(String, String, i64, i64)>, DbErr> {
    use ledger_transfer::Column;
    ledger_transfer::Entity::find()
        .select_only()
        .column(Column::DebitKind)
        .column(Column::CreditKind)
        .column_as(Column::Id.count(), "transfers")
        .column_as(Expr::col(Column::AmountMilli).sum().cast_as("BIGINT"), "milli")
        .group_by(Column::DebitKind)
        .group_by(Column::CreditKind)
        .into_tuple()
        .all(db)
        .await
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
        is_closed: row.closed == 1,
    })
}

fn read_transfer(row: ledger_transfer::Model) -> Result<Transfer, DbErr> {
    let wrong = |column: &'static str| move || unreadable(row.id, column);
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
