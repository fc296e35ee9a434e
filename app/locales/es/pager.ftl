pager-first = Primera página
pager-next = Página siguiente
pager-label = Más páginas
pager-shown = { $first }–{ $last } de { $total }
