//! Tables `ledger_log`, `ledger_key`, `ledger_leaf`, `ledger_tile`, `ledger_checkpoint` and `ledger_witness`; `ledger_unsealed` as far as
//! sealing empties it.

use std::ops::Range;

use entity::{ledger_checkpoint, ledger_key, ledger_leaf, ledger_log, ledger_tile, ledger_unsealed, ledger_witness};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    Value,
};
use uuid::Uuid;

use super::note::Verifier;
use super::tiles::{Place, Tiles};
use super::{LOG, Leaf, LeafKind, Signed, SigningKeyEntry, Witnessed};
use crate::db::{Row, Scan, Tx};
use crate::kernel::{Digest, LearnerId, Timestamp};

/// What the log's own row says.
pub(super) struct LogRow {
    pub(super) origin: String,
    pub(super) size: u64,
}

/// The log, where it was opened.
pub(super) async fn find_log(db: &impl ConnectionTrait) -> Result<Option<LogRow>, DbErr> {
    let row = ledger_log::Entity::find_by_id(LOG).one(db).await?;
    row.map(|row| Ok(LogRow { size: number(row.next_seq)?, origin: row.origin })).transpose()
}

/// Opens the log under this name; one that is open keeps its own.
pub(super) async fn insert_log(tx: &Tx, origin: &str) -> Result<(), DbErr> {
    let row = ledger_log::ActiveModel {
        log_id: Set(LOG),
        origin: Set(origin.to_owned()),
        next_seq: Set(0),
        sealed_at_ms: Set(0),
        holder: Set(None),
        until_ms: Set(0),
    };
    let do_nothing = OnConflict::column(ledger_log::Column::LogId).do_nothing().to_owned();
    ledger_log::Entity::insert(row).on_conflict(do_nothing).exec_without_returning(tx).await?;
    Ok(())
}

/// Keys that sign or have signed, the first first.
pub(super) async fn list_keys(db: &impl ConnectionTrait) -> Result<Vec<SigningKeyEntry>, DbErr> {
    let rows = ledger_key::Entity::find()
        .filter(ledger_key::Column::LogId.eq(LOG))
        .order_by_asc(ledger_key::Column::Generation)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let verifier = Verifier::parse(&row.verifier).map_err(|error| DbErr::Type(error.to_string()))?;
            let from_size = number(row.from_size)?;
            let made_at = Timestamp::from_ms(row.made_at_ms);
            Ok(SigningKeyEntry { generation: row.generation, verifier, from_size, made_at, endorsed: row.endorsed })
        })
        .collect()
}

/// Keeps a key of a new generation; `false` where another process was faster.
pub(super) async fn insert_key(
    tx: &Tx,
    generation: i64,
    verifier: &Verifier,
    from_size: u64,
    endorsed: Option<&str>,
) -> Result<bool, DbErr> {
    let row = ledger_key::ActiveModel {
        log_id: Set(LOG),
        generation: Set(generation),
        verifier: Set(verifier.to_text()),
        from_size: Set(integer(from_size)),
        made_at_ms: Set(tx.now.ms()),
        endorsed: Set(endorsed.map(str::to_owned)),
    };
    let do_nothing = OnConflict::columns([ledger_key::Column::LogId, ledger_key::Column::Generation]).do_nothing().to_owned();
    Ok(ledger_key::Entity::insert(row).on_conflict(do_nothing).exec_without_returning(tx).await? == 1)
}

/// Takes or keeps the right to seal until `until`; the size of the log where it is ours now. A lease that ends later than one taken
/// now would is of a clock that was put back since: it does not count, or nothing would be sealed until then.
pub(super) async fn take_lease(tx: &Tx, holder: Uuid, until: Timestamp) -> Result<Option<u64>, DbErr> {
    use ledger_log::Column;
    let is_over = Column::UntilMs.lt(tx.now.ms()).or(Column::UntilMs.gt(until.ms()));
    let is_free = Column::Holder.is_null().or(Column::Holder.eq(holder)).or(is_over);
    let taken = ledger_log::Entity::update_many()
        .col_expr(Column::Holder, Expr::value(holder))
        .col_expr(Column::UntilMs, Expr::value(until.ms()))
        .filter(Column::LogId.eq(LOG).and(is_free))
        .exec(tx)
        .await?;
    if taken.rows_affected == 0 {
        return Ok(None);
    }
    Ok(find_log(tx).await?.map(|log| log.size))
}

/// Gives the right to seal back.
pub(super) async fn drop_lease(tx: &Tx, holder: Uuid) -> Result<(), DbErr> {
    use ledger_log::Column;
    ledger_log::Entity::update_many()
        .col_expr(Column::Holder, Expr::value(Option::<Uuid>::None))
        .filter(Column::LogId.eq(LOG).and(Column::Holder.eq(holder)))
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether anything waits for its leaf.
pub(super) async fn is_anything_waiting(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(ledger_unsealed::Entity::find().limit(1).one(db).await?.is_some())
}

/// How many wait for their leaf.
pub(super) async fn count_waiting(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    ledger_unsealed::Entity::find().count(db).await
}

/// Gives the next `most` that wait their leaves, from `size` on, in the order in which they were recorded; the leaves' hashes.
pub(super) async fn seal(tx: &Tx, size: u64, most: u64) -> Result<Vec<Digest>, DbErr> {
    let backend = tx.get_database_backend();
    let cast = |place: usize| if backend == DbBackend::Postgres { format!("${place}::bigint") } else { "?".to_owned() };
    let insert = format!(
        "INSERT INTO ledger_leaf (log_id, seq, leaf_hash, kind, learner_id, record_id, sealed_at_ms) \
         SELECT {LOG}, {} + row_number() OVER (ORDER BY recorded_at_ms, learner_id, position, record_id) - 1, leaf_hash, kind, \
         learner_id, record_id, (SELECT CASE WHEN sealed_at_ms > {now} THEN sealed_at_ms ELSE {now} END FROM ledger_log WHERE log_id = {LOG}) \
         FROM (SELECT * FROM ledger_unsealed ORDER BY recorded_at_ms, learner_id, position, record_id LIMIT {}) AS next \
         ORDER BY recorded_at_ms, learner_id, position, record_id",
        cast(1),
        cast(2),
        now = tx.now.ms(),
    );
    let values = [Value::from(integer(size)), Value::from(integer(most))];
    let sealed = tx.execute_raw(Statement::from_sql_and_values(backend, insert, values)).await?;
    if sealed.rows_affected() == 0 {
        return Ok(Vec::new());
    }
    let hashes: Vec<Vec<u8>> = ledger_leaf::Entity::find()
        .select_only()
        .column(ledger_leaf::Column::LeafHash)
        .filter(ledger_leaf::Column::LogId.eq(LOG).and(ledger_leaf::Column::Seq.gte(integer(size))))
        .order_by_asc(ledger_leaf::Column::Seq)
        .into_tuple()
        .all(tx)
        .await?;
    let place = if backend == DbBackend::Postgres { "$1" } else { "?" };
    let delete = format!(
        "DELETE FROM ledger_unsealed WHERE (learner_id, record_id) IN \
         (SELECT learner_id, record_id FROM ledger_leaf WHERE log_id = {LOG} AND seq >= {place})"
    );
    tx.execute_raw(Statement::from_sql_and_values(backend, delete, [Value::from(integer(size))])).await?;
    hashes.iter().map(|bytes| digest(bytes)).collect()
}

/// Notes how many leaves there are now.
pub(super) async fn set_size(tx: &Tx, holder: Uuid, from: u64, to: u64) -> Result<bool, DbErr> {
    use ledger_log::Column;
    let now = tx.now.ms();
    let done = ledger_log::Entity::update_many()
        .col_expr(Column::NextSeq, Expr::value(integer(to)))
        .col_expr(Column::SealedAtMs, Expr::cust(format!("CASE WHEN sealed_at_ms > {now} THEN sealed_at_ms ELSE {now} END")))
        .filter(Column::LogId.eq(LOG).and(Column::Holder.eq(holder)).and(Column::NextSeq.eq(integer(from))))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Writes tiles in place of shorter ones.
pub(super) async fn upsert_tiles(tx: &Tx, tiles: impl IntoIterator<Item = (Place, Vec<u8>)>) -> Result<(), DbErr> {
    use ledger_tile::Column;
    let rows = tiles.into_iter().map(|(place, hashes)| ledger_tile::ActiveModel {
        log_id: Set(LOG),
        level: Set(i64::from(place.level)),
        tile: Set(integer(place.index)),
        hashes: Set(hashes),
    });
    let instead = OnConflict::columns([Column::LogId, Column::Level, Column::Tile]).update_column(Column::Hashes).to_owned();
    ledger_tile::Entity::insert_many(rows).on_conflict(instead).exec_without_returning(tx).await?;
    Ok(())
}

/// These tiles, as far as they are there.
pub(super) async fn find_tiles(db: &impl ConnectionTrait, places: impl IntoIterator<Item = Place>) -> Result<Tiles, DbErr> {
    use ledger_tile::Column;
    let wanted: Vec<_> = places.into_iter().map(|place| (i64::from(place.level), integer(place.index))).collect();
    let mut tiles = Tiles::default();
    if wanted.is_empty() {
        return Ok(tiles);
    }
    let pair = Expr::tuple([Expr::col(Column::Level), Expr::col(Column::Tile)]);
    let rows = ledger_tile::Entity::find().filter(Column::LogId.eq(LOG)).filter(pair.in_tuples(wanted)).all(db).await?;
    for row in rows {
        let place = Place { level: u32::try_from(row.level).map_err(|_| broken("level"))?, index: number(row.tile)? };
        tiles.add(place, &row.hashes).ok_or_else(|| broken("hashes"))?;
    }
    Ok(tiles)
}

/// The bytes of one tile.
pub(super) async fn find_tile(db: &impl ConnectionTrait, place: Place) -> Result<Option<Vec<u8>>, DbErr> {
    let key = (LOG, i64::from(place.level), integer(place.index));
    Ok(ledger_tile::Entity::find_by_id(key).one(db).await?.map(|row| row.hashes))
}

/// The newest signed checkpoint.
pub(super) async fn latest_checkpoint(db: &impl ConnectionTrait) -> Result<Option<Signed>, DbErr> {
    let row = ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::LogId.eq(LOG))
        .order_by_desc(ledger_checkpoint::Column::Size)
        .limit(1)
        .one(db)
        .await?;
    row.map(signed).transpose()
}

/// The oldest signed checkpoint of at least `size` leaves: the first that covers the leaf before.
pub(super) async fn checkpoint_from(db: &impl ConnectionTrait, size: u64) -> Result<Option<Signed>, DbErr> {
    let row = ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::LogId.eq(LOG).and(ledger_checkpoint::Column::Size.gte(integer(size))))
        .order_by_asc(ledger_checkpoint::Column::Size)
        .limit(1)
        .one(db)
        .await?;
    row.map(signed).transpose()
}

/// The next `most` checkpoints behind `size`, in order.
pub(super) async fn list_checkpoints_after(
    db: &impl ConnectionTrait,
    size: Option<u64>,
    most: u64,
) -> Result<Vec<Signed>, DbErr> {
    let after = size.map_or(-1, integer);
    let rows = ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::LogId.eq(LOG).and(ledger_checkpoint::Column::Size.gt(after)))
        .order_by_asc(ledger_checkpoint::Column::Size)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(signed).collect()
}

/// How many checkpoints stand where none is ever looked for: under another log than the one there is, or over less than nothing.
pub(super) async fn count_stray_checkpoints(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::LogId.ne(LOG).or(ledger_checkpoint::Column::Size.lt(0)))
        .count(db)
        .await
}

/// Keeps a signed checkpoint; `false` where one of this size or a larger one is kept already.
pub(super) async fn insert_checkpoint(tx: &Tx, new: &Signed) -> Result<bool, DbErr> {
    if latest_checkpoint(tx).await?.is_some_and(|latest| latest.size >= new.size) {
        return Ok(false);
    }
    let row = ledger_checkpoint::ActiveModel {
        log_id: Set(LOG),
        size: Set(integer(new.size)),
        root: Set(new.root.to_vec()),
        generation: Set(new.generation),
        note: Set(new.note.clone()),
        signed_at_ms: Set(tx.now.ms()),
    };
    ledger_checkpoint::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(true)
}

/// Who has witnessed the checkpoint of `size`, by name.
pub(super) async fn list_witnesses(db: &impl ConnectionTrait, size: u64) -> Result<Vec<Witnessed>, DbErr> {
    let rows = ledger_witness::Entity::find()
        .filter(ledger_witness::Column::LogId.eq(LOG).and(ledger_witness::Column::Size.eq(integer(size))))
        .order_by_asc(ledger_witness::Column::Name)
        .all(db)
        .await?;
    rows.into_iter().map(witnessed).collect()
}

/// The newest checkpoint that somebody has witnessed.
pub(super) async fn latest_witnessed(db: &impl ConnectionTrait) -> Result<Option<Witnessed>, DbErr> {
    let row = ledger_witness::Entity::find()
        .filter(ledger_witness::Column::LogId.eq(LOG))
        .order_by_desc(ledger_witness::Column::Size)
        .limit(1)
        .one(db)
        .await?;
    row.map(witnessed).transpose()
}

/// Keeps a witness's line; the first of a name under a checkpoint stays.
pub(super) async fn insert_witness(tx: &Tx, new: &Witnessed) -> Result<(), DbErr> {
    use ledger_witness::Column;
    let row = ledger_witness::ActiveModel {
        log_id: Set(LOG),
        size: Set(integer(new.size)),
        name: Set(new.name.clone()),
        line: Set(new.line.clone()),
        seen_at_ms: Set(new.seen_at.ms()),
        received_at_ms: Set(tx.now.ms()),
    };
    let do_nothing = OnConflict::columns([Column::LogId, Column::Size, Column::Name]).do_nothing().to_owned();
    ledger_witness::Entity::insert(row).on_conflict(do_nothing).exec_without_returning(tx).await?;
    Ok(())
}

/// The leaf of a record of `learner`, where it is sealed.
pub(super) async fn find_leaf(db: &impl ConnectionTrait, learner: LearnerId, record: Uuid) -> Result<Option<Leaf>, DbErr> {
    let row = ledger_leaf::Entity::find()
        .filter(ledger_leaf::Column::LearnerId.eq(learner.uuid()).and(ledger_leaf::Column::RecordId.eq(record)))
        .one(db)
        .await?;
    row.map(leaf).transpose()
}

/// A record that is sealed or waits for it: whose, which, the hash.
pub(in crate::ledger) type Covered = (LearnerId, Uuid, Digest);

/// The next `most` records of `kind` that are sealed or wait for it, after learner and id, in that order.
pub(in crate::ledger) async fn list_covered_after(
    db: &impl ConnectionTrait,
    kind: LeafKind,
    after: (LearnerId, Uuid),
    most: u64,
) -> Result<Vec<Covered>, DbErr> {
    let backend = db.get_database_backend();
    let place = |number: usize| if backend == DbBackend::Postgres { format!("${number}") } else { format!("?{number}") };
    let part = |table: &str| {
        let (learner, record) = (place(1), place(2));
        let kind = kind.code();
        format!(
            "SELECT learner_id, record_id, leaf_hash FROM {table} WHERE kind = '{kind}' AND (learner_id, record_id) > ({learner}, {record})"
        )
    };
    let sql = format!("{} UNION ALL {} ORDER BY 1, 2 LIMIT {most}", part("ledger_unsealed"), part("ledger_leaf"));
    let values = [Value::from(after.0.uuid()), Value::from(after.1)];
    let rows = db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    rows.iter()
        .map(|row| {
            let hash: Vec<u8> = row.try_get_by_index(2)?;
            Ok((LearnerId::from_uuid(row.try_get_by_index(0)?), row.try_get_by_index(1)?, digest(&hash)?))
        })
        .collect()
}

/// The next `most` leaves from `seq` on, in order.
pub(super) async fn list_leaves_from(db: &impl ConnectionTrait, seq: u64, most: u64) -> Result<Vec<Leaf>, DbErr> {
    let rows = ledger_leaf::Entity::find()
        .filter(ledger_leaf::Column::LogId.eq(LOG).and(ledger_leaf::Column::Seq.gte(integer(seq))))
        .order_by_asc(ledger_leaf::Column::Seq)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(leaf).collect()
}

/// Gives each result that is sealed or waits for it: whose, which, under which hash.
///
/// # Errors
/// What the database answers.
pub fn each_sealed_result(scan: &mut Scan, take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    each_covered(scan, LeafKind::Result, take)
}

/// Gives each version of a certificate, and each event of one, that is sealed or waits for it: whose, which, under which hash.
///
/// # Errors
/// What the database answers.
pub fn each_sealed_certificate(scan: &mut Scan, take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    each_covered(scan, LeafKind::Certificate, take)
}

fn each_covered(scan: &mut Scan, kind: LeafKind, mut take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    let kind = kind.code();
    for table in ["ledger_leaf", "ledger_unsealed"] {
        scan.each_three(&format!("SELECT learner_id, record_id, leaf_hash FROM {table} WHERE kind = '{kind}'"), &mut take)?;
    }
    Ok(())
}

/// Gives the leaves with these numbers, in order.
pub(super) fn each_leaf(
    scan: &mut Scan,
    numbers: Range<u64>,
    mut take: impl FnMut(Leaf) -> Result<(), DbErr>,
) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT seq, leaf_hash, kind, learner_id, record_id, sealed_at_ms FROM ledger_leaf \
         WHERE log_id = {LOG} AND seq >= {} AND seq < {} ORDER BY seq",
        numbers.start, numbers.end
    );
    scan.each(&sql, |row| {
        let seq = row.int(0)?.unwrap_or(-1);
        take(scanned(row, seq).ok_or_else(|| DbErr::Type(format!("leaf {seq} cannot be read")))?)
    })
}

fn scanned(row: &Row<'_>, seq: i64) -> Option<Leaf> {
    Some(Leaf {
        seq: u64::try_from(seq).ok()?,
        hash: Digest::from_slice(row.bytes(1).ok()??)?,
        kind: LeafKind::from_code(row.text(2).ok()??)?,
        learner: LearnerId::from_uuid(row.uuid(3).ok()??),
        record: row.uuid(4).ok()??,
        sealed_at: Timestamp::from_ms(row.int(5).ok()??),
    })
}

fn leaf(row: ledger_leaf::Model) -> Result<Leaf, DbErr> {
    Ok(Leaf {
        seq: number(row.seq)?,
        hash: digest(&row.leaf_hash)?,
        kind: LeafKind::from_code(&row.kind).ok_or_else(|| broken("kind"))?,
        learner: LearnerId::from_uuid(row.learner_id),
        record: row.record_id,
        sealed_at: Timestamp::from_ms(row.sealed_at_ms),
    })
}

fn signed(row: ledger_checkpoint::Model) -> Result<Signed, DbErr> {
    Ok(Signed {
        size: number(row.size)?,
        root: digest(&row.root)?,
        generation: row.generation,
        note: row.note,
        signed_at: Timestamp::from_ms(row.signed_at_ms),
    })
}

fn witnessed(row: ledger_witness::Model) -> Result<Witnessed, DbErr> {
    let size = number(row.size)?;
    Ok(Witnessed { size, name: row.name, line: row.line, seen_at: Timestamp::from_ms(row.seen_at_ms) })
}

fn digest(bytes: &[u8]) -> Result<Digest, DbErr> {
    Digest::from_slice(bytes).ok_or_else(|| broken("hash"))
}

fn number(value: i64) -> Result<u64, DbErr> {
    u64::try_from(value).map_err(|_| broken("number"))
}

/// No log grows beyond what a column holds.
fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn broken(what: &str) -> DbErr {
    DbErr::Type(format!("the sealed log has no readable {what}"))
}
