//! Evidence: looked at before it is kept, given as something to look at.

use std::time::{Duration, Instant};

use credit_bank::audit;
use credit_bank::identity::Assurance;
use entity::{application_file, stored_file};
use reqwest::cookie::CookieStore;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::agencies::TOWN;
use crate::applications::{Work, adds, begins, photo, sends};
use crate::support::raw::says;

/// One page, with something in it besides.
fn pages(besides: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n{besides}trailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )
    .into_bytes()
}

crate::on_both! {
    async fn what_could_act_or_is_no_evidence_is_refused_soon_and_lies_nowhere(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let path = begins(&work.wang, work.rule(|_| ()).await).await;
        let before = stored_file::Entity::find().count(work.bank().house.db.read()).await.unwrap();
        let cases: [(&str, Vec<u8>, &str); 8] = [
            ("a.png", Vec::new(), "请先拍一张照片"),
            ("a.png", b"<html><script>alert(1)</script></html>".to_vec(), "打不开"),
            ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), "打不开"),
            ("a.pdf", pages("8 0 obj\n<</S/JavaScript/JS(1)>>\nendobj\n"), "会自己动"),
            ("a.pdf", pages("8 0 obj\n<</Encrypt 9 0 R>>\nendobj\n"), "上了密码"),
            ("a.pdf", pages("8 0 obj\n<</Filter/ASCII85Decode>>\nendobj\n"), "看不清里面"),
            ("a.pdf", pages(&"8 0 obj\n<</Type/Page>>\nendobj\n".repeat(20)), "超过 20 页"),
            ("a.png", vec![0; 8 * 1024 * 1024 + 1], "截一张屏"),
        ];
        for (name, bytes, says) in cases {
            let begun = Instant::now();
            let answer = adds(&work.wang, &path, bytes, name).await;
            assert!(answer.status == 422 && answer.body.contains(says), "{says}: {} {}", answer.status, answer.body);
            assert!(begun.elapsed() < Duration::from_secs(5), "{says}");
        }
        let shown = work.wang.opens(&path).await;
        let unsaid = work.wang.sends_file(&shown, &format!("{path}/files"), &[], "a.png", photo("a")).await;
        assert!(unsaid.status == 422 && unsaid.body.contains("没有就打勾"), "{}", unsaid.body);
        let after = stored_file::Entity::find().count(work.bank().house.db.read()).await.unwrap();
        assert_eq!((after, application_file::Entity::find().count(work.bank().house.db.read()).await.unwrap()), (before, 0));
        work.desk.bank.close().await;
    }

    async fn evidence_comes_first_and_what_is_asked_after_it_on_a_page_of_its_own(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let rule = work.rule(|row| { row.least_identity = 2; row.least_supervision = 2; }).await;
        let path = begins(&work.wang, rule).await;
        let details = format!("{path}/details");
        let bare = work.wang.opens(&path).await.body;
        assert!(!bare.contains("name=\"number\"") && !bare.contains(&details), "nothing to be typed that could be lost: {bare}");
        for words in ["当面看过证件", "材料现在就可以先交", "有人监考", "<summary>不想申请了</summary>", "删了就找不回来"] {
            assert!(bare.contains(words), "{words} in {bare}");
        }
        let early = work.wang.opens(&details).await;
        assert_eq!((early.status, early.location.as_deref()), (303, Some(path.as_str())));
        assert_eq!(adds(&work.wang, &path, photo("a"), "a.png").await.status, 303);
        assert!(work.wang.opens(&path).await.body.contains(&format!("href=\"{details}\"")));
        let asked = work.wang.opens(&details).await;
        assert!(asked.body.contains("name=\"number\"") && asked.body.contains("认定了，材料留着"), "{}", asked.body);
        let (li, _) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        assert_eq!(li.opens(&details).await.status, 404, "somebody else's");
        work.ends(rule).await;
        let over = work.wang.opens(&details).await.body;
        assert!(over.contains("看这家机构的电话") && over.contains(&format!("href=\"/agencies/{}\"", work.desk.id)), "{over}");
        let next = work.rule(|row| row.version = 2).await;
        let path = work.applies(&work.wang, next, "ZJ-1").await;
        assert_eq!(work.wang.opens(&format!("{path}/details")).await.location, Some(path), "it is sent");
        work.desk.bank.close().await;
    }

    async fn the_same_file_is_there_once_and_another_one_under_the_same_form_is_another(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let path = begins(&work.wang, work.rule(|_| ()).await).await;
        let shown = work.wang.opens(&path).await;
        let to = format!("{path}/files");
        for (words, expected) in [("a", 1), ("a", 1), ("b", 2)] {
            let answer = work.wang.sends_file(&shown, &to, &[("clean", "yes")], "a.png", photo(words)).await;
            assert_eq!(answer.status, 303, "{}", answer.body);
            let kept = application_file::Entity::find().count(work.bank().house.db.read()).await.unwrap();
            assert_eq!(kept, expected, "{words}");
        }
        let one = application_file::Entity::find().one(work.bank().house.db.read()).await.unwrap().unwrap();
        let form = work.wang.opens(&path).await;
        for _ in 0..2 {
            let dropped = work.wang.sends(&form, &format!("{path}/files/{}/drop", one.id), &[]).await;
            assert_eq!(dropped.status, 303, "{}", dropped.body);
        }
        assert_eq!(application_file::Entity::find().count(work.bank().house.db.read()).await.unwrap(), 1);
        for words in ["c", "d", "e", "f", "g"] {
            assert_eq!(adds(&work.wang, &path, photo(words), "a.png").await.status, 303, "{words}");
        }
        let shown = work.wang.opens("/help").await;
        let seventh = work.wang.sends_file(&shown, &to, &[("clean", "yes")], "a.png", photo("h")).await;
        assert!(seventh.status == 422 && seventh.body.contains("最多交 6 份"), "{} {}", seventh.status, seventh.body);
        assert_eq!(sends(&work.wang, &path, &[]).await.status, 303);
        let late = work.wang.sends_file(&shown, &to, &[("clean", "yes")], "a.png", photo("h")).await;
        assert_eq!(late.status, 409, "{}", late.body);
        let gone = work.wang.sends(&shown, &format!("{path}/files/{}/drop", one.id), &[]).await;
        assert_eq!(gone.status, 409, "what was sent stays");
        work.desk.bank.close().await;
    }

    async fn a_file_for_somebody_elses_application_is_refused_before_it_is_read(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let path = begins(&work.wang, work.rule(|_| ()).await).await;
        let (li, _) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        let shown = li.opens("/help").await;
        let whole = li.sends_file(&shown, &format!("{path}/files"), &[("clean", "yes")], "a.png", photo("a")).await;
        assert_eq!(whole.status, 404, "{}", whole.body);
        // Four megabytes are announced, and none of them comes.
        let url = &work.bank().url;
        let cookies = li.jar.cookies(&url.parse().unwrap()).unwrap();
        let head = format!(
            "POST {path}/files HTTP/1.1\r\nHost: bank\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: 4194304\r\nCookie: {}\r\n\r\n",
            cookies.to_str().unwrap()
        );
        assert_eq!(says(url, head.into_bytes()).await.status(), 404);
        assert_eq!(application_file::Entity::find().count(work.bank().house.db.read()).await.unwrap(), 0);
        work.desk.bank.close().await;
    }

    async fn evidence_is_given_to_its_owner_and_to_who_decides_as_something_that_cannot_act(fresh: Fresh) {
        let work = Work::over(fresh).await;
        let path = begins(&work.wang, work.rule(|_| ()).await).await;
        adds(&work.wang, &path, photo("a"), "a.png").await;
        adds(&work.wang, &path, pages(""), "a.pdf").await;
        let kept = application_file::Entity::find().all(work.bank().house.db.read()).await.unwrap();
        let (picture, letter) = (kept.iter().find(|row| row.kind == "picture").unwrap().id, kept.iter().find(|row| row.kind == "pages").unwrap().id);
        let case = work.case(work.wang_id, &path);
        let as_sent = format!("{case}/files/{picture}");
        assert_eq!(work.zhao.opens(&as_sent).await.status, 404, "not before it is sent");
        assert_eq!(sends(&work.wang, &path, &[]).await.status, 303);
        for (person, at, kind) in [(&work.wang, format!("{path}/files/{picture}"), "image/jpeg"), (&work.zhao, as_sent.clone(), "image/jpeg"), (&work.sun, format!("{case}/files/{letter}"), "application/pdf")] {
            let answer = person.opens(&at).await;
            assert_eq!((answer.status, answer.headers["content-type"].to_str().unwrap()), (200, kind), "{at}");
            let policies: Vec<_> = answer.headers.get_all("content-security-policy").iter().collect();
            assert!(policies.iter().any(|policy| policy.to_str().unwrap().starts_with("sandbox")), "{policies:?}");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
            assert_eq!(answer.headers.contains_key("content-disposition"), kind == "application/pdf");
        }
        let seen = audit::list_access(work.bank().house.db.read(), work.wang_id, 50).await.unwrap();
        assert!(seen.iter().any(|row| row.actor == work.sun_id && row.what == "application_file"));
        let card = work.bank().signed_in(work.wang_id, Assurance::CardPin).await;
        assert_eq!(card.opens(&format!("{path}/files/{picture}")).await.status, 403, "a card that was found shows no evidence");
        assert_eq!(card.opens(&path).await.status, 200);
        let (li, _) = work.bank().learner("李建国", 2, Some(TOWN)).await;
        for (person, at) in [(&li, format!("{path}/files/{picture}")), (&work.wang, format!("{path}/files/{}", uuid::Uuid::nil())), (&work.zhao, format!("{case}/files/x"))] {
            assert_eq!(person.opens(&at).await.status, 404, "{at}");
        }
        // What lies in the store is sealed.
        let files = std::fs::read_dir(work.bank().fresh.folder.path().join("files")).unwrap();
        let all = files.flat_map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap()).map(|file| std::fs::read(file.unwrap().path()).unwrap());
        assert!(all.into_iter().all(|bytes| !bytes.starts_with(b"%PDF") && !bytes.starts_with(b"\xff\xd8")));
        work.desk.bank.close().await;
    }
}
