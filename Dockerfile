# The service without the embedded stack; runs as nobody and writes nothing.
FROM python:3.11-slim
WORKDIR /srv/harmwatch
COPY requirements/build.txt requirements/run.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt -r requirements/run.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
USER nobody
ENTRYPOINT ["harmwatch"]
