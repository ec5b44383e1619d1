//! 下课: hours once, events with counts, and what is put right afterwards.

use credit_bank::identity::Role;
use credit_bank::kernel::LearnerId;
use credit_bank::recognition::{self, HourKind};
use entity::{class_attendance, class_correction, class_hour, class_session, event};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::classes::{HOUR_MS, Hall, sends};
use crate::passbook::passes;
use crate::support::server::{Answer, Bank};

async fn attended(bank: &Bank, learner: LearnerId) -> Vec<i64> {
    let hours = recognition::list_hours(bank.fresh.db.read(), learner).await.unwrap();
    let mut minutes: Vec<i64> =
        hours.iter().filter(|hours| hours.kind == HourKind::Attended).map(|hours| hours.minutes).collect();
    minutes.sort_unstable();
    minutes
}

/// Somebody shows their card.
pub async fn comes(hall: &Hall, class: &str, learner: LearnerId) {
    let number = hall.card_of(learner).await.to_string();
    let answer = sends(&hall.li, class, &format!("{class}/check-in"), &[("number", number)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

async fn closes(hall: &Hall, class: &str) -> Answer {
    let end = format!("{class}/end");
    sends(&hall.li, "/staff/groups/add", &end, &[]).await
}

crate::on_both! {
    async fn closing_counts_the_time_of_each_who_came_once_and_tells_it_once(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[("seats", "20")]).await;
        let (wang_there, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = hall.bank.learner("刘建国", 2, Some("330182001")).await;
        let (_, away) = hall.bank.learner("没来的", 3, Some("330182001")).await;
        let form = hall.li.opens("/staff/groups/add").await;
        let early = hall.li.sends(&form, &format!("{class}/end"), &[]).await;
        assert!(early.status == 422 && early.body.contains("还没到时候"), "{} {}", early.status, early.body);
        hall.begins().await;
        comes(&hall, &class, wang).await;
        comes(&hall, &class, liu).await;
        let minutes = [("doing", "minutes".to_owned()), ("minutes", "45".to_owned())];
        assert_eq!(sends(&hall.li, &class, &format!("{class}/people/{liu}"), &minutes).await.status, 303);
        hall.bank.clock.turn_ms(HOUR_MS);
        passes(&hall.bank, wang, "T19").await;
        hall.bank.clock.turn_ms(HOUR_MS);
        let end = hall.li.opens(&format!("{class}/end")).await;
        assert!(end.body.contains("来了 2 人") && end.body.contains("通过了「"), "{}", end.body);
        for _ in 0..3 {
            assert_eq!(closes(&hall, &class).await.location, Some(format!("{class}/end?said=closed")));
        }
        assert_eq!((attended(&hall.bank, wang).await, attended(&hall.bank, liu).await), (vec![120], vec![45]));
        assert!(attended(&hall.bank, away).await.is_empty());
        let db = hall.bank.fresh.db.read();
        let told = async |kind: &str| event::Entity::find().filter(event::Column::Kind.eq(kind)).all(db).await.unwrap();
        let [held] = &told("class.held").await[..] else { panic!("one event") };
        let body: serde_json::Value = serde_json::from_str(&held.body).unwrap();
        assert_eq!((held.place_code.as_deref(), &body["people"], &body["minutes"]), (Some("330182001"), &2.into(), &165.into()));
        let each = told("class.attended").await;
        assert!(each.len() == 2 && each.iter().all(|row| row.age_band.as_deref() == Some("70-79") && row.groups == "elder"), "{each:?}");
        let page = wang_there.opens("/passbook/hours").await;
        assert!(page.body.contains("线下") && page.body.contains("2026-03-04"), "{}", page.body);
        let session = class_session::Entity::find().one(db).await.unwrap().unwrap();
        assert_eq!((session.state.as_str(), session.closed_by), ("closed", Some(hall.li_id.uuid())));
        hall.bank.close().await;
    }

    async fn after_the_end_nothing_changes_but_by_an_administrators_further_line(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[("seats", "20")]).await;
        let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, late) = hall.bank.learner("漏记的", 2, Some("330182001")).await;
        hall.begins().await;
        comes(&hall, &class, wang).await;
        hall.turns_to(50).await;
        closes(&hall, &class).await;
        let form = hall.li.opens("/staff/groups/add").await;
        let card = hall.card_of(late).await.to_string();
        let refused = [
            (format!("{class}/check-in"), vec![("number", card.as_str())]),
            (format!("{class}/sheet"), vec![("line", "漏记的")]),
            (format!("{class}/people/{wang}"), vec![("doing", "undo")]),
            (format!("{class}/people/{wang}"), vec![("doing", "minutes"), ("minutes", "5")]),
            (format!("{class}/cancel"), vec![("reason", "点错了")]),
        ];
        for (path, fields) in &refused {
            let answer = hall.li.sends(&form, path, fields).await;
            assert!(matches!(answer.status, 409 | 422) && answer.body.contains("已经下课"), "{path}: {} {}", answer.status, answer.body);
        }
        let correct = format!("{class}/correct");
        assert_eq!(hall.li.sends(&form, &correct, &[("number", card.as_str())]).await.status, 403, "not a volunteer's");
        let (far, _) = hall.bank.staff("别人", Role::Administrator, "330182002").await;
        assert_eq!(far.sends(&far.opens("/staff/groups/add").await, &correct, &[("number", card.as_str())]).await.status, 404);
        let (admin, admin_id) = hall.bank.staff("陈志远", Role::Administrator, "330182").await;
        let end = format!("{class}/end");
        for (number, minutes, reason, words) in [
            ("", "60", "补录", "请写卡上的 10 位数字"),
            (card.as_str(), "121", "补录", "请写一个数，0 到 120"),
            (card.as_str(), "60", "", "请写一句为什么"),
        ] {
            let fields = [("number", number.to_owned()), ("minutes", minutes.to_owned()), ("reason", reason.to_owned())];
            let bad = sends(&admin, &end, &correct, &fields).await;
            assert!(bad.status == 422 && bad.body.contains(words) && bad.input("minutes") == minutes, "{words}: {}", bad.body);
        }
        let own = hall.card_of(admin_id).await.to_string();
        let own = [("number", own), ("minutes", "60".to_owned()), ("reason", "我也在".to_owned())];
        assert_eq!(sends(&admin, &end, &correct, &own).await.status, 422, "nobody corrects their own");
        for (learner, minutes) in [(late, "60"), (late, "60"), (wang, "90"), (wang, "90"), (wang, "120"), (wang, "0")] {
            let number = hall.card_of(learner).await.to_string();
            let fields = [("number", number), ("minutes", minutes.to_owned()), ("reason", "签到表上有".to_owned())];
            let done = sends(&admin, &end, &correct, &fields).await;
            assert_eq!(done.location, Some(format!("{end}?said=corrected")), "{}", done.body);
        }
        assert_eq!(attended(&hall.bank, late).await, [60]);
        assert_eq!(attended(&hall.bank, wang).await, [-120, -30, 30, 120], "each correction is a further line");
        let db = hall.bank.fresh.db.read();
        assert_eq!(class_correction::Entity::find().count(db).await.unwrap(), 4, "the same again is none");
        assert!(admin.opens(&end).await.body.contains("更正为 0 分钟：签到表上有"));
        let there = class_attendance::Entity::find().all(db).await.unwrap();
        let mut minutes: Vec<_> = there.iter().map(|row| (row.learner_id == late.uuid(), row.minutes)).collect();
        minutes.sort_unstable();
        assert_eq!(minutes, [(false, Some(0)), (true, Some(60))], "pages and what is kept of them say the same");
        let told = event::Entity::find().filter(event::Column::Kind.eq("class.corrected")).all(db).await.unwrap();
        let minutes = |row: &event::Model| serde_json::from_str::<serde_json::Value>(&row.body).unwrap()["minutes"].as_i64().unwrap();
        assert_eq!((told.len(), told.iter().map(minutes).sum::<i64>()), (4, 60 - 120), "figures follow");
        let passbook = recognition::passbook_of(db, wang).await.unwrap();
        assert_eq!(passbook.hours.attended_minutes, 0);
        hall.bank.close().await;
    }

    async fn nobody_is_in_two_sessions_at_once_and_no_time_counts_that_has_not_passed(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (class, other) = (hall.plans(&[]).await, hall.plans(&[("from", "10:00"), ("to", "12:00")]).await);
        let next = hall.plans(&[("from", "11:00"), ("to", "12:00")]).await;
        let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let card = hall.card_of(wang).await.to_string();
        hall.begins().await;
        comes(&hall, &class, wang).await;
        let refused = sends(&hall.li, &other, &format!("{other}/check-in"), &[("number", card.clone())]).await;
        assert!(refused.status == 422 && refused.body.contains("在另一个班签到了"), "{} {}", refused.status, refused.body);
        let sheet = format!("{other}/sheet");
        assert_eq!(sends(&hall.li, &sheet, &sheet, &[("line", card.clone())]).await.location.as_deref(), Some(sheet.as_str()));
        assert!(hall.li.opens(&sheet).await.body.contains("待核：那个时间，这位在另一个班签到了"), "what was typed waits");
        // One after the other is no matter; moved into one another, it is.
        comes(&hall, &next, wang).await;
        let own = hall.li_id.to_string();
        let pairs = [("day", "3月4日"), ("from", "10:30"), ("to", "12:00"), ("seats", "2"), ("teacher", &own), ("notes", "")];
        let moved = pairs.map(|(name, value)| (name, value.to_owned()));
        let refused = sends(&hall.li, &format!("{next}/change"), &format!("{next}/change"), &moved).await;
        assert!(refused.status == 422 && refused.body.contains("在另一个班签到了"), "{} {}", refused.status, refused.body);
        hall.bank.clock.turn_ms(10 * 60_000);
        assert_eq!(closes(&hall, &class).await.status, 303);
        assert_eq!(attended(&hall.bank, wang).await, [10], "closed after ten minutes");
        assert!(hall.li.opens(&format!("{class}/end")).await.body.contains("10 分钟"));
        hall.bank.close().await;
    }

    async fn a_session_of_the_past_is_an_administrators_to_plan(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        let fields = hall.fields(&[("day", "2026-03-01"), ("notes", "请记得带眼镜")]);
        let add = "/staff/classes/add";
        let bad = sends(&hall.li, add, add, &fields).await;
        assert!(bad.status == 422 && bad.body.contains("这个时间已经过去了") && bad.body.contains("请记得带眼镜"), "{}", bad.body);
        let change = format!("{class}/change");
        let bad = sends(&hall.li, &change, &change, &fields).await;
        assert!(bad.status == 422 && bad.body.contains("这个时间已经过去了"), "{} {}", bad.status, bad.body);
        let (admin, _) = hall.bank.staff("陈志远", Role::Administrator, "330182").await;
        assert_eq!(sends(&admin, add, add, &fields).await.status, 303, "for what stands on paper");
        hall.bank.close().await;
    }

    async fn a_session_may_be_filled_in_for_two_weeks_and_a_lecture_needs_no_course(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[("kind", "lecture"), ("title", "大棚草莓怎么少生病"), ("course", "")]).await;
        let (wang_there, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = hall.bank.learner("刘建国", 2, Some("330182001")).await;
        hall.turns_to(48 + 2 + 14 * 24 - 1).await;
        assert!(hall.li.opens("/staff/hall").await.body.contains("还没下课的"));
        comes(&hall, &class, wang).await;
        hall.turns_to(48 + 2 + 14 * 24 + 1).await;
        let form = hall.li.opens("/staff/groups/add").await;
        let number = hall.card_of(liu).await.to_string();
        let late = hall.li.sends(&form, &format!("{class}/check-in"), &[("number", &number)]).await;
        assert!(late.status == 422 && late.body.contains("已经上过了"), "{} {}", late.status, late.body);
        closes(&hall, &class).await;
        assert_eq!(attended(&hall.bank, wang).await, [120]);
        let page = wang_there.opens("/passbook/hours").await;
        assert!(page.body.contains("大棚草莓怎么少生病") && page.body.contains("2026-03-04"), "on the day it was: {}", page.body);
        assert_eq!(class_hour::Entity::find().count(hall.bank.fresh.db.read()).await.unwrap(), 1);
        hall.bank.close().await;
    }

    async fn what_was_attended_stays_when_its_owner_leaves_and_names_nobody(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        let (wang_there, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
        hall.begins().await;
        comes(&hall, &class, wang).await;
        assert_eq!(sends(&hall.li, &class, &format!("{class}/people/{wang}"), &[("doing", "witness".to_owned())]).await.status, 303);
        hall.turns_to(50).await;
        closes(&hall, &class).await;
        let kept = wang_there.opens("/me/kept").await;
        for words in ["线下班和学习小组", "有人见证", "李敏"] {
            assert!(kept.body.contains(words), "{words} in {}", kept.body);
        }
        assert_eq!(wang_there.sends(&wang_there.opens("/me/leave").await, "/me/leave", &[]).await.status, 303);
        let db = hall.bank.fresh.db.read();
        assert_eq!(entity::class_attendance::Entity::find().count(db).await.unwrap(), 0);
        assert_eq!(entity::class_task::Entity::find().count(db).await.unwrap(), 0);
        assert_eq!(attended(&hall.bank, wang).await, [120]);
        let end = hall.li.opens(&format!("{class}/end")).await;
        assert!(end.status == 200 && !end.body.contains("王桂英"));
        hall.bank.close().await;
    }
}
