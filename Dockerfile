# The service as an image. Its root may be read-only; DSC_DATA_DIR, where it is used, is a volume.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package of the service needs a script of its own, and node comes with this image.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build
RUN npm ci --ignore-scripts --omit=dev

FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY LICENSE ./
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
EXPOSE 8080 8081 8082 8083
HEALTHCHECK NONE
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]
