//! The pages of this subject.

use askama::Template;

use super::error::test_words;
use super::forms::test_line;
use super::laboratory::{Run, RunLine};
use super::rule::{Failed, Rule};
use super::rules::{Direction, RuleState};
use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Lang;
use crate::kernel::{AgencyId, Credits, Day};
use crate::recognition::Deciders;
use crate::web::{Filled, Page, day_words};

/// Values with their words, as forms offer them.
pub(super) type Choices = Vec<(String, String)>;

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

    /// The unit by code and title; its code alone where this edition has it no longer.
    pub(super) fn unit(&self, code: &str) -> String {
        let course = CourseCode::parse(code).and_then(|code| self.shelf.course(code));
        course.map_or_else(|| code.to_owned(), |course| format!("{code} {}", course.title))
    }

    /// Levels 0 to 3 of identity or supervision.
    pub(super) fn levels(&self, what: &str) -> Choices {
        (0..=3).map(|level| (level.to_string(), self.lang.t(&format!("conversions-{what}-{level}")))).collect()
    }

    fn span(&self, from: Day, until: Option<Day>) -> String {
        let from = day_words(self.lang, from);
        match until.map(|until| day_words(self.lang, until)) {
            Some(until) => self.lang.fill("conversions-span", &[("from", from.as_str()), ("until", until.as_str())]),
            None => self.lang.fill("conversions-span-open", &[("from", from.as_str())]),
        }
    }

    /// From whom to what, and the other way.
    fn way(&self, rule: &Rule) -> String {
        let unit = self.unit(&rule.unit);
        let (from, to) = match rule.direction {
            Direction::In => (rule.partner_name.as_str(), unit.as_str()),
            Direction::Out => (unit.as_str(), rule.partner_name.as_str()),
        };
        self.lang.fill("conversions-way", &[("from", from), ("to", to)])
    }

    pub(super) fn row(&self, rule: &Rule, href: String) -> RuleRow {
        let title = if rule.title.is_empty() { rule.partner_name.clone() } else { rule.title.clone() };
        RuleRow { href, title, way: self.way(rule), span: self.span(rule.from, rule.until) }
    }

    /// What a rule says, in words.
    pub(super) fn rule(&self, rule: &Rule) -> RuleView {
        let (lang, fraction) = (self.lang, rule.fraction);
        let numbers = [
            ("above", fraction.numerator.to_string()),
            ("below", fraction.denominator.to_string()),
            ("step", fraction.step.credits().to_string()),
        ];
        let blanks: Vec<(&'static str, &str)> = numbers.iter().map(|(name, words)| (*name, words.as_str())).collect();
        let fraction = match rule.direction {
            Direction::In => lang.fill("conversions-fraction-in", &blanks),
            Direction::Out => lang.fill("conversions-fraction-out", &blanks),
        };
        let levels = [("identity", rule.least.identity.value()), ("supervision", rule.least.supervision.value())];
        let least: Vec<String> = levels.into_iter().map(|(what, level)| lang.t(&format!("conversions-{what}-{level}"))).collect();
        let credits = |credits: Credits| lang.fill("agencies-credits", &[("credits", credits.to_string().as_str())]);
        RuleView {
            title: rule.title.clone(),
            way: self.way(rule),
            direction: lang.t(&format!("conversions-direction-{}", rule.direction.code())),
            fraction,
            least,
            evidence: rule.evidence.clone(),
            span: self.span(rule.from, rule.until),
            deciders: lang.t(if rule.deciders == Deciders::One {
                "conversions-deciders-one"
            } else {
                "conversions-deciders-two"
            }),
            most: rule.most.map_or_else(|| lang.t("conversions-most-none"), credits),
            promised: lang.fill("conversions-promised-words", &[("days", rule.promised_days.to_string().as_str())]),
            tests: rule.tests.iter().map(|case| test_line(*case)).collect(),
            version: match rule.version {
                0 => lang.t("conversions-draft-word"),
                version => lang.fill("conversions-version", &[("version", version.to_string().as_str())]),
            },
        }
    }
}

/// One line of a list of rules.
pub(super) struct RuleRow {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) way: String,
    pub(super) span: String,
}

/// What a rule says, in words.
pub(super) struct RuleView {
    pub(super) title: String,
    pub(super) way: String,
    pub(super) direction: String,
    pub(super) fraction: String,
    pub(super) least: Vec<String>,
    pub(super) evidence: String,
    pub(super) span: String,
    pub(super) deciders: String,
    pub(super) most: String,
    pub(super) promised: String,
    pub(super) tests: Vec<String>,
    pub(super) version: String,
}

/// One line of a run, in words.
pub(super) struct LineView {
    pub(super) person: String,
    pub(super) day: String,
    pub(super) value: String,
    pub(super) now: String,
    pub(super) then: String,
}

/// What a run came to, in words.
pub(super) struct RunView {
    /// Digest of what is shown.
    pub(super) digest: String,
    pub(super) sums: Vec<String>,
    pub(super) made: String,
    pub(super) lines: Vec<LineView>,
    pub(super) number: usize,
    pub(super) pages: usize,
}

/// Lines of a run on one page.
pub(super) const LINES: usize = 200;

impl RunView {
    pub(super) fn of(lang: Lang, run: &Run, made: String, wished: usize) -> Self {
        let sums = run.sums();
        let thousandths = |milli: i64| Credits::from_milli(milli).unwrap_or_default().to_string();
        let say = |key: &str, count: usize, amount: String| {
            lang.fill(key, &[("count", count.to_string().as_str()), ("amount", amount.as_str())])
        };
        let changed = run.changed();
        let pages = changed.len().div_ceil(LINES).max(1);
        let number = wished.clamp(1, pages);
        let line = |line: &&RunLine| LineView {
            person: lang.fill("conversions-run-person", &[("number", line.person.to_string().as_str())]),
            day: line.at.day().to_string(),
            value: thousandths(line.value),
            now: thousandths(line.now),
            then: thousandths(line.then),
        };
        Self {
            digest: run.digest.to_string(),
            sums: vec![
                lang.fill(
                    "conversions-run-lines",
                    &[("count", sums.lines.to_string().as_str()), ("people", sums.people.to_string().as_str())],
                ),
                say("conversions-run-gain", sums.gain, thousandths(sums.more)),
                say("conversions-run-lose", sums.lose, thousandths(sums.less)),
            ],
            made,
            lines: changed.chunks(LINES).nth(number - 1).into_iter().flatten().map(line).collect(),
            number,
            pages,
        }
    }
}

/// A test case that does not come out, in words.
pub(super) fn failed_words(lang: Lang, failed: &Failed) -> String {
    test_words(failed).say(lang)
}

fn which_page(page: &Page, number: impl ToString, pages: impl ToString) -> String {
    page.t2("conversions-page", ("number", number), ("pages", pages))
}

/// An agency's rules.
#[derive(Template)]
#[template(path = "conversions/list.html")]
pub struct RulesPage {
    pub(super) page: Page,
    pub(super) id: AgencyId,
    pub(super) name: String,
    /// How those stand that are listed, in words.
    pub(super) heading: String,
    /// The same as an address has it.
    pub(super) which: &'static str,
    pub(super) rows: Vec<RuleRow>,
    /// The other ones: address, words, how many.
    pub(super) others: Vec<(String, String, u64)>,
    pub(super) may_draft: bool,
    pub(super) said: &'static str,
    pub(super) number: u64,
    pub(super) pages: u64,
}

impl RulesPage {
    fn which_page(&self) -> String {
        which_page(&self.page, self.number, self.pages)
    }
}

/// A draft is written.
#[derive(Template)]
#[template(path = "conversions/form.html")]
pub struct RuleFormPage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) name: String,
    pub(super) is_change: bool,
    pub(super) form: Filled,
    pub(super) copied_from: String,
    pub(super) partners: Choices,
    pub(super) units: Choices,
    pub(super) directions: Choices,
    pub(super) identities: Choices,
    pub(super) supervisions: Choices,
    pub(super) deciders: Choices,
}

/// What the reader may do with a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct May {
    pub(super) change: bool,
    pub(super) copy: bool,
    pub(super) try_out: bool,
    pub(super) publish: bool,
    pub(super) end: bool,
    pub(super) discard: bool,
}

/// One rule of an agency, a draft with its run.
#[derive(Template)]
#[template(path = "conversions/rule.html")]
pub struct RulePage {
    pub(super) page: Page,
    pub(super) href: String,
    pub(super) back: String,
    pub(super) copy: String,
    pub(super) agency: String,
    pub(super) view: RuleView,
    pub(super) state: String,
    pub(super) is_draft: bool,
    /// Whether awards go out by it: of these there is no history to try it on.
    pub(super) is_out: bool,
    pub(super) drafter: String,
    pub(super) publisher: String,
    pub(super) ended: String,
    pub(super) failed: Vec<String>,
    pub(super) run: Option<RunView>,
    /// Whether it was tried, and things have changed since.
    pub(super) is_stale: bool,
    pub(super) may: May,
    pub(super) form: Filled,
    pub(super) said: &'static str,
}

impl RulePage {
    fn which_page(&self) -> String {
        self.run.as_ref().map_or_else(String::new, |run| which_page(&self.page, run.number, run.pages))
    }
}

/// All rules in force, by agency.
#[derive(Template)]
#[template(path = "conversions/public_list.html")]
pub struct PublicRulesPage {
    pub(super) page: Page,
    /// Name of the agency, whether it works today, its rules.
    pub(super) agencies: Vec<(String, bool, Vec<RuleRow>)>,
    /// Whether somebody may apply by one of them.
    pub(super) may_apply: bool,
    pub(super) number: u64,
    pub(super) pages: u64,
}

impl PublicRulesPage {
    fn which_page(&self) -> String {
        which_page(&self.page, self.number, self.pages)
    }
}

/// One rule, as everybody may read it.
#[derive(Template)]
#[template(path = "conversions/public.html")]
pub struct PublicRulePage {
    pub(super) page: Page,
    pub(super) agency: String,
    pub(super) agency_href: String,
    pub(super) is_working: bool,
    /// Whether results come in by it: for these somebody applies.
    pub(super) is_in: bool,
    pub(super) view: RuleView,
    pub(super) state: String,
}

/// How a rule stands on `today`, in words; `is_in_force`: it is the one in force.
pub(super) fn state_words(lang: Lang, rule: &Rule, today: Day, is_in_force: bool) -> String {
    let key = match rule.state {
        RuleState::Draft => "conversions-standing-drafts",
        RuleState::Ended => "conversions-state-ended",
        RuleState::Published if today < rule.from => "conversions-standing-later",
        RuleState::Published if is_in_force => "conversions-standing-now",
        RuleState::Published => "conversions-standing-over",
    };
    lang.t(key)
}
