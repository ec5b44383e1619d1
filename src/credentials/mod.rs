//! Credentials: what a certificate is when it leaves the bank. A W3C Verifiable Credential 2.0 that is an Open Badges 3.0
//! AchievementCredential, the same as a JWT, its status lists, the agencies' DID documents, and the lines of a code on paper; each signed by the
//! agency's Ed25519 key, and each verified here as strangers' software verifies it; baked into the picture of a badge, and several as one file.
//!
//! Pure: `kernel` alone, no table, no clock, no network. What the contexts make of a document is in `terms`; no context is ever asked for.

mod badge;
mod book;
mod bundle;
mod carried;
mod code;
mod contexts;
mod did;
mod document;
#[cfg(test)]
mod examples;
mod facts;
mod jwt;
#[cfg(test)]
mod oracle;
pub mod paper;
pub mod paper_code;
mod presentation;
mod proof;
mod quads;
mod shape;
pub mod status;
#[cfg(test)]
mod strangers;
mod terms;
mod words;

pub use badge::{BadgeWords, NotBaked, baked_png, baked_svg};
pub use book::{BookAgency, BookKind, BookUnit, Form, KeyBook, KeyFacts, NotABook, NotVerified, Verified, verify};
pub use bundle::{Bundle, MOST_ISSUED_BYTES, bundle};
pub use carried::{NotCarried, carried_in};
pub use code::{LongCode, Number, WrongCode};
pub use contexts::text_of as context_of;
pub use did::{did_document, did_key_of, did_of, fingerprint, key_of_multikey, method_of, multikey};
pub use document::{document, facts_of};
pub use facts::{
    Facts, HIGHEST_LEVEL, IssuerFacts, IssuerId, KindFacts, LineFacts, MOST_LINES, MOST_LISTS, Origin, POSITIONS, Source,
    StatusPlace, Unsound, receipts_of,
};
pub use jwt::{jwt_input, jwt_of};
pub use presentation::presentation;
pub use proof::{NotCanonical, ProofOptions, document_hash, hash_data, with_proof};
pub use shape::{NotOurs, strict};
