//! Search, and the words that are explained.

use crate::support::databases::Engine;
use crate::support::server::{Bank, SHELF};

#[actix_web::test]
async fn words_of_two_characters_are_found_and_marks_in_a_query_do_no_harm() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let found = visitor.opens("/search?q=%E6%8C%82%E5%8F%B7").await;
    assert!(found.body.contains("<strong>挂号</strong>") && found.body.contains("/courses/T04"), "{}", found.body);
    let nothing = visitor.opens("/search?q=%3Cscript%3Ealert(1)%3C/script%3Ezzqq").await;
    assert!(nothing.status == 200 && !nothing.body.contains("<script>"), "{}", nothing.body);
    bank.close().await;
}

#[actix_web::test]
async fn whoever_searches_for_nothing_is_told_what_to_write_and_before_a_search_nothing_is_said_of_it() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let blank = visitor.opens("/search").await;
    assert!(blank.status == 200 && !blank.body.contains("都不是？") && !blank.body.contains("role=\"alert\""), "{}", blank.body);
    for query in ["", "%20%20", "%E2%80%8B"] {
        let empty = visitor.opens(&format!("/search?q={query}")).await;
        assert!(empty.status == 422 && empty.body.contains("请写上想学什么，两个字就够"), "{query}: {}", empty.body);
        assert!(!empty.body.contains("都不是？") && empty.body.contains("href=\"#q\""), "{}", empty.body);
    }
    bank.close().await;
}

#[actix_web::test]
async fn the_first_five_are_shown_and_the_rest_is_one_tap_away() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let hits = |body: &str| body.matches("<li><a class=\"row\"").count();
    let first = visitor.opens("/search?q=%E6%89%8B%E6%9C%BA").await;
    assert!(hits(&first.body) == 5 && first.body.contains("看更多"), "{}", first.body);
    let more = first.body.split("href=\"/search?").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let all = visitor.opens(&format!("/search?{more}")).await;
    assert!(hits(&all.body) > 5 && !all.body.contains("看更多"), "{}", all.body);
    bank.close().await;
}

#[actix_web::test]
async fn every_explained_word_has_a_page_that_leads_to_its_lessons_and_back_to_the_list() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let list = visitor.opens("/glossary").await;
    assert!(list.body.contains("<summary><h2>连上网<small>"), "{}", list.body);
    for word in ["暗号", "Wi-Fi", "仿冒 App"] {
        let address: String = form_urlencoded::byte_serialize(word.as_bytes()).collect::<String>().replace('+', "%20");
        assert!(list.body.contains(&format!("href=\"/glossary/{address}\"")), "{word}");
        let page = visitor.opens(&format!("/glossary/{address}")).await;
        let plain = &SHELF.term(word).unwrap().plain;
        assert!(page.status == 200 && page.body.contains(plain.as_str()), "{word}: {}", page.body);
        assert!(page.body.contains("href=\"/glossary\""), "{word}: {}", page.body);
    }
    let secret = visitor.opens("/glossary/%E6%9A%97%E5%8F%B7").await;
    assert!(secret.body.contains("href=\"/courses/T19/c1\""), "{}", secret.body);
    assert_eq!(visitor.opens("/glossary/%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA%E8%AF%8D").await.status, 404);
    bank.close().await;
}
