//! `recordings.toml` of a course: the machine's lines are put in and taken out, everything else stays as its author wrote it.

use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use super::lexicon::is_ours;

const NAME: &str = "recordings.toml";
const HEAD: &str = "[[recording]]";

/// Writes a file whole, under another name first. Whoever may read the folder may read it: the bank runs as somebody else.
pub(super) fn put_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!("{name}.part"));
    fs::write(&beside, bytes)?;
    fs::rename(beside, path)
}

/// A line of the machine's.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// What is read.
    pub of: String,
    /// Its file.
    pub file: String,
    /// How long it takes.
    pub seconds: u32,
}

/// The list: what stands before the first recording, then a block for each.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    blocks: Vec<String>,
}

/// What is read of a block.
#[derive(Deserialize)]
struct Named {
    recording: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    #[serde(rename = "for")]
    of: String,
    file: String,
}

fn line_in(block: &str) -> Option<File> {
    let named: Named = toml::from_str(block).ok()?;
    named.recording.into_iter().next()
}

fn file_in(block: &str) -> Option<String> {
    line_in(block).map(|one| one.file)
}

impl List {
    /// The list in the folder `audio`; empty where there is none.
    pub(super) fn read(audio: &Path) -> io::Result<Self> {
        match fs::read_to_string(audio.join(NAME)) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    fn parse(text: &str) -> Self {
        let mut blocks = vec![String::new()];
        for line in text.split_inclusive('\n') {
            if line.trim_start().starts_with(HEAD) {
                blocks.push(String::new());
            }
            if let Some(block) = blocks.last_mut() {
                block.push_str(line);
            }
        }
        let mut blocks: Vec<String> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
        // The blank line before a line of the machine's came with it, and goes with it.
        for at in 1..blocks.len() {
            let Some((before, [block, ..])) = blocks.split_at_mut_checked(at) else { continue };
            let is_machines = file_in(block).is_some_and(|file| is_ours(&file));
            if let (true, Some(before)) = (is_machines, before.last_mut().filter(|before| before.ends_with("\n\n"))) {
                before.pop();
                block.insert(0, '\n');
            }
        }
        Self { blocks }
    }

    /// Whether a line names this file.
    pub(super) fn names(&self, file: &str) -> bool {
        self.blocks.iter().any(|block| file_in(block).as_deref() == Some(file))
    }

    /// The machine's lines: what each reads, and its file.
    pub(super) fn machines(&self) -> Vec<(String, String)> {
        let lines = self.blocks.iter().filter_map(|block| line_in(block));
        lines.filter(|line| is_ours(&line.file)).map(|line| (line.of, line.file)).collect()
    }

    /// Puts a line in, in place of that of the file `old`, and writes the list; then the old file goes.
    pub(super) fn put(&mut self, audio: &Path, line: Line, old: Option<&str>) -> io::Result<()> {
        self.blocks.retain(|block| old.is_none() || file_in(block).as_deref() != old);
        let end = self.blocks.last().map_or("", |last| if last.ends_with('\n') { "\n" } else { "\n\n" });
        let Line { of, file, seconds } = line;
        self.blocks.push(format!(
            "{end}{HEAD}\nfor = \"{of}\"\nfile = \"{file}\"\nlang = \"zh-CN\"\nkind = \"synthetic\"\nseconds = {seconds}\n"
        ));
        self.write(audio)?;
        old.map_or(Ok(()), |old| fs::remove_file(audio.join(old)))
    }

    /// Takes the line of a file out, writes the list, and removes the file.
    pub(super) fn remove(&mut self, audio: &Path, file: &str) -> io::Result<()> {
        self.blocks.retain(|block| file_in(block).as_deref() != Some(file));
        self.write(audio)?;
        fs::remove_file(audio.join(file))
    }

    fn write(&self, audio: &Path) -> io::Result<()> {
        put_whole(&audio.join(NAME), self.blocks.concat().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY_HAND: &str = "# 王老师念的\n\n[[recording]]\nfor = \"T19-c1/1\"\nfile = \"a.mp3\"\nlang = \"zh-CN\"\nkind = \"recorded\"\nseconds = 9 # 慢\n";

    #[test]
    fn lines_by_hand_stay_letter_by_letter_and_the_machines_own_change_places() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), BY_HAND).unwrap();
        let text = || fs::read_to_string(folder.path().join(NAME)).unwrap();
        let line = |file: &str| Line { of: "T19-c1/2".to_owned(), file: file.to_owned(), seconds: 3 };
        let mut list = List::read(folder.path()).unwrap();
        fs::write(folder.path().join("speak-1.mp3"), b"1").unwrap();
        list.put(folder.path(), line("speak-1.mp3"), None).unwrap();
        fs::write(folder.path().join("speak-2.mp3"), b"2").unwrap();
        List::read(folder.path()).unwrap().put(folder.path(), line("speak-2.mp3"), Some("speak-1.mp3")).unwrap();
        assert!(text().starts_with(BY_HAND) && text().contains("speak-2") && !text().contains("speak-1"), "{}", text());
        assert!(!folder.path().join("speak-1.mp3").exists() && List::read(folder.path()).unwrap().names("speak-2.mp3"));
        List::read(folder.path()).unwrap().remove(folder.path(), "speak-2.mp3").unwrap();
        assert_eq!(text(), BY_HAND);
    }
}
