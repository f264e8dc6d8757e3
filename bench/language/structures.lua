return function(n) local s = {x = 0.0, y = 1.0, name = 'point'}; for i = 1, n do s.x = s.x + s.y end; assert(s.x == n) end
