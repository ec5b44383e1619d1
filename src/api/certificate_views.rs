//! What programs get about certificates, as typed values. A member that is there stays there under `/api/v1`.

use serde::Serialize;
use utoipa::ToSchema;

use super::views::Passbook;
use crate::certificates::{Answered, Certificate, Evidence, Request, Standing, Verdict};
use crate::credentials::{Facts, LineFacts, did_of};
use crate::identity::masked;
use crate::kernel::{Credits, Timestamp};

/// How a certificate stands, with what was signed. No name but masked.
#[derive(Serialize, ToSchema)]
pub(super) struct Verification {
    /// `active`, `suspended`, `revoked`, or `unknown`: not found, or not under this name. That does not mean forged.
    standing: &'static str,
    /// Since when, where it is suspended or revoked.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// Why, where it is suspended or revoked.
    reason: Option<&'static str>,
    /// Whether what was sent is an older version than the one in force.
    replaced: bool,
    /// The line of the register.
    register: Option<RegisterLine>,
    /// What the newest version says; none where its owner has left.
    certificate: Option<Signed>,
    /// Units of which going over them again is suggested (建议复习).
    refresh: Vec<String>,
    /// What proves it.
    proofs: Option<Proofs>,
}

/// What stays of a certificate for verification.
#[derive(Serialize, ToSchema)]
struct RegisterLine {
    number: String,
    kind: String,
    /// Masked: `王*英`.
    name: String,
    #[schema(format = Date)]
    issued: String,
    version: i64,
}

/// What was signed.
#[derive(Serialize, ToSchema)]
struct Signed {
    title: String,
    version: u8,
    #[schema(format = DateTime)]
    signed_at: String,
    agency: Issuer,
    identity_level: i64,
    supervision_level: i64,
    /// Thousandths.
    credits_milli: i64,
    class_hours: i64,
    units: Vec<Unit>,
}

/// The agency, as on the day of signing.
#[derive(Serialize, ToSchema)]
struct Issuer {
    did: String,
    name: String,
    credit_code: String,
}

/// One unit that is cited.
#[derive(Serialize, ToSchema)]
struct Unit {
    code: String,
    title: String,
    /// `online`, `supervised` or `outside`.
    source: &'static str,
    #[schema(format = Date)]
    passed: String,
    /// Whole percent; none where the result is from elsewhere.
    score: Option<u8>,
    identity_level: i64,
    supervision_level: i64,
    credits_milli: i64,
    class_hours: i64,
}

/// Where it stands in the sealed log.
#[derive(Serialize, ToSchema)]
struct Proofs {
    /// SHA-256 of the document's canonical form without proof, in hex.
    document: String,
    /// SHA-256 of the key that signed it, in hex.
    key: Option<String>,
    /// Number of the version's leaf; none while it waits for a checkpoint.
    leaf: Option<u64>,
    /// How many leaves the checkpoint covers.
    size: Option<u64>,
    /// The checkpoint, as published.
    checkpoint: Option<String>,
    lines: Vec<ProofLine>,
}

/// Where a line stands in the sealed log.
#[derive(Serialize, ToSchema)]
struct ProofLine {
    unit: String,
    result_leaf: i64,
    award_leaf: i64,
    /// Whether somebody else has witnessed both.
    witnessed: bool,
}

fn stands(standing: Standing) -> (&'static str, Option<Timestamp>, Option<&'static str>) {
    match standing {
        Standing::Active | Standing::Replaced => ("active", None, None),
        Standing::Suspended { since, reason } => ("suspended", Some(since), Some(reason.code())),
        Standing::Revoked { since, reason } => ("revoked", Some(since), Some(reason.code())),
    }
}

impl Verification {
    /// `version`: that of the document that was sent.
    pub fn of(verdict: &Verdict, version: Option<u8>) -> Self {
        match verdict {
            Verdict::Found(found) => Self::found(found, version),
            Verdict::NotFound => Self {
                standing: "unknown",
                since: None,
                reason: None,
                replaced: false,
                register: None,
                certificate: None,
                refresh: Vec::new(),
                proofs: None,
            },
        }
    }

    fn found(found: &Answered, version: Option<u8>) -> Self {
        let register = &found.shown.register;
        let (standing, since, reason) = stands(found.shown.standing);
        Self {
            standing,
            since: since.map(Timestamp::to_rfc3339),
            reason,
            replaced: version.is_some_and(|version| i64::from(version) < register.version),
            register: Some(RegisterLine {
                number: register.number.as_str().to_owned(),
                kind: register.kind.clone(),
                name: masked(&register.name),
                issued: register.issued.to_string(),
                version: register.version,
            }),
            certificate: found.shown.facts.as_ref().map(Signed::from),
            refresh: found.shown.refresh.clone(),
            proofs: found.evidence.as_ref().map(Proofs::from),
        }
    }
}

impl From<&Facts> for Signed {
    fn from(facts: &Facts) -> Self {
        Self {
            title: facts.kind.title.clone(),
            version: facts.version,
            signed_at: facts.signed_at.to_rfc3339(),
            agency: Issuer {
                did: did_of(&facts.origin, facts.agency.id),
                name: facts.agency.name.clone(),
                credit_code: facts.agency.credit_code.clone(),
            },
            identity_level: facts.identity,
            supervision_level: facts.supervision,
            credits_milli: facts.credits.milli(),
            class_hours: facts.class_hours,
            units: facts.lines.iter().map(Unit::from).collect(),
        }
    }
}

impl From<&LineFacts> for Unit {
    fn from(line: &LineFacts) -> Self {
        let milli = |credits: Credits| credits.milli();
        Self {
            code: line.unit.clone(),
            title: line.title.clone(),
            source: line.source.code(),
            passed: line.passed.to_string(),
            score: line.score,
            identity_level: line.identity,
            supervision_level: line.supervision,
            credits_milli: milli(line.credits),
            class_hours: line.class_hours,
        }
    }
}

impl From<&Evidence> for Proofs {
    fn from(evidence: &Evidence) -> Self {
        let line = |(unit, result, award): &(String, i64, i64)| ProofLine {
            unit: unit.clone(),
            result_leaf: *result,
            award_leaf: *award,
            witnessed: evidence.is_witnessed(*result) && evidence.is_witnessed(*award),
        };
        Self {
            document: evidence.document.to_string(),
            key: evidence.key.as_ref().map(|key| key.fingerprint.to_string()),
            leaf: evidence.leaf.as_ref().map(|proven| proven.leaf.seq),
            size: evidence.leaf.as_ref().map(|proven| proven.size),
            checkpoint: evidence.leaf.as_ref().map(|proven| proven.note.clone()),
            lines: evidence.lines.iter().map(line).collect(),
        }
    }
}

/// A page of an agency's certificates, by when something became of them last.
#[derive(Serialize, ToSchema)]
pub(super) struct CertificatePage {
    certificates: Vec<CertificateLine>,
    /// What to ask for `after` to get the next page; none on the last one.
    next: Option<String>,
}

/// A certificate of the agency. It names nobody.
#[derive(Serialize, ToSchema)]
pub(super) struct CertificateLine {
    number: String,
    kind: String,
    /// The unit of a 单元学习证明, else `-`.
    about: String,
    /// `active`, `suspended` or `revoked`, as the agency's register has it. A reversal of credit shows here within seconds; `POST /verifications` says how one
    /// stands this very moment.
    standing: &'static str,
    version: i64,
    #[schema(format = Date)]
    issued: Option<String>,
    #[schema(format = DateTime)]
    changed_at: String,
}

impl From<&Certificate> for CertificateLine {
    fn from(own: &Certificate) -> Self {
        Self {
            number: own.number.as_str().to_owned(),
            kind: own.kind.clone(),
            about: own.about.clone(),
            standing: own.state.code(),
            version: own.version,
            issued: own.issued.map(|(_, day)| day.to_string()),
            changed_at: own.changed_at.to_rfc3339(),
        }
    }
}

impl CertificatePage {
    pub fn of(found: &[Certificate], next: Option<String>) -> Self {
        Self { certificates: found.iter().map(CertificateLine::from).collect(), next }
    }
}

/// A certificate that was suspended, or whose revocation is asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct ActDone {
    number: String,
    /// `suspended`: at once; a person confirms it within ten days, else it is lifted. `asked`: a person decides.
    outcome: &'static str,
    /// The request that a person decides on, to be asked for at `/requests/{id}`.
    #[schema(format = "uuid")]
    request: Option<String>,
}

impl ActDone {
    pub fn of(number: &str, request: Option<String>) -> Self {
        let outcome = if request.is_some() { "asked" } else { "suspended" };
        Self { number: number.to_owned(), outcome, request }
    }
}

/// Something that was asked of the agency's people.
#[derive(Serialize, ToSchema)]
pub(super) struct RequestLine {
    #[schema(format = "uuid")]
    id: String,
    /// `issue`, `name`, `revoke`, `confirm`, `lift`, `recite` or `reinstate`.
    act: &'static str,
    /// The certificate that it is about.
    number: Option<String>,
    reason: Option<&'static str>,
    /// `open`, `proposed`, `approved`, `refused` or `withdrawn`.
    state: &'static str,
    #[schema(format = DateTime)]
    asked_at: String,
    #[schema(format = DateTime)]
    decided_at: Option<String>,
}

impl RequestLine {
    pub fn of(request: &Request, number: Option<String>) -> Self {
        Self {
            id: request.id.to_string(),
            act: request.act.code(),
            number,
            reason: request.reason.map(crate::certificates::Reason::code),
            state: request.state.code(),
            asked_at: request.asked_at.to_rfc3339(),
            decided_at: request.decided_at.map(Timestamp::to_rfc3339),
        }
    }
}

/// The statement (对账单) of somebody who shows it to this program.
#[derive(Serialize, ToSchema)]
pub(super) struct Statement {
    /// Whose.
    pub name: String,
    /// Until when it is shown.
    #[schema(format = DateTime)]
    pub until: String,
    /// As its owner sees it.
    pub passbook: Passbook,
}
