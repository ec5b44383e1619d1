//! How long what is kept, in words: the lists that the subjects make of their tables, put together by the application.

use crate::i18n::Lang;
use crate::kernel::{DataClass, Kept};

/// The lists of all subjects. Handlers take it as `Data<KeptTables>`.
#[derive(Clone, Copy, Debug)]
pub struct KeptTables(pub &'static [&'static [Kept]]);

impl KeptTables {
    /// All tables.
    pub fn all(&self) -> impl Iterator<Item = &'static Kept> {
        self.0.iter().flat_map(|list| list.iter())
    }

    /// What of a person is kept, and for how long: each pair once, in the order of the lists.
    #[must_use]
    pub fn words(&self, lang: Lang) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for kept in self.all().filter(|kept| kept.class != DataClass::Impersonal) {
            let (key, figure) = kept.term.message();
            let term = figure.map_or_else(|| lang.t(key), |figure| lang.fill(key, &[("count", &figure.to_string())]));
            let line = (lang.t(kept.class.message_key()), term);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Term;

    #[test]
    fn each_kind_and_term_is_said_once_and_what_knows_no_person_is_not() {
        const LIST: &[Kept] = &[
            Kept::new("person", DataClass::Account, Term::Account),
            Kept::new("card", DataClass::Account, Term::Account),
            Kept::new("session", DataClass::SignIn, Term::Days(30)),
            Kept::new("place", DataClass::Impersonal, Term::Permanent),
        ];
        for lang in Lang::ALL {
            let words = KeptTables(&[LIST]).words(lang);
            assert_eq!(words.len(), 2, "{words:?}");
            assert!(
                words.iter().all(|(class, term)| !class.starts_with("keeping-") && !term.starts_with("keeping-")),
                "{words:?}"
            );
            assert!(words[1].1.contains("30"), "{words:?}");
        }
    }
}
