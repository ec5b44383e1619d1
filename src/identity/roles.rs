//! Roles of the staff, how a session was opened, and what follows from both.

use crate::kernel::{LearnerId, OrganisationId};
use crate::places::PlaceCode;

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

    /// Whether this role may look up single people. The others see counts.
    #[must_use]
    pub const fn finds_people(self) -> bool {
        matches!(self, Self::Volunteer | Self::Officer | Self::Reviewer | Self::Administrator)
    }
}

/// One role of one person: where and for whom it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The organisation it is exercised for; none: for the place itself.
    pub organisation: Option<OrganisationId>,
    /// The area; the empty code is the whole bank.
    pub area: PlaceCode,
    /// The line of work (条线); none: all.
    pub line: Option<String>,
}

/// What a member of staff may see. Only the guard makes one, out of the roles in the table.
#[derive(Clone, Debug)]
pub struct StaffScope {
    actor: LearnerId,
    grants: Vec<Grant>,
}

impl StaffScope {
    pub(super) const fn new(actor: LearnerId, grants: Vec<Grant>) -> Self {
        Self { actor, grants }
    }

    /// Who it is.
    #[must_use]
    pub const fn actor(&self) -> LearnerId {
        self.actor
    }

    /// All their roles.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether they have this role somewhere.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// The areas in which they have one of `roles`; none: nothing may be shown.
    #[must_use]
    pub fn areas(&self, roles: &[Role]) -> Vec<PlaceCode> {
        let mut areas: Vec<PlaceCode> =
            self.grants.iter().filter(|grant| roles.contains(&grant.role)).map(|grant| grant.area.clone()).collect();
        areas.sort();
        areas.dedup();
        areas
    }

    /// The role by which they may look up single people at `place`, if they have one. Somebody without a place can be found by all who may find people.
    #[must_use]
    pub fn finder_at(&self, place: Option<&str>) -> Option<&Grant> {
        self.grants.iter().find(|grant| grant.role.finds_people() && place.is_none_or(|place| grant.area.covers(place)))
    }

    /// Whether they administer all of `area`.
    #[must_use]
    pub fn administers(&self, area: &PlaceCode) -> bool {
        self.grants.iter().any(|grant| grant.role == Role::Administrator && grant.area.covers(area.as_str()))
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
            Self::CardPin => matches!(act, Act::UseCredit),
            Self::Pictures | Self::Vouched | Self::Link => false,
        }
    }

    /// Minutes a session lives without being used, and whether use prolongs it.
    #[must_use]
    pub const fn lifetime(self) -> Lifetime {
        match self {
            Self::Sms | Self::CardPin => Lifetime { minutes: 30 * 24 * 60, slides: true },
            Self::PasswordTotp => Lifetime { minutes: 12 * 60, slides: false },
            Self::Pictures | Self::Vouched | Self::Link => Lifetime { minutes: 3 * 60, slides: false },
        }
    }
}

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Minutes from the last prolongation.
    pub minutes: i64,
    /// Whether use prolongs it, once a day.
    pub slides: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    fn scope(role: Role, area: &str) -> StaffScope {
        let grant = Grant { role, organisation: None, area: PlaceCode::parse(area).unwrap(), line: None };
        StaffScope::new(LearnerId::fresh(Timestamp::from_ms(1)), vec![grant])
    }

    #[test]
    fn staff_find_people_of_their_own_area_only_and_analysts_nobody() {
        let cases = [
            (Role::Volunteer, "330185001", Some("330185001203"), true),
            (Role::Volunteer, "330185001", Some("330185002"), false),
            (Role::Volunteer, "330185001", Some("33"), false),
            (Role::Volunteer, "330185001", None, true),
            (Role::Administrator, "", Some("11"), true),
            (Role::Analyst, "33", Some("3301"), false),
            (Role::Auditor, "", None, false),
        ];
        for (role, area, place, finds) in cases {
            assert_eq!(scope(role, area).finder_at(place).is_some(), finds, "{role:?} of {area:?}, {place:?}");
        }
    }

    #[test]
    fn an_administrator_administers_what_lies_within_and_nothing_above() {
        let county = scope(Role::Administrator, "330185");
        for (area, own) in [("330185", true), ("330185001", true), ("3301", false), ("", false), ("330186", false)] {
            assert_eq!(county.administers(&PlaceCode::parse(area).unwrap()), own, "{area}");
        }
        assert!(!scope(Role::Officer, "330185").administers(&PlaceCode::parse("330185").unwrap()));
    }

    #[test]
    fn a_found_card_opens_no_door() {
        for act in [Act::ReadAll, Act::ChangeDoor, Act::Leave] {
            assert!(!Assurance::CardPin.may(act) && !Assurance::Vouched.may(act) && Assurance::Sms.may(act), "{act:?}");
        }
    }
}
