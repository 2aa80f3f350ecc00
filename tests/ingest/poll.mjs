// poll.mjs PROGRAM: an Open311 server, started here on the loopback, is asked night by night for what has changed: in
// both dialects, in XML and JSON, with and without pages. A server that fails changes nothing.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const program = resolve(process.argv[2]);
const bad = resolve(new URL("../../fixtures/bad", import.meta.url).pathname);
const work = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), "wardheat-poll-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));
for (const name of ["wards.geojson", "postcodes.csv"]) copyFileSync(join(bad, name), join(work, name));

let failures = 0;
function check(isTrue, what) {
  if (isTrue) return;
  failures++;
  console.log(`FAILED  ${what}`);
}
const shown = (value) => String(JSON.stringify(value)).slice(0, 300);
const equal = (got, wanted, what) => check(got === wanted, `${what}: ${shown(got)}, wanted ${shown(wanted)}`);

// ---- the server ----

// The sixty requests of the other tests, each told of again two days after it was opened.
const iso = (ms) => new Date(ms).toISOString().replace(".000", "");
function firstRequests() {
  return readFileSync(join(bad, "good.csv"), "utf8").trim().split("\n").slice(1).map((line) => {
    const [reference, opened, category, , x, y] = line.split(",");
    const [, day, month, year, time] = /^(..)\/(..)\/(....) (.*)$/.exec(opened);
    const at = Date.parse(`${year}-${month}-${day}T${time}:00Z`);
    return { service_request_id: reference, service_name: category, status: "open", requested_datetime: iso(at),
      updated_datetime: iso(at + 2 * 86400e3), long: -1.5488 + (x - 430000) / 66400, lat: 53.3611 + (y - 385000) / 111240 };
  });
}

const server = { requests: [], dialect: "updated_after", knowsPages: true, asked: [], broken: null };

function spanOf(query) {
  if (server.dialect === "updated_after") return ["updated_datetime", query.get("updated_after"), query.get("updated_before")];
  const [from, to] = [query.get("start_date"), query.get("end_date")];
  if (Date.parse(to) - Date.parse(from) > 90 * 86400e3) return null; // as the standard has it
  return [server.dialect === "start_date" ? "updated_datetime" : "requested_datetime", from, to];
}

const escaped = (value) => String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;");
function bodyOf(requests, isXml) {
  if (!isXml) return JSON.stringify(requests);
  const elements = requests.map((request) =>
    `<request>${Object.entries(request).map(([key, value]) => `<${key}>${escaped(value)}</${key}>`).join("")}</request>`);
  return `<?xml version="1.0" encoding="utf-8"?>\n<service_requests>${elements.join("\n")}</service_requests>\n`;
}

const http = createServer((asked, answer) => {
  const url = new URL(asked.url, "http://127.0.0.1");
  server.asked.push(url);
  if (server.broken?.(url, answer)) return;
  const span = spanOf(url.searchParams);
  const isXml = url.pathname.endsWith(".xml");
  if (!/^\/open311\/v2\/requests\.(xml|json)$/.test(url.pathname) || span === null || url.searchParams.get("jurisdiction_id") !== "smallham & co") {
    answer.writeHead(400).end("?");
    return;
  }
  const [field, from, to] = span;
  let found = server.requests.filter((request) => Date.parse(request[field]) >= Date.parse(from) && Date.parse(request[field]) <= Date.parse(to));
  const [page, size] = [Number(url.searchParams.get("page")), Number(url.searchParams.get("page_size"))];
  if (server.knowsPages) found = found.slice((page - 1) * size, page * size);
  answer.writeHead(200, { "Content-Type": isXml ? "text/xml" : "application/json", "Content-Encoding": "gzip" });
  answer.end(gzipSync(bodyOf(found, isXml)));
});
await new Promise((done) => http.listen(0, "127.0.0.1", done));
const port = http.address().port;

// ---- the council ----

const config = join(work, "council.yaml");
const forget = () => ["state", "publish"].forEach((name) => rmSync(join(work, name), { recursive: true, force: true }));
function council({ format = "json", changes = server.dialect, pageSize = 25, more = "", at = port } = {}) {
  const feed = `open311: {url: "http://127.0.0.1:${at}/open311/v2/", jurisdiction_id: "smallham & co", format: ${format}, ` +
    `changes: ${changes}, page_size: ${pageSize}, window: 100d}${more}`;
  writeFileSync(config, readFileSync(join(bad, "council.yaml"), "utf8").replace("path: requests.csv", feed)
    .replace(/\n {4}(date_format|fields): .*/g, ""));
}
async function wardheat(...args) {
  server.asked = [];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let err = "", out = "";
  child.stderr.on("data", (text) => (err += text));
  child.stdout.on("data", (text) => (out += text));
  const code = await new Promise((done) => child.on("close", done));
  return { code, err, out };
}
const night = (asOf) => wardheat("run", config, "--as-of", asOf);
const sql = (query) => execFileSync("sqlite3", [join(work, "state/wardheat.db"), query], { encoding: "utf8" }).trim();
const held = () => sql(`SELECT r.reference, r.opened, r.closed, w.text, r.given_x, r.given_y FROM request r
  LEFT JOIN word w ON w.id = r.status ORDER BY r.reference`);
const manifest = () => JSON.parse(readFileSync(join(work, "publish/current/manifest.json"), "utf8"));

async function mustRun(asOf, what) {
  const ended = await night(asOf);
  if (ended.code !== 0) throw new Error(`${what}: exit code ${ended.code}: ${ended.err}`);
  return ended;
}

// ---- night by night ----

let wanted = null;
for (const [dialect, format, knowsPages] of [["updated_after", "json", true], ["updated_after", "xml", false],
  ["start_date", "xml", true], ["start_date", "json", false], ["window", "json", true], ["window", "xml", false]]) {
  const what = `${dialect}, ${format}${knowsPages ? "" : ", without pages"}`;
  Object.assign(server, { requests: firstRequests(), dialect, knowsPages, broken: null });
  forget();
  council({ format });
  await mustRun("2026-11-04", what);
  equal(sql("SELECT count(*) FROM request"), "60", `${what}: requests`);
  equal(new Set(server.asked.map((url) => url.search)).size, server.asked.length, `${what}: a page is asked for once`);

  // The second night: one is closed, one new.
  const closed = server.requests[7];
  Object.assign(closed, { status: "closed", updated_datetime: "2026-11-04T15:00:00Z" });
  server.requests.push({ ...server.requests[0], service_request_id: "R061", requested_datetime: "2026-11-04T16:00:00Z",
    updated_datetime: "2026-11-04T16:00:00Z" });
  await mustRun("2026-11-05", `${what}, second night`);
  equal(sql("SELECT count(*) FROM request"), "61", `${what}: requests on the second night`);
  equal(sql(`SELECT w.text FROM history h JOIN request r ON r.id = h.request JOIN word w ON w.id = h.status
    WHERE r.reference = '${closed.service_request_id}'`), "open", `${what}: its earlier state is known`);
  const newest = Math.max(...firstRequests().map((request) => Date.parse(request.updated_datetime)));
  const since = server.asked[0].searchParams.get(dialect === "updated_after" ? "updated_after" : "start_date");
  if (dialect !== "window") equal(since, iso(newest - 600e3), `${what}: asked for what is new since then`);
  wanted ??= held();
  equal(held(), wanted, `${what}: the state is that of every other way`);

  // Nothing new: the same release.
  const release = manifest().release;
  await mustRun("2026-11-05", `${what}, again`);
  equal(manifest().release, release, `${what}: the release when nothing is new`);
  equal(held(), wanted, `${what}: the state when nothing is new`);
  console.log(`ok      ${what}`);
}

// What a server of the future says does not hide what others say.
Object.assign(server, { requests: firstRequests(), dialect: "updated_after", knowsPages: true });
forget();
council();
server.requests[3].updated_datetime = "2031-01-01T00:00:00Z";
server.broken = (url) => { url.searchParams.set("updated_before", "2040-01-01T00:00:00Z"); return false; };
await mustRun("2026-11-04", "an update in the future");
await mustRun("2026-11-05", "the night after an update in the future");
check(server.asked[0].searchParams.get("updated_after") <= "2026-11-05T00:00:00Z", `a clock ahead: asked since ${server.asked[0].search}`);

// ---- what goes wrong ----

const answering = (status, headers, body) => (url, answer) => (answer.writeHead(status, headers).end(body), true);
const onPage2 = (broken) => (url, answer) => url.searchParams.get("page") === "2" && broken(url, answer);
const blanks = Buffer.alloc(65 << 20, " ");
const faults = [
  ["moved", answering(302, { Location: "http://127.0.0.1:1/elsewhere" }), "has moved to http://127.0.0.1:1/elsewhere: say so in the config"],
  ["an error", answering(500, {}, "oops"), "answers with HTTP status 500 instead of requests"],
  ["an error on the second page", onPage2(answering(503, {}, "busy")), "answers with HTTP status 503 instead of requests"],
  ["a page of HTML", answering(200, {}, "<!DOCTYPE html><html><body>Sign in</body></html>"), "/open311/v2/:"],
  ["a page too long", answering(200, {}, blanks), "a page of more than 64 MiB: ask for smaller ones with page_size"],
  ["a page that unpacks to too much", answering(200, { "Content-Encoding": "gzip" }, gzipSync(blanks)), "a page of more than 64 MiB"],
  ["cut off", (url, answer) => (answer.writeHead(200, { "Content-Length": 1000 }), answer.write("[{"), setTimeout(() => answer.destroy(), 50), true), "cannot be asked: "],
  ["its own words", answering(200, {}, '[{"code": 403, "description": "key needed"}]'), "key needed"],
];
forget();
Object.assign(server, { requests: firstRequests(), broken: null });
council();
await mustRun("2026-11-04", "before the faults");
const [state, release] = [sql(".dump"), manifest().release];
for (const required of [true, false]) {
  for (const [what, broken, sentence] of [...faults, ["nobody there", null, "cannot be asked: "]]) {
    council({ more: required ? "" : "\n    required: false", at: broken === null ? 1 : port });
    server.broken = broken;
    const ended = await night("2026-11-04");
    equal(ended.code, required ? 4 : 0, `${what}, ${required ? "required" : "not required"}: exit code (${ended.err})`);
    check(ended.err.includes(sentence), `${what}: said ${ended.err}`);
    if (!required) check(ended.err.includes("its earlier requests stay"), `${what}: said ${ended.err}`);
    equal(sql("SELECT count(*) FROM request"), "60", `${what}: the requests of before`);
    if (required) equal(sql(".dump"), state, `${what}: the state`);
    if (required) equal(manifest().release, release, `${what}: the release`);
    console.log(`ok      ${what}, ${required ? "required" : "not required"}`);
  }
}
// After the faults the next answer is read as if nothing had been.
server.broken = null;
council();
server.requests[9].status = "closed";
server.requests[9].updated_datetime = "2026-11-04T10:00:00Z";
await mustRun("2026-11-05", "after the faults");
equal(sql("SELECT count(*) FROM request WHERE closed IS NOT NULL"), "1", "after the faults: one is closed");

// `check` asks, and changes nothing.
const ended = await wardheat("check", config);
equal(ended.code, 0, `check: exit code (${ended.err})`);
check(server.asked.length > 0, "check has asked the server");

http.closeAllConnections();
http.close();
console.log(failures === 0 ? "ok: what changed is asked for, and a server that fails changes nothing" : `${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
