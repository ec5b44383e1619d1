//! What somebody told us: kept sealed as one text, so that nothing of it can be read once the key is gone.

use serde::{Deserialize, Serialize};

/// The part of the day at which somebody wants to be rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartOfDay {
    /// 上午.
    Morning,
    /// 下午.
    Afternoon,
}

impl PartOfDay {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Morning, Self::Afternoon];

    /// The code in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
        }
    }
}

/// What somebody thinks is wrong with a line of the passbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// 记少了.
    TooLittle,
    /// 日期不对.
    WrongDay,
    /// 这门课不是我学的.
    NotMine,
    /// 别的.
    Other,
}

impl Doubt {
    /// All of them, in the order in which the form shows them.
    pub const ALL: [Self; 4] = [Self::TooLittle, Self::WrongDay, Self::NotMine, Self::Other];

    /// The code in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLittle => "too_little",
            Self::WrongDay => "wrong_day",
            Self::NotMine => "not_mine",
            Self::Other => "other",
        }
    }
}

/// What somebody wants printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 学员卡.
    Card,
    /// 学分对账单.
    Statement,
    /// 学时明细 of a year.
    Hours,
    /// All that is kept of somebody.
    Kept,
    /// A certificate.
    Certificate,
}

impl Paper {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Card, Self::Statement, Self::Hours, Self::Kept, Self::Certificate];

    /// The code in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Statement => "statement",
            Self::Hours => "hours",
            Self::Kept => "kept",
            Self::Certificate => "certificate",
        }
    }
}

/// Everything that one form told us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When to ring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<PartOfDay>,
    /// What is wrong with the line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
    /// What is to be printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Paper>,
    /// The number of the certificate that is to be printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The year that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// The number of the act on behalf that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// That they had not agreed to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_agreed: bool,
    /// In their own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_comes_back_whole() {
        let told = Told {
            when: vec![PartOfDay::Morning],
            doubts: Doubt::ALL.to_vec(),
            words: "少了一格\n请查查".to_owned(),
            ..Told::default()
        };
        let text = serde_json::to_string(&told).unwrap();
        assert_eq!(serde_json::from_str::<Told>(&text).unwrap(), told);
        assert_eq!(serde_json::from_str::<Told>("{}").unwrap(), Told::default());
        let paper = Told { paper: Some(Paper::Hours), year: Some(2026), ..Told::default() };
        assert_eq!(serde_json::to_string(&paper).unwrap(), "{\"paper\":\"hours\",\"year\":2026}");
    }
}
