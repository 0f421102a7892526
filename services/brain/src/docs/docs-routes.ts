import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api, createOpenApi } from '@bakerst/contracts';
import express, { type RequestHandler, Router } from 'express';
import { methodNotAllowed } from '../http/border.ts';

/** The parts of the packaged viewer that the page needs. */
const VIEWER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>bakerst API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/open.js"></script>
</body>
</html>
`;

// The validator is somebody else's service; the token stays in the tab.
const OPEN = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
});
`;

/** The description of the API, for programs and for people. It says nothing about anybody's data and needs no token. */
export function createDocsRoutes(version: string): Router {
  const router = Router();
  let document: string | undefined;
  router.get('/openapi.json', (_request, response) => {
    document ??= JSON.stringify(createOpenApi(Api, version));
    response.type('application/json').send(document);
  });
  router.get('/docs', (_request, response) => {
    response.type('text/html').send(PAGE);
  });
  router.get('/docs/open.js', (_request, response) => {
    response.type('text/javascript').send(OPEN);
  });
  router.get(
    VIEWER_FILES.map((name) => `/docs/${name}`),
    serveViewer(),
  );
  router.all(['/openapi.json', '/docs'], (_request, response, next) => {
    response.setHeader('Allow', 'GET');
    next(methodNotAllowed());
  });
  return router;
}

function serveViewer(): RequestHandler {
  const root = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const files = express.static(root, { index: false, maxAge: '1d' });
  return (request, response, next) => {
    request.url = request.url.replace(/^\/docs/, '');
    files(request, response, next);
  };
}
