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

#[test]
fn a_template_that_cannot_be_asked_in_every_draw_is_refused() {
    let with = |vars: &'static str, key: &'static str, value: &'static str| item(&[("vars", vars), (key, value)], key);
    let names = "{ name = [\"李大爷\", \"王阿姨\", \"张奶奶\", \"刘师傅\"] }";
    let at_vars = |vars: &'static str, stem: &'static str| match with(vars, "stem", stem) {
        End(text, _) => End(text, 12),
        other => other,
    };
    let long = "\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八{n}，一二三四五六七八九{n}。\"";
    refuses(&[
        (ITEMS, changed("stem", "\"{name}来了，怎么办？\""), "没有 {name} 这个变量"),
        (ITEMS, with(names, "explain", "\"{name}和{other}不急。\""), "没有 {other} 这个变量"),
        (ITEMS, at_vars(names, "\"水烧开了，先做什么？\""), "变量 name 没有用到"),
        (ITEMS, at_vars("{ name = { pool = \"nobody\" } }", "\"{name}来了，怎么办？\""), "没有「nobody」这个词库"),
        (ITEMS, at_vars("{ name = [\"李大爷\", \"王阿姨\"] }", "\"{name}来了，怎么办？\""), "变来变去只有 2 样，至少要 4 样"),
        (ITEMS, at_vars("{ n = { min = 1, max = 1, step = 1 } }", "\"{n}元\""), "变量 n 选不出两个以上的值"),
        (
            ITEMS,
            at_vars("{ n = { min = 1, max = 9, step = 1 }, m = { sum = [\"m\", \"n\"] } }", "\"{n}元{m}\""),
            "变量 m 算不出来",
        ),
        (ITEMS, at_vars("{ n = { min = 1, max = 9, step = 1 }, m = { sum = [\"n\"] } }", "\"{n}元{m}\""), "变量 m 算不出来"),
        (
            ITEMS,
            at_vars("{ n = { min = 1, max = 9, step = 1 }, m = { minus = [\"n\", 2] } }", "\"{n}元，{m}元\""),
            "变量 m 有时会算出负数",
        ),
        (ITEMS, at_vars("{ n = { min = 1, max = 9, step = 1, most = 3 } }", "\"{n}元\""), "写得不对"),
        (ITEMS, with("{ n = { min = 1, max = 5000, step = 1 } }", "stem", long), "这一句 46 个字，最多 40 个"),
        (ITEMS, with("{ n = [\"110\", \"112\", \"114\", \"116\"] }", "stem", "\"出事了，打{n}吗？\""), "号码 112 不在热线名单里"),
    ]);
    // Words that are written inline are looked through one by one, whichever comes up beside them.
    let word = |vars: &'static str| at_vars(vars, "\"{name}来了，怎么办？\"");
    refuses(&[
        (ITEMS, word("{ name = [\"隔壁李大爷\", \"认证员\", \"张奶奶\", \"刘师傅\"] }"), "不用「认证」"),
        (ITEMS, word("{ name = [\"隔壁李大爷\", \"Tom\", \"张奶奶\", \"刘师傅\"] }"), "不写外文「Tom」"),
        (ITEMS, word("{ name = [\"隔壁李大爷\", \"1*2\", \"张奶奶\", \"刘师傅\"] }"), "中间四位遮住"),
        (ITEMS, word("{ name = [\"隔壁李大爷\", \"12345\", \"张奶奶\", \"刘师傅\"] }"), "12345 是热线"),
        (ITEMS, word("{ name = [\"隔壁李大爷\", \"\", \"张奶奶\", \"刘师傅\"] }"), "「words」是空的"),
        (ITEMS, changed("stem", "\"{name来了，怎么办？\""), "花括号要成对"),
        (ITEMS, changed("explain", "\"先看}再点。\""), "花括号要成对"),
        (ITEMS, with(names, "explain", "\"{name}和{name不急。\""), "花括号要成对"),
    ]);
    let twice = "[{ text = \"{n}元\", right = true }, { text = \"{m}元\" }, { text = \"不买\" }]";
    let vars = "{ n = { min = 1, max = 99, step = 1 }, m = { min = 99, max = 160, step = 1 } }";
    refuses(&[(ITEMS, with(vars, "options", twice), "「99元」出现了两次")]);
}

#[test]
fn a_template_with_a_right_option_that_is_longest_in_some_draw_counts_as_longest() {
    let said = |last: &str| {
        let mut files = super::one_course();
        let whole = files.text(ITEMS);
        // Its own templates lose their variables: each gets others below.
        let plain: Vec<&str> = whole.lines().filter(|line| !line.starts_with("vars = ")).collect();
        let kinds = plain.join("\n").replace("kind = \"screen\"", "kind = \"single\"").replace("\nscreen = ", "\n# ");
        let (mut items, mut at) = (String::new(), 0);
        for part in kinds.split_inclusive("[[item]]") {
            // Every choice of one becomes a template whose right option is as long as `last` makes it.
            let is_single = part.contains("kind = \"single\"");
            let new =
                "options = [\n  { text = \"甲{n}\", right = true },\n  { text = \"乙乙乙乙乙\" },\n  { text = \"丙丙\" },\n]";
            let vars = format!("vars = {{ n = [\"丁{at}\", \"戊{at}\", \"己{at}\", \"{last}\"] }}\n");
            let cut = part.find("options = [").zip(part.find("\n]")).filter(|_| is_single);
            items += &cut.map_or_else(|| part.to_owned(), |(a, b)| part[..a].to_owned() + &vars + new + &part[b + 2..]);
            at += 1;
        }
        files.put(ITEMS, &items);
        super::check_command(&files).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert!(said("庚庚庚庚庚").contains("道题的正确选项最长"), "{}", said("庚庚庚庚庚"));
    assert!(!said("庚").contains("道题的正确选项最长"), "{}", said("庚"));
}

#[test]
fn a_bank_in_which_nearly_every_stem_is_true_is_refused() {
    let said = |truths: [bool; 8]| {
        let mut files = super::one_course();
        let mut text = files.text(ITEMS).replace("answer = true", "answer = false");
        for (at, truth) in truths.into_iter().enumerate() {
            let stem = format!("stem = \"第{at}句\"");
            text += &format!(
                "\n[[item]]\nid = \"T01-i9{at}\"\nkind = \"truefalse\"\noutcome = \"T01-o1\"\nlesson = \"T01-c1\"\ndifficulty = 1\n"
            );
            text += &format!("groups = [\"all\"]\nuse = \"learn\"\n{stem}\nanswer = {truth}\nexplain = \"好。\"\n");
        }
        files.put(ITEMS, &text);
        super::check_command(&files).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    // The course has four of its own, here none of them true.
    let (all, half, none) = ([true; 8], [true, true, true, true, true, false, false, false], [false; 8]);
    assert!(!said(all).contains("判断题"), "{}", said(all));
    assert!(!said(half).contains("判断题"), "{}", said(half));
    assert!(said(none).contains("判断题 12 道，说得对的有 0 道；要在 4–8 道之间"), "{}", said(none));
}

#[test]
fn a_few_questions_for_supervised_sessions_are_no_bank() {
    let mut files = super::one_course();
    let text = files.text(ITEMS)
        + "\n[[item]]\nid = \"T01-i90\"\nkind = \"truefalse\"\noutcome = \"T01-o1\"\nlesson = \"T01-c1\"\ndifficulty = 1\n\
           groups = [\"all\"]\nuse = \"exam\"\nstem = \"水烧开了要关火。\"\nanswer = true\nexplain = \"好。\"\n";
    files.put(ITEMS, &text);
    let said = super::check_command(&files).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(said.contains("有只供考试的题，就要有一整套：人人适用的至少 14 道，现在 1 道"), "{said}");
    assert!(said.contains("能力点 T01-o2 至少要 2 道人人适用、只供考试的题，现在 0 道"), "{said}");
}
