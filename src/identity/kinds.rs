//! Kinds of consent and of codes, as tables and services name them.

/// The text of consent that people are shown, and its version; a test keeps both in step with the words.
pub const CONSENT_TEXT: &str = "privacy";
/// Raised with every change of the words.
pub const CONSENT_VERSION: &str = "2026-11-22.2";
/// The separate consent to keep that somebody is a veteran (个人信息保护法 art. 29: sensitive data).
pub const CONSENT_VETERAN: &str = "veteran";

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
