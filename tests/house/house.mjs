// The house as a table (DESIGN.md section 1): which folder may include what, and where third-party headers live.

// Rows in the order in which data flows: of our own folders, what each may include besides itself.
const ROWS = {
  base: [],
  geo: ["base"],
  model: ["base", "geo"],
  store: ["base", "geo", "model"],
  ingest: ["base", "geo", "model", "store"],
  geocode: ["base", "geo", "model", "store"],
  density: ["base", "geo", "model"],
  hotspot: ["base", "geo", "model", "density"],
  disclose: ["base", "geo", "model"],
  render: ["base", "geo", "model"],
  publish: ["base", "geo", "model", "render"],
  // Of the stages only what their headers promise: their option structs.
  config: ["base", "geo", "model", "ingest", "geocode", "density", "hotspot", "disclose", "render", "publish"],
};
ROWS.run = Object.keys(ROWS);
ROWS.cli = [...ROWS.run, "run"];

// Headers of the C standard, which anybody may use.
const STANDARD = new Set(["assert.h", "ctype.h", "errno.h", "float.h", "inttypes.h", "limits.h", "math.h", "stdalign.h",
  "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"]);

// [what, its headers, the rooms where they may stand]
const THIRD_PARTY = [
  ["the system", /^(arpa\/|dirent|dlfcn|fcntl|fnmatch|glob|grp|langinfo|libgen|linux\/|locale|netinet\/|poll|pwd|sched|signal|strings|sys\/|syslog|termios|time|unistd|wchar)/, ["base"]],
  ["threads", /^pthread\.h$/, ["base", "geo"]],
  ["vector instructions", /^(cpuid|immintrin)\.h$/, ["base", "density"]],
  ["OpenMP", /^omp\.h$/, ["base", "geo", "geocode", "density", "hotspot", "render", "publish"]],
  ["GDAL", /^(gdal|ogr|cpl)/, ["geo"]],
  ["PROJ", /^proj/, ["geo"]],
  ["GEOS", /^geos/, ["geo"]],
  ["SQLite", /^sqlite3/, ["store", "publish"]],
  ["CSV", /^csv\.h$/, ["ingest"]],
  ["expat", /^expat/, ["ingest"]],
  ["libcurl", /^curl\//, ["ingest"]],
  ["cairo", /^cairo/, ["render"]],
  ["Pango", /^pango\//, ["render"]],
  ["fontconfig", /^fontconfig\//, ["render"]],
  ["ICU", /^unicode\//, ["render"]],
  ["qpdf", /^qpdf\//, ["render", "publish"]],
  ["PNG", /^(png|spng)\.h$/, ["render", "publish"]],
  ["deflate", /^(libdeflate|zlib)\.h$/, ["ingest", "render", "publish"]],
  ["jansson", /^jansson/, ["ingest", "render", "publish", "config"]],
  ["YAML", /^(libfyaml|fyaml|cyaml|yaml)/, ["config"]],
  ["libmicrohttpd", /^microhttpd/, ["cli"]],
];

// Words that have one home. C library calls that follow a locale, overrun, or keep hidden state have none.
const WORDS = [
  [/\b(malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf)\s*\(/, ["base"], "memory comes from base/alloc"],
  [/\b(fopen|freopen|open|openat|creat|unlink|rename|renameat|mkdir|rmdir|symlink|link|chmod|fsync|opendir|tmpfile|remove)\s*\(/, ["base"], "files are touched by base/io only"],
  [/\b(strtod|strtof|strtold|strtol|strtoul|strtoll|strtoull)\s*\(/, ["base"], "numbers are read by base/number"],
  [/\b(time|clock_gettime|gettimeofday|localtime|gmtime|mktime|strftime|strptime)\s*\(/, ["base"], "time is base/time"],
  [/\b(printf|puts|putchar|fprintf|fputs|vprintf|perror)\s*\(/, ["cli"], "only the command line prints"],
  [/(?<!\(double\)-?)\b(NAN|INFINITY)\b/, [], "a float, which clang's -Wdouble-promotion minds: write (double) before it"],
  [/\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atoll|atof|alloca|gets|scanf|fscanf|setlocale|rand|srand|system|popen|setjmp|longjmp)\s*\(/, [], "the house style does without it"],
];

// A stage with many methods has a public header for each family of them.
const FAMILIES = { bandwidth: "density", spacetime: "density", ratio: "density",
  statistics: "hotspot", scan: "hotspot", trends: "hotspot", clusters: "hotspot", rates: "hotspot",
  backtest: "hotspot", risk: "hotspot", identity: "hotspot", redraw: "hotspot", patterns: "hotspot", metrics: "model", repeats: "model" };

const ROOM_OF_FILE = [
  [/^src\/([a-z]+)\//, (m) => m[1]],
  // A public header follows the row of its stage, and shows no other header to the outside.
  [/^include\/wardheat\/wardheat\.h$/, () => "run"],
  [/^include\/wardheat\/([a-z]+)\.h$/, (m) => FAMILIES[m[1]] ?? m[1]],
];

export function roomOf(path) {
  for (const [shape, room] of ROOM_OF_FILE) {
    const m = shape.exec(path);
    if (m) return room(m);
  }
  return null;
}

// What the rules say about one #include; null: nothing.
export function faultOfInclude(path, header, isQuoted) {
  const room = roomOf(path);
  if (!(room in ROWS)) return `no row of the table is named ${room}`;
  const isPublic = path.startsWith("include/");
  const ours = /^(?:wardheat\/([a-z]+)\.h|([a-z]+)\/[a-z0-9_]+\.(?:h|inc))$/.exec(header);
  const other = ours && (header.startsWith("wardheat/") ? FAMILIES[ours[1]] ?? ours[1] : ours[2]);
  if (header === "wardheat/wardheat.h") return "<wardheat/wardheat.h> is for other programs; include what is used";
  if (isQuoted || header.startsWith("wardheat/")) {
    if (!ours || !(other in ROWS)) return `"${header}": ours are written "folder/name.h"`;
    if (isPublic && isQuoted) return `a public header includes "${header}", which is not installed`;
    if (other === room || path === "include/wardheat/wardheat.h") return null;
    if (header.endsWith("_internal.h")) return `"${header}" is for src/${other} only`;
    return ROWS[room].includes(other) ? null : `${room} may not include ${other}`;
  }
  if (STANDARD.has(header)) return null;
  const kind = THIRD_PARTY.find(([, shape]) => shape.test(header));
  if (!kind) return `<${header}> has no room: say in tests/house/house.mjs where it belongs`;
  if (isPublic) return `a public header shows <${header}> of ${kind[0]}`;
  return kind[2].includes(room) ? null : `<${header}>: ${kind[0]} belongs in ${kind[2].join(", ")}`;
}

// Blanks out comments and literals, so that prose is not taken for code; line ends stay.
export function codeOnly(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (m) => m.replace(/[^\n]/g, " "));
}

// The faults of one file, as "path:line: what".
export function faultsOfFile(path, text) {
  const faults = [];
  const room = roomOf(path);
  const lines = text.split("\n");
  const code = codeOnly(text).split("\n");
  lines.forEach((line, i) => {
    const at = `${path}:${i + 1}: `;
    if (/^\s*#/.test(code[i])) {
      const m = /^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")/.exec(line);
      const fault = m && faultOfInclude(path, m[1] ?? m[2], m[2] !== undefined);
      if (fault) faults.push(at + fault);
      else if (!m && /^\s*#\s*include/.test(line)) faults.push(`${at}an #include that cannot be read`);
      return;
    }
    for (const [word, rooms, why] of WORDS) {
      const m = word.exec(code[i]);
      if (m && !rooms.includes(room)) faults.push(`${at}${m[1]}: ${why}`);
    }
  });
  return faults;
}
