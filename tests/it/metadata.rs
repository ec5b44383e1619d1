//! What catalogues elsewhere read of a course: JSON-LD on every course page, in terms that schema.org has.

use credit_bank::curriculum::model::Course;
use serde_json::Value;

use crate::support::databases::{Engine, fresh};
use crate::support::editions::being_written;
use crate::support::server::{Answer, Bank, SHELF};

/// The terms of schema.org (version 29) that may stand on each type: those of the type itself and of the types above it.
const VOCABULARY: [(&str, &[&str]); 8] = [
    (
        "Course",
        &[
            "name",
            "description",
            "url",
            "courseCode",
            "numberOfCredits",
            "inLanguage",
            "isAccessibleForFree",
            "license",
            "version",
            "learningResourceType",
            "educationalLevel",
            "educationalAlignment",
            "teaches",
            "timeRequired",
            "audience",
            "accessMode",
            "accessibilityFeature",
            "provider",
            "hasPart",
        ],
    ),
    (
        "LearningResource",
        &["name", "description", "url", "inLanguage", "learningResourceType", "timeRequired", "teaches", "audience"],
    ),
    ("Collection", &["name", "version", "license", "creditText", "inLanguage", "isAccessibleForFree", "hasPart"]),
    ("Organization", &["name", "url"]),
    ("DefinedTerm", &["name", "termCode"]),
    ("AlignmentObject", &["alignmentType", "educationalFramework", "targetName", "targetDescription"]),
    ("EducationalAudience", &["educationalRole", "audienceType"]),
    ("QuantitativeValue", &["value", "unitText"]),
];

/// Properties that a course must have to be of use elsewhere.
const REQUIRED: [&str; 18] = [
    "name",
    "description",
    "inLanguage",
    "provider",
    "license",
    "educationalLevel",
    "teaches",
    "timeRequired",
    "learningResourceType",
    "educationalAlignment",
    "audience",
    "hasPart",
    "numberOfCredits",
    "isAccessibleForFree",
    "accessibilityFeature",
    "courseCode",
    "version",
    "url",
];

/// Holds everything in `value` to the vocabulary.
pub fn holds_to_the_vocabulary(value: &Value, at: &str) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| holds_to_the_vocabulary(one, at)),
        Value::Object(object) => {
            let kind = object["@type"].as_str().unwrap();
            let (_, terms) = VOCABULARY.iter().find(|(known, _)| *known == kind).unwrap_or_else(|| panic!("{at}: {kind}"));
            for (name, value) in object {
                assert!(name.starts_with('@') || terms.contains(&name.as_str()), "{at}: {kind} has no {name}");
                assert!(!value.is_null() && value != "" && *value != Value::Array(Vec::new()), "{at}: {name} says nothing");
                holds_to_the_vocabulary(value, &format!("{at} {name}"));
            }
        }
        _ => {}
    }
}

/// The one block of metadata of a page.
fn metadata(page: &Answer) -> Value {
    let mut blocks = page.body.split("<script type=\"application/ld+json\">").skip(1);
    let block = blocks.next().unwrap_or_else(|| panic!("no metadata in:\n{}", page.body));
    assert_eq!(blocks.next(), None, "one block");
    let text = block.split('<').next().unwrap();
    assert!(block[text.len()..].starts_with("</script>"), "nothing in it can be taken for a tag");
    serde_json::from_str(text).unwrap()
}

fn holds_of(course: &Course, about: &Value, address: &str) {
    let code = course.code.to_string();
    for name in REQUIRED {
        assert!(about.get(name).is_some(), "{code}: {name}");
    }
    holds_to_the_vocabulary(about, &code);
    let url = format!("{address}/courses/{code}");
    assert_eq!((about["@context"].as_str(), about["@type"].as_str()), (Some("https://schema.org"), Some("Course")));
    assert_eq!((about["@id"].as_str(), about["url"].as_str()), (Some(url.as_str()), Some(url.as_str())));
    assert_eq!(about["timeRequired"], "PT180M", "4 class hours of 45 minutes");
    assert_eq!(about["numberOfCredits"]["value"], 0.25);
    assert_eq!(about["license"], "https://creativecommons.org/licenses/by/4.0/");
    let task = SHELF.task(course.code).unwrap();
    let alignment = &about["educationalAlignment"];
    assert_eq!(alignment["educationalFramework"], "《提升全民数字素养与技能行动纲要》");
    assert_eq!(
        (&alignment["targetName"], &alignment["targetDescription"]),
        (&task.title.clone().into(), &task.clause.clone().into())
    );
    assert_eq!(about["teaches"].as_array().unwrap().len(), course.outcomes.len());
    assert_eq!(about["audience"].as_array().unwrap().len(), 6, "everybody and five groups");
    let parts = about["hasPart"].as_array().unwrap();
    assert_eq!(parts.len(), course.lessons.len());
    for (part, lesson) in parts.iter().zip(&course.lessons) {
        assert_eq!(part["timeRequired"], format!("PT{}M", lesson.minutes));
        assert_eq!(part["teaches"].as_array().unwrap().len(), lesson.outcomes.len());
        let own = lesson.id.split_once('-').unwrap().1;
        assert_eq!(part["url"].as_str(), Some(format!("{url}/{own}").as_str()));
    }
}

#[actix_web::test]
async fn every_course_page_says_in_the_terms_of_schema_org_what_the_course_is() {
    let bank = Bank::over_with(fresh(Engine::Sqlite).await.unwrap(), |config| {
        config.public_url = Some("https://xuefen.example.cn".to_owned());
        config.organisation_name = "</script><script>alert(1)</script>学院".to_owned();
    })
    .await;
    let visitor = bank.visitor();
    for course in SHELF.courses() {
        let page = visitor.opens(&format!("/courses/{}", course.code)).await;
        let about = metadata(&page);
        holds_of(course, &about, "https://xuefen.example.cn");
        assert_eq!(about["provider"]["name"], "</script><script>alert(1)</script>学院", "a name is a name, not a tag");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "data need no leave to run: {policy}");
    }
    bank.close().await;
}

#[actix_web::test]
async fn the_addresses_are_those_under_which_the_page_was_opened_and_of_a_course_being_written_nothing_is_said() {
    let shelf = being_written("courses/T02/course.toml");
    let bank = Bank::teaching(fresh(Engine::Sqlite).await.unwrap(), &shelf).await;
    let visitor = bank.visitor();
    let about = metadata(&visitor.opens("/courses/T19").await);
    assert_eq!(about["url"].as_str(), Some(format!("{}/courses/T19", bank.url).as_str()));
    assert!(!visitor.opens("/courses/T02").await.body.contains("ld+json"));
    bank.close().await;
}
