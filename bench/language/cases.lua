return function(n) local k = 0
  for i = 1, n do local m = i % 5
    if m == 0 then k = k + 1 elseif m == 1 then k = k + 2 elseif m == 2 then k = k + 3 elseif m == 3 then k = k + 4 else k = k + 5 end
  end; assert(math.abs(k - 3 * n) <= 10) end
