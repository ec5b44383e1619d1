//! The manifest, the lists that texts may name, and the pathways.

use serde::Deserialize;

use super::toml_file::TomlFile;
use super::{Draft, Reader};
use crate::curriculum::check::is_han;

/// How machines read words that they would read wrongly. An edition needs none.
const READINGS: &str = "readings.toml";

/// What stands above the numbers in `hotlines.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::curriculum) struct HotlineHead {
    /// Said wherever a number stands.
    pub notice: String,
}

/// A file that holds nothing but lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(super) fn read_manifest(reader: &mut Reader<'_>, draft: &mut Draft) {
    let Some(text) = reader.text("manifest.toml") else { return };
    let faults = &mut reader.faults;
    let Some(mut file) = TomlFile::parse("manifest.toml", &text, 1, faults) else { return };
    draft.certificates = file.take_list("certificate", faults);
    draft.areas = file.take_list("area", faults);
    draft.tasks = file.take_list("task", faults);
    draft.boxes = file.take_list("box", faults);
    draft.passages = file.take_list("passage", faults);
    draft.manifest = file.rest(faults);
}

pub(super) fn read_lists(reader: &mut Reader<'_>, draft: &mut Draft) {
    draft.glossary = read_list(reader, "glossary.toml", "term");
    if reader.paths.contains(READINGS) {
        draft.readings = read_list(reader, READINGS, "reading");
    }
    draft.laws = read_list(reader, "laws.toml", "law");
    draft.institutions = read_list(reader, "institutions.toml", "institution");
    draft.pools = read_list(reader, "pools.toml", "pool");
    draft.hour_sheets = read_list(reader, "hour_sheets.toml", "sheet");
    if let Some(text) = reader.text("common_characters.txt") {
        draft.common = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::chars).filter(|c| is_han(*c)).collect();
    }
    if reader.paths.contains("resources.toml") {
        draft.resources = read_list(reader, "resources.toml", "resource");
    }
    let Some(text) = reader.text("hotlines.toml") else { return };
    let Some(mut file) = TomlFile::parse("hotlines.toml", &text, 1, &mut reader.faults) else { return };
    draft.hotlines = file.take_list("hotline", &mut reader.faults);
    draft.hotline_head = file.rest(&mut reader.faults);
}

/// Reads a file that holds one list under `key` and nothing else.
pub(super) fn read_list<T: serde::de::DeserializeOwned>(
    reader: &mut Reader<'_>,
    path: &str,
    key: &str,
) -> Vec<super::toml_file::At<T>> {
    let Some(text) = reader.text(path) else { return Vec::new() };
    let Some(mut file) = TomlFile::parse(path, &text, 1, &mut reader.faults) else { return Vec::new() };
    let entries = file.take_list(key, &mut reader.faults);
    drop(file.rest::<Nothing>(&mut reader.faults));
    entries
}

pub(super) fn read_pathways(reader: &mut Reader<'_>, draft: &mut Draft) {
    draft.start = read_whole(reader, "pathways/start_points.toml");
    draft.steering = read_whole(reader, "pathways/steering.toml");
    for group in crate::kernel::Group::LISTED {
        draft.pathways.extend(read_whole(reader, &format!("pathways/{group}.toml")));
    }
}

/// Reads a file as one thing.
pub(super) fn read_whole<T: serde::de::DeserializeOwned>(reader: &mut Reader<'_>, path: &str) -> Option<super::toml_file::At<T>> {
    let text = reader.text(path)?;
    let file = TomlFile::parse(path, &text, 1, &mut reader.faults)?;
    file.rest(&mut reader.faults)
}
