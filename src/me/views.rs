//! The pages, as typed values.

use askama::Template;

use crate::audit::AccessRow;
use crate::help::{CaseLine, Kind};
use crate::i18n::Lang;
use crate::identity::{Profile, Role};
use crate::kernel::{Group, IdentityLevel};
use crate::web::{Filled, Font, Page, phrases};

/// What is kept of the reader.
pub(super) struct Facts {
    pub name: String,
    pub birth_year: Option<i64>,
    pub phone: Option<String>,
    pub place: Option<String>,
    pub card: Option<String>,
    pub is_checked: bool,
    pub is_veteran: bool,
}

impl Facts {
    pub(super) fn of(profile: &Profile, place: Option<String>) -> Self {
        Self {
            name: profile.name.clone(),
            birth_year: profile.birth_year,
            phone: profile.phone.as_ref().map(|phone| phone.masked()),
            place,
            card: profile.card.as_ref().map(ToString::to_string),
            is_checked: is_checked(profile),
            is_veteran: profile.groups.contains(&Group::Veteran),
        }
    }
}

/// Whether a document was seen: then name and year are put right at a service point, with the document.
pub(super) fn is_checked(profile: &Profile) -> bool {
    profile.identity_level >= IdentityLevel::DOCUMENT
}

/// Who read something, when.
pub(super) struct Reading {
    pub day: String,
    pub words: String,
}

impl Reading {
    pub(super) fn of(row: &AccessRow, name: &str, lang: Lang) -> Self {
        let role = Role::from_code(&row.actor_role).map_or("me-role-staff", role_key);
        let key = match row.what.as_str() {
            "find_by_phone" => "me-read-found-by-phone",
            "find_by_card" => "me-read-found-by-card",
            "document" => "me-read-document",
            "help_case" => "me-read-help",
            "profile" => "me-read-profile",
            _ => "me-read-other",
        };
        let who = if name.is_empty() { lang.t("me-somebody") } else { name.to_owned() };
        Self { day: row.at.day().to_string(), words: lang.fill(key, &[("who", &who), ("role", &lang.t(role))]) }
    }
}

const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Volunteer => "role-volunteer",
        Role::Officer => "role-officer",
        Role::Reviewer => "role-reviewer",
        Role::Administrator => "role-administrator",
        Role::Analyst => "role-analyst",
        Role::Archivist => "role-archivist",
        Role::Auditor => "role-auditor",
    }
}

/// 我的信息.
#[derive(Template)]
#[template(path = "me/me.html")]
pub(super) struct MePage {
    pub page: Page,
    /// All of it; none where the session is too weak to see it.
    pub facts: Option<Facts>,
    pub readings: Vec<Reading>,
    pub cases: Vec<CaseLine>,
}

impl MePage {
    fn font_words(&self) -> String {
        let key = match self.page.font() {
            Font::Normal => "size-normal",
            Font::Large => "size-large",
            Font::Xlarge => "size-xlarge",
        };
        self.page.t(key)
    }

    fn heading(&self, key: &str) -> Vec<String> {
        phrases(&self.page.t(key))
    }
}

/// 改一下.
#[derive(Template)]
#[template(path = "me/correct.html")]
pub(super) struct CorrectPage {
    pub page: Page,
    pub form: Filled,
    pub is_checked: bool,
}

/// 您住在哪儿？
#[derive(Template)]
#[template(path = "me/place.html")]
pub(super) struct PlacePage {
    pub page: Page,
    /// The place reached so far: code and full name.
    pub here: Option<(String, String)>,
    /// What lies within: code and name.
    pub within: Vec<(String, String)>,
    /// Whether another part of the country can be asked for.
    pub can_leave_home: bool,
}

/// 个人信息投诉.
#[derive(Template)]
#[template(path = "me/complaint.html")]
pub(super) struct ComplaintPage {
    pub page: Page,
    pub form: Filled,
    pub officer: String,
}

impl ComplaintPage {
    fn term(&self) -> String {
        self.page.t1("me-complaint-term", "days", Kind::DataComplaint.term().days())
    }
}

/// What leaving means, before it is done.
#[derive(Template)]
#[template(path = "me/leave.html")]
pub(super) struct LeavePage {
    pub page: Page,
    /// Questions that still wait for an answer.
    pub waiting: usize,
}

/// What leaving has meant.
#[derive(Template)]
#[template(path = "me/left.html")]
pub(super) struct LeftPage {
    pub page: Page,
    pub officer: String,
}
