//! A course as a booklet for one group: what stands in it, and how many pages of A4 that takes. Nobody is handed a heap of paper that
//! nobody told them of; so the number is reckoned from the heights that `static/booklet.css` gives everything on paper, and
//! `scripts/booklets` prints all booklets and holds the numbers against the paper.

use super::booklet_rules::{LINE, Whole, lines, pages};
use crate::assessment::{answer_words, key_of};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Card, Course, Form, Item, Lesson, Task};
use crate::i18n::Lang;
use crate::kernel::{Group, Seed};

/// The order in which choices stand on paper is drawn once and for all.
pub(super) const DRAW: Seed = Seed(*b"booklet on paper");

/// Characters in a line of plain text, and in a line that is set in a little.
const LINE_CHARS: usize = 30;
const INSET_CHARS: usize = 28;
/// As wide as the name of a lesson before its title, and as the words behind a question that say how to answer it.
const NAME: &str = "\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}";
const HOW: &str = "\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}";
/// Below a paragraph.
const GAP: usize = 5;
/// A title of a section, one of a card.
const SECTION_TITLE: (usize, usize, usize) = (20, 34, 10);
const CARD_TITLE: (usize, usize, usize) = (26, 28, 16);
/// A picture, 62.5 mm high, with its margins.
const PICTURE: usize = 191;
/// Between two questions.
const QUESTION_GAP: usize = 12;

/// What one group is handed of a course: the common lessons and its own, each with the questions of its quiz.
#[derive(Clone, Debug)]
pub(super) struct Booklet<'s> {
    pub course: &'s Course,
    pub group: Group,
    pub chapters: Vec<Chapter<'s>>,
}

/// A lesson and its questions.
#[derive(Clone, Debug)]
pub(super) struct Chapter<'s> {
    pub lesson: &'s Lesson,
    pub asked: Vec<&'s Item>,
}

impl<'s> Booklet<'s> {
    /// The booklet of `course` for `group`; `None` while the course is being written, and for a group without a lesson of its own.
    pub(super) fn of(course: &'s Course, group: Group) -> Option<Self> {
        let own = course.lesson_for(group).filter(|_| course.is_complete())?;
        let chapter = |lesson: &'s Lesson| Chapter { lesson, asked: asked_in(course, lesson) };
        Some(Self { course, group, chapters: course.core().chain([own]).map(chapter).collect() })
    }

    /// All booklets of `course`, in the order of groups.
    pub(super) fn all_of(course: &'s Course) -> impl Iterator<Item = Self> {
        Group::ALL.into_iter().filter_map(|group| Self::of(course, group))
    }

    /// Why the answers are what they are: texts with tags, in the order of the questions.
    pub(super) fn whys(&self) -> Vec<&'s str> {
        self.chapters.iter().flat_map(|chapter| &chapter.asked).map(|item| item.explain.as_str()).collect()
    }

    /// About how many pages it takes: one more or less, by how a browser breaks its lines.
    pub(super) fn pages(&self, shelf: &Shelf) -> usize {
        let cards = self.chapters.iter().flat_map(|chapter| chapter.lesson.cards.iter().map(|card| card.text.as_str()));
        let texts: Vec<&str> = cards.chain(self.whys()).collect();
        let (words, hotlines) = shelf.named_in(&texts);
        let meant = words.into_iter().map(|term| paragraph(&format!("{}：{}", term.word, term.plain)));
        let mut sections = vec![self.front()];
        sections.extend(self.chapters.iter().map(chapter));
        sections.push(self.answers());
        sections.push(std::iter::once(title("", SECTION_TITLE)).chain(meant).collect());
        sections.push(last(hotlines.len(), shelf.task(self.course.code)));
        pages(&sections)
    }

    /// The cover: 60 points above the title, which has lines of 13 characters.
    fn front(&self) -> Vec<Whole> {
        let rows = self.course.goals.iter().map(|goal| Whole::of(lines(goal, INSET_CHARS) * LINE + GAP + 7));
        let names = self.chapters.iter().map(|chapter| paragraph(&format!("{NAME}{}", chapter.lesson.title)));
        let head = lines(&self.course.title, 13) * 48 + 128 + LINE * 2 + GAP + 60;
        std::iter::once(Whole::of(head)).chain(rows).chain([Whole::heading(60)]).chain(names).collect()
    }

    fn answers(&self) -> Vec<Whole> {
        let mut wholes = vec![title("", SECTION_TITLE)];
        for chapter in &self.chapters {
            wholes.push(title("", CARD_TITLE));
            let answer = |item: &&Item| {
                let right = answer_words(item, &key_of(item).right_answer(), Lang::Chinese);
                paragraph(&format!("1 {right}。{}", item.explain))
            };
            wholes.extend(chapter.asked.iter().map(answer));
        }
        wholes
    }
}

fn asked_in<'s>(course: &'s Course, lesson: &Lesson) -> Vec<&'s Item> {
    lesson.check.iter().filter_map(|id| course.item(id)).collect()
}

fn paragraph(text: &str) -> Whole {
    Whole::of(lines(text, LINE_CHARS) * LINE + GAP)
}

/// A heading with lines of so many characters and so many points, and what it keeps free around it.
fn title(text: &str, (most, line, around): (usize, usize, usize)) -> Whole {
    Whole::heading(lines(text, most) * line + around)
}

/// A lesson: its title behind its number, its aim, its cards, its questions.
fn chapter(chapter: &Chapter<'_>) -> Vec<Whole> {
    let lesson = chapter.lesson;
    let mut wholes = vec![title(&format!("{NAME}{}", lesson.title), SECTION_TITLE), paragraph(&lesson.goal)];
    wholes.extend(lesson.cards.iter().map(card));
    wholes.push(title("", CARD_TITLE));
    wholes.extend(chapter.asked.iter().map(|item| question(item)));
    wholes
}

fn card(card: &Card) -> Whole {
    let text: usize = card.plain.lines().map(|line| lines(line, LINE_CHARS) * LINE).sum();
    let blocks = card.text.split("\n\n").filter(|block| !block.starts_with("![")).count();
    let pictures = card.text.matches("![").count();
    Whole::of(title(&card.title, CARD_TITLE).points + text + blocks * GAP + pictures * PICTURE)
}

fn question(item: &Item) -> Whole {
    let choices: usize = match &item.form {
        Form::Single { options } | Form::Multiple { options } => options.iter().map(|option| inset(&option.text)).sum(),
        Form::Screen { screen, options } => {
            let shown = paragraph(&screen.app).points + paragraph(&screen.text).points + 12;
            shown + options.iter().map(|option| inset(&option.text)).sum::<usize>()
        }
        Form::TrueFalse { .. } => 0,
        Form::Order { sequence } => sequence.iter().map(|step| inset(step)).sum(),
        Form::Match { pairs } => {
            let rights: Vec<&str> = pairs.iter().map(|pair| pair.right.as_str()).collect();
            paragraph(&rights.join("、")).points + pairs.iter().map(|pair| inset(&pair.left)).sum::<usize>()
        }
    };
    Whole::of(lines(&format!("1 {}{HOW}", item.stem), LINE_CHARS) * LINE + GAP + choices + QUESTION_GAP)
}

fn inset(text: &str) -> usize {
    lines(text, INSET_CHARS) * LINE
}

/// Where people help, then what the booklet is made from.
fn last(hotlines: usize, task: Option<&Task>) -> Vec<Whole> {
    let clause = task.map_or(0, |task| lines(&task.clause, 29) * LINE + GAP + 44 + GAP);
    let mut wholes = vec![title("", SECTION_TITLE), Whole::of(LINE * 2 + GAP)];
    wholes.extend((0..hotlines).map(|_| Whole::of(LINE + GAP)));
    wholes.extend([Whole::of(LINE + GAP), title("", SECTION_TITLE), Whole::of(LINE * 2 + GAP), Whole::of(clause)]);
    wholes.extend([Whole::of(LINE + GAP), Whole::of(LINE * 2 + GAP)]);
    wholes
}
