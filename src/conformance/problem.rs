//! What is wrong, in the kinds that the VC Data Model 2.0 (7.3), Data Integrity (4.7) and the Bitstring Status List name, as objects of RFC 9457.

use serde_json::{Value, json};

/// The kind of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It cannot be read.
    Parsing,
    /// A value cannot be, or would not be signed.
    Malformed,
    /// A time that is over, or is still to come.
    Range,
    /// The proof is none, or none of this document.
    Proof,
    /// It was made for another domain.
    Domain,
    /// It answers another challenge.
    Challenge,
    /// It is suspended, was taken back, or is not in the register.
    Status,
}

impl Kind {
    const fn url(self) -> &'static str {
        match self {
            Self::Parsing => "https://www.w3.org/TR/vc-data-model#PARSING_ERROR",
            Self::Malformed => "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
            Self::Range => "https://www.w3.org/TR/vc-data-model#RANGE_ERROR",
            Self::Proof => "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR",
            Self::Domain => "https://w3id.org/security#INVALID_DOMAIN_ERROR",
            Self::Challenge => "https://w3id.org/security#INVALID_CHALLENGE_ERROR",
            Self::Status => "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR",
        }
    }
}

/// What is wrong, for who runs a test suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub kind: Kind,
    /// Where, and what.
    pub detail: String,
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// A value that cannot be.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Kind::Malformed, detail)
    }

    /// A proof that is none of the document.
    pub fn proof(detail: impl Into<String>) -> Self {
        Self::new(Kind::Proof, detail)
    }

    /// As RFC 9457 has it.
    pub fn to_json(&self) -> Value {
        let url = self.kind.url();
        let title = url.rsplit('#').next().unwrap_or_default();
        json!({ "type": url, "title": title, "status": 400, "detail": self.detail })
    }
}
