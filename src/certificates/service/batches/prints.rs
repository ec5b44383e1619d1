//! The sheets of a batch that is done, drawn in the background and kept for a month: sealed, in parts, each fetched by itself.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::deciding::{OfBatch, held};
use super::{LINE_DAYS, keep_shown, note, payload};
use crate::agencies::Agency;
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{Batch, BatchLine, BatchLineState, BatchState, Print, PrintPart, PrintState};
use crate::certificates::queries::{batch_lines as lines, prints as queries};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::files::{self, Files, Stored, UsedBy};
use crate::identity::{self, Grant, Role, Sight, StaffScope};
use crate::jobs;
use crate::kernel::{CertificateBatchId, LearnerId, RequestId, SealKey};

/// The job's kind.
pub(in crate::certificates) const DRAW: &str = "certificates.batch_draw";
/// Sheets of one part.
pub(in crate::certificates) const SHEETS_IN_A_PART: u64 = 100;
/// Bytes that all parts of a batch may take together: what is there is fetched first, then it goes on.
const MOST_BYTES: i64 = 256 * 1024 * 1024;
/// The sealed file.
const PLACE: &str = "certificate_print_part.file";
/// Prints swept at once.
const MOST_SWEPT: u64 = 100;

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("certificate-print"))
}

const fn used_by(id: CertificateBatchId) -> UsedBy {
    UsedBy { kind: "certificate_print", id: id.uuid() }
}

/// How far the drawing is, where it was asked for.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn find_print(
    db: &impl ConnectionTrait,
    id: CertificateBatchId,
) -> Result<Option<Print>, BatchError> {
    Ok(queries::find(db, id).await?)
}

/// The parts that can be fetched.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn list_parts(
    db: &impl ConnectionTrait,
    id: CertificateBatchId,
) -> Result<Vec<PrintPart>, BatchError> {
    Ok(queries::list_parts(db, id).await?)
}

/// An officer asks for the sheets of a batch that is done; or, where there was no room for all of them, for the next, and those that are there go.
/// Twice is once.
///
/// # Errors
/// [`BatchError::NoSuch`], [`BatchError::Moved`], [`BatchError::Gone`] where its lines are not kept any more.
pub(in crate::certificates) async fn start_print(tx: &Tx, of: OfBatch) -> Result<(), BatchError> {
    let batch = held(tx, of).await?;
    if batch.state != BatchState::Done {
        return Err(BatchError::Moved);
    }
    let before = queries::hold(tx, of.batch).await?;
    let after = match before {
        Some(print) if print.state != PrintState::Full => return Ok(()),
        Some(print) => {
            release_parts(tx, of.batch).await?;
            print.after
        }
        None => 0,
    };
    let issued = lines::numbers(tx, of.batch, BatchLineState::Issued).await?;
    let left = issued.iter().filter(|number| **number > after).count();
    if left == 0 {
        return Err(BatchError::Gone);
    }
    let print = Print {
        batch: of.batch,
        state: PrintState::Drawing,
        total: i64::try_from(left).unwrap_or(i64::MAX),
        drawn: 0,
        skipped: 0,
        after,
        asked_at: tx.now,
        ended_at: None,
    };
    queries::keep(tx, &print, of.by).await?;
    jobs::schedule(tx, DRAW, &format!("{DRAW}:{}", of.batch), tx.now, &payload(of.batch)).await?;
    note(tx, (Some(of.by), "certificate_batches.print"), &batch, json!({ "sheets": print.total })).await
}

async fn release_parts(tx: &Tx, id: CertificateBatchId) -> Result<(), DbErr> {
    for part in queries::list_parts(tx, id).await? {
        files::release(tx, &part.file, used_by(id)).await?;
    }
    queries::delete_parts(tx, id).await
}

/// The lines whose sheets come next, with how far the drawing is; none where nothing is to be drawn.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn lines_to_draw(
    db: &impl ConnectionTrait,
    id: CertificateBatchId,
) -> Result<Option<(Print, Vec<BatchLine>)>, BatchError> {
    let Some(print) = queries::find(db, id).await?.filter(|print| print.state == PrintState::Drawing) else { return Ok(None) };
    let next = lines::list_after(db, (id, Some(BatchLineState::Issued)), (print.after, SHEETS_IN_A_PART)).await?;
    Ok(Some((print, next)))
}

/// Sheets that were drawn: a file, and the lines that it is of. Nothing: there were none left.
#[derive(Clone, Debug, Default)]
pub(in crate::certificates) struct Drawn {
    /// The first and the last line that were looked at.
    pub lines: (i64, i64),
    pub sheets: i64,
    pub skipped: i64,
    /// The file, as it is fetched; empty where there is no sheet in it.
    pub file: Vec<u8>,
}

/// Keeps a part, or that all are drawn; says whether there are more to be drawn.
///
/// # Errors
/// The store's; what the database answers.
pub(in crate::certificates) async fn keep_part(
    db: &Db,
    (files, keys): (&Files, &Keys),
    print: Print,
    drawn: Drawn,
) -> Result<bool, BatchError> {
    let bytes = i64::try_from(drawn.file.len()).unwrap_or(i64::MAX);
    let stored =
        if drawn.file.is_empty() { None } else { Some(files.put(key(keys).seal(PLACE, &drawn.file), db.clock().now()).await?) };
    let (lines, sheets, skipped) = (drawn.lines, drawn.sheets, drawn.skipped);
    let looked = sheets + skipped;
    db.write::<_, BatchError, _>(async move |tx| {
        // Somebody else drew the same meanwhile, or nobody wants them any more: the file that nothing uses is removed in a day.
        let held = queries::hold(tx, print.batch).await?;
        if held != Some(print) {
            return Ok(held.is_some_and(|held| held.state == PrintState::Drawing));
        }
        if looked == 0 {
            queries::go_on(tx, &Print { state: PrintState::Done, ended_at: Some(tx.now), ..print }).await?;
            return Ok(false);
        }
        let parts = queries::list_parts(tx, print.batch).await?;
        if let Some(stored) = &stored {
            let number = parts.last().map_or(1, |part| part.number + 1);
            let part = PrintPart { number, lines, sheets, bytes, file: stored.digest };
            keep_file(tx, print.batch, (&part, stored)).await?;
        }
        let room = MOST_BYTES - parts.iter().map(|part| part.bytes).sum::<i64>() - bytes;
        let onward = Print { drawn: print.drawn + looked, skipped: print.skipped + skipped, after: lines.1, ..print };
        // The next part may be as large as this one.
        let is_full = room < bytes && onward.drawn < onward.total;
        let onward = if is_full { Print { state: PrintState::Full, ended_at: Some(tx.now), ..onward } } else { onward };
        queries::go_on(tx, &onward).await?;
        Ok(!is_full)
    })
    .await
}

async fn keep_file(tx: &Tx, id: CertificateBatchId, (part, stored): (&PrintPart, &Stored)) -> Result<(), DbErr> {
    queries::insert_part(tx, id, part).await?;
    files::refer(tx, stored, used_by(id)).await
}

/// A part, taken away: its number, and the file.
pub(in crate::certificates) struct Taken {
    pub number: i64,
    pub file: Vec<u8>,
}

/// An officer takes a part away, where they may see everybody on it; who is on it finds that in their own log, and it stands in the trail.
///
/// # Errors
/// [`BatchError::NoSuch`], [`BatchError::Unseen`]; the store's.
pub(in crate::certificates) async fn take_part(
    db: &Db,
    (files, keys): (&Files, &Keys),
    (agency, scope, request): (&Agency, &StaffScope, RequestId),
    (batch, number): (&Batch, i64),
) -> Result<Taken, BatchError> {
    let parts = queries::list_parts(db.read(), batch.id).await?;
    let part = parts.into_iter().find(|part| part.number == number).ok_or(BatchError::NoSuch)?;
    let (seen, hidden) = seen_on(db, scope, (batch.id, &part)).await?;
    if hidden > 0 {
        return Err(BatchError::Unseen(hidden));
    }
    let sealed = files.get(part.file).await?.ok_or(BatchError::NoSuch)?;
    let file = key(keys).open(PLACE, &sealed)?;
    keep_shown(db, (scope.actor(), agency), seen).await?;
    let (actor, batch) = (scope.actor(), batch.clone());
    let detail = json!({ "part": part.number, "sheets": part.sheets });
    let work = async move |tx: &Tx| note(tx, (Some(actor), "certificate_batches.take_sheets"), &batch, detail.clone()).await;
    db.write_for(request, work).await?;
    Ok(Taken { number, file })
}

/// Who is on a part, as far as they may be seen, and how many may not.
async fn seen_on(
    db: &Db,
    scope: &StaffScope,
    (id, part): (CertificateBatchId, &PrintPart),
) -> Result<(Vec<(LearnerId, Grant)>, u64), BatchError> {
    let on = lines::list_after(db.read(), (id, Some(BatchLineState::Issued)), (part.lines.0 - 1, SHEETS_IN_A_PART)).await?;
    let on = on.into_iter().filter(|line| line.number <= part.lines.1);
    let wanted: Vec<(LearnerId, bool)> = on.filter_map(|line| Some((line.learner?, false))).collect();
    let sights = identity::sights_of(db.read(), (scope, Role::OFFICERS), &wanted).await?;
    let (mut seen, mut hidden) = (Vec::new(), 0);
    for (learner, _) in wanted {
        match sights.get(&learner) {
            Some(Sight::Seen(grant)) => seen.push((learner, grant.clone())),
            _ => hidden += 1,
        }
    }
    Ok((seen, hidden))
}

/// Sheets that were asked for a month ago go. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn sweep_prints(db: &Db) -> Result<(), BatchError> {
    let a_month_ago = db.clock().now().plus_days(-LINE_DAYS);
    for id in queries::list_old(db.read(), a_month_ago, MOST_SWEPT).await? {
        db.write::<_, BatchError, _>(async move |tx| Ok(remove(tx, id).await?)).await?;
    }
    Ok(())
}

async fn remove(tx: &Tx, id: CertificateBatchId) -> Result<(), DbErr> {
    if queries::hold(tx, id).await?.is_some() {
        release_parts(tx, id).await?;
        queries::delete(tx, id).await?;
    }
    Ok(())
}

/// Somebody leaves the bank: sheets of batches in which they stand are not kept; they can be asked for anew.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn forget_prints_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    for (id, _) in lines::list_of(tx, learner).await? {
        remove(tx, id).await?;
    }
    Ok(())
}
