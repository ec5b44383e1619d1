# What programs are told, and read out by the people who run them.
api-query-unreadable = 网址里问号后面的写法不对
api-value-unreadable = 网址里「{ $name }」的值读不懂
api-json-unreadable = 内容第 { $line } 行第 { $column } 列写法不对
api-length = 请写 { $min } 到 { $max } 个字
api-range = 请写 { $min } 到 { $max } 之间的数
api-place-code = 地方代码是 2 到 12 位数字
api-note-unreadable = 这不是一个签了名的封存点
