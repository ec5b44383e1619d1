//! Conformance: the three endpoints of the W3C VC-API by which test suites of others are run against the bank's reading and signing of credentials:
//! `POST /api/vc/credentials/issue`, `/api/vc/credentials/verify`, `/api/vc/presentations/verify`. Only where `vc_api` is set, which a bank in earnest
//! refuses; else there is no such address.
//!
//! Rules kept here: it is no oracle that signs. Its issuer is a did:key that is made afresh at each start, kept in memory alone, no agency's and in no
//! book of keys: nothing it signs is ever believed by `/v`, by `credit-bank verify` or by the page for verifying offline, whatever it says. Nothing is
//! kept, nothing is fetched. Any JSON-LD is read by the contexts in the binary, and whatever of it would not be signed is refused, as is what
//! would take long to make canonical. The bank's own certificates are verified by the bank's own verifier.

mod model;
mod problem;
mod proof;
mod quads;
mod routes;
mod service;
mod shape;

pub use routes::{issue, verify_credential, verify_presentation};
