//! What is in the file, and how it is written: the same for the same edition, to the byte.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use serde::Serialize;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::words;
use crate::curriculum::model::{Course, Recording, Use, Voice};
use crate::curriculum::{CourseCode, Shelf, metadata_of};

/// The folder inside.
const FOLDER: &str = "curriculum";

/// Writes the whole package of the edition on `shelf`, whose texts are `texts`. Of a course that is being written nothing is given away.
///
/// # Errors
/// The writer's; [`io::ErrorKind::InvalidData`] where it is not certain that nothing of the tests would be given away.
pub(super) fn write(shelf: &Shelf, texts: &BTreeMap<String, Vec<u8>>, to: impl Write + Seek) -> io::Result<()> {
    let mut zip = ZipWriter::new(to);
    put(&mut zip, "README.txt", words::readme(shelf).as_bytes())?;
    put(&mut zip, "index.json", index(shelf)?.as_bytes())?;
    for (path, bytes) in texts.iter().filter(|(path, _)| is_given(shelf, path)) {
        let name = format!("{FOLDER}/{path}");
        if path.ends_with("/items.toml") {
            let learn = std::str::from_utf8(bytes).ok().and_then(learn_items).ok_or(io::ErrorKind::InvalidData)?;
            put(&mut zip, &name, learn.as_bytes())?;
        } else {
            put(&mut zip, &name, bytes)?;
        }
    }
    for course in shelf.courses().iter().filter(|course| course.is_complete()) {
        put_voices(&mut zip, shelf, course)?;
    }
    zip.finish()?.flush()
}

/// Whether a text is given away: all of the common ones, and those of courses that are complete.
fn is_given(shelf: &Shelf, path: &str) -> bool {
    let code = path.strip_prefix("courses/").and_then(|rest| rest.split('/').next());
    code.is_none_or(|code| CourseCode::parse(code).and_then(|code| shelf.course(code)).is_some_and(Course::is_complete))
}

/// The recordings of a course as they were when the edition was put up, and their list; never one of a question that only tests ask.
fn put_voices(zip: &mut ZipWriter<impl Write + Seek>, shelf: &Shelf, course: &Course) -> io::Result<()> {
    #[derive(Serialize)]
    struct List<'v> {
        recording: Vec<&'v Recording>,
    }
    let is_of_test = |voice: &Voice| course.item(&voice.recording.of).is_some_and(|item| item.purpose != Use::Learn);
    let mut given = Vec::new();
    for voice in course.voices.iter().filter(|voice| !is_of_test(voice)) {
        let Some((_, bytes)) = shelf.audio(&voice.name()) else { continue };
        put(zip, &format!("{FOLDER}/{}", voice.path), &bytes)?;
        given.push(&voice.recording);
    }
    if given.is_empty() {
        return Ok(());
    }
    let list = toml::to_string(&List { recording: given }).map_err(io::Error::other)?;
    put(zip, &format!("{FOLDER}/courses/{}/audio/recordings.toml", course.code), list.as_bytes())
}

fn put(zip: &mut ZipWriter<impl Write + Seek>, name: &str, bytes: &[u8]) -> io::Result<()> {
    // Sounds are packed already.
    let is_sound = name.contains("/audio/") && !name.ends_with(".toml");
    let method = if is_sound { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    // One time for everything, so that the same edition gives the same bytes.
    let options =
        SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default()).unix_permissions(0o644);
    zip.start_file(name, options)?;
    zip.write_all(bytes)
}

/// All courses in the terms of schema.org, as one collection.
fn index(shelf: &Shelf) -> io::Result<String> {
    let manifest = &shelf.edition().manifest;
    let courses = shelf.courses().iter().filter(|course| course.is_complete());
    let courses: Vec<Value> = courses.filter_map(|course| metadata_of(shelf, course.code, None)).collect();
    let index = json!({
        "@context": "https://schema.org",
        "@type": "Collection",
        "name": manifest.title,
        "version": manifest.version,
        "license": manifest.licence.url,
        "creditText": manifest.licence.attribution,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": true,
        "hasPart": courses,
    });
    Ok(serde_json::to_string_pretty(&index)?)
}

/// A bank of items as its authors wrote it, without what only tests ask and without comments, which may speak of it. `None` where it is
/// not certain that nothing of that is left, or that the rest is still what it was.
fn learn_items(text: &str) -> Option<String> {
    // A text of several lines may hold what looks like a comment or like the head of an item.
    if text.contains("\"\"\"") || text.contains("'''") {
        return None;
    }
    let mut blocks = vec![String::new()];
    for line in text.lines().map(without_comment) {
        if line == "[[item]]" {
            blocks.push(String::new());
        }
        let block = blocks.last_mut()?;
        block.push_str(line);
        block.push('\n');
    }
    let (head, items) = blocks.split_first()?;
    let mut kept = head.trim_start().to_owned();
    for item in items {
        if items_in(item)?.iter().all(is_learn) {
            kept.push_str(item);
        }
    }
    let kept = kept.trim_end().to_owned() + "\n";
    let learn: Vec<toml::Value> = items_in(text)?.into_iter().filter(is_learn).collect();
    (items_in(&kept)? == learn).then_some(kept)
}

/// A line without what stands behind a `#` that is in no text.
fn without_comment(line: &str) -> &str {
    let (mut within, mut is_escaped) = (None, false);
    for (at, c) in line.char_indices() {
        match (within, c) {
            (None, '#') => return line.get(..at).unwrap_or(line).trim_end(),
            (None, '"' | '\'') => within = Some(c),
            (Some('"'), '\\') if !is_escaped => {
                is_escaped = true;
                continue;
            }
            (Some(open), c) if c == open && !is_escaped => within = None,
            _ => {}
        }
        is_escaped = false;
    }
    line.trim_end()
}

/// The items of a bank; `None` where it is none, or an item does not say what it is for.
fn items_in(text: &str) -> Option<Vec<toml::Value>> {
    let table: toml::Table = text.parse().ok()?;
    let items = table.get("item").map_or(Some(Vec::new()), |items| items.as_array().cloned())?;
    items.iter().all(|item| item.get("use").is_some_and(toml::Value::is_str)).then_some(items)
}

fn is_learn(item: &toml::Value) -> bool {
    item.get("use").and_then(toml::Value::as_str) == Some("learn")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEARN: &str = "[[item]]\nid = \"T01-i01\"\nuse = \"learn\"\nstem = \"甲\"\n";
    const TEST: &str = "[[item]]\nid = \"T01-i02\"\nuse = \"test\"\nstem = \"乙\"\n";

    #[test]
    fn what_only_tests_ask_is_left_out_and_so_are_comments() {
        let text = format!("# i02 考什么\n{LEARN}\n  # 答案是乙\n{TEST}\n{LEARN}");
        assert_eq!(learn_items(&text), Some(format!("{LEARN}\n\n{LEARN}")));
        assert_eq!(learn_items(TEST), Some("\n".to_owned()));
        assert_eq!(learn_items(""), Some("\n".to_owned()));
    }

    #[test]
    fn a_comment_behind_a_value_goes_and_a_sign_within_a_text_stays() {
        let text = "[[item]] # 乙\nuse = \"learn\"  # i02 选乙\nstem = \"按 # 号键，\\\"#\\\"\"\nmore = '#'\n";
        let kept = "[[item]]\nuse = \"learn\"\nstem = \"按 # 号键，\\\"#\\\"\"\nmore = '#'\n";
        assert_eq!(learn_items(text), Some(kept.to_owned()));
    }

    #[test]
    fn a_bank_that_cannot_be_taken_apart_for_certain_is_not_given_away() {
        let inline = "item = [{ id = \"T01-i02\", use = \"test\" }]\n";
        let spaced = TEST.replace("[[item]]", "[[ item ]]");
        let hidden = format!("{LEARN}more = \"\"\"\n[[item]]\nuse = \"learn\"\n\"\"\"\n");
        let cut = LEARN.replace("\"甲\"", "\"\"\"甲\n# 乙\"\"\"");
        let unsaid = "[[item]]\nid = \"T01-i02\"\n";
        for text in [inline.to_owned(), format!("{LEARN}{spaced}"), spaced, hidden, cut, unsaid.to_owned(), "[[item".to_owned()] {
            assert_eq!(learn_items(&text), None, "{text}");
        }
    }
}
