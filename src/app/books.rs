//! The whole audit, as the night and the command line run it: transfers, the sealed log, awards and their results.

use std::path::Path;

use crate::db::Db;
use crate::ledger::seal::note::Checkpoint;
use crate::ledger::seal::{self, SealReport};
use crate::ledger::{self, Progress, Report};
use crate::recognition::{self, AwardReport};

/// What the audit found.
pub(super) struct Books {
    pub(super) ledger: Report,
    pub(super) seal: SealReport,
    pub(super) awards: AwardReport,
    /// The number in the sealed log of the first transfer that is not as it must be.
    pub(super) first_leaf: Option<u64>,
}

impl Books {
    /// All differences.
    pub(super) const fn difference_count(&self) -> u64 {
        self.ledger.difference_count.saturating_add(self.seal.difference_count).saturating_add(self.awards.difference_count)
    }

    /// The first difference, in words without anybody's name.
    pub(super) fn first(&self) -> Option<String> {
        let leaf = self.first_leaf.map(|seq| format!(" (leaf {seq})")).unwrap_or_default();
        let transfer = self.ledger.first().map(|difference| format!("{difference}{leaf}"));
        let sealed = || self.seal.differences.first().map(ToString::to_string);
        let award = || self.awards.first.map(|(learner, record)| format!("learner {learner}, record {record}"));
        transfer.or_else(sealed).or_else(award)
    }
}

/// Recomputes everything from the rows, and holds the log against what its signer in `keys` and others remember of it.
pub(super) async fn audit_books(
    db: &Db,
    keys: &Path,
    mut remembered: Vec<Checkpoint>,
    progress: impl FnMut(Progress),
) -> Result<Books, String> {
    remembered.extend(seal::remembered(keys).map_err(|error| error.to_string())?);
    let ledger = ledger::audit(db, progress).await.map_err(|error| error.to_string())?;
    let seal = seal::audit_log(db, remembered, |_| ()).await.map_err(|error| error.to_string())?;
    let awards = recognition::audit(db).await.map_err(|error| error.to_string())?;
    let first_leaf = match ledger.first().and_then(|first| Some((first.learner, first.transfer?))) {
        Some((learner, transfer)) => {
            let leaf = seal::find_leaf(db.read(), learner, transfer.uuid()).await.map_err(|error| error.to_string())?;
            leaf.map(|leaf| leaf.seq)
        }
        None => None,
    };
    Ok(Books { ledger, seal, awards, first_leaf })
}
