//! A batch is looked at: whose each line is, whether they may be seen, what their certificate would rest on, or what is missing for it. Nothing is
//! issued. Some lines at a turn: other work is not kept waiting.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sea_orm::ConnectionTrait;

use super::deciding::ask_in;
use super::{accounts_of_first, key, officer_of, open, scope_of, seal};
use crate::agencies::{self, Agency};
use crate::audit;
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{Batch, BatchLine, BatchLineState, BatchProblem, BatchSaid, BatchState, Lacks, Named};
use crate::certificates::queries::{batch_lines as lines, batches as queries, certificates};
use crate::certificates::service::grounds_of;
use crate::certificates::service::reading::plain;
use crate::certificates::{Desk, Error, State};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::identity::{self, Acquaintance, Role, Sight, StaffScope};
use crate::kernel::{CertificateBatchId, Digest, LearnerId, OrganisationId};
use crate::learning::Missing;

/// The job's kind.
pub(in crate::certificates) const CHECK: &str = "certificates.batch_check";
/// Lines looked at in one turn.
const IN_A_TURN: u64 = 100;

/// Everything by which the lines of a batch are looked at.
struct Look {
    batch: Batch,
    agency: Agency,
    /// What whoever brought it may see.
    scope: StaffScope,
    /// Their accounts.
    own: HashSet<LearnerId>,
}

impl Look {
    async fn of(db: &impl ConnectionTrait, batch: Batch) -> Result<Self, BatchError> {
        let agency = agencies::find_agency(db, batch.agency).await?.ok_or(BatchError::NoSuch)?;
        let officer = officer_of(db, &batch).await?.unwrap_or(LearnerId::NOBODY);
        let scope = scope_of(db, &agency, officer).await?;
        let own = accounts_of_first(db, &batch, officer).await?;
        Ok(Self { batch, agency, scope, own })
    }
}

/// Looks at the next lines of a batch that was read, and says of each what it would rest on, or why it cannot be issued; says whether there are more.
/// Safe to run twice.
///
/// # Errors
/// What the database answers; a line that does not open.
pub async fn check_batch(db: &Db, desk: &Desk, id: CertificateBatchId) -> Result<bool, BatchError> {
    let batch = queries::find(db.read(), id).await?.filter(|batch| batch.state == BatchState::Reading);
    let Some(batch) = batch else { return Ok(false) };
    let after = batch.done;
    let some = lines::list_after(db.read(), (id, None), (after, IN_A_TURN)).await?;
    let Some(last) = some.last().map(|line| line.number) else {
        let keys = desk.keys.clone();
        db.write::<_, BatchError, _>(async move |tx| is_checked(tx, &keys, id).await).await?;
        return Ok(false);
    };
    let look = Look::of(db.read(), batch).await?;
    let (seen, tried) = look_at(db, desk, &look, &some).await?;
    let tried = Arc::new((tries_of(&look, tried), look.agency.organisation));
    db.write::<_, BatchError, _>(async move |tx| {
        let held = queries::hold(tx, id).await?;
        // Brought again meanwhile: it begins anew, or somebody else looked at these.
        if !held.is_some_and(|held| held.state == BatchState::Reading && held.done == after) {
            return Ok(());
        }
        lines::keep(tx, id, &seen).await?;
        keep_tries(tx, &tried).await?;
        Ok(queries::keep_done(tx, id, last).await?)
    })
    .await?;
    Ok(true)
}

/// All lines were looked at.
async fn is_checked(tx: &Tx, keys: &Keys, id: CertificateBatchId) -> Result<(), BatchError> {
    let held = queries::hold(tx, id).await?.filter(|held| held.state == BatchState::Reading);
    let Some(batch) = held else { return Ok(()) };
    let counts = lines::counts(tx, id).await?;
    let of = |state: BatchLineState| counts.get(state.code()).copied().unwrap_or(0);
    let checked = Batch {
        state: BatchState::Checked,
        ready: of(BatchLineState::Ready),
        wrong: of(BatchLineState::Wrong),
        done: 0,
        ..batch
    };
    queries::keep(tx, &checked).await?;
    ask_for_program(tx, keys, checked).await
}

/// A program asks nobody by itself: for what it brought, and what can be issued of it, the second person is asked at once, in the name of whoever
/// answers for it, as long as they do this work and the agency may.
async fn ask_for_program(tx: &Tx, keys: &Keys, batch: Batch) -> Result<(), BatchError> {
    if batch.client.is_none() || batch.ready == 0 {
        return Ok(());
    }
    let agency = agencies::find_agency(tx, batch.agency).await?.ok_or(BatchError::NoSuch)?;
    let Some(officer) = officer_of(tx, &batch).await? else { return Ok(()) };
    if !scope_of(tx, &agency, officer).await?.has_any(Role::OFFICERS) {
        return Ok(());
    }
    match agencies::may_issue(tx, batch.agency, &batch.kind, tx.now.day()).await {
        Ok(_) => ask_in(tx, keys, batch, officer).await,
        // It waits as it is; whoever answers for the program asks once that is mended.
        Err(
            agencies::Error::Suspended
            | agencies::Error::Closed
            | agencies::Error::NoDelegation
            | agencies::Error::NotDelegated(_),
        ) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Who was looked for by whom, and may not be seen by them.
struct Tried {
    learner: LearnerId,
    actor: LearnerId,
    role: &'static str,
    place: String,
}

fn tries_of(look: &Look, tried: Vec<LearnerId>) -> Vec<Tried> {
    let grant = look.scope.grants().first();
    let of = |learner: LearnerId| Tried {
        learner,
        actor: look.scope.actor(),
        role: grant.map_or("", |grant| grant.role.code()),
        place: grant.map_or(String::new(), |grant| grant.area.as_str().to_owned()),
    };
    tried.into_iter().map(of).collect()
}

async fn keep_tries(tx: &Tx, (tried, organisation): &(Vec<Tried>, OrganisationId)) -> Result<(), BatchError> {
    let accesses: Vec<audit::Access<'_>> = tried
        .iter()
        .map(|one| audit::Access {
            learner: one.learner,
            actor: one.actor,
            actor_role: one.role,
            organisation: Some(*organisation),
            place_code: &one.place,
            what: "agency_tried",
        })
        .collect();
    if !accesses.is_empty() {
        audit::record_accesses(tx, &accesses).await?;
    }
    Ok(())
}

/// What is known of the people of some lines.
struct Known {
    /// Whom each line names, by the account by which they act.
    people: HashMap<i64, LearnerId>,
    /// Who of them may be seen.
    seen: HashSet<LearnerId>,
    names: HashMap<LearnerId, Acquaintance>,
    /// Who stands on a line before these.
    before: HashSet<LearnerId>,
}

/// The lines as they stand now, and those who were looked for and may not be seen.
async fn look_at(db: &Db, desk: &Desk, look: &Look, some: &[BatchLine]) -> Result<(Vec<BatchLine>, Vec<LearnerId>), BatchError> {
    let key = key(&desk.keys);
    let said: Vec<Option<BatchSaid>> = some.iter().map(|line| open(&key, line)).collect::<Result<_, _>>()?;
    let people = whose(db, some, &said).await?;
    let wanted: Vec<(LearnerId, bool)> = people.values().map(|learner| (*learner, false)).collect();
    let sights = identity::sights_of(db.read(), (&look.scope, Role::OFFICERS), &wanted).await?;
    let is_seen = |learner: &LearnerId| matches!(sights.get(learner), Some(Sight::Seen(_)));
    let seen: HashSet<LearnerId> = people.values().copied().filter(is_seen).collect();
    let hidden = sights.iter().filter(|(_, sight)| **sight == Sight::Hidden).map(|(learner, _)| *learner).collect();
    let visible: Vec<LearnerId> = seen.iter().copied().collect();
    let names = identity::people_of(db.read(), &desk.keys, &visible, i64::from(db.clock().now().day().year())).await?;
    let before = lines::list_people_until(db.read(), look.batch.id, look.batch.done).await?.into_iter().collect();
    let mut known = Known { people, seen, names, before };
    let mut judged = Vec::with_capacity(some.len());
    for (line, said) in some.iter().zip(said) {
        judged.push(judge(db, desk, look, &mut known, (line, said)).await?);
    }
    Ok((judged, hidden))
}

/// Whom each of these lines names, by the account by which they act.
async fn whose(db: &Db, some: &[BatchLine], said: &[Option<BatchSaid>]) -> Result<HashMap<i64, LearnerId>, BatchError> {
    let (mut named, mut cards) = (HashMap::new(), Vec::new());
    for (line, said) in some.iter().zip(said) {
        match said.as_ref().filter(|said| said.problem().is_none()).and_then(BatchSaid::named) {
            Some(Named::Learner(learner)) => {
                named.insert(line.number, learner);
            }
            Some(Named::Card(card)) => cards.push((line.number, card)),
            None => {}
        }
    }
    let numbers: Vec<_> = cards.iter().map(|(_, card)| card.clone()).collect();
    let holders = identity::holders_of_cards(db.read(), &numbers).await?;
    named.extend(cards.iter().filter_map(|(number, card)| Some((*number, *holders.get(card)?))));
    let learners: Vec<LearnerId> = named.values().copied().collect();
    let primaries = identity::primaries_of(db.read(), &learners).await?;
    Ok(named.into_iter().map(|(number, learner)| (number, primaries.get(&learner).copied().unwrap_or(learner))).collect())
}

/// One line as it stands now.
async fn judge(
    db: &Db,
    desk: &Desk,
    look: &Look,
    known: &mut Known,
    (line, said): (&BatchLine, Option<BatchSaid>),
) -> Result<BatchLine, BatchError> {
    let person = known.people.get(&line.number).copied().filter(|person| known.seen.contains(person));
    let plain_line = BatchLine {
        learner: person,
        state: BatchLineState::Wrong,
        problem: None,
        basis: None,
        is_in_sample: false,
        look: None,
        certificate: None,
        ..line.clone()
    };
    let wrong = |problem: BatchProblem| BatchLine { problem: Some(problem), ..plain_line.clone() };
    let Some(said) = said else { return Ok(wrong(BatchProblem::Gone)) };
    if let Some(problem) = said.problem() {
        return Ok(wrong(problem));
    }
    let Some(person) = person else { return Ok(wrong(BatchProblem::Nobody)) };
    if !known.before.insert(person) {
        return Ok(wrong(BatchProblem::SamePerson));
    }
    if look.own.contains(&person) {
        return Ok(wrong(BatchProblem::Own));
    }
    let name = known.names.get(&person).map(|person| person.name.as_str());
    let Some(name) = name else { return Ok(wrong(BatchProblem::Gone)) };
    if !said.name.is_empty() && plain(&said.name) != plain(name) {
        return Ok(wrong(BatchProblem::NameOther));
    }
    match rests_on(db, desk, &look.batch, person).await? {
        Rests::On(basis) => Ok(BatchLine {
            state: BatchLineState::Ready,
            basis: Some(basis),
            sealed: Some(seal(&key(&desk.keys), &BatchSaid { lacks: None, ..said })),
            ..plain_line
        }),
        Rests::Not(problem, lacks) => {
            let sealed = seal(&key(&desk.keys), &BatchSaid { lacks, ..said });
            Ok(BatchLine { problem: Some(problem), sealed: Some(sealed), ..plain_line })
        }
    }
}

/// What somebody's certificate would rest on, or why there would be none.
enum Rests {
    On(Digest),
    Not(BatchProblem, Option<Lacks>),
}

async fn rests_on(db: &Db, desk: &Desk, batch: &Batch, person: LearnerId) -> Result<Rests, BatchError> {
    let accounts = identity::accounts_of(db.read(), person).await?;
    let own = certificates::list_of(db.read(), &accounts).await?;
    let is_held = own.iter().any(|one| {
        (one.kind.as_str(), one.about.as_str()) == (batch.kind.as_str(), batch.about.as_str())
            && one.state.is_in_the_way()
            && one.state != State::Reserved
    });
    if is_held {
        return Ok(Rests::Not(BatchProblem::Held, None));
    }
    Ok(match grounds_of(db.read(), desk, person, (&batch.kind, &batch.about)).await {
        Ok(grounds) => match grounds.basis {
            Some(basis) => Rests::On(basis.digest()),
            None => Rests::Not(BatchProblem::Missing, Some(lacks_of(&grounds.missing))),
        },
        Err(Error::NoKind) => Rests::Not(BatchProblem::Kind, None),
        Err(Error::Person(identity::Error::NoSuchPerson)) => Rests::Not(BatchProblem::Gone, None),
        Err(error) => return Err(error.into()),
    })
}

fn lacks_of(missing: &Missing) -> Lacks {
    let codes = |codes: &[crate::curriculum::CourseCode]| codes.iter().map(ToString::to_string).collect();
    Lacks {
        learn: codes(&missing.learn),
        supervised: codes(&missing.supervised),
        document: missing.document,
        more: !missing.blocked.is_empty() || missing.is_out_of_reach,
    }
}
