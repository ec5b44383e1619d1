//! Of applications for recognition.

use super::Access::{Learner, Strong};
use super::{CORRECTORS, RouteEntry, reading};
use crate::applications;
use crate::identity::Act;
use actix_web::web;

pub(super) const APPLICATIONS: &[RouteEntry] = &[
    // applications: whoever applies
    get!("/applications", Learner, applications::own_applications),
    get!("/applications/begin", Learner, applications::begin_page),
    post!("/applications/begin", Learner, applications::post_begin),
    get!("/applications/{id}", Learner, applications::own_application),
    post!("/applications/{id}", Learner, applications::post_act),
    get!("/applications/{id}/details", Learner, applications::own_details),
    post!("/applications/{id}/files", Learner, applications::post_file),
    get!("/applications/{id}/files/{file}", Strong(Act::ReadAll), applications::own_file),
    post!("/applications/{id}/files/{file}/drop", Learner, applications::post_drop_file),
    // applications: who works for an agency; for who does not, there is none
    get!("/staff/agency/{agency}/applications", CORRECTORS, applications::queue_page),
    get!("/staff/agency/{agency}/applications/{learner}/{id}", CORRECTORS, applications::case_page),
    post!("/staff/agency/{agency}/applications/{learner}/{id}", CORRECTORS, applications::post_decide),
    get!("/staff/agency/{agency}/applications/{learner}/{id}/files/{file}", CORRECTORS, applications::evidence_file),
];
