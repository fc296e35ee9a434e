list-separator = { ", " }
decimal-mark = ,
