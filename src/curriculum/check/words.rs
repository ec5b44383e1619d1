//! What can be wrong, each in one plain Chinese sentence for the author who must mend it.

use std::fmt;

/// What is wrong at one line of one file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each sentence says what its variant is")]
pub enum Trouble {
    // Files.
    #[error("缺这个文件。")]
    FileMissing,
    #[error("没有这个文件夹：看看路径写对了没有。")]
    NoFolder,
    #[error("这个文件（夹）打不开：看看谁有权读它。")]
    Unreadable,
    #[error("这里只放文件和文件夹，不放链接：把真的文件放进来。")]
    NoPlainFile,
    #[error("文件名读不懂：用英文字母、数字和短横起名。")]
    FileName,
    #[error("文件夹套得太深，最多 {most} 层：往上挪。")]
    TooDeep { most: usize },
    #[error("文件太多，最多 {most} 个：把不是课程的挪走。")]
    TooManyFiles { most: usize },
    #[error("这个文件有 {is} 字节，最多 {most} 字节：拆开，或删掉不该在里面的。")]
    FileTooLarge { most: u64, is: u64 },
    #[error("这里不是 UTF-8 文本：用记事本打开，「另存为」时编码选 UTF-8。")]
    NotUtf8,
    #[error("开头有个看不见的记号（BOM）：「另存为」时编码选 UTF-8，不选「带 BOM 的 UTF-8」。")]
    ByteOrderMark,
    #[error("这一行有看不见的字符（U+{0:04X}）：删掉，把这一行重新打一遍。")]
    HiddenCharacter(u32),
    #[error("内容变了，版本还是 {0}：把 version 改成没用过的，如 2027.03。")]
    VersionTaken(String),
    #[error("换行要用 LF，这里是 CRLF。")]
    CarriageReturn,
    #[error("这个文件不在该在的地方，没有一处会用到它。")]
    StrayFile,
    #[error("公共课的文件名要写成「序号-英文短名.md」，例如 1-wifi.md。")]
    CoreFileName,
    // Keys and values.
    #[error("「{0}」要写成列表。")]
    NotAList(String),
    #[error("不认识「{0}」这个键。")]
    UnknownKey(String),
    #[error("缺「{0}」这个键。")]
    MissingKey(String),
    #[error("同一个键写了两遍。")]
    KeyTwice,
    #[error("这里写得不对：{0}。")]
    BadValue(String),
    #[error("{kind} 题不用「{key}」这个键。")]
    KeyOfAnotherKind { kind: String, key: &'static str },
    #[error("没有「{0}」这种题型。")]
    UnknownKind(String),
    #[error("「note」里不写数字：明细不跟任何学时要求比较。")]
    FigureInNote,
    #[error("「{what}」是空的。")]
    Empty { what: &'static str },
    #[error("日期「{0}」不对，要写成 2026-11-22 这样。")]
    BadDate(String),
    #[error("下次复查的日期要在这次之后。")]
    ReviewOrder,
    // The text of lessons.
    #[error("开头要有两行 +++ 夹着的课目信息。")]
    NoFrontMatter,
    #[error("第一张卡片之前不能有文字。")]
    TextBeforeCards,
    #[error("卡片标题要写成「## 种类：标题」。")]
    HeadingWithoutKind,
    #[error("没有「{0}」这种卡片。")]
    UnknownCardKind(String),
    #[error("这里用了不许用的格式；只用段落、「- 」列表、粗体、图片和引文。")]
    Markup,
    #[error("图片要自成一段，前后空一行。")]
    PictureInText,
    #[error("这一句 {is} 个字，最多 {most} 个：{sentence}")]
    SentenceTooLong { most: usize, is: usize, sentence: String },
    #[error("不用「{0}」这个词，换一个平常的说法。")]
    BannedWord(&'static str),
    #[error("不写外文「{0}」；屏幕上的字要放进「」里。")]
    Latin(String),
    #[error("标点「{0}」要用全角。")]
    HalfWidth(char),
    #[error("引号用「」，不用“”。")]
    CurlyQuotes,
    #[error("名词「{0}」没有解释，请写进词汇表。")]
    UnknownTerm(String),
    #[error("[[ 和 ]] 没有配成对。")]
    BrokenTag,
    #[error("题干和选项里不放 [[ ]]。")]
    TagHere,
    #[error("「{what}」有 {is} 个字，最多 {most} 个。")]
    TooLong { what: &'static str, most: usize, is: usize },
    // What may be named.
    #[error("号码 {0} 不在热线名单里。")]
    UnknownHotline(String),
    #[error("{0} 只发短信，不能拨打。")]
    NotToDial(String),
    #[error("热线 {0} 要写成 [[tel:{0}]]。")]
    BareHotline(String),
    #[error("{0} 像一个真的电话号码，改成「一个陌生号码」一类的说法。")]
    LooksLikePhone(String),
    #[error("{set}的号码要一起写全，这里少了 {missing}。")]
    HotlineSet { set: String, missing: String },
    #[error("《{0}》不在可以提到的法律法规名单里。")]
    UnknownLaw(String),
    #[error("「{0}」不在可以提到的机构名单里。")]
    UnknownInstitution(String),
    #[error("引文和原文对不上：{0}")]
    NotTheClause(String),
    #[error("一课最多引一段原文。")]
    TooManyQuotes,
    // Pictures.
    #[error("图片 {is} 字节，最多 {most} 字节。")]
    PictureTooLarge { most: usize, is: usize },
    #[error("图片的标签没有写完整。")]
    PictureBroken,
    #[error("图片里不能有文字。")]
    PictureWithText,
    #[error("图片里不能用 <{0}>。")]
    PictureTag(String),
    #[error("图片里的「{0}」属性不能这样用。")]
    PictureAttribute(String),
    #[error("图片要以 <svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 200\"> 开头。")]
    PictureBox,
    #[error("找不到图片 {0}。")]
    PictureMissing(String),
    #[error("图片没有文字说明。")]
    PictureWithoutAlt,
    #[error("没有一处用到图片 {0}。")]
    PictureUnused(String),
    #[error("至少要有 {least} 张图片，现在 {is} 张。")]
    TooFewPictures { least: usize, is: usize },
    // Recordings.
    #[error("找不到录音 {0}。")]
    RecordingMissing(String),
    #[error("{0} 的内容和后缀对不上；录音用 mp3 或者 wav。")]
    RecordingType(String),
    #[error("录音要在 {least}–{most} 秒之间，这里写的是 {is} 秒。")]
    RecordingLength { least: u32, most: u32, is: u32 },
    #[error("录音 {is} 字节，照写的秒数最多 {most} 字节；一秒用 4000 字节就听得清。")]
    RecordingTooLarge { most: usize, is: usize },
    #[error("没有「{0}」这张卡片或这道题。")]
    NothingToRead(String),
    #[error("「{0}」已经有一段这种话的录音了。")]
    RecordingTwice(String),
    #[error("「{0}」不在总表的 dialects 里；普通话写 zh-CN。")]
    UnknownDialect(String),
    // Lessons.
    #[error("编号要写 {wanted}，这里是 {is}。")]
    WrongId { wanted: String, is: String },
    #[error("公共课至少 {least} 课，现在 {is} 课。")]
    TooFewCore { least: usize, is: usize },
    #[error("公共课要从 1 起挨着编号。")]
    CoreNumbering,
    #[error("一课要有 {least}–{most} 张卡片，现在 {is} 张。")]
    CardCount { least: usize, most: usize, is: usize },
    #[error("第一张卡片要讲故事。")]
    FirstNotStory,
    #[error("步骤最多 {most} 张，至少 1 张，现在 {is} 张。")]
    StepCount { most: usize, is: usize },
    #[error("「记住」和「找人」要各有一张，放在最后，先「记住」后「找人」。")]
    LastCards,
    #[error("至少要有一张「出错了」。")]
    NoMishap,
    #[error("「记住」要正好三条，现在 {is} 条。")]
    RememberNotThree { is: usize },
    #[error("「找人」要写明到哪里找谁：服务点、志愿者、人工窗口……")]
    PersonWithoutPlace,
    #[error("这张卡片有 {is} 个字，最多 {most} 个。")]
    CardTooLong { most: usize, is: usize },
    #[error("这张卡片连标点一共 {is} 个符号，最多 {most} 个。")]
    CardTooManySigns { most: usize, is: usize },
    #[error("这张卡片没有字。")]
    CardEmpty,
    #[error("全课有 {is} 个字，要在 {least}–{most} 之间。")]
    LessonLength { least: usize, most: usize, is: usize },
    #[error("句子中位数是 {is} 个字，最多 {most} 个。")]
    SentenceMedian { most: usize, is: usize },
    #[error("常用字占 {permille}‰，至少要 {least}‰；换掉几个难字：{rare}")]
    RareCharacters { least: usize, permille: usize, rare: String },
    #[error("标题「{title}」和 {other} 的一样。")]
    TitleTwice { title: String, other: String },
    #[error("没有能力点 {0}。")]
    UnknownOutcome(String),
    #[error("没有题目 {0}。")]
    UnknownItem(String),
    #[error("没有课目 {0}。")]
    UnknownLesson(String),
    #[error("课后要有 {least}–{most} 道题，现在 {is} 道。")]
    CheckCount { least: usize, most: usize, is: usize },
    #[error("题目 {0} 只供考核，不能放在课里。")]
    TestItemInLesson(String),
    #[error("题目 {0} 用了两次，「我试过了」要另出一题。")]
    ItemUsedTwice(String),
    #[error("时长要在 {least}–{most} 分钟之间，现在 {is} 分钟。")]
    Minutes { least: i64, most: i64, is: i64 },
    #[error("和 {other} 太像了（{permille}‰）。")]
    Alike { other: String, permille: usize },
    // Courses.
    #[error("文件夹是 {folder}，编号却写成 {is}。")]
    CodeNotFolder { folder: String, is: String },
    #[error("总表里没有任务 {0}。")]
    CourseOfNoTask(String),
    #[error("任务 {0} 没有课程。")]
    TaskWithoutCourse(String),
    #[error("任务属于 {wanted}，这里写成 {is}。")]
    AreaNotTasks { wanted: String, is: String },
    #[error("「{what}」要有 {least}–{most} 项，现在 {is} 项。")]
    Count { what: &'static str, least: usize, most: usize, is: usize },
    #[error("能力点 {0} 没有一课在教。")]
    OutcomeUntaught(String),
    #[error("{hours} 学时折不成整数的学分。")]
    HoursNotCredit { hours: i64 },
    #[error("见证人写 1 或 2，这里是 {is}。")]
    Witnesses { is: u8 },
    // Items.
    #[error("编号 {0} 用了两次。")]
    IdTwice(String),
    #[error("要有 {least} 个以上正确选项，现在 {is} 个。")]
    TooFewRight { least: usize, is: usize },
    #[error("要正好一个正确选项，现在 {is} 个。")]
    NotOneRight { is: usize },
    #[error("不能每个选项都对。")]
    AllRight,
    #[error("「{0}」出现了两次。")]
    Twice(String),
    #[error("难度是 1 到 5，这里是 {is}。")]
    Difficulty { is: u8 },
    #[error("不用「{0}」：选项的次序是随机的。")]
    PointsAtOrder(&'static str),
    #[error("题目至少 {least} 道，现在 {is} 道。")]
    TooFewItems { least: usize, is: usize },
    #[error("题型至少 {least} 种，现在 {is} 种。")]
    TooFewKinds { least: usize, is: usize },
    #[error("只供考核的题至少 {least} 道，现在 {is} 道。")]
    TooFewTests { least: usize, is: usize },
    #[error("人人适用、只供考核的题至少 {least} 道，现在 {is} 道。")]
    TooFewTestsForAll { least: usize, is: usize },
    #[error("情景题至少 {least} 道，现在 {is} 道。")]
    TooFewSituations { least: usize, is: usize },
    #[error("没有难度 {0} 的题。")]
    DifficultyMissing(u8),
    #[error("能力点 {outcome} 至少要 {least} 道题，现在 {is} 道。")]
    OutcomeItems { outcome: String, least: usize, is: usize },
    #[error("能力点 {outcome} 至少要 {least} 道人人适用、只供考核的题，现在 {is} 道。")]
    OutcomeTests { outcome: String, least: usize, is: usize },
    #[error("有只供考试的题，就要有一整套：人人适用的至少 {least} 道，现在 {is} 道。")]
    TooFewExams { least: usize, is: usize },
    #[error("能力点 {outcome} 至少要 {least} 道人人适用、只供考试的题，现在 {is} 道。")]
    OutcomeExams { outcome: String, least: usize, is: usize },
    #[error("有 {is} 道题的正确选项最长，最多 {most} 道。")]
    LongestRight { most: usize, is: usize },
    #[error("判断题 {of} 道，说得对的有 {is} 道；要在 {least}–{most} 道之间，不然总选一样就能猜中。")]
    TruthOneSided { of: usize, is: usize, least: usize, most: usize },
    #[error("考核题里，有 {is} 道的正确选项正好{rank}，最多 {most} 道。")]
    LengthTells { rank: LengthRank, most: usize, is: usize },
    #[error("这道题变来变去只有 {is} 样，至少要 {least} 样。")]
    TooFewDraws { least: usize, is: usize },
    #[error("「{0}」每回的字不一样，不能配录音。")]
    TemplateRead(String),
    #[error("这里至少要有 {least} 个，现在 {is} 个。")]
    TooFewWords { least: usize, is: usize },
    #[error("号码「{0}」要写成 138****2046 这样，中间四位遮住。")]
    NotMasked(String),
    #[error("{0} 是热线，不能当别人的号码。")]
    HotlineInPool(String),
    // Practices.
    #[error("体验至少 {least} 屏，现在 {is} 屏。")]
    TooFewScreens { least: usize, is: usize },
    #[error("没有「{0}」这一屏。")]
    UnknownScreen(String),
    #[error("从头走不到「{0}」这一屏。")]
    Unreachable(String),
    #[error("从「{0}」这一屏走不到结尾。")]
    NoWayToEnd(String),
    #[error("没有结尾的一屏。")]
    NoEnd,
    #[error("结尾的一屏不能再有操作。")]
    EndWithActions,
    #[error("一屏要有 {least}–{most} 个操作，现在 {is} 个。")]
    ActionCount { least: usize, most: usize, is: usize },
    #[error("操作的名字要 {least}–{most} 个字，现在 {is} 个。")]
    LabelLength { least: usize, most: usize, is: usize },
    #[error("做错的操作要说明会怎样、为什么。")]
    WrongWithoutWords,
    #[error("分对错的操作要写明教的是哪个能力点。")]
    VerdictWithoutOutcome,
    #[error("做错了不能直接结束，要让人看到后果和回头的路。")]
    WrongEnds,
    #[error("做错的操作至少 {least} 个，现在 {is} 个。")]
    TooFewWrong { least: usize, is: usize },
    #[error("做错的操作至少出在 {least} 屏，现在 {is} 屏。")]
    TooFewWrongScreens { least: usize, is: usize },
    #[error("没有 {{{0}}} 这个变量。")]
    UnknownVariable(String),
    #[error("花括号要成对：变量写成 {{name}} 这样，别的地方不用花括号。")]
    LoneBrace,
    #[error("变量 {0} 没有用到。")]
    UnusedVariable(String),
    #[error("变量 {0} 选不出两个以上的值。")]
    BadVariable(String),
    #[error("变量 {0} 算不出来：要写两样以上，每样都是整数或者算得出的变量，不能自己等自己。")]
    BadReckoning(String),
    #[error("变量 {0} 有时会算出负数。")]
    Negative(String),
    #[error("没有「{0}」这个词库。")]
    UnknownPool(String),
    #[error("要填写的操作须写 wrong_to 和 wrong_says；不填写的操作不写。")]
    TypedAndWrong,
    #[error("要填写的操作须写明怎样算对。")]
    NothingExpected,
    // Pathways.
    #[error("文件名是 {wanted}，群体却写成 {is}。")]
    GroupNotFile { wanted: String, is: String },
    #[error("没有课程 {0}。")]
    UnknownCourse(String),
    #[error("路径里少了课程 {0}。")]
    CourseNotInPathway(String),
    #[error("课程 {0} 写了两遍。")]
    CourseTwice(String),
    #[error("课程 {0} 在路径里和在课程自己的 [groups] 里写得不一样。")]
    NeedDiffers(String),
    #[error("必修要排在前面，{0} 排晚了。")]
    NeedOrder(String),
    #[error("这样选不成：要选的门数不能多过可选的，也不能是 0。")]
    ChoiceImpossible,
    // The manifest and the lists.
    #[error("没有领域 {0}。")]
    UnknownArea(String),
    #[error("校验值对不上，原文是 {is}。")]
    WrongHash { is: String },
    #[error("条文要以任务名开头。")]
    ClauseWithoutTitle,
    #[error("颜色要写成 #RRGGBB。")]
    BadTint,
    #[error("证书名称里不能有「{0}」。")]
    CertificateTitle(&'static str),
    #[error("paper_code {0} 已经是另一种证书的编号：换一个没用过的。")]
    PaperCodeTaken(i64),
    #[error("这一项的数不合理：{0}。")]
    BadNumber(&'static str),
    #[error("「{word}」在 {other} 里已经有了，解释不一样。")]
    WordTwice { word: String, other: String },
    #[error("号码只能是数字。")]
    NotDigits,
    #[error("只发短信的号码不能拨打，能打的号码要能拨打。")]
    DialMismatch,
    // What others have made.
    #[error("网址「{0}」不行：要用 https，只有英文字母和数字，不带端口和用户名。")]
    NotHttps(String),
    #[error("没有「{is}」这种许可；可以写：{known}。")]
    UnknownLicence { is: String, known: String },
    #[error("有效期要在看过那天之后，最多两年。")]
    ResourceTerm,
    #[error("「{title}」到 {last} 就过期了，页面上不再显示；看过一遍再改日期。")]
    ResourceOver { title: String, last: String },
    #[error("「{title}」到 {last} 过期，快去看一遍。")]
    ResourceEnds { title: String, last: String },
}

impl Trouble {
    /// Whether something could not be read because of it, so that others may only follow from it: to be mended first.
    #[must_use]
    pub const fn hides_others(&self) -> bool {
        matches!(
            self,
            Self::FileMissing
                | Self::NoFolder
                | Self::Unreadable
                | Self::NoPlainFile
                | Self::FileTooLarge { .. }
                | Self::NotUtf8
                | Self::ByteOrderMark
                | Self::CoreFileName
                | Self::NotAList(_)
                | Self::UnknownKey(_)
                | Self::MissingKey(_)
                | Self::KeyTwice
                | Self::BadValue(_)
                | Self::KeyOfAnotherKind { .. }
                | Self::UnknownKind(_)
                | Self::NoFrontMatter
        )
    }
}

/// Where an option stands in the order of lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthRank {
    /// No other is as long.
    Longest,
    /// One is longer.
    SecondLongest,
    /// No other is as short.
    Shortest,
    /// One is shorter.
    SecondShortest,
}

impl fmt::Display for LengthRank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Longest => "最长",
            Self::SecondLongest => "第二长",
            Self::Shortest => "最短",
            Self::SecondShortest => "第二短",
        })
    }
}
