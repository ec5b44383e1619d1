//! What one run of a practice, or one asking of an item, has picked by chance.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::super::model::{Variable, Variables};
use crate::kernel::Chance;

/// A word for each variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Draw(BTreeMap<String, String>);

impl Draw {
    /// Picks by chance. The same chance picks the same.
    #[must_use]
    pub fn of(vars: &Variables, chance: &mut Chance) -> Self {
        let mut pick = |(name, variable): (&String, &Variable)| {
            let picked = match variable {
                Variable::Words(words) => chance.pick(words).cloned(),
                Variable::Range { min, max, step } => Some(number_in(*min, *max, *step, chance).to_string()),
                Variable::Pool { .. } | Variable::Product { .. } | Variable::Sum { .. } | Variable::Minus { .. } => None,
            };
            Some((name.clone(), picked?))
        };
        Self::reckoned(vars, vars.iter().filter_map(&mut pick).collect())
    }

    /// What was picked, with what is reckoned from it. What cannot be reckoned stays out.
    #[must_use]
    pub fn reckoned(vars: &Variables, picked: BTreeMap<String, String>) -> Self {
        let mut values = picked;
        let reckoned = || vars.iter().filter(|(_, variable)| variable.is_reckoned());
        // Each round reckons at least one more, unless they wait for one another.
        for _ in reckoned() {
            for (name, variable) in reckoned() {
                if let Some(number) = variable.reckon(&values) {
                    values.insert(name.clone(), number.to_string());
                }
            }
        }
        Self(values)
    }

    /// The word for the variable `name`.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All words by the names of their variables.
    pub fn values(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// `text` with its `{name}`s replaced.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let picked = after.split_once('}').and_then(|(name, after)| Some((self.value(name)?, after)));
            if picked.is_none() {
                filled.push('{');
            }
            let (word, after) = picked.unwrap_or(("", after));
            filled.push_str(word);
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// Whether what was typed is one of what is expected. Full width, spaces, and 元 after an amount make no difference.
    #[must_use]
    pub fn is_expected(&self, typed: &str, expects: &[String]) -> bool {
        expects.iter().any(|expected| plain_answer(&self.fill(expected)) == plain_answer(typed))
    }
}

fn number_in(min: i64, max: i64, step: i64, chance: &mut Chance) -> i64 {
    let steps = max.saturating_sub(min).checked_div(step).unwrap_or(0).max(0);
    let many = usize::try_from(steps).unwrap_or(0).saturating_add(1);
    let at = i64::try_from(chance.below(many)).unwrap_or(0);
    min.saturating_add(at.saturating_mul(step))
}

fn plain_answer(text: &str) -> String {
    let text: String = text.nfkc().filter(|c| !c.is_whitespace() && *c != ',').flat_map(char::to_lowercase).collect();
    let bare = text.trim_end_matches(['元', '块']);
    let is_amount = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_amount { bare.to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::{Item, Part};
    use super::*;
    use crate::kernel::Seed;

    fn words(words: &[&str]) -> Variable {
        Variable::Words(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn part(name: &str) -> Part {
        Part::Variable(name.to_owned())
    }

    fn vars(all: Vec<(&str, Variable)>) -> Variables {
        all.into_iter().map(|(name, variable)| (name.to_owned(), variable)).collect()
    }

    #[test]
    fn a_draw_stays_in_its_bounds_and_the_same_seed_draws_the_same() {
        let vars = vars(vec![("name", words(&["小明", "晓燕"])), ("price", Variable::Range { min: 6, max: 11, step: 2 })]);
        for n in 0..50 {
            let draw = Draw::of(&vars, &mut Seed([n; 16]).chance("run"));
            assert_eq!(draw, Draw::of(&vars, &mut Seed([n; 16]).chance("run")));
            let text = draw.fill("{name}付{price}元");
            assert!(["6", "8", "10"].iter().any(|price| text.ends_with(&format!("付{price}元"))), "{text}");
        }
    }

    #[test]
    fn the_words_drawn_from_a_seed_never_change_between_releases() {
        let vars = r#"{"name":["小明","晓燕","建国","桂英"],"price":{"min":6,"max":60,"step":2},"count":{"min":2,"max":9,"step":1},"total":{"product":["price","count"]}}"#;
        let head = r#""id":"T01-i01","outcome":"T01-o1","lesson":"T01-c1","difficulty":2,"groups":["elder"],"use":"learn","situation":true"#;
        let texts = r#""stem":"{name}买{count}斤，一斤{price}元，一共{total}元。","form":{"kind":"truefalse","answer":true},"explain":"因""#;
        let item = Item::from_json(&format!("{{{head},{texts},\"vars\":{vars}}}")).unwrap();
        let asked = [1, 2, 10].map(|position| item.asked(Seed([1; 16]), position).stem);
        assert_eq!(asked, KEPT);
    }
    const KEPT: [&str; 3] =
        ["桂英买4斤，一斤36元，一共144元。", "小明买5斤，一斤56元，一共280元。", "小明买5斤，一斤34元，一共170元。"];

    #[test]
    fn numbers_are_reckoned_from_others_in_whatever_order_they_are_named() {
        let vars = vars(vec![
            ("a_rest", Variable::Minus { minus: [part("paid"), part("total")] }),
            ("count", Variable::Range { min: 2, max: 5, step: 1 }),
            ("paid", Variable::Sum { sum: vec![part("total"), Part::Number(3)] }),
            ("price", words(&["7", "9"])),
            ("total", Variable::Product { product: vec![part("price"), part("count")] }),
        ]);
        for n in 0..30 {
            let draw = Draw::of(&vars, &mut Seed([n; 16]).chance("run"));
            let number = |name: &str| draw.value(name).unwrap().parse::<i64>().unwrap();
            assert_eq!(number("total"), number("price") * number("count"));
            assert_eq!((number("paid"), number("a_rest")), (number("total") + 3, 3));
        }
    }

    #[test]
    fn what_waits_for_itself_is_too_large_or_is_no_number_stays_out() {
        let vars = vars(vec![
            ("circle", Variable::Sum { sum: vec![part("circle"), Part::Number(1)] }),
            ("large", Variable::Product { product: vec![Part::Number(i64::MAX), Part::Number(2)] }),
            ("name", words(&["小明", "晓燕"])),
            ("nonsense", Variable::Sum { sum: vec![part("name"), Part::Number(1)] }),
        ]);
        let draw = Draw::of(&vars, &mut Seed([1; 16]).chance("run"));
        assert_eq!(draw.fill("{circle}{large}{nonsense}"), "{circle}{large}{nonsense}");
    }

    #[test]
    fn a_text_is_filled_once_and_what_is_no_variable_stays() {
        let draw = Draw(BTreeMap::from([("a".to_owned(), "{b}".to_owned()), ("b".to_owned(), "乙".to_owned())]));
        assert_eq!(draw.fill("{a}和{b}，{c}{"), "{b}和乙，{c}{");
    }

    #[test]
    fn what_is_typed_by_hand_is_read_kindly() {
        let draw = Draw(BTreeMap::from([("price".to_owned(), "1200".to_owned())]));
        let expects = ["{price}".to_owned(), "建国".to_owned()];
        for typed in ["1200", " 1200 元", "１２００", "1,200块", "建 国"] {
            assert!(draw.is_expected(typed, &expects), "{typed}");
        }
        for typed in ["", "元", "120", "1200元钱"] {
            assert!(!draw.is_expected(typed, &expects), "{typed}");
        }
    }
}
