//! A private file that is there whole or not at all: written under another name beside its place, synced, then renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The file while it is written; dropped before [`WholeFile::keep`], nothing of it stays.
pub(super) struct WholeFile {
    file: io::BufWriter<File>,
    beside: PathBuf,
    path: PathBuf,
    is_kept: bool,
}

impl WholeFile {
    /// Begins to write what shall stand at `path`; readable by its owner only.
    pub(super) fn begin(path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let beside = path.with_file_name(format!("{}.{}.part", name.to_string_lossy(), std::process::id()));
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        Ok(Self { file: io::BufWriter::new(file), beside, path: path.to_owned(), is_kept: false })
    }

    /// Puts it in its place, and returns when that is on the disk.
    pub(super) fn keep(mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.beside, &self.path)?;
        self.is_kept = true;
        sync_folder(folder_of(&self.path))
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.is_kept {
            drop(fs::remove_file(&self.beside));
        }
    }
}

/// The folder in which `path` stands.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Returns when the names in `folder` are on the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_leaves_nothing_and_what_is_kept_is_whole_and_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut begun = WholeFile::begin(&path).unwrap();
        begun.write_all(b"half").unwrap();
        drop(begun);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut whole = WholeFile::begin(&path).unwrap();
        whole.write_all(b"whole").unwrap();
        whole.keep().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "whole");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
