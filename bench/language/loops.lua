return function(n) local s, i = 0.0, 0; while i < n do if i % 3 == 0 then s = s + i * 0.5 else s = s - 1.0 end; i = i + 1 end; assert(s > 0) end
