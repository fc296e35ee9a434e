list-pair = { $before }, { $next }
decimal-mark = .
