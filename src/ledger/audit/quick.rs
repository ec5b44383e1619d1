//! Whether all is well, as fast as the rows can be read: one thread reads, another recomputes. What stands beside the chains (accounts, and what
//! is sealed of them) is compared by sums that do not depend on the order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sea_orm::DbErr;
use tokio::sync::mpsc;

use super::{Progress, Report, Scope};
use crate::db::{Db, Scan};
use crate::kernel::{Bag, BagKey, Chance, LearnerId};
use crate::ledger::checks::{self, Account, Tally};
use crate::ledger::scan_queries::{self, Place};
use crate::ledger::transfer::{Book, Transfer};
use crate::ledger::{Error, Kind};

/// Transfers that go from hand to hand at once, and how many such loads may lie between the two threads.
const LOAD: usize = 500;
const LOADS: usize = 8;

/// What a first look came to.
pub(super) struct Looked {
    pub(super) is_well: bool,
    pub(super) report: Report,
}

type Load = Vec<(Place, Option<Transfer>)>;

/// What stands beside the chains.
struct Beside {
    /// By the database's own adding up; of all rows alone.
    sums: Option<Tally>,
    accounts: u64,
    are_accounts_readable: bool,
    shown: Bag,
    shown_milli: [(Kind, i128); 5],
    covered: Bag,
}

/// What was made of the chains.
struct Recomputed {
    report: Report,
    is_well: bool,
    ends: Bag,
    transfers: Bag,
}

pub(super) async fn look(db: &Db, scope: Scope, progress: &mut impl FnMut(Progress)) -> Result<Looked, Error> {
    let key: BagKey = Chance::secret();
    let (loads, taken) = sync_channel::<Load>(LOADS);
    let (tell, mut told) = mpsc::channel(1);
    let of = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&of);
    let reading = db.scan(move |scan| read(scan, scope, &key, (&loads, &count)));
    let recomputing = tokio::task::spawn_blocking(move || recompute(&key, &taken, &tell));
    let telling = async {
        while let Some(transfers) = told.recv().await {
            progress(Progress { transfers, of: of.load(Ordering::Relaxed) });
        }
    };
    let (beside, recomputed, ()) = futures_util::join!(reading, recomputing, telling);
    let (beside, recomputed) = (beside?, recomputed.map_err(|error| DbErr::Custom(error.to_string()))?);
    let tally = &recomputed.report.tally;
    let are_sums_right = tally.is_balanced()
        && beside.sums.as_ref().is_none_or(|sums| sums == tally)
        && beside.shown_milli.iter().all(|(kind, sum)| tally.balance(*kind) == *sum);
    let is_well = recomputed.is_well
        && beside.are_accounts_readable
        && are_sums_right
        && recomputed.ends.holds_the_same(&beside.shown)
        && recomputed.transfers.holds_the_same(&beside.covered);
    Ok(Looked { is_well, report: Report { accounts: beside.accounts, ..recomputed.report } })
}

/// Reads everything in one view; the transfers last, in the order of learners and versions.
fn read(scan: &mut Scan, scope: Scope, key: &BagKey, (loads, of): (&SyncSender<Load>, &AtomicU64)) -> Result<Beside, DbErr> {
    let sums = if scope == Scope::Whole { Some(scan_queries::sums(scan)?) } else { None };
    of.store(sums.as_ref().map_or(0, |sums| sums.transfers), Ordering::Relaxed);
    let shown_milli = [Kind::Holding, Kind::Pending, Kind::Frozen, Kind::Transferred, Kind::Revoked].map(|kind| (kind, 0));
    let mut beside =
        Beside { sums, accounts: 0, are_accounts_readable: true, shown: Bag::new(key), shown_milli, covered: Bag::new(key) };
    scan_queries::each_account(scan, scope, |account| {
        beside.accounts += 1;
        let Some(account) = account else {
            beside.are_accounts_readable = false;
            return;
        };
        // An account that was opened and shows nothing has no end of a chain.
        if account.version > 0 {
            add_end(&mut beside.shown, &account);
        }
        for (kind, sum) in &mut beside.shown_milli {
            *sum += i128::from(checks::balance_of(&account.balances, *kind).milli());
        }
    })?;
    scan_queries::each_covered(scan, scope, |parts| beside.covered.add(&parts))?;
    let mut load = Load::with_capacity(LOAD);
    let gone = || DbErr::Custom("nobody recomputes any more".to_owned());
    scan_queries::each_transfer(scan, scope, |place, row| {
        load.push((place, row));
        if load.len() < LOAD {
            return Ok(());
        }
        loads.send(std::mem::replace(&mut load, Load::with_capacity(LOAD))).map_err(|_| gone())
    })?;
    loads.send(load).map_err(|_| gone())?;
    Ok(beside)
}

/// Checks chain by chain what comes.
fn recompute(key: &BagKey, loads: &Receiver<Load>, tell: &mpsc::Sender<u64>) -> Recomputed {
    let mut all = Recomputed { report: Report::default(), is_well: true, ends: Bag::new(key), transfers: Bag::new(key) };
    let (mut whose, mut chain) = (LearnerId::NOBODY, Vec::new());
    for load in loads {
        for ((learner, ..), row) in load {
            if learner != whose {
                all.end_chain(std::mem::take(&mut chain));
                whose = learner;
            }
            all.report.transfers += 1;
            match row {
                Some(transfer) => chain.push(transfer),
                None => all.is_well = false,
            }
        }
        // Whoever asked may have hung up; what was begun is ended all the same.
        tell.blocking_send(all.report.transfers).ok();
    }
    all.end_chain(chain);
    all
}

impl Recomputed {
    fn end_chain(&mut self, chain: Vec<Transfer>) {
        let Some(end) = chain.last() else { return };
        let account = Account {
            learner: end.learner,
            asset: end.asset,
            version: end.version,
            balances: end.after,
            recorded_at: Some(end.recorded_at),
            is_closed: false,
        };
        add_end(&mut self.ends, &account);
        for transfer in &chain {
            let (sides, amount) = (transfer.sides, i128::from(transfer.amount.milli()));
            self.report.tally.add(sides.debit, sides.credit, 1, amount);
            self.report.awards += u64::from(transfer.is_award());
            self.transfers.add(&[transfer.learner.uuid().as_bytes(), transfer.id.uuid().as_bytes(), transfer.leaf.bytes()]);
        }
        let is_sound = checks::check_chain(&chain, Some(&account)).is_empty();
        self.is_well &= is_sound && checks::balances_by_award(&Book::of(chain)) == account.balances;
    }
}

/// An account as it must be shown: whose, and what the last transfer left.
fn add_end(bag: &mut Bag, account: &Account) {
    let balances = &account.balances;
    let shown = [balances.holding, balances.pending, balances.frozen, balances.transferred, balances.revoked];
    let mut bytes = [0; 64];
    let numbers = [account.asset.value(), account.version].into_iter().chain(shown.map(crate::kernel::Credits::milli));
    let (words, _) = bytes.as_chunks_mut::<8>();
    for (word, number) in words.iter_mut().zip(numbers.chain([account.recorded_at.map_or(-1, crate::kernel::Timestamp::ms)])) {
        *word = number.to_be_bytes();
    }
    bag.add(&[account.learner.uuid().as_bytes(), &bytes]);
}
