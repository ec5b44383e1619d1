//! What people do at the doors of the bank. Every function takes the write transaction or a reader, and never opens its own.

mod cards;
mod codes;
mod consents;
mod own_data;
mod people;
mod registration;
mod sessions;
mod staff;
mod staff_sign_in;
mod upkeep;

pub use cards::{Door, is_known_at, issue_card, set_pin, sign_in_by_card};
pub use codes::{
    Asked, CodeOutcome, CodeRequest, CodeSent, Proven, SmsSignIn, change_phone, find_asked, find_proven, prove_phone, send_code,
    session_token, sign_in_by_sms,
};
pub use consents::{agree, agree_to_group, choose_groups, has_agreed, withdraw_from_group};
pub use own_data::{Found, Profile, export, find_by_card, find_by_phone, forget, names_of, profile, show_to_staff};
pub use people::{
    NewPerson, Registered, choose_place, choose_start, correct_birth_year, document_seen, has_samples, person_key, register,
    rename, set_font, set_lang,
};
pub use registration::{Choice, Draft, register_by_phone};
pub(super) use sessions::is_slide_due;
pub use sessions::{Opening, end_other_sessions, end_session, find_session, list_sessions, open_session, slide};
pub use staff::{
    FirstSecrets, NewStaff, SetupLink, StaffMember, StaffPerson, add_role, add_staff, end_role, first_administrator, list_staff,
    load_scope, renew_link, setup_secrets, use_setup_link,
};
pub use staff_sign_in::{StaffTry, begin_staff, end_staff};
pub use upkeep::clean_up;

use crate::kernel::{LearnerId, SessionId};

/// How a try to sign in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// Welcome.
    In {
        /// Who.
        learner: LearnerId,
        /// The session opened.
        session: SessionId,
    },
    /// Something does not fit; never said what.
    Wrong,
    /// This source tried too often; seconds until it may again.
    Rest(i64),
}
