//! The people of training plans: what they have done, how they are asked, what of them stays.

use credit_bank::identity::{Assurance, Role};
use credit_bank::kernel::{Acting, IdentityLevel, LearnerId, OrganisationId};
use credit_bank::me;
use entity::training_plan_member;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;

use crate::classes::{letters, sends};
use crate::passbook::passes;
use crate::plans::{Office, card_of, counts, own, says, told};
use crate::support::server::Bank;

/// A study group of 青石镇 with these members.
async fn group_of(bank: &Bank, at: OrganisationId, members: &[LearnerId]) -> String {
    let (host, _) = bank.staff("李敏", Role::Administrator, "330182").await;
    let new = [("name", "手机小组".to_owned()), ("timetable", "周三".to_owned()), ("point", at.to_string())];
    let group = sends(&host, "/staff/groups/add", "/staff/groups/add", &new).await.location.unwrap();
    for learner in members {
        let join = [("doing", "join".to_owned()), ("number", card_of(bank, *learner).await)];
        assert_eq!(sends(&host, &group, &group, &join).await.status, 303);
    }
    group.rsplit('/').next().unwrap().to_owned()
}

crate::on_both! {
    async fn what_is_done_shows_in_order_and_a_plan_is_finished_once(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let plan = office.publishes(&[]).await;
        let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, li_id) = bank.learner("李建国", 2, Some("330182001")).await;
        let (_, zhao_id) = bank.learner("赵卫国", 3, Some("330182001")).await;
        for learner in [id, li_id, zhao_id] {
            office.asks(&plan, learner).await;
        }
        let wang = bank.signed_in(id, Assurance::Sms).await;
        says(&wang, &plan, "join").await;
        says(&bank.signed_in(li_id, Assurance::Sms).await, &plan, "join").await;
        let page = wang.opens(&own(&plan)).await.body;
        let (first, second) = (page.find("/courses/T19").unwrap(), page.rfind("/courses/T01").unwrap());
        assert!(first < second && page.contains("学完 0 门，一共 2 门") && page.contains("data-primary href=\"/courses/T19\""), "{page}");
        passes(bank, id, "T19").await;
        passes(bank, zhao_id, "T19").await;
        let page = wang.opens(&own(&plan)).await.body;
        assert!(page.contains("学完 1 门，一共 2 门") && page.contains("data-primary href=\"/courses/T01\""), "{page}");
        bank.clock.turn_ms(40 * 86_400_000);
        passes(bank, id, "T01").await;
        for _ in 0..2 {
            counts(bank).await;
        }
        let [done] = &told(bank, "plan.completed").await[..] else { panic!("one event") };
        assert_eq!(done.learner_id, Some(id.uuid()));
        let officer = bank.staff("周文静", Role::Officer, "330182001").await.0;
        let page = officer.opens(&plan).await.body.replace('\u{2060}', "");
        // Who was asked and has not said yes is in no figure.
        for words in ["参加的 2 人", "<td data-label=\"已训/参加\" class=\"n\">1/2</td>", "1/40", "2026 年 3 月 1 人", "2026 年 4 月 1 人"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let wang = bank.signed_in(id, Assurance::Sms).await;
        assert!(wang.opens(&own(&plan)).await.body.contains("方案里的课，您都学完了"));
        // Whoever leaves is in no figure any more, and comes back as they like.
        assert_eq!(says(&wang, &plan, "leave").await.status, 303);
        assert!(wang.opens(&own(&plan)).await.body.contains("您退出了"));
        counts(bank).await;
        let page = officer.opens(&plan).await.body.replace('\u{2060}', "");
        assert!(page.contains("0/1") && !page.contains("1/40"), "{page}");
        assert_eq!(says(&wang, &plan, "join").await.status, 303);
        counts(bank).await;
        assert_eq!(told(bank, "plan.completed").await.len(), 1, "finished once");
        office.bank.close().await;
    }

    async fn who_joined_a_plan_that_was_ended_is_counted_on_until_a_month_after_its_last_day(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let plan = office.publishes(&[("until", "2026-04-30")]).await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        office.asks(&plan, id).await;
        says(&wang, &plan, "join").await;
        sends(&office.officer, "/help", &plan, &[("doing", "end".to_owned())]).await;
        passes(bank, id, "T19").await;
        counts(bank).await;
        let shown = async || {
            let officer = bank.staff("周文静", Role::Officer, "330182001").await.0;
            officer.opens(&plan).await.body.replace('\u{2060}', "")
        };
        let page = shown().await;
        assert!(page.contains("2026 年 3 月 1 人"), "{page}");
        // The last hour is credited late.
        bank.clock.turn_ms(70 * 86_400_000);
        passes(bank, id, "T01").await;
        counts(bank).await;
        assert_eq!(told(bank, "plan.completed").await.len(), 1);
        let page = shown().await;
        assert!(page.contains("2026 年 5 月 1 人"), "{page}");
        office.bank.close().await;
    }

    async fn people_are_asked_from_a_group_once_and_texted_seldom(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, moved) = bank.learner("李建国", 2, Some("330182002")).await;
        let group = group_of(bank, office.organisation, &[id, moved]).await;
        let mut told = Vec::new();
        for number in 0..3 {
            let plan = office.publishes(&[("title", &format!("方案{number}"))]).await;
            let people = format!("{plan}/people");
            let list = [("doing", "list".to_owned()), ("list", format!("group/{group}"))];
            let empty = [("doing", "list".to_owned()), ("list", String::new())];
            assert_eq!(sends(&office.officer, &people, &people, &empty).await.status, 422);
            told.push(sends(&office.officer, &people, &people, &list).await.location.unwrap());
            let again = sends(&office.officer, &people, &people, &list).await.location.unwrap();
            assert!(again.contains("asked=0&told=0&known=1"), "{again}");
        }
        // One lives elsewhere and is not theirs to ask; the third text of a day is not sent.
        let asked = |at: usize, words: &str| assert!(told[at].contains(words), "{told:?}");
        asked(0, "asked=1&told=1");
        asked(1, "asked=1&told=1");
        asked(2, "asked=1&told=0");
        assert_eq!(letters(bank, "13800000001", "plan-invited").await, 2);
        let plan = office.publishes(&[]).await;
        let strange = [("doing", "list".to_owned()), ("list", "group/01980000-0000-7000-8000-000000000000".to_owned())];
        let people = format!("{plan}/people");
        assert_eq!(sends(&office.officer, &people, &people, &strange).await.status, 422);
        // Ended twice is ended once; nobody is asked then.
        for _ in 0..2 {
            assert_eq!(sends(&office.officer, "/help", &plan, &[("doing", "end".to_owned())]).await.status, 303);
        }
        let ended = office.officer.opens(&people).await;
        assert!(ended.body.contains("已经结束了"), "{}", ended.body);
        let page = office.officer.opens(&plan).await.body;
        assert!(page.contains("接着办这个方案") && !page.contains("停掉这个方案"), "an end by mistake is taken back: {page}");
        for _ in 0..2 {
            assert_eq!(sends(&office.officer, "/help", &plan, &[("doing", "reopen".to_owned())]).await.status, 303);
        }
        assert!(!office.officer.opens(&people).await.body.contains("已经结束了"));
        assert_eq!(sends(&office.officer, "/help", &plan, &[("doing", "end".to_owned())]).await.status, 303);
        let late = office.officer.sends(&office.officer.opens("/help").await, &people, &[("number", &card_of(bank, id).await)]).await;
        assert_eq!(late.status, 422);
        office.bank.close().await;
    }

    async fn who_leaves_while_somebody_asks_them_is_asked_nothing(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let plan = office.publishes(&[]).await;
        let people = format!("{plan}/people");
        for number in 1..=6 {
            let (_, id) = bank.learner("王桂英", number, Some("330182001")).await;
            let fields = [("doing", "card".to_owned()), ("number", card_of(bank, id).await)];
            let (keys, acting) = (bank.house.keys.clone(), Acting { learner: id, helper: None, identity_level: IdentityLevel::KNOWN });
            let leaves = bank.house.db.write::<_, me::Error, _>(async move |tx| me::forget(tx, &keys, &acting).await);
            let (left, asked) = tokio::join!(leaves, sends(&office.officer, &people, &people, &fields));
            left.unwrap();
            assert!([303, 422].contains(&asked.status), "{}", asked.body);
        }
        assert_eq!(training_plan_member::Entity::find().count(bank.fresh.db.read()).await.unwrap(), 0);
        office.bank.close().await;
    }

    async fn invitations_leave_the_texts_of_the_day_to_those_who_sign_in(fresh: Fresh) {
        let bank = Bank::over_with(fresh, |config| config.sms_per_day = 5).await.with_places().await;
        let organisation = crate::classes::point(&bank, "青石镇政府", "330182001").await;
        let officer = crate::plans::bound(&bank, "zhou.wenjing", crate::plans::officer_of(Some(organisation), None)).await;
        let office = Office { bank, organisation, officer };
        let (plan, other) = (office.publishes(&[]).await, office.publishes(&[("title", "第二个方案")]).await);
        let (_, first) = office.bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, second) = office.bank.learner("李建国", 2, Some("330182001")).await;
        assert!(office.asks(&plan, first).await.location.unwrap().contains("asked=1&told=1"));
        // A fifth of them is used up, by whichever plan: who is asked finds it on their page.
        assert!(office.asks(&other, second).await.location.unwrap().contains("asked=1&told=0"));
        office.bank.close().await;
    }

    async fn who_leaves_the_bank_is_in_no_plan_and_their_data_says_what_they_said(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let plan = office.publishes(&[]).await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        office.asks(&plan, id).await;
        says(&wang, &plan, "join").await;
        let kept = wang.opens("/me/kept").await.body;
        for words in ["机关工作人员数字能力", "青石镇政府", "参加了"] {
            assert!(kept.contains(words), "{words} in {kept}");
        }
        let export: Value = serde_json::from_str(&wang.opens("/me/export").await.body).unwrap();
        assert_eq!((&export["plans"][0]["state"], &export["plans"][0]["version"]), (&"joined".into(), &1.into()));
        let (keys, acting) = (bank.house.keys.clone(), Acting { learner: id, helper: None, identity_level: IdentityLevel::KNOWN });
        bank.house.db.write::<_, me::Error, _>(async move |tx| me::forget(tx, &keys, &acting).await).await.unwrap();
        assert_eq!(training_plan_member::Entity::find().count(bank.fresh.db.read()).await.unwrap(), 0);
        office.bank.close().await;
    }
}
