//! A course as a booklet to print.

use askama::Template;

use super::course::Clause;
use super::parts::{Crumb, LessonHtml, lesson_name};
use crate::assessment::{Shown, answer_words, key_of};
use crate::curriculum::model::{Form, Item, ShownScreen};
use crate::curriculum::{Printed, Shelf};
use crate::learning::booklet::{self, Booklet, DRAW};
use crate::web::Page;

/// A booklet.
#[derive(Template)]
#[template(path = "learning/booklet.html")]
pub struct BookletPage<'a> {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub title: String,
    /// 约 28 页.
    pub pages: String,
    pub goals: &'a [String],
    pub chapters: Vec<Chapter<'a>>,
    pub words: &'a [(String, String)],
    pub hotlines: &'a [(String, String)],
    pub notice: &'a str,
    pub clause: Clause,
    /// Which edition it was made from, and by whom.
    pub made: String,
    pub licence: String,
    pub licence_url: &'a str,
}

/// A lesson of it.
pub struct Chapter<'a> {
    pub name: String,
    pub title: &'a str,
    pub goal: &'a str,
    pub cards: Vec<PrintedCard<'a>>,
    pub asked: Vec<Asked<'a>>,
}

/// A card of a lesson.
pub struct PrintedCard<'a> {
    pub title: &'a str,
    pub html: LessonHtml<'a>,
}

/// A question, and what the page of answers says of it.
pub struct Asked<'a> {
    pub number: usize,
    pub stem: &'a str,
    /// How to answer.
    pub how: String,
    pub screen: Option<&'a ShownScreen>,
    /// What stands before each choice.
    pub mark: String,
    pub choices: Vec<&'a str>,
    /// What belongs to the choices, where they are to be paired.
    pub partners: String,
    pub right: String,
    pub why: LessonHtml<'a>,
}

impl<'a> BookletPage<'a> {
    /// The page of `booklet`, whose lessons and answers were `printed`; `organisation` hands it out.
    pub fn new(page: Page, shelf: &'a Shelf, booklet: &'a Booklet<'a>, printed: &'a Printed, organisation: &str) -> Self {
        let (course, manifest) = (booklet.course, &shelf.edition().manifest);
        let group = shelf.pathway(booklet.group).map(|pathway| pathway.name.as_str()).unwrap_or_default();
        let mut whys = printed.texts.iter();
        let mut chapters = Vec::new();
        for (chapter, cards) in booklet.chapters.iter().zip(&printed.lessons) {
            let lesson = chapter.lesson;
            let card = |(card, html): (&'a crate::curriculum::model::Card, &'a String)| PrintedCard {
                title: &card.title,
                html: LessonHtml(html),
            };
            let asked = chapter.asked.iter().zip(1..).zip(&mut whys);
            chapters.push(Chapter {
                name: lesson_name(&page, lesson),
                title: &lesson.title,
                goal: &lesson.goal,
                asked: asked.map(|((item, number), why)| asked_of(&page, item, number, why)).collect(),
                cards: lesson.cards.iter().zip(cards).map(card).collect(),
            });
        }
        let made = [("organisation", organisation), ("version", manifest.version.as_str())];
        Self {
            crumbs: vec![Crumb::home(&page), Crumb::course(course)],
            area: course.area.clone(),
            title: page.t2("learning-booklet-title", ("course", &course.title), ("group", group)),
            pages: page.t1("learning-booklet-pages", "pages", booklet.pages(shelf)),
            goals: &course.goals,
            chapters,
            words: &printed.words,
            hotlines: &printed.hotlines,
            notice: &printed.notice,
            clause: Clause::of(&page, shelf.edition(), course),
            made: page.lang().fill("learning-booklet-made", &made),
            licence: page.t2(
                "learning-booklet-licence",
                ("licence", &manifest.licence.name),
                ("whom", &manifest.licence.attribution),
            ),
            licence_url: &manifest.licence.url,
            page,
        }
    }
}

fn asked_of<'a>(page: &Page, item: &'a Item, number: usize, why: &'a str) -> Asked<'a> {
    let shown = Shown::of(item, DRAW, number);
    let (how, mark) = match &item.form {
        Form::Single { .. } | Form::Screen { .. } => ("learning-booklet-one", "learning-booklet-mark"),
        Form::Multiple { .. } => ("learning-booklet-several", "learning-booklet-mark"),
        Form::TrueFalse { .. } => ("learning-booklet-truth", "learning-booklet-mark"),
        Form::Order { .. } => ("learning-booklet-order", "learning-booklet-blank"),
        Form::Match { .. } => ("learning-booklet-match", "learning-booklet-mark"),
    };
    let rights: Vec<&str> = shown.rights().map(|(_, text)| text).collect();
    let partners = rights.join(&page.t("answer-join"));
    Asked {
        number,
        stem: &item.stem,
        how: page.t(how),
        screen: if let Form::Screen { screen, .. } = &item.form { Some(screen) } else { None },
        mark: page.t(mark),
        choices: shown.entries().map(|(_, text)| text).collect(),
        partners: if rights.is_empty() { partners } else { page.t1("learning-booklet-partners", "words", partners) },
        right: answer_words(item, &key_of(item).right_answer(), page.lang()),
        why: LessonHtml(why),
    }
}

/// The lessons and answers of `booklet` as HTML.
pub fn printed(shelf: &Shelf, booklet: &Booklet<'_>) -> Printed {
    let lessons: Vec<_> = booklet.chapters.iter().map(|chapter: &booklet::Chapter<'_>| chapter.lesson).collect();
    shelf.printed(booklet.course, &lessons, &booklet.whys())
}
