//! Several certificates as one file: a W3C Verifiable Presentation that holds them as they were signed, and has no proof of its own. It says nothing that they do
//! not say: who verifies it verifies each of them.

use serde_json::Value;

use super::carried::NotCarried;
use super::contexts::CREDENTIALS;
use super::shape;

const TYPE: &str = "VerifiablePresentation";
/// A longer file is not read, in bytes.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The presentation of these signed documents, byte by byte as they are, in this order.
#[must_use]
pub fn presentation(credentials: &[String]) -> String {
    format!(r#"{{"@context":["{CREDENTIALS}"],"type":["{TYPE}"],"verifiableCredential":[{}]}}"#, credentials.join(","))
}

/// The one document that a presentation holds; none where it is no presentation, or holds none.
pub(super) fn carried(file: &[u8]) -> Result<Option<String>, NotCarried> {
    let text = file.trim_ascii();
    if text.first() != Some(&b'{') || text.len() > MOST_BYTES {
        return Ok(None);
    }
    let Some(whole) = shape::strict(text).filter(is_one) else { return Ok(None) };
    match whole.get("verifiableCredential") {
        Some(Value::Array(held)) => match held.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(text_of(one))),
            _ => Err(NotCarried::Several),
        },
        Some(one) => Ok(Some(text_of(one))),
        None => Ok(None),
    }
}

fn is_one(whole: &Value) -> bool {
    match whole.get("type") {
        Some(Value::Array(types)) => types.iter().any(|own| own == TYPE),
        Some(own) => own == TYPE,
        None => false,
    }
}

fn text_of(held: &Value) -> String {
    held.as_str().map_or_else(|| held.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::carried_in;
    use crate::credentials::{examples, verify};

    #[test]
    fn a_presentation_holds_each_as_it_was_signed() {
        let own =
            [examples::facts(), examples::short_facts()].map(|facts| examples::bundle_of(&facts, &examples::key(1)).credential);
        let both = presentation(&own);
        assert!(own.iter().all(|credential| both.contains(credential)));
        let read = shape::strict(both.as_bytes()).unwrap();
        assert_eq!(read["@context"][0], CREDENTIALS);
        assert!(read.get("proof").is_none() && read.get("holder").is_none());
        for (held, credential) in read["verifiableCredential"].as_array().unwrap().iter().zip(&own) {
            assert_eq!(held.to_string(), *credential);
            assert!(verify(held.to_string().as_bytes(), &examples::book()).is_ok());
        }
    }

    #[test]
    fn one_is_taken_out_and_of_two_none() {
        let own = examples::bundle();
        let (one, two) =
            (presentation(std::slice::from_ref(&own.credential)), presentation(&[own.credential.clone(), own.did_key.clone()]));
        assert_eq!(carried_in(one.as_bytes()), Ok(Some(own.credential.clone())));
        assert_eq!(carried_in(two.as_bytes()), Err(NotCarried::Several));
        for none in [presentation(&[]), own.credential, own.jwt, "{}".to_owned(), "{\"type\":".to_owned()] {
            assert_eq!(carried_in(none.as_bytes()), Ok(None), "{none}");
        }
    }

    #[test]
    fn a_presentation_as_others_write_it_is_read_too() {
        let own = examples::bundle();
        let plain = format!(r#"{{"type": "{TYPE}", "holder": "did:example:x", "verifiableCredential": {}}}"#, own.credential);
        assert_eq!(carried_in(plain.as_bytes()), Ok(Some(own.credential)));
        let of_text = format!(r#"{{"type": ["x", "{TYPE}"], "verifiableCredential": ["{}"]}}"#, own.jwt);
        assert_eq!(carried_in(of_text.as_bytes()), Ok(Some(own.jwt)));
    }
}
