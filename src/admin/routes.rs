//! The desk, the audit trail, and the mailbox for trying things out.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::views::{AuditPage, DeskPage, MailboxPage};
use crate::audit::{self, AuditFilter, AuditRow};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Administrator, Role, Staff, Visitor};
use crate::kernel::{Day, LearnerId, Timestamp};
use crate::outbox::Mailbox;
use crate::web::{FieldError, Fields, Filled, House, Page, Tab, Ui, html, html_with, text};

/// Lines of the trail on one page.
const LINES: usize = 100;

/// `GET /staff`: what there is to do, by role.
pub async fn desk(staff: Staff, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(staff.session.who()));
    let day = house.clock().now().day();
    let mut roles: Vec<&'static str> = staff.scope.grants().iter().map(|grant| grant.role.code()).collect();
    roles.dedup();
    let name = staff.session.name.clone();
    html(&DeskPage { page, name, day, roles })
}

/// Which part of the trail.
#[derive(Debug, Default, Deserialize)]
pub struct TrailLink {
    #[serde(default)]
    action: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    before: String,
}

/// The line behind which a page begins, as it stands in the address: instant and id.
fn after_line(text: &str) -> Option<(Timestamp, uuid::Uuid)> {
    let (at, id) = text.split_once('-')?;
    Some((Timestamp::from_ms(at.parse().ok()?), uuid::Uuid::try_parse(id).ok()?))
}

/// `GET /staff/audit`: what was done within the areas administered, newest first. Of learners no name is shown: to read one is to look
/// somebody up, and is kept.
pub async fn audit_trail(
    admin: Administrator,
    link: Query<TrailLink>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(admin.session.who()));
    let (typed, wanted) = (text::plain_digits(&link.day), Fields::from_pairs(&[("action", &link.action), ("day", &link.day)]));
    let day = Day::parse(&typed);
    if day.is_none() && !typed.is_empty() {
        let wrong = vec![FieldError::new("day", Message::of("admin-audit-day-wrong"))];
        let (rows, names, form) = (Vec::new(), HashMap::new(), Filled::wrong(wanted, wrong));
        let page = AuditPage { page, rows, names, form, is_first: true, has_more: false };
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let before = match link.before.as_str() {
        "" => None,
        before => Some(after_line(before).ok_or(AppError::Malformed("before"))?),
    };
    let filter = AuditFilter {
        areas: admin.scope.areas(&[Role::Administrator]).iter().map(|area| area.as_str().to_owned()).collect(),
        before,
        day,
        action: Some(link.action.clone()).filter(|action| !action.is_empty()),
        // One more than is shown tells whether there is a next page.
        most: u64::try_from(LINES + 1).unwrap_or(101),
    };
    let mut rows = audit::list_entries(house.db.read(), &filter).await?;
    let has_more = rows.len() > LINES;
    rows.truncate(LINES);
    let actors: Vec<LearnerId> = rows.iter().filter_map(|row: &AuditRow| row.actor).collect();
    let names = identity::staff_names_of(house.db.read(), &house.keys, &actors).await?;
    html(&AuditPage { page, rows, names, form: Filled::with(wanted), is_first: before.is_none(), has_more })
}

/// `GET /dev/mailbox`: what would have been sent. Not in production.
pub async fn mailbox(visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    if house.config.production {
        return Err(AppError::NotFound);
    }
    let letters = house.rooms.get::<Mailbox>().letters();
    let page = Page::new(&house, ui, Tab::Elsewhere).of(visitor.0.as_ref().map(|session| session.who()));
    html(&MailboxPage { page, letters })
}
