//! Chinese that the program reads in lists rather than says: headings of columns, and how lists name groups and text sizes.

use super::columns::Column;
use crate::kernel::Group;

/// The headings of each column: the first is the one we write into an empty form, the others are understood too.
pub(super) const HEADINGS: [(Column, &[&str]); 7] = [
    (Column::Name, &["姓名", "名字", "学员姓名"]),
    (Column::Birth, &["出生年份", "出生年月", "出生日期", "出生年", "生日", "出生"]),
    (Column::Phone, &["手机号", "手机", "电话", "联系电话", "手机号码"]),
    (Column::Place, &["村（社区）", "村", "社区", "村社区", "村/社区", "住址", "地方"]),
    (Column::Group, &["从哪儿学起", "学员群体", "群体"]),
    (Column::Font, &["字的大小", "字号"]),
    (Column::Document, &["身份证号", "身份证", "身份证号码", "证件号"]),
];

/// The name of the sheet in an empty form.
pub(super) const SHEET: &str = "名单";

/// The headings of a result, and what a line's end is called.
pub(super) const RESULT_HEADINGS: [&str; 4] = ["行", "姓名", "学员卡号", "结果"];
pub(super) const ENROLLED: &str = "登记好了";
pub(super) const KNOWN: &str = "以前登记过";

/// How lists name groups.
pub(super) const GROUPS: [(&str, Group); 12] = [
    ("老年人", Group::Elder),
    ("老人", Group::Elder),
    ("长辈", Group::Elder),
    ("农民", Group::Farmer),
    ("农户", Group::Farmer),
    ("妇女", Group::Woman),
    ("女性", Group::Woman),
    ("公务员", Group::CivilServant),
    ("机关干部", Group::CivilServant),
    ("公众", Group::Public),
    ("其他", Group::Public),
    ("一般", Group::Public),
];

/// How lists name text sizes, by the code of the size.
pub(super) const FONTS: [(&str, &str); 6] =
    [("标准", "normal"), ("普通", "normal"), ("大字", "large"), ("大", "large"), ("特大", "xlarge"), ("最大", "xlarge")];

/// What lists write where somebody has no phone.
pub(super) const NO_PHONE: [&str; 6] = ["无", "没有", "没有手机", "-", "—", "/"];

/// What stands between the figures of a date.
pub(super) const DATE_MARKS: [char; 6] = ['年', '月', '日', '-', '/', '.'];
