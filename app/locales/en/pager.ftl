pager-first = First page
pager-next = Next page
pager-label = More pages
pager-shown = { $first }–{ $last } of { $total }
