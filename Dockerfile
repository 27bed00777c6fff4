# The image of the API and of the loader (`python -m seeds`): dependencies from uv.lock, the code, and nothing else.
# It has no database of its own: set MONGODB_URI. docker-compose.yml brings one.

FROM python:3.11.15-slim-bookworm AS builder
ENV UV_PROJECT_ENVIRONMENT=/app/.venv \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1
# The Makefile's version; a test holds them together.
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore uv==0.13.9

WORKDIR /lock
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev

WORKDIR /code
# It has the release's version.
COPY pyproject.toml ./
COPY api/ api/
COPY schema/ schema/
COPY loaders/ loaders/
COPY seeds/ seeds/
# The manual, which the server has as pages.
COPY docs/README.md docs/
COPY docs/guide/ docs/guide/
COPY docs/reference/ docs/reference/
# Readable by everyone whatever the checkout's umask; compiled for good, as the code in an image does not change.
RUN chmod -R a+rX . && python -m compileall -q --invalidation-mode unchecked-hash .


FROM python:3.11.15-slim-bookworm
LABEL org.opencontainers.image.title="Yunshan" \
      org.opencontainers.image.description="Smart-district achievements as a typed GraphQL API over MongoDB" \
      org.opencontainers.image.licenses="MIT"

RUN groupadd --gid 10001 yunshan \
    && useradd --uid 10001 --gid yunshan --no-create-home --shell /usr/sbin/nologin yunshan

WORKDIR /app
# The dependencies are a layer of their own: a change of the code sends only the code.
COPY --from=builder /app/.venv .venv
COPY --from=builder /code ./

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000

# By number, so that Kubernetes can tell that it isn't root.
USER 10001:10001
EXPOSE 8000
# Past any proxy that Docker hands to containers: the server asks itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os; from urllib.request import ProxyHandler, build_opener; \
build_opener(ProxyHandler({})).open('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["python", "-m", "api"]
