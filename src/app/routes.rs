//! Every route of the site, with who may use it. The server is built from this table, and the test of routes × roles walks it.

use actix_web::http::header;
use actix_web::{HttpResponse, Route, guard, web};

use super::{gallery, home_routes};
use crate::assessment;
use crate::identity::{Act, Role};
use crate::web::assets;
use crate::{
    admin, agencies, aliases, api, classes, closing, corrections, enrolment, hall, help, helping, home, identity, learning, me,
    open, passbook, plans, recordings, signals, transparency,
};

/// Who may use a route. The extractor in the handler enforces it; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody signed in, for their own things.
    Learner,
    /// Anybody signed in, where their session is strong enough for this; a card alone is not.
    Strong(Act),
    /// Anybody; but who is signed in, only where their session is strong enough for this.
    NotWeak(Act),
    /// Staff with one of these roles, signed in with a second factor.
    Staff(&'static [Role]),
    /// A client of the API, with a token.
    Client,
    /// Nobody in production: pages for trying things out.
    Trial,
}

/// Whoever has any role.
const STAFF: Access = Access::Staff(&Role::ALL);
/// Who may look up single people and answers them.
const FINDERS: Access = Access::Staff(Role::FINDERS);
/// Who holds class sessions.
const HOSTS: Access = Access::Staff(Role::HOSTS);
/// Who may say that a document was seen.
const CHECKERS: Access = Access::Staff(Role::CHECKERS);
/// Who asks for corrections of credit, who decides on them, and both.
const OFFICERS: Access = Access::Staff(Role::OFFICERS);
const REVIEWERS: Access = Access::Staff(Role::REVIEWERS);
const CORRECTORS: Access = Access::Staff(Role::CORRECTORS);
/// Who looks at what somebody should look at.
const LOOKERS: Access = Access::Staff(Role::LOOKERS);
/// Who reads cards and questions aloud. One recording is for its sender and who administers its place; others do not find it.
const RECORDERS: Access = Access::Staff(Role::RECORDERS);
/// Who publishes training plans for an organisation.
const PLANNERS: Access = Access::Staff(Role::PLANNERS);
/// Who gives and ends roles.
const ADMINISTRATORS: Access = Access::Staff(Role::ADMINISTRATORS);

/// One route.
pub struct RouteEntry {
    /// `GET`, which answers HEAD too, or `POST`.
    pub method: &'static str,
    /// The pattern.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// Makes the handler's route.
    pub make: fn() -> Route,
}

impl std::fmt::Debug for RouteEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.access)
    }
}

/// HEAD is answered like GET; the server leaves the body out.
fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

macro_rules! get {
    ($path:literal, $access:expr, $handler:expr) => {
        RouteEntry { method: "GET", path: $path, access: $access, make: || reading().to($handler) }
    };
}

macro_rules! post {
    ($path:literal, $access:expr, $handler:expr) => {
        RouteEntry { method: "POST", path: $path, access: $access, make: || web::post().to($handler) }
    };
}

use Access::{Client, Learner, NotWeak, Public, Strong, Trial};

/// All of them.
pub const ROUTES: &[RouteEntry] = &[
    // Of the house itself.
    get!("/static/{name:.*}", Public, assets::serve),
    get!("/font", Public, home_routes::font),
    get!("/lang", Public, home_routes::lang),
    get!("/again", Learner, home_routes::again),
    get!("/healthz", Public, home_routes::healthz),
    get!("/readyz", Public, home_routes::readyz),
    // identity: the doors
    get!("/sign-in", Public, identity::sign_in_page),
    post!("/sign-in", Public, identity::post_phone),
    get!("/sign-in/code", Public, identity::code_page),
    post!("/sign-in/code", Public, identity::post_code),
    post!("/sign-in/again", Public, identity::post_code_again),
    get!("/sign-in/card", Public, identity::card_door_page),
    post!("/sign-in/card", Public, identity::post_card),
    get!("/sign-in/staff", Public, identity::staff_door_page),
    post!("/sign-in/staff", Public, identity::post_staff_door),
    post!("/sign-out", Public, identity::post_sign_out),
    get!("/signed-out", Public, identity::signed_out_page),
    get!("/register", Public, identity::register_page),
    get!("/register/name", Public, identity::name_page),
    post!("/register/name", Public, identity::post_name),
    get!("/register/year", Public, identity::year_page),
    post!("/register/year", Public, identity::post_year),
    get!("/register/young", Public, identity::young_page),
    get!("/register/check", Public, identity::check_page),
    post!("/register/check", Public, identity::post_check),
    get!("/register/consent", Public, identity::consent_page),
    post!("/register/consent", Public, identity::post_consent),
    get!("/register/done", Learner, identity::opened_page),
    post!("/register/done", Strong(Act::ChangeDoor), identity::post_first_pin),
    get!("/register/not-now", Public, identity::not_now_page),
    get!("/privacy", Public, identity::privacy_page),
    get!("/staff/setup/{token}", Public, identity::set_up_page),
    post!("/staff/setup/{token}", Public, identity::post_set_up),
    // identity: the hall's device
    get!("/hall", Public, identity::hall_page),
    get!("/hall/pictures", Public, identity::hall_pictures_page),
    post!("/hall/pictures", Public, identity::post_hall_picture),
    post!("/hall/code", Public, identity::post_hall_code),
    post!("/hall/end", Public, identity::post_hall_end),
    // identity: one's own
    get!("/me/sessions", Learner, identity::sessions_page),
    post!("/me/sessions/end-others", Learner, identity::post_end_others),
    post!("/me/sessions/{id}/end", Learner, identity::post_end_session),
    get!("/me/consent", Learner, identity::changed_consent_page),
    post!("/me/consent", Learner, identity::post_changed_consent),
    get!("/me/card", Learner, identity::my_card_page),
    post!("/me/card", Strong(Act::ChangeDoor), identity::post_pin),
    get!("/me/phone", Strong(Act::ChangeDoor), identity::new_phone_page),
    post!("/me/phone", Strong(Act::ChangeDoor), identity::post_new_phone),
    get!("/me/phone/code", Strong(Act::ChangeDoor), identity::new_code_page),
    post!("/me/phone/code", Strong(Act::ChangeDoor), identity::post_new_code),
    post!("/me/phone/again", Strong(Act::ChangeDoor), identity::post_new_code_again),
    // identity: the staff's
    get!("/staff/learners", FINDERS, identity::learners_page),
    post!("/staff/learners", FINDERS, identity::post_find),
    // enrolment
    get!("/staff/learners/register", FINDERS, enrolment::enrol_page),
    post!("/staff/learners/register", FINDERS, enrolment::post_enrol),
    post!("/staff/learners/alike", FINDERS, enrolment::post_alike),
    get!("/staff/learners/{id}/card", FINDERS, enrolment::card_page),
    post!("/staff/learners/{id}/card/pin", FINDERS, enrolment::post_card_pin),
    get!("/staff/cards", FINDERS, enrolment::cards_page),
    post!("/staff/cards", FINDERS, enrolment::post_blanks),
    get!("/staff/cards/today", FINDERS, enrolment::today_cards_page),
    get!("/staff/cards/blank/{block}", FINDERS, enrolment::blank_sheet_page),
    get!("/staff/batches", CHECKERS, enrolment::batches_page),
    post!("/staff/batches", CHECKERS, enrolment::post_batch),
    get!("/staff/batches/template/{kind}", CHECKERS, enrolment::template_file),
    get!("/staff/batches/{id}", CHECKERS, enrolment::batch_page),
    post!("/staff/batches/{id}/decide", CHECKERS, enrolment::post_batch_decide),
    post!("/staff/batches/{id}/give-up", CHECKERS, enrolment::post_batch_give_up),
    post!("/staff/batches/{id}/rows/{number}", CHECKERS, enrolment::post_batch_row),
    get!("/staff/batches/{id}/cards", CHECKERS, enrolment::batch_cards_page),
    get!("/staff/batches/{id}/result", CHECKERS, enrolment::result_file),
    get!("/staff/organisations/{id}/format", ADMINISTRATORS, enrolment::format_page),
    post!("/staff/organisations/{id}/format", ADMINISTRATORS, enrolment::post_format),
    // closing
    post!("/staff/learners/{id}/undo", FINDERS, closing::post_undo_enrolment),
    get!("/staff/learners/{id}/close", ADMINISTRATORS, closing::close_page),
    post!("/staff/learners/{id}/close", ADMINISTRATORS, closing::post_close),
    get!("/staff/closings", ADMINISTRATORS, closing::closings_page),
    get!("/staff/closings/{learner}/{id}", ADMINISTRATORS, closing::closing_page),
    post!("/staff/closings/{learner}/{id}/confirm", ADMINISTRATORS, closing::post_confirm),
    post!("/staff/closings/{learner}/{id}/undo", ADMINISTRATORS, closing::post_undo),
    get!("/staff/learners/{id}", FINDERS, identity::learner_page),
    post!("/staff/learners/{id}/document", CHECKERS, identity::post_document),
    post!("/staff/learners/{id}/document/undo", CHECKERS, identity::post_document_undo),
    get!("/staff/learners/{id}/pictures", FINDERS, identity::choose_pictures_page),
    post!("/staff/learners/{id}/pictures", FINDERS, identity::post_pictures),
    post!("/staff/learners/{id}/vouch", FINDERS, identity::post_vouch),
    get!("/staff/learners/{id}/vouch/{ticket}", FINDERS, identity::vouched_page),
    get!("/staff/hall-device", FINDERS, identity::hall_device_page),
    post!("/staff/hall-device", FINDERS, identity::post_hall_device),
    post!("/staff/hall-device/{id}/end", FINDERS, identity::post_hall_device_end),
    post!("/staff/learners/{id}/pin", FINDERS, identity::post_desk_pin),
    post!("/staff/learners/{id}/card", FINDERS, identity::post_new_card),
    post!("/staff/learners/{id}/correct", CHECKERS, identity::post_desk_correct),
    post!("/staff/learners/{id}/place", FINDERS, identity::post_desk_place),
    get!("/staff/people", ADMINISTRATORS, identity::people_page),
    get!("/staff/people/add", ADMINISTRATORS, identity::people_add_page),
    post!("/staff/people/add", ADMINISTRATORS, identity::post_staff),
    get!("/staff/people/{learner}", ADMINISTRATORS, identity::staff_card_page),
    post!("/staff/people/{learner}/roles", ADMINISTRATORS, identity::post_role),
    post!("/staff/people/{learner}/roles/{id}/back", ADMINISTRATORS, identity::post_role_back),
    post!("/staff/people/{learner}/roles/{id}/end", ADMINISTRATORS, identity::post_end_role),
    post!("/staff/people/{learner}/link", ADMINISTRATORS, identity::post_renew_link),
    // the desk
    get!("/staff", STAFF, admin::desk_page),
    get!("/staff/organisations", ADMINISTRATORS, admin::organisations_page),
    get!("/staff/organisations/add", ADMINISTRATORS, admin::organisation_add_page),
    post!("/staff/organisations/add", ADMINISTRATORS, admin::post_organisation),
    post!("/staff/organisations/{id}/close", ADMINISTRATORS, admin::post_close_organisation),
    get!("/staff/places", ADMINISTRATORS, admin::places_page),
    get!("/staff/audit", ADMINISTRATORS, admin::audit_page),
    get!("/staff/editions", ADMINISTRATORS, admin::editions_page),
    post!("/staff/editions", ADMINISTRATORS, admin::post_edition),
    get!("/staff/places/add", ADMINISTRATORS, admin::village_add_page),
    post!("/staff/places/add", ADMINISTRATORS, admin::post_village),
    get!("/staff/places/{code}", ADMINISTRATORS, admin::place_page),
    post!("/staff/places/{code}", ADMINISTRATORS, admin::post_place),
    post!("/staff/organisations/{id}/reopen", ADMINISTRATORS, admin::post_reopen_organisation),
    get!("/dev/mailbox", Trial, admin::mailbox_page),
    get!("/dev/gallery", Trial, gallery::index),
    get!("/dev/gallery/{view}/{number}", Trial, gallery::sample),
    get!("/dev/people", Trial, identity::sample_people_page),
    post!("/dev/people", Trial, identity::post_sample),
    // assessment
    get!("/courses/{code}/test", Learner, assessment::show_start),
    post!("/courses/{code}/test", Learner, assessment::begin),
    get!("/tests/{attempt}", Learner, assessment::go_on),
    get!("/tests/{attempt}/check", Learner, assessment::show_check),
    post!("/tests/{attempt}/hand-in", Learner, assessment::finish),
    get!("/tests/{attempt}/result", Learner, assessment::show_result),
    get!("/tests/{attempt}/{position}", Learner, assessment::show_question),
    post!("/tests/{attempt}/{position}", Learner, assessment::keep_answer),
    // learning, for who is signed in
    post!("/refreshers/{code}/{kind}", Learner, learning::begin_refresher),
    post!("/refreshers/{code}/{kind}/later", Learner, learning::put_refresher_away),
    get!("/refreshers/{code}/{kind}/{position:\\d+}", Learner, learning::refresher_question),
    post!("/refreshers/{code}/{kind}/{position:\\d+}", Learner, learning::answer_refresher),
    get!("/refreshers/{code}/{kind}/{position:\\d+}/answer", Learner, learning::refresher_answered),
    // help
    get!("/help", Public, help::show),
    post!("/help", Public, help::ask),
    post!("/help/print", Learner, help::ask_print),
    get!("/help/{number}", Public, help::case),
    post!("/help/{number}/withdraw", Public, help::take_back),
    post!("/help/{number}/resume", Public, help::take_up_again),
    get!("/staff/cases", FINDERS, help::list_for_staff),
    get!("/staff/cases/{learner}/{id}", FINDERS, help::show_for_staff),
    post!("/staff/cases/{learner}/{id}", FINDERS, help::act_for_staff),
    // help of two kinds, hours of volunteers
    get!("/assistance", Learner, helping::assistance),
    post!("/assistance", Learner, helping::act_on_assistance),
    get!("/on-behalf", Learner, helping::acts),
    get!("/on-behalf/{number}", Learner, helping::receipt),
    post!("/on-behalf/{number}", Learner, helping::undo_act),
    get!("/me/volunteering", Learner, helping::volunteering),
    post!("/me/volunteering", Learner, helping::act_on_volunteering),
    get!("/me/volunteering/{number}", Learner, helping::proof),
    get!("/staff/learners/{id}/aid", FINDERS, helping::aid_form),
    post!("/staff/learners/{id}/aid", FINDERS, helping::offer_aid),
    get!("/staff/learners/{id}/on-behalf", FINDERS, helping::new_act_form),
    post!("/staff/learners/{id}/on-behalf", FINDERS, helping::keep_act),
    get!("/staff/on-behalf", FINDERS, helping::staff_acts),
    get!("/staff/on-behalf/{learner}/{id}", FINDERS, helping::staff_receipt),
    post!("/staff/on-behalf/{learner}/{id}", FINDERS, helping::undo_act_for),
    get!("/staff/volunteers", ADMINISTRATORS, helping::volunteers),
    post!("/staff/volunteers", ADMINISTRATORS, helping::add_hours),
    get!("/staff/volunteers/{learner}", ADMINISTRATORS, helping::volunteer),
    post!("/staff/volunteers/{learner}", ADMINISTRATORS, helping::correct_hours_of),
    // classes: the hall
    get!("/c/{card}", Public, classes::card),
    get!("/points", Public, classes::points),
    get!("/points/{id}", Public, classes::point),
    get!("/classes", Public, classes::classes),
    get!("/classes/{id}", Public, classes::learner_class),
    post!("/classes/{id}", Learner, classes::learner_act),
    get!("/staff/hall", HOSTS, classes::hall),
    post!("/staff/check-in", HOSTS, classes::check_in_card),
    get!("/staff/classes/add", HOSTS, classes::plan_form),
    post!("/staff/classes/add", HOSTS, classes::plan),
    get!("/staff/classes/{id}", HOSTS, classes::desk),
    post!("/staff/classes/{id}/check-in", HOSTS, classes::check_in),
    post!("/staff/classes/{id}/photo", HOSTS, classes::post_photo),
    get!("/staff/classes/{id}/people/{learner}", HOSTS, classes::person),
    post!("/staff/classes/{id}/people/{learner}", HOSTS, classes::act_on_person),
    get!("/staff/classes/{id}/sheet", HOSTS, classes::add_sheet_form),
    post!("/staff/classes/{id}/sheet", HOSTS, classes::add_line),
    post!("/staff/classes/{id}/sheet/{line}", HOSTS, classes::line_act),
    post!("/staff/classes/{id}/sheet-photo", HOSTS, classes::send_sheet_photo),
    get!("/staff/classes/{id}/sheet-photo/{photo}", HOSTS, classes::sheet_photo),
    post!("/staff/classes/{id}/sheet-photo/{photo}", HOSTS, classes::sheet_photo_act),
    get!("/staff/classes/{id}/print", HOSTS, classes::print_sheet),
    get!("/staff/classes/{id}/change", HOSTS, classes::change_form),
    post!("/staff/classes/{id}/change", HOSTS, classes::change),
    post!("/staff/classes/{id}/cancel", HOSTS, classes::cancel),
    get!("/staff/classes/{id}/end", HOSTS, classes::end_form),
    post!("/staff/classes/{id}/end", HOSTS, classes::close),
    post!("/staff/classes/{id}/correct", ADMINISTRATORS, classes::correct),
    get!("/staff/groups", HOSTS, classes::groups),
    get!("/staff/groups/add", HOSTS, classes::group_add_form),
    post!("/staff/groups/add", HOSTS, classes::add_group),
    get!("/staff/groups/{id}", HOSTS, classes::group),
    post!("/staff/groups/{id}", HOSTS, classes::act_on_group),
    get!("/staff/groups/{id}/print", HOSTS, classes::roster),
    get!("/staff/points/{id}", ADMINISTRATORS, classes::point_form),
    post!("/staff/points/{id}", ADMINISTRATORS, classes::keep_point),
    // plans: what an organisation asks people to learn
    get!("/training-plans", Learner, plans::learner_plans),
    get!("/training-plans/{id}", Learner, plans::learner_plan),
    post!("/training-plans/{id}", Learner, plans::learner_act),
    get!("/staff/training-plans", PLANNERS, plans::plans),
    get!("/staff/training-plans/add", PLANNERS, plans::add_form),
    post!("/staff/training-plans/add", PLANNERS, plans::add_plan),
    get!("/staff/training-plans/{id}", PLANNERS, plans::plan),
    post!("/staff/training-plans/{id}", PLANNERS, plans::act_on_plan),
    get!("/staff/training-plans/{id}/change", PLANNERS, plans::change_form),
    post!("/staff/training-plans/{id}/change", PLANNERS, plans::change_plan),
    get!("/staff/training-plans/{id}/people", PLANNERS, plans::people),
    post!("/staff/training-plans/{id}/people", PLANNERS, plans::invite),
    get!("/staff/organisations/{id}/hours", PLANNERS, passbook::organisation_hours),
    get!("/staff/organisations/{id}/hours/{kind}", PLANNERS, passbook::organisation_hours_file),
    // the hall: what was taken down without the bank
    get!("/staff/hall/packs", HOSTS, hall::packs_page),
    post!("/staff/hall/packs", HOSTS, hall::bring_pack),
    get!("/staff/hall/packs/{device}/{id}", HOSTS, hall::pack_page),
    get!("/staff/hall/look", HOSTS, hall::look_page),
    post!("/staff/hall/look/{device}/{seq:\\d+}", HOSTS, hall::decide_claim),
    post!("/staff/hall/devices/{id}/revoke", HOSTS, hall::give_up_device),
    get!("/staff/hall/prepare", ADMINISTRATORS, hall::prepare_page),
    post!("/staff/hall/prepare", ADMINISTRATORS, hall::show_kit_password),
    post!("/staff/hall/prepare/kit", ADMINISTRATORS, hall::save_kit),
    get!("/staff/hall/phone", HOSTS, hall::phone_page),
    post!("/staff/hall/phone/tests", HOSTS, hall::bring_phone_tests),
    get!("/staff/hall/phone/tests/{learner}/{attempt}", HOSTS, hall::phone_test_page),
    post!("/staff/hall/phone/tests/{learner}/{attempt}", HOSTS, hall::post_phone_test),
    post!("/staff/hall/queue", HOSTS, hall::take_queue),
    get!("/staff/worker.js", Public, hall::worker),
    // corrections
    get!("/staff/learners/{id}/credit", CORRECTORS, corrections::credit_page),
    get!("/staff/learners/{id}/credit/{transfer}", CORRECTORS, corrections::line_page),
    post!("/staff/learners/{id}/credit/{transfer}", OFFICERS, corrections::post_request),
    get!("/staff/corrections", CORRECTORS, corrections::requests_page),
    get!("/staff/corrections/{learner}/{id}", CORRECTORS, corrections::request_page),
    post!("/staff/corrections/{learner}/{id}", REVIEWERS, corrections::post_decision),
    post!("/staff/corrections/{learner}/{id}/withdraw", OFFICERS, corrections::post_withdraw),
    // recordings
    get!("/audio/{name}", Public, recordings::sound_of),
    get!("/me/voice", Learner, recordings::voice_page),
    post!("/me/voice/{id}", Learner, recordings::post_take_back),
    get!("/staff/recordings", RECORDERS, recordings::recordings_page),
    get!("/staff/recordings/courses/{code}", RECORDERS, recordings::course_page),
    get!("/staff/recordings/courses/{code}/{lesson}", RECORDERS, recordings::lesson_page),
    get!("/staff/recordings/read", RECORDERS, recordings::read_page),
    post!("/staff/recordings/read", RECORDERS, recordings::post_recording),
    get!("/staff/recordings/{id}", RECORDERS, recordings::recording_page),
    get!("/staff/recordings/{id}/sound", RECORDERS, recordings::preview),
    post!("/staff/recordings/{id}/publish", ADMINISTRATORS, recordings::post_publish),
    post!("/staff/recordings/{id}/withdraw", RECORDERS, recordings::post_withdraw_recording),
    // signals
    get!("/staff/looks", LOOKERS, signals::signals_page),
    get!("/staff/looks/passes", LOOKERS, signals::passes_page),
    get!("/staff/looks/passes/{learner}/{id}", LOOKERS, signals::pass_page),
    post!("/staff/looks/passes/{learner}/{id}", LOOKERS, signals::post_pass),
    get!("/staff/looks/{id}", LOOKERS, signals::signal_page),
    post!("/staff/looks/{id}", LOOKERS, signals::post_signal),
    // agencies
    get!("/agencies/{id}", Public, agencies::agency_page),
    get!("/staff/agencies", ADMINISTRATORS, agencies::list_page),
    get!("/staff/agencies/add", ADMINISTRATORS, agencies::add_page),
    post!("/staff/agencies/add", ADMINISTRATORS, agencies::post_add),
    get!("/staff/agencies/{id}", ADMINISTRATORS, agencies::one_page),
    post!("/staff/agencies/{id}/contact", ADMINISTRATORS, agencies::post_contact),
    post!("/staff/agencies/{id}/seal", ADMINISTRATORS, agencies::post_seal),
    get!("/staff/agencies/{id}/seal/{version}", ADMINISTRATORS, agencies::seal_picture),
    post!("/staff/agencies/{id}/key", ADMINISTRATORS, agencies::post_key),
    post!("/staff/agencies/{id}/suspend", ADMINISTRATORS, agencies::post_suspend),
    post!("/staff/agencies/{id}/lift", ADMINISTRATORS, agencies::post_lift),
    post!("/staff/agencies/{id}/close", ADMINISTRATORS, agencies::post_close),
    get!("/staff/agencies/{id}/delegate", ADMINISTRATORS, agencies::ask_page),
    post!("/staff/agencies/{id}/delegate", ADMINISTRATORS, agencies::post_ask),
    get!("/staff/agencies/{id}/delegations/{delegation}", ADMINISTRATORS, agencies::delegation_page),
    post!("/staff/agencies/{id}/delegations/{delegation}", ADMINISTRATORS, agencies::post_decision),
    post!("/staff/agencies/{id}/delegations/{delegation}/withdraw", ADMINISTRATORS, agencies::post_withdraw),
    post!("/staff/agencies/{id}/delegations/{delegation}/end", ADMINISTRATORS, agencies::post_end),
    // agencies: who works for one; for who does not, there is none
    get!("/staff/agency", CORRECTORS, agencies::own_pages),
    get!("/staff/agency/{agency}", CORRECTORS, agencies::own_page),
    // aliases
    get!("/staff/learners/{id}/joined", CORRECTORS, aliases::learner_page),
    post!("/staff/learners/{id}/joined", OFFICERS, aliases::post_request),
    get!("/staff/aliases", CORRECTORS, aliases::requests_page),
    get!("/staff/aliases/{learner}/{id}", CORRECTORS, aliases::request_page),
    post!("/staff/aliases/{learner}/{id}", REVIEWERS, aliases::post_decision),
    post!("/staff/aliases/{learner}/{id}/withdraw", OFFICERS, aliases::post_withdraw),
    // passbook
    get!("/passbook", Learner, passbook::show),
    get!("/passbook/statement", Learner, passbook::statement),
    get!("/passbook/hours", Learner, passbook::hours),
    get!("/passbook/hours/file", Learner, passbook::hours_file),
    get!("/passbook/{transfer}/dispute", Learner, passbook::question),
    post!("/passbook/{transfer}/dispute", Learner, passbook::ask_about),
    get!("/passbook/{transfer}/receipt", Learner, passbook::receipt),
    get!("/passbook/{transfer}/receipt/file", Learner, passbook::receipt_file),
    // the sealed book, for anybody
    get!("/ledger", Public, transparency::book),
    get!("/ledger/entry/{number}", Public, transparency::entry),
    get!("/ledger/checkpoint", Public, transparency::checkpoint),
    get!("/ledger/tile/{path:.*}", Public, transparency::tile),
    // the API, for programs: what is public there, anybody may read
    get!("/api/v1/openapi.json", Public, api::openapi),
    get!("/api/v1/courses", Public, api::catalogue),
    get!("/api/v1/courses/{code}", Public, api::course),
    get!("/api/v1/search", Public, api::find),
    get!("/api/v1/places", Public, api::places),
    get!("/api/v1/passbook", Learner, api::passbook),
    post!("/api/v1/token", Public, api::token),
    get!("/api/v1/jwks.json", Public, api::jwks),
    get!("/api/v1/client", Client, api::client),
    get!("/api/v1/ledger/inclusion", Public, api::inclusion),
    get!("/api/v1/ledger/consistency", Public, api::consistency),
    get!("/api/v1/ledger/keys", Public, api::log_keys),
    post!("/api/v1/ledger/witness", Public, api::witness),
    post!("/api/v1/hall/packs", Public, api::hand_over_pack),
    // me
    get!("/me", Learner, me::show),
    get!("/me/correct", Strong(Act::ChangeDoor), me::correct_form),
    post!("/me/correct", Strong(Act::ChangeDoor), me::correct),
    get!("/me/place", Strong(Act::ChangeDoor), me::place_form),
    post!("/me/place", Strong(Act::ChangeDoor), me::choose_place),
    get!("/me/groups", Strong(Act::ChangeDoor), me::groups_form),
    post!("/me/groups", Strong(Act::ChangeDoor), me::choose_groups),
    get!("/me/groups/{group}", Strong(Act::ChangeDoor), me::group_form),
    post!("/me/groups/{group}", Strong(Act::ChangeDoor), me::agree_to_group),
    post!("/me/groups/{group}/stop", Strong(Act::ChangeDoor), me::stop_group),
    post!("/me/undo", Strong(Act::ChangeDoor), me::undo),
    get!("/me/kept", Strong(Act::ReadAll), me::show_kept),
    get!("/me/export", Strong(Act::ReadAll), me::take_away),
    get!("/me/complaint", Learner, me::complaint_form),
    post!("/me/complaint", Learner, me::complain),
    get!("/me/leave", Strong(Act::Leave), me::leave_check),
    // Whoever has just left and taps once more is told so, not asked to sign in.
    post!("/me/leave", NotWeak(Act::Leave), me::leave),
    get!("/me/left", Public, me::left),
    // learning
    get!("/courses", Public, learning::catalogue),
    get!("/courses/{code}", Public, learning::course),
    get!("/courses/{code}/booklet/{group}", Public, learning::booklet_page),
    get!("/courses/{code}/practice", Public, learning::practice),
    get!("/courses/{code}/practice/run", Public, learning::practice_run),
    post!("/courses/{code}/practice/run", Public, learning::practice_act),
    get!("/courses/{code}/{lesson:c\\d+|elder|farmer|woman|civil-servant|veteran}", Public, learning::lesson),
    get!("/courses/{code}/{lesson}/tried", Public, learning::tried),
    post!("/courses/{code}/{lesson}/tried", Public, learning::answer_tried),
    get!("/courses/{code}/{lesson}/tried/answer", Public, learning::tried_answered),
    get!("/courses/{code}/{lesson}/done", Public, learning::finished),
    post!("/courses/{code}/{lesson}/done", Public, learning::keep_finished),
    get!("/courses/{code}/{lesson}/{card:\\d+}", Public, learning::card),
    post!("/courses/{code}/{lesson}/{card:\\d+}", Public, learning::next_card),
    get!("/courses/{code}/{lesson}/quiz/{number}", Public, learning::quiz),
    post!("/courses/{code}/{lesson}/quiz/{number}", Public, learning::answer_quiz),
    get!("/courses/{code}/{lesson}/quiz/{number}/answer", Public, learning::quiz_answered),
    get!("/search", Public, learning::search),
    get!("/glossary", Public, learning::glossary),
    get!("/glossary/{word}", Public, learning::term),
    get!("/hotlines", Public, learning::hotlines),
    get!("/sources", Public, learning::sources),
    get!("/pathways", Public, learning::pathways),
    get!("/pathways/{group}", Public, learning::pathway),
    post!("/pathways/{group}", Public, learning::choose_pathway),
    post!("/pathways/{group}/steering", Public, learning::choose_steering),
    // the curriculum to take away
    get!("/open", Public, open::about),
    get!("/open/curriculum.zip", Public, open::download),
    get!("/plan", Public, learning::plans),
    get!("/plan/{certificate}", Public, learning::plan),
    get!("/plan/{certificate}/print", Public, learning::plan_sheet),
    // home
    get!("/", Public, home::first_page),
    get!("/start", Public, home::start),
    post!("/start", Public, home::begin),
];

/// Registers a table: one resource per path, so that a wrong method is answered with 405 and the methods that would do.
pub(super) fn register(config: &mut web::ServiceConfig, table: &'static [RouteEntry], takes: fn(&RouteEntry) -> bool) {
    let table = move || table.iter().filter(move |route| takes(route));
    let mut paths: Vec<&str> = table().map(|route| route.path).collect();
    paths.dedup();
    let mut seen = std::collections::HashSet::new();
    for path in paths {
        if seen.insert(path) {
            let routes = || table().filter(move |route| route.path == path);
            let allowed: Vec<&str> =
                routes().map(|route| if route.method == "GET" { "GET, HEAD" } else { route.method }).collect();
            let allowed = allowed.join(", ");
            let not_allowed = move || {
                let answer = HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allowed.as_str())).finish();
                std::future::ready(answer)
            };
            let resource = web::resource(path).default_service(web::to(not_allowed));
            config.service(routes().fold(resource, |resource, route| resource.route((route.make)())));
        }
    }
}
