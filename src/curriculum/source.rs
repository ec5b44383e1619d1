//! Where the files come from: the binary, or a folder that an author is working in.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check::{Fault, Trouble};
use crate::kernel::{Digest, digest_of};

/// The most bytes a text may have. The longest in the repository has some thirty thousand.
const MOST_TEXT: u64 = 128 * 1024;
/// The most bytes a recording may have; the check holds each to what its seconds allow, which is less.
const MOST_SOUND: u64 = 4 * 1024 * 1024;
/// The most files, recordings among them, and folders within folders.
const MOST_FILES: usize = 50_000;
const MOST_DEPTH: usize = 8;

/// A place that holds the files of one edition. Paths are relative, with `/`.
pub trait Source {
    /// All paths, sorted.
    fn paths(&self) -> Vec<String>;

    /// The bytes of one file; `None` if there is none or it cannot be read.
    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>>;

    /// The same place, to be kept: recordings are read from it when they are asked for, not held in memory.
    fn share(&self) -> Arc<dyn Source + Send + Sync>;

    /// What is wrong with the place itself: links, files that are too large, folders too deep.
    fn faults(&self) -> Vec<Fault> {
        Vec::new()
    }
}

/// The digest over all texts of `source`: each path and its bytes, in the order of paths. Recordings are known by digests of their own, and
/// may come and go without making another edition.
#[must_use]
pub fn digest_of_source(source: &dyn Source) -> Digest {
    let texts = source.paths().into_iter().filter(|path| !is_of_recordings(path));
    let files: Vec<_> = texts.map(|path| (source.bytes(&path).unwrap_or_default(), path)).collect();
    let parts: Vec<&[u8]> = files.iter().flat_map(|(bytes, path)| [path.as_bytes(), bytes.as_ref()]).collect();
    digest_of(&parts)
}

/// Whether `path` belongs to the recordings of a course.
#[must_use]
pub fn is_of_recordings(path: &str) -> bool {
    path.contains("/audio/")
}

#[derive(rust_embed::Embed)]
#[folder = "$CARGO_MANIFEST_DIR/curriculum"]
struct Files;

/// The edition in the binary.
#[derive(Clone, Copy, Debug, Default)]
pub struct Embedded;

impl Source for Embedded {
    fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = Files::iter().map(Cow::into_owned).collect();
        paths.sort_unstable();
        paths
    }

    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        Files::get(path).map(|file| file.data)
    }

    fn share(&self) -> Arc<dyn Source + Send + Sync> {
        Arc::new(*self)
    }
}

/// An edition in a folder. Names that begin with a dot are passed over: what editors and systems leave behind.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The edition in `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn walk(&self) -> Walk {
        let mut walk = Walk::default();
        if self.root.is_dir() {
            walk.list(&self.root, "", 0);
        } else {
            walk.fault(".", Trouble::NoFolder);
        }
        walk.files.sort_unstable();
        walk
    }
}

impl Source for Folder {
    fn paths(&self) -> Vec<String> {
        self.walk().files
    }

    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let file = self.root.join(path);
        let about = file.symlink_metadata().ok()?;
        let is_plain = about.is_file() && about.len() <= most_bytes(path);
        if is_plain { std::fs::read(file).ok().map(Cow::Owned) } else { None }
    }

    fn share(&self) -> Arc<dyn Source + Send + Sync> {
        Arc::new(self.clone())
    }

    fn faults(&self) -> Vec<Fault> {
        self.walk().faults
    }
}

fn most_bytes(path: &str) -> u64 {
    if is_of_recordings(path) && !path.ends_with(".toml") { MOST_SOUND } else { MOST_TEXT }
}

/// What a folder holds, and what in it is no plain file.
#[derive(Default)]
struct Walk {
    files: Vec<String>,
    faults: Vec<Fault>,
}

impl Walk {
    fn fault(&mut self, path: &str, trouble: Trouble) {
        self.faults.push(Fault::new(path, 1, trouble));
    }

    fn list(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return self.fault(if prefix.is_empty() { "." } else { prefix }, Trouble::Unreadable);
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            if self.files.len() == MOST_FILES {
                self.faults.retain(|fault| !matches!(fault.trouble, Trouble::TooManyFiles { .. }));
                return self.fault(&path, Trouble::TooManyFiles { most: MOST_FILES });
            }
            self.take(&entry, path, depth);
        }
    }

    fn take(&mut self, entry: &std::fs::DirEntry, path: String, depth: usize) {
        // Of the entry itself: what a link leads to is not looked at.
        let Ok(about) = entry.metadata() else { return self.fault(&path, Trouble::Unreadable) };
        if path.contains(char::REPLACEMENT_CHARACTER) {
            self.fault(&path, Trouble::FileName);
        } else if about.is_dir() && depth == MOST_DEPTH {
            self.fault(&path, Trouble::TooDeep { most: MOST_DEPTH });
        } else if about.is_dir() {
            self.list(&entry.path(), &path, depth + 1);
        } else if !about.is_file() {
            self.fault(&path, Trouble::NoPlainFile);
        } else {
            let most = most_bytes(&path);
            if about.len() > most {
                self.fault(&path, Trouble::FileTooLarge { most, is: about.len() });
            }
            self.files.push(path);
        }
    }
}

/// What a source held at one moment: a folder may change while it is being read. Recordings stay where they are, since they may be many
/// times as large as everything else; by their digests it is noticed when they change.
pub(super) struct Snapshot {
    paths: Vec<String>,
    texts: BTreeMap<String, Vec<u8>>,
    faults: Vec<Fault>,
    place: Arc<dyn Source + Send + Sync>,
}

impl Snapshot {
    /// What `source` holds now.
    pub(super) fn of(source: &dyn Source) -> Self {
        let paths = source.paths();
        let texts = paths.iter().filter(|path| !is_of_recordings(path));
        let texts = texts.filter_map(|path| Some((path.clone(), source.bytes(path)?.into_owned()))).collect();
        Self { paths, texts, faults: source.faults(), place: source.share() }
    }

    /// All texts, the lists of recordings left out.
    pub(super) const fn texts(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.texts
    }

    /// The same, to keep.
    pub(super) fn into_texts(self) -> BTreeMap<String, Vec<u8>> {
        self.texts
    }
}

impl Source for Snapshot {
    fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        if is_of_recordings(path) {
            return self.place.bytes(path);
        }
        self.texts.get(path).map(|bytes| Cow::Borrowed(bytes.as_slice()))
    }

    fn share(&self) -> Arc<dyn Source + Send + Sync> {
        Arc::clone(&self.place)
    }

    fn faults(&self) -> Vec<Fault> {
        self.faults.clone()
    }
}

#[cfg(test)]
pub(in crate::curriculum) mod in_memory {
    //! Files that a test makes up, or the repository's own with some put in place of others.

    use std::collections::BTreeMap;

    use super::{Arc, Cow, Source};

    #[derive(Clone, Debug, Default)]
    pub struct InMemory(pub BTreeMap<String, Vec<u8>>);

    impl InMemory {
        pub fn copy_of(source: &dyn Source) -> Self {
            let copy = |path: String| source.bytes(&path).map(|bytes| (path.clone(), bytes.into_owned()));
            Self(source.paths().into_iter().filter_map(copy).collect())
        }

        pub fn text(&self, path: &str) -> String {
            String::from_utf8(self.0[path].clone()).unwrap()
        }

        pub fn put(&mut self, path: &str, text: &str) {
            self.0.insert(path.to_owned(), text.as_bytes().to_vec());
        }
    }

    impl Source for InMemory {
        fn paths(&self) -> Vec<String> {
            self.0.keys().cloned().collect()
        }

        fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>> {
            self.0.get(path).map(|bytes| Cow::Borrowed(bytes.as_slice()))
        }

        fn share(&self) -> Arc<dyn Source + Send + Sync> {
            Arc::new(self.clone())
        }
    }
}
