//! The pages of the learners' doors, one struct each.

use std::collections::HashMap;

use askama::Template;

use super::back::{reason_of, way_back};
use super::{SamplePerson, SessionRow};
use crate::i18n::Message;
use crate::kernel::SessionId;
use crate::web::{Filled, Page, QrPicture, day_words};

/// The phone number.
#[derive(Template)]
#[template(path = "identity/phone.html")]
pub struct PhonePage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) back: String,
    /// Why somebody stands here.
    pub(super) errand: Errand,
    /// What has just happened.
    pub(super) notice: Option<Message>,
}

/// Why somebody is asked for their phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    /// To sign in.
    SignIn,
    /// To begin a registration.
    Register,
    /// To prove more: they came in by their card, and want what a card does not open.
    ProveMore,
}

impl PhonePage {
    fn title(&self) -> String {
        self.page.t(match self.errand {
            Errand::SignIn => "identity-sign-in-title",
            Errand::Register => "identity-register-title",
            Errand::ProveMore => "identity-prove-title",
        })
    }

    fn is_new(&self) -> bool {
        self.errand == Errand::Register
    }

    fn signs_in(&self) -> bool {
        self.errand == Errand::SignIn
    }

    fn proves_more(&self) -> bool {
        self.errand == Errand::ProveMore
    }

    /// Why the door asks.
    fn reason(&self) -> String {
        match self.errand {
            Errand::SignIn => reason(&self.page, &self.back),
            Errand::Register => String::new(),
            Errand::ProveMore => self.page.t("identity-prove-lead"),
        }
    }

    fn lead(&self) -> String {
        match self.errand {
            Errand::SignIn => self.page.t("identity-sign-in-new"),
            Errand::Register => self.page.t("identity-register-lead"),
            Errand::ProveMore => String::new(),
        }
    }

    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
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
    /// Whether the year of birth is asked too.
    pub(super) asks_year: bool,
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
    /// What has just happened.
    pub(super) notice: Option<Message>,
}

impl NewCodePage {
    fn notice(&self) -> String {
        self.notice.as_ref().map(|message| message.say(self.page.lang())).unwrap_or_default()
    }
}

/// The sample people.
#[derive(Template)]
#[template(path = "identity/sample_people.html")]
pub struct SamplePeoplePage {
    pub(super) page: Page,
    pub(super) staff: Vec<SamplePerson>,
    pub(super) learners: Vec<SamplePerson>,
    /// Names of places by their codes.
    pub(super) places: HashMap<String, String>,
    pub(super) pin: &'static str,
}

impl SamplePeoplePage {
    fn roles(&self, person: &SamplePerson) -> String {
        let words = person.roles.iter().flat_map(|(role, line)| {
            let line = line.as_ref().map(|line| self.page.t(&format!("line-{line}")));
            std::iter::once(self.page.t(&format!("role-{}", role.code()))).chain(line)
        });
        words.collect::<Vec<_>>().join(" · ")
    }

    fn groups(&self, person: &SamplePerson) -> String {
        let words: Vec<String> = person.groups.iter().map(|group| self.page.t(&format!("sample-group-{group}"))).collect();
        words.join(" · ")
    }

    fn place(&self, person: &SamplePerson) -> String {
        let code = person.place_code.as_deref().unwrap_or_default();
        self.places.get(code).cloned().unwrap_or_else(|| self.page.t("identity-everywhere"))
    }
}
