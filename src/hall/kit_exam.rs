//! A supervised session in a kit (监考场次): who invigilates, who is put down, and the papers, sealed once more with words of their own
//! (开卷口令). The class's password shows the list and no question; each of the two invigilators is told half of the words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use super::kit::{KitPerson, KitQuestion, slow_key_of};
use crate::config::Keys;
use crate::kernel::{Chance, DeviceId, ExamId, LearnerId, crockford_of, crockford_typed, mac_of};

/// Where the papers of a session are sealed.
const PLACE: &str = "hall kit papers v1";
/// Letters and digits of the words, five bits each: half of them for each of the two.
const LENGTH: usize = 16;

/// The paper of a candidate: what is shown, never what is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitPaper {
    /// Whose.
    pub person: LearnerId,
    /// Its questions, in the order asked.
    pub questions: Vec<KitQuestion>,
}

/// How a candidate is tested: all ways count the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitWay {
    /// Whose.
    pub person: LearnerId,
    /// Minutes more than the others.
    pub extra_minutes: i64,
    /// Somebody reads aloud.
    pub is_read_aloud: bool,
    /// Somebody moves the finger (辅助操作).
    pub is_assisted: bool,
    /// By word or by hand: there is no paper.
    pub is_by_hand: bool,
    /// Whether a document was seen before, and that will do.
    #[serde(default)]
    pub is_known: bool,
    /// Who of the two may see a document of theirs.
    #[serde(default)]
    pub seers: Vec<LearnerId>,
}

/// A supervised session of the kit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitExam {
    /// Its id.
    pub id: ExamId,
    /// The course's title.
    pub title: String,
    /// How many minutes there are from beginning on.
    pub minutes: i64,
    /// From when and until when.
    pub hours: (i64, i64),
    /// The two who invigilate.
    pub invigilators: Vec<KitPerson>,
    /// Those who are put down.
    pub candidates: Vec<KitPerson>,
    /// How they are tested.
    #[serde(default)]
    pub ways: Vec<KitWay>,
    /// In hex.
    salt: String,
    /// In Base64.
    sealed: String,
}

impl KitExam {
    /// A session whose papers open with `words` alone. `None` where they cannot be sealed.
    #[must_use]
    pub fn new(
        (id, title): (ExamId, String),
        (minutes, hours): (i64, (i64, i64)),
        (invigilators, candidates): (Vec<KitPerson>, Vec<KitPerson>),
        (words, papers): (&str, &[KitPaper]),
    ) -> Option<Self> {
        let salt: [u8; 16] = Chance::secret();
        let plain = serde_json::to_vec(papers).ok()?;
        let sealed = BASE64.encode(slow_key_of(&crockford_typed(words), &salt)?.seal(PLACE, &plain));
        let (ways, salt) = (Vec::new(), hex::encode(salt));
        Some(Self { id, title, minutes, hours, invigilators, candidates, ways, salt, sealed })
    }

    /// How somebody is tested; none where it is like the others.
    #[must_use]
    pub fn way(&self, person: LearnerId) -> Option<&KitWay> {
        self.ways.iter().find(|way| way.person == person)
    }

    /// How many letters and digits somebody has typed as the words, and how many there are of them.
    #[must_use]
    pub fn typed(words: &str) -> (usize, usize) {
        (crockford_typed(words).chars().count(), LENGTH)
    }

    /// The same of the half that one of the two is told.
    #[must_use]
    pub fn typed_half(half: &str) -> (usize, usize) {
        (crockford_typed(half).chars().count(), LENGTH / 2)
    }

    /// Whether somebody has typed the very half of these words that this one of the two is told.
    #[must_use]
    pub fn is_own_half(&self, words: &str, (who, typed): (LearnerId, &str)) -> bool {
        let place = self.invigilators.iter().position(|one| one.id == who);
        let half = match place {
            Some(0) => Half::First,
            Some(1) => Half::Second,
            _ => return false,
        };
        half_of(&crockford_typed(words), half) == crockford_typed(typed)
    }

    /// The papers; `None` where the words are others. Slow on purpose: not to be called where others wait.
    #[must_use]
    pub fn open(&self, words: &str) -> Option<Vec<KitPaper>> {
        let salt: [u8; 16] = hex::decode(&self.salt).ok()?.try_into().ok()?;
        let plain = slow_key_of(&crockford_typed(words), &salt)?.open(PLACE, &BASE64.decode(&self.sealed).ok()?).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// The words (开卷口令) that open the papers of a session on a box. They follow from the bank's key, so that they are kept nowhere.
#[must_use]
pub fn opening_words(keys: &Keys, exam: ExamId, device: DeviceId) -> String {
    let mac = mac_of(&keys.for_purpose("hall-exam-words"), &[exam.uuid().as_bytes(), device.uuid().as_bytes()]);
    crockford_of(mac.bytes(), LENGTH)
}

/// Which half of the words one of the two is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The first of the two is told the first.
    First,
    /// The other one is told the second.
    Second,
}

/// Half of the words: neither opens the papers alone.
#[must_use]
pub fn half_of(words: &str, half: Half) -> String {
    let skipped = match half {
        Half::First => 0,
        Half::Second => LENGTH / 2,
    };
    words.chars().skip(skipped).take(LENGTH / 2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    #[test]
    fn papers_open_with_their_words_alone_however_they_are_typed() {
        let (now, keys) = (Timestamp::from_ms(1_790_000_000_000), Keys::fresh());
        let (id, device) = (ExamId::fresh(now), DeviceId::fresh(now));
        let words = opening_words(&keys, id, device);
        assert!(words.len() == LENGTH && words == opening_words(&keys, id, device), "{words}");
        assert_ne!(words, opening_words(&keys, id, DeviceId::fresh(now)));
        assert_ne!(words, opening_words(&Keys::fresh(), id, device));
        let papers = vec![KitPaper { person: LearnerId::fresh(now), questions: Vec::new() }];
        let exam = KitExam::new((id, "防诈骗".to_owned()), (90, (0, 1)), (Vec::new(), Vec::new()), (&words, &papers)).unwrap();
        let (left, right) = words.split_at(4);
        assert_eq!(exam.open(&format!("{} {}", left.to_lowercase(), right.replace('0', "o"))), Some(papers));
        let halves = [Half::First, Half::Second].map(|half| half_of(&words, half));
        assert_eq!(halves.concat(), words);
        for wrong in ["0000000000000000", halves[0].as_str(), halves[1].as_str()] {
            assert_eq!(exam.open(wrong), None, "{wrong}");
        }
        assert!(!serde_json::to_string(&exam).unwrap().contains("questions"));
        let person = |id| KitPerson { id, name: "李敏".to_owned(), tail: String::new(), born: None };
        let (one, other) = (LearnerId::fresh(now), LearnerId::fresh(now));
        let exam = KitExam { invigilators: vec![person(one), person(other)], ..exam };
        for (who, typed, is_own) in
            [(one, 0, true), (other, 1, true), (one, 1, false), (other, 0, false), (LearnerId::NOBODY, 0, false)]
        {
            assert_eq!(exam.is_own_half(&words.to_lowercase(), (who, &halves[typed])), is_own, "{typed}");
        }
        assert!(!exam.is_own_half(&words, (one, "")) && !exam.is_own_half(&words, (one, &words)));
    }
}
