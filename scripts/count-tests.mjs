// Adds up meson's test logs; names what was skipped and why; the last line is "N passed, N failed, N skipped".
import { readFileSync } from "node:fs";

let passed = 0, failed = 0, skipped = 0;
for (const path of process.argv.slice(2)) {
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (!line.trim()) continue;
    const test = JSON.parse(line);
    if (test.result === "OK" || test.result === "EXPECTEDFAIL") passed++;
    else if (test.result === "SKIP") {
      skipped++;
      const why = (test.stdout ?? test.stderr ?? "").trim().split("\n").pop();
      console.log(`SKIPPED ${test.name} (${path.split("/")[0]}): ${why}`);
    } else {
      failed++;
      console.log(`FAILED ${test.name} (${path.split("/")[0]}): ${test.result}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
