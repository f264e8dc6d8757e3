return function(n) local l = {}; for i = 1, n do table.insert(l, i) end; local s = 0
  for i = 1, n do s = s + l[i] % 7 end; for _, x in ipairs(l) do s = s + x % 3 end; assert(s > 0) end
