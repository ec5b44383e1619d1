//! Starting on a folder with faults: the last good edition is shown; where there is none, nothing is.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::binary::{Served, bare, serve};
use crate::support::editions::{rewritten, versioned, written_to};
use crate::support::server::Person;

fn over(folder: &Path) -> Command {
    let mut command = bare(folder);
    command.env("CREDIT_BANK_CURRICULUM_DIR", folder.join("curriculum"));
    command
}

/// Starts, asks for these pages, and ends.
async fn asked(folder: &Path, paths: &[&str]) -> Vec<(u16, String)> {
    let Served { mut child, url, .. } = serve(over(folder));
    let visitor = Person::with(&url, Default::default());
    let mut answers = Vec::new();
    for path in paths {
        let answer = visitor.opens(path).await;
        answers.push((answer.status, answer.body));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    answers
}

const LESSON: &str = "courses/T19/core/1-verify.md";

#[actix_web::test]
async fn a_bank_that_starts_on_a_faulty_folder_shows_the_last_good_edition_and_shouts() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("curriculum");
    written_to(&folder);
    versioned(&folder, "2027.03");
    rewritten(&folder, LESSON, |text| text.replacen("一个很像孙子的声音", "一个很像外孙的声音", 1));
    let sound = asked(place.path(), &["/courses/T19/c1/1", "/readyz"]).await;
    assert!(sound[0].1.contains("很像外孙的声音") && !sound[1].1.contains("curriculum"), "{sound:?}");

    rewritten(&folder, LESSON, |text| text.replacen("很像外孙的声音", "<b>很像孙女的声音", 1).replacen("minutes", "minuten", 1));
    let faulty = asked(place.path(), &["/courses/T19/c1/1", "/readyz", "/open"]).await;
    assert!(faulty[0].0 == 200 && faulty[0].1.contains("很像外孙的声音"), "{faulty:?}");
    let size = faulty[2].1.split(" 兆").next().and_then(|before| before.rsplit(['>', ' ', '\u{a0}']).next()?.parse::<f64>().ok());
    assert!(faulty[2].0 == 200 && size.is_some_and(|megabytes| megabytes > 0.5), "all of it is given away: {}", faulty[2].1);
    assert!(faulty[1].0 == 200 && faulty[1].1.contains("the last good edition is up"), "{faulty:?}");

    // Another content under the same version is refused in the same way.
    rewritten(&folder, LESSON, |text| text.replacen("<b>很像孙女的声音", "很像孙女的声音", 1).replacen("minuten", "minutes", 1));
    let same_version = asked(place.path(), &["/courses/T19/c1/1"]).await;
    assert!(same_version[0].1.contains("很像外孙的声音"), "{same_version:?}");
    versioned(&folder, "2027.04");
    let mended = asked(place.path(), &["/courses/T19/c1/1"]).await;
    assert!(mended[0].1.contains("很像孙女的声音"), "{mended:?}");

    // A copy that somebody has altered is none.
    rewritten(&folder, LESSON, |text| text.replacen("minutes", "minuten", 1));
    let copy = place.path().join("data/curriculum-good.json");
    let text = std::fs::read_to_string(&copy).unwrap();
    std::fs::write(&copy, text.replacen("很像孙女", "很像邻居", 1)).unwrap();
    let refused = over(place.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains(&format!("{LESSON}:")), "{said}");
}

#[actix_web::test]
async fn recordings_come_to_the_edition_that_was_up_before_without_another_version() {
    let place = tempfile::tempdir().unwrap();
    let mut command = bare(place.path());
    command.env_remove("CREDIT_BANK_CURRICULUM_DIR");
    let Served { mut child, url, .. } = serve(command);
    assert_eq!(Person::with(&url, Default::default()).opens("/").await.status, 200);
    child.kill().unwrap();
    child.wait().unwrap();
    let folder = place.path().join("curriculum");
    written_to(&folder);
    let audio = folder.join("courses/T19/audio");
    std::fs::create_dir_all(&audio).unwrap();
    let list = "[[recording]]\nfor = \"T19-c1/1\"\nfile = \"a.mp3\"\nlang = \"zh-CN\"\nkind = \"synthetic\"\nseconds = 30\n";
    std::fs::write(audio.join("recordings.toml"), list).unwrap();
    std::fs::write(audio.join("a.mp3"), [&[0xFF, 0xF3, 0x38, 0xC4][..], &[7; 100_000]].concat()).unwrap();
    let heard = asked(place.path(), &["/courses/T19/c1/1", "/readyz"]).await;
    assert!(heard[0].0 == 200 && heard[0].1.contains("<audio") && !heard[1].1.contains("curriculum"), "{heard:?}");
}

#[test]
fn a_bank_whose_folder_was_never_sound_does_not_start_and_lists_every_fault() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("curriculum");
    written_to(&folder);
    rewritten(&folder, LESSON, |text| text.replacen("minutes", "minuten", 1));
    std::fs::remove_file(folder.join("laws.toml")).unwrap();
    let refused = over(place.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("laws.toml:1: 缺这个文件") && said.contains(LESSON), "{said}");
}
