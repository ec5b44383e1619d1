//! An author's preview: pages follow the files, faults stand on them while the last good ones stay, and nothing of it is left.

use std::path::Path;
use std::process::Command;

use crate::support::binary::{Served, bare, serve};
use crate::support::editions::{rewritten, written_to};
use crate::support::server::Person;

const LESSON: &str = "courses/T19/core/1-verify.md";

struct Previewed {
    served: Served,
    author: Person,
    seen: String,
}

impl Previewed {
    async fn of(place: &Path) -> Self {
        let mut command = bare(place);
        // What a bank on the same machine is set to makes no difference.
        command.env("CREDIT_BANK_LISTEN", "0.0.0.0:1").env("TMPDIR", place.join("tmp"));
        command.args(["curriculum", "preview", "curriculum", "--port", "0"]);
        let served = serve(command);
        let url = served.url.trim_end_matches("/preview").to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        let author = Person::with(&url, Default::default());
        let seen = author.opens("/preview/changes").await.body;
        Self { served, author, seen }
    }

    /// Waits, as a page does, until the files have been read again.
    async fn changes(&mut self) {
        let now = loop {
            let now = self.author.opens(&format!("/preview/changes?seen={}", self.seen)).await.body;
            if now != self.seen {
                break now;
            }
        };
        self.seen = now;
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.author.opens(path).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }

    fn ends(mut self) {
        assert!(Command::new("kill").arg(self.served.child.id().to_string()).status().unwrap().success());
        assert!(self.served.child.wait().unwrap().success());
    }
}

fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    written_to(&place.path().join("curriculum"));
    std::fs::create_dir(place.path().join("tmp")).unwrap();
    place
}

#[actix_web::test]
async fn a_page_follows_its_file_and_keeps_its_last_good_form_beside_what_is_wrong() {
    let place = place();
    let folder = place.path().join("curriculum");
    let mut preview = Previewed::of(place.path()).await;
    let card = "/courses/T19/c1/1";
    let page = preview.page(card).await;
    assert!(page.contains("很像孙子的声音") && page.contains("/static/preview.") && !page.contains("preview-faults"), "{page}");

    rewritten(&folder, LESSON, |text| text.replacen("很像孙子的声音", "很像外孙的声音", 1));
    preview.changes().await;
    assert!(preview.page(card).await.contains("很像外孙的声音"));

    rewritten(&folder, LESSON, |text| text.replacen("很像外孙的声音", "很像孙女的声音", 1).replacen("minutes =", "minuten =", 1));
    preview.changes().await;
    let page = preview.page(card).await;
    assert!(page.contains("很像外孙的声音") && page.contains("role=\"alert\""), "{page}");
    assert!(page.contains(&format!("{LESSON}:5")) && page.contains("不认识「minuten」"), "{page}");
    assert!(preview.page("/preview").await.contains("不认识「minuten」"));

    rewritten(&folder, LESSON, |text| text.replacen("minuten =", "minutes =", 1));
    preview.changes().await;
    let page = preview.page(card).await;
    assert!(page.contains("很像孙女的声音") && !page.contains("preview-faults"), "{page}");
    preview.ends();
    assert_eq!(std::fs::read_dir(place.path().join("tmp")).unwrap().count(), 0, "nothing of it stays");
}

#[actix_web::test]
async fn an_author_sees_all_courses_the_right_answers_and_drafts_as_far_as_they_go() {
    let place = place();
    let folder = place.path().join("curriculum");
    let mut preview = Previewed::of(place.path()).await;
    let start = preview.page("/preview").await;
    for way in ["/courses/T01/c1\"", "/courses/T23/veteran\"", "/courses/T19/practice\"", "/preview/T19/items\""] {
        assert!(start.contains(way), "{way} {start}");
    }
    let items = preview.page("/preview/T19/items").await;
    assert!(items.contains("<b>挂断，用通讯录里的号码打给她</b>") && items.contains("只供考核"), "{items}");
    let item = preview.page("/preview/T19/items/T19-i01").await;
    assert!(item.contains("挂断，用通讯录里的号码打给她") && item.contains("正确答案"), "{item}");
    let again = preview
        .author
        .sends(&preview.author.opens("/preview/T19/items/T19-i01").await, "/preview/T19/items/T19-i01", &[("q", "1")])
        .await;
    assert_eq!(again.location.as_deref(), Some("/preview/T19/items/T19-i01"));
    assert_eq!(preview.author.opens("/preview/T19/items/T19-i99").await.status, 404);

    // A draft of which half is missing.
    std::fs::remove_file(folder.join("courses/T19/practice.toml")).unwrap();
    std::fs::remove_file(folder.join("courses/T19/core/2-names.md")).unwrap();
    rewritten(&folder, "courses/T19/course.toml", |text| text.replacen("status = \"complete\"", "status = \"drafting\"", 1));
    preview.changes().await;
    assert_eq!(preview.author.opens("/courses/T19/c1/1").await.status, 200, "what is there is shown");
    let start = preview.page("/preview").await;
    assert!(start.contains("courses/T19/practice.toml:1") && start.contains("编写中"), "{start}");
    assert!(!preview.page("/").await.contains("preview-faults"), "a draft is no fault");
    preview.ends();
}

#[actix_web::test]
async fn a_preview_answers_no_page_from_elsewhere_and_ends_with_its_terminal() {
    let place = place();
    let mut previewed = Previewed::of(place.path()).await;
    let path = format!("{}/preview/T19/items", previewed.author.url);
    for (host, status) in
        [("localhost:8090", 200), ("127.0.0.1", 200), ("evil.example:8090", 404), ("127.0.0.1.evil.example", 404)]
    {
        let answer = previewed.author.client.get(&path).header("host", host).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{host}");
    }
    let id = previewed.served.child.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    assert!(previewed.served.child.wait().unwrap().success());
    assert_eq!(std::fs::read_dir(place.path().join("tmp")).unwrap().count(), 0, "nothing stays");
}

#[actix_web::test]
async fn a_preview_of_a_folder_that_is_not_sound_yet_shows_what_is_wrong_from_the_beginning() {
    let place = place();
    std::fs::remove_file(place.path().join("curriculum/laws.toml")).unwrap();
    let preview = Previewed::of(place.path()).await;
    let page = preview.page("/courses").await;
    assert!(page.contains("laws.toml:1") && page.contains("下面是程序自带的课程"), "{page}");
    preview.ends();
    let mut command = bare(place.path());
    let nowhere = command.args(["curriculum", "preview", "nowhere"]).output().unwrap();
    assert!(!nowhere.status.success() && String::from_utf8_lossy(&nowhere.stderr).contains("没有这个文件夹"));
}
