//! The forms of training plans: what is typed stays, what is not there is said, what is chosen is not lost.

use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::{Assurance, Grant, Role};
use credit_bank::kernel::PlanId;
use credit_bank::places::PlaceCode;
use entity::{training_plan, training_plan_item, training_plan_version};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use crate::classes::{Hall, point, sends};
use crate::plans::{Office, bound, officer_of};
use crate::support::server::Person;

const LIST: &str = "/staff/training-plans";

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

    async fn who_works_for_a_part_of_an_organisation_s_area_plans_for_that_part(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let college = point(bank, "县电大", "330182").await;
        let of_town = bound(bank, "of.town", officer_of(Some(college), None)).await;
        let grant = Grant { area: PlaceCode::parse("330182").unwrap(), ..officer_of(Some(college), None) };
        let of_county = bound(bank, "of.county", grant).await;
        let add = format!("{LIST}/add");
        let id = college.to_string();
        let answer = async |person: &Person, place: &str, title: &str| {
            let fields = office.fields(&[("organisation", &id), ("place", place), ("title", title)]);
            sends(person, "/help", &add, &fields).await
        };
        let form = of_town.opens(&add).await;
        assert!(form.body.contains("value=\"330182001\"") && !form.body.contains("value=\"330182\""), "{}", form.body);
        assert_eq!(answer(&of_town, "330182", "全县的方案").await.status, 422, "not all of the county");
        assert_eq!(answer(&of_town, "330182001", "青石镇的方案").await.status, 303);
        assert_eq!(answer(&of_county, "330182", "全县的方案").await.status, 303);
        let (town, county) = (of_town.opens(LIST).await.body, of_county.opens(LIST).await.body);
        assert!(town.contains("青石镇的方案") && !town.contains("全县的方案"), "{town}");
        assert!(county.contains("青石镇的方案") && county.contains("全县的方案"), "{county}");
        let hours = format!("/staff/organisations/{college}/hours");
        assert!(town.contains(&hours) && of_town.opens(&hours).await.status == 200, "{town}");
        office.bank.close().await;
    }

    async fn plans_and_organisations_beyond_one_page_are_found_on_the_next(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        office.publishes(&[("title", "最早的方案")]).await;
        let db = bank.fresh.db.read();
        let first = training_plan::Entity::find().one(db).await.unwrap().unwrap();
        let version = training_plan_version::Entity::find().one(db).await.unwrap().unwrap();
        let now = bank.clock.now();
        let more = async move |tx: &Tx| {
            for number in 0..50 {
                let id = PlanId::fresh(now).uuid();
                let plan = training_plan::Model { id, made_at_ms: now.plus_minutes(1).ms(), ..first.clone() };
                let head = training_plan_version::Model { plan_id: id, title: format!("方案 {number}"), ..version.clone() };
                training_plan::Entity::insert(plan.into_active_model().reset_all()).exec_without_returning(tx).await?;
                training_plan_version::Entity::insert(head.into_active_model().reset_all()).exec_without_returning(tx).await?;
            }
            Ok::<_, DbFault>(())
        };
        bank.fresh.db.write(more).await.unwrap();
        let officer = bank.staff("周文静", Role::Officer, "330182").await.0;
        let pages = [LIST.to_owned(), format!("{LIST}?page=2"), format!("{LIST}?page=99")];
        for (path, is_there) in pages.iter().zip([false, true, true]) {
            let page = officer.opens(path).await.body;
            assert!(page.contains("共 2 页") && page.contains("最早的方案") == is_there, "{path}: {page}");
        }
        for number in 0..50 {
            point(bank, &format!("村 {number} 服务点"), "330182001").await;
        }
        let last = point(bank, "最后一家", "330182002").await;
        let add = format!("{LIST}/add");
        let way = format!("{add}?organisation={last}");
        for (path, is_there) in [(add.clone(), false), (format!("{add}?page=2"), true)] {
            let page = officer.opens(&path).await.body;
            assert!(page.contains("共 2 页") && page.contains(&way) == is_there, "{path}: {page}");
        }
        assert!(officer.opens(&way).await.body.contains("最后一家"));
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
