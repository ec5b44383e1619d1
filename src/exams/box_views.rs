//! What the desk of a session shows of boxes: that it is on one, and what has come from there in somebody's name.

use super::service::{Desk, Vouched, Yours};
use super::{Incident, OnBox, who_words};
use crate::kernel::{Digest, LearnerId};
use crate::web::Page;

/// That a session is on a box.
pub(super) struct BoxNote {
    /// On which, taken along when and by whom.
    pub says: String,
    /// Whether the box has ended it; empty: nothing has come from there.
    pub ended: String,
    /// From when on the two see its words; empty: nothing to be said.
    pub from: String,
    /// Whether the one who looks may see them now.
    pub is_open: bool,
}

/// Whether the box that a session is on has ended it, in words.
pub(super) fn ended_words(page: &Page, desk: &Desk, on_box: &OnBox) -> String {
    match desk.stays.iter().find(|stay| stay.device == on_box.device) {
        Some(stay) if stay.end.is_some() => page.t("exams-box-ended"),
        Some(stay) if stay.last_seq.is_some() => page.t("exams-box-unended"),
        _ => String::new(),
    }
}

/// What stands in the name of one of the two, to be confirmed by them.
pub(super) struct YoursCard {
    /// What they did, and with whom.
    pub lines: Vec<(String, String)>,
    /// The digest of what is shown, for the form.
    pub list: String,
    /// How the codes of the ends are to be typed; none: they are not asked for.
    pub code: Option<String>,
    /// That a code is not asked for, and the boxes of which the end did not come yet, in words.
    pub notices: Vec<String>,
}

/// The key of the words of what one of the two says of so many people.
const fn vouched_key(what: Vouched) -> &'static str {
    match what {
        Vouched::Seen => "exams-yours-seen",
        Vouched::Declared => "exams-yours-declared",
        Vouched::Allowed => "exams-yours-allowed",
        Vouched::Heard => "exams-yours-heard",
    }
}

/// The same, in words; nothing is left out, so that whoever did nothing sees that.
pub(super) fn yours_card(page: &Page, desk: &Desk, yours: &Yours) -> YoursCard {
    let who = |learner: LearnerId| {
        let found = desk.candidates.iter().find(|one| one.paper.learner == learner);
        found.map(|one| who_words(page, one)).unwrap_or_default()
    };
    let line = |(what, people): &(Vouched, Vec<(LearnerId, String)>)| {
        let one = |(learner, points): &(LearnerId, String)| format!("{} {points}", who(*learner)).trim_end().to_owned();
        let all: Vec<String> = people.iter().map(one).collect();
        let words = if all.is_empty() { page.t("exams-yours-nobody") } else { all.join("、") };
        (page.t1(vouched_key(*what), "count", people.len()), words)
    };
    let note = |one: &Incident| {
        let about = one.learner.map_or_else(|| page.t("exams-whole"), who);
        format!("{} {about} · {}", one.at.to_clock_text(), page.t(&format!("exams-category-{}", one.category.code())))
    };
    let notes: Vec<String> = yours.noted.iter().map(note).collect();
    let mut lines: Vec<(String, String)> = yours.people.iter().map(line).collect();
    let noted = if notes.is_empty() { page.t("exams-yours-nothing") } else { notes.join("；") };
    lines.push((page.t1("exams-yours-noted", "count", notes.len()), noted));
    let asked = &yours.ends;
    let is_missing = asked.iter().any(|(_, end)| end.is_none());
    let names: Vec<String> = asked.iter().map(|(name, _)| page.t1("exams-end-of", "name", name)).collect();
    let code = match names.len() {
        // None is asked for, or one did not come: there is nothing to compare.
        0 => None,
        _ if is_missing => None,
        1 => Some(page.t("exams-end-hint")),
        _ => Some(page.t1("exams-end-hint-many", "names", names.join("、"))),
    };
    let lacks = |(name, end): &(String, Option<Digest>)| end.is_none().then(|| page.t1("exams-end-not-come", "name", name));
    let waived = yours.waived.iter().map(|name| page.t1("exams-end-waived", "name", name));
    YoursCard { lines, list: yours.list.to_string(), code, notices: waived.chain(asked.iter().filter_map(lacks)).collect() }
}
