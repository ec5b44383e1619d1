//! Lessons, the texts in them, and outlines.

use super::Spoil::{After, CutAt, End, Line, LineAt};
use super::{COURSE, LESSON, PRACTICE, check_command, one_course, refuses};

const STORY: &str = "## 故事";
const NOTE: &str = "## 说明";
const REMEMBER: &str = "## 记住";
const PERSON: &str = "## 找人";

#[test]
fn front_matter_that_is_not_right_is_refused() {
    refuses(&[
        (LESSON, Line("minutes =", "minuten = 20"), "不认识「minuten」"),
        (LESSON, LineAt("minutes =", "", "id ="), "缺「minutes」"),
        (LESSON, After("minutes =", "minutes = 20"), "同一个键"),
        (LESSON, Line("minutes =", "minutes = \"20\""), "写得不对"),
        (LESSON, Line("minutes =", "minutes = 90"), "时长要在"),
        (LESSON, Line("id =", "id = \"T01-c9\""), "编号要写 T01-c1"),
        (LESSON, Line("outcomes =", "outcomes = [\"T01-o9\"]"), "没有能力点 T01-o9"),
        (LESSON, Line("outcomes =", "outcomes = []"), "是空的"),
        (LESSON, Line("check =", "check = [\"T01-i01\"]"), "课后要有 2–3 道题"),
        (LESSON, Line("check =", "check = [\"T01-i01\", \"T01-i99\"]"), "没有题目 T01-i99"),
        (LESSON, Line("check =", "check = [\"T01-i01\", \"T01-i21\"]"), "只供考核"),
        (LESSON, Line("tried =", "tried = \"T01-i01\""), "用了两次"),
        (LESSON, Line("goal =", "goal = \"学完这一课,您会连网。\""), "要用全角"),
    ]);
}

#[test]
fn cards_that_are_missing_too_many_or_out_of_order_are_refused() {
    refuses(&[
        (LESSON, Line(STORY, "## 说明：没有故事的开头"), "第一张卡片要讲故事"),
        (LESSON, Line(STORY, "## 传说：陈玉珍"), "没有「传说」这种卡片"),
        (LESSON, Line(STORY, "## 陈玉珍的话费"), "种类：标题"),
        (LESSON, CutAt(NOTE, "## 出错了", PERSON), "要有 9–16 张卡片"),
        (LESSON, CutAt("## 步骤", "## 出错了", PERSON), "步骤最多 7 张，至少 1 张"),
        (LESSON, CutAt("## 出错了", REMEMBER, PERSON), "至少要有一张「出错了」"),
        (LESSON, CutAt(REMEMBER, PERSON, PERSON), "放在最后"),
        (LESSON, End("## 找人：再找一次\n\n问志愿者。", 1), "放在最后"),
        (LESSON, LineAt(REMEMBER, "## 记住：两件事\n\n- 一件事。", "## 记住"), "正好三条"),
        (LESSON, LineAt(NOTE, "## 说明：空的\n\n## 说明：上网有两条路", "## 说明：空的"), "没有字"),
        (LESSON, LineAt(PERSON, "## 找人：慢慢来\n\n慢慢来。\n\n## 说明：再来一张", PERSON), "到哪里找谁"),
    ]);
}

#[test]
fn lengths_over_the_measure_are_refused() {
    let title = "## 说明：一二三四五六七八九十一二三四五六七";
    let long = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一。";
    let much = format!("{NOTE}：很多字\n\n{}", "一二三四五六七八九十。\n".repeat(80));
    let long_winded =
        format!("{NOTE}：长句子\n\n{}", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一。\n".repeat(90));
    let steps = "## 步骤：找一找\n\n一二三四五六七八九十一二三四五六七八九十。一二三四五六七八九十一二三四五六七八九十。\n一二三四五六七八九十一二三四五六七八九十。一二三四五六七八九十一二三四五六七八九十。";
    refuses(&[
        (LESSON, Line(NOTE, title), "「标题」有 17 个字，最多 16 个"),
        (LESSON, After(NOTE, long), "这一句 41 个字，最多 40 个"),
        (LESSON, LineAt("## 步骤", steps, "## 步骤"), "最多 80 个"),
        (LESSON, LineAt(NOTE, Box::leak(much.into_boxed_str()), ""), "要在 600–1200 之间"),
        (LESSON, LineAt(NOTE, Box::leak(long_winded.into_boxed_str()), ""), "句子中位数是 31 个字"),
        (LESSON, CutAt(STORY, "## 记住", ""), "要在 600–1200 之间"),
    ]);
}

#[test]
fn words_marks_and_markup_that_are_not_ours_are_refused() {
    refuses(&[
        (LESSON, After(NOTE, "请提交材料。"), "不用「提交」"),
        (LESSON, After(NOTE, "请打开 Settings。"), "不写外文「Settings」"),
        (LESSON, After(NOTE, "连上,就好。"), "标点「,」要用全角"),
        (LESSON, After(NOTE, "连上就好."), "标点「.」要用全角"),
        (LESSON, After(NOTE, "点“好”。"), "引号用「」"),
        (LESSON, After(NOTE, "看[这里](https://x)。"), "不许用的格式"),
        (LESSON, After(NOTE, "看 <b>这里</b>。"), "不许用的格式"),
        (LESSON, After(NOTE, "看![图](img/wifi.svg)"), "图片要自成一段"),
        (LESSON, LineAt(STORY, "## 故事：一个故事\n\n![图](img/none.svg)\n", "![图](img/none.svg)"), "找不到图片 img/none.svg"),
        (LESSON, LineAt(STORY, "## 故事：一个故事\n\n![](img/wifi.svg)\n", "![](img/wifi.svg)"), "没有文字说明"),
        (LESSON, LineAt(STORY, "散落的字。\n\n## 故事：一个故事", "散落的字"), "第一张卡片之前"),
    ]);
}

#[test]
fn what_stands_on_no_list_is_refused() {
    refuses(&[
        (LESSON, After(NOTE, "这叫[[没有的词]]。"), "名词「没有的词」没有解释"),
        (LESSON, After(NOTE, "这叫[[流量。"), "没有配成对"),
        (LESSON, After(NOTE, "打 [[tel:99999]]。"), "号码 99999 不在热线名单里"),
        (LESSON, After(NOTE, "打 99999 问。"), "号码 99999 不在热线名单里"),
        (LESSON, After(NOTE, "打 [[tel:12381]]。"), "12381 只发短信"),
        (LESSON, After(NOTE, "拨打12381。"), "12381 只发短信"),
        (LESSON, After(NOTE, "马上打110。"), "热线 110 要写成"),
        (LESSON, After(NOTE, "打 13800000000。"), "像一个真的电话号码"),
        (LESSON, After(NOTE, "打 [[tel:10086]] 问。"), "四家运营商的号码要一起写全"),
        (LESSON, After(NOTE, "《上网安全保护法》有规定。"), "《上网安全保护法》不在"),
        (LESSON, After(NOTE, "打开国家上网服务平台。"), "「国家上网服务平台」不在"),
        (LESSON, LineAt(NOTE, "## 说明：引文\n\n> 加快千兆光网的建设\n\n字。", "> 加快"), "引文和原文对不上"),
        (LESSON, LineAt(NOTE, "## 说明：引文\n\n> 加快千兆光网\n\n字。\n\n> 加大适老化", "> 加大"), "一课最多引一段"),
    ]);
}

#[test]
fn a_title_that_occurs_twice_is_refused() {
    let other = "courses/T01/core/2-call.md";
    refuses(&[
        (other, Line("title =", "title = \"家里连 Wi-Fi，出门看流量\""), "core/1-wifi.md 的一样"),
        (PRACTICE, Line("title =", "title = \"连上网，用好手机\""), "的一样"),
    ]);
}

#[test]
fn an_outline_that_is_not_right_is_refused() {
    refuses(&[
        (COURSE, Line("code =", "code = \"T02\""), "文件夹是 T01"),
        (COURSE, Line("code =", "code = \"一\""), "写得不对"),
        (COURSE, Line("area =", "area = \"A2\""), "任务属于 A1"),
        (COURSE, Line("hours =", "hours = 3"), "3 学时折不成"),
        (COURSE, Line("hours =", "witnesses = 3\nhours = 4"), "见证人写 1 或 2"),
        (
            COURSE,
            Line(
                "summary =",
                "summary = \"一二三四五六七八九十一二三四五六七八九十。一二三四五六七八九十一二三四五六七八九十。\"",
            ),
            "最多 40 个",
        ),
        (COURSE, Line("elder =", "older = \"required\""), "不认识「older」"),
        (COURSE, Line("elder =", "elder = \"must\""), "写得不对"),
        (COURSE, Line("id = \"T01-o2\"", "id = \"T01-o7\""), "编号要写 T01-o2"),
        (COURSE, End("[[outcome]]\nid = \"T01-o6\"\ntext = \"会关机。\"", 1), "T01-o6 没有一课在教"),
        (COURSE, Line("date =", "date = \"2026年\""), "日期「2026年」不对"),
        (COURSE, Line("next =", "next = \"2026-01-01\""), "要在这次之后"),
    ]);
}

#[test]
fn a_lesson_with_too_many_rare_characters_is_refused_and_they_are_named() {
    let rare = "## 说明：难字\n\n袼褙篾阄赊翘屉攥搡饕餮鳜魃。\n魑魅魍魉蹀躞。";
    refuses(&[
        (LESSON, LineAt(NOTE, rare, ""), "换掉几个难字：屉"),
        ("common_characters.txt", LineAt("一", "", "#"), "这里至少要有 2500 个"),
    ]);
}

#[test]
fn lessons_of_two_groups_that_say_nearly_the_same_are_refused() {
    let (elder, farmer) = ("courses/T01/groups/elder.md", "courses/T01/groups/farmer.md");
    let mut files = one_course();
    let head = files.text(farmer);
    let (head, _) = head.split_once("## ").unwrap();
    let cards = files.text(elder);
    let (_, cards) = cards.split_once("## ").unwrap();
    // Another name and another season do not make another lesson.
    files.put(farmer, &format!("{head}## {}", cards.replace("手机", "电话").replace('，', "，就")));
    let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|fault| fault.starts_with(&format!("{farmer}:1: 和 T01-elder 太像了"))), "{said:?}");
}
