//! The pages of this subject.

mod acts;
mod assistance;
mod hours;

pub use acts::ActLine;
pub(super) use acts::{ActFormPage, ActsPage, Receipt, ReceiptPage, StaffActsPage, StaffReceiptPage};
pub(super) use assistance::{AidPage, AssistancePage, BesideLine, Standing};
pub(super) use hours::{HoursRow, ProofPage, ProofRow, VolunteerPage, VolunteeringPage, VolunteersPage};
