-- Requests prepared in a file, one a line: over and over, or each of them once. The figures come out as one JSON line.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long sec; long usec; } bench_time;
  int gettimeofday(bench_time *now, void *zone);
]]
local clock = ffi.new("bench_time")

local function now()
  ffi.C.gettimeofday(clock, nil)
  return tonumber(clock.sec) + tonumber(clock.usec) / 1e6
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

local prepared = {}
local once = os.getenv("BENCH_ONCE") == "1"
local revision = tonumber(os.getenv("BENCH_REVISION"))
local turn = 0
local numbered = false
started_at = 0
finished_at = 0

function init()
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local field = {}
    for value in (line .. "\t"):gmatch("([^\t]*)\t") do field[#field + 1] = value end
    local path, method, body, headers = field[1], field[2], field[3], {}
    for index = 4, #field do
      local name, value = field[index]:match("^(.-): (.*)$")
      headers[name] = value
    end
    prepared[#prepared + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
    numbered = numbered or body:find("REVISION", 1, true) ~= nil
  end
end

function request()
  if turn == 0 then started_at = now() end
  turn = turn + 1
  if once then
    if turn > #prepared then
      if finished_at == 0 then finished_at = now() end
      wrk.thread:stop()
      return prepared[#prepared]
    end
    return prepared[turn]
  end
  if not numbered then return prepared[(turn - 1) % #prepared + 1] end
  revision = revision + 1
  return (prepared[(turn - 1) % #prepared + 1]:gsub("REVISION", tostring(revision)))
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  local seconds = summary.duration / 1e6
  local first, last = threads[1]:get("started_at"), threads[1]:get("finished_at")
  if last > 0 then seconds = last - first end
  io.write(string.format(
    '{"requests": %d, "seconds": %.4f, "failed": %d, "p50": %.3f, "p95": %.3f, "p99": %.3f}\n',
    summary.requests, seconds, failed,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
