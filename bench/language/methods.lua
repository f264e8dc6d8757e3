local counter = {}; counter.__index = counter
function counter:add(k) self.n = self.n + k end
return function(n) local c = setmetatable({n = 0}, counter); for i = 1, n do c:add(1) end; assert(c.n == n) end
