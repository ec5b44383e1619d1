//! The edition in the binary, with one of its files changed.

use std::borrow::Cow;
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
