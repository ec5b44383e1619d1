//! Each refusal, shown to happen with its file and line: the repository's own curriculum with one thing spoilt.

mod banks;
mod broken;
mod lessons;
mod lists;
mod practices;
mod recordings;
mod resources;

use std::path::Path;

use crate::curriculum::check_command;
use crate::curriculum::source::Folder;
use crate::curriculum::source::in_memory::InMemory;

const COURSE: &str = "courses/T01/course.toml";
const LESSON: &str = "courses/T01/core/1-wifi.md";
const ITEMS: &str = "courses/T01/items.toml";
const PRACTICE: &str = "courses/T01/practice.toml";

fn own() -> Folder {
    Folder::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("curriculum"))
}

/// The own curriculum with one whole course; the others are outlines, to be quick.
fn one_course() -> InMemory {
    let mut files = InMemory::copy_of(&own());
    let outlines: Vec<String> =
        files.0.keys().filter(|path| path.ends_with("/course.toml") && *path != COURSE).cloned().collect();
    for path in outlines {
        let text = files.text(&path).replace("status = \"complete\"", "status = \"drafting\"");
        files.put(&path, &text);
    }
    files
}

/// What is done to a file. Lines are named by how they begin.
enum Spoil {
    /// The first such line becomes this; the fault is expected there.
    Line(&'static str, &'static str),
    /// This is put after the first such line; the fault is expected on its last line.
    After(&'static str, &'static str),
    /// This is put at the end; the fault is expected on its n-th line.
    End(&'static str, usize),
    /// As `Line`, but the fault is expected on the first line that then begins with the third; with nothing, on line 1.
    LineAt(&'static str, &'static str, &'static str),
    /// Lines from the first such one up to the next such one are cut out; the fault is expected as with `LineAt`.
    CutAt(&'static str, &'static str, &'static str),
}

/// Spoils the file and says on which line the fault is expected.
fn spoil(text: &str, spoil: &Spoil) -> (String, usize) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let find = |lines: &[String], start: &str| {
        let at = lines.iter().position(|line| line.starts_with(start));
        at.unwrap_or_else(|| panic!("no line begins with {start}"))
    };
    let at = match spoil {
        Spoil::Line(start, new) => {
            let at = find(&lines, start);
            lines[at] = (*new).to_owned();
            at
        }
        Spoil::After(start, new) => {
            let at = find(&lines, start);
            lines.insert(at + 1, (*new).to_owned());
            at + new.lines().count()
        }
        Spoil::End(new, nth) => {
            lines.push((*new).to_owned());
            lines.len() + nth - 2
        }
        Spoil::LineAt(start, new, expected) => {
            let at = find(&lines, start);
            lines[at] = (*new).to_owned();
            let after = lines.join("\n");
            find(&after.lines().map(str::to_owned).collect::<Vec<_>>(), expected)
        }
        Spoil::CutAt(from, to, expected) => {
            let from = find(&lines, from);
            let many = find(&lines[from + 1..], to) + 1;
            lines.drain(from..from + many);
            find(&lines, expected)
        }
    };
    (lines.join("\n") + "\n", at + 1)
}

/// Each case: a file, what is done to it, and a part of the sentence that must be said of that file and line.
fn refuses(cases: &[(&str, Spoil, &str)]) {
    let base = one_course();
    assert_eq!(check_command(&base), [], "the base must pass");
    for (path, how, words) in cases {
        let mut files = base.clone();
        let (text, line) = spoil(&files.text(path), how);
        files.put(path, &text);
        let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
        let place = format!("{path}:{line}: ");
        let is_said = said.iter().any(|fault| fault.starts_with(&place) && fault.contains(words));
        assert!(is_said, "expected at {place}{words}\nbut it said:\n{}", said.join("\n"));
    }
}

#[test]
fn the_repositorys_own_curriculum_passes() {
    let faults: Vec<String> = check_command(&own()).iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_curriculum_in_the_binary_is_the_one_in_the_folder() {
    use crate::curriculum::{Embedded, digest_of_source};
    assert_eq!(digest_of_source(&Embedded), digest_of_source(&own()));
}

#[test]
fn an_edition_with_a_fault_is_not_put_up() {
    use crate::curriculum::Shelf;
    let mut files = one_course();
    assert!(Shelf::open(&files).is_ok());
    files.0.remove("laws.toml");
    assert_eq!(Shelf::open(&files).unwrap_err()[0].to_string(), "laws.toml:1: 缺这个文件。");
}

#[test]
fn files_that_are_missing_stray_or_no_text_are_refused() {
    let cases: [(&str, Option<&[u8]>, usize, &str); 11] = [
        ("manifest.toml", None, 1, "缺这个文件"),
        ("pathways/elder.toml", None, 1, "缺这个文件"),
        ("courses/T01/practice.toml", None, 1, "缺这个文件"),
        ("courses/T01/items.toml", None, 1, "缺这个文件"),
        ("courses/T01/groups/woman.md", None, 1, "缺这个文件"),
        ("notes.txt", Some(b"x"), 1, "不在该在的地方"),
        ("courses/T01/core/wifi.md", Some(b"x"), 1, "公共课的文件名"),
        ("laws.toml", Some(b"\xff"), 1, "不是 UTF-8"),
        ("laws.toml", Some(b"\n[law]\nname = 1\n"), 2, "要写成列表"),
        ("laws.toml", Some(b"\n# a\r\n"), 2, "LF"),
        ("courses/T01/core/1-wifi.md", Some(b"text\n"), 1, "+++"),
    ];
    for (path, bytes, line, words) in cases {
        let mut files = one_course();
        match bytes {
            Some(bytes) => drop(files.0.insert(path.to_owned(), bytes.to_vec())),
            None => drop(files.0.remove(path)),
        }
        let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
        let place = format!("{path}:{line}: ");
        assert!(said.iter().any(|fault| fault.starts_with(&place) && fault.contains(words)), "{place}{words}\n{said:?}");
    }
}

#[test]
fn every_fault_is_listed_not_only_the_first() {
    let mut files = one_course();
    files.put("laws.toml", &(files.text("laws.toml") + "[[law]]\nname = \"甲\"\n[[law]]\nwrong = 1\n"));
    files.put(COURSE, &files.text(COURSE).replace("hours = 4", "hours = 3"));
    assert_eq!(check_command(&files).len(), 3);
}

#[test]
fn lessons_that_are_too_few_or_not_numbered_one_after_the_other_are_refused() {
    let said = |files: &InMemory| check_command(files).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let mut files = one_course();
    files.0.remove("courses/T01/core/2-call.md");
    assert!(said(&files).contains("courses/T01/course.toml:1: 公共课要从 1 起挨着编号"));
    files.0.remove("courses/T01/core/3-big.md");
    assert!(said(&files).contains("courses/T01/course.toml:1: 公共课至少 4 课，现在 3 课"));
}

#[test]
fn a_course_that_serves_no_task_is_refused() {
    let mut files = one_course();
    files.put("courses/T77/course.toml", &files.text("courses/T05/course.toml"));
    let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
    for words in ["courses/T77/course.toml:1: 总表里没有任务 T77", "courses/T77/course.toml:1: 文件夹是 T77"] {
        assert!(said.iter().any(|fault| fault.starts_with(words)), "{words}\n{said:?}");
    }
}
