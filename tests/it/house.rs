//! The house itself: headers, errors in the reader's own size, the text size switch.

use crate::support::databases::Engine;
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
async fn a_wrong_method_is_405_and_a_switch_never_leads_to_another_site() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    assert_eq!(visitor.posts_raw("/healthz", &[]).await.status, 405);
    let away = visitor.opens("/font?to=large&back=//evil.example").await;
    assert_eq!(away.location.as_deref(), Some("/"));
    assert_eq!(visitor.opens("/font?to=huge&back=/").await.status, 400);
    bank.close().await;
}
