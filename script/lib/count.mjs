// Reads one machine-readable test report and prints "passed failed skipped": CTRF (xunit.v3), vitest's JSON, or our own checks' lines.
import { readFileSync } from "node:fs";

const [kind, path] = process.argv.slice(2);
const text = readFileSync(path, "utf8");

const counters = {
  ctrf() {
    const { summary, tests } = JSON.parse(text).results;
    const skipped = summary.skipped + summary.pending + summary.other;
    if (summary.passed + summary.failed + skipped !== summary.tests || summary.tests !== tests.length) {
      throw new Error(`${path} contradicts itself`);
    }
    return [summary.passed, summary.failed, skipped];
  },
  vitest() {
    const report = JSON.parse(text);
    // A file that could not even be loaded has failed without counting a test.
    const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
    return [report.numPassedTests, report.numFailedTests + broken, report.numPendingTests + report.numTodoTests];
  },
  checks() {
    const count = (word) => text.split("\n").filter((line) => line.startsWith(`${word}\t`)).length;
    return [count("passed"), count("failed"), count("skipped")];
  },
};

console.log(counters[kind]().join(" "));
