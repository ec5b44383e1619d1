//! Tables `ledger_transfer`, `ledger_account`, `ledger_leaf` and `ledger_unsealed`, each read from end to end.

use sea_orm::DbErr;
use uuid::Uuid;

use super::audit::Scope;
use super::checks::{Account, Tally};
use super::transfer::{How, Named, Transfer};
use super::words::{Amount, Asset, AwardKey, Balances, Code, Kind, Phase, Sides};
use crate::db::{Row, Scan};
use crate::kernel::{Credits, Digest, LearnerId, OrganisationId, Timestamp, TransferId};

/// Learner, asset and version: the order in which transfers are read.
pub(super) type Place = (LearnerId, i64, i64);

/// The columns of a transfer in the order in which [`transfer`] takes them.
const TRANSFER: &str = "learner_id, asset, version, id, code, phase, debit_kind, credit_kind, issuer_id, amount_milli, \
    holding_before_milli, pending_before_milli, frozen_before_milli, transferred_before_milli, revoked_before_milli, \
    before_recorded_at_ms, holding_after_milli, pending_after_milli, frozen_after_milli, transferred_after_milli, revoked_after_milli, \
    group_id, resolves, reverses, takes, names_code, names_phase, award_key, occurred_at_ms, recorded_at_ms, actor_id, approver_id, \
    reason_code, rule_version, evidence_hash, idempotency_scope, idempotency_key, request_hash, format_version, salt, leaf_hash, before_version";

/// The condition that a learner is looked at.
fn of(scope: Scope) -> String {
    match scope {
        Scope::Whole => String::new(),
        Scope::Since(seq) => format!(
            "WHERE learner_id IN (SELECT learner_id FROM ledger_leaf WHERE log_id = 1 AND seq >= {seq} \
             UNION SELECT learner_id FROM ledger_unsealed)"
        ),
    }
}

/// Gives each transfer, in the order of places; `None` where a column holds what nothing here would have written.
pub(super) fn each_transfer(
    scan: &mut Scan,
    scope: Scope,
    mut take: impl FnMut(Place, Option<Transfer>) -> Result<(), DbErr>,
) -> Result<(), DbErr> {
    let sql = format!("SELECT {TRANSFER} FROM ledger_transfer {} ORDER BY learner_id, asset, version", of(scope));
    scan.each(&sql, |row| {
        let learner = row.uuid(0).ok().flatten().map_or(LearnerId::NOBODY, LearnerId::from_uuid);
        let number = |at| row.int(at).ok().flatten().unwrap_or_default();
        take((learner, number(1), number(2)), transfer(row))
    })
}

/// Gives each account; `None` where a column holds what nothing here would have written.
pub(super) fn each_account(scan: &mut Scan, scope: Scope, mut take: impl FnMut(Option<Account>)) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT learner_id, asset, version, holding_milli, pending_milli, frozen_milli, transferred_milli, revoked_milli, \
         recorded_at_ms, closed FROM ledger_account {}",
        of(scope)
    );
    scan.each(&sql, |row| {
        take(account(row));
        Ok(())
    })
}

/// Gives whose, which and under which hash each transfer is sealed, or waits for it.
pub(super) fn each_covered(scan: &mut Scan, scope: Scope, mut take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    for table in ["ledger_leaf", "ledger_unsealed"] {
        let of = of(scope);
        let kind = if of.is_empty() { "WHERE kind = 'transfer'" } else { "AND kind = 'transfer'" };
        scan.each_three(&format!("SELECT learner_id, record_id, leaf_hash FROM {table} {of} {kind}"), &mut take)?;
    }
    Ok(())
}

/// Gives each award: whose, which, its award key.
///
/// # Errors
/// What the database answers.
pub fn each_award(scan: &mut Scan, take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    scan.each_three("SELECT learner_id, id, award_key FROM ledger_transfer WHERE award_key IS NOT NULL", take)
}

/// Gives each award of `learners`: whose, which, its award key, when it was given, and when it was reversed.
///
/// # Errors
/// What the database answers; a row that cannot be read.
pub fn each_award_of(
    scan: &mut Scan,
    learners: &[LearnerId],
    mut take: impl FnMut(LearnerId, TransferId, AwardKey, (Timestamp, Option<Timestamp>)),
) -> Result<(), DbErr> {
    if learners.is_empty() {
        return Ok(());
    }
    let of = scan.spelled(&learners.iter().map(|learner| learner.uuid()).collect::<Vec<_>>());
    let sql = format!(
        "SELECT a.learner_id, a.id, a.award_key, a.recorded_at_ms, r.recorded_at_ms FROM ledger_transfer a \
         LEFT JOIN ledger_transfer r ON r.learner_id = a.learner_id AND r.reverses = a.id \
         WHERE a.award_key IS NOT NULL AND a.learner_id IN ({of})"
    );
    scan.each(&sql, |row| {
        let unreadable = || DbErr::Type("an award cannot be read".to_owned());
        let key = row.text(2)?.and_then(AwardKey::parse).ok_or_else(unreadable)?;
        let at = row.int(3)?.map(Timestamp::from_ms).ok_or_else(unreadable)?;
        let ids = row.uuid(0)?.zip(row.uuid(1)?).ok_or_else(unreadable)?;
        let reversed_at = row.int(4)?.map(Timestamp::from_ms);
        take(LearnerId::from_uuid(ids.0), TransferId::from_uuid(ids.1), key, (at, reversed_at));
        Ok(())
    })
}

/// Gives each first leg of what puts right: whose, which, its code.
///
/// # Errors
/// What the database answers.
pub fn each_correction(scan: &mut Scan, take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    // Further legs bear the key with their number behind it.
    // An issue that somebody approved gives again what was taken back by mistake.
    let sql = "SELECT learner_id, id, CASE code WHEN 'issue' THEN 'restore' ELSE code END FROM ledger_transfer \
        WHERE (code IN ('freeze', 'unfreeze', 'revoke', 'reverse') OR (code = 'issue' AND approver_id IS NOT NULL)) \
        AND idempotency_key NOT LIKE '%#%'";
    scan.each_three(sql, take)
}

/// What the database itself adds up.
pub(super) fn sums(scan: &mut Scan) -> Result<Tally, DbErr> {
    let mut tally = Tally::default();
    let sql = "SELECT debit_kind, credit_kind, count(*), CAST(sum(amount_milli) AS BIGINT) FROM ledger_transfer GROUP BY 1, 2";
    scan.each(sql, |row| {
        // Kinds that cannot be read are left out; then the sums do not agree.
        let kind = |at| row.text(at).ok().flatten().and_then(Kind::from_code);
        if let (Some(debit), Some(credit)) = (kind(0), kind(1)) {
            let transfers = row.int(2)?.and_then(|count| u64::try_from(count).ok());
            tally.add(debit, credit, transfers.unwrap_or_default(), i128::from(row.int(3)?.unwrap_or_default()));
        }
        Ok(())
    })?;
    Ok(tally)
}

fn account(row: &Row<'_>) -> Option<Account> {
    Some(Account {
        learner: LearnerId::from_uuid(row.uuid(0).ok()??),
        asset: Asset::from_value(row.int(1).ok()??)?,
        version: row.int(2).ok()?.unwrap_or(0),
        balances: balances(row, 3)?,
        recorded_at: row.int(8).ok()?.map(Timestamp::from_ms),
        is_closed: match row.int(9).ok()?? {
            0 => false,
            1 => true,
            _ => return None,
        },
    })
}

/// Five balances from a column on.
fn balances(row: &Row<'_>, at: usize) -> Option<Balances> {
    let credits = |column| Credits::from_milli(row.int(column).ok()??);
    Some(Balances {
        holding: credits(at)?,
        pending: credits(at + 1)?,
        frozen: credits(at + 2)?,
        transferred: credits(at + 3)?,
        revoked: credits(at + 4)?,
    })
}

fn transfer(row: &Row<'_>) -> Option<Transfer> {
    let uuid = |at| row.uuid(at).ok();
    let int = |at| row.int(at).ok().flatten();
    let text = |at| row.text(at).ok().flatten();
    let digest = |at| Digest::from_slice(row.bytes(at).ok()??);
    let version = int(2)?;
    if row.int(41).ok()? != (version > 1).then_some(version - 1) {
        return None;
    }
    Some(Transfer {
        learner: LearnerId::from_uuid(uuid(0)??),
        asset: Asset::from_value(int(1)?)?,
        version,
        id: TransferId::from_uuid(uuid(3)??),
        code: Code::from_code(text(4)?)?,
        phase: Phase::from_code(text(5)?)?,
        sides: Sides { debit: Kind::from_code(text(6)?)?, credit: Kind::from_code(text(7)?)? },
        issuer: OrganisationId::from_uuid(uuid(8)??),
        amount: Amount::from_milli(int(9)?)?,
        before: balances(row, 10)?,
        before_recorded_at: row.int(15).ok()?.map(Timestamp::from_ms),
        after: balances(row, 16)?,
        group: uuid(21)??,
        names: named([uuid(22)?, uuid(23)?, uuid(24)?], row.text(25).ok()?, row.text(26).ok()?)?,
        award_key: match row.text(27).ok()? {
            Some(key) => Some(AwardKey::parse(key)?),
            None => None,
        },
        occurred_at: Timestamp::from_ms(int(28)?),
        recorded_at: Timestamp::from_ms(int(29)?),
        actor: LearnerId::from_uuid(uuid(30)??),
        approver: uuid(31)?.map(LearnerId::from_uuid),
        reason: row.text(32).ok()?.map(str::to_owned),
        rule_version: text(33)?.to_owned(),
        evidence: digest(34)?,
        key_scope: text(35)?.to_owned(),
        key: text(36)?.to_owned(),
        request: digest(37)?,
        format_version: int(38)?,
        salt: row.bytes(39).ok()??.try_into().ok()?,
        leaf: digest(40)?,
    })
}

/// What is named, where the five columns go together.
fn named(ids: [Option<Uuid>; 3], code: Option<&str>, phase: Option<&str>) -> Option<Option<Named>> {
    let (how, id) = match ids {
        [None, None, None] => return (code.is_none() && phase.is_none()).then_some(None),
        [Some(id), None, None] => (How::Resolves, id),
        [None, Some(id), None] => (How::Reverses, id),
        [None, None, Some(id)] => (How::Takes, id),
        _ => return None,
    };
    Some(Some(Named { how, id: TransferId::from_uuid(id), code: Code::from_code(code?)?, phase: Phase::from_code(phase?)? }))
}
