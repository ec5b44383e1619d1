//! The house itself: headers, errors in the reader's own size, the text size switch.

use crate::support::databases::{Engine, fresh};
use crate::support::server::Bank;

#[actix_web::test]
async fn an_unknown_address_is_answered_in_words_and_keeps_the_text_size() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let switched = visitor.opens("/font?to=xlarge&back=/nowhere").await;
    assert_eq!((switched.status, switched.location.as_deref()), (303, Some("/nowhere")));
    let page = visitor.opens("/nowhere").await;
    assert_eq!(page.status, 404);
    assert!(page.body.contains("data-font=\"xlarge\"") && page.body.contains("没找到这一页"), "{}", page.body);
    bank.close().await;
}

#[actix_web::test]
async fn every_answer_carries_the_security_headers_and_no_page_allows_inline_script() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    for path in ["/healthz", "/nowhere", "/readyz"] {
        let answer = bank.visitor().opens(path).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
    }
    bank.close().await;
}

#[actix_web::test]
async fn the_style_that_measures_the_pages_is_allowed_in_a_trial_and_never_in_production() {
    for production in [false, true] {
        let fresh = fresh(Engine::Sqlite).await.unwrap();
        let bank = Bank::over_with(fresh, |config| config.production = production).await;
        let answer = bank.visitor().opens("/courses").await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        let styles = policy.split(';').find(|part| part.trim().starts_with("style-src")).unwrap().trim();
        let hash = "'sha256-Lqelb6pVzEGnaBEnXqzlEbv6f1ZzI5U8HDqvvij4lg0='";
        assert_eq!(styles, if production { "style-src 'self'".to_owned() } else { format!("style-src 'self' {hash}") });
        assert_eq!(policy.matches("sha256").count(), usize::from(!production), "{policy}");
        bank.close().await;
    }
}

#[actix_web::test]
async fn a_wrong_method_is_405_and_a_switch_never_leads_to_another_site() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    assert_eq!(visitor.posts_raw("/healthz", &[]).await.status, 405);
    let away = visitor.opens("/font?to=large&back=//evil.example").await;
    assert_eq!(away.location.as_deref(), Some("/"));
    assert_eq!(visitor.opens("/font?to=huge&back=/").await.status, 400);
    bank.close().await;
}

#[actix_web::test]
async fn size_and_language_stay_with_the_account_and_come_along_to_a_new_device() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (wang, _) = bank.learner("王桂英", 1, None).await;
    let foot = wang.opens("/courses").await;
    assert!(
        foot.body.contains("href=\"/lang?to=en&#38;back=%2Fcourses\" lang=\"en\" hreflang=\"en\">English</a>"),
        "{}",
        foot.body
    );
    assert_eq!(wang.opens("/font?to=xlarge&back=/courses").await.location.as_deref(), Some("/courses"));
    assert_eq!(wang.opens("/lang?to=en&back=/courses").await.status, 303);
    let signs_in = async |device: &crate::support::server::Person| {
        let sent = device.sends(&device.opens("/sign-in").await, "/sign-in", &[("phone", "13800000001")]).await;
        let code = bank.letter_to("13800000001").await.unwrap().params[0].1.clone();
        let page = device.opens(&sent.location.unwrap()).await;
        let welcomed = device.sends(&page, "/sign-in/code", &[("otp", &code)]).await;
        assert_eq!(welcomed.status, 303, "{}", welcomed.body);
        device.opens("/courses").await.body
    };
    let new = signs_in(&bank.visitor()).await;
    assert!(new.contains("data-font=\"xlarge\"") && new.contains("<html lang=\"en\""), "{new}");
    // What was chosen on a device stands there.
    bank.clock.turn_ms(120_000);
    let tablet = bank.visitor();
    tablet.opens("/font?to=normal&back=/").await;
    tablet.opens("/lang?to=zh-CN&back=/").await;
    let shared = signs_in(&tablet).await;
    assert!(shared.contains("data-font=\"normal\"") && shared.contains("<html lang=\"zh-CN\""), "{shared}");
    bank.close().await;
}

#[actix_web::test]
async fn the_local_number_is_shown_in_groups_and_dialled_as_digits() {
    let fresh = fresh(Engine::Sqlite).await.unwrap();
    let bank = Bank::over_with(fresh, |config| config.help_phone = "0571-87000000".to_owned()).await;
    let page = bank.visitor().opens("/help").await.body;
    assert!(page.contains("href=\"tel:057187000000\"") && page.contains("0571\u{a0}8700\u{a0}0000"), "{page}");
    assert!(page.contains("<meta name=\"format-detection\" content=\"telephone=no\">"));
    assert!(!page.contains("0571-8700"), "{page}");
    bank.close().await;
}
