//! Agencies (发证、认定机构): which organisations may recognise results and issue certificates, by which keys, in whose hands, how much.
//!
//! Rules kept here:
//! - An organisation becomes an agency by its unified social credit code, whose check character is right and which no other open agency has.
//!   Name, place and line of work are kept as they were then; what was closed is not opened again but entered anew.
//! - A suspension is one person's act and acts at the next request; lifting it takes another person.
//! - What an agency may do (授权) is asked for by one administrator and agreed to by another, neither of whom works for it, and neither of
//!   whom is the other by a second account. A version is never edited: the next one replaces it from its first day on, and what was replaced
//!   does not come back. It may be ended early, by one person, with a reason.
//! - Of a year's quota exactly as much is taken as there is, however many take at once.
//! - An agency signs by a key of its own, which is made here and never leaves; the secret half of a key that was replaced is taken out at the next
//!   change at the latest, and its public half stays published with its span. A key that was passed over before its day never signs.
//! - That a key is no longer believed takes two administrators; another one takes over from that day, and what it signed is signed anew.
//! - The picture of a seal is a picture. What proves a certificate is the signature.
//! - Who works for an agency works in the narrowest of place, organisation and line of work; for another one there is nothing to be found,
//!   and that somebody looked is kept.
//!
//! Nothing here ever holds anything of a learner, nor counts what one was given: whoever recognises says how much it has been so far.

mod doubt_forms;
mod doubt_views;
mod error;
mod forms;
mod guard;
mod picture;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod views;

use crate::curriculum::Shelf;
use crate::kernel::{AgencyId, Credits, DataClass, Day, Digest, Kept, LearnerId, OrganisationId, Term, Timestamp};
use crate::web::ExhibitOf;

pub use error::Error;
pub use guard::{AgencyKeeper, AgencyOfficer, AgencyReviewer, AgencyStaff, AgencyWorker, keeping_scope};
pub use routes::{
    add_page, agency_page, ask_page, close as post_close, close_page, contact as post_contact, decide as post_decision,
    delegation_page, doubt as post_doubt, end as post_end, key as post_key, key_page, lift as post_lift, list_page, one_page,
    own_page, own_pages, post_add, post_ask, seal as post_seal, seal_picture, suspend as post_suspend, withdraw as post_withdraw,
};
pub use rules::{CreditCode, Delegation, NotDelegated, Powers, State, WrongCode};
pub use service::{
    Asked, Distrusted, Listed, NewKey, Published, Signed, Signer, agree, answering, ask, close, delegation_of, distrust_key,
    doubt_key, end, find_agency, fresh_key, is_officer, is_signed, keep_seal, keep_trust, lift, list_agencies,
    list_distrusted_since, list_published, may_issue, must_be_allowed, must_work, quota_used, refuse, register, rotate_key,
    seal_on, see, set_contact, shown_before, sign, signer, status_signer, suspend, take_quota, verifying_keys_of, withdraw,
    withdraw_doubt,
};

/// How the public reaches an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// A telephone number that is answered.
    pub phone: String,
    /// Where and when, in words.
    pub words: Option<String>,
}

/// An organisation about to become an agency.
#[derive(Clone, Debug)]
pub struct NewAgency {
    /// Which.
    pub organisation: OrganisationId,
    /// Its unified social credit code.
    pub credit_code: CreditCode,
    /// Its line of work (条线); none: everybody.
    pub line: Option<String>,
    /// How the public reaches it.
    pub contact: Contact,
    /// Who enters it.
    pub by: LearnerId,
}

/// An agency as its row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    id: AgencyId,
    organisation: OrganisationId,
    credit_code: String,
    name: String,
    place_code: String,
    line: Option<String>,
    contact: Contact,
    registered_at: Timestamp,
    closed_at: Option<Timestamp>,
}

/// An agency as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// The organisation that it is.
    pub organisation: OrganisationId,
    /// Its unified social credit code.
    pub credit_code: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place_code: String,
    /// Its line of work (条线); none: everybody.
    pub line: Option<String>,
    /// How the public reaches it.
    pub contact: Contact,
    /// Since when it is one.
    pub registered_at: Timestamp,
    /// Since when it is suspended, where it is.
    pub suspended: Option<Suspension>,
    /// Whether it has closed, or its organisation has.
    pub is_closed: bool,
    /// Whether it was taken down itself.
    pub is_taken_down: bool,
}

/// A suspension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: LearnerId,
    /// Why.
    pub why: String,
    /// When it was lifted, by whom, and why.
    pub lifted: Option<(Timestamp, LearnerId, String)>,
}

/// A key by which an agency signs or has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyKey {
    /// 1 for the first.
    pub generation: i64,
    /// The public half.
    pub public: ed25519_dalek::VerifyingKey,
    /// The SHA-256 of its 32 bytes: by it a signature names its key.
    pub fingerprint: Digest,
    /// The first day on which it signs.
    pub from: Day,
    /// The day on which the next one took over; none: it signs still, or is to.
    pub until: Option<Day>,
    /// Since when nobody is to believe it any more.
    pub distrusted_at: Option<Timestamp>,
}

/// A doubt about a key: somebody asks that it be believed no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its id.
    pub id: uuid::Uuid,
    /// Of which key.
    pub generation: i64,
    /// Why.
    pub why: String,
    /// Where it stands.
    pub state: State,
    /// Who asked, and when.
    pub asked: (LearnerId, Timestamp),
    /// Who decided.
    pub decider: Option<LearnerId>,
    /// Why they did not agree.
    pub answer: Option<String>,
}

/// A picture of an agency's seal (印章图样), one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealPicture {
    /// 1 for the first.
    pub version: i64,
    /// The file.
    pub file: Digest,
    /// In points.
    pub width: i64,
    /// In points.
    pub height: i64,
    /// When it was sent.
    pub added_at: Timestamp,
}

/// What an agency wants to recognise.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// For which unit.
    pub unit: &'a str,
    /// How much.
    pub credits: Credits,
    /// How much it has recognised for this person before, by all of their accounts.
    pub already: Credits,
}

/// What this subject keeps, and for how long: certificates are proven by it.
pub const KEPT: &[Kept] = &[
    Kept::new("agency", DataClass::Impersonal, Term::Permanent),
    Kept::new("agency_suspension", DataClass::Trail, Term::Permanent),
    Kept::new("agency_key", DataClass::Impersonal, Term::Permanent),
    Kept::new("agency_key_doubt", DataClass::Trail, Term::Permanent),
    Kept::new("agency_seal", DataClass::Impersonal, Term::Permanent),
    Kept::new("agency_delegation", DataClass::Trail, Term::Permanent),
    Kept::new("agency_quota", DataClass::Impersonal, Term::Permanent),
    Kept::new("agency_quota_block", DataClass::Impersonal, Term::Permanent),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("AgenciesPage", views::AgenciesPage::samples),
    ("AgencyAddPage", views::AgencyAddPage::samples),
    ("AgencyPage", views::AgencyPage::samples),
    ("KeyPage", doubt_views::KeyPage::samples),
    ("ClosePage", views::ClosePage::samples),
    ("AskPage", views::AskPage::samples),
    ("DelegationPage", views::DelegationPage::samples),
    ("PublicPage", views::PublicPage::samples),
    ("OwnAgenciesPage", views::OwnAgenciesPage::samples),
    ("OwnAgencyPage", views::OwnAgencyPage::samples),
];
