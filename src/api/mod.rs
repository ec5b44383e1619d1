//! The JSON API under `/api/v1`: what the pages show, for programs. Described by an OpenAPI document made from this code.
//!
//! Rules kept here: nothing is open to a program that is not open to anybody, but for one's own passbook, which only the browser's session
//! opens, never a client's token; and for what a program of an agency does as the first of two, the second of whom is a person of that agency.
//! What is asked is checked field by field, and what is wrong is said in the words of RFC 9457, by a kind that has a page. What keeps something
//! is asked for under a key, and done once. How often one address, or one client, may ask in a minute is limited, and said with every answer.
//! Answers grow by new members only; nothing is renamed under `/api/v1`.

mod agency_forms;
mod agency_views;
mod certificate_batch_forms;
mod certificate_batch_routes;
mod certificate_batch_views;
mod certificate_forms;
mod certificate_routes;
mod certificate_views;
mod cursor;
mod describe;
mod forms;
mod guard;
mod hall_routes;
mod input;
mod limits;
mod log_routes;
mod problem_routes;
mod problem_views;
mod recognition_routes;
mod routes;
mod samples;
mod views;
mod webhook_routes;

use crate::web::Exhibit;

pub use certificate_batch_routes::{bring_certificates, certificate_batch};
pub use certificate_routes::{
    certificate_list, certificate_request, revoke_certificate, statement, suspend_certificate, verify as verify_certificate,
};
pub use describe::document;
pub use guard::take_of_address;
pub use hall_routes::hand_over_pack;
pub use input::{Room, body_within};
pub use log_routes::{consistency, inclusion, log_keys, witness};
pub use problem_routes::problem_kind;
pub use recognition_routes::{bring_recognition, recognition};
pub use routes::{catalogue, client, course, find, jwks, openapi, passbook, places, token};
pub use webhook_routes::{add_webhook, change_webhook_secret, remove_webhook, webhook, webhook_deliveries, webhook_list};

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[("ProblemKindPage", problem_views::ProblemKindPage::samples)];
