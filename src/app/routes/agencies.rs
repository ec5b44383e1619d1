//! Of agencies.

use super::Access::Public;
use super::{ADMINISTRATORS, CORRECTORS, RouteEntry, reading};
use crate::{agencies, certificates};
use actix_web::web;

pub(super) const AGENCIES: &[RouteEntry] = &[
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
    get!("/staff/agencies/{id}/keys/{generation}", ADMINISTRATORS, agencies::key_page),
    post!("/staff/agencies/{id}/keys/{generation}", ADMINISTRATORS, agencies::post_doubt),
    post!("/staff/agencies/{id}/suspend", ADMINISTRATORS, agencies::post_suspend),
    post!("/staff/agencies/{id}/lift", ADMINISTRATORS, agencies::post_lift),
    get!("/staff/agencies/{id}/close", ADMINISTRATORS, agencies::close_page),
    post!("/staff/agencies/{id}/close", ADMINISTRATORS, agencies::post_close),
    get!("/staff/agencies/{id}/delegate", ADMINISTRATORS, agencies::ask_page),
    post!("/staff/agencies/{id}/delegate", ADMINISTRATORS, agencies::post_ask),
    get!("/staff/agencies/{id}/delegations/{delegation}", ADMINISTRATORS, agencies::delegation_page),
    post!("/staff/agencies/{id}/delegations/{delegation}", ADMINISTRATORS, agencies::post_decision),
    post!("/staff/agencies/{id}/delegations/{delegation}/withdraw", ADMINISTRATORS, agencies::post_withdraw),
    post!("/staff/agencies/{id}/delegations/{delegation}/end", ADMINISTRATORS, agencies::post_end),
    // agencies: who works for one; for who does not, there is none
    get!("/staff/agency", CORRECTORS, agencies::own_pages),
    get!("/staff/agency/{agency}", CORRECTORS, certificates::own_agency_page),
];
