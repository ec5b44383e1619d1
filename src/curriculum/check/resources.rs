//! What others have made: where it is, who answers for it, until when it was looked at.

use std::collections::BTreeSet;

use super::text::{Lists, Voice};
use super::{Fault, Trouble};
use crate::curriculum::links;
use crate::curriculum::model::Resource;
use crate::curriculum::read::{At, Draft};
use crate::kernel::Day;

/// The terms that may stand beside a resource: those of Creative Commons, or that anybody may look at it for nothing.
const LICENCES: [&str; 6] = ["CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC BY-NC-SA 4.0", "免费浏览"];
/// So long after it was looked at a resource may be shown: two years, one of them a leap year.
const MOST_DAYS: u32 = 731;
/// So long before the end its authors are told.
const SOON_DAYS: u32 = 60;

pub(super) fn check(draft: &Draft, lists: &Lists, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for resource in &draft.resources {
        let (value, lines) = (&resource.value, &resource.lines);
        if links::host_of(&value.url).is_none() {
            faults.push(resource.fault_at(lines.part("url"), Trouble::NotHttps(value.url.clone())));
        }
        if !seen.insert(&value.url) {
            faults.push(resource.fault_at(lines.part("url"), Trouble::Twice(value.url.clone())));
        }
        if !draft.institutions.iter().any(|one| one.value.name == value.publisher) {
            faults.push(resource.fault_at(lines.part("publisher"), Trouble::UnknownInstitution(value.publisher.clone())));
        }
        if !LICENCES.contains(&value.licence.as_str()) {
            let (is, known) = (value.licence.clone(), LICENCES.join("、"));
            faults.push(resource.fault_at(lines.part("licence"), Trouble::UnknownLicence { is, known }));
        }
        if value.courses.is_empty() {
            faults.push(resource.fault_at(lines.part("courses"), Trouble::Empty { what: "courses" }));
        }
        for code in value.courses.iter().filter(|code| !draft.courses.iter().any(|course| course.folder == **code)) {
            faults.push(resource.fault_at(lines.part("courses"), Trouble::UnknownCourse(code.to_string())));
        }
        check_days(resource, faults);
        check_words(resource, lists, faults);
    }
}

fn check_days(resource: &At<Resource>, faults: &mut Vec<Fault>) {
    let (value, lines) = (&resource.value, &resource.lines);
    let mut day = |key: &str, text: &str| {
        let day = Day::parse(text);
        if day.is_none() {
            faults.push(resource.fault_at(lines.part(key), Trouble::BadDate(text.to_owned())));
        }
        day
    };
    let (reviewed, last) = (day("reviewed", &value.reviewed), day("valid_until", &value.valid_until));
    if let (Some(reviewed), Some(last)) = (reviewed, last)
        && (last <= reviewed || last > reviewed.plus_days(MOST_DAYS))
    {
        faults.push(resource.fault_at(lines.part("valid_until"), Trouble::ResourceTerm));
    }
}

fn check_words(resource: &At<Resource>, lists: &Lists, faults: &mut Vec<Fault>) {
    let (value, lines) = (&resource.value, &resource.lines);
    for (what, text) in [("title", &value.title), ("note", &value.note)] {
        if text.trim().is_empty() {
            faults.push(resource.fault_at(lines.part(what), Trouble::Empty { what }));
        }
        lists.check(&resource.file, lines.part(what).line(), text, Voice::OwnWithoutTags, faults);
    }
    for (what, text) in [("language", &value.language), ("reviewer", &value.reviewer)] {
        if text.trim().is_empty() {
            faults.push(resource.fault_at(lines.part(what), Trouble::Empty { what }));
        }
    }
}

/// What is no fault yet, and needs somebody before long: resources that are no longer shown, or will not be.
pub(in crate::curriculum) fn warnings(draft: &Draft, today: Day) -> Vec<Fault> {
    let warn = |resource: &At<Resource>| {
        let last = Day::parse(&resource.value.valid_until)?;
        let title = resource.value.title.clone();
        let trouble = match last {
            last if last < today => Trouble::ResourceOver { title, last: last.to_string() },
            last if last <= today.plus_days(SOON_DAYS) => Trouble::ResourceEnds { title, last: last.to_string() },
            _ => return None,
        };
        Some(resource.fault_at(resource.lines.part("valid_until"), trouble))
    };
    draft.resources.iter().filter_map(warn).collect()
}
