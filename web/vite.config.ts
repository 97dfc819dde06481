// Build of the web app: hashed assets into dist/, a dev proxy to the server, and the test environment.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

const server = process.env['PARLEY_SERVER'] ?? 'http://localhost:5000';
// The server checks the Origin header against its own, so the proxy presents the server's.
const proxied = { target: server, changeOrigin: true, headers: { origin: server } };

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // Font and image files stay files: the server's Content-Security-Policy allows no data: fonts.
  build: { target: 'es2023', assetsInlineLimit: 0, manifest: true, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': proxied, '/ws': { ...proxied, ws: true } } },
  preview: { proxy: { '/api': proxied, '/ws': { ...proxied, ws: true } } },
  test: {
    environment: 'jsdom',
    setupFiles: ['./vitest.setup.ts'],
    css: false,
    restoreMocks: true,
    // A bound against a test that hangs, not a measure of speed: two busy cores are slow.
    testTimeout: 30_000,
  },
});
