// Reads one machine-readable test report: CTRF (xunit.v3), vitest's JSON, or our own checks' lines.
//
//   count.mjs KIND REPORT          prints "passed failed skipped"
//   count.mjs KIND REPORT failed   prints each failed test's name, with the first lines of what it said
import { readFileSync } from "node:fs";

const [kind, path, what] = process.argv.slice(2);
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

const failures = {
  ctrf: () =>
    JSON.parse(text)
      .results.tests.filter((test) => test.status === "failed")
      .map((test) => [test.name, test.message, test.trace]),
  vitest: () =>
    JSON.parse(text).testResults.flatMap((file) =>
      file.status === "failed" && file.assertionResults.length === 0
        ? [[file.name, file.message]]
        : file.assertionResults.filter((test) => test.status === "failed").map((test) => [test.fullName, ...test.failureMessages]),
    ),
  checks: () =>
    text
      .split("\n")
      .filter((line) => line.startsWith("failed\t"))
      .map((line) => [line.slice("failed\t".length)]),
};

const LINES_OF_A_FAILURE = 12;
const LINE_LENGTH = 300;

if (what === "failed") {
  for (const [name, ...said] of failures[kind]()) {
    console.log(`FAILED   ${name}`);
    const lines = said.filter(Boolean).join("\n").split("\n").filter(Boolean);
    for (const line of lines.slice(0, LINES_OF_A_FAILURE)) console.log(`  | ${line.slice(0, LINE_LENGTH)}`);
  }
} else {
  console.log(counters[kind]().join(" "));
}
