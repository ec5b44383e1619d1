//! Of supervised sessions.

use super::Access::Learner;
use super::{FINDERS, PLANNERS, RouteEntry, reading};
use crate::{exams, hall};
use actix_web::web;

pub(super) const EXAMS: &[RouteEntry] = &[
    // exams: one's own
    get!("/exams", Learner, exams::own_exams),
    get!("/exams/{id}", Learner, exams::own_exam),
    post!("/exams/{id}", Learner, exams::act_on_own),
    get!("/exams/{id}/questions/{position}", Learner, exams::question),
    post!("/exams/{id}/questions/{position}", Learner, exams::post_answer),
    // exams: for who plans, invigilates, decides, enters; for others there is none
    get!("/staff/exams", FINDERS, exams::exams),
    get!("/staff/exams/add", PLANNERS, exams::add_form),
    post!("/staff/exams/add", PLANNERS, exams::add_exam),
    get!("/staff/exams/{id}", FINDERS, exams::exam),
    post!("/staff/exams/{id}", FINDERS, exams::act_on_exam),
    post!("/staff/exams/{id}/words", FINDERS, hall::show_exam_words),
    post!("/staff/exams/{id}/take-back", FINDERS, exams::take_back_exam),
    get!("/staff/exams/{id}/people/{learner}", FINDERS, exams::person),
    post!("/staff/exams/{id}/people/{learner}", FINDERS, exams::act_on_person),
];
