//! The edition in the binary, with one of its files changed.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use credit_bank::curriculum::{Embedded, Shelf, Source};

/// The edition in the binary in which the file at `path` reads as `change` makes it.
#[derive(Clone, Copy)]
pub struct Changed {
    pub path: &'static str,
    pub change: fn(&str) -> String,
}

impl Changed {
    /// The shelf of it.
    pub fn shelf(self) -> Shelf {
        Shelf::open(&self).unwrap_or_else(|faults| panic!("{faults:?}"))
    }
}

/// The edition in which the course in `path` is still being written.
pub fn being_written(path: &'static str) -> Shelf {
    Changed { path, change: |text| text.replace("status = \"complete\"", "status = \"drafting\"") }.shelf()
}

impl Source for Changed {
    fn paths(&self) -> Vec<String> {
        Embedded.paths()
    }

    fn bytes(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let bytes = Embedded.bytes(path)?.into_owned();
        if path != self.path {
            return Some(Cow::Owned(bytes));
        }
        Some(Cow::Owned((self.change)(&String::from_utf8(bytes).unwrap()).into_bytes()))
    }

    fn share(&self) -> Arc<dyn Source + Send + Sync> {
        Arc::new(*self)
    }
}

/// The edition in which every question of T19 is a template: somebody asks it, is named in the first answer to it and in what is explained.
pub fn all_templates() -> Shelf {
    Changed { path: "courses/T19/items.toml", change: with_somebody }.shelf()
}

/// Who asks in [`all_templates`].
pub const ASKERS: [&str; 4] = ["赵某", "钱某", "孙某", "李某"];

fn with_somebody(text: &str) -> String {
    let who = format!("who = {ASKERS:?}");
    let item = |item: &str| {
        let item = item.replace("stem = \"", "stem = \"{who}，").replace("explain = \"", "explain = \"{who}，");
        let item = item.replacen("{ text = \"", "{ text = \"{who}", 5);
        match item.contains("\nvars = { ") {
            true => item.replace("\nvars = { ", &format!("\nvars = {{ {who}, ")),
            false => item.replacen("\nstem = ", &format!("\nvars = {{ {who} }}\nstem = "), 1),
        }
    };
    text.split("[[item]]").map(item).collect::<Vec<_>>().join("[[item]]")
}

/// Writes the edition in the binary into `folder`.
pub fn written_to(folder: &Path) {
    for path in Embedded.paths() {
        let target = folder.join(&path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, Embedded.bytes(&path).unwrap()).unwrap();
    }
}

/// Writes one file of `folder` anew.
pub fn rewritten(folder: &Path, path: &str, change: impl FnOnce(&str) -> String) {
    let file = folder.join(path);
    let text = std::fs::read_to_string(&file).unwrap();
    let changed = change(&text);
    assert_ne!(changed, text, "nothing was changed in {path}");
    std::fs::write(file, changed).unwrap();
}

/// Gives the edition in `folder` another version.
pub fn versioned(folder: &Path, version: &str) {
    let line = |line: &str| if line.starts_with("version = ") { format!("version = \"{version}\"") } else { line.to_owned() };
    rewritten(folder, "manifest.toml", |text| text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n");
}

/// What all items of T19 for tests begin with in the edition of the next spring.
pub const OTHERWISE: &str = "想一想。";

/// Makes the edition in `folder` that of the next spring: of T19 the lesson c1 has two cards less, the lesson c5 is gone, the first question
/// of c1 and all items for tests are asked otherwise, and `gone` is asked no more.
pub fn next_spring(folder: &Path, gone: &str) {
    versioned(folder, "2027.03");
    let without = |text: &str, heading: &str| {
        let from = text.find(heading).unwrap_or_else(|| panic!("no {heading}"));
        let to = text[from + 1..].find("\n## ").unwrap() + from + 2;
        text[..from].to_owned() + &text[to..]
    };
    rewritten(folder, "courses/T19/core/1-verify.md", |text| {
        without(&without(text, "## 说明：要钱的电话有三个记号"), "## 步骤：把家人存进通讯录")
    });
    for file in ["core/5-lock.md", "img/lock.svg"] {
        std::fs::remove_file(folder.join("courses/T19").join(file)).unwrap();
    }
    rewritten(folder, "courses/T19/core/4-ten-minutes.md", |text| {
        text.replace("outcomes = [\"T19-o4\"]", "outcomes = [\"T19-o4\", \"T19-o5\", \"T19-o6\"]")
    });
    rewritten(folder, "courses/T19/items.toml", |text| {
        let text = text.replace("lesson = \"T19-c5\"", "lesson = \"T19-c4\"");
        let items = text.split("[[item]]").filter(|item| !item.contains(&format!("id = \"{gone}\"")));
        let otherwise = |item: &str| {
            let is_changed = item.contains("use = \"test\"") || item.contains("id = \"T19-i01\"");
            if is_changed { item.replacen("stem = \"", &format!("stem = \"{OTHERWISE}"), 1) } else { item.to_owned() }
        };
        items.map(otherwise).collect::<Vec<_>>().join("[[item]]")
    });
}
