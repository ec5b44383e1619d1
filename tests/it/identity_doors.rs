//! At the learners' doors: codes asked for again, proving more, shared devices, cookies that live as long as their sessions.

use credit_bank::audit::{self, AuditFilter};
use credit_bank::db::Tx;
use credit_bank::identity::{self, Assurance, ConsentWay, Error, Pin};
use credit_bank::kernel::{Acting, Group, IdentityLevel, LearnerId};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::identity::other_than;
use crate::support::server::{Answer, Bank, Person};

const PHONE: &str = "13800000001";
const HOUR_MS: i64 = 3_600_000;

async fn asks(person: &Person, back: &str) -> Answer {
    let form = person.opens(&format!("/sign-in?back={back}")).await;
    let asked = person.sends(&form, "/sign-in", &[("phone", PHONE), ("back", back)]).await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    person.opens(asked.location.as_ref().unwrap()).await
}

async fn code_sent(bank: &Bank, phone: &str) -> String {
    bank.letter_to(phone).await.unwrap().params[0].1.clone()
}

/// The session's cookie as the answer sets it.
fn session_set(answer: &Answer) -> Vec<&str> {
    let all = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    all.filter(|cookie| cookie.starts_with("session=")).collect()
}

fn acting(learner: LearnerId) -> Acting {
    Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }
}

async fn with_pin(bank: &Bank, learner: LearnerId) -> String {
    let (keys, pin) = (bank.house.keys.clone(), Pin::parse("2580").unwrap());
    let set = async move |tx: &Tx| identity::set_pin(tx, &keys, &acting(learner), None, &pin).await;
    bank.house.db.write::<_, Error, _>(set).await.unwrap().as_str().to_owned()
}

crate::on_both! {
    async fn a_used_up_code_is_followed_by_a_fresh_one(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, wang) = bank.learner("王桂英", 1, None).await;
        let person = bank.visitor();
        let page = asks(&person, "/me").await;
        let old = code_sent(&bank, PHONE).await;
        for _ in 0..5 {
            person.sends(&page, "/sign-in/code", &[("otp", &other_than(&old))]).await;
        }
        let stale = person.sends(&page, "/sign-in/code", &[("otp", &old)]).await;
        assert!(stale.status == 422 && stale.body.contains("过时了"), "{}", stale.body);
        bank.clock.turn_ms(60_000);
        let page = person.opens("/sign-in/code?back=/me").await;
        for _ in 0..2 {
            let again = person.sends(&page, "/sign-in/again", &[("back", "/me")]).await;
            assert_eq!(again.location.as_deref(), Some("/sign-in/code?said=fresh&back=%2Fme"), "sent twice it is one");
        }
        assert!(person.opens("/sign-in/code?said=fresh&back=/me").await.body.contains("数字是新的"));
        let new = code_sent(&bank, PHONE).await;
        assert_ne!(new, old);
        let entered = person.sends(&page, "/sign-in/code", &[("otp", &new), ("back", "/me")]).await;
        assert_eq!(entered.location.as_deref(), Some("/me"), "{}", entered.body);
        assert_eq!(identity::list_sessions(bank.house.db.read(), wang, bank.clock.now()).await.unwrap().len(), 2);
        bank.close().await;
    }

    async fn a_code_to_a_new_phone_is_asked_for_again_too(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, learner) = bank.learner("王桂英", 1, None).await;
        let form = wang.opens("/me/phone").await;
        assert_eq!(wang.sends(&form, "/me/phone/again", &[]).await.location.as_deref(), Some("/me/phone"), "nothing was asked yet");
        wang.sends(&form, "/me/phone", &[("phone", "13900000005")]).await;
        let old = code_sent(&bank, "13900000005").await;
        let page = wang.opens("/me/phone/code").await;
        assert!(page.body.contains("action=\"/me/phone/again\""));
        bank.clock.turn_ms(60_000);
        assert_eq!(wang.sends(&page, "/me/phone/again", &[]).await.location.as_deref(), Some("/me/phone/code?said=again"));
        assert_eq!(code_sent(&bank, "13900000005").await, old);
        bank.clock.turn_ms(11 * 60_000);
        assert_eq!(wang.sends(&page, "/me/phone/again", &[]).await.location.as_deref(), Some("/me/phone/code?said=fresh"));
        let new = code_sent(&bank, "13900000005").await;
        assert_ne!(new, old);
        let other = bank.signed_in(learner, Assurance::Sms).await;
        assert_eq!(wang.sends(&page, "/me/phone/code", &[("otp", &new)]).await.location.as_deref(), Some("/me?said=phone"));
        assert_eq!((wang.opens("/me/sessions").await.status, other.opens("/me/sessions").await.status), (200, 303), "other sessions end");
        bank.close().await;
    }

    async fn who_came_in_by_a_card_proves_more_by_phone(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (strong, wang) = bank.learner("王桂英", 1, None).await;
        let card = with_pin(&bank, wang).await;
        let hall = bank.visitor();
        let form = hall.opens("/sign-in/card").await;
        assert_eq!(hall.sends(&form, "/sign-in/card", &[("card", &card), ("pin", "2580")]).await.status, 303);
        assert_eq!(strong.opens("/sign-in?back=/me").await.location.as_deref(), Some("/me"), "who is strong enough goes on");
        let page = hall.opens("/sign-in?back=/me/correct").await;
        assert!(page.status == 200 && page.body.contains("用手机号再确认一下") && page.body.contains("社区服务点"), "{}", page.body);
        let bad = hall.sends(&page, "/sign-in", &[("phone", "12"), ("back", "/me/correct")]).await;
        assert!(bad.status == 422 && bad.body.contains("用手机号再确认一下"), "{}", bad.body);
        let code_page = asks(&hall, "/me/correct").await;
        let code = code_sent(&bank, PHONE).await;
        let entered = hall.sends(&code_page, "/sign-in/code", &[("otp", &code), ("back", "/me/correct")]).await;
        assert_eq!(entered.location.as_deref(), Some("/me/correct"), "{}", entered.body);
        assert_eq!(hall.opens("/me/correct").await.status, 200);
        let open = identity::list_sessions(bank.house.db.read(), wang, bank.clock.now()).await.unwrap();
        assert!(open.iter().all(|session| session.assurance == Some(Assurance::Sms)), "the card's session has ended");
        bank.close().await;
    }

    async fn the_cookie_of_a_session_lives_as_long_as_its_row(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        bank.learner("王桂英", 1, None).await;
        let person = bank.visitor();
        let page = asks(&person, "/me").await;
        let code = code_sent(&bank, PHONE).await;
        let entered = person.sends(&page, "/sign-in/code", &[("otp", &code), ("back", "/me")]).await;
        assert!(session_set(&entered)[0].contains("Max-Age=2592000"), "{:?}", entered.headers);
        assert!(session_set(&person.opens("/me").await).is_empty());
        bank.clock.turn_ms(25 * HOUR_MS);
        let again = person.opens("/me").await;
        let set = session_set(&again);
        assert!(set.len() == 1 && set[0].contains("Max-Age=2592000") && set[0].contains("HttpOnly"), "{set:?}");
        assert_eq!(set[0].split(';').next(), session_set(&entered)[0].split(';').next(), "the same token");
        assert!(session_set(&person.opens("/me").await).is_empty(), "once a day");
        let page = person.opens("/me/sessions").await;
        bank.clock.turn_ms(25 * HOUR_MS);
        let out = person.sends(&page, "/sign-out", &[]).await;
        let set = session_set(&out);
        assert!(set.len() == 1 && set[0].contains("Max-Age=0"), "the handler's word counts: {set:?}");
        bank.close().await;
    }

    async fn on_a_shared_device_a_session_ends_after_three_hours_and_leaves_nothing_known(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, wang) = bank.learner("王桂英", 1, None).await;
        let card = with_pin(&bank, wang).await;
        let (by_card, by_text) = (bank.visitor(), bank.visitor());
        let form = by_card.opens("/sign-in/card").await;
        assert!(form.body.contains("name=\"shared\" value=\"yes\""), "{}", form.body);
        let first = by_card.sends(&form, "/sign-in/card", &[("card", &card), ("pin", "2580"), ("shared", "yes")]).await;
        let page = asks(&by_text, "/me").await;
        let code = code_sent(&bank, PHONE).await;
        let second = by_text.sends(&page, "/sign-in/code", &[("otp", &code), ("back", "/me"), ("shared", "yes")]).await;
        for answer in [&first, &second] {
            assert!(answer.status == 303 && !session_set(answer)[0].contains("Max-Age"), "{:?}", answer.headers);
        }
        assert_eq!(entity::known_device::Entity::find().count(bank.house.db.read()).await.unwrap(), 0);
        bank.clock.turn_ms(3 * HOUR_MS - 1);
        assert_eq!((by_card.opens("/me").await.status, by_text.opens("/me").await.status), (200, 200));
        bank.clock.turn_ms(1);
        assert_eq!((by_card.opens("/me").await.status, by_text.opens("/me").await.status), (303, 303));
        bank.close().await;
    }

    async fn who_registers_on_a_shared_device_is_out_after_three_hours_too(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let person = bank.visitor();
        let page = asks(&person, "/").await;
        let code = code_sent(&bank, PHONE).await;
        let proven = person.sends(&page, "/sign-in/code", &[("otp", &code), ("back", "/passbook"), ("shared", "yes")]).await;
        let named = person.opens(proven.location.as_ref().unwrap()).await;
        person.sends(&named, "/register/name", &[("name", "王桂英")]).await;
        person.sends(&person.opens("/register/year").await, "/register/year", &[("year", "1951"), ("month", ""), ("day", "")]).await;
        let consent = person.opens("/register/consent").await;
        let agreed = person.sends(&consent, "/register/consent", &[("agree", "yes")]).await;
        assert_eq!(agreed.location.as_deref(), Some("/register/done?back=%2Fpassbook"), "{}", agreed.body);
        assert!(!session_set(&agreed)[0].contains("Max-Age"));
        bank.clock.turn_ms(3 * HOUR_MS);
        assert_eq!(person.opens("/me").await.status, 303);
        bank.close().await;
    }

    async fn a_new_pin_ends_the_sessions_of_the_card_but_no_other(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (phone, wang) = bank.learner("王桂英", 1, None).await;
        let (card, tablet) = (bank.signed_in(wang, Assurance::CardPin).await, bank.signed_in(wang, Assurance::Sms).await);
        assert_eq!(phone.sends(&phone.opens("/me/card").await, "/me/card", &[("pin", "2580")]).await.status, 303);
        let open = async |person: &Person| person.opens("/me/sessions").await.status;
        assert_eq!((open(&phone).await, open(&tablet).await, open(&card).await), (200, 200, 303));
        bank.close().await;
    }

    async fn what_people_do_at_the_doors_is_in_the_trail_of_their_place(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (_, wang) = bank.learner("王桂英", 1, None).await;
        let choose = async move |tx: &Tx| {
            let me = acting(wang);
            identity::choose_place(tx, &me, Some("330182001".to_owned())).await?;
            identity::choose_groups(tx, &me, &[Group::Elder, Group::Woman]).await?;
            identity::agree_to_group(tx, &me, Group::Veteran, ConsentWay::Screen).await?;
            identity::withdraw_from_group(tx, &me, Group::Veteran).await
        };
        bank.house.db.write::<_, Error, _>(choose).await.unwrap();
        with_pin(&bank, wang).await;
        bank.signed_in(wang, Assurance::Sms).await;
        let filter = AuditFilter { areas: vec!["330182".to_owned()], most: 99, ..AuditFilter::default() };
        let rows = audit::list_entries(bank.house.db.read(), &filter).await.unwrap();
        let done: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
        for action in ["choose_place", "choose_groups", "agree", "withdraw_consent", "set_pin", "sign_in"] {
            assert!(done.contains(&format!("identity.{action}").as_str()), "{action}: {done:?}");
        }
        assert!(rows.iter().all(|row| ![&row.detail, &row.object_id].iter().any(|text| text.contains("veteran") || text.contains("elder"))), "which groups is theirs alone");
        let (admin, _) = bank.staff("陈志远", credit_bank::identity::Role::Administrator, "330182").await;
        assert!(admin.opens("/staff/audit").await.body.contains("写住的地方"));
        bank.close().await;
    }
}
