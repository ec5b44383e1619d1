//! Kinds of consent and of codes, as tables and services name them.

use crate::kernel::Group;

/// The text of consent that people are shown, and its version; a test keeps both in step with the words.
pub const CONSENT_TEXT: &str = "privacy";
/// Raised with every change of the words.
pub const CONSENT_VERSION: &str = "2026-11-26.1";
/// The cookies in which a visitor's choice of where to begin is kept: the start points, and the reading list. Learning writes and reads
/// them; a registration carries them into the account.
pub const START_COOKIE: &str = "start";
/// See [`START_COOKIE`].
pub const PATHWAY_COOKIE: &str = "pathway";
/// The separate consent to keep that somebody is a veteran or otherwise entitled (个人信息保护法 art. 29: sensitive data).
pub const CONSENT_VETERAN: &str = "veteran";
/// The separate consent to keep that somebody has a disability.
pub const CONSENT_DISABLED: &str = "disabled";
/// Versions of the two texts, which are short and change apart from the great one.
const VETERAN_VERSION: &str = "2026-11-25.1";
const DISABLED_VERSION: &str = "2026-11-25.1";

/// The text, and its version, that must be agreed to before it is kept that somebody belongs to `group`; none where it needs none.
#[must_use]
pub const fn consent_of(group: Group) -> Option<(&'static str, &'static str)> {
    match group {
        Group::Veteran => Some((CONSENT_VETERAN, VETERAN_VERSION)),
        Group::Disabled => Some((CONSENT_DISABLED, DISABLED_VERSION)),
        Group::Elder | Group::Farmer | Group::Woman | Group::CivilServant | Group::Public => None,
    }
}

/// How consent was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentWay {
    /// By pressing the button under the text.
    Screen,
    /// Aloud, after the text was read out.
    Spoken,
    /// On paper.
    Paper,
    /// Before a witness.
    Witness,
}

impl ConsentWay {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Spoken => "spoken",
            Self::Paper => "paper",
            Self::Witness => "witness",
        }
    }
}

/// A consent, with the text it was given to.
#[derive(Clone, Copy, Debug)]
pub struct ConsentGiven {
    /// Which text.
    pub text_id: &'static str,
    /// In which version.
    pub text_version: &'static str,
    /// How.
    pub way: ConsentWay,
}

impl ConsentGiven {
    /// Consent to the text of today.
    #[must_use]
    pub const fn today(way: ConsentWay) -> Self {
        Self { text_id: CONSENT_TEXT, text_version: CONSENT_VERSION, way }
    }
}

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePurpose {
    /// To sign in, or to register where the phone has no account yet.
    SignIn,
    /// To give one's account another phone.
    ChangePhone,
}

impl CodePurpose {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::ChangePhone => "change_phone",
        }
    }

    pub(super) fn from_code(code: &str) -> Self {
        if code == "change_phone" { Self::ChangePhone } else { Self::SignIn }
    }

    pub(super) const fn letter(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in-code",
            Self::ChangePhone => "change-phone-code",
        }
    }
}
