//! What claims say. A person is named by their id in the bank, or, where the device enrolled them itself, by the id of that claim.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::Kind;
use crate::kernel::{AttemptId, ClassId, ExamId};

/// Somebody came to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Came {
    /// Which session.
    pub class: ClassId,
    /// Who.
    pub person: Uuid,
}

/// Somebody did a real-life task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witnessed {
    /// In which session.
    pub class: ClassId,
    /// Who.
    pub person: Uuid,
}

/// The fields of one answer, as its form sends them.
pub type AnswerFields = Vec<(String, String)>;

/// Somebody handed in a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Which.
    pub attempt: AttemptId,
    /// Who.
    pub person: Uuid,
    /// Whether somebody read aloud or moved the finger.
    #[serde(default)]
    pub assisted: bool,
    /// What was answered, by position from 1. What is not here was not answered.
    pub answers: BTreeMap<usize, AnswerFields>,
}

/// Somebody is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// Where they live: the place's code.
    pub place: String,
    /// The fields of the desk's form.
    pub fields: AnswerFields,
}

/// A step before beginning in a supervised session: somebody came, was seen with a document, or an invigilator has declared about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamSeen {
    /// Which session.
    pub exam: ExamId,
    /// Who.
    pub person: Uuid,
    /// `came`, `declared`, or the kind of document that whoever wrote it saw.
    pub what: String,
}

/// Somebody was let begin, or go on, in a supervised session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamBegun {
    /// Which session.
    pub exam: ExamId,
    /// Who.
    pub person: Uuid,
}

/// What somebody answered in a supervised session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamAnswers {
    /// Which session.
    pub exam: ExamId,
    /// Who.
    pub person: Uuid,
    /// What was answered, by position from 1. What is not here was not answered.
    pub answers: BTreeMap<usize, AnswerFields>,
}

/// Somebody was tested by word or by hand in a supervised session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamHand {
    /// Which session.
    pub exam: ExamId,
    /// Who.
    pub person: Uuid,
    /// How many were right.
    pub right: i64,
    /// Of how many.
    pub of: i64,
    /// What was heard and seen.
    pub words: String,
}

/// Something was noted in a supervised session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamNote {
    /// Which session.
    pub exam: ExamId,
    /// About whom; none: about the session.
    #[serde(default)]
    pub person: Option<Uuid>,
    /// The code of what it is, as at the desk.
    pub category: String,
    /// In words.
    pub words: String,
}

/// A supervised session was ended on the box: nothing more of it is taken down there. The hash of this claim is the end of its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamEnd {
    /// Which session.
    pub exam: ExamId,
}

/// What a claim says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// See [`Came`].
    Came(Came),
    /// See [`Witnessed`].
    Witnessed(Witnessed),
    /// See [`Answers`].
    Answers(Answers),
    /// See [`Enrolled`].
    Enrolled(Enrolled),
    /// See [`ExamSeen`].
    ExamSeen(ExamSeen),
    /// See [`ExamBegun`].
    ExamBegun(ExamBegun),
    /// See [`ExamAnswers`].
    ExamAnswers(ExamAnswers),
    /// See [`ExamHand`].
    ExamHand(ExamHand),
    /// See [`ExamNote`].
    ExamNote(ExamNote),
    /// See [`ExamEnd`].
    ExamEnd(ExamEnd),
}

impl Body {
    /// Of which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Came(_) => Kind::Attendance,
            Self::Witnessed(_) => Kind::Witnessed,
            Self::Answers(_) => Kind::Answers,
            Self::Enrolled(_) => Kind::Enrolment,
            Self::ExamSeen(_) => Kind::ExamSeen,
            Self::ExamBegun(_) => Kind::ExamBegun,
            Self::ExamAnswers(_) => Kind::ExamAnswers,
            Self::ExamHand(_) => Kind::ExamHand,
            Self::ExamNote(_) => Kind::ExamNote,
            Self::ExamEnd(_) => Kind::ExamEnd,
        }
    }

    /// As it is written down.
    #[must_use]
    pub fn to_json(&self) -> String {
        let json = match self {
            Self::Came(body) => serde_json::to_string(body),
            Self::Witnessed(body) => serde_json::to_string(body),
            Self::Answers(body) => serde_json::to_string(body),
            Self::Enrolled(body) => serde_json::to_string(body),
            Self::ExamSeen(body) => serde_json::to_string(body),
            Self::ExamBegun(body) => serde_json::to_string(body),
            Self::ExamAnswers(body) => serde_json::to_string(body),
            Self::ExamHand(body) => serde_json::to_string(body),
            Self::ExamNote(body) => serde_json::to_string(body),
            Self::ExamEnd(body) => serde_json::to_string(body),
        };
        json.unwrap_or_default()
    }

    /// The supervised session that it is of.
    #[must_use]
    pub const fn exam(&self) -> Option<ExamId> {
        match self {
            Self::ExamSeen(body) => Some(body.exam),
            Self::ExamBegun(body) => Some(body.exam),
            Self::ExamAnswers(body) => Some(body.exam),
            Self::ExamHand(body) => Some(body.exam),
            Self::ExamNote(body) => Some(body.exam),
            Self::ExamEnd(body) => Some(body.exam),
            Self::Came(_) | Self::Witnessed(_) | Self::Answers(_) | Self::Enrolled(_) => None,
        }
    }

    /// What a claim of this kind says; `None` where it cannot be read.
    #[must_use]
    pub fn parse(kind: Kind, json: &[u8]) -> Option<Self> {
        match kind {
            Kind::Attendance => serde_json::from_slice(json).ok().map(Self::Came),
            Kind::Witnessed => serde_json::from_slice(json).ok().map(Self::Witnessed),
            Kind::Answers => serde_json::from_slice(json).ok().map(Self::Answers),
            Kind::Enrolment => serde_json::from_slice(json).ok().map(Self::Enrolled),
            Kind::ExamSeen => serde_json::from_slice(json).ok().map(Self::ExamSeen),
            Kind::ExamBegun => serde_json::from_slice(json).ok().map(Self::ExamBegun),
            Kind::ExamAnswers => serde_json::from_slice(json).ok().map(Self::ExamAnswers),
            Kind::ExamHand => serde_json::from_slice(json).ok().map(Self::ExamHand),
            Kind::ExamNote => serde_json::from_slice(json).ok().map(Self::ExamNote),
            Kind::ExamEnd => serde_json::from_slice(json).ok().map(Self::ExamEnd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    #[test]
    fn what_was_written_down_is_read_back_and_only_as_its_kind() {
        let now = Timestamp::from_ms(1_790_000_000_000);
        let person = Uuid::nil();
        let answers = BTreeMap::from([(2, vec![("q".to_owned(), "1".to_owned()), ("q".to_owned(), "3".to_owned())])]);
        let bodies = [
            Body::Came(Came { class: ClassId::fresh(now), person }),
            Body::Witnessed(Witnessed { class: ClassId::fresh(now), person }),
            Body::Answers(Answers { attempt: AttemptId::fresh(now), person, assisted: false, answers: answers.clone() }),
            Body::ExamSeen(ExamSeen { exam: ExamId::fresh(now), person, what: "id_card".to_owned() }),
            Body::ExamBegun(ExamBegun { exam: ExamId::fresh(now), person }),
            Body::ExamAnswers(ExamAnswers { exam: ExamId::fresh(now), person, answers }),
            Body::ExamHand(ExamHand { exam: ExamId::fresh(now), person, right: 8, of: 10, words: "问了十题".to_owned() }),
            Body::ExamNote(ExamNote {
                exam: ExamId::fresh(now),
                person: None,
                category: "device".to_owned(),
                words: "停电".to_owned(),
            }),
            Body::ExamEnd(ExamEnd { exam: ExamId::fresh(now) }),
        ];
        for body in bodies {
            assert_eq!(Body::parse(body.kind(), body.to_json().as_bytes()), Some(body.clone()));
            assert_eq!(Body::parse(Kind::Enrolment, body.to_json().as_bytes()), None);
        }
        assert_eq!(Body::parse(Kind::Attendance, b"{}"), None);
    }
}
