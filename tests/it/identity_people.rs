//! The staff of an area: added, given roles, sent links to their own phones; nobody takes over another's account on the way.

use credit_bank::audit;
use credit_bank::db::Tx;
use credit_bank::identity::{self, Assurance, Delivery, Error, Grant, Login, NewStaff, PersonName, Role, SetupLink, StaffPerson};
use credit_bank::kernel::LearnerId;
use credit_bank::places::PlaceCode;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::identity_staff::{link_in, secret_shown};
use crate::support::server::{Answer, Bank, Person};

const ADD: &str = "/staff/people/add";

fn card_of(id: LearnerId) -> String {
    format!("/staff/people/{id}")
}

/// The form of somebody who is added by phone.
fn by_phone(phone: &str) -> [(&str, &str); 7] {
    [
        ("name", ""),
        ("phone", phone),
        ("login", "li.min"),
        ("role", "volunteer"),
        ("place", "330182001"),
        ("organisation", ""),
        ("line", ""),
    ]
}

/// The link that a text carries, as a path.
async fn link_sent(bank: &Bank, phone: &str) -> String {
    let letter = bank.letter_to(phone).await.unwrap();
    assert_eq!(letter.template, "staff-link");
    let (_, link) = letter.params.into_iter().find(|(name, _)| name == "link").unwrap();
    link[link.find("/staff/setup/").unwrap()..].to_owned()
}

async fn texts(bank: &Bank) -> u64 {
    entity::message::Entity::find().count(bank.house.db.read()).await.unwrap()
}

async fn sets_up(bank: &Bank, person: &Person, path: &str) -> Answer {
    let page = person.opens(path).await;
    let code = identity::code_at(&secret_shown(&page), bank.clock.now()).unwrap();
    person.sends(&page, path, &[("password", "correct horse battery"), ("code", &code)]).await
}

async fn first_link(bank: &Bank) -> Option<SetupLink> {
    let keys = bank.house.keys.clone();
    let first = async move |tx: &Tx| identity::first_administrator(tx, &keys).await;
    bank.house.db.write::<_, Error, _>(first).await.unwrap()
}

fn named(login: &str, area: &str, is_sample: bool) -> NewStaff {
    NewStaff {
        person: StaffPerson::Named(PersonName::parse("郑敏").unwrap()),
        login: Login::parse(login).unwrap(),
        grant: Grant { role: Role::Administrator, organisation: None, area: PlaceCode::parse(area).unwrap(), line: None },
        by: None,
        is_sample,
    }
}

crate::on_both! {
    async fn the_link_of_somebody_who_has_an_account_goes_to_their_own_phone(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (wang, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (admin, admin_id) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let form = admin.opens(ADD).await;
        let added = admin.sends(&form, ADD, &by_phone("13800000001")).await;
        assert_eq!((added.status, added.location.clone()), (303, Some(format!("{}?said=sent", card_of(id)))), "{}", added.body);
        let page = admin.opens(added.location.as_ref().unwrap()).await;
        assert!(page.body.contains("尾号 0001") && !page.body.contains("/staff/setup/") && !page.body.contains("13800000001"), "{}", page.body);
        let again = admin.sends(&form, ADD, &by_phone("13800000001")).await;
        assert_eq!((again.status, again.location, texts(&bank).await), (303, added.location, 1), "twice is one text");
        let log = audit::list_access(bank.house.db.read(), id, 9).await.unwrap();
        assert!(log.iter().any(|row| row.actor == admin_id && row.what == "staff_add"), "{log:?}");
        let path = link_sent(&bank, "13800000001").await;
        assert_eq!(wang.opens("/me/sessions").await.status, 200);
        let set = sets_up(&bank, &bank.visitor(), &path).await;
        assert_eq!(set.location.as_deref(), Some("/sign-in/staff?said=set"), "{}", set.body);
        assert_eq!(wang.opens("/me/sessions").await.status, 303, "their other sessions end");
        assert_eq!(bank.letter_to("13800000001").await.unwrap().template, "staff-set", "and they are told");
        bank.close().await;
    }

    async fn a_phone_of_another_place_is_answered_like_one_that_nobody_has(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        bank.learner("王桂英", 1, Some("330182002")).await;
        let (_, free) = bank.learner("刘建国", 2, None).await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182001").await;
        let form = admin.opens(ADD).await;
        let words = |page: &Answer| page.body.split("role=\"alert\"").nth(1).unwrap().split("</div>").next().unwrap().to_owned();
        let (held, unknown) = (admin.sends(&form, ADD, &by_phone("13800000001")).await, admin.sends(&form, ADD, &by_phone("13800000009")).await);
        assert_eq!((held.status, unknown.status, words(&held)), (422, 422, words(&unknown)));
        assert_eq!((held.input("phone").as_str(), texts(&bank).await), ("13800000001", 0));
        let placeless = admin.sends(&form, ADD, &by_phone("13800000002")).await;
        assert_eq!(placeless.location, Some(format!("{}?said=sent", card_of(free))), "{}", placeless.body);
        bank.close().await;
    }

    async fn a_new_link_goes_to_the_phone_and_is_shown_only_where_there_is_none(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (_, phoneless) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (far, _) = bank.staff("别人", Role::Administrator, "330182002").await;
        let form = admin.opens(ADD).await;
        admin.sends(&form, ADD, &by_phone("13800000001")).await;
        let first = link_sent(&bank, "13800000001").await;
        let page = admin.opens(&card_of(id)).await;
        let path = format!("{}/link", card_of(id));
        let (a, b) = tokio::join!(admin.sends(&page, &path, &[]), admin.sends(&page, &path, &[]));
        assert_eq!((a.status, a.location.clone(), b.location), (303, Some(format!("{}?said=sent", card_of(id))), a.location), "{}", a.body);
        assert_eq!(texts(&bank).await, 2, "one for each of the two forms");
        let second = link_sent(&bank, "13800000001").await;
        assert_eq!((bank.visitor().opens(&first).await.status, bank.visitor().opens(&second).await.status), (409, 200));
        let shown = admin.sends(&admin.opens(&card_of(phoneless)).await, &format!("{}/link", card_of(phoneless)), &[]).await;
        assert_eq!((shown.status, bank.visitor().opens(&link_in(&shown)).await.status), (200, 200));
        assert_eq!(far.sends(&far.opens("/staff").await, &path, &[]).await.status, 404);
        bank.close().await;
    }

    async fn six_forms_at_once_add_one_person_once_with_one_answer(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        bank.learner("王桂英", 1, Some("330182001")).await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let people = entity::person::Entity::find().count(bank.house.db.read()).await.unwrap();
        let form = admin.opens(ADD).await;
        let fields = [("name", "李敏"), ("login", "new.one"), ("role", "volunteer"), ("place", "青石镇"), ("organisation", ""), ("line", "")];
        let six = futures_util::future::join_all((0..6).map(|_| admin.sends(&form, ADD, &fields))).await;
        let statuses: Vec<u16> = six.iter().map(|one| one.status).collect();
        assert_eq!(statuses, [200; 6], "{}", six[0].body);
        assert!(six.iter().all(|one| link_in(one) == link_in(&six[0])));
        assert_eq!(bank.visitor().opens(&link_in(&six[5])).await.status, 200, "the link is not lost");
        assert_eq!(entity::person::Entity::find().count(bank.house.db.read()).await.unwrap(), people + 1);
        let form = admin.opens(ADD).await;
        let fields = by_phone("13800000001");
        let six = futures_util::future::join_all((0..6).map(|_| admin.sends(&form, ADD, &fields))).await;
        assert!(six.iter().all(|one| one.status == 303 && one.location == six[0].location), "{:?}", six.iter().map(|one| one.status).collect::<Vec<_>>());
        assert_eq!((texts(&bank).await, entity::role::Entity::find().count(bank.house.db.read()).await.unwrap()), (1, 3));
        bank.close().await;
    }

    async fn six_forms_at_once_give_one_role_and_make_one_organisation(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (_, li) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let page = admin.opens(&card_of(li)).await;
        let path = format!("{}/roles", card_of(li));
        let role = [("role", "officer"), ("place", "330182001"), ("organisation", ""), ("line", "")];
        let six = futures_util::future::join_all((0..6).map(|_| admin.sends(&page, &path, &role))).await;
        assert!(six.iter().all(|one| one.location == Some(format!("{}?said=added", card_of(li)))), "{}", six[0].body);
        assert_eq!(entity::role::Entity::find().count(bank.house.db.read()).await.unwrap(), 3);
        let form = admin.opens("/staff/organisations/add").await;
        let fields = [("name", "青石镇文化站"), ("kind", "service_point"), ("place", "青石镇")];
        let six = futures_util::future::join_all((0..6).map(|_| admin.sends(&form, "/staff/organisations/add", &fields))).await;
        assert!(six.iter().all(|one| one.status == 303), "{:?}", six.iter().map(|one| one.status).collect::<Vec<_>>());
        assert_eq!(entity::organisation::Entity::find().count(bank.house.db.read()).await.unwrap(), 1);
        bank.close().await;
    }

    async fn a_second_role_is_given_ended_and_given_back(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (admin, me) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (volunteer, li) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (far, _) = bank.staff("别人", Role::Administrator, "330182002").await;
        let page = admin.opens(&card_of(li)).await;
        assert!(page.status == 200 && page.body.contains("李敏") && page.body.contains("没有手机"), "{}", page.body);
        let path = format!("{}/roles", card_of(li));
        let bad = admin.sends(&page, &path, &[("role", ""), ("place", "3301"), ("organisation", ""), ("line", "railways")]).await;
        for words in ["请选一个岗位", "不归您管", "没有这个条线"] {
            assert!(bad.status == 422 && bad.body.contains(words), "{words}: {}", bad.body);
        }
        assert_eq!(bad.input("place"), "3301");
        let role = [("role", "officer"), ("place", "青石镇"), ("organisation", ""), ("line", "women")];
        assert_eq!(admin.sends(&page, &path, &role).await.location, Some(format!("{}?said=added", card_of(li))));
        assert_eq!(far.sends(&far.opens("/staff").await, &path, &role).await.status, 404);
        assert_eq!(far.opens(&card_of(li)).await.status, 404);
        let page = admin.opens(&card_of(li)).await;
        assert!(page.body.contains("机构经办人 · 妇联") && page.body.contains("志愿者"), "{}", page.body);
        let end = page.body.split("action=\"").skip(1).filter_map(|part| part.split('"').next()).find(|path| path.ends_with("/end")).unwrap().to_owned();
        assert_eq!(far.sends(&far.opens("/staff").await, &end, &[]).await.status, 404);
        for _ in 0..2 {
            assert_eq!(admin.sends(&page, &end, &[]).await.location, Some(format!("{}?said=ended", card_of(li))), "twice is once");
        }
        assert_eq!(volunteer.opens("/staff").await.status, 303, "their sessions end");
        let next = admin.opens(&format!("{}?said=ended", card_of(li))).await;
        let back = end.replace("/end", "/back");
        assert!(next.body.contains("岗位停用了") && next.body.contains(&back) && next.body.contains("撤销"), "{}", next.body);
        for _ in 0..2 {
            assert_eq!(admin.sends(&next, &back, &[]).await.location, Some(format!("{}?said=added", card_of(li))));
        }
        assert_eq!(admin.opens(&card_of(li)).await.body.matches("/end\"").count(), 2);
        let own = admin.opens(&card_of(me)).await;
        assert!(own.status == 200 && !own.body.contains("/end\""), "{}", own.body);
        let mine = entity::role::Entity::find().all(bank.house.db.read()).await.unwrap();
        let mine = mine.iter().find(|row| row.learner_id == me.uuid()).unwrap().id;
        assert_eq!(admin.sends(&own, &format!("{}/roles/{mine}/end", card_of(me)), &[]).await.status, 403);
        bank.close().await;
    }

    async fn the_first_link_is_printed_until_somebody_real_administers_the_whole_bank(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        bank.adds_staff(named("sample-admin", "", true)).await;
        bank.adds_staff(named("county", "330182", false)).await;
        let first = first_link(&bank).await.unwrap();
        let second = first_link(&bank).await.unwrap();
        assert_eq!((first.learner, bank.visitor().opens(&first.path()).await.status), (second.learner, 409));
        sets_up(&bank, &bank.visitor(), &second.path()).await;
        assert!(first_link(&bank).await.is_none());
        bank.close().await;
    }

    async fn an_open_link_of_another_administrator_of_the_whole_bank_counts(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        bank.adds_staff(named("zheng", "", false)).await;
        assert!(first_link(&bank).await.is_none());
        bank.clock.turn_ms(8 * 86_400_000);
        assert!(first_link(&bank).await.is_some(), "it has expired");
        bank.close().await;
    }

    async fn a_fresh_link_is_printed_for_a_sign_in_name(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let Delivery::Shown(old) = bank.adds_staff(named("zheng", "", false)).await.delivery else { panic!() };
        let link = async |login: &'static str| {
            let login = Login::parse(login).unwrap();
            let work = async move |tx: &Tx| identity::link_for_login(tx, &login).await;
            bank.house.db.write::<_, Error, _>(work).await.unwrap()
        };
        let new = link("zheng").await.unwrap();
        assert_eq!((bank.visitor().opens(&old.path()).await.status, bank.visitor().opens(&new.path()).await.status), (409, 200));
        assert!(link("nobody").await.is_none());
        bank.close().await;
    }
}

#[actix_web::test]
async fn more_staff_than_one_page_holds_are_on_the_next() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap();
    let (admin, id) = bank.staff("陈志远", Role::Administrator, "").await;
    let rows = (0..201).map(|_| entity::role::ActiveModel {
        learner_id: sea_orm::Set(id.uuid()),
        id: sea_orm::Set(credit_bank::kernel::new_id(bank.clock.now())),
        role: sea_orm::Set("volunteer".to_owned()),
        organisation_id: sea_orm::Set(None),
        place_code: sea_orm::Set(Some("33".to_owned())),
        line: sea_orm::Set(None),
        granted_by: sea_orm::Set(id.uuid()),
        granted_at_ms: sea_orm::Set(bank.clock.now().ms() + 1),
        ended_at_ms: sea_orm::Set(None),
    });
    let rows: Vec<_> = rows.collect();
    let insert = async move |tx: &Tx| {
        entity::role::Entity::insert_many(rows.clone()).exec_without_returning(tx).await?;
        Ok(())
    };
    bank.house.db.write::<_, Error, _>(insert).await.unwrap();
    let first = admin.opens("/staff/people").await;
    assert!(
        first.body.contains("共 202 个岗位") && first.body.contains("/staff/people?page=2") && !first.body.contains("上一页")
    );
    let second = admin.opens("/staff/people?page=2").await;
    assert!(second.body.contains("管理员") && second.body.contains("/staff/people?page=1") && !second.body.contains("下一页"));
    assert_eq!(second.body.matches("<tr>").count(), 3, "the head and two roles");
    let weak = bank.signed_in(id, Assurance::Sms).await;
    assert_eq!(weak.opens("/staff/people").await.status, 403);
    bank.close().await;
}
