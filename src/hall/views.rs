//! The pages of this subject.

use askama::Template;

use super::rules::{Kind, State};
use super::service::{Line, ToLookAt};
use super::{Device, DeviceKind, KeptPack, PackState, why_key};
use crate::assessment::Question;
use crate::web::{Filled, Page};

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Revoked,
    Dropped,
    Counted,
    Still,
    Part,
    Brought,
    NoneBrought,
}

impl Said {
    pub(super) fn of(code: &str) -> Option<Self> {
        match code {
            "revoked" => Some(Self::Revoked),
            "dropped" => Some(Self::Dropped),
            "counted" => Some(Self::Counted),
            "still" => Some(Self::Still),
            "part" => Some(Self::Part),
            "brought" => Some(Self::Brought),
            "none" => Some(Self::NoneBrought),
            _ => None,
        }
    }

    pub(super) fn words(self, page: &Page) -> String {
        page.t(match self {
            Self::Revoked => "hall-said-revoked",
            Self::Dropped => "hall-said-dropped",
            Self::Counted => "hall-said-counted",
            Self::Still => "hall-said-still",
            Self::Part => "hall-said-part",
            Self::Brought => "hall-said-brought",
            Self::NoneBrought => "hall-said-none-brought",
        })
    }
}

fn kind_words(page: &Page, kind: Kind) -> String {
    page.t(match kind {
        Kind::Attendance => "hall-kind-attendance",
        Kind::Answers => "hall-kind-answers",
        Kind::Witnessed => "hall-kind-witnessed",
        Kind::Enrolment => "hall-kind-enrolment",
        Kind::ExamSeen => "hall-kind-exam-seen",
        Kind::ExamBegun => "hall-kind-exam-begun",
        Kind::ExamAnswers => "hall-kind-exam-answers",
        Kind::ExamHand => "hall-kind-exam-hand",
        Kind::ExamNote => "hall-kind-exam-note",
        Kind::ExamEnd => "hall-kind-exam-end",
    })
}

fn state_words(page: &Page, state: State) -> String {
    page.t(match state {
        State::Waits => "hall-state-waits",
        State::Accepted => "hall-state-accepted",
        State::Duplicate => "hall-state-duplicate",
        State::NeedsLook => "hall-state-needs-look",
        State::Dropped => "hall-state-dropped",
    })
}

fn span_words(page: &Page, (first, last): (i64, i64)) -> String {
    if first == last { page.t1("hall-row", "row", first) } else { page.t2("hall-rows", ("first", first), ("last", last)) }
}

/// A device on the desk.
#[derive(Clone, Debug)]
pub(super) struct DeviceRow {
    pub id: String,
    pub name: String,
    pub notes: Vec<String>,
    /// The rows that are missing.
    pub missing: Vec<String>,
    pub is_revoked: bool,
    /// Whether giving it up signs its volunteer out.
    pub is_phone: bool,
}

impl DeviceRow {
    pub(super) fn of(page: &Page, device: &Device, gaps: &[(i64, i64)]) -> Self {
        let kind = page.t(match device.kind {
            DeviceKind::Box => "hall-kind-box",
            DeviceKind::Phone => "hall-kind-phone",
        });
        let made = page.t1("hall-prepared-at", "at", device.prepared_at.to_minute_text());
        let revoked = device.revoked_at.map(|at| page.t1("hall-revoked-at", "at", at.to_minute_text()));
        Self {
            id: device.id.to_string(),
            name: device.name.clone(),
            notes: [Some(kind), Some(made), Some(page.t1("hall-settled", "row", device.settled)), revoked]
                .into_iter()
                .flatten()
                .collect(),
            missing: gaps.iter().map(|gap| page.t1("hall-missing", "rows", span_words(page, *gap))).collect(),
            is_revoked: device.revoked_at.is_some(),
            is_phone: device.kind == DeviceKind::Phone,
        }
    }
}

/// A pack on the desk.
#[derive(Clone, Debug)]
pub(super) struct PackRow {
    pub href: String,
    pub title: String,
    pub state: String,
    pub is_good: bool,
    pub notes: Vec<String>,
}

impl PackRow {
    pub(super) fn of(page: &Page, pack: &KeptPack, device: String) -> Self {
        let state = match (pack.state, pack.row) {
            (PackState::Whole, _) => page.t("hall-pack-whole"),
            (PackState::Broken, row) => page.t1("hall-pack-changed", "row", row.unwrap_or(0)),
            (PackState::Forked, row) => page.t1("hall-pack-forked", "row", row.unwrap_or(0)),
        };
        let times = Some(pack.times).filter(|times| *times > 1).map(|times| page.t1("hall-came-times", "count", times));
        Self {
            href: format!("/staff/hall/packs/{}/{}", pack.device, pack.id),
            title: page.t2("hall-pack-title", ("device", device), ("rows", span_words(page, pack.span))),
            state,
            is_good: pack.state == PackState::Whole,
            notes: [
                Some(page.t1("hall-made-at", "at", pack.made_at.to_minute_text())),
                Some(page.t1("hall-received-at", "at", pack.received_at.to_minute_text())),
                times,
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }
}

/// One row of a pack: number and kind, where it stands, why.
#[derive(Clone, Debug)]
pub(super) struct LineRow {
    pub head: String,
    pub state: String,
    pub is_good: bool,
    pub why: String,
}

pub(super) fn line_row(page: &Page, line: &Line) -> LineRow {
    LineRow {
        head: page.t2("hall-line", ("row", line.seq), ("kind", kind_words(page, line.kind))),
        state: state_words(page, line.state),
        is_good: line.state == State::Accepted,
        why: line.why.map(|why| page.t(why_key(why))).unwrap_or_default(),
    }
}

/// Bringing a file; devices and what they have handed over.
#[derive(Template)]
#[template(path = "hall/desk.html")]
pub struct DeskPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) said: Option<String>,
    pub(super) to_look_at: u64,
    /// Whether they may make a box ready.
    pub(super) prepares: bool,
    pub(super) devices: Vec<DeviceRow>,
    /// Whether old devices stand there too.
    pub(super) shows_all: bool,
    /// Which page of the devices, of how many.
    pub(super) number: u64,
    pub(super) pages: u64,
    pub(super) packs: Vec<PackRow>,
}

impl DeskPage {
    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }

    fn page_href(&self, number: u64) -> String {
        let all = if self.shows_all { "devices=all&" } else { "" };
        format!("/staff/hall/packs?{all}page={number}")
    }
}

/// One pack, row by row.
#[derive(Template)]
#[template(path = "hall/pack.html")]
pub struct PackPage {
    pub(super) page: Page,
    pub(super) pack: PackRow,
    pub(super) device: DeviceRow,
    pub(super) rows: Vec<LineRow>,
    pub(super) to_look_at: usize,
}

/// Somebody on the list of a session on a phone.
#[derive(Clone, Debug)]
pub(super) struct PhonePerson {
    pub id: String,
    pub name: String,
    pub came: bool,
    /// What stands in place of witnessing: whoever holds the phone has done it, or two others have. Empty where they may.
    pub did: &'static str,
    /// Where their test is, if this phone has one.
    pub test: Option<String>,
}

/// A session on a phone.
#[derive(Clone, Debug)]
pub(super) struct PhoneClass {
    pub id: String,
    pub title: String,
    pub time: String,
    /// Whether it is about a course: then there is a task to witness and a test to take.
    pub has_task: bool,
    /// Code and name of its place: whoever is new is enrolled there.
    pub place: (String, String),
    pub people: Vec<PhonePerson>,
}

/// The class on a volunteer's phone: it goes on without a network, where a script and a worker may keep it.
#[derive(Template)]
#[template(path = "hall/phone.html")]
pub struct PhonePage {
    pub(super) page: Page,
    pub(super) operator: String,
    pub(super) classes: Vec<PhoneClass>,
    /// Until when this session lives.
    pub(super) signed_until: String,
    /// The phones of theirs that were given up, one after the other: their chains go on no more.
    pub(super) given_up: String,
    /// The latest year of birth with which somebody needs no guardian.
    pub(super) latest_year: i64,
    /// How many more sessions there are than one phone shows.
    pub(super) more: usize,
    pub(super) to_look_at: u64,
    pub(super) said: Option<String>,
}

impl PhonePage {
    /// What a browser holds a year of birth against: from 1900 on, none later than who is grown up.
    fn years(&self) -> String {
        years_until(self.latest_year)
    }

    fn no_phone(&self) -> [(&'static str, String); 1] {
        [("yes", self.page.t("enrolment-no-phone"))]
    }

    fn ways(&self) -> [(&'static str, String); 3] {
        ["spoken", "paper", "witness"].map(|code| (code, self.page.t(&format!("identity-consent-{code}"))))
    }
}

/// The years from 1900 until `latest`, which lies in the years from 2000 on, as a pattern.
fn years_until(latest: i64) -> String {
    let (tens, ones) = (latest.rem_euclid(100) / 10, latest.rem_euclid(10));
    let full = if tens > 0 { format!("20[0-{}][0-9]|", tens - 1) } else { String::new() };
    format!("19[0-9]{{2}}|{full}20{tens}[0-{ones}]")
}

/// A test on a volunteer's phone, all questions one after the other.
#[derive(Template)]
#[template(path = "hall/test.html")]
pub struct TestPage {
    pub(super) page: Page,
    pub(super) operator: String,
    pub(super) learner: String,
    pub(super) attempt: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) is_collected: bool,
    pub(super) questions: Vec<Question>,
    /// How many of them are open, where that was just said: sent once more it is handed in as it is.
    pub(super) missing: usize,
    pub(super) form: Filled,
}

impl TestPage {
    fn collect_error(&self) -> String {
        self.form.error("collect", self.page.lang())
    }

    fn address(&self) -> String {
        format!("/staff/hall/phone/tests/{}/{}", self.learner, self.attempt)
    }

    fn helped(&self) -> [(&'static str, String); 2] {
        [("no", self.page.t("hall-test-alone")), ("yes", self.page.t("hall-test-helped"))]
    }
}

/// A claim that waits for a person.
#[derive(Clone, Debug)]
pub(super) struct LookRow {
    pub action: String,
    pub head: String,
    pub why: String,
    pub facts: Vec<(String, String)>,
    pub may_count: bool,
    pub may_try: bool,
}

impl LookRow {
    /// `is_own`: whoever looks has written it themselves, and only another can vouch for it.
    pub(super) fn of(page: &Page, one: &ToLookAt, (who, operator): (Option<String>, Option<String>), is_own: bool) -> Self {
        let claim = &one.claim;
        let unknown = || page.t("hall-somebody");
        let fact = |key: &str, value: String| (page.t(key), value);
        Self {
            action: format!("/staff/hall/look/{}/{}", claim.device, claim.seq),
            head: page.t2("hall-look-head", ("kind", kind_words(page, claim.kind)), ("name", who.unwrap_or_else(unknown))),
            why: claim.why.map(|why| page.t(why_words(why, is_own))).unwrap_or_default(),
            facts: vec![
                fact("hall-fact-made", claim.made_at.to_minute_text()),
                fact("hall-fact-received", claim.received_at.to_minute_text()),
                fact("hall-fact-device", page.t2("hall-line", ("row", claim.seq), ("kind", one.device.name.clone()))),
                fact("hall-fact-operator", operator.unwrap_or_else(unknown)),
            ],
            may_count: !is_own && claim.why.is_some_and(|why| why.may_be_waived(claim.kind)),
            may_try: claim.why != Some(super::Why::Chain),
        }
    }
}

/// What is said once somebody has decided: where it still cannot be counted, what stands against it by now.
pub(super) fn said_words(page: &Page, said: &str, why: &str) -> Option<String> {
    let said = Said::of(said)?;
    match super::Why::from_code(why).filter(|_| said == Said::Still) {
        Some(why) => Some(page.t1("hall-said-still-why", "why", page.t(why_key(why)))),
        None => Some(said.words(page)),
    }
}

const fn why_words(why: super::Why, is_own: bool) -> &'static str {
    match (why, is_own) {
        (super::Why::NotThere, true) => "hall-why-not-there-own",
        (super::Why::Revoked, true) => "hall-why-revoked-own",
        (why, _) => why_key(why),
    }
}

/// What waits for a person.
#[derive(Template)]
#[template(path = "hall/look.html")]
pub struct LookPage {
    pub(super) page: Page,
    pub(super) said: Option<String>,
    pub(super) rows: Vec<LookRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_birth_are_held_against_a_pattern() {
        assert_eq!(years_until(2011), "19[0-9]{2}|20[0-0][0-9]|201[0-1]");
        assert_eq!(years_until(2009), "19[0-9]{2}|200[0-9]");
        assert_eq!(years_until(2030), "19[0-9]{2}|20[0-2][0-9]|203[0-0]");
    }
}
