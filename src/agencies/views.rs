//! The pages of this subject.

use askama::Template;

use super::rules::{Delegation, Powers, State};
use super::{Agency, AgencyKey, Listed, SealPicture, Suspension};
use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Lang;
use crate::kernel::{AgencyId, Day};
use crate::web::{Filled, Page, day_words};

/// Values with their words, as forms offer them.
pub(super) type Choices = Vec<(String, String)>;

/// What an agency may do, in words.
pub(super) struct PowersView {
    pub(super) units: Vec<String>,
    pub(super) kinds: Vec<String>,
    pub(super) second_for: Vec<String>,
    pub(super) per_learner: String,
    pub(super) per_year: String,
    pub(super) span: String,
}

/// The words of the curriculum.
pub(super) struct Words<'a> {
    pub(super) lang: Lang,
    pub(super) shelf: &'a Shelf,
}

impl Words<'_> {
    /// All units: code, code with title.
    pub(super) fn units(&self) -> Choices {
        let words = |code: CourseCode, title: &str| (code.to_string(), format!("{code} {title}"));
        self.shelf.courses().iter().map(|course| words(course.code, &course.title)).collect()
    }

    /// All kinds of certificate: code, title.
    pub(super) fn kinds(&self) -> Choices {
        self.shelf.certificates().iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect()
    }

    fn named(codes: &[String], choices: &[(String, String)]) -> Vec<String> {
        let name = |code: &String| choices.iter().find(|(one, _)| one == code).map_or(code.clone(), |(_, words)| words.clone());
        codes.iter().map(name).collect()
    }

    pub(super) fn powers(&self, powers: &Powers) -> PowersView {
        let credits = |amount: String| self.lang.fill("agencies-credits", &[("credits", amount.as_str())]);
        PowersView {
            units: Self::named(&powers.units, &self.units()),
            kinds: Self::named(&powers.kinds, &self.kinds()),
            second_for: Self::named(&powers.second_for, &self.kinds()),
            per_learner: credits(powers.per_learner.to_string()),
            per_year: credits(powers.per_year.to_string()),
            span: span_words(self.lang, powers.from, Some(powers.until)),
        }
    }
}

fn span_words(lang: Lang, from: Day, until: Option<Day>) -> String {
    let from = day_words(lang, from);
    match until {
        Some(until) => lang.fill("agencies-span", &[("from", from.as_str()), ("until", day_words(lang, until).as_str())]),
        None => lang.fill("agencies-span-open", &[("from", from.as_str())]),
    }
}

/// One key in words.
pub(super) struct KeyView {
    pub(super) span: String,
    pub(super) fingerprint: String,
    pub(super) public: String,
    pub(super) is_now: bool,
    pub(super) generation: i64,
    /// Since which day nobody is to believe it; empty where it is believed.
    pub(super) distrusted: String,
}

impl KeyView {
    pub(super) fn of(lang: Lang, key: &AgencyKey, today: Day) -> Self {
        Self {
            span: span_words(lang, key.from, key.until),
            fingerprint: grouped(&key.fingerprint.to_string()),
            public: grouped(&hex::encode(key.public.as_bytes())),
            is_now: key.distrusted_at.is_none() && key.from <= today && key.until.is_none_or(|until| today < until),
            generation: key.generation,
            distrusted: key.distrusted_at.map(|at| day_words(lang, at.day())).unwrap_or_default(),
        }
    }
}

/// Hex in groups of four, so that two can be compared by eye.
fn grouped(hex: &str) -> String {
    let chars: Vec<char> = hex.chars().collect();
    chars.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What everybody may know of an agency.
pub(super) struct Facts {
    pub(super) id: AgencyId,
    pub(super) name: String,
    pub(super) credit_code: String,
    pub(super) place: String,
    pub(super) phone: String,
    pub(super) words: String,
    pub(super) line: String,
    pub(super) since: String,
    pub(super) suspended_since: String,
    pub(super) is_closed: bool,
    pub(super) is_taken_down: bool,
}

impl Facts {
    pub(super) fn of(lang: Lang, agency: &Agency, place: String) -> Self {
        Self {
            id: agency.id,
            name: agency.name.clone(),
            credit_code: agency.credit_code.clone(),
            place,
            phone: agency.contact.phone.clone(),
            words: agency.contact.words.clone().unwrap_or_default(),
            line: agency.line.as_ref().map(|line| lang.t(&format!("line-{line}"))).unwrap_or_default(),
            since: day_words(lang, agency.registered_at.day()),
            suspended_since: agency.suspended.as_ref().map(|one| day_words(lang, one.since.day())).unwrap_or_default(),
            is_closed: agency.is_closed,
            is_taken_down: agency.is_taken_down,
        }
    }
}

/// The agencies of an area.
#[derive(Template)]
#[template(path = "agencies/list.html")]
pub struct AgenciesPage {
    pub(super) page: Page,
    /// Each with the name of its place.
    pub(super) rows: Vec<(Listed, String)>,
    pub(super) total: u64,
    pub(super) number: u64,
    pub(super) pages: u64,
}

impl AgenciesPage {
    fn standing(&self, row: &Listed) -> String {
        let key = match row {
            row if row.is_closed => "agencies-state-closed",
            row if row.is_suspended => "agencies-state-suspended",
            row if row.is_waiting => "agencies-state-waiting",
            _ => "agencies-state-working",
        };
        self.page.t(key)
    }

    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }
}

/// Organisations that the form offers at once: so many can be read through.
pub(super) const MOST_OFFERED: u64 = 10;

/// Entering an agency.
#[derive(Template)]
#[template(path = "agencies/add.html")]
pub struct AgencyAddPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// What is looked for.
    pub(super) find: String,
    /// Whether more are found than are offered.
    pub(super) has_more: bool,
    /// Whether none is found.
    pub(super) is_none: bool,
    /// What was found, each with its place; what was chosen before stands first.
    pub(super) organisations: Choices,
    pub(super) lines: Choices,
}

impl AgencyAddPage {
    const fn most(&self) -> u64 {
        MOST_OFFERED
    }
}

/// One version of a delegation as a line.
pub(super) struct VersionRow {
    pub(super) href: String,
    pub(super) span: String,
    pub(super) state: String,
    pub(super) asked: String,
}

impl VersionRow {
    pub(super) fn of(lang: Lang, agency: AgencyId, version: &Delegation, is_now: bool) -> Self {
        Self {
            href: format!("/staff/agencies/{agency}/delegations/{}", version.id),
            span: span_words(lang, version.powers.from, Some(version.powers.until)),
            state: lang.t(state_key(version, is_now)),
            asked: version.asked.1.day().to_string(),
        }
    }
}

const fn state_key(version: &Delegation, is_now: bool) -> &'static str {
    match version.state {
        State::Open => "agencies-version-open",
        State::Refused => "agencies-version-refused",
        State::Withdrawn => "agencies-version-withdrawn",
        State::Approved if version.ended.is_some() => "agencies-version-ended",
        State::Approved if is_now => "agencies-version-now",
        State::Approved => "agencies-version-approved",
    }
}

/// One suspension as a line.
pub(super) struct SuspensionRow {
    pub(super) since: String,
    pub(super) by: String,
    pub(super) why: String,
    pub(super) lifted: String,
}

impl SuspensionRow {
    /// `names`: who suspended, who lifted.
    pub(super) fn of(lang: Lang, suspension: &Suspension, names: (String, String)) -> Self {
        let lifted = suspension.lifted.as_ref().map(|(at, _, why)| {
            let day = at.day().to_string();
            lang.fill("agencies-lifted", &[("day", day.as_str()), ("who", names.1.as_str()), ("why", why.as_str())])
        });
        Self {
            since: suspension.since.day().to_string(),
            by: names.0,
            why: suspension.why.clone(),
            lifted: lifted.unwrap_or_default(),
        }
    }
}

/// One agency on an administrator's desk.
#[derive(Template)]
#[template(path = "agencies/one.html")]
pub struct AgencyPage {
    pub(super) page: Page,
    pub(super) facts: Facts,
    pub(super) said: &'static str,
    pub(super) form: Filled,
    pub(super) now: Option<PowersView>,
    pub(super) used: String,
    pub(super) versions: Vec<VersionRow>,
    pub(super) keys: Vec<KeyView>,
    pub(super) seals: Vec<SealPicture>,
    pub(super) suspensions: Vec<SuspensionRow>,
    /// Whether the one who reads suspended it: then another lifts it.
    pub(super) is_suspender: bool,
}

impl AgencyPage {
    fn is_suspended(&self) -> bool {
        !self.facts.suspended_since.is_empty()
    }

    fn seal_src(&self, seal: &SealPicture) -> String {
        format!("/staff/agencies/{}/seal/{}", self.facts.id, seal.version)
    }

    fn seal_words(&self, seal: &SealPicture) -> String {
        self.page.t2("agencies-seal-version", ("version", seal.version), ("day", seal.added_at.day()))
    }
}

/// What ends and what stays where an agency is taken down.
#[derive(Template)]
#[template(path = "agencies/close.html")]
pub struct ClosePage {
    pub(super) page: Page,
    pub(super) facts: Facts,
    pub(super) form: Filled,
    /// Delegations that count, are to count, or wait for a second person.
    pub(super) ending: Vec<VersionRow>,
    /// Who works for it: name and role.
    pub(super) workers: Vec<(String, String)>,
    /// How many public keys stay published.
    pub(super) keys: usize,
}

/// Asking for a delegation.
#[derive(Template)]
#[template(path = "agencies/ask.html")]
pub struct AskPage {
    pub(super) page: Page,
    pub(super) id: AgencyId,
    pub(super) name: String,
    pub(super) form: Filled,
    pub(super) units: Choices,
    pub(super) kinds: Choices,
}

/// What the reader of a request may do with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum May {
    /// Nothing.
    #[default]
    Look,
    /// It is theirs: take it back.
    TakeBack,
    /// Agree or not.
    Decide,
    /// End it.
    End,
}

/// One version of a delegation, or a request for one, beside what is in force.
#[derive(Template)]
#[template(path = "agencies/delegation.html")]
pub struct DelegationPage {
    pub(super) page: Page,
    pub(super) id: AgencyId,
    pub(super) name: String,
    pub(super) href: String,
    pub(super) state: String,
    pub(super) asker: String,
    pub(super) asked: String,
    pub(super) decider: String,
    pub(super) ground: String,
    pub(super) answer: String,
    pub(super) ended: String,
    pub(super) wanted: PowersView,
    /// What is in force today, where that is another version.
    pub(super) now: Option<PowersView>,
    pub(super) used: String,
    pub(super) shown: String,
    pub(super) may: May,
    pub(super) form: Filled,
    pub(super) said: &'static str,
    pub(super) is_stale: bool,
    /// What ending it comes to.
    pub(super) end_hint: String,
}

impl DelegationPage {
    fn is_open(&self) -> bool {
        !self.shown.is_empty()
    }

    fn decides(&self) -> bool {
        self.may == May::Decide
    }

    fn takes_back(&self) -> bool {
        self.may == May::TakeBack
    }

    fn ends(&self) -> bool {
        self.may == May::End
    }

    /// What it comes to, line by line: what it is about, now, then.
    fn changes(&self) -> Vec<(String, String, String)> {
        let now = |read: fn(&PowersView) -> String| self.now.as_ref().map_or_else(|| self.page.t("agencies-nothing"), read);
        let line = |key: &str, read: fn(&PowersView) -> String| (self.page.t(key), now(read), read(&self.wanted));
        vec![
            line("agencies-units", |view| view.units.join("、")),
            line("agencies-kinds", |view| view.kinds.join("、")),
            line("agencies-second-for", |view| view.second_for.join("、")),
            line("agencies-per-learner", |view| view.per_learner.clone()),
            line("agencies-per-year", |view| view.per_year.clone()),
            line("agencies-days", |view| view.span.clone()),
        ]
    }
}

/// What everybody may read of an agency.
#[derive(Template)]
#[template(path = "agencies/public.html")]
pub struct PublicPage {
    pub(super) page: Page,
    pub(super) facts: Facts,
    pub(super) now: Option<PowersView>,
    pub(super) keys: Vec<KeyView>,
}

impl PublicPage {
    fn phone(&self) -> (String, String) {
        crate::web::text::phone_number(&self.facts.phone)
    }
}

/// The agencies that somebody works for.
#[derive(Template)]
#[template(path = "agencies/own_list.html")]
pub struct OwnAgenciesPage {
    pub(super) page: Page,
    /// Which, its name, whether it is suspended: then only what it has issued is looked after.
    pub(super) rows: Vec<(AgencyId, String, bool)>,
}

/// The first page of work for an agency.
#[derive(Template)]
#[template(path = "agencies/own.html")]
pub struct OwnAgencyPage {
    pub(super) page: Page,
    pub(super) facts: Facts,
    pub(super) now: Option<PowersView>,
    pub(super) used: String,
    pub(super) roles: Vec<String>,
    /// How many appeals about certificates wait for an answer.
    pub(super) appeals: usize,
}
