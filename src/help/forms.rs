//! What the forms of this subject say, parsed.

use super::call_phone::CallPhone;
use super::told::{Paper, PartOfDay, Told};
use crate::credentials::Number;
use crate::i18n::Message;
use crate::web::{FieldError, FieldErrors, Fields};

/// Characters that somebody may write to us at a time.
pub const MOST_WORDS: usize = 500;

/// 请人给您回电.
#[derive(Debug)]
pub(super) struct CallBack {
    pub phone: CallPhone,
    pub told: Told,
}

impl CallBack {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let phone = CallPhone::parse(fields.get("phone")).map_err(|message| FieldError::new("phone", message));
        let words = fields.optional_lines("about", MOST_WORDS);
        let when = PartOfDay::ALL.into_iter().filter(|part| fields.all("when").any(|value| value == part.code())).collect();
        match (phone, words) {
            (Ok(phone), Ok(words)) => Ok(Self { phone, told: Told { when, words, ..Told::default() } }),
            (phone, words) => Err([phone.err(), words.err()].into_iter().flatten().collect()),
        }
    }
}

/// What is to be printed: a paper that we have, of a year where it is one of a year; a certificate by its number.
pub(super) fn print(fields: &Fields) -> Option<Told> {
    let paper = Paper::ALL.into_iter().find(|paper| paper.code() == fields.get("paper"))?;
    let year = fields.get("year").parse().ok().filter(|year| paper == Paper::Hours && (1900..=9999).contains(year));
    let certificate = match paper {
        Paper::Certificate => Some(Number::parse(fields.get("number"))?.to_string()),
        _ => None,
    };
    Some(Told { paper: Some(paper), certificate, year, ..Told::default() })
}

/// What the staff does with a case.
#[derive(Debug)]
pub(super) enum Doing {
    /// 我来办.
    Take,
    /// 答复.
    Answer(String),
}

impl Doing {
    pub(super) fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        match fields.get("doing") {
            "take" => Ok(Self::Take),
            "answer" => fields.lines("answer", MOST_WORDS, "help-answer-empty").map(Self::Answer).map_err(|error| vec![error]),
            _ => Err(vec![FieldError::new("answer", Message::of("help-doing-unknown"))]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_back_is_read_whole_or_says_everything_that_is_wrong() {
        let good =
            Fields::from_pairs(&[("phone", "138 0000 0000"), ("when", "afternoon"), ("when", "night"), ("about", " 字太小 ")]);
        let read = CallBack::parse(&good).unwrap();
        assert_eq!((read.phone.as_str(), read.told.words.as_str()), ("13800000000", "字太小"));
        assert_eq!(read.told.when, [PartOfDay::Afternoon]);
        let long = "长".repeat(501);
        let bad = Fields::from_pairs(&[("phone", "没有"), ("about", &long)]);
        let errors = CallBack::parse(&bad).unwrap_err();
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["phone", "about"]);
    }

    #[test]
    fn only_papers_that_we_have_are_printed() {
        let read = |pairs: &[(&str, &str)]| print(&Fields::from_pairs(pairs)).map(|told| (told.paper, told.year));
        assert_eq!(read(&[("paper", "hours"), ("year", "2026")]), Some((Some(Paper::Hours), Some(2026))));
        assert_eq!(read(&[("paper", "card"), ("year", "2026")]), Some((Some(Paper::Card), None)));
        assert_eq!(read(&[("paper", "diploma")]), None);
        let number = Number::from_chance([7; 8]);
        let told = print(&Fields::from_pairs(&[("paper", "certificate"), ("number", &number.spaced())])).unwrap();
        assert_eq!((told.paper, told.certificate), (Some(Paper::Certificate), Some(number.to_string())));
        assert_eq!(read(&[("paper", "certificate")]), None, "of which nobody can tell");
    }

    #[test]
    fn an_answer_needs_words() {
        assert!(matches!(Doing::parse(&Fields::from_pairs(&[("doing", "take")])), Ok(Doing::Take)));
        assert!(Doing::parse(&Fields::from_pairs(&[("doing", "answer"), ("answer", " ")])).is_err());
        assert!(Doing::parse(&Fields::default()).is_err());
    }
}
