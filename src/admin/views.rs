//! The pages of the desk.

use std::collections::HashMap;

use askama::Template;

use crate::audit::AuditRow;
use crate::kernel::{Day, LearnerId};
use crate::outbox::Parcel;
use crate::places::{Organisation, Place, Setting};
use crate::web::{Filled, Page, phrases};

/// Actions that the trail can be narrowed to.
pub(super) const ACTIONS: [&str; 46] = [
    "identity.register",
    "enrolment.not_the_same",
    "enrolment.undo",
    "enrolment.decide_list",
    "enrolment.take_result",
    "identity.document_taken",
    "identity.let_in",
    "identity.close",
    "identity.sign_in",
    "identity.grant_role",
    "identity.end_role",
    "identity.document_seen",
    "recognition.recognise",
    "recognition.freeze",
    "recognition.reverse",
    "recognition.ask",
    "recognition.approve",
    "help.open",
    "help.answer",
    "recordings.publish",
    "recordings.withdraw",
    "places.add_organisation",
    "places.settle",
    "agencies.register",
    "agencies.agree",
    "agencies.suspend",
    "agencies.lift",
    "agencies.turned_away",
    "agencies.ask",
    "agencies.end",
    "agencies.close",
    "agencies.rotate_key",
    "conversions.publish",
    "conversions.end",
    "conversions.draft",
    "applications.accept",
    "applications.agree",
    "applications.return",
    "applications.reject",
    "plans.publish",
    "plans.change",
    "plans.end",
    "plans.reopen",
    "plans.invite",
    "passbook.take_hours",
    "curriculum.put_up",
];

/// The first page of staff.
#[derive(Template)]
#[template(path = "admin/desk.html")]
pub struct DeskPage {
    pub(super) page: Page,
    pub(super) name: String,
    pub(super) day: Day,
    pub(super) roles: Vec<&'static str>,
}

impl DeskPage {
    fn title(&self) -> String {
        let (_, month, day) = self.day.parts();
        self.page.t2("admin-today", ("month", month), ("day", day))
    }

    fn heading(&self) -> Vec<String> {
        phrases(&self.title())
    }

    fn roles(&self) -> Vec<String> {
        let last = self.roles.len().saturating_sub(1);
        let word = |(at, role): (usize, &&str)| {
            let word = self.page.t(&format!("role-{role}"));
            if at == last { word } else { format!("{word} · ") }
        };
        self.roles.iter().enumerate().map(word).collect()
    }
}

/// Organisations.
#[derive(Template)]
#[template(path = "admin/organisations.html")]
pub struct OrganisationsPage {
    pub(super) page: Page,
    pub(super) rows: Vec<Organisation>,
    pub(super) places: HashMap<String, String>,
    /// What was closed just now: it can be opened again.
    pub(super) closed: Option<Organisation>,
    pub(super) total: u64,
    pub(super) number: u64,
    pub(super) pages: u64,
}

impl OrganisationsPage {
    fn pager(&self) -> Pager {
        Pager::of("/staff/organisations?page=", self.number, self.pages)
    }

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
    /// Names of the places that what was found lies in.
    pub(super) parents: HashMap<String, String>,
    pub(super) query: String,
    pub(super) is_own: bool,
    pub(super) is_town: bool,
    pub(super) is_loaded: bool,
    pub(super) is_added: bool,
    pub(super) total: usize,
    pub(super) number: usize,
    pub(super) pages: usize,
}

impl PlacesPage {
    fn here(&self) -> &str {
        self.path.last().map_or("", |place| place.code.as_str())
    }

    /// The places that this one lies in.
    fn above(&self) -> &[Place] {
        self.path.split_last().map_or(&[], |(_, above)| above)
    }

    fn title(&self) -> String {
        self.path.last().map_or_else(|| self.page.t("staff-nav-places"), |place| place.name.clone())
    }

    fn parent(&self, place: &Place) -> &str {
        place.parent.as_ref().and_then(|code| self.parents.get(code)).map_or("", String::as_str)
    }

    fn pager(&self) -> Pager {
        let query: String = form_urlencoded::byte_serialize(self.query.as_bytes()).collect();
        let path = format!("/staff/places?at={}&q={query}&page=", self.here());
        let number = |number: usize| u64::try_from(number).unwrap_or(1);
        Pager::of(&path, number(self.number), number(self.pages))
    }
}

/// The ways to the pages before and after; none where there is one page only.
pub(super) struct Pager {
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) number: u64,
    pub(super) pages: u64,
}

impl Pager {
    fn here(&self, page: &Page) -> String {
        page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }

    fn of(path: &str, number: u64, pages: u64) -> Self {
        let way = |to: u64| format!("{path}{to}");
        Self { before: (number > 1).then(|| way(number - 1)), after: (number < pages).then(|| way(number + 1)), number, pages }
    }
}

/// One thing that a place may settle.
pub(super) struct SettingLine {
    pub(super) setting: Setting,
    /// What the place says itself; empty: nothing.
    pub(super) own: String,
    /// What holds where it says nothing.
    pub(super) otherwise: String,
}

/// What a place settles for itself.
#[derive(Template)]
#[template(path = "admin/place.html")]
pub struct PlacePage {
    pub(super) page: Page,
    pub(super) path: Vec<Place>,
    pub(super) form: Filled,
    pub(super) is_kept: bool,
    pub(super) lines: Vec<SettingLine>,
}

impl PlacePage {
    fn here(&self) -> &str {
        self.path.last().map_or("", |place| place.code.as_str())
    }

    fn name(&self) -> &str {
        self.path.last().map_or("", |place| place.name.as_str())
    }

    fn label(&self, line: &SettingLine) -> String {
        self.page.t(&format!("admin-setting-{}", line.setting.code()))
    }

    fn hint(&self, line: &SettingLine) -> String {
        self.page.t1("admin-settings-otherwise", "words", &line.otherwise)
    }

    const fn kind(line: &SettingLine) -> &'static str {
        match line.setting {
            Setting::HelpPhone | Setting::SmsPerDay | Setting::PassesPerHour => "tel",
            Setting::HelpPlace | Setting::DataOfficer | Setting::OrganisationName => "text",
        }
    }
}

/// Adding a village or community under a town.
#[derive(Template)]
#[template(path = "admin/village_add.html")]
pub struct VillageAddPage {
    pub(super) page: Page,
    pub(super) form: Filled,
}

/// The audit trail.
#[derive(Template)]
#[template(path = "admin/audit.html")]
pub struct AuditPage {
    pub(super) page: Page,
    pub(super) rows: Vec<AuditRow>,
    /// Names of staff; of learners none.
    pub(super) names: HashMap<LearnerId, String>,
    /// What is looked for.
    pub(super) form: Filled,
    pub(super) is_first: bool,
    pub(super) has_more: bool,
}

impl AuditPage {
    fn actor(&self, row: &AuditRow) -> String {
        let Some(actor) = row.actor.filter(|actor| *actor != LearnerId::NOBODY) else { return self.page.t("admin-audit-bank") };
        let learner = || self.page.t1("admin-audit-learner", "end", short(&actor.to_string()));
        self.names.get(&actor).cloned().unwrap_or_else(learner)
    }

    /// Whom it concerns, where that is somebody else than who did it.
    fn about(&self, row: &AuditRow) -> String {
        let other = row.learner.filter(|learner| row.actor != Some(*learner));
        other.map(|learner| self.page.t1("admin-audit-learner", "end", short(&learner.to_string()))).unwrap_or_default()
    }

    /// The choices of actions as the field shows them: code, words.
    fn choices(&self) -> Vec<(&'static str, String)> {
        let all = [("", self.page.t("admin-audit-all"))];
        all.into_iter().chain(ACTIONS.iter().map(|action| (*action, action_words(&self.page, action)))).collect()
    }

    /// The same filter, from the newest line on.
    fn newest(&self) -> String {
        let plain = |name| form_urlencoded::byte_serialize(self.form.value(name).as_bytes()).collect::<String>();
        format!("/staff/audit?action={}&day={}", plain("action"), plain("day"))
    }

    /// The same filter, behind the last line shown.
    fn older(&self) -> Option<String> {
        let last = self.rows.last().filter(|_| self.has_more)?;
        Some(format!("{}&before={}-{}", self.newest(), last.at.ms(), last.id.simple()))
    }

    fn action(&self, row: &AuditRow) -> String {
        action_words(&self.page, &row.action)
    }

    fn object(&self, row: &AuditRow) -> String {
        short(&row.object_id)
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
