//! The letter to teachers that lies in the package.

use crate::curriculum::Shelf;

/// The letter, about the edition on `shelf`.
pub(super) fn readme(shelf: &Shelf) -> String {
    let manifest = &shelf.edition().manifest;
    let courses = shelf.courses().iter().filter(|course| course.is_complete()).count();
    format!(
        "{title}\n\n\
         版本：{version}\n\
         校验值：{digest}\n\
         许可：{licence}\n      {url}\n\n\
         老师您好：\n\n\
         这里是 {courses} 门课的课文、体验、练习题、插图和录音，您可以拿去教课、印发、改编。\n\
         请写明出处「{whom}」，改过的请说明改过。许可全文见 curriculum/LICENSE。\n\n\
         一、里面有什么\n\
         curriculum/courses/T01 到 T23   一门课一个文件夹：\n\
         \x20   core/      公共课，人人都学\n\
         \x20   groups/    写给老年人、农民、妇女、公务员、退役军人的课，各一课\n\
         \x20   practice.toml   体验：一部假手机，点错不要紧\n\
         \x20   items.toml      练习题，带答案和讲解\n\
         \x20   terms.toml      这门课解释的词\n\
         \x20   img/       插图\n\
         \x20   audio/     录音（有的课有）\n\
         curriculum/glossary.toml       词汇表\n\
         curriculum/hotlines.toml       热线号码，用之前请再核对一遍\n\
         curriculum/laws.toml           课里提到的法律法规\n\
         curriculum/institutions.toml   课里提到的机构\n\
         curriculum/resources.toml      延伸阅读\n\
         curriculum/manifest.toml       总表：领域、任务条文、学分参数\n\
         curriculum/pools.toml          题目里换着用的人名、店名、数目\n\
         curriculum/hour_sheets.toml    学习情况明细按人员类别怎么列\n\
         curriculum/pathways/           各群体先学哪门、后学哪门\n\
         index.json                     给别的学习平台读的目录（schema.org 的说法）\n\n\
         二、怎么打开\n\
         都是纯文本，用记事本就能看、能改。图片是 SVG，用浏览器打开。\n\
         想直接印，请到网站上每门课的页面，点「印成小册子」。\n\n\
         三、里面没有什么\n\
         没有考核题。考核题只给考试用，公开了，证书就不作数了。\n\
         所以拿 curriculum check 检查这一包，会说题目不够：\n\
         您要自己办考核，请自己出考核题，写法见项目里的 docs/AUTHORING.md。\n\
         也没有任何学员的资料。\n\n\
         逐字引用的公文条文不在许可之内，出处写在旁边。\n",
        title = manifest.title,
        version = manifest.version,
        digest = shelf.digest(),
        licence = manifest.licence.name,
        url = manifest.licence.url,
        whom = manifest.licence.attribution,
    )
}

/// The name by which the document's id is made.
pub(super) const DOCUMENT: &str = "document";
/// The name by which the licence's id is made.
pub(super) const LICENCE: &str = "licence";

/// What something in a framework is called there.
pub(super) struct CaseWords {
    /// The name by which its id is made.
    pub code: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Where it stands among its like.
    pub hierarchy: &'static str,
}

/// What all of it is about.
pub(super) static SUBJECT: CaseWords =
    CaseWords {
        code: "subject", title: "数字素养与技能", about: "人人都要会用、用好、安全地用数字工具", hierarchy: "1"
    };
/// The first level.
pub(super) static AREA: CaseWords =
    CaseWords { code: "type area", title: "领域", about: "纲要里的主要任务，一共七个", hierarchy: "1" };
/// The second.
pub(super) static TASK: CaseWords =
    CaseWords {
        code: "type task", title: "任务", about: "纲要里的条文，一字不改；一条任务一门课", hierarchy: "1.1"
    };
/// The third.
pub(super) static OUTCOME: CaseWords =
    CaseWords {
        code: "type outcome", title: "能力点", about: "学完这门课会做的事，可以考核", hierarchy: "1.1.1"
    };
/// The kinds of items, each below the one before.
pub(super) static KINDS: [&CaseWords; 3] = [&AREA, &TASK, &OUTCOME];

/// What the framework is.
pub(super) fn about(source: &str) -> String {
    format!("照《{source}》的领域和任务，列出每门课学完会做什么。")
}
