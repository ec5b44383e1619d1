//! Of conversion rules.

use super::Access::Public;
use super::{CORRECTORS, OFFICERS, REVIEWERS, RouteEntry, reading};
use crate::conversions;
use actix_web::web;

pub(super) const CONVERSIONS: &[RouteEntry] = &[
    get!("/rules", Public, conversions::public_list),
    get!("/rules/{id}", Public, conversions::public_rule),
    get!("/staff/agency/{agency}/rules", CORRECTORS, conversions::list_page),
    get!("/staff/agency/{agency}/rules/add", OFFICERS, conversions::add_page),
    post!("/staff/agency/{agency}/rules/add", OFFICERS, conversions::post_add),
    get!("/staff/agency/{agency}/rules/{rule}", CORRECTORS, conversions::rule_page),
    get!("/staff/agency/{agency}/rules/{rule}/change", OFFICERS, conversions::change_page),
    post!("/staff/agency/{agency}/rules/{rule}/change", OFFICERS, conversions::post_change),
    post!("/staff/agency/{agency}/rules/{rule}/try", CORRECTORS, conversions::post_try),
    post!("/staff/agency/{agency}/rules/{rule}/publish", REVIEWERS, conversions::post_publish),
    post!("/staff/agency/{agency}/rules/{rule}/discard", CORRECTORS, conversions::post_discard),
    post!("/staff/agency/{agency}/rules/{rule}/end", CORRECTORS, conversions::post_end),
];
