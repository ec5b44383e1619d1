//! Recordings that are missing, of another kind than they say, of nothing, twice, too long or too heavy.

use super::one_course;
use crate::curriculum::check_command;
use crate::curriculum::source::in_memory::InMemory;

const LIST: &str = "courses/T01/audio/recordings.toml";
const MP3: &[u8] = b"\xFF\xF3\x38\xC4silence";
const WAV: &[u8] = b"RIFF\x24\0\0\0WAVEfmt ";

/// Files beside the list: name and bytes.
type Files<'a> = &'a [(&'a str, &'a [u8])];

/// One line of the list.
fn entry(of: &str, file: &str, lang: &str, seconds: u32) -> String {
    format!("[[recording]]\nfor = \"{of}\"\nfile = \"{file}\"\nlang = \"{lang}\"\nkind = \"recorded\"\nseconds = {seconds}\n")
}

fn with(list: &str, files: Files<'_>) -> InMemory {
    let mut all = one_course();
    all.put(LIST, list);
    for (name, bytes) in files {
        all.0.insert(format!("courses/T01/audio/{name}"), bytes.to_vec());
    }
    all
}

fn said(list: &str, files: Files<'_>) -> Vec<String> {
    check_command(&with(list, files)).iter().map(ToString::to_string).collect()
}

#[test]
fn recordings_that_are_as_they_should_be_pass() {
    let list = entry("T01-c1/1", "a.mp3", "zh-CN", 30)
        + &entry("T01-c1/1", "b.wav", "四川话", 2)
        + &entry("T01-i01", "c.mp3", "zh-CN", 9);
    assert_eq!(said(&list, &[("a.mp3", MP3), ("b.wav", WAV), ("c.mp3", MP3)]), Vec::<String>::new());
}

#[test]
fn recordings_that_are_not_are_refused_with_their_line() {
    let heavy = [MP3, &[0; 50_000]].concat();
    let one = entry("T01-c1/1", "a.mp3", "zh-CN", 30);
    let cases: [(String, Files<'_>, usize, &str); 14] = [
        (one.clone(), &[], 3, "找不到录音 a.mp3"),
        (one.clone(), &[("a.mp3", WAV)], 3, "内容和后缀对不上"),
        (one.clone(), &[("a.mp3", b"OggS")], 3, "内容和后缀对不上"),
        (one.clone(), &[("a.mp3", b"")], 3, "内容和后缀对不上"),
        (entry("T01-c1/99", "a.mp3", "zh-CN", 30), &[("a.mp3", MP3)], 2, "没有「T01-c1/99」"),
        (entry("T01-c1/0", "a.mp3", "zh-CN", 30), &[("a.mp3", MP3)], 2, "没有「T01-c1/0」"),
        (entry("T01-i99", "a.mp3", "zh-CN", 30), &[("a.mp3", MP3)], 2, "没有「T01-i99」"),
        (entry("T19-c1/1", "a.mp3", "zh-CN", 30), &[("a.mp3", MP3)], 2, "没有「T19-c1/1」"),
        (entry("T01-c1/1", "a.mp3", "火星话", 30), &[("a.mp3", MP3)], 4, "「火星话」不在总表"),
        (entry("T01-c1/1", "a.mp3", "zh-CN", 0), &[("a.mp3", MP3)], 6, "1–180 秒"),
        (entry("T01-c1/1", "a.mp3", "zh-CN", 181), &[("a.mp3", MP3)], 6, "1–180 秒"),
        (entry("T01-c1/1", "a.mp3", "zh-CN", 1), &[("a.mp3", &heavy)], 3, "最多 40000 字节"),
        (one.clone() + &entry("T01-c1/1", "b.mp3", "zh-CN", 9), &[("a.mp3", MP3), ("b.mp3", MP3)], 8, "已经有一段"),
        (one.clone() + &entry("T01-c1/2", "a.mp3", "zh-CN", 9), &[("a.mp3", MP3)], 9, "a.mp3"),
    ];
    for (list, files, line, words) in &cases {
        let said = said(list, files);
        let place = format!("{LIST}:{line}: ");
        assert!(said.iter().any(|fault| fault.starts_with(&place) && fault.contains(words)), "{place}{words}\n{said:?}");
    }
}

#[test]
fn a_recording_that_no_line_names_is_a_stray_file() {
    let one = entry("T01-c1/1", "a.mp3", "zh-CN", 30);
    let stray = said(&one, &[("a.mp3", MP3), ("b.mp3", MP3)]);
    assert!(stray.len() == 1 && stray[0].starts_with("courses/T01/audio/b.mp3:1: "), "{stray:?}");
}

#[test]
fn a_recording_of_a_template_is_refused_since_it_would_say_other_words() {
    let mut files = with(&entry("T01-i01", "c.mp3", "zh-CN", 9), &[("c.mp3", MP3)]);
    let items = files.text("courses/T01/items.toml");
    let (head, rest) = items.split_once("stem = \"").unwrap();
    let vars = "vars = { name = { pool = \"elder\" } }\nstem = \"{name}问：";
    files.put("courses/T01/items.toml", &format!("{head}{vars}{rest}"));
    let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
    assert_eq!(said, [format!("{LIST}:2: 「T01-i01」每回的字不一样，不能配录音。")]);
}
