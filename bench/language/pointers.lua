return function(n) local p = {0}; for i = 1, n do p[1] = p[1] + 1 end; assert(p[1] == n) end
