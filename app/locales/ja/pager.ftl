pager-first = 最初のページ
pager-next = 次のページ
pager-label = ほかのページ
pager-shown = { $total } 件中 { $first }～{ $last } 件
