//! 念给我听: recordings out of a curriculum folder, on cards and questions, whole and in parts. The sounds are made here.

use std::path::Path;

use credit_bank::curriculum::{Embedded, Folder, Shelf, Source};

use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::server::{Bank, Person};

/// A second of silence: 8,000 samples of 8 bits, one channel.
fn wav(samples: u32) -> Vec<u8> {
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + samples).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend([1, 0, 1, 0]);
    bytes.extend(8_000_u32.to_le_bytes());
    bytes.extend(8_000_u32.to_le_bytes());
    bytes.extend([1, 0, 8, 0]);
    bytes.extend(b"data");
    bytes.extend(samples.to_le_bytes());
    bytes.extend((0..samples).map(|n| 128 + u8::try_from(n % 3).unwrap()));
    bytes
}

/// One frame of MPEG-2 layer III, 24 kbit/s at 16 kHz: a header and nothing to hear.
fn mp3() -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xF3, 0x38, 0xC4];
    bytes.resize(108, 0);
    bytes
}

const LIST: &str = r#"
[[recording]]
for = "T01-c1/2"
file = "c1-2-sichuan.wav"
lang = "四川话"
kind = "recorded"
seconds = 1

[[recording]]
for = "T01-c1/2"
file = "c1-2.mp3"
lang = "zh-CN"
kind = "synthetic"
seconds = 1

[[recording]]
for = "T01-i01"
file = "i01.wav"
lang = "zh-CN"
kind = "recorded"
seconds = 1
"#;

/// The own edition in a folder, with recordings of one card and one question of T01.
fn read_aloud(folder: &Path) -> Shelf {
    for path in Embedded.paths() {
        let target = folder.join(&path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, Embedded.bytes(&path).unwrap()).unwrap();
    }
    let audio = folder.join("courses/T01/audio");
    std::fs::create_dir_all(&audio).unwrap();
    std::fs::write(audio.join("recordings.toml"), LIST).unwrap();
    std::fs::write(audio.join("c1-2-sichuan.wav"), wav(8_000)).unwrap();
    std::fs::write(audio.join("c1-2.mp3"), mp3()).unwrap();
    std::fs::write(audio.join("i01.wav"), wav(4_000)).unwrap();
    Shelf::open(&Folder::new(folder)).unwrap()
}

async fn open() -> (Bank, std::path::PathBuf) {
    let fresh: Fresh = fresh(Engine::Sqlite).await.unwrap();
    let folder = fresh.folder.path().join("curriculum");
    let shelf = read_aloud(&folder);
    (Bank::teaching(fresh, &shelf).await, folder)
}

/// The addresses of the recordings on a page, in order.
async fn sources(person: &Person, page: &str) -> Vec<String> {
    let body = person.opens(page).await.body;
    body.split("<audio ").skip(1).map(|tag| tag.split("src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_card_and_a_question_that_were_read_offer_it_and_no_other_page_says_a_word_of_it() {
    let (bank, _) = open().await;
    let visitor = bank.visitor();
    let card = visitor.opens("/courses/T01/c1/2").await;
    for words in ["<audio controls preload=\"none\"", "念给我听", "普通话，合成的声音", "四川话，录音", "/static/listen."]
    {
        assert!(card.body.contains(words), "{words}: {}", card.body);
    }
    let (mandarin, dialect) = (card.body.find("普通话").unwrap(), card.body.find("四川话").unwrap());
    assert!(mandarin < dialect, "standard Chinese comes first");
    assert!(card.body.contains("data-listen hidden"), "without a script there is no button that does nothing");
    assert_eq!(sources(&visitor, "/courses/T01/c1/quiz/1").await.len(), 1, "the question of the quiz");
    for page in ["/courses/T01/c1/1", "/courses/T19/c1/1", "/courses/T01/c1/quiz/2"] {
        let other = visitor.opens(page).await;
        assert!(!other.body.contains("<audio") && !other.body.contains("念给我听") && !other.body.contains("listen."), "{page}");
    }
    bank.close().await;
}

#[actix_web::test]
async fn a_recording_is_served_whole_and_in_parts_under_a_name_that_never_changes() {
    let (bank, _) = open().await;
    let visitor = bank.visitor();
    let address = sources(&visitor, "/courses/T01/c1/2").await.remove(1);
    let asks = async |range: Option<&str>, if_range: Option<&str>| {
        let mut request = visitor.client.get(format!("{}{address}", bank.url));
        for (name, value) in [("range", range), ("if-range", if_range)] {
            request = value.into_iter().fold(request, |request, value| request.header(name, value));
        }
        let answer = request.send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (status, range) = (answer.status().as_u16(), header("content-range"));
        let tag = header("etag").unwrap();
        assert_eq!(header("cache-control").as_deref(), Some("public, max-age=31536000, immutable"));
        assert_eq!((header("accept-ranges").as_deref(), header("content-type").as_deref()), (Some("bytes"), Some("audio/wav")));
        (status, range, answer.bytes().await.unwrap().to_vec(), tag)
    };
    let whole = wav(8_000);
    let (status, range, body, tag) = asks(None, None).await;
    assert!((status, range) == (200, None) && body == whole);
    let cases = [
        ("bytes=0-1", 206, Some("bytes 0-1/8044"), &whole[0..2]),
        ("bytes=8000-", 206, Some("bytes 8000-8043/8044"), &whole[8000..]),
        ("bytes=-4", 206, Some("bytes 8040-8043/8044"), &whole[8040..]),
        ("bytes=8040-99999", 206, Some("bytes 8040-8043/8044"), &whole[8040..]),
        ("bytes=9000-", 416, Some("bytes */8044"), &whole[..0]),
        ("bytes=0-1,4-5", 200, None, &whole[..]),
        ("pages=1", 200, None, &whole[..]),
        ("bytes=x", 200, None, &whole[..]),
    ];
    for (asked, status, range, part) in cases {
        let (is, in_range, body, _) = asks(Some(asked), None).await;
        assert_eq!((is, in_range.as_deref()), (status, range), "{asked}");
        assert_eq!(body, part, "{asked}");
    }
    assert_eq!(asks(Some("bytes=0-1"), Some(&tag)).await.0, 206);
    assert_eq!(asks(Some("bytes=0-1"), Some("\"another\"")).await.0, 200);
    for nothing in ["/audio/x", "/audio/00000000000000000000000000000000.mp3", "/audio/..%2Fmanifest.toml"] {
        assert_eq!(visitor.opens(nothing).await.status, 404, "{nothing}");
    }
    bank.close().await;
}

#[actix_web::test]
async fn a_file_that_was_changed_under_a_running_bank_is_not_served_under_the_old_name() {
    let (bank, folder) = open().await;
    let visitor = bank.visitor();
    let address = sources(&visitor, "/courses/T01/c1/2").await.remove(1);
    assert_eq!(visitor.client.get(format!("{}{address}", bank.url)).send().await.unwrap().status(), 200);
    std::fs::write(folder.join("courses/T01/audio/c1-2-sichuan.wav"), wav(5_000)).unwrap();
    assert_eq!(visitor.opens(&address).await.status, 404);
    bank.close().await;
}

#[actix_web::test]
async fn a_question_of_a_test_is_read_aloud_too() {
    let (bank, folder) = open().await;
    let (wang, learner) = bank.learner("王桂英", 1, None).await;
    let page = wang.opens("/courses/T01/test").await;
    let test = wang.sends(&page, "/courses/T01/test", &[]).await.location.unwrap();
    let attempt = test.trim_start_matches("/tests/").parse().unwrap();
    let sheet = credit_bank::assessment::get_sheet(bank.house.db.read(), learner, attempt).await.unwrap();
    let shelf = Shelf::open(&Folder::new(&folder)).unwrap();
    // A template says other words each time and is not read aloud.
    let is_plain = |position: &usize| !shelf.item(sheet.attempt.item_at(*position).unwrap()).unwrap().is_template();
    let position = (1..=sheet.attempt.items.len()).find(is_plain).unwrap();
    let other = if position == 1 { 2 } else { 1 };
    let asked = shelf.item(sheet.attempt.item_at(position).unwrap()).unwrap().id.clone();
    // The same bank with that very question read aloud.
    let list = LIST.replace("\"T01-i01\"", &format!("\"{asked}\""));
    std::fs::write(folder.join("courses/T01/audio/recordings.toml"), list).unwrap();
    let shelf = Shelf::open(&Folder::new(&folder)).unwrap();
    let bank = bank.restarted_teaching(&shelf).await;
    let wang = bank.signed_in(learner, credit_bank::identity::Assurance::Sms).await;
    let question = wang.opens(&format!("{test}/{position}")).await;
    assert!(question.body.contains("<audio controls") && question.body.contains("念给我听"), "{}", question.body);
    assert!(!wang.opens(&format!("{test}/{other}")).await.body.contains("<audio"));
    bank.close().await;
}
