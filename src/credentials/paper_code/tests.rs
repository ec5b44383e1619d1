use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::credentials::book::{BookAgency, KeyFacts};
use crate::credentials::paper::samples::{SIGNED_AT, book, facts, key, signed};
use crate::kernel::Timestamp;

const HOST: &str = "xuefen.example.cn";

fn whole(facts: &Facts) -> String {
    let (bytes, signature) = signed(facts);
    address_of(facts.origin.host(), &facts.code, &bytes, &signature)
}

/// The codes that the page which works offline is held to as well; another program made and signed them.
fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../docs/examples/paper/vectors.json")).unwrap()
}

fn bytes_in(vector: &Value, member: &str) -> Vec<u8> {
    hex::decode(vector[member].as_str().unwrap()).unwrap()
}

/// A book with the key that the vector's verifier knows.
fn book_of(vector: &Value) -> KeyBook {
    let mut book = book(&facts(HOST, "王桂英", 1, &[1]));
    let public: [u8; 32] = bytes_in(vector, "key_hex").try_into().unwrap();
    book.agencies[0].keys[0] = KeyFacts {
        public: VerifyingKey::from_bytes(&public).unwrap(),
        from: Day::parse("2020-01-01").unwrap(),
        until: None,
        distrusted_at: None,
    };
    book
}

#[test]
fn the_published_codes_are_read_and_each_bad_one_is_refused() {
    let vectors = vectors();
    assert!(vectors.len() >= 20);
    for vector in &vectors {
        let (address, name) = (vector["address"].as_str().unwrap(), &vector["name"]);
        let verified = verify(address, &book_of(vector));
        assert_eq!(verified.is_ok(), vector["good"], "{name} {verified:?}");
        let Ok((code, paper)) = verified else { continue };
        let fields = &vector["fields"];
        let text = |member: &str| fields[member].as_str().unwrap().to_owned();
        let number = |member: &str| fields[member].as_i64().unwrap();
        assert_eq!((i64::from(paper.kind), i64::from(paper.version)), (number("kind"), number("version")), "{name}");
        assert_eq!((paper.day.to_string(), paper.name.clone()), (text("day"), text("name")), "{name}");
        assert_eq!(paper.levels, (number("identity"), number("supervision")), "{name}");
        assert_eq!((paper.credits.milli(), paper.class_hours), (number("credits"), number("hours")), "{name}");
        assert_eq!((paper.units.join(","), hex::encode(paper.document)), (text("units"), text("document")), "{name}");
        assert_eq!((i64::from(paper.status.0), i64::from(paper.status.1)), (number("list"), number("position")), "{name}");
        let payload = address.split_once('#').unwrap().1;
        let (_, bytes, signature) = read(payload).unwrap();
        assert_eq!(
            (bytes.clone(), signature.to_vec()),
            (bytes_in(vector, "payload_hex"), bytes_in(vector, "signature_hex")),
            "{name}"
        );
        assert_eq!(address_of(HOST, &code, &bytes, &signature), address, "{name}");
    }
}

#[test]
fn the_published_pictures_are_drawn() {
    let pictures: Value = serde_json::from_str(include_str!("../../../docs/examples/paper/pictures.json")).unwrap();
    let pictures = pictures.as_array().unwrap();
    assert!(pictures.len() >= 3);
    for picture in pictures {
        let vectors = vectors();
        let vector = vectors.iter().find(|vector| vector["name"] == picture["name"]).unwrap();
        let (_, code, payload) = parts_of(vector["address"].as_str().unwrap()).unwrap();
        let (_, bytes, signature) = read(payload).unwrap();
        let symbol = symbol(HOST, &code, &bytes, &signature).unwrap();
        let rows: Vec<String> =
            symbol.modules.iter().map(|row| row.iter().map(|is_dark| if *is_dark { '#' } else { '.' }).collect()).collect();
        assert_eq!(serde_json::json!(rows), picture["rows"], "{}", picture["name"]);
        assert_eq!(
            (u64::from(symbol.version), symbol.level.to_string()),
            (picture["version"].as_u64().unwrap(), picture["level"].as_str().unwrap().to_owned())
        );
    }
}

#[test]
fn a_code_says_what_the_certificate_says() {
    let facts = facts(HOST, "王桂英", 1, &[1, 8, 9, 19, 23]);
    let book = book(&facts);
    let signed_by = signed_by(&whole(&facts), &book).unwrap();
    assert_eq!((signed_by.code, signed_by.agency.id, signed_by.key.public), (facts.code, facts.agency.id, key().verifying_key()));
    let paper = signed_by.paper;
    assert_eq!((paper.name.as_str(), &paper.number, paper.version, paper.kind), ("王桂英", &facts.number, 1, 2));
    assert_eq!(paper.units, ["T01", "T08", "T09", "T19", "T23"]);
    assert_eq!((paper.day, paper.levels, paper.status), (SIGNED_AT.day(), (2, 2), (1, 94_567)));
    assert_eq!(paper.ways, Ways { online: true, supervised: true, outside: true });
    assert_eq!((paper.credits, paper.class_hours), (facts.credits, facts.class_hours));
}

#[test]
fn browsers_may_write_the_address_small_and_nothing_else_may_differ() {
    let facts = facts(HOST, "王桂英", 1, &[1]);
    let book = book(&facts);
    let address = whole(&facts);
    let (plain, payload) = address.split_once('#').unwrap();
    let code = facts.code.to_text();
    for read in [
        format!(" {address}\n"),
        format!("https://xuefen.example.cn/V/{code}#{payload}"),
        format!("HTTPS://XUEFEN.example.cn/v/{}#{}", code.to_lowercase(), payload.to_lowercase()),
    ] {
        assert!(verify(&read, &book).is_ok(), "{read}");
    }
    let not_paper = NotVerified::NotPaper;
    for (read, why) in [
        (plain.to_owned(), not_paper.clone()),
        (format!("{plain}#"), not_paper.clone()),
        (format!("{plain}#{payload}0"), not_paper.clone()),
        (format!("{plain}#{}", &payload[1..]), not_paper.clone()),
        (format!("{plain}#{payload}#{payload}"), not_paper.clone()),
        (format!("HTTP://XUEFEN.EXAMPLE.CN/V/{code}#{payload}"), not_paper.clone()),
        (format!("HTTPS://XUEFEN.EXAMPLE.CN/W/{code}#{payload}"), not_paper.clone()),
        (format!("HTTPS://XUEFEN.EXAMPLE.CN/V/{}#{payload}", facts.code.dashed()), not_paper.clone()),
        (format!("HTTPS://XUEFEN.EXAMPLE.CN:443/V/{code}#{payload}"), not_paper.clone()),
        (format!("HTTPS://XUEFEN.EXAMPLE.COM/V/{code}#{payload}"), NotVerified::OtherBank),
        (format!("HTTPS://王/V/{code}#{payload}"), not_paper.clone()),
        (String::new(), not_paper),
    ] {
        assert_eq!(verify(&read, &book).unwrap_err(), why, "{read}");
    }
    let mistyped = format!("HTTPS://XUEFEN.EXAMPLE.CN/V/8{}#{payload}", &code[1..]);
    assert!(matches!(verify(&mistyped, &book), Err(NotVerified::WrongCode(_))));
}

#[test]
fn a_key_proves_only_the_days_on_which_it_signed_and_nothing_once_it_is_distrusted() {
    let facts = facts(HOST, "王桂英", 1, &[1]);
    let address = whole(&facts);
    let with = |change: fn(&mut KeyFacts)| {
        let mut book = book(&facts);
        change(&mut book.agencies[0].keys[0]);
        verify(&address, &book).map(|_| ())
    };
    let day = |text: &str| Day::parse(text).unwrap();
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(with(|key| key.until = Some(SIGNED_AT.day())), Ok(()));
    assert_eq!(with(|key| key.until = Some(SIGNED_AT.day().minus_days(1))), Err(NotVerified::OtherDay));
    assert_eq!(with(|key| key.from = SIGNED_AT.day().plus_days(1)), Err(NotVerified::OtherDay));
    assert_eq!(with(|key| key.distrusted_at = Some(Timestamp::from_ms(0))), Err(NotVerified::Distrusted));
    let none = KeyBook { agencies: Vec::new(), ..book(&facts) };
    assert_eq!(verify(&address, &none), Err(NotVerified::UnknownKey));
    // A second agency's key beside it changes nothing; the right one is named.
    let mut two = book(&facts);
    let other = BookAgency { id: "01936f00-0000-7000-8000-000000000002".parse().unwrap(), ..two.agencies[0].clone() };
    two.agencies.insert(
        0,
        BookAgency { keys: vec![KeyFacts { until: Some(day("2027-01-01")), ..two.agencies[0].keys[0].clone() }], ..other },
    );
    two.agencies[0].keys[0].public = ed25519_dalek::SigningKey::from_bytes(&[8; 32]).verifying_key();
    assert_eq!(signed_by(&address, &two).unwrap().agency.id, facts.agency.id);
}

#[test]
fn a_code_is_of_one_host_and_one_certificate() {
    let facts = facts(HOST, "王桂英", 1, &[1]);
    let (bytes, signature) = signed(&facts);
    let elsewhere = address_of("xuefen.example.com", &facts.code, &bytes, &signature);
    let mut book = book(&facts);
    book.origin = Origin::of_host("xuefen.example.com").unwrap();
    assert_eq!(verify(&elsewhere, &book), Err(NotVerified::WrongSignature));
    let other = address_of(HOST, &LongCode::from_chance([1; 14]), &bytes, &signature);
    assert_eq!(verify(&other, &super::tests::book(&facts)), Err(NotVerified::WrongSignature));
}

#[test]
fn each_bit_of_a_payload_flipped_is_refused() {
    let facts = facts(HOST, "王桂英", 1, &[1, 19, 20]);
    let (bytes, signature) = signed(&facts);
    let book = book(&facts);
    let all = [bytes.as_slice(), &signature].concat();
    for bit in 0..all.len() * 8 {
        let mut other = all.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        let address = format!("{}#{}", plain_address_of(HOST, &facts.code), to_base32(&other));
        assert!(verify(&address, &book).is_err(), "{bit}");
    }
}

#[test]
fn what_the_code_has_no_room_for_is_refused_before_anything_is_signed() {
    let public = key().verifying_key();
    let digest = Digest::from_array([3; 32]);
    let with = |change: fn(&mut Facts)| {
        let mut facts = facts(HOST, "王桂英", 1, &[1, 2]);
        change(&mut facts);
        bytes_of(&facts, &public, &digest).map(|_| ())
    };
    let field = |name| Err(NotOnPaper::Field(name));
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(with(|facts| facts.name = "王".repeat(50)), Ok(()));
    assert_eq!(with(|facts| facts.name = "王".repeat(51)), Err(NotOnPaper::Name(153)));
    assert_eq!(with(|facts| facts.name = String::new()), Err(NotOnPaper::Name(0)));
    assert_eq!(with(|facts| facts.name = "e\u{301}".to_owned()), Err(NotOnPaper::Name(3)));
    for unit in ["T00", "T1", "T100", "U01", "T+1", "Tab", "01", "T0１"] {
        let mut facts = facts(HOST, "王桂英", 1, &[1]);
        facts.lines[0].unit = unit.to_owned();
        assert_eq!(bytes_of(&facts, &public, &digest), Err(NotOnPaper::Field("unit")), "{unit}");
        assert_eq!(unit_number(unit), None);
    }
    assert_eq!((unit_number("T01"), unit_number("T99")), (Some(1), Some(99)));
    assert_eq!(with(|facts| facts.lines.clear()), field("unit"));
    assert_eq!(with(|facts| facts.kind.paper_code = 0), field("kind"));
    assert_eq!(with(|facts| facts.version = 0), field("version"));
    assert_eq!(with(|facts| facts.identity = 4), field("level"));
    assert_eq!(with(|facts| facts.supervision = -1), field("level"));
    assert_eq!(with(|facts| facts.class_hours = 65_536), field("class hours"));
    assert_eq!(with(|facts| facts.credits = Credits::from_milli(1 << 24).unwrap()), field("credits"));
    assert_eq!(with(|facts| facts.place.position = POSITIONS), field("status"));
    assert_eq!(with(|facts| facts.place.list = 0), field("status"));
    assert_eq!(with(|facts| facts.signed_at = Timestamp::from_ms(0)), field("day"));
}

#[test]
fn a_payload_has_one_form() {
    let facts = facts(HOST, "王桂英", 1, &[1]);
    let (bytes, signature) = signed(&facts);
    let with = |change: fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        read(&payload_of(&bytes, &signature)).map(|_| ())
    };
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(with(|bytes| bytes[0] = 0x11), Err(NotPaper::Form));
    assert_eq!(with(|bytes| bytes[1] = 0), Err(NotPaper::Field("kind")));
    assert_eq!(with(|bytes| bytes[6] = 0xff), Err(NotPaper::Field("number")));
    assert_eq!(with(|bytes| bytes[11] = 0), Err(NotPaper::Field("version")));
    assert_eq!(with(|bytes| bytes[14] |= 8), Err(NotPaper::Field("way")));
    assert_eq!(with(|bytes| bytes[14] &= 0xf0), Err(NotPaper::Field("way")));
    // Units: none, one byte of nought more, one beyond T99.
    assert_eq!(with(|bytes| bytes[21] = 0), Err(NotPaper::Field("unit")));
    assert_eq!(with(|bytes| (bytes[20] = 2, bytes.insert(22, 0)).1), Err(NotPaper::Field("unit")));
    assert_eq!(
        with(|bytes| {
            bytes[20] = 13;
            bytes.splice(22..22, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10]);
        }),
        Err(NotPaper::Field("unit"))
    );
    assert_eq!(with(|bytes| bytes[30..32].fill(0)), Err(NotPaper::Field("status")));
    assert_eq!(with(|bytes| *bytes.last_mut().unwrap() = 0xff), Err(NotPaper::Field("name")));
    assert_eq!(with(|bytes| bytes.push(b'x')), Err(NotPaper::Length));
    let short = [bytes.as_slice(), &signature[..60]].concat();
    assert_eq!(read(&to_base32(&short)).map(|_| ()), Err(NotPaper::Length));
    for payload in ["", "0", "U", "0123 4567", "王", &"0".repeat(5_000)] {
        assert!(read(payload).is_err(), "{payload}");
    }
}

#[test]
fn base32_is_that_of_the_long_code_and_has_one_form() {
    for (bytes, text) in [
        (&b""[..], ""),
        (&[0], "00"),
        (&[0xff], "ZW"),
        (&[0xff, 0xff], "ZZZG"),
        (b"hello", "D1JPRV3F"),
        (b"hello!", "D1JPRV3F44"),
    ] {
        assert_eq!(to_base32(bytes), text);
        assert_eq!(from_base32(text).as_deref(), Some(bytes));
        assert_eq!(from_base32(&text.to_lowercase()).as_deref(), Some(bytes));
    }
    for text in ["0", "ZX", "ZZZH", "D1JPRV3F4", "D1JPRV3F45", "O0", "I0", "L0", "U0", "0=", "0 "] {
        assert_eq!(from_base32(text), None, "{text}");
    }
}

#[test]
fn the_symbol_is_as_large_as_the_decision_says() {
    let drawn = |host: &str, name: &str, units: &[usize]| {
        let facts = facts(host, name, 3, units);
        let (bytes, signature) = signed(&facts);
        symbol(host, &facts.code, &bytes, &signature).map(|symbol| (symbol.version, symbol.level))
    };
    let all: Vec<usize> = (1..=23).collect();
    let host = "x".repeat(16) + ".test.cn";
    assert_eq!(drawn(&host, "王桂英", &all), Ok((9, 'M')));
    assert_eq!(drawn(&host, &"王".repeat(13), &all), Ok((10, 'M')));
    assert_eq!(drawn(&host, &format!("{}xx", "王".repeat(39)), &all), Ok((12, 'M')));
    assert_eq!(drawn(&host, &"王".repeat(40), &all).unwrap().1, 'L');
    let host = format!("{}.{}", "x".repeat(50), "y".repeat(39));
    assert_eq!(drawn(&host, &"王".repeat(50), &all), Ok((12, 'L')));
    let host = format!("{}.{}", "x".repeat(60), "y".repeat(60));
    assert_eq!(drawn(&host, &"王".repeat(50), &all), Err(TooLong));
    let code = facts(HOST, "王", 1, &[1]).code;
    assert_eq!(plain_symbol(HOST, &code).map(|symbol| (symbol.version, symbol.level)), Ok((3, 'M')));
    assert_eq!(plain_symbol("x_y", &code), Err(TooLong));
}

/// A name of at most so many bytes, of Han, Latin and rare planes.
fn names(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![Just('王'), Just('·'), Just('x'), Just('𠮷'), proptest::char::range('一', '龥')],
        1..=150,
    )
    .prop_map(move |characters| {
        let mut name = String::new();
        for character in characters {
            if name.len() + character.len_utf8() <= most {
                name.push(character);
            }
        }
        name
    })
}

proptest! {
    #[test]
    fn whatever_a_certificate_says_is_read_back(
        name in names(150), units in proptest::collection::btree_set(1_usize..=99, 1..30), kind in 1_u8.., version in 1_u8..,
        levels in (0_i64..4, 0_i64..4), milli in 0_i64..1 << 24, hours in 0_i64..65_536, list in 1_u32..=32_767, position in 0_u32..POSITIONS,
        days in 0_u32..20_000, number in proptest::array::uniform8(0_u8..), code in proptest::array::uniform14(0_u8..),
    ) {
        let units: Vec<usize> = units.into_iter().collect();
        let mut facts = facts(HOST, &name, 1, &units);
        (facts.kind.paper_code, facts.version, facts.identity, facts.supervision) = (kind, version, levels.0, levels.1);
        (facts.credits, facts.class_hours) = (Credits::from_milli(milli).unwrap(), hours);
        (facts.place.list, facts.place.position) = (list, position);
        (facts.number, facts.code) = (Number::from_chance(number), LongCode::from_chance(code));
        facts.signed_at = Day::parse("2020-01-01").unwrap().plus_days(days).start();
        let digest = Digest::from_array([9; 32]);
        let bytes = bytes_of(&facts, &key().verifying_key(), &digest).unwrap();
        let (paper, read_bytes, signature) = read(&payload_of(&bytes, &[4; 64])).unwrap();
        prop_assert_eq!((read_bytes, signature), (bytes, [4; 64]));
        let codes: Vec<&str> = facts.lines.iter().map(|line| line.unit.as_str()).collect();
        prop_assert_eq!(&paper.units, &codes);
        let has = |source| facts.lines.iter().any(|line| line.source == source);
        prop_assert_eq!(paper.ways, Ways { online: has(Source::Online), supervised: has(Source::Supervised), outside: has(Source::Outside) });
        prop_assert_eq!((paper.name, paper.number, paper.kind, paper.version), (name, facts.number, kind, version));
        prop_assert_eq!((paper.levels, paper.credits, paper.class_hours), (levels, facts.credits, hours));
        prop_assert_eq!((paper.status, paper.document, paper.day), ((list, position), [9; 8], facts.signed_at.day()));
    }

    #[test]
    fn the_longest_name_and_the_longest_host_never_go_beyond_version_twelve(name in names(150), length in 4_usize..=90, last in 1_usize..=24) {
        let host: String = std::iter::repeat_n("abcdefgh.", 10).collect::<String>().chars().take(length - 1).chain(['x']).collect();
        let facts = facts(&host, &name, 1, &[1, last.max(2)]);
        let bytes = bytes_of(&facts, &key().verifying_key(), &Digest::from_array([9; 32])).unwrap();
        let symbol = symbol(&host, &facts.code, &bytes, &[0xa5; 64]).unwrap();
        prop_assert!(symbol.version <= 12 && symbol.modules.len() == usize::from(symbol.version) * 4 + 17);
    }

    #[test]
    fn no_text_makes_the_reader_stumble(text in ".{0,600}") {
        let _: Result<_, _> = read(&text);
        prop_assert!(parts_of(&text).is_err() || text.contains('/'));
    }
}
