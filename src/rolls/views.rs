//! The pages of this subject.

use askama::Template;

use super::lines::{Column, Named, Said};
use super::rules::figure;
use super::service::Shown;
use super::{Line, LineState, Problem, Roll, RollState};
use crate::conversions::Rule;
use crate::i18n::Lang;
use crate::kernel::AgencyId;
use crate::web::sheet::MOST_ROWS;
use crate::web::{Filled, Page};

/// Values with their words, as forms offer them.
pub(super) type Choices = Vec<(String, String)>;

/// A rule as a form offers it.
pub(super) fn rule_words(rule: &Rule, unit: &str) -> String {
    format!("{} · {} → {unit}", rule.partner_name, rule.title)
}

fn state_words(page: &Page, roll: &Roll) -> String {
    page.t(&format!("rolls-state-{}", roll.state.code()))
}

/// A roll on the list.
pub(super) struct RollRow {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) note: String,
}

impl RollRow {
    pub(super) fn of(page: &Page, href: String, (roll, rule): (&Roll, &Rule)) -> Self {
        let lines = page.t1("rolls-lines", "count", roll.total);
        let state = state_words(page, roll);
        Self {
            href, title: format!("{} · {lines}", rule.title), note: format!("{} · {state}", roll.brought_at.to_minute_text())
        }
    }
}

/// Bringing a roll, and those that were brought.
#[derive(Template)]
#[template(path = "rolls/list.html")]
pub struct RollsPage {
    pub(super) page: Page,
    pub(super) agency: AgencyId,
    pub(super) name: String,
    /// Whether whoever looks brings rolls.
    pub(super) brings: bool,
    pub(super) rules: Choices,
    pub(super) rows: Vec<RollRow>,
    pub(super) form: Filled,
}

impl RollsPage {
    fn levels(&self, of: &str) -> Choices {
        let none = (String::new(), self.page.t("rolls-level-choose"));
        let level = |level: i64| (level.to_string(), self.page.t(&format!("rolls-{of}-{level}")));
        std::iter::once(none).chain((0..=3).map(level)).collect()
    }

    fn identities(&self) -> Choices {
        self.levels("identity")
    }

    fn supervisions(&self) -> Choices {
        self.levels("supervision")
    }

    fn offered(&self) -> Choices {
        std::iter::once((String::new(), self.page.t("rolls-rule-choose"))).chain(self.rules.iter().cloned()).collect()
    }

    fn most(&self) -> usize {
        MOST_ROWS
    }
}

/// What a roll is, in words.
pub(super) struct RollFacts {
    pub(super) title: String,
    pub(super) partner: String,
    pub(super) unit: String,
    pub(super) identity: String,
    pub(super) supervision: String,
    pub(super) lines: i64,
    pub(super) wrong: i64,
    pub(super) gives: String,
    pub(super) brought: String,
    pub(super) decided: String,
    pub(super) answer: String,
    pub(super) state: RollState,
    pub(super) state_words: String,
    pub(super) trouble: String,
    /// How much of the booking is done, in a hundred.
    pub(super) percent: u64,
}

impl RollFacts {
    /// `by`: who brought it, who decided; `arrived`: lines that are done.
    pub(super) fn of(page: &Page, (roll, rule): (&Roll, &Rule), unit: String, by: (String, String), arrived: u64) -> Self {
        let when = |who: &str, at: crate::kernel::Timestamp| format!("{who} · {}", at.to_minute_text());
        let total = u64::try_from(roll.total).unwrap_or(0);
        Self {
            title: rule.title.clone(),
            partner: rule.partner_name.clone(),
            unit,
            identity: page.t(&format!("rolls-identity-{}", roll.levels.identity.value())),
            supervision: page.t(&format!("rolls-supervision-{}", roll.levels.supervision.value())),
            lines: roll.total,
            wrong: roll.wrong,
            gives: page.t1("agencies-credits", "credits", roll.gives),
            brought: match roll.client {
                Some(_) => page.t1("rolls-brought-program", "who", when(&by.0, roll.brought_at)),
                None => when(&by.0, roll.brought_at),
            },
            decided: roll.decided.map(|(_, at)| when(&by.1, at)).unwrap_or_default(),
            answer: roll.answer.clone().unwrap_or_default(),
            state: roll.state,
            state_words: state_words(page, roll),
            trouble: roll.trouble.map(|trouble| page.t(&format!("rolls-trouble-{}", trouble.code()))).unwrap_or_default(),
            percent: (arrived * 100).checked_div(total).unwrap_or(0).min(100),
        }
    }
}

/// Why a line cannot be booked, or was passed over.
fn problem_words(lang: Lang, line: &Line) -> String {
    let other = line.other.map(|other| other.to_string()).unwrap_or_default();
    let words = |problem: Problem| lang.fill(&format!("rolls-row-{}", problem.code()), &[("line", other.as_str())]);
    line.problem.map(words).unwrap_or_default()
}

/// The value as lists write it; empty where none could be read.
fn value_of(said: &Said) -> String {
    if said.value > 0 { figure(said.value) } else { String::new() }
}

/// A line that was passed over, in the columns of an empty form, and why. The digits of a card stand in groups: so no program makes a number of them.
pub(super) fn passed_cells(lang: Lang, line: &Line, said: &Said) -> Vec<String> {
    let who = match said.named() {
        Some(Named::Card(card)) => card.to_string(),
        _ => said.who.clone(),
    };
    let cell = |column: &Column| match column {
        Column::Who => who.clone(),
        Column::Number => said.number.clone(),
        Column::Value => value_of(said),
        Column::Day => said.day.clone(),
    };
    Column::ALL.iter().map(cell).chain([problem_words(lang, line)]).collect()
}

/// A line in words.
pub(super) struct LineView {
    pub(super) number: i64,
    pub(super) who: String,
    pub(super) result: String,
    pub(super) value: String,
    pub(super) day: String,
    pub(super) end: String,
    pub(super) is_wrong: bool,
    /// Whether it is of somebody whom whoever looks may not see.
    pub(super) is_outside: bool,
}

impl LineView {
    pub(super) fn of(page: &Page, shown: &Shown) -> Self {
        let line = &shown.line;
        let said = shown.said.clone().unwrap_or_default();
        let (gives, value) = (page.t1("agencies-credits", "credits", line.gives), value_of(&said));
        let end = match line.state {
            LineState::New => page.t("rolls-line-new"),
            LineState::Wrong | LineState::Passed => problem_words(page.lang(), line),
            LineState::Ready => gives,
            LineState::Booked => page.t1("rolls-line-booked", "credits", line.gives),
        };
        Self {
            number: line.number,
            // Whom they may not see is what they wrote themselves, or nobody's.
            who: if shown.is_outside {
                page.t("rolls-outside")
            } else if shown.name.is_empty() {
                said.who
            } else {
                shown.name.clone()
            },
            result: said.number,
            value,
            day: said.day,
            end,
            is_wrong: matches!(line.state, LineState::Wrong | LineState::Passed),
            is_outside: shown.is_outside,
        }
    }
}

/// What the reader of a roll may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum May {
    /// Nothing.
    Look,
    /// It is theirs and right: ask for a second person, or give it up.
    Ask,
    /// It is theirs: give it up.
    GiveUp,
    /// Agree or not.
    Decide,
}

/// One roll: how far it is, what is wrong with it, its lines.
#[derive(Template)]
#[template(path = "rolls/one.html")]
pub struct RollPage {
    pub(super) page: Page,
    pub(super) agency: AgencyId,
    pub(super) agency_name: String,
    pub(super) href: String,
    pub(super) facts: RollFacts,
    pub(super) lines: Vec<LineView>,
    pub(super) number: u64,
    pub(super) pages: u64,
    /// Which lines are shown: all, or those in one state.
    pub(super) only: Option<LineState>,
    /// Whether whoever looks brings rolls.
    pub(super) brings: bool,
    pub(super) may: May,
    pub(super) shown: String,
    pub(super) notice: &'static str,
    pub(super) form: Filled,
}

impl RollPage {
    const fn is_busy(&self) -> bool {
        self.facts.state.is_busy()
    }

    fn is_booking(&self) -> bool {
        self.facts.state == RollState::Valid
    }

    fn is_done(&self) -> bool {
        self.facts.state == RollState::Done
    }

    fn has_wrong(&self) -> bool {
        self.facts.wrong > 0 && self.facts.state == RollState::Checked
    }

    /// Whether what was passed over can be taken away, to be mended and brought again.
    fn gives_passed(&self) -> bool {
        self.brings && self.only == Some(LineState::Passed) && self.lines.iter().any(|line| !line.is_outside)
    }

    fn asks(&self) -> bool {
        self.may == May::Ask
    }

    fn gives_up(&self) -> bool {
        matches!(self.may, May::Ask | May::GiveUp)
    }

    fn decides(&self) -> bool {
        self.may == May::Decide
    }

    fn caption(&self) -> String {
        let key = match self.only {
            Some(LineState::Wrong) => "rolls-lines-wrong",
            Some(LineState::Passed) => "rolls-lines-passed",
            _ => "rolls-lines-all",
        };
        self.page.t(key)
    }

    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }
}
