//! A copy of the edition that was put up last from a folder, in the data directory: what is shown where the folder is faulty when the
//! bank starts. One file, whole or not at all; recordings are left out, since they may be many times as large as everything else.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::source::{Snapshot, Source, is_of_recordings};
use crate::kernel::{Digest, digest_of};

/// The copy as it stands in the file, behind a line that is the digest of all that follows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LastGood {
    /// The digest of the edition, recordings and all.
    digest: String,
    files: BTreeMap<String, String>,
}

fn path_of(data_dir: &Path) -> PathBuf {
    data_dir.join("curriculum-good.json")
}

impl LastGood {
    /// Keeps a copy of `snapshot`, which is a sound edition with this digest, in place of an earlier one. What is kept already is left.
    pub(super) fn keep(data_dir: &Path, snapshot: &Snapshot, digest: Digest) -> io::Result<()> {
        if Self::find(data_dir).is_some_and(|kept| kept.digest() == Some(digest)) {
            return Ok(());
        }
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let files = snapshot.texts().iter().filter_map(|(path, bytes)| Some((path.clone(), text(bytes)?))).collect();
        let body = serde_json::to_vec(&Self { digest: digest.to_string(), files })?;
        let path = path_of(data_dir);
        let part = path.with_extension(format!("{}.part", std::process::id()));
        let mut file = File::create(&part)?;
        writeln!(file, "{}", digest_of(&[&body]))?;
        file.write_all(&body).and_then(|()| file.sync_all())?;
        fs::rename(&part, &path)?;
        File::open(data_dir)?.sync_all()
    }

    /// The copy, where there is one and nobody has altered it.
    pub(super) fn find(data_dir: &Path) -> Option<Self> {
        let bytes = fs::read(path_of(data_dir)).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (said, body) = (bytes.get(..end)?, bytes.get(end + 1..)?);
        if said != digest_of(&[body]).to_string().as_bytes() {
            return None;
        }
        serde_json::from_slice(body).ok()
    }

    /// The digest of the edition that it is a copy of.
    pub(super) fn digest(&self) -> Option<Digest> {
        Digest::from_slice(&hex::decode(&self.digest).ok()?)
    }
}

impl Source for LastGood {
    fn paths(&self) -> Vec<String> {
        self.files.keys().filter(|path| !is_of_recordings(path)).cloned().collect()
    }

    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.files.get(path).map(|text| Cow::Borrowed(text.as_bytes()))
    }

    fn share(&self) -> Arc<dyn Source + Send + Sync> {
        // Nothing is read from it later: there are no recordings in it.
        Arc::new(Self { digest: self.digest.clone(), files: BTreeMap::new() })
    }
}
