//! The hall's device: set by a volunteer, opened by three pictures or a volunteer's digits, and closed with all that was opened on it.

use credit_bank::audit;
use credit_bank::db::DbFault;
use credit_bank::identity::{self, Role};
use credit_bank::kernel::{CardNumber, LearnerId};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::support::server::{Answer, Bank, Person};

const MINE: [&str; 3] = ["teapot", "key", "fish"];

async fn card_of(bank: &Bank, id: LearnerId) -> CardNumber {
    identity::profile(bank.house.db.read(), &bank.house.keys, id).await.unwrap().card.unwrap()
}

/// Makes the browser of a volunteer the hall's; they are signed out by it.
async fn makes_hall(volunteer: &Person) -> Answer {
    let form = volunteer.opens("/staff/hall-device").await;
    volunteer.sends(&form, "/staff/hall-device", &[("place", "青石镇")]).await
}

/// A device that is the hall's.
async fn hall(bank: &Bank) -> Person {
    let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    assert_eq!(makes_hall(&li).await.location.as_deref(), Some("/hall"));
    li
}

/// The person chooses three pictures on a volunteer's device.
async fn chooses(volunteer: &Person, id: LearnerId, pictures: [&str; 3]) -> Answer {
    let path = format!("/staff/learners/{id}/pictures");
    for picture in pictures {
        let form = volunteer.opens(&path).await;
        assert_eq!(volunteer.sends(&form, &path, &[("pick", picture)]).await.status, 303);
    }
    let form = volunteer.opens(&path).await;
    assert!(form.body.contains("就是这三张吗"), "{}", form.body);
    volunteer.sends(&form, &path, &[("keep", "yes")]).await
}

/// Taps pictures at the hall; the answer to the last tap.
async fn taps(hall: &Person, card: &CardNumber, pictures: [&str; 3]) -> Answer {
    let path = format!("/hall/pictures?card={}", card.as_str());
    let mut last = None;
    for picture in pictures {
        let form = hall.opens(&path).await;
        last = Some(hall.sends(&form, "/hall/pictures", &[("card", card.as_str()), ("pick", picture)]).await);
    }
    last.unwrap()
}

crate::on_both! {
    async fn a_hall_s_device_shows_each_person_their_own_size_of_letters_whatever_the_last_one_chose(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        chooses(&li, wang, MINE).await;
        let card = card_of(&bank, wang).await;
        let hall = hall(&bank).await;
        for (mine, left) in [("large", "xlarge"), ("normal", "large")] {
            assert_eq!(taps(&hall, &card, MINE).await.status, 303);
            hall.opens(&format!("/font?to={mine}&back=/")).await;
            let home = hall.opens("/me").await;
            assert_eq!(hall.sends(&home, "/sign-out", &[]).await.location.as_deref(), Some("/hall?said=out"));
            hall.opens(&format!("/font?to={left}&back=/hall")).await;
            assert!(hall.opens("/hall").await.body.contains(&format!("data-font=\"{left}\"")));
            taps(&hall, &card, MINE).await;
            let home = hall.opens("/me").await;
            assert!(home.body.contains(&format!("data-font=\"{mine}\"")), "{}", home.body);
            hall.sends(&home, "/sign-out", &[]).await;
        }
        bank.close().await;
    }

    async fn three_pictures_in_their_order_open_the_door_on_a_device_of_the_hall_and_nowhere_else(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        assert_eq!(chooses(&li, wang, MINE).await.location, Some(format!("/staff/learners/{wang}?said=pictures")));
        let card = card_of(&bank, wang).await;
        let kept = entity::card::Entity::find_by_id(card.as_str()).one(bank.house.db.read()).await.unwrap().unwrap();
        assert_eq!(kept.pictures_mac.unwrap().len(), 32, "a code, nothing that shows which");
        assert!(bank.letter_to("13800000001").await.unwrap().text.contains("三张图"));
        // At home there is no such door.
        let home = bank.visitor();
        assert!(home.opens("/hall").await.body.contains("还不是活动室的"));
        assert_eq!(home.opens(&format!("/hall/pictures?card={}", card.as_str())).await.location.as_deref(), Some("/hall"));
        let hall = hall(&bank).await;
        assert_eq!(hall.opens("/staff").await.status, 303, "the volunteer is signed out");
        assert!(hall.opens("/hall").await.body.contains("青石镇"));
        let other_order = taps(&hall, &card, ["key", "teapot", "fish"]).await;
        assert!(other_order.status == 422 && other_order.body.contains("对不上"), "{}", other_order.body);
        let opened = taps(&hall, &card, MINE).await;
        assert_eq!((opened.status, opened.location.as_deref()), (303, Some("/")), "{}", opened.body);
        let session = entity::session::Entity::find().filter(entity::session::Column::Assurance.eq("pictures"));
        let session = session.one(bank.house.db.read()).await.unwrap().unwrap();
        assert!(session.is_shared == 1 && session.hall_id.is_some());
        assert_eq!(session.expires_at_ms - session.created_at_ms, 3 * 3_600_000, "it ends with the class");
        // A weak session reads and learns; it changes no door and takes nothing out.
        for path in ["/me/kept", "/me/phone", "/me/leave"] {
            let asked = hall.opens(path).await;
            assert!(asked.status == 403 || asked.location.is_some_and(|to| to.starts_with("/sign-in")), "{path}: {}", asked.status);
        }
        assert_eq!(hall.opens("/passbook").await.status, 200);
        // Whoever signs out leaves the door to the next.
        let form = hall.opens("/help").await;
        assert_eq!(hall.sends(&form, "/sign-out", &[]).await.location.as_deref(), Some("/hall?said=out"));
        let log = audit::list_access(bank.house.db.read(), wang, 99).await.unwrap();
        assert!(log.iter().any(|row| row.what == "set_pictures" && row.actor == li_id));
        bank.close().await;
    }

    async fn wrong_pictures_are_counted_for_card_and_device_and_for_the_day(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        chooses(&li, wang, MINE).await;
        let card = card_of(&bank, wang).await;
        let nobody = CardNumber::from_body(4_711);
        let device = hall(&bank).await;
        for tried in [&card, &nobody] {
            for number in 1..=5 {
                let wrong = taps(&device, tried, ["chair", "radio", "key"]).await;
                let expected = if number == 5 { 429 } else { 422 };
                assert_eq!(wrong.status, expected, "the same whether the card exists: {number} {}", wrong.body);
            }
        }
        assert_eq!(taps(&device, &card, MINE).await.status, 429, "this device rests");
        let next = hall(&bank).await;
        assert_eq!(taps(&next, &card, MINE).await.status, 303, "another does not");
        // Thirty wrong in a day, on all devices together: a volunteer lets them in.
        for _ in 0..5 {
            let device = hall(&bank).await;
            for _ in 0..5 {
                taps(&device, &card, ["chair", "radio", "key"]).await;
            }
        }
        let device = hall(&bank).await;
        let closed = taps(&device, &card, MINE).await;
        assert_eq!(closed.location.as_deref(), Some("/hall?said=volunteer"), "{} {}", closed.status, closed.body);
        assert!(device.opens("/hall?said=volunteer").await.body.contains("请志愿者帮您进来"));
        bank.close().await;
    }

    async fn a_volunteer_lets_somebody_in_with_six_digits_once_at_a_hall_of_theirs(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (far, _) = bank.staff("别人", Role::Volunteer, "330182002").await;
        let device = hall(&bank).await;
        let page = li.opens(&format!("/staff/learners/{wang}")).await;
        let path = format!("/staff/learners/{wang}/vouch");
        assert_eq!(far.sends(&far.opens("/staff/learners").await, &path, &[]).await.status, 404, "not of their place");
        let twice = (li.sends(&page, &path, &[]).await, li.sends(&page, &path, &[]).await);
        assert_eq!(twice.0.location, twice.1.location, "twice is once");
        let shown = li.opens(twice.0.location.as_ref().unwrap()).await;
        let digits = shown.body.split("class=\"num whole\">").nth(1).unwrap().split('<').next().unwrap().replace('\u{a0}', "");
        assert_eq!(digits.len(), 6, "{}", shown.body);
        let kept = entity::hall_code::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
        assert!(!hex::encode(&kept.code_mac).contains(&digits), "never kept as they are");
        let says = async |person: &Person, digits: &str| {
            let form = person.opens("/hall").await;
            person.sends(&form, "/hall/code", &[("digits", digits)]).await
        };
        for (typed, words) in [("", "6 位数字"), ("12", "6 位数字"), ("000001", "用不了")] {
            let bad = says(&device, typed).await;
            assert!(bad.status == 422 && bad.body.contains(words), "{typed}: {}", bad.body);
        }
        let opened = says(&device, &digits).await;
        assert_eq!((opened.status, opened.location.as_deref()), (303, Some("/")), "{}", opened.body);
        let inside = device.opens("/").await.body;
        assert!(inside.contains("王桂英"), "{inside}");
        let other = hall(&bank).await;
        assert_eq!(says(&other, &digits).await.status, 422, "once");
        assert!(li.opens(twice.0.location.as_ref().unwrap()).await.body.contains("用过了"));
        let log = audit::list_access(bank.house.db.read(), wang, 99).await.unwrap();
        assert!(log.iter().any(|row| row.what == "vouch" && row.actor == li_id), "the access log keeps who let them in");
        let session = entity::session::Entity::find().filter(entity::session::Column::Assurance.eq("vouched"));
        assert_eq!(session.count(bank.house.db.read()).await.unwrap(), 1);
        // After ten minutes the digits are over.
        let page = li.opens(&format!("/staff/learners/{wang}")).await;
        let late = li.sends(&page, &path, &[]).await.location.unwrap();
        let digits = li.opens(&late).await.body.split("class=\"num whole\">").nth(1).unwrap().split('<').next().unwrap().replace('\u{a0}', "");
        bank.clock.turn_ms(10 * 60_000 + 1);
        assert_eq!(says(&other, &digits).await.status, 422);
        bank.close().await;
    }

    async fn digits_of_another_place_open_nothing(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, liu) = bank.learner("刘建国", 2, Some("330182002")).await;
        let (far, _) = bank.staff("别人", Role::Volunteer, "330182002").await;
        let device = hall(&bank).await;
        let page = far.opens(&format!("/staff/learners/{liu}")).await;
        let to = far.sends(&page, &format!("/staff/learners/{liu}/vouch"), &[]).await.location.unwrap();
        let digits = far.opens(&to).await.body.split("class=\"num whole\">").nth(1).unwrap().split('<').next().unwrap().replace('\u{a0}', "");
        let form = device.opens("/hall").await;
        assert_eq!(device.sends(&form, "/hall/code", &[("digits", &digits)]).await.status, 422);
        bank.close().await;
    }

    async fn when_the_class_is_over_the_device_is_the_hall_s_no_more_and_nobody_is_signed_in(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        chooses(&li, wang, MINE).await;
        let page = li.opens(&format!("/staff/learners/{wang}")).await;
        li.sends(&page, &format!("/staff/learners/{wang}/pin"), &[("pin", "2580")]).await;
        let card = card_of(&bank, wang).await;
        let device = hall(&bank).await;
        taps(&device, &card, MINE).await;
        let open = async || {
            let open = entity::session::Entity::find().filter(entity::session::Column::LearnerId.eq(wang.uuid()));
            open.filter(entity::session::Column::HallId.is_not_null()).filter(entity::session::Column::EndedAtMs.is_null()).count(bank.house.db.read()).await.unwrap()
        };
        assert_eq!(open().await, 1);
        // By card and PIN on this device it is a shared one too, whatever button is pressed.
        let door = device.opens("/sign-in/card").await;
        assert_eq!(device.sends(&door, "/sign-in/card", &[("card", card.as_str()), ("pin", "2580")]).await.status, 303);
        assert_eq!(open().await, 1, "the one before ended with it");
        let form = device.opens("/hall").await;
        assert_eq!(device.sends(&form, "/hall/end", &[]).await.location.as_deref(), Some("/signed-out"));
        assert_eq!((open().await, device.opens("/passbook").await.status), (0, 303));
        assert!(device.opens("/hall").await.body.contains("还不是活动室的"));
        // From afar by who set it; nobody else.
        let (zhao, zhao_id) = bank.staff("赵敏", Role::Volunteer, "330182001").await;
        makes_hall(&zhao).await;
        let set = entity::hall_device::Entity::find().filter(entity::hall_device::Column::SetBy.eq(zhao_id.uuid())).one(bank.house.db.read()).await.unwrap().unwrap();
        let at_home = bank.signed_in(zhao_id, identity::Assurance::PasswordTotp).await;
        let list = at_home.opens("/staff/hall-device").await;
        assert!(list.body.contains("青石镇"));
        let path = format!("/staff/hall-device/{}/end", set.id);
        assert_eq!(li.sends(&li.opens("/staff/hall-device").await, &path, &[]).await.status, 404);
        for _ in 0..2 {
            assert_eq!(at_home.sends(&list, &path, &[]).await.status, 303);
        }
        assert!(zhao.opens("/hall").await.body.contains("还不是活动室的"));
        // And by itself after half a day.
        let device = hall(&bank).await;
        bank.clock.turn_ms(12 * 3_600_000 + 1);
        assert!(device.opens("/hall").await.body.contains("还不是活动室的"));
        bank.close().await;
    }

    async fn whoever_goes_from_card_to_card_closes_the_device_to_pictures_for_the_day(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        chooses(&li, wang, MINE).await;
        let page = li.opens(&format!("/staff/learners/{wang}")).await;
        li.sends(&page, &format!("/staff/learners/{wang}/pin"), &[("pin", "2580")]).await;
        let card = card_of(&bank, wang).await;
        let device = hall(&bank).await;
        for number in 0..2 {
            assert_eq!(taps(&device, &CardNumber::from_body(4_711 + number), ["chair", "radio", "key"]).await.status, 422);
        }
        let of_the_hall = entity::sign_in_try::Entity::find().filter(entity::sign_in_try::Column::Subject.eq("hall-pictures"));
        let row = of_the_hall.one(bank.house.db.read()).await.unwrap().unwrap();
        assert_eq!(row.failed, 2, "of whatever card");
        let many = entity::sign_in_try::Entity::update_many()
            .col_expr(entity::sign_in_try::Column::Failed, sea_orm::sea_query::Expr::value(99_i64))
            .filter(entity::sign_in_try::Column::Subject.eq("hall-pictures"));
        bank.house.db.write::<_, DbFault, _>(async move |tx| Ok(many.clone().exec(tx).await.map(drop)?)).await.unwrap();
        assert_eq!(taps(&device, &CardNumber::from_body(99), ["chair", "radio", "key"]).await.status, 422, "the hundredth");
        assert_eq!(taps(&device, &card, MINE).await.location.as_deref(), Some("/hall?said=volunteer"));
        let door = device.opens("/sign-in/card").await;
        assert_eq!(device.sends(&door, "/sign-in/card", &[("card", card.as_str()), ("pin", "2580")]).await.status, 303, "the PIN opens");
        assert_eq!(taps(&hall(&bank).await, &card, MINE).await.status, 303, "another device too");
        bank.close().await;
    }

    async fn when_approval_is_withdrawn_the_devices_and_digits_of_that_volunteer_end(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (sun, sun_id) = bank.staff("孙强", Role::Volunteer, "330182001").await;
        chooses(&li, wang, MINE).await;
        let page = li.opens(&format!("/staff/learners/{wang}")).await;
        li.sends(&page, &format!("/staff/learners/{wang}/vouch"), &[]).await;
        makes_hall(&li).await;
        makes_hall(&sun).await;
        let card = card_of(&bank, wang).await;
        assert_eq!(taps(&li, &card, MINE).await.status, 303);
        let role = entity::role::Entity::find().filter(entity::role::Column::LearnerId.eq(li_id.uuid())).one(bank.house.db.read()).await.unwrap().unwrap();
        let form = admin.opens(&format!("/staff/people/{li_id}")).await;
        for _ in 0..2 {
            assert_eq!(admin.sends(&form, &format!("/staff/people/{li_id}/roles/{}/end", role.id), &[]).await.status, 303);
        }
        assert_eq!(li.opens("/passbook").await.status, 303, "who was signed in there is out");
        assert!(li.opens("/hall").await.body.contains("还不是活动室的"));
        assert_eq!(entity::hall_code::Entity::find().count(bank.house.db.read()).await.unwrap(), 0, "the digits open nothing");
        // The administrator of the area sees and ends what others have set.
        let set = entity::hall_device::Entity::find().filter(entity::hall_device::Column::SetBy.eq(sun_id.uuid())).one(bank.house.db.read()).await.unwrap().unwrap();
        let path = format!("/staff/hall-device/{}/end", set.id);
        let (far, _) = bank.staff("别人", Role::Administrator, "330182002").await;
        let elsewhere = far.opens("/staff/hall-device").await;
        assert!(!elsewhere.body.contains(&path));
        assert_eq!(far.sends(&elsewhere, &path, &[]).await.status, 404);
        let list = admin.opens("/staff/hall-device").await;
        assert!(list.body.contains(&path), "{}", list.body);
        assert_eq!(admin.sends(&list, &path, &[]).await.status, 303);
        assert!(sun.opens("/hall").await.body.contains("还不是活动室的"));
        bank.close().await;
    }

    async fn what_is_tapped_wrongly_while_choosing_is_said_and_begun_anew(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
        let (far, _) = bank.staff("别人", Role::Volunteer, "330182002").await;
        let path = format!("/staff/learners/{wang}/pictures");
        assert_eq!(far.opens(&path).await.status, 404);
        let form = li.opens(&path).await;
        assert_eq!(form.body.matches("name=\"pick\"").count(), 12);
        let unknown = li.sends(&form, &path, &[("pick", "cat")]).await;
        assert!(unknown.status == 422 && unknown.body.contains("请点一张图"), "{}", unknown.body);
        li.sends(&form, &path, &[("pick", "key")]).await;
        let twice = li.sends(&form, &path, &[("pick", "key")]).await;
        assert!(twice.status == 422 && twice.body.contains("请点另一张") && twice.body.contains("第二张"), "{}", twice.body);
        li.sends(&form, &path, &[("anew", "yes")]).await;
        assert!(li.opens(&path).await.body.contains("第一张"));
        // A volunteer who works for the bank no more makes no hall, from the next request on.
        let (gone, gone_id) = bank.staff("赵敏", Role::Volunteer, "330182001").await;
        let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
        let role = entity::role::Entity::find().filter(entity::role::Column::LearnerId.eq(gone_id.uuid())).one(bank.house.db.read()).await.unwrap().unwrap();
        let card = admin.opens(&format!("/staff/people/{gone_id}")).await;
        let form = gone.opens("/staff/hall-device").await;
        assert_eq!(form.status, 200);
        let ended = admin.sends(&card, &format!("/staff/people/{gone_id}/roles/{}/end", role.id), &[]).await;
        assert_eq!(ended.location, Some(format!("/staff/people/{gone_id}?said=ended")), "{}", ended.body);
        let refused = gone.sends(&form, "/staff/hall-device", &[("place", "青石镇")]).await;
        assert!(refused.location.is_some_and(|to| to.starts_with("/sign-in?back=")), "without a role there is no session of staff");
        assert_eq!(entity::hall_device::Entity::find().count(bank.house.db.read()).await.unwrap(), 0);
        assert!(gone.opens("/staff/learners/register").await.location.is_some_and(|to| to.starts_with("/sign-in?back=")));
        bank.close().await;
    }
}
