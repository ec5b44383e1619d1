//! What programs send: read within bounds, checked field by field, refused with the place that is wrong.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::{Ready, ready};
use validator::{Validate, ValidationError, ValidationErrors};

use crate::clients::{OnceAsked, OnceKey, Replayed};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{ClientId, digest_of};
use crate::web::House;

/// Bytes that a body may have.
const MOST_BYTES: usize = 16 * 1024;

/// The values behind the question mark, checked.
#[derive(Clone, Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Asked<T> {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(asked(request.query_string()).map(Self))
    }
}

fn asked<T: DeserializeOwned + Validate>(query: &str) -> Result<T, AppError> {
    let values = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    let read: Result<T, _> = serde_path_to_error::deserialize(values);
    let asked = read.map_err(|error| {
        let place = error.path().to_string();
        AppError::Unreadable(if place == "." {
            Message::of("api-query-unreadable")
        } else {
            Message::of("api-value-unreadable").with("name", place)
        })
    })?;
    asked.validate().map_err(|errors| AppError::Invalid(messages(&errors)))?;
    Ok(asked)
}

/// What is wrong, by field in the order of their names.
fn messages(errors: &ValidationErrors) -> Vec<(String, Message)> {
    let mut list: Vec<(String, Message)> = errors
        .field_errors()
        .into_iter()
        .flat_map(|(field, errors)| errors.iter().map(move |error| (field.clone().into_owned(), message(error))))
        .collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    list
}

fn message(error: &ValidationError) -> Message {
    let param = |name: &'static str| error.params.get(&Cow::Borrowed(name)).map(ToString::to_string).unwrap_or_default();
    match error.code.as_ref() {
        "length" => Message::of("api-length").with("min", param("min")).with("max", param("max")),
        "range" => Message::of("api-range").with("min", param("min")).with("max", param("max")),
        _ => Message::of("api-place-code"),
    }
}

/// How large a body may be, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Bytes at most.
    pub bytes: usize,
    /// Seconds at most.
    pub seconds: u64,
}

impl Room {
    /// As most bodies are.
    #[must_use]
    pub const fn usual(house_seconds: u64) -> Self {
        Self { bytes: MOST_BYTES, seconds: house_seconds }
    }
}

/// A body, and what kind its sender says it is: without parameters, in small letters.
pub(super) async fn body_of(request: &HttpRequest, payload: web::Payload, house: &House) -> Result<(String, Bytes), AppError> {
    body_within(request, payload, Room::usual(house.config.request_seconds)).await
}

/// The same, with other bounds.
///
/// # Errors
/// [`AppError::TooSlow`], [`AppError::TooLarge`]; where the connection breaks.
pub async fn body_within(request: &HttpRequest, payload: web::Payload, room: Room) -> Result<(String, Bytes), AppError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let limit = Duration::from_secs(room.seconds);
    let read = actix_web::rt::time::timeout(limit, payload.to_bytes_limited(room.bytes)).await.map_err(|_| AppError::TooSlow)?;
    let bytes = read.map_err(|_| AppError::TooLarge)?.map_err(|_| AppError::Malformed("body"))?;
    Ok((kind, bytes))
}

/// The value written in `bytes` as JSON.
pub(super) fn json_in<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AppError> {
    serde_json::from_slice(bytes).map_err(|error| {
        AppError::Unreadable(Message::of("api-json-unreadable").with("line", error.line()).with("column", error.column()))
    })
}

/// A body of JSON.
pub(super) async fn json_of(request: &HttpRequest, payload: web::Payload, room: Room) -> Result<Value, AppError> {
    match body_within(request, payload, room).await? {
        (kind, bytes) if kind == "application/json" => json_in(&bytes),
        _ => Err(AppError::WrongKind),
    }
}

/// The value that stands in a body of JSON; what cannot be read is said by its place.
pub(super) fn read_from<T: DeserializeOwned>(body: &Value) -> Result<T, AppError> {
    serde_path_to_error::deserialize(body).map_err(|error| {
        let place = error.path().to_string();
        AppError::Unreadable(Message::of("api-field-unreadable").with("name", if place == "." { String::new() } else { place }))
    })
}

/// JSON in one way of writing: members by their names, no spaces. So the same request is known again however it is written.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            let written = members.into_iter().map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)));
            format!("{{{}}}", written.collect::<Vec<_>>().join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

/// What a client asks for once: its key, which must be there, and what it stands for.
pub(super) fn asked_once(request: &HttpRequest, client: ClientId, body: &Value) -> Result<OnceAsked, AppError> {
    let mut keys = request.headers().get_all("idempotency-key");
    let key = match (keys.next(), keys.next()) {
        (Some(key), None) => key.to_str().ok().and_then(OnceKey::parse),
        _ => None,
    };
    let key = key.ok_or_else(|| AppError::Unreadable(Message::of("api-key-missing")))?;
    let body = canonical(body);
    let digest = digest_of(&[request.method().as_str().as_bytes(), request.path().as_bytes(), body.as_bytes()]);
    Ok(OnceAsked { client, key, request: digest })
}

/// The answer to something that is done once: the first, or the first again.
pub(super) fn answered<T: Serialize>(done: Replayed<T>) -> HttpResponse {
    let status = |code: u16| StatusCode::from_u16(code).unwrap_or(StatusCode::OK);
    let never_kept = (header::CACHE_CONTROL, "no-store");
    match done {
        Replayed::First(code, answer) => HttpResponse::build(status(code)).insert_header(never_kept).json(answer),
        Replayed::Again(code, body) => HttpResponse::build(status(code))
            .insert_header(never_kept)
            .insert_header(("idempotency-replayed", "true"))
            .content_type("application/json")
            .body(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::forms::PlacesQuery;

    #[test]
    fn a_query_is_read_or_refused_by_the_name_of_what_is_wrong() {
        let good: PlacesQuery = asked("parent=33&limit=7&other=1").unwrap();
        assert_eq!((good.parent.as_deref(), good.limit), (Some("33"), 7));
        let unreadable = |query: &str| match asked::<PlacesQuery>(query) {
            Err(AppError::Unreadable(message)) => message.blanks.first().map(|(_, name)| name.clone()).unwrap_or_default(),
            other => panic!("{query}: {other:?}"),
        };
        assert_eq!(unreadable("limit=many"), "limit");
        assert_eq!(unreadable("limit="), "limit");
        let invalid = |query: &str| match asked::<PlacesQuery>(query) {
            Err(AppError::Invalid(errors)) => errors.into_iter().map(|(field, message)| (field, message.key)).collect::<Vec<_>>(),
            other => panic!("{query}: {other:?}"),
        };
        assert_eq!(invalid("limit=0&parent=abc"), [("limit".to_owned(), "api-range"), ("parent".to_owned(), "api-place-code")]);
    }

    #[test]
    fn the_same_value_is_written_in_one_way_however_it_came() {
        let one: Value = json_in(b"{ \"b\": [1, {\"y\": null, \"x\": \"\xe7\x8e\x8b\\n\"}], \"a\": true }").unwrap();
        let other: Value = json_in("{\"a\":true,\"b\":[1,{\"x\":\"王\\n\",\"y\":null}]}".as_bytes()).unwrap();
        assert_eq!(canonical(&one), "{\"a\":true,\"b\":[1,{\"x\":\"王\\n\",\"y\":null}]}");
        assert_eq!(canonical(&one), canonical(&other));
    }

    #[test]
    fn malformed_json_is_refused_with_line_and_column() {
        match json_in::<serde_json::Value>(b"{\n  \"a\": }") {
            Err(AppError::Unreadable(message)) => {
                assert_eq!(message.blanks, [("line", "2".to_owned()), ("column", "8".to_owned())])
            }
            other => panic!("{other:?}"),
        }
    }
}
