//! The whole audit, as the night and the command line run it: transfers, the sealed log, awards and their
//! results, certificates and what they cite.

use std::path::Path;

use crate::certificates::{self, CertificateReport};
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
    pub(super) certificates: CertificateReport,
    /// The number in the sealed log of the first transfer that is not as it must be.
    pub(super) first_leaf: Option<u64>,
}

impl Books {
    /// All differences.
    pub(super) const fn difference_count(&self) -> u64 {
        let credit = self.ledger.difference_count.saturating_add(self.awards.difference_count);
        credit.saturating_add(self.seal.difference_count).saturating_add(self.certificates.difference_count)
    }

    /// The first difference, in words without anybody's name.
    pub(super) fn first(&self) -> Option<String> {
        let leaf = self.first_leaf.map(|seq| format!(" (leaf {seq})")).unwrap_or_default();
        let transfer = self.ledger.first().map(|difference| format!("{difference}{leaf}"));
        let sealed = || self.seal.differences.first().map(ToString::to_string);
        let record = self.awards.first.or(self.certificates.first);
        let record = || record.map(|(learner, record)| format!("learner {learner}, record {record}"));
        transfer.or_else(sealed).or_else(record)
    }
}

/// What to look at, and against what.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// What was sealed before this number (from 0) was looked at before.
    pub(super) since: u64,
    /// What others remember of the log.
    pub(super) remembered: Vec<Checkpoint>,
}

/// How far the audit has come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Reading transfers.
    Transfers(Progress),
    /// So many leaves are read.
    Leaves(u64),
}

/// Recomputes everything from the rows, and holds the log against what its signer in `keys` and others remember of it.
pub(super) async fn audit_books(
    db: &Db,
    keys: &Path,
    Asked { since, mut remembered }: Asked,
    mut progress: impl FnMut(Step),
) -> Result<Books, String> {
    remembered.extend(seal::remembered(keys).map_err(|error| error.to_string())?);
    let told = |transfers| progress(Step::Transfers(transfers));
    let ledger = if since == 0 { ledger::audit(db, told).await } else { ledger::audit_since(db, since, told).await };
    let ledger = ledger.map_err(|error| error.to_string())?;
    let told = |leaves| progress(Step::Leaves(leaves));
    let seal = seal::audit_log_since(db, since, remembered, told).await.map_err(|error| error.to_string())?;
    let awards = recognition::audit(db).await.map_err(|error| error.to_string())?;
    let certificates = certificates::audit(db).await.map_err(|error| error.to_string())?;
    let first_leaf = match ledger.first().and_then(|first| Some((first.learner, first.transfer?))) {
        Some((learner, transfer)) => {
            let leaf = seal::find_leaf(db.read(), learner, transfer.uuid()).await.map_err(|error| error.to_string())?;
            leaf.map(|leaf| leaf.seq)
        }
        None => None,
    };
    Ok(Books { ledger, seal, awards, certificates, first_leaf })
}
