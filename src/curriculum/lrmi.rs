//! What other catalogues need to know of a course: schema.org's terms for learning resources (LRMI), as JSON-LD.

use serde_json::{Map, Value, json};

use super::model::{Course, CourseCode, Lesson, LessonPlace, Outcome};
use super::rules;
use super::shelf::Shelf;
use super::words;
use crate::kernel::Group;

/// The vocabulary.
const CONTEXT: &str = "https://schema.org";
/// The language of every text.
const LANGUAGE: &str = "zh-CN";

/// Who offers the courses, and under which address.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Without a slash at its end; addresses of courses begin with it.
    pub address: &'a str,
    /// Its name.
    pub provider: &'a str,
}

/// The metadata of the course `code`; of `site`, or, where the course travels by itself, of no site. `None` where there is no such course.
#[must_use]
pub fn metadata_of(shelf: &Shelf, code: CourseCode, site: Option<Site<'_>>) -> Option<Value> {
    let course = shelf.course(code)?;
    let mut about = Map::new();
    let mut say = |name: &str, value: Value| drop(about.insert(name.to_owned(), value));
    say("@context", CONTEXT.into());
    say("@type", "Course".into());
    say("courseCode", code.to_string().into());
    say("name", course.title.clone().into());
    say("description", description(course).into());
    say("inLanguage", LANGUAGE.into());
    say("isAccessibleForFree", true.into());
    say("license", shelf.edition().manifest.licence.url.clone().into());
    say("version", shelf.edition().manifest.version.clone().into());
    say("learningResourceType", words::COURSE.into());
    say("educationalLevel", words::LEVEL.into());
    say("timeRequired", minutes(rules::minutes_of(shelf.credit_rule(), course.hours)).into());
    say("teaches", course.outcomes.iter().map(outcome).collect());
    say("audience", audiences(course));
    say("accessMode", access_modes(course));
    if let Some(value) = shelf.credits_of(code) {
        let is = json!({ "@type": "QuantitativeValue", "value": decimal(value.milli()), "unitText": words::CREDIT });
        say("numberOfCredits", is);
    }
    if let Some(alignment) = alignment(shelf, code) {
        say("educationalAlignment", alignment);
    }
    if let Some(site) = site {
        // What the pages of a site do for their readers; a text file does none of it.
        say("accessibilityFeature", accessibility());
        let address = address_of(site, course);
        say("@id", address.clone().into());
        say("url", address.into());
        say("provider", json!({ "@type": "Organization", "name": site.provider, "url": format!("{}/", site.address) }));
    }
    say("hasPart", course.lessons.iter().map(|lesson| part(course, lesson, site)).collect());
    Some(Value::Object(about))
}

fn address_of(site: Site<'_>, course: &Course) -> String {
    format!("{}/courses/{}", site.address, course.code)
}

/// One line about it, then what one will be able to do.
fn description(course: &Course) -> String {
    std::iter::once(course.summary.as_str()).chain(course.goals.iter().map(String::as_str)).collect()
}

fn outcome(outcome: &Outcome) -> Value {
    json!({ "@type": "DefinedTerm", "termCode": outcome.id, "name": outcome.text })
}

/// `PT180M`.
fn minutes(minutes: i64) -> String {
    format!("PT{minutes}M")
}

/// 250 thousandths as the number 0.25. Credits of one course are few, so the number is exact to the thousandth.
fn decimal(milli: i64) -> Value {
    i32::try_from(milli).map_or(Value::Null, |milli| (f64::from(milli) / 1000.0).into())
}

/// The clause of the source document that the course serves.
fn alignment(shelf: &Shelf, code: CourseCode) -> Option<Value> {
    let task = shelf.task(code)?;
    Some(json!({
        "@type": "AlignmentObject",
        "alignmentType": "teaches",
        "educationalFramework": format!("《{}》", shelf.edition().manifest.source.document),
        "targetName": task.title,
        "targetDescription": task.clause,
    }))
}

/// For whom it is: everybody, and the groups that have a lesson of their own.
fn audiences(course: &Course) -> Value {
    let own = course.lessons.iter().filter_map(|lesson| match lesson.place {
        LessonPlace::Group(group) => Some(audience(group)),
        LessonPlace::Core(_) => None,
    });
    std::iter::once(audience(Group::Public)).chain(own).collect()
}

fn audience(group: Group) -> Value {
    json!({ "@type": "EducationalAudience", "educationalRole": "student", "audienceType": words::group(group) })
}

fn access_modes(course: &Course) -> Value {
    let heard = (!course.voices.is_empty()).then_some("auditory");
    ["textual", "visual"].into_iter().chain(heard).collect()
}

/// In the terms of the W3C's list of accessibility properties for discoverability.
fn accessibility() -> Value {
    json!(["largePrint", "highContrastDisplay", "readingOrder", "structuralNavigation", "alternativeText"])
}

fn part(course: &Course, lesson: &Lesson, site: Option<Site<'_>>) -> Value {
    let taught = course.outcomes.iter().filter(|outcome| lesson.outcomes.contains(&outcome.id));
    let mut part = json!({
        "@type": "LearningResource",
        "name": lesson.title,
        "description": lesson.goal,
        "inLanguage": LANGUAGE,
        "learningResourceType": words::LESSON,
        "timeRequired": minutes(lesson.minutes),
        "teaches": taught.map(outcome).collect::<Value>(),
    });
    let Value::Object(about) = &mut part else { return part };
    if let LessonPlace::Group(group) = lesson.place {
        about.insert("audience".to_owned(), audience(group));
    }
    if let Some(site) = site {
        let name = lesson.id.split_once('-').map_or(lesson.id.as_str(), |(_, name)| name);
        about.insert("@id".to_owned(), format!("{}/{name}", address_of(site, course)).into());
        about.insert("url".to_owned(), format!("{}/{name}", address_of(site, course)).into());
    }
    part
}
