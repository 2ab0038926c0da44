-- One request, repeated; many sign-ins in turn. The figures come out as one JSON line.
local cookies = {}
local turn = 0

function init(args)
  for index = 1, #args do cookies[index] = args[index] end
end

local method = os.getenv("BENCH_METHOD") or "GET"
local body = os.getenv("BENCH_BODY")
local kind = os.getenv("BENCH_TYPE")
local revision = 1000000

function request()
  local headers = { ["Accept"] = "text/html", ["Accept-Language"] = "fr" }
  if #cookies > 0 then
    turn = turn % #cookies + 1
    headers["Cookie"] = cookies[turn]
  end
  if kind then headers["Content-Type"] = kind end
  revision = revision + 1
  local text = body and body:gsub("REVISION", tostring(revision))
  return wrk.format(method, nil, headers, text)
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format(
    '{"requests": %d, "seconds": %.3f, "failed": %d, "p50": %.2f, "p95": %.2f, "p99": %.2f}\n',
    summary.requests, summary.duration / 1e6, failed,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
