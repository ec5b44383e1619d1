//! Folders as accidents and enemies leave them: each refused with file, line and what to do; none ends the program or keeps it busy.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{COURSE, ITEMS, LESSON, one_course};
use crate::curriculum::check::Fault;
use crate::curriculum::check_command;
use crate::curriculum::source::{Folder, Source};

/// What is done to the folder.
type Spoil = fn(&Path);
/// A case: what is done, the file named, how the line named begins then, words of what is said. Nothing: the first line; `$`: the last
/// one; `*`: any.
type Case = (Spoil, &'static str, &'static str, &'static str);

/// A folder with one whole course, the others as outlines.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = one_course();
    let is_needed =
        |path: &&String| !path.starts_with("courses/") || path.starts_with("courses/T01/") || path.ends_with("/course.toml");
    for path in files.0.keys().filter(is_needed) {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, &files.0[path]).unwrap();
    }
    folder
}

fn change(folder: &Path, path: &str, change: impl FnOnce(String) -> String) {
    let file = folder.join(path);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, change(text)).unwrap();
}

fn refuses(cases: &[Case]) {
    for (spoil, file, start, words) in cases {
        let folder = folder();
        spoil(folder.path());
        let faults = check_command(&Folder::new(folder.path()));
        let text = fs::read(folder.path().join(file)).unwrap_or_default();
        let line = line_of(&String::from_utf8_lossy(&text), start);
        let is_said = |fault: &Fault| {
            fault.file == *file && line.is_none_or(|line| fault.line == line) && fault.to_string().contains(words)
        };
        let said: Vec<String> = faults.iter().take(20).map(ToString::to_string).collect();
        assert!(
            faults.iter().any(is_said),
            "expected at {file}:{line:?}: {words}\nbut it said {}:\n{}",
            faults.len(),
            said.join("\n")
        );
    }
}

fn line_of(text: &str, start: &str) -> Option<usize> {
    match start {
        "*" => None,
        "" => Some(1),
        "$" => Some(text.lines().count()),
        start => Some(
            1 + text.lines().position(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no line begins with {start}")),
        ),
    }
}

#[test]
fn the_folder_by_itself_is_sound() {
    assert_eq!(check_command(&Folder::new(folder().path())), []);
}

#[test]
fn files_that_are_cut_or_in_another_encoding_are_refused() {
    refuses(&[
        // Within the front matter, within a table, within a character.
        (|folder| change(folder, LESSON, |text| text.chars().take(60).collect()), LESSON, "", "+++"),
        (|folder| change(folder, COURSE, |text| text[..text.find("title").unwrap() + 9].to_owned()), COURSE, "$", "不对"),
        (
            |folder| {
                let bytes = fs::read(folder.join(LESSON)).unwrap();
                let cut = bytes.iter().rposition(|byte| *byte >= 0xE0).unwrap() + 1;
                fs::write(folder.join(LESSON), &bytes[..cut]).unwrap();
            },
            LESSON,
            "$",
            "UTF-8",
        ),
        // 防 in GBK, on the third line.
        (|folder| fs::write(folder.join(LESSON), b"+++\nid = \"T01-c1\"\n\xb7\xc0\n").unwrap(), LESSON, "$", "UTF-8"),
        (|folder| fs::write(folder.join("laws.toml"), b"\xff\xfel\0a\0w\0").unwrap(), "laws.toml", "", "UTF-8"),
        (|folder| change(folder, LESSON, |text| format!("\u{feff}{text}")), LESSON, "", "BOM"),
        (|folder| change(folder, "laws.toml", |text| format!("\u{feff}{text}")), "laws.toml", "", "BOM"),
        (|folder| change(folder, LESSON, |text| text.replace('\n', "\r\n")), LESSON, "", "LF"),
        (|folder| change(folder, LESSON, |text| text.replacen("id = ", "\0id = ", 1)), LESSON, "\0id", "U+0000"),
        (
            |folder| change(folder, ITEMS, |text| text.replacen("stem = \"", "stem = \"\u{202e}", 1)),
            ITEMS,
            "stem = \"\u{202e}",
            "U+202E",
        ),
        (|folder| fs::write(folder.join(ITEMS), b"").unwrap(), ITEMS, "", "题目至少 24 道"),
    ]);
}

#[test]
fn what_contradicts_itself_or_is_gone_is_refused() {
    refuses(&[
        (|folder| change(folder, ITEMS, |text| text.replacen("id = \"T01-i02\"", "id = \"T01-i01\"", 1)), ITEMS, "*", "用了两次"),
        (|folder| change(folder, ITEMS, |text| text.replacen("\" },", "\", right = true },", 1)), ITEMS, "*", "正好一个正确选项"),
        (|folder| fs::remove_file(folder.join("courses/T01/img/wifi.svg")).unwrap(), LESSON, "![桌上的路由器", "找不到图片"),
    ]);
}

#[test]
fn scripts_in_lessons_and_pictures_are_refused() {
    const PICTURE: &str = "courses/T01/img/wifi.svg";
    fn lesson(folder: &Path, line: &str) {
        change(folder, LESSON, |text| text.replacen("## 找人", &format!("{line}\n\n## 找人"), 1));
    }
    fn picture(folder: &Path, inside: &str) {
        let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 200\">\n{inside}\n</svg>\n");
        fs::write(folder.join(PICTURE), text).unwrap();
    }
    refuses(&[
        (|folder| lesson(folder, "<script>alert(1)</script>"), LESSON, "<script>", "不许用的格式"),
        (|folder| lesson(folder, "[点](javascript:alert(1))"), LESSON, "[点]", "不许用的格式"),
        (|folder| lesson(folder, "点 <img src=x onerror=alert(1)> 这里。"), LESSON, "点 <img", "不许用的格式"),
        (|folder| lesson(folder, "<javascript:alert(1)>"), LESSON, "<javascript", "不许用的格式"),
        (|folder| lesson(folder, "![图](javascript:alert(1))"), LESSON, "![图]", "找不到图片"),
        (|folder| lesson(folder, "![图](../../../manifest.toml)"), LESSON, "![图]", "找不到图片"),
        (|folder| picture(folder, "<script>alert(1)</script>"), PICTURE, "<script", "script"),
        (|folder| picture(folder, "<foreignObject><p/></foreignObject>"), PICTURE, "<foreign", "foreignObject"),
        (|folder| picture(folder, "<path d=\"M0 0\" href=\"https://example.org/x\"/>"), PICTURE, "<path", "href"),
        (|folder| picture(folder, "<image xlink:href=\"https://example.org/x.png\"/>"), PICTURE, "<image", "image"),
        (|folder| picture(folder, "<path d=\"M0 0\" onload=\"alert(1)\"/>"), PICTURE, "<path", "onload"),
        (|folder| picture(folder, &"<g>".repeat(900)), PICTURE, "*", ""),
    ]);
}

#[test]
fn what_is_too_large_too_deep_or_no_file_is_refused() {
    refuses(&[
        (|folder| change(folder, LESSON, |text| text + &"很长的一课。\n".repeat(120_000)), LESSON, "", "最多 131072 字节"),
        (|folder| change(folder, COURSE, |text| text + "\nx = " + &"[".repeat(100_000)), COURSE, "x = [", "不对"),
        (|folder| change(folder, LESSON, |text| text + &"> ".repeat(50_000) + "引\n"), LESSON, "> ", "不许用的格式"),
        (|folder| change(folder, LESSON, |text| text + &"[[".repeat(50_000) + "\n"), LESSON, "[[[[", "没有配成对"),
        (|folder| change(folder, LESSON, |text| text + &"*".repeat(100_000) + "字\n"), LESSON, "## 找人", "个符号"),
        (
            |folder| {
                let deep = folder.join("a/b/c/d/e/f/g/h/i/j");
                fs::create_dir_all(&deep).unwrap();
                fs::write(deep.join("x.md"), "x").unwrap();
            },
            "a/b/c/d/e/f/g/h/i",
            "",
            "套得太深",
        ),
        (
            |folder| symlink("/etc/passwd", folder.join("courses/T01/core/6-more.md")).unwrap(),
            "courses/T01/core/6-more.md",
            "*",
            "不放链接",
        ),
        (|folder| symlink("/", folder.join("courses/T01/more")).unwrap(), "courses/T01/more", "", "不放链接"),
        // A circle.
        (|folder| symlink(folder, folder.join("courses/again")).unwrap(), "courses/again", "", "不放链接"),
        (
            |folder| {
                fs::remove_file(folder.join("laws.toml")).unwrap();
                symlink(folder.join("hotlines.toml"), folder.join("laws.toml")).unwrap();
            },
            "laws.toml",
            "*",
            "缺这个文件",
        ),
        (
            |folder| {
                fs::remove_file(folder.join("laws.toml")).unwrap();
                fs::create_dir(folder.join("laws.toml")).unwrap();
            },
            "laws.toml",
            "*",
            "缺这个文件",
        ),
        (|folder| drop(std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap()), "socket", "", "不放链接"),
    ]);
}

#[test]
fn ten_thousand_files_that_nobody_needs_are_each_named() {
    let folder = folder();
    let many = folder.path().join("courses/T01/notes");
    fs::create_dir(&many).unwrap();
    for number in 0..10_000 {
        fs::write(many.join(format!("{number}.txt")), "x").unwrap();
    }
    let faults = check_command(&Folder::new(folder.path()));
    assert_eq!(faults.len(), 10_000);
    assert!(faults.iter().all(|fault| fault.to_string().contains("不在该在的地方")));
}

#[test]
fn a_folder_that_is_not_there_is_said_and_what_editors_leave_behind_is_passed_over() {
    let folder = folder();
    let said: Vec<String> = check_command(&Folder::new(folder.path().join("nowhere"))).iter().map(ToString::to_string).collect();
    assert!(said[0].starts_with(".:1: 没有这个文件夹"), "{said:?}");
    let before = Folder::new(folder.path()).paths();
    fs::write(folder.path().join("courses/T01/core/.1-wifi.md.swp"), b"\0\0").unwrap();
    symlink("nowhere", folder.path().join("courses/T01/.#items.toml")).unwrap();
    fs::create_dir_all(folder.path().join(".git/objects")).unwrap();
    assert_eq!(check_command(&Folder::new(folder.path())), []);
    assert_eq!(Folder::new(folder.path()).paths(), before);
}
