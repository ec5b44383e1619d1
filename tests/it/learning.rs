//! Learning through the door: reading without an account, going on where one left off, the quiz, the practice, search, the first page.

use credit_bank::curriculum::CourseCode;
use credit_bank::curriculum::model::{Practice, Verdict};
use credit_bank::kernel::LearnerId;
use entity::{event, lesson_progress, practice_run};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::support::databases::{Engine, fresh};
use crate::support::editions::being_written;
use crate::support::server::{Answer, Bank, Person, SHELF};

/// The address of the button with these words, or of the first primary one.
pub fn go(page: &Answer) -> String {
    let tag = page.body.split("<a ").find(|tag| tag.starts_with("class=\"button go\""));
    let tag = tag.unwrap_or_else(|| panic!("no way on in:\n{}", page.body));
    tag.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().replace("&amp;", "&").replace("&#38;", "&")
}

pub async fn follows(person: &Person, answer: &Answer) -> Answer {
    assert_eq!(answer.status, 303, "{}", answer.body);
    person.opens(answer.location.as_deref().unwrap()).await
}

async fn events(bank: &Bank, kind: &str) -> u64 {
    event::Entity::find().filter(event::Column::Kind.eq(kind)).count(bank.fresh.db.read()).await.unwrap()
}

fn cards(lesson: &str) -> usize {
    SHELF.lesson(lesson).unwrap().cards.len()
}

#[actix_web::test]
async fn a_visitor_is_one_tap_from_the_first_lesson_and_reads_it_without_an_account_or_a_statement() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let first = visitor.opens("/").await;
    assert!(first.body.contains("您想从哪儿学起？") && first.body.contains("字看得清吗？"), "{}", first.body);
    assert!(visitor.opens(&go(&first)).await.body.contains("第\u{a0}1\u{a0}张"), "the first lesson is one tap away");
    let before = bank.house.db.statements();
    let begun = visitor.sends(&first, "/start", &[("start", "daily"), ("start", "farm")]).await;
    let mut page = follows(&visitor, &begun).await;
    assert!(page.body.contains("第\u{a0}1\u{a0}张"), "{}", page.body);
    let lesson = begun.location.unwrap();
    let id = lesson.trim_start_matches("/courses/").trim_end_matches("/1").replace('/', "-");
    for _ in 0..cards(&id) {
        page = visitor.opens(&go(&page)).await;
        assert_eq!(page.status, 200);
    }
    assert!(page.body.contains("我试过了"), "{}", page.body);
    let at = lesson.trim_end_matches("/1").to_owned();
    let told = follows(&visitor, &visitor.sends(&page, &format!("{at}/tried"), &[("q", "0")]).await).await;
    assert!(told.body.contains("这题再想想") && told.body.contains("再答一次"), "{}", told.body);
    let done = visitor.opens(&format!("{at}/done")).await;
    assert!(done.body.contains("这一课学完了") && done.body.contains("登录，"), "{}", done.body);
    assert_eq!(bank.house.db.statements(), before, "reading costs no statement");
    let home = visitor.opens("/").await;
    assert!(home.body.contains("开始学第\u{a0}1\u{a0}课"), "{}", home.body);
    bank.close().await;
}

#[actix_web::test]
async fn what_is_not_there_is_404_and_a_course_being_written_shows_what_it_will_teach() {
    let shelf = being_written("courses/T02/course.toml");
    let bank = Bank::teaching(fresh(Engine::Sqlite).await.unwrap(), &shelf).await;
    let visitor = bank.visitor();
    for path in [
        "/courses/T19/c1/0",
        "/courses/T19/c1/99999999999999999999999",
        "/courses/T19/c9",
        "/courses/T99",
        "/courses/t19",
        "/courses/T19/c1/quiz/9",
        "/courses/T02/c1",
        "/courses/T02/practice",
        "/pathways/nobody",
    ] {
        assert_eq!(visitor.opens(path).await.status, 404, "{path}");
    }
    let page = visitor.opens("/courses/T02").await;
    let course = SHELF.course(CourseCode::parse("T02").unwrap()).unwrap();
    assert!(page.body.contains("正在编写") && page.body.contains(&course.outcomes[0].text), "{}", page.body);
    assert!(!page.body.contains("/courses/T02/"), "{}", page.body);
    let whole = visitor.opens("/courses/T19").await;
    let task = SHELF.task(CourseCode::parse("T19").unwrap()).unwrap();
    assert!(
        whole.body.contains(&task.clause) && whole.body.contains("第\u{a0}19\u{a0}项任务"),
        "the clause stands word for word"
    );
    bank.close().await;
}

/// The practice of T19, whose wrong and right actions the file itself tells.
pub fn t19() -> &'static Practice {
    SHELF.practice(CourseCode::parse("T19").unwrap()).unwrap()
}

/// Taps the first action of this verdict on the screen named; gives the page after it and the screen it leads to.
pub async fn taps(person: &Person, page: &Answer, screen: &str, verdict: Verdict) -> (Answer, String) {
    let actions = t19().screen(screen).unwrap().actions.iter().enumerate();
    let (place, action) = actions.into_iter().find(|(_, action)| action.verdict == verdict && action.typed.is_none()).unwrap();
    let (token, place) = (page.input("s"), place.to_string());
    let sent = person.sends(page, "/courses/T19/practice/run", &[("s", &token), ("action", &place)]).await;
    (follows(person, &sent).await, action.to.clone())
}

#[actix_web::test]
async fn a_wrong_action_is_told_kindly_and_leads_on_and_an_altered_run_is_refused_kindly() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let start = visitor.opens("/courses/T19/practice").await;
    let screen = visitor.opens(&go(&start)).await;
    assert!(screen.body.contains("练习用的手机"), "{}", screen.body);
    let (told, _) = taps(&visitor, &screen, &t19().start, Verdict::Wrong).await;
    assert!(told.body.contains("哪儿不对") && told.body.contains("什么也没少"), "{}", told.body);
    assert!(visitor.opens(&go(&told)).await.body.contains("练习用的手机"));
    let url = go(&start);
    for altered in
        [format!("{url}x"), url.replace("s=", "s=A"), "/courses/T19/practice/run".to_owned(), url.replace("T19", "T20")]
    {
        let refused = visitor.opens(&altered).await;
        assert!(refused.status == 422 && refused.body.contains("从头再练一遍"), "{altered}: {}", refused.status);
    }
    let refused = visitor.sends(&screen, "/courses/T19/practice/run", &[("s", "x"), ("action", "0")]).await;
    assert_eq!(refused.status, 422);
    let token = screen.input("s");
    for action in ["9", "-1", "", "x"] {
        let sent = visitor.sends(&screen, "/courses/T19/practice/run", &[("s", &token), ("action", action)]).await;
        assert_eq!(sent.status, 400, "{action}");
    }
    bank.close().await;
}

/// How many unwise actions each kept run had.
async fn runs(bank: &Bank, learner: LearnerId) -> Vec<i64> {
    let rows = practice_run::Entity::find().filter(practice_run::Column::LearnerId.eq(learner.uuid()));
    rows.all(bank.fresh.db.read()).await.unwrap().into_iter().map(|row| row.wrong).collect()
}

/// Does the whole practice without a mistake; gives the page of its end.
pub async fn practises(person: &Person) -> Answer {
    let mut page = person.opens(&go(&person.opens("/courses/T19/practice").await)).await;
    let mut screen = t19().start.clone();
    while !t19().screen(&screen).unwrap().end {
        let (told, next) = taps(person, &page, &screen, Verdict::Right).await;
        page = person.opens(&go(&told)).await;
        screen = next;
    }
    page
}

/// The number of the right choice as this question shows it, found by trying: nothing is lost by a wrong one.
async fn answers_until_right(person: &Person, path: &str) -> Answer {
    let page = person.opens(path).await;
    for choice in ["1", "2", "3", "4"] {
        let sent = person.sends(&page, path, &[("q", choice)]).await;
        if sent.status == 303 {
            let told = follows(person, &sent).await;
            if told.body.contains("verdict right") {
                return told;
            }
        }
    }
    follows(person, &person.sends(&page, path, &[("q", "0")]).await).await
}

crate::on_both! {
    async fn a_learner_goes_on_at_the_card_where_they_left_off_however_often_it_is_sent(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let first = wang.opens("/courses/T19/c1").await;
        assert!(first.body.contains("method=\"post\" action=\"/courses/T19/c1/1\""), "{}", first.body);
        for _ in 0..2 {
            let second = follows(&wang, &wang.sends(&first, "/courses/T19/c1/1", &[]).await).await;
            let third = wang.sends(&second, "/courses/T19/c1/2", &[]).await;
            assert_eq!(third.location.as_deref(), Some("/courses/T19/c1/3"));
        }
        let resumed = bank.signed_in(id, credit_bank::identity::Assurance::Sms).await.opens("/courses/T19/c1").await;
        assert!(resumed.body.contains("第\u{a0}3\u{a0}张"), "{}", resumed.body);
        let rows = lesson_progress::Entity::find().all(bank.fresh.db.read()).await.unwrap();
        assert_eq!(rows.iter().map(|row| (row.card, row.furthest)).collect::<Vec<_>>(), [(3, 3)].map(|(card, _)| (card, 2)));
        let home = wang.opens("/").await;
        assert!(home.body.contains("继续学第\u{a0}1\u{a0}课") && home.body.contains("王桂英"), "{}", home.body);
        let early = wang.sends(&first, "/courses/T19/c1/1", &[]).await;
        assert_eq!(early.status, 303);
        let rows = lesson_progress::Entity::find().all(bank.fresh.db.read()).await.unwrap();
        assert_eq!((rows[0].card, rows[0].furthest), (2, 2), "going back is kept, what was seen is not lost");
        // An earlier edition may have had more cards.
        let behind = wang.sends(&first, "/courses/T19/c1/99", &[]).await;
        assert_eq!(behind.location, Some(format!("/courses/T19/c1/{}", cards("T19-c1"))));
        let rows = lesson_progress::Entity::find().all(bank.fresh.db.read()).await.unwrap();
        assert_eq!((rows[0].card, rows[0].furthest), (2, 2), "nothing is kept of a card that is not there");
        assert_eq!(wang.posts_raw("/courses/T19/c1/1", &[]).await.status, 403);
        bank.close().await;
    }

    async fn a_lesson_gone_through_is_finished_once_and_told_once(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let quiz = SHELF.lesson("T19-c1").unwrap().check.len();
        for _ in 0..2 {
            answers_until_right(&wang, "/courses/T19/c1/tried").await;
            for number in 1..=quiz {
                let path = format!("/courses/T19/c1/quiz/{number}");
                assert_eq!(answers_until_right(&wang, &path).await.status, 200);
            }
            bank.clock.turn_ms(60_000);
        }
        assert_eq!(events(&bank, "learning.lesson_finished").await, 1);
        let row = lesson_progress::Entity::find_by_id((id.uuid(), "T19-c1".to_owned())).one(bank.fresh.db.read()).await.unwrap();
        assert!(row.as_ref().is_some_and(|row| row.finished_at_ms.is_some() && row.tried_at_ms.is_some()), "{row:?}");
        let done = wang.opens("/courses/T19/c1/done").await;
        assert!(done.body.contains("开始学第\u{a0}2\u{a0}课") && done.body.contains("已经给您记下了"), "{}", done.body);
        let course = wang.opens("/courses/T19").await;
        assert!(course.body.contains("num-mark done"), "{}", course.body);
        bank.close().await;
    }

    async fn a_practice_done_to_its_end_is_kept_once_for_each_run(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let end = practises(&wang).await;
        assert!(end.body.contains("这次体验已经记下了") && end.body.contains("一步也没有走错"), "{}", end.body);
        practises(&wang).await;
        assert_eq!(runs(&bank, id).await, [0, 0]);
        assert_eq!(events(&bank, "learning.practice_finished").await, 2);
        bank.close().await;
    }

    async fn a_practice_done_before_signing_in_is_kept_afterwards_and_only_once(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let visitor = bank.visitor();
        let end = practises(&visitor).await;
        let back = end.body.split("/sign-in?back=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let path: String = form_urlencoded::parse(format!("p={back}").as_bytes()).next().unwrap().1.into_owned();
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let page = wang.opens(&path).await;
        let token = page.input("s");
        for _ in 0..2 {
            let kept = wang.sends(&page, "/courses/T19/practice/run", &[("s", &token)]).await;
            assert!(follows(&wang, &kept).await.body.contains("这次体验已经记下了"));
        }
        assert_eq!(runs(&bank, id).await, [0]);
        bank.close().await;
    }

    async fn two_runs_whose_ends_are_sent_by_turns_count_two_and_are_told_twice(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let visitor = bank.visitor();
        let mut tokens = Vec::new();
        for _ in 0..2 {
            let end = practises(&visitor).await;
            let back = end.body.split("run%3Fs%3D").nth(1).unwrap().split('"').next().unwrap().to_owned();
            tokens.push(back);
        }
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let page = wang.opens("/help").await;
        for token in tokens.iter().cycle().take(6) {
            let kept = wang.sends(&page, "/courses/T19/practice/run", &[("s", token)]).await;
            assert!(follows(&wang, &kept).await.body.contains("这次体验已经记下了"));
        }
        assert_eq!(runs(&bank, id).await, [0, 0]);
        assert_eq!(events(&bank, "learning.practice_finished").await, 2);
        bank.close().await;
    }

    async fn a_lesson_read_before_signing_in_is_said_not_to_be_kept_and_kept_by_one_press(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let told = bank.visitor().opens("/courses/T19/c1/done").await;
        assert!(told.body.contains("这一课没有记下来") && !told.body.contains("已经给您记下了"), "{}", told.body);
        assert!(told.body.contains("/sign-in?back=%2Fcourses%2FT19%2Fc1%2Fdone"), "{}", told.body);
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let page = wang.opens("/courses/T19/c1/done").await;
        assert!(page.body.contains("把这一课记下来") && !page.body.contains("已经给您记下了"), "{}", page.body);
        assert_eq!(wang.posts_raw("/courses/T19/c1/done", &[]).await.status, 403);
        for _ in 0..2 {
            let kept = wang.sends(&page, "/courses/T19/c1/done", &[]).await;
            assert!(follows(&wang, &kept).await.body.contains("已经给您记下了"));
        }
        assert_eq!(events(&bank, "learning.lesson_finished").await, 1);
        let row = lesson_progress::Entity::find_by_id((id.uuid(), "T19-c1".to_owned())).one(bank.fresh.db.read()).await.unwrap();
        assert!(row.is_some_and(|row| row.finished_at_ms.is_some()));
        assert_eq!(wang.sends(&page, "/courses/T19/c99/done", &[]).await.status, 404);
        let visitor = bank.visitor();
        let sent = visitor.sends(&visitor.opens("/help").await, "/courses/T19/c1/done", &[]).await;
        assert!(follows(&visitor, &sent).await.body.contains("这一课没有记下来"), "nothing is kept of a visitor");
        bank.close().await;
    }

    async fn a_reading_list_is_chosen_for_the_account_or_the_browser_and_gives_the_next_step(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, _) = bank.learner("王桂英", 1, None).await;
        for person in [&wang, &bank.visitor()] {
            let list = person.opens("/pathways/veteran").await;
            let chosen = person.sends(&list, "/pathways/veteran", &[]).await;
            assert_eq!(chosen.location.as_deref(), Some("/"));
            let home = person.opens("/").await;
            assert!(home.body.contains("网上办事少跑腿"), "{}", home.body);
            assert!(person.opens("/pathways/veteran").await.body.contains("您正照这份书单学"));
        }
        bank.close().await;
    }

    async fn what_somebody_mainly_does_orders_what_they_choose_from_and_stands_in_their_browser_alone(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let list = wang.opens("/pathways/veteran").await;
        assert!(list.body.contains("您现在主要是：") && list.body.contains("先不说"), "{}", list.body);
        assert!(!wang.opens("/pathways/elder").await.body.contains("您现在主要是："), "nothing is chosen from there");
        let first_of_choice = |page: &Answer| {
            let place = |code: &str| page.body.find(&format!("href=\"/courses/{code}\"")).unwrap();
            ["T09", "T10", "T11", "T15", "T17"].into_iter().min_by_key(|code| place(code)).unwrap()
        };
        assert_eq!(first_of_choice(&list), "T09");
        for (answer, first) in [("seeking", "T11"), ("seeking", "T11"), ("own", "T17"), ("", "T09")] {
            let sent = wang.sends(&list, "/pathways/veteran/steering", &[("steering", answer)]).await;
            let page = follows(&wang, &sent).await;
            assert_eq!(first_of_choice(&page), first, "{answer}");
        }
        let wrong = wang.sends(&list, "/pathways/veteran/steering", &[("steering", "king")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("请从下面选一个") && wrong.body.contains("href=\"#steering\""), "{}", wrong.body);
        assert_eq!(wang.sends(&list, "/pathways/nobody/steering", &[("steering", "own")]).await.status, 404);
        assert_eq!(wang.sends(&list, "/pathways/elder/steering", &[("steering", "own")]).await.status, 404, "it asks nothing");
        assert_eq!(wang.posts_raw("/pathways/veteran/steering", &[("steering", "own")]).await.status, 403);
        wang.sends(&list, "/pathways/veteran/steering", &[("steering", "own")]).await;
        let elsewhere = bank.signed_in(id, credit_bank::identity::Assurance::Sms).await.opens("/pathways/veteran").await;
        assert_eq!(first_of_choice(&elsewhere), "T09", "nobody else learns of it");
        bank.close().await;
    }

    async fn a_break_is_suggested_to_the_young_after_a_while_on_one_card_and_to_nobody_else(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王小满", 1, None).await;
        let (grown, _) = bank.learner("王桂英", 2, None).await;
        let acting = credit_bank::kernel::Acting { learner: id, helper: None, identity_level: credit_bank::kernel::IdentityLevel::KNOWN };
        let young = credit_bank::identity::BirthYear::from_value(2010).unwrap();
        let keys = bank.house.keys.clone();
        bank.fresh.db.write::<_, credit_bank::identity::Error, _>(async move |tx| credit_bank::identity::correct_birth_year(tx, &keys, &acting, young).await).await.unwrap();
        let mut suggested = Vec::new();
        for minute in (0..=60).step_by(10) {
            for (person, list) in [(&wang, Some(&mut suggested)), (&grown, None)] {
                let card = person.opens("/courses/T19/c1/1").await;
                let next = follows(person, &person.sends(&card, "/courses/T19/c1/1", &[]).await).await;
                let is_said = next.body.contains("歇歇眼睛吧");
                match list {
                    Some(list) => list.extend(is_said.then_some(minute)),
                    None => assert!(!is_said, "{minute}"),
                }
            }
            bank.clock.turn_ms(600_000);
        }
        assert_eq!(suggested, [50]);
        bank.close().await;
    }

    async fn the_first_page_costs_five_statements_and_a_card_one(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, _) = bank.learner("王桂英", 1, None).await;
        wang.opens("/").await;
        // Which recordings are published is asked for once in a quarter of a minute, not at each card.
        wang.opens("/courses/T19/c1/1").await;
        for (path, statements) in [("/", 5), ("/courses/T19/c1/2", 1), ("/courses/T19", 3), ("/search?q=%E9%93%B6%E8%A1%8C", 1)] {
            let before = bank.house.db.statements();
            assert_eq!(wang.opens(path).await.status, 200);
            assert_eq!(bank.house.db.statements() - before, statements, "{path}");
        }
        bank.close().await;
    }
}
