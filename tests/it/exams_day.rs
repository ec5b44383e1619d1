//! The day of a supervised session: what comes before beginning, from which device answers are taken, who may do what.

use credit_bank::db::Tx;
use credit_bank::identity::{self, Assurance, Role};
use credit_bank::kernel::LearnerId;
use entity::{document_sight, exam_answer, exam_incident, exam_paper, role};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::classes::{Hall, letters, sends};
use crate::exams::{Day, LIST, TOWN, does, own};
use crate::support::server::{Answer, Person};

fn refuses(answer: &Answer, status: u16, words: &str) {
    assert!(answer.status == status && answer.body.contains(words), "{words} in {} {}", answer.status, answer.body);
}

crate::on_both! {
    async fn nobody_begins_before_they_came_were_seen_and_both_have_declared(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let (wang, id) = day.bank.learner("王桂英", 1, Some(TOWN)).await;
        assert_eq!(wang.opens(&own(&exam)).await.status, 404, "not put down");
        let person = day.puts_down(&exam, id).await;
        assert_eq!(day.puts_down(&exam, id).await, person, "twice is once");
        assert_eq!(letters(&day.bank, "13800000001", "exam-put-down").await, 1);
        let letter = day.bank.letter_to("13800000001").await.unwrap();
        let words = letter.text.replace('\u{a0}', " ");
        assert!(words.contains("2026 年 3 月 2 日 9:00") && words.contains("不影响您学课和学分"), "{words}");
        assert!(wang.opens(&own(&exam)).await.body.contains("请按时间到场"));
        let allow = async || does(&day.li, &person, &person, "allow", &[]).await;
        refuses(&allow().await, 422, "先记他到了");
        assert_eq!(does(&wang, "/help", &own(&exam), "begin", &[]).await.status, 409);
        for _ in 0..2 {
            assert_eq!(does(&day.li, &person, &person, "came", &[]).await.status, 303);
        }
        refuses(&allow().await, 422, "先看证件");
        // A volunteer sees no documents; the officer does, and it counts at the desk.
        refuses(&does(&day.li, &person, &person, "seen", &[("kind", "id_card")]).await, 422, "您的工作不能看他的证件");
        refuses(&does(&day.zhao, &person, &person, "seen", &[]).await, 422, "请选看的是哪种证件");
        for _ in 0..2 {
            assert_eq!(does(&day.zhao, &person, &person, "seen", &[("kind", "social_card")]).await.status, 303);
        }
        let db = day.bank.fresh.db.read();
        assert_eq!(document_sight::Entity::find().count(db).await.unwrap(), 1);
        assert!(identity::was_document_seen(db, id).await.unwrap());
        refuses(&allow().await, 422, "两位监考员都声明了");
        assert_eq!(does(&day.zhao, &person, &person, "declare", &[]).await.status, 303);
        refuses(&allow().await, 422, "两位监考员都声明了");
        assert_eq!(does(&day.li, &person, &person, "declare", &[]).await.status, 303);
        assert_eq!(allow().await.status, 303);
        assert!(wang.opens(&own(&exam)).await.body.contains("监考员放行了"));
        day.bank.close().await;
    }

    async fn answers_come_from_the_one_device_that_has_begun(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let (first, id, person) = day.sits(&exam, 1).await;
        let shown = day.li.opens(&person).await;
        let begun = does(&first, &own(&exam), &own(&exam), "begin", &[]).await;
        assert_eq!(begun.status, 303, "a second tap goes on");
        let question = format!("{}/questions/1", own(&exam));
        assert_eq!(first.opens(&question).await.status, 200);
        let unknown = [("q", "0")];
        let answer = async |who: &Person| who.sends(&who.opens("/help").await, &question, &unknown).await;
        assert_eq!(answer(&first).await.status, 303);
        assert_eq!(first.sends(&first.opens("/help").await, &question, &[("q", "99")]).await.status, 422);
        assert_eq!(first.sends(&first.opens("/help").await, &format!("{}/questions/11", own(&exam)), &unknown).await.status, 404);
        // Another device of the same person: nothing, until it is let in; then the first one is out.
        let second = day.bank.signed_in(id, Assurance::Sms).await;
        assert_eq!(second.opens(&question).await.status, 303);
        refuses(&answer(&second).await, 409, "请监考员放行");
        refuses(&does(&second, "/help", &own(&exam), "begin", &[]).await, 409, "请监考员放行");
        let allow = [("doing", "allow")];
        assert_eq!(day.li.sends(&shown, &person, &allow).await.status, 303);
        assert_eq!(day.li.sends(&shown, &person, &allow).await.status, 303);
        refuses(&answer(&first).await, 409, "请监考员放行");
        day.begins(&exam, &second).await;
        assert_eq!(answer(&second).await.status, 303);
        // The form of the invigilator again opens nothing.
        assert_eq!(day.li.sends(&shown, &person, &allow).await.status, 303);
        refuses(&does(&first, "/help", &own(&exam), "begin", &[]).await, 409, "请监考员放行");
        assert_eq!(answer(&second).await.status, 303, "still the second one");
        for _ in 0..2 {
            assert_eq!(does(&second, "/help", &own(&exam), "hand-in", &[]).await.status, 303);
        }
        refuses(&answer(&second).await, 409, "卷子已经交了");
        refuses(&does(&day.li, &person, &person, "allow", &[]).await, 409, "卷子已经交了");
        assert_eq!(exam_answer::Entity::find().count(day.bank.fresh.db.read()).await.unwrap(), 1);
        // Somebody else's paper is not found, whatever they send.
        let (li, _) = day.bank.learner("李建国", 2, Some(TOWN)).await;
        for doing in ["begin", "hand-in", "appeal"] {
            assert_eq!(does(&li, "/help", &own(&exam), doing, &[("ground", "我的")]).await.status, 404, "{doing}");
        }
        assert_eq!(answer(&li).await.status, 404);
        day.bank.close().await;
    }

    async fn what_is_asked_is_for_the_two_alone_while_answers_are_taken(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let (wang, id, _) = day.sits(&exam, 1).await;
        day.answers(&exam, (&wang, id), (8, None), 1..=10).await;
        let shows = async |who: &Person| who.opens(&exam).await.body.contains("value=\"out\"");
        assert!(shows(&day.li).await && !shows(&day.sun).await && !shows(&day.chen).await);
        let item = day.items(id).await[0].to_string();
        let out = [("item", item.as_str()), ("item_why", "题里的按钮没有了")];
        assert_eq!(does(&day.sun, "/help", &exam, "out", &out).await.status, 403);
        assert_eq!(does(&wang, &own(&exam), &own(&exam), "hand-in", &[]).await.status, 303);
        assert_eq!(does(&day.li, &exam, &exam, "finish", &[]).await.status, 303);
        assert!(shows(&day.sun).await);
        assert_eq!(does(&day.sun, &exam, &exam, "out", &out).await.status, 303);
        // Who took it out had a part.
        assert_eq!(does(&day.qian, &exam, &exam, "publish", &[]).await.status, 303);
        refuses(&does(&day.sun, "/help", &exam, "enter", &[]).await, 422, "另外的人");
        day.bank.close().await;
    }

    async fn a_question_that_is_taken_out_stands_in_the_log_with_who_when_and_why(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let (wang, id, _) = day.sits(&exam, 1).await;
        day.takes(&exam, (&wang, id), 8, None).await;
        let (item, why) = (day.items(id).await[0].to_string(), "题里的按钮没有了");
        let out = [("item", item.as_str()), ("item_why", why)];
        for _ in 0..2 {
            assert_eq!(does(&day.li, &exam, &exam, "out", &out).await.status, 303);
        }
        let noted = exam_incident::Entity::find().all(day.bank.fresh.db.read()).await.unwrap();
        let kept: Vec<_> = noted.iter().map(|row| (row.category.as_str(), row.words.as_deref(), row.noted_by)).collect();
        assert_eq!(kept, [("out", Some(why), day.li_id.uuid())]);
        let says = async |who: &Person| {
            let desk = who.opens(&exam).await.body;
            assert!(desk.contains("有一道题不算了") && desk.contains(" · 李敏</dt>"), "{desk}");
            (desk.matches(why).count(), desk.matches("<h2>不算的题</h2>").count())
        };
        // Why is said in the log alone, and which beside it; while answers are taken both are for the two.
        assert_eq!((says(&day.zhao).await, says(&day.sun).await), ((1, 1), (0, 0)));
        assert_eq!(does(&day.li, &exam, &exam, "finish", &[]).await.status, 303);
        assert_eq!(says(&day.sun).await, (1, 1));
        // It is no form's to say so by hand.
        refuses(&does(&day.li, &exam, &exam, "note", &[("category", "out")]).await, 422, "请选一样");
        day.bank.close().await;
    }

    async fn each_of_the_two_reads_about_whom_they_have_not_declared_and_who_may_see_a_document(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let own = day.li.opens("/staff").await.body;
        assert!(own.contains("class=\"row\" href=\"/staff/exams\""), "{own}");
        let exam = day.plans(&[]).await;
        let (_, wang) = day.bank.learner("王桂英", 1, Some(TOWN)).await;
        let (_, zhou) = day.bank.learner("周长久", 2, Some(TOWN)).await;
        let (first, second) = (day.puts_down(&exam, wang).await, day.puts_down(&exam, zhou).await);
        assert_eq!(does(&day.li, &first, &first, "came", &[]).await.status, 303);
        // A volunteer is not asked for what she may not see, and reads who may.
        let page = day.li.opens(&first).await.body;
        assert!(page.contains("证件请赵强来看") && !page.contains("id=\"kind\""), "{page}");
        let page = day.zhao.opens(&first).await.body;
        assert!(page.contains("id=\"kind\"") && !page.contains("来看，您的工作不能看"), "{page}");
        // Who comes next is named with the step that is open to who looks, else with what they have not declared.
        let next = async |who: &Person, what: &str| {
            let desk = who.opens(&exam).await.body;
            assert!(desk.contains(&format!("，{what}</a>")), "{what} in {desk}");
        };
        next(&day.zhao, "到了，要看证件").await;
        next(&day.li, "您还没有声明").await;
        assert_eq!(does(&day.li, &first, &first, "declare", &[]).await.status, 303);
        next(&day.li, "还没有到").await;
        let page = day.li.opens(&first).await.body;
        let onward = format!("<a class=\"button\" href=\"{second}\">下一位：周长久");
        assert!(page.contains(&onward), "who is still to come does not stand out: {page}");
        for words in ["<dt>声明了的</dt><dd>李敏</dd>", "<dt>还没有声明的</dt><dd>赵强</dd>"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        // Whom they have not declared about stands first, and says so.
        let desk = day.li.opens(&exam).await.body;
        assert!(desk.contains("您还没有声明 1 位") && desk.matches("<b>您还没有声明</b>").count() == 1, "{desk}");
        let row = |person: &str| desk.find(&format!("class=\"row\" href=\"{person}\"")).unwrap();
        assert!(row(&second) < row(&first), "{desk}");
        let desk = day.zhao.opens(&exam).await.body;
        assert_eq!(desk.matches("<b>您还没有声明</b>").count(), 2, "{desk}");
        assert!(!day.sun.opens(&exam).await.body.contains("您还没有声明"), "who does not invigilate declares nothing");
        day.bank.close().await;
    }

    async fn ones_own_page_says_when_to_wait_what_is_missing_and_when_time_is_up(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let later = day.plans(&[("from", "11:00"), ("to", "12:00")]).await;
        let exam = day.plans(&[("from", "9:30")]).await;
        let (wang, id) = day.bank.learner("王桂英", 1, Some(TOWN)).await;
        day.puts_down(&later, id).await;
        refuses(&does(&wang, "/help", &own(&later), "begin", &[]).await, 409, "还没到时间，请等一等");
        let (wang, id) = day.bank.learner("王桂英", 2, Some(TOWN)).await;
        let person = day.puts_down(&exam, id).await;
        assert_eq!(does(&day.li, &person, &person, "came", &[]).await.status, 303);
        assert!(wang.opens(&own(&exam)).await.body.contains("还没到时间，请等一等"));
        day.lets_in(&person).await;
        day.begins(&exam, &wang).await;
        day.answers(&exam, (&wang, id), (1, None), 1..=1).await;
        let page = wang.opens(&own(&exam)).await.body;
        for words in ["还有 9 题没有答", "<summary>不答了，现在就交</summary>", "交了就不能再改"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let list = wang.opens("/exams").await.body;
        assert!(list.contains("您正在这台设备上答题") && !list.contains("别的设备"), "{list}");
        // Time is up at 10:30.
        day.bank.clock.turn_ms(91 * 60_000);
        let page = wang.opens(&own(&exam)).await.body;
        assert!(page.contains("时间到了。您答过的都存好了") && !page.contains("value=\"hand-in\""), "{page}");
        assert_eq!(wang.opens(&format!("{}/questions/2", own(&exam))).await.status, 303);
        let more = [("form", "screen"), ("extra", "60")];
        refuses(&does(&day.li, &person, &person, "arrange", &more).await, 409, "现在不是这一场的时间");
        day.bank.close().await;
    }

    async fn who_taught_somebody_the_course_does_not_invigilate_them_whatever_is_declared(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (_, id) = hall.bank.learner("王桂英", 1, Some(TOWN)).await;
        let class = hall.plans(&[("day", "今天"), ("from", "9:00"), ("to", "10:00")]).await;
        let (zhao, zhao_id) = hall.bank.staff("赵强", Role::Officer, TOWN).await;
        let (chen, _) = hall.bank.staff("陈志远", Role::Administrator, TOWN).await;
        let plan = async |unit: &str| {
            let fields = [
                ("organisation", hall.point.to_string()),
                ("unit", unit.to_owned()),
                ("level", "2".to_owned()),
                ("day", "今天".to_owned()),
                ("from", "9:00".to_owned()),
                ("to", "10:30".to_owned()),
                ("seats", "9".to_owned()),
                ("first", zhao_id.to_string()),
                ("second", hall.li_id.to_string()),
            ];
            let to = sends(&chen, "/help", &format!("{LIST}/add"), &fields).await.location.unwrap();
            to.split('?').next().unwrap().to_owned()
        };
        let (same, other) = (plan("T19").await, plan("T01").await);
        let card = hall.card_of(id).await.to_string();
        let put_down = async |exam: &str| does(&zhao, exam, exam, "put-down", &[("number", &card)]).await;
        // Before the class nobody has taught anybody.
        assert_eq!(put_down(&same).await.status, 303);
        let came = [("number", card.clone())];
        assert_eq!(sends(&hall.li, &class, &format!("{class}/check-in"), &came).await.status, 303);
        let person = format!("{same}/people/{id}");
        for (who, doing) in [(&zhao, "came"), (&zhao, "declare")] {
            assert_eq!(does(who, &person, &person, doing, &[]).await.status, 303);
        }
        refuses(&does(&hall.li, &person, &person, "declare", &[]).await, 422, "教过他这门课");
        assert_eq!(put_down(&other).await.status, 303, "another course");
        let (_, learner) = hall.bank.learner("李建国", 2, Some(TOWN)).await;
        let card = hall.card_of(learner).await.to_string();
        assert_eq!(sends(&hall.li, &class, &format!("{class}/check-in"), &[("number", card.clone())]).await.status, 303);
        refuses(&does(&zhao, &same, &same, "put-down", &[("number", &card)]).await, 422, "教过他这门课");
        hall.bank.close().await;
    }

    async fn acts_of_the_day_are_the_two_invigilators_own(fresh: Fresh) {
        let day = Day::over(fresh).await;
        let exam = day.plans(&[]).await;
        let (_, id) = day.bank.learner("王桂英", 1, Some(TOWN)).await;
        let person = day.puts_down(&exam, id).await;
        let (far, _) = day.bank.staff("吴芳", Role::Officer, "330182002").await;
        let (volunteer, _) = day.bank.staff("周兰", Role::Volunteer, TOWN).await;
        let acts: [(&str, &[(&str, &str)]); 6] = [
            ("came", &[]),
            ("seen", &[("kind", "id_card")]),
            ("declare", &[]),
            ("allow", &[]),
            ("arrange", &[("form", "word"), ("extra", "20")]),
            ("note", &[("category", "device")]),
        ];
        for (doing, fields) in acts {
            assert_eq!(does(&day.sun, "/help", &person, doing, fields).await.status, 403, "{doing} by another reviewer");
            assert_eq!(does(&far, "/help", &person, doing, fields).await.status, 404, "{doing} from afar");
            assert_eq!(does(&volunteer, "/help", &person, doing, fields).await.status, 404, "{doing} by another volunteer");
        }
        for (path, doing) in [(&exam, "finish"), (&exam, "note")] {
            let fields = [("category", "device")];
            assert_eq!(does(&day.sun, "/help", path, doing, &fields).await.status, 403, "{doing}");
        }
        let nobody = format!("{exam}/people/{}", LearnerId::NOBODY);
        assert_eq!(day.li.opens(&nobody).await.status, 404);
        assert_eq!(does(&day.li, "/help", &nobody, "came", &[]).await.status, 404);
        for path in [&exam, &person] {
            assert_eq!(does(&day.li, "/help", path, "like", &[]).await.status, 400);
        }
        let bad = does(&day.zhao, &exam, &exam, "put-down", &[("number", "123")]).await;
        assert!(bad.status == 422 && bad.body.contains("value=\"123\""), "{}", bad.body);
        // Words are kept where something is to be mended, and a note sent twice is one.
        refuses(&does(&day.li, &person, &person, "note", &[("category", "cheated"), ("words", "")]).await, 422, "请写几句");
        let shown = day.li.opens(&person).await;
        for _ in 0..2 {
            let note = [("doing", "note"), ("category", "unwell"), ("words", "头晕，歇了五分钟")];
            assert_eq!(day.li.sends(&shown, &person, &note).await.status, 303);
        }
        let noted = exam_incident::Entity::find().all(day.bank.fresh.db.read()).await.unwrap();
        assert_eq!(noted.len(), 1);
        assert!(noted[0].words.is_none() && !String::from_utf8_lossy(noted[0].words_sealed.as_ref().unwrap()).contains("头晕"));
        // Their words stand on their page, where it is kept who reads them; the desk says what it was.
        let desk = day.zhao.opens(&exam).await.body;
        assert!(desk.contains("身体不舒服") && !desk.contains("头晕"), "{desk}");
        assert!(day.zhao.opens(&person).await.body.contains("头晕，歇了五分钟"));
        // The role ends, and with it what they may at the next request.
        let db = day.bank.fresh.db.read();
        let roles = role::Entity::find().all(db).await.unwrap();
        let admin = roles.iter().find(|row| row.role == "administrator").unwrap().learner_id;
        let held = roles.iter().find(|row| row.learner_id == day.li_id.uuid()).unwrap().id;
        let (scope, li_id) = (identity::load_scope(db, LearnerId::from_uuid(admin)).await.unwrap(), day.li_id);
        let end = async move |tx: &Tx| identity::end_role(tx, &scope, li_id, held).await;
        day.bank.fresh.db.write(end).await.unwrap();
        let back = day.bank.signed_in(day.li_id, Assurance::PasswordTotp).await;
        assert_eq!(does(&back, "/help", &person, "came", &[]).await.status, 403);
        assert_eq!(exam_paper::Entity::find().count(db).await.unwrap(), 1);
        day.bank.close().await;
    }
}
