# 我的信息
me-lead = 我们记了您这些。哪里不对，点「改一下」。
me-name = 姓名
me-year = 出生年份
me-year-of = { $year } 年
me-year-hint = 四个数字，比如 1951。
me-year-too-young = 不满 14 岁的，请家长带着到服务点来改
me-phone = 手机
me-place = 住在哪儿
me-card = 学员卡
me-document = 证件
me-document-seen = 工作人员看过，没有留底
me-none = 没有记
me-change = 改一下
me-see = 看一看
me-veteran = 您同意我们记了：您是退役军人。
me-veteran-stop = 不记这一条了
me-weak = 用学员卡登录，这里只看得到一部分。要看全、要改，请用手机号登录。
me-weak-go = 用手机号登录
me-read = 谁看过、谁帮过
me-read-nobody = 还没有工作人员看过您的信息。
me-read-found-by-phone = { $who }（{ $role }）按手机号找到了您
me-read-found-by-card = { $who }（{ $role }）按学员卡找到了您
me-read-profile = { $who }（{ $role }）看了您的基本信息
me-read-document = { $who }（{ $role }）看了您的证件
me-read-help = { $who }（{ $role }）看了您问的事
me-read-other = { $who }（{ $role }）看了您的信息
me-role-staff = 工作人员
me-somebody = 一位工作人员
me-you-can = 您可以
me-sessions = 看看在哪些手机上登录了
me-sessions-note = 不认得的，马上退掉
me-take = 拿走一份
me-take-note = 我们记了您的，都存成一个文件
me-complain = 觉得我们用错了您的信息
me-complain-note = 直接找负责人，有编号，有期限
me-leave = 不用了，请删掉
me-leave-note = 先给您看会删什么，再删
me-sign-out = 退出登录

# 改一下
me-correct = 改姓名和出生年份
me-checked = 您的证件已经核对过。要改姓名、出生年份，请带上证件到服务点。
me-keep = 改好了
me-place-title = 您住在哪儿？
me-place-lead = 想写到哪一级都行，不写也行。
me-place-here = 就写{ $place }
me-place-elsewhere = 住在别的省
me-place-none = 不想写了

# 个人信息投诉
me-complaint-words = 哪里不对，请说说
me-complaint-hint = 什么时候、哪件事、谁办的，记得多少写多少。
me-complaint-empty = 请写两句，是哪件事
me-complaint-term = { $days } 天内答复您。答复写在「我的信息」里。
me-complaint-go = 交给负责人

# 离开
me-leave-title = 不用了，请删掉
me-leave-lead = 删了就找不回来了。您先看清楚。
me-goes = 马上删掉
me-goes-who = 姓名、手机号、证件号，以后谁也看不到，备份里的也打不开。
me-goes-doors = 登录、学员卡、卡上的密码，从此不能用。
me-goes-learning = 学到哪一课、练过什么、每道题怎么答的。
me-goes-words = 您问我们的话，我们答复的话。
me-stays = 会留下来
me-stays-ledger = 学分账和考核结果。上面没有姓名，只有一个编号。永久留着，不然别人的账也对不上。
me-stays-certificates = 领过证书的，留证书编号、姓名、日期、有没有效，只用来核验，留到证书的保管期限。您没领过，就没有。
me-stays-records = 谁在哪天办了什么的记录。里面没有您的姓名和手机号。长期留着，查账用。
me-leave-waiting = 您还有 { $count } 件事在等答复。离开以后，就收不到答复了。
me-leave-again = 以后想学，用同一个手机号可以重新登记，从头开始。以前的学分接不上。
me-leave-take = 走以前，先拿走一份
me-leave-stay = 先不走
me-leave-go = 都看明白了，请删掉
me-left-title = 都删好了
me-left-lead = 您已经离开。谢谢您来学过。
me-left-officer = 有不明白的，找{ $officer }。
