import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://localhost:3000';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    // The bank's policy allows scripts, styles and images from its own origin only: no data: URLs, no inline helper scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  server: {
    // The origin stays as the browser sent it, because the bank checks it.
    proxy: { '/auth': { target: server }, '/api': { target: server }, '/face': { target: server } },
  },
});
