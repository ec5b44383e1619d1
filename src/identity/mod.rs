//! Identity: people and the doors by which they come in. Sign-in, sessions, registration, consent, roles.
//!
//! Rules kept here:
//! - A stranger never locks anybody out: wrong tries are counted for one secret and one source (a device known to be the owner's, or an
//!   address), and only that source rests. A code belongs to the browser that asked for it.
//! - A wrong try never says what was wrong, and takes the same work whether the account exists or not.
//! - Of a phone, a PIN, a token, a code nothing is kept as it is: hashes, keyed codes, or sealed with the person's own key, which is
//!   destroyed when they leave.
//! - Nobody under 14 registers without a guardian; nobody must say which group they belong to; that somebody is a veteran is kept only
//!   with a consent of its own.
//! - What a member of staff may see of people follows from a [`StaffScope`], which only the guard makes; what they were shown is kept.
//!
//! Nothing here ever shows or logs a phone number, a name or a document number to anybody but their owner and staff of their area.

mod allowance;
mod error;
mod forms;
mod guard;
mod passwords;
mod queries;
mod roles;
pub mod routes;
mod rules;
pub mod second_factor;
mod secrets;
pub mod service;
mod session;
mod upkeep;
pub mod values;
mod views;

pub use allowance::Allowance;
pub use error::Error;
pub use guard::{Administrator, Learner, Staff, Visitor, origin_of};
pub use passwords::PasswordPool;
pub use queries::people::ConsentRow;
pub use queries::sessions::SessionRow;
pub use queries::staff::GrantRow;
pub use roles::{Act, Assurance, Grant, Lifetime, Role, StaffScope};
pub use secrets::{Origin, Secret};
pub use service::{Found, Profile, export, find_by_card, find_by_phone, forget, names_of, person_key, profile};
pub use session::Session;
pub use upkeep::{schedule_upkeep, with_upkeep};
