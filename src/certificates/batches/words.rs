//! Chinese that the program reads and writes in lists rather than says: headings of columns.

use super::batch::BatchColumn;

/// The headings of each column: the first is the one we write into an empty form, the others are understood too.
pub(in crate::certificates) const HEADINGS: [(BatchColumn, &[&str]); 2] =
    [(BatchColumn::Who, &["学员", "学员卡号", "卡号", "学员号", "学员编号"]), (BatchColumn::Name, &["姓名", "名字"])];

/// What stands above why a line was left out.
pub(in crate::certificates) const REASON: &str = "原因";

/// The name of the sheet in an empty form.
pub(in crate::certificates) const SHEET: &str = "成批发证";
