//! The JSON API under `/api/v1`: what the pages show, for programs. Described by an OpenAPI document made from this code.
//!
//! Rules kept here: nothing is open to a program that is not open to anybody, but for one's own passbook, which only the browser's session
//! opens, never a client's token. What is asked is checked field by field, and what is wrong is said in the words of RFC 9457. How often
//! one address, or one client, may ask in a minute is limited. Answers grow by new members only; nothing is renamed under `/api/v1`.

mod describe;
mod forms;
mod guard;
mod hall_routes;
mod input;
mod limits;
mod log_routes;
mod routes;
mod views;

pub use describe::document;
pub use hall_routes::hand_over_pack;
pub use log_routes::{consistency, inclusion, log_keys, witness};
pub use routes::{catalogue, client, course, find, jwks, openapi, passbook, places, token};
