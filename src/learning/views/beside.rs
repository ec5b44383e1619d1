//! What stands beside a course: its booklets, what others have made, and what catalogues elsewhere need to know of it.

use std::fmt;

use super::parts::Row;
use crate::curriculum::model::{Course, Resource, ResourceKind};
use crate::curriculum::{Shelf, Site, metadata_of};
use crate::kernel::Day;
use crate::learning::booklet::Booklet;
use crate::learning::urls;
use crate::web::Page;

/// What stands beside a course; nothing beside one that is being written.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// For programs.
    pub metadata: Metadata,
    /// One for each group, this person's own first.
    pub booklets: Vec<Row>,
    /// What others have made and is still shown.
    pub resources: Vec<Row>,
}

impl Beside {
    /// What stands beside `course` on `site` on the day `today`.
    pub fn of(page: &Page, shelf: &Shelf, course: &Course, site: Site<'_>, today: Day) -> Self {
        if !course.is_complete() {
            return Self::default();
        }
        let all = &shelf.edition().resources;
        let shown = all.iter().filter(|one| one.courses.contains(&course.code) && one.is_shown(today));
        Self {
            metadata: Metadata::of(metadata_of(shelf, course.code, Some(site)).as_ref()),
            booklets: Booklet::all_of(course).map(|booklet| booklet_row(page, shelf, &booklet)).collect(),
            resources: shown.map(|resource| resource_row(page, resource)).collect(),
        }
    }
}

fn booklet_row(page: &Page, shelf: &Shelf, booklet: &Booklet<'_>) -> Row {
    Row {
        href: urls::booklet(booklet.course.code, booklet.group),
        icon: "print",
        title: shelf.pathway(booklet.group).map(|pathway| pathway.name.clone()).unwrap_or_default(),
        note: page.t1("learning-booklet-pages", "pages", booklet.pages(shelf)),
        ..Row::default()
    }
}

fn resource_row(page: &Page, resource: &Resource) -> Row {
    let kind = page.t(match resource.kind {
        ResourceKind::Video => "learning-resource-video",
        ResourceKind::Course => "learning-resource-course",
        ResourceKind::Text => "learning-resource-text",
        ResourceKind::Tool => "learning-resource-tool",
    });
    let parts = [
        ("kind", kind.as_str()),
        ("publisher", resource.publisher.as_str()),
        ("licence", resource.licence.as_str()),
        ("note", resource.note.as_str()),
    ];
    Row {
        href: resource.url.clone(),
        icon: "learn",
        title: resource.title.clone(),
        note: page.lang().fill("learning-resource-note", &parts),
        ..Row::default()
    }
}

/// Metadata as it stands in a page, in a block that browsers do not run. No tag can end the block: what HTML reserves is written as
/// JSON's own escapes.
#[derive(Clone, Debug, Default)]
pub struct Metadata(String);

impl Metadata {
    fn of(value: Option<&serde_json::Value>) -> Self {
        let text = value.map(ToString::to_string).unwrap_or_default();
        Self(text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
    }

    /// For the template.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Metadata {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_block_of_metadata() {
        let value = serde_json::json!({ "name": "甲</script><script>alert(1)</script>&amp;<!--" });
        let metadata = Metadata::of(Some(&value)).to_string();
        assert!(!metadata.contains(['<', '>', '&']), "{metadata}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&metadata).unwrap(), value, "programs read what was meant");
    }
}
