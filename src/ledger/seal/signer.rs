//! The signer: keys in files, and a memory of its own outside the database, so that it never signs two books.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use sea_orm::DbErr;

use super::key_list;
use super::merkle;
use super::note::{self, Checkpoint, Verifier};
use crate::kernel::{Chance, Digest};

/// Why nothing was signed. All but a broken file mean that the database is not the one that was signed before.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The log is shorter than one that was signed.
    #[error("the log has {found} leaves, but {signed} were signed before: the database was put back to an earlier state")]
    Shorter {
        /// How many were signed.
        signed: u64,
        /// How many there are.
        found: u64,
    },
    /// The log does not go on from what was signed.
    #[error("the first {signed} leaves are not those that were signed before: the log was rewritten")]
    Rewritten {
        /// How many were signed.
        signed: u64,
    },
    /// It is another log than the one signed before.
    #[error("the memory in {0} is of another log")]
    OtherLog(PathBuf),
    /// The file holds no key.
    #[error("{0} holds no key")]
    NotAKey(PathBuf),
    /// The key is another than the log's own.
    #[error("the key in {0} is not the log's own")]
    StrangeKey(PathBuf),
    /// A key or the memory cannot be read or written.
    #[error("{path}: {why}")]
    File {
        /// Which file.
        path: PathBuf,
        /// The system's answer.
        why: String,
    },
    /// The database cannot say what is asked of it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Signs checkpoints of one log.
#[derive(Clone)]
pub struct Signer {
    folder: PathBuf,
    origin: String,
    generation: i64,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("origin", &self.origin).field("generation", &self.generation).finish_non_exhaustive()
    }
}

impl Signer {
    /// The signer of the log `origin` with the key of `generation` in `folder`, which is made where it is missing and `may_make` says so.
    ///
    /// # Errors
    /// [`Refusal::File`].
    pub fn open(folder: &Path, origin: &str, generation: i64, may_make: MayMake) -> Result<Self, Refusal> {
        let path = key_path(folder, generation);
        let broken = |why: String| Refusal::File { path: path.clone(), why };
        let key = match fs::read_to_string(&path) {
            Ok(text) => hex::decode(text.trim())
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| Refusal::NotAKey(path.clone()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_make == MayMake::Yes => {
                let key: [u8; 32] = Chance::secret();
                fs::create_dir_all(folder).map_err(|error| broken(error.to_string()))?;
                write_durably(&path, hex::encode(key).as_bytes())?;
                key
            }
            Err(error) => return Err(broken(error.to_string())),
        };
        Ok(Self { folder: folder.to_owned(), origin: origin.to_owned(), generation, key: SigningKey::from_bytes(&key) })
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Which of the log's keys this is.
    #[must_use]
    pub const fn generation(&self) -> i64 {
        self.generation
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier::of_log(&self.origin, &self.key)
    }

    /// The checkpoint signed last, by whatever generation.
    ///
    /// # Errors
    /// [`Refusal::File`], [`Refusal::OtherLog`].
    pub fn last_signed(&self) -> Result<Option<Checkpoint>, Refusal> {
        let path = self.memory();
        match remembered(&self.folder)? {
            Some(last) if last.origin != self.origin => Err(Refusal::OtherLog(path)),
            last => Ok(last),
        }
    }

    /// Signs the state of the log with `size` leaves and this root, if it goes on from the one signed last, as `proof` shows (the
    /// consistency proof between the two sizes). What was signed is remembered before anybody learns the signature.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn sign(&self, size: u64, root: Digest, last: Option<&Checkpoint>, proof: &[Digest]) -> Result<String, Refusal> {
        if let Some(last) = last.filter(|last| last.size > 0) {
            if size < last.size {
                return Err(Refusal::Shorter { signed: last.size, found: size });
            }
            if !merkle::continues(last.size, &last.root, size, &root, proof) {
                return Err(Refusal::Rewritten { signed: last.size });
            }
        }
        let checkpoint = Checkpoint { origin: self.origin.clone(), size, root };
        write_durably(&self.memory(), checkpoint.text().as_bytes())?;
        Ok(note::sign(&checkpoint, &self.origin, &self.key))
    }

    /// Says, signed, that the key of `next` goes on for this one from `size` leaves on.
    #[must_use]
    pub fn endorse(&self, next: &Verifier, size: u64) -> String {
        note::sign_text(&endorsement(&self.origin, next, size), &self.origin, &self.key)
    }

    /// Says, signed, that the book of keys of the bank at `host` has this SHA-256. It is no checkpoint and is remembered nowhere.
    #[must_use]
    pub fn sign_keys(&self, host: &str, book: &Digest) -> String {
        key_list::sign(host, book, (self.origin.as_str(), &self.key))
    }

    fn memory(&self) -> PathBuf {
        memory_path(&self.folder)
    }
}

fn memory_path(folder: &Path) -> PathBuf {
    folder.join("ledger-signed.txt")
}

/// The checkpoint that the signer whose keys lie in `folder` signed last.
///
/// # Errors
/// [`Refusal::File`].
pub fn remembered(folder: &Path) -> Result<Option<Checkpoint>, Refusal> {
    let path = memory_path(folder);
    let broken = |why: String| Refusal::File { path: path.clone(), why };
    match fs::read_to_string(&path) {
        Ok(text) => Checkpoint::parse(&text).map(Some).map_err(|error| broken(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(broken(error.to_string())),
    }
}

/// Has the signer whose keys lie in `folder` remember a checkpoint that it signed, as others kept it: from then on it signs only what goes
/// on from it. What it remembers itself stays where that is as long or longer, or of another log.
///
/// # Errors
/// [`Refusal::File`].
pub fn remember(folder: &Path, kept: &Checkpoint) -> Result<(), Refusal> {
    let is_known = remembered(folder)?.is_some_and(|last| last.origin != kept.origin || last.size >= kept.size);
    if is_known { Ok(()) } else { write_durably(&memory_path(folder), kept.text().as_bytes()) }
}

/// What one key says of the next: that it signs for the log `origin` from `size` leaves on.
fn endorsement(origin: &str, next: &Verifier, size: u64) -> String {
    format!("credit-bank/ledger-key/1\n{origin}\n{}\n{size}\n", next.to_text())
}

/// Whether `note` is the word of the key `before` that `next` signs for the log `origin` from so many leaves on.
#[must_use]
pub fn is_endorsed(origin: &str, before: &Verifier, (next, from_size): (&Verifier, u64), note: &str) -> bool {
    note::open_text(note, before).is_ok_and(|said| said == endorsement(origin, next, from_size))
}

/// Whether a key that is missing may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayMake {
    /// It may: nothing was ever signed with it.
    Yes,
    /// It may not: it has signed before, and a new one would be another's.
    No,
}

fn key_path(folder: &Path, generation: i64) -> PathBuf {
    folder.join(format!("ledger-{generation}.key"))
}

/// Puts the memory aside, under a name of its own, where it is of another log than `origin`.
pub(super) fn put_memory_aside(folder: &Path, origin: &str) -> Result<(), Refusal> {
    let Some(last) = remembered(folder)?.filter(|last| last.origin != origin) else { return Ok(()) };
    let (path, aside) = (memory_path(folder), folder.join(format!("ledger-signed-{}.txt", last.size)));
    fs::rename(&path, aside).map_err(|error| Refusal::File { path, why: error.to_string() })
}

/// Writes a private file whole or not at all, and returns when it is on the disk.
///
/// # Errors
/// [`Refusal::File`].
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
    let broken = |error: std::io::Error| Refusal::File { path: path.to_owned(), why: error.to_string() };
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside).map_err(broken)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(broken)?;
    fs::rename(&beside, path).map_err(broken)?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::seal::merkle::{Node, leaf_hash, node_hash, prove_consistency, root};

    fn open(folder: &Path) -> Signer {
        Signer::open(folder, "example.cn/ledger", 1, MayMake::Yes).unwrap()
    }

    fn leaves(count: u64, what: &str) -> impl Fn(Node) -> Option<Digest> {
        let hashes: Vec<Digest> = (0..count).map(|n| leaf_hash(format!("{what}{n}").as_bytes())).collect();
        move |node| {
            let mut row = hashes.clone();
            for _ in 0..node.level {
                row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
            }
            row.get(usize::try_from(node.index).ok()?).copied()
        }
    }

    #[test]
    fn a_key_is_made_once_and_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(open(folder.path()).verifier(), open(folder.path()).verifier());
        let mode = fs::metadata(folder.path().join("ledger-1.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(matches!(Signer::open(folder.path(), "example.cn/ledger", 2, MayMake::No), Err(Refusal::File { .. })));
    }

    #[test]
    fn what_others_kept_is_remembered_where_it_says_more() {
        let folder = tempfile::tempdir().unwrap();
        let kept = |size, origin: &str| Checkpoint { origin: origin.to_owned(), size, root: merkle::empty_root() };
        for (told, size, origin) in [(4, 4, "a"), (3, 4, "a"), (9, 9, "a")] {
            remember(folder.path(), &kept(told, origin)).unwrap();
            assert_eq!(remembered(folder.path()).unwrap(), Some(kept(size, "a")));
        }
        remember(folder.path(), &kept(20, "b")).unwrap();
        assert_eq!(remembered(folder.path()).unwrap(), Some(kept(9, "a")));
    }

    #[test]
    fn only_what_goes_on_from_the_last_is_signed_even_by_another_process() {
        let folder = tempfile::tempdir().unwrap();
        let of = leaves(9, "a");
        let root_at = |size| root(size, &of).unwrap();
        let signs = |size, root, from: u64| {
            let signer = open(folder.path());
            let last = signer.last_signed().unwrap();
            signer.sign(size, root, last.as_ref(), &prove_consistency(from, size, &of).unwrap_or_default())
        };
        signs(4, root_at(4), 4).unwrap();
        signs(4, root_at(4), 4).unwrap();
        signs(9, root_at(9), 4).unwrap();
        assert!(matches!(signs(4, root_at(4), 4), Err(Refusal::Shorter { signed: 9, found: 4 })));
        let others = leaves(9, "b");
        assert!(matches!(signs(9, root(9, others).unwrap(), 9), Err(Refusal::Rewritten { signed: 9 })));
        assert_eq!(open(folder.path()).last_signed().unwrap().unwrap().size, 9);
        let elsewhere = Signer::open(folder.path(), "other.cn/ledger", 1, MayMake::No).unwrap();
        assert!(matches!(elsewhere.last_signed(), Err(Refusal::OtherLog(_))));
    }
}
