//! The page about the package.

use askama::Template;

use crate::curriculum::model::{Edition, Licence};
use crate::kernel::Day;
use crate::web::{Page, day_words};

/// What can be taken away.
#[derive(Template)]
#[template(path = "open/open.html")]
pub(super) struct OpenPage {
    pub page: Page,
    /// 下载 1.8 兆.
    pub go: String,
    /// 23 门课，241 课，…
    pub sum: String,
    pub version: String,
    /// The last day on which a course was looked through.
    pub reviewed: String,
    pub licence: Licence,
}

impl OpenPage {
    pub(super) fn new(page: Page, edition: &Edition, bytes: u64) -> Self {
        let whole = || edition.courses.iter().filter(|course| course.is_complete());
        let lessons: usize = whole().map(|course| course.lessons.len()).sum();
        let voices: usize = whole().map(|course| course.voices.len()).sum();
        let counts = [("courses", whole().count()), ("lessons", lessons), ("words", edition.glossary.len()), ("voices", voices)]
            .map(|(name, count)| (name, count.to_string()));
        let counts: Vec<(&str, &str)> = counts.iter().map(|(name, count)| (*name, count.as_str())).collect();
        let days = whole().flat_map(|course| &course.reviews).filter_map(|review| Day::parse(&review.date));
        Self {
            go: page.t1("open-go-note", "size", megabytes(bytes)),
            sum: page.lang().fill(if voices == 0 { "open-sum" } else { "open-sum-voices" }, &counts),
            version: edition.manifest.version.clone(),
            reviewed: days.max().map(|day| day_words(page.lang(), day)).unwrap_or_default(),
            licence: edition.manifest.licence.clone(),
            page,
        }
    }
}

/// Millions of bytes to a tenth, rounded up: 1.8.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_never_said_to_be_less_than_it_is() {
        for (bytes, expected) in
            [(0, "0.0"), (1, "0.1"), (100_000, "0.1"), (100_001, "0.2"), (1_950_001, "2.0"), (52_000_000, "52.0")]
        {
            assert_eq!(megabytes(bytes), expected, "{bytes}");
        }
    }
}
