pager-first = 第一页
pager-next = 下一页
pager-label = 更多页面
pager-shown = 第 { $first }–{ $last } 项，共 { $total } 项
