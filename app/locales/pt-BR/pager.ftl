pager-first = Primeira página
pager-next = Próxima página
pager-label = Mais páginas
pager-shown = { $first }–{ $last } de { $total }
