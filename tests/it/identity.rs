//! Through the doors: signing in, registering, one's sessions and card, the staff's list, as people do it.

use credit_bank::identity::{self, Assurance};
use credit_bank::kernel::CardNumber;

use crate::support::databases::Engine;
use crate::support::server::{Answer, Bank, Person};

const PHONE: &str = "13800000001";

/// Types the phone number and gives the page that asks for the digits.
pub async fn asks_for_a_code(person: &Person, phone: &str) -> Answer {
    let shown = person.opens("/sign-in?back=/passbook").await;
    let asked = person.sends(&shown, "/sign-in", &[("phone", phone), ("back", "/passbook")]).await;
    assert_eq!((asked.status, asked.location.as_deref()), (303, Some("/sign-in/code?back=%2Fpassbook")), "{}", asked.body);
    person.opens("/sign-in/code?back=/passbook").await
}

pub async fn code_sent(bank: &Bank, phone: &str) -> String {
    bank.letter_to(phone).await.unwrap().params[0].1.clone()
}

pub fn other_than(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

/// Everything up to the text of consent.
pub async fn tells_who_they_are(bank: &Bank, person: &Person, phone: &str, name: &str, year: &str) -> Answer {
    let code_page = asks_for_a_code(person, phone).await;
    let code = code_sent(bank, PHONE).await;
    let proven = person.sends(&code_page, "/sign-in/code", &[("otp", &code), ("back", "/passbook")]).await;
    assert_eq!(proven.location.as_deref(), Some("/register/name?back=%2Fpassbook"), "{}", proven.body);
    let named = person.sends(&person.opens("/register/name?back=/passbook").await, "/register/name", &[("name", name)]).await;
    assert_eq!(named.location.as_deref(), Some("/register/year"), "{}", named.body);
    person.sends(&person.opens("/register/year").await, "/register/year", &[("year", year), ("month", ""), ("day", "")]).await
}

crate::on_both! {
    async fn somebody_new_registers_and_is_in(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let wang = bank.visitor();
        let told = tells_who_they_are(&bank, &wang, "１３８ 0000 0001", "欧阳春华", "1951 年").await;
        assert_eq!(told.location.as_deref(), Some("/register/check"));
        let check = wang.opens("/register/check").await;
        assert!(check.body.contains("欧阳春华") && check.body.contains("1951") && check.body.contains("138\u{a0}••••\u{a0}0001"), "{}", check.body);
        assert_eq!(wang.sends(&check, "/register/check", &[]).await.location.as_deref(), Some("/register/consent"));
        let consent = wang.opens("/register/consent").await;
        let agreed = wang.sends(&consent, "/register/consent", &[("agree", "yes")]).await;
        assert_eq!((agreed.status, agreed.location.as_deref()), (303, Some("/register/done?back=%2Fpassbook")), "{}", agreed.body);
        let sessions = wang.opens("/me/sessions").await;
        assert!(sessions.status == 200 && sessions.body.contains("就是这里"), "{}", sessions.body);
        let card = wang.opens("/me/card").await;
        assert!(card.body.contains("欧阳春华"));
        bank.close().await;
    }

    async fn agreeing_twice_makes_one_account(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let wang = bank.visitor();
        tells_who_they_are(&bank, &wang, PHONE, "王桂英", "1951").await;
        let consent = wang.opens("/register/consent").await;
        let (first, second) = tokio::join!(
            wang.sends(&consent, "/register/consent", &[("agree", "yes")]),
            wang.sends(&consent, "/register/consent", &[("agree", "yes")])
        );
        assert!([first.status, second.status].contains(&303), "{} {}", first.status, second.status);
        use sea_orm::{EntityTrait, PaginatorTrait};
        assert_eq!(entity::person::Entity::find().count(bank.house.db.read()).await.unwrap(), 1);
        assert_eq!(entity::session::Entity::find().count(bank.house.db.read()).await.unwrap(), 1);
        bank.close().await;
    }
}

/// What a page says is wrong.
pub fn said_wrong(page: &Answer) -> String {
    page.body.split("role=\"alert\"").nth(1).unwrap().split("</div>").next().unwrap().to_owned()
}

async fn bank() -> Bank {
    Bank::open(Engine::Sqlite).await.unwrap()
}

#[actix_web::test]
async fn a_learner_signs_in_by_text_and_goes_where_they_wanted() {
    let bank = bank().await;
    bank.learner("王桂英", 1, None).await;
    let wang = bank.visitor();
    let first = wang.opens("/me/sessions").await;
    assert_eq!((first.status, first.location.as_deref()), (303, Some("/sign-in?back=%2Fme%2Fsessions")));
    let page = asks_for_a_code(&wang, PHONE).await;
    assert!(page.body.contains("138\u{a0}••••\u{a0}0001") && !page.body.contains(PHONE), "{}", page.body);
    let code = code_sent(&bank, PHONE).await;
    let wrong = wang.sends(&page, "/sign-in/code", &[("otp", &other_than(&code)), ("back", "/passbook")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("数字不对") && wrong.body.contains("错误："), "{}", wrong.body);
    let entered =
        wang.sends(&page, "/sign-in/code", &[("otp", &format!(" {} {} ", &code[..3], &code[3..])), ("back", "/passbook")]).await;
    assert_eq!((entered.status, entered.location.as_deref()), (303, Some("/passbook")), "{}", entered.body);
    assert_eq!(wang.opens("/me/sessions").await.status, 200);
    assert_eq!(wang.opens("/sign-in?back=/help").await.location.as_deref(), Some("/help"));
    bank.close().await;
}

#[actix_web::test]
async fn a_phone_that_has_no_account_is_answered_like_one_that_has() {
    let bank = bank().await;
    bank.learner("王桂英", 1, None).await;
    let (known, unknown) = (bank.visitor(), bank.visitor());
    let (a, b) = (asks_for_a_code(&known, "13800000001").await, asks_for_a_code(&unknown, "13800000009").await);
    let plain = |page: &Answer| {
        let body = page.body.replace(&page.input("csrf"), "").replace("0009", "0001");
        body.split("name=\"once\"").map(|part| part.chars().skip_while(|c| *c != '>').collect::<String>()).collect::<String>()
    };
    assert_eq!(plain(&a), plain(&b));
    let guess = |person: Person, page: Answer| async move {
        said_wrong(&person.sends(&page, "/sign-in/code", &[("otp", "000000")]).await)
    };
    assert_eq!(guess(known, a).await, guess(unknown, b).await);
    bank.close().await;
}

#[actix_web::test]
async fn what_cannot_be_a_phone_a_code_or_a_card_comes_back_with_words_kept() {
    let bank = bank().await;
    let person = bank.visitor();
    let form = person.opens("/sign-in").await;
    for (typed, words) in [("", "请写上您的手机号"), ("1380000000", "现在是 10 位"), ("没有", "只有数字"), ("<b>", "只有数字")]
    {
        let page = person.sends(&form, "/sign-in", &[("phone", typed)]).await;
        let kept = if typed == "<b>" { "&#60;b&#62;".to_owned() } else { typed.to_owned() };
        assert!(page.status == 422 && page.body.contains(words) && page.input("phone") == kept, "{typed}: {}", page.body);
    }
    let form = person.opens("/sign-in/card?card=1234567890").await;
    assert_eq!(form.input("card"), "1234567890");
    for (card, words) in [("", "请写上卡号"), ("12345", "现在是 5 位"), ("1234567890", "抄错了一位")] {
        let page = person.sends(&form, "/sign-in/card", &[("card", card), ("pin", "12")]).await;
        assert!(page.status == 422 && page.body.contains(words) && page.body.contains("4 到 6 位"), "{card}: {}", page.body);
        assert!(!page.body.contains("value=\"12\""), "a PIN is never shown again");
    }
    assert_eq!(person.opens("/sign-in/code").await.location.as_deref(), Some("/sign-in"));
    assert_eq!(person.posts_raw("/sign-in", &[("phone", PHONE)]).await.status, 403);
    bank.close().await;
}

#[actix_web::test]
async fn a_second_text_waits_a_minute_and_says_the_same() {
    let bank = bank().await;
    let person = bank.visitor();
    let page = asks_for_a_code(&person, PHONE).await;
    let first = code_sent(&bank, PHONE).await;
    let soon = person.sends(&page, "/sign-in/again", &[]).await;
    assert_eq!(soon.location.as_deref(), Some("/sign-in/code?said=wait"));
    assert!(person.opens("/sign-in/code?said=wait").await.body.contains("刚发过一条"));
    bank.clock.turn_ms(60_000);
    let later = person.sends(&page, "/sign-in/again", &[]).await;
    assert_eq!(later.location.as_deref(), Some("/sign-in/code?said=again"));
    assert_eq!(code_sent(&bank, PHONE).await, first);
    let typed_again = person.sends(&person.opens("/sign-in").await, "/sign-in", &[("phone", PHONE)]).await;
    assert_eq!(typed_again.location.as_deref(), Some("/sign-in/code"), "the code on its way still counts");
    bank.close().await;
}

#[actix_web::test]
async fn somebody_under_14_is_told_kindly_how_to_come() {
    let bank = bank().await;
    let child = bank.visitor();
    let told = tells_who_they_are(&bank, &child, PHONE, "小明", "2014").await;
    assert_eq!(told.location.as_deref(), Some("/register/young"));
    let page = child.opens("/register/young").await;
    assert!(page.status == 200 && page.body.contains("请大人带您来") && page.body.contains("社区服务点"), "{}", page.body);
    assert_eq!(child.opens("/register/consent").await.location.as_deref(), Some("/register/year"));
    let year = child.opens("/register/year").await;
    assert!(!year.body.contains("name=\"month\""), "the day is asked only where it matters: {}", year.body);
    let asked = child.sends(&year, "/register/year", &[("year", "2012")]).await;
    assert_eq!(asked.location.as_deref(), Some("/register/year"));
    let year = child.opens("/register/year").await;
    assert!(year.body.contains("name=\"month\"") && year.body.contains("月和日不留"), "{}", year.body);
    let nonsense = child.sends(&year, "/register/year", &[("year", "2012"), ("month", "2"), ("day", "30")]).await;
    assert!(
        nonsense.status == 422 && nonsense.body.contains("href=\"#month\"") && nonsense.input("day") == "30",
        "{}",
        nonsense.body
    );
    let depends = child.sends(&year, "/register/year", &[("year", "2012"), ("month", ""), ("day", "")]).await;
    assert!(
        depends.status == 422 && depends.body.contains("请把月和日也写上") && depends.input("year") == "2012",
        "{}",
        depends.body
    );
    let not_yet = child.sends(&year, "/register/year", &[("year", "2012"), ("month", "12"), ("day", "1")]).await;
    assert_eq!(not_yet.location.as_deref(), Some("/register/young"));
    let just = child.sends(&year, "/register/year", &[("year", "2012"), ("month", "3"), ("day", "2")]).await;
    assert_eq!(just.location.as_deref(), Some("/register/check"));
    bank.close().await;
}

#[actix_web::test]
async fn who_does_not_agree_leaves_nothing_behind() {
    let bank = bank().await;
    let person = bank.visitor();
    tells_who_they_are(&bank, &person, PHONE, "王桂英", "1951").await;
    let consent = person.opens("/register/consent").await;
    let declined = person.sends(&consent, "/register/consent", &[("agree", "no")]).await;
    assert_eq!(declined.location.as_deref(), Some("/register/not-now"));
    assert_eq!(person.opens("/register/not-now").await.status, 200);
    use sea_orm::{EntityTrait, PaginatorTrait};
    assert_eq!(entity::person::Entity::find().count(bank.house.db.read()).await.unwrap(), 0);
    assert_eq!(person.opens("/me/sessions").await.status, 303);
    bank.close().await;
}

#[actix_web::test]
async fn names_and_years_that_cannot_be_come_back_with_words_kept() {
    let bank = bank().await;
    let person = bank.visitor();
    assert_eq!(person.opens("/register/name").await.location.as_deref(), Some("/register"));
    tells_who_they_are(&bank, &person, PHONE, "王桂英", "1951").await;
    let name = person.opens("/register/name").await;
    assert_eq!(name.input("name"), "王桂英");
    for (typed, words) in [("", "请写上姓名"), ("王\u{202e}英", "别的符号请去掉"), (&"买".repeat(51), "现在是 51 个")]
    {
        let page = person.sends(&name, "/register/name", &[("name", typed)]).await;
        assert!(page.status == 422 && page.body.contains(words) && page.input("name") == typed, "{typed}: {}", page.body);
    }
    let year = person.opens("/register/year").await;
    assert_eq!(year.input("year"), "1951");
    for (typed, words) in [("", "请写上出生的年份"), ("51", "4 位数字"), ("1899", "1900 年以后"), ("2030", "还没到")]
    {
        let page = person.sends(&year, "/register/year", &[("year", typed), ("month", ""), ("day", "")]).await;
        assert!(page.status == 422 && page.body.contains(words) && page.input("year") == typed, "{typed}: {}", page.body);
    }
    bank.close().await;
}

async fn chosen_pin(person: &Person) -> CardNumber {
    let page = person.opens("/me/card").await;
    let easy = person.sends(&page, "/me/card", &[("pin", "1234")]).await;
    assert!(easy.status == 422 && easy.body.contains("太好猜") && !easy.body.contains("value=\"1234\""), "{}", easy.body);
    let set = person.sends(&page, "/me/card", &[("pin", "2580")]).await;
    assert_eq!(set.location.as_deref(), Some("/me/card?said=set"), "{}", set.body);
    assert!(person.opens("/me/card?said=set").await.body.contains("密码定好了"));
    let shown = page.body.split("num whole\">").nth(1).unwrap().split('<').next().unwrap().replace('\u{a0}', "");
    CardNumber::parse(&shown).unwrap()
}

async fn shows_the_card(person: &Person, card: &CardNumber, pin: &str) -> Answer {
    let form = person.opens("/sign-in/card").await;
    person.sends(&form, "/sign-in/card", &[("card", &card.to_string()), ("pin", pin)]).await
}

#[actix_web::test]
async fn a_card_with_its_pin_opens_the_lessons_and_no_other_door() {
    let bank = bank().await;
    let (wang, _) = bank.learner("王桂英", 1, None).await;
    let card = chosen_pin(&wang).await;
    let hall = bank.visitor();
    let wrong = shows_the_card(&hall, &card, "9999").await;
    assert!(wrong.status == 422 && wrong.body.contains("对不上"), "{}", wrong.body);
    let entered = shows_the_card(&hall, &card, "2580").await;
    assert_eq!((entered.status, entered.location.as_deref()), (303, Some("/")), "{}", entered.body);
    let page = hall.opens("/me/card").await;
    assert!(page.status == 200 && page.body.contains("请先用手机号登录"), "{}", page.body);
    let sessions = hall.opens("/me/sessions").await;
    assert_eq!(hall.sends(&sessions, "/me/card", &[("pin", "3690")]).await.status, 403);
    assert_eq!(hall.opens("/me/phone").await.status, 403);
    bank.close().await;
}

#[actix_web::test]
async fn a_stranger_s_guesses_at_a_card_rest_only_the_stranger() {
    let bank = bank().await;
    let (wang, _) = bank.learner("王桂英", 1, None).await;
    let card = chosen_pin(&wang).await;
    let stranger = bank.visitor_at("203.0.113.9");
    for guess in ["0001", "0002", "0003", "0004", "0005", "2580"] {
        let answer = shows_the_card(&stranger, &card, guess).await;
        assert!([422, 429].contains(&answer.status), "{guess}: {}", answer.status);
    }
    assert!(shows_the_card(&stranger, &card, "2580").await.body.contains("15 分钟"));
    assert_eq!(shows_the_card(&bank.visitor_at("203.0.113.10"), &card, "2580").await.status, 303);
    bank.clock.turn_ms(15 * 60_000);
    assert_eq!(shows_the_card(&stranger, &card, "2580").await.status, 303);
    bank.close().await;
}

#[actix_web::test]
async fn a_hall_that_asked_three_hundred_times_rests_and_a_known_device_in_it_does_not() {
    let bank = bank().await;
    let (owner, _) = bank.learner("王桂英", 1, None).await;
    let card = chosen_pin(&owner).await;
    let (known, crowd) = (bank.visitor_at("198.51.100.7"), bank.visitor_at("198.51.100.7"));
    assert_eq!(shows_the_card(&known, &card, "2580").await.status, 303);
    let out = known.opens("/me/sessions").await;
    known.sends(&out, "/sign-out", &[]).await;
    let allowance = bank.house.rooms.get::<identity::Allowance>();
    let origin = identity::Origin { address: Some("198.51.100.7".parse().unwrap()), ..identity::Origin::default() };
    while allowance.take(&bank.house.keys, &origin, bank.clock.now()).is_ok() {}
    assert_eq!(shows_the_card(&crowd, &card, "2580").await.status, 429);
    assert_eq!(shows_the_card(&known, &card, "2580").await.status, 303);
    bank.close().await;
}

#[actix_web::test]
async fn sessions_are_seen_and_ended_by_their_owner_only() {
    let bank = bank().await;
    let (phone, wang) = bank.learner("王桂英", 1, None).await;
    let tablet = bank.signed_in(wang, Assurance::CardPin).await;
    let (stranger, _) = bank.learner("刘建国", 2, None).await;
    let page = phone.opens("/me/sessions").await;
    assert_eq!(page.body.matches("/end\"").count(), 2, "{}", page.body);
    let here = between_from(&page.body, "就是这里", "/me/sessions/", "/end\"");
    let paths: Vec<String> = page
        .body
        .split("action=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .filter(|path| path.ends_with("/end"))
        .map(str::to_owned)
        .collect();
    let other = paths.iter().find(|path| !path.contains(&here)).unwrap();
    let theirs = stranger.opens("/me/sessions").await;
    assert_eq!(stranger.sends(&theirs, other, &[]).await.status, 404);
    assert_eq!(tablet.opens("/me/sessions").await.status, 200);
    for _ in 0..2 {
        assert_eq!(phone.sends(&page, other, &[]).await.location.as_deref(), Some("/me/sessions?said=ended"));
    }
    assert!(page.body.contains("退出这里") && page.body.contains("结束<span"), "{}", page.body);
    let said = phone.opens("/me/sessions?said=ended").await.body;
    assert!(said.contains("role=\"status\">结束了。"), "{said}");
    assert_eq!(tablet.opens("/me/sessions").await.status, 303);
    assert_eq!(phone.sends(&page, "/me/sessions/end-others", &[]).await.status, 303);
    assert_eq!(phone.sends(&page, "/sign-out", &[]).await.location.as_deref(), Some("/signed-out"));
    assert!(phone.opens("/signed-out").await.body.contains("已经退出了"));
    assert_eq!(phone.opens("/me/sessions").await.status, 303);
    bank.close().await;
}

fn between_from(text: &str, anchor: &str, from: &str, to: &str) -> String {
    let text = &text[text.find(anchor).unwrap()..];
    let start = text.find(from).unwrap() + from.len();
    text[start..start + text[start..].find(to).unwrap()].to_owned()
}

#[actix_web::test]
async fn a_session_by_text_lives_thirty_days_and_longer_while_it_is_used() {
    let bank = bank().await;
    let (wang, learner) = bank.learner("王桂英", 1, None).await;
    for _ in 0..3 {
        bank.clock.turn_ms(20 * 86_400_000);
        assert_eq!(wang.opens("/me/sessions").await.status, 200);
    }
    bank.clock.turn_ms(31 * 86_400_000);
    assert_eq!(wang.opens("/me/sessions").await.status, 303);
    let staff = bank.signed_in(learner, Assurance::PasswordTotp).await;
    bank.clock.turn_ms(11 * 3_600_000);
    assert_eq!(staff.opens("/me/sessions").await.status, 200);
    bank.clock.turn_ms(3_600_001);
    assert_eq!(staff.opens("/me/sessions").await.status, 303);
    bank.close().await;
}

#[actix_web::test]
async fn another_phone_is_proven_and_the_one_before_is_told() {
    let bank = bank().await;
    let (wang, learner) = bank.learner("王桂英", 1, None).await;
    bank.learner("刘建国", 2, None).await;
    let form = wang.opens("/me/phone").await;
    assert_eq!(wang.sends(&form, "/me/phone", &[("phone", "12")]).await.status, 422);
    let asked = wang.sends(&form, "/me/phone", &[("phone", "13900000005")]).await;
    assert_eq!(asked.location.as_deref(), Some("/me/phone/code"), "{}", asked.body);
    let page = wang.opens("/me/phone/code").await;
    let code = code_sent(&bank, "13900000005").await;
    assert_eq!(wang.sends(&page, "/me/phone/code", &[("otp", &other_than(&code))]).await.status, 422);
    assert_eq!(wang.sends(&page, "/me/phone/code", &[("otp", &code)]).await.location.as_deref(), Some("/me?said=phone"));
    assert!(wang.opens("/me?said=phone").await.body.contains("手机号换好了。"));
    assert!(bank.letter_to(PHONE).await.unwrap().text.contains("尾号 0005"));
    let profile = identity::profile(bank.house.db.read(), &bank.house.keys, learner).await.unwrap();
    assert_eq!(profile.phone.unwrap().as_str(), "13900000005");
    let form = wang.opens("/me/phone").await;
    wang.sends(&form, "/me/phone", &[("phone", "13800000002")]).await;
    let code = code_sent(&bank, "13800000002").await;
    let taken = wang.sends(&wang.opens("/me/phone/code").await, "/me/phone/code", &[("otp", &code)]).await;
    assert!(taken.status == 422 && taken.body.contains("已经有一本存折"), "{}", taken.body);
    bank.close().await;
}

#[actix_web::test]
async fn the_words_of_consent_change_only_with_their_version() {
    use credit_bank::i18n::Lang;
    let words = include_str!("../../templates/identity/consent_text.html");
    let keys = words.split("page.t(\"").skip(1).map(|part| part.split('"').next().unwrap());
    let said: Vec<String> = keys.flat_map(|key| Lang::ALL.map(|lang| lang.t(key))).collect();
    let digest = credit_bank::kernel::digest_of(&said.iter().map(String::as_bytes).collect::<Vec<_>>());
    let kept = (identity::CONSENT_VERSION, digest.to_string());
    assert_eq!(kept, ("2026-11-26.1", CONSENT_DIGEST.to_owned()), "new words need a new CONSENT_VERSION");
}
const CONSENT_DIGEST: &str = "964a668fa1027cfd46c178d3bcc8b1c614603191c359c95bb88b0300c46bc272";

#[actix_web::test]
async fn the_mailbox_shows_what_would_have_been_sent() {
    let bank = bank().await;
    asks_for_a_code(&bank.visitor(), PHONE).await;
    let code = code_sent(&bank, PHONE).await;
    assert!(bank.visitor().opens("/dev/mailbox").await.body.contains(&code));
    bank.close().await;
}
