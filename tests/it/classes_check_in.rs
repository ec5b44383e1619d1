//! 签到: by card, number, list and paper sheet; minutes, going, witnesses; and each taken back.

use credit_bank::audit;
use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::{CardNumber, LearnerId};
use entity::{class_attendance, class_sheet_line, class_task};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::classes::{Hall, public, sends};
use crate::support::server::{Answer, Bank};

async fn rows(bank: &Bank) -> Vec<class_attendance::Model> {
    class_attendance::Entity::find().all(bank.fresh.db.read()).await.unwrap()
}

async fn came(bank: &Bank) -> usize {
    rows(bank).await.iter().filter(|row| row.came_at_ms.is_some()).count()
}

async fn by_number(hall: &Hall, class: &str, number: &str) -> Answer {
    sends(&hall.li, class, &format!("{class}/check-in"), &[("number", number.to_owned())]).await
}

async fn doing(hall: &Hall, class: &str, who: LearnerId, doing: &str) -> Answer {
    let path = format!("{class}/people/{who}");
    sends(&hall.li, class, &path, &[("doing", doing.to_owned())]).await
}

crate::on_both! {
    async fn a_typed_number_checks_in_once_and_a_wrong_digit_is_told_at_once(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, far) = hall.bank.learner("远处的人", 2, Some("330182002")).await;
        let card = hall.card_of(wang).await;
        hall.turns_to(45).await;
        let early = hall.li.opens(&class).await;
        assert!(!early.body.contains("name=\"number\""), "three hours before nobody is checked in");
        let early = hall.li.sends(&early_form(&hall).await, &format!("{class}/check-in"), &[("number", card.as_str())]).await;
        assert!(early.status == 422 && early.body.contains("还没到时候"), "{} {}", early.status, early.body);
        hall.begins().await;
        let mut wrong = card.as_str().to_owned();
        let last = wrong.pop().unwrap();
        wrong.push(if last == '9' { '8' } else { '9' });
        let far = hall.card_of(far).await.as_str().to_owned();
        let own = hall.card_of(hall.li_id).await.as_str().to_owned();
        for (typed, words) in [
            ("", "请写卡上的 10 位数字"),
            ("123", "现在是 3 位"),
            (wrong.as_str(), "有一位抄错了"),
            (CardNumber::from_body(1).as_str(), "没有找到"),
            (far.as_str(), "没有找到"),
            (own.as_str(), "请别的志愿者来办"),
        ] {
            let bad = by_number(&hall, &class, typed).await;
            assert!(bad.status == 422 && bad.body.contains(words), "{typed}: {} {}", bad.status, bad.body);
            assert_eq!(bad.input("number"), typed);
        }
        let good = by_number(&hall, &class, &card.to_string()).await;
        assert_eq!(good.location, Some(format!("{class}?said=in&who={wang}")), "{}", good.body);
        assert!(hall.li.opens(good.location.as_deref().unwrap()).await.body.contains("王桂英，签到了。"));
        let again = by_number(&hall, &class, card.as_str()).await;
        assert_eq!(again.location, Some(format!("{class}?said=already&who={wang}")));
        let [row] = &rows(&hall.bank).await[..] else { panic!("one row") };
        assert_eq!((row.minutes, row.way.as_deref(), row.checked_by), (Some(120), Some("number"), Some(hall.li_id.uuid())));
        for _ in 0..2 {
            assert_eq!(doing(&hall, &class, wang, "undo").await.status, 303);
        }
        assert!(rows(&hall.bank).await.is_empty(), "who had not signed up is forgotten");
        let log = audit::list_access(hall.bank.house.db.read(), wang, 9).await.unwrap();
        assert!(log.iter().any(|row| row.what == "find_by_card" && row.actor == hall.li_id), "{log:?}");
        hall.bank.close().await;
    }

    async fn a_tap_on_the_list_checks_in_who_signed_up_or_was_here_before(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (former, class) = (hall.plans(&[("from", "8点"), ("to", "9点")]).await, hall.plans(&[("day", "2026-03-11")]).await);
        let (wang_there, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = hall.bank.learner("刘建国", 2, Some("330182001")).await;
        let (_, nobody) = hall.bank.learner("没来过", 3, Some("330182001")).await;
        wang_there.sends(&wang_there.opens(&public(&class)).await, &public(&class), &[("doing", "up")]).await;
        hall.begins().await;
        assert_eq!(by_number(&hall, &former, hall.card_of(liu).await.as_str()).await.status, 303);
        hall.turns_to(48 + 7 * 24).await;
        let page = hall.li.opens(&class).await;
        assert!(page.body.contains("报了名还没到的 1 人") && page.body.contains("刘建国") && !page.body.contains("没来过"), "{}", page.body);
        let check_in = format!("{class}/check-in");
        for learner in [wang, liu] {
            let tapped = sends(&hall.li, &class, &check_in, &[("learner", learner.to_string())]).await;
            assert_eq!(tapped.location, Some(format!("{class}?said=in&who={learner}")), "{}", tapped.body);
        }
        let strange = sends(&hall.li, &class, &check_in, &[("learner", nobody.to_string())]).await;
        assert!(strange.status == 422 && strange.body.contains("没有找到"), "{}", strange.body);
        assert_eq!(hall.li.opens(&format!("{class}/people/{nobody}")).await.status, 404);
        assert_eq!(came(&hall.bank).await, 3);
        hall.bank.close().await;
    }

    async fn the_code_on_a_card_opens_the_door_for_its_owner_and_the_check_in_for_a_volunteer(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (class, _next) = (hall.plans(&[]).await, hall.plans(&[("from", "16:00"), ("to", "17:00")]).await);
        let (wang_there, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let card = hall.card_of(wang).await;
        let code = format!("/c/{}", card.as_str());
        for person in [&hall.bank.visitor(), &wang_there] {
            assert_eq!(person.opens(&code).await.location, Some(format!("/sign-in/card?card={}", card.as_str())));
        }
        assert_eq!(hall.li.opens("/c/1234567890").await.status, 404);
        assert!(hall.li.opens(&code).await.body.contains("现在没有班"));
        hall.begins().await;
        let page = hall.li.opens(&code).await;
        let id = class.rsplit('/').next().unwrap();
        assert!(page.body.contains("王桂英 来上课") && page.body.contains(&format!("name=\"class\" value=\"{id}\"")), "{}", page.body);
        assert!(!page.body.contains("16:00"), "what is on later is not offered");
        let (far, _) = hall.bank.staff("别人", Role::Volunteer, "330182002").await;
        assert!(far.opens(&code).await.body.contains("没有认出这张卡"));
        let fields = [("card", card.as_str()), ("class", id), ("way", "card")];
        assert_eq!(far.sends(&far.opens("/staff/groups/add").await, "/staff/check-in", &fields).await.status, 404);
        for said in ["in", "already"] {
            let come = hall.li.sends(&page, "/staff/check-in", &fields).await;
            assert_eq!(come.location, Some(format!("{class}?said={said}&who={wang}")), "{}", come.body);
        }
        assert_eq!(hall.li.sends(&page, "/staff/check-in", &[("card", "12"), ("class", id)]).await.status, 400);
        assert_eq!(rows(&hall.bank).await[0].way.as_deref(), Some("card"));
        // A replaced card opens nothing any more.
        let desk = format!("/staff/learners/{wang}");
        assert_eq!(hall.li.sends(&hall.li.opens(&desk).await, &format!("{desk}/card"), &[]).await.status, 303);
        assert_ne!(hall.card_of(wang).await, card);
        assert!(hall.li.opens(&code).await.body.contains("没有认出这张卡"));
        hall.bank.close().await;
    }

    async fn a_volunteer_puts_minutes_right_notes_who_goes_and_witnesses_a_task(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (_, second_id) = hall.bank.staff("周萍", Role::Volunteer, "330182001").await;
        let witness = second_id.to_string();
        let class = hall.plans(&[("witness", &witness)]).await;
        let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        hall.begins().await;
        let zhou = hall.bank.signed_in(second_id, Assurance::PasswordTotp).await;
        assert_eq!(by_number(&hall, &class, hall.card_of(wang).await.as_str()).await.status, 303);
        let page = format!("{class}/people/{wang}");
        for (typed, ok) in [("121", false), ("x", false), ("", false), ("90", true)] {
            let fields = [("doing", "minutes".to_owned()), ("minutes", typed.to_owned())];
            let kept = sends(&hall.li, &page, &page, &fields).await;
            assert_eq!(kept.status, if ok { 303 } else { 422 }, "{typed}: {}", kept.body);
            assert!(ok || kept.input("minutes") == typed);
        }
        assert_eq!(rows(&hall.bank).await[0].minutes, Some(90));
        hall.bank.clock.turn_ms(30 * 60_000);
        for _ in 0..2 {
            assert_eq!(doing(&hall, &class, wang, "go").await.status, 303);
            hall.bank.clock.turn_ms(10 * 60_000);
        }
        assert_eq!(rows(&hall.bank).await[0].minutes, Some(30), "the first time counts");
        for _ in 0..2 {
            assert_eq!(doing(&hall, &class, wang, "witness").await.status, 303);
        }
        let one = class_task::Entity::find().one(hall.bank.fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((one.witness_id, one.second_id), (hall.li_id.uuid(), None), "nobody speaks for another");
        let shown = hall.li.opens(&page).await;
        assert!(shown.body.contains("请周萍用自己的账号") && !shown.body.contains("我也看见了"), "{}", shown.body);
        assert!(zhou.opens(&page).await.body.contains("我也看见了"));
        for person in [&zhou, &zhou, &hall.li] {
            assert_eq!(sends(person, &page, &page, &[("doing", "witness".to_owned())]).await.status, 303);
        }
        let [task] = &class_task::Entity::find().all(hall.bank.fresh.db.read()).await.unwrap()[..] else { panic!("one task") };
        assert_eq!((task.witness_id, task.second_id, task.course.as_str()), (hall.li_id.uuid(), Some(second_id.uuid()), "T19"));
        assert!(hall.li.opens(&page).await.body.contains("两个人见证"));
        assert_eq!(doing(&hall, &class, wang, "unwitness").await.status, 303);
        assert_eq!(class_task::Entity::find().count(hall.bank.fresh.db.read()).await.unwrap(), 0);
        assert_eq!(doing(&hall, &class, wang, "dance").await.status, 422);
        assert_eq!(doing(&hall, &class, hall.li_id, "witness").await.status, 404, "nobody is their own witness");
        let passbook = credit_bank::recognition::passbook_of(hall.bank.fresh.db.read(), wang).await.unwrap();
        assert!(passbook.entries.is_empty() && passbook.counted.is_empty(), "no credit, and no hours before the end");
        hall.bank.close().await;
    }

    async fn where_money_is_in_play_the_task_counts_as_seen_by_two_and_the_desk_says_who_is_missing(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[("course", "T07")]).await;
        let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        hall.begins().await;
        let (zhou, _) = hall.bank.staff("周萍", Role::Volunteer, "330182001").await;
        assert_eq!(by_number(&hall, &class, hall.card_of(wang).await.as_str()).await.status, 303);
        let page = format!("{class}/people/{wang}");
        assert!(hall.li.opens(&page).await.body.contains("要两个人都看见才算"));
        for (person, words) in [(&hall.li, "一个人见证了，还差一位"), (&zhou, "真实任务：两个人见证")] {
            assert_eq!(sends(person, &page, &page, &[("doing", "witness".to_owned())]).await.status, 303);
            for place in [&page, &class] {
                assert!(hall.li.opens(place).await.body.contains(words), "{words} on {place}");
            }
        }
        hall.bank.close().await;
    }

    async fn the_paper_sheet_is_kept_line_by_line_and_what_fits_nobody_waits_with_its_reason(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[("seats", "30")]).await;
        let mut cards = Vec::new();
        for (name, tail) in [("王桂英", 1), ("李敏", 2), ("李敏", 3)] {
            let (person, id) = hall.bank.learner(name, tail, Some("330182001")).await;
            person.sends(&person.opens(&public(&class)).await, &public(&class), &[("doing", "up")]).await;
            cards.push((id, hall.card_of(id).await));
        }
        let (_, stranger) = hall.bank.learner("没报名的", 4, Some("330182001")).await;
        let stranger_card = hall.card_of(stranger).await;
        let strange_tail = stranger_card.as_str().split_at(6).1;
        let sheet = format!("{class}/sheet");
        hall.turns_to(72).await;
        let line = async |typed: &str| sends(&hall.li, &sheet, &sheet, &[("line", typed.to_owned())]).await;
        let wang = cards[0].0;
        assert_eq!(line("王 桂英").await.location, Some(format!("{sheet}?said=in&who={wang}")));
        for typed in ["王桂英", cards[0].1.as_str()] {
            let already = line(typed).await;
            assert_eq!(already.location, Some(format!("{sheet}?said=already&who={wang}")), "{typed}: {}", already.body);
            assert!(hall.li.opens(already.location.as_deref().unwrap()).await.body.contains("王桂英 已经签过到了，没有多记"));
        }
        assert!(!hall.li.opens(&class).await.body.contains("待核"), "who is in already waits for nothing");
        for (typed, words) in [
            ("李敏", "有同名的人"),
            ("不认识", "没有叫这个名字的人"),
            (strange_tail, "没有卡号末尾是这几位的人"),
            (CardNumber::from_body(7).as_str(), "不是这里的人的"),
        ] {
            let kept = line(typed).await;
            assert_eq!(kept.location.as_deref(), Some(sheet.as_str()), "{typed}: {}", kept.body);
            let page = hall.li.opens(&sheet).await;
            assert!(page.body.contains(typed) && page.body.contains(words), "{typed} {words}: {}", page.body);
        }
        for (typed, words) in [("", "请写一个姓名"), ("1234567890", "有一位抄错了"), (&"长".repeat(41), "40")] {
            let bad = line(typed).await;
            assert!(bad.status == 422 && bad.body.contains(words) && bad.input("line") == typed, "{typed}: {}", bad.body);
        }
        assert_eq!(came(&hall.bank).await, 1, "what waits is not counted");
        // The same form sent twice is one line.
        let form = hall.li.opens(&sheet).await;
        for _ in 0..2 {
            assert_eq!(hall.li.sends(&form, &sheet, &[("line", "又一个")]).await.status, 303);
        }
        let lines = class_sheet_line::Entity::find().all(hall.bank.fresh.db.read()).await.unwrap();
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().all(|line| !line.words_sealed.windows(3).any(|part| part == "李".as_bytes())), "sealed");
        // One of them is said to be somebody by their card, another is taken away.
        let of = |why: &str| lines.iter().find(|line| line.why == why).unwrap().id;
        let several = format!("{sheet}/{}", of("several"));
        let bad = sends(&hall.li, &sheet, &several, &[("doing", "match".to_owned()), ("number", "12".to_owned())]).await;
        assert!(bad.status == 422 && bad.body.contains("现在是 2 位"), "{}", bad.body);
        let matched = sends(&hall.li, &sheet, &several, &[("doing", "match".to_owned()), ("number", cards[1].1.to_string())]).await;
        assert_eq!(matched.location, Some(format!("{sheet}?said=in&who={}", cards[1].0)), "{}", matched.body);
        for _ in 0..2 {
            let dropped = sends(&hall.li, &sheet, &format!("{sheet}/{}", of("unknown")), &[("doing", "drop".to_owned())]).await;
            assert_eq!(dropped.location.as_deref(), Some(sheet.as_str()));
        }
        assert_eq!(came(&hall.bank).await, 2);
        let tail = line(cards[2].1.as_str().split_at(6).1).await;
        assert_eq!(tail.location, Some(format!("{sheet}?said=in&who={}", cards[2].0)), "as the printed list shows it: {}", tail.body);
        assert!(hall.li.opens(&sheet).await.body.contains("照着纸记了 3 人"));
        assert_eq!(line(hall.card_of(stranger).await.as_str()).await.status, 303, "a card of this place needs no list");
        assert_eq!(came(&hall.bank).await, 4);
        let print = hall.li.opens(&format!("{class}/print")).await;
        let (_, tail) = cards[0].1.as_str().split_at(6);
        assert!(print.body.contains("王桂英") && print.body.contains(tail) && print.body.matches("class=\"tick\"").count() == 32, "{}", print.body);
        hall.bank.close().await;
    }
}

/// Any page with a form of the volunteer's.
async fn early_form(hall: &Hall) -> Answer {
    hall.li.opens("/staff/groups/add").await
}
