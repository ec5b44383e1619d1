//! Putting up an edition: when the bank starts, and when it is told that the folder has changed. What has a fault is refused as a whole,
//! and what is up stays up. The folder is read on a thread of its own; requests in hand keep the edition that they began with.

use std::path::{Path, PathBuf};

use tokio::sync::oneshot;

use super::last_good::LastGood;
use super::shelves::{Attempt, Outcome, Shelves, Up, UpFrom};
use super::source::{Embedded, Folder, Snapshot, Source};
use super::{CourseCode, Fault, Shelf, Trouble, editions, queries};
use crate::audit::{self, Entry};
use crate::db::{DbFault, Tx};
use crate::kernel::LearnerId;
use crate::web::House;

/// Faults that are written to the log one by one; how many there are is said too.
const MOST_LOGGED: usize = 50;

/// An edition cannot be put up at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It has these faults, and there is no last good edition either.
    #[error("the edition has {} faults", .0.len())]
    Faults(Vec<Fault>),
    /// Reading ended without an answer.
    #[error("reading the curriculum ended without an answer")]
    NotRead,
    /// What the database answers.
    #[error(transparent)]
    Database(#[from] DbFault),
}

/// Puts up an edition as the bank starts: that of the program; or that of the configured folder, or, where the folder has faults, the
/// last good one from there.
///
/// # Errors
/// [`Error::Faults`] where there is no last good edition; what the database answers.
pub async fn open(house: &House) -> Result<Shelves, Error> {
    let shelves = match &house.config.curriculum_dir {
        None => of_program(house).await?,
        Some(folder) => of_folder(house, folder).await?,
    };
    tell(house, &shelves);
    Ok(shelves)
}

async fn of_program(house: &House) -> Result<Shelves, Error> {
    let (shelf, snapshot) = read(Embedded).await?.map_err(Error::Faults)?;
    // Nobody who runs a bank can mend the program: its edition is put up all the same.
    if let Some(fault) = version_taken(house, &shelf, &snapshot).await? {
        tracing::warn!(fault = %fault, "two editions have one version");
    }
    keep(house, &shelf).await?;
    Ok(Shelves::with(up_now(house, shelf, UpFrom::Program)))
}

async fn of_folder(house: &House, folder: &Path) -> Result<Shelves, Error> {
    let (up, outcome) = match take(house, folder).await? {
        Ok(shelf) => (up_now(house, shelf, UpFrom::Folder), Outcome::PutUp),
        Err(faults) => {
            log_faults(&faults);
            let Some(shelf) = last_good(house).await? else { return Err(Error::Faults(faults)) };
            tracing::error!(edition = %shelf.digest(), "the folder of the curriculum has faults: the last good edition is put up");
            keep(house, &shelf).await?;
            (up_now(house, shelf, UpFrom::LastGood), Outcome::Refused(faults))
        }
    };
    let shelves = Shelves::with(up);
    shelves.tried(Attempt { at: house.clock().now(), outcome });
    Ok(shelves)
}

/// Reads the configured folder again, and puts up its edition where that is sound and another one. `by`: who asked; `None`: whoever has the
/// machine's shell.
///
/// # Errors
/// What the database answers; what is up stays up.
pub async fn renew(house: &House, shelves: &Shelves, by: Option<LearnerId>) -> Result<Outcome, Error> {
    let _turn = shelves.turn().await;
    let Some(folder) = &house.config.curriculum_dir else { return Ok(Outcome::NoFolder) };
    let outcome = match take(house, folder).await? {
        Err(faults) => {
            log_faults(&faults);
            Outcome::Refused(faults)
        }
        Ok(shelf) if shelf.mark() == shelves.now().mark() && shelves.up().from == UpFrom::Folder => Outcome::Same,
        Ok(shelf) => {
            note(house, &shelf, by).await?;
            tracing::info!(version = shelf.edition().manifest.version, edition = %shelf.digest(), "another edition is up");
            shelves.put_up(up_now(house, shelf, UpFrom::Folder));
            Outcome::PutUp
        }
    };
    shelves.tried(Attempt { at: house.clock().now(), outcome: outcome.clone() });
    tell(house, shelves);
    Ok(outcome)
}

/// What an author sees of a folder.
#[derive(Debug)]
pub struct Preview {
    /// Its edition, drafts shown as far as they can be read; none where something else has faults.
    pub shelf: Option<Shelf>,
    /// What keeps it from being put up.
    pub faults: Vec<Fault>,
    /// The courses that are being drafted.
    pub drafting: Vec<CourseCode>,
    /// What these still lack.
    pub lacking: Vec<Fault>,
}

/// Reads a folder as its author wants to see it. Takes a while: to be called on a thread that may wait.
#[must_use]
pub fn preview(folder: &Path) -> Preview {
    let snapshot = Snapshot::of(&Folder::new(folder));
    let shelf = match Shelf::of_snapshot(&snapshot) {
        Ok(shelf) => shelf,
        Err(faults) => return Preview { shelf: None, faults, drafting: Vec::new(), lacking: Vec::new() },
    };
    let drafts = shelf.courses().iter().filter(|course| !course.is_complete());
    let drafting: Vec<CourseCode> = drafts.map(|course| course.code).collect();
    let (shelf, lacking) = if drafting.is_empty() { None } else { Shelf::with_drafts(&snapshot) }.unwrap_or((shelf, Vec::new()));
    Preview { shelf: Some(shelf), faults: Vec::new(), drafting, lacking }
}

/// The edition of the folder, kept in the database and beside it; or what is wrong with it.
async fn take(house: &House, folder: &Path) -> Result<Result<Shelf, Vec<Fault>>, Error> {
    let (shelf, snapshot) = match read(Folder::new(folder)).await? {
        Ok(read) => read,
        Err(faults) => return Ok(Err(faults)),
    };
    if let Some(fault) = version_taken(house, &shelf, &snapshot).await? {
        return Ok(Err(vec![fault]));
    }
    keep(house, &shelf).await?;
    copy(house.config.data_dir.clone(), snapshot).await;
    Ok(Ok(shelf))
}

async fn read(source: impl Source + Send + 'static) -> Result<Result<(Shelf, Snapshot), Vec<Fault>>, Error> {
    let work = move || {
        let snapshot = Snapshot::of(&source);
        Shelf::of_snapshot(&snapshot).map(|shelf| (shelf, snapshot))
    };
    on_a_thread(work).await
}

/// What `work` gives, done on a thread that ends with it. The allocator gives its store to the next such thread; the threads of a pool would
/// each keep one.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let (tell, told) = oneshot::channel();
    let thread = std::thread::Builder::new().name("curriculum".to_owned());
    thread.spawn(move || drop(tell.send(work()))).map_err(|_| Error::NotRead)?;
    told.await.map_err(|_| Error::NotRead)
}

/// A version names one edition, since certificates and records do so by it.
async fn version_taken(house: &House, shelf: &Shelf, snapshot: &Snapshot) -> Result<Option<Fault>, Error> {
    let version = &shelf.edition().manifest.version;
    let kept = queries::list_digests_of(house.db.read(), version).await.map_err(DbFault::from)?;
    if kept.is_empty() || kept.contains(&shelf.digest().to_string()) {
        return Ok(None);
    }
    let manifest = snapshot.bytes("manifest.toml").unwrap_or_default();
    let text = String::from_utf8_lossy(&manifest);
    let line = text.lines().position(|line| line.trim_start().starts_with("version")).unwrap_or(0);
    Ok(Some(Fault::new("manifest.toml", line + 1, Trouble::VersionTaken(version.clone()))))
}

async fn keep(house: &House, shelf: &Shelf) -> Result<(), Error> {
    editions::keep(&house.db, shelf.edition(), &house.config.organisation_name).await?;
    Ok(())
}

/// Without the copy the bank serves all the same; only the next start has none to fall back on.
async fn copy(data_dir: PathBuf, snapshot: Snapshot) {
    let copied = on_a_thread(move || LastGood::keep(&data_dir, &snapshot)).await;
    let why = match copied {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!(why, "no copy of the edition could be kept");
}

async fn last_good(house: &House) -> Result<Option<Shelf>, Error> {
    let data_dir = house.config.data_dir.clone();
    let work = move || Shelf::open(&LastGood::find(&data_dir)?).ok();
    on_a_thread(work).await
}

fn up_now(house: &House, shelf: Shelf, from: UpFrom) -> Up {
    Up { shelf, since: Some(house.clock().now()), from }
}

async fn note(house: &House, shelf: &Shelf, by: Option<LearnerId>) -> Result<(), DbFault> {
    let (digest, version) = (shelf.digest().to_string(), shelf.edition().manifest.version.clone());
    let work = async move |tx: &Tx| -> Result<(), DbFault> {
        let entry = Entry {
            actor: by,
            action: "curriculum.put_up",
            object_kind: "edition",
            object_id: &digest,
            learner: None,
            place_code: None,
            detail: serde_json::json!({ "version": version }),
        };
        Ok(audit::record(tx, &entry).await?)
    };
    house.db.write(work).await
}

fn log_faults(faults: &[Fault]) {
    for fault in faults.iter().take(MOST_LOGGED) {
        tracing::error!(file = fault.file, line = fault.line, fault = %fault.trouble, "the curriculum has a fault");
    }
    tracing::error!(faults = faults.len(), "the folder of the curriculum is refused");
}

/// Shows in the metrics what is up and what is wrong.
fn tell(house: &House, shelves: &Shelves) {
    let shelf = shelves.now();
    let faults = shelves.last().map_or(0, |last| last.outcome.faults().len());
    house.metrics.curriculum(&shelf.edition().manifest.version, &shelf.digest().to_string(), faults);
}
