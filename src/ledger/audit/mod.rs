//! The audit: reads everything once, in one consistent view, and recomputes it.
//!
//! It first looks whether all is well, as fast as the rows can be read (`quick`), and only where it is not goes through everything again to
//! name what differs (`naming`).

mod naming;
mod quick;

use std::time::Instant;

use super::Error;
use super::checks::{Difference, Fault, Tally};
use crate::db::Db;
use crate::kernel::LearnerId;

/// Differences that are kept; the rest is counted.
const KEPT: usize = 100;

/// How far the audit has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Transfers read.
    pub transfers: u64,
    /// Transfers there are.
    pub of: u64,
}

/// What the audit found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Transfers checked.
    pub transfers: u64,
    /// Accounts checked.
    pub accounts: u64,
    /// Awards checked.
    pub awards: u64,
    /// Sums by kind of account.
    pub tally: Tally,
    /// Transfers checked in a second.
    pub per_second: u64,
    /// Differences found.
    pub difference_count: u64,
    /// The first of them, in the order of learner and version.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether everything is as it must be.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.difference_count == 0
    }

    /// What the command ends with: 0 where everything is as it must be, else 1.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        if self.is_sound() { 0 } else { 1 }
    }

    /// The first row that is not as it must be.
    #[must_use]
    pub fn first(&self) -> Option<&Difference> {
        self.differences.first()
    }

    fn note(&mut self, difference: Difference) {
        self.difference_count += 1;
        if self.differences.len() < KEPT {
            self.differences.push(difference);
        }
    }

    fn since(mut self, started: Instant) -> Self {
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        self.per_second = self.transfers.saturating_mul(1000) / ms;
        self
    }
}

/// What of the ledger is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of it.
    Whole,
    /// The whole chains of learners for whom something was sealed from this number on (from 0), or waits for it.
    Since(u64),
}

/// Recomputes chains, balances and sums from the rows, and looks whether each transfer is sealed or waits for it. Writers go on meanwhile: it
/// reads one consistent view.
///
/// # Errors
/// What the database answers; a difference is no error but stands in the report.
pub async fn audit(db: &Db, progress: impl FnMut(Progress)) -> Result<Report, Error> {
    audit_scope(db, Scope::Whole, progress).await
}

/// The same for the whole chains of learners for whom something was sealed from number `seq` on (from 0), or waits for it.
///
/// # Errors
/// As [`audit`].
pub async fn audit_since(db: &Db, seq: u64, progress: impl FnMut(Progress)) -> Result<Report, Error> {
    audit_scope(db, Scope::Since(seq), progress).await
}

async fn audit_scope(db: &Db, scope: Scope, mut progress: impl FnMut(Progress)) -> Result<Report, Error> {
    let started = Instant::now();
    let looked = quick::look(db, scope, &mut progress).await?;
    if looked.is_well {
        return Ok(looked.report.since(started));
    }
    let mut report = naming::name_differences(db, &mut progress).await?;
    if report.is_sound() {
        // Something was not as it must be, and now it is: somebody mends what should be found.
        report.note(Difference { learner: LearnerId::NOBODY, version: 0, transfer: None, fault: Fault::Sums });
    }
    Ok(report)
}
