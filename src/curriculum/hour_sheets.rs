//! Which sheet of hours holds on a day.

use super::Shelf;
use super::model::HourSheet;
use crate::kernel::{Day, Group};

/// The sheets that hold on a day, one for each kind of staff, in the order of the file.
#[must_use]
pub fn hour_sheets_on(shelf: &Shelf, day: Day) -> Vec<&HourSheet> {
    in_force(&shelf.edition().hour_sheets, day)
}

fn in_force(all: &[HourSheet], day: Day) -> Vec<&HourSheet> {
    let from = |sheet: &HourSheet| Day::parse(&sheet.from);
    let mut shown: Vec<&HourSheet> = Vec::new();
    for sheet in all.iter().filter(|sheet| from(sheet).is_some_and(|from| from <= day)) {
        match shown.iter_mut().find(|known| known.id == sheet.id) {
            Some(known) if from(known) < from(sheet) => *known = sheet,
            Some(_) => {}
            None => shown.push(sheet),
        }
    }
    // Of a year before the first rule the first rules are used: what was learnt then is shown all the same.
    if shown.is_empty() {
        for sheet in all {
            if shown.iter().all(|known| known.id != sheet.id) {
                shown.push(sheet);
            }
        }
    }
    shown
}

/// The sheet that is shown: the one asked for, else that of one of these groups, else that of the public.
#[must_use]
pub fn hour_sheet_for<'s>(sheets: &[&'s HourSheet], asked: &str, groups: &[Group]) -> Option<&'s HourSheet> {
    let of = |group: Group| sheets.iter().find(|sheet| sheet.group == Some(group));
    let by_id = sheets.iter().find(|sheet| sheet.id == asked);
    let by_group = || groups.iter().find_map(|group| of(*group));
    by_id.or_else(by_group).or_else(|| of(Group::Public)).or_else(|| sheets.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curriculum::model::HourColumn;

    fn sheet(id: &str, from: &str, group: Option<Group>, note: &str) -> HourSheet {
        HourSheet {
            id: id.to_owned(),
            name: id.to_owned(),
            group,
            from: from.to_owned(),
            columns: vec![HourColumn::Day, HourColumn::Course],
            note: note.to_owned(),
        }
    }

    fn all() -> Vec<HourSheet> {
        vec![
            sheet("civil", "2026-01-01", Some(Group::CivilServant), "old"),
            sheet("general", "2026-01-01", Some(Group::Public), "general"),
            sheet("civil", "2027-07-01", Some(Group::CivilServant), "new"),
        ]
    }

    #[test]
    fn each_kind_has_the_rule_of_the_day_and_an_old_year_keeps_the_old_one() {
        let all = all();
        let notes =
            |day: &str| in_force(&all, Day::parse(day).unwrap()).iter().map(|sheet| sheet.note.clone()).collect::<Vec<_>>();
        assert_eq!(notes("2026-12-31"), ["old", "general"]);
        assert_eq!(notes("2027-07-01"), ["new", "general"]);
        assert_eq!(notes("2020-12-31"), ["old", "general"], "before the first rule");
    }

    #[test]
    fn a_sheet_is_that_asked_for_or_that_of_ones_group_or_the_public_one() {
        let all = all();
        let sheets = in_force(&all, Day::parse("2027-12-31").unwrap());
        let shown = |asked: &str, groups: &[Group]| hour_sheet_for(&sheets, asked, groups).unwrap().id.clone();
        assert_eq!(shown("", &[Group::Elder, Group::CivilServant]), "civil");
        assert_eq!(shown("general", &[Group::CivilServant]), "general");
        assert_eq!(shown("nonsense", &[Group::Elder]), "general");
        assert!(hour_sheet_for(&[], "", &[]).is_none());
    }
}
