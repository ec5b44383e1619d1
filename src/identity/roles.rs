//! Roles of the staff, how a session was opened, and what follows from both.

/// What somebody does for the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// 志愿者.
    Volunteer,
    /// 机构经办人.
    Officer,
    /// 复核人.
    Reviewer,
    /// 管理员.
    Administrator,
    /// 分析员.
    Analyst,
    /// 档案员.
    Archivist,
    /// 审计员.
    Auditor,
}

impl Role {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 7] =
        [Self::Volunteer, Self::Officer, Self::Reviewer, Self::Administrator, Self::Analyst, Self::Archivist, Self::Auditor];

    /// Those who may look up single people. The others see counts.
    pub const FINDERS: &'static [Self] = &[Self::Volunteer, Self::Officer, Self::Reviewer, Self::Administrator];

    /// Those who hold class sessions.
    pub const HOSTS: &'static [Self] = &[Self::Volunteer, Self::Administrator];

    /// Those who may say that they have seen a document.
    pub const CHECKERS: &'static [Self] = &[Self::Officer, Self::Reviewer, Self::Administrator];

    /// Those who ask for corrections of credit.
    pub const OFFICERS: &'static [Self] = &[Self::Officer];

    /// Those who decide on what officers asked for.
    pub const REVIEWERS: &'static [Self] = &[Self::Reviewer];

    /// Both of them.
    pub const CORRECTORS: &'static [Self] = &[Self::Officer, Self::Reviewer];

    /// Those who give and end roles.
    pub const ADMINISTRATORS: &'static [Self] = &[Self::Administrator];

    /// Those who look at what the bank asks somebody to look at.
    pub const LOOKERS: &'static [Self] = &[Self::Reviewer, Self::Administrator];

    /// Those who send recordings of cards and questions.
    pub const RECORDERS: &'static [Self] = &[Self::Volunteer, Self::Administrator];

    /// Those who publish training plans for an organisation.
    pub const PLANNERS: &'static [Self] = &[Self::Officer, Self::Administrator];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Volunteer => "volunteer",
            Self::Officer => "officer",
            Self::Reviewer => "reviewer",
            Self::Administrator => "administrator",
            Self::Analyst => "analyst",
            Self::Archivist => "archivist",
            Self::Auditor => "auditor",
        }
    }

    /// The role that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// How a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assurance {
    /// Password and second factor.
    PasswordTotp,
    /// A code sent to the phone.
    Sms,
    /// Learner card and PIN.
    CardPin,
    /// Three pictures, on a volunteer's device.
    Pictures,
    /// Vouched for by a volunteer, for one class.
    Vouched,
    /// A one-time link.
    Link,
}

/// What not every session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// See and take away all data of oneself.
    ReadAll,
    /// Change the phone number or the card's PIN.
    ChangeDoor,
    /// Leave the bank.
    Leave,
    /// Ask for a certificate, or take credit out.
    UseCredit,
    /// Give an award away to an outside programme. It cannot be taken back.
    TransferOut,
    /// Say yes to being seen by others: by an employer, for the plan that they lay before people.
    Share,
}

impl Assurance {
    const ALL: [Self; 6] = [Self::PasswordTotp, Self::Sms, Self::CardPin, Self::Pictures, Self::Vouched, Self::Link];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PasswordTotp => "password_totp",
            Self::Sms => "sms",
            Self::CardPin => "card_pin",
            Self::Pictures => "pictures",
            Self::Vouched => "vouched",
            Self::Link => "link",
        }
    }

    /// The assurance that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|assurance| assurance.code() == code)
    }

    /// Whether a session opened so may do `act`. A card can be found in the street: it opens the lessons, not the doors.
    #[must_use]
    pub const fn may(self, act: Act) -> bool {
        match self {
            Self::PasswordTotp | Self::Sms => true,
            Self::CardPin => matches!(act, Act::UseCredit | Act::Share),
            Self::Pictures | Self::Vouched | Self::Link => false,
        }
    }

    /// How long a session opened so lives on a device of this kind. On a shared one it ends with the class.
    #[must_use]
    pub const fn lifetime(self, device: Ownership) -> Lifetime {
        match (self, device) {
            (Self::PasswordTotp, _) => Lifetime { minutes: 12 * 60, slides: false },
            (Self::Sms | Self::CardPin, Ownership::Own) => Lifetime { minutes: 30 * 24 * 60, slides: true },
            _ => Lifetime { minutes: 3 * 60, slides: false },
        }
    }
}

/// Whose device it is, as far as whoever signs in has said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ownership {
    /// One's own.
    #[default]
    Own,
    /// A hall's, a family's, a school's: others use it after them.
    Shared,
}

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Minutes from the last prolongation.
    pub minutes: i64,
    /// Whether use prolongs it, once a day.
    pub slides: bool,
}

impl Lifetime {
    /// Days that the browser keeps the cookie; none: until it is closed.
    #[must_use]
    pub const fn cookie_days(self) -> Option<i64> {
        if self.slides { Some(self.minutes / (24 * 60)) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_found_card_opens_no_door() {
        for act in [Act::ReadAll, Act::ChangeDoor, Act::Leave, Act::TransferOut] {
            assert!(!Assurance::CardPin.may(act) && !Assurance::Vouched.may(act) && Assurance::Sms.may(act), "{act:?}");
        }
    }

    #[test]
    fn nobody_is_shown_to_others_by_a_door_that_somebody_else_opened() {
        let may: Vec<Assurance> = Assurance::ALL.into_iter().filter(|assurance| assurance.may(Act::Share)).collect();
        assert_eq!(may, [Assurance::PasswordTotp, Assurance::Sms, Assurance::CardPin]);
    }

    #[test]
    fn on_a_shared_device_a_session_ends_with_the_class() {
        for assurance in [Assurance::Sms, Assurance::CardPin] {
            assert_eq!(assurance.lifetime(Ownership::Own).cookie_days(), Some(30));
            assert_eq!(assurance.lifetime(Ownership::Shared), Lifetime { minutes: 180, slides: false });
        }
        assert_eq!(Assurance::PasswordTotp.lifetime(Ownership::Own).cookie_days(), None);
    }
}
