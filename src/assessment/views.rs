//! The pages of unit tests.

use askama::Template;

use super::attempt::{Attempt, Sheet};
use super::rules::{Turn, needed};
use super::service::TestState;
use super::{Entry, Link, Question, Setting, Shown, Verdict, answer_words, grade_sheet, urls};
use crate::curriculum::model::{Course, Item, LessonPlace};
use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Lang;
use crate::kernel::{Cells, Credits};
use crate::recognition::{LearningResult, LookState, Passbook};
use crate::web::{Page, phrases};

/// The course that a test is about.
#[derive(Clone, Debug)]
pub struct CourseHead {
    /// `T19`.
    pub code: CourseCode,
    /// Its title.
    pub title: String,
    /// `A6`.
    pub area: String,
}

impl CourseHead {
    /// The head of `course`.
    #[must_use]
    pub fn of(course: &Course) -> Self {
        Self { code: course.code, title: course.title.clone(), area: course.area.clone() }
    }
}

/// An amount as the screen says it: 格 and 学分.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    /// `1 格`; where it is no whole number of them, the credits again.
    pub cells: String,
    /// `0.25 学分`.
    pub credits: String,
}

impl Amount {
    fn of(credits: Credits, cells: Cells, lang: Lang) -> Self {
        let in_credits = lang.fill("amount-credits", &[("credits", &credits.to_string())]);
        match cells.whole(credits) {
            Some(cells) => Self { cells: lang.fill("amount-cells", &[("cells", &cells.to_string())]), credits: in_credits },
            None => Self { cells: in_credits.clone(), credits: in_credits },
        }
    }
}

/// A lesson to look at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LessonRow {
    pub href: String,
    /// Its number in the common core; empty for a group's lesson.
    pub number: String,
    pub title: Vec<String>,
    /// The words of the way back to it.
    pub go: String,
    /// Title and minutes.
    pub about: Vec<String>,
    /// How many questions of it were not right.
    pub note: String,
}

/// The lessons of what `attempt` missed, the most needed first.
fn lessons_of(page: &Page, shelf: &Shelf, attempt: &Attempt) -> Vec<LessonRow> {
    let row = |(id, count): (String, usize)| {
        let lesson = shelf.lesson(&id)?;
        let number = match lesson.place {
            LessonPlace::Core(number) => number.to_string(),
            LessonPlace::Group(_) => String::new(),
        };
        let go =
            if number.is_empty() { page.t("result-go-lesson") } else { page.t1("result-go-lesson-number", "number", &number) };
        Some(LessonRow {
            href: urls::lesson(lesson.course, &lesson.id),
            title: phrases(&lesson.title),
            go,
            about: phrases(&page.t2("result-lesson-about", ("title", &lesson.title), ("minutes", &lesson.minutes))),
            note: page.t1("result-lesson-missed", "count", count),
            number,
        })
    };
    attempt.lessons_missed().into_iter().filter_map(row).collect()
}

/// What the test is, and the way into it.
#[derive(Template)]
#[template(path = "assessment/start.html")]
pub(super) struct StartPage {
    pub page: Page,
    pub course: CourseHead,
    pub title: Vec<String>,
    /// How many questions, and how many must be right.
    pub says: String,
    /// What passing gives.
    pub worth: String,
    /// Where this form begins the test.
    pub action: String,
    /// The attempt that is open.
    pub open: Option<String>,
    /// The result of the attempt that passed.
    pub passed: Option<String>,
    /// The lessons of which one comes first; empty where the test may begin.
    pub first: Vec<LessonRow>,
}

impl StartPage {
    pub(super) fn new(page: Page, shelf: &Shelf, course: &Course, state: &TestState) -> Self {
        let rules = &shelf.edition().manifest.assessment;
        let first = match (state.turn, state.last()) {
            (Turn::LessonFirst, Some(last)) => lessons_of(&page, shelf, last),
            _ => Vec::new(),
        };
        let (count, needed) = (rules.items_per_test, needed(rules.items_per_test, rules.pass_permille));
        let worth = Amount::of(shelf.credits_of(course.code).unwrap_or_default(), shelf.cells(), page.lang());
        Self {
            title: phrases(&page.t1("test-title", "course", &course.title)),
            says: page.t2("test-says", ("count", &count), ("needed", &needed)),
            worth: match state.passed() {
                Some(_) => page.t("test-worth-had"),
                None => page.t2("test-worth", ("cells", &worth.cells), ("credits", &worth.credits)),
            },
            action: urls::start(course.code),
            open: state.open().map(|attempt| urls::go_on(attempt.id)),
            passed: state.passed().map(|attempt| urls::result(attempt.id)),
            first,
            course: CourseHead::of(course),
            page,
        }
    }
}

/// One question of a test.
#[derive(Template)]
#[template(path = "assessment/question.html")]
pub(super) struct QuestionPage {
    pub page: Page,
    pub course: CourseHead,
    pub position: usize,
    pub count: usize,
    pub question: Question,
}

impl QuestionPage {
    pub(super) fn new(page: Page, course: CourseHead, sheet: &Sheet, item: &Item, (position, entry): (usize, Entry)) -> Self {
        let (attempt, count) = (sheet.attempt.id, sheet.attempt.items.len());
        let shown = Shown::of(item, sheet.attempt.seed, position);
        let next = if position < count { Some(position + 1) } else { sheet.open_positions().find(|open| *open != position) };
        let go = match next.filter(|_| sheet.open_positions().any(|open| open != position)) {
            Some(next) => {
                let key = if matches!(entry, Entry::Kept(_)) { "test-do" } else { "test-skip-to" };
                Link::new(urls::question(attempt, next), page.t1(key, "number", next))
            }
            None => Link::new(urls::check(attempt), page.t("test-look-over")),
        };
        let before = position.checked_sub(1).filter(|before| *before > 0);
        let back = before.map(|before| Link::new(urls::question(attempt, before), page.t("test-before")));
        let question = Question::new(&shown, Setting::Test, page.lang(), urls::question(attempt, position), entry);
        Self { question: question.go(Some(go)).back(back), page, course, position, count }
    }
}

/// One line of the look over everything.
#[derive(Clone, Debug)]
pub(super) struct CheckRow {
    pub position: usize,
    pub stem: String,
    /// What was answered; none yet.
    pub said: Option<String>,
    pub href: String,
}

/// All answers before they are handed in.
#[derive(Template)]
#[template(path = "assessment/check.html")]
pub(super) struct CheckPage {
    pub page: Page,
    pub course: CourseHead,
    pub rows: Vec<CheckRow>,
    /// What is to be said of them.
    pub says: String,
    /// The first question without an answer.
    pub open: Option<Link>,
    /// The words for leaving the others open.
    pub leave: String,
    /// Where this form hands in.
    pub action: String,
    pub back: String,
}

impl CheckPage {
    pub(super) fn new(page: Page, course: CourseHead, sheet: &Sheet, items: &[Item]) -> Self {
        let (attempt, lang) = (sheet.attempt.id, page.lang());
        let row = |(position, item): (usize, &Item)| CheckRow {
            position,
            stem: item.stem.clone(),
            said: sheet.given(position).map(|given| answer_words(item, given, lang)),
            href: urls::question(attempt, position),
        };
        let open = sheet.open_positions().count();
        Self {
            rows: (1..).zip(items).map(row).collect(),
            says: match open {
                0 => page.t1("test-check-all", "count", items.len()),
                _ => page.t1("test-check-open", "count", open),
            },
            open: sheet.first_open().map(|at| Link::new(urls::question(attempt, at), page.t1("test-do", "number", at))),
            leave: page.t1("test-hand-in-open", "count", open),
            action: urls::hand_in(attempt),
            back: urls::question(attempt, items.len()),
            page,
            course,
        }
    }
}

/// What came of a test that was passed.
#[derive(Template)]
#[template(path = "assessment/passed.html")]
pub(super) struct PassedPage {
    pub page: Page,
    pub course: CourseHead,
    pub title: Vec<String>,
    /// How many were right.
    pub score: String,
    /// What this very attempt was credited, and on which day.
    pub earned: Option<(Amount, String)>,
    /// Why nothing was credited, where nothing was.
    pub held: String,
    /// Whether nothing was credited because nobody knows who this is.
    pub is_record_only: bool,
    /// What the learner holds in all.
    pub total: String,
    /// What was not right, explained.
    pub missed: Vec<Verdict>,
}

impl PassedPage {
    pub(super) fn new(
        page: Page,
        shelf: &Shelf,
        course: CourseHead,
        (sheet, items): (&Sheet, &[Item]),
        passbook: &Passbook,
    ) -> Self {
        let lang = page.lang();
        let marks = grade_sheet(sheet, items);
        let result = passbook.results.iter().find(|result| result.attempt == Some(sheet.attempt.id));
        // A pass that was looked at first is credited by a result of its own, which names it.
        let later = |first: &LearningResult| passbook.results.iter().find(|later| later.restores == Some(first.id));
        let transfer = result.and_then(|result| result.transfer.or_else(|| later(result)?.transfer));
        let entry = passbook.entries.iter().find(|entry| Some(entry.transfer) == transfer);
        let earned = entry.map(|entry| {
            let (_, month, day) = entry.day.parts();
            (Amount::of(entry.amount, shelf.cells(), lang), page.t2("result-day", ("month", &month), ("day", &day)))
        });
        let has_credit = passbook.results.iter().any(|result| result.unit == sheet.attempt.unit && result.transfer.is_some());
        let verdicts = (1..).zip(items).map(|(position, item)| Verdict::of(shelf, item, sheet.given(position), lang));
        let title = earned
            .as_ref()
            .map_or_else(|| page.t("result-passed"), |(amount, _)| page.t1("result-passed-earned", "cells", &amount.cells));
        let right = marks.iter().filter(|mark| mark.right).count();
        let score = if earned.is_some() { "result-score" } else { "result-score-only" };
        let look = passbook.looked_at().into_iter().find(|looked| Some(looked.id) == result.map(|result| result.id));
        let held = match look.and_then(|result| result.look) {
            Some(LookState::Declined) => "result-look-declined",
            Some(_) => "result-look-waiting",
            None if has_credit => "result-held",
            None => "result-record-only",
        };
        let is_record_only = held == "result-record-only" && earned.is_none();
        let total = Amount::of(passbook.total, shelf.cells(), lang);
        Self {
            title: phrases(&title),
            score: page.t2(score, ("count", items.len()), ("right", &right)),
            earned,
            is_record_only,
            held: page.t(held),
            total: page.t2("result-total", ("cells", &total.cells), ("credits", &total.credits)),
            missed: verdicts.filter(|verdict| !verdict.is_right).collect(),
            page,
            course,
        }
    }
}

/// What came of a test that was not passed yet.
#[derive(Template)]
#[template(path = "assessment/failed.html")]
pub(super) struct FailedPage {
    pub page: Page,
    pub course: CourseHead,
    /// How many were right, and how many must be.
    pub says: String,
    /// How many more would have passed.
    pub lack: usize,
    /// What can be done already: the outcomes of which everything was right.
    pub can: Vec<String>,
    pub lessons: Vec<LessonRow>,
    /// Whether a lesson comes before the next try.
    pub is_lesson_first: bool,
    pub again: String,
}

impl FailedPage {
    pub(super) fn new(
        page: Page,
        shelf: &Shelf,
        course: CourseHead,
        (sheet, items): (&Sheet, &[Item]),
        state: &TestState,
    ) -> Self {
        let right = grade_sheet(sheet, items).iter().filter(|mark| mark.right).count();
        let needed = needed(items.len(), shelf.edition().manifest.assessment.pass_permille);
        let is_missed = |outcome: &str| sheet.attempt.missed.iter().any(|missed| missed.outcome == outcome);
        let outcomes = shelf.course(course.code).map(|course| course.outcomes.as_slice()).unwrap_or_default();
        let was_asked = |outcome: &str| items.iter().any(|item| item.outcome == outcome);
        let can = outcomes.iter().filter(|outcome| was_asked(&outcome.id) && !is_missed(&outcome.id));
        let numbers = [items.len(), right, needed].map(|number| number.to_string());
        let [count, right_words, needed_words] = &numbers;
        Self {
            says: page.lang().fill("result-failed-says", &[("count", count), ("right", right_words), ("needed", needed_words)]),
            lack: needed.saturating_sub(right),
            can: can.map(|outcome| outcome.text.clone()).collect(),
            lessons: lessons_of(&page, shelf, &sheet.attempt),
            is_lesson_first: state.turn == Turn::LessonFirst,
            again: urls::start(course.code),
            page,
            course,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests as samples;
    use super::super::{key_of, read_answer};
    use super::*;
    use crate::i18n::Lang;
    use crate::kernel::Seed;
    use crate::web::Fields;

    fn page_of(question: Question) -> String {
        let course =
            CourseHead {
                code: CourseCode::parse("T19").unwrap(), title: "防诈骗，守好钱袋子".to_owned(), area: "A6".to_owned()
            };
        QuestionPage { page: Page::sample(Lang::Chinese), course, position: 3, count: 10, question }.render().unwrap()
    }

    #[test]
    fn every_kind_is_answered_with_one_form_and_shows_what_was_kept() {
        for item in samples::all() {
            let shown = Shown::of(&item, Seed([5; 16]), 3);
            let blank = page_of(Question::new(&shown, Setting::Test, Lang::Chinese, "/tests/1/3", Entry::Blank));
            assert_eq!(blank.matches("<form").count(), 1, "{}", item.id);
            assert_eq!(blank.matches("<h1>").count(), 1, "{}", item.id);
            assert!(blank.contains("不知道") && !blank.contains("已存好"), "{blank}");
            assert!(
                !blank.contains("aria-pressed") && !blank.contains(" checked") && !blank.contains("role=\"alert\""),
                "{blank}"
            );
            let given = Entry::Kept(key_of(&item).right_answer());
            let question = Question::new(&shown, Setting::Test, Lang::Chinese, "/tests/1/3", given);
            let kept = page_of(question.go(Some(Link::new("/tests/1/4", "做第 4 题"))));
            assert!(
                kept.contains("已存好") && kept.contains("<a class=\"button go\" data-primary href=\"/tests/1/4\">做第 4 题</a>"),
                "{kept}"
            );
            assert!(kept.contains("aria-pressed=\"true\"") || kept.contains(" checked") || kept.contains(" selected"), "{kept}");
        }
    }

    #[test]
    fn what_was_sent_is_kept_on_the_page_that_asks_for_the_rest() {
        let item = samples::order();
        let shown = Shown::of(&item, Seed([5; 16]), 3);
        let fields = Fields::from_pairs(&[("s1", "2"), ("s2", "2"), ("s3", "0")]);
        let errors = read_answer(&shown, &fields).unwrap_err();
        let page = page_of(Question::new(&shown, Setting::Test, Lang::Chinese, "/tests/1/3", Entry::Wrong(fields, errors)));
        assert!(page.contains("<title>错误：发现钱被骗走了") && page.contains("有 2 处要再看一下"), "{page}");
        assert_eq!(page.matches("<option value=\"2\" selected>").count(), 2, "{page}");
        assert_eq!(page.matches("aria-invalid=\"true\"").count(), 2, "{page}");
        assert!(page.contains("href=\"#s2\"") && page.contains("id=\"s2-error\""), "{page}");
    }

    #[test]
    fn no_page_of_a_test_tells_which_choice_is_right() {
        let item = samples::single();
        let pages: Vec<String> = (0..4)
            .map(|turn| {
                let mut other = item.clone();
                if let crate::curriculum::model::Form::Single { options } = &mut other.form {
                    options.iter_mut().enumerate().for_each(|(place, option)| option.right = place == turn);
                }
                let shown = Shown::of(&other, Seed([5; 16]), 3);
                let page = page_of(Question::new(&shown, Setting::Test, Lang::Chinese, "/tests/1/3", Entry::Blank));
                page.split("name=\"once\"").last().unwrap_or_default().split_once('>').unwrap().1.to_owned()
            })
            .collect();
        assert!(pages.iter().all(|page| *page == pages[0]));
    }
}
