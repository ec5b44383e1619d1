//! The pages of this subject.

use std::collections::HashMap;

use askama::Template;

use super::box_views::{BoxNote, YoursCard};
use super::rules::{Category, Form, Next, Onward, Outcome, Reason, Sight, Tally};
use super::service::{Candidate, Desk, May};
use super::{Exam, Incident, Paper, Stage, moment_words, who_words};
use crate::assessment::Question;
use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Lang;
use crate::kernel::{ExamId, LearnerId, Permille, Timestamp};
use crate::web::{Filled, Page, phrases};

/// Values with their words, as forms offer them.
pub(super) type Choices = Vec<(String, String)>;

/// Where the course stands; where this edition has it no longer, all courses.
pub(super) fn course_path(shelf: &Shelf, unit: &str) -> String {
    let course = CourseCode::parse(unit).and_then(|code| shelf.course(code));
    course.map_or_else(|| "/courses".to_owned(), |course| format!("/courses/{}", course.code))
}

/// 2026 年 3 月 4 日 9:00–10:30.
pub(super) fn time_words(lang: Lang, exam: &Exam) -> String {
    format!("{}–{}", moment_words(lang, exam.starts_at), exam.ends_at.to_clock_text())
}

/// A session as a choice: when, and which course.
#[must_use]
pub fn session_words(lang: Lang, shelf: &Shelf, exam: &Exam) -> String {
    format!("{} {}", time_words(lang, exam), shelf.title_of(&exam.unit))
}

pub(super) fn desk_path(id: ExamId) -> String {
    format!("/staff/exams/{id}")
}

pub(super) fn own_path(id: ExamId) -> String {
    format!("/exams/{id}")
}

pub(super) fn percent(score: Permille) -> String {
    format!("{}%", score.value() / 10)
}

/// A line of a list that leads somewhere.
pub(super) struct Row {
    pub href: String,
    pub what: String,
    pub note: String,
    /// Something to look at.
    pub mark: String,
}

/// The sessions of somebody of the staff.
#[derive(Template)]
#[template(path = "exams/exams.html")]
pub(super) struct ExamsPage {
    pub page: Page,
    pub rows: Vec<Row>,
    pub may_add: bool,
}

/// Planning a session.
#[derive(Template)]
#[template(path = "exams/plan.html")]
pub(super) struct PlanPage {
    pub page: Page,
    pub form: Filled,
    pub organisations: Choices,
    pub units: Choices,
    pub levels: Choices,
    pub lines: Choices,
    pub staff: Choices,
}

/// What is read of a session, on the desk and by who is put down for it.
pub(super) struct Facts {
    pub id: ExamId,
    pub title: String,
    pub facts: Vec<(String, String)>,
    pub stage: Stage,
    /// Who invigilates, in their order.
    pub invigilators: [String; 2],
}

impl Facts {
    /// With how far the session has come, for the staff: it says nothing about one candidate.
    pub(super) fn with_stage(mut self, page: &Page) -> Self {
        let stage = page.t(&format!("exams-stage-{}", self.stage.code()));
        self.facts.insert(0, (page.t("exams-stage"), stage));
        self
    }
}

/// `names`: who invigilates, in their order.
pub(super) fn facts(page: &Page, exam: &Exam, (title, place, names): (String, String, [String; 2])) -> Facts {
    let mut facts = vec![
        (page.t("exams-when"), time_words(page.lang(), exam)),
        (page.t("exams-where"), place),
        (page.t("exams-level"), page.t(level_key(exam))),
        (page.t("exams-invigilators"), names.join("、")),
    ];
    if let Some(why) = &exam.cancelled_why {
        facts.push((page.t("exams-cancelled-why"), why.clone()));
    }
    Facts { id: exam.id, title, facts, stage: exam.stage, invigilators: names }
}

const fn level_key(exam: &Exam) -> &'static str {
    match exam.level {
        super::Level::Supervised => "exams-level-2",
        super::Level::Exam => "exams-level-3",
    }
}

/// A line of the log.
pub(super) struct Line {
    pub when: String,
    pub who: String,
    /// About whom, or the whole session.
    pub about: String,
    pub what: String,
    /// What was written.
    pub words: String,
}

/// A session with everything on it, for those who invigilate, decide and enter.
#[derive(Template)]
#[template(path = "exams/desk.html")]
pub(super) struct DeskPage {
    pub page: Page,
    pub facts: Facts,
    pub said: String,
    pub form: Filled,
    pub may: May,
    /// How many did what so far.
    pub counts: String,
    /// The step that comes next: its button stands out.
    pub onward: Onward,
    /// The candidate who needs the one who looks: where, and in words.
    pub next: Option<(String, String)>,
    pub rows: Vec<Row>,
    pub log: Vec<Line>,
    /// Those that may be taken out.
    pub items: Choices,
    /// Those that raise a hand, in words.
    pub hands: Vec<String>,
    /// Those that count for nobody, in words; why, who and when stand in the log.
    pub out: Vec<String>,
    pub categories: Choices,
    /// Passes that are not entered.
    pub left: usize,
    pub on_box: Option<BoxNote>,
    /// What stands in the name of the one who looks, where they have still to confirm it.
    pub yours: Option<YoursCard>,
    /// Who else has still to confirm it.
    pub unconfirmed: Vec<String>,
    /// Whether the one who looks may decide that no code of an end is asked for.
    pub waives: bool,
    /// The word that everything on the box was handed over.
    pub returned: Choices,
}

impl DeskPage {
    fn href(&self) -> String {
        desk_path(self.facts.id)
    }

    fn is(&self, stage: &str) -> bool {
        self.facts.stage.code() == stage
    }

    /// Whether this step comes next.
    fn goes(&self, step: &str) -> bool {
        self.onward.code() == step
    }

    /// Whether a form was sent by this name, and is to be mended.
    fn is_wrong(&self, field: &str) -> bool {
        !self.form.error(field, self.page.lang()).is_empty()
    }
}

pub(super) fn person_path(desk: &Desk, one: &Candidate) -> String {
    format!("{}/people/{}", desk_path(desk.exam.id), one.paper.learner)
}

/// The candidates as lines for `actor`, who looks: those with a mark first.
pub(super) fn rows(page: &Page, desk: &Desk, actor: LearnerId) -> Vec<Row> {
    let row = |one: &Candidate| Row {
        href: person_path(desk, one),
        what: who_words(page, one),
        note: note_of(page, one),
        mark: mark_of(page, desk, (one, actor)),
    };
    let mut rows: Vec<Row> = desk.candidates.iter().map(row).collect();
    rows.sort_by_key(|row| row.mark.is_empty());
    rows
}

/// Where the next candidate stands who needs the one who looks, and who it is, in words; a step of theirs that comes first goes before the mark.
pub(super) fn next_words(page: &Page, desk: &Desk, (one, actor): (&Candidate, LearnerId)) -> (String, String) {
    let is_step_first = one.next == Next::Come || one.next == Next::See && desk.may.see;
    let mark = if is_step_first { String::new() } else { mark_of(page, desk, (one, actor)) };
    let what = if mark.is_empty() { page.t(&format!("exams-next-{}", one.next.code())) } else { mark };
    (person_path(desk, one), page.t2("exams-onward", ("who", who_words(page, one)), ("what", what)))
}

/// How many candidates did what so far; what nobody did is left out.
pub(super) fn counts(page: &Page, desk: &Desk, actor: LearnerId) -> String {
    let count = |is: &dyn Fn(&Candidate) -> bool| desk.candidates.iter().filter(|one| is(one)).count();
    let came_to = |outcome: Outcome| count(&|one| one.paper.passed.is_some() && one.paper.outcome() == outcome);
    let all = ("exams-many-down", count(&|_| true));
    let lines = match desk.exam.stage {
        Stage::Planned => vec![
            ("exams-many-came", count(&|one| one.paper.came_at.is_some())),
            ("exams-many-in", count(&|one| one.paper.handed_in_at.is_some())),
            ("exams-many-undeclared", count(&|one| desk.lacks_declaration(one, actor))),
        ],
        Stage::Finished => vec![
            ("exams-many-taken", count(&|one| one.paper.is_taken())),
            ("exams-many-undecided", count(&|one| !one.needs.is_empty())),
        ],
        Stage::Published | Stage::Entered => vec![
            ("exams-many-passed", came_to(Outcome::Passed)),
            ("exams-many-failed", came_to(Outcome::Failed)),
            ("exams-many-void", came_to(Outcome::Void)),
            ("exams-many-appeals", count(&|one| one.appeals())),
        ],
        Stage::Cancelled => Vec::new(),
    };
    let some = lines.into_iter().filter(|(_, count)| *count > 0);
    let words: Vec<String> = std::iter::once(all).chain(some).map(|(key, many)| page.t1(key, "count", many)).collect();
    words.join(" · ")
}

/// Lines of the log with their words; `names`: of those who noted them.
pub(super) fn lines(page: &Page, desk: &Desk, (noted, names): (&[(Incident, String)], &HashMap<LearnerId, String>)) -> Vec<Line> {
    let line = |(one, words): &(Incident, String)| {
        let about = one.learner.and_then(|learner| desk.candidates.iter().find(|candidate| candidate.paper.learner == learner));
        Line {
            when: moment_words(page.lang(), one.at),
            who: names.get(&one.by).cloned().unwrap_or_default(),
            about: about.map_or_else(|| page.t("exams-whole"), |candidate| candidate.name.clone()),
            what: page.t(&format!("exams-category-{}", one.category.code())),
            words: words.clone(),
        }
    };
    noted.iter().map(line).collect()
}

fn note_of(page: &Page, one: &Candidate) -> String {
    let stands = match (one.paper.passed, one.score) {
        (Some(_), Some(score)) => {
            let outcome = page.t(&format!("exams-outcome-{}", one.paper.outcome().code()));
            format!("{outcome} {}", percent(score))
        }
        (Some(_), None) => page.t(&format!("exams-outcome-{}", one.paper.outcome().code())),
        (None, Some(score)) => page.t1("exams-would-be", "score", percent(score)),
        (None, None) => page.t(&format!("exams-next-{}", one.next.code())),
    };
    let (done, of) = one.answered;
    if of > 0 { format!("{stands} · {}", page.t2("exams-answered", ("done", done), ("of", of))) } else { stands }
}

fn mark_of(page: &Page, desk: &Desk, (one, actor): (&Candidate, LearnerId)) -> String {
    if one.appeals() {
        return page.t("exams-mark-appeal");
    }
    if desk.exam.stage == Stage::Finished && !one.needs.is_empty() {
        return page.t("exams-mark-decide");
    }
    if desk.lacks_declaration(one, actor) { page.t("exams-mark-declare") } else { String::new() }
}

/// A question in words, with how it was answered.
pub(super) fn item_words(page: &Page, (stem, tally): (&str, Tally)) -> String {
    format!("{stem} {}", page.t2("exams-tally", ("answered", tally.answered), ("right", tally.right)))
}

fn choices<T: Copy>(page: &Page, all: &[T], family: &str, code: fn(T) -> &'static str) -> Choices {
    all.iter().map(|one| (code(*one).to_owned(), page.t(&format!("{family}-{}", code(*one))))).collect()
}

/// What may be noted, as forms offer it.
#[must_use]
pub fn categories(page: &Page) -> Vec<(String, String)> {
    choices(page, Category::offered(), "exams-category", Category::code)
}

/// The kinds of documents, as forms offer them.
#[must_use]
pub fn sights(page: &Page) -> Vec<(String, String)> {
    choices(page, Sight::ALL, "exams-sight", Sight::code)
}

pub(super) fn forms(page: &Page) -> Choices {
    choices(page, Form::ALL, "exams-form", Form::code)
}

pub(super) fn verdicts(page: &Page) -> Choices {
    let counts = ("counts".to_owned(), page.t("exams-verdict-counts"));
    std::iter::once(counts).chain(choices(page, Reason::ALL, "exams-reason", Reason::code)).collect()
}

/// One candidate, for those who invigilate, decide and answer.
#[derive(Template)]
#[template(path = "exams/person.html")]
pub(super) struct PersonPage {
    pub page: Page,
    pub facts: Facts,
    pub learner: LearnerId,
    pub name: String,
    pub said: String,
    pub form: Filled,
    pub may: May,
    /// The code of what comes next.
    pub next: &'static str,
    pub next_words: String,
    pub lines: Vec<(String, String)>,
    pub log: Vec<Line>,
    pub needs: Vec<String>,
    /// Who may see the document, where the one who looks may not.
    pub sees: String,
    /// Whether the one who looks has something to do here.
    pub is_needed: bool,
    /// The next candidate who needs them: where, and in words.
    pub onward: Option<(String, String)>,
    /// Whether that one needs them now, and not only once they have come.
    pub is_onward_now: bool,
    /// Whether the one who looks has said that they are neither family nor teacher.
    pub has_declared: bool,
    pub is_by_hand: bool,
    /// Whether the session is on a box, where it is run meanwhile.
    pub is_on_box: bool,
    pub has_appeal: bool,
    pub sights: Choices,
    pub ways: Choices,
    pub aids: Choices,
    pub categories: Choices,
    pub verdicts: Choices,
    pub answers: Choices,
}

impl PersonPage {
    fn href(&self) -> String {
        format!("{}/people/{}", desk_path(self.facts.id), self.learner)
    }

    fn is_on(&self) -> bool {
        self.may.invigilate && self.facts.stage == Stage::Planned && !self.is_on_box
    }

    fn is_next(&self, code: &str) -> bool {
        self.next == code
    }

    fn may_note(&self) -> bool {
        self.may.invigilate && matches!(self.facts.stage, Stage::Planned | Stage::Finished)
    }

    fn back(&self) -> String {
        desk_path(self.facts.id)
    }
}

/// The sessions that somebody is put down for.
#[derive(Template)]
#[template(path = "exams/own_exams.html")]
pub(super) struct OwnExamsPage {
    pub page: Page,
    pub rows: Vec<Row>,
}

/// What one may do on one's own page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: wait, or read.
    Read,
    /// Begin on this device, or go on.
    Begin,
    /// Go on where this device is: the first question without an answer, or the first.
    GoOn(usize),
    /// Hand in.
    HandIn,
}

/// One's own part in a session.
#[derive(Template)]
#[template(path = "exams/own_exam.html")]
pub(super) struct OwnExamPage {
    pub page: Page,
    pub facts: Facts,
    pub title: Vec<String>,
    pub form: Filled,
    /// How it stands, in words.
    pub says: String,
    /// More about it.
    pub more: Vec<String>,
    pub step: Step,
    /// Each question with whether it is answered.
    pub questions: Vec<(usize, bool)>,
    /// Where to look at the course again, if it did not pass or does not count.
    pub again: Option<String>,
    pub may_appeal: bool,
}

impl OwnExamPage {
    fn href(&self) -> String {
        own_path(self.facts.id)
    }

    fn question_href(&self, position: &usize) -> String {
        format!("{}/questions/{position}", self.href())
    }

    fn begins(&self) -> bool {
        self.step == Step::Begin
    }

    fn hands_in(&self) -> bool {
        matches!(self.step, Step::HandIn | Step::GoOn(_))
    }

    fn go_on(&self) -> Option<String> {
        match self.step {
            Step::GoOn(position) => Some(self.question_href(&position)),
            Step::Read | Step::Begin | Step::HandIn => None,
        }
    }

    fn missing(&self) -> usize {
        self.questions.iter().filter(|(_, is_answered)| !is_answered).count()
    }
}

/// How one's paper stands at `now`, in words.
pub(super) fn stands_key((exam, paper): (&Exam, &Paper), is_here: bool, now: Timestamp) -> &'static str {
    let is_over = paper.is_over(exam, now);
    match exam.stage {
        Stage::Cancelled => "exams-own-cancelled",
        Stage::Published | Stage::Entered => match paper.outcome().code() {
            "passed" => "exams-own-passed",
            "failed" => "exams-own-failed",
            "void" => "exams-own-void",
            _ => "exams-own-absent",
        },
        Stage::Finished => "exams-own-waiting",
        Stage::Planned if paper.handed_in_at.is_some() => "exams-own-in",
        Stage::Planned if paper.setting.form != Form::Screen => "exams-own-by-hand",
        Stage::Planned if is_over && paper.begun.is_some() => "exams-own-over",
        Stage::Planned if is_over => "exams-own-absent",
        Stage::Planned if is_here => "exams-own-here",
        Stage::Planned if paper.is_allowed => "exams-own-allowed",
        Stage::Planned if paper.begun.is_some() => "exams-own-elsewhere",
        Stage::Planned if paper.came_at.is_some() && now < exam.starts_at => "exams-own-early",
        Stage::Planned => "exams-own-planned",
    }
}

/// One question of a paper.
#[derive(Template)]
#[template(path = "exams/question.html")]
pub(super) struct QuestionPage {
    pub page: Page,
    pub back: String,
    pub question: Question,
    pub position: usize,
    pub count: usize,
}

/// A title in phrases.
pub(super) fn title_of(words: &str) -> Vec<String> {
    phrases(words)
}

/// What is offered for a level, in words.
pub(super) fn levels(lang: Lang) -> Choices {
    ["2", "3"].map(|level| (level.to_owned(), lang.t(&format!("exams-level-{level}")))).into()
}
