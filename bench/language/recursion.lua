local function fibonacci(n) if n < 2 then return n end return fibonacci(n - 1) + fibonacci(n - 2) end
return function(n) for i = 1, n // 21891 do assert(fibonacci(20) == 6765) end end
