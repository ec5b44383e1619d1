//! The pages of the doors: sign-in, registration, one's sessions and card, and the staff's own.

mod card;
mod draft;
mod learners;
mod people;
mod phone;
mod register;
mod sessions;
mod sign_in;
mod staff_door;
mod welcome;

pub use card::{card, choose_pin};
pub use learners::{find, learner, learners, see_document};
pub use people::{add, add_form, end_role, list, renew};
pub use phone::{ask_new, new_code, new_code_form, new_phone};
pub use register::{agree, check, check_done, consent, name, name_form, not_now, privacy, start, year, year_form, young};
pub use sessions::{end, end_others, sessions, sign_out};
pub use sign_in::{again, ask, by_card, card_form, code, code_form, phone_form};
pub use staff_door::{set_up, set_up_form, staff, staff_form};
