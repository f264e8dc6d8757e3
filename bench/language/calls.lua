local function add_one(x) return x + 1 end
return function(n) local s = 0; for i = 1, n do s = add_one(s) end; assert(s == n) end
