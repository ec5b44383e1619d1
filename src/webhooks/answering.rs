//! Whether somebody answers for a program of an agency today: what agencies are, and who works for them, is known above.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sea_orm::DbErr;

use crate::kernel::{AgencyId, LearnerId};

type Ask = dyn Fn(AgencyId, LearnerId) -> BoxFuture<'static, Result<bool, DbErr>> + Send + Sync;

/// Says whether somebody works for an agency today as one who may answer for its programs.
#[derive(Clone)]
pub struct Answering(Arc<Ask>);

impl Answering {
    /// As `ask` says.
    #[must_use]
    pub fn by(ask: impl Fn(AgencyId, LearnerId) -> BoxFuture<'static, Result<bool, DbErr>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    /// Whether this officer answers for programs of this agency today.
    pub(super) async fn ask(&self, agency: AgencyId, officer: LearnerId) -> Result<bool, DbErr> {
        (self.0)(agency, officer).await
    }
}

impl std::fmt::Debug for Answering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answering")
    }
}
