//! What is in the file, and how it is written: the same for the same edition, to the byte.

use std::io::{self, Seek, Write};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::words;
use crate::curriculum::{Shelf, metadata_of};

/// The folder inside.
const FOLDER: &str = "curriculum";

/// Writes the whole package of the edition on `shelf`.
///
/// # Errors
/// The writer's.
pub(super) fn write(shelf: &Shelf, to: impl Write + Seek) -> io::Result<()> {
    let mut zip = ZipWriter::new(to);
    put(&mut zip, "README.txt", words::readme(shelf).as_bytes())?;
    put(&mut zip, "index.json", index(shelf)?.as_bytes())?;
    let source = shelf.source();
    for path in source.paths() {
        let Some(bytes) = source.bytes(&path) else { return Err(io::ErrorKind::NotFound.into()) };
        let name = format!("{FOLDER}/{path}");
        if path.ends_with("/items.toml") {
            // A bank of items that cannot be taken apart for certain stays here as a whole.
            let learn = std::str::from_utf8(&bytes).ok().and_then(learn_items).ok_or(io::ErrorKind::InvalidData)?;
            put(&mut zip, &name, learn.as_bytes())?;
        } else {
            put(&mut zip, &name, &bytes)?;
        }
    }
    zip.finish()?.flush()
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
/// not certain that nothing of that is left.
fn learn_items(text: &str) -> Option<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut blocks = vec![String::new()];
    for line in lines {
        if line.trim() == "[[item]]" {
            blocks.push(String::new());
        }
        let block = blocks.last_mut()?;
        block.push_str(line);
        block.push('\n');
    }
    let (head, items) = blocks.split_first()?;
    let mut kept = head.trim_start().to_owned();
    for item in items {
        if uses_in(item)?.iter().any(|is| is == "learn") {
            kept.push_str(item);
        }
    }
    let kept = kept.trim_end().to_owned() + "\n";
    uses_in(&kept)?.iter().all(|is| is == "learn").then_some(kept)
}

/// What each item of `text` is for.
fn uses_in(text: &str) -> Option<Vec<String>> {
    let table: toml::Table = text.parse().ok()?;
    let Some(items) = table.get("item") else { return Some(Vec::new()) };
    items.as_array()?.iter().map(|item| item.get("use")?.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEARN: &str = "[[item]]\nid = \"T01-i01\"\nuse = \"learn\"\nstem = \"甲\"\n";
    const TEST: &str = "[[item]]\nid = \"T01-i02\"\nuse = \"test\"\nstem = \"乙\"\n";

    #[test]
    fn what_only_tests_ask_is_left_out_and_so_are_comments() {
        let text = format!("# i02 考什么\n{LEARN}\n  # 答案是乙\n{TEST}\n{LEARN}");
        assert_eq!(learn_items(&text), Some(format!("{LEARN}\n{LEARN}")));
        assert_eq!(learn_items(TEST), Some("\n".to_owned()));
        assert_eq!(learn_items(""), Some("\n".to_owned()));
    }

    #[test]
    fn a_bank_that_cannot_be_taken_apart_for_certain_is_not_given_away() {
        let inline = "item = [{ id = \"T01-i02\", use = \"test\" }]\n";
        let spaced = TEST.replace("[[item]]", "[[ item ]]");
        let hidden = format!("{LEARN}more = \"\"\"\n[[item]]\nuse = \"learn\"\n\"\"\"\n");
        let unsaid = "[[item]]\nid = \"T01-i02\"\n";
        for text in [inline.to_owned(), format!("{LEARN}{spaced}"), spaced, hidden, unsaid.to_owned(), "[[item".to_owned()] {
            assert_eq!(learn_items(&text), None, "{text}");
        }
    }
}
