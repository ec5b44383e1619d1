//! The pages, as typed values.

use askama::Template;

use super::forms::OFFERED;
use super::kept::Section;
use crate::audit::AccessRow;
use crate::help::{CaseLine, Kind};
use crate::i18n::Lang;
use crate::identity::{Profile, Role};
use crate::kernel::{Day, Group, IdentityLevel};
use crate::web::{Fields, Filled, Font, Page, day_words, phrases};

/// What is kept of the reader.
pub(super) struct Facts {
    pub name: String,
    pub birth_year: Option<i64>,
    pub phone: Option<String>,
    pub place: Option<String>,
    pub card: Option<String>,
    pub is_checked: bool,
    /// The groups, in words; empty where none was chosen.
    pub groups: String,
}

impl Facts {
    pub(super) fn of(profile: &Profile, place: Option<String>, lang: Lang) -> Self {
        let groups: Vec<String> = profile.groups.iter().map(|group| lang.t(group_key(*group))).collect();
        Self {
            name: profile.name.clone(),
            birth_year: profile.birth_year,
            phone: profile.phone.as_ref().map(|phone| phone.masked()),
            place,
            card: profile.card.as_ref().map(ToString::to_string),
            is_checked: is_checked(profile),
            groups: groups.join(&lang.t("help-and")),
        }
    }
}

/// Whether a document was seen: then name and year are put right at a service point, with the document.
pub(super) fn is_checked(profile: &Profile) -> bool {
    profile.identity_level >= IdentityLevel::DOCUMENT
}

/// The message that names a group.
pub(super) const fn group_key(group: Group) -> &'static str {
    match group {
        Group::Elder => "group-elder",
        Group::Farmer => "group-farmer",
        Group::Woman => "group-woman",
        Group::CivilServant => "group-civil-servant",
        Group::Veteran => "group-veteran",
        Group::Disabled => "group-disabled",
        Group::Public => "group-public",
    }
}

/// What has just been done, at the top of the page it leads to.
pub(super) struct Notice {
    key: &'static str,
    /// Whether it can be undone.
    pub may_undo: bool,
}

impl Notice {
    /// What a link's code says; `is_held` where this browser holds what was before.
    pub(super) fn of(code: &str, is_held: bool) -> Option<Self> {
        let (key, may_undo) = match code {
            "name" => ("me-said-name", is_held),
            "place" => ("me-said-place", is_held),
            "groups" => ("me-said-groups", is_held),
            "stopped" => ("me-said-stopped", is_held),
            "agreed" => ("me-said-agreed", false),
            "phone" => ("me-said-phone", false),
            "undone" => ("me-said-undone", false),
            _ => return None,
        };
        Some(Self { key, may_undo })
    }

    fn words(&self, page: &Page) -> String {
        page.t(self.key)
    }
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
            "reset_pin" => "me-read-pin",
            "replace_card" => "me-read-card",
            "correct" => "me-read-correct",
            "pictures" | "set_pictures" => "me-read-pictures",
            "vouch" => "me-read-vouch",
            "alike" => "me-read-alike",
            "card" => "me-read-own-card",
            "undo_enrolment" => "me-read-undo",
            "close" => "me-read-close",
            "settle" => "me-read-place",
            "register_phone" => "me-read-phone",
            "hours" => "me-read-hours",
            "plan_people" => "me-read-plan-people",
            "class_list" => "me-read-class-list",
            "group_list" => "me-read-group-list",
            "enrolled_list" => "me-read-enrolled-list",
            "exam_list" => "me-read-exam-list",
            "roll" => "me-read-roll",
            "agency_tried" => "me-read-tried",
            "staff_add" | "staff_link" | "staff_card" => "me-read-staff",
            _ => "me-read-other",
        };
        let who = if name.is_empty() { lang.t("me-somebody") } else { name.to_owned() };
        Self { day: day_words(lang, row.at.day()), words: lang.fill(key, &[("who", &who), ("role", &lang.t(role))]) }
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
    /// Whether anything is kept in which they speak.
    pub has_voice: bool,
    pub cases: Vec<CaseLine>,
    pub notice: Option<Notice>,
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

/// 您属于哪些群体？
#[derive(Template)]
#[template(path = "me/groups.html")]
pub(super) struct GroupsPage {
    pub page: Page,
    pub chosen: Vec<Group>,
    pub notice: Option<Notice>,
}

impl GroupsPage {
    fn offered(&self) -> Vec<(&'static str, String)> {
        OFFERED.iter().map(|group| (group.code(), self.page.t(group_key(*group)))).collect()
    }

    fn form(&self) -> Filled {
        let pairs: Vec<(&str, &str)> = self.chosen.iter().map(|group| ("groups", group.code())).collect();
        Filled::with(Fields::from_pairs(&pairs))
    }

    /// Those that are asked apart: address, words, whether kept.
    fn apart(&self) -> Vec<(String, String, bool)> {
        [Group::Veteran, Group::Disabled]
            .iter()
            .map(|group| (format!("/me/groups/{group}"), self.page.t(group_key(*group)), self.chosen.contains(group)))
            .collect()
    }
}

/// A group that needs a consent of its own.
#[derive(Template)]
#[template(path = "me/group.html")]
pub(super) struct GroupPage {
    pub page: Page,
    pub group: Group,
    pub is_kept: bool,
}

impl GroupPage {
    fn title(&self) -> String {
        self.page.t(group_key(self.group))
    }

    fn what(&self) -> String {
        self.page.t(if self.group == Group::Veteran { "me-group-veteran-what" } else { "me-group-disabled-what" })
    }
}

/// 我们记了您的，全在这里.
#[derive(Template)]
#[template(path = "me/kept.html")]
pub(super) struct KeptPage {
    pub page: Page,
    pub sections: Vec<Section>,
    pub made_on: Day,
}

impl KeptPage {
    fn heading(&self) -> Vec<String> {
        phrases(&self.page.t("kept-title"))
    }

    fn made_on(&self) -> String {
        self.page.t1("kept-made-on", "day", day_words(self.page.lang(), self.made_on))
    }
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
