//! What others have made: addresses, publishers, terms and dates that will not do; and what needs somebody before long.

use super::Spoil::{After, End, Line};
use super::{one_course, refuses};
use crate::curriculum::source::in_memory::InMemory;
use crate::curriculum::{check_command, warn_command};
use crate::kernel::Day;

const RESOURCES: &str = "resources.toml";

/// The last one once more, under another title.
const AGAIN: &str = "[[resource]]\ntitle = \"又一个\"\nurl = \"https://lndx.edu.cn/\"\npublisher = \"国家老年大学\"\nlicence = \"免费浏览\"\n\
    language = \"zh-CN\"\nkind = \"video\"\ncourses = [\"T02\"]\nreviewer = \"甲\"\nreviewed = \"2026-11-26\"\nvalid_until = \"2027-11-26\"\n\
    note = \"给长辈看的课。\"";

#[test]
fn a_resource_that_nobody_answers_for_or_that_leads_astray_is_refused() {
    refuses(&[
        (RESOURCES, Line("url =", "url = \"http://gjzwfw.www.gov.cn/\""), "要用 https"),
        (RESOURCES, Line("url =", "url = \"https://127001/\""), "要用 https"),
        (RESOURCES, Line("url =", "url = \"https://a.cn/\\\"onclick\""), "要用 https"),
        (RESOURCES, End(AGAIN, 3), "「https://lndx.edu.cn/」出现了两次"),
        (RESOURCES, Line("publisher =", "publisher = \"某某网\""), "「某某网」不在可以提到的机构名单里"),
        (RESOURCES, Line("licence =", "licence = \"随便用\""), "没有「随便用」这种许可"),
        (RESOURCES, Line("kind =", "kind = \"game\""), "写得不对"),
        (RESOURCES, Line("courses =", "courses = []"), "「courses」是空的"),
        (RESOURCES, Line("courses =", "courses = [\"T77\"]"), "没有课程 T77"),
        (RESOURCES, Line("language =", "language = \" \""), "「language」是空的"),
        (RESOURCES, Line("reviewer =", "reviewer = \"\""), "「reviewer」是空的"),
        (RESOURCES, Line("reviewed =", "reviewed = \"去年\""), "日期「去年」不对"),
        (RESOURCES, Line("valid_until =", "valid_until = \"2029-11-27\""), "最多两年"),
        (RESOURCES, Line("valid_until =", "valid_until = \"2026-11-26\""), "要在看过那天之后"),
        (RESOURCES, Line("note =", "note = \"\""), "「note」是空的"),
        (RESOURCES, Line("note =", "note = \"打 13800138000 问。\""), "像一个真的电话号码"),
        (RESOURCES, Line("title =", "title = \"\""), "「title」是空的"),
        (RESOURCES, After("title =", "stars = 5"), "不认识「stars」"),
    ]);
}

#[test]
fn what_is_named_without_its_origin_and_a_curriculum_without_terms_of_use_are_refused() {
    refuses(&[
        ("laws.toml", Line("source =", "source = \"\""), "「source」是空的"),
        ("laws.toml", Line("checked =", "checked = \"2026-13-01\""), "日期「2026-13-01」不对"),
        ("institutions.toml", Line("source =", "source = \" \""), "「source」是空的"),
        ("institutions.toml", Line("checked =", "checked = \"\""), "日期「」不对"),
        ("hotlines.toml", Line("source =", "source = \"\""), "「source」是空的"),
        ("manifest.toml", Line("url =", "url = \"http://example.cn/\""), "要用 https"),
        ("manifest.toml", Line("attribution =", "attribution = \"\""), "「attribution」是空的"),
        ("manifest.toml", Line("[licence]", "[unlicence]"), "unlicence"),
    ]);
}

#[test]
fn no_resources_and_no_letter_of_terms_are_no_fault() {
    let mut files = one_course();
    files.0.remove(RESOURCES);
    files.0.remove("LICENSE");
    assert_eq!(check_command(&files), []);
}

#[test]
fn a_resource_near_its_end_is_told_of_sixty_days_before_and_ever_after() {
    let files: InMemory = one_course();
    let warned = |day: &str| {
        let said = warn_command(&files, Day::parse(day).unwrap());
        said.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(warned("2026-12-27"), Vec::<String>::new());
    for (day, words) in [("2026-12-28", "过期，快去看一遍"), ("2027-02-26", "过期，快去看一遍"), ("2027-02-27", "页面上不再显示")]
    {
        let said = warned(day);
        assert!(
            said.len() == 4 && said.iter().all(|one| one.starts_with("resources.toml:") && one.contains(words)),
            "{day} {said:?}"
        );
    }
    assert_eq!(check_command(&files), [], "and it is no fault");
}
