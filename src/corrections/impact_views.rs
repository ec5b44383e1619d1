//! What a correction would change, in words.

use std::collections::HashMap;

use crate::certificates::{Named, WHOLE};
use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Lang;
use crate::kernel::{Credits, LearnerId, TransferId};
use crate::ledger::{Code, Phase};
use crate::recognition::{Change, CorrectionKind, CreditUse, EntryState, Impact, LearningResult, Obstacle, PassbookEntry};
use crate::web::day_words;

/// What all pages of this subject make words with.
#[derive(Clone)]
pub(super) struct Words {
    pub lang: Lang,
    pub shelf: Shelf,
}

impl Words {
    /// The course's title; its code where this edition has it no longer.
    pub fn course(&self, unit: &str) -> String {
        let course = CourseCode::parse(unit).and_then(|code| self.shelf.course(code));
        course.map_or_else(|| unit.to_owned(), |course| course.title.clone())
    }

    /// The course of a line; what was done where it is about none.
    pub fn course_of(&self, entry: &PassbookEntry) -> String {
        entry.unit.as_deref().map_or_else(|| self.done(entry), |unit| self.course(unit))
    }

    /// What was done, in the words of the staff.
    pub fn done(&self, entry: &PassbookEntry) -> String {
        let key = match (entry.code, entry.phase) {
            (Code::Issue, _) if entry.reason.is_some() => "correction-code-restore",
            (Code::Issue, _) => "correction-code-issue",
            (Code::TransferOut, Phase::Pending) => "correction-code-going-out",
            (Code::TransferOut, Phase::Void) => "correction-code-came-back",
            (Code::TransferOut, _) => "correction-code-gone-out",
            (Code::Freeze, _) => "correction-kind-freeze",
            (Code::Unfreeze, _) => "correction-kind-unfreeze",
            (Code::Revoke, _) => "correction-kind-revoke",
            (Code::ConvertIn, _) => "correction-code-convert-in",
            (Code::ConvertOut | Code::Rounding, _) => "correction-code-convert-out",
            (Code::Reverse, _) => "correction-kind-reverse",
        };
        self.lang.t(key)
    }

    /// What became of it.
    pub fn state(&self, state: EntryState) -> String {
        self.lang.t(match state {
            EntryState::Stands => "correction-state-stands",
            EntryState::CountedOnce => "passbook-state-counted-once",
            EntryState::Frozen => "correction-state-frozen",
            EntryState::GoingOut => "correction-state-going-out",
            EntryState::GoneOut => "correction-state-gone-out",
            EntryState::Revoked => "correction-state-revoked",
            EntryState::Reversed(_) => "correction-state-reversed",
        })
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

    pub fn kind(&self, kind: CorrectionKind) -> String {
        self.lang.t(&format!("correction-kind-{}", kind.code()))
    }

    pub fn reason(&self, code: &str) -> String {
        self.coded("correction-reason", code)
    }

    /// The words of a code, or the code where it has none.
    fn coded(&self, family: &str, code: &str) -> String {
        let key = format!("{family}-{code}");
        let words = self.lang.t(&key);
        if words == key { code.to_owned() } else { words }
    }

    /// What a certificate is called: its kind, and the unit that it is about.
    fn certificate(&self, named: &Named) -> String {
        let rule = self.shelf.certificates().iter().find(|rule| rule.id == named.kind);
        let title = rule.map_or_else(|| named.kind.clone(), |rule| rule.title.clone());
        if named.about == WHOLE {
            return title;
        }
        self.lang.fill("certificates-title-of", &[("title", &title), ("course", &self.course(&named.about))])
    }

    /// How it stands.
    fn certificate_state(&self, named: &Named) -> String {
        let replaced = || self.lang.t("certificates-standing-replaced");
        named.state.map_or_else(replaced, |state| self.lang.t(&format!("certificates-state-{}", state.code())))
    }

    fn minutes(&self, minutes: i64) -> String {
        self.lang.fill("correction-hours-minutes", &[("minutes", &minutes.to_string())])
    }
}

/// Something that builds on a credit.
pub(super) struct UseRow {
    pub kind: String,
    pub reference: String,
    pub state: String,
    /// Whether the correction would suspend it.
    pub is_suspended: bool,
}

impl UseRow {
    /// `known`: the certificates among what builds on credit, by their references.
    pub fn of((used, is_suspended): (&CreditUse, bool), known: &HashMap<String, Named>, words: &Words) -> Self {
        if let Some(named) = known.get(&used.reference) {
            return Self {
                kind: words.certificate(named),
                reference: named.number.spaced(),
                state: words.certificate_state(named),
                is_suspended,
            };
        }
        Self {
            kind: words.coded("correction-use", &used.kind),
            reference: used.reference.clone(),
            state: words.lang.t(&format!("correction-use-state-{}", used.state.code())),
            is_suspended,
        }
    }
}

/// A figure before and after.
pub(super) struct SumRow {
    pub label: String,
    pub before: String,
    pub after: String,
    pub is_changed: bool,
}

/// What stands in the way, and the way to clear it.
pub(super) struct Hindrance {
    pub words: String,
    pub href: Option<String>,
}

/// The impact screen.
pub(super) struct ImpactView {
    pub facts: Vec<(String, String)>,
    pub uses: Vec<UseRow>,
    pub sums: Vec<SumRow>,
    pub notes: Vec<String>,
    pub hindrance: Option<Hindrance>,
    /// What a form carries, so that nothing is agreed to that was not shown.
    pub shown: String,
}

impl ImpactView {
    pub fn of(impact: &Impact, learner: LearnerId, known: &HashMap<String, Named>, words: &Words) -> Self {
        Self {
            facts: facts(impact, words),
            uses: impact.uses.iter().map(|(used, is_suspended)| UseRow::of((used, *is_suspended), known, words)).collect(),
            sums: sums(impact, words),
            notes: notes(impact, words),
            hindrance: impact.obstacle.map(|obstacle| hindrance(obstacle, learner, words)),
            shown: impact.digest().to_string(),
        }
    }
}

fn facts(impact: &Impact, words: &Words) -> Vec<(String, String)> {
    let entry = &impact.entry;
    let say = |key: &str| words.lang.t(key);
    let mut facts = vec![
        (say("correction-line-course"), words.course_of(entry)),
        (say("correction-line-done"), words.done(entry)),
        (say("correction-line-day"), day_words(words.lang, entry.day)),
        (say("correction-line-amount"), words.amount(entry.amount)),
        (say("correction-line-state"), words.state(entry.state)),
    ];
    if let Some(holder) = &impact.holder {
        let held = format!("{} · {}", words.done(holder), day_words(words.lang, holder.day));
        facts.push((say("correction-line-holder"), held));
    }
    let passed = |result: &LearningResult| {
        let day = day_words(words.lang, result.passed_at.day());
        words.lang.fill("correction-result", &[("day", &day), ("who", &result.responsible_org)])
    };
    facts.extend(impact.results.iter().map(|result| (say("correction-line-result"), passed(result))));
    facts.extend(impact.hours.iter().map(|hours| (say("correction-line-hours"), words.minutes(hours.minutes))));
    facts
}

fn sums(impact: &Impact, words: &Words) -> Vec<SumRow> {
    let row = |key: &str, before: String, after: String| SumRow {
        label: words.lang.t(key),
        is_changed: before != after,
        before,
        after,
    };
    let credits = |key: &str, change: Change<Credits>| row(key, words.amount(change.before), words.amount(change.after));
    let passed = |is_passed: bool| words.lang.t(if is_passed { "correction-passed-yes" } else { "correction-passed-no" });
    let courses = |count: usize| words.lang.fill("correction-courses", &[("count", &count.to_string())]);
    let mut sums = vec![
        row("correction-sum-state", words.state(impact.entry.state), words.state(impact.becomes)),
        credits("passbook-total", impact.total),
        credits("passbook-transferable", impact.transferable),
        row("correction-sum-courses", courses(impact.courses.before), courses(impact.courses.after)),
    ];
    if impact.entry.unit.is_some() {
        let (before, after) = (passed(impact.is_completed.before), passed(impact.is_completed.after));
        sums.push(row("correction-sum-passed", before, after));
    }
    sums
}

fn notes(impact: &Impact, words: &Words) -> Vec<String> {
    let mut notes = Vec::new();
    if impact.unfreezes_first {
        notes.push(words.lang.t("correction-note-unfreezes"));
    }
    if impact.suspended() > 0 {
        notes.push(words.lang.fill("correction-note-suspends", &[("count", &impact.suspended().to_string())]));
    }
    if !impact.hours.is_empty() && impact.total.after < impact.total.before {
        notes.push(words.lang.t("correction-note-hours"));
    }
    notes
}

fn hindrance(obstacle: Obstacle, learner: LearnerId, words: &Words) -> Hindrance {
    let (key, first) = match obstacle {
        Obstacle::UndoFirst(transfer, kind) => ("correction-hindered-first", Some((transfer, kind))),
        Obstacle::Reversed => ("correction-hindered-reversed", None),
        Obstacle::NotFrozen => ("correction-hindered-not-frozen", None),
        Obstacle::NotReversed => ("correction-hindered-not-reversed", None),
        Obstacle::CreditedAgain => ("correction-hindered-credited-again", None),
        Obstacle::WrongWay => ("correction-hindered-wrong-way", None),
    };
    Hindrance { words: words.lang.t(key), href: first.map(|(transfer, kind)| line_href(learner, transfer, Some(kind))) }
}

/// The address of a line on the desk, with the way in which it is to be put right.
pub(super) fn line_href(learner: LearnerId, transfer: TransferId, kind: Option<CorrectionKind>) -> String {
    let line = format!("/staff/learners/{learner}/credit/{transfer}");
    kind.map_or_else(|| line.clone(), |kind| format!("{line}?kind={}", kind.code()))
}
