//! The body of a posted form: read once, within bounds of size and time, before anybody is asked who it is. So what was typed is at hand
//! whatever becomes of the request.

use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, header};
use actix_web::web::BytesMut;
use futures_util::StreamExt;
use percent_encoding::percent_decode;

use super::sender::{Sender, sender_of};
use super::{Fields, House, Ui, text};
use crate::error::AppError;

/// Bytes that a form may have: somebody who pastes 10,000 characters, of at most 12 bytes each once escaped, gets them back
/// with a word on how to shorten them.
pub(super) const MOST_BYTES: usize = 128 * 1024;
/// The same while more is asked than can be done: every form that people fill in fits, and memory stays bounded.
pub(super) const MOST_BYTES_IN_A_CROWD: usize = 16 * 1024;

/// A form as it came.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// What was filled in, or why it cannot be read.
    pub fields: Result<Fields, Unread>,
    /// The page that sent it.
    pub sender: Sender,
    /// Whether it carries the token of this very browser and session.
    pub has_token: bool,
}

/// Why a form cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    TooLarge,
    TooSlow,
    Malformed(&'static str),
}

impl From<Unread> for AppError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::TooLarge,
            Unread::TooSlow => Self::TooSlow,
            Unread::Malformed(what) => Self::Malformed(what),
        }
    }
}

impl Received {
    /// What was filled in, if it certainly comes from a page of ours: only that may ever be offered to be sent once more.
    pub(super) fn ours(&self) -> Option<&Fields> {
        let is_ours = self.sender == Sender::Own || (self.has_token && self.sender == Sender::Unsaid);
        self.fields.as_ref().ok().filter(|_| is_ours)
    }
}

/// Whether a request is one whose form is read here. Programs' requests are read by their own handlers.
pub(super) fn is_form(request: &ServiceRequest) -> bool {
    *request.method() == Method::POST && !request.path().starts_with("/api/")
}

/// Reads the form of a POST.
pub(super) async fn receive(request: &mut ServiceRequest, house: &House, ui: &Ui, most: usize) -> Received {
    let sender = sender_of(request.headers(), &house.config);
    let limit = Duration::from_secs(house.config.request_seconds);
    let body = actix_web::rt::time::timeout(limit, read(request, most)).await.unwrap_or(Err(Unread::TooSlow));
    let fields = body.and_then(|body| parse(&body));
    let has_token = fields.as_ref().is_ok_and(|fields| is_same(fields.get("csrf"), &ui.csrf));
    Received { fields, sender, has_token }
}

/// Both are our own hex of one length: compared without a short way out.
pub(super) fn is_same(given: &str, right: &str) -> bool {
    given.len() == right.len() && given.bytes().zip(right.bytes()).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0
}

async fn read(request: &mut ServiceRequest, most: usize) -> Result<BytesMut, Unread> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !header(header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded") {
        return Err(Unread::Malformed("content-type"));
    }
    if header(header::CONTENT_LENGTH).parse::<usize>().is_ok_and(|declared| declared > most) {
        return Err(Unread::TooLarge);
    }
    let mut payload = request.take_payload();
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Unread::Malformed("body"))?;
        if body.len() + chunk.len() > most {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse(body: &[u8]) -> Result<Fields, Unread> {
    let pieces = body.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
    let pairs = pieces.map(|piece| {
        let (name, value) = match piece.iter().position(|byte| *byte == b'=').and_then(|at| piece.split_at_checked(at)) {
            Some((name, value)) => (name, value.get(1..).unwrap_or_default()),
            None => (piece, &[][..]),
        };
        Ok((decoded(name)?, text::without_invisible(&decoded(value)?)))
    });
    pairs.collect::<Result<_, _>>().map(Fields)
}

fn decoded(piece: &[u8]) -> Result<String, Unread> {
    let spaced: Vec<u8> = piece.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let mut escapes = spaced.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    if !escapes.all(|(at, _)| is_hex(spaced.get(at + 1)) && is_hex(spaced.get(at + 2))) {
        return Err(Unread::Malformed("escapes"));
    }
    let text = percent_decode(&spaced).decode_utf8().map_err(|_| Unread::Malformed("utf-8"))?;
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_or_refused_as_a_whole() {
        let cases: [(&[u8], Result<&str, Unread>); 11] = [
            (b"a=%E7%8E%8B", Ok("王")),
            (b"b=3&a=1+2&", Ok("1 2")),
            (b"a=", Ok("")),
            (b"a", Ok("")),
            (b"a=b=c", Ok("b=c")),
            // A character that stands for an unreadable one may be typed like any other; the form says what is wrong with it.
            (b"a=%EF%BF%BD", Ok("\u{FFFD}")),
            (b"a=%E7%8E", Err(Unread::Malformed("utf-8"))),
            (b"%ff=1", Err(Unread::Malformed("utf-8"))),
            (b"a=%zz", Err(Unread::Malformed("escapes"))),
            (b"a=%4", Err(Unread::Malformed("escapes"))),
            (b"a=\xff", Err(Unread::Malformed("utf-8"))),
        ];
        for (body, expected) in cases {
            assert_eq!(parse(body).as_ref().map(|fields| fields.get("a")).map_err(|unread| *unread), expected, "{body:?}");
        }
    }

    #[test]
    fn only_what_certainly_comes_from_a_page_of_ours_is_offered_again() {
        let cases = [
            (Sender::Own, false, true),
            (Sender::Own, true, true),
            (Sender::Unsaid, true, true),
            (Sender::Unsaid, false, false),
            (Sender::Foreign, false, false),
            (Sender::Foreign, true, false),
        ];
        for (sender, has_token, expected) in cases {
            let received = Received { fields: Ok(Fields::default()), sender, has_token };
            assert_eq!(received.ours().is_some(), expected, "{sender:?} {has_token}");
        }
    }
}
