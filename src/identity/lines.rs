//! Lines of work (条线) and whom they serve. A table, not code: a role bound to a line sees people of that line's group only.

use crate::kernel::Group;

/// Each line with the group it serves; none: everybody.
const LINES: [(&str, Option<Group>); 6] = [
    ("women", Some(Group::Woman)),
    ("agriculture", Some(Group::Farmer)),
    ("veterans", Some(Group::Veteran)),
    ("civil_servants", Some(Group::CivilServant)),
    ("education", None),
    ("elders", Some(Group::Elder)),
];

/// The codes of all lines of work (条线), in the order in which pages show them.
pub fn codes() -> impl Iterator<Item = &'static str> {
    LINES.iter().map(|(code, _)| *code)
}

/// The group that a line serves; none where it serves everybody, or is in no table.
#[must_use]
pub fn group_of(code: &str) -> Option<Group> {
    LINES.iter().find(|(line, _)| *line == code).and_then(|(_, group)| *group)
}

/// Whether the line `code` serves somebody of these groups. A line that is not in the table serves nobody.
pub(super) fn serves(code: &str, groups: &[Group]) -> bool {
    LINES.iter().any(|(line, group)| *line == code && group.is_none_or(|group| groups.contains(&group)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_serves_its_own_group_and_education_serves_everybody() {
        let cases: [(&str, &[Group], bool); 6] = [
            ("women", &[Group::Elder, Group::Woman], true),
            ("women", &[Group::Elder], false),
            ("veterans", &[], false),
            ("education", &[], true),
            ("civil_servants", &[Group::CivilServant], true),
            ("railways", &Group::ALL, false),
        ];
        for (line, groups, serves_them) in cases {
            assert_eq!(serves(line, groups), serves_them, "{line} {groups:?}");
        }
    }
}
