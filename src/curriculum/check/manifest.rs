//! The manifest: areas, tasks and boxes word for word, parameters, certificates.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::{Fault, Trouble};
use crate::curriculum::model::{CertificateRule, Manifest};
use crate::curriculum::read::{At, Draft};
use crate::curriculum::{links, rules};

/// Words that no title of a certificate may hold.
const NOT_IN_TITLES: [&str; 5] = ["中国", "中华", "国家", "全国", "职业资格"];

/// Levels of evidence, of identity and supervision alike.
const LEVELS: std::ops::RangeInclusive<i64> = 0..=3;

pub(super) fn check(draft: &Draft, faults: &mut Vec<Fault>) {
    if let Some(manifest) = &draft.manifest {
        check_head(manifest, faults);
        check_refresh(manifest, draft, faults);
    }
    check_areas(draft, faults);
    check_tasks(draft, faults);
    check_boxes(draft, faults);
    for passage in &draft.passages {
        check_hash(passage, &passage.value.text, &passage.value.sha256, faults);
    }
    for certificate in &draft.certificates {
        check_certificate(certificate, draft, faults);
    }
}

fn check_head(manifest: &At<Manifest>, faults: &mut Vec<Fault>) {
    let (credit, test) = (&manifest.value.credit, &manifest.value.assessment);
    let credit_lines = manifest.lines.part("credit");
    // What may be transferred out was credited before.
    let transferable = |level: i64, creditable: i64| LEVELS.contains(&level) && level >= creditable;
    let numbers = [
        ("credit_milli_per_credit", credit.credit_milli_per_credit > 0),
        ("class_hours_per_credit", credit.class_hours_per_credit > 0),
        ("minutes_per_class_hour", credit.minutes_per_class_hour > 0),
        ("cells_per_credit", rules::cells_of(credit).is_some()),
        ("creditable_identity_level", LEVELS.contains(&credit.creditable_identity_level)),
        ("creditable_supervision_level", LEVELS.contains(&credit.creditable_supervision_level)),
        ("transferable_identity_level", transferable(credit.transferable_identity_level, credit.creditable_identity_level)),
        (
            "transferable_supervision_level",
            transferable(credit.transferable_supervision_level, credit.creditable_supervision_level),
        ),
    ];
    for (key, is_sound) in numbers {
        if !is_sound {
            faults.push(manifest.fault_at(credit_lines.part(key), Trouble::BadNumber(key)));
        }
    }
    let (licence, licence_lines) = (&manifest.value.licence, manifest.lines.part("licence"));
    if links::host_of(&licence.url).is_none() {
        faults.push(manifest.fault_at(licence_lines.part("url"), Trouble::NotHttps(licence.url.clone())));
    }
    for (what, text) in [("name", &licence.name), ("attribution", &licence.attribution)] {
        if text.trim().is_empty() {
            faults.push(manifest.fault_at(licence_lines.part(what), Trouble::Empty { what }));
        }
    }
    let test_lines = manifest.lines.part("assessment");
    let numbers = [
        ("items_per_test", test.items_per_test > 0),
        ("pass_permille", (1..=1000).contains(&test.pass_permille)),
        ("free_retries", test.free_retries >= 0),
        ("outcome_min", test.outcome_min > 0),
        ("minutes", test.minutes > 0),
    ];
    for (key, is_sound) in numbers {
        if !is_sound {
            faults.push(manifest.fault_at(test_lines.part(key), Trouble::BadNumber(key)));
        }
    }
}

fn check_refresh(manifest: &At<Manifest>, draft: &Draft, faults: &mut Vec<Fault>) {
    let (refresh, lines) = (&manifest.value.refresh, manifest.lines.part("refresh"));
    for (key, is_sound) in [("after_months", refresh.after_months > 0), ("minutes", refresh.minutes > 0)] {
        if !is_sound {
            faults.push(manifest.fault_at(lines.part(key), Trouble::BadNumber(key)));
        }
    }
    for code in refresh.courses.iter().filter(|code| !draft.tasks.iter().any(|task| task.value.code == **code)) {
        faults.push(manifest.fault_at(lines.part("courses"), Trouble::CourseOfNoTask(code.to_string())));
    }
}

fn check_areas(draft: &Draft, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for area in &draft.areas {
        let is_tint = area.value.tint.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && u32::from_str_radix(hex, 16).is_ok());
        if !is_tint {
            faults.push(area.fault_at(area.lines.part("tint"), Trouble::BadTint));
        }
        if !area.value.clause.ends_with(&area.value.title) {
            faults.push(area.fault_at(area.lines.part("clause"), Trouble::ClauseWithoutTitle));
        }
        if !seen.insert(&area.value.id) {
            faults.push(area.fault(Trouble::IdTwice(area.value.id.clone())));
        }
    }
}

fn check_tasks(draft: &Draft, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for task in &draft.tasks {
        let value = &task.value;
        if !draft.areas.iter().any(|area| area.value.id == value.area) {
            faults.push(task.fault_at(task.lines.part("area"), Trouble::UnknownArea(value.area.clone())));
        }
        if value.number != value.code.number() {
            faults.push(task.fault_at(task.lines.part("number"), Trouble::BadNumber("number")));
        }
        if !value.clause.starts_with(&format!("{}\u{3002}", value.title)) {
            faults.push(task.fault_at(task.lines.part("clause"), Trouble::ClauseWithoutTitle));
        }
        check_hash(task, &value.clause, &value.sha256, faults);
        if !seen.insert(value.code) {
            faults.push(task.fault(Trouble::IdTwice(value.code.to_string())));
        }
    }
}

fn check_boxes(draft: &Draft, faults: &mut Vec<Fault>) {
    for one in &draft.boxes {
        check_hash(one, &one.value.text, &one.value.sha256, faults);
        for code in &one.value.tasks {
            if !draft.tasks.iter().any(|task| task.value.code == *code) {
                faults.push(one.fault_at(one.lines.part("tasks"), Trouble::CourseOfNoTask(code.to_string())));
            }
        }
    }
}

fn check_hash<T>(at: &At<T>, text: &str, sha256: &str, faults: &mut Vec<Fault>) {
    let is = hex::encode(Sha256::digest(text.as_bytes()));
    if is != sha256 {
        faults.push(at.fault_at(at.lines.part("sha256"), Trouble::WrongHash { is }));
    }
}

fn check_certificate(rule: &At<CertificateRule>, draft: &Draft, faults: &mut Vec<Fault>) {
    let value = &rule.value;
    let numbers = [
        ("min_courses", (1..=draft.tasks.len()).contains(&value.min_courses)),
        ("min_areas", (1..=draft.areas.len()).contains(&value.min_areas)),
        ("identity_level", LEVELS.contains(&value.identity_level)),
        ("supervision_level", LEVELS.contains(&value.supervision_level)),
        ("paper_code", (1..=255).contains(&value.paper_code)),
        ("max_outside_permille", (0..=1000).contains(&value.max_outside_permille)),
    ];
    for (key, is_sound) in numbers {
        if !is_sound {
            faults.push(rule.fault_at(rule.lines.part(key), Trouble::BadNumber(key)));
        }
    }
    for code in &value.must {
        if !draft.tasks.iter().any(|task| task.value.code == *code) {
            faults.push(rule.fault_at(rule.lines.part("must"), Trouble::CourseOfNoTask(code.to_string())));
        }
    }
    for word in NOT_IN_TITLES.into_iter().filter(|word| value.title.contains(word)) {
        faults.push(rule.fault_at(rule.lines.part("title"), Trouble::CertificateTitle(word)));
    }
    if value.footer.trim().is_empty() {
        faults.push(rule.fault_at(rule.lines.part("footer"), Trouble::Empty { what: "footer" }));
    }
    if value.criteria.trim().is_empty() {
        faults.push(rule.fault_at(rule.lines.part("criteria"), Trouble::Empty { what: "criteria" }));
    }
    // Paper names a kind by this number alone.
    let same = draft.certificates.iter().filter(|other| other.value.paper_code == value.paper_code);
    if same.count() > 1 {
        faults.push(rule.fault_at(rule.lines.part("paper_code"), Trouble::PaperCodeTaken(value.paper_code)));
    }
}

/// Whether the hours of a course become whole milli-credits.
pub(super) fn hours_are_credit(draft: &Draft, hours: i64) -> bool {
    draft.manifest.as_ref().is_none_or(|manifest| rules::credits_of(&manifest.value.credit, hours).is_some())
}
