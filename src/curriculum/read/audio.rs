//! The recordings of one course: the list, and the files it names.

use super::lists::read_list;
use super::{Reader, RecordingDraft};
use crate::curriculum::check::Trouble;
use crate::curriculum::model::{Recording, Sound};
use crate::kernel::digest_of;

/// Reads the recordings of the course in `root`; it needs none. A file that no line names stays behind, and is called stray.
pub(super) fn read_recordings(reader: &mut Reader<'_>, root: &str) -> Vec<RecordingDraft> {
    let list = format!("{root}/audio/recordings.toml");
    if !reader.paths.contains(&list) {
        return Vec::new();
    }
    let recordings: Vec<super::At<Recording>> = read_list(reader, &list, "recording");
    let mut drafts = Vec::new();
    for at in recordings {
        let path = format!("{root}/audio/{}", at.value.file);
        // Two lines may name one file by mistake; the second is told so by the check.
        let is_named = drafts.iter().any(|draft: &RecordingDraft| draft.path == path);
        if !is_named && !reader.paths.remove(&path) {
            reader.faults.push(at.fault_at(at.lines.part("file"), Trouble::RecordingMissing(at.value.file.clone())));
            continue;
        }
        let bytes = reader.source.bytes(&path).unwrap_or_default();
        drafts.push(RecordingDraft { sound: Sound::of(&bytes), digest: digest_of(&[&bytes]), bytes: bytes.len(), path, at });
    }
    drafts
}
