//! Codes of places: what their length says, and what lies within what.

use std::fmt;

/// A place's code, also the beginning of a code: everything whose code begins with it lies within. Empty: the whole country.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceCode(String);

impl PlaceCode {
    /// The code written in `text`: digits and capital letters, at most 20.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        fits.then(|| Self(text.to_owned()))
    }

    /// The code as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the place `code` lies within this one.
    #[must_use]
    pub fn covers(&self, code: &str) -> bool {
        code.starts_with(&self.0)
    }

    /// What lies within both: the narrower one, where one covers the other.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        match (self.covers(&other.0), other.covers(&self.0)) {
            (true, _) => Some(other.clone()),
            (_, true) => Some(self.clone()),
            _ => None,
        }
    }

    /// The code just behind all codes within: a prefix search is the range from the code to this.
    #[must_use]
    pub fn end(&self) -> String {
        format!("{}~", self.0)
    }
}

impl fmt::Display for PlaceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Province 1, city 2, county 3, town or street 4, village or community 5: by the length of the statistical code.
#[must_use]
pub const fn level_of(code: &str) -> i64 {
    match code.len() {
        0..=2 => 1,
        3..=4 => 2,
        5..=6 => 3,
        7..=9 => 4,
        _ => 5,
    }
}

/// Whose code it is: county and above by GB/T 2260, below by the statistical codes (NBS); one with a letter in it is the bank's own.
#[must_use]
pub fn code_set_of(code: &str) -> &'static str {
    match code.len() {
        _ if code.bytes().any(|byte| byte.is_ascii_uppercase()) => "local",
        0..=6 => "GB/T 2260",
        _ => "NBS",
    }
}

/// A village's code under the town `town`: the statistical one of 12 digits, or one of the bank's own, a letter and two digits in the
/// place of the last three.
#[must_use]
pub fn village_code(town: &str, typed: &str) -> Option<PlaceCode> {
    let own = typed.strip_prefix(town)?.as_bytes();
    let [first, second, third] = own else { return None };
    let fits = first.is_ascii_digit() || first.is_ascii_uppercase();
    (fits && second.is_ascii_digit() && third.is_ascii_digit()).then(|| PlaceCode(typed.to_owned()))
}

/// The codes of the bank's own under a town, in the order in which they are given: `L01` to `L99`, then `M01` and on.
pub fn own_codes(town: &str) -> impl Iterator<Item = String> {
    ('L'..='Z').flat_map(move |letter| (1..=99).map(move |number| format!("{town}{letter}{number:02}")))
}

/// The codes on the way from the province down to `code`, itself included.
#[must_use]
pub fn codes_on_the_way(code: &str) -> Vec<String> {
    [2, 4, 6, 9, 12]
        .into_iter()
        .filter(|length| *length < code.len())
        .filter_map(|length| code.get(..length))
        .chain([code])
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_town_passes_province_city_and_county() {
        assert_eq!(codes_on_the_way("330185001"), ["33", "3301", "330185", "330185001"]);
        assert_eq!(codes_on_the_way("330185001203"), ["33", "3301", "330185", "330185001", "330185001203"]);
        assert_eq!(codes_on_the_way("33"), ["33"]);
    }

    #[test]
    fn a_village_has_a_statistical_code_or_one_of_the_banks_own() {
        let cases = [
            ("330182001203", true),
            ("330182001L01", true),
            ("330182001", false),
            ("33018200120", false),
            ("3301820012033", false),
            ("330182002203", false),
            ("330182001LL1", false),
            ("330182001l01", false),
            ("330182001２０３", false),
        ];
        for (code, fits) in cases {
            assert_eq!(village_code("330182001", code).is_some(), fits, "{code}");
        }
        let own: Vec<String> = own_codes("330182001").collect();
        assert_eq!((own[0].as_str(), own[99].as_str()), ("330182001L01", "330182001M01"));
        assert!(own.iter().all(|code| village_code("330182001", code).is_some() && code_set_of(code) == "local"));
        assert_eq!((code_set_of("330182"), code_set_of("330182001203")), ("GB/T 2260", "NBS"));
    }

    #[test]
    fn a_place_covers_what_begins_with_its_code_and_nothing_else() {
        let city = PlaceCode::parse("3301").unwrap();
        for (code, inside) in [("3301", true), ("330185001", true), ("33", false), ("3302", false), ("", false)] {
            assert_eq!(city.covers(code), inside, "{code}");
        }
        assert!(PlaceCode::default().covers("330185"));
        let and = |a: &str, b: &str| PlaceCode::parse(a).unwrap().and(&PlaceCode::parse(b).unwrap()).map(|code| code.0);
        assert_eq!((and("3301", "330185").as_deref(), and("330185", "").as_deref()), (Some("330185"), Some("330185")));
        assert_eq!(and("3301", "3302"), None);
        for odd in ["33 01", "33%", "浙江", "1234567890123456789012"] {
            assert_eq!(PlaceCode::parse(odd), None, "{odd}");
        }
    }
}
