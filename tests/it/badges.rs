//! What learners take along for software of others: a certificate as the picture of a badge, all of them as one file; and that `/v/file` takes either.

use credit_bank::certificates;
use credit_bank::credentials::carried_in;
use serde_json::Value;

use crate::certificates_changing::{agrees, asks, sends_to};
use crate::support::server::{Answer, Person};
use crate::verify::{Issued, word};

/// Kind, name and bytes of what is downloaded.
struct File {
    kind: String,
    name: String,
    bytes: Vec<u8>,
}

async fn downloads(person: &Person, path: &str) -> File {
    let answer = person.client.get(format!("{}{path}", person.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("x-content-type-options"), "nosniff");
    let (kind, name) = (header("content-type"), header("content-disposition"));
    File { kind, name, bytes: answer.bytes().await.unwrap().to_vec() }
}

async fn uploads(person: &Person, file: Vec<u8>) -> Answer {
    let form = person.opens("/v").await;
    person.sends_file(&form, "/v/file", &[], "a", file).await
}

fn badges(issued: &Issued) -> [String; 2] {
    ["png", "svg"].map(|end| format!("/certificates/{}/badge.{end}", issued.id))
}

/// The documents of the file of all.
async fn all(person: &Person) -> (String, Vec<Value>) {
    let file = downloads(person, "/certificates/all.json").await;
    assert_eq!((file.kind.as_str(), file.name.as_str()), ("application/vp", "attachment; filename=\"certificates.json\""));
    let text = String::from_utf8(file.bytes).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&whole["type"][0], whole.get("proof"), whole.get("holder")),
        (&Value::from("VerifiablePresentation"), None, None)
    );
    let held = whole["verifiableCredential"].as_array().unwrap().clone();
    (text, held)
}

async fn revokes(issued: &Issued) {
    let work = &issued.work;
    let path = format!("/staff/agency/{}/issued/{}/{}", work.desk.id, work.wang_id, issued.id);
    let request = asks(&work.zhao, &path, &[("doing", "revoke"), ("reason", "issued_twice")]).await;
    assert_eq!(agrees(&work.sun, &request).await.status, 303);
}

crate::on_both! {
    async fn a_badge_is_its_owners_and_verifies_where_any_file_does(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (bank, wang) = (issued.work.bank(), &issued.work.wang);
        let person = bank.visitor_at("10.5.0.1");
        let document = person.opens(&format!("/v/{}/credential.json", issued.code)).await.body;
        let page = wang.opens(&format!("/certificates/{}", issued.id)).await.body;
        for (path, kind) in badges(&issued).iter().zip(["image/png", "image/svg+xml"]) {
            assert!(page.contains(&format!("href=\"{path}\"")), "{path}");
            let file = downloads(wang, path).await;
            let end = path.rsplit('.').next().unwrap();
            let name = format!("attachment; filename=\"certificate-{}.{end}\"", issued.number);
            assert_eq!((file.kind.as_str(), file.name), (kind, name));
            assert_eq!(carried_in(&file.bytes), Ok(Some(document.clone())), "{path}");
            assert_eq!(downloads(wang, path).await.bytes, file.bytes, "the same again");
            let answer = uploads(&person, file.bytes).await;
            assert_eq!((answer.status, word(&answer)), (200, "有效"), "{}", answer.body);
            assert!(!answer.body.contains("王桂英"), "the name is masked");
        }
        let (li, _) = bank.learner("李秀兰", 2, None).await;
        for path in badges(&issued) {
            assert_eq!(li.opens(&path).await.status, 404);
            assert_eq!(bank.visitor().opens(&path).await.status, 303);
        }
        assert_eq!(all(&li).await.1.len(), 0, "she has none");
        issued.close().await;
    }

    async fn a_badge_that_was_changed_or_does_more_is_refused(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (wang, person) = (&issued.work.wang, issued.work.bank().visitor_at("10.5.0.2"));
        let [png, svg] = badges(&issued);
        let (png, svg) = (downloads(wang, &png).await.bytes, downloads(wang, &svg).await.bytes);
        let svg = String::from_utf8(svg).unwrap();
        let mut changed = png.clone();
        changed[80] ^= 1;
        // The chunk of the document stands behind the head: 33 bytes, and as many as its length says.
        let length = usize::try_from(u32::from_be_bytes(png[33..37].try_into().unwrap())).unwrap() + 12;
        let twice = [&png[..33 + length], &png[33..]].concat();
        for (file, said) in [
            (svg.replace("王桂英", "李桂英").into_bytes(), "签名对不上"),
            (changed, "取不出来"),
            (svg.replace("</svg>", "<script>alert(1)</script></svg>").into_bytes(), "取不出来"),
            (svg.replacen("<svg ", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg ", 1).into_bytes(), "取不出来"),
            (twice, "两张不一样的证书"),
        ] {
            let answer = uploads(&person, file).await;
            assert!(answer.status == 422 && answer.body.contains(said), "{said}: {} {}", answer.status, answer.body);
        }
        issued.close().await;
    }

    async fn all_that_are_valid_are_one_file_and_each_is_as_it_was_signed(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (work, person) = (&issued.work, issued.work.bank().visitor_at("10.5.0.3"));
        assert!(work.wang.opens("/certificates").await.body.contains("href=\"/certificates/all.json\""));
        let document = person.opens(&format!("/v/{}/credential.json", issued.code)).await.body;
        let (one, held) = all(&work.wang).await;
        assert!(held.len() == 1 && one.contains(&document), "{one}");
        let answer = uploads(&person, one.into_bytes()).await;
        assert_eq!((answer.status, word(&answer)), (200, "有效"), "{}", answer.body);
        work.passes("T01").await;
        certificates::issue(&work.bank().house.db, &work.at(), &work.order("T01"), None).await.unwrap();
        let (two, held) = all(&work.wang).await;
        assert!(held.len() == 2 && two.contains(&document), "{two}");
        let answer = uploads(&person, two.into_bytes()).await;
        assert!(answer.status == 422 && answer.body.contains("两张不一样的证书"), "{}", answer.body);
        let path = format!("/staff/agency/{}/issued/{}/{}", work.desk.id, work.wang_id, issued.id);
        let suspend = [("doing", "suspend"), ("reason", "evidence_wrong"), ("ground", "看过签到表")];
        assert_eq!(sends_to(&work.zhao, &path, &suspend).await.status, 303);
        let (left, held) = all(&work.wang).await;
        assert!(held.len() == 1 && !left.contains(&document), "what is suspended is left out: {left}");
        issued.close().await;
    }

    async fn what_was_revoked_is_taken_along_no_more(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let wang = &issued.work.wang;
        let [png, _] = badges(&issued);
        let badge = downloads(wang, &png).await.bytes;
        revokes(&issued).await;
        let page = wang.opens(&format!("/certificates/{}", issued.id)).await.body;
        for path in badges(&issued) {
            assert_eq!(wang.opens(&path).await.status, 409, "{path}");
            assert!(!page.contains(&path), "{path}");
        }
        assert_eq!(all(wang).await.1.len(), 0);
        assert!(!wang.opens("/certificates").await.body.contains("/certificates/all.json"));
        // The picture that is out there says so where it is looked at.
        let answer = uploads(&issued.work.bank().visitor_at("10.5.0.4"), badge).await;
        assert_eq!((answer.status, word(&answer)), (200, "已撤销"), "{}", answer.body);
        issued.close().await;
    }
}
