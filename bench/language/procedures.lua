local function bump(t, by) t[1] = t[1] + by end
return function(n) local s = {0}; for i = 1, n do bump(s, 2) end; assert(s[1] == 2 * n) end
