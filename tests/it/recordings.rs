//! 录音: sent by staff and volunteers, decoded, listened to first, published, heard by everybody, taken back.

use std::path::Path;

use credit_bank::app::runner_of;
use credit_bank::curriculum::{Embedded, Folder, Shelf, Source};
use credit_bank::db::Tx;
use credit_bank::identity::Role;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::databases::{Engine, fresh};
use crate::support::server::{Answer, Bank, Person};

pub const MP3: &[u8] = include_bytes!("sounds/tone.mp3");
pub const VORBIS: &[u8] = include_bytes!("sounds/tone-vorbis.ogg");
const OPUS: &[u8] = include_bytes!("sounds/tone-opus.ogg");
const M4A: &[u8] = include_bytes!("sounds/tone.m4a");
const SEND: &str = "/staff/recordings/read";

pub fn read_path(of: &str) -> String {
    format!("{SEND}?of={}", of.replace('/', "%2F"))
}

/// Waves of 16 bits, 16,000 a second: a tone.
fn wave(seconds: u32) -> Vec<u8> {
    let count = 16_000 * seconds;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + count * 2).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data");
    bytes.extend((count * 2).to_le_bytes());
    bytes.extend((0..count).flat_map(|at| (if at / 20 % 2 == 0 { 9_000_i16 } else { -9_000 }).to_le_bytes()));
    bytes
}

pub async fn sends(person: &Person, of: &str, lang: &str, file: Vec<u8>) -> Answer {
    let page = person.opens(&read_path(of)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    sends_from(person, &page, of, lang, "own", file).await
}

/// Sends the form of the page `shown`, its parts in the order in which the page has them.
pub async fn sends_from(person: &Person, shown: &Answer, of: &str, lang: &str, who: &str, file: Vec<u8>) -> Answer {
    let words = shown.input("words");
    person.sends_file(shown, SEND, &[("of", of), ("words", &words), ("lang", lang), ("who", who)], "any.bin", file).await
}

pub fn id_in(answer: &Answer) -> String {
    let location = answer.location.as_deref().unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    location.strip_prefix("/staff/recordings/").unwrap().to_owned()
}

/// Sends a tone as the recording of a card; its id.
pub async fn sends_tone(person: &Person, of: &str) -> String {
    id_in(&sends(person, of, "四川话", MP3.to_vec()).await)
}

pub async fn presses(person: &Person, id: &str, what: &str) -> Answer {
    let page = person.opens("/help").await;
    person.sends(&page, &format!("/staff/recordings/{id}/{what}"), &[]).await
}

/// The address of the one recording on a page.
pub async fn source_on(person: &Person, page: &str) -> Option<String> {
    let body = person.opens(page).await.body;
    body.split("<audio ").nth(1)?.split("src=\"").nth(1)?.split('"').next().map(str::to_owned)
}

async fn kept_files(bank: &Bank) -> u64 {
    entity::stored_file::Entity::find().count(bank.house.db.read()).await.unwrap()
}

fn on_disk(bank: &Bank) -> usize {
    let files = walkdir::WalkDir::new(bank.fresh.folder.path().join("files"));
    files.into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()).count()
}

crate::on_both! {
    async fn a_volunteer_sends_an_administrator_listens_and_publishes_and_everybody_hears_it(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (volunteer, _) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "330182").await;
        let visitor = bank.visitor();
        let of = "T19-c1/2";
        let page = volunteer.opens(&read_path(of)).await;
        let place = |page: &Answer, name: &str| page.body.find(&format!(" name=\"{name}\"")).unwrap_or_else(|| panic!("{name}"));
        let asked = administrator.opens(&read_path(of)).await;
        for before in ["csrf", "of", "words", "lang", "who"] {
            assert!(place(&asked, before) < place(&asked, "file"), "{before} comes before the file");
        }
        assert!(page.body.contains("您的声音会公开播放") && page.body.contains("四川话") && !page.body.contains("合成的声音"), "{}", page.body);
        assert_eq!(page.headers["permissions-policy"], "microphone=(self), camera=(), geolocation=(), payment=()");
        assert!(visitor.opens("/").await.headers["permissions-policy"].to_str().unwrap().contains("microphone=()"));

        let id = id_in(&sends(&volunteer, of, "四川话", MP3.to_vec()).await);
        // Waiting: its sender and the administrator hear it, nobody else does.
        assert_eq!(source_on(&visitor, "/courses/T19/c1/2").await, None);
        let desk = administrator.opens("/staff/recordings").await;
        assert!(desk.body.contains("等您先听") && desk.body.contains(&id), "{}", desk.body);
        assert!(volunteer.opens("/staff/recordings").await.body.contains("我送的"));
        let one = administrator.opens(&format!("/staff/recordings/{id}")).await;
        assert!(one.body.contains("周兰") && one.body.contains("四川话，录音，2\u{a0}秒") && one.body.contains("发布"), "{}", one.body);
        let own = volunteer.opens(&format!("/staff/recordings/{id}")).await;
        assert!(own.body.contains("收回我的声音") && !own.body.contains("发布</button>"), "{}", own.body);
        let (colleague, _) = bank.staff("赵强", Role::Volunteer, "330182001").await;
        for path in [format!("/staff/recordings/{id}"), format!("/staff/recordings/{id}/sound")] {
            assert_eq!(colleague.opens(&path).await.status, 404, "another volunteer of the place: {path}");
        }
        assert!(own.body.contains("接着念下一段") && own.body.contains("read?of=T19-c1%2F3"), "{}", own.body);
        let preview = administrator.client.get(format!("{}/staff/recordings/{id}/sound", bank.url)).send().await.unwrap();
        assert_eq!((preview.status().as_u16(), preview.headers()["cache-control"].to_str().unwrap()), (200, "private, no-store"));
        assert!(preview.bytes().await.unwrap() == MP3);

        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        let address = source_on(&visitor, "/courses/T19/c1/2").await.unwrap();
        assert!(visitor.opens("/courses/T19/c1/2").await.body.contains("四川话，录音，2\u{a0}秒"));
        let heard = visitor.client.get(format!("{}{address}", bank.url)).send().await.unwrap();
        assert_eq!((heard.status().as_u16(), heard.headers()["content-type"].to_str().unwrap()), (200, "audio/mpeg"));
        assert_eq!(heard.headers()["cache-control"], "private, max-age=3600", "it may be taken back");
        // It is found again from the card, by those who may go there.
        let way = format!("href=\"/staff/recordings/{id}\"");
        assert!(administrator.opens(&read_path(of)).await.body.contains(&way) && volunteer.opens(&read_path(of)).await.body.contains(&way));
        assert!(!colleague.opens(&read_path(of)).await.body.contains(&way));
        assert!(heard.bytes().await.unwrap() == MP3);
        let ask = async |range: &str| {
            let answer = visitor.client.get(format!("{}{address}", bank.url)).header("range", range).send().await.unwrap();
            (answer.status().as_u16(), answer.headers().get("content-range").map(|value| value.to_str().unwrap().to_owned()))
        };
        let whole = MP3.len();
        assert_eq!(ask("bytes=0-1").await, (206, Some(format!("bytes 0-1/{whole}"))));
        assert_eq!(ask("bytes=99999-").await, (416, Some(format!("bytes */{whole}"))));
        // Twice is once, and it stays published over a restart.
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        let bank = bank.restarted().await;
        assert_eq!(source_on(&bank.visitor(), "/courses/T19/c1/2").await, Some(address));
        bank.close().await;
    }

    async fn whoever_speaks_takes_it_back_at_any_time_and_nobody_else_publishes_it_then(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let (volunteer, _) = bank.staff("周兰", Role::Volunteer, "330182001").await;
        let (colleague, _) = bank.staff("赵强", Role::Volunteer, "330182001").await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "330182").await;
        let visitor = bank.visitor();
        let id = id_in(&sends(&volunteer, "T19-c1/2", "zh-CN", VORBIS.to_vec()).await);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        let address = source_on(&visitor, "/courses/T19/c1/2").await.unwrap();
        assert!(address.ends_with(".ogg"));
        assert_eq!(presses(&colleague, &id, "withdraw").await.status, 404, "a colleague does not even find it");
        assert_eq!(presses(&volunteer, &id, "withdraw").await.status, 303);
        assert_eq!(presses(&volunteer, &id, "withdraw").await.status, 303, "twice is once");
        assert_eq!(source_on(&visitor, "/courses/T19/c1/2").await, None);
        assert_eq!(visitor.opens(&address).await.status, 404);
        assert_eq!(administrator.opens(&format!("/staff/recordings/{id}/sound")).await.status, 404);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 409);
        // The same sound sent by somebody else stays taken back; by its speaker it waits anew.
        let again = sends(&administrator, "T19-c1/2", "zh-CN", VORBIS.to_vec()).await;
        assert!(again.status == 409 && again.body.contains("收回了"), "{} {}", again.status, again.body);
        assert_eq!(id_in(&sends(&volunteer, "T19-c1/2", "zh-CN", VORBIS.to_vec()).await), id);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        // Put away by the administrator, and published again by the administrator.
        assert_eq!(presses(&administrator, &id, "withdraw").await.status, 303);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        assert_eq!(source_on(&visitor, "/courses/T19/c1/2").await, Some(address));
        bank.close().await;
    }

    async fn the_same_sound_is_one_recording_and_another_takes_the_place_of_the_one_before(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
        let first = id_in(&sends(&administrator, "T19-c1/3", "zh-CN", MP3.to_vec()).await);
        assert_eq!(id_in(&sends(&administrator, "T19-c1/3", "zh-CN", MP3.to_vec()).await), first);
        assert_eq!((kept_files(&bank).await, on_disk(&bank)), (1, 1));
        let second = id_in(&sends(&administrator, "T19-c1/3", "zh-CN", M4A.to_vec()).await);
        let dialect = id_in(&sends(&administrator, "T19-c1/3", "粤语", OPUS.to_vec()).await);
        for id in [&first, &second, &dialect] {
            assert_eq!(presses(&administrator, id, "publish").await.status, 303);
        }
        let body = bank.visitor().opens("/courses/T19/c1/3").await.body;
        assert_eq!(body.matches("<audio").count(), 2, "one voice in each language");
        assert!(body.contains(".m4a") && body.contains(".ogg") && !body.contains(".mp3"), "{body}");
        assert!(administrator.opens(&format!("/staff/recordings/{first}")).await.body.contains("换成了别的一段"));
        bank.close().await;
    }

    async fn what_nothing_uses_is_gone_a_day_later_and_what_is_used_stays(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
        let kept = id_in(&sends(&administrator, "T19-c1/3", "zh-CN", MP3.to_vec()).await);
        let gone = id_in(&sends(&administrator, "T19-c1/4", "zh-CN", VORBIS.to_vec()).await);
        // Written before a commit that never came.
        bank.house.files.put(b"orphan".to_vec(), bank.clock.now()).await.unwrap();
        assert_eq!(presses(&administrator, &gone, "withdraw").await.status, 303);
        let sweep = async || credit_bank::files::sweep(&bank.house.db, &bank.house.files).await.unwrap();
        sweep().await;
        assert_eq!((kept_files(&bank).await, on_disk(&bank)), (2, 3), "there is a day to take it up again");
        bank.clock.turn_ms(25 * 3_600_000);
        sweep().await;
        sweep().await;
        assert_eq!((kept_files(&bank).await, on_disk(&bank)), (1, 1));
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
        assert_eq!(presses(&administrator, &kept, "publish").await.status, 303);
        let late = presses(&administrator, &gone, "publish").await;
        assert!(late.status == 409 && late.body.contains("已经删了"), "{} {}", late.status, late.body);
        // A file that was damaged is found by the night's audit, and is not served.
        let file = entity::stored_file::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
        let hex = hex::encode(file.digest);
        std::fs::write(bank.fresh.folder.path().join("files").join(&hex[..2]).join(&hex[2..]), b"x").unwrap();
        let audit = credit_bank::files::audit(&bank.house.db, &bank.house.files).await.unwrap();
        assert_eq!((audit.whole, audit.lost.len()), (0, 1));
        bank.close().await;
    }

    async fn the_nights_jobs_sweep_the_files_and_read_them_all_and_readyz_tells_of_one_that_is_missing(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
        id_in(&sends(&administrator, "T19-c1/3", "zh-CN", MP3.to_vec()).await);
        let gone = id_in(&sends(&administrator, "T19-c1/4", "zh-CN", VORBIS.to_vec()).await);
        assert_eq!(presses(&administrator, &gone, "withdraw").await.status, 303);
        bank.clock.turn_ms(25 * 3_600_000);
        let night = async |kind: &'static str| {
            let asks = async move |tx: &Tx| Ok::<_, credit_bank::db::DbFault>(credit_bank::jobs::schedule(tx, kind, kind, tx.now, &serde_json::Value::Null).await?);
            bank.fresh.db.write(asks).await.unwrap();
            runner_of(&bank.house).run_due().await.unwrap();
        };
        night("house.upkeep").await;
        assert_eq!((kept_files(&bank).await, on_disk(&bank)), (1, 1));
        night("house.audit").await;
        assert!(!bank.visitor().opens("/readyz").await.body.contains("files"));
        let file = entity::stored_file::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
        let digest = credit_bank::kernel::Digest::from_slice(&file.digest).unwrap();
        bank.house.files.store().remove(&digest, bank.clock.now()).unwrap();
        bank.clock.turn_ms(25 * 3_600_000);
        night("house.audit").await;
        let ready = bank.visitor().opens("/readyz").await;
        assert!(ready.status == 200 && ready.body.contains("files 1 missing or damaged"), "{}", ready.body);
        bank.close().await;
    }

    async fn who_leaves_takes_their_voice_along(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (volunteer, learner) = bank.staff("周兰", Role::Volunteer, "").await;
        let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
        let id = id_in(&sends(&volunteer, "T19-c1/2", "zh-CN", MP3.to_vec()).await);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        let address = source_on(&bank.visitor(), "/courses/T19/c1/2").await.unwrap();
        let kept = credit_bank::me::export(bank.house.db.read(), &bank.house.keys, learner, bank.clock.now()).await.unwrap();
        assert_eq!((kept["recordings"][0]["reads"].as_str(), kept["recordings"][0]["state"].as_str()), (Some("T19-c1/2"), Some("shown")));
        bank.fresh.db.write(async move |tx| credit_bank::recordings::forget(tx, learner).await).await.unwrap();
        // Another process learns of it within seconds.
        bank.clock.turn_ms((credit_bank::recordings::FRESH_SECONDS + 1) * 1_000);
        assert_eq!(source_on(&bank.visitor(), "/courses/T19/c1/2").await, None);
        assert_eq!(bank.visitor().opens(&address).await.status, 404);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 409);
        bank.close().await;
    }
}

#[actix_web::test]
async fn what_is_no_recording_is_refused_in_plain_words_and_the_form_is_kept() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
    let text = "这不是录音。".repeat(300).into_bytes();
    let cases = [
        (text, "不是录音"),
        (MP3[..MP3.len() * 2 / 3].to_vec(), "不完整"),
        (VORBIS[..VORBIS.len() - 1].to_vec(), "不完整"),
        (Vec::new(), "还没有录音"),
        (MP3.repeat(100), "超过 3 分钟"),
        (vec![7; 6 * 1024 * 1024], "超过 5 兆"),
    ];
    for (file, words) in cases {
        let answer = sends(&administrator, "T19-c1/2", "粤语", file).await;
        assert_eq!(answer.status, 422, "{words}: {}", answer.body);
        assert!(answer.body.contains(words) && answer.body.contains("错误："), "{words}: {}", answer.body);
        assert!(answer.body.contains("<option value=\"粤语\" selected>"), "the form is kept: {}", answer.body);
    }
    let page = administrator.opens(&read_path("T19-c1/2")).await;
    let answer = sends_from(&administrator, &page, "T19-c1/2", "火星话", "nobody", MP3.to_vec()).await;
    assert!(
        answer.status == 422 && answer.body.contains("请选说的是什么话") && answer.body.contains("请选是谁念的"),
        "{}",
        answer.body
    );
    for nothing in ["T19-c1/99", "T99-c1/1", "", "../secret"] {
        let answer =
            administrator.sends_file(&page, SEND, &[("of", nothing), ("lang", "zh-CN"), ("who", "own")], "a", MP3.to_vec()).await;
        assert_eq!(answer.status, 404, "{nothing}");
    }
    assert_eq!((kept_files(&bank).await, on_disk(&bank)), (0, 0), "nothing of it is kept");
    bank.close().await;
}

#[actix_web::test]
async fn what_was_read_from_a_page_that_says_other_words_now_is_not_taken() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
    let shown = administrator.opens(&read_path("T19-c1/3")).await;
    let late = sends_from(&administrator, &shown, "T19-c1/2", "粤语", "own", MP3.to_vec()).await;
    assert!(
        late.status == 422 && late.body.contains("文字改过了") && late.body.contains("<option value=\"粤语\" selected>"),
        "{}",
        late.body
    );
    assert_eq!(on_disk(&bank), 0);
    let again = sends_from(&administrator, &late, "T19-c1/2", "粤语", "own", MP3.to_vec()).await;
    assert_eq!(again.status, 303, "the page that came back has the new words");
    bank.close().await;
}

#[actix_web::test]
async fn what_one_has_sent_stands_on_the_desk_page_by_page() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
    let id = id_in(&sends(&administrator, "T19-c1/2", "zh-CN", MP3.to_vec()).await);
    let row = entity::recording::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
    let copies = move |tx: &Tx| {
        let copy = |n: i64| {
            let id = uuid::Uuid::from_u128(u128::try_from(n).unwrap());
            let row = entity::recording::Model {
                id,
                reads: format!("T19-c9/{n}"),
                sent_at_ms: tx.now.ms() + n,
                state: "withdrawn".to_owned(),
                ..row.clone()
            };
            sea_orm::ActiveModelTrait::reset_all(sea_orm::IntoActiveModel::into_active_model(row))
        };
        entity::recording::Entity::insert_many((1..=100).map(copy))
    };
    bank.fresh
        .db
        .write(async move |tx: &Tx| Ok::<_, credit_bank::db::DbFault>(copies(tx).exec_without_returning(tx).await.map(|_| ())?))
        .await
        .unwrap();
    let first = administrator.opens("/staff/recordings").await.body;
    let own = first.split("我送的").nth(1).unwrap();
    assert!(!own.contains(&id) && own.contains("/staff/recordings?page=2"), "{own}");
    let second = administrator.opens("/staff/recordings?page=2").await.body;
    assert!(second.split("我送的").nth(1).unwrap().contains(&id));
    // One whose card is in no course any more: nothing to read again.
    let gone = administrator.opens(&format!("/staff/recordings/{}", uuid::Uuid::from_u128(7))).await;
    assert!(
        gone.status == 200 && gone.body.contains("已经没有了") && !gone.body.contains("/staff/recordings/read"),
        "{}",
        gone.body
    );
    bank.close().await;
}

#[actix_web::test]
async fn fifty_megabytes_are_refused_without_being_read_to_their_end() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
    let answer = sends(&administrator, "T19-c1/2", "zh-CN", vec![7; 50 * 1024 * 1024]).await;
    assert!(answer.status == 422 && answer.body.contains("超过 5 兆"), "{}", answer.body);
    // The bank goes on, and so does the same browser.
    assert_eq!(administrator.opens("/staff/recordings").await.status, 200);
    bank.close().await;
}

#[actix_web::test]
async fn a_form_with_a_file_needs_its_token_before_the_file() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
    let page = administrator.opens(&read_path("T19-c1/2")).await;
    let fields = |form: reqwest::multipart::Form| form.text("of", "T19-c1/2").text("lang", "zh-CN").text("who", "own");
    let file = || reqwest::multipart::Part::bytes(MP3).file_name("a.mp3");
    let without = fields(reqwest::multipart::Form::new()).part("file", file());
    let strange = fields(reqwest::multipart::Form::new().text("csrf", "0".repeat(page.input("csrf").len()))).part("file", file());
    let behind = fields(reqwest::multipart::Form::new()).part("file", file()).text("csrf", page.input("csrf"));
    for form in [without, strange, behind] {
        assert_eq!(administrator.sends_parts(SEND, form).await.status, 403);
    }
    let bare = reqwest::multipart::Form::new().text("csrf", page.input("csrf"));
    assert_eq!(administrator.sends_parts("/staff/organisations/add", bare).await.status, 400, "other forms take no files");
    let (volunteer, _) = bank.staff("周兰", Role::Analyst, "").await;
    let form = fields(reqwest::multipart::Form::new()).part("file", file());
    assert_eq!(volunteer.sends_parts(SEND, form).await.status, 403);
    bank.close().await;
}

#[actix_web::test]
async fn waves_are_packed_before_they_are_kept_and_a_question_is_read_too() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (administrator, _) = bank.staff("李敏", Role::Administrator, "").await;
    let page = administrator.opens(&read_path("T01-i01")).await;
    let id = id_in(&sends_from(&administrator, &page, "T01-i01", "zh-CN", "machine", wave(20)).await);
    assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
    let quiz = bank.visitor().opens("/courses/T01/c1/quiz/1").await;
    assert!(quiz.body.contains("普通话，合成的声音，20\u{a0}秒"), "{}", quiz.body);
    let address = source_on(&bank.visitor(), "/courses/T01/c1/quiz/1").await.unwrap();
    let heard = bank.visitor().client.get(format!("{}{address}", bank.url)).send().await.unwrap();
    assert_eq!(heard.headers()["content-type"], "audio/wav");
    let length = heard.bytes().await.unwrap().len();
    assert!((300_000..330_000).contains(&length), "{length}");
    for page in ["/staff/recordings/courses/T01", "/staff/recordings/courses/T01/c1", "/staff/recordings/courses/T01/questions"] {
        assert_eq!(administrator.opens(page).await.status, 200, "{page}");
    }
    assert!(administrator.opens("/staff/recordings/courses/T01/questions").await.body.contains("合成的声音"));
    assert_eq!(administrator.opens("/staff/recordings/courses/T01/c99").await.status, 404);
    bank.close().await;
}

/// The own edition in a folder, with one word of one card changed.
fn changed(folder: &Path) -> Shelf {
    for path in Embedded.paths() {
        let target = folder.join(&path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, Embedded.bytes(&path).unwrap()).unwrap();
    }
    let shelf = Shelf::open(&Embedded).unwrap();
    let title = &shelf.lesson("T19-c1").unwrap().cards[1].title;
    let core = std::fs::read_dir(folder.join("courses/T19/core")).unwrap().map(|file| file.unwrap().path());
    let file = core.min().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let count = text.matches(title.as_str()).count();
    assert!(count >= 1, "{title} in {file:?}");
    std::fs::write(&file, text.replacen(title.as_str(), &format!("{title}了"), 1)).unwrap();
    Shelf::open(&Folder::new(folder)).unwrap()
}

#[actix_web::test]
async fn once_an_edition_says_it_otherwise_the_recording_is_not_played_and_the_desk_says_so() {
    let bank = Bank::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (administrator, learner) = bank.staff("李敏", Role::Administrator, "").await;
    let mut ids = Vec::new();
    for of in ["T19-c1/2", "T19-c1/3"] {
        let id = id_in(&sends(&administrator, of, "zh-CN", MP3.to_vec()).await);
        assert_eq!(presses(&administrator, &id, "publish").await.status, 303);
        ids.push(id);
    }
    let folder = bank.fresh.folder.path().join("curriculum");
    let shelf = changed(&folder);
    let bank = bank.restarted_teaching(&shelf).await;
    let visitor = bank.visitor();
    assert_eq!(source_on(&visitor, "/courses/T19/c1/2").await, None, "its words have changed");
    assert!(source_on(&visitor, "/courses/T19/c1/3").await.is_some(), "its words are the same");
    let administrator = bank.signed_in(learner, credit_bank::identity::Assurance::PasswordTotp).await;
    let desk = administrator.opens("/staff/recordings").await.body;
    let changed = desk.split("文字改过了，要重录").nth(1).unwrap().split("我送的").next().unwrap();
    assert!(changed.contains(&ids[0]) && !changed.contains(&ids[1]), "{changed}");
    let one = administrator.opens(&format!("/staff/recordings/{}", ids[0])).await.body;
    assert!(one.contains("没有在放") && !one.contains("大家在听") && one.contains("照新的文字录"), "{one}");
    assert_eq!(presses(&administrator, &ids[0], "withdraw").await.status, 303);
    // A second form on another tab still shows the button: it says why it cannot be.
    let page = administrator.opens("/help").await;
    let late = administrator.sends(&page, &format!("/staff/recordings/{}/publish", ids[0]), &[]).await;
    assert!(late.status == 409 && late.body.contains("文字改过了"), "{}", late.body);
    bank.close().await;
}
