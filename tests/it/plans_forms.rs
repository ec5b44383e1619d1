//! The forms of training plans: what is typed stays, what is not there is said, what is chosen is not lost.

use entity::{training_plan, training_plan_item};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::classes::{Hall, sends};
use crate::plans::Office;
use credit_bank::identity::{Assurance, Role};

crate::on_both! {
    async fn a_place_and_a_line_of_work_that_are_not_there_are_said_where_they_stand(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let add = "/staff/training-plans/add";
        let cases = [("line", "railways", "没有这个条线"), ("place", "330182001x", "没有找到这个地方"), ("place", "330182002", "不归您管")];
        for (field, value, words) in cases {
            let answer = sends(&office.officer, add, add, &office.fields(&[(field, value)])).await;
            assert!(answer.status == 422 && answer.body.contains(words), "{field} {value}: {} {}", answer.status, answer.body);
            assert!(answer.body.contains(&format!("href=\"#{field}")), "beside {field}: {}", answer.body);
            assert_eq!(answer.input("title"), "机关工作人员数字能力");
        }
        assert_eq!(training_plan::Entity::find().count(office.bank.fresh.db.read()).await.unwrap(), 0);
        office.bank.close().await;
    }

    async fn what_was_typed_stays_where_a_plan_is_over_meanwhile(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let plan = office.publishes(&[]).await;
        let change = format!("{plan}/change");
        let shown = office.officer.opens(&change).await;
        sends(&office.officer, "/help", &plan, &[("doing", "end".to_owned())]).await;
        let fields = office.fields(&[("title", "写了很久的名字"), ("own", "一节很长的课")]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let late = office.officer.sends(&shown, &change, &fields).await;
        assert!(late.status == 422 && late.body.contains("已经结束了"), "{} {}", late.status, late.body);
        assert!(late.input("title") == "写了很久的名字" && late.body.contains("一节很长的课"), "{}", late.body);
        office.bank.close().await;
    }

    async fn a_change_of_words_loses_no_session_that_is_over(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await.rsplit('/').next().unwrap().to_owned();
        let Hall { bank, point: organisation, .. } = hall;
        let officer = crate::plans::bound(&bank, "zhou.wenjing", crate::plans::officer_of(Some(organisation), None)).await;
        let office = Office { bank, organisation, officer };
        let plan = office.publishes(&[("session", &class)]).await;
        office.bank.clock.turn_ms(30 * 86_400_000);
        let (_, id) = office.bank.staff("郑敏", Role::Officer, "330182001").await;
        let officer = office.bank.signed_in(id, Assurance::PasswordTotp).await;
        let change = format!("{plan}/change");
        let shown = officer.opens(&change).await;
        assert!(shown.body.contains("已经办过") && shown.body.contains(&format!("value=\"{class}\" checked")), "{}", shown.body);
        let fields = office.fields(&[("planned", "50"), ("session", &class)]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(officer.sends(&shown, &change, &fields).await.status, 303);
        let items = training_plan_item::Entity::find().filter(training_plan_item::Column::Kind.eq("class"));
        assert_eq!(items.count(office.bank.fresh.db.read()).await.unwrap(), 2, "in both versions");
        office.bank.close().await;
    }
}
