//! The staff desk: what places settle, villages of one's own, organisations closed and opened again, the trail.

use credit_bank::audit::{self, AuditFilter};
use credit_bank::identity::Role;
use credit_bank::kernel::LearnerId;
use credit_bank::places::{self, NewOrganisation, OrganisationKind, Setting};

use crate::support::server::{Answer, Bank};

/// What was done, as the trail keeps it, newest first.
async fn trail(bank: &Bank) -> Vec<audit::AuditRow> {
    let filter = AuditFilter { areas: vec![String::new()], most: 1000, ..AuditFilter::default() };
    audit::list_entries(bank.fresh.db.read(), &filter).await.unwrap()
}

async fn done(bank: &Bank, action: &str) -> usize {
    trail(bank).await.iter().filter(|row| row.action == action).count()
}

fn is_wrong_at(answer: &Answer, field: &str) -> bool {
    let error = format!("<p class=\"message\" id=\"{field}-error\">");
    answer.status == 422
        && answer.body.contains(&error)
        && answer.body.contains("role=\"alert\"")
        && answer.body.contains("<title>错误：")
}

async fn add(bank: &Bank, name: &str, place: &str) -> String {
    let new = NewOrganisation {
        kind: OrganisationKind::Community,
        name: name.to_owned(),
        place_code: place.to_owned(),
        line: None,
        address: None,
        phone: None,
        opening_hours: None,
        is_sample: false,
    };
    let added = bank.fresh.db.write::<_, places::Error, _>(async move |tx| places::add_organisation(tx, &new).await).await;
    added.unwrap().to_string()
}

crate::on_both! {
    async fn a_place_settles_phone_and_service_point_and_its_learners_see_them(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (wang, _) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.learner("李建国", 2, Some("330182002")).await;
        let sees = async |person: &crate::support::server::Person, words: &str| person.opens("/help").await.body.contains(words);
        assert!(sees(&wang, "12345").await && sees(&li, "12345").await);
        let form = admin.opens("/staff/places/330182001").await;
        assert!(form.body.contains("空着就用：12345"), "{}", form.body);
        let fields = [("help_phone", "０５７１-87000001"), ("help_place", "青石镇便民中心"), ("data_officer", "青石镇 王科长"), ("organisation_name", ""), ("sms_per_day", "")];
        for _ in 0..2 {
            let kept = admin.sends(&form, "/staff/places/330182001", &fields).await;
            assert_eq!((kept.status, kept.location.as_deref()), (303, Some("/staff/places/330182001?said=kept")));
        }
        assert!(admin.opens("/staff/places/330182001?said=kept").await.body.contains("已经保存"));
        assert!(sees(&wang, "0571").await && sees(&wang, "青石镇便民中心").await, "in this process at once");
        assert!(!sees(&li, "0571").await && !sees(&bank.visitor(), "0571").await);
        assert!(wang.opens("/me/complaint").await.body.contains("青石镇 王科长"));
        let kept = trail(&bank).await.into_iter().find(|row| row.action == "places.settle").unwrap();
        assert_eq!((done(&bank, "places.settle").await, kept.object_id.as_str()), (1, "330182001"));
        assert!(kept.detail.contains("data_officer") && !kept.detail.contains("王科长"), "{}", kept.detail);
        // The county speaks for the town that says nothing, and for the one that says nothing any more.
        let county = admin.opens("/staff/places/330182").await;
        admin.sends(&county, "/staff/places/330182", &[("help_phone", "0571-87000009")]).await;
        assert!(sees(&li, "0571").await);
        assert!(admin.opens("/staff/places/330182001").await.body.contains("空着就用：0571-87000009"));
        admin.sends(&form, "/staff/places/330182001", &[]).await;
        assert!(sees(&wang, "87000009").await || sees(&wang, "8700\u{a0}0009").await);
        bank.close().await;
    }

    async fn what_another_process_has_settled_is_seen_within_a_minute_and_costs_home_no_statement_meanwhile(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, _) = bank.learner("王桂英", 1, Some("330182001")).await;
        wang.opens("/").await;
        let settle = async move |tx: &credit_bank::db::Tx| {
            places::keep_settings(tx, "330182001", &[(Setting::HelpPlace, Some("青石镇便民中心".to_owned()))]).await
        };
        assert_eq!(bank.fresh.db.write::<_, places::Error, _>(settle).await.unwrap(), [Setting::HelpPlace]);
        bank.clock.turn_ms(59_000);
        let before = bank.house.db.statements();
        wang.opens("/").await;
        assert_eq!(bank.house.db.statements() - before, 5);
        assert!(!wang.opens("/help").await.body.contains("青石镇便民中心"));
        bank.clock.turn_ms(1_000);
        assert!(wang.opens("/help").await.body.contains("青石镇便民中心"));
        bank.close().await;
    }

    async fn what_cannot_be_settled_is_said_beside_its_field_and_every_word_is_kept(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let form = admin.opens("/staff/places/330182").await;
        for (field, wrong) in [("help_phone", "打给小李"), ("sms_per_day", "很多"), ("help_place", "长".repeat(10_000).as_str()), ("data_officer", "王\u{202e}英")] {
            let again = admin.sends(&form, "/staff/places/330182", &[(field, wrong), ("organisation_name", "县学院")]).await;
            assert!(is_wrong_at(&again, field), "{field}: {}", again.body);
            assert_eq!((again.input(field).as_str(), again.input("organisation_name").as_str()), (wrong, "县学院"));
        }
        for foreign in ["3301", "33", "330183", "999999", "x"] {
            let path = format!("/staff/places/{foreign}");
            assert_eq!((admin.opens(&path).await.status, admin.sends(&form, &path, &[]).await.status), (404, 404), "{foreign}");
        }
        assert_eq!(done(&bank, "places.settle").await, 0);
        bank.close().await;
    }

    async fn a_village_is_added_under_a_town_of_ones_own_and_learners_can_live_there(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182001").await;
        let form = admin.opens("/staff/places/add?town=330182001").await;
        assert_eq!(form.input("town"), "330182001");
        let fields = [("town", "330182001"), ("name", " 柳湾 新村 "), ("place_code", "")];
        for _ in 0..2 {
            let added = admin.sends(&form, "/staff/places/add", &fields).await;
            assert_eq!((added.status, added.location.as_deref()), (303, Some("/staff/places?at=330182001&said=added")));
        }
        let coded = admin.sends(&form, "/staff/places/add", &[("town", "青石镇"), ("name", "竹溪村"), ("place_code", "３３０182 001203")]).await;
        assert_eq!(coded.status, 303, "{}", coded.body);
        let list = admin.opens("/staff/places?at=330182001&said=added").await.body;
        for words in ["已经添加", "柳湾 新村", "330182001L01", "竹溪村", "330182001203", "2 个地方"] {
            assert!(list.contains(words), "{words} in {list}");
        }
        assert!(admin.opens("/staff/places?q=竹溪").await.body.contains("青石镇"), "what is found is shown with where it lies");
        for (town, name, code, field) in [
            ("330182001", "", "", "name"),
            ("330182001", "新村", "330182001", "place_code"),
            ("330182001", "新村", "330182002203", "place_code"),
            ("330182001", "新村", "330182001203", "place_code"),
            ("330182002", "新村", "", "town"),
            ("330182", "新村", "", "town"),
            ("330182001203", "新村", "", "town"),
            ("没有的镇", "新村", "", "town"),
        ] {
            let again = admin.sends(&form, "/staff/places/add", &[("town", town), ("name", name), ("place_code", code)]).await;
            assert!(is_wrong_at(&again, field), "{town} {name} {code}: {}", again.body);
            assert_eq!((again.input("town").as_str(), again.input("place_code").as_str()), (town, code));
        }
        assert_eq!(done(&bank, "places.add").await, 2);
        assert_eq!(places::list_children(bank.fresh.db.read(), Some("330182001")).await.unwrap().len(), 2);
        let (wang, _) = bank.learner("王桂英", 1, None).await;
        let town = wang.opens("/me/place?in=330182001").await;
        assert_eq!(wang.sends(&town, "/me/place", &[("place", "330182001L01")]).await.status, 303);
        assert!(wang.opens("/me").await.body.contains("柳湾 新村"));
        bank.close().await;
    }

    async fn closing_an_organisation_offers_to_undo_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (id, elsewhere) = (add(&bank, "青石镇服务点", "330182001").await, add(&bank, "外地服务点", "3301").await);
        let list = admin.opens("/staff/organisations").await;
        assert!(list.body.contains("青石镇服务点") && !list.body.contains("外地服务点"));
        let close = format!("/staff/organisations/{id}/close");
        for _ in 0..2 {
            let closed = admin.sends(&list, &close, &[]).await;
            assert_eq!((closed.status, closed.location), (303, Some(format!("/staff/organisations?closed={id}"))));
        }
        let next = admin.opens(&format!("/staff/organisations?closed={id}")).await;
        assert!(next.body.contains("「青石镇服务点」已经关闭") && next.body.contains("还没有机构"), "{}", next.body);
        let reopen = format!("/staff/organisations/{id}/reopen");
        for _ in 0..2 {
            assert_eq!(admin.sends(&next, &reopen, &[]).await.location.as_deref(), Some("/staff/organisations"));
        }
        assert!(admin.opens("/staff/organisations").await.body.contains("共 1 家"));
        assert_eq!((done(&bank, "places.close_organisation").await, done(&bank, "places.reopen_organisation").await), (1, 1));
        admin.sends(&list, &close, &[]).await;
        add(&bank, "青石镇服务点", "330182001").await;
        assert_eq!(admin.sends(&next, &reopen, &[]).await.status, 409, "another has the name by now");
        for path in [format!("/staff/organisations/{elsewhere}/close"), format!("/staff/organisations/{elsewhere}/reopen")] {
            assert_eq!(admin.sends(&next, &path, &[]).await.status, 404, "{path}");
        }
        assert!(!admin.opens(&format!("/staff/organisations?closed={elsewhere}")).await.body.contains("外地"));
        bank.close().await;
    }

    async fn long_lists_have_pages(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let many = async move |tx: &credit_bank::db::Tx| {
            for number in 0..201 {
                let new = NewOrganisation {
                    kind: OrganisationKind::Community,
                    name: format!("第 {number:03} 家"),
                    place_code: "330182001".to_owned(),
                    line: None,
                    address: None,
                    phone: None,
                    opening_hours: None,
                    is_sample: false,
                };
                places::add_organisation(tx, &new).await?;
            }
            Ok(())
        };
        bank.fresh.db.write::<_, places::Error, _>(many).await.unwrap();
        let first = admin.opens("/staff/organisations").await.body;
        assert!(first.contains("共 201 家") && first.contains("第 199 家") && !first.contains("第 200 家") && first.contains("第 1 页，共 2 页"));
        let second = admin.opens("/staff/organisations?page=2").await.body;
        assert!(second.contains("第 200 家") && !second.contains("第 199 家") && second.contains("第 2 页，共 2 页"));
        assert!(admin.opens("/staff/organisations?page=99").await.body.contains("第 2 页，共 2 页"));
        bank.close().await;
    }

    async fn the_trail_names_staff_and_no_learner_and_is_narrowed_by_action_day_and_place(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, wang_id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (liu, _) = bank.learner("刘建国", 2, Some("330182002")).await;
        for (person, phone) in [(&wang, "13800000001"), (&liu, "13800000002")] {
            let form = person.opens("/help").await;
            assert_eq!(person.sends(&form, "/help", &[("phone", phone), ("when", "morning")]).await.status, 303);
        }
        bank.clock.turn_ms(86_400_000);
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182001").await;
        let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let waiting = volunteer.opens("/staff/cases").await;
        let at = waiting.body.find("/staff/cases/").unwrap();
        let case = waiting.body[at..].split('"').next().unwrap().to_owned();
        let shown = volunteer.opens(&case).await;
        assert_eq!(volunteer.sends(&shown, &case, &[("doing", "answer"), ("answer", "打过电话了")]).await.status, 303);
        let page = admin.opens("/staff/audit").await.body;
        let end = |id: LearnerId| id.to_string()[28..].to_owned();
        assert!(page.contains("李敏") && page.contains("答复求助") && page.contains(&format!("学员，编号末尾 {}", end(wang_id))), "{page}");
        assert!(!page.contains("王桂英") && !page.contains("刘建国"));
        let opened = admin.opens("/staff/audit?action=help.open").await.body;
        assert!(opened.contains("1 条") && !opened.contains("答复求助</td>"), "the other village's is not shown: {opened}");
        let second = admin.opens("/staff/audit?day=2026-03-03").await.body;
        assert!(second.contains("答复求助</td>") && !second.contains("求助</td><td>") && second.contains("value=\"2026-03-03\""), "{second}");
        assert!(admin.opens("/staff/audit?day=2026-03-09").await.body.contains("没有这样的记录"));
        let wrong = admin.opens("/staff/audit?day=昨天").await;
        assert!(is_wrong_at(&wrong, "day") && wrong.input("day") == "昨天", "{}", wrong.body);
        assert_eq!(admin.opens("/staff/audit?before=x").await.status, 400);
        bank.close().await;
    }

    async fn the_trail_has_pages_that_lose_no_line_although_many_are_of_one_instant(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182001").await;
        let many = async move |tx: &credit_bank::db::Tx| {
            for number in 0..250 {
                let object_id = format!("object-{number:03}");
                let entry = audit::Entry {
                    actor: None,
                    action: "places.settle",
                    object_kind: "place",
                    object_id: &object_id,
                    learner: None,
                    place_code: Some("330182001"),
                    detail: serde_json::Value::Null,
                };
                audit::record(tx, &entry).await?;
            }
            Ok(())
        };
        bank.fresh.db.write::<_, places::Error, _>(many).await.unwrap();
        let (mut path, mut seen) = ("/staff/audit?action=places.settle".to_owned(), Vec::new());
        for _ in 0..3 {
            let page = admin.opens(&path).await.body;
            seen.extend(page.split("class=\"num\">").filter(|cell| cell.starts_with("ject-")).map(|cell| cell[5..8].to_owned()));
            let older = page.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|href| href.contains("before="));
            path = older.map(|href| href.replace("&#38;", "&").replace("&amp;", "&")).unwrap_or_default();
        }
        assert_eq!((seen.len(), path.as_str()), (250, ""));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 250);
        bank.close().await;
    }

    async fn the_desk_leads_everybody_to_what_waits_and_only_administrators_to_their_lists(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let nav = |page: &str| page.split("<nav class=\"staff-nav\"").nth(1).unwrap().split("</nav>").next().unwrap().to_owned();
        let (of_admin, of_volunteer) = (nav(&admin.opens("/staff").await.body), nav(&volunteer.opens("/staff").await.body));
        assert!(of_admin.contains("待办的求助") && of_volunteer.contains("待办的求助"));
        assert!(of_admin.contains("/staff/audit") && !of_volunteer.contains("/staff/audit") && !of_volunteer.contains("/staff/people"));
        for role in Role::ALL {
            let (somebody, _) = bank.staff(role.code(), role, "330182").await;
            let desk = somebody.opens("/staff").await.body;
            let ways: Vec<String> = desk.split("href=\"/staff").skip(1).map(|way| way.split('"').next().unwrap().to_owned()).collect();
            assert_eq!(ways.len() > 3, Role::FINDERS.contains(&role), "{role:?}");
            for way in ways {
                assert_eq!(somebody.opens(&format!("/staff{way}")).await.status, 200, "{role:?} is led to /staff{way}");
            }
        }
        bank.close().await;
    }
}
