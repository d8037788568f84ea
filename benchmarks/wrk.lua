-- One request over and over, or with a body a different one each time. wrk's arguments:
-- method, path, token, first serial number, body ("{n}" in it becomes the serial number; "" for none).

function init(args)
  local serial, body = tonumber(args[4]), args[5]
  wrk.method, wrk.path = args[1], args[2]
  wrk.headers["Authorization"] = "Bearer " .. args[3]
  if body == "" then return end
  wrk.headers["Content-Type"] = "application/json"
  function request()
    serial = serial + 1
    return wrk.format(nil, nil, nil, (body:gsub("{n}", string.format("%08d", serial))))
  end
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format('{"requests": %d, "seconds": %.6f, "p99_ms": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
