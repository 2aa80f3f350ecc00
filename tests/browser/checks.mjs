// Counts what holds; one line for each thing that does not.
export class Checks {
  constructor() {
    this.n = 0;
    this.failures = 0;
  }
  check(holds, what) {
    this.n++;
    if (!holds) {
      this.failures++;
      console.log(what);
    }
    return holds;
  }
  /** The last line and the exit code. */
  end() {
    if (this.failures === 0) {
      console.log(`ok ${this.n} checks`);
    }
    process.exitCode = this.failures === 0 ? 0 : 1;
  }
}
