//! What a member of staff may see: roles with their area, organisation and line of work.

use super::lines;
use super::roles::Role;
use crate::kernel::{Group, LearnerId, OrganisationId};
use crate::places::PlaceCode;
use crate::web::Duties;

/// One role of one person: where and for whom it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The organisation it is exercised for; none: for the place itself. It then counts where the organisation lies.
    pub organisation: Option<OrganisationId>,
    /// The area; the empty code is the whole bank.
    pub area: PlaceCode,
    /// The line of work (条线), which serves one group of learners; none: everybody.
    pub line: Option<String>,
}

impl Grant {
    /// Whether it counts for what `organisation` does at `place` for this line of work: one that is exercised for an organisation counts
    /// for that one alone, one of a line of work for that line alone.
    #[must_use]
    pub fn acts_for(&self, (organisation, place): (OrganisationId, &str), line: Option<&str>) -> bool {
        self.organisation.is_none_or(|own| own == organisation)
            && self.area.covers(place)
            && (self.line.is_none() || self.line.as_deref() == line)
    }

    /// Whether it lets its owner see this person.
    #[must_use]
    pub fn sees(&self, whose: Whose<'_>) -> bool {
        whose.place.is_none_or(|place| self.area.covers(place))
            && self.line.as_deref().is_none_or(|line| lines::serves(line, whose.groups))
    }
}

/// What decides who may see a person: where they live, and the groups they have chosen.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// Where they live. Who has not said can be seen from everywhere, by those who hold their card number.
    pub place: Option<&'a str>,
    /// Their groups.
    pub groups: &'a [Group],
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

    /// All their roles that count today.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether they have this role somewhere.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// Whether they have one of `roles` somewhere.
    #[must_use]
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// The areas in which they have one of `roles` for everybody; none: no list by place may be shown. A role bound to a line of
    /// work is not among them, since such a list holds people of all groups.
    #[must_use]
    pub fn areas(&self, roles: &[Role]) -> Vec<PlaceCode> {
        let grants = self.grants.iter().filter(|grant| grant.line.is_none() && roles.contains(&grant.role));
        let mut areas: Vec<PlaceCode> = grants.map(|grant| grant.area.clone()).collect();
        areas.sort();
        areas.dedup();
        areas
    }

    /// The role among `roles` by which they may see this person, if they have one.
    #[must_use]
    pub fn grant_for(&self, roles: &[Role], whose: Whose<'_>) -> Option<&Grant> {
        self.grants.iter().find(|grant| roles.contains(&grant.role) && grant.sees(whose))
    }

    /// The ways that pages offer them. Who is bound to a line of work is led to no list of what is asked: it holds people of all groups.
    #[must_use]
    pub fn duties(&self) -> Duties {
        Duties {
            hosts: !self.areas(Role::HOSTS).is_empty(),
            finds: self.has_any(Role::FINDERS),
            answers: !self.areas(Role::FINDERS).is_empty(),
            corrects: !self.areas(Role::CORRECTORS).is_empty(),
            looks: !self.areas(Role::LOOKERS).is_empty(),
            records: self.has_any(Role::RECORDERS),
            recognises: self.grants.iter().any(|grant| grant.organisation.is_some() && Role::CORRECTORS.contains(&grant.role)),
            plans: self.has_any(Role::PLANNERS),
            administers: self.has_any(Role::ADMINISTRATORS),
        }
    }

    /// What of it counts for work in the name of one organisation, whose line of work is `line`: the roles held in it, each within that line. A
    /// role for another line of work is not among them.
    #[must_use]
    pub fn within_organisation(&self, organisation: OrganisationId, line: Option<&str>) -> Self {
        let fits = |grant: &&Grant| {
            grant.organisation == Some(organisation)
                && grant.line.as_deref().is_none_or(|own| line.is_none_or(|line| line == own))
        };
        let bound = |grant: &Grant| Grant { line: grant.line.clone().or_else(|| line.map(str::to_owned)), ..grant.clone() };
        Self { actor: self.actor, grants: self.grants.iter().filter(fits).map(bound).collect() }
    }

    /// Whether they administer all of `area`, for every line of work.
    #[must_use]
    pub fn administers(&self, area: &PlaceCode) -> bool {
        self.administering().any(|grant| grant.line.is_none() && grant.area.covers(area.as_str()))
    }

    /// Whether they may give and end this role: within an area they administer, and within their line where they are bound to one.
    #[must_use]
    pub fn administers_grant(&self, given: &Grant) -> bool {
        let fits = |own: &Grant| own.line.is_none() || own.line == given.line;
        self.administering().any(|own| own.area.covers(given.area.as_str()) && fits(own))
    }

    /// Whether they may give roles in an organisation that lies at `place`, in this line of work.
    pub(super) fn administers_organisation(&self, place: &str, line: Option<&str>) -> bool {
        self.administering().any(|own| own.area.covers(place) && (own.line.is_none() || own.line.as_deref() == line))
    }

    /// Their roles as administrator.
    pub(super) fn administering(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(|grant| grant.role == Role::Administrator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    fn grant(role: Role, area: &str, line: Option<&str>) -> Grant {
        Grant { role, organisation: None, area: PlaceCode::parse(area).unwrap(), line: line.map(str::to_owned) }
    }

    fn scope(role: Role, area: &str, line: Option<&str>) -> StaffScope {
        StaffScope::new(LearnerId::fresh(Timestamp::from_ms(1)), vec![grant(role, area, line)])
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
            let found = scope(role, area, None).grant_for(Role::FINDERS, Whose { place, groups: &[] }).is_some();
            assert_eq!(found, finds, "{role:?} of {area:?}, {place:?}");
        }
    }

    #[test]
    fn a_line_of_work_sees_its_own_group_and_lists_nobody() {
        let women = scope(Role::Officer, "330185", Some("women"));
        for (groups, finds) in [(vec![Group::Woman], true), (vec![Group::Elder, Group::Woman], true), (vec![], false)] {
            let whose = Whose { place: Some("330185001"), groups: &groups };
            assert_eq!(women.grant_for(Role::FINDERS, whose).is_some(), finds, "{groups:?}");
        }
        let elsewhere = Whose { place: Some("330186"), groups: &[Group::Woman] };
        assert!(women.grant_for(Role::FINDERS, elsewhere).is_none() && women.areas(Role::FINDERS).is_empty());
    }

    #[test]
    fn work_for_an_organisation_is_bound_to_its_line_and_no_other_line_works_there() {
        let organisation = OrganisationId::from_uuid(uuid::Uuid::from_u128(7));
        let held = |line: Option<&str>| {
            let mut held = grant(Role::Officer, "330185", line);
            held.organisation = Some(organisation);
            StaffScope::new(LearnerId::NOBODY, vec![held, grant(Role::Reviewer, "330185", None)])
        };
        let cases = [
            (None, None, Some(None)),
            (None, Some("women"), Some(Some("women"))),
            (Some("women"), None, Some(Some("women"))),
            (Some("women"), Some("women"), Some(Some("women"))),
            (Some("elders"), Some("women"), None),
        ];
        for (own, line, expected) in cases {
            let narrowed = held(own).within_organisation(organisation, line);
            let found = narrowed.grants().iter().map(|grant| grant.line.as_deref()).next();
            assert_eq!((found, narrowed.has(Role::Reviewer)), (expected, false), "{own:?} for {line:?}");
        }
        let other = OrganisationId::from_uuid(uuid::Uuid::from_u128(8));
        assert!(held(None).within_organisation(other, None).grants().is_empty());
    }

    #[test]
    fn a_role_for_an_organisation_counts_for_that_one_and_one_of_a_line_for_that_line() {
        let now = Timestamp::from_ms(1);
        let (own, other) = (OrganisationId::fresh(now), OrganisationId::fresh(now));
        let plain = grant(Role::Officer, "330185", None);
        let bound = Grant { organisation: Some(own), ..plain.clone() };
        let women = grant(Role::Officer, "330185", Some("women"));
        let cases = [
            (&plain, own, "330185001", None, true),
            (&plain, own, "330186", None, false),
            (&plain, own, "330185", Some("women"), true),
            (&bound, own, "330185", None, true),
            (&bound, other, "330185", None, false),
            (&women, own, "330185", Some("women"), true),
            (&women, own, "330185", Some("elders"), false),
            (&women, own, "330185", None, false),
        ];
        for (grant, organisation, place, line, counts) in cases {
            assert_eq!(grant.acts_for((organisation, place), line), counts, "{grant:?} {place} {line:?}");
        }
    }

    #[test]
    fn a_volunteer_finds_people_and_sees_no_documents() {
        let whose = Whose { place: Some("330185"), groups: &[] };
        assert!(scope(Role::Volunteer, "330185", None).grant_for(Role::CHECKERS, whose).is_none());
        assert!(scope(Role::Reviewer, "330185", None).grant_for(Role::CHECKERS, whose).is_some());
    }

    #[test]
    fn an_administrator_administers_what_lies_within_and_nothing_above() {
        let county = scope(Role::Administrator, "330185", None);
        for (area, own) in [("330185", true), ("330185001", true), ("3301", false), ("", false), ("330186", false)] {
            assert_eq!(county.administers(&PlaceCode::parse(area).unwrap()), own, "{area}");
        }
        assert!(!scope(Role::Officer, "330185", None).administers(&PlaceCode::parse("330185").unwrap()));
    }

    #[test]
    fn an_administrator_of_a_line_gives_roles_of_that_line_only() {
        let women = scope(Role::Administrator, "330185", Some("women"));
        for (line, own) in [(Some("women"), true), (Some("elders"), false), (None, false)] {
            assert_eq!(women.administers_grant(&grant(Role::Volunteer, "330185001", line)), own, "{line:?}");
        }
        assert!(!women.administers(&PlaceCode::parse("330185").unwrap()));
        let whole = scope(Role::Administrator, "330185", None);
        assert!(whole.administers_grant(&grant(Role::Volunteer, "330185001", Some("women"))));
        assert!(!whole.administers_grant(&grant(Role::Volunteer, "33", None)));
    }
}
