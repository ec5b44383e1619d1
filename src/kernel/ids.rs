//! Typed ids. All are UUIDv7: made anywhere without asking, roughly ordered by time, never used as a cursor.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::{NoContext, Uuid};

use super::Timestamp;

/// A fresh UUIDv7 that carries `now`.
#[must_use]
pub fn new_id(now: Timestamp) -> Uuid {
    let ms = u64::try_from(now.ms()).unwrap_or(0);
    let seconds = ms / 1000;
    let nanos = u32::try_from(ms % 1000).unwrap_or(0) * 1_000_000;
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}

/// An id of one kind of thing; `T` is a tag that keeps kinds apart.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A fresh id that carries `now`.
    #[must_use]
    pub fn fresh(now: Timestamp) -> Self {
        Self::from_uuid(new_id(now))
    }

    /// The id behind a database value.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The database value.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self::from_uuid)
    }
}
impl<T> serde::Serialize for Id<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T> serde::Deserialize<'de> for Id<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

/// Tags of the ids below.
#[derive(Debug)]
pub enum Tag<const N: u8> {}

/// A person: learner, volunteer, officer, administrator alike.
pub type LearnerId = Id<Tag<0>>;
/// One session of one person on one device.
pub type SessionId = Id<Tag<1>>;
/// One attempt at a unit test.
pub type AttemptId = Id<Tag<2>>;
/// One learning result.
pub type ResultId = Id<Tag<3>>;
/// One transfer in the ledger.
pub type TransferId = Id<Tag<4>>;
/// One organisation.
pub type OrganisationId = Id<Tag<5>>;
/// One case of the help subject.
pub type CaseId = Id<Tag<6>>;
/// One request to the server; its last four digits are the 求助码 a person can read out.
pub type RequestId = Id<Tag<7>>;
/// One client of the JSON API.
pub type ClientId = Id<Tag<8>>;
/// One address at which a program is told of what happens.
pub type WebhookId = Id<Tag<9>>;
/// One class session (线下班).
pub type ClassId = Id<Tag<20>>;
/// One study group (学习小组).
pub type StudyGroupId = Id<Tag<21>>;
/// One act on behalf of somebody (代办).
pub type ActId = Id<Tag<30>>;
/// One time that somebody was assisted (辅助操作).
pub type AssistanceId = Id<Tag<31>>;
/// One line of a volunteer's hours.
pub type HoursId = Id<Tag<32>>;
/// One proof of a volunteer's hours.
pub type ProofId = Id<Tag<33>>;
/// One request of an officer that some credit be put right.
pub type CorrectionRequestId = Id<Tag<12>>;
/// One device that hands over claims.
pub type DeviceId = Id<Tag<40>>;
/// One claim, as the device that wrote it named it.
pub type ClaimId = Id<Tag<41>>;
/// One pack of claims.
pub type PackId = Id<Tag<42>>;
/// One recording that was sent to the bank.
pub type RecordingId = Id<Tag<22>>;
/// A request to read two accounts as one, or to end that.
pub type AliasRequestId = Id<Tag<50>>;
/// One training plan (培训方案).
pub type PlanId = Id<Tag<65>>;
/// Something that somebody should look at.
pub type SignalId = Id<Tag<51>>;
/// One version of a conversion rule (转换规则), or a draft of one.
pub type RuleId = Id<Tag<70>>;
/// One application for recognition (认定申请).
pub type ApplicationId = Id<Tag<75>>;
/// One agency (发证、认定机构).
pub type AgencyId = Id<Tag<60>>;
/// One roll of results (成批认定).
pub type RollId = Id<Tag<90>>;
/// One version of what an agency may do (授权).
pub type DelegationId = Id<Tag<61>>;
/// One supervised session (有人监考的测评).
pub type ExamId = Id<Tag<80>>;
/// The paper of one candidate of it.
pub type PaperId = Id<Tag<81>>;

/// One certificate, whatever its version.
pub type CertificateId = Id<Tag<100>>;
/// One request about a certificate, or for one.
pub type CertificateRequestId = Id<Tag<101>>;
/// Something that a learner shows to others.
pub type ShareId = Id<Tag<103>>;
/// Many certificates issued together.
pub type CertificateBatchId = Id<Tag<102>>;

impl LearnerId {
    /// Nobody: owner of rows that no person owns (a call-back asked for without an account, the bank itself).
    pub const NOBODY: Self = Self::from_uuid(Uuid::nil());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_id_is_version_7_and_carries_the_instant() {
        let now = Timestamp::from_ms(1_790_000_000_123);
        let id = new_id(now);
        assert_eq!(id.get_version_num(), 7);
        let (seconds, nanos) = id.get_timestamp().map(|t| t.to_unix()).unwrap();
        assert_eq!((seconds, nanos / 1_000_000), (1_790_000_000, 123));
    }

    #[test]
    fn an_id_survives_text_and_refuses_what_is_none() {
        let id = LearnerId::fresh(Timestamp::from_ms(5));
        assert_eq!(id.to_string().parse::<LearnerId>().unwrap(), id);
        assert!("王桂英".parse::<LearnerId>().is_err());
    }
}
