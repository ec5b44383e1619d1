//! Random programmes of postings against a small reference ledger in memory: the database answers as the model does, after every step.
//!
//! A programme is drawn from a seed, which is printed; `CREDIT_BANK_SEED=…` replays it, `CREDIT_BANK_STEPS=…` makes it longer.

use std::collections::{BTreeMap, BTreeSet};

use credit_bank::db::Tx;
use credit_bank::kernel::{Chance, LearnerId, Seed};
use credit_bank::ledger::{self, AwardKey, AwardState, Balances, Book, Code, Converted, Error, Phase, Posted, Posting, Transfer};

use super::steps::{approval, assert_sound, issuer, key, learner, milli, order, reason, series};
use crate::support::databases::Fresh;

const LEARNERS: u8 = 24;
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

fn draw(chance: &mut Chance, number: usize, earlier: &[Step]) -> Step {
    if let (0, Some(before)) = (chance.below(8), chance.pick(earlier)) {
        return before.clone();
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
        Act::Close => Err(Error::BadPosting),
    }
}

/// Does the step, and says what it came to and what the learner holds afterwards.
async fn apply(tx: &Tx, step: &Step) -> Result<(Result<Posted, Error>, Balances), Error> {
    let who = learner(step.who + 1);
    let outcome = if step.act == Act::Close {
        ledger::close(tx, who).await.map(|()| Posted { transfers: Vec::new(), is_repeat: false })
    } else {
        let chain = ledger::open(tx, who, key(&step.key), Some(&series(step.unit))).await?;
        let cycle = match chain.award() {
            AwardState::Open(cycle) => Some(cycle),
            AwardState::Given(_) => None,
        };
        if chain.is_repeat() {
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

async fn run(fresh: &Fresh, seed: Seed, steps: usize) {
    let mut chance = seed.chance("programme");
    let (mut model, mut done, mut answers) = (Model::default(), Vec::new(), BTreeMap::new());
    let (mut taken, mut repeated) = (0, 0);
    while done.len() < steps {
        let mut batch: Vec<Step> = Vec::new();
        // One step in four at least is drawn blindly; the others three times, until one is drawn that can be taken.
        let mut foreseen = model.clone();
        for number in done.len()..done.len() + 25 {
            let mut step = draw(&mut chance, number, &done);
            let tries = if chance.below(4) == 0 { 0 } else { 3 };
            for _ in 0..tries {
                if foreseen.clone().take(&step) {
                    break;
                }
                step = draw(&mut chance, number, &done);
            }
            foreseen.take(&step);
            batch.push(step);
        }
        let asked = batch.clone();
        let outcomes: Result<Vec<_>, Error> = fresh
            .db
            .write(async move |tx| {
                let mut outcomes = Vec::new();
                for step in &asked {
                    outcomes.push(apply(tx, step).await?);
                }
                Ok(outcomes)
            })
            .await;
        for (step, (outcome, balances)) in batch.iter().zip(outcomes.unwrap()) {
            let said = format!("{step:?} came to {outcome:?}");
            let first: Option<&Vec<Transfer>> = answers.get(&step.key);
            if let Some(first) = first.filter(|_| step.act != Act::Close) {
                assert!(outcome.is_ok_and(|posted| posted.transfers == *first), "{said}");
                repeated += 1;
            } else {
                assert_eq!(model.take(step), outcome.is_ok(), "{said} at {:?}", model.latest.get(&(step.who, step.unit)));
                taken += usize::from(outcome.is_ok());
                if let Ok(posted) = outcome {
                    answers.insert(step.key.clone(), posted.transfers);
                }
            }
            assert_eq!(balances, model.balances(step.who), "{said}");
        }
        done.extend(batch);
        fresh.clock.turn_ms(1000);
    }
    assert_sound(fresh).await;
    let mut reversals = 0;
    for who in 1..=LEARNERS {
        let book = ledger::book_of(fresh.db.read(), learner(who)).await.unwrap();
        reversals += book.transfers().iter().filter(|transfer| transfer.code == Code::Reverse).count();
    }
    let said = format!("of {steps} steps {taken} were taken, {repeated} repeated, {reversals} reversed something");
    // A programme that does next to nothing would prove next to nothing.
    // In a long one many accounts are closed in the end, and little more is taken.
    let least = steps.min(2500);
    assert!(taken * 4 > least && repeated * 100 > least && reversals * 100 > least, "{said}");
}

fn number_from(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[expect(clippy::print_stdout, reason = "shown where the test fails, to replay it")]
fn tell_seed(number: u64) {
    println!("CREDIT_BANK_SEED={number}");
}

crate::on_both! {
    async fn a_random_programme_of_postings_comes_to_what_the_model_says(fresh: Fresh) {
        let number = number_from("CREDIT_BANK_SEED").unwrap_or_else(|| u64::from_be_bytes(Chance::secret()));
        let steps = number_from("CREDIT_BANK_STEPS").map_or(2500, |steps| usize::try_from(steps).unwrap());
        tell_seed(number);
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        run(&fresh, Seed(seed), steps).await;
    }
}
