use std::io::Write as _;

use super::drawing::{COVER, GILT, INK, PAPER, RULE, SIDE, SOFT};
use super::png::chunk;
use super::*;
use crate::credentials::carried::{MOST_TEXT, NotCarried};
use crate::credentials::examples::{book, bundle, bundle_of, facts, key};
use crate::credentials::{Bundle, carried_in, verify};

fn words() -> BadgeWords {
    BadgeWords { title: "基础学习证书".to_owned(), about: String::new(), bank: "数字素养学分银行".to_owned() }
}

fn png(credential: &str) -> Vec<u8> {
    baked_png(&words(), credential).unwrap()
}

fn svg(credential: &str) -> String {
    baked_svg(&words(), credential).unwrap()
}

fn points(png: &[u8]) -> image::RgbImage {
    image::load_from_memory_with_format(png, image::ImageFormat::Png).unwrap().into_rgb8()
}

/// A picture without anything in it, and more chunks behind its head.
fn with_chunks(chunks: &[Vec<u8>]) -> Vec<u8> {
    let picture = raster::png_of(&drawing::drawn(&words()).unwrap()).unwrap();
    let (head, rest) = picture.split_at(33);
    [head, chunks.concat().as_slice(), rest].concat()
}

fn text_chunk(kind: &[u8; 4], after_keyword: &[u8], text: &[u8]) -> Vec<u8> {
    chunk(kind, &[b"openbadgecredential".as_slice(), after_keyword, text].concat()).unwrap()
}

/// What is taken out and verifies.
fn verified(file: &[u8]) -> Option<crate::credentials::Facts> {
    let text = carried_in(file).ok()??;
    verify(text.trim().as_bytes(), &book()).ok().map(|verified| verified.facts)
}

#[test]
fn what_is_baked_is_taken_out_byte_by_byte_and_verifies() {
    for credential in [bundle().credential, bundle().did_key] {
        for file in [png(&credential), svg(&credential).into_bytes()] {
            assert_eq!(carried_in(&file), Ok(Some(credential.clone())));
            assert_eq!(verified(&file), Some(facts()));
        }
    }
    let jwt = bundle().jwt;
    assert_eq!(carried_in(&png(&jwt)), Ok(Some(jwt)));
}

#[test]
fn the_same_badge_is_the_same_file_and_a_light_one() {
    let credential = bundle().credential;
    assert_eq!(png(&credential), png(&credential));
    assert_eq!(svg(&credential), svg(&credential));
    assert!(png(&credential).len() < 120_000, "{}", png(&credential).len());
    assert!(svg(&credential).len() < 60_000, "{}", svg(&credential).len());
}

#[test]
fn a_text_that_ends_a_section_is_kept_whole() {
    let mut facts = facts();
    facts.name = "王]]>桂&lt;英]]]]>><![CDATA[".to_owned();
    let credential = bundle_of(&facts, &key(1)).credential;
    let file = svg(&credential);
    assert_eq!(carried_in(file.as_bytes()), Ok(Some(credential)));
    assert_eq!(verified(file.as_bytes()), Some(facts));
}

#[test]
fn the_picture_is_drawn_in_the_colours_of_the_house() {
    let sheet = include_str!("../../../static/app.css");
    for colour in [PAPER, COVER, GILT, INK, SOFT, RULE] {
        assert!(sheet.contains(&colour.hex()), "{}", colour.hex());
    }
    let picture = points(&png("{}"));
    assert_eq!(picture.dimensions(), (u32::from(SIDE), u32::from(SIDE)));
    let known = [(2, 2, PAPER), (27, 300, COVER), (60, 300, PAPER), (300, 73, GILT), (300, 90, COVER), (300, 505, RULE)];
    for (right, down, colour) in known {
        assert_eq!(picture.get_pixel(right, down).0, colour.0, "{right} {down}");
    }
    let count = |colour: [u8; 3], rows: std::ops::Range<u32>| {
        let places = rows.flat_map(|down| (60..540).map(move |right| (right, down)));
        places.filter(|(right, down)| picture.get_pixel(*right, *down).0 == colour).count()
    };
    // The sign, the title and the bank are written.
    assert!(count(GILT.0, 120..235) > 1_000 && count(INK.0, 370..445) > 2_000 && count(SOFT.0, 520..550) > 100);
    assert_eq!(count(SOFT.0, 452..500), 0, "it is about no single course");
    let about = BadgeWords { about: "防诈骗，守好钱袋子".to_owned(), ..words() };
    assert_ne!(points(&baked_png(&about, "{}").unwrap()), picture);
}

#[test]
fn a_title_of_any_length_stays_within_the_frame() {
    for title in ["学", &"很长的名字".repeat(40), &"W".repeat(300), "\u{10ffff}\u{1}", ""] {
        let words = BadgeWords { title: title.to_owned(), about: title.to_owned(), bank: title.to_owned() };
        let picture = points(&baked_png(&words, "{}").unwrap());
        let edge = (360..530).flat_map(|down| [38, 50, 550, 561].map(|right| picture.get_pixel(right, down).0));
        assert!(edge.into_iter().all(|point| point == PAPER.0), "{title}");
        assert_eq!(carried_in(baked_svg(&words, "{}").unwrap().as_bytes()), Ok(Some("{}".to_owned())));
    }
}

#[test]
fn a_changed_byte_is_refused() {
    let Bundle { credential, .. } = bundle();
    let (png, svg) = (png(&credential), svg(&credential).into_bytes());
    let begin = png.windows(credential.len()).position(|part| part == credential.as_bytes()).unwrap();
    for at in (begin..begin + credential.len()).step_by(5) {
        let mut changed = png.clone();
        changed[at] ^= 1;
        assert_eq!(carried_in(&changed), Err(NotCarried::Broken), "its sum, {at}");
        let data = &changed[41..begin + credential.len()];
        let mended =
            [&changed[..33], chunk(b"iTXt", data).unwrap().as_slice(), &changed[begin + credential.len() + 4..]].concat();
        assert_eq!(mended.len(), png.len());
        assert_eq!(verified(&mended), None, "{at}");
    }
    for at in (0..credential.len() + 400).step_by(7) {
        let mut changed = svg.clone();
        changed[at] ^= 1;
        assert!(verified(&changed).is_none_or(|said| said == facts()), "{at}");
    }
    for length in (0..png.len()).step_by(997) {
        assert!(verified(&png[..length]).is_none_or(|said| said == facts()), "{length}");
    }
}

#[test]
fn two_documents_in_a_picture_are_refused() {
    let own = bundle();
    let one = |text: &str| text_chunk(b"iTXt", &[0; 5], text.as_bytes());
    assert_eq!(carried_in(&with_chunks(&[one(&own.credential)])), Ok(Some(own.credential.clone())));
    assert_eq!(carried_in(&with_chunks(&[one(&own.credential), one(&own.credential)])), Err(NotCarried::Several));
    assert_eq!(carried_in(&with_chunks(&[one(&own.credential), one(&own.did_key)])), Err(NotCarried::Several));
    let svg = svg(&own.credential);
    let second = "<openbadges:credential verify=\"a.b.c\"/></svg>";
    assert_eq!(carried_in(svg.replace("</svg>", second).as_bytes()), Err(NotCarried::Several));
}

#[test]
fn what_is_compressed_is_never_unpacked() {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b' '; 16 * 1024 * 1024]).unwrap();
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < MOST_TEXT);
    let compressed: [(&[u8; 4], &[u8]); 4] = [(b"iTXt", &[0, 1, 0, 0, 0]), (b"zTXt", &[0, 0]), (b"tEXt", &[0]), (b"iTXt", &[0])];
    for (kind, after) in compressed {
        assert_eq!(carried_in(&with_chunks(&[text_chunk(kind, after, &bomb)])), Err(NotCarried::Broken));
    }
    let long = vec![b' '; MOST_TEXT + 1];
    assert_eq!(carried_in(&with_chunks(&[text_chunk(b"iTXt", &[0; 5], &long)])), Err(NotCarried::TooMuch));
    assert_eq!(carried_in(&with_chunks(&[text_chunk(b"iTXt", &[0; 5], &[0xff, 0xfe])])), Err(NotCarried::Broken));
    assert_eq!(carried_in(svg(&" ".repeat(MOST_TEXT + 1)).as_bytes()), Err(NotCarried::TooMuch));
}

#[test]
fn a_photograph_is_none_whatever_else_is_written_in_it() {
    let near = [
        Vec::new(),
        chunk(b"tEXt", b"Software\0openbadgecredential").unwrap(),
        chunk(b"iTXt", b"openbadgecredentials\0\0\0\0\0{}").unwrap(),
        chunk(b"iTXt", b"openbadges\0\0\0\0\0{}").unwrap(),
        chunk(b"eXIf", b"openbadgecredential\0\0\0\0\0{}").unwrap(),
    ];
    assert_eq!(carried_in(&with_chunks(&near)), Ok(None));
    let behind = [with_chunks(&[]), text_chunk(b"iTXt", &[0; 5], b"{}")].concat();
    assert_eq!(carried_in(&behind), Ok(None), "behind the end nobody reads");
    let others: [&[u8]; 7] =
        [b"", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXt", b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"hello", b"{}"];
    for file in others {
        assert_eq!(carried_in(file), Ok(None));
    }
}

#[test]
fn a_picture_that_does_more_than_be_seen_is_refused() {
    let whole = svg(&bundle().credential);
    let with = |more: &str| carried_in(whole.replace("</svg>", &format!("{more}</svg>")).as_bytes());
    for fine in [
        "",
        "<!-- > & < -->",
        "<g id='a>b'><path d=\"M0 0\"/></g>",
        "<text>a &amp; b &#39;</text>",
        "<style><![CDATA[a{}&x;]]></style>",
    ] {
        assert!(with(fine).is_ok_and(|found| found.is_some()), "{fine}");
    }
    for bad in [
        "<script>alert(1)</script>",
        "<svg:SCRIPT/>",
        "<foreignObject/>",
        "<g onload=\"x()\"/>",
        "<g ONclick='x()'/>",
        "<a xlink:href=\" JavaScript:x()\"/>",
        "<text>&own;</text>",
        "<g id=\"&own;\"/>",
        "<!ENTITY own 'x'>",
        "<?xml-stylesheet href='x'?>",
        "<?xml version='1.0'?>",
        "<g id=x/>",
        "<g id",
        "<![CDATA[",
        "<!--",
    ] {
        assert_eq!(with(bad), Err(NotCarried::Broken), "{bad}");
    }
    let declared = format!("<!DOCTYPE svg [<!ENTITY a \"b\">]>{}", whole.split_once("?>").unwrap().1);
    assert_eq!(carried_in(declared.as_bytes()), Err(NotCarried::Broken));
}

#[test]
fn a_document_in_an_svg_stands_as_the_standard_has_it() {
    let own = bundle();
    let root = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\">";
    let of = |inner: &str| carried_in(format!("\u{feff}\n<?xml version=\"1.0\"?>\n{root}\n{inner}</svg>\n").as_bytes());
    let element = |inner: &str| format!("<openbadges:credential>{inner}</openbadges:credential>");
    assert_eq!(of(&format!("<openbadges:credential verify='{}'></openbadges:credential>", own.jwt)), Ok(Some(own.jwt.clone())));
    assert_eq!(of(&format!("<openbadges:credential verify=\"{}\" />", own.jwt)), Ok(Some(own.jwt)));
    let spread = of(&element(&format!("\n  <![CDATA[\n{}\n]]>\n", own.credential))).unwrap().unwrap();
    assert_eq!(spread.trim(), own.credential);
    assert_eq!(of("<g/>"), Ok(None));
    for bad in [
        element(&own.credential),
        element("{&quot;a&quot;:1}"),
        element("<g/>"),
        format!("<openbadges:credential><![CDATA[{}]]>", own.credential),
        "<openbadges:credential verify=\"&#97;.b.c\"/>".to_owned(),
    ] {
        assert_eq!(of(&bad), Err(NotCarried::Broken), "{bad}");
    }
    let undeclared = format!("<svg>{}</svg>", element("<![CDATA[{}]]>"));
    assert_eq!(carried_in(undeclared.as_bytes()), Err(NotCarried::Broken));
    for other in ["<html><body>&nbsp;</body></html>", "<!DOCTYPE html><html></html>", "<", "<a><openbadges:credential/></a>"] {
        assert_eq!(carried_in(other.as_bytes()), Ok(None), "{other}");
    }
}
