//! What the forms of batches say, parsed.

use super::WrongHead;
use crate::certificates::WHOLE;
use crate::certificates::service::batches::{LineVerdict, PeopleList};
use crate::i18n::Message;
use crate::kernel::Digest;
use crate::web::{FieldError, FieldErrors, Fields, SentFile, sheet::Unreadable};

/// Characters of the words with which a batch is sent back.
const MOST_WORDS: usize = 500;

fn wrong(field: &'static str, key: &'static str) -> FieldError {
    FieldError::new(field, Message::of(key))
}

/// Of which kind, and about which unit. `kinds`: what may be chosen, as `kind` or as `kind unit`.
fn what(fields: &Fields, kinds: &[String]) -> Result<(String, String), FieldError> {
    let chosen = Some(fields.get("what")).filter(|what| kinds.iter().any(|kind| kind == what));
    let what = chosen.ok_or_else(|| wrong("what", "certificate-batches-what-choose"))?;
    let (kind, unit) = what.split_once(' ').unwrap_or((what, WHOLE));
    Ok((kind.to_owned(), unit.to_owned()))
}

/// What a batch is brought from.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::certificates) enum Brings {
    /// A file.
    File(Vec<u8>),
    /// A list of people that the bank has.
    List(PeopleList),
}

/// A batch about to be brought.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::certificates) struct Wanted {
    pub kind: String,
    pub about: String,
    pub from: Brings,
}

/// What the field `from` says where people stand in a file.
pub(in crate::certificates) const FILE: &str = "file";

/// The fields `what` and `from`, with the file where people stand in one.
pub(in crate::certificates) fn wanted(fields: &Fields, kinds: &[String], file: SentFile) -> Result<Wanted, FieldErrors> {
    let from = match (fields.get("from"), file) {
        (FILE, SentFile::Whole(bytes)) if bytes.is_empty() => Err(wrong("file", "certificate-batches-file-choose")),
        (FILE, SentFile::Whole(bytes)) => Ok(Brings::File(bytes)),
        (FILE, SentFile::TooLarge) => Err(Unreadable::TooLarge.at("file")),
        (list, _) => match PeopleList::parse(list) {
            Some(list) => Ok(Brings::List(list)),
            None => Err(wrong("from", "certificate-batches-from-choose")),
        },
    };
    match (what(fields, kinds), from) {
        (Ok((kind, about)), Ok(from)) => Ok(Wanted { kind, about, from }),
        (what, from) => Err([what.err(), from.err()].into_iter().flatten().collect()),
    }
}

/// What is wrong with the first line of a file, at its field.
pub(in crate::certificates) fn wrong_head(wrong: &WrongHead) -> FieldError {
    let message = match wrong {
        WrongHead::Missing(column) => Message::of("sheet-head-missing").with("column", column.heading()),
        WrongHead::Twice(column) => Message::of("sheet-head-twice").with("column", column.heading()),
    };
    FieldError::new("file", message)
}

/// What the second person decides of the whole.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::certificates) enum Decided {
    /// 同意发证, having been shown what has this digest.
    Agree(Digest),
    /// 退回, because.
    Back(String),
}

impl Decided {
    /// The fields `doing`, `shown` and `words`.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        match fields.get("doing") {
            "agree" => {
                let shown = Digest::parse(fields.get("shown"));
                shown.map(Self::Agree).ok_or_else(|| vec![wrong("words", "certificate-batches-stale")])
            }
            "back" => words(fields).map(Self::Back),
            _ => Err(vec![wrong("words", "certificate-batches-doing-unknown")]),
        }
    }
}

/// What the second person says of one line of the sample: the fields `doing`, `shown` and `words`.
pub(in crate::certificates) fn looked(fields: &Fields) -> Result<LineVerdict, FieldErrors> {
    match fields.get("doing") {
        "right" => {
            let shown = Digest::parse(fields.get("shown"));
            shown.map(LineVerdict::Right).ok_or_else(|| vec![wrong("words", "certificate-batches-line-stale")])
        }
        "wrong" => words(fields).map(LineVerdict::Wrong),
        _ => Err(vec![wrong("words", "certificate-batches-doing-unknown")]),
    }
}

fn words(fields: &Fields) -> Result<String, FieldErrors> {
    fields.lines("words", MOST_WORDS, "certificate-batches-words-empty").map_err(|error| vec![error])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of<T: std::fmt::Debug>(read: Result<T, FieldErrors>) -> Vec<&'static str> {
        read.unwrap_err().iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_is_brought_is_read_whole_or_everything_wrong_is_said() {
        let kinds = ["foundation".to_owned(), "unit T19".to_owned()];
        let read = |pairs: &[(&str, &str)], file: SentFile| wanted(&Fields::from_pairs(pairs), &kinds, file);
        let none = || SentFile::Whole(Vec::new());
        let good = read(&[("what", "unit T19"), ("from", "requests")], none()).unwrap();
        assert_eq!((good.kind.as_str(), good.about.as_str(), good.from), ("unit", "T19", Brings::List(PeopleList::Requests)));
        let file = read(&[("what", "foundation"), ("from", "file")], SentFile::Whole(vec![1])).unwrap();
        assert_eq!((file.about.as_str(), file.from), (WHOLE, Brings::File(vec![1])));
        assert_eq!(fields_of(read(&[("what", "unit T01")], none())), ["what", "from"]);
        assert_eq!(fields_of(read(&[("what", "foundation"), ("from", "file")], none())), ["file"]);
        assert_eq!(fields_of(read(&[("from", "file")], SentFile::TooLarge)), ["what", "file"]);
    }

    #[test]
    fn what_the_second_person_says_names_what_was_shown_or_why() {
        let shown = Digest::from_array([7; 32]);
        let text = shown.to_string();
        let of = |pairs: &[(&str, &str)]| Fields::from_pairs(pairs);
        assert_eq!(Decided::parse(&of(&[("doing", "agree"), ("shown", &text)])).unwrap(), Decided::Agree(shown));
        assert_eq!(
            Decided::parse(&of(&[("doing", "back"), ("words", "第 3 行不是她")])).unwrap(),
            Decided::Back("第 3 行不是她".to_owned())
        );
        assert_eq!(looked(&of(&[("doing", "right"), ("shown", &text)])).unwrap(), LineVerdict::Right(shown));
        assert_eq!(looked(&of(&[("doing", "wrong"), ("words", "名字不对")])).unwrap(), LineVerdict::Wrong("名字不对".to_owned()));
        for pairs in [&[("doing", "agree")][..], &[("doing", "back"), ("words", " ")], &[]] {
            assert_eq!(fields_of(Decided::parse(&of(pairs))), ["words"]);
        }
        for pairs in [&[("doing", "right")][..], &[("doing", "wrong")], &[]] {
            assert_eq!(fields_of(looked(&of(pairs))), ["words"]);
        }
    }
}
