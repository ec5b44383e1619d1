//! Where the package lies: a file in the data directory, made when it is first asked for, and again for every edition.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::package;
use crate::curriculum::Shelf;
use crate::kernel::Digest;
use crate::web::House;

/// The folder in the data directory. Nothing in it is needed that cannot be made again.
const FOLDER: &str = "open";

/// A package that lies ready.
#[derive(Clone, Debug)]
pub(super) struct Package {
    /// Where.
    path: PathBuf,
    /// Its edition, by which it is known.
    pub edition: Digest,
    /// How many it has.
    pub bytes: u64,
}

impl Package {
    /// Opens it to be read.
    ///
    /// # Errors
    /// Where it is no longer there.
    pub(super) fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

/// The package that this process made last; whoever asks while it is made waits for it.
type Ready = Arc<Mutex<Option<Package>>>;

/// The package of the edition on `shelf`, made now where it is not there. It may take seconds, so it is called where one may wait.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn package_of(house: &House, shelf: &Shelf) -> io::Result<Package> {
    let ready = house.rooms.get::<Ready>();
    let mut ready = ready.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(package) = ready.as_ref().filter(|package| package.edition == shelf.digest() && package.path.exists()) {
        return Ok(package.clone());
    }
    let package = make(&house.config.data_dir.join(FOLDER), shelf)?;
    *ready = Some(package.clone());
    Ok(package)
}

/// Writes it beside its place, then puts it there: nobody reads half of one. Those of other editions go.
fn make(folder: &Path, shelf: &Shelf) -> io::Result<Package> {
    fs::create_dir_all(folder)?;
    let name = format!("{}.zip", shelf.digest());
    let (path, beside) = (folder.join(&name), folder.join(format!("{name}.{}.part", std::process::id())));
    let written = package::write(shelf, BufWriter::new(File::create(&beside)?)).and_then(|()| fs::rename(&beside, &path));
    if let Err(error) = written {
        drop(fs::remove_file(&beside));
        return Err(error);
    }
    for entry in fs::read_dir(folder)?.flatten().filter(|entry| entry.file_name().to_string_lossy().ends_with(".zip")) {
        if entry.path() != path {
            drop(fs::remove_file(entry.path()));
        }
    }
    let bytes = fs::metadata(&path)?.len();
    Ok(Package { path, edition: shelf.digest(), bytes })
}
