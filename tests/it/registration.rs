//! The way into a passbook: why the door asks, which step it is, what comes after the last one; and the text of consent asked anew.

use credit_bank::identity::{self, Assurance, Origin};
use entity::{consent, person};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::identity::{asks_for_a_code, code_sent, other_than, said_wrong, tells_who_they_are};
use crate::support::databases::Engine;
use crate::support::server::{Answer, Bank, Person};

const PHONE: &str = "13800000001";

async fn bank() -> Bank {
    Bank::open(Engine::Sqlite).await.unwrap()
}

/// All the way through, by the text of consent.
async fn registers(bank: &Bank, person: &Person) -> Answer {
    tells_who_they_are(bank, person, PHONE, "王桂英", "1951").await;
    let consent = person.opens("/register/consent").await;
    let agreed = person.sends(&consent, "/register/consent", &[("agree", "yes")]).await;
    person.opens(agreed.location.as_deref().unwrap()).await
}

crate::on_both! {
    async fn after_registering_one_sees_the_card_and_may_choose_a_pin_and_goes_on(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let wang = bank.visitor();
        let opened = registers(&bank, &wang).await;
        for words in ["存折开好了", "王桂英", "给卡定一个 4 位密码", "href=\"/passbook\"", "先不定"] {
            assert!(opened.body.contains(words), "{words} in {}", opened.body);
        }
        let card = opened.body.split("whole num\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(card.replace('\u{a0}', "").len(), 10, "{card}");
        let easy = wang.sends(&opened, "/register/done", &[("pin", "1234"), ("back", "/passbook")]).await;
        assert!(easy.status == 422 && easy.body.contains("太好猜") && !easy.body.contains("value=\"1234\""), "{}", easy.body);
        for _ in 0..2 {
            let set = wang.sends(&opened, "/register/done", &[("pin", "2580"), ("back", "/passbook")]).await;
            assert_eq!(set.location.as_deref(), Some("/register/done?said=set&back=%2Fpassbook"));
        }
        let over = wang.opens("/register/done?said=set&back=/passbook").await;
        assert!(over.body.contains("密码定好了") && over.body.contains("href=\"/passbook\"") && !over.body.contains("name=\"pin\""));
        assert!(!wang.opens("/register/done?back=//evil.example").await.body.contains("href=\"//evil"));
        let hall = bank.visitor();
        let form = hall.opens("/sign-in/card").await;
        let entered = hall.sends(&form, "/sign-in/card", &[("card", &card), ("pin", "2580")]).await;
        assert_eq!((entered.status, entered.location.as_deref()), (303, Some("/")));
        assert!(!hall.opens("/register/done").await.body.contains("name=\"pin\""));
        assert_eq!(hall.sends(&hall.opens("/help").await, "/register/done", &[("pin", "3690")]).await.status, 403);
        bank.close().await;
    }

    async fn what_a_visitor_chose_goes_into_the_account(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let wang = bank.visitor();
        let start = wang.opens("/").await;
        let points: Vec<&str> = start.body.split("name=\"start\" value=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        assert_eq!(wang.sends(&start, "/start", &[("start", points[1]), ("start", points[2])]).await.status, 303);
        registers(&bank, &wang).await;
        let row = person::Entity::find().one(bank.fresh.db.read()).await.unwrap().unwrap();
        assert_eq!(row.start_point, Some(format!("{}.{}", points[1], points[2])));
        bank.close().await;
    }

    async fn a_text_of_consent_that_has_changed_is_asked_anew_and_reading_goes_on_without(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, id) = bank.learner("王桂英", 1, None).await;
        let older = async |tx: &credit_bank::db::Tx| {
            let update = consent::Entity::update_many().col_expr(consent::Column::TextVersion, Expr::value("2026-01-01.1"));
            update.exec(tx).await?;
            Ok::<_, credit_bank::db::DbFault>(())
        };
        bank.fresh.db.write(older).await.unwrap();
        let signs_in = async || {
            let wang = bank.visitor();
            let page = asks_for_a_code(&wang, PHONE).await;
            let code = code_sent(&bank, PHONE).await;
            let entered = wang.sends(&page, "/sign-in/code", &[("otp", &code), ("back", "/passbook")]).await;
            bank.clock.turn_ms(120_000);
            (wang, entered.location.unwrap())
        };
        let (wang, asked) = signs_in().await;
        assert_eq!(asked, "/me/consent?back=%2Fpassbook");
        let page = wang.opens(&asked).await;
        for words in ["说明改了", "备份最多再留 90 天", "谁能看", "href=\"/passbook\"", "/me/leave"] {
            assert!(page.body.contains(words), "{words} in {}", page.body);
        }
        assert_eq!(wang.opens("/passbook").await.status, 200, "who does not agree goes on reading");
        let (wang, asked) = signs_in().await;
        assert_eq!(asked, "/me/consent?back=%2Fpassbook", "asked again at the next sign-in");
        let page = wang.opens(&asked).await;
        for _ in 0..2 {
            assert_eq!(wang.sends(&page, "/me/consent", &[("back", "/passbook")]).await.location.as_deref(), Some("/passbook"));
        }
        assert_eq!(consent::Entity::find().count(bank.fresh.db.read()).await.unwrap(), 2);
        assert!(identity::has_agreed(bank.fresh.db.read(), id).await.unwrap());
        assert_eq!(signs_in().await.1, "/passbook");
        assert_eq!(bank.visitor().opens("/me/consent").await.location.as_deref(), Some("/sign-in?back=%2Fme%2Fconsent"));
        bank.close().await;
    }
}

#[actix_web::test]
async fn the_door_says_why_it_asks_and_how_to_get_back() {
    let bank = bank().await;
    let visitor = bank.visitor();
    let cases = [
        ("/passbook", "存折是您自己的，登录了才能看。", "href=\"/\""),
        ("/courses/T19/test", "考核要记在您名下，请先登录。", "href=\"/courses/T19\""),
        ("/me/kept", "您的信息只给您看，请先登录。", "href=\"/\""),
        ("/staff/cases", "这里给工作人员用", "/sign-in/staff?back=/staff/cases"),
    ];
    for (wanted, words, way) in cases {
        let led = visitor.opens(wanted).await.location.unwrap();
        let door = visitor.opens(&led).await.body;
        assert!(door.contains(words) && door.contains(way) && door.contains("没登记过，也从这里进。"), "{wanted}: {door}");
        assert!(door.contains("我有学员卡") && door.contains("/sign-in/card?back="));
    }
    let plain = visitor.opens("/sign-in").await.body;
    assert!(!plain.contains("登录了才能看") && !plain.contains("请先登录"), "{plain}");
    let card = visitor.opens("/sign-in/card?back=/passbook").await.body;
    assert!(card.contains("存折是您自己的") && card.contains("/sign-in?back=/passbook"), "{card}");
    assert!(visitor.opens("/").await.body.contains("href=\"/sign-in/card\""), "the first page leads card holders to their door");
    bank.close().await;
}

#[actix_web::test]
async fn a_registration_says_truly_which_step_it_is_and_leads_back() {
    let bank = bank().await;
    let wang = bank.visitor();
    let step = |page: &Answer, number: u32| {
        let words = [format!("第 {number} 步"), "共 6 步".to_owned()];
        assert!(words.iter().all(|words| page.body.contains(words.as_str())), "step {number} in {}", page.body);
    };
    let phone = wang.opens("/register?back=/passbook").await;
    step(&phone, 1);
    let asked = wang.sends(&phone, "/sign-in", &[("phone", PHONE), ("new", "1"), ("back", "/passbook")]).await;
    assert_eq!(asked.location.as_deref(), Some("/sign-in/code?new=1&back=%2Fpassbook"));
    let digits = wang.opens("/sign-in/code?new=1&back=/passbook").await;
    step(&digits, 2);
    let code = code_sent(&bank, PHONE).await;
    let wrong = wang.sends(&digits, "/sign-in/code", &[("otp", &other_than(&code)), ("new", "1"), ("back", "/passbook")]).await;
    step(&wrong, 2);
    assert!(wrong.status == 422 && wrong.input("otp") == other_than(&code), "a code that was mistyped stays to be mended");
    wang.sends(&digits, "/sign-in/code", &[("otp", &code), ("back", "/passbook")]).await;
    let name = wang.opens("/register/name").await;
    step(&name, 3);
    assert!(name.body.contains("/register?said=again"));
    step(&wang.opens("/register?said=again").await, 1);
    assert_eq!(wang.opens("/register").await.location.as_deref(), Some("/register/name"));
    wang.sends(&name, "/register/name", &[("name", "王桂英")]).await;
    let year = wang.opens("/register/year").await;
    step(&year, 4);
    assert!(!year.body.contains("name=\"month\"") && year.body.contains("href=\"/register/name\""));
    wang.sends(&year, "/register/year", &[("year", "1951")]).await;
    step(&wang.opens("/register/check").await, 5);
    let consent = wang.opens("/register/consent").await;
    step(&consent, 6);
    assert!(consent.body.contains("上一步") && consent.body.contains("href=\"/register/check\""));
    bank.close().await;
}

#[actix_web::test]
async fn a_text_that_can_no_longer_be_used_is_followed_by_a_fresh_one() {
    let bank = bank().await;
    bank.learner("王桂英", 1, None).await;
    let wang = bank.visitor();
    let page = asks_for_a_code(&wang, PHONE).await;
    let code = code_sent(&bank, PHONE).await;
    for _ in 0..5 {
        wang.sends(&page, "/sign-in/code", &[("otp", &other_than(&code))]).await;
    }
    let stale = wang.sends(&page, "/sign-in/code", &[("otp", &code)]).await;
    assert!(said_wrong(&stale).contains("这条短信过时了。请点「没收到，再发一条」。"), "{}", stale.body);
    bank.clock.turn_ms(60_000);
    let again = wang.sends(&stale, "/sign-in/again", &[("back", "/passbook")]).await;
    assert_eq!(again.location.as_deref(), Some("/sign-in/code?said=fresh&back=%2Fpassbook"));
    let page = wang.opens(again.location.as_deref().unwrap()).await;
    assert!(page.body.contains("数字是新的"), "{}", page.body);
    let fresh = code_sent(&bank, PHONE).await;
    assert_ne!(fresh, code);
    let entered = wang.sends(&page, "/sign-in/code", &[("otp", &fresh), ("back", "/passbook")]).await;
    assert_eq!(entered.location.as_deref(), Some("/passbook"), "{}", entered.body);
    bank.close().await;
}

#[actix_web::test]
async fn a_crowded_address_gets_its_forms_back_filled() {
    let bank = bank().await;
    let (_, id) = bank.learner("王桂英", 1, None).await;
    let allowance = bank.house.rooms.get::<identity::Allowance>();
    let origin = Origin { address: Some("127.0.0.1".parse().unwrap()), ..Origin::default() };
    while allowance.take(&bank.house.keys, &origin, bank.clock.now()).is_ok() {}
    let crowded = |page: &Answer, field: &str, typed: &str| {
        assert_eq!((page.status, page.input(field).as_str()), (429, typed), "{}", page.body);
        assert!(page.headers.contains_key("retry-after"));
        assert!(said_wrong(page).contains("这里登录的人太多了") && page.body.contains("<title>错误："), "{}", page.body);
    };
    let visitor = bank.visitor();
    let form = visitor.opens("/sign-in").await;
    crowded(&visitor.sends(&form, "/sign-in", &[("phone", PHONE)]).await, "phone", PHONE);
    let form = visitor.opens("/sign-in/card").await;
    let card = credit_bank::kernel::CardNumber::from_body(7).to_string();
    crowded(&visitor.sends(&form, "/sign-in/card", &[("card", &card), ("pin", "2580")]).await, "card", &card);
    let wang = bank.signed_in(id, Assurance::Sms).await;
    let form = wang.opens("/me/phone").await;
    crowded(&wang.sends(&form, "/me/phone", &[("phone", "13900000005")]).await, "phone", "13900000005");
    bank.close().await;
}
