//! Identity: people and the doors by which they come in. Sign-in, sessions, registration, consent, roles.
//!
//! Rules kept here:
//! - A stranger never locks anybody out: wrong tries are counted for one secret and one source (a device known to be the owner's, or an
//!   address), and only that source rests. A code belongs to the browser that asked for it. What all unknown devices together try in a
//!   day at one card or second factor is counted beside that: they are asked for more, known devices go on.
//! - A wrong try never says what was wrong, and takes the same work whether the account exists or not.
//! - Of a phone, a PIN, a token, a code nothing is kept as it is: hashes, keyed codes, or sealed with the person's own key, which is
//!   destroyed when they leave.
//! - Nobody under 14 registers without a guardian; nobody must say which group they belong to; that somebody is a veteran, or has a
//!   disability, is kept only with a consent of its own. Where the text of consent changes, everybody is asked anew and may go on reading.
//! - A card can be found in the street: what its session may not do leads to the sign-in by phone, and back.
//! - Pictures and a volunteer's digits open a session on a device that a volunteer has made the hall's, and on no other; it ends with it.
//! - Whether somebody is registered already is found by codes of how their name sounds, and told only to staff who see that person anyway.
//!   That a document number is known is told to nobody but its owner.
//! - Two accounts of one person are read as one until that is ended, by two people; one is primary, there is neither chain nor circle, and
//!   no row is ever moved.
//! - What a member of staff may see of people follows from a [`StaffScope`], made out of the roles in the table; what they were shown
//!   is kept. A link by which somebody sets up as staff goes to their own phone.
//!
//! Nothing here ever shows or logs a phone number, a name or a document number to anybody but their owner and staff of their area.

mod alias_request;
mod alias_rules;
mod allowance;
mod back;
mod error;
mod forms;
mod guard;
mod hall_samples;
mod hall_views;
mod kinds;
mod lines;
mod passwords;
mod queries;
mod roles;
mod routes;
mod rules;
mod samples;
mod scope;
mod second_factor;
mod secrets;
mod service;
mod session;
mod staff_forms;
mod staff_samples;
mod staff_views;
mod upkeep;
mod values;
mod views;

use crate::kernel::{DataClass, Kept, Term};
use crate::web::Exhibit;

pub use alias_request::{AliasRequest, NewAliasRequest, seal_alias_answer, seal_alias_ground};
pub use alias_rules::{AliasKind, AliasState, MOST_ALIAS_GROUND, Membership};
pub use allowance::Allowance;
pub use error::Error;
pub use forms::new_pin;
pub use forms::{card_try, rest as rest_words};
pub use guard::{
    Administrator, Checker, Corrector, Finder, Host, Learner, Looker, Officer, Planner, Recorder, Reviewer, Staff, Visitor,
    origin_of, scope_of,
};
pub use kinds::{CONSENT_TEXT, CONSENT_VERSION, CodePurpose, ConsentGiven, ConsentWay, PATHWAY_COOKIE, START_COOKIE, consent_of};
pub use lines::{codes as lines_of_work, group_of as group_of_line};
pub use passwords::PasswordPool;
pub use queries::aliases::AliasSpan;
pub use queries::people::ConsentRow;
pub use queries::sessions::SessionRow;
pub use queries::staff::GrantRow;
pub use roles::{Act, Assurance, Lifetime, Ownership, Role};
pub use routes::{
    card_address, card_door_page, changed_consent_page, check_page, choose_pictures_page, code_page, consent_page,
    hall_device_page, hall_page, hall_pictures_page, learner_page, learners_page, my_card_page, name_page, new_code_page,
    new_phone_page, not_now_page, opened_page, people_add_page, people_page, place_at_desk, place_typed, post_card,
    post_changed_consent, post_check, post_code, post_code_again, post_consent, post_desk_correct, post_desk_pin,
    post_desk_place, post_document, post_document_undo, post_end_others, post_end_role, post_end_session, post_find,
    post_first_pin, post_hall_code, post_hall_device, post_hall_device_end, post_hall_end, post_hall_picture, post_name,
    post_new_card, post_new_code, post_new_code_again, post_new_phone, post_phone, post_pictures, post_pin, post_renew_link,
    post_role, post_role_back, post_sample, post_set_up, post_sign_out, post_staff, post_staff_door, post_vouch, post_year,
    privacy_page, register_page, sample_people_page, sender_of, sessions_page, set_up_page, sign_in_page, signed_out_page,
    staff_card_page, staff_door_page, vouched_page, year_page, young_page,
};
pub use scope::{Grant, StaffScope, Whose};
pub use second_factor::{SetupCode, code_at};
pub use secrets::{Origin, Secret};
pub use service::{
    ACTIVATED_AT_ONCE, Acquaintance, Added, Alike, Among, Asked, AtDesk, Block, CardSignIn, CardTry, Choice, CodeOutcome,
    CodeRequest, CodeSent, Delivery, Desk, Door, Draft, FirstSecrets, Form, Found, Hall, InPerson, Likeness, ListOf, MOST_SHEETS,
    NewGuardian, NewPerson, NewStaff, Newcomer, ON_A_SHEET, Opening, PicturesSignIn, Profile, Proven, Registered, Relation,
    STAGED_AT_ONCE, SamplePerson, Sender, SetupLink, Sight, SignIn, SmsSignIn, StaffMember, StaffPerson, StaffTry, Staged,
    accounts_of, activate, add_role, add_staff, agree, agree_to_group, ask_alias, begin_staff, cards_of, carry_out_alias,
    change_phone, check_card, choose_groups, choose_place, choose_start, clean_up, close_account, closed_names_of,
    closed_profile, correct_birth_year, count_waiting_alias_requests, document_seen, end_all_sessions, end_other_sessions,
    end_role, end_session, end_staff, export, find_alike, find_asked, find_block, find_by_card, find_by_login, find_by_phone,
    find_proven, find_session, first_administrator, forget, get_alias_request, has_agreed, has_real_learners, has_role_beyond,
    has_samples, hold_person, holders_of, holders_of_cards, is_known_at, issue_card, keep_blanks, keep_listed, link_for_login,
    list_alias_requests_of, list_alias_spans, list_hosts, list_parted_since, list_samples, list_seen_since, list_sessions,
    list_staff, list_staff_at, list_waiting_alias_requests, load_scope, load_workers, masked, membership_of, must_be_second,
    names_of, note_alike, note_tried, open_session, people_of, person_key, primaries_of, primary_of, profile, prove_phone,
    refuse_alias, register, register_by_phone, register_in_person, rename, renew_link, reopen_account, reset_pin,
    scan_alias_spans, send_code, session_token, set_font, set_helper, set_lang, set_pin, setup_secrets, show, show_alike,
    sights_of, sign_in_as_sample, sign_in_by_card, sign_in_by_sms, sounds_of, staff_names_of, stage, unstage, use_setup_link,
    was_document_seen, withdraw_alias, withdraw_from_group,
};
pub use session::Session;
pub use upkeep::{schedule_upkeep, with_upkeep};
pub use values::{
    BirthYear, Born, DocumentNumber, Login, Majority, PICTURES, PersonName, Phone, Pictures, Pin, Wrong, is_minor,
    latest_year_alone, parse_born,
};

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("PhonePage", views::PhonePage::samples),
    ("CodePage", views::CodePage::samples),
    ("CardPage", views::CardPage::samples),
    ("NamePage", views::NamePage::samples),
    ("YearPage", views::YearPage::samples),
    ("CheckPage", views::CheckPage::samples),
    ("ConsentPage", views::ConsentPage::samples),
    ("OpenedPage", views::OpenedPage::samples),
    ("ChangedConsentPage", views::ChangedConsentPage::samples),
    ("SignedOutPage", views::SignedOutPage::samples),
    ("NotNowPage", views::NotNowPage::samples),
    ("YoungPage", views::YoungPage::samples),
    ("PrivacyPage", views::PrivacyPage::samples),
    ("SessionsPage", views::SessionsPage::samples),
    ("MyCardPage", views::MyCardPage::samples),
    ("NewPhonePage", views::NewPhonePage::samples),
    ("NewCodePage", views::NewCodePage::samples),
    ("SamplePeoplePage", views::SamplePeoplePage::samples),
    ("StaffDoorPage", staff_views::StaffDoorPage::samples),
    ("SetUpPage", staff_views::SetUpPage::samples),
    ("LearnersPage", staff_views::LearnersPage::samples),
    ("LearnerPage", staff_views::LearnerPage::samples),
    ("PeoplePage", staff_views::PeoplePage::samples),
    ("StaffCardPage", staff_views::StaffCardPage::samples),
    ("PeopleAddPage", staff_views::PeopleAddPage::samples),
    ("LinkPage", staff_views::LinkPage::samples),
    ("HallPage", hall_views::HallPage::samples),
    ("HallPicturesPage", hall_views::HallPicturesPage::samples),
    ("ChoosePicturesPage", hall_views::ChoosePicturesPage::samples),
    ("VouchPage", hall_views::VouchPage::samples),
    ("HallDevicePage", hall_views::HallDevicePage::samples),
];

/// What this subject keeps, and for how long. Consents and roles prove later what was
/// agreed and who was allowed what; they name nobody once the key of their person is destroyed.
pub const KEPT: &[Kept] = &[
    Kept::new("person", DataClass::Account, Term::Account),
    Kept::new("person_key", DataClass::Account, Term::Account),
    Kept::new("person_group", DataClass::Account, Term::Account),
    Kept::new("phone_index", DataClass::Account, Term::Account),
    Kept::new("document_index", DataClass::Account, Term::Account),
    Kept::new("card", DataClass::Account, Term::Account),
    Kept::new("name_index", DataClass::Account, Term::Account),
    Kept::new("document_sight", DataClass::Account, Term::Account),
    Kept::new("guardian", DataClass::Account, Term::Account),
    Kept::new("staff_login", DataClass::Account, Term::Account),
    Kept::new("staff_credential", DataClass::Account, Term::Account),
    Kept::new("alias", DataClass::Record, Term::Permanent),
    Kept::new("alias_request", DataClass::Record, Term::Permanent),
    Kept::new("consent", DataClass::Record, Term::Permanent),
    Kept::new("role", DataClass::Trail, Term::Permanent),
    Kept::new("session", DataClass::SignIn, Term::Days(30)),
    Kept::new("known_device", DataClass::SignIn, Term::Account),
    Kept::new("sms_challenge", DataClass::SignIn, Term::Days(1)),
    Kept::new("sign_in_try", DataClass::SignIn, Term::Days(2)),
    Kept::new("staff_link", DataClass::SignIn, Term::Days(30)),
    Kept::new("hall_device", DataClass::SignIn, Term::Days(30)),
    Kept::new("hall_code", DataClass::SignIn, Term::Days(30)),
];
