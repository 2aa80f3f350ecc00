// usage: node test-house.mjs ROOT. Reads every file of include/ and src/ and fails where the rules of house.mjs are broken;
// first shows on planted files that each rule can fail. And: what the tests install from npm runs on Debian 12.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { faultsOfFile } from "./house.mjs";

const root = process.argv[2];
let failures = 0;
const fail = (text) => { console.log(text); failures++; };

// [path, text, what the fault must say; null: no fault]
const PLANTED = [
  ["src/base/a.c", '#include "geo/crs.h"\n', "base may not include geo"],
  ["src/base/a.c", "#include <wardheat/model.h>\n", "base may not include model"],
  ["src/density/a.c", '#include "store/store.h"\n', "density may not include store"],
  ["src/disclose/a.c", '#include "hotspot/hotspot.h"\n', "disclose may not include hotspot"],
  ["src/publish/a.c", '#include "store/store.h"\n', "publish may not include store"],
  ["src/render/a.c", '  #  include   "publish/tree.h"\n', "render may not include publish"],
  ["src/run/a.c", '#include "cli/cli.h"\n', "run may not include cli"],
  ["src/config/a.c", '#include "run/run.h"\n', "config may not include run"],
  ["src/run/a.c", '#include "geo/gdal_internal.h"\n', "for src/geo only"],
  ["src/run/a.c", '#include "crs.h"\n', "folder/name.h"],
  ["src/run/a.c", '#include "../geo/crs.h"\n', "folder/name.h"],
  ["src/run/a.c", "#include WHATEVER\n", "cannot be read"],
  ["src/cellar/a.c", '#include "base/str.h"\n', "no row"],
  ["src/run/a.c", "#include <sqlite3.h>\n", "SQLite belongs in store, publish"],
  ["src/render/a.c", "#include <gdal.h>\n", "GDAL belongs in geo"],
  ["src/hotspot/a.c", "#include <geos_c.h>\n", "GEOS belongs in geo"],
  ["src/ingest/a.c", "#include <proj.h>\n", "PROJ belongs in geo"],
  ["src/publish/a.c", "#include <cairo.h>\n", "cairo belongs in render"],
  ["src/publish/a.c", "#include <pango/pangocairo.h>\n", "Pango belongs in render"],
  ["src/run/a.c", "#include <libfyaml.h>\n", "YAML belongs in config"],
  ["src/run/a.c", "#include <jansson.h>\n", "jansson belongs in"],
  ["src/geo/a.c", "#include <png.h>\n", "PNG belongs in render, publish"],
  ["src/store/a.c", "#include <libdeflate.h>\n", "deflate belongs in ingest, render, publish"],
  ["src/run/a.c", "#include <microhttpd.h>\n", "libmicrohttpd belongs in cli"],
  ["src/geocode/a.c", "#include <curl/curl.h>\n", "libcurl belongs in ingest"],
  ["src/disclose/a.c", "#include <omp.h>\n", "OpenMP belongs in"],
  ["src/run/a.c", "#include <unistd.h>\n", "the system belongs in base"],
  ["src/run/a.c", "#include <sys/stat.h>\n", "the system belongs in base"],
  ["src/run/a.c", "#include <boost/any.hpp>\n", "has no room"],
  ["include/wardheat/geo.h", '#include "base/str.h"\n', "which is not installed"],
  ["include/wardheat/geo.h", "#include <gdal.h>\n", "shows <gdal.h>"],
  ["include/wardheat/geo.h", "#include <wardheat/model.h>\n", "geo may not include model"],
  ["src/run/a.c", "#include <wardheat/wardheat.h>\n", "for other programs"],
  ["src/run/a.c", "x = malloc(4);\n", "memory comes from"],
  ["src/run/a.c", "file = fopen(path, 0);\n", "touched by base/io only"],
  ["src/run/a.c", "x = strtod(text, NULL);\n", "read by base/number"],
  ["src/run/a.c", "x = time(NULL);\n", "time is base/time"],
  ["src/run/a.c", 'printf("x");\n', "only the command line prints"],
  ["src/base/a.c", "strcpy(a, b);\n", "does without it"],
  ["src/base/a.c", "double x = INFINITY;\n", "write (double) before it"],
  // What the rules allow.
  ["src/geo/a.c", '#include <gdal.h>\n#include "base/str.h"\n#include "geo/gdal_internal.h"\n#include <math.h>\n', null],
  ["src/hotspot/a.c", "#include <wardheat/density.h>\n", null],
  ["src/config/a.c", '#include <wardheat/disclose.h>\n#include "ingest/ingest.h"\n', null],
  ["src/publish/a.c", "#include <sqlite3.h>\n", null],
  ["include/wardheat/wardheat.h", "#include <wardheat/run.h>\n", null],
  ["src/run/a.c", '/* malloc(4)\n#include <gdal.h>\n*/ wh_free(x); // fopen("x")\ns = "printf(x)";\n', null],
  ["src/run/a.c", "double x = -(double)INFINITY, y = (double)NAN;\n", null],
];
for (const [path, text, expected] of PLANTED) {
  const faults = faultsOfFile(path, text);
  if (expected === null ? faults.length > 0 : faults.length !== 1 || !faults[0].includes(expected)) {
    fail(`planted ${JSON.stringify(text)} in ${path}: expected ${expected ?? "no fault"}, found ${JSON.stringify(faults)}`);
  }
}

function* sources(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(?:c|h|inc)$/.test(entry.name)) yield path;
    else if (entry.name !== "meson.build") fail(`${path}: neither C nor meson.build`);
  }
}
let files = 0;
for (const path of [...sources("include"), ...sources("src")]) {
  files++;
  faultsOfFile(path, readFileSync(join(root, path), "utf8")).forEach(fail);
}
if (files < 100) fail(`only ${files} files found under ${root}`);

// The tests' packages run on Debian 12's own Node.js, whatever newer one stands on this machine.
const DEBIAN_NODE = 18;
const lock = JSON.parse(readFileSync(join(root, "tests/browser/package-lock.json"), "utf8"));
for (const [path, { engines }] of Object.entries(lock.packages)) {
  const least = Number(/\d+/.exec(engines?.node)?.[0] ?? 0);
  if (least > DEBIAN_NODE) fail(`${path}: needs Node.js ${engines.node}; Debian 12 has ${DEBIAN_NODE}`);
}
console.log(`${files} files read, ${PLANTED.length} planted, ${failures} faults`);
process.exit(failures > 0 ? 1 : 0);
