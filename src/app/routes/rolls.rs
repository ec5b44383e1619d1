//! Of rolls, and of transfers out.

use super::Access::{Learner, Strong};
use super::{CORRECTORS, OFFICERS, REVIEWERS, RouteEntry, STAFF, reading};
use crate::identity::Act;
use crate::{rolls, transfers};
use actix_web::web;

pub(super) const ROLLS: &[RouteEntry] = &[
    // rolls: who works for an agency
    get!("/staff/agency/{agency}/rolls", CORRECTORS, rolls::list_page),
    post!("/staff/agency/{agency}/rolls", OFFICERS, rolls::upload),
    get!("/staff/agency/{agency}/rolls/template/{kind}", CORRECTORS, rolls::template),
    get!("/staff/agency/{agency}/rolls/{roll}", CORRECTORS, rolls::one_page),
    get!("/staff/agency/{agency}/rolls/{roll}/passed", OFFICERS, rolls::passed_file),
    post!("/staff/agency/{agency}/rolls/{roll}/ask", OFFICERS, rolls::post_ask),
    post!("/staff/agency/{agency}/rolls/{roll}/withdraw", OFFICERS, rolls::withdraw),
    post!("/staff/agency/{agency}/rolls/{roll}/decide", REVIEWERS, rolls::post_decision),
    // transfers: the learner's, and what a receiver answers
    get!("/transfers", Learner, transfers::own_page),
    get!("/transfers/new/{rule}/{award}", Strong(Act::TransferOut), transfers::new_page),
    post!("/transfers/new/{rule}/{award}", Strong(Act::TransferOut), transfers::post_offer),
    get!("/transfers/{offer}", Learner, transfers::one_page),
    get!("/staff/receiving", STAFF, transfers::receiving),
    get!("/staff/receiving/{offer}", STAFF, transfers::received_page),
    post!("/staff/receiving/{offer}", STAFF, transfers::post_answer),
];
