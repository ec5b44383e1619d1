//! The pages of unit tests.

use askama::Template;

use super::Question;
use crate::web::Page;

/// The course that a test is about.
#[derive(Clone, Debug)]
pub struct CourseHead {
    /// `T19`.
    pub code: String,
    /// Its title.
    pub title: String,
    /// `A6`.
    pub area: String,
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

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::{Entry, Link, Setting, Shown, key_of, read_answer};
    use super::*;
    use crate::i18n::Lang;
    use crate::kernel::Seed;
    use crate::web::Fields;

    fn page_of(question: Question) -> String {
        let course =
            CourseHead { code: "T19".to_owned(), title: "防诈骗，守好钱袋子".to_owned(), area: "A6".to_owned() };
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
                kept.contains("已存好") && kept.contains("<a class=\"button go\" href=\"/tests/1/4\">做第 4 题</a>"),
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
        assert!(page.contains("<title>错误：第 3 题") && page.contains("有 2 处要再看一下"), "{page}");
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
