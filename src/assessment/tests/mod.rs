//! Questions to test with, one of each kind. They stand in no bank.

use crate::curriculum::model::{Audience, Choice, Form, Item, Pair, ShownScreen, Use, Variables};
use crate::kernel::digest_of;

/// A choice of four; the second is right.
#[must_use]
pub fn single() -> Item {
    let form = Form::Single {
        options: choices(&["先投一点试试", "不投，这是骗局", "问问群里的人再投", "叫上邻居一起投"], &[1])
    };
    item("single", "有人在微信群里说，投一万，月月返一千。您怎么看？", form)
}

/// A choice of four; the first, second and fourth are right.
#[must_use]
pub fn multiple() -> Item {
    let options = choices(&["「验证码念给我听」", "「别告诉家里人」", "「您明天来窗口办」", "「先交钱，再返钱」"], &[0, 1, 3]);
    item("multiple", "哪几句话一听就要小心？", Form::Multiple { options })
}

/// True.
#[must_use]
pub fn true_or_false() -> Item {
    item("truefalse", "「96110 打来的电话要接。」这句话对吗？", Form::TrueFalse { answer: true })
}

/// Three steps.
#[must_use]
pub fn order() -> Item {
    let sequence = ["打 110 报警", "打银行客服，先挂失", "把短信和转账记录留好"].map(str::to_owned).to_vec();
    item("order", "发现钱被骗走了，先做什么，后做什么？", Form::Order { sequence })
}

/// Three pairs.
#[must_use]
pub fn pairs() -> Item {
    let pair = |(left, right): (&str, &str)| Pair { left: left.to_owned(), right: right.to_owned() };
    let pairs = [("钱刚被骗走", "110 公安报警"), ("买的东西是假货", "12315 消费者投诉"), ("问养老金", "12333 社保服务")];
    item("match", "这些事，该打哪个号码？", Form::Match { pairs: pairs.map(pair).to_vec() })
}

/// A screen to judge; the first is right.
#[must_use]
pub fn screen() -> Item {
    let screen = ShownScreen {
        app: "短信".to_owned(),
        from: Some("陌生号码".to_owned()),
        text: "【社保局】您的养老金资格已过期，今晚前不办就停发。".to_owned(),
    };
    item(
        "screen",
        "这条短信是真的还是骗人的？",
        Form::Screen { screen, options: choices(&["骗人的", "真的", "说不准，先点开看看"], &[0]) },
    )
}

/// One of each kind.
#[must_use]
pub fn all() -> Vec<Item> {
    vec![single(), multiple(), true_or_false(), order(), pairs(), screen()]
}

fn choices(texts: &[&str], right: &[usize]) -> Vec<Choice> {
    let choice = |(place, text): (usize, &&str)| Choice { text: (*text).to_owned(), right: right.contains(&place) };
    texts.iter().enumerate().map(choice).collect()
}

fn item(kind: &str, stem: &str, form: Form) -> Item {
    Item {
        hash: digest_of(&[kind.as_bytes()]),
        id: format!("T19-{kind}"),
        outcome: "T19-o1".to_owned(),
        lesson: "T19-c1".to_owned(),
        difficulty: 2,
        groups: Audience::All,
        purpose: Use::Learn,
        situation: true,
        stem: stem.to_owned(),
        form,
        explain: "先停下，再核实。拿不准，就找人问一问。".to_owned(),
        vars: Variables::new(),
    }
}
