//! Variables of practices and of items: each used, each with something to pick from, what is reckoned always a whole number.

use std::collections::{BTreeMap, BTreeSet};

use super::prose::{between, count, without_between};
use super::text::Lists;
use super::{Fault, Trouble, pools};
use crate::curriculum::model::{Form, Item, Part, Practice, Variable, Variables};
use crate::curriculum::read::At;
use crate::curriculum::rules::Draw;
use crate::kernel::Seed;

const MOST_VARIABLES: usize = 12;
/// With fewer an item is no template.
const LEAST_DRAWS: usize = 4;
/// So many draws are all looked at; of more, those at the ends of the variables, and these by chance.
const FEW: usize = 256;
const BY_CHANCE: u8 = 200;
/// So many draws of an item are held to the rules for texts, beside the longest.
const READ: usize = 8;

/// An item with the draws that are looked at.
pub(super) struct Asked<'c> {
    pub item: &'c At<Item>,
    draws: Vec<Draw>,
    /// Its form in every draw looked at, where its answers change; else once.
    pub forms: Vec<Form>,
}

impl<'c> Asked<'c> {
    pub(super) fn of(item: &'c At<Item>) -> Self {
        let Item { vars, form, .. } = &item.value;
        let draws = if vars.is_empty() || vars.len() > MOST_VARIABLES { Vec::new() } else { draws(vars) };
        let changes = form.texts().iter().any(|text| text.contains('{'));
        let forms =
            if changes && !draws.is_empty() { draws.iter().map(|draw| form.filled(draw)).collect() } else { vec![form.clone()] };
        Self { item, draws, forms }
    }

    /// Its variables, and whether it changes enough to be called a template.
    pub(super) fn check(&self, lists: &Lists, faults: &mut Vec<Fault>) {
        let item = self.item;
        check(item, &item.value.vars, &self.draws, &item.value.texts(), lists, faults);
        let is = self.draws.iter().collect::<BTreeSet<_>>().len();
        if !self.draws.is_empty() && is < LEAST_DRAWS {
            faults.push(item.fault_at(item.lines.part("vars"), Trouble::TooFewDraws { least: LEAST_DRAWS, is }));
        }
    }

    /// The item as it may be asked: the longest words first, then some draws. An item without variables as it is.
    pub(super) fn to_read(&self) -> Vec<Item> {
        let item = &self.item.value;
        if self.draws.is_empty() {
            return vec![item.clone()];
        }
        let some = self.draws.iter().step_by((self.draws.len() / READ).max(1));
        std::iter::once(&longest_of(&self.draws)).chain(some).map(|draw| item.filled(draw)).collect()
    }
}

/// The variables of a practice and the draws that are looked at.
pub(super) fn check_practice(at: &At<Practice>, texts: &[&str], lists: &Lists, faults: &mut Vec<Fault>) {
    let vars = &at.value.vars;
    let draws = if vars.len() > MOST_VARIABLES { Vec::new() } else { draws(vars) };
    check(at, vars, &draws, texts, lists, faults);
}

/// Looks the variables of `at` through, which stand in `texts`.
fn check<T>(at: &At<T>, vars: &Variables, draws: &[Draw], texts: &[&str], lists: &Lists, faults: &mut Vec<Fault>) {
    let lines = at.lines.part("vars");
    let is = vars.len();
    if is > MOST_VARIABLES {
        faults.push(at.fault_at(lines, Trouble::Count { what: "vars", least: 1, most: MOST_VARIABLES, is }));
        return;
    }
    for (name, variable) in vars {
        let mut fault = |trouble| faults.push(at.fault_at(lines.part(name), trouble));
        if !has_choice(variable) {
            fault(Trouble::BadVariable(name.clone()));
        }
        if variable.is_reckoned() {
            let values = || draws.iter().map(|draw| draw.value(name));
            if variable.parts().len() < 2 || values().any(|value| value.is_none()) {
                fault(Trouble::BadReckoning(name.clone()));
            } else if values().flatten().any(|value| value.starts_with('-')) {
                fault(Trouble::Negative(name.clone()));
            }
        }
        if !is_used(name, vars, texts) {
            fault(Trouble::UnusedVariable(name.clone()));
        }
        if let Variable::Words(words) = variable
            && !lists.pools.contains(words)
        {
            pools::check_words((&at.file, lines.part(name)), words, lists, faults);
        }
    }
}

/// What would be left open in `text`: names that are no variables, and what looks like one but is not closed.
pub(super) fn left_open(text: &str, vars: &Variables) -> Vec<Trouble> {
    let unknown = between(text, '{', '}').into_iter().filter(|name| !vars.contains_key(*name));
    let mut troubles: Vec<Trouble> = unknown.map(|name| Trouble::UnknownVariable(name.to_owned())).collect();
    if without_between(text, '{', '}').contains(['{', '}']) {
        troubles.push(Trouble::LoneBrace);
    }
    troubles
}

/// Every variable at its longest.
pub(super) fn longest(vars: &Variables) -> Draw {
    longest_of(&draws(vars))
}

fn longest_of(draws: &[Draw]) -> Draw {
    let mut longest: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in draws.iter().flat_map(Draw::values) {
        if longest.get(name).is_none_or(|so_far| count(so_far) < count(value)) {
            longest.insert(name.clone(), value.clone());
        }
    }
    Draw::reckoned(&Variables::new(), longest)
}

fn has_choice(variable: &Variable) -> bool {
    match variable {
        Variable::Words(words) => words.iter().collect::<BTreeSet<_>>().len() > 1,
        Variable::Range { min, max, step } => *step > 0 && max.checked_sub(*min).is_some_and(|span| span >= *step),
        // Said already where there is no such pool; what is reckoned has no choice of its own.
        Variable::Pool { .. } | Variable::Product { .. } | Variable::Sum { .. } | Variable::Minus { .. } => true,
    }
}

fn is_used(name: &str, vars: &Variables, texts: &[&str]) -> bool {
    let is_part = |part: &Part| matches!(part, Part::Variable(part) if part == name);
    let reckoned = vars.iter().filter(|(other, _)| *other != name).flat_map(|(_, variable)| variable.parts());
    texts.iter().any(|text| text.contains(&format!("{{{name}}}"))) || reckoned.into_iter().any(is_part)
}

/// The draws that are looked at.
fn draws(vars: &Variables) -> Vec<Draw> {
    let picked = || vars.iter().filter(|(_, variable)| !variable.is_reckoned());
    let many = picked().fold(1_usize, |many, (_, variable)| many.saturating_mul(choices(variable)));
    if many <= FEW {
        return combined(vars, picked().map(|(name, variable)| (name, all(variable))));
    }
    let at_ends: Vec<(&String, Vec<String>)> = picked().map(|(name, variable)| (name, ends(variable))).collect();
    let all_ends = 1_usize.checked_shl(u32::try_from(at_ends.len()).unwrap_or(u32::MAX)).is_some_and(|many| many <= FEW);
    let mut draws = if all_ends { combined(vars, at_ends.into_iter()) } else { one_apart(vars, &at_ends) };
    draws.extend((0..BY_CHANCE).map(|n| Draw::of(vars, &mut Seed([n; 16]).chance("check"))));
    draws
}

/// How many there are to choose from.
fn choices(variable: &Variable) -> usize {
    match variable {
        Variable::Words(words) => words.len(),
        Variable::Range { min, max, step } => {
            let steps = max.saturating_sub(*min).checked_div(*step).unwrap_or(0).max(0);
            usize::try_from(steps).unwrap_or(usize::MAX).saturating_add(1)
        }
        _ => 1,
    }
}

/// All there are to choose from: asked for only where they are few.
fn all(variable: &Variable) -> Vec<String> {
    match variable {
        Variable::Words(words) => words.clone(),
        Variable::Range { min, step, .. } => {
            let nth = |n: i64| min.saturating_add(n.saturating_mul(*step)).to_string();
            (0..).map(nth).take(choices(variable)).collect()
        }
        _ => Vec::new(),
    }
}

/// The shortest and the longest word, the least and the largest number.
fn ends(variable: &Variable) -> Vec<String> {
    match variable {
        Variable::Words(words) => {
            let length = |word: &&String| count(word);
            words.iter().min_by_key(length).into_iter().chain(words.iter().max_by_key(length)).cloned().collect()
        }
        Variable::Range { min, max, .. } => vec![min.to_string(), max.to_string()],
        _ => Vec::new(),
    }
}

/// All variables at one end, and each alone at the other.
fn one_apart(vars: &Variables, ends: &[(&String, Vec<String>)]) -> Vec<Draw> {
    let at = |far: bool| -> BTreeMap<String, String> {
        let end = |values: &Vec<String>| if far { values.last().cloned() } else { values.first().cloned() };
        ends.iter().filter_map(|(name, values)| Some(((*name).clone(), end(values)?))).collect()
    };
    let (near, far) = (at(false), at(true));
    let with_one_of = |base: &BTreeMap<String, String>, other: &BTreeMap<String, String>| -> Vec<BTreeMap<String, String>> {
        let with = |(name, value): (&String, &String)| {
            let mut picked = base.clone();
            picked.insert(name.clone(), value.clone());
            picked
        };
        other.iter().map(with).collect()
    };
    let mut picked = [with_one_of(&near, &far), with_one_of(&far, &near)].concat();
    picked.extend([near, far]);
    picked.into_iter().map(|picked| Draw::reckoned(vars, picked)).collect()
}

/// Each value of each variable with each of the others.
fn combined<'v>(vars: &Variables, values: impl Iterator<Item = (&'v String, Vec<String>)>) -> Vec<Draw> {
    let with = |so_far: Vec<BTreeMap<String, String>>, (name, values): (&String, Vec<String>)| {
        let with_each = |picked: BTreeMap<String, String>| {
            let with_one = |value: &String| {
                let mut picked = picked.clone();
                picked.insert(name.clone(), value.clone());
                picked
            };
            values.iter().map(with_one).collect::<Vec<_>>()
        };
        // Without any value the variable stays out.
        if values.is_empty() { so_far } else { so_far.into_iter().flat_map(with_each).collect() }
    };
    let picked = values.fold(vec![BTreeMap::new()], with);
    picked.into_iter().map(|picked| Draw::reckoned(vars, picked)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(min: i64, max: i64) -> Variable {
        Variable::Range { min, max, step: 1 }
    }

    fn words(words: &[&str]) -> Variable {
        Variable::Words(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn few_draws_are_all_looked_at_and_of_many_the_ends_and_some() {
        let few = Variables::from([("a".to_owned(), words(&["甲", "乙乙"])), ("n".to_owned(), range(1, 3))]);
        assert_eq!(draws(&few).into_iter().collect::<BTreeSet<_>>().len(), 6);
        let many = Variables::from([("a".to_owned(), words(&["甲", "乙乙"])), ("n".to_owned(), range(1, 1000))]);
        let looked_at = draws(&many);
        assert_eq!(looked_at.len(), 4 + usize::from(BY_CHANCE));
        for end in ["1甲", "1乙乙", "1000甲", "1000乙乙"] {
            assert!(looked_at.iter().any(|draw| draw.fill("{n}{a}") == end), "{end}");
        }
    }

    #[test]
    fn the_longest_draw_has_each_variable_at_its_longest_also_what_is_reckoned() {
        let rest = Variable::Minus { minus: [Part::Number(100), Part::Variable("n".to_owned())] };
        let vars = Variables::from([
            ("a".to_owned(), words(&["甲", "乙乙", "丙"])),
            ("n".to_owned(), range(0, 99)),
            ("rest".to_owned(), rest),
        ]);
        assert_eq!(longest(&vars).fill("{a}"), "乙乙");
        assert_eq!((count(&longest(&vars).fill("{n}")), longest(&vars).fill("{rest}").as_str()), (2, "100"));
    }
}
