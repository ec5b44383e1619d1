//! The answers of CASE 1.1: read only, for anybody, known by the edition.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, EntityTag};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::case::{BASE, Framework};
use super::routes::{FOR_AN_HOUR, is_known};
use crate::curriculum::Shelf;
use crate::web::{House, address_of};

/// Documents on a page, where nothing else is asked.
const LIMIT: u64 = 100;

/// Which documents.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CaseQuery {
    limit: Option<String>,
    offset: Option<String>,
    sort: Option<String>,
    #[serde(rename = "orderBy")]
    order_by: Option<String>,
    filter: Option<String>,
    fields: Option<String>,
}

/// Who asks, and what is on the shelf.
struct Asking<'a> {
    request: &'a HttpRequest,
    house: &'a House,
    shelf: &'a Shelf,
}

impl Asking<'_> {
    /// What is found, as JSON; what is known already is not sent once more.
    fn answer(&self, find: impl FnOnce(&Framework<'_>) -> Option<Value>) -> HttpResponse {
        let site = address_of(self.house, self.request);
        let framework = Framework::of(self.shelf, self.house.config.issuer(), &site);
        match find(&framework) {
            Some(value) => self.sent(&value, &[]),
            None => unknown(),
        }
    }

    fn sent(&self, value: &Value, more: &[(&'static str, String)]) -> HttpResponse {
        let tag = EntityTag::new_strong(self.shelf.digest().to_string());
        let mut answer = if is_known(self.request, &tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header((header::ETAG, tag.to_string())).insert_header(FOR_AN_HOUR);
        for (name, said) in more {
            answer.insert_header((*name, said.as_str()));
        }
        if is_known(self.request, &tag) { answer.finish() } else { answer.json(value) }
    }
}

/// A refusal in the words of CASE.
fn refused(status: StatusCode, code: &str, words: &str) -> HttpResponse {
    let field = json!({ "imsx_codeMinorFieldName": "sourcedId", "imsx_codeMinorFieldValue": code });
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-cache")).json(json!({
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": words,
        "imsx_codeMinor": { "imsx_codeMinorField": [field] },
    }))
}

fn unknown() -> HttpResponse {
    refused(StatusCode::NOT_FOUND, "unknownobject", "There is nothing of this identifier.")
}

/// What stands behind the question mark, read.
struct Wanted {
    limit: u64,
    offset: u64,
    filter: Option<(String, String)>,
    fields: Vec<String>,
}

impl Wanted {
    /// What is asked of documents with these members.
    fn read(query: &CaseQuery, known: &Map<String, Value>) -> Result<Self, (&'static str, &'static str)> {
        let number =
            |text: &Option<String>, usual: u64| text.as_deref().map_or(Ok(usual), |text| text.parse::<u64>().map_err(|_| ()));
        let count = ("invalid_selection_field", "limit and offset are whole numbers, limit at least 1.");
        let limit = number(&query.limit, LIMIT).ok().filter(|limit| *limit > 0).ok_or(count)?.min(LIMIT);
        let offset = number(&query.offset, 0).map_err(|()| count)?;
        if query.sort.as_ref().is_some_and(|field| !known.contains_key(field)) {
            return Err(("invalid_sort_field", "There is no such field to sort by."));
        }
        if query.order_by.as_deref().is_some_and(|order| !matches!(order, "asc" | "desc")) {
            return Err(("invalid_sort_field", "orderBy is asc or desc."));
        }
        let filter = query.filter.as_deref().map(|filter| equality(filter, known)).transpose()?;
        let fields: Vec<String> =
            query.fields.iter().flat_map(|fields| fields.split(',')).map(|field| field.trim().to_owned()).collect();
        if fields.iter().any(|field| !known.contains_key(field)) {
            return Err(("invalid_selection_field", "There is no such field to select."));
        }
        Ok(Self { limit, offset, filter, fields })
    }
}

/// `field='value'`.
fn equality(filter: &str, known: &Map<String, Value>) -> Result<(String, String), (&'static str, &'static str)> {
    let wrong = ("invalid_selection_field", "filter is field='value', of a field of documents.");
    let (field, value) = filter.split_once('=').ok_or(wrong)?;
    let value = value.trim().strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).ok_or(wrong)?;
    if known.contains_key(field.trim()) { Ok((field.trim().to_owned(), value.to_owned())) } else { Err(wrong) }
}

fn selected(document: Map<String, Value>, fields: &[String]) -> Map<String, Value> {
    document.into_iter().filter(|(name, _)| fields.is_empty() || fields.contains(name)).collect()
}

/// `GET /ims/case/v1p1/CFDocuments`: the edition, as the one document there is.
pub async fn documents(request: HttpRequest, query: Query<CaseQuery>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    let site = address_of(&house, &request);
    let framework = Framework::of(&shelf, house.config.issuer(), &site);
    let Value::Object(document) = framework.document() else { return unknown() };
    let wanted = match Wanted::read(&query, &document) {
        Ok(wanted) => wanted,
        Err((code, words)) => return refused(StatusCode::BAD_REQUEST, code, words),
    };
    let is_wanted =
        wanted.filter.as_ref().is_none_or(|(field, value)| document.get(field).and_then(Value::as_str) == Some(value.as_str()));
    let found: Vec<Map<String, Value>> = is_wanted.then_some(document).into_iter().collect();
    let total = found.len();
    let shown = found.into_iter().skip(usize::try_from(wanted.offset).unwrap_or(usize::MAX));
    let shown: Vec<Map<String, Value>> = shown.map(|document| selected(document, &wanted.fields)).collect();
    let first = format!("<{site}{BASE}/CFDocuments?limit={}&offset=0>", wanted.limit);
    let more = [("x-total-count", total.to_string()), ("link", format!("{first}; rel=\"first\", {first}; rel=\"last\""))];
    let asking = Asking { request: &request, house: &house, shelf: &shelf };
    asking.sent(&json!({ "CFDocuments": shown }), &more)
}

/// What has this id, where it is one.
fn found(
    (request, house, shelf): (&HttpRequest, &House, &Shelf),
    id: &str,
    find: impl FnOnce(&Framework<'_>, &str) -> Option<Value>,
) -> HttpResponse {
    let Ok(id) = Uuid::parse_str(id) else {
        return refused(StatusCode::NOT_FOUND, "invalid_uuid", "The identifier is no UUID.");
    };
    let id = id.to_string();
    Asking { request, house, shelf }.answer(|framework| find(framework, &id))
}

/// `GET /ims/case/v1p1/CFDocuments/{id}`.
pub async fn document(request: HttpRequest, id: Path<String>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    found((&request, &house, &shelf), &id, |framework, id| framework.is_document(id).then(|| framework.document()))
}

/// `GET /ims/case/v1p1/CFPackages/{id}`: all of it; a package has the id of its document.
pub async fn package(request: HttpRequest, id: Path<String>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    found((&request, &house, &shelf), &id, |framework, id| framework.is_document(id).then(|| framework.package()))
}

/// `GET /ims/case/v1p1/CFItems/{id}`.
pub async fn item(request: HttpRequest, id: Path<String>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    found((&request, &house, &shelf), &id, |framework, id| framework.item(id))
}

/// `GET /ims/case/v1p1/CFItemAssociations/{id}`: of the item of this id.
pub async fn item_associations(request: HttpRequest, id: Path<String>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    found((&request, &house, &shelf), &id, |framework, id| framework.item_associations(id))
}

/// `GET /ims/case/v1p1/CFAssociations/{id}`.
pub async fn association(request: HttpRequest, id: Path<String>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    found((&request, &house, &shelf), &id, |framework, id| framework.association(id))
}

/// `GET /ims/case/v1p1/CFItemTypes/{id}`: with those below it.
pub async fn item_types(request: HttpRequest, id: Path<String>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    found((&request, &house, &shelf), &id, |framework, id| framework.item_types(id))
}

/// `GET /ims/case/v1p1/CFSubjects/{id}`.
pub async fn subjects(request: HttpRequest, id: Path<String>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    found((&request, &house, &shelf), &id, |framework, id| framework.subjects(id))
}

/// `GET /ims/case/v1p1/CFLicenses/{id}`.
pub async fn licence(request: HttpRequest, id: Path<String>, house: Data<House>, shelf: Shelf) -> HttpResponse {
    found((&request, &house, &shelf), &id, |framework, id| framework.licence(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: CaseQuery) -> Result<(u64, u64, usize), &'static str> {
        let known = ["title", "identifier"].map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
        Wanted::read(&query, &known).map(|wanted| (wanted.limit, wanted.offset, wanted.fields.len())).map_err(|(code, _)| code)
    }

    #[test]
    fn what_is_asked_is_read_or_refused_by_its_code() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(CaseQuery::default()), Ok((100, 0, 0)));
        assert_eq!(
            read(CaseQuery { limit: some("7"), offset: some("3"), fields: some("title, identifier"), ..CaseQuery::default() }),
            Ok((7, 3, 2))
        );
        assert_eq!(read(CaseQuery { filter: some("title='一'"), ..CaseQuery::default() }), Ok((100, 0, 0)));
        let refused = [
            (CaseQuery { limit: some("0"), ..CaseQuery::default() }, "invalid_selection_field"),
            (CaseQuery { offset: some("-1"), ..CaseQuery::default() }, "invalid_selection_field"),
            (CaseQuery { sort: some("owner"), ..CaseQuery::default() }, "invalid_sort_field"),
            (CaseQuery { order_by: some("up"), ..CaseQuery::default() }, "invalid_sort_field"),
            (CaseQuery { filter: some("title>'一'"), ..CaseQuery::default() }, "invalid_selection_field"),
            (CaseQuery { filter: some("owner='一'"), ..CaseQuery::default() }, "invalid_selection_field"),
            (CaseQuery { fields: some("owner"), ..CaseQuery::default() }, "invalid_selection_field"),
        ];
        for (query, code) in refused {
            let words = format!("{query:?}");
            assert_eq!(read(query), Err(code), "{words}");
        }
    }
}
