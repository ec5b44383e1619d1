//! 找人帮忙: asked by anybody, answered by the staff of the place, seen by nobody else.

use credit_bank::audit;
use credit_bank::help::{self, State};
use credit_bank::identity::{self, Role};
use credit_bank::kernel::{Acting, IdentityLevel, LearnerId};
use credit_bank::places::{self, NewOrganisation, OrganisationKind};

use crate::own_data::signs_in;
use crate::support::server::{Answer, Bank, Person};

const CALL: [(&str, &str); 3] = [("phone", "138 0000 0001"), ("when", "morning"), ("about", "字太小，\n怎么调大？")];

async fn asks(person: &Person, fields: &[(&str, &str)]) -> Answer {
    let form = person.opens("/help").await;
    assert_eq!(form.status, 200);
    person.sends(&form, "/help", fields).await
}

/// Asks to be called back; gives the page of the case.
async fn asked(person: &Person) -> String {
    let answer = asks(person, &CALL).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location.unwrap().strip_suffix("?said=asked").unwrap().to_owned()
}

fn without_spaces(text: &str) -> String {
    text.replace('\u{a0}', "")
}

/// The first link of the page that leads to a case of the staff's list.
fn first_case(page: &Answer) -> String {
    let at = page.body.find("/staff/cases/").unwrap_or_else(|| panic!("no case in:\n{}", page.body));
    page.body[at..].split('"').next().unwrap().to_owned()
}

async fn cases_of(bank: &Bank, learner: LearnerId) -> Vec<help::Case> {
    help::list_of(bank.fresh.db.read(), learner).await.unwrap()
}

crate::on_both! {
    async fn a_visitor_asks_to_be_called_back_and_only_this_browser_sees_the_case(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let visitor = bank.visitor();
        let path = asked(&visitor).await;
        let number = path.strip_prefix("/help/").unwrap().to_owned();
        assert_eq!(number.len(), 8);
        let page = visitor.opens(&path).await;
        assert_eq!(page.status, 200);
        // Monday 2026-03-02: one working day.
        for words in [number.as_str(), "3月3日以前答复您", "13800000001", "上午", "怎么调大？"] {
            assert!(without_spaces(&page.body).contains(words), "{words} in {}", page.body);
        }
        assert_eq!(bank.visitor().opens(&path).await.location.as_deref(), Some(format!("/sign-in?back=%2Fhelp%2F{number}").as_str()));
        let (learner, _) = bank.learner("王桂英", 1, None).await;
        assert_eq!(learner.opens(&path).await.status, 404);
        assert_eq!(learner.opens("/help/12345678").await.status, 404);
        bank.close().await;
    }

    async fn what_is_wrong_is_said_beside_it_and_every_word_is_kept(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let visitor = bank.visitor();
        let long = "长".repeat(10_000);
        let cases: [(&str, &str, &str, &str); 5] = [
            ("138 0000 000", "好", "phone", "现在是 10 位"),
            ("", "好", "phone", "请写"),
            ("057187", "好", "phone", "请写 11 位手机号，或者固定电话号码"),
            ("13800000001", &long, "about", "最多写 500 个字，现在是 10000 个"),
            ("13800000001", "反\u{202e}着写", "about", "看不见的符号"),
        ];
        for (phone, about, field, words) in cases {
            let answer = asks(&visitor, &[("phone", phone), ("when", "afternoon"), ("about", about)]).await;
            assert_eq!(answer.status, 422, "{phone}");
            assert!(answer.body.contains(words), "{words} in {}", &answer.body[..3000]);
            assert!(answer.body.contains("<title>错误：") && answer.body.contains(&format!("id=\"{field}-error\"")));
            assert!(answer.body.contains(about) && answer.body.contains(&format!("value=\"{phone}\"")));
            assert!(answer.body.contains("value=\"afternoon\" checked"));
        }
        assert_eq!(asks(&visitor, &[("phone", "（０５７１）８７００ ００００")]).await.status, 303);
        bank.close().await;
    }

    async fn a_form_sent_twice_or_many_times_at_once_is_one_case(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let form = wang.opens("/help").await;
        assert!(without_spaces(&form.input("phone")).contains("13800000001"), "the number that is known is not asked again");
        let tries = (0..6).map(|_| wang.sends(&form, "/help", &CALL));
        let answers = futures_util::future::join_all(tries).await;
        let again = wang.sends(&form, "/help", &CALL).await;
        assert!(answers.iter().all(|answer| answer.status == 303 && answer.location == again.location));
        assert_eq!(cases_of(&bank, id).await.len(), 1);
        let other = wang.sends(&form, "/help", &[("phone", "13900000000")]).await;
        assert_eq!(other.status, 409);
        bank.close().await;
    }

    async fn a_hall_may_ask_sixty_times_an_hour_and_again_the_next(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let visitor = bank.visitor();
        let form = visitor.opens("/help").await;
        let csrf = form.input("csrf");
        for n in 0..61 {
            let once = format!("once-{n:08}");
            let answer = visitor.posts_raw("/help", &[("csrf", &csrf), ("once", &once), ("phone", "13800000001")]).await;
            assert_eq!(answer.status, if n < 60 { 303 } else { 429 }, "{n}");
        }
        bank.clock.turn_ms(3_600_000);
        assert_eq!(asks(&visitor, &CALL).await.status, 303);
        bank.close().await;
    }

    async fn the_asker_takes_a_case_back_once_and_nobody_else_can(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let (li, _) = bank.learner("李建国", 2, None).await;
        let path = asked(&wang).await;
        assert!(wang.opens("/help").await.body.contains(&path));
        let page = wang.opens(&path).await;
        let back = format!("{path}/withdraw");
        assert_eq!(li.sends(&li.opens("/help").await, &back, &[]).await.status, 404);
        for _ in 0..2 {
            assert_eq!(wang.sends(&page, &back, &[]).await.location, Some(format!("{path}?said=withdrawn")));
        }
        assert_eq!(cases_of(&bank, id).await[0].state, State::Withdrawn);
        assert!(wang.opens(&path).await.body.contains("您收回了"));
        assert!(!wang.opens("/help").await.body.contains(&path));
        bank.close().await;
    }

    async fn staff_of_the_place_take_and_answer_the_oldest_first_and_the_asker_reads_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let path = asked(&wang).await;
        bank.clock.turn_ms(86_400_000);
        let later = asked(&wang).await;
        let (volunteer, volunteer_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (neighbour, _) = bank.staff("赵强", Role::Volunteer, "330182002").await;
        let list = volunteer.opens("/staff/cases").await;
        let digits = without_spaces(&list.body);
        let (old, new) = (digits.find(&path[6..]).unwrap(), digits.find(&later[6..]).unwrap());
        assert!(old < new && list.body.contains("青石镇"), "{}", list.body);
        assert!(!list.body.contains("13800000001") && !list.body.contains("王桂英"), "a list shows nobody's number");
        let case = first_case(&list);
        assert!(!neighbour.opens("/staff/cases").await.body.contains("/staff/cases/"));
        assert_eq!(neighbour.opens(&case).await.status, 404);
        let page = volunteer.opens(&case).await;
        assert!(page.body.contains("王桂英") && page.body.contains("怎么调大？"));
        let read = audit::list_access(bank.fresh.db.read(), id, 10).await.unwrap();
        assert!(read.iter().any(|row| row.actor == volunteer_id && row.what == "help_case"));
        assert_eq!(volunteer.sends(&page, &case, &[("doing", "take")]).await.location.as_deref(), Some(case.as_str()));
        assert!(wang.opens(&path).await.body.contains("有人在办了"));
        let page = volunteer.opens(&case).await;
        let empty = volunteer.sends(&page, &case, &[("doing", "answer"), ("answer", " ")]).await;
        assert_eq!(empty.status, 422);
        for _ in 0..2 {
            let sent = volunteer.sends(&page, &case, &[("doing", "answer"), ("answer", "点最上面的「大字」。")]).await;
            assert_eq!(sent.location.as_deref(), Some("/staff/cases"));
        }
        let read = wang.opens(&path).await;
        assert!(read.body.contains("已经给您回过电话了") && read.body.contains("点最上面的「大字」。"), "{}", read.body);
        assert_eq!(wang.sends(&wang.opens("/help").await, &format!("{path}/withdraw"), &[]).await.status, 409);
        let page = neighbour.opens("/help").await;
        assert_eq!(neighbour.sends(&page, &case, &[("doing", "take")]).await.status, 404);
        bank.close().await;
    }

    async fn what_is_overdue_stands_on_top_and_places_are_counted(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.learner("李建国", 2, Some("330182002")).await;
        let transfer = crate::passbook::passes(&bank, id, "T01").await;
        let dispute = format!("/passbook/{transfer}/dispute");
        let asking = wang.opens(&dispute).await;
        let first = wang.sends(&asking, &dispute, &[("why", "too_little")]).await.location.unwrap();
        bank.clock.turn_ms(60_000);
        let second = asked(&li).await;
        bank.clock.turn_ms(2 * 86_400_000);
        let (admin, _) = bank.staff("沈静", Role::Administrator, "330182").await;
        let list = without_spaces(&admin.opens("/staff/cases").await.body);
        // Asked later, but promised earlier: the call-back is overdue, the dispute is not yet.
        let (call, question) = (list.find(&second[6..]).unwrap(), list.find(&first[6..14]).unwrap());
        assert!(call < question && list.contains("已过期限"), "{list}");
        assert!(list.contains("青石镇") && list.contains("1件在等，0件过了期限") || list.contains("1 件在等，0 件过了期限"), "{list}");
        assert!(list.contains("1件在等，1件过了期限") || list.contains("1 件在等，1 件过了期限"), "{list}");
        let one = without_spaces(&admin.opens("/staff/cases?place=330182001").await.body);
        assert!(one.contains(&first[6..14]) && !one.contains(&second[6..]), "{one}");
        assert!(without_spaces(&admin.opens("/staff/cases?place=11").await.body).contains(&second[6..]), "a place of nobody's is all");
        bank.close().await;
    }

    async fn an_answer_is_told_by_a_text_and_stands_beside_the_line_and_among_what_was_asked(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let transfer = crate::passbook::passes(&bank, id, "T01").await;
        let dispute = format!("/passbook/{transfer}/dispute");
        let asking = wang.opens(&dispute).await;
        wang.sends(&asking, &dispute, &[("why", "too_little")]).await;
        assert!(wang.opens("/passbook").await.body.contains("以前答复您"));
        let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let case = first_case(&volunteer.opens("/staff/cases").await);
        let page = volunteer.opens(&case).await;
        for _ in 0..2 {
            volunteer.sends(&page, &case, &[("doing", "answer"), ("answer", "查过了，没有少。")]).await;
        }
        let letter = bank.letter_to("13800000001").await.unwrap();
        assert!(letter.template == "case-answered" && !letter.text.contains("查过了"), "{letter:?}");
        assert!(wang.opens("/passbook").await.body.contains("我们的答复：查过了，没有少。"));
        assert!(wang.opens("/help").await.body.contains("已经答复您了"));
        let card = bank.signed_in(id, identity::Assurance::CardPin).await;
        assert!(!card.opens("/passbook").await.body.contains("查过了"), "a found card reads no answers");
        bank.clock.turn_ms(31 * 86_400_000);
        let later = bank.signed_in(id, identity::Assurance::Sms).await;
        assert!(!later.opens("/help").await.body.contains("已经答复您了"));
        bank.close().await;
    }

    async fn the_staffs_list_is_for_staff_who_answer_people(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, _) = bank.learner("王桂英", 1, None).await;
        let (analyst, _) = bank.staff("周文静", Role::Analyst, "330182").await;
        assert_eq!(bank.visitor().opens("/staff/cases").await.location.as_deref(), Some("/sign-in?back=%2Fstaff%2Fcases"));
        assert_eq!(wang.opens("/staff/cases").await.status, 403);
        assert_eq!(analyst.opens("/staff/cases").await.status, 403);
        let form = wang.opens("/help").await;
        let id = LearnerId::NOBODY;
        assert_eq!(wang.sends(&form, &format!("/staff/cases/{id}/{id}"), &[("doing", "take")]).await.status, 403);
        assert_eq!(analyst.opens("/staff/cases/x/y").await.status, 403);
        bank.close().await;
    }

    async fn what_was_told_goes_with_the_person_and_with_time(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let visitor = bank.visitor();
        asked(&wang).await;
        asked(&visitor).await;
        let keys = bank.house.keys.clone();
        let key = identity::person_key(bank.fresh.db.read(), &keys, id).await.unwrap();
        let exported = help::export(bank.fresh.db.read(), id, &key).await.unwrap().to_string();
        assert!(exported.contains("字太小") && exported.contains("13800000001"), "{exported}");
        let acting = Acting { learner: id, helper: None, identity_level: IdentityLevel::KNOWN };
        bank.fresh.db.write::<_, identity::Error, _>(async move |tx| {
            help::forget(tx, id).await?;
            identity::forget(tx, &keys, &acting).await
        }).await.unwrap();
        let case = cases_of(&bank, id).await.remove(0);
        assert_eq!((case.state, case.read(&key)), (State::Withdrawn, help::Contents::default()));
        let swept = async || bank.fresh.db.write::<_, help::Error, _>(async |tx| Ok(help::sweep(tx).await?)).await.unwrap();
        assert_eq!(swept().await, 0);
        bank.clock.turn_ms(181 * 86_400_000);
        assert_eq!((swept().await, swept().await), (1, 0));
        bank.close().await;
    }

    async fn what_was_taken_back_is_taken_up_again_for_some_days(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let (li, _) = bank.learner("李建国", 2, None).await;
        let path = asked(&wang).await;
        let page = wang.opens(&path).await;
        let next = page.body.split("class=\"next\"").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(page.body.contains("button danger") && page.body.contains("收回这件事") && !next.contains("收回"), "{}", page.body);
        wang.sends(&page, &format!("{path}/withdraw"), &[]).await;
        let back = wang.opens(&format!("{path}?said=withdrawn")).await;
        assert!(back.body.contains("role=\"status\"") && back.body.contains("撤销") && !back.body.contains("button danger"), "{}", back.body);
        let resume = format!("{path}/resume");
        assert_eq!(li.sends(&li.opens("/help").await, &resume, &[]).await.status, 404);
        bank.clock.turn_ms(6 * 86_400_000);
        for _ in 0..2 {
            assert_eq!(wang.sends(&back, &resume, &[]).await.location, Some(format!("{path}?said=resumed")));
        }
        let case = cases_of(&bank, id).await.remove(0);
        // Sunday 2026-03-08: the next working day is Monday.
        assert_eq!((case.state, case.due_at.to_minute_text().as_str()), (State::Open, "2026-03-09 23:59"));
        wang.sends(&wang.opens(&path).await, &format!("{path}/withdraw"), &[]).await;
        bank.clock.turn_ms(8 * 86_400_000);
        assert!(!wang.opens(&path).await.body.contains("撤销"));
        assert_eq!(wang.sends(&wang.opens("/help").await, &resume, &[]).await.status, 409);
        bank.close().await;
    }

    async fn what_was_asked_before_signing_in_is_found_after_it_by_the_same_number_in_the_same_browser(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        bank.learner("王桂英", 1, None).await;
        bank.learner("李建国", 2, None).await;
        let browser = bank.visitor();
        let path = asked(&browser).await;
        // Somebody else who signs in here does not see it.
        signs_in(&bank, &browser, "13800000002").await;
        assert_eq!(browser.opens(&path).await.status, 404);
        let page = browser.opens("/help").await;
        assert!(!page.body.contains(&path));
        browser.sends(&page, "/sign-out", &[]).await;
        signs_in(&bank, &browser, "13800000001").await;
        assert!(browser.opens("/help").await.body.contains(&path));
        let case = browser.opens(&path).await;
        assert!(case.status == 200 && case.body.contains("怎么调大？"), "{}", case.body);
        assert_eq!(browser.sends(&case, &format!("{path}/withdraw"), &[]).await.status, 303);
        assert!(browser.opens(&path).await.body.contains("您收回了"));
        bank.close().await;
    }
}

#[actix_web::test]
async fn the_page_shows_the_code_of_the_page_that_failed_and_numbers_as_they_are_said() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap().with_places().await;
    let visitor = bank.visitor();
    let page = visitor.opens("/help?code=4711").await.body;
    let (ring, code) = (page.find("href=\"tel:12345\"").unwrap(), page.find("打电话时报这个：").unwrap());
    assert!(ring < code && page.contains("4 7 1 1"), "{page}");
    for nonsense in ["47111", "47a1", "<b>x", ""] {
        assert!(!visitor.opens(&format!("/help?code={nonsense}")).await.body.contains("4 7 1 1"));
    }
    let point = NewOrganisation {
        kind: OrganisationKind::ServicePoint,
        name: "青石镇服务点".to_owned(),
        place_code: "330182001".to_owned(),
        line: None,
        address: None,
        phone: Some("0571-8700 0000".to_owned()),
        opening_hours: None,
        is_sample: false,
    };
    bank.fresh.db.write(async move |tx| places::add_organisation(tx, &point).await).await.unwrap();
    let (wang, _) = bank.learner("王桂英", 1, Some("330182001")).await;
    let there = wang.opens("/help").await.body;
    assert!(
        there.contains("class=\"button full\" href=\"tel:057187000000\"") && there.contains("0571\u{a0}8700\u{a0}0000"),
        "{there}"
    );
    let asked = asks(&visitor, &CALL).await;
    let case = visitor.opens(asked.location.as_deref().unwrap()).await.body;
    assert!(
        case.contains("<title>记下了，等我们的电话 · ")
            && case.contains("<div role=\"status\"><h1>记下了，等我们的电话</h1></div>"),
        "{case}"
    );
    bank.close().await;
}

#[actix_web::test]
async fn too_many_calls_and_too_many_questions_come_back_with_every_word() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap();
    let (wang, _) = bank.learner("王桂英", 1, None).await;
    for n in 0..20 {
        asks(&wang, &[("phone", "13800000001"), ("about", &format!("第 {n} 件"))]).await;
    }
    let one_more = asks(&wang, &CALL).await;
    assert!(
        one_more.status == 422 && one_more.body.contains("怎么调大？") && one_more.body.contains("20 件事"),
        "{}",
        one_more.body
    );
    let visitor = bank.visitor();
    for _ in 0..40 {
        asks(&visitor, &CALL).await;
    }
    let crowded = asks(&visitor, &CALL).await;
    assert!(crowded.status == 429 && crowded.headers.contains_key("retry-after"), "{}", crowded.status);
    assert!(crowded.body.contains("怎么调大？") && crowded.body.contains("请回电的人太多了"), "{}", crowded.body);
    bank.close().await;
}
