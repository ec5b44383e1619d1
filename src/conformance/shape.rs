//! What a document may look like before it is read as JSON-LD: its contexts are bundled ones, and nothing stands in it that a reader of JSON-LD passes
//! over without a word.

use oxrdf::{Literal, NamedNodeRef};
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::credentials;

/// The context that comes first (VC Data Model 2.0, 4.3).
pub(super) const FIRST_CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";
/// Contexts of one document.
const MOST_CONTEXTS: usize = 8;
/// Credentials in one presentation: the only places, beside the document itself, where contexts may stand.
pub(super) const MOST_CREDENTIALS: usize = 8;

/// Looks at a document, and at the credentials that it presents.
///
/// # Errors
/// What a reader of JSON-LD would pass over, and contexts that are not known.
pub(super) fn check(document: &Value) -> Result<(), Problem> {
    let members = document.as_object().ok_or_else(|| Problem::malformed("a document is an object"))?;
    contexts(members)?;
    for (name, value) in members.iter().filter(|(name, _)| *name != "@context") {
        if name == "verifiableCredential" {
            presented(value).try_for_each(check)?;
        } else {
            member(name, value)?;
        }
    }
    Ok(())
}

/// The credentials that a presentation holds: one, or each of a list.
pub(super) fn presented(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    }
    .iter()
}

fn contexts(members: &Map<String, Value>) -> Result<(), Problem> {
    let list =
        members.get("@context").and_then(Value::as_array).ok_or_else(|| Problem::malformed("@context is an ordered set"))?;
    if list.first().and_then(Value::as_str) != Some(FIRST_CONTEXT) {
        return Err(Problem::malformed(format!("@context begins with {FIRST_CONTEXT}")));
    }
    if list.len() > MOST_CONTEXTS {
        return Err(Problem::malformed(format!("more than {MOST_CONTEXTS} contexts")));
    }
    list.iter().try_for_each(context)
}

fn context(value: &Value) -> Result<(), Problem> {
    match value {
        Value::String(address) if credentials::context_of(address).is_some() => Ok(()),
        Value::String(address) => Err(Problem::malformed(format!("the context {address} is not bundled, and none is fetched"))),
        Value::Object(terms) => terms.iter().try_for_each(|(name, meaning)| own_term(name, meaning)),
        _ => Err(Problem::malformed("a context is an address or an object")),
    }
}

/// A term that a document defines for itself: it has a whole address, and takes nothing away that another context has defined.
fn own_term(name: &str, meaning: &Value) -> Result<(), Problem> {
    let is_good = match (name, meaning) {
        ("@version", Value::Number(_)) | ("@protected", Value::Bool(_)) => true,
        ("@language", Value::String(tag)) => is_language(tag),
        ("@vocab", Value::String(address)) => is_address(address),
        (name, _) if name.starts_with('@') => false,
        (_, Value::String(address)) => is_address(address),
        (_, Value::Object(parts)) => parts.contains_key("@id") && parts.iter().all(|(part, value)| is_part(part, value)),
        _ => false,
    };
    if is_good {
        Ok(())
    } else {
        Err(Problem::malformed(format!("the definition of {name} in a context is none that is read here")))
    }
}

fn is_part(part: &str, value: &Value) -> bool {
    match (part, value) {
        ("@id", Value::String(address)) => is_address(address),
        ("@type", Value::String(kind)) => matches!(kind.as_str(), "@id" | "@vocab") || is_address(kind),
        ("@container", Value::String(kind)) => matches!(kind.as_str(), "@set" | "@list"),
        ("@protected", Value::Bool(_)) => true,
        _ => false,
    }
}

/// A whole address: with a scheme, none relative to another, no node without a name.
pub(super) fn is_address(text: &str) -> bool {
    NamedNodeRef::new(text).is_ok()
}

fn is_language(tag: &str) -> bool {
    Literal::new_language_tagged_literal("", tag).is_ok()
}

fn member(name: &str, value: &Value) -> Result<(), Problem> {
    match (name, value) {
        ("@direction", _) => Err(Problem::malformed("@direction does not reach the quads that are signed")),
        ("@language", Value::String(tag)) if is_language(tag) => Ok(()),
        ("@language", _) => Err(Problem::malformed("@language is a well-formed tag")),
        ("@value", _) => inner("@value", value),
        (name, _) if name.starts_with('@') => Err(Problem::malformed(format!("{name} has no place here"))),
        _ => inner(name, value),
    }
}

fn inner(name: &str, value: &Value) -> Result<(), Problem> {
    match value {
        Value::Null => Err(Problem::malformed(format!("{name} is null, which is not signed"))),
        Value::String(text) if is_like_keyword(text) => {
            Err(Problem::malformed(format!("the value of {name} looks like a keyword of JSON-LD")))
        }
        Value::Array(values) => values.iter().try_for_each(|value| inner(name, value)),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| member(name, value)),
        _ => Ok(()),
    }
}

/// `@` and letters: readers of JSON-LD pass over it.
fn is_like_keyword(text: &str) -> bool {
    text.strip_prefix('@').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(more: Value) -> Value {
        let mut document = json!({ "@context": [FIRST_CONTEXT], "type": ["VerifiableCredential"] });
        let Value::Object(more) = more else { panic!("{more}") };
        document.as_object_mut().unwrap().extend(more);
        document
    }

    #[test]
    fn what_a_reader_would_pass_over_is_refused() {
        for good in [
            json!({}),
            json!({ "name": [{ "@value": "x", "@language": "en-GB" }], "evidence": [{ "n": 1.5, "is": true }] }),
            json!({ "@context": [FIRST_CONTEXT, { "site": "https://example.org/site", "@protected": true }] }),
            json!({ "@context": [FIRST_CONTEXT, { "at": { "@id": "https://example.org/at", "@type": "@id" } }] }),
            json!({ "verifiableCredential": [with(json!({}))] }),
        ] {
            assert_eq!(check(&with(good.clone())), Ok(()), "{good}");
        }
        for bad in [
            json!({ "name": null }),
            json!({ "name": { "@value": "x", "@direction": "rtl" } }),
            json!({ "name": { "@value": "x", "@language": "not a tag" } }),
            json!({ "evidence": [{ "x": "@none" }] }),
            json!({ "@graph": [] }),
            json!({ "evidence": { "@reverse": {} } }),
            json!({ "evidence": { "@context": [FIRST_CONTEXT] } }),
            json!({ "verifiableCredential": ["x"] }),
            json!({ "verifiableCredential": [{ "type": "VerifiableCredential" }] }),
            json!({ "@context": FIRST_CONTEXT }),
            json!({ "@context": [] }),
            json!({ "@context": ["https://www.w3.org/ns/credentials/examples/v2", FIRST_CONTEXT] }),
            json!({ "@context": [FIRST_CONTEXT, "https://example.org/context"] }),
            json!({ "@context": [FIRST_CONTEXT, { "@vocab": null }] }),
            json!({ "@context": [FIRST_CONTEXT, { "site": null }] }),
            json!({ "@context": [FIRST_CONTEXT, { "site": "@id" }] }),
            json!({ "@context": [FIRST_CONTEXT, { "site": { "@id": "https://example.org/site", "@context": {} } }] }),
            json!({ "@context": [FIRST_CONTEXT, null] }),
            json!({ "@context": vec![FIRST_CONTEXT; 9] }),
        ] {
            assert!(check(&with(bad.clone())).is_err(), "{bad}");
        }
    }
}
