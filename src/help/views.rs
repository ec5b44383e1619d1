//! The pages of this subject.

use askama::Template;

use super::rules::{Kind, State, days_waiting, may_resume};
use super::{Case, Contents, Doubt, Paper, PartOfDay};
use crate::i18n::Lang;
use crate::kernel::{Day, SealKey, Timestamp, TransferId};
use crate::web::text::grouped;
use crate::web::{Filled, Page, phrases};

/// A day in words: 11 月 25 日.
#[must_use]
pub fn day_words(lang: Lang, day: Day) -> String {
    let (_, month, day) = day.parts();
    lang.fill("help-day", &[("month", &month.to_string()), ("day", &day.to_string())])
}

/// One case as a line of a list.
#[derive(Clone, Debug)]
pub struct CaseLine {
    /// Where it leads.
    pub href: String,
    /// The number, grouped.
    pub number: String,
    /// What was asked for.
    pub title: String,
    /// Where it stands, and by when we answer.
    pub state: String,
    /// The day on which it came in.
    pub day: String,
    /// Whether we have still to answer.
    pub is_waiting: bool,
    /// What we answered, for those who may read it.
    pub answer: Option<String>,
}

impl CaseLine {
    /// The line of `case` for its asker.
    #[must_use]
    pub fn of(case: &Case, lang: Lang) -> Self {
        Self {
            href: format!("/help/{}", case.number.as_str()),
            number: case.number.to_string(),
            title: lang.t(kind_key(case.kind)),
            state: state_words(case, lang),
            day: crate::web::day_words(lang, case.opened_at.day()),
            is_waiting: case.state.is_waiting(),
            answer: None,
        }
    }

    /// The same with what we answered, as far as `key` opens it.
    #[must_use]
    pub fn with_answer(self, case: &Case, key: Option<&SealKey>) -> Self {
        Self { answer: key.and_then(|key| case.read(key).answer), ..self }
    }
}

/// Where a case stands, in words.
#[must_use]
pub fn state_words(case: &Case, lang: Lang) -> String {
    let due = day_words(lang, case.due_at.day());
    let key = match (case.state, case.kind) {
        (State::Open, _) => "help-state-open",
        (State::InHand, _) => "help-state-in-hand",
        (State::Answered, Kind::CallBack) => "help-state-rung",
        (State::Answered, Kind::Print) => "help-state-printed",
        (State::Answered, _) => "help-state-answered",
        (State::Withdrawn, _) => "help-state-withdrawn",
    };
    lang.fill(key, &[("due", &due)])
}

const fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::CallBack => "help-kind-call-back",
        Kind::Dispute => "help-kind-dispute",
        Kind::Print => "help-kind-print",
        Kind::OnBehalf => "help-kind-on-behalf",
        Kind::DataComplaint => "help-kind-data-complaint",
        Kind::Appeal => "help-kind-appeal",
    }
}

const fn staff_state_key(state: State) -> &'static str {
    match state {
        State::Open => "help-staff-state-open",
        State::InHand => "help-staff-state-in-hand",
        State::Answered => "help-staff-state-answered",
        State::Withdrawn => "help-staff-state-withdrawn",
    }
}

const fn part_key(part: PartOfDay) -> &'static str {
    match part {
        PartOfDay::Morning => "help-when-morning",
        PartOfDay::Afternoon => "help-when-afternoon",
    }
}

/// The message that names a doubt.
#[must_use]
pub const fn doubt_key(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::TooLittle => "help-doubt-too-little",
        Doubt::WrongDay => "help-doubt-wrong-day",
        Doubt::NotMine => "help-doubt-not-mine",
        Doubt::Other => "help-doubt-other",
    }
}

const fn paper_key(paper: Paper) -> &'static str {
    match paper {
        Paper::Card => "help-paper-card",
        Paper::Statement => "help-paper-statement",
        Paper::Hours => "help-paper-hours",
        Paper::Kept => "help-paper-kept",
        Paper::Certificate => "help-paper-certificate",
    }
}

/// A telephone number: as it is dialled, and as it is read.
#[derive(Clone, Debug)]
pub(super) struct Dial {
    pub digits: String,
    pub words: String,
}

/// Where one can go.
#[derive(Clone, Debug)]
pub(super) struct ServicePoint {
    pub name: String,
    pub address: Option<String>,
    pub opening_hours: Option<String>,
    pub phone: Option<Dial>,
}

/// 找人帮忙.
#[derive(Template)]
#[template(path = "help/help.html")]
pub(super) struct HelpPage {
    pub page: Page,
    pub form: Filled,
    pub point: ServicePoint,
    /// The reader's cases that still wait.
    pub mine: Vec<CaseLine>,
    /// The 求助码 of the page that the reader comes from.
    pub code: Option<String>,
}

impl HelpPage {
    fn parts_of_day(&self) -> Vec<(&'static str, String)> {
        PartOfDay::ALL.iter().map(|part| (part.code(), self.page.t(part_key(*part)))).collect()
    }

    /// A word beside the number, where the number is the nation's own.
    fn hotline_words(&self) -> String {
        if self.page.help_phone == "12345" { self.page.t("help-hotline-12345") } else { String::new() }
    }

    fn hotline_phrases(words: &str) -> Vec<String> {
        phrases(words)
    }

    /// The 求助码 with spaces, as it is read out: that of the page the reader comes from, else of this one.
    fn spoken_code(&self) -> String {
        self.code.clone().unwrap_or_else(|| self.page.ui.help_code()).chars().map(String::from).collect::<Vec<_>>().join(" ")
    }

    fn term_words(&self) -> String {
        self.page.t1("help-term-call-back", "days", Kind::CallBack.term().days())
    }
}

/// What the page of a case says first: something has just been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    /// It was opened.
    Asked,
    /// It was taken back.
    Withdrawn,
    /// It was taken up again.
    Resumed,
}

impl Saying {
    /// What a link's code says, where the case stands so.
    pub(super) fn of(code: &str, case: &Case) -> Option<Self> {
        match code {
            "asked" if case.state.is_waiting() => Some(Self::Asked),
            "withdrawn" if case.state == State::Withdrawn => Some(Self::Withdrawn),
            "resumed" if case.state.is_waiting() => Some(Self::Resumed),
            _ => None,
        }
    }
}

/// One case, for its asker.
#[derive(Template)]
#[template(path = "help/case.html")]
pub(super) struct CasePage {
    pub page: Page,
    pub line: CaseLine,
    pub case: Case,
    /// What was told and answered; none in a session that may not see it.
    pub contents: Option<Contents>,
    /// Who answers, where it is not the hall.
    pub officer: Option<String>,
    /// What has just been done.
    pub said: Option<Saying>,
    pub now: Timestamp,
}

impl CasePage {
    fn told(&self) -> Vec<(String, String)> {
        self.contents.as_ref().map(|contents| told(&self.page, self.case.kind, contents)).unwrap_or_default()
    }

    fn answer(&self) -> Option<&String> {
        self.contents.as_ref()?.answer.as_ref()
    }

    fn is_asked(&self) -> bool {
        self.said == Some(Saying::Asked)
    }

    fn heading(&self) -> String {
        if !self.is_asked() {
            return self.line.title.clone();
        }
        self.page.t(match self.case.kind {
            Kind::CallBack => "help-asked-call-back",
            Kind::Dispute => "help-asked-dispute",
            Kind::Print => "help-asked-print",
            Kind::OnBehalf => "help-asked-on-behalf",
            Kind::DataComplaint => "help-asked-data-complaint",
            Kind::Appeal => "help-asked-appeal",
        })
    }

    fn notice(&self) -> String {
        match self.said {
            Some(Saying::Withdrawn) => self.page.t("help-withdrawn"),
            Some(Saying::Resumed) => self.page.t("help-resumed"),
            Some(Saying::Asked) | None => String::new(),
        }
    }

    const fn is_waiting(&self) -> bool {
        self.case.state.is_waiting()
    }

    const fn is_print(&self) -> bool {
        matches!(self.case.kind, Kind::Print)
    }

    fn is_withdrawn_now(&self) -> bool {
        self.said == Some(Saying::Withdrawn)
    }

    /// Where somebody who does not agree with the answer asks for a second look.
    fn second_look(&self) -> Option<String> {
        let about = self.case.about.filter(|_| self.case.state == State::Answered)?;
        Some(format!("/passbook/{about}/dispute"))
    }

    /// The receipt of the act on behalf that it is about.
    fn receipt(&self) -> Option<String> {
        let number = self.contents.as_ref()?.told.act.as_ref()?;
        Some(format!("/on-behalf/{number}"))
    }

    fn may_resume(&self) -> bool {
        may_resume(self.case.state, self.case.changed_at, self.now)
    }

    fn path(&self) -> String {
        format!("/help/{}", self.case.number.as_str())
    }
}

/// What was told, as pairs of label and words.
fn told(page: &Page, kind: Kind, contents: &Contents) -> Vec<(String, String)> {
    let joined = |keys: Vec<&str>| keys.iter().map(|key| page.t(key)).collect::<Vec<_>>().join(&page.t("help-and"));
    let when = joined(contents.told.when.iter().map(|part| part_key(*part)).collect());
    let doubts = joined(contents.told.doubts.iter().map(|doubt| doubt_key(*doubt)).collect());
    let phone = contents.phone.as_deref().map(grouped).unwrap_or_default();
    let year = contents.told.year.map(|year| page.t1("help-paper-year", "year", year)).unwrap_or_default();
    let paper = contents.told.paper.map(|paper| format!("{}{year}", page.t(paper_key(paper)))).unwrap_or_default();
    let certificate = contents.told.certificate.as_deref().map(grouped).unwrap_or_default();
    let act = contents.told.act.as_deref().map(grouped).unwrap_or_default();
    let wish = match (kind, contents.told.not_agreed) {
        (Kind::OnBehalf, true) => page.t("help-not-agreed"),
        (Kind::OnBehalf, false) => page.t("help-undone"),
        _ => String::new(),
    };
    let phone_key = if kind == Kind::Print { "help-phone-known" } else { "help-phone" };
    let pairs = [
        ("help-act", act),
        ("help-wish", wish),
        ("help-paper", paper),
        ("help-paper-number", certificate),
        (phone_key, phone),
        ("help-when", when),
        ("help-doubts", doubts),
        ("help-words", contents.told.words.clone()),
    ];
    pairs.into_iter().filter(|(_, words)| !words.is_empty()).map(|(key, words)| (page.t(key), words)).collect()
}

/// A line of the passbook as it is said over the phone: its day and four digits, `2026 0302 0417`.
#[must_use]
pub fn entry_number(transfer: TransferId) -> String {
    let uuid = transfer.uuid();
    let seconds = uuid.get_timestamp().map_or(0, |at| at.to_unix().0);
    let day = Timestamp::from_ms(i64::try_from(seconds).unwrap_or(0).saturating_mul(1000)).day();
    let (year, month, day) = day.parts();
    format!("{year:04}\u{a0}{month:02}{day:02}\u{a0}{:04}", uuid.as_u128() % 10_000)
}

/// A row of the staff's list.
pub(super) struct WaitingRow {
    pub href: String,
    pub number: String,
    pub kind: String,
    pub place: String,
    pub opened: String,
    pub days: i64,
    pub due: String,
    pub is_late: bool,
    pub state: String,
}

impl WaitingRow {
    pub(super) fn of(case: &Case, place: String, now: Timestamp, lang: Lang) -> Self {
        Self {
            href: format!("/staff/cases/{}/{}", case.learner, case.id),
            number: case.number.to_string(),
            kind: lang.t(kind_key(case.kind)),
            place,
            opened: case.opened_at.to_minute_text(),
            days: days_waiting(case.opened_at, now),
            due: case.due_at.day().to_string(),
            is_late: case.due_at < now,
            state: lang.t(staff_state_key(case.state)),
        }
    }
}

/// A place in the staff's list: its code, its name, how many wait there, how many of these are overdue.
pub(super) struct PlaceCount {
    pub code: String,
    pub name: String,
    pub waiting: i64,
    pub late: i64,
}

/// 待办的求助, what is promised first on top.
#[derive(Template)]
#[template(path = "help/staff_cases.html")]
pub(super) struct StaffCasesPage {
    pub page: Page,
    pub rows: Vec<WaitingRow>,
    /// The places where something waits.
    pub places: Vec<PlaceCount>,
    /// The one whose cases are shown; empty: all.
    pub place: String,
    pub total: u64,
    pub number: u64,
    pub pages: u64,
}

impl StaffCasesPage {
    fn caption(&self) -> String {
        self.page.t1("help-staff-count", "count", self.total)
    }

    fn which_page(&self) -> String {
        self.page.t2("help-staff-page", ("page", &self.number), ("pages", &self.pages))
    }

    fn is_shown(&self, place: &PlaceCount) -> bool {
        self.place == place.code
    }

    fn count_words(&self, place: &PlaceCount) -> String {
        self.page.t2("help-staff-place-count", ("count", place.waiting), ("late", place.late))
    }
}

/// One case, for the staff.
#[derive(Template)]
#[template(path = "help/staff_case.html")]
pub(super) struct StaffCasePage {
    pub page: Page,
    pub case: Case,
    pub row: WaitingRow,
    pub contents: Contents,
    /// The asker's name; empty without an account.
    pub name: String,
    pub form: Filled,
}

impl StaffCasePage {
    fn told(&self) -> Vec<(String, String)> {
        told(&self.page, self.case.kind, &self.contents)
    }

    const fn is_waiting(&self) -> bool {
        self.case.state.is_waiting()
    }

    const fn is_open(&self) -> bool {
        matches!(self.case.state, State::Open)
    }

    fn about(&self) -> String {
        self.case.about.map(entry_number).unwrap_or_default()
    }
}
