//! 《网络与线下学习情况明细》: of a learner, and of the people of an organisation.

use credit_bank::audit;
use credit_bank::identity::{Assurance, Grant, Role};
use credit_bank::kernel::LearnerId;
use credit_bank::places::PlaceCode;
use credit_bank::plans::AGREED_TEXT;
use entity::audit_entry;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::classes::point;
use crate::passbook::passes;
use crate::plans::{Office, bound, officer_of};
use crate::support::server::Bank;

/// Joins a plan that they were asked to join.
async fn joins(office: &Office, plan: &str, learner: LearnerId) {
    office.asks(plan, learner).await;
    let person = office.bank.signed_in(learner, Assurance::Sms).await;
    let path = plan.replace("/staff", "");
    let shown = person.opens(&path).await;
    assert_eq!(person.sends(&shown, &path, &[("doing", "join"), ("version", "1"), ("agreed", AGREED_TEXT)]).await.status, 303);
}

async fn looks_at(bank: &Bank, learner: LearnerId) -> usize {
    let rows = audit::list_access(bank.fresh.db.read(), learner, 100).await.unwrap();
    rows.iter().filter(|row| row.what == "hours").count()
}

crate::on_both! {
    async fn a_learner_keeps_the_hours_of_a_year_as_a_table(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T01").await;
        let page = wang.opens("/passbook/hours").await.body;
        let professional = wang.opens("/passbook/hours?kind=professional").await.body;
        assert!(page.contains("标准学时") && page.contains("干部教育培训主管部门认定"), "{page}");
        assert!(professional.contains("由继续教育主管部门认定") && !professional.contains("干部教育培训"), "{professional}");
        let file = wang.opens("/passbook/hours/file?year=2026").await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        assert!(file.headers["content-disposition"].to_str().unwrap().contains("hours-2026.csv"));
        let lines: Vec<&str> = file.body.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "日期,什么课,怎么学的,标准学时,签到学时,结果");
        assert!(lines[1].starts_with("2026-03-02,") && lines[1].ends_with(",网上学习,4,,考核通过"), "{}", lines[1]);
        assert!(lines[2].contains("认定"), "{lines:?}");
        assert_eq!(wang.opens("/passbook/hours/file?year=9").await.status, 400);
        bank.close().await;
    }

    async fn an_organisation_sees_the_hours_of_those_alone_who_joined_and_each_sees_who_looked(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let plan = office.publishes(&[]).await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, asked_only) = bank.learner("李建国", 2, Some("330182001")).await;
        for learner in [id, asked_only] {
            passes(bank, learner, "T01").await;
        }
        office.asks(&plan, asked_only).await;
        joins(&office, &plan, id).await;
        let path = format!("/staff/organisations/{}/hours", office.organisation);
        let page = office.officer.opens(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        for words in ["王桂英", "2026-03-02", "参加培训方案并同意的 1 人", "由干部教育培训主管部门认定", "不相加"] {
            assert!(page.body.contains(words), "{words} in {}", page.body);
        }
        assert!(!page.body.contains("李建国") && !page.body.contains("90 学时"), "{}", page.body);
        assert_eq!((looks_at(bank, id).await, looks_at(bank, asked_only).await), (1, 0));
        // As a table: once more in the log, and in the trail that it was taken.
        let file = office.officer.opens(&format!("{path}/csv")).await;
        assert!(file.body.contains("王桂英,…") && file.body.contains(",4,,考核通过") && !file.body.contains("李建国"), "{}", file.body);
        assert_eq!(office.officer.opens(&format!("{path}/xlsx")).await.status, 200);
        assert_eq!(office.officer.opens(&format!("{path}/pdf")).await.status, 404);
        assert_eq!(looks_at(bank, id).await, 3);
        let taken = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("passbook.take_hours"));
        assert_eq!(taken.count(bank.fresh.db.read()).await.unwrap(), 2);
        for path in ["/me", "/me/kept"] {
            assert!(wang.opens(path).await.body.contains("看了您的学习情况明细"), "{path}");
        }
        // A year that the plan does not touch shows nobody.
        let before = office.officer.opens(&format!("{path}?year=2025")).await.body;
        assert!(before.contains("这一年没有人参加") && !before.contains("王桂英"), "{before}");
        // Whoever leaves is not seen any more.
        let own = plan.replace("/staff", "");
        let shown = wang.opens(&own).await;
        assert_eq!(wang.sends(&shown, &own, &[("doing", "leave"), ("version", "1")]).await.status, 303);
        assert!(!office.officer.opens(&path).await.body.contains("王桂英"));
        assert_eq!(looks_at(bank, id).await, 3);
        office.bank.close().await;
    }

    async fn who_works_for_a_part_of_an_organisations_area_sees_the_people_of_that_parts_plans(fresh: Fresh) {
        let mut office = Office::over(fresh).await;
        let college = point(&office.bank, "县电大", "330182").await;
        let grant = Grant { area: PlaceCode::parse("330182").unwrap(), ..officer_of(Some(college), None) };
        (office.organisation, office.officer) = (college, bound(&office.bank, "of.county", grant).await);
        let county = office.publishes(&[("place", "330182"), ("title", "全县的方案")]).await;
        let town = office.publishes(&[("title", "青石镇的方案")]).await;
        let bank = &office.bank;
        let (_, far) = bank.learner("李建国", 2, Some("330182002")).await;
        let (_, near) = bank.learner("王桂英", 1, Some("330182001")).await;
        joins(&office, &county, far).await;
        joins(&office, &town, near).await;
        let of_town = bound(bank, "of.town", officer_of(Some(college), None)).await;
        let hours = format!("/staff/organisations/{college}/hours");
        for path in [hours.clone(), format!("{hours}/csv"), format!("{town}/people")] {
            let page = of_town.opens(&path).await;
            assert!(page.status == 200 && page.body.contains("王桂英") && !page.body.contains("李建国"), "{path}: {}", page.body);
        }
        assert_eq!((looks_at(bank, near).await, looks_at(bank, far).await), (2, 0));
        // What is beyond that part is not there, and that it was tried is kept.
        let form = of_town.opens("/help").await;
        let tried = async || {
            let kept = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("plans.turned_away"));
            kept.count(bank.fresh.db.read()).await.unwrap()
        };
        for path in [county.clone(), format!("{county}/people"), format!("{county}/change")] {
            assert_eq!(of_town.opens(&path).await.status, 404, "{path}");
        }
        assert_eq!(of_town.sends(&form, &county, &[("doing", "end")]).await.status, 404);
        let (stranger, _) = bank.staff("周平", Role::Officer, "330182002").await;
        assert_eq!((tried().await, stranger.opens(&hours).await.status, tried().await), (4, 404, 5));
        let whole = office.officer.opens(&hours).await.body;
        assert!(whole.contains("王桂英") && whole.contains("李建国"), "{whole}");
        office.bank.close().await;
    }

    async fn staff_of_another_place_organisation_or_line_of_work_see_nobody(fresh: Fresh) {
        let office = Office::over(fresh).await;
        let bank = &office.bank;
        let plan = office.publishes(&[("line", "civil_servants")]).await;
        let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        passes(bank, id, "T01").await;
        joins(&office, &plan, id).await;
        let path = format!("/staff/organisations/{}/hours", office.organisation);
        let (far, _) = bank.staff("李敏", Role::Officer, "330182002").await;
        let (reviewer, _) = bank.staff("李敏", Role::Reviewer, "330182001").await;
        let neighbour = crate::classes::point(bank, "青石镇妇联", "330182001").await;
        let elsewhere = bound(bank, "elsewhere", officer_of(Some(neighbour), None)).await;
        for (person, status) in [(&far, 404), (&elsewhere, 404), (&reviewer, 403)] {
            for end in ["", "/csv"] {
                assert_eq!(person.opens(&format!("{path}{end}")).await.status, status, "{end}");
            }
        }
        let women = bound(bank, "women", officer_of(None, Some("women"))).await;
        assert_eq!(women.opens(&plan).await.status, 404);
        assert_eq!(women.opens(&path).await.status, 404, "none of the organisation's own");
        let women = bound(bank, "women.own", officer_of(Some(office.organisation), Some("women"))).await;
        let page = women.opens(&path).await.body;
        assert!(!page.contains("王桂英") && page.contains("这一年没有人参加"), "{page}");
        assert_eq!(looks_at(bank, id).await, 0);
        let own = bound(bank, "own", officer_of(Some(office.organisation), Some("civil_servants"))).await;
        let page = own.opens(&path).await.body;
        assert!(page.contains("王桂英") && !page.contains("用在别处的，由用的单位认定"), "laid out for that line: {page}");
        assert_eq!(looks_at(bank, id).await, 1);
        office.bank.close().await;
    }
}
