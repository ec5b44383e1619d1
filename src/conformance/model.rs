//! What the VC Data Model 2.0 asks of a credential and of a presentation, member by member.

use chrono::DateTime;
use serde_json::{Map, Value};

use super::problem::{Kind, Problem};
use super::shape::{self, MOST_CREDENTIALS, is_address, presented};
use crate::kernel::Timestamp;

/// No zone of the world is further from UTC (XML Schema 1.1, `dateTimeStamp`), in seconds.
const FURTHEST_ZONE: i32 = 14 * 3_600;

/// Members that are objects, or lists of objects, each with a type.
const TYPED: [&str; 5] = ["credentialStatus", "credentialSchema", "termsOfUse", "evidence", "refreshService"];

/// Holds a credential to its model, and gives the issuer's id.
///
/// # Errors
/// The first thing that is not as the model has it.
pub(super) fn credential(document: &Value) -> Result<&str, Problem> {
    shape::check(document)?;
    let members = members_of(document, "a credential")?;
    has_type(members, "VerifiableCredential")?;
    id(members, "the credential")?;
    let issuer = issuer(members.get("issuer").ok_or_else(|| Problem::malformed("there is no issuer"))?)?;
    subjects(members.get("credentialSubject"))?;
    words(members)?;
    for name in TYPED {
        for object in objects(members, name)? {
            typed(object, name)?;
        }
    }
    for schema in objects(members, "credentialSchema")? {
        if !schema.contains_key("id") {
            return Err(Problem::malformed("a credentialSchema has an id"));
        }
    }
    related(members)?;
    match span(document)? {
        [Some(from), Some(until)] if until < from => Err(Problem::new(Kind::Range, "validUntil is before validFrom")),
        _ => Ok(issuer),
    }
}

/// Holds a presentation to its model, and gives its holder, if it names one, and its credentials.
///
/// # Errors
/// The first thing that is not as the model has it.
pub(super) fn presentation(document: &Value) -> Result<(Option<&str>, Vec<&Value>), Problem> {
    shape::check(document)?;
    let members = members_of(document, "a presentation")?;
    has_type(members, "VerifiablePresentation")?;
    id(members, "the presentation")?;
    let holder = match members.get("holder") {
        Some(holder) => Some(party(holder, "holder")?),
        None => None,
    };
    for object in objects(members, "termsOfUse")? {
        typed(object, "termsOfUse")?;
    }
    let credentials: Vec<&Value> = members.get("verifiableCredential").into_iter().flat_map(presented).collect();
    if credentials.len() > MOST_CREDENTIALS {
        return Err(Problem::malformed(format!("more than {MOST_CREDENTIALS} credentials in one presentation")));
    }
    Ok((holder, credentials))
}

/// Since when a credential holds and until when, as far as it says.
///
/// # Errors
/// Where one of them is no time.
pub(super) fn span(document: &Value) -> Result<[Option<Timestamp>; 2], Problem> {
    let at = |name: &str| document.get(name).map(|value| instant(value, name)).transpose();
    Ok([at("validFrom")?, at("validUntil")?])
}

/// A time as `xsd:dateTimeStamp` writes it: with its zone.
///
/// # Errors
/// Where it is written otherwise, or is no time.
pub(super) fn instant(value: &Value, name: &str) -> Result<Timestamp, Problem> {
    let read = value.as_str().and_then(instant_of);
    read.ok_or_else(|| Problem::malformed(format!("{name} is no xsd:dateTimeStamp")))
}

fn instant_of(text: &str) -> Option<Timestamp> {
    if !text.is_ascii() || !text.contains('T') || text.contains(['t', 'z', ' ']) {
        return None;
    }
    let read = DateTime::parse_from_rfc3339(text).ok()?;
    (read.offset().local_minus_utc().abs() <= FURTHEST_ZONE).then(|| Timestamp::from_ms(read.timestamp_millis()))
}

fn members_of<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, Problem> {
    value.as_object().ok_or_else(|| Problem::malformed(format!("{what} is an object")))
}

/// `type` names at least one, each a text, and `needed` among them.
fn has_type(members: &Map<String, Value>, needed: &str) -> Result<(), Problem> {
    let types = types(members).ok_or_else(|| Problem::malformed("type is a text, or a list of texts"))?;
    if types.contains(&needed) { Ok(()) } else { Err(Problem::malformed(format!("type does not name {needed}"))) }
}

fn types(members: &Map<String, Value>) -> Option<Vec<&str>> {
    let types: Vec<&str> = match members.get("type")? {
        Value::String(one) => vec![one.as_str()],
        Value::Array(all) => all.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    (!types.is_empty() && types.iter().all(|name| !name.is_empty())).then_some(types)
}

/// An id, where there is one, is one address.
fn id(members: &Map<String, Value>, what: &str) -> Result<(), Problem> {
    match members.get("id") {
        None => Ok(()),
        Some(Value::String(address)) if is_address(address) => Ok(()),
        Some(_) => Err(Problem::malformed(format!("the id of {what} is no single URL"))),
    }
}

fn issuer(value: &Value) -> Result<&str, Problem> {
    let issuer = party(value, "issuer")?;
    if let Value::Object(members) = value {
        words(members)?;
    }
    Ok(issuer)
}

/// An address, or an object whose id is one.
fn party<'a>(value: &'a Value, name: &str) -> Result<&'a str, Problem> {
    let address = match value {
        Value::String(address) => Some(address.as_str()),
        Value::Object(members) => members.get("id").and_then(Value::as_str),
        _ => None,
    };
    address
        .filter(|address| is_address(address))
        .ok_or_else(|| Problem::malformed(format!("{name} is no URL, nor an object whose id is one")))
}

fn subjects(value: Option<&Value>) -> Result<(), Problem> {
    let wrong = || Problem::malformed("credentialSubject is an object, or a list of objects, none of them empty");
    let subjects = match value.ok_or_else(wrong)? {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    if subjects.is_empty() {
        return Err(wrong());
    }
    for subject in subjects {
        let members = subject.as_object().filter(|members| !members.is_empty()).ok_or_else(wrong)?;
        id(members, "a credentialSubject")?;
    }
    Ok(())
}

/// `name` and `description` are texts in no language, in one, or in several.
fn words(members: &Map<String, Value>) -> Result<(), Problem> {
    for name in ["name", "description"] {
        let is_good = match members.get(name) {
            None | Some(Value::String(_)) => true,
            Some(Value::Array(all)) => !all.is_empty() && all.iter().all(is_language_value),
            Some(one) => is_language_value(one),
        };
        if !is_good {
            return Err(Problem::malformed(format!("{name} is no text and no language value object")));
        }
    }
    Ok(())
}

fn is_language_value(value: &Value) -> bool {
    let Value::Object(members) = value else { return false };
    members.get("@value").is_some_and(Value::is_string)
        && members.iter().all(|(name, value)| matches!(name.as_str(), "@value" | "@language" | "@direction") && value.is_string())
}

/// The objects of a member that may not be there.
fn objects<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Vec<&'a Map<String, Value>>, Problem> {
    let values: &[Value] = match members.get(name) {
        None => &[],
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let read = values.iter().map(Value::as_object).collect::<Option<Vec<_>>>();
    read.ok_or_else(|| Problem::malformed(format!("{name} is an object, or a list of objects")))
}

fn typed(object: &Map<String, Value>, name: &str) -> Result<(), Problem> {
    if types(object).is_none() {
        return Err(Problem::malformed(format!("each {name} has a type")));
    }
    id(object, name)
}

/// Each related resource has an address, once, and a digest.
fn related(members: &Map<String, Value>) -> Result<(), Problem> {
    let mut seen = Vec::new();
    for resource in objects(members, "relatedResource")? {
        let address = resource.get("id").and_then(Value::as_str).filter(|address| is_address(address));
        let address = address.ok_or_else(|| Problem::malformed("each relatedResource has a URL as its id"))?;
        if seen.contains(&address) {
            return Err(Problem::malformed("no relatedResource stands twice"));
        }
        let is_text = |name: &str| resource.get(name).is_some_and(Value::is_string);
        if !is_text("digestSRI") && !is_text("digestMultibase") {
            return Err(Problem::malformed("each relatedResource has a digestSRI or a digestMultibase"));
        }
        seen.push(address);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conformance::shape::FIRST_CONTEXT;

    fn with(member: &str, value: Value) -> Value {
        let mut document = json!({
            "@context": [FIRST_CONTEXT],
            "type": ["VerifiableCredential"],
            "issuer": "https://issuer.example/1",
            "credentialSubject": { "id": "urn:a" },
        });
        document[member] = value;
        document
    }

    #[test]
    fn what_the_model_asks_for_is_held() {
        for (member, value) in [
            ("type", json!("VerifiableCredential")),
            ("id", json!("urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33")),
            ("issuer", json!({ "id": "did:example:1", "name": { "@value": "x", "@language": "en" } })),
            ("credentialSubject", json!([{ "id": "urn:a" }, { "name": "x" }])),
            ("validFrom", json!("2023-01-01T00:00:00Z")),
            ("validUntil", json!("2093-01-01T00:00:00.5+08:00")),
            ("name", json!([{ "@value": "x" }, { "@value": "y", "@language": "zh" }])),
            ("credentialStatus", json!([{ "type": "X" }, { "type": ["X"], "id": "urn:b" }])),
            ("credentialSchema", json!({ "type": "JsonSchema", "id": "https://issuer.example/schema" })),
            ("relatedResource", json!({ "id": "https://a.example", "digestSRI": "sha384-x" })),
        ] {
            assert!(credential(&with(member, value.clone())).is_ok(), "{member} {value}");
        }
        assert_eq!(credential(&with("issuer", json!({ "id": "did:example:1" }))), Ok("did:example:1"));
    }

    #[test]
    fn what_is_not_as_the_model_has_it_is_refused() {
        for (member, value) in [
            ("type", json!([])),
            ("type", json!(["AlumniCredential"])),
            ("type", json!(["VerifiableCredential", 1])),
            ("id", json!(["urn:a"])),
            ("id", json!("relative")),
            ("issuer", json!("relative")),
            ("issuer", json!({ "name": "x" })),
            ("issuer", json!(["did:example:1"])),
            ("issuer", json!({ "id": "did:example:1", "name": 1 })),
            ("credentialSubject", json!([])),
            ("credentialSubject", json!({})),
            ("credentialSubject", json!("urn:a")),
            ("credentialSubject", json!([{ "id": "urn:a" }, {}])),
            ("credentialSubject", json!({ "id": "relative" })),
            ("name", json!(1)),
            ("name", json!({ "@value": 1 })),
            ("name", json!({ "@value": "x", "more": "y" })),
            ("description", json!([])),
            ("credentialStatus", json!({ "id": "urn:b" })),
            ("credentialStatus", json!({ "type": "X", "id": "relative" })),
            ("credentialSchema", json!({ "type": "JsonSchema" })),
            ("termsOfUse", json!([{}])),
            ("evidence", json!("x")),
            ("refreshService", json!({ "type": [] })),
            ("relatedResource", json!({ "id": "https://a.example" })),
            ("relatedResource", json!([{ "id": "urn:a", "digestSRI": "x" }, { "id": "urn:a", "digestSRI": "y" }])),
            ("@context", json!(FIRST_CONTEXT)),
        ] {
            assert!(credential(&with(member, value.clone())).is_err(), "{member} {value}");
        }
        for member in ["type", "issuer", "credentialSubject", "@context"] {
            let mut document = with("id", json!("urn:a"));
            document.as_object_mut().unwrap().remove(member);
            assert!(credential(&document).is_err(), "{member}");
        }
        let mut turned = with("validFrom", json!("2024-01-01T00:00:00Z"));
        turned["validUntil"] = json!("2023-01-01T00:00:00Z");
        assert_eq!(credential(&turned).map_err(|problem| problem.kind), Err(Kind::Range));
    }

    #[test]
    fn a_time_has_its_zone_and_is_written_in_one_way() {
        for good in ["2023-01-01T00:00:00Z", "2023-01-01T00:00:00.123Z", "2023-01-01T00:00:00+14:00", "2024-02-29T23:59:59-08:00"]
        {
            assert!(instant_of(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "2023-01-01",
            "2023-01-01T00:00:00",
            "2023-01-01 00:00:00Z",
            "2023-01-01t00:00:00Z",
            "2023-01-01T00:00:00z",
            "2023-02-29T00:00:00Z",
            "2023-01-01T25:00:00Z",
            "2023-01-01T00:00Z",
            "2023-01-01T00:00:00+15:00",
            "二〇二三",
        ] {
            assert!(instant_of(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_presentation_is_held_to_its_model() {
        let document = |more: Value| {
            let mut document = json!({ "@context": [FIRST_CONTEXT], "type": ["VerifiablePresentation"] });
            let Value::Object(more) = more else { panic!("{more}") };
            document.as_object_mut().unwrap().extend(more);
            document
        };
        let held = with("id", json!("urn:a"));
        let two = document(json!({ "holder": "did:example:1", "verifiableCredential": [held, held] }));
        let (holder, credentials) = presentation(&two).unwrap();
        assert_eq!((holder, credentials.len()), (Some("did:example:1"), 2));
        for bad in [
            json!({ "type": ["VerifiableCredential"] }),
            json!({ "holder": "relative" }),
            json!({ "holder": ["did:example:1"] }),
            json!({ "id": 1 }),
            json!({ "termsOfUse": {} }),
            json!({ "verifiableCredential": "x" }),
            json!({ "verifiableCredential": vec![held.clone(); 9] }),
        ] {
            assert!(presentation(&document(bad.clone())).is_err(), "{bad}");
        }
    }
}
