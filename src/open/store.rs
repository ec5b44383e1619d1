//! Where the package lies: a file in the data directory, made when it is first asked for, and again for every edition.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::NamedTempFile;

use super::package;
use crate::curriculum::{Shelf, texts_of};
use crate::kernel::{Digest, sha256_of};
use crate::web::House;

/// The folder in the data directory. Nothing in it is needed that cannot be made again.
const FOLDER: &str = "open";
/// Another process may still be giving away another edition: what is younger stays.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// A package that lies ready.
#[derive(Clone, Debug)]
pub(super) struct Package {
    /// Where.
    path: PathBuf,
    /// Of which edition and recordings it is.
    of: Digest,
    /// The SHA-256 of its bytes, by which it is known.
    pub digest: Digest,
    /// How many it has.
    pub bytes: u64,
}

/// The package that this process made last; whoever asks while it is made waits for it.
type Ready = Arc<Mutex<Option<Package>>>;

/// The package of the edition on `shelf`, open to be read; made now where it is not there. It may take seconds, so it is called where one
/// may wait.
///
/// # Errors
/// Where it cannot be written; [`io::ErrorKind::NotFound`] where the edition lies nowhere any more.
pub(super) fn package_of(house: &House, shelf: &Shelf) -> io::Result<(Package, File)> {
    let ready = house.rooms.get::<Ready>();
    let mut ready = ready.lock().unwrap_or_else(PoisonError::into_inner);
    let known = ready.as_ref().filter(|package| package.of == shelf.mark());
    if let Some((package, file)) = known.and_then(|package| Some((package.clone(), File::open(&package.path).ok()?))) {
        return Ok((package, file));
    }
    let (package, file) = make(house, shelf)?;
    *ready = Some(package.clone());
    Ok((package, file))
}

/// Writes it beside its place, then puts it there: nobody reads half of one.
fn make(house: &House, shelf: &Shelf) -> io::Result<(Package, File)> {
    let folder = house.config.data_dir.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let texts = texts_of(shelf, &house.config.data_dir).ok_or(io::ErrorKind::NotFound)?;
    let mut beside = NamedTempFile::new_in(&folder)?;
    package::write(shelf, &texts, &mut beside)?;
    let (digest, bytes) = sha256_of(File::open(beside.path())?)?;
    let path = folder.join(format!("{digest}.zip"));
    let file = beside.persist(&path)?;
    remove_old(&folder, &path);
    Ok((Package { path, of: shelf.mark(), digest, bytes }, file))
}

/// Packages of editions that nobody gives away any more, and beginnings of some that were cut off.
fn remove_old(folder: &Path, newest: &Path) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let age = fs::metadata(&path).and_then(|about| about.modified()).ok().and_then(|at| at.elapsed().ok());
        if path != newest && age.is_some_and(|age| age > OLD) {
            drop(fs::remove_file(path));
        }
    }
}
