# One image, one binary a service: the command chooses.
FROM rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends default-libmysqlclient-dev libpq-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bins \
        -p gateway -p project-service -p store-service -p sync-service \
        -p verify-service -p alert-service -p oms \
        --features oms-chassis/metadata-mysql,oms-chassis/metadata-postgres \
    && mkdir /out \
    && cp target/release/gateway target/release/project-service target/release/store-service \
          target/release/sync-service target/release/verify-service target/release/alert-service \
          target/release/oms /out/

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl libmariadb3 libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/oms --create-home oms
COPY --from=build /out/ /usr/local/bin/
USER oms
WORKDIR /var/lib/oms
VOLUME /var/lib/oms
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["curl", "-fsS", "http://127.0.0.1:8080/readyz"]
CMD ["gateway"]
