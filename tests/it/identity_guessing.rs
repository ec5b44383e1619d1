//! Guessing over many addresses: at a card, at the staff door; and what texts strangers can use up.

use credit_bank::audit::{self, AuditFilter};
use credit_bank::db::Tx;
use credit_bank::identity::{
    self, Assurance, Error, Grant, Login, NewStaff, Opening, Origin, PasswordPool, Phone, Pin, Role, Secret, StaffPerson,
};
use credit_bank::kernel::{Acting, CardNumber, IdentityLevel, LearnerId};
use credit_bank::places::{self, PlaceCode, Setting};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::identity::{other_than, said_wrong};
use crate::identity_staff::secret_shown;
use crate::support::people::sender;
use crate::support::server::{Answer, Bank, Person};

const DAY_MS: i64 = 86_400_000;
const PASSWORD: &str = "correct horse battery";

/// A card with the PIN 2580 of somebody born in 1951.
async fn card_of(bank: &Bank, learner: LearnerId) -> CardNumber {
    let (keys, pin) = (bank.house.keys.clone(), Pin::parse("2580").unwrap());
    let acting = Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN };
    let set = async move |tx: &Tx| identity::set_pin(tx, &keys, &acting, None, &pin).await;
    bank.house.db.write::<_, Error, _>(set).await.unwrap()
}

async fn shows(person: &Person, card: &CardNumber, pin: &str, year: Option<&str>) -> Answer {
    let form = person.opens("/sign-in/card").await;
    let mut fields = vec![("card", card.as_str()), ("pin", pin)];
    fields.extend(year.map(|year| ("year", year)));
    person.sends(&form, "/sign-in/card", &fields).await
}

/// A staff member with a phone, who has set password and second factor; gives the secret of the second factor.
async fn clerk(bank: &Bank) -> Vec<u8> {
    let (_, learner) = bank.learner("王桂英", 1, Some("330182001")).await;
    let (_, admin) = bank.staff("陈志远", Role::Administrator, "330182").await;
    let grant = Grant { role: Role::Officer, organisation: None, area: PlaceCode::parse("330182001").unwrap(), line: None };
    let person = StaffPerson::WithPhone(Phone::parse("13800000001").unwrap());
    let new = NewStaff { person, login: Login::parse("wang").unwrap(), grant, by: Some(admin), is_sample: false };
    assert_eq!(bank.adds_staff(new).await.learner, learner);
    let letter = bank.letter_to("13800000001").await.unwrap();
    let path = letter.params[0].1.strip_prefix(&sender().site).unwrap().to_owned();
    let page = bank.visitor().opens(&path).await;
    let secret = secret_shown(&page);
    let code = identity::code_at(&secret, bank.clock.now()).unwrap();
    let person = bank.visitor();
    let page = person.opens(&path).await;
    assert_eq!(person.sends(&page, &path, &[("password", PASSWORD), ("code", &code)]).await.status, 303);
    bank.clock.turn_ms(30_000);
    secret
}

async fn knocks(person: &Person, password: &str, code: &str) -> Answer {
    let door = person.opens("/sign-in/staff").await;
    person.sends(&door, "/sign-in/staff", &[("login", "wang"), ("password", password), ("code", code)]).await
}

async fn asks(person: &Person, phone: &str) -> Answer {
    let form = person.opens("/sign-in").await;
    person.sends(&form, "/sign-in", &[("phone", phone)]).await
}

/// A browser on a device that is known to be the learner's, signed out again.
async fn own_device(bank: &Bank, learner: LearnerId, address: &str) -> Person {
    let device = Secret::fresh();
    let origin = Origin { device: Some(device.clone()), ..Origin::default() };
    let open = async move |tx: &Tx| {
        let token = Secret::fresh();
        let opening = Opening { learner, assurance: Assurance::Sms, origin: &origin, token: &token, replaces: None };
        Ok::<_, Error>(identity::open_session(tx, opening).await?)
    };
    bank.house.db.write(open).await.unwrap();
    bank.visitor_with(address, &[("device", &device.to_text())])
}

crate::on_both! {
    async fn many_addresses_together_do_not_guess_a_pin(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, wang) = bank.learner("王桂英", 1, None).await;
        let (card, nobodys) = (card_of(&bank, wang).await, CardNumber::from_body(123_456_789));
        let known = own_device(&bank, wang, "198.51.100.1").await;
        for stranger in 0..30 {
            let person = bank.visitor_at(&format!("203.0.113.{stranger}"));
            for card in [&card, &nobodys] {
                let guess = shows(&person, card, "0000", None).await;
                assert!(guess.status == 422 && guess.body.contains("卡号和密码对不上") && !guess.body.contains("出生年份"), "{}", guess.body);
            }
        }
        // The owner, in a hall: asked for the year too, like whoever shows a card that nobody has.
        let hall = bank.visitor_at("198.51.100.9");
        let (real, none) = (shows(&hall, &card, "2580", None).await, shows(&hall, &nobodys, "2580", None).await);
        assert_eq!((real.status, none.status, said_wrong(&real)), (422, 422, said_wrong(&none)));
        assert!(real.body.contains("name=\"year\"") && real.input("card") == card.as_str() && !real.body.contains("value=\"2580\""), "{}", real.body);
        let mut words = Vec::new();
        for (card, pin, year) in [(&card, "2580", "1952"), (&card, "2581", "1951"), (&nobodys, "2580", "1951")] {
            let wrong = shows(&hall, card, pin, Some(year)).await;
            assert!(wrong.status == 422 && wrong.input("year") == year, "{}", wrong.body);
            words.push(said_wrong(&wrong));
        }
        assert!(words.iter().all(|said| *said == words[0]) && words[0].contains("有一样对不上"), "{words:?}");
        assert_eq!(shows(&hall, &card, "2580", Some("51")).await.status, 422, "a year has four digits");
        assert_eq!(shows(&hall, &card, "2580", Some("1951")).await.location.as_deref(), Some("/"));
        assert_eq!(shows(&known, &card, "2580", None).await.status, 303, "their own device goes on as before");
        bank.clock.turn_ms(DAY_MS);
        assert_eq!(shows(&bank.visitor_at("198.51.100.10"), &card, "2580", None).await.status, 303, "a new day");
        bank.close().await;
    }

    async fn a_card_at_which_thousands_guess_is_opened_by_phone(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, wang) = bank.learner("王桂英", 1, None).await;
        let (card, nobodys) = (card_of(&bank, wang).await, CardNumber::from_body(123_456_789));
        let known = own_device(&bank, wang, "198.51.100.1").await;
        let stranger = bank.visitor_at("203.0.113.1");
        for card in [&card, &nobodys] {
            shows(&stranger, card, "0000", None).await;
        }
        let many = async |tx: &Tx| {
            let update = entity::sign_in_try::Entity::update_many().col_expr(entity::sign_in_try::Column::Failed, Expr::value(2_000_i64));
            update.filter(entity::sign_in_try::Column::Source.starts_with("day:")).exec(tx).await?;
            Ok(())
        };
        bank.house.db.write::<_, Error, _>(many).await.unwrap();
        let hall = bank.visitor_at("198.51.100.9");
        for card in [&card, &nobodys] {
            let sent = shows(&hall, card, "2580", Some("1951")).await;
            assert_eq!((sent.status, sent.location.as_deref()), (303, Some("/sign-in?said=card")), "{}", sent.body);
        }
        assert!(hall.opens("/sign-in?said=card").await.body.contains("今天这张卡请用手机号登录"));
        assert_eq!(shows(&known, &card, "2580", None).await.status, 303);
        bank.clock.turn_ms(DAY_MS);
        assert_eq!(shows(&hall, &card, "2580", None).await.status, 303);
        bank.close().await;
    }

    async fn who_has_the_password_and_not_the_second_factor_rests_for_the_day(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let secret = clerk(&bank).await;
        let code = |bank: &Bank| identity::code_at(&secret, bank.clock.now()).unwrap();
        let own = bank.visitor_at("198.51.100.1");
        assert_eq!(knocks(&own, PASSWORD, &code(&bank)).await.status, 303);
        own.sends(&own.opens("/staff").await, "/sign-out", &[]).await;
        bank.clock.turn_ms(30_000);
        for stranger in 0..6 {
            let person = bank.visitor_at(&format!("203.0.113.{stranger}"));
            for _ in 0..3 {
                assert_eq!(knocks(&person, "wrong horse battery", &code(&bank)).await.status, 422, "wrong passwords rest nobody else");
            }
        }
        assert_ne!(bank.letter_to("13800000001").await.unwrap().template, "staff-guessed");
        for stranger in 0..5 {
            let person = bank.visitor_at(&format!("203.0.114.{stranger}"));
            for _ in 0..2 {
                assert_eq!(knocks(&person, PASSWORD, &other_than(&code(&bank))).await.status, 422);
            }
        }
        assert_eq!(bank.letter_to("13800000001").await.unwrap().template, "staff-guessed");
        let fresh = bank.visitor_at("203.0.115.1");
        let rest = knocks(&fresh, PASSWORD, &code(&bank)).await;
        assert!(rest.status == 429 && rest.body.contains("15 小时") && rest.body.contains("平时的设备"), "{}", rest.body);
        assert_eq!(knocks(&own, PASSWORD, &code(&bank)).await.status, 303, "their own device goes on");
        let filter = AuditFilter { areas: vec!["330182".to_owned()], action: Some("identity.staff_wrong".to_owned()), most: 99, ..AuditFilter::default() };
        assert_eq!(audit::list_entries(bank.house.db.read(), &filter).await.unwrap().len(), 28, "the county sees each");
        bank.clock.turn_ms(DAY_MS);
        assert_eq!(knocks(&fresh, PASSWORD, &code(&bank)).await.status, 303, "a new day");
        bank.close().await;
    }

    async fn a_double_tap_at_the_staff_door_is_one_session_and_no_second_way_in(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let secret = clerk(&bank).await;
        let code = identity::code_at(&secret, bank.clock.now()).unwrap();
        let own = bank.visitor();
        let door = own.opens("/sign-in/staff").await;
        let fields = |code: &str| [("login", "wang".to_owned()), ("password", PASSWORD.to_owned()), ("code", code.to_owned())];
        let taps = async |code: &str, csrf: &str| {
            let fields = fields(code);
            let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let once = door.input("once");
            fields.extend([("csrf", csrf), ("once", once.as_str())]);
            own.posts_raw("/sign-in/staff", &fields).await.status
        };
        let csrf = door.input("csrf");
        let count = async || entity::session::Entity::find().filter(entity::session::Column::Assurance.eq("password_totp")).count(bank.house.db.read()).await.unwrap();
        let before = count().await;
        let (a, b) = tokio::join!(taps(&code, &csrf), taps(&code, &csrf));
        assert_eq!((a, b, count().await), (303, 303, before + 1));
        let csrf = own.opens("/help").await.input("csrf");
        assert_eq!(taps(&code, &csrf).await, 303, "the same once more");
        assert_eq!(taps(&other_than(&code), &csrf).await, 422, "another code under the same form");
        bank.clock.turn_ms(61_000);
        assert_eq!(taps(&code, &csrf).await, 422, "the same a minute later");
        bank.close().await;
    }

    async fn nobody_who_found_no_seat_has_tried(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let secret = clerk(&bank).await;
        let pool = bank.house.rooms.get::<PasswordPool>();
        let seats: Vec<_> = std::iter::from_fn(|| pool.seat().ok()).collect();
        let own = bank.visitor();
        for _ in 0..6 {
            assert_eq!(knocks(&own, "wrong horse battery", "000000").await.status, 503);
        }
        drop(seats);
        let code = identity::code_at(&secret, bank.clock.now()).unwrap();
        assert_eq!(knocks(&own, PASSWORD, &code).await.status, 303);
        bank.close().await;
    }

    async fn the_last_texts_of_a_day_are_kept_for_accounts_and_their_own_devices(fresh: Fresh) {
        let bank = Bank::over_with(fresh, |config| config.sms_per_day = 10).await;
        let (_, wang) = bank.learner("王桂英", 1, None).await;
        bank.learner("刘建国", 2, None).await;
        let own = own_device(&bank, wang, "198.51.100.1").await;
        for stranger in 0..8 {
            let phone = format!("139000000{stranger:02}");
            assert_eq!(asks(&bank.visitor_at(&format!("203.0.113.{stranger}")), &phone).await.status, 303);
            bank.letter_to(&phone).await.unwrap();
        }
        let refused = asks(&bank.visitor_at("203.0.113.20"), "13900000099").await;
        assert!(refused.status == 429 && refused.body.contains("今天的短信发完了") && refused.input("phone") == "13900000099", "{}", refused.body);
        assert_eq!(asks(&bank.visitor_at("203.0.113.21"), "13800000002").await.status, 303, "a phone with an account");
        bank.letter_to("13800000002").await.unwrap();
        assert_eq!(asks(&bank.visitor_at("203.0.113.22"), "13800000001").await.status, 429, "strangers ask for known phones");
        assert_eq!(asks(&own, "13800000001").await.status, 303, "its own device");
        bank.letter_to("13800000001").await.unwrap();
        bank.clock.turn_ms(DAY_MS);
        assert_eq!(asks(&bank.visitor_at("203.0.113.23"), "13900000098").await.status, 303, "a new day");
        bank.close().await;
    }

    async fn one_address_gets_two_hundred_texts_to_phones_without_an_account(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        bank.learner("王桂英", 1, None).await;
        assert_eq!(asks(&bank.visitor_at("203.0.113.1"), "13900000001").await.status, 303);
        let many = async |tx: &Tx| {
            let update = entity::sms_challenge::Entity::update_many().col_expr(entity::sms_challenge::Column::Sends, Expr::value(200_i64));
            update.exec(tx).await?;
            Ok(())
        };
        bank.house.db.write::<_, Error, _>(many).await.unwrap();
        assert_eq!(asks(&bank.visitor_at("203.0.113.1"), "13900000002").await.status, 429);
        assert_eq!(asks(&bank.visitor_at("203.0.113.1"), "13800000001").await.status, 303, "the account behind that address");
        assert_eq!(asks(&bank.visitor_at("203.0.113.2"), "13900000002").await.status, 303, "another address");
        bank.clock.turn_ms(DAY_MS + 1);
        assert_eq!(asks(&bank.visitor_at("203.0.113.1"), "13900000003").await.status, 303, "a day later");
        bank.close().await;
    }

    async fn a_place_has_its_own_limit_of_texts_where_one_is_set(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, Some("330182001")).await;
        bank.learner("刘建国", 2, Some("330182002")).await;
        bank.learner("赵强", 3, Some("3301")).await;
        let own = own_device(&bank, wang, "198.51.100.1").await;
        let set = async |tx: &Tx| {
            places::keep_settings(tx, "330182", &[(Setting::SmsPerDay, Some("2".to_owned()))]).await?;
            Ok(())
        };
        bank.house.db.write::<_, places::Error, _>(set).await.unwrap();
        assert_eq!(asks(&bank.visitor_at("203.0.113.1"), "13800000002").await.status, 303);
        assert_eq!(asks(&bank.visitor_at("203.0.113.2"), "13800000001").await.status, 429, "strangers leave one");
        assert_eq!(asks(&own, "13800000001").await.status, 303);
        bank.clock.turn_ms(60_000);
        assert_eq!(asks(&own, "13800000001").await.status, 429, "the place has had its two");
        assert_eq!(asks(&bank.visitor_at("203.0.113.3"), "13800000003").await.status, 303, "who lives elsewhere");
        bank.close().await;
    }

    async fn six_forms_at_once_at_the_phones_door_are_one_text_and_one_answer(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let person = bank.visitor();
        let form = person.opens("/sign-in").await;
        let fields = [("phone", "13900000001")];
        let six = futures_util::future::join_all((0..6).map(|_| person.sends(&form, "/sign-in", &fields))).await;
        let answers: Vec<_> = six.iter().map(|one| (one.status, one.location.as_deref())).collect();
        assert_eq!(answers, [(303, Some("/sign-in/code")); 6]);
        assert_eq!(entity::sms_challenge::Entity::find().count(bank.house.db.read()).await.unwrap(), 1);
        assert_eq!(entity::message::Entity::find().count(bank.house.db.read()).await.unwrap(), 1);
        bank.learner("王桂英", 1, None).await;
        let person = bank.visitor();
        asks(&person, "13800000001").await;
        let page = person.opens("/sign-in/code").await;
        let code = bank.letter_to("13800000001").await.unwrap().params[0].1.clone();
        let fields = [("otp", code.as_str()), ("back", "/me")];
        let six = futures_util::future::join_all((0..6).map(|_| person.sends(&page, "/sign-in/code", &fields))).await;
        assert_eq!(six.iter().map(|one| one.location.as_deref()).collect::<Vec<_>>(), [Some("/me"); 6]);
        assert_eq!(entity::session::Entity::find().count(bank.house.db.read()).await.unwrap(), 2, "one beside that of the set-up");
        bank.close().await;
    }
}
