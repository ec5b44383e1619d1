//! Awards and results stand one to one: the part of the audit that needs both.

use sea_orm::{AccessMode, ConnectionTrait, DbBackend, IsolationLevel, TransactionTrait};

use super::{Error, queries};
use crate::db::Db;
use crate::kernel::{LearnerId, TransferId};
use crate::ledger::{self, AwardKey};

/// Rows in one page.
const PAGE: u64 = 1000;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct AwardReport {
    /// Awards compared.
    pub awards: u64,
    /// Credited results compared.
    pub results: u64,
    /// How many stand alone or speak of another unit.
    pub difference_count: u64,
    /// The first of them.
    pub first: Option<(LearnerId, TransferId)>,
}

type Row = (LearnerId, TransferId, String);

impl AwardReport {
    /// Whether each award has its result and each credited result its award.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.difference_count == 0
    }

    fn note(&mut self, row: &Row) {
        self.difference_count += 1;
        self.first = self.first.or(Some((row.0, row.1)));
    }
}

/// Compares awards with credited results, both in the order of learner and transfer, in one consistent view.
///
/// # Errors
/// What the database answers.
pub async fn audit(db: &Db) -> Result<AwardReport, Error> {
    let view = match db.backend() {
        DbBackend::Postgres => {
            db.read().begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await?
        }
        _ => db.read().begin().await?,
    };
    let mut report = AwardReport::default();
    let (mut awards, mut results) = (Pages::of(Side::Awards), Pages::of(Side::Results));
    let (mut award, mut result) = (awards.next(&view).await?, results.next(&view).await?);
    loop {
        match (&award, &result) {
            (None, None) => break,
            (Some(one), Some(other)) if (one.0, one.1) == (other.0, other.1) => {
                if AwardKey::parse(&one.2).is_none_or(|key| key.unit() != other.2) {
                    report.note(one);
                }
                award = awards.next(&view).await?;
                result = results.next(&view).await?;
            }
            (Some(one), other) if other.as_ref().is_none_or(|other| (one.0, one.1) < (other.0, other.1)) => {
                report.note(one);
                award = awards.next(&view).await?;
            }
            (_, Some(other)) => {
                report.note(other);
                result = results.next(&view).await?;
            }
            (Some(_), None) => break,
        }
    }
    view.rollback().await?;
    (report.awards, report.results) = (awards.count, results.count);
    Ok(report)
}

#[derive(Clone, Copy)]
enum Side {
    Awards,
    Results,
}

struct Pages {
    side: Side,
    page: std::vec::IntoIter<Row>,
    after: (LearnerId, TransferId),
    is_last: bool,
    count: u64,
}

impl Pages {
    fn of(side: Side) -> Self {
        let after = (LearnerId::NOBODY, TransferId::from_uuid(uuid::Uuid::nil()));
        Self { side, page: Vec::new().into_iter(), after, is_last: false, count: 0 }
    }

    async fn next(&mut self, view: &impl ConnectionTrait) -> Result<Option<Row>, Error> {
        if self.page.as_slice().is_empty() && !self.is_last {
            let page = match self.side {
                Side::Awards => ledger::list_awards_after(view, self.after, PAGE).await?,
                Side::Results => queries::list_credited_after(view, self.after, PAGE).await?,
            };
            self.is_last = u64::try_from(page.len()).unwrap_or(0) < PAGE;
            self.after = page.last().map_or(self.after, |row| (row.0, row.1));
            self.page = page.into_iter();
        }
        let row = self.page.next();
        self.count += u64::from(row.is_some());
        Ok(row)
    }
}
