# The page, and nginx before the brain.
#   scripts/build.sh, or: docker build -f k8s/images/ui.Dockerfile -t bakerst-ui:0.1.0 .
ARG NODE_IMAGE=node:26-slim
ARG NGINX_IMAGE=nginxinc/nginx-unprivileged:1.29.3-alpine

FROM ${NODE_IMAGE} AS build
ARG NPM_CONFIG_REGISTRY=
WORKDIR /app
RUN npm install --global --no-audit --no-fund pnpm@11.28.11
COPY . .
RUN if [ -n "$NPM_CONFIG_REGISTRY" ]; then export pnpm_config_registry="$NPM_CONFIG_REGISTRY"; fi; \
    pnpm install --frozen-lockfile --filter '@bakerst/ui...' --filter '@bakerst/kit...' \
    && mkdir -p node_modules/@bakerst && ln -s ../../packages/kit node_modules/@bakerst/kit
RUN cd services/ui && NODE_ENV=production node --run build \
    && cd ../.. \
    && node -e "import('/app/scripts/bootstrap/compress-files.mjs').then((it) => it.compressFiles('/app/services/ui/dist'))" \
    # nginx sends what is compressed by gzip.
    && find services/ui/dist -name '*.br' -delete \
    && node --conditions=bakerst-source scripts/write-nginx-config.ts > /nginx.conf

FROM ${NGINX_IMAGE}
COPY --from=build /nginx.conf /etc/nginx/nginx.conf
COPY --from=build /app/services/ui/dist /usr/share/nginx/html
USER 101
EXPOSE 8080
# Its own entry point writes into directories that are read-only here. nginx asks for the brain's address once, and ends
# where DNS does not answer, as it does not while a cluster comes up.
ENTRYPOINT ["sh", "-c", "until getent hosts brain > /dev/null; do sleep 1; done; exec nginx -g 'daemon off;'"]
