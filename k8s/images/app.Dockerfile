# Brain, workers and everything else of bakerst that runs on Node: one image, told apart by the program that it is given.
#   scripts/build.sh, or: docker build -f k8s/images/app.Dockerfile -t bakerst:0.1.0 .
ARG NODE_IMAGE=node:26-slim

FROM ${NODE_IMAGE} AS build
# A registry of your own; empty for the usual one.
ARG NPM_CONFIG_REGISTRY=
WORKDIR /app
RUN npm install --global --no-audit --no-fund pnpm@11.28.11
COPY . .
RUN if [ -n "$NPM_CONFIG_REGISTRY" ]; then export pnpm_config_registry="$NPM_CONFIG_REGISTRY"; fi; \
    pnpm install --prod --frozen-lockfile \
      --filter '@bakerst/brain...' --filter '@bakerst/worker...' --filter '@bakerst/gateway...' --filter '@bakerst/offline-model...' \
      --filter @bakerst/bundle \
    && node --disable-warning=ExperimentalWarning scripts/bundle/main.ts \
    # scripts/restore.ts belongs to the repository as a whole, whose own packages are for development.
    && mkdir -p node_modules/@bakerst \
    && for name in bus contracts kit; do ln -s "../../packages/$name" "node_modules/@bakerst/$name"; done \
    && rm -rf services/ui packages/client packages/commands scripts/bundle \
    && sh scripts/cluster/prune-packages.sh node_modules/.pnpm

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    BIND_ADDRESS=0.0.0.0 \
    PORT=3000 \
    BAKERST_DATA_DIR=/data \
    DRAIN_LINGER_MS=2500
WORKDIR /app
COPY --from=build /app /app
USER 1000
EXPOSE 3000
ENTRYPOINT ["node", "--conditions=bakerst-source", "--disable-warning=ExperimentalWarning"]
CMD ["services/brain/dist/bundle/main.mjs"]
