//! Plain rules: content and its hash, hours and credit, the order of a pathway, what a practice or an item picks by chance.

mod draw;

use std::collections::BTreeSet;

use serde::Serialize;

pub use draw::Draw;

use super::model::{CourseCode, CreditRule, Need, Pathway, PathwayCourse};
use crate::kernel::{Cells, Credits, Digest, digest_of};

/// What is kept by hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentKind {
    /// The outline of a course.
    Course,
    /// A lesson.
    Lesson,
    /// A practice.
    Practice,
    /// An item.
    Item,
    /// A kind of certificate.
    Certificate,
}

impl ContentKind {
    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Lesson => "lesson",
            Self::Practice => "practice",
            Self::Item => "item",
            Self::Certificate => "certificate",
        }
    }
}

/// The one form in which content is written and hashed: JSON without spaces, fields in the order in which the type declares them.
/// Changing that order changes every hash; a test holds the bytes of an example.
#[must_use]
pub fn canonical_json<T: Serialize>(content: &T) -> String {
    // Fails only for maps whose keys are no text; content has none.
    serde_json::to_string(content).unwrap_or_default()
}

/// The hash under which content is kept.
#[must_use]
pub fn content_hash(kind: ContentKind, json: &str) -> Digest {
    digest_of(&[kind.code().as_bytes(), json.as_bytes()])
}

/// What a course of `hours` 标准学时 earns; `None` where that is not a whole number of milli-credits.
/// With 16 hours to a credit, 4 hours are 4 × 1000 ÷ 16 = 250 milli-credits.
#[must_use]
pub fn credits_of(rule: &CreditRule, hours: i64) -> Option<Credits> {
    let parts = hours.checked_mul(rule.credit_milli_per_credit)?;
    let is_whole = rule.class_hours_per_credit > 0 && parts.checked_rem(rule.class_hours_per_credit)? == 0;
    Credits::from_milli(parts.checked_div(rule.class_hours_per_credit)?).filter(|_| is_whole)
}

/// The 格 in which pages count credit; `None` where they do not come out even.
#[must_use]
pub const fn cells_of(rule: &CreditRule) -> Option<Cells> {
    Cells::new(rule.credit_milli_per_credit, rule.cells_per_credit)
}

/// The minutes that `hours` 标准学时 stand for.
#[must_use]
pub const fn minutes_of(rule: &CreditRule, hours: i64) -> i64 {
    hours.saturating_mul(rule.minutes_per_class_hour)
}

/// What bends the order of a pathway.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// Courses that the starting point puts first.
    pub first: &'a [CourseCode],
    /// Courses that the steering question brings forward among those to choose from.
    pub prefer: &'a [CourseCode],
}

/// The courses of `pathway` in the order in which this learner meets them, each once: what the starting point puts first, what is
/// required, what is chosen after its course, what is preferred, the rest as the file has it; what is optional last.
/// Of several to choose from, those already `done` count, then those that are `ready` (written) come before those that are not.
#[must_use]
pub fn reading_order(
    pathway: &Pathway,
    wishes: Wishes<'_>,
    done: &BTreeSet<CourseCode>,
    ready: impl Fn(CourseCode) -> bool,
) -> Vec<PathwayCourse> {
    let mut codes: Vec<CourseCode> = wishes.first.to_vec();
    for course in pathway.courses.iter().filter(|course| course.need == Need::Required) {
        codes.push(course.code);
        for choice in pathway.choices.iter().filter(|choice| choice.after == course.code) {
            let is_preferred = |code: &CourseCode| wishes.prefer.iter().position(|one| one == code).unwrap_or(usize::MAX);
            let mut from = choice.from.clone();
            // Stable: equal ones keep the order of the file.
            from.sort_by_key(|code| (!done.contains(code), !ready(*code), is_preferred(code)));
            codes.extend(from.into_iter().take(choice.min));
        }
    }
    let with_need = |need: Need| pathway.courses.iter().filter(move |course| course.need == need).map(|course| course.code);
    let preferred = wishes.prefer.iter().copied().filter(|code| with_need(Need::Recommended).any(|one| one == *code));
    codes.extend(preferred);
    codes.extend(with_need(Need::Recommended));
    codes.extend(with_need(Need::Optional));
    let mut seen = BTreeSet::new();
    let once = codes.into_iter().filter(|code| seen.insert(*code));
    once.filter_map(|code| pathway.courses.iter().find(|course| course.code == code).copied()).collect()
}

/// The next course to learn: the first that is written and not done.
#[must_use]
pub fn next_course(
    order: &[PathwayCourse],
    done: &BTreeSet<CourseCode>,
    ready: impl Fn(CourseCode) -> bool,
) -> Option<CourseCode> {
    order.iter().map(|course| course.code).find(|code| ready(*code) && !done.contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curriculum::model::{Audience, Choice, Choose, Form, Item, Use, Variable, Variables};
    use crate::kernel::Group;

    fn code(text: &str) -> CourseCode {
        CourseCode::parse(text).unwrap()
    }

    fn rule() -> CreditRule {
        CreditRule {
            asset: 1,
            credit_milli_per_credit: 1000,
            class_hours_per_credit: 16,
            minutes_per_class_hour: 45,
            cells_per_credit: 4,
            creditable_identity_level: 1,
            creditable_supervision_level: 1,
            transferable_identity_level: 3,
            transferable_supervision_level: 3,
        }
    }

    #[test]
    fn hours_become_credit_only_where_it_comes_out_even() {
        let cases = [(4, Some(250)), (16, Some(1000)), (1, None), (2, Some(125)), (0, Some(0)), (-4, None), (i64::MAX, None)];
        for (hours, milli) in cases {
            assert_eq!(credits_of(&rule(), hours).map(Credits::milli), milli, "{hours}");
        }
        assert_eq!(credits_of(&CreditRule { class_hours_per_credit: 0, ..rule() }, 4), None);
        assert_eq!(minutes_of(&rule(), 4), 180);
    }

    fn item() -> Item {
        let option = |text: &str, right| Choice { text: text.to_owned(), right };
        Item {
            hash: digest_of(&[]),
            id: "T01-i01".to_owned(),
            outcome: "T01-o1".to_owned(),
            lesson: "T01-c1".to_owned(),
            difficulty: 2,
            groups: Audience::Groups(vec![Group::Elder]),
            purpose: Use::Learn,
            situation: true,
            stem: "题".to_owned(),
            form: Form::Single { options: vec![option("甲", true), option("乙", false)] },
            explain: "因".to_owned(),
            vars: Variables::new(),
        }
    }

    #[test]
    fn the_bytes_of_an_item_and_their_hash_never_change() {
        let json = item().to_json();
        let kept = "{\"id\":\"T01-i01\",\"outcome\":\"T01-o1\",\"lesson\":\"T01-c1\",\"difficulty\":2,\"groups\":[\"elder\"],\
            \"use\":\"learn\",\"situation\":true,\"stem\":\"题\",\"form\":{\"kind\":\"single\",\"options\":[\
            {\"text\":\"甲\",\"right\":true},{\"text\":\"乙\",\"right\":false}]},\"explain\":\"因\"}";
        assert_eq!(json, kept);
        let hash = content_hash(ContentKind::Item, &json);
        assert_eq!(hash.to_string(), KEPT_HASH);
        assert_eq!(Item::from_json(&json), Some(Item { hash, ..item() }));
        assert_ne!(content_hash(ContentKind::Lesson, &json), hash);
    }

    #[test]
    fn a_template_is_kept_with_its_words_and_read_back_whole() {
        let words = Variable::Words(vec!["甲".to_owned(), "乙".to_owned()]);
        let json = Item { vars: [("name".to_owned(), words)].into(), ..item() }.to_json();
        assert!(json.ends_with("\"explain\":\"因\",\"vars\":{\"name\":[\"甲\",\"乙\"]}}"), "{json}");
        let kept = Item::from_json(&json).unwrap();
        assert_eq!(kept.to_json(), json);
        assert_ne!(kept.hash.to_string(), KEPT_HASH);
    }

    const KEPT_HASH: &str = "2c007b2a81a15f69386e87884ead1ec0ea491782b72361516bfbdcd2371eb5b0";

    fn pathway() -> Pathway {
        let course = |text: &str, need| PathwayCourse { code: code(text), need };
        Pathway {
            group: Group::Veteran,
            name: String::new(),
            summary: String::new(),
            courses: vec![
                course("T04", Need::Required),
                course("T19", Need::Required),
                course("T09", Need::Recommended),
                course("T10", Need::Recommended),
                course("T11", Need::Recommended),
                course("T03", Need::Optional),
            ],
            choices: vec![Choose { from: vec![code("T09"), code("T10"), code("T11")], min: 1, after: code("T04") }],
        }
    }

    fn order(first: &[&str], prefer: &[&str], done: &[&str], ready: &[&str]) -> Vec<String> {
        let codes = |texts: &[&str]| texts.iter().map(|text| code(text)).collect::<Vec<_>>();
        let (first, prefer, ready) = (codes(first), codes(prefer), codes(ready));
        let done = codes(done).into_iter().collect();
        let wishes = Wishes { first: &first, prefer: &prefer };
        let order = reading_order(&pathway(), wishes, &done, |code| ready.contains(&code));
        order.iter().map(|course| course.code.to_string()).collect()
    }

    #[test]
    fn a_pathway_is_met_in_the_order_that_wishes_bend() {
        let all = ["T04", "T19", "T09", "T10", "T11", "T03"];
        assert_eq!(order(&[], &[], &[], &all), ["T04", "T09", "T19", "T10", "T11", "T03"]);
        assert_eq!(order(&[], &["T11"], &[], &all), ["T04", "T11", "T19", "T09", "T10", "T03"]);
        assert_eq!(order(&["T19"], &[], &[], &all), ["T19", "T04", "T09", "T10", "T11", "T03"]);
        assert_eq!(order(&[], &["T11"], &["T10"], &all), ["T04", "T10", "T19", "T11", "T09", "T03"], "what is done counts");
        assert_eq!(
            order(&[], &["T11"], &[], &["T10"]),
            ["T04", "T10", "T19", "T11", "T09", "T03"],
            "what is written comes first"
        );
        assert_eq!(
            order(&["T99"], &["T03"], &[], &all),
            ["T04", "T09", "T19", "T10", "T11", "T03"],
            "unknown and optional change nothing"
        );
    }

    #[test]
    fn the_next_course_is_written_and_not_done() {
        let order = reading_order(&pathway(), Wishes::default(), &BTreeSet::new(), |_| true);
        let next = |done: &[&str], ready: &[&str]| {
            let done = done.iter().map(|text| code(text)).collect();
            next_course(&order, &done, |code| ready.contains(&code.to_string().as_str())).map(|code| code.to_string())
        };
        assert_eq!(next(&[], &["T04", "T19"]).as_deref(), Some("T04"));
        assert_eq!(next(&["T04"], &["T04", "T19"]).as_deref(), Some("T19"));
        assert_eq!(next(&[], &["T03"]).as_deref(), Some("T03"));
        assert_eq!(next(&["T03"], &["T03"]), None);
    }
}
