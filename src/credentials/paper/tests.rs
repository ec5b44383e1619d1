use std::io::Write as _;
use std::process::{Command, Stdio};

use image::GrayImage;
use serde_json::{Value, json};

use super::samples::{book, credential, facts, seal, signed, symbol, words};
use super::*;
use crate::credentials::paper_code::{address_of, signed_by};

const HOST: &str = "xuefen.example.cn";
const LONG_HOST: &str = "xuefen.digital-literacy.qinghe.example.gov.cn";
const RECEIPTS: &str = r#"{"format":"credit-bank/receipts/1","lines":[]}"#;
/// What is seen of a page, in millimetres, and the code on it.
const WIDTHS: (f64, f64) = (90.0, 36.3);

fn drawn_with(facts: &Facts, fonts: &Fonts, seal: Option<&[u8]>) -> Result<Vec<u8>, CannotDraw> {
    let (words, symbol, credential) = (words(facts), symbol(facts), credential(facts));
    draw(&Sheet { facts, words: &words, seal, symbol: &symbol, credential: &credential, receipts: RECEIPTS }, fonts)
}

fn drawn(facts: &Facts) -> Vec<u8> {
    drawn_with(facts, &Fonts::new(Vec::new()).unwrap(), Some(&seal(400))).unwrap()
}

fn units(count: usize) -> Vec<usize> {
    (1..=count).collect()
}

/// One of each kind, the longest name on the longest host, every unit, a later version.
fn all() -> Vec<(&'static str, Facts)> {
    let mut second = facts(HOST, "欧阳娜娜", 2, &units(12));
    second.version = 2;
    vec![
        ("one", facts(HOST, "王桂英", 0, &[19])),
        ("seven", facts(HOST, "王桂英", 1, &[1, 4, 7, 8, 19, 20, 22])),
        ("second", second),
        ("sixteen", facts(HOST, "阿卜杜热合曼·托合提买买提", 3, &units(16))),
        ("every", facts(LONG_HOST, &format!("{}·{}", "买".repeat(24), "提".repeat(25)), 3, &units(23))),
    ]
}

fn pages_of(pdf: &[u8]) -> usize {
    let count = |word: &[u8]| pdf.windows(word.len()).filter(|window| *window == word).count();
    count(b"/Type/Page") + count(b"/Type /Page") - count(b"/Type/Pages") - count(b"/Type /Pages")
}

#[test]
fn the_same_certificate_is_the_same_file_and_a_light_one() {
    for (name, facts) in all() {
        let first = drawn(&facts);
        assert_eq!(drawn(&facts), first, "{name}");
        assert!(first.len() < 150_000, "{name} {}", first.len());
    }
}

#[test]
fn sixteen_courses_stand_on_one_page_and_more_on_their_own() {
    let pages = |name: &str, count: usize| pages_of(&drawn(&facts(HOST, name, 3, &units(count))));
    assert_eq!([1, 7, 12, 16].map(|count| pages("王桂英", count)), [1; 4]);
    assert_eq!([17, 23, 25].map(|count| pages("王桂英", count)), [2; 3]);
    assert_eq!([26, 40, 99].map(|count| pages("王桂英", count)), [3, 3, 5]);
    assert_eq!(pages(&"王".repeat(50), 16), 2);
}

#[test]
fn what_was_attached_is_found_again() {
    for (name, facts) in all() {
        let found = credentials_in(&drawn(&facts)).unwrap().unwrap();
        assert_eq!(found.to_string(), credential(&facts), "{name}");
        assert_eq!(crate::credentials::facts_of(&crate::credentials::proof::without_proof(&found)).unwrap(), facts, "{name}");
    }
}

#[test]
fn a_file_is_searched_within_bounds_and_says_one_thing_or_nothing() {
    let (one, other) = (facts(HOST, "王桂英", 1, &[1]), facts(HOST, "李敏", 1, &[1]));
    let bare = credential(&one);
    assert_eq!(credentials_in(bare.as_bytes()).unwrap().unwrap().to_string(), bare);
    let stream = |text: &str| format!("1 0 obj <</Length 1>> stream\r\n{text}\nendstream endobj\n");
    let pdf = |streams: &[String]| format!("%PDF-1.7\n{}%%EOF", streams.concat()).into_bytes();
    let found = |streams: &[String]| credentials_in(&pdf(streams)).map(|found| found.map(|value| value.to_string()));
    assert_eq!(found(&[stream("{}"), stream(&bare), stream(&bare)]), Ok(Some(bare.clone())));
    assert_eq!(found(&[stream(&bare), stream(&credential(&other))]), Err(NotOne::Several));
    assert_eq!(found(&[stream("{\"a\":1}"), stream("x")]), Ok(None));
    assert_eq!(found(&vec![stream("x"); 200]), Ok(None));
    assert_eq!(found(&vec![stream("x"); 201]), Err(NotOne::TooMuch));
    assert_eq!(found(&["1 0 obj <<>> stream\n{".to_owned()]), Ok(None));
    // Much from little: nothing is unpacked further than a credential may be long.
    let bomb = {
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![b' '; 20_000_000]).unwrap();
        packed.finish().unwrap()
    };
    let one = [b"%PDF-1.7\nstream\n".as_slice(), &bomb, b"\nendstream"].concat();
    assert_eq!(credentials_in(&one), Ok(None));
    let many = [b"%PDF-1.7\n".to_vec(), [b"stream\n".as_slice(), &bomb, b"\nendstream"].concat().repeat(150)].concat();
    assert_eq!(credentials_in(&many), Err(NotOne::TooMuch));
    for file in [&b""[..], b"%PDF-", b"{", b"[]", b"\x89PNG", &[0xff; 3000]] {
        assert_eq!(credentials_in(file), Ok(None));
    }
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let fonts = Fonts::new(Vec::new()).unwrap();
    let good = facts(HOST, "王桂英", 1, &[1, 2]);
    assert_eq!(drawn_with(&facts(HOST, "王𱍐", 1, &[1]), &fonts, None), Err(CannotDraw::Missing('𱍐')));
    let cut = seal(400);
    for bytes in [&b"GIF89a"[..], b"", &cut[..cut.len() / 2]] {
        assert_eq!(drawn_with(&good, &fonts, Some(bytes)), Err(CannotDraw::Seal));
    }
    let (symbol, credential) = (symbol(&good), credential(&good));
    let with = |change: fn(&mut SheetWords)| {
        let mut words = words(&good);
        change(&mut words);
        let sheet =
            Sheet { facts: &good, words: &words, seal: None, symbol: &symbol, credential: &credential, receipts: RECEIPTS };
        draw(&sheet, &fonts).map(|_| ())
    };
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(with(|words| drop(words.lines.pop())), Err(CannotDraw::Words));
    assert_eq!(with(|words| words.sentence = "长".repeat(2_000)), Err(CannotDraw::Full));
}

#[test]
fn a_heavy_seal_is_drawn_smaller_and_none_is_none() {
    let fonts = Fonts::new(Vec::new()).unwrap();
    let facts = facts(HOST, "王桂英", 1, &[1]);
    let noise = image::RgbaImage::from_fn(1200, 1200, |x, y| {
        let dot = u8::try_from((x * 7919 + y * 104_729) % 251).unwrap();
        image::Rgba([dot, dot / 2, 29, 255 - dot])
    });
    let mut heavy = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut heavy, image::ImageFormat::Png).unwrap();
    assert!(heavy.get_ref().len() > 40 * 1024);
    let bytes = |seal| drawn_with(&facts, &fonts, seal).unwrap().len();
    assert!(bytes(Some(heavy.get_ref())) < 400_000);
    assert!(bytes(None) < bytes(Some(&seal(300))));
}

/// Where Debian keeps the fonts that stand behind the own one by default.
fn hanazono() -> Option<Vec<Vec<u8>>> {
    let read = |name: &str| std::fs::read(format!("/usr/share/fonts/truetype/hanazono/HanaMin{name}.ttf")).ok();
    Some(vec![read("B")?, read("A")?])
}

#[test]
fn rare_characters_come_from_the_next_font_where_there_is_one() {
    let Some(fallback) = hanazono() else { return };
    let fonts = Fonts::new(fallback).unwrap();
    let facts = facts(HOST, "𠮷𡘙·王𪚥", 1, &[1]);
    let first = drawn_with(&facts, &fonts, None).unwrap();
    assert_eq!(drawn_with(&facts, &fonts, None).unwrap(), first);
    assert!(first.len() < 150_000, "{}", first.len());
    assert_eq!(fonts.missing("𠮷𡘙·王𪚥"), None);
}

/// A printed page with the code on it, as a scanner of so many points an inch sees it; turned, blurred, and grey where it was black and white.
fn scanned(symbol: &Symbol, dpi: f64, (degrees, blur): (f64, f32)) -> Vec<u8> {
    let scale = dpi / 25.4;
    let side = usize_of(WIDTHS.0 * scale);
    let module = WIDTHS.1 * scale / f64::from(u16::try_from(symbol.modules.len()).unwrap());
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let is_dark = |x: f64, y: f64| {
        // The code lies a third into the page, and the page is turned around its middle.
        let middle = WIDTHS.0 * scale / 2.0;
        let (dx, dy) = (x - middle, y - middle);
        let (x, y) = (cosine * dx + sine * dy + middle * 0.6, cosine * dy - sine * dx + middle * 0.6);
        let (x, y) = ((x / module).floor(), (y / module).floor());
        x >= 0.0 && y >= 0.0 && symbol.modules.get(usize_of(y)).and_then(|row| row.get(usize_of(x))).copied().unwrap_or(false)
    };
    let picture = GrayImage::from_fn(u32::try_from(side).unwrap(), u32::try_from(side).unwrap(), |x, y| {
        let parts = [0.25, 0.75];
        let dark = parts
            .iter()
            .flat_map(|dx| parts.iter().map(move |dy| (*dx, *dy)))
            .filter(|(dx, dy)| is_dark(f64::from(x) + dx, f64::from(y) + dy));
        let shade = u8::try_from(x * 30 / u32::try_from(side).unwrap()).unwrap();
        image::Luma([225 - shade - u8::try_from(dark.count()).unwrap() * 36])
    });
    let picture = image::DynamicImage::ImageLuma8(picture);
    let picture = if blur > 0.0 { picture.blur(blur) } else { picture };
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn usize_of(number: f64) -> usize {
    format!("{number:.0}").parse().unwrap()
}

#[test]
fn a_printed_code_is_read_again_from_scans_and_photographs() {
    for (name, facts) in all() {
        let (bytes, signature) = signed(&facts);
        let address = address_of(facts.origin.host(), &facts.code, &bytes, &signature);
        let scans = [(300.0, (7.0, 1.2)), (150.0, (0.0, 0.0)), (300.0, (0.0, 0.0)), (200.0, (-3.0, 0.6))];
        for (dpi, seen) in scans.into_iter().take(if name == "seven" { 4 } else { 1 }) {
            let texts = codes_in(&scanned(&symbol(&facts), dpi, seen)).unwrap();
            assert_eq!(texts, [address.as_str()], "{name} {dpi} {seen:?}");
        }
        assert_eq!(signed_by(&address, &book(&facts)).unwrap().paper.name, facts.name);
    }
}

#[test]
fn what_is_no_picture_is_refused_and_an_empty_one_says_nothing() {
    let png = |width: u32, height: u32| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        GrayImage::from_pixel(width, height, image::Luma([255])).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    assert_eq!(codes_in(&png(500, 700)), Ok(Vec::new()));
    assert_eq!(codes_in(&png(4_700, 3_600)), Ok(Vec::new()), "as a telephone takes it");
    assert_eq!(codes_in(&png(4_900, 3_500)), Err(NoPicture::TooLarge));
    let good = png(50, 50);
    for bytes in [&b""[..], b"%PDF-1.7", b"GIF89a", &good[..good.len() - 30]] {
        assert_eq!(codes_in(bytes), Err(NoPicture::Kind));
    }
}

/// Programs of others look at the files: qpdf, pikepdf, poppler, ghostscript. They run where `CREDIT_BANK_TEST_PDF` names a Python that has pikepdf
/// (`scripts/credentials/pdf.txt`), as `scripts/test` sets it up.
#[test]
fn programs_of_others_find_what_the_file_claims_and_read_the_code_on_its_page() {
    let Ok(python) = std::env::var("CREDIT_BANK_TEST_PDF") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, facts) in all() {
        let path = folder.path().join(format!("{name}.pdf"));
        std::fs::write(&path, drawn(&facts)).unwrap();
        files.push(expected(&facts, &path.display().to_string()));
    }
    let fallback = hanazono().expect("the fonts of rare characters (apt-get install fonts-hanazono)");
    let (rare, path) = (facts(HOST, "𠮷𡘙·王𪚥", 1, &[1]), folder.path().join("rare.pdf"));
    std::fs::write(&path, drawn_with(&rare, &Fonts::new(fallback).unwrap(), None).unwrap()).unwrap();
    files.push(expected(&rare, &path.display().to_string()));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/credentials/check_pdf.py");
    let mut command = Command::new(python);
    let mut child = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(json!(files).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.starts_with(&format!("{} files", files.len())), "{said}");
    for ((name, facts), dpi) in all().into_iter().map(|one| (one, 150)).chain(all().into_iter().take(2).map(|one| (one, 300))) {
        let (bytes, signature) = signed(&facts);
        let page = folder.path().join(format!("{name}-{dpi}"));
        let rendered = Command::new("pdftoppm")
            .args(["-r", &dpi.to_string(), "-gray", "-png", "-singlefile"])
            .args([folder.path().join(format!("{name}.pdf")), page.clone()])
            .status();
        assert!(rendered.unwrap().success());
        let texts = codes_in(&std::fs::read(page.with_extension("png")).unwrap()).unwrap();
        assert_eq!(texts, [address_of(facts.origin.host(), &facts.code, &bytes, &signature)], "{name} {dpi}");
    }
}

/// What is to be found in a file: texts in the order in which they are read, and what is attached.
fn expected(facts: &Facts, path: &str) -> Value {
    let words = words(facts);
    let texts = [&words.bank, &facts.kind.title, &facts.name, &words.sentence, &facts.agency.name, &facts.kind.footer];
    json!({
        "path": path,
        "title": format!("{} {}", facts.kind.title, facts.number.spaced()),
        "heading": facts.kind.title,
        "texts": texts,
        "figures": [words.seal, words.code_picture],
        "rows": facts.lines.iter().map(|line| [&line.unit, &line.title]).collect::<Vec<_>>(),
        "code": facts.code.dashed(),
        "credential": credential(facts),
        "receipts": RECEIPTS,
    })
}
