# The service without the embedded stack. The first image builds, the second one runs: as nobody, and writing nothing.
FROM python:3.11.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ONLY_BINARY=:all:
# `run`, or with the extras of the console: `extras`.
ARG PACKAGES=run
WORKDIR /build
COPY requirements/build.txt requirements/run.txt requirements/extras.txt requirements/
RUN python -m venv /opt/tools \
 && python -m venv --without-pip /opt/harmwatch \
 && /opt/tools/bin/pip install --require-hashes -r requirements/build.txt \
 && /opt/tools/bin/pip --python /opt/harmwatch/bin/python install --require-hashes -r "requirements/$PACKAGES.txt"
COPY . .
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/tools/bin/pip --python /opt/harmwatch/bin/python install --no-deps --no-index --find-links dist harmwatch

FROM python:3.11.13-slim-bookworm
COPY --from=build /opt/harmwatch /opt/harmwatch
ENV PATH=/opt/harmwatch/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
ENTRYPOINT ["harmwatch"]
CMD ["worker"]
