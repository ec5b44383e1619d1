//! Random programmes of postings against a small reference ledger in memory: the database answers as the model does, after every step.
//!
//! Several programmes go on side by side in one database, each with learners of its own. Now and then a write is abandoned in
//! mid-transaction, or nobody waits for its answer; now and then the whole database is closed and opened again. Then the model forgets
//! what was not acknowledged, and what was asked is asked again.
//!
//! A programme is drawn from a seed, which is printed; `CREDIT_BANK_SEED=…` replays it, `CREDIT_BANK_STEPS=…` makes all of them longer.

use std::collections::{BTreeMap, BTreeSet};

use credit_bank::db::{self, Db, DbFault, Retry, Tx};
use credit_bank::kernel::{Chance, LearnerId, Seed};
use credit_bank::ledger::{self, AwardKey, AwardState, Balances, Book, Code, Converted, Error, Phase, Posted, Posting, Transfer};

use futures_util::future::join_all;
use sea_orm::DbErr;

use super::steps::{approval, assert_sound, issuer, key, milli, order, reason, series};
use crate::support::databases::Fresh;

const LEARNERS: u8 = 24;
/// Steps of one programme: more would make books long and most accounts closed.
const PROGRAMME: usize = 600;
/// Programmes that go on side by side.
const BESIDE: usize = 4;
/// Steps in one write.
const BATCH: usize = 40;
const UNITS: [&str; 6] = ["T01", "T02", "T010", "T19", "X1", "X2"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Issue,
    ConvertIn,
    Freeze,
    Unfreeze,
    Revoke,
    Out,
    Post,
    Void,
    ConvertOut,
    ReverseAward,
    ReverseTaker,
    Close,
    /// Another request under a key that was answered.
    Misuse,
}

const ACTS: [Act; 19] = [
    Act::Issue,
    Act::Issue,
    Act::Issue,
    Act::ConvertIn,
    Act::ConvertIn,
    Act::Freeze,
    Act::Freeze,
    Act::Unfreeze,
    Act::Unfreeze,
    Act::Revoke,
    Act::Out,
    Act::Out,
    Act::Post,
    Act::Void,
    Act::ConvertOut,
    Act::ReverseAward,
    Act::ReverseAward,
    Act::ReverseTaker,
    Act::Close,
];

#[derive(Clone, Debug)]
struct Step {
    who: u8,
    unit: &'static str,
    act: Act,
    amount: i64,
    /// The key's text: an earlier step's, where the step is sent again.
    key: String,
}

/// Where an award is. The model knows no transfers, only this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Held,
    Frozen,
    Pending,
    Gone,
    Revoked,
    Converted,
    Reversed,
}

#[derive(Clone, Debug, Default)]
struct Model {
    /// Whose, how much, where.
    awards: Vec<(u8, i64, At)>,
    /// The latest award of each learner's unit.
    latest: BTreeMap<(u8, &'static str), usize>,
    closed: BTreeSet<u8>,
}

impl Model {
    /// Whether the step is taken; then it is.
    fn take(&mut self, step: &Step) -> bool {
        let is_closed = self.closed.contains(&step.who);
        let latest = self.latest.get(&(step.who, step.unit)).copied();
        let at = latest.map(|index| self.awards[index].2);
        let next = match (step.act, at) {
            (Act::Close, _) => {
                let is_pending = self.awards.iter().any(|(who, _, at)| *who == step.who && *at == At::Pending);
                if !is_pending {
                    self.closed.insert(step.who);
                }
                return !is_pending;
            }
            (Act::Issue | Act::ConvertIn, None | Some(At::Reversed)) if !is_closed => {
                self.latest.insert((step.who, step.unit), self.awards.len());
                self.awards.push((step.who, step.amount, At::Held));
                return true;
            }
            (Act::Freeze, Some(At::Held)) if !is_closed => At::Frozen,
            (Act::Unfreeze, Some(At::Frozen)) => At::Held,
            (Act::Revoke, Some(At::Held)) => At::Revoked,
            (Act::Out, Some(At::Held)) if !is_closed => At::Pending,
            (Act::Post, Some(At::Pending)) if !is_closed => At::Gone,
            (Act::Void, Some(At::Pending)) if !is_closed => At::Held,
            (Act::ConvertOut, Some(At::Held)) if !is_closed => At::Converted,
            (Act::ReverseAward, Some(At::Held)) => At::Reversed,
            (Act::ReverseTaker, Some(At::Revoked | At::Gone | At::Converted | At::Pending)) => At::Held,
            // Also every misuse.
            _ => return false,
        };
        if let Some(index) = latest {
            self.awards[index].2 = next;
        }
        true
    }

    fn balances(&self, who: u8) -> Balances {
        let sum = |wanted: At| {
            let milli =
                self.awards.iter().filter(|(whose, _, at)| *whose == who && *at == wanted).map(|(_, milli, _)| milli).sum();
            credit_bank::kernel::Credits::from_milli(milli).unwrap()
        };
        Balances {
            holding: sum(At::Held),
            pending: sum(At::Pending),
            frozen: sum(At::Frozen),
            transferred: sum(At::Gone),
            revoked: sum(At::Revoked),
        }
    }
}

fn draw(chance: &mut Chance, number: usize, earlier: &[Step], answered: &BTreeMap<String, Vec<Transfer>>) -> Step {
    if let (0, Some(before)) = (chance.below(8), chance.pick(earlier)) {
        let is_answered = answered.contains_key(&before.key) && before.act != Act::Close;
        let act = if is_answered && chance.below(4) == 0 { Act::Misuse } else { before.act };
        return Step { act, ..before.clone() };
    }
    let act = *chance.pick(&ACTS).unwrap();
    // Accounts close late and seldom: little can be done afterwards.
    let act = if act == Act::Close && chance.below(8) > 0 { Act::Issue } else { act };
    let who = u8::try_from(chance.below(usize::from(LEARNERS))).unwrap();
    let amount = i64::try_from(chance.below(2000)).unwrap() + 1;
    Step { who, unit: chance.pick(&UNITS).unwrap(), act, amount, key: format!("k{number}") }
}

/// The latest award of a unit.
fn award<'a>(book: &'a Book, unit: &str) -> Result<&'a Transfer, Error> {
    let is_of_unit = |transfer: &&Transfer| transfer.award_key.as_ref().is_some_and(|key| key.unit() == unit);
    book.transfers().iter().rev().find(is_of_unit).ok_or(Error::NoSuchTransfer)
}

/// What holds on to the latest award of a unit; the answer to it, where a transfer out has one.
fn taker<'a>(book: &'a Book, unit: &str) -> Result<&'a Transfer, Error> {
    book.taker_of(award(book, unit)?.id).ok_or(Error::NoSuchTransfer)
}

fn posting(step: &Step, who: LearnerId, tx: &Tx, cycle: Option<u32>, book: &Book) -> Result<Posting, Error> {
    let (order, unit) = (order(who, tx), step.unit);
    let given = || AwardKey::new(series(unit), cycle?).map(Some)?;
    match step.act {
        Act::Issue => Ok(Posting::issue(order, given().ok_or(Error::AwardGiven)?, issuer(), milli(step.amount))),
        Act::ConvertIn => {
            let remainder = (step.amount % 3 > 0).then(|| milli(step.amount % 3));
            let what = Converted { credited: milli(step.amount), remainder };
            Ok(Posting::convert_in(order, given().ok_or(Error::AwardGiven)?, issuer(), what))
        }
        Act::Freeze => Posting::freeze(order, reason(), book, award(book, unit)?.id),
        Act::Unfreeze => Posting::unfreeze(order, approval(), book, taker(book, unit)?.id),
        Act::Revoke => Posting::revoke(order, approval(), book, award(book, unit)?.id),
        Act::Out => Posting::transfer_out(order, book, award(book, unit)?.id),
        Act::Post => Posting::transfer_out_post(order, book, taker(book, unit)?.id),
        Act::Void => Posting::transfer_out_void(order, book, taker(book, unit)?.id),
        Act::ConvertOut => {
            // A remainder is less than the award: an award of one milli-credit has none.
            let award = award(book, unit)?;
            Posting::convert_out(order, book, award.id, (award.amount > milli(1)).then(|| milli(1)))
        }
        Act::ReverseAward => Posting::reverse(order, approval(), book, award(book, unit)?.id),
        Act::ReverseTaker => {
            let taker = taker(book, unit)?;
            let answer = book.resolution_of(taker.id).filter(|answer| answer.phase == Phase::Post);
            Posting::reverse(order, approval(), book, answer.unwrap_or(taker).id)
        }
        // More than any step asks for.
        Act::Misuse => Ok(Posting::issue(order, AwardKey::new(series(unit), 1).ok_or(Error::BadPosting)?, issuer(), milli(5000))),
        Act::Close => Err(Error::BadPosting),
    }
}

/// The learner of this number in this programme.
fn somebody(programme: u64, number: u8) -> LearnerId {
    let mut bytes = [number; 16];
    bytes[..8].copy_from_slice(&(programme + 1).to_be_bytes());
    LearnerId::from_uuid(uuid::Uuid::from_bytes(bytes))
}

/// What a step came to, and what the learner holds afterwards.
type Outcome = (Result<Posted, Error>, Balances);

/// Does the step, and says what it came to and what the learner holds afterwards.
async fn apply(tx: &Tx, programme: u64, step: &Step) -> Result<Outcome, Error> {
    let who = somebody(programme, step.who);
    let outcome = if step.act == Act::Close {
        ledger::close(tx, who).await.map(|()| Posted { transfers: Vec::new(), is_repeat: false })
    } else {
        let chain = ledger::open(tx, who, key(&step.key), Some(&series(step.unit))).await?;
        let cycle = match chain.award() {
            AwardState::Open(cycle) => Some(cycle),
            AwardState::Given(_) => None,
        };
        if chain.is_repeat() && step.act != Act::Misuse {
            Ok(Posted { transfers: ledger::first_answer(tx, &chain).await?, is_repeat: true })
        } else {
            let book = ledger::book_under(tx, &chain).await?;
            match posting(step, who, tx, cycle, &book) {
                Ok(posting) => ledger::post(tx, chain, &posting).await,
                Err(refusal) => Err(refusal),
            }
        }
    };
    // What the database had to refuse by itself is no refusal of the trade: the rules overlooked something.
    if let Err(Error::Fault(fault)) = &outcome {
        panic!("{step:?}: {fault}");
    }
    Ok((outcome, ledger::balances_of(tx, who).await?))
}

/// How a write ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Answered,
    /// It breaks off after so many steps.
    BrokenOff(usize),
    /// It panics after so many steps.
    Panics(usize),
    /// Nobody waits for the answer.
    Unheard,
}

/// What comes of a write that does not end well.
#[derive(Debug)]
enum Crash {
    OnPurpose,
    Ledger(Error),
}

impl From<Error> for Crash {
    fn from(error: Error) -> Self {
        Self::Ledger(error)
    }
}

impl From<DbFault> for Crash {
    fn from(fault: DbFault) -> Self {
        Self::Ledger(fault.into())
    }
}

impl Retry for Crash {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Ledger(error) => error.database_error(),
            Self::OnPurpose => None,
        }
    }
}

/// One programme as it goes on.
struct Programme {
    number: u64,
    chance: Chance,
    model: Model,
    done: Vec<Step>,
    answers: BTreeMap<String, Vec<Transfer>>,
    counts: Counts,
}

/// What programmes came to.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    steps: usize,
    taken: usize,
    repeated: usize,
    misused: usize,
    crashes: usize,
    reversed: usize,
}

impl Programme {
    fn new(seed: Seed, number: u64) -> Self {
        let chance = seed.chance(&format!("programme {number}"));
        let (model, done, answers) = (Model::default(), Vec::new(), BTreeMap::new());
        Self { number, chance, model, done, answers, counts: Counts::default() }
    }

    /// Steps that were not yet taken, some of them drawn blindly; or earlier ones in another order.
    fn next_batch(&mut self) -> Vec<Step> {
        if self.chance.below(12) == 0 {
            let begin = self.done.len().saturating_sub(BATCH);
            let mut again = self.done[begin..].to_vec();
            self.chance.shuffle(&mut again);
            return again;
        }
        let mut foreseen = self.model.clone();
        let mut batch = Vec::new();
        // One step in four at least is drawn blindly; the others three times, until one is drawn that can be taken.
        for number in self.done.len()..self.done.len() + BATCH {
            let mut step = draw(&mut self.chance, number, &self.done, &self.answers);
            let tries = if self.chance.below(4) == 0 { 0 } else { 3 };
            for _ in 0..tries {
                if foreseen.clone().take(&step) {
                    break;
                }
                step = draw(&mut self.chance, number, &self.done, &self.answers);
            }
            foreseen.take(&step);
            batch.push(step);
        }
        batch
    }

    /// Goes on by one write, or by one that is lost and the same once more.
    async fn go_on(&mut self, db: &Db) {
        let mut batch = self.next_batch();
        let end = match self.chance.below(12) {
            0 => End::BrokenOff(self.chance.below(batch.len() + 1)),
            1 => End::Panics(self.chance.below(batch.len() + 1)),
            2 => End::Unheard,
            _ => End::Answered,
        };
        if end != End::Answered {
            // Whether an unheard write stands is known of one step only: asked again, it comes to the same either way.
            if end == End::Unheard {
                batch.truncate(1);
            }
            self.counts.crashes += 1;
            assert_eq!(self.write(db, &batch, end).await.map(|_| ()), None, "{end:?}");
        }
        let outcomes = self.write(db, &batch, End::Answered).await.unwrap();
        for (step, outcome) in batch.iter().zip(outcomes) {
            self.compare(step, outcome);
        }
        self.done.extend(batch);
    }

    /// Does the steps in one write; nothing where it did not end well.
    async fn write(&self, db: &Db, batch: &[Step], end: End) -> Option<Vec<Outcome>> {
        let (asked, number) = (batch.to_vec(), self.number);
        let write = db.write(async move |tx| {
            let mut outcomes = Vec::new();
            for at in 0..=asked.len() {
                match end {
                    End::BrokenOff(until) if until == at => return Err(Crash::OnPurpose),
                    End::Panics(until) if until == at => std::panic::resume_unwind(Box::new("on purpose")),
                    _ => {}
                }
                if let Some(step) = asked.get(at) {
                    outcomes.push(apply(tx, number, step).await?);
                }
            }
            Ok(outcomes)
        });
        if end == End::Unheard {
            drop(futures_util::poll!(Box::pin(write)));
            return None;
        }
        match write.await {
            Ok(outcomes) => Some(outcomes),
            Err(Crash::OnPurpose | Crash::Ledger(Error::Fault(DbFault::Panicked))) => None,
            Err(Crash::Ledger(error)) => panic!("{error}"),
        }
    }

    fn compare(&mut self, step: &Step, (outcome, balances): Outcome) {
        let said = format!("{step:?} of programme {} came to {outcome:?}", self.number);
        let first = self.answers.get(&step.key).filter(|_| step.act != Act::Close);
        if step.act == Act::Misuse {
            assert!(matches!(outcome, Err(Error::KeyMisused)), "{said}");
            self.counts.misused += 1;
        } else if let Some(first) = first {
            assert!(outcome.is_ok_and(|posted| posted.transfers == *first), "{said}");
            self.counts.repeated += 1;
        } else {
            let is_taken = self.model.take(step);
            assert_eq!(is_taken, outcome.is_ok(), "{said} at {:?}", self.model.latest.get(&(step.who, step.unit)));
            self.counts.taken += usize::from(is_taken);
            if let Ok(posted) = outcome {
                self.counts.reversed += usize::from(posted.transfers.iter().any(|one| one.code == Code::Reverse));
                self.answers.insert(step.key.clone(), posted.transfers);
            }
        }
        self.counts.steps += 1;
        assert_eq!(balances, self.model.balances(step.who), "{said}");
    }
}

/// Closes the database, whatever still waits there, and opens it again.
async fn reopened(fresh: Fresh) -> Fresh {
    let Fresh { db, clock, target, folder, scratch } = fresh;
    drop(db);
    let db = db::open(&target, clock.clone()).await.unwrap();
    Fresh { db, clock, target, folder, scratch }
}

async fn run(mut fresh: Fresh, seed: Seed, steps: usize) {
    let mut all = Counts::default();
    let mut next = 0;
    while all.steps < steps {
        let mut beside: Vec<Programme> = (next..).take(BESIDE).map(|number| Programme::new(seed, number)).collect();
        next += u64::try_from(BESIDE).unwrap();
        while beside[0].done.len() < PROGRAMME {
            join_all(beside.iter_mut().map(|programme| programme.go_on(&fresh.db))).await;
            fresh.clock.turn_ms(1000);
        }
        fresh = reopened(fresh).await;
        for Counts { steps, taken, repeated, misused, crashes, reversed } in beside.iter().map(|programme| programme.counts) {
            all.steps += steps;
            all.taken += taken;
            all.repeated += repeated;
            all.misused += misused;
            all.crashes += crashes;
            all.reversed += reversed;
        }
    }
    assert_sound(&fresh).await;
    // A programme that does next to nothing would prove next to nothing.
    let Counts { steps, taken, repeated, misused, crashes, reversed } = all;
    let is_enough = [taken * 4, repeated * 40, misused * 200, crashes * 1000, reversed * 40].iter().all(|many| *many > steps);
    assert!(is_enough, "{all:?}");
}

fn number_from(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[expect(clippy::print_stdout, reason = "shown where the test fails, to replay it")]
async fn follows_the_model(fresh: Fresh, steps: u64) {
    let number = number_from("CREDIT_BANK_SEED").unwrap_or_else(|| u64::from_be_bytes(Chance::secret()));
    println!("CREDIT_BANK_SEED={number}");
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    let steps = number_from("CREDIT_BANK_STEPS").unwrap_or(steps);
    run(fresh, Seed(seed), usize::try_from(steps).unwrap()).await;
}

crate::on_both! {
    async fn random_programmes_of_postings_come_to_what_the_model_says(fresh: Fresh) {
        let steps = if fresh.db.backend() == sea_orm::DbBackend::Sqlite { 100_000 } else { 20_000 };
        follows_the_model(fresh, steps).await;
    }

    #[ignore = "long proof"]
    async fn a_million_postings_come_to_what_the_model_says(fresh: Fresh) {
        follows_the_model(fresh, 1_000_000).await;
    }
}
