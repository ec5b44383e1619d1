//! What is done on a box: opened, written on, handed over, locked.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::ConnectionTrait;

use super::{exam_service, queries};
use crate::db::{DbFault, Tx};
use crate::hall::{
    self, AnswerFields, Answers, Body, Came, Enrolled, Entry, Kit, KitClass, KitExam, KitPaper, KitPerson, KitTest, MOST_ENTRIES,
    Pack, ToBank, Witnessed,
};
use crate::kernel::{
    AttemptId, Chance, ClaimId, ClassId, Digest, ExamId, LearnerId, PackId, SealKey, Timestamp, digest_of, mac_of,
};
use crate::web::House;

const NOTE_PLACE: &str = "box_note.words";
/// Tries of the words that open papers, in so many minutes.
const MOST_TRIES: usize = 10;
const TRY_MINUTES: i64 = 15;

/// An opened kit, and what goes with it until it is locked.
#[derive(Debug)]
pub struct Open {
    /// The kit.
    pub kit: Kit,
    key: SealKey,
    /// By which the names of notes are made: it follows from the kit.
    names: [u8; 32],
    /// By which cookies are known; another one each time.
    secret: [u8; 32],
    /// The digits by which learners come in today.
    codes: BTreeMap<String, LearnerId>,
    /// The papers of the supervised sessions that were opened with their own words.
    papers: RwLock<HashMap<ExamId, Arc<Vec<KitPaper>>>>,
}

/// Where the opened kit is held: in memory alone.
#[derive(Clone, Debug, Default)]
pub struct BoxRoom {
    open: Arc<RwLock<Option<Arc<Open>>>>,
    file: Arc<RwLock<String>>,
    /// When somebody tried to open papers.
    tries: Arc<RwLock<Vec<Timestamp>>>,
}

/// Who holds a cookie of this box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Somebody who has typed the password, and has not said who they are.
    Keeper,
    /// A volunteer.
    Operator(LearnerId),
    /// One of the two who invigilate a supervised session.
    Invigilator(LearnerId),
    /// Somebody who learns.
    Learner(LearnerId),
}

impl Holder {
    fn text(self) -> String {
        match self {
            Self::Keeper => "keeper.".to_owned(),
            Self::Operator(id) => format!("operator.{id}"),
            Self::Invigilator(id) => format!("invigilator.{id}"),
            Self::Learner(id) => format!("learner.{id}"),
        }
    }
}

impl BoxRoom {
    /// Holds the kit's file, closed.
    pub fn hold(&self, file: String) {
        *self.file.write().unwrap_or_else(PoisonError::into_inner) = file;
    }

    /// The opened kit.
    #[must_use]
    pub fn open(&self) -> Option<Arc<Open>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens it; `None` where the password is another. Slow on purpose: not to be called where others wait.
    #[must_use]
    pub fn unlock(&self, password: &str) -> Option<Arc<Open>> {
        let file = self.file.read().unwrap_or_else(PoisonError::into_inner).clone();
        let kit = Kit::open(&file, password)?;
        if let Some(open) = self.open() {
            // Another volunteer comes: those who are in stay in.
            return Some(open);
        }
        let mut codes = BTreeMap::new();
        for person in &kit.people {
            let mut code = Chance::secret_digits(4);
            while codes.contains_key(&code) {
                code = Chance::secret_digits(4);
            }
            codes.insert(code, person.id);
        }
        let (names, papers) = (kit.follows("box note names"), RwLock::default());
        let key = SealKey::from_bytes(kit.follows("box notes"));
        let open = Arc::new(Open { names, kit, key, secret: Chance::secret(), codes, papers });
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&open));
        Some(open)
    }

    /// Counts a try of the words that open papers; `false` where there were too many in a quarter of an hour.
    #[must_use]
    pub fn may_try(&self, now: Timestamp) -> bool {
        let mut tries = self.tries.write().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|at| at.plus_minutes(TRY_MINUTES) > now);
        let may = tries.len() < MOST_TRIES;
        if may {
            tries.push(now);
        }
        may
    }

    /// Forgets it: whoever comes next types the password.
    pub fn lock(&self) {
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Open {
    /// The cookie of somebody.
    #[must_use]
    pub fn cookie(&self, holder: Holder) -> String {
        let text = holder.text();
        format!("{text}.{}", hex::encode(mac_of(&self.secret, &[text.as_bytes()]).bytes()))
    }

    /// Who holds a cookie.
    #[must_use]
    pub fn holder(&self, cookie: &str) -> Option<Holder> {
        let (text, code) = cookie.rsplit_once('.')?;
        if !mac_of(&self.secret, &[text.as_bytes()]).is(&hex::decode(code).ok()?) {
            return None;
        }
        match text.split_once('.')? {
            ("keeper", _) => Some(Holder::Keeper),
            ("operator", id) => id.parse().ok().map(Holder::Operator),
            ("invigilator", id) => id.parse().ok().map(Holder::Invigilator),
            ("learner", id) => id.parse().ok().map(Holder::Learner),
            _ => None,
        }
    }

    /// Who comes in by these digits.
    #[must_use]
    pub fn learner_by(&self, digits: &str) -> Option<LearnerId> {
        self.codes.get(digits).copied()
    }

    /// The digits by which somebody comes in.
    #[must_use]
    pub fn code_of(&self, learner: LearnerId) -> Option<&str> {
        self.codes.iter().find(|(_, id)| **id == learner).map(|(code, _)| code.as_str())
    }

    /// Somebody of the kit.
    #[must_use]
    pub fn person(&self, id: LearnerId) -> Option<&KitPerson> {
        self.kit.people.iter().chain(&self.kit.operators).find(|person| person.id == id)
    }

    /// A volunteer of the kit.
    #[must_use]
    pub fn operator(&self, id: LearnerId) -> Option<&KitPerson> {
        self.kit.operators.iter().find(|one| one.id == id)
    }

    /// Who may help somebody: the volunteers of the kit but themselves.
    pub fn helpers_of(&self, learner: LearnerId) -> impl Iterator<Item = &KitPerson> {
        self.kit.operators.iter().filter(move |one| one.id != learner)
    }

    /// A session of the kit.
    #[must_use]
    pub fn class(&self, id: ClassId) -> Option<&KitClass> {
        self.kit.classes.iter().find(|class| class.id == id)
    }

    /// A test of somebody.
    #[must_use]
    pub fn test(&self, learner: LearnerId, attempt: AttemptId) -> Option<&KitTest> {
        self.kit.tests.iter().find(|test| test.attempt == attempt && test.person == learner)
    }

    /// A supervised session of the kit.
    #[must_use]
    pub fn exam(&self, id: ExamId) -> Option<&KitExam> {
        self.kit.exams.iter().find(|exam| exam.id == id)
    }

    /// Opens the papers of a session; `false` where the words are others. Slow on purpose: not to be called where others wait.
    #[must_use]
    pub fn open_papers(&self, id: ExamId, words: &str) -> bool {
        let Some(papers) = self.exam(id).and_then(|exam| exam.open(words)) else { return false };
        self.papers.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::new(papers));
        true
    }

    /// The papers of a session, once they were opened.
    #[must_use]
    pub fn papers(&self, id: ExamId) -> Option<Arc<Vec<KitPaper>>> {
        self.papers.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub(super) fn seal(&self, words: &str) -> Vec<u8> {
        self.key.seal(NOTE_PLACE, words.as_bytes())
    }

    pub(super) fn read(&self, sealed: &[u8]) -> Option<String> {
        self.key.open_text(NOTE_PLACE, sealed).ok()
    }
}

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

/// The next claim of the chain. Whoever calls keeps in the same commit that it is there.
pub(super) async fn append(
    tx: &Tx,
    open: &Open,
    (operator, made_at): (LearnerId, Timestamp),
    body: &Body,
) -> Result<(), DbFault> {
    let last = queries::last(tx).await?;
    let device = open.kit.device;
    let (seq, prev): (i64, Digest) = last.map_or_else(|| (1, hall::genesis(device)), |last| (last.seq + 1, last.hash(device)));
    let id = ClaimId::fresh(tx.now);
    let to_bank = ToBank::parse(&open.kit.to_bank).ok_or(DbFault::Panicked)?;
    let sealed = to_bank.seal(&format!("{device} {id}"), body.to_json().as_bytes()).ok_or(DbFault::Panicked)?;
    let entry = Entry { seq, id, kind: body.kind(), made_at, operator, prev, body: sealed };
    Ok(queries::append(tx, device, &entry).await?)
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
