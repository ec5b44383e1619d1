//! The desk, the places, the audit trail, and the mailbox for trying things out.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::views::{AuditPage, DeskPage, MailboxPage, PlacesPage};
use crate::audit::{self, AuditFilter};
use crate::error::AppError;
use crate::identity::{self, Administrator, Role, Staff};
use crate::kernel::{LearnerId, Timestamp};
use crate::outbox::Mailbox;
use crate::places::{self, PlaceCode};
use crate::web::{House, Page, Tab, Ui, html};

/// Lines of the trail on one page.
const LINES: u64 = 100;
/// Places that a search shows.
const FOUND: u64 = 50;

/// `GET /staff`: what there is to do, by role.
pub async fn desk(staff: Staff, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(staff.session.who()));
    let day = house.clock().now().day();
    let mut roles: Vec<&'static str> = staff.scope.grants().iter().map(|grant| grant.role.code()).collect();
    roles.dedup();
    let is_administrator = staff.scope.has(Role::Administrator);
    let name = staff.session.name.clone();
    html(&DeskPage { page, name, day, roles, is_administrator })
}

/// What is looked for among the places.
#[derive(Debug, Deserialize)]
pub struct PlaceLink {
    #[serde(default)]
    at: String,
    #[serde(default)]
    q: String,
}

/// `GET /staff/places`: the tree, step by step, or by name.
pub async fn places(admin: Administrator, link: Query<PlaceLink>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(admin.session.who()));
    let at = PlaceCode::parse(&link.at).unwrap_or_default();
    let path = if at.as_str().is_empty() { Vec::new() } else { places::list_path(db, at.as_str()).await? };
    if !at.as_str().is_empty() && path.last().is_none_or(|place| place.code != at.as_str()) {
        return Err(AppError::NotFound);
    }
    let rows = if link.q.trim().is_empty() {
        places::list_children(db, path.last().map(|place| place.code.as_str())).await?
    } else {
        places::search(db, &link.q, &at, FOUND).await?
    };
    let is_own = admin.scope.administers(&at) && !at.as_str().is_empty();
    let is_loaded = places::is_imported(db).await?;
    html(&PlacesPage { page, path, rows, query: link.q.trim().to_owned(), is_own, is_loaded })
}

/// Which part of the trail.
#[derive(Debug, Deserialize)]
pub struct TrailLink {
    #[serde(default)]
    action: String,
    before: Option<i64>,
}

/// `GET /staff/audit`: what was done within the areas administered, newest first.
pub async fn audit_trail(
    admin: Administrator,
    link: Query<TrailLink>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(admin.session.who()));
    let mut rows = Vec::new();
    for area in admin.scope.areas(&[Role::Administrator]) {
        let filter = AuditFilter {
            place_prefix: area.as_str().to_owned(),
            before: link.before.map(Timestamp::from_ms),
            action: Some(link.action.clone()).filter(|action| !action.is_empty()),
            most: LINES,
        };
        rows.extend(audit::list_entries(house.db.read(), &filter).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(LINES).unwrap_or(100));
    let actors: Vec<LearnerId> = rows.iter().filter_map(|row| row.actor).collect();
    let names: HashMap<LearnerId, String> = identity::names_of(house.db.read(), &house.keys, &actors).await?;
    html(&AuditPage { page, rows, names, action: link.action.clone() })
}

/// `GET /dev/mailbox`: what would have been sent. Not in production.
pub async fn mailbox(ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    if house.config.production {
        return Err(AppError::NotFound);
    }
    let letters = house.rooms.get::<Mailbox>().letters();
    html(&MailboxPage { page: Page::new(&house, ui, Tab::Elsewhere), letters })
}
