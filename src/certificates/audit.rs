//! Versions, citations, uses and events fit: the part of the audit that needs them all. Each version and each event is sealed as it stands; what a
//! version cites is used, and nothing else is; events lead to where the certificate stands; and nothing goes on standing on what was reversed.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::queries::sealed::{self, Row};
use super::queries::{certificates as rows, cites};
use super::{Certificate, Error, Happened, State};
use crate::db::Db;
use crate::kernel::{CertificateId, LearnerId, Timestamp};
use crate::ledger::seal;
use crate::recognition::{self, CreditUse, UseState};

/// Rows in one page.
const PAGE: u64 = 500;
/// Certificates in one page.
const CERTIFICATES: u64 = 100;
/// Minutes within which a certificate follows the credit that it cites.
const FOLLOWS_MINUTES: i64 = 5;
/// What uses of certificates are called.
const USE: &str = "certificate";

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct CertificateReport {
    /// Certificates that were issued.
    pub certificates: u64,
    /// Versions and events compared with what is sealed of them.
    pub sealed: u64,
    /// Lines that versions cite, compared with the uses of credit.
    pub cites: u64,
    /// How many stand alone or speak of something else.
    pub difference_count: u64,
    /// The first of them: whose, which record.
    pub first: Option<(LearnerId, Uuid)>,
}

impl CertificateReport {
    /// Whether everything fits.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.difference_count == 0
    }

    fn note(&mut self, learner: LearnerId, record: Uuid) {
        self.difference_count += 1;
        self.first = self.first.or(Some((learner, record)));
    }
}

/// Compares them all, in one consistent view.
///
/// # Errors
/// What the database answers.
pub async fn audit(db: &Db) -> Result<CertificateReport, Error> {
    let view = db.consistent_view().await?;
    let mut report = CertificateReport::default();
    compare_leaves(&view, &mut report).await?;
    compare_uses(&view, db.clock().now(), &mut report).await?;
    view.rollback().await?;
    Ok(report)
}

/// One of the lists that are gone along, page by page.
struct Pages {
    of: Side,
    page: std::vec::IntoIter<Row>,
    after: (LearnerId, Uuid),
    is_last: bool,
}

#[derive(Clone, Copy)]
enum Side {
    Versions,
    Events,
    Sealed,
}

impl Pages {
    fn of(of: Side) -> Self {
        Self { of, page: Vec::new().into_iter(), after: (LearnerId::NOBODY, Uuid::nil()), is_last: false }
    }

    async fn peek(&mut self, view: &impl ConnectionTrait) -> Result<Option<Row>, Error> {
        if self.page.as_slice().is_empty() && !self.is_last {
            let page = match self.of {
                Side::Versions => sealed::list_versions_after(view, self.after, PAGE).await?,
                Side::Events => sealed::list_events_after(view, self.after, PAGE).await?,
                Side::Sealed => seal::list_sealed_certificates_after(view, self.after, PAGE).await?,
            };
            self.is_last = u64::try_from(page.len()).unwrap_or(0) < PAGE;
            self.after = page.last().map_or(self.after, |row| (row.0, row.1));
            self.page = page.into_iter();
        }
        Ok(self.page.as_slice().first().copied())
    }

    fn step(&mut self) {
        self.page.next();
    }
}

/// Goes along versions, events and what is sealed, in one order; what stands in one alone, or is sealed otherwise, is noted.
async fn compare_leaves(view: &impl ConnectionTrait, report: &mut CertificateReport) -> Result<(), Error> {
    let [mut versions, mut events, mut sealed] = [Side::Versions, Side::Events, Side::Sealed].map(Pages::of);
    loop {
        let (version, event) = (versions.peek(view).await?, events.peek(view).await?);
        let of_versions = match (version, event) {
            (Some(version), Some(event)) => (version.0, version.1) < (event.0, event.1),
            (version, _) => version.is_some(),
        };
        let kept = if of_versions { version } else { event };
        let Some(leaf) = sealed.peek(view).await? else {
            let Some(kept) = kept else { return Ok(()) };
            report.note(kept.0, kept.1);
            if of_versions {
                versions.step()
            } else {
                events.step()
            }
            continue;
        };
        match kept.filter(|kept| (kept.0, kept.1) <= (leaf.0, leaf.1)) {
            Some(kept) => {
                report.sealed += 1;
                let is_same_row = (kept.0, kept.1) == (leaf.0, leaf.1);
                if !is_same_row || kept.2 != leaf.2 {
                    report.note(kept.0, kept.1);
                }
                if is_same_row {
                    sealed.step();
                }
                if of_versions { versions.step() } else { events.step() }
            }
            None => {
                report.note(leaf.0, leaf.1);
                sealed.step();
            }
        }
    }
}

/// A line that a version cites: account, award, how its use is called.
type Cited = (LearnerId, Uuid, String);

async fn compare_uses(view: &impl ConnectionTrait, now: Timestamp, report: &mut CertificateReport) -> Result<(), Error> {
    let mut after = (LearnerId::NOBODY, Uuid::nil());
    loop {
        let page = rows::list_issued_after(view, after, CERTIFICATES).await?;
        let Some(last) = page.last() else { break };
        after = (last.learner, last.id.uuid());
        compare_page(view, (&page, now), report).await?;
    }
    // A use that nothing cites any more.
    let (cites, uses) = (cites::count(view).await?, recognition::count_uses(view, USE).await?);
    if uses > cites {
        report.difference_count += uses - cites;
    }
    Ok(())
}

async fn compare_page(
    view: &impl ConnectionTrait,
    (page, now): (&[Certificate], Timestamp),
    report: &mut CertificateReport,
) -> Result<(), Error> {
    let ids: Vec<(LearnerId, CertificateId)> = page.iter().map(|own| (own.learner, own.id)).collect();
    let cites = cites::list_awards(view, &ids).await?;
    let mut accounts: Vec<LearnerId> = cites.iter().map(|cite| cite.account).collect();
    accounts.sort();
    accounts.dedup();
    let uses = recognition::uses_of(view, &accounts, USE).await?;
    let uses: BTreeMap<Cited, CreditUse> =
        uses.into_iter().map(|(account, used)| ((account, used.transfer.uuid(), used.reference.clone()), used)).collect();
    for own in page {
        report.certificates += 1;
        for cite in cites.iter().filter(|cite| cite.of == (own.learner, own.id)) {
            report.cites += 1;
            let cited = (cite.account, cite.award, format!("{}/{}", own.id, cite.version));
            let is_newest = cite.version == own.version;
            if !uses.get(&cited).is_some_and(|used| fits(own, used, (is_newest, now))) {
                report.note(own.learner, cite.award);
            }
        }
        if !leads_there(own, &rows::list_events(view, (own.learner, own.id)).await?) {
            report.note(own.learner, own.id.uuid());
        }
    }
    Ok(())
}

/// Whether a use stands as the certificate does. What lost its ground may be followed within minutes.
fn fits(own: &Certificate, used: &CreditUse, (is_newest, now): (bool, Timestamp)) -> bool {
    match (is_newest, own.state) {
        (false, _) | (true, State::Revoked) => used.state != UseState::Active,
        (true, State::Active) => used.state == UseState::Active || used.changed_at.plus_minutes(FOLLOWS_MINUTES) > now,
        (true, _) => true,
    }
}

/// Whether the events lead to where the certificate stands, by numbers without a gap.
fn leads_there(own: &Certificate, events: &[super::Event]) -> bool {
    let numbers = (1..).zip(events).all(|(number, event)| event.seq == number);
    let begin = Some((State::Reserved, 0));
    let end = events.iter().fold(begin, |at, event| {
        let (state, version) = at?;
        let version = match event.what {
            Happened::Issued | Happened::Version | Happened::Reinstated => version + 1,
            _ => version,
        };
        Some((state.after(event.what)?, version)).filter(|_| event.version == version)
    });
    numbers && end == Some((own.state, own.version))
}
