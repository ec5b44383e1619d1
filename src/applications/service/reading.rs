//! What is read of applications: the queue, one case with all that the bank knows of it, a file.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::PLACE_WORDS;
use super::begin::open_sealed;
use crate::agencies::{self, Agency};
use crate::applications::deeds::roles_of;
use crate::applications::queries::{applications, files, steps};
use crate::applications::{Application, Error, Piece, Sent, State, Step};
use crate::config::Keys;
use crate::conversions::{self, Rule};
use crate::db::Tx;
use crate::files::Files;
use crate::identity::{self, Found, Grant, Role, Sight, StaffScope, Whose};
use crate::kernel::{ApplicationId, Credits, LearnerId, RuleId, SealKey};
use crate::ledger;
use crate::recognition;

/// Files of one application, also those that were removed.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn files_of(db: &impl ConnectionTrait, of: &Application) -> Result<Vec<Piece>, Error> {
    Ok(files::list(db, of.learner, of.id).await?)
}

/// One application of the person of these accounts.
///
/// # Errors
/// [`Error::NoSuch`].
pub(in crate::applications) async fn get_own(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    id: ApplicationId,
) -> Result<Application, Error> {
    applications::find_of(db, accounts, id).await?.ok_or(Error::NoSuch)
}

/// All of the person of these accounts with their rules, the newest first.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn list_own(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
) -> Result<Vec<(Application, Rule)>, Error> {
    let mut own = Vec::new();
    for application in applications::list_of(db, accounts).await? {
        let rule = conversions::get_rule(db, application.rule).await?;
        own.push((application, rule));
    }
    Ok(own)
}

/// All that was done with one, in order.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn steps_of(db: &impl ConnectionTrait, of: &Application) -> Result<Vec<Step>, Error> {
    Ok(steps::list(db, of.learner, of.id).await?)
}

/// The words of a step, as far as the key opens them.
pub(in crate::applications) fn words_of(key: Option<&SealKey>, step: &Step) -> String {
    let sealed = key.zip(step.words_sealed.as_deref());
    sealed.and_then(|(key, sealed)| key.open_text(PLACE_WORDS, sealed).ok()).unwrap_or_default()
}

/// What waits for an agency.
pub(in crate::applications) struct Queue {
    pub rows: Vec<(Application, Rule)>,
    /// Those among their owners whom the reader may not see.
    pub hidden: HashSet<LearnerId>,
    pub total: u64,
}

/// One page of what waits, the oldest first.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn queue(
    db: &impl ConnectionTrait,
    (agency, scope): (&Agency, &StaffScope),
    part: (u64, u64),
) -> Result<Queue, Error> {
    let (mut known, mut rows): (HashMap<RuleId, Rule>, Vec<_>) = (HashMap::new(), Vec::new());
    for application in applications::list_waiting(db, agency.id, part).await? {
        if let Entry::Vacant(place) = known.entry(application.rule) {
            place.insert(conversions::get_rule(db, application.rule).await?);
        }
        if let Some(rule) = known.get(&application.rule) {
            rows.push((application, rule.clone()));
        }
    }
    let hidden = hidden_among(db, (agency, scope), rows.iter().map(|(own, _)| own.learner)).await?;
    Ok(Queue { rows, hidden, total: applications::count_waiting(db, agency.id).await? })
}

/// Which owners of applications somebody may not see who works for a part of the agency's area, or in another line of work than all of it. Who works for
/// all of it is not asked about: rules are offered to nobody whom they would not see. The case of whoever has moved since, or is in another group
/// by now, is still one to be opened; opening it is answered with 404.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn hidden_among(
    db: &impl ConnectionTrait,
    (agency, scope): (&Agency, &StaffScope),
    owners: impl Iterator<Item = LearnerId>,
) -> Result<HashSet<LearnerId>, DbErr> {
    let is_for_all = |grant: &Grant| {
        Role::CORRECTORS.contains(&grant.role) && grant.area.covers(&agency.place_code) && grant.line == agency.line
    };
    if scope.grants().iter().any(is_for_all) {
        return Ok(HashSet::new());
    }
    let owners: Vec<(LearnerId, bool)> = owners.map(|owner| (owner, false)).collect();
    let sights = identity::sights_of(db, (scope, Role::CORRECTORS), &owners).await?;
    let is_hidden = |learner: &LearnerId| !matches!(sights.get(learner), Some(Sight::Seen(_)));
    Ok(owners.into_iter().map(|(learner, _)| learner).filter(is_hidden).collect())
}

/// An application that was sent to this agency, with the person, where the scope of the agency's work lets its reader see them; that they were shown
/// is kept. None where it does not, which is kept too.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn look(
    tx: &Tx,
    keys: &Keys,
    (agency, scope): (&Agency, &StaffScope),
    ((learner, id), what): ((LearnerId, ApplicationId), &'static str),
) -> Result<Option<(Application, Found)>, Error> {
    let found = applications::find(tx, learner, id).await?;
    let Some(own) = found.filter(|own| own.agency == agency.id && own.state != State::Draft) else { return Ok(None) };
    let seen = agencies::see(tx, keys, (agency, scope), learner, what).await?;
    Ok(seen.map(|person| (own, person)))
}

/// Why another application is beside this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::applications) enum Alike {
    /// The same number of the same partner.
    Number,
    /// The same file.
    File,
}

/// One case, with all that the bank knows of it.
pub(in crate::applications) struct Case {
    pub rule: Rule,
    pub steps: Vec<Step>,
    pub files: Vec<Piece>,
    /// What the rule gives for it.
    pub gives: Option<Credits>,
    /// Whether the rule was ended by hand.
    pub is_rule_ended: bool,
    /// Whether the person holds the unit, by whichever account.
    pub holds_unit: bool,
    /// What this agency has given the person so far.
    pub already: Credits,
    /// Others with the same number or file; `true`: of the same person.
    pub alike: Vec<(Application, Alike, bool)>,
}

/// Gathers it.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn case_of(
    db: &impl ConnectionTrait,
    own: &Application,
    worth: impl Fn(&str) -> Credits,
) -> Result<Case, Error> {
    let rule = conversions::get_rule(db, own.rule).await?;
    let accounts = identity::accounts_of(db, own.learner).await?;
    let sent = own.sent.as_ref().ok_or(Error::NoSuch)?;
    let books = ledger::books_of(db, &accounts).await.map_err(recognition::Error::from)?;
    let already = conversions::given_in(db, own.agency, &books, None).await?;
    let awards = recognition::counted_in(&accounts, books);
    let files = files_of(db, own).await?;
    Ok(Case {
        gives: rule.gives(worth(&own.unit), sent.value),
        is_rule_ended: rule.is_ended(),
        holds_unit: awards.iter().any(|award| award.award_key.as_ref().is_some_and(|key| key.unit() == own.unit)),
        alike: alike(db, own, sent, (&accounts, &files)).await?,
        steps: steps::list(db, own.learner, own.id).await?,
        already,
        files,
        rule,
    })
}

/// Others with the same number or file as this one, of the person of `accounts`.
async fn alike(
    db: &impl ConnectionTrait,
    own: &Application,
    sent: &Sent,
    (accounts, pieces): (&[LearnerId], &[Piece]),
) -> Result<Vec<(Application, Alike, bool)>, DbErr> {
    let codes: Vec<_> = pieces.iter().map(|piece| piece.code).collect();
    let mut alike: Vec<(Application, Alike, bool)> = Vec::new();
    for other in applications::list_same_number(db, &sent.number_code, own.id).await? {
        let is_theirs = accounts.contains(&other.learner);
        alike.push((other, Alike::Number, is_theirs));
    }
    let same = files::list_same(db, &codes, own.id).await?;
    for other in applications::list_by_ids(db, &same).await? {
        let is_known = alike.iter().any(|(known, _, _)| known.id == other.id);
        if !is_known && other.state != State::Draft {
            let is_theirs = accounts.contains(&other.learner);
            alike.push((other, Alike::File, is_theirs));
        }
    }
    Ok(alike)
}

/// Who does the work that an application is where it stands and may see its owner, by their names.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn colleagues(
    db: &impl ConnectionTrait,
    keys: &Keys,
    (agency, own, found): (&Agency, &Application, &Found),
) -> Result<Vec<(LearnerId, String)>, Error> {
    let roles = roles_of(own.state);
    let workers = identity::load_workers(db, (agency.organisation, agency.line.as_deref()), roles).await?;
    let whose = Whose { place: found.profile.place_code.as_deref(), groups: &found.profile.groups };
    let seeing = workers.iter().filter(|scope| scope.grant_for(roles, whose).is_some());
    let people: Vec<LearnerId> = seeing.map(StaffScope::actor).collect();
    let mut colleagues: Vec<_> = identity::names_of(db, keys, &people).await?.into_iter().collect();
    colleagues.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    Ok(colleagues)
}

/// A file, opened; none where it was removed.
///
/// # Errors
/// [`Error::NoSuchFile`]; where it does not open, or is damaged.
pub(in crate::applications) async fn open_file(
    db: &impl ConnectionTrait,
    (keys, store): (&Keys, &Files),
    own: &Application,
    id: Uuid,
) -> Result<(Piece, Vec<u8>), Error> {
    let piece = files_of(db, own).await?.into_iter().find(|piece| piece.id == id).ok_or(Error::NoSuchFile)?;
    let file = piece.file.ok_or(Error::NoSuchFile)?;
    let key = identity::person_key(db, keys, own.learner).await?;
    let sealed = store.get(file).await.map_err(|error| Error::Store(error.to_string()))?.ok_or(Error::NoSuchFile)?;
    let bytes = open_sealed(&key, &sealed)?;
    Ok((piece, bytes))
}
