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
/// Between two paragraphs.
const GAP: usize = 5;
/// Between two cards, and between two questions.
const CARD_GAP: usize = 12;
/// Below the title of a section.
const TITLE_GAP: usize = 10;
/// The title of a card or of a part: a line and the gap below it.
const CARD_TITLE: usize = 28 + 4;
/// A picture of 62.5 mm, with what is free below it.
const PICTURE: usize = 179 + 9;

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
    /// In the words in which they stand on paper.
    pub asked: Vec<Item>,
}

impl<'s> Booklet<'s> {
    /// The booklet of `course` for `group`; `None` while the course is being written, and for a group without a lesson of its own.
    pub(super) fn of(course: &'s Course, group: Group) -> Option<Self> {
        let own = course.lesson_for(group).filter(|_| course.is_complete())?;
        let chapter = |lesson: &'s Lesson| {
            let items = lesson.check.iter().filter_map(|id| course.item(id));
            Chapter { lesson, asked: items.zip(1..).map(|(item, number)| item.asked(DRAW, number)).collect() }
        };
        Some(Self { course, group, chapters: course.core().chain([own]).map(chapter).collect() })
    }

    /// All booklets of `course`, in the order of groups.
    pub(super) fn all_of(course: &'s Course) -> impl Iterator<Item = Self> {
        Group::ALL.into_iter().filter_map(|group| Self::of(course, group))
    }

    /// Why the answers are what they are: texts with tags, in the order of the questions.
    pub(super) fn whys(&self) -> Vec<&str> {
        self.chapters.iter().flat_map(|chapter| &chapter.asked).map(|item| item.explain.as_str()).collect()
    }

    /// About how many pages it takes: one more or less, by how a browser breaks its lines.
    pub(super) fn pages(&self, shelf: &Shelf) -> usize {
        let cards = self.chapters.iter().flat_map(|chapter| chapter.lesson.cards.iter().map(|card| card.text.as_str()));
        let texts: Vec<&str> = cards.chain(self.whys()).collect();
        let (words, hotlines) = shelf.named_in(&texts);
        let meant = words.iter().map(|term| paragraph(&format!("{}：{}", term.word, term.plain)));
        let mut sections = vec![self.front()];
        sections.extend(self.chapters.iter().map(chapter));
        sections.push(self.answers());
        let mut end: Vec<Whole> = std::iter::once(title("")).chain(meant).collect();
        end.extend(last(hotlines.len(), shelf.task(self.course.code)));
        sections.push(end);
        pages(&sections)
    }

    /// The cover: its title has lines of 13 characters.
    fn front(&self) -> Vec<Whole> {
        let rows = self.course.goals.iter().map(|goal| Whole::of(7, lines(goal, INSET_CHARS) * LINE));
        let names = self.chapters.iter().map(|chapter| paragraph(&format!("{NAME}{}", chapter.lesson.title)));
        let head = Whole::of(0, 24 + lines(&self.course.title, 13) * 48 + 48 + 16 + LINE);
        let part = Whole::heading(24, 30);
        std::iter::once(head).chain([part]).chain(rows).chain([part]).chain(names).collect()
    }

    fn answers(&self) -> Vec<Whole> {
        let mut wholes = vec![title("")];
        for chapter in &self.chapters {
            wholes.push(Whole::heading(CARD_GAP, CARD_TITLE));
            let answer = |item: &Item| {
                let right = answer_words(item, &key_of(item).right_answer(), Lang::Chinese);
                paragraph(&format!("1 {right}。{}", item.explain))
            };
            wholes.extend(chapter.asked.iter().map(answer));
        }
        wholes
    }
}

fn paragraph(text: &str) -> Whole {
    Whole::of(GAP, lines(text, LINE_CHARS) * LINE)
}

/// The title of a section, which begins a page; behind the name of its lesson.
fn title(text: &str) -> Whole {
    Whole::heading(0, lines(text, 20) * 34 + TITLE_GAP - GAP)
}

/// A lesson: its title behind its number, its aim, its cards, its questions.
fn chapter(chapter: &Chapter<'_>) -> Vec<Whole> {
    let lesson = chapter.lesson;
    let mut wholes = vec![title(&format!("{NAME}{}", lesson.title)), paragraph(&lesson.goal)];
    wholes.extend(lesson.cards.iter().map(card));
    wholes.push(Whole::heading(CARD_GAP, CARD_TITLE - CARD_GAP));
    wholes.extend(chapter.asked.iter().map(question));
    wholes
}

fn card(card: &Card) -> Whole {
    let text: usize = card.plain.lines().map(|line| lines(line, LINE_CHARS) * LINE).sum();
    let blocks = card.text.split("\n\n").filter(|block| !block.starts_with("!["));
    let parts: usize = blocks.map(|block| block.lines().filter(|line| line.starts_with("- ")).count().max(1)).sum();
    let pictures = card.text.matches("![").count();
    Whole::of(CARD_GAP, lines(&card.title, 26) * 28 + 4 + text + parts.saturating_sub(1) * GAP + pictures * PICTURE)
}

/// A question with its choices: inset lines, or a screen in a box above them, or what is to be paired below.
fn question(item: &Item) -> Whole {
    let all = |texts: Vec<&str>| -> usize { texts.into_iter().map(|text| lines(text, INSET_CHARS) * LINE).sum() };
    let options = all(item.form.options().iter().map(|option| option.text.as_str()).collect());
    let below = match &item.form {
        Form::Single { .. } | Form::Multiple { .. } => options + GAP,
        Form::Screen { screen, .. } => options + 2 * GAP + 2 * LINE + 11 + lines(&screen.text, INSET_CHARS) * LINE,
        Form::TrueFalse { .. } => 0,
        Form::Order { sequence } => all(sequence.iter().map(String::as_str).collect()) + GAP,
        Form::Match { pairs } => {
            let rights: String = pairs.iter().map(|pair| pair.right.as_str()).collect::<Vec<_>>().join("\u{3000}");
            let lefts = all(pairs.iter().map(|pair| pair.left.as_str()).collect());
            lefts + GAP + lines(&format!("{NAME}{rights}"), LINE_CHARS) * LINE
        }
    };
    Whole::of(CARD_GAP, lines(&format!("1 {}{HOW}", item.stem), LINE_CHARS) * LINE + below)
}

/// Where people help, then what the booklet is made from.
fn last(hotlines: usize, task: Option<&Task>) -> Vec<Whole> {
    let clause = task.map_or(0, |task| lines(&task.clause, 29) * LINE + GAP + 44);
    let line = Whole::of(GAP, LINE);
    let part = Whole::heading(24, 34 + 6 - GAP);
    let mut wholes = vec![part, Whole::of(GAP, LINE * 2)];
    wholes.extend((0..hotlines).map(|_| line));
    wholes.extend([line, part, Whole::of(GAP, LINE * 2), Whole::of(GAP, clause)]);
    wholes.extend([line, Whole::of(GAP, LINE * 2)]);
    wholes
}
