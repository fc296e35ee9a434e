list-separator = { ", " }
decimal-mark = .
