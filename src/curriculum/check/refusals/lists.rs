//! The manifest, the lists and the pathways.

use super::Spoil::{End, Line, LineAt};
use super::refuses;

const MANIFEST: &str = "manifest.toml";
const ELDER: &str = "pathways/elder.toml";

#[test]
fn a_manifest_that_is_not_word_for_word_or_not_sound_is_refused() {
    refuses(&[
        (MANIFEST, Line("sha256 =", "sha256 = \"00\""), "校验值对不上"),
        (MANIFEST, LineAt("clause = \"优化完善", "clause = \"优化完善数字资源获取渠道。好。\"", "sha256 ="), "校验值对不上"),
        (MANIFEST, Line("clause = \"优化完善", "clause = \"优化数字资源获取渠道。\""), "条文要以任务名开头"),
        (
            MANIFEST,
            End(
                "[[passage]]\ndocument = \"甲\"\nissuer = \"乙\"\npublished = \"2021\"\nplace = \"一\"\nsha256 = \"0\"\ntext = \"字\"",
                6,
            ),
            "校验值对不上",
        ),
        (MANIFEST, Line("number = 1", "number = \"一\""), "写得不对"),
        (MANIFEST, Line("tint =", "tint = \"green\""), "#RRGGBB"),
        (MANIFEST, Line("pass_permille =", "pass_permille = 7000"), "不合理：pass_permille"),
        (MANIFEST, Line("class_hours_per_credit =", "class_hours_per_credit = 0"), "不合理：class_hours_per_credit"),
        (MANIFEST, Line("cells_per_credit =", "cells_per_credit = 3"), "不合理：cells_per_credit"),
        (MANIFEST, Line("cells_per_credit =", "cells_per_credit = 0"), "不合理：cells_per_credit"),
        (MANIFEST, Line("creditable_identity_level =", "creditable_identity_level = 4"), "不合理：creditable_identity_level"),
        (
            MANIFEST,
            Line("creditable_supervision_level =", "creditable_supervision_level = -1"),
            "不合理：creditable_supervision_level",
        ),
        (
            MANIFEST,
            Line("transferable_identity_level =", "transferable_identity_level = 0"),
            "不合理：transferable_identity_level",
        ),
        (
            MANIFEST,
            Line("transferable_supervision_level =", "transferable_supervision_level = 4"),
            "不合理：transferable_supervision_level",
        ),
        (MANIFEST, Line("min_courses =", "min_courses = 40"), "不合理：min_courses"),
        (MANIFEST, Line("title = \"单元学习证明\"", "title = \"国家单元学习证明\""), "不能有「国家」"),
        (MANIFEST, Line("max_outside_permille =", "max_outside_permille = 1001"), "不合理：max_outside_permille"),
        (MANIFEST, Line("after_months =", "after_months = 0"), "不合理：after_months"),
        (MANIFEST, Line("minutes = 20", "minutes = 0"), "不合理：minutes"),
        (MANIFEST, Line("courses = [\"T19\"", "courses = [\"T77\"]"), "没有任务 T77"),
        (MANIFEST, Line("must = [\"T19\"", "must = [\"T77\"]"), "没有任务 T77"),
        (MANIFEST, Line("footer =", "footer = \"\""), "是空的"),
    ]);
}

#[test]
fn a_task_without_course_and_an_area_that_is_none_are_refused() {
    let task = "[[task]]\ncode = \"T24\"\narea = \"A9\"\nnumber = 24\ntitle = \"甲\"\nclause = \"甲。\"\nsha256 = \"0\"";
    refuses(&[(MANIFEST, End(task, 1), "任务 T24 没有课程"), (MANIFEST, End(task, 3), "没有领域 A9")]);
}

#[test]
fn a_pathway_that_misses_repeats_or_contradicts_is_refused() {
    refuses(&[
        (ELDER, Line("group =", "group = \"farmer\""), "文件名是 elder"),
        (ELDER, Line("group =", "group = \"old\""), "写得不对"),
        (ELDER, LineAt("code = \"T18\"", "code = \"T17\"", "group ="), "少了课程 T18"),
        (ELDER, End("[[course]]\ncode = \"T18\"\nneed = \"optional\"", 1), "课程 T18 写了两遍"),
        (ELDER, End("[[course]]\ncode = \"T77\"\nneed = \"optional\"", 1), "没有课程 T77"),
        (ELDER, LineAt("need =", "need = \"optional\"", "[[course]]"), "写得不一样"),
        (ELDER, End("[[course]]\ncode = \"T18\"\nneed = \"required\"", 1), "必修要排在前面，T18 排晚了"),
        (ELDER, End("[[choose]]\nfrom = [\"T09\"]\nmin = 2\nafter = \"T23\"", 3), "选不成"),
        (ELDER, End("[[choose]]\nfrom = [\"T77\"]\nmin = 1\nafter = \"T23\"", 2), "没有课程 T77"),
        ("pathways/start_points.toml", Line("first =", "first = [\"T77\"]"), "没有课程 T77"),
        ("pathways/start_points.toml", Line("group =", "group = \"old\""), "写得不对"),
        ("pathways/start_points.toml", Line("note =", "note = \" \""), "「note」是空的"),
        ("pathways/start_points.toml", Line("note =", "note = \"一二三四五六七八九十一二三\""), "最多 12 个"),
        ("pathways/start_points.toml", Line("id = \"family\"", "id = \"daily\""), "编号 daily 用了两次"),
        ("pathways/steering.toml", Line("prefer =", "prefer = [\"T09\", \"T09\"]"), "课程 T09 写了两遍"),
    ]);
}

#[test]
fn lists_that_repeat_or_contradict_themselves_are_refused() {
    let hotline = |number: &str, dial: &str, checked: &str| {
        let text = format!(
            "[[hotline]]\nnumber = \"{number}\"\nname = \"甲\"\nkind = \"call\"\ndial = {dial}\nnote = \"甲。\"\nsource = \"甲\"\nchecked = \"{checked}\""
        );
        &*Box::leak(text.into_boxed_str())
    };
    refuses(&[
        (
            "glossary.toml",
            End("[[term]]\nword = \"流量\"\nplain = \"另一个解释。\"\nsee = []", 1),
            "「流量」在 glossary.toml 里已经有了",
        ),
        (
            "glossary.toml",
            End("[[term]]\nword = \"新词\"\nplain = \"一个解释。\"\nsee = [\"没有的词\"]", 4),
            "名词「没有的词」没有解释",
        ),
        ("glossary.toml", End("[[term]]\nword = \"新词\"\nplain = \"\"\nsee = []", 1), "是空的"),
        ("glossary.toml", End("[[terms]]\nword = \"新词\"", 1), "不认识「terms」"),
        ("hotlines.toml", End(hotline("110", "true", "2026-11-22"), 1), "「110」出现了两次"),
        ("hotlines.toml", End(hotline("一一〇", "true", "2026-11-22"), 2), "只能是数字"),
        ("hotlines.toml", End(hotline("999", "false", "2026-11-22"), 5), "只发短信的号码"),
        ("hotlines.toml", End(hotline("999", "true", "昨天"), 8), "日期「昨天」不对"),
        ("hotlines.toml", LineAt("notice =", "", ""), "缺「notice」"),
        (
            "laws.toml",
            End(
                "[[law]]\nname = \"中华人民共和国民法典\"\nshort = \"甲\"\nkind = \"法律\"\nedition = \"现行\"\nsource = \"甲\"\nchecked = \"2026-11-22\"",
                1,
            ),
            "出现了两次",
        ),
        ("laws.toml", End("[[law]]\nname = ", 2), "写得不对"),
        ("hour_sheets.toml", Line("note =", "note = \"不满 90 学时的要补。\""), "不写数字"),
        ("hour_sheets.toml", Line("from =", "from = \"今年\""), "日期「今年」不对"),
        ("hour_sheets.toml", Line("columns =", "columns = [\"day\", \"way\"]"), "缺「course」"),
        ("hour_sheets.toml", Line("columns =", "columns = [\"day\", \"course\", \"day\"]"), "「day」出现了两次"),
        ("hour_sheets.toml", Line("id = \"professional\"", "id = \"civil_servant\""), "编号 civil_servant 用了两次"),
        ("readings.toml", End("[[reading]]\nword = \"银行\"\nas = \"银航\"", 1), "「银行」出现了两次"),
        ("readings.toml", End("[[reading]]\nword = \"新词\"\nas = \"新词\"", 1), "是空的"),
        (
            "institutions.toml",
            End(
                "[[institution]]\nname = \"民政部\"\nshort = \"甲\"\nkind = \"甲\"\nnote = \"甲\"\nsource = \"甲\"\nchecked = \"2026-11-22\"",
                1,
            ),
            "出现了两次",
        ),
    ]);
}

#[test]
fn two_courses_that_explain_one_word_differently_are_refused() {
    use crate::curriculum::check_command;
    use crate::curriculum::source::in_memory::InMemory;
    let mut files = InMemory::copy_of(&super::own());
    for (course, plain) in [("T01", "一个解释。"), ("T04", "另一个解释。")] {
        let path = format!("courses/{course}/terms.toml");
        let text = files.text(&path) + &format!("\n[[term]]\nword = \"新词\"\nplain = \"{plain}\"\n");
        files.put(&path, &text);
    }
    let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
    assert!(said.len() == 1 && said[0].contains("「新词」在 courses/T01/terms.toml 里已经有了"), "{said:?}");
}

#[test]
fn a_pool_with_somebodys_number_or_too_little_in_it_is_refused() {
    let pools = "pools.toml";
    let pool = |words: &str| {
        let text = format!("[[pool]]\nid = \"spare\"\nnote = \"备用\"\nwords = [{words}]");
        End(Box::leak(text.into_boxed_str()), 4)
    };
    refuses(&[
        (pools, Line("id = \"community\"", "id = \"elder\""), "编号 elder 用了两次"),
        (pools, pool("\"甲\", \"乙\", \"丙\""), "这里至少要有 4 个，现在 3 个"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"甲\""), "「甲」出现了两次"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"\""), "「words」是空的"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"一二三四五六七八九十一二三\""), "「words」有 13 个字，最多 12 个"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"13812342046\""), "像一个真的电话号码"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"1381234*046\""), "中间四位遮住"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"110****2046\""), "中间四位遮住"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"12345\""), "12345 是热线"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"认证专员\""), "不用「认证」"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"国家发钱中心\""), "不在可以提到的机构名单里"),
        (pools, pool("\"甲\", \"乙\", \"丙\", \"{name}\""), "没有 {{name}} 这个变量"),
    ]);
}
