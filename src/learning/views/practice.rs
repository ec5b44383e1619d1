//! The pages of a practice: its start, its screens, what is told of an action, its end.

use askama::Template;

use super::parts::{Bar, Crumb, Kept, LessonHtml, Marks, Row, next_row};
use crate::curriculum::model::{Course, Edition, Practice, Verdict};
use crate::curriculum::{Scene, SceneAction, Shown};
use crate::learning::practice::{Feedback, Run, steps_to_end};
use crate::learning::urls;
use crate::web::{Filled, Page};

/// Before a run.
#[derive(Template)]
#[template(path = "learning/practice_start.html")]
pub struct PracticeStartPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub title: String,
    pub goal: String,
    pub minutes: i64,
    pub run: String,
    /// Where the run that was stopped in the middle goes on.
    pub paused: Option<String>,
    /// Whether one came here with a run that cannot be gone on with.
    pub is_lost: bool,
}

impl PracticeStartPage {
    /// The page; `run` leads to the first screen of a fresh run, `paused` to where one was stopped.
    pub fn new(page: Page, course: &Course, practice: &Practice, (run, paused): (String, Option<String>), is_lost: bool) -> Self {
        Self {
            crumbs: vec![Crumb::home(&page), Crumb::course(course)],
            area: course.area.clone(),
            title: practice.title.clone(),
            goal: practice.goal.clone(),
            minutes: practice.minutes,
            run,
            paused,
            is_lost,
            page,
        }
    }
}

/// What a screen shows, top to bottom.
pub enum Piece<'a> {
    Message { from: LessonHtml<'a>, text: LessonHtml<'a> },
    Text(LessonHtml<'a>),
    Row { label: LessonHtml<'a>, value: LessonHtml<'a> },
    Call { from: LessonHtml<'a>, text: LessonHtml<'a> },
    Notice(LessonHtml<'a>),
    Image(LessonHtml<'a>),
}

impl<'a> Piece<'a> {
    fn of(shown: &'a Shown) -> Self {
        match shown {
            Shown::Message { from, text } => Self::Message { from: LessonHtml(from), text: LessonHtml(text) },
            Shown::Text { text } => Self::Text(LessonHtml(text)),
            Shown::Row { label, value } => Self::Row { label: LessonHtml(label), value: LessonHtml(value) },
            Shown::Call { from, text } => Self::Call { from: LessonHtml(from), text: LessonHtml(text) },
            Shown::Notice { text } => Self::Notice(LessonHtml(text)),
            Shown::Image { figure } => Self::Image(LessonHtml(figure)),
        }
    }
}

/// Something one can do: its place on the screen, what it says.
pub struct Deed {
    pub place: usize,
    pub label: String,
    /// The label of the field to fill in before; empty where it is only tapped.
    pub field: String,
}

/// One screen of the pretended phone.
#[derive(Template)]
#[template(path = "learning/practice_screen.html")]
pub struct PracticeScreenPage<'a> {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub bar: Bar,
    pub title: String,
    pub task: LessonHtml<'a>,
    pub app: String,
    pub pieces: Vec<Piece<'a>>,
    pub notes: LessonHtml<'a>,
    /// What is told of an action that was neither wise nor unwise.
    pub told: Option<LessonHtml<'a>>,
    pub action: String,
    pub token: String,
    pub taps: Vec<Deed>,
    pub typing: Vec<Deed>,
    pub form: Filled,
}

/// What the pages of one run have in common.
pub struct RunAt<'a> {
    pub course: &'a Course,
    pub practice: &'a Practice,
    pub run: &'a Run,
}

impl RunAt<'_> {
    /// How far it is to the end, by the shortest way.
    fn bar(&self, page: &Page) -> Bar {
        let steps = steps_to_end(self.practice);
        let to_end = |screen: u8| steps.get(usize::from(screen)).copied().flatten().unwrap_or(0);
        let whole = Run::with_seed(self.practice, self.run.seed);
        let of = to_end(whole.screen).max(1);
        let at = (of + 1).saturating_sub(to_end(self.run.screen)).clamp(1, of);
        Bar::deeds(page, (at, of), page.t("learning-practice-word"))
    }
}

impl<'a> PracticeScreenPage<'a> {
    /// The page of `scene`; `told` is what the last action left to say, `form` what was typed and has to be mended.
    pub fn new(page: Page, at: &RunAt<'_>, scene: &'a Scene, (token, told): (String, Option<&'a str>), form: Filled) -> Self {
        let deed = |(place, action): (usize, &SceneAction)| Deed {
            place,
            label: action.label.clone(),
            field: action.field.clone().unwrap_or_default(),
        };
        let (typing, taps): (Vec<Deed>, Vec<Deed>) =
            scene.actions.iter().enumerate().map(deed).partition(|deed| !deed.field.is_empty());
        Self {
            crumbs: vec![Crumb::home(&page), Crumb::course(at.course)],
            area: at.course.area.clone(),
            bar: at.bar(&page),
            title: scene.title.clone(),
            task: LessonHtml(&scene.task),
            app: scene.app.clone().unwrap_or_default(),
            pieces: scene.elements.iter().map(Piece::of).collect(),
            notes: LessonHtml(&scene.notes),
            told: told.map(LessonHtml),
            action: format!("{}/run", urls::practice(at.course.code)),
            token,
            taps,
            typing,
            form,
            page,
        }
    }
}

/// What happened and why.
#[derive(Template)]
#[template(path = "learning/practice_told.html")]
pub struct PracticeToldPage<'a> {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub bar: Bar,
    pub is_right: bool,
    pub did: String,
    pub says: LessonHtml<'a>,
    /// What the action teaches.
    pub outcome: String,
    pub go: (String, String),
    pub back: Option<(String, String)>,
}

impl<'a> PracticeToldPage<'a> {
    /// The page of `told`, whose words stand in `says` as HTML; `go` and `back` lead on and to the screen before.
    pub fn new(page: Page, at: &RunAt<'_>, told: &Feedback, says: &'a str, (go, back): (String, String)) -> Self {
        let is_right = told.verdict != Verdict::Wrong;
        let outcome = told.outcome.as_deref().and_then(|id| at.course.outcome(id));
        let go_words = page.t(match (is_right, told.is_same_screen) {
            (false, true) => "learning-practice-again",
            (false, false) => "learning-practice-see",
            (true, _) => "learning-practice-on",
        });
        Self {
            crumbs: vec![Crumb::home(&page), Crumb::course(at.course)],
            area: at.course.area.clone(),
            bar: at.bar(&page),
            is_right,
            did: page.t1("learning-practice-did", "label", &told.label),
            says: LessonHtml(says),
            outcome: outcome.map(|outcome| outcome.text.clone()).unwrap_or_default(),
            go: (go, go_words),
            back: (!told.is_same_screen).then(|| (back, page.t("learning-practice-back"))),
            page,
        }
    }
}

/// The end of a run.
#[derive(Template)]
#[template(path = "learning/practice_end.html")]
pub struct PracticeEndPage<'a> {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub title: String,
    pub task: LessonHtml<'a>,
    pub count: String,
    pub state: Kept,
    pub action: String,
    pub token: String,
    pub rows: Vec<Row>,
    pub go: Row,
}

impl<'a> PracticeEndPage<'a> {
    /// The page of the last `scene`.
    pub fn new(
        page: Page,
        edition: &Edition,
        at: &RunAt<'_>,
        scene: &'a Scene,
        (token, state): (String, Kept),
        marks: &Marks,
    ) -> Self {
        let count = match at.run.wrong.len() {
            0 => page.t("learning-practice-none-wrong"),
            wrong => page.t1("learning-practice-some-wrong", "wrong", wrong),
        };
        let mut rows = Vec::new();
        if state == Kept::Visitor {
            let back = format!("{}/run?s={token}", urls::practice(at.course.code));
            rows.push(Row {
                href: urls::sign_in(&back),
                icon: "passbook",
                title: page.t("learning-practice-sign-in"),
                note: page.t("learning-sign-in-then-keep"),
                ..Row::default()
            });
        }
        rows.push(Row {
            href: urls::practice(at.course.code),
            icon: "phone",
            title: page.t("learning-practice-once-more"),
            note: page.t("learning-practice-once-more-note"),
            ..Row::default()
        });
        rows.push(Row {
            href: urls::course(at.course.code),
            icon: "learn",
            title: page.t("learning-see-course"),
            ..Row::default()
        });
        Self {
            crumbs: vec![Crumb::home(&page), Crumb::course(at.course)],
            area: at.course.area.clone(),
            title: scene.title.clone(),
            task: LessonHtml(&scene.task),
            count,
            state,
            action: format!("{}/run", urls::practice(at.course.code)),
            token,
            rows,
            go: next_row(&page, edition, at.course, &marks.next_in(at.course)),
            page,
        }
    }
}
