//! What programs of agencies get about batches of certificates, as typed values. A member that is there stays there under `/api/v1`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::certificates::{Batch, BatchLine, BatchProgress};
use crate::kernel::Timestamp;

/// People who are to get a certificate of one kind, and what became of it.
#[derive(Serialize, ToSchema)]
pub(super) struct CertificateBatch {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    kind: String,
    /// The unit of a 单元学习证明, else `-`.
    about: String,
    /// `reading`, `checked`, `asked`, `agreed`, `valid`, `done`, `refused` or `withdrawn`. With `asked` it waits for a person of the agency, who looks at a
    /// sample; with `checked` nothing in it can be issued, or it went back.
    state: &'static str,
    /// Why it went back although it was agreed to: `powers`, `people` or `kind`.
    trouble: Option<&'static str>,
    /// How many lines it has.
    lines: i64,
    /// How many can be issued.
    ready: i64,
    /// How many are issued.
    issued: i64,
    /// How many cannot be, or were passed over.
    left_out: i64,
    /// How many are looked at before it is agreed to.
    sample: i64,
    #[schema(format = DateTime)]
    brought_at: String,
    /// When a person of the agency was asked.
    #[schema(format = DateTime)]
    asked_at: Option<String>,
    /// When they decided.
    #[schema(format = DateTime)]
    decided_at: Option<String>,
    /// When nothing more was to come of it. A month after that its lines go.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

fn instant(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::to_rfc3339)
}

impl CertificateBatch {
    pub fn of(batch: &Batch, progress: BatchProgress) -> Self {
        Self {
            id: batch.id.to_string(),
            kind: batch.kind.clone(),
            about: batch.about.clone(),
            state: batch.state.code(),
            trouble: batch.trouble.map(|trouble| trouble.code()),
            lines: batch.total,
            ready: batch.ready,
            issued: progress.issued,
            left_out: progress.wrong + progress.passed,
            sample: batch.sample,
            brought_at: batch.brought_at.to_rfc3339(),
            asked_at: instant(batch.asked_at),
            decided_at: instant(batch.decided.map(|(_, at)| at)),
            ended_at: instant(batch.ended_at),
        }
    }
}

/// A line of a batch. It names nobody.
#[derive(Serialize, ToSchema)]
pub(super) struct CertificateBatchLine {
    /// Its number, from 1, as it was brought.
    line: i64,
    /// `new`, `wrong`, `ready`, `reserved`, `issued` or `passed`.
    state: &'static str,
    /// Why it cannot be issued, or was passed over: `who-empty`, `who-wrong`, `nobody`, `name-other`, `same-person`, `missing`, `held`, `being-made`, `own`,
    /// `changed`, `document`, `closed`, `powers`, `people`, `kind` or `gone`.
    problem: Option<&'static str>,
    /// The certificate's id, once it is issued.
    #[schema(format = "uuid")]
    certificate: Option<String>,
}

impl From<&BatchLine> for CertificateBatchLine {
    fn from(line: &BatchLine) -> Self {
        let is_issued = line.state == crate::certificates::BatchLineState::Issued;
        Self {
            line: line.number,
            state: line.state.code(),
            problem: line.problem.map(|problem| problem.code()),
            certificate: line.certificate.filter(|_| is_issued).map(|id| id.to_string()),
        }
    }
}

/// What became of a batch, with a page of its lines.
#[derive(Serialize, ToSchema)]
pub(super) struct CertificateBatchPage {
    #[serde(flatten)]
    batch: CertificateBatch,
    /// Its lines, in their order; none once they are gone.
    results: Vec<CertificateBatchLine>,
    /// What to ask for `after` to get the next page; none on the last one.
    next: Option<String>,
}

impl CertificateBatchPage {
    pub fn of(batch: CertificateBatch, lines: &[BatchLine], next: Option<String>) -> Self {
        Self { batch, results: lines.iter().map(CertificateBatchLine::from).collect(), next }
    }
}
