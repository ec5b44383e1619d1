//! Courses to print: what stands in a booklet, what never does, and what is said of it beforehand.

use std::collections::BTreeSet;

use credit_bank::curriculum::CourseCode;
use credit_bank::curriculum::model::{Course, Form, Item, Lesson, Use};
use credit_bank::kernel::Group;

use crate::support::databases::{Engine, fresh};
use crate::support::editions::being_written;
use crate::support::server::{Bank, SHELF};

const GROUPS: [Group; 5] = [Group::Elder, Group::Farmer, Group::Woman, Group::CivilServant, Group::Veteran];

fn course(code: &str) -> &'static Course {
    SHELF.course(CourseCode::parse(code).unwrap()).unwrap()
}

/// A text as it stands in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;")
}

/// Whether `body` asks a question of this stem, whatever words fill its blanks.
fn asks(body: &str, stem: &str) -> bool {
    let stem = escaped(stem);
    let mut pieces = stem.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    let first = pieces.next().unwrap();
    let rest: Vec<&str> = pieces.collect();
    let goes_on = |from: usize| {
        rest.iter().try_fold(&body[from..], |body, piece| {
            let at = body.find(piece).filter(|at| body[..*at].chars().count() <= 20)?;
            Some(&body[at + piece.len()..])
        })
    };
    body.match_indices(first).any(|(at, _)| goes_on(at + first.len()).is_some())
}

#[test]
fn a_question_is_known_by_what_stands_around_its_blanks() {
    assert!(asks("甲说：付了 9 元，对吗？", "付了 {price} 元，对吗？") && asks("甲乙", "甲乙"));
    assert!(!asks("付了 9 元，错吗？", "付了 {price} 元，对吗？") && !asks("甲", "乙"));
}

#[actix_web::test]
async fn a_booklet_holds_the_common_lessons_the_groups_own_and_the_answers_to_what_it_asks() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let before = bank.house.db.statements();
    // Each course in one group's words, each group's words in some courses: all of them take minutes.
    for (course, group) in SHELF.courses().iter().zip(GROUPS.into_iter().cycle()) {
        let path = format!("/courses/{}/booklet/{group}", course.code);
        let page = visitor.opens(&path).await;
        assert_eq!(page.status, 200, "{path}");
        let own = course.lesson_for(group).unwrap();
        let (inside, outside): (Vec<&Lesson>, Vec<&Lesson>) =
            course.lessons.iter().partition(|lesson| course.core().any(|core| core.id == lesson.id) || lesson.id == own.id);
        for lesson in &inside {
            assert!(page.body.contains(&escaped(&lesson.goal)), "{path}: {}", lesson.id);
            for id in &lesson.check {
                let item = course.item(id).unwrap();
                assert!(item.purpose == Use::Learn && asks(&page.body, &item.stem), "{path}: {id}");
            }
        }
        assert!(!page.body.split("<main").nth(1).unwrap().contains(['{', '}']), "{path}: a blank was not filled");
        let cards: usize = inside.iter().map(|lesson| lesson.cards.len()).sum();
        assert_eq!(page.body.matches("<article>").count(), cards, "{path}");
        assert!(outside.iter().all(|lesson| !page.body.contains(&escaped(&lesson.goal))), "{path}");
        let tests = course.items.iter().filter(|item| item.purpose == Use::Test);
        for item in tests {
            assert!(!asks(&page.body, &item.stem), "{path} gives {} away", item.id);
        }
        assert!(page.body.contains(&SHELF.task(course.code).unwrap().clause) && page.body.contains("CC BY 4.0"), "{path}");
    }
    assert_eq!(bank.house.db.statements(), before, "printing costs no statement");
    bank.close().await;
}

#[actix_web::test]
async fn the_answers_stand_behind_all_lessons_and_every_word_that_is_marked_is_explained_there_once() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let body = bank.visitor().opens("/courses/T19/booklet/elder").await.body;
    let (lessons, rest) = body.split_once("<h2>答案</h2>").unwrap();
    let item = course("T19").item(&course("T19").lessons[0].check[0]).unwrap();
    assert!(!lessons.contains(&escaped(&item.explain)), "no answer beside its question");
    let course = course("T19");
    let lessons = course.core().chain(course.lesson_for(Group::Elder));
    let asked = lessons.flat_map(|lesson| &lesson.check).map(|id| course.item(id).unwrap());
    let single = |item: &&Item| !item.is_template() && matches!(item.form, Form::Single { .. } | Form::Screen { .. });
    let asked: Vec<&Item> = asked.filter(single).collect();
    assert!(!asked.is_empty());
    for item in asked {
        let answer = rest.split("<p>").chain(rest.split("<li>")).find(|line| line.contains(&escaped(&item.explain)));
        let answer = answer.unwrap_or_else(|| panic!("{}: {rest}", item.id));
        for option in item.form.options() {
            let said = answer.split(&escaped(&item.explain)).next().unwrap();
            assert_eq!(said.contains(&escaped(&option.text)), option.right, "{}: {said}", item.id);
        }
    }
    let marked: BTreeSet<&str> = body.split("href=\"#word-w").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let explained: Vec<&str> = body.split("id=\"word-w").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(marked.len() > 5 && marked == explained.iter().copied().collect() && marked.len() == explained.len());
    assert!(body.contains("号码以当地公布为准") && body.contains("公安报警"));
    bank.close().await;
}

#[actix_web::test]
async fn the_page_of_a_course_leads_to_its_booklets_and_says_how_many_pages_each_takes() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let page = visitor.opens("/courses/T19").await;
    assert!(page.body.contains("印成小册子"), "{}", page.body);
    for group in GROUPS {
        let way = format!("href=\"/courses/T19/booklet/{group}\"");
        let row = page.body.split(way.as_str()).nth(1).unwrap_or_else(|| panic!("{way}")).split("</a>").next().unwrap();
        let digits: String = row.split("约").nth(1).unwrap().chars().filter(char::is_ascii_digit).collect();
        assert!((10..60).contains(&digits.parse::<u32>().unwrap()), "{row}");
    }
    bank.close().await;
}

#[actix_web::test]
async fn there_is_no_booklet_of_what_is_not_there_not_written_or_for_nobody() {
    let shelf = being_written("courses/T02/course.toml");
    let bank = Bank::teaching(fresh(Engine::Sqlite).await.unwrap(), &shelf).await;
    let visitor = bank.visitor();
    for path in ["T19/booklet/public", "T19/booklet/disabled", "T19/booklet/x", "T99/booklet/elder", "T02/booklet/elder"] {
        assert_eq!(visitor.opens(&format!("/courses/{path}")).await.status, 404, "{path}");
    }
    assert!(!visitor.opens("/courses/T02").await.body.contains("印成小册子"));
    bank.close().await;
}
