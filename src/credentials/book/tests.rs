use ed25519_dalek::Signer as _;

use super::*;
use crate::credentials::examples::{self, key};
use crate::credentials::status::Purpose;
use crate::credentials::{document, jwt_input, jwt_of, oracle, with_proof};

/// Signs a document by `key` in the name of `issuer`, whatever it says.
fn sign(document: Value, issuer: &IssuerId, number: u8, at: Timestamp) -> String {
    let options = ProofOptions::new(issuer, &key(number).verifying_key(), at);
    let hash = oracle::hash_data(&document, &options).unwrap();
    with_proof(document, &options, &key(number).sign(&hash).to_bytes()).to_string()
}

fn signed_jwt(document: &Value, issuer: &IssuerId, number: u8) -> String {
    let input = jwt_input(document, &method_of(issuer, &key(number).verifying_key()));
    jwt_of(&input, &key(number).sign(input.as_bytes()).to_bytes())
}

#[test]
fn all_three_forms_verify_and_say_the_same() {
    let (bundle, book) = (examples::bundle(), examples::book());
    for (text, form) in [(&bundle.credential, Form::Json), (&bundle.did_key, Form::DidKey), (&bundle.jwt, Form::Jwt)] {
        let verified = verify(text.as_bytes(), &book).unwrap();
        assert_eq!(verified.hash(), bundle.hash());
        assert_eq!((verified.facts, verified.form, verified.key.public), (examples::facts(), form, key(1).verifying_key()));
        assert!(verify(format!(" \n{text}\n").as_bytes(), &book).is_ok());
    }
}

#[test]
fn each_byte_of_a_credential_that_is_flipped_is_refused() {
    let (bundle, book) = (examples::bundle_of(&examples::short_facts(), &key(1)), examples::book());
    for text in [&bundle.credential, &bundle.did_key, &bundle.jwt] {
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            // The case of a letter, the sign of a digit: what an eye passes over.
            bytes[at] ^= if bytes[at].is_ascii_alphabetic() { 0x20 } else { 0x01 };
            assert!(verify(&bytes, &book).is_err(), "byte {at}");
        }
    }
}

#[test]
fn a_file_that_was_cut_is_refused() {
    let (bundle, book) = (examples::bundle(), examples::book());
    for text in [&bundle.credential, &bundle.did_key, &bundle.jwt] {
        for at in (0..text.len()).step_by(97).chain([text.len() - 1]) {
            assert!(verify(&text.as_bytes()[..at], &book).is_err(), "{at}");
        }
    }
    assert_eq!(verify(&vec![b'x'; MOST_BYTES + 1], &book), Err(NotVerified::TooLong));
    for text in ["", "{", "{}", "null", "[]", "eyJ", "\u{0}"] {
        assert_eq!(verify(text.as_bytes(), &book), Err(NotVerified::Unreadable), "{text}");
    }
}

/// A writer who has the key, and not our writer's shape.
#[test]
fn a_member_more_is_refused_though_it_is_signed() {
    let (facts, issuer, book) = (examples::facts(), examples::issuer(), examples::book());
    for place in ["", "/issuer", "/credentialSubject", "/credentialSubject/result/0", "/evidence/0", "/credentialStatus/1"] {
        let mut more = document(&facts, &issuer);
        let members = more.pointer_mut(place).unwrap().as_object_mut().unwrap();
        members.insert("unknownToAll".to_owned(), Value::from("x"));
        let text = sign(more.clone(), &issuer, 1, facts.signed_at);
        let expected = NotVerified::NotOurs(NotOurs::at(format!("{place}/unknownToAll")));
        assert_eq!(verify(text.as_bytes(), &book), Err(expected.clone()));
        assert_eq!(verify(signed_jwt(&more, &issuer, 1).as_bytes(), &book), Err(expected));
    }
    let twice = examples::bundle().credential.replacen("\"name\":", "\"name\":\"x\",\"name\":", 1);
    assert_eq!(verify(twice.as_bytes(), &book), Err(NotVerified::Unreadable));
}

#[test]
fn another_bank_agency_or_key_is_told_apart() {
    let (facts, issuer, book) = (examples::facts(), examples::issuer(), examples::book());
    let asked = |facts: &Facts, issuer: &IssuerId, number| {
        let document = document(facts, issuer);
        let json =
            verify(sign(document.clone(), issuer, number, facts.signed_at).as_bytes(), &book).map(|verified| verified.facts);
        if matches!(issuer, IssuerId::Web(..)) {
            let jwt = verify(signed_jwt(&document, issuer, number).as_bytes(), &book).map(|verified| verified.facts);
            assert_eq!(jwt, json);
        }
        json
    };
    assert_eq!(asked(&facts, &issuer, 1), Ok(facts.clone()));
    // A key of another agency of the same bank, one that nobody knows, one that signs later.
    assert_eq!(asked(&facts, &issuer, 3), Err(NotVerified::UnknownKey));
    assert_eq!(asked(&facts, &issuer, 9), Err(NotVerified::UnknownKey));
    assert_eq!(asked(&facts, &issuer, 2), Err(NotVerified::OtherDay));
    let by_key = |number| IssuerId::Key(key(number).verifying_key());
    assert_eq!(asked(&facts, &by_key(1), 1), Ok(facts.clone()));
    assert_eq!(asked(&facts, &by_key(9), 9), Err(NotVerified::UnknownKey));
    assert_eq!(asked(&facts, &by_key(1), 9), Err(NotVerified::UnknownKey));
    let mut other = facts.clone();
    other.agency.id = "01936f00-0000-7000-8000-00000000000f".parse().unwrap();
    assert_eq!(asked(&other, &IssuerId::Web(other.origin.clone(), other.agency.id), 1), Err(NotVerified::UnknownAgency));
    let mut elsewhere = facts.clone();
    elsewhere.origin = Origin::parse("https://other.example.cn").unwrap();
    assert_eq!(asked(&elsewhere, &IssuerId::Web(elsewhere.origin.clone(), facts.agency.id), 1), Err(NotVerified::OtherBank));
    // The document of one agency under the name of another one.
    let mut renamed = document(&facts, &issuer);
    renamed["issuer"]["id"] = Value::from(did_of(&facts.origin, examples::OTHER_AGENCY.parse().unwrap()));
    let text = sign(renamed, &issuer, 1, facts.signed_at);
    assert_eq!(verify(text.as_bytes(), &book), Err(NotVerified::NotOurs(NotOurs::at("/issuer/id"))));
}

#[test]
fn the_day_of_a_key_and_its_trust_are_asked() {
    let (facts, issuer) = (examples::facts(), examples::issuer());
    let book = examples::book();
    let on = |text: &str, number: u8| {
        let mut facts = facts.clone();
        facts.signed_at = instant_of(text).unwrap();
        verify(sign(document(&facts, &issuer), &issuer, number, facts.signed_at).as_bytes(), &book).map(drop)
    };
    // The day is Shanghai's. On the day of the change both sign.
    assert_eq!(on("2025-12-31T15:59:59Z", 1), Err(NotVerified::OtherDay));
    assert_eq!(on("2025-12-31T16:00:00Z", 1), Ok(()));
    assert_eq!((on("2026-10-01T15:59:59Z", 1), on("2026-10-01T15:59:59Z", 2)), (Ok(()), Ok(())));
    assert_eq!(on("2026-10-01T16:00:00Z", 1), Err(NotVerified::OtherDay));
    let mut distrusting = book.clone();
    distrusting.agencies[0].keys[0].distrusted_at = Some(facts.signed_at.plus_days(3));
    let bundle = examples::bundle();
    for text in [&bundle.credential, &bundle.did_key, &bundle.jwt] {
        assert_eq!(verify(text.as_bytes(), &distrusting), Err(NotVerified::Distrusted));
    }
    // The proof says another instant than the document.
    let other = sign(document(&facts, &issuer), &issuer, 1, facts.signed_at.plus_ms(1000));
    assert_eq!(verify(other.as_bytes(), &book), Err(NotVerified::NotOurs(NotOurs::at("/proof/created"))));
}

#[test]
fn a_document_of_another_kind_is_no_certificate() {
    let book = examples::book();
    let (json, jwt) = examples::signed_list(&examples::list(Purpose::Revocation, &[]), &key(1));
    for text in [json, jwt] {
        assert!(matches!(verify(text.as_bytes(), &book), Err(NotVerified::NotOurs(_))));
    }
    // A signature over the hash of a document is none over a JWT, nor the other way round.
    let bundle = examples::bundle();
    let (input, _) = bundle.jwt.rsplit_once('.').unwrap();
    let signed: Value = serde_json::from_str(&bundle.credential).unwrap();
    let (_, signature) = ProofOptions::read(&signed["proof"]).unwrap();
    assert_eq!(verify(jwt_of(input, &signature).as_bytes(), &book), Err(NotVerified::WrongSignature));
}

#[test]
fn a_book_is_published_and_read_back_and_nothing_in_it_is_passed_over() {
    let mut book = examples::book();
    book.agencies[1].is_closed = true;
    book.agencies[0].keys[0].distrusted_at = Some(book.made_at);
    let published = book.to_json();
    assert_eq!(KeyBook::parse(published.to_string().as_bytes()), Ok(book));
    let changes: [(&str, Value); 7] = [
        ("/format", json!("credit-bank/keys/2")),
        ("/host", json!("https://127.0.0.1:8443")),
        ("/agencies/0/did", json!("did:web:other")),
        ("/agencies/0/keys/0/from", json!("2026-1-1")),
        ("/agencies/0/keys/0/key", json!("z6Mk")),
        ("/agencies/0/keys/1/until", json!(7)),
        ("/kinds/0/paper_code", json!(256)),
    ];
    for (place, value) in changes {
        let mut other = published.clone();
        *other.pointer_mut(place).unwrap() = value;
        assert_eq!(KeyBook::parse(other.to_string().as_bytes()), Err(NotABook), "{place}");
    }
    let mut more = published;
    more["agencies"][0]["keys"][0]["revoked_since"] = json!("2026-01-01");
    assert_eq!(KeyBook::parse(more.to_string().as_bytes()), Err(NotABook));
    for text in ["", "{}", "[]"] {
        assert_eq!(KeyBook::parse(text.as_bytes()), Err(NotABook));
    }
}

#[test]
fn a_key_is_found_by_what_its_fingerprint_begins_with() {
    let book = examples::book();
    let print = *key(3).verifying_key().as_bytes();
    let print = crate::kernel::sha256_of(print.as_slice()).unwrap().0;
    let found: Vec<_> = book.keys_named(print.bytes()[..4].try_into().unwrap()).collect();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0.id.to_string().as_str(), found[0].1.public), (examples::OTHER_AGENCY, key(3).verifying_key()));
    assert_eq!(book.keys_named([0; 4]).count(), 0);
    assert_eq!(book.kind(2).map(|kind| kind.id.as_str()), Some("foundation"));
    assert_eq!((book.kind(9), book.unit("T19").is_some(), book.unit("T20")), (None, true, None));
}

#[test]
fn a_kept_book_says_nothing_good_after_a_month_nor_of_what_is_younger_than_it() {
    let book = examples::book();
    let (day, at) = (book.made_at.day(), book.made_at);
    assert!(!book.is_old(day, at) && !book.is_old(day.minus_days(900), at.plus_days(30)));
    assert!(book.is_old(day, at.plus_days(30).plus_ms(1)) && book.is_old(day.plus_days(1), at));
}
