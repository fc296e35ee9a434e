pager-first = Première page
pager-next = Page suivante
pager-label = Autres pages
pager-shown = { $first }–{ $last } sur { $total }
