//! How 《网络与线下学习情况明细》 is laid out for a kind of staff.

use serde::{Deserialize, Serialize};

use crate::kernel::Group;

/// The sheet of one kind of staff, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HourSheet {
    /// The kind's id; several entries of one id follow each other by their days.
    pub id: String,
    /// What the kind is called.
    pub name: String,
    /// Who is shown this one first; the public's is for everybody else.
    #[serde(default)]
    pub group: Option<Group>,
    /// From which day on it holds, `YYYY-MM-DD`.
    pub from: String,
    /// Its columns, in order.
    pub columns: Vec<HourColumn>,
    /// What stands below: who decides what it counts for. It compares with nothing.
    pub note: String,
}

/// A column of the sheet. The two kinds of hours stand in columns of their own, and are never added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HourColumn {
    /// 日期.
    Day,
    /// 课程.
    Course,
    /// 方式: online, or a class session.
    Way,
    /// 标准学时.
    Standard,
    /// 签到学时.
    Attended,
    /// 结果.
    Result,
}

impl HourColumn {
    /// All of them, in the order in which they usually stand.
    pub const ALL: [Self; 6] = [Self::Day, Self::Course, Self::Way, Self::Standard, Self::Attended, Self::Result];

    /// As the files write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Course => "course",
            Self::Way => "way",
            Self::Standard => "standard",
            Self::Attended => "attended",
            Self::Result => "result",
        }
    }
}
