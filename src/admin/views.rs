//! The pages of the desk.

use std::collections::HashMap;

use askama::Template;

use crate::audit::AuditRow;
use crate::kernel::{Day, LearnerId};
use crate::outbox::Parcel;
use crate::places::{Organisation, Place};
use crate::web::{Filled, Page};

/// Actions that the trail can be narrowed to.
const ACTIONS: [&str; 8] = [
    "identity.register",
    "identity.sign_in",
    "identity.grant_role",
    "identity.end_role",
    "identity.document_seen",
    "recognition.recognise",
    "recognition.reverse",
    "places.add_organisation",
];

/// The first page of staff.
#[derive(Template)]
#[template(path = "admin/desk.html")]
pub struct DeskPage {
    pub(super) page: Page,
    pub(super) name: String,
    pub(super) day: Day,
    pub(super) roles: Vec<&'static str>,
    pub(super) is_administrator: bool,
}

impl DeskPage {
    fn title(&self) -> String {
        let (_, month, day) = self.day.parts();
        self.page.t2("admin-today", ("month", month), ("day", day))
    }

    fn roles(&self) -> String {
        let words: Vec<String> = self.roles.iter().map(|role| self.page.t(&format!("role-{role}"))).collect();
        words.join(" · ")
    }
}

/// Organisations.
#[derive(Template)]
#[template(path = "admin/organisations.html")]
pub struct OrganisationsPage {
    pub(super) page: Page,
    pub(super) rows: Vec<Organisation>,
    pub(super) places: HashMap<String, String>,
}

impl OrganisationsPage {
    fn kind(&self, row: &Organisation) -> String {
        self.page.t(&format!("organisation-{}", row.kind.code()))
    }

    fn place<'a>(&'a self, row: &'a Organisation) -> &'a str {
        self.places.get(&row.place_code).map_or(row.place_code.as_str(), String::as_str)
    }
}

/// Adding an organisation.
#[derive(Template)]
#[template(path = "admin/organisation_add.html")]
pub struct OrganisationAddPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) kinds: Vec<(&'static str, String)>,
}

/// The tree of places.
#[derive(Template)]
#[template(path = "admin/places.html")]
pub struct PlacesPage {
    pub(super) page: Page,
    pub(super) path: Vec<Place>,
    pub(super) rows: Vec<Place>,
    pub(super) query: String,
    pub(super) is_own: bool,
    pub(super) is_loaded: bool,
}

impl PlacesPage {
    fn here(&self) -> &str {
        self.path.last().map_or("", |place| place.code.as_str())
    }
}

/// The audit trail.
#[derive(Template)]
#[template(path = "admin/audit.html")]
pub struct AuditPage {
    pub(super) page: Page,
    pub(super) rows: Vec<AuditRow>,
    pub(super) names: HashMap<LearnerId, String>,
    pub(super) action: String,
}

impl AuditPage {
    fn actor(&self, row: &AuditRow) -> String {
        let Some(actor) = row.actor.filter(|actor| *actor != LearnerId::NOBODY) else { return self.page.t("admin-audit-bank") };
        self.names.get(&actor).cloned().unwrap_or_else(|| short(&actor.to_string()))
    }

    fn action(&self, row: &AuditRow) -> String {
        action_words(&self.page, &row.action)
    }

    fn object(&self, row: &AuditRow) -> String {
        short(&row.object_id)
    }

    fn actions(&self) -> Vec<(&'static str, String, bool)> {
        ACTIONS.iter().map(|action| (*action, action_words(&self.page, action), *action == self.action)).collect()
    }

    fn oldest_ms(&self) -> Option<i64> {
        self.rows.last().map(|row| row.at.ms()).filter(|_| self.rows.len() >= 100)
    }
}

/// The words of an action, or its code where it has none.
fn action_words(page: &Page, action: &str) -> String {
    let key = format!("action-{}", action.replace('.', "-"));
    let words = page.t(&key);
    if words == key { action.to_owned() } else { words }
}

/// The end of an id: enough to tell two apart on one page.
fn short(id: &str) -> String {
    let end: String = id.chars().rev().take(8).collect();
    end.chars().rev().collect()
}

/// What would have been sent.
#[derive(Template)]
#[template(path = "admin/mailbox.html")]
pub struct MailboxPage {
    pub(super) page: Page,
    pub(super) letters: Vec<Parcel>,
}
