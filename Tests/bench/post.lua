-- Posts jobs, each with a request_id of its own. wrk's arguments: a run's name, a token.
local threads = 0
function setup(thread)
   threads = threads + 1
   thread:set("number", threads)
end

function init(arguments)
   run, count = arguments[1], 0
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
   wrk.headers["Authorization"] = "Bearer " .. arguments[2]
end

function request()
   count = count + 1
   local name = run .. "-" .. number .. "-" .. count
   return wrk.format(nil, nil, nil, '{"use_case":"echo","ix_client_id":"c' .. count % 10 .. '","request_id":"' .. name
      .. '","seq":1,"text":"a small request"}')
end

function done(summary, latency, requests)
   local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status
      + summary.errors.timeout
   io.write(string.format("result %.1f %.3f %.3f %d\n", summary.requests / summary.duration * 1e6,
      latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
