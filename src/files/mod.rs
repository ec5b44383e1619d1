//! Files beside the database, kept by the digest of their content: what is the same is kept once, and what was read is what was written.
//!
//! A file is put into the store first, then its row and its use are written in the commit that refers to it; so a row never names a file
//! that is not there. What nothing uses any more is removed a day later, by a job: until then it can be taken up
//! again, by putting it there anew. The store is a folder; another kind (an object store) needs only [`Store`]. Nothing here knows what a file means; whoever uses one says so by
//! [`refer`] and [`release`]. `backup` takes along what the rows name, `restore` puts it back, the night's audit reads it all.

mod folder;
mod queries;
mod service;

use std::sync::Arc;

use sea_orm::DbErr;

use crate::db::DbFault;
use crate::kernel::{DataClass, Digest, Kept, Term, Timestamp};

pub use folder::{Folder, path_of};
pub use queries::list;
pub use service::{Audit, audit, refer, release, sweep};

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] =
    &[Kept::new("stored_file", DataClass::Impersonal, Term::Done), Kept::new("file_use", DataClass::Impersonal, Term::Done)];

/// Why a file is not kept or not given.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk's answer.
    #[error("the file store: {0}")]
    Disk(#[from] std::io::Error),
    /// What lies there is not what was put there.
    #[error("the file {0} was damaged")]
    Damaged(Digest),
    /// The thread that waits for the disk ended early.
    #[error("the file store was interrupted")]
    Interrupted,
}

/// A place for files.
pub trait Store: std::fmt::Debug + Send + Sync {
    /// Keeps `bytes`; what is there already is there anew, as of `now`.
    ///
    /// # Errors
    /// The disk's.
    fn put(&self, bytes: &[u8], now: Timestamp) -> Result<Digest, Error>;

    /// The file with this digest; `None` where there is none.
    ///
    /// # Errors
    /// The disk's; [`Error::Damaged`] where it is no longer what was put there.
    fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Error>;

    /// Removes it, unless it was put there after `before`. Removing what is not there is no error.
    ///
    /// # Errors
    /// The disk's.
    fn remove(&self, digest: &Digest, before: Timestamp) -> Result<(), Error>;

    /// All that lies there and was put there before `before`; beginnings of files that were cut off are removed on the way.
    ///
    /// # Errors
    /// The disk's.
    fn list_before(&self, before: Timestamp) -> Result<Vec<Digest>, Error>;
}

/// The store of the house; cheap to clone.
#[derive(Clone, Debug)]
pub struct Files(Arc<dyn Store>);

/// A file that lies in the store, and is to be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its digest.
    pub digest: Digest,
    /// How many bytes it has.
    pub bytes: i64,
}

/// What uses a file: a row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedBy {
    /// The table.
    pub kind: &'static str,
    /// The row.
    pub id: uuid::Uuid,
}

impl Files {
    /// The store in this folder of a data directory; it is made when the first file comes.
    #[must_use]
    pub fn in_data_dir(data_dir: &std::path::Path) -> Self {
        Self(Arc::new(Folder::new(data_dir.join("files"))))
    }

    /// The store itself, for work that may wait for the disk.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        self.0.as_ref()
    }

    /// Keeps `bytes`, on a thread that may wait.
    ///
    /// # Errors
    /// As [`Store::put`].
    pub async fn put(&self, bytes: Vec<u8>, now: Timestamp) -> Result<Stored, Error> {
        let store = Arc::clone(&self.0);
        let put = move || {
            let digest = store.put(&bytes, now)?;
            Ok(Stored { digest, bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX) })
        };
        tokio::task::spawn_blocking(put).await.map_err(|_| Error::Interrupted)?
    }

    /// The file with this digest, read on a thread that may wait.
    ///
    /// # Errors
    /// As [`Store::get`].
    pub async fn get(&self, digest: Digest) -> Result<Option<Vec<u8>>, Error> {
        let store = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || store.get(&digest)).await.map_err(|_| Error::Interrupted)?
    }
}

/// What went wrong while the store was swept or audited.
#[derive(Debug, thiserror::Error)]
pub enum SweepFault {
    /// The store's.
    #[error(transparent)]
    Store(#[from] Error),
    /// The database's.
    #[error(transparent)]
    Database(#[from] DbFault),
}

impl From<DbErr> for SweepFault {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}
