//! The quiz in the lesson and 我试过了: one question, then at once what is right and why.

use askama::Template;

use super::parts::{Bar, Crumb, lesson_name};
use crate::assessment::{Question, Verdict};
use crate::curriculum::CourseCode;
use crate::curriculum::model::{Course, Lesson};
use crate::learning::rules::Kind;
use crate::learning::urls;
use crate::web::Page;

/// Which question of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// 我试过了: about what was seen.
    Tried,
    /// The n-th of the quiz, from 1.
    Quiz(usize),
}

impl Asked {
    /// The id of the item.
    pub fn item_id(self, lesson: &Lesson) -> Option<&str> {
        match self {
            Self::Tried => Some(lesson.tried.as_str()),
            Self::Quiz(number) => lesson.check.get(number.checked_sub(1)?).map(String::as_str),
        }
    }

    /// Its place among the questions of the lesson, by which its answers are shuffled.
    pub const fn position(self) -> usize {
        match self {
            Self::Tried => 0,
            Self::Quiz(number) => number,
        }
    }

    /// Where it is asked.
    pub fn url(self, lesson: &Lesson) -> String {
        match self {
            Self::Tried => urls::tried(lesson),
            Self::Quiz(number) => urls::quiz(lesson, number),
        }
    }

    /// Whether it is the last of the lesson.
    pub fn is_last(self, lesson: &Lesson) -> bool {
        match self {
            Self::Tried => lesson.check.is_empty(),
            Self::Quiz(number) => number >= lesson.check.len(),
        }
    }

    /// What follows it.
    pub fn next_url(self, lesson: &Lesson) -> String {
        if self.is_last(lesson) { urls::finished(lesson) } else { urls::quiz(lesson, self.position() + 1) }
    }

    /// What comes before it.
    pub fn back_url(self, lesson: &Lesson) -> String {
        match self {
            Self::Tried => urls::card(lesson, lesson.cards.len()),
            Self::Quiz(1) => urls::tried(lesson),
            Self::Quiz(number) => urls::quiz(lesson, number.saturating_sub(1)),
        }
    }

    fn bar(self, page: &Page, lesson: &Lesson) -> Bar {
        let name = lesson_name(page, lesson);
        match self {
            Self::Tried => {
                let cards = lesson.cards.len();
                Bar::cards(page, (cards, cards), page.t("learning-tried-it"))
            }
            Self::Quiz(number) => Bar::items(page, (number, lesson.check.len()), page.t1("learning-quiz-of", "lesson", &name)),
        }
    }
}

/// One question.
#[derive(Template)]
#[template(path = "learning/question.html")]
pub struct QuestionPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub bar: Bar,
    pub title: String,
    pub question: Question,
}

impl QuestionPage {
    /// The page of `question`.
    pub fn new(page: Page, course: &Course, lesson: &Lesson, asked: Asked, question: Question) -> Self {
        Self {
            crumbs: vec![Crumb::course(course)],
            area: course.area.clone(),
            bar: asked.bar(&page, lesson),
            title: question.stem.concat(),
            question,
            page,
        }
    }
}

/// A question of a refresher: which, and out of how many.
#[derive(Clone, Copy, Debug)]
pub struct OfRefresher {
    pub kind: Kind,
    pub position: usize,
    pub count: usize,
}

impl OfRefresher {
    fn bar(self, page: &Page) -> Bar {
        Bar::items(page, (self.position, self.count), page.t("learning-refresher"))
    }

    /// Where the question before it stands; before the first the first page.
    pub fn back_url(self, course: CourseCode) -> String {
        match self.position {
            0 | 1 => "/".to_owned(),
            position => urls::refresher_question(course, self.kind, position - 1),
        }
    }
}

impl QuestionPage {
    /// The page of a question of a refresher.
    pub fn of_refresher(page: Page, course: &Course, of: OfRefresher, question: Question) -> Self {
        Self {
            crumbs: vec![Crumb::home(&page)],
            area: course.area.clone(),
            bar: of.bar(&page),
            title: question.stem.concat(),
            question,
            page,
        }
    }
}

/// What was answered, what is right, and why.
#[derive(Template)]
#[template(path = "learning/answered.html")]
pub struct AnsweredPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub bar: Bar,
    pub verdict: Verdict,
    /// Where it is taught: words and link.
    pub taught: String,
    pub taught_url: String,
    /// The main way on.
    pub go: (String, String),
    /// The other one.
    pub other: (String, String),
}

impl AnsweredPage {
    /// The page of `verdict`. Who was wrong is asked again first, and may go on all the same.
    pub fn new(page: Page, (course, lesson): (&Course, &Lesson), asked: Asked, verdict: Verdict) -> Self {
        let next_words = match asked {
            _ if asked.is_last(lesson) => page.t("learning-to-finish"),
            Asked::Tried => page.t("learning-to-quiz"),
            Asked::Quiz(number) => page.t1("learning-to-item", "number", number + 1),
        };
        let next = (asked.next_url(lesson), next_words);
        let again_words = if verdict.is_right { page.t("learning-change-answer") } else { page.t("learning-answer-again") };
        let again = (asked.url(lesson), again_words);
        let (go, other) = if verdict.is_right { (next, again) } else { (again, next) };
        Self {
            crumbs: vec![Crumb::course(course)],
            area: course.area.clone(),
            bar: asked.bar(&page, lesson),
            taught: page.t1("learning-taught-in", "lesson", lesson_name(&page, lesson)),
            taught_url: urls::card(lesson, 1),
            verdict,
            go,
            other,
            page,
        }
    }

    /// The page of `verdict` on a question of a refresher. Right or wrong, the way leads on: nothing hangs on it. `lesson` is none where
    /// today's edition has it no longer.
    pub fn of_refresher(page: Page, (course, lesson): (&Course, Option<&Lesson>), of: OfRefresher, verdict: Verdict) -> Self {
        let go = if of.position < of.count {
            (urls::refresher_question(course.code, of.kind, of.position + 1), page.t("learning-refresher-next"))
        } else {
            ("/".to_owned(), page.t("learning-refresher-end"))
        };
        let again = if verdict.is_right { "learning-change-answer" } else { "learning-answer-again" };
        let (taught, taught_url) = match lesson {
            Some(lesson) => (page.t1("learning-taught-in", "lesson", lesson_name(&page, lesson)), urls::card(lesson, 1)),
            None => (String::new(), urls::course(course.code)),
        };
        Self {
            crumbs: vec![Crumb::home(&page)],
            area: course.area.clone(),
            bar: of.bar(&page),
            taught,
            taught_url,
            verdict,
            go,
            other: (urls::refresher_question(course.code, of.kind, of.position), page.t(again)),
            page,
        }
    }
}
