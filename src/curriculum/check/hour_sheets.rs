//! The sheets of hours: what each kind of staff is shown.

use std::collections::BTreeSet;

use super::{Fault, Trouble};
use crate::curriculum::model::HourColumn;
use crate::curriculum::read::Draft;
use crate::kernel::Day;

/// The file with them.
const FILE: &str = "hour_sheets.toml";

/// What stands before these is a figure, also where it is written out.
const UNITS: [&str; 5] = ["学时", "小时", "%", "％", "成"];
const NUMERALS: &str = "〇零一二两三四五六七八九十百千万半";

fn has_figure(note: &str) -> bool {
    let written = |unit: &&str| {
        note.match_indices(*unit).any(|(at, _)| {
            let before = note.get(..at).unwrap_or_default().trim_end();
            before.trim_end_matches('个').chars().next_back().is_some_and(|last| NUMERALS.contains(last))
        })
    };
    note.chars().any(char::is_numeric) || note.contains("百分之") || UNITS.iter().any(written)
}

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
        if has_figure(&value.note) {
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

#[cfg(test)]
mod tests {
    use super::has_figure;

    #[test]
    fn a_note_compares_with_nothing_in_digits_or_in_words() {
        for note in ["不满 90 学时的要补", "不满九十学时的要补", "一半以上要百分之八十", "每年三十个学时", "网络学习占五成"]
        {
            assert!(has_figure(note), "{note}");
        }
        for note in ["由干部教育培训主管部门认定。", "标准学时和签到学时各是一栏，不相加。", "一年一张"]
        {
            assert!(!has_figure(note), "{note}");
        }
    }
}
