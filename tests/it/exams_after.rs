//! After a supervised session: who decides, publishes, enters, answers an appeal; what is cancelled, and what of somebody stays.

use credit_bank::db::OnceKey;
use credit_bank::identity::{self, AliasKind, Form, NewAliasRequest, Role};
use credit_bank::kernel::{AttemptId, LearnerId};
use credit_bank::outbox::Standing;
use credit_bank::recognition;
use entity::{audit_entry, exam_answer, exam_appeal, exam_incident, exam_paper, result};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::classes::letters;
use crate::exams::{Day, TOWN, does, own};
use crate::support::server::{Bank, Person};

/// Two accounts of one person are joined: `second` is read through `first`.
async fn joins(bank: &Bank, first: LearnerId, second: LearnerId) {
    let (_, asker) = bank.staff("周文静", Role::Officer, TOWN).await;
    let (_, reviewer) = bank.staff("郑红", Role::Reviewer, TOWN).await;
    let new = NewAliasRequest {
        learner: second,
        primary: first,
        kind: AliasKind::Join,
        ends: None,
        asker,
        reason: AliasKind::Join.reasons()[0],
        ground_sealed: vec![1; 40],
        responsible_org: "县学分银行".to_owned(),
        place_code: TOWN.to_owned(),
    };
    let once = OnceKey::parse(&AttemptId::fresh(bank.clock.now()).to_string()).unwrap();
    let form = Form { action: "identity.alias_ask", actor: asker, once };
    let db = &bank.fresh.db;
    let id = db.write(async move |tx| identity::ask_alias(tx, &new, &form).await).await.unwrap();
    let request = identity::get_alias_request(db.read(), second, id).await.unwrap();
    let shown = recognition::impact_of_alias(db.read(), &request).await.unwrap().digest();
    let agree = async move |tx: &credit_bank::db::Tx| {
        recognition::approve_alias(tx, (second, id), (reviewer, &shown), &Standing::default()).await
    };
    db.write(agree).await.unwrap();
}

type Two = [(Person, LearnerId, String); 2];

/// Two who have handed in: the first has eight right, the second five.
async fn handed_in(day: &Day, exam: &str) -> Two {
    let mut people = Vec::new();
    for (number, right) in [(1, 8), (2, 5)] {
        let (person, learner, page) = day.sits(exam, number).await;
        day.takes(exam, (&person, learner), right, None).await;
        people.push((person, learner, page));
    }
    people.try_into().unwrap_or_else(|_| panic!("two"))
}

/// A session of these two that has ended.
async fn ended(day: &Day) -> (String, Two) {
    let exam = day.plans(&[]).await;
    let people = handed_in(day, &exam).await;
    assert_eq!(does(&day.li, &exam, &exam, "finish", &[]).await.status, 303);
    (exam, people)
}

/// What stands on a page between its frame.
fn main_of(page: &str) -> &str {
    page.split("<main").nth(1).unwrap().split("</main>").next().unwrap()
}

crate::on_both! {
    async fn no_one_decides_publishes_and_enters_what_they_had_a_part_in_by_any_account(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let (exam, [(wang, wang_id, _), _]) = ended(&day).await;
        let (second, second_id) = day.bank.staff("李敏", Role::Reviewer, TOWN).await;
        assert!(second.opens(&exam).await.body.contains("value=\"publish\""), "a reviewer who had no part publishes");
        joins(&day.bank, second_id, day.li_id).await;
        let again = day.bank.signed_in(second_id, identity::Assurance::PasswordTotp).await;
        let page = again.opens(&exam).await;
        assert!(page.status == 200 && !page.body.contains("value=\"publish\""), "{}", page.body);
        let refused = does(&again, "/help", &exam, "publish", &[]).await;
        assert!(refused.status == 422 && refused.body.contains("另外的人"), "the invigilator by a second account: {}", refused.body);
        assert_eq!(does(&day.zhao, "/help", &exam, "publish", &[]).await.status, 422);
        assert_eq!(does(&day.qian, "/help", &exam, "enter", &[]).await.status, 409, "nothing is published");
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        let told = wang.opens(&own(&exam)).await;
        assert!(told.body.contains("恭喜您") && told.body.contains("80%") && told.body.contains("很快记入存折"), "{}", told.body);
        // What was published is taken back by another, with a line in the log, and published anew.
        let why = [("back_why", "有一份卷子要再看看")];
        assert_eq!(does(&day.sun, "/help", &exam, "unpublish", &why).await.status, 422, "not by who published");
        assert_eq!(does(&day.qian, &exam, &exam, "unpublish", &[("back_why", "")]).await.status, 422);
        for _ in 0..2 {
            assert_eq!(does(&day.qian, &exam, &exam, "unpublish", &why).await.status, 303);
        }
        let db = day.bank.fresh.db.read();
        assert_eq!(exam_incident::Entity::find().count(db).await.unwrap(), 2, "published once, taken back once");
        assert_eq!(does(&day.zhao, "/help", &exam, "unpublish", &why).await.status, 422, "not by an invigilator");
        assert_eq!(day.paper(wang_id).await.score_permille, None);
        assert!(wang.opens(&own(&exam)).await.body.contains("正在看结果"));
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        for invigilator in [&day.zhao, &again] {
            assert_eq!(does(invigilator, "/help", &exam, "enter", &[]).await.status, 422);
        }
        assert_eq!(does(&day.sun, "/help", &exam, "enter", &[]).await.status, 422, "publisher and enterer are two");
        assert_eq!(does(&day.qian, "/help", &exam, "enter", &[]).await.status, 422, "who took it back had a part");
        let (new, _) = day.bank.staff("郑红", Role::Officer, TOWN).await;
        assert_eq!(does(&new, &exam, &exam, "enter", &[]).await.status, 303);
        assert_eq!(result::Entity::find().count(db).await.unwrap(), 1);
        assert_eq!(does(&day.qian, "/help", &exam, "unpublish", &why).await.status, 409, "what is entered is corrected");
        assert_eq!(does(&day.chen, "/help", &exam, "cancel", &[("cancel_why", "停电")]).await.status, 409);
        day.bank.close().await;
    }

    async fn who_is_put_down_by_another_account_finds_no_desk_until_it_is_entered_and_enters_nothing(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let (exam, [(_, _, page), (_, li_id, _)]) = ended(&day).await;
        let (reviewer, reviewer_id) = day.bank.staff("王桂英", Role::Reviewer, TOWN).await;
        assert_eq!(reviewer.opens(&exam).await.status, 200);
        joins(&day.bank, reviewer_id, li_id).await;
        let joined = day.bank.signed_in(reviewer_id, identity::Assurance::PasswordTotp).await;
        for path in [&exam, &page] {
            assert_eq!(joined.opens(path).await.status, 404, "{path}");
        }
        assert!(!joined.opens("/staff/exams").await.body.contains(&exam));
        for (path, doing) in [(&exam, "publish"), (&exam, "out"), (&exam, "unpublish"), (&page, "decide")] {
            assert_eq!(does(&joined, "/help", path, doing, &[("verdict", "counts")]).await.status, 404, "{doing}");
        }
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        assert_eq!(does(&joined, "/help", &exam, "enter", &[]).await.status, 404);
        assert_eq!(does(&day.qian, &exam, &exam, "enter", &[]).await.status, 303);
        assert_eq!(joined.opens(&exam).await.status, 200, "it is entered");
        let refused = does(&joined, "/help", &exam, "enter", &[]).await;
        assert!(refused.status == 422 && refused.body.contains("自己不能给自己办"), "{}", refused.body);
        day.bank.close().await;
    }

    async fn a_part_is_not_forgotten_where_another_decides_or_publishes_anew(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let (exam, [(_, _, page), (li, _, failed)]) = ended(&day).await;
        let (first, _) = day.bank.staff("郑红", Role::Officer, TOWN).await;
        let (entering, _) = day.bank.staff("吴芳", Role::Officer, TOWN).await;
        let (broken, counts) = ([("verdict", "broken"), ("ground", "电脑停了")], [("verdict", "counts")]);
        assert_eq!(does(&day.qian, &page, &page, "decide", &broken).await.status, 303);
        assert_eq!(does(&day.sun, &page, &page, "decide", &counts).await.status, 303);
        assert_eq!(does(&first, &exam, &exam, "publish", &[]).await.status, 303);
        let back = [("back_why", "再看看")];
        assert_eq!(does(&day.chen, &exam, &exam, "unpublish", &back).await.status, 303);
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        let told = li.opens(&own(&exam)).await.body;
        for words in ["答对了 50%，到 70% 就通过。", "href=\"/courses/T19\"", "请到服务点报名"] {
            assert!(told.contains(words), "{words} in {told}");
        }
        assert_eq!(does(&li, "/help", &own(&exam), "appeal", &[("ground", "再看看")]).await.status, 303);
        let answer = [("result", "stays"), ("answer", "看过了，不改")];
        for (who, part) in [(&day.qian, "decided"), (&first, "published"), (&day.chen, "took back"), (&day.sun, "decided anew")] {
            assert_eq!(does(who, "/help", &exam, "enter", &[]).await.status, 422, "{part}");
            assert_eq!(does(who, "/help", &failed, "answer", &answer).await.status, 422, "{part}");
        }
        assert_eq!(does(&entering, &exam, &exam, "enter", &[]).await.status, 303);
        // That passes are entered says nothing to who did not pass.
        let told = li.opens(&own(&exam)).await.body;
        assert!(!told.contains("记了学分") && !told.contains("<dt>进度</dt>"), "{told}");
        let desk = entering.opens(&exam).await.body;
        assert!(desk.contains("<dt>进度</dt><dd>结果发布了，通过的记了学分</dd>"), "{desk}");
        day.bank.close().await;
    }

    async fn where_nobody_passed_nothing_is_entered_and_what_was_published_can_be_taken_back(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let (wang, id, _) = day.sits(&exam, 1).await;
        day.takes(&exam, (&wang, id), 5, None).await;
        assert_eq!(does(&day.li, &exam, &exam, "finish", &[]).await.status, 303);
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        let desk = day.qian.opens(&exam).await.body;
        assert!(desk.contains("这一场没有要记的学分。") && !desk.contains("value=\"enter\""), "{desk}");
        assert!(desk.contains("value=\"unpublish\""), "{desk}");
        assert_eq!(does(&day.qian, &exam, &exam, "unpublish", &[("back_why", "再看看")]).await.status, 303);
        day.bank.close().await;
    }

    async fn an_appeal_goes_to_somebody_new_and_makes_it_better_or_leaves_it(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let (exam, [(wang, _, _), (li, li_id, page)]) = ended(&day).await;
        let why = [("ground", "第三题我是照着屏幕答的，屏幕上就是那样")];
        assert_eq!(does(&li, "/help", &own(&exam), "appeal", &why).await.status, 422, "nothing is told yet");
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        assert_eq!(does(&wang, "/help", &own(&exam), "appeal", &why).await.status, 422, "a pass is not appealed against");
        let empty = does(&li, &own(&exam), &own(&exam), "appeal", &[("ground", "")]).await;
        assert!(empty.status == 422 && empty.body.contains("请写几句"), "{}", empty.body);
        for _ in 0..2 {
            assert_eq!(does(&li, "/help", &own(&exam), "appeal", &why).await.status, 303);
        }
        let db = day.bank.fresh.db.read();
        assert_eq!(exam_appeal::Entity::find().count(db).await.unwrap(), 1);
        assert!(li.opens(&own(&exam)).await.body.contains("没有参与过的人会来看"));
        let better = [("result", "better"), ("answer", "屏幕确实是旧的，改为通过")];
        for (who, name) in [(&day.sun, "published"), (&day.zhao, "invigilated"), (&day.li, "invigilated")] {
            assert_eq!(does(who, "/help", &page, "answer", &better).await.status, 422, "{name}");
        }
        assert_eq!(does(&day.qian, &exam, &exam, "enter", &[]).await.status, 303);
        assert_eq!(day.credit(li_id).await, 0);
        let (new, _) = day.bank.staff("郑红", Role::Reviewer, TOWN).await;
        let desk = new.opens(&page).await;
        assert!(desk.body.contains("第三题我是照着屏幕答的"), "{}", desk.body);
        assert_eq!(does(&new, &page, &page, "answer", &[("result", "better"), ("answer", "")]).await.status, 422);
        assert_eq!(does(&new, &page, &page, "answer", &better).await.status, 303);
        assert_eq!(does(&new, "/help", &page, "answer", &[("result", "stays"), ("answer", "不改")]).await.status, 422, "once");
        let told = li.opens(&own(&exam)).await;
        assert!(told.body.contains("恭喜您") && told.body.contains("屏幕确实是旧的"), "{}", told.body);
        assert_eq!(does(&new, "/help", &exam, "enter", &[]).await.status, 422, "not by who answered");
        // What is left is entered by somebody who had no part, who stands in the trail for it.
        let (last, last_id) = day.bank.staff("周兰", Role::Reviewer, TOWN).await;
        for _ in 0..2 {
            assert_eq!(does(&last, "/help", &exam, "enter", &[]).await.status, 303);
        }
        assert_eq!(day.credit(li_id).await, 250);
        assert_eq!(result::Entity::find().count(db).await.unwrap(), 2);
        let by = audit_entry::Column::ActorId.eq(last_id.uuid());
        let entered = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("exams.enter")).filter(by);
        assert_eq!(entered.count(db).await.unwrap(), 1);
        day.bank.close().await;
    }

    async fn what_was_answered_on_appeal_is_not_lost_by_taking_results_back(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let (exam, [_, (li, li_id, page)]) = ended(&day).await;
        let (back, again) = ([("back_why", "有一题还要再看")], [("ground", "第三题我是照着屏幕答的")]);
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        assert_eq!(does(&li, "/help", &own(&exam), "appeal", &again).await.status, 303);
        assert_eq!(does(&day.qian, &exam, &exam, "unpublish", &back).await.status, 303, "nobody has answered yet");
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        let (new, _) = day.bank.staff("郑红", Role::Reviewer, TOWN).await;
        let better = [("result", "better"), ("answer", "屏幕确实是旧的，改为通过")];
        assert_eq!(does(&new, &page, &page, "answer", &better).await.status, 303);
        let (last, _) = day.bank.staff("周兰", Role::Reviewer, TOWN).await;
        assert!(!last.opens(&exam).await.body.contains("把结果收回来"));
        let refused = does(&last, "/help", &exam, "unpublish", &back).await;
        assert!(refused.status == 409 && refused.body.contains("有申诉已经答复了"), "{}", refused.body);
        assert!(li.opens(&own(&exam)).await.body.contains("恭喜您"));
        assert_eq!(does(&last, "/help", &exam, "enter", &[]).await.status, 303);
        assert_eq!(day.credit(li_id).await, 250);
        day.bank.close().await;
    }

    async fn a_pass_on_appeal_says_and_books_the_share_that_was_right(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let [wang, li] = handed_in(&day, &exam).await;
        let (zhou, zhou_id) = day.bank.learner("周长久", 3, Some(TOWN)).await;
        let spoken = day.puts_down(&exam, zhou_id).await;
        assert_eq!(does(&day.li, &spoken, &spoken, "arrange", &[("form", "word"), ("extra", "0")]).await.status, 303);
        day.lets_in(&spoken).await;
        let points = [("of", "10"), ("right", "9"), ("heard", "十问答对九问")];
        assert_eq!(does(&day.zhao, &spoken, &spoken, "by-hand", &points).await.status, 303);
        assert_eq!(does(&day.li, &exam, &exam, "finish", &[]).await.status, 303);
        // Two do not count, and one fails.
        for page in [&wang.2, &spoken] {
            let void = [("verdict", "helped"), ("ground", "旁边有人说话")];
            assert_eq!(does(&day.sun, page, page, "decide", &void).await.status, 303);
        }
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        let (new, _) = day.bank.staff("郑红", Role::Reviewer, TOWN).await;
        let all = [(wang.0, wang.1, wang.2, 800), (li.0, li.1, li.2, 500), (zhou, zhou_id, spoken, 900)];
        for (person, learner, page, share) in &all {
            assert_eq!(does(person, "/help", &own(&exam), "appeal", &[("ground", "主意是我自己拿的")]).await.status, 303);
            let better = [("result", "better"), ("answer", "问过了，是本人答的")];
            assert_eq!(does(&new, page, page, "answer", &better).await.status, 303);
            assert_eq!(day.paper(*learner).await.score_permille, Some(*share));
            let told = person.opens(&own(&exam)).await.body;
            let words = format!("答对了 {}%。申诉以后，改为通过。", share / 10);
            assert!(told.contains(&words) && !told.contains("70%"), "{words} in {told}");
        }
        assert_eq!(does(&day.qian, &exam, &exam, "enter", &[]).await.status, 303);
        let booked = result::Entity::find().all(day.bank.fresh.db.read()).await.unwrap();
        for (_, learner, _, share) in &all {
            let own = booked.iter().find(|row| row.learner_id == learner.uuid()).unwrap();
            assert_eq!(own.score_permille, *share, "the evidence says the same");
        }
        day.bank.close().await;
    }

    async fn the_desk_begins_with_what_comes_next_and_with_whom_somebody_has_to_decide_about(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let [(_, _, first), (_, _, second)] = handed_in(&day, &exam).await;
        let (_, absent) = day.bank.learner("何玉兰", 3, Some(TOWN)).await;
        let absent = day.puts_down(&exam, absent).await;
        let note = [("category", "helped"), ("words", "旁边的人念了一道题")];
        assert_eq!(does(&day.li, &second, &second, "note", &note).await.status, 303);
        assert_eq!(does(&day.li, &exam, &exam, "finish", &[]).await.status, 303);
        let desk = day.sun.opens(&exam).await.body;
        let desk = main_of(&desk);
        let at = |words: &str| desk.find(words).unwrap_or_else(|| panic!("{words} in {desk}"));
        let row = |href: &str| format!("class=\"row\" href=\"{href}\"");
        assert!(at("value=\"publish\"") < at(&row(&second)) && at(&row(&second)) < at(&row(&first)), "{desk}");
        assert!(desk.contains("报名 3 人 · 考了 2 人 · 要人来认定 1 份"), "{desk}");
        let to_second = format!("<a class=\"button go\" href=\"{second}\">下一位：王桂英");
        assert!(desk.contains(&to_second) && desk.matches("button go").count() == 1, "{desk}");
        // Who did not come has handed nothing in.
        assert!(desk.contains("没来") && !desk.contains("交卷了"), "{desk}");
        assert!(day.sun.opens(&absent).await.body.contains("没来"));
        let page = day.sun.opens(&first).await.body;
        assert!(page.contains(&to_second) && page.contains("回到名单") && !page.contains("要人来认定，因为"), "{page}");
        assert!(day.sun.opens(&second).await.body.contains("这份卷子要人来认定，因为"));
        assert_eq!(does(&day.sun, &second, &second, "decide", &[("verdict", "counts")]).await.status, 303);
        let page = day.sun.opens(&second).await.body;
        assert!(!page.contains("这份卷子要人来认定") && page.contains("认定了卷子"), "{page}");
        let desk = day.sun.opens(&exam).await.body;
        assert!(desk.contains("<button class=\"button go\" name=\"doing\" value=\"publish\">"), "{desk}");
        assert!(!desk.contains("下一位") && !desk.contains("要人来认定"), "{desk}");
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        let desk = day.qian.opens(&exam).await.body;
        assert!(desk.contains("<button class=\"button go\" name=\"doing\" value=\"enter\">"), "{desk}");
        assert!(desk.contains("通过 1 人 · 还没有通过 1 人"), "{desk}");
        day.bank.close().await;
    }

    async fn an_appeal_is_too_late_after_thirty_days(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let (exam, [_, (_, li_id, _)]) = ended(&day).await;
        assert_eq!(does(&day.sun, &exam, &exam, "publish", &[]).await.status, 303);
        day.bank.clock.turn_ms(31 * 24 * 3_600_000);
        let li = day.bank.signed_in(li_id, identity::Assurance::Sms).await;
        let late = does(&li, "/help", &own(&exam), "appeal", &[("ground", "晚了")]).await;
        assert!(late.status == 422 && late.body.contains("现在不能申诉"), "{}", late.body);
        day.bank.close().await;
    }

    async fn a_cancelled_session_credits_nothing_and_is_about_nobody(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let (exam, [(wang, wang_id, page), _]) = ended(&day).await;
        assert_eq!(does(&day.sun, "/help", &exam, "cancel", &[("cancel_why", "停电")]).await.status, 403, "neither plans nor invigilates");
        let empty = does(&day.chen, &exam, &exam, "cancel", &[("cancel_why", "")]).await;
        assert_eq!(empty.status, 422, "{}", empty.body);
        for _ in 0..2 {
            assert_eq!(does(&day.chen, &exam, &exam, "cancel", &[("cancel_why", "停电，机器都灭了")]).await.status, 303);
        }
        assert_eq!(letters(&day.bank, "13800000001", "exam-cancelled").await, 1);
        for (who, path, doing) in [(&day.sun, &exam, "publish"), (&day.qian, &exam, "enter"), (&day.sun, &page, "decide")] {
            assert_eq!(does(who, "/help", path, doing, &[("verdict", "counts")]).await.status, 409, "{doing}");
        }
        assert_eq!(result::Entity::find().count(day.bank.fresh.db.read()).await.unwrap(), 0);
        assert_eq!(day.credit(wang_id).await, 0);
        let told = wang.opens(&own(&exam)).await;
        assert!(told.body.contains("不是您的原因") && told.body.contains("机器都灭了"), "{}", told.body);
        day.bank.close().await;
    }

    async fn of_who_leaves_answers_and_words_are_gone_and_what_they_can_read_before_is_whole(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let (_, [(wang, wang_id, page), _]) = ended(&day).await;
        let note = [("category", "unwell"), ("words", "头晕，歇了五分钟")];
        assert_eq!(does(&day.li, &page, &page, "note", &note).await.status, 303);
        let kept = wang.opens("/me/export").await;
        assert!(kept.body.contains("头晕，歇了五分钟") && kept.body.contains("exams"), "{}", kept.body);
        let (db, keys) = (&day.bank.fresh.db, day.bank.house.keys.clone());
        let acting = credit_bank::kernel::Acting {
            learner: wang_id,
            helper: None,
            identity_level: credit_bank::kernel::IdentityLevel::KNOWN,
        };
        let before = exam_answer::Entity::find().count(db.read()).await.unwrap();
        credit_bank::me::end_account(db, &keys, credit_bank::kernel::RequestId::fresh(day.bank.clock.now()), acting).await.unwrap();
        assert_eq!(exam_answer::Entity::find().count(db.read()).await.unwrap(), before - 10);
        assert_eq!(exam_paper::Entity::find().count(db.read()).await.unwrap(), 2, "that there was a paper stays");
        // The desk still opens, without their name and without the words.
        let desk = day.zhao.opens(page.split("/people").next().unwrap()).await;
        assert!(desk.status == 200 && !desk.body.contains("头晕"), "{}", desk.body);
        day.bank.close().await;
    }
}
