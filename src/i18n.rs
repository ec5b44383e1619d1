//! The message catalogue: every word on the screen that is not curriculum. Fluent files in `locales/`, zh-CN complete, en beside it.
//!
//! A message that is missing in one language is looked up in zh-CN; one that is missing there shows its key, and a test finds it.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use unic_langid::langid;

static_loader! {
    static CATALOGUE = {
        locales: "./locales",
        fallback_language: "zh-CN",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ZH: LanguageIdentifier = langid!("zh-CN");
static EN: LanguageIdentifier = langid!("en");

/// A language of the site's own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese, the first and complete one.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The tag in `lang` attributes, cookies and columns.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The direction in which it is written.
    #[must_use]
    pub const fn dir(self) -> &'static str {
        "ltr"
    }

    /// The language of a tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::Chinese => &ZH,
            Self::English => &EN,
        }
    }

    /// The message of `key`.
    #[must_use]
    pub fn t(self, key: &str) -> String {
        CATALOGUE.try_lookup(self.id(), key).unwrap_or_else(|| key.to_owned())
    }

    /// The message of `key` with its blanks filled.
    #[must_use]
    pub fn fill(self, key: &str, blanks: &[(&'static str, &str)]) -> String {
        let blanks: HashMap<Cow<'static, str>, FluentValue<'_>> =
            blanks.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value))).collect();
        CATALOGUE.try_lookup_with_args(self.id(), key, &blanks).unwrap_or_else(|| key.to_owned())
    }
}

/// A message to be said later, in whatever language the reader has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its key.
    pub key: &'static str,
    /// What fills its blanks.
    pub blanks: Vec<(&'static str, String)>,
}

impl Message {
    /// A message without blanks.
    #[must_use]
    pub const fn of(key: &'static str) -> Self {
        Self { key, blanks: Vec::new() }
    }

    /// Fills one blank.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.blanks.push((name, value.to_string()));
        self
    }

    /// The words.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let blanks: Vec<_> = self.blanks.iter().map(|(name, value)| (*name, value.as_str())).collect();
        lang.fill(self.key, &blanks)
    }
}
