return function(n) local t = {}; for i = 1, n do t[#t + 1] = 'x' end; assert(#table.concat(t) == n) end
