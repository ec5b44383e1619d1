//! 给别人看一部分: what was ticked and no more, by a button that its owner sees, until it is over or taken back; and a certificate on paper.

use credit_bank::clients::Scope;
use entity::{share, share_look, share_token};
use reqwest::Method;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use crate::support::databases::{Engine, fresh};
use crate::support::server::{Answer, Person};
use crate::verify::Issued;
use crate::webhooks::asks_as;

/// Ticks and makes a share; the page of it.
pub async fn shares(person: &Person, id: &str, fields: &[(&str, &str)]) -> Answer {
    let way = format!("/certificates/{id}/share");
    let form = person.opens(&way).await;
    let check = person.sends(&form, &way, &[&[("doing", "check")][..], fields].concat()).await;
    assert_eq!(check.status, 200, "{}", check.body);
    let (csrf, once) = (check.input("csrf"), check.input("once"));
    let all = [&[("csrf", csrf.as_str()), ("once", once.as_str()), ("doing", "make")][..], fields].concat();
    let made = person.posts_raw(&way, &all).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let again = person.posts_raw(&way, &all).await;
    assert_eq!(again.location, made.location, "the same form is the same link");
    person.opens(&made.location.unwrap()).await
}

/// The link on the page of a share.
fn link(page: &Answer) -> String {
    let at = page.body.find("/s/").unwrap_or_else(|| panic!("{}", page.body));
    page.body[at..].chars().take(29).collect()
}

/// Where a share is ended, as its page has it.
pub fn own(page: &Answer) -> String {
    let at = page.body.find("action=\"/shares/").unwrap_or_else(|| panic!("{}", page.body));
    page.body[at + 8..].split('"').next().unwrap().to_owned()
}

/// What is ticked.
pub const USUAL: [(&str, &str); 4] = [("name", "masked"), ("days", "7"), ("for", "村委会招聘"), ("part", "day")];

crate::on_both! {
    async fn what_was_ticked_is_shown_and_each_look_is_listed(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (wang, db) = (&issued.work.wang, issued.work.bank().house.db.read());
        let page = shares(wang, &issued.id, &USUAL).await;
        assert!(page.body.contains("村委会招聘") && page.body.contains("还没有人打开"), "{}", page.body);
        let (way, person) = (link(&page), issued.work.bank().visitor());
        // What a chat program previews is no look, and shows nothing.
        let door = person.opens(&way).await;
        assert!(door.status == 200 && !door.body.contains("单元学习证明"), "{}", door.body);
        assert_eq!(share_look::Entity::find().count(db).await.unwrap(), 0);
        let opened = person.sends(&door, &way, &[]).await;
        assert_eq!((opened.status, opened.location.as_deref()), (303, Some(way.as_str())));
        let seen = person.opens(&way).await;
        for said in ["单元学习证明", "有效", "王*英", "发证日期", "由学分银行证明", "不是学历证书"] {
            assert!(seen.body.contains(said), "{said} in {}", seen.body);
        }
        for hidden in ["王桂英", "青石镇成人学校", "T19", issued.number.as_str(), issued.code.as_str(), "标准学时"] {
            assert!(!seen.body.contains(hidden), "{hidden} in {}", seen.body);
        }
        assert_eq!(seen.headers.get("cache-control").unwrap(), "no-store");
        person.sends(&door, &way, &[]).await;
        assert_eq!(share_look::Entity::find().count(db).await.unwrap(), 1, "those of one minute are one");
        assert!(wang.opens(own(&page).strip_suffix("/end").unwrap()).await.body.contains("有人打开了"));
        // The cookie of one browser opens nothing in another, and not for long.
        assert!(!issued.work.bank().visitor().opens(&way).await.body.contains("王*英"));
        issued.work.bank().clock.turn_ms(600_000);
        assert!(!person.opens(&way).await.body.contains("王*英"));
        assert!(wang.opens("/shares").await.body.contains("村委会招聘"));
        issued.close().await;
    }

    async fn what_is_over_or_taken_back_is_as_what_never_was(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (wang, person) = (&issued.work.wang, issued.work.bank().visitor());
        let unknown = person.opens("/s/00000000000000000000000000").await;
        assert!(unknown.status == 404 && unknown.body.contains("这个链接已经失效"), "{}", unknown.body);
        let page = shares(wang, &issued.id, &USUAL).await;
        let way = link(&page);
        let door = person.opens(&way).await;
        let back = own(&page);
        for _ in 0..2 {
            assert_eq!(wang.sends(&page, &back, &[]).await.status, 303);
        }
        assert_eq!(share_token::Entity::find().count(issued.work.bank().house.db.read()).await.unwrap(), 0);
        let gone = person.opens(&way).await;
        assert_eq!((gone.status, person.sends(&door, &way, &[]).await.status), (404, 404));
        assert!(gone.body.contains("这个链接已经失效") && !gone.body.contains("收回了，链接"), "{}", gone.body);
        let second = link(&shares(wang, &issued.id, &USUAL).await);
        assert_eq!(person.opens(&second).await.status, 200);
        issued.work.bank().clock.turn_ms(7 * 86_400_000);
        assert_eq!(person.opens(&second).await.status, 404, "a week is over");
        issued.close().await;
    }

    async fn it_is_its_owners_to_show_and_a_bad_form_keeps_its_words(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (li, _) = issued.work.bank().learner("李秀兰", 2, None).await;
        let way = format!("/certificates/{}/share", issued.id);
        assert_eq!(li.opens(&way).await.status, 404);
        let form = li.opens("/help").await;
        assert_eq!(li.sends(&form, &way, &USUAL).await.status, 404);
        let page = shares(&issued.work.wang, &issued.id, &USUAL).await;
        let back = own(&page);
        assert_eq!(li.opens(back.strip_suffix("/end").unwrap()).await.status, 404);
        assert_eq!(li.sends(&form, &back, &[]).await.status, 404);
        let wang = &issued.work.wang;
        let form = wang.opens(&way).await;
        let bad = wang.sends(&form, &way, &[("doing", "check"), ("name", "masked"), ("days", "8"), ("for", "村委会")]).await;
        assert!(bad.status == 422 && bad.body.contains("村委会") && bad.body.contains("请选看多久"), "{}", bad.body);
        // Nothing in the rows can be read without the owner's key.
        let row = share::Entity::find().one(issued.work.bank().house.db.read()).await.unwrap().unwrap();
        assert!(!String::from_utf8_lossy(&row.for_sealed).contains("村委会"));
        issued.close().await;
    }

    async fn a_statement_is_for_one_program_for_as_long_as_it_lasts(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let bank = issued.work.bank();
        let whose = Some((issued.work.agency(), issued.work.zhao_id));
        let (id, secret) = bank.client_of("县人力资源服务平台", &[Scope::Statement], whose).await;
        let (other, other_secret) = bank.client_of("别家平台", &[Scope::Statement], whose).await;
        let (token, wrong) = (bank.token(id, &secret).await, bank.token(other, &other_secret).await);
        let wang = &issued.work.wang;
        let form = wang.opens("/shares/statement").await;
        let client = id.to_string();
        let check = wang.sends(&form, "/shares/statement", &[("doing", "check"), ("client", &client), ("days", "1")]).await;
        assert!(check.body.contains("做好这串字") && !check.body.contains("链接"), "{}", check.body);
        let made = wang.sends(&form, "/shares/statement", &[("doing", "make"), ("client", &client), ("days", "1")]).await;
        assert_eq!(made.status, 303, "{}", made.body);
        let page = wang.opens(&made.location.unwrap()).await;
        let way = own(&page);
        let row = page.body.split("<b class=\"num\">").nth(1).unwrap();
        let characters: String = row.chars().take(26).collect();
        let asks = async |token: &str| asks_as(bank, token, (Method::POST, "/api/v1/statements"), Some(json!({ "token": characters })), None).await;
        let (status, statement) = asks(&token).await;
        assert_eq!((status, &statement["name"], &statement["passbook"]["total_milli"]), (200, &json!("王桂英"), &json!(250)), "{statement}");
        assert_eq!(asks(&wrong).await.0, 404, "another program");
        let looked = wang.opens(way.strip_suffix("/end").unwrap()).await;
        assert!(looked.body.contains("县人力资源服务平台") && !looked.body.contains("有人打开了"), "{}", looked.body);
        assert_eq!(bank.visitor().opens(&format!("/s/{characters}")).await.status, 404, "it is no link");
        bank.clock.turn_ms(86_400_000);
        let token = bank.token(id, &secret).await;
        assert_eq!(asks(&token).await.0, 404, "a day is over");
        issued.close().await;
    }
}

#[actix_web::test]
async fn a_certificate_on_paper_is_the_same_file_each_time_and_its_page_says_the_same() {
    let issued = Issued::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (wang, way) = (&issued.work.wang, format!("/certificates/{}", issued.id));
    let get = async || wang.client.get(format!("{}{way}/pdf", wang.url)).send().await.unwrap();
    let (first, second) = (get().await, get().await);
    let etag = first.headers()["etag"].clone();
    assert_eq!((first.status().as_u16(), first.headers()["content-type"].to_str().unwrap()), (200, "application/pdf"));
    assert_eq!(second.headers()["etag"], etag);
    assert_eq!(first.bytes().await.unwrap(), second.bytes().await.unwrap());
    let known = wang.client.get(format!("{}{way}/pdf", wang.url)).header("if-none-match", etag).send().await.unwrap();
    assert_eq!(known.status().as_u16(), 304);
    let page = wang.opens(&format!("{way}/print")).await;
    for said in ["王桂英", "单元学习证明", "青石镇成人学校", "扫一扫核验", "class=\"qr\""] {
        assert!(page.body.contains(said), "{said} in {}", page.body);
    }
    let (li, _) = issued.work.bank().learner("李秀兰", 2, None).await;
    for end in ["pdf", "print"] {
        assert_eq!(li.opens(&format!("{way}/{end}")).await.status, 404);
    }
    issued.close().await;
}
