//! Of certificates.

use super::Access::{Learner, Public, Strong};
use super::{CHECKERS, CORRECTORS, OFFICERS, RouteEntry, reading};
use crate::certificates;
use crate::identity::Act;
use actix_web::web;

pub(super) const CERTIFICATES: &[RouteEntry] = &[
    // certificates: whose they are
    get!("/certificates", Learner, certificates::list_page),
    get!("/certificates/ask/{kind}", Learner, certificates::ask_page),
    post!("/certificates/ask/{kind}", Strong(Act::UseCredit), certificates::post_ask),
    post!("/certificates/requests/{id}/withdraw", Learner, certificates::post_withdraw),
    get!("/certificates/requests/{id}/appeal", Learner, certificates::refusal_appeal_page),
    post!("/certificates/requests/{id}/appeal", Learner, certificates::post_refusal_appeal),
    get!("/certificates/all.json", Strong(Act::UseCredit), certificates::all_certificates),
    get!("/certificates/{id}", Learner, certificates::one_page),
    get!("/certificates/{id}/appeal", Learner, certificates::appeal_page),
    post!("/certificates/{id}/appeal", Learner, certificates::post_appeal),
    get!("/certificates/{id}/badge.png", Strong(Act::UseCredit), certificates::certificate_badge_png),
    get!("/certificates/{id}/badge.svg", Strong(Act::UseCredit), certificates::certificate_badge_svg),
    get!("/certificates/{id}/pdf", Strong(Act::UseCredit), certificates::certificate_pdf),
    get!("/certificates/{id}/print", Strong(Act::UseCredit), certificates::certificate_print_page),
    get!("/certificates/{id}/share", Strong(Act::Share), certificates::share_page),
    post!("/certificates/{id}/share", Strong(Act::Share), certificates::post_share),
    get!("/shares", Learner, certificates::shares_page),
    get!("/shares/statement", Strong(Act::Share), certificates::share_statement_page),
    post!("/shares/statement", Strong(Act::Share), certificates::post_share_statement),
    get!("/shares/{id}", Strong(Act::Share), certificates::share_one_page),
    post!("/shares/{id}/end", Strong(Act::Share), certificates::post_end_share),
    // certificates: who works for an agency; for who does not, there is none
    get!("/staff/agency/{agency}/certificates", CORRECTORS, certificates::queue_page),
    post!("/staff/agency/{agency}/certificates", OFFICERS, certificates::post_ask_for),
    post!("/staff/agency/{agency}/certificates/requests/{learner}/{id}", CORRECTORS, certificates::post_act),
    // certificates: who looks after what an agency has issued, also while it is suspended; of a closed one, administrators of its place
    get!("/staff/agency/{agency}/certificates/requests/{learner}/{id}", CHECKERS, certificates::request_page),
    post!(
        "/staff/agency/{agency}/certificates/requests/{learner}/{id}/appeals/{appeal}",
        CHECKERS,
        certificates::post_refusal_hearing
    ),
    get!("/staff/agency/{agency}/issued", CHECKERS, certificates::issued_page),
    get!("/staff/agency/{agency}/issued/{learner}/{id}", CHECKERS, certificates::issued_one),
    post!("/staff/agency/{agency}/issued/{learner}/{id}", CHECKERS, certificates::post_change),
    post!("/staff/agency/{agency}/issued/{learner}/{id}/appeals/{appeal}", CHECKERS, certificates::post_hearing),
    get!("/staff/agency/{agency}/issued/{learner}/{id}/requests/{request}", CHECKERS, certificates::change_page),
    post!("/staff/agency/{agency}/issued/{learner}/{id}/requests/{request}", CHECKERS, certificates::post_change_decision),
    post!("/staff/agency/{agency}/issued/{learner}/{id}/requests/{request}/withdraw", CHECKERS, certificates::post_take_back),
    // certificates: verifying without a network; they stand before what takes any code
    get!("/v/offline", Public, certificates::offline_page),
    get!("/v/keys.json", Public, certificates::key_book_file),
    get!("/v/keys.json.note", Public, certificates::key_book_note),
    get!("/v/worker.js", Public, certificates::verify_worker),
    get!("/V/worker.js", Public, certificates::verify_worker),
    // certificates: verifying
    get!("/v", Public, certificates::verify_page),
    post!("/v", Public, certificates::post_verify),
    post!("/v/file", Public, certificates::post_verify_file),
    get!("/v/answer/{token}", Public, certificates::answer_page),
    get!("/v/{code}", Public, certificates::code_page),
    get!("/V/{code}", Public, certificates::code_page),
    get!("/v/{code}/credential.json", Public, certificates::credential),
    get!("/v/{code}/credential.jwt", Public, certificates::credential_jwt),
    get!("/v/{code}/credential.did-key.json", Public, certificates::credential_did_key),
    get!("/v/{code}/receipts", Public, certificates::receipts),
    // certificates: what somebody shows
    get!("/s/{token}", Public, certificates::shared_page),
    post!("/s/{token}", Public, certificates::post_shared),
    // certificates: what software of others looks up
    get!("/issuers/{agency}/did.json", Public, certificates::issuer_did),
    get!("/issuers/{agency}/status/{purpose}/{list}", Public, certificates::issuer_status),
    get!("/credentials/{kind}/{version}", Public, certificates::kind_page),
];
