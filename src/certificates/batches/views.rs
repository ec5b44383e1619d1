//! The pages of batches.

use askama::Template;

use super::forms::FILE;
use super::{
    Batch, BatchColumn, BatchLine, BatchLineState, BatchProblem, BatchSaid, BatchState, Lacks, Named, Print, PrintPart,
    PrintState,
};
use crate::certificates::basis::{Basis, Line};
use crate::certificates::service::batches::{BatchProgress, Looked, ShownLine, progress_of};
use crate::certificates::views::{Choices, title_of};
use crate::curriculum::Shelf;
use crate::i18n::Lang;
use crate::kernel::Timestamp;
use crate::web::sheet::MOST_ROWS;
use crate::web::{Filled, Page, day_words};

/// A batch on the list.
pub(in crate::certificates) struct BatchRow {
    pub href: String,
    pub title: String,
    pub note: String,
}

impl BatchRow {
    pub fn of(page: &Page, shelf: &Shelf, href: String, batch: &Batch) -> Self {
        let lines = page.t1("certificate-batches-lines", "count", batch.total);
        let state = page.t(&format!("certificate-batches-state-{}", batch.state.code()));
        let title = title_of(page, shelf, (&batch.kind, &batch.about));
        Self { href, title: format!("{title} · {lines}"), note: format!("{} · {state}", batch.brought_at.to_minute_text()) }
    }
}

/// Bringing a batch, and those that were brought.
#[derive(Template)]
#[template(path = "certificates/batches/list.html")]
pub(in crate::certificates) struct BatchesPage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub back: String,
    pub agency: String,
    /// Whether whoever looks brings batches.
    pub brings: bool,
    pub kinds: Choices,
    pub lists: Choices,
    pub rows: Vec<BatchRow>,
    pub number: u64,
    pub pages: u64,
    pub notice: String,
}

impl BatchesPage {
    fn most(&self) -> usize {
        MOST_ROWS
    }

    fn kinds_offered(&self) -> Choices {
        let none = (String::new(), self.page.t("certificate-batches-what-choose"));
        std::iter::once(none).chain(self.kinds.iter().cloned()).collect()
    }

    /// A file comes first: it is there everywhere.
    fn lists_offered(&self) -> Choices {
        let file = (FILE.to_owned(), self.page.t("certificate-batches-source-file"));
        std::iter::once(file).chain(self.lists.iter().cloned()).collect()
    }

    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }
}

/// What a batch is, in words.
pub(in crate::certificates) struct BatchFacts {
    pub title: String,
    pub state: BatchState,
    pub state_words: String,
    pub trouble: String,
    /// Of the step at hand, how much is done, in a hundred.
    pub percent: u64,
    pub ready: i64,
    pub wrong: i64,
    pub facts: Vec<(String, String)>,
}

impl BatchFacts {
    /// `by`: the first of the two, and who decided.
    pub fn of(
        page: &Page,
        shelf: &Shelf,
        (batch, progress): (&Batch, BatchProgress),
        (agency, first, second): (&str, &str, &str),
    ) -> Self {
        let when = |who: &str, at: Timestamp| format!("{who} · {}", at.to_minute_text());
        let count = |key: &str, lines: i64| (page.t(key), page.t1("certificate-batches-lines", "count", lines));
        let brought = match batch.client {
            Some(_) => page.t1("certificate-batches-by-program", "who", when(first, batch.brought_at)),
            None => when(first, batch.brought_at),
        };
        let mut facts = vec![
            (page.t("agencies-name"), agency.to_owned()),
            (page.t("certificate-batches-source"), page.t(&format!("certificate-batches-source-{}", batch.source.code()))),
            count("certificate-batches-count", batch.total),
        ];
        if batch.state != BatchState::Reading {
            facts.push(count("certificate-batches-count-ready", batch.ready));
        }
        if matches!(batch.state, BatchState::Valid | BatchState::Done) {
            facts.push(count("certificate-batches-count-issued", progress.issued));
        }
        if batch.wrong > 0 {
            facts.push(count("certificate-batches-count-wrong", batch.wrong));
        }
        facts.push((page.t("certificate-batches-by"), brought));
        if let Some((_, at)) = batch.decided {
            facts.push((page.t("certificates-decider"), when(second, at)));
        }
        if let Some(answer) = &batch.answer {
            facts.push((page.t("certificate-batches-answer"), answer.clone()));
        }
        let trouble = batch.trouble.map(|trouble| page.t(&format!("certificate-batches-trouble-{}", trouble.code())));
        Self {
            title: title_of(page, shelf, (&batch.kind, &batch.about)),
            state: batch.state,
            state_words: page.t(&format!("certificate-batches-state-{}", batch.state.code())),
            trouble: trouble.unwrap_or_default(),
            percent: progress_of(batch),
            ready: batch.ready,
            wrong: batch.wrong,
            facts,
        }
    }
}

fn titles(lang: Lang, shelf: &Shelf, units: &[String]) -> String {
    units.iter().map(|unit| lang.fill("learning-plan-title", &[("title", shelf.title_of(unit).as_str())])).collect()
}

/// What is missing, in a sentence.
fn lacks_words(lang: Lang, shelf: &Shelf, lacks: &Lacks) -> String {
    let of = |key: &str, units: &[String]| {
        if units.is_empty() { String::new() } else { lang.fill(key, &[("courses", titles(lang, shelf, units).as_str())]) }
    };
    let plain = |key: &str, is_so: bool| if is_so { lang.fill(key, &[]) } else { String::new() };
    [
        of("certificate-batches-lacks-learn", &lacks.learn),
        of("certificate-batches-lacks-supervised", &lacks.supervised),
        plain("certificate-batches-lacks-document", lacks.document),
        plain("certificate-batches-lacks-more", lacks.more),
    ]
    .concat()
}

/// Why a line cannot be issued, or was passed over.
fn problem_words(lang: Lang, shelf: &Shelf, (line, said): (&BatchLine, Option<&BatchSaid>)) -> String {
    let lacks = said.and_then(|said| said.lacks.as_ref()).filter(|_| line.problem == Some(BatchProblem::Missing));
    let words = |problem: BatchProblem| lang.fill(&format!("certificate-batches-row-{}", problem.code()), &[]);
    let why = line.problem.map(words).unwrap_or_default();
    format!("{why}{}", lacks.map(|lacks| lacks_words(lang, shelf, lacks)).unwrap_or_default())
}

/// Whom a line names, as a list writes it: the digits of a card in groups, so no program makes a number of them.
fn who_of(said: &BatchSaid) -> String {
    match said.named() {
        Some(Named::Card(card)) => card.to_string(),
        _ => said.who.clone(),
    }
}

/// A line that was left out, in the columns of an empty form, and why.
pub(in crate::certificates) fn left_out_cells(lang: Lang, shelf: &Shelf, line: &BatchLine, said: &BatchSaid) -> Vec<String> {
    let cell = |column: &BatchColumn| match column {
        BatchColumn::Who => who_of(said),
        BatchColumn::Name => said.name.clone(),
    };
    BatchColumn::ALL.iter().map(cell).chain([problem_words(lang, shelf, (line, Some(said)))]).collect()
}

/// A line in words.
pub(in crate::certificates) struct BatchLineView {
    pub number: i64,
    pub who: String,
    pub end: String,
    pub is_wrong: bool,
    /// Whether it is of somebody whom whoever looks may not see.
    pub is_outside: bool,
}

impl BatchLineView {
    pub fn of(page: &Page, shelf: &Shelf, shown: &ShownLine) -> Self {
        let line = &shown.line;
        let is_wrong = matches!(line.state, BatchLineState::Wrong | BatchLineState::Passed);
        let who = if shown.is_outside {
            page.t("certificate-batches-outside")
        } else if shown.name.is_empty() {
            shown.said.as_ref().map(who_of).unwrap_or_default()
        } else {
            shown.name.clone()
        };
        let end = if is_wrong {
            problem_words(page.lang(), shelf, (line, shown.said.as_ref()))
        } else {
            page.t(&format!("certificate-batches-line-{}", line.state.code()))
        };
        Self { number: line.number, who, end, is_wrong, is_outside: shown.is_outside }
    }
}

/// What the reader of a batch may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) enum BatchMay {
    /// Nothing.
    Look,
    /// It is theirs, and something can be issued: ask for a second person, or give it up.
    Ask,
    /// It is theirs: give it up.
    GiveUp,
    /// Look at the sample, agree or send it back.
    Decide,
}

/// How far the sheets are.
#[derive(Default)]
pub(in crate::certificates) struct PrintView {
    /// What the one button says; empty where there is none.
    pub go: String,
    pub words: String,
    pub is_drawing: bool,
    /// What can be fetched, by part.
    pub parts: Vec<(i64, String)>,
}

impl PrintView {
    pub fn of(page: &Page, print: Option<&Print>, parts: &[PrintPart]) -> Self {
        let Some(print) = print else {
            return Self {
                go: page.t("certificate-batches-print-go"),
                words: page.t("certificate-batches-print-hint"),
                ..Self::default()
            };
        };
        let part = |part: &PrintPart| {
            let words = page.t2("certificate-batches-print-part", ("number", part.number), ("count", part.sheets));
            (part.number, words)
        };
        let words = match print.state {
            PrintState::Drawing => page.t2("certificate-batches-print-drawing", ("done", print.drawn), ("total", print.total)),
            PrintState::Done if print.skipped > 0 => page.t1("certificate-batches-print-skipped", "count", print.skipped),
            PrintState::Done => page.t("certificate-batches-print-done"),
            PrintState::Full => page.t1("certificate-batches-print-full", "count", print.total - print.drawn),
        };
        let go = if print.state == PrintState::Full { page.t("certificate-batches-print-on") } else { String::new() };
        Self { go, words, is_drawing: print.state == PrintState::Drawing, parts: parts.iter().map(part).collect() }
    }
}

/// One batch: how far it is, what is left out and why, the sample, its sheets.
#[derive(Template)]
#[template(path = "certificates/batches/one.html")]
pub(in crate::certificates) struct BatchPage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub back: String,
    pub facts: BatchFacts,
    pub lines: Vec<BatchLineView>,
    pub number: u64,
    pub pages: u64,
    /// Whether only lines are shown that are left out.
    pub is_troubled: bool,
    /// Whether whoever looks brings batches.
    pub brings: bool,
    pub may: BatchMay,
    pub looked: Looked,
    pub shown: String,
    /// Where it is done: its sheets, for whoever brings batches.
    pub print: Option<PrintView>,
    pub notice: String,
    pub problem: String,
}

impl BatchPage {
    const fn is_busy(&self) -> bool {
        self.facts.state.is_busy()
    }

    fn is_done(&self) -> bool {
        self.facts.state == BatchState::Done
    }

    fn asks(&self) -> bool {
        self.may == BatchMay::Ask
    }

    fn gives_up(&self) -> bool {
        matches!(self.may, BatchMay::Ask | BatchMay::GiveUp)
    }

    fn decides(&self) -> bool {
        self.may == BatchMay::Decide
    }

    /// Whether all of the sample was looked at.
    fn may_agree(&self) -> bool {
        self.looked.right >= self.looked.size
    }

    /// What was typed where there is no form any more to hold it.
    fn typed(&self) -> &str {
        if self.decides() { "" } else { self.form.value("words") }
    }

    fn sample_words(&self) -> String {
        self.page.t2("certificate-batches-sample-done", ("right", self.looked.right), ("size", self.looked.size))
    }

    /// Whether what was left out can be taken away, to be mended and brought again.
    fn gives_left_out(&self) -> bool {
        self.brings && self.facts.wrong > 0 && self.lines.iter().any(|line| line.is_wrong && !line.is_outside)
    }

    fn caption(&self) -> String {
        self.page.t(if self.is_troubled { "certificate-batches-lines-wrong" } else { "certificate-batches-lines-all" })
    }

    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }

    fn query(&self) -> &'static str {
        if self.is_troubled { "" } else { "which=all&" }
    }
}

/// What a certificate rests on beside what it would say, fact by fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::certificates) struct Compared {
    pub what: String,
    pub basis: String,
    pub draft: String,
}

/// Fact by fact what it rests on (`name`, what the person is called in the bank), and what it would say.
pub(in crate::certificates) fn compared(
    page: &Page,
    shelf: &Shelf,
    (title, criteria, name): (&str, &str, &str),
    basis: &Basis,
) -> Vec<Compared> {
    let level = |key: &str, value: i64| page.t(&format!("{key}-{value}"));
    let identity = level("certificates-identity", basis.identity.value());
    let sum = page.t2("certificate-batches-draft-sum", ("credits", basis.credits), ("hours", basis.class_hours));
    let row = |what: String, basis: String, draft: String| Compared { what, basis, draft };
    let mut rows = vec![
        row(page.t("certificates-name"), format!("{name} · {identity}"), basis.name.clone()),
        row(page.t("certificate-batches-kind"), criteria.to_owned(), title.to_owned()),
        row(page.t("certificate-batches-sum"), page.t1("certificate-batches-sum-courses", "count", basis.lines.len()), sum),
        row(
            page.t("certificates-supervision"),
            page.t1("certificate-batches-sum-least", "count", basis.lines.len()),
            level("certificates-supervision", basis.supervision.value()),
        ),
    ];
    rows.extend(basis.lines.iter().map(|line| row(shelf.title_of(&line.unit), line_basis(page, line), line_draft(page, line))));
    rows
}

fn line_basis(page: &Page, line: &Line) -> String {
    let how = page.t(&format!("certificates-source-{}", line.source.code()));
    let score = line.percent().map(|percent| page.t1("certificates-score", "percent", percent)).unwrap_or_default();
    let (day, credits) = (day_words(page.lang(), line.passed), line.credits.to_string());
    let (identity, supervision) = (line.identity.value().to_string(), line.supervision.value().to_string());
    page.lang().fill(
        "certificates-line",
        &[
            ("day", day.as_str()),
            ("how", how.as_str()),
            ("score", score.as_str()),
            ("identity", identity.as_str()),
            ("supervision", supervision.as_str()),
            ("credits", credits.as_str()),
        ],
    )
}

fn line_draft(page: &Page, line: &Line) -> String {
    let sum = page.t2("certificate-batches-draft-sum", ("credits", line.credits), ("hours", line.class_hours));
    format!("{} · {sum}", line.unit)
}

/// One line of the sample: what it rests on beside what it would say.
#[derive(Template)]
#[template(path = "certificates/batches/sample.html")]
pub(in crate::certificates) struct BatchSamplePage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    /// The batch.
    pub back: String,
    pub title: String,
    pub name: String,
    /// Which of how many.
    pub place: usize,
    pub size: usize,
    /// Whether whoever looks has found it right.
    pub is_right: bool,
    /// Whether they may say so: it is not about them, nor theirs.
    pub may_decide: bool,
    /// Whether it rests on what it rested on.
    pub is_as_it_was: bool,
    pub rows: Vec<Compared>,
    pub shown: String,
    /// The next one.
    pub next: Option<String>,
    pub notice: String,
    pub problem: String,
}

impl BatchSamplePage {
    /// What was typed where there is no form any more to hold it.
    fn typed(&self) -> &str {
        if self.may_decide { "" } else { self.form.value("words") }
    }

    fn which(&self) -> String {
        self.page.t2("certificate-batches-sample-place", ("place", self.place), ("size", self.size))
    }
}
