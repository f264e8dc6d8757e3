return function(n) local k = 0; for i = 1, n do local s = 'item' .. tostring(i); if s:find('7', 1, true) then k = k + #s end end; assert(k > 0) end
