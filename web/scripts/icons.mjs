// Draws the PNG icons from the mark. Run it when the mark changes: node scripts/icons.mjs
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const mark = readFileSync(new URL('../public/icon.svg', import.meta.url), 'utf8');
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
const draw = async (name, size, padding, ground) => {
  await page.setViewportSize({ width: size, height: size });
  const radius = padding > 0.15 ? 0 : size * 0.22;
  await page.setContent(
    `<style>*{margin:0}html{background:transparent}body{width:${size}px;height:${size}px;border-radius:${radius}px;background:${ground};display:grid;place-items:center}svg{width:${size * (1 - 2 * padding)}px}</style>${mark}`,
  );
  await page.screenshot({ path: fileURLToPath(new URL(`../public/${name}`, import.meta.url)), omitBackground: true });
};
await draw('icon-192.png', 192, 0.14, '#FAFAF7');
await draw('icon-512.png', 512, 0.14, '#FAFAF7');
await draw('icon-maskable-512.png', 512, 0.22, '#FAFAF7');
await browser.close();
