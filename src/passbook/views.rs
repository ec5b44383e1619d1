//! The pages of the passbook, as typed values.

use askama::Template;

use super::rules::{TowardsCredit, class_hours, towards_credit};
use crate::curriculum::{CourseCode, Shelf};
use crate::help::{self, CaseLine, Doubt};
use crate::helping::ActLine;
use crate::i18n::Lang;
use crate::kernel::{Cells, Credits, SealKey};
use crate::ledger::{Code, Phase};
use crate::recognition::{CountedHours, EntryState, HourKind, LearningResult, LookState, Passbook, PassbookEntry};
use crate::web::{Filled, Page, day_words, phrases};

/// What all pages show lines with.
pub(super) struct Words<'a> {
    pub lang: Lang,
    pub shelf: &'a Shelf,
}

impl Words<'_> {
    /// The course's title; its code where this edition has it no longer.
    pub fn course(&self, unit: &str) -> String {
        let course = CourseCode::parse(unit).and_then(|code| self.shelf.course(code));
        course.map_or_else(|| unit.to_owned(), |course| course.title.clone())
    }

    /// Passes that somebody looks at before they are credited, or did and would not.
    pub fn looked_at(&self, passbook: &Passbook) -> Vec<String> {
        let say = |result: &LearningResult| {
            let key = if result.look == Some(LookState::Declined) { "passbook-look-declined" } else { "passbook-look-waiting" };
            let day = day_words(self.lang, result.passed_at.day());
            self.lang.fill(key, &[("course", &self.course(&result.unit)), ("day", &day)])
        };
        passbook.looked_at().into_iter().map(say).collect()
    }

    fn what(&self, entry: &PassbookEntry) -> String {
        entry.unit.as_deref().map_or_else(|| self.lang.t(code_key(entry.code, entry.phase)), |unit| self.course(unit))
    }

    /// Who confirmed it, as it was written down then; or what was done where nothing was earned.
    fn who(&self, entry: &PassbookEntry) -> String {
        match (entry.code, &entry.result) {
            (Code::Issue, _) if entry.reason.is_some() => self.lang.t("passbook-code-restore"),
            (Code::Issue, Some(result)) => self.lang.fill("passbook-confirmed", &[("who", &result.responsible_org)]),
            (code, _) => self.lang.t(code_key(code, entry.phase)),
        }
    }

    pub fn hours(&self, minutes: i64) -> String {
        class_hours(minutes, self.shelf.credit_rule().minutes_per_class_hour)
    }

    /// `1 格（0.25 学分）`, or `0.1 学分` where it is not made of whole 格.
    pub fn amount(&self, amount: Credits) -> String {
        match self.shelf.cells().whole(amount) {
            Some(cells) => {
                self.lang.fill("passbook-cells-credits", &[("cells", &cells.to_string()), ("credits", &amount.to_string())])
            }
            None => self.lang.fill("passbook-credits", &[("credits", &amount.to_string())]),
        }
    }

    /// Why something was put right, in words that frighten nobody; none for a line that puts nothing right.
    fn why(&self, entry: &PassbookEntry) -> Option<String> {
        let code = entry.reason.as_deref()?;
        let key = format!("passbook-reason-{code}");
        let words = self.lang.t(&key);
        let known = if words == key { self.lang.t("passbook-reason-other") } else { words };
        Some(self.lang.fill("passbook-why-corrected", &[("why", &known)]))
    }

    /// Whom to ask about it: who answered for it then.
    fn whom(&self, entry: &PassbookEntry) -> Option<String> {
        let who = entry.decided_by.as_deref()?;
        Some(self.lang.fill("passbook-whom-to-ask", &[("who", who)]))
    }

    /// Since when an award is frozen, withdrawn or put right, by the newest line about it.
    fn since(&self, entry: &PassbookEntry, passbook: &Passbook) -> Option<String> {
        let key = match entry.state {
            EntryState::Frozen => "passbook-since-frozen",
            EntryState::Revoked => "passbook-since-revoked",
            EntryState::Reversed(_) => "passbook-since-reversed",
            EntryState::Stands | EntryState::CountedOnce | EntryState::GoingOut | EntryState::GoneOut => return None,
        };
        let about_it = passbook.entries.iter().find(|other| other.about == Some(entry.transfer))?;
        Some(self.lang.fill(key, &[("day", &day_words(self.lang, about_it.day))]))
    }

    /// The standard hours that were counted with the line.
    fn standard_hours(&self, entry: &PassbookEntry, passbook: &Passbook) -> Option<String> {
        let result = entry.result.as_ref()?.id;
        let is_its = |hours: &&CountedHours| hours.kind == HourKind::Standard && hours.result == Some(result);
        passbook.counted.iter().find(is_its).map(|hours| self.hours(hours.minutes))
    }
}

const fn code_key(code: Code, phase: Phase) -> &'static str {
    match (code, phase) {
        (Code::Issue, _) => "passbook-code-issue",
        (Code::TransferOut, Phase::Pending) => "passbook-code-going-out",
        (Code::TransferOut, Phase::Void) => "passbook-code-came-back",
        (Code::TransferOut, _) => "passbook-code-gone-out",
        (Code::Freeze, _) => "passbook-code-freeze",
        (Code::Unfreeze, _) => "passbook-code-unfreeze",
        (Code::Revoke, _) => "passbook-code-revoke",
        (Code::ConvertIn, _) => "passbook-code-convert-in",
        (Code::ConvertOut | Code::Rounding, _) => "passbook-code-convert-out",
        (Code::Reverse, _) => "passbook-code-reverse",
    }
}

/// One line of the passbook.
pub(super) struct Line {
    /// The day in words, and in the figures of a table.
    pub day: String,
    pub date: String,
    pub what: String,
    /// `+1 格（0.25 学分）`.
    pub got: String,
    /// The change of 累计学分 alone, for the statement: `0.25`, `−0.25`, `0`.
    pub change: String,
    pub hours: Option<String>,
    pub who: String,
    pub rule: String,
    /// What became of it, and since when.
    pub since: Option<String>,
    /// Why something was put right, and whom to ask about it.
    pub why: Option<String>,
    pub whom: Option<String>,
    /// The seal of a line that stands; else what became of it.
    pub state: String,
    pub is_sealed: bool,
    pub ask: String,
    /// Where its receipt is.
    pub receipt: String,
    /// A question about it that was asked.
    pub case: Option<CaseLine>,
}

impl Line {
    fn of((entry, before): (&PassbookEntry, Credits), passbook: &Passbook, words: &Words<'_>, case: Option<CaseLine>) -> Self {
        let change = entry.total_after.milli() - before.milli();
        let sign = match change {
            0 => "",
            1.. => "+",
            _ => "\u{2212}",
        };
        let moved = Credits::from_milli(change.abs()).unwrap_or_default();
        let (state, is_sealed) = match entry.state {
            EntryState::Stands => ("passbook-state-stands", true),
            EntryState::CountedOnce => ("passbook-state-counted-once", false),
            EntryState::Frozen => ("passbook-state-frozen", false),
            EntryState::GoingOut => ("passbook-state-going-out", false),
            EntryState::GoneOut => ("passbook-state-gone-out", false),
            EntryState::Revoked => ("passbook-state-revoked", false),
            EntryState::Reversed(_) => ("passbook-state-reversed", false),
        };
        Self {
            day: day_words(words.lang, entry.day),
            date: entry.day.to_string(),
            what: words.what(entry),
            got: format!("{sign}{}", words.amount(entry.amount)),
            change: format!("{}{moved}", if change < 0 { sign } else { "" }),
            hours: words.standard_hours(entry, passbook),
            who: words.who(entry),
            rule: words.lang.fill("passbook-rule", &[("version", &entry.rule_version)]),
            since: words.since(entry, passbook),
            why: words.why(entry),
            whom: words.whom(entry),
            state: words.lang.t(state),
            is_sealed,
            ask: format!("/passbook/{}/dispute", entry.transfer),
            receipt: format!("/passbook/{}/receipt", entry.transfer),
            case,
        }
    }
}

/// The entries of a passbook, the newest first, each with 累计学分 before it.
pub(super) fn entries(passbook: &Passbook) -> Vec<(&PassbookEntry, Credits)> {
    let befores = passbook.entries.iter().skip(1).map(|older| older.total_after).chain([Credits::ZERO]);
    passbook.entries.iter().zip(befores).collect()
}

/// The lines of these entries, with the questions that were asked about them.
pub(super) fn lines(
    entries: &[(&PassbookEntry, Credits)],
    passbook: &Passbook,
    words: &Words<'_>,
    (cases, key): (&[help::Case], Option<&SealKey>),
) -> Vec<Line> {
    let case_of = |entry: &PassbookEntry| {
        let case = cases.iter().find(|case| case.about == Some(entry.transfer) && case.kind == help::Kind::Dispute);
        case.filter(|case| case.state != help::State::Withdrawn).map(|case| CaseLine::of(case, words.lang).with_answer(case, key))
    };
    entries.iter().map(|entry| Line::of(*entry, passbook, words, case_of(entry.0))).collect()
}

/// 学分存折.
#[derive(Template)]
#[template(path = "passbook/passbook.html")]
pub(super) struct PassbookPage {
    pub page: Page,
    pub name: String,
    /// The last four digits of the card, with spaces.
    pub card_tail: Option<String>,
    pub total: Credits,
    pub cells: Cells,
    /// The lines shown: of one year, so many at a time.
    pub lines: Vec<Line>,
    /// Years that have lines, the newest first.
    pub years: Vec<i32>,
    pub year: i32,
    pub number: usize,
    pub pages: usize,
    /// Passes that somebody looks at before they are credited, or did and would not, in words.
    pub looked_at: Vec<String>,
    pub transferable: Credits,
    /// The newest acts on behalf, and whether there are more: without any credit.
    pub acts: Vec<ActLine>,
    pub has_more_acts: bool,
    pub standard_hours: String,
    pub attended_hours: String,
}

impl PassbookPage {
    const fn is_shown(&self, year: &i32) -> bool {
        self.year == *year
    }

    fn which_page(&self) -> String {
        self.page.t2("help-staff-page", ("page", &self.number), ("pages", &self.pages))
    }

    const fn towards(&self) -> TowardsCredit {
        towards_credit(self.total, self.cells)
    }

    /// The sum in 格, and what it comes to in credits.
    fn sum(&self) -> (String, String) {
        match self.cells.whole(self.total) {
            Some(cells) => {
                let credits = self.page.t1("passbook-total-is", "credits", self.total);
                (self.page.t1("passbook-total-cells", "cells", cells), credits)
            }
            None => (self.page.t1("passbook-credits", "credits", self.total), self.page.t("passbook-total-bare")),
        }
    }

    fn next_words(&self) -> String {
        let towards = self.towards();
        self.page.t2("passbook-next", ("cells", &towards.missing), ("credits", &towards.credits))
    }

    /// The cells of a credit as they are drawn, 18 wide with 6 between: how far each lies from the edge, and whether it is full.
    fn drawn(&self) -> Vec<(i64, bool)> {
        (0..self.cells.per_credit()).map(|at| (3 + at * 24, at < self.towards().full)).collect()
    }

    /// How wide the drawing is.
    const fn drawn_width(&self) -> i64 {
        self.cells.per_credit() * 24
    }

    fn heading(&self) -> Vec<String> {
        phrases(&self.page.t("passbook-lines"))
    }

    fn no_money(&self) -> Vec<String> {
        phrases(&self.page.t("passbook-no-money"))
    }
}

/// 这一笔有问题？
#[derive(Template)]
#[template(path = "passbook/question.html")]
pub(super) struct QuestionPage {
    pub page: Page,
    pub form: Filled,
    pub line: Line,
    pub amount: String,
    pub number: String,
}

impl QuestionPage {
    fn doubts(&self) -> Vec<(&'static str, String)> {
        Doubt::ALL.iter().map(|doubt| (doubt.code(), self.page.t(help::doubt_key(*doubt)))).collect()
    }

    fn term(&self) -> String {
        self.page.t1("passbook-question-term", "days", help::Kind::Dispute.term().days())
    }

    fn is_waiting(&self) -> bool {
        self.line.case.as_ref().is_some_and(|case| case.is_waiting)
    }

    fn go_words(&self) -> String {
        self.page.t(if self.line.case.is_some() { "passbook-question-again" } else { "passbook-question-go" })
    }
}
