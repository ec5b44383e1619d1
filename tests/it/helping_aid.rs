//! 辅助操作: both say so, then everything in that session says it was assisted; nobody changes that afterwards.

use credit_bank::db::Tx;
use credit_bank::identity::{self, Assurance, Pin, Role};
use credit_bank::kernel::{Acting, IdentityLevel, LearnerId};
use entity::{assistance, attempt, result, session};
use sea_orm::EntityTrait;

use crate::assessment_pages::takes;
use crate::helping::Hall;
use crate::support::server::{Bank, Person};

async fn offers(hall: &Hall, helper: &Person, aid: &str) {
    let path = format!("/staff/learners/{}/aid", hall.wang_id);
    let page = helper.opens(&path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let sent = helper.sends(&page, &path, &[("aid", aid)]).await;
    assert_eq!(sent.location, Some(format!("{path}?said=offered")), "{}", sent.body);
}

async fn does(person: &Person, fields: &[(&str, &str)]) -> u16 {
    person.sends(&person.opens("/help").await, "/assistance", fields).await.status
}

async fn rows(bank: &Bank) -> Vec<assistance::Model> {
    assistance::Entity::find().all(bank.house.db.read()).await.unwrap()
}

/// Supports and helpers of all results, the oldest first.
async fn supports(bank: &Bank) -> Vec<(String, Option<LearnerId>)> {
    let mut rows = result::Entity::find().all(bank.house.db.read()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(|row| (row.support, row.helper_id.map(LearnerId::from_uuid))).collect()
}

crate::on_both! {
    async fn what_is_done_after_both_have_said_it_is_assisted_and_the_learner_is_told_of_it_nowhere_else(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        assert!(hall.wang.opens("/assistance").await.body.contains("请志愿者打开您的那一页"));
        offers(&hall, &hall.li, "both").await;
        assert!(rows(&hall.bank).await.is_empty(), "one half is not both");
        let page = hall.wang.opens("/assistance").await;
        assert!(page.body.contains("李敏要坐在您旁边") && page.body.contains("我自己拿主意，请人念给您听、替您点"), "{}", page.body);
        assert_eq!(does(&hall.wang, &[("doing", "begin")]).await, 303);
        assert!(hall.wang.opens("/").await.body.contains("有人在旁边帮您"));
        let (_, passed) = takes(&hall.bank, &hall.wang, hall.wang_id, 10).await;
        assert!(passed.body.contains("格"), "{}", passed.body);
        assert_eq!(supports(&hall.bank).await, [("assisted".to_owned(), Some(hall.li_id))]);
        for path in ["/passbook", "/passbook/statement", "/passbook/hours"] {
            let shown = hall.wang.opens(path).await.body;
            assert!(!shown.contains("李敏") && !shown.contains("辅助"), "{path}: {shown}");
        }
        let at_desk = hall.li.opens(&format!("/staff/learners/{}/aid", hall.wang_id)).await;
        assert!(at_desk.body.contains("以前谁在旁边帮过") && at_desk.body.contains("又念又点"), "{}", at_desk.body);
        // Another session of the same person is not assisted.
        let home = hall.bank.signed_in(hall.wang_id, Assurance::Sms).await;
        assert!(!home.opens("/").await.body.contains("有人在旁边帮您"));
        hall.bank.close().await;
    }

    async fn a_client_cannot_change_who_helped_or_how_neither_during_nor_afterwards(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        offers(&hall, &hall.li, "reads").await;
        let page = hall.wang.opens("/assistance").await;
        let claims = [
            ("doing", "begin"), ("aid", "moves"), ("kind", "none"), ("helper", "nobody"), ("helper_id", &*hall.wang_id.to_string()), ("support", "none"),
        ];
        for _ in 0..2 {
            assert_eq!(hall.wang.sends(&page, "/assistance", &claims).await.status, 303);
        }
        let (test, _) = takes(&hall.bank, &hall.wang, hall.wang_id, 10).await;
        let check = hall.wang.opens("/help").await;
        let fields = [("helper_id", ""), ("support", "none"), ("kind", "none")];
        hall.wang.sends(&check, &format!("{test}/hand-in"), &fields).await;
        hall.wang.sends(&check, "/assistance", &[("doing", "end"), ("since_ms", "0"), ("kind", "both"), ("helper_id", "")]).await;
        hall.wang.sends(&check, "/assistance", &[("doing", "end")]).await;
        let all = rows(&hall.bank).await;
        assert_eq!((all.len(), all[0].kind.as_str(), LearnerId::from_uuid(all[0].helper_id)), (1, "reads", hall.li_id));
        assert!(all[0].until_ms.is_some());
        assert_eq!(supports(&hall.bank).await, [("assisted".to_owned(), Some(hall.li_id))]);
        let row = attempt::Entity::find().one(hall.bank.house.db.read()).await.unwrap().unwrap();
        assert_eq!((row.support.as_str(), row.helper_id), ("assisted", Some(hall.li_id.uuid())));
        assert_eq!(does(&hall.wang, &[("doing", "undo")]).await, 400);
        hall.bank.close().await;
    }

    async fn after_the_end_one_is_alone_again_and_says_thank_you_once_a_day(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        offers(&hall, &hall.li, "moves").await;
        does(&hall.wang, &[("doing", "begin")]).await;
        for _ in 0..2 {
            let page = hall.wang.opens("/help").await;
            assert_eq!(hall.wang.sends(&page, "/assistance", &[("doing", "end")]).await.location.as_deref(), Some("/assistance?said=ended"));
        }
        takes(&hall.bank, &hall.wang, hall.wang_id, 10).await;
        assert_eq!(supports(&hall.bank).await, [("none".to_owned(), None)]);
        let over = hall.wang.opens("/assistance?said=ended").await;
        assert!(over.body.contains("李敏今天帮了我"), "{}", over.body);
        for _ in 0..2 {
            hall.wang.sends(&over, "/assistance", &[("doing", "thank")]).await;
        }
        assert!(hall.wang.opens("/assistance?said=ended").await.body.contains("记下了：李敏今天帮了您"));
        hall.bank.close().await;
    }

    async fn nobody_begins_without_an_offer_or_by_one_that_is_old_declined_or_of_somebody_whose_role_has_ended(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        assert_eq!(does(&hall.wang, &[("doing", "begin")]).await, 409);
        offers(&hall, &hall.li, "both").await;
        assert_eq!(does(&hall.wang, &[("doing", "decline")]).await, 303);
        assert_eq!(does(&hall.wang, &[("doing", "begin")]).await, 409);
        offers(&hall, &hall.li, "both").await;
        let (zhang, _) = hall.bank.learner("张三", 2, Some("330182001")).await;
        assert_eq!(does(&zhang, &[("doing", "begin")]).await, 409, "it was said to somebody else");
        hall.bank.clock.turn_ms(11 * 60_000);
        assert_eq!(does(&hall.wang, &[("doing", "begin")]).await, 409);
        offers(&hall, &hall.li, "both").await;
        let (admin, _) = hall.bank.staff("沈静", Role::Administrator, "330182").await;
        let (card, role) = (format!("/staff/people/{}", hall.li_id), role_of(&hall.bank, hall.li_id).await);
        assert_eq!(admin.sends(&admin.opens(&card).await, &format!("{card}/roles/{role}/end"), &[]).await.status, 303);
        assert_eq!(does(&hall.wang, &[("doing", "begin")]).await, 409);
        assert!(rows(&hall.bank).await.is_empty());
        hall.bank.close().await;
    }

    async fn a_volunteer_without_a_device_shows_card_and_digits_on_the_learners_page(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let (_, zhang_id) = hall.bank.learner("张三", 2, Some("330182001")).await;
        let (_, far_id) = hall.bank.staff("赵强", Role::Volunteer, "330182002").await;
        let say = async |card: &str, pin: &str| {
            let page = hall.wang.opens("/assistance").await;
            hall.wang.sends(&page, "/assistance", &[("doing", "card"), ("aid", "moves"), ("card", card), ("pin", pin)]).await
        };
        for nobody in [hall.wang_id, zhang_id, far_id] {
            let answer = say(&card_with_pin(&hall.bank, nobody).await, "2580").await;
            assert!(answer.status == 422 && answer.body.contains("这张卡不是这里志愿者的"), "{}", answer.body);
        }
        let card = card_with_pin(&hall.bank, hall.li_id).await;
        assert_eq!((say(&card, "2581").await.status, say("", "").await.status), (422, 422));
        assert!(rows(&hall.bank).await.is_empty());
        assert_eq!(say(&card, "2580").await.location.as_deref(), Some("/assistance"));
        let all = rows(&hall.bank).await;
        assert_eq!((all.len(), all[0].kind.as_str(), LearnerId::from_uuid(all[0].helper_id)), (1, "moves", hall.li_id));
        assert!(hall.wang.opens("/assistance").await.body.contains("李敏正在旁边替您点"));
        hall.bank.close().await;
    }

    async fn only_who_may_see_the_learner_offers_and_nobody_to_themselves(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let path = format!("/staff/learners/{}/aid", hall.wang_id);
        let (neighbour, _) = hall.bank.staff("赵强", Role::Volunteer, "330182002").await;
        assert_eq!(neighbour.opens(&path).await.status, 404);
        assert_eq!(neighbour.sends(&neighbour.opens("/help").await, &path, &[("aid", "both")]).await.status, 404);
        assert_eq!(hall.li.opens(&format!("/staff/learners/{}/aid", hall.li_id)).await.status, 422);
        let bad = hall.li.sends(&hall.li.opens(&path).await, &path, &[("aid", "decides")]).await;
        assert!(bad.status == 422 && bad.body.contains("请点一样：念，还是点"), "{}", bad.body);
        let helpers = session::Entity::find().all(hall.bank.house.db.read()).await.unwrap();
        assert!(helpers.iter().all(|row| row.helper_id.is_none()));
        hall.bank.close().await;
    }
}

async fn role_of(bank: &Bank, staff: LearnerId) -> uuid::Uuid {
    use sea_orm::{ColumnTrait, QueryFilter};
    let row = entity::role::Entity::find().filter(entity::role::Column::LearnerId.eq(staff.uuid()));
    row.one(bank.house.db.read()).await.unwrap().unwrap().id
}

/// The number of a new card of somebody, which has the PIN 2580.
async fn card_with_pin(bank: &Bank, learner: LearnerId) -> String {
    let (keys, acting) = (bank.house.keys.clone(), Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN });
    let pin = Pin::parse("2580").unwrap();
    let set = async move |tx: &Tx| {
        identity::issue_card(tx, learner).await?;
        identity::set_pin(tx, &keys, &acting, None, &pin).await
    };
    bank.house.db.write::<_, identity::Error, _>(set).await.unwrap().as_str().to_owned()
}
