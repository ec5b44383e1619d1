//! Where the files come from: the binary, or a folder that an author is working in.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::kernel::{Digest, digest_of};

/// A place that holds the files of one edition. Paths are relative, with `/`.
pub trait Source {
    /// All paths, sorted.
    fn paths(&self) -> Vec<String>;

    /// The bytes of one file; `None` if there is none or it cannot be read.
    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>>;

    /// The same place, to be kept: recordings are read from it when they are asked for, not held in memory.
    fn share(&self) -> Arc<dyn Source + Send + Sync>;
}

/// The digest over all files of `source`: each path and its bytes, in the order of paths.
#[must_use]
pub fn digest_of_source(source: &dyn Source) -> Digest {
    let files: Vec<_> = source.paths().into_iter().map(|path| (source.bytes(&path).unwrap_or_default(), path)).collect();
    let parts: Vec<&[u8]> = files.iter().flat_map(|(bytes, path)| [path.as_bytes(), bytes.as_ref()]).collect();
    digest_of(&parts)
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

/// An edition in a folder.
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
}

impl Source for Folder {
    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        list(&self.root, "", &mut paths);
        paths.sort_unstable();
        paths
    }

    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        std::fs::read(self.root.join(path)).ok().map(Cow::Owned)
    }

    fn share(&self) -> Arc<dyn Source + Send + Sync> {
        Arc::new(self.clone())
    }
}

fn list(folder: &Path, prefix: &str, paths: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if entry.path().is_dir() {
            list(&entry.path(), &path, paths);
        } else {
            paths.push(path);
        }
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
