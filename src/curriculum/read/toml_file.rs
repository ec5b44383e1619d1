//! TOML with lines: every table and value knows where it stands, and one bad entry does not hide the next.

use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::curriculum::check::{Fault, Trouble};

/// The line of a value, and of what it is made of.
#[derive(Clone, Debug, Default)]
pub(in crate::curriculum) struct Lines {
    line: usize,
    parts: Vec<(String, Lines)>,
    list: Vec<Lines>,
}

impl Lines {
    /// A single line.
    pub(in crate::curriculum) fn only(line: usize) -> Self {
        Self { line, ..Self::default() }
    }

    /// The line.
    pub(in crate::curriculum) const fn line(&self) -> usize {
        self.line
    }

    /// The lines of the part under `key`, or of the whole.
    pub(in crate::curriculum) fn part(&self, key: &str) -> &Self {
        self.parts.iter().find(|(name, _)| name == key).map_or(self, |(_, lines)| lines)
    }

    /// The lines of the n-th entry, or of the whole.
    pub(in crate::curriculum) fn nth(&self, n: usize) -> &Self {
        self.list.get(n).unwrap_or(self)
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(in crate::curriculum) struct At<T> {
    pub value: T,
    pub file: Arc<str>,
    pub lines: Lines,
}

impl<T> At<T> {
    /// A fault at the line where the value begins.
    pub(in crate::curriculum) fn fault(&self, trouble: Trouble) -> Fault {
        self.fault_at(&self.lines, trouble)
    }

    /// A fault at a part of the value.
    pub(in crate::curriculum) fn fault_at(&self, lines: &Lines, trouble: Trouble) -> Fault {
        Fault::new(&self.file, lines.line(), trouble)
    }
}

/// A TOML text being taken apart.
pub(in crate::curriculum) struct TomlFile<'t> {
    file: Arc<str>,
    newlines: Vec<usize>,
    first_line: usize,
    root: DeTable<'t>,
}

impl<'t> TomlFile<'t> {
    /// Reads `text`, whose first line is line `first_line` of `file`. What is not TOML becomes faults, and `None`.
    pub(in crate::curriculum) fn parse(file: &str, text: &'t str, first_line: usize, faults: &mut Vec<Fault>) -> Option<Self> {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        let (root, errors) = DeTable::parse_recoverable(text);
        let read = Self { file: file.into(), newlines, first_line, root: root.into_inner() };
        if errors.is_empty() {
            return Some(read);
        }
        for error in errors {
            let trouble = trouble_of(error.message());
            faults.push(Fault::new(file, read.line_of(error.span()), trouble));
        }
        None
    }

    /// Takes the entries under `key` out, each read by itself.
    pub(in crate::curriculum) fn take_list<T: DeserializeOwned>(&mut self, key: &str, faults: &mut Vec<Fault>) -> Vec<At<T>> {
        let Some(value) = self.root.remove(key) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(entries) = value.into_inner() else {
            faults.push(Fault::new(&self.file, self.line_of(Some(span)), Trouble::NotAList(key.to_owned())));
            return Vec::new();
        };
        entries.into_iter().filter_map(|entry| self.read(entry, faults)).collect()
    }

    /// What has not been taken out, as a whole.
    pub(in crate::curriculum) fn rest<T: DeserializeOwned>(mut self, faults: &mut Vec<Fault>) -> Option<At<T>> {
        let root = std::mem::take(&mut self.root);
        self.read(Spanned::new(0..0, DeValue::Table(root)), faults)
    }

    fn read<T: DeserializeOwned>(&self, value: Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Option<At<T>> {
        let lines = self.lines_of(&value);
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(At { value, file: Arc::clone(&self.file), lines }),
            Err(error) => {
                let line = error.span().map_or(lines.line(), |span| self.line_of(Some(span)));
                faults.push(Fault::new(&self.file, line, trouble_of(error.message())));
                None
            }
        }
    }

    fn lines_of(&self, value: &Spanned<DeValue<'_>>) -> Lines {
        let mut lines = Lines::only(self.line_of(Some(value.span())));
        match value.get_ref() {
            DeValue::Table(table) => {
                lines.parts = table.iter().map(|(key, value)| (key.get_ref().to_string(), self.lines_of(value))).collect();
            }
            DeValue::Array(entries) => lines.list = entries.iter().map(|entry| self.lines_of(entry)).collect(),
            _ => {}
        }
        lines
    }

    fn line_of(&self, span: Option<Range<usize>>) -> usize {
        let at = span.map_or(0, |span| span.start);
        self.first_line + self.newlines.partition_point(|newline| *newline < at)
    }
}

/// The parser's and serde's words in ours.
fn trouble_of(message: &str) -> Trouble {
    let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
    if message.starts_with("unknown field") {
        Trouble::UnknownKey(quoted())
    } else if message.starts_with("missing field") {
        Trouble::MissingKey(quoted())
    } else if message.starts_with("duplicate key") {
        Trouble::KeyTwice
    } else {
        Trouble::BadValue(message.lines().next().unwrap_or_default().to_owned())
    }
}
