//! What is decided about certificates that were issued: what somebody asks for, what it would change, what a second person says.

use super::rules::acts::Obstacle;
use super::rules::states::{Act, Reason, State};
use crate::credentials::Number;
use crate::db::OnceKey;
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, ClientId, Digest, LearnerId};
use crate::recognition::UseState;

/// Something that somebody decides about a certificate.
#[derive(Clone, Debug)]
pub struct Deciding<'a> {
    /// Whose.
    pub learner: LearnerId,
    /// Which.
    pub certificate: CertificateId,
    /// Of which agency.
    pub agency: AgencyId,
    /// Who; of what a program asks for, who answers for it.
    pub by: LearnerId,
    /// The program that asks for it; none where a person does.
    pub client: Option<ClientId>,
    /// Why, where it is suspended or to be revoked.
    pub reason: Option<Reason>,
    /// The ground for the file, sealed with its owner's key by [`super::seal_ground`].
    pub ground_sealed: Option<Vec<u8>>,
    /// The form's key.
    pub once: &'a OnceKey,
    /// Digest of what the form says: by it a repeat is told.
    pub digest: Digest,
    /// Who answers for the record: the agency, and once it has closed, the bank.
    pub responsible_org: &'a str,
    /// Where somebody answers, for the letter.
    pub help_phone: &'a str,
}

/// What a second person says to a request about a certificate.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Whose certificate.
    pub learner: LearnerId,
    /// Which request.
    pub request: CertificateRequestId,
    /// Of which agency.
    pub agency: AgencyId,
    /// Who decides.
    pub by: LearnerId,
    /// Digest of the impact that they were shown.
    pub shown: Digest,
    /// What they say.
    pub answer: Answer,
    /// Who answers for the record.
    pub responsible_org: String,
    /// Where somebody answers, for the letter.
    pub help_phone: String,
}

/// What an act on a certificate would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// The act.
    pub act: Act,
    /// The certificate.
    pub certificate: CertificateId,
    /// Its number.
    pub number: Number,
    /// Its kind.
    pub kind: String,
    /// The unit of a 单元学习证明, else [`super::WHOLE`].
    pub about: String,
    /// How it stands, the worse one of the row and of what it cites; and how it would.
    pub states: (State, State),
    /// Its newest version, and what that would be.
    pub versions: (i64, i64),
    /// The name on it, and what that would be.
    pub names: (String, String),
    /// What it cites, and would cite, by unit.
    pub lines: Vec<ImpactLine>,
    /// What stands in the way.
    pub obstacle: Option<Obstacle>,
    /// Who may not decide it: whoever had a part in it, and its owner.
    pub(super) barred: Vec<LearnerId>,
    /// Digest of what a further version would rest on.
    pub(super) basis: Option<Digest>,
}

/// A certificate that cites somebody's credit, as pages about that credit name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its kind.
    pub kind: String,
    /// The unit of a 单元学习证明, else [`super::WHOLE`].
    pub about: String,
    /// Its number.
    pub number: Number,
    /// How it stands; none where an older version of it cites the credit.
    pub state: Option<State>,
}

/// One unit that is cited, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImpactLine {
    /// Its code.
    pub unit: String,
    /// Whether the award has its ground; none where it is not cited now.
    pub now: Option<UseState>,
    /// Whether it is cited then.
    pub then: bool,
}

/// What a second person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Agree,
    /// Not done; why, sealed with its owner's key by [`super::seal_answer`].
    Refuse(Vec<u8>),
}
