//! A question as it is shown: an item whose choices, steps or pairs stand in an order drawn from a kept seed,
//! so that the place of the right one cannot be guessed, and is the same when the page is opened again.

use std::collections::BTreeMap;

use super::rules::{Given, Key};
use crate::curriculum::model::{Form, Item};
use crate::kernel::Seed;

/// An item in the order in which one person sees it.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    item: &'a Item,
    /// At each place shown, the place in the file: of choices, of things to be ordered, of the lefts of pairs.
    places: Vec<usize>,
    /// The same for the rights of pairs.
    rights: Vec<usize>,
}

impl<'a> Shown<'a> {
    /// `item` as the question at `position` (from 1) of whatever `seed` belongs to.
    #[must_use]
    pub fn of(item: &'a Item, seed: Seed, position: usize) -> Self {
        let count = match &item.form {
            Form::Single { options } | Form::Multiple { options } | Form::Screen { options, .. } => options.len(),
            Form::TrueFalse { .. } => 0,
            Form::Order { sequence } => sequence.len(),
            Form::Match { pairs } => pairs.len(),
        };
        let order = |purpose: &str| {
            let mut places: Vec<usize> = (0..count).collect();
            seed.chance(&format!("{purpose} {position}")).shuffle(&mut places);
            places
        };
        let rights = if matches!(item.form, Form::Match { .. }) { order("rights") } else { Vec::new() };
        Self { item, places: order("places"), rights }
    }

    /// The item.
    #[must_use]
    pub const fn item(&self) -> &'a Item {
        self.item
    }

    /// The choices, things or lefts in the order shown, each with its place in the file.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &'a str)> {
        self.places.iter().filter_map(|place| entry(&self.item.form, *place).map(|text| (*place, text)))
    }

    /// The rights of pairs in the order shown, each with its place in the file.
    pub fn rights(&self) -> impl Iterator<Item = (usize, &'a str)> {
        self.rights.iter().filter_map(|place| right(&self.item.form, *place).map(|text| (*place, text)))
    }

    /// The choice that stands at the place shown, counted from 1.
    #[must_use]
    pub fn choice_at(&self, shown: usize) -> Option<usize> {
        self.places.get(shown.checked_sub(1)?).copied()
    }

    /// The answer of somebody who gave the things shown these steps, each from 1; `None` unless every step is given once.
    #[must_use]
    pub fn order_of(&self, steps: &[usize]) -> Option<Given> {
        let by_step: BTreeMap<usize, usize> = steps.iter().copied().zip(self.places.iter().copied()).collect();
        let whole = steps.len() == self.places.len() && by_step.keys().copied().eq(1..=self.places.len());
        whole.then(|| Given::Order(by_step.into_values().collect()))
    }

    /// The answer of somebody who put these rights shown, each from 1, to the lefts shown; `None` unless every right is used once.
    #[must_use]
    pub fn pairs_of(&self, chosen: &[usize]) -> Option<Given> {
        let rights = chosen.iter().map(|shown| self.rights.get(shown.checked_sub(1)?).copied()).collect::<Option<Vec<_>>>()?;
        let by_left: BTreeMap<usize, usize> = self.places.iter().copied().zip(rights).collect();
        let given = Given::Pairs(by_left.into_values().collect());
        (chosen.len() == self.places.len() && key_of(self.item).fits(&given)).then_some(given)
    }
}

/// What is right of an item.
#[must_use]
pub fn key_of(item: &Item) -> Key {
    match &item.form {
        Form::Single { options } | Form::Multiple { options } | Form::Screen { options, .. } => {
            let right = options.iter().enumerate().filter(|(_, option)| option.right).map(|(place, _)| place).collect();
            Key::Choices { of: options.len(), right }
        }
        Form::TrueFalse { answer } => Key::Truth(*answer),
        Form::Order { sequence } => Key::Order { of: sequence.len() },
        Form::Match { pairs } => Key::Pairs { of: pairs.len() },
    }
}

/// The choice, thing or left at a place of the file.
pub(super) fn entry(form: &Form, place: usize) -> Option<&str> {
    match form {
        Form::Single { options } | Form::Multiple { options } | Form::Screen { options, .. } => {
            options.get(place).map(|option| option.text.as_str())
        }
        Form::TrueFalse { .. } => None,
        Form::Order { sequence } => sequence.get(place).map(String::as_str),
        Form::Match { pairs } => pairs.get(place).map(|pair| pair.left.as_str()),
    }
}

/// The right of a pair at a place of the file.
pub(super) fn right(form: &Form, place: usize) -> Option<&str> {
    let Form::Match { pairs } = form else { return None };
    pairs.get(place).map(|pair| pair.right.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::rules::grade;
    use super::super::tests as samples;
    use super::*;

    #[test]
    fn the_right_choice_stands_everywhere_and_the_same_seed_shows_the_same() {
        let item = samples::single();
        let shown_at = |n: u8, position: usize| {
            let shown = Shown::of(&item, Seed([n; 16]), position);
            shown.entries().position(|(place, _)| place == 1).unwrap()
        };
        assert_eq!((0..50).map(|n| shown_at(n, 1)).collect::<BTreeSet<_>>(), (0..4).collect());
        assert_eq!((0..50).map(|position| shown_at(7, position)).collect::<BTreeSet<_>>(), (0..4).collect());
        assert_eq!(shown_at(9, 3), shown_at(9, 3));
    }

    #[test]
    fn an_order_and_pairs_are_read_back_from_the_places_shown() {
        for n in 0..30 {
            let (order, pairs) = (samples::order(), samples::pairs());
            let shown = Shown::of(&order, Seed([n; 16]), 1);
            let steps: Vec<usize> = shown.entries().map(|(place, _)| place + 1).collect();
            assert!(grade(&key_of(&order), shown.order_of(&steps).as_ref()).right);
            let shown = Shown::of(&pairs, Seed([n; 16]), 1);
            let rights: Vec<usize> = shown.rights().map(|(place, _)| place).collect();
            let chosen: Vec<usize> =
                shown.entries().map(|(left, _)| rights.iter().position(|right| *right == left).unwrap() + 1).collect();
            assert!(grade(&key_of(&pairs), shown.pairs_of(&chosen).as_ref()).right);
        }
    }

    #[test]
    fn steps_given_twice_left_out_or_made_up_are_no_answer() {
        let (order, pairs) = (samples::order(), samples::pairs());
        for wrong in [vec![1, 1, 2], vec![1, 2], vec![0, 1, 2], vec![1, 2, 4], vec![1, 2, 3, 4], vec![]] {
            assert_eq!(Shown::of(&order, Seed([1; 16]), 1).order_of(&wrong), None, "{wrong:?}");
            assert_eq!(Shown::of(&pairs, Seed([1; 16]), 1).pairs_of(&wrong), None, "{wrong:?}");
        }
    }
}
