return function(n) x = 0; for i = 1, n do load('x = x + 1')() end; assert(x == n) end
