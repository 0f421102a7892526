import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const BRAIN = process.env['BAKERST_URL'] ?? 'http://127.0.0.1:3000';
/** Everything that the brain answers; the rest is the page. */
const BRAINS_PATHS = ['/api', '/docs', '/openapi.json', '/health', '/livez', '/readyz'];

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['bakerst-source', 'module', 'browser', 'development|production'] },
  build: {
    // Assets as data: addresses would need a wider policy, and could not be cached by their names.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
  server: { proxy: Object.fromEntries(BRAINS_PATHS.map((path) => [path, { target: BRAIN }])) },
});
