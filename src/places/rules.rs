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

/// Whose code it is: county and above by GB/T 2260, below by the statistical codes (NBS).
#[must_use]
pub const fn code_set_of(code: &str) -> &'static str {
    if code.len() <= 6 { "GB/T 2260" } else { "NBS" }
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
