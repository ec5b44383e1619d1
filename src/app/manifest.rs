//! What a backup says of itself: `manifest.json`, and `SHA256SUMS`, which is written last, so that a backup without it is none.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::whole_file::WholeFile;
use crate::kernel::sha256_of;

/// The form that this program writes and reads.
pub(super) const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const SUMS: &str = "SHA256SUMS";

/// What the backup is of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The form of this file.
    pub(super) format: u32,
    /// Version of the program that made it.
    pub(super) program: String,
    /// `sqlite` or `postgresql`.
    pub(super) engine: String,
    /// When it was made, in words of programs and in milliseconds since 1970.
    pub(super) taken_at: String,
    pub(super) taken_at_ms: i64,
    /// The newest checkpoint of the sealed log in it.
    pub(super) checkpoint: Option<SealedAt>,
    /// How many transfers and accounts are in it.
    pub(super) transfers: u64,
    pub(super) accounts: u64,
    /// The steps that the schema had taken.
    pub(super) steps: Vec<String>,
    /// The value by which the database knows its `bank.key`; it tells nothing of the key.
    pub(super) key_check: Option<String>,
    /// The database's file, and the files beside it.
    pub(super) files: Vec<FileSum>,
}

/// How far the sealed log had come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SealedAt {
    pub(super) origin: String,
    pub(super) size: u64,
    /// In base64, as in the checkpoint.
    pub(super) root: String,
}

/// One file of the backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileSum {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// The digest of a file in `folder`.
pub(super) fn sum_of(folder: &Path, name: &str) -> std::io::Result<FileSum> {
    let (digest, bytes) = sha256_of(File::open(folder.join(name))?)?;
    Ok(FileSum { name: name.to_owned(), bytes, sha256: digest.to_string() })
}

impl Manifest {
    /// The name of the database's file in the backup of an engine.
    pub(super) fn database_file(engine: &str) -> &'static str {
        if engine == "sqlite" { "bank.sqlite" } else { "bank.pgdump" }
    }

    /// Writes both files into `folder`, the sums last.
    pub(super) fn write(&self, folder: &Path) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        write_whole(&folder.join(MANIFEST), &format!("{text}\n"))?;
        let own = sum_of(folder, MANIFEST)?;
        let line = |sum: &FileSum| format!("{}  {}\n", sum.sha256, sum.name);
        let lines: String = self.files.iter().chain([&own]).map(line).collect();
        write_whole(&folder.join(SUMS), &lines)
    }

    /// Reads the backup in `folder` and holds every file against its digest. The error says what is wrong, in words for the operator.
    pub(super) fn check(folder: &Path) -> Result<Self, String> {
        let broken = |name: &str, error: std::io::Error| format!("{}：{error}", folder.join(name).display());
        let sums = match fs::read_to_string(folder.join(SUMS)) {
            Ok(sums) => sums,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(format!("{} 里没有 {SUMS}：这不是一份做完了的备份", folder.display()));
            }
            Err(error) => return Err(broken(SUMS, error)),
        };
        let listed: Vec<FileSum> = sums.lines().map(|line| self::listed(folder, line)).collect::<Result<_, _>>()?;
        let text = fs::read_to_string(folder.join(MANIFEST)).map_err(|error| broken(MANIFEST, error))?;
        let manifest: Self = serde_json::from_str(&text).map_err(|error| format!("{MANIFEST} 读不懂：{error}"))?;
        if manifest.format != FORMAT {
            return Err("这份备份是别的版本的程序做的，这个程序读不懂".to_owned());
        }
        let is_listed = |name: &str| listed.iter().any(|sum| sum.name == name);
        let whole = manifest.files.iter().all(|file| listed.contains(file)) && listed.len() == manifest.files.len() + 1;
        if !whole || !is_listed(MANIFEST) || !is_listed(Self::database_file(&manifest.engine)) {
            return Err(format!("{SUMS} 和 {MANIFEST} 说的不是同样的文件：备份坏了"));
        }
        Ok(manifest)
    }

    /// Files of the folder `files` in the backup, by their paths there.
    pub(super) fn kept_files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str()).filter(|name| name.starts_with("files/"))
    }

    /// Files of the folder `keys` in the backup, by their names there.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.files.iter().filter_map(|file| file.name.strip_prefix("keys/"))
    }
}

/// The file that a line of the sums names, as it is now; an error where it is another.
fn listed(folder: &Path, line: &str) -> Result<FileSum, String> {
    let (digest, name) = line.split_once("  ").ok_or_else(|| format!("{SUMS} 读不懂：备份坏了"))?;
    // Nothing outside of the backup is read on its word.
    if !PathBuf::from(name).components().all(|step| matches!(step, Component::Normal(_))) {
        return Err(format!("{SUMS} 读不懂：备份坏了"));
    }
    let now = sum_of(folder, name).map_err(|error| format!("{}：{error}", folder.join(name).display()))?;
    if now.sha256 == digest {
        Ok(now)
    } else {
        Err(format!("{} 和备份时不一样：备份坏了，请用另一份", folder.join(name).display()))
    }
}

/// Writes a private file whole, and returns when it is on the disk.
pub(super) fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = WholeFile::begin(path)?;
    file.write_all(text.as_bytes())?;
    file.keep()
}
