//! The pages of the doors: sign-in, registration, one's sessions and card, and the staff's own.

mod card;
mod consent;
mod desk;
mod draft;
mod halls;
mod learners;
mod opened;
mod people;
mod phone;
mod picks;
mod register;
mod samples;
mod sessions;
mod sign_in;
mod staff_door;
mod welcome;

pub use card::{card as my_card_page, card_address, choose_pin as post_pin};
pub use consent::{agree_anew as post_changed_consent, changed as changed_consent_page};
pub use desk::{card as post_new_card, correct as post_desk_correct, pin as post_desk_pin, settle as post_desk_place};
pub use halls::{
    choose as post_pictures, choose_form as choose_pictures_page, code as post_hall_code, device_form as hall_device_page,
    end as post_hall_end, end_device as post_hall_device_end, hall as hall_page, pick as post_hall_picture,
    pictures as hall_pictures_page, set_device as post_hall_device, vouch as post_vouch, vouched as vouched_page,
};
pub use learners::{
    find as post_find, learner as learner_page, learners as learners_page, see_document as post_document,
    undo_document as post_document_undo,
};
pub use opened::{first_pin as post_first_pin, opened as opened_page};
pub use people::{
    add as post_staff, add_form as people_add_page, add_role as post_role, card as staff_card_page, end_role as post_end_role,
    give_back as post_role_back, list as people_page, place_at_desk, place_typed, renew as post_renew_link,
};
pub use phone::{
    again as post_new_code_again, ask_new as post_new_phone, new_code as post_new_code, new_code_form as new_code_page,
    new_phone as new_phone_page,
};
pub use register::{
    agree as post_consent, check as check_page, check_done as post_check, consent as consent_page, name as post_name,
    name_form as name_page, not_now as not_now_page, privacy as privacy_page, start as register_page, year as post_year,
    year_form as year_page, young as young_page,
};
pub use samples::{be as post_sample, list as sample_people_page};
pub use sessions::{
    end as post_end_session, end_others as post_end_others, sessions as sessions_page, sign_out as post_sign_out,
    signed_out as signed_out_page,
};
pub use sign_in::{
    again as post_code_again, ask as post_phone, by_card as post_card, card_form as card_door_page, code as post_code,
    code_form as code_page, phone_form as sign_in_page,
};
pub use staff_door::{
    set_up as post_set_up, set_up_form as set_up_page, staff as post_staff_door, staff_form as staff_door_page,
};
pub use welcome::sender_of;
