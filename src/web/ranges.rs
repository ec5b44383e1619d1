//! Parts of what is served: a player goes back and forth in a recording, a download that broke off goes on.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use actix_web::HttpRequest;
use actix_web::http::header::{self, ByteRangeSpec, ContentRange, ContentRangeSpec, EntityTag, Header, Range};
use actix_web::web::{Bytes, block};
use futures_util::Stream;

/// So much of a file is in memory at once.
const PIECE: u64 = 64 * 1024;

/// What of something is asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// From this byte to that one.
    Between(u64, u64),
    /// Nothing that is there.
    Beyond,
}

/// One part is given as asked; who asks for several, or of another version than this `tag`, gets the whole.
#[must_use]
pub fn part_asked_for(request: &HttpRequest, tag: &EntityTag, length: u64) -> Part {
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    if text(header::IF_RANGE).is_some_and(|is| is != tag.to_string()) {
        return Part::Whole;
    }
    let Ok(Range::Bytes(parts)) = Range::parse(request) else { return Part::Whole };
    let [part] = parts.as_slice() else { return Part::Whole };
    part_of(part, length)
}

fn part_of(part: &ByteRangeSpec, length: u64) -> Part {
    part.to_satisfiable_range(length).map_or(Part::Beyond, |(first, last)| Part::Between(first, last))
}

/// The header that says which part this is; with nothing, that there is no such part.
#[must_use]
pub fn content_range(range: Option<(u64, u64)>, length: u64) -> ContentRange {
    ContentRange(ContentRangeSpec::Bytes { range, instance_length: Some(length) })
}

/// `count` bytes of `file` from `first` on, piece by piece, each read on a thread that may wait.
pub fn stream_of(file: File, first: u64, count: u64) -> impl Stream<Item = io::Result<Bytes>> {
    futures_util::stream::try_unfold((file, first, count), |(file, at, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let read = block(move || read_piece(file, at, left.min(PIECE))).await;
        let (file, piece) = read.map_err(io::Error::other)??;
        let got = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        Ok(Some((piece, (file, at.saturating_add(got), left.saturating_sub(got)))))
    })
}

fn read_piece(mut file: File, at: u64, count: u64) -> io::Result<(File, Bytes)> {
    let mut piece = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    (&mut file).take(count).read_to_end(&mut piece)?;
    if piece.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((file, piece.into()))
}
