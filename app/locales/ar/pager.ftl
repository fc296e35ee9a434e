pager-first = الصفحة الأولى
pager-next = الصفحة التالية
pager-label = المزيد من الصفحات
pager-shown = { $first }–{ $last } من { $total }
