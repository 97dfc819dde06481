// Holds a Dockerfile to what would bite later: known instructions, pinned images, sources that exist, no root at run time.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const path = process.argv[2];
const root = dirname(dirname(path));
const problems = [];
const known = new Set("FROM RUN COPY USER WORKDIR VOLUME EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD ENV ARG LABEL SHELL".split(" "));

const lines = readFileSync(path, "utf8")
  .split("\n")
  .filter((line) => !line.startsWith("#"))
  .join("\n")
  .replaceAll(/\\\n/g, " ")
  .split("\n")
  .filter((line) => line.trim().length > 0);

const stages = [];
for (const line of lines) {
  const [word, ...rest] = line.trim().split(/\s+/);
  const say = (problem) => problems.push(`${line.trim().slice(0, 80)}: ${problem}`);
  if (!known.has(word)) say(`"${word}" is not an instruction used here`);
  if (word === "FROM") {
    if (!/:[\w.-]+$/.test(rest[0]) || rest[0].endsWith(":latest")) say("the image has no fixed tag");
    stages.push({ name: rest[1] === "AS" ? rest[2] : null, instructions: [] });
    continue;
  }
  const stage = stages.at(-1);
  if (!stage) {
    say("comes before FROM");
    continue;
  }
  stage.instructions.push({ word, rest });
  if (word === "COPY") {
    const from = rest[0].startsWith("--from=") ? rest[0].slice("--from=".length) : null;
    if (from && !stages.slice(0, -1).some((earlier) => earlier.name === from)) say(`there is no stage "${from}"`);
    if (!from) for (const source of rest.slice(0, -1)) if (!existsSync(join(root, source))) say(`there is no ${source}`);
  }
  if (word === "RUN" && /apt-get install/.test(line)) {
    if (!/--no-install-recommends/.test(line)) say("installs recommended packages");
    if (!/rm -rf \/var\/lib\/apt\/lists/.test(line)) say("leaves the package lists behind");
  }
  if (["ENTRYPOINT", "CMD"].includes(word) && !rest.join(" ").startsWith("[")) say("is not in exec form: signals would reach a shell");
}

const last = stages.at(-1).instructions;
const user = last.findLast(({ word }) => word === "USER");
if (!user || ["root", "0"].includes(user.rest[0])) problems.push("the image runs as root");
if (last.findIndex(({ word }) => word === "USER") > last.findIndex(({ word }) => word === "ENTRYPOINT")) problems.push("USER comes after ENTRYPOINT");
for (const word of ["ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "VOLUME"]) {
  if (!last.some((instruction) => instruction.word === word)) problems.push(`${word} is missing`);
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
