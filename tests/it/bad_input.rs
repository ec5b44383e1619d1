//! Whatever is thrown at the door: it is answered in words, in the reader's size and language, and nothing is half done.

use credit_bank::app::ROUTES;
use credit_bank::db::DbFault;
use credit_bank::help;
use credit_bank::kernel::LearnerId;
use reqwest::Method;
use sea_orm::DbBackend;

use crate::access::filled;
use crate::support::databases::{Engine, fresh};
use crate::support::raw::{head, says};
use crate::support::server::{Bank, Person};

const CALL: [(&str, &str); 2] = [("phone", "13800000001"), ("when", "morning")];

/// The form of the help page, filled in well, with its token and key.
async fn good_form(person: &Person) -> Vec<(String, String)> {
    let page = person.opens("/help").await;
    let own = ["csrf", "once"].map(|name| (name.to_owned(), page.input(name)));
    own.into_iter().chain(CALL.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[actix_web::test]
async fn a_form_too_large_is_refused_whether_it_says_so_or_not() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let declared = says(&bank.url, head("/help", "Content-Length: 200000\r\n").into_bytes()).await;
    let chunk = format!("{:x}\r\n{}\r\n", 65_536, "a".repeat(65_536));
    let streamed = says(&bank.url, (head("/help", "Transfer-Encoding: chunked\r\n") + &chunk.repeat(4)).into_bytes()).await;
    for reply in [declared, streamed] {
        assert_eq!(reply.status(), 413, "{}", reply.text);
        assert!(reply.text.contains("内容太长了"), "{}", reply.text);
    }
    // So much still comes back with a word on how to shorten it.
    let visitor = bank.visitor();
    let long = "长".repeat(10_000);
    let answer = visitor.sends(&visitor.opens("/help").await, "/help", &[("phone", "13800000001"), ("about", &long)]).await;
    assert!(answer.status == 422 && answer.body.contains(&long));
    bank.close().await;
}

#[actix_web::test]
async fn a_body_that_comes_too_slowly_is_answered_in_words_and_a_head_is_hung_up_on() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let body = says(&bank.url, (head("/help", "Content-Length: 100\r\nCookie: font=xlarge\r\n") + "phone=138").into_bytes());
    let head = says(&bank.url, b"GET / HTTP/1.1\r\nHost: bank\r\nX-Slow".to_vec());
    let (body, head) = futures_util::join!(body, head);
    assert_eq!(body.status(), 408, "{}", body.text);
    assert!(body.text.contains("网太慢，没有传完") && body.text.contains("data-font=\"xlarge\""), "{}", body.text);
    // The server library answers for us here, before any of our code runs: in time, without our page.
    assert!(matches!(head.status(), 408 | 0), "{}", head.text);
    for reply in [body, head] {
        assert!((1.0..8.0).contains(&reply.seconds), "{} s", reply.seconds);
    }
    bank.close().await;
}

#[actix_web::test]
async fn whoever_comes_on_top_is_asked_to_come_again_and_what_was_typed_is_kept() {
    let fresh = fresh(Engine::Sqlite).await.unwrap();
    let bank = Bank::over_with(fresh, |config| config.requests_at_once = 1).await;
    let visitor = bank.visitor();
    let form = good_form(&visitor).await;
    // One request that stays in hand until its time is over.
    let slow = says(&bank.url, (head("/help", "Content-Length: 100\r\n") + "phone=138").into_bytes());
    let others = async {
        while bank.house.metrics.text().contains("http_requests_in_flight 0") {
            tokio::task::yield_now().await;
        }
        let page = visitor.opens("/courses").await;
        let sent = visitor.posts_raw("/help", &borrowed(&form)).await;
        (page, sent, visitor.opens("/healthz").await)
    };
    let (slow, (page, sent, pulse)) = futures_util::join!(slow, others);
    assert_eq!((slow.status(), pulse.status), (408, 200));
    for answer in [&page, &sent] {
        assert_eq!((answer.status, answer.headers["retry-after"].to_str().unwrap()), (503, "2"), "{}", answer.body);
        assert!(answer.body.contains("现在忙不过来"), "{}", answer.body);
    }
    assert_eq!((sent.input("phone").as_str(), sent.input("once")), ("13800000001", form[1].1.clone()));
    let again = visitor.posts_raw("/help", &borrowed(&form)).await;
    assert_eq!(again.status, 303, "{}", again.body);
    bank.close().await;
}

type Waiting = std::pin::Pin<Box<dyn Future<Output = Result<(), DbFault>>>>;

/// Closures that wait until the gate opens: they fill the writers and then the queue, until it stays full.
async fn fill_the_queue(bank: &Bank, closed: &tokio::sync::watch::Receiver<()>) -> Vec<Waiting> {
    bank.house.metrics.adopt(bank.fresh.db.numbers()).unwrap();
    let mut waiting: Vec<Waiting> = Vec::new();
    loop {
        // On SQLite the one writer holds its first group; on PostgreSQL twelve writers hold one each, and the next is out of the queue.
        let is_taken = match bank.fresh.db.backend() {
            DbBackend::Sqlite => bank.house.metrics.text().contains("write_group_size_count 1"),
            _ => waiting.len() == 2048 + 12 + 1,
        };
        loop {
            let (db, closed) = (bank.fresh.db.clone(), closed.clone());
            let work = async move |_: &credit_bank::db::Tx| {
                drop(closed.clone().changed().await);
                Ok::<_, DbFault>(())
            };
            let mut write: Waiting = Box::pin(async move { db.write(work).await });
            match futures_util::poll!(&mut write) {
                std::task::Poll::Pending => waiting.push(write),
                std::task::Poll::Ready(outcome) => {
                    assert!(matches!(outcome, Err(DbFault::Busy)), "{outcome:?}");
                    break;
                }
            }
        }
        if is_taken {
            return waiting;
        }
        tokio::task::yield_now().await;
    }
}

crate::on_both! {
    async fn when_too_much_waits_to_be_written_the_answer_is_503_at_once_and_nothing_is_lost(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let visitor = bank.visitor();
        let form = good_form(&visitor).await;
        let (gate, closed) = tokio::sync::watch::channel(());
        let waiting = fill_the_queue(&bank, &closed).await;
        let sent = visitor.posts_raw("/help", &borrowed(&form)).await;
        assert_eq!((sent.status, sent.headers["retry-after"].to_str().unwrap()), (503, "2"), "{}", sent.body);
        assert!(sent.body.contains("您写的都在") && sent.input("phone") == "13800000001", "{}", sent.body);
        assert_eq!(visitor.opens("/courses").await.status, 200, "reading goes on");
        drop(gate);
        futures_util::future::join_all(waiting).await;
        assert_eq!(visitor.posts_raw("/help", &borrowed(&form)).await.status, 303);
        bank.close().await;
    }
}

#[actix_web::test]
async fn a_form_from_another_site_is_refused_and_never_shown_again() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let form = good_form(&visitor).await;
    let host = bank.url.trim_start_matches("http://").to_owned();
    let foreign: [&[(&str, &str)]; 6] = [
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", &format!("http://{host}.evil.example"))],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", &bank.url)],
        &[("origin", "http://evil.example"), ("x-forwarded-host", "evil.example")],
    ];
    for headers in foreign {
        let answer = visitor.posts_with("/help", headers, &borrowed(&form)).await;
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(!answer.body.contains("13800000001"), "{headers:?}: {}", answer.body);
    }
    let cases = help::list_of(bank.fresh.db.read(), LearnerId::NOBODY).await.unwrap();
    assert!(cases.is_empty());
    let own = [("origin", bank.url.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(visitor.posts_with("/help", &own, &borrowed(&form)).await.status, 303);
    bank.close().await;
}

#[actix_web::test]
async fn a_malformed_form_is_400_in_words() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let form = good_form(&visitor).await;
    let csrf = &form[0].1;
    let kind = "application/x-www-form-urlencoded";
    let bodies: [(&str, Vec<u8>); 6] = [
        (kind, format!("csrf={csrf}&phone=%zz").into_bytes()),
        (kind, format!("csrf={csrf}&phone=%E7%8E").into_bytes()),
        (kind, [format!("csrf={csrf}&phone=").as_bytes(), b"\xff\xfe"].concat()),
        (kind, format!("csrf={csrf}&phone=13800000001&when=morning").into_bytes()),
        ("application/json", b"{\"phone\": \"13800000001\"".to_vec()),
        ("text/plain", format!("csrf={csrf}").into_bytes()),
    ];
    for (kind, body) in bodies {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let sent =
            visitor.client.post(format!("{}/help", bank.url)).header("content-type", kind).body(body).send().await.unwrap();
        let (status, page) = (sent.status().as_u16(), sent.text().await.unwrap());
        assert_eq!(status, 400, "{kind} {shown}");
        assert!(page.contains("这一页没看懂"), "{page}");
    }
    bank.close().await;
}

#[actix_web::test]
async fn a_wrong_method_is_405_and_names_the_right_ones_and_head_is_get_without_a_body() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap().with_places().await;
    let (wang, _) = bank.learner("王桂英", 1, None).await;
    for (method, path, allowed) in
        [(Method::DELETE, "/help", "GET, HEAD, POST"), (Method::GET, "/sign-out", "POST"), (Method::PUT, "/healthz", "GET, HEAD")]
    {
        let answer = wang.client.request(method, format!("{}{path}", bank.url)).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["allow"].to_str().unwrap()), (405, allowed), "{path}");
        assert!(answer.text().await.unwrap().contains("这样打不开"));
    }
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let path = filled(route.path, &[]);
        let get = wang.opens(&path).await;
        let head = wang.client.head(format!("{}{path}", bank.url)).send().await.unwrap();
        let same = ["content-type", "content-length", "location", "content-security-policy"];
        assert_eq!(head.status().as_u16(), get.status, "{path}");
        for name in same {
            assert_eq!(head.headers().get(name), get.headers.get(name), "{name} of {path}");
        }
        assert_eq!(head.text().await.unwrap(), "", "{path}");
    }
    bank.close().await;
}

#[actix_web::test]
async fn what_is_pasted_along_unseen_goes_and_what_turns_text_around_is_refused_kindly() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let about = |text: &'static str| [("phone", "\u{202D}138 0000 0001\u{202C}"), ("when", "morning"), ("about", text)];
    let form = visitor.opens("/help").await;
    let sent = visitor.sends(&form, "/help", &about("\u{FEFF}字太\u{200B}小\u{2060}，看不\u{200D}清")).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let case = visitor.opens(&sent.location.unwrap()).await;
    assert!(case.body.contains("字太小，看不清"), "{}", case.body);
    for hidden in ["反\u{202E}着写", "藏\u{2066}起来", "响\u{7}铃", "断\u{0}了"] {
        let form = visitor.opens("/help").await;
        let sent = visitor.sends(&form, "/help", &about(hidden)).await;
        assert_eq!(sent.status, 422, "{hidden:?}");
        assert!(sent.body.contains("里面有看不见的符号，请重新打一遍"), "{}", sent.body);
    }
    bank.close().await;
}

#[actix_web::test]
async fn an_error_page_keeps_language_and_size_leads_back_and_names_its_code() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    visitor.opens("/font?to=xlarge&back=/").await;
    visitor.opens("/lang?to=en&back=/").await;
    let from = format!("{}/courses/T19", bank.url);
    let lost = visitor.client.get(format!("{}/nowhere", bank.url)).header("referer", &from).send().await.unwrap();
    let page = lost.text().await.unwrap();
    assert!(
        page.contains("<html lang=\"en\"") && page.contains("data-font=\"xlarge\"") && page.contains("Page not found"),
        "{page}"
    );
    assert!(page.contains("data-primary href=\"/\"") && page.contains("class=\"row\" href=\"/courses/T19\""), "{page}");
    let code: String = page.split("/help?code=").nth(1).unwrap().chars().take(4).collect();
    assert!(page.contains(&format!("Help code {code}")), "{page}");
    let stranger = format!("{}//evil.example/", bank.url);
    let lost = visitor.client.get(format!("{}/nowhere", bank.url)).header("referer", &stranger).send().await.unwrap();
    let page = lost.text().await.unwrap();
    assert!(page.contains("data-primary href=\"/\"") && !page.contains("evil"), "{page}");
    // What went wrong with a form leads back to it.
    let form = format!("{}/help", bank.url);
    let sent = visitor.posts_with("/help", &[("referer", &form), ("origin", "http://evil.example")], &[("phone", "1")]).await;
    assert!(sent.status == 403 && sent.body.contains("data-primary href=\"/help\""), "{}", sent.body);
    bank.close().await;
}
