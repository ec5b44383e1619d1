//! Single items and the bank as a whole.

use super::Spoil::End;
use super::{ITEMS, Spoil, refuses};

/// A sound item, one key a line, with some of its lines changed. The line of a key is its place in this list, from 2.
const SOUND: [(&str, &str); 10] = [
    ("id", "\"T01-i90\""),
    ("kind", "\"single\""),
    ("outcome", "\"T01-o1\""),
    ("lesson", "\"T01-c1\""),
    ("difficulty", "2"),
    ("groups", "[\"all\"]"),
    ("use", "\"learn\""),
    ("stem", "\"水烧开了，先做什么？\""),
    ("options", "[{ text = \"关火\", right = true }, { text = \"先去开门\" }, { text = \"先去浇花\" }]"),
    ("explain", "\"先关火，别的事不急。\""),
];

/// The sound item with `changes`, a fault being expected at `key`.
fn item(changes: &[(&str, &str)], key: &str) -> Spoil {
    let mut text = "[[item]]".to_owned();
    for (name, value) in SOUND {
        let changed = changes.iter().find(|(changed, _)| *changed == name).map_or(value, |(_, value)| value);
        let line = if changed.is_empty() { "\n".to_owned() } else { format!("\n{name} = {changed}") };
        text.push_str(&line);
    }
    for (name, value) in changes.iter().filter(|(name, _)| SOUND.iter().all(|(sound, _)| sound != name)) {
        text.push_str(&format!("\n{name} = {value}"));
    }
    let nth = SOUND.iter().position(|(name, _)| *name == key).map_or(1, |at| at + 2);
    End(Box::leak(text.into_boxed_str()), nth)
}

fn changed(key: &'static str, value: &str) -> Spoil {
    item(&[(key, value)], key)
}

#[test]
fn an_item_that_is_not_right_is_refused() {
    refuses(&[
        (ITEMS, changed("id", "\"T01-i01\""), "编号 T01-i01 用了两次"),
        (ITEMS, changed("id", "\"T02-i90\""), "编号要写 T01-i01"),
        (ITEMS, item(&[("kind", "\"riddle\"")], ""), "没有「riddle」这种题型"),
        (ITEMS, item(&[("kind", "\"truefalse\"")], ""), "缺「answer」"),
        (ITEMS, item(&[("answer", "true")], ""), "single 题不用「answer」"),
        (ITEMS, item(&[("stem", "")], ""), "缺「stem」"),
        (ITEMS, changed("outcome", "\"T01-o9\""), "没有能力点 T01-o9"),
        (ITEMS, changed("lesson", "\"T01-elder\""), "没有课目 T01-elder"),
        (ITEMS, changed("difficulty", "6"), "难度是 1 到 5"),
        (ITEMS, changed("groups", "[\"public\"]"), "写得不对"),
        (ITEMS, changed("groups", "[\"all\", \"elder\"]"), "写得不对"),
        (ITEMS, changed("use", "\"both\""), "写得不对"),
        (ITEMS, changed("stem", "\"\""), "「stem」是空的"),
        (ITEMS, changed("stem", "\"[[流量]]是什么？\""), "不放 [[ ]]"),
        (ITEMS, changed("explain", "\"打 [[tel:99999]]。\""), "不在热线名单"),
    ]);
}

#[test]
fn options_without_exactly_what_is_asked_for_are_refused() {
    let options = |text: &str| changed("options", text);
    let of_kind =
        |kind: &'static str, key: &'static str, value: &'static str| item(&[("kind", kind), ("options", ""), (key, value)], "");
    let multiple = |options: &'static str| item(&[("kind", "\"multiple\""), ("options", options)], "options");
    refuses(&[
        (ITEMS, options("[{ text = \"关火\" }, { text = \"开门\" }, { text = \"浇花\" }]"), "正好一个正确选项，现在 0 个"),
        (
            ITEMS,
            options("[{ text = \"关火\", right = true }, { text = \"开门\", right = true }, { text = \"浇花\" }]"),
            "正好一个正确选项，现在 2 个",
        ),
        (ITEMS, options("[{ text = \"关火\", right = true }, { text = \"开门\" }]"), "「options」要有 3–4 项"),
        (ITEMS, options("[{ text = \"关火\", right = true }, { text = \"开门\" }, { text = \"开门\" }]"), "「开门」出现了两次"),
        (ITEMS, options("[{ text = \"关火\", right = true }, { text = \"开门\" }, { text = \"以上都对\" }]"), "不用「以上都」"),
        (ITEMS, options("[{ text = \"关火\", right = true }, { text = \"开门\" }, { txt = \"浇花\" }]"), "不认识「txt」"),
        (
            ITEMS,
            multiple("[{ text = \"甲\", right = true }, { text = \"乙\" }, { text = \"丙\" }, { text = \"丁\" }]"),
            "要有 2 个以上正确选项，现在 1 个",
        ),
        (
            ITEMS,
            multiple(
                "[{ text = \"甲\", right = true }, { text = \"乙\", right = true }, { text = \"丙\", right = true }, { text = \"丁\", right = true }]",
            ),
            "不能每个选项都对",
        ),
    ]);
    let last = |kind, key, value| match of_kind(kind, key, value) {
        End(text, _) => End(text, 12),
        other => other,
    };
    refuses(&[
        (ITEMS, last("\"order\"", "sequence", "[\"甲\", \"乙\"]"), "「sequence」要有 3–5 项"),
        (ITEMS, last("\"order\"", "sequence", "[\"甲\", \"乙\", \"甲\"]"), "「甲」出现了两次"),
        (
            ITEMS,
            last("\"match\"", "pairs", "[{ left = \"甲\", right = \"一\" }, { left = \"乙\", right = \"二\" }]"),
            "「pairs」要有 3–4 项",
        ),
        (
            ITEMS,
            last(
                "\"match\"",
                "pairs",
                "[{ left = \"甲\", right = \"一\" }, { left = \"乙\", right = \"一\" }, { left = \"丙\", right = \"二\" }]",
            ),
            "「一」出现了两次",
        ),
    ]);
}

#[test]
fn two_items_that_are_nearly_the_same_are_refused() {
    let again = item(
        &[
            ("stem", "\"视频接通了，儿子说：「听得见您，就是一团黑。」先做什么？\""),
            (
                "options",
                "[{ text = \"看手指挡没挡住摄像头\", right = true }, { text = \"把音量按到最大\" }, { text = \"把手机贴在耳朵上接着讲\" }]",
            ),
        ],
        "",
    );
    let stem = "\"视频接通了，女儿说：「听得见您，可是一团黑。」先做什么？\"";
    refuses(&[(ITEMS, again, "和 T01-i05 太像了"), (ITEMS, changed("stem", stem), "和 T01-i05 太像了")]);
}

#[test]
fn a_bank_with_too_little_of_something_is_refused() {
    let mut files = super::one_course();
    let whole = files.text(ITEMS);
    let said = |files: &super::InMemory| {
        let faults = super::check_command(files);
        faults
            .iter()
            .filter(|fault| fault.file == ITEMS && fault.line == 1)
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let first: String = whole.split_inclusive("[[item]]").take(4).collect();
    files.put(ITEMS, first.trim_end_matches("[[item]]"));
    let few = said(&files);
    let words = [
        "题目至少 24 道，现在 3 道",
        "题型至少 4 种，现在 2 种",
        "只供考核的题至少 12 道，现在 0 道",
        "人人适用、只供考核的题至少 14 道，现在 0 道",
        "没有难度 5 的题",
        "能力点 T01-o1 至少要 4 道题，现在 3 道",
        "能力点 T01-o1 至少要 2 道人人适用、只供考核的题，现在 0 道",
    ];
    for words in words {
        assert!(few.contains(words), "{words}\n{few}");
    }
    files.put(ITEMS, &whole.replace("situation = true", "situation = false"));
    assert!(said(&files).contains("情景题至少 12 道，现在 0 道"));
    files.put(ITEMS, &whole.replace("\", right = true }", "一二三四五六七八九十一二三四五六七八\", right = true }"));
    assert!(said(&files).contains("道题的正确选项最长"));
    assert!(said(&files).contains("道的正确选项正好最长"));
    // The right option one letter shorter than the longest is no better.
    let second = whole.replace("\", right = true }", "一二三四五六七八九十一二三四五六七八\", right = true }");
    let (mut seen, mut lines) = (false, Vec::new());
    for line in second.lines() {
        let is_option = line.trim_start().starts_with("{ text = ");
        if is_option && !seen && !line.contains("right = true") {
            lines.push(line.replace("\" }", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四\" }"));
            seen = true;
        } else {
            seen &= is_option;
            lines.push(line.to_owned());
        }
    }
    files.put(ITEMS, &lines.join("\n"));
    assert!(said(&files).contains("道的正确选项正好第二长"), "{}", said(&files));
}
