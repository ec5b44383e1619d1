//! The curriculum as a framework of competencies, in the form of 1EdTech's CASE 1.1: the edition is the document; area, task and what one can do are
//! its items, each the child of the one before. Pure.

use serde_json::{Map, Value, json};
use sha1::{Digest as _, Sha1};
use uuid::{Builder, Uuid};

use super::words::{self, CaseWords};
use crate::curriculum::Shelf;
use crate::curriculum::model::Course;
use crate::kernel::Day;

/// Where the answers live.
pub(super) const BASE: &str = "/ims/case/v1p1";
/// The language of every text.
const LANGUAGE: &str = "zh";
/// When the source document was made public, of an edition that nobody has read over yet.
const SOURCE_DAY: &str = "2021-11-05";

/// UUIDv5 (RFC 9562).
fn uuid_v5(space: Uuid, name: &str) -> Uuid {
    let hash = Sha1::new().chain_update(space.as_bytes()).chain_update(name.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.iter()).for_each(|(to, from)| *to = *from);
    Builder::from_sha1_bytes(bytes).into_uuid()
}

/// One item: what it is called, and of what it is the child.
struct Item<'s> {
    code: &'s str,
    parent: &'s str,
    kind: &'static CaseWords,
    statement: &'s str,
    short: Option<&'s str>,
    place: usize,
}

/// The framework of one edition, at one bank.
pub(super) struct Framework<'s> {
    shelf: &'s Shelf,
    /// The address of the bank, without a slash at its end.
    site: &'s str,
    space: Uuid,
    codes: Vec<String>,
}

impl<'s> Framework<'s> {
    /// The framework of the edition on `shelf`, at the bank of this name and address. Ids follow from name and code: editions keep them.
    pub fn of(shelf: &'s Shelf, name: &str, site: &'s str) -> Self {
        let codes = shelf.edition().tasks.iter().map(|task| task.code.to_string()).collect();
        Self { shelf, site, space: uuid_v5(Uuid::NAMESPACE_URL, name), codes }
    }

    fn id(&self, name: &str) -> String {
        uuid_v5(self.space, name).to_string()
    }

    fn uri(&self, collection: &str, id: &str) -> String {
        format!("{}{BASE}/{collection}/{id}", self.site)
    }

    fn link(&self, collection: &str, title: &str, name: &str) -> Value {
        let id = self.id(name);
        json!({ "title": title, "uri": self.uri(collection, &id), "identifier": id })
    }

    /// The last day on which a course was read over.
    fn changed(&self) -> String {
        let days = self.shelf.courses().iter().flat_map(|course| &course.reviews).filter_map(|review| Day::parse(&review.date));
        let day = days.max().map_or_else(|| SOURCE_DAY.to_owned(), |day| day.to_string());
        format!("{day}T00:00:00+08:00")
    }

    fn title(&self) -> &str {
        &self.shelf.edition().manifest.title
    }

    /// The edition.
    pub fn document(&self) -> Value {
        let mut document = self.package_document();
        document.insert("CFPackageURI".to_owned(), self.link("CFPackages", self.title(), words::DOCUMENT));
        Value::Object(document)
    }

    fn package_document(&self) -> Map<String, Value> {
        let (manifest, id) = (&self.shelf.edition().manifest, self.id(words::DOCUMENT));
        let subject = self.link("CFSubjects", words::SUBJECT.title, words::SUBJECT.code);
        let members = [
            ("uri", self.uri("CFDocuments", &id).into()),
            ("identifier", id.into()),
            ("caseVersion", "1.1".into()),
            ("creator", manifest.licence.attribution.clone().into()),
            ("title", manifest.title.clone().into()),
            ("description", words::about(&manifest.source.document).into()),
            ("lastChangeDateTime", self.changed().into()),
            ("version", manifest.version.clone().into()),
            ("language", LANGUAGE.into()),
            ("adoptionStatus", "Adopted".into()),
            ("subject", json!([words::SUBJECT.title])),
            ("subjectURI", json!([subject])),
            ("licenseURI", self.link("CFLicenses", &manifest.licence.name, words::LICENCE)),
            ("officialSourceURL", format!("{}/open", self.site).into()),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// All items: areas, tasks, and of courses that are complete what one can do.
    fn items(&self) -> Vec<Item<'_>> {
        let edition = self.shelf.edition();
        let areas = edition.areas.iter().enumerate().map(|(at, area)| Item {
            code: &area.id,
            parent: words::DOCUMENT,
            kind: &words::AREA,
            statement: &area.title,
            short: Some(&area.short),
            place: at + 1,
        });
        let tasks = edition.tasks.iter().zip(&self.codes).map(|(task, code)| Item {
            code,
            parent: &task.area,
            kind: &words::TASK,
            statement: &task.clause,
            short: Some(&task.title),
            place: usize::from(task.number),
        });
        let courses = edition.courses.iter().filter(|course| course.is_complete());
        let outcomes =
            courses.filter_map(|course| Some((course, self.codes.iter().find(|code| **code == course.code.to_string())?)));
        let outcomes = outcomes.flat_map(|(course, code)| Self::outcomes(course, code));
        areas.chain(tasks).chain(outcomes).collect()
    }

    fn outcomes<'c>(course: &'c Course, code: &'c str) -> impl Iterator<Item = Item<'c>> {
        course.outcomes.iter().enumerate().map(move |(at, outcome)| Item {
            code: &outcome.id,
            parent: code,
            kind: &words::OUTCOME,
            statement: &outcome.text,
            short: None,
            place: at + 1,
        })
    }

    fn item_value(&self, item: &Item<'_>) -> Value {
        let id = self.id(item.code);
        let mut value = json!({
            "uri": self.uri("CFItems", &id),
            "identifier": id,
            "fullStatement": item.statement,
            "humanCodingScheme": item.code,
            "listEnumeration": item.place.to_string(),
            "language": LANGUAGE,
            "CFItemType": item.kind.title,
            "CFItemTypeURI": self.link("CFItemTypes", item.kind.title, item.kind.code),
            "licenseURI": self.link("CFLicenses", &self.shelf.edition().manifest.licence.name, words::LICENCE),
            "lastChangeDateTime": self.changed(),
        });
        if let (Some(short), Some(members)) = (item.short, value.as_object_mut()) {
            members.insert("abbreviatedStatement".to_owned(), short.into());
        }
        value
    }

    fn association_value(&self, item: &Item<'_>) -> Value {
        let id = self.id(&association(item));
        let to = if item.parent == words::DOCUMENT { "CFDocuments" } else { "CFItems" };
        json!({
            "uri": self.uri("CFAssociations", &id),
            "identifier": id,
            "associationType": "isChildOf",
            "sequenceNumber": item.place,
            "originNodeURI": self.link("CFItems", item.code, item.code),
            "destinationNodeURI": self.link(to, item.parent, item.parent),
            "lastChangeDateTime": self.changed(),
        })
    }

    /// A value that stands by itself, not in a package: it names its document.
    fn alone(&self, mut value: Value) -> Value {
        if let Some(members) = value.as_object_mut() {
            members.insert("CFDocumentURI".to_owned(), self.link("CFDocuments", self.title(), words::DOCUMENT));
        }
        value
    }

    /// Whether an id is the document's.
    pub fn is_document(&self, id: &str) -> bool {
        self.id(words::DOCUMENT) == id
    }

    /// All of it.
    pub fn package(&self) -> Value {
        let items = self.items();
        json!({
            "CFDocument": self.package_document(),
            "CFItems": items.iter().map(|item| self.item_value(item)).collect::<Vec<_>>(),
            "CFAssociations": items.iter().map(|item| self.association_value(item)).collect::<Vec<_>>(),
            "CFDefinitions": {
                "CFSubjects": [self.definition("CFSubjects", &words::SUBJECT)],
                "CFItemTypes": words::KINDS.map(|kind| self.definition("CFItemTypes", kind)),
                "CFLicenses": [self.licence_value()],
            },
        })
    }

    /// The item of an id.
    pub fn item(&self, id: &str) -> Option<Value> {
        self.items().iter().find(|item| self.id(item.code) == id).map(|item| self.alone(self.item_value(item)))
    }

    /// The item of an id, with all that ties it to others.
    pub fn item_associations(&self, id: &str) -> Option<Value> {
        let items = self.items();
        let item = items.iter().find(|item| self.id(item.code) == id)?;
        let tied = items.iter().filter(|other| other.code == item.code || other.parent == item.code);
        let tied: Vec<Value> = tied.map(|other| self.alone(self.association_value(other))).collect();
        Some(json!({ "CFItem": self.alone(self.item_value(item)), "CFAssociations": tied }))
    }

    /// The association of an id.
    pub fn association(&self, id: &str) -> Option<Value> {
        let items = self.items();
        let item = items.iter().find(|item| self.id(&association(item)) == id)?;
        Some(self.alone(self.association_value(item)))
    }

    fn definition(&self, collection: &str, of: &CaseWords) -> Value {
        let id = self.id(of.code);
        json!({
            "uri": self.uri(collection, &id),
            "identifier": id,
            "title": of.title,
            "description": of.about,
            "hierarchyCode": of.hierarchy,
            "lastChangeDateTime": self.changed(),
        })
    }

    /// The kind of item of an id, with those below it.
    pub fn item_types(&self, id: &str) -> Option<Value> {
        let kind = words::KINDS.into_iter().find(|kind| self.id(kind.code) == id)?;
        let below = words::KINDS.into_iter().filter(|other| other.hierarchy.starts_with(kind.hierarchy));
        Some(json!({ "CFItemTypes": below.map(|kind| self.definition("CFItemTypes", kind)).collect::<Vec<_>>() }))
    }

    /// The subject of an id.
    pub fn subjects(&self, id: &str) -> Option<Value> {
        let is_it = self.id(words::SUBJECT.code) == id;
        is_it.then(|| json!({ "CFSubjects": [self.definition("CFSubjects", &words::SUBJECT)] }))
    }

    fn licence_value(&self) -> Value {
        let (licence, id) = (&self.shelf.edition().manifest.licence, self.id(words::LICENCE));
        json!({
            "uri": self.uri("CFLicenses", &id),
            "identifier": id,
            "title": licence.name,
            "description": licence.attribution,
            "licenseText": licence.url,
            "lastChangeDateTime": self.changed(),
        })
    }

    /// The licence of an id.
    pub fn licence(&self, id: &str) -> Option<Value> {
        (self.id(words::LICENCE) == id).then(|| self.licence_value())
    }
}

/// The name by which the tie of an item to its parent is known.
fn association(item: &Item<'_>) -> String {
    format!("{} isChildOf {}", item.code, item.parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_that_others_compute() {
        // uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_DNS, "credit-bank.invalid"), "T19-o1")
        let space = uuid_v5(Uuid::NAMESPACE_DNS, "credit-bank.invalid");
        assert_eq!(space.to_string(), "7faa449c-1a86-5547-b3b9-05b8714306b7");
        assert_eq!(uuid_v5(space, "T19-o1").to_string(), "0102ae86-9465-55ac-9426-29a0a8d77f56");
    }
}
