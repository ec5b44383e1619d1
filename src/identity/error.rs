//! What this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::SealBroken;
use crate::places;

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nobody with this id, or they have left.
    #[error("there is no such person")]
    NoSuchPerson,
    /// Somebody else's, or none.
    #[error("there is no such session")]
    NoSuchSession,
    /// The link was used, is too old, or never was.
    #[error("the link is used up")]
    LinkUsedUp,
    /// The phone was not proven by a code within the last hour.
    #[error("the phone is not proven")]
    PhoneNotProven,
    /// Another account holds this phone number.
    #[error("the phone belongs to another account")]
    PhoneTaken,
    /// Another account holds this document number.
    #[error("the document belongs to another account")]
    DocumentTaken,
    /// Another member of staff has this sign-in name.
    #[error("the sign-in name is taken")]
    LoginTaken,
    /// An organisation that does not lie in the area of the role.
    #[error("the organisation lies elsewhere")]
    OrganisationElsewhere,
    /// More than a day has passed.
    #[error("too late to take it back")]
    TooLateToUndo,
    /// Their document was seen: who looks at it again changes what it shows.
    #[error("a document was seen")]
    Checked,
    /// The name or the year of birth are others than a page showed, against which a paper was held.
    #[error("name or year are others than shown")]
    NotAsShown,
    /// They have said where they live meanwhile.
    #[error("the place is known")]
    PlaceKnown,
    /// No blank card has this number, or somebody has it by now.
    #[error("there is no such blank card")]
    NoSuchBlank,
    /// This device is no hall's, or is one no more.
    #[error("the device is no hall's")]
    NoHall,
    /// This form was sent before, with something else in it.
    #[error("the form was used before")]
    SentBefore,
    /// The six digits of the second factor do not fit.
    #[error("the second factor does not fit")]
    SecondFactorWrong,
    /// The role does not allow it.
    #[error("not allowed")]
    NotAllowed,
    /// A consent of its own is needed first.
    #[error("a consent of its own is needed")]
    NeedsConsent,
    /// Under 14 without a guardian.
    #[error("a guardian is needed")]
    NeedsGuardian,
    /// Too many passwords wait to be checked.
    #[error("too many passwords wait")]
    Busy,
    /// There is no such request about two accounts.
    #[error("there is no such request")]
    NoSuchAlias,
    /// The accounts stand otherwise: one is joined already, or is not.
    #[error("these accounts cannot be joined or parted so")]
    AliasImpossible,
    /// A request about the same account waits already.
    #[error("a request about this account waits already")]
    AliasAsked,
    /// The request was decided or taken back meanwhile.
    #[error("the request is decided")]
    AliasDecided,
    /// Nobody decides on what they asked for.
    #[error("nobody decides on their own request")]
    AliasOwnRequest,
    /// There is no such place or organisation.
    #[error(transparent)]
    Place(#[from] places::Error),
    /// A sealed column does not open: the key was lost or a row was altered.
    #[error(transparent)]
    Sealed(#[from] SealBroken),
    /// Something that cannot be computed (password hash, second factor).
    #[error("cannot be computed: {0}")]
    Computed(String),
    /// Below the subjects.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) => fault.database_error(),
            Self::Place(error) => error.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchPerson | Error::NoSuchSession | Error::NoSuchAlias => Self::NotFound,
            Error::LinkUsedUp => Self::Changed(Message::of("identity-link-used-up")),
            Error::PhoneNotProven => {
                Self::Changed(Message::of("identity-phone-not-proven")).leading_to("/sign-in", "identity-phone-prove-again")
            }
            Error::PhoneTaken => Self::Refused(Message::of("identity-phone-taken")),
            Error::DocumentTaken => Self::Refused(Message::of("identity-document-taken")),
            Error::LoginTaken => Self::Refused(Message::of("identity-login-taken")),
            Error::OrganisationElsewhere => Self::Refused(Message::of("identity-organisation-elsewhere")),
            Error::TooLateToUndo => Self::Changed(Message::of("identity-too-late-to-undo")),
            Error::NotAsShown => Self::Changed(Message::of("identity-document-changed")),
            Error::PlaceKnown => Self::Changed(Message::of("identity-place-known")),
            Error::Checked => Self::Refused(Message::of("me-checked")),
            Error::NoSuchBlank => Self::Refused(Message::of("identity-blank-unknown")),
            Error::NoHall => Self::Changed(Message::of("identity-hall-over")),
            Error::SentBefore => Self::Changed(Message::of("identity-sent-before")),
            Error::SecondFactorWrong => Self::Refused(Message::of("identity-totp-wrong")),
            Error::NeedsGuardian => Self::Refused(Message::of("identity-needs-guardian")),
            Error::AliasImpossible => Self::Changed(Message::of("alias-impossible")),
            Error::AliasAsked => Self::Changed(Message::of("alias-asked-already")),
            Error::AliasDecided => Self::Changed(Message::of("alias-decided")),
            Error::AliasOwnRequest => Self::Refused(Message::of("correction-own")),
            Error::NotAllowed => Self::NotAllowed,
            Error::NeedsConsent => Self::Refused(Message::of("identity-needs-consent")),
            Error::Busy => Self::Busy,
            Error::Place(places::Error::Fault(fault)) | Error::Fault(fault) => fault.into(),
            Error::Place(error) => Self::Refused(match error {
                places::Error::UnknownOrganisation => Message::of("identity-organisation-unknown"),
                _ => Message::of("identity-place-unknown"),
            }),
            Error::Sealed(error) => Self::Fault(error.to_string()),
            Error::Computed(error) => Self::Fault(error),
        }
    }
}
