//! The work of a batch that was agreed to: one commit makes it valid, and chunk by chunk it is issued: reserved, made on several at once, entered.
//! However often it is broken off, it goes on where it was: what was reserved and not entered is void, and reserved anew. Two who work on it at once do
//! nothing twice: a line is entered only as it was reserved.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::deciding::must_be_two_others;
use super::{note, scope_of, tell_over};
use crate::agencies::{self, Signer};
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{Batch, BatchLine, BatchLineState, BatchProblem, BatchState, BatchTrouble};
use crate::certificates::queries::{batch_lines as lines, batches as queries, requests};
use crate::certificates::service::issuing::{enter, put_void, reserve};
use crate::certificates::service::making::gather_when_sealed;
use crate::certificates::service::order::{Made, Order, Reserved};
use crate::certificates::service::rule_of;
use crate::certificates::{Act, Desk, Error, RequestState};
use crate::db::{Db, DbFault, Tx};
use crate::identity::{self, Role};
use crate::kernel::{CertificateBatchId, CertificateRequestId, LearnerId, Timestamp};
use crate::places;
use crate::web::House;

/// Lines reserved, and entered, in one commit.
const IN_A_CHUNK: u64 = 20;
/// Chunks in one turn: other work is not kept waiting.
const IN_A_TURN: usize = 5;
/// Minutes after which a batch that is halted is looked at again.
const AGAIN_MINUTES: i64 = 10;
/// Certificates that are made at once, where there are so many processors.
const MOST_LANES: usize = 4;
/// Lines given back in one commit.
const GIVEN_BACK: u64 = 100;

/// Where somebody of the agency's place answers, for the letters.
///
/// # Errors
/// [`BatchError::NoSuch`].
pub(in crate::certificates) async fn help_phone_of(house: &House, id: CertificateBatchId) -> Result<String, BatchError> {
    let batch = queries::find(house.db.read(), id).await?.ok_or(BatchError::NoSuch)?;
    let agency = agencies::find_agency(house.db.read(), batch.agency).await?.ok_or(BatchError::NoSuch)?;
    Ok(places::authority_of(house, Some(&agency.place_code)).await?.help_phone)
}

/// Whether there is more to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    More,
    Over,
    /// The agency is suspended, or something that it needs is not there.
    Halted,
}

/// What a refusal means for the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// This line cannot be issued.
    Line(BatchProblem),
    /// None of those that are left can.
    Rest(BatchProblem),
    /// None can now.
    Halt,
}

/// What a refusal means; none where it is a fault.
fn refusal_of(error: &BatchError) -> Option<Refusal> {
    let BatchError::Certificate(error) = error else { return None };
    Some(match error {
        Error::Missing => Refusal::Line(BatchProblem::Missing),
        Error::Changed | Error::Decided | Error::NoSuchRequest | Error::WrongState => Refusal::Line(BatchProblem::Changed),
        Error::Held(_) => Refusal::Line(BatchProblem::Held),
        Error::BeingMade => Refusal::Line(BatchProblem::BeingMade),
        Error::SamePerson => Refusal::Line(BatchProblem::Own),
        Error::NoSuch => Refusal::Line(BatchProblem::Nobody),
        Error::Document(_) => Refusal::Line(BatchProblem::Document),
        Error::Person(identity::Error::NoSuchPerson) => Refusal::Line(BatchProblem::Gone),
        Error::ProposerGone | Error::NotAllowed => Refusal::Rest(BatchProblem::People),
        Error::NoKind => Refusal::Rest(BatchProblem::Kind),
        Error::Agency(agencies::Error::Closed) => Refusal::Rest(BatchProblem::Closed),
        Error::Agency(agencies::Error::NoDelegation | agencies::Error::NotDelegated(_)) => Refusal::Rest(BatchProblem::Powers),
        Error::Agency(agencies::Error::Suspended | agencies::Error::NoKey) | Error::NoOrigin | Error::NotSealed => Refusal::Halt,
        _ => return None,
    })
}

/// Does a turn of the work of a batch; says when to come again, where there is more to be done. `help_phone`: where somebody answers, for the letters.
///
/// # Errors
/// What the database answers; a line that does not open.
pub async fn run_batch(
    db: &Db,
    desk: &Desk,
    (id, help_phone): (CertificateBatchId, &str),
) -> Result<Option<Timestamp>, BatchError> {
    give_back(db, id).await?;
    for _ in 0..IN_A_TURN {
        let Some(batch) = queries::find(db.read(), id).await? else { return Ok(None) };
        let step = match batch.state {
            BatchState::Agreed => make_valid(db, desk, id).await?,
            BatchState::Valid => issue_chunk(db, desk, (&batch, help_phone)).await?,
            _ => Step::Over,
        };
        match step {
            Step::More => {}
            Step::Over => return Ok(None),
            Step::Halted => return Ok(Some(db.clock().now().plus_minutes(AGAIN_MINUTES))),
        }
    }
    Ok(Some(db.clock().now()))
}

/// What was reserved and not entered is void, and its line is as it was before: whoever reserved it has died, or was halted.
async fn give_back(db: &Db, id: CertificateBatchId) -> Result<(), BatchError> {
    loop {
        let left = db.write::<_, BatchError, _>(async move |tx| {
            let Some(batch) = queries::hold(tx, id).await?.filter(|batch| batch.state == BatchState::Valid) else { return Ok(0) };
            let some = lines::list_after(tx, (id, Some(BatchLineState::Reserved)), (0, GIVEN_BACK)).await?;
            let mut back = Vec::with_capacity(some.len());
            let mut gone = 0;
            for line in some {
                if let (Some(learner), Some(certificate)) = (line.learner, line.certificate) {
                    put_void(tx, (learner, certificate)).await?;
                    back.push(BatchLine { state: BatchLineState::Ready, certificate: None, ..line });
                } else {
                    gone += 1;
                    let problem = Some(BatchProblem::Gone);
                    back.push(BatchLine { state: BatchLineState::Passed, problem, certificate: None, ..line });
                }
            }
            lines::keep(tx, id, &back).await?;
            queries::keep_done(tx, id, batch.done + gone).await?;
            Ok(back.len())
        });
        if left.await? == 0 {
            return Ok(());
        }
    }
}

/// The one commit: whatever lets these two decide is asked once more, and it is valid.
async fn make_valid(db: &Db, desk: &Desk, id: CertificateBatchId) -> Result<Step, BatchError> {
    let its = desk.clone();
    let trouble = match db.write::<_, BatchError, _>(async move |tx| decide(tx, &its, id).await).await {
        Ok(()) => return Ok(Step::More),
        Err(BatchError::SamePerson | BatchError::Own | BatchError::NotTheirs) => BatchTrouble::People,
        Err(error) => match refusal_of(&error) {
            Some(Refusal::Halt) => return Ok(Step::Halted),
            Some(Refusal::Rest(BatchProblem::Closed | BatchProblem::Powers)) => BatchTrouble::Powers,
            Some(Refusal::Rest(BatchProblem::Kind)) => BatchTrouble::Kind,
            _ => return Err(error),
        },
    };
    db.write::<_, BatchError, _>(async move |tx| {
        let held = queries::hold(tx, id).await?.filter(|held| held.state == BatchState::Agreed);
        let Some(batch) = held else { return Ok(()) };
        let by = batch.decided.map(|(by, _)| by);
        let back = Batch { state: BatchState::Checked, trouble: Some(trouble), decided: None, ..batch };
        queries::keep(tx, &back).await?;
        note(tx, (None, "certificate_batches.back"), &back, json!({ "trouble": trouble.code(), "decided_by": by })).await
    })
    .await?;
    Ok(Step::Over)
}

async fn decide(tx: &Tx, desk: &Desk, id: CertificateBatchId) -> Result<(), BatchError> {
    let batch = queries::hold(tx, id).await?.ok_or(BatchError::NoSuch)?;
    let Some((second, _)) = batch.decided.filter(|_| batch.state == BatchState::Agreed) else { return Ok(()) };
    let (agency, _) = agencies::may_issue(tx, batch.agency, &batch.kind, tx.now.day()).await?;
    rule_of(desk, &batch.kind, &batch.about)?;
    let first = must_be_two_others(tx, &batch, second).await?;
    for (who, roles) in [(first, Role::OFFICERS), (second, Role::REVIEWERS)] {
        if !scope_of(tx, &agency, who).await?.has_any(roles) {
            return Err(BatchError::NotTheirs);
        }
    }
    let valid = Batch { state: BatchState::Valid, done: 0, valid_at: Some(tx.now), ..batch };
    queries::keep(tx, &valid).await?;
    note(tx, (Some(second), "certificate_batches.valid"), &valid, json!({ "lines": valid.ready })).await
}

/// What all lines of a batch are issued by.
#[derive(Clone)]
struct Run {
    batch: Arc<Batch>,
    desk: Desk,
    officer: LearnerId,
    second: LearnerId,
    help_phone: String,
}

impl Run {
    fn id(&self) -> CertificateBatchId {
        self.batch.id
    }
}

/// Issues the next lines: together where that can be, else one by one.
async fn issue_chunk(db: &Db, desk: &Desk, (batch, help_phone): (&Batch, &str)) -> Result<Step, BatchError> {
    let second = batch.decided.map_or(LearnerId::NOBODY, |(by, _)| by);
    let Some(officer) = super::officer_of(db.read(), batch).await? else {
        return pass_rest(db, batch.id, BatchProblem::People).await;
    };
    let run = Run { batch: Arc::new(batch.clone()), desk: desk.clone(), officer, second, help_phone: help_phone.to_owned() };
    let refused = match attempt(db, &run).await {
        Ok(step) => return Ok(step),
        Err(error) => error,
    };
    match refusal_of(&refused) {
        Some(Refusal::Rest(problem)) => {
            give_back(db, batch.id).await?;
            pass_rest(db, batch.id, problem).await
        }
        Some(Refusal::Halt) => {
            give_back(db, batch.id).await?;
            Ok(Step::Halted)
        }
        _ => Err(refused),
    }
}

async fn attempt(db: &Db, run: &Run) -> Result<Step, BatchError> {
    let reserved = match reserve_chunk(db, run).await? {
        Reserving::Chunk(reserved) => reserved,
        Reserving::Over(step) => return Ok(step),
    };
    let made = make_all(db, run, reserved).await?;
    enter_chunk(db, run, made).await?;
    Ok(Step::More)
}

/// The batch, held, where there is something to be issued still and its agency works.
async fn held_valid(tx: &Tx, run: &Run) -> Result<Option<Batch>, BatchError> {
    let held = queries::hold(tx, run.id()).await?.filter(|held| held.state == BatchState::Valid);
    let Some(batch) = held else { return Ok(None) };
    agencies::must_work(tx, batch.agency).await?;
    Ok(Some(batch))
}

/// A line with what was reserved for it.
type ReservedLine = (i64, Reserved);

enum Reserving {
    Chunk(Vec<ReservedLine>),
    Over(Step),
}

/// Reserves for the next lines that can be issued.
async fn reserve_chunk(db: &Db, run: &Run) -> Result<Reserving, BatchError> {
    let its = run.clone();
    let work = async move |tx: &Tx| -> Result<Option<Vec<ReservedLine>>, BatchError> {
        if held_valid(tx, &its).await?.is_none() {
            return Ok(None);
        }
        let mut reserved = Vec::new();
        for line in next_lines(tx, its.id()).await? {
            reserved.push((line.number, reserve_line(tx, &its, line).await?));
        }
        Ok(Some(reserved))
    };
    let reserved = match db.write(work).await {
        Ok(None) => return Ok(Reserving::Over(Step::Over)),
        Ok(Some(reserved)) if reserved.is_empty() => return Ok(Reserving::Over(end(db, run.id()).await?)),
        Ok(Some(reserved)) => reserved,
        Err(error) if matches!(refusal_of(&error), Some(Refusal::Line(_))) => one_by_one(db, run).await?,
        Err(error) => return Err(error),
    };
    Ok(Reserving::Chunk(reserved))
}

/// The next lines that can be issued, in the order of their people: so of two who hold several people neither waits for the other.
async fn next_lines(db: &impl ConnectionTrait, id: CertificateBatchId) -> Result<Vec<BatchLine>, BatchError> {
    let mut some = lines::list_after(db, (id, Some(BatchLineState::Ready)), (0, IN_A_CHUNK)).await?;
    some.sort_by_key(|line| line.learner);
    Ok(some)
}

/// The same, each in a commit of its own; those that are refused are passed over.
async fn one_by_one(db: &Db, run: &Run) -> Result<Vec<ReservedLine>, BatchError> {
    let mut reserved = Vec::new();
    for number in next_lines(db.read(), run.id()).await?.into_iter().map(|line| line.number) {
        let its = run.clone();
        let work = async move |tx: &Tx| -> Result<Option<Reserved>, BatchError> {
            if held_valid(tx, &its).await?.is_none() {
                return Ok(None);
            }
            let line = lines::find(tx, its.id(), number).await?.filter(|line| line.state == BatchLineState::Ready);
            match line {
                Some(line) => reserve_line(tx, &its, line).await.map(Some),
                None => Ok(None),
            }
        };
        match db.write(work).await {
            Ok(Some(one)) => reserved.push((number, one)),
            Ok(None) => {}
            Err(error) => match refusal_of(&error) {
                Some(Refusal::Line(problem)) => pass_over(db, run.id(), (number, None, problem)).await?,
                _ => return Err(error),
            },
        }
    }
    Ok(reserved)
}

async fn reserve_line(tx: &Tx, run: &Run, line: BatchLine) -> Result<Reserved, BatchError> {
    let learner = line.learner.ok_or(Error::Person(identity::Error::NoSuchPerson))?;
    let order = Order {
        learner,
        kind: run.batch.kind.clone(),
        about: run.batch.about.clone(),
        agency: run.batch.agency,
        officer: run.officer,
        batch: Some(run.id()),
        request: request_of(tx, run, learner).await?,
        shown: line.basis,
        help_phone: run.help_phone.clone(),
    };
    let reserved = reserve(tx, &run.desk, &order).await?;
    let line = BatchLine { state: BatchLineState::Reserved, certificate: Some(reserved.certificate), ..line };
    lines::keep(tx, run.id(), &[line]).await?;
    Ok(reserved)
}

/// What they asked this agency for themselves, and nobody has looked at: it is answered by this certificate.
async fn request_of(tx: &Tx, run: &Run, learner: LearnerId) -> Result<Option<CertificateRequestId>, BatchError> {
    let own = requests::list_waiting_of(tx, &[learner]).await?;
    let wanted = (Act::Issue, RequestState::Open, run.batch.agency, run.batch.kind.as_str(), run.batch.about.as_str());
    let is_it = |request: &&crate::certificates::Request| {
        (request.act, request.state, request.agency, request.kind.as_str(), request.about.as_str()) == wanted
    };
    Ok(own.iter().find(is_it).map(|request| request.id))
}

/// A line with what was reserved for it and was made.
struct MadeLine {
    number: i64,
    reserved: Reserved,
    made: Made,
}

/// Makes what was reserved, on several at once. What cannot be written is passed over.
async fn make_all(db: &Db, run: &Run, reserved: Vec<ReservedLine>) -> Result<Vec<MadeLine>, BatchError> {
    let today = db.clock().now().day();
    let signer = Arc::new(agencies::signer(db.read(), &run.desk.keys, run.batch.agency, today).await?);
    let lanes = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_LANES);
    let one = |(number, reserved): ReservedLine| {
        let (db, desk, signer) = (db.clone(), run.desk.clone(), Arc::clone(&signer));
        async move {
            let made = make_one(&db, &desk, &reserved, signer).await;
            (number, reserved, made)
        }
    };
    let work: Vec<_> = reserved.into_iter().map(one).collect();
    let done: Vec<(i64, Reserved, Result<Made, BatchError>)> = stream::iter(work).buffered(lanes).collect().await;
    let mut all = Vec::with_capacity(done.len());
    for (number, reserved, made) in done {
        match made {
            Ok(made) => all.push(MadeLine { number, reserved, made }),
            Err(error) => match refusal_of(&error) {
                Some(Refusal::Line(problem)) => pass_over(db, run.id(), (number, Some(&reserved), problem)).await?,
                _ => return Err(error),
            },
        }
    }
    Ok(all)
}

/// Signing takes milliseconds of a processor: a thread that may take its time does it.
async fn make_one(db: &Db, desk: &Desk, reserved: &Reserved, signer: Arc<Signer>) -> Result<Made, BatchError> {
    let gathered = gather_when_sealed(db, desk, reserved).await?;
    let made = tokio::task::spawn_blocking(move || gathered.signed_by(&signer)).await;
    Ok(made.map_err(|_| DbFault::Panicked)??)
}

/// Enters what was made: together where that can be, else one by one.
async fn enter_chunk(db: &Db, run: &Run, made: Vec<MadeLine>) -> Result<(), BatchError> {
    let made = Arc::new(made);
    let (its, all) = (run.clone(), Arc::clone(&made));
    let work = async move |tx: &Tx| -> Result<(), BatchError> {
        let Some(batch) = held_valid(tx, &its).await? else { return Ok(()) };
        let mut entered = 0;
        for one in all.iter() {
            entered += i64::from(enter_line(tx, &its, one).await?);
        }
        Ok(queries::keep_done(tx, batch.id, batch.done + entered).await?)
    };
    match db.write(work).await {
        Err(error) if matches!(refusal_of(&error), Some(Refusal::Line(_))) => {}
        done => return done,
    }
    for at in 0..made.len() {
        let (its, all) = (run.clone(), Arc::clone(&made));
        let work = async move |tx: &Tx| -> Result<(), BatchError> {
            let Some(batch) = held_valid(tx, &its).await? else { return Ok(()) };
            let Some(one) = all.get(at) else { return Ok(()) };
            let entered = i64::from(enter_line(tx, &its, one).await?);
            Ok(queries::keep_done(tx, batch.id, batch.done + entered).await?)
        };
        let Err(error) = db.write(work).await else { continue };
        let Some(one) = made.get(at) else { continue };
        match refusal_of(&error) {
            // Midnight lay between: what was made bears yesterday's day. It is made anew in the next turn.
            Some(Refusal::Line(BatchProblem::Changed)) if db.clock().now().day() != one.reserved.awarded => {}
            Some(Refusal::Line(problem)) => pass_over(db, run.id(), (one.number, Some(&one.reserved), problem)).await?,
            _ => return Err(error),
        }
    }
    Ok(())
}

/// Enters a line as it was reserved; `false` where somebody else has it meanwhile.
async fn enter_line(tx: &Tx, run: &Run, one: &MadeLine) -> Result<bool, BatchError> {
    let is_ours = |line: &BatchLine| line.state == BatchLineState::Reserved && line.certificate == Some(one.reserved.certificate);
    let Some(line) = lines::find(tx, run.id(), one.number).await?.filter(is_ours) else { return Ok(false) };
    enter(tx, &run.desk, (&one.reserved, &one.made), Some(run.second)).await?;
    lines::keep(tx, run.id(), &[BatchLine { state: BatchLineState::Issued, ..line }]).await?;
    Ok(true)
}

/// Passes over a line that cannot be issued; what was reserved for it is void.
async fn pass_over(
    db: &Db,
    id: CertificateBatchId,
    (number, reserved, problem): (i64, Option<&Reserved>, BatchProblem),
) -> Result<(), BatchError> {
    let certificate = reserved.map(|reserved| (reserved.order.learner, reserved.certificate));
    db.write::<_, BatchError, _>(async move |tx| {
        let held = queries::hold(tx, id).await?.filter(|held| held.state == BatchState::Valid);
        let Some(batch) = held else { return Ok(()) };
        let state = if certificate.is_some() { BatchLineState::Reserved } else { BatchLineState::Ready };
        let is_ours = |line: &BatchLine| line.state == state && line.certificate == certificate.map(|(_, own)| own);
        let Some(line) = lines::find(tx, id, number).await?.filter(is_ours) else { return Ok(()) };
        if let Some(whose) = certificate {
            put_void(tx, whose).await?;
        }
        let passed = BatchLine { state: BatchLineState::Passed, problem: Some(problem), certificate: None, ..line };
        lines::keep(tx, id, &[passed]).await?;
        queries::keep_done(tx, id, batch.done + 1).await?;
        let detail = json!({ "line": number, "problem": problem.code() });
        note(tx, (None, "certificate_batches.pass_over"), &batch, detail).await
    })
    .await
}

/// None of those that are left can be issued: they are passed over.
async fn pass_rest(db: &Db, id: CertificateBatchId, problem: BatchProblem) -> Result<Step, BatchError> {
    db.write::<_, BatchError, _>(async move |tx| {
        let held = queries::hold(tx, id).await?.filter(|held| held.state == BatchState::Valid);
        let Some(batch) = held else { return Ok(()) };
        let passed = lines::pass_rest(tx, id, problem).await?;
        let done = batch.done.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX));
        queries::keep_done(tx, id, done).await?;
        let detail = json!({ "lines": passed, "problem": problem.code() });
        note(tx, (None, "certificate_batches.pass_over"), &batch, detail).await
    })
    .await?;
    end(db, id).await
}

/// All lines are done; or others have some of them still, and it is looked at again.
async fn end(db: &Db, id: CertificateBatchId) -> Result<Step, BatchError> {
    db.write::<_, BatchError, _>(async move |tx| {
        let held = queries::hold(tx, id).await?.filter(|held| held.state == BatchState::Valid);
        let Some(batch) = held else { return Ok(Step::Over) };
        let counts = lines::counts(tx, id).await?;
        let of = |state: BatchLineState| counts.get(state.code()).copied().unwrap_or(0);
        if of(BatchLineState::Ready) > 0 {
            return Ok(Step::More);
        }
        if of(BatchLineState::Reserved) > 0 {
            return Ok(Step::Halted);
        }
        let (issued, wrong) = (of(BatchLineState::Issued), of(BatchLineState::Wrong) + of(BatchLineState::Passed));
        let done = Batch { state: BatchState::Done, wrong, done: batch.ready, ended_at: Some(tx.now), ..batch };
        queries::keep(tx, &done).await?;
        tell_over(tx, &done).await?;
        note(tx, (None, "certificate_batches.done"), &done, json!({ "issued": issued, "left_out": wrong })).await?;
        Ok(Step::Over)
    })
    .await
}
