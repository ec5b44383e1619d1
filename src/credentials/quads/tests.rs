use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::credentials::examples::{self, key};
use crate::credentials::proof::{ProofOptions, stated, without_proof};
use crate::credentials::status::{self, Purpose};
use crate::credentials::{Facts, IssuerId, contexts, document, oracle};
use crate::kernel::Credits;

/// A document is made canonical here as by those who read any JSON-LD.
fn held(document: &Value) {
    let (own, theirs) = (canonical(document).unwrap(), oracle::canonical(document).unwrap());
    let differs = own.lines().zip(theirs.lines()).find(|(own, theirs)| own != theirs);
    assert_eq!((differs, own.len()), (None, theirs.len()));
}

/// A certificate and the options of its proof, under both of its issuers' names.
fn held_for_both(facts: &Facts) {
    for issuer in [IssuerId::Web(facts.origin.clone(), facts.agency.id), IssuerId::Key(key(3).verifying_key())] {
        let document = document(facts, &issuer);
        held(&document);
        held(&stated(&ProofOptions::new(&issuer, &key(3).verifying_key(), facts.signed_at), &document));
    }
}

#[test]
fn the_examples_have_the_quads_that_others_make_of_them() {
    [examples::facts(), examples::long_facts(), examples::short_facts()].iter().for_each(held_for_both);
}

#[test]
fn amounts_are_written_as_others_write_them() {
    let amounts = (0..=20_000).step_by(1_250).chain([1, 10, 125, 333, 999, 1_001, 10_010, 123_456_789, 999_999_999_999_999]);
    for milli in amounts {
        let facts = Facts { credits: Credits::from_milli(milli).unwrap(), ..examples::short_facts() };
        held(&document(&facts, &examples::issuer()));
    }
}

#[test]
fn a_status_list_has_the_quads_that_others_make_of_it() {
    for purpose in Purpose::ALL {
        for set in [vec![], vec![0, 5, 94_567, 131_071]] {
            let list = examples::list(purpose, &set);
            let (document, key) = (status::document(&list), key(1).verifying_key());
            held(&document);
            held(&stated(&ProofOptions::new(&examples::issuer(), &key, list.at), &document));
        }
    }
}

/// What is changed is refused, or has the quads that others make of it: never others, never fewer.
#[test]
fn whatever_is_changed_is_refused_or_read_as_others_read_it() {
    let options = ProofOptions::new(&examples::issuer(), &key(1).verifying_key(), examples::short_facts().signed_at);
    let certificate = document(&examples::short_facts(), &examples::issuer());
    let list = status::document(&examples::list(Purpose::Revocation, &[5]));
    let (mut refused, mut read) = (0, 0);
    for whole in [stated(&options, &certificate), certificate, list] {
        for (at, place) in examples::places(&whole).into_iter().enumerate() {
            let now = whole.pointer(&place).unwrap().clone();
            let values = [
                json!(null),
                json!(true),
                json!(7),
                json!(7.0),
                json!(-0.25),
                json!(1e-7),
                json!(1e21),
                json!(9_007_199_254_740_993_u64),
                json!("x"),
                json!("@id"),
                json!("_:b0"),
                json!("type"),
                json!("name:x"),
                json!("https://a b"),
                json!("https://a.cn/x/../y"),
                json!("did:web:a"),
                json!([]),
                json!({}),
                json!([now]),
                json!([[now]]),
                json!([now, now]),
                json!({ "@id": now }),
                json!({ "@value": now }),
                json!({ "@graph": now }),
            ];
            // A third of them at each place, each at a third of the places.
            for value in values.into_iter().skip(at % 3).step_by(3) {
                let mut other = whole.clone();
                *other.pointer_mut(&place).unwrap() = value;
                match canonical(&other) {
                    Ok(text) => {
                        assert_eq!(oracle::canonical(&other).as_ref(), Ok(&text), "{place}: {other}");
                        read += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
        }
    }
    assert!(read > 150 && refused > 500, "{read} {refused}");
}

#[test]
fn a_member_more_is_refused_wherever_it_stands() {
    let options = ProofOptions::new(&examples::issuer(), &key(1).verifying_key(), examples::facts().signed_at);
    let certificate = document(&examples::facts(), &examples::issuer());
    let list = status::document(&examples::list(Purpose::Revocation, &[5]));
    for whole in [stated(&options, &certificate), certificate, list] {
        for place in examples::places(&whole).iter().filter(|place| whole.pointer(place).unwrap().is_object()) {
            // Of these a context knows some, and none is one that we write there.
            for member in ["unknownToAll", "@id", "@type", "@context", "@reverse", "image", "awardedDate", "proof", "expires"] {
                let mut more = whole.clone();
                let members = more.pointer_mut(place).unwrap().as_object_mut().unwrap();
                let is_new = members.insert(member.to_owned(), json!("https://a.cn")).is_none();
                assert!(canonical(&more) == Err(NotCanonical::NoJsonLd), "{place}/{member}, new: {is_new}");
            }
        }
    }
}

#[test]
fn another_context_is_none_of_ours() {
    let whole = document(&examples::facts(), &examples::issuer());
    let known = [contexts::CREDENTIALS, contexts::OPEN_BADGES];
    for context in [
        json!(null),
        json!(known[0]),
        json!([]),
        json!([known[1], known[0]]),
        json!([known[0], known[1], known[1]]),
        json!([known[0], "https://www.w3.org/2018/credentials/v1"]),
        json!([known[0], known[1], { "name": "urn:x" }]),
    ] {
        let mut other = whole.clone();
        other["@context"] = context;
        assert_eq!(canonical(&other), Err(NotCanonical::NoJsonLd));
    }
    for context in [json!("https://www.w3.org/2018/credentials/v1"), json!("http://127.0.0.1/"), json!("relative"), json!(7)] {
        assert_eq!(oracle::canonical(&json!({ "@context": context, "id": "urn:a" })), Err(NotCanonical::NoJsonLd));
    }
    // Known ones, of the other kind of document.
    let mut list = status::document(&examples::list(Purpose::Revocation, &[]));
    list["@context"] = json!(known);
    assert_eq!(canonical(&list), Err(NotCanonical::NoJsonLd));
    let signed: Value = serde_json::from_str(&examples::bundle().credential).unwrap();
    assert_eq!((canonical(&signed), canonical(&without_proof(&signed)).is_ok()), (Err(NotCanonical::NoJsonLd), true));
}

#[test]
fn nodes_that_look_alike_and_long_documents_are_refused() {
    let mut alike = document(&examples::facts(), &examples::issuer());
    let results = alike.pointer_mut("/credentialSubject/result").unwrap().as_array_mut().unwrap();
    results.push(results[0].clone());
    assert_eq!(canonical(&alike), Err(NotCanonical::TooLarge));
    assert!(oracle::canonical(&alike).is_ok());
    let named = |name: Value| {
        let mut whole = document(&examples::facts(), &examples::issuer());
        whole["name"] = name;
        canonical(&whole)
    };
    let many: Vec<String> = (0..=MOST_QUADS).map(|n| n.to_string()).collect();
    assert_eq!(named(json!(many)), Err(NotCanonical::TooLarge));
    assert_eq!(named(json!("x".repeat(MOST_BYTES))), Err(NotCanonical::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_certificate_has_the_quads_that_others_make_of_it(facts in examples::any_facts()) {
        held_for_both(&facts);
    }
}
