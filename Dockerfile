FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PATH=/opt/venv/bin:$PATH
RUN python -m venv /opt/venv
WORKDIR /app
COPY requirements.txt requirements-dev.txt ./
# The build back-end, pinned like the rest, comes from the development pins and does not stay.
RUN pip install --require-hashes -r requirements.txt \
 && sed -n '/^setuptools==/,/[^\\]$/p' requirements-dev.txt > /tmp/requirements-build.txt \
 && pip install --require-hashes -r /tmp/requirements-build.txt
COPY . .
# Editable, as in development: the demo runs the SDK's example from the source tree.
RUN pip install --no-deps --no-build-isolation -e . -e maker \
 && pip uninstall --yes setuptools \
 && python -m compileall -q .

FROM python:3.13-slim
RUN useradd --system --uid 10001 dispatcher && install --directory --owner dispatcher /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DISPATCHER_DATABASE_URL=sqlite:////data/dispatcher.db \
    DISPATCHER_LISTEN=0.0.0.0:8080
USER dispatcher
WORKDIR /app
VOLUME /data
# 8080: pages and intake. 8081: the simulated Telegram of `dispatcher demo`.
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["dispatcher", "health"]
ENTRYPOINT ["dispatcher"]
CMD ["serve"]
