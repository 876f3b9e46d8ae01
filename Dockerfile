# One image for every process of vMiner: `vminer serve`, `agent`, `schedule`, `migrate`.
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/vminer
COPY requirements-runtime.lock ./
RUN /opt/vminer/bin/pip install --require-hashes --only-binary :all: -r requirements-runtime.lock
COPY pyproject.toml README.md LICENSE ./
COPY runtime runtime
COPY models models
COPY loaders loaders
COPY resolvers resolvers
COPY sync_agent sync_agent
COPY graphql_api graphql_api
COPY vminer vminer
COPY alembic alembic
RUN /opt/vminer/bin/pip install --no-deps . && /opt/vminer/bin/vminer --help > /dev/null

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 vminer \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin vminer
COPY --from=build /opt/vminer /opt/vminer
COPY LICENSE /licenses/LICENSE
ENV PATH=/opt/vminer/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /tmp
USER 10001:10001
EXPOSE 8000 9464
ENTRYPOINT ["vminer"]
