list-separator = { "، " }
decimal-mark = .
