// Prints the gzipped size of every script, and fails when the first load of the room page passes its budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 200_000;
// What a browser fetches to show a room: the entry, and the room page with all that it imports statically.
const firstLoad = ['index.html', 'src/app/routes/MeetingRoute.tsx', 'src/app/routes/RoomScreen.tsx'];
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const zipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
const kib = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

const loaded = new Set();
const visit = (key) => {
  if (loaded.has(key)) return;
  const chunk = manifest[key];
  if (!chunk) throw new Error(`no chunk for ${key}: has the file moved?`);
  loaded.add(key);
  chunk.imports?.forEach(visit);
};
firstLoad.forEach(visit);

let total = 0;
const scripts = Object.entries(manifest).filter(([, chunk]) => chunk.file.endsWith('.js'));
for (const [key, chunk] of scripts.sort(([a], [b]) => a.localeCompare(b))) {
  const size = zipped(chunk.file);
  if (loaded.has(key)) total += size;
  console.log(`${kib(size)} ${loaded.has(key) ? '*' : ' '} ${key}`);
}
console.log(`${kib(total)}   first load of the room page (*), budget ${kib(budget).trim()}`);
if (total > budget) {
  console.error('The room page has outgrown its budget: load something later, or not at all.');
  process.exit(1);
}
