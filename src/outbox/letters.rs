//! What letters say: one file of templates with id and version.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::i18n::Lang;

/// One kind of letter.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Template {
    pub id: String,
    pub version: String,
    pub at_night: bool,
    pub keep_trying_minutes: i64,
    pub subject: String,
    #[serde(rename = "zh-CN")]
    chinese: String,
    #[serde(rename = "en")]
    english: String,
}

#[derive(Deserialize)]
struct File {
    letter: Vec<Template>,
}

const FILE: &str = include_str!("../../templates/letters/letters.toml");

#[expect(clippy::expect_used, reason = "the file is part of the binary and a test reads it")]
static TEMPLATES: LazyLock<HashMap<String, Template>> = LazyLock::new(|| {
    let file: File = toml::from_str(FILE).expect("letters.toml is read by a test");
    file.letter.into_iter().map(|letter| (letter.id.clone(), letter)).collect()
});

/// The template with this id.
pub(super) fn find(id: &str) -> Option<&'static Template> {
    TEMPLATES.get(id)
}

impl Template {
    /// The words with their blanks filled.
    pub fn words(&self, lang: Lang, params: &[(String, String)]) -> String {
        let words = match lang {
            Lang::Chinese => &self.chinese,
            Lang::English => &self.english,
        };
        params.iter().fold(words.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read_and_both_languages_have_the_same_blanks() {
        let blanks = |text: &str| {
            let mut names: Vec<String> =
                text.split('{').skip(1).filter_map(|part| part.split('}').next()).map(str::to_owned).collect();
            names.sort();
            names
        };
        assert!(TEMPLATES.len() >= 3);
        for template in TEMPLATES.values() {
            assert_eq!(blanks(&template.chinese), blanks(&template.english), "{}", template.id);
            assert!(template.keep_trying_minutes > 0 && !template.version.is_empty(), "{}", template.id);
        }
    }

    #[test]
    fn only_codes_and_warnings_go_at_night() {
        let at_night: Vec<&str> = TEMPLATES.values().filter(|letter| letter.at_night).map(|letter| letter.id.as_str()).collect();
        assert!(at_night.iter().all(|id| id.ends_with("-code") || *id == "phone-changed"), "{at_night:?}");
    }

    #[test]
    fn blanks_are_filled() {
        let words = find("sign-in-code").unwrap().words(Lang::Chinese, &[("code".to_owned(), "042137".to_owned())]);
        assert!(words.contains("042137") && !words.contains('{'), "{words}");
    }
}
