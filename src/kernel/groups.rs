//! The groups of learners, and the public. Following a group's reading list declares nothing; belonging to a group is kept only where
//! somebody says so of themselves.

use std::fmt;
use std::str::FromStr;

/// A group of learners, or anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 老年人.
    Elder,
    /// 农民.
    Farmer,
    /// 妇女.
    Woman,
    /// 公务员.
    CivilServant,
    /// 退役军人和其他优抚对象.
    Veteran,
    /// 残疾人, who are among all the others and need no list of their own.
    Disabled,
    /// 公众: anybody.
    Public,
}

impl Group {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 7] =
        [Self::Elder, Self::Farmer, Self::Woman, Self::CivilServant, Self::Veteran, Self::Disabled, Self::Public];
    /// Those that have a reading list.
    pub const LISTED: [Self; 6] = [Self::Elder, Self::Farmer, Self::Woman, Self::CivilServant, Self::Veteran, Self::Public];

    /// The code in tables, files and addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Elder => "elder",
            Self::Farmer => "farmer",
            Self::Woman => "woman",
            Self::CivilServant => "civil_servant",
            Self::Veteran => "veteran",
            Self::Disabled => "disabled",
            Self::Public => "public",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Group {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|group| group.code() == text).ok_or(())
    }
}
