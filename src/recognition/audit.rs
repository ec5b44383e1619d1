//! Awards and results stand one to one, and so do corrections, conversions and transfers out with their records; results are sealed as they
//! stand: the part of the audit that needs both.

use sea_orm::ConnectionTrait;

use uuid::Uuid;

use super::{Error, conversions_queries, queries, quick_audit, sealed_queries, transfers_out_queries, twice_audit};
use crate::db::Db;
use crate::kernel::{Digest, LearnerId, TransferId};
use crate::ledger::{self, AwardKey, seal};

/// Rows in one page.
const PAGE: u64 = 1000;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct AwardReport {
    /// Awards compared.
    pub awards: u64,
    /// Credited results compared.
    pub results: u64,
    /// Transfers that put something right.
    pub corrections: u64,
    /// Records of corrections compared with them.
    pub records: u64,
    /// Results compared with what is sealed of them.
    pub sealed: u64,
    /// Conversions by partners' rules.
    pub conversions: u64,
    /// Records of conversions compared with them.
    pub conversion_records: u64,
    /// Transfers out, answered or not.
    pub transfers_out: u64,
    /// Offers and their answers compared with them.
    pub offers: u64,
    /// Joinings of accounts, ended or not, in whose time no unit may be given to both.
    pub aliases: u64,
    /// Offers that should have come back by themselves a day ago; at most a page of them is counted.
    pub overdue: u64,
    /// How many stand alone or speak of something else.
    pub difference_count: u64,
    /// The first of them.
    pub first: Option<(LearnerId, Uuid)>,
}

/// Whose, which record, and what it says.
type Row = (LearnerId, Uuid, String);

impl AwardReport {
    /// Whether each award has its result and each credited result its award, and each correction, conversion and transfer out its record.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.difference_count == 0
    }

    fn note(&mut self, row: &Row) {
        self.difference_count += 1;
        self.first = self.first.or(Some((row.0, row.1)));
    }
}

/// Compares awards with credited results, and corrections, conversions and transfers out with their records, in the order of learner and transfer, in one consistent view.
///
/// # Errors
/// What the database answers.
pub async fn audit(db: &Db) -> Result<AwardReport, Error> {
    // The sweeper comes every ten minutes: what has waited for it for a day is not on its way back.
    let overdue = db.clock().now().plus_days(-1);
    if let Some(report) = quick_audit::look(db, overdue).await? {
        return Ok(report);
    }
    let view = db.consistent_view().await?;
    let mut report = AwardReport::default();
    let is_of_unit = |key: &str, unit: &str| AwardKey::parse(key).is_some_and(|key| key.unit() == unit);
    (report.awards, report.results) = compare(&view, (Side::Awards, Side::Results), is_of_unit, &mut report).await?;
    let is_record = |code: &str, kind: &str| code == kind || (code == "issue" && kind == "restore");
    let is_same = |one: &str, other: &str| one == other;
    (report.corrections, report.records) = compare(&view, (Side::Corrections, Side::Records), is_record, &mut report).await?;
    (report.sealed, _) = compare(&view, (Side::Leaves, Side::Sealed), is_same, &mut report).await?;
    let conversions = (Side::Conversions, Side::ConversionRecords);
    (report.conversions, report.conversion_records) = compare(&view, conversions, is_same, &mut report).await?;
    (report.transfers_out, report.offers) = compare(&view, (Side::TransfersOut, Side::Offers), is_same, &mut report).await?;
    let (aliases, twice) = twice_audit::name(&view).await?;
    report.aliases = aliases;
    twice.into_iter().for_each(|(learner, award)| report.note(&(learner, award.uuid(), String::new())));
    for (_, learner, offer) in transfers_out_queries::list_due(&view, overdue, None, PAGE).await? {
        report.overdue += 1;
        report.note(&(learner, offer.uuid(), String::new()));
    }
    view.rollback().await?;
    Ok(report)
}

/// Goes along two lists in one order; what stands in one alone, or does not fit its twin, is noted. How many each has.
async fn compare(
    view: &impl ConnectionTrait,
    (left, right): (Side, Side),
    fit: impl Fn(&str, &str) -> bool,
    report: &mut AwardReport,
) -> Result<(u64, u64), Error> {
    let (mut left, mut right) = (Pages::of(left), Pages::of(right));
    let (mut one, mut other) = (left.next(view).await?, right.next(view).await?);
    loop {
        match (&one, &other) {
            (None, None) => return Ok((left.count, right.count)),
            (Some(a), Some(b)) if (a.0, a.1) == (b.0, b.1) => {
                if !fit(&a.2, &b.2) {
                    report.note(a);
                }
                one = left.next(view).await?;
                other = right.next(view).await?;
            }
            (Some(a), b) if b.as_ref().is_none_or(|b| (a.0, a.1) < (b.0, b.1)) => {
                report.note(a);
                one = left.next(view).await?;
            }
            (_, Some(b)) => {
                report.note(b);
                other = right.next(view).await?;
            }
            (Some(_), None) => return Ok((left.count, right.count)),
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Awards,
    Results,
    Corrections,
    Records,
    Leaves,
    Sealed,
    Conversions,
    ConversionRecords,
    TransfersOut,
    Offers,
}

struct Pages {
    side: Side,
    page: std::vec::IntoIter<Row>,
    after: (LearnerId, Uuid),
    is_last: bool,
    count: u64,
}

impl Pages {
    fn of(side: Side) -> Self {
        let after = (LearnerId::NOBODY, Uuid::nil());
        Self { side, page: Vec::new().into_iter(), after, is_last: false, count: 0 }
    }

    async fn next(&mut self, view: &impl ConnectionTrait) -> Result<Option<Row>, Error> {
        if self.page.as_slice().is_empty() && !self.is_last {
            let page = self.turn(view).await?;
            self.is_last = u64::try_from(page.len()).unwrap_or(0) < PAGE;
            self.after = page.last().map_or(self.after, |row| (row.0, row.1));
            self.page = page.into_iter();
        }
        let row = self.page.next();
        self.count += u64::from(row.is_some());
        Ok(row)
    }

    async fn turn(&self, view: &impl ConnectionTrait) -> Result<Vec<Row>, Error> {
        let after = (self.after.0, TransferId::from_uuid(self.after.1));
        let of_transfers = match self.side {
            Side::Awards => ledger::list_awards_after(view, after, PAGE).await?,
            Side::Results => queries::list_credited_after(view, after, PAGE).await?,
            Side::Corrections => ledger::list_corrections_after(view, after, PAGE).await?,
            Side::Records => queries::list_corrections_after(view, after, PAGE).await?,
            Side::Conversions => ledger::list_conversions_after(view, after, PAGE).await?,
            Side::ConversionRecords => conversions_queries::list_after(view, after, PAGE).await?,
            Side::TransfersOut => ledger::list_offers_after(view, after, PAGE).await?,
            Side::Offers => transfers_out_queries::list_after(view, after, PAGE).await?,
            Side::Leaves => return Ok(hashes(sealed_queries::list_leaves_after(view, self.after, PAGE).await?)),
            Side::Sealed => return Ok(hashes(seal::list_sealed_results_after(view, self.after, PAGE).await?)),
        };
        Ok(of_transfers.into_iter().map(|(learner, transfer, said)| (learner, transfer.uuid(), said)).collect())
    }
}

fn hashes(rows: Vec<(LearnerId, Uuid, Digest)>) -> Vec<Row> {
    rows.into_iter().map(|(learner, id, hash)| (learner, id, hash.to_string())).collect()
}
