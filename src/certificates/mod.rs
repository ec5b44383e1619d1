//! Certificates (证书): what leaves the bank and hangs on a wall, to be believed by somebody who has never heard of us.
//!
//! Rules kept here:
//! - A certificate says only what the ledger says: of each unit the award that counts and the pass that speaks for it best. It takes nothing: its
//!   citations are uses, of which an award may have any number.
//! - What is asked for is data, by kind; whoever is told that nothing is missing is issued one, and nobody else.
//! - One of each kind for one person with all their accounts, by whichever agency, that is not revoked.
//! - Reserved, made, entered: numbers and addresses are drawn before anything is signed, nothing is signed inside a commit, and everything that lets it
//!   be issued is asked again in the commit that issues it. What differs then makes it void.
//! - Nobody issues or decides about themselves or somebody they helped with asking; two people are two by all their accounts.
//! - It goes on standing at one address, under one number. A further version is a whole document; the one before is revoked in the same commit.
//! - What is shown is the worse one of the row and of what it cites: a reversal acts at once. A revocation is never taken back; what was
//!   revoked comes back by a further version.
//! - Every version and every event is a leaf of the sealed log, so an issue cannot be dated back and a revocation cannot vanish.
//! - The document is sealed with the key of its owner, number and name of the register with the bank's: whoever leaves takes the document along, and the
//!   line of the register stays, for verification alone.
//!
//! Nothing here ever books credit, and nothing here says more of a person than their name.

mod audit;
mod basis;
mod batches;
mod changing_forms;
mod changing_samples;
mod changing_views;
mod decisions;
mod error;
mod file;
mod following_upkeep;
mod forms;
mod kept;
mod levels;
mod offline_samples;
mod offline_views;
mod published;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod share_samples;
mod share_views;
mod shared;
mod sheet_samples;
mod sheet_views;
mod upkeep;
mod verify_forms;
mod verify_samples;
mod verify_views;
mod views;

use uuid::Uuid;

use crate::config::{Config, Keys};
use crate::credentials::{Facts, LongCode, Number, Origin};
use crate::curriculum::Shelf;
use crate::kernel::{
    AgencyId, CertificateBatchId, CertificateId, CertificateRequestId, ClientId, Day, Digest, LearnerId, SealKey, Timestamp,
};
use crate::ledger::seal::Proven;
use crate::web::ExhibitOf;

pub use audit::{CertificateReport, audit};
pub use basis::{Basis, Line};
pub use batches::*;
pub use decisions::{Answer, Deciding, Decision, Impact, ImpactLine, Named};
pub use error::Error;
pub use file::wrong_document;
pub use following_upkeep::{schedule_following, with_following};
pub use kept::KEPT;
pub use published::{Filled, List};
pub use routes::agency::own_agency_page;
pub use routes::appeals::{appeal as post_appeal, appeal_page};
pub use routes::badges::{all as all_certificates, badge_png as certificate_badge_png, badge_svg as certificate_badge_svg};
pub use routes::change_requests::{change_page, decide as post_change_decision, take_back as post_take_back};
pub use routes::changing::{change as post_change, hear as post_hearing, issued_one, issued_page};
pub use routes::issuers::{did as issuer_did, kind_page, status as issuer_status};
pub use routes::offline::{keys as key_book_file, keys_note as key_book_note, offline as offline_page, worker as verify_worker};
pub use routes::printing::{pdf as certificate_pdf, print_page as certificate_print_page};
pub use routes::refusals::{appeal as post_refusal_appeal, appeal_page as refusal_appeal_page, hear as post_refusal_hearing};
pub use routes::shared::{post_shared, shared_page};
pub use routes::shares::{post_end_share, post_share, post_statement as post_share_statement};
pub use routes::shares::{share_one_page, share_page, shares_page, statement_page as share_statement_page};
pub use routes::verify::{
    answer_page, code_page, credential, credential_did_key, credential_jwt, post_verify, receipts, verify_page,
};
pub use routes::verify_file::post_file as post_verify_file;
pub use routes::{
    act as post_act, ask_for as post_ask_for, ask_page, list_page, one_page, post_ask, queue as queue_page, request_page,
    withdraw as post_withdraw,
};
pub use rules::acts::Obstacle;
pub use rules::limits::leaves_after;
pub use rules::shares::{Part as SharedPart, SHARE_DAYS, ShareToken, Shows, What};
pub use rules::states::{APPEAL_DAYS, Act, CONFIRM_DAYS, Happened, Reason, RequestState, Standing, State, Why};
pub use service::{
    Answered, Asked, Asker, Evidence, NewShare, ProgramAct, ProgramAsks, ProgramDone, Verdict, act_for_program, end_share,
    find_request, key_book, list_of_agency, open_statement, share, take_file, verify,
};
pub use service::{
    Asking, Made, Missing, NextSession, Order, Reserved, ask, enter, export, find_by_code, find_by_number, find_list, forget,
    issue, list_of, make, missing, publish_lists, put_void, reserve, reserve_next, void_stale,
};
pub use service::{approve_version, decide_change, follow, impact_of, named, request, suspend};
pub use shared::{Look, Share};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// `about` of a certificate that is about no single unit.
pub const WHOLE: &str = "-";

/// What certificates are made with, and read with.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The edition in force.
    pub shelf: Shelf,
    /// The bank's keys.
    pub keys: Keys,
    /// Where the bank is reached by everybody: without that nothing is issued.
    pub origin: Option<Origin>,
}

/// Where everybody reaches the bank, as certificates name it: its public address. For trying things out an address without TLS does too, where it is
/// not in earnest; what is issued then verifies nowhere but here.
#[must_use]
pub fn origin_of(config: &Config) -> Option<Origin> {
    let url = config.public_url.as_deref()?;
    let is_trial = !config.production;
    Origin::parse(url).or_else(|| url.strip_prefix("http://").filter(|_| is_trial).and_then(Origin::of_host))
}

/// A certificate as its row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whose: the account that it was issued to.
    pub learner: LearnerId,
    /// Its id.
    pub id: CertificateId,
    /// Its kind.
    pub kind: String,
    /// The unit of a 单元学习证明, else [`WHOLE`].
    pub about: String,
    /// Its number.
    pub number: Number,
    /// By whom it is issued.
    pub agency: AgencyId,
    /// Where the row stands; what is shown may be worse.
    pub state: State,
    /// Its newest version; 0 where none was issued.
    pub version: i64,
    /// Where its owner lived when it was issued.
    pub place_code: Option<String>,
    /// With which others it was issued.
    pub batch: Option<CertificateBatchId>,
    /// When its number was drawn.
    pub reserved_at: Timestamp,
    /// When its first version was issued, and on which day in Shanghai.
    pub issued: Option<(Timestamp, Day)>,
    /// When something became of it last.
    pub changed_at: Timestamp,
    /// Who answers for the record.
    pub responsible_org: String,
    code_sealed: Vec<u8>,
    name_sealed: Vec<u8>,
}

/// A version, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Which.
    pub version: i64,
    /// Its id: that of its leaf.
    pub id: Uuid,
    /// Why it was made.
    pub why: Why,
    /// SHA-256 of its canonical form without proof.
    pub document_hash: Digest,
    /// Of the agency's key that signed it.
    pub key_hash: Digest,
    /// Its place in the agency's lists of standings: list, position.
    pub place: (i64, i64),
    /// Version of the rule.
    pub rule_version: String,
    /// The curriculum's edition.
    pub edition: String,
    /// What was known of the person.
    pub identity: i64,
    /// The least supervision of what must be supervised.
    pub supervision: i64,
    /// Codes of the units.
    pub units: Vec<String>,
    /// Who issued it.
    pub officer: LearnerId,
    /// The second person, where there was one.
    pub approver: Option<LearnerId>,
    /// When.
    pub made_at: Timestamp,
    document_sealed: Vec<u8>,
}

/// Something that became of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// 1 for the first.
    pub seq: i64,
    /// Its id: that of its leaf.
    pub id: Uuid,
    /// What.
    pub what: Happened,
    /// Of which version.
    pub version: i64,
    /// Why.
    pub reason: Option<Reason>,
    /// Who did it; none: the bank itself.
    pub actor: Option<LearnerId>,
    /// The second person.
    pub approver: Option<LearnerId>,
    /// The transfer that took its ground away.
    pub cause: Option<Uuid>,
    /// The last day on which somebody may appeal.
    pub appeal_until: Option<Day>,
    /// When.
    pub at: Timestamp,
    ground_sealed: Option<Vec<u8>>,
}

/// What somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// About whom.
    pub learner: LearnerId,
    /// Its id.
    pub id: CertificateRequestId,
    /// What is to be done.
    pub act: Act,
    /// With which certificate; of one to be issued, once it is.
    pub certificate: Option<CertificateId>,
    /// Of which kind.
    pub kind: String,
    /// About which unit, or [`WHOLE`].
    pub about: String,
    /// Of which agency.
    pub agency: AgencyId,
    /// Why.
    pub reason: Option<Reason>,
    /// Where it stands.
    pub state: RequestState,
    /// The person who asked.
    pub asker: Option<LearnerId>,
    /// The program that asked.
    pub client: Option<ClientId>,
    /// Who lent a hand with asking.
    pub helper: Option<LearnerId>,
    /// When.
    pub asked_at: Timestamp,
    /// The officer who proposed it, or did it.
    pub officer: Option<LearnerId>,
    /// The second person.
    pub decider: Option<LearnerId>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// Digest of what whoever decides is shown.
    pub shown: Option<Digest>,
    /// Where its learner lives.
    pub place_code: Option<String>,
    ground_sealed: Option<Vec<u8>>,
    answer_sealed: Option<Vec<u8>>,
}

/// The line of the register: what stays for verification though its owner has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its number.
    pub number: Number,
    /// Its address.
    pub code: LongCode,
    /// The name on it.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The unit of a 单元学习证明, else [`WHOLE`].
    pub about: String,
    /// By whom it was issued.
    pub agency: AgencyId,
    /// Since when.
    pub issued: Day,
    /// Its newest version.
    pub version: i64,
}

/// A certificate as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Which.
    pub certificate: CertificateId,
    /// Whose.
    pub learner: LearnerId,
    /// How it stands: the worse one of the row and of what it cites.
    pub standing: Standing,
    /// What its newest version says; none where its owner has left.
    pub facts: Option<Facts>,
    /// The line of the register.
    pub register: Register,
    /// 建议复习: units whose pass is so old that going over them again is suggested; none where it does not stand.
    pub refresh: Vec<String>,
    /// Of each cited line result and award in the sealed log, in the order of the lines; filled where one certificate is asked for.
    pub proofs: Vec<Proven>,
}

/// Where the sealed columns stand, as their seals say.
const PLACE_DOCUMENT: &str = "certificate_version.document";
const PLACE_GROUND: &str = "certificate.ground";
const PLACE_ANSWER: &str = "certificate_request.answer";
const PLACE_NAME: &str = "certificate.name";
const PLACE_CODE: &str = "certificate.code";
/// Purposes of the bank's keys.
const REGISTER_PURPOSE: &str = "certificate-register";
const CODE_PURPOSE: &str = "certificate-code";

/// A ground, sealed with the key of its owner.
#[must_use]
pub fn seal_ground(key: &SealKey, words: &str) -> Vec<u8> {
    key.seal(PLACE_GROUND, words.as_bytes())
}

/// An answer, sealed with the key of its owner.
#[must_use]
pub fn seal_answer(key: &SealKey, words: &str) -> Vec<u8> {
    key.seal(PLACE_ANSWER, words.as_bytes())
}

impl Certificate {
    /// The long code.
    ///
    /// # Errors
    /// [`Error::Sealed`] where it does not open, or is no code.
    pub fn code(&self, keys: &Keys) -> Result<LongCode, Error> {
        let text = register_key(keys).open_text(PLACE_CODE, &self.code_sealed)?;
        LongCode::parse(&text).map_err(|_| Error::Sealed(crate::kernel::SealBroken))
    }

    /// The name on it.
    ///
    /// # Errors
    /// [`Error::Sealed`].
    pub fn name(&self, keys: &Keys) -> Result<String, Error> {
        Ok(register_key(keys).open_text(PLACE_NAME, &self.name_sealed)?)
    }
}

impl Request {
    /// Why it was asked for, as far as `key` opens it.
    #[must_use]
    pub fn ground(&self, key: &SealKey) -> String {
        let sealed = self.ground_sealed.as_deref();
        sealed.and_then(|sealed| key.open_text(PLACE_GROUND, sealed).ok()).unwrap_or_default()
    }

    /// Why it was refused, as far as `key` opens it.
    #[must_use]
    pub fn answer(&self, key: &SealKey) -> String {
        let sealed = self.answer_sealed.as_deref();
        sealed.and_then(|sealed| key.open_text(PLACE_ANSWER, sealed).ok()).unwrap_or_default()
    }
}

impl Event {
    /// Why it was done, as far as `key` opens it.
    #[must_use]
    pub fn ground(&self, key: &SealKey) -> String {
        let sealed = self.ground_sealed.as_deref();
        sealed.and_then(|sealed| key.open_text(PLACE_GROUND, sealed).ok()).unwrap_or_default()
    }
}

/// The bank's key of the register.
fn register_key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose(REGISTER_PURPOSE))
}

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("CertificatesPage", views::CertificatesPage::samples),
    ("CertificateAskPage", views::CertificateAskPage::samples),
    ("CertificatePage", views::CertificatePage::samples),
    ("IssuedPage", changing_views::IssuedPage::samples),
    ("IssuedCertificatePage", changing_views::IssuedCertificatePage::samples),
    ("ChangePage", changing_views::ChangePage::samples),
    ("AppealPage", changing_views::AppealPage::samples),
    ("CertificateQueuePage", views::CertificateQueuePage::samples),
    ("CertificateRequestPage", views::CertificateRequestPage::samples),
    ("OfflinePage", offline_views::OfflinePage::samples),
    ("VerifyPage", verify_views::VerifyPage::samples),
    ("VerifyAnswerPage", verify_views::VerifyAnswerPage::samples),
    ("KindPage", verify_views::KindPage::samples),
    ("SharePage", share_views::SharePage::samples),
    ("ShareStatementPage", share_views::ShareStatementPage::samples),
    ("ShareCheckPage", share_views::ShareCheckPage::samples),
    ("SharesPage", share_views::SharesPage::samples),
    ("ShareOnePage", share_views::ShareOnePage::samples),
    ("SharedDoorPage", share_views::SharedDoorPage::samples),
    ("SharedPage", share_views::SharedPage::samples),
    ("CertificatePrintPage", sheet_views::CertificatePrintPage::samples),
    ("MissingGlyphPage", sheet_views::MissingGlyphPage::samples),
];
