import { buildNginxConfig } from './cluster/build-nginx-config.ts';

// Prints nginx.conf; the image of the page is built with it (k8s/images/ui.Dockerfile).

process.stdout.write(buildNginxConfig());
