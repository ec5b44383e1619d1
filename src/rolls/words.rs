//! Chinese that the program reads and writes in lists rather than says: headings of columns.

use super::lines::Column;

/// The headings of each column: the first is the one we write into an empty form, the others are understood too.
pub(super) const HEADINGS: [(Column, &[&str]); 4] = [
    (Column::Who, &["学员", "学员卡号", "卡号", "学员号", "学员编号"]),
    (Column::Number, &["证书编号", "成果编号", "编号", "证书号"]),
    (Column::Value, &["学分", "成绩", "学时", "数值"]),
    (Column::Day, &["通过日期", "日期", "发证日期", "取得日期"]),
];

/// What stands above why a line was passed over.
pub(super) const REASON: &str = "原因";

/// The name of the sheet in an empty form.
pub(super) const SHEET: &str = "成批认定";
