# The service without the embedded stack; runs as nobody and writes nothing.
FROM python:3.11-slim
WORKDIR /srv/harmwatch
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN pip install --no-cache-dir --no-deps .
USER nobody
ENTRYPOINT ["harmwatch"]
