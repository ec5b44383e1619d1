//! The pages of enrolment as somebody at a desk meets them: what lies open, what stands in the form again, what a button says.

use credit_bank::i18n::Lang;
use credit_bank::identity::{self, Role};
use credit_bank::kernel::{CardNumber, Group};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::closing::closes;
use crate::support::databases::Engine;
use crate::support::server::{Answer, Bank, Person};

const DESK: &str = "/staff/learners/register";
const CHILD: &str = "<summary>没满 14 岁的孩子";

async fn bank() -> Bank {
    Bank::open(Engine::Sqlite).await.unwrap().with_places().await
}

async fn sends(person: &Person, fields: &[(&str, &str)]) -> Answer {
    let form = person.opens(DESK).await;
    person.sends(&form, DESK, fields).await
}

fn elder<'a>(name: &'a str, place: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("name", name), ("year", "1951"), ("nophone", "yes"), ("consent", "spoken"), ("place", place)]
}

/// Whether the fold with this summary lies open.
fn is_open(page: &Answer, summary: &str) -> bool {
    let (before, _) = page.body.split_once(summary).unwrap_or_else(|| panic!("{summary} in {}", page.body));
    before.ends_with("<details class=\"fold\" open>")
}

#[actix_web::test]
async fn the_desk_asks_for_the_village_until_one_is_known_and_keeps_it_after_an_undo() {
    let bank = bank().await;
    let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182001").await;
    let form = admin.opens("/staff/places/add?town=330182001").await;
    let village = [("town", "330182001"), ("name", "竹溪村"), ("place_code", "330182001203")];
    assert_eq!(admin.sends(&form, "/staff/places/add", &village).await.status, 303);
    let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    let form = li.opens(DESK).await;
    assert!(form.body.contains("<h1>帮人登记</h1>") && is_open(&form, "<summary>登记在：青石镇"), "{}", form.body);
    // The reading lists have the names that they have everywhere.
    for (code, words) in
        [("elder", "长辈"), ("woman", "女性"), ("civil_servant", "公务员"), ("farmer", "农民"), ("public", "公众")]
    {
        assert!(form.body.contains(&format!("<option value=\"{code}\">{words}</option>")), "{words} in {}", form.body);
        let group: Group = code.parse().unwrap();
        let list = std::fs::read_to_string(format!("curriculum/pathways/{}.toml", group.code())).unwrap();
        assert!(list.contains(&format!("name = \"{words}\"")), "{words}");
    }
    // An empty year asks for no guardian; a year that leaves it open asks for the day.
    let empty = sends(&li, &[("place", "青石镇")]).await;
    assert!(empty.status == 422 && empty.body.contains("请写上出生的年份") && !is_open(&empty, CHILD), "{}", empty.body);
    let day = sends(&li, &[vec![("name", "小明"), ("year", "2012")], elder("", "青石镇").split_off(2)].concat()).await;
    assert!(day.status == 422 && is_open(&day, CHILD), "{}", day.body);
    let to = sends(&li, &[elder("王桂英", "竹溪村"), vec![("group", "elder")]].concat()).await.location.unwrap();
    assert!(!is_open(&li.opens(DESK).await, "<summary>登记在：竹溪村 · 长辈"), "a village is known");
    // The only one is taken back: nothing is remembered, but the page has said where it was.
    let card = li.opens(&to).await;
    let (place, group) = (card.input("place"), card.input("group"));
    let undo = to.replace("/card?said=registered", "/undo");
    let undone = li.sends(&card, &undo, &[("place", &place), ("group", &group)]).await.location.unwrap();
    assert_eq!(undone, "/staff/learners/register?said=undone&place=330182001203&group=elder");
    let form = li.opens(&undone).await;
    assert_eq!((form.input("place").as_str(), form.input("remembered").as_str()), ("竹溪村", "330182001203"));
    assert!(form.body.contains("不算了") && !is_open(&form, "<summary>登记在：竹溪村 · 长辈"), "{}", form.body);
    let elsewhere = li.opens("/staff/learners/register?said=undone&place=330182002&group=veteran").await;
    assert_eq!(elsewhere.input("place"), "青石镇", "nobody is led out of their places");
    bank.close().await;
}

#[actix_web::test]
async fn whoever_saw_somebody_alike_can_go_back_and_mend_and_no_button_urges_them_on() {
    let bank = bank().await;
    bank.learner("王桂英", 1, Some("330182001")).await;
    let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    let fields = [elder("汪贵英", "青石镇"), vec![("font", "xlarge"), ("group", "farmer"), ("remembered", "330182001")]].concat();
    let asked = sends(&li, &fields).await;
    assert!(asked.status == 200 && asked.body.contains("都不是，继续登记") && asked.body.contains("回去改"), "{}", asked.body);
    assert!(!asked.body.contains("data-primary") && !asked.body.contains("button go"), "{}", asked.body);
    let before = entity::person::Entity::find().count(bank.house.db.read()).await.unwrap();
    let back = li.sends(&asked, DESK, &[fields, vec![("decided", "back")]].concat()).await;
    assert!(back.status == 200 && !back.body.contains("role=\"alert\""), "{} {}", back.status, back.body);
    assert_eq!(
        (back.input("name").as_str(), back.input("year").as_str(), back.input("place").as_str()),
        ("汪贵英", "1951", "青石镇")
    );
    for chosen in ["value=\"yes\" checked", "value=\"xlarge\" checked", "value=\"spoken\" checked", "value=\"farmer\" selected"] {
        assert!(back.body.contains(chosen), "{chosen} in {}", back.body);
    }
    assert_eq!(entity::person::Entity::find().count(bank.house.db.read()).await.unwrap(), before);
    bank.close().await;
}

#[actix_web::test]
async fn a_refused_pin_leaves_the_card_where_it_is() {
    let bank = bank().await;
    let (li, li_id) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    let card = sends(&li, &elder("王桂英", "青石镇")).await.location.unwrap();
    let page = li.opens(&card).await;
    let path = card.replace("/card?said=registered", "/card/pin");
    assert!(page.body.contains("请本人自己按，别人不看") && page.body.contains(&format!("action=\"{path}\"")), "{}", page.body);
    for (pin, words) in [("", "请写上密码"), ("12", "4 到 6 位"), ("1234", "太好猜")] {
        let refused = li.sends(&page, &path, &[("pin", pin)]).await;
        assert!(
            refused.status == 422 && refused.body.contains(words) && refused.body.contains("href=\"#pin\""),
            "{}",
            refused.body
        );
        assert!(refused.body.contains("class=\"learner-card\"") && refused.body.contains("再登记一位"), "{}", refused.body);
        assert!(pin.is_empty() || !refused.body.contains(&format!("value=\"{pin}\"")), "a PIN is never shown again");
    }
    for _ in 0..2 {
        let set = li.sends(&page, &path, &[("pin", "2580")]).await;
        assert_eq!(set.location, Some(path.replace("/card/pin", "/card?said=pin")));
    }
    let (far, _) = bank.staff("别人", Role::Volunteer, "330182002").await;
    let own = far.opens(DESK).await;
    for pin in ["2580", "1"] {
        assert_eq!(far.sends(&own, &path, &[("pin", pin)]).await.status, 404, "of another place");
    }
    let of_self = format!("/staff/learners/{li_id}/card/pin");
    assert_ne!(li.sends(&page, &of_self, &[("pin", "2580")]).await.status, 303, "nobody is their own helper");
    bank.close().await;
}

#[actix_web::test]
async fn the_button_that_ends_the_hall_s_device_is_folded_away_from_those_who_sign_in() {
    let bank = bank().await;
    let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    let form = li.opens("/staff/hall-device").await;
    assert_eq!(li.sends(&form, "/staff/hall-device", &[("place", "青石镇")]).await.location.as_deref(), Some("/hall"));
    let hall = li.opens("/hall").await;
    let (before, fold) = hall.body.split_once("<details class=\"fold\"><summary>志愿者：这台设备用完了</summary>").unwrap();
    let (inside, _) = fold.split_once("</details>").unwrap();
    assert!(
        inside.contains("都会退出") && inside.contains("action=\"/hall/end\"") && inside.contains("收回这台设备"),
        "{inside}"
    );
    assert!(!before.contains("/hall/end"), "{before}");
    bank.close().await;
}

#[actix_web::test]
async fn a_card_of_another_place_comes_with_the_number_to_ring() {
    let bank = bank().await;
    let (_, id) = bank.learner("刘建国", 2, Some("330182002")).await;
    let card: CardNumber = identity::profile(bank.house.db.read(), &bank.house.keys, id).await.unwrap().card.unwrap();
    let (li, _) = bank.staff("李敏", Role::Volunteer, "330182001").await;
    let page = li.opens(&format!("/c/{}", card.as_str())).await;
    assert!(page.body.contains("没有认出这张卡") && page.body.contains("data-primary href=\"tel:"), "{}", page.body);
    bank.close().await;
}

#[actix_web::test]
async fn the_word_to_the_family_says_days_as_people_do_and_the_number_of_the_consent() {
    let bank = bank().await;
    let (_, id) = bank.learner("王桂英", 1, Some("330182001")).await;
    let (admin, _) = bank.staff("陈志远", Role::Administrator, "330182").await;
    let page = admin.opens(&closes(&admin, id).await).await;
    let today = bank.house.clock().now().day();
    for day in [today, today.plus_days(30)] {
        let words = credit_bank::web::day_words(Lang::Chinese, day);
        assert!(page.body.contains(&words) && !page.body.contains(&day.to_string()), "{words} in {}", page.body);
    }
    let consent = admin.opens(DESK).await.body;
    let phone = consent.split("href=\"tel:").nth(1).unwrap().split("\"whole\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(
        page.body.contains(&format!("请打 {phone}")) || page.body.contains(&format!("请打\u{a0}{phone}")),
        "{phone} in {}",
        page.body
    );
    bank.close().await;
}

#[test]
fn nobody_who_is_read_to_hears_of_their_own_going() {
    let words = [include_str!("../../locales/zh-CN/identity.ftl"), include_str!("../../locales/zh-CN/me.ftl")].concat();
    let kept = words.lines().filter(|line| line.starts_with("consent-") || line.starts_with("kept-"));
    let kept: Vec<&str> = kept.filter(|line| ["您走", "您先看"].iter().any(|word| line.contains(word))).collect();
    assert_eq!(kept, Vec::<&str>::new());
}
