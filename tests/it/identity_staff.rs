//! Through the staff's doors: the door itself, the lists of administrators, looking people up.

use credit_bank::identity::{self, Assurance, Role};

use crate::identity::{other_than, said_wrong};
use crate::support::databases::Engine;
use crate::support::server::{Answer, Bank};

crate::on_both! {
    async fn the_staff_door_opens_with_all_three_parts_and_never_says_which_was_wrong(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let keys = bank.house.keys.clone();
        let link = bank.house.db.write::<_, identity::Error, _>(async move |tx| identity::first_administrator(tx, &keys).await).await.unwrap().unwrap();
        let admin = bank.visitor();
        let page = admin.opens(&link.path()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let secret = secret_shown(&page);
        let code = |bank: &Bank| identity::code_at(&secret, bank.clock.now()).unwrap();
        let short = admin.sends(&page, &link.path(), &[("password", "kurz"), ("code", &code(&bank))]).await;
        assert!(short.status == 422 && short.body.contains("至少 10 个字"), "{}", short.body);
        let set = admin.sends(&page, &link.path(), &[("password", "correct horse battery"), ("code", &code(&bank))]).await;
        assert_eq!(set.location.as_deref(), Some("/sign-in/staff?said=set"), "{}", set.body);
        assert_eq!(admin.opens(&link.path()).await.status, 409);
        let again = admin.sends(&page, &link.path(), &[("password", "correct horse battery"), ("code", &code(&bank))]).await;
        assert_eq!((again.status, again.location), (303, set.location), "{}", again.body);
        let other = admin.sends(&page, &link.path(), &[("password", "another horse battery"), ("code", &code(&bank))]).await;
        assert_eq!(other.status, 409, "{}", other.body);
        bank.clock.turn_ms(30_000);
        let tries = [("admin", "wrong horse battery", code(&bank)), ("nobody", "correct horse battery", code(&bank)), ("admin", "correct horse battery", other_than(&code(&bank)))];
        let mut bodies = Vec::new();
        for (login, password, code) in &tries {
            let door = admin.opens("/sign-in/staff").await;
            let wrong = admin.sends(&door, "/sign-in/staff", &[("login", login), ("password", password), ("code", code)]).await;
            assert_eq!(wrong.status, 422);
            bodies.push(said_wrong(&wrong));
        }
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]) && bodies[0].contains("有一样不对"), "{bodies:?}");
        let door = admin.opens("/sign-in/staff").await;
        let right = code(&bank);
        let fields = [("login", "admin"), ("password", "correct horse battery"), ("code", right.as_str())];
        let entered = admin.sends(&door, "/sign-in/staff", &fields).await;
        assert_eq!((entered.status, entered.location.as_deref()), (303, Some("/staff")), "{}", entered.body);
        assert_eq!(admin.opens("/staff").await.status, 200);
        let other = bank.visitor();
        let door = other.opens("/sign-in/staff").await;
        assert_eq!(other.sends(&door, "/sign-in/staff", &fields).await.status, 422, "a step of the second factor counts once");
        bank.close().await;
    }

    async fn an_administrator_adds_staff_who_set_themselves_up(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let form = admin.opens("/staff/people/add?place=330182001").await;
        assert_eq!(form.input("place"), "330182001");
        let bad = admin.sends(&form, "/staff/people/add", &[("name", "李敏"), ("login", "李"), ("role", "volunteer"), ("place", "青石镇")]).await;
        assert!(bad.status == 422 && bad.input("name") == "李敏" && bad.body.contains("只用小写字母"), "{}", bad.body);
        let above = admin.sends(&form, "/staff/people/add", &[("name", "李敏"), ("login", "li.min"), ("role", "volunteer"), ("place", "3301")]).await;
        assert!(above.status == 422 && above.body.contains("不归您管"), "{}", above.body);
        let fields = [("name", "李敏"), ("login", "li.min"), ("role", "volunteer"), ("place", "青石镇"), ("organisation", ""), ("line", "")];
        let (first, again) = (admin.sends(&form, "/staff/people/add", &fields).await, admin.sends(&form, "/staff/people/add", &fields).await);
        assert_eq!((first.status, link_in(&first)), (200, link_in(&again)), "{}", again.body);
        assert!(admin.opens("/staff/people").await.body.matches("李敏").count() >= 1);
        let li = bank.visitor();
        let page = li.opens(&link_in(&first)).await;
        assert!(page.status == 200 && page.body.contains("li.min"), "{}", page.body);
        bank.close().await;
    }

    async fn staff_find_by_whole_numbers_in_their_area_only(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182002")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let form = li.opens("/staff/learners").await;
        let found = li.sends(&form, "/staff/learners", &[("number", "138 0000 0001")]).await;
        assert_eq!(found.location, Some(format!("/staff/learners/{wang}")), "{}", found.body);
        let page = li.opens(&format!("/staff/learners/{wang}")).await;
        assert!(page.body.contains("王桂英") && page.body.contains("青石镇") && !page.body.contains("13800000001"), "{}", page.body);
        for (number, words) in [("13800000002", "没有找到"), ("13800000009", "没有找到"), ("1380000", "请写全"), ("王桂英", "请写全")] {
            let none = li.sends(&form, "/staff/learners", &[("number", number)]).await;
            assert!(none.status == 422 && none.body.contains(words) && none.input("number") == number, "{number}: {}", none.body);
        }
        assert_eq!(li.opens(&format!("/staff/learners/{liu}")).await.status, 404);
        let log = credit_bank::audit::list_access(bank.house.db.read(), wang, 20).await.unwrap();
        assert!(log.iter().any(|row| row.what == "find_by_phone") && log.iter().any(|row| row.what == "profile"));
        bank.close().await;
    }

    async fn organisations_are_added_once_and_closed_by_administrators_of_the_area(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let form = admin.opens("/staff/organisations/add").await;
        let bad = admin.sends(&form, "/staff/organisations/add", &[("name", ""), ("kind", "school"), ("place", "石桥")]).await;
        assert!(bad.status == 422 && bad.body.contains("请写上名称") && bad.body.contains("没有找到这个地方"), "{}", bad.body);
        for _ in 0..2 {
            let fields = [("name", "青石镇文化站"), ("kind", "service_point"), ("place", "青石镇"), ("hours", "周一到周五")];
            let added = admin.sends(&form, "/staff/organisations/add", &fields).await;
            assert_eq!(added.status, 303, "{}", added.body);
        }
        let list = admin.opens("/staff/organisations").await;
        assert_eq!(list.body.matches("/close\"").count(), 1, "{}", list.body);
        let path = between(&list.body, "action=\"", "/close\"") + "/close";
        let (other, _) = bank.staff("别人", Role::Administrator, "330182002").await;
        let page = other.opens("/staff").await;
        for path in [path.as_str(), "/staff/organisations/not-an-id/close"] {
            assert_eq!(other.sends(&page, path, &[]).await.status, 404);
        }
        for _ in 0..2 {
            assert_eq!(admin.sends(&list, &path, &[]).await.status, 303);
        }
        assert_eq!(admin.opens("/staff/organisations").await.body.matches("/close\"").count(), 0);
        assert!(admin.opens("/staff/audit").await.body.contains("关闭机构"));
        let places = admin.opens("/staff/places?at=330182").await;
        assert!(places.body.contains("青石镇") && places.body.contains("浙江省"), "{}", places.body);
        assert_eq!(admin.opens("/staff/places?at=99").await.status, 404);
        bank.close().await;
    }
}

/// The link on the page, as a path.
pub fn link_in(page: &Answer) -> String {
    let at = page.body.find("/staff/setup/").unwrap_or_else(|| panic!("no link in:\n{}", page.body));
    page.body[at..].split(['<', '"']).next().unwrap().to_owned()
}

fn between(text: &str, from: &str, to: &str) -> String {
    let end = text.find(to).unwrap();
    let start = text[..end].rfind(from).unwrap() + from.len();
    text[start..end].to_owned()
}

/// The secret of the second factor, as its page shows it.
pub fn secret_shown(page: &Answer) -> Vec<u8> {
    let words = page.body.split("<b class=\"num\">").map(|part| part.split("</b>").next().unwrap());
    let text = words.filter(|text| text.len() == 39 && text.contains(' ')).last().unwrap().replace(' ', "");
    totp_rs::Secret::try_from_base32(text).unwrap().as_ref().to_vec()
}

#[actix_web::test]
async fn the_desk_is_for_staff_and_its_lists_for_administrators() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap().with_places().await;
    let (learner, _) = bank.learner("王桂英", 1, None).await;
    let (volunteer, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
    for path in ["/staff", "/staff/learners"] {
        assert_eq!(bank.visitor().opens(path).await.status, 303, "{path}");
        assert_eq!(learner.opens(path).await.status, 403, "{path}");
        assert_eq!(volunteer.opens(path).await.status, 200, "{path}");
    }
    for path in [
        "/staff/people",
        "/staff/people/add",
        "/staff/organisations",
        "/staff/organisations/add",
        "/staff/places",
        "/staff/audit",
    ] {
        assert_eq!(learner.opens(path).await.status, 403, "{path}");
        assert_eq!(volunteer.opens(path).await.status, 403, "{path}");
        let page = admin.opens(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
    }
    let (_, id) = bank.staff("赵强", Role::Officer, "").await;
    let weak = bank.signed_in(id, Assurance::Sms).await;
    assert_eq!(weak.opens("/staff").await.status, 403, "without the second factor");
    bank.close().await;
}
