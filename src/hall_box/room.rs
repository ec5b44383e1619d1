//! The room of a box: the opened kit, held in memory alone, who holds a cookie of it, and which papers were opened.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use crate::exams::end_code;
use crate::hall::{Kit, KitClass, KitExam, KitPaper, KitPerson, KitTest};
use crate::kernel::{AttemptId, Chance, ClassId, Digest, ExamId, LearnerId, SealKey, Timestamp, mac_of};

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
    pub(super) names: [u8; 32],
    /// By which cookies are known; another one each time.
    secret: [u8; 32],
    /// The digits by which learners come in today.
    codes: BTreeMap<String, LearnerId>,
    /// The supervised sessions whose papers were opened with their own words.
    opened: RwLock<HashMap<ExamId, Opened>>,
    /// The codes of ends, since they follow slowly.
    ends: RwLock<HashMap<Digest, String>>,
}

/// A session whose papers were opened: the words stay in memory with them, since each of the two shows by half of them who it is.
#[derive(Debug)]
struct Opened {
    words: String,
    papers: Arc<Vec<KitPaper>>,
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
        let (names, opened, ends) = (kit.follows("box note names"), RwLock::default(), RwLock::default());
        let key = SealKey::from_bytes(kit.follows("box notes"));
        let open = Arc::new(Open { names, kit, key, secret: Chance::secret(), codes, opened, ends });
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

    /// The words were right: nothing is held against whoever tried before.
    pub fn forget_tries(&self) {
        self.tries.write().unwrap_or_else(PoisonError::into_inner).clear();
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
        self.signed(&holder.text())
    }

    fn signed(&self, text: &str) -> String {
        format!("{text}.{}", hex::encode(mac_of(&self.secret, &[text.as_bytes()]).bytes()))
    }

    /// What a cookie says that was signed here.
    fn signed_in<'c>(&self, cookie: &'c str) -> Option<&'c str> {
        let (text, code) = cookie.rsplit_once('.')?;
        mac_of(&self.secret, &[text.as_bytes()]).is(&hex::decode(code).ok()?).then_some(text)
    }

    /// The cookie of one of the two who invigilate a session, once they have shown by their half of its words that it is they.
    #[must_use]
    pub fn duty_cookie(&self, exam: ExamId, who: LearnerId) -> String {
        self.signed(&format!("duty.{exam}.{who}"))
    }

    /// Whether a cookie is the one of this one of the two.
    #[must_use]
    pub fn is_on_duty(&self, cookie: &str, (exam, who): (ExamId, LearnerId)) -> bool {
        self.signed_in(cookie).is_some_and(|text| text == format!("duty.{exam}.{who}"))
    }

    /// Who holds a cookie.
    #[must_use]
    pub fn holder(&self, cookie: &str) -> Option<Holder> {
        match self.signed_in(cookie)?.split_once('.')? {
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
        let opened = Opened { words: words.to_owned(), papers: Arc::new(papers) };
        self.opened.write().unwrap_or_else(PoisonError::into_inner).insert(id, opened);
        true
    }

    /// The papers of a session, once they were opened.
    #[must_use]
    pub fn papers(&self, id: ExamId) -> Option<Arc<Vec<KitPaper>>> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).get(&id).map(|opened| Arc::clone(&opened.papers))
    }

    /// Whether the papers of a session were opened, and somebody has typed the very half of its words that this one of the two is told.
    #[must_use]
    pub fn is_own_half(&self, id: ExamId, (who, typed): (LearnerId, &str)) -> bool {
        let opened = self.opened.read().unwrap_or_else(PoisonError::into_inner);
        let words = opened.get(&id).map(|opened| opened.words.as_str());
        words.zip(self.exam(id)).is_some_and(|(words, exam)| exam.is_own_half(words, (who, typed)))
    }

    /// The code of an end. Slow the first time: not to be called where others wait.
    pub(super) fn end_code(&self, end: &Digest) -> Option<String> {
        if let Some(code) = self.ends.read().unwrap_or_else(PoisonError::into_inner).get(end) {
            return Some(code.clone());
        }
        let code = end_code(end)?;
        self.ends.write().unwrap_or_else(PoisonError::into_inner).insert(*end, code.clone());
        Some(code)
    }

    pub(super) fn seal(&self, words: &str) -> Vec<u8> {
        self.key.seal(NOTE_PLACE, words.as_bytes())
    }

    pub(super) fn read(&self, sealed: &[u8]) -> Option<String> {
        self.key.open_text(NOTE_PLACE, sealed).ok()
    }
}
