//! What the audit does where something differs: names what, by reading chains, accounts and what is sealed side by side.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use sea_orm::ConnectionTrait;

use super::{Progress, Report};
use crate::db::Db;
use crate::kernel::{LearnerId, TransferId};
use crate::ledger::checks::{self, Account, Difference, Fault, Tally};
use crate::ledger::seal::{Covered, LeafKind, list_covered_after};
use crate::ledger::transfer::{Book, Transfer};
use crate::ledger::words::Kind;
use crate::ledger::{Error, queries};

/// Rows in one page.
const PAGE: u64 = 1000;
/// Goes through everything once more, slowly, and names each difference in the order of learner and version.
pub(super) async fn name_differences(db: &Db, progress: &mut impl FnMut(Progress)) -> Result<Report, Error> {
    let view = db.consistent_view().await?;
    let started = Instant::now();
    let sums = sums_of(&view).await?;
    let mut audit = Audit::new();
    let mut beside = Beside::new();
    let mut after = (LearnerId::NOBODY, i64::MIN, i64::MIN);
    loop {
        let page = queries::list_transfers_after(&view, after, PAGE).await?;
        let is_last = u64::try_from(page.len()).unwrap_or(0) < PAGE;
        for (place, id, row) in page {
            if audit.learner != place.0 {
                audit.end_chain(&view, &mut beside).await?;
                audit.learner = place.0;
            }
            audit.take(place, id, row.ok());
            after = place;
        }
        progress(Progress { transfers: audit.report.transfers, of: sums.transfers });
        if is_last {
            break;
        }
    }
    audit.end_chain(&view, &mut beside).await?;
    while let Some(account) = beside.next_account(&view, None).await? {
        audit.end_account(&account);
    }
    while let Some((learner, record, _)) = beside.next_covered(&view, None).await? {
        audit.note_covered(learner, record);
    }
    audit.found.drain(..).for_each(|difference| audit.report.note(difference));
    view.rollback().await?;
    Ok(audit.into_report(&sums, started))
}

async fn sums_of(view: &impl ConnectionTrait) -> Result<Tally, Error> {
    let mut sums = Tally::default();
    for (debit, credit, transfers, milli) in queries::sum_by_sides(view).await? {
        if let (Some(debit), Some(credit)) = (Kind::from_code(&debit), Kind::from_code(&credit)) {
            sums.add(debit, credit, u64::try_from(transfers).unwrap_or(0), i128::from(milli));
        }
    }
    Ok(sums)
}

struct Audit {
    report: Report,
    /// Sums over what the accounts show.
    shown: [(Kind, i128); 5],
    learner: LearnerId,
    chain: Vec<Transfer>,
    /// What was found in the chain so far.
    found: Vec<Difference>,
    /// Whether every row of the chain could be read.
    is_whole: bool,
}

impl Audit {
    fn new() -> Self {
        let shown = [Kind::Holding, Kind::Pending, Kind::Frozen, Kind::Transferred, Kind::Revoked].map(|kind| (kind, 0));
        Self {
            report: Report::default(),
            shown,
            learner: LearnerId::NOBODY,
            chain: Vec::new(),
            found: Vec::new(),
            is_whole: true,
        }
    }

    fn take(&mut self, (learner, _, version): queries::Place, id: TransferId, row: Option<Transfer>) {
        self.report.transfers += 1;
        match row {
            Some(transfer) => {
                let (sides, amount) = (transfer.sides, i128::from(transfer.amount.milli()));
                self.report.tally.add(sides.debit, sides.credit, 1, amount);
                self.report.awards += u64::from(transfer.is_award());
                self.chain.push(transfer);
            }
            None => {
                self.is_whole = false;
                self.found.push(Difference { learner, version, transfer: Some(id), fault: Fault::Unreadable });
            }
        }
    }

    /// Checks the chain that has been read and notes what was found, the earliest version first.
    async fn end_chain(&mut self, view: &impl ConnectionTrait, beside: &mut Beside) -> Result<(), Error> {
        self.check_chain(view, beside).await?;
        let mut found = std::mem::take(&mut self.found);
        // What is sealed and not there has no version.
        found.sort_by_key(|difference| (difference.version == 0, difference.version));
        found.into_iter().for_each(|difference| self.report.note(difference));
        Ok(())
    }

    /// The chain against itself, its account and what of it is sealed or waits; accounts before it have no transfers.
    async fn check_chain(&mut self, view: &impl ConnectionTrait, beside: &mut Beside) -> Result<(), Error> {
        let (chain, is_whole) = (std::mem::take(&mut self.chain), std::mem::replace(&mut self.is_whole, true));
        let Some(first) = chain.first() else { return Ok(()) };
        let mut own = None;
        while let Some(account) = beside.next_account(view, Some(first.learner)).await? {
            if account.learner == first.learner {
                self.show(&account);
                own = Some(account);
            } else {
                self.end_account(&account);
            }
        }
        let found = checks::check_chain(&chain, own.as_ref());
        let book = Book::of(chain);
        if let (true, Some(end)) = (found.is_empty(), book.transfers().last()) {
            let (learner, version, transfer) = (end.learner, end.version, Some(end.id));
            let is_held = checks::balances_by_award(&book) == own.map(|account| account.balances).unwrap_or_default();
            if !is_held {
                self.found.push(Difference { learner, version, transfer, fault: Fault::Award });
            }
        }
        self.found.extend(found);
        self.check_covered(view, beside, (book.transfers(), is_whole)).await
    }

    /// Each transfer is sealed, or waits for it, under its own hash. What could not be read may be what was sealed.
    async fn check_covered(
        &mut self,
        view: &impl ConnectionTrait,
        beside: &mut Beside,
        (chain, is_whole): (&[Transfer], bool),
    ) -> Result<(), Error> {
        let Some(first) = chain.first() else { return Ok(()) };
        let mut covered = BTreeMap::new();
        while let Some((learner, record, hash)) = beside.next_covered(view, Some(first.learner)).await? {
            if learner == first.learner {
                covered.insert(record, hash);
            } else {
                self.note_covered(learner, record);
            }
        }
        for transfer in chain {
            if covered.remove(&transfer.id.uuid()) != Some(transfer.leaf) {
                let (learner, version, fault) = (transfer.learner, transfer.version, Fault::NotCovered);
                self.found.push(Difference { learner, version, transfer: Some(transfer.id), fault });
            }
        }
        if is_whole {
            covered.into_keys().for_each(|record| self.note_covered(first.learner, record));
        }
        Ok(())
    }

    fn note_covered(&mut self, learner: LearnerId, record: uuid::Uuid) {
        let transfer = Some(TransferId::from_uuid(record));
        self.found.push(Difference { learner, version: 0, transfer, fault: Fault::CoversNothing });
    }

    /// Checks an account that has no transfers.
    fn end_account(&mut self, account: &Account) {
        self.show(account);
        checks::check_chain(&[], Some(account)).into_iter().for_each(|difference| self.report.note(difference));
    }

    fn show(&mut self, account: &Account) {
        self.report.accounts += 1;
        let balances = account.balances;
        for (kind, sum) in &mut self.shown {
            *sum += i128::from(checks::balance_of(&balances, *kind).milli());
        }
    }

    fn into_report(mut self, sums: &Tally, started: Instant) -> Report {
        let tally = &self.report.tally;
        let is_shown = self.shown.iter().all(|(kind, sum)| tally.balance(*kind) == *sum);
        if !is_shown || !tally.is_balanced() || tally != sums {
            self.report.note(Difference { learner: LearnerId::NOBODY, version: 0, transfer: None, fault: Fault::Sums });
        }
        self.report.since(started)
    }
}

/// What stands beside the transfers, in the same order of learners, a page at a time: accounts, and what is sealed or waits for it.
struct Beside {
    accounts: Pages<Account>,
    covered: Pages<Covered>,
}

/// A page being read, and where the next one begins.
struct Pages<T> {
    page: VecDeque<T>,
    after: (LearnerId, TransferId),
    is_last: bool,
}

impl<T> Pages<T> {
    const fn new() -> Self {
        let after = (LearnerId::NOBODY, TransferId::from_uuid(uuid::Uuid::nil()));
        Self { page: VecDeque::new(), after, is_last: false }
    }

    fn is_used_up(&self) -> bool {
        self.page.is_empty() && !self.is_last
    }

    fn turn(&mut self, page: Vec<T>, after: Option<(LearnerId, TransferId)>) {
        self.is_last = u64::try_from(page.len()).unwrap_or(0) < PAGE;
        self.after = after.unwrap_or(self.after);
        self.page = page.into();
    }
}

impl Beside {
    const fn new() -> Self {
        Self { accounts: Pages::new(), covered: Pages::new() }
    }

    /// The next account whose learner is not beyond `up_to`.
    async fn next_account(&mut self, view: &impl ConnectionTrait, up_to: Option<LearnerId>) -> Result<Option<Account>, Error> {
        let pages = &mut self.accounts;
        if pages.is_used_up() {
            let page = queries::list_accounts_after(view, pages.after.0, PAGE).await?;
            let after = page.last().map(|account| (account.learner, pages.after.1));
            pages.turn(page, after);
        }
        Ok(pages.page.pop_front_if(|account| up_to.is_none_or(|learner| account.learner <= learner)))
    }

    /// The next transfer that is sealed or waits for it and whose learner is not beyond `up_to`.
    async fn next_covered(&mut self, view: &impl ConnectionTrait, up_to: Option<LearnerId>) -> Result<Option<Covered>, Error> {
        let pages = &mut self.covered;
        if pages.is_used_up() {
            let page = list_covered_after(view, LeafKind::Transfer, (pages.after.0, pages.after.1.uuid()), PAGE).await?;
            let after = page.last().map(|(learner, record, _)| (*learner, TransferId::from_uuid(*record)));
            pages.turn(page, after);
        }
        Ok(pages.page.pop_front_if(|(learner, ..)| up_to.is_none_or(|last| *learner <= last)))
    }
}
