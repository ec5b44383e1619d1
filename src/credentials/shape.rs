//! The shape of a document: what stands in it and nothing else. Readers of JSON-LD pass over terms they do not know; a document that is verified
//! here must be, member by member, what our own writer makes of the facts that were read from it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Not a document of ours: where it first differs from what we would have written, as a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of ours, at {at}")]
pub struct NotOurs {
    /// `/credentialSubject/result/0/value`; empty for the whole.
    pub at: String,
}

impl NotOurs {
    pub(super) fn at(place: impl Into<String>) -> Self {
        Self { at: place.into() }
    }
}

/// Holds a document against the one that we would have written.
pub(super) fn check(theirs: &Value, ours: &Value) -> Result<(), NotOurs> {
    let mut place = String::new();
    if differs(theirs, ours, &mut place) { Err(NotOurs::at(place)) } else { Ok(()) }
}

/// Whether two values differ; `place` is then where.
fn differs(theirs: &Value, ours: &Value, place: &mut String) -> bool {
    let length = place.len();
    match (theirs, ours) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, a) in a {
                step(place, key);
                match b.get(key) {
                    Some(b) if !differs(a, b, place) => place.truncate(length),
                    _ => return true,
                }
            }
            let gone = b.keys().find(|key| !a.contains_key(*key));
            gone.into_iter().for_each(|key| step(place, key));
            gone.is_some()
        }
        (Value::Array(a), Value::Array(b)) => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                place.push_str(&format!("/{at}"));
                if differs(a, b, place) {
                    return true;
                }
                place.truncate(length);
            }
            a.len() != b.len()
        }
        _ => theirs != ours,
    }
}

/// One member further down.
fn step(place: &mut String, key: &str) {
    place.push('/');
    if key.contains(['~', '/']) {
        place.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        place.push_str(key);
    }
}

/// The value of a JSON text in which no member stands twice: of two, one reader takes the first and another the last.
#[must_use]
pub fn strict(text: &[u8]) -> Option<Value> {
    serde_json::from_slice::<Strict>(text).ok().map(|strict| strict.0)
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value without repeated members")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((key, Strict(value))) = map.next_entry::<String, Strict>()? {
            if members.insert(key, value).is_some() {
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let ours = json!({ "a": [1, { "b": "x" }], "c/d": null });
        let place = |theirs: Value| check(&theirs, &ours).map_err(|wrong| wrong.at);
        assert_eq!(place(ours.clone()), Ok(()));
        let cases = [
            (json!({ "a": [1, { "b": "y" }], "c/d": null }), "/a/1/b"),
            (json!({ "a": [1, { "b": "x", "e": 1 }], "c/d": null }), "/a/1/e"),
            (json!({ "a": [1], "c/d": null }), "/a"),
            (json!({ "a": [1, { "b": "x" }, 2], "c/d": null }), "/a"),
            (json!({ "a": [1.0, { "b": "x" }], "c/d": null }), "/a/0"),
            (json!({ "a": [1, { "b": "x" }] }), "/c~1d"),
            (json!([]), ""),
        ];
        for (theirs, at) in cases {
            assert_eq!(place(theirs), Err(at.to_owned()));
        }
    }

    #[test]
    fn a_member_that_stands_twice_is_refused_however_deep() {
        assert_eq!(strict(br#"{"a":[1,-2,0.5,true,null,"x"]}"#), Some(json!({ "a": [1, -2, 0.5, true, null, "x"] })));
        for text in [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":1,"\u0061":2}]}"#, r#"{"a":1}x"#, "{", "", r#"{"a":1e999}"#] {
            assert_eq!(strict(text.as_bytes()), None, "{text}");
        }
        assert_eq!(strict("[".repeat(100_000).as_bytes()), None);
    }
}
