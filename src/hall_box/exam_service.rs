//! A supervised session on a box: what the two invigilators take down, and the papers of those who answer. Each act is one claim, in the same commit
//! as the note by which the pages show it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::exam_rules::{Hours, Seat, Step};
use super::queries;
use super::room::Open;
use super::service::{append, name, write};
use crate::db::{DbFault, Tx};
use crate::exams::is_time;
use crate::hall::{AnswerFields, Body, ExamAnswers, ExamBegun, ExamEnd, ExamHand, ExamNote, ExamSeen, KitExam};
use crate::kernel::{Digest, ExamId, LearnerId, Timestamp};
use crate::web::House;

/// Whether something was done; else the key of the words that say why not.
pub type Done = Result<Result<(), &'static str>, DbFault>;
/// Somebody in a session.
pub type Whom<'a> = (&'a KitExam, LearnerId);

/// What one of the two does about a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// They came.
    Came,
    /// A document of this kind was seen.
    Seen(String),
    /// Neither family nor teacher.
    Declared,
    /// They may begin, or go on; with the key of the form.
    Allowed(String),
    /// What they have answered is handed in.
    Collected,
    /// They were tested by word or by hand: right, of so many, and what was heard and seen.
    ByHand((i64, i64), String),
}

/// Something that was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// In which session.
    pub exam: ExamId,
    /// About whom; none: about the session.
    pub person: Option<LearnerId>,
    /// The code of what it is.
    pub category: String,
    /// In words.
    pub words: String,
    /// Who noted it.
    pub by: LearnerId,
    /// When.
    pub at: i64,
}

/// When a session is for somebody.
#[must_use]
pub fn hours_of((exam, person): Whom<'_>) -> Hours {
    let (starts_at, ends_at) = (Timestamp::from_ms(exam.hours.0), Timestamp::from_ms(exam.hours.1));
    Hours { starts_at, ends_at, minutes: exam.minutes, extra: exam.way(person).map_or(0, |way| way.extra_minutes) }
}

/// Whether people are let in, as at the desk.
fn is_on(whom: Whom<'_>, now: Timestamp) -> bool {
    let hours = hours_of(whom);
    is_time((hours.starts_at, hours.ends_at), hours.extra, now)
}

fn note_name(open: &Open, what: &str, (exam, person): Whom<'_>) -> String {
    name(open, what, &[exam.id.uuid().as_bytes(), person.uuid().as_bytes()])
}

fn seat_in(open: &Open, sealed: &[u8]) -> Option<Seat> {
    serde_json::from_str(&open.read(sealed)?).ok()
}

/// What is known of a candidate.
///
/// # Errors
/// What the database answers.
pub async fn find_seat(db: &impl ConnectionTrait, open: &Open, whom: Whom<'_>) -> Result<Seat, DbFault> {
    let sealed = queries::find_note(db, &note_name(open, "seat", whom)).await?;
    Ok(sealed.and_then(|sealed| seat_in(open, &sealed)).unwrap_or_default())
}

async fn keep_seat(tx: &Tx, open: &Open, whom: Whom<'_>, seat: &Seat) -> Result<(), DbFault> {
    let words = serde_json::to_string(seat).unwrap_or_default();
    Ok(queries::keep_note(tx, &note_name(open, "seat", whom), open.seal(&words)).await?)
}

/// All candidates of a session, in the order of its list.
///
/// # Errors
/// What the database answers.
pub async fn list_seats(db: &impl ConnectionTrait, open: &Open, exam: &KitExam) -> Result<Vec<Seat>, DbFault> {
    let notes: HashMap<String, Vec<u8>> = queries::list_notes(db, "seat/").await?.into_iter().collect();
    let seat = |person: LearnerId| {
        let sealed = notes.get(&note_name(open, "seat", (exam, person)))?;
        seat_in(open, sealed)
    };
    Ok(exam.candidates.iter().map(|person| seat(person.id).unwrap_or_default()).collect())
}

/// Does what one of the two says about a candidate. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn act(tx: &Tx, open: &Open, whom: Whom<'_>, (by, act): (LearnerId, &Act)) -> Done {
    let (exam, person) = whom;
    let mut seat = find_seat(tx, open, whom).await?;
    if by == person {
        return Ok(Err("exams-own"));
    }
    if *act == Act::Collected {
        return collect(tx, open, whom, (seat, by)).await.map(Ok);
    }
    if let Act::Allowed(once) = act
        && seat.allowed_once.contains(once)
    {
        return Ok(Ok(()));
    }
    if find_end(tx, open, exam.id).await?.is_some() {
        return Ok(Err("box-exam-ended"));
    }
    if !is_on(whom, tx.now) {
        return Ok(Err("exams-not-now"));
    }
    if let Act::ByHand(points, words) = act {
        return keep_by_hand(tx, open, whom, (seat, by), (*points, words)).await;
    }
    if matches!(act, Act::Seen(_)) && !may_see(whom, by) {
        return Ok(Err("exams-no-checker"));
    }
    let what = match act {
        Act::Came if !seat.has_come => {
            seat.has_come = true;
            Some("came".to_owned())
        }
        Act::Seen(kind) if seat.sight.is_none() => {
            seat.sight = Some(kind.clone());
            Some(kind.clone())
        }
        Act::Declared if !seat.declared.contains(&by) => {
            seat.declared.push(by);
            Some("declared".to_owned())
        }
        Act::Allowed(once) => {
            if let Some(key) = comes_first(whom, &seat, tx.now) {
                return Ok(Err(key));
            }
            // Whatever device there was is out.
            seat.allowed_once.push(once.clone());
            seat = Seat { is_allowed: true, allowed_by: Some(by), device: None, ..seat };
            None
        }
        _ => return Ok(Ok(())),
    };
    if let Some(what) = what {
        let body = ExamSeen { exam: exam.id, person: person.uuid(), what };
        append(tx, open, (by, tx.now), &Body::ExamSeen(body)).await?;
    }
    keep_seat(tx, open, whom, &seat).await.map(Ok)
}

/// Whether somebody is tested by word or by hand.
#[must_use]
pub fn is_by_hand((exam, person): Whom<'_>) -> bool {
    exam.way(person).is_some_and(|way| way.is_by_hand)
}

/// Whether a document of theirs that was seen before will do.
fn is_known((exam, person): Whom<'_>) -> bool {
    exam.way(person).is_some_and(|way| way.is_known)
}

/// Whether one of the two may see a document of theirs.
#[must_use]
pub fn may_see((exam, person): Whom<'_>, by: LearnerId) -> bool {
    exam.way(person).is_some_and(|way| way.seers.contains(&by))
}

/// Whether both have declared.
#[must_use]
pub fn are_declared(exam: &KitExam, seat: &Seat) -> bool {
    exam.invigilators.iter().all(|one| seat.declared.contains(&one.id))
}

/// How far somebody has come; whose document was seen before need not show one.
#[must_use]
pub fn step_of(whom: Whom<'_>, seat: &Seat) -> Step {
    match seat.step() {
        Step::Came if is_known(whom) => Step::Seen,
        step => step,
    }
}

/// Why somebody may not begin; none where they may.
fn comes_first(whom: Whom<'_>, seat: &Seat, now: Timestamp) -> Option<&'static str> {
    if seat.handed_at.is_some() {
        Some("exams-closed")
    } else if is_by_hand(whom) {
        Some("box-exam-by-hand")
    } else {
        not_ready(whom, seat).or_else(|| hours_of(whom).is_over(seat, now).then_some("exams-time-over"))
    }
}

/// What has to be done before a test of any kind, in the order of the desk.
fn not_ready(whom: Whom<'_>, seat: &Seat) -> Option<&'static str> {
    if !seat.has_come {
        Some("exams-first-come")
    } else if seat.sight.is_none() && !is_known(whom) {
        Some("exams-first-see")
    } else if !are_declared(whom.0, seat) {
        Some("exams-first-declare")
    } else {
        None
    }
}

/// The points of a test by word or by hand become one claim, which takes along what was heard and seen. Twice is once.
async fn keep_by_hand(
    tx: &Tx,
    open: &Open,
    whom: Whom<'_>,
    (seat, by): (Seat, LearnerId),
    (points, words): ((i64, i64), &str),
) -> Done {
    let (exam, person) = whom;
    if seat.by_hand == Some(points) {
        return Ok(Ok(()));
    }
    if let Some(key) = not_ready(whom, &seat) {
        return Ok(Err(key));
    }
    if seat.handed_at.is_some() || !is_by_hand(whom) {
        return Ok(Err("exams-closed"));
    }
    let (right, of) = points;
    let body = ExamHand { exam: exam.id, person: person.uuid(), right, of, words: words.to_owned() };
    append(tx, open, (by, tx.now), &Body::ExamHand(body)).await?;
    let seat = Seat { by_hand: Some(points), handed_at: Some(tx.now.ms()), ..seat };
    keep_seat(tx, open, whom, &seat).await.map(Ok)
}

/// The candidate begins, or goes on, on a device with a fresh secret; the allowance is used up. Only then is it taken down that they began, by whom
/// they were let. `false` where the device that asks is the one already.
///
/// # Errors
/// What the database answers.
pub async fn begin(
    tx: &Tx,
    open: &Open,
    whom: Whom<'_>,
    (held, fresh): (Option<&str>, &str),
) -> Result<Result<bool, &'static str>, DbFault> {
    let (exam, person) = whom;
    let seat = find_seat(tx, open, whom).await?;
    if seat.is_here(held) {
        return Ok(Ok(false));
    }
    if seat.handed_at.is_some() {
        return Ok(Err("exams-closed"));
    }
    let Some(by) = seat.allowed_by.filter(|_| seat.is_allowed) else { return Ok(Err("box-exam-again-please")) };
    if find_end(tx, open, exam.id).await?.is_some() {
        return Ok(Err("box-exam-ended"));
    }
    if !is_on(whom, tx.now) || hours_of(whom).is_over(&seat, tx.now) {
        return Ok(Err("exams-time-over"));
    }
    append(tx, open, (by, tx.now), &Body::ExamBegun(ExamBegun { exam: exam.id, person: person.uuid() })).await?;
    let begun_at = seat.begun_at.or(Some(tx.now.ms()));
    let seat = Seat { is_allowed: false, device: Some(fresh.to_owned()), begun_at, ..seat };
    keep_seat(tx, open, whom, &seat).await?;
    Ok(Ok(true))
}

/// What somebody has answered, by position from 1.
///
/// # Errors
/// What the database answers.
pub async fn find_answers(
    db: &impl ConnectionTrait,
    open: &Open,
    whom: Whom<'_>,
) -> Result<BTreeMap<usize, AnswerFields>, DbFault> {
    let sealed = queries::find_note(db, &note_name(open, "exam-answers", whom)).await?;
    Ok(sealed.and_then(|sealed| serde_json::from_str(&open.read(&sealed)?).ok()).unwrap_or_default())
}

/// Keeps an answer of the device that has begun, while there is time.
///
/// # Errors
/// What the database answers.
pub async fn keep_answer(
    tx: &Tx,
    open: &Open,
    whom: Whom<'_>,
    (held, position, fields): (Option<&str>, usize, &AnswerFields),
) -> Done {
    let seat = find_seat(tx, open, whom).await?;
    if !seat.is_here(held) {
        return Ok(Err("box-exam-again-please"));
    }
    if hours_of(whom).is_over(&seat, tx.now) {
        return Ok(Err("exams-time-over"));
    }
    let mut answers = find_answers(tx, open, whom).await?;
    answers.insert(position, fields.clone());
    let words = serde_json::to_string(&answers).unwrap_or_default();
    queries::keep_note(tx, &note_name(open, "exam-answers", whom), open.seal(&words)).await?;
    Ok(Ok(()))
}

/// 交卷, by the device that has begun. It stands with whoever let them begin. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn hand_in(tx: &Tx, open: &Open, whom: Whom<'_>, held: Option<&str>) -> Done {
    let seat = find_seat(tx, open, whom).await?;
    if seat.handed_at.is_some() {
        return Ok(Ok(()));
    }
    match seat.allowed_by.filter(|_| seat.is_here(held)) {
        Some(by) => collect(tx, open, whom, (seat, by)).await.map(Ok),
        None => Ok(Err("box-exam-again-please")),
    }
}

/// Everything that was answered becomes one claim: of this moment, or of the end of the time where that has passed.
async fn collect(tx: &Tx, open: &Open, whom: Whom<'_>, (seat, by): (Seat, LearnerId)) -> Result<(), DbFault> {
    let (exam, person) = whom;
    let Some(begun_at) = seat.begun_at.filter(|_| seat.handed_at.is_none()) else { return Ok(()) };
    let at = tx.now.min(hours_of(whom).end(begun_at));
    let answers = find_answers(tx, open, whom).await?;
    let body = ExamAnswers { exam: exam.id, person: person.uuid(), answers };
    append(tx, open, (by, at), &Body::ExamAnswers(body)).await?;
    let seat = Seat { is_allowed: false, device: None, handed_at: Some(at.ms()), ..seat };
    keep_seat(tx, open, whom, &seat).await
}

/// Hands in what was saved of those whose time is over. It is asked wherever that is shown or handed over.
///
/// # Errors
/// What the database answers.
pub async fn close_over(house: &House, open: &Arc<Open>) -> Result<(), DbFault> {
    let (now, mut due) = (house.clock().now(), Vec::new());
    for exam in &open.kit.exams {
        for (person, seat) in exam.candidates.iter().zip(list_seats(house.db.read(), open, exam).await?) {
            if seat.is_open() && hours_of((exam, person.id)).is_over(&seat, now) {
                due.push((exam.id, person.id));
            }
        }
    }
    if due.is_empty() {
        return Ok(());
    }
    let open = Arc::clone(open);
    let work = async move |tx: &Tx| {
        for (exam, person) in &due {
            let Some(exam) = open.exam(*exam) else { continue };
            let seat = find_seat(tx, &open, (exam, *person)).await?;
            if let Some(by) = seat.allowed_by {
                collect(tx, &open, (exam, *person), (seat, by)).await?;
            }
        }
        Ok::<_, DbFault>(())
    };
    house.db.write(work).await
}

/// Notes something, about a candidate or about the session, until it is ended. `key` is the form's: sent twice is once.
///
/// # Errors
/// What the database answers.
pub async fn note(tx: &Tx, open: &Open, key: &str, noted: &Noted) -> Done {
    if find_end(tx, open, noted.exam).await?.is_some() {
        return Ok(Err("box-exam-ended"));
    }
    let body = ExamNote {
        exam: noted.exam,
        person: noted.person.map(LearnerId::uuid),
        category: noted.category.clone(),
        words: noted.words.clone(),
    };
    let kept = serde_json::to_string(noted).unwrap_or_default();
    let note = name(open, "noted", &[key.as_bytes()]);
    write(tx, open, noted.by, (&note, &kept), &Body::ExamNote(body)).await.map(|_| Ok(()))
}

fn end_name(open: &Open, exam: ExamId) -> String {
    name(open, "exam-end", &[exam.uuid().as_bytes()])
}

/// The end of a session on this box: the hash of the claim that says so.
///
/// # Errors
/// What the database answers.
pub async fn find_end(db: &impl ConnectionTrait, open: &Open, exam: ExamId) -> Result<Option<Digest>, DbFault> {
    let sealed = queries::find_note(db, &end_name(open, exam)).await?;
    Ok(sealed.and_then(|sealed| Digest::parse(&open.read(&sealed)?)))
}

/// The supervised sessions to which somebody came, and that were not ended: the bank asks for the end of each from which anything comes.
///
/// # Errors
/// What the database answers.
pub async fn list_unended<'a>(db: &impl ConnectionTrait, open: &'a Open) -> Result<Vec<&'a KitExam>, DbFault> {
    let mut all = Vec::new();
    for exam in &open.kit.exams {
        let has_come = list_seats(db, open, exam).await?.iter().any(|seat| seat.step() != Step::Away);
        if has_come && find_end(db, open, exam.id).await?.is_none() {
            all.push(exam);
        }
    }
    Ok(all)
}

/// Ends a session: nothing more of it is taken down here, so that its last claim stands for all of them. Not while somebody answers. Twice is once.
///
/// # Errors
/// What the database answers.
pub async fn end(tx: &Tx, open: &Open, (exam, by): (&KitExam, LearnerId)) -> Done {
    if find_end(tx, open, exam.id).await?.is_some() {
        return Ok(Ok(()));
    }
    if list_seats(tx, open, exam).await?.iter().any(Seat::is_open) {
        return Ok(Err("box-exam-end-open"));
    }
    let hash = append(tx, open, (by, tx.now), &Body::ExamEnd(ExamEnd { exam: exam.id })).await?;
    queries::keep_note(tx, &end_name(open, exam.id), open.seal(&hash.to_string())).await?;
    Ok(Ok(()))
}

/// What was noted in a session, the first first.
///
/// # Errors
/// What the database answers.
pub async fn list_noted(db: &impl ConnectionTrait, open: &Open, exam: ExamId) -> Result<Vec<Noted>, DbFault> {
    let notes = queries::list_notes(db, "noted/").await?;
    let read = |sealed: &[u8]| serde_json::from_str::<Noted>(&open.read(sealed)?).ok();
    let mut all: Vec<Noted> = notes.iter().filter_map(|(_, sealed)| read(sealed)).filter(|one| one.exam == exam).collect();
    all.sort_by_key(|one| one.at);
    Ok(all)
}
