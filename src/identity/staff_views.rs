//! The pages of the staff, one struct each.

use std::collections::HashMap;

use askama::Template;

use super::scope::Grant;
use super::service::{Guardian, StaffCard, StaffMember};
use super::{GrantRow, Profile, SetupCode};
use crate::i18n::Message;
use crate::kernel::{IdentityLevel, LearnerId, Timestamp};
use crate::web::{Filled, Page};

/// A value and its words, for a list to choose from.
pub(super) type Choice = (String, String);

fn said(notice: Option<&Message>, page: &Page) -> String {
    notice.map(|message| message.say(page.lang())).unwrap_or_default()
}

/// The staff door.
#[derive(Template)]
#[template(path = "identity/staff_door.html")]
pub struct StaffDoorPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) back: String,
    /// Whether password and second factor were set a moment ago.
    pub(super) is_set: bool,
}

/// The page of a one-time link.
#[derive(Template)]
#[template(path = "identity/set_up.html")]
pub struct SetUpPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) token: String,
    pub(super) name: String,
    pub(super) login: String,
    pub(super) code: SetupCode,
}

/// Looking somebody up.
#[derive(Template)]
#[template(path = "identity/learners.html")]
pub struct LearnersPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// Whether they enrol whole lists of people.
    pub(super) enrols_many: bool,
    /// Whether they administer.
    pub(super) administers: bool,
}

fn relation_words(page: &Page, code: &str) -> String {
    page.t(&format!("relation-{code}"))
}

/// Somebody looked up, and what can be done for them.
#[derive(Template)]
#[template(path = "identity/learner.html")]
pub struct LearnerPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) profile: Profile,
    /// The place with the places it lies in.
    pub(super) place: String,
    pub(super) guardian: Option<Guardian>,
    /// Whether they may say that a document was seen.
    pub(super) may_check: bool,
    /// Whether it is their own page.
    pub(super) is_own: bool,
    /// Whether they ask for corrections of this person's credit, or decide on them.
    pub(super) corrects: bool,
    /// Whether they administer where this person lives.
    pub(super) administers: bool,
    /// The account that this one is read through: things are done there.
    pub(super) read_through: Option<LearnerId>,
    /// Whether it can be taken back that a document was seen.
    pub(super) can_undo: bool,
    /// What has just happened.
    pub(super) notice: Option<Message>,
}

impl LearnerPage {
    fn id(&self) -> LearnerId {
        self.profile.learner
    }

    fn born(&self) -> String {
        self.profile.birth_year.map(|year| year.to_string()).unwrap_or_default()
    }

    fn phone(&self) -> String {
        self.profile.phone.as_ref().map(|phone| phone.masked()).unwrap_or_default()
    }

    fn card(&self) -> String {
        self.profile.card.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn registered(&self) -> String {
        self.profile.registered_at.day().to_string()
    }

    fn guardian(&self) -> String {
        let words = |guardian: &Guardian| format!("{} · {}", guardian.name, relation_words(&self.page, &guardian.relation));
        self.guardian.as_ref().map(words).unwrap_or_default()
    }

    /// Whether authorised staff have seen a document.
    fn has_document(&self) -> bool {
        self.profile.identity_level >= IdentityLevel::DOCUMENT
    }

    fn seen(&self) -> [Choice; 1] {
        [("yes".to_owned(), self.page.t("identity-correct-seen"))]
    }

    fn notice(&self) -> String {
        said(self.notice.as_ref(), &self.page)
    }
}

/// Words of roles: names of places and organisations by code and id.
pub(super) struct RoleWords(pub HashMap<String, String>);

impl RoleWords {
    fn role(&self, page: &Page, grant: &Grant) -> String {
        let role = page.t(&format!("role-{}", grant.role.code()));
        match &grant.line {
            Some(line) => format!("{role} · {}", page.t(&format!("line-{line}"))),
            None => role,
        }
    }

    fn place(&self, page: &Page, grant: &Grant) -> String {
        match grant.area.as_str() {
            "" => page.t("identity-everywhere"),
            code => self.0.get(code).cloned().unwrap_or_else(|| code.to_owned()),
        }
    }

    fn organisation(&self, page: &Page, grant: &Grant) -> String {
        let named = grant.organisation.and_then(|id| self.0.get(&id.to_string()).cloned());
        named.unwrap_or_else(|| page.t("identity-organisation-none"))
    }
}

/// The staff of an area.
#[derive(Template)]
#[template(path = "identity/people.html")]
pub struct PeoplePage {
    pub(super) page: Page,
    pub(super) staff: Vec<StaffMember>,
    pub(super) words: RoleWords,
    pub(super) total: u64,
    /// Which page of the list, from 1, and how many there are.
    pub(super) number: u64,
    pub(super) pages: u64,
}

impl PeoplePage {
    fn which(&self) -> String {
        self.page.t2("identity-page-number", ("number", self.number), ("pages", self.pages))
    }

    fn has_before(&self) -> bool {
        self.number > 1
    }

    fn has_after(&self) -> bool {
        self.number < self.pages
    }

    fn since(&self, row: &GrantRow) -> String {
        row.granted_at.day().to_string()
    }
}

/// Somebody of the staff: their roles, one role more, a new link.
#[derive(Template)]
#[template(path = "identity/staff_card.html")]
pub struct StaffCardPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) id: LearnerId,
    pub(super) card: StaffCard,
    pub(super) words: RoleWords,
    pub(super) choices: GrantChoices,
    /// Whether it is the administrator's own page.
    pub(super) is_own: bool,
    /// What has just happened.
    pub(super) notice: Option<Message>,
}

impl StaffCardPage {
    fn held(&self) -> impl Iterator<Item = &GrantRow> {
        self.card.roles.iter().filter(|row| row.ended_at.is_none())
    }

    fn ended(&self) -> impl Iterator<Item = &GrantRow> {
        self.card.roles.iter().filter(|row| row.ended_at.is_some())
    }

    fn since(&self, row: &GrantRow) -> String {
        row.granted_at.day().to_string()
    }

    fn tail(&self) -> String {
        self.card.phone_tail.clone().unwrap_or_default()
    }

    fn login(&self) -> String {
        self.card.login.clone().unwrap_or_default()
    }

    fn notice(&self) -> String {
        said(self.notice.as_ref(), &self.page)
    }
}

/// What a role is put together from.
pub(super) struct GrantChoices {
    pub roles: Vec<Choice>,
    pub organisations: Vec<Choice>,
    pub lines: Vec<Choice>,
}

/// Adding somebody to the staff.
#[derive(Template)]
#[template(path = "identity/people_add.html")]
pub struct PeopleAddPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) choices: GrantChoices,
}

/// A one-time link, shown once.
#[derive(Template)]
#[template(path = "identity/link.html")]
pub struct LinkPage {
    pub(super) page: Page,
    pub(super) link: String,
    pub(super) until: Timestamp,
}

impl LinkPage {
    fn until(&self) -> String {
        self.until.to_minute_text()
    }
}
