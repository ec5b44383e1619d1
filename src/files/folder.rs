//! The store as a folder: `ab/cdef…`, a file each, written under another name, synced, then renamed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::{Error, Store};
use crate::kernel::{Digest, Timestamp, sha256_of};

/// Files in a folder.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// Where a file lies below the store's root.
#[must_use]
pub fn path_of(digest: &Digest) -> String {
    let hex = digest.to_string();
    let (first, rest) = hex.split_at_checked(2).unwrap_or(("", &hex));
    format!("{first}/{rest}")
}

impl Folder {
    /// The store in `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.root.join(path_of(digest))
    }
}

fn instant(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.ms()).unwrap_or(0))
}

/// Whether the file at `path` was put there after `before`; one that is not there was not.
fn is_newer(path: &Path, before: Timestamp) -> Result<bool, Error> {
    match fs::metadata(path).and_then(|file| file.modified()) {
        Ok(at) => Ok(at > instant(before)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

impl Store for Folder {
    fn put(&self, bytes: &[u8], now: Timestamp) -> Result<Digest, Error> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (digest, _) = sha256_of(bytes)?;
        let path = self.path(&digest);
        let folder = path.parent().unwrap_or(&self.root);
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let beside = folder.join(format!("{}-{number}.part", std::process::id()));
        let written = || -> std::io::Result<()> {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
            file.write_all(bytes)?;
            file.set_modified(instant(now))?;
            file.sync_all()?;
            fs::rename(&beside, &path)?;
            File::open(folder)?.sync_all()?;
            File::open(&self.root)?.sync_all()
        };
        if let Err(error) = written() {
            drop(fs::remove_file(&beside));
            return Err(error.into());
        }
        Ok(digest)
    }

    fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Error> {
        let bytes = match fs::read(self.path(digest)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (is, _) = sha256_of(bytes.as_slice())?;
        if is == *digest { Ok(Some(bytes)) } else { Err(Error::Damaged(*digest)) }
    }

    fn remove(&self, digest: &Digest, before: Timestamp) -> Result<(), Error> {
        let path = self.path(digest);
        if is_newer(&path, before)? { Ok(()) } else { remove(&path) }
    }

    fn list_before(&self, before: Timestamp) -> Result<Vec<Digest>, Error> {
        let mut found = Vec::new();
        let shelves = match fs::read_dir(&self.root) {
            Ok(shelves) => shelves,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error.into()),
        };
        for shelf in shelves {
            let shelf = shelf?;
            if !shelf.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(shelf.path())? {
                let path = file?.path();
                if is_newer(&path, before)? {
                    continue;
                }
                if path.extension().is_some_and(|end| end == "part") {
                    remove(&path)?;
                } else {
                    found.extend(digest_at(&shelf.path(), &path));
                }
            }
        }
        Ok(found)
    }
}

/// The digest that a path stands for; `None` where it is no file of the store.
fn digest_at(shelf: &Path, path: &Path) -> Option<Digest> {
    let name = format!("{}{}", shelf.file_name()?.to_str()?, path.file_name()?.to_str()?);
    Digest::from_slice(&hex::decode(name).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn what_is_put_is_found_by_its_sha256_and_lies_there_once_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path().join("files"));
        let digest = store.put(b"abc", at(1_000)).unwrap();
        assert_eq!(store.put(b"abc", at(2_000)).unwrap(), digest);
        assert_eq!(path_of(&digest), "ba/7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let path = root.path().join("files").join(path_of(&digest));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing half is left");
        assert_eq!(store.get(&digest).unwrap().unwrap(), b"abc");
        assert!(store.get(&crate::kernel::digest_of(&[])).unwrap().is_none());
    }

    #[test]
    fn a_damaged_file_is_not_given() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        let digest = store.put(b"abc", at(1_000)).unwrap();
        fs::write(root.path().join(path_of(&digest)), b"abd").unwrap();
        assert!(matches!(store.get(&digest), Err(Error::Damaged(is)) if is == digest));
    }

    #[test]
    fn what_was_put_anew_since_is_neither_listed_nor_removed_and_halves_go() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        let digest = store.put(b"abc", at(1_000)).unwrap();
        fs::write(root.path().join("ba/9-9.part"), b"ab").unwrap();
        File::open(root.path().join("ba/9-9.part")).unwrap().set_modified(instant(at(1_000))).unwrap();
        assert_eq!(store.list_before(at(999)).unwrap(), []);
        assert_eq!(store.list_before(at(5_000)).unwrap(), [digest]);
        assert!(!root.path().join("ba/9-9.part").exists());
        store.put(b"abc", at(9_000)).unwrap();
        store.remove(&digest, at(5_000)).unwrap();
        assert!(store.get(&digest).unwrap().is_some());
        store.remove(&digest, at(9_000)).unwrap();
        store.remove(&digest, at(9_000)).unwrap();
        assert!(store.get(&digest).unwrap().is_none());
    }
}
