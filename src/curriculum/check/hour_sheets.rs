//! The sheets of hours: what each kind of staff is shown.

use std::collections::BTreeSet;

use super::{Fault, Trouble};
use crate::curriculum::model::HourColumn;
use crate::curriculum::read::Draft;
use crate::kernel::Day;

/// The file with them.
const FILE: &str = "hour_sheets.toml";

pub(super) fn check(draft: &Draft, faults: &mut Vec<Fault>) {
    if draft.hour_sheets.is_empty() {
        faults.push(Fault::new(FILE, 1, Trouble::Empty { what: "sheet" }));
    }
    let mut seen = BTreeSet::new();
    for sheet in &draft.hour_sheets {
        let (value, lines) = (&sheet.value, &sheet.lines);
        for (what, text) in [("id", &value.id), ("name", &value.name), ("note", &value.note)] {
            if text.trim().is_empty() {
                faults.push(sheet.fault_at(lines.part(what), Trouble::Empty { what }));
            }
        }
        if Day::parse(&value.from).is_none() {
            faults.push(sheet.fault_at(lines.part("from"), Trouble::BadDate(value.from.clone())));
        }
        if value.note.chars().any(char::is_numeric) {
            faults.push(sheet.fault_at(lines.part("note"), Trouble::FigureInNote));
        }
        for must in [HourColumn::Day, HourColumn::Course] {
            if !value.columns.contains(&must) {
                faults.push(sheet.fault_at(lines.part("columns"), Trouble::MissingKey(must.code().to_owned())));
            }
        }
        let twice =
            value.columns.iter().enumerate().find(|(at, column)| value.columns.iter().take(*at).any(|one| one == *column));
        if let Some((_, column)) = twice {
            faults.push(sheet.fault_at(lines.part("columns"), Trouble::Twice(column.code().to_owned())));
        }
        if !seen.insert((&value.id, &value.from)) {
            faults.push(sheet.fault_at(lines.part("id"), Trouble::IdTwice(value.id.clone())));
        }
    }
}
