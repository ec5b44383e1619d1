//! What is handed in at /v as a file: a photograph of the code on paper is answered as the code itself; what was changed, or is nothing of ours, is
//! refused in plain words; of what was printed around a signed document nothing is believed; and none of it is unpacked beyond its bounds.

use std::io::{Cursor, Read as _, Write as _};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use credit_bank::credentials::paper::codes_in;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use qrcodegen::{QrCode, QrCodeEcc};
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::certificates::reverses;
use crate::classes_photo::plain;
use crate::support::binary::{over, serve};
use crate::support::databases::{Engine, fresh};
use crate::support::server::{Answer, Person};
use crate::verify::{Issued, word};

const NOTHING: &str = "没有找到证书";
const NOT_SIGNED: &str = "签名对不上";
const TOO_MUCH: &str = "看不完";
const OTHER_BANK: &str = "别的学分银行发的";
/// Modules around a code that are left white.
const QUIET: i32 = 4;

async fn issued() -> Issued {
    Issued::over(fresh(Engine::Sqlite).await.unwrap()).await
}

/// Hands in a file, from a house of its own.
async fn hands_in(issued: &Issued, name: &str, file: Vec<u8>) -> Answer {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let house = NEXT.fetch_add(1, Ordering::Relaxed);
    let person = issued.work.bank().visitor_at(&format!("10.30.{}.{}", house / 250, house % 250 + 1));
    let form = person.opens("/v").await;
    person.sends_file(&form, "/v/file", &[], name, file).await
}

/// It is refused with one of these sentences, and can be tried again.
async fn refused(issued: &Issued, name: &str, file: Vec<u8>, said: &[&str]) {
    let page = hands_in(issued, name, file).await;
    assert_eq!(page.status, 422, "{name}: {}", page.body);
    assert!(said.iter().any(|words| page.body.contains(words)), "{name}: {said:?} in {}", page.body);
    assert!(page.body.contains("action=\"/v/file\"") && !page.body.contains("王*英"), "{name}: {}", page.body);
}

/// What an answer says, but for what is said to whoever comes with a file.
fn said_in(answer: &Answer) -> String {
    let main = answer.body.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    main.replace("（全名请看文件）", "")
}

/// The modules of the code on a page to be printed, row by row, its quiet ground included.
fn printed(page: &str) -> Vec<Vec<bool>> {
    let svg = page.split("class=\"qr\"").nth(1).unwrap_or_else(|| panic!("{page}"));
    let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let mut modules = vec![vec![false; side]; side];
    let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
    for stroke in path.split('M').skip(1) {
        let (at, run) = stroke.split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let run: usize = run.split('v').next().unwrap().parse().unwrap();
        modules[y][x..x + run].fill(true);
    }
    modules
}

/// The modules of a code that says this, its quiet ground included.
fn modules_of(text: &str) -> Vec<Vec<bool>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).unwrap();
    let places = -QUIET..code.size() + QUIET;
    places.clone().map(|y| places.clone().map(|x| code.get_module(x, y)).collect()).collect()
}

/// A photograph of a code that lies a little askew on a grey table.
#[expect(clippy::as_conversions, reason = "points of a picture are whole numbers below a few thousand")]
fn photograph(modules: &[Vec<bool>], format: ImageFormat) -> Vec<u8> {
    let (width, height) = (1600_u32, 1200_u32);
    let side = f64::from(height) * 0.7;
    let module = side / modules.len() as f64;
    let (sin, cos) = (0.12_f64.sin(), 0.12_f64.cos());
    let point = |x: u32, y: u32| {
        let (x, y) = (f64::from(x) - f64::from(width) / 2.0, f64::from(y) - f64::from(height) / 2.0);
        let (x, y) = (x * cos + y * sin + side / 2.0, y * cos - x * sin + side / 2.0);
        if !(0.0..side).contains(&x) || !(0.0..side).contains(&y) {
            return Luma([150_u8]);
        }
        let (column, row) = ((x / module) as usize, (y / module) as usize);
        let is_dark = modules.get(row).and_then(|row| row.get(column)).copied().unwrap_or(false);
        Luma([if is_dark { 40 } else { 225 }])
    };
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(GrayImage::from_fn(width, height, point)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The code of Wang's certificate, as her page has it to be printed.
async fn own_code(issued: &Issued) -> Vec<Vec<bool>> {
    let page = issued.work.wang.opens(&format!("/certificates/{}/print", issued.id)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    printed(&page.body)
}

/// Wang's certificate as a file.
async fn own_pdf(issued: &Issued) -> Vec<u8> {
    let wang = &issued.work.wang;
    let file = wang.client.get(format!("{}/certificates/{}/pdf", wang.url, issued.id)).send().await.unwrap();
    assert_eq!(file.status().as_u16(), 200);
    file.bytes().await.unwrap().to_vec()
}

#[actix_web::test]
async fn a_photograph_of_the_code_is_answered_as_the_code_itself() {
    let issued = issued().await;
    let modules = own_code(&issued).await;
    let by_code = issued.work.bank().visitor().opens(&format!("/v/{}", issued.code)).await;
    for (name, format) in [("photo.jpg", ImageFormat::Jpeg), ("photo.png", ImageFormat::Png)] {
        let page = hands_in(&issued, name, photograph(&modules, format)).await;
        assert_eq!((page.status, word(&page)), (200, "有效"), "{name}: {}", page.body);
        assert!(page.body.contains("请核对纸上的字与这里是否一样") && !page.body.contains("王桂英"), "{}", page.body);
        assert_eq!(said_in(&page), said_in(&by_code), "{name}");
    }
    // The address alone proves nothing, and is answered as whoever types it.
    let alone = modules_of(&format!("HTTPS://BANK.TEST/V/{}", issued.code));
    let page = hands_in(&issued, "photo.png", photograph(&alone, ImageFormat::Png)).await;
    assert_eq!((page.status, said_in(&page)), (200, said_in(&by_code)));
    reverses(&issued.work, issued.award).await;
    let page = hands_in(&issued, "photo.jpg", photograph(&modules, ImageFormat::Jpeg)).await;
    assert_eq!((page.status, word(&page)), (200, "已暂停"), "as it stands this moment: {}", page.body);
    issued.work.desk.bank.close().await;
}

#[actix_web::test]
async fn a_photograph_of_a_code_that_was_changed_or_is_another_banks_is_refused() {
    let issued = issued().await;
    let photo = photograph(&own_code(&issued).await, ImageFormat::Png);
    let texts = codes_in(&photo).unwrap();
    let text = texts[0].as_str();
    assert!(text.starts_with(&format!("HTTPS://BANK.TEST/V/{}#", issued.code)), "{text}");
    // The tenth character from the end is one of the signature.
    let (head, tail) = text.split_at(text.len() - 10);
    let changed = format!("{head}{}{}", if tail.starts_with('0') { '1' } else { '0' }, &tail[1..]);
    for (code, said) in [(changed, NOT_SIGNED), (text.replace("BANK.TEST", "BANK.OTHER"), OTHER_BANK)] {
        refused(&issued, "photo.png", photograph(&modules_of(&code), ImageFormat::Png), &[said]).await;
    }
    let strange = modules_of("https://example.org/menu");
    refused(&issued, "photo.png", photograph(&strange, ImageFormat::Png), &[NOTHING]).await;
    issued.close().await;
}

/// A piece of a PNG.
fn piece(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(data);
    [u32::try_from(data.len()).unwrap().to_be_bytes().as_slice(), name, data, &sum.sum().to_be_bytes()].concat()
}

/// A PNG whose head says so many points, of so many bits in so many parts, and which has so many rows of noughts.
fn noughts((width, height): (u32, u32), (bits, kind, parts): (u8, u8, u64), rows: u32) -> Vec<u8> {
    let bytes = (u64::from(width) * u64::from(bits) * parts).div_ceil(8) + 1;
    let row = vec![0_u8; usize::try_from(bytes).unwrap()];
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    for _ in 0..rows {
        packed.write_all(&row).unwrap();
    }
    let head = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[bits, kind, 0, 0, 0]].concat();
    let pieces = [piece(b"IHDR", &head), piece(b"IDAT", &packed.finish().unwrap()), piece(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), pieces.concat()].concat()
}

/// Grey, one bit a point: 113 MB of rows, 900 MB as a picture.
const GREY: (u8, u8, u64) = (1, 0, 1);
/// Colours and how much is seen through them, sixteen bits each.
const DEEP: (u8, u8, u64) = (16, 6, 4);

#[actix_web::test]
async fn what_holds_no_code_of_ours_is_refused_in_plain_words() {
    let issued = issued().await;
    let photo = photograph(&own_code(&issued).await, ImageFormat::Jpeg);
    let cut = photo[..photo.len() / 2].to_vec();
    let files: [(&str, Vec<u8>, &str); 9] = [
        ("white.png", plain(600, 400, ImageFormat::Png), NOTHING),
        ("grey.jpg", plain(600, 400, ImageFormat::Jpeg), NOTHING),
        ("cut.jpg", cut, NOTHING),
        ("head.jpg", photo[..200].to_vec(), NOTHING),
        ("huge.png", noughts((30_000, 30_000), GREY, 1), TOO_MUCH),
        ("nothing.png", noughts((0, 0), GREY, 0), NOTHING),
        ("letter.png", "王桂英学得很好".as_bytes().to_vec(), NOTHING),
        ("page.jpg", b"<html><script>alert(1)</script></html>".to_vec(), NOTHING),
        ("empty.pdf", b"%PDF-1.7\n%%EOF\n".to_vec(), NOTHING),
    ];
    for (name, file, said) in files {
        refused(&issued, name, file, &[said]).await;
    }
    let photo = hands_in(&issued, "letter.txt", photo).await;
    assert_eq!((photo.status, word(&photo)), (200, "有效"), "what counts is what is in it: {}", photo.body);
    issued.close().await;
}

/// Where each value of a document stands that has no parts.
fn values(value: &Value, place: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| values(member, &format!("{place}/{name}"), all)),
        Value::Array(parts) => parts.iter().enumerate().for_each(|(at, part)| values(part, &format!("{place}/{at}"), all)),
        _ => all.push(place.to_owned()),
    }
}

/// Another value of the same kind: of a text one character is another.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let mut characters: Vec<char> = text.chars().collect();
            let at = characters.iter().rposition(char::is_ascii_alphanumeric).unwrap_or(0);
            characters[at] = match characters[at] {
                '0' => '1',
                digit if digit.is_ascii_digit() => '0',
                'x' => 'y',
                letter if letter.is_ascii_alphabetic() => 'x',
                _ => '甲',
            };
            Value::String(characters.into_iter().collect())
        }
        Value::Number(_) => Value::from(7),
        Value::Bool(is_so) => Value::Bool(!is_so),
        _ => Value::from("x"),
    }
}

#[actix_web::test]
async fn a_document_of_which_any_one_value_was_changed_is_refused() {
    let issued = issued().await;
    let whole = issued.work.bank().visitor().opens(&format!("/v/{}/credential.json", issued.code)).await.body;
    let document: Value = serde_json::from_str(&whole).unwrap();
    let mut places = Vec::new();
    values(&document, "", &mut places);
    assert!(places.len() > 60 && places.iter().any(|place| place == "/proof/proofValue"), "{places:?}");
    for place in &places {
        let mut changed = document.clone();
        let value = changed.pointer_mut(place).unwrap();
        *value = other(value);
        assert_ne!(changed, document, "{place}");
        refused(&issued, place, changed.to_string().into_bytes(), &[NOTHING, NOT_SIGNED, OTHER_BANK]).await;
    }
    let page = hands_in(&issued, "whole.json", document.to_string().into_bytes()).await;
    assert_eq!((page.status, word(&page)), (200, "有效"), "{}", page.body);
    issued.close().await;
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

/// Where the streams of a PDF begin and end.
fn streams(file: &[u8]) -> Vec<Range<usize>> {
    let (mut all, mut at) = (Vec::new(), 0);
    while let Some(begin) = find(&file[at..], b"\nstream\n").map(|found| at + found + 8) {
        let end = begin + find(&file[begin..], b"\nendstream").unwrap();
        all.push(begin..end);
        at = end;
    }
    all
}

/// What a stream holds.
fn unpacked(stream: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match ZlibDecoder::new(stream).read_to_end(&mut plain) {
        Ok(_) => plain,
        Err(_) => stream.to_vec(),
    }
}

/// Where the signed document is attached.
fn attached(file: &[u8]) -> Range<usize> {
    let is_it = |range: &Range<usize>| {
        let plain = unpacked(&file[range.clone()]);
        plain.starts_with(b"{") && find(&plain, b"AchievementCredential").is_some()
    };
    streams(file).into_iter().find(is_it).unwrap()
}

/// The same file with another byte at this place.
fn with_other_byte(file: &[u8], at: usize) -> Vec<u8> {
    let mut changed = file.to_vec();
    changed[at] ^= 0xff;
    changed
}

#[actix_web::test]
async fn a_pdf_with_one_byte_changed_is_refused_or_answered_with_what_is_signed() {
    let issued = issued().await;
    let pdf = own_pdf(&issued).await;
    let whole = hands_in(&issued, "a.pdf", pdf.clone()).await;
    assert_eq!((whole.status, word(&whole)), (200, "有效"), "{}", whole.body);
    let document = attached(&pdf);
    for tenth in 1..10 {
        let at = document.start + document.len() * tenth / 10;
        refused(&issued, &format!("{tenth}.pdf"), with_other_byte(&pdf, at), &[NOTHING, NOT_SIGNED]).await;
    }
    // Elsewhere it is what somebody drew around the document, and nothing of it is believed.
    let others: Vec<Range<usize>> = streams(&pdf).into_iter().filter(|range| *range != document && !range.is_empty()).collect();
    assert!(others.len() >= 3, "page, font, receipts: {others:?}");
    for range in others {
        let page = hands_in(&issued, "a.pdf", with_other_byte(&pdf, range.start + range.len() / 2)).await;
        assert_eq!((page.status, said_in(&page)), (200, said_in(&whole)), "{range:?}");
    }
    issued.close().await;
}

/// The same file, in which one character says that it is another: to whoever copies it, searches for it or hears it read.
fn with_other_character(file: &[u8], old: char, new: char) -> Vec<u8> {
    let words = |character: char| format!("<{:04X}>", u32::from(character)).into_bytes();
    for range in streams(file) {
        let plain = unpacked(&file[range.clone()]);
        let Some(at) = find(&plain.to_ascii_uppercase(), &words(old)).filter(|_| find(&plain, b"begincmap").is_some()) else {
            continue;
        };
        let edited = [&plain[..at], &words(new), &plain[at + 6..]].concat();
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&edited).unwrap();
        return [&file[..range.start], &packed.finish().unwrap(), &file[range.end..]].concat();
    }
    panic!("{old} is not in the file");
}

#[actix_web::test]
async fn a_pdf_in_which_somebody_edited_the_name_shows_the_name_that_was_signed() {
    let issued = issued().await;
    let pdf = own_pdf(&issued).await;
    let (edited, document) = (with_other_character(&pdf, '英', '兰'), unpacked(&pdf[attached(&pdf)]));
    assert_ne!(edited, pdf);
    let (whole, page) = (hands_in(&issued, "a.pdf", pdf).await, hands_in(&issued, "a.pdf", edited).await);
    assert_eq!((page.status, word(&page)), (200, "有效"), "{}", page.body);
    for said in ["王*英", "请核对纸上的字与这里是否一样", "（全名请看文件）"] {
        assert!(page.body.contains(said), "{said} in {}", page.body);
    }
    assert!(!page.body.contains('兰') && said_in(&page) == said_in(&whole), "{}", page.body);
    // Who edits the document itself loses the signature with it.
    let other = String::from_utf8(document).unwrap().replace("王桂英", "王桂兰");
    refused(&issued, "a.json", other.into_bytes(), &[NOT_SIGNED]).await;
    issued.close().await;
}

/// The most memory that a process had so far, in KiB; none where the system does not say.
fn most_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

#[actix_web::test]
async fn pictures_that_swell_are_refused_before_they_take_memory() {
    let fresh = fresh(Engine::Sqlite).await.unwrap();
    let mut command = over(&fresh);
    command.env("CREDIT_BANK_PUBLIC_URL", "http://bank.test");
    let mut served = serve(command);
    let person = Person::with(&served.url, HeaderMap::new());
    let form = person.opens("/v").await;
    let sends = async |name: &str, file: Vec<u8>| person.sends_file(&form, "/v/file", &[], name, file).await;
    assert_eq!(sends("a.txt", b"x".to_vec()).await.status, 422);
    let before = most_kib(served.child.id());
    let swelling = [
        (noughts((30_000, 30_000), GREY, 30_000), TOO_MUCH),
        (noughts((30_000, 30_000), GREY, 0), TOO_MUCH),
        // Fewer points than may be, and more bytes than may be: 96 MB.
        (noughts((4_000, 3_000), DEEP, 3_000), NOTHING),
    ];
    for (file, said) in swelling {
        assert!(file.len() < 2 * 1024 * 1024, "{} bytes", file.len());
        let page = sends("a.png", file).await;
        assert!(page.status == 422 && page.body.contains(said), "{said}: {} {}", page.status, page.body);
    }
    if let (Some(before), Some(after)) = (before, most_kib(served.child.id())) {
        assert!(after - before < 64 * 1024, "{before} KiB before, {after} KiB at most");
    }
    // Looked at smaller, the largest picture takes no more for that than it takes anyway.
    let page = sends("a.png", plain(4_000, 4_000, ImageFormat::Png)).await;
    assert!(page.status == 422 && page.body.contains(NOTHING), "{} {}", page.status, page.body);
    if let (Some(before), Some(after)) = (before, most_kib(served.child.id())) {
        assert!(after - before < 128 * 1024, "{before} KiB before, {after} KiB at most");
    }
    served.child.kill().unwrap();
    served.child.wait().unwrap();
}
