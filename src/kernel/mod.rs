//! Kernel: the words everybody uses. Ids, instants and days, credits, digests, chance, card numbers.
//!
//! Pure: no database, no web, no files. The only place that reads the system's clock and its randomness,
//! both behind handles that tests replace.

mod acting;
mod bag;
mod card_number;
mod chance;
mod clock;
mod credits;
mod crockford;
mod digest;
mod groups;
mod ids;
mod kept;
mod net;
mod seal;
mod slow;

pub use acting::{Acting, IdentityLevel, Support};
pub use bag::{Bag, BagKey};
pub use card_number::{CardNumber, damm};
pub use chance::{Chance, Seed};
pub use clock::{Clock, Day, Timestamp};
pub use credits::{Cells, Credits, Permille};
pub use crockford::{crockford_of, crockford_typed};
pub use digest::{Digest, Mac, digest_of, hmac_sha256, mac_of, sha256_of};
pub use groups::Group;
pub use ids::{
    ActId, AgencyId, AliasRequestId, ApplicationId, AssistanceId, AttemptId, CaseId, CertificateBatchId, CertificateId,
    CertificateRequestId, ClaimId, ClassId, ClientId, CorrectionRequestId, DelegationId, DeviceId, ExamId, HoursId, Id,
    LearnerId, OrganisationId, PackId, PaperId, PlanId, ProofId, RecordingId, RequestId, ResultId, RollId, RuleId, SessionId,
    ShareId, SignalId, StudyGroupId, TransferId, WebhookId, new_id,
};
pub use kept::{DataClass, Kept, Term};
pub use net::{IpNet, NoNet};
pub use seal::{SealBroken, SealKey};
pub use slow::slow_bytes_of;
