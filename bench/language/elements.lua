return function(n) local a = {}; for i = 0, 999 do a[i] = 0 end; for i = 0, n - 1 do a[i % 1000] = a[i % 1000] + 1 end; assert(a[0] > 0) end
