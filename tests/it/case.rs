//! The curriculum as a framework of CASE 1.1: one document, its items in three levels, each tied to its parent; ids that last.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::databases::{Engine, fresh};
use crate::support::server::{Answer, Bank, Person, SHELF};

const BASE: &str = "/ims/case/v1p1";

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

async fn gets(person: &Person, path: &str) -> Value {
    let answer = person.opens(&format!("{BASE}{path}")).await;
    assert_eq!(
        (answer.status, answer.headers["content-type"].to_str().unwrap()),
        (200, "application/json"),
        "{path}: {}",
        answer.body
    );
    json_of(&answer)
}

async fn package(bank: &Bank) -> Value {
    let visitor = bank.visitor();
    let documents = gets(&visitor, "/CFDocuments").await;
    let document = &documents["CFDocuments"][0];
    let uri = document["CFPackageURI"]["uri"].as_str().unwrap();
    let path = uri.split(BASE).nth(1).unwrap();
    gets(&visitor, path).await
}

fn texts<'v>(values: &'v Value, member: &str) -> Vec<&'v str> {
    values.as_array().unwrap().iter().map(|value| value[member].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn the_package_holds_areas_tasks_and_outcomes_each_the_child_of_the_one_above() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let package = package(&bank).await;
    let outcomes: usize = SHELF.courses().iter().filter(|course| course.is_complete()).map(|course| course.outcomes.len()).sum();
    let codes = texts(&package["CFItems"], "humanCodingScheme");
    assert_eq!((codes.len(), codes.iter().collect::<BTreeSet<_>>().len()), (7 + 23 + outcomes, 7 + 23 + outcomes));
    let ids: BTreeMap<&str, &Value> =
        package["CFItems"].as_array().unwrap().iter().map(|item| (item["identifier"].as_str().unwrap(), item)).collect();
    assert_eq!(ids.len(), codes.len());
    let document = package["CFDocument"]["identifier"].as_str().unwrap();
    for tie in package["CFAssociations"].as_array().unwrap() {
        assert_eq!(tie["associationType"], "isChildOf");
        let child = ids[tie["originNodeURI"]["identifier"].as_str().unwrap()];
        let parent = tie["destinationNodeURI"]["identifier"].as_str().unwrap();
        let level = |item: &Value| item["CFItemType"].as_str().unwrap().to_owned();
        let above = if parent == document { "文件".to_owned() } else { level(ids[parent]) };
        assert!(
            [("领域", "文件"), ("任务", "领域"), ("能力点", "任务")].contains(&(level(child).as_str(), above.as_str())),
            "{tie}"
        );
    }
    let task = package["CFItems"].as_array().unwrap().iter().find(|item| item["humanCodingScheme"] == "T19").unwrap();
    let clause = &SHELF.edition().tasks.iter().find(|task| task.code.to_string() == "T19").unwrap().clause;
    assert_eq!(task["fullStatement"].as_str().unwrap(), clause, "word for word");
    bank.close().await;
}

#[actix_web::test]
async fn every_address_in_the_package_leads_to_what_it_names() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (visitor, package) = (bank.visitor(), package(&bank).await);
    let path = |value: &Value| value["uri"].as_str().unwrap().split(BASE).nth(1).unwrap().to_owned();
    let document = gets(&visitor, &path(&package["CFDocument"])).await;
    for member in ["identifier", "uri", "creator", "title", "lastChangeDateTime", "CFPackageURI", "licenseURI", "language"] {
        assert!(!document[member].is_null(), "{member}");
    }
    let items = package["CFItems"].as_array().unwrap();
    for item in items.iter().step_by(17) {
        let alone = gets(&visitor, &path(item)).await;
        assert_eq!(
            (&alone["fullStatement"], &alone["CFDocumentURI"]["identifier"]),
            (&item["fullStatement"], &document["identifier"])
        );
        let id = item["identifier"].as_str().unwrap();
        let tied = gets(&visitor, &format!("/CFItemAssociations/{id}")).await;
        assert_eq!(tied["CFItem"]["identifier"], item["identifier"]);
        assert!(
            tied["CFAssociations"].as_array().unwrap().iter().any(|tie| tie["originNodeURI"]["identifier"] == item["identifier"])
        );
    }
    let tie = gets(&visitor, &path(&package["CFAssociations"][0])).await;
    assert_eq!(tie["identifier"], package["CFAssociations"][0]["identifier"]);
    let definitions = &package["CFDefinitions"];
    let types = gets(&visitor, &path(&definitions["CFItemTypes"][0])).await;
    assert_eq!(texts(&types["CFItemTypes"], "title"), ["领域", "任务", "能力点"], "with those below it");
    assert_eq!(texts(&gets(&visitor, &path(&definitions["CFItemTypes"][2])).await["CFItemTypes"], "title"), ["能力点"]);
    let subjects = gets(&visitor, &path(&definitions["CFSubjects"][0])).await;
    assert_eq!(subjects["CFSubjects"][0]["identifier"], document["subjectURI"][0]["identifier"]);
    let licence = gets(&visitor, &path(&definitions["CFLicenses"][0])).await;
    assert_eq!(licence["identifier"], document["licenseURI"]["identifier"]);
    bank.close().await;
}

#[actix_web::test]
async fn documents_are_asked_for_page_by_page_and_what_is_known_is_not_sent_again() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let all = visitor.opens(&format!("{BASE}/CFDocuments?limit=5")).await;
    assert_eq!(
        (all.headers["x-total-count"].to_str().unwrap(), all.headers["etag"].to_str().unwrap()),
        ("1", format!("\"{}\"", SHELF.digest()).as_str())
    );
    assert!(all.headers["link"].to_str().unwrap().contains("CFDocuments?limit=5&offset=0>; rel=\"first\""));
    let known =
        visitor.client.get(format!("{}{BASE}/CFDocuments", bank.url)).header("if-none-match", all.headers["etag"].clone());
    assert_eq!(known.send().await.unwrap().status().as_u16(), 304);
    let titles = gets(&visitor, "/CFDocuments?fields=title,identifier").await;
    assert_eq!(titles["CFDocuments"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["identifier", "title"]);
    let title = titles["CFDocuments"][0]["title"].as_str().unwrap().to_owned();
    assert_eq!(gets(&visitor, &format!("/CFDocuments?filter=title='{title}'")).await["CFDocuments"].as_array().unwrap().len(), 1);
    for none in ["/CFDocuments?filter=title='x'", "/CFDocuments?offset=1"] {
        assert_eq!(gets(&visitor, none).await["CFDocuments"].as_array().unwrap().len(), 0, "{none}");
    }
    let codes = |answer: &Answer| {
        json_of(answer)["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"].as_str().unwrap().to_owned()
    };
    for (path, status, code) in [
        ("/CFDocuments?sort=owner", 400, "invalid_sort_field"),
        ("/CFDocuments?fields=owner", 400, "invalid_selection_field"),
        ("/CFItems/01980000-0000-7000-8000-000000000000", 404, "unknownobject"),
        ("/CFPackages/01980000-0000-7000-8000-000000000000", 404, "unknownobject"),
        ("/CFItems/T19", 404, "invalid_uuid"),
    ] {
        let answer = visitor.opens(&format!("{BASE}{path}")).await;
        assert_eq!((answer.status, codes(&answer).as_str()), (status, code), "{path}");
        assert_eq!(json_of(&answer)["imsx_codeMajor"], "failure");
    }
    bank.close().await;
}

#[actix_web::test]
async fn ids_are_the_same_at_every_start_and_others_at_another_bank() {
    let first = Bank::open(Engine::Sqlite).await.unwrap();
    let one = package(&first).await;
    let second = Bank::open(Engine::Sqlite).await.unwrap();
    let other = Bank::over_with(fresh(Engine::Sqlite).await.unwrap(), |config| {
        config.public_url = Some("https://xuefen.example.cn".to_owned())
    })
    .await;
    let (same, another) = (package(&second).await, package(&other).await);
    assert_eq!(texts(&one["CFItems"], "identifier"), texts(&same["CFItems"], "identifier"));
    assert!(texts(&another["CFItems"], "identifier").iter().all(|id| !texts(&one["CFItems"], "identifier").contains(id)));
    assert!(
        texts(&another["CFItems"], "uri").iter().all(|uri| uri.starts_with("https://xuefen.example.cn/ims/case/v1p1/CFItems/"))
    );
    for bank in [first, second, other] {
        bank.close().await;
    }
}
