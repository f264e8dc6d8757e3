local function scaled(x, k) return x * k.factor + k.offset end
return function(n) local s = 0.0; for i = 1, n do s = s + scaled(1.0, {offset = 1.0, factor = 2.0}) end; assert(s == 3 * n) end
