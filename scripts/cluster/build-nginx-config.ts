import {
  ASKED_AGAIN,
  HASHED_PATH,
  IMMUTABLE,
  PAGE_HEADERS,
  PAGE_TYPES,
  RESERVED_PATHS,
} from '@bakerst/kit/page-rules';

/** Files that are no text. */
const FURTHER_TYPES = { '.ico': 'image/x-icon', '.png': 'image/png', '.woff2': 'font/woff2' };
/** For whoever watches over the system, and not for whoever comes through the door. */
const CLOSED = '/metrics';

const TYPES = { ...PAGE_TYPES, ...FURTHER_TYPES };

export interface NginxPlace {
  /** host:port of the brain. */
  readonly brain: string;
  /** A port, or unix:<path>. */
  readonly listen: string;
  /** Directory of the built page. */
  readonly page: string;
  /** Where it may write. */
  readonly scratch: string;
}

const IN_IMAGE: NginxPlace = {
  brain: 'brain:3000',
  listen: '8080',
  page: '/usr/share/nginx/html',
  scratch: '/tmp',
};

/** The text of nginx.conf in the image of the page: what the brain does on one machine, by the same rules. */
export function buildNginxConfig({ brain, listen, page, scratch }: NginxPlace = IN_IMAGE): string {
  return `worker_processes 2;
pid ${scratch}/nginx.pid;
error_log stderr warn;
events {
  worker_connections 2048;
}
http {
  types {
${lines(Object.entries(TYPES), ([end, type]) => `    "${type}" ${end.slice(1)};`)}
  }
  default_type application/octet-stream;
  access_log off;
  server_tokens off;
  absolute_redirect off;
${lines(['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'], (name) => `  ${name}_temp_path ${scratch}/${name};`)}
  # A person is looking; programs that take anything get JSON.
  map "$request_method $http_accept" $wants_page {
    default 0;
    "~^(GET|HEAD) .*text/html" 1;
  }
  # What comes is passed on as it comes, and what is answered too: an answer streams.
  proxy_request_buffering off;
  proxy_buffering off;
  # The brain has limits of its own, and says so in JSON.
  client_max_body_size 0;
  # No connection is kept: the next request may need another brain than the last one.
  proxy_http_version 1.1;
  proxy_connect_timeout 5s;
  # A stream gives a sign of life every 15 s.
  proxy_read_timeout 3600s;
  proxy_send_timeout 3600s;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  server {
    listen ${listen};
    root ${page};
    gzip_static on;
    location = /nginx-livez {
      default_type text/plain;
      return 200 "ok\\n";
    }
    location = ${CLOSED} {
      return 404;
    }
    location ~ ^(${RESERVED_PATHS.filter((path) => path !== CLOSED).join('|')})(/|$) {
      ${pass(brain)}
    }
    location ^~ ${HASHED_PATH} {
      try_files $uri @rest;
      ${headers(IMMUTABLE)}
    }
    location ~ \\.(${Object.keys(TYPES)
      .map((end) => end.slice(1))
      .join('|')})$ {
      try_files $uri @rest;
      ${headers(ASKED_AGAIN)}
    }
    location / {
      ${pageOrPass(brain)}
    }
    location @rest {
      ${pageOrPass(brain)}
    }
    location @page {
      try_files /index.html =404;
      ${headers(ASKED_AGAIN)}
    }
    location @away {
      internal;
      default_type application/json;
      add_header Retry-After 5 always;
      return 503 '${JSON.stringify(AWAY)}';
    }
  }
}
`;
}

/** As the brain says it while it starts or stops. */
const AWAY = {
  error: 'UNAVAILABLE',
  code: 'UNAVAILABLE',
  message: 'the service is away; try again in a moment',
  reason: 'BRAIN_AWAY',
  request_id: '$request_id',
  retry_after_ms: 5_000,
};

function pass(brain: string): string {
  return `proxy_pass http://${brain};
      error_page 502 504 = @away;`;
}

function pageOrPass(brain: string): string {
  return `error_page 418 = @page;
      if ($wants_page) {
        return 418;
      }
      ${pass(brain)}`;
}

function headers(cacheControl: string): string {
  const all = {
    'Cache-Control': cacheControl,
    Vary: 'Accept, Accept-Encoding',
    ...PAGE_HEADERS,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
  return lines(
    Object.entries(all),
    ([name, value]) => `add_header ${name} "${value}" always;`,
  ).replaceAll('\n', '\n      ');
}

function lines<Each>(all: readonly Each[], toLine: (each: Each) => string): string {
  return all.map(toLine).join('\n');
}
