//! What people do at the doors of the bank. Every function takes the write transaction or a reader, and never opens its own.

mod aliases;
mod alike;
mod blanks;
mod cards;
mod choices;
mod closings;
mod codes;
mod consents;
mod crowd;
mod desk;
mod documents;
mod halls;
mod listed;
mod lookup;
mod notes;
mod once;
mod own_data;
mod people;
mod registration;
mod samples;
mod sessions;
mod staff;
mod staff_links;
mod staff_sign_in;
mod staging;
mod texts;
mod upkeep;

pub use aliases::{
    accounts_of, ask_alias, carry_out_alias, count_waiting_alias_requests, get_alias_request, list_alias_requests_of,
    list_alias_spans, list_parted_since, list_waiting_alias_requests, membership_of, must_be_second, primaries_of, primary_of,
    refuse_alias, scan_alias_spans, withdraw_alias,
};
pub use alike::{Alike, Among, Likeness, find_alike, masked, note_alike, show_alike, sounds_of};
pub use blanks::{Block, MOST_SHEETS, ON_A_SHEET, find_block, keep_blanks};
pub use cards::{CardSignIn, CardTry, Door, check_card, is_known_at, issue_card, set_pin, sign_in_by_card};
pub use choices::{choose_place, choose_start};
pub use closings::{close_account, reopen_account};
pub use codes::{
    Asked, CodeOutcome, CodeRequest, CodeSent, Proven, SmsSignIn, change_phone, find_asked, find_proven, prove_phone, send_code,
    session_token, sign_in_by_sms,
};
pub use consents::{agree, agree_to_group, choose_groups, has_agreed, withdraw_from_group};
pub use crowd::{Sight, holders_of_cards, sights_of};
pub use desk::{
    AtDesk, Desk, InPerson, NewGuardian, Relation, correct, note_tried, register_in_person, replace_card, reset_pin, settle,
};
pub use documents::{document_seen, document_seen_on_page, find_fresh_witness, undo_document, was_document_seen};
pub use halls::{
    Hall, PicturesSignIn, end_hall, end_hall_of, find_hall, find_vouched, list_halls, set_hall, set_pictures,
    sign_in_by_pictures, sign_in_vouched, vouch,
};
pub use listed::{ListOf, keep_listed};
pub use lookup::{Found, find_by_card, find_by_phone, show};
pub use notes::Sender;
pub use once::{Form, once};
pub use own_data::{
    Acquaintance, Guardian, Profile, closed_names_of, closed_profile, export, forget, guardian, names_of, people_of, profile,
};
pub use people::{
    NewPerson, Registered, correct_birth_year, has_samples, hold_person, person_key, register, rename, set_font, set_lang,
};
pub use registration::{Choice, Draft, register_by_phone};
pub use samples::{SamplePerson, has_real_learners, list_samples, sign_in_as_sample, staff_names_of};
pub(super) use sessions::is_slide_due;
pub use sessions::{
    Opening, end_all_sessions, end_other_sessions, end_session, find_session, list_seen_since, list_sessions, open_session,
    set_helper, slide,
};
pub use staff::{
    StaffCard, StaffMember, add_role, end_role, give_role_back, has_role_beyond, list_hosts, list_staff, list_staff_at,
    load_scope, load_workers, show_staff,
};
pub use staff_links::{
    Added, Delivery, FirstSecrets, NewStaff, SetupLink, StaffPerson, add_staff, find_by_login, find_just_set,
    first_administrator, link_for_login, renew_link, setup_secrets, use_setup_link,
};
pub use staff_sign_in::{Shown, StaffTry, begin_staff, end_staff};
pub use staging::{ACTIVATED_AT_ONCE, Newcomer, STAGED_AT_ONCE, Staged, activate, cards_of, holders_of, stage, unstage};
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
