pager-first = Erste Seite
pager-next = Nächste Seite
pager-label = Weitere Seiten
pager-shown = { $first }–{ $last } von { $total }
