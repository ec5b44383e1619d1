//! The kit of a box (活动室的包): what a laptop needs for a class without the bank. It opens with the class's password alone, so that a stolen
//! laptop tells nobody who comes to the hall.
//!
//! In it: the box's signing key, the bank's public key, who may write, the sessions, the people on their lists (name, year of birth and the last
//! digits of the card), blank card numbers, and tests that were begun for them: questions, never what is right.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};

use super::kit_exam::KitExam;
use super::seal::ToBank;
use crate::assessment::{Choice, Line, Question};
use crate::curriculum::model::ShownScreen;
use crate::kernel::{AttemptId, Chance, ClassId, DeviceId, LearnerId, SealKey, Timestamp, digest_of, slow_bytes_of};
use crate::web::Filled;

/// The version of this format.
const FORMAT: u32 = 1;
/// Where a kit is sealed.
const PLACE: &str = "hall kit v1";

/// Somebody of the kit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitPerson {
    /// Their id in the bank.
    pub id: LearnerId,
    /// Their name.
    pub name: String,
    /// The last digits of their card.
    #[serde(default)]
    pub tail: String,
    /// The year of their birth, by which two of one name are told apart.
    #[serde(default)]
    pub born: Option<i64>,
}

/// A session of the kit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitClass {
    /// Its id.
    pub id: ClassId,
    /// What it is about.
    pub title: String,
    /// The course's code; empty: none.
    pub course: String,
    /// When, in words.
    pub time: String,
    /// From when and until when.
    pub hours: (i64, i64),
    /// How many must have seen a real-life task of its course.
    #[serde(default = "one")]
    pub witnesses: u8,
    /// Those on its lists.
    pub people: Vec<LearnerId>,
}

const fn one() -> u8 {
    1
}

/// Something to choose, and its words.
type Words = (String, Vec<String>);

/// A question of a test, as it is shown; what is right is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitQuestion {
    stem: Vec<String>,
    hint: String,
    screen: Option<ShownScreen>,
    taps: Vec<Words>,
    ticks: Vec<Words>,
    lines: Vec<(Vec<String>, Vec<Words>)>,
    unknown: Words,
    send: String,
}

/// A test of the kit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitTest {
    /// Which.
    pub attempt: AttemptId,
    /// Whose.
    pub person: LearnerId,
    /// The course's code.
    pub course: String,
    /// What it is about.
    pub title: String,
    /// Its questions, in the order asked.
    pub questions: Vec<KitQuestion>,
}

/// Everything a box needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kit {
    /// The box.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// The code of the place.
    pub place: String,
    /// The bank's public key, in hex.
    pub to_bank: String,
    /// The box's signing key, in hex.
    secret: String,
    /// When it was made, by the bank's clock.
    pub made_at: i64,
    /// Where the bank is; empty: not said.
    pub bank: String,
    /// Who may write.
    pub operators: Vec<KitPerson>,
    /// The sessions.
    pub classes: Vec<KitClass>,
    /// The people.
    pub people: Vec<KitPerson>,
    /// Numbers of blank cards.
    pub cards: Vec<String>,
    /// Tests that were begun.
    pub tests: Vec<KitTest>,
    /// Supervised sessions, their papers sealed once more.
    #[serde(default)]
    pub exams: Vec<KitExam>,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    device: DeviceId,
    salt: String,
    sealed: String,
}

impl KitQuestion {
    /// The names of the lists of a question, in their order.
    pub const LINES: [&str; 8] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];

    /// What is shown of a question.
    #[must_use]
    pub fn of(question: &Question) -> Self {
        let words = |choice: &Choice| (choice.value.clone(), choice.words.clone());
        Self {
            stem: question.stem.clone(),
            hint: question.hint.clone(),
            screen: question.screen.clone(),
            taps: question.taps.iter().map(words).collect(),
            ticks: question.ticks.iter().map(words).collect(),
            lines: question.lines.iter().map(|line| (line.words.clone(), line.choices.iter().map(words).collect())).collect(),
            unknown: words(&question.unknown),
            send: question.send.clone(),
        }
    }

    /// To be drawn, with what was answered; `form` holds what is wrong with it.
    #[must_use]
    pub fn question(&self, action: String, answered: &[(String, String)], form: Filled, wrong: String) -> Question {
        let chosen = |name: &str, value: &str| answered.iter().any(|(field, given)| field == name && given == value);
        let choice = |name: &str, (value, words): &Words| Choice {
            is_chosen: chosen(name, value),
            value: value.clone(),
            words: words.clone(),
        };
        let choices = |name: &str, all: &[Words]| all.iter().map(|one| choice(name, one)).collect::<Vec<_>>();
        let lines = Self::LINES.iter().zip(&self.lines).map(|(name, (words, all))| Line {
            name,
            words: words.clone(),
            choices: choices(name, all),
            wrong: String::new(),
        });
        Question {
            action,
            stem: self.stem.clone(),
            hint: self.hint.clone(),
            screen: self.screen.clone(),
            taps: choices("q", &self.taps),
            ticks: choices("q", &self.ticks),
            lines: lines.collect(),
            unknown: choice("q", &self.unknown),
            send: self.send.clone(),
            is_kept: !answered.is_empty() && wrong.is_empty(),
            form,
            wrong,
            go: None,
            back: None,
            voices: Vec::new(),
        }
    }

    /// The fields of a form that answer it; `None` where something is missing or stands twice.
    #[must_use]
    pub fn answer_in(&self, fields: &[(String, String)]) -> Option<Vec<(String, String)>> {
        let of =
            |name: &str| fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect::<Vec<_>>();
        let pairs =
            |name: &str, values: Vec<String>| values.into_iter().map(|value| (name.to_owned(), value)).collect::<Vec<_>>();
        let taken = of("q");
        if taken.contains(&self.unknown.0) {
            return (taken.len() == 1).then(|| pairs("q", taken));
        }
        if !self.lines.is_empty() {
            let chosen: Vec<(String, String)> = Self::LINES
                .iter()
                .zip(&self.lines)
                .flat_map(|(name, _)| pairs(name, of(name)))
                .filter(|(_, value)| value != "0")
                .collect();
            let mut values: Vec<&String> = chosen.iter().map(|(_, value)| value).collect();
            values.sort();
            values.dedup();
            return (values.len() == self.lines.len() && chosen.len() == self.lines.len()).then_some(chosen);
        }
        let known = |value: &String| self.taps.iter().chain(&self.ticks).any(|(one, _)| one == value);
        let fits = if self.ticks.is_empty() { taken.len() == 1 } else { !taken.is_empty() };
        (fits && taken.iter().all(known)).then(|| pairs("q", taken))
    }
}

impl Kit {
    /// A kit without anything in it yet, with a fresh key of the box.
    #[must_use]
    pub fn new(device: DeviceId, key: &SigningKey, (name, place): (&str, &str), to_bank: &ToBank, now: Timestamp) -> Self {
        Self {
            device,
            name: name.to_owned(),
            place: place.to_owned(),
            to_bank: to_bank.to_hex(),
            secret: hex::encode(key.to_bytes()),
            made_at: now.ms(),
            bank: String::new(),
            operators: Vec::new(),
            classes: Vec::new(),
            people: Vec::new(),
            cards: Vec::new(),
            tests: Vec::new(),
            exams: Vec::new(),
        }
    }

    /// The box's signing key.
    #[must_use]
    pub fn key(&self) -> Option<SigningKey> {
        let bytes: [u8; 32] = hex::decode(&self.secret).ok()?.try_into().ok()?;
        Some(SigningKey::from_bytes(&bytes))
    }

    /// The kit as a file that opens with `password` alone. `None` where it cannot be computed.
    #[must_use]
    pub fn to_file(&self, password: &str) -> Option<String> {
        let salt: [u8; 16] = Chance::secret();
        let plain = serde_json::to_vec(self).ok()?;
        let sealed = key_of(password, &salt)?.seal(PLACE, &plain);
        let file = File { format: FORMAT, device: self.device, salt: hex::encode(salt), sealed: BASE64.encode(sealed) };
        serde_json::to_string(&file).ok()
    }

    /// The kit in a file. `None` where the password is another, or the file none.
    #[must_use]
    pub fn open(file: &str, password: &str) -> Option<Self> {
        let file: File = serde_json::from_str(file).ok()?;
        let salt: [u8; 16] = hex::decode(&file.salt).ok()?.try_into().ok()?;
        let key = key_of(password, &salt)?;
        let plain = key.open(PLACE, &BASE64.decode(&file.sealed).ok()?).ok()?;
        let kit: Self = serde_json::from_slice(&plain).ok()?;
        (file.format == FORMAT && kit.device == file.device).then_some(kit)
    }

    /// What follows from the box's key for a purpose of its own. It is the same in every file that was made of this kit, whatever salt the file has.
    #[must_use]
    pub fn follows(&self, purpose: &str) -> [u8; 32] {
        let secret = self.key().map(|key| key.to_bytes()).unwrap_or_default();
        *digest_of(&[purpose.as_bytes(), self.device.uuid().as_bytes(), self.to_bank.as_bytes(), &secret]).bytes()
    }

    /// Whether a text is a kit, whatever its password.
    #[must_use]
    pub fn is_one(file: &str) -> bool {
        serde_json::from_str::<File>(file).is_ok_and(|file| file.format == FORMAT)
    }
}

/// The key that follows from the class's password: twelve digits of chance.
fn key_of(password: &str, salt: &[u8; 16]) -> Option<SealKey> {
    let digits: String = password.chars().filter(char::is_ascii_digit).collect();
    slow_key_of(&digits, salt)
}

/// A key that follows from a text, slowly.
pub(super) fn slow_key_of(text: &str, salt: &[u8; 16]) -> Option<SealKey> {
    slow_bytes_of(text, salt).map(SealKey::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Keys;

    fn kit() -> Kit {
        let now = Timestamp::from_ms(1_790_000_000_000);
        let key = SigningKey::from_bytes(&Chance::secret());
        let mut kit = Kit::new(DeviceId::fresh(now), &key, ("电脑", "330185"), &ToBank::of(&Keys::fresh()), now);
        kit.people =
            vec![KitPerson {
                id: LearnerId::fresh(now), name: "王桂英".to_owned(), tail: "7897".to_owned(), born: Some(1951)
            }];
        kit
    }

    #[test]
    fn a_kit_opens_with_its_password_alone_however_it_is_grouped_and_shows_no_name() {
        let kit = kit();
        let file = kit.to_file("123456789012").unwrap();
        assert!(!file.contains("王桂英") && Kit::is_one(&file));
        let opened = Kit::open(&file, "1234 5678 9012").unwrap();
        assert_eq!((&opened, opened.key().map(|key| key.to_bytes())), (&kit, kit.key().map(|key| key.to_bytes())));
        let again = Kit::open(&kit.to_file("123456789012").unwrap(), "123456789012").unwrap();
        assert_eq!(again.follows("notes"), opened.follows("notes"), "another file of the same kit");
        assert_ne!(opened.follows("names"), opened.follows("notes"));
        assert!(Kit::open(&file, "123456789013").is_none() && Kit::open("{}", "123456789012").is_none());
    }

    #[test]
    fn an_answer_is_whole_or_none() {
        let words = |values: &[&str]| -> Vec<Words> { values.iter().map(|value| ((*value).to_owned(), Vec::new())).collect() };
        let question = |taps: &[&str], ticks: &[&str], lines: usize| KitQuestion {
            stem: Vec::new(),
            hint: String::new(),
            screen: None,
            taps: words(taps),
            ticks: words(ticks),
            lines: vec![(Vec::new(), words(&["0", "1", "2"])); lines],
            unknown: ("0".to_owned(), Vec::new()),
            send: String::new(),
        };
        let fits = |question: &KitQuestion, fields: &[(&str, &str)]| {
            let fields: Vec<(String, String)> =
                fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            question.answer_in(&fields).is_some()
        };
        let (one, many, order) = (question(&["1", "2", "0"], &[], 0), question(&[], &["1", "2", "0"], 0), question(&[], &[], 2));
        for (question, fields, is_fine) in [
            (&one, &[("q", "1")][..], true),
            (&one, &[], false),
            (&one, &[("q", "1"), ("q", "2")], false),
            (&one, &[("q", "9")], false),
            (&many, &[("q", "1"), ("q", "2")], true),
            (&many, &[("q", "1"), ("q", "0")], false),
            (&order, &[("s1", "1"), ("s2", "2")], true),
            (&order, &[("s1", "1"), ("s2", "1")], false),
            (&order, &[("s1", "1"), ("s2", "0")], false),
            (&order, &[("q", "0")], true),
        ] {
            assert_eq!(fits(question, fields), is_fine, "{fields:?}");
        }
    }
}
