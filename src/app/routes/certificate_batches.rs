//! Of batches of certificates: for who works for an agency; for who does not, there is none.

use super::Access::AgencyClient;
use super::{CORRECTORS, OFFICERS, REVIEWERS, RouteEntry, reading};
use crate::{api, certificates};
use actix_web::web;

pub(super) const CERTIFICATE_BATCHES: &[RouteEntry] = &[
    get!("/staff/agency/{agency}/certificates/batches", CORRECTORS, certificates::batches_page),
    post!("/staff/agency/{agency}/certificates/batches", OFFICERS, certificates::post_batch),
    get!("/staff/agency/{agency}/certificates/batches/template/{kind}", CORRECTORS, certificates::batch_template),
    get!("/staff/agency/{agency}/certificates/batches/{batch}", CORRECTORS, certificates::batch_page),
    get!("/staff/agency/{agency}/certificates/batches/{batch}/progress", CORRECTORS, certificates::batch_progress),
    get!("/staff/agency/{agency}/certificates/batches/{batch}/left-out", OFFICERS, certificates::batch_left_out),
    post!("/staff/agency/{agency}/certificates/batches/{batch}/ask", OFFICERS, certificates::post_batch_ask),
    post!("/staff/agency/{agency}/certificates/batches/{batch}/withdraw", OFFICERS, certificates::post_batch_withdraw),
    post!("/staff/agency/{agency}/certificates/batches/{batch}/decide", REVIEWERS, certificates::post_batch_decision),
    get!("/staff/agency/{agency}/certificates/batches/{batch}/sample/{line}", REVIEWERS, certificates::batch_sample_page),
    post!("/staff/agency/{agency}/certificates/batches/{batch}/sample/{line}", REVIEWERS, certificates::post_batch_look),
    post!("/staff/agency/{agency}/certificates/batches/{batch}/print", OFFICERS, certificates::post_batch_print),
    get!("/staff/agency/{agency}/certificates/batches/{batch}/sheets/{part}", OFFICERS, certificates::batch_sheets),
    // programs of agencies: the first of two
    post!("/api/v1/certificates", AgencyClient, api::bring_certificates),
    get!("/api/v1/certificate-batches/{id}", AgencyClient, api::certificate_batch),
];
