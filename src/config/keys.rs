//! The bank's secret: one random file, made at the first start with mode 0600; all working keys are derived from it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ConfigError;
use crate::kernel::{Chance, Mac, SealKey, mac_of};

/// The working keys, each for one purpose; cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Ready>);

/// The master key, and the two that every request needs, derived once.
struct Ready {
    master: [u8; 32],
    csrf: [u8; 32],
    envelope: SealKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Reads the key file in `data_dir/keys`, or makes it.
    ///
    /// # Errors
    /// Where the file cannot be read or made, or is not 32 bytes in hex.
    pub fn open(data_dir: &Path) -> Result<Self, ConfigError> {
        match Self::find(data_dir)? {
            Some(keys) => Ok(keys),
            None => Self::make(data_dir),
        }
    }

    /// Reads the key file in `data_dir/keys`, if there is one.
    ///
    /// # Errors
    /// Where the file cannot be read, or is not 32 bytes in hex.
    pub fn find(data_dir: &Path) -> Result<Option<Self>, ConfigError> {
        let path = key_path(data_dir);
        let broken = |why: String| ConfigError::File { path: path.clone(), why };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let bytes = hex::decode(text.trim()).map_err(|error| broken(error.to_string()))?;
                let master = bytes.try_into().map_err(|_| broken("不是 32 字节的密钥".to_owned()))?;
                Ok(Some(Self::of(master)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(broken(error.to_string())),
        }
    }

    fn make(data_dir: &Path) -> Result<Self, ConfigError> {
        let path = key_path(data_dir);
        let broken = |error: std::io::Error| ConfigError::File { path: path.clone(), why: error.to_string() };
        std::fs::create_dir_all(keys_folder(data_dir)).map_err(broken)?;
        let master = Chance::secret();
        write_private(&path, &hex::encode(master)).map_err(broken)?;
        Ok(Self::of(master))
    }

    /// A value that follows from the key and tells nothing of it: by it a database knows its key again.
    #[must_use]
    pub fn check(&self) -> Mac {
        mac_of(&self.for_purpose("key-check"), &[b"bank.key"])
    }

    /// Fresh keys that are kept nowhere: for tests.
    #[must_use]
    pub fn fresh() -> Self {
        Self::of(Chance::secret())
    }

    /// The key for one purpose. The same purpose always gives the same key; nothing of another can be told from it.
    #[must_use]
    pub fn for_purpose(&self, purpose: &str) -> [u8; 32] {
        derived(&self.0.master, purpose)
    }

    /// The key that wraps people's envelope keys.
    #[must_use]
    pub fn envelope(&self) -> SealKey {
        self.0.envelope.clone()
    }

    /// The key of the tokens that tie forms to a browser.
    #[must_use]
    pub fn csrf(&self) -> &[u8; 32] {
        &self.0.csrf
    }

    fn of(master: [u8; 32]) -> Self {
        let envelope = SealKey::from_bytes(derived(&master, "envelope"));
        Self(Arc::new(Ready { csrf: derived(&master, "csrf"), envelope, master }))
    }
}

/// Where the key of a data directory lives.
#[must_use]
pub fn key_path(data_dir: &Path) -> PathBuf {
    keys_folder(data_dir).join("bank.key")
}

/// The folder of all keys of a data directory.
#[must_use]
pub fn keys_folder(data_dir: &Path) -> PathBuf {
    data_dir.join("keys")
}

fn derived(master: &[u8; 32], purpose: &str) -> [u8; 32] {
    *mac_of(master, &[b"credit-bank key v1", purpose.as_bytes()]).bytes()
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_readable_by_their_owner_only_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::open(folder.path()).unwrap();
        let again = Keys::open(folder.path()).unwrap();
        assert_eq!(first.for_purpose("pin"), again.for_purpose("pin"));
        assert_ne!(first.for_purpose("pin"), first.for_purpose("csrf"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join("keys/bank.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_file_is_refused_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("keys")).unwrap();
        std::fs::write(folder.path().join("keys/bank.key"), "kaputt").unwrap();
        assert!(Keys::open(folder.path()).is_err());
        assert_eq!(std::fs::read_to_string(folder.path().join("keys/bank.key")).unwrap(), "kaputt");
    }
}
