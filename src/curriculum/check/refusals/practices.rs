//! Practices and pictures.

use super::Spoil::{After, Line, LineAt};
use super::{PRACTICE, check_command, one_course, refuses};

const SCREEN: &str = "[[screen]]";

#[test]
fn a_practice_that_is_not_right_is_refused() {
    refuses(&[
        (PRACTICE, Line("id =", "id = \"T01-q\""), "编号要写 T01-p"),
        (PRACTICE, Line("minutes =", "minutes = 1"), "时长要在"),
        (PRACTICE, Line("outcomes =", "outcomes = [\"T01-o8\"]"), "没有能力点 T01-o8"),
        (PRACTICE, Line("start =", "start = \"nowhere\""), "没有「nowhere」这一屏"),
        (PRACTICE, Line("mb =", "mb = { min = 6, max = 6, step = 1 }"), "选不出两个以上的值"),
        (PRACTICE, Line("caller =", "caller = [\"外甥女小雨\", \"认证员\"]"), "不用「认证」"),
        (PRACTICE, Line("caller =", "caller = [\"外甥女小雨\", \"Tom\"]"), "不写外文「Tom」"),
        (PRACTICE, Line("caller =", "caller = [\"外甥女小雨\", \"1*2\"]"), "中间四位遮住"),
        (PRACTICE, Line("caller =", "caller = [\"外甥女小雨\", \"12345\"]"), "12345 是热线"),
        (PRACTICE, Line("title = \"手机响了", "title = \"{caller 打来了\""), "花括号要成对"),
        (PRACTICE, After("mb =", "spare = [\"甲\", \"乙\"]"), "变量 spare 没有用到"),
        (PRACTICE, Line("title = \"手机响了", "title = \"{nobody} 打来了\""), "没有 {nobody} 这个变量"),
        (PRACTICE, Line("task =", "task = \"\""), "是空的"),
        (
            PRACTICE,
            LineAt(
                "# ---------- 接视频",
                "[[screen]]\nid = \"island\"\ntitle = \"孤岛\"\ntask = \"没人来。\"\nelements = []\nend = true",
                SCREEN,
            ),
            "走不到「island」",
        ),
        (PRACTICE, LineAt("end = true", "", "id = \"T01-p\""), "没有结尾的一屏"),
        (PRACTICE, Line("to =", "to = \"nowhere\""), "没有「nowhere」这一屏"),
        (PRACTICE, Line("to =", "two = \"dark\""), "不认识「two」"),
    ]);
}

#[test]
fn actions_that_teach_nothing_or_lead_nowhere_are_refused() {
    let typed = "type = { label = \"写几个字\", expects = [\"好\"] }";
    let empty = "type = { label = \"写几个字\", expects = [] }\nwrong_to = \"call\"\nwrong_says = \"再看一眼。\"";
    refuses(&[
        (PRACTICE, Line("label =", "label = \"点\""), "操作的名字要 2–14 个字，现在 1 个"),
        (PRACTICE, Line("label =", "label = \"点一二三四五六七八九十一二三四\""), "现在 15 个"),
        (PRACTICE, Line("label =", "label = \"提交\""), "不用「提交」"),
        (PRACTICE, Line("verdict = \"right\"", "verdict = \"maybe\""), "写得不对"),
        (PRACTICE, LineAt("says = \"红的是挂断", "", "verdict = \"wrong\""), "要说明会怎样"),
        (PRACTICE, LineAt("outcome =", "", "verdict = \"right\""), "要写明教的是哪个能力点"),
        (PRACTICE, Line("outcome =", "outcome = \"T01-o8\""), "没有能力点 T01-o8"),
        (PRACTICE, After("label =", typed), "要填写的操作须写 wrong_to"),
        (
            PRACTICE,
            LineAt("label =", Box::leak(format!("label = \"写一写\"\n{empty}").into_boxed_str()), "type ="),
            "须写明怎样算对",
        ),
    ]);
}

#[test]
fn a_practice_with_too_few_screens_mistakes_or_ways_is_refused() {
    let cases = [
        ("verdict = \"wrong\"", "verdict = \"neutral\"", "做错的操作至少 4 个"),
        ("verdict = \"wrong\"", "verdict = \"neutral\"", "做错的操作至少出在 3 屏"),
    ];
    for (from, to, words) in cases {
        let mut files = one_course();
        files.put(PRACTICE, &files.text(PRACTICE).replace(from, to));
        let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|fault| fault.starts_with(PRACTICE) && fault.contains(words)), "{words}\n{said:?}");
    }
    let mut files = one_course();
    let more = "[[screen.action]]\nlabel = \"再来\"\nto = \"call\"\nverdict = \"neutral\"\n";
    files.put(PRACTICE, &(files.text(PRACTICE) + more));
    let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|fault| fault.contains("结尾的一屏不能再有操作")), "{said:?}");
    let small = "id = \"T01-p\"\ntitle = \"小体验\"\ngoal = \"您会点一下。\"\nminutes = 30\noutcomes = [\"T01-o1\"]\nstart = \"a\"\n\
        [[screen]]\nid = \"a\"\ntitle = \"甲\"\ntask = \"点一下。\"\nelements = []\n\
        [[screen.action]]\nlabel = \"点这里\"\nto = \"z\"\nverdict = \"wrong\"\nsays = \"不对。\"\noutcome = \"T01-o1\"\n\
        [[screen]]\nid = \"b\"\ntitle = \"乙\"\ntask = \"点一下。\"\nelements = []\n\
        [[screen.action]]\nlabel = \"点这里\"\nto = \"b\"\nverdict = \"neutral\"\n\
        [[screen.action]]\nlabel = \"点那里\"\nto = \"b\"\nverdict = \"neutral\"\n\
        [[screen]]\nid = \"z\"\ntitle = \"完\"\ntask = \"好了。\"\nelements = []\nend = true\n";
    let mut files = one_course();
    files.put(PRACTICE, small);
    let said = check_command(&files).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let expected = [
        "practice.toml:1: 体验至少 6 屏，现在 3 屏",
        "practice.toml:7: 一屏要有 2–4 个操作，现在 1 个",
        "practice.toml:14: 做错了不能直接结束",
        "practice.toml:18: 从「b」这一屏走不到结尾",
    ];
    for words in expected {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn pictures_that_are_unsafe_unused_or_too_few_are_refused() {
    let unsafe_picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 200\">\n<script>x</script></svg>";
    let fine = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 200\"></svg>";
    let cases = [
        ("courses/T01/img/wifi.svg", unsafe_picture, "courses/T01/img/wifi.svg:2: 图片里不能用 <script>"),
        ("courses/T01/img/spare.svg", fine, "courses/T01/img/spare.svg:1: 没有一处用到图片"),
    ];
    for (path, text, words) in cases {
        let mut files = one_course();
        files.put(path, text);
        let said: Vec<String> = check_command(&files).iter().map(ToString::to_string).collect();
        assert!(said.len() == 1 && said[0].starts_with(words), "{words}\n{said:?}");
    }
    let mut files = one_course();
    files.0.retain(|path, _| !path.starts_with("courses/T01/img/"));
    let said = check_command(&files).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(said.contains("courses/T01/course.toml:1: 至少要有 2 张图片，现在 0 张"), "{said}");
}
