//! Words of the metadata: they are in the language of the texts they are about.

use crate::kernel::Group;

/// What a course is.
pub(super) const COURSE: &str = "课程";
/// What a lesson is.
pub(super) const LESSON: &str = "课";
/// How much is asked of who begins.
pub(super) const LEVEL: &str = "入门";
/// What is counted.
pub(super) const CREDIT: &str = "学分";

/// A group by its name.
pub(super) const fn group(group: Group) -> &'static str {
    match group {
        Group::Elder => "老年人",
        Group::Farmer => "农民",
        Group::Woman => "妇女",
        Group::CivilServant => "公务员",
        Group::Veteran => "退役军人和其他优抚对象",
        Group::Disabled => "残疾人",
        Group::Public => "公众",
    }
}
