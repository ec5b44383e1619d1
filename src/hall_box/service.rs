//! What is done on a box: opened, written on, handed over, locked.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use sea_orm::ConnectionTrait;

use super::room::Open;
use super::{exam_service, queries};
use crate::db::{DbFault, Tx};
use crate::hall::{self, AnswerFields, Answers, Body, Came, Enrolled, Entry, KitTest, MOST_ENTRIES, Pack, ToBank, Witnessed};
use crate::kernel::{AttemptId, ClaimId, ClassId, Digest, LearnerId, PackId, Timestamp, digest_of, mac_of};
use crate::web::House;

/// The names of notes: whom they are about follows from them with the kit's key alone.
pub(super) fn name(open: &Open, what: &str, parts: &[&[u8]]) -> String {
    let about = digest_of(parts);
    format!("{what}/{}", hex::encode(mac_of(&open.names, &[about.bytes()]).bytes()))
}

/// The name of the note that somebody came.
#[must_use]
pub fn came_name(open: &Open, class: ClassId, person: LearnerId) -> String {
    name(open, "came", &[class.uuid().as_bytes(), person.uuid().as_bytes()])
}

/// The name of the note that a volunteer saw somebody's task.
fn did_name(open: &Open, (class, person): (ClassId, LearnerId), operator: LearnerId) -> String {
    name(open, "did", &[class.uuid().as_bytes(), person.uuid().as_bytes(), operator.uuid().as_bytes()])
}

/// Which volunteers have seen somebody's task; `notes` are the names of all such notes.
#[must_use]
pub fn seen_by(open: &Open, notes: &HashSet<String>, task: (ClassId, LearnerId)) -> Vec<LearnerId> {
    let all = open.kit.operators.iter().map(|one| one.id);
    all.filter(|operator| notes.contains(&did_name(open, task, *operator))).collect()
}

fn answer_name(open: &Open, attempt: AttemptId, position: usize) -> String {
    name(open, "answer", &[attempt.uuid().as_bytes(), &position.to_be_bytes()])
}

fn opener_name(open: &Open) -> String {
    name(open, "opener", &[])
}

fn handed_name(open: &Open, attempt: AttemptId) -> String {
    name(open, "handed", &[attempt.uuid().as_bytes()])
}

/// Writes a claim, unless the note of it is there: taken down once, however often.
pub(super) async fn write(tx: &Tx, open: &Open, operator: LearnerId, note: (&str, &str), body: &Body) -> Result<bool, DbFault> {
    if queries::find_note(tx, note.0).await?.is_some() {
        return Ok(false);
    }
    append(tx, open, (operator, tx.now), body).await?;
    queries::keep_note(tx, note.0, open.seal(note.1)).await?;
    Ok(true)
}

/// The next claim of the chain; its hash. Whoever calls keeps in the same commit that it is there.
pub(super) async fn append(
    tx: &Tx,
    open: &Open,
    (operator, made_at): (LearnerId, Timestamp),
    body: &Body,
) -> Result<Digest, DbFault> {
    let last = queries::last(tx).await?;
    let device = open.kit.device;
    let (seq, prev): (i64, Digest) = last.map_or_else(|| (1, hall::genesis(device)), |last| (last.seq + 1, last.hash(device)));
    let id = ClaimId::fresh(tx.now);
    let to_bank = ToBank::parse(&open.kit.to_bank).ok_or(DbFault::Panicked)?;
    let sealed = to_bank.seal(&format!("{device} {id}"), body.to_json().as_bytes()).ok_or(DbFault::Panicked)?;
    let entry = Entry { seq, id, kind: body.kind(), made_at, operator, prev, body: sealed };
    queries::append(tx, device, &entry).await?;
    Ok(entry.hash(device))
}

/// Keeps who has opened the class, in place of whoever did before: a restart does not forget it.
///
/// # Errors
/// What the database answers.
pub async fn keep_opener(tx: &Tx, open: &Open, operator: LearnerId) -> Result<(), DbFault> {
    Ok(queries::keep_note(tx, &opener_name(open), open.seal(&operator.to_string())).await?)
}

/// Who has opened the class last, where it is still a volunteer of the kit.
///
/// # Errors
/// What the database answers.
pub async fn opener(db: &impl ConnectionTrait, open: &Open) -> Result<Option<LearnerId>, DbFault> {
    let sealed = queries::find_note(db, &opener_name(open)).await?;
    let id = sealed.and_then(|sealed| open.read(&sealed)?.parse().ok());
    Ok(id.and_then(|id| open.operator(id)).map(|one| one.id))
}

/// 签到.
///
/// # Errors
/// What the database answers.
pub async fn came(tx: &Tx, open: &Open, operator: LearnerId, class: ClassId, person: LearnerId) -> Result<bool, DbFault> {
    let note = came_name(open, class, person);
    write(tx, open, operator, (&note, ""), &Body::Came(Came { class, person: person.uuid() })).await
}

/// 见证: each volunteer says it once for themselves, until as many have said it as the course asks for.
///
/// # Errors
/// What the database answers.
pub async fn witnessed(
    tx: &Tx,
    open: &Open,
    operator: LearnerId,
    (class, person): (ClassId, LearnerId),
) -> Result<bool, DbFault> {
    let needed = open.class(class).map_or(1, |class| usize::from(class.witnesses));
    if seen_by(open, &names_of(tx, "did").await?, (class, person)).len() >= needed {
        return Ok(false);
    }
    let note = did_name(open, (class, person), operator);
    write(tx, open, operator, (&note, ""), &Body::Witnessed(Witnessed { class, person: person.uuid() })).await
}

/// 登记: somebody is new, and came to this session. `key` is the form's: sent twice is once. Gives the card number they got.
///
/// # Errors
/// What the database answers.
pub async fn enrol(
    tx: &Tx,
    open: &Open,
    operator: LearnerId,
    (key, class): (&str, Option<ClassId>),
    fields: &AnswerFields,
) -> Result<String, DbFault> {
    let note = name(open, "enrolled", &[key.as_bytes()]);
    if let Some(sealed) = queries::find_note(tx, &note).await? {
        return Ok(open
            .read(&sealed)
            .and_then(|text| text.split_once('\n').map(|(card, _)| card.to_owned()))
            .unwrap_or_default());
    }
    let given = queries::list_notes(tx, "enrolled/").await?.len();
    let card = open.kit.cards.get(given).cloned().unwrap_or_default();
    let with_card: AnswerFields = fields.iter().cloned().chain([("card".to_owned(), card.clone())]).collect();
    let who = fields.iter().find(|(field, _)| field == "name").map(|(_, value)| value.as_str()).unwrap_or_default();
    let body = Body::Enrolled(Enrolled { place: open.kit.place.clone(), fields: with_card });
    write(tx, open, operator, (&note, &format!("{card}\n{who}")), &body).await?;
    if let (Some(class), Some(entry)) = (class, queries::last(tx).await?) {
        // Whoever was enrolled by a claim is named by it.
        let person = LearnerId::from_uuid(entry.id.uuid());
        came(tx, open, operator, class, person).await?;
    }
    Ok(card)
}

/// Those who were enrolled here: card and name.
///
/// # Errors
/// What the database answers.
pub async fn list_enrolled(db: &impl ConnectionTrait, open: &Open) -> Result<Vec<(String, String)>, DbFault> {
    let notes = queries::list_notes(db, "enrolled/").await?;
    let read = |(_, sealed): (String, Vec<u8>)| {
        let text = open.read(&sealed)?;
        text.split_once('\n').map(|(card, name)| (card.to_owned(), name.to_owned()))
    };
    Ok(notes.into_iter().filter_map(read).collect())
}

/// The notes that somebody came, or did a task.
///
/// # Errors
/// What the database answers.
pub async fn names_of(db: &impl ConnectionTrait, what: &str) -> Result<HashSet<String>, DbFault> {
    Ok(queries::list_notes(db, &format!("{what}/")).await?.into_iter().map(|(name, _)| name).collect())
}

/// Keeps an answer, unless the test was handed in.
///
/// # Errors
/// What the database answers.
pub async fn keep_answer(
    tx: &Tx,
    open: &Open,
    attempt: AttemptId,
    position: usize,
    fields: &AnswerFields,
) -> Result<bool, DbFault> {
    if queries::find_note(tx, &handed_name(open, attempt)).await?.is_some() {
        return Ok(false);
    }
    let words = serde_json::to_string(fields).unwrap_or_default();
    queries::keep_note(tx, &answer_name(open, attempt, position), open.seal(&words)).await?;
    Ok(true)
}

/// The answer to a question.
///
/// # Errors
/// What the database answers.
pub async fn find_answer(
    db: &impl ConnectionTrait,
    open: &Open,
    attempt: AttemptId,
    position: usize,
) -> Result<Option<AnswerFields>, DbFault> {
    let sealed = queries::find_note(db, &answer_name(open, attempt, position)).await?;
    Ok(sealed.and_then(|sealed| serde_json::from_str(&open.read(&sealed)?).ok()))
}

/// Whether a test was handed in.
///
/// # Errors
/// What the database answers.
pub async fn is_handed_in(db: &impl ConnectionTrait, open: &Open, attempt: AttemptId) -> Result<bool, DbFault> {
    Ok(queries::find_note(db, &handed_name(open, attempt)).await?.is_some())
}

/// 交卷: everything that was answered becomes one claim. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn hand_in(tx: &Tx, open: &Open, test: &KitTest, operator: LearnerId, assisted: bool) -> Result<bool, DbFault> {
    let mut answers = BTreeMap::new();
    for position in 1..=test.questions.len() {
        if let Some(fields) = find_answer(tx, open, test.attempt, position).await? {
            answers.insert(position, fields);
        }
    }
    let body = Body::Answers(Answers { attempt: test.attempt, person: test.person.uuid(), assisted, answers });
    write(tx, open, operator, (&handed_name(open, test.attempt), ""), &body).await
}

/// How many claims were not handed over yet.
///
/// # Errors
/// What the database answers.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<u64, DbFault> {
    Ok(queries::count_waiting(db).await?)
}

/// The next pack of what was not handed over, or of everything from the beginning on; with the number of its last row. Papers whose time is over are
/// handed in before.
///
/// # Errors
/// What the database answers.
pub async fn pack_of(house: &House, open: &Arc<Open>, from: Option<i64>) -> Result<Option<(String, i64)>, DbFault> {
    exam_service::close_over(house, open).await?;
    let db = house.db.read();
    let first = match from {
        Some(first) => Some(first),
        None => queries::first_waiting(db).await?,
    };
    let Some(first) = first else { return Ok(None) };
    let entries = queries::list_from(db, first, u64::try_from(MOST_ENTRIES).unwrap_or(200)).await?;
    let (now, key) = (house.clock().now(), open.kit.key());
    let last = entries.last().map_or(0, |entry| entry.seq);
    Ok(Pack::of(open.kit.device, (PackId::fresh(now), now), entries, key.as_ref()).map(|pack| (pack.to_json(), last)))
}

/// Keeps that everything up to a row was handed over.
///
/// # Errors
/// What the database answers.
pub async fn mark_handed(house: &House, last: i64) -> Result<(), DbFault> {
    house.db.write(async move |tx: &Tx| Ok::<_, DbFault>(queries::mark_handed(tx, last).await?)).await
}
