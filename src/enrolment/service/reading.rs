//! A file becomes a list: its lines are read, checked each by itself, sealed and kept, in chunks.

use std::collections::HashMap;

use sea_orm::DbErr;
use serde_json::json;
use uuid::Uuid;

use super::batch::{note, seal};
use super::checking::CHECK;
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::enrolment::Error;
use crate::enrolment::batch_queries::{self as queries, NewRow};
use crate::enrolment::columns::{Column, Format};
use crate::enrolment::lines::{self, Parsed, Problem};
use crate::enrolment::list::{Batch, BatchState, Row, RowState};
use crate::identity::{ConsentWay, StaffScope};
use crate::jobs;
use crate::kernel::{LearnerId, OrganisationId, mac_of, new_id};
use crate::places::{self, PlaceCode};
use crate::web::sheet::Line;

/// Lines in one commit.
const CHUNK: usize = 400;
/// Different places in one list, each of which is looked up.
const MOST_PLACES: usize = 200;
/// How long a list may take to be kept before the same file begins anew: whoever kept it has died meanwhile.
const KEPT_WITHIN_MS: i64 = 120_000;

/// A list to be kept.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Whose it is, where it is an organisation's.
    pub organisation: Option<OrganisationId>,
    /// Whose people they are.
    pub area: PlaceCode,
    /// How they agreed.
    pub consent: ConsentWay,
    /// A code of the file that only the bank's key makes: a short list could be found from a digest by trying.
    pub file: Vec<u8>,
    /// Which columns its lines have.
    pub head: Vec<Option<Column>>,
    /// Its lines, without the first.
    pub lines: Vec<Line>,
}

/// The code of a file that is read by this format.
#[must_use]
pub fn file_code(keys: &Keys, file: &[u8], format: &Format) -> Vec<u8> {
    mac_of(&keys.for_purpose("batch-file"), &[file, format.to_text().as_bytes()]).to_vec()
}

/// What a file came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// A new list.
    New(Uuid),
    /// The list of the same file, which was brought before.
    Known(Uuid),
}

/// Keeps a file as a list; the same file for the same place is the same list, however often it is brought.
///
/// # Errors
/// [`Error::BatchMoved`] where it was given up before all of it was kept; what the database answers.
pub async fn keep_list(db: &Db, keys: &Keys, scope: &StaffScope, new: &NewBatch) -> Result<Read, Error> {
    let id = new_id(db.clock().now());
    if let Some(known) = begin(db, scope, new, id).await? {
        return Ok(Read::Known(known));
    }
    let today = db.clock().now().day();
    let mut places = Places::of(db, &new.area);
    let mut rows = Vec::new();
    for line in &new.lines {
        let row = row_of(keys, &mut places, line, lines::parse(&new.head, &line.cells, today)).await?;
        rows.push(row);
    }
    for chunk in rows.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        db.write::<_, Error, _>(async move |tx| {
            still_reading(tx, id).await?;
            Ok(queries::insert_rows(tx, id, &chunk).await?)
        })
        .await?;
    }
    let (total, scope) = (i64::try_from(rows.len()).unwrap_or(0), scope.clone());
    db.write::<_, Error, _>(async move |tx| {
        still_reading(tx, id).await?;
        queries::set_total(tx, id, total).await?;
        queries::move_batch(tx, id, BatchState::Reading, (BatchState::Read, 0)).await?;
        jobs::schedule(tx, CHECK, &format!("{CHECK}:{id}"), tx.now, &json!({ "batch": id })).await?;
        note(tx, &scope, (id, "enrolment.bring_list"), json!({ "lines": total })).await
    })
    .await?;
    Ok(Read::New(id))
}

/// A list that was given up takes no line any more.
async fn still_reading(tx: &Tx, id: Uuid) -> Result<(), Error> {
    if queries::is_held_in(tx, id, BatchState::Reading).await? { Ok(()) } else { Err(Error::BatchMoved) }
}

/// Begins the list, unless the same file stands already: then its id is given.
async fn begin(db: &Db, scope: &StaffScope, new: &NewBatch, id: Uuid) -> Result<Option<Uuid>, Error> {
    let row = NewRow {
        id,
        organisation: new.organisation,
        place_code: new.area.as_str().to_owned(),
        by: scope.actor(),
        file: new.file.clone(),
        consent: new.consent,
    };
    let row = std::sync::Arc::new(row);
    db.write::<_, Error, _>(async move |tx| {
        if let Some(same) = queries::find_same(tx, &row.place_code, &row.file).await? {
            if !is_stuck(&same, tx.now.ms()) {
                return Ok(Some(same.id));
            }
            queries::move_batch(tx, same.id, BatchState::Reading, (BatchState::Abandoned, 0)).await?;
        }
        if queries::insert_batch(tx, &row).await? {
            return Ok(None);
        }
        // Another process was faster with the same file.
        let same = queries::find_same(tx, &row.place_code, &row.file).await?;
        Ok(Some(same.ok_or_else(|| DbErr::RecordNotInserted)?.id))
    })
    .await
}

const fn is_stuck(same: &Batch, now_ms: i64) -> bool {
    matches!(same.state, BatchState::Reading) && now_ms - same.made_at.ms() > KEPT_WITHIN_MS
}

async fn row_of(keys: &Keys, places: &mut Places<'_>, line: &Line, parsed: Parsed) -> Result<Row, Error> {
    let Parsed { mut said, place_written, mut problems } = parsed;
    match places.find(&place_written).await? {
        Ok(code) => said.place = code,
        Err(key) => problems.push(Problem::at(Column::Place, key, None)),
    }
    let state = if problems.is_empty() { RowState::New } else { RowState::Wrong };
    Ok(Row {
        number: i64::try_from(line.number).unwrap_or(i64::MAX),
        learner: LearnerId::fresh(places.db.clock().now()),
        sealed: Some(seal(keys, &said)),
        state,
        problems,
    })
}

/// Places by what is written in a list: each is looked up once.
struct Places<'a> {
    db: &'a Db,
    area: PlaceCode,
    known: HashMap<String, Result<String, &'static str>>,
}

impl<'a> Places<'a> {
    fn of(db: &'a Db, area: &PlaceCode) -> Self {
        Self { db, area: area.clone(), known: HashMap::new() }
    }

    /// The code of the place within the list's own; the key of what is wrong where there is none, or several.
    async fn find(&mut self, written: &str) -> Result<Result<String, &'static str>, Error> {
        if written.is_empty() {
            return Ok(Ok(self.area.as_str().to_owned()));
        }
        if let Some(known) = self.known.get(written) {
            return Ok(known.clone());
        }
        if self.known.len() >= MOST_PLACES {
            return Ok(Err("enrolment-row-places-many"));
        }
        let found = self.look_up(written).await?;
        self.known.insert(written.to_owned(), found.clone());
        Ok(found)
    }

    async fn look_up(&self, written: &str) -> Result<Result<String, &'static str>, DbErr> {
        if let Some(code) = PlaceCode::parse(written).filter(|code| !code.as_str().is_empty()) {
            let exists = places::find_place(self.db.read(), code.as_str()).await?.is_some();
            let is_within = self.area.covers(code.as_str());
            return Ok(if exists && is_within { Ok(code.as_str().to_owned()) } else { Err("enrolment-row-place") });
        }
        let found = places::search(self.db.read(), written, &self.area, 20).await?;
        let named: Vec<&places::Place> = found.iter().filter(|place| place.name == written).collect();
        Ok(match (named.as_slice(), found.as_slice()) {
            ([one], _) => Ok(one.code.clone()),
            ([], [one]) => Ok(one.code.clone()),
            ([], []) => Err("enrolment-row-place"),
            _ => Err("enrolment-row-place-several"),
        })
    }
}
