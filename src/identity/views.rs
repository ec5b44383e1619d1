//! The pages of the doors, one struct each.

use askama::Template;

use super::back::{reason_of, way_back};
use super::qr::QrPicture;
use super::{GrantRow, SessionRow, SetupCode, StaffMember};
use crate::i18n::Message;
use crate::kernel::{SessionId, Timestamp};
use crate::web::{Filled, Page, day_words};

/// The phone number.
#[derive(Template)]
#[template(path = "identity/phone.html")]
pub struct PhonePage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) back: String,
    /// Whether it begins a registration.
    pub(super) is_new: bool,
}

impl PhonePage {
    fn title(&self) -> String {
        self.page.t(if self.is_new { "identity-register-title" } else { "identity-sign-in-title" })
    }

    fn reason(&self) -> String {
        reason(&self.page, &self.back)
    }

    fn way_back(&self) -> &str {
        way_back(&self.back)
    }
}

/// Why the door asks, in words; empty where it need not say.
fn reason(page: &Page, back: &str) -> String {
    reason_of(back).map(|key| page.t(key)).unwrap_or_default()
}

/// The digits of the text.
#[derive(Template)]
#[template(path = "identity/code.html")]
pub struct CodePage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) back: String,
    /// The phone, masked.
    pub(super) phone: String,
    /// What has just happened.
    pub(super) notice: Option<Message>,
    /// Whether it is a step of a registration.
    pub(super) is_new: bool,
}

impl CodePage {
    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
    }
}

/// Card number and PIN.
#[derive(Template)]
#[template(path = "identity/card_door.html")]
pub struct CardPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) back: String,
}

impl CardPage {
    fn reason(&self) -> String {
        reason(&self.page, &self.back)
    }
}

/// Registration: the name.
#[derive(Template)]
#[template(path = "identity/register_name.html")]
pub struct NamePage {
    pub(super) page: Page,
    pub(super) form: Filled,
}

/// Registration: the year of birth.
#[derive(Template)]
#[template(path = "identity/register_year.html")]
pub struct YearPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// Whether month and day are needed to know if somebody is 14.
    pub(super) asks_day: bool,
}

/// Registration: all at a glance.
#[derive(Template)]
#[template(path = "identity/register_check.html")]
pub struct CheckPage {
    pub(super) page: Page,
    pub(super) name: String,
    pub(super) year: i64,
    /// The phone, masked.
    pub(super) phone: String,
}

/// Registration: the text of consent and two buttons.
#[derive(Template)]
#[template(path = "identity/consent.html")]
pub struct ConsentPage {
    pub(super) page: Page,
}

/// The account is open: its card, and a PIN for it.
#[derive(Template)]
#[template(path = "identity/opened.html")]
pub struct OpenedPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) name: String,
    pub(super) card: String,
    /// Where to go on.
    pub(super) back: String,
    /// Whether the card has its PIN by now, or cannot get one in this session.
    pub(super) is_over: bool,
    /// Whether the PIN was chosen just now.
    pub(super) is_set: bool,
}

impl OpenedPage {
    fn name_parts(&self) -> Vec<String> {
        name_parts(&self.name)
    }
}

/// A name in the parts that are kept whole on a narrow screen: it breaks behind a dot, if it must.
fn name_parts(name: &str) -> Vec<String> {
    name.split_inclusive('\u{b7}').map(str::to_owned).collect()
}

/// The text of consent has changed since somebody agreed.
#[derive(Template)]
#[template(path = "identity/consent_changed.html")]
pub struct ChangedConsentPage {
    pub(super) page: Page,
    /// Where to go on, with or without agreeing.
    pub(super) back: String,
}

/// Signed out.
#[derive(Template)]
#[template(path = "identity/signed_out.html")]
pub struct SignedOutPage {
    pub(super) page: Page,
}

/// Nothing was kept.
#[derive(Template)]
#[template(path = "identity/not_now.html")]
pub struct NotNowPage {
    pub(super) page: Page,
}

/// Under 14: how to come with a guardian.
#[derive(Template)]
#[template(path = "identity/young.html")]
pub struct YoungPage {
    pub(super) page: Page,
}

/// The text of consent, to read at any time.
#[derive(Template)]
#[template(path = "identity/privacy.html")]
pub struct PrivacyPage {
    pub(super) page: Page,
    pub(super) version: &'static str,
    pub(super) officer: String,
}

/// One's sessions.
#[derive(Template)]
#[template(path = "identity/sessions.html")]
pub struct SessionsPage {
    pub(super) page: Page,
    pub(super) here: SessionId,
    pub(super) open: Vec<SessionRow>,
    /// Whether another session was ended just now.
    pub(super) is_ended: bool,
}

impl SessionsPage {
    fn device(&self, session: &SessionRow) -> String {
        self.page.t(&format!("identity-device-{}", session.device_label))
    }

    fn way(&self, session: &SessionRow) -> String {
        session.assurance.map(|assurance| self.page.t(&format!("identity-way-{}", assurance.code()))).unwrap_or_default()
    }

    fn seen_on(&self, session: &SessionRow) -> String {
        day_words(self.page.lang(), session.seen_at.day())
    }

    fn since(&self, session: &SessionRow) -> String {
        day_words(self.page.lang(), session.created_at.day())
    }

    fn is_here(&self, session: &SessionRow) -> bool {
        session.id == self.here
    }

    fn has_others(&self) -> bool {
        self.open.iter().any(|session| session.id != self.here)
    }
}

/// One's card.
#[derive(Template)]
#[template(path = "identity/my_card.html")]
pub struct MyCardPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) name: String,
    pub(super) card: String,
    /// Leads to the door with the number filled in.
    pub(super) qr: QrPicture,
    pub(super) has_pin: bool,
    pub(super) may_choose: bool,
    pub(super) is_set: bool,
}

impl MyCardPage {
    fn name_parts(&self) -> Vec<String> {
        name_parts(&self.name)
    }
}

/// Another phone.
#[derive(Template)]
#[template(path = "identity/new_phone.html")]
pub struct NewPhonePage {
    pub(super) page: Page,
    pub(super) form: Filled,
}

/// The code to the other phone.
#[derive(Template)]
#[template(path = "identity/new_code.html")]
pub struct NewCodePage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// The phone, masked.
    pub(super) phone: String,
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
}

/// Somebody looked up.
#[derive(Template)]
#[template(path = "identity/learner.html")]
pub struct LearnerPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) born: String,
    pub(super) phone: String,
    pub(super) card: String,
    pub(super) place: String,
    pub(super) level: i64,
    pub(super) registered: String,
    pub(super) is_seen: bool,
}

/// The staff of an area.
#[derive(Template)]
#[template(path = "identity/people.html")]
pub struct PeoplePage {
    pub(super) page: Page,
    pub(super) staff: Vec<StaffMember>,
    /// Names of places and organisations by code and id.
    pub(super) names: std::collections::HashMap<String, String>,
}

impl PeoplePage {
    fn role(&self, row: &GrantRow) -> String {
        self.page.t(&format!("role-{}", row.grant.role.code()))
    }

    fn place(&self, row: &GrantRow) -> String {
        let code = row.grant.area.as_str();
        if code.is_empty() {
            self.page.t("identity-everywhere")
        } else {
            self.names.get(code).cloned().unwrap_or_else(|| code.to_owned())
        }
    }

    fn organisation(&self, row: &GrantRow) -> String {
        let named = row.grant.organisation.and_then(|id| self.names.get(&id.to_string()).cloned());
        named.unwrap_or_else(|| self.page.t("identity-organisation-none"))
    }

    fn since(&self, row: &GrantRow) -> String {
        row.granted_at.day().to_string()
    }
}

/// Adding somebody to the staff.
#[derive(Template)]
#[template(path = "identity/people_add.html")]
pub struct PeopleAddPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) roles: Vec<(String, String)>,
    pub(super) organisations: Vec<(String, String)>,
    pub(super) lines: Vec<(String, String)>,
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
