//! The yes of training plans: whose it is, to which words, who sees the names, and that a no is nobody's business.

use credit_bank::identity::{Assurance, Login, NewStaff, Phone, Role, StaffPerson};
use credit_bank::kernel::LearnerId;
use entity::{audit_entry, training_plan_member};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::aliases::Twice;
use crate::classes::sends;
use crate::passbook::passes;
use crate::plans::{Office, bound, card_of, counts, officer_of, own, says};
use crate::support::server::{Bank, Person};

type Column = training_plan_member::Column;

async fn rows(bank: &Bank) -> Vec<training_plan_member::Model> {
    training_plan_member::Entity::find().all(bank.fresh.db.read()).await.unwrap()
}

/// Asks the owner of a card; what came of it.
async fn asks(bank: &Bank, officer: &Person, plan: &str, learner: LearnerId) -> String {
    let people = format!("{plan}/people");
    let fields = [("doing", "card".to_owned()), ("number", card_of(bank, learner).await)];
    sends(officer, &people, &people, &fields).await.location.unwrap()
}

crate::on_both! {
    async fn who_has_two_accounts_is_one_person_and_leaves_once(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let (plan, other) = (office.publishes(&[]).await, office.publishes(&[("title", "第二个方案")]).await);
        let (by_first, first) = office.bank.learner("王桂英", 1, Some("330182001")).await;
        let (by_second, second) = office.bank.learner("王桂英", 2, Some("330182001")).await;
        for (learner, person) in [(first, &by_first), (second, &by_second)] {
            office.asks(&plan, learner).await;
            assert_eq!(says(person, &plan, "join").await.status, 303);
        }
        office.asks(&other, second).await;
        assert_eq!(says(&by_second, &other, "decline").await.status, 303);
        passes(&office.bank, first, "T19").await;
        let hours = format!("/staff/organisations/{}/hours", office.organisation);
        let Office { bank, officer, .. } = office;
        let (at_desk, officer_id) = bank.staff("赵强", Role::Officer, "330182001").await;
        let (at_review, reviewer) = bank.staff("孙丽", Role::Reviewer, "330182001").await;
        let twice = Twice { bank, first, second, by_first, by_second, officer: officer_id, reviewer, at_desk, at_review };
        twice.join().await;
        let bank = &twice.bank;
        let shown = |page: String| page.matches("王桂英").count();
        let people = format!("{plan}/people");
        assert_eq!(shown(officer.opens(&people).await.body), 1, "one person stands there once");
        assert_eq!(shown(officer.opens(&format!("{hours}/csv")).await.body), 1, "and has their hours once");
        counts(bank).await;
        let page = officer.opens(&plan).await.body.replace('\u{2060}', "");
        assert!(page.contains("1/40") && !page.contains("2/40"), "{page}");
        for learner in [first, second] {
            let asked = asks(bank, &officer, &other, learner).await;
            assert!(asked.contains("asked=0&told=0&known=1"), "who said no by one is not asked by the other: {asked}");
        }
        let wang = bank.signed_in(first, Assurance::Sms).await;
        assert_eq!(says(&wang, &plan, "leave").await.status, 303);
        assert!(wang.opens(&own(&plan)).await.body.contains("您退出了"));
        assert!(rows(bank).await.iter().all(|row| row.state != "joined"));
        assert_eq!(shown(officer.opens(&people).await.body) + shown(officer.opens(&hours).await.body), 0);
        counts(bank).await;
        let page = officer.opens(&plan).await.body.replace('\u{2060}', "");
        assert!(page.contains("参加的 0 人") && !page.contains("1/40"), "{page}");
        twice.close().await;
    }

    async fn what_was_said_yes_to_stays_as_it_was(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let (plan, bank) = (office.publishes(&[]).await, &office.bank);
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        office.asks(&plan, id).await;
        let shown = wang.opens(&own(&plan)).await;
        // A page of older words is shown anew before anybody says yes to it.
        for fields in [&[("doing", "join"), ("version", "1"), ("agreed", "training-plan/2025-01-01.1")][..], &[("doing", "join"), ("version", "1")]] {
            let late = wang.sends(&shown, &own(&plan), fields).await;
            assert!(late.status == 409 && late.body.contains("方案刚刚改过"), "{} {}", late.status, late.body);
        }
        assert_eq!(says(&wang, &plan, "join").await.status, 303);
        let older = async move |tx: &credit_bank::db::Tx| {
            let all = training_plan_member::Entity::update_many().col_expr(Column::AgreedText, Expr::value("older"));
            all.exec(tx).await.map(drop).map_err(credit_bank::db::DbFault::from)
        };
        bank.fresh.db.write(older).await.unwrap();
        assert_eq!(says(&wang, &plan, "leave").await.status, 303);
        let [row] = &rows(bank).await[..] else { panic!("one row") };
        assert_eq!((row.state.as_str(), row.agreed_text.as_deref()), ("left", Some("older")));
        office.bank.close().await;
    }

    async fn staff_of_the_place_see_how_many_and_those_of_the_organisation_who(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let (plan, bank) = (office.publishes(&[]).await, &office.bank);
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        passes(bank, id, "T01").await;
        office.asks(&plan, id).await;
        says(&wang, &plan, "join").await;
        let (people, hours) = (format!("{plan}/people"), format!("/staff/organisations/{}/hours", office.organisation));
        let (county, _) = bank.staff("李敏", Role::Officer, "330182").await;
        let (town, _) = bank.staff("郑敏", Role::Administrator, "330182001").await;
        for person in [&county, &town] {
            let page = person.opens(&people).await;
            assert!(page.status == 200 && page.body.contains("参加的 1 人"), "{}", page.body);
            assert!(!page.body.contains("王桂英") && page.body.contains("只有这个机构的经办人和管理员看得到名字"), "{}", page.body);
            assert!(!person.opens(&plan).await.body.contains("/hours") && !person.opens("/staff/training-plans").await.body.contains("/hours"));
            for end in ["", "/csv", "/xlsx"] {
                assert_eq!(person.opens(&format!("{hours}{end}")).await.status, 404, "{end}");
            }
        }
        let own = bound(bank, "own", officer_of(Some(office.organisation), None)).await;
        for path in [&people, &hours, &format!("{hours}/csv")] {
            assert!(own.opens(path).await.body.contains("王桂英"), "{path}");
        }
        assert!(own.opens(&plan).await.body.contains(&hours) && own.opens("/staff/training-plans").await.body.contains(&hours));
        office.bank.close().await;
    }

    async fn a_no_is_kept_with_the_learner_alone(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let (plan, bank) = (office.publishes(&[]).await, &office.bank);
        // Somebody whose name a trail would print, since they hold a role.
        let (zhang, id) = bank.learner("张伟", 1, Some("330182001")).await;
        let (admin, admin_id) = bank.staff("郑敏", Role::Administrator, "330182").await;
        let role = NewStaff {
            person: StaffPerson::WithPhone(Phone::parse("13800000001").unwrap()),
            login: Login::parse("zhang.wei").unwrap(),
            grant: officer_of(None, None),
            by: Some(admin_id),
            is_sample: false,
        };
        bank.adds_staff(role).await;
        office.asks(&plan, id).await;
        let words = |page: &str| page[page.find("没有参加的").unwrap()..].chars().take(12).collect::<String>();
        let before = (office.officer.opens(&plan).await.body, office.officer.opens(&format!("{plan}/people")).await.body);
        assert_eq!(says(&zhang, &plan, "decline").await.status, 303);
        let after = (office.officer.opens(&plan).await.body, office.officer.opens(&format!("{plan}/people")).await.body);
        assert_eq!((words(&before.0), words(&before.1)), (words(&after.0), words(&after.1)), "the same before and after");
        assert!(words(&after.0).starts_with("没有参加的 1 人") && !after.1.contains("还没回答"), "{}", after.1);
        says(&zhang, &plan, "join").await;
        says(&zhang, &plan, "leave").await;
        let kept = audit_entry::Entity::find().filter(audit_entry::Column::Action.starts_with("plans.")).all(bank.fresh.db.read()).await.unwrap();
        let actions: Vec<&str> = kept.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["plans.publish", "plans.invite", "plans.join"]);
        assert!(kept.iter().all(|entry| entry.learner_id.is_none() && entry.actor_id != Some(id.uuid())), "{kept:?}");
        let trail = admin.opens("/staff/audit").await.body;
        assert!(!trail.contains("不参加培训方案") && !trail.contains("退出培训方案"), "{trail}");
        office.bank.close().await;
    }

    async fn nobody_else_s_hand_says_the_yes(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let (plan, bank) = (office.publishes(&[]).await, &office.bank);
        let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        office.asks(&plan, id).await;
        for assurance in [Assurance::Vouched, Assurance::Pictures, Assurance::Link] {
            let at_hall = bank.signed_in(id, assurance).await;
            let shown = at_hall.opens(&own(&plan)).await;
            assert!(shown.body.contains("参加要您自己登录再选") && !shown.body.contains("value=\"join\""), "{}", shown.body);
            let agreed = credit_bank::plans::AGREED_TEXT;
            let join = [("doing", "join"), ("version", "1"), ("agreed", agreed)];
            assert_eq!(at_hall.sends(&shown, &own(&plan), &join).await.status, 403, "{assurance:?}");
            assert_eq!(rows(bank).await[0].state, "invited");
        }
        let by_card = bank.signed_in(id, Assurance::CardPin).await;
        assert_eq!(says(&by_card, &plan, "join").await.status, 303);
        // A no needs no door of its own.
        let at_hall = bank.signed_in(id, Assurance::Vouched).await;
        assert_eq!(says(&at_hall, &plan, "leave").await.status, 303);
        assert_eq!(rows(bank).await[0].state, "left");
        office.bank.close().await;
    }

    async fn what_is_over_asks_nobody_any_more(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let (ended, past) = (office.publishes(&[]).await, office.publishes(&[("until", "2026-04-01"), ("title", "春天的方案")]).await);
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        for plan in [&ended, &past] {
            office.asks(plan, id).await;
        }
        let nags = |page: String| page.contains("有机构请您参加培训方案");
        sends(&office.officer, "/help", &ended, &[("doing", "end".to_owned())]).await;
        assert!(nags(wang.opens("/").await.body), "one of them still asks");
        bank.clock.turn_ms(40 * 86_400_000);
        let wang = bank.signed_in(id, Assurance::Sms).await;
        assert!(!nags(wang.opens("/").await.body));
        let list = wang.opens("/training-plans").await.body;
        assert!(!list.contains("等您决定") && list.contains("您没有参加的") && list.contains("春天的方案"), "{list}");
        office.bank.close().await;
    }

    async fn a_long_list_of_people_is_shown_page_by_page_and_each_look_is_kept(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let (plan, bank) = (office.publishes(&[]).await, &office.bank);
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        office.asks(&plan, id).await;
        says(&wang, &plan, "join").await;
        let first = rows(bank).await[0].clone();
        let now = bank.clock.now();
        let before = async move |tx: &credit_bank::db::Tx| {
            let row = |_| training_plan_member::Model { learner_id: LearnerId::fresh(now).uuid(), joined_at_ms: Some(1), ..first.clone() };
            let rows: Vec<training_plan_member::ActiveModel> = (0..50).map(row).map(Into::into).collect();
            let all = training_plan_member::Entity::insert_many(rows);
            all.exec_without_returning(tx).await.map(drop).map_err(credit_bank::db::DbFault::from)
        };
        bank.fresh.db.write(before).await.unwrap();
        let looks = async || credit_bank::audit::list_access(bank.fresh.db.read(), id, 100).await.unwrap();
        let looked = looks().await.len();
        let people = format!("{plan}/people");
        let page = office.officer.opens(&people).await.body;
        assert!(page.contains("参加的 51 人") && !page.contains("王桂英") && page.contains("?page=2"), "{page}");
        assert_eq!(looks().await.len(), looked);
        let page = office.officer.opens(&format!("{people}?page=2")).await.body;
        assert!(page.contains("王桂英") && page.contains("?page=1"), "{page}");
        assert_eq!(looks().await.iter().filter(|one| one.what == "plan_people").count(), 1);
        assert!(wang.opens("/me/kept").await.body.contains("在培训方案的名单上看到了您"));
        // Who has no hours yet stands in the file all the same.
        let file = format!("/staff/organisations/{}/hours/csv", office.organisation);
        assert!(office.officer.opens(&file).await.body.contains("王桂英"));
        office.bank.close().await;
    }
}
