//! How often somebody who knows nothing passes a unit test: by going for the longest answer, the shortest, the first, or by chance.
//! The tests are drawn, shown and graded as anybody's are.

use std::cmp::Reverse;

use super::rules::{Key, draw, grade, needed, score};
use super::service::bank_of;
use super::shown::{Shown, key_of};
use super::{Given, Mark};
use crate::curriculum::CourseCode;
use crate::curriculum::model::{Assessment, Course, Form, Item};
use crate::kernel::{Chance, Group, Seed, digest_of};

/// A way to answer without reading the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guesser {
    /// Takes the longest answer; of several the two longest; puts the longest first, and the longest to the longest; says a stem is true.
    Longest,
    /// Takes the shortest answer; of several the two shortest; puts the shortest first, and the shortest to the longest; says a stem is not
    /// true.
    Shortest,
    /// Takes what is shown first; of several the first two; leaves orders and pairs as they are shown; says a stem is true.
    First,
    /// Takes any answer that could be right.
    Random,
}

impl Guesser {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Longest, Self::Shortest, Self::First, Self::Random];

    fn answer(self, shown: &Shown<'_>, chance: &mut Chance) -> Option<Given> {
        let entries: Vec<&str> = shown.entries().map(|(_, text)| text).collect();
        let ranked = self.ranked(&entries, chance);
        Some(match &shown.item().form {
            Form::TrueFalse { .. } => Given::Truth(match self {
                Self::Longest | Self::First => true,
                Self::Shortest => false,
                Self::Random => chance.below(2) == 0,
            }),
            Form::Single { .. } | Form::Screen { .. } => Given::Chosen([shown.choice_at(*ranked.first()?)?].into()),
            Form::Multiple { .. } => {
                // Two at least are right, and one at least is not.
                let many = if self == Self::Random { any_number(entries.len(), chance) } else { 2 };
                Given::Chosen(ranked.iter().take(many).filter_map(|at| shown.choice_at(*at)).collect())
            }
            Form::Order { .. } => {
                let step_of = |at: usize| ranked.iter().position(|ranked| *ranked == at).map(|step| step + 1);
                shown.order_of(&(1..=entries.len()).map(step_of).collect::<Option<Vec<_>>>()?)?
            }
            Form::Match { .. } => {
                let rights: Vec<&str> = shown.rights().map(|(_, text)| text).collect();
                let other = if self == Self::Shortest { Self::Longest } else { self };
                let rights = other.ranked(&rights, chance);
                let right_of = |at: usize| rights.get(ranked.iter().position(|left| *left == at)?).copied();
                shown.pairs_of(&(1..=entries.len()).map(right_of).collect::<Option<Vec<_>>>()?)?
            }
        })
    }

    /// The places shown, from 1, in the order in which this guesser goes for them.
    fn ranked(self, texts: &[&str], chance: &mut Chance) -> Vec<usize> {
        let mut places: Vec<usize> = (1..=texts.len()).collect();
        let length = |at: &usize| texts.get(*at - 1).map_or(0, |text| text.chars().filter(|c| !c.is_whitespace()).count());
        match self {
            Self::Longest => places.sort_by_key(|at| Reverse(length(at))),
            Self::Shortest => places.sort_by_key(length),
            Self::First => {}
            Self::Random => chance.shuffle(&mut places),
        }
        places
    }
}

/// How many of `of` choices to tick, each set of two or more but not all being as likely as any other.
fn any_number(of: usize, chance: &mut Chance) -> usize {
    let sets: Vec<usize> = (2..of).flat_map(|many| vec![many; sets_of(of, many)]).collect();
    chance.pick(&sets).copied().unwrap_or(2)
}

/// How many sets of `many` there are among `of` things.
fn sets_of(of: usize, many: usize) -> usize {
    (1..=many).fold(1, |sets, n| sets * (of + 1 - n) / n)
}

/// The chance to hit `key` blindly, knowing only what kind of question it is.
fn chance_of(key: &Key) -> f64 {
    let ways: usize = match key {
        Key::Choices { of, right } if right.len() == 1 => *of,
        Key::Choices { of, .. } => (2..*of).map(|many| sets_of(*of, many)).sum(),
        Key::Truth(_) => 2,
        Key::Order { of } | Key::Pairs { of } => (1..=*of).product(),
    };
    1.0 / f64::from(u32::try_from(ways).unwrap_or(u32::MAX).max(1))
}

/// What guessing comes to in the test of one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Guesses {
    /// Which.
    pub unit: CourseCode,
    /// How many tests were drawn.
    pub tries: u32,
    /// How many each guesser passed, in the order of [`Guesser::ALL`].
    pub passed: [u32; 4],
    /// The chance that somebody passes who takes any answer that could be right: the mean over the tests drawn, reckoned for each.
    pub chance: f64,
}

impl Guesses {
    /// So many may be passed: what blind chance stays below in 999 of 1,000 such runs, and always one in a thousand.
    #[must_use]
    pub fn most(&self) -> u32 {
        most_by_chance(self.tries, self.chance).max(self.tries.div_ceil(1000))
    }

    /// The guessers who passed more often than chance allows.
    #[must_use]
    pub fn lucky(&self) -> Vec<Guesser> {
        let most = self.most();
        Guesser::ALL.into_iter().zip(self.passed).filter(|(_, passed)| *passed > most).map(|(guesser, _)| guesser).collect()
    }
}

/// Lets every guesser take `tries` tests of `course`, as somebody of each group in turn. The same seed gives the same.
#[must_use]
pub fn guess(course: &Course, rule: &Assessment, seed: Seed, tries: u32) -> Guesses {
    let (mut passed, mut chance) = ([0_u32; 4], 0.0);
    for (n, group) in (0..tries).zip(Group::LISTED.iter().cycle()) {
        let seed = seed_of(seed, course.code, n);
        let items = asked(course, rule, seed, *group);
        for (passed, guesser) in passed.iter_mut().zip(Guesser::ALL) {
            let mut chance = seed.chance("guess");
            let marks: Vec<Mark> =
                (1..).zip(&items).map(|(position, item)| mark(item, seed, position, guesser, &mut chance)).collect();
            *passed += u32::from(score(&marks).value() >= rule.pass_permille);
        }
        chance += chance_to_pass(&items, rule);
    }
    Guesses { unit: course.code, tries, passed, chance: chance / f64::from(tries.max(1)) }
}

fn seed_of(seed: Seed, course: CourseCode, n: u32) -> Seed {
    Seed::of(&digest_of(&[&seed.0, course.to_string().as_bytes(), &n.to_be_bytes()]))
}

/// A test as somebody of `group` is asked it at the first try.
fn asked(course: &Course, rule: &Assessment, seed: Seed, group: Group) -> Vec<Item> {
    let drawn = draw(&bank_of(course, &[group]), seed, &[], rule.items_per_test);
    let items = drawn.iter().filter_map(|hash| course.items.iter().find(|item| item.hash == *hash));
    (1..).zip(items).map(|(position, item)| item.asked(seed, position)).collect()
}

fn mark(item: &Item, seed: Seed, position: usize, guesser: Guesser, chance: &mut Chance) -> Mark {
    let given = guesser.answer(&Shown::of(item, seed, position), chance);
    grade(&key_of(item), given.as_ref())
}

/// The chance to pass this very test blindly: item after item, how likely each number of right answers is so far.
fn chance_to_pass(items: &[Item], rule: &Assessment) -> f64 {
    let mut likely = vec![1.0];
    for item in items {
        let hit = chance_of(&key_of(item));
        let missed = likely.iter().map(|one| one * (1.0 - hit)).chain([0.0]);
        let hits = std::iter::once(0.0).chain(likely.iter().map(|one| one * hit));
        likely = missed.zip(hits).map(|(missed, hit)| missed + hit).collect();
    }
    likely.iter().skip(needed(items.len(), rule.pass_permille)).sum()
}

/// The least number that `tries` tests, each passed with `chance`, stay at or below in 999 of 1,000 cases (binomial).
fn most_by_chance(tries: u32, chance: f64) -> u32 {
    const SURE: f64 = 0.999;
    if chance <= 0.0 {
        return 0;
    }
    let mut exactly = (f64::from(tries) * (-chance).ln_1p()).exp();
    let mut so_far = exactly;
    for passed in 0..tries {
        if so_far >= SURE {
            return passed;
        }
        exactly *= f64::from(tries - passed) / f64::from(passed + 1) * chance / (1.0 - chance);
        so_far += exactly;
    }
    tries
}

#[cfg(test)]
mod tests {
    use super::super::tests as samples;
    use super::*;
    use crate::curriculum::{Embedded, Shelf};

    const SEED: Seed = Seed([1; 16]);

    fn all(tries: u32, change: impl Fn(&mut Course)) -> Vec<Guesses> {
        let shelf = Shelf::open(&Embedded).unwrap();
        let rule = &shelf.edition().manifest.assessment;
        let courses = shelf.courses().iter().filter(|course| course.is_complete()).cloned();
        courses
            .map(|mut course| {
                change(&mut course);
                guess(&course, rule, SEED, tries)
            })
            .collect()
    }

    #[test]
    fn nobody_passes_the_own_tests_by_guessing() {
        for guesses in all(200, |_| {}) {
            assert_eq!(guesses.lucky(), [], "{guesses:?}, at most {}", guesses.most());
            assert!(guesses.chance < 0.02, "{guesses:?}");
        }
    }

    #[test]
    fn a_bank_whose_right_answers_are_longest_is_passed_by_whoever_goes_for_the_longest() {
        let lengthen = |course: &mut Course| {
            for item in &mut course.items {
                if let Form::Single { options } | Form::Screen { options, .. } = &mut item.form {
                    for option in options.iter_mut().filter(|option| option.right) {
                        option.text.push_str("一二三四五六七八九十一二三四五六七八九十");
                    }
                }
            }
        };
        let lucky = all(80, lengthen).iter().filter(|guesses| guesses.lucky().contains(&Guesser::Longest)).count();
        // Twelve are, today; every new edition draws other tests.
        assert!(lucky >= 5, "{lucky} of the courses are passed");
    }

    #[test]
    fn the_chance_is_that_of_each_kind_and_of_all_together() {
        let chances: Vec<f64> = samples::all().iter().map(|item| chance_of(&key_of(item))).collect();
        let expected = [1.0 / 4.0, 1.0 / 10.0, 1.0 / 2.0, 1.0 / 6.0, 1.0 / 6.0, 1.0 / 3.0];
        assert!(chances.iter().zip(expected).all(|(is, wanted)| (is - wanted).abs() < 1e-12), "{chances:?}");
        let rule = Assessment { items_per_test: 2, pass_permille: 500, free_retries: 3, outcome_min: 1, minutes: 20 };
        // One of two is enough: 1 - ½ · ¾.
        let two = [samples::true_or_false(), samples::single()];
        assert!((chance_to_pass(&two, &rule) - 0.625).abs() < 1e-12);
    }

    #[test]
    fn the_most_that_chance_passes_is_the_binomials() {
        // 1 - 0.5^4 = 0.9375; four of four are needed to be sure.
        assert_eq!((most_by_chance(4, 0.5), most_by_chance(1000, 0.0)), (4, 0));
        // Of 1,000 with 1 in 200 the 99.9 % bound of the distribution is 13.
        assert_eq!(most_by_chance(1000, 0.005), 13);
    }

    #[test]
    fn a_guesser_takes_what_it_says() {
        let item = samples::single();
        for n in 0..20 {
            let shown = Shown::of(&item, Seed([n; 16]), 1);
            let given = |guesser: Guesser| guesser.answer(&shown, &mut SEED.chance("guess"));
            assert_eq!(given(Guesser::Longest), Some(Given::Chosen([2].into())));
            assert_eq!(given(Guesser::Shortest), Some(Given::Chosen([0].into())));
            assert_eq!(given(Guesser::First), Some(Given::Chosen([shown.choice_at(1).unwrap()].into())));
        }
        for item in samples::all() {
            let shown = Shown::of(&item, SEED, 1);
            for guesser in Guesser::ALL {
                let given = guesser.answer(&shown, &mut SEED.chance("guess")).unwrap();
                assert!(key_of(&item).fits(&given), "{guesser:?} {given:?}");
            }
        }
    }

    #[test]
    fn any_answer_that_could_be_right_is_as_likely_as_any_other() {
        let item = samples::multiple();
        let mut chance = SEED.chance("guess");
        let hits = (0..4000).filter(|n: &u32| {
            let seed = seed_of(SEED, CourseCode::parse("T01").unwrap(), *n);
            mark(&item, seed, 1, Guesser::Random, &mut chance).right
        });
        // One set of ten, within four standard deviations.
        assert!((320..=480).contains(&hits.count()));
    }
}
