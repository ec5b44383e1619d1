//! The curriculum to take away: what is in the package and what never is, the same bytes for the same edition, whole and in parts;
//! beside a course what others have made; the pages of numbers, laws and institutions.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::Path;

use credit_bank::curriculum::model::Use;
use credit_bank::curriculum::{self, Embedded, Folder, Shelf, Source};
use credit_bank::kernel::Day;

use crate::metadata::holds_to_the_vocabulary;
use crate::support::databases::{Engine, fresh};
use crate::support::editions::rewritten;
use crate::support::server::{Bank, Person, SHELF};

const ZIP: &str = "/open/curriculum.zip";

/// What came back: status, headers by name, bytes.
struct Download {
    status: u16,
    headers: BTreeMap<String, String>,
    bytes: Vec<u8>,
}

async fn downloads(person: &Person, headers: &[(&str, &str)]) -> Download {
    let request = person.client.get(format!("{}{ZIP}", person.url));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = request.send().await.unwrap();
    let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    Download { status: answer.status().as_u16(), headers, bytes: answer.bytes().await.unwrap().to_vec() }
}

/// The files of a package by name.
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let files = (0..zip.len()).map(|at| {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    });
    files.collect()
}

/// The own edition in a folder, with a recording, and with `change` made to a file.
fn edition_in(folder: &Path, path: &str, change: impl Fn(String) -> String) -> Shelf {
    for path in Embedded.paths() {
        let target = folder.join(&path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, Embedded.bytes(&path).unwrap()).unwrap();
    }
    let text = std::fs::read_to_string(folder.join(path)).unwrap();
    std::fs::write(folder.join(path), change(text)).unwrap();
    let audio = folder.join("courses/T01/audio");
    std::fs::create_dir_all(&audio).unwrap();
    let list = "[[recording]]\nfor = \"T01-c1/1\"\nfile = \"a.mp3\"\nlang = \"zh-CN\"\nkind = \"synthetic\"\nseconds = 30\n";
    std::fs::write(audio.join("recordings.toml"), list).unwrap();
    std::fs::write(audio.join("a.mp3"), [&[0xFF, 0xF3, 0x38, 0xC4][..], &[7; 100_000]].concat()).unwrap();
    Shelf::open(&Folder::new(folder)).unwrap()
}

#[actix_web::test]
async fn the_package_holds_every_file_of_the_edition_and_nothing_that_only_tests_ask() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let got = downloads(&bank.visitor(), &[]).await;
    assert_eq!((got.status, got.headers["content-type"].as_str()), (200, "application/zip"));
    assert!(got.headers["content-disposition"].contains("attachment; filename=\"credit-bank-curriculum-"));
    let files = unpacked(&got.bytes);
    let expected: BTreeSet<String> = Embedded.paths().into_iter().map(|path| format!("curriculum/{path}")).collect();
    let found: BTreeSet<String> = files.keys().filter(|name| name.starts_with("curriculum/")).cloned().collect();
    assert_eq!(found, expected);
    for path in Embedded.paths().iter().filter(|path| !path.ends_with("/items.toml")) {
        assert_eq!(files[&format!("curriculum/{path}")], Embedded.bytes(path).unwrap().as_ref(), "{path} as it was written");
    }
    let all: String = files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    for item in SHELF.courses().iter().flat_map(|course| &course.items) {
        let is_there = all.contains(&format!("\"{}\"", item.id)) || all.contains(&item.stem);
        assert_eq!(is_there, item.purpose == Use::Learn, "{}", item.id);
    }
    let letter = String::from_utf8(files["README.txt"].clone()).unwrap();
    for words in ["没有考核题", "CC BY 4.0", "2026.11", &SHELF.digest().to_string()] {
        assert!(letter.contains(words), "{words}: {letter}");
    }
    let index: serde_json::Value = serde_json::from_slice(&files["index.json"]).unwrap();
    holds_to_the_vocabulary(&index, "index");
    assert_eq!(index["hasPart"].as_array().unwrap().len(), 23);
    bank.close().await;
}

#[actix_web::test]
async fn the_same_edition_gives_the_same_bytes_and_another_gives_others_and_its_recordings() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let other = Bank::open(Engine::Sqlite).await.unwrap();
    let (first, second) = (downloads(&bank.visitor(), &[]).await, downloads(&other.visitor(), &[]).await);
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(first.headers["etag"], second.headers["etag"]);
    other.close().await;
    let folder = bank.fresh.folder.path().join("curriculum");
    let newer = edition_in(&folder, "glossary.toml", |text| text.replace("无线上网信号", "无线上网的信号"));
    let bank = bank.restarted_teaching(&newer).await;
    let third = downloads(&bank.visitor(), &[("if-none-match", &first.headers["etag"])]).await;
    assert_eq!(third.status, 200);
    assert_ne!(third.headers["etag"], first.headers["etag"]);
    let files = unpacked(&third.bytes);
    assert_eq!(files["curriculum/courses/T01/audio/a.mp3"].len(), 100_004);
    let here = std::fs::read_dir(bank.fresh.folder.path().join("open")).unwrap();
    let names: Vec<String> = here.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    // Another process may still be giving the older one away; nothing half lies there.
    assert!(names.len() == 2 && names.iter().all(|name| name.ends_with(".zip")), "{names:?}");
    let page = bank.visitor().opens("/open").await;
    assert!(page.body.contains("1\u{a0}段录音") || page.body.contains("1 段录音"), "{}", page.body);
    bank.close().await;
}

#[actix_web::test]
async fn a_package_is_of_the_edition_that_is_up_whatever_lies_in_the_folder_by_now() {
    let fresh = fresh(Engine::Sqlite).await.unwrap();
    let folder = fresh.folder.path().join("curriculum");
    edition_in(&folder, "glossary.toml", |text| text);
    let place = folder.clone();
    let bank = Bank::over_with(fresh, |config| config.curriculum_dir = Some(place)).await;
    let shelf = curriculum::open(&bank.house).await.unwrap().now();
    let bank = bank.restarted_teaching(&shelf).await;
    rewritten(&folder, "glossary.toml", |text| text.replace("无线上网信号", "还没有人看过的话"));
    std::fs::write(folder.join("courses/T01/audio/a.mp3"), "not any more").unwrap();
    let files = unpacked(&downloads(&bank.visitor(), &[]).await.bytes);
    let glossary = String::from_utf8(files["curriculum/glossary.toml"].clone()).unwrap();
    assert!(glossary.contains("无线上网信号") && !glossary.contains("还没有人看过的话"));
    assert!(!files.keys().any(|name| name.contains("/audio/")), "a sound that was changed is not given");
    assert_eq!(files.keys().filter(|name| name.ends_with("/items.toml")).count(), 23);
    bank.close().await;
}

#[actix_web::test]
async fn nothing_is_given_away_of_a_course_that_is_being_written_or_of_what_only_tests_ask() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let folder = bank.fresh.folder.path().join("curriculum");
    edition_in(&folder, "courses/T05/course.toml", |text| text.replace("status = \"complete\"", "status = \"drafting\""));
    std::fs::write(folder.join("courses/T05/answers.txt"), "T05-i20 选乙").unwrap();
    let test = SHELF.courses()[0].items.iter().find(|item| item.purpose == Use::Test && !item.is_template()).unwrap();
    let line =
        format!("[[recording]]\nfor = \"{}\"\nfile = \"b.mp3\"\nlang = \"zh-CN\"\nkind = \"synthetic\"\nseconds = 30\n", test.id);
    rewritten(&folder, "courses/T01/audio/recordings.toml", |text| format!("{text}\n{line}"));
    std::fs::write(folder.join("courses/T01/audio/b.mp3"), [&[0xFF, 0xF3, 0x38, 0xC4][..], &[8; 100_000]].concat()).unwrap();
    let shelf = Shelf::open(&Folder::new(&folder)).unwrap();
    let bank = bank.restarted_teaching(&shelf).await;
    let files = unpacked(&downloads(&bank.visitor(), &[]).await.bytes);
    assert!(!files.keys().any(|name| name.contains("T05")), "{:?}", files.keys());
    assert!(
        files.contains_key("curriculum/courses/T01/audio/a.mp3") && !files.contains_key("curriculum/courses/T01/audio/b.mp3")
    );
    let list = String::from_utf8(files["curriculum/courses/T01/audio/recordings.toml"].clone()).unwrap();
    assert!(list.contains("T01-c1/1") && !list.contains(&test.id), "{list}");
    bank.close().await;
}

#[actix_web::test]
async fn a_package_is_given_in_parts_to_who_goes_on_and_not_at_all_to_who_has_it() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let whole = downloads(&visitor, &[]).await;
    let (length, tag) = (whole.bytes.len(), whole.headers["etag"].clone());
    assert_eq!((whole.headers["accept-ranges"].as_str(), whole.headers["content-length"].parse()), ("bytes", Ok(length)));
    for (range, expected) in [
        ("bytes=0-9", 0..10),
        ("bytes=65530-65545", 65_530..65_546),
        ("bytes=100000-", 100_000..length),
        ("bytes=-7", length - 7..length),
    ] {
        let part = downloads(&visitor, &[("range", range)]).await;
        assert_eq!((part.status, part.bytes.as_slice()), (206, &whole.bytes[expected.clone()]), "{range}");
        assert_eq!(part.headers["content-range"], format!("bytes {}-{}/{length}", expected.start, expected.end - 1));
    }
    assert_eq!(downloads(&visitor, &[("range", &format!("bytes={length}-"))]).await.status, 416);
    let changed = downloads(&visitor, &[("range", "bytes=0-9"), ("if-range", "\"0\"")]).await;
    assert_eq!((changed.status, changed.bytes.len()), (200, length));
    let known = downloads(&visitor, &[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    let head = visitor.client.head(format!("{}{ZIP}", bank.url)).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["etag"].to_str().unwrap()), (200, tag.as_str()));
    bank.close().await;
}

#[actix_web::test]
async fn many_who_ask_at_once_wait_for_one_package_and_a_lost_one_is_made_again() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitors: Vec<Person> = (0..8).map(|_| bank.visitor()).collect();
    let all = futures_util::future::join_all(visitors.iter().map(|one| downloads(one, &[]))).await;
    assert!(all.iter().all(|one| one.status == 200 && one.bytes == all[0].bytes));
    std::fs::remove_dir_all(bank.fresh.folder.path().join("open")).unwrap();
    assert_eq!(downloads(&bank.visitor(), &[]).await.bytes, all[0].bytes);
    bank.close().await;
}

#[actix_web::test]
async fn the_page_about_the_package_says_what_is_in_it_under_what_terms_and_how_large_it_is() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let page = visitor.opens("/open").await;
    let megabytes = downloads(&visitor, &[]).await.bytes.len().div_ceil(100_000);
    let size = format!("{}.{}", megabytes / 10, megabytes % 10);
    for words in ["href=\"/open/curriculum.zip\"", &size, "2026.11", "CC BY 4.0", "没有考核题", "数字素养学分银行课程"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(visitor.opens("/courses").await.body.contains("href=\"/open\""));
    bank.close().await;
}

#[actix_web::test]
async fn what_others_have_made_stands_beside_its_courses_until_its_last_day() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let resource = SHELF.edition().resources.first().unwrap();
    let course = resource.courses[0];
    let link = format!("href=\"{}\"", resource.url);
    let last = Day::parse(&resource.valid_until).unwrap();
    bank.clock.turn_ms(last.start().ms() - bank.clock.now().ms());
    let page = visitor.opens(&format!("/courses/{course}")).await;
    assert!(page.body.contains(&link) && page.body.contains("延伸阅读") && page.body.contains("不计学分"), "{}", page.body);
    assert!(page.body.contains(&resource.publisher) && !page.body.contains("target="), "{}", page.body);
    let other = visitor.opens("/courses/T18").await;
    assert!(!other.body.contains("延伸阅读"), "{}", other.body);
    bank.clock.turn_ms(86_400_000);
    let page = visitor.opens(&format!("/courses/{course}")).await;
    assert!(!page.body.contains(&link) && !page.body.contains("延伸阅读"), "{}", page.body);
    bank.close().await;
}

#[actix_web::test]
async fn numbers_are_dialled_where_they_can_be_and_everything_that_is_named_says_where_it_was_read() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let page = visitor.opens("/hotlines").await;
    let edition = SHELF.edition();
    assert!(page.body.contains("号码以当地公布为准"));
    for hotline in &edition.hotlines {
        assert!(page.body.contains(&hotline.name) && page.body.contains(&hotline.note), "{}", hotline.number);
        assert_eq!(page.body.contains(&format!("href=\"tel:{}\"", hotline.number)), hotline.dial, "{}", hotline.number);
    }
    let page = visitor.opens("/sources").await;
    let named = edition.laws.iter().map(|law| (&law.name, &law.source, &law.checked));
    for (name, source, checked) in named.chain(edition.institutions.iter().map(|one| (&one.name, &one.source, &one.checked))) {
        let line = page.body.split("<li>").find(|line| line.contains(name.as_str())).unwrap_or_else(|| panic!("{name}"));
        assert!(line.contains(source.as_str()) && line.contains(checked.as_str()), "{line}");
    }
    assert!(edition.glossary.len() >= 150, "{}", edition.glossary.len());
    bank.close().await;
}
