# Addresses at which programs are told.
webhooks-too-many = 一个程序最多登记 { $most } 个网址；先删去不用的
webhooks-url-form = 网址写法不对：要写全，不带用户名、密码和 # 号，至多 500 个字符
webhooks-url-scheme = 网址要以「https://」开头
webhooks-url-port = 端口只能是 443，或者大于 1023
webhooks-url-address = 这个地址不是公网上的，不能往那里送
webhooks-kinds = 请至少写一种，只有：{ $known }
