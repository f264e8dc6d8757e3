return function(n) local h = {}; for i = 1, n do h['key' .. tostring(i % 1000)] = i end; local s = 0
  for i = 1, n do s = s + h['key' .. tostring(i % 1000)] end; assert(s > 0) end
