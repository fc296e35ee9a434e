list-separator = 、
decimal-mark = .
