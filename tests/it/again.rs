//! Nothing typed is lost: a form that came too late, or before signing in, is offered to be sent once more. But only what certainly
//! came from a page of ours.

use credit_bank::help;
use credit_bank::identity::Assurance;

use crate::support::server::{Answer, Bank, Person};

const WORDS: &str = "有人打电话问我的身份证号，\r\n说是学分银行的。<b>";

fn own(bank: &Bank) -> Vec<(&'static str, String)> {
    vec![("origin", bank.url.clone()), ("referer", format!("{}/me/complaint", bank.url))]
}

async fn posts(person: &Person, path: &str, headers: &[(&'static str, String)], fields: &[(&str, &str)]) -> Answer {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    person.posts_with(path, &headers, fields).await
}

/// Presses the one button of the page: everything hidden in it goes to the address it names.
async fn presses(person: &Person, page: &Answer) -> Answer {
    let form = page.body.split("<form").nth(1).unwrap_or_else(|| panic!("no form in:\n{}", page.body));
    let path = form.split("action=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let inputs = form.split("</form>").next().unwrap().split("<input").skip(1);
    let value = |tag: &str, name: &str| {
        let text = tag.split(&format!("{name}=\"")).nth(1).unwrap_or_default().split('"').next().unwrap().to_owned();
        text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
    };
    let fields: Vec<(String, String)> = inputs.map(|tag| (value(tag, "name"), value(tag, "value"))).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    person.posts_raw(&path, &fields).await
}

crate::on_both! {
    async fn an_expired_form_is_shown_again_whole_and_pressing_it_twice_is_one_act(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let fields = [("csrf", "0123456789abcdef0123456789abcdef"), ("once", "the-first-key"), ("words", WORDS)];
        let again = posts(&wang, "/me/complaint", &own(&bank), &fields).await;
        assert_eq!(again.status, 403);
        assert!(again.body.contains("放得有点久，请再点一次") && again.body.contains("您写的都在。"), "{}", again.body);
        assert_eq!(again.input("once"), "the-first-key");
        let done = presses(&wang, &again).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let twice = presses(&wang, &again).await;
        assert_eq!((twice.status, &twice.location), (303, &done.location));
        let cases = help::list_of(bank.fresh.db.read(), id).await.unwrap();
        assert_eq!(cases.len(), 1);
        let page = wang.opens(&done.location.unwrap()).await;
        assert!(page.body.contains("有人打电话问我的身份证号，") && page.body.contains("说是学分银行的。&#60;b&#62;"), "{}", page.body);
        bank.close().await;
    }

    async fn what_was_written_before_signing_in_waits_behind_the_door(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (_, id) = bank.learner("王桂英", 1, None).await;
        let visitor = bank.visitor();
        let fields = [("csrf", "0123456789abcdef0123456789abcdef"), ("once", "the-first-key"), ("words", WORDS)];
        let sent = posts(&visitor, "/me/complaint", &own(&bank), &fields).await;
        assert_eq!((sent.status, sent.location.as_deref()), (303, Some("/sign-in?back=%2Fagain")));
        let cookies: Vec<&str> = sent.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        let kept = *cookies.iter().find(|cookie| cookie.starts_with("again=")).unwrap();
        assert!(kept.contains("HttpOnly") && kept.contains("Max-Age=1800") && kept.contains("SameSite=Lax"), "{kept}");
        assert!(!kept.contains("the-first-key"), "sealed: {kept}");
        // The same browser, signed in.
        let wang = bank.signs_in(visitor, id, Assurance::Sms).await;
        let page = wang.opens("/again").await;
        assert!(page.status == 200 && page.body.contains("您刚才写的还在"), "{}", page.body);
        let done = presses(&wang, &page).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(help::list_of(bank.fresh.db.read(), id).await.unwrap().len(), 1);
        let later = wang.opens("/again").await;
        assert_eq!((later.status, later.location.as_deref()), (303, Some("/")), "it is sent: nothing waits any more");
        bank.close().await;
    }

    async fn what_another_site_sends_is_neither_shown_nor_kept(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let fields = [("csrf", "0123456789abcdef0123456789abcdef"), ("once", "an-evil-key"), ("words", "我不学了")];
        let elsewhere: [Vec<(&'static str, String)>; 4] = [
            vec![("origin", "https://evil.example".to_owned())],
            vec![("sec-fetch-site", "cross-site".to_owned()), ("origin", bank.url.clone())],
            vec![("origin", "null".to_owned())],
            // An old browser that says nothing: without its token nothing proves that the form is ours.
            vec![],
        ];
        for headers in elsewhere {
            let refused = posts(&wang, "/me/complaint", &headers, &fields).await;
            assert_eq!(refused.status, 403, "{headers:?}");
            assert!(!refused.body.contains("我不学了") && !refused.body.contains("an-evil-key"), "{}", refused.body);
            let away = posts(&bank.visitor(), "/me/complaint", &headers, &fields).await;
            assert_eq!((away.status, away.location.as_deref()), (303, Some("/sign-in?back=%2F")), "{headers:?}");
            assert!(away.headers.get_all("set-cookie").iter().all(|cookie| !cookie.to_str().unwrap().starts_with("again=")));
        }
        assert!(help::list_of(bank.fresh.db.read(), id).await.unwrap().is_empty());
        bank.close().await;
    }
}

#[actix_web::test]
async fn a_kept_form_opens_in_its_own_browser_only_and_not_for_long() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap();
    let (_, id) = bank.learner("王桂英", 1, None).await;
    let fields = [("once", "the-first-key"), ("words", WORDS)];
    let visitor = bank.visitor();
    let sent = posts(&visitor, "/me/complaint", &own(&bank), &fields).await;
    let cookies = sent.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned());
    let kept = cookies.into_iter().find(|cookie| cookie.starts_with("again=")).unwrap();
    // Planted in the browser of somebody else it is nothing.
    let other = bank.signed_in(id, Assurance::Sms).await;
    other.opens("/").await;
    other.jar.add_cookie_str(&kept, &bank.url.parse().unwrap());
    assert_eq!(other.opens("/again").await.location.as_deref(), Some("/"));
    let wang = bank.signs_in(visitor, id, Assurance::Sms).await;
    assert_eq!(wang.opens("/again").await.status, 200);
    bank.clock.turn_ms(31 * 60_000);
    assert_eq!(wang.opens("/again").await.location.as_deref(), Some("/"));
    bank.close().await;
}

#[actix_web::test]
async fn what_is_too_long_to_keep_leads_back_to_its_form_and_secrets_are_typed_anew() {
    let bank = Bank::open(crate::support::databases::Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    // Words that cannot be packed any smaller.
    let long: String = (0..9_000_u32).map(|n| char::from_u32(0x4E00 + (n * 7_919) % 20_000).unwrap()).collect();
    let sent = posts(&visitor, "/me/complaint", &own(&bank), &[("once", "the-first-key"), ("words", &long)]).await;
    assert_eq!(sent.location.as_deref(), Some("/sign-in?back=%2Fme%2Fcomplaint"));
    let fields =
        [("once", "the-first-key"), ("login", "li.min"), ("password", "correct horse"), ("code", "123456"), ("back", "/staff")];
    let again = posts(&visitor, "/sign-in/staff", &own(&bank), &fields).await;
    assert_eq!((again.status, again.input("login").as_str()), (403, "li.min"));
    assert!(again.body.contains("密码和验证码我们不留"), "{}", again.body);
    assert!(!again.body.contains("correct horse") && !again.body.contains("123456"), "{}", again.body);
    bank.close().await;
}
