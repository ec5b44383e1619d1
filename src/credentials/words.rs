//! The words that are signed. They belong to the form of the document: whoever changes one changes what old documents are read by.

use super::facts::Source;

/// Names of the results that are no unit's, in the order of `facts::RESERVED`.
pub const RESULTS: [&str; 5] = ["标准学时", "身份核验等级", "监督等级", "发证日期", "证书版本"];
/// What follows a unit's code in the name of its result.
pub const SCORE: &str = " 考核得分";
/// Name of the evidence that is the ledger's.
pub const RECEIPTS: &str = "账本凭证";
/// Between day, levels and amounts.
pub const BETWEEN: &str = "；";
/// Before, between and after the two levels.
pub const LEVELS: [&str; 3] = ["身份核验 ", " 级，监督 ", " 级"];
/// After the credit and after the class hours.
pub const AMOUNTS: [&str; 2] = [" 学分，", " 标准学时。"];

/// How a unit was passed.
pub const fn way(source: Source) -> &'static str {
    match source {
        Source::Online => "在线考核合格",
        Source::Supervised => "监督考核合格",
        Source::Outside => "其他学习成果认定",
    }
}
